"""Several runs side by side: their losses by epoch, and in words what each rate does or each start leads to."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.convergence import Word
from backprop_cli.formats.training import Page, endings, number, symbol, table
from backprop_cli.formula import Formula
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.optimizers import LEARNING_RATE
from backprop_cli.quadratics import Quadratic
from backprop_cli.quantities import Quantity
from backprop_cli.trace import Value
from backprop_cli.trials import Comparison, Trial
from backprop_cli.words import _, clauses

_BITS = 256


def parts(page: Page, comparison: Comparison) -> Iterator[RenderableType]:
    """The tables, what is said of each run, and, where the loss is a parabola, for which rates it converges and why."""
    rates = comparison.of_rates
    yield Text(_("Learning rates compared") if rates else _("Starting points compared"), "bold magenta")
    if not rates:
        yield from _ends(page, comparison)
        yield Text()
    for quantity in _quantities(comparison):
        yield Text(f"   {symbol(page, quantity)}", "dim")
        yield from _side_by_side(page, comparison, quantity)
        yield Text()
    yield from _words(page, comparison)
    yield Text()
    if comparison.quadratic is not None and rates:
        yield from _parabola(page, comparison.quadratic)
        yield Text()


def _quantities(comparison: Comparison) -> list[Quantity]:
    """What is compared: what the problem asks for, else the loss, and the parameter where only one is updated."""
    first = comparison.trials[0]
    run = first.run
    if first.problem.report_quantities:
        return run.quantities
    return [run.loss, *(quantity for quantity in run.quantities if _is_only(first, quantity))]


def _is_only(trial: Trial, quantity: Quantity) -> bool:
    report = trial.run.reports[0]
    return report.place is not None and quantity.name in trial.problem.parameters


def _side_by_side(page: Page, comparison: Comparison, quantity: Quantity) -> Iterator[RenderableType]:
    """One quantity of all the runs by epoch; what a run has not reached stays empty."""
    epochs = sorted({report.epoch for trial in comparison.trials for report in trial.run.reports})
    columns = []
    for index, trial in enumerate(comparison.trials):
        cells = {report.epoch: number(page, report.values[quantity]) for report in trial.run.reports}
        columns.append([name(page, trial, index), *(cells.get(epoch, "") for epoch in epochs)])
    yield from table(page, list(map(str, epochs)), columns)


def name(page: Page, trial: Trial, index: int) -> str:
    """What a run is called: η = 0.1, or start A."""
    if trial.rate is None:
        return _("start {letter}").format(letter=letter(index))
    return f"{page.symbol(LEARNING_RATE)} = {written(page, trial.rate)}"


def letter(index: int) -> str:
    """A, B, C, … for the starting points."""
    return chr(ord("A") + index)


def written(page: Page, constant: Formula) -> str:
    """A constant as it stands in the file."""
    return page.speller.constant_formula(constant).text


# ---- what is said of each run --------------------------------------------------------------------------------


def _words(page: Page, comparison: Comparison) -> Iterator[RenderableType]:
    names = [name(page, trial, index) for index, trial in enumerate(comparison.trials)]
    wide = max(map(cell_len, names))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=1)
    grid.add_column(style="bold cyan", no_wrap=True, min_width=wide)
    grid.add_column()
    for label, trial in zip(names, comparison.trials, strict=True):
        said = [_verdict(page, trial) if comparison.of_rates else _place(page, trial), *endings(trial.run)]
        grid.add_row("", label, Text(page.plain(clauses(said))))
    yield grid


def _verdict(page: Page, trial: Trial) -> str:
    """The word for a learning rate, and what it rests on."""
    verdict, run = trial.verdict, trial.run
    assert verdict is not None
    if verdict.factor is not None:
        return _on_parabola(page, trial, verdict.factor)
    course = run.course
    share = "" if verdict.share is None else verdict.share.text()
    match verdict.word:
        case Word.DIVERGES if run.gone is None and not run.failure:
            return _("diverges: the loss ends higher than it began")
        case Word.DIVERGES:
            return _("diverges")
        case Word.OSCILLATES:
            falls = _("it ends lower than it began") if course.lower else _("it ends no lower than it began")
            ups = _up_and_down(course.rises, course.epochs)
            said = _("oscillates: of {turns} steps {back} turn back; {ups}; {falls}")
            return said.format(back=course.back, turns=course.turns, ups=ups, falls=falls)
        case Word.STANDS_STILL:
            return _("stands still: the loss does not fall")
        case Word.TOO_SMALL:
            said = _("too small: after {epochs} epochs the loss has come down {share} % of the way of the best rate")
            return said.format(epochs=course.epochs, share=share)
        case Word.CONVERGES:
            ups = _up_and_down(course.rises, course.epochs)
            return _("converges: the last step is less than half as long as the first; {ups}").format(ups=ups)
        case Word.STILL_FALLING:
            ups = _up_and_down(course.rises, course.epochs)
            said = _("still falling after {epochs} epochs: the steps have not grown short; {ups}")
            return said.format(epochs=course.epochs, ups=ups)


def _up_and_down(rises: int, epochs: int) -> str:
    if not rises:
        return _("the loss never rises")
    return _("the loss rises in {rises} of {epochs} epochs").format(rises=rises, epochs=epochs)


def _on_parabola(page: Page, trial: Trial, factor: Real) -> str:
    """What a rate does on a parabola, by the factor 1 − η·E″."""
    verdict = trial.verdict
    assert verdict is not None
    size = _value(page, factor if factor > 0 else -factor)
    epochs = trial.run.reports[-1].epoch
    share = "" if verdict.share is None else verdict.share.text()
    match verdict.word:
        case Word.STANDS_STILL:
            return _("stands still: it starts where the slope is 0")
        case Word.DIVERGES if factor == 1:
            return _("diverges: the loss is a straight line, and every step is as long as the first")
        case Word.DIVERGES if factor > 1:
            return _("diverges: each step goes {factor} times as far away from the top").format(factor=size)
        case Word.DIVERGES:
            said = _("diverges: each step goes to the other side, {factor} times as far away")
            return said.format(factor=size)
        case Word.OSCILLATES if factor == -1:
            return _("oscillates: each step goes to the other side, as far away as before, for ever")
        case Word.OSCILLATES:
            said = _("oscillates: each step goes to the other side; {factor} of the distance is left, so it converges")
            return said.format(factor=size)
        case Word.TOO_SMALL:
            said = _("too small: a step leaves {factor} of the distance; {epochs} of them go {share} % of the way")
            return said.format(factor=size, epochs=epochs, share=share)
        case _ if factor == 0:
            return _("converges: the first step leads to the minimum")
        case _:
            return _("converges: a step leaves {factor} of the distance to the minimum").format(factor=size)


def _value(page: Page, value: Real) -> str:
    """An exact value where it is short, else its decimals."""
    with precision(_BITS):
        decimal = to_digits(value, page.speller.trace.digits)
    return page.speller.equation(Value(value, decimal))[0][1]


def _equation(page: Page, value: Real) -> str:
    """= 1/4 or ≈ 0.333333333"""
    with precision(_BITS):
        decimal = to_digits(value, page.speller.trace.digits)
    return " ".join(f"{sign} {text}" for sign, text in page.speller.equation(Value(value, decimal))[:1])


# ---- starting points -----------------------------------------------------------------------------------------


def _ends(page: Page, comparison: Comparison) -> Iterator[RenderableType]:
    """Where each run begins and ends: the loss, and the parameters that it starts with."""
    first = comparison.trials[0]
    assert first.start is not None
    names = list(dict.fromkeys(one for trial in comparison.trials for one in trial.start or {}))
    loss = symbol(page, first.run.loss)
    grid = Table(box=None, pad_edge=False, padding=(0, 1))
    grid.add_column("", style="bold cyan", no_wrap=True)
    ends = [q for q in first.run.quantities if q.name in names]
    headings = [*map(page.speller.writer.name, names), loss, *(symbol(page, q) for q in ends), loss]
    for index, heading in enumerate(headings):
        grid.add_column(Text(heading), justify="right", no_wrap=True, style="bold green" if index > len(names) else "")
    for index, trial in enumerate(comparison.trials):
        start, last = trial.run.reports[0], trial.run.reports[-1]
        begun = [written(page, trial.problem.parameters[one]) for one in names]
        ended = [number(page, last.values[q]) for q in ends]
        row = [*begun, number(page, start.loss), *ended, number(page, last.loss)]
        grid.add_row(f"   {name(page, trial, index)}", *row)
    last_epoch = max(trial.run.reports[-1].epoch for trial in comparison.trials)
    yield Text("   " + _("at the start, and after {epochs} epochs").format(epochs=last_epoch), "dim")
    yield grid


def _place(page: Page, trial: Trial) -> str:
    """Where a run from a starting point has ended."""
    course, last = trial.run.course, trial.run.reports[-1]
    if trial.minimum is not None and last.place is not None:
        said = _("ends in a local minimum, within {radius} of {place}")
        radius = to_digits(trial.minimum.radius, 1).text(plain=(-20, 20))
        return said.format(radius=radius, place=number(page, last.place))
    if course.higher:
        return _("the loss ends higher than it began")
    if not course.lower:
        return _("the loss does not fall")
    return (
        _("converges: the last step is less than half as long as the first")
        if course.shrunk
        else _("still on its way: the steps have not grown short")
    )


# ---- the parabola --------------------------------------------------------------------------------------------


def _parabola(page: Page, quadratic: Quadratic) -> Iterator[RenderableType]:
    """For which rates gradient descent converges on it, and why."""
    w = page.symbol(quadratic.parameter)
    eta = page.symbol(LEARNING_RATE)
    curvature = _equation(page, quadratic.curvature)
    if not quadratic.has_minimum:
        said = _("As a function of {w} the loss has no minimum: E″ {curvature}. No learning rate converges.")
        yield page.paragraph(page.plain(said.format(w=w, curvature=curvature)), "", 3)
        return
    assert quadratic.still is not None
    said = _(
        "The loss is a parabola in {w}: its second derivative is E″ {curvature}, and it is lowest at {w}* {still}. "
        "A step is {eta}·E″·({w} − {w}*), so it multiplies the distance {w} − {w}* by 1 − {eta}·E″:"
    )
    still = _equation(page, quadratic.still)
    yield page.paragraph(page.plain(said.format(w=w, curvature=curvature, still=still, eta=eta)), "", 3)
    fastest, bound = _value(page, quadratic.fastest), _value(page, quadratic.bound)
    rows = [
        (f"0 < {eta} < {fastest}", _("the factor is between 0 and 1: straight to the minimum, faster with a larger η")),
        (f"{eta} = {fastest} = 1/E″", _("the factor is 0: the minimum in one step")),
        (f"{fastest} < {eta} < {bound}", _("between −1 and 0: to the other side each time, ever closer")),
        (f"{eta} = {bound} = 2/E″", _("−1: back and forth for ever")),
        (f"{eta} > {bound}", _("beyond −1: further away each time")),
    ]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=1)
    grid.add_column(style="bold cyan", no_wrap=True)
    grid.add_column()
    for condition, what in rows:
        grid.add_row("", Text(page.plain(condition)), Text(page.plain(what)))
    yield grid
