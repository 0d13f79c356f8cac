"""A sheet of answers as it was handed in: YAML, JSON or two columns, every complaint located, every digit kept."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as _replace
from functools import cached_property
from pathlib import Path

from backprop_cli import limits
from backprop_cli.checking.names import Names, UnknownName, place_of
from backprop_cli.checking.values import Written, read_value
from backprop_cli.errors import Complaint, SourceError, Span, did_you_mean, visible
from backprop_cli.expressions import FormulaError
from backprop_cli.problem.files import decode, read_file
from backprop_cli.problem.tree import Entries, Items, Text, Tree, tree_and_complaints
from backprop_cli.quantities import Address, Quantity
from backprop_cli.words import _

_STUDENT = ("student", "name")
_BESIDE = (*_STUDENT, "problem")  # what may stand beside the answers
_HEADINGS = {"answer", "answers", "value", "values", "result", "results", "your answer"}
_DELIMITERS = "\t;,"
_SUGGESTED = 50  # complaints for which a suggestion is searched; no more are shown
_MOST = 200  # complaints after which nobody reads on
_DASH = re.compile(r"(:[ \t]+)[-?](?=[ \t]*(?:$|[,}]|[ \t]#))", re.M)  # nothing, but YAML would begin a list with it
_MOST_CELLS = 20
_EXAMPLE = "answers: {net_h1: 0.3775}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written for a quantity (None: nothing), under which name, and where."""

    quantity: Quantity
    key_as_written: str
    written: Written | None
    span: Span | None = None


@dataclass(frozen=True)
class Sheet:
    """The answers in the order of the sheet, those left blank among them; `text` is what they were read from."""

    answers: tuple[Answer, ...]
    source: str
    student: str | None = None
    problem: str | None = None  # what the sheet says it is about
    text: str = ""

    @cached_property
    def by_quantity(self) -> Mapping[Quantity, Answer]:
        """The answers by what they answer."""
        return {answer.quantity: answer for answer in self.answers}

    @cached_property
    def written(self) -> Mapping[Quantity, Written]:
        """What was written, without the blanks."""
        return {answer.quantity: answer.written for answer in self.answers if answer.written is not None}

    def failure(self, complaints: Mapping[Quantity, str]) -> SourceError:
        """A located error: what is wrong with which answer."""
        at = {answer.quantity: answer.span for answer in self.answers}
        return SourceError(self.source, [Complaint(text, at.get(one)) for one, text in complaints.items()], self.text)


def read_sheet(path: str | Path, names: Names) -> Sheet:
    """The sheet in a file, or from standard input (`-`). Raises SourceError with every complaint."""
    if str(path) == "-":
        data = sys.stdin.buffer.read(limits.FILE_BYTES + 1)
        return read_text(decode(data, "<stdin>"), "<stdin>", names)
    path = Path(path)
    return read_text(read_file(path), str(path), names, path.suffix.lower().removeprefix("."))


def read_text(text: str, source: str, names: Names, format_: str = "") -> Sheet:
    """The sheet in a text: yaml, yml, json, csv or tsv; anything else is what it looks like."""
    if len(text) > limits.SHEET_LENGTH:
        message = _("{length:,} characters; the limit for a sheet is {limit:,}")
        raise SourceError(source, [Complaint(message.format(length=len(text), limit=limits.SHEET_LENGTH))])
    text = text.replace("\r", "\n")
    if not _first_line(text):
        raise SourceError(source, [Complaint(_("the file is empty"))])
    reader = _Reader(names, source, text)
    read = _FORMATS.get(format_) or (_Reader.yaml if _looks_like_yaml(text) else _Reader.csv)
    return read(reader)


def _looks_like_yaml(text: str) -> bool:
    """Whether the first line that says something is YAML or JSON and not the first row of a table."""
    first = _first_line(text)
    return first[:1] in ("{", "[", "-") or re.search(r":(\s|$)", first) is not None or not set(_DELIMITERS) & set(first)


def _first_line(text: str) -> str:
    """The first line that says something."""
    lines = (line.strip() for line in text.split("\n"))
    return next((line for line in lines if line and not line.startswith("#")), "")


