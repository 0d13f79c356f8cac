"""What a student handed in, as a sheet: YAML, JSON and CSV as they stand, every other format through its own reader."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.other_names import with_other_names
from backprop_cli.checking.sheets import read_text, tree_of
from backprop_cli.checking.work import WorkReader
from backprop_cli.ground import limits as bounds
from backprop_cli.ground.errors import SourceError
from backprop_cli.problem.files import bytes_of, decode
from backprop_cli.problem.tree import Entries, Text
from backprop_cli.working import limits, readers
from backprop_cli.working.arrays import in_json
from backprop_cli.working.encodings import text_of
from backprop_cli.working.model import ChainSide, HandIn
from backprop_cli.working.tables import DELIMITERS, first_line

TABLES = (".csv", ".tsv")
SHEETS = (".yaml", ".yml", ".json", *TABLES)
ENDINGS = (*SHEETS, *readers.ENDINGS)
_FIELDS = re.compile(r"(?:answers|exercises|student|name|problem)\s*:|\{|\[|sep=")
_BLANK = re.compile(r"[^\s,;:=]+(?: / [^\s,;:=]+)*")  # a name with nothing beside it
_MOST_TRIED = 20_000  # characters of a sheet that is read in another way as well
_OF_FORMULAS = frozenset("-+*/·^(")
_ROW = re.compile(r"[^=≈:]+(?::(?=\s|$)|[,;\t])[^=≈]*")


def read_hand_in(path: str | Path, reader: WorkReader) -> Sheet:
    """The sheet in a file, or from standard input (`-`). Raises SourceError where nothing of it can be read."""
    return read_bytes(*content_of(path), reader)


def content_of(path: str | Path) -> tuple[bytes, str, str]:
    """The bytes of a file, or of standard input, what they are called, and the ending. Raises SourceError."""
    if str(path) == "-":
        return sys.stdin.buffer.read(limits.BYTES + 1), "<stdin>", ""
    path = Path(path)
    return bytes_of(path, limits.BYTES), str(path), path.suffix.lower()


def read_bytes(data: bytes, source: str, ending: str, reader: WorkReader) -> Sheet:
    """The sheet in the bytes of a file with this ending."""
    found = opened(data, source, ending)
    if isinstance(found, HandIn):
        return reader.sheet(found)
    try:
        sheet = _sheet_in(found, source, ending, reader)
    except SourceError as error:
        if (work := _as_work(found, source, ending, reader)) is None or not _answers(work):
            raise error from None
        return work
    is_unclear = sheet.unread and not reader.worked.problem.lettered
    work = _as_work(found, source, ending, reader) if is_unclear else None
    return sheet if work is None or _lost(work) >= _lost(sheet) or _answers(work) <= _answers(sheet) else work


def _sheet_in(text: str, source: str, ending: str, reader: WorkReader) -> Sheet:
    """The sheet in a text of names and values."""
    format_ = ending.removeprefix(".")
    sheet = with_other_names(lambda said: read_text(text, source, reader.names, format_, *said), [reader], source)
    return reader.with_matrices(sheet)


def _as_work(text: str, source: str, ending: str, reader: WorkReader) -> Sheet | None:
    """The same text as somebody's work, in which names are told by values, and keys may be headings of any kind.

    None where it is none: a text that nothing can be read of, or one with fields of its own for formulas.
    """
    from backprop_cli.working import delimited, keyed

    if len(text) > _MOST_TRIED:
        return None
    if ending in TABLES:
        return reader.sheet(delimited.read(text, source))
    try:
        tree = tree_of(text, source, reader.names, ending.removeprefix("."))
    except SourceError:
        return None
    if isinstance(tree, Text) or (isinstance(tree, Entries) and "formulas" in tree.values):
        return None
    return reader.sheet(keyed.read(tree, source, text))


def _lost(sheet: Sheet) -> int:
    """How many lines of a sheet were not understood."""
    return len(sheet.unread) + len(sheet.lost)


def _answers(sheet: Sheet) -> int:
    """How many quantities have an answer on a sheet, or a formula in letters."""
    in_letters = (one for one, parts in sheet.parts.items() if any(map(_is_in_letters, parts)))
    return len({*sheet.written, *in_letters}) + len(sheet.factors)


def _is_in_letters(part: ChainSide) -> bool:
    """Whether it is a formula in names, and not a word."""
    return any(map(str.isalpha, part.text)) and not _OF_FORMULAS.isdisjoint(part.text)


def opened(data: bytes, source: str, ending: str) -> HandIn | str:
    """What stands in the bytes of a file with this ending: the lines of somebody's work, or the text of a sheet."""
    if not _may_be_a_sheet(data, ending):
        return readers.read(data, source, ending)
    text = text_of(data) if len(data) <= bounds.FILE_BYTES else None
    if text is None:
        text = decode(data, source)  # which says why it is none
    if ending in ("", ".json") and (arrays := in_json(text, source)) is not None:
        return arrays
    if ending in TABLES or not ending:
        from backprop_cli.working import delimited

        if delimited.is_worked(text):
            return delimited.read(text, source)
    if ending in SHEETS or _looks_like_a_sheet(text):
        return text
    return readers.read_text(text, source, ending)


def _may_be_a_sheet(data: bytes, ending: str) -> bool:
    """Whether the file is a text, and neither by its ending nor certainly by its content one of another format."""
    if readers.is_packed(data):
        return False
    if ending in SHEETS:
        return ending == ".csv" or (text_of(data[:4000]) or "")[:1] != "{" or not readers.is_notebook(data)
    return ending in ("", ".txt")


def _looks_like_a_sheet(text: str) -> bool:
    """Whether a text without a telling ending is YAML, JSON or a table: nothing in it is worked out with a sign."""
    if _FIELDS.match(first_line(text)):
        return True
    lines = [line.strip() for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    rows = [line for line in lines if not _BLANK.fullmatch(line)]
    marks = (":", *DELIMITERS)
    return bool(rows) and all(map(_ROW.fullmatch, rows)) and any(all(mark in row for row in rows) for mark in marks)
