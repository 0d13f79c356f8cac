"""The marks of a class as plain data, and as JSON: its sheets with their lines, statistics, lines and mistakes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from backprop_cli.checking.grading import Class, LineCount
from backprop_cli.checking.rows import SheetRow
from backprop_cli.formats.reports.marks import json_number, marks_data
from backprop_cli.formats.reports.tables import column, percent
from backprop_cli.numbers.exact import from_text, short_text


def class_json(graded: Class) -> str:
    """Everything for programs."""
    return json.dumps(class_data(graded), ensure_ascii=False, indent=1) + "\n"


def class_data(graded: Class) -> dict[str, Any]:
    """The class as plain data: sheets with their lines, statistics, lines and mistakes of the class."""
    sheets: dict[str, list[str]] = {}
    for sheet in graded.marked:
        for one in sheet.mistakes:
            sheets.setdefault(one.name, []).append(sheet.file)
    return {
        "problem": graded.title,
        "sheets": [_sheet(one, graded.checkers.keys) for one in graded.sheets],
        "statistics": {
            "read": graded.count,
            "mean": percent(graded.mean) or None,
            "median": percent(graded.median) or None,
            "lowest": percent(graded.range[0]) if graded.range else None,
            "highest": percent(graded.range[1]) if graded.range else None,
        },
        "lines": [_line(line) for line in graded.lines],
        "mistakes": [
            {
                "name": count.name,
                "said": count.told,
                "sheets": sheets[count.name],
                "lines": list(count.lines),
            }
            for count in graded.mistakes
        ],
    }


def _sheet(sheet: SheetRow, exercises: Sequence[str]) -> dict[str, object]:
    row: dict[str, object] = {"student": sheet.student, "file": sheet.file}
    if not sheet.is_marked:
        return row | {"failure": sheet.failure}
    if sheet.days_late:
        row |= {"days_late": sheet.days_late, "lost": short_text(sheet.lost), "taken_off": json_number(sheet.lost)}
    if sheet.notes:
        row["notes"] = list(sheet.notes)
    if exercises:
        row["exercises"] = {one: marks_data(sheet.earned_in(one), sheet.worth_in(one)) for one in exercises}
    return row | {
        **marks_data(sheet.earned, sheet.worth),
        "percent": percent(sheet.share) or None,
        "first_wrong": sheet.first[0] if sheet.first else None,
        "mistakes": [one.name for one in sheet.mistakes],
        "lines": {
            column(one.key, one.in_letters): {
                "verdict": one.rule,
                **marks_data(from_text(one.earned), from_text(one.worth)),
                **one.data,
            }
            for one in sheet.lines
        },
    }


def _line(line: LineCount) -> dict[str, object]:
    name = column(line.key, line.in_letters)
    return {"quantity": name, **line.counts, "percent": percent(line.share) or None}
