"""Sheets with one mistake, or two, in otherwise faithful work; and whether what is said of them means the same."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from contract import Cell, follows, is_right
from families import Exercise, draw
from formulas import Node, UnreadableError, read
from handin import HandIn
from mistakes import SLIPS, Kind, planted
from product import SheetMark
from writing import Digits, figures, plain, round_to, written

Texts = dict[int, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A sheet, where the mistake in it is, which kind it is of, and the wrong formula (none for a slip of the pen)."""

    exercise: Exercise
    sheet: HandIn
    lines: tuple[int, ...]
    kinds: tuple[str, ...]
    formulas: tuple[str | None, ...]
    convention: bool = False

    @property
    def key(self) -> str:
        """The address of the first wrong line."""
        return self.exercise.course.lines[self.lines[0]].key


@cache
def known_names(exercise_names: frozenset[str]) -> frozenset[str]:
    return exercise_names | {"dE/dp"}


def tree_of(exercise: Exercise, text: str) -> Node:
    """The formula in the names of this exercise."""
    return read(text, known_names(frozenset(line.base for line in exercise.course.lines)))


# ------------------------------------------------------------------------------------------------ making the sheets


@dataclass(frozen=True, slots=True)
class Slipped:
    """A right result that the pen spoils."""

    name: str
    seed: int


def work(
    exercise: Exercise, wrong: Mapping[int, "Node | Slipped"], digits: Digits
) -> tuple[Texts, dict[int, Decimal]] | None:
    """The texts of the sheet and what each line should have been to this student; None if a value does not exist."""
    course, going, texts, meant = exercise.course, dict[int, Decimal](), Texts(), dict[int, Decimal]()
    for number in range(len(course.lines)):
        plan = wrong.get(number)
        try:
            meant[number] = right = course.work(number, going)
            value = course.work(number, going, tree=plan) if isinstance(plan, Node) else right
        except (ArithmeticError, KeyError):
            return None
        if not value.is_finite():  # the logarithm of 0
            return None
        unit = min(digits.unit(value), course.unit(number)) if digits.figures else digits.unit(value)
        text = written(value, unit)
        if isinstance(plan, Node) and course.lines[number].old and value == course.old_value(number):
            text = plain(value)  # copied as it is printed
        if isinstance(plan, Slipped):
            above = texts.get(number - 1, "")
            slip = SLIPS[plan.name](text, above, random.Random(f"{course.name} {number} {plan.seed}"))
            if slip is None:
                return None
            text = slip
        texts[number], going[number] = text, Decimal(text)
    return texts, meant


def telling(exercise: Exercise, number: int, texts: Texts, meant: Decimal) -> bool:
    """Whether a judge can tell: the line is neither right, nor does it follow, nor is it next to either."""
    course = exercise.course
    cells = {
        n: Cell(Decimal(t), Decimal(1).scaleb(min(0, int(Decimal(t).as_tuple().exponent)))) for n, t in texts.items()
    }
    answer, unit = cells[number], max(course.unit(number), Decimal(0))
    near = min(abs(answer.value - meant), abs(answer.value - course.truth[number]))
    coarse = max(unit, round_to(abs(meant), figures(3).unit(meant)).copy_abs() / 300)
    return near > coarse and not is_right(course, number, answer) and not follows(course, number, cells, parts=True)


def with_one(exercise: Exercise, digits: Digits, every_line: bool = False, seed: int = 0) -> Iterator[Planted]:
    """A sheet for every kind of mistake that has a place here, on one line that is drawn for it (or on every one)."""
    places: dict[str, list[tuple[int, Kind, str]]] = {}
    for place in planted(exercise):
        places.setdefault(place[1].name, []).append(place)
    for name, found in places.items():
        random.Random(f"{exercise.course.name} {name} {seed}").shuffle(found)
        for number, one, text in found:
            made = one_sheet(exercise, digits, number, one.name, text, one.convention)
            if made:
                yield made
                if not every_line:
                    break


def one_sheet(
    exercise: Exercise,
    digits: Digits,
    number: int,
    name: str,
    text: str | None,
    convention: bool = False,
    seed: int = 0,
) -> Planted | None:
    """The sheet with this mistake on this line; None where nobody could tell it from right work."""
    try:
        plan = Slipped(name, seed) if text is None else tree_of(exercise, text)
    except UnreadableError:
        return None
    made = work(exercise, {number: plan}, digits)
    if made is None or not telling(exercise, number, made[0], made[1][number]):
        return None
    return Planted(exercise, paper(exercise, made[0], f"{name} {number}"), (number,), (name,), (text,), convention)


def paper(exercise: Exercise, texts: Texts, name: str) -> HandIn:
    cells = {exercise.course.lines[n].key: text for n, text in texts.items()}
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in f"{exercise.course.name} {name}")
    return HandIn(f"{safe}-{abs(hash_of(name)) % 10000}", cells)


def hash_of(text: str) -> int:
    """The same number for the same text on every day."""
    return random.Random(text).randrange(10**9)


