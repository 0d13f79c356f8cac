"""How many there are of what a file has, and how many are needed, in words: 1 number here, but 2 are needed."""

from __future__ import annotations

from collections.abc import Iterable

from backprop_cli.ground.words import _, listed, plural

_NAMED = 6  # names in a complaint


def names_here(count: int, expected: int) -> str:
    """1 name here, but 2 are needed"""
    return _but(plural("{count} name here", "{count} names here", count), expected)


def neurons(count: int) -> str:
    """1 neuron, 2 neurons"""
    return plural("{count} neuron", "{count} neurons", count)


def for_each_of(given: str, expected: str, names: Iterable[str]) -> str:
    """3 biases for 1 neuron (y)"""
    return _("{given} for {expected} ({names})").format(
        given=given, expected=expected, names=listed(names, most=_NAMED)
    )


def _but(given: str, expected: int) -> str:
    needed = plural("{count} is needed", "{count} are needed", expected)
    return _("{given}, but {needed}").format(given=given, needed=needed)
