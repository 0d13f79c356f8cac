"""LSTM layers: PyTorch's cell and module, the best-known worked example, names, conventions, complaints."""

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

from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import Wishes, solution_of
from backprop_cli.solving.spelling import speller

GATES = {"input": "i", "forget": "f", "candidate": "g", "output": "o"}  # in the order in which PyTorch stacks them


def lstm(sheet: Sheet, size: int, start: bool, biased: bool, by_input: bool = False) -> str:
    """An LSTM layer as it stands in a file."""
    end = "_by_input" if by_input else ""
    keys = ["type: lstm"]
    for key, letter in GATES.items():
        inner = [f"weights{end}: {sheet.matrix(f'w{letter}', size, sheet.features, by_input)}"]
        inner += [f"recurrent_weights{end}: {sheet.matrix(f'u{letter}', size, size, by_input)}"]
        inner += [f"bias: {sheet.vector(f'b{letter}', size)}"] if biased else []
        inner += [f"recurrent_bias: {sheet.vector(f'p{letter}', size)}"] if biased and start else []
        keys.append(f"{key}: {{{', '.join(inner)}}}")
    if start:
        keys += [f"initial: {sheet.state(units('h', size, 0))}", f"initial_cell: {sheet.state(units('c', size, 0))}"]
    return ", ".join(keys)


def stacked(parameters: Named, size: int, features: int, end: str = "") -> dict[str, Tensor]:
    """The parameters as PyTorch's LSTM wants them."""
    zero = torch.zeros(4 * size).double()
    first, second = (
        torch.cat([vector(parameters, f"{letter}{gate}", size) for gate in GATES.values()])
        if f"{letter}i1" in parameters else zero for letter in "bp"
    )  # fmt: skip
    return {
        f"weight_ih{end}": torch.cat([matrix(parameters, f"w{gate}", size, features) for gate in GATES.values()]),
        f"weight_hh{end}": torch.cat([matrix(parameters, f"u{gate}", size, size) for gate in GATES.values()]),
        f"bias_ih{end}": first,
        f"bias_hh{end}": second,
    }


def start_of(parameters: Named, letter: str, size: int) -> Tensor:
    names = units(letter, size, 0)
    return torch.stack([parameters[name] for name in names]) if names[0] in parameters else torch.zeros(size).double()


@pytest.mark.parametrize("seed", range(10))
def test_every_line_is_that_of_pytorchs_cell(seed: int) -> None:
    """Gates by hand, states and outputs by torch.nn.LSTMCell step by step, with what is between and all gradients."""
    sheet = chance(f"lstm {seed}")
    size = sheet.random.randint(1, 2)
    start, biased, by_input, last = (sheet.random.random() < 0.5 for _ in range(4))
    layer = lstm(sheet, size, start, biased, by_input) + (", returns: last" if last else "")
    readout = f"per_step: true, neurons: [y], weights: {sheet.matrix('v', 1, size)}"
    shown = slice(-1, None) if last else slice(None)
    for _ in range(sheet.random.randint(1, 3)):
        sheet.sample([decimal(sheet.random) for _ in range(sheet.steps)[shown]])
    cell = torch.nn.LSTMCell(sheet.features, size, dtype=torch.float64)

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        named: Named = {}
        weights = stacked(parameters, size, sheet.features)
        h, c = start_of(parameters, "h", size), start_of(parameters, "c", size)
        outputs = []
        for step, x in enumerate(steps, start=1):
            nets = weights["weight_ih"] @ x + weights["bias_ih"] + weights["weight_hh"] @ h + weights["bias_hh"]
            for gate, values in zip(GATES.values(), nets.detach().reshape(4, size), strict=True):
                named |= keyed("net_", units(gate, size, step), values)
                activation = torch.tanh if gate == "g" else torch.sigmoid
                named |= keyed("out_", units(gate, size, step), activation(values))
            h, c = torch.func.functional_call(cell, weights, (x, (h, c)))
            hs, cs = list(h), list(c)
            named |= keyed("out_", units("h", size, step), hs) | keyed("", units("c", size, step), cs)
            h, c = torch.stack(hs), torch.stack(cs)
            outputs.append(h)
        ys = [(matrix(parameters, "v", 1, size) @ out)[0] for out in outputs[shown]]
        return half_squares(torch.stack(ys), targets), named

    # PyTorch's c leads to h inside the cell, so the way from c to the h of the same step is not in its gradient.
    expected = {key: value for key, value in trained(sheet, forward).items() if "dE/dc" not in key}
    check(sheet.text(layer, readout), expected)


