"""One function a format, in one dictionary."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from backprop_cli.documents.model import Document
from backprop_cli.solution import Solution

FORMATS = {  # the format's name, and the module here whose `render` writes it
    "text": "text",
    "json": "json",
    "markdown": "markdown",
    "html": "html",
    "latex": "latex",
    "typst": "typst",
    "pdf": "pdf",
    "python": "python",
    "numpy": "numpy",
    "pytorch": "pytorch",
    "notebook": "notebook",
    "xlsx": "xlsx",
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

DOCUMENTS = {  # formats that any document can be written in: the module here with `document`, and its dialect
    "text": ("plain", "unicode"),
    "markdown": ("markdown", "latex"),
    "html": ("html", "latex"),
}

VIEWS = {  # an option of `solve`, and the module here that writes what it shows
    "matrix": "matrix",
    "passes": "passes",
    "jacobian": "jacobian",
}


def format_of(ending: str) -> str:
    """The format that a file with this ending is written in: text, unless the ending says another."""
    return ENDINGS.get(ending.lower(), "text")


def renderer(name: str) -> Callable[[Solution], str | bytes]:
    """The function that writes a solution in this format; imported only now, so that no format costs another."""
    render: Callable[[Solution], str | bytes] = import_module(f"backprop_cli.formats.{FORMATS[name]}").render
    return render


def document_renderer(name: str) -> Callable[[Document], str | bytes]:
    """The function that writes any document in this format."""
    module, _dialect = DOCUMENTS[name]
    write: Callable[[Document], str | bytes] = import_module(f"backprop_cli.formats.{module}").document
    return write
