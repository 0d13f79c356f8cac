"""A problem with all that it names understood: each text of `ask`, `marks`, `given`, `report` as references by key."""

from __future__ import annotations

from dataclasses import replace as _replace

from backprop_cli.problem.reader import Loaded


def understood(loaded: Loaded) -> Loaded:
    """The same with every name a reference by key. Raises SourceError for those that mean nothing, each once."""
    problem = loaded.problem
    named = (problem.ask, problem.ask_formulas, problem.marks, problem.report_quantities)
    if not (any(named) or any(one.given for one in problem.samples)):
        return loaded
    from backprop_cli.deriving.meanings import Reading  # what most problems need not wait for

    reading = Reading(loaded, problem)
    reading = _replace(reading, problem=_replace(reading.problem, samples=reading.samples()))
    reading = _replace(reading, problem=_replace(reading.problem, report_quantities=reading.report()))
    found = _replace(reading.problem, ask=reading.ask(), ask_formulas=reading.formulas(), marks=reading.marks())
    if reading.places:
        loaded.fail(reading.places)
    whole = reading.whole()
    return _replace(loaded, problem=found, derived=None if whole is None else (found, whole))
