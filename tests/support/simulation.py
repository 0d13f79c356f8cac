"""Students by chance: faithful work in several habits of rounding, and mistakes planted in otherwise faithful work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from random import Random
from typing import Any

from helpers import decimal, loaded, random_network

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import Apply, Formula, Number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import BITS, AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.shown import digits_of
from backprop_cli.checking.telling import Telling
from backprop_cli.checking.values import Written, read_value
from backprop_cli.checking.verdicts import FULL_MARKS, Outcome
from backprop_cli.deriving.schedule import derive
from backprop_cli.ground.errors import MathError, Undecided, UsageError
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import Exactly, ball, is_finite, settled
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Decimal, Rounding, round_to
from backprop_cli.problem.model import Detail, Problem, RoundingRule
from backprop_cli.solving.worked import WorkedProblem

HABITS = ("each line rounded", "calculator's memory", "mixed")
WRITINGS = ("as rounded", "without zeros at the end", "with a decimal comma", "in per cent", "as a fraction")
WAYS = ("products and summands rounded, too", "digits of their own", "last lines only", "δ turned", "words in cells")
ROWS = (*HABITS, *WRITINGS[1:], *WAYS)
NOTES = ("", "", "", "forgot this one", "see next page")  # what stands in a cell now and then
ROUNDINGS = tuple(
    Rounding(places=places, figures=figures, ties=ties)
    for places, figures in ((3, None), (4, None), (5, None), (None, 3), (None, 4))
    for ties in ("half-up", "half-even")
)


@dataclass(frozen=True)
class Student:
    """How a student works: what is rounded when it is written, and what the next line uses."""

    rounding: Rounding
    habit: str
    writing: str = "as rounded"
    partials: bool = False  # whether products and summands are rounded, too
    asked: bool = True  # whether those digits were asked for; if not, a new value is written so that its step shows
    last_only: bool = False  # whether only the last line of each sort stands on the sheet
    turned: bool = False  # whether δ has the other sign
    notes: bool = False  # whether there are words in some cells

    @property
    def ways(self) -> list[str]:
        """The rows of the table that such a student counts in: the habit, and what else is unusual."""
        unusual = (self.partials, not self.asked, self.last_only, self.turned, self.notes)
        ways = [name for name, holds in zip(WAYS, unusual, strict=True) if holds]
        return [self.habit, *([self.writing] if self.writing != WRITINGS[0] else []), *ways]

    @property
    def rule(self) -> RoundingRule | None:
        """The digits that such a student was asked for."""
        return RoundingRule(self.rounding) if self.asked else None

    def text(self, decimal: Decimal) -> str:
        """A number as this student writes it."""
        text = decimal.text()
        match self.writing:
            case "without zeros at the end" if "." in text and "e" not in text:
                return text.rstrip("0").rstrip(".")
            case "with a decimal comma":
                return text.replace(".", ",")
            case "in per cent" if "e" not in text and decimal.places >= 2:
                return Decimal(decimal.digits, decimal.places - 2, decimal.whole_truth).text() + "%"
            case "as a fraction" if decimal.whole_truth and 0 < decimal.places < 6:
                return f"{decimal.digits}/{10**decimal.places}"
        return text


@dataclass
class Work:
    """One student's sheet: the written value of every line that textbooks write, computed from earlier ones."""

    key: AnswerKey
    student: Student
    random: Random
    planted: tuple[Hypothesis, Quantity] | None = None
    everywhere: bool = False  # whether the mistake is made in every line that it touches, or in the one alone
    written: dict[Quantity, Written] = field(default_factory=dict)
    numbers: dict[Quantity, Rational] = field(default_factory=dict)
    memory: dict[Quantity, Ball] = field(default_factory=dict)

    def sheet(self) -> Sheet:
        """The answers in the order of the work, as texts; a line without a value is left blank."""
        fills_up = self.random.random() < 0.5  # whether 0.25 is written 0.2500
        with precision(BITS):
            for quantity in written_lines(self.key):
                self._write(quantity, fills_up)
        answers = [Answer(one, one.key, written) for one, written in self.written.items()]
        if self.student.last_only:
            answers = list({(one.quantity.kind, one.quantity.at): one for one in answers}.values())
        if self.student.notes:
            answers = [self._with_a_note(one) for one in answers]
        return Sheet(tuple(answers), "a student")

    def _with_a_note(self, answer: Answer) -> Answer:
        """The answer, or words instead of it."""
        note = self.random.choice(NOTES)
        return replace(answer, written=None, unread=note) if note else answer

    def _write(self, quantity: Quantity, fills_up: bool) -> None:
        choices: dict[Quantity, Ball] = {}
        value = self._value(quantity, choices, top=True)
        if value is None or not is_finite(value):
            return
        rounding = self._rounding(quantity)
        decimal = rounded(value, rounding)
        if fills_up and decimal.digits != 0:
            places = max(decimal.places, rounding.decimals(decimal.value))
            decimal = Decimal(decimal.digits * 10 ** (places - decimal.places), places, decimal.whole_truth)
        try:
            turned = self.student.turned and quantity.kind is Kind.DELTA
            said = Decimal(-decimal.digits, decimal.places, decimal.whole_truth) if turned else decimal
            written = read_value(self.student.text(said))
        except FormulaError:  # e^−5000000: no calculator shows it
            return
        assert written is not None
        self.written[quantity] = written
        self.numbers[quantity] = decimal.value
        self.memory[quantity] = value

    def _value(self, quantity: Quantity, choices: dict[Quantity, Ball], top: bool = False) -> Ball | None:
        """What the student computes for a line: in one line, one value of each earlier quantity."""
        if not top and quantity in self.numbers:
            if quantity not in choices:
                choices[quantity] = self._remembered(quantity)
            return choices[quantity]
        line = self.key.line(quantity)
        if line is None or line.given:
            return self.key.true_ball(quantity)
        formula = line.formula
        if self.planted is not None and (self.everywhere or self.planted[1] == quantity):
            formula = self.planted[0].formulas.get(quantity, formula)
        rule = self.key.rule_of(formula)
        values = [self._value(name, choices) for name in rule.names]
        if any(value is None for value in values):
            return None
        if self.student.partials:
            known = dict(zip(rule.names, values, strict=True))
            return ball(self._by_hand(formula, known, self._rounding(quantity), top=True))
        return ball(rule.value(*values)[0])

    def _by_hand(self, formula: Formula, known: Mapping[Any, Any], rounding: Rounding, top: bool = False) -> Any:
        """The value of a formula, every product and summand in it rounded when it is written down."""
        if isinstance(formula, Number):
            return formula.value
        if not isinstance(formula, Apply):
            return known[formula.symbol]
        values = [self._by_hand(one, known, rounding) for one in formula.arguments]
        value = OPERATIONS[formula.operation].value(Exactly(), *values)
        is_written = formula.operation in ("product", "sum", "square") and not top
        return rounded(value, rounding).value if is_written and is_finite(ball(value)) else value

    def _rounding(self, quantity: Quantity) -> Rounding:
        """To which digits a line is written."""
        if self.student.asked or quantity.kind is not Kind.NEW:
            return self.student.rounding
        return digits_of(self.key, Marking(self.key.problem), quantity)

    def _remembered(self, quantity: Quantity) -> Ball:
        from_memory = self.student.habit == "calculator's memory"
        if self.student.habit == "mixed":
            from_memory = self.random.random() < 0.5
        return self.memory[quantity] if from_memory else ball(self.numbers[quantity])


