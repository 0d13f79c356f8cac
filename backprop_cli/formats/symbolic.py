"""The page of a solution in letters: the worked solution with formulas where numbers would stand, and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from backprop_cli.closed import OpenStep
from backprop_cli.documents.symbolic_page import letter_notes, says_more, shown_closed
from backprop_cli.errors import visible
from backprop_cli.expansion import Closed
from backprop_cli.formats.json import line_data, step_as_data
from backprop_cli.formats.layout import FORMULA, VALUE, Equation, Piece, block
from backprop_cli.formats.text import Page
from backprop_cli.formula import Name
from backprop_cli.problem.letters import letters_of
from backprop_cli.quantities import Address, Kind, Phase, Quantity
from backprop_cli.symbolic import SymbolicSolution, SymbolicSpeller, closed_form, symbolic_speller
from backprop_cli.trace import Step
from backprop_cli.words import _, labelled


@dataclass(frozen=True)
class SymbolicWork:
    """The solution as a Rich renderable; `charset` is unicode or ascii."""

    solution: SymbolicSolution
    charset: str = "unicode"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*_SymbolicPage(self.solution, self.charset, console, options.max_width).parts())


class _SymbolicPage(Page):
    """Writes the parts of one solution in letters."""

    def __init__(self, solution: SymbolicSolution, charset: str, console: Console, width: int) -> None:
        super().__init__(cast(Any, solution), charset, console, width)
        self.open = solution
        self.speller: SymbolicSpeller = symbolic_speller(solution, charset)
        self.explained: set[Quantity] = set()

    def equality(self, quantity: Quantity, here: Address | None = None) -> str:
        """w₅ = 0.40, or w₅ alone where it is its own letter."""
        symbol, given = visible(self.speller.symbol(quantity, here)), self.speller.given(quantity).text
        return (
            symbol
            if given in (symbol, self.speller.closed(Closed(Name(quantity)), quantity.at))
            else f"{symbol} = {given}"
        )

    def notes(self) -> Iterator[str]:
        """What a reader must know, also of formulas that are too long."""
        yield from super().notes()
        yield from letter_notes(self.open)

    def part(self, number: int, phase: Phase, steps: list[Step]) -> Iterator[RenderableType]:
        """One part, and below its lines what the names in its closed formulas stand for."""
        *lines, end = super().part(number, phase, steps)
        yield from lines
        used = [one for step in steps if (closed := self.closed(step)) for one in self.speller.uses(closed)]
        new = [one for one in dict.fromkeys(used) if one not in self.explained]
        self.explained.update(new)
        meanings = [self.speller.where(one, steps[0].quantity.at) for one in new]
        if meanings:
            yield Text(f"   {_('where')}", "dim")
            equations = [Equation(label, (Piece(sign, text, FORMULA),)) for label, sign, text in meanings]
            yield block(equations, self.width, indent=3)
        yield end

    def equation(self, step: Step) -> Equation:
        """One line: its value where it is a number, else its formula, and its closed formula where that says more."""
        one = cast(OpenStep, step)
        if one.value is not None:
            return super().equation(step)
        symbol, given = self.symbol(one.quantity), Piece("", _("(given)"), "dim")
        formula = self.speller.formula(step)
        if one.line.given:
            return Equation(symbol, (given,) if formula == symbol else (Piece("=", formula, VALUE), given))
        pieces = [Piece("=", formula, FORMULA)]
        closed = self.closed(step)
        if closed is not None:
            text = self.speller.closed(closed, one.quantity.at)
            pieces += [Piece("=", text, VALUE)] if says_more(text, formula) else []
        elif (numbers := self.speller.numbers(step)) not in (None, formula):
            pieces.append(Piece("=", str(numbers), VALUE))
        return Equation(symbol, tuple(pieces))

    def closed(self, step: Step) -> Closed | None:
        """The closed formula that is shown behind a line: of gradients and new values always, of others a short one."""
        return shown_closed(cast(OpenStep, step), self.speller)

    def errors(self) -> Iterator[Equation]:
        """The total errors, where they are numbers."""
        steps = [step for step in self.open.trace.steps if step.quantity.kind is Kind.LOSS]
        return super().errors() if all(step.value is not None for step in steps) else iter(())

    def answer(self, quantity: Quantity) -> Equation:
        """An asked quantity with its formula."""
        step = self.open.trace.by_quantity[quantity]
        if step.value is not None:
            return super().answer(quantity)
        closed = closed_form(step)
        text = self.speller.formula(cast(Any, step)) if closed is None else self.speller.closed(closed, quantity.at)
        page = self.speller.page_of(quantity.at)
        symbol = self.symbol(quantity)
        return Equation(labelled(self.place(page), symbol) if page else symbol, (Piece("=", text, VALUE),))


def render(solution: SymbolicSolution, width: int = 80, charset: str = "unicode") -> str:
    """The page as plain text, without colour."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(SymbolicWork(solution, charset))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def render_json(solution: SymbolicSolution) -> str:
    """The solution as JSON: a line has a decimal where it is a number, else its closed formula."""
    write = symbolic_speller(solution, "ascii", "plain")
    data = {
        "problem": solution.problem.title,
        "arithmetic": "symbolic",
        "letters": list(letters_of(solution.problem)),
        "digits": solution.trace.digits,
        "detail": solution.detail.value,
        "steps": [_step(step, write) for step in solution.trace.steps],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _step(step: OpenStep, write: SymbolicSpeller) -> dict[str, Any]:
    if step.value is not None:
        return {**step_as_data(Step(step.line, step.value), write), "closed": None, "where": {}}
    closed = step.full or step.short
    uses = () if closed is None else dict.fromkeys(write.uses(closed))
    return {
        **line_data(cast(Any, step), write, {"exact": None, "decimal": None, "is_exact": False}),
        "closed": None if closed is None else write.closed(closed, step.quantity.at),
        "where": {one.key: write.where(one, step.quantity.at)[2] for one in uses},
    }
