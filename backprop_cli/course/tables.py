"""Tables of others: rosters, grade books, overrides, as CSV in any of the usual forms or as a spreadsheet.

A table is read by its header, whose words are looked up in the languages of the platforms; of a text, the place of
every cell is known, so that some can be filled and every other byte stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from backprop_cli.ground.delimited import csv_of
from backprop_cli.ground.errors import Complaint, SourceError, Span, UsageError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.working.encodings import text_of

MOST = 50_000_000  # bytes of a table
_DELIMITERS = ",;\t"


@record
class CsvCell:
    """A cell: what stands in it, and where in the text, quotes included."""

    text: str
    start: int
    end: int


@record(slots=False)
class Table:
    """A table with a header: `rows` below it, `place` of a row for people is its line."""

    source: str
    text: str
    delimiter: str
    header: tuple[CsvCell, ...]
    rows: tuple[tuple[CsvCell, ...], ...]
    encoding: str = "utf-8"

    def column(self, words: Iterable[str]) -> int | None:
        """The first column whose title is one of the words, whatever its case and accents."""
        wanted = [plain(word) for word in words]
        titles = [plain(cell.text) for cell in self.header]
        return next((titles.index(word) for word in wanted if word in titles), None)

    def value(self, row: tuple[CsvCell, ...], column: int | None) -> str:
        """What stands in a column of a row; nothing where there is none."""
        return row[column].text.strip() if column is not None and column < len(row) else ""

    def line_of(self, row: tuple[CsvCell, ...]) -> int:
        """The line in which a row begins, from 1."""
        return self.text.count("\n", 0, row[0].start) + 1

    def complaint(self, row: tuple[CsvCell, ...], message: str, hint: str | None = None) -> Complaint:
        """A complaint about a row, located."""
        return Complaint(message, Span(self.line_of(row), 1, 1), hint)

    def failure(self, complaints: list[Complaint]) -> SourceError:
        """What is raised of them."""
        return SourceError(self.source, complaints, self.text)

    def filled(self, cells: Mapping[int, str]) -> bytes:
        """The text with other words in some cells, by the place where each starts; every other byte as it was."""
        pieces, at = [], 0
        for one in (cell for row in self.rows for cell in row):
            if one.start in cells:
                pieces += [self.text[at : one.start], self._quoted(cells[one.start])]
                at = one.end
        return "".join([*pieces, self.text[at:]]).encode(self.encoding)

    def _quoted(self, text: str) -> str:
        """A cell as it is written: in quotes where something in it asks for them."""
        if any(char in text for char in f'{self.delimiter}"\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text


def plain(text: str) -> str:
    """A text without case, accents and the blanks around it, by which words and names are compared."""
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l").strip())
    return " ".join("".join(char for char in apart if not unicodedata.combining(char)).casefold().split())


def read_table(path: Path) -> Table:
    """A table in a file: CSV with commas, semicolons or tabs in any encoding, or the first sheet of a spreadsheet.

    Raises UsageError where it cannot be read, SourceError where it is no table.
    """
    try:
        if path.stat().st_size > MOST:
            message = _("{size:,} bytes; the limit is {limit:,}").format(size=path.stat().st_size, limit=MOST)
            raise UsageError(f"{path}: {message}")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {reason_of(error)}") from None
    if data[:2] == b"PK":
        return _table(_from_spreadsheet(path), str(path), ",", "utf-8")
    encoding = _encoding(data)
    if encoding is None:
        raise UsageError(_("{path} is no text; save the table as CSV").format(path=path))
    text = data.decode(encoding)
    return _table(text, str(path), _delimiter(text), encoding)


def _encoding(data: bytes) -> str | None:
    """In what a text is written, so that its bytes can be written again as they were."""
    for name in ("utf-8", "utf-16", "gb18030", "cp1252"):
        if name == "utf-16" and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            if data.decode(name).encode(name) == data and (name != "gb18030" or text_of(data) == data.decode(name)):
                return name
        except UnicodeError:
            continue
    return None


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _table(text: str, source: str, delimiter: str, encoding: str) -> Table:
    rows = [row for row in _rows(text, delimiter) if any(cell.text.strip() for cell in row)]
    if not rows:
        raise SourceError(source, [Complaint(_("the table is empty"))], text)
    return Table(source, text, delimiter, rows[0], tuple(rows[1:]), encoding)


def _rows(text: str, delimiter: str) -> Iterator[tuple[CsvCell, ...]]:
    """The rows of a CSV text (RFC 4180): quotes around a cell, doubled within it; a line ends in LF or CR LF."""
    at, size = int(text.startswith("\ufeff")), len(text)
    row: list[CsvCell] = []
    while at < size:
        cell, at = _cell(text, at, delimiter)
        row.append(cell)
        if at < size and text[at] == delimiter:
            at += 1
            if at == size:
                row.append(CsvCell("", at, at))
            continue
        yield tuple(row)
        row = []
        at += 2 if text[at : at + 2] == "\r\n" else 1
    if row:
        yield tuple(row)


def _cell(text: str, start: int, delimiter: str) -> tuple[CsvCell, int]:
    """The cell that starts here, and where it ends."""
    at = start
    if text[at : at + 1] == '"':
        at += 1
        while True:
            end = text.find('"', at)
            if end < 0:
                return CsvCell(text[start + 1 :].replace('""', '"'), start, len(text)), len(text)
            if text[end + 1 : end + 2] != '"':
                break
            at = end + 2
        quoted, at = text[start + 1 : end].replace('""', '"'), end + 1
        while at < len(text) and text[at] not in f"{delimiter}\r\n":
            at += 1
        return CsvCell(quoted, start, at), at
    while at < len(text) and text[at] not in f"{delimiter}\r\n":
        at += 1
    return CsvCell(text[start:at], start, at), at


def _from_spreadsheet(path: Path) -> str:
    """The first sheet as CSV."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        message = _("a spreadsheet needs {name}, which is not installed: pip install 'backprop-cli[xlsx]'")
        raise UsageError(message.format(name="openpyxl")) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        values = [["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].values]
    except Exception as error:  # whatever a damaged file makes of the library
        message = _("{path} cannot be read as a spreadsheet ({reason})")
        raise UsageError(message.format(path=path, reason=type(error).__name__)) from None
    return csv_of(values)


def needs(table: Table, what: Mapping[str, int | None]) -> None:
    """Raises SourceError where a column is missing, and says which there are."""
    missing = [name for name, column in what.items() if column is None]
    if missing:
        titles = listed(repr(cell.text) for cell in table.header)
        message = _("no column {names} in the first line; there are {titles}")
        raise table.failure([Complaint(message.format(names=listed(missing), titles=titles))])
