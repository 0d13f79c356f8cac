"""Records behave as the dataclasses that they stand for; only their methods are not compiled for each class."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from backprop_cli.ground.records import record


@record
class Point:
    """A record with a default, a fresh list, and a field that nobody compares or shows."""

    x: int
    y: int = 2
    marks: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)
    double: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.x)


@dataclass(frozen=True, slots=True)
class Twin:
    """The same as `dataclass` makes it."""

    x: int
    y: int = 2
    marks: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)
    double: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", 2 * self.x)


@record
class Nothing:
    """A record without fields."""


@record
class Single:
    """A record with one field."""

    value: Any


@record(slots=False)
class Caching:
    """A record that keeps what it has computed."""

    x: int

    @cached_property
    def square(self) -> int:
        """Computed once."""
        return self.x * self.x


@record
class Labelled(Point):
    """A record of a record, with its own words and its own equality."""

    label: str = "here"

    def __repr__(self) -> str:
        return self.label

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Labelled) and self.label == other.label

    def __hash__(self) -> int:
        return hash(self.label)


@record(eq=False)
class Alone:
    """Equal to itself only."""

    x: int


BEHAVIOUR: dict[str, Callable[[type[Any]], object]] = {
    "shown": lambda cls: repr(cls(1, marks=["a"])).removeprefix(cls.__name__),
    "equal": lambda cls: (cls(1) == cls(1, 2), cls(1) == cls(2), cls(1, note="a") == cls(1, note="b"), cls(1) == 1),
    "hash": lambda cls: hash(cls(1, marks=("a",))) == hash(cls(1, marks=("a",))),
    "fresh": lambda cls: cls(1).marks is cls(1).marks,
    "replaced": lambda cls: (replace(cls(1), x=4).x, replace(cls(1), x=4).double),
    "fields": lambda cls: [one.name for one in fields(cls)],
    "matched": lambda cls: cls.__match_args__,
    "slots": lambda cls: hasattr(cls(1), "__dict__"),
    "signature": lambda cls: cls(y=5, x=1).y,
}


@pytest.mark.parametrize("what", BEHAVIOUR)
def test_a_record_is_what_a_dataclass_is(what: str) -> None:
    assert BEHAVIOUR[what](Point) == BEHAVIOUR[what](Twin)


@pytest.mark.parametrize("values", [(), (1, 2, [], "", 5, 6)])
def test_the_wrong_number_of_values_is_refused(values: tuple[object, ...]) -> None:
    for cls in (Point, Twin):
        with pytest.raises(TypeError):
            cls(*values)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [lambda one: setattr(one, "x", 3), lambda one: delattr(one, "x")])
def test_nothing_of_a_record_can_be_changed(change: Callable[[Point], None]) -> None:
    for one in (Point(1), Twin(1)):
        with pytest.raises(FrozenInstanceError):
            change(one)  # type: ignore[arg-type]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_record_is_copied_and_pickled_whole(again: Callable[[Point], Point]) -> None:
    assert again(Point(3, marks=["a"], note="n")) == Point(3, marks=["a"])
    assert again(Point(3, note="n")).note == "n"
    assert again(Point(3)).double == 6


def test_records_of_different_classes_differ() -> None:
    assert Single(1) != Caching(1)
    assert Nothing() == Nothing() != Single(1)
    assert Alone(1) != Alone(1)


def test_what_is_not_equal_to_itself_is_so_inside_a_record_as_in_a_tuple() -> None:
    """A ball is not certainly equal to itself, but it is the same ball."""
    never = float("nan")
    assert (Single(never) == Single(never)) is ((never,) == (never,))
    assert hash(Single(never)) == hash(Single(never))


def test_a_class_keeps_the_methods_that_it_writes_itself() -> None:
    assert repr(Labelled(1)) == "here"
    assert Labelled(1) == Labelled(2)
    assert hash(Labelled(1)) == hash("here")
    assert Labelled(1, 2, [], "", "there").x == 1


def test_a_record_without_slots_keeps_what_it_computes() -> None:
    one = Caching(3)
    assert (one.square, one.__dict__) == (9, {"x": 3, "square": 9})
