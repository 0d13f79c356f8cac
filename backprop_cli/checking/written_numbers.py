"""What a part of a line is, a number or a formula, and whether a number is a value to its digits."""

from __future__ import annotations

from functools import lru_cache

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.ground.errors import BackpropError
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.working.formulas import Read, numeral_text, read_formula
from backprop_cli.working.model import Chain, ChainSide

_BITS = 192


def value_in_chain(chain: Chain) -> tuple[ChainSide | None, Written | None]:
    """The last part of a chain that is a number; of 0.3775 ≈ 0.38, which are the same one, that with more digits."""
    part, written = None, None
    for one in reversed(chain.parts):
        before = read_number(one.text)
        if written is None:
            part, written = (one, before) if before is not None else (None, None)
        elif before is not None and is_rounded(before, written):
            part, written = one, before
        else:
            break
    return part, written


def is_rounded(one: Written, other: Written) -> bool:
    """Whether the other number is this one with fewer digits."""
    decimals = one.kind == other.kind == "decimal"
    return decimals and one.half_unit < other.half_unit and agree(one, other)


@lru_cache(maxsize=4096)  # each part of a line is asked several times
def read_number(text: str) -> Written | None:
    """The number in a text; None where it is none."""
    try:
        return read_value(numeral_text(text))
    except FormulaError:
        return None


@lru_cache(maxsize=4096)
def formula_in(text: str) -> Read | None:
    """The formula in a text; None where it cannot be read."""
    try:
        return read_formula(text)
    except FormulaError:
        return None


def names_in_text(text: str) -> tuple[str, ...]:
    """The names in a part that is a formula."""
    read = formula_in(text)
    return read.names if read is not None else ()


def says(written: Written, true: Real | Ball) -> bool:
    """Whether a number is this value to the digits written."""
    with precision(_BITS):
        try:
            value = value_of(written)
        except BackpropError:
            return False
        return not abs(ball(value) - ball(true)) > written.half_unit


def agree(one: Written, other: Written) -> bool:
    """Whether two numbers are the same to the digits of the coarser one."""
    with precision(_BITS):
        try:
            apart = abs(ball(value_of(one)) - ball(value_of(other)))
        except BackpropError:
            return False
        return not apart > max(one.half_unit, other.half_unit)
