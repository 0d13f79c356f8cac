"""What layers over the steps of a sequence share: the steps, names in them, and their outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground import limits
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Count, NeuronName, by_shape, choice
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.grids import uneven_row
from backprop_cli.problem.model import Cell, Layer, Neuron
from backprop_cli.problem.sites import Site
from backprop_cli.problem.tree import Path

Rows = list[tuple[str, ...]]  # the names of the units in every step


class StepsFile(FileModel):
    """What all layers that carry a state from step to step have in common."""

    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The units' names, to which the number of the step is added (h gives h1, h2, …), or how many."
    )
    returns: choice("sequence", "last", what=n_("choice")) = Field(
        "sequence", description="Whether the next layer sees every step or only the one that was gone through last."
    )
    direction: choice("forward", "backward", what=n_("direction")) = Field(
        "forward", description="In which order the steps are gone through: from the first, or `backward` from the last."
    )


NO_ACTIVATION: Formula = Name("z")


def steps_of(site: Site) -> list[list[Name]]:
    """The features of every step of the layer before, as names in formulas; a flat layer has one feature a step."""
    return [[site.sender(name) for name in row] for row in site.before.rows()]


def walked(direction: str, steps: int) -> list[int]:
    """The steps (from 0) in the order in which a layer goes through them."""
    return list(range(steps)) if direction == "forward" else list(reversed(range(steps)))


def seen_by_next(rows: Rows, returns: str, direction: str) -> Rows:
    """What a layer hands on: every step, or only the one that it came to last."""
    last = walked(direction, len(rows))[-1]
    return [rows[last]] if returns == "last" else rows


def refuse_no_steps(site: Site) -> None:
    """Complains about a layer over steps without anything to go through."""
    site.complain((), _("there are no steps to go through"), _("write inputs: {x: [1, 0.5, …]}"))


def too_large(site: Site, terms: int) -> bool:
    """Whether the sums of a layer, unrolled, have too many terms; complains where they have."""
    if terms <= limits.STEP_TERMS:
        return False
    message = _("unrolled over its steps, this layer has {count:,} terms; the limit is {limit:,}")
    site.complain_at_key((), message.format(count=terms, limit=limits.STEP_TERMS))
    return True


# ---- names ---------------------------------------------------------------------------------------------------


@record(slots=False)
class Units:
    """The names of a layer's units: `named(letter)` step by step, and `start(letter)` before the first step.

    The outputs go by the names in the file where it has some, everything else by a letter and a mark for the unit.
    """

    letters: str
    steps: int
    marks: tuple[str, ...]
    own: tuple[str, ...] | None = None  # what the file calls the outputs
    layer: str = ""  # stands behind every letter where the names would be taken otherwise

    def stems(self, letter: str) -> list[str]:
        """What the names of the units with this letter begin with; the number of the step follows."""
        if letter == self.letters[0] and self.own is not None:
            return [f"{name}_" if name[-1:].isdigit() else name for name in self.own]
        return [f"{letter}{self.layer}{mark}" for mark in self.marks]

    def named(self, letter: str) -> Rows:
        """h1, h2, … for one unit, and (ha1, hb1), (ha2, hb2), … for two."""
        return [tuple(f"{stem}{step}" for stem in self.stems(letter)) for step in range(1, self.steps + 1)]

    def start(self, letter: str, direction: str = "forward") -> list[str]:
        """The names of the state before the step that comes first: h0, or behind the last step of two, h3."""
        number = 0 if direction == "forward" else self.steps + 1
        return [f"{stem}{number}" for stem in self.stems(letter)]

    def all(self) -> set[str]:
        """Every name that there may be, the states before the first step included."""
        rows = [row for letter in self.letters for row in (*self.named(letter), self.start(letter))]
        return {name for row in rows for name in row}


def units_of(site: Site, neurons: object, size: int, steps: int, letters: str, way: str = "") -> Units | None:
    """The units of a layer with `size` outputs a step; the first of the letters is that of the outputs.

    `way` stands behind the letters of a second way through the steps.
    `neurons` is what the file says of them: names, how many, or nothing. Complains about a name that is there twice.
    """
    listed = tuple(neurons) if isinstance(neurons, list) else None
    for place, name in enumerate(listed or ()):
        if name in (listed or ())[:place]:
            site.complain(("neurons", place), _("two neurons are called {name!r}").format(name=name))
            return None
    units = Units(letters, steps, marks(size, listed), listed, way)
    targets = set(site.surroundings.target_names() or ()) if site.last and listed is None else set()
    if units.all() & (site.taken - targets - set(listed or ())):
        return Units(letters, steps, units.marks, listed, f"{way}{site.index + 1}_")
    return units


def marks(size: int, names: Sequence[str] | None = None) -> tuple[str, ...]:
    """What tells several units of one step apart: their names, else a, b, …; nothing for a single one."""
    if size == 1:
        return ("",)
    if names is not None:
        return tuple(f"{name}_" if name[-1:].isdigit() else name for name in names)
    return tuple(chr(ord("a") + n) if size <= _LETTERS else f"{n + 1}_" for n in range(size))


_LETTERS = 26


def output_names(site: Site, neurons: object, steps: int, width: int, letters: str = "hy") -> Rows | None:
    """The names of what a layer puts out in every step: those of the targets where they fit, else h, or y at the end.

    `letters` are those of a hidden and of the last layer. None after a complaint.
    """
    if site.last and neurons is None and (names := site.surroundings.target_names(steps * width)):
        return [tuple(names[start : start + width]) for start in range(0, len(names), width)]
    letter = letters[1] if site.last else letters[0]
    units = units_of(site, neurons, width, steps, letter)
    return None if units is None else units.named(letter)


# ---- weights -------------------------------------------------------------------------------------------------


def height_of(neurons: object) -> int | None:
    """How many units the file says there are; None where the weights say it."""
    return len(neurons) if isinstance(neurons, list) else neurons if isinstance(neurons, int) else None


def matrix(
    site: Site, file: Any, key: str, height: int | None, width: int, letter: str, under: Path = ()
) -> list[list[Name]] | None:
    """The weights under `key` (a row per unit) or `key`_by_input (a row per sender), as a row per unit.

    After a complaint, what stands in for them (see `Site.matrix`); None where it is not known how many units are meant.
    """
    straight, turned, turned_key = getattr(file, key), getattr(file, f"{key}_by_input"), f"{key}_by_input"
    if straight is not None and turned is not None:
        message = _("{one!r} and {other!r} say the same thing; write one of them")
        site.complain_at_key((*under, turned_key), message.format(one=key, other=turned_key))
    if turned is None or straight is not None:
        hint = _turned_hint(straight, height, width, turned_key)
        return site.matrix(straight, height, width, letter, key, under, hint)
    units = _columns(turned, width) if height is None else height
    hint, before = _turned_hint(turned, width, units, key), len(site.book)
    rows = site.matrix(turned, width, units, letter, turned_key, under, hint)
    if height is None and len(site.book) > before and (hint or uneven_row(turned, key)):
        return None  # nobody knows how many units are meant
    return None if rows is None else [list(column) for column in zip(*rows, strict=True)]


def _columns(rows: Any, width: int) -> int:
    """How many units the rows of the senders are for."""
    first = rows[0] if isinstance(rows, list) and rows else rows
    if isinstance(first, list):
        return len(first)
    return len(rows) if isinstance(rows, list) and width == 1 else 1


def _turned_hint(rows: Any, height: int | None, width: int, other: str) -> str | None:
    """The other key, where the rows would fit it."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    if len(rows) == width and len({len(row) for row in rows}) == 1 and (height is None or len(rows[0]) == height):
        return _("did you mean {other!r}, with the rows the other way round?").format(other=other)
    return None


