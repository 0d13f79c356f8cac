"""What a learner calls a line: a name before an equals sign, in a reply to the question for a line."""

from __future__ import annotations

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.working.model import Chain


def line_called(lesson: Lesson, chain: Chain, near: Quantity) -> Quantity | None:
    """The line that a chain is of: in this pass, if it has one of that name."""
    meanings = lesson.checker.reader.meanings
    for text in (chain.name, chain.name.split()[-1] if chain.name.split() else ""):
        for place in (near.at, ()):
            if (found := meanings.find(text, place)) is not None:
                return found
    if near.bare in meanings.in_books(chain.name):
        return near
    if units := meanings.of_a_unit(chain):
        return near if near in units else units[0]
    bare = meanings.bare_of(chain)
    same = [one for one in bare if one.name == near.name] or (bare if len(bare) == 1 else ())
    there = [one.at_address(near.at) for one in same]
    return near if near in there else next((one for one in there if one in lesson.lines), None)


def given_called(lesson: Lesson, chain: Chain, near: Quantity) -> Quantity | None:
    """What the problem gives and a line is called by, if that cannot mean the line that is asked for.

    Of a weight its gradient or its new value may be meant, of a target the output.
    """
    words = chain.name.split()
    found = lesson.checker.reader.meanings.given(words[-1]) if words else None
    return found if found is not None and found.name != near.name else None


def is_on_the_way(lesson: Lesson, chain: Chain) -> bool:
    """Whether a line is called by something of the student's own, such as Δw."""
    return lesson.checker.reader.meanings.is_helper(chain)


def is_called(lesson: Lesson, quantity: Quantity, name: str) -> bool:
    """Whether a name means this quantity."""
    return lesson.checker.names.find(name, quantity.at) == quantity
