"""From `optimizer`, `penalty`, `clip` and `state` of a file to the rule by which parameters are updated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula, Number
from backprop_cli.algebra.layerwise import ITERATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.second_order import DAMPING, SECOND_ORDER, SecondOrder
from backprop_cli.algebra.updates import UpdateRule
from backprop_cli.ground.errors import did_you_mean
from backprop_cli.ground.words import _, listed
from backprop_cli.problem import synonyms
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Layer
from backprop_cli.problem.runs import has_rate
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.sections import ClipFile, OptimizerFile


def read_rule(file: ProblemFile, book: ComplaintBook, layers: Sequence[Layer]) -> UpdateRule:
    """The optimizer with its settings, the penalties, and the clipping."""
    given = OptimizerFile(name=file.optimizer) if isinstance(file.optimizer, str) else file.optimizer
    name = given.name.strip()
    if name in SECOND_ORDER:
        return _of_second_order(book, SECOND_ORDER[name], given.settings, file)
    if name not in OPTIMIZERS:
        message = _("no optimizer called {name!r}").format(name=name) if name else _("the optimizer needs a name")
        known = [*OPTIMIZERS, *SECOND_ORDER]
        hint = did_you_mean(name, known) or _("one of: {names}").format(names=listed(known))
        book.complain(("optimizer",) if isinstance(file.optimizer, str) else ("optimizer", "name"), message, hint)
        return UpdateRule()
    settings = _settings(book, name, given.settings)
    penalties = {}
    if file.penalty is not None:
        for key in ("l1", "l2", "l2_full"):
            if getattr(file.penalty, key) is not None:
                penalties[key] = getattr(file.penalty, key)
        if "l2" in penalties and "l2_full" in penalties:
            book.complain_at_key(("penalty", "l2_full"), _("l2 is ½λΣw² and l2_full is λΣw²: one of them"))
    clip = _clip(file.clip, book, settings)
    biases = {name for layer in layers for name in layer.bias_parameters}
    free = frozenset() if file.penalty is not None and file.penalty.biases else frozenset(biases)
    if file.maximize:
        _check_maximized(file, book)
    rule = UpdateRule(name, settings, penalties, free if penalties else frozenset(), clip, maximize=file.maximize)
    return _replace(rule, show=_shown(file, book, name), iterations=_iterations(book, name, settings))


def _of_second_order(
    book: ComplaintBook, row: SecondOrder, settings: dict[str, Formula], file: ProblemFile
) -> UpdateRule:
    """The rule of a step by second derivatives, damped where λ is given; what is shown of others it has not."""
    known = [DAMPING.name] if row.damped else []
    for key in settings:
        if key not in known:
            message = _("{name} has no setting {key!r}").format(name=row.name, key=key)
            near = did_you_mean(key, known, synonyms.SETTINGS)
            hint = near or _("its settings are {keys}").format(keys=listed(known) or _("none"))
            book.complain_at_key(("optimizer", key), message, hint)
    if lines_to_show(file) & {"changes", "rates", "penalized"}:
        book.complain(("show",), _("{name} has no such lines to show").format(name=row.name))
    kept = {key: value for key, value in settings.items() if key in known}
    return UpdateRule(settings=kept, second=row.name, rated=file.learning_rate is not None or bool(file.schedule))


def _iterations(book: ComplaintBook, name: str, settings: dict[str, Formula]) -> int:
    """How often the optimizer goes over its matrices, which is taken out of the settings; 0: it does not."""
    usual = OPTIMIZERS[name].settings.get(ITERATIONS)
    given = settings.pop(ITERATIONS, None)
    if usual is None or given is None:
        return int(usual or 0)
    if isinstance(given, Number) and given.value.q == 1 and 1 <= given.value <= _MOST_ITERATIONS:
        return int(given.value.p)
    message = _("the iterations of Newton and Schulz are a whole number from 1 to {most}").format(most=_MOST_ITERATIONS)
    book.complain(("optimizer", ITERATIONS), message)
    return int(usual)


_MOST_ITERATIONS = 20


def _check_maximized(file: ProblemFile, book: ComplaintBook) -> None:
    """Complains where what is maximized would have to be minimized, or where nothing is updated."""
    path = ("maximize",)
    if file.rule != "gradient":
        book.complain_at_key(path, _("the perceptron rule has no gradient to go up"))
    if file.starts:
        book.complain_at_key(path, _("starting points are compared by the minimum that they come to"))
    if isinstance(file.learning_rate, list):
        book.complain_at_key(path, _("learning rates are compared by how the loss goes down"))
    if not has_rate(file):
        book.complain_at_key(path, _("without a learning_rate nothing is updated, so nothing is maximized"))


def _shown(file: ProblemFile, book: ComplaintBook, name: str) -> frozenset[str]:
    """The lines of an update that are shown on request."""
    show = lines_to_show(file)
    updates = file.learning_rate is not None or file.schedule is not None
    if show & {"changes", "rates"} and (not updates or file.rule != "gradient"):
        book.complain(("show",), _("there is no update by gradients, so there are neither changes nor rates to show"))
    elif "rates" in show and OPTIMIZERS[name].rate is None:
        known = listed(one for one, row in OPTIMIZERS.items() if row.rate is not None)
        message = _("{name} has one learning rate for all parameters, so there are no rates to show").format(name=name)
        book.complain(("show",), message, _("a rate for each have: {names}").format(names=known))
    if "penalized" in show:
        _check_penalized(file, book, updates)
    return show & {"changes", "rates", "penalized"}


def _check_penalized(file: ProblemFile, book: ComplaintBook, updates: bool) -> None:
    """Complains where there is no penalized loss to show."""
    if file.penalty is None:
        book.complain(
            ("show",), _("there is no penalty, so there is no penalized loss"), _("write penalty: {l2: 0.01}")
        )
    elif file.gradients or not updates:
        book.complain(("show",), _("the penalized loss is shown where a loss is trained, and here is none"))
    elif file.maximize:
        book.complain(
            ("show",), _("what is maximized has no penalized loss: the penalty still makes parameters smaller")
        )


def lines_to_show(file: ProblemFile) -> frozenset[str]:
    """What `show` asks for."""
    return frozenset([file.show] if isinstance(file.show, str) else file.show)


def _settings(book: ComplaintBook, name: str, given: dict[str, Formula]) -> dict[str, Formula]:
    """The optimizer's own settings, each one that it has."""
    known = OPTIMIZERS[name].settings
    for key in given.keys() - known.keys():
        message = _("{name} has no setting {key!r}").format(name=name, key=key)
        near = did_you_mean(key, known, synonyms.SETTINGS)
        hint = near or _("its settings are {keys}").format(keys=listed(known) or _("none"))
        book.complain_at_key(("optimizer", key), message, hint)
    return {key: value for key, value in given.items() if key in known}


def _clip(file: ClipFile | None, book: ComplaintBook, settings: dict[str, Formula]) -> str:
    """Which clipping; its bound goes among the settings as c."""
    if file is None:
        return ""
    if (file.value is None) == (file.norm is None):
        book.complain_at_key(("clip",), _("clipping is by 'value' or by 'norm': exactly one of them"))
        return ""
    kind = "value" if file.value is not None else "norm"
    settings["c"] = getattr(file, kind)
    return kind


def check_state(state: Iterable[str], book: ComplaintBook, rule: UpdateRule, parameters: Iterable[str]) -> None:
    """Complains about names in the starting state that the optimizer has not."""
    known = {name for parameter in parameters for name in rule.first_state(parameter)}
    for name in state:
        if name not in known:
            message = _("the optimizer has no state {name!r}").format(name=name)
            hint = book.near(name, known) or _("it has {names}").format(names=listed(sorted(known)) or _("none"))
            book.complain_at_key(("state", name), message, hint)
