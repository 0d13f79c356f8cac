"""What a page that moves knows of a solution, as plain data: quantities, lines, passes, and how each is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Phase, Quantity
from backprop_cli.checking.descriptions import PHASES
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.writing import Writing, place, writing
from backprop_cli.formats.code.outline import given
from backprop_cli.ground.words import _, decimal_sign
from backprop_cli.solving.solution import Solution
from backprop_cli.views.edges import OnePass, passes_in
from backprop_cli.web.moving.mathematics import Pieces, slot
from backprop_cli.web.moving.packing import joined
from backprop_cli.web.moving.picture import lit
from backprop_cli.web.moving.program import used


def places_of(solution: Solution) -> dict[Quantity, int]:
    """The place of each quantity in the array of values: what is given first, then the lines in their order."""
    quantities = [*solution.trace.derivation.constants, *(step.quantity for step in solution.trace.steps)]
    return {quantity: number for number, quantity in enumerate(quantities)}


class PageData:
    """Collects what the page knows; `named` are the names that its picture has."""

    def __init__(self, solution: Solution, places: Mapping[Quantity, int], named: Iterable[str]) -> None:
        self.solution = solution
        self.places = places
        self.page: Writing = writing(solution, "latex")
        self.pieces = Pieces()
        self.named = {name: number for number, name in enumerate(dict.fromkeys(named))}
        self.symbols = [self.symbol(one, self.page.speller.page_of(one.at)) for one in places]
        self.addresses: dict[Address, int] = {}

    def data(self) -> dict[str, Any]:
        """All of it; what belongs to one quantity stands at its place in lists.

        Short forms: texts in one, an address with how often it follows, a text without = before it.
        """
        steps, lights = self.solution.trace.steps, lit(self.solution, self.named)
        return {
            "keys": joined(quantity.bare_key for quantity in self.places),
            "at": [[self.address(at), len(list(those))] for at, those in groupby(one.at for one in self.places)],
            "symbols": self.symbols,
            "texts": joined(
                text.removeprefix("= ")
                for text in (*map(self.text_of_constant, self.constants), *map(self.text, steps))
            ),
            "named": list(self.named),
            "lights": [self.lights(quantity, lights[quantity]) for quantity in self.places],
            "formulas": [self.formula(step) for step in steps],
            "parts": self.parts(),
            "given": self.given(),
            "current": self.current(),
            "losses": self.losses(),
            "weights": self.weights(),
            "tags": self.pieces.tags,
            "nodes": joined(self.pieces.nodes),
            "comma": decimal_sign(),
            "addresses": [[" / ".join(map(str, address)), self.words_of(address)] for address in self.addresses],
        }

    @property
    def constants(self) -> list[Quantity]:
        """What is given."""
        return list(self.solution.trace.derivation.constants)

    def address(self, address: Address) -> int:
        """The number of an address."""
        return self.addresses.setdefault(address, len(self.addresses))

    def words_of(self, address: Address) -> str:
        """Epoch 2, sample 1"""
        return self.page.pass_heading(address) or place(address)

    # ---- how it is written -----------------------------------------------------------------------------------

    def symbol(self, quantity: Quantity, here: Address) -> int:
        """The symbol of a quantity in a line at an address."""
        return self.pieces.of(self.page.speller.symbol(quantity, here))

    def text_of_constant(self, quantity: Quantity) -> str:
        """= 0.40, as it was written"""
        return f"= {self.page.characters.given(quantity).text}"

    def text(self, step: Step) -> str:
        """= 1/3 ≈ 0.333333333"""
        return " ".join(f"{sign} {text}" for sign, text in self.page.characters.equation(step.value))

    def formula(self, step: Step) -> int:
        """The formula of a line as a piece; −1 for a number that is given, −2 for any other number."""
        formula = step.line.formula
        if isinstance(formula, Number):
            return -1 if step.line.given else -2
        here, uses = self.page.speller.page_of(step.quantity.at), used(step)

        def place_for(quantity: Quantity) -> str:
            symbol = self.symbol(quantity, here)
            return slot(uses[quantity], None if symbol == self.symbols[self.places[quantity]] else symbol)

        return self.pieces.of(self.page.speller.pattern(step, place_for))

    def lights(self, quantity: Quantity, names: list[str]) -> list[int] | int:
        """The numbers of the names that it lights; 0 where that is its own alone."""
        return 0 if names == [quantity.bare_key] else [self.named[name] for name in names]

    # ---- how it is put together ------------------------------------------------------------------------------

    def parts(self) -> list[list[Any]]:
        """The passes, in each its phases: [words, [[phase, number of its lines], …]]."""
        page_of, found = self.page.speller.page_of, list[list[Any]]()
        for address, together in groupby(self.solution.trace.steps, lambda step: page_of(step.quantity.at)):
            phases = [[_(PHASES[phase]), len(list(lines))] for phase, lines in groupby(together, _phase)]
            found.append([self.words_of(address), phases])
        return found

    def given(self) -> list[list[Any]]:
        """What can be changed: the word for its kind, then places; lines whose number is prescribed come last."""
        groups = [
            [word, *(self.places[one] for one in quantities)] for word, quantities in given(self.solution).items()
        ]
        prescribed = [
            self.places[step.quantity]
            for step in self.solution.trace.steps
            if step.line.given and isinstance(step.line.formula, Number)
        ]
        return [*groups, *([[_("prescribed"), *prescribed]] if prescribed else [])]

    def current(self) -> list[list[int]]:
        """For each new value of a parameter: its place, and that of the parameter that is given."""
        named = {quantity.name: number for quantity, number in self.places.items() if quantity.kind is Kind.PARAMETER}
        new = [quantity for quantity in self.places if quantity.kind is Kind.NEW and AFTER not in quantity.at]
        return [[self.places[quantity], named[quantity.name]] for quantity in new if quantity.name in named]

    def weights(self) -> list[int]:
        """What the loss can be drawn over: the parameters that are updated, else all of them, else the inputs.

        What an optimizer keeps of a parameter is updated too, but the first loss does not come from it.
        """
        updated, quantities = {of for _new, of in self.current()}, list(self.places)
        known = self.solution.trace.derivation.ancestors(quantities[one] for one in self.losses()[:1])
        parameters = [number for one, number in self.places.items() if one.kind is Kind.PARAMETER and one in known]
        inputs = [number for one, number in self.places.items() if one.kind is Kind.INPUT and not one.at]
        return [one for one in parameters if one in updated] or parameters or inputs

    def losses(self) -> list[int]:
        """The places of what is made small: the losses, or the objective of each pass; samples before their sum."""
        derivation = self.solution.trace.derivation
        passes = passes_in(derivation)
        if not passes:
            return []
        objective = OnePass(self.solution.problem, derivation, passes[0], passes).objective
        return [
            self.places[step.quantity]
            for step in self.solution.trace.steps
            if AFTER not in step.quantity.at and (step.quantity.kind is Kind.LOSS or step.quantity.bare == objective)
        ]


def _phase(step: Step) -> Phase:
    return step.line.phase
