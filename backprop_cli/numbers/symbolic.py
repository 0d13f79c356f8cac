"""Exact symbols: SymPy's expressions as a number domain, for proofs that no precision can give."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import sympy

from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational

Expression = Any  # SymPy ships no types
_ENOUGH_DIGITS = 60
_MOST_BITS = 64  # of a numerator or denominator in it
_MOST_OF_AN_IDENTITY = 400  # operations in an expression with letters
_MOST_OPERATIONS = 40  # of an expression that is worth simplifying


class _Floor(sympy.Function):  # type: ignore[misc]
    """The floor of an expression with letters in it; SymPy's own has no derivative."""

    @classmethod
    def eval(cls, x: Expression) -> Expression | None:
        """The whole number, once the letters have values."""
        return sympy.floor(x) if x.is_number else None

    def fdiff(self, argindex: int = 1) -> Expression:
        """It is flat between its jumps."""
        return sympy.Integer(0)


def _is_long(x: Expression) -> bool:
    """Whether a number in the expression has more digits than SymPy handles in time."""
    return any(max(abs(n.p), n.q).bit_length() > _MOST_BITS for n in x.atoms(sympy.Rational))


def _in_short(x: Expression) -> Expression:
    """The expression with letters for its constants that are spelled with very long numbers: SymPy sorts spellings."""
    constants = (one for one in x.atoms(sympy.Function, sympy.Pow) if not one.free_symbols and _is_long(one))
    return x.xreplace({one: sympy.Dummy(real=True) for one in constants})


