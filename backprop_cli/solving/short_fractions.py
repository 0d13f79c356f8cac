"""Lines of which only a ball is known, and that are short fractions: e²/(e² + e²) is ½, and e^ln(2) is 2.

A ball that holds a fraction with a small denominator hardly ever does so by chance; SymPy then proves that it is one.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.exact import Rational, rational

_BOTTOMS = (*range(1, 25), 100, 1_000, 10_000)  # the denominators that are tried
_LARGE, _NEAR = 1e6, 1e-8  # beyond this no value is tried; so near is a float to the fraction
_LINES = 60  # a proof writes out at most so many
_MOST = 24  # lines of one derivation that are looked at so


class ShortFractions:
    """The short fractions among the values of a derivation; each line is tried once, at the first precision."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.tried: set[Quantity] = set()

    def prove(self, known: Mapping[Any, Real], proven: MutableMapping[Quantity, Rational | None]) -> bool:
        """Whether there is one more; it is noted in `proven`. `known` are the values as they are now."""
        found = False
        for line in self.derivation.lines:
            if len(self.tried) >= _MOST:
                break
            held = None if line.quantity in self.tried else short_fraction(known[line.quantity])
            if held is not None:
                self.tried.add(line.quantity)
                if self._exactly(line.quantity, known, proven) == held:
                    proven[line.quantity] = held
                    found = True
        return found

    def _exactly(
        self, quantity: Quantity, numbers: Mapping[Any, Real], proven: Mapping[Any, Rational | None]
    ) -> Rational | None:
        """A line in exact symbols, written out from the last lines that are rational; None without a proof."""
        from backprop_cli.numbers.symbolic import Symbolic

        domain, index, known = Symbolic(), self.derivation.index, dict[Hashable, Any]()

        def value(name: Any) -> Any:
            if name not in known:
                number = proven.get(name) or numbers[name]
                if isinstance(number, Rational):
                    known[name] = domain.number(number)
                elif len(known) > _LINES:
                    raise Undecided
                else:
                    formula = index[name].formula if name in index else self.derivation.constants[name]
                    known[name] = evaluate(formula, domain, value)
                    domain.refuse_long(known[name])
            return known[name]

        with suppress(Undecided, MathError, RecursionError):
            exact: Rational | None = domain.as_rational(evaluate(index[quantity].formula, domain, value))
            return exact
        return None


def short_fraction(number: Real) -> Rational | None:
    """The fraction with a small denominator that a ball holds; None where there is none, or the value is exact."""
    if isinstance(number, Rational):
        return None
    near = float(number)
    for bottom in _BOTTOMS if abs(near) < _LARGE else ():
        top = round(near * bottom)
        held: Rational = rational(top) / bottom
        if abs(near * bottom - top) < _NEAR and number.overlaps(Ball(held)):
            return held
    return None
