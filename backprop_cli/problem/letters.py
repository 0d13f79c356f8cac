"""Letters: numbers of a problem that are left open, and which names of a file they are.

A name is a letter where it stands for the number it names (`w1: w1`, `w1 = w1`, `learning_rate: eta`), and wherever it
stands for a number if the file lists it in `letters`. With `symbolic: true`, every name without a value is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as _replace

from backprop_cli.algebra.expressions import CONSTANTS, FUNCTIONS
from backprop_cli.algebra.formula import Formula, Name, Number, names_in, replace
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.updates import PENALTIES, UpdateRule
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.model import OPEN, Problem, Sample

RATE = ("η", "eta")


@record
class Letters:
    """The names that may stand for a number in a file; `every`: any name may."""

    names: frozenset[str] = frozenset()
    every: bool = False

    def has(self, word: str) -> bool:
        """Whether the word, standing alone where a number is expected, is a letter."""
        return word in self.names or (self.every and word.isidentifier() and word not in FUNCTIONS | CONSTANTS)


NO_LETTERS = Letters()


# ---- the numbers of a problem --------------------------------------------------------------------------------

Change = Callable[[Formula, tuple[str, ...]], Formula]


def with_numbers(problem: Problem, change: Change) -> Problem:
    """The problem with each of its numbers changed; `change` is also given the names that mean just this number."""
    training, rule = problem.training, problem.training.rule
    settings = {name: change(value, (name,)) for name, value in rule.settings.items()}
    penalties = {name: change(value, (PENALTIES[name],)) for name, value in rule.penalties.items()}
    rate = training.learning_rate
    return _replace(
        problem,
        parameters={name: change(value, (name,)) for name, value in problem.parameters.items()},
        samples=tuple(_sample_with(sample, change) for sample in problem.samples),
        gradients={name: tuple(change(one, ()) for one in steps) for name, steps in problem.gradients.items()},
        training=_replace(
            training,
            learning_rate=None if rate is None else change(rate, RATE),
            rule=_replace(rule, settings=settings, penalties=penalties),
            state={name: change(value, (name,)) for name, value in training.state.items()},
        ),
    )


def _sample_with(sample: Sample, change: Change) -> Sample:
    return Sample(
        {name: change(value, (name,)) for name, value in sample.inputs.items()},
        {name: change(value, (name, f"t_{name}")) for name, value in sample.targets.items()},
        {key: change(value, (key,)) for key, value in sample.given.items()},
        None if sample.weight is None else change(sample.weight, ("omega",)),
    )


def opened(problem: Problem) -> Problem:
    """The problem in which each number that stands as its own name is OPEN."""

    def change(value: Formula, own: tuple[str, ...]) -> Formula:
        return OPEN if isinstance(value, Name) and value.symbol in own else value

    return with_numbers(problem, change)


def in_letters(problem: Problem) -> Problem:
    """The problem with every number left open; what is a letter already, or has one in it, stays as it is."""

    def change(value: Formula, own: tuple[str, ...]) -> Formula:
        return value if has_letters(value) else OPEN

    rule = problem.training.rule
    whole: UpdateRule = _replace(rule, settings={**OPTIMIZERS[rule.optimizer].usual, **rule.settings})
    return with_numbers(_replace(problem, training=_replace(problem.training, rule=whole)), change)


def standing_in(problem: Problem) -> Problem:
    """The problem with a number in the place of each letter, so that formulas can be compared.

    The text of each of these numbers is its letter.
    """
    numbers = {name: Number(rational(_PRIMES[at % len(_PRIMES)], _WHOLE + at), name)
               for at, name in enumerate(problem.letters)}  # fmt: skip

    def change(value: Formula, own: tuple[str, ...]) -> Formula:
        if value == OPEN and own:
            return numbers[own[-1]]
        return replace(value, lambda name: numbers.get(str(name.symbol), name))

    return with_numbers(_replace(problem, letters=(), symbolic=False, stood_in=frozenset(numbers)), change)


_PRIMES, _WHOLE = (31, 37, 41, 43, 47, 53, 59, 61, 67, 71), 97


def has_letters(value: Formula) -> bool:
    """Whether a number is, or is computed from, letters."""
    return any(True for _name in names_in(value))


def letters_of(problem: Problem) -> tuple[str, ...]:
    """The letters of a problem, each once, in the order in which they are met; an open number by its own name."""
    found: dict[str, None] = {}

    def note(value: Formula, own: tuple[str, ...]) -> Formula:
        for name in names_in(value):
            found[own[-1] if name == OPEN and own else str(name.symbol)] = None
        return value

    with_numbers(problem, note)
    return tuple(found)
