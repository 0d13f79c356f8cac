"""Lays numbers put in beside the formula that they belong to: which number stands where which name does.

Both are taken apart alike, sums into their terms and products into their factors. What agrees is paired first, in
whatever order it was written; what is left is paired in the order in which it stands. A part that was worked out on
the way (1 − out as one number) agrees with what it is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, is_operation, names_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.put_in import NumbersPutIn, PutIn, value_in
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import Rational

_MOST = 40  # terms or factors that are paired in any order


@record
class Mismatch:
    """A number that is not what stands in its place in the formula, perhaps with the formula's own minus before it."""

    number: int  # its place among those put in
    belongs: Quantity
    minus: bool = False


@record
class _Fit:
    """What does not agree between a formula and numbers, and whether they differ in sign."""

    wrong: tuple[Mismatch, ...] = ()
    turned: bool = False

    @property
    def cost(self) -> int:
        return 2 * len(self.wrong) + self.turned


@record(slots=False)
class Matcher:
    """Compares formulas with the numbers of one line; `values` are what a quantity may be on this sheet."""

    worked: NumbersPutIn
    values: Callable[[Quantity], Sequence[Ball]]

    def mismatches(self, formula: Formula) -> tuple[Mismatch, ...] | None:
        """The numbers that are not those of the formula; None where the numbers are of another shape."""
        formula = spelled_out(formula)
        fit = self._fit(formula, self._numbers)
        if fit is not None and fit.turned and not fit.wrong:
            fit = self._sign_of(formula, self._numbers)
        return None if fit is None else fit.wrong

    @cached_property
    def _numbers(self) -> Formula:
        """The numbers with the place of each as its name, but for whole numbers that divide: ½ is no number put in."""
        return spelled_out(_with_halves(self.worked.indexed, self.worked.put_in))

    def _fit(self, formula: Formula, numbers: Formula) -> _Fit | None:
        if isinstance(formula, Name | Number) or isinstance(numbers, Name | Number):
            return self._leaf(formula, numbers)
        if is_operation(formula, "sum") or is_operation(numbers, "sum"):
            return self._sum(formula, numbers) or self._worth(formula, numbers)
        if is_operation(formula, *_PRODUCTS) or is_operation(numbers, *_PRODUCTS):
            return self._product(formula, numbers) or self._worth(formula, numbers)
        assert isinstance(formula, Apply)
        assert isinstance(numbers, Apply)
        if formula.operation != numbers.operation or len(formula.arguments) != len(numbers.arguments):
            return self._worth(formula, numbers)
        if self._worth(formula, numbers) == _Fit():
            return _Fit()
        fits = [self._signed(one, other) for one, other in zip(formula.arguments, numbers.arguments, strict=True)]
        if any(fit is None for fit in fits):
            return self._worth(formula, numbers)
        return _Fit(tuple(one for fit in fits if fit is not None for one in fit.wrong))

    # ---- one number ------------------------------------------------------------------------------------------

    def _leaf(self, formula: Formula, numbers: Formula) -> _Fit | None:
        """A name or a number beside numbers, or one number beside anything."""
        fit = self._worth(formula, numbers)
        has_minus = isinstance(formula, Apply) and formula.operation == "negative"
        if isinstance(formula, Apply) and has_minus:
            formula = formula.arguments[0]
        if fit is not None or not isinstance(numbers, Name) or not isinstance(formula, Name):
            return fit
        assert isinstance(numbers.symbol, int)
        assert isinstance(formula.symbol, Quantity)
        put_in = self.worked.put_in[numbers.symbol]
        may_be_cut = formula.symbol.kind is not Kind.CONSTANT  # 0.99 for a β of 0.999 is another one
        if may_be_cut and any(put_in.is_cut_from(value) for value in self.values(formula.symbol)):
            return _Fit()
        return _Fit((Mismatch(numbers.symbol, formula.symbol, has_minus and put_in.value < 0),))

    def _worth(self, formula: Formula, numbers: Formula) -> _Fit | None:
        """Whether both are worth the same, but perhaps for the sign, to the digits written."""
        found = self.worked.hull(part=numbers)
        if found is None:
            return None
        number = numbers.symbol if isinstance(numbers, Name) else None
        one = self.worked.put_in[number] if isinstance(number, int) else None
        for value in self._values(formula):
            if one.says(value) if one is not None else not abs(value - found) > 0:
                return _Fit()
            if one.says(-value) if one is not None else not abs(value + found) > 0:
                return _Fit(turned=True)
        return None

    def _values(self, formula: Formula) -> Sequence[Ball]:
        """What a formula may be worth."""
        if isinstance(formula, Name):
            assert isinstance(formula.symbol, Quantity)
            return self.values(formula.symbol)
        if isinstance(formula, Number):
            return (ball(formula.value),)
        found = value_in(formula, self._own)
        return () if found is None else (found,)

    def _own(self, name: Hashable) -> Ball:
        assert isinstance(name, Quantity)
        return self.values(name)[0]

    # ---- sums and products -----------------------------------------------------------------------------------

    def _sum(self, formula: Formula, numbers: Formula) -> _Fit | None:
        """The terms, each with its sign; also where every sign is turned."""
        ours, theirs = _terms(formula), _terms(numbers)
        upright = self._paired(ours, theirs, self._signed)
        if upright is not None and not upright.wrong:
            return upright
        turned = self._paired([_minus(one) for one in ours], theirs, self._signed)
        if turned is not None and not turned.wrong:
            return _Fit(turned=True)
        return upright

    def _signed(self, formula: Formula, numbers: Formula) -> _Fit | None:
        """A term: its sign belongs to it."""
        fit = self._fit(formula, numbers)
        if fit is None or not fit.turned:
            return fit
        return fit if fit.wrong else self._sign_of(formula, numbers)

    def _sign_of(self, formula: Formula, numbers: Formula) -> _Fit | None:
        """A term with the other sign: the number whose sign is another one, where there is one alone."""
        inside = list(names_in(formula)), list(names_in(numbers))
        for name in inside[0]:
            assert isinstance(name.symbol, Quantity)
            for other in inside[1]:
                fit = self._worth(name, other)
                if fit is not None and fit.turned:
                    assert isinstance(other.symbol, int)
                    return _Fit((Mismatch(other.symbol, name.symbol),))
        return None

    def _product(self, formula: Formula, numbers: Formula) -> _Fit | None:
        """The factors above and those below, whatever their signs; the signs count together."""
        sign, above, below = _factors(formula)
        other_sign, other_above, other_below = _factors(numbers)
        if len(other_above) > len(above):
            other_above = self._without_ones(other_above, sum(map(self._is_worth_one, above)))
        up = self._paired(above, other_above, self._fit)
        down = self._paired(below, other_below, self._fit)
        if up is None or down is None:
            return None
        return _Fit((*up.wrong, *down.wrong), (sign != other_sign) ^ up.turned ^ down.turned)

    def _without_ones(self, numbers: Sequence[Formula], ours: int) -> list[Formula]:
        """Factors without the ones that nobody's value is; `ours` of them are values of the formula."""
        ones = [place for place, one in enumerate(numbers) if self._is_one(one)]
        return [one for place, one in enumerate(numbers) if place not in ones[ours:]]

    def _is_worth_one(self, formula: Formula) -> bool:
        """Whether a factor of the formula is 1 on this sheet."""
        return any(not abs(value - 1) > 0 for value in self._values(formula))

    def _is_one(self, numbers: Formula) -> bool:
        """Whether it is a 1 that stands there as a factor."""
        return isinstance(numbers, Name) and isinstance(numbers.symbol, int) and (
            self.worked.put_in[numbers.symbol].value == 1
        )  # fmt: skip

    def _paired(
        self, ours: Sequence[Formula], theirs: Sequence[Formula], fit: Callable[[Formula, Formula], _Fit | None]
    ) -> _Fit | None:
        """Each of ours with one of theirs: what agrees first, then what is left in its order."""
        if len(ours) != len(theirs) or len(ours) > _MOST:
            return None
        left, waiting = list(range(len(theirs))), []
        wrong: tuple[Mismatch, ...] = ()
        turned = False
        for at, one in enumerate(ours):
            order = sorted(left, key=lambda place: place != at)
            good = next((place for place in order if (found := fit(one, theirs[place])) and not found.cost), None)
            if good is None:
                waiting.append(one)
            else:
                left.remove(good)
        for one in list(waiting):  # but for the sign
            place = next((p for p in left if (found := fit(one, theirs[p])) and found.cost == 1), None)
            if place is not None:
                turned ^= True
                left.remove(place)
                waiting.remove(one)
        for one, place in zip(waiting, left, strict=True):
            found = fit(one, theirs[place])
            if found is None:
                return None
            wrong, turned = (*wrong, *found.wrong), turned ^ found.turned
        return _Fit(wrong, turned)


