"""`--gradients`: sizes as PyTorch measures them, and every ailment found where it is and nowhere else."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from helpers import Network, backprop, fraction, loaded, random_network

from backprop_cli.health.findings import Ailment, Health, definition, health_of
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem


def data(*arguments: str, stdin: str = "") -> dict[str, Any]:
    """The view as JSON."""
    run = backprop("solve", *arguments, "--gradients", "--json", stdin=stdin)
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def found(health: Health) -> dict[str, list[str]]:
    """The findings: each ailment with the names of where it is."""
    return {one.ailment.value: [quantity.key for quantity in one.where] or list(one.layers) for one in health.findings}


def of(text: str) -> dict[str, list[str]]:
    return found(health_of(WorkedProblem(loaded(text).problem)))


# Sizes


@pytest.mark.parametrize("seed", range(8))
def test_the_sizes_are_those_of_pytorchs_gradients(seed: int) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    network = random_network(Random(seed), ("tanh",), by_name=False, samples=3, epochs=1, hidden=2)
    deltas, gradients = in_torch(torch, network)
    layers = data("-", stdin=network.text())["layers"]
    for layer, delta, gradient in zip(layers, deltas, gradients, strict=True):
        for name, expected in (("delta", delta), ("weights", gradient)):
            assert layer[name]["count"] == expected.numel()
            near(layer[name]["mean"], expected.abs().mean())
            near(layer[name]["largest"], expected.abs().max())
            near(layer[name]["norm"], expected.norm())
    for layer, delta, following in zip(layers, deltas, deltas[1:], strict=False):
        ratio = delta.abs().mean() / following.abs().mean()
        assert float(layer["ratio"]["decimal"]) == pytest.approx(ratio.item(), rel=1e-3)
    assert layers[-1]["ratio"] is None


def near(size: dict[str, Any], expected: Any) -> None:
    assert float(size["decimal"]) == pytest.approx(expected.item(), rel=1e-7)


def in_torch(torch: Any, network: Network) -> tuple[list[Any], list[Any]]:
    """By autograd: δ of every layer over all samples, and the gradients of its weights for the whole batch."""
    leaves = {
        name: torch.tensor(float(fraction(text)), dtype=torch.float64, requires_grad=True)
        for name, text in network.parameters.items()
    }
    nets: list[list[Any]] = [[] for _ in network.layers]
    losses = []
    for inputs, targets in network.samples:
        outs = {name: torch.tensor(float(fraction(inputs[name])), dtype=torch.float64) for name in network.inputs}
        for index, layer in enumerate(network.layers):
            for unit in layer.neurons:
                bias = leaves[layer.biases[unit]] if unit in layer.biases else torch.tensor(0.0)
                net = sum(leaves[wire.parameter] * outs[wire.sender] for wire in layer.into(unit))
                net = net - bias if network.threshold else net + bias
                net.retain_grad()
                nets[index].append(net)
                outs[unit] = torch.tanh(net) if layer.activation == "tanh" else net + 0
        losses.append(sum((outs[name] - float(fraction(targets[name]))) ** 2 / 2 for name in network.outputs))
    torch.stack(losses).sum().backward()
    share = len(losses) if network.reduce == "mean" else 1
    used = [dict.fromkeys(wire.parameter for wire in layer.wires) for layer in network.layers]
    deltas = [torch.stack([net.grad for net in layer]) for layer in nets]
    return deltas, [torch.stack([leaves[name].grad for name in names]) / share for names in used]


def test_rational_sizes_are_exact() -> None:
    layers = data("vanishing")["layers"]
    assert [layer["delta"]["mean"]["exact"] for layer in layers] == ["1/512", "1/128", "1/32", "1/8"]
    assert [layer["ratio"] and layer["ratio"]["exact"] for layer in layers] == ["1/4", "1/4", "1/4", None]
    hidden = data("dead-relu")["layers"][0]
    assert hidden["delta"]["mean"]["exact"] == "23/10"  # of 0 and −4.6
    assert hidden["weights"]["largest"]["exact"] == "46/5"


# The bundled lessons

LESSONS = {
    "vanishing": {"vanishing": ["output layer", "hidden layer 1"]},
    "exploding": {"exploding": ["output layer", "hidden layer 1"]},
    "dead-relu": {"dead": ["out_h1"], "still": ["w1", "w2", "w5"]},
    "han-kamber": {"still": ["w24", "w25"]},  # the second input is 0
    "mazur": {},
    "six-neurons": {},
    "xor-batch": {},
}


@pytest.mark.parametrize("name", LESSONS)
def test_the_lessons_are_named_for_what_they_teach(name: str) -> None:
    assert found(health_of(WorkedProblem(load(name).problem))) == LESSONS[name]


def test_the_page_names_what_was_found_and_how_much_it_is() -> None:
    page = " ".join(backprop("solve", "vanishing", "--gradients", "--format", "text").out.split())
    assert "vanishing from output layer back to hidden layer 1, the mean |δ| falls to 0.015625 of what it was" in page
    page = " ".join(backprop("solve", "exploding", "--gradients", "--format", "text").out.split())
    assert "the mean |δ| grows to 15625 times what it was" in page
    assert "dead h₁ (1 of 2 units that are not linear)" in " ".join(
        backprop("solve", "dead-relu", "--gradients", "--format", "text").out.split()
    )


@pytest.mark.parametrize("ailment", Ailment)
def test_every_definition_says_its_thresholds_and_stands_on_the_page(ailment: Ailment) -> None:
    text = definition(ailment)
    assert "{" not in text
    assert text in " ".join(backprop("solve", "mazur", "--gradients", "--format", "text").out.split())
    assert {Ailment.VANISHING: "50-fold", Ailment.SATURATED: "1/20"}.get(ailment, "") in text


# Units

UNIT = """
samples:
  - {{inputs: [{first}], targets: [2]}}
  - {{inputs: [{second}], targets: [2]}}
