"""A sheet of answers as it was handed in: YAML, JSON or two columns, every complaint located, every digit kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import partial

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Address
from backprop_cli.algebra.references import place_of
from backprop_cli.checking.answers import BESIDE, Answer, Collector, Said, Sheet
from backprop_cli.checking.parted import Parted, parted_table, parted_tree
from backprop_cli.checking.values import read_value
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, Span, did_you_mean, visible
from backprop_cli.ground.words import _
from backprop_cli.problem.questions import is_question
from backprop_cli.problem.tree import Entries, Items, Text, Tree, tree_and_complaints
from backprop_cli.working.matrices import read_matrix
from backprop_cli.working.tables import DELIMITERS, first_line, table

__all__ = ["Answer", "Sheet", "read_text"]

_HEADINGS = {"answer", "answers", "value", "values", "result", "results", "your answer"}
DECIMAL_COMMA = "\uff0c"  # stands for a comma between digits, which would end an answer in YAML and JSON
_COMMA = re.compile(r"(:[ \t]*[+\-−]?[0-9]+),(?=[0-9]+[ \t]*(?:[,}]|$))", re.M)  # {net_h1: 0,3775}: not two answers
_DASH = re.compile(r"(:[ \t]+)[-?](?=[ \t]*(?:$|[,}]|[ \t]#))", re.M)  # nothing, but YAML would begin a list with it
_FORMULA_OF = re.compile(r"formula\s+(?:of\s+)?(.+)", re.I)
_WIDE = str.maketrans({"：": ": ", "｛": "{", "｝": "}", "\u3000": " "})  # as a Chinese keyboard types them
_WIDE_COMMA = re.compile(r"，(?![0-9０-９])")  # between answers; between digits it is a decimal comma
_EXAMPLE = "answers: {net_h1: 0.3775}"


def _narrow(text: str) -> str:
    """The text with the marks between names and numbers as YAML knows them."""
    return _WIDE_COMMA.sub(", ", text.translate(_WIDE))


def read_text(text: str, source: str, names: Names, format_: str = "", *said: Said) -> Sheet:
    """The sheet in a text: yaml, yml, json, csv or tsv; anything else is what it looks like.

    `said`, where there is one, knows the names that are not the problem's own.
    """
    text = _bounded(text, source)
    reader = _Reader(names, source, text, *said)
    read = _FORMATS.get(format_) or (_Reader.yaml if _looks_like_yaml(text) else _Reader.csv)
    return read(reader)


def tree_of(text: str, source: str, names: Names, format_: str = "") -> Tree:
    """What stands in a text of YAML or JSON, for who reads its keys in another way. Raises SourceError for no such."""
    reader = _Reader(names, source, _bounded(text, source))
    return (reader.json_tree() if format_ == "json" else reader.tree())[0]


def read_exercises(
    text: str, source: str, names: Sequence[Names], format_: str = "", said: Sequence[Said] = ()
) -> list[Sheet] | None:
    """The sheet of each exercise in a text; None where nothing in it says what is of which exercise.

    What is of none of them is noted on the first.
    """
    text = _bounded(text, source)
    if format_ in ("csv", "tsv") or (not format_ and not _looks_like_yaml(text)):
        parted = parted_table(text, len(names))
        read: list[Callable[[_Reader], Sheet]] = [_Reader.csv] * len(names)
    else:
        first = _Reader(names[0], source, text)
        tree, complaints = first.json_tree() if format_ == "json" else first.tree()
        trees = parted_tree(tree, len(names))
        parted = None if trees is None else Parted([text] * len(names), [*complaints, *trees.complaints])
        read = [partial(_Reader.of_tree, tree=one, complaints=[]) for one in (trees.parts if trees else ())]
    if parted is None:
        return None
    readers = [_Reader(one, source, part) for one, part in zip(names, parted.parts, strict=True)]
    for reader, one in zip(readers, said, strict=False):
        reader.said = one
    readers[0].complaints += parted.complaints
    return [one(reader) for one, reader in zip(read, readers, strict=True)]


def _bounded(text: str, source: str) -> str:
    """The text, with its ends of lines as everywhere; raises SourceError where it is too long, or empty."""
    if len(text) > limits.SHEET_LENGTH:
        message = _("{length:,} characters; the limit for a sheet is {limit:,}")
        raise SourceError(source, [Complaint(message.format(length=len(text), limit=limits.SHEET_LENGTH))])
    text = text.replace("\r", "\n")
    if not first_line(text):
        raise SourceError(source, [Complaint(_("the file is empty"))])
    return text


def _looks_like_yaml(text: str) -> bool:
    """Whether the first line that says something is YAML or JSON and not the first row of a table."""
    first = first_line(text)
    return first[:1] in ("{", "[", "-") or re.search(r":(\s|$)", first) is not None or not set(DELIMITERS) & set(first)


class _Reader(Collector):
    """Reads one text, in one of the layouts."""

    # ---- YAML and JSON ---------------------------------------------------------------------------------------

    def yaml(self) -> Sheet:
        """The text as YAML."""
        return self.of_tree(*self.tree())

    def tree(self) -> tuple[Tree, list[Complaint]]:
        """The text as YAML, but that tabs may stand for spaces."""
        text = _COMMA.sub(r"\1" + DECIMAL_COMMA, _DASH.sub(r"\1~", _narrow(self.text.replace("\t", " "))))
        return tree_and_complaints(text, self.source, limits.SHEET_NODES)

    def json(self) -> Sheet:
        """The text as JSON."""
        return self.of_tree(*self.json_tree())

    def json_tree(self) -> tuple[Tree, list[Complaint]]:
        """The text as JSON, which YAML includes, but for its tabs and its pairs of surrogates."""
        plain = _COMMA.sub(r"\1" + DECIMAL_COMMA, _narrow(self.text).replace("\t", " "))
        plain = _SURROGATES.sub(_one_character, plain)
        try:
            return tree_and_complaints(plain, self.source, limits.SHEET_NODES)
        except SourceError:
            self.refuse_json()
            raise

    def refuse_json(self) -> None:
        """Raises what a JSON reader says of the text, if it has something to say."""
        try:
            json.loads(self.text, parse_int=str, parse_float=str)
        except json.JSONDecodeError as error:
            hint = _("JSON has double quotes") if self.text[error.pos : error.pos + 1] == "'" else None
            complaint = Complaint(_("not JSON from here on"), Span(error.lineno, error.colno, 1), hint)
            raise SourceError(self.source, [complaint], self.text) from None
        except RecursionError:
            pass

    def of_tree(self, tree: Tree, complaints: list[Complaint]) -> Sheet:
        """The sheet in a tree: `answers` with what may stand beside them, or the answers alone."""
        self.complaints += complaints
        if not isinstance(tree, Entries):
            self.complain(_("a sheet is a mapping of names to numbers"), tree.span, _EXAMPLE)
            return self.sheet()
        alone = not tree.values.keys() & {"answers", "formulas"}
        for key, value in tree.values.items():
            if key == "answers" and not alone:
                self.under(key, value)
            elif key == "formulas" and not alone:
                self.letters(value, ())
            elif key in BESIDE and not (alone and self.is_quantity(key)):
                self.note(key, _in_one_line(value))
            elif alone and not self.is_misspelt(key, value):
                self.entry(key, value, tree.keys[key], ())
            elif not alone and isinstance(value, Text) and not self.is_quantity(key):
                self.note(visible(key), value.value or "")
            else:
                hint = did_you_mean(key, ("answers",)) or _("answers stand under `answers`")
                self.complain(_("no key called {key!r} here").format(key=key[:60]), tree.keys[key], hint)
        return self.sheet()

    @staticmethod
    def is_misspelt(key: str, value: Tree) -> bool:
        """Whether a key with answers under it should be `answers`."""
        return isinstance(value, Entries) and place_of(key) is None and did_you_mean(key, ["answers"]) is not None

    def under(self, key: str, value: Tree) -> None:
        """The answers under `answers`."""
        if isinstance(value, Entries):
            self.mapping(value, ())
        elif isinstance(value, Items) or value.value is not None:
            message = _("{key} is a mapping of names to numbers").format(key=key)
            self.complain(message, value.span, _EXAMPLE)

    def letters(self, value: Tree, within: Address) -> None:
        """The formulas under `formulas`, and under addresses there."""
        if isinstance(value, Items) or (isinstance(value, Text) and value.value is not None):
            self.complain(_("{key} is a mapping of names to formulas").format(key="formulas"), value.span)
        if not isinstance(value, Entries):
            return
        for key, one in value.values.items():
            span = value.keys[key]
            if isinstance(one, Text):
                self.formula(key, span, (one.value or "").replace(DECIMAL_COMMA, ","), one.span, within)
            elif isinstance(one, Entries) and (places := self.address(key, span)) is not None:
                self.letters(one, (*within, *places))

    def mapping(self, entries: Entries, within: Address) -> None:
        """Answers, and addresses with answers under them."""
        for key, value in entries.values.items():
            self.entry(key, value, entries.keys[key], within)

    def entry(self, key: str, value: Tree, key_span: Span, within: Address) -> None:
        """One key: an answer, or an address with more under it."""
        match value:
            case Entries():
                places = self.address(key, key_span)
                if places is not None:
                    self.mapping(value, (*within, *places))
            case Text(None) if place_of(key) is not None and not self.is_quantity(key):
                self.address(key, key_span)  # nothing is left under it
            case Items():
                self.matrix(key, key_span, _as_list(value), value.span, within)
            case Text(str(text), span) if read_matrix(text) is not None:
                self.matrix(key, key_span, text, span, within)
            case Text(text, span, indent):
                if indent:
                    span = span._replace(column=span.column + indent)
                self.answer(key, key_span, (text or "").replace(DECIMAL_COMMA, ","), span, within)

    def address(self, key: str, span: Span) -> Address | None:
        """The address that a key is; what stands under a wrong one is not read, for who knows where it belongs."""
        try:
            return self.names.address(key)
        except UnknownName as error:
            self.refuse(error, span)
            return None

    # ---- tables ----------------------------------------------------------------------------------------------

    def csv(self) -> Sheet:
        """The text as a table with a name and a number in each row."""
        delimiter, rows = table(self.text)
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
            elif texts[0].lower() in BESIDE and not self.is_quantity(texts[0]):
                self.note(texts[0].lower(), " ".join(texts[1:]))
            else:
                self.row(cells, texts, delimiter, notes)
            first = False
        return self.sheet()

    def is_heading(self, texts: list[str]) -> bool:
        """Whether a row says what stands in the columns: `quantity, answer`."""
        if len(texts) < 2:
            return False
        if texts[1].lower() in _HEADINGS | {_("answer").lower(), _("value").lower(), _("values").lower()}:
            return True
        try:
            read_value(texts[1])
        except FormulaError:
            return not (self.is_quantity(texts[0]) or is_question(texts[0])) and texts[0].lower() not in BESIDE
        return False

    def row(self, cells: list[Text], texts: list[str], delimiter: str, notes: bool) -> None:
        """One row of a table."""
        if _is_split_by_a_comma(texts, delimiter):
            whole = f"{texts[1]},{texts[2]}"
            cells[1:3], texts[1:3] = [Text(whole, cells[1].span)], [whole]
        if len(texts) > 2 and not notes:
            message = _("{count} columns: a row has a name and a number").format(count=len(texts))
            hint = _("decimals are written with a point, or put a semicolon between the columns")
            self.complain(message, cells[2].span, hint if delimiter == "," else None)
            return
        key, value = cells[0], cells[1] if len(cells) > 1 else Text("", cells[0].span)
        if (of := _FORMULA_OF.fullmatch(texts[0])) and not self.is_quantity(texts[0]):
            self.formula(of[1], key.span, value.value or "", value.span, ())
            return
        self.answer(texts[0], key.span, value.value or "", value.span, (), comma=delimiter != ",")


def _as_list(tree: Tree) -> str:
    """A list as text: [[0.1, 0.2], [0.3, 0.4]]."""
    match tree:
        case Items(values):
            return f"[{', '.join(map(_as_list, values))}]"
        case Text(text):
            return text or "?"
    return "?"


def _in_one_line(value: Tree) -> str:
    """What stands beside the answers: a text, or several in a block, as `student: {name: Ann, id: 3}`."""
    match value:
        case Text(text):
            return text or ""
        case Entries():
            return ", ".join(filter(None, map(_in_one_line, value.values.values())))
        case Items():
            return ", ".join(filter(None, map(_in_one_line, value.values)))


def _is_split_by_a_comma(texts: list[str], delimiter: str) -> bool:
    """Whether a row has a number with a decimal comma, which separates columns, too: net_h1,0,3775."""
    whole = len(texts) > 2 and texts[1].lstrip("+-−").isdecimal()
    return delimiter == "," and whole and texts[2].isdecimal()


_FORMATS: dict[str, Callable[[_Reader], Sheet]] = {
    "yaml": _Reader.yaml, "yml": _Reader.yaml, "json": _Reader.json, "csv": _Reader.csv, "tsv": _Reader.csv,
}  # fmt: skip
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _one_character(match: re.Match[str]) -> str:
    """The escape of the one character that a pair of surrogates stands for."""
    code = 0x10000 + ((int(match[1], 16) - 0xD800) << 10) + (int(match[2], 16) - 0xDC00)
    return f"\\U{code:08x}"
