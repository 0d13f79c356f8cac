"""New problems: one with agreeable numbers, or variants of equal difficulty."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import randbelow
from typing import TYPE_CHECKING, Any

from backprop_cli.api.problem import Problem, load

if TYPE_CHECKING:
    from backprop_cli.generator.recipes import Recipe

_SEEDS = 10_000


def generate(*, seed: int | None = None, draw: int | None = None, **wishes: Any) -> Problem:
    """A new problem, the same from the same seed; what may be wished for is what `backprop generate` takes.

    generate(kind='network', shape='2-2-1', activation='relu', seed=7); generate(like='mazur'). Raises UsageError for
    what there is not, and NotFound where no numbers are agreeable enough.
    """
    from backprop_cli.generator.problems import generate as make

    return Problem(make(recipe_of(**wishes), seed_of(seed), draw=draw).loaded)


def variants(count: int, *, seed: int | None = None, band: int = 10, **wishes: Any) -> list[Problem]:
    """So many problems of equal difficulty, within ±`band` per cent of work; `wishes` are those of `generate`."""
    from backprop_cli.generator.variants import variants_of

    made = variants_of(recipe_of(**wishes), seed_of(seed), count, band)
    return [Problem(one.made.loaded) for one in made.variants]


def recipe_of(
    *,
    kind: str = "network",
    shape: str | Sequence[int] | None = None,
    activation: str | None = None,
    output_activation: str | None = None,
    loss: str | None = None,
    samples: int = 1,
    bias: bool = True,
    gates: int = 5,
    optimizer: str | None = None,
    extras: Sequence[str] = (),
    digits: int | None = None,
    places: int = 4,
    like: str | Problem | None = None,
    title: str = "",
) -> Recipe:
    """What a new problem is to be. Raises UsageError for a shape that is none."""
    from backprop_cli.generator.recipes import Recipe, shape_of

    layers = shape_of(shape if isinstance(shape, str) else "-".join(map(str, shape))) if shape is not None else None
    kept = like if isinstance(like, Problem) or like is None else load(like)
    return Recipe(
        kind=kind, shape=layers, activation=activation, output=output_activation, loss=loss, samples=samples,
        gates=gates, optimizer=optimizer, digits=digits, places=places, bias=bias, extras=tuple(extras),
        like=None if kept is None else kept.with_numbers, like_name=like if isinstance(like, str) else "",
        title=title.strip(),
    )  # fmt: skip


def seed_of(given: int | None) -> int:
    """The seed, or one that is drawn."""
    return randbelow(_SEEDS) if given is None else given
