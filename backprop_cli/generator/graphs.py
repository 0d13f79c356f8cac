"""Writes the file of a computation graph: so many gates, of which one result is used twice where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backprop_cli.generator.chance import Chance
from backprop_cli.generator.grids import NOT_ONE, decimals
from backprop_cli.generator.patterns import Draft
from backprop_cli.generator.recipes import Recipe

_INPUTS = ("x", "y", "z", "u", "v", "w")
_NODES = "abcdeghijklmnopqrs"
_UNARY = ("{a}^2", "relu({a})")
_LARGE = 8  # gates: of more, numbers are whole and small


@dataclass
class _Growing:
    """A graph while it grows: what nothing uses yet, what there is, and the gates."""

    unused: list[str]
    known: list[str]
    gates: list[tuple[str, str]] = field(default_factory=list)
    operands: list[frozenset[str]] = field(default_factory=list)
    products: int = 0


def graph_text(recipe: Recipe, draft: Draft, chance: Chance) -> str:
    """The file without its head: inputs, graph, objective."""
    inputs = _INPUTS[: max(2, min(len(_INPUTS), (recipe.gates + 1) // 2))]
    grown = _grown(recipe.gates, inputs, chance)
    grid = decimals(-5, 5, 0, without=(-1, 0, 1)) if recipe.gates > _LARGE else NOT_ONE
    values = ", ".join(f"{name}: {draft.slot('input', grid, 'inputs')}" for name in inputs)
    lines = [f"inputs: {{{values}}}", "graph:", *(f"  {name}: {formula}" for name, formula in grown.gates)]
    return "\n".join([*lines, f"objective: {grown.gates[-1][0]}"]) + "\n"


def _grown(count: int, inputs: Sequence[str], chance: Chance) -> _Growing:
    """A merge uses up two results, a fan-out uses one again, a unary gate none: at the end, one is left."""
    if count == 1:
        return _Growing([], list(inputs), [("f", f"{inputs[0]} * {inputs[1]}")])
    merges = len(inputs) - 1
    others = ["fan-out", *("unary" if chance.happens(0.35) else "fan-out" for _ in range(count - merges - 1))]
    kinds = _shuffled([*["merge"] * (merges - 1), *others], chance)
    grown = _Growing(list(inputs), list(inputs))
    for number, kind in enumerate(["merge", *kinds]):
        name = "f" if number == count - 1 else _name(number)
        _grow(grown, name, kind, chance)
    return grown


def _name(number: int) -> str:
    return _NODES[number] if number < len(_NODES) else f"a{number - len(_NODES) + 1}"


def _shuffled(things: list[str], chance: Chance) -> list[str]:
    left, order = list(things), []
    while left:
        order.append(left.pop(chance.below(len(left))))
    return order


def _grow(grown: _Growing, name: str, kind: str, chance: Chance) -> None:
    """One more gate."""
    first = grown.unused.pop(chance.below(len(grown.unused)))
    if kind == "unary":
        grown.gates.append((name, chance.pick(_UNARY).format(a=first)))
    else:
        second = _second(grown, first, kind, chance)
        grown.operands.append(frozenset({first, second}))
        grown.gates.append((name, _binary(grown, first, second, chance)))
    grown.unused.append(name)
    grown.known.append(name)


def _second(grown: _Growing, first: str, kind: str, chance: Chance) -> str:
    """The other operand: one that nothing uses yet, or one that something uses already."""
    if kind == "merge":
        return grown.unused.pop(chance.below(len(grown.unused)))
    again = [one for one in grown.known if one != first and one not in grown.unused]
    fresh = [one for one in again if frozenset({first, one}) not in grown.operands]
    return chance.pick(fresh or again)


def _binary(grown: _Growing, first: str, second: str, chance: Chance) -> str:
    """A product now and then, sums and differences, seldom a maximum; one product in the first three gates."""
    due = not grown.products and len(grown.operands) >= 2
    if due or (chance.happens(0.45) and grown.products * 2 <= len(grown.operands)):
        grown.products += 1
        return f"{first} * {second}"
    if chance.happens(0.12) and not any("max" in formula for _name, formula in grown.gates):
        return f"max({first}, {second})"
    return f"{first} {chance.pick(('+', '+', '-'))} {second}"
