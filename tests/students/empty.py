"""Sheets without work in them: guesses, copies, and a neighbour's right answers."""

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction

from contract import cells_of, follows, is_right
from course import Course
from handin import HandIn
from product import SheetMark
from writing import figures, plain, written

Guess = Callable[[Course, int], str]


def constant(text: str) -> Guess:
    return lambda course, number: text


def one_digit(course: Course, number: int) -> str:
    """The right value as somebody sees it who squints: 0.4 for 0.3775."""
    true = course.truth[number]
    return written(true, figures(1).unit(true)) if true else "0"


def dice(course: Course, number: int) -> str:
    """Four digits out of the air."""
    return f"0.{random.Random(f'{course.name} {number}').randrange(10**4):04d}"


def neighbour(course: Course, number: int) -> str:
    """What is right on the sheet with other numbers that the neighbour has."""
    value = course.neighbour.exact[number]
    return written(value, figures(4).unit(value))


def with_old_weights(guess: Guess) -> Guess:
    """The same, and every new parameter is the old one."""

    def told(course: Course, number: int) -> str:
        line = course.lines[number]
        if not line.old:
            return guess(course, number)
        use = line.uses[line.old]
        return plain(course.given[use]) if isinstance(use, str) else guess(course, number)

    return told


GUESSES: dict[str, Guess] = {
    **{f"{c} everywhere": constant(c) for c in ("0.5", "1", "0.1", "0", "0.5000", "0.1000", "0.25", "-1")},
    **{f"{c} and the old weights": with_old_weights(constant(c)) for c in ("0", "0.5", "0.1", "1", "0.5000", "0.0000")},
    "one digit each": one_digit,
    "one digit each and the old weights": with_old_weights(one_digit),
    "thrown dice": dice,
    "thrown dice and the old weights": with_old_weights(dice),
    "the neighbour's sheet": neighbour,
}


def sheets(course: Course) -> Iterator[HandIn]:
    """Every empty sheet for this course."""
    for name, guess in GUESSES.items():
        cells = {course.lines[n].key: guess(course, n) for n in course.writable}
        yield HandIn(name.replace(" ", "-").replace("'", ""), cells, about={"guess": name})


def luck(course: Course, sheet: HandIn) -> set[str]:
    """Lines on which the guess happens to be the right answer."""
    cells = cells_of(course, sheet.cells)
    return {course.lines[n].key for n, answer in cells.items() if is_right(course, n, answer)}


def consistent(course: Course, sheet: HandIn, mark: SheetMark) -> set[str]:
    """Paid lines that come out of the sheet's own wrong numbers (out = net, ∂E/∂b = δ), no dead 0 or old value."""
    cells = cells_of(course, sheet.cells)
    paid = [n for n in cells if mark.lines[course.lines[n].key].marks and alive(course, n, sheet)]
    return {course.lines[n].key for n in paid if any(follows(course, n, cells, sign) for sign in (1, -1))}


def alive(course: Course, number: int, sheet: HandIn) -> bool:
    """Whether the answer is neither 0 nor the old value."""
    value = Decimal(sheet.cells[course.lines[number].key])
    return value != 0 and not (course.lines[number].old and value == course.old_value(number))


def earned(mark: SheetMark, besides: set[str]) -> Fraction:
    """The share of all marks that the sheet got for lines that are not named here."""
    total = sum((line.of for line in mark.lines.values()), Fraction(0))
    got = sum((line.marks for key, line in mark.lines.items() if key not in besides), Fraction(0))
    return got / total if total else Fraction(0)
