"""Where Rich breaks a line of words: also between Chinese characters, which have no spaces between them.

Rich knows words as what stands between spaces, so that a Chinese sentence would be one long word, cut off anywhere.
It offers no other way to tell it than the pattern of a word.
"""

from __future__ import annotations

from rich import _wrap

from backprop_cli.wrapping import WORD


def break_between_wide_characters() -> None:
    """Teaches it to Rich; English is broken as before."""
    _wrap.re_word = WORD
