"""The formulas in which mistakes are looked for: a line as one writes it, with what is nowhere on the sheet put in.

Factors that belong together (the slope of an activation) stay one part, and every part has a role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, names_in, negate, replace, size
from backprop_cli.algebra.parts import (
    BatchParts,
    DeltaParts,
    GradientParts,
    LossParts,
    NetParts,
    Path,
    UpdateParts,
)
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.checking.surroundings import Surroundings, unit_of
from backprop_cli.ground.records import record

_KIND_ROLES = {
    Kind.INPUT: "sender", Kind.OUT: "sender", Kind.TARGET: "target", Kind.DELTA: "delta", Kind.GRADIENT: "gradient",
    Kind.LOCAL: "slope", Kind.PATH: "path", Kind.NET: "net", Kind.NODE: "value", Kind.CELL: "value",
    Kind.PART: "loss", Kind.LOSS: "loss", Kind.AUX: "step", Kind.TANGENT: "value", Kind.LETTER: "value",
}  # fmt: skip


_OF_AN_OUTPUT = (Kind.DELTA, Kind.LOCAL, Kind.PART, Kind.LOSS)
_LARGEST = 400  # numbers, names and operations in what is written out


@record(slots=False)
class Root:
    """One way to write a line: its formula, and the roles of those of its parts that have one of their own."""

    line: Line
    formula: Formula
    roles: Mapping[int, str] = field(default_factory=dict)
    around: Surroundings | None = None

    def role(self, part: Formula) -> str:
        """What a part is in the line: its slope, a weight, δ, a number."""
        if id(part) in self.roles:
            return self.roles[id(part)]
        if isinstance(part, Number):
            return "number"
        if isinstance(part, Name):
            assert isinstance(part.symbol, Quantity)
            return self.role_of_name(part.symbol)
        if part.operation in ("negative", "power", "square"):
            return self.role(part.arguments[0])
        inner = [self.role(one) for one in part.arguments]
        telling = [one for one in inner if one != "number"]
        if part.operation == "sum" and len(telling) == 1:
            return f"one and {telling[0]}"
        made_of = "-".join(sorted(set(telling)))
        return f"{part.operation} of {made_of}" if part.operation in ("sum", "product", "quotient") else part.operation

    def role_of_name(self, quantity: Quantity) -> str:
        """What a quantity is in the line."""
        own = self.line.quantity
        kind = quantity.kind
        if kind in (Kind.PARAMETER, Kind.NEW):
            return self._parameter(quantity)
        if kind is Kind.CONSTANT:
            return "rate" if quantity.name == LEARNING_RATE.name else quantity.name
        if kind is Kind.OUT and (own.kind in _OF_AN_OUTPUT or own.by == quantity.bare):
            return "output"
        return _KIND_ROLES.get(kind, str(kind.value))

    def _parameter(self, quantity: Quantity) -> str:
        made, around = self.line.parts, self.around
        if around is not None and quantity.name not in around.problem.parameters:
            return "state" if quantity.kind is Kind.PARAMETER else "new state"
        if isinstance(made, UpdateParts) and quantity.name == unit_of(made.parameter):
            return "old"
        if isinstance(made, NetParts) and made.bias is not None and Name(quantity) in tuple(names_in(made.bias)):
            return "bias"
        return "weight"


def roots_of(line: Line, around: Surroundings, is_blank: Callable[[Quantity], bool]) -> tuple[Root, ...]:
    """The ways to write a line, the usual one first; quantities that `is_blank` are written out in it."""
    roles: dict[int, str] = {}
    index = around.derivation.index

    def inlined(name: Name) -> Formula:
        quantity = name.symbol
        assert isinstance(quantity, Quantity)
        other = index.get(quantity)
        if other is None or other.given or not is_between(quantity, around) or not is_blank(quantity):
            return name
        written = replace(other.formula, inlined)
        if size(written) > _LARGEST:
            return name
        role = _KIND_ROLES.get(quantity.kind)
        if role is not None and not isinstance(written, Name | Number):
            roles[id(written)] = role
        return written

    nested = _nested(line, roles, lambda one: not is_between(one, around) or is_blank(one))
    plain = replace(line.formula, inlined) if nested is None else nested
    found = [plain] if line.short is None else [line.short, plain]
    found += list(_undivided(line))
    if line.short is not None:
        roles[id(line.short)] = "error"
    return tuple(Root(line, formula, roles, around) for formula in dict.fromkeys(found))


def _undivided(line: Line) -> Iterator[Formula]:
    """A loss or a batch as the sum alone, where it is a multiple of that: what else was done was done with the sum."""
    match line.parts:
        case LossParts(terms=terms, factor=factor) if factor != ONE and len(terms) > 1:
            yield Apply("sum", terms)
        case BatchParts(terms=terms, mean=True) as parts if len(terms) > 1:
            yield parts.total


def is_between(quantity: Quantity, around: Surroundings) -> bool:
    """Whether the quantity is a factor that few write on a line of its own."""
    if quantity.kind is Kind.GRADIENT and quantity.by is not None and quantity.by.kind is Kind.OUT:
        return Quantity(Kind.DELTA, quantity.by.name, at=quantity.at) in around.derivation.index
    return quantity.kind in (Kind.LOCAL, Kind.PATH)


def _nested(line: Line, roles: dict[int, str], is_free: Callable[[Quantity], bool]) -> Formula | None:
    """The line from its parts, each of them in one piece; None where its formula says as much."""
    if not all(map(is_free, quantities_in(line.formula))):
        return None
    match line.parts:
        case DeltaParts(paths=paths, slope=slope, negative=negative) if paths:
            total = _sum([_path(path, negative) for path in paths])
            roles[id(total)] = "error" if all(path.gradient is None for path in paths) else "sum"
            if slope == ONE:
                return total
            if isinstance(slope, Apply):
                slope = Apply(slope.operation, slope.arguments)  # one of its own, so that it has a role here only
                roles[id(slope)] = "slope"
            return Apply("product", (total, slope))
        case GradientParts() as parts:
            terms: list[Formula] = []
            for use in parts.uses:
                product = use.delta if use.factor == ONE else Apply("product", (use.delta, use.factor))
                terms.append(Apply("negative", (product,)) if use.negative else product)
            return _sum(terms)
    return None


def _path(path: Path, negative: bool) -> Formula:
    upstream, local = path.upstream, path.local
    if isinstance(upstream, Number) and upstream == ONE:
        return negate(local) if negative else local
    upstream = negate(upstream) if negative else upstream
    return upstream if local == ONE else Apply("product", (upstream, local))


def _sum(terms: list[Formula]) -> Formula:
    return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))
