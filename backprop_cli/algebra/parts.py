"""The parts of a line, noted when it is made: the role that each piece of its formula has.

Of a net input: its weights, senders and bias; of a gradient: the paths that it sums, each an upstream gradient times a
local derivative; of an update: the old value, the gradient and η. Parts are those of the full derivation, also where
a textbook merges factors, and are renamed with the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from backprop_cli.algebra.formula import (
    ONE,
    Apply,
    Formula,
    Name,
    Number,
    add,
    divide,
    multiply,
    names_in,
    negate,
    number,
)
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.records import record

Change = Callable[[Formula], Formula]
_PARAMETERS = (Kind.PARAMETER, Kind.NEW)
_GRADIENTS = (Kind.DELTA, Kind.GRADIENT)


class Parts(Protocol):
    """What every kind of line can do with its parts."""

    def changed(self, change: Change) -> Parts:
        """The parts with every formula in them changed."""

    def written_out(self, formula: Formula) -> Formula:
        """The formula of the line with everything in it that belongs to its parts."""


def name_of(formula: Formula | None, kinds: Iterable[Kind]) -> Name | None:
    """The first name of these kinds in a formula."""
    found = names_in(formula) if formula is not None else ()
    return next((one for one in found if isinstance(one.symbol, Quantity) and one.symbol.kind in kinds), None)


@record
class _AsWritten:
    """Parts that add nothing to the formula."""

    def written_out(self, formula: Formula) -> Formula:
        """The formula as it is."""
        return formula


@record
class Term:
    """One weight times what its sender puts out."""

    weight: Formula
    sender: Formula


@record
class NetParts(_AsWritten):
    """A net input: Σ weight·sender, and the bias as it is added (a threshold with its minus sign)."""

    terms: tuple[Term, ...] = ()
    bias: Formula | None = None

    def changed(self, change: Change) -> NetParts:
        """The same net input of another pass."""
        terms = tuple(Term(change(term.weight), change(term.sender)) for term in self.terms)
        return NetParts(terms, None if self.bias is None else change(self.bias))


def net_parts(formula: Formula) -> NetParts:
    """The parts of a weighted sum that a layer hands over as a formula."""
    terms: list[Term] = []
    bias: Formula | None = None
    for term in summands(formula):
        match term:
            case Apply("product", (Name(Quantity(kind=Kind.PARAMETER)) as weight, sender)):
                terms.append(Term(weight, sender))
            case Name(Quantity(kind=Kind.PARAMETER)) | Apply("negative", (Name(Quantity(kind=Kind.PARAMETER)),)):
                bias = term
    return NetParts(tuple(terms), bias)


@record
class OutParts:
    """An output: the activation of a net input."""

    net: Name | None = None

    def changed(self, change: Change) -> OutParts:
        """The same output of another pass."""
        return OutParts(None if self.net is None else _name(change(self.net)))

    def written_out(self, formula: Formula) -> Formula:
        """The net input where there is no activation, else the formula."""
        match formula:
            case Apply("identity", (net,)):
                return net
        return formula


@record
class LossParts(_AsWritten):
    """The loss, or one output's part of it: a factor times the sum of the terms."""

    terms: tuple[Formula, ...] = ()
    factor: Formula = ONE

    def changed(self, change: Change) -> LossParts:
        """The same loss of another pass."""
        return LossParts(tuple(map(change, self.terms)), change(self.factor))


