"""Every printed digit is certain: a hundred thousand of them against mpmath at three times the precision.

An ordinary run looks at a tenth of them; `python -m pytest -m slow tests/test_digits.py` at all.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import pytest
from helpers import solved

from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.rounded import Rounding, Ties, round_to

FIGURES = (9, 15, 40, 100)
DIGITS = 100_000
M = mpmath.mpf


def _root(x: Any) -> Any:
    return mpmath.sqrt(abs(x) + 1)


def _softplus(z: Any) -> Any:
    return mpmath.log1p(mpmath.exp(z))


NODES: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {  # in a problem file, and in mpmath
    "sigmoid": ("sigmoid(x*y)", lambda x, y: 1 / (1 + mpmath.exp(-x * y))),
    "tanh": ("tanh(x - y)", lambda x, y: mpmath.tanh(x - y)),
    "exp": ("exp(x) + y", lambda x, y: mpmath.exp(x) + y),
    "ln": ("ln(1 + x^2)*y", lambda x, y: mpmath.log(1 + x**2) * y),
    "sqrt": ("sqrt(abs(x) + 1) - y", lambda x, y: _root(x) - y),
    "sin": ("sin(10*x)/(2 + y^2)", lambda x, y: mpmath.sin(10 * x) / (2 + y**2)),
    "gelu": ("gelu(x + y)", lambda x, y: (x + y) * (1 + mpmath.erf((x + y) / mpmath.sqrt(2))) / 2),
    "softplus": ("softplus(3*x) + softplus(y)", lambda x, y: _softplus(3 * x) + _softplus(y)),
    "elu": ("elu(-abs(x)) - y/3", lambda x, y: mpmath.expm1(-abs(x)) - y / 3),
    "power": ("(1 + abs(x))^(1/3)*y", lambda x, y: (1 + abs(x)) ** (M(1) / 3) * y),
}  # fmt: skip


def printed(name: str, x: Fraction, y: Fraction, figures: int) -> str:
    """The value of the node as the solution prints it."""
    text = f"inputs: {{x: {x}, y: {y}}}\ngraph:\n  f: {NODES[name][0]}\nobjective: f\n"
    return solved(text, digits=figures).trace["f"].decimal.text()


def expected(name: str, x: Fraction, y: Fraction, figures: int) -> str:
    """The same by mpmath, rounded from three times the digits; of a tie the half goes up."""
    with mpmath.workdps(3 * figures + 20):
        value = NODES[name][1](M(x.numerator) / x.denominator, M(y.numerator) / y.denominator)
        exponent = int(mpmath.floor(mpmath.log10(abs(value)))) - figures + 1
        whole = int(mpmath.floor(abs(value) / M(10) ** exponent + M(1) / 2))
        return f"{'-' if value < 0 else ''}{whole}e{exponent}"


def compare(count: int) -> int:
    """Compares so many digits and says how many there were; a wrong one fails with the line that has it."""
    random = Random(f"digits {count}")
    seen = 0
    while seen < count:
        name, figures = random.choice(list(NODES)), random.choice(FIGURES)
        x, y = (Fraction(random.choice((-1, 1)) * random.randint(1, 400), 100) for _ in range(2))
        ours, theirs = printed(name, x, y, figures), expected(name, x, y, figures)
        assert Fraction(ours) == Fraction(theirs), f"{name} at {x}, {y} to {figures} digits: {ours}, not {theirs}"
        seen += figures
    return seen


def test_ten_thousand_printed_digits_are_mpmaths() -> None:
    assert compare(DIGITS // 10) >= DIGITS // 10


@pytest.mark.slow
def test_a_hundred_thousand_printed_digits_are_mpmaths() -> None:
    assert compare(DIGITS) >= DIGITS


@pytest.mark.parametrize("ties", ["half-up", "half-even", "truncate"])
def test_a_tie_is_rounded_as_the_file_says(ties: Ties) -> None:
    """Numbers that end in exactly half a unit, of every size and sign, by whole-number arithmetic."""
    random = Random(f"ties {ties}")
    for _ in range(2_000):
        places, half = random.randint(0, 12), 2 * random.randint(0, 10**6) + 1
        down = half // 2
        size = {"half-up": down + 1, "half-even": down + down % 2, "truncate": down}[ties]
        sign = random.choice((-1, 1))
        found = round_to(rational(sign * half, 2 * 10**places), Rounding(places=places, ties=ties))
        assert Fraction(int(found.value.p), int(found.value.q)) == Fraction(sign * size, 10**places), (half, places)
