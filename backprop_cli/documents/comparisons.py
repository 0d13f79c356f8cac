"""Several runs side by side: their losses by epoch, and in words what each rate does or each start leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.deriving.trace import Value
from backprop_cli.documents.model import Block, Heading, Inline, Math, Role, Say, Table, Terms, Text, plain
from backprop_cli.documents.runs import curve, endings, looked_at, table
from backprop_cli.documents.writing import Writing, inline, joined
from backprop_cli.ground.words import _, in_figures
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.solving.spelling import Speller
from backprop_cli.training.convergence import Behaviour
from backprop_cli.training.quadratics import Quadratic
from backprop_cli.training.trials import Trial, TrialComparison

_BITS = 256


def blocks(page: Writing, comparison: TrialComparison) -> Iterator[Block]:
    """The tables, what is said of each run, and, where the loss is a parabola, for which rates it converges and why."""
    rates = comparison.of_rates
    title = _("Learning rates compared") if rates else _("Starting points compared")
    yield Heading(1, Role.END, (Text(title),))
    if not rates:
        yield from _ends(page, comparison)
    for quantity in _quantities(comparison):
        yield Heading(2, Role.LAYER, (looked_at(page, quantity),))
        yield _side_by_side(page, comparison, quantity)
    yield Terms(tuple(_terms(page, comparison)))
    if rates:
        runs = {plain((page.constant(trial.rate),)): trial.run for trial in comparison.trials if trial.rate is not None}
        yield from curve(page, _("the loss with each learning rate, on a logarithmic scale"), runs)
    if comparison.quadratic is not None and rates:
        yield from _parabola(page, comparison.quadratic)


def run_name(page: Writing, trial: Trial, index: int) -> Inline:
    """What a run is called: η = 0.1, or start A."""
    if trial.rate is None:
        return (Text(_("start {letter}").format(letter=letter(index))),)
    return (page.equal(page.symbol(LEARNING_RATE), page.constant(trial.rate)),)


def letter(index: int) -> str:
    """A, B, C, … for the starting points."""
    return chr(ord("A") + index)


def _quantities(comparison: TrialComparison) -> list[Quantity]:
    """What is compared: what the problem asks for, else the loss, and the parameter where only one is updated."""
    first = comparison.trials[0]
    if first.problem.report_quantities:
        return first.run.quantities
    return [first.run.loss, *(quantity for quantity in first.run.quantities if _is_only(first, quantity))]


def _is_only(trial: Trial, quantity: Quantity) -> bool:
    return trial.run.reports[0].place is not None and quantity.name in trial.problem.parameters


def _side_by_side(page: Writing, comparison: TrialComparison, quantity: Quantity) -> Table:
    """One quantity of all the runs by epoch; what a run has not reached stays empty."""
    epochs = sorted({report.epoch for trial in comparison.trials for report in trial.run.reports})
    columns: list[list[Inline]] = []
    for index, trial in enumerate(comparison.trials):
        cells = {report.epoch: (page.decimal(report.values[quantity]),) for report in trial.run.reports}
        columns.append([run_name(page, trial, index), *(cells.get(epoch, ()) for epoch in epochs)])
    return table(_("epoch"), [str(epoch) for epoch in epochs], columns)


def _terms(page: Writing, comparison: TrialComparison) -> Iterator[tuple[Inline, Inline]]:
    """Each run with what is said of it."""
    for index, trial in enumerate(comparison.trials):
        said = verdict(page, trial) if comparison.of_rates else place(page, trial)
        yield run_name(page, trial, index), joined([said, *((Text(end),) for end in endings(trial.run))], _("; "))


def verdict(page: Writing, trial: Trial) -> Inline:
    """The word for a learning rate, and what it rests on."""
    judged, run = trial.verdict, trial.run
    assert judged is not None
    if judged.factor is not None:
        return _on_parabola(page, trial, judged.factor)
    course = run.course
    share = "" if judged.share is None else in_figures(judged.share.text())
    ups = _up_and_down(course.rises, course.epochs)
    match judged.word:
        case Behaviour.DIVERGES if run.gone is None and not run.failure:
            return inline(_("diverges: the loss ends higher than it began"))
        case Behaviour.DIVERGES:
            return inline(_("diverges"))
        case Behaviour.OSCILLATES:
            falls = _("the loss ends lower all the same") if course.lower else _("the loss ends no lower")
            said = _("oscillates: of {turns} steps {back} turn back, the loss rises {rises} times; {falls}")
            return inline(said, back=course.back, turns=course.turns, rises=course.rises, falls=falls)
        case Behaviour.STANDS_STILL:
            return inline(_("stands still: the loss does not fall"))
        case Behaviour.TOO_SMALL:
            said = _("too small: after {epochs} epochs the loss has come down {share} % of the way of the best rate")
            return inline(said, epochs=course.epochs, share=share)
        case Behaviour.CONVERGES:
            return inline(_("converges: the last step is less than half as long as the first; {ups}"), ups=ups)
        case Behaviour.STILL_FALLING:
            said = _("still falling after {epochs} epochs: the steps have not grown short; {ups}")
            return inline(said, epochs=course.epochs, ups=ups)


def _up_and_down(rises: int, epochs: int) -> str:
    if not rises:
        return _("the loss never rises")
    return _("the loss rises in {rises} of {epochs} epochs").format(rises=rises, epochs=epochs)


def _on_parabola(page: Writing, trial: Trial, factor: Real) -> Inline:
    """What a rate does on a parabola, by the factor 1 − η·E″."""
    judged = trial.verdict
    assert judged is not None
    size = page.number(_value(page, factor if factor > 0 else -factor))
    epochs = trial.run.reports[-1].epoch
    share = "" if judged.share is None else in_figures(judged.share.text())
    match judged.word:
        case Behaviour.STANDS_STILL:
            return inline(_("stands still: it starts where the slope is 0"))
        case Behaviour.DIVERGES if factor == 1:
            return inline(_("diverges: the loss is a straight line, and every step is as long as the first"))
        case Behaviour.DIVERGES if factor > 1:
            return inline(_("diverges: each step goes {factor} times as far away from the top"), factor=size)
        case Behaviour.DIVERGES:
            return inline(_("diverges: each step goes to the other side, {factor} times as far away"), factor=size)
        case Behaviour.OSCILLATES if factor == -1:
            return inline(_("oscillates: each step goes to the other side, as far away as before, for ever"))
        case Behaviour.OSCILLATES:
            said = _("oscillates: each step goes to the other side; {factor} of the distance is left, so it converges")
            return inline(said, factor=size)
        case Behaviour.TOO_SMALL:
            said = _("too small: a step leaves {factor} of the distance; {epochs} of them go {share} % of the way")
            return inline(said, factor=size, epochs=epochs, share=share)
        case _ if factor == 0:
            return inline(_("converges: the first step leads to the minimum"))
        case _:
            return inline(_("converges: a step leaves {factor} of the distance to the minimum"), factor=size)


def _value(page: Writing, value: Real) -> Value:
    with precision(_BITS):
        return Value(value, to_digits(value, page.speller.trace.digits))


# ---- starting points -----------------------------------------------------------------------------------------


def _ends(page: Writing, comparison: TrialComparison) -> Iterator[Block]:
    """Where each run begins and ends: the loss, and the parameters that it starts with."""
    first = comparison.trials[0]
    assert first.start is not None
    names = list(dict.fromkeys(one for trial in comparison.trials for one in trial.start or {}))
    loss = looked_at(page, first.run.loss)
    ends = [q for q in first.run.quantities if q.name in names]
    head = [*map(page.name, names), loss, *(looked_at(page, q) for q in ends), loss]
    rows: list[tuple[Inline, ...]] = []
    for index, trial in enumerate(comparison.trials):
        start, last = trial.run.reports[0], trial.run.reports[-1]
        begun = [page.constant(trial.problem.parameters[one]) for one in names]
        ended = [page.decimal(last.values[q]) for q in ends]
        cells = [*begun, page.decimal(start.loss), *ended, page.decimal(last.loss)]
        rows.append((run_name(page, trial, index), *((cell,) for cell in cells)))
    last_epoch = max(trial.run.reports[-1].epoch for trial in comparison.trials)
    said = _("at the start, and after {epochs} epochs").format(epochs=last_epoch)
    yield Heading(2, Role.LAYER, (Text(said),))
    yield Table(((), *((one,) for one in head)), tuple(rows), ("left", *("right",) * len(head)))


def place(page: Writing, trial: Trial) -> Inline:
    """Where a run from a starting point has ended."""
    course, last = trial.run.course, trial.run.reports[-1]
    if trial.minimum is not None and last.place is not None:
        radius = in_figures(to_digits(trial.minimum.radius, 1).text(plain=(-20, 20)))
        said = _("ends in a local minimum, within {radius} of {place}")
        return inline(said, radius=radius, place=page.decimal(last.place))
    if course.higher:
        return inline(_("the loss ends higher than it began"))
    if not course.lower:
        return inline(_("the loss does not fall"))
    if course.shrunk:
        return inline(_("converges: the last step is less than half as long as the first"))
    return inline(_("still on its way: the steps have not grown short"))


# ---- the parabola --------------------------------------------------------------------------------------------


def _parabola(page: Writing, quadratic: Quadratic) -> Iterator[Block]:
    """For which rates gradient descent converges on it, and why."""
    w, eta = page.symbol(quadratic.parameter), page.symbol(LEARNING_RATE)
    curvature = page.relation(_value(page, quadratic.curvature))
    if not quadratic.has_minimum:
        said = _("As a function of {w} the loss has no minimum: E″ {curvature}. No learning rate converges.")
        yield Say(inline(said, w=w, curvature=curvature))
        return
    assert quadratic.still is not None
    said = _(
        "The loss is a parabola in {w}: its second derivative is E″ {curvature}, and it is lowest at {w}* {still}. "
        "A step is {eta}·E″·({w} − {w}*), so it multiplies the distance {w} − {w}* by 1 − {eta}·E″:"
    )
    still = page.relation(_value(page, quadratic.still))
    yield Say(inline(said, w=w, curvature=curvature, still=still, eta=eta))
    yield Terms(tuple(_conditions(page, quadratic)))


def _conditions(page: Writing, quadratic: Quadratic) -> Iterator[tuple[Inline, Inline]]:
    """Each range of learning rates with the factor there."""
    fastest, bound = _value(page, quadratic.fastest), _value(page, quadratic.bound)

    def condition(write: Callable[[str, str, str, Speller], str]) -> Math:
        return page.math(
            lambda s: write(s.symbol(LEARNING_RATE), s.equation(fastest)[0][1], s.equation(bound)[0][1], s)
        )

    ranges = (
        (lambda eta, fast, far, s: f"0 < {eta} < {fast}",
         _("the factor is between 0 and 1: straight to the minimum, faster with a larger η")),
        (lambda eta, fast, far, s: f"{eta} = {fast} = {_over_curvature('1', s)}",
         _("the factor is 0: the minimum in one step")),
        (lambda eta, fast, far, s: f"{fast} < {eta} < {far}",
         _("between −1 and 0: to the other side each time, ever closer")),
        (lambda eta, fast, far, s: f"{eta} = {far} = {_over_curvature('2', s)}", _("−1: back and forth for ever")),
        (lambda eta, fast, far, s: f"{eta} > {far}", _("beyond −1: further away each time")),
    )  # fmt: skip
    for write, said in ranges:
        yield (condition(write),), (Text(said),)


def _over_curvature(numerator: str, speller: Speller) -> str:
    """1/E″"""
    pattern = speller.writer.dialect.fraction or "{0}/{1}"
    return pattern.format(numerator, speller.writer.name("E″"))
