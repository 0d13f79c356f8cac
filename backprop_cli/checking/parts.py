"""What the table of mistakes sees of a line: weights and senders of a net input, paths and slope of a δ, and so on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, add, multiply, negate, replace
from backprop_cli.algebra.quantities import Quantity

if TYPE_CHECKING:
    from backprop_cli.checking.anatomy import Anatomy


@dataclass(frozen=True)
class Part:
    """A line as the table of mistakes sees it; each kind of line adds what it is made of."""

    line: Line
    anatomy: Anatomy

    @property
    def formula(self) -> Formula:
        """The right formula."""
        return self.line.formula

    @property
    def quantity(self) -> Quantity:
        """What the line computes."""
        return self.line.quantity

    @property
    def written_out(self) -> Formula:
        """The right formula with everything in it that a mistake is written with."""
        return self.formula


@dataclass(frozen=True)
class Term:
    """One weight times what its sender puts out."""

    weight: Name
    sender: Formula


@dataclass(frozen=True)
class NetPart(Part):
    """A net input: Σ weight·sender, and the bias as it is added (a threshold with its minus sign)."""

    terms: tuple[Term, ...] = ()
    bias: Formula | None = None


@dataclass(frozen=True)
class OutPart(Part):
    """An output: the activation of a net input."""

    net: Name | None = None

    @property
    def written_out(self) -> Formula:
        """The net input where there is no activation, else the formula."""
        match self.formula:
            case Apply("identity", (net,)):
                return net
        return self.formula


@dataclass(frozen=True)
class LossPart(Part):
    """The loss, or one output's part of it."""


@dataclass(frozen=True)
class Path:
    """One summand of ∂E/∂out: δ of a unit further on times the weight to it (both None at the output)."""

    formula: Formula
    delta: Name | None = None
    weight: Name | None = None


@dataclass(frozen=True)
class DeltaPart(Part):
    """A δ: the sum of its paths times the slope of the activation, negated where δ = −∂E/∂net.

    Behind a softmax, whose outputs depend on all net inputs, the whole is the one path, and the slope is 1.
    """

    net: Name | None = None
    out: Name | None = None
    paths: tuple[Path, ...] = ()
    slope: Formula = ONE
    is_output: bool = False
    negative: bool = False

    @property
    def upstream(self) -> Formula:
        """∂E/∂out, written out."""
        return add(*(path.formula for path in self.paths))

    @property
    def written_out(self) -> Formula:
        """The paths times the slope."""
        return self.written(self.upstream, self.slope)

    def written(self, upstream: Formula, slope: Formula) -> Formula:
        """A δ of this unit with another sum or another slope."""
        product = multiply(upstream, slope)
        return negate(product) if self.negative else product


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class GradientPart(Part):
    """A parameter's gradient: Σ ± δ·factor over its uses (none where it is not of that form)."""

    uses: tuple[Use, ...] = ()
    is_bias: bool = False
    samples: int = 1

    @property
    def written_out(self) -> Formula:
        """Its uses, or the formula where it has none."""
        return add(*(use.times(use.factor) for use in self.uses)) if self.uses else self.formula

    @property
    def parameter(self) -> str:
        """The parameter whose gradient it is."""
        assert self.quantity.by is not None
        return self.quantity.by.name


@dataclass(frozen=True)
class ChainPart(Part):
    """A gradient by the chain rule in a graph, or of an output: for each user, its gradient times a slope."""

    terms: tuple[Formula, ...] = ()


@dataclass(frozen=True)
class LocalPart(Part):
    """A local derivative: the slope of the line `of` in the name `by`."""

    gate: Formula | None = None
    by: Name | None = None


@dataclass(frozen=True)
class NewPart(Part):
    """An updated parameter (or state of the optimizer, or value on the way): its old value and its gradient."""

    old: Name | None = None
    gradient: Formula | None = None


def with_names(formula: Formula, changes: Mapping[Formula, Formula]) -> Formula:
    """The formula with some names replaced by other formulas."""
    return replace(formula, lambda name: changes.get(name, name), tidy=True)
