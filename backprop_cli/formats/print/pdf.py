"""The worked solution as a PDF: A4, for print and for archives (PDF/A), made without the network or other programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import as_file, files
from typing import Literal

from backprop_cli.documents.model import Document
from backprop_cli.documents.worked import worked_document
from backprop_cli.formats.print import typst as source
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.solving.solution import Solution

_CREATED = 946_684_800  # 1 January 2000: the same solution is the same file
_STANDARD: Literal["a-2b"] = "a-2b"  # refuses characters that no font has, which would be empty boxes
_MISSING = re.compile(r'the text `"((?:\\.|[^"\\])*)"` could not be displayed')
_CODE = re.compile(r"\\u\{([0-9a-f]+)\}")
_SHOWN = 8


def render(solution: Solution) -> bytes:
    """The solution as a PDF; raises UsageError without Typst, and for characters that no font has."""
    return pages(worked_document(solution, "typst"))


def pages(document: Document, system_fonts: bool = True) -> bytes:
    """The document as a PDF: with the fonts that come along, and where these do not do, with those of the system."""
    try:
        import typst
    except ImportError:
        raise UsageError(_("PDF needs typst, which is not installed: pip install 'backprop-cli[pdf]'")) from None
    text = source.source(document).encode("utf-8")
    missing = ""
    with as_file(files("backprop_cli.ground.fonts")) as folder:
        for system in (False, True)[: 1 + system_fonts]:
            fonts = typst.Fonts(include_system_fonts=system, font_paths=[folder])
            compiler = typst.Compiler(text, font_paths=fonts)
            try:
                made = compiler.compile(format="pdf", pdf_standards=[_STANDARD], timestamp=_CREATED)
            except typst.TypstError as error:
                missing = ", ".join(_characters(error.diagnostic))
                if not missing:
                    raise
            else:
                assert isinstance(made, bytes)
                return made
    said = _(
        "no font here has {characters}: install one that does, such as Noto (Debian and Ubuntu: fonts-noto, "
        "fonts-noto-cjk-extra, fonts-noto-color-emoji), or leave them out"
    )
    raise UsageError(said.format(characters=missing))


def _characters(diagnostic: str) -> Iterator[str]:
    """The characters that no font has, with their numbers."""
    texts = (_CODE.sub(lambda match: chr(int(match[1], 16)), text) for text in _MISSING.findall(diagnostic))
    found = list(dict.fromkeys(char for text in texts for char in text if not char.isascii()))
    yield from (f"{char} (U+{ord(char):04X})" for char in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield "…"
