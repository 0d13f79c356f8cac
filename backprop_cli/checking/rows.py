"""What is kept of a marked sheet: plain data, which crosses processes, lies in a store, and is all reports read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from backprop_cli.checking.checkers import Reports
from backprop_cli.checking.diagnoses_data import diagnoses_data
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.formula_answers import FormulaMark
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.phrases import said_of
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import NEAR_MISSES, Outcome
from backprop_cli.checking.word_answers import WordMark
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.exact import Rational, from_text, rational
from backprop_cli.problem.assignment import exercise_key

GROUPS = {
    "right": (Outcome.RIGHT, Outcome.CARRIED),
    "follows": (Outcome.FOLLOWS,),
    "part": (Outcome.TOO_FEW, Outcome.NEAR),
    "wrong": (Outcome.MISTAKE, Outcome.WRONG, Outcome.UNREADABLE),
    "blank": (Outcome.BLANK,),
}
_GROUP_OF = {rule: name for name, rules in GROUPS.items() for rule in rules}


class LineRow(NamedTuple):
    """One line: its key, what was written, by which rule it was judged, and its marks as exact fractions.

    `group` is one of GROUPS; `data` are the diagnoses as programs are told them; `in_letters` a formula that was asked
    for. A class has millions of them: a tuple is JSON as it is, and read again in a third of a record's time.
    """

    key: str
    written: str
    rule: str
    group: str
    earned: str
    worth: str
    data: Mapping[str, Any]
    in_letters: bool = False


_line_of = partial(tuple.__new__, LineRow)  # the line of a list of its fields


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
        return _together(tuple(one.earned for one in self.lines)) - self.lost

    @cached_property
    def worth(self) -> Rational:
        """The marks that could be had."""
        return _together(tuple(one.worth for one in self.lines))

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
        """The row as JSON: a list for each line and each mistake, in the order of their fields."""
        data = {name: getattr(self, name) for name in (*_PLAIN, "lines", "mistakes")}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> SheetRow:
        """The row that `as_text` wrote."""
        data = json.loads(text)
        data |= {name: tuple(data[name]) for name in ("notes", "ids")}
        data["lines"] = tuple(map(_line_of, data["lines"]))
        data["mistakes"] = tuple(map(MistakeRow._make, data["mistakes"]))
        data["first"] = tuple(data["first"]) if data["first"] else None
        return cls(**data)


_BY_ROSTER = ("authors", "is_shared")  # not kept: a roster says it again
_PLAIN = tuple(one.name for one in fields(SheetRow) if one.name not in ("lines", "mistakes", *_BY_ROSTER))


def row_of(file: str, student: str, reports: Reports) -> SheetRow:
    """What is kept of the reports on a hand-in; in an assignment, every line says of which exercise it is."""
    rows: list[LineRow] = []
    first: tuple[str, str] | None = None
    mistakes: dict[str, MistakeRow] = {}
    notes: list[str] = []
    for number, report in reports.numbered():
        explainer = Explainer(report)
        within = partial(_within, number=0 if reports.is_alone else number)
        rows += [_line(mark, explainer, within) for mark in report.marks]
        rows += [_formula(mark, within) for mark in report.formulas]
        rows += [_word(mark, within) for mark in report.words]
        if first is None and (wrong := report.first_wrong) is not None:
            first = within(wrong.quantity.key), explainer.verdict(wrong.verdict)
        for one in _mistakes(report, explainer, within):
            known = mistakes.get(one.name)
            mistakes[one.name] = one if known is None else known._replace(lines=(*known.lines, *one.lines))
        notes += [within(said) for said in _unread(report)]
    return SheetRow(
        file, student, "", tuple(rows), first, tuple(mistakes.values()), reports.days_late, str(reports.taken_off),
        tuple(notes),
    )  # fmt: skip


def _within(key: str, number: int) -> str:
    """A line of an exercise, or of a problem alone."""
    return exercise_key(number, key) if number else key


def _unread(report: Report) -> Iterator[str]:
    """What on the sheet was not understood."""
    yield from (one.message for one in report.unread)
    for line in report.missed:
        where = line.spot.cell or _("line {line}").format(line=line.spot.line)
        yield _("{where} was not understood: {text}").format(where=where, text=" ".join(line.text.split()))


def _line(mark: Mark, explainer: Explainer, within: Callable[[str], str]) -> LineRow:
    verdict = mark.verdict
    rule = Outcome.WRONG if verdict.vague else verdict.rule
    group = _GROUP_OF[rule]
    data = diagnoses_data(verdict, explainer) if verdict.causes or verdict.others else {}
    marks = str(mark.earned), str(mark.worth)
    return LineRow(within(mark.quantity.key), mark.written, verdict.rule.value, group, *marks, data)


def _formula(mark: FormulaMark, within: Callable[[str], str]) -> LineRow:
    group = _GROUP_OF[mark.outcome]
    marks = str(mark.earned), str(mark.worth)
    return LineRow(within(mark.quantity.key), mark.written, mark.outcome.value, group, *marks, {}, in_letters=True)


def _word(mark: WordMark, within: Callable[[str], str]) -> LineRow:
    group = _GROUP_OF[mark.outcome]
    key, marks = within(mark.question.key), (str(mark.earned), str(mark.worth))
    return LineRow(key, mark.written, mark.outcome.value, group, *marks, {})


def _mistakes(report: Report, explainer: Explainer, within: Callable[[str], str]) -> Iterator[MistakeRow]:
    """The mistakes of a sheet; of several that one line may show, the likeliest."""
    found: dict[str, list[Mark]] = {}
    for mark in report.marks:
        if name := _name(mark):
            found.setdefault(name, []).append(mark)
    for name, marks in found.items():
        told, said = _words(marks[0], explainer)
        yield MistakeRow(name, said, told, tuple(within(mark.quantity.key) for mark in marks))


def _name(mark: Mark) -> str:
    verdict = mark.verdict
    if verdict.causes:
        return verdict.causes[0].mistake.name
    return verdict.near if verdict.near in NEAR_MISSES else ""


def _words(mark: Mark, explainer: Explainer) -> tuple[str, str]:
    """What a teacher calls a mistake, and how it was made in this line."""
    if not mark.verdict.causes:
        told = _(NEAR_MISSES[mark.verdict.near]).format(other=_("another line"))
        return told, told
    cause: Hypothesis = mark.verdict.causes[0]
    told = said_of(cause, explainer.key, spell=lambda formula: explainer.spelled(formula, ()))
    return told, explainer.said(cause, mark.quantity) if cause.found else told
