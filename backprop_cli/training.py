"""Long training: one epoch compiled to a fast function on balls, run as often as asked, every reported digit certain.

The epoch is the same derivation that the worked solution shows. It is written as a Python function whose names are
all made here (v0, v1, …) and whose numbers are arguments, so that nothing of a problem file is ever executed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import replace as _replace
from typing import Any

from backprop_cli import networks
from backprop_cli.calculus import evaluate
from backprop_cli.derivation import Derivation, Line
from backprop_cli.errors import MathError, Undecided, UsageError
from backprop_cli.formula import Apply, Formula, Name, Number
from backprop_cli.numbers.certified import Ball, Certified, Real, precision
from backprop_cli.numbers.rounded import Decimal, Rounding, is_tiny, round_to, to_digits
from backprop_cli.operations import OPERATIONS
from backprop_cli.optimizers import STEP_NUMBER
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.quantities import AFTER, Kind, Phase, Quantity
from backprop_cli.schedule import derive
from backprop_cli.words import _

FIRST_BITS = 128
MOST_BITS = 1 << 17
_SMALL = 1 << 30
_STRETCH = 1_000  # epochs between two words on the progress
_DIRECT = {  # operations that are a method or an operator of a ball; the others go through the operations table
    "negative": "-{0}", "quotient": "{0}/{1}", "exp": "{0}.exp()", "tanh": "{0}.tanh()", "sin": "{0}.sin()",
    "cos": "{0}.cos()", "identity": "{0}", "sigmoid": "1/(1 + (-{0}).exp())", "square": "{0}*{0}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """The values after an epoch (epoch 0: before the first)."""

    epoch: int
    values: dict[Quantity, Decimal]


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """The reports in order, and whether training stopped because the loss was below the bound."""

    reports: tuple[Report, ...]
    stopped: bool = False


def train(
    problem: Problem, epochs: Sequence[int], digits: int, on_epoch: Callable[[int], None] = lambda epoch: None
) -> TrainingRun:
    """Trains to the last of the epochs and reports after each of them.

    Precision rises until every reported digit is certain, also where a learning rate diverges. Raises MathError where
    a value has no meaning or the digits end, UsageError where nothing is updated.
    """
    if problem.rounding is not None:
        raise UsageError(_("'report' trains exactly; it cannot be combined with rounding"))
    program = _Program(problem)
    bits = FIRST_BITS
    while True:
        try:
            with precision(bits):
                return _run(program, problem, sorted(set(epochs)), digits, on_epoch)
        except Undecided:
            bits *= 2
            if bits > MOST_BITS:
                raise MathError(
                    _("the digits end: more than {bits:,} bits would be needed").format(bits=MOST_BITS)
                ) from None


def _run(
    program: _Program, problem: Problem, epochs: Sequence[int], digits: int, on_epoch: Callable[[int], None]
) -> TrainingRun:
    state, steps = program.start(), program.first_steps()
    bound = problem.stop_below
    reports: list[Report] = []
    advance = program.compiled()
    epoch = 0
    while True:
        wanted = epoch in epochs
        if wanted or bound is not None:
            values = program.after(state, first=epoch == 0)
            below = bound is not None and _is_below(values[program.objective], bound)
            if wanted or below:
                reports.append(Report(epoch, {name: _digits(value, digits) for name, value in values.items()}))
            if below:
                return TrainingRun(tuple(reports), stopped=True)
        if epoch == epochs[-1]:
            return TrainingRun(tuple(reports))
        stretch = 1 if bound is not None else min(_STRETCH, min(e for e in epochs if e > epoch) - epoch)
        state, steps = advance(stretch, *state, *steps)
        epoch += stretch
        on_epoch(epoch)


def _digits(value: Real, digits: int) -> Decimal:
    """The value in decimals; one that is 0 as far as anyone will see (a bias before batch normalization) in places."""
    try:
        return to_digits(value, digits)
    except Undecided:
        if is_tiny(value):
            return round_to(value, Rounding(places=digits))
        raise


def _is_below(value: Real, bound: Formula) -> bool:
    domain = Certified()
    return domain.sign(value - evaluate(bound, domain, _no_name)) < 0


def _no_name(symbol: object) -> Real:
    raise AssertionError(symbol)


class _Program:
    """One epoch of a problem, ready to be compiled at any precision."""

    def __init__(self, problem: Problem) -> None:
        one_epoch = _replace(problem, training=_replace(problem.training, epochs=1), ask=())
        self.derivation: Derivation = derive(one_epoch, Detail.BRIEF, then_forward=True)
        lines = self.derivation.lines
        self.epoch_lines = [line for line in lines if line.quantity.at[:1] != (AFTER,)]
        self.after_lines = [line for line in lines if line.quantity.at[:1] == (AFTER,)]
        newest = {line.quantity.name: line.quantity for line in self.epoch_lines if line.quantity.kind is Kind.NEW}
        if not newest:
            raise UsageError(_("'report' needs a learning_rate: nothing is updated"))
        self.state = [networks.parameter(name) for name in newest]
        self.newest = list(newest.values())
        self.updates = len({line.quantity.at for line in self.epoch_lines if line.quantity.kind is Kind.NEW})
        losses = [line.quantity for line in self.after_lines if line.phase is Phase.LOSS]
        self.objective = losses[-1] if losses else self.after_lines[-1].quantity
        outputs = {networks.out(name) for name in problem.outputs}
        self.shown = [line.quantity for line in self.after_lines if line.quantity.bare in outputs]

    def start(self) -> tuple[Ball, ...]:
        """The parameters, and the optimizer's state, before the first epoch."""
        return tuple(Ball(self._constant(quantity)) for quantity in self.state)

    def _constant(self, quantity: Quantity) -> Real:
        return evaluate(self.derivation.constants[quantity], Certified(), _no_name)  # type: ignore[no-any-return]

    @property
    def _steps(self) -> list[Quantity]:
        return [quantity for quantity in self.derivation.constants if quantity.bare == STEP_NUMBER]

    def first_steps(self) -> tuple[Ball, ...]:
        """The number t of each update of the first epoch."""
        return tuple(Ball(self._constant(step)) for step in self._steps)

    def compiled(self) -> Callable[..., tuple[tuple[Ball, ...], tuple[Ball, ...]]]:
        """The function from (how many epochs, the state, the step numbers) to the state and step numbers after them."""
        needed = self.derivation.ancestors(self.newest)
        return self._compiled([line for line in self.epoch_lines if line.quantity in needed])

    def after(self, state: Sequence[Ball], first: bool) -> dict[Quantity, Real]:
        """The loss, the outputs and the parameters with this state; before the first epoch they are still exact."""
        now: Sequence[Real] = [self._constant(quantity) for quantity in self.state] if first else state
        known: dict[Any, Real] = dict(zip(self.newest, now, strict=True))
        for quantity in self.derivation.constants:
            if quantity not in known:
                known[quantity] = self._constant(quantity)
        for line in self.after_lines:
            known[line.quantity] = evaluate(line.formula, Certified(), known.__getitem__)
        shown = [self.objective, *self.shown]
        values = {quantity: known[quantity] for quantity in shown}
        return values | dict(zip(self.state, now, strict=True))

    def _compiled(self, lines: Sequence[Line]) -> Callable[..., Any]:
        arguments = [*self.state, *self._steps]
        names: dict[Any, str] = {quantity: f"v{index}" for index, quantity in enumerate(arguments)}
        before = list(names.values())
        numbers: dict[str, Any] = {"D": Certified()}
        for quantity in self.derivation.constants:
            if quantity not in names:
                names[quantity] = f"c{len(names)}"
                numbers[names[quantity]] = Ball(self._constant(quantity))
        body: list[str] = []
        for line in lines:
            body.append(f"        v{len(names)} = {_python(line.formula, names, numbers)}")
            names[line.quantity] = f"v{len(names)}"
        after = [names[quantity] for quantity in self.newest] + [
            f"{names[step]} + {self.updates}" for step in self._steps
        ]
        as_locals = "".join(f", {name}={name}" for name in numbers)
        state, steps = ("".join(f"{names[q]}, " for q in part) for part in (self.state, self._steps))
        source = [f"def run(epochs, {', '.join(before)}{as_locals}):", "    for _ in range(epochs):", *body]
        source += [f"        {', '.join(before)} = {', '.join(after)}", f"    return ({state}), ({steps})"]
        exec(compile("\n".join(source), "<epoch>", "exec"), numbers)
        return numbers["run"]  # type: ignore[no-any-return]


