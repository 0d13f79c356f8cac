"""The methods of the second order in one table, and the step that one of them takes from the starting point."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.formula import Formula, Number
from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.ground.errors import UsageError, unknown
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import numeral
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.conjugate_gradients import conjugate_gradients
from backprop_cli.views.hessian import hessian
from backprop_cli.views.newton import gauss_newton, line_search, newton
from backprop_cli.views.second_derivatives import SecondDerivatives
from backprop_cli.views.second_work import Method, SecondOrder, StepSetup

_WRITERS = {"newton": newton, "gauss_newton": gauss_newton, "line_search": line_search,
            "conjugate_gradients": conjugate_gradients}  # fmt: skip
METHODS: Mapping[str, Method] = {
    method.name: method
    for row in SECOND_ORDER.values()
    for method in (Method(row.name.replace("_", "-"), _WRITERS[row.name], row),)
}


def second_order(worked: WorkedProblem, text: str, digits: int = 9) -> SecondOrder:
    """The step that `text` names: `newton`, `newton:0.1` with its damping.

    Raises UsageError for a name that means nothing, and where the method has no step: a singular matrix, an objective
    that is no sum of squares or not quadratic, a gradient that is 0.
    """
    method, damping = _method_called(text)
    start = hessian(worked, "", digits)
    return method.write(StepSetup(method, start, damping, digits))


def _method_called(text: str) -> tuple[Method, Formula | None]:
    name, colon, number = text.strip().partition(":")
    name = name.strip().replace("_", "-").lower()
    if name not in METHODS:
        raise unknown(_("no method of the second order called {name!r} ({hint})"), name, METHODS)
    method = METHODS[name]
    if not colon:
        return method, None
    if not method.row.damped:
        raise UsageError(_("{name} has no damping").format(name=name))
    try:
        return method, Number(numeral(number.strip()), number.strip())
    except (ValueError, OverflowError):
        message = _("the damping λ is a number that is not negative, such as newton:0.1, not {text!r}")
        raise UsageError(message.format(text=number.strip())) from None


def is_quadratic(second: SecondDerivatives) -> bool:
    """Whether no second derivative depends on the variables."""
    return not any(second.moves(entry) for i, row in enumerate(second.entries) for entry in row[i:])


def goes_down(found: SecondOrder) -> bool:
    """Whether the objective is known to be smaller after the step."""
    before, after_ = (found.trace.value(one).number for one in (found.start.second.objective, found.ends))
    return bool(after_ < before)