layers:
  - {{neurons: [h], weights: [[1]], activation: "{activation}"}}
  - {{neurons: [y], weights: [[1]]}}
loss: half_squared_error
"""
UNITS = {  # activation, net inputs of the two samples, what it is
    ("relu", "-1", "-2"): "dead",
    ("relu", "-1", "2"): None,
    ("max(0, z)", "-1", "-2"): "dead",
    ("leaky_relu", "-1", "-2"): None,
    ("identity", "0", "0"): None,
    ("step", "1", "-1"): "flat",
    ("sign", "1", "-1"): "flat",
    ("sigmoid", "-5", "6"): "saturated",  # slope 0.0066 at ±5: less than 1/20 of 1/4
    ("sigmoid", "-5", "1"): None,
    ("sigmoid", "4.35", "4.35"): None,  # 0.01258
    ("sigmoid", "4.37", "4.37"): "saturated",  # 0.01234
    ("tanh", "2.17", "2.17"): None,  # 0.0508
    ("tanh", "2.19", "-3"): "saturated",  # 0.0489
    ("hard_sigmoid", "4", "-4"): "saturated",
    ("hard_sigmoid", "4", "0"): None,
    ("hard_tanh", "-1.5", "1.5"): "saturated",
    ("softsign", "4", "9"): "saturated",  # 1/25 and 1/100
    ("softsign", "3", "9"): None,  # 1/16
    ("elu", "-4", "-5"): "saturated",
    ("elu", "-4", "5"): None,
}


@pytest.mark.parametrize("case", UNITS)
def test_a_unit_is_what_its_slopes_in_all_samples_say(case: tuple[str, str, str]) -> None:
    activation, first, second = case
    expected = UNITS[case]
    units = {word: where for word, where in of(UNIT.format(activation=activation, first=first, second=second)).items()
             if word in ("dead", "flat", "saturated")}  # fmt: skip
    assert units == ({} if expected is None else {expected: ["out_h"]})


def test_a_confident_softmax_is_saturated() -> None:
    text = """
inputs: [1]
targets: p1
layers:
  - {neurons: [p1, p2], activation: softmax, weights: [[5], [-5]]}
