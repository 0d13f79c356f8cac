"""`--forward-mode`: every tangent is that of torch.func.jvp and of differences, and the last one is the gradient."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from helpers import Network, as_fraction, backprop, loaded, random_network
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.deriving.schedule import derive
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.tangents import forward_mode

law = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 10**6)
SMOOTH = ("sigmoid", "tanh", "softplus", "swish")
STEP = Fraction(1, 10**20)


def data(*arguments: str, stdin: str = "") -> dict[str, Any]:
    """The view as JSON."""
    run = backprop("solve", *arguments, "--json", stdin=stdin)
    assert run.code == 0, run.err
    found: dict[str, Any] = json.loads(run.out)
    return found


def tangents(view: dict[str, Any]) -> dict[str, str]:
    """The tangents of one sweep by the quantity that they belong to."""
    (sweep,) = view["sweeps"]
    return {line["quantity"]: line["tangent"]["decimal"] for line in sweep["lines"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # PyTorch's own, while it sets up torch.func
def test_every_tangent_of_the_published_example_is_pytorchs_jvp() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    double = {"dtype": torch.float64}
    inputs, targets = torch.tensor([0.05, 0.10], **double), torch.tensor([0.01, 0.99], **double)

    def network(w: Any) -> Any:
        """All eleven forward lines, in the order in which they are written."""
        net_h = w[0:4].reshape(2, 2) @ inputs + w[8]
        out_h = torch.sigmoid(net_h)
        net_o = w[4:8].reshape(2, 2) @ out_h + w[9]
        out_o = torch.sigmoid(net_o)
        parts = (targets - out_o) ** 2 / 2
        pairs = [torch.stack([net, out], 1).flatten() for net, out in ((net_h, out_h), (net_o, out_o))]
        return torch.cat([*pairs, parts, parts.sum()[None]])

    start = torch.tensor([0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.35, 0.6], **double)
    for index, name in enumerate(["w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "b1", "b2"]):
        direction = torch.eye(10, **double)[index]
        _values, expected = torch.func.jvp(network, (start,), (direction,))
        found = [float(text) for text in tangents(data("mazur", "--forward-mode", name, "--digits", "15")).values()]
        assert found == pytest.approx(expected.tolist(), rel=1e-13, abs=1e-18), name


@law
@given(seeds)
def test_every_tangent_is_the_central_difference_of_its_line(seed: int) -> None:
    network = random_network(Random(seed), SMOOTH, samples=1, epochs=1)
    problem = loaded(network.text()).problem
    name = Random(seed).choice(list(network.parameters))
    sweep = forward_mode(WorkedProblem(problem), name, digits=30)
    higher, lower = (values(network, name, step) for step in (STEP, -STEP))
    for quantity, tangent in sweep.sweeps[0].tangents:
        difference = (higher[quantity.key] - lower[quantity.key]) / (2 * STEP)
        found = as_fraction(sweep.trace.value(tangent).decimal.value)
        assert abs(found - difference) <= Fraction(1, 10**20) * max(1, abs(difference)), quantity.key


def values(network: Network, name: str, step: Fraction) -> dict[str, Fraction]:
    """The forward lines to sixty digits, with one parameter moved."""
    moved = {**network.parameters, name: str(Fraction(network.parameters[name]) + step)}
    trace = solve(derive(loaded(replace(network, parameters=moved).text()).problem), digits=60)
    return {step.quantity.key: as_fraction(step.value.decimal.value) for step in trace.steps}


@law
@given(seeds)
def test_every_sweep_ends_in_the_gradient(seed: int) -> None:
    network = random_network(Random(seed), ("relu", "square", "identity", "abs"), samples=2, epochs=1)
    problem = loaded(network.text()).problem
    for at in ("", "sample 2 / "):
        mode = forward_mode(WorkedProblem(problem), f"{at}all")
        assert {sweep.seed.name for sweep in mode.sweeps} == set(network.parameters)
        for sweep in mode.sweeps:
            assert mode.agrees(sweep), sweep.seed
            assert mode.trace.value(sweep.result).exact == mode.derivative(sweep)


@pytest.mark.parametrize("name", [name for name in bundled() if not name.startswith("perceptron")])
def test_the_sweeps_of_every_bundled_problem_end_in_its_gradients(name: str) -> None:
    problem = load(name).problem
    if problem.gradients or name in ("softmax", "sequential-update"):  # nothing to move; not gradient descent
        return
    if problem.couples_samples:  # no pass of one sample alone
        return
    mode = forward_mode(WorkedProblem(problem), "all")
    assert all(mode.agrees(sweep) for sweep in mode.sweeps)


def test_the_tangents_of_a_graph_are_those_of_the_hand() -> None:
    # c = a + b, d = b + 1, e = c·d at a = 2, b = 1: in b, 1 and 1 and 2·1 + 3·1
    assert tangents(data("two-paths", "--forward-mode", "b")) == {"c": "1", "d": "1", "e": "5"}
    assert tangents(data("two-paths", "--forward-mode", "a")) == {"c": "1", "d": "0", "e": "2"}


def test_a_formula_in_the_table_has_slope_times_tangent() -> None:
    lines = {line["quantity"]: line["tangent"] for line in data("mazur", "--forward-mode", "w5")["sweeps"][0]["lines"]}
    assert lines["net_h1"]["formula"] == "0"
    assert lines["net_o1"]["formula"] == "out_h1*dot_w5"
    assert lines["out_o1"]["formula"] == "out_o1*(1 - out_o1)*dot_net_o1"
    assert lines["E"]["formula"] == "dot_E_o1"
    assert lines["net_o1"]["quantity"] == "dot_net_o1"


def test_the_cost_counts_sweeps_and_tangents() -> None:
    assert data("mazur", "--forward-mode", "w5")["cost"] == {"leaves": 10, "lines": 11, "tangents": 110}
    page = " ".join(backprop("solve", "mazur", "--forward-mode", "w5", "--format", "text").out.split())
    assert "For 10 parameters it takes 10 sweeps over 11 lines, 110 tangents." in page


def test_with_one_number_forward_mode_costs_the_same() -> None:
    text = "inputs: {x: 2}\ngraph: {f: x^3}\nobjective: f\n"
    page = backprop("solve", "-", "--forward-mode", "x", "--format", "text", stdin=text).out
    assert "costs the same as the backward pass" in " ".join(page.split())
    assert tangents(data("-", "--forward-mode", "x", stdin=text)) == {"f": "12"}


def test_all_shows_every_parameter_and_where_there_is_none_every_input() -> None:
    seeds_ = [sweep["seed"] for sweep in data("mazur", "--forward-mode", "all")["sweeps"]]
    assert seeds_ == ["w1", "w2", "w3", "w4", "b1", "w5", "w6", "w7", "w8", "b2"]
    assert [sweep["seed"] for sweep in data("two-paths", "--forward-mode", "all")["sweeps"]] == ["a", "b"]


def test_a_parameter_called_all_is_that_parameter() -> None:
    text = "parameters: {all: 3, b: 1}\ngraph: {f: all^2 + b}\nobjective: f\n"
    assert tangents(data("-", "--forward-mode", "all", stdin=text)) == {"f": "6"}


def test_prescribed_gradients_stand_for_the_loss() -> None:
    text = """
inputs: {a: 2}
layers:
  - {neurons: [h], weights: [[w = 0.5]], activation: sigmoid}
given: {dE/dout_h: 3, out_h: 0.25}
"""
    view = data("-", "--forward-mode", "w", stdin=text)  # 2, then 0.25·0.75·2, then 3 times that
    assert tangents(view) == {"net_h": "2", "out_h": "0.375", "E": "1.125"}
    assert view["sweeps"][0]["lines"][-1]["value"] is None
    assert backprop("solve", "-", "--forward-mode", "w", stdin=text).code == 0


def test_a_quantity_that_does_not_exist_is_refused() -> None:
    run = backprop("solve", "mazur", "--forward-mode", "v")
    assert run.code == 2
    assert "no quantity called 'v' (the quantities are w1, i1" in run.err
