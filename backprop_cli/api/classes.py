"""The marks of a class: what `backprop grade` says of a folder of hand-ins."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from backprop_cli.api.frames import frame_of
from backprop_cli.api.problem import Problem
from backprop_cli.api.reports import Report
from backprop_cli.api.showing import Shown, table_html
from backprop_cli.api.sources import Source, assignment_of
from backprop_cli.formats import DOCUMENTS, dialect_of, document_renderer, format_of
from backprop_cli.formats import ENDINGS as KNOWN
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.replacing import write_file
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.assignment import exercise_key

if TYPE_CHECKING:
    from backprop_cli.course.gradebook import Filled
    from backprop_cli.course.marking import MarkedClass
    from backprop_cli.course.overrides import Overrides
    from backprop_cli.course.roster import Roster
    from backprop_cli.course.store import MarkChange
    from backprop_cli.course.variants import Index
    from backprop_cli.problem.assignment import Assignment

Path_: TypeAlias = str | os.PathLike[str]
ENDINGS = {".txt": "text", ".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".parquet": "parquet"}


def grade(
    problem: Problem | Assignment | Index | Source,
    sheets: Path_ | Iterable[Path_],
    *,
    late: Mapping[str, int] | None = None,
    by_due: bool = False,
    students: Path_ | None = None,
    overrides: Path_ | Iterable[Path_] = (),
    feedback: str = "",
    answers: bool = True,
    run: Path_ | None = None,
    jobs: int | None = None,
    cluster: str = "",
    shown: Callable[[int, int], None] = lambda done, total: None,
) -> Grades:
    """Marks hand-ins: files in any format that `check` reads, folders and archives with them, as platforms give them.

    One sheet never costs another. `late` has the days that sheets are late, by the name of the file or of the student;
    with `by_due`, the others are as late as the times of their files say, by the assignment's `due`.
    `students` is a list of who is in the class, `overrides` tables of what was decided by hand, the last one last.
    Among `sheets` may be the runs of others. `feedback` is 'markdown' or 'html', with the right values in it where
    `answers`. `run` is a file in which what was marked is kept,
    so that it is not marked again; `jobs` is how many processes mark, `cluster` the address of a dask scheduler, and
    `shown` is told how many are done, of how many. Raises UsageError where there is no sheet, or none of such a name.
    """
    from backprop_cli.course.marking import Wishes, mark
    from backprop_cli.course.overrides import read_overrides
    from backprop_cli.course.roster import read_roster

    index = _index_of(problem)
    roster = read_roster(Path(students)) if students is not None else None if index is None else index.roster
    decided = [read_overrides(Path(one)) for one in _paths(overrides)]
    opened = index.assignment if index is not None else assignment_of(problem)
    kept = None if run is None else Path(run)
    wishes = Wishes(late or {}, by_due, feedback, answers, jobs, cluster, kept, index, shown)
    return Grades(mark(opened, [Path(path) for path in _paths(sheets)], wishes), roster, decided)


def _paths(paths: Path_ | Iterable[Path_]) -> Iterable[Path_]:
    return [paths] if isinstance(paths, str | os.PathLike) else paths


def _index_of(problem: Problem | Assignment | Index | Source) -> Index | None:
    """The index of variants that is meant; None where it is a problem or an assignment for everybody."""
    from backprop_cli.course.variants import Index, is_index, read_index

    if isinstance(problem, Index):
        return problem
    is_path = isinstance(problem, os.PathLike) or (isinstance(problem, str) and "\n" not in problem)
    return read_index(Path(problem)) if is_path and is_index(Path(problem)) else None  # type: ignore[arg-type]


class Grades(Shown):
    """The sheets of a class in the order in which they were given, and what the class did with each line."""

    def __init__(self, marking: MarkedClass, roster: Roster | None = None, overrides: Iterable[Overrides] = ()) -> None:
        from backprop_cli.checking.grading import Class
        from backprop_cli.course.enrolled import Enrolled

        self.marking = marking
        rows = marking.rows if roster is None else Enrolled(roster, marking.rows)
        files: set[str] = set()
        for decided in overrides:
            over = decided.over(rows)
            files |= over.by_file.keys()
            rows = over
        marking.decide((row for row in rows if row.file in files) if files else ())
        self.graded = Class(marking.checkers, rows)
        self.remarks: tuple[str, ...] = () if roster is None else roster.remarks

    @property
    def changes(self) -> tuple[MarkChange, ...]:
        """Whose marks are others than in the marking before, where the run was kept."""
        return tuple(self.marking.changes)

    def write_feedback(self, folder: Path_) -> list[str]:
        """Writes the feedback into a folder, or a .zip as a platform takes it; returns what was not written."""
        from backprop_cli.course.feedback import write_archive, write_feedback
        from backprop_cli.course.tasks import FEEDBACK

        path, ending = Path(folder), FEEDBACK[self.marking.feedback_format]
        if path.suffix.lower() == ".zip":
            write_archive(self.marking.feedback(), path, ending)
            return []
        return list(write_feedback(self.marking.feedback(), path, ending))

    def write_statistics(self, path: Path_) -> Path:
        """Writes a page on the class in the format that the ending names; as CSV, the figures of its lines."""
        from backprop_cli.documents.class_page import class_document
        from backprop_cli.formats.reports.tables import statistics_csv

        if Path(path).suffix.lower() == ".csv":
            write_file(Path(path), statistics_csv(self.graded))
            return Path(path)
        name = format_of(Path(path), {end: one for end, one in KNOWN.items() if one in DOCUMENTS})
        write_file(Path(path), document_renderer(name)(class_document(self.graded, dialect_of(name))))
        return Path(path)

    def fill(self, book: Path_, column: str = "", overwrite: bool = False) -> Filled:
        """The marks in a grade book that Canvas or Moodle exported: its bytes, and what was not filled in, and why."""
        from backprop_cli.course.gradebook import fill, read_book

        return fill(read_book(Path(book), column), self.graded.sheets, overwrite)

    @cached_property
    def reports(self) -> dict[str, Report]:
        """The report on each sheet that could be read, by the path of its file; judged once more, from the files.

        Of an assignment, a report for each exercise: `ann.yaml: exercise 2`.
        """
        found: dict[str, Report] = {}
        for file, student, reports in self.marking.reports():
            for number, report in reports.numbered():
                found[file if reports.is_alone else f"{file}: {exercise_key(number)}"] = Report(report, student)
        return found

    @property
    def failures(self) -> dict[str, str]:
        """Why each of the other files could not be read."""
        return {row.file: row.failure for row in self.graded.failures}

    def __len__(self) -> int:
        return len(self.graded.sheets)

    def __iter__(self) -> Iterator[Report]:
        return iter(self.reports.values())

    def write(self, format: str = "text") -> str | bytes:
        """The marks as text, csv, json, xlsx or parquet: the last two are bytes."""
        from backprop_cli.formats.reports import grading, grading_data, tables
        from backprop_cli.formats.terminal.capture import plain_text

        match format:
            case "text":
                return plain_text(grading.class_page(self.graded))
            case "csv":
                return "".join(tables.csv_lines(self.graded))
            case "json":
                return grading_data.class_json(self.graded)
            case "xlsx":
                return tables.class_xlsx(self.graded)
            case "parquet":
                return tables.class_parquet(self.graded)
        names = listed(dict.fromkeys(ENDINGS.values()))
        raise UsageError(_("no format called {name!r} ({names})").format(name=format, names=names))

    def to_dict(self) -> dict[str, Any]:
        from backprop_cli.formats.reports.grading_data import class_data

        return class_data(self.graded)

    def to_frame(self) -> Any:
        """A row for each sheet, as a data frame of pandas or polars: student, file, marks, first wrong line."""
        names = ("student", "file", "marks", "of", "percent", "first_wrong", "failure")
        return frame_of([{name: one.get(name) for name in names} for one in self.to_dict()["sheets"]])

    def _format_of(self, path: Path) -> str:
        return format_of(path, ENDINGS)

    def _repr_markdown_(self) -> str:
        return f"```text\n{self.write('text')!s}\n```"

    def _html(self) -> str:
        return table_html(self._repr_markdown_())

    def __repr__(self) -> str:
        return f"<Grades: {len(self)} sheets>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        return dict, (self.to_dict(),)
