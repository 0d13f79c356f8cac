"""A problem solved in letters, and in writing: every line as a formula, gradients and updates also in closed form."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, cast

from backprop_cli.algebra.calculus import Symbols
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, as_number, size
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Address, Quantity, place
from backprop_cli.deriving.trace import Step
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.closed import OpenStep, OpenTrace, close
from backprop_cli.solving.expansion import Closed
from backprop_cli.solving.solution import Solution, SolveOptions, chosen
from backprop_cli.solving.spelling import Speller
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.notation import load_notation
from backprop_cli.writing.shapes import POWER, SUPERSCRIPTS, Spelling, spell

_LONGEST = 40  # numbers, names and operations of a formula in letters alone; a longer one has the outputs by name
_LONGEST_WITH_NAMES = 150
_MOST_CLASSES = 6  # a softmax over more is written softmax(z)


@record(slots=False)
class SymbolicSolution(Solution):
    """A problem with its trace in letters; no training, which needs numbers."""

    trace: OpenTrace  # type: ignore[assignment] # some of its steps have no value

    @property
    def is_long(self) -> bool:
        """Whether there are too many lines to write each of them as one formula."""
        return len(self.trace.steps) > limits.CLOSED_LINES


def symbolic_solution_of(loaded: Loaded, wishes: SolveOptions, every_letter: bool = False) -> SymbolicSolution:
    """Solves a problem in its letters, or with every number made a letter.

    Raises UsageError for names in `only` that mean nothing, and where numbers are needed.
    """
    problem = loaded.problem
    if problem.rounding is not None:
        raise UsageError(_("letters cannot be rounded: add --round none"))
    if problem.report or problem.training.rates or problem.starts:
        raise UsageError(_("a long training needs numbers, not letters"))
    if problem.training.perceptron is not None:
        raise UsageError(_("the perceptron rule needs numbers, not letters: it goes by which samples are right"))
    worked = WorkedProblem.of(loaded)
    worked = worked.in_letters if every_letter or problem.symbolic else worked
    work = chosen(worked, wishes)
    return SymbolicSolution(
        worked.problem, close(work.chain, wishes.digits), work.detail, work.wanted, nothing_after=work.nothing_after
    )


@record(slots=False)
class SymbolicSpeller(Speller):
    """Writes steps of which some have no value, and closed formulas."""

    @property
    def open(self) -> OpenTrace:
        """The trace in letters."""
        return cast(OpenTrace, self.trace)

    def given(self, quantity: Quantity) -> Spelling:
        """What is put into a formula: a number where there is one, else letters, else the quantity's name."""
        if quantity in self.open.letters:
            return self._closed(self.open.letters[quantity], quantity.at)
        if self.open.is_open(quantity):
            return self.named(quantity, quantity.at)
        return super().given(quantity)

    def numbers(self, step: Step) -> str | None:
        """The formula with what is known put in, or None where nothing is."""
        if not self.open.is_open(step.quantity):
            return super().numbers(step)
        if not any(self._is_put_in(quantity) for quantity in quantities_in(step.line.formula)):
            return None
        return self._spell(step.line.formula, lambda symbol: self.given(cast(Quantity, symbol)))

    def _is_put_in(self, quantity: Quantity) -> bool:
        """Whether a number, or another letter, stands for the quantity."""
        own = self.open.letters.get(quantity)
        return not self.open.is_open(quantity) or (own is not None and own != Name(quantity))

    def closed(self, closed: Closed, here: Address) -> str:
        """A closed formula as it stands in a line at the address `here`."""
        return self._closed(closed.formula, here).text

    def _closed(self, formula: Formula, here: Address) -> Spelling:
        """The formula; its letters say of which pass they are unless all of them are of the pass that they stand in."""
        passes = {_pass(one.at) for one in quantities_in(formula) if _pass(one.at)}
        alone = passes <= {_pass(here)}

        def name(symbol: Hashable) -> Spelling:
            return self._of_pass(cast(Quantity, symbol), here if alone else None)

        return spell(_written_out(formula), self.writer.shapes, name, self._number)

    def _of_pass(self, quantity: Quantity, here: Address | None) -> Spelling:
        """A letter, or the name of a line; where several passes meet (`here` is None), with the number of its own."""
        if here is not None:
            return self.named(quantity, here)
        spelling = self.named(quantity, ())
        number = place(quantity.at, "step")
        if number and (setting := self.writer.dialect.setting):
            return Spelling(setting.above[1].format(spelling.text, f"({number})"), POWER)
        mark = f"^({number})" if self.writer.ascii else f"({number})".translate(SUPERSCRIPTS)
        return Spelling(spelling.text + mark, spelling.strength) if number else spelling

    def uses(self, closed: Closed) -> Iterator[Quantity]:
        """The lines whose names stand in a closed formula, each after those that stand in what it stands for.

        One whose own formula is too long to be closed stands for nothing shorter than its line.
        """
        for one in closed.uses:
            if one in self.open.named:
                yield from self.uses(self.open.named[one])
                yield one
            elif not self.open.is_open(one):
                yield one

    def where(self, quantity: Quantity, here: Address) -> tuple[str, str, str]:
        """What a name in a closed formula at an address stands for: the name, a sign, its short form or number."""
        label = self._closed(Name(quantity), here).text
        if quantity in self.open.named:
            return label, "=", self.closed(self.open.named[quantity], here)
        return label, *self.equation(self.open.value(quantity))[0]


def _pass(address: Address) -> Address:
    """The part of an address that tells letters of one pass from those of another."""
    return tuple(place for place in address if place.word in ("step", "sample"))


def _written_out(formula: Formula) -> Formula:
    """The formula with each softmax of few written as a quotient of exponentials."""
    if not isinstance(formula, Apply):
        return formula
    arguments = tuple(map(_written_out, formula.arguments))
    if formula.operation == "softmax" and len(arguments) <= _MOST_CLASSES + 1:
        which, *nets = arguments
        return cast(Formula, OPERATIONS["softmax"].value(Symbols(), int(as_number(which).p), *nets))
    return Apply(formula.operation, arguments)


def symbolic_speller(
    solution: SymbolicSolution, charset: str = "unicode", notation: str | None = None
) -> SymbolicSpeller:
    """The speller of a solution in letters, in the problem's notation unless another is named."""
    problem = solution.problem
    writer = writer_for(problem, charset, load_notation(notation or problem.notation))
    return SymbolicSpeller(cast(Any, solution.trace), writer)


def closed_form(step: OpenStep) -> Closed | None:
    """The closed formula of a line that a reader takes in: in letters alone, or else with outputs by their names.

    None where even that is too long.
    """
    if step.full is not None and size(step.full.formula) <= _LONGEST and not _is_nested(step.full.formula):
        return step.full
    return step.short if step.short is not None and size(step.short.formula) <= _LONGEST_WITH_NAMES else None


def _is_nested(formula: Formula, inside: bool = False) -> bool:
    """Whether a function stands in a function: σ(w₅·σ(…) + b)."""
    if not isinstance(formula, Apply):
        return False
    function = not OPERATIONS[formula.operation].letters
    return (function and inside) or any(_is_nested(argument, inside or function) for argument in formula.arguments)
