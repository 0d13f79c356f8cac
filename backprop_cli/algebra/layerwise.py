"""Optimizers whose parameters do not learn one by one: LAMB looks at the size of a layer, Muon at its whole matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.formula import ZERO, Formula, Name, add, apply, number
from backprop_cli.algebra.slots import Slot, Tensor, Together, Written, corrected, moments

ITERATIONS = "iterations"  # the setting that counts: how often Newton and Schulz go over the matrix

Step = Iterator[tuple[Slot | Tensor, str, Formula]]


def alone(together: Together) -> Callable[[Slot, Name], Written]:
    """The formulas of a parameter that is a layer of its own."""

    def update(slot: Slot, eta: Name) -> Written:
        for _part, name, formula in together(Tensor(slot.parameter.name, ((slot,),), iterations=1), eta):
            yield name, formula

    return update


def lamb(layer: Tensor, eta: Name) -> Step:
    """You et al. (2020), algorithm 2, with φ(z) = z: Adam's r = m̂/(√v̂ + ε) + λ·w, scaled to the size of the layer.

    The trust ratio of a layer is ‖w‖/‖r‖; of one that is 0 it is 1, as in every library, so that it can learn at all.
    """
    for s in layer.slots:
        for name, formula in moments(s):
            yield s, name, formula
        yield s, "mhat", corrected(s, "m", "beta1")
        yield s, "vhat", corrected(s, "v", "beta2")
        ratio = s.aux("mhat") / (apply("sqrt", s.aux("vhat")) + s.setting("epsilon"))
        yield s, "r", ratio + s.setting("lambda") * s.w
    yield layer, "norm", _length([s.w for s in layer.slots])
    yield layer, "rnorm", _length([s.aux("r") for s in layer.slots])
    trust = layer.aux("norm") / layer.aux("rnorm")
    yield layer, "trust", trust + apply("equal", layer.aux("norm"), ZERO) if layer.is_zero else trust
    for s in layer.slots:
        yield s, "w", s.w - eta * layer.aux("trust") * s.aux("r")


def muon(layer: Tensor, eta: Name) -> Step:
    """Jordan et al. (2024): the momentum of a matrix, made orthogonal by Newton and Schulz, with Nesterov's look ahead.

    As torch.optim.Muon has it: b⁺ = μ·b + (1 − μ)·g, u = (1 − μ)·g + μ·b⁺, X₀ = U/‖U‖, Xₖ = α·X + (β·A + γ·A²)·X with
    A = X·Xᵀ (of the flat side of X), w⁺ = w − η·(√max(1, rows/columns)·x + λ·w).
    """
    for s in layer.slots:
        mu = s.setting("mu")
        yield s, "b", mu * s.old("b") + (1 - mu) * s.gradient
        yield s, "u", (1 - mu) * s.gradient + mu * s.new("b")
    yield layer, "norm", _length([s.aux("u") for s in layer.slots])
    for s in layer.slots:
        yield s, "x0", s.aux("u") / apply("max", layer.aux("norm"), s.setting("epsilon"))
    for k in range(1, layer.iterations + 1):
        yield from _orthogonal(layer, k)
    rows, columns = len(layer.rows), len(layer.rows[0])
    for s in layer.slots:
        step: Formula = s.aux(f"x{layer.iterations}")
        if rows > columns:
            step = apply("sqrt", number(rows, columns)) * step
        yield s, "w", s.w - eta * (step + s.setting("lambda") * s.w)


def _orthogonal(layer: Tensor, k: int) -> Step:
    """One iteration of Newton and Schulz; both A and B = β·A + γ·A² are symmetric, so half of each is written."""
    tall = len(layer.rows) > len(layer.rows[0])
    rows = list(zip(*layer.rows, strict=True)) if tall else list(layer.rows)
    places = range(len(rows))
    one = layer.slots[0]

    def entry(letter: str, i: int, j: int) -> str:
        places = sorted((i + 1, j + 1))
        at = "" if len(rows) == 1 else "_" + ("" if len(rows) < 10 else "_").join(map(str, places))
        return f"{letter}{k}{at}"

    for i in places:
        for j in places[i:]:
            pairs = zip(rows[i], rows[j], strict=True)
            terms = [a.aux(f"x{k - 1}") ** 2 if i == j else a.aux(f"x{k - 1}") * b.aux(f"x{k - 1}") for a, b in pairs]
            yield layer, entry("A", i, j), add(*terms)
    for i in places:
        for j in places[i:]:
            squared = add(*(_product(layer.aux(entry("A", i, n)), layer.aux(entry("A", n, j))) for n in places))
            flat = one.setting("beta") * layer.aux(entry("A", i, j))
            yield layer, entry("B", i, j), flat + one.setting("gamma") * squared
    for i in places:
        for at, s in enumerate(rows[i]):
            mixed = [layer.aux(entry("B", i, n)) * rows[n][at].aux(f"x{k - 1}") for n in places]
            yield s, f"x{k}", add(s.setting("alpha") * s.aux(f"x{k - 1}"), *mixed)


def _product(one: Name, other: Name) -> Formula:
    return one**2 if one == other else one * other


def _length(entries: list[Name]) -> Formula:
    """√(Σ e²); of one number, its absolute value."""
    return apply("abs", entries[0]) if len(entries) == 1 else apply("sqrt", add(*(entry**2 for entry in entries)))
