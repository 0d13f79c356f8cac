"""How the parts of a solution are written into a document: symbols, values, equations, names of passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import partial
from string import Formatter

from backprop_cli.algebra.formula import Apply, Formula
from backprop_cli.algebra.quantities import Address, Place, Quantity
from backprop_cli.algebra.references import N_STOP, looked_up
from backprop_cli.checking.descriptions import describe_place
from backprop_cli.deriving.trace import Step, Trace, Value
from backprop_cli.documents.matrices import channels, grids_of, matrix
from backprop_cli.documents.model import Block, Document, Equation, Heading, Inline, Math, Side, SideRole, Text
from backprop_cli.ground.errors import visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, counted, labelled, language_tag, told, value_mark
from backprop_cli.numbers.exact import marks_text
from backprop_cli.numbers.rounded import Decimal
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import Speller, speller
from backprop_cli.writing.dialects import DIALECTS

MANY = 24  # values that are still listed one by one


@record(slots=False)
class Writing:
    """A solution with the spellers of a dialect and of characters."""

    solution: Solution
    speller: Speller
    characters: Speller

    @property
    def dialect_name(self) -> str:
        """unicode, ascii, latex or typst."""
        return self.speller.writer.dialect.name

    @property
    def problem(self) -> Problem:
        """The problem that is solved."""
        return self.solution.problem

    def document(self, blocks: Iterable[Block]) -> Document:
        """The blocks under the title of the problem, in the reader's language."""
        return Document(title_of(self.problem), language_tag(), self.dialect_name, tuple(blocks))

    # ---- symbols and values ----------------------------------------------------------------------------------

    def math(self, spell: Callable[[Speller], str]) -> Math:
        """What a speller writes, in the dialect and in characters."""
        text = visible(spell(self.speller))
        return Math(text, text if self.speller is self.characters else visible(spell(self.characters)))

    def symbol(self, quantity: Quantity, here: Address | None = None) -> Math:
        """What a quantity is called here."""
        return self.math(lambda speller: speller.symbol(quantity, here))

    def name(self, name: str) -> Math:
        """A name with its index."""
        return self.math(lambda speller: speller.writer.name(name))

    def word(self, kind: str) -> Math:
        """δ, net or E as the notation calls it, without an index."""
        return self.math(lambda speller: speller.writer.stem(kind))

    def decimal(self, value: Decimal) -> Math:
        """A decimal as such."""
        return self.math(lambda speller: speller.writer.dialect.signed(value.text()).text)

    def constant(self, formula: Formula) -> Math:
        """A constant as it stands in the file."""
        return self.math(lambda speller: speller.constant_formula(formula).text)

    def given(self, quantity: Quantity) -> Math:
        """A value as it is put into a formula."""
        return self.math(lambda speller: speller.given(quantity).text)

    def short(self, value: Value) -> Math:
        """A value in its shortest honest form."""
        return self.math(lambda speller: speller.short(value).text)

    def equality(self, quantity: Quantity, here: Address | None = None) -> Math:
        """w₅ = 0.40, or w₅ alone where it is its own letter."""
        symbol, given = self.symbol(quantity, here), self.given(quantity)
        return symbol if given.text == symbol.text else self.equal(symbol, given)

    def equal(self, left: Math, right: Math) -> Math:
        """left = right"""
        sign = self.speller.writer.dialect.equal
        return Math(f"{left.text} {sign} {right.text}", f"{left.characters} = {right.characters}")

    def values(
        self, quantities: list[Quantity], here: Address | None = None, every: bool = False
    ) -> tuple[Inline, ...]:
        """What lies in rows and columns as matrices, the rest in a list: with `every`, all of them, however many."""
        by_name = {quantity.name: quantity for quantity in quantities}
        found: list[Inline] = []
        for grid in grids_of(self.problem, quantities):
            found += [(one,) for one in self.matrices(grid, by_name, here)]
            quantities = [quantity for quantity in quantities if quantity.name not in grid.names]
        rest = tuple((self.equality(one, here),) for one in quantities) if every else self.listed(quantities, here)
        return (*found, *rest)

    def matrices(self, grid: Grid, by_name: Mapping[str, Quantity], here: Address | None) -> Iterator[Math]:
        """X = the values of a grid in brackets, for each of its channels."""
        for name, rows in channels(grid):
            label = self.symbol(_replace(by_name[grid.names[0]], name=name), here)
            yield self.equal(label, self.math(partial(_matrix, rows=rows, by_name=by_name)))

    def rows(self, quantities: Sequence[Sequence[Quantity]]) -> Math:
        """w₁ ⋯ w₄ = their values in brackets, row by row."""
        first, last = self.symbol(quantities[0][0]), self.symbol(quantities[-1][-1])
        dots = self.math(lambda speller: speller.writer.dialect.dots[0])
        label = Math(f"{first.text} {dots.text} {last.text}", f"{first.characters} {dots.characters} {last.characters}")
        names = [[one.name for one in row] for row in quantities]
        by_name = {one.name: one for row in quantities for one in row}
        return self.equal(label, self.math(partial(_matrix, rows=names, by_name=by_name)))

    def listed(self, quantities: list[Quantity], here: Address | None = None) -> tuple[Inline, ...]:
        """x₁ = 1, x₂ = 2; only the first and the last of very many."""
        if len(quantities) <= MANY:
            return tuple((self.equality(one, here),) for one in quantities)
        first = [(self.equality(one, here),) for one in quantities[:4]]
        return (*first, (Text("…"),), (self.equality(quantities[-1], here), Text(f" ({len(quantities)})")))

    def number(self, value: Value) -> Math:
        """A value: exactly where that is short, else its decimals."""
        return self.math(lambda speller: speller.equation(value)[0][1])

    def relation(self, value: Value) -> Math:
        """= 1/4, or ≈ 0.333333333"""
        return self.math(lambda speller: " ".join(speller.equation(value)[0]))

    def exact(self, step: Step) -> Inline:
        """The exact value: a fraction, shortened where it is long, or a short closed form; else nothing."""
        if self.characters.exact(step) is None:
            return ()
        length = self.length(step)
        return self.math(lambda speller: str(speller.exact(step))), *([Text(f" ({length})")] if length else [])

    def length(self, step: Step) -> str:
        """How long a fraction is that is shown shortened; nothing of any other value."""
        digits = self.characters.shortened_digits(step)
        if digits is None:
            return ""
        return _("{above} and {below} digits").format(above=counted(digits[0]), below=counted(digits[1]))

    def decimals(self, step: Step) -> Inline:
        """0.3775, or ≈ 0.333333333"""
        dialect = self.speller.writer.dialect
        sign, _text = self.speller.equation(step.value)[-1]
        value = self.math(lambda speller: speller.equation(step.value)[-1][1])
        return (value if sign == dialect.equal else Math(f"{sign} {value.text}", f"≈ {value.characters}"),)

    # ---- equations -------------------------------------------------------------------------------------------

    def value(self, value: Value) -> tuple[Side, ...]:
        """= 1/3 ≈ 0.333333333"""
        return tuple(Side(sign, text, SideRole.VALUE) for sign, text in self.speller.equation(value))

    def values_of(self, step: Step) -> tuple[Side, ...]:
        """The value of a line, behind its exact one where that is wished: = 151/400 = 0.3775"""
        values, exact = self.value(step.value), self.speller.exact(step) if self.solution.exact else None
        if exact is None or exact == values[0].text:
            return values
        return Side(self.speller.writer.dialect.equal, exact, SideRole.VALUE), *values

    def equation(self, step: Step, here: Address | None = None) -> Equation:
        """One line of the solution: its formula, the numbers put in, its value; nothing twice.

        It stands in the page with the address `here`: its own, unless said.
        """
        left, key, equal = (self.symbol(step.quantity, here),), step.quantity.key, self.speller.writer.dialect.equal
        formula = self.speller.formula(step, here)
        if step.line.given:
            return Equation(left, (Side(equal, formula, SideRole.VALUE),), _("(given)"), key)
        values, sides = self.values_of(step), list[Side]()
        if isinstance(step.line.formula, Apply) or step.line.formula != step.value.number:
            sides.append(Side(equal, formula, SideRole.FORMULA))
        numbers = self.speller.numbers(step)
        if numbers is not None and numbers != formula and self.solution.detail is not Detail.BRIEF:
            sides.append(Side(equal, numbers, SideRole.NUMBERS))
        if sides and sides[-1].text == values[0].text:
            sides.pop()
        length = self.length(step) if self.solution.exact else ""
        return Equation(left, (*sides, *values), f"({length})" if length else "", key)

    def answer(self, quantity: Quantity) -> Equation:
        """An asked quantity with its value and its marks."""
        value = self.values_of(self.solution.trace.by_quantity[quantity])
        here = self.speller.page_of(quantity.at)
        return self._answer(here, self.symbol(quantity), value, quantity)

    def reported(self, quantity: Quantity, value: Decimal) -> Equation:
        """A quantity that is asked of a report, at the address `report 100`, with its value and its marks."""
        dialect = self.speller.writer.dialect
        sign = dialect.equal if value.whole_truth else dialect.about
        side = Side(sign, dialect.signed(value.text()).text, SideRole.VALUE)
        return self._answer(quantity.at, self.symbol(quantity, quantity.at), (side,), quantity)

    def _answer(self, here: Address, symbol: Math, value: tuple[Side, ...], quantity: Quantity) -> Equation:
        mark = looked_up(self.problem.marks, quantity)
        note = _("[{marks} marks]").format(marks=marks_text(mark)) if mark is not None else ""
        where: Inline = (Text(labelled(place(here), "")),) if here else ()
        return Equation((*where, symbol), value, note, quantity.key)

    # ---- passes ----------------------------------------------------------------------------------------------

    def pass_heading(self, address: Address) -> str:
        """What stands above the steps at an address: nothing where there is only one pass."""
        several = len(self.problem.samples) > 1 and address[-1:] != N_STOP.at
        if several and not has_sample(address) and self.solution.trace.derivation.several_addresses:
            everything = _("all samples") if not any(one.word == "batch" for one in address) else ""
            words = told(filter(None, [place(address), everything]))
            return words[:1].upper() + words[1:]
        return place(address)