def _python(formula: Formula, names: dict[Any, str], numbers: dict[str, Any]) -> str:
    """The formula as an expression of Python; numbers that it needs are entered under names of their own."""
    match formula:
        case Name(symbol):
            return names[symbol]
        case Number(value) if value.q == 1 and abs(value) < _SMALL:
            return f"({value.p})" if value < 0 else str(value.p)  # faster with a ball than a rational is
        case Number(value):
            name = f"n{len(numbers)}"
            numbers[name] = value
            return name
        case Apply(operation, arguments):
            if operation == "power" and isinstance(arguments[1], Number) and arguments[1].value == 2:
                return f"({_python(arguments[0], names, numbers)}**2)"
            if operation == "sum":
                return _python_sum(arguments, names, numbers)
            texts = [_python(argument, names, numbers) for argument in arguments]
            if operation == "product":
                return f"({'*'.join(texts)})"
            if operation in _DIRECT:
                return f"({_DIRECT[operation].format(*texts)})"
            numbers[f"op_{operation}"] = OPERATIONS[operation].value
            for index, argument in enumerate(arguments):
                if isinstance(argument, Number):  # the table's functions take numbers of the domain, not Python's
                    texts[index] = f"n{len(numbers)}"
                    numbers[texts[index]] = argument.value
            return f"op_{operation}({', '.join(['D', *texts])})"


def _python_sum(terms: Sequence[Formula], names: dict[Any, str], numbers: dict[str, Any]) -> str:
    """The sum, with a subtraction for a negative term: that saves an operation on balls."""
    text = _python(terms[0], names, numbers)
    for term in terms[1:]:
        match term:
            case Apply("negative", (inner,)):
                text += f" - {_python(inner, names, numbers)}"
            case _:
                text += f" + {_python(term, names, numbers)}"
    return f"({text})"
