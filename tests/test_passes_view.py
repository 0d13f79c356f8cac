"""Both passes side by side: every product is one, and together they are the gradients of the solution."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from helpers import View, backprop, loaded, random_network, render, render_json, solved
from layered import OF_OTHER_TYPES, WITH_LAYERS, bundled_solution

from backprop_cli.algebra.quantities import Kind
from backprop_cli.ground.wrapping import width
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of
from backprop_cli.writing.notation import notations

Data = dict[str, Any]
MEETING = ("batch-norm", "batch-norm-network")  # the samples of a batch meet in a layer
WITH_GRADIENTS = [
    *WITH_LAYERS,
    *(name for name in bundled() if load(name).problem.nodes),
    *(name for name in OF_OTHER_TYPES if name not in MEETING),
]


def passes(solution: Solution) -> list[Data]:
    """The view as data."""
    found: list[Data] = json.loads(render_json(View(solution, "passes")))["passes"]
    return found


def rows(one: Data) -> list[Data]:
    """Every row of a pass."""
    return [row for group in one["groups"] for row in group["rows"]]


def number(cell: Data) -> float:
    """The number in a cell."""
    return float(Fraction(cell["decimal"]))


def check(solution: Solution) -> int:
    """Multiplies and adds up; how many products there are."""
    done = 0
    for one in passes(solution):
        paths: dict[str, list[float]] = {}
        for row in rows(one):
            if row["via"] is None:
                assert number(row["product"]) == pytest.approx(sum(paths[row["of"]]), rel=1e-12, abs=1e-12)
                continue
            product = number(row["local"]) * number(row["upstream"])
            assert number(row["product"]) == pytest.approx(product, rel=1e-12, abs=1e-12)
            paths.setdefault(row["of"], []).append(number(row["product"]))
            done += 1
    return done


@pytest.mark.parametrize("name", WITH_GRADIENTS)
def test_the_products_of_a_bundled_problem_are_products(name: str) -> None:
    assert check(solution_of(load(name), SolveOptions(digits=16))) or name == "softmax"


@pytest.mark.parametrize("name", [name for name in OF_OTHER_TYPES if name not in MEETING])
def test_the_sums_over_the_lines_of_a_parameter_are_its_gradients(name: str) -> None:
    """Those of the solution, which the tests of each layer compare with torch.nn."""
    solution = solution_of(load(name), SolveOptions())
    shown = {row["product"]["quantity"]: row["product"]["decimal"] for one in passes(solution) for row in rows(one)}
    of_parameters = [step for step in solution.trace.steps
                     if step.quantity.kind is Kind.GRADIENT and step.quantity.by
                     and step.quantity.by.kind is Kind.PARAMETER
                     and (len(solution.problem.samples) == 1 or step.quantity.at)]  # fmt: skip
    assert of_parameters or name in ("pooling", "residual", "attention"), name
    for step in of_parameters:
        assert shown[step.quantity.key] == step.value.decimal.text()


@pytest.mark.parametrize("name", MEETING)
def test_samples_that_meet_have_no_passes_of_their_own(name: str) -> None:
    run = backprop("solve", name, "--passes")
    assert (run.code, run.out) == (2, "")
    assert "the samples of a batch meet in a layer" in run.err


@pytest.mark.parametrize("seed", range(15))
def test_the_products_of_a_random_network_are_its_gradients(seed: int) -> None:
    """The gradients of the full solution are those that tests/test_against_pytorch.py compares with PyTorch's."""
    random = Random(seed)
    network = random_network(random, ["sigmoid", "tanh", "softmax", "elu"], last=random.choice(["tanh", "softmax"]))
    more = ["delta: -dE/dnet"] if random.random() < 0.3 else []
    solution = solved(network.with_lines(*more).text(), digits=16)
    assert check(solution)
    page = {step.quantity.key: step.value.decimal.text() for step in solution.trace.steps}
    shown = {row["product"]["quantity"]: row["product"]["decimal"] for one in passes(solution) for row in rows(one)}
    expected = {
        step.quantity.key
        for step in solution.trace.steps
        if step.quantity.kind is Kind.GRADIENT and step.quantity.by and step.quantity.by.kind is Kind.PARAMETER
        and (len(solution.problem.samples) == 1 or "sample" in step.quantity.key)
    }  # fmt: skip
    assert expected <= set(shown)
    assert all(shown[key] == page[key] for key in expected)


def test_the_weight_of_the_most_read_example_has_its_three_numbers() -> None:
    """Matt Mazur (2015): ∂E/∂w5 = 0.13849856·0.59326999 = 0.08216704."""
    (one,) = passes(solution_of(load("mazur"), SolveOptions()))
    first = rows(one)[0]
    assert (first["of"], first["via"]) == ("w5", "net_o1")
    assert first["local"]["formula"] == "out_h1"
    assert first["upstream"]["formula"] == "delta_o1"
    assert [round(number(first[key]), 8) for key in ("local", "upstream", "product")] == [
        0.59326999,
        0.13849856,
        0.08216704,
    ]


def test_a_bias_has_the_local_slope_1_and_a_threshold_minus_1() -> None:
    (one,) = passes(solution_of(load("mazur"), SolveOptions()))
    assert {number(row["local"]) for row in rows(one) if row["via"] and row["of"] in ("b1", "b2")} == {1.0}
    (one,) = passes(solution_of(load("thresholds"), SolveOptions()))
    assert {number(row["local"]) for row in rows(one) if row["of"].startswith("theta")} == {-1.0}


