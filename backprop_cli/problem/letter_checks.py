"""What is wrong with the letters of a problem: not used, given a value after all, or where they cannot stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.expressions import CONSTANTS
from backprop_cli.algebra.formula import Formula, names_in
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.letters import letters_of, with_numbers
from backprop_cli.problem.model import OPEN, Problem
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.tree import Path


def check_letters(file: ProblemFile, book: ComplaintBook, problem: Problem) -> None:
    """Complains about letters that are not used, that have a value after all, or that stand where they cannot."""
    used = letters_of(problem)
    given = file.letters
    listed: dict[str, Path] = {name: ("letters", n) for n, name in enumerate(given)} if isinstance(given, list) else {}
    listed |= {given: ("letters",)} if isinstance(given, str) else {}
    taken = dict(_taken(problem))
    for name, path in listed.items():
        if name in CONSTANTS:
            book.complain(path, _("{name!r} is a number already").format(name=name))
        elif name not in used:
            message = taken.get(name, _("letter {name!r} is not used"))
            book.complain(path, message.format(name=name))
    for name in sorted(_other_letters(problem) & taken.keys()):
        book.complain(listed.get(name, ("symbolic",)), taken[name].format(name=name))
    if (used or file.symbolic) and problem.rounding is not None:
        book.complain_at_key(("rounding",), _("letters cannot be rounded"))
    if (used or file.symbolic) and problem.report:
        key = "report" if file.report else "stop"
        book.complain_at_key((key,), _("a long training needs numbers, not letters"))


def _other_letters(problem: Problem) -> set[str]:
    """The letters that do not stand for the number they name."""
    found: set[str] = set()

    def note(value: Formula, own: tuple[str, ...]) -> Formula:
        found.update(name.symbol for name in names_in(value) if isinstance(name.symbol, str))
        return value

    with_numbers(problem, note)
    return found


def _taken(problem: Problem) -> Iterator[tuple[str, str]]:
    """The names that mean something else than a letter, each with the message that says what."""
    values: list[tuple[str, Mapping[str, Formula]]] = [
        (_("{name!r} is a parameter that has a value"), problem.parameters)
    ]
    values += [(_("{name!r} is an input that has a value"), sample.inputs) for sample in problem.samples]
    for message, group in values:
        yield from ((name, message) for name, value in group.items() if value != OPEN)
    for layer in problem.layers:
        yield from ((neuron.name, _("{name!r} is a neuron")) for neuron in layer.neurons)
    yield from ((name, _("{name!r} is a node of the graph")) for name in problem.nodes)
