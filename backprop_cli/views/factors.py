"""The products of the chain rule: ∂net/∂w · ∂E/∂net for every place of a weight, and one for every edge of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import rename
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, Number, multiply, names_in, number
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, gradient, local
from backprop_cli.deriving import graphs
from backprop_cli.deriving.networks import net, out, parameter
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Layer, Neuron, Problem
from backprop_cli.views.batches import Batch, data_address, sent, uses
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.matrix_formulas import Cell


@record(slots=False)
class Factors:
    """One product of the chain rule: ∂via/∂of, given by a formula, times ∂E/∂via is a gradient, or one path of it.

    A row without `via` is the sum over the paths of the rows above it.
    """

    of: Quantity
    product: Cell
    via: Quantity | None = None
    local: Formula = ONE
    local_value: Cell = ONE
    upstream: Formula = ONE
    upstream_value: Cell = ONE
    alone: bool = True  # whether the product is the whole gradient


@record(slots=False)
class UnitFactors:
    """A neuron in both passes: net input and activation forward, ∂E/∂net backward."""

    net: Quantity
    out: Quantity
    slope: Formula
    slope_value: Cell


@record(slots=False)
class Group:
    """The rows of one layer, or of a whole graph; `units` are the layer's."""

    label: str
    rows: tuple[Factors, ...]
    units: tuple[UnitFactors, ...] = ()


class LayerFactors:
    """The gradients of a network of dense layers: a row for every connection, the last layer first."""

    def __init__(self, problem: Problem, extra: ExtraLines) -> None:
        self.problem = problem
        self.extra = extra
        self.objective = Quantity(Kind.LOSS, problem.objective or "")
        self.uses = uses(problem)

    def groups(self, batch: Batch, at: Address) -> Iterator[Group]:
        """A group for every layer."""
        left = dict(self.uses)
        for layer in reversed(self.problem.layers):
            found: dict[str, list[Factors]] = {}
            for neuron in layer.neurons:
                for name, row in self.rows(neuron, batch, at):
                    found.setdefault(name, []).append(row)
                    left[name] -= 1
            rows: list[Factors] = []
            for name, of_one in found.items():
                rows += of_one
                if self.uses[name] > 1 and not left[name]:
                    total = gradient(self.objective, parameter(name)).at_address(at)
                    rows.append(Factors(batch.now(parameter(name)), self.extra.or_zero(total)))
            yield Group(layer.label, tuple(rows), tuple(self.units(layer, at)))

    def units(self, layer: Layer, at: Address) -> Iterator[UnitFactors]:
        """The neurons of a layer in both passes."""
        for neuron in layer.neurons:
            slope, value = self.extra.upstream(self.objective, net(neuron.name).at_address(at))
            yield UnitFactors(net(neuron.name).at_address(at), out(neuron.name).at_address(at), slope, value)

    def rows(self, neuron: Neuron, batch: Batch, at: Address) -> Iterator[tuple[str, Factors]]:
        """The weights into a neuron and its bias, by parameter."""
        for connection in neuron.connections:
            sender = sent(self.problem, connection.sender, at)
            yield connection.parameter, self.row(connection.parameter, neuron.name, Name(sender), batch, at)
        if neuron.bias is not None:
            factor = number(-1) if self.problem.conventions.threshold else ONE
            yield neuron.bias, self.row(neuron.bias, neuron.name, factor, batch, at)

    def row(self, name: str, neuron: str, factor: Name | Number, batch: Batch, at: Address) -> Factors:
        """The product for one connection of a parameter, where it is multiplied by the factor."""
        upstream, value = self.extra.upstream(self.objective, net(neuron).at_address(at))
        alone = self.uses[name] == 1
        product: Cell = self.extra.or_zero(gradient(self.objective, parameter(name)).at_address(at))
        sender = factor.symbol if isinstance(factor, Name) else None
        if not alone and not isinstance(value, Quantity):
            product = ZERO
        elif not alone:
            mark = sender.name if isinstance(sender, Quantity) else ""
            product = Quantity(Kind.PATH, mark, self.objective, parameter(name), net(neuron), at)
            self.extra.define(product, multiply(upstream, factor), Phase.GRADIENT)
        cell: Cell = sender if isinstance(sender, Quantity) else factor if isinstance(factor, Number) else None
        of = batch.now(parameter(name))
        return Factors(of, product, net(neuron).at_address(at), factor, cell, upstream, value, alone)


class GraphFactors:
    """The gradients of a computation graph: a row for every edge, in reverse topological order."""

    def __init__(self, problem: Problem, extra: ExtraLines) -> None:
        self.problem = problem
        self.extra = extra
        self.objective = graphs.node(problem.objective or list(problem.nodes)[-1])

    def groups(self, batch: Batch, at: Address) -> Iterator[Group]:
        """All edges as one group."""

        def here(quantity: Quantity) -> Quantity:
            if quantity.kind is Kind.PARAMETER:
                return batch.now(quantity)
            return quantity.at_address(data_address(at) if quantity.kind is Kind.INPUT else at)

        edges = list(self.edges(at))
        count: dict[Quantity, int] = {}
        for operand, _user, _slope in edges:
            count[operand] = count.get(operand, 0) + 1
        left = dict(count)
        rows: list[Factors] = []
        for operand, user, slope in edges:
            left[operand] -= 1
            formula = rename(slope, here)
            rows.append(self.row(operand, user, formula, at, count[operand] == 1, here(operand)))
            if count[operand] > 1 and not left[operand]:
                rows.append(Factors(here(operand), self.gradient(operand, at)))
        yield Group("", tuple(rows))

    def edges(self, at: Address) -> Iterator[tuple[Quantity, Quantity, Formula]]:
        """Operand, node and slope of every edge that leads to the objective."""
        lines = list(graphs.forward_lines(self.problem))
        known: Mapping[Formula, Formula] = {line.formula: Name(line.quantity) for line in lines}
        for line in reversed(lines):
            if self.extra.line(self.gradient(line.quantity, at)) is None:
                continue
            found = slopes(line.formula, known)
            for operand in dict.fromkeys(name.symbol for name in names_in(line.formula)):
                assert isinstance(operand, Quantity)
                yield operand, line.quantity, found[operand]

    def gradient(self, quantity: Quantity, at: Address) -> Quantity:
        """∂f/∂ a quantity."""
        return gradient(self.objective, quantity).at_address(at)

    def row(
        self, operand: Quantity, user: Quantity, slope: Formula, at: Address, alone: bool, here: Quantity
    ) -> Factors:
        """One edge."""
        value: Cell = slope if isinstance(slope, Number) else None
        if value is None:
            value = self.extra.define(self.local(user, operand, at), slope)
        upstream = self.gradient(user, at)
        product = self.gradient(operand, at)
        if not alone:
            factor = slope if isinstance(slope, Number) else Name(self.local(user, operand, at))
            product = Quantity(Kind.PATH, "", self.objective, operand, user, at)
            self.extra.define(product, multiply(Name(upstream), factor))
        return Factors(here, product, user.at_address(at), slope, value, Name(upstream), upstream, alone)

    def local(self, user: Quantity, operand: Quantity, at: Address) -> Quantity:
        """∂user/∂operand; of the objective itself, that is not the same name as its gradient."""
        named = local(user, operand)
        if user == self.objective:
            named = Quantity(Kind.LOCAL, "local", of=user, by=operand)
        return named.at_address(at)
