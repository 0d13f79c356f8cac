"""What the rows of a class say beyond the marks: how hard a line was, who worked alike, who wrote the same digits.

Difficulty is the share of the marks that the class earned (Lord and Novick, 1968, ch. 15: the classical p value),
discrimination the correlation of a line's marks with those of all other lines (the corrected item-total correlation,
Henrysson, 1963).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import sqrt

from backprop_cli.checking.grading import Class, Column
from backprop_cli.checking.rows import LineRow, SheetRow
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import from_text, to_float

BINS = 10
MOST_SHARING = 4  # sheets that may write the same wrong digits before that is nothing special
_LEAST_SHARED = 3  # wrong values in common from which on two sheets are alike
_LEAST = 3  # sheets from which on a correlation means something


@dataclass(slots=True)
class _Sums:
    """The sums of a line's marks x and of the other marks y of the same sheets, from which their correlation comes."""

    n: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        self.n += 1
        self.x += x
        self.y += y
        self.xx += x * x
        self.yy += y * y
        self.xy += x * y

    @property
    def correlation(self) -> float | None:
        """Pearson's r; None where nothing varies."""
        if self.n < _LEAST:
            return None
        one, other = self.n * self.xx - self.x**2, self.n * self.yy - self.y**2
        if one <= 1e-9 or other <= 1e-9:
            return None
        return (self.n * self.xy - self.x * self.y) / sqrt(one * other)


@record
class LineFigures:
    """A line: the share of its marks that was earned, from 0 (nobody) to 1, and how it goes with the other marks."""

    key: str
    in_letters: bool
    difficulty: float | None
    discrimination: float | None


@record
class SheetGroup:
    """Sheets with the same wrong lines by the same mistakes: one look, one comment for all."""

    wrong: tuple[tuple[str, str], ...]  # a line, and the mistake or, where none is named, what was written
    said: tuple[str, ...]
    students: tuple[str, ...]


@record
class Alike:
    """Two sheets with the same wrong digits in lines where no mistake explains them."""

    one: str
    other: str
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Together:
    """The students whose sheets have the same wrong lines, and what is said of the first of them."""

    said: tuple[str, ...]
    students: list[str] = field(default_factory=list)

    def add(self, sheet: SheetRow) -> None:
        self.students.append(sheet.who)


@dataclass(slots=True)
class Statistics:
    """What is found in one walk over the sheets."""

    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    lines: list[LineFigures] = field(default_factory=list)
    groups: list[SheetGroup] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)


def statistics(graded: Class) -> Statistics:
    """The statistics of a class."""
    found = Statistics()
    sums: dict[Column, _Sums] = {}
    groups: dict[tuple[tuple[str, str], ...], _Together] = {}
    written: dict[tuple[str, str], list[str]] = {}
    for sheet in graded.marked:
        if sheet.share is not None:
            found.bins[min(BINS - 1, int(sheet.share * BINS))] += 1
        _count(sheet, sums)
        if wrong := tuple(_wrong(sheet)):
            groups.setdefault(wrong, _Together(tuple(dict.fromkeys(one.said for one in sheet.mistakes)))).add(sheet)
        for key, text in _unexplained(sheet):
            students = written.setdefault((key, text), [])
            if len(students) <= MOST_SHARING:
                students.append(sheet.who)
    shares = {(line.key, line.in_letters): line.share for line in graded.lines}
    for column, share in shares.items():
        marks = sums.get(column)
        earned = None if share is None else to_float(share)
        found.lines.append(LineFigures(*column, earned, marks.correlation if marks else None))
    several = (
        SheetGroup(wrong, one.said, tuple(one.students)) for wrong, one in groups.items() if len(one.students) > 1
    )
    found.groups = sorted(several, key=lambda one: -len(one.students))
    found.alike = sorted(_alike(written), key=lambda one: -len(one.lines))
    return found


def _count(sheet: SheetRow, sums: dict[Column, _Sums]) -> None:
    marks = {(row.key, row.in_letters): _float(row.earned) for row in sheet.lines if row.worth != "0"}
    total = sum(marks.values())
    for column, earned in marks.items():
        sums.setdefault(column, _Sums()).add(earned, total - earned)


def _float(text: str) -> float:
    return to_float(from_text(text))


def _wrong(sheet: SheetRow) -> Iterator[tuple[str, str]]:
    """The wrong lines of a sheet, each with its mistake, or with what was written where none is named."""
    named = {key: one.name for one in sheet.mistakes for key in one.lines}
    for row in sheet.lines:
        if row.group == "wrong":
            yield row.key, named.get(row.key) or f"= {_plain(row)}"


def _plain(row: LineRow) -> str:
    """What was written, without what different hands write differently."""
    return row.written.strip().replace(",", ".").replace("−", "-").lstrip("+")


def _unexplained(sheet: SheetRow) -> Iterator[tuple[str, str]]:
    """Wrong values that no mistake explains, with digits enough that nobody writes the same by chance."""
    named = {key for one in sheet.mistakes for key in one.lines}
    for row in sheet.lines:
        text = _plain(row)
        if row.group == "wrong" and row.key not in named and sum(char.isdigit() for char in text.lstrip("0.-")) > 2:
            yield row.key, text


def _alike(written: dict[tuple[str, str], list[str]]) -> Iterator[Alike]:
    """Pairs that share wrong digits which few others wrote."""
    shared: dict[tuple[str, str], list[str]] = {}
    for (key, _text), students in written.items():
        if len(students) <= MOST_SHARING:
            for one, other in combinations(students, 2):
                shared.setdefault((one, other), []).append(key)
    for (one, other), lines in shared.items():
        if len(lines) >= _LEAST_SHARED:
            yield Alike(one, other, tuple(lines))
