"""New values that are not written, but led to: of Δw5 = -0.0411 alone, the answer is w5 + Δw5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.answers import Answer
from backprop_cli.checking.change_lines import Change
from backprop_cli.checking.known import KnownProblem
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.checking.written_numbers import read_number
from backprop_cli.ground.errors import BackpropError
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational, rational

_OLD = (Kind.PARAMETER, Kind.NEW)


def led_to(known: KnownProblem, changes: Iterable[Change], answers: Mapping[Quantity, Answer]) -> Iterator[Answer]:
    """The answers for new values of which only the change is written, to as many places as that has."""
    for change in changes:
        written = answers[change.new].written if change.new in answers else None
        step = next((one for part in reversed(change.parts) if (one := _decimal(part.text)) is not None), None)
        if written is None and step is not None and (new := _new(known, change.new, step, answers)) is not None:
            yield Answer(change.new, new, change.spot.span)


def _new(known: KnownProblem, new: Quantity, step: Written, answers: Mapping[Quantity, Answer]) -> Written | None:
    """The old value and the step; one that is written as what is taken off is taken off."""
    before = _before(known, new, answers)
    size = _value(step)
    if not isinstance(before, Rational) or not isinstance(size, Rational) or step.places is None:
        return None
    right = ball(known.true(new))
    is_turned = bool(abs(right - (before - size)) < abs(right - (before + size)))
    unit = rational(1, 10) ** max(0, step.places)
    count = round((before + (-size if is_turned else size)) / unit)
    sign, digits = "-" if count < 0 else "", str(abs(count)).rjust(max(0, step.places) + 1, "0")
    places = max(0, step.places)
    return read_value(sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits))


def before_update(known: KnownProblem, new: Quantity) -> Quantity | None:
    """What an update begins with: the given parameter, or its value after the update before."""
    line = known.derivation.index[new]
    return next((one for one in quantities_in(line.formula) if one.name == new.name and one.kind in _OLD), None)


def _before(known: KnownProblem, new: Quantity, answers: Mapping[Quantity, Answer]) -> Real | None:
    """The value before the update: the student's own, else the right one."""
    old = before_update(known, new)
    if old is None:
        return None
    own = answers[old].written if old in answers else None
    return known.true(old) if own is None else _value(own)


def _decimal(text: str) -> Written | None:
    written = read_number(text)
    return written if written is not None and written.kind == "decimal" else None


def _value(written: Written) -> Real | None:
    try:
        return value_of(written)
    except BackpropError:
        return None
