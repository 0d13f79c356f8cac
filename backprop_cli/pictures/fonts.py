"""The fonts of a picture: DejaVu Sans, which comes with matplotlib, and others for what it does not have."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from backprop_cli.errors import UsageError
from backprop_cli.words import _

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
    raise UsageError(said.format(characters=", ".join(f"{char!r} (U+{ord(char):04X})" for char in sorted(missing)[:8])))


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
def width(text: str, slanted: bool = False) -> float:
    """How wide a text is, in sizes of its font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    prop = FontProperties(family=list(family(text)), style="oblique" if slanted else "normal", size=100)
    return float(text_to_path.get_text_width_height_descent(text, prop, ismath=False)[0]) / 100
