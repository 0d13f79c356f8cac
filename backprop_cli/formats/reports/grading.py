"""The marks of a class: for the terminal, as a table for spreadsheets, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.grading import GROUPS, Class, Graded, LineCount, MistakeCount
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.phrases import said_of
from backprop_cli.checking.verdicts import NEAR_MISSES
from backprop_cli.formats.reports.checking import marks_of, sign_of
from backprop_cli.formats.reports.diagnoses import diagnoses_data
from backprop_cli.formats.reports.marks import json_number, marks_data
from backprop_cli.formats.terminal.ascii import in_ascii
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, listed, n_, plural
from backprop_cli.numbers.exact import Rational, decimal_number, marks_text, short_text
from backprop_cli.numbers.rounded import Rounding, round_to

_MOST_SIGNS = 40  # lines of a sheet that are shown as a row of signs
_LONGEST_NAME = 24
_MOST_NAMES = 6
_WORDS = {
    "right": n_("right"), "follows": n_("follows"), "part": n_("nearly"), "wrong": n_("wrong"), "blank": n_("blank"),
}  # fmt: skip


# ---- the terminal ------------------------------------------------------------------------------------------------


def class_page(graded: Class, charset: str = "unicode", notation: str | None = None) -> RenderableType:
    """The students and their marks, the statistics, the lines that gave trouble, and the mistakes."""
    writer = _Writer(graded, charset, notation)
    return Group(*writer.parts())


class _Writer:
    """Writes the page of one class."""

    def __init__(self, graded: Class, charset: str, notation: str | None) -> None:
        self.graded = graded
        self.charset = charset
        reports = {sheet: sheet.report for sheet in graded.marked if sheet.report is not None}
        self.explainers = {sheet: Explainer(report, charset, notation) for sheet, report in reports.items()}
        self.any = next(iter(self.explainers.values()), None)

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        count = plural("{count} sheet", "{count} sheets", len(self.graded.sheets))
        title = visible(self.graded.problem.title)
        between = " - " if self.charset == "ascii" else " · "
        yield Text(self._in(between.join(filter(None, (title, count)))), "bold")
        yield Text()
        yield self._students()
        yield Text()
        yield from self._statistics()
        yield from self._lines()
        yield from self._mistakes()
        yield from self._failures()

    def _in(self, text: str) -> str:
        return in_ascii(text) if self.charset == "ascii" else text

    def _students(self) -> Table:
        table = _table(_("student"), _("marks"), "%", _("line by line"), _("look first at"), right=(1, 2), wrap=4)
        signs = len(self.graded.lines) <= _MOST_SIGNS
        for sheet in self.graded.sheets:
            name = Text(self._in(short(sheet.student)), "bold")
            if sheet.report is None:
                table.add_row(
                    name, Text(_("not read"), "yellow"), "", "", Text(self._in(visible(sheet.path.name)), "dim")
                )
                continue
            marks = marks_of(sheet.report.earned, sheet.report.worth)
            row = [marks, percent(sheet.share), self._signs(sheet) if signs else "", self._first(sheet)]
            table.add_row(name, *row)
            if sheet.report.days_late:
                days = plural("{count} day late", "{count} days late", sheet.report.days_late)
                taken = _("{days}: {lost} taken off").format(days=days, lost=marks_text(sheet.report.lost))
                table.add_row("", "", "", "", Text(taken, "dim"))
        return table

    def _signs(self, sheet: Graded) -> Text:
        """The verdicts in a row, one sign for each line that the class was asked for or answered."""
        assert sheet.report is not None
        by_line = {mark.quantity: mark.verdict.rule for mark in sheet.report.marks}
        text = Text(no_wrap=True)
        for line in self.graded.lines:
            rule = by_line.get(line.quantity)
            text.append(*(sign_of(rule, self.charset) if rule is not None else (" ", "")))
        return text

    def _first(self, sheet: Graded) -> Text:
        report = sheet.report
        if report is None or report.first_wrong is None:
            return Text("")
        explainer, mark = self.explainers[sheet], report.first_wrong
        return Text.assemble((explainer.symbol(mark.quantity), "bold"), ": ", self._in(explainer.verdict(mark.verdict)))

    def _statistics(self) -> Iterator[RenderableType]:
        graded = self.graded
        if not graded.shares:
            return
        yield Text(_("Marks"), "bold magenta")
        said = _("mean {mean}, median {median}, from {low} to {high}").format(
            mean=percent(graded.mean, " %"), median=percent(graded.median, " %"),
            low=percent(graded.shares[0], " %"), high=percent(graded.shares[-1], " %"),
        )  # fmt: skip
        yield Padding(Text(said), (0, 0, 0, 3))
        yield Text()

    def _lines(self) -> Iterator[RenderableType]:
        hard = [line for line in self.graded.lines if line.counts["right"] < sum(line.counts.values())]
        if not hard or self.any is None:
            return
        yield Text(_("Lines that not everyone has right"), "bold magenta")
        head = [_(_WORDS[group]) for group in GROUPS]
        table = _table(_("quantity"), *head, _("marks"), right=range(1, len(head) + 2))
        for line in hard:
            counts = [Text(str(count), "" if count else "dim") for count in line.counts.values()]
            table.add_row(Text(visible(self.any.symbol(line.quantity)), "bold"), *counts, percent(line.share, " %"))
        yield Padding(table, (0, 0, 0, 3))
        yield Text()

    def _mistakes(self) -> Iterator[RenderableType]:
        if not self.graded.mistakes or self.any is None:
            return
        yield Text(_("Mistakes"), "bold magenta")
        table = _table(_("sheets"), _("mistake"), _("in"), _("who"), right=(0,), wrap=(1, 2, 3))
        for count in self.graded.mistakes:
            lines = _some([self.any.symbol(one) for one in count.lines])
            who = _some([short(sheet.student) for sheet in count.sheets])
            cells = (self._told(count), lines, who)
            table.add_row(str(len(count.sheets)), *(Text(self._in(visible(cell))) for cell in cells))
        yield Padding(table, (0, 0, 0, 3))
        yield Text()

    def _told(self, count: MistakeCount) -> str:
        """The mistake; where it is in one line only, as it was made there."""
        line, sheet = next(iter(count.lines)), next(iter(count.sheets))
        if count.example is not None and count.example.found and len(count.lines) == 1:
            return self.explainers[sheet].said(count.example, line)
        return told(count, self.graded.checker.key)

    def _failures(self) -> Iterator[RenderableType]:
        failures = [sheet for sheet in self.graded.sheets if sheet.report is None]
        if not failures:
            return
        yield Text(_("Not read, and not counted"), "bold magenta")
        for sheet in failures:
            first, *rest = sheet.failure.split("\n")
            yield Padding(Text(self._in(first)), (0, 0, 0, 3))
            yield from (Padding(Text(self._in(line), "dim", no_wrap=True), (0, 0, 0, 3)) for line in rest[:2])
        yield Text()


def _table(*head: str, right: object = (), wrap: object = ()) -> Table:
    """A table without lines; columns are narrow, but for those that wrap."""
    rights = right if isinstance(right, tuple | range) else (right,)
    wraps = wrap if isinstance(wrap, tuple | range) else (wrap,)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, title in enumerate(head):
        table.add_column(title, justify="right" if place in rights else "left", no_wrap=place not in wraps)
    return table


def short(name: str) -> str:
    """A student's name, cut where it is very long, with nothing in it that a terminal would obey."""
    name = " ".join(visible(name).split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _some(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return listed(names)
    return listed(names[: _MOST_NAMES - 1]) + ", " + _("and {count} more").format(count=len(names) - _MOST_NAMES + 1)


def percent(share: Rational | None, unit: str = "") -> str:
    """A share in hundredths, rounded to a whole number; nothing where there is none."""
    return round_to(share * 100, Rounding(places=0)).text() + unit if share is not None else ""


def told(count: MistakeCount, key: AnswerKey) -> str:
    """The mistake in a teacher's words."""
    if count.example is not None:
        return said_of(count.example, key)
    return _(NEAR_MISSES[count.name]).format(other=_("another line"))


# ---- tables and JSON ---------------------------------------------------------------------------------------------


def class_csv(graded: Class) -> str:
    """A row for each sheet: whose, its marks, its first wrong line, its mistakes, and its marks line by line.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    lines = [line.quantity for line in graded.lines]
    late = ["days late"] if any(sheet.report and sheet.report.days_late for sheet in graded.sheets) else []
    head = ["student", "file", "marks", "of", "percent", *late, "first wrong", "mistakes"]
    writer.writerow([*head, *(_harmless(one.key) for one in lines)])
    for sheet in graded.sheets:
        who = [_harmless(visible(sheet.student)), _harmless(visible(str(sheet.path)))]
        report = sheet.report
        if report is None:
            writer.writerow([*who, "", "", "", *("" for _days in late), "", "not read", *("" for _line in lines)])
            continue
        first = report.first_wrong
        earned = {mark.quantity: decimal_number(mark.earned) for mark in report.marks if mark.worth != 0}
        writer.writerow([
            *who, decimal_number(report.earned), decimal_number(report.worth), percent(sheet.share),
            *(str(report.days_late) for _days in late),
            _harmless(first.quantity.key) if first else "", "; ".join(_mistakes_of(graded, sheet)),
            *(earned.get(one, "") for one in lines),
        ])  # fmt: skip
    return out.getvalue()


def _harmless(text: str) -> str:
    """The text, which no spreadsheet takes for a formula."""
    text = " ".join(text.split("\n"))
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@|%\t") and text.strip() else text


def _mistakes_of(graded: Class, sheet: Graded) -> list[str]:
    return [count.name for count in graded.mistakes if sheet in count.sheets]


def class_json(graded: Class) -> str:
    """Everything for programs."""
    return json.dumps(class_data(graded), ensure_ascii=False, indent=1) + "\n"


def class_data(graded: Class) -> dict[str, Any]:
    """The class as plain data: sheets with their lines, statistics, lines and mistakes of the class."""
    return {
        "problem": graded.problem.title,
        "sheets": [_sheet(graded, sheet) for sheet in graded.sheets],
        "statistics": {
            "read": len(graded.marked),
            "mean": percent(graded.mean) or None,
            "median": percent(graded.median) or None,
            "lowest": percent(graded.shares[0]) if graded.shares else None,
            "highest": percent(graded.shares[-1]) if graded.shares else None,
        },
        "lines": [_line(line) for line in graded.lines],
        "mistakes": [
            {
                "name": count.name,
                "said": told(count, graded.checker.key),
                "sheets": [str(sheet.path) for sheet in count.sheets],
                "lines": [one.key for one in count.lines],
            }
            for count in graded.mistakes
        ],
    }


def _sheet(graded: Class, sheet: Graded) -> dict[str, object]:
    report = sheet.report
    row: dict[str, object] = {"student": sheet.student, "file": str(sheet.path)}
    if report is None:
        return row | {"failure": sheet.failure}
    explainer = Explainer(report)
    if report.days_late:
        row |= {"days_late": report.days_late, "lost": short_text(report.lost), "taken_off": json_number(report.lost)}
    return row | {
        **marks_data(report.earned, report.worth),
        "percent": percent(sheet.share) or None,
        "first_wrong": report.first_wrong.quantity.key if report.first_wrong else None,
        "mistakes": _mistakes_of(graded, sheet),
        "lines": {
            mark.quantity.key: {
                "verdict": mark.verdict.rule.value,
                **marks_data(mark.earned, mark.worth),
                **diagnoses_data(mark.verdict, explainer),
            }
            for mark in report.marks
        },
    }


def _line(line: LineCount) -> dict[str, object]:
    return {"quantity": line.quantity.key, **line.counts, "percent": percent(line.share) or None}
