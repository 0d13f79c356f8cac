"""SymPy as algebra: expressions in letters, tidied as one would by hand, and read back term by term."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from math import prod
from typing import Any, Protocol

import sympy

from backprop_cli.ground.errors import Undecided
from backprop_cli.numbers.exact import Rational
from backprop_cli.numbers.symbolic import Expression, Symbolic

_FUNCTIONS = {
    sympy.exp: "exp", sympy.log: "ln", sympy.sin: "sin", sympy.cos: "cos", sympy.tanh: "tanh", sympy.Abs: "abs",
    sympy.erf: "erf", sympy.sign: "sign", sympy.tan: "tan",
}  # fmt: skip
_DEGREE = 32
_LAST = 1 << 30  # the place of what has no letter


class Writing(Protocol):
    """What an expression is read back into: how numbers, letters and operations on what was read are written.

    `term` is a number that is added to others, `number` any other one.
    """

    def number(self, value: Rational) -> Any: ...

    def term(self, value: Rational) -> Any: ...

    def letter(self, symbol: Hashable) -> Any: ...

    def apply(self, operation: str, *arguments: Any) -> Any: ...


class Algebra(Symbolic):
    """The domain whose numbers are expressions in letters; what a sign decides stays a function of its argument."""

    def __init__(self) -> None:
        self._symbols: dict[Hashable, Expression] = {}
        self._letters: dict[Expression, Hashable] = {}

    def letter(self, symbol: Hashable) -> Expression:
        """A real number that nothing is known of."""
        if symbol not in self._symbols:
            self._symbols[symbol] = sympy.Symbol(f"letter{len(self._symbols)}", real=True)
            self._letters[self._symbols[symbol]] = symbol
        return self._symbols[symbol]

    def function(self, name: str, *arguments: Expression) -> Expression:
        """A function that is not written out: σ(net), ReLU′(net)."""
        return sympy.Function(name, real=True)(*arguments)

    def has_letters(self, *values: Expression) -> bool:
        """Whether any of the values depends on a letter."""
        return any(value.free_symbols for value in values)

    def as_exact(self, x: Expression) -> Rational | None:
        """The expression as a rational where it is one as it stands."""
        return Rational(int(x.p), int(x.q)) if x.is_Rational else None

    def _settled_sign(self, x: Expression) -> int | None:
        """The sign of a constant where it is easily proven: a line without letters has been solved before."""
        try:
            return super()._settled_sign(x)
        except Undecided:
            return None

    def forms(self, x: Expression) -> list[Expression]:
        """The expression as it is, and with what is common to its terms taken out; each of them equal to it.

        What stands in a function stays as it is: σ(0.1 − 1.5·w) is not σ(0.1·(1 − 15·w)).
        """
        atoms = sorted(x.atoms(sympy.Function), key=sympy.default_sort_key)  # the same in every run
        functions = {one: sympy.Dummy(real=True) for one in atoms}
        inside = {dummy: one for one, dummy in functions.items()}
        plain = x.xreplace(functions)
        forms = [sympy.factor_terms(plain, sign=False), plain, *([sympy.gcd_terms(plain)] if plain.is_Add else [])]
        if _is_small_polynomial(plain):
            expanded = sympy.expand(plain)
            forms.insert(0 if any(_degree(term) > 1 for term in expanded.args) else len(forms), expanded)
        return [form.xreplace(inside) for index, form in enumerate(forms) if form not in forms[:index]]

    def read(
        self, x: Expression, write: Writing, places: Mapping[Hashable, tuple[int, int]], first: Expression = None
    ) -> Any:
        """The expression written anew, its terms and factors in the order of their letters.

        `places` has for each letter what goes first in a product (settings, parameters, inputs) and where it is met.
        A sum begins with the term `first` where it has that term.
        """
        reader = _Reader(self._letters, write, places)
        if x.is_Add and first in x.args:
            rest = reader.ordered(term for term in x.args if term != first)
            return write.apply("sum", *map(reader.term, [first, *rest]))
        return reader.read(x)


class _Reader:
    def __init__(
        self, letters: Mapping[Expression, Hashable], write: Writing, places: Mapping[Hashable, tuple[int, int]]
    ) -> None:
        self.letters = letters
        self.write = write
        self.places = places
        self.orders: dict[Expression, tuple[int, ...]] = {}

    def read(self, x: Expression) -> Any:
        if x.is_Symbol:
            return self.write.letter(self.letters[x])
        if x.is_Rational:
            return self.write.number(Rational(int(x.p), int(x.q)))
        if x.is_Add:
            return self.write.apply("sum", *map(self.term, self.terms(x.args)))
        if x.is_Mul:
            return self.product(x)
        if x.is_Pow:
            return self.power(x)
        if x is sympy.E:
            return self.write.apply("exp", self.write.number(Rational(1)))
        if x is sympy.pi:
            return self.write.apply("pi")
        return self.write.apply(_FUNCTIONS.get(x.func, x.func.__name__), *map(self.read, x.args))

    def term(self, x: Expression) -> Any:
        if not x.is_Rational:
            return self.read(x)
        size = self.write.term(Rational(int(abs(x.p)), int(x.q)))
        return self.write.apply("negative", size) if x.is_negative else size

    def terms(self, terms: Iterable[Expression]) -> list[Expression]:
        """In the order of their letters, but beginning with one that is not subtracted."""
        ordered = self.ordered(terms)
        first = next((term for term in ordered if not _is_subtracted(term)), ordered[0])
        return [first, *(term for term in ordered if term is not first)]

    def ordered(self, terms: Iterable[Expression]) -> list[Expression]:
        return sorted(terms, key=lambda term: (self.letters_of(term), -_degree(term)))  # else in SymPy's own order

    def letters_of(self, x: Expression) -> tuple[int, ...]:
        """Where the letters of an expression are met, first ones first; settings do not count."""
        if x not in self.orders:
            found = (self.places.get(self.letters[symbol], (0, _LAST)) for symbol in x.free_symbols)
            self.orders[x] = tuple(sorted(place for kind, place in found if kind > 0)) or (_LAST,)
        return self.orders[x]

    def product(self, x: Expression) -> Any:
        """A fraction bar where there is a denominator, letters before brackets."""
        coefficient, factors = x.as_coeff_mul()
        if coefficient.is_negative:
            return self.write.apply("negative", self.read(-x))
        above = [factor for factor in factors if not _is_below(factor)]
        below = [1 / factor for factor in factors if _is_below(factor)]
        top, bottom = coefficient.p, coefficient.q
        if not below and coefficient.is_Rational and _is_short(coefficient):
            top, bottom = coefficient, 1
        numerator = self.factors(sympy.Rational(top), above)
        if not below and bottom == 1:
            return numerator
        return self.write.apply("quotient", numerator, self.factors(sympy.Rational(bottom), below))

    def factors(self, coefficient: Expression, factors: list[Expression]) -> Any:
        ordered = sorted(factors, key=lambda factor: (self.kind(factor), self.letters_of(factor)))
        numbers = [coefficient] if coefficient != 1 or not ordered else []
        return self.write.apply("product", *map(self.read, [*numbers, *ordered]))

    def kind(self, factor: Expression) -> tuple[int, int]:
        """Letters before functions before brackets; parameters before inputs, short brackets before long ones."""
        base = factor.base if factor.is_Pow else factor
        if base.is_Symbol:
            return 0, self.places.get(self.letters[base], (0, 0))[0]
        return (3 if base.is_Add else 1 if base.is_number else 2), len(base.free_symbols)

    def power(self, x: Expression) -> Any:
        base, exponent = x.as_base_exp()
        if exponent.is_negative:
            one = self.write.number(Rational(1))
            return self.write.apply("quotient", one, self.read(base**-exponent))
        if exponent == sympy.Rational(1, 2):
            return self.write.apply("sqrt", self.read(base))
        return self.write.apply("power", self.read(base), self.read(exponent))


def _degree(term: Expression) -> Any:
    """The sum of the exponents of the letters that are factors of a term."""
    powers = (factor.as_base_exp() for factor in sympy.Mul.make_args(term))
    return sum(exponent for base, exponent in powers if base.is_Symbol and exponent.is_Rational)


def _is_small_polynomial(x: Expression) -> bool:
    """Whether the expression is a polynomial in one letter that does not grow much when it is multiplied out."""
    exponents = [power.exp for power in x.atoms(sympy.Pow)]
    whole = all(exponent.is_Integer and exponent > 0 for exponent in exponents)
    return len(x.free_symbols) == 1 and whole and prod(map(int, exponents)) <= _DEGREE


def _is_subtracted(term: Expression) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _is_below(factor: Expression) -> bool:
    return bool(factor.is_Pow and factor.exp.is_negative)


def _is_short(coefficient: Expression) -> bool:
    """Whether a rational is written as a decimal or as ½, in front, and not with a fraction bar."""
    return bool(coefficient.q in (1, 2) or (coefficient.q != 4 and 10_000 % coefficient.q == 0))
