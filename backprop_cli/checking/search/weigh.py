"""Which of the edits that give the number on the sheet was made: priors, fits, meanings, and what other lines say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.checking.search.edits import Key
from backprop_cli.checking.search.lines import Weighed

NAMED = 0.8  # a posterior from which one is named, or two or three together
SHARED = 30.0  # how much likelier a mistake is for every other wrong line that it explains
UNLISTED = 0.5  # how much of all mistakes is none of those that are looked for
PERHAPS = 0.15
ACCIDENTS = 0.1  # expected accidental fits from which on nothing is named
PATTERN = 1.5  # how much likelier a mistake is that the table knows by name
_RANGE = 2.5  # a number that means nothing lies within so many times the right one
_TOGETHER = 3
_FIGURES = 9
Meaning = tuple[str, ...]


@dataclass(eq=False)
class Explained:
    """The edits of one meaning that give the number on the sheet; the likeliest stands for all."""

    best: Weighed
    prior: float
    fit: float
    keys: set[Key] = field(default_factory=set)
    score: float = 0.0
    posterior: float = 0.0
    also: int = 0  # other wrong lines that the same mistake explains

    @property
    def is_a_slip(self) -> bool:
        """Whether it is only a digit."""
        return self.best.edit.key[0] == "slip"


@dataclass(frozen=True)
class Fits:
    """What explains one wrong line: `share` of all numbers would fit a random one of the edits."""

    explained: Sequence[Explained]
    mass: float  # of all edits tried
    share: float  # of the numbers that a random answer can be: one written answer
    tried: Sequence[tuple[float, float, float]]  # prior, value and width of every edit
    scale: float
    half: float

    def accidents(self, prior: float) -> float:
        """How many edits at least as usual a random number is expected to hit."""
        cell = 2 * self.half or 1e-12 * self.scale
        near: dict[int, float] = {}
        for one, value, width in self.tried:
            if one >= prior and abs(value) <= _RANGE * self.scale:
                place = round(value / cell)
                near[place] = max(near.get(place, 1.0), 1 + 2 * width / cell)
        return sum(near.values()) * self.share


def share_of(half: float, scale: float) -> float:
    """Where a random number falls: the share of one written answer among all that are likely."""
    return min(1.0, 2 * half / (_RANGE * scale)) if scale else 1.0


def fit_of(distance: float, width: float, half: float) -> float:
    """How well a candidate fits: an exact fit beats a loose one."""
    near = 0.5 if distance <= half * (1 + 1e-9) else 0.0
    return near + 0.5 * (half / (half + width) if half + width else 1.0)


def meaning(values: Iterable[float]) -> Meaning:
    """What tells two edits apart: their values on copies of the problem with other numbers."""
    return tuple("0" if abs(value) < 1e-300 else f"{value:.{_FIGURES - 1}e}" for value in values)


def weighed(fits: Mapping[object, Fits]) -> None:
    """Scores and posteriors of the lines of one sheet, weighed together."""
    keys = {line: set().union(*(one.keys for one in found.explained)) for line, found in fits.items()}
    for line, found in fits.items():
        others = [keys[other] for other in keys if other != line]
        for one in found.explained:
            one.also = max((sum(key in other for other in others) for key in one.keys), default=0)
            one.score = one.prior * one.fit * SHARED ** min(one.also, _TOGETHER)
        rest = UNLISTED * found.share * found.mass
        total = sum(one.score for one in found.explained) + rest
        for one in found.explained:
            one.posterior = one.score / total if total else 0.0


def ranked(found: Fits) -> list[Explained]:
    """The explanations, the likeliest first; slips last."""
    return sorted(found.explained, key=lambda one: (one.is_a_slip, -one.posterior))


def named(found: Fits) -> tuple[list[Explained], bool]:
    """The one that is named, or two or three that are; and whether only "perhaps"."""
    order = ranked(found)
    if not order:
        return [], False
    perhaps = False
    for rest in (UNLISTED, PERHAPS):
        total = sum(one.score for one in order) + rest * found.share * found.mass
        chosen: list[Explained] = []
        sum_ = 0.0
        for one in sorted(order, key=lambda one: -one.score)[:3]:
            chosen.append(one)
            sum_ += one.score / total if total else 0.0
            if sum_ >= NAMED:
                if not _is_likely(found, chosen):
                    return [], False
                return chosen, perhaps or chosen[0].is_a_slip
        perhaps = True
    return [], False


def _is_likely(found: Fits, chosen: Sequence[Explained]) -> bool:
    """Whether so usual a mistake would hardly fit a random number, or explains another line too."""
    if any(one.also for one in chosen):
        return True
    return found.accidents(max(one.prior for one in chosen)) <= ACCIDENTS and math.isfinite(found.share)
