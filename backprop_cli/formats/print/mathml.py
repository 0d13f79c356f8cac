"""LaTeX mathematics of a document as MathML: well-formed, with every name in it as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring, tostring

from latex2mathml.converter import convert

from backprop_cli.writing.dialects import DIALECTS, LATEX_SETTING

_WORD = re.compile(r"\\(mathrm|text)\{((?:[^{}\\]|\\[a-z]+\{\}|\\.)*)\}")
_COMMA = DIALECTS["latex"].comma  # a number is converted with its point, so that it stays one
_ESCAPE = re.compile("|".join(re.escape(one) for one in sorted(LATEX_SETTING.escapes.values(), key=len, reverse=True)))
_ESCAPED = {escape: char for char, escape in LATEX_SETTING.escapes.items()}
_STAND_IN = 0xF0000  # one sign of a private area for each word, which the converter takes for a letter
_BOLD = 0x1D7CE  # 𝟎
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_SIGNS = ("+", "−", "·", "⊙", "⋅")
_LONG = 28  # characters of a side that is offered to the browser in pieces


def math(latex: str) -> str:
    """The mathematics as one `<math>`."""
    return _written(_children(latex))


def side(sign: str, latex: str) -> list[str]:
    """A sign and what stands behind it: one `<math>`, or several where a long line may be broken before + and ·."""
    children = _children(latex)
    pieces = list(_pieces(children)) if _length(children) > _LONG else [children]
    before = _children(sign)
    if len(pieces) == 1:
        group = Element("mrow")  # so that a minus behind the sign is the sign of a number
        group.extend(pieces[0])
        return [_written([*before, group])]
    first = Element("mrow")
    first.extend(pieces[0])
    return [_written([*before, first]), *map(_written, pieces[1:])]


def _pieces(children: list[Element]) -> Iterator[list[Element]]:
    """The children, parted before each sign between terms or factors, but not where a piece would be short."""
    piece: list[Element] = []
    for child in children:
        if child.tag == "mo" and child.text in _SIGNS and _length(piece) > _LONG // 4:
            yield piece
            piece = []
            child.set("form", "infix")
        piece.append(child)
    yield piece


def _length(elements: list[Element]) -> int:
    return sum(len("".join(element.itertext())) for element in elements)


def _written(children: list[Element]) -> str:
    top = Element("math")
    top.extend(children)
    return tostring(top, "unicode")


def _children(latex: str) -> list[Element]:
    """What stands in a piece of mathematics; fresh elements each time."""
    return list(fromstring(_converted(latex)))


@lru_cache(maxsize=4096)
def _converted(latex: str) -> str:
    """The LaTeX in one `<mrow>`."""
    words: list[tuple[str, str]] = []

    def stand_in(match: re.Match[str]) -> str:
        words.append((match[1], _ESCAPE.sub(lambda escape: _ESCAPED[escape[0]], match[2])))
        return chr(_STAND_IN + len(words) - 1)

    top = Element("mrow")
    if latex.strip():
        source = fromstring(convert(_WORD.sub(stand_in, latex).replace(_COMMA, ".")))
        for child in source[0] if len(source) == 1 and source[0].tag == f"{_NAMESPACE}mrow" else source:
            top.append(_tidy(child, words))
    _sign_numbers(top)
    for number in top.iter("mn") if _COMMA in latex else ():
        number.text = (number.text or "").replace(".", ",")
    return tostring(top, "unicode")


def _tidy(element: Element, words: list[tuple[str, str]]) -> Element:
    """The element without its namespace and rows of one; words in the place of their stand-ins."""
    tag = element.tag.removeprefix(_NAMESPACE)
    if tag == "mrow" and len(element) == 1:
        return _tidy(element[0], words)
    text = element.text or ""
    if len(text) == 1 and 0 <= ord(text) - _STAND_IN < len(words):
        command, word = words[ord(text) - _STAND_IN]
        copy = Element("mi" if command == "mathrm" else "mtext")
        if command == "mathrm" and len(word) == 1:
            copy.set("mathvariant", "normal")
        copy.text = re.sub(r"^ | $", "\u00a0", word)
        return copy
    if element.get("mathvariant") == "bold" and len(text) == 1 and text.isdecimal():
        copy = Element("mn")  # browsers draw the bold figure, but know no bold numbers
        copy.text = chr(_BOLD + int(text))
        return copy
    copy = Element(tag, {name: value for name, value in element.attrib.items() if (name, value) != ("fence", "true")})
    copy.text = text or None
    for child in element:
        copy.append(_tidy(child, words))
    if tag == "mrow":
        _sign_numbers(copy)
    return copy


def _sign_numbers(row: Element) -> None:
    """A minus behind a bracket or another sign is that of a number: it has no space around it."""
    before: Element | None = None
    for child in row:
        opens = before is None or (before.tag == "mo" and before.get("form") != "postfix")
        if child.tag == "mo" and child.text in _SIGNS and opens:
            child.set("form", "prefix")
        before = child
