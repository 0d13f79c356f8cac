"""A local derivative that is given, of a function of which an exercise says nothing else, and what follows from it."""

from __future__ import annotations

import pytest
from helpers import backprop, loaded

from backprop_cli.api import load
from backprop_cli.ground.errors import BackpropError
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

UNKNOWN = """inputs: {x: 2, y: 1}
graph:
  q: x + y
  f: q^2
objective: f
given: {q: 5, dq/dx: 3, dq/dy: -1/2}
"""
PARTLY = """inputs: {x: 2, y: 1}
parameters: {w: 3}
graph:
  p: w * x
  q: sin(p) + y*p
  f: q^2 + p
objective: f
learning_rate: 0.1
given: {dq/dp: 4}
ask: [df/dp, w_new]
"""


def values(text: str) -> dict[str, float]:
    trace = solution_of(loaded(text), SolveOptions(digits=15)).trace
    return {step.quantity.key: float(step.value.decimal.text()) for step in trace.steps}


def test_a_given_slope_stands_in_the_chain_rule() -> None:
    """f = q², q = 5, ∂q/∂x = 3 and ∂q/∂y = −1/2: ∂f/∂x = 2·5·3 = 30, ∂f/∂y = −5."""
    found = values(UNKNOWN)
    assert (found["df/dx"], found["df/dy"]) == (30, -5)
    page = backprop("solve", "-", stdin=UNKNOWN).out
    assert "∂q/∂x = 3  (given)" in page
    assert "∂f/∂x = ∂f/∂q·∂q/∂x = 10·3 = 30" in page


def test_the_other_slopes_are_worked_out_as_ever() -> None:
    """∂f/∂p = 2q·4 + 1, and ∂f/∂y = 2q·p by the formula that the file has."""
    found = values(PARTLY)
    assert found["df/dp"] == pytest.approx(2 * found["q"] * 4 + 1, rel=1e-13)
    assert found["df/dy"] == pytest.approx(2 * found["q"] * 6, rel=1e-13)
    assert found["w_new"] == pytest.approx(3 - 0.1 * 2 * (8 * found["q"] + 1), rel=1e-13)


@pytest.mark.parametrize("text", [UNKNOWN, PARTLY])
@pytest.mark.parametrize("detail", ["brief", "textbook", "full"])
def test_finite_differences_of_a_function_with_those_slopes_agree(text: str, detail: str) -> None:
    compared = verification_of(WorkedProblem(loaded(f"{text}detail: {detail}\n").problem)).comparisons
    assert len(compared) >= 2
    assert all(one.agrees for one in compared)


def test_it_is_written_in_every_format() -> None:
    for kind in ("latex", "typst", "markdown", "html"):
        assert "given" in backprop("solve", "-", "--format", kind, stdin=PARTLY).out
    for kind in ("python", "numpy", "pytorch", "json", "csv"):
        assert backprop("solve", "-", "--format", kind, stdin=PARTLY).code == 0
    assert "∂f/∂x = ∂q/∂x·2·q = 3·10 = 30" in backprop("solve", "-", "--paths", "x", stdin=UNKNOWN).out
    assert "Not the same number" not in backprop("solve", "-", "--forward-mode", "x", stdin=UNKNOWN).out
    assert "prescribes values" in backprop("solve", "-", "--hessian", "all", stdin=PARTLY).err.replace("\n", " ")


def test_a_sheet_is_marked_with_it() -> None:
    problem = load(PARTLY)
    found = values(PARTLY)
    right = {key: f"{found[key]:.6g}" for key in ("df/dp", "w_new")}
    assert problem.check(right).marks == 2
    own = values(PARTLY.replace("given: {dq/dp: 4}\n", ""))
    assert problem.check(right | {"df/dp": f"{own['df/dp']:.6g}"}).marks < 2  # by the formula, not by what is given
    assert "∂q/∂p = 4" in backprop("worksheet", "-", stdin=PARTLY).out


def test_a_slope_that_there_is_not_is_refused_where_it_stands() -> None:
    with pytest.raises(BackpropError, match="dq/dz"):
        loaded(UNKNOWN.replace("dq/dx", "dq/dz"))
