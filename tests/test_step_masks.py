"""Sequences of different lengths in a batch: masked steps carry the state on, against PyTorch's packed sequences."""

from __future__ import annotations

import random
from json import dumps
from typing import Any

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.api.problem import load
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

GATES = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "candidate")}
STEPS, UNITS, FEATURES = 4, 2, 2
LENGTHS = (4, 2, 1)
KINDS = tuple(name for name, row in LAYER_TYPES.items() if row.recurrent)


def numbers(source: random.Random, *shape: int) -> Any:
    if not shape:
        return source.randint(-12, 12) / 8
    return [numbers(source, *shape[1:]) for _ in range(shape[0])]


def gate(source: random.Random) -> dict[str, Any]:
    return {"weights": numbers(source, UNITS, FEATURES), "recurrent_weights": numbers(source, UNITS, UNITS),
            "bias": numbers(source, UNITS)}  # fmt: skip


def own(kind: str, source: random.Random) -> dict[str, Any]:
    return {key: gate(source) for key in GATES[kind]} if kind in GATES else gate(source)


def problem_of(kind: str, seed: int, both: bool, per_step: bool) -> dict[str, Any]:
    """A layer over padded steps, and a linear unit on every step or on the last one."""
    source = random.Random(f"{kind} {seed} {both}")
    layer = {"type": kind, **own(kind, source)}
    if both:
        layer["backward"] = own(kind, source)
    elif not per_step:
        layer["returns"] = "last"
    width = UNITS * (2 if both else 1)
    top = {"weights": numbers(source, 1, width), "bias": numbers(source, 1)} | ({"per_step": True} if per_step else {})
    samples = [{"inputs": numbers(source, STEPS, FEATURES), "targets": numbers(source, STEPS if per_step else 1),
                "mask": [int(step < length) for step in range(STEPS)]} for length in LENGTHS]  # fmt: skip
    loss = "half_squared_error" if per_step else "squared_error"
    return {"samples": samples, "layers": [layer, top], "loss": loss, "batch": "full", "learning_rate": "0.1"}


def torch_module(torch: Any, kind: str, layer: dict[str, Any]) -> Any:
    """The same layer of torch.nn, with its numbers; its second bias is 0."""
    made = {"recurrent": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind]
    module = made(FEATURES, UNITS, batch_first=True, bidirectional="backward" in layer, dtype=torch.float64)
    for ending, way in (("", layer), ("_reverse", layer.get("backward"))):
        if way is None:
            continue
        gates = [way[key] for key in GATES[kind]] if kind in GATES else [way]
        for name, key in (("weight_ih", "weights"), ("weight_hh", "recurrent_weights"), ("bias_ih", "bias")):
            rows = [row for one in gates for row in one[key]]
            getattr(module, f"{name}_l0{ending}").data = torch.tensor(rows, dtype=torch.float64)
        getattr(module, f"bias_hh_l0{ending}").data.zero_()
    return module


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("both", "per_step"), [(False, True), (False, False), (True, True)])
@pytest.mark.parametrize("seed", range(2))
def test_masked_steps_are_pytorchs_packed_sequences(kind: str, both: bool, per_step: bool, seed: int) -> None:
    """The loss, and the gradients of all parameters."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of packed sequences")
    file = problem_of(kind, seed, both, per_step)
    layer, top = file["layers"]
    module = torch_module(torch, kind, layer)
    linear = torch.nn.Linear(len(top["weights"][0]), 1, dtype=torch.float64)
    linear.weight.data, linear.bias.data = (torch.tensor(top[key], dtype=torch.float64) for key in ("weights", "bias"))
    inputs = torch.tensor([one["inputs"] for one in file["samples"]], dtype=torch.float64)
    targets = torch.tensor([one["targets"] for one in file["samples"]], dtype=torch.float64)
    packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, LENGTHS, batch_first=True)
    found, state = module(packed)
    if per_step:
        steps, _lengths = torch.nn.utils.rnn.pad_packed_sequence(found, batch_first=True)
        counted = torch.tensor([one["mask"] for one in file["samples"]])
        loss = (0.5 * counted * (targets - linear(steps).squeeze(-1)) ** 2).sum(1).mean()
    else:
        last = (state[0] if kind == "lstm" else state)[-1]
        loss = ((targets - linear(last)) ** 2).sum(1).mean()
    loss.backward()
    trace = solved(dumps(file), digits=15).trace
    assert float(trace["E"].decimal.text()) == pytest.approx(loss.item(), rel=1e-12)
    ours = sorted(float(step.value.decimal.text()) for step in trace.steps
                  if step.quantity.key.startswith("dE/d") and not step.quantity.at)  # fmt: skip
    theirs = [value for name, one in [*module.named_parameters(), *linear.named_parameters()]
              if "bias_hh" not in name for value in one.grad.flatten().tolist()]  # fmt: skip
    assert ours == pytest.approx(sorted(theirs), rel=1e-10, abs=1e-14)


TEXT = """\
samples:
  - {inputs: [1, 0.5, -1], targets: [1, 0, 1]}
  - {inputs: [0.3, 2, 0], targets: [1, 1, 0], mask: [1, 1, 0]}
