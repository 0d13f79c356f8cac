"""The vectors that an optimizer's step is written with: m = [..], v̂ = [..], g, θ, an entry for each parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.views.matrix_formulas import Matrix

_GRADIENTS = (
    "g",
    "grad",
    "gradient",
    "∇",
    "∇E",
    "∇L",
    "∇f",
    "∇J",
    "grad f",
    "grad E",
    "grad L",
    "dtheta",
    "dw",
    "Gradient",
)
_PARAMETERS = ("theta", "w", "params", "parameters", "weights", "Parameter", "Gewichte")
_OF_A_FUNCTION = ("x", "p")  # what its variables are called together
_NEW = ("", "_new", " neu", " updated", "'")
ONLY_STATE = ("v", "s", "m", "r", "u", "h", "G", "S", "E", "cache", "velocity")  # of an optimizer that remembers one
_FEWEST = 2  # parameters; of a single one, m is a number
_MOST_STEPS = 60


def state_vectors(derivation: Derivation, is_network: bool) -> Iterator[tuple[str, Address, Matrix]]:
    """Every vector by each of its names, and at which address it stands; none where one parameter is updated.

    After the step k, an m may be called m_k, too; what there was before the first step has the index 0.
    """
    steps = _steps(derivation)
    numbers = {at: number for number, at in enumerate(steps, start=1)}
    together = _PARAMETERS if is_network else (*_PARAMETERS, *_OF_A_FUNCTION)
    for at, found in list(steps.items())[:_MOST_STEPS]:
        parameters = [one.by.name for one in found.get("g", ()) if one.by is not None]
        if len(parameters) < _FEWEST:
            continue
        by_head = dict(_by_head(found, parameters))
        heads = [one for one in by_head if one not in ("g", "theta")]
        for head, entries in by_head.items():
            column = Matrix(tuple((one,) for one in entries))
            names = _GRADIENTS if head == "g" else together if head == "theta" else called(head, heads)
            for name in names:
                yield from ((f"{name}{end}", at, column) for end in (_NEW if head != "g" else ("",)))
                yield f"{name}_{numbers[at]}", at, column
                yield f"{name}_t", at, column
    yield from _before(derivation, together)


def called(head: str, heads: Sequence[str]) -> Sequence[str]:
    """What a state may be called: where it is the only one, as books call the squares or the velocity."""
    return tuple(dict.fromkeys((head, *ONLY_STATE))) if len(heads) == 1 else (head,)


def _steps(derivation: Derivation) -> Mapping[Address, Mapping[str, list[Quantity]]]:
    """At every address of an update: the gradients under g, what is new or worked out for it under update."""
    found: dict[Address, dict[str, list[Quantity]]] = {}
    for one in (line.quantity for line in derivation.lines):
        if one.kind in (Kind.NEW, Kind.AUX):
            found.setdefault(one.at, {}).setdefault("update", []).append(one)
    updated = {at: {one.name for one in kinds["update"]} for at, kinds in found.items()}
    for one in (line.quantity for line in derivation.lines):
        by = one.by if one.kind is Kind.GRADIENT else None
        if by is not None and by.kind is Kind.PARAMETER and by.name in updated.get(one.at, ()):
            found[one.at].setdefault("g", []).append(one)
    return found


def _by_head(found: Mapping[str, list[Quantity]], parameters: list[str]) -> Iterator[tuple[str, list[Quantity]]]:
    """What begins alike for every parameter: m_w1, m_w2, m_b are m."""
    named = {one.name: one for one in found["update"]}
    yield "g", found["g"]
    yield "theta", [named[one] for one in parameters]
    first = parameters[0]
    for head in [name.removesuffix(f"_{first}") for name in named if name.endswith(f"_{first}")]:
        entries = [named.get(f"{head}_{one}") for one in parameters]
        if all(entries):
            yield head, [one for one in entries if one is not None]


def _before(derivation: Derivation, together: Sequence[str]) -> Iterator[tuple[str, Address, Matrix]]:
    """The state that is given: m_0, v_0, also called m and v in a formula of the first step."""
    given = [one for one in derivation.constants if one.kind is Kind.PARAMETER]
    names = [one.name for one in given]
    stepped = [name for name in names if any(other.endswith(f"_{name}") for other in names)]
    if len(stepped) < _FEWEST:
        return
    named = {one.name: one for one in given}
    yield from ((f"{name}{end}", (), Matrix(tuple((named[one],) for one in stepped)))
                for name in together for end in ("", "_0"))  # fmt: skip
    heads = [name.removesuffix(f"_{stepped[0]}") for name in names if name.endswith(f"_{stepped[0]}")]
    for head in heads:
        entries = [named.get(f"{head}_{one}") for one in stepped]
        if all(entries):
            column = Matrix(tuple((one,) for one in entries))
            yield from ((f"{name}{end}", (), column) for name in called(head, heads) for end in ("", "_0"))
