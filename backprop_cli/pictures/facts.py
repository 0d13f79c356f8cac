"""What a picture of one pass shows: names, values and gradients, read from the solution."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import cached_property

from backprop_cli.algebra.derivation import Line, rename
from backprop_cli.algebra.formula import Apply, Name, multiply
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, delta, gradient
from backprop_cli.algebra.references import address_of
from backprop_cli.deriving.networks import net, out, parameter, target
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.pictures.labels import Label, Wording, decimal, equal, words
from backprop_cli.problem.model import Layer, Problem
from backprop_cli.solving.solution import Solution
from backprop_cli.views.edges import OnePass, pass_at, passes_in


class Show(Enum):
    """How much is written."""

    NAMES = "names"
    VALUES = "values"
    GRADIENTS = "gradients"


def show_called(name: str) -> Show:
    """How much is written, by its name; raises UsageError for one that there is not."""
    try:
        return Show(name)
    except ValueError:
        names = [one.value for one in Show]
        hint = did_you_mean(name, names) or listed(names)
        said = _("--show takes names, values or gradients, not {text!r} ({hint})")
        raise UsageError(said.format(text=name, hint=hint)) from None


@record(slots=False)
class Facts:
    """One pass of a solution in writing; without a solution, only names."""

    problem: Problem
    wording: Wording
    show: Show
    one: OnePass | None = None

    @property
    def title(self) -> str:
        """The title of the problem, on one line."""
        return " ".join(self.problem.title.split())

    def quantity(self, quantity: Quantity) -> Quantity | None:
        """The quantity as it goes by in this pass, where it has a value there."""
        if self.one is None or self.show is Show.NAMES:
            return None
        here = self.one.here(quantity)
        return here if self.wording.has(here) else None

    def number(self, quantity: Quantity) -> str | None:
        """Its value in this pass."""
        here = self.quantity(quantity)
        return None if here is None else self.wording.value(here)

    # ---- of networks -----------------------------------------------------------------------------------------

    def unit(self, name: str) -> Label:
        """What a neuron is called."""
        return self.wording.name(name)

    def value(self, unit: str) -> str | None:
        """What a neuron puts out."""
        kind = Quantity(Kind.INPUT, unit) if unit in self.problem.inputs else out(unit)
        return self.number(kind)

    def parameter(self, name: str, both: bool) -> Label:
        """w₅ = 0.40, w₅, or 0.40."""
        symbol, value = self.wording.symbol(parameter(name)), self.number(parameter(name))
        if value is None:
            return symbol
        return equal(symbol, value) if both else words(value)

    def delta(self, unit: str) -> Label | None:
        """δ = 0.1385, or what goes back to an input."""
        if self.show is not Show.GRADIENTS:
            return None
        value = self.number(delta(net(unit)))
        return None if value is None else equal(self.wording.stem("delta"), value)

    def target(self, unit: str) -> Label | None:
        """t = 0.99"""
        quantity = target(unit)
        value = self.number(quantity)
        if value is None:
            has = any(unit in sample.targets for sample in self.problem.samples)
            return self.wording.symbol(quantity) if has else None
        return equal(self.wording.symbol(quantity), value)

    def loss(self) -> Label | None:
        """E = 0.2984"""
        if self.one is None or not self.one.has_objective:
            return None
        value = self.number(self.one.objective)
        return None if value is None else equal(self.wording.symbol(self.one.objective), value)

    def activation(self, layer: Layer) -> Label | None:
        """A word for the activation of a layer."""
        if layer.activation is None:
            return words("softmax") if layer.is_dense else None
        if not isinstance(layer.activation, Apply) or layer.activation.operation == "identity":
            return None
        signs = {"sigmoid": "σ", "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU"}
        operation = layer.activation.operation
        nested = any(isinstance(argument, Apply) for argument in layer.activation.arguments)
        if nested or operation in ("sum", "product", "quotient", "power", "negative"):
            return words("f(z)")
        return words(signs.get(operation, operation.replace("_", " ")))

    # ---- of graphs -------------------------------------------------------------------------------------------

    def gradient(self, quantity: Quantity) -> str | None:
        """∂f/∂ this quantity in this pass."""
        if self.one is None or self.show is not Show.GRADIENTS:
            return None
        named = gradient(self.one.objective, quantity).at_address(self.one.address)
        return self.wording.value(named) if self.wording.has(named) else None

    def along(self, quantity: Quantity, via: Quantity) -> str | None:
        """What comes back to it along one of several lines."""
        return self._parts.get((quantity, via))

    @cached_property
    def _parts(self) -> Mapping[tuple[Quantity, Quantity], str]:
        """The summands of the gradients of a graph, by what they belong to and what they go through."""
        one, trace = self.one, self.wording.trace
        if one is None or trace is None or self.show is not Show.GRADIENTS:
            return {}
        lines: dict[tuple[Quantity, Quantity], Line] = {}
        for quantity, arrows in one.out_of.items():
            for arrow in arrows if len(arrows) > 1 else ():
                behind = gradient(one.objective, arrow.user).at_address(one.address)
                if self.wording.has(behind):
                    named = Quantity(Kind.PATH, "part", one.objective, quantity, arrow.user, one.address)
                    formula = multiply(Name(behind), rename(arrow.slope, one.here))
                    lines[quantity, arrow.user] = Line(Phase.GRADIENT, named, formula)
        wanted = [line.quantity for line in lines.values()]
        solved = one.solved([*lines.values()], wanted, one.problem.rounding, trace.digits)
        return {edge: decimal(solved.value(line.quantity).decimal) for edge, line in lines.items()}


def facts_of(problem: Problem, solution: Solution | None, show: Show, at: str = "") -> Facts:
    """The facts of the pass at an address such as `sample 2`, of the first one where none is named."""
    if solution is None:
        return Facts(problem, Wording(problem), Show.NAMES)
    derivation = solution.trace.derivation
    passes = passes_in(derivation)
    if not passes:
        return Facts(problem, Wording(problem, solution.trace), Show.NAMES)
    address = pass_at(_address(at), passes)
    one = OnePass(solution.problem, derivation, address, passes)
    return Facts(problem, Wording(problem, solution.trace), show, one)


def _address(text: str) -> Address:
    """The address that a text is; UsageError where it is none."""
    found = address_of(text) if text.strip() else ()
    if found is None:
        raise UsageError(_("no pass called {wanted!r}").format(wanted=text))
    return found
