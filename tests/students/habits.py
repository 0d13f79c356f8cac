"""Students whose every line is right, or follows from their own rounded numbers: each habit is one row of a table."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from course import Course
from formulas import Node, evaluate, pairwise
from handin import HandIn
from writing import Digits, figures, full_width, places, plain, round_to, scientific, without_zeros, written


@dataclass(frozen=True, slots=True)
class Work:
    """What a student has on paper: the values, and the texts of them, line by line."""

    values: dict[int, Decimal]
    texts: dict[int, str]
    units: dict[int, Decimal]


Speller = Callable[[Course, Work, int], str]
Chooser = Callable[[Course, Work], list[int]]


@dataclass(frozen=True, slots=True)
class Habit:
    """How a careful student works: with how many digits, going on with which numbers, writing them in which way."""

    name: str
    digits: Digits
    carry: str = "rounded"  # or memory, mixed
    even: bool = False
    partly: str = ""  # "nodes": products and sums are rounded as they stand; "pairs": two at a time
    sign: int = 1  # −1: δ is −∂E/∂net
    spell: Speller | None = None
    keep: Chooser | None = None
    form: str = "yml"
    raw: bool = False
    promised: bool = True  # whether the contract promises full marks, or only common sense does

    def work(self, course: Course, seed: int = 0) -> Work:
        """The student's paper."""
        chance = random.Random(f"{course.name} {self.name} {seed}")
        going, paper = {}, Work({}, {}, {})
        asked = set(course.writable)
        for number in range(len(course.lines)):
            value, unit = self.line(course, number, going)
            shown = round_to(value, unit, self.even)
            remember = self.carry == "memory" or (self.carry == "mixed" and chance.random() < 0.5)
            going[number] = value if remember or number not in asked else shown
            paper.values[number], paper.units[number] = shown, unit
            paper.texts[number] = written(value, unit, self.even)
        return paper

    def line(self, course: Course, number: int, going: dict[int, Decimal]) -> tuple[Decimal, Decimal]:
        """What the student gets for this line, and the unit it is rounded to: never coarser than what is asked for."""
        tree: Node | None = course.lines[number].tree
        asked = course.unit(number)

        def part(value: Decimal) -> Decimal:
            enough = (course.digits_of(course.lines[number]) or figures(3)).unit(value)
            unit = min(self.digits.unit(value), enough)
            return round_to(value, unit if self.digits.figures else min(unit, asked), self.even)

        if self.partly == "pairs":
            tree = pairwise(course.lines[number].tree)
        value = course.work(number, going, self.sign, part if self.partly else None, tree)
        return value, min(self.digits.unit(value), asked)

    def sheet(self, course: Course, seed: int = 0) -> HandIn:
        """The sheet that is handed in."""
        paper = self.work(course, seed)
        lines = self.keep(course, paper) if self.keep else course.writable
        spell = self.spell or as_it_is
        cells = {course.lines[n].key: spell(course, paper, n) for n in lines}
        return HandIn(f"{self.name.replace(' ', '-')}-{seed}", cells, self.form, self.raw, {"habit": self.name})


# ------------------------------------------------------------------------------------------------ ways of writing


def as_it_is(course: Course, paper: Work, number: int) -> str:
    return paper.texts[number]


def by_text(change: Callable[[str], str]) -> Speller:
    """A way of writing that only looks at the digits."""
    return lambda course, paper, number: change(paper.texts[number])


def without_nought(text: str) -> str:
    return re.sub(r"^(-?)0\.(?=\d)", r"\1.", text)


def with_plus(text: str) -> str:
    return text if text.startswith("-") else "+" + text


def whole_or_fraction(course: Course, paper: Work, number: int) -> str:
    """A fraction where the exact value is a short one, else the digits."""
    exact = course.exact[number]
    ratio = Fraction(exact)
    short = ratio.denominator < 10**6 and abs(ratio.numerator) < 10**7 and exact == course.truth[number]
    return str(ratio) if short else paper.texts[number]


LETTERS = re.compile(r"[A-Za-z_'\[=]")


def numbers_put_in(course: Course, number: int, texts: Callable[[int], str | None]) -> str | None:
    """The formula with numbers in it, as one types it into a calculator; None where it has no plain spelling."""

    def one(node: Node, tight: bool = False) -> str:
        if node.kind == "number":
            return plain(node.value)
        if node.kind == "name":
            use = course.lines[number].uses[node.name]
            text = plain(course.given[use]) if isinstance(use, str) else texts(use)
            if text is None or "E" in text:
                raise LookupError(node.name)
            return f"({text})" if tight and (text.startswith("-") or re.search(r"[-+*/^(]", text)) else text
        return spelled(node, [one(part, True) for part in node.parts], tight)

    try:
        return one(course.lines[number].tree)
    except LookupError:
        return None


def spelled(node: Node, parts: list[str], tight: bool) -> str:
    """One operation, written for a calculator."""
    match node.kind:
        case "add":
            text = "+".join(parts).replace("+-", "-")
        case "mul":
            text = "*".join(parts).replace("*1/", "/")
        case "neg":
            text = f"-{parts[0]}"
        case "inv":
            return f"1/{parts[0]}"
        case "pow":
            text = f"{parts[0]}^{parts[1]}"
        case "e":
            return "e"
        case "sigmoid":
            text = f"1/(1+e^(-{parts[0]}))"
        case "ln" | "sqrt":
            return f"{node.kind}({parts[0].strip('()') if parts[0].count('(') == 1 else parts[0]})"
        case _:
            raise LookupError(node.kind)
    return f"({text})" if tight else text


