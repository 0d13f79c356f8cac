"""What the mistakes of several parts of the work are written with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import (
    Apply,
    Formula,
    Name,
    apply,
    divide,
    multiply,
    number,
    operations_in,
    rewritten,
)
from backprop_cli.algebra.parts import Use
from backprop_cli.algebra.quantities import Kind, Quantity, out
from backprop_cli.checking.parts import LineContext
from backprop_cli.checking.surroundings import unit_of

_WAVES = ("sin", "cos", "tan")


def key_of(formula: Formula) -> str:
    """The key of a quantity in canonical names; nothing for anything else."""
    return formula.symbol.bare_key if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) else ""


def updates_a_parameter(part: LineContext) -> bool:
    """Whether the line updates a parameter, and not an optimizer's state."""
    return part.quantity.kind is Kind.NEW and part.quantity.name in part.around.problem.parameters


def mentions(formula: Formula, operation: str) -> bool:
    """Whether an operation stands in the formula."""
    return any(operations_in(formula, operation))


def without(formula: Formula, drop: Callable[[Apply], Formula | None]) -> Formula:
    """The formula with every operation for which `drop` gives something else replaced by that."""
    return rewritten(formula, lambda part: drop(part) if isinstance(part, Apply) else None)


def without_squares(formula: Formula) -> Formula:
    """The formula with every square replaced by what is squared."""

    def base(part: Apply) -> Formula | None:
        match part:
            case Apply("square", (inner,)):
                return inner
            case Apply("power", (inner, exponent)) if exponent == number(2):
                return inner
        return None

    return without(formula, base)


def with_operation(formula: Formula, operation: str, change: Callable[[Apply], Formula]) -> Formula:
    """The formula with every use of an operation changed."""
    return without(formula, lambda part: change(part) if part.operation == operation else None)


def in_degrees(formula: Formula) -> Formula:
    """The formula as a calculator that is set to degrees has it."""
    if not isinstance(formula, Apply):
        return formula
    arguments = tuple(map(in_degrees, formula.arguments))
    if formula.operation in _WAVES:
        arguments = (divide(multiply(arguments[0], apply("pi")), number(180)),)
    return formula if arguments == formula.arguments else Apply(formula.operation, arguments)


def senders_below(part: LineContext, uses: Sequence[Use]) -> tuple[str, ...]:
    """The units of the layer below the one that the parameter belongs to."""
    layers = {part.around.layer_of(unit_of(use.delta)) for use in uses}
    layer = layers.pop() if len(layers) == 1 else None
    return part.around.units(layer - 1) if layer is not None else ()


def out_of(part: LineContext, unit: str) -> Name:
    """What a unit, or an input, puts out in the pass of the part."""
    problem, at = part.around.problem, part.quantity.at
    if unit not in problem.inputs:
        return Name(_replace(out(unit), at=at))
    sample = tuple(place for place in at if place.word == "sample")
    return Name(Quantity(Kind.INPUT, unit, at=sample))
