"""Which of the edits that give the number on the sheet was made: priors, fits, and what the other wrong lines say."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.search.edits import Key
from backprop_cli.checking.search.lines import Weighed
from backprop_cli.ground.records import record

NAMED = 0.8  # a posterior from which one is named, or two or three together
SHARED = 30.0  # how much likelier a mistake is for every other wrong line that it explains
SURE = 0.98  # a posterior from which no others are named beside it, where round numbers let several mistakes fit
BESIDE = 0.02  # the posterior of those that are
IN_A_SET = 0.01  # and of those that are named where more than one is: what is true should be among them
UNLISTED = 0.6  # how many of all mistakes are none of those that are looked for, for each that is: to name one surely
PERHAPS = 0.4  # and to say that it was perhaps so
IN_DOUBT = 0.5  # a posterior of all from which one of them was made, whichever it is
_EXACT = 0.7  # how much of a fit is that the answer is what the numbers on the sheet give, rounded
_COARSE = 0.3  # which root
_WHOLE = 1e-8  # how near a number of units is to a whole one that is meant
_RANGE = 2.5  # a number that means nothing lies within so many times the right one
_MOST_SHARED = 3
_SEVERAL = 2
_TOGETHER = 3
Line = TypeVar("Line")


@dataclass
class Explained:
    """The edits of one meaning that give the number on the sheet; the likeliest, or what has a name, stands for all.

    `prior` is that of all of them together; those that give 0 whatever the numbers count once. `is_negative` says that
    it is the right formula of its `line` with the other sign; `patterns` are the rows of the table, with variants, that
    mean it.
    """

    line: Quantity
    best: Weighed
    prior: float
    fit: float
    is_negative: bool = False
    keys: set[Key] = field(default_factory=set)
    strongest: float = 0.0  # the prior of the best
    here: tuple[str, ...] = ()  # what it means on this problem, with its zeros and ones
    patterns: dict[tuple[str, str], None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._note(self.best)

    def _note(self, one: Weighed) -> None:
        if one.pattern[0] and one.is_own:
            self.patterns[one.pattern] = None

    def _rank(self, one: Weighed) -> tuple[bool, ...]:
        """What of the same meaning is said: a wrong sign, a row of the table, best one for the line itself."""
        signed = self.is_negative and says_a_sign(one.pattern)
        neighbour = one.edit.key == ("another line", "neighbour")
        tells_more = one.edit.kind != "only"  # what was left out, or where it is from
        return signed, bool(one.pattern[0]), one.is_own, one.line == self.line, neighbour, tells_more

    def join(self, one: Weighed, prior: float, fit: float, once: bool) -> None:
        """Takes in another edit of the same meaning."""
        self.keys.add(one.edit.key)
        self._note(one)
        self.fit = max(self.fit, fit)
        self.prior = max(self.prior, prior) if once else self.prior + prior
        if (*self._rank(one), prior) > (*self._rank(self.best), self.strongest):
            self.best, self.strongest = one, prior


_SIGNS = ("target-minus-output", "uphill")  # and what has a sign in its name


def says_a_sign(pattern: tuple[str, str]) -> bool:
    """Whether a row of the table says that a sign is wrong."""
    return pattern[0] in _SIGNS or any("sign" in word for word in pattern)


@record(slots=False)
class Fits:
    """What explains one wrong line; `mass` is that of all edits that were tried.

    `share` is how many of the numbers that mean nothing are written like this one; it `is_round` where both it and the
    right one have fewer digits than are written: then more than one mistake easily gives it. `proved` and `written`
    keep what is worked out of an explanation, by its place, for other sheets with the same numbers.
    """

    explained: Sequence[Explained]
    mass: float
    share: float
    is_round: bool = False
    proved: dict[int, bool] = field(default_factory=dict)
    written: dict[int, Formula] = field(default_factory=dict)


@record(slots=False)
class Scored:
    """An explanation with its weight among those of its line, and how many other wrong lines it explains."""

    explained: Explained
    score: float
    posterior: float

    @property
    def is_a_slip(self) -> bool:
        """Whether it is only a digit."""
        return self.explained.best.edit.key[0] == "slip"


def share_of(half: float, scale: float) -> float:
    """Where a random number falls: the share of one written answer among all that are likely."""
    return min(1.0, 2 * half / (_RANGE * scale)) if scale else 1.0


def grain(answer: float, right: float, half: float) -> float:
    """Half a unit of the answer; more where it and the right one are rounder than written, such as 3.250 and 1.250.

    With round numbers, more than one mistake gives the same; but what mistakes give lies on a finer grid than the
    right numbers, so it is only a root of how much coarser that is.
    """
    unit = 2 * half
    if not unit or not math.isfinite(right):
        return half
    whole, mine = round(right / unit), round(answer / unit)
    if abs(whole) == abs(mine) or abs(right / unit - whole) > _WHOLE * max(1, abs(whole)):
        return half
    common, found = math.gcd(whole, mine), 1
    for tens in range(1, len(str(common))):
        steps = (10**tens, 25 * 10 ** (tens - 1), 50 * 10 ** (tens - 1))
        found = max([found, *(step for step in steps if common % step == 0)])
    coarser: float = found**_COARSE
    return half * coarser


def fit_of(distance: float, width: float, half: float) -> float:
    """How well a candidate fits: an exact fit beats a loose one."""
    near = _EXACT if distance <= half * (1 + 1e-9) else 0.0
    return near + (1 - _EXACT) * (half / (half + width) if half + width else 1.0)


def weighed(fits: Mapping[Line, Fits]) -> Mapping[Line, list[Scored]]:
    """The explanations of the lines of one sheet, weighed together, the likeliest first."""
    keys = {line: set[Key]().union(*(one.keys for one in found.explained)) for line, found in fits.items()}
    found: dict[Line, list[Scored]] = {}
    for line, fit in fits.items():
        others = [keys[other] for other in keys if other != line]
        scores = [_score(one, others) for one in fit.explained]
        total = sum(scores) + UNLISTED * fit.share * fit.mass
        scored = [Scored(one, score, score / total) for one, score in zip(fit.explained, scores, strict=True)]
        found[line] = sorted(scored, key=lambda one: (one.is_a_slip, -one.score))
    return found


def _score(one: Explained, others: Sequence[set[Key]]) -> float:
    also = max((sum(key in other for other in others) for key in one.keys), default=0)
    return one.prior * one.fit * SHARED ** min(also, _MOST_SHARED)


def named(scored: Sequence[Scored], fit: Fits) -> tuple[list[Scored], bool]:
    """The one that is named, or two or three of which it is one; and whether only "perhaps".

    Those that give the same on this problem, whatever its weights are, count together where a set is looked for, and
    the likeliest of them is named first.
    """
    order = sorted(scored, key=lambda one: -one.score)
    for unlisted in (UNLISTED, PERHAPS):
        total = sum(one.score for one in scored) + unlisted * fit.share * fit.mass
        few = _alone(order, total, fit) or _together(order, total)
        if few:
            chosen = sorted(few, key=lambda one: (one.is_a_slip, -one.score))
            return chosen, unlisted < UNLISTED or chosen[0].is_a_slip
    return [], False


def as_elsewhere(chosen: Mapping[Line, tuple[list[Scored], bool]]) -> Mapping[Line, tuple[list[Scored], bool]]:
    """Of a set, only the likeliest, where the same mistake is named by itself in several other lines of the sheet.

    In one other line, it may be the same sort of edit made of another part.
    """
    alone = [few[0].explained.keys for few, perhaps in chosen.values() if len(few) == 1 and not perhaps]
    times = Counter(key for keys in alone for key in keys)

    def is_made(few: Sequence[Scored]) -> bool:
        return any(times[key] >= _SEVERAL for key in few[0].explained.keys)

    return {line: (few[:1] if few and is_made(few) else few, perhaps) for line, (few, perhaps) in chosen.items()}


def _alone(order: Sequence[Scored], total: float, fit: Fits) -> list[Scored]:
    """The likeliest if it is sure enough by itself; with others beside it where round numbers let several fit."""
    first = order[:1]
    if not first or first[0].score < NAMED * total:
        return []
    is_unsure = fit.is_round and first[0].score < SURE * total and not first[0].is_a_slip
    return _with_others(first, order[1:_TOGETHER], BESIDE * total) if is_unsure else list(first)


def _together(order: Sequence[Scored], total: float) -> list[Scored]:
    """Two or three that are sure enough together, and what else is likely beside them."""
    here: dict[tuple[str, ...] | int, list[Scored]] = {}
    for one in order:
        here.setdefault(one.explained.here or id(one), []).append(one)
    groups = sorted(here.values(), key=lambda group: -_score_of(group))
    for count in range(1, min(_TOGETHER, len(groups)) + 1):
        if sum(map(_score_of, groups[:count])) >= NAMED * total:
            few = [group[0] for group in groups[:count]]
            if any(one.is_a_slip for one in few):
                return few
            return _with_others(few, [one for one in order if all(one is not other for other in few)], IN_A_SET * total)
    return []


def _score_of(group: Sequence[Scored]) -> float:
    return sum(one.score for one in group)


def _with_others(few: Sequence[Scored], others: Sequence[Scored], least: float) -> list[Scored]:
    """The few, and of the others as many as may be named that are likely enough and no slips."""
    likely = [one for one in others if one.score >= least and not one.is_a_slip]
    return [*few, *likely][:_TOGETHER]


def is_in_doubt(scored: Sequence[Scored]) -> bool:
    """Whether more than one mistake explains a line, and one of those was probably made."""
    mistakes = [one for one in scored if not one.is_a_slip]
    return len(mistakes) > 1 and sum(one.posterior for one in mistakes) >= IN_DOUBT
