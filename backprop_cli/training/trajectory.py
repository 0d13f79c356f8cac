"""The course of a training run: how often the loss rose and the steps turned back, as far as balls prove it."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball


@record
class Course:
    """What the loss and the steps did from epoch to epoch; only what the balls prove is counted.

    Δ is the change of the parameters in an epoch; a turn is an epoch whose Δ·Δ with the one before has a proven sign,
    and it goes back where that is negative. `higher` and `lower` say how the last loss compares with the first, and
    `shrunk` that the last Δ is at most half as long as the first; `highest` says that the last loss is the highest.
    """

    epochs: int = 0
    rises: int = 0
    falls: int = 0
    turns: int = 0
    back: int = 0
    higher: bool = False
    lower: bool = False
    shrunk: bool = False
    highest: bool = False
    descent: Ball | None = None  # how far the loss came down from the first to the last


class LossTracker:
    """Counts what the loss and the steps do."""

    def __init__(self, moving: Sequence[int]) -> None:
        self.moving = moving
        self.losses: list[Ball] = []  # the first and the last
        self.peak: Ball | None = None
        self.highest = False
        self.state: Sequence[Ball] | None = None
        self.first_step: list[Ball] = []
        self.step: list[Ball] = []
        self.epochs = self.rises = self.falls = self.turns = self.back = 0

    def see(self, loss: Ball, state: Sequence[Ball]) -> None:
        """The next epoch's loss and parameters."""
        if self.state is not None:
            self.epochs += 1
            self.rises += bool(loss > self.losses[-1])
            self.falls += bool(loss < self.losses[-1])
            step = [state[index] - self.state[index] for index in self.moving]
            if self.step:
                turn = _product(step, self.step)
                self.back += bool(turn < 0)
                self.turns += bool(turn < 0) or bool(turn > 0)
            self.first_step = self.first_step or step
            self.step = step
        if self.peak is None or loss > self.peak:
            self.peak, self.highest = loss, True
        elif loss < self.peak:
            self.highest = False
        self.losses = [*self.losses[:1], loss]
        self.state = state

    def course(self) -> Course:
        """What was counted."""
        if len(self.losses) < 2:
            return Course(self.epochs)
        first, last = self.losses
        counts = (self.epochs, self.rises, self.falls, self.turns, self.back)
        shrunk = bool(4 * _product(self.step, self.step) <= _product(self.first_step, self.first_step))
        higher = bool(last > first)
        return Course(*counts, higher, bool(last < first), shrunk, higher and self.highest, first - last)


def _product(one: Sequence[Ball], other: Sequence[Ball]) -> Ball:
    return sum((a * b for a, b in zip(one, other, strict=True)), Ball(0))
