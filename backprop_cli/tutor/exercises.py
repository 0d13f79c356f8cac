"""Which problems are practised on: for each skill, recipes of new ones in which it is met, or bundled ones by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_cli.generator.problems import NotFound, generate
from backprop_cli.generator.recipes import Recipe
from backprop_cli.problem.reader import Loaded, load

_SEEDS = 20  # that are tried, of a recipe that is sometimes not met
_LINEAR = Recipe(shape=(2, 2, 1), activation="identity")
_SIGMOID = Recipe(shape=(2, 2, 1), activation="sigmoid")
_RELU = Recipe(shape=(2, 2, 1), activation="relu")
_TWO_OUTPUTS = Recipe(shape=(2, 2, 2), activation="sigmoid")
_CLASSIFIER = Recipe(kind="softmax", shape=(2, 3))
_DEEP_CLASSIFIER = Recipe(kind="softmax", shape=(2, 2, 3))

EXERCISES: Mapping[str, Sequence[Recipe | str]] = {
    "net": (_LINEAR, _RELU, _SIGMOID, _TWO_OUTPUTS),
    "activation": (_SIGMOID, _RELU, Recipe(shape=(2, 2, 1), activation="tanh")),
    "softmax": (_CLASSIFIER, _DEEP_CLASSIFIER),
    "loss": (_LINEAR, _TWO_OUTPUTS, _CLASSIFIER),
    "output-delta": (_TWO_OUTPUTS, _SIGMOID, _LINEAR),
    "hidden-delta": (_TWO_OUTPUTS, _RELU, _SIGMOID, _DEEP_CLASSIFIER),
    "gradient": (_LINEAR, _SIGMOID, _RELU, _CLASSIFIER),
    "update": (Recipe(kind="single-weight"), _LINEAR, _RELU, _SIGMOID),
    "optimizer": (
        *(Recipe(kind="optimizer", optimizer=name) for name in ("momentum", "nesterov", "momentum_average")),
        "adam",
    ),
    "gate": tuple(Recipe(kind="graph", gates=gates) for gates in (3, 4, 5)),
}


def exercise(skill: str, number: int) -> Loaded:
    """A new problem to practise a skill on: the same for the same number."""
    recipe = EXERCISES[skill][number % len(EXERCISES[skill])]
    if isinstance(recipe, str):
        return load(recipe)
    for seed in range(number, number + _SEEDS - 1):
        try:
            return generate(recipe, seed).loaded
        except NotFound:
            continue
    return generate(recipe, number + _SEEDS - 1).loaded
