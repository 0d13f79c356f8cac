"""A hand-in to several exercises, parted: what stands under which of them, in a sheet, a table or somebody's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from dataclasses import replace as _replace
from typing import Generic, TypeVar

from backprop_cli.checking.answers import BESIDE
from backprop_cli.ground.errors import Complaint, SourceError, Span
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.tree import Entries, Items, Text, Tree
from backprop_cli.working.model import HandIn, Remark
from backprop_cli.working.places import exercise_in, heads_exercises
from backprop_cli.working.tables import table

T = TypeVar("T")


_PAIR = 2  # cells of a row: a name and its value
_PREFIX = re.compile(r"\s*([^/\s](?:[^/]*[^/\s])?)\s*/\s*(?=\S)")


@record
class Parted(Generic[T]):
    """What is of each exercise, in their order, and what is said of that which is of none."""

    parts: list[T]
    complaints: list[Complaint] = field(default_factory=list)


def nothing_says() -> str:
    """What is said of a hand-in that does not tell its exercises apart."""
    return _("nothing says what is of which exercise")


def how_to_say() -> str:
    """What to do about it."""
    return _("write `Exercise 1` above the work for it, or fill in `backprop check ASSIGNMENT --template`")


_FILE = re.compile(
    r"(?:.*[^a-z])?(?:exercise|ex|problem|question|q|task|aufgabe|übung|练习|习题|题)[\s_.-]*([0-9]{1,3})"
    r"|([0-9]{1,3})|.*第\s*([0-9]{1,3})\s*题",
    re.I,
)


def exercise_of_file(name: str) -> int:
    """The number of the exercise that a file is named by: hw3/ex2.txt, aufgabe-2.md, 2.yaml; 0 where there is none."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0]
    found = _FILE.fullmatch(stem.strip())
    return int(next(filter(None, found.groups()))) if found else 0


def _number(key: str) -> int:
    """The number of the exercise that a key means: 1, or exercise 1; 0 where it means none."""
    digits = key.strip() if key.strip().isdecimal() else exercise_in(key)
    return int(digits[:4]) if digits else 0


def _none_of(number: int, count: int, span: Span) -> Complaint:
    message = _("there is no exercise {number} (there are {count})") if number else _("this is of no exercise")
    return Complaint(message.format(number=number, count=count), span)


# ---- a sheet in YAML or JSON --------------------------------------------------------------------------------------


def parted_tree(tree: Tree, count: int) -> Parted[Tree] | None:
    """The sheet of each exercise: under `exercises`, or under keys such as `exercise 2`, at the top or in `answers`."""
    if not isinstance(tree, Entries):
        return None
    answers = tree.values.get("answers")
    holders = [tree.values.get("exercises"), answers, Entries(tree.values, tree.keys, tree.span)]
    holder = next((one for one in holders if one is not None and any(_exercises(one, one is holders[0]))), None)
    if holder is None:
        return None
    found: dict[int, Tree] = {}
    complaints = []
    for number, value, span in _exercises(holder, holder is holders[0]):
        if 1 <= number <= count and number not in found:
            found[number] = value
        else:
            complaints.append(_none_of(number, count, span))
    beside = {key: value for key, value in tree.values.items() if key in BESIDE}
    if holder is holders[2]:
        others = (key for key in tree.values if not exercise_in(key) and key not in BESIDE)
        complaints += [_none_of(0, count, tree.keys[key]) for key in others]
    return Parted([_sheet(found.get(number), beside, tree) for number in range(1, count + 1)], complaints)


def _exercises(holder: Tree, by_number: bool) -> Iterator[tuple[int, Tree, Span]]:
    """Number, content and place of each exercise in a mapping or, with `by_number`, in a list."""
    if isinstance(holder, Items) and by_number:
        yield from ((number, one, one.span) for number, one in enumerate(holder.values, start=1))
    elif isinstance(holder, Entries):
        for key, value in holder.values.items():
            if by_number or exercise_in(key):
                yield _number(key), value, holder.keys[key]


