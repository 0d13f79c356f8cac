"""The worked solution as a document: what stands on its page, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from backprop_cli.algebra.optimizers import DESCENT, OPTIMIZERS
from backprop_cli.algebra.quantities import TERM, Address, Kind, Phase, Quantity
from backprop_cli.algebra.second_order import is_of_the_model
from backprop_cli.deriving.trace import Step
from backprop_cli.documents import sheet
from backprop_cli.documents.ending import ending
from backprop_cli.documents.model import (
    Block,
    Document,
    Given,
    Heading,
    Inline,
    Lines,
    Role,
    Say,
    Text,
)
from backprop_cli.documents.writing import Writing, place, writing
from backprop_cli.ground.words import _, labelled
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.solving.solution import Solution

if TYPE_CHECKING:
    from backprop_cli.documents.sentences import Sentences

_PLAIN = OPTIMIZERS[DESCENT].rule  # is not said: it is what the whole document is about
_WITHOUT_RULES = (Phase.FORWARD, Phase.LOSS)


def worked_document(solution: Solution, dialect: str) -> Document:
    """The worked solution, its mathematics spelled in a dialect (unicode, ascii, latex or typst).

    Where it is typeset, it says in words what is done; in characters it has only what stands on a blackboard.
    """
    page = writing(solution, dialect)
    return page.document(Worked(page).blocks())


class Worked:
    """Writes the blocks of one solution; remembers what has been said, which is said once."""

    def __init__(self, page: Writing) -> None:
        self.page = page
        self.solution = page.solution
        self.sentences: Sentences | None = None
        if page.speller.writer.dialect.setting is not None and self.solution.detail is not Detail.BRIEF:
            from backprop_cli.documents.sentences import Sentences

            self.sentences = Sentences(page)
        self.layers = layer_labels(page.problem)
        self.said: set[str] = set()
        addresses = {page.speller.page_of(step.quantity.at) for step in page.solution.trace.steps}
        self.level = 1 + any(map(page.pass_heading, addresses))  # of parts

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        if not self.solution.is_part:
            yield from self.top()
        number = 0
        for address, heading, parts in self.passes():
            if heading:
                yield Heading(1, Role.PASS, (Text(heading),))
                yield from self.data(address)
                number = 0
            for phase, steps in parts:
                number += 1
                yield from self.part(number, phase, steps)
                yield from self.below(steps)
        yield from ending(self.page)

    def passes(self) -> Iterator[tuple[Address, str, list[tuple[Phase, list[Step]]]]]:
        """Each pass: its address, its heading where there are several, and its parts with their lines."""
        steps = self.solution.trace.steps
        for address, together in groupby(steps, key=lambda step: self.page.speller.page_of(step.quantity.at)):
            group = list(together)
            only_rate = all(step.quantity.kind is Kind.CONSTANT for step in group)
            heading = place(address) if only_rate else self.page.pass_heading(address)
            yield address, heading, [(phase, list(part)) for phase, part in groupby(group, lambda one: one.line.phase)]

    def top(self) -> Iterator[Block]:
        """The author's words, the network, what is given, and the conventions."""
        yield from sheet.top(self.page)

    def data(self, address: Address) -> Iterator[Block]:
        """The inputs and targets of the sample whose pass begins."""
        yield from map(Given, sheet.data(self.page, address))

    def part(self, number: int, phase: Phase, steps: list[Step]) -> Iterator[Block]:
        """One part: its heading, what a teacher says, and its lines, layer by layer."""
        yield Heading(self.level, Role.PART, part_heading(self.page, phase, steps), number)
        for rule in rules_of(phase, steps, self.solution.detail, self.said):
            yield Say((Text(rule),), rule=True)
        labels = iter(self.labels(steps))
        groups = [(label, list(group)) for label, group in groupby(steps, key=lambda _step: next(labels))]
        if phase is Phase.LOSS:
            groups = [(None, steps)]  # the error is of all layers
        for label, group in groups:
            if len(groups) > 1 and label:
                yield Heading(self.level + 1, Role.LAYER, (Text(label),))
            if self.sentences is not None:
                yield from map(Say, self.sentences.of(group))
            yield Lines(tuple(map(self.page.equation, group)))

    def below(self, steps: list[Step]) -> Iterator[Block]:
        """What stands below lines: nothing, where there are only numbers in them."""
        yield from ()

    def labels(self, steps: list[Step]) -> list[str | None]:
        """The label of the layer of each step; what an optimizer keeps of a parameter stands with its new value."""
        labels = [self.label(step.quantity) for step in steps]
        for at in reversed(range(len(steps) - 1)):
            step = steps[at]
            if labels[at] is None and step.line.phase is Phase.UPDATE and step.quantity.kind is not Kind.CONSTANT:
                labels[at] = labels[at + 1]
        return labels

    def label(self, quantity: Quantity) -> str | None:
        """The label of the layer that a quantity belongs to, or of what moves in forward mode, or of a matrix."""
        if quantity.kind in (Kind.TANGENT, Kind.HESSIAN) and quantity.by is not None:
            return _("Derivatives in {name}").format(name=self.page.symbol(quantity.by).characters)
        return _("Products of derivatives") if is_of_the_model(quantity) else self.layers.get(owner(quantity))


def part_heading(page: Writing, phase: Phase, steps: list[Step]) -> Inline:
    """The name of a part."""
    if phase is Phase.UPDATE and steps and all(step.quantity.kind is Kind.CONSTANT for step in steps):
        return (Text(_("Learning rate")),)
    if phase is Phase.BACKWARD and any(step.quantity.kind is Kind.DELTA for step in steps):
        return Text(labelled(phase_called(phase), "")), page.word("delta")
    return (Text(phase_called(phase)),)


def phase_called(phase: Phase) -> str:
    """What a phase is called above its lines."""
    titles = {
        Phase.FORWARD: _("Forward pass"),
        Phase.LOSS: _("Error"),
        Phase.BACKWARD: _("Backward pass"),
        Phase.GRADIENT: _("Gradients"),
        Phase.UPDATE: _("Update"),
    }
    return titles[phase]


def rules_of(phase: Phase, steps: list[Step], detail: Detail, said: set[str]) -> list[str]:
    """What a teacher says of the slopes in these lines, unless it has been said."""
    if phase in _WITHOUT_RULES or detail is Detail.BRIEF:
        return []
    new = [rule for step in steps for rule in step.line.rules if rule not in (*said, _PLAIN)]
    said.update(new)
    return [_(rule) for rule in dict.fromkeys(new)]


def owner(quantity: Quantity) -> str:
    """The neuron or parameter whose layer a quantity belongs to."""
    if quantity.kind in (Kind.GRADIENT, Kind.LOCAL, Kind.PATH) and quantity.by:
        return quantity.by.name
    return quantity.name.removeprefix(TERM) if quantity.kind is Kind.AUX else quantity.name


def layer_labels(problem: Problem) -> dict[str, str]:
    """The layer's label for each neuron and each parameter that belongs to one layer."""
    labels: dict[str, str] = {}
    for layer in problem.layers:
        for name in (*layer.units, *layer.parameters):
            label = layer.sections.get(name, layer.label)
            labels[name] = label if labels.get(name, label) == label else _("shared")
    return labels