# ---- the layer -----------------------------------------------------------------------------------------------


def grid_layer(
    rows: Sequence[Sequence[str]],
    cells: Sequence[Cell],
    kind: str,
    label: str,
    biases: Iterable[Name] = (),
    activation: Formula | None = NO_ACTIVATION,
    sections: Mapping[str, str] | None = None,
    over_steps: bool = True,
) -> Layer:
    """A layer whose outputs are steps of features; a softmax (`activation` None) is over the features of a step."""
    names = [name for row in rows for name in row]
    shape = (len(rows), len(rows[0])) if rows and len(rows[0]) > 1 else (len(names),)
    groups = tuple(map(tuple, rows)) if activation is None else ()
    return Layer(
        tuple(map(Neuron, names)),
        activation,
        label,
        kind,
        tuple(cells),
        shape,
        groups,
        frozenset(name.symbol.name for name in biases if isinstance(name.symbol, Quantity)),
        over_steps,
        sections or {},
        axes="tf" if len(shape) > 1 else "",
    )


def by_step(label: str, cells: Mapping[int, Sequence[Cell]], alone: bool = False) -> dict[str, str]:
    """The heading of every unit where the lines of a layer stand step by step; the steps count from 0.

    A single step has none, unless also one that is `alone` is to be told from others.
    """
    if len(cells) == 1 and not alone:
        return {}
    return {
        cell.quantity.name: _("{layer}, step {n}").format(layer=label, n=step + 1)
        for step, lines in cells.items()
        for cell in lines
    }