def _sheet(content: Tree | None, beside: dict[str, Tree], whole: Entries) -> Tree:
    """The sheet of one exercise, with whose it is."""
    keys = {key: whole.keys[key] for key in beside}
    if isinstance(content, Entries) and not content.values.keys() & {"answers", "formulas"}:
        content = Entries({"answers": content}, {"answers": content.span}, content.span)
    if isinstance(content, Entries):
        return Entries({**beside, **content.values}, {**keys, **content.keys}, content.span)
    nothing = content if isinstance(content, Items | Text) else Text(None, whole.span)
    return Entries({**beside, "answers": nothing}, {**keys, "answers": nothing.span}, whole.span)


# ---- a table -----------------------------------------------------------------------------------------------------


def parted_table(text: str, count: int) -> Parted[str] | None:
    """The table of each exercise, in which the rows of the others are empty, so that every row keeps its number.

    `exercise 2 / net_h1` stands in its first column, `exercise 2` in a row of its own above, or a first column that is
    headed `exercise` has the numbers.
    """
    text = _prefixed(text)
    lines = text.split("\n")
    parts = [[""] * len(lines) for _number in range(count)]
    complaints: list[Complaint] = []
    current, some, first = 0, False, True
    for cells in table(text)[1]:
        line, cell = cells[0].span.line, cells[0].value or ""
        number, start = current, 0
        if (prefix := _PREFIX.match(cell)) and exercise_in(prefix[1]):
            number, start = _number(prefix[1]), prefix.end()
        elif exercise_in(cell) and not any(one.value for one in cells[1:]):
            current, some = _number(cell), True
            continue
        some = some or bool(start)
        place = lines[line - 1].find(cell) if start else 0
        written = lines[line - 1][:place] + lines[line - 1][place + start :]
        if first or cell.lower() in BESIDE or not cell.strip() or cell.startswith("#"):
            for part in parts:
                part[line - 1] = lines[line - 1] if not start else part[line - 1]
        if 1 <= number <= count and (start or cell.lower() not in BESIDE):
            parts[number - 1][line - 1] = written
        elif not first and cell.strip() and cell.lower() not in BESIDE and not cell.startswith("#"):
            complaints.append(_none_of(number, count, cells[0].span))
        first = first and (not cell.strip() or cell.startswith("#"))
    return Parted(["\n".join(part) for part in parts], complaints) if some else None


def _prefixed(text: str) -> str:
    """The table; where its first column has the numbers of exercises, these stand before the names instead."""
    lines = text.split("\n")
    rows = [cells for cells in table(text)[1] if cells[0].value or len(cells) > 1]
    rows = [cells for cells in rows if not (cells[0].value or "").startswith("#")]
    if not rows or len(rows[0]) <= _PAIR or not heads_exercises(rows[0][0].value or ""):
        return text
    last = ""
    for cells in rows:
        at, cell = cells[0].span.line - 1, cells[0].value or last
        rest = lines[at][cells[1].span.column - 1 :] if len(cells) > 1 else ""
        quote = '"' if rest and lines[at][: cells[1].span.column - 1].endswith('"') else ""
        last = cell if exercise_in(cell) else f"exercise {cell}"
        lines[at] = quote + rest if cells is rows[0] else f"{quote}{last} / {rest}" if rest else lines[at]
    return "\n".join(lines)


# ---- somebody's work ---------------------------------------------------------------------------------------------


def parted_work(hand_in: HandIn, count: int) -> list[HandIn]:
    """The work for each exercise, by the headings above it. Raises SourceError where no heading names one."""
    numbers = {str(number) for number in range(1, count + 1)}
    if hand_in.chains and not any(chain.exercise in numbers for chain in hand_in.chains):
        raise SourceError(hand_in.source, [Complaint(nothing_says(), hint=how_to_say())], hand_in.text)
    parts = []
    for number in range(1, count + 1):
        chains = tuple(chain for chain in hand_in.chains if chain.exercise == str(number))
        remarks = [one for one in hand_in.remarks if one.exercise == str(number)]
        if number == 1:
            remarks += [one for one in hand_in.remarks if one.exercise not in numbers]
            for chain in hand_in.chains:
                if chain.exercise not in numbers:
                    said = _none_of(int(chain.exercise or 0), count, chain.spot.span).message
                    text = " = ".join([chain.name, *(part.text for part in chain.parts)])
                    remarks.append(Remark(text, chain.spot, said))
        parts.append(_replace(hand_in, chains=chains, remarks=tuple(remarks)))
    return parts
