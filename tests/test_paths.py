"""`--paths`: the products along all paths add up to the gradient, and their number is that of an independent count."""

from __future__ import annotations

import json
from contextlib import suppress
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import pytest
import sympy
from helpers import Network, as_fraction, backprop, loaded, random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.errors import UsageError
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.paths import Paths, paths_of

law = settings(max_examples=20, deadline=None)
seeds = st.integers(0, 10**6)
RATIONAL = ("relu", "identity", "abs", "square", "leaky_relu(1/10)", "max(z, z/2)")
SMOOTH = ("sigmoid", "tanh", "softplus", "swish")


def data(*arguments: str, stdin: str = "") -> dict[str, Any]:
    """The view as JSON."""
    run = backprop("solve", *arguments, "--json", stdin=stdin)
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def refusal(*arguments: str, stdin: str = "") -> str:
    """The message of a command line that is wrong."""
    run = backprop("solve", *arguments, stdin=stdin)
    assert run.code == 2
    assert not run.out
    return run.err


def paths(text: str, key: str, **wishes: Any) -> Paths:
    return paths_of(WorkedProblem(loaded(text).problem), key, **{"limit": 0, **wishes})


def value(view: Paths, index: int) -> Fraction:
    return as_fraction(view.value(view.shown[index].product))


# The published example


def test_the_two_paths_of_w1_are_those_of_the_published_example() -> None:
    # Mazur's intermediate results: 0.138498562·0.40·0.241300709·0.05 and (−0.0380982365)·0.50·0.241300709·0.05
    view = data("mazur", "--paths", "w1")
    first, second = view["paths"]
    assert first["through"] == ["w1", "net_h1", "out_h1", "net_o1", "out_o1", "E_o1", "E"]
    assert second["through"] == ["w1", "net_h1", "out_h1", "net_o2", "out_o2", "E_o2", "E"]
    assert float(first["decimal"]) == pytest.approx(0.138498562 * 0.40 * 0.241300709 * 0.05, rel=1e-8)
    assert float(second["decimal"]) == pytest.approx(-0.0380982365 * 0.50 * 0.241300709 * 0.05, rel=1e-8)
    assert view["sum"]["decimal"] == view["gradient"]["decimal"] == "0.000438567734"
    assert view["agrees"] is True


def test_every_factor_is_the_slope_of_one_line_in_the_one_before_it() -> None:
    view = data("mazur", "--paths", "w1")
    factors = {one["quantity"]: one for one in view["factors"]}
    for path in view["paths"]:
        pairs = zip(path["through"][1:], path["through"], strict=False)
        assert path["factors"] == [f"d{user}/d{source}" for user, source in pairs]
    assert factors["dnet_o2/dout_h1"]["formula"] == "w7"
    assert factors["dout_h1/dnet_h1"]["formula"] == "out_h1*(1 - out_h1)"
    assert factors["dE_o1/dout_o1"]["formula"] == "out_o1 - t_o1"
    assert factors["dE/dE_o1"]["decimal"] == "1"


def test_olahs_two_paths_are_2_and_3() -> None:
    view = data("two-paths", "--paths", "b")
    assert [(path["through"], path["substituted"]) for path in view["paths"]] == [
        (["b", "c", "e"], "1*2"),
        (["b", "d", "e"], "1*3"),
    ]
    assert view["sum"]["exact"] == "5"


def test_eight_ways_lead_from_every_input_of_the_six_neurons_to_the_error() -> None:
    assert data("six-neurons", "--paths", "x2")["count"] == 8  # as the problem's own comment says


def test_a_softmax_has_a_path_through_every_output() -> None:
    view = data("softmax-network", "--paths", "w1")
    ways = [path["through"][3:5] for path in view["paths"]]
    assert ways == [[f"net_c{net}", f"out_c{out}"] for net in (1, 2, 3) for out in (1, 2, 3)]


# Laws


@law
@given(seeds)
def test_in_a_rational_network_the_products_add_up_to_the_gradient_exactly(seed: int) -> None:
    network = random_network(Random(seed), RATIONAL, samples=1 + seed % 3, epochs=1 + seed % 2)
    problem, used = loaded(network.text()).problem, network.layers[0].wires[0].sender
    for key in [*network.parameters, used, f"net_{network.layers[0].neurons[0]}"]:
        view = paths_of(WorkedProblem(problem), key, 0)
        derivative = view.derivative
        if derivative is None:
            assert key.startswith("net_")  # of a unit that leads nowhere
            assert not view.count
            continue
        assert sum((value(view, index) for index in range(view.count)), Fraction(0)) == as_fraction(derivative)


