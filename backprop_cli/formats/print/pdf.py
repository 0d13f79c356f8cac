"""The worked solution as a PDF: A4, for print and for archives (PDF/A), made without the network or other programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import as_file, files
from itertools import islice
from typing import Any, Literal

from backprop_cli.documents.model import Document, Say, Text
from backprop_cli.formats.print.typst import document as source_of
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, listed

_CREATED = 946_684_800  # 1 January 2000: the same solution is the same file
_STANDARD: Literal["a-2b"] = "a-2b"  # refuses characters that no font has, which would be empty boxes
_SHOWN = 8


def document(doc: Document, system_fonts: bool = True) -> bytes:
    """The document as a PDF; raises UsageError without Typst, and for characters that no font has."""
    return of_source(source_of(doc), system_fonts)


def of_source(text: str, system_fonts: bool = True) -> bytes:
    """A PDF of Typst source: with the fonts that come along, and where these do not do, with those of the system."""
    try:
        import typst
    except ImportError:
        raise UsageError(_("PDF needs typst, which is not installed: pip install 'backprop-cli[pdf]'")) from None
    with as_file(files("backprop_cli.ground.fonts")) as folder:
        for system in (False, True)[: 1 + system_fonts]:
            fonts = typst.Fonts(include_system_fonts=system, font_paths=[folder])
            try:
                return _made(text, fonts)
            except typst.TypstError as error:
                missing = list(islice(_without_font("".join(dict.fromkeys(text)), fonts), _SHOWN + 1))
                if not missing:
                    said = _("no PDF can be made of this: {reason}").format(reason=str(error).split("\n")[0])
                    raise UsageError(said) from error
    said = _(
        "no font here has {characters}: install one that does, such as Noto (Debian and Ubuntu: fonts-noto, "
        "fonts-noto-cjk-extra, fonts-noto-color-emoji), or leave them out"
    )
    named = [f"{char} (U+{ord(char):04X})" for char in missing[:_SHOWN]] + ["…"] * (len(missing) > _SHOWN)
    raise UsageError(said.format(characters=listed(named)))


def _made(text: str, fonts: Any) -> bytes:
    """The PDF of a source; raises TypstError."""
    import typst

    compiler = typst.Compiler(text.encode("utf-8"), font_paths=fonts)
    made = compiler.compile(format="pdf", pdf_standards=[_STANDARD], timestamp=_CREATED)
    assert isinstance(made, bytes)
    return made


def _without_font(chars: str, fonts: Any) -> Iterator[str]:
    """The characters of which no page can be made: what Typst says of them has other words in every version."""
    import typst

    with suppress(typst.TypstError):
        _made(source_of(Document("", "en", "typst", (Say((Text(chars),)),))), fonts)
        return
    if len(chars) == 1:
        yield chars
        return
    for half in (chars[: len(chars) // 2], chars[len(chars) // 2 :]):
        yield from _without_font(half, fonts)
