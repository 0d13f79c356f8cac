"""What is kept of a marked sheet: plain data, which crosses processes, lies in a store, and is all reports read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property, lru_cache, partial
from sys import intern
from typing import Any, NamedTuple

from backprop_cli.checking.verdicts import Outcome
from backprop_cli.checking.works import Work
from backprop_cli.ground.records import record
from backprop_cli.ground.words import listed
from backprop_cli.numbers.exact import Rational, from_text, rational

GROUPS = {
    "right": (Outcome.RIGHT, Outcome.CARRIED),
    "follows": (Outcome.FOLLOWS,),
    "part": (Outcome.TOO_FEW, Outcome.NEAR),
    "wrong": (Outcome.MISTAKE, Outcome.WRONG, Outcome.UNREADABLE),
    "blank": (Outcome.BLANK,),
}
GROUP_OF = {rule: name for name, rules in GROUPS.items() for rule in rules}


class Judged(NamedTuple):
    """By which rule a line was judged, and its marks as exact fractions.

    `group` is one of GROUPS; `data` are the diagnoses as programs are told them; `in_letters` a formula that was asked
    for.
    """

    rule: str
    group: str
    earned: str
    worth: str
    data: Mapping[str, Any]
    in_letters: bool = False


class LineRow(NamedTuple):
    """One line: its key, what was written, and how that was judged.

    A class has millions of them, most of a sheet judged alike: what these share is kept once, and a tuple is JSON as it
    is, and read again in a third of a record's time.
    """

    key: str
    written: str
    judged: Judged

    @property
    def rule(self) -> str:
        return self.judged.rule

    @property
    def group(self) -> str:
        return self.judged.group

    @property
    def earned(self) -> str:
        return self.judged.earned

    @property
    def worth(self) -> str:
        return self.judged.worth

    @property
    def data(self) -> Mapping[str, Any]:
        return self.judged.data

    @property
    def in_letters(self) -> bool:
        return self.judged.in_letters


_line_of = partial(tuple.__new__, LineRow)  # the line of its fields


@lru_cache(maxsize=1024)  # the sheets of a class have the same marks again and again
def _together(marks: tuple[str, ...]) -> Rational:
    """The sum of marks that are written as texts."""
    return sum(map(from_text, marks), rational(0))


class MistakeRow(NamedTuple):
    """A mistake that a sheet shows, in which lines: as it was made in the first of them, and in general words."""

    name: str
    said: str
    told: str
    lines: Sequence[str]


@record(slots=False)
class SheetRow:
    """A sheet with its marks, or with the reason why it has none; `first` is the line to look at first, and why."""

    file: str
    student: str
    failure: str = ""
    lines: tuple[LineRow, ...] = ()
    first: tuple[str, str] | None = None
    mistakes: tuple[MistakeRow, ...] = ()
    days_late: int = 0
    lost_text: str = "0"  # by lateness
    notes: tuple[str, ...] = ()  # what on it was not read, which of several attempts it is, …
    ids: tuple[str, ...] = ()  # by which a platform or a roster knows the student, the surest first
    is_absent: bool = False  # it is somebody's who handed in nothing
    folder: str = ""  # into which the feedback goes, where the platform wants that
    signed: str = ""  # the names that stand on it, where the student is known from elsewhere
    authors: tuple[str, ...] = ()  # where several handed it in together, all of them
    is_shared: bool = False  # one of these has the same hand-in in a row above

    @property
    def is_marked(self) -> bool:
        """Whether it could be read."""
        return not self.failure

    @property
    def who(self) -> str:
        """Everybody whose it is."""
        return listed(self.authors) or self.student

    @cached_property
    def lost(self) -> Rational:
        """The marks that lateness costs."""
        return from_text(self.lost_text)

    @cached_property
    def earned(self) -> Rational:
        """The marks of the sheet, without those that lateness costs."""
        return _together(tuple([one.judged.earned for one in self.lines])) - self.lost

    @cached_property
    def worth(self) -> Rational:
        """The marks that could be had."""
        return _together(tuple([one.judged.worth for one in self.lines]))

    def earned_in(self, exercise: str) -> Rational:
        """The marks of one exercise, before what lateness costs."""
        return _together(tuple(one.earned for one in self._in(exercise)))

    def worth_in(self, exercise: str) -> Rational:
        """The marks that could be had in one exercise."""
        return _together(tuple(one.worth for one in self._in(exercise)))

    def _in(self, exercise: str) -> Iterator[LineRow]:
        return (one for one in self.lines if one.key.startswith(f"{exercise} / "))

    @property
    def share(self) -> Rational | None:
        """The part of all marks that it earned; None where there is nothing to earn or nothing to read."""
        return None if self.failure or self.worth == 0 else self.earned / self.worth

    def as_text(self) -> str:
        """The row as JSON: a list for each mistake, in the order of its fields.

        Of the lines there are three lists: their keys, what was written, and where in `judged` it says how each was
        judged, what was judged alike once.
        """
        judged: list[Judged] = []
        known: dict[object, int] = {}
        places: list[int] = []
        for line in self.lines:
            place = known.setdefault(_alike(line.judged), len(judged))
            judged += [line.judged] if place == len(judged) else []
            places.append(place)
        data: dict[str, Any] = {name: getattr(self, name) for name in (*_PLAIN, "mistakes")}
        data["keys"] = [line.key for line in self.lines]
        data["written"] = [line.written for line in self.lines]
        data |= {"places": places, "judged": judged}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> SheetRow:
        """The row that `as_text` wrote."""
        data = json.loads(text)
        data |= {name: tuple(data[name]) for name in ("notes", "ids")}
        judged = [Judged._make(one) for one in data.pop("judged")]
        keys = map(intern, data.pop("keys"))  # every sheet of a class has the same ones
        lines = zip(keys, data.pop("written"), map(judged.__getitem__, data.pop("places")), strict=True)
        data["lines"] = tuple(map(_line_of, lines))
        data["mistakes"] = tuple(map(MistakeRow._make, data["mistakes"]))
        data["first"] = tuple(data["first"]) if data["first"] else None
        return cls(**data)


def refused(work: Work, why: str) -> SheetRow:
    """The row of a hand-in that could not be marked."""
    return SheetRow(work.file, work.student or work.stem, why, notes=work.notes, ids=work.ids, folder=work.folder)


def _alike(judged: Judged) -> object:
    """What tells whether two lines were judged alike; diagnoses are of one line."""
    rule, group, earned, worth, data, in_letters = judged
    return id(judged) if data else (rule, group, earned, worth, in_letters)


_BY_ROSTER = ("authors", "is_shared")  # not kept: a roster says it again
_PLAIN = tuple(one.name for one in fields(SheetRow) if one.name not in ("lines", "mistakes", *_BY_ROSTER))
