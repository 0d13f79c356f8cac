"""LaTeX mathematics of a document as MathML: well-formed, with every name in it as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, fromstring, tostring

from latex2mathml.converter import convert

from backprop_cli.ground.records import record
from backprop_cli.writing.dialects import DIALECTS, LATEX_SETTING

_WORD = re.compile(r"\\(mathrm|text)\{((?:[^{}\\]|\\[a-z]+\{\}|\\.)*)\}")
_COMMA = DIALECTS["latex"].comma  # a number is converted with its point, so that it stays one
_ESCAPE = re.compile("|".join(re.escape(one) for one in sorted(LATEX_SETTING.escapes.values(), key=len, reverse=True)))
_ESCAPED = {escape: char for char, escape in LATEX_SETTING.escapes.items()}
_FIGURES = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_OPENING, _CLOSING = ("{", "\\left"), ("}", "\\right")
_BETWEEN = re.compile(r"\\(?:left|right)(?![a-z])|(?<!\\)[{}]|(?<=[^ ]) (?:[+-]|\\cdot) (?=[^ ])")
_REACHES = re.compile(r"\\(?:begin|text|over|choose|middle|[{}])")  # commands that reach over signs, or hide some
_STAND_IN = 0xF0000  # one sign of a private area for each word, which the converter takes for a letter
_BOLD = 0x1D7CE  # 𝟎
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_SIGNS = ("+", "−", "·", "⊙", "⋅")
_LONG = 28  # characters of a side that is offered to the browser in pieces


@record
class _Part:
    """An element at the top of a piece of mathematics: as it is, as it is written, and how many characters it has."""

    element: Element
    written: str
    length: int

    @classmethod
    def of(cls, element: Element) -> _Part:
        """The element as a part."""
        return cls(element, tostring(element, "unicode"), len("".join(element.itertext())))

    @property
    def is_sign(self) -> bool:
        """Whether it stands between terms or factors."""
        return self.element.tag == "mo" and self.element.text in _SIGNS

    def infix(self) -> _Part:
        """A sign that stands first in its piece and has its operand before that."""
        sign = Element(self.element.tag, {**self.element.attrib, "form": "infix"})
        sign.text = self.element.text
        return self.of(sign)


def math(latex: str) -> str:
    """The mathematics as one `<math>`."""
    return _math(_written(_parts(latex)))


def side(sign: str, latex: str) -> list[str]:
    """A sign and what stands behind it: one `<math>`, or several where a long line may be broken before + and ·."""
    parts = _parts(latex)
    first, *others = list(_pieces(parts)) if _length(parts) > _LONG else [parts]
    group = f"<mrow>{_written(first)}</mrow>" if first else "<mrow />"  # a minus behind the sign is that of a number
    return [_math(_written(_parts(sign)) + group), *(_math(_written(one)) for one in others)]


def _pieces(parts: Sequence[_Part]) -> Iterator[Sequence[_Part]]:
    """The parts in pieces, cut before each sign between terms or factors, but not where a piece would be short."""
    piece: list[_Part] = []
    for part in parts:
        cut = part.is_sign and _length(piece) > _LONG // 4
        if cut:
            yield piece
            piece = []
        piece.append(part.infix() if cut else part)
    yield piece


def _length(parts: Sequence[_Part]) -> int:
    return sum(part.length for part in parts)


def _written(parts: Sequence[_Part]) -> str:
    return "".join(part.written for part in parts)


def _math(inside: str) -> str:
    return f"<math>{inside}</math>" if inside else "<math />"


@lru_cache(maxsize=4096)
def _parts(latex: str) -> tuple[_Part, ...]:
    """What stands at the top of the mathematics."""
    return tuple(map(_Part.of, _converted(latex)))


def _converted(latex: str) -> Element:
    """The LaTeX in one `<mrow>`."""
    top = Element("mrow")
    for operand in _operands(latex):
        top.extend(_of_operand(operand))
    _sign_numbers(top)
    for number in top.iter("mn") if _COMMA in latex else ():
        number.text = (number.text or "").replace(".", ",")
    return top


def _operands(latex: str) -> Iterator[str]:
    """Terms, factors and the signs between them, each by itself where nothing reaches from one to another."""
    if _REACHES.search(latex):
        yield latex
        return
    depth, start = 0, 0
    for match in _BETWEEN.finditer(latex):
        depth += (match[0] in _OPENING) - (match[0] in _CLOSING)
        if not depth and match[0] not in _CLOSING:
            yield from (latex[start : match.start()], match[0])
            start = match.end()
    yield latex[start:]


def _of_operand(latex: str) -> list[Element]:
    if not _FIGURES.fullmatch(latex):
        return list(fromstring(_of_latex(latex)))
    number = Element("mn")  # half of what a solution has
    number.text = latex
    return [number]


@lru_cache(maxsize=16384)
def _of_latex(latex: str) -> str:
    """One operand in an `<mrow>`."""
    words: list[tuple[str, str]] = []

    def stand_in(match: re.Match[str]) -> str:
        words.append((match[1], _ESCAPE.sub(lambda escape: _ESCAPED[escape[0]], match[2])))
        return chr(_STAND_IN + len(words) - 1)

    top = Element("mrow")
    if latex.strip():
        source = fromstring(convert(_WORD.sub(stand_in, latex).replace(_COMMA, ".")))
        for child in source[0] if len(source) == 1 and source[0].tag == f"{_NAMESPACE}mrow" else source:
            top.append(_tidy(child, words))
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
