"""The fonts of a picture, and how wide text is in them: DejaVu Sans, and others for what it does not have."""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, listed

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

BASE = "DejaVu Sans"
_PREFERRED = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Sans CJK JP", "Noto Sans CJK TC", "Arial Unicode MS",
)  # fmt: skip
_USUAL = ("400", "normal", "regular", "book")  # weights
_SHOWS_BOXES = ("Last Resort", ".LastResort")  # fonts that have every character, as a box
ASCENT, DESCENT = 0.76, 0.24  # of the size
_USUAL_WIDTH = 0.65


@cache
def family(text: str) -> tuple[str, ...]:
    """The fonts that have all characters of the text between them; raises UsageError where none is installed."""
    missing = frozenset(char for char in text if not _has(BASE, char))
    if not missing:
        return (BASE,)
    found = [BASE]
    for name in _installed():
        if any(_has(name, char) for char in missing):
            found.append(name)
            missing = frozenset(char for char in missing if not _has(name, char))
        if not missing:
            return tuple(found)
    said = _("no installed font has {characters}: install one that has, such as Noto Sans CJK")
    raise UsageError(said.format(characters=listed(f"{char!r} (U+{ord(char):04X})" for char in sorted(missing)[:8])))


@cache
def _installed() -> dict[str, str]:
    """The files of all installed fonts by their names, those first that a picture should rather have."""
    from matplotlib import font_manager

    fonts = sorted(
        font_manager.fontManager.ttflist, key=lambda font: (font.style != "normal", str(font.weight) not in _USUAL)
    )
    found = {font.name: font.fname for font in reversed(fonts) if not font.name.startswith(_SHOWS_BOXES)}
    wanted = [name for name in _PREFERRED if name in found]
    return {name: found[name] for name in dict.fromkeys([BASE, *wanted, *sorted(found)])}


@cache
def _has(name: str, char: str) -> bool:
    """Whether a font has a character."""
    try:
        return bool(_opened(_installed()[name]).get_char_index(ord(char)))
    except (OSError, RuntimeError):
        return False


@cache
def _opened(path: str) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    return FT2Font(path)


@cache
def width(text: str) -> float:
    """How wide a text is, in sizes of its font; the oblique font of DejaVu Sans is as wide as the upright one."""
    return sum(map(_advance, text))


def _advance(char: str) -> float:
    """How wide a character is; about so wide, where another font than DejaVu Sans must have it."""
    if char in _widths():
        return _widths()[char]
    if unicodedata.combining(char):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(char) in ("W", "F") else _USUAL_WIDTH


@cache
def _widths() -> dict[str, float]:
    """The widths of DejaVu Sans, so that a picture is laid out in the same way with and without matplotlib."""
    table = json.loads(files("backprop_cli.ground.fonts").joinpath("widths.json").read_text("utf-8"))
    return {char: float(size) for size, chars in table.items() for char in chars}
