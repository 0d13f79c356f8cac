"""From `graph` and `objective` of a file to named formulas, and to which of them is differentiated."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from backprop_cli.algebra.array_expressions import ArrayFormula, parse_array
from backprop_cli.algebra.arrays import Array
from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.ground import limits
from backprop_cli.ground.errors import how_to_raise, which
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.grids import Grid, entries_of, leaves, may_be_stems, refuse_uneven, shape_of
from backprop_cli.problem.model import NamedArray
from backprop_cli.problem.schema import ProblemFile


@record
class Graph:
    """The nodes by name, those of a vector or a matrix entry by entry; and all its arrays, where there are any."""

    nodes: Mapping[str, Formula]
    arrays: Mapping[str, NamedArray]
    is_whole: bool = True  # else some nodes could not be read, and what is said of them would be said of nothing


class GraphReader:
    """Reads the nodes, each of names that are given (inputs and parameters, arrays among them) or stand before it."""

    def __init__(
        self,
        graph: Mapping[str, str],
        book: ComplaintBook,
        given: Mapping[str, Grid],
        loose: Collection[str],
        lost: Collection[str] = (),
    ):
        self.graph = graph
        self.book = book
        self.given = frozenset([*given, *loose, *(name for grid in given.values() for name in grid.names)])
        self.before = dict.fromkeys([*given, *loose, *self.given])
        self.unknown: set[str] = set()
        self.lost = {*lost}  # names of which nobody can say what they are: they, or one in their formula, were refused
        self.nodes: dict[str, Formula] = {}
        self.arrays = {stem: NamedArray(grid) for stem, grid in given.items()}
        self.known = {stem: _array(grid) for stem, grid in given.items() if grid.shape}

    def read(self) -> Graph:
        """All nodes."""
        for name, text in self.graph.items():
            if name in self.given:
                message = _("{name!r} is already an input or a parameter").format(name=name)
                self.book.complain_at_key(("graph", name), message)
            found = self._parsed(name, text)
            if found is None:
                self.lost.add(name)
                self.before[name] = None
                continue
            self._add(name, found)
        has_arrays = any(one.grid.shape for one in self.arrays.values())
        return Graph(self.nodes, self.arrays if has_arrays else {}, is_whole=not self.lost)

    def _parsed(self, name: str, text: str) -> ArrayFormula | None:
        """The formula of a node; None after a complaint about it, or about one that it uses."""
        names = self.before if self.book.suggests else ()
        try:
            return parse_array(text, self.known, self._is_name, names, self._is_lost)
        except FormulaError as error:
            used = text[error.offset : error.offset + error.length]
            self._refuse(name, error, used)
            self.unknown.add(used)
            return None

    def _is_name(self, name: str) -> bool:
        return name in self.before or self._is_lost(name)

    def _is_lost(self, name: str) -> bool:
        """Whether a name is that of a node that could not be read, or may be that of an entry of one."""
        if name in self.before:
            return name in self.lost
        return any(stem in self.lost for stem in may_be_stems(name))

    def _add(self, name: str, found: ArrayFormula) -> None:
        """Enters a node with its entries."""
        array = found.array
        entries = entries_of(name, array.shape)
        self._check_entries(name, array, entries)
        self.nodes.update(zip(entries, array.entries, strict=True))
        grid = Grid(entries, array.shape, stem=name)
        self.arrays[name] = NamedArray(grid, array.turned, found.formula)
        if array.shape:
            self.known[name] = _array(grid, array.turned)
        self.before |= dict.fromkeys([name, *entries])

    def _check_entries(self, name: str, array: Array, entries: Sequence[str]) -> None:
        """Complains about entries that are called as something else is, and about too many of them."""
        taken = next((one for one in entries if array.shape and one in self.before), None)
        if taken is not None:
            message = _("{name!r} is {array}, whose entry {entry!r} would be called as something before it is")
            message = message.format(name=name, array=array, entry=taken)
            self.book.complain_at_key(("graph", name), message, _("choose another name"))
        if len(self.nodes) + len(entries) > limits.NEURONS:
            message = _("{count:,} nodes; the limit is {limit:,}")
            message = message.format(count=len(self.nodes) + len(entries), limit=limits.NEURONS)
            self.book.complain_at_key(("graph", name), message, how_to_raise("neurons"))

    def _refuse(self, name: str, error: FormulaError, used: str) -> None:
        """Complains about the formula of a node; about a name that there is not, once."""
        message, hint = error.message, error.hint
        if used == name:
            message, hint = _("{name!r} is defined by itself").format(name=name), None
        elif error.message == _("no quantity called {name!r} here").format(name=used):
            if used in self.unknown and used not in self.graph:
                return
            if used in self.graph:
                message = _("{used!r} is used before it is defined").format(used=used)
                hint = _("nodes stand in the order in which they are computed")
        self.book.complain(("graph", name), message, hint, (error.offset, error.length))


def _array(grid: Grid, turned: bool = False) -> Array:
    return Array(grid.shape, tuple(map(Name, grid.names)), turned)


def read_objective(
    file: ProblemFile, book: ComplaintBook, known: Sequence[str], arrays: Mapping[str, NamedArray]
) -> str | None:
    """What is differentiated, one of the `known` nodes or outputs, a number; None where nothing is said."""
    wanted: str | None = file.objective
    if wanted is None:
        return None
    if file.loss is not None and file.loss != "none":
        book.complain_at_key(("objective",), _("a problem has a loss or an objective, not both"))
    array = arrays.get(wanted)
    if array is not None and array.formula is not None and len(array.grid.names) == 1:
        return array.grid.names[0]
    if array is not None and array.formula is not None:
        message = _("an objective is one number, and {name} is {array}")
        hint = _("a number is made of it by sum({name}), mean({name}) or norm({name})^2, or is an entry: {entry}")
        shape = Array(array.grid.shape, (), array.turned)
        book.complain(("objective",), message.format(name=wanted, array=shape),
                      hint.format(name=wanted, entry=array.grid.names[0]))  # fmt: skip
    elif wanted not in known:
        message = _("no node or output called {name!r}").format(name=wanted)
        book.complain(("objective",), message, which(wanted, known))
    return wanted


def given_grids(given: Any) -> dict[str, Grid]:
    """How the values of inputs or parameters lie, by name; a list of numbers without names is x."""
    named = given if isinstance(given, dict) else {"x": given}
    if isinstance(given, list) and any(getattr(one, "name", None) for _place, one in leaves(given)):
        return {}  # a list of names: each is a number of its own
    return {name: Grid(entries_of(name, shape_of(one)), shape_of(one), stem=name) for name, one in named.items()}


def flat_parameters(file: ProblemFile, book: ComplaintBook) -> dict[str, Formula]:
    """The parameters of a file by name, those of vectors and matrices entry by entry."""
    flat: dict[str, Formula] = {}
    for name, given in file.parameters.items():
        path = ("parameters", name)
        if refuse_uneven(given, name, path, book):
            continue
        if isinstance(given, list) and not file.graph:
            book.complain_at_key(path, _("vectors and matrices of parameters are for graphs"))
        names = entries_of(name, shape_of(given))
        taken = next((one for one in names if one in flat), None)
        if taken is not None:
            message = _("{entry!r} is the name of two parameters: of {name!r} and of another")
            book.complain_at_key(path, message.format(entry=taken, name=name), _("choose another name"))
        flat.update(zip(names, (one for _place, one in leaves(given)), strict=True))
    return flat