@pytest.mark.parametrize("seed", range(8))
def test_a_loop_by_hand_gives_the_same_deltas_and_cell_gradients(seed: int) -> None:
    """What no module of PyTorch shows: δ of every gate, and ∂E/∂c with both its paths."""
    sheet = chance(f"by hand {seed}")
    size = sheet.random.randint(1, 2)
    start, biased = (sheet.random.random() < 0.5 for _ in range(2))
    layer = lstm(sheet, size, start, biased)
    for _ in range(sheet.random.randint(1, 2)):
        sheet.sample([decimal(sheet.random) for _ in range(sheet.steps * size)])

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        named: Named = {}
        weights = stacked(parameters, size, sheet.features)
        h, c = start_of(parameters, "h", size), start_of(parameters, "c", size)
        outputs = []
        for step, x in enumerate(steps, start=1):
            z = weights["weight_ih"] @ x + weights["bias_ih"] + weights["weight_hh"] @ h + weights["bias_hh"]
            gates: dict[str, Tensor] = {}
            for gate, values in zip(GATES.values(), z.reshape(4, size), strict=True):
                nets = list(values)
                outs = list((torch.tanh if gate == "g" else torch.sigmoid)(torch.stack(nets)))
                named |= keyed("net_", units(gate, size, step), nets) | keyed("out_", units(gate, size, step), outs)
                gates[gate] = torch.stack(outs)
            cs = list(gates["f"] * c + gates["i"] * gates["g"])
            c = torch.stack(cs)
            hs = list(gates["o"] * torch.tanh(c))
            h = torch.stack(hs)
            named |= keyed("", units("c", size, step), cs) | keyed("out_", units("h", size, step), hs)
            outputs += hs
        return half_squares(torch.stack(outputs), targets), named

    check(sheet.text(layer), trained(sheet, forward))


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_sequence_is_torch_nn_lstm(seed: int) -> None:
    """PyTorch's module (weights stacked as i, f, g, o) with its own gradients of all weights and inputs."""
    sheet = chance(f"module {seed}")
    size = sheet.random.randint(1, 3)
    layer = lstm(sheet, size, start=True, biased=True)
    sheet.sample([decimal(sheet.random) for _ in range(sheet.steps * size)])
    module = torch.nn.LSTM(sheet.features, size, dtype=torch.float64)

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        weights = stacked(parameters, size, sheet.features, "_l0")
        states = tuple(start_of(parameters, letter, size)[None] for letter in "hc")
        outputs, (_h, c) = torch.func.functional_call(module, weights, (torch.stack(steps), states))
        names = [name for step in range(1, sheet.steps + 1) for name in units("h", size, step)]
        named = keyed("out_", names, outputs.detach().flatten()) | keyed(
            "", units("c", size, sheet.steps), c.detach()[0]
        )
        return half_squares(outputs.flatten(), targets), named

    check(sheet.text(layer), trained(sheet, forward))


# ---- the worked example --------------------------------------------------------------------------------------


def test_the_bundled_example_is_that_of_torch_nn_lstm() -> None:
    """Aidan Gomez's two steps: PyTorch's module on his numbers, and its new weights after one step of 0.1."""
    gates = {"i": ([0.95, 0.80], 0.80, 0.65), "f": ([0.70, 0.45], 0.10, 0.15),
             "g": ([0.45, 0.25], 0.15, 0.20), "o": ([0.60, 0.40], 0.25, 0.10)}  # fmt: skip
    module = torch.nn.LSTM(2, 1, dtype=torch.float64)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.tensor([w for w, _u, _b in gates.values()], dtype=torch.float64))
        module.weight_hh_l0.copy_(torch.tensor([[u] for _w, u, _b in gates.values()], dtype=torch.float64))
        module.bias_ih_l0.copy_(torch.tensor([b for _w, _u, b in gates.values()], dtype=torch.float64))
        module.bias_hh_l0.zero_()
    outputs, (_h, c) = module(torch.tensor([[1.0, 2.0], [0.5, 3.0]], dtype=torch.float64))
    loss = half_squares(outputs.flatten(), torch.tensor([0.5, 1.25], dtype=torch.float64))
    loss.backward()
    ours = decimals(solution_of(load("lstm"), Wishes(Detail.FULL, digits=15)))
    assert [float(ours["out_h1"]), float(ours["out_h2"]), float(ours["c2"])] == [
        near(value) for value in (*outputs.flatten(), c[0, 0])
    ]
    for index, letter in enumerate(gates):
        name = {"g": "a"}.get(letter, letter)
        new = module.weight_ih_l0[index] - 0.1 * module.weight_ih_l0.grad[index]
        assert [float(ours[f"w{name}{n}_new"]) for n in (1, 2)] == [near(one) for one in new]
        assert float(ours[f"dE/du{name}"]) == near(module.weight_hh_l0.grad[index, 0])
        assert float(ours[f"dE/db{name}"]) == near(module.bias_ih_l0.grad[index])


