"""Long equations in LaTeX in several rows: how wide mathematics is, and where it may be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from backprop_cli.documents.model import Side

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|.", re.DOTALL)
_CUT = re.compile(r"\\left|\\right|\\[a-zA-Z]+|\\.|[{}]| (?=[+-] )", re.DOTALL)
_FACTOR = re.compile(r"\\left|\\right| (?=\\cdot )| (?=\\odot )|\\[a-zA-Z]+|\\.|[{}]", re.DOTALL)
_MATRIX = re.compile(r"\\begin\{bmatrix\} (.*?) \\end\{bmatrix\}")
_SHAPE = re.compile(r"\\underset\{\d+ \\times \d+\}")
_NOTHING = ("\\left", "\\right", "\\tfrac", "\\ensuremath", "\\han", "\\rarehan", "\\mathrm", "\\hat", "\\bar")
_SIGNS = {
    "+": 2.6,
    "-": 2.6,
    "=": 2.8,
    "\\approx": 2.8,
    "\\cdot": 1.5,
    "<": 2.8,
    ">": 2.8,
    " ": 0.0,
    "\\sqrt": 1.7,
    "\\ ": 0.5,
    "\\text": 1.0,
}
_WORDS = ("\\tanh", "\\ln", "\\log", "\\max", "\\min", "\\sin", "\\cos", "\\tan", "\\exp")
_SMALL = 0.72


@lru_cache(maxsize=4096)
def wide(latex: str) -> float:
    """About how wide the mathematics is, in figures."""
    matrices = [_matrix(match[1]) for match in _MATRIX.finditer(latex)]
    return sum(matrices) + _width(iter(_TOKEN.findall(_MATRIX.sub("", _SHAPE.sub("", latex)))), None)


def _matrix(inside: str) -> float:
    """How wide a matrix is: its columns are as wide as what is widest in them."""
    columns = zip(*(row.split(" & ") for row in inside.split(r" \cr ")), strict=True)
    return sum(max(map(wide, column)) + 1.8 for column in columns)


def _width(tokens: Iterator[str], end: str | None) -> float:
    """The width up to the token `end`."""
    total = 0.0
    for token in tokens:
        if token == end:
            break
        total += _one(token, tokens)
    return total


def _one(token: str, tokens: Iterator[str]) -> float:
    if token == "{":
        return _width(tokens, "}")
    if token in ("_", "^"):
        return _SMALL * _argument(tokens)
    if token == "\\frac":
        return max(_argument(tokens), _argument(tokens)) + 0.5
    if token in _NOTHING:
        return 0.0
    if token in _SIGNS:
        return _SIGNS[token]
    if token in ("(", ")", "[", "]", ",", "."):
        return 0.9 if token in "()[]" else 0.6
    if token in _WORDS:
        return len(token) - 0.4
    if len(token) > 4:
        return 1.2 if token[:5] in ("\\alph", "\\beta", "\\gamm", "\\delt", "\\sigm") else 1.4
    return 2.2 if not token.isascii() else 1.0 if token.isdigit() else 1.15


def _argument(tokens: Iterator[str]) -> float:
    token = next(tokens, "")
    return _one(token, tokens) if token else 0.0


def pieces(text: str, room: float) -> list[str]:
    """The mathematics in pieces that fit: broken before the signs between terms, then within brackets or at factors."""
    if wide(text) <= room:
        return [text]
    terms = _cut(text, _CUT)
    if len(terms) > 1:
        return [piece for term in terms for piece in pieces(term, room)]
    within = _within(text)
    return within if len(within) > 1 else _cut(text, _FACTOR)


def _cut(text: str, pattern: re.Pattern[str], level: int = 0) -> list[str]:
    """The text cut at the spaces that the pattern finds within so many brackets, none of them braces."""
    cuts, open_ = [0], list[str]()
    for match in pattern.finditer(text):
        if match[0] in ("{", "\\left"):
            open_.append(match[0])
        elif match[0] in ("}", "\\right"):
            open_.pop()
        elif match[0] == " " and len(open_) == level and "{" not in open_ and match.start():
            cuts.append(match.end())
    return [text[start:end].strip() for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _within(text: str) -> list[str]:
    """The text cut within its outermost brackets, which get a fixed size: a pair that grows must stay in one row."""
    depth, parts = 0, list[str]()

    def sized(match: re.Match[str]) -> str:
        nonlocal depth
        depth -= match[0] in ("}", "\\right")
        outermost = not depth
        depth += match[0] in ("{", "\\left")
        return {"\\left": "\\bigl", "\\right": "\\bigr"}.get(match[0], match[0]) if outermost else match[0]

    for part in _cut(text, _CUT, level=1):
        parts.append(_CUT.sub(sized, part))
    return parts


def rows(sides: tuple[Side, ...], room: float) -> Iterator[str]:
    """The sides in as many rows as they need, without what stands before them; each row begins with `&`."""
    row, used = "&", 0.0
    for side in sides:
        first, *others = pieces(side.text, room - 3)
        whole = 3 + wide(side.text)
        if used and used + (whole if whole <= room else room) > room:
            yield row
            row, used = "&", 0.0
        row += f"{side.sign} {first} "
        used += 3 + wide(first)
        for other in others:
            if used + wide(other) + 2 > room:
                yield row
                row, used = r"&\quad ", 3.0
            row += ("{}" if row.endswith("quad ") else "") + f"{other} "
            used += wide(other) + 1
    yield row
