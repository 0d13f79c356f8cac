"""Which exercises of an assignment are meant by the names of lines: `w5_new`, or `exercise 2 / w5_new`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.assignment import exercise_key
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import SolveOptions, chosen
from backprop_cli.solving.worked import WorkedProblem

_EXERCISE = re.compile(r"\s*exercise\s+(\d{1,3})\s*/\s*", re.IGNORECASE)


def only_in(
    exercises: Mapping[int, Loaded], only: Sequence[str], then_forward: bool = False
) -> dict[int, tuple[str, ...]]:
    """What is chosen of each exercise; without those of which nothing is, where something is chosen.

    `net_h1` is of every exercise that has it, `exercise 2 / net_h1` of the second alone. Raises UsageError for an
    exercise that there is not, and for a name that means nothing in any of several.
    """
    if not only:
        return dict.fromkeys(exercises, ())
    found: dict[int, list[str]] = {}
    for said in only:
        named = _EXERCISE.match(said)
        name, among = (said, [*exercises]) if named is None else (said[named.end() :], [int(named[1])])
        if not exercises.keys() >= {*among}:
            keys = listed(exercise_key(number) for number in exercises)
            raise UsageError(_("no exercise of {name!r} ({names})").format(name=said, names=keys))
        for number in _that_have(name, exercises, among, then_forward) if len(exercises) > 1 else among:
            found.setdefault(number, []).append(name)
    return {number: tuple(found[number]) for number in sorted(found)}


def _that_have(name: str, exercises: Mapping[int, Loaded], among: Sequence[int], then_forward: bool) -> list[int]:
    """Those of some exercises that have a line of this name; raises what the first says where none has."""
    found, errors = [], []
    for number in among:
        try:
            chosen(WorkedProblem.of(exercises[number]), SolveOptions(Detail.TEXTBOOK, (name,), then_forward))
        except UsageError as error:
            errors.append(error)
        else:
            found.append(number)
    if not found:
        raise errors[0]
    return found
