"""Proofs for lines that no precision settles: in letters, or as SymPy writes numbers, what is 0 is seen to be 0.

That the δ of a softmax add up to Σp − Σt = 0, or that two places of a window stay equally large whatever is learned,
needs no values: only what the lines before it are, written out as far as it takes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.evaluation import evaluate_lines
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground import limits
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.numbers.certified import Ball, Certified, Real, precision
from backprop_cli.numbers.exact import Rational, rational

if TYPE_CHECKING:
    from backprop_cli.numbers.symbolic import SymbolicLetters

_ROUNDS = 12  # so many times, what is left open is written out over the lines before it
_LINES = 60  # a proof writes out at most so many
_BOTTOMS = (*range(1, 25), 100, 1_000, 10_000)  # denominators of the fractions that a value may really be
_LARGE, _NEAR = 1e6, 1e-8  # of such a value; of its float to the fraction
_MOST_DOUBTED = 24  # lines of one derivation that are looked at so


@dataclass
class Proofs:
    """What has been proven of one derivation: the lines in which whatever cannot be told from 0 is 0, and their values.

    What their letters have been found to be is kept, so that a later proof need not go back beyond it.
    """

    derivation: Derivation
    values: dict[Quantity, Rational | None] = field(default_factory=dict)  # None: its signs are settled, not its value
    domains: dict[Quantity, Certified] = field(default_factory=dict)
    _doubted: set[Quantity] = field(default_factory=set)  # those that were taken for a fraction

    def settle(self, quantity: Quantity, known: Mapping[Any, Real], has_value: bool) -> bool:
        """Whether it is proven, now, what an undecided line is; `known` are the values before it.

        `has_value`: it was worked out, and only its digits are open.
        """
        if quantity in self.values:
            return False
        return self._in_letters(quantity, known, has_value) or self._in_numbers(quantity)

    def _note(self, quantity: Quantity, value: Rational | None) -> bool:
        self.values[quantity] = value
        self.domains[quantity] = Certified(undecided_is_zero=True)
        return True

    # ---- in letters ------------------------------------------------------------------------------------------

    @cached_property
    def _formulas(self) -> Mapping[Hashable, Formula]:
        return {line.quantity: line.formula for line in self.derivation.lines if not line.given}

    @cached_property
    def _letters(self) -> SymbolicLetters:
        from backprop_cli.numbers.symbolic import SymbolicLetters

        return SymbolicLetters()

    def _in_letters(self, quantity: Quantity, known: Mapping[Any, Real], has_value: bool) -> bool:
        """Written out over the lines before it, further and further, as long as letters are left in what is open."""
        if quantity not in self._formulas:
            return False  # a constant has no lines before it
        near: set[Hashable] = {quantity}
        zeros: list[Any] = []
        for _round in range(_ROUNDS):
            with precision(limits.LAST_PRECISION):
                attempt = _Attempt(self._letters, self._formulas, near, known)
                settled = attempt.settles(quantity, has_value)
            if settled:
                for zero in zeros:
                    self._letters.learn(zero)
                return self._note(quantity, attempt.value)
            zeros += attempt.stuck
            further = {name for name in map(self._letters.names.get, attempt.open) if name in self._formulas} - near
            near |= further
            if not further or len(near) > _LINES:
                return False
        return False

    # ---- short fractions -------------------------------------------------------------------------------------

    def find_fractions(self, known: Mapping[Any, Real]) -> bool:
        """Whether lines of which only balls are known are short fractions: e²/(e² + e²) is ½, and e^ln(2) is 2.

        Each line is tried once, and of one derivation only some.
        """
        found = False
        for line in self.derivation.lines:
            if len(self._doubted) >= _MOST_DOUBTED:
                break
            held = None if line.quantity in self._doubted else _short_fraction(known[line.quantity])
            if held is not None:
                self._doubted.add(line.quantity)
                if self._exactly(line.quantity, known) == held:
                    self.values[line.quantity] = held
                    found = True
        return found

    def _exactly(self, quantity: Quantity, known: Mapping[Any, Real]) -> Rational | None:
        """A line as a rational, in exact symbols from the last lines that are rational; None without a proof."""
        from backprop_cli.numbers.symbolic import Symbolic

        domain, index, spelled = Symbolic(), self.derivation.index, dict[Any, Any]()

        def value(name: Any) -> Any:
            if name not in spelled:
                number = self.values.get(name) or known[name]
                if isinstance(number, Rational):
                    spelled[name] = domain.number(number)
                elif len(spelled) > _LINES:
                    raise Undecided
                else:
                    formula = index[name].formula if name in index else self.derivation.constants[name]
                    spelled[name] = evaluate(formula, domain, value)
                    domain.refuse_long(spelled[name])
            return spelled[name]

        with suppress(Undecided, MathError, RecursionError):
            exact: Rational | None = domain.as_rational(evaluate(index[quantity].formula, domain, value))
            return exact
        return None

    # ---- in numbers ------------------------------------------------------------------------------------------

    def _in_numbers(self, quantity: Quantity) -> bool:
        """Whether the line comes through in exact symbols.

        SymPy raises where it cannot prove a sign, so a line that comes through has its signs: what no precision told
        from 0 in it is 0. Where the whole line simplifies to a rational, that is its value.
        """
        from backprop_cli.numbers.symbolic import Symbolic

        needed = self.derivation.ancestors([quantity])
        lines = [line for line in self.derivation.lines if line.quantity in needed]
        if len(lines) > _LINES:
            return False
        domain = Symbolic()

        def short(_name: Quantity, value: Any) -> Any:
            domain.refuse_long(value)
            return value

        with suppress(Undecided, MathError, RecursionError):
            found = evaluate_lines(lines, self.derivation.constants, domain, short)
            return self._note(quantity, domain.as_rational(found[quantity]))
        return False


class _Attempt:
    """A line, written out over the lines `near` it, with letters for all other values that are not rational."""

    def __init__(
        self,
        letters: SymbolicLetters,
        formulas: Mapping[Hashable, Formula],
        near: Set[Hashable],
        known: Mapping[Any, Real],
    ) -> None:
        from backprop_cli.numbers.paired import Paired

        self.domain = Paired(letters)
        self.formulas, self.near, self.known = formulas, near, known
        self.value: Rational | None = None
        self.open: Set[Any] = frozenset()  # letters of what is not settled
        self._pairs: dict[Hashable, Any] = {}

    @property
    def stuck(self) -> list[Any]:
        """What would have to be 0."""
        return self.domain.stuck

    def settles(self, quantity: Quantity, has_value: bool) -> bool:
        """Whether the line is a rational number whatever the letters are; or, unless it has a value, all its signs."""
        with suppress(Undecided, MathError, RecursionError):
            pair = evaluate(self.formulas[quantity], self.domain, self._pair)
            self.value = self.domain.identity(pair)
            self.open = pair.spelled.free_symbols
            return self.value is not None or not has_value
        self.open = frozenset().union(*(one.free_symbols for one in self.stuck))
        return False

    def _pair(self, name: Hashable) -> Any:
        if name not in self._pairs:
            value = self.known[name]
            pair = self.domain.number(value) if isinstance(value, Rational) else self._written_out(name, value)
            self._pairs[name] = pair
        return self._pairs[name]

    def _written_out(self, name: Hashable, value: Real) -> Any:
        if name in self.near:
            before = len(self.stuck)
            try:
                return self.domain.pair(value, evaluate(self.formulas[name], self.domain, self._pair).spelled)
            except (Undecided, MathError):  # a letter will do for the largest of a window
                del self.stuck[before:]
        return self.domain.letter(value, name)


def _short_fraction(number: Real) -> Rational | None:
    """The fraction with a small denominator that a ball holds, which is hardly ever by chance."""
    if isinstance(number, Rational):
        return None
    near = float(number)
    for bottom in _BOTTOMS if abs(near) < _LARGE else ():
        top = round(near * bottom)
        held: Rational = rational(top) / bottom
        if abs(near * bottom - top) < _NEAR and number.overlaps(Ball(held)):
            return held
    return None
