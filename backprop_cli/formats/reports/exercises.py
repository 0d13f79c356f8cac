"""The reports on a hand-in to an assignment, exercise after exercise, with one total; of a problem alone, the one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from backprop_cli.checking.checkers import Reports
from backprop_cli.formats.reports.checking import report_page
from backprop_cli.formats.reports.checking_data import report_data
from backprop_cli.formats.reports.checking_markdown import escaped, report_markdown
from backprop_cli.formats.reports.checking_words import taken_off
from backprop_cli.formats.reports.marks import marks_data
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, labelled
from backprop_cli.numbers.exact import marks_text
from backprop_cli.problem.assignment import heading_of

_HEADING = re.compile(r"^(#+) ", re.M)


def total(reports: Reports) -> str:
    """24 of 30 marks; 2 days late: 3 taken off"""
    said = _("{earned} of {worth} marks").format(
        earned=marks_text(reports.earned), worth=marks_text(reports.worth)
    )  # fmt: skip
    return labelled(_("All exercises"), taken_off(said, reports.days_late, reports.lost))


def reports_page(
    reports: Reports, title: str = "", student: str = "", answers: bool = True, charset: str = "unicode"
) -> RenderableType:
    """The reports for the terminal."""
    if reports.is_alone:
        return report_page(reports.reports[0], student, answers, charset)
    return Group(*_page(reports, title, student, answers, charset))


def _page(reports: Reports, title: str, student: str, answers: bool, charset: str) -> Iterator[RenderableType]:
    names = (" - " if charset == "ascii" else " · ").join(filter(None, (title, student)))
    yield from [Text(in_charset(charset, visible(names)), "bold"), Text()] if names else []
    for number, report in reports.numbered():
        yield Text(in_charset(charset, visible(heading_of(number, report.key.problem))), "bold magenta")
        yield Text()
        yield report_page(report, "", answers, charset, headed=False)
        yield Text()
    yield Text(in_charset(charset, visible(total(reports))), "bold green" if reports.all_right else "bold")


def reports_markdown(reports: Reports, student: str = "", answers: bool = True, title: str = "") -> str:
    """The reports as Markdown."""
    if reports.is_alone:
        return report_markdown(reports.reports[0], student, answers)
    parts = [f"# {escaped(' · '.join(filter(None, (title, student))) or _('Report'))}\n"]
    for number, report in reports.numbered():
        _title, _end, body = report_markdown(report, "", answers).partition("\n")
        heading = escaped(heading_of(number, report.key.problem))
        parts.append(f"## {heading}\n" + _HEADING.sub(r"#\1 ", body))
    return "\n".join([*parts, f"**{escaped(total(reports))}**\n"])


def reports_json(reports: Reports, title: str = "", student: str = "", answers: bool = True) -> str:
    """The reports for programs."""
    each = [report_data(report, student, answers) for report in reports.reports]
    data = each[0]
    if not reports.is_alone:
        numbered = [{"exercise": number, **one} for number, one in enumerate(each, start=1)]
        marks = marks_data(reports.earned, reports.worth)
        data = {"assignment": title, "student": student or None, **marks, "all_right": reports.all_right,
                "exercises": numbered}  # fmt: skip
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