def rounded(value: Any, rounding: Rounding) -> Decimal:
    """The value as a careful student rounds it."""
    try:
        return round_to(value, rounding)
    except Undecided:  # a tie, or 0
        return round_to(settled(ball(value)), rounding)


def written_lines(key: AnswerKey) -> list[Quantity]:
    """The lines that a textbook's solution writes."""
    textbook = derive(key.problem, Detail.TEXTBOOK, then_forward=True)
    return [line.quantity for line in textbook.lines if not line.given and line.quantity in key.order]


def plantable(key: AnswerKey) -> list[tuple[Hypothesis, Quantity]]:
    """Every mistake in every line that it can be planted in."""
    lines = set(written_lines(key))
    table = Hypotheses.of_key(key)
    return [(one, quantity) for one in table.all for quantity in one.formulas if quantity in lines]


def differs(key: AnswerKey, planted: tuple[Hypothesis, Quantity]) -> bool:
    """Whether the mistake changes the line at all."""
    hypothesis, quantity = planted
    with precision(BITS):
        rule = key.rule_of(hypothesis.formulas[quantity])
        value = ball(rule.value(*map(key.true_ball, rule.names))[0])
        return is_finite(value) and bool(abs(value - key.true_ball(quantity)) > rational(1, 10) ** 40)


