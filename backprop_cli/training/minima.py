"""A local minimum at the end of a descent, proven by the signs of the slope on its two sides."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.algebra.operations import jumps
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.training.compiled_epoch import CompiledEpochs
from backprop_cli.training.runs import TrainingRun

_BITS = 256


@record
class Minimum:
    """A local minimum lies between two values: the loss falls at the lower one and rises at the higher one."""

    low: Rational
    high: Rational
    radius: Rational


def minimum_near(run: TrainingRun, sloped: CompiledEpochs, digits: int) -> Minimum | None:
    """A local minimum at the end of a run, as closely as its digits say it; None where there is no proof of one.

    `sloped` are its epochs, after which the slope is looked at.

    Only for one parameter. A slope that changes from − to + encloses a minimum where the loss is continuous: where it
    has a finite value on the whole interval at once, and no step in it.
    """
    place, program = run.reports[-1].place, run.program
    if place is None or any(jumps(line.formula) for line in program.loss_lines):
        return None
    figures = len(str(abs(place.value.p) // place.value.q)) if abs(place.value) >= 1 else 0
    with precision(_BITS):
        start, loss = sloped.start(), program.loss()

        def sign(at: Rational) -> int:
            value = sloped.look(with_place(sloped, start, at))[sloped.shown[0]]
            return 1 if value > 0 else -1 if value < 0 else 0

        for power in range(digits - 2, 0, -1):
            radius = rational(10) ** (figures - power)
            low, high = place.value - radius, place.value + radius
            try:
                if sign(low) < 0 < sign(high):
                    whole = loss(with_place(program, program.start(), Ball(place.value, radius)))
                    return Minimum(low, high, radius) if whole.is_finite() else None
            except (MathError, Undecided):
                return None
    return None


def with_place(program: CompiledEpochs, state: Sequence[Ball], place: Real) -> list[Ball]:
    """A state in which the only parameter that is updated has this value."""
    return [Ball(place) if index in program.moving else one for index, one in enumerate(state)]
