"""A graph of vectors and matrices as a lecture writes it: nodes forward, and gradients by the chain rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from backprop_cli.algebra.array_gradients import ArrayChainRule
from backprop_cli.algebra.array_operations import ENTRY
from backprop_cli.algebra.arrays import Array
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, add, number, replace
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, gradient, parameter
from backprop_cli.problem.model import NamedArray, Problem
from backprop_cli.views.array_formulas import ArrayFormulas, matrix_of
from backprop_cli.views.batches import Batch, data_address, over_batch
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.matrix_formulas import Cell, Matrix, MatrixEquation, Whole

Item = MatrixEquation | Quantity


class GraphPass:
    """One pass of a graph, at the address of a sample: what its arrays stand for, and the equations of its nodes."""

    def __init__(
        self, problem: Problem, batch: Batch, at: Address, extra: ExtraLines, matrices: dict[Formula, Matrix]
    ) -> None:
        self.problem = problem
        self.batch = batch
        self.at = at
        self.extra = extra
        self.matrices = matrices
        self.mark = data_address(at) if len(batch.columns) > 1 else ()  # what tells this sample from others
        self.objective = Quantity(Kind.NODE, problem.objective) if problem.objective else None
        self.known = self._known()
        self.formulas = ArrayFormulas(self.known, self._symbol, self._cell, matrices)
        self._parts = 0

    # ---- what names stand for -------------------------------------------------------------------------------------

    def _known(self) -> dict[str, Array]:
        """Every array and its gradient, of names of the problem (and of gradients, by their keys)."""
        found: dict[str, Array] = {}
        for stem, one in self.problem.arrays.items():
            if not one.grid.shape:
                continue
            found[stem] = Array(one.grid.shape, tuple(map(Name, one.grid.names)), one.turned)
            if self.objective is not None:
                entries = tuple(Name(self._gradient_key(name)) for name in one.grid.names)
                found[self._gradient_key(stem)] = Array(one.grid.shape, entries, one.turned)
        return found

    def _gradient_key(self, name: str) -> str:
        assert self.objective is not None
        return gradient(self.objective, Quantity(Kind.NODE, name)).key

    @cached_property
    def _gradients(self) -> dict[str, str]:
        """The names by the keys of their gradients."""
        if self.objective is None:
            return {}
        names = {name for stem, one in self.problem.arrays.items() for name in (stem, *one.grid.names)}
        return {self._gradient_key(name): name for name in names}

    def kind(self, name: str) -> Kind:
        """What a name of the graph is; of an array, what its entries are."""
        entry = self.problem.arrays[name].grid.names[0] if name in self.problem.arrays else name
        if entry in self.problem.inputs:
            return Kind.INPUT
        return Kind.PARAMETER if entry in self.problem.parameters else Kind.NODE

    def quantity(self, name: str) -> Quantity:
        """The quantity that has the value of an entry or a number in this pass."""
        match kind := self.kind(name):
            case Kind.INPUT:
                return Quantity(kind, name, at=data_address(self.at))
            case Kind.PARAMETER:
                return self.batch.now(parameter(name))
        return Quantity(kind, name, at=self.at)

    def slope_of(self, name: str) -> Quantity:
        """The gradient of an entry or a number in this pass."""
        assert self.objective is not None
        bare = Quantity(self.kind(name), name)
        return gradient(self.objective, bare).at_address(self.at)

    def _quantity_of(self, symbol: str) -> Quantity:
        return self.slope_of(self._gradients[symbol]) if symbol in self._gradients else self.quantity(symbol)

    def _symbol(self, symbol: str) -> Formula:
        """A name of the graph, or a gradient by its key, as it stands on the page."""
        stem = self._gradients.get(symbol, symbol)
        if not self.problem.arrays[stem].grid.shape if stem in self.problem.arrays else True:
            return Name(self._quantity_of(symbol))
        return self.whole_slope(stem) if symbol in self._gradients else self.whole(stem)

    def whole(self, stem: str) -> Name:
        """An array as one symbol, its cells noted."""
        kind = self.kind(stem)
        name = Name(Whole(Quantity(kind, stem, at=() if kind is Kind.PARAMETER else self.mark)))
        self.matrices[name] = matrix_of(self._array(self.problem.arrays[stem]), self._cell)
        return name

    def whole_slope(self, stem: str) -> Name:
        """∂f/∂ an array as one symbol, its cells noted."""
        assert self.objective is not None
        name = Name(Whole(gradient(self.objective, Quantity(self.kind(stem), stem, at=self.mark))))
        array = self.problem.arrays[stem]
        slopes = Array(array.grid.shape, tuple(Name(self._gradient_key(one)) for one in array.grid.names), array.turned)
        self.matrices[name] = matrix_of(slopes, self._cell)
        return name

    @staticmethod
    def _array(one: NamedArray) -> Array:
        return Array(one.grid.shape, tuple(map(Name, one.grid.names)), one.turned)

    def _cell(self, entry: Formula) -> Cell:
        """The quantity that an entry is; a part without a name gets a line of its own."""
        if isinstance(entry, Number):
            return entry
        formula = self.meant(entry)
        if isinstance(formula, Name):
            assert isinstance(formula.symbol, Quantity)
            known = formula.symbol.kind is not Kind.GRADIENT
            return formula.symbol if known else self.extra.or_zero(formula.symbol)
        self._parts += 1
        return self.extra.define(Quantity(Kind.AUX, f"part {self._parts}", at=self.at), formula)

    def meant(self, entry: Formula) -> Formula:
        """The formula of an entry over the quantities of this pass; 0 for a gradient that has no line."""
        if isinstance(entry, Name):
            return Name(self._quantity_of(str(entry.symbol)))
        return entry if isinstance(entry, Number) else Apply(entry.operation, tuple(map(self.meant, entry.arguments)))

    # ---- the equations --------------------------------------------------------------------------------------------

    def forward(self) -> Iterator[Item]:
        """Every node in the order of the file."""
        for stem, one in self.problem.arrays.items():
            if one.formula is None:
                continue
            lines = [self.extra.line(self.quantity(name)) for name in one.grid.names]
            given = [line is not None and line.given for line in lines]
            if not one.grid.shape and any(given):
                yield self.quantity(stem)
                continue
            side = () if any(given) else (self.formulas.shown(one.formula),)
            yield MatrixEquation(Phase.FORWARD, 0, self._left(stem), side, self._result(stem), all(given))

    def _left(self, stem: str) -> Formula:
        return self.whole(stem) if self.problem.arrays[stem].grid.shape else Name(self.quantity(stem))

    def _result(self, stem: str) -> Matrix | Quantity:
        one = self.problem.arrays[stem]
        return matrix_of(self._array(one), self._cell) if one.grid.shape else self.quantity(stem)

    def backward(self) -> Iterator[Item]:
        """∂f/∂ every node, from the last to the first."""
        for stem, one in reversed(list(self.problem.arrays.items())):
            if one.formula is not None and (found := self.slope(stem, Phase.BACKWARD)) is not None:
                yield found

    def gradients(self) -> Iterator[Item]:
        """∂f/∂ every input and parameter."""
        for stem, one in self.problem.arrays.items():
            if one.formula is None and (found := self.slope(stem, Phase.GRADIENT)) is not None:
                yield found

    def slope(self, stem: str, phase: Phase) -> Item | None:
        """∂f/∂ a name: by the chain rule over all its uses, where whole formulas say it; None where there is none."""
        one = self.problem.arrays[stem]
        has_line = [self.extra.line(self.slope_of(name)) for name in one.grid.names]
        if not any(has_line):
            return None
        if self.quantity(stem).bare == self.objective:
            return self.slope_of(stem)
        given = all(line is not None and line.given for line in has_line)
        formula = None if given else self.chain_rule(stem)
        sides = () if formula is None or isinstance(formula, Number) else (self.formulas.shown(formula),)
        if not one.grid.shape:
            return MatrixEquation(phase, 0, Name(self.slope_of(stem)), sides, self.slope_of(stem), given)
        left = self.whole_slope(stem)
        return MatrixEquation(phase, 0, left, sides, self.matrices[left], given)

    def chain_rule(self, stem: str) -> Formula | None:
        """∂f/∂ a name as a formula of arrays, a sum over the nodes that use it; None where a use has none."""
        terms = self._uses.get(stem, [])
        return None if not terms or None in terms else add(*(one for one in terms if one is not None))

    @cached_property
    def _uses(self) -> dict[str, list[Formula | None]]:
        """For every name, the terms of its gradient; an entry that is named by itself is one of its array."""
        found: dict[str, list[Formula | None]] = {}
        places = {name: _entry_of(stem, one, name) for stem, one in self.problem.arrays.items() if one.grid.shape
                  for name in one.grid.names}  # fmt: skip
        for stem, one in self.problem.arrays.items():
            if one.formula is None or not self._reaches(stem):
                continue
            is_objective = Quantity(Kind.NODE, stem) == self.objective
            upstream: Formula = ONE if is_objective else Name(self._gradient_key(stem))
            formula = replace(one.formula, lambda name: places.get(str(name.symbol), name))
            for name, terms in ArrayChainRule(self.known).terms(Name(stem), formula, upstream).items():
                found.setdefault(name, []).extend(terms)
        return found

    def _reaches(self, stem: str) -> bool:
        names = self.problem.arrays[stem].grid.names
        return any(self.extra.line(self.slope_of(name)) is not None for name in names)


def _entry_of(stem: str, array: NamedArray, name: str) -> Formula:
    """W1_2 as W[1, 2]."""
    index = array.grid.names.index(name)
    width = array.grid.shape[-1]
    places = (index + 1,) if len(array.grid.shape) == 1 else (index // width + 1, index % width + 1)
    return Apply(ENTRY, (Name(stem), *map(number, places)))


def batch_gradients(passes: list[GraphPass], at: Address) -> Iterator[MatrixEquation]:
    """∂f/∂ every parameter over the samples of a batch: the sum, or the mean, of those of its samples."""
    board, places = passes[0], [each.at for each in passes]
    for stem, one in board.problem.arrays.items():
        if board.kind(stem) is not Kind.PARAMETER or board.objective is None:
            continue
        slopes = {name: gradient(board.objective, parameter(name)).at_address(at) for name in one.grid.names}
        if not any(map(board.extra.line, slopes.values())):
            continue
        if not one.grid.shape:
            own = [Name(each.slope_of(stem)) for each in passes]
            yield MatrixEquation(
                Phase.GRADIENT, 0, Name(slopes[stem]), (over_batch(board.problem, [*own], places),), slopes[stem]
            )
            continue
        left = Name(Whole(gradient(board.objective, Quantity(Kind.PARAMETER, stem))))
        board.matrices[left] = placed(one, lambda name, found=slopes: board.extra.or_zero(found[name]))  # type: ignore[misc]
        side = over_batch(board.problem, [each.whole_slope(stem) for each in passes], places)
        yield MatrixEquation(Phase.GRADIENT, 0, left, (side,), board.matrices[left])


def placed(array: NamedArray, cell: Callable[[str], Cell]) -> Matrix:
    """A cell for every entry of an array, in its place."""
    rows = Array(array.grid.shape, tuple(map(Name, array.grid.names)), array.turned).rows
    return Matrix(tuple(tuple(cell(str(name.symbol)) for name in row if isinstance(name, Name)) for row in rows))
