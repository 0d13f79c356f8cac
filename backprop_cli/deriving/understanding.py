"""A problem with all that it names understood: each text of `ask`, `marks`, `given`, `report` as references by key."""

from __future__ import annotations

from dataclasses import replace as _replace
from pathlib import Path
from typing import Any

from backprop_cli.algebra.references import Reference
from backprop_cli.numbers.exact import from_text
from backprop_cli.problem import reader
from backprop_cli.problem.model import RoundingRule
from backprop_cli.problem.reader import Above, Loaded


def load(name: str, notation: str | None = None, letters: bool = False) -> Loaded:
    """The problem at a path, from `-`, or bundled under this name, with all that it names understood.

    Raises what `reader.load` does, and SourceError, located, for every name that means nothing.
    """
    return understood(reader.load(name, notation, letters))


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


def kept(loaded: Loaded) -> tuple[Any, tuple[Any, ...]]:
    """What a problem is pickled as: a function and its arguments, all plain, that read it again."""
    problem = loaded.problem
    said = (problem.title, problem.text, problem.notation, problem.rounding)
    shared = tuple((one, str(worth)) for one, worth in problem.marks.items()) if loaded.above is not None else None
    return _again, (loaded.text, loaded.source, loaded.folder, loaded.above, said, shared)


def _again(
    text: str,
    source: str,
    folder: Path | None,
    above: Above | None,
    said: tuple[str, str, str, RoundingRule | None],
    shared: tuple[tuple[Reference, str], ...] | None,
) -> Loaded:
    title, words, notation, rounding = said
    loaded = understood(reader.load_text(text, source, notation, letters=True, folder=folder, above=above))
    problem = _replace(loaded.problem, title=title, text=words, rounding=rounding)
    if shared is not None:  # the points of an exercise
        problem = _replace(problem, marks={one: from_text(worth) for one, worth in shared})
    return _replace(loaded, problem=problem)
