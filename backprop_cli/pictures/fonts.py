"""The fonts of a picture: DejaVu Sans, which comes with matplotlib, and others for what it does not have."""

from __future__ import annotations

from functools import cache

from backprop_cli.errors import UsageError
from backprop_cli.words import _

BASE = "DejaVu Sans"
_PREFERRED = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Sans CJK JP", "Noto Sans CJK TC", "Arial Unicode MS",
)  # fmt: skip
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
def _installed() -> tuple[str, ...]:
    """The names of all installed fonts, those first that a picture should rather have."""
    from matplotlib import font_manager

    names = dict.fromkeys(sorted(font.name for font in font_manager.fontManager.ttflist))
    wanted = [name for name in _PREFERRED if name in names]
    return tuple(dict.fromkeys([*wanted, *names]))


@cache
def _has(name: str, char: str) -> bool:
    """Whether a font has a character."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    path = font_manager.findfont(font_manager.FontProperties(family=name))
    try:
        return bool(_opened(path, FT2Font).get_char_index(ord(char)))
    except (OSError, RuntimeError):
        return False


@cache
def _opened(path: str, kind: type) -> object:
    return kind(path)


@cache
def width(text: str, slanted: bool = False) -> float:
    """How wide a text is, in sizes of its font."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    prop = FontProperties(family=list(family(text)), style="oblique" if slanted else "normal", size=100)
    return float(text_to_path.get_text_width_height_descent(text, prop, ismath=False)[0]) / 100
