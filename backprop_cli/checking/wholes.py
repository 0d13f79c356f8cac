"""The matrices and vectors of a problem by the names that students give them, and which quantity each entry is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Quantity
from backprop_cli.checking.state_vectors import state_vectors
from backprop_cli.checking.step_vectors import step_vectors
from backprop_cli.checking.whole_names import heads_of_kind, other_names
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.matrix_formulas import Matrix, MatrixEquation, Whole
from backprop_cli.writing.notation import load_notation

if TYPE_CHECKING:
    from backprop_cli.views.matrices import MatrixView

_HEADS = {
    Kind.INPUT: ("x", "a", "out"),
    Kind.NET: ("net", "z"),
    Kind.OUT: ("out", "a", "h"),
    Kind.DELTA: ("delta",),
    Kind.TARGET: ("t", "target"),
}


@record(slots=False)
class Grid:
    """One matrix of the problem: where it stands, and its cells."""

    at: Address
    matrix: Matrix


class Wholes:
    """Every matrix that `solve --matrix` writes, by its names; none where the problem has no layers."""

    def __init__(self, worked: WorkedProblem) -> None:
        self.problem = worked.problem
        self._found: dict[str, list[Grid]] = {}
        self._exact: dict[str, list[Grid]] = {}  # of a graph, where a and A may be two nodes
        self._also: dict[str, list[Grid]] = {}  # by names that may mean several
        self._first: dict[int, tuple[str, Grid]] = {}  # of each matrix, the name that it is told by
        symbols = load_notation(self.problem.notation).symbols
        self._counts_inputs = "{l}" in symbols[Kind.NET.value]
        self._taken = {re.split("[_^]", symbols[kind.value])[0]: kind for kind in (Kind.NET, Kind.OUT, Kind.DELTA)}
        view = _view(worked)
        for sheet in view.sheets if view else ():
            grids: dict[Formula, Matrix] = dict(sheet.matrices)
            grids |= {one.left: one.result for one in sheet.items if isinstance(one, MatrixEquation)
                      and isinstance(one.result, Matrix)}  # fmt: skip
            for left, matrix in grids.items():
                if isinstance(left, Name) and isinstance(left.symbol, Whole):
                    for name in dict.fromkeys(self._names(left.symbol.quantity, matrix)):
                        self._note(name, Grid(sheet.batch.at, matrix))
                    for name in (
                        () if self.problem.arrays else other_names(left.symbol.quantity, len(self.problem.layers))
                    ):
                        self._also.setdefault(in_a_row(name).casefold(), []).append(Grid(sheet.batch.at, matrix))
        if view is None:
            for name, grid, is_own in _counted(worked):
                (self._note if is_own else self._note_also)(name, grid)
                for head in heads_of_kind(grid.matrix.quantities[0].kind):
                    self._also.setdefault(head, []).append(grid)
        derivation = worked.exactly.full
        vectors = state_vectors(derivation, bool(self.problem.layers))
        for name, at, matrix in (*vectors, *step_vectors(self.problem, derivation)):
            self._note_also(name, Grid(at, matrix))

    def _note(self, name: str, grid: Grid) -> None:
        self._found.setdefault(in_a_row(name).casefold(), []).append(grid)
        if self.problem.arrays:
            self._exact.setdefault(in_a_row(name), []).append(grid)
        self._first.setdefault(id(grid.matrix), (name, grid))

    def _note_also(self, name: str, grid: Grid) -> None:
        self._also.setdefault(in_a_row(name).casefold(), []).append(grid)

    def known(self, within: Address) -> list[str]:
        """The names of the matrices at an address, one each; those of ones have none."""
        found = (name for name, grid in self._first.values() if set(within) <= set(grid.at) and name[:1].isalpha())
        return list(dict.fromkeys(found))

    def called(self, name: str, within: Address) -> Matrix | None:
        """The matrix of this name, at this address where there are several."""
        found = self._exact.get(in_a_row(name)) or self._found.get(in_a_row(name).casefold(), [])
        exactly = [grid for grid in found if set(within) == set(grid.at)]
        here = exactly or [grid for grid in found if set(within) <= set(grid.at) and AFTER not in grid.at]
        return here[0].matrix if here and all(grid.matrix == here[0].matrix for grid in here) else None

    def may_be(self, name: str, within: Address) -> list[Matrix]:
        """What a name may mean, the likeliest first: in any way of counting layers, or without a number."""
        sure = self.called(name, within)
        row = in_a_row(name).casefold()
        here = [grid.matrix for grid in self._also.get(row, []) if set(within) <= set(grid.at) and AFTER not in grid.at]
        everywhere = [grid for grid in (*self._found.get(row, []), *self._also.get(row, [])) if within and not grid.at]
        around = (_at_a_sample(grid.matrix, within) for grid in everywhere)  # or m, as it is before the first step
        found = [*([sure] if sure is not None else []), *here, *around]
        if self._counts_inputs and "^" in name:
            found = [*here, *found]
        return list({id(one): one for one in found}.values())

    def _names(self, whole: Quantity, matrix: Matrix) -> Iterator[str]:
        """What a matrix may be called: by its key, by a notation's letter, by the letter of its units."""
        key = whole.bare_key
        yield key
        if whole.kind is Kind.GRADIENT and whole.by is not None:
            by = whole.by.bare_key
            yield from (f"{by}.grad", f"d{by}", f"grad_{by}", f"grad {by}", f"∇{by}")
            yield from (f"dL/d{by}", f"dC/d{by}", f"dJ/d{by}")
        if whole.kind is Kind.NEW:
            yield from (f"{whole.name} neu", f"{whole.name} updated")
        heads = _HEADS.get(whole.kind)
        if heads is None or self.problem.arrays:
            return
        units = [cell.name for cell in matrix.quantities]
        letters = _stem(units)
        usual = (head for head in heads if self._taken.get(head, whole.kind) is whole.kind)
        for head in (*usual, *self._letter(whole.kind)):
            yield f"{head}_{self._number(whole)}"
            if letters:
                yield f"{head}_{letters}"
            if whole.kind in (Kind.INPUT, Kind.TARGET) or len(self.problem.layers) == 1:
                yield head
        if letters and whole.kind in (Kind.INPUT, Kind.OUT):
            yield letters

    def _letter(self, kind: Kind) -> Iterator[str]:
        """The letter of the notation."""
        template = load_notation(self.problem.notation).symbols.get(kind.value, "")
        head = template.split("_")[0].split("^")[0]
        if head:
            yield head

    def _number(self, whole: Quantity) -> str:
        """The number of a layer: where a notation counts the inputs as layer 1, one more."""
        counts_inputs = "{l}" in load_notation(self.problem.notation).symbols.get(whole.kind.value, "")
        return str(int(whole.name) + 1) if counts_inputs and whole.name.isdigit() else whole.name