# ---- networks of every activation ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Family:
    """Networks with these activations in the hidden layers, and one of these pairs of output and loss."""

    name: str
    hidden: tuple[str, ...]
    ends: tuple[tuple[str, str], ...]
    more: tuple[str, ...] = ()  # lines of the problem file, one of which is added
    roundings: tuple[Rounding, ...] = ROUNDINGS
    text: Callable[[Random], str] | None = None  # writes the whole file instead

    @property
    def has_deltas(self) -> bool:
        """Whether the sheets show which sign of δ is meant."""
        return self.text is None and not self.more

    def checker(self, random: Random) -> Checker:
        """What marks a problem of this family by chance, the first that can be solved."""
        while True:
            problem = self.problem(random)
            try:
                checker = Checker(WorkedProblem(problem))
                checker.key  # noqa: B018 - made here, where a network that has none can be drawn again
                return checker
            except (UsageError, MathError):
                continue  # the logarithm of 0, or a weight that is needed before it is known

    def problem(self, random: Random) -> Problem:
        """A problem of this family by chance: one or two hidden layers, samples and epochs."""
        if self.text is not None:
            return loaded(self.text(random)).problem
        last, loss = random.choice(self.ends)
        network = random_network(
            random,
            self.hidden,
            last=last,
            loss=loss,
            target=lambda chance, width: _targets(loss, chance, width),
            samples=random.choice([1, 1, 2]),
            epochs=random.choice([1, 1, 2]),
            outputs=random.choice([2, 3]) if last == "softmax" else None,
            hidden=random.choice([1, 1, 2]),
        )
        if self.more:
            network = replace(network, batch="online").with_lines(random.choice(self.more))
        return loaded(network.text()).problem


def _targets(loss: str, random: Random, width: int) -> list[str]:
    if loss == "cross_entropy":
        place = random.randrange(width)
        return [str(int(n == place)) for n in range(width)]
    if loss == "binary_cross_entropy":
        return [str(random.randint(0, 1)) for _ in range(width)]
    return [f"{random.randint(-9, 9) / 10}" for _ in range(width)]


# ---- what is not a dense network, or has more samples --------------------------------------------------------------


def _batch(random: Random) -> str:
    """Three samples, and one update after all of them, or after two."""
    network = random_network(
        random, ("sigmoid", "tanh"), samples=3, hidden=1, epochs=1, outputs=random.choice([1, 2]),
    )  # fmt: skip
    return replace(network, batch=random.choice(["full", "2"])).text()


def _graph(random: Random) -> str:
    """A graph in which values are used twice, with an angle and a logarithm."""
    a, b, c, d = (decimal(random) for _ in range(4))
    gate = random.choice(["sigmoid(q)", "tanh(q)", "sin(q)", "exp(-q)", "cos(q)"])
    last = random.choice(["g*r - q", "(g - r)^2", "g*r + g", "g/(2 + r^2)"])
    head = f"parameters: {{a: {a}, b: {b}}}\ninputs: {{c: {c}, d: {d}}}\nlearning_rate: 0.1\nobjective: f\n"
    return f"{head}graph:\n  q: a*c + b*d\n  g: {gate}\n  r: ln(1 + a^2) + b*q\n  f: {last}\n"