@law
@given(seeds, st.sampled_from(["half_squared_error", "mean_squared_error"]))
def test_in_a_smooth_network_they_agree_as_far_as_is_known(seed: int, loss: str) -> None:
    network = random_network(Random(seed), SMOOTH, loss=loss, samples=1)
    problem = loaded(network.text()).problem
    for key in network.parameters:
        view = paths_of(WorkedProblem(problem), key, 0, digits=30)
        assert view.agrees, key
        if view.total and view.gradient:
            total, gradient = (view.trace.value(one).decimal.text() for one in (view.total, view.gradient))
            assert total == gradient


def ways(network: Network, unit: str) -> int:
    """From a unit's output to the loss, counted along the wires."""
    wires = [wire for layer in network.layers for wire in layer.wires]

    @cache
    def onward(name: str) -> int:
        own = 1 if name in network.outputs else 0
        return own + sum(onward(wire.receiver) for wire in wires if wire.sender == name)

    return onward(unit)


@law
@given(seeds)
def test_the_number_of_paths_is_the_number_of_ways_along_the_wires(seed: int) -> None:
    network = random_network(Random(seed), SMOOTH, samples=1, epochs=1)
    problem = loaded(network.text()).problem
    for name in network.inputs:
        wires = [wire for layer in network.layers for wire in layer.wires if wire.sender == name]
        if wires:
            assert paths_of(WorkedProblem(problem), name, 1).count == ways(network, name), name
    for name in network.parameters:
        places = [wire.receiver for layer in network.layers for wire in layer.wires if wire.parameter == name]
        places += [unit for layer in network.layers for unit, bias in layer.biases.items() if bias == name]
        assert paths_of(WorkedProblem(problem), name, 1).count == sum(ways(network, unit) for unit in places), name


def random_graph(random: Random) -> tuple[dict[str, int], dict[str, str]]:
    """Leaves with their values, and nodes each of which uses earlier names, some of them twice."""
    leaves = {name: random.randint(-3, 3) for name in "abc"}
    known, nodes = list(leaves), {}
    for index in range(1, random.randint(3, 7)):
        one, other, third = (random.choice(known) for _ in range(3))
        shape = random.choice(["{0} + {1}", "{0}*{1}", "{0}*{1} - {2}", "{0}^2 + {1}", "{0}*({1} + {2})"])
        nodes[f"n{index}"] = shape.format(one, other, third)
        known.append(f"n{index}")
    return leaves, nodes


@law
@given(seeds)
def test_in_a_graph_the_sum_is_the_derivative_that_sympy_finds(seed: int) -> None:
    leaves, nodes = random_graph(Random(seed))
    last = list(nodes)[-1]
    lines = [f"inputs: {{{', '.join(f'{name}: {number}' for name, number in leaves.items())}}}", "graph:"]
    text = "\n".join([*lines, *(f"  {name}: {formula}" for name, formula in nodes.items()), f"objective: {last}\n"])
    problem = loaded(text).problem
    whole = sympy.Symbol(last)
    for name, formula in reversed(nodes.items()):
        whole = whole.subs(sympy.Symbol(name), sympy.sympify(formula.replace("^", "**")))
    used = {name for name in leaves if any(name in formula for formula in nodes.values())}
    for name in used:
        view = paths_of(WorkedProblem(problem), name, 0)
        expected = sympy.diff(whole, sympy.Symbol(name)).subs(leaves)
        assert sum(value(view, index) for index in range(view.count)) == Fraction(str(expected))
        assert view.agrees


