"""What is written in a picture: symbols as pieces of text, each lowered, raised or slanted; values in decimals."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.deriving.writers import positions, writer_for
from backprop_cli.ground.errors import visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import decimal_sign
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.problem.model import Problem
from backprop_cli.solving.spelling import Speller
from backprop_cli.writing.dialects import DIALECTS, Dialect, Typesetting, dialect_of_reader
from backprop_cli.writing.notation import load_notation
from backprop_cli.writing.shapes import UNICODE
from backprop_cli.writing.typesetting import SetWriter

_LOWER, _RAISE, _END, _SPACE = "\ue004", "\ue005", "\ue006", "\ue007"  # no name has them
_SMALLER = 0.72
_SHIFT = {_LOWER: -0.2, _RAISE: 0.38}
_GIVEN_LENGTH = 7  # characters of a number that is written as it stands in the file


@record
class Run:
    """A piece of text: its size and how far it is raised, both in sizes of the whole label."""

    text: str
    scale: float = 1.0
    shift: float = 0.0
    slanted: bool = False


Label = tuple[Run, ...]


def words(text: str) -> Label:
    """Words as they are, made harmless."""
    return (Run(visible(text).replace("\n", " ")),)


class _Same(dict[str, str]):
    """Every character as itself."""

    def __init__(self) -> None:
        super().__init__({char: char for char in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ∂·∇′″−+-*/=()[],.!:;"})
        self[" "] = _SPACE


_MARKED = Dialect(
    UNICODE,
    "marked",
    "−",
    ten="{0}·10{1}",
    exponents=DIALECTS["unicode"].exponents,
    setting=Typesetting(
        word="{0}",
        text="{0}",
        escapes={" ": _SPACE},
        below=(f"{{0}}{_LOWER}{{1}}{_END}",) * 2,
        above=(f"{{0}}{_RAISE}{{1}}{_END}",) * 2,
        fraction="{0}/{1}",
        accents={mark: "{0}" + mark for mark in "\u0302\u0303\u0304\u0307\u0308"},
        symbols=_Same(),
    ),
)


class _MarkedWriter(SetWriter):
    """Writes symbols with marks around what is lowered or raised."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(load_notation(problem.notation), "unicode", positions(problem), ())
        self.dialect = _MARKED if decimal_sign() == "." else _MARKED.with_comma()
        self.shapes = self.dialect.shapes


def _runs(marked: str) -> Iterator[Run]:
    """The pieces of a marked text."""
    levels: list[tuple[float, float]] = [(1.0, 0.0)]
    text = ""
    for char in marked.replace(" ", "") + _END:
        if char not in (_LOWER, _RAISE, _END):
            text += " " if char == _SPACE else char
            continue
        yield from _slanted(visible(text), *levels[-1])
        text = ""
        if char == _END:
            levels.pop()
        else:
            scale, shift = levels[-1]
            levels.append((max(scale * _SMALLER, 0.6), shift + _SHIFT[char] * scale))


def _slanted(text: str, scale: float, shift: float) -> Iterator[Run]:
    """Text in which letters that stand alone are slanted, as variables are."""
    found, slanted = "", False
    for index, char in enumerate(text):
        before, after = text[index - 1 : index] if index else "", text[index + 1 : index + 2]
        alone = char.isascii() and char.isalpha() and not before.isalnum() and not after.isalpha()
        if alone != slanted and found:
            yield Run(found, scale, shift, slanted)
            found = ""
        found, slanted = found + char, alone
    if found:
        yield Run(found, scale, shift, slanted)


@record(slots=False)
class Wording:
    """How the quantities of one problem and the values of its trace are written; without a trace, only symbols."""

    problem: Problem
    trace: Trace | None = None

    @property
    def _writer(self) -> _MarkedWriter:
        return _MarkedWriter(self.problem)

    def symbol(self, quantity: Quantity, here: Address | None = None) -> Label:
        """What a quantity is called here; by itself, without its address."""
        return tuple(_runs(self._writer.symbol(quantity, quantity.at if here is None else here)))

    def name(self, name: str) -> Label:
        """A name with its index."""
        return tuple(_runs(self._writer.name(name)))

    def stem(self, kind: str) -> Label:
        """δ, net or E as the notation calls it."""
        return tuple(_runs(self._writer.stem(kind)))

    def value(self, quantity: Quantity) -> str:
        """The value in decimals; of a number that stands shortly in the file, as it stands there."""
        assert self.trace is not None
        constant = self.trace.derivation.constants.get(quantity)
        if constant is not None:
            written = self.constant(constant)
            if len(written) <= _GIVEN_LENGTH:
                return written
        return decimal(self.trace.value(quantity).decimal)

    def constant(self, formula: Formula) -> str:
        """A constant as it stands in the file."""
        return visible(self._speller().constant_formula(formula).text)

    def formula(self, formula: Formula, here: Address) -> Label:
        """A formula in symbols."""
        marked = self._speller().symbols_of(formula, here)
        return tuple(_runs(marked.replace(" ", _SPACE)))

    def _speller(self) -> Speller:
        return Speller(self.trace, self._writer)  # type: ignore[arg-type]

    def has(self, quantity: Quantity) -> bool:
        """Whether the trace has a value of it."""
        trace = self.trace
        return trace is not None and (quantity in trace.by_quantity or quantity in trace.constants)


def bare_speller(problem: Problem) -> Speller:
    """What writes symbols and constants in characters, without values."""
    return Speller(None, writer_for(problem, "unicode"))  # type: ignore[arg-type]


def decimal(value: Decimal) -> str:
    """A decimal as a text; 2e-05 is 2·10⁻⁵."""
    return dialect_of_reader("unicode").decimal(value.text()).text


def equal(left: Label, right: str) -> Label:
    """left = right"""
    return (*left, Run(f" = {right}"))
