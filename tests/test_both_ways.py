"""Gated layers that go through the steps both ways: PyTorch's bidirectional modules, names, headings, complaints."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import backprop, decimals, solved
from torch_cells import GATES, LETTERS, MODULES
from torch_runs import (
    Named,
    Sheet,
    Tensor,
    chance,
    check,
    half_squares,
    keyed,
    matrix,
    torch,
    trained,
    units,
    vector,
)

KINDS = ("gru", "lstm")


def way(sheet: Sheet, kind: str, prime: str, size: int, width: int) -> str:
    """The gates of one way through the steps, with two biases each, and where it begins."""
    keys = []
    for gate in GATES[kind]:
        end = LETTERS[gate] + prime
        inner = f"weights: {sheet.matrix(f'w{end}', size, width)}, bias: {sheet.vector(f'b{end}', size)}, "
        inner += f"recurrent_weights: {sheet.matrix(f'u{end}', size, size)}, "
        keys.append(f"{gate}: {{{inner}recurrent_bias: {sheet.vector(f'p{end}', size)}}}")
    return ", ".join(keys)


def module(kind: str, parameters: Named, size: int, widths: list[int]) -> Any:
    """PyTorch's module with the weights of both ways of every layer, called with steps and states."""
    net = MODULES[kind](widths[0], size, num_layers=len(widths), bidirectional=True, dtype=torch.float64)
    weights: Named = {}
    for layer, width in enumerate(widths):
        for prime, end in ((f"f{layer}_", f"l{layer}"), (f"s{layer}_", f"l{layer}_reverse")):
            stems = [LETTERS[gate] + prime for gate in GATES[kind]]
            weights[f"weight_ih_{end}"] = torch.cat([matrix(parameters, f"w{one}", size, width) for one in stems])
            weights[f"weight_hh_{end}"] = torch.cat([matrix(parameters, f"u{one}", size, size) for one in stems])
            weights[f"bias_ih_{end}"] = torch.cat([vector(parameters, f"b{one}", size) for one in stems])
            weights[f"bias_hh_{end}"] = torch.cat([vector(parameters, f"p{one}", size) for one in stems])
    return lambda *given: torch.func.functional_call(net, weights, given)


def layer_of(sheet: Sheet, kind: str, size: int, widths: list[int], number: int, more: str = "") -> str:
    """A layer of a file that goes both ways, whose starts are `more` and those of the second way."""
    first, second = (way(sheet, kind, f"{one}{number}_", size, widths[number]) for one in "fs")
    return f"type: {kind}, {first}{more}, backward: {{{second}"


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_gated_layer_that_goes_both_ways_is_pytorchs(kind: str, returns: str, seed: int) -> None:
    """Values, every gradient and new weights, from states that are given, in every step and at the two ends."""
    sheet = chance(f"both ways {kind} {returns} {seed}", steps=3, features=2)
    size = seed + 1
    starts = {"initial": ("h", 0, "hr", 4), "initial_cell": ("c", 0, "cr", 4)}
    used = list(starts)[: 2 if kind == "lstm" else 1]
    first = "".join(f", {key}: {sheet.state(units(starts[key][0], size, 0))}" for key in used)
    second = "".join(f", {key}: {sheet.state(units(starts[key][2], size, 4))}" for key in used)
    layer = layer_of(sheet, kind, size, [2], 0, f"{first}, returns: {returns}") + second + "}"
    for _ in range(2):
        sheet.sample([str(n) for n in range((3 if returns == "sequence" else 1) * 2 * size)])

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        begins = [torch.stack([torch.stack([parameters[name] for name in units(stem, size, step)])
                               for stem, step in (starts[key][:2], starts[key][2:])]) for key in used]  # fmt: skip
        run = module(kind, parameters, size, [2])
        every, ended = run(torch.stack(steps), tuple(begins) if kind == "lstm" else begins[0])
        last = ended[0] if kind == "lstm" else ended
        names = [name for step in (1, 2, 3) for stem in ("h", "hr") for name in units(stem, size, step)]
        named = keyed("out_", names, every.detach().flatten())
        return half_squares((last if returns == "last" else every).flatten(), targets), named

    check(sheet.text(layer), trained(sheet, forward))


