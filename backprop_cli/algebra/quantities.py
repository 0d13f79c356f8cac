"""What can have a value, and the one name each goes by: `net_h1`, `dE/dw5`, `epoch 2 / sample 1 / out_o1`."""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from backprop_cli.ground.records import record


class Place(NamedTuple):
    """One step of an address: `epoch 2`, or `after` (number 0)."""

    word: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.word} {self.number}" if self.number else self.word


Address = tuple[Place, ...]
AFTER = Place("after")
TERM = "exp_"  # before the name of an output: its term e^net in the sum of its softmax
SMOOTH = "smooth_"  # before the name of an output: its smoothed target


class Kind(Enum):
    """What a quantity is: an input, a weight, a net input, an activation, a loss, δ, a gradient, a new value, …"""

    __hash__ = object.__hash__  # a member is only equal to itself, and this is the inner loop of every derivation

    INPUT = "input"
    TARGET = "target"
    PARAMETER = "parameter"
    CONSTANT = "constant"  # learning rate
    LETTER = "letter"  # stands for a number that is not known
    NET = "net"
    OUT = "out"
    NODE = "node"  # of a graph
    CELL = "cell"  # what a layer writes down on the way: a mean, a gate, a cell state
    PART = "part"  # of the loss
    LOSS = "loss"
    METRIC = "metric"  # beside the loss: what nothing depends on
    DELTA = "delta"
    GRADIENT = "gradient"
    LOCAL = "local"  # a local derivative: of one formula with respect to one name in it
    PATH = "path"  # one summand of a gradient
    NEW = "new"
    AUX = "aux"  # what an optimizer writes down on the way
    QUESTION = "question"  # is answered by a word: `state(h2)`
    HESSIAN = "hessian"  # a second derivative: in `by`, of the gradient in `via`
    TANGENT = "tangent"  # of a line, in one number that was given: what forward mode carries along
    EPOCH = "epoch"  # the number of one: of that after which training ends


class Phase(Enum):
    """The parts of a worked solution, in the order in which they are done by hand."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    GRADIENT = "gradient"
    UPDATE = "update"


@record
class Quantity:
    """A named value. `of` and `by` are the two ends of a derivative, `via` the user that a path goes through."""

    kind: Kind
    name: str = ""
    of: Quantity | None = None
    by: Quantity | None = None
    via: Quantity | None = None
    at: Address = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:  # quantities are the keys of every table: what their hash is, is asked often
        object.__setattr__(self, "_hash", hash((self.kind, self.name, self.of, self.by, self.via, self.at)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Quantity) or self._hash != other._hash:
            return False
        mine = (self.kind, self.name, self.of, self.by, self.via, self.at)
        return mine == (other.kind, other.name, other.of, other.by, other.via, other.at)

    @property
    def bare(self) -> Quantity:
        """The quantity without its address."""
        return self.at_address(()) if self.at else self

    def at_address(self, address: Address) -> Quantity:
        """The same quantity in another pass."""
        return Quantity(self.kind, self.name, self.of, self.by, self.via, address)

    @property
    def bare_key(self) -> str:
        """Its name within one pass."""
        return _bare_key(self.bare)

    @property
    def key(self) -> str:
        """The name it goes by in answer files, `ask`, `given` and JSON."""
        return " / ".join([*map(str, self.at), self.bare_key]) if self.at else _bare_key(self)

    def __str__(self) -> str:
        return self.key


@lru_cache(maxsize=100_000)
def _bare_key(q: Quantity) -> str:
    match q.kind:
        case Kind.INPUT if q.name.isdigit():
            return f"x_{q.name}"  # unit 1 of the inputs is not the number 1
        case Kind.INPUT | Kind.PARAMETER | Kind.NODE | Kind.CELL | Kind.CONSTANT | Kind.LETTER | Kind.AUX:
            return q.name
        case Kind.QUESTION | Kind.METRIC | Kind.EPOCH:
            return q.name
        case Kind.TARGET:
            return f"t_{q.name}"
        case Kind.LOSS:
            return q.name or "E"
        case Kind.PART:
            return f"E_{q.name}"
        case Kind.NEW:
            return f"{q.name}_new"
        case Kind.GRADIENT | Kind.LOCAL | Kind.PATH:
            assert q.of is not None
            assert q.by is not None
            derivative = f"d{q.of.bare_key}/d{q.by.bare_key}"
            if q.name:
                return f"{q.name} {derivative}"
            return f"{derivative} via {q.via.bare_key}" if q.via else derivative
        case Kind.HESSIAN:
            assert q.of is not None
            assert q.by is not None
            assert q.via is not None
            return f"d2{q.of.bare_key}/d{q.by.bare_key}d{q.via.bare_key}"
        case Kind.TANGENT:
            assert q.of is not None
            return f"dot_{q.of.bare_key}" + (f" by {q.name}" if q.name else "")
        case _:
            return f"{q.kind.value}_{q.name}"


@lru_cache(maxsize=100_000)  # one object for all its mentions is found in every table without being compared
def named(kind: Kind, name: str) -> Quantity:
    """The quantity of this kind and name, without an address."""
    return Quantity(kind, name)


def parameter(name: str) -> Quantity:
    """A weight, bias or threshold."""
    return named(Kind.PARAMETER, name)


def net(neuron: str) -> Quantity:
    """The net input of a neuron (its pre-activation): Σ weight·input + bias."""
    return named(Kind.NET, neuron)


def out(neuron: str) -> Quantity:
    """The output of a neuron: its activation of the net input."""
    return named(Kind.OUT, neuron)


def cell(name: str) -> Quantity:
    """A value between the input and the output of a layer: a gate, a mean, a score of attention."""
    return named(Kind.CELL, name)


def gradient(of: Quantity, by: Quantity) -> Quantity:
    """The gradient ∂E/∂quantity: the derivative of the objective, at that quantity's address."""
    return Quantity(Kind.GRADIENT, of=of.bare, by=by.bare, at=by.at)


def delta(net_input: Quantity) -> Quantity:
    """δ, the error term of a neuron: the derivative of the objective with respect to its net input (or minus it)."""
    return Quantity(Kind.DELTA, net_input.name, at=net_input.at)


def local(of: Quantity, by: Quantity) -> Quantity:
    """The local derivative on an edge of the computation graph: of one line with respect to one name in it."""
    return Quantity(Kind.LOCAL, of=of.bare, by=by.bare, at=of.at or by.at)


def turned(second: Quantity) -> Quantity:
    """A second derivative with its two names exchanged: the same number, by Schwarz's theorem."""
    return Quantity(second.kind, second.name, second.of, second.via, second.by, second.at)


def place(address: Address, word: str) -> int | None:
    """The number that the address gives for a word (`epoch`, `sample`), or None."""
    return next((number for name, number in address if name == word), None)
