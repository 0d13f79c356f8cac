"""The marks of a class as a table: CSV, a spreadsheet, Parquet; a row for each sheet."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from backprop_cli.checking.grading import Class
from backprop_cli.checking.rows import GROUPS
from backprop_cli.checking.statistics import statistics
from backprop_cli.ground.delimited import csv_of, harmless
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational, decimal_number, from_text, rational, to_float
from backprop_cli.numbers.rounded import Rounding, round_to

Value = str | Rational | int | None


def class_rows(graded: Class, marks: Callable[[str], Value] = from_text) -> Iterator[list[Value]]:
    """A row for each sheet: whose, its marks, its first wrong line, its mistakes, its marks line by line; head first.

    The columns of ids, of lateness and of notes are there where somebody has some, in an assignment those of its
    exercises; those of the lines are the last ones, and say what `marks` makes of a line's marks.
    """
    columns = graded.columns
    lines = sorted(columns.lines, key=lambda one: graded.place(*one))
    exercises = graded.checkers.keys
    ids, late, notes = columns.most_ids, columns.some_late, columns.some_notes
    head: list[Value] = ["student", "file", "marks", "of", "percent"]
    more: list[Value] = list(_more(ids, notes))
    late_days: list[Value] = ["days late"] * late
    yield [*head, *late_days, "first wrong", "mistakes", *more, *exercises,
           *(column(*one) for one in lines)]  # fmt: skip
    for sheet in graded.sheets:
        known: list[Value] = list((*sheet.ids, *("" for _more in range(ids)))[:ids])
        said: list[Value] = ["; ".join(sheet.notes)] * notes
        who: list[Value] = [sheet.student, sheet.file]
        if not sheet.is_marked:
            why = "no hand-in" if sheet.is_absent else "not read"
            yield [*who, None, None, None, *[None] * late, "", why, *known, *said,
                   *(None for _line in (*exercises, *lines))]  # fmt: skip
            continue
        earned = {
            (key, judged.in_letters): judged.earned for key, _written, judged in sheet.lines if judged.worth != "0"
        }
        yield [*who, sheet.earned, sheet.worth, percent(sheet.share), *[sheet.days_late] * late,
               sheet.first[0] if sheet.first else "", "; ".join(one.name for one in sheet.mistakes),
               *known, *said, *map(sheet.earned_in, exercises),
               *(text and marks(text) for text in map(earned.get, lines))]  # fmt: skip


def _more(ids: int, notes: bool) -> Iterator[str]:
    """What the columns of ids and notes are called."""
    yield from ("id" if n == 1 else f"id {n}" for n in range(1, ids + 1))
    yield from ["notes"] * notes


def column(key: str, in_letters: bool) -> str:
    """What the column of a line is called."""
    return f"formula of {key}" if in_letters else key


def percent(share: Rational | None) -> str:
    """A share in hundredths, rounded to a whole number; nothing where there is none."""
    return _hundredths(int(share.p), int(share.q)) if share is not None else ""


@lru_cache(maxsize=1024)  # by whole numbers, as the decimals of marks are
def _hundredths(top: int, bottom: int) -> str:
    return round_to(rational(top, bottom) * 100, Rounding(places=0)).text()


def csv_lines(graded: Class) -> Iterator[str]:
    """The table as CSV, row by row; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    rows = class_rows(graded, _marks_in_csv)
    head = next(rows)
    yield csv_of([list(map(_in_csv, head))])
    lines = len(head) - len(graded.columns.lines)  # where their columns begin
    for row in rows:
        yield csv_of([[*map(_in_csv, row[:lines]), *row[lines:]]])


@lru_cache(maxsize=1024)  # the sheets of a class have the same marks again and again
def _marks_in_csv(text: str) -> str:
    return decimal_number(from_text(text))


def _in_csv(value: Value) -> str:
    if isinstance(value, Rational):
        return decimal_number(value)
    return harmless("" if value is None else str(value))


def class_xlsx(graded: Class) -> bytes:
    """The table as a spreadsheet, numbers as numbers and texts as texts."""
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise UsageError(_missing("XlsxWriter", "xlsx")) from None
    data = io.BytesIO()
    book = Workbook(data, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    for place, row in enumerate(class_rows(graded)):
        for at, value in enumerate(row):
            if isinstance(value, Rational | int):
                sheet.write_number(place, at, to_float(value) if isinstance(value, Rational) else value)
            elif value:
                sheet.write_string(place, at, visible(value), *([] if place else [bold]))
    sheet.freeze_panes(1, 1)
    book.close()
    return data.getvalue()


def class_parquet(graded: Class) -> bytes:
    """The table as Parquet: marks are numbers, and what is missing is null."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError(_missing("pyarrow", "parquet")) from None
    head, *rows = class_rows(graded)
    columns = {}
    for at, name in enumerate(head):
        values = [to_float(row[at]) if isinstance(row[at], Rational) else row[at] for row in rows]
        columns[str(name)] = values
    data = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), data)
    return data.getvalue()


def statistics_csv(graded: Class) -> str:
    """The figures of the lines as CSV: the share of the marks, the correlation with all others, how many were so."""
    counts = {(line.key, line.in_letters): line.counts for line in graded.lines}
    rows: list[Sequence[object]] = [["line", "earned", "correlation", *GROUPS]]
    for one in statistics(graded).lines:
        figures = ["" if figure is None else f"{figure:.4f}" for figure in (one.difficulty, one.discrimination)]
        rows.append([column(one.key, one.in_letters), *figures, *counts[one.key, one.in_letters].values()])
    return csv_of(rows)


def _missing(name: str, extra: str) -> str:
    message = _("this format needs {name}, which is not installed: pip install 'backprop-cli[{extra}]'")
    return message.format(name=name, extra=extra)
