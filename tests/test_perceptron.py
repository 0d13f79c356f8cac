"""The perceptron rule against a program of its own, its end on data that no line separates."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from helpers import as_fraction, backprop, loaded, solved

from backprop_cli.ground.errors import UsageError
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.training.perceptron_run import PerceptronOutcome, outcome_of
from backprop_cli.views.verification import verification_of

Pattern = tuple[tuple[Fraction, ...], Fraction]
CORNERS = [tuple(map(Fraction, corner)) for corner in product((0, 1), repeat=2)]
AND, OR, XOR = ([Fraction(value) for value in values] for values in ((0, 0, 0, 1), (0, 1, 1, 1), (0, 1, 1, 0)))


def by_program(
    patterns: list[Pattern], weights: list[Fraction], bias: Fraction, rate: Fraction, restart: bool, most: int
) -> list[list[Fraction]]:
    """Net input, output, error, weights and bias for every row, until a pass is clean or `most` passes are done."""
    rows: list[list[Fraction]] = []
    for _epoch in range(most):
        clean = True
        for inputs, target in patterns:
            net = sum((w * x for w, x in zip(weights, inputs, strict=True)), bias)
            out = Fraction(1 if net > 0 else 0)
            wrong = target - out
            weights = [w + rate * wrong * x for w, x in zip(weights, inputs, strict=True)]
            bias += rate * wrong
            rows.append([net, out, wrong, *weights, bias])
            clean = clean and wrong == 0
            if wrong and restart:
                break
        if clean:
            break
    return rows


def problem(patterns: list[Pattern], weights: list[Fraction], bias: Fraction, rate: Fraction, more: str) -> str:
    samples = "".join(f"  - {{inputs: [{', '.join(map(str, x))}], targets: {t}}}\n" for x, t in patterns)
    row = ", ".join(map(str, weights))
    layer = f"layers: [{{weights: [[{row}]], bias: {bias}, activation: step(0)}}]\n"
    return f"samples:\n{samples}{layer}learning_rate: {rate}\nrule: perceptron\n{more}\n"


def rows_of(solution: Solution, inputs: int) -> list[list[Fraction]]:
    trace, found = solution.trace, []
    for row in outcome_of(solution.problem, trace).rows:
        at = " / ".join(map(str, row.address))
        values = [trace[f"{at} / {name}"].number for name in ("net_y1", "out_y1", "e_y1")]
        names = [*(f"w{number}" for number in range(1, inputs + 1)), "b1"]
        found.append([as_fraction(value) for value in (*values, *(row.parameters[name].number for name in names))])
    return found


def outcome(text: str) -> PerceptronOutcome:
    solution = solved(text)
    return outcome_of(solution.problem, solution.trace)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("restart", [False, True])
def test_random_separable_samples_are_learnt_as_by_a_program(seed: int, restart: bool) -> None:
    random = Random(f"perceptron {seed}")
    width = random.choice([1, 2, 3])
    chosen = [Fraction(random.randint(-9, 9) or 1) for _ in range(width + 1)]
    patterns: list[Pattern] = []
    for _ in range(random.randint(3, 7)):
        x = tuple(Fraction(random.randint(-20, 20), 10) for _ in range(width))
        value = sum((w * one for w, one in zip(chosen[1:], x, strict=True)), chosen[0])
        if value != 0:
            patterns.append((x, Fraction(int(value > 0))))
    weights = [Fraction(random.randint(-10, 10), 10) for _ in range(width)]
    bias, rate = Fraction(random.randint(-5, 5), 10), Fraction(random.choice(["0.1", "0.5", "1", "1/3"]))
    more = f"until: clean pass\nepochs: 400\nrestart: {str(restart).lower()}"
    solution = solved(problem(patterns, weights, bias, rate, more))
    assert rows_of(solution, width) == by_program(patterns, weights, bias, rate, restart, 400)
    assert outcome_of(solution.problem, solution.trace).clean


@pytest.mark.parametrize("table", [AND, OR])
def test_and_and_or_end_in_a_clean_pass(table: list[Fraction]) -> None:
    patterns = list(zip(CORNERS, table, strict=True))
    found = outcome(problem(patterns, [Fraction(0)] * 2, Fraction(0), Fraction(1), "until: clean pass"))
    assert found.clean
    assert not any(row.wrong for row in found.rows[-4:])


def test_exclusive_or_is_found_to_repeat_for_ever() -> None:
    """The convergence theorem makes the repetition a proof: no line separates the samples."""
    patterns = list(zip(CORNERS, XOR, strict=True))
    text = problem(patterns, [Fraction(0)] * 2, Fraction(0), Fraction(1), "until: clean pass")
    found = outcome(text)
    assert (found.clean, found.repeats, found.inseparable) == (False, 3, True)
    page = " ".join(backprop("solve", "-", stdin=text).out.split())
    assert "the parameters are those with which epoch 3 began" in page
    assert "one layer cannot learn this" in page


def test_a_fixed_threshold_that_cannot_do_it_proves_nothing_about_lines() -> None:
    """x > 0 needs a bias that may move; with the threshold 1 fixed and an input of 0 the rule only repeats."""
    text = ("samples: [{inputs: [0], targets: 1}, {inputs: [1], targets: 0}]\n"
            "layers: [{weights: [[0]], bias: theta = 1, activation: step(0)}]\nthreshold: true\nfixed: theta\n"
            "learning_rate: 1\nrule: perceptron\nuntil: clean pass\n")  # fmt: skip
    found = outcome(text)
    assert (found.clean, found.repeats, found.inseparable) == (False, 1, False)


def test_the_bound_is_said_where_nothing_is_proven() -> None:
    patterns = list(zip(CORNERS, XOR, strict=True))
    text = problem(patterns, [Fraction(0)] * 2, Fraction(0), Fraction(1), "until: clean pass\nepochs: 2")
    found = outcome(text)
    assert (found.clean, found.repeats) == (False, None)
    assert "No epoch was clean within 2" in " ".join(backprop("solve", "-", stdin=text).out.split())


def test_without_an_end_it_goes_on_for_its_epochs() -> None:
    patterns = list(zip(CORNERS, AND, strict=True))
    found = outcome(problem(patterns, [Fraction(0)] * 2, Fraction(0), Fraction(1), "epochs: 9"))
    assert found.epochs == 9
    assert found.clean


def test_a_threshold_moves_against_the_error() -> None:
    """Its own input is −1: θ + η·(t − y)·(−1)."""
    text = ("inputs: [2]\ntargets: 1\nlayers: [{weights: [[-1]], bias: theta = 1, activation: step(0)}]\n"
            "threshold: true\nlearning_rate: 0.5\nrule: perceptron\n")  # fmt: skip
    trace = solved(text).trace
    assert trace["net_y1"].decimal.text() == "-3"
    assert trace["w1_new"].decimal.text() == "0"
    assert trace["theta_new"].decimal.text() == "0.5"


def test_signs_are_corrected_by_twice_as_much_as_by_their_target() -> None:
    """(t − y) is 2t where a sign is wrong: η·(t − y)·x with η = ½ is η·t·x with η = 1."""
    text = ("samples: [{inputs: [1, 2], targets: 1}, {inputs: [2, -1], targets: -1}, {inputs: [-1, -1], targets: 1}]\n"
            "layers: [{weights: [[0.5, -1]], bias: 0.25, activation: sign}]\nuntil: clean pass\n")  # fmt: skip
    by_error = solved(f"{text}rule: perceptron\nlearning_rate: 1/2\n").trace
    by_target = solved(f"{text}rule: perceptron_target\nlearning_rate: 1\n").trace
    news = [
        [s.value.decimal.text() for s in one.steps if s.quantity.key.endswith("_new")] for one in (by_error, by_target)
    ]
    assert news[0] == news[1]
    lines = {line.quantity.key: line for line in by_target.derivation.lines}
    formula = str(lines["epoch 1 / sample 1 / w1_new"].formula)
    assert "target" in formula
    assert "e_y1" not in formula


def test_at_exactly_the_threshold_the_setting_of_the_step_decides() -> None:
    text = ("inputs: [1]\ntargets: 0\nlayers: [{weights: [[0]], activation: step(AT)}]\nlearning_rate: 1\n"
            "rule: perceptron\n")  # fmt: skip
    assert solved(text.replace("AT", "0")).trace["e_y1"].decimal.text() == "0"
    assert solved(text.replace("AT", "1")).trace["e_y1"].decimal.text() == "-1"


def test_two_outputs_learn_side_by_side() -> None:
    text = ("samples: [{inputs: [1, 0], targets: [1, 0]}, {inputs: [0, 1], targets: [0, 1]}]\n"
            "layers: [{weights: [[0, 0], [0, 0]], activation: step(0)}]\nlearning_rate: 1\nrule: perceptron\n"
            "until: clean pass\n")  # fmt: skip
    solution = solved(text, Detail.TEXTBOOK)
    assert outcome_of(solution.problem, solution.trace).clean
    first = {s.quantity.key for s in solution.trace.steps if s.quantity.key.startswith("epoch 1 / sample 1")}
    assert "epoch 1 / sample 1 / w1_new" in first
    assert "epoch 1 / sample 1 / w3_new" not in first  # the second output is right


def test_the_order_and_a_schedule_are_those_of_the_file() -> None:
    patterns = list(zip(CORNERS, AND, strict=True))
    more = "order: [4, 3, 2, 1]\nschedule: [1, 1/2]\nepochs: 2"
    trace = solved(
        problem(patterns, [Fraction(0)] * 2, Fraction(0), Fraction(1), more).replace("learning_rate: 1\n", "")
    ).trace
    assert [s.quantity.key for s in trace.steps if s.quantity.key.endswith("net_y1")][:2] == [
        "epoch 1 / sample 4 / net_y1", "epoch 1 / sample 3 / net_y1",
    ]  # fmt: skip
    assert trace["epoch 2 / eta"].decimal.text() == "0.5"


def test_rounding_is_what_the_student_goes_on_with() -> None:
    text = ("samples: [{inputs: [1/3], targets: 1}, {inputs: [1], targets: 0}]\nrounding: {places: 1}\nepochs: 3\n"
            "layers: [{weights: [[-0.26]], activation: step(0)}]\nlearning_rate: 1\nrule: perceptron\n")  # fmt: skip
    trace = solved(text).trace
    assert trace["epoch 1 / sample 1 / net_y1"].decimal.text() == "-0.1"
    assert trace["epoch 1 / sample 1 / w1_new"].decimal.text() == "0.1"  # −0.26 + 1/3 = 0.0733…


def test_only_wrong_samples_have_updates_unless_all_is_asked_for() -> None:
    patterns = list(zip(CORNERS, AND, strict=True))
    text = problem(patterns, [Fraction(1), Fraction(1)], Fraction("-1.5"), Fraction(1), "")
    assert not any("new" in s.quantity.key for s in solved(text, Detail.TEXTBOOK).trace.steps)
    assert solved(text, Detail.FULL).trace["sample 4 / w1_new"].decimal.text() == "1"
    asked = solution_of(loaded(f"{text}ask: [sample 2 / w2_new, e_y1]\n"), SolveOptions())
    assert {q.key for q in asked.asked} >= {"sample 2 / w2_new", "sample 3 / e_y1"}


def test_the_page_has_the_table_that_courses_write() -> None:
    page = backprop("solve", "perceptron-and").out
    assert "epoch / sample  x₁  x₂  t_y  net_y  out_y  e_y   w₁   w₂" in page
    assert "         1 / 3   1   0    0    1.2      1   −1  0.7  0.6" in page
    assert "Epoch 2 is clean" in page
    assert "A step has slope 0" in page


def test_json_says_how_it_ended() -> None:
    data = json.loads(backprop("solve", "perceptron-or", "--json").out)
    assert data["perceptron"] == {
        "clean": True, "epochs": 3, "corrections": 2, "repeats": None, "inseparable": False,
    }  # fmt: skip


def test_there_is_nothing_to_verify() -> None:
    with pytest.raises(UsageError, match="the perceptron rule has no gradients"):
        verification_of(WorkedProblem(loaded(BASE).problem))


BASE = (
    "inputs: [1, 2]\ntargets: 1\nlayers: [{weights: [[1, 2]], activation: step(0)}]\n"
    "learning_rate: 1\nrule: perceptron\n"
)
