"""What keeps a network from learning at its start: vanishing or exploding gradients, dead, saturated, symmetric units.

Everything is over all the samples, before the first update, in exact arithmetic. What the words mean stands in one
table, `DEFINITIONS`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from enum import Enum

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Quantity, gradient, out, parameter
from backprop_cli.deriving.trace import Trace, Value
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Undecided, UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.health.magnitudes import Evaluation, LayerSize, layer_sizes
from backprop_cli.health.units import SATURATED, UnitHealth, own_slopes, units_of
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import Rational
from backprop_cli.numbers.sizes import is_zero
from backprop_cli.problem.model import Layer, Neuron, Problem
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.edges import OnePass, passes_in

STEPS = 2  # from layer to layer, before one speaks of vanishing or exploding
PER_STEP = 2
ALTOGETHER = 50
_GUARD = (6, 60, 600)  # digits more than are shown, until sums of them are certain


class Ailment(Enum):
    """What keeps a network from learning: vanishing or exploding gradients, dead or saturated units, …"""

    VANISHING = "vanishing"
    EXPLODING = "exploding"
    CUT_OFF = "cut off"
    DEAD = "dead"
    FLAT = "flat"
    SATURATED = "saturated"
    SYMMETRIC = "symmetric"
    STILL = "still"


DEFINITIONS: Mapping[Ailment, str] = {
    Ailment.VANISHING: n_("from the last layer back to the first, over at least {steps} steps, the mean |{delta}| "
                          "falls more than {altogether}-fold, and on average more than {per_step}-fold a step"),
    Ailment.EXPLODING: n_("on that way the mean |{delta}| grows more than {altogether}-fold, and on average more than "
                          "{per_step}-fold a step"),
    Ailment.CUT_OFF: n_("a layer whose {delta} are all 0 in every sample: no gradient arrives there"),
    Ailment.DEAD: n_("a unit, such as a ReLU, whose slope is 0 in every sample"),
    Ailment.FLAT: n_("a unit whose slope is 0 everywhere, such as a step"),
    Ailment.SATURATED: n_("a unit, such as a sigmoid, whose slope in every sample is less than {saturated} of the "
                          "largest that it can have"),
    Ailment.SYMMETRIC: n_("units of a layer with equal weights in and equal weights out: their gradients are equal, "
                          "and they stay copies of each other"),
    Ailment.STILL: n_("a parameter that may move, but whose gradient is 0 in every sample"),
}  # fmt: skip


def definition(ailment: Ailment, delta: str = "δ") -> str:
    """What the word means here, with its thresholds."""
    fields = {"delta": delta, "steps": STEPS, "altogether": ALTOGETHER, "per_step": PER_STEP,
              "saturated": str(SATURATED)}  # fmt: skip
    return _(DEFINITIONS[ailment]).format(**fields)


@record
class Finding:
    """An ailment and where it is: units (by what they put out) or parameters; of gradients, from which layer to which.

    `factor` is how many times as large the mean |δ| is in the last of these layers as in the first.
    """

    ailment: Ailment
    where: tuple[Quantity, ...] = ()
    layers: tuple[str, ...] = ()
    factor: Value | None = None


@record(slots=False)
class Health:
    """The sizes of the gradients, the units, and everything that was found, at the starting parameters.

    `objective` is None where nothing is differentiated; then there are no sizes.
    """

    problem: Problem
    trace: Trace
    objective: Quantity | None
    samples: int
    layers: tuple[LayerSize, ...]
    units: tuple[UnitHealth, ...]
    findings: tuple[Finding, ...]

    def found(self, ailment: Ailment) -> list[Finding]:
        """The findings of one kind."""
        return [finding for finding in self.findings if finding.ailment is ailment]


def health_of(worked: WorkedProblem, digits: int = 9, own: Mapping[Quantity, Rational] | None = None) -> Health:
    """The health of a problem at its starting parameters; raises UsageError where it has no forward pass.

    `own` are numbers that somebody has on lines of these passes: what comes after them follows from them.
    """
    if worked.problem.gradients:
        raise UsageError(_("the problem has no forward pass: its gradients are given"))
    start = _first_pass(worked)
    if own:
        start = _replace(start, derivation=_with(start.derivation, own))
    for guard in _GUARD[:-1]:
        try:
            return _examined(start, digits, digits + guard, last=False)
        except Undecided:
            continue
    return _examined(start, digits, digits + _GUARD[-1], last=True)


def _first_pass(worked: WorkedProblem) -> OnePass:
    passes = passes_in(worked.at_start)
    return OnePass(worked.start, worked.at_start, passes[0], passes)


def _with(derivation: Derivation, own: Mapping[Quantity, Rational]) -> Derivation:
    """The derivation in which lines have these numbers instead of what their formulas give."""
    lines = tuple(
        _replace(line, formula=Number(own[line.quantity])) if line.quantity in own else line
        for line in derivation.lines
    )
    return _replace(derivation, lines=lines)


def _examined(start: OnePass, digits: int, inner_digits: int, last: bool) -> Health:
    """The health from values with so many inner digits; raises Undecided where they are too few for sums of them."""
    slopes = list(own_slopes(start))
    lines = tuple(slope.line(at) for slope in slopes for at in start.passes)
    whole = _replace(start.derivation, lines=(*start.derivation.lines, *lines))
    trace = solve(whole, None, inner_digits)
    objective = start.objective if start.has_objective else None
    layers: list[LayerSize] = []
    with precision(limits.LAST_PRECISION):
        units = tuple(units_of(slopes, trace, start.passes))
        evaluated = Evaluation(digits, last)
        if objective is not None:
            layers = layer_sizes(start.problem, objective, trace, start.passes, evaluated)
        chain = layers if start.problem.layers else []
        findings = (*_of_gradients(chain, evaluated), *_of_units(units), *_symmetric(start.problem),
                    *_still(start, trace))  # fmt: skip
    return Health(start.problem, trace, objective, len(start.passes), tuple(layers), units, findings)


def _of_gradients(layers: Sequence[LayerSize], evaluated: Evaluation) -> Iterator[Finding]:
    """Vanishing, exploding, or layers at which nothing arrives."""
    sized = [(layer.label, layer.deltas.mean.number) for layer in layers if layer.deltas]
    cut = tuple(label for label, size in sized if is_zero(size))
    if cut:
        yield Finding(Ailment.CUT_OFF, layers=cut)
    elif len(sized) > STEPS:
        (first, size), (last, base) = sized[0], sized[-1]
        bound = max(ALTOGETHER, PER_STEP ** (len(sized) - 1))
        if size * bound < base:
            yield Finding(Ailment.VANISHING, layers=(last, first), factor=evaluated.ratio(size / base))
        elif size > base * bound:
            yield Finding(Ailment.EXPLODING, layers=(last, first), factor=evaluated.ratio(size / base))


def _of_units(units: Sequence[UnitHealth]) -> Iterator[Finding]:
    dead = tuple(unit.output for unit in units if unit.dead)
    flat = tuple(unit.output for unit in units if unit.flat)
    saturated = tuple(unit.output for unit in units if unit.saturated)
    for ailment, where in ((Ailment.DEAD, dead), (Ailment.FLAT, flat), (Ailment.SATURATED, saturated)):
        if where:
            yield Finding(ailment, where)


def _symmetric(problem: Problem) -> Iterator[Finding]:
    """The groups of units of one layer that nothing tells apart."""
    for layer in problem.layers:
        groups: dict[Hashable, list[Neuron]] = {}
        for neuron in (one for one in layer.neurons if one.connections or one.bias):
            groups.setdefault((_into(problem, neuron), _out_of(problem, layer, neuron)), []).append(neuron)
        for group in groups.values():
            if len(group) > 1:
                yield Finding(Ailment.SYMMETRIC, tuple(out(neuron.name) for neuron in group), (layer.label,))


def _number(problem: Problem, name: str | None) -> Hashable:
    """What a parameter is at the start, and whether it stays that."""
    return None if name is None else (problem.parameters[name], name in problem.fixed)


def _into(problem: Problem, neuron: Neuron) -> Hashable:
    """The weights and the bias that a unit's activation depends on."""
    weights = frozenset((c.sender, _number(problem, c.parameter)) for c in neuron.connections)
    return weights, _number(problem, neuron.bias)


def _out_of(problem: Problem, layer: Layer, neuron: Neuron) -> Hashable:
    """All that the unit's δ depends on: the weights of its output, and the targets where it is an output."""
    receivers = frozenset(
        (other.name, _number(problem, c.parameter))
        for later in problem.layers for other in later.neurons for c in other.connections if c.sender == neuron.name
    )  # fmt: skip
    last = layer is problem.layers[-1]
    return receivers, tuple(sample.targets.get(neuron.name) for sample in problem.samples) if last else ()


def _still(start: OnePass, trace: Trace) -> Iterator[Finding]:
    """The parameters whose gradient is 0 in every sample."""
    if not start.has_objective:
        return
    still = []
    for name in start.problem.parameters:
        named = gradient(start.objective, parameter(name))
        steps = [trace.by_quantity.get(named.at_address(at)) for at in start.passes]
        if name not in start.problem.fixed and all(step and is_zero(step.value.number) for step in steps):
            still.append(parameter(name))
    if still:
        yield Finding(Ailment.STILL, tuple(still))
