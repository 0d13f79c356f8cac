"""Units in rows and columns: the names that nested lists of values give, and how they lie."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any

from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, plural
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.tree import Path


@record
class Grid:
    """Names in the order of reading; `shape` says how they lie: (n,), (steps, features), (channels, rows, columns).

    `axes` has a letter for each axis where it is known what it counts: c channels, y rows, x columns, t steps, f
    features. `stem` is what every name starts with where the rest of it is its place.
    """

    names: tuple[str, ...]
    shape: tuple[int, ...]
    axes: str = ""
    stem: str = ""

    @classmethod
    def flat(cls, names: Sequence[str]) -> Grid:
        """The names in one row."""
        return cls(tuple(names), (len(names),))

    @classmethod
    def placed(cls, stem: str, shape: Sequence[int], axes: str = "") -> Grid:
        """Names that are a stem and the place: x1_1, x1_2, …"""
        return cls(indexed(stem, shape), tuple(shape), axes, stem)

    def at(self, *place: int) -> str:
        """The name at a place (from 0)."""
        index = 0
        for size, step in zip(self.shape, place, strict=True):
            index = index * size + step
        return self.names[index]

    def rows(self) -> list[tuple[str, ...]]:
        """The names row by row: for (steps, features), the features of every step; channels are features of a place."""
        if self.axes == "cx":
            return [self.names[place :: self.shape[1]] for place in range(self.shape[1])]
        width = self.shape[-1] if len(self.shape) > 1 else 1
        return [self.names[start : start + width] for start in range(0, len(self.names), width)]


def indexed(stem: str, shape: Sequence[int]) -> tuple[str, ...]:
    """x1, x2, … or x1_1, x1_2, …: the names of a grid."""
    places = product(*(range(1, size + 1) for size in shape))
    return tuple(stem + "_".join(map(str, place)) for place in places)


def entries_of(stem: str, shape: Sequence[int]) -> tuple[str, ...]:
    """The names of the entries of an array in a graph: x1, W1_2, and behind a digit h1_1; of a number, its own."""
    return indexed(f"{stem}_" if stem[-1:].isdigit() else stem, shape) if shape else (stem,)


def may_be_entry(name: str, stem: str) -> bool:
    """Whether a name is that of an entry of a vector or a matrix called `stem`, whatever its shape is."""
    end = name.removeprefix(f"{stem}_" if stem[-1:].isdigit() else stem)
    return end != name and all(map(str.isdecimal, end.split("_")))


def may_be_stems(name: str) -> Iterator[str]:
    """Every name that a vector or a matrix may have of which this is the name of an entry: W of W1_2, h1 of h1_1."""
    for length in range(len(name.rstrip("0123456789_")), len(name)):
        if may_be_entry(name, name[:length]):
            yield name[:length]


def leaves(given: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of nested lists with its place."""
    if isinstance(given, list):
        for index, one in enumerate(given):
            yield from leaves(one, (*path, index))
    else:
        yield path, given


def shape_of(given: Any) -> tuple[int, ...]:
    """The shape of nested lists, by their first entries; () for a single value."""
    return (len(given), *shape_of(given[0])) if isinstance(given, list) and given else ()


def is_ragged(given: Any) -> bool:
    """Whether the rows of nested lists differ in length."""
    return uneven_row(given, "") is not None


def uneven_row(given: Any, name: str) -> tuple[Path, str] | None:
    """Where the first row of nested lists is that is not as long as those before it, and what both lengths are.

    None where all rows are equally long.
    """
    shape = shape_of(given)
    waiting: list[tuple[Path, Any]] = [((), given)]
    for path, one in waiting:  # breadth first: the first row that is wrong, not the first number
        length = len(one) if isinstance(one, list) else None
        if len(path) < len(shape) and length == shape[len(path)]:
            waiting += [((*path, index), inner) for index, inner in enumerate(one)]
        elif length == 0:
            return path, _("there are no numbers in {name}").format(name=_at(name, path))
        elif length is not None or len(path) < len(shape):
            has, first = _numbers(length or 1), _numbers(shape[len(path)] if len(path) < len(shape) else 1)
            message = _("row {row} of {name} has {has}, but row 1 has {first}")
            return path, message.format(row=int(path[-1]) + 1, name=_at(name, path[:-1]), has=has, first=first)
    return None


def refuse_uneven(given: Any, name: str, path: Path, book: ComplaintBook) -> bool:
    """Whether rows of nested lists differ in length, or those of an array of a mapping; complains where they do."""
    arrays = (
        {(*path, key): (key, one) for key, one in given.items()} if isinstance(given, dict) else {path: (name, given)}
    )
    for place, (called, one) in arrays.items():
        if (found := uneven_row(one, called)) is not None:
            book.complain((*place, *found[0]), found[1])
            return True
    return False


def _at(name: str, path: Path) -> str:
    return name + "".join(f"[{int(step) + 1}]" for step in path)


def _numbers(count: int) -> str:
    return plural("{count} number", "{count} numbers", count)


def grid_of(given: Any, taken: Collection[str] = ()) -> Grid:
    """The names of the values in `inputs`, in the order of reading; all rows are equally long.

    A list gives x1, x2, … (or the names in it), nested lists x1_1, x1_2, …, with another letter where one of these is
    `taken`; in a mapping, a name with a list gives name1, name2, …, and several names with equally long lists are the
    features of steps.
    """
    if isinstance(given, dict):
        return _grid_of_mapping(given)
    listed = given if isinstance(given, list) else [given]
    shape = shape_of(listed)
    grids = [_grid_of_list(listed, shape, stem) for stem in _STEMS]
    return next((grid for grid in grids if not {*grid.names} & {*taken}), grids[0])


_STEMS = ("x", "in", "input", "x_in_")  # of inputs without names, the first that is free


def _grid_of_list(listed: Sequence[Any], shape: tuple[int, ...], stem: str) -> Grid:
    if len(shape) > 1:
        return Grid.placed(stem, shape)
    return Grid(tuple(one.name or f"{stem}{n}" for n, one in enumerate(listed, start=1)), shape)


def _grid_of_mapping(given: dict[str, Any]) -> Grid:
    shapes = {shape_of(one) for one in given.values()}
    shape = next(iter(shapes), ())
    if len(given) == 1 and shape:
        return Grid.placed(next(iter(given)), shape)
    if len(shapes) == 1 and len(shape) == 1:
        steps = range(1, shape[0] + 1)
        return Grid(tuple(f"{name}{step}" for step in steps for name in given), (shape[0], len(given)), "tf")
    return Grid.flat([name for stem, one in given.items() for name in _names(stem, one)])


def _names(stem: str, given: Any) -> tuple[str, ...]:
    return indexed(stem, shape_of(given)) if isinstance(given, list) else (stem,)


def spread(given: dict[str, Any], of_graph: bool = False) -> dict[str, tuple[Path, Any]]:
    """The single values of a mapping by name, each with its place: {x: [1, 2]} is x1: 1, x2: 2."""
    found: dict[str, tuple[Path, Any]] = {}
    for stem, one in given.items():
        places = list(leaves(one, (stem,)))
        names = entries_of(stem, shape_of(one)) if of_graph else _names(stem, one)
        for name, (place, value) in zip(names, places, strict=False):
            found[name] = (place, value)
    return found
