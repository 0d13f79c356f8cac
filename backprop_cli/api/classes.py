"""The marks of a class: what `backprop grade` says of a folder of hand-ins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_cli.api.frames import frame_of
from backprop_cli.api.problem import Problem, load
from backprop_cli.api.reports import Report
from backprop_cli.api.showing import Shown
from backprop_cli.api.sources import Source
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _

if TYPE_CHECKING:
    from backprop_cli.checking.grading import Class

ENDINGS = {".txt": "text", ".csv": "csv", ".json": "json"}


def grade(
    problem: Problem | Source,
    sheets: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    late: Mapping[str, int] | None = None,
) -> Grades:
    """Marks hand-ins: files in any format that `check` reads, or folders with them; one sheet never costs another.

    `late` has the days that sheets are late, by the name of the file or of the student. Raises UsageError
    where there is no sheet, or none of such a name, and for a problem with letters.
    """
    from backprop_cli.checking.grading import grade as graded

    opened = problem if isinstance(problem, Problem) else load(problem)
    paths = [sheets] if isinstance(sheets, str | os.PathLike) else sheets
    return Grades(graded(opened.comparable.problem, [Path(path) for path in paths], late or {}))


class Grades(Shown):
    """The sheets of a class in the order in which they were given, and what the class did with each line."""

    def __init__(self, graded: Class) -> None:
        self.graded = graded

    @cached_property
    def reports(self) -> dict[str, Report]:
        """The report on each sheet that could be read, by the path of its file."""
        return {str(one.path): Report(one.report, one.student) for one in self.graded.marked if one.report is not None}

    @property
    def failures(self) -> dict[str, str]:
        """Why each of the other files could not be read."""
        return {str(one.path): one.failure for one in self.graded.sheets if one.report is None}

    def __len__(self) -> int:
        return len(self.graded.sheets)

    def __iter__(self) -> Iterator[Report]:
        return iter(self.reports.values())

    def write(self, format: str = "text") -> str:
        """The marks as text, csv or json."""
        from backprop_cli.formats.reports.grading import class_csv, class_json, class_page
        from backprop_cli.formats.terminal.capture import plain_text

        match format:
            case "text":
                return plain_text(class_page(self.graded))
            case "csv":
                return class_csv(self.graded)
            case "json":
                return class_json(self.graded)
        raise UsageError(_("no format called {name!r} (text, csv or json)").format(name=format))

    def to_dict(self) -> dict[str, Any]:
        from backprop_cli.formats.reports.grading import class_data

        return class_data(self.graded)

    def to_frame(self) -> Any:
        """A row for each sheet, as a data frame of pandas or polars: student, file, marks, first wrong line."""
        names = ("student", "file", "marks", "of", "percent", "first_wrong", "failure")
        return frame_of([{name: one.get(name) for name in names} for one in self.to_dict()["sheets"]])

    def _format_of(self, path: Path) -> str:
        from backprop_cli.formats import format_of

        return format_of(path, ENDINGS)

    def _repr_markdown_(self) -> str:
        return f"```text\n{self.write('text')}\n```"

    def _html(self) -> None:
        return None

    def __repr__(self) -> str:
        return f"<Grades: {len(self)} sheets>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        return dict, (self.to_dict(),)