def exact_form(course: Course, paper: Work, number: int) -> str:
    """1/(1 + e^(-151/400)) where the numbers that go in are short and exact, else the digits."""

    def short(use: int) -> str | None:
        exact = course.exact[use]
        return plain(exact) if exact == course.truth[use] and len(exact.as_tuple().digits) <= 6 else None

    line = course.lines[number]
    if line.old or line.is_delta or course.exact[number] != course.truth[number]:
        return paper.texts[number]
    return numbers_put_in(course, number, short) or paper.texts[number]


def every_second_calculation(course: Course, paper: Work, number: int) -> str:
    """The calculation in place of its result, in lines whose numbers stand on the sheet as decimals."""
    if not calculated(course, number):
        return paper.texts[number]
    return numbers_put_in(course, number, lambda use: paper.texts[use]) or paper.texts[number]


def calculated(course: Course, number: int) -> bool:
    """Whether this line is one of those that stand as a calculation: none of those that it uses is."""
    uses = [use for use in course.lines[number].uses.values() if isinstance(use, int)]
    asked = set(course.writable)
    return all(use in asked and not calculated(course, use) for use in uses)


def per_cent(course: Course, paper: Work, number: int) -> str:
    """73.11 % for what lies between 0 and 1."""
    text = paper.texts[number]
    value = Decimal(text)
    return f"{plain(value.scaleb(2))}%" if 0 < value < 1 and "." in text else text


# ------------------------------------------------------------------------------------------------ which lines


def last_lines(course: Course, paper: Work) -> list[int]:
    """Only the final answers: the new parameters, or the gradients where nothing is updated."""
    new = [n for n in course.writable if course.lines[n].old]
    return new or course.writable[-2:]


def every_second(course: Course, paper: Work) -> list[int]:
    return course.writable[::2]


def every_third(course: Course, paper: Work) -> list[int]:
    return course.writable[1::3]


# ------------------------------------------------------------------------------------------------ the table

LENGTHS = {
    "3 figures": figures(3),
    "4 figures": figures(4),
    "5 figures": figures(5),
    "3 places": places(3),
    "4 places": places(4),
    "5 places": places(5),
    "2 figures": figures(2),
}


def of_numbers() -> Iterator[Habit]:
    """Digits and what the student goes on with."""
    for name, digits in LENGTHS.items():
        for carry in ("rounded", "memory", "mixed"):
            yield Habit(f"{name} {carry}", digits, carry)
        yield Habit(f"{name} half-even", digits, even=True)
    yield Habit("8 figures", figures(8))
    yield Habit("10 places memory", places(10), "memory")
    for name in ("3 figures", "4 figures", "5 figures", "4 places"):
        yield Habit(f"{name} parts rounded", LENGTHS[name], partly="nodes")
        yield Habit(f"{name} two at a time", LENGTHS[name], partly="pairs")


def of_writing() -> Iterator[Habit]:
    """Ways of writing the same digits."""
    four = figures(4)
    base = Habit("", four)
    for name, change in (
        ("zeros dropped", without_zeros),
        ("decimal comma", lambda t: t.replace(".", ",")),
        ("full width", full_width),
        ("minus sign U+2212", lambda t: t.replace("-", "−")),
        ("blanks", lambda t: f"  {t} "),
        ("no nought", without_nought),
        ("plus sign", with_plus),
    ):
        for form in ("yml", "json", "csv"):
            yield replace(base, name=f"{name} {form}", spell=by_text(change), form=form)
    for name, digits in (("4 figures", four), ("5 places", places(5))):
        yield Habit(f"{name} csv", digits, form="csv")
        yield Habit(f"{name} json", digits, form="json")
        yield Habit(f"{name} json numbers", digits, spell=by_text(without_zeros), form="json", raw=True)
        yield Habit(f"{name} zeros dropped memory", digits, "memory", spell=by_text(without_zeros))
    for form in ("yml", "json", "csv"):
        yield replace(base, name=f"scientific {form}", spell=by_text(scientific), form=form)
    yield replace(base, name="scientific json numbers", spell=by_text(scientific), form="json", raw=True)
    yield replace(base, name="fractions", spell=whole_or_fraction)
    yield replace(base, name="fractions csv", spell=whole_or_fraction, form="csv")
    yield replace(base, name="exact forms", spell=exact_form)
    yield replace(base, name="calculations", spell=every_second_calculation)
    yield replace(base, name="calculations csv", spell=every_second_calculation, form="csv")
    yield replace(base, name="per cent", spell=per_cent, promised=False)


def of_sheets() -> Iterator[Habit]:
    """Sheets with gaps, and the other sign of δ."""
    for name, digits in (("4 figures", figures(4)), ("5 figures", figures(5)), ("4 places", places(4))):
        yield Habit(f"final answers {name}", digits, "memory", keep=last_lines)
        yield Habit(f"every second line {name}", digits, "memory", keep=every_second)
        yield Habit(f"every third line {name}", digits, "memory", keep=every_third)
        yield Habit(f"other sign of delta {name}", digits, sign=-1)
        yield Habit(f"other sign of delta {name} memory", digits, "memory", sign=-1)
    yield Habit("every second line 4 figures rounded", figures(4), keep=every_second, promised=False)
    yield Habit("final answers 4 figures rounded", figures(4), keep=last_lines, promised=False)


HABITS = {habit.name: habit for habit in (*of_numbers(), *of_writing(), *of_sheets())}


def fits(habit: Habit, course: Course) -> bool:
    """Whether this course has a place for the habit (a δ whose sign can be turned)."""
    return habit.sign == 1 or any(line.is_delta for line in course.lines)


__all__ = ["HABITS", "Habit", "evaluate", "fits"]
