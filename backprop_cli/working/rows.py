"""The rows of a table as chains: a name, and beside it (or under it) its formula, numbers and value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backprop_cli.algebra.quantities import Address
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.working.characters import plain, spaced
from backprop_cli.working.formulas import is_sum
from backprop_cli.working.gather import Gatherer, addressed
from backprop_cli.working.model import ChainSide, Spot, TextLine
from backprop_cli.working.places import is_place, place_word
from backprop_cli.working.statements import is_name, sides

_VALUE = re.compile(
    r"[≈=~\s]*(?:[-−+]\s*)?(?:\d+(?:[.,]\d*)?|[.,]\d+)"
    r"(?:\s*(?:[eE]|[*·×x]\s*10\s*\^?)[-−+{(]*\d+[})]?)?\s*%?"
)
_EXPRESSION = re.compile(r"[-−+*/·×⋅^√\[]|(?<![\w.])\d")
_SENTENCE = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,}\s+[^\W\d_]{2,}\s+[^\W\d_]{2,}")
_EQUATION = re.compile(r"(?<![<>!])=(?![=>])|[≈≃]")


@record
class TableCell:
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

    @property
    def called(self) -> tuple[Address, str]:
        """As a name: the address that stands before it, `epoch 2 / net_y`, and the name itself."""
        at, (start, end) = addressed(self.text, (0, len(self.text)))
        return at, self.text[start:end].strip()


def cell(text: str, spot: Spot) -> TableCell:
    """A cell with its characters made plain."""
    return TableCell(spaced(plain(text)), spot)


def read_rows(rows: Iterable[Sequence[TableCell]], gatherer: Gatherer) -> None:
    """Collects the chains of a table, row by row; a row of names over a row of values is read downwards."""
    above: Sequence[TableCell] = ()
    heads: Sequence[ColumnHead] = ()
    numbered = False  # whether the units of a table have numbers, so that a word begins something else
    head: Sequence[str] = ()  # what stands over the columns beside an empty corner
    for row in rows:
        if len(row) > 1 and not row[0].text:
            head = [one.text for one in row[1:]]
        filled = [one for one in row if one.text]
        if found := heads_of([one.text for one in row]):
            heads, numbered = found, False
        elif head and not heads and _is_numbered_place(row[0].text):
            heads = [ColumnHead(one if _is_head(one) else "", rows="sample") for one in head]
            _under_heads(row, heads, gatherer)
        elif heads and len(row) >= 2 and _is_under(heads, row[0].text) and _goes_on(row[0].text, numbered):
            numbered = numbered or row[0].text.isdigit()
            _under_heads(row, heads, gatherer)
        elif any(_EQUATION.search(one.text) for one in filled) and not _is_worked_beside(filled):
            gatherer.lines(
                TextLine(one.text, one.spot.line, one.spot.column, one.spot.cell, one.spot.length) for one in filled
            )
        elif len(filled) > 1 and not _is_a_head(filled) and all(map(is_name, _EQUATION.split(filled[0].called[1]))):
            _beside(filled, gatherer)
        elif above and filled and all(one.is_value for one in filled):
            _under(above, row, gatherer)
            continue
        elif filled:
            text = " ".join(one.text for one in filled)
            gatherer.heading(text)
            gatherer.remark(text, filled[0].spot)
        above = row if len(filled) > 1 and all(is_name(one.text) for one in filled) else ()


def _is_a_head(filled: Sequence[TableCell]) -> bool:
    """Whether a row has names alone, three or more, which stand over their values."""
    return len(filled) > 2 and all(is_name(one.text) and not _SENTENCE.search(one.text) for one in filled)


@record
class ColumnHead:
    """What stands in a column: a name, with {} for the first cell of the row, and at which sample, epoch or step.

    `rows` is what the first cell counts in a table whose columns are names: sample, step or epoch.
    """

    name: str = ""
    place: str = ""
    rows: str = ""


def heads_of(row: Sequence[str]) -> list[ColumnHead]:
    """What stands in the columns of a table, where its first row says so; nothing where it does not.

    | unit j | net input | output | are net_{} and out_{}, | weight | gradient | new | dE/d{} and {}_new; the columns of
    a table of samples have names themselves, and those of | | sample 1 | sample 2 | that of their row.
    """
    if len(row) < 2:
        return []
    first, *others = row
    if len(places := [_place_of(first, one) for one in others]) > 1 and sum(map(bool, places)) > 1:
        return [ColumnHead("{}", place) if place else ColumnHead() for place in places]
    if counted := place_word(first):
        return [ColumnHead(one if _is_head(one) else "", rows=counted) for one in others]
    kinds = _OF_UNITS if _UNIT.search(first) else _OF_WEIGHTS if _WEIGHT.search(first) else ()
    found = [next((head for pattern, head in kinds if pattern.search(one)), "") for one in others]
    if kinds is _OF_UNITS and "net_{}" in found and "out_{}" not in found:
        pairs = zip(found, others, strict=True)
        found = ["out_{}" if not head and _RESULT.search(one) else head for head, one in pairs]
    return [ColumnHead(name) for name in found] if any(found) else []


def _is_head(text: str) -> bool:
    """Whether a cell names what stands below it, perhaps with its formula: δ = y − t."""
    return is_name(_EQUATION.split(text)[0]) and not _SENTENCE.search(text)


def _place_of(first: str, text: str) -> str:
    """The sample, epoch or step that a column is of; nothing where it is of none."""
    if text.isdigit() and (counted := place_word(first)):
        return f"{counted} {text}"
    return text.strip() if is_place(text) and any(char.isdigit() for char in text) else ""


def _goes_on(first: str, numbered: bool) -> bool:
    """Whether a row belongs to a table whose units have numbers, or not."""
    return not numbered or first.isdigit() or ALL_ROWS.fullmatch(first) is not None


def _is_under(heads: Sequence[ColumnHead], first: str) -> bool:
    """Whether a row with this first cell goes on under the heads: it names a unit or a weight, or any quantity."""
    if any(head.place for head in heads):
        return is_name(_EQUATION.split(first)[0])
    if _is_numbered_place(first):
        return any(head.rows for head in heads)
    if any(head.rows for head in heads):
        return first.isdigit() or ALL_ROWS.fullmatch(first) is not None
    return len(first) <= _SHORT and _UNIT_NAME.fullmatch(first) is not None


def _is_numbered_place(text: str) -> bool:
    """Whether a cell names one sample, step or epoch."""
    return is_place(text) and any(char.isdigit() for char in text)


def _under_heads(row: Sequence[TableCell], heads: Sequence[ColumnHead], gatherer: Gatherer) -> None:
    """A row of one unit, weight or sample: under each head, what it is and how it was worked out."""
    first = row[0].text.strip()
    outer = dict(gatherer.under)
    if first.isdigit() and not any("{}" in head.name for head in heads):
        counted = heads[0].rows or "sample"
        gatherer.under[counted] = f"{counted} {first}"
    elif _is_numbered_place(first):
        gatherer.place(first)
    for head, one in zip(heads, row[1:], strict=False):
        if head.name and one.text:
            if head.place:
                gatherer.place(head.place)
            text = one.text.lstrip("=≈~ ")
            name, *said = _EQUATION.split(head.name.replace("{}", first))  # δ = y - t, and a value for each sample
            formulas = [ChainSide(formula.strip(), row[0].spot) for formula in said if formula.strip()]
            gatherer.chain(name.strip(), one.spot, [*formulas, *(sides(text, one.spot) or [ChainSide(text, one.spot)])])
        elif one.is_work:
            gatherer.remark(f"{first} | {one.text}", one.spot, _("no head above it that names a quantity"))
    gatherer.under = outer


_SHORT = 12  # characters of the name of a unit
ALL_ROWS = re.compile(  # what is of every row of a table
    r"means?|sum|total|averages?|all|mittel(?:wert)?|summe|gesamt|durchschnitt|moyenne|平均|合计|总和?", re.I
)
_UNIT = re.compile(
    r"\b(?:unit|neuron|node|gate|class|einheit|knoten|gatter|tor|klasse)(?:s|n|es)?\b|单元|神经元|节点|门|类别?", re.I
)
_UNIT_NAME = re.compile(r"(?:(?:unit|neuron|node)\s+)?\w+", re.I)
_OF_UNITS = (
    (re.compile(r"\bnet|\binput|netz|netto|净输入|加权", re.I), "net_{}"),
    (re.compile(r"\bout|\bactivation|ausgabe|aktiv|^p(?:rob\w*)?$|^ŷ$|输出|激活", re.I), "out_{}"),
    (re.compile(r"\berr|\bdelta|δ|fehler|误差", re.I), "delta_{}"),
)
_RESULT = re.compile(r"\bvalue|\bresult|\bwert|\bergebnis|值|结果", re.I)
_WEIGHT = re.compile(r"(?:weight|parameter|gewicht|param)s?e?\b|权重|参数", re.I)
_OF_WEIGHTS = (
    (re.compile(r"\bgrad|\bderivative|ableitung|[∂d]E\b|梯度|导数", re.I), "dE/d{}"),
    (re.compile(r"\bnew\b|\bupdated|\bneue?[srn]?\b|新", re.I), "{}_new"),
    (re.compile(r"\bold\b|\balte?[srn]?\b|\bcurrent\b|\bvalue\b|\bwert\b|旧|原|值", re.I), "{}"),
)
SAYS_WORK = re.compile(r"calculation|computation|working|work\b|formula|rechnung|rechenweg|formel|计算|算式|公式", re.I)


def _is_worked_beside(filled: Sequence[TableCell]) -> bool:
    """Whether a row has a name, and beside it equations that go on from it: | net | w·x + b = 2·3 + 1 | 7 |.

    The first cell may have two names for it: | a = ŷ | 1/(1 + e^-1.7) | 0.8455 |.
    """
    name, *others = filled
    if not others or not all(map(is_name, _EQUATION.split(name.text))):
        return False
    first = next((one for one in others if _EQUATION.search(one.text)), None)
    return first is None or others[-1].is_value or not is_name(_EQUATION.split(first.text)[0].strip())


def _beside(filled: Sequence[TableCell], gatherer: Gatherer) -> None:
    """A row that begins with a name: what follows is its work, up to the first value."""
    parts: list[ChainSide] = []
    letters = any(one.is_value for one in filled)  # beside a value, a name alone is a formula, too
    for one in filled[1:]:
        if one.is_value or one.is_work or (letters and is_name(one.text) and " " not in one.text):
            text = one.text.lstrip("=≈~ ")
            parts += sides(text, one.spot) or [ChainSide(text, one.spot)]
            if one.is_value:
                break
    parts = [*_worked_after(filled, parts), *parts]
    if parts:
        at, called = filled[0].called
        name, *others = map(str.strip, _EQUATION.split(called))
        gatherer.chain(name, filled[0].spot, [*(ChainSide(one, filled[0].spot) for one in others), *parts], at=at)
    else:
        text = " ".join(one.text for one in filled)
        gatherer.heading(text)
        gatherer.remark(text, filled[0].spot)


def _worked_after(filled: Sequence[TableCell], parts: Sequence[ChainSide]) -> list[ChainSide]:
    """The numbers put in that stand behind the value, where nothing stands before it."""
    if len(parts) != 1 or not filled[1].is_value:
        return []
    behind = [ChainSide(text, one.spot) for one in filled[2:] if (text := one.text.lstrip("=≈~ "))]
    return [one for one in behind if is_sum(one.text)][:1]


def _under(above: Sequence[TableCell], row: Sequence[TableCell], gatherer: Gatherer) -> None:
    for name, value in zip(above, row, strict=False):
        if name.text and value.text:
            gatherer.chain(name.text, name.spot, [ChainSide(value.text, value.spot)])
