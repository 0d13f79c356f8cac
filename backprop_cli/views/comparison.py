"""Which answers of a problem change when one convention is changed, and which do not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.quantities import AFTER, Kind, Quantity, place
from backprop_cli.algebra.references import Reference, references_to
from backprop_cli.deriving.conventions import CONVENTIONS, Convention, relus_in
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.trace import Trace, Value
from backprop_cli.ground.errors import MathError, Undecided, UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, labelled, listed
from backprop_cli.numbers.certified import Certified, are_equal
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem

_MOST_DIGITS = 40  # to tell two values apart that begin alike


@record
class Variation:
    """One convention changed: what it is in the problem and what instead, how a file says so, and what to know.

    `name` is that of the option that it is changed to.
    """

    convention: Convention
    here: str
    instead: str
    written: str
    note: str = ""
    name: str = ""


@record
class ComparedValue:
    """A quantity in the problem as it stands and under each variation; None where there is no such line.

    `quantity` has no address where it is the last value of a parameter.
    """

    quantity: Quantity
    here: Value | None
    under: tuple[Value | None, ...]

    def differs(self, variation: int) -> bool:
        """Whether it is another number, or no line at all, under a variation."""
        there = self.under[variation]
        if self.here is None or there is None:
            return self.here is not there
        return not are_equal(self.here.number, there.number)


@record(slots=False)
class ConventionComparison:
    """The answers of a problem under every convention that can be changed; `absent` says why others cannot."""

    problem: Problem
    trace: Trace
    variations: tuple[Variation, ...]
    answers: tuple[ComparedValue, ...]
    absent: tuple[tuple[Convention, str], ...]

    @property
    def changing(self) -> list[ComparedValue]:
        """The answers that differ under at least one variation."""
        return [answer for answer in self.answers if any(map(answer.differs, range(len(self.variations))))]

    @property
    def same(self) -> list[ComparedValue]:
        """The answers that are the same under all of them."""
        changing = {answer.quantity for answer in self.changing}
        return [answer for answer in self.answers if answer.quantity not in changing]


def compare(worked: WorkedProblem, only: Sequence[str] = (), digits: int = 9) -> ConventionComparison:
    """Solves the problem as it stands and under each other option of each convention, one at a time.

    Compared is what `only` names, else what the problem asks for, else δ, gradients, updated parameters and losses;
    always also the loss after the update. Of a long training, the first epoch is compared. Raises UsageError for a name
    in `only` that nothing has.
    """
    problem = worked.by_hand
    trace = _solved(worked, digits)
    wanted = Names.of(problem, trace.derivation).chosen(only) or problem.ask
    variations: list[Variation] = []
    under: list[dict[Quantity, Value]] = []
    absent: list[tuple[Convention, str]] = []
    for convention in CONVENTIONS:
        if why := convention.absent(problem):
            absent.append((convention, why))
            continue
        for option, changed in convention.others(problem):
            try:
                under.append(_answers(changed, _solved(WorkedProblem(changed), digits), wanted))
            except (UsageError, MathError) as reason:
                absent.append((convention, labelled(_(option.says), str(reason))))
                continue
            note = _note(convention, changed, trace)
            instead = _(option.says)
            variations.append(
                Variation(convention, convention.says(problem), instead, convention.written(changed), note, option.name)
            )
    here = _answers(problem, trace, wanted)
    answers = tuple(_told_apart(answer, digits) for answer in _rows(here, under))
    return ConventionComparison(problem, trace, tuple(variations), answers, tuple(absent))


def _solved(worked: WorkedProblem, digits: int) -> Trace:
    """The trace with every gradient of a parameter on a line of its own, and the pass after the update."""
    problem = worked.problem
    detail = problem.detail or (Detail.TEXTBOOK if problem.rounding else Detail.FULL)
    keep = {f"d{loss}/d{name}" for name in problem.parameters for loss in ("E", problem.objective or "E")}
    lines = worked.lines_for([Reference((), one) for one in keep], detail, then_forward=True)
    return solve(lines, problem.rounding, digits)


# ---- which answers -------------------------------------------------------------------------------------------


def _answers(problem: Problem, trace: Trace, wanted: Collection[Reference]) -> dict[Quantity, Value]:
    """The values that are compared, a parameter's last one without its address."""
    updated = {step.quantity.name for step in trace.steps if step.quantity.kind is Kind.NEW}
    objective = _objective(problem, trace)
    found: dict[Quantity, Value] = {}
    wanted = frozenset(wanted)
    for step in trace.steps:
        quantity = step.quantity
        usual = not wanted and not step.line.given
        if (quantity.at and Reference.to(quantity) in wanted) or (
            quantity.bare == objective and quantity.at == (AFTER,)
        ):
            found[quantity] = step.value
        elif not wanted.isdisjoint(references_to(quantity)) or (
            usual and (_is_compared(quantity, updated, problem) or _is_loss(quantity, objective))
        ):
            named = quantity.bare if quantity.kind is Kind.NEW else quantity
            found.pop(named, None)  # the last value stands where it was written
            found[named] = step.value
    return found


