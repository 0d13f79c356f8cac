"""States before the first step that every sample has of its own: PyTorch's modules, and what is written and refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers import backprop, decimal, decimals, loaded, solved
from torch_cells import GATES, LETTERS, MODULES
from torch_runs import Named, Sheet, Tensor, chance, leaf, matrix, torch, units, vector

from backprop_cli.solving.solution import SolveOptions, solution_of


def layer_of(sheet: Sheet, kind: str, size: int) -> str:
    """A layer with weights and a bias in every gate, whose parameters are named as the gate begins."""
    keys = [f"type: {kind}"]
    for gate in GATES[kind]:
        one = LETTERS[gate]
        inner = f"weights: {sheet.matrix(f'w{one}', size, sheet.features)}, bias: {sheet.vector(f'b{one}', size)}, "
        inner += f"recurrent_weights: {sheet.matrix(f'u{one}', size, size)}"
        keys.append(f"{gate}: {{{inner}}}" if gate else inner)
    return ", ".join(keys)


def outputs_of(kind: str, parameters: Named, steps: Tensor, states: Sequence[Tensor]) -> Tensor:
    """What PyTorch's module puts out from these states."""
    size, features = states[0].shape[0], steps.shape[1]
    letters = [LETTERS[gate] for gate in GATES[kind]]
    weights = {
        "weight_ih_l0": torch.cat([matrix(parameters, f"w{one}", size, features) for one in letters]),
        "weight_hh_l0": torch.cat([matrix(parameters, f"u{one}", size, size) for one in letters]),
        "bias_ih_l0": torch.cat([vector(parameters, f"b{one}", size) for one in letters]),
        "bias_hh_l0": torch.zeros(len(letters) * size, dtype=torch.float64),
    }
    net = MODULES[kind](features, size, dtype=torch.float64)
    start = tuple(state[None] for state in states)
    return torch.func.functional_call(net, weights, (steps, start if kind == "lstm" else start[0]))[0]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", MODULES)
def test_values_and_gradients_are_those_of_the_module_given_each_sample_s_state(kind: str, seed: int) -> None:
    """Also the gradient by the state itself; the gradient of a batch is the mean over samples that begin elsewhere."""
    sheet = chance(f"states of {kind} {seed}", steps=seed + 1, features=2)
    size, random = 1 + seed % 2, sheet.random
    layer = layer_of(sheet, kind, size)
    parameters = {name: leaf(text) for name, text in sheet.parameters.items()}
    names = [name for letter in ("hc" if kind == "lstm" else "h") for name in units(letter, size, 0)]
    lines, expected, loss = ["samples:"], {}, torch.zeros((), dtype=torch.float64)
    leaves: Named = {}
    for number in (1, 2, 3):
        values, wanted = ([decimal(random) for _ in range(sheet.steps * width)] for width in (2, size))
        begins = {} if number == 3 else {name: decimal(random) for name in names}  # the last begins with 0
        rows = ", ".join(f"[{values[n]}, {values[n + 1]}]" for n in range(0, len(values), 2))
        said = ", ".join(f"{name}: {text}" for name, text in begins.items())
        lines.append(f"  - {{inputs: [{rows}], targets: [{', '.join(wanted)}], initial: {{{said}}}}}")
        states = {name: leaf(begins.get(name, "0")) for name in names}
        leaves |= {f"sample {number} / dE/d{name}": state for name, state in states.items()}
        parts = [torch.stack(list(states.values())[at : at + size]) for at in range(0, len(names), size)]
        steps = torch.stack([leaf(one).detach() for one in values]).reshape(-1, 2)
        outputs = outputs_of(kind, parameters, steps, parts).flatten()
        keys = [name for step in range(1, sheet.steps + 1) for name in units("h", size, step)]
        expected |= {f"sample {number} / out_{key}": out.item() for key, out in zip(keys, outputs, strict=True)}
        loss = loss + ((outputs - torch.stack([leaf(one).detach() for one in wanted])) ** 2).sum() / 2
    leaves |= {f"dE/d{name}": one for name, one in parameters.items()}
    found = torch.autograd.grad(loss, list(leaves.values()))
    expected |= {key: float(one) / (1 if "sample" in key else 3) for key, one in zip(leaves, found, strict=True)}
    text = "\n".join([*lines, f"layers: [{{{layer}}}]", "loss: half_squared_error", "learning_rate: 1",
                      "batch: full", "show: inputs"])  # fmt: skip
    ours = decimals(solved(text))
    assert {key: float(ours[key]) for key in expected} == pytest.approx(expected, abs=1e-11)


TWO = """\
samples:
  - {inputs: [1, 0.5], targets: [1, 0], initial: {h0: 0.5}}
  - {inputs: [0, 1], targets: [0, 1]}
layers:
  - {type: recurrent, weights: 0.8, recurrent_weights: 0.5}
loss: half_squared_error
learning_rate: 0.1
"""


