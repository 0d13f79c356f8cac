"""The formats in which work is handed in: one table; what a file holds decides where its ending lies."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.working.encodings import text_of
from backprop_cli.working.model import HandIn


@record
class TextFormat:
    """A format of text: its endings, what gives it away in a text of another ending, and its reader."""

    endings: tuple[str, ...]
    shows: Callable[[str], bool]
    read: Callable[[str, str], HandIn]


@record
class PackedFormat:
    """A format that is an archive: its endings, by which files inside it is known, and its reader."""

    endings: tuple[str, ...]
    holds: Callable[[frozenset[str]], bool]
    read: Callable[[bytes, str], HandIn]


def _reader(name: str) -> Callable[[Any, str], HandIn]:
    """The function `read` of a module here, which is imported when it is first used: no format costs another."""

    def read(data: Any, source: str) -> HandIn:
        found: HandIn = import_module(f"backprop_cli.working.{name}").read(data, source)
        return found

    return read


_TAGS = re.compile(r"\s*<(?:!doctype html|html\b|!--|\?xml)|<(?:p|br|div|table|li|span)\b[^<>]*>", re.I)
_TEX = re.compile(
    r"\\documentclass|\\begin\s*\{(?:document|align|equation|enumerate|itemize|gather)\*?\}|^[ \t]*\\\[", re.M
)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|\s*:?-{2,}:?\s*\|)", re.M)

FORMATS: dict[str, TextFormat] = {  # the first that shows is it
    "notebook": TextFormat((".ipynb",), lambda text: text[:1] == "{" and '"cells"' in text and '"nbformat"' in text,
                           _reader("notebook")),
    "latex": TextFormat((".tex", ".latex", ".ltx"), lambda text: _TEX.search(text) is not None
                        and not _MARKDOWN.search(text) and "$$" not in text and not _TAGS.match(text),
                        _reader("latex")),
    "html": TextFormat((".html", ".htm", ".xhtml"), lambda text: _TAGS.match(text) is not None, _reader("html")),
    "markdown": TextFormat((".md", ".markdown", ".mdown", ".rmd", ".qmd"),
                           lambda text: _MARKDOWN.search(text) is not None, _reader("markdown")),
    "text": TextFormat((".txt", ".text", ".log", ""), lambda text: True, _reader("plain")),
}  # fmt: skip
PACKED: dict[str, PackedFormat] = {
    "xlsx": PackedFormat((".xlsx", ".xlsm"), lambda names: "xl/workbook.xml" in names, _reader("xlsx")),
    "docx": PackedFormat((".docx",), lambda names: "word/document.xml" in names, _reader("docx")),
    "npz": PackedFormat((".npz",), lambda names: any(name.endswith(".npy") for name in names), _reader("npz")),
}
ENDINGS = tuple(filter(None, (ending for one in FORMATS.values() for ending in one.endings))) + tuple(
    ending for one in PACKED.values() for ending in one.endings
)
_CERTAIN = ("notebook", "html", "latex")  # what shows through any ending of text

_ELSE = {  # the first bytes of what is not read, and what to do
    b"%PDF": n_("a PDF is not read: hand in the text, LaTeX, Markdown or spreadsheet that it was made from"),
    b"\x89PNG": n_("a picture is not read: type the work, or fill in the template"),
    b"\xff\xd8\xff": n_("a picture is not read: type the work, or fill in the template"),
    b"GIF8": n_("a picture is not read: type the work, or fill in the template"),
    b"\xd0\xcf\x11\xe0": n_("an old Office file is not read: save it as .xlsx or .docx"),
    b"PK\x03\x04": n_("an archive of another kind than a spreadsheet or a document"),
    b"\x93NUMPY": n_("one array without its name: save them together, np.savez('step.npz', W1=W1, dW1=dW1)"),
    b"{\\rtf": n_("rich text is not read: save it as .docx or as plain text"),
}  # fmt: skip


def read(data: bytes, source: str, ending: str = "") -> HandIn:
    """What was handed in as these bytes, in a file with this ending. Raises SourceError where nothing can be read."""
    from backprop_cli.working import archives

    names = archives.names(data) if data[:2] == b"PK" else frozenset()
    for packed in PACKED.values():
        if packed.holds(names):
            return packed.read(data, source)
    if data[:2] == b"PK" and not names and _is_packed_by_name(ending):
        raise archives.damaged(source)
    for mark, said in _ELSE.items():
        if data.startswith(mark):
            raise SourceError(source, [Complaint(_(said))])
    hand_in = read_text(_text(data, source), source, ending)
    if not hand_in.chains and _is_packed_by_name(ending):
        message = _("not a file of the kind that its ending {ending} says: it may be damaged")
        raise SourceError(source, [Complaint(message.format(ending=ending))])
    return hand_in


def _is_packed_by_name(ending: str) -> bool:
    return any(ending in packed.endings for packed in PACKED.values())


def is_packed(data: bytes) -> bool:
    """Whether the bytes are no text: an archive, or a file of a kind that is refused."""
    return any(data.startswith(mark) for mark in _ELSE)


def is_notebook(data: bytes) -> bool:
    """Whether the bytes are those of a notebook, whatever the ending says."""
    text = text_of(data)
    return text is not None and FORMATS["notebook"].shows(text.lstrip())


def read_text(text: str, source: str, ending: str = "") -> HandIn:
    """What was handed in as this text. Raises SourceError where nothing can be read."""
    if len(text) > limits.SHEET_LENGTH:
        message = _("{length:,} characters; the limit for a sheet is {limit:,}")
        raise SourceError(source, [Complaint(message.format(length=len(text), limit=limits.SHEET_LENGTH))])
    if not text.strip():
        raise SourceError(source, [Complaint(_("the file is empty"))])
    return FORMATS[format_of(text, ending)].read(text, source)


def format_of(text: str, ending: str) -> str:
    """The format of a text: what its ending says, unless it certainly is another one."""
    said = next((name for name, one in FORMATS.items() if ending.lower() in one.endings), "text")
    for name in _CERTAIN:
        if name != said and said not in _CERTAIN[:1] and FORMATS[name].shows(text):
            return name
    if said in ("text", "notebook") and not FORMATS[said].shows(text):
        said = "text"
    return next(name for name, one in FORMATS.items() if one.shows(text)) if said == "text" else said


def _text(data: bytes, source: str) -> str:
    if len(data) > limits.FILE_BYTES:
        message = _("more than {limit:,} bytes").format(limit=limits.FILE_BYTES)
        raise SourceError(source, [Complaint(message)])
    text = text_of(data)
    if text is None:
        raise SourceError(source, [Complaint(_("this is not a text, a spreadsheet or a document"))])
    return text
