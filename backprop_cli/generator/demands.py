"""What is demanded of a generated problem: a table, the cheap demands first, each with the sentence that names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ZERO, Apply
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import AFTER, Kind, Phase
from backprop_cli.generator.parametric import Filling
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_
from backprop_cli.numbers.certified import Certified, Real
from backprop_cli.numbers.exact import Rational, decimal_digits, digits_of, rational
from backprop_cli.numbers.sizes import size

FLATTEST = rational(1, 4)  # of the steepest slope that an activation has: a unit with less is nearly saturated
LEAST_SHARE = rational(1, 25)  # of a softmax
_MOST = {Kind.NET: 20, Kind.OUT: 20, Kind.NODE: 200, Kind.LOSS: 60, Kind.PART: 60}
_OTHERWISE = 200
_OF_HIDDEN, _OF_OUTPUTS = 12, 8  # of units whose lines are exact: targets are no larger than 9


@record(slots=False)
class Look:
    """A line as a demand looks at it: its value, what it was made of, and what the recipe allows."""

    line: Line
    value: Real
    filling: Filling
    digits: int | None  # the most significant digits, where lines are exact
    places: int | None  # the places to which lines are rounded, where they are not
    alive: bool | None = True  # whether this line's unit is to let something through; None: as it comes
    may_be_zero: bool = False
    first_output: str | None = None  # the output that is to be below its target

    @cached_property
    def slope(self) -> Real | None:
        """The value of the slope of an activation in its net input; None for a line that is no activation."""
        formula = self.filling.mould.slope(self.line)
        result: Real | None = None if formula is None else evaluate(formula, Certified(), self.filling.known)
        return result


@record
class Demand:
    """One demand on a line: its name, what it asks in words, and its test."""

    name: str
    sentence: str
    test: Callable[[Look], bool]


def _lives(look: Look) -> bool:
    slope = look.slope if look.alive is not None else None
    return slope is None or (slope != 0) == look.alive


def never_lives(look: Look) -> bool:
    """Whether a unit that is to let something through cannot, whatever its numbers: its slope is 0 everywhere."""
    return look.alive is True and look.filling.mould.slope(look.line) == ZERO


def _is_not_saturated(look: Look) -> bool:
    formula = look.line.formula
    if isinstance(formula, Apply) and formula.operation == "softmax":
        return bool(look.value > LEAST_SHARE) and bool(look.value < 1 - LEAST_SHARE)
    if look.slope is None or not isinstance(formula, Apply) or not look.alive:
        return True
    steepest = OPERATIONS[formula.operation].steepest
    return steepest is None or bool(size(look.slope) >= evaluate(steepest, Certified()) * FLATTEST)


def _is_no_tie(look: Look) -> bool:
    match look.line.formula:
        case Apply("max" | "min", operands):
            values = [evaluate(one, Certified(), look.filling.known) for one in operands]
            return all(one != other for place, one in enumerate(values) for other in values[:place])
    return True


def _is_not_zero(look: Look) -> bool:
    if look.may_be_zero or look.line.given or _is_of_a_maximum(look.line):
        return True
    return bool(look.value != 0)


def _is_of_a_maximum(line: Line) -> bool:
    """Whether a line is the slope of a maximum in one of several uses: for all but the largest operand, it is 0."""
    formula, kind = line.formula, line.quantity.kind
    return kind is Kind.LOCAL and isinstance(formula, Apply) and formula.operation in ("is_max", "is_min")


def _is_moderate(look: Look) -> bool:
    quantity = look.line.quantity
    most = _MOST.get(quantity.kind, _OTHERWISE)
    if quantity.kind in (Kind.NET, Kind.OUT) and look.digits is not None:
        most = _OF_OUTPUTS if quantity.name in _outputs(look) else _OF_HIDDEN
    return bool(size(look.value) <= most)


def _is_short(look: Look) -> bool:
    return look.digits is None or _ends_within(look.digits, look.value)


def _has_a_short_square(look: Look) -> bool:
    quantity = look.line.quantity
    if look.digits is None or quantity.kind is not Kind.NET or quantity.name not in _outputs(look):
        return True
    return _ends_within(max(1, look.digits // 2), look.value)


def _outputs(look: Look) -> Sequence[str]:
    return look.filling.mould.problem.outputs


def _ends_within(digits: int, value: Real) -> bool:
    """Whether the value is a decimal with no more significant digits than this."""
    if not isinstance(value, Rational):
        return False
    places = decimal_digits(value)
    if places is None:
        return False
    whole = digits_of(int(value.p) * 10**places // int(value.q))
    return len(whole.rstrip("0") if places == 0 else whole) <= digits and places <= digits


def _keeps_figures(look: Look) -> bool:
    if look.places is None or look.may_be_zero:
        return True
    if _is_state(look):  # what comes next divides by it, and by its root: a figure more, or nothing rounded off
        digits = decimal_digits(look.value) if isinstance(look.value, Rational) else None
        whole = digits is not None and digits <= look.places
        return whole or bool(size(look.value) >= rational(10) ** (2 - look.places))
    return look.line.phase is Phase.UPDATE or bool(size(look.value) >= rational(10) ** (1 - look.places))


def _is_state(look: Look) -> bool:
    """Whether a line is written down by an optimizer on the way to its step."""
    quantity = look.line.quantity
    return look.line.phase is Phase.UPDATE and quantity.name not in look.filling.mould.problem.parameters


def _is_below(look: Look) -> bool:
    """Whether the first output is below its target: out − t is negative, and its sign can be dropped."""
    line = look.line
    if line.phase is not Phase.LOSS or look.first_output is None or line.quantity.name not in ("", look.first_output):
        return True
    if any(one.number > 1 for one in line.quantity.at):
        return True  # once is enough
    compared = look.filling.mould.compared(line)
    return compared is None or bool(look.filling.known(compared[0]) < look.filling.known(compared[1]))


def _is_lower(look: Look) -> bool:
    before = look.filling.mould.loss_before.get(look.line.quantity)
    return before is None or bool(look.value < look.filling.known(before))


ALIVE, NOT_SATURATED, SHORT, SHORT_SQUARE = "alive", "not saturated", "short", "short square"
DEMANDS = (
    Demand(ALIVE, n_("every unit lets something through"), _lives),
    Demand(NOT_SATURATED, n_("no unit is near the end of its range"), _is_not_saturated),
    Demand("no tie", n_("no maximum has two equal operands"), _is_no_tie),
    Demand("not 0", n_("no line is 0"), _is_not_zero),
    Demand("sign", n_("the first output is below its target, so that the sign of out − t matters"), _is_below),
    Demand("moderate", n_("no line is large"), _is_moderate),
    Demand(
        SHORT_SQUARE,
        n_("no output has more than half of {digits} digits, so that its square is short"),
        _has_a_short_square,
    ),
    Demand(SHORT, n_("every line ends within {digits} digits"), _is_short),
    Demand("figures", n_("every line keeps two figures when it is rounded to {places} places"), _keeps_figures),
)
DEMANDS_AFTER = (Demand("lower", n_("the step makes the error smaller"), _is_lower),)
NO_VALUE = Demand("a value", n_("every line has a value"), lambda look: True)
TELLING = Demand("telling", n_("the usual mistakes give other answers: lint has no warning"), lambda look: True)
HEALTHY = Demand("healthy", n_("no unit is dead, saturated or symmetric: lint has no warning"), lambda look: True)
ASKED = Demand("asked", n_("every question that is asked has an answer"), lambda look: True)


def first_broken(look: Look, without: frozenset[str] = frozenset()) -> Demand | None:
    """The first demand that the line does not meet, but for those without which it is to do."""
    for demand in DEMANDS_AFTER if AFTER in look.line.quantity.at else DEMANDS:
        if demand.name in without:
            continue
        try:
            if not demand.test(look):
                return demand
        except Undecided:
            return demand
    return None
