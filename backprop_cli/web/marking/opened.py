"""An assignment as a page opens it: what is asked, what each answer earns, hints, and the file to hand in.

The answers of a page are texts, by the number of the exercise (from 0) and the key of the line. They are marked as
`check` marks the file that `handed_in` makes of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace as _replace
from functools import cached_property
from typing import Any, TypeAlias

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.blank_exercises import together
from backprop_cli.checking.blank_sheets import blank_sheet
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.report import Report
from backprop_cli.ground.errors import SourceError
from backprop_cli.ground.words import _, as_sentence
from backprop_cli.numbers.exact import Rational, marks_text, rational
from backprop_cli.problem.assignment import Assignment, heading_of
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import SolveOptions
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson, Task
from backprop_cli.web.marking import lines

Texts: TypeAlias = Mapping[str, str]  # what is typed, by the key of its line
Data: TypeAlias = dict[str, Any]  # what crosses to the page


class OpenExercise:
    """One exercise on the page: a lesson, whose lines are marked by the checker of its assignment."""

    def __init__(self, loaded: Loaded, checker: Checker, lesson: Lesson | None = None) -> None:
        self.loaded = loaded
        self.checker = checker
        self.lesson = lesson or _replace(lesson_of(checker.worked, first_gradient=False), checker=checker)

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """The lines that are asked for, by their keys."""
        return {one.key: one for one in self.lesson.tasks}

    # ---- what stands on the page -------------------------------------------------------------------------------

    def data(self) -> Data:
        """The statement as HTML, and every line that is asked for."""
        return {"title": self.loaded.problem.title, "statement": self.statement(), "lines": list(self._lines())}

    def statement(self) -> str:
        """What is given and what is to be done, as a piece of HTML."""
        from backprop_cli.documents.prose import prose
        from backprop_cli.formats.print import html
        from backprop_cli.tutor.handout import handout

        document = handout(_replace(self.lesson, charset="latex"))
        words = tuple(prose(self.loaded.problem.text, "latex"))
        return html.piece(_replace(document, blocks=(*words, *document.blocks)))

    def worked(self) -> str:
        """The worked solution, as a piece of HTML."""
        from backprop_cli.formats.pages import Request, page_of
        from backprop_cli.formats.print import html

        return html.piece(page_of(None, Request(self.loaded, SolveOptions())).document("latex"))

    def _lines(self) -> Iterator[Data]:
        marking = self.checker.marking
        for at, task in enumerate(self.lesson.tasks):
            worth = marking.worth_of_formula if task.in_letters else marking.worth
            yield lines.asked(self.lesson, at) | {"marks": marks_text(worth(task.quantity))}

    # ---- what is typed -----------------------------------------------------------------------------------------

    def written(self, texts: Texts) -> dict[str, lines.Typed]:
        """What is typed, as it stands in the file that is handed in; blank lines are left out."""
        found = {
            key: lines.typed(self.lesson, self.tasks[key], text) for key, text in texts.items() if key in self.tasks
        }
        return {key: one for key, one in found.items() if one.text or one.complaint}

    def sheet(self, texts: Texts, all_: bool = False) -> str:
        """The sheet with these answers, as JSON; with those that cannot be read only where `all_` are wanted."""
        filled: dict[Quantity, str] = {}
        formulas: dict[Quantity, str] = {}
        words: dict[str, str] = {}
        for key, one in self.written(texts).items():
            task = self.tasks[key]
            if one.complaint and not all_:
                continue
            if task.in_words:
                words[task.quantity.name] = one.text
            else:
                (formulas if task.in_letters else filled)[task.quantity] = one.text
        return blank_sheet(self.checker.worked, False, "json", filled, formulas, words)

    # ---- what is said ------------------------------------------------------------------------------------------

    def said(self, texts: Texts, report: Report) -> Data:
        """How each line that was typed was judged, what is said of it, and the marks of the exercise."""
        found = lines.judged(self.lesson, self.written(texts), report)
        notes = lines.notes(report)
        return {"lines": found, "notes": notes, "marks": _marks(report.earned, report.worth)}

    def hint(self, key: str, level: int, texts: Texts) -> Data:
        """A hint for a line, with the learner's own earlier numbers; how many levels there are."""
        return lines.hint(self.lesson, self.tasks[key], level, self.written(texts))

    def why(self, key: str) -> list[Data]:
        """The rule behind a line."""
        return lines.why(self.lesson, self.tasks[key])


class OpenAssignment:
    """All exercises of a page."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.checkers = Checkers.of(assignment)
        pairs = zip(assignment.exercises, self.checkers.checkers, strict=True)
        self.exercises = tuple(OpenExercise(one.loaded, checker) for one, checker in pairs)

    def data(self) -> Data:
        """What stands on the page."""
        head, found = self.assignment.head, [one.data() for one in self.exercises]
        for exercise, data in zip(self.assignment.exercises, found, strict=True):
            data["heading"] = "" if head is None else heading_of(exercise.number, exercise.loaded.problem)
        from backprop_cli.documents.model import Document
        from backprop_cli.documents.prose import prose
        from backprop_cli.formats.print import html

        about = [one for one in (head.course, head.due and head.due.written) if one] if head else []
        words = html.piece(Document("", "", "latex", tuple(prose(head.text, "latex")))) if head and head.text else ""
        return {"title": self.checkers.title, "about": about, "words": words, "exercises": found}

    def check(self, answers: list[Texts]) -> Data:
        """Every exercise with what is said of its lines, and the marks of all together."""
        sheets = self._sheets(answers)
        pairs = list(zip(self.exercises, self.checkers.checkers, answers, sheets, strict=True))
        reports = [_report(checker, sheet) for _one, checker, _texts, sheet in pairs]
        said = [one.said(texts, report) for (one, _checker, texts, _sheet), report in zip(pairs, reports, strict=True)]
        earned = sum((one.earned for one in reports), _NOTHING)
        return {"exercises": said, "marks": _marks(earned, sum((one.worth for one in reports), _NOTHING))}

    def handed_in(self, answers: list[Texts], student: str = "") -> str:
        """The file that `check` and `grade` take, with all that was typed."""
        return self._file(answers, student, all_=True)

    def _file(self, answers: list[Texts], student: str, all_: bool) -> str:
        pairs = zip(self.exercises, answers, strict=True)
        data = json.loads(together(self.checkers, [one.sheet(texts, all_) for one, texts in pairs], "json"))
        data["student"] = student.strip() or None
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    def _sheets(self, answers: list[Texts]) -> tuple[Sheet, ...]:
        """The answers as `check` reads them from the file."""
        return self.checkers.read(self._file(answers, "", all_=False).encode(), "answers.json", ".json")


def _report(checker: Checker, sheet: Sheet) -> Report:
    """The report on a sheet; an empty one where nothing of it can be read."""
    from backprop_cli.checking.checker import check_sheet

    try:
        return check_sheet(checker, sheet)
    except SourceError as error:
        empty = Sheet((), sheet.source, text=sheet.text)
        return _replace(check_sheet(checker, empty), unread=error.complaints)


def _marks(earned: Rational, worth: Rational) -> Data:
    """The marks in words, and as hundredths of all marks, for a platform."""
    said = as_sentence(_("{earned} of {worth} marks").format(earned=marks_text(earned), worth=marks_text(worth)))
    percent = float(earned / worth) * 100 if worth else 0.0
    return {"said": said, "earned": marks_text(earned), "worth": marks_text(worth), "percent": round(percent, 2)}


_NOTHING = rational(0)
