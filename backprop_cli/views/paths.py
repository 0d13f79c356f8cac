"""Every path from a quantity to the objective: the product of its local derivatives; their sum is the gradient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from backprop_cli.algebra.derivation import Line, rename
from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, how_to_raise
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.sizes import agree
from backprop_cli.problem.model import RoundingRule
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.edges import Arrow, OnePass, derivative, one_pass, start_of

SHOWN = 32  # paths that are written out unless more are asked for


@record
class Path:
    """One path: the quantities on it, the lines of its factors, its product, and the product with its slopes put in."""

    through: tuple[Quantity, ...]
    factors: tuple[Quantity, ...]
    product: Quantity
    formula: Formula


@record(slots=False)
class Paths:
    """How many paths lead from `start` to the objective, and those that are shown; `trace` has all their values.

    `total` is the sum of the paths shown, None where there is none. `gradient` is backpropagation's line for what
    all the paths sum up to, None where it writes none.
    """

    one: OnePass
    start: Quantity
    count: int
    shown: tuple[Path, ...]
    total: Quantity | None
    gradient: Quantity | None
    trace: Trace
    rounding: RoundingRule | None

    @property
    def factors(self) -> tuple[Quantity, ...]:
        """The local derivatives on the paths shown, once each, in the order of the forward pass."""
        order = {line.quantity: index for index, line in enumerate(self.one.lines)}
        pairs = (pair for path in self.shown for pair in zip(path.factors, path.through[1:], strict=True))
        found = dict(pairs)
        return tuple(sorted(found, key=lambda factor: order.get(found[factor], len(order))))

    @property
    def complete(self) -> bool:
        """Whether all the paths are shown."""
        return self.count == len(self.shown)

    def value(self, quantity: Quantity) -> Real:
        """The number of a line."""
        return self.trace.value(quantity).number

    @property
    def derivative(self) -> Real | None:
        """∂E/∂start as backpropagation has it, whatever sign the problem gives to δ."""
        return None if self.gradient is None else derivative(self.one.problem, self.gradient, self.trace)

    @property
    def agrees(self) -> bool | None:
        """Whether the paths sum up to backpropagation's number; None where the two cannot be compared."""
        backward = self.derivative
        if backward is None or not self.complete:
            return None
        return agree(backward, self.value(self.total)) if self.total else bool(backward == 0)


def paths_of(
    worked: WorkedProblem, text: str, limit: int = SHOWN, rounding: RoundingRule | None = None, digits: int = 9
) -> Paths:
    """The paths from the quantity that `text` names, with an address if it has one; at most `limit`, 0 for all.

    Raises UsageError where there is no such quantity, or where the paths asked for are too many to write.
    """
    one, key = one_pass(worked, text)
    start = start_of(one, key)
    counts = count_paths(one)
    number = counts.get(start, 0)
    wanted = min(limit or number, number)
    if wanted > limits.PATHS:
        message = _("{count:,} paths are too many to write; the limit is {limit:,}")
        raise UsageError(message.format(count=wanted, limit=limits.PATHS) + f" ({how_to_raise('paths')})")
    lines: dict[Quantity, Line] = {}
    shown = [_path(one, index, list(arrows), lines)
             for index, arrows in enumerate(islice(_walk(one, start, counts), wanted), start=1)]  # fmt: skip
    total = _sum(one, start, [path.product for path in shown], lines)
    gradient = one.gradient_of(start)
    trace = one.solved(list(lines.values()), [*lines, *([gradient] if gradient else [])], rounding, digits)
    return Paths(one, start, number, tuple(shown), total, gradient, trace, rounding)


def count_paths(one: OnePass) -> Mapping[Quantity, int]:
    """How many paths lead from each quantity to the objective: as many as from all its users together."""
    counts = {one.objective: 1}
    order = dict.fromkeys([*(line.quantity for line in reversed(one.lines)), *one.out_of])  # users first, leaves last
    for quantity in order:
        if quantity != one.objective:
            counts[quantity] = sum(counts.get(arrow.user, 0) for arrow in one.out_of.get(quantity, ()))
    return counts


def _walk(one: OnePass, start: Quantity, counts: Mapping[Quantity, int]) -> Iterator[tuple[Arrow, ...]]:
    """Every path as its edges, depth first; never into what does not reach the objective."""
    stack: list[tuple[Quantity, tuple[Arrow, ...]]] = [(start, ())]
    while stack:
        quantity, behind = stack.pop()
        if quantity == one.objective:
            yield behind
            continue
        ahead = [arrow for arrow in one.out_of.get(quantity, ()) if counts.get(arrow.user)]
        stack += [(arrow.user, (*behind, arrow)) for arrow in reversed(ahead)]


def _path(one: OnePass, number: int, arrows: Sequence[Arrow], lines: dict[Quantity, Line]) -> Path:
    """The path, its lines added to the others."""
    factors = [one.factor(arrow) for arrow in arrows]
    lines |= {factor.quantity: factor for factor in factors}
    named = Quantity(Kind.PATH, f"path {number}", of=one.objective, by=arrows[0].source, at=one.address)
    names = tuple(Name(factor.quantity) for factor in factors)
    product = names[0] if len(names) == 1 else Apply("product", names)
    lines[named] = Line(Phase.GRADIENT, named, product)
    through = (arrows[0].source, *(arrow.user for arrow in arrows))
    return Path(through, tuple(factor.quantity for factor in factors), named, _written_out(one, arrows))


def _written_out(one: OnePass, arrows: Sequence[Arrow]) -> Formula:
    """The product with the slopes in place of their names, one after the other, none left out."""
    factors: list[Formula] = []
    for arrow in arrows:
        slope = rename(arrow.slope, one.here)
        opened = isinstance(slope, Apply) and slope.operation == "product"
        factors += slope.arguments if isinstance(slope, Apply) and opened else [slope]
    return factors[0] if len(factors) == 1 else Apply("product", tuple(factors))


def _sum(one: OnePass, start: Quantity, products: Sequence[Quantity], lines: dict[Quantity, Line]) -> Quantity | None:
    if not products:
        return None
    named = Quantity(Kind.PATH, "sum", of=one.objective, by=start, at=one.address)
    names = tuple(map(Name, products))
    lines[named] = Line(Phase.GRADIENT, named, names[0] if len(names) == 1 else Apply("sum", names))
    return named
