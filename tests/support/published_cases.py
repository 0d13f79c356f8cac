"""Published exercises, and the numbers that their authors print."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, Ties, round_to

FOLDER = Path(__file__).parent.parent / "published"

NOISE = rational(1, 10**14)

NINE_DIGITS = rational(1, 10**9)

BITS = 320


@dataclass(frozen=True)
class Number:
    """A printed number: its quantity, its text, the true value if that is another matter, and what is to be said."""

    quantity: str
    printed: str
    true: str | None = None
    remark: str = ""

    def is_rounding_of(self, value: Real) -> bool:
        """Whether the text is what the value is to the number of digits printed, as far as they mean anything."""
        if self.remark == "floating point":
            return bool(self._differs_by(value, self.printed) <= NOISE)
        ties: Ties = "truncate" if self.remark == "truncated" else "half-up"
        places = -int(Decimal(self.printed).as_tuple().exponent)
        with precision(BITS):
            return round_to(value, Rounding(places=places, ties=ties)).value == exact(self.printed)

    def is_true(self, value: Real) -> bool:
        """Whether the value agrees with the true one to nine significant digits."""
        assert self.true is not None
        return bool(self._differs_by(value, self.true) <= abs(exact(self.true)) * NINE_DIGITS)

    def _differs_by(self, value: Real, text: str) -> Any:
        with precision(BITS):
            return abs(value - exact(text))


@dataclass(frozen=True)
class Case:
    """A problem in our format and the numbers that were printed for it."""

    file: str
    what: str
    problem: str
    numbers: tuple[Number, ...]


def exact(text: str) -> Rational:
    """The number that a decimal says."""
    fraction = Fraction(text)
    return rational(fraction.numerator, fraction.denominator)


def read(path: Path) -> list[Case]:
    """The cases of a file; a case without a problem of its own adds lines to the first one."""
    content = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    first = content["cases"][0]["problem"]
    return [
        Case(
            path.stem,
            case["what"],
            case.get("problem") or first + case["also"],
            tuple(Number(quantity, *listed) for quantity, listed in case["numbers"].items()),
        )
        for case in content["cases"]
    ]


FILES = sorted(FOLDER.glob("*.yaml"))

CASES = [case for path in FILES for case in read(path)]