def single(text: str = TWO) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if "[0, 1]}" not in line)


def test_a_sample_s_state_gives_what_the_layer_s_gives() -> None:
    layers = single().replace(", initial: {h0: 0.5}", "").replace("0.5}\nloss", "0.5, initial: 0.5}\nloss")
    own, common = decimals(solved(single())), decimals(solved(layers))
    assert {key: own[key] for key in ("E", "dE/dw1", "dE/du1", "dE/dh0", "w1_new", "u1_new")} == {
        key: common[key] for key in ("E", "dE/dw1", "dE/du1", "dE/dh0", "w1_new", "u1_new")
    }


def test_a_sample_that_says_nothing_begins_with_0() -> None:
    assert decimals(solved(TWO + "batch: full\n"))["sample 2 / net_h1"] == 0


def test_going_backwards_the_state_is_behind_the_last_step() -> None:
    text = single().replace("weights: 0.8", "direction: backward, weights: 0.8").replace("h0:", "h3:")
    assert float(decimals(solved(text))["net_h2"]) == pytest.approx(0.8 * 0.5 + 0.5 * 0.5)


def test_both_ways_and_a_second_layer_have_states_of_their_own() -> None:
    way = "weights: 1, recurrent_weights: 0.5"
    layers = f"  - {{type: recurrent, {way}, backward: {{{way}}}}}\n" \
             f"  - {{type: recurrent, weights: [[1, 1]], recurrent_weights: 2}}\n"  # fmt: skip
    text = single().replace("  - {type: recurrent, weights: 0.8, recurrent_weights: 0.5}\n", layers)
    keys = decimals(solved(text.replace("{h0: 0.5}", "{h0: 0.5, g3: 3, h2_0: 5}")))
    assert float(keys["net_g2"]) == 0.5 + 0.5 * 3
    assert float(keys["net_h2_1"]) == pytest.approx(float(keys["out_h1"] + keys["out_g1"]) + 2 * 5)


def test_long_training_ends_where_epochs_worked_out_line_by_line_do() -> None:
    for more in ("", "batch: full\n"):
        run = solution_of(loaded(TWO + more + "report: [1, 5]\n"), SolveOptions(digits=12)).training
        assert run is not None
        last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
        worked = solved(TWO + more + "epochs: 5\n", then_forward=True, digits=12).trace
        key = "epoch 5 / u1_new" if more else "epoch 5 / sample 2 / u1_new"
        assert last["u1"] == worked[key].decimal.text()


@pytest.mark.parametrize(("text", "count"), [(TWO, 2), (TWO + "batch: full\n", 2), (single(), 5)])
def test_verify_agrees(text: str, count: int) -> None:
    """Of a sample alone, also by the inputs and by the state."""
    run = backprop("verify", "-", stdin=text)
    assert (run.code, f"{count} of {count} gradients agree" in run.out) == (0, True), run.out


def test_the_state_is_said_with_the_sample_on_page_worksheet_and_in_json() -> None:
    page = backprop("solve", "-", stdin=TWO).out
    assert "x₁ = 1, x₂ = 0.5, h₀ = 0.5" in page
    assert "x₁ = 0, x₂ = 1, h₀ = 0" in page
    for command in ("solve", "worksheet"):
        assert "initial state  h₀ = 0.5" in backprop(command, "-", stdin=single()).out
    assert "sample  x₁   x₂   h₀" in backprop("worksheet", "-", stdin=TWO).out
    given = json.loads(backprop("solve", "-", "--json", stdin=TWO).out)["given"]["inputs"]
    assert (given["sample 1 / h0"], given["sample 2 / h0"]) == ("0.5", "0")


@pytest.mark.parametrize("form", ["python", "numpy", "pytorch"])
def test_programs_begin_with_it(form: str) -> None:
    assert "h0 = " in backprop("solve", "-", "--format", form, stdin=single()).out


def test_a_sheet_without_the_first_use_of_the_recurrent_weight_is_told_so(tmp_path: Path) -> None:
    """∂E/∂u₁ without δ_h1·h0: the state of a sample is a use like any other."""
    values = decimals(solved(single()))
    right = {key: float(values[key]) for key in ("out_h1", "delta_h1", "delta_h2")}
    wrong = {"dE/du1": right["delta_h2"] * right["out_h1"]}
    problem, answers = tmp_path / "problem.yaml", tmp_path / "answers.yaml"
    problem.write_text(single(), encoding="utf-8")
    answers.write_text("".join(f"{key}: {value:.6g}\n" for key, value in (right | wrong).items()), encoding="utf-8")
    assert "the use in h₁ was" in " ".join(backprop("check", str(problem), str(answers)).out.split())
