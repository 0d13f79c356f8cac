"""What the pages of layers are tested on: the bundled problems that have layers, solved."""

from __future__ import annotations

from functools import cache
from typing import Any

from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

Data = dict[str, Any]

IN_ARRAYS = [name for name in bundled() if load(name).problem.arrays]

WITHOUT_LAYERS = [name for name in bundled() if not load(name).problem.layers and name not in IN_ARRAYS]

OF_OTHER_TYPES = [name for name in bundled() if any(layer.cells for layer in load(name).problem.layers)]

OF_OTHER_RULES = ["schedule", "perceptron-and", "perceptron-or"]

WITH_LAYERS = [
    name for name in bundled() if name not in (*IN_ARRAYS, *WITHOUT_LAYERS, *OF_OTHER_TYPES, *OF_OTHER_RULES)
]


@cache
def bundled_solution(name: str) -> Solution:
    """The solution of a bundled problem, found once."""
    return solution_of(load(name), SolveOptions())


def numbers(matrix: Data) -> list[list[float]]:
    """The entries of a matrix; a connection that is not there is 0."""
    return [[0.0 if text is None else float(text) for text in row] for row in matrix["decimals"]]
