"""The epochs of the perceptron rule as a table, a row a sample, as courses write it, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving import networks
from backprop_cli.documents.model import Block, Heading, Inline, Role, Say, Text
from backprop_cli.documents.runs import table
from backprop_cli.documents.writing import Writing
from backprop_cli.ground.words import _, plural
from backprop_cli.problem.model import Problem
from backprop_cli.training.perceptron_run import PerceptronOutcome, PerceptronStep, outcome_of, quantities_of

_FEW = 4  # inputs that still have columns


def blocks(page: Writing) -> Iterator[Block]:
    """The table and the end."""
    problem, trace = page.problem, page.solution.trace
    outcome = outcome_of(problem, trace)
    yield Heading(1, Role.END, (Text(_("The epochs at a glance")),))
    labels = [f"{row.epoch} / {row.sample}" for row in outcome.rows]
    columns = list(zip(*_rows(page, problem, outcome.rows), strict=True))
    yield table(_("epoch / sample"), labels, columns)
    for sentence in ending(outcome, problem):
        yield Say((Text(sentence),))


def _rows(page: Writing, problem: Problem, rows: tuple[PerceptronStep, ...]) -> Iterator[list[Inline]]:
    """The headings, then the cells of each row: inputs, targets, net inputs, outputs, errors, parameters after it."""
    inputs = problem.inputs if len(problem.inputs) <= _FEW else ()
    data = [Quantity(Kind.INPUT, one) for one in inputs] + [networks.target(name) for name in problem.outputs]
    parameters = [name for name in problem.parameters if name not in problem.fixed]
    worked = [one.bare for triple in quantities_of(problem, rows[0]) for one in triple]
    heads = [page.symbol(one) for one in (*data, *worked)] + [page.name(one) for one in parameters]
    yield [(head,) for head in heads]
    for row in rows:
        at = tuple(step for step in row.address if step.word == "sample")
        cells = [page.given(one.at_address(at)) for one in data]
        for triple in quantities_of(problem, row):
            cells += [page.given(one) for one in triple]
        cells += [page.short(row.parameters[name]) for name in parameters]
        yield [(cell,) for cell in cells]


def ending(outcome: PerceptronOutcome, problem: Problem) -> Iterator[str]:
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