def _beyond_dense(random: Random) -> str:
    """A recurrent layer, a convolution with pooling, or a layer normalization."""
    n = lambda: decimal(random)  # noqa: E731 - a number, many times
    kinds = {
        "recurrent": f"inputs: {{x: [{n()}, {n()}, {n()}]}}\ntargets: [{n()}, {n()}, {n()}]\nlayers:\n"
        f"  - {{type: recurrent, activation: tanh, weights: w = {n()}, recurrent_weights: u = {n()}, bias: {n()}}}\n"
        f"  - {{per_step: true, weights: [[v = {n()}]], bias: c = {n()}}}\n",
        "convolution": f"inputs: [{n()}, {n()}, {n()}, {n()}, {n()}]\ntargets: {{y: {n()}}}\nlayers:\n"
        f"  - {{type: convolution, kernel: [{n()}, {n()}], activation: tanh}}\n"
        f"  - {{type: max_pooling, size: 2}}\n  - {{weights: [[{n()}, {n()}]]}}\n",
        "normalization": f"inputs: [{n()}, {n()}]\ntargets: {{y: {n()}}}\nlayers:\n"
        f"  - {{weights: [[{n()}, {n()}], [{n()}, {n()}], [{n()}, {n()}]]}}\n"
        f"  - {{type: layer_normalization}}\n  - {{weights: [[{n()}, {n()}, {n()}]]}}\n",
    }
    return random.choice(list(kinds.values())) + "loss: half_squared_error\nlearning_rate: 0.1\n"


_SQUARED = tuple(("identity", loss) for loss in ("half_squared_error", "squared_error", "mean_squared_error"))
FAMILIES = (
    Family("sigmoid", ("sigmoid",), (("sigmoid", "half_squared_error"), ("sigmoid", "mean_squared_error"))),
    Family("tanh", ("tanh",), (("tanh", "half_squared_error"), ("tanh", "squared_error"), *_SQUARED)),
    Family("ReLU", ("relu",), (*_SQUARED, ("sigmoid", "half_squared_error"))),
    Family("leaky ReLU, ELU", ("leaky_relu(0.1)", "elu"), _SQUARED),
    Family("softmax", ("sigmoid", "tanh", "relu"), (("softmax", "cross_entropy"),)),
    Family("cross-entropy of a sigmoid", ("sigmoid", "tanh", "relu"), (("sigmoid", "binary_cross_entropy"),)),
    Family("identity", ("identity",), (*_SQUARED, ("identity", "half_mean_squared_error"))),
    Family("softplus, swish, GELU, softsign", ("softplus", "swish", "gelu", "softsign"), _SQUARED),
    Family("square, sine, abs", ("square", "sin", "abs"), _SQUARED),
    Family("hard sigmoid, hard tanh, step, sign", ("hard_sigmoid", "hard_tanh", "step", "sign"), _SQUARED),
    Family(
        "optimizers",
        ("sigmoid", "tanh"),
        (("sigmoid", "half_squared_error"), *_SQUARED),
        tuple(f"optimizer: {name}" for name in OPTIMIZERS if name != "sgd"),
        tuple(one for one in ROUNDINGS if one.figures is not None),  # to places, a mean of squares is 0
    ),
    Family(
        "other conventions",
        ("sigmoid", "tanh", "relu"),
        (("sigmoid", "half_squared_error"), *_SQUARED),
        ("delta: -dE/dnet", "hidden_uses: updated", "penalty: {l2: 0.01}", "clip: {norm: 1}"),
    ),
    Family("batches", (), (), text=_batch),
    Family("graphs", (), (), text=_graph),
    Family("recurrent, convolution, normalization", (), (), text=_beyond_dense),
)  # fmt: skip


