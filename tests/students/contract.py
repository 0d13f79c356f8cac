"""The rules of marking as an examiner reads them who never saw the judge: is it right, does it follow?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from course import Course
from formulas import PRECISION, Node

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Cell:
    """A written number: its value, and one unit of its last digit (0 for a fraction)."""

    value: Decimal
    unit: Decimal

    @property
    def half(self) -> Decimal:
        return self.unit / 2

    @property
    def figures(self) -> int:
        return self.value.adjusted() - self.unit.adjusted() + 1 if self.value and self.unit else 1


def cell(text: str) -> Cell:
    """What a plain decimal says."""
    value = Decimal(text.strip())
    exponent = value.as_tuple().exponent
    return Cell(value, Decimal(1).scaleb(int(exponent)))


def is_right(course: Course, number: int, answer: Cell) -> bool:
    """Rule 1: the true value, to the digits asked for (zeros at the end need not be written)."""
    true, unit = course.truth[number], course.unit(number)
    near = abs(answer.value - true) <= max(min(answer.half, unit / 2), unit / 2)
    return answer.value == true or (near and (answer.unit <= unit or answer.value == nearest(true, unit)))


def nearest(value: Decimal, unit: Decimal) -> Decimal:
    with localcontext(PRECISION):
        return (value / unit).to_integral_value("ROUND_HALF_UP") * unit


def enclosure(course: Course, number: int, cells: Mapping[int, Cell], sign: int = 1) -> tuple[Decimal, Decimal]:
    """Value and half width of a line over the student's earlier numbers, each ± half its unit; blanks are true."""
    values = {n: cells[n].value if n in cells else course.truth[n] for n in range(number)}
    if sign < 0:
        values |= {n: -v for n, v in values.items() if n not in cells and course.lines[n].is_delta}
    middle = course.work(number, values, sign)
    width = Decimal(0)
    for use in {u for u in course.lines[number].uses.values() if isinstance(u, int) and u in cells}:
        half = cells[use].half
        if cells[use].unit > 10 * course.unit(use):
            half = course.unit(use) / 2
        ends = [course.work(number, values | {use: values[use] + s * half}, sign) for s in (-1, 1)]
        width += max(abs(end - middle) for end in ends)
    return middle, width


def rounded_parts(course: Course, number: int, cells: Mapping[int, Cell], answer: Cell, sign: int = 1) -> Decimal:
    """What it may cost that every product and every summand was rounded to the digits that the student writes."""
    values = {n: cells[n].value if n in cells else course.truth[n] for n in range(number)}
    line = course.lines[number]
    total = Decimal(0)
    names = {f"#{i}": part for i, part in enumerate(inner(line.tree))}
    for part in names.values():
        size = abs(course.work(number, values, sign, tree=part))
        if not size:
            continue
        step = max(answer.half, HALF * Decimal(1).scaleb(size.adjusted() + 1 - max(answer.figures, 1)))
        total += abs(slope(course, number, values, part, sign)) * step
    return total


def inner(node: Node, root: bool = True) -> list[Node]:
    """The products, sums and functions inside of a formula."""
    found = [] if root or node.kind in ("number", "name", "e", "neg", "inv") else [node]
    return found + [n for part in node.parts for n in inner(part, root=False)]


def slope(course: Course, number: int, values: Mapping[int, Decimal], part: Node, sign: int) -> Decimal:
    """How much the line moves when this part of it moves by a very little."""
    little = Decimal("1e-20")
    tree = course.lines[number].tree

    def moved(node: Node) -> Node:
        if node is part:
            return Node("add", (node, Node("number", value=little)))
        return Node(node.kind, tuple(moved(p) for p in node.parts), node.value, node.name)

    there, here = (course.work(number, values, sign, tree=t) for t in (moved(tree), tree))
    return (there - here) / little


def follows(course: Course, number: int, cells: Mapping[int, Cell], sign: int = 1, parts: bool = False) -> bool:
    """Rule 2: the line comes out of the student's own earlier numbers, closely enough to say something."""
    answer, unit = cells[number], course.unit(number)
    try:
        middle, width = enclosure(course, number, cells, sign)
        if parts:
            width += rounded_parts(course, number, cells, answer, sign)
    except ArithmeticError:  # the logarithm of 0, a division by 0: nothing follows
        return False
    own = max(unit, course.digits.unit(middle)) if course.digits and course.digits.figures else unit
    says = 2 * width <= max(10 * own, abs(answer.value) / 50)
    enough = answer.unit <= own or answer.value == middle
    return abs(answer.value - middle) <= width + answer.half and enough and says


NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*")


def cells_of(course: Course, texts: Mapping[str, str]) -> dict[int, Cell]:
    """The plain decimals of a sheet, by the number of their line."""
    return {
        n: cell(texts[line.key])
        for n, line in enumerate(course.lines)
        if line.key in texts and NUMBER.fullmatch(texts[line.key])
    }
