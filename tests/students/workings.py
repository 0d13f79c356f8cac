"""Students who hand in their working: every line with its formula, the numbers put in and the value; and what is wrong.

A line is wrong in one of three ways, and the rest of the paper goes on faithfully from it: the formula is another one,
one of the numbers put in is another, or the value is not what the numbers give.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from contract import Cell, follows, is_right
from course import Course
from formulas import Node, evaluate, names_in
from habits import Habit
from writing import Digits, figures, places, plain, round_to, without_zeros, written

FAULTS = ("formula", "numbers", "arithmetic")
PATTERNS = ("fnv", "fnv", "fnv", "fv", "nv", "nv", "v")  # formula, numbers, value: how often each is what stands there
SPELLED = frozenset(("number", "name", "e", "add", "mul", "neg", "inv", "pow", "exp", "ln", "sqrt", "tanh", "sigmoid",
                     "relu", "relu'", "tanh'", "sigmoid'", "max"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a paper: its quantity, the formula, what is put in for each name, the value."""

    key: str
    formula: Node | None
    numbers: Mapping[str, str] | None
    tree: Node
    value: str

    @property
    def base(self) -> str:
        """The name without its address."""
        return self.key.rpartition(" / ")[2]


@dataclass(frozen=True, slots=True)
class Paper:
    """What one student wrote, and which fault is in which line (none in a right one)."""

    name: str
    steps: tuple[Step, ...]
    fault: str = ""
    key: str = ""
    meant: str = ""  # what was done, for those who read the report

    @property
    def cells(self) -> dict[str, str]:
        """The values alone, as a sheet has them."""
        return {step.key: step.value for step in self.steps}


def habit(name: str, digits: Digits, carry: str = "rounded") -> Habit:
    return Habit(name, digits, carry)


HABITS = (
    habit("4 figures", figures(4)),
    habit("3 figures", figures(3)),
    habit("5 places", places(5)),
    habit("4 figures memory", figures(4), "memory"),
    habit("6 places", places(6)),
)


def spelled(node: Node) -> bool:
    """Whether this formula is one that can be written in a line."""
    return node.kind in SPELLED and all(map(spelled, node.parts))


def paper(course: Course, one: Habit, seed: int, fault: str = "", patterns: tuple[str, ...] = PATTERNS) -> Paper | None:
    """What a student of this habit writes; None where this fault has no place on a line that was drawn for it."""
    chance = random.Random(f"{course.name} {one.name} {seed} {fault}")
    wanted = [n for n in course.writable if spelled(course.lines[n].tree) and course.lines[n].tree.parts]
    drawn = {n: chance.choice(patterns) for n in course.writable}
    if not fault:
        return _written(course, one, chance, drawn, None, None)
    chance.shuffle(wanted)
    for number in wanted[:12]:
        for _attempt in range(3):
            drawn[number] = "fnv" if fault == "formula" else chance.choice(("fnv", "nv"))
            made = _written(course, one, chance, drawn, number, fault)
            if made is not None:
                return made
    return None


