"""Which problems are practised on: for each skill, recipes of new ones in which it is met, and models to draw anew.

Each is found in a few tenths of a second; what cannot be found makes room for the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from backprop_cli.generator.problems import NotFound, generate
from backprop_cli.generator.recipes import Recipe
from backprop_cli.ground.records import record
from backprop_cli.problem.reader import Loaded, load_text
from backprop_cli.questions.reading import load, understood

_SEEDS = 2  # that are tried of each recipe
_TRIES = 100


@record(slots=False)
class Model:
    """A bundled problem whose numbers are drawn anew."""

    name: str

    def recipe(self) -> Recipe:
        """The recipe of problems like it."""
        return Recipe(like=load(self.name), like_name=self.name)


_LINEAR = Recipe(shape=(2, 2, 1), activation="identity")
_SIGMOID = Recipe(shape=(2, 2, 1), activation="sigmoid")
_RELU = Recipe(shape=(2, 2, 1), activation="relu")
_TWO_OUTPUTS = Model("mazur")
_CLASSIFIER = Recipe(kind="softmax", shape=(2, 3))
_DEEP_CLASSIFIER = Recipe(kind="softmax", shape=(2, 2, 3))
_OPTIMIZERS = ("momentum", "adam", "nesterov", "rmsprop", "momentum_average", "adagrad")

EXERCISES: Mapping[str, Sequence[Recipe | Model]] = {
    "net": (_LINEAR, _RELU, _SIGMOID, _TWO_OUTPUTS),
    "activation": (_SIGMOID, _RELU, Recipe(shape=(2, 2, 1), activation="tanh")),
    "softmax": (_CLASSIFIER, _DEEP_CLASSIFIER, Model("softmax")),
    "loss": (
        Recipe(shape=(2, 3), activation="identity"), Recipe(shape=(2, 3), activation="sigmoid"), _TWO_OUTPUTS,
        Recipe(kind="softmax", shape=(2, 3), samples=2),
    ),
    "output-delta": (
        Recipe(shape=(2, 3), activation="sigmoid"), Recipe(shape=(2, 3), activation="tanh"), _TWO_OUTPUTS,
        Recipe(shape=(2, 2), activation="relu"),
    ),
    "hidden-delta": (
        _TWO_OUTPUTS, Recipe(shape=(1, 3, 1), activation="relu"), Recipe(shape=(1, 3, 2), activation="sigmoid"),
        _DEEP_CLASSIFIER, Recipe(shape=(1, 3, 1), activation="tanh"),
    ),
    "gradient": (_LINEAR, _SIGMOID, _RELU, _CLASSIFIER),
    "update": (Recipe(shape=(2, 2), activation="identity"), Recipe(shape=(2, 1), activation="sigmoid"), _RELU),
    "optimizer": (
        *(Recipe(kind="optimizer", optimizer=name) for name in _OPTIMIZERS), Model("adam"),
    ),
    "gate": (
        *(Recipe(kind="graph", gates=gates) for gates in (3, 4)),
        *map(Model, ("cs231n-gates", "two-paths", "max-gate", "sigmoid-circuit")),
    ),
}  # fmt: skip
_LAST_RESORT = {"softmax": "softmax", "optimizer": "adam", "gate": "cs231n-gates"}  # mazur for the others


def written_in(notation: str | None) -> Callable[[str, int], Loaded]:
    """What makes an exercise in a skill, from a number, in this notation."""

    def make(skill: str, number: int) -> Loaded:
        made = exercise(skill, number)
        return made if notation is None else understood(load_text(made.text, made.source, notation))

    return make


def exercise(skill: str, number: int, table: Mapping[str, Sequence[Recipe | Model]] = EXERCISES) -> Loaded:
    """A new problem to practise a skill on, the same for the same number; where none is found, a bundled one."""
    for recipe, seed in product(_recipes(table[skill], number), range(number, number + _SEEDS)):
        try:
            return generate(recipe, seed, _TRIES).loaded
        except NotFound:
            continue
    return load(_LAST_RESORT.get(skill, "mazur"))


def _recipes(choices: Sequence[Recipe | Model], number: int) -> Iterator[Recipe]:
    """The recipes, from the number's own on."""
    for index in range(len(choices)):
        choice = choices[(number + index) % len(choices)]
        yield choice.recipe() if isinstance(choice, Model) else choice
