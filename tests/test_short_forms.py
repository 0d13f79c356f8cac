"""Where δ is short, it is right; where one might expect it to be short and it is not, the page says why."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from helpers import as_fraction, backprop, solved

from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution

ENTROPIES = ("binary_cross_entropy", "cross_entropy", "cross_entropy_base_2", "cross_entropy_base_10", "kl_divergence")
NETS = {"p1": 0.5, "p2": 0.75}
TARGETS = {"p1": 0.3, "p2": 0.7}


def problem(activation: str, loss: str, targets: str = "[0.3, 0.7]", more: str = "") -> str:
    named = {"cross_entropy_base_2": "cross_entropy(2)", "cross_entropy_base_10": "cross_entropy(10)"}
    layer = f"{{neurons: [p1, p2], activation: '{activation}', weights: [[0.5], [0.75]]}}"
    return f"inputs: {{x: 1}}\ntargets: {targets}\nlayers: [{layer}]\nloss: {named.get(loss, loss)}\n{more}"


def has_no_value(activation: str, loss: str) -> bool:
    """Whether an output is 1 or more, where binary cross-entropy has no logarithm."""
    return loss == "binary_cross_entropy" and activation in ("step", "sign", "softplus")


def delta(solution: Solution, name: str) -> Fraction:
    return as_fraction(solution.trace[f"delta_{name}"].decimal.value)


def reasons(solution: Solution) -> list[str]:
    """What is said of δ lines that are not short."""
    rules = [rule for step in solution.trace.steps for rule in step.line.rules]
    return [rule for rule in dict.fromkeys(rules) if rule.startswith("δ is not")]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "softmax"])
def test_the_textbooks_delta_is_that_of_the_full_chain_rule(activation: str, loss: str) -> None:
    """Whatever is merged, and whatever is said of it, δ is the same number as through every slope."""
    if has_no_value(activation, loss):
        return
    textbook, full = (solved(problem(activation, loss), detail=detail) for detail in (Detail.TEXTBOOK, Detail.FULL))
    for name in TARGETS:
        assert delta(textbook, name) == delta(full, name)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "softmax"])
def test_what_is_said_of_a_missing_short_form_is_true(activation: str, loss: str) -> None:
    """Where the page says that δ is not output minus target, it is not."""
    if has_no_value(activation, loss):
        return
    solution = solved(problem(activation, loss), detail=Detail.FULL)
    if reasons(solution):
        for name, target in TARGETS.items():
            out = as_fraction(solution.trace[f"out_{name}"].decimal.value)
            assert abs(delta(solution, name) - (out - Fraction(target))) > Fraction(1, 1000)


TEMPTING = [(activation, loss) for activation in ("sigmoid", "softmax") for loss in LOSSES]
TEMPTING += [(activation, loss) for activation in ("tanh", "identity", "hard_sigmoid") for loss in ENTROPIES]
NATURAL = [("sigmoid", "binary_cross_entropy")] + [("softmax", loss) for loss in ENTROPIES[1:]]


@pytest.mark.parametrize(("activation", "loss"), TEMPTING)
def test_a_reason_is_given_wherever_one_is_tempted_to_be_short(activation: str, loss: str) -> None:
    said = reasons(solved(problem(activation, loss), detail=Detail.FULL))
    assert len(said) == (0 if (activation, loss) in NATURAL else 1)


@pytest.mark.parametrize(("activation", "loss"), NATURAL)
def test_a_loss_with_its_own_activation_is_short_and_says_so(activation: str, loss: str) -> None:
    """δ = out − t, over ln of the base; the values of sigmoid and softmax are Python's own."""
    exponentials = {name: math.exp(net) for name, net in NETS.items()}
    solution = solved(problem(activation, loss), detail=Detail.TEXTBOOK)
    base = {"cross_entropy_base_2": math.log(2), "cross_entropy_base_10": math.log(10)}.get(loss, 1)
    for name, target in TARGETS.items():
        power = exponentials[name]
        out = power / sum(exponentials.values()) if activation == "softmax" else power / (1 + power)
        assert float(delta(solution, name)) == pytest.approx((out - target) / base, rel=1e-12)
    step = next(step for step in solution.trace.steps if step.quantity.key == "delta_p1")
    assert step.line.rules == (LOSSES[loss].rule, LOSSES[loss].collapse)
    assert "collapse" in step.line.rules[1]


@pytest.mark.parametrize(("activation", "loss"), [("tanh", "half_squared_error"), ("identity", "squared_error")])
def test_no_reason_is_given_where_nobody_would_expect_a_short_form(activation: str, loss: str) -> None:
    assert not reasons(solved(problem(activation, loss)))


def test_a_sigmoid_of_something_else_than_its_net_input_is_not_short() -> None:
    """δ of σ(2·net) with binary cross-entropy is 2(out − t): at net ½, 2(σ(1) − 0.3)."""
    solution = solved(problem("sigmoid(2*z)", "binary_cross_entropy"), detail=Detail.TEXTBOOK)
    assert float(delta(solution, "p1")) == pytest.approx(2 * (1 / (1 + math.exp(-1)) - 0.3), rel=1e-12)
    assert not reasons(solution)


def test_targets_that_do_not_add_up_to_one_multiply_p_by_their_sum() -> None:
    """δ = 0.9·p − t."""
    solution = solved(problem("softmax", "cross_entropy", "[0.2, 0.7]"), detail=Detail.TEXTBOOK)
    p = 1 / (1 + math.exp(0.25))
    assert float(delta(solution, "p1")) == pytest.approx(0.9 * p - 0.2, rel=1e-12)
    said = next(step.line.rules for step in solution.trace.steps if step.quantity.key == "delta_p1")
    assert "here the targets do not add up to 1, so p is multiplied by their sum" in said


def test_where_delta_is_minus_the_slope_the_tempting_form_is_target_minus_output() -> None:
    (said,) = reasons(solved(problem("sigmoid", "half_squared_error", more="delta: -dE/dnet\n")))
    assert said.startswith("δ is not t − out here")


@pytest.mark.parametrize(("detail", "times"), [("textbook", 1), ("full", 1), ("brief", 0)])
def test_the_page_gives_the_reason_once(detail: str, times: int) -> None:
    page = backprop("solve", "softmax-squared", "--detail", detail).out
    assert " ".join(page.split()).count("δ is not p − t here: that holds for cross-entropy behind a softmax") == times


def test_a_loss_of_ones_own_is_not_judged() -> None:
    """It may be cross-entropy in disguise."""
    assert not reasons(solved(problem("sigmoid", "-(t*ln(out) + (1 - t)*ln(1 - out))")))
