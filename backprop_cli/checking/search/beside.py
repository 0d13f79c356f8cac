"""Which names stand beside one another: the inputs, the units of a layer, its weights, the lines of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from backprop_cli.algebra.formula import names_in
from backprop_cli.algebra.parts import NetParts, name_of
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.surroundings import Surroundings, unit_of
from backprop_cli.ground.records import record

_CLOSE = 3  # how many places away a neighbour may be
_MANY = 8
_FEW = 12  # parameters of a problem of which each is easily taken for any other


@record(slots=False)
class Beside:
    """What stands beside what in one problem, by name."""

    around: Surroundings

    @cached_property
    def _rows(self) -> Mapping[str, tuple[str, ...]]:
        """The weights of each net input by its name, in order; those of the first pass in which it stands."""
        rows: dict[str, tuple[str, ...]] = {}
        for line in self.around.derivation.lines:
            if isinstance(line.parts, NetParts) and line.quantity.name not in rows:
                rows[line.quantity.name] = tuple(unit_of(term.weight) for term in line.parts.terms)
        return rows

    @cached_property
    def _biases(self) -> Mapping[str, str]:
        """The bias of each net input."""
        found: dict[str, str] = {}
        for line in self.around.derivation.lines:
            if isinstance(line.parts, NetParts) and line.parts.bias is not None:
                found.setdefault(line.quantity.name, unit_of(name_of(line.parts.bias, (Kind.PARAMETER, Kind.NEW))))
        return found

    @cached_property
    def _groups(self) -> Sequence[tuple[str, ...]]:
        """Names that stand beside one another: the inputs, the units of each layer, its biases, a graph's numbers."""
        problem = self.around.problem
        layers = [layer.outputs for layer in problem.layers]
        cells = [tuple(dict.fromkeys(cell.quantity.name for cell in layer.cells)) for layer in problem.layers]
        biases = [tuple(dict.fromkeys(self._biases.get(unit, "") for unit in units)) for units in layers]
        given = [tuple(problem.gradients)] if problem.gradients else []
        numbers = [one.name for one in self.around.derivation.constants if one.kind is Kind.INPUT]
        given.append(tuple(name for name in dict.fromkeys(numbers) if name not in problem.inputs))  # of a mask
        graph = [(*problem.inputs, *problem.parameters, *problem.nodes)] if problem.nodes else [problem.inputs]
        mixed = problem.nodes or any(layer.cells for layer in problem.layers)
        few = tuple(problem.parameters) if mixed and len(problem.parameters) <= _FEW else ()
        return [*graph, *layers, *cells, *biases, few, *given]

    @cached_property
    def _beside(self) -> Mapping[str, tuple[str, ...]]:
        """The names beside each name, the nearest first."""
        found: dict[str, dict[str, None]] = {}
        for group in self._groups:
            for place, name in enumerate(group):
                near = sorted(range(len(group)), key=lambda other: abs(other - place))
                others = [group[other] for other in near if 0 < abs(other - place) <= _CLOSE]
                found.setdefault(name, {}).update(dict.fromkeys(others))
        return {name: tuple(others) for name, others in found.items()}

    @cached_property
    def _weights_beside(self) -> Mapping[str, tuple[str, ...]]:
        """The weights in the row, in the column and on the other side of the diagonal of each weight."""
        found: dict[str, dict[str, None]] = {}
        layers = [layer.outputs for layer in self.around.problem.layers]
        for units in [*layers, *([name] for name in self._rows if not any(name in one for one in layers))]:
            rows = [self._rows.get(unit, ()) for unit in units]
            for i, row in enumerate(rows):
                for j, name in enumerate(row):
                    near = [(i, j - 1), (i, j + 1), (i - 1, j), (i + 1, j), (j, i), (i, j - 2), (i, j + 2)]
                    others = [rows[a][b] for a, b in near if 0 <= a < len(rows) and 0 <= b < len(rows[a])]
                    found.setdefault(name, {}).update(dict.fromkeys(other for other in others if other != name))
        return {name: tuple(others) for name, others in found.items()}

    @cached_property
    def _elsewhere(self) -> Mapping[str, tuple[str, ...]]:
        """The parameters at the same place in the layers before and after; of a bias, also the weights of its unit."""
        found: dict[str, dict[str, None]] = {}
        layers = self._with_weights
        for number, units in enumerate(layers):
            for place, unit in enumerate(units):
                near = [layers[other][place] for other in (number - 1, number + 1)
                        if 0 <= other < len(layers) and place < len(layers[other])]  # fmt: skip
                own = self._rows.get(unit, ())
                for column, name in enumerate(own):
                    rows = [self._rows.get(other, ()) for other in near]
                    found.setdefault(name, {}).update((row[column], None) for row in rows if column < len(row))
                bias = self._biases.get(unit, "")
                others = [self._biases.get(other, "") for other in near] + self._biases_near(number)
                found.setdefault(bias, {}).update(dict.fromkeys([*filter(None, others), *own]))
        return {name: tuple(others) for name, others in found.items()}

    @cached_property
    def _with_weights(self) -> Sequence[tuple[str, ...]]:
        """The units of the layers that have weights: a mask or a normalization is none that stands between two."""
        layers = [layer.outputs for layer in self.around.problem.layers]
        return [units for units in layers if any(self._rows.get(unit) for unit in units)]

    def _biases_near(self, number: int) -> list[str]:
        """Some biases of the layers before and after."""
        layers = self._with_weights
        near = [layers[other][:_CLOSE] for other in (number - 1, number + 1) if 0 <= other < len(layers)]
        return [self._biases.get(unit, "") for units in near for unit in units]

    def names_beside(self, name: str) -> tuple[str, ...]:
        """The names of the same sort beside a name of a parameter, a unit or an input."""
        near = dict.fromkeys([*self._weights_beside.get(name, ()), *self._beside.get(name, ())])
        return tuple(dict.fromkeys([*list(near)[:_MANY], *self._of_cells.get(name, ())]))

    def elsewhere(self, name: str) -> tuple[str, ...]:
        """The parameters that a parameter is in the layers before and after."""
        return self._elsewhere.get(name, ())

    def in_other_layers(self, name: str) -> tuple[str, ...]:
        """The lines of other layers with lines of their own that have the same letters and the same last number."""
        return tuple(other for other in self._lines_by_letters.get(_letters_and_last(name), ()) if other != name)

    @cached_property
    def _lines_by_letters(self) -> Mapping[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for layer in self.around.problem.layers:
            of_the_layer = dict.fromkeys(cell.quantity.name for cell in layer.cells)
            by_letters = {_letters_and_last(name): name for name in of_the_layer}  # one of each layer
            for key, name in by_letters.items():
                found.setdefault(key, []).append(name)
        return found

    def is_of_a_cell(self, name: str) -> bool:
        """Whether a name is of a layer with lines of its own."""
        return name in self._of_cells

    @cached_property
    def _of_cells(self) -> Mapping[str, tuple[str, ...]]:
        """Of a layer with lines of its own: names that differ in their letter, or in one number, the nearest first."""
        found: dict[str, tuple[str, ...]] = {}
        for layer in self.around.problem.layers:
            used = (name.symbol for cell in layer.cells for name in names_in(cell.formula))
            states = [one.name for one in used if isinstance(one, Quantity) and one.name.endswith("0")]
            lines = list(dict.fromkeys([*states, *(cell.quantity.name for cell in layer.cells), *layer.outputs]))
            weights = [name for name in layer.parameters if name in self.around.problem.parameters]
            for names in (lines, weights) if layer.cells else ():
                places = {name: place for place, name in enumerate(names)}
                for name in names:
                    alike = [other for other in places if other != name and _is_alike(name, other)]
                    alike.sort(key=lambda other: abs(places[other] - places[name]))
                    found[name] = tuple(alike[:_MANY])
        return found


def differing(name: str, other: str) -> tuple[str, str]:
    """What of two names is not the same in both, without what they begin and end with alike: w and u of wf1 and uf1."""
    start = _common(name, other)
    end = _common(name[start:][::-1], other[start:][::-1])
    return name[start : len(name) - end], other[start : len(other) - end]


def is_near(name: str, other: str) -> bool:
    """Whether two names differ in one letter or digit alone, or have two of them exchanged: a12 and a21."""
    mine, theirs = differing(name, other)
    return max(len(mine), len(theirs)) <= 1 or mine == theirs[::-1]


def _letters_and_last(name: str) -> tuple[str, str]:
    """The letters that a name begins with, and its last letter or digit: rms and 2 of rms5_2."""
    return name.rstrip("0123456789_"), name[-1]


def _common(one: str, other: str) -> int:
    """How many letters two names begin with alike."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _is_alike(name: str, other: str) -> bool:
    """Whether two names differ in letters alone, or in digits alone, and have something in common."""
    mine, theirs = differing(name, other)
    both = mine + theirs
    return len(mine) < len(name) and (both.isalpha() or both.isdigit())
