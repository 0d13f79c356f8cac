"""The marks of a class as plain data, and as JSON: its sheets with their lines, statistics, lines and mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from backprop_cli.checking.grading import Class, LineCount
from backprop_cli.checking.rows import SheetRow
from backprop_cli.formats.reports.marks import json_number, marks_data
from backprop_cli.formats.reports.tables import column, percent
from backprop_cli.numbers.exact import from_text, short_text

_PIECES = 4_000  # of JSON that are written at once


def class_json(graded: Class) -> str:
    """Everything for programs."""
    return "".join(json_pieces(graded))


def json_pieces(graded: Class) -> Iterator[str]:
    """The same piece by piece: however large the class, few of its sheets are in memory."""
    data = class_data(graded, with_sheets=False) | {"sheets": _Streamed(graded)}
    pieces = json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(data)
    while some := "".join(islice(pieces, _PIECES)):
        yield some
    yield "\n"


class _Streamed(list[Any]):
    """The sheets as data, one after the other, for an encoder that takes a list."""

    def __init__(self, graded: Class) -> None:
        super().__init__()
        self.graded = graded

    def __bool__(self) -> bool:
        return bool(len(self.graded.sheets))

    def __iter__(self) -> Iterator[Any]:
        return _sheets(self.graded)


def _sheets(graded: Class) -> Iterator[dict[str, object]]:
    return (_sheet(one, graded.checkers.keys) for one in graded.sheets)


def class_data(graded: Class, with_sheets: bool = True) -> dict[str, Any]:
    """The class as plain data: sheets with their lines, statistics, lines and mistakes of the class."""
    sheets: dict[str, list[str]] = {}
    for sheet in graded.marked:
        for one in sheet.mistakes:
            sheets.setdefault(one.name, []).append(sheet.file)
    return {
        "problem": graded.title,
        "sheets": list(_sheets(graded)) if with_sheets else [],
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
    if sheet.ids:
        row["ids"] = list(sheet.ids)
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
