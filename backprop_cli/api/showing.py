"""What shows itself: as text where it is printed, as a page in a notebook, in a file in the format of its ending."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_cli.formats import dialect_of, format_of
from backprop_cli.formats.pages import Page, written
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.replacing import write_file

if TYPE_CHECKING:
    from backprop_cli.documents.model import Document


def table_html(markdown: str) -> str:
    """A report that was written as Markdown, for a page."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


class Shown(ABC):
    """Something that is written in several formats; notebooks find its `_repr_…_` by themselves."""

    @abstractmethod
    def write(self, format: str = "text") -> str | bytes:
        """It in a format, by the name that `--format` takes. Raises UsageError for one that it has not."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """It as plain data: what `--json` prints."""

    def save(self, path: str | os.PathLike[str], format: str | None = None) -> Path:
        """Writes a file, whole or not at all, in the format of its ending unless another is named; returns its path."""
        path = Path(path)
        write_file(path, self.write(format or self._format_of(path)))
        return path

    def _format_of(self, path: Path) -> str:
        return format_of(path)

    def __str__(self) -> str:
        return str(self.write("text")).rstrip("\n")

    def _repr_html_(self) -> str | None:
        """As a piece of a page; None, so that a notebook takes Markdown, where what HTML needs is not installed."""
        with suppress(UsageError):
            return self._html()
        return None

    def _repr_markdown_(self) -> str:
        return str(self.write("markdown"))

    @abstractmethod
    def _html(self) -> str | None: ...


class View(Shown):
    """A page of `backprop solve`, in whichever way it looks at the solution: in matrices, in passes, by paths."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def write(self, format: str = "text") -> str | bytes:
        return written(self._page, format)

    def to_dict(self) -> dict[str, Any]:
        return self._page.data()

    def document(self, dialect: str = "unicode") -> Document:
        """It as blocks: headings, equations, tables; the mathematics spelled in `dialect`."""
        return self._page.document(dialect)

    def _html(self) -> str:
        from backprop_cli.formats.print.html import piece

        return piece(self.document(dialect_of("html")))

    def _repr_latex_(self) -> str:
        """The equations, one below the other, as MathJax reads them."""
        from backprop_cli.formats.print.markdown import equations

        return equations(self.document("latex"))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._page.data().get('problem') or ''}>"


class Picture:
    """A drawing: SVG shows itself in a notebook, PNG too; `data` are the bytes of its file."""

    def __init__(self, data: bytes, format: str) -> None:
        self.data = data
        self.format = format

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the file; returns its path. Raises UsageError where it cannot be written."""
        path = Path(path)
        write_file(path, self.data)
        return path

    def _repr_html_(self) -> str | None:
        """The drawing itself, for what shows no SVG by itself; other formats have their own way."""
        if self.format != "svg":
            return None
        text = self.data.decode("utf-8")
        return text[text.index("<svg") :].strip()

    def _repr_markdown_(self) -> str | None:
        """The drawing as an address that holds it."""
        kind = {"svg": "image/svg+xml", "png": "image/png"}.get(self.format)
        return None if kind is None else f"![](data:{kind};base64,{b64encode(self.data).decode('ascii')})"

    def _repr_svg_(self) -> str | None:
        return self.data.decode("utf-8") if self.format == "svg" else None

    def _repr_png_(self) -> bytes | None:
        return self.data if self.format == "png" else None

    def __repr__(self) -> str:
        return f"<Picture: {self.format}, {len(self.data):,} bytes>"
