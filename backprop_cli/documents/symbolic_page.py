"""A solution in letters as a document: the worked solution with formulas where numbers would stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.model import Block, Document, Equation, Inline, Lines, Math, Note, Say, Side, SideRole, Text
from backprop_cli.documents.worked import Worked
from backprop_cli.documents.writing import Writing
from backprop_cli.ground import limits
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.solving.closed import OpenStep
from backprop_cli.solving.expansion import Closed
from backprop_cli.solving.spelling import Speller
from backprop_cli.solving.symbolic import SymbolicSolution, SymbolicSpeller, closed_form, symbolic_speller
from backprop_cli.writing.dialects import DIALECTS

_WRITTEN_OUT = (Kind.GRADIENT, Kind.HESSIAN, Kind.NEW)
_SHORT = 48  # characters of a closed formula that is worth showing behind any line


def symbolic_document(solution: SymbolicSolution, dialect: str) -> Document:
    """The solution in letters, its mathematics spelled in a dialect."""
    worked = in_letters(solution, dialect)
    return worked.page.document(worked.blocks())


def in_letters(solution: SymbolicSolution, dialect: str) -> Worked:
    """What writes the blocks of the solution."""
    spelled = symbolic_speller(solution, dialect)
    plain = symbolic_speller(solution) if DIALECTS[dialect].setting else spelled
    return _Letters(_Writing(cast(Any, solution), spelled, plain), solution)


@record(slots=False)
class _Writing(Writing):
    """Writes lines of which some have no value."""

    @property
    def letters(self) -> SymbolicSpeller:
        """What writes them."""
        return cast(SymbolicSpeller, self.speller)

    def equality(self, quantity: Quantity, here: Any = None) -> Math:
        """w₅ = 0.40, or w₅ alone where it is its own letter."""
        symbol, given = self.symbol(quantity, here), self.given(quantity)
        own = self.letters.closed(Closed(Name(quantity)), quantity.at)
        return symbol if given.text in (symbol.text, own) else self.equal(symbol, given)

    def equation(self, step: Step, here: Address | None = None) -> Equation:
        """One line: its value where it is a number, else its formula, and its closed formula where that says more."""
        one = cast(OpenStep, step)
        if one.value is not None:
            return super().equation(step, here)
        symbol, equal = self.symbol(one.quantity, here), self.speller.writer.dialect.equal
        formula = self.speller.formula(step, here)
        if one.line.given:
            prescribed = () if formula == symbol.text else (Side(equal, formula, SideRole.VALUE),)
            return Equation((symbol,), prescribed, _("(given)"), step.quantity.key)
        sides: tuple[Side, ...] = (Side(equal, formula, SideRole.FORMULA),)
        closed = self.closed(step)
        if closed is not None:
            text = self.letters.closed(closed, one.quantity.at)
            sides += (Side(equal, text, SideRole.VALUE),) if says_more(text, formula) else ()
        elif (numbers := self.speller.numbers(step)) not in (None, formula):
            sides += (Side(equal, str(numbers), SideRole.VALUE),)
        return Equation((symbol,), sides, key=step.quantity.key)

    def exact(self, step: Step) -> Inline:
        """The value where it is a number, else the closed formula that is shown behind the line."""
        if cast(OpenStep, step).value is not None:
            return super().exact(step)
        if (closed := self.closed(step)) is None:
            return ()
        at = step.quantity.at
        return (self.math(lambda speller: cast(SymbolicSpeller, speller).closed(closed, at)),)

    def decimals(self, step: Step) -> Inline:
        """The decimals of a number; letters have none."""
        return () if cast(OpenStep, step).value is None else super().decimals(step)

    def closed(self, step: Step) -> Closed | None:
        """The closed formula that is shown behind a line: of gradients and new values always, of others a short one."""
        return shown_closed(cast(OpenStep, step), cast(SymbolicSpeller, self.characters))

    def values_of(self, step: Step) -> tuple[Side, ...]:
        """The value of a line where it is a number, else its formula, in letters alone where that can be read."""
        one = cast(OpenStep, step)
        if one.value is not None:
            return super().values_of(step)
        closed = closed_form(one)
        text = self.speller.formula(step) if closed is None else self.letters.closed(closed, one.quantity.at)
        return (Side(self.speller.writer.dialect.equal, text, SideRole.VALUE),)


class _Letters(Worked):
    """Writes the blocks of a solution in letters."""

    def __init__(self, page: _Writing, solution: SymbolicSolution) -> None:
        super().__init__(page)
        self.letters = page
        self.open = solution
        self.explained: set[Quantity] = set()

    def top(self) -> Iterator[Block]:
        """What is given, and what a reader must know of formulas that are too long."""
        yield from super().top()
        yield from (Note((Text(note),)) for note in letter_notes(self.open))

    def below(self, steps: list[Step]) -> Iterator[Block]:
        """What the names in closed formulas stand for."""
        speller = self.letters.letters
        used = [one for step in steps if (closed := self.letters.closed(step)) for one in speller.uses(closed)]
        new = [one for one in dict.fromkeys(used) if one not in self.explained]
        self.explained.update(new)
        if new:
            yield Say((Text(_("where")),))
            yield Lines(tuple(self.meaning(one, steps[0]) for one in new))

    def meaning(self, quantity: Quantity, step: Step) -> Equation:
        """What a name in a closed formula stands for."""

        def label(speller: Speller) -> str:
            return cast(SymbolicSpeller, speller).where(quantity, step.quantity.at)[0]

        _label, sign, text = self.letters.letters.where(quantity, step.quantity.at)
        return Equation((self.page.math(label),), (Side(sign, text, SideRole.FORMULA),))


def letter_notes(solution: SymbolicSolution) -> Iterator[str]:
    """What a reader must know of closed formulas."""
    new = [step.quantity for step in solution.trace.steps if step.quantity.kind is Kind.NEW]
    if any(step.quantity.at != one.at for one in new[:1] for step in solution.trace.steps):
        yield _("In closed formulas, a letter is the number that was given: before any update.")
    if solution.is_long:
        said = _("The solution has {lines:,} lines; closed formulas are written up to {limit:,}.")
        yield said.format(lines=len(solution.trace.steps), limit=limits.CLOSED_LINES)
    elif any(wants_closed(step) and closed_form(step) is None for step in solution.trace.steps):
        yield _("Some closed formulas are too long to be read, and are left out.")


def shown_closed(step: OpenStep, write: SymbolicSpeller) -> Closed | None:
    """The closed formula that is shown behind a line: of gradients and new values always, of others a short one."""
    if wants_closed(step):
        return closed_form(step)
    if step.value is not None or step.line.given:
        return None
    short = step.full is not None and len(write.closed(step.full, step.quantity.at)) <= _SHORT
    return step.full if short else None


def wants_closed(step: OpenStep) -> bool:
    """Whether the line is a gradient or a new value, in letters."""
    return step.value is None and not step.line.given and step.quantity.kind in _WRITTEN_OUT


def says_more(closed: str, formula: str) -> bool:
    """Whether a closed formula is more than the formula with its terms in another order."""
    return sorted(closed) != sorted(formula)
