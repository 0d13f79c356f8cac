"""The constants of a derivation: every number that the problem gives, by the quantity that it is."""

from __future__ import annotations

from backprop_cli.algebra.formula import Formula, number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.rates import FIRST_RATE
from backprop_cli.algebra.slots import LEARNING_RATE
from backprop_cli.deriving import networks
from backprop_cli.deriving.batch_forward import weight_at
from backprop_cli.deriving.plans import sample_place
from backprop_cli.problem.model import Problem


def numbers_of(problem: Problem) -> dict[Quantity, Formula]:
    """What a problem gives, by its quantity: parameters, what its updates are made of, and the data of every sample."""
    found = {networks.parameter(name): value for name, value in problem.parameters.items()}
    if problem.training.learning_rate is not None:
        found |= _of_the_rate(problem.training.learning_rate, problem)
        found |= _of_the_optimizer(problem)
    for index, sample in enumerate(problem.samples, start=1):
        at = sample_place(problem, index)
        found |= {Quantity(Kind.INPUT, name, at=at): value for name, value in sample.inputs.items()}
        found |= {Quantity(Kind.TARGET, name, at=at): value for name, value in sample.targets.items()}
        if problem.is_weighted:
            found[weight_at(at)] = number(1) if sample.weight is None else sample.weight
    return found


def _of_the_rate(rate: Formula, problem: Problem) -> dict[Quantity, Formula]:
    """η, or what its schedule is made of; the rates of a list are lines of their own, and some steps have no rate."""
    schedule, rule = problem.training.schedule, problem.training.rule
    if schedule is None:
        return {LEARNING_RATE: rate} if rule.rated or not rule.second else {}
    return {} if schedule.rates else {FIRST_RATE: rate, **schedule.settings}


def _of_the_optimizer(problem: Problem) -> dict[Quantity, Formula]:
    """The optimizer's settings and its starting state."""
    rule, state = problem.training.rule, problem.training.state
    learning = [name for name in problem.parameters if name not in problem.fixed]
    first = {key: value for name in learning for key, value in rule.first_state(name).items()}
    return {**rule.constants(), **{networks.parameter(key): state.get(key, value) for key, value in first.items()}}
