"""A pattern from a problem that there is: its file with slots where its numbers stand, and what it was like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import gcd

from backprop_cli.algebra.quantities import AFTER
from backprop_cli.checking.key import AnswerKey
from backprop_cli.generator.demands import ALIVE, DEMANDS, DEMANDS_AFTER, NOT_SATURATED, Look
from backprop_cli.generator.grids import TENTHS, UP_TO_TWO
from backprop_cli.generator.parametric import Filling, ParametricProblem
from backprop_cli.generator.patterns import NumberSlot, Pattern, markers
from backprop_cli.generator.search import BITS, Wanted
from backprop_cli.ground.errors import MathError, SourceError, Undecided, UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import Rational, decimal_digits, decimal_text, digits_of
from backprop_cli.problem.cases import text_of_case
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import Above, Case, Loaded, load_text
from backprop_cli.problem.tree import Entries, Items, Path, Text, Tree
from backprop_cli.solving.worked import WorkedProblem

_SECTIONS = ("inputs", "targets", "samples", "layers", "parameters", "gradients", "given", "learning_rate", "state")
_NUMBER = re.compile(r"(?P<name>[^=]*=\s*)?(?P<number>-?\d+(?:\.\d+)?)\s*")
_NOT_DRAWN = ("type", "neurons", "activation", "size", "stride", "padding", "mask", "rate", "epsilon")
_AGREEABLE = {"inputs": UP_TO_TWO, "weight": TENTHS, "bias": TENTHS, "parameters": UP_TO_TWO, "given": UP_TO_TWO,
              "gradients": UP_TO_TWO}  # fmt: skip
_FEWEST = 4  # different sizes that a grid has at least
_ONE_DIGIT = 9  # and at most, where there are so few numbers that they would soon be used up
_MANY = 500  # sets of numbers that there are at least, as far as one digit goes
_LEAST_DIGITS = 4
_HEAD = re.compile(r"(?:[ \t]*#[^\n]*\n|[ \t]*\n)*(?:title:[^\n]*\n)?")


@record
class _Place:
    """Where a number stands in the text, as it is written there, and what it is."""

    start: int
    text: str
    role: str
    row: str


def likeness(loaded: Loaded, freely: bool = False) -> tuple[Pattern, Wanted]:
    """The pattern, and demands that the problem itself meets; raises UsageError where nothing in it can be drawn.

    `freely`: inputs and parameters are drawn from all that is agreeable by hand, not from numbers like the own ones.
    """
    exercise = loaded.above if isinstance(loaded.above, Above) else None
    case = exercise.case if exercise else loaded.above
    if isinstance(case, Case):  # drawn from the file that it would be alone
        text = text_of_case(loaded.text, case.place)
        alone = load_text(text, loaded.source, letters=True, folder=loaded.folder, above=exercise)
        loaded = replace(alone, problem=loaded.problem)
    _refuse(loaded)
    text = loaded.text.replace("\r\n", "\n")
    body = text[_head_length(text) :]
    offset = text.count("\n", 0, len(text) - len(body))
    places = _kept(sorted(_places(loaded.tree, body, offset), key=lambda one: one.start), loaded)
    while True:
        if not places:
            raise UsageError(_("{source}: there is no number in it to draw anew").format(source=loaded.source))
        pattern = replace(_pattern(body, places, freely), folder=loaded.folder)
        try:
            mould = ParametricProblem(pattern)
        except SourceError as error:
            places = _without(places, pattern, error, loaded)
            continue
        return pattern, _wanted(loaded.problem, mould, [place.text for place in places])


def _refuse(loaded: Loaded) -> None:
    """What no new numbers can be drawn for."""
    samples = loaded.tree.values.get("samples") if isinstance(loaded.tree, Entries) else None
    reason = ""
    if isinstance(samples, Text):
        reason = _("its samples are in a file of their own: write them into the problem")
    elif loaded.problem.training.perceptron is not None:
        reason = _("the perceptron rule goes on until it is right, so its length is a matter of its numbers")
    elif loaded.problem.report and len(loaded.problem.training.rates) > 1:
        reason = _("it compares long trainings")
    if reason:
        message = _("{source}: no other numbers can be drawn: {reason}")
        raise UsageError(message.format(source=loaded.source, reason=reason))


def _head_length(text: str) -> int:
    """How much of a file is comments and title, if it begins with them."""
    match = _HEAD.match(text)
    return match.end() if match and "title:" in match.group() else 0


def _places(tree: Tree, body: str, offset: int) -> Iterator[_Place]:
    """Every number in the sections that hold numbers."""
    starts = [0]
    for text in body.split("\n"):
        starts.append(starts[-1] + len(text) + 1)
    for path, scalar in _scalars(tree, ()):
        if path[0] not in _SECTIONS or any(step in _NOT_DRAWN for step in path) or scalar.value is None:
            continue
        match = _NUMBER.fullmatch(scalar.value)
        line = scalar.span.line - 1 - offset
        if match is None or line < 0:
            continue
        start = starts[line] + scalar.span.column - 1 + scalar.indent + match.start("number")
        if body[start : start + len(match["number"])] == match["number"]:
            yield _Place(start, match["number"], _role(path), str(path[:-1]))


def _scalars(tree: Tree, path: Path) -> Iterator[tuple[Path, Text]]:
    match tree:
        case Text():
            if path:
                yield path, tree
        case Items(values):
            for index, value in enumerate(values):
                yield from _scalars(value, (*path, index))
        case Entries(values):
            for key, value in values.items():
                yield from _scalars(value, (*path, key))


def _role(path: Path) -> str:
    """What a number is: numbers of one role are drawn from one grid."""
    if path[0] == "layers":
        return "bias" if "bias" in path else "weight"
    if path[0] == "samples":
        return next((str(step) for step in path if step in ("inputs", "targets", "given")), "samples")
    return str(path[0])


def _kept(places: Sequence[_Place], loaded: Loaded) -> list[_Place]:
    """Without numbers that are no quantities but choices: targets and tables of 0, 1 and −1; rates to compare."""
    kept = []
    for place in places:
        same = [one.text for one in places if one.role == place.role]
        binary = {text.lstrip("-") for text in same} <= {"0", "1"}
        several = len(loaded.problem.samples) > 1 or len(same) > _FEWEST
        rates = place.role == "learning_rate" and bool(loaded.problem.training.rates)
        if not rates and not (binary and (place.role == "targets" or several)):
            kept.append(place)
    return kept


def _pattern(body: str, places: Sequence[_Place], freely: bool) -> Pattern:
    pieces, at = [], 0
    for place in places:
        pieces.append(body[at : place.start])
        at = place.start + len(place.text)
    roles = dict.fromkeys(one.role for one in places)
    texts = {role: [one.text for one in places if one.role == role] for role in roles}
    grids = {role: _grid(texts[role], len(places), role == "learning_rate") for role in roles}
    if freely:
        grids |= {role: _AGREEABLE[role] for role in roles if role in _AGREEABLE}
    slots = tuple(NumberSlot(place.role, grids[place.role], place.row) for place in places)
    return Pattern((*pieces, body[at:]), slots)


def _fewest(slots: int) -> int:
    """How many sizes a number has at least: more where few numbers are drawn, so that there are many sets of them."""
    return next((size for size in range(_FEWEST, _ONE_DIGIT) if size**slots >= _MANY), _ONE_DIGIT)


def _grid(texts: Sequence[str], slots: int, no_larger: bool) -> tuple[str, ...]:
    """Numbers like these: as many decimals, no larger, negative only if one of these is.

    Where that leaves too few, of so many `slots` in all, steps become finer and then numbers larger; with `no_larger`,
    they get another decimal.
    """
    decimals = max(len(text.partition(".")[2]) for text in texts)
    padded = decimals > 0 and all(len(text.partition(".")[2]) == decimals for text in texts)
    units = [int(text.replace(".", "").lstrip("-") + "0" * (decimals - len(text.partition(".")[2]))) for text in texts]
    step = gcd(*units) or 1
    fewest = max(_FEWEST if no_larger else _fewest(slots), len(set(units)))
    if max(units) // step < fewest:
        step = 1
    if max(units) < fewest and no_larger:
        decimals, units, padded = decimals + 1, [10 * unit for unit in units], False
    most = max(max(units) // step, fewest)
    negative = any(text.startswith("-") for text in texts)
    counts = [*(range(-most, 0) if negative else ()), *range(1, most + 1)]
    return tuple(_written(count * step, decimals, padded) for count in counts)


def _written(units: int, places: int, padded: bool) -> str:
    while not padded and places and units % 10 == 0:
        units, places = units // 10, places - 1
    return decimal_text(units, places)


def _without(places: Sequence[_Place], pattern: Pattern, error: SourceError, loaded: Loaded) -> list[_Place]:
    """Without the numbers of which the file says that they cannot be just any: they stay."""
    text = pattern.filled(markers(len(places)))
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    spoken = set()
    for complaint in error.complaints:
        if complaint.span is not None:
            start = starts[complaint.span.line - 1] + complaint.span.column - 1
            spoken.add((start, start + complaint.span.length))
    left, at = [], 0
    for place, piece, mark in zip(places, pattern.pieces, markers(len(places)), strict=False):
        at += len(piece)
        if not any(start < at + len(mark) and at < end for start, end in spoken):
            left.append(place)
        at += len(mark)
    if len(left) == len(places):
        message = _("{source}: its numbers cannot be just any, so no others can be drawn")
        raise UsageError(message.format(source=loaded.source)) from None
    return left


def _wanted(problem: Problem, mould: ParametricProblem, numbers: Sequence[str]) -> Wanted:
    """Demands that the problem's own numbers meet; what lint already warns of is allowed."""
    from backprop_cli.checking.clean import warnings_of  # what is not made like another need not wait for it

    filling = Filling(mould, numbers)
    allowed = frozenset(warnings_of(AnswerKey(WorkedProblem(problem))))
    values = []
    try:
        with precision(BITS):
            values = [filling.solve(row.line) for row in mould.rows]
    except (MathError, Undecided):
        return Wanted(allowed=allowed)
    written = [value for row, value in zip(mould.rows, values, strict=True) if AFTER not in row.line.quantity.at]
    digits = max(map(_length, written), default=None, key=lambda length: length or 99)
    rule = problem.rounding.default if problem.rounding else None
    wanted = Wanted(
        digits=max(digits, _LEAST_DIGITS) if digits is not None else None,
        places=rule.places if rule is not None and digits is None else None,
        allowed=allowed,
    )
    broken = set()
    with precision(BITS):
        for row, value in zip(mould.rows, values, strict=True):
            look = Look(row.line, value, filling, wanted.digits, wanted.places)
            demands = DEMANDS_AFTER if AFTER in row.line.quantity.at else DEMANDS
            broken |= {demand.name for demand in demands if not demand.test(look)}
    if len(problem.samples) > 1:  # in one sample a unit may be cut off or flat
        broken |= {ALIVE, NOT_SATURATED}
    return Wanted(wanted.digits, wanted.places, allowed=wanted.allowed, without=frozenset(broken))


def _length(value: object) -> int | None:
    """The digits of a value that ends; None for one that does not."""
    if not isinstance(value, Rational):
        return None
    places = decimal_digits(value)
    return None if places is None else max(places, len(digits_of(int(value.p) * 10**places // int(value.q))))
