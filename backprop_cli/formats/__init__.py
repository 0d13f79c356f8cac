"""One function a format, in one dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _

if TYPE_CHECKING:
    from backprop_cli.documents.model import Document
    from backprop_cli.solving.solution import Solution

FORMATS = {  # the format's name, and the module here whose `render` writes it
    "text": "terminal.text",
    "json": "json",
    "markdown": "print.markdown",
    "html": "print.html",
    "latex": "print.latex",
    "typst": "print.typst",
    "pdf": "print.pdf",
    "python": "code.python",
    "numpy": "code.numpy",
    "pytorch": "code.pytorch",
    "notebook": "code.notebook",
    "xlsx": "code.xlsx",
}
ENDINGS = {  # of files, and their format
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".tex": "latex",
    ".typ": "typst",
    ".pdf": "pdf",
    ".py": "python",
    ".ipynb": "notebook",
    ".xlsx": "xlsx",
}
BINARY = ("pdf", "xlsx")  # formats that only a file can hold

DOCUMENTS = {  # formats that any document can be written in: the module and the function here, and the dialect
    "text": ("terminal.plain", "document", "unicode"),
    "markdown": ("print.markdown", "document", "latex"),
    "html": ("print.html", "document", "latex"),
    "latex": ("print.latex", "source", "latex"),
    "typst": ("print.typst", "source", "typst"),
    "pdf": ("print.pdf", "pages", "typst"),
}

VIEWS = {  # a view of a solution, and the module and the function in documents/ that write it
    "matrix": ("matrix_page", "matrix_document"),
    "passes": ("passes_page", "passes_document"),
    "jacobian": ("jacobian_page", "jacobian_document"),
}


def view_document(name: str) -> Callable[[Solution, str, str], Document]:
    """The function that writes a view as a document: of a solution, the argument of the option, and a dialect."""
    module, function = VIEWS[name]
    write: Callable[[Solution, str, str], Document] = getattr(
        import_module(f"backprop_cli.documents.{module}"), function
    )
    return write


def data_of_view(name: str) -> Callable[..., dict[str, Any]]:
    """The function that writes a view as data, in canonical names."""
    write: Callable[..., dict[str, Any]] = import_module(f"backprop_cli.formats.view_data.{name}").as_data
    return write


def format_of(path: PurePath, endings: Mapping[str, str] = ENDINGS, without: str = "text") -> str:
    """The format of a file by its ending; of one that has no ending, `without`.

    Raises UsageError for an ending that no format has: what is written under it would not be what its name says.
    """
    ending = path.suffix.lower()
    if ending in endings or not ending:
        return endings.get(ending, without)
    hint = did_you_mean(ending, endings) or _("the endings are {endings}").format(endings=", ".join(endings))
    raise UsageError(
        _("{path}: no format has the ending {ending} ({hint})").format(path=path, ending=ending, hint=hint)
    )


def renderer(name: str) -> Callable[[Solution], str | bytes]:
    """The function that writes a solution in this format; imported only now, so that no format costs another."""
    render: Callable[[Solution], str | bytes] = import_module(f"backprop_cli.formats.{FORMATS[name]}").render
    return render


def document_renderer(name: str) -> Callable[[Document], str | bytes]:
    """The function that writes any document in this format."""
    module, function, _dialect = DOCUMENTS[name]
    write: Callable[[Document], str | bytes] = getattr(import_module(f"backprop_cli.formats.{module}"), function)
    return write