loss: cross_entropy
"""
    assert of(text) == {"saturated": ["out_p1", "out_p2"]}


def test_a_node_of_a_graph_can_be_dead() -> None:
    text = "inputs: {x: -2}\nparameters: {w: 3}\ngraph: {z: w*x, a: relu(z), f: a^2}\nobjective: f\n"
    assert of(text) == {"dead": ["a"], "still": ["w"]}
    labels = [layer["layer"] for layer in data("-", stdin=text)["layers"]]
    assert labels == ["parameters", "z", "a", "f"]


# Layers

CHAIN = "inputs: [1]\ntargets: [0]\nlayers:\n{layers}loss: half_squared_error\nlearning_rate: 0.1\n"


def chain(*weights: str) -> str:
    """Linear neurons in a row: δ is multiplied by each weight but the first."""
    return CHAIN.format(layers="".join(f"  - {{weights: [[{weight}]]}}\n" for weight in weights))


@pytest.mark.parametrize(
    ("weights", "word"),
    [
        (("1", "0.1", "0.1"), "vanishing"),  # 1/100 over two steps
        (("1", "1/7", "1/7"), None),  # 1/49
        (("1", "1/100"), None),  # one step only
        (("1", "10", "10"), "exploding"),
        (("1", "7", "7"), None),
        (("1", "0.001", "1", "1"), "vanishing"),
        (("1", *["0.55"] * 8), None),  # 1/119, but less than 2-fold a step
        (("1", *["0.45"] * 8), "vanishing"),
        (("1", "-10", "10"), "exploding"),
    ],
)
def test_vanishing_and_exploding_go_by_their_definitions(weights: tuple[str, ...], word: str | None) -> None:
    assert set(of(chain(*weights))) == ({word} if word else set())


def test_a_layer_of_dead_units_cuts_the_gradient_off() -> None:
    text = CHAIN.format(
        layers="  - {neurons: [a], weights: [[1]]}\n"
        "  - {neurons: [h], weights: [[-1]], activation: relu}\n"
        "  - {neurons: [y], weights: [[1]], bias: 1}\n"
    )
    health = of(text)
    assert health["dead"] == ["out_h"]
    assert health["cut off"] == ["hidden layer 1", "hidden layer 2"]
    assert health["still"] == ["w1", "w2", "w3"]


TWINS = """
inputs: [1, 2]
targets: [1]
layers:
  - {{neurons: [h1, h2], activation: tanh, weights: [[0.5, 0.25], [{second}]], bias: [0.1, {bias}]}}
  - {{neurons: [y], weights: [[{outgoing}]]}}
loss: half_squared_error
"""


@pytest.mark.parametrize(
    ("second", "bias", "outgoing", "symmetric"),
    [
        ("0.50, 1/4", "0.1", "0.3, 0.30", True),
        ("0.50, 1/4", "0.1", "0.3, 0.31", False),
        ("0.50, 1/4", "0.2", "0.3, 0.3", False),
        ("0.25, 0.5", "0.1", "0.3, 0.3", False),
    ],
)
def test_units_are_symmetric_where_nothing_tells_them_apart(
    second: str, bias: str, outgoing: str, symmetric: bool
) -> None:
    health = of(TWINS.format(second=second, bias=bias, outgoing=outgoing))
    assert health == ({"symmetric": ["out_h1", "out_h2"]} if symmetric else {})


def test_symmetric_units_have_equal_irrational_gradients_whose_largest_is_still_known() -> None:
    hidden = data("-", stdin=TWINS.format(second="0.50, 1/4", bias="0.1", outgoing="0.3, 0.30"))["layers"][0]
    assert hidden["delta"]["mean"]["decimal"] == hidden["delta"]["largest"]["decimal"]


def test_a_fixed_parameter_is_not_expected_to_move() -> None:
    text = "inputs: {x: 0}\ntargets: {y: 3}\nlayers:\n  - {neurons: [y], weights: [[w = 2]], bias: b = 1}\n"
    text += "loss: squared_error\nfixed: [w]\n"
    assert of(text) == {}
    assert of(text.replace("fixed: [w]\n", "")) == {"still": ["w"]}


def test_the_parameters_are_looked_at_before_the_first_update_and_over_all_samples() -> None:
    online = data("online-two-samples")
    assert online["samples"] == 2
    assert online["layers"][0]["delta"]["count"] == 4  # two units, two samples


# Every problem

REASONS = ("no forward pass", "no parameters and no inputs", "no loss and no objective", "all samples together")


@pytest.mark.parametrize("name", bundled())
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_views_of_every_problem_fit_the_terminal(name: str, columns: int) -> None:
    for view in (("--gradients",), ("--forward-mode", "all"), ("--paths", start_of(name))):
        run = backprop("solve", name, *view, "--ascii", COLUMNS=str(columns))
        if run.code == 2:
            assert any(reason in run.err for reason in REASONS), run.err
            continue
        assert run.code == 0, run.err
        assert run.out.isascii()
        assert max(map(len, run.out.split("\n"))) <= columns


def start_of(name: str) -> str:
    problem = load(name).problem
    return next(iter([*problem.parameters, *problem.inputs, "net_p1"]))


def test_many_digits_are_given_where_they_are_asked_for() -> None:
    layers = data("mazur", "--digits", "40")["layers"]
    assert layers[0]["delta"]["mean"]["decimal"].startswith("0.00936280")
    assert len(layers[0]["delta"]["mean"]["decimal"]) > 40
    run = backprop("solve", "mazur", "--gradients", "--digits", "60")
    assert max(map(len, run.out.split("\n"))) <= 80
