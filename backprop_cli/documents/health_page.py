"""The sizes of the gradients as a document: layer by layer in tables and bars, what was found, what the words mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.quantities import Kind, Quantity, gradient
from backprop_cli.deriving.trace import Value
from backprop_cli.documents.model import Bar, Bars, Block, Document, Heading, Inline, Role, Say, Table, Terms, Text
from backprop_cli.documents.runs import log10_of
from backprop_cli.documents.writing import Writing, inline, joined, writing
from backprop_cli.ground.words import _, counted, plural, sentences
from backprop_cli.health.findings import Ailment, Finding, Health, definition
from backprop_cli.health.magnitudes import LayerSize, Sizes
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution

_SHOWN = 12  # names that are listed
Sized = Sequence[tuple[LayerSize, Sizes]]


def health_document(health: Health, dialect: str) -> Document:
    """The sizes of the gradients of one problem, and what keeps it from learning."""
    page = writing(Solution(health.problem, health.trace, Detail.FULL), dialect)
    return page.document(_Health(page, health).blocks())


class _Health:
    """Writes the document of one problem."""

    def __init__(self, page: Writing, health: Health) -> None:
        self.page = page
        self.health = health
        self.words = HealthWords(page, health)

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        yield Say((Text(introduction(self.health)),))
        measured = list(self.measured())
        for number, (what, sized) in enumerate(measured, start=1):
            yield Heading(1, Role.PART, what, number)
            yield self.table(sized)
        bars = tuple(
            Bar(self.label(layer), what, log10_of(sizes.mean.decimal))
            for what, sized in measured
            for layer, sizes in sized
        )
        if sum(bar.log10 is not None for bar in bars) > 1:
            yield Heading(1, Role.PART, (Text(_("The means on a logarithmic scale")),), len(measured) + 1)
            yield Bars(bars)
        yield Heading(1, Role.END, (Text(_("Diagnosis")),))
        if self.health.findings:
            found = ((one.ailment, self.words.found(one)) for one in self.health.findings)
            yield Terms(tuple(((Text(_(ailment.value)),), said) for ailment, said in found))
        else:
            yield Say((Text(_("Nothing of what is looked for.")),))
        yield Heading(1, Role.END, (Text(_("What is looked for")),))
        delta = self.page.word("delta").characters
        yield Terms(tuple(((Text(_(one.value)),), (Text(definition(one, delta)),)) for one in Ailment))

    def measured(self) -> Iterator[tuple[Inline, Sized]]:
        """What is measured, and the layers that have it."""
        backward = list(reversed(self.health.layers))
        deltas = [(layer, layer.deltas) for layer in backward if layer.deltas]
        weights = [(layer, layer.weights) for layer in backward if layer.weights]
        assert self.health.objective is not None
        node = gradient(self.health.objective, Quantity(Kind.NODE, _("node")))
        if deltas:
            yield (self.page.word("delta") if self.health.problem.layers else self.page.symbol(node),), deltas
        if weights:
            of_weights = gradient(self.health.objective, Quantity(Kind.PARAMETER, "W"))
            yield (self.page.symbol(of_weights),), weights

    def table(self, sized: Sized) -> Table:
        """The sizes of the layers."""
        has_ratio = any(layer.ratio for layer, sizes in sized if sizes is layer.deltas)
        words = [_("n"), _("mean"), *([_("ratio")] if has_ratio else []), _("largest"), _("norm")]
        rows = []
        for layer, sizes in sized:
            ratio = [self.words.number(layer.ratio) if layer.ratio else ()] if has_ratio else []
            numbers = [self.words.number(one) for one in (sizes.mean, sizes.largest, sizes.norm)]
            rows.append((self.label(layer), (Text(counted(sizes.count)),), numbers[0], *ratio, *numbers[1:]))
        head: tuple[Inline, ...] = ((), *((Text(word),) for word in words))
        return Table(head, tuple(rows), ("left", *("right",) * len(words)))

    def label(self, layer: LayerSize) -> Inline:
        """The layer's name, or the node's."""
        if layer.label in self.health.problem.nodes:
            return (self.page.symbol(Quantity(Kind.NODE, layer.label)),)
        return (Text(layer.label),)


class HealthWords:
    """What was found, in words."""

    def __init__(self, page: Writing, health: Health) -> None:
        self.page = page
        self.health = health

    def number(self, value: Value) -> Inline:
        """A size in decimals."""
        return (self.page.math(lambda speller: speller.equation(value)[-1][1]),)

    def found(self, finding: Finding) -> Inline:
        """Where it is."""
        match finding.ailment:
            case Ailment.VANISHING | Ailment.EXPLODING:
                assert finding.factor is not None
                falls = _("from {last} back to {first}, the mean |{delta}| falls to {factor} of what it was")
                grows = _("from {last} back to {first}, the mean |{delta}| grows to {factor} times what it was")
                said = falls if finding.ailment is Ailment.VANISHING else grows
                last, first = finding.layers
                return inline(
                    said, last=last, first=first, factor=self.number(finding.factor), delta=self.page.word("delta")
                )
            case Ailment.CUT_OFF:
                return some([(Text(layer),) for layer in finding.layers])
            case Ailment.SYMMETRIC:
                return inline(_("{units} in {layer}"), units=self.units(finding), layer=finding.layers[0])
            case Ailment.STILL:
                said, count = _("{some} ({found:,} of {count:,} parameters)"), len(self.health.problem.parameters)
            case _:
                said, count = _("{some} ({found:,} of {count:,} units that are not linear)"), len(self.health.units)
        return inline(said, some=self.units(finding), found=counted(len(finding.where)), count=counted(count))

    def units(self, finding: Finding) -> Inline:
        """h₁, h₂"""
        return some([(self.page.name(quantity.name),) for quantity in finding.where])


def some(names: list[Inline]) -> Inline:
    """The names, or the first of very many."""
    return joined(names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], (Text("…"),), names[-1]])


def introduction(health: Health) -> str:
    """Where the gradients are looked at, and how their size is measured."""
    said = [
        plural(
            "The gradients at the starting parameters, from the output back.",
            "The gradients at the starting parameters, over {count:,} samples, from the output back.",
            health.samples,
        )
    ]
    said.append(_("Sizes are without sign: the mean of the n numbers, the largest one, the Euclidean norm."))
    if health.problem.layers:
        said.append(_("The ratio is the mean over that of the layer above, which is the next one in the network."))
    if health.problem.rounding:
        said.append(_("Nothing is rounded here."))
    return sentences(said)
