"""GRU layers: PyTorch's cell and module, the two older conventions by hand, what is written, complaints."""

from __future__ import annotations

import pytest
from helpers import backprop, decimal, decimals, loaded, solved
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

from backprop_cli.solving.solution import Wishes, solution_of

GATES = {"reset": "r", "update": "z", "candidate": "n"}  # in the order in which PyTorch stacks them
CONVENTIONS = ("pytorch", "cho", "chung")


def gru(sheet: Sheet, size: int, convention: str, start: bool, biased: bool, second: bool) -> str:
    """A GRU layer as it stands in a file; `second` biases stand with the recurrent weights."""
    keys = [f"type: gru, convention: {convention}"]
    for key, letter in GATES.items():
        inner = [f"weights: {sheet.matrix(f'w{letter}', size, sheet.features)}"]
        inner += [f"recurrent_weights: {sheet.matrix(f'u{letter}', size, size)}"]
        inner += [f"bias: {sheet.vector(f'b{letter}', size)}"] if biased else []
        inner += [f"recurrent_bias: {sheet.vector(f'p{letter}', size)}"] if second else []
        keys.append(f"{key}: {{{', '.join(inner)}}}")
    keys += [f"initial: {sheet.state(units('h', size, 0))}"] if start else []
    return ", ".join(keys)


def gates(parameters: Named, letter: str, size: int) -> Tensor:
    """One kind of bias of all gates, stacked; 0 where there are none."""
    if f"{letter}r1" not in parameters:
        return torch.zeros(3 * size).double()
    return torch.cat([vector(parameters, f"{letter}{gate}", size) for gate in GATES.values()])


def stacked(parameters: Named, size: int, features: int, end: str = "") -> dict[str, Tensor]:
    """The parameters as PyTorch's GRU wants them."""
    return {
        f"weight_ih{end}": torch.cat([matrix(parameters, f"w{gate}", size, features) for gate in GATES.values()]),
        f"weight_hh{end}": torch.cat([matrix(parameters, f"u{gate}", size, size) for gate in GATES.values()]),
        f"bias_ih{end}": gates(parameters, "b", size),
        f"bias_hh{end}": gates(parameters, "p", size),
    }


def start_of(parameters: Named, size: int) -> Tensor:
    names = units("h", size, 0)
    return torch.stack([parameters[name] for name in names]) if names[0] in parameters else torch.zeros(size).double()


def by_hand(named: Named, parameters: Named, steps: list[Tensor], size: int, convention: str) -> list[Tensor]:
    """The published equations in PyTorch's arithmetic, with everything on the way under its key."""
    h = start_of(parameters, size)
    outputs: list[Tensor] = []

    def activated(letter: str, step: int, z: Tensor) -> Tensor:
        nets = list(z)
        outs = list(torch.tanh(torch.stack(nets)) if letter == "n" else torch.sigmoid(torch.stack(nets)))
        nonlocal named
        named |= keyed("net_", units(letter, size, step), nets) | keyed("out_", units(letter, size, step), outs)
        return torch.stack(outs)

    for step, x in enumerate(steps, start=1):
        w = {gate: matrix(parameters, f"w{gate}", size, len(x)) @ x for gate in GATES.values()}
        u = {gate: matrix(parameters, f"u{gate}", size, size) for gate in GATES.values()}
        b, p = (dict(zip(GATES.values(), gates(parameters, one, size).reshape(3, size), strict=True)) for one in "bp")
        r = activated("r", step, w["r"] + b["r"] + u["r"] @ h + p["r"])
        z = activated("z", step, w["z"] + b["z"] + u["z"] @ h + p["z"])
        if convention == "pytorch":
            n = activated("n", step, w["n"] + b["n"] + r * (u["n"] @ h + p["n"]))
        else:
            n = activated("n", step, w["n"] + b["n"] + u["n"] @ (r * h) + p["n"])
        hs = list((1 - z) * h + z * n if convention == "chung" else z * h + (1 - z) * n)
        named |= keyed("out_", units("h", size, step), hs)
        h = torch.stack(hs)
        outputs.append(h)
    return outputs


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("seed", range(8))
def test_every_line_is_that_of_the_published_equations(convention: str, seed: int) -> None:
    """PyTorch's documentation; Cho et al. 2014, equations 5 to 8; Chung et al. 2014, section 3.2."""
    sheet = chance(f"gru {convention} {seed}")
    size = sheet.random.randint(1, 2)
    start, biased, second, last = (sheet.random.random() < 0.5 for _ in range(4))
    layer = gru(sheet, size, convention, start, biased, second) + (", returns: last" if last else "")
    readout = f"per_step: true, neurons: [y], weights: {sheet.matrix('v', 1, size)}"
    shown = slice(-1, None) if last else slice(None)
    for _ in range(sheet.random.randint(1, 3)):
        sheet.sample([decimal(sheet.random) for _ in range(sheet.steps)[shown]])

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        named: Named = {}
        outputs = by_hand(named, parameters, steps, size, convention)
        ys = [(matrix(parameters, "v", 1, size) @ out)[0] for out in outputs[shown]]
        return half_squares(torch.stack(ys), targets), named

    check(sheet.text(layer, readout), trained(sheet, forward))