def with_slips(exercise: Exercise, digits: Digits, each: int = 2) -> Iterator[Planted]:
    """Sheets on which one right result was spoiled by the pen."""
    for name in SLIPS:
        lines = list(range(1, len(exercise.course.lines)))
        random.Random(f"{exercise.course.name} {name}").shuffle(lines)
        made = (one_sheet(exercise, digits, n, name, None, seed=s) for s, n in enumerate(lines))
        yield from [m for m, _ in zip((m for m in made if m), range(each), strict=False)]


def with_two(exercise: Exercise, digits: Digits, many: int = 20) -> Iterator[Planted]:
    """Sheets with two mistakes on different lines, each of which can be told."""
    chance = random.Random(f"{exercise.course.name} two")
    places = list(planted(exercise))
    chance.shuffle(places)
    count = 0
    for pair in zip(places[::2], places[1::2], strict=False):
        (m, a, left), (n, b, right) = sorted(pair, key=lambda place: place[0])
        if m == n or count >= many or a.convention or b.convention:
            continue
        try:
            made = work(exercise, {m: tree_of(exercise, left), n: tree_of(exercise, right)}, digits)
        except UnreadableError:
            continue
        if made and all(telling(exercise, k, made[0], made[1][k]) for k in (m, n)):
            count += 1
            name = f"two {count} {m} {n}"  # the same two lines may come again
            yield Planted(exercise, paper(exercise, made[0], name), (m, n), (a.name, b.name), (left, right))


# ------------------------------------------------------------------------------------------------ judging what is said


@cache
def moved(family: str, seed: int, folder: Path) -> tuple[Exercise, ...]:
    """The same exercise with two other sets of numbers."""
    return tuple(draw(family, seed + 1000 * k, folder) for k in (1, 2))


def same_meaning(one: Planted, said: str, which: int = 0) -> bool:
    """Whether the formula that was named is worth the same as the planted one, with two other sets of numbers."""
    text, number = one.formulas[which], one.lines[which]
    if text is None:
        return False
    e = one.exercise
    return all(agree(copy, number, text, said) for copy in moved(e.family, e.seed, e.course.problem.parent))


def agree(exercise: Exercise, number: int, left: str, right: str) -> bool:
    try:
        values = [exercise.course.work(number, exercise.course.exact, tree=tree_of(exercise, t)) for t in (left, right)]
    except (ArithmeticError, KeyError, UnreadableError):
        return False
    return abs(values[0] - values[1]) <= Decimal("1e-12") * max(map(abs, values))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one wrong sheet."""

    found: bool  # the first wrong line is the planted one
    paid: bool  # a planted line got full marks
    refused: int  # faithful lines without full marks
    naming: str  # alone, in a set, misnamed, not named; for slips: said or not said


def outcome(one: Planted, mark: SheetMark) -> Outcome:
    """The product's judgment, judged."""
    course = one.exercise.course
    wrong = {course.lines[n].key for n in one.lines}
    first = mark.first_wrong
    other_sign = one.convention and first is not None and first != one.key and not mark.lines[one.key].full
    turned = one.convention and mark.lines[one.key].full and first is not None
    paid = not turned and any(mark.lines[key].full for key in wrong)
    refused = sum(not line.full for key, line in mark.lines.items() if key not in wrong)
    return Outcome(first == one.key or turned or other_sign, paid, 0 if one.convention else refused, naming(one, mark))


FALSE_NAMES = {  # where no formula is given: names that are false by eye, with a part of the planted kind
    ("slip", ""),
    ("point", ""),
    ("last digit", ""),
    ("cut off", ""),
    ("uphill", "gradient of another"),
    ("rate-missing", "ten times"),
    ("rate-twice", "a tenth"),
    ("rate-missing", "not corrected"),
    ("only-the-step", "is the new value"),
    ("bias-frozen", "squared"),
    ("half-a-derivative", "target only"),
    ("relu-mask", "the output besides"),
    ("relu-mask", "times the net input"),
    ("relu-mask", "out for the slope"),
    ("no-weight", "sum of δ"),
    ("next-layer-derivative", "both slopes"),
    ("chain-link", "the gradient of r"),
    ("no-normalization", "the exponentials"),
}


def fits_by_eye(one: Planted, name: str) -> bool:
    """Whether a name without a formula is true of what was planted."""
    return not any(name == false and part in one.kinds[0] for false, part in FALSE_NAMES)


def naming(one: Planted, mark: SheetMark) -> str:
    """How well the mistake of the first wrong line was named."""
    said = mark.lines[one.key].diagnoses
    if not said:
        return "not named"
    if one.formulas[0] is None:
        return "slip, something is said"
    fits = [
        same_meaning(one, str(d["formula"])) if d.get("formula") else fits_by_eye(one, str(d.get("name"))) for d in said
    ]
    if not any(fits):
        return "misnamed"
    return "alone" if len(said) == 1 else "in a set" if len(said) <= 3 else "in a crowd"
