"""The place of a layer in its network: what it may refer to, and how it declares its parameters and names its units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name, number, replace
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Quantity, net, out, parameter
from backprop_cli.ground.errors import which
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem import needed
from backprop_cli.problem.choices import read_activation
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.grids import Grid, indexed, uneven_row
from backprop_cli.problem.model import Cell
from backprop_cli.problem.parameters import Parameters
from backprop_cli.problem.stack import LayerSurroundings, Stack
from backprop_cli.problem.texts import NamedNumber
from backprop_cli.problem.tree import Path


@record(slots=False)
class Site:
    """What a layer type needs to know and to say while it writes its cells."""

    stack: Stack  # the layers before it
    surroundings: LayerSurroundings
    parameters: Parameters
    book: ComplaintBook
    index: int

    @property
    def path(self) -> Path:
        """Where the layer stands in the file."""
        return ("layers", self.index)

    @property
    def last(self) -> bool:
        """Whether this is the output layer."""
        return self.index == self.surroundings.layers - 1

    @property
    def before(self) -> Grid:
        """The outputs of the layer before (of the first layer: the inputs) and how they lie."""
        return self.stack.grid

    def complain(self, steps: Path, message: str, hint: str | None = None) -> None:
        """Notes a complaint about a value of this layer."""
        self.book.complain((*self.path, *steps), message, hint)

    def complain_at_key(self, steps: Path, message: str, hint: str | None = None) -> None:
        """Notes a complaint about a key of this layer."""
        self.book.complain_at_key((*self.path, *steps), message, hint)

    # ---- names -----------------------------------------------------------------------------------------------

    def label(self, kind: str = "") -> str:
        """What stands above the layer's lines: hidden layer 2, output layer; with a kind: convolution (layer 1)."""
        count = self.surroundings.layers
        if kind:
            return _("{kind} (layer {n})").format(kind=kind, n=self.index + 1) if count > 1 else kind
        if self.last:
            return _("output layer")
        return _("hidden layer {n}").format(n=self.index + 1) if count > 2 else _("hidden layer")

    def unit_names(self, size: int) -> list[str]:
        """Names for neurons that have none: those of the targets or y1, y2, … at the end, else h1, h2, … or h2_1, …"""
        if self.last:
            return self.output_names(size)
        return self._numbered("h" if self.surroundings.layers == 2 else f"h{self.index + 1}_", size)

    def output_names(self, size: int) -> list[str]:
        """The names in `targets` where they fit, else y1, y2, …"""
        return self.surroundings.target_names(size) or self._numbered("y", size)

    def _numbered(self, letter: str, size: int) -> list[str]:
        """h1, h2, …; with the layer's number, h1_1, h1_2, …, where something else has one of these names."""
        endings = [str(number) for number in range(1, size + 1)]
        return list(self.free_names((letter, f"{letter}{self.index + 1}_", f"{letter}_{self.index + 1}_"), endings))

    def free_letter(self, letter: str) -> str:
        """The letter, with the layer's number where an earlier unit has a name that starts with it: p, p3_."""
        taken = any(name.startswith(letter) for name in (*self.stack.senders, *self.stack.named))
        return f"{letter}{self.index + 1}_" if taken else letter

    @property
    def taken(self) -> set[str]:
        """Every name that something else in the file has already, or will have."""
        stack, rest = self.stack, self.surroundings
        declared = {*self.parameters.taken, *self.parameters.values, *stack.data}
        return {*stack.inputs, *stack.named, *declared, *rest.listed, *(rest.target_names() or ())}

    def fresh(self, letters: Sequence[str], names: Callable[[str], Iterable[str]]) -> str:
        """The first of the letters that nothing automatic begins with, and whose `names` are free.

        Where there is none, the first letter with the layer's number.
        """
        automatic = {*self.stack.senders, *self.stack.named, *self.parameters.automatic}
        used, known = {name.rstrip("_0123456789") for name in automatic}, self.taken
        free = (one for one in letters if one not in used and known.isdisjoint(names(one)))
        return next(free, f"{letters[0]}{self.index + 1}_")

    def unit_grid(self, stem: str | None, letters: Sequence[str], shape: Sequence[int], axes: str = "") -> Grid | None:
        """The names of units that lie in a grid: those of the targets where they fit, else by their places.

        They start with the `stem` that the file gives (under `name`), else with y in the last layer and a free letter
        in others. None after a complaint about the stem.
        """
        named = self.surroundings.target_names(prod(shape)) if self.last and stem is None else None
        if named is not None:
            return Grid(tuple(named), tuple(shape), axes)
        automatic = "y" if self.last else self.fresh(letters, lambda letter: indexed(letter, shape))
        grid = Grid.placed(stem or automatic, shape, axes)
        targets = (self.surroundings.target_names() or ()) if self.last else ()
        known = self.taken.difference(targets) if stem else ()
        taken = next((name for name in grid.names if name in known), None)
        if taken is not None:
            self.complain(("name",), _("something else is called {name!r} already").format(name=taken))
        return None if taken is not None else grid

    def free_names(self, stems: Sequence[str], endings: Sequence[str]) -> tuple[str, ...]:
        """The first stem with these endings that gives no name that something else already has."""
        taken = self.taken
        choices = [tuple(stem + ending for ending in endings) for stem in stems]
        return next((names for names in choices if not taken & {*names}), choices[-1])

    def sender(self, name: str) -> Name:
        """What an input or an earlier unit puts out."""
        return Name(Quantity(Kind.INPUT, name) if name in self.stack.inputs else out(name))

    def check_sender(self, name: str, steps: Path) -> bool:
        """Whether the name is an input or an earlier unit; complains where it is not."""
        if name in self.stack.senders:
            return True
        message = _("no {what} called {name!r}").format(what=_("input or earlier neuron"), name=name)
        self.complain(steps, message, which(name, self.stack.senders))
        return False

    # ---- parameters ------------------------------------------------------------------------------------------

    def declare(self, one: NamedNumber, letter: str, steps: Path) -> Name:
        """Enters a parameter under its own or the next automatic name with this letter."""
        return Name(parameter(self.parameters.declare(one, letter, (*self.path, *steps))))

    def declare_as(self, name: str, one: NamedNumber, steps: Path) -> Name:
        """Enters a parameter under its own name or this one."""
        return Name(parameter(self.parameters.declare_as(name, one, (*self.path, *steps))))

    def matrix(
        self,
        rows: Any,
        height: int | None,
        width: int,
        letter: str,
        key: str,
        under: Path = (),
        hint: str | None = None,
    ) -> list[list[Name]] | None:
        """A matrix of parameters, one row per unit; complains where its shape does not fit (`height` None: any).

        `under` leads to the mapping in which the key stands; `hint` is what a wrong shape may come from. After a
        complaint, a matrix of the shape that is needed stands in, so that what depends on it is judged in the same run;
        none where that shape is not known.
        """
        if rows is None:
            self.complain(under, _("this layer has no {key}").format(key=key), _("write {key}: …").format(key=key))
            return None if height is None else self.stand_in(height, width)
        table = rows if isinstance(rows, list) else [rows]
        if table and not isinstance(table[0], list):
            table = [table] if height in (None, 1) or len(table) == width != height else [[one] for one in table]
        nested = table is rows
        steps: Path = (*under, key)
        if (uneven := uneven_row(table, key)) is not None:
            self.complain((*steps, *uneven[0]) if nested else steps, uneven[1], hint)
            return self.stand_in(height or len(table), width)
        if len(table) != height is not None or any(len(row) != width for row in table):
            at_row = nested and height in (None, len(table))
            self.complain((*steps, 0) if at_row else steps, needed.of_matrix(steps, table, height, width), hint)
            return None if height is None and hint else self.stand_in(height or len(table), width)
        return [
            [
                self.declare(one, letter, (*under, key, index, place) if nested else (*under, key, place))
                for place, one in enumerate(row)
            ]
            for index, row in enumerate(table)
        ]

    def stand_in(self, height: int, width: int) -> list[list[Name]]:
        """A matrix in the place of one that does not fit; with it, the file is refused in any case."""
        self.stack.stands_in = True
        return [[Name(parameter(""))] * width for _row in range(height)]

    def vector(
        self, given: Any, size: int, letter: str, key: str, under: Path = (), why: str = ""
    ) -> list[Name] | None:
        """`size` parameters from a list of them, or one that is shared by all; None where nothing is written.

        `why` says what there is one for, where that is not what the key usually means.
        """
        if given is None:
            return None
        if not isinstance(given, list):
            return [self.declare(given, letter, (*under, key))] * size
        if len(given) != size:
            self.complain((*under, key), needed.of_numbers((*under, key), len(given), size, why))
            return None
        return [self.declare(one, letter, (*under, key, index)) for index, one in enumerate(given)]

    def freeze(self, name: Name) -> None:
        """Keeps a parameter from being updated."""
        assert isinstance(name.symbol, Quantity)
        self.parameters.frozen.add(name.symbol.name)

    @property
    def bias_letter(self) -> str:
        """b, or θ where the problem has thresholds."""
        return "theta" if self.threshold else "b"

    @property
    def threshold(self) -> bool:
        """Whether biases are thresholds, which are subtracted."""
        return self.surroundings.conventions.threshold

    # ---- cells -----------------------------------------------------------------------------------------------

    def net_input(self, terms: Sequence[Formula], bias: Formula | None) -> Formula:
        """Σ of the terms and the bias (minus the threshold)."""
        if bias is not None:
            terms = [*terms, Apply("negative", (bias,)) if self.threshold else bias]
        return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms)) if terms else number(0)

    def activation(self, text: str, key: str = "activation") -> Formula | None:
        """The activation as a formula in z; None for softmax."""
        return read_activation(self.book, text, (*self.path, key), self.surroundings.conventions)


def weighted(weights: Sequence[Name], senders: Sequence[Formula]) -> list[Formula]:
    """w₁·x₁, w₂·x₂, …"""
    return [Apply("product", (weight, sender)) for weight, sender in zip(weights, senders, strict=True)]


def ruled(quantity: Quantity, formula: Formula, shared: bool = False) -> Cell:
    """A cell with what a teacher says of the slope of its outermost operation."""
    rule = OPERATIONS[formula.operation].rule if isinstance(formula, Apply) else ""
    return Cell(quantity, formula, rule, shared)


def activated(names: Sequence[str], activation: Formula | None) -> list[Cell]:
    """The outputs of units with these names from their net inputs; `activation` None is softmax over all of them."""
    if activation is None:
        nets = [Name(net(name)) for name in names]
        return [ruled(out(name), Apply("softmax", (number(n), *nets))) for n, name in enumerate(names, start=1)]
    return [ruled(out(name), replace(activation, lambda z, name=name: Name(net(name)))) for name in names]  # type: ignore[misc]
