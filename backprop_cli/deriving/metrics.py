"""Metrics beside the loss, `mae: mean(abs(t - out))`: lines that say how good the outputs are and that nothing uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, add, divide, multiply
from backprop_cli.algebra.losses import PER_OUTPUT_NAMES
from backprop_cli.algebra.metrics import is_over_all, ranges_over_outputs
from backprop_cli.algebra.parts import LossParts
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, net, out, parameter
from backprop_cli.algebra.updates import PENALIZED_LOSS, penalized_loss
from backprop_cli.deriving import networks
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Problem

_DATA = (Kind.INPUT, Kind.TARGET)


def metric(name: str) -> Quantity:
    """A metric by its name."""
    return Quantity(Kind.METRIC, name)


def metric_lines(problem: Problem, objective: Quantity, samples: Sequence[Address]) -> Iterator[Line]:
    """The penalized loss where it is to be shown, and the metrics of these samples together, in the order of the file.

    Each may use those before it.
    """
    rule = problem.training.rule
    if rule.writes_penalized:
        updated = [parameter(name) for name in problem.parameters if name not in problem.fixed]
        total = penalized_loss(rule, Name(objective), updated)
        yield Line(Phase.LOSS, PENALIZED_LOSS, total, parts=LossParts((total,)))
    for name, formula in problem.metrics.items():
        meant = _Meanings(problem, objective, samples).of(formula)
        yield Line(Phase.LOSS, metric(name), meant, parts=LossParts((meant,)))


class _Meanings:
    """Puts quantities in the place of names: those of each sample and output in what is summed over all of them."""

    def __init__(self, problem: Problem, objective: Quantity, samples: Sequence[Address]) -> None:
        self.problem = problem
        self.objective = objective
        self.samples = samples

    def of(self, formula: Formula) -> Formula:
        """The formula outside of what is summed."""
        if isinstance(formula, Apply) and is_over_all(formula):
            inner = formula.arguments[0]
            terms = [term for sample in self.samples for term in self._terms(inner, sample)]
            return _together(formula.operation, terms)
        return self._with(formula, self.of, self._name)

    def _terms(self, inner: Formula, sample: Address) -> list[Counted]:
        """What one sample adds: a term for each output where the formula is in `t` and `out`, and how it counts."""
        outputs = self.problem.outputs if self.problem.layers and ranges_over_outputs(inner) else ("",)
        return [(self._of_sample(inner, sample, output), self._count(output, sample)) for output in outputs]

    def _count(self, output: str, sample: Address) -> Formula:
        mask = networks.mask_of(self.problem, output)
        return ONE if mask is None else Name(_placed(mask, sample))

    def _of_sample(self, formula: Formula, sample: Address, output: str) -> Formula:
        if isinstance(formula, Apply) and is_over_all(formula):
            return _together(formula.operation, self._terms(formula.arguments[0], sample))

        def named(name: str) -> Formula:
            if name in PER_OUTPUT_NAMES and output:
                quantity = (networks.target if name in ("t", "target") else out)(output)
            else:
                quantity = self._quantity(name)
            return Name(_placed(quantity, sample))

        return self._with(formula, lambda part: self._of_sample(part, sample, output), named)

    @staticmethod
    def _with(formula: Formula, inside: Callable[[Formula], Formula], named: Callable[[str], Formula]) -> Formula:
        match formula:
            case Name(symbol):
                return named(str(symbol))
            case Number():
                return formula
            case Apply(operation, arguments):
                return Apply(operation, tuple(map(inside, arguments)))

    def _name(self, name: str) -> Formula:
        """A name that is not summed over: of the only sample, or of all samples together."""
        quantity = self._quantity(name)
        alone = len(self.samples) == 1 and quantity != self.objective
        return Name(_placed(quantity, self.samples[0]) if alone else quantity)

    def _quantity(self, name: str) -> Quantity:
        """What a name means, without an address."""
        problem = self.problem
        if name == PENALIZED_LOSS.name and problem.training.rule.writes_penalized:
            return PENALIZED_LOSS
        if name in problem.metrics:
            return metric(name)
        if name in problem.parameters:
            return parameter(name)
        if name in problem.inputs:
            return Quantity(Kind.INPUT, name)
        if name in problem.nodes:
            return Quantity(Kind.NODE, name)
        if name in ("E", self.objective.name):
            return self.objective
        if name in PER_OUTPUT_NAMES:  # of the only output
            return networks.target(problem.outputs[0]) if name in ("t", "target") else out(problem.outputs[0])
        for prefix, kind in (("out_", out), ("net_", net), ("t_", networks.target), ("target_", networks.target)):
            if name.startswith(prefix):
                return kind(name.removeprefix(prefix))
        return out(name)


def _placed(quantity: Quantity, sample: Address) -> Quantity:
    """The quantity in the pass of a sample; data stands where the sample is given, parameters and metrics nowhere."""
    if quantity.kind in (Kind.PARAMETER, Kind.METRIC):
        return quantity
    at = tuple(place for place in sample if place.word == "sample") if quantity.kind in _DATA else sample
    return quantity.at_address(at)


def _together(operation: str, counted: Sequence[Counted]) -> Formula:
    """The sum, mean, largest or smallest of the terms; of a single one, itself. A masked one has no part in it."""
    terms = tuple(term for term, _count in counted)
    counts = tuple(count for _term, count in counted)
    if any(count != ONE for count in counts) and operation not in ("sum", "mean"):
        raise UsageError(_("a metric over masked steps is a sum or a mean, not {name}").format(name=operation))
    if len(terms) == 1 and counts == (ONE,):
        return terms[0]
    if operation not in ("sum", "mean"):
        return Apply(operation, terms)
    total = Apply("sum", tuple(multiply(count, term) for term, count in counted))
    return divide(total, add(*counts)) if operation == "mean" else total


Counted = tuple[Formula, Formula]  # a term, and 1 or the mask that says whether it counts
