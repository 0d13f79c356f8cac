"""Edits of a slope: that of another activation, taken at another place, of another unit; a gate's by a wrong rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, apply, number, replace
from backprop_cli.algebra.operations import OPERATIONS, partial_derivative
from backprop_cli.algebra.parts import DeltaParts, GradientParts, LocalParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.search.edits import Edit, Put, joined, places
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

# What stands for the slope of a unit with this output and net input.
_SLOPES: tuple[tuple[str, Callable[[Formula, Formula], Formula]], ...] = (
    ("sigmoid", lambda out, net: out * (1 - out)),
    ("tanh", lambda out, net: 1 - out**2),
    ("output", lambda out, net: out),
    ("one minus", lambda out, net: 1 - out),
    ("square", lambda out, net: out**2),
    ("plus", lambda out, net: out * (1 + out)),
    ("one plus", lambda out, net: 1 + out**2),
    ("of net", lambda out, net: net * (1 - net)),
    ("tanh of net", lambda out, net: 1 - net**2),
    ("net", lambda out, net: net),
    ("sigmoid again", lambda out, net: apply("sigmoid", out) * (1 - apply("sigmoid", out))),
    ("tanh again", lambda out, net: 1 - apply("tanh", out) ** 2),
    ("sigmoid of net", lambda out, net: apply("sigmoid", net) * (1 - apply("sigmoid", net))),
    ("turned round", lambda out, net: out * (out - 1)),
    ("minus one", lambda out, net: out - 1),
    ("one minus squared", lambda out, net: (1 - out) ** 2),
    ("one minus net", lambda out, net: 1 - net),
    ("plus squared", lambda out, net: out + out**2),
    ("step", lambda out, net: apply("relu_slope", net, ZERO)),
    ("exponential", lambda out, net: apply("exp", net)),
    ("zero", lambda out, net: ZERO),
    ("one", lambda out, net: ONE),
)


def slope_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    unit = _unit(root)
    for part, put in places(root.formula):
        is_slope = root.role(part) == "slope" or (part is root.formula and root.line.quantity.kind is Kind.LOCAL)
        if unit is not None and is_slope and not isinstance(part, Name):
            yield from _slopes(part, put, unit, relations)
            yield from _of_other_units(root, part, put, unit[0], relations)
        elif root.line.quantity.kind in (Kind.DELTA, Kind.GRADIENT) and not isinstance(root.line.parts, GradientParts):
            yield from _shaped(part, put)
    if isinstance(root.line.parts, LocalParts):
        yield from _gate(root, root.line.parts)


def _shaped(part: Formula, put: Put) -> Iterator[Edit]:
    """Other slopes in the place of 1 − y² and of y·(1 − y), in whatever line they stand."""
    match part:
        case Apply("sum", (first, Apply("negative", (Apply("power", (y, exponent)),)))) if (
            first == ONE and exponent == number(2)
        ):
            for word, instead in (("sigmoid", y * (1 - y)), ("output", y), ("square", y**2)):
                yield Edit("another slope", ("another slope", word), 8, "shaped slope", put(instead), part, instead)
        case Apply("product", factors):
            for y in filter(_is_an_output, factors):
                turned = Apply("sum", (ONE, Apply("negative", (y,))))
                if turned in factors:
                    rest = [one for one in factors if one not in (y, turned)]
                    instead = 1 - y**2
                    whole = put(joined("product", [*rest, instead]))
                    yield Edit(
                        "another slope", ("another slope", "tanh"), 8, "shaped slope", whole, y * turned, instead
                    )


def _is_an_output(formula: Formula) -> bool:
    return isinstance(formula, Name) and isinstance(formula.symbol, Quantity) and formula.symbol.kind is Kind.OUT


def _unit(root: Root) -> tuple[Name, Name] | None:
    """The output and the net input whose slope is in a line."""
    quantity, made = root.line.quantity, root.line.parts
    if isinstance(made, DeltaParts):
        return made.out, made.net
    of, by = quantity.of, quantity.by
    if of is None or by is None or of.kind is not Kind.OUT or by.kind is not Kind.NET:
        return None
    return Name(of.at_address(quantity.at)), Name(by.at_address(quantity.at))


def _slopes(part: Formula, put: Put, unit: tuple[Name, Name], relations: Relations) -> Iterator[Edit]:
    """Other slopes of the same unit."""
    out, net = unit
    found = [(word, slope(out, net)) for word, slope in _SLOPES]
    assert isinstance(out.symbol, Quantity)
    target = next((other for other, word in relations.kin(out.symbol) if word == "target"), None)
    if target is not None:
        found.append(("of the target", Name(target) * (1 - Name(target))))
    plain = relations.around.slope_in_net(out.symbol)
    if plain is not None:
        found.append(("at the output", replace(plain, lambda name: out if name == net else name)))
    for word, instead in found:
        yield Edit("another slope", ("another slope", word), 10, "slope", put(instead), part, instead)


def _of_other_units(root: Root, part: Formula, put: Put, out: Name, relations: Relations) -> Iterator[Edit]:
    """The slope of a unit beside, of one in another layer, of one whose δ comes back."""
    own = out.symbol
    assert isinstance(own, Quantity)
    others = [one for one, _ in relations.neighbours(own)] + list(relations.layers(own))
    for other in others:
        if other.kind is Kind.OUT:
            instead = _moved(part, own, other)
            yield Edit("slope of another unit", ("slope of another unit",), 4, "slope of", put(instead), part, instead)
    deltas = [path.delta for path in root.line.parts.paths] if isinstance(root.line.parts, DeltaParts) else []
    for delta in deltas:
        if delta is not None and isinstance(delta.symbol, Quantity):
            instead = _moved(part, own, delta.symbol)
            key = ("slope of the layer above",)
            yield Edit("slope of the layer above", key, 4, "slope of", put(instead), part, instead)


def _moved(slope: Formula, own: Quantity, other: Quantity) -> Formula:
    """The slope with the output and the net input of another unit."""
    changes = {
        Name(Quantity(kind, own.name, at=own.at)): Name(Quantity(kind, other.name, at=other.at))
        for kind in (Kind.OUT, Kind.NET)
    }
    return replace(slope, lambda name: changes.get(name, name))


def _gate(root: Root, made: LocalParts) -> Iterator[Edit]:
    """Slopes of a gate by a wrong rule."""
    gate, by = made.gate, made.by
    found = [("gate", gate), ("input", by), ("one", ONE), ("minus one", number(-1)), *_by_rules(gate)]
    for word, instead in found:
        yield Edit("gate slope", ("gate slope", word), 6, "gate slope", instead, root.formula, instead)


def _by_rules(gate: Formula) -> Iterator[tuple[str, Formula]]:
    match gate:
        case Apply("product", factors):
            for factor in factors:
                yield "other", factor
            yield "sum", Apply("sum", factors)
        case Apply("power", (base, exponent)):
            yield "not in front", base ** (exponent - 1)
            yield "not lowered", exponent * gate
            yield "exponent", exponent
            yield "times", exponent * base
        case Apply("quotient", (above, below)):
            yield "minus", above / below**2
            yield "no square", -(above / below)
            yield "one over", ONE / below
            yield "square", ONE / below**2
            yield "minus square", -(ONE / below**2)
            yield "upside down", below / above
        case Apply(operation, (inner, *_)) if operation in OPERATIONS:
            yield from _of_a_function(gate, inner)


def _at_itself(gate: Apply) -> Formula:
    """The slope with the gate's result where its argument belongs."""
    again = Apply(gate.operation, (gate, *gate.arguments[1:]))
    return partial_derivative(again, 0)


def _of_a_function(gate: Apply, inner: Formula) -> Iterator[tuple[str, Formula]]:
    yield "argument", inner
    yield "of gate", gate * (1 - gate)
    yield "tanh", 1 - gate**2
    yield "one minus", 1 - gate
    yield "square", gate**2
    yield "reciprocal", ONE / inner
    yield "reciprocal gate", ONE / gate
    yield "cos", apply("cos", inner)
    yield "sin", apply("sin", inner)
    yield "twice", 2 * inner
    yield "at the output", _at_itself(gate)
    yield "squared", partial_derivative(gate, 0) ** 2
    yield "inner slope left out", partial_derivative(gate, 0)
    for slope in slopes(inner, {}).values():
        yield "only the inner slope", slope