@record
class BatchParts(_AsWritten):
    """What a batch has of its samples: the sum, or the mean, of one line of each; `weights` where they have some."""

    terms: tuple[Name, ...]
    mean: bool = False
    weights: tuple[Name, ...] = ()

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The lines of the samples."""
        return tuple(term.symbol for term in self.terms if isinstance(term.symbol, Quantity))

    def changed(self, change: Change) -> BatchParts:
        """The same of another batch."""
        terms, weights = (tuple(_name(change(one)) for one in names) for names in (self.terms, self.weights))
        return BatchParts(terms, self.mean, weights)

    @property
    def total(self) -> Formula:
        """The sum over the samples, each times its weight where it has one."""
        terms: tuple[Formula, ...] = self.terms
        if self.weights:
            terms = tuple(Apply("product", pair) for pair in zip(self.weights, self.terms, strict=True))
        return Apply("sum", terms) if len(terms) > 1 else terms[0]

    @property
    def count(self) -> Formula:
        """What a mean divides by: how many samples there are, or the sum of their weights."""
        if not self.weights:
            return number(len(self.terms))
        return Apply("sum", self.weights) if len(self.weights) > 1 else self.weights[0]

    @property
    def combined(self) -> Formula:
        """The sum or the mean; of one sample, the mean is that sample."""
        if len(self.terms) == 1 and (self.mean or not self.weights):
            return self.terms[0]
        return divide(self.total, self.count) if self.mean else self.total


@record
class Path:
    """One summand of the chain rule: the upstream gradient ∂E/∂user times the local derivative ∂user/∂quantity.

    `upstream` is ± a δ, a gradient, or at the objective a number; `local` a weight, a sender, a slope.
    """

    upstream: Formula
    local: Formula

    @property
    def formula(self) -> Formula:
        """Their product."""
        return multiply(self.upstream, self.local)

    @property
    def delta(self) -> Name | None:
        """The δ of the unit further on, where the path comes from one."""
        return name_of(self.upstream, (Kind.DELTA,))

    @property
    def gradient(self) -> Name | None:
        """The δ or gradient further on; none at the objective."""
        return name_of(self.upstream, _GRADIENTS)

    @property
    def weight(self) -> Name | None:
        """The parameter that the path leads over."""
        return name_of(self.local, _PARAMETERS)

    def changed(self, change: Change) -> Path:
        """The same path in another pass."""
        return Path(change(self.upstream), change(self.local))


@record
class Use:
    """One use of a parameter: ± δ of the unit that it feeds times what it is multiplied by there."""

    delta: Name
    factor: Formula
    negative: bool = False

    def times(self, factor: Formula) -> Formula:
        """± δ times another factor."""
        return self.signed(multiply(self.delta, factor))

    def signed(self, formula: Formula) -> Formula:
        """The formula with the sign of this use."""
        return negate(formula) if self.negative else formula


@record
class ChainParts(_AsWritten):
    """A gradient by the chain rule: the sum of its paths, one for every line that uses the quantity."""

    paths: tuple[Path, ...] = ()

    def changed(self, change: Change) -> ChainParts:
        """The same gradient of another pass."""
        return ChainParts(tuple(path.changed(change) for path in self.paths))

    @property
    def terms(self) -> tuple[Formula, ...]:
        """The products of its paths."""
        return tuple(path.formula for path in self.paths)


@record
class GradientParts:
    """A parameter's gradient: Σ ± δ·factor over its uses."""

    paths: tuple[Path, ...] = ()

    def changed(self, change: Change) -> GradientParts:
        """The same gradient of another pass."""
        return GradientParts(tuple(path.changed(change) for path in self.paths))

    @property
    def uses(self) -> tuple[Use, ...]:
        """The paths as δ times a factor."""
        return tuple(map(_use, self.paths))

    @property
    def is_bias(self) -> bool:
        """Whether the parameter is multiplied by nothing wherever it is used."""
        return all(isinstance(path.local, Number) for path in self.paths)

    def written_out(self, _formula: Formula) -> Formula:
        """The sum of the uses."""
        return add(*(use.times(use.factor) for use in self.uses))


def _use(path: Path) -> Use:
    delta = path.delta
    assert delta is not None
    product = multiply(path.upstream, path.local)
    negative = isinstance(product, Apply) and product.operation == "negative"
    factor = path.local
    if isinstance(factor, Number) and factor.value < 0:
        factor = Number(-factor.value)
    return Use(delta, factor, negative)


@record
class DeltaParts:
    """A δ: the sum of its paths times the slope of the activation, negated where δ = −∂E/∂net.

    Behind a softmax, whose outputs depend on all net inputs, the whole is the one path, and the slope is 1.
    """

    net: Name
    out: Name
    paths: tuple[Path, ...] = ()
    slope: Formula = ONE
    negative: bool = False

    def changed(self, change: Change) -> DeltaParts:
        """The same δ of another pass."""
        net, out = _name(change(self.net)), _name(change(self.out))
        paths = tuple(path.changed(change) for path in self.paths)
        return DeltaParts(net, out, paths, change(self.slope), self.negative)

    @property
    def upstream(self) -> Formula:
        """∂E/∂out, written out."""
        return add(*(path.formula for path in self.paths))

    def written_out(self, _formula: Formula) -> Formula:
        """The paths times the slope."""
        return self.written(self.upstream, self.slope)

    def written(self, upstream: Formula, slope: Formula) -> Formula:
        """A δ of this unit with another sum or another slope."""
        product = multiply(upstream, slope)
        return negate(product) if self.negative else product


@record
class LocalParts(_AsWritten):
    """A local derivative: the partial derivative of one line's formula with respect to one name in it."""

    gate: Formula
    by: Name

    def changed(self, change: Change) -> LocalParts:
        """The same slope in another pass."""
        return LocalParts(change(self.gate), _name(change(self.by)))


@record
class UpdateParts(_AsWritten):
    """A line of an update: the old value that it changes, the gradient it goes by, η, and the state it looks at.

    `old` is none where nothing older has the name; `gradient` is the parameter's as backpropagation writes it, `used`
    as the rule sees it (with its penalty, clipped); `states` are the new values of the optimizer's state, each with the
    old one.
    """

    parameter: Name
    gradient: Formula
    used: Formula
    old: Name | None = None
    rate: Name | None = None
    states: tuple[tuple[Name, Name], ...] = ()

    def changed(self, change: Change) -> UpdateParts:
        """The same line of another update."""
        old, rate = (None if one is None else _name(change(one)) for one in (self.old, self.rate))
        states = tuple((_name(change(new)), _name(change(before))) for new, before in self.states)
        return UpdateParts(_name(change(self.parameter)), change(self.gradient), change(self.used), old, rate, states)


def summands(formula: Formula) -> tuple[Formula, ...]:
    """The terms of a sum; of anything else, itself."""
    return formula.arguments if isinstance(formula, Apply) and formula.operation == "sum" else (formula,)


def _name(formula: Formula) -> Name:
    assert isinstance(formula, Name)
    return formula
