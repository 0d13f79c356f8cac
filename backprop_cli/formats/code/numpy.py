"""The worked solution as a NumPy script: dense layers in vectors and matrices, anything else number by number."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Phase, Quantity
from backprop_cli.checking.descriptions import PHASES, describe_address
from backprop_cli.documents.matrix_notation import WholeSpeller
from backprop_cli.formats.code.assignments import CodeWriter
from backprop_cli.formats.code.identifiers import comment
from backprop_cli.formats.code.numpy_dialect import NUMPY
from backprop_cli.formats.code.python import assembled, head, script
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import speller
from backprop_cli.views.matrices import Item, MatrixSheet, MatrixView, matrix_view
from backprop_cli.views.matrix_formulas import MATMUL, Cell, Matrix, MatrixEquation, Whole
from backprop_cli.writing.dialects import PROGRAM
from backprop_cli.writing.shapes import Spelling

_IMPORTS = ["import math", "", "import numpy as np"]
_RESERVED = ("largest", "smallest", "softmax", "erf", "show_all")
_SHOW_ALL = '''\
def show_all(names, matrix):
    """Prints the entries of a matrix, row by row."""
    for name, value in zip(names, matrix.ravel()):
        show(name, value)'''


def render(solution: Solution) -> str:
    """The script; it prints every quantity by its key."""
    try:
        return _Matrices(solution).text()
    except _NotInMatricesError:
        return script(CodeWriter(solution, NUMPY, reserved=_RESERVED), _IMPORTS)


class _NotInMatricesError(Exception):
    """This solution has lines that whole layers do not say."""


class _Matrices:
    """Writes a solution in matrices; `places` says where each quantity stands, `names` what a whole is called."""

    def __init__(self, solution: Solution) -> None:
        problem = solution.problem
        plain = problem.layers and all(layer.is_dense for layer in problem.layers)
        if (
            not plain
            or solution.is_part
            or solution.rounding
            or problem.training.perceptron
            or problem.training.schedule
        ):
            raise _NotInMatricesError
        self.solution = solution
        try:
            self.view: MatrixView = matrix_view(solution)
        except UsageError:  # a schedule, a step that looks ahead
            raise _NotInMatricesError from None
        if any(sheet.shared or sheet.resting or sheet.missing for sheet in self.view.sheets):
            raise _NotInMatricesError
        self.trace = self.view.trace
        self.program = CodeWriter(solution, NUMPY, reserved=_RESERVED)
        self.places: dict[Quantity, str] = {}
        self.known: dict[Formula, str] = {}
        self.wholes: dict[str, Matrix] = {}
        self.needs: list[str] = []
        self.shown: set[Quantity] = set()
        self.speller: WholeSpeller

    def text(self) -> str:
        """The script; refused where it would not have every update. Parts of sums (E_o1) are inside its products."""
        body = [block for sheet in self.view.sheets for block in self.sheet(sheet)]
        updates = [step.quantity for step in self.solution.trace.steps if step.line.phase is Phase.UPDATE]
        if not self.shown.issuperset(updates):
            raise _NotInMatricesError
        helpers = [source for name, source in NUMPY.helpers.items() if name in self.needs]
        return assembled(head(self.solution), _IMPORTS, [*helpers, self.program.show(), _SHOW_ALL], body)

    def sheet(self, sheet: MatrixSheet) -> Iterator[list[str]]:
        """The blocks of one batch."""
        write = speller(self.solution.problem, self.trace, PROGRAM, "plain")
        self.speller = WholeSpeller(self.solution.problem, write, sheet.batch.at, columns=False, notation="plain")
        self.known = {}
        phase, lines = None, list[str]()
        where = describe_address(sheet.batch.at, self.solution.problem)
        for item in sheet.items:
            now = item.phase if isinstance(item, MatrixEquation) else self.trace.by_quantity[item].line.phase
            above = [*comment(f"==== {where} ===="), ""] if where and phase is None else []
            above += comment(_(PHASES[now])) if now is not phase else []
            phase = now
            lines += [*([""] if above and lines else []), *above, *self.item(sheet, item)]
        yield lines

    def item(self, sheet: MatrixSheet, item: Item) -> Iterator[str]:
        """The lines of an equation, preceded by what it needs."""
        if isinstance(item, Quantity):
            formula = self.trace.by_quantity[item].line.formula
            yield from self.needed(sheet, formula)
            yield from self.assigned(Name(item), self.expression(formula), item)
            return
        if item.given:
            assert isinstance(item.result, Matrix)
            yield from self.whole(item.left, item.result)
            yield from self.printed(item.left, item.result)
            return
        formula = item.sides[0] if item.sides else self.slope(item)
        yield from self.needed(sheet, formula)
        text = self.expression(formula)
        if isinstance(item.result, Quantity) and _has_matmul(formula):
            text = f"({text}).item()"
        elif isinstance(formula, Number):
            text = f"np.full({item.result.shape}, {text})" if isinstance(item.result, Matrix) else text
        yield from self.assigned(item.left, text, item.result)

    def slope(self, item: MatrixEquation) -> Formula:
        """ReLU′(net₁) by the formula of one of its entries; it must be that of all."""
        cells = item.result.cells if isinstance(item.result, Matrix) else iter(())
        lines = [self.trace.derivation.index.get(cell) for cell in cells if isinstance(cell, Quantity)]
        found: set[Formula] = set()
        for line in lines:
            match (line.formula if line else None, item.left):
                case Apply(operation, (Name(), *settings)), Apply(_prime, (Name() as net,)):
                    found.add(Apply(operation, (net, *settings)))
                case _:
                    raise _NotInMatricesError
        if len(found) != 1:
            raise _NotInMatricesError
        return found.pop()

    def needed(self, sheet: MatrixSheet, formula: Formula) -> Iterator[str]:
        """What must be written before a formula: weights, inputs and settings where they are first used."""
        self.needs += NUMPY.needs(formula)
        if formula in self.known:
            return
        if isinstance(formula, Apply) and formula.operation not in {*NUMPY.shapes, *NUMPY.meanings, *OPERATIONS}:
            raise _NotInMatricesError
        if isinstance(formula, Apply):
            for argument in formula.arguments:
                yield from self.needed(sheet, argument)
        elif isinstance(formula, Name) and isinstance(formula.symbol, Whole):
            matrix = sheet.matrices.get(formula)
            if matrix is None:
                raise _NotInMatricesError
            yield from self.whole(formula, matrix)
        elif isinstance(formula, Name) and formula.symbol not in self.places:
            assert isinstance(formula.symbol, Quantity)
            if formula.symbol not in self.trace.derivation.constants:
                raise _NotInMatricesError
            yield self.program.constant(formula.symbol)
            self.places[formula.symbol] = self.program.names[formula.symbol]

    def whole(self, name: Formula, matrix: Matrix) -> Iterator[str]:
        """W1 = np.array([[0.15, 0.20], [0.25, 0.30]]), or W1 = W1_new, or nothing where it is so already."""
        text = next((one for one, other in self.wholes.items() if other == matrix), None) or self.array(matrix)
        line = self.written(name, text, matrix)
        if line != f"{text} = {text}":
            yield line

    def assigned(self, left: Formula, text: str, result: Matrix | Quantity) -> Iterator[str]:
        """An assignment, and the call that prints it."""
        yield self.written(left, text, result)
        yield from self.printed(left, result)

    def printed(self, left: Formula, result: Matrix | Quantity) -> Iterator[str]:
        """The call that prints what the solution has of a result."""
        steps = self.solution.trace.by_quantity
        if isinstance(result, Quantity):
            if result in steps:
                self.shown.add(result)
                yield f"show({result.key!r}, {self.places[result]})"
        elif all(cell in steps for cell in result.cells):
            self.shown |= set(result.quantities)
            yield f"show_all({[one.key for one in result.quantities]}, {self.known[left]})"

    def written(self, left: Formula, text: str, result: Matrix | Quantity) -> str:
        """An assignment; what stood under this name before is forgotten."""
        if isinstance(result, Quantity) and isinstance(left, Name) and isinstance(left.symbol, Quantity):
            name = self.program.names[result]
        else:
            name = self.program.names[self.speller.text(left)]
            self.places = {one: place for one, place in self.places.items() if not place.startswith(f"{name}[")}
        self.known[left] = name
        if isinstance(result, Quantity):
            self.places[result] = name
            return f"{name} = {text}"
        self.wholes[name] = result
        for row, cells in enumerate(result.rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Quantity):
                    self.places.setdefault(cell, f"{name}[{row}, {column}]")
        return f"{name} = {text}"

    def array(self, matrix: Matrix) -> str:
        """np.array([[0.15, 0.20], [0.25, 0.30]])"""
        if all(isinstance(cell, Number) and cell.value == 1 for cell in matrix.cells):
            return f"np.ones({matrix.shape})"
        rows = ["[" + ", ".join(map(self.entry, row)) + "]" for row in matrix.rows]
        floats = "." in "".join(rows)
        return f"np.array([{', '.join(rows)}]{'' if floats else ', dtype=float'})"

    def entry(self, cell: Cell) -> str:
        """A number that was given, or where a computed one stands."""
        if isinstance(cell, Quantity) and cell in self.places:
            return self.places[cell]
        if isinstance(cell, Quantity):
            line = self.trace.derivation.index.get(cell)
            if line is not None and not line.given:
                raise _NotInMatricesError
            return self.expression(self.trace.derivation.constants[cell] if line is None else line.formula)
        if cell is None:
            raise _NotInMatricesError
        return self.expression(cell)

    def expression(self, formula: Formula) -> str:
        """A formula over what is written."""

        def writes(part: Formula) -> Spelling | None:
            if part in self.known:
                return Spelling(self.known[part])
            return Spelling(self.places[part.symbol]) if isinstance(part, Name) else None  # type: ignore[index]

        return NUMPY.spell(formula, writes).text


def _has_matmul(formula: Formula) -> bool:
    return isinstance(formula, Apply) and (formula.operation == MATMUL or any(map(_has_matmul, formula.arguments)))
