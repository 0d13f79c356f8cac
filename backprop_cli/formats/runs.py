"""What stands under the worked solution: training, comparisons, descents on the curve, the passes of a perceptron."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType

from backprop_cli.formats import training
from backprop_cli.formats.training import Page
from backprop_cli.solution import Solution


def parts(page: Page, solution: Solution) -> Iterator[RenderableType]:
    """Each of them that the solution has; what most solutions have not is imported where one has it."""
    if solution.only:
        return
    if solution.training is not None:
        yield from training.parts(page, solution.training)
    if solution.comparison is not None:
        from backprop_cli.formats import trials

        yield from trials.parts(page, solution.comparison)
    if solution.landscapes:
        from backprop_cli.formats import descent

        yield from descent.parts(page, solution.landscapes, solution.comparison)
    if solution.problem.training.perceptron is not None:
        from backprop_cli.formats import perceptron

        yield from perceptron.parts(page, solution)
