"""Every path from a quantity to the loss as a document: local derivatives, products, their sum, the backward pass."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import Kind, Phase, Quantity, gradient
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.model import (
    Block,
    Document,
    Equation,
    Heading,
    Inline,
    Lines,
    Note,
    Role,
    Say,
    Side,
    SideRole,
    Text,
)
from backprop_cli.documents.sheet import notes, opening
from backprop_cli.documents.worked import rules_of
from backprop_cli.documents.writing import Writing, inline, joined, writing
from backprop_cli.ground.words import _, counted, plural, sentences
from backprop_cli.numbers.sizes import is_zero
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.views.paths import Path, Paths


def paths_document(paths: Paths, dialect: str) -> Document:
    """The paths of one quantity."""
    page = writing(Solution(paths.one.problem, paths.trace, Detail.FULL, rounding=paths.rounding), dialect)
    return page.document(_Paths(page, paths).blocks())


class _Paths:
    """Writes the paths of one quantity."""

    def __init__(self, page: Writing, paths: Paths) -> None:
        self.page = page
        self.paths = paths
        self.derivative = gradient(paths.one.objective, paths.start)
        self.level = 1

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        one = self.paths.one
        yield from (head := opening(self.page, one.address))
        self.level += bool(head)
        yield Say(introduction(self.page, self.paths))
        yield from map(Note, notes(self.page))
        if not self.paths.shown:
            return
        yield from self.factors()
        yield from self.products()
        several = len(self.paths.shown) > 1
        if several:
            yield self.heading(3, _("Sum"))
            yield Lines((self.total(),))
        yield self.heading(3 + several, _("The backward pass"))
        if self.paths.gradient is not None:
            yield Lines((self.page.equation(self.paths.trace.by_quantity[self.paths.gradient]),))
        yield Say((Text(conclusion(self.paths)),))

    def heading(self, number: int, text: str) -> Heading:
        """The heading of a part."""
        return Heading(self.level, Role.PART, (Text(text),), number)

    def factors(self) -> Iterator[Block]:
        """Every local derivative on the paths, once."""
        steps = [self.paths.trace.by_quantity[factor] for factor in self.paths.factors]
        yield self.heading(1, _("Local derivatives"))
        yield from (Say((Text(rule),), rule=True) for rule in rules_of(Phase.BACKWARD, steps, Detail.FULL, set()))
        yield Lines(tuple(map(self.page.equation, steps)))

    def products(self) -> Iterator[Block]:
        """Each path: where it goes, and the product of its slopes."""
        yield self.heading(2, plural("Path", "Paths", len(self.paths.shown)))
        for number, path in enumerate(self.paths.shown, start=1):
            label = _("path {n}").format(n=number) if self.paths.count > 1 else _("path")
            yield Say((Text(f"{label}:  "), *joined(self.stations(path), " → ")))
            yield Lines((self.product(path),))

    def stations(self, path: Path) -> Iterator[Inline]:
        """The names along a path; where one line uses a weight twice, with what the weight is multiplied by there."""
        yield (self.page.symbol(path.through[0], self.paths.one.address),)
        for user, factor in zip(path.through[1:], path.factors, strict=True):
            over = factor.via if factor.kind is Kind.PATH else None
            extra: Inline = (Text(f" ({_('with')} "), *self.symbol(over), Text(")")) if over else ()
            yield (*self.symbol(user), *extra)

    def symbol(self, quantity: Quantity) -> Inline:
        """A quantity as it is called in this pass."""
        return (self.page.symbol(quantity, self.paths.one.address),)

    def product(self, path: Path) -> Equation:
        """The product of a path's slopes: as formulas, in numbers, and its value."""
        step = self.paths.trace.by_quantity[path.product]
        shown = self.page.equation(Step(Line(step.line.phase, step.quantity, path.formula), step.value))
        equal = self.page.speller.writer.dialect.equal
        numbers = self.page.speller.numbers(step)
        formula, *_others = shown.sides
        values = self.page.value(step.value)
        sides = [formula] if formula.part is SideRole.FORMULA else []
        if numbers is not None and (not sides or numbers != formula.text) and numbers != values[0].text:
            sides.append(Side(equal, numbers, SideRole.NUMBERS))
        zeros = [factor for factor in path.factors if is_zero(self.paths.value(factor))]
        because = ""
        if zeros and len(path.factors) > 1:
            because = _("(because {factor} = 0)").format(factor=self.page.symbol(zeros[0]).characters)
        return Equation(self.symbol(self.derivative) if self.paths.count == 1 else (), (*sides, *values), because)

    def total(self) -> Equation:
        """The sum of the paths that are shown."""
        assert self.paths.total
        step = self.paths.trace.by_quantity[self.paths.total]
        equal = self.page.speller.writer.dialect.equal
        words = [_("path {n}").format(n=number) for number in range(1, len(self.paths.shown) + 1)]
        sides = [Side(equal, " + ".join(map(self.page.speller.writer.dialect.words, words)), SideRole.FORMULA)]
        if (numbers := self.page.speller.numbers(step)) is not None:
            sides.append(Side(equal, numbers, SideRole.NUMBERS))
        left = self.symbol(self.derivative)
        if not self.paths.complete:
            left = (Text(_("these {n:,}").format(n=len(self.paths.shown))),)
        return Equation(left, (*sides, *self.page.value(step.value)))


def introduction(page: Writing, paths: Paths) -> Inline:
    """How many paths there are, and what is done with them."""
    here = paths.one.address
    names: dict[str, Inline] = {
        "start": (page.symbol(paths.start, here),),
        "end": (page.symbol(paths.one.objective, here),),
        "derivative": (page.symbol(gradient(paths.one.objective, paths.start), here),),
    }
    if not paths.count:
        return inline(
            _("No path leads from {start} to {end}: {end} does not depend on it, so {derivative} = 0."), **names
        )
    one = _("One path leads from {start} to {end}. Multiply the slopes along it.")
    many = _("{count:,} paths lead from {start} to {end}. Multiply the slopes along each, and add the products.")
    text = one if paths.count == 1 else many
    if not paths.complete:
        shown = plural("The first is shown", "The first {count:,} are shown", len(paths.shown))
        text = sentences([text, shown, _("(--limit 0: all).")])
    return inline(text, count=counted(paths.count), **names)


def conclusion(paths: Paths) -> str:
    """Whether the two are the same, and if not, why."""
    problem = paths.one.problem
    if paths.gradient is None:
        return _("It writes no line for this one.")
    if not paths.complete:
        return _("This is the sum over all {count:,} paths.").format(count=paths.count)
    if paths.agrees:
        if paths.gradient.kind is Kind.DELTA and problem.conventions.negative_delta:
            return _("The same number with the other sign, which is this problem's convention for it.")
        return _("The same number. What paths have in common, the backward pass computes once.")
    if problem.conventions.updated_weights:
        return _("Not the same number: the backward pass of this problem uses already updated weights.")
    return _("Not the same number: every line is rounded, and the two round different lines.")
