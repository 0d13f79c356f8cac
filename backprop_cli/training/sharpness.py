"""How much precision a training needs, told from how the balls have grown as far as an attempt came.

The radius of a ball grows with every epoch: from half a bit (gradient descent) to four bits (Adam) on a small network.
What is told here decides only how long it takes until an attempt succeeds, never what is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, log2

from backprop_cli.numbers.certified import Ball

_LIMB = 64  # numbers are stored in words of so many bits
_GUARD = 32  # bits beyond what is printed
_HOPELESS = 1.15  # times the bits that there are: an attempt that needs more is ended
_AHEAD = 1.4  # growth gets faster in many a training; too much precision costs less than another attempt
_AT_LEAST = 1.5  # times the bits of an attempt that its balls have outgrown
_FEWEST = 15  # epochs that say something of those to come
_TELLING = 64  # the first epochs in so many tell little of all
_BLUNT = 8  # bits: what is less sharp grows by a law of its own


@dataclass
class Sharpness:
    """How sharp the values are after the epochs of one attempt with so many bits, which goes on to the epoch `last`."""

    bits: int
    last: int
    digits: int
    seen: list[tuple[int, int]] = field(default_factory=list)  # an epoch, and the good bits of its bluntest value

    def see(self, epoch: int, state: Sequence[Ball]) -> None:
        """Looks at the values after an epoch, where the last look was long enough ago."""
        if self.seen and epoch < self.seen[-1][0] * 9 / 8:
            return
        sharp = [value.rel_accuracy_bits() for value in state if not value.contains(0)]
        self.seen.append((epoch, min(self.bits, *sharp) if sharp else 0))

    @property
    def _known(self) -> list[tuple[int, int]]:
        """What says something of the epochs to come."""
        seen = [one for one in self.seen if one[1] >= _BLUNT]
        return seen if seen and seen[-1][0] >= _FEWEST else []

    @property
    def needed(self) -> int | None:
        """The bits with which the values would be sharp enough after the last epoch; None where nothing tells."""
        if not (known := self._known):
            return None
        epoch, sharp = known[-1]
        before, sharper = next(one for one in reversed(known) if one[0] <= epoch // 2)
        growth = max(0.0, (sharper - sharp) / (epoch - before))
        printed = self.digits * log2(10) + _GUARD
        return ceil(self.bits - sharp + _AHEAD * growth * (self.last - epoch) + printed)

    @property
    def is_hopeless(self) -> bool:
        """Whether the attempt will not come to its end, as far as half of it tells."""
        if not self.seen or not _FEWEST <= self.seen[-1][0] <= self.last / 2 or self.seen[-1][1] > self.bits * 2 / 3:
            return False
        needed = self.needed
        return needed is not None and needed > self.bits * _HOPELESS

    def is_beyond(self, most: int) -> bool:
        """Whether far more bits than `most` are needed, as enough of the epochs tell."""
        needed = self.needed
        return needed is not None and needed > 2 * most and self._known[-1][0] * _TELLING >= self.last

    @property
    def next_bits(self) -> int:
        """The precision of the next attempt: what is needed, where enough epochs tell, else and at least twice as much.

        Twice as much also where the growth is not to blame: a value may be near a kink.
        """
        needed = self.needed
        if needed is None or needed <= self.bits:
            return 2 * self.bits
        told = max(2.0, _TELLING * self._known[-1][0] / self.last)
        return _LIMB * ceil(min(max(needed, _AT_LEAST * self.bits), told * self.bits) / _LIMB)