class _Reader:
    """Reads one text; collects answers and complaints."""

    def __init__(self, names: Names, source: str, text: str) -> None:
        self.names = names
        self.source = source
        self.text = text
        self.answers: dict[Quantity, Answer] = {}
        self.complaints: list[Complaint] = []
        self.beside: dict[str, str] = {}

    def sheet(self) -> Sheet:
        """What was read; raises SourceError where something could not be."""
        if self.complaints:
            raise SourceError(self.source, self.complaints, self.text)
        student = next((self.beside[word] for word in _STUDENT if word in self.beside), None)
        return Sheet(tuple(self.answers.values()), self.source, student, self.beside.get("problem"), self.text)

    def complain(self, message: str, span: Span, hint: str | None = None) -> None:
        """Notes a complaint; after very many, nobody reads on."""
        self.complaints.append(Complaint(message, span, hint))
        if len(self.complaints) >= _MOST:
            raise SourceError(self.source, self.complaints, self.text)

    def refuse(self, error: UnknownName | FormulaError, span: Span) -> None:
        """Notes what is wrong with a name or a number; a suggestion takes time, and few of many are shown."""
        self.complain(error.message, span, error.hint if len(self.complaints) < _SUGGESTED else None)

    # ---- YAML and JSON ---------------------------------------------------------------------------------------

    def yaml(self) -> Sheet:
        """The text as YAML."""
        return self.of_tree(*tree_and_complaints(_DASH.sub(r"\1~", self.text), self.source))

    def json(self) -> Sheet:
        """The text as JSON, which YAML includes, but for its tabs and its pairs of surrogates."""
        plain = _SURROGATES.sub(_one_character, self.text.replace("\t", " "))
        try:
            tree, complaints = tree_and_complaints(plain, self.source)
        except SourceError:
            self.refuse_json()
            raise
        return self.of_tree(tree, complaints)

    def refuse_json(self) -> None:
        """Raises what a JSON reader says of the text, if it has something to say."""
        try:
            json.loads(self.text, parse_int=str, parse_float=str)
        except json.JSONDecodeError as error:
            complaint = Complaint(_("not JSON: {reason}").format(reason=error.msg), Span(error.lineno, error.colno, 1))
            raise SourceError(self.source, [complaint], self.text) from None
        except RecursionError:
            pass

    def of_tree(self, tree: Tree, complaints: list[Complaint]) -> Sheet:
        """The sheet in a tree: `answers` with what may stand beside them, or the answers alone."""
        self.complaints += complaints
        if not isinstance(tree, Entries):
            self.complain(_("a sheet is a mapping of names to numbers"), tree.span, _EXAMPLE)
            return self.sheet()
        alone = "answers" not in tree.values
        for key, value in tree.values.items():
            if key == "answers" and not alone:
                self.under(key, value)
            elif key in _BESIDE and isinstance(value, Text) and not (alone and self.is_quantity(key)):
                self.note(key, value.value or "")
            elif alone and not self.is_misspelt(key, value):
                self.entry(key, value, tree.keys[key], ())
            else:
                known = ("answers", *_BESIDE)
                hint = did_you_mean(key, known) or _("answers stand under `answers`")
                self.complain(_("no key called {key!r} here").format(key=key[:60]), tree.keys[key], hint)
        return self.sheet()

    def is_quantity(self, name: str) -> bool:
        """Whether a quantity of the problem goes by this name."""
        try:
            self.names.resolve(name)
        except UnknownName:
            return False
        return True

    @staticmethod
    def is_misspelt(key: str, value: Tree) -> bool:
        """Whether a key with answers under it should be `answers`."""
        return isinstance(value, Entries) and place_of(key) is None and did_you_mean(key, ["answers"]) is not None

    def note(self, key: str, text: str) -> None:
        """Notes what stands beside the answers, in one line."""
        said = " ".join(visible(text).split())[: limits.TEXT_LENGTH]
        if said:
            self.beside[key] = said

    def under(self, key: str, value: Tree) -> None:
        """The answers under `answers`."""
        if isinstance(value, Entries):
            self.mapping(value, ())
        elif isinstance(value, Items) or value.value is not None:
            message = _("{key} is a mapping of names to numbers").format(key=key)
            self.complain(message, value.span, _EXAMPLE)

    def mapping(self, entries: Entries, within: Address) -> None:
        """Answers, and addresses with answers under them."""
        for key, value in entries.values.items():
            self.entry(key, value, entries.keys[key], within)

    def entry(self, key: str, value: Tree, key_span: Span, within: Address) -> None:
        """One key: an answer, or an address with more under it."""
        match value:
            case Entries():
                try:
                    places = self.names.address(key)
                except UnknownName as error:
                    self.refuse(error, key_span)
                    return
                self.mapping(value, (*within, *places))
            case Items():
                self.complain(_("one number for a quantity, not a list"), value.span)
            case Text(text, span, indent):
                is_blank = text is None
                where = key_span if is_blank else _replace(span, column=span.column + indent)
                self.answer(key, key_span, text or "", where, within)

    # ---- tables ----------------------------------------------------------------------------------------------

    def csv(self) -> Sheet:
        """The text as a table with a name and a number in each row."""
        delimiter, rows = _table(self.text)
        first = True
        notes = False  # whether the heading names more columns, which are then for the reader
        for cells in rows:
            texts = [cell.value or "" for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if not texts or texts[0].startswith("#"):
                continue
            if first and self.is_heading(texts):
                notes = len(texts) > 2
            elif texts[0].lower() in _BESIDE and not self.is_quantity(texts[0]):
                self.note(texts[0].lower(), " ".join(texts[1:]))
            else:
                self.row(cells, texts, delimiter, notes)
            first = False
        return self.sheet()

    def is_heading(self, texts: list[str]) -> bool:
        """Whether a row says what stands in the columns: `quantity, answer`."""
        if len(texts) < 2:
            return False
        if texts[1].lower() in _HEADINGS:
            return True
        try:
            read_value(texts[1])
        except FormulaError:
            return not self.is_quantity(texts[0]) and texts[0].lower() not in _BESIDE
        return False

    def row(self, cells: list[Text], texts: list[str], delimiter: str, notes: bool) -> None:
        """One row of a table."""
        if len(texts) > 2 and not notes:
            message = _("{count} columns: a row has a name and a number").format(count=len(texts))
            hint = _("decimals are written with a point, or put a semicolon between the columns")
            self.complain(message, cells[2].span, hint if delimiter == "," else None)
            return
        key, value = cells[0], cells[1] if len(cells) > 1 else Text("", cells[0].span)
        where = value.span if value.value else key.span
        self.answer(texts[0], key.span, value.value or "", where, (), comma=delimiter == ";")

    # ---- one answer ------------------------------------------------------------------------------------------

    def answer(self, key: str, key_span: Span, text: str, span: Span, within: Address, comma: bool = False) -> None:
        """Notes an answer; where `comma`, the decimal comma is the table's and not the student's."""
        quantity: Quantity | None = None
        written: Written | None = None
        try:
            quantity = self.names.resolve(key, within)
        except UnknownName as error:
            self.refuse(error, key_span)
        try:
            written = read_value(text)
        except FormulaError as error:
            self.refuse(error, Span(span.line, span.column + error.offset, error.length))
        if written is not None and comma:
            written = _replace(written, decimal_comma=False)
        if quantity is None:
            return
        if (before := self.answers.get(quantity)) is not None and before.span is not None:
            message = _("{key} is answered twice; the first answer is in line {line}")
            self.complain(message.format(key=quantity.key, line=before.span.line), key_span)
        else:
            self.answers[quantity] = Answer(quantity, key, written, span)


_FORMATS: dict[str, Callable[[_Reader], Sheet]] = {
    "yaml": _Reader.yaml, "yml": _Reader.yaml, "json": _Reader.json, "csv": _Reader.csv, "tsv": _Reader.csv,
}  # fmt: skip
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _one_character(match: re.Match[str]) -> str:
    """The escape of the one character that a pair of surrogates stands for."""
    code = 0x10000 + ((int(match[1], 16) - 0xD800) << 10) + (int(match[2], 16) - 0xDC00)
    return f"\\U{code:08x}"


# ---- tables ------------------------------------------------------------------------------------------------------


def _table(text: str) -> tuple[str, Iterator[list[Text]]]:
    """What stands between the columns (a tab, else a semicolon, else a comma), and the rows."""
    lines = text.split("\n")
    start = 0
    declared = re.fullmatch(r"sep=([\t;,])\s*", lines[0])  # a line that spreadsheets write
    if declared:
        delimiter, start = declared[1], 1
    else:
        unquoted = re.sub(r'"[^"]*"', "", _first_line(text))
        delimiter = next((mark for mark in _DELIMITERS if mark in unquoted), ",")
    return delimiter, (list(_cells(line, number, delimiter)) for number, line in enumerate(lines[start:], start + 1))


def _cells(line: str, number: int, delimiter: str) -> Iterator[Text]:
    """The cells of a row with their places; a cell in quotes may hold the delimiter."""
    cell = re.compile(rf' *(?:"((?:[^"]|"")*)" *(?={delimiter}|$)|([^{delimiter}]*))')
    position = 0
    for _column in range(_MOST_CELLS):
        match = cell.match(line, position)
        assert match is not None
        quoted = match[1] is not None
        raw = match[1].replace('""', '"') if quoted else match[2]
        start = match.start(1 if quoted else 2) + len(raw) - len(raw.lstrip())
        text = raw.strip()
        yield Text(text, Span(number, start + 1, max(1, len(text))))
        position = match.end() + 1
        if match.end() >= len(line):
            return
