"""The key of an exercise as an answer file: the sheet to fill in, with every line as a faithful student writes it."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.key import BITS, Key
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.template import template
from backprop_cli.ground.errors import Undecided
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.enclosures import ball, settled
from backprop_cli.numbers.rounded import round_to
from backprop_cli.solving.worked import WorkedProblem


def right_answers(worked: WorkedProblem, everything: bool = False) -> Mapping[Quantity, str]:
    """What the exercise asks for, to the digits asked for."""
    key, marking = Key(worked), Marking(worked.problem)
    found: dict[Quantity, str] = {}
    with precision(BITS):
        for line in asked_lines(worked, everything):
            value = key.rounded.get(line.quantity, key.true(line.quantity))
            digits = marking.digits(line.quantity)
            try:
                found[line.quantity] = round_to(value, digits).text()
            except Undecided:  # a tie, or 0
                found[line.quantity] = round_to(settled(ball(value)), digits).text()
    return found


def key_sheet(worked: WorkedProblem, format_: str = "yaml") -> str:
    """The sheet filled with the right answers, which `check` gives full marks."""
    return template(worked, format_=format_, filled=right_answers(worked))
