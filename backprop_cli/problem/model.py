"""A problem as data: what was given, with every name resolved and every number exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from backprop_cli.formula import Formula
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.optimizers import Rule
from backprop_cli.quantities import Kind
from backprop_cli.rates import RateSchedule


@dataclass(frozen=True, slots=True)
class Connection:
    """One term of a net input: a parameter times what the sender (an input or a neuron) puts out."""

    parameter: str
    sender: str


@dataclass(frozen=True, slots=True)
class Neuron:
    """A unit: the connections into it in the order of its sum, and its bias parameter if it has one."""

    name: str
    connections: tuple[Connection, ...] = ()
    bias: str | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """Neurons with one activation.

    `activation` is a formula in the name `z`, or None for softmax, which takes the layer as a whole.
    """

    neurons: tuple[Neuron, ...]
    activation: Formula | None
    label: str


@dataclass(frozen=True, slots=True)
class LossChoice:
    """A row of the losses table with its parameter, or a formula in outputs and targets."""

    name: str
    parameters: tuple[Formula, ...] = ()
    formula: Formula | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One example: the values of inputs, targets and prescribed quantities, each a constant formula."""

    inputs: Mapping[str, Formula] = field(default_factory=dict)
    targets: Mapping[str, Formula] = field(default_factory=dict)
    given: Mapping[str, Formula] = field(default_factory=dict)


class Detail(Enum):
    """How much is written: results, merged δ terms as textbooks do, every chain-rule factor, or primitive gates."""

    BRIEF = "brief"
    TEXTBOOK = "textbook"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Conventions:
    """What courses disagree on."""

    negative_delta: bool | None = False  # δ = −∂E/∂net, and updates add; None: as the notation does
    threshold: bool = False  # net = Σwx − θ
    updated_weights: bool = False  # hidden δ terms use the already updated output weights
    relu_at_zero: Formula | None = None


@dataclass(frozen=True, slots=True)
class Perceptron:
    """The perceptron rule: what is added where the answer is wrong, and when it ends."""

    by_target: bool = False  # η·t·x, not η·(t − y)·x
    until_clean: bool = False  # goes on until an epoch without a correction; else for the given number of epochs
    restart: bool = False  # a correction ends the epoch: the next one begins with the first sample


@dataclass(frozen=True, slots=True)
class Training:
    """How parameters are updated: by which rule, `batch` samples at a time (None: all of them)."""

    learning_rate: Formula | None = None
    epochs: int = 1
    batch: int | None = 1
    mean: bool = True
    rule: Rule = field(default_factory=Rule)
    state: Mapping[str, Formula] = field(default_factory=dict)  # starting values, such as v_w5
    first_step: int = 1
    rates: tuple[Formula, ...] = ()  # the learning rates that are compared; `learning_rate` is the first of them
    schedule: RateSchedule | None = None
    order: tuple[tuple[int, ...], ...] = ()  # of the samples, by epoch, from the first again; none: as in the file
    perceptron: Perceptron | None = None  # instead of gradient descent

    def order_of(self, epoch: int, samples: int) -> Sequence[int]:
        """The numbers of the samples in the order in which this epoch (from 1) goes through them."""
        return self.order[(epoch - 1) % len(self.order)] if self.order else range(1, samples + 1)


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """The rounding of each kind of quantity: `default`, unless the kind has its own."""

    default: Rounding | None = None
    kinds: Mapping[Kind, Rounding] = field(default_factory=dict)

    def of(self, kind: Kind) -> Rounding | None:
        """How a quantity of this kind is rounded when it is written down."""
        return self.kinds.get(kind, self.default)


@dataclass(frozen=True, slots=True)
class Problem:
    """A network (layers) or a graph (nodes), or neither (given gradients), and what is asked of it."""

    title: str
    parameters: Mapping[str, Formula]
    samples: tuple[Sample, ...]
    layers: tuple[Layer, ...] = ()
    nodes: Mapping[str, Formula] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    fixed: frozenset[str] = frozenset()
    loss: LossChoice | None = None
    objective: str | None = None
    gradients: Mapping[str, tuple[Formula, ...]] = field(default_factory=dict)
    training: Training = field(default_factory=Training)
    conventions: Conventions = field(default_factory=Conventions)
    rounding: RoundingRule | None = None
    detail: Detail | None = None
    gates: bool = False
    notation: str = "plain"
    report: tuple[int, ...] = ()  # the epochs after which a long training is looked at
    report_quantities: tuple[str, ...] = ()  # what is looked at; none: the loss, the outputs and the parameters
    starts: tuple[Mapping[str, Formula], ...] = ()  # the starting points that are compared; the first one is set
    stop_below: Formula | None = None
    ask: tuple[str, ...] = ()
    marks: Mapping[str, Formula] = field(default_factory=dict)

    @property
    def all_epochs(self) -> int:
        """How many epochs are trained, of all the runs that are compared; 0 where nothing is reported."""
        runs = max(1, len(self.training.rates), len(self.starts))
        return runs * max(self.report, default=0)

    @property
    def has_batches(self) -> bool:
        """Whether an update may be from more than one sample."""
        return len(self.samples) > 1 and self.training.batch != 1

    @property
    def outputs(self) -> tuple[str, ...]:
        """The neurons that the loss looks at."""
        return tuple(neuron.name for neuron in self.layers[-1].neurons) if self.layers else ()
