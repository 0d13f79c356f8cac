"""A problem as data: what was given, with every name resolved and every number exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from dataclasses import replace as _replace
from enum import Enum
from typing import Any, Literal

from backprop_cli.algebra.formula import Formula, Name, names_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.rates import RateSchedule
from backprop_cli.algebra.references import Reference
from backprop_cli.algebra.updates import UpdateRule
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.grids import Grid

OVER_SAMPLES = "over_samples"

_HALF = rational(1, 2)


class Letter(Enum):
    """What stands for a number that is left open."""

    OPEN = "open"


OPEN = Name(Letter.OPEN)  # a parameter, an input, … that is its own letter


@record
class Connection:
    """One term of a net input: a parameter times what the sender (an input or a neuron) puts out."""

    parameter: str
    sender: str


@record
class Neuron:
    """A unit: the connections into it in the order of its sum, and its bias parameter if it has one."""

    name: str
    connections: tuple[Connection, ...] = ()
    bias: str | None = None


@record
class Cell:
    """A line that a layer writes: a net input, an output or a value of its own, by its formula over earlier quantities.

    In a layer that looks at a whole batch, a `shared` cell is written once for all samples; in its formula,
    `over_samples(x, …)`, OVER_SAMPLES applied to x, …, stands for the mean of all of these over the samples.
    """

    quantity: Quantity
    formula: Formula
    rule: str = ""
    shared: bool = False


@record
class Layer:
    """Neurons with one activation.

    `activation` is a formula in the name `z`, or None for softmax, which takes each of the `groups` of neurons (the
    whole layer where there are none) together. A dense layer is its neurons' connections; every other kind is its
    `cells`, the lines of its forward pass in order, of which the `neurons` are the outputs. `shape` says how these lie
    (rows and columns, steps and features) and `axes` which is which, as in a grid; `biases` says which of its
    parameters are biases, and `kernels` which of them are written as matrices. A layer is `flattened` where the next
    one is told to see it in one row. Where the layer is applied step by step (`over_steps`), the gradient of a weight
    is a sum over the steps. `sections` are headings for some of its units, `rows` the names of the rows that an input
    chooses among (in an embedding). `heads` is how many an attention has.
    """

    neurons: tuple[Neuron, ...]
    activation: Formula | None
    label: str
    kind: str = "dense"
    cells: tuple[Cell, ...] = ()
    shape: tuple[int, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    biases: frozenset[str] = frozenset()
    over_steps: bool = False
    sections: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    axes: str = ""
    kernels: Grid | None = None
    flattened: bool = False
    heads: int = 1

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names that the next layer sees."""
        return tuple(neuron.name for neuron in self.neurons)

    @property
    def units(self) -> tuple[str, ...]:
        """Everything in the layer that has a net input, an output or a value of its own, in order."""
        return tuple(dict.fromkeys([*(cell.quantity.name for cell in self.cells), *self.outputs]))

    @property
    def bias_parameters(self) -> tuple[str, ...]:
        """The parameters that are biases or thresholds."""
        listed = dict.fromkeys(neuron.bias for neuron in self.neurons if neuron.bias is not None)
        return (*listed, *(name for name in self._in_cells() if name in self.biases))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters in the order in which a lecture updates them: weights, then biases."""
        weights = [c.parameter for neuron in self.neurons for c in neuron.connections]
        weights += [name for name in self._in_cells() if name not in self.biases]
        return tuple(dict.fromkeys([*weights, *self.bias_parameters]))

    @property
    def is_dense(self) -> bool:
        """Whether its neurons and their connections say all about it."""
        return not self.cells

    @property
    def is_softmax(self) -> bool:
        """Whether it is dense and its activation is the softmax."""
        return self.is_dense and self.activation is None

    @property
    def couples_samples(self) -> bool:
        """Whether the samples of a batch meet in this layer."""
        return any(cell.shared for cell in self.cells)

    def _in_cells(self) -> list[str]:
        names = (name.symbol for cell in self.cells for name in names_in(cell.formula))
        used = (one.name for one in names if isinstance(one, Quantity) and one.kind is Kind.PARAMETER)
        return list(dict.fromkeys(used))


@record
class NamedArray:
    """A name of a graph with vectors or matrices: how its entries lie, which are quantities of the problem.

    Of a number, it has shape () and itself as its one entry; `turned` is a vector that lies in a row. `formula` is that
    of a node, in the names of arrays, as the file has it.
    """

    grid: Grid
    turned: bool = False
    formula: Formula | None = None


@record
class LossChoice:
    """A row of the losses table with its parameter, or a formula in outputs and targets.

    `smoothing` is the ε of label smoothing: it compares the outputs with (1 − ε)·t + ε/K, of K classes.
    """

    name: str
    parameters: tuple[Formula, ...] = ()
    formula: Formula | None = None
    smoothing: Formula | None = None


@record
class Sample:
    """One example: the values of inputs, targets and prescribed quantities, each a constant formula; and its weight.

    Of samples of which some have weights, those without count once.
    """

    inputs: Mapping[str, Formula] = field(default_factory=dict)
    targets: Mapping[str, Formula] = field(default_factory=dict)
    given: Mapping[str, Formula] = field(default_factory=dict)
    weight: Formula | None = None


class Detail(Enum):
    """How much is written: results, merged δ terms as textbooks do, every chain-rule factor, or primitive gates.

    GATES is of a problem, whose graph it splits into other lines; everything else is written as TEXTBOOK does.
    """

    BRIEF = "brief"
    TEXTBOOK = "textbook"
    FULL = "full"
    GATES = "gates"


@record
class Conventions:
    """What courses disagree on."""

    negative_delta: bool | None = False  # δ = −∂E/∂net, and updates add; None: as the notation does
    threshold: bool = False  # net = Σwx − θ
    updated_weights: bool = False  # hidden δ terms use the already updated output weights
    mean_in_delta: bool = False  # the 1/n of a batch is in every δ, and the gradients of its samples are added up
    relu_at_zero: Formula | None = None
    step_at_zero: Formula | None = None  # what a unit puts out there
    sign_at_zero: Formula | None = None


@record
class Perceptron:
    """The perceptron rule: what is added where the answer is wrong, and when it ends."""

    by_target: bool = False  # η·t·x, not η·(t − y)·x
    until_clean: bool = False  # goes on until an epoch without a correction; else for the given number of epochs
    restart: bool = False  # a correction ends the epoch: the next one begins with the first sample


@record
class Training:
    """How parameters are updated: by which rule, `batch` samples at a time (None: all of them)."""

    learning_rate: Formula | None = None
    epochs: int = 1
    batch: int | None = 1
    batch_is_said: bool = False  # by the file
    mean: bool = True
    rule: UpdateRule = field(default_factory=UpdateRule)
    state: Mapping[str, Formula] = field(default_factory=dict)  # starting values, such as v_w5
    first_step: int = 1
    rates: tuple[Formula, ...] = ()  # the learning rates that are compared; `learning_rate` is the first of them
    schedule: RateSchedule | None = None
    order: tuple[tuple[int, ...], ...] = ()  # of the samples, by epoch, from the first again; none: as in the file
    perceptron: Perceptron | None = None  # instead of gradient descent

    def order_of(self, epoch: int, samples: int) -> Sequence[int]:
        """The numbers of the samples in the order in which this epoch (from 1) goes through them."""
        return self.order[(epoch - 1) % len(self.order)] if self.order else range(1, samples + 1)


@record
class StopRule:
    """When training ends before its last epoch: bounds, and the norm of the gradient and of the step (l1, l2, max)."""

    loss_below: Formula | None = None
    loss_above: Formula | None = None
    change_below: Formula | None = None  # of the loss, from one epoch to the next
    step_below: Formula | None = None  # of the parameters, in an epoch
    gradient_below: Formula | None = None
    norm: str = "l2"


@record
class RoundingRule:
    """The rounding of each kind of quantity: `default`, unless the kind has its own."""

    default: Rounding | None = None
    kinds: Mapping[Kind, Rounding] = field(default_factory=dict)

    def of(self, kind: Kind) -> Rounding | None:
        """How a quantity of this kind is rounded when it is written down."""
        return self.kinds.get(kind, self.default)


@record
class Tolerance:
    """How far an answer may be from the right value, instead of by its digits."""

    size: Rational
    relative: bool = False


@record
class Late:
    """What a day costs that a sheet is late: points, or per cent of the marks that could be had."""

    a_day: Rational
    percent: bool = False


@record
class MarkingRule:
    """How answers are judged where a course wants it otherwise: digits, shares of a mark, follow-through."""

    digits: RoundingRule | None = None  # that are asked for, where lines are not rounded on the way
    free_digits: bool = False  # as many or as few as anyone likes
    too_few: Rational = _HALF
    near_miss: Rational = _HALF
    formula: Rational = _HALF  # of a right formula with a slip in the arithmetic
    follow_through: Literal["true", "strict", "false"] = "true"
    tolerance: Tolerance | None = None
    late: Late | None = None
    free_sign: bool = True  # δ may have either sign, throughout a sheet


@record
class Problem:
    """A network (layers) or a graph (nodes), or neither (given gradients), and what is asked of it."""

    title: str
    parameters: Mapping[str, Formula]
    samples: tuple[Sample, ...]
    layers: tuple[Layer, ...] = ()
    nodes: Mapping[str, Formula] = field(default_factory=dict)
    arrays: Mapping[str, NamedArray] = field(default_factory=dict)  # of a graph with vectors or matrices; else none
    inputs: tuple[str, ...] = ()
    input_grid: Grid | None = None  # how the inputs lie
    fixed: frozenset[str] = frozenset()
    loss: LossChoice | None = None
    objective: str | None = None
    metrics: Mapping[str, Formula] = field(default_factory=dict)  # beside the loss, in the names of the file
    gradients: Mapping[str, tuple[Formula, ...]] = field(default_factory=dict)
    training: Training = field(default_factory=Training)
    conventions: Conventions = field(default_factory=Conventions)
    rounding: RoundingRule | None = None
    detail: Detail | None = None
    notation: str = "plain"
    report: tuple[int, ...] = ()  # the epochs after which a long training is looked at
    report_quantities: tuple[Reference, ...] = ()  # what is looked at; none: the loss, the outputs and the parameters
    starts: tuple[Mapping[str, Formula], ...] = ()  # the starting points that are compared; the first one is set
    stop: StopRule | None = None
    ask: tuple[Reference, ...] = ()
    ask_formulas: tuple[Reference, ...] = ()  # what is asked for as a formula in letters
    ask_words: tuple[str, ...] = ()  # the questions that are answered by a word: `state(h2)`
    marks: Mapping[Reference, Rational] = field(default_factory=dict)
    marking: MarkingRule = field(default_factory=MarkingRule)
    letters: tuple[str, ...] = ()  # numbers that are left open; solved only in symbols
    stood_in: frozenset[str] = frozenset()  # letters that have numbers only so that formulas can be compared
    lettered: frozenset[Quantity] = frozenset()  # what depends on them: it has a formula, and no value
    symbolic: bool = False  # every number is to be a letter
    text: str = ""  # the exercise in its author's words: Markdown
    states: tuple[str, ...] = ()  # before the first step, that samples have: data as their inputs are
    forward_mode: tuple[str, ...] = ()  # the keys of what tangents are lines for
    jacobian: frozenset[str] = frozenset()  # the keys of forward lines whose derivatives in these are lines, too
    hessian: tuple[str, ...] = ()  # the parameters whose second derivatives are lines
    masks: Mapping[str, str] = field(default_factory=dict)  # the data by which an output counts, or does not
    show: frozenset[str] = frozenset()  # lines on request: errors, inputs; changes and rates are the update rule's

    @property
    def asks_no_numbers(self) -> bool:
        """Whether formulas or words are asked for, and no values."""
        return bool(self.stood_in or self.ask_formulas or self.ask_words) and not self.ask

    @property
    def all_epochs(self) -> int:
        """How many epochs are trained, of all the runs that are compared; 0 where nothing is reported."""
        runs = max(1, len(self.training.rates), len(self.starts))
        return runs * max(self.report, default=0)

    def first_epoch(self, **training: Any) -> Problem:
        """The problem with one epoch of training, in which these settings are others, too."""
        return _replace(self, training=_replace(self.training, epochs=1, **training))

    @property
    def by_hand(self) -> Problem:
        """The problem as far as it is worked out line by line: of a long training with `report`, the first epoch."""
        return self.first_epoch() if self.report else self

    @property
    def has_batches(self) -> bool:
        """Whether an update may be from more than one sample."""
        return len(self.samples) > 1 and self.training.batch != 1

    @property
    def is_weighted(self) -> bool:
        """Whether samples have weights in the sum, or the mean, of a batch."""
        return any(sample.weight is not None for sample in self.samples)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The neurons that the loss looks at."""
        return self.layers[-1].outputs if self.layers else ()

    @property
    def couples_samples(self) -> bool:
        """Whether a layer looks at all samples of a batch together."""
        return any(layer.couples_samples for layer in self.layers)
