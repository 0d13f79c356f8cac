"""The rows of a table as chains: a name, and beside it (or under it) its formula, numbers and value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backprop_cli.ground.records import record
from backprop_cli.working.characters import plain, spaced
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import Line, Part, Spot
from backprop_cli.working.statements import is_name, sides

_VALUE = re.compile(r"[≈=~\s]*[-−+]?\s*(?:\d+[.,]?\d*|[.,]\d+)(?:\s*(?:[eE]|[*·×x]\s*10\s*\^?)[-−+{(]*\d+[})]?)?\s*%?")
_EXPRESSION = re.compile(r"[-−+*/·×⋅^√\[]|(?<![\w.])\d")
_SENTENCE = re.compile(r"[^\W\d_]{3,}\s+[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_EQUATION = re.compile(r"(?<![<>!])=(?![=>])|[≈≃]")


@record
class Cell:
    """What stands in a cell of a table, and where."""

    text: str
    spot: Spot

    @property
    def is_value(self) -> bool:
        """Whether it is a number and nothing else."""
        return _VALUE.fullmatch(self.text) is not None

    @property
    def is_work(self) -> bool:
        """Whether it is a formula, numbers or a value, and not words."""
        return _EXPRESSION.search(self.text) is not None and not _SENTENCE.search(self.text)


def cell(text: str, spot: Spot) -> Cell:
    """A cell with its characters made plain."""
    return Cell(spaced(plain(text)), spot)


def read_rows(rows: Iterable[Sequence[Cell]], gatherer: Gatherer) -> None:
    """Collects the chains of a table, row by row; a row of names over a row of values is read downwards."""
    above: Sequence[Cell] = ()
    heads: Sequence[str] = ()
    for row in rows:
        filled = [one for one in row if one.text]
        if found := _heads(row):
            heads = found
        elif heads and len(row) >= len(heads) and len(row[0].text) <= _SHORT and _UNIT_NAME.fullmatch(row[0].text):
            _of_a_unit(row, heads, gatherer)
        elif any(_EQUATION.search(one.text) for one in filled) and not _is_worked_beside(filled):
            gatherer.lines(
                Line(one.text, one.spot.line, one.spot.column, one.spot.cell, one.spot.length) for one in filled
            )
        elif filled and is_name(filled[0].text) and len(filled) > 1:
            _beside(filled, gatherer)
        elif above and filled and all(one.is_value for one in filled):
            _under(above, row, gatherer)
            continue
        elif filled:
            text = " ".join(one.text for one in filled)
            gatherer.heading(text)
            gatherer.remark(text, filled[0].spot)
        above = row if len(filled) > 1 and all(is_name(one.text) for one in filled) else ()


def _heads(row: Sequence[Cell]) -> list[str]:
    """What the columns of a table of units are of, where a row says so: | unit j | net input | output |."""
    if len(row) < 2 or not _UNIT.search(row[0].text):
        return []
    found = [next((head for pattern, head in _KINDS if pattern.search(one.text)), "") for one in row[1:]]
    return found if any(found) else []


def _of_a_unit(row: Sequence[Cell], heads: Sequence[str], gatherer: Gatherer) -> None:
    """The row of one unit: under each head, what it is and how it was worked out."""
    unit = row[0].text.strip()
    for head, one in zip(heads, row[1:], strict=False):
        if head and one.text:
            text = one.text.lstrip("=≈~ ")
            gatherer.chain(f"{head}_{unit}", one.spot, sides(text, one.spot) or [Part(text, one.spot)])


_SHORT = 12  # characters of the name of a unit
_UNIT = re.compile(r"\b(?:unit|neuron|node|einheit|knoten)s?\b|单元|神经元|节点", re.I)
_UNIT_NAME = re.compile(r"(?:(?:unit|neuron|node)\s+)?\w+", re.I)
_KINDS = (
    (re.compile(r"\bnet|\binput|netz|netto|净输入|加权", re.I), "net"),
    (re.compile(r"\bout|\bactivation|ausgabe|aktiv|输出|激活", re.I), "out"),
    (re.compile(r"\berr|\bdelta|δ|fehler|误差", re.I), "delta"),
)


def _is_worked_beside(filled: Sequence[Cell]) -> bool:
    """Whether a row has a name, and beside it equations that go on from it: | net | w·x + b = 2·3 + 1 | 7 |."""
    name, *others = filled
    if not others or _EQUATION.search(name.text) or not is_name(name.text):
        return False
    first = next(one for one in others if _EQUATION.search(one.text))
    return others[-1].is_value or not is_name(_EQUATION.split(first.text)[0].strip())


def _beside(filled: Sequence[Cell], gatherer: Gatherer) -> None:
    """A row that begins with a name: what follows is its work, up to the first value."""
    parts: list[Part] = []
    letters = any(one.is_value for one in filled)  # beside a value, a name alone is a formula, too
    for one in filled[1:]:
        if one.is_value or one.is_work or (letters and is_name(one.text) and " " not in one.text):
            text = one.text.lstrip("=≈~ ")
            parts += sides(text, one.spot) or [Part(text, one.spot)]
            if one.is_value:
                break
    if parts:
        gatherer.chain(filled[0].text, filled[0].spot, parts)
    else:
        text = " ".join(one.text for one in filled)
        gatherer.heading(text)
        gatherer.remark(text, filled[0].spot)


def _under(above: Sequence[Cell], row: Sequence[Cell], gatherer: Gatherer) -> None:
    for name, value in zip(above, row, strict=False):
        if name.text and value.text:
            gatherer.chain(name.text, name.spot, [Part(value.text, value.spot)])