def _matrix(speller: Speller, rows: list[list[str]], by_name: Mapping[str, Quantity]) -> str:
    return matrix(speller.writer.dialect, [[speller.given(by_name[name]).text for name in row] for row in rows])


def writing(solution: Solution, dialect: str) -> Writing:
    """The solution, to be written in a dialect."""
    return Writing(solution, *spellers(solution.problem, solution.trace, dialect))


def spellers(problem: Problem, trace: Trace, dialect: str) -> tuple[Speller, Speller]:
    """What spells a trace in a dialect, and in characters: the same one where the dialect is of characters."""
    spelled = speller(problem, trace, dialect)
    return spelled, speller(problem, trace) if DIALECTS[dialect].setting else spelled


def title_of(problem: Problem) -> str:
    """The title of the problem, on one line, made harmless."""
    return " ".join(visible(problem.title).split())


def lower(block: Block) -> Block:
    """A heading one level lower, where what it is of stands under another one; every other block as it is."""
    return _replace(block, level=block.level + 1) if isinstance(block, Heading) else block


_SIGNS = {
    "⊙": {"latex": r"\odot", "typst": "⊙"},
    "𝟏": {"latex": r"\mathbf{1}", "typst": "bold(1)"},
    "✓": {"latex": r"\checkmark", "typst": '"✓"'},
}


