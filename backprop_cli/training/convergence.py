"""What a learning rate does, in one word, decided by rules on certified values."""

from __future__ import annotations

from enum import Enum

from backprop_cli.algebra.formula import Formula
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.rounded import Decimal, to_digits
from backprop_cli.training.quadratics import Quadratic
from backprop_cli.training.runs import TrainingRun

HALF = rational(1, 2)


class Behaviour(Enum):
    """What a learning rate does to the loss: it converges, oscillates, diverges, …"""

    TOO_SMALL = n_("too small")
    CONVERGES = n_("converges")
    OSCILLATES = n_("oscillates")
    DIVERGES = n_("diverges")
    STANDS_STILL = n_("stands still")
    STILL_FALLING = n_("still falling")


@record
class ConvergenceVerdict:
    """The word, and what it rests on.

    `share` is how much of the way the run went, in percent; `factor` is 1 − η·E″, where the loss is a parabola.
    """

    word: Behaviour
    share: Decimal | None = None
    factor: Real | None = None


def verdict_of(run: TrainingRun, best: Ball | None) -> ConvergenceVerdict:
    """The word for a run of N epochs; `best` is the longest descent of the runs that it is compared with.

    E₀ is the loss before the first epoch, E_N the one after the last, Δ the change of the parameters in an epoch. Only
    what the balls prove counts. In this order:

    - diverges: the values leave every bound, or an operation has no value any more, or E_N > E₀ and no loss before it
      was higher;
    - oscillates: in at least half of the epochs the step turns back, Δ·Δ with the one before it being negative; or the
      loss rises in at least a quarter of the epochs and falls in at least a quarter;
    - diverges: E_N > E₀ otherwise;
    - stands still: E_N is not proven to be less than E₀;
    - converges: the last Δ is at most half as long as the first;
    - too small: E₀ − E_N < ½(E₀ − E_best), where E_best is the least loss that any of the rates ends with;
    - still falling: none of these.

    No finite number of epochs proves what comes after it: the words are for the epochs that were run.
    """
    course = run.course
    if course.highest or run.gone is not None or run.failure:
        return ConvergenceVerdict(Behaviour.DIVERGES)
    share = _percent(course.descent, best)
    if (course.turns and 2 * course.back >= course.turns) or 4 * min(course.rises, course.falls) >= course.epochs > 0:
        return ConvergenceVerdict(Behaviour.OSCILLATES, share)
    if course.higher:
        return ConvergenceVerdict(Behaviour.DIVERGES)
    if not course.lower:
        return ConvergenceVerdict(Behaviour.STANDS_STILL)
    if course.shrunk:
        return ConvergenceVerdict(Behaviour.CONVERGES, share)
    if course.descent is not None and best is not None and course.descent < best / 2:
        return ConvergenceVerdict(Behaviour.TOO_SMALL, share)
    return ConvergenceVerdict(Behaviour.STILL_FALLING, share)


def verdict_on_parabola(quadratic: Quadratic, rate: Formula, epochs: int) -> ConvergenceVerdict:
    """The word for N epochs on a parabola, decided by the factor a = 1 − η·E″ alone.

    - stands still: w begins where the slope is 0 already;
    - diverges: a > 1 or a < −1, or a = 1 (a straight line: w goes on for ever);
    - oscillates: −1 ≤ a < 0; at −1 it goes back and forth for ever, else ever closer;
    - too small: aᴺ > ½: after N epochs w has not gone half of the way;
    - converges: 0 ≤ a otherwise; at 0 it is there after one step.

    Raises Undecided where the factor is only known as a ball around one of these bounds.
    """
    factor = quadratic.factor(rate)
    if quadratic.starts_there:
        return ConvergenceVerdict(Behaviour.STANDS_STILL, factor=factor)
    for bound in (1, 0, -1):
        if not (factor < bound or factor > bound or factor == bound):
            raise Undecided(_("the sign of a value is not settled"))
    if factor >= 1 or factor < -1:
        return ConvergenceVerdict(Behaviour.DIVERGES, factor=factor)
    left = factor**epochs
    share = _percent(Ball(1) - left, Ball(1))
    if factor < 0:
        return ConvergenceVerdict(Behaviour.OSCILLATES, factor=factor)
    return ConvergenceVerdict(Behaviour.TOO_SMALL if left > HALF else Behaviour.CONVERGES, share, factor)


def _percent(part: Ball | None, whole: Ball | None) -> Decimal | None:
    """The part of the whole in percent, to two figures; None where that is not settled."""
    if part is None or whole is None or not whole > 0:
        return None
    try:
        return to_digits(part * 100 / whole, 2)
    except Undecided:
        return None