def near(value: Tensor) -> object:
    """Equal to a tensor of one number, to twelve places."""
    return pytest.approx(value.item(), abs=1e-12)


ONE_UNIT = """\
inputs: [1, 0.5]
targets: [0.5, 1]
layers:
  - type: lstm
    forget: {weights: 1, recurrent_weights: 0.5, bias: 0.5}
    input: {weights: -1, recurrent_weights: 0.25}
    candidate: {weights: 0.5, recurrent_weights: -0.5}
    output: {weights: 2, recurrent_weights: 1}
loss: half_squared_error
learning_rate: 0.1
"""


def test_a_cell_state_collects_what_goes_through_the_output_and_what_is_carried_on() -> None:
    values = {key: float(value) for key, value in decimals(solved(ONE_UNIT)).items()}
    carried, shown = values["dE/dc1 via c2"], values["dE/dc1 via out_h1"]
    assert carried == pytest.approx(values["dE/dc2"] * values["out_f2"], abs=1e-12)
    assert values["dE/dc1"] == pytest.approx(carried + shown, abs=1e-12)


def test_the_page_goes_step_by_step_forward_and_back() -> None:
    page = backprop("solve", "-", stdin=ONE_UNIT).out
    places = [page.index(text) for text in ("LSTM, step 1", "LSTM, step 2", "Backward pass", "4  Gradients")]
    assert places == sorted(places)
    backward = page[places[2] : places[3]]
    assert backward.index("LSTM, step 2") < backward.index("LSTM, step 1")
    assert "c₂     = out_f₂·c₁ + out_i₂·out_g₂" in page
    assert "out_h₂ = out_o₂·tanh(c₂)" in page
    assert "∂E/∂c₁     = ∂E/∂out_h₁·out_o₁·(1 − tanh(c₁)²) + ∂E/∂c₂·out_f₂" in page


def test_without_an_initial_state_the_first_step_forgets_nothing() -> None:
    """c1 = out_f1·0 + …: the forget gate is written, and its δ is 0."""
    trace = solved(ONE_UNIT).trace
    assert trace["delta_f1"].exact == 0
    assert "out_f₁·0 + out_i₁·out_g₁" in backprop("solve", "-", stdin=ONE_UNIT).out


def test_a_given_cell_gradient_starts_the_backward_pass() -> None:
    text = ONE_UNIT.replace("targets: [0.5, 1]\n", "").replace("loss: half_squared_error\n", "")
    values = decimals(solved(text + "given: {dE/dc2: 0.5}\n"))
    assert values["dE/dc2"] == 0.5
    assert float(values["dE/dc1 via c2"]) == pytest.approx(0.5 * float(values["out_f2"]), abs=1e-12)


def test_cell_states_are_rounded_asked_and_given_like_other_quantities() -> None:
    rounded = solved(ONE_UNIT + "rounding: {kinds: {cell: {places: 2}}}\n", Detail.TEXTBOOK).trace
    assert len(rounded["c1"].decimal.text()) == 4
    assert len(rounded["out_h1"].decimal.text()) > 8
    assert [quantity.key for quantity in solved(ONE_UNIT + "ask: [c2, delta_f2]\n").asked] == ["c2", "delta_f2"]
    assert decimals(solved(ONE_UNIT + "given: {c1: 0.25}\n"))["c1"] == 0.25