# ---- taking apart ------------------------------------------------------------------------------------------------

_PRODUCTS = ("product", "quotient", "negative", "times_ln", "share", "square")


def _with_halves(formula: Formula, put_in: Sequence[PutIn]) -> Formula:
    """Numbers in which a whole number that something is divided by, and a fraction of two, are numbers again."""

    def whole(one: Formula) -> Rational | None:
        if not isinstance(one, Name):
            return None
        assert isinstance(one.symbol, int)
        number = put_in[one.symbol]
        return number.value if number.text.isdigit() else None

    match formula:
        case Apply("quotient", (top, bottom)) if (divisor := whole(bottom)) is not None and divisor != 0:
            if (number := whole(top)) is not None:
                return Number(number / divisor)
            return Apply("quotient", (_with_halves(top, put_in), Number(divisor)))
        case Apply(operation, arguments):
            return Apply(operation, tuple(_with_halves(one, put_in) for one in arguments))
    return formula


def _minus(formula: Formula) -> Formula:
    match formula:
        case Apply("negative", (inside,)):
            return inside
    return Apply("negative", (formula,))


def _terms(formula: Formula) -> list[Formula]:
    """The terms of a sum, those of sums inside it as well."""
    match formula:
        case Apply("sum", arguments):
            return [term for argument in arguments for term in _terms(argument)]
        case Apply("negative", (Apply("sum", _) as inside,)):
            return [_minus(term) for term in _terms(inside)]
    return [formula]


def _factors(formula: Formula) -> tuple[int, list[Formula], list[Formula]]:
    """The sign of a product, its factors, and its divisors; ones are none."""
    match formula:
        case Apply("negative", (inside,)):
            sign, above, below = _factors(inside)
            return -sign, above, below
        case Apply("product", arguments):
            return _together([_factors(one) for one in arguments])
        case Apply("quotient", (top, Number(value))) if value != 0:
            return _together([(1, [Number(1 / value)], []), _factors(top)])
        case Apply("quotient" | "share", (top, bottom)):
            sign, above, below = _factors(bottom)
            return _together([_factors(top), (sign, below, above)])
        case Apply("times_ln", (first, second)):
            return _together([_factors(first), (1, [Apply("ln", (second,))], [])])
        case Number(value) if value == 1:
            return 1, [], []
    return 1, [formula], []


def _together(
    parts: Sequence[tuple[int, list[Formula], list[Formula]]],
) -> tuple[int, list[Formula], list[Formula]]:
    sign = 1
    above: list[Formula] = []
    below: list[Formula] = []
    for one, up, down in parts:
        sign *= one
        above += up
        below += down
    return sign, above, below