def _is_loss(quantity: Quantity, objective: Quantity | None) -> bool:
    return quantity.bare == objective and AFTER not in quantity.at


def _is_compared(quantity: Quantity, updated: set[str], problem: Problem) -> bool:
    """Whether a sheet that does not say what it asks for asks for this; of several samples, not every gradient."""
    if quantity.kind is Kind.GRADIENT and quantity.by is not None:
        if len(problem.samples) > 1 and updated and place(quantity.at, "sample") is not None:
            return False
        if quantity.by.kind is Kind.PARAMETER:
            return not updated or quantity.by.name in updated
        return bool(problem.nodes) and quantity.by.kind is Kind.INPUT
    return quantity.kind in (Kind.DELTA, Kind.NEW)


def _objective(problem: Problem, trace: Trace) -> Quantity | None:
    """What is differentiated."""
    if problem.nodes:
        return Quantity(Kind.NODE, problem.objective or list(problem.nodes)[-1])
    return next((step.quantity.bare for step in trace.steps if step.quantity.kind is Kind.LOSS), None)


def _rows(here: Mapping[Quantity, Value], under: Sequence[Mapping[Quantity, Value]]) -> Iterable[ComparedValue]:
    """One answer for each quantity here, then those that only a variation has and that have no name here."""
    named = {quantity.bare_key for quantity in here}
    others = [quantity for one in under for quantity in one if quantity.bare_key not in named]
    for quantity in dict.fromkeys([*here, *others]):
        yield ComparedValue(quantity, here.get(quantity), tuple(one.get(quantity) for one in under))


def _told_apart(answer: ComparedValue, digits: int) -> ComparedValue:
    """The answer with as many digits as it takes to see that values which differ are not the same."""
    while digits < _MOST_DIGITS and any(
        answer.differs(index) and there is not None and answer.here is not None
        and there.decimal.value == answer.here.decimal.value
        for index, there in enumerate(answer.under)
    ):  # fmt: skip
        digits += 3
        try:
            answer = ComparedValue(
                answer.quantity, _finer(answer.here, digits), tuple(_finer(v, digits) for v in answer.under)
            )
        except Undecided:
            break
    return answer


def _finer(value: Value | None, digits: int) -> Value | None:
    return None if value is None else Value(value.number, to_digits(value.number, digits))


# ---- what to know --------------------------------------------------------------------------------------------


def _note(convention: Convention, changed: Problem, trace: Trace) -> str:
    """What a reader has to know of a variation: that it is no gradient descent, or where a ReLU is at exactly 0."""
    if changed.conventions.updated_weights:
        return _("this is not gradient descent, although it is found in print")
    if convention.name == "momentum" and changed.training.state:
        return _("the v that is given is read as it stands, although v is something else there")
    if convention.name != "relu_at_zero":
        return ""
    lines = [line for line in trace.derivation.lines if AFTER not in line.quantity.at and _is_at_zero(line, trace)]
    zeros = [line.quantity.key.replace("out_", "net_") for line in lines]
    if not zeros:
        return _("no ReLU has a net input of exactly 0 here")
    return _("the net input is exactly 0 at {names}").format(names=listed(zeros))


def _is_at_zero(line: Line, trace: Trace) -> bool:
    """Whether a ReLU in the line is applied to exactly 0."""
    if line.given or line.quantity.kind not in (Kind.OUT, Kind.NODE):
        return False
    domain = Certified()
    nets = (relu.arguments[0] for relu in relus_in(line.formula))
    values = (evaluate(net, domain, lambda symbol: trace.value(symbol).number) for net in nets)  # type: ignore[arg-type]
    return any(are_equal(value, domain.number(0)) for value in values)