layers:
  - {type: recurrent, weights: 0.8, recurrent_weights: 0.5, bias: 0.1}
  - {per_step: true, weights: [[1.5]], bias: 0.2, activation: sigmoid}
loss: binary_cross_entropy
batch: full
learning_rate: 0.5
"""


def test_the_state_is_carried_on_and_nothing_comes_back_from_there() -> None:
    values = decimals(solved(TEXT))
    assert values["sample 2 / out_h3"] == values["sample 2 / out_h2"]
    for key in ("E_y3", "delta_y3", "delta_h3"):
        assert values[f"sample 2 / {key}"] == 0
    assert values["sample 1 / delta_y3"] != 0


def test_a_step_that_counts_in_every_sample_is_written_as_ever() -> None:
    page = backprop("solve", "-", stdin=TEXT).out
    assert "out_h₂ = tanh(net_h₂)" in page
    assert "out_h₃ = m₃·tanh(net_h₃) + (1 − m₃)·out_h₂" in page
    assert "δ_y₃ = m₃·(out_y₃ − t_y₃)" in page
    plain = decimals(solved(TEXT.replace(", mask: [1, 1, 0]", "")))
    assert decimals(solved(TEXT.replace("mask: [1, 1, 0]", "mask: [1, 1, 1]"))) == plain


@pytest.mark.parametrize("loss", ["mean_squared_error", "half_mean_squared_error", "mean_absolute_error"])
def test_a_mean_is_over_the_outputs_that_count(loss: str) -> None:
    """As where the sequence is cut off behind its end."""
    text = TEXT.replace("binary_cross_entropy", loss)
    rest = text[text.index("layers") :].replace("batch: full\n", "")
    short = decimals(solved(f"inputs: [0.3, 2]\ntargets: [1, 1]\n{rest}"))
    assert decimals(solved(text))["sample 2 / E"] == short["E"]


def test_a_formula_of_ones_own_is_masked_where_it_is_one_output_s() -> None:
    text = TEXT.replace("binary_cross_entropy", "(t - out)^4")
    assert decimals(solved(text))["sample 2 / E_y3"] == 0
    done = backprop("solve", "-", stdin=TEXT.replace("binary_cross_entropy", "(y1 - t_y1)^2 + y3"))
    assert done.code == 2
    assert "this loss is of all outputs together" in done.err


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradients_are_those_of_finite_differences(kind: str) -> None:
    problem = loaded(dumps(problem_of(kind, 7, both=False, per_step=True))).problem
    compared = verification_of(WorkedProblem(problem)).comparisons
    assert compared
    assert all(one.agrees for one in compared)


def test_pages_sheets_and_long_training_know_masks() -> None:
    for kind in ("latex", "typst", "markdown", "html", "python", "numpy", "pytorch", "javascript", "json"):
        assert backprop("solve", "-", "--format", kind, stdin=TEXT).code == 0, kind
    assert "m₃" in backprop("worksheet", "-", stdin=TEXT).out
    problem = load(TEXT)
    right = {step.quantity.key: step.value.decimal.text() for step in solved(TEXT, digits=6).trace.steps}
    assert problem.check(right).marks == len(right)
    run = solution_of(loaded(TEXT + "report: [5]\n"), SolveOptions(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    assert last["E"] == solved(TEXT + "epochs: 5\n", then_forward=True, digits=12).trace["after / E"].decimal.text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[1, 1, 0]}\nlayers", "[1, 1]}\nlayers", "the masks have 2 steps, and this layer goes through 3"),
        ("mask: [1, 1, 0]", "mask: [1, 1, 0.5]", "a mask has 1 for a step that counts"),
        ("mask: [1, 1, 0]", "mask: [0, 0, 0]", "every step of this sample is masked"),
        ("targets: [1, 0, 1]}", "targets: [1, 0, 1], mask: [1, 1]}", "2 steps here, but 3 in another mask"),
        (
            "type: recurrent, weights: 0.8, recurrent_weights: 0.5",
            "per_step: true, weights: [[1]]",
            "no layer carries",
        ),
    ],
)
def test_a_mask_that_does_not_fit_is_said_where_it_stands(old: str, new: str, said: str) -> None:
    done = backprop("solve", "-", stdin=TEXT.replace(old, new))
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("loss", ["triplet", "contrastive(1)", "kl_normal", "reparametrize"])
def test_a_loss_of_several_passes_says_where_it_is(loss: str) -> None:
    done = backprop("solve", "-", stdin=f"inputs: [1]\ntargets: [1]\nlayers: [{{weights: [[1]]}}]\nloss: {loss}\n")
    assert done.code == 2
    assert "it is a node of a graph" in done.err
    assert f"L: {loss.partition('(')[0]}(" in done.err


def test_the_bundled_problem_looks_at_the_last_step_that_counts() -> None:
    values = decimals(solved(load("sequence-lengths").text))
    assert values["sample 2 / out_h3"] == values["sample 2 / out_h2"]
    assert values["sample 2 / delta_h3"] == 0
    assert values["sample 1 / delta_h3"] != 0
