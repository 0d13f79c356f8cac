"""How a student writes a number down: rounded where, by which rule, and in which characters."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

from formulas import PRECISION


@dataclass(frozen=True, slots=True)
class Digits:
    """A number of decimal places or of significant figures."""

    count: int
    figures: bool = False

    def unit(self, value: Decimal) -> Decimal:
        """One unit of the last digit of this value; the figures of 0.99999 are counted in 1.000, its rounded value."""
        if not self.figures:
            return Decimal(1).scaleb(-self.count)
        if value == 0:
            return Decimal(1).scaleb(-self.count)
        unit = Decimal(1).scaleb(value.adjusted() + 1 - self.count)
        rounded = round_to(value, unit)
        return Decimal(1).scaleb(rounded.adjusted() + 1 - self.count)

    def __str__(self) -> str:
        return f"{self.count}{'f' if self.figures else ''}"


def places(count: int) -> Digits:
    return Digits(count)


def figures(count: int) -> Digits:
    return Digits(count, figures=True)


def round_to(value: Decimal, unit: Decimal, even: bool = False) -> Decimal:
    """The value rounded to a unit (a power of ten), ties away from zero or to the even digit."""
    with localcontext(PRECISION):
        rounded = value.quantize(unit, rounding=ROUND_HALF_EVEN if even else ROUND_HALF_UP)
        return abs(rounded) if rounded == 0 else rounded


def plain(value: Decimal) -> str:
    """All the digits of a number, without a power of ten: 0.0380, 120."""
    return f"{value:f}"


def written(value: Decimal, unit: Decimal, even: bool = False) -> str:
    """A number rounded to a unit and written out, zeros at the end included; units above 1 are written as tens."""
    rounded = round_to(value, unit, even)
    return plain(rounded if unit < 1 else rounded.quantize(Decimal(1)))


def without_zeros(text: str) -> str:
    """What a spreadsheet, a calculator or JSON makes of it: 0.3180 is 0.318."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def scientific(text: str) -> str:
    """The same digits with one before the point: 0.03810 is 3.810e-2."""
    value = Decimal(text)
    if value == 0:
        return text
    sign, digits, _ = value.as_tuple()
    body = "".join(map(str, digits))
    return f"{'-' * sign}{body[0]}{'.' * (len(body) > 1)}{body[1:]}e{value.adjusted()}"


FULL = str.maketrans("0123456789.-+", "０１２３４５６７８９．－＋")


def full_width(text: str) -> str:
    """As a Chinese input method writes it: ０．３１８０."""
    return text.translate(FULL)
