"""Opens what a command is given: an assignment, or a problem, which is one of one exercise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backprop_cli.cli.language import is_chosen
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _, language, set_language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from backprop_cli.problem.assignment import Assignment
    from backprop_cli.problem.reader import Loaded


def opened(
    name: str,
    notation: str | None = None,
    rounding: str | None = None,
    printed: bool = True,
    ask: Sequence[str] | None = None,
) -> Assignment:
    """The assignment or problem; what is `printed` for a class is in the language that the assignment says.

    With `ask`, the problem asks for this instead; raises UsageError where there are several.
    """
    from backprop_cli.checking.assignments import load
    from backprop_cli.writing.notation import speak_in_words_of

    found = load(name, notation, rounding)
    own = found.head.language if found.head else ""
    if printed and own and own != language() and not is_chosen():
        set_language(own)
        found = load(name, notation, rounding)  # whose bundled titles are in that language
    speak_in_words_of({one.loaded.problem.notation for one in found.exercises})
    return _asking(found, ask) if ask else found


def _asking(assignment: Assignment, names: Sequence[str]) -> Assignment:
    """The problem alone, asking for these names."""
    from backprop_cli.questions.reading import asking

    if not assignment.is_alone:
        raise UsageError(_("--ask is for one problem; the exercises of an assignment have `ask` in their files"))
    exercises = (replace(one, loaded=asking(one.loaded, names)) for one in assignment.exercises)
    return replace(assignment, exercises=tuple(exercises))


def exercises(name: str, rounding: str | None = None) -> Iterator[tuple[str, Loaded]]:
    """The problems of an assignment, each with its heading; a problem alone, with none.

    Raises UsageError where one of them has letters.
    """
    from backprop_cli.problem.assignment import heading_of
    from backprop_cli.problem.reader import needs_numbers

    assignment = opened(name, rounding=rounding, printed=False)
    for one in assignment.exercises:
        if one.loaded.problem.letters:
            raise UsageError(needs_numbers(one.loaded.source, one.loaded.problem))
        yield "" if assignment.is_alone else heading_of(one.number, one.loaded.problem), one.loaded


def headed(heading: str, page: RenderableType) -> RenderableType:
    """The page of an exercise under its heading."""
    if not heading:
        return page
    from rich.console import Group
    from rich.text import Text

    from backprop_cli.cli.output import can_show_unicode
    from backprop_cli.formats.terminal.ascii import in_ascii

    shown = visible(heading) if can_show_unicode() else in_ascii(visible(heading))
    return Group(Text(shown, "bold magenta"), Text(), page, Text())
