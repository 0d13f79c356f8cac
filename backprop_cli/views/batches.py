"""The passes of a solution: which samples go through together, and where their gradients and updates stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.formula import Formula, Name, add, divide, multiply, number
from backprop_cli.algebra.quantities import AFTER, Address, Kind, Quantity, place
from backprop_cli.deriving import networks
from backprop_cli.deriving.batch_forward import weight_at
from backprop_cli.deriving.networks import parameter
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Problem


@record(slots=False)
class Batch:
    """The samples before one update: an address each, the address of their common lines, and the parameters in use.

    `current` says under which name a parameter (or a state of the optimizer) has its value before the update.
    """

    columns: tuple[Address, ...]
    at: Address
    current: Mapping[Quantity, Quantity]
    together: bool  # whether a batch may be of several samples, so that its gradients are sums over them

    @property
    def is_after(self) -> bool:
        """Whether this is the forward pass after the last update."""
        return AFTER in self.at

    @property
    def samples(self) -> tuple[int, ...]:
        """The numbers of the samples."""
        return tuple(place(column, "sample") or 1 for column in self.columns)

    def now(self, quantity: Quantity) -> Quantity:
        """The name under which a parameter has its value in this batch."""
        return self.current.get(quantity, quantity)


def batches(problem: Problem, derivation: Derivation) -> Iterator[Batch]:
    """The batches of a derivation in order; the forward pass after the update, if there is one, comes last."""
    current: dict[Quantity, Quantity] = {}
    waiting: list[Address] = []
    after: list[Address] = []
    for address, lines in groupby(derivation.lines, key=lambda line: line.quantity.at):
        is_pass = not problem.has_batches or place(address, "sample") is not None
        if AFTER in address:
            after += [address] if place(address, "sample") is not None or len(problem.samples) == 1 else []
            continue
        if is_pass:
            waiting.append(address)
        if not problem.has_batches or not is_pass:
            yield Batch(tuple(waiting), address, dict(current), problem.has_batches)
            waiting = []
        current |= _updated(lines)
    if waiting:  # nothing is summed over the batch: there is no objective
        yield Batch(tuple(waiting), (), dict(current), True)
    if after:
        yield Batch(tuple(after), (AFTER,), dict(current), len(after) > 1)


def _updated(lines: Iterator[Line]) -> dict[Quantity, Quantity]:
    return {parameter(line.quantity.name): line.quantity for line in lines if line.quantity.kind is Kind.NEW}


def data_address(address: Address) -> Address:
    """Where the inputs and targets of the pass at an address stand."""
    return tuple(step for step in address if step.word == "sample")


def sent(problem: Problem, sender: str, address: Address) -> Quantity:
    """What an input or a neuron puts out in the pass at an address."""
    if sender in problem.inputs:
        return Quantity(Kind.INPUT, sender, at=data_address(address))
    return networks.out(sender).at_address(address)


def fixed_in(problem: Problem, derivation: Derivation) -> frozenset[str]:
    """The parameters that keep their value while others are updated."""
    new = {line.quantity.name for line in derivation.lines if line.quantity.kind is Kind.NEW}
    return frozenset(name for name in problem.parameters if name not in new) if new else frozenset()


def uses(problem: Problem) -> dict[str, int]:
    """In how many places each parameter stands in the network."""
    counted: dict[str, int] = {}
    for layer in problem.layers:
        for neuron in layer.neurons:
            names = [connection.parameter for connection in neuron.connections]
            for name in [*names, *([neuron.bias] if neuron.bias is not None else [])]:
                counted[name] = counted.get(name, 0) + 1
    return counted


def over_batch(problem: Problem, terms: list[Formula], columns: Sequence[Address]) -> Formula:
    """The sum of one term a sample, or their mean, as the problem reduces a batch; weighted by its samples' weights."""
    if problem.is_weighted:
        weights: list[Formula] = [Name(weight_at(at)) for at in columns]
        total = add(*(multiply(weight, term) for weight, term in zip(weights, terms, strict=True)))
        return divide(total, add(*weights)) if problem.training.mean else total
    total = add(*terms)
    return divide(total, number(len(terms))) if problem.training.mean and len(terms) > 1 else total
