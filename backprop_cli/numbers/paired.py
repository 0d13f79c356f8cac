"""Numbers that are enclosed and spelled at once: a sign that no precision settles may still be seen to be 0."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from backprop_cli.ground.errors import Undecided
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Certified, Real
from backprop_cli.numbers.exact import Rational
from backprop_cli.numbers.symbolic import SymbolicLetters


@record
class Pair:
    """A number: its certified value, and its spelling over letters."""

    value: Real
    spelled: Any

    def __add__(self, other: Any) -> Pair:
        return self._with(other, lambda one, two: one + two)

    def __sub__(self, other: Any) -> Pair:
        return self._with(other, lambda one, two: one - two)

    def __rsub__(self, other: Any) -> Pair:
        return self._with(other, lambda one, two: two - one)

    def __mul__(self, other: Any) -> Pair:
        return self._with(other, lambda one, two: one * two)

    def __truediv__(self, other: Any) -> Pair:
        return self._with(other, lambda one, two: one / two)

    def __rtruediv__(self, other: Any) -> Pair:
        return self._with(other, lambda one, two: two / one)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Pair:
        return Pair(-self.value, -self.spelled)

    def __int__(self) -> int:
        return int(self.spelled)

    def _with(self, other: Any, operation: Callable[[Any, Any], Any]) -> Pair:
        value, spelled = (other.value, other.spelled) if isinstance(other, Pair) else (other, other)
        return Pair(operation(self.value, value), operation(self.spelled, spelled))


class Paired:
    """The domain of pairs: both domains do the same, and where a sign is not settled, letters may say that it is 0.

    `stuck` are the expanded expressions whose sign neither settled.
    """

    def __init__(self, letters: SymbolicLetters) -> None:
        self.certified = Certified()
        self.letters = letters
        self.stuck: list[Any] = []

    def number(self, value: Rational | int) -> Pair:
        """The number in both ways."""
        return Pair(self.certified.number(value), self.letters.number(value))

    def letter(self, value: Real, name: Hashable) -> Pair:
        """A number that is spelled as the letter of a name."""
        return Pair(value, self.letters.letter(name))

    def pair(self, value: Real, spelled: Any) -> Pair:
        """A number that is known in both ways."""
        return Pair(value, spelled)

    def identity(self, x: Pair) -> Rational | None:
        """The rational number that x is whatever its letters are; None where it is not seen to be one."""
        return self.letters.identity(x.spelled)

    def by_sign(
        self, x: Pair, negative: Callable[[], Any], zero: Callable[[], Any], positive: Callable[[], Any]
    ) -> Any:
        """The branch that the sign of x selects; raises Undecided where neither its value nor its letters say it."""
        try:
            sign = self.certified.sign(x.value)
        except Undecided:
            found = self.identity(x)
            if found is None:
                self.stuck.append(self.letters.numerator(x.spelled))
                raise
            sign = self.certified.sign(found)
        return (zero, positive, negative)[sign]()

    def __getattr__(self, operation: str) -> Callable[..., Pair]:
        """Every other operation; AttributeError for one that only one of the domains has."""
        value, spelled = getattr(self.certified, operation), getattr(self.letters, operation)

        def both(*parts: Any) -> Pair:
            values = (part.value if isinstance(part, Pair) else part for part in parts)
            spellings = (part.spelled if isinstance(part, Pair) else part for part in parts)
            return Pair(value(*values), spelled(*spellings))

        return both