def _at_a_sample(matrix: Matrix, within: Address) -> Matrix:
    """What a matrix over the samples of a batch has at one of them; any other matrix as it is."""
    sample = {place for place in within if place.word == "sample"}
    if not sample or len({cell.at for cell in matrix.quantities}) == 1:
        return matrix
    rows = [[cell for cell in row if isinstance(cell, Quantity) and sample <= set(cell.at)] for row in matrix.rows]
    here = tuple(tuple(row) for row in rows if row)
    return Matrix(here) if here and len({len(row) for row in here}) == 1 else matrix


def _stem(names: list[str]) -> str:
    """What the names of a layer's units have in common before their numbers: h of h1 and h2."""
    stems = {name.rstrip("0123456789").rstrip("_") for name in names}
    return stems.pop() if len(stems) == 1 else ""


_COUNTED = re.compile(r"(.*?[^\W\d_])_?([0-9]{1,4})(?:_([0-9]{1,4}))?(_new)?")


def _counted(worked: WorkedProblem) -> Iterator[tuple[str, Grid, bool]]:
    """What is counted through in its name, as a vector (z1, z2, z3) or a feature map (net_y1_1, net_y1_2, …).

    With each name stands whether it is its own: n for out_n, or the row of a map, may mean something else.
    """
    found: dict[tuple[str, Address], dict[tuple[int, int], Quantity]] = {}
    derivation = worked.exactly.full
    for quantity in (*derivation.constants, *(line.quantity for line in derivation.lines)):
        if match := _COUNTED.fullmatch(quantity.bare_key):
            place = int(match[2]), int(match[3] or 1)
            found.setdefault((match[1] + (match[4] or ""), quantity.at), {})[place] = quantity
    for (name, at), cells in found.items():
        rows, columns = max(row for row, _column in cells), max(column for _row, column in cells)
        if len(cells) == rows * columns > 1:
            numbered = [[cells.get((row, column)) for column in range(1, columns + 1)] for row in range(1, rows + 1)]
            grid = Grid(at, Matrix(tuple(map(tuple, numbered))))
            yield from ((one, grid, is_own) for one, is_own in _called(name))
            for row, cells_of_row in enumerate(numbered if rows > 1 < columns else (), start=1):  # a layer by itself
                of_a_row = Grid(at, Matrix(tuple((cell,) for cell in cells_of_row)))
                yield from ((f"{one}{row}", of_a_row, False) for one, _is_own in _called(name))


def _called(name: str) -> Iterator[tuple[str, bool]]:
    """What a vector or a map may be called, and whether that is its own name: out_n may be n, dE/dout_n dE/dn."""
    loss, _by, by = name.partition("/d")
    for one in dict.fromkeys((by or name, (by or name).removeprefix("out_"))):
        gradients = (f"{loss}/d{one}", f"d{one}", f"grad_{one}", f"dL/d{one}", f"dC/d{one}", f"dJ/d{one}")
        yield from ((called, one in (by, name)) for called in (gradients if by else (one,)))


def _view(worked: WorkedProblem) -> MatrixView | None:
    from backprop_cli.views.matrices import matrix_view

    problem: Problem = worked.exactly.by_hand
    try:
        return matrix_view(Solution(problem, worked.exactly.values, Detail.FULL))
    except UsageError:
        return None


def entries(matrix: Matrix) -> Mapping[tuple[int, int], Quantity]:
    """The quantities of a matrix by row and column."""
    return {
        (row, column): cell
        for row, cells in enumerate(matrix.rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, Quantity)
    }
