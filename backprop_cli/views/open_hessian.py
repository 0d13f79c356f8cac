"""The Hessian of a problem in letters: every entry as a formula, and the lines of the characteristic polynomial."""

from __future__ import annotations

from backprop_cli.algebra.derivation import Line
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail
from backprop_cli.solving.closed import close
from backprop_cli.solving.symbolic import SymbolicSolution
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.hessian import invariants_of
from backprop_cli.views.second_derivatives import SecondDerivatives, second_derivatives


@record(slots=False)
class OpenHessian:
    """The second derivatives in letters, and the solution that has their lines as formulas."""

    second: SecondDerivatives
    solution: SymbolicSolution
    invariants: tuple[Line, ...]


def open_hessian(worked: WorkedProblem, text: str, digits: int) -> OpenHessian:
    """The Hessian in letters; in the parameters that `text` names, or in all that are updated."""
    if worked.problem.rounding is not None:
        raise UsageError(_("letters cannot be rounded: add --round none"))
    second = second_derivatives(worked.in_letters if worked.problem.symbolic else worked, text)
    invariants = tuple(invariants_of(second))
    trace = close(second.with_lines(invariants), digits)
    return OpenHessian(second, SymbolicSolution(second.problem, trace, Detail.FULL), invariants)
