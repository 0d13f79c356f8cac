"""Long training: a compiled epoch run as often as asked, with every digit that is reported certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from time import monotonic

from backprop_cli.algebra.quantities import AFTER, Address, Place, Quantity
from backprop_cli.algebra.references import N_STOP, REPORT, Reference
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided, UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Ball, Real, precision
from backprop_cli.numbers.rounded import Decimal, Rounding, is_tiny, round_to, to_digits
from backprop_cli.problem.model import Problem, StopRule
from backprop_cli.training.compiled_epoch import Advance, CompiledEpochs
from backprop_cli.training.one_epoch import State
from backprop_cli.training.sharpness import Sharpness
from backprop_cli.training.stopping import Stopping
from backprop_cli.training.trajectory import Course, LossTracker

FIRST_BITS = 128
MOST_BITS = 1 << 17
_SHARP_BITS = 1 << 10  # what this precision cannot round may be exactly halfway
_EARLY = 100  # epochs that are computed in fractions while these are short
_STRETCH = 1_000  # epochs between two words on the progress, at most
_MOMENT = 0.05  # seconds between them, about


@record
class EpochReport:
    """The loss and the values that are looked at after an epoch (epoch 0: before the first).

    Where gradients are given there is no loss, and its `value` is None.
    `rate` is the η of that epoch where a schedule changes it from epoch to epoch; `place` is the value of the parameter
    where only one is updated.
    """

    epoch: int
    values: dict[Quantity, Decimal]
    value: Decimal | None
    rate: Decimal | None = None
    place: Decimal | None = None

    @property
    def loss(self) -> Decimal:
        """The loss, where there is one."""
        assert self.value is not None
        return self.value


@record
class TrainingRun:
    """The reports in order, and how training ended before its last epoch, if it did.

    It `stopped` because a bound was met, whose key in `stop` that is, or after the epoch `gone` because a value was
    beyond 10^±HUGE, or because of a `failure`: no number there, in words.
    """

    reports: tuple[EpochReport, ...]
    program: CompiledEpochs = field(repr=False, compare=False)
    stopped: str = ""
    gone: int | None = None
    failure: str = ""
    course: Course = field(default_factory=Course)

    @property
    def loss(self) -> Quantity:
        """The loss, or whatever is minimized."""
        return self.program.objective

    @property
    def has_loss(self) -> bool:
        """Whether there is a loss: not where gradients are given."""
        return self.program.has_loss

    @property
    def quantities(self) -> list[Quantity]:
        """The quantities that are reported after an epoch."""
        return list(self.reports[0].values)

    def reported(self, one: Reference, run: Address = ()) -> Iterator[tuple[Quantity, Decimal]]:
        """The value that `report 100 / w1` means, at this address; none where training ended before."""
        return ((quantity, value) for quantity, value in self.placed(run) if Reference.to(quantity) == one)

    def placed(self, run: Address = ()) -> Iterator[tuple[Quantity, Decimal]]:
        """Every value at its address, `report 100`, or of one run of several `rate 2 / report 100`.

        Behind them stands the epoch after which training ended, where it ended with numbers.
        """
        for report in self.reports:
            for quantity, value in report.values.items():
                place = tuple(place for place in quantity.at if place != AFTER)
                yield quantity.at_address((*run, Place(REPORT, report.epoch), *place)), value
        if self.gone is None and not self.failure:
            yield N_STOP.at_address((*run, *N_STOP.at)), Decimal(self.reports[-1].epoch, 0, whole_truth=True)


def train(
    problem: Problem,
    epochs: Sequence[int],
    digits: int,
    on_epoch: Callable[[int], None] = lambda epoch: None,
    watched: bool = False,
    program: CompiledEpochs | None = None,
) -> TrainingRun:
    """Trains to the last of the epochs and reports after each of them; `program` are its epochs where they are known.

    Precision rises until every reported digit is certain, also where a learning rate diverges. With `watched`, the
    course of every epoch is counted, and what goes wrong on the way ends the run instead of failing it. Raises
    MathError where a value has no meaning or the digits end, UsageError where nothing is updated.
    """
    if problem.rounding is not None:
        raise UsageError(_("training is exact; it cannot be combined with rounding"))
    program = program or CompiledEpochs(problem, problem.report_quantities)
    exact = program.exact_states(min(max(epochs), _EARLY))
    bits = FIRST_BITS
    while True:
        attempt = _Attempt(program, exact, problem.stop, sorted(set(epochs)), digits, on_epoch, watched, bits)
        try:
            with precision(bits):
                return attempt.run()
        except Undecided:
            bits, failure = attempt.next_bits()
            if not failure:
                continue
        except MathError as error:
            failure = str(error)
        if not watched or not attempt.reports:
            raise MathError(failure) from None
        return attempt.ended(failure=failure)


class _Attempt:
    """One run at one precision; what it has seen remains when it fails."""

    def __init__(
        self,
        program: CompiledEpochs,
        exact: Sequence[Sequence[Real]],
        rule: StopRule | None,
        epochs: Sequence[int],
        digits: int,
        on_epoch: Callable[[int], None],
        watched: bool,
        bits: int,
    ) -> None:
        self.program = program
        self.exact = exact
        self.rule = rule
        self.epochs = epochs
        self.digits = digits
        self.on_epoch = on_epoch
        self.watched = watched
        self.bits = bits
        self.reports: list[EpochReport] = []
        self.watch = LossTracker(program.moving)
        self.sharpness = Sharpness(bits, epochs[-1], digits)
        self.may_end_early = watched or rule is not None  # and what is counted depends on the precision

    def next_bits(self) -> tuple[int, str]:
        """The precision after this one failed; and why there is none, where so much is out of reach."""
        sharpness = self.sharpness
        bits = 2 * self.bits if self.may_end_early else sharpness.next_bits
        if not self.may_end_early and sharpness.is_beyond(MOST_BITS):
            message = _(
                "the digits end: {epochs:,} epochs would need about {bits:,} bits, and there are at most {most:,}"
            )
            return 0, message.format(epochs=sharpness.last, bits=sharpness.needed, most=MOST_BITS)
        if self.bits >= MOST_BITS:
            message = _("the digits end: more than {bits:,} bits would be needed (a value may lie exactly at a kink)")
            return 0, message.format(bits=MOST_BITS)
        return min(bits, MOST_BITS), ""

    def ended(self, stopped: str = "", gone: int | None = None, failure: str = "") -> TrainingRun:
        """The run as far as it came."""
        course = self.watch.course()
        return TrainingRun(tuple(self.reports), self.program, stopped, gone, failure, course)

    def run(self) -> TrainingRun:
        """Runs to the last epoch, or to where training ends; the first epochs are exact as long as they can be."""
        program = self.program
        state, steps = program.start(), program.steps()
        advance = program.compiled()
        huge = Ball(10) ** limits.HUGE
        every = self.rule is not None or self.watched
        stopping = None if self.rule is None else Stopping(self.rule, program)
        loss = program.loss() if every and program.has_loss else None
        before = (0, state, steps)
        for epoch, stretch in self._stretches(every):
            exact = self.exact[epoch] if epoch < len(self.exact) else None
            if exact is not None:
                state, steps = tuple(map(Ball, exact)), program.steps(epoch)
            if _is_beyond(state, huge):
                return self.ended(gone=_first_beyond(advance, before, huge))
            before = (epoch, state, steps)
            self._refuse_blunt(epoch, state)
            now = None
            if loss is not None:
                now = loss(state) if exact is None else Ball(program.look(exact)[program.objective])
                if self.watched:
                    self.watch.see(now, state)
            met = "" if stopping is None else stopping.met(now, state)
            if epoch in self.epochs or met:
                start = program.exact_start() if epoch == 0 else state
                self.reports.append(self._report(epoch, start if exact is None else exact))
            if met:
                return self.ended(stopped=met)
            if stretch and epoch + stretch >= len(self.exact):
                state, steps = advance(epoch, stretch, state, steps)
            self.on_epoch(epoch + stretch)
        return self.ended()

    def _refuse_blunt(self, epoch: int, state: State) -> None:
        """Ends an attempt that will not come to its last epoch."""
        if not self.may_end_early:
            self.sharpness.see(epoch, state)
            if self.sharpness.is_hopeless:
                raise Undecided(_("the value is not settled"))

    def _stretches(self, every: bool) -> Iterator[tuple[int, int]]:
        """Each epoch at which to look, and how many to run from there: fewer where they take long."""
        epoch, pace, last = 0, 1, self.epochs[-1]
        for wanted in sorted({*self.epochs, min(len(self.exact) - 1, last)}):
            while epoch < wanted:
                stretch = 1 if every else min(pace, wanted - epoch)
                begun = monotonic()
                yield epoch, stretch
                pace = min(2 * pace, _STRETCH) if monotonic() - begun < _MOMENT else max(1, pace // 2)
                epoch += stretch
        yield last, 0

    def _digits(self, value: Real) -> Decimal:
        """The value to so many digits; to some more where it lies between two such numbers, as far as one can see.

        What the last precision does not tell from 0 is 0 to so many places, which is certain.
        """
        try:
            return to_digits(value, self.digits)
        except Undecided:
            if self.bits < _SHARP_BITS:
                raise
            if is_tiny(value):
                return round_to(value, Rounding(places=self.digits))
            return to_digits(value, self.digits + 3)

    def _report(self, epoch: int, state: Sequence[Real]) -> EpochReport:
        program = self.program
        seen = program.look(state)
        values = {name: self._digits(value) for name, value in seen.items()}
        rate = program.rate_of(epoch)
        return EpochReport(
            epoch,
            {quantity: values[quantity] for quantity in program.shown},
            values.get(program.objective) if program.has_loss else None,
            None if rate is None else _rate_digits(rate, self.digits),
            values.get(program.only) if program.only else None,
        )


def _is_beyond(state: State, huge: Ball) -> bool:
    return any(one > huge or one < -huge for one in state)


def _first_beyond(advance: Advance, before: tuple[int, State, State], huge: Ball) -> int:
    """The first epoch after which a value is too large, searched from a state that is not."""
    epoch, state, steps = before
    while not _is_beyond(state, huge):
        state, steps = advance(epoch, 1, state, steps)
        epoch += 1
    return epoch


def _rate_digits(rate: Real, digits: int) -> Decimal:
    """The rate in decimals; one that no precision tells from 0 (half a cosine wave ends there) is 0 to so many."""
    try:
        return to_digits(rate, digits)
    except Undecided:
        return round_to(rate, Rounding(places=digits))