def signed(page: Writing, text: str) -> Inline:
    """The words, with signs that only mathematics has as mathematics."""
    pieces = re.split(f"([{''.join(_SIGNS)}])", text)
    name = page.dialect_name
    return tuple(Math(_SIGNS[one].get(name, one), one) if one in _SIGNS else Text(one) for one in pieces if one)


def inline(message: str, /, **fields: Inline | Math | str | int) -> Inline:
    """The message with mathematics or words in place of its {fields}."""
    pieces: list[Text | Math] = []
    for text, name, _format, _conversion in Formatter().parse(message):
        pieces += [Text(text)] if text else []
        if name:
            value = fields[name]
            pieces += value if isinstance(value, tuple) else [value if isinstance(value, Math) else Text(str(value))]
    return tuple(pieces)


def joined(parts: Iterable[Inline], between: str = ", ") -> Inline:
    """The parts with the same words between them."""
    pieces: list[Text | Math] = []
    for part in parts:
        pieces += [Text(between), *part] if pieces else part
    return tuple(pieces)


def joined_values(values: Iterable[Inline]) -> Inline:
    """The values in a list: 0.1, 0.2, and 0,1; 0,2 where a comma stands in numbers."""
    return joined(values, f"{value_mark()} ")


def texts(words: Iterable[str]) -> tuple[Inline, ...]:
    """Words as values."""
    return tuple((Text(word),) for word in words)


def place(address: Address) -> str:
    """Epoch 2, sample 1"""
    text = place_in_words(address)
    return text[:1].upper() + text[1:]


def place_in_words(address: Address) -> str:
    """epoch 2, sample 1, as it stands within a sentence"""
    return told(map(describe_place, address))


def has_sample(address: Address) -> bool:
    """Whether the address is about one sample, or about the time after the update."""
    return any(isinstance(one, Place) and one.word in ("sample", "after") for one in address)
