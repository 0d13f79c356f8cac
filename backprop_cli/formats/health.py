"""The page of `--gradients`: sizes layer by layer as tables and bars, what was found, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.documents.health_page import HealthWords, introduction
from backprop_cli.documents.model import plain
from backprop_cli.documents.writing import Writing
from backprop_cli.formats.bars import LogScale
from backprop_cli.formats.pages import heading, value_as_data
from backprop_cli.formats.text import Page
from backprop_cli.health.findings import Ailment, Finding, Health, definition
from backprop_cli.health.magnitudes import LayerSize, Sizes
from backprop_cli.problem.model import Detail
from backprop_cli.quantities import Kind, Quantity, gradient
from backprop_cli.solution import Solution
from backprop_cli.trace import Value
from backprop_cli.words import _

_GAP = 2
_LONGEST_BAR = 45


class HealthPage(Page):
    """Writes the sizes of the gradients and the findings of one problem."""

    def __init__(self, health: Health, charset: str, console: Console, width: int) -> None:
        super().__init__(Solution(health.problem, health.trace, Detail.FULL), charset, console, width)
        self.health = health
        self.backward = list(reversed(health.layers))

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        yield from self.title()
        yield self.paragraph(self.plain(introduction(self.health)), "", 0)
        yield Text()
        for number, (what, sized) in enumerate(self.measured(), start=1):
            yield heading(f"{number}  {what}")
            yield from self.table(sized)
            yield Text()
        yield from self.drawing()
        yield from self.diagnosis()
        yield from self.definitions()

    def measured(self) -> Iterator[tuple[str, list[tuple[LayerSize, Sizes]]]]:
        """What is measured, and the layers that have it."""
        deltas = [(layer, layer.deltas) for layer in self.backward if layer.deltas]
        weights = [(layer, layer.weights) for layer in self.backward if layer.weights]
        if deltas:
            yield self.of_units, deltas
        if weights:
            yield self.of_weights, weights

    @property
    def of_units(self) -> str:
        """δ, or the gradient of a node."""
        if self.health.problem.layers:
            return self.plain(self.delta_word())
        return self.symbol(gradient(self.objective, Quantity(Kind.NODE, _("node"))))

    @property
    def of_weights(self) -> str:
        """∂E/∂W"""
        return self.symbol(gradient(self.objective, Quantity(Kind.PARAMETER, "W")))

    @property
    def objective(self) -> Quantity:
        """What is differentiated."""
        assert self.health.objective is not None
        return self.health.objective

    # ---- tables ----------------------------------------------------------------------------------------------

    def table(self, sized: Sequence[tuple[LayerSize, Sizes]]) -> Iterator[RenderableType]:
        """The sizes, as many columns beside the layers' names as there is room for."""
        names = ["", *(self.label(layer) for layer, _sizes in sized)]
        pages: list[list[list[str]]] = [[]]
        for column in self.columns(sized):
            used = sum(_GAP + max(map(cell_len, one)) for one in (names, *pages[-1], column))
            if pages[-1] and used > self.width:
                pages.append([])
            pages[-1].append(column)
        for number, page in enumerate(pages):
            if number:
                yield Text()
            grid = Table.grid(padding=(0, _GAP, 0, 0))
            for column in (names, *page):
                grid.add_column(justify="left" if column is names else "right", overflow="fold")
            for index, row in enumerate(zip(names, *page, strict=True)):
                grid.add_row(*(Text(cell, self.style(index, place)) for place, cell in enumerate(row)))
            yield grid

    @staticmethod
    def style(row: int, column: int) -> str:
        """Headings are dim, layers cyan, the mean is what counts."""
        if not row:
            return "dim"
        return "cyan" if not column else "bold green" if column == 2 else ""

    def columns(self, sized: Sequence[tuple[LayerSize, Sizes]]) -> Iterator[list[str]]:
        """Each column with its heading."""
        yield [_("n"), *(f"{sizes.count:,}" for _layer, sizes in sized)]
        yield [_("mean"), *(self.number(sizes.mean) for _layer, sizes in sized)]
        if any(layer.ratio for layer, sizes in sized if sizes is layer.deltas):
            yield [_("ratio"), *("" if layer.ratio is None else self.number(layer.ratio) for layer, _sizes in sized)]
        yield [_("largest"), *(self.number(sizes.largest) for _layer, sizes in sized)]
        yield [_("norm"), *(self.number(sizes.norm) for _layer, sizes in sized)]

    def label(self, layer: LayerSize) -> str:
        """The layer's name, or the node's."""
        known = layer.label in self.health.problem.nodes
        return "   " + (self.symbol(Quantity(Kind.NODE, layer.label)) if known else layer.label)

    def number(self, value: Value) -> str:
        """A size in decimals."""
        return self.speller.equation(value)[-1][1]

    # ---- bars ------------------------------------------------------------------------------------------------

    def drawing(self) -> Iterator[RenderableType]:
        """The means as bars, on one logarithmic scale."""
        measured = list(self.measured())
        sizes = [size.mean.decimal for _what, sized in measured for _layer, size in sized]
        if len(sizes) < 2:
            return
        wide = max(cell_len(self.label(layer)) for _what, sized in measured for layer, _sizes in sized) + _GAP
        scale = LogScale(sizes, max(10, min(_LONGEST_BAR, self.width - wide - 8)), self.ascii)
        yield heading(f"{len(measured) + 1}  " + _("The means on a logarithmic scale"))
        text = Text()
        for line in scale.axis():
            text.append(" " * wide + line + "\n", "dim")
        for (what, sized), style in zip(measured, ("green", "blue"), strict=False):
            text.append(f"   {what}\n", "dim")
            for layer, size in sized:
                label = self.label(layer)
                text.append(label + " " * (wide - cell_len(label)), "cyan")
                text.append(scale.bar(size.mean.decimal) + "\n", style)
        yield text

    # ---- what was found --------------------------------------------------------------------------------------

    def diagnosis(self) -> Iterator[RenderableType]:
        """Everything that was found."""
        yield heading(_("Diagnosis"))
        if not self.health.findings:
            yield Text("   " + _("Nothing of what is looked for."))
        else:
            rows = [(finding.ailment, self.found(finding)) for finding in self.health.findings]
            yield self.listed_words(rows, "bold yellow")
        yield Text()

    def definitions(self) -> Iterator[RenderableType]:
        """What each word means here."""
        yield heading(_("What is looked for"))
        yield self.listed_words([(ailment, definition(ailment, self.delta_word())) for ailment in Ailment], "")

    def listed_words(self, rows: Sequence[tuple[Ailment, str]], style: str) -> Table:
        """A word and a sentence a row."""
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        for ailment, sentence in rows:
            grid.add_row(Text(f"   {_(ailment.value)}", style or "cyan"), Text(self.plain(sentence)))
        return grid

    def found(self, finding: Finding) -> str:
        """Where it is, in words."""
        return plain(HealthWords(Writing(self.solution, self.speller, self.speller), self.health).found(finding))


def as_data(health: Health) -> dict[str, Any]:
    """The sizes and the findings as plain data, in canonical names; the layers from the first to the last."""
    return {
        "problem": health.problem.title,
        "view": "gradients",
        "arithmetic": "exact",
        "objective": health.objective.bare_key if health.objective else None,
        "samples": health.samples,
        "layers": [
            {
                "layer": layer.label,
                "delta": _sizes_as_data(layer.deltas),
                "ratio": value_as_data(layer.ratio),
                "weights": _sizes_as_data(layer.weights),
            }
            for layer in health.layers
        ],
        "findings": [
            {
                "kind": finding.ailment.value,
                "quantities": [quantity.bare_key for quantity in finding.where],
                "layers": list(finding.layers),
                "factor": value_as_data(finding.factor),
            }
            for finding in health.findings
        ],
        "definitions": {ailment.value: definition(ailment) for ailment in Ailment},
    }


def _sizes_as_data(sizes: Sizes | None) -> dict[str, Any] | None:
    if sizes is None:
        return None
    values = {"mean": sizes.mean, "largest": sizes.largest, "norm": sizes.norm}
    return {"count": sizes.count, **{name: value_as_data(value) for name, value in values.items()}}
