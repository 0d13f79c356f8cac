"""The report on somebody's answers: every line with its verdict, its marks, and the mistake that it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backprop_cli.api.frames import frame_of
from backprop_cli.api.showing import Shown, table_html
from backprop_cli.formats import format_of
from backprop_cli.ground.errors import UsageError, unknown
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, labelled

if TYPE_CHECKING:
    from pathlib import Path

    from backprop_cli.checking.report import Report as Judged

ENDINGS = {".txt": "text", ".json": "json", ".md": "markdown", ".markdown": "markdown"}


@record
class Line:
    """One line of a report, as plain data: the answer as it was written, the right value, the verdict and its marks.

    `diagnosis` is what a teacher would say of it, empty for a line that is right; `mistakes` are the names of what it
    may be, the likeliest first.
    """

    key: str
    answer: str | None
    expected: str
    verdict: str
    earned: Fraction
    worth: Fraction
    diagnosis: str
    mistakes: tuple[str, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether the line is itself at fault."""
        return bool(self.diagnosis)

    def _repr_markdown_(self) -> str:
        head = (_("quantity"), _("yours"), _("expected"), _("verdict"), _("marks"))
        said, marks = self.diagnosis or self.verdict, f"{self.earned}/{self.worth}"
        cells = (_escaped(one) for one in (self.key, self.answer or "", self.expected, said, marks))
        return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), cells))

    def _repr_html_(self) -> str:
        return table_html(self._repr_markdown_())


def _escaped(text: str) -> str:
    """The text with nothing in it that Markdown would obey."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~$&])", r"\\\1", text)


class Report(Shown):
    """What `backprop check` says of a sheet; it is pickled as what it says."""

    def __init__(self, judged: Judged, student: str = "") -> None:
        self.judged = judged
        self.student = student

    @cached_property
    def _data(self) -> dict[str, Any]:
        from backprop_cli.formats.reports.checking_data import report_data

        return report_data(self.judged, self.student)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line that was asked for or answered, in the order of the work, and then the questions in words."""
        wrong = {mark.quantity.key for mark in self.judged.wrong}
        lines = [_line(one, one["quantity"] in wrong) for one in self._data["lines"]]
        return (*lines, *map(_question, self._data.get("questions", ())))

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, name: str) -> Line:
        """The line of a quantity, by its key. Raises UsageError, with what may be meant, for what is none of them."""
        by_key = {line.key: line for line in self.lines}
        if name in by_key:
            return by_key[name]
        raise unknown(_("no line called {name!r} ({hint})"), name, by_key)

    @property
    def marks(self) -> Fraction:
        """The marks of the sheet."""
        return Fraction(self._data["marks"])

    @property
    def of(self) -> Fraction:
        """The marks that could be had."""
        return Fraction(self._data["of"])

    @property
    def all_right(self) -> bool:
        """Whether every line that is asked for has full marks."""
        return bool(self._data["all_right"])

    @property
    def first_wrong(self) -> Line | None:
        """The line to look at first."""
        key = self._data["first_wrong"]
        return None if key is None else self[key]

    @property
    def not_read(self) -> tuple[str, ...]:
        """What on the sheet was not understood."""
        return tuple(self._data["not_read"])

    def write(self, format: str = "text") -> str:
        """The report as text, markdown or json."""
        return self._written(format)

    def _written(self, format: str) -> str:
        from backprop_cli.formats.reports.checking import report_page
        from backprop_cli.formats.reports.checking_data import report_json
        from backprop_cli.formats.reports.checking_markdown import report_markdown
        from backprop_cli.formats.terminal.capture import plain_text

        match format:
            case "text":
                return plain_text(report_page(self.judged, self.student))
            case "markdown":
                return report_markdown(self.judged, self.student)
            case "json":
                return report_json(self.judged, self.student)
        raise UsageError(_("no format called {name!r} (text, markdown or json)").format(name=format))

    def to_dict(self) -> dict[str, Any]:
        return self._data

    def to_frame(self) -> Any:
        """The lines as a data frame of pandas or polars; a row each."""
        names = ("key", "answer", "expected", "verdict", "diagnosis")
        rows = ({**{name: getattr(line, name) for name in names}, "marks": float(line.earned), "of": float(line.worth)}
                for line in self.lines)  # fmt: skip
        return frame_of(list(rows))

    def _format_of(self, path: Path) -> str:
        return format_of(path, ENDINGS)

    def _html(self) -> str:
        return table_html(str(self.write("markdown")))

    def __repr__(self) -> str:
        return f"<Report: {self._data['marks']} of {self._data['of']} marks>"

    def __reduce__(self) -> tuple[Any, ...]:
        written = {name: self.write(name) for name in ("text", "markdown", "json")}
        return _Kept, (self._data, self.lines, written, self.student)


class _Kept(Report):
    """A report that was pickled: what it said, without what it was worked out from."""

    def __init__(self, data: dict[str, Any], lines: tuple[Line, ...], written: dict[str, str], student: str) -> None:
        self.student = student
        self.__dict__ |= {"_data": data, "lines": lines, "_texts": written}

    def _written(self, format: str) -> str:
        texts: dict[str, str] = self.__dict__["_texts"]
        if format not in texts:
            raise UsageError(_("no format called {name!r} (text, markdown or json)").format(name=format))
        return texts[format]

    def __reduce__(self) -> tuple[Any, ...]:
        return _Kept, (self._data, self.lines, self.__dict__["_texts"], self.student)


def _line(data: dict[str, Any], wrong: bool) -> Line:
    mistakes = tuple(dict.fromkeys(one["name"] for one in data.get("mistakes", ())))
    said = str(data["said"]) if wrong else ""
    return Line(data["quantity"], data["answer"], data["expected"], data["verdict"], Fraction(data["marks"]),
                Fraction(data["of"]), said, mistakes)  # fmt: skip


def _question(data: dict[str, Any]) -> Line:
    said = "" if data["verdict"] in ("right", "follows", "blank") else labelled(str(data["said"]), str(data["why"]))
    return Line(data["question"], data["answer"], data["expected"], data["verdict"], Fraction(data["marks"]),
                Fraction(data["of"]), said, ())  # fmt: skip
