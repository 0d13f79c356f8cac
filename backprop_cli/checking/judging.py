"""Marks one hand-in after the other: whatever is wrong with one of them, the others are marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backprop_cli.checking.checkers import Checkers, Reports
from backprop_cli.checking.rows import SheetRow, refused
from backprop_cli.checking.summary import row_of
from backprop_cli.checking.works import Work
from backprop_cli.ground.errors import BackpropError, SourceError
from backprop_cli.ground.words import _

Writer = Callable[[Reports, str], str]  # what writes the feedback on the reports of somebody


def judged(checkers: Checkers, work: Work) -> tuple[str, str, Reports]:
    """Whose the hand-in is, the names that stand on it, and the reports. Raises BackpropError where nothing is read."""
    checkers = checkers.of_work(work)
    sheets = checkers.read_files([(work.data, work.file, work.ending), *work.others])
    signed = next(filter(None, (sheet.student for sheet in sheets)), "")
    student = work.student or signed or checkers.student or work.stem
    return student, signed, checkers.check(sheets, work.days_late)


def marked(checkers: Checkers, work: Work, feedback: Writer | None = None) -> tuple[SheetRow, str]:
    """The row of a hand-in, with its marks or with the reason why it has none, and the feedback on it."""
    try:
        student, signed, reports = judged(checkers, work)
        said, written = ("", "") if feedback is None else _written(feedback, reports, student)
        row = replace(row_of(work.file, student, reports), signed=signed if signed != student else "")
        notes = (*work.notes, *reports.notes, *filter(None, [said]), *row.notes)
        return replace(row, notes=notes, ids=(*reports.ids, *work.ids), folder=work.folder), written
    except SourceError as error:
        why = str(error)
    except (BackpropError, RecursionError) as error:
        why = f"{work.file}: {str(error) or _('nested too deeply')}"
    except Exception as error:  # whatever it is, the others are marked
        reason = _("it could not be marked ({reason})").format(reason=f"{type(error).__name__}: {error}")
        why = f"{work.file}: {reason}"
    return refused(work, why), ""


def _written(feedback: Writer, reports: Reports, student: str) -> tuple[str, str]:
    """Why there is no feedback, and the feedback: one of them is empty."""
    try:
        return "", feedback(reports, student)
    except Exception as error:  # the marks are there all the same
        return _("there is no feedback: {reason}").format(reason=f"{type(error).__name__}: {error}"), ""