def _written(
    course: Course, one: Habit, chance: random.Random, drawn: Mapping[int, str], wrong: int | None, fault: str | None
) -> Paper | None:
    going: dict[int, Decimal] = {}
    texts: dict[int, str] = {}
    steps: list[Step] = []
    meant = ""
    for number, line in enumerate(course.lines):
        tree, put_in = line.tree, None
        texts_of = _texts(course, number, texts)
        try:
            if number == wrong and fault == "formula":
                found = _edited(course, number, chance)
                if found is None:
                    return None
                tree, meant = found
                texts_of = _texts(course, number, texts, tree)
            right = course.work(number, going)
            value = course.work(number, going, tree=tree)
            if number == wrong and fault == "numbers":
                found_number = _miscopied(course, number, texts_of, chance)
                if found_number is None:
                    return None
                name, other = found_number
                meant = f"{other} for {texts_of[name]} ({name})"
                texts_of = texts_of | {name: other}
                put_in = {n: Decimal(t) for n, t in texts_of.items()}
                value = evaluate(tree, put_in.__getitem__)
        except (ArithmeticError, KeyError):
            return None
        unit = min(one.digits.unit(value), course.unit(number)) if number in drawn else one.digits.unit(value)
        text = without_zeros(written(value, unit)) if value == round_to(value, unit) else written(value, unit)
        if number == wrong and fault == "arithmetic":
            slipped = _slipped(text, unit, chance)
            if slipped is None:
                return None
            meant, text = f"{slipped} for {text}", slipped
        if number == wrong and not _telling(course, number, texts, text, right):
            return None
        texts[number] = text
        remembered = one.carry == "memory" and fault != "arithmetic" and number != wrong
        going[number] = value if remembered or number not in drawn else Decimal(text)
        if number in drawn:
            steps.append(_step(line.key, tree, texts_of, text, drawn[number], put_in is not None))
    name = "-".join(filter(None, (course.name, one.name.replace(" ", ""), fault or "right", str(chance.random())[2:6])))
    return Paper(name, tuple(steps), fault or "", course.lines[wrong].key if wrong is not None else "", meant)


def _step(key: str, tree: Node, texts: Mapping[str, str], value: str, pattern: str, changed: bool) -> Step:
    plain_enough = spelled(tree) and bool([*names_in(tree)]) and set(names_in(tree)) <= set(texts)
    if not plain_enough:
        return Step(key, None, None, tree, value)
    formula = tree if "f" in pattern else None
    numbers = texts if "n" in pattern else None
    return Step(key, formula, numbers, tree, value)


def _texts(course: Course, number: int, texts: Mapping[int, str], tree: Node | None = None) -> dict[str, str]:
    """What stands on the paper for each name of a line."""
    line = course.lines[number]
    found = {}
    for name in names_in(tree or line.tree):
        use = line.uses.get(name)
        use = course.resolve(number, name) if use is None else use
        found[name] = _plain(course.given[use]) if isinstance(use, str) else texts[use]
    return found


def _plain(value: Decimal) -> str:
    return plain(value) if abs(value.adjusted()) < 6 else str(value)


def _telling(course: Course, number: int, texts: Mapping[int, str], text: str, right: Decimal) -> bool:
    """Whether anybody can see that the line is wrong: it is far from right, and does not follow."""
    cells = {n: Cell(Decimal(t), Decimal(1).scaleb(min(0, int(Decimal(t).as_tuple().exponent))))
             for n, t in (texts | {number: text}).items()}  # fmt: skip
    value = Decimal(text)
    near = min(abs(value - right), abs(value - course.truth[number]))
    coarse = 3 * max(course.unit(number), cells[number].unit)
    if near <= max(coarse, abs(right) / 200):
        return False
    return not is_right(course, number, cells[number]) and not follows(course, number, cells, parts=True)


# ------------------------------------------------------------------------------------------------ wrong formulas


def _edited(course: Course, number: int, chance: random.Random) -> tuple[Node, str] | None:
    """The line's formula with one edit that gives another value, also with other numbers."""
    line = course.lines[number]
    found = list(_edits(line.tree, course, number))
    chance.shuffle(found)
    for tree, what in found:
        try:
            texts = set(names_in(tree))
            if any(course.lines[number].uses.get(n, "-") == "-" and course.resolve(number, n) is None for n in texts):
                continue
            apart = [abs(c.work(number, c.exact, tree=tree) - c.exact[number]) > abs(c.exact[number]) / 100
                     for c in (course, course.neighbour)]  # fmt: skip
        except (ArithmeticError, KeyError):
            continue
        if all(apart):
            return tree, what
    return None


def _edits(tree: Node, course: Course, number: int) -> Iterator[tuple[Node, str]]:
    for path, node in _walk(tree):
        for other, what in _edits_of(node, course, number):
            yield _put(tree, path, other), what


