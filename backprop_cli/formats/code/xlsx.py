"""The worked solution as a spreadsheet: every value is a formula over other cells, and follows when one is changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from math import isfinite
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.descriptions import describe, describe_address
from backprop_cli.deriving.trace import Step
from backprop_cli.formats.code.cell_formulas import LONGEST, SPREADSHEET, rounded
from backprop_cli.formats.code.formulas import by_names
from backprop_cli.formats.code.outline import ProgramSection, given, notes, sections
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real, middle
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import Speller, speller

NAME, WORDS, FORMULA, VALUE, CHECK, HELP = range(6)  # the columns; those from HELP on are for parts of long formulas
_WIDTHS = {NAME: 22, WORDS: 34, FORMULA: 46, VALUE: 16, CHECK: 16, HELP: 16}
_ROWS = 1_000_000
_TEXT = 32_000
_FIGURES = 17  # that many tell any two floats apart
_UNREAD = re.compile(r"(?<=_)(?=x[0-9A-Fa-f]+_)")  # LibreOffice takes _x0_ for a character, unless it is in two runs
_COLOURS = {Kind.INPUT: "#DDEBF7", Kind.TARGET: "#FCE4D6", Kind.PARAMETER: "#FFF2CC", Kind.CONSTANT: "#EDEDED"}


def render(solution: Solution) -> bytes:
    """The workbook; raises UsageError without XlsxWriter, and for more lines than a sheet has."""
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError(_("a spreadsheet needs XlsxWriter: pip install 'backprop-cli[xlsx]'")) from None
    if len(solution.trace.steps) + len(solution.trace.constants) > _ROWS:
        raise UsageError(_("the solution has more lines than a spreadsheet: ask for fewer epochs"))
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1), "title": _text(solution.problem.title)})
    book.set_calc_mode("auto")
    _Sheet(book, solution).write()
    book.close()
    return file.getvalue()


class _Sheet:
    """Writes one solution from top to bottom; `cells` says where each value stands."""

    def __init__(self, book: Any, solution: Solution) -> None:
        self.solution = solution
        self.speller: Speller = speller(solution.problem, solution.trace)
        self.sheet = book.add_worksheet(_("Solution"))
        self.cells: dict[object, str] = {}
        self.row = 0
        number = f"0.{'#' * min(solution.trace.digits, 15)}"
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.heading = book.add_format({"bold": True, "bottom": 1})
        self.place = book.add_format({"bold": True, "bg_color": "#D9D9D9"})
        self.run = book.add_format()
        self.plain = book.add_format({"valign": "top", "quote_prefix": True})
        self.value = book.add_format({"num_format": number})
        self.check = book.add_format({"num_format": number, "font_color": "#7F7F7F"})
        self.given: Mapping[Kind, Any] = {
            kind: book.add_format({"bg_color": colour, "border": 1, "border_color": "#BFBFBF"})
            for kind, colour in _COLOURS.items()
        }

    def write(self) -> None:
        """The title, what is given, and the lines."""
        for column, width in _WIDTHS.items():
            self.sheet.set_column(column, column, width)
        if self.solution.problem.title:
            self.line([self.solution.problem.title], self.title)
        self.line([_("Change a coloured cell: everything else is computed again.")], None)
        for note in notes(self.solution):
            self.line([note], None)
        heads = [_("name"), _("what it is"), _("formula"), _("value"), _("in the solution")]
        self.line(heads, self.heading)
        self.sheet.freeze_panes(self.row, 0)
        for word, quantities in given(self.solution).items():
            self.line([word], self.heading)
            for quantity in quantities:
                self.constant(quantity)
        last = None
        for section in sections(self.solution):
            where = describe_address(section.at, self.solution.problem)
            if where and section.at != last:
                self.line([where], self.place)
            last = section.at
            self.section(section)

    def section(self, section: ProgramSection) -> None:
        """A heading and its lines."""
        self.line([section.heading], self.heading)
        for step in section.steps:
            self.step(step)

    def line(self, texts: Sequence[str], style: Any) -> None:
        """A row of texts."""
        for column, text in enumerate(texts):
            self.text(column, text, style)
        self.row += 1

    def text(self, column: int, text: str, style: Any = None) -> None:
        """A text that no spreadsheet takes for a formula."""
        parts = _UNREAD.split(_text(text))
        if len(parts) == 1:
            self.sheet.write_string(self.row, column, parts[0], style or self.plain)
        else:
            runs = [run for part in parts for run in (self.run, part)]
            self.sheet.write_rich_string(self.row, column, *runs, style or self.plain)

    def constant(self, quantity: Quantity) -> None:
        """A number that was given: a coloured cell to be changed."""
        formula = self.solution.trace.derivation.constants[quantity]
        style = self.given.get(quantity.kind, self.value)
        value = _float(self.solution.trace.value(quantity).number)
        self.text(NAME, quantity.key)
        self.text(WORDS, "" if quantity.kind is Kind.CONSTANT else self.word(quantity))
        if isinstance(formula, Number) and (formula.value * 10**9).q == 1:
            self.sheet.write_number(self.row, VALUE, value, style)
        else:
            self.sheet.write_formula(
                self.row, VALUE, "=" + self.spell(formula), style, value if isfinite(value) else ""
            )
        self.done(quantity)

    def word(self, quantity: Quantity) -> str:
        """What something given is."""
        words = {Kind.INPUT: _("input"), Kind.TARGET: _("target")}
        return words.get(quantity.kind) or describe(quantity, self.speller.writer)

    def step(self, step: Step) -> None:
        """A line of the solution."""
        self.text(NAME, step.quantity.key)
        self.text(WORDS, _("given") if step.line.given else describe(step.quantity, self.speller.writer))
        self.text(FORMULA, self.speller.formula(step))
        value = _float(step.value.number)
        formula = self.short_enough(step.line.formula)
        rule = self.solution.rounding.of(step.quantity.kind) if self.solution.rounding else None
        if rule is not None and not step.line.given:
            self.sheet.write_formula(self.row, HELP, "=" + formula, self.check)
            formula = rounded(_cell(self.row, HELP), rule)
        style = self.given[Kind.CONSTANT] if step.line.given else self.value
        self.sheet.write_formula(self.row, VALUE, "=" + formula, style, value if isfinite(value) else "")
        if isfinite(value):
            self.sheet.write_number(self.row, CHECK, value, self.check)
        self.done(step.quantity)

    def done(self, quantity: Quantity) -> None:
        """The row is written: from here on, its value is the quantity."""
        self.cells[quantity] = _cell(self.row, VALUE)
        self.row += 1

    def spell(self, formula: Formula) -> str:
        """The formula over the cells that are written."""
        return SPREADSHEET.spell(formula, by_names(self.cells.__getitem__)).text

    def short_enough(self, formula: Formula) -> str:
        """The formula as the cell holds it; parts of a long sum stand in cells of their own beside it."""
        text = self.spell(formula)
        if len(text) <= LONGEST:
            return text
        if not (isinstance(formula, Apply) and formula.operation == "sum"):
            raise UsageError(_("a formula of this solution is too long for the cell of a spreadsheet"))
        size = max(1, LONGEST * len(formula.arguments) // (2 * len(text)))
        parts: list[str] = []
        for start in range(0, len(formula.arguments), size):
            part = self.spell(Apply("sum", formula.arguments[start : start + size]))
            column = HELP + 1 + len(parts)
            self.sheet.write_formula(self.row, column, "=" + part, self.check)
            parts.append(_cell(self.row, column))
        return "+".join(parts)


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    name: str = xl_rowcol_to_cell(row, column)
    return name


def _float(number: Real) -> float:
    """The nearest float, infinite for what none can hold."""
    return float(to_digits(middle(number), _FIGURES).text())


def _text(text: str) -> str:
    """The text as a cell can hold it."""
    return visible(text)[:_TEXT]
