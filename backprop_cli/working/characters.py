"""The characters of word processors and keyboards, each made plain without moving any other."""

from __future__ import annotations

import re
import unicodedata

_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PUNCTUATION = {"\u3000": " ", "\u3001": ",", "\u3002": ".", "\ufe66": "=", "\u2236": ":", "\ua789": ":"}
_THIN = "\u00a0\u2009\u202f"  # may group the digits of a number
_UNSEEN = dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u2061\u2063\u2064", " ")
_ONE_FOR_ONE = {
    **_FULL_WIDTH,
    **{ord(char): plain for char, plain in (_PUNCTUATION | _UNSEEN).items()},
    ord("\u2062"): "*",  # an invisible times
}
_LOW = re.compile(r"[₀-₉ₐ-ₜᵢ-ᵪⱼ]+")
_HIGH = re.compile(r"⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾|⁺")
_STRETCH = re.compile(r"\s+")
_TWICE = r"\^?[({]?2[)}]?"
_ABOVE = re.compile(rf"[d∂]\s?{_TWICE}\s?[^\s+*/=()^-]+")
_BELOW = re.compile(rf"[d∂]\s?[^\s+*/=()^-]+(?:\s?[d∂]\s?[^\s+*/=()^-]+|{_TWICE})")


def second_derivative(above: str, below: str) -> str | None:
    """A fraction that is a second derivative, as one writes it in a row: ∂²f/∂x∂y; None for any other fraction."""
    top, bottom = " ".join(above.split()), " ".join(below.split())
    if not (_ABOVE.fullmatch(top) and _BELOW.fullmatch(bottom)):
        return None
    return "/".join(re.sub(rf"(?<=[d∂]){_TWICE}|\^{_TWICE}$", "²", one.replace(" ", "")) for one in (top, bottom))


def plain(text: str) -> str:
    """The text with full-width characters and other commas, each one for one: every column stays what it is."""
    return text if text.isascii() else text.translate(_ONE_FOR_ONE)


def spaced(text: str) -> str:
    """The text with every stretch of blanks as one, but for a thin one that may group digits, and none at its ends."""
    return _STRETCH.sub(lambda found: found[0] if found[0] in _THIN else " ", text).strip()


def typed(name: str) -> str:
    """A name with its low and raised indices as one types them: δₕ₁ is δ_h1, E⁽²⁾ is E^(2), w⁺ is w+."""
    name = _LOW.sub(lambda found: "_" + unicodedata.normalize("NFKD", found[0]), name)
    return _HIGH.sub(lambda found: f"^({unicodedata.normalize('NFKD', found[1])})" if found[1] else "+", name)