def _edits_of(node: Node, course: Course, number: int) -> Iterator[tuple[Node, str]]:
    if node.kind in ("mul", "add") and len(node.parts) > 1:
        for at in range(len(node.parts)):
            rest = node.parts[:at] + node.parts[at + 1 :]
            yield (rest[0] if len(rest) == 1 else Node(node.kind, rest)), f"part {at + 1} left out"
    if node.kind == "add":
        for at, part in enumerate(node.parts):
            turned = part.parts[0] if part.kind == "neg" else Node("neg", (part,))
            if at:
                yield Node("add", (*node.parts[:at], turned, *node.parts[at + 1 :])), f"sign of part {at + 1}"
    if node.kind == "pow" and node.parts[0].kind != "e":
        yield node.parts[0], "no power"
    if node.kind == "name":
        for other in _neighbours(node.name, course, number):
            yield Node("name", name=other), f"{other} for {node.name}"


def _neighbours(name: str, course: Course, number: int) -> list[str]:
    """Names of the same kind that are there by then: another weight, another output, net for out."""
    head = name.rstrip("0123456789").partition("_")[0]
    earlier = [line.base for line in course.lines[:number] if line.key.rpartition(" / ")[0] ==
               course.lines[number].key.rpartition(" / ")[0]]  # fmt: skip
    names = [one for one in (*course.given, *earlier) if "@" not in one and " / " not in one]
    kin = [one for one in names if one != name and one.rstrip("0123456789").partition("_")[0] == head]
    swapped = name.replace("out_", "net_") if name.startswith("out_") else ""
    return [*kin, *([swapped] if swapped in earlier else [])]


def _walk(tree: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, tree
    for at, part in enumerate(tree.parts):
        yield from _walk(part, (*path, at))


def _put(tree: Node, path: tuple[int, ...], other: Node) -> Node:
    if not path:
        return other
    parts = [_put(part, path[1:], other) if at == path[0] else part for at, part in enumerate(tree.parts)]
    return replace(tree, parts=tuple(parts))


# ------------------------------------------------------------------------------------------------ wrong numbers


def _miscopied(course: Course, number: int, texts: Mapping[str, str], chance: random.Random) -> tuple[str, str] | None:
    """One of the numbers as another one: that of something of its kind, or with a slip of the pen."""
    choices: list[tuple[str, str]] = []
    for name, text in texts.items():
        kin = [_plain(course.given[one]) for one in _neighbours(name, course, number) if one in course.given]
        choices += [(name, other) for other in kin if Decimal(other) != Decimal(text)][:3]
        if slipped := _slipped(text, Decimal(0), chance):
            choices.append((name, slipped))
    return chance.choice(choices) if choices else None


def _slipped(text: str, unit: Decimal, chance: random.Random) -> str | None:
    """A number with two digits exchanged, one digit another, or its sign turned."""
    spots = [i for i, c in enumerate(text) if c.isdigit()]
    strong = [i for i in spots if text[: i + 1].strip("-0.")]
    slips: list[Callable[[], str | None]] = [
        lambda: _exchange(text, strong, chance),
        lambda: _another(text, strong, chance),
        lambda: text[1:] if text.startswith("-") else f"-{text}",
    ]
    for slip in chance.sample(slips, 3):
        made = slip()
        if made is not None and abs(Decimal(made) - Decimal(text)) > 3 * unit and Decimal(made) != Decimal(text):
            return made
    return None


def _exchange(text: str, spots: list[int], chance: random.Random) -> str | None:
    pairs = [(i, j) for i, j in pairwise(spots) if text[i] != text[j] and j == i + 1]
    if not pairs:
        return None
    i, j = chance.choice(pairs)
    return text[:i] + text[j] + text[i] + text[j + 1 :]


def _another(text: str, spots: list[int], chance: random.Random) -> str | None:
    if not spots:
        return None
    at = chance.choice(spots[:2])
    return text[:at] + chance.choice([c for c in "123456789" if c != text[at]]) + text[at + 1 :]
