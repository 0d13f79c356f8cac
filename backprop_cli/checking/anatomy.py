"""Takes every line apart: which terms are weights and senders, which are paths, and what is the slope.

It is read off the full derivation, so that the table of mistakes can say "the slope is left out" for every network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import Derivation, Line, quantities_in
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, add, multiply, negate
from backprop_cli.algebra.quantities import Kind, Quantity, delta, gradient, local, net, out
from backprop_cli.checking.parts import (
    ChainPart,
    DeltaPart,
    GradientPart,
    LocalPart,
    LossPart,
    NetPart,
    NewPart,
    OutPart,
    Part,
    Path,
    Term,
    Use,
)
from backprop_cli.problem.model import Problem


class Anatomy:
    """The parts of the lines of a full derivation."""

    def __init__(self, problem: Problem, derivation: Derivation) -> None:
        self.problem = problem
        self.derivation = derivation

    def parts(self) -> Iterator[Part]:
        """Every line that is not given, as the part that it is."""
        for line in self.derivation.lines:
            if not line.given:
                yield self.part(line)

    def part(self, line: Line) -> Part:
        """The line as the kind of part that it is."""
        match line.quantity.kind:
            case Kind.NET:
                return self._net(line)
            case Kind.OUT:
                used = [name for name in map(Name, quantities_in(line.formula)) if _kind(name) is Kind.NET]
                own = [name for name in used if _name_of(name) == line.quantity.name]
                return OutPart(line, self, next(iter(own or used), None))
            case Kind.LOSS | Kind.PART:
                return LossPart(line, self)
            case Kind.DELTA:
                return self._delta(line)
            case Kind.GRADIENT:
                by = line.quantity.by
                if self._is_at_the_last_gate(line):
                    return self._local(line)
                part = self._gradient(line) if by is not None and by.kind is Kind.PARAMETER else None
                return part if part is not None and part.uses else ChainPart(line, self, self._written_terms(line))
            case Kind.PATH if line.quantity.by is not None and line.quantity.by.kind is Kind.PARAMETER:
                return self._gradient(line)
            case Kind.LOCAL:
                return self._local(line)
            case Kind.NEW | Kind.AUX:
                return self._new(line)
        return Part(line, self)

    # ---- forward ---------------------------------------------------------------------------------------------

    def _net(self, line: Line) -> NetPart:
        terms: list[Term] = []
        bias: Formula | None = None
        for term in _terms(line.formula):
            match term:
                case Apply("product", (Name() as weight, sender)) if _is_parameter(weight):
                    terms.append(Term(weight, sender))
                case Name() if _is_parameter(term):
                    bias = term
                case Apply("negative", (Name() as threshold,)) if _is_parameter(threshold):
                    bias = term
        return NetPart(line, self, tuple(terms), bias)

    def net_part(self, name: Quantity) -> NetPart | None:
        """The net input line with this quantity."""
        line = self.derivation.index.get(name)
        return self._net(line) if line is not None else None

    def layer_of(self, unit: str) -> int | None:
        """The number of the unit's layer, from 0."""
        return self._places.get(unit, (None, None))[0]

    def place_of(self, unit: str) -> int | None:
        """The number of the unit in its layer, from 0."""
        return self._places.get(unit, (None, None))[1]

    @cached_property
    def _places(self) -> Mapping[str, tuple[int | None, int | None]]:
        layers = self.problem.layers
        return {name: (n, place) for n, layer in enumerate(layers) for place, name in enumerate(layer.outputs)}

    def units(self, layer: int | None) -> tuple[str, ...]:
        """The outputs of a layer; of the layer before the first one, the inputs."""
        if layer is None or not -1 <= layer < len(self.problem.layers):
            return ()
        return self.problem.inputs if layer < 0 else self.problem.layers[layer].outputs

    def weights_between(self, layer: int, at: Quantity) -> list[list[Formula | None]] | None:
        """The matrix of a layer's weights, row by receiving unit, as the pass at the address of `at` uses them."""
        senders = self.units(layer - 1)
        rows: list[list[Formula | None]] = []
        for unit in self.units(layer):
            part = self.net_part(_replace(net(unit), at=at.at))
            if part is None:
                return None
            found = {_name_of(term.sender): term.weight for term in part.terms}
            rows.append([found.get(sender) for sender in senders])
        return rows or None

    # ---- backward --------------------------------------------------------------------------------------------

    def _delta(self, line: Line) -> DeltaPart:
        quantity = line.quantity
        unit_net, unit_out = (_replace(one(quantity.name), at=quantity.at) for one in (net, out))
        negative = bool(self.problem.conventions.negative_delta)
        if any(one.kind is Kind.LOCAL and one.of != unit_out.bare for one in quantities_in(line.formula)):
            whole = line.short or line.formula
            path = Path(negate(whole) if negative else whole)
            is_output = quantity.name in self.problem.outputs
            return DeltaPart(line, self, Name(unit_net), Name(unit_out), (path,), ONE, is_output, negative)
        upstream = self.derivation.index.get(self.gradient_of(unit_out))
        paths = tuple(self._paths(upstream)) if upstream is not None else ()
        return DeltaPart(
            line,
            self,
            Name(unit_net),
            Name(unit_out),
            paths,
            self.slope(unit_out, unit_net),
            is_output=quantity.name in self.problem.outputs and all(path.delta is None for path in paths),
            negative=negative,
        )

    def gradient_of(self, quantity: Quantity) -> Quantity:
        """∂E/∂quantity."""
        return gradient(self.objective, quantity)

    @cached_property
    def objective(self) -> Quantity:
        """What is differentiated."""
        found = [line.quantity.of for line in self.derivation.lines if line.quantity.kind is Kind.GRADIENT]
        return found[0] if found and found[0] is not None else Quantity(Kind.LOSS)

    def slope(self, of: Quantity, by: Quantity) -> Formula:
        """∂out/∂net as it is written on a line of its own; 1 where there is none."""
        line = self.derivation.index.get(local(of, by))
        return line.formula if line is not None else ONE

    def slope_in_net(self, of: Quantity) -> Formula | None:
        """∂out/∂net with nothing but the net input in it."""
        line = self.derivation.index.get(of)
        if line is None:
            return None
        found = list(slopes(line.formula, {}).values())
        return found[0] if len(found) == 1 else None

    def _paths(self, upstream: Line) -> Iterator[Path]:
        for term in _terms(upstream.formula):
            match term:
                case Name(symbol) if isinstance(symbol, Quantity) and symbol.kind is Kind.PATH:
                    yield from map(self._path, _terms(self.derivation.index[symbol].formula))
                case _:
                    yield self._path(term)

    @staticmethod
    def _path(formula: Formula) -> Path:
        names = [Name(quantity) for quantity in quantities_in(formula)]
        deltas = [name for name in names if _kind(name) is Kind.DELTA]
        weights = [name for name in names if _is_parameter(name)]
        return Path(formula, deltas[0] if deltas else None, weights[0] if weights else None)

    def _gradient(self, line: Line) -> GradientPart:
        assert line.quantity.by is not None
        biases = {name for layer in self.problem.layers for name in layer.bias_parameters}
        uses = tuple(_uses(add(*self._written_terms(line))))
        return GradientPart(line, self, uses, line.quantity.by.name in biases, len(self.problem.samples))

    def _written_terms(self, line: Line) -> tuple[Formula, ...]:
        """The summands of a gradient, those that stand on lines of their own written out."""
        paths = (self.derivation.index.get(one) for one in quantities_in(line.formula) if one.kind is Kind.PATH)
        written = tuple(path.formula for path in paths if path is not None)
        return written or _terms(line.formula)

    def _is_at_the_last_gate(self, line: Line) -> bool:
        """Whether a gradient of a graph is a slope of its last gate and nothing else."""
        if self.problem.layers or any(one.kind is Kind.GRADIENT for one in quantities_in(line.formula)):
            return False
        last = self._local(line)
        return last.by is not None and isinstance(last.gate, Apply)

    def _local(self, line: Line) -> LocalPart:
        of, by = line.quantity.of, line.quantity.by
        assert of is not None
        assert by is not None
        gate = self.derivation.index.get(of.at_address(line.quantity.at))
        used = quantities_in(gate.formula) if gate is not None else []
        name = next((Name(one) for one in used if one.bare == by), None)
        return LocalPart(line, self, gate.formula if gate is not None else None, name)

    def _new(self, line: Line) -> NewPart:
        names = [Name(quantity) for quantity in quantities_in(line.formula)]
        gradients = [name for name in names if _kind(name) is Kind.GRADIENT]
        old = [name for name in names if _is_parameter(name) and _name_of(name) == line.quantity.name]
        return NewPart(line, self, old[0] if old else None, gradients[0] if gradients else None)

    # ---- names -----------------------------------------------------------------------------------------------

    def new_of(self, parameter: Name, at: Quantity) -> Name | None:
        """The updated value of a parameter, from the update of the pass that `at` stands in."""
        name = _name_of(parameter)
        address = at.at
        while True:
            candidate = Quantity(Kind.NEW, name, at=address)
            if candidate in self.derivation.index:
                return Name(candidate)
            if not address:
                return None
            address = address[:-1]

    @cached_property
    def batches(self) -> Mapping[str, Mapping[Quantity, tuple[Quantity, ...]]]:
        """By parameter and by its update after a batch: the gradients of the batch's samples, in their order."""
        found: dict[str, dict[Quantity, tuple[Quantity, ...]]] = {}
        for line in self.derivation.lines:
            by = line.quantity.by
            if line.quantity.kind is not Kind.GRADIENT or by is None or by.kind is not Kind.PARAMETER:
                continue
            new = Quantity(Kind.NEW, by.name, at=line.quantity.at)
            parts = tuple(one for one in quantities_in(line.formula) if one.bare == line.quantity.bare)
            if len(parts) > 1 and new in self.derivation.index:
                found.setdefault(by.name, {})[new] = parts
        return found

    def delta_of(self, unit: str, at: Quantity) -> Name | None:
        """δ of a unit in the pass that `at` stands in."""
        named = delta(_replace(net(unit), at=at.at))
        return Name(named) if named in self.derivation.index else None


def _terms(formula: Formula) -> tuple[Formula, ...]:
    return formula.arguments if isinstance(formula, Apply) and formula.operation == "sum" else (formula,)


def _uses(formula: Formula, negative: bool = False) -> Iterator[Use]:
    """The summands of the form ± δ·factor."""
    for term in _terms(formula):
        match term:
            case Name() if _kind(term) is Kind.DELTA:
                yield Use(term, ONE, negative)
            case Apply("product", factors):
                deltas = [one for one in factors if isinstance(one, Name) and _kind(one) is Kind.DELTA]
                if deltas:
                    yield Use(deltas[0], multiply(*(one for one in factors if one != deltas[0])), negative)
            case Apply("negative", (inner,)):
                yield from _uses(inner, not negative)


def _kind(name: Name) -> Kind:
    assert isinstance(name.symbol, Quantity)
    return name.symbol.kind


def _name_of(formula: Formula) -> str:
    return formula.symbol.name if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) else ""


def _is_parameter(name: Name) -> bool:
    return _kind(name) in (Kind.PARAMETER, Kind.NEW)
