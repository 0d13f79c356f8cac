"""All mistakes that students make: in a formula, each where it has a place, or by a slip of the pen."""

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

import mistakes_backward
import mistakes_elsewhere
import mistakes_forward
from families import Exercise, Role
from kinds import KINDS, Kind

TABLES = (mistakes_forward, mistakes_backward, mistakes_elsewhere)  # importing them is what fills the list of kinds

# ------------------------------------------------------------------------------------------------ slips of the pen

Slip = Callable[[str, str, random.Random], str | None]


def digits_of(text: str) -> list[int]:
    """Where the significant digits stand."""
    first = next((i for i, c in enumerate(text) if c in "123456789"), len(text))
    return [i for i, c in enumerate(text) if c.isdigit() and i >= first]


def exchanged(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)
    pairs = [(i, j) for i, j in pairwise(spots) if text[i] != text[j] and j == i + 1]
    if not pairs:
        return None
    i, j = chance.choice(pairs[:2])
    return text[:i] + text[j] + text[i] + text[j + 1 :]


def miscopied(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)[:-1]
    if not spots:
        return None
    i = chance.choice(spots)
    return text[:i] + chance.choice([c for c in "123456789" if c != text[i]]) + text[i + 1 :]


def left_out(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)[:-1]
    return text[: spots[1]] + text[spots[1] + 1 :] if spots[1:] else None


def doubled(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)[:-1]
    return text[: spots[0]] + text[spots[0]] + text[spots[0] :] if spots else None


SLIPS: dict[str, Slip] = {
    "two digits exchanged": exchanged,
    "a digit miscopied": miscopied,
    "a digit left out": left_out,
    "a digit written twice": doubled,
    "the point moved to the left": lambda t, above, c: f"{Decimal(t).scaleb(-1):f}",
    "the point moved to the right": lambda t, above, c: f"{Decimal(t).scaleb(1):f}",
    "the point moved by two": lambda t, above, c: f"{Decimal(t).scaleb(-2):f}",
    "the sign dropped": lambda t, above, c: t[1:] if t.startswith("-") else f"-{t}",
    "copied from the line above": lambda t, above, c: above or None,
}


def planted(exercise: Exercise) -> Iterator[tuple[int, Kind, str]]:
    """Every mistake that has a place on this exercise: the line, the kind and the wrong formula."""
    for number, line in enumerate(exercise.course.lines):
        role = exercise.roles[line.key]
        for one in KINDS:
            if role.kind in one.lines and (text := wrong_text(one, role, exercise)):
                yield number, one, text


def wrong_text(one: Kind, role: Role, exercise: Exercise) -> str | None:
    try:
        return one.wrong(role, exercise)
    except (AttributeError, IndexError, ValueError):
        return None


__all__ = ["KINDS", "SLIPS", "TABLES", "Kind", "planted", "wrong_text"]
