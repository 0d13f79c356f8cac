"""Variants of one exercise: the same shape, other numbers, and equal work within a band."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Generic, TypeVar

from backprop_cli.generator.difficulty import difficulty_of
from backprop_cli.generator.problems import Generated, entitled, generate
from backprop_cli.generator.recipes import Recipe
from backprop_cli.generator.titles import title_of
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside, n_
from backprop_cli.numbers.exact import Rational, rational

MOST = 500
BAND = 10  # per cent above and below the middle
_PILOT = 9  # draws whose middle is the middle of the band
_DRAWS = 40  # for each variant, until it is given up
_LONGER = n_("numbers with more digits in the problem, 2.5 for 2, leave more to be drawn")


@record(slots=False)
class Variant:
    """One of the variants, its number from 1, and its work."""

    number: int
    made: Generated
    difficulty: int


@record(slots=False)
class Variants:
    """All of them, and the band in which their work lies."""

    variants: tuple[Variant, ...]
    low: Rational
    high: Rational


def variants_of(
    recipe: Recipe,
    seed: int,
    count: int,
    band: int = BAND,
    told: Callable[[int, int], None] = lambda done, total: None,
    taken: Callable[[Variant], None] = lambda one: None,
) -> Variants:
    """So many variants, the same from the same seed, no two with the same numbers; `told` of each that is drawn.

    Each is given to `taken` before the next is drawn, so that its pages can be set meanwhile. Draws outside the band
    around the middle of the first few are left out. Raises NotFound as `generate` does, and
    UsageError where too few draws are within the band.
    """
    if not 1 <= count <= MOST:
        raise UsageError(_("{count:,} variants: from 1 to {most}").format(count=count, most=MOST))
    draws = _Draws(recipe, seed, told=lambda number: told(min(number, count), count))
    found: list[Variant] = []

    def take(made: Generated, work: int) -> None:
        number = len(found) + 1
        found.append(Variant(number, entitled(made, _title(made, number)), work))
        taken(found[-1])

    hint = _(_LONGER) if recipe.like is not None else ""
    chosen = within_band(draws.all(), count, band, taken=take, hint=hint)
    return Variants(tuple(found), chosen.low, chosen.high)


T = TypeVar("T")


@record(slots=False)
class Chosen(Generic[T]):
    """What was drawn with its work, as far as that is within the band."""

    found: list[tuple[T, int]]
    low: Rational
    high: Rational


def within_band(
    draws: Iterator[tuple[T, int]],
    count: int,
    band: int,
    fewer: bool = False,
    taken: Callable[[T, int], None] = lambda made, work: None,
    hint: str = "",
) -> Chosen[T]:
    """The first so many draws whose work is within the band around the middle of the first few; `taken` gets each.

    Raises UsageError where too few are, unless `fewer` will do; `hint` is what leaves more to be drawn.
    """
    pilot, drawn = list(islice(draws, _PILOT)), 0
    middle = sorted(work for _made, work in pilot)[len(pilot) // 2]
    low, high = rational(middle * (100 - band), 100), rational(middle * (100 + band), 100)
    found: list[tuple[T, int]] = []
    for made, work in chain(pilot, islice(draws, _DRAWS * count)):
        drawn += 1
        if low <= work <= high:
            found.append((made, work))
            taken(made, work)
        if len(found) == count:
            return Chosen(found, low, high)
    if fewer and found:
        return Chosen(found, low, high)
    if drawn < count:
        message = _("after {count} variants there are no other numbers").format(count=drawn)
        raise UsageError(aside(message, hint) if hint else message)
    message = _("only {found} of {count} variants are within {band} % of the same difficulty: allow a wider --band")
    raise UsageError(message.format(found=len(found), count=count, band=band))


def _title(made: Generated, number: int) -> str:
    """By which a sheet, its problem and its key are known to belong together."""
    title = title_of(made.recipe)
    said = _("{title}, variant {number}") if title else _("Variant {number}")
    return said.format(title=title, number=number)


@dataclass
class _Draws:
    """One draw after the other, without those that were there before."""

    recipe: Recipe
    seed: int
    number: int = 0
    told: Callable[[int], None] = lambda number: None

    def __post_init__(self) -> None:
        self.seen: set[str] = set()

    def all(self) -> Iterator[tuple[Generated, int]]:
        """Each problem with its work, until nothing new is drawn."""
        while (made := self._new()) is not None:
            self.seen.add(made.body)
            self.told(len(self.seen))
            yield made, difficulty_of(made.worked)

    def _new(self) -> Generated | None:
        """The next problem with numbers that were not there before; None where there is nothing new."""
        for _again in range(_DRAWS):
            self.number += 1
            made = generate(self.recipe, self.seed, draw=self.number)
            if made.body not in self.seen:
                return made
        return None
