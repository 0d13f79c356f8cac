"""A problem with all that it names understood, its questions in words among it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace as _replace
from pathlib import Path as Folder
from typing import Any

from backprop_cli.algebra.references import Reference
from backprop_cli.deriving import understanding
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, aside
from backprop_cli.numbers.exact import from_text
from backprop_cli.problem import reader
from backprop_cli.problem.finding import File, find
from backprop_cli.problem.model import RoundingRule
from backprop_cli.problem.questions import called, is_question
from backprop_cli.problem.reader import Above, Case, Loaded, UnknownKeysError
from backprop_cli.problem.tree import Path, text_at


def load(name: str, notation: str | None = None, letters: bool = False) -> Loaded:
    """The problem at a path, from `-`, or bundled under this name, with all that it names understood.

    Raises what `reader.load` does, and SourceError, located, for every name that means nothing.
    """
    return load_read(find(name), notation, letters)


def load_read(file: File, notation: str | None = None, letters: bool = False) -> Loaded:
    """The problem in a file that was read, or that case of it, with all that it names understood."""
    with and_names():
        return understood(reader.load_file(file, notation, letters))


@contextmanager
def and_names() -> Iterator[None]:
    """Adds what is said of names to what is said of keys that there are not, where nothing else is wrong in a file."""
    try:
        yield
    except UnknownKeysError as error:
        error.and_more(understood)


def understood(loaded: Loaded) -> Loaded:
    """The same with every name a reference by key, and every question by its own.

    Raises SourceError for those that mean nothing, each once.
    """
    found = understanding.understood(loaded)
    return found if not found.problem.ask_words and not _marked(found) else _with_questions(found)


def asking(loaded: Loaded, names: Sequence[str]) -> Loaded:
    """The problem with these names asked for instead of what its file asks: whatever may stand in a list there.

    Raises UsageError for those that mean nothing.
    """
    from backprop_cli.questions.question import NoQuestion
    from backprop_cli.questions.table import question
    from backprop_cli.solving.worked import WorkedProblem

    worked = WorkedProblem.of(loaded)
    asked = worked.names.chosen((name for name in names if not is_question(name)), asked=True)
    words: dict[str, None] = {}
    for text in filter(is_question, names):
        try:
            words[question(worked, text).key] = None
        except NoQuestion as error:
            raise UsageError(aside(error.message, error.hint) if error.hint else error.message) from None
    return _replace(loaded, problem=_replace(loaded.problem, ask=asked, ask_words=tuple(words), ask_formulas=()))


def _marked(loaded: Loaded) -> list[Reference]:
    """What marks say of questions."""
    return [one for one in loaded.problem.marks if is_question(one.name)]


def _with_questions(loaded: Loaded) -> Loaded:
    """The problem with its questions by their keys, and their marks."""
    from backprop_cli.questions.question import NoQuestion
    from backprop_cli.questions.table import question
    from backprop_cli.solving.worked import WorkedProblem

    problem, worked = loaded.problem, WorkedProblem.of(loaded)
    places: list[tuple[Path, str, str | None]] = []
    keys: dict[str, str] = {}
    for text in problem.ask_words if not problem.letters else ():
        try:
            keys[text] = question(worked, text).key
        except NoQuestion as error:
            places.append((_place(loaded, text), error.message, error.hint))
    if problem.ask_words and problem.letters:
        places.append((_place(loaded, problem.ask_words[0]), _("a question in words needs numbers"), None))
    marks = dict(problem.marks)
    for one in _marked(loaded):
        key = called(one.name, (*keys, *keys.values()))
        if key is None:
            said = _("{name!r} has marks, but is not asked for").format(name=one.name)
            places.append((("marks", one.written), said, _("add it to `ask`")))
        else:
            marks[Reference((), keys.get(key, key), one.text)] = marks.pop(one)
    if places:
        loaded.fail(places)
    asked = tuple(dict.fromkeys(keys.values()))
    return _replace(loaded, problem=_replace(problem, ask_words=asked, marks=marks))


def _place(loaded: Loaded, text: str) -> Path:
    """Where a question stands in `ask`."""
    for within in (("ask",), ("ask", "values"), ("ask", "words")):
        for index in range(10_000):
            found = text_at(loaded.tree, (*within, index))
            if found is None:
                break
            if found.value == text:
                return (*within, index)
    return ("ask",)


def kept(loaded: Loaded) -> tuple[Any, tuple[Any, ...]]:
    """What a problem is pickled as: a function and its arguments, all plain, that read it again."""
    problem = loaded.problem
    said = (problem.title, problem.text, problem.notation, problem.rounding)
    shared = tuple((one, str(worth)) for one, worth in problem.marks.items()) if loaded.above is not None else None
    return again, (loaded.text, loaded.source, loaded.folder, loaded.above, said, shared)


def again(
    text: str,
    source: str,
    folder: Folder | None,
    above: Above | Case | None,
    said: tuple[str, str, str, RoundingRule | None],
    shared: tuple[tuple[Reference, str], ...] | None,
) -> Loaded:
    """The problem that `kept` made plain."""
    title, words, notation, rounding = said
    loaded = understood(reader.load_text(text, source, notation, letters=True, folder=folder, above=above))
    problem = _replace(loaded.problem, title=title, text=words, rounding=rounding)
    if shared is not None:  # the points of an exercise
        problem = _replace(problem, marks={one: from_text(worth) for one, worth in shared})
    return _replace(loaded, problem=problem)
