"""Where Rich breaks a line of words: also between Chinese characters, which have no spaces between them.

Rich knows words as what stands between spaces, so that a Chinese sentence would be one long word, cut off anywhere.
It offers no other way to tell it than the pattern of a word.
"""

from __future__ import annotations

import re
from typing import Any, cast

from rich import _wrap
from rich.console import Console

from backprop_cli.ground.wrapping import word_in


class _Word:
    """The pattern of a word, which depends on the text."""

    def match(self, text: str, position: int = 0) -> re.Match[str] | None:
        """The word at a position."""
        return word_in(text).match(text, position)


def console(**settings: Any) -> Console:
    """A console of Rich that breaks Chinese between its characters; English is broken as before."""
    _wrap.re_word = cast(re.Pattern[str], _Word())
    return Console(**settings)
