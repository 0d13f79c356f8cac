"""What a tutor says, as data: sentences, equations, the work so far, and the next question. Formats write it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.ground.records import record


class Tone(Enum):
    """How something is meant."""

    PLAIN = "plain"
    RIGHT = "right"
    WRONG = "wrong"
    HINT = "hint"


@record
class Say:
    """A sentence, or an `item` of a list."""

    text: str
    tone: Tone = Tone.PLAIN
    item: bool = False


@record
class Formula:
    """left = side ≈ side, each side with the sign before it; `label` says what the line is."""

    left: str
    sides: tuple[tuple[str, str], ...]
    label: str = ""


@record
class Heading:
    """What stands above a part of the work; where a pass begins, `at` is its address, and its numbers follow."""

    text: str
    at: Address | None = None


@record
class KnownNumbers:
    """The numbers that are known so far; the network is drawn with those at one address."""

    known: Mapping[Quantity, str]
    at: Address = ()
    drawing_only: bool = False


Block: TypeAlias = Say | Formula | Heading | KnownNumbers


@record
class Prompt:
    """What is asked: number so many of how many, what, to how many digits (nothing: exactly).

    Also the answer that stands, and what is given.
    """

    number: int
    count: int
    symbol: str
    words: str
    digits: str
    answer: str = ""
    given: tuple[tuple[str, str], ...] = ()
    again: bool = False  # it was asked just before


@record
class Response:
    """What is said, and what is asked next; no question where the session ends."""

    blocks: tuple[Block, ...] = ()
    question: Prompt | None = None
