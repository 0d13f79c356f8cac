"""A reply that is a whole line: `= 0.15*0.05 + 0.2*0.1 + 0.35 = 0.3775`, with the name of a line before it or not."""

from __future__ import annotations

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.values import Written, read_value
from backprop_cli.ground.records import record
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.working.formulas import is_formula, numeral_text, read_formula
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import Line, Part

NAMELESS = "x"  # stands for the name of a line that has none


@record
class WholeLine:
    """The line that a reply is of (None: the one that is asked for), its sides, and its value if it has one."""

    quantity: Quantity | None
    parts: tuple[Part, ...]
    written: Written | None


def whole_line(lesson: Lesson, quantity: Quantity, text: str) -> WholeLine | None:
    """The reply as a line of work; None where it is a number or a calculation alone, or words."""
    named = not text.lstrip().startswith(("=", "≈"))
    if not named:
        text = f"{NAMELESS} {text.lstrip()}"
    elif not any(sign in text for sign in "=≈") and is_formula(text) and any(char in text for char in "*·+-/^("):
        named, text = False, f"{NAMELESS} = {text}"
    gatherer = Gatherer("")
    gatherer.lines([Line(text, 1)])
    if len(gatherer.chains) != 1:
        return None
    (chain,) = gatherer.chains
    written = _value(chain.parts[-1].text)
    has_work = len(chain.parts) > 1 or written is None
    found = lesson.line_called(chain, quantity) if named else None
    if named and found is None:
        return None
    if not has_work and found in (None, quantity):
        return None
    if written is None and not all(map(_is_readable, (part.text for part in chain.parts))):
        return None
    return WholeLine(None if found == quantity else found, chain.parts, written)


def _value(text: str) -> Written | None:
    try:
        return read_value(numeral_text(text))
    except FormulaError:
        return None


def _is_readable(text: str) -> bool:
    try:
        read_formula(text)
    except FormulaError:
        return False
    return True
