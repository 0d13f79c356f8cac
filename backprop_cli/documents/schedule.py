"""What stands on the sheet about training: rates, schedule, optimizer, rule, order, starting points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.rates import FIRST_RATE, RateSchedule
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.algebra.updates import PENALTY_TERMS
from backprop_cli.documents.model import Fact, Inline, Text
from backprop_cli.documents.writing import Writing, inline, joined, joined_values, texts
from backprop_cli.ground.words import _, clauses, counted, labelled, listed, sentences
from backprop_cli.problem.model import Layer, Problem

_FEW = 8


def facts(page: Writing, constants: Sequence[Quantity]) -> Iterator[Fact]:
    """The words and what they say; `constants` are the learning rate and the settings."""
    problem, training = page.problem, page.problem.training
    schedule = training.schedule
    for quantity in constants:
        if quantity in (LEARNING_RATE, FIRST_RATE):
            yield Fact(_("learning rate"), ((page.equality(quantity), *_compared(page, training.rates)),))
    if schedule is not None and training.learning_rate is not None:
        yield Fact(_("schedule"), _schedule(page, schedule))
    if training.perceptron is not None:
        formula = "w + η·t·x" if training.perceptron.by_target else "w + η·(t − y)·x"
        yield Fact(_("rule"), texts([labelled(_("perceptron"), formula)]))
    settings = [one for one in constants if one not in (LEARNING_RATE, FIRST_RATE)]
    settings = [one for one in settings if schedule is None or one not in schedule.settings]
    if training.rule.maximize:
        yield Fact(_("direction"), texts([_("up: it is maximized, and η times the gradient is added")]))
    if not training.rule.is_plain or settings:
        yield Fact(_("optimizer"), texts([_(training.rule.called.replace("_", " "))]))
    if settings:
        yield Fact(_("settings"), tuple((page.equality(one),) for one in settings))
    if training.rule.penalties:
        terms = " + ".join(PENALTY_TERMS[penalty] for penalty in training.rule.penalties)
        yield Fact(_("penalty"), texts([_penalized(problem, terms, page.word("loss").characters)]))
    if training.order:
        yield Fact(_("order"), texts([_order(training.order)]))
    if problem.starts:
        yield Fact(_("starts"), (_starts(page, problem),))


def one_by_one(problem: Problem) -> str:
    """That the parameters change after each of several samples, where they do."""
    training, count = problem.training, len(problem.samples)
    if count < 2 or training.batch != 1 or training.learning_rate is None or training.perceptron is not None:
        return ""
    said = [_("The {count} samples are taken one by one (online), and the parameters change after each sample.")]
    if not training.batch_is_said:
        said.append(_("With `batch: full` they change once, after all of them."))
    return sentences(said).format(count=counted(count))


def notes(problem: Problem) -> Iterator[str]:
    """What a reader must know about the rule, and about steps at 0 where the problem has chosen what they are there."""
    if _says_what_is_at_zero(problem):
        yield from dict.fromkeys(said for layer in problem.layers for said in _at_zero(layer))
    rule = problem.training.perceptron
    if rule is None:
        return
    yield _(
        "A step has slope 0 wherever it has one, so gradient descent would learn nothing here. The perceptron rule is "
        "not gradient descent: it looks only at whether the answer is right."
    )
    if not _says_what_is_at_zero(problem):
        yield from _at_zero(problem.layers[0])
    if rule.restart:
        yield _("After a correction the next epoch begins, again with the first sample.")


def _penalized(problem: Problem, terms: str, loss: str) -> str:
    """½·λ₂·Σw² over the weights; added to the loss, of which E is the part of the data"""
    spared = problem.training.rule.unpenalized
    over = _("over the weights, not the biases") if spared else _("over all parameters")
    if problem.training.rule.writes_penalized:
        return _("J = {loss} + {terms}, {over}; the update goes by ∂J/∂w").format(loss=loss, terms=terms, over=over)
    return _("{terms}, {over}; its gradient is added to ∂E/∂w").format(terms=terms, over=over)


def _says_what_is_at_zero(problem: Problem) -> bool:
    conventions = problem.conventions
    return conventions.step_at_zero is not None or conventions.sign_at_zero is not None


def _at_zero(layer: Layer) -> Iterator[str]:
    """What is said of the units of a layer that jump at 0."""
    if (value := _value_at_zero(layer.activation)) is not None:
        yield _("At a net input of exactly 0 a unit puts out {value}.").format(value=value)


def _value_at_zero(activation: Formula | None) -> str | None:
    """What a plain step or sign puts out at 0."""
    match activation:
        case Apply("step", (Name(), Number(value))):
            return str(value)
        case Apply("sum", (Apply("product", (_, Apply("step", (Name(), Number(value))))), _)):  # a sign that is never 0
            return str(2 * value - 1).replace("-", "−")
        case Apply("sign", (Name(),)):
            return "0"
    return None


def _starts(page: Writing, problem: Problem) -> Inline:
    """w, b = (1, 0), (0, 2); the first is worked out"""
    names = joined((page.name(one),) for one in problem.starts[0])
    points = []
    for start in problem.starts:
        values = joined_values((page.constant(value),) for value in start.values())
        points.append(values if len(start) == 1 else (Text("("), *values, Text(")")))
    return inline(_("{names} = {listed}; the first is worked out"), names=names, listed=joined_values(_some(points)))


def _compared(page: Writing, rates: Sequence[Formula]) -> Inline:
    """The other rates, where several are compared."""
    if len(rates) < 2:
        return ()
    others = joined_values(_some([(page.constant(rate),) for rate in rates[1:]]))
    return inline(_(" (worked out; compared with {rates})"), rates=others)


def _schedule(page: Writing, schedule: RateSchedule) -> tuple[Inline, ...]:
    """step: γ = 1/2, every = 2; n counts the epochs from 0"""
    counts = _("n counts the updates from 0") if schedule.per_update else _("n counts the epochs from 0")
    if schedule.rates:
        each = _("one for each update") if schedule.per_update else _("one for each epoch")
        listed = joined_values(_some([(page.constant(rate),) for rate in schedule.rates]))
        return (inline(_("{rates}: {each}, and the last one stays"), rates=listed, each=each),)
    name = _(schedule.name.replace("_", " ")) if schedule.name else _("a formula")
    settings: list[Inline] = [(page.equality(one),) for one in schedule.settings]
    first = inline(_("{label}: {said}"), label=name, said=settings[0]) if settings else (Text(name),)
    said: list[Inline] = [first, *settings[1:]]
    return (*said[:-1], (*said[-1], Text(clauses(["", counts]))))


def _order(orders: Sequence[Sequence[int]]) -> str:
    """sample 2, 1, 3; or the orders of a cycle of epochs"""
    texts = [listed(_words(order)) for order in orders]
    if len(texts) == 1:
        return _("sample {numbers}").format(numbers=texts[0])
    return _("sample {numbers}; then from the first order again").format(numbers=_(" | ").join(texts[:_FEW]))


def _words(order: Sequence[int]) -> list[str]:
    items = list(map(str, order))
    return items if len(items) <= 2 * _FEW else [*items[:_FEW], "…", items[-1]]


def _some(items: Sequence[Inline]) -> list[Inline]:
    """The items, of very many only the first and the last."""
    return list(items) if len(items) <= 2 * _FEW else [*items[:_FEW], (Text("…"),), items[-1]]
