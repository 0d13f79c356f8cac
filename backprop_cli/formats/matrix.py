"""Writes a solution in matrices, phase by phase and layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from backprop_cli.documents.matrix_words import SheetWords
from backprop_cli.documents.whole import WholeSpeller
from backprop_cli.formats.boxes import stacked
from backprop_cli.formats.cells import Cells
from backprop_cli.formats.equations import Drawer
from backprop_cli.formats.layout import block
from backprop_cli.formats.text import Page
from backprop_cli.formula import Name
from backprop_cli.quantities import Address, Phase, place
from backprop_cli.solution import Solution
from backprop_cli.spelling import speller
from backprop_cli.trace import Step
from backprop_cli.views.matrices import Item, MatrixView, Sheet, matrix_view, single_numbers
from backprop_cli.views.whole import Equation, Matrix
from backprop_cli.words import _, labelled

_INDENT = 3
_MANY = 8  # neurons that are still named in the heading of their layer


def parts(solution: Solution, argument: str, page: Page) -> Iterator[RenderableType]:
    """The view from what is given to the last update."""
    view = matrix_view(solution)
    yield from page.top()
    for sheet in view.sheets:
        yield from _Sheet(view, sheet, page).parts()


class _Sheet:
    """Writes one sheet."""

    def __init__(self, view: MatrixView, sheet: Sheet, page: Page) -> None:
        self.view = view
        self.sheet = sheet
        self.page = page
        self.problem = view.solution.problem
        self.columns = len(sheet.batch.columns) > 1
        write = speller(self.problem, view.trace, "ascii" if page.ascii else "unicode")
        self.whole = WholeSpeller(self.problem, write, sheet.batch.at, self.columns)
        self.words = SheetWords(view, sheet, self.whole)
        self.drawer = Drawer(self.whole, Cells(write), sheet.matrices, page.width, _INDENT)

    def parts(self) -> Iterator[RenderableType]:
        """The heading, what the signs mean, and the equations in their phases."""
        yield from self.heading()
        for number, (phase, items) in enumerate(groupby(self.sheet.items, self.phase), start=1):
            found = list(items)
            steps = self.steps(phase)
            yield Text.assemble((f"{number}  {self.page.heading(phase, steps)}", "bold magenta"))
            for said in [*self.words.signs(phase, found, self.page.said), *self.page.rules(phase, steps)]:
                yield self.page.paragraph(self.page.plain(said), "italic dim", _INDENT)
            yield from self.blocks(phase, found)
            for note in self.words.notes(phase):
                yield self.page.paragraph(self.page.plain(note), "yellow", _INDENT)
            yield Text()

    def phase(self, item: Item) -> Phase:
        """The phase that an item belongs to."""
        return item.phase if isinstance(item, Equation) else self.view.trace.by_quantity[item].line.phase

    def steps(self, phase: Phase) -> list[Step]:
        """The steps of the solution that a part says in matrices: what a teacher says of them stands above it."""
        places = {*self.sheet.batch.columns, self.sheet.batch.at}
        steps = self.view.solution.trace.steps
        return [step for step in steps if step.line.phase is phase and step.quantity.at in places]

    def blocks(self, phase: Phase, items: Sequence[Item]) -> Iterator[RenderableType]:
        """The equations, those of a layer under its heading."""
        for layer, group in groupby(items, lambda item: item.layer if isinstance(item, Equation) else 0):
            if layer and phase is not Phase.LOSS:
                yield Text(f"{' ' * _INDENT}{layer_heading(self.page, layer)}", "dim")
            for item in group:
                if isinstance(item, Equation):
                    yield stacked(self.drawer.drawn(item))
                else:
                    step = self.view.trace.by_quantity[item]
                    yield block([self.page.equation(step)], self.page.width, _INDENT)

    # ---- words -----------------------------------------------------------------------------------------------

    def heading(self) -> Iterator[RenderableType]:
        """Which samples these are, unless there is only one pass."""
        batch, page = self.sheet.batch, self.page
        where = page.place(batch.at)
        if self.columns:
            many = _("{count} samples, a column each").format(count=len(batch.columns))
            where = labelled(where, many) if where else many
        if where:
            yield Rule(Text(where, "bold"), characters="=" if page.ascii else "═", style="dim")
        if len(self.problem.samples) > 1 and not self.columns:
            yield from page.data(batch.columns[0])


def pass_heading(page: Page, at: Address) -> Iterator[RenderableType]:
    """Which sample and epoch a pass is of, and the sample's data; nothing where there is only one pass."""
    if where := page.place(at):
        yield Rule(Text(where, "bold"), characters="=" if page.ascii else "═", style="dim")
        yield from page.data(at)


def layer_heading(page: Page, k: int) -> str:
    """hidden layer: h₁, h₂"""
    layer = page.problem.layers[k - 1]
    names = [page.name(neuron.name) for neuron in layer.neurons]
    if len(names) > _MANY:
        names = [*names[:3], page.plain("…"), names[-1]]
    return labelled(layer.label, ", ".join(names))


# ---- JSON --------------------------------------------------------------------------------------------------------


def as_data(solution: Solution, argument: str) -> dict[str, Any]:
    """The sheets as data; names are canonical: `W1 @ x + b1`, with @ for the product of matrices."""
    view = matrix_view(solution)
    return {"sheets": [_sheet_data(view, sheet) for sheet in view.sheets]}


def _sheet_data(view: MatrixView, sheet: Sheet) -> dict[str, Any]:
    batch = sheet.batch
    write = speller(view.solution.problem, view.trace, "ascii", "plain")
    cells = Cells(write)
    whole = WholeSpeller(view.solution.problem, write, batch.at, columns=False, notation="plain")
    names = dict.fromkeys(single_numbers(sheet))
    return {
        "epoch": place(batch.at, "epoch") or 1,
        "samples": list(batch.samples),
        "after": batch.is_after,
        "matrices": {whole.text(name): cells.matrix(one) for name, one in sheet.matrices.items()},
        "numbers": {whole.text(Name(one)): cells.number(one) for one in names},
        "equations": [_item_data(item, view, whole, cells) for item in sheet.items],
    }


def _item_data(item: Item, view: MatrixView, whole: WholeSpeller, cells: Cells) -> dict[str, Any]:
    if isinstance(item, Equation):
        result = item.result
        return {
            "phase": item.phase.value,
            "layer": item.layer,
            "left": whole.text(item.left),
            "formulas": [whole.text(side) for side in item.sides],
            "given": item.given,
            "result": cells.matrix(result) if isinstance(result, Matrix) else cells.number(result),
        }
    step = view.trace.by_quantity[item]
    return {
        "phase": step.line.phase.value,
        "layer": None,
        "left": item.key,
        "formulas": [cells.speller.formula(step)],
        "given": step.line.given,
        "result": cells.number(item),
    }
