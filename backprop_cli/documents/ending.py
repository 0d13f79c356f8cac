"""The end of a document, after the worked lines: training, comparisons, descents, the total error, the answers."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.quantities import AFTER, Kind
from backprop_cli.documents.model import Block, Equation, Heading, Lines, Note, Role, Text
from backprop_cli.documents.writing import Writing, has_sample
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, ended, sentences
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.worked import WorkedProblem


def ending(page: Writing) -> Iterator[Block]:
    """The blocks behind the work; what most solutions have not is imported where one has it."""
    solution = page.solution
    if not solution.is_part:
        if solution.training is not None:
            from backprop_cli.documents import runs

            yield from runs.blocks(page, solution.training)
        elif solution.comparison is None:
            from backprop_cli.documents import glance

            yield from glance.blocks(page)
        if solution.comparison is not None:
            from backprop_cli.documents import comparisons

            yield from comparisons.blocks(page, solution.comparison)
        if solution.landscapes:
            from backprop_cli.documents import descents

            yield from descents.blocks(page)
        if solution.problem.training.perceptron is not None:
            from backprop_cli.documents import perceptrons

            yield from perceptrons.blocks(page)
    if errors := tuple(_errors(page)):
        yield Heading(1, Role.END, (Text(_("Total error")),))
        yield Lines(errors)
    if solution.is_part:
        if chosen := solution.chosen_of_report:
            yield Heading(1, Role.END, (Text(_("Training")),))
            yield Lines(tuple(page.reported(one.quantity, one.value.decimal) for one in chosen))
        return
    reported = [page.reported(one, value) for one, value in solution.asked_of_report.items()]
    yield from what_was_asked(solution, (*map(page.answer, solution.asked), *reported))


def what_was_asked(solution: Solution, answers: tuple[Equation, ...]) -> Iterator[Block]:
    """The answers under their heading, and those in words; nothing where nothing is asked."""
    words = tuple(_in_words(solution))
    if answers or words:
        yield Heading(1, Role.END, (Text(_("What was asked")),))
    if answers:
        yield Lines(answers)
    yield from words


def _in_words(solution: Solution) -> Iterator[Block]:
    """What is asked in words, each question with its right word and why."""
    if not solution.problem.ask_words:
        return
    from backprop_cli.checking.word_answers import why
    from backprop_cli.questions.table import questions_of

    for one in questions_of(solution.worked or WorkedProblem(solution.problem)):
        yield Note((Text(visible(sentences([one.said, ended(why(one))]))),))


def _errors(page: Writing) -> Iterator[Equation]:
    """The loss of every whole pass, when there is one to compare with."""
    losses = [step for step in page.solution.trace.steps if step.quantity.kind is Kind.LOSS]
    after = [step for step in losses if step.quantity.at == (AFTER,)]
    if not after or page.solution.is_part:
        return
    before = next((step for step in losses if not has_sample(step.quantity.at)), None)
    for word, step in ((_("before the update"), before), (_("after the update"), after[0])):
        if step is not None:
            yield Equation((Text(word),), page.values_of(step), key=step.quantity.key)
