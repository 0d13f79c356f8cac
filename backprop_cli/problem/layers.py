"""From the `layers` of a file to layers of neurons: who is connected to whom, by which parameter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace as _replace
from itertools import count
from typing import TYPE_CHECKING, Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import how_to_raise
from backprop_cli.ground.words import _
from backprop_cli.problem.choices import read_activation
from backprop_cli.problem.fields import NamedNumber
from backprop_cli.problem.grids import Grid, spread
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.model import Connection, Layer, Neuron
from backprop_cli.problem.schema import DENSE, LayerFile
from backprop_cli.problem.sites import Site
from backprop_cli.problem.tree import Path

if TYPE_CHECKING:
    from backprop_cli.problem.builder import Builder


class LayerBuilder:
    """Goes through the layers in order; `senders` are the names that the next layer may be connected to."""

    def __init__(self, builder: Builder, inputs: Grid) -> None:
        self.builder = builder
        self.inputs = dict.fromkeys(inputs.names)  # in order, and found at once
        self.senders = list(inputs.names)
        self.named: set[str] = set()  # everything in the layers so far that has a name
        self.grid = inputs  # the layer before: what rows of weights refer to
        self.grids = [inputs]  # of every layer by its number
        self.built: list[Layer] = []
        self.declared = {one.name: one.value for one in _named(builder) if one.name and one.value is not None}
        self.taken = {*builder.file.parameters, *(one.name for one in _named(builder) if one.name)}
        self.numbers: dict[str, Iterator[int]] = {}

    def layers(self) -> list[Layer]:
        """All the layers; complaints go to the builder."""
        files = self.builder.file.layers
        for index, file in enumerate(files):
            site = Site(self, index, last=index == len(files) - 1)
            if self.builder.broken:  # what depends on the layers before cannot be judged
                if getattr(file, "activation", None) is not None:
                    site.activation(file.activation)
                continue
            complaints = len(self.builder.complaints)
            layer = LAYER_TYPES[file.type].build(site, file) if file.type != DENSE else self.dense(site, file)
            self.grids.append(self.grid)
            if layer is None:  # complained about, or flatten, which has no lines
                self.builder.broken = len(self.builder.complaints) > complaints
                continue
            self._refuse_repeated(layer, site)
            if len(self.senders) + len(layer.units) > limits.NEURONS:
                message = _("more than {limit:,} neurons").format(limit=limits.NEURONS)
                self.builder.complain_at_key(("layers",), message, how_to_raise("neurons"))
                return self.built
            self.built.append(layer)
            self.named |= set(layer.units)
            self.grid = Grid(layer.outputs, layer.shape or (len(layer.outputs),), layer.axes)
            self.grids[-1] = self.grid
            self.senders += layer.outputs
        return self.built

    def flatten(self) -> None:
        """The layer before, in one row."""
        self.grid = Grid.flat(self.grid.names)
        if self.built:
            self.built[-1] = _replace(self.built[-1], flattened=True)

    @property
    def before(self) -> list[str]:
        """The names of the layer before."""
        return list(self.grid.names)

    def _refuse_repeated(self, layer: Layer, site: Site) -> None:
        """Complains where a name in a layer is that of an earlier neuron."""
        written = Counter(cell.quantity for cell in layer.cells)
        twice = {quantity.name for quantity, times in written.items() if times > 1}
        for name in layer.units:
            if layer.kind != DENSE and name in self.named | twice:
                site.complain_at_key((), _("two neurons are called {name!r}").format(name=name))

    def dense(self, site: Site, file: LayerFile) -> Layer | None:
        """A layer of neurons, each connected to all of the layer before, or by name."""
        if file.per_step:
            from backprop_cli.problem.layer_types.per_step import per_step

            return per_step(site, file)
        names = self.neuron_names(site.index, len(self.builder.file.layers), file)
        return self.layer(site, file, names)

    def layer(self, site: Site, file: LayerFile, names: list[str]) -> Layer:
        path = site.path
        earlier = set(self.named)
        for place, name in enumerate(names):
            if name in earlier:
                where = (*path, "neurons", place) if isinstance(file.neurons, list) else path
                self.builder.complain(where, _("two neurons are called {name!r}").format(name=name))
            earlier.add(name)
        wires = self.wires(file, names, path)
        biases = self.biases(file, names, path)
        neurons = tuple(Neuron(name, tuple(wires.get(name, ())), biases.get(name)) for name in names)
        activation = read_activation(self.builder, file.activation, (*path, "activation"))
        return Layer(neurons, activation, site.label())

    # ---- names ---------------------------------------------------------------------------------------------

    def neuron_names(self, index: int, layers: int, file: LayerFile) -> list[str]:
        """The neurons' own names, or h1, h2, … (h2_1 in the second of several hidden layers) and y1, y2, …"""
        if isinstance(file.neurons, list):
            return list(file.neurons)
        size = self.size(file, index)
        if isinstance(file.neurons, int) and size not in (None, file.neurons):
            message = _("{n} neurons, but weights for {size}").format(n=file.neurons, size=size)
            self.builder.complain(("layers", index, "neurons"), message)
        size = file.neurons if isinstance(file.neurons, int) else size
        mapped = file.weights if isinstance(file.weights, dict) else None
        if mapped and size == len(mapped):
            return list(mapped)
        if size is None:
            message = _("how many neurons this layer has is not said")
            self.builder.complain(("layers", index), message, _("write neurons: 3, or weights"))
            return []
        if index == layers - 1:
            return self.output_names(size)
        prefix = "h" if layers == 2 else f"h{index + 1}_"
        return [f"{prefix}{number}" for number in range(1, size + 1)]

    def output_names(self, size: int) -> list[str]:
        """The names in `targets` where they fit, else y1, y2, …"""
        return self.target_names(size) or [f"y{number}" for number in range(1, size + 1)]

    def target_names(self, size: int | None = None) -> list[str] | None:
        """The names in `targets` where there are as many (or any)."""
        targets: Any = self.builder.file.targets
        if targets is None and isinstance(self.builder.file.samples, list) and self.builder.file.samples:
            targets = self.builder.file.samples[0].targets
        if isinstance(targets, dict) and len(names := spread(targets)) == (size or len(names)):
            return list(names)
        listed = targets if isinstance(targets, list) else [targets]
        fits = len(listed) == (size or len(listed))
        if fits and all(isinstance(one, NamedNumber) and one.name and one.value for one in listed):
            return [one.name for one in listed]
        return None

    def listed_names(self) -> set[str]:
        """The names of neurons that the file lists."""
        lists = (getattr(layer, "neurons", None) for layer in self.builder.file.layers)
        return {name for names in lists if isinstance(names, list) for name in names}

    def size(self, file: LayerFile, index: int) -> int | None:
        """How many neurons the weights are for."""
        if file.weights is not None:
            rows = file.weights
            return 1 if isinstance(rows, list) and rows and not isinstance(rows[0], list) else len(rows)
        rows = file.weights_by_input
        if isinstance(rows, list) and rows:
            return len(rows[0]) if isinstance(rows[0], list) else len(rows) if len(self.before) == 1 else 1
        if isinstance(rows, dict):
            return len({receiver for row in rows.values() for receiver in row})
        return len(file.bias) if isinstance(file.bias, list | dict) else None

    def next_name(self, letter: str) -> str:
        """The next automatic parameter name that nobody has taken."""
        numbers = self.numbers.setdefault(letter, count(1))
        numbered = letter if not letter[-1].isdigit() else f"{letter}_"
        return next(name for number in numbers if (name := f"{numbered}{number}") not in self.taken)

    # ---- connections ---------------------------------------------------------------------------------------

    def wires(self, file: LayerFile, names: list[str], path: Path) -> dict[str, list[Connection]]:
        """The connections into every neuron."""
        if file.weights is not None and file.weights_by_input is not None:
            message = _("'weights' and 'weights_by_input' say the same thing; write one of them")
            self.builder.complain_at_key((*path, "weights_by_input"), message)
        if file.weights is not None:
            return self.rows(file.weights, names, self.before, (*path, "weights"))
        if file.weights_by_input is not None:
            by_sender = self.rows(file.weights_by_input, self.before, names, (*path, "weights_by_input"), by_input=True)
            wires: dict[str, list[Connection]] = {name: [] for name in names}
            for sender, connections in by_sender.items():
                for connection in connections:
                    wires.setdefault(connection.sender, []).append(Connection(connection.parameter, sender))
            return wires
        given = {key for source in self._givens() for key in source}
        if not all(f"net_{name}" in given or f"out_{name}" in given for name in names):
            self.builder.complain(path, _("this layer has no weights"), _("write weights: one row per neuron"))
        return {}

    def _givens(self) -> Iterator[dict[str, Any]]:
        yield self.builder.file.given
        if isinstance(self.builder.file.samples, list):
            yield from (sample.given for sample in self.builder.file.samples)

    def rows(
        self, weights: Any, names: list[str], columns: list[str], path: Path, by_input: bool = False
    ) -> dict[str, list[Connection]]:
        """One list of connections per row; a row is named by `names`, its entries by `columns`."""
        if isinstance(weights, dict):
            return self.named_rows(weights, names, columns, path, by_input)
        table: list[Any] = weights
        if table and not any(isinstance(one, list) for one in table):
            single = by_input and len(columns) == 1 and len(names) == len(table) > 1
            table = [[one] for one in table] if single else [table]
        rows: dict[str, list[Connection]] = {}
        if len(table) != len(names):
            message = _("{rows} rows of weights for {count} {what} ({names})")
            what = _("inputs of this layer") if by_input else _("neurons")
            message = message.format(rows=len(table), count=len(names), what=what, names=_some(names))
            self.builder.complain(path, message, self._transposed(table, names, columns, by_input))
            return rows
        for index, (name, row) in enumerate(zip(names, table, strict=True)):
            where = (*path, index)
            if not isinstance(row, list):
                self.builder.complain(where, _("expected a row of weights"))
                continue
            if len(row) != len(columns):
                message = _("{count} weights in this row, but {expected} {what} ({names})")
                what = _("neurons") if by_input else _("inputs of this layer")
                message = message.format(count=len(row), expected=len(columns), what=what, names=_some(columns))
                hint = self._transposed(table, names, columns, by_input) or self._other_width(len(row), len(columns))
                self.builder.complain(where, message, hint)
                continue
            flat = table is not weights
            rows[name] = [
                Connection(self.declare(one, "w", (*path, place) if flat else (*where, place)), column)
                for place, (one, column) in enumerate(zip(row, columns, strict=True))
            ]
        return rows

    def _transposed(self, table: list[Any], names: Sequence[str], columns: Sequence[str], by_input: bool) -> str | None:
        if all(isinstance(row, list) and len(row) == len(names) for row in table) and len(table) == len(columns):
            other = "weights" if by_input else "weights_by_input"
            return _("did you mean {other}, with the rows the other way round?").format(other=f"'{other}'")
        return None

    def _other_width(self, given: int, needed: int) -> str | None:
        """What may be meant by a row that is too long or too short."""
        if self.grid.axes.startswith("t") and given * self.grid.shape[0] == len(self.grid.names):
            return _("does each step have this layer? then: per_step: true")
        return _("a comma separates weights; decimals are written with a point") if given > needed else None

    def named_rows(
        self, weights: dict[str, Any], names: list[str], columns: list[str], path: Path, by_input: bool
    ) -> dict[str, list[Connection]]:
        """Wired by name: connections may be missing and may skip layers."""
        receivers = columns if by_input else names
        rows: dict[str, list[Connection]] = {}
        for row_name, row in weights.items():
            rows[row_name] = []
            for column_name, one in row.items():
                where = (*path, row_name, column_name)
                receiver, sender = (column_name, row_name) if by_input else (row_name, column_name)
                if receiver not in receivers:
                    self._unknown(
                        receiver, receivers, where if by_input else (*path, row_name), _("neuron of this layer")
                    )
                elif sender not in self.senders:
                    place = (*path, row_name) if by_input else where
                    self._unknown(sender, self.senders, place, _("input or earlier neuron"))
                rows[row_name].append(Connection(self.declare(one, "w", where), column_name))
        return rows

    def _unknown(self, name: str, known: Sequence[str], path: Path, what: str) -> None:
        message = _("no {what} called {name!r}").format(what=what, name=name)
        self.builder.complain_at_key(path, message, self.builder.near(name, known))

    def declare(self, one: NamedNumber, letter: str, path: Path) -> str:
        """Enters a parameter under its own or the next automatic name."""
        if one.name and one.value is None and one.name not in self.builder.parameters and one.name in self.declared:
            one = NamedNumber(one.name, self.declared[one.name])  # its value stands further down
        return self.builder.declare(one, "" if one.name else self.next_name(letter), path)

    # ---- biases --------------------------------------------------------------------------------------------

    def biases(self, file: LayerFile, names: list[str], path: Path) -> dict[str, str]:
        """The bias parameter of every neuron that has one."""
        where = (*path, "bias")
        letter = "theta" if self.builder.conventions().threshold else "b"
        bias: Any = file.bias
        if bias is None:
            return {}
        if isinstance(bias, NamedNumber):
            shared = self.declare(bias, letter, where)
            return dict.fromkeys(names, shared)
        if isinstance(bias, list):
            if len(bias) != len(names):
                message = _("{count} biases for {expected} neurons ({names})")
                self.builder.complain(where, message.format(count=len(bias), expected=len(names), names=_some(names)))
                return {}
            return {
                name: self.declare(one, letter, (*where, index))
                for index, (name, one) in enumerate(zip(names, bias, strict=True))
            }
        for name in bias:
            if name not in names:
                self._unknown(name, names, (*where, name), _("neuron of this layer"))
        return {name: self.declare(one, letter, (*where, name)) for name, one in bias.items()}


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])}, …"


def _named(builder: Builder) -> Iterator[NamedNumber]:
    """Every number in the layers of the file."""
    for layer in builder.file.layers:
        waiting: list[Any] = [getattr(layer, key) for key in type(layer).model_fields]
        while waiting:
            one = waiting.pop()
            if isinstance(one, NamedNumber):
                yield one
            elif isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                waiting += one.values()
