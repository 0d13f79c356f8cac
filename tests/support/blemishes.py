"""What a Chinese page must not have: traces of words that were put together."""

from __future__ import annotations

import re

WIDE = 1_000  # columns of a page on which no sentence is broken
BLEMISHES = {
    "a space between Chinese characters": r"[一-鿿）。，：；] (?!局部 ∂)[一-鿿（]",  # a name has its space
    "brackets behind or in brackets": r"））|（（|）（|[一-鿿]\) ?（|） ?\(",
    "two marks": r"[，。、；：？！] ?[，。、；：？！]|（[，。、；：？！）]",
    "a half-width mark": r"[一-鿿] ?[,;:?!] ?(?:[一-鿿]|$)|[一-鿿]\. ?(?:[一-鿿]|$)|[一-鿿], ",
    "a half-width bracket": r"[一-鿿] ?\([一-鿿]|\([一-鿿][^()]*\)",
    "a space at a full-width mark": r"(?<=\S) [，。、；：？！）]|[，。、；：？！（] (?=\S)",
    "a word of letters without a space beside Chinese": r"[一-鿿][A-Za-z]{2,}|[A-Za-z]{2,}[一-鿿]",
    "something not filled in": r"\{\w+\}|\bNone\b|Text\(",
}


def blemishes(text: str) -> list[tuple[str, str]]:
    """What kind each is, and the words it stands among."""
    return [
        (kind, line[max(0, found.start() - 12) : found.end() + 12])
        for line in text.splitlines()
        for kind, pattern in BLEMISHES.items()
        for found in re.finditer(pattern, line.strip())
    ]
