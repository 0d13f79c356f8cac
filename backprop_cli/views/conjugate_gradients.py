"""Conjugate gradients on a quadratic objective, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Formula, Name, add, divide, multiply, negate
from backprop_cli.algebra.quantities import Address, Kind, Phase, Place, Quantity
from backprop_cli.algebra.second_order import dot
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.sizes import is_zero
from backprop_cli.views.hessian import aux
from backprop_cli.views.second_derivatives import after
from backprop_cli.views.second_work import SecondOrder, Stage, StepSetup, refuse_zero


def conjugate_gradients(work: StepSetup) -> SecondOrder:
    """Hestenes and Stiefel (1952): each direction is conjugate to those before it; n steps end in the solution."""
    second = work.start.second
    refuse_zero(work)
    for i, row in enumerate(second.entries):
        for entry in row[i:]:
            if second.moves(entry):
                message = _("conjugate gradients need a quadratic objective: {entry} depends on the parameters")
                raise UsageError(message.format(entry=entry.bare_key))
    parts = [Stage(work.at, tuple(_first_direction(work)))]
    for number in range(1, len(second.variables) + 1):
        at = (*work.at, Place("step", number))
        lines = list(_conjugate_step(work, at, number))
        trace = work.solved([line for part in parts for line in part.lines] + lines)
        _refuse_not_positive(trace.value(aux("pAp", at)).number)
        left = [trace.value(Quantity(Kind.NEW, f"r_{name}", at=at)).number for name in work.names]
        ends = number == len(second.variables) or all(map(is_zero, left))
        parts.append(Stage(at, tuple(lines if ends else [*lines, *_next_direction(work, at, number)])))
        if ends:
            break
    last = parts[-1].at
    ahead, value = after(second, last)
    trace = work.solved([*(line for part in parts for line in part.lines), *ahead])
    return SecondOrder(work.method, None, work.start, tuple(parts), trace, value)


def _refuse_not_positive(curvature: Real) -> None:
    if not curvature > 0:
        raise UsageError(_("the objective does not curve upwards in a direction (pᵀAp is not positive): it has no "
                           "minimum that conjugate gradients could find"))  # fmt: skip


def _state(work: StepSetup, letter: str, number: int) -> list[Formula]:
    """r or p before a step: as it began, or as the step before has made it."""
    if number == 1:
        return [Name(aux(f"{letter}_{name}", work.at)) for name in work.names]
    before = (*work.at, Place("step", number - 1))
    return [Name(Quantity(Kind.NEW, f"{letter}_{name}", at=before)) for name in work.names]


def _first_direction(work: StepSetup) -> Iterator[Line]:
    """r = −g, p = r"""
    for name, g in zip(work.names, work.gradients, strict=True):
        yield work.line(f"r_{name}", negate(g))
    for name in work.names:
        yield work.line(f"p_{name}", Name(aux(f"r_{name}", work.at)))


def _conjugate_step(work: StepSetup, at: Address, number: int) -> Iterator[Line]:
    """α = rᵀr/pᵀAp, x⁺ = x + α·p, r⁺ = r − α·Ap"""
    second = work.start.second
    r, p = _state(work, "r", number), _state(work, "p", number)
    before = (*work.at, Place("step", number - 1))
    for name, row in zip(work.names, second.entries, strict=True):
        yield work.line(f"Ap_{name}", dot(tuple(map(Name, row)), p), at)
    products = [Name(aux(f"Ap_{name}", at)) for name in work.names]
    yield work.line("rr", dot(r, r), at)
    yield work.line("pAp", dot(p, products), at)
    alpha = work.line("alpha", divide(Name(aux("rr", at)), Name(aux("pAp", at))), at)
    yield alpha
    for k, one in enumerate(second.variables):
        x = Name(one if number == 1 else work.moved(k, before))
        yield work.new(k, add(x, multiply(Name(alpha.quantity), p[k])), at)
    for k, name in enumerate(work.names):
        left = add(r[k], negate(multiply(Name(alpha.quantity), products[k])))
        yield Line(Phase.UPDATE, Quantity(Kind.NEW, f"r_{name}", at=at), left)


def _next_direction(work: StepSetup, at: Address, number: int) -> Iterator[Line]:
    """β = r⁺ᵀr⁺/rᵀr, p⁺ = r⁺ + β·p (Fletcher and Reeves 1964)."""
    left = [Name(Quantity(Kind.NEW, f"r_{name}", at=at)) for name in work.names]
    beta = work.line("beta", divide(dot(left, left), Name(aux("rr", at))), at)
    yield beta
    for name, r, p in zip(work.names, left, _state(work, "p", number), strict=True):
        yield Line(Phase.UPDATE, Quantity(Kind.NEW, f"p_{name}", at=at), add(r, multiply(Name(beta.quantity), p)))
