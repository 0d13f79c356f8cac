"""A solution in vectors and matrices as a document, phase by phase and layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace as _replace
from itertools import groupby

from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.quantities import Address, Phase, Quantity
from backprop_cli.algebra.references import looked_up
from backprop_cli.deriving.trace import Step
from backprop_cli.documents import sheet as given
from backprop_cli.documents.ending import what_was_asked
from backprop_cli.documents.matrix_equations import WholeEquations
from backprop_cli.documents.matrix_words import SheetWords
from backprop_cli.documents.model import (
    Block,
    Document,
    Given,
    Heading,
    Inline,
    Lines,
    Note,
    Role,
    Say,
    Side,
    SideRole,
    Text,
)
from backprop_cli.documents.model import Equation as Line
from backprop_cli.documents.worked import part_heading, rules_of
from backprop_cli.documents.writing import Writing, joined, place, signed, writing
from backprop_cli.ground.words import _, labelled, plural
from backprop_cli.numbers.exact import marks_text, rational
from backprop_cli.problem.model import Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.views.array_groups import grouped
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.graph_matrices import GraphPass
from backprop_cli.views.matrices import Item, MatrixSheet, MatrixView, matrix_view
from backprop_cli.views.matrix_formulas import MatrixEquation, Whole

_MANY = 8  # neurons that are still named in the heading of their layer


def matrix_document(solution: Solution, argument: str, dialect: str) -> Document:
    """The solution in matrices, its mathematics spelled in a dialect."""
    page, view = writing(solution, dialect), matrix_view(solution)
    return page.document([*given.top(page), *_sheets(page, view), *given.ending(solution)])


def arrays_document(solution: Solution, dialect: str) -> Document:
    """The worked solution of a graph of vectors and matrices: the same, and at its end what was asked, whole."""
    page, view = writing(solution, dialect), matrix_view(solution)
    blocks = [*given.top(page), *_sheets(page, view), *what_was_asked(solution, tuple(_answers(page, view)))]
    return page.document(blocks)


def forward_in_arrays(page: Writing) -> Iterator[Line]:
    """The formulas of the nodes of a graph of arrays, those of one sample, without numbers: z = W·x + b."""
    batch = matrix_view(page.solution).sheets[0].batch
    at = batch.columns[0]
    board = GraphPass(page.problem, _replace(batch, columns=(at,)), at, ExtraLines(page.solution), {})
    equations = WholeEquations(page, page.solution.trace, at, columns=False)
    equal = page.speller.writer.dialect.equal
    for one in board.forward():
        if isinstance(one, MatrixEquation) and one.sides:
            side = Side(equal, equations.whole.text(one.sides[0]), SideRole.FORMULA)
            yield Line((equations.math(one.left),), (side,))


def _sheets(page: Writing, view: MatrixView) -> Iterator[Block]:
    told = set[str]()
    for sheet in view.sheets:
        yield from _Sheet(page, view, sheet, told).blocks()


def _answers(page: Writing, view: MatrixView) -> Iterator[Line]:
    """What was asked, arrays as wholes, each with its marks."""
    for one in grouped(page.problem, page.solution.asked):
        if isinstance(one, Quantity):
            yield page.answer(one)
            continue
        equations = WholeEquations(page, view.trace, one.whole.at, columns=False)
        marks = [looked_up(page.problem.marks, cell) for cell in one.matrix.quantities]
        total = sum((mark for mark in marks if mark is not None), rational(0))
        note = _("[{marks} marks]").format(marks=marks_text(total)) if total else ""
        name = equations.math(Name(Whole(one.whole.bare)))
        where = (Text(labelled(place(one.whole.at), "")),) if one.whole.at else ()
        yield Line((*where, name), (equations.result(one.matrix),), note)


class _Sheet:
    """Writes one sheet; `told` is what has been said, which is said once."""

    def __init__(self, page: Writing, view: MatrixView, sheet: MatrixSheet, told: set[str]) -> None:
        self.page = page
        self.view = view
        self.sheet = sheet
        self.told = told
        self.columns = len(sheet.batch.columns) > 1
        self.equations = WholeEquations(page, view.trace, sheet.batch.at, self.columns)
        self.words = SheetWords(view, sheet, self.equations.plain)

    def blocks(self) -> Iterator[Block]:
        """The heading, what the signs mean, and the equations in their phases."""
        heading = self.heading()
        if heading:
            yield Heading(1, Role.PASS, (Text(heading),))
        one_by_one = bool(self.page.problem.arrays) or not self.columns
        for column in self.sheet.batch.columns if len(self.page.problem.samples) > 1 and one_by_one else ():
            yield from map(Given, self.data(column))
        level = 1 + (len(self.view.sheets) > 1 or bool(heading))
        for number, (phase, items) in enumerate(groupby(self.sheet.items, self.phase), start=1):
            found, steps = list(items), self.steps(phase)
            yield Heading(level, Role.PART, part_heading(self.page, phase, steps), number)
            rules = rules_of(phase, steps, self.view.solution.detail, self.told)
            for said in [*self.words.signs(phase, found, self.told), *rules]:
                yield Say(signed(self.page, said), rule=True)
            yield from self.lines(phase, found, level)
            yield from (Note(signed(self.page, note)) for note in self.words.notes(phase))

    def data(self, column: Address) -> Iterator[tuple[Inline, ...]]:
        """The inputs and targets of a sample, with its number where several stand together."""
        if not self.columns:
            return given.data(self.page, column)
        at = tuple(step for step in column if step.word == "sample")
        constants = self.page.solution.trace.derivation.constants
        return iter([self.page.values([one for one in constants if one.at == at and one.kind in given.DATA], ())])

    def heading(self) -> str:
        """Which samples these are, unless there is only one pass."""
        where = place(self.sheet.batch.at)
        if not self.columns:
            return where
        count = len(self.sheet.batch.columns)
        many = _("{count} samples, a column each").format(count=count)
        if self.page.problem.arrays:
            many = plural("{count} sample", "{count} samples", count)
        return labelled(where, many) if where else many[:1].upper() + many[1:]

    def phase(self, item: Item) -> Phase:
        """The phase that an item belongs to."""
        return item.phase if isinstance(item, MatrixEquation) else self.view.trace.by_quantity[item].line.phase

    def steps(self, phase: Phase) -> list[Step]:
        """The steps of the solution that a part says in matrices: what a teacher says of them stands above it."""
        places = {*self.sheet.batch.columns, self.sheet.batch.at}
        steps = self.view.solution.trace.steps
        return [step for step in steps if step.line.phase is phase and step.quantity.at in places]

    def lines(self, phase: Phase, items: Sequence[Item], level: int) -> Iterator[Block]:
        """The equations, those of a layer under its heading."""
        for layer, group in groupby(items, lambda item: item.layer if isinstance(item, MatrixEquation) else 0):
            if layer and phase is not Phase.LOSS:
                yield Heading(level + 1, Role.LAYER, layer_heading(self.page, self.page.problem, layer))
            yield Lines(
                tuple(
                    self.equations.equation(item, self.sheet.matrices)
                    if isinstance(item, MatrixEquation)
                    else self.page.equation(self.view.trace.by_quantity[item], self.sheet.batch.at)
                    for item in group
                )
            )


def layer_heading(page: Writing, problem: Problem, k: int) -> Inline:
    """hidden layer: h₁, h₂"""
    layer = problem.layers[k - 1]
    names: list[Inline] = [(page.name(neuron.name),) for neuron in layer.neurons]
    if len(names) > _MANY:
        names = [*names[:3], (Text("…"),), names[-1]]
    return Text(labelled(layer.label, "")), *joined(names)
