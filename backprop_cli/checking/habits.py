"""How the numbers of one sheet are written: to which digits, mostly, and whether zeros at the end are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from functools import cached_property

from backprop_cli.checking.given import Given
from backprop_cli.numbers.certified import magnitude
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding

_HALF = rational(1, 2)


def usual_half_unit(answers: Collection[Given]) -> Rational | None:
    """Half a unit of the place to which most decimals are written, which a whole number among them has as well."""
    found = Counter(one.half_unit for one in answers if 0 < one.half_unit < _HALF)
    return found.most_common(1)[0][0] if found else None


class Habits:
    """What one sheet shows of its writer, found out when it is asked for; `dropped` says whether a zero is missing."""

    def __init__(self, answers: Collection[Given], dropped: Callable[[], bool]) -> None:
        self._answers = answers
        self._dropped = dropped

    @cached_property
    def drops_zeros(self) -> bool:
        """Whether some number shows that zeros at the end are not written, as in a spreadsheet."""
        return self._dropped()

    @cached_property
    def half_unit(self) -> Rational | None:
        """Half a unit of the place to which most decimals are written; None where there are none."""
        return usual_half_unit(self._answers)

    @cached_property
    def digits(self) -> tuple[Rounding, ...]:
        """The number of figures, and that of places, that most of the numbers have."""
        decimals = [one for one in self._answers if one.figures]
        figures = Counter(one.figures for one in decimals)
        places = Counter(-magnitude(one.unit) for one in decimals)
        return (
            *(Rounding(figures=count) for count, _often in figures.most_common(1)),
            *(Rounding(places=count) for count, _often in places.most_common(1) if count > 0),
        )
