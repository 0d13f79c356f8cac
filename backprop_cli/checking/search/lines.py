"""The edits of every line of a problem, made when a line is first asked about, and the blank lines before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

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
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root, is_between, roots_of
from backprop_cli.checking.search.rules import rule_edits
from backprop_cli.checking.search.slopes import slope_edits
from backprop_cli.checking.search.structure import structure_edits
from backprop_cli.checking.search.wide import wide_edits
from backprop_cli.checking.surroundings import Surroundings
from backprop_cli.ground.recent import Recent
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem

_FEWEST = 4  # a family of fewer edits on a line is as usual as one of so many
_RARE = 0.25  # how much less usual a rare variant of a row is
_FAR = 4000  # lines that are looked through for a circle
_LARGEST = 400  # numbers, names and operations in a formula that is shown
_LONGEST = 10 * _LARGEST  # and before it is tidied up
_MOST = 3000  # edits of one line
_MOST_BEHIND = 512  # lines of which it is kept on which answers they depend, where these lines are answered
_MOST_AFTER = 60  # blank lines after a blank one through which it is looked for in what is right
MOST_BLANK = 16  # blank lines before a wrong one in which its mistake is looked for


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
    patterns: Patterns | None = None
    around: Surroundings = field(init=False)
    relations: Relations = field(init=False)
    _edits: dict[tuple[Quantity, frozenset[Quantity]], tuple[Weighed, ...]] = field(default_factory=dict)
    _roots: dict[tuple[Quantity, frozenset[Quantity]], tuple[Root, ...]] = field(default_factory=dict)
    _names: dict[tuple[Quantity, frozenset[Quantity]], tuple[Quantity, ...]] = field(default_factory=dict)
    _between: dict[Quantity, frozenset[Quantity]] = field(default_factory=dict)
    _behind: Recent[tuple[object, ...], tuple[Quantity, ...]] = field(default_factory=lambda: Recent(_MOST_BEHIND))
    _circles: dict[tuple[Quantity, Quantity], bool] = field(default_factory=dict)
    _used: dict[int, tuple[Formula, tuple[Quantity, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.around = Surroundings(self.problem, self.derivation)
        self.relations = Relations(self.around)
        self._patterns = self.patterns or Patterns(self.around, self._can_be_done)
        self.order = {line.quantity: index for index, line in enumerate(self.derivation.lines)}

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

    def roots(self, quantity: Quantity, answered: Collection[Quantity]) -> tuple[Root, ...]:
        """The ways to write a line on a sheet with these answers."""
        shown = frozenset(one for one in self.between(quantity) if one in answered)
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

    # ---- the blank lines before it ---------------------------------------------------------------------------

    def blank_before(self, quantity: Quantity, answered: Collection[Quantity]) -> list[Quantity]:
        """The line, and the nearest lines before it that no answer cuts off."""
        found, waiting = {quantity: None}, [quantity]
        while waiting and len(found) < MOST_BLANK:
            one = waiting.pop(0)
            for name in quantities_in(self.roots(one, answered)[0].formula):
                if name not in found and name not in answered and self.line(name) is not None:
                    found[name] = None
                    waiting.append(name)
        return list(found)

    def shows_in(self, quantity: Quantity, answered: Collection[Quantity], lines: Collection[Quantity]) -> bool:
        """Whether one of these lines is computed from a blank one, over other blank ones, as far as is looked."""
        found, waiting = {quantity}, [quantity]
        while waiting and len(found) < _MOST_AFTER:
            for one in self._users.get(waiting.pop(0), ()):
                if one in lines:
                    return True
                if one not in found and one not in answered:
                    found.add(one)
                    waiting.append(one)
        return False

    @cached_property
    def _users(self) -> Mapping[Quantity, list[Quantity]]:
        """The lines that are computed from each."""
        users: dict[Quantity, list[Quantity]] = {}
        for line in self.derivation.lines:
            for name in dict.fromkeys(quantities_in(line.formula)) if not line.given else ():
                users.setdefault(name, []).append(line.quantity)
        return users

    # ---- edits -----------------------------------------------------------------------------------------------

    def edits(self, quantity: Quantity, answered: Collection[Quantity]) -> tuple[Weighed, ...]:
        """Every edit of a line, with its prior."""
        shown = frozenset(one for one in self.between(quantity) if one in answered)
        key = quantity, shown
        if key not in self._edits:
            made = [one for root in self.roots(quantity, answered) for one in self._of_root(root)]
            possible = [one for one in made[:_MOST] if self._can_be_done(quantity, one.formula)]
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
        shown = frozenset(one for one in self.between(quantity) if one in answered)
        key = quantity, shown
        if key not in self._names:
            formulas = [one.edit.formula for one in self.edits(quantity, answered)]
            formulas += [root.formula for root in self.roots(quantity, answered)]
            self._names[key] = tuple(dict.fromkeys(name for one in formulas for name in self._used_in(one)))
        return self._names[key]

    def answers_behind(self, lines: Sequence[Quantity], answered: frozenset[Quantity]) -> tuple[Quantity, ...]:
        """The answers that all is computed from which is named in edits of these lines."""
        key = tuple(lines), answered
        behind = self._behind.get(key)
        if behind is None:
            found = dict.fromkeys(name for line in lines for name in self.names(line, answered))
            waiting = list(found)
            for one in waiting:
                line = self.derivation.index.get(one) if one not in answered else None
                new = [name for name in self._used_in(line.formula) if name not in found] if line is not None else []
                found |= dict.fromkeys(new)
                waiting += new
            behind = self._behind.keep(key, tuple(one for one in found if one in answered))
        return behind

    def _used_in(self, formula: Formula) -> tuple[Quantity, ...]:
        """Everything that is named in a formula, each once; of parts that formulas share it is found once."""
        if not isinstance(formula, Apply):
            return tuple(quantities_in(formula))
        seen = self._used.get(id(formula))  # by identity; the formula is kept lest its place be reused
        if seen is None:
            names = dict.fromkeys(name for one in formula.arguments for name in self._used_in(one))
            seen = self._used[id(formula)] = formula, tuple(names)
        return seen[1]

    def _of_root(self, root: Root) -> Iterator[Edit]:
        yield from self._of_terms(root)
        yield from slope_edits(root, self.relations)
        yield from everywhere(root, self._of_terms)
        yield from counting_edits(root, self.relations)
        yield from rule_edits(root, self.relations)
        yield from indexed_edits(root, self.relations)

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
        own = self._patterns.of(quantity)
        for name, formulas in by_name.items():
            for formula, variant in formulas.items():
                mass = mistakes()[name].mass
                edit = Edit("pattern", ("pattern", name, variant), mass, f"pattern {name}", formula)
                prior = mass / max(_FEWEST, len(formulas)) * (_RARE if variant in mistakes()[name].rare else 1.0)
                yield Weighed(quantity, edit, prior, (name, variant), (name, variant) in own)

    def _ways(self, quantity: Quantity, shown: Collection[Quantity]) -> Iterator[tuple[Way, Formula]]:
        yield from self._patterns.of(quantity).items()
        line = self.line(quantity)
        used = quantities_in(line.formula) if line is not None else []
        for one in dict.fromkeys(used):
            if one in self.between(quantity) and one not in shown:
                for way, wrong in self._ways(one, shown):
                    assert line is not None
                    yield way, replace(line.formula, lambda name, one=one, wrong=wrong: wrong if name.symbol == one
                                       else name)  # type: ignore[misc]  # fmt: skip

    def _can_be_done(self, quantity: Quantity, formula: Formula) -> bool:
        """Whether everything in a wrong formula exists and does not need the line itself."""
        constants = self.derivation.constants
        return all(name in constants or (name in self.order and not self._needs(name, quantity))
                   for name in self._used_in(formula))  # fmt: skip

    def _needs(self, name: Quantity, quantity: Quantity) -> bool:
        """Whether a line is computed from another one."""
        last = self.order[quantity]
        if self.order[name] < last:
            return False
        found = self._circles.get((name, quantity))
        if found is None:
            found = self._circles[name, quantity] = self._is_above(quantity, name, last)
        return found

    def _is_above(self, wanted: Quantity, start: Quantity, last: int) -> bool:
        seen, waiting = {start}, [start]
        while waiting and len(seen) < _FAR:
            one = waiting.pop()
            if one == wanted:
                return True
            line = self.derivation.index.get(one)
            for name in quantities_in(line.formula) if line is not None else ():
                if name not in seen and self.order.get(name, -1) >= last:
                    seen.add(name)
                    waiting.append(name)
        return bool(waiting)


def _mass(one: Edit, quantity: Quantity) -> float:
    return one.mass * usual(one.family, quantity.kind)


def _spelled(formula: Formula) -> Formula:
    """The formula with every softmax of something else than a layer's own net inputs by its definition."""

    def spelled(part: Formula) -> Formula | None:
        match part:
            case Apply("softmax", (_which, *nets)) if not all(isinstance(one, Name) for one in nets):
                return spelled_out(part)
        return None

    return rewritten(formula, spelled)
