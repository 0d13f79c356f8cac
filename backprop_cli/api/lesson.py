"""A lesson: what an exercise asks for, line by line, what a tutor says of the answers, and hints; as plain data.

Answers are texts, as somebody types them, by the keys of the lines that are asked for. What is said of them is what the
page that marks shows: `backprop help online`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as _replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.blank_sheets import blank_sheet
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.values import read_value
from backprop_cli.ground.errors import SourceError, unknown
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import marks_text
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import SolveOptions
from backprop_cli.tutor import lines as of_lines
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.lesson import Lesson as Asked
from backprop_cli.tutor.lesson import Task
from backprop_cli.tutor.lines import Data
from backprop_cli.working.model import Spot
from backprop_cli.working.statements import sides

if TYPE_CHECKING:
    from backprop_cli.api.problem import Problem
    from backprop_cli.working.model import ChainSide

Texts: TypeAlias = Mapping[str, str]  # what is typed, by the key of its line


class Lesson:
    """One exercise, line by line: its answers are judged as `check` judges them, by whichever checker it is given."""

    def __init__(self, loaded: Loaded, checker: Checker, asked: Asked | None = None) -> None:
        self.loaded = loaded
        self.checker = checker
        self.asked = asked or _replace(lesson_of(checker.worked, first_gradient=False), checker=checker)

    @property
    def problem(self) -> Problem:
        """The problem that is worked on."""
        from backprop_cli.api.problem import Problem

        return Problem(self.loaded)

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """The lines that are asked for, by their keys."""
        return {one.key: one for one in self.asked.tasks}

    def __repr__(self) -> str:
        return f"<Lesson: {self.loaded.problem.title or _('without a title')}>"

    # ---- what is asked -----------------------------------------------------------------------------------------

    def data(self) -> Data:
        """The statement as HTML, and every line that is asked for."""
        return {"title": self.loaded.problem.title, "statement": self.statement(), "lines": self.lines()}

    def statement(self) -> str:
        """What is given and what is to be done, as a piece of HTML."""
        from backprop_cli.documents.prose import prose
        from backprop_cli.formats.print import html
        from backprop_cli.tutor.handout import handout

        document = handout(_replace(self.asked, charset="latex"))
        words = tuple(prose(self.loaded.problem.text, "latex"))
        return html.piece(_replace(document, blocks=(*words, *document.blocks)))

    def worked(self) -> str:
        """The worked solution, as a piece of HTML."""
        from backprop_cli.formats.pages import Request, page_of
        from backprop_cli.formats.print import html

        return html.piece(page_of(None, Request(self.loaded, SolveOptions())).document("latex"))

    def lines(self) -> list[Data]:
        """Every line that is asked for: its key, symbol and meaning, how many digits, what is given, its marks."""
        marking, found = self.checker.marking, []
        for at, task in enumerate(self.asked.tasks):
            worth = marking.worth_of_formula if task.in_letters else marking.worth
            found.append(of_lines.asked(self.asked, at) | {"marks": marks_text(worth(task.quantity))})
        return found

    # ---- what is typed -----------------------------------------------------------------------------------------

    def written(self, answers: Texts) -> dict[str, of_lines.Typed]:
        """What is typed, as it stands in the file that is handed in; blank lines are left out.

        Raises UsageError for a line that is not asked for.
        """
        found = {key: of_lines.typed(self.asked, self._task(key), text) for key, text in answers.items()}
        return {key: one for key, one in found.items() if one.text or one.complaint}

    def _task(self, key: str) -> Task:
        if key in self.tasks:
            return self.tasks[key]
        raise unknown(_("no line called {name!r} ({hint})"), key, self.tasks)

    def sheet(self, answers: Texts, all_: bool = True) -> str:
        """The sheet with these answers, as JSON; without those that cannot be read unless `all_` are wanted."""
        filled: dict[Quantity, str] = {}
        formulas: dict[Quantity, str] = {}
        words: dict[str, str] = {}
        for key, one in self.written(answers).items():
            task = self.tasks[key]
            if one.complaint and not all_:
                continue
            if task.in_words:
                words[task.quantity.name] = one.text
            else:
                (formulas if task.in_letters else filled)[task.quantity] = one.text
        return blank_sheet(self.checker.worked, False, "json", filled, formulas, words)

    # ---- what is said ------------------------------------------------------------------------------------------

    def check(self, answers: Texts) -> Data:
        """What is said of each of these answers, in view of the others, and the marks; `said` has the words.

        Raises UsageError for a line that is not asked for.
        """
        return self.said(answers, report_on(self.checker, self._read(answers)))

    def _read(self, answers: Texts) -> Sheet:
        """The answers as `check` reads them from a file; beside what the lesson has worked out, where it does so."""
        if self.asked.helped:
            return self._beside_what_is_given(answers)
        from backprop_cli.checking.handed_in import read_bytes

        return read_bytes(self.sheet(answers, all_=False).encode(), "answers.json", ".json", self.checker.reader)

    def _beside_what_is_given(self, answers: Texts) -> Sheet:
        values = {quantity: read_value(text) for quantity, text in self.asked.given.items()}
        parts: dict[Quantity, tuple[ChainSide, ...]] = {}
        for key, typed in self.written(answers).items():
            quantity = self.tasks[key].quantity
            if not typed.complaint:
                values[quantity] = read_value(typed.value)
                work = sides(typed.text, Spot(1, 1, len(typed.text)))
                parts |= {quantity: work} if len(work) > 1 else {}
        found = tuple(Answer(quantity, quantity.key, written) for quantity, written in values.items())
        return Sheet(found, "", parts=parts)

    def said(self, answers: Texts, report: Report) -> Data:
        """How each line that was typed was judged, what is said of it, and the marks of the exercise."""
        found = of_lines.judged(self.asked, self.written(answers), report)
        return {"lines": found, "notes": _notes(report), "marks": of_lines.marks_data(report.earned, report.worth)}

    def hint(self, key: str, level: int = 1, answers: Texts | None = None) -> Data:
        """A hint for a line, with the learner's own earlier numbers; the higher its level, the more it says.

        Raises UsageError for a line that is not asked for.
        """
        return of_lines.hint(self.asked, self._task(key), level, self.written(answers or {}))

    def why(self, key: str) -> list[Data]:
        """The rule behind a line. Raises UsageError for a line that is not asked for."""
        return of_lines.why(self.asked, self._task(key))


def report_on(checker: Checker, sheet: Sheet) -> Report:
    """The report on a sheet; an empty one where nothing of it can be read."""
    try:
        return check_sheet(checker, sheet)
    except SourceError as error:
        empty = Sheet((), sheet.source, text=sheet.text)
        return _replace(check_sheet(checker, empty), unread=error.complaints)


def _notes(report: Report) -> list[str]:
    """What is said of the whole sheet."""
    if not report.notes and not report.flipped and not report.unread and not report.commas:
        return []
    from backprop_cli.formats.reports.checking_words import notes_on  # brings Rich

    return list(notes_on(report))
