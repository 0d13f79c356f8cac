"""The edits of every line of a problem, made when a line is first asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, replace, rewritten, size
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.patterns import Patterns, Way
from backprop_cli.checking.search.counting import counting_edits, twice_edits
from backprop_cli.checking.search.edits import Edit
from backprop_cli.checking.search.everywhere import everywhere
from backprop_cli.checking.search.functions import function_edits
from backprop_cli.checking.search.indexed import indexed_edits
from backprop_cli.checking.search.leaving import leaving_edits
from backprop_cli.checking.search.masses import usual
from backprop_cli.checking.search.names import name_edits
from backprop_cli.checking.search.normalized import normalization_edits
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root, is_between, roots_of
from backprop_cli.checking.search.rules import rule_edits
from backprop_cli.checking.search.slopes import slope_edits
from backprop_cli.checking.search.structure import structure_edits
from backprop_cli.checking.search.wide import wide_edits
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem

_FEWEST = 4  # a family of fewer edits on a line is as usual as one of so many
_RARE = 0.25  # how much less usual a rare variant of a row is
_LARGEST = 400  # numbers, names and operations in a formula that is shown
_LONGEST = 10 * _LARGEST  # and before it is tidied up
_MOST = 3000  # edits of one line


@record(eq=False)
class Weighed:
    """An edit of a line with its prior: the mass of its family over the number of edits in it."""

    line: Quantity
    edit: Edit
    prior: float
    pattern: tuple[str, str] = ("", "")  # the row of the table of mistakes, and its variant
    is_own: bool = True  # the row is for this line, not for a factor of it that is on no line of its own


@dataclass
class Lines:
    """The lines of one derivation as the search sees them."""

    problem: Problem
    derivation: Derivation
    patterns: Patterns
    around: Surroundings = field(init=False)
    relations: Relations = field(init=False)
    _edits: dict[tuple[Quantity, frozenset[Quantity]], tuple[Weighed, ...]] = field(default_factory=dict)
    _roots: dict[tuple[Quantity, frozenset[Quantity]], tuple[Root, ...]] = field(default_factory=dict)
    _names: dict[tuple[Quantity, frozenset[Quantity]], tuple[Quantity, ...]] = field(default_factory=dict)
    _between: dict[Quantity, frozenset[Quantity]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.around = Surroundings(self.problem, self.derivation)
        self.relations = Relations(self.around)
        self.possible = self.patterns.possible
        self.order = self.possible.order

    def line(self, quantity: Quantity) -> Line | None:
        """The line of a quantity that is computed."""
        found = self.derivation.index.get(quantity)
        return None if found is None or found.given else found

    # ---- the formula of a line -------------------------------------------------------------------------------

    def between(self, quantity: Quantity) -> frozenset[Quantity]:
        """The factors that few write on lines of their own and that a line is computed from."""
        found = self._between.get(quantity)
        if found is None:
            line = self.line(quantity)
            used = quantities_in(line.formula) if line is not None else []
            near = [one for one in used if self.line(one) is not None and is_between(one, self.around)]
            found = frozenset(near).union(*map(self.between, near))
            self._between[quantity] = found
        return found

    def _shown(self, quantity: Quantity, answered: Collection[Quantity]) -> frozenset[Quantity]:
        return frozenset(one for one in self.between(quantity) if one in answered)

    def roots(self, quantity: Quantity, answered: Collection[Quantity]) -> tuple[Root, ...]:
        """The ways to write a line on a sheet with these answers."""
        shown = self._shown(quantity, answered)
        key = quantity, shown
        if key not in self._roots:
            line = self.line(quantity)
            assert line is not None
            found = roots_of(line, self.around, lambda one: one not in shown)
            if shown:  # what is on lines of its own, too, may be written out anew
                known = [root.formula for root in found]
                every = roots_of(line, self.around, lambda _one: True)
                found = (*found, *(root for root in every if root.formula not in known))
            self._roots[key] = found
        return self._roots[key]

    # ---- edits -----------------------------------------------------------------------------------------------

    def edits(self, quantity: Quantity, answered: Collection[Quantity]) -> tuple[Weighed, ...]:
        """Every edit of a line, with its prior."""
        shown = self._shown(quantity, answered)
        key = quantity, shown
        if key not in self._edits:
            made = [one for root in self.roots(quantity, answered) for one in self._of_root(root)]
            possible = [one for one in made[:_MOST] if self.possible.can_be_done(quantity, one.formula)]
            counts = Counter(one.family for one in possible)
            priors = [
                Weighed(quantity, one, _mass(one, quantity) / max(_FEWEST, counts[one.family])) for one in possible
            ]
            self._edits[key] = (*priors, *self._named(quantity, shown))
        return self._edits[key]

    def written_out(self, formula: Formula, at: Quantity, answered: Collection[Quantity]) -> Formula:
        """A wrong formula of a line in what stands before the line: later lines, and blank factors, written out."""
        place = self.order[at]
        lengths: dict[Quantity, int] = {}
        written: dict[Quantity, Formula] = {}

        def within(quantity: Quantity) -> Formula | None:
            """What is written in place of a name; None where the name stays."""
            if self.line(quantity) is None:
                return None
            blank = quantity not in answered and is_between(quantity, self.around)
            stays = not blank and self.order[quantity] < place
            return None if stays else self.roots(quantity, answered)[0].formula

        def length(part: Formula) -> int:
            if isinstance(part, Apply):
                return 1 + sum(map(length, part.arguments))
            if not isinstance(part, Name) or not isinstance(quantity := part.symbol, Quantity):
                return 1
            if quantity not in lengths:
                inner = within(quantity)
                lengths[quantity] = 1 if inner is None else length(inner)
            return lengths[quantity]

        def put(name: Name) -> Formula:
            quantity = name.symbol
            assert isinstance(quantity, Quantity)
            if quantity not in written:
                inner = within(quantity)
                written[quantity] = name if inner is None else replace(inner, put, tidy=True)
            return written[quantity]

        # the length is known before anything is written: what later layers put together grows beyond any measure
        whole = replace(formula, put, tidy=True) if length(formula) <= _LONGEST else formula
        return _spelled(whole if size(whole) <= _LARGEST else formula)

    def names(self, quantity: Quantity, answered: Collection[Quantity]) -> tuple[Quantity, ...]:
        """Everything that is named in an edit of a line, or in the line."""
        shown = self._shown(quantity, answered)
        key = quantity, shown
        if key not in self._names:
            formulas = [one.edit.formula for one in self.edits(quantity, answered)]
            formulas += [root.formula for root in self.roots(quantity, answered)]
            self._names[key] = tuple(dict.fromkeys(name for one in formulas for name in self.possible.names_in(one)))
        return self._names[key]

    def _of_root(self, root: Root) -> Iterator[Edit]:
        yield from self._of_terms(root)
        yield from slope_edits(root, self.relations)
        yield from everywhere(root, self._of_terms)
        yield from counting_edits(root, self.relations)
        yield from rule_edits(root, self.relations)
        yield from indexed_edits(root, self.relations)
        yield from normalization_edits(root, self.relations)

    def _of_terms(self, root: Root) -> Iterator[Edit]:
        """The edits that can be made in each term of a sum alike."""
        yield from leaving_edits(root)
        yield from structure_edits(root)
        yield from name_edits(root, self.relations)
        yield from wide_edits(root, self.relations)
        yield from function_edits(root)
        yield from twice_edits(root)

    def _named(self, quantity: Quantity, shown: Collection[Quantity]) -> Iterator[Weighed]:
        """What the table of mistakes makes of a line, and of the factors in it that are on no line of their own."""
        by_name: dict[str, dict[Formula, str]] = {}
        for (name, variant), formula in self._ways(quantity, shown):
            by_name.setdefault(name, {}).setdefault(formula, variant)
        own = self.patterns.of(quantity)
        for name, formulas in by_name.items():
            for formula, variant in formulas.items():
                mass = mistakes()[name].mass
                edit = Edit("pattern", ("pattern", name, variant), mass, f"pattern {name}", formula)
                prior = mass / max(_FEWEST, len(formulas)) * (_RARE if variant in mistakes()[name].rare else 1.0)
                yield Weighed(quantity, edit, prior, (name, variant), (name, variant) in own)

    def _ways(self, quantity: Quantity, shown: Collection[Quantity]) -> Iterator[tuple[Way, Formula]]:
        yield from self.patterns.of(quantity).items()
        line = self.line(quantity)
        used = quantities_in(line.formula) if line is not None else []
        for one in dict.fromkeys(used):
            if one in self.between(quantity) and one not in shown:
                for way, wrong in self._ways(one, shown):
                    assert line is not None
                    yield way, replace(line.formula, lambda name, one=one, wrong=wrong: wrong if name.symbol == one
                                       else name)  # type: ignore[misc]  # fmt: skip


def _mass(one: Edit, quantity: Quantity) -> float:
    return one.mass * usual(one.family, quantity.kind, one.key)


def _spelled(formula: Formula) -> Formula:
    """The formula with every softmax of something else than a layer's own net inputs by its definition."""

    def spelled(part: Formula) -> Formula | None:
        match part:
            case Apply("softmax", (_which, *nets)) if not all(isinstance(one, Name) for one in nets):
                return spelled_out(part)
        return None

    return rewritten(formula, spelled)