class Symbolic:
    """The domain whose numbers are SymPy expressions; signs are decided by evaluation and by simplification."""

    has_cases = True  # whether what a sign of letters decides is written case by case
    exp, sin, cos, tanh, erf = map(staticmethod, (sympy.exp, sympy.sin, sympy.cos, sympy.tanh, sympy.erf))

    def number(self, value: Rational | int) -> Expression:
        """The number as a SymPy Rational."""
        return sympy.Integer(value) if isinstance(value, int) else sympy.Rational(int(value.p), int(value.q))

    def sign(self, x: Expression) -> int:
        """−1, 0 or 1; 0 only where SymPy proves it; raises Undecided where it cannot."""
        self.refuse_long(x)
        approximate = x.evalf(_ENOUGH_DIGITS)
        if approximate.is_number and abs(approximate) > sympy.Float(10) ** -(_ENOUGH_DIGITS // 2):
            return 1 if approximate > 0 else -1
        if x.equals(0) or sympy.simplify(x) == 0:
            return 0
        raise Undecided(_("neither precision nor exact simplification settles a sign"))

    def refuse_long(self, x: Expression) -> None:
        """Raises Undecided where SymPy would take too long with the expression: many operations, or long numbers."""
        if _is_long(x) or x.count_ops() > _MOST_OPERATIONS:
            raise Undecided(_("an expression is too long to be simplified"))

    def as_rational(self, x: Expression) -> Rational | None:
        """The expression as a rational where it simplifies to one, else None; raises Undecided where it is too long."""
        self.refuse_long(x)
        simple = x if x.is_Rational else sympy.simplify(x)
        return Rational(int(simple.p), int(simple.q)) if simple.is_Rational else None

    def by_sign(
        self,
        x: Expression,
        negative: Callable[[], Expression],
        zero: Callable[[], Expression],
        positive: Callable[[], Expression],
    ) -> Expression:
        """The branch that the sign selects; where x has letters in it, a Piecewise, or Undecided without cases."""
        if not x.free_symbols:
            return (zero, positive, negative)[self.sign(x)]()
        if not self.has_cases:
            raise Undecided(_("a sign depends on what the letters are"))
        return sympy.Piecewise((negative(), x < 0), (zero(), sympy.Eq(x, 0)), (positive(), True))

    def divide(self, x: Expression, y: Expression) -> Expression:
        """x/y; MathError when y is 0."""
        if self._settled_sign(y) == 0:
            raise MathError(_("division by zero"))
        return x / y

    def _settled_sign(self, x: Expression) -> int | None:
        """The sign of a constant, proven; None where x has letters in it.

        Whatever certified numbers decide by a sign is decided by proof here too: what came through is settled.
        """
        return None if x.free_symbols else self.sign(x)

    def ln(self, x: Expression) -> Expression:
        """The natural logarithm; MathError where x is not positive."""
        if (sign := self._settled_sign(x)) is not None and sign <= 0:
            raise MathError(_("the logarithm of a number that is not positive"))
        return sympy.log(x)

    def log(self, x: Expression, base: int) -> Expression:
        """The logarithm to a base; MathError where x is not positive."""
        return self.ln(x) / sympy.log(base)

    def sqrt(self, x: Expression) -> Expression:
        """The square root; MathError below 0."""
        if self._settled_sign(x) == -1:
            raise MathError(_("the square root of a negative number"))
        return sympy.sqrt(x)

    def power(self, x: Expression, y: Expression) -> Expression:
        """x^y; MathError where it has no real value."""
        whole = y.is_Integer
        sign = 1 if whole and y >= 0 else self._settled_sign(x)
        if sign == 0 and self._settled_sign(y) != 1:
            raise MathError(_("zero to a power that is not positive"))
        if sign == -1 and not whole:
            raise MathError(_("a negative number to a power that is not whole"))
        return x**y

    def cos_pi(self, x: Expression) -> Expression:
        """cos(π·x)."""
        return sympy.cos(sympy.pi * x)

    def floor(self, x: Expression) -> Expression:
        """The largest whole number not above x."""
        return _Floor(x) if x.free_symbols else sympy.floor(x)

    def pi(self) -> Expression:
        """π."""
        return sympy.pi


class SymbolicLetters(Symbolic):
    """The same with letters for numbers that are not known: one for each name, whenever it is asked for.

    What has been `learnt` of them, that one is an expression in others, holds from then on.
    """

    has_cases = False

    def __init__(self) -> None:
        self.names: dict[Expression, Hashable] = {}
        self._letters: dict[Hashable, Expression] = {}
        self._learnt: dict[Expression, Expression] = {}

    def letter(self, name: Hashable) -> Expression:
        """The letter of a name, or what it is known to be."""
        if name not in self._letters:
            self._letters[name] = sympy.Symbol(f"x{len(self._letters)}", real=True)
            self.names[self._letters[name]] = name
        found = self._letters[name]
        while found.free_symbols & self._learnt.keys():
            found = found.xreplace(self._learnt)
        return found

    def learn(self, zero: Expression) -> None:
        """Takes an expanded expression for 0: one of its letters is what the others say."""
        for letter in sorted(zero.free_symbols & self.names.keys(), key=str, reverse=True):
            factor = zero.coeff(letter)
            rest = sympy.expand(zero - factor * letter)
            if factor.is_Rational and letter not in rest.free_symbols and letter not in self._learnt:
                self._learnt[letter] = -rest / factor
                return

    def numerator(self, x: Expression) -> Expression:
        """The expression times what it is divided by, expanded: 0 where the expression is. Raises Undecided if long."""
        if x.count_ops() > _MOST_OF_AN_IDENTITY:
            raise Undecided(_("an expression is too long to be simplified"))
        return sympy.expand(sympy.fraction(sympy.together(_in_short(x)))[0])

    def identity(self, x: Expression) -> Rational | None:
        """The rational number that the expression is whatever its letters are; None where it is not seen to be one.

        Raises Undecided where it is too long.
        """
        above = self.numerator(x)
        if above == 0:
            return Rational(0)
        below = sympy.fraction(sympy.together(_in_short(x)))[1]
        ratio = sympy.cancel(above / sympy.expand(below)) if above.count_ops() < _MOST_OPERATIONS else above / below
        return Rational(int(ratio.p), int(ratio.q)) if ratio.is_Rational else None