# ---- what is measured ----------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Counts: correct lines and those accepted; planted mistakes, and how they were judged."""

    lines: int = 0
    accepted: int = 0
    planted: int = 0
    passed: int = 0  # marked as right
    located: int = 0
    alone: int = 0
    first: int = 0
    named: int = 0  # among at most three
    odd: list[str] = field(default_factory=list)

    def __add__(self, other: Tally) -> Tally:
        """Both counts together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))


FOUR_FIGURES = Rounding(figures=4)


def faithful(checker: Checker, student: Student, random: Random) -> Tally:
    """One sheet without a mistake."""
    checker.marking = _marking(checker, student)
    sheet = Work(checker.key, student, random).sheet()
    tally = Tally()
    for mark in check_sheet(checker, sheet).marks:
        if mark.written and mark.verdict.rule is not Outcome.UNREADABLE:
            tally.lines += 1
            tally.accepted += mark.earned == mark.worth
            if mark.earned != mark.worth:
                tally.odd.append(f"rejected: {student} {mark.quantity.key} {mark.written} {mark.verdict.rule}")
    return tally


def with_a_mistake(checker: Checker, student: Student, random: Random, planted: tuple[Hypothesis, Quantity]) -> Tally:
    """One sheet with a mistake in one line, and faithful work before and after it."""
    checker.marking = _marking(checker, student)
    hypothesis, quantity = planted
    sheet = Work(checker.key, student, random, planted).sheet()
    if quantity not in sheet.written:
        return Tally()
    report = check_sheet(checker, sheet)
    verdict = next(mark.verdict for mark in report.marks if mark.quantity == quantity)
    name = hypothesis.mistake.name
    tally = Tally(planted=1)
    if verdict.rule in FULL_MARKS:
        tally.passed = 1
        tally.odd.append(f"passed: {student} {quantity.key} {name} {hypothesis.variant} flipped={report.flipped}")
        return tally
    names = list(dict.fromkeys(one.mistake.name for one in verdict.causes))
    tally.located = int(report.first_wrong is not None and report.first_wrong.quantity == quantity)
    tally.alone = int(names == [name])
    tally.first = int(names[:1] == [name])
    tally.named = int(name in names and len(names) <= 3)
    if not tally.located:
        first = report.first_wrong
        tally.odd.append(f"not located: {student} {quantity.key} {name}: {first and first.quantity.key}")
    if not tally.named:
        tally.odd.append(f"not named: {student} {quantity.key} {name} {hypothesis.variant}: {verdict.rule} {names}")
    return tally


def _marking(checker: Checker, student: Student) -> Marking:
    return Marking(replace(checker.problem, rounding=student.rule))


_FIGURES = tuple(Rounding(figures=count) for count in (3, 4, 5))


def any_student(family: Family, random: Random) -> Student:
    """A careful student by chance: of those who were asked for digits, or of those who were not."""
    asked = random.random() < 0.6
    habit = random.choice(HABITS)
    return Student(
        random.choice(family.roundings if asked else _FIGURES),
        habit,
        random.choice(WRITINGS),
        partials=habit == HABITS[0] and random.random() < 0.3,
        asked=asked,
        last_only=random.random() < 0.1 and habit == HABITS[1],  # else nobody sees what was rounded before
        turned=family.has_deltas and random.random() < 0.1,
        notes=random.random() < 0.1,
    )


def simulate(family: Family, random: Random, sheets: int, mistakes: int) -> dict[str, Tally]:
    """One network of a family: so many faithful sheets, and so many with a mistake that can be told, by ROWS."""
    checker = family.checker(random)
    tallies = {row: Tally() for row in ROWS}
    for _ in range(sheets):
        student = any_student(family, random)
        tally = faithful(checker, student, random)
        for row in student.ways:
            tallies[row] += tally
    possible = [one for one in plantable(checker.key) if differs(checker.key, one)]
    student = Student(FOUR_FIGURES, "")
    telling = Telling(checker.key, _marking(checker, student), tuple(written_lines(checker.key)))
    for planted in random.sample(possible, min(mistakes, len(possible))):
        if telling.tells(*planted):
            student = Student(FOUR_FIGURES, random.choice(HABITS))
            tallies[student.habit] += with_a_mistake(checker, student, random, planted)
    return tallies
