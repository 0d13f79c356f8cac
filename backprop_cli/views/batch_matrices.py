"""What one batch looks like in matrices: the names of its layers and weights, and the cells that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from backprop_cli.algebra.derivation import rename
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, Number, add, divide, number
from backprop_cli.algebra.quantities import SMOOTH, Address, Kind, Quantity, gradient, local
from backprop_cli.algebra.updates import UpdateRule
from backprop_cli.deriving import networks
from backprop_cli.deriving.batch_forward import weight_at
from backprop_cli.deriving.networks import parameter
from backprop_cli.deriving.smoothing import smoothed
from backprop_cli.problem.model import Layer, Problem
from backprop_cli.views.batches import Batch, data_address, fixed_in, sent, uses
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.matrix_formulas import Cell, Matrix, derivative, named, vector
from backprop_cli.views.slopes import Slopes

WEIGHTS = "Omega"  # of the samples, on the diagonal of a matrix


class BatchMatrices:
    """One batch of a network of dense layers; `matrices` has the cells of every vector and matrix that is named."""

    def __init__(self, problem: Problem, batch: Batch, extra: ExtraLines, slopes: Sequence[Slopes]) -> None:
        self.problem = problem
        self.batch = batch
        self.extra = extra
        self.slopes = slopes  # of every layer, the same in every batch
        self.matrices: dict[Formula, Matrix] = {}
        self.objective = Quantity(Kind.LOSS, problem.objective or "")
        self.uses = uses(problem)
        self.fixed = fixed_in(problem, extra.solution.trace.derivation)
        self._layer_of = dict.fromkeys(problem.inputs, 0)
        for k, layer in enumerate(problem.layers, start=1):
            self._layer_of |= {neuron.name: k for neuron in layer.neurons}

    # ---- what is where ---------------------------------------------------------------------------------------

    @property
    def last(self) -> int:
        """The number of the output layer; the inputs are layer 0."""
        return len(self.problem.layers)

    @property
    def single(self) -> bool:
        """Whether one sample is alone on the board, so that layers are columns."""
        return len(self.batch.columns) == 1

    def layer(self, k: int) -> Layer:
        """Layer k."""
        return self.problem.layers[k - 1]

    def names(self, k: int) -> tuple[str, ...]:
        """The units of layer k, in the order of the rows."""
        return self.problem.inputs if k == 0 else tuple(neuron.name for neuron in self.layer(k).neurons)

    def sources(self, k: int) -> list[int]:
        """The layers that layer k is connected to, the nearest first."""
        senders = {c.sender for neuron in self.layer(k).neurons for c in neuron.connections}
        return sorted({self._layer_of[sender] for sender in senders}, reverse=True)

    def users(self, k: int) -> list[int]:
        """The layers that are connected to layer k and that the objective depends on."""
        return [m for m in range(k + 1, self.last + 1) if k in self.sources(m) and self.has_delta(m)]

    @cached_property
    def adds(self) -> bool:
        """Whether δ = −∂E/∂net is used so that updates add."""
        problem = self.problem
        plain = problem.training.rule == UpdateRule()
        return bool(problem.conventions.negative_delta) and plain and not problem.has_batches

    # ---- the names of whole layers ---------------------------------------------------------------------------

    def out(self, k: int, at: Address = ()) -> Name:
        """The outputs of layer k, or the inputs."""
        return vector(Kind.OUT if k else Kind.INPUT, k, at)

    def weights(self, k: int, source: int) -> str:
        """W1, or, where a connection skips layers, W3(1)."""
        return f"W{k}" if source == k - 1 else f"W{k}({source})"

    def bias(self, k: int) -> str:
        """b1 or theta1."""
        return f"{'theta' if self.problem.conventions.threshold else 'b'}{k}"

    def slope(self, by: Formula) -> Name:
        """∂E/∂ a whole."""
        return derivative(self.objective, by)

    def ones(self, size: int) -> Name:
        """A column of ones."""
        name = named(Kind.CONSTANT, f"1 {size}")
        self.matrices[name] = Matrix(((ONE,),) * size)
        return name

    # ---- the cells -------------------------------------------------------------------------------------------

    def columns(self, k: int, cell: Callable[[str, Address], Cell], only: Address | None = None) -> Matrix:
        """A row for every unit of layer k, a column for every sample (or for one of them only)."""
        addresses = self.batch.columns if only is None else (only,)
        return Matrix(tuple(tuple(cell(name, address) for address in addresses) for name in self.names(k)))

    def put(self, name: Formula, matrix: Matrix) -> Formula:
        """Notes what a name stands for."""
        self.matrices[name] = matrix
        return name

    def column(self, kind: Kind, k: int, only: Address | None = None) -> Name:
        """The name of a layer's nets, outs, δ or targets, its cells noted; a sample of several has its number."""
        name = vector(kind, k, data_address(only) if only is not None and not self.single else ())
        self.put(name, self.columns(k, lambda unit, at: self._unit(kind, unit, at), only))
        return name

    def smoothed(self, k: int) -> Name:
        """The smoothed targets of a layer as one, their cells noted."""
        name = named(Kind.AUX, f"{SMOOTH}{k}")
        self.put(name, self.columns(k, lambda unit, at: smoothed(unit).at_address(at)))
        return name

    def aims(self, k: int) -> Name:
        """What the loss compares the outputs with, its cells noted: the targets, or the smoothed ones."""
        return self.column(Kind.TARGET, k) if self.smoothing is None else self.smoothed(k)

    @property
    def smoothing(self) -> Formula | None:
        """The ε of label smoothing."""
        return self.problem.loss.smoothing if self.problem.loss is not None else None

    def _unit(self, kind: Kind, unit: str, at: Address) -> Cell:
        match kind:
            case Kind.OUT | Kind.INPUT:
                return sent(self.problem, unit, at)
            case Kind.TARGET:
                return networks.target(unit).at_address(data_address(at))
            case Kind.DELTA:
                return self.extra.or_zero(Quantity(Kind.DELTA, unit, at=at))
        return Quantity(kind, unit, at=at)

    def has_delta(self, k: int) -> bool:
        """Whether the objective depends on the layer."""
        return any(isinstance(self._unit(Kind.DELTA, unit, at), Quantity) for unit in self.names(k)
                   for at in self.batch.columns)  # fmt: skip

    def is_given(self, matrix: Matrix, every: bool = True) -> bool:
        """Whether all (or any) of the cells are prescribed by the problem."""
        lines = [self.extra.line(quantity) for quantity in matrix.quantities]
        given = [line is not None and line.given for line in lines]
        return bool(given) and (all(given) if every else any(given))

    def weight_cells(self, k: int, source: int, cell: Callable[[str, str, str], Cell]) -> Matrix:
        """A row for every neuron of layer k, a column for every unit of the source: cell(parameter, neuron, sender)."""
        rows = []
        for neuron in self.layer(k).neurons:
            wired = {c.sender: c.parameter for c in neuron.connections}
            rows.append(tuple(cell(wired[unit], neuron.name, unit) if unit in wired else None
                              for unit in self.names(source)))  # fmt: skip
        return Matrix(tuple(rows))

    def bias_cells(self, k: int, cell: Callable[[str, str], Cell]) -> Matrix:
        """A row for every neuron of layer k: cell(parameter, neuron)."""
        neurons = self.layer(k).neurons
        return Matrix(tuple((None if one.bias is None else cell(one.bias, one.name),) for one in neurons))

    def common_bias(self, k: int) -> str | None:
        """The one bias that all neurons of the layer, and no others, share: a number, not a vector.

        One that is called like the vector of another layer is written as a vector as well, lest the two be confused.
        """
        name = self._common[k - 1]
        vectors = {
            self.bias(m) for m, common in enumerate(self._common, start=1) if common is None and self.has_bias(m)
        }
        return None if name in vectors else name

    @cached_property
    def _common(self) -> list[str | None]:
        """The bias that is common to each layer, where there is one."""
        found: list[str | None] = []
        for layer in self.problem.layers:
            names = {neuron.bias for neuron in layer.neurons}
            name = next(iter(names))
            together = len(names) == 1 and name is not None and self.uses[name] == len(layer.neurons) > 1
            found.append(name if together else None)
        return found

    def has_bias(self, k: int) -> bool:
        """Whether any neuron of the layer has one."""
        return any(neuron.bias is not None for neuron in self.layer(k).neurons)

    def current(self, name: str) -> Quantity:
        """The parameter as this batch uses it."""
        return self.batch.now(parameter(name))

    def gradient(self, name: str) -> Quantity:
        """∂E/∂ the parameter, over the batch."""
        return gradient(self.objective, parameter(name)).at_address(self.batch.at)

    def slope_cell(self, k: int, of: str, by: str, at: Address) -> Cell:
        """∂out/∂net of two neurons of layer k in one pass; None where the one does not depend on the other."""
        formula = self.slopes[k - 1][of].get(by)
        if formula is None or isinstance(formula, Number):
            return formula
        quantity = local(networks.out(of), networks.net(by)).at_address(at)
        return self.extra.define(quantity, rename(formula, lambda one: one.at_address(at)))

    @property
    def is_weighted(self) -> bool:
        """Whether the samples of the batch count by weights of their own."""
        return self.batch.together and self.problem.is_weighted

    def sample_weights(self) -> Name:
        """The weights of the samples on the diagonal of a matrix, its cells noted."""
        weights = [weight_at(at) for at in self.batch.columns]
        rows = tuple(tuple(one if at == row else ZERO for at, one in enumerate(weights)) for row in range(len(weights)))
        name = named(Kind.CONSTANT, WEIGHTS)
        self.matrices[name] = Matrix(rows)
        return name

    def share(self) -> list[Formula]:
        """The factor before a sum over the samples where the batch takes the mean: 1/N, or 1/Σω of weighted ones."""
        if not self.batch.together or not self.problem.training.mean:
            return []
        if self.is_weighted:
            return [divide(ONE, add(*(Name(weight_at(at)) for at in self.batch.columns)))]
        count = len(self.batch.columns)
        return [number(1, count)] if count > 1 else []
