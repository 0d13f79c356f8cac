"""One function a format, in one dictionary; other packages add theirs under names that are not in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Protocol

from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.extensions import added, extension, guarded
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed

if TYPE_CHECKING:
    from backprop_cli.documents.model import Document
    from backprop_cli.solving.solution import Solution


class DocumentFormat(Protocol):
    """A format that another package adds, for every page there is: a module or an object with these two names.

    `dialect` is how mathematics is spelled in its documents: unicode, ascii, latex or typst. `document` writes one.
    It stands in the entry points `backprop_cli.formats`; a file whose ending is its name is written in it.
    """

    dialect: str

    def document(self, document: Document, /) -> str | bytes:
        """The document in this format."""


class ProgramFormat(Protocol):
    """A format that another package adds for the worked solution alone: a program that computes it again, say."""

    def render(self, solution: Solution, /) -> str | bytes:
        """The solution in this format."""


@record
class Format:
    """A format that stands here: the module whose `document` or `render` writes it, and the endings of its files.

    `dialect` is how mathematics is spelled in its documents, "" where it is of the worked solution alone; `table` the
    module and function here that write any table of steps.
    """

    module: str
    endings: tuple[str, ...]
    dialect: str = ""
    table: tuple[str, str] | None = None


FORMATS = {
    "text": Format("terminal.plain", (".txt",), "unicode"),
    "json": Format("json", (".json",)),  # of which every page says itself what its data are
    "markdown": Format("print.markdown", (".md", ".markdown"), "latex"),
    "html": Format("print.html", (".html", ".htm"), "latex"),
    "latex": Format("print.latex", (".tex",), "latex"),
    "typst": Format("print.typst", (".typ",), "typst"),
    "pdf": Format("print.pdf", (".pdf",), "typst"),
    "python": Format("code.python", (".py",)),
    "numpy": Format("code.numpy", ()),
    "pytorch": Format("code.pytorch", ()),
    "javascript": Format("code.javascript", (".js",)),
    "notebook": Format("code.notebook", (".ipynb",)),
    "xlsx": Format("code.xlsx", (".xlsx",), table=("code.table_sheet", "workbook")),
    "csv": Format("code.csv_rows", (".csv",), table=("code.csv_rows", "rows_of")),
}
ENDINGS = {ending: name for name, one in FORMATS.items() for ending in one.endings}
DOCUMENTS = {name: one.dialect for name, one in FORMATS.items() if one.dialect}  # any document can be written in them
TABLES = {name: one.table for name, one in FORMATS.items() if one.table}
BINARY = ("pdf", "xlsx")  # formats that only a file can hold


def is_format(name: str) -> bool:
    """Whether there is such a format, here or in another package."""
    return name in FORMATS or _added(name) is not None


def writes_documents(name: str) -> bool:
    """Whether any document can be written in this format."""
    return name in DOCUMENTS or hasattr(_added(name), "document")


def names_of_formats() -> list[str]:
    """The names of all formats, those of other packages last."""
    return [*FORMATS, *(name for name in added("formats") if name not in FORMATS)]


def names_of_documents() -> list[str]:
    """The names of the formats that any document can be written in, as far as they work."""
    names = list(DOCUMENTS)
    for name in names_of_formats():
        with suppress(UsageError):  # which is said to who asks for it
            names += [name] if name not in FORMATS and writes_documents(name) else []
    return names


def format_of(path: PurePath, endings: Mapping[str, str] = ENDINGS, without: str = "text") -> str:
    """The format of a file by its ending; of one that has no ending, `without`.

    Raises UsageError for an ending that no format has: what is written under it would not be what its name says.
    """
    ending = path.suffix.lower()
    if ending in endings or not ending:
        return endings.get(ending, without)
    if is_format(ending.removeprefix(".")):
        return ending.removeprefix(".")
    hint = did_you_mean(ending, endings) or _("the endings are {endings}").format(endings=listed(endings))
    raise UsageError(
        _("{path}: no format has the ending {ending} ({hint})").format(path=path, ending=ending, hint=hint)
    )


def ending_of(name: str) -> str:
    """What the name of a file in this format ends in, without the dot."""
    return next((ending for ending, format_ in ENDINGS.items() if format_ == name), name).removeprefix(".")


def dialect_of(name: str, charset: str = "unicode") -> str:
    """The dialect that a document is made in for this format; `charset`, unicode or ascii, is that of plain text."""
    dialect: str = DOCUMENTS[name] if name in DOCUMENTS else _added(name).dialect
    return charset if dialect == "unicode" else dialect


def renderer(name: str) -> Callable[[Solution], str | bytes]:
    """The function that writes a solution in this format; imported only now, so that no format costs another."""
    return _of_module(FORMATS[name].module, "render") if name in FORMATS else _of_package(name, "render")


def document_renderer(name: str) -> Callable[[Document], str | bytes]:
    """The function that writes any document in this format."""
    return _of_module(FORMATS[name].module, "document") if name in DOCUMENTS else _of_package(name, "document")


def table_renderer(name: str) -> Callable[[Sequence[Mapping[str, Any]]], str | bytes]:
    """The function that writes the rows of a table of steps in this format."""
    return _of_module(*TABLES[name])


def _of_module(module: str, function: str) -> Callable[..., str | bytes]:
    write: Callable[..., str | bytes] = getattr(import_module(f"backprop_cli.formats.{module}"), function)
    return write


def _of_package(name: str, function: str) -> Callable[..., str | bytes]:
    return guarded("formats", name, getattr(_added(name), function))


def _added(name: str) -> Any:
    """The DocumentFormat or ProgramFormat that another package adds, or None; UsageError for what is neither."""
    return extension("formats", name, _checked)


def _checked(format_: Any) -> Any:
    from backprop_cli.writing.dialects import DIALECTS

    if hasattr(format_, "document") and getattr(format_, "dialect", None) not in DIALECTS:
        raise TypeError(_("its dialect is one of {names}").format(names=listed(DIALECTS)))
    if not hasattr(format_, "document") and not hasattr(format_, "render"):
        raise TypeError(_("a format has document(document) and a dialect, or render(solution)"))
    return format_
