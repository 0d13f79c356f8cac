"""Who is connected to whom in a dense layer, by which parameter: rows of weights, wires by name, biases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop_cli.ground.errors import of_decimals, which
from backprop_cli.ground.words import _, listed, plural
from backprop_cli.problem.counts import for_each_of, neurons
from backprop_cli.problem.model import Connection
from backprop_cli.problem.sites import Site
from backprop_cli.problem.texts import NamedNumber
from backprop_cli.problem.tree import Path

Wires = dict[str, list[Connection]]  # into every neuron


def connections(site: Site, file: Any, names: Sequence[str]) -> Wires:
    """The connections into every neuron."""
    before = site.before.names
    if file.weights is not None and file.weights_by_input is not None:
        message = _("'weights' and 'weights_by_input' say the same thing; write one of them")
        site.complain_at_key(("weights_by_input",), message)
    if not before and site.index == 0 and _has_rows(file):
        hint = _("write inputs: [1, 2], or inputs in each of the samples")
        site.complain_at_key((), _("this layer has weights, but the problem has no inputs"), hint)
        return {}
    if file.weights is not None:
        return _Rows(site, "weights", names, before).read(file.weights)
    if file.weights_by_input is not None:
        by_sender = _Rows(site, "weights_by_input", before, names).read(file.weights_by_input)
        wires: Wires = {name: [] for name in names}
        for sender, found in by_sender.items():
            for connection in found:
                wires.setdefault(connection.sender, []).append(Connection(connection.parameter, sender))
        return wires
    given = site.surroundings.prescribed
    if not all(f"net_{name}" in given or f"out_{name}" in given for name in names):
        site.complain((), _("this layer has no weights"), _("write weights: one row per neuron"))
    return {}


def _has_rows(file: Any) -> bool:
    """Whether the layer has weights in rows, whose places say what they belong to."""
    return any(one is not None and not isinstance(one, dict) for one in (file.weights, file.weights_by_input))


class _Rows:
    """Reads rows of weights: a row is named by one of `names`, its entries by `columns`."""

    def __init__(self, site: Site, key: str, names: Sequence[str], columns: Sequence[str]) -> None:
        self.site = site
        self.key = key
        self.names = names
        self.columns = columns
        self.by_input = key == "weights_by_input"

    def read(self, weights: Any) -> Wires:
        """One list of connections per row."""
        if isinstance(weights, dict):
            return self.named(weights)
        table: list[Any] = weights
        if table and not any(isinstance(one, list) for one in table):
            single = self.by_input and len(self.columns) == 1 and len(self.names) == len(table) > 1
            table = [[one] for one in table] if single else [table]
        if len(table) != len(self.names):
            rows_given = plural("{count} row of weights", "{count} rows of weights", len(table))
            size = len(self.names)
            needed = plural("{count} input of this layer", "{count} inputs of this layer", size)
            message = for_each_of(rows_given, needed if self.by_input else neurons(size), self.names)
            self.site.complain((self.key,), message, self._transposed(table))
            return {}
        rows: Wires = {}
        for index, (name, row) in enumerate(zip(self.names, table, strict=True)):
            if self._fits(row, index, table):
                flat = table is not weights
                places: list[Path] = [(self.key, n) if flat else (self.key, index, n) for n in range(len(row))]
                rows[name] = [
                    self._connection(one, place, column)
                    for one, place, column in zip(row, places, self.columns, strict=True)
                ]
        return rows

    def _fits(self, row: Any, index: int, table: list[Any]) -> bool:
        """Whether a row has a weight for every column; complains where it has not."""
        where = (self.key, index)
        if not isinstance(row, list):
            self.site.complain(where, _("expected a row of weights"))
            return False
        if len(row) == len(self.columns):
            return True
        given = plural("{count} weight in this row", "{count} weights in this row", len(row))
        inputs = plural("{count} input of this layer", "{count} inputs of this layer", len(self.columns))
        expected = neurons(len(self.columns)) if self.by_input else inputs
        names = listed(self.columns, most=6)
        message = _("{given}, but {expected} ({names})").format(given=given, expected=expected, names=names)
        self.site.complain(where, message, self._transposed(table) or self._other_width(len(row)))
        return False

    def _transposed(self, table: list[Any]) -> str | None:
        upright = all(isinstance(row, list) and len(row) == len(self.names) for row in table)
        if upright and len(table) == len(self.columns):
            other = "weights" if self.by_input else "weights_by_input"
            return _("did you mean {other}, with the rows the other way round?").format(other=f"'{other}'")
        return None

    def _other_width(self, given: int) -> str | None:
        """What may be meant by a row that is too long or too short."""
        before = self.site.before
        if before.axes.startswith("t") and given * before.shape[0] == len(before.names):
            return _("does each step have this layer? then: per_step: true")
        return of_decimals(given, len(self.columns))

    def named(self, weights: dict[str, Any]) -> Wires:
        """Wired by name: connections may be missing and may skip layers."""
        receivers = self.columns if self.by_input else self.names
        senders = self.site.stack.senders
        rows: Wires = {}
        for row_name, row in weights.items():
            rows[row_name] = []
            for column_name, one in row.items():
                at_row, at_column = (self.key, row_name), (self.key, row_name, column_name)
                receiver, sender = (column_name, row_name) if self.by_input else (row_name, column_name)
                if receiver not in receivers:
                    where = at_column if self.by_input else at_row
                    _refuse(self.site, receiver, receivers, where, _("neuron of this layer"))
                elif sender not in senders:
                    where = at_row if self.by_input else at_column
                    _refuse(self.site, sender, senders, where, _("input or earlier neuron"))
                rows[row_name].append(self._connection(one, at_column, column_name))
        return rows

    def _connection(self, one: NamedNumber, steps: Path, column: str) -> Connection:
        return Connection(_declared(self.site, one, "w", steps), column)


def biases(site: Site, bias: Any, names: Sequence[str]) -> dict[str, str]:
    """The bias parameter of every neuron that has one."""
    if bias is None:
        return {}
    letter = site.bias_letter
    if isinstance(bias, NamedNumber):
        return dict.fromkeys(names, _declared(site, bias, letter, ("bias",)))
    if isinstance(bias, list):
        if len(bias) != len(names):
            given = plural("{count} bias", "{count} biases", len(bias))
            message = for_each_of(given, neurons(len(names)), names)
            site.complain(("bias",), message, of_decimals(len(bias), len(names)))
            return {}
        return {
            name: _declared(site, one, letter, ("bias", index))
            for index, (name, one) in enumerate(zip(names, bias, strict=True))
        }
    for name in bias:
        if name not in names:
            _refuse(site, name, names, ("bias", name), _("neuron of this layer"))
    return {name: _declared(site, one, letter, ("bias", name)) for name, one in bias.items()}


def _declared(site: Site, one: NamedNumber, letter: str, steps: Path) -> str:
    return site.parameters.declare(one, letter, (*site.path, *steps))


def _refuse(site: Site, name: str, known: Sequence[str], steps: Path, what: str) -> None:
    message = _("no {what} called {name!r}").format(what=what, name=name)
    site.complain_at_key(steps, message, which(name, known))
