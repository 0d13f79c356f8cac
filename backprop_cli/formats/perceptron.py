"""The table of a perceptron's epochs, a row a sample, as courses write it, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from backprop_cli import networks
from backprop_cli.formats.training import Page, table
from backprop_cli.perceptron_run import Outcome, Row, outcome_of, quantities_of
from backprop_cli.problem.model import Problem
from backprop_cli.quantities import Kind, Quantity
from backprop_cli.solution import Solution
from backprop_cli.words import _, plural

_FEW = 4  # inputs that still have columns


def parts(page: Page, solution: Solution) -> Iterator[RenderableType]:
    """The table and the end."""
    problem, trace = solution.problem, solution.trace
    outcome = outcome_of(problem, trace)
    yield Text(_("The epochs at a glance"), "bold magenta")
    labels = [f"{row.epoch} / {row.sample}" for row in outcome.rows]
    columns = list(map(list, zip(*_columns(page, problem, outcome.rows), strict=True)))
    yield from table(page, labels, columns, heading=_("   epoch / sample"))
    yield Text()
    for sentence in ending(outcome, problem):
        yield page.paragraph(page.plain(sentence), "", 3)
    yield Text()


def _columns(page: Page, problem: Problem, rows: tuple[Row, ...]) -> Iterator[list[str]]:
    """The headings, then the cells of each row: inputs, targets, net inputs, outputs, errors, parameters after it."""
    inputs = problem.inputs if len(problem.inputs) <= _FEW else ()
    data = [Quantity(Kind.INPUT, one) for one in inputs] + [networks.target(name) for name in problem.outputs]
    parameters = [name for name in problem.parameters if name not in problem.fixed]
    worked = [one.bare for triple in quantities_of(problem, rows[0]) for one in triple]
    yield [page.symbol(one) for one in (*data, *worked)] + [page.speller.writer.name(one) for one in parameters]
    for row in rows:
        at = tuple(step for step in row.address if step.word == "sample")
        cells = [page.speller.given(one.at_address(at)).text for one in data]
        for triple in quantities_of(problem, row):
            cells += [page.speller.given(one).text for one in triple]
        yield cells + [page.speller.short(row.parameters[name]).text for name in parameters]


def ending(outcome: Outcome, problem: Problem) -> Iterator[str]:
    """How the rule ended, in words."""
    corrections = plural("{count} correction", "{count} corrections", outcome.corrections)
    if outcome.clean:
        said = _("Epoch {epoch} is clean: every sample is right, and nothing changes any more. {corrections} in all.")
        yield said.format(epoch=outcome.epochs, corrections=corrections)
        return
    if outcome.repeats is not None:
        said = _(
            "After epoch {last} the parameters are those with which epoch {first} began. So everything repeats from "
            "here on, and no epoch will ever be clean."
        )
        yield said.format(last=outcome.epochs, first=outcome.repeats)
        if outcome.inseparable:
            yield _(
                "Where a straight line (or plane) separates the samples, this rule finds one after finitely many "
                "corrections. So none does: one layer cannot learn this."
            )
        return
    perceptron = problem.training.perceptron
    if perceptron is not None and perceptron.until_clean:
        said = _(
            "No epoch was clean within {epochs}. Where no line separates the samples there is none, however long one "
            "goes on; otherwise more `epochs` will do."
        )
        yield said.format(epochs=outcome.epochs)
    else:
        yield _("After {epochs} epochs not every sample is right. {corrections} in all.").format(
            epochs=outcome.epochs, corrections=corrections
        )