@pytest.mark.parametrize("seed", range(6))
def test_the_default_convention_is_torch_nn_gru(seed: int) -> None:
    """PyTorch's module (weights stacked as r, z, n) with both its biases."""
    sheet = chance(f"module {seed}")
    size = sheet.random.randint(1, 3)
    layer = gru(sheet, size, "pytorch", start=seed % 2 == 0, biased=True, second=True)
    sheet.sample([decimal(sheet.random) for _ in range(sheet.steps * size)])
    module = torch.nn.GRU(sheet.features, size, dtype=torch.float64)

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        weights = stacked(parameters, size, sheet.features, "_l0")
        start = start_of(parameters, size)[None]
        outputs, _last = torch.func.functional_call(module, weights, (torch.stack(steps), start))
        names = [name for step in range(1, sheet.steps + 1) for name in units("h", size, step)]
        return half_squares(outputs.flatten(), targets), keyed("out_", names, outputs.detach().flatten())

    text = sheet.text(layer)
    assert "convention: pytorch" in text
    check(text.replace("convention: pytorch, ", ""), trained(sheet, forward))


# ---- what is written -----------------------------------------------------------------------------------------

ONE_UNIT = """\
inputs: [1, 0.5]
targets: [1, 0]
layers:
  - type: gru
    reset: {weights: 1, recurrent_weights: 0.5}
    update: {weights: 0.5, recurrent_weights: -1}
    candidate: {weights: 2, recurrent_weights: 1, bias: 0.25}
    initial: 0.5
loss: half_squared_error
learning_rate: 0.1
"""
FORMULAS = {
    "pytorch": ("net_n₂ = wn₁·x₂ + out_r₂·un₁·out_h₁ + bn₁", "out_h₂ = out_z₂·out_h₁ + (1 − out_z₂)·out_n₂"),
    "cho": ("net_n₂ = wn₁·x₂ + un₁·out_r₂·out_h₁ + bn₁", "out_h₂ = out_z₂·out_h₁ + (1 − out_z₂)·out_n₂"),
    "chung": ("net_n₂ = wn₁·x₂ + un₁·out_r₂·out_h₁ + bn₁", "out_h₂ = out_z₂·out_n₂ + (1 − out_z₂)·out_h₁"),
}


@pytest.mark.parametrize("convention", FORMULAS)
def test_the_convention_is_seen_in_the_formulas(convention: str) -> None:
    page = backprop("solve", "-", stdin=ONE_UNIT.replace("type: gru", f"type: gru\n    convention: {convention}")).out
    for formula in FORMULAS[convention]:
        assert formula in page


def test_pytorchs_second_bias_stands_inside_the_reset() -> None:
    page = backprop("solve", "-", stdin=ONE_UNIT.replace("bias: 0.25", "bias: 0.25, recurrent_bias: 0.5")).out
    assert "net_n₁ = wn₁·x₁ + out_r₁·(un₁·h₀ + bhn₁) + bn₁" in page


def test_the_slope_in_the_update_gate_is_the_state_before_minus_the_candidate() -> None:
    page = backprop("solve", "-", stdin=ONE_UNIT).out
    assert "∂E/∂out_h₂·(out_h₁ − out_n₂)·out_z₂·(1 − out_z₂)" in page


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_without_an_initial_state_what_is_kept_of_it_is_written_0(convention: str) -> None:
    """The gates of the first step are there; nothing is kept, and δ of the reset gate is 0."""
    text = ONE_UNIT.replace("    initial: 0.5\n", f"    convention: {convention}\n")
    trace = solved(text).trace
    assert trace["delta_r1"].exact == 0
    explicit = decimals(solved(ONE_UNIT.replace("initial: 0.5", f"initial: 0\n    convention: {convention}")))
    ours = decimals(solved(text))
    assert {key: explicit[key] for key in ours if "via" not in key} == {k: v for k, v in ours.items() if "via" not in k}


def test_thresholds_are_subtracted_inside_the_reset_too() -> None:
    text = ONE_UNIT.replace("bias: 0.25", "bias: 0.25, recurrent_bias: 0.5")
    threshold = decimals(solved(text + "threshold: true\n"))
    bias = decimals(solved(text.replace("0.25, recurrent_bias: 0.5", "-0.25, recurrent_bias: -0.5")))
    assert threshold["out_h2"] == bias["out_h2"]
    assert threshold["dE/dtheta_hn1"] == -bias["dE/dbhn1"]


def test_a_second_layer_has_names_of_its_own() -> None:
    layer = ONE_UNIT[ONE_UNIT.index("  - type") : ONE_UNIT.index("loss")]
    keys = decimals(solved(ONE_UNIT.replace("loss", f"{layer}loss")))
    assert {"out_n1", "out_h2", "out_n2_1", "out_h2_2"} <= keys.keys()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_long_training_ends_where_epochs_worked_out_line_by_line_do(convention: str) -> None:
    text = ONE_UNIT.replace("type: gru", f"type: gru\n    convention: {convention}")
    run = solution_of(loaded(text + "report: [1, 5]\n"), Wishes(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(text + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["un1"] == worked["epoch 5 / un1_new"].decimal.text()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_verify_agrees(convention: str) -> None:
    run = backprop("verify", "-", stdin=ONE_UNIT.replace("type: gru", f"type: gru\n    convention: {convention}"))
    assert (run.code, "10 of 10 gradients agree" in run.out) == (0, True)


WRONG = {
    "    reset: {weights: 1, recurrent_weights: 0.5}\n": ("", "this layer has no reset"),
    "type: gru": ("type: gru\n    convention: keras", "one of: pytorch, cho, chung"),
    "update:": ("updat:", "did you mean 'update'?"),
    "initial: 0.5": ("initial: [0.5, 1]", "2 numbers here, but 1 are needed"),
    "recurrent_weights: 1": ("recurent_weights: 1", "did you mean 'recurrent_weights'?"),
}


@pytest.mark.parametrize("old", WRONG)
def test_a_mistake_is_located_and_explained(old: str) -> None:
    new, message = WRONG[old]
    run = backprop("solve", "-", stdin=ONE_UNIT.replace(old, new))
    assert run.code == 2
    assert message in run.err
    assert "<stdin>:" in run.err
