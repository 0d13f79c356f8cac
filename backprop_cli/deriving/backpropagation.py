"""Backpropagation, line by line: from the forward lines of one sample to its δ terms and gradients.

The gradient of a quantity is the sum, over the lines that use it, of their gradient times their derivative with respect
to it: the reverse accumulation of the chain rule over the computation graph (for networks of sigmoids: Rumelhart,
Hinton and Williams 1986, Nature 323, equations 4 to 7). Everything else here is naming, and the order of writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Line, rename
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, add, multiply, negate
from backprop_cli.algebra.parts import ChainParts, DeltaParts, GradientParts, LocalParts, Path
from backprop_cli.algebra.quantities import Kind, Phase, Quantity, delta, gradient, local
from backprop_cli.ground.records import record

LEAVES = (Kind.INPUT, Kind.PARAMETER)


@record(slots=False)
class Style:
    """What courses do differently: the sign of δ, old or updated weights in a hidden δ, sums written path by path."""

    negative_delta: bool = False
    updated: frozenset[str] = frozenset()  # parameters whose new value hidden δ terms use
    parts: Mapping[str, Quantity] = field(default_factory=dict)  # output neuron -> its part of the loss
    short: Mapping[str, ShortForm] = field(default_factory=dict)  # neuron -> its δ in textbooks
    share: Formula = ONE  # of one sample in the loss that is differentiated: 1/n where that is in every δ of a batch
    over_steps: frozenset[Quantity] = frozenset()  # weights and cell states whose gradients are sums over steps


def local_slopes(forward: Sequence[Line]) -> Iterator[tuple[Line, Quantity, Formula]]:
    """The edges of the computation graph in the order of the lines: (line, quantity that it uses, ∂line/∂quantity)."""
    known = {line.formula: Name(line.quantity) for line in forward if line.quantity.kind is not Kind.LOSS}
    for line in forward:
        for symbol, slope in slopes(line.formula, known).items():
            assert isinstance(symbol, Quantity)
            yield line, symbol, slope


@record
class ShortForm:
    """δ where the derivatives of loss and activation cancel, as textbooks write it (p − t), and what a teacher says.

    Without a formula there is no short form, and `rules` say why, where a reader would have expected one.
    """

    formula: Formula | None
    rules: tuple[str, ...]


class Backward:
    """The backward pass of one sample: each gradient's line is written when it is first asked for, into `lines`."""

    def __init__(self, forward: Sequence[Line], objective: Quantity, given: Collection[Quantity], style: Style) -> None:
        self.objective = objective
        self.given = given
        self.style = style
        self.lines: dict[Quantity, Line] = {}
        self._forward = {line.quantity: line for line in forward}
        self._users: dict[Quantity, list[tuple[Quantity, Formula]]] = {}
        self._uses: dict[Quantity, list[Quantity]] = {}
        for line, used, slope in local_slopes(forward):
            self._users.setdefault(used, []).append((line.quantity, slope))
            self._uses.setdefault(line.quantity, []).append(used)
        self._reaching = self._reaching_objective(forward)

    def _reaching_objective(self, forward: Sequence[Line]) -> set[Quantity]:
        """The quantities that the objective, or a prescribed gradient, depends on."""
        reaching = {self.objective}
        for quantity in self.given:
            if quantity.kind is Kind.GRADIENT and quantity.by:
                reaching.add(quantity.by.at_address(quantity.at))
            if quantity.kind is Kind.DELTA:
                reaching.add(Quantity(Kind.NET, quantity.name, at=quantity.at))
        for line in reversed(forward):
            if line.quantity in reaching:
                reaching.update(self._uses.get(line.quantity, ()))
        return reaching

    def reaches(self, quantity: Quantity) -> bool:
        """Whether the objective depends on the quantity: whether a path of the computation graph leads to it."""
        return quantity in self._reaching

    def is_given_out(self, out: Quantity) -> bool:
        """Whether ∂E/∂out is prescribed."""
        return gradient(self.objective, out) in self.given

    def write(self, quantity: Quantity) -> Quantity:
        """Writes the line of the quantity's gradient (for a net input, its δ) and says what it is called."""
        if quantity.kind is Kind.NET:
            return self._delta(quantity)
        named = gradient(self.objective, quantity)
        if named not in self.lines:
            phase = Phase.GRADIENT if quantity.kind in LEAVES else Phase.BACKWARD
            if named in self.given:
                self.lines[named] = Line(phase, named, ONE, given=True)
            elif quantity == self.objective:
                self.lines[named] = Line(phase, named, ONE)
            else:
                formula, parts = self._sum_over_paths(quantity)
                self.lines[named] = Line(phase, named, formula, rules=self._rules(quantity), parts=parts)
        return named

    def _gradient(self, quantity: Quantity) -> Formula:
        """∂E/∂quantity as it stands in another line."""
        if quantity == self.objective:
            return self.style.share
        if quantity.kind in (Kind.PART, Kind.LOSS):
            return add(*(multiply(self._gradient(user), slope) for user, slope in self._paths(quantity)))
        name = Name(self.write(quantity))
        return negate(name) if quantity.kind is Kind.NET and self.style.negative_delta else name

    def _paths(self, quantity: Quantity) -> list[tuple[Quantity, Formula]]:
        """The lines that use the quantity and reach the objective, each with its derivative in the quantity.

        A mean comes after the lines that use both it and the quantity, such as a variance.
        """
        paths = [(user, slope) for user, slope in self._users.get(quantity, []) if self.reaches(user)]
        if not any(user.kind is Kind.CELL for user, _ in paths):
            return paths
        inner = Counter(used for user, _ in paths for used in self._uses[user] if used.kind is Kind.CELL)
        return sorted(paths, key=lambda path: inner[path[0]])

    def _delta(self, quantity: Quantity) -> Quantity:
        named = delta(quantity)
        if named in self.lines:
            return named
        if named in self.given:
            self.lines[named] = Line(Phase.BACKWARD, named, ONE, given=True)
            return named
        paths = [Path(self._gradient(user), self._local(user, quantity, slope))
                 for user, slope in self._paths(quantity)]  # fmt: skip
        formula = add(*(path.formula for path in paths))
        form = self.style.short.get(quantity.name, ShortForm(None, ()))
        short = form.formula
        if short is not None:
            short = self._share(short, quantity) if quantity.at else multiply(self.style.share, short)
        if self.style.negative_delta:
            formula, short = negate(formula), None if short is None else negate(short)
        rules = (*self._rules(quantity), *form.rules)
        parts = self._delta_parts(quantity, formula if short is None else short)
        self.lines[named] = Line(Phase.BACKWARD, named, formula, short, form.rules, rules, parts=parts)
        return named

    def _delta_parts(self, quantity: Quantity, whole: Formula) -> DeltaParts:
        """The paths to the unit's output and its slope; the whole as one path where it feeds other outputs too."""
        out = Quantity(Kind.OUT, quantity.name, at=quantity.at)
        negative = self.style.negative_delta
        users = self._paths(quantity)
        if [user for user, _ in users] != [out]:
            return DeltaParts(
                Name(quantity), Name(out), (Path(negate(whole) if negative else whole, ONE),), ONE, negative
            )
        upstream = self.lines.get(gradient(self.objective, out))
        known = upstream is not None and isinstance(upstream.parts, ChainParts) and not upstream.given
        through = upstream.parts.paths if known else (Path(self._gradient(out), ONE),)  # type: ignore[union-attr]
        return DeltaParts(Name(quantity), Name(out), through, users[0][1], negative)

    def _share(self, short: Formula, quantity: Quantity) -> Formula:
        """The short form of δ in a sample of a batch, times the slope of the batch's loss in that of the sample."""
        here = rename(short, lambda one: one.at_address(quantity.at))
        return multiply(self._gradient(self.objective.at_address(quantity.at)), here)

    def _sum_over_paths(self, quantity: Quantity) -> tuple[Formula, ChainParts | GradientParts | LocalParts]:
        """The gradient of a quantity, and the paths that it is the sum of."""
        paths = self._paths(quantity)
        if len(paths) > 1 and self._shows_paths(quantity, paths):
            parts = self._chain(quantity, [self._as_path(user, slope) for user, slope in paths])
            return add(*(Name(self._path(quantity, user, slope)) for user, slope in paths)), parts
        graph = any(user.kind is Kind.NODE for user, _ in paths)
        found = [Path(self._gradient(user), self._local(user, quantity, slope)) if graph else self._as_path(user, slope)
                 for user, slope in paths]  # fmt: skip
        formula = add(*(path.formula for path in found))
        last = [user for user, _ in paths] == [self.objective] and graph
        if last:
            return formula, LocalParts(self._forward[self.objective].formula, Name(quantity))
        return formula, self._chain(quantity, found)

    def _as_path(self, user: Quantity, slope: Formula) -> Path:
        return Path(self._gradient(user), self._old_or_new(user, slope))

    @staticmethod
    def _chain(quantity: Quantity, paths: Sequence[Path]) -> ChainParts | GradientParts:
        """The paths of a gradient; those of a parameter that only δ reach are its uses."""
        kept = _kept(paths)
        if quantity.kind is Kind.PARAMETER and kept and all(path.delta for path in kept):
            return GradientParts(kept)
        return ChainParts(kept)

    def _shows_paths(self, quantity: Quantity, paths: list[tuple[Quantity, Formula]]) -> bool:
        """Whether each path has a line of its own: to an output, or a step's share in the gradient of a weight."""
        if quantity not in self.style.over_steps:
            return quantity.kind is Kind.OUT
        return any(slope != ONE for _, slope in paths) and len({user.bare for user, _ in paths}) == len(paths)

    def _path(self, quantity: Quantity, user: Quantity, slope: Formula) -> Quantity:
        """The summand of a gradient that goes through one user: ∂E_o1/∂out_h1 where the user leads to one part of E."""
        part = self.style.parts.get(user.name) if user.kind in (Kind.NET, Kind.PART) else None
        part = part if part and self._leads_only_to(part, user) else None
        of, via = part or self.objective.bare, None if part else user.bare
        named = Quantity(Kind.PATH, of=of, by=quantity.bare, via=via, at=quantity.at)
        phase = Phase.GRADIENT if quantity.kind in LEAVES else Phase.BACKWARD
        path = self._as_path(user, slope)
        self.lines[named] = Line(phase, named, path.formula, parts=self._chain(quantity, [path]))
        return named

    def _leads_only_to(self, part: Quantity, start: Quantity) -> bool:
        """Whether a quantity has a share in this part of the loss and in no other."""
        seen, waiting = {start}, [start]
        while waiting:
            quantity = waiting.pop()
            if quantity.kind is Kind.PART and quantity != part:
                return False
            found = {user for user, _ in self._users.get(quantity, ())} - seen
            seen |= found
            waiting += found
        return True

    def _old_or_new(self, user: Quantity, slope: Formula) -> Formula:
        if user.kind is not Kind.NET or not self.style.updated:
            return slope

        def newest(quantity: Quantity) -> Quantity:
            updated = quantity.kind is Kind.PARAMETER and quantity.name in self.style.updated
            return Quantity(Kind.NEW, quantity.name) if updated else quantity

        return rename(slope, newest)

    def _local(self, user: Quantity, quantity: Quantity, slope: Formula) -> Formula:
        """The local derivative of a line in one name, on a line of its own unless it is 1 or already a name."""
        if user.kind is not Kind.NODE and slope == ONE:
            return slope
        named = local(user, quantity)
        if user == self.objective:
            if len(self._paths(quantity)) == 1:
                return slope  # ∂f/∂q of the last node is its local derivative and its gradient in one
            named = Quantity(
                Kind.LOCAL, "local", of=user.bare, by=quantity.bare, at=user.at
            )  # else the two need two names
        phase = Phase.GRADIENT if quantity.kind in LEAVES else Phase.BACKWARD
        if named in self.given:
            self.lines[named] = Line(phase, named, ONE, given=True)
        elif named not in self.lines:
            parts = LocalParts(self._forward[user].formula, Name(quantity))
            self.lines[named] = Line(phase, named, slope, rules=self._forward[user].rules, parts=parts)
        return Name(named)

    def _rules(self, quantity: Quantity) -> tuple[str, ...]:
        """What a teacher says of the slopes that this line uses, once each."""
        said = (rule for user, _ in self._paths(quantity) for rule in self._forward[user].rules)
        return tuple(dict.fromkeys(rule for rule in said if rule))


def _kept(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths whose product is not 0."""
    return tuple(path for path in paths if path.formula != ZERO)
