"""The layers of a network as far as they are read: what the next one may refer to, and what else the file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.formula import Formula
from backprop_cli.ground.records import record
from backprop_cli.problem.grids import Grid, spread
from backprop_cli.problem.model import Conventions, Layer
from backprop_cli.problem.texts import NamedNumber


@record(slots=False)
class LayerSurroundings:
    """What a layer may need to know of the rest of its file."""

    layers: int  # how many there are
    samples: int
    batch: int  # how many samples go into one update
    targets: Any  # of the first sample
    listed: frozenset[str]  # the names of neurons that the file lists
    prescribed: frozenset[str]  # the quantities whose values are given
    optimizer: str
    initial: tuple[Mapping[str, Formula], ...]  # what each sample says of states before the first step
    masks: tuple[tuple[Formula, ...], ...]  # of each sample: which of its steps count
    conventions: Conventions

    def target_names(self, size: int | None = None) -> list[str] | None:
        """The names in `targets` where there are as many (or any)."""
        targets = self.targets
        if isinstance(targets, dict) and len(names := spread(targets)) == (size or len(names)):
            return list(names)
        listed = targets if isinstance(targets, list) else [targets]
        fits = len(listed) == (size or len(listed))
        if fits and all(isinstance(one, NamedNumber) and one.name and one.value for one in listed):
            return [one.name for one in listed]
        return None


@dataclass
class Stack:
    """The inputs and the layers on them; `senders` are the names that the next layer may be connected to."""

    grid: Grid  # what comes before the next layer: what rows of weights refer to
    layers: list[Layer] = field(default_factory=list)
    data: dict[str, tuple[Formula, ...]] = field(default_factory=dict)  # masks, states: of every sample, or one
    states: dict[str, None] = field(default_factory=dict)  # before the first step, which samples may have
    stands_in: bool = False  # whether a matrix stands in for one that does not fit
    step_masks: dict[int, str] | None = None  # the data by which a step (from 0) counts; None: no layer goes by steps

    def __post_init__(self) -> None:
        self.inputs: Mapping[str, None] = dict.fromkeys(self.grid.names)  # in order, and found at once
        self.senders = list(self.grid.names)
        self.named: set[str] = set()  # everything in the layers so far that has a name
        self.grids = [self.grid]  # of every layer by its number; flatten has one too

    def put(self, layer: Layer) -> None:
        """Puts a layer on top."""
        self.layers.append(layer)
        self.named |= set(layer.units)
        self.senders += layer.outputs
        self.grid = Grid(layer.outputs, layer.shape or (len(layer.outputs),), layer.axes)
        self.grids.append(self.grid)

    def flatten(self) -> None:
        """Lays what comes before the next layer in one row."""
        self.grid = Grid.flat(self.grid.names)
        self.grids.append(self.grid)
        if self.layers:
            self.layers[-1] = _replace(self.layers[-1], flattened=True)
