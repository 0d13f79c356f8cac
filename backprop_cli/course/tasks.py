"""A batch of hand-ins as plain data, which any process on any machine can mark: texts go out, texts come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from backprop_cli.checking.assignments import kept
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.works import Work
from backprop_cli.course.variant_checkers import kept as kept_index
from backprop_cli.course.variants import Index
from backprop_cli.ground import limits
from backprop_cli.ground.records import record
from backprop_cli.ground.words import language, set_language
from backprop_cli.problem.assignment import Assignment

if TYPE_CHECKING:
    from backprop_cli.checking.judging import Writer

FEEDBACK = {"markdown": ".md", "html": ".html"}  # its formats, and their endings
Marked = tuple[str, str]  # a row as JSON, and the feedback


@record
class MarkingSetting:
    """What hand-ins are marked by: the assignment as plain data, and what the marks and the feedback depend on.

    `digest` tells apart two settings that may give other marks, or words; it is the same wherever the files lie.
    `feedback` is one of FEEDBACK, or empty where none is wanted; `answers`: whether it shows the right values.
    """

    make: Callable[..., Assignment | Checkers]
    arguments: tuple[Any, ...]
    digest: str
    feedback: str = ""
    answers: bool = True
    title: str = ""  # of an assignment
    language: str = "en"
    limits: Mapping[str, int] | None = None

    @classmethod
    def of(
        cls, assignment: Assignment, feedback: str = "", answers: bool = True, index: Index | None = None
    ) -> MarkingSetting:
        """The setting for an assignment, or for an index of its variants, for who reads now."""
        title = assignment.head.title if assignment.head else ""
        raised = {name: limits.of(name) for name in limits.RAISED}
        made = kept(assignment) if index is None else kept_index(index)
        return cls(
            *made, _digest(assignment, index), feedback=feedback, answers=answers, title=title, language=language(),
            limits=raised,
        )  # fmt: skip

    @property
    def kind(self) -> str:
        """What kind of feedback is wanted; empty where none is."""
        return self.feedback and f"{self.feedback}{'' if self.answers else ' without answers'}"

    def checkers(self) -> Checkers:
        """What marks by it."""
        made = self.make(*self.arguments)
        return made if isinstance(made, Checkers) else Checkers.of(made)


def _digest(assignment: Assignment, index: Index | None) -> str:
    """Of everything that is said in the files, whatever they are called, and of the language of the words."""
    said: list[object] = [language(), assignment.text]
    for one in assignment.exercises:
        problem = one.loaded.problem
        notation = problem.notation.replace("\\", "/").rpartition("/")[2]
        said.append((one.loaded.text, problem.title, problem.text, notation, problem.rounding))
    said += [(one.id, sorted(one.right.items())) for one in index.variants] if index is not None else []
    return blake2b(repr(said).encode("utf-8", "replace"), digest_size=16).hexdigest()


@record
class MarkingTask:
    """Some hand-ins, to be marked by a setting."""

    setting: MarkingSetting
    works: tuple[Work, ...]


_CHECKERS: dict[str, Checkers] = {}  # of a process that only marks: what marked the last sheets marks the next


def done(task: MarkingTask) -> list[Marked]:
    """The rows of a task, in its order. For a process that does nothing else: it sets the language and the limits."""
    set_language(task.setting.language)
    for name, bound in (task.setting.limits or {}).items():
        limits.raise_limit(name, bound)
    digest = task.setting.digest
    if digest not in _CHECKERS:
        _CHECKERS.clear()
        _CHECKERS[digest] = task.setting.checkers()
    return done_by(_CHECKERS[digest], task)


def done_by(checkers: Checkers, task: MarkingTask) -> list[Marked]:
    """The rows of a task, by what marks its setting; who only sends tasks out and keeps rows need not read how."""
    from backprop_cli.checking.judging import marked

    writer = _writer(task.setting)
    rows = (marked(checkers, work, writer) for work in task.works)
    return [(row.as_text(), feedback) for row, feedback in rows]


def _writer(setting: MarkingSetting) -> Writer | None:
    """What writes the feedback; formats are imported where some is wanted."""
    if not setting.feedback:
        return None
    from backprop_cli.formats.reports.exercises import reports_markdown

    title = setting.title
    markdown = partial(reports_markdown, answers=setting.answers, title=title)
    if setting.feedback == "markdown":
        return markdown
    from backprop_cli.formats.reports.feedback import as_page

    return lambda reports, student: as_page(markdown(reports, student), student)