def test_a_shared_parameter_has_a_row_for_each_use_and_a_sum() -> None:
    (one,) = passes(solution_of(load("mazur"), SolveOptions()))
    found = [row for row in rows(one) if row["of"] == "b2"]
    assert [row["via"] for row in found] == ["net_o1", "net_o2", None]
    assert found[2]["product"]["decimal"] == "0.100400325"


def test_a_parameter_shared_between_layers_is_summed_where_its_last_use_is() -> None:
    text = """
inputs: [2]
targets: [0]
layers: [{weights: [[w = 3]]}, {weights: [[w]]}]
loss: half_squared_error
"""
    (one,) = passes(solved(text))
    found = rows(one)
    assert [(row["via"], number(row["product"])) for row in found] == [
        ("net_y1", 108.0),
        ("net_h1", 108.0),
        (None, 216.0),
    ]
    assert [len(group["rows"]) for group in one["groups"]] == [1, 2]
    assert "sum over layers" in render(View(solved(text), "passes"))


def test_delta_of_the_other_sign_is_turned_round() -> None:
    text = "delta: -dE/dnet\ninputs: [2]\ntargets: [0]\nlayers: [{weights: [[3]]}]\nloss: half_squared_error\n"
    (one,) = passes(solved(text))
    (row,) = rows(one)
    assert row["upstream"]["formula"] == "-delta_y1"
    assert (number(row["upstream"]), number(row["product"])) == (6, 12)


def test_a_graph_has_a_row_for_each_edge_and_sums_at_a_fan_out() -> None:
    """CS231n: f = (x + y)·z at x = −2, y = 5, z = −4 has the gradients −4, −4 and 3."""
    (one,) = passes(solution_of(load("cs231n-gates"), SolveOptions()))
    found = {(row["of"], row["via"]): row for row in rows(one)}
    assert {key: number(row["product"]) for key, row in found.items()} == {
        ("q", "f"): -4, ("z", "f"): 3, ("x", "q"): -4, ("y", "q"): -4,
    }  # fmt: skip
    assert found["q", "f"]["local"]["formula"] == "z"
    (one,) = passes(solution_of(load("two-paths"), SolveOptions()))
    total = next(row for row in rows(one) if row["via"] is None)
    assert (total["of"], number(total["product"])) == ("b", 5)


def test_an_input_that_is_used_twice_in_one_node_has_one_edge() -> None:
    (one,) = passes(solved("inputs: {x: 3}\ngraph: {f: x^2 + x}\nobjective: f\n"))
    (row,) = rows(one)
    assert number(row["product"]) == 7


def test_a_batch_ends_with_the_gradients_of_the_batch() -> None:
    page = render(View(solution_of(load("xor-batch"), SolveOptions()), "passes"))
    assert page.count("The products") == 4
    assert "The gradients of the batch" in page
    assert "≈ −0.0188597105" in page


def test_where_the_problem_rounds_the_numbers_lead_to_those_of_the_page() -> None:
    """Han and Kamber, example 9.1: Err6 = 0.1311, and w46 grows by 0.9·0.1311·0.332."""
    (one,) = passes(solution_of(load("han-kamber"), SolveOptions()))
    first = rows(one)[0]
    assert [first[key]["decimal"] for key in ("local", "upstream", "product")] == ["0.332", "-0.1311", "-0.0435252"]


@pytest.mark.parametrize("columns", [60, 100])
@pytest.mark.parametrize("charset", ["unicode", "ascii"])
@pytest.mark.parametrize("name", WITH_GRADIENTS)
def test_nothing_is_wider_than_the_page(name: str, charset: str, columns: int) -> None:
    page = render(View(bundled_solution(name), "passes", "", charset), columns)
    assert max(map(width, page.splitlines())) <= columns
    assert charset == "unicode" or page.isascii()


def test_a_table_without_room_goes_on_below_and_no_number_is_broken() -> None:
    page = render(View(solution_of(load("mazur"), SolveOptions(digits=30)), "passes"))
    solution = solution_of(load("mazur"), SolveOptions(digits=30))
    for key in ("delta_o1", "dE/dw5", "dE/dw1"):
        assert solution.trace[key].decimal.text() in page
    assert max(map(width, page.splitlines())) <= 80


@pytest.mark.parametrize("notation", notations())
def test_every_notation_has_heads_for_the_columns(notation: str) -> None:
    page = render(View(solution_of(load("mazur", notation), SolveOptions()), "passes"))
    assert "{" not in page
    assert "0.0821670406" in page


def test_where_nothing_goes_back_that_is_said() -> None:
    for problem in ("mini-step", "momentum"):
        run = backprop("solve", problem, "--passes")
        assert (run.code, run.out) == (2, "")
        assert "nothing goes back" in run.err
    run = backprop("solve", "-", "--passes", stdin="inputs: [1]\nlayers: [{weights: [[2]]}]\n")
    assert run.code == 2
    assert solution_of(loaded("inputs: [1]\nlayers: [{weights: [[2]]}]\nobjective: y1\n"), SolveOptions())
    assert (
        backprop("solve", "-", "--passes", stdin="inputs: [1]\nlayers: [{weights: [[2]]}]\nobjective: y1\n").code == 0
    )