def test_the_paths_of_every_bundled_problem_add_up() -> None:
    for name in bundled():
        if name.startswith("perceptron"):
            continue  # its rule has no gradients
        problem = load(name).problem
        if problem.gradients or problem.couples_samples or name == "sequential-update":
            continue
        keys = [*problem.parameters, *(Quantity(Kind.INPUT, one).key for one in problem.inputs)]
        for key in keys[:: max(1, len(keys) // 12)]:
            with suppress(UsageError):  # thousands of them, which are counted and not written
                assert paths_of(WorkedProblem(problem), key, 0).agrees is not False, (name, key)


# Uses


def test_a_shared_weight_has_a_path_for_each_use() -> None:
    text = """
inputs: {a: 2, b: 3}
targets: {y: 0}
layers:
  - {neurons: [h], weights: [[w = 0.5, w]], bias: w}
  - {neurons: [y], weights: [[w]]}
loss: half_squared_error
"""
    # h = 0.5·2 + 0.5·3 + 0.5 = 3, y = 0.5·3 = 1.5: three paths through h of 2, 3 and 1 times 0.5·1.5, and one of 3·1.5
    view = paths(text, "w")
    products = [value(view, index) for index in range(view.count)]
    assert products == [Fraction("1.5"), Fraction("2.25"), Fraction("0.75"), Fraction("4.5")]
    page = backprop("solve", "-", "--paths", "w", "--format", "text", stdin=text).out
    assert "w → net_h (with a) → out_h" in page
    assert "w → net_h (with b) → out_h" in page


def test_a_recurrent_weight_has_a_path_for_each_step() -> None:
    text = """
inputs: [[1], [2], [3]]
layers:
  - {type: recurrent, neurons: [h], activation: identity, weights: [[w = 1]], recurrent_weights: [[u = 2]], returns: last}
objective: h3
"""  # noqa: E501
    # h1 = 1, h2 = 2 + 2·1 = 4, h3 = 3 + 2·4 = 11; ∂h3/∂u = h2 + u·h1 = 4 + 2
    view = paths(text, "u")
    assert sorted(value(view, index) for index in range(view.count)) == [2, 4]


def test_a_quantity_in_the_middle_has_its_own_paths() -> None:
    assert data("mazur", "--paths", "out_h1")["sum"]["decimal"] == "0.0363503064"
    for name in ("net_h1", "delta_h1", "dE/dnet_h1"):
        assert data("mazur", "--paths", name)["sum"]["decimal"] == "0.00877135469"
    assert data("mazur", "--paths", "dE/dw1")["from"] == "w1"


def test_a_target_has_paths_although_backpropagation_writes_no_line_for_it() -> None:
    view = data("mazur", "--paths", "t_o1")
    assert view["sum"]["decimal"] == "-0.741365070"
    assert view["gradient"] is None
    assert view["agrees"] is None


def test_what_reaches_the_loss_by_no_path_has_derivative_0() -> None:
    text = "inputs: {a: 1, b: 2}\ngraph: {c: 2*a, d: a*b}\nobjective: c\n"
    view = data("-", "--paths", "b", stdin=text)
    assert (view["count"], view["sum"], view["paths"]) == (0, None, [])
    page = backprop("solve", "-", "--paths", "b", "--format", "text", stdin=text).out
    assert "No path leads from b to c: c does not depend on it, so ∂c/∂b = 0." in page


def test_a_factor_of_0_is_named_as_the_reason() -> None:
    page = backprop("solve", "dead-relu", "--paths", "w1", "--format", "text").out
    assert "= 0  (because ∂out_h₁/∂net_h₁ = 0)" in page


def test_prescribed_values_and_gradients_stand_in_the_paths() -> None:
    text = """
inputs: {a: 2}
layers:
  - {neurons: [h], weights: [[w = 0.5]], activation: sigmoid}
given: {dE/dout_h: 3, out_h: 0.25}
"""
    view = data("-", "--paths", "w", stdin=text)  # 2 · 0.25·0.75 · 3
    (path,) = view["paths"]
    assert path["factors"] == ["dnet_h/dw", "dout_h/dnet_h", "dE/dout_h"]
    assert path["exact"] == "9/8"
    assert view["agrees"] is True


# Passes


def test_without_an_address_it_is_the_first_pass_and_with_one_that_pass() -> None:
    assert data("xor-batch", "--paths", "w1")["address"] == "sample 1"
    third = data("xor-batch", "--paths", "sample 3 / w1")
    assert third["address"] == "sample 3"
    steps = json.loads(backprop("solve", "xor-batch", "--json").out)["steps"]
    gradient = {step["quantity"]: step["decimal"] for step in steps}["sample 3 / dE/dw1"]
    assert third["sum"]["decimal"] == gradient


def test_a_later_pass_uses_the_weights_of_its_time() -> None:
    view = data("one-weight", "--paths", "epoch 2 / w")
    steps = {step["quantity"]: step for step in json.loads(backprop("solve", "one-weight", "--json").out)["steps"]}
    assert view["sum"]["decimal"] == steps["epoch 2 / dE/dw"]["decimal"] != steps["epoch 1 / dE/dw"]["decimal"]
    after = data("mazur", "--paths", "after / w5")
    again = mazur_with_new_weights()
    assert after["sum"]["decimal"][:8] == data("-", "--paths", "w5", stdin=again)["sum"]["decimal"][:8]


def mazur_with_new_weights() -> str:
    text = bundled()["mazur"].read_text("utf-8")
    steps = json.loads(backprop("solve", "mazur", "--json", "--digits", "30").out)["steps"]
    new = {step["quantity"].removesuffix("_new"): step["decimal"] for step in steps if step["phase"] == "update"}
    for name, old in {
        "w1": "0.15", "w2": "0.20", "w3": "0.25", "w4": "0.30", "w5": "0.40", "w6": "0.45", "w7": "0.50", "w8": "0.55"
    }.items():  # fmt: skip
        text = text.replace(f"{name} = {old}", f"{name} = {new[name]}")
    return text


# Many paths


DEEP = "inputs: [1, 2]\ntargets: [0, 1]\nlayers:\n" + "  - {weights: [[0.1, 0.2], [0.3, 0.4]]}\n" * 11
MANY = DEEP + "loss: half_squared_error\n"


def test_many_paths_are_counted_and_the_first_32_shown() -> None:
    view = data("-", "--paths", "x1", stdin=MANY)
    assert (view["count"], view["shown"], view["agrees"]) == (2**11, 32, None)
    page = backprop("solve", "-", "--paths", "x1", "--format", "text", stdin=MANY).out
    assert "2,048 paths lead from x₁ to E." in page
    assert "This is the sum over all 2,048 paths." in page


def test_limit_says_how_many_are_shown_and_0_shows_all() -> None:
    assert data("-", "--paths", "x1", "--limit", "3", stdin=MANY)["shown"] == 3
    view = paths(MANY, "x1")
    assert len(view.shown) == 2048
    assert view.agrees


def test_astronomic_numbers_of_paths_are_counted_and_refused() -> None:
    deep = MANY.replace("layers:\n", "layers:\n" + "  - {weights: [[0.1, 0.2], [0.3, 0.4]]}\n" * 89)
    assert data("-", "--paths", "x1", "--limit", "1", stdin=deep)["count"] == 2**100
    assert "paths are too many to write" in refusal("-", "--paths", "x1", "--limit", "0", stdin=deep)


# Conventions


def test_where_delta_is_minus_the_gradient_the_page_says_so() -> None:
    page = backprop("solve", "mazur", "--paths", "net_h1", "--notation", "mitchell", "--format", "text").out
    assert "The same number with the other sign" in page


def test_what_is_not_gradient_descent_is_not_the_sum_over_the_paths() -> None:
    view = data("sequential-update", "--paths", "w1")
    assert view["agrees"] is False
    page = " ".join(backprop("solve", "sequential-update", "--paths", "w1", "--format", "text").out.split())
    assert "Not the same number: the backward pass of this problem uses already updated weights." in page


def test_with_rounding_the_two_round_different_lines() -> None:
    view = data("mazur", "--paths", "w1", "--round", "4")
    assert (view["sum"]["decimal"], view["gradient"]["decimal"]) == ("0.0005", "0.0004")
    page = backprop("solve", "mazur", "--paths", "w1", "--round", "4", "--format", "text").out
    assert "every line is rounded, and the two round different lines" in " ".join(page.split())


# Wrong command lines

WRONG = {
    ("mazur", "--paths", "w11"): "no quantity called 'w11' (did you mean 'w1'?)",
    ("mazur", "--paths", "zz"): "no quantity called 'zz' (the quantities are ",
    ("mazur", "--paths", "E"): "E is the objective itself",
    ("mazur", "--paths", "sample 2 / w1"): "no pass called 'sample 2' (there is only one pass, without an address)",
    ("xor-batch", "--paths", "sample 9 / w1"): "no pass called 'sample 9' (the passes are sample 1, sample 2, ",
    ("momentum", "--paths", "p"): "the problem has no forward pass",
    ("mazur", "--limit", "3"): "it goes with --paths",
    ("mazur", "--paths", "w1", "--only", "E"): "--only belongs to the worked solution",
    ("mazur", "--paths", "w1", "--then-forward"): "--then-forward belongs to the worked solution",
    ("mazur", "--paths", "w1", "--detail", "full"): "--detail belongs to the worked solution",
    ("mazur", "--paths", "w1", "--gradients"): "--paths and --gradients are different pages: ask for one at a time",
}


@pytest.mark.parametrize("command", WRONG)
def test_a_wrong_command_line_is_refused_with_a_reason(command: tuple[str, ...]) -> None:
    assert WRONG[command] in refusal(*command)


def test_without_a_loss_there_is_nothing_to_differentiate() -> None:
    text = "inputs: [1]\nlayers:\n  - {weights: [[2]]}\n"
    for view in (("--paths", "w1"), ("--forward-mode", "w1"), ("--gradients",)):
        assert "there is nothing to differentiate" in refusal("-", *view, stdin=text)


def test_gates_have_their_own_paths() -> None:
    view = data("two-paths", "--paths", "a", "--detail", "gates")
    assert view["sum"]["exact"] == "2"
    circuit = data("sigmoid-circuit", "--paths", "w0")
    assert len(circuit["paths"][0]["through"]) > 6
    assert circuit["sum"]["decimal"].startswith("-0.196611933")  # CS231n: −1 · 0.1966


def test_the_middle_quantities_of_a_path_are_forward_quantities() -> None:
    view = paths_of(WorkedProblem(load("mazur").problem), "w1")
    kinds = {quantity.kind for path in view.shown for quantity in path.through}
    assert kinds == {Kind.PARAMETER, Kind.NET, Kind.OUT, Kind.PART, Kind.LOSS}
