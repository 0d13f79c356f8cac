"""Newton's step, damped or not, that of Gauss and Newton, and exact line search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, Name, Number, add
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.algebra.second_order import BY_CRAMER, DAMPING, STEP
from backprop_cli.deriving.residuals import residuals_of
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import rational
from backprop_cli.views.eigenvalues import eigenvalues
from backprop_cli.views.linear_systems import pivots
from backprop_cli.views.second_work import SecondOrder, StepSetup, one_step, refuse_zero


def newton(work: StepSetup) -> SecondOrder:
    """w⁺ = w − H⁻¹g, or w − (H + λI)⁻¹g (Levenberg 1944)."""
    rows = tuple(tuple(map(Name, row)) for row in work.start.second.entries)
    return one_step(work, _solved_system(work, rows, work.start.trace, n_("the Hessian")))


def gauss_newton(work: StepSetup) -> SecondOrder:
    """w⁺ = w − (JᵀCJ)⁻¹g: the Hessian without the second derivatives of the residuals (Gauss 1809)."""
    found = residuals_of(work.start.second)
    rows = tuple(tuple(map(Name, row)) for row in found.matrix)
    lines = _solved_system(work, rows, work.solved((*found.lines, *found.model)), n_("the matrix JᵀJ"))
    step = one_step(work, (*found.model, *lines), found.lines)
    return replace(step, residuals=found)


def _solved_system(work: StepSetup, rows: Sequence[Sequence[Formula]], trace: Trace, what: str) -> list[Line]:
    """The lines that solve (A + λI)·step = g and take the step off.

    Raises UsageError where the matrix is singular, or cannot be told from one.
    """
    if work.damping is not None:
        rows = [[add(one, Name(DAMPING)) if i == j else one for j, one in enumerate(row)] for i, row in enumerate(rows)]
    numbers = _numbers(rows, trace, work.damping)
    if any(one.sign == 0 for one in eigenvalues(numbers, work.digits)):
        raise UsageError(_singular(work, what))
    if len(rows) <= BY_CRAMER:
        return work.of_table("newton", rows)
    order = pivots(numbers)
    lines = work.of_table("newton", [rows[row] for row in order], [work.gradients[row] for row in order])
    return [one if one.quantity.kind is Kind.NEW or one.quantity.name.startswith(STEP)
            else replace(one, phase=Phase.BACKWARD) for one in lines]  # fmt: skip


def _numbers(rows: Sequence[Sequence[Formula]], trace: Trace, damping: Formula | None) -> list[list[Real]]:
    """The values of a matrix; on its diagonal the damping is added."""
    more = damping.value if isinstance(damping, Number) else rational(0)

    def value(formula: Formula) -> Real:
        named = formula if isinstance(formula, Name) else formula.arguments[0]  # type: ignore[union-attr]
        assert isinstance(named, Name)
        assert isinstance(named.symbol, Quantity)
        return trace.value(named.symbol).number + (more if named is not formula else 0)

    return [[value(one) for one in row] for row in rows]


def _singular(work: StepSetup, what: str) -> str:
    if work.damping is None:
        message = _("{what} is singular here (or cannot be told from a singular matrix), so there is no step: damp it, "
                    "such as {name}:0.1")  # fmt: skip
    else:
        message = _("{what} is singular here with this damping, too, so there is no step: take another λ, such as "
                    "{name}:1")  # fmt: skip
    return message.format(what=_(what), name=work.method.name)


def line_search(work: StepSetup) -> SecondOrder:
    """w⁺ = w − α·g with α = gᵀg/gᵀHg, the minimum of the quadratic model along −g (Cauchy 1847)."""
    refuse_zero(work)
    rows = tuple(tuple(map(Name, row)) for row in work.start.second.entries)
    lines = work.of_table("line_search", rows)
    curvature = next(place for place, one in enumerate(lines) if one.quantity.name == "gHg")
    known = work.solved(lines[: curvature + 1]).value(lines[curvature].quantity).number
    _refuse_flat(known)
    step = one_step(work, lines)
    return replace(step, is_to_top=bool(known < 0))


def _refuse_flat(curvature: Real) -> None:
    if not (curvature > 0 or curvature < 0):
        raise UsageError(
            _("the objective does not curve in this direction (or it cannot be told), so there is no step")
        )
