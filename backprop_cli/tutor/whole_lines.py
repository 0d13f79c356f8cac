"""A reply that is a whole line: `= 0.15*0.05 + 0.2*0.1 + 0.35 = 0.3775`, with the name of a line before it or not."""

from __future__ import annotations

import re

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.values import Written
from backprop_cli.checking.written_numbers import formula_in, read_number
from backprop_cli.ground.records import record
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.names import given_called, is_on_the_way, line_called
from backprop_cli.working.formulas import is_formula
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import Chain, ChainSide, TextLine
from backprop_cli.working.statements import NAME

NAMELESS = "x"  # stands for the name of a line that has none
_SIGNS = "=≈"
_NUMBER = re.compile(r"\s*[-−+]?\d+(?:[.,]\d+)?\s*")  # as most replies are
_THEN = re.compile(rf"(?<![-=])(?:-+>|=+>|[→⟶⇒⟹])\s*(?={NAME}\s*[{_SIGNS}])")  # net = … → out = …


@record
class WholeLine:
    """The line that a reply is of (None: the one that is asked for), its sides, and its value if it has one.

    `name` is what the student calls something on the way to the line; `further` is a line that follows in the reply.
    The name of a line that `is_own` means nothing in the problem.
    """

    quantity: Quantity | None
    parts: tuple[ChainSide, ...]
    written: Written | None
    name: str = ""
    further: WholeLine | None = None
    is_own: bool = False


def whole_line(lesson: Lesson, quantity: Quantity, text: str) -> WholeLine | None:
    """The reply as a line of work; None where it is a number or a calculation alone, or words.

    The question says whose line it is: a name that may mean it, or that means nothing, is taken for it.
    """
    if _NUMBER.fullmatch(text):
        return None
    named, chains = _chains(text)
    lines = [one for chain in chains if (one := _line(lesson, quantity, chain, named)) is not None]
    if len(lines) < len(chains) or not lines:
        return None
    asked = min(lines, key=lambda one: (one.quantity is not None, one.is_own))  # the first that may be it
    after = [one for one in lines if one.quantity in lesson.asked and one.written is not None and one is not asked]
    return WholeLine(asked.quantity, asked.parts, asked.written, asked.name, next(iter(after), None), asked.is_own)


def _chains(text: str) -> tuple[bool, list[Chain]]:
    """The lines of work in a reply, and whether they have names."""
    named = not text.lstrip().startswith(tuple(_SIGNS))
    if not named:
        text = f"{NAMELESS} {text.lstrip()}"
    elif not any(sign in text for sign in _SIGNS) and is_formula(text) and _is_worked(text):
        named, text = False, f"{NAMELESS} = {text}"
    found = _gathered(text)
    if not found and _is_worked(re.split(f"[{_SIGNS}]", text)[0]):  # a calculation and what it comes to
        return False, _gathered(f"{NAMELESS} = {text}")
    return named, found


def _is_worked(text: str) -> bool:
    return any(char in text for char in "*·+-/^(")


def _gathered(text: str) -> list[Chain]:
    gatherer = Gatherer("")
    for piece in _THEN.split(text):
        gatherer.lines([TextLine(piece.rstrip(), 1)])
    return gatherer.chains


def _line(lesson: Lesson, quantity: Quantity, chain: Chain, named: bool) -> WholeLine | None:
    """A line of a reply; None where it is no work, or cannot be read."""
    written = read_number(chain.parts[-1].text)
    has_work = len(chain.parts) > 1 or written is None
    if not has_work and not named:
        return None
    if written is None and None in (formula_in(part.text) for part in chain.parts):
        return None
    found = (line_called(lesson, chain, quantity) or given_called(lesson, chain, quantity)) if named else None
    name = chain.name if named and found is None and is_on_the_way(lesson, chain) else ""
    other, is_own = (None if found == quantity else found), named and found is None
    return WholeLine(other, chain.parts if has_work else (), written, name, is_own=is_own)
