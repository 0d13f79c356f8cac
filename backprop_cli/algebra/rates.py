"""How the learning rate changes in the course of training: the table of schedules, each a formula in η₀ and n.

n is the number of the epoch, from 0, or of the update where the schedule goes by updates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, add, apply, number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import n_
from backprop_cli.numbers.certified import Ball, Certified, Real
from backprop_cli.numbers.exact import Rational

FIRST_RATE = Quantity(Kind.CONSTANT, "eta0")
COUNT = Quantity(Kind.CONSTANT, "n")


@record
class ScheduleSetting:
    """One setting of a schedule: its name in formulas, and what it may be."""

    symbol: str
    optional: bool = False  # left out, it is 0 and not written
    whole: bool = False  # a whole number, at least 1
    many: bool = False  # a list of whole numbers

    @property
    def quantity(self) -> Quantity:
        """The constant that it is on the page."""
        return Quantity(Kind.CONSTANT, self.symbol)


Given = Callable[[str], Formula]  # a setting as it stands in the formula
Drops = tuple[Formula, ...]  # the numbers of a setting that is a list


@record
class Row:
    """One schedule of the table: η by η₀, n and the settings, and what a teacher says of it."""

    name: str
    rate: Callable[[Name, Name, Given, Drops], Formula]
    rule: str
    settings: Mapping[str, ScheduleSetting] = field(default_factory=dict)


def _share(n: Formula, s: Given) -> Formula:
    """min(n, N)/N: the share of its N epochs that the schedule has gone through."""
    return apply("quotient", apply("min", n, s("over")), s("over"))


def _cosine(eta: Name, n: Name, s: Given, _drops: Drops) -> Formula:
    wave = ONE + apply("cos_pi", _share(n, s))
    return s("end") + number(1, 2) * (eta - s("end")) * wave


def _multistep(eta: Name, n: Name, s: Given, drops: Drops) -> Formula:
    passed = add(*(apply("step", n - at, ONE) for at in drops))
    return eta * apply("power", s("factor"), passed)


_FACTOR = ScheduleSetting("gamma")
_OVER = ScheduleSetting("N", whole=True)
_END = ScheduleSetting("eta_end", optional=True)

SCHEDULES = {
    row.name: row
    for row in (
        Row("step", lambda eta, n, s, _: eta * apply("power", s("factor"), apply("floor", n / s("every"))),
            n_("a step schedule: every so many times, η is multiplied by γ"),
            {"every": ScheduleSetting("every", whole=True), "factor": _FACTOR}),
        Row("multistep", _multistep, n_("η is multiplied by γ at the given numbers"),
            {"at": ScheduleSetting("at", many=True), "factor": _FACTOR}),
        Row("exponential", lambda eta, n, s, _: eta * apply("power", s("factor"), n),
            n_("exponential decay: each η is the one before times γ"), {"factor": _FACTOR}),
        Row("inverse_time", lambda eta, n, s, _: eta / (1 + s("decay") * n),
            n_("inverse time decay: 1/η grows by the same amount each time (Robbins and Monro 1951)"),
            {"decay": ScheduleSetting("k")}),
        Row("inverse_sqrt", lambda eta, n, s, _: eta / apply("sqrt", n + 1), n_("η falls with the root of the number")),
        Row("linear", lambda eta, n, s, _: (eta - s("end")) * (1 - _share(n, s)) + s("end"),
            n_("η goes down in a straight line to its last value"), {"over": _OVER, "end": _END}),
        Row("polynomial",
            lambda eta, n, s, _: (eta - s("end")) * apply("power", 1 - _share(n, s), s("power")) + s("end"),
            n_("polynomial decay: a straight line to the power p"),
            {"over": _OVER, "power": ScheduleSetting("p"), "end": _END}),
        Row("cosine", _cosine, n_("half a cosine wave from η₀ down to the last η (Loshchilov and Hutter 2017)"),
            {"over": _OVER, "end": _END}),
        Row("warmup", lambda eta, n, s, _: eta * apply("min", ONE, (n + 1) / s("over")),
            n_("a warm-up: η rises in a straight line to η₀ and stays there"), {"over": _OVER}),
    )
}  # fmt: skip


@record
class RateSchedule:
    """A schedule as a problem uses it: a formula in η₀, n and settings, or the rates one after the other.

    Of listed rates, the last one stays.
    """

    name: str = ""  # of the table; of a list and of a formula of one's own, none
    formula: Formula | None = None
    settings: Mapping[Quantity, Formula] = field(default_factory=dict)
    rates: tuple[Formula, ...] = ()
    per_update: bool = False

    @property
    def rule(self) -> str:
        """What a teacher says of it."""
        return SCHEDULES[self.name].rule if self.name else ""

    def line(self, count: int) -> Formula:
        """The formula of η the `count`-th time, from 0."""
        return self.rates[min(count, len(self.rates) - 1)] if self.formula is None else self.formula

    def values(self, first_rate: Formula, count: int = 0) -> Iterator[Ball]:
        """η from the `count`-th time on, without end."""
        while True:
            yield self._value(first_rate, count)
            count += 1

    def exact(self, first_rate: Formula, count: int) -> Real:
        """η the `count`-th time, exact where it is rational."""
        constants = {FIRST_RATE: first_rate, COUNT: number(count), **self.settings}
        return _evaluated(self.line(count), constants, Certified())

    def _value(self, first_rate: Formula, count: int) -> Ball:
        formula = self.line(count)
        constants = {FIRST_RATE: first_rate, COUNT: number(count), **self.settings}
        try:  # powers of an exact fraction would grow with every epoch
            return Ball(_evaluated(formula, constants, _Balls()))
        except Undecided:  # but a floor or a minimum may need it
            return Ball(self.exact(first_rate, count))


class _Balls(Certified):
    """Certified numbers in which only whole numbers are exact."""

    def number(self, value: Rational | int) -> Real:
        """The number, or a ball around it."""
        exact = super().number(value)
        return exact if not isinstance(exact, Rational) or exact.q == 1 else Ball(exact)


def _evaluated(formula: Formula, constants: Mapping[Quantity, Formula], domain: Certified) -> Real:
    known = {quantity: evaluate(value, domain) for quantity, value in constants.items()}
    value: Real = evaluate(formula, domain, lambda symbol: known[symbol])  # type: ignore[index]
    return value


def table_schedule(name: str, given: Mapping[str, tuple[Formula, ...]], per_update: bool) -> RateSchedule:
    """The schedule of the table with these settings, each a number or, where it may be a list, its numbers."""
    row = SCHEDULES[name]
    settings: dict[Quantity, Formula] = {}
    for key, setting in row.settings.items():
        if key in given and not setting.many:
            settings[setting.quantity] = given[key][0]

    def named(key: str) -> Formula:
        quantity = row.settings[key].quantity
        return Name(quantity) if quantity in settings else ZERO

    drops = next((given[key] for key, setting in row.settings.items() if setting.many), ())
    formula = row.rate(Name(FIRST_RATE), Name(COUNT), named, drops)
    return RateSchedule(name, formula, settings, per_update=per_update)
