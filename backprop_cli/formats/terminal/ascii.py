"""Words in plain ASCII, for a terminal or a file that has nothing else."""

from __future__ import annotations

import re
import unicodedata


def in_ascii(text: str) -> str:
    """The text with its symbols in ASCII: δ is delta, x₁ is x1. Words are in the characters of their language."""
    text = _LOWERED.sub(lambda small: "_" * small[0][0].isalpha() + unicodedata.normalize("NFKD", small[0]), text)
    text = _RAISED.sub(lambda small: "^" + unicodedata.normalize("NFKD", small[0]), text)
    for symbol, word in _IN_ASCII.items():
        text = text.replace(symbol, word)
    return "".join(char if char.isascii() or _is_of_words(char) else "?" for char in text)


def _is_of_words(char: str) -> bool:
    """Whether it is a letter of a language: ü, ß, 数; those of formulas have become words before."""
    latin = unicodedata.name(char, "").startswith(("LATIN SMALL LETTER", "LATIN CAPITAL LETTER"))
    return latin or unicodedata.east_asian_width(char) in "WF"


def in_charset(charset: str, text: str) -> str:
    """The text in a character set: unicode or ascii."""
    return in_ascii(text) if charset == "ascii" else text


def page_in_ascii(text: str) -> str:
    """A page as it was printed elsewhere, in ASCII: what it draws, too."""
    return in_ascii(_DOTS.sub(".", text).translate(_DRAWN))


_LOWERED = re.compile("[\u1d62-\u1d6a\u2080-\u209c\u2c7c]+")
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u207b\u1d40]+")
_DOTS = re.compile("[\u2801-\u28ff]")
_DRAWN = str.maketrans(
    "\u2800│─┌┐└┘├┤┬┴┼═▶█▉▊▋▌▍▎▏▇▆▅▄▃▂▁•●✗✓↳⎡⎢⎣⎤⎥⎦⊙⁺ŷ¼λ",
    " |-+++++++++=>########*+=:-._*ox+>[[[]]]*+y4l",
)
_IN_ASCII = {
    "−": "-", "·": "*", "δ": "delta", "∂": "d", "η": "eta", "Σ": "sum ", "½": "1/2", "±": "+-", "σ": "sigma",
    "ⁿ": "^n", "Φ": "Phi", "φ": "phi", "π": "pi", "√": "sqrt ",
    "′": "'", "ŷ": "yhat", "α": "alpha", "ε": "epsilon", "θ": "theta", "…": "...", "x̂": "xhat", "μ": "mu",
    "γ": "gamma", "β": "beta", "λ": "lambda", "″": "''",
    "☐": "[ ]", "☒": "[x]", "„": '"', "\u00a0": " ",
    "“": '"', "”": '"', "’": "'", "→": "->", "←": "<-", "✓": "same", "–": "-", "≈": "~=", "×": "*",
}  # fmt: skip
