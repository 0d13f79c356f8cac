"""An assignment, whose exercises are handed in as one file: what each asks, what the answers earn, and that file.

The answers are texts by the keys of their lines, for each exercise; they are marked as `check` marks the file that
`hand_in` makes of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backprop_cli.api.lesson import Lesson, Texts, report_on
from backprop_cli.checking import assignments
from backprop_cli.checking.blank_exercises import together
from backprop_cli.checking.checkers import Checkers
from backprop_cli.documents.model import Document
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.assignment import Assignment as Model
from backprop_cli.problem.assignment import heading_of
from backprop_cli.tutor.lines import Data, marks_data

if TYPE_CHECKING:
    from backprop_cli.api.problem import Problem
    from backprop_cli.api.sources import Source


def assignment(source: Model | Problem | Source) -> Assignment:
    """The assignment at a path, or bundled under a name ('homework'); a problem is one of one exercise.

    >>> homework = assignment("homework")
    >>> [one.problem.title for one in homework.exercises][0]
    'The chain rule over two paths'

    Raises SourceError with every complaint, located, and UsageError for a name that there is not.
    """
    from backprop_cli.api.sources import assignment_of

    return Assignment(assignment_of(source))


class Assignment:
    """The exercises of an assignment, each a lesson, which are marked together."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def checkers(self) -> Checkers:
        """What marks it; what the checkers of its exercises need is worked out once."""
        return Checkers.of(self.model)

    @cached_property
    def exercises(self) -> tuple[Lesson, ...]:
        """Its exercises, in their order."""
        pairs = zip(self.model.exercises, self.checkers.checkers, strict=True)
        return tuple(Lesson(one.loaded, checker) for one, checker in pairs)

    @property
    def title(self) -> str:
        """What stands above it."""
        return self.checkers.title

    def __len__(self) -> int:
        return len(self.model.exercises)

    def __iter__(self) -> Iterator[Lesson]:
        return iter(self.exercises)

    def data(self) -> Data:
        """What stands on its page: title, course and date, its own words as HTML, and what each exercise asks."""
        from backprop_cli.documents.prose import prose
        from backprop_cli.formats.print import html

        head, found = self.model.head, [one.data() for one in self.exercises]
        for exercise, data in zip(self.model.exercises, found, strict=True):
            data["heading"] = "" if head is None else heading_of(exercise.number, exercise.loaded.problem)
        about = [one for one in (head.course, head.due and head.due.written) if one] if head else []
        words = html.piece(Document("", "", "latex", tuple(prose(head.text, "latex")))) if head and head.text else ""
        return {"title": self.title, "about": about, "words": words, "exercises": found}

    def check(self, answers: Sequence[Texts]) -> Data:
        """Every exercise with what is said of its lines, and the marks of all together.

        Raises UsageError for a line that is not asked for, and where an exercise has no answers, if empty ones.
        """
        sheets = self.checkers.read(self._file(answers, "", all_=False).encode(), "answers.json", ".json")
        pairs = zip(self.checkers.checkers, sheets, strict=True)
        reports = [report_on(checker, sheet) for checker, sheet in pairs]
        judged = zip(self.exercises, answers, reports, strict=True)
        said = [one.said(texts, report) for one, texts, report in judged]
        nothing = rational(0)
        earned, worth = sum((one.earned for one in reports), nothing), sum((one.worth for one in reports), nothing)
        return {"exercises": said, "marks": marks_data(earned, worth)}

    def hand_in(self, answers: Sequence[Texts], student: str = "") -> str:
        """The file that `check` and `grade` take, as JSON, with all that was typed."""
        return self._file(answers, student, all_=True)

    def _file(self, answers: Sequence[Texts], student: str, all_: bool) -> str:
        if len(answers) != len(self):
            said = _("answers are wanted for each of {count} exercises, not for {given}")
            raise UsageError(said.format(count=len(self), given=len(answers)))
        pairs = zip(self.exercises, answers, strict=True)
        data = json.loads(together(self.checkers, [one.sheet(texts, all_) for one, texts in pairs], "json"))
        data["student"] = student.strip() or None
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    def __repr__(self) -> str:
        return f"<Assignment: {self.title}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, assignments.kept(self.model)


def _restored(restore: Any, kept: tuple[Any, ...]) -> Assignment:
    """An assignment that was pickled: it is read again."""
    return Assignment(restore(*kept))