@pytest.mark.parametrize("kind", KINDS)
def test_two_on_top_of_each_other_are_pytorchs_of_two_layers(kind: str) -> None:
    sheet = chance(f"two both ways {kind}", steps=2, features=1)
    widths = [1, 2]
    layers = [layer_of(sheet, kind, 1, widths, number) + "}" for number in (0, 1)]
    sheet.sample(["1", "0", "0", "1"])

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        every, _ended = module(kind, parameters, 1, widths)(torch.stack(steps))
        named = keyed("out_", ["h2_1", "hr2_1", "h2_2", "hr2_2"], every.detach().flatten())
        return half_squares(every.flatten(), targets), named

    check(sheet.text(*layers), trained(sheet, forward))


# ---- what is written -----------------------------------------------------------------------------------------

GRU = """\
inputs: [1, 0.5]
targets: {a: 1}
layers:
  - type: gru
    returns: last
    reset: {weights: 1, recurrent_weights: 0.5}
    update: {weights: 0.5, recurrent_weights: -1}
    candidate: {weights: 2, recurrent_weights: 1, bias: 0.25}
    backward:
      reset: {weights: 1, recurrent_weights: 0.5}
      update: {weights: 0.5, recurrent_weights: -1}
      candidate: {weights: 2, recurrent_weights: 1, bias: 0.25}
  - {neurons: [a], weights: [[1, 2]]}
loss: half_squared_error
learning_rate: 1
"""


def test_each_step_of_each_way_has_a_heading() -> None:
    page = backprop("solve", "-", stdin=GRU).out
    assert "bidirectional GRU (layer 1), forwards, step 2" in page
    assert page.index("GRU (layer 1), backwards, step 2") < page.index("GRU (layer 1), backwards, step 1")
    one_step = backprop("solve", "-", stdin=GRU.replace("[1, 0.5]", "[1]")).out
    assert "bidirectional GRU (layer 1), backwards, step 1" in one_step


def test_each_way_comes_to_its_own_end() -> None:
    """The next layer sees h after step 2 and hr after step 1."""
    values = decimals(solved(GRU))
    assert float(values["net_a"]) == pytest.approx(float(values["out_h2"] + 2 * values["out_hr1"]))


def test_verify_agrees() -> None:
    run = backprop("verify", "-", stdin=GRU)
    assert (run.code, "18 of 18 gradients agree" in run.out) == (0, True), run.out


def test_a_sample_may_say_where_the_second_way_begins() -> None:
    text = GRU.replace("inputs: [1, 0.5]\ntargets: {a: 1}", "samples:\n  - {inputs: [1, 0.5], targets: [1], "
                                                            "initial: {hr3: 2}}")  # fmt: skip
    assert float(decimals(solved(text))["net_rr2"]) == 0.5 + 0.5 * 2


def test_a_direction_and_a_missing_gate_of_the_second_way_are_complained_about_in_their_place() -> None:
    turned = backprop("solve", "-", stdin=GRU.replace("returns: last", "direction: backward"))
    assert "<stdin>:5:16: a layer that goes both ways has no direction of its own" in turned.err
    missing = backprop("solve", "-", stdin=GRU.replace("      reset: {weights: 1, recurrent_weights: 0.5}\n", ""))
    assert "<stdin>:10:7: this layer has no reset" in missing.err, missing.err


def test_a_number_with_a_name_in_a_later_gate_keeps_it() -> None:
    """An automatic bias of the gate before is not called as a weight that is named below it."""
    text = GRU.replace(
        "reset: {weights: 1, recurrent_weights: 0.5}", "reset: {weights: 1, recurrent_weights: 1, bias: 3}"
    )
    keys = decimals(solved(text.replace("candidate: {weights: 2", "candidate: {weights: br1 = 2", 1)))
    assert float(keys["net_r1"]) == 4
    assert {"dE/dbr1", "dE/dbr2", "dE/dbr3"} <= keys.keys()


@pytest.mark.parametrize("form", ["json", "latex", "typst", "markdown", "html", "csv", "python", "pytorch"])
def test_every_form_has_the_second_way(form: str) -> None:
    out = backprop("solve", "-", "--format", form, stdin=GRU).out
    assert "hr" in out
    assert "Traceback" not in out