def test_other_activations_may_take_the_place_of_sigmoid_and_tanh() -> None:
    """With hard gates and no squashing everything stays rational: net_f1 = 1.5 gives 3/4, net_i1 = −1 gives 1/3."""
    text = ONE_UNIT.replace("type: lstm", "type: lstm\n    gate_activation: hard_sigmoid\n    activation: identity")
    trace = solved(text).trace
    assert str(trace["out_f1"].exact) == "3/4"
    assert str(trace["c1"].exact) == "1/6"
    assert str(trace["out_h1"].exact) == "5/36"


def test_thresholds_are_subtracted_in_every_gate() -> None:
    bias = decimals(solved(ONE_UNIT.replace("bias: 0.5", "bias: -0.5")))
    threshold = decimals(solved(ONE_UNIT + "threshold: true\n"))
    assert threshold["out_h2"] == bias["out_h2"]
    assert threshold["dE/dtheta_f1"] == -bias["dE/dbf1"]


def test_a_second_layer_has_names_of_its_own() -> None:
    layer = ONE_UNIT[ONE_UNIT.index("  - type") : ONE_UNIT.index("loss")]
    keys = decimals(solved(ONE_UNIT.replace("loss", f"{layer}loss")))
    assert {"c1", "out_f2", "out_h2", "c2_1", "out_f2_2", "out_h2_2", "dE/dwf1", "dE/dwf2"} <= keys.keys()


def test_inputs_called_i_leave_the_input_gate_another_name() -> None:
    keys = decimals(solved(ONE_UNIT.replace("inputs: [1, 0.5]", "inputs: {i: [1, 0.5]}")))
    assert {"dE/di1", "out_i1_1", "out_h1_2"} <= keys.keys()


@pytest.mark.parametrize("notation", ["nielsen", "goodfellow", "hagan", "mitchell", "cs231n"])
def test_a_notation_numbers_outputs_and_names_gates(notation: str) -> None:
    """No two quantities of the page are written alike."""
    solution = solution_of(loaded(ONE_UNIT + f"notation: {notation}\n"), Wishes())
    write = speller(solution.problem, solution.trace)
    written = [write.symbol(step.quantity) for step in solution.trace.steps]
    assert len(set(written)) == len(written)


def test_long_training_ends_where_epochs_worked_out_line_by_line_do() -> None:
    run = solution_of(loaded(ONE_UNIT + "report: [1, 5]\n"), Wishes(digits=12)).training
    assert run is not None
    last = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    worked = solved(ONE_UNIT + "epochs: 5\n", then_forward=True, digits=12).trace
    assert last["E"] == worked["after / E"].decimal.text()
    assert last["uf1"] == worked["epoch 5 / uf1_new"].decimal.text()


def test_verify_agrees() -> None:
    run = backprop("verify", "-", stdin=ONE_UNIT)
    assert (run.code, "11 of 11 gradients agree" in run.out) == (0, True)


# ---- what is wrong in a file ---------------------------------------------------------------------------------

WRONG = {
    "forget:": ("forgot:", "did you mean 'forget'?"),
    "    input: {weights: -1, recurrent_weights: 0.25}\n": ("", "this layer has no input"),
    "input: {weights: -1, recurrent_weights: 0.25}": ("input: {weights: -1}", "this layer has no recurrent_weights"),
    "{weights: 0.5, recurrent_weights: -0.5}": ("{weights: [[0.5, 1]], recurrent_weights: 1}", "2 numbers in this row"),
    "{weights: 2, recurrent_weights: 1}": (
        "{weights: [2, 1], recurrent_weights: 1}",
        "2 numbers in this row, but 1 are needed",
    ),
    "bias: 0.5": ("bais: 0.5", "did you mean 'bias'?"),
    "type: lstm": ("type: lstm\n    gate_activation: softmax", "here every unit has its own activation"),
    "type: ": ("type: lsmt #", "did you mean 'lstm'?"),
    "    forget": ("    initial_cell: [1, 2]\n    forget", "2 numbers here, but 1 are needed"),
}


@pytest.mark.parametrize("old", WRONG)
def test_a_mistake_is_located_and_explained(old: str) -> None:
    new, message = WRONG[old]
    run = backprop("solve", "-", stdin=ONE_UNIT.replace(old, new))
    assert run.code == 2
    assert message in run.err
    assert "<stdin>:" in run.err
