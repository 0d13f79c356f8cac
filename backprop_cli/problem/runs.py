"""From `learning_rate`, `order`, `report` and `starts` of a file to how often and from where training runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.references import Reference
from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided, how_to_raise
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.certified import Certified
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.sections import ReportFile
from backprop_cli.problem.tree import Path

_RATE_EPOCHS = 10  # for which several rates are compared where the file does not say
_START_EPOCHS = 100
_FEW = 12  # epochs of which every one is reported


def has_rate(file: ProblemFile) -> bool:
    """Whether the file gives a learning rate, in whatever way."""
    schedule = file.schedule
    listed = isinstance(schedule, list) or (isinstance(schedule, dict) and "rates" in schedule)
    return file.learning_rate is not None or listed or steps_by_itself(file)


def steps_by_itself(file: ProblemFile) -> bool:
    """Whether the optimizer knows from second derivatives how far to go, so that it needs no learning rate."""
    return (file.optimizer if isinstance(file.optimizer, str) else file.optimizer.name).strip() in SECOND_ORDER


def read_rates(file: ProblemFile, book: ComplaintBook) -> tuple[Formula, ...]:
    """The learning rates that are compared; none where the file gives only one."""
    given = file.learning_rate
    if not isinstance(given, list):
        return ()
    path: Path = ("learning_rate",)
    if not given:
        book.complain_at_key(path, _("there are no learning rates"))
    _refuse_many(book, len(given), path)
    for index, rate in enumerate(given):
        if not _is_positive(rate):
            book.complain((*path, index), _("a learning rate that is compared is greater than 0"))
        if rate in given[:index]:
            book.complain((*path, index), _("this learning rate stands here already"))
    if file.gradients:
        message = _("several learning rates are compared by training; given gradients need one")
        book.complain_at_key(path, message)
    return tuple(given)


def _is_positive(rate: Formula) -> bool:
    """Whether the number is certainly above 0."""
    try:
        return Certified().sign(evaluate(rate, Certified(), lambda symbol: symbol)) > 0
    except (MathError, Undecided):
        return False


def _refuse_many(book: ComplaintBook, count: int, path: Path) -> None:
    if count > limits.RUNS:
        message = _("{count:,} runs to compare; the limit is {limit:,}").format(count=count, limit=limits.RUNS)
        book.complain_at_key(path, message, how_to_raise("runs"))


# ---- order ---------------------------------------------------------------------------------------------------


def read_order(file: ProblemFile, book: ComplaintBook) -> tuple[tuple[int, ...], ...]:
    """The order of the samples for each epoch of a cycle; none where they stand in the order of the file."""
    given = file.order
    if not given:
        return ()
    nested = [isinstance(one, list) for one in given]
    if any(nested) and not all(nested):
        message = _("'order' has the numbers of the samples, or a list of them for each epoch")
        book.complain(("order", nested.index(not nested[0])), message)
        return ()
    orders = [tuple(one) for one in given] if nested[0] else [tuple(given)]
    samples = len(file.samples) if isinstance(file.samples, list) else 1
    for index, order in enumerate(orders):
        _check_order(book, order, samples, ("order", index) if nested[0] else ("order",))
    return tuple(orders)


def _check_order(book: ComplaintBook, order: Sequence[int], samples: int, path: Path) -> None:
    """Complains where an order has not every sample exactly once."""
    before = len(book)
    seen: set[int] = set()
    for place, number in enumerate(order):
        if number > samples:
            message = _("there is no sample {number}: there are {samples}")
            book.complain((*path, place), message.format(number=number, samples=samples))
        elif number in seen:
            message = _("sample {number} stands here twice; an epoch goes through each sample once")
            book.complain((*path, place), message.format(number=number))
        seen.add(number)
    missing = [number for number in range(1, samples + 1) if number not in seen]
    if missing and len(book) == before:
        names = listed(map(str, missing), most=8)
        message = _("not in the order: sample {numbers}; an epoch goes through each sample once")
        book.complain(path, message.format(numbers=names))


def check_orders(book: ComplaintBook, orders: Sequence[Sequence[int]], epochs: int) -> None:
    """Complains about orders for epochs that there are not."""
    if len(orders) > max(epochs, 1):
        message = _("{count} orders, but training has {epochs} epochs")
        book.complain_at_key(("order",), message.format(count=len(orders), epochs=epochs))


# ---- report --------------------------------------------------------------------------------------------------


def read_report(file: ProblemFile, book: ComplaintBook) -> tuple[tuple[int, ...], tuple[Reference, ...]]:
    """The epochs that are reported, and the quantities (none: the usual ones).

    With `stop` alone, or several runs to compare, it is a choice of all of them.
    """
    given = file.report
    quantities: tuple[Reference, ...] = ()
    path: Path = ("report",)
    if isinstance(given, ReportFile):
        quantities = tuple(map(Reference.parse, given.quantities))
        given, path = given.epochs, ("report", "epochs")
    listed = given if isinstance(given, list) else [given]
    if listed and file.epochs > 1 and max(listed) > file.epochs:
        message = _("epoch {epoch} is reported, but there are {epochs}")
        book.complain(path, message.format(epoch=max(listed), epochs=file.epochs))
    wanted = bool(listed) or isinstance(file.report, ReportFile)
    if (wanted or file.stop is not None) and not has_rate(file):
        book.complain_at_key(("report",) if wanted else ("stop",), _("training needs a learning_rate"))
    if listed:
        return tuple(sorted({*listed, max(file.epochs, *listed, 1)})), quantities
    compared = _RATE_EPOCHS if isinstance(file.learning_rate, list) else _START_EPOCHS if file.starts else 0
    last = file.epochs if "epochs" in file.model_fields_set else compared
    if compared or isinstance(file.report, ReportFile):
        if not last:
            book.complain_at_key(("report",), _("after which epochs? write epochs: [1, 10, 100]"))
        return spaced(last), quantities
    return (spaced(file.epochs) if file.stop is not None else ()), quantities


def spaced(last: int) -> tuple[int, ...]:
    """All epochs to the last if they are few, else 0, 1, 2, 5, 10, 20, 50, … and the last."""
    if last <= _FEW:
        return tuple(range(last + 1))
    found = [0, last]
    power = 1
    while power < last:
        found += [power * factor for factor in (1, 2, 5) if power * factor < last]
        power *= 10
    return tuple(sorted(found))


# ---- starts --------------------------------------------------------------------------------------------------


def read_starts(
    file: ProblemFile, book: ComplaintBook, parameters: Collection[str], fixed: frozenset[str]
) -> tuple[Mapping[str, Formula], ...]:
    """The starting points, each the values of some parameters."""
    given = file.starts
    if given is None:
        return ()
    path: Path = ("starts",)
    starts = list(given) if isinstance(given, list) else _transposed(book, given)
    if not given:
        book.complain_at_key(path, _("there are no starting points"))
    _refuse_many(book, len(starts), path)
    if not has_rate(file):
        book.complain_at_key(path, _("training needs a learning_rate"))
    if isinstance(file.learning_rate, list):
        message = _("several learning rates and several starting points are compared one after the other")
        book.complain_at_key(path, message, _("give one learning_rate here"))
    if file.gradients:
        book.complain_at_key(path, _("starting points are compared by training; given gradients have no loss"))
    for index, start in enumerate(starts if isinstance(given, list) else starts[:1]):
        for name in start:
            where = (*path, index, name) if isinstance(given, list) else (*path, name)
            if name not in parameters:
                message = _("no parameter called {name!r}").format(name=name)
                book.complain_at_key(where, message, book.which(name, parameters))
            elif name in fixed:
                book.complain_at_key(where, _("{name} is fixed: it goes nowhere").format(name=name))
    return tuple(starts)


def _transposed(book: ComplaintBook, given: Mapping[str, Formula | list[Formula]]) -> list[dict[str, Formula]]:
    """{w: [1, 2], b: [3, 4], c: 5} as starting points: the first values of all, then the second ones."""
    counts = {name: len(values) for name, values in given.items() if isinstance(values, list)}
    longest = max(counts.values(), default=1)
    for name, count in counts.items():
        if count != longest:
            message = _("{count} here and {longest} elsewhere: the first values belong together, then the second ones")
            book.complain(("starts", name), message.format(count=count, longest=longest))
            return []
    return [
        {name: values[index] if isinstance(values, list) else values for name, values in given.items()}
        for index in range(longest)
    ]
