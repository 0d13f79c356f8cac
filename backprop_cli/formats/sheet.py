"""What stands at the top of a solution about its training: rates, schedule, optimizer, rule, order, starting points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.formats.training import Page
from backprop_cli.formula import Apply, Formula, Name, Number
from backprop_cli.optimizers import LEARNING_RATE
from backprop_cli.problem.model import Problem
from backprop_cli.quantities import Quantity
from backprop_cli.rates import FIRST_RATE, RateSchedule
from backprop_cli.words import _, clauses, labelled, listed

_FEW = 8


def facts(page: Page, problem: Problem, constants: Sequence[Quantity]) -> Iterator[tuple[str, str]]:
    """The words and what they say; `constants` are the learning rate and the settings."""
    training = problem.training
    schedule = training.schedule
    for quantity in constants:
        if quantity in (LEARNING_RATE, FIRST_RATE):
            yield _("learning rate"), f"{page.equality(quantity)}{_compared(page, training.rates)}"
    if schedule is not None and training.learning_rate is not None:
        yield _("schedule"), _schedule(page, schedule)
    if training.perceptron is not None:
        yield _("rule"), labelled(_("perceptron"), "w + η·t·x" if training.perceptron.by_target else "w + η·(t − y)·x")
    settings = [one for one in constants if one not in (LEARNING_RATE, FIRST_RATE)]
    settings = [one for one in settings if schedule is None or one not in schedule.settings]
    if training.rule.optimizer != "sgd" or settings:
        yield _("optimizer"), _(training.rule.optimizer.replace("_", " "))
    if settings:
        yield _("settings"), ", ".join(page.equality(one) for one in settings)
    if training.order:
        yield _("order"), _order(training.order)
    if problem.starts:
        listed = ["(" + ", ".join(_written(page, value) for value in one.values()) + ")" for one in problem.starts]
        names = ", ".join(page.speller.writer.name(one) for one in problem.starts[0])
        said = _("{names} = {listed}; the first is worked out")
        yield _("starts"), said.format(names=names, listed=_some([one.strip("()") if "," not in one else one
                                                                    for one in listed]))  # fmt: skip


def notes(problem: Problem) -> Iterator[str]:
    """What a reader must know about the rule."""
    rule = problem.training.perceptron
    if rule is None:
        return
    yield _(
        "A step has slope 0 wherever it has one, so gradient descent would learn nothing here. The perceptron rule is "
        "not gradient descent: it looks only at whether the answer is right."
    )
    at_zero = _at_zero(problem.layers[0].activation)
    if at_zero is not None:
        yield _("At a net input of exactly 0 a unit puts out {value}.").format(value=at_zero)
    if rule.restart:
        yield _("After a correction the next epoch begins, again with the first sample.")


def _at_zero(activation: Formula | None) -> str | None:
    """What a plain step or sign puts out at 0."""
    match activation:
        case Apply("step", (Name(), Number(value))):
            return str(value)
        case Apply("sign", (Name(),)):
            return "0"
    return None


def _written(page: Page, constant: Formula) -> str:
    return page.speller.constant_formula(constant).text


def _compared(page: Page, rates: Sequence[Formula]) -> str:
    """The other rates, where several are compared."""
    if len(rates) < 2:
        return ""
    others = _some([_written(page, rate) for rate in rates[1:]])
    return _(" (worked out; compared with {rates})").format(rates=others)


def _schedule(page: Page, schedule: RateSchedule) -> str:
    """step, γ = 1/2, every = 2; n counts the epochs from 0"""
    counts = _("n counts the updates from 0") if schedule.per_update else _("n counts the epochs from 0")
    if schedule.rates:
        each = _("one for each update") if schedule.per_update else _("one for each epoch")
        rates = _some([_written(page, rate) for rate in schedule.rates])
        return _("{rates}: {each}, and the last one stays").format(rates=rates, each=each)
    settings = [page.equality(one) for one in schedule.settings]
    named = [_(schedule.name.replace("_", " "))] if schedule.name else [_("a formula")]
    return clauses([listed([*named, *settings]), counts])


def _order(orders: Sequence[Sequence[int]]) -> str:
    """sample 2, 1, 3; or the orders of a cycle of epochs"""
    listed = [_some(list(map(str, order))) for order in orders]
    if len(listed) == 1:
        return _("sample {numbers}").format(numbers=listed[0])
    return _("sample {numbers}; then from the first order again").format(numbers=_(" | ").join(listed[:_FEW]))


def _some(items: Sequence[str]) -> str:
    """The items, of very many only the first and the last."""
    return ", ".join(items if len(items) <= 2 * _FEW else [*items[:_FEW], "…", items[-1]])
