"""What an edit is: one small change of a line's formula, what it was done to, and how usual it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.algebra.formula import Apply, Formula, Number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.ground.records import record

Key = tuple[str, ...]
Put = Callable[[Formula], Formula]


@record(eq=False)
class Edit:
    """A wrong formula for a line: `kind` says what was done, `part` to which part of it, `instead` what stands there.

    Edits with the same `key` are the same mistake wherever they are made. `mass` says how usual edits of its family
    are, all of them together.
    """

    kind: str
    key: Key
    mass: float
    family: str
    formula: Formula
    part: Formula | None = None
    instead: Formula | None = None
    twin: str = ""  # what edits of several terms must have in common, besides their key, to be one


def places(formula: Formula, put: Put | None = None) -> Iterator[tuple[Formula, Put]]:
    """Every part of a formula, and what puts another one in its place.

    The number that says which of the net inputs a share is of is no part: it stands on no paper.
    """
    put = put or _whole
    yield formula, put
    if isinstance(formula, Apply):
        for index, argument in enumerate(formula.arguments):
            if index or not isinstance(argument, Number) or not OPERATIONS[formula.operation].indexed:
                yield from places(argument, _into(formula, index, put))


def _whole(formula: Formula) -> Formula:
    return formula


def _into(parent: Apply, index: int, put: Put) -> Put:
    def inner(new: Formula) -> Formula:
        arguments = parent.arguments
        return put(Apply(parent.operation, (*arguments[:index], new, *arguments[index + 1 :])))

    return inner


def joined(operation: str, parts: Sequence[Formula]) -> Formula:
    """A sum or a product of the parts, or the only part."""
    return parts[0] if len(parts) == 1 else Apply(operation, tuple(parts))


def factors_of(product: Apply) -> tuple[Formula, ...]:
    """The factors of a product, those of a product among them one by one."""
    opened = (
        factors_of(one) if isinstance(one, Apply) and one.operation == "product" else (one,)
        for one in product.arguments
    )
    return tuple(factor for group in opened for factor in group)


def positive(formula: Formula) -> Formula:
    """The formula without its minus sign."""
    return formula.arguments[0] if isinstance(formula, Apply) and formula.operation == "negative" else formula


def minus(formula: Formula) -> Formula:
    """The formula with the other sign, as it stands."""
    inner = positive(formula)
    return inner if inner is not formula else Apply("negative", (formula,))
