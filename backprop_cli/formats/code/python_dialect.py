"""How Python writes operations: with `math`, and with short functions where `math` has none."""

from __future__ import annotations

from backprop_cli.algebra.formula import ONE, ZERO, Formula
from backprop_cli.formats.code.formulas import ARITHMETIC, MEANINGS, CodeDialect
from backprop_cli.writing.shapes import POWER, PRODUCT, SUM, Shape, function

USUAL: dict[str, Formula | None] = {"relu": None, "relu_slope": ZERO, "step": ONE}

_SHAPES = {
    **ARITHMETIC,
    "exp": function("math.exp"),
    "ln": function("math.log"),
    "log2": function("math.log2"),
    "log10": function("math.log10"),
    "sqrt": function("math.sqrt"),
    "sin": function("math.sin"),
    "cos": function("math.cos"),
    "tan": function("math.tan"),
    "tanh": function("math.tanh"),
    "erf": function("math.erf"),
    "floor": function("math.floor"),
    "pi": Shape("math.pi"),
    "sigmoid": Shape("1/(1 + math.exp(-{0}))", strength=PRODUCT, inner=(POWER,)),
    "clip": Shape("max({1}, min({2}, {0}))"),
    "inside": Shape("int({1} < {0} < {2})", inner=(SUM,)),
    "equal": Shape("int({0} == {1})", inner=(SUM,)),
}  # the others are called by their names

_HELPERS = {
    "relu": "def relu(z):\n    return z if z > 0 else 0",
    "relu_slope": "def relu_slope(z, at_zero=0):\n    return 1 if z > 0 else 0 if z < 0 else at_zero",
    "leaky_relu": "def leaky_relu(z, a):\n    return z if z > 0 else a*z",
    "leaky_relu_slope": "def leaky_relu_slope(z, a):\n    return 1 if z > 0 else a",
    "elu": "def elu(z, a):\n    return z if z > 0 else a*(math.exp(z) - 1)",
    "elu_slope": "def elu_slope(z, a):\n    return 1 if z > 0 else a*math.exp(z)",
    "step": "def step(z, at_zero=1):\n    return 1 if z > 0 else 0 if z < 0 else at_zero",
    "sign": "def sign(z):\n    return (z > 0) - (z < 0)",
    "huber": "def huber(e, d):\n    return e**2/2 if abs(e) <= d else d*(abs(e) - d/2)",
    "times_ln": "def times_ln(t, p):  # t*ln(p), where 0*ln(0) counts as 0\n    return t*math.log(p) if t else 0",
    "share": "def share(t, p):  # t/p, where 0/0 counts as 0\n    return t/p if t else 0",
    "pick": "def pick(row, *rows):  # rows count from 0\n    return rows[int(row)] if row in range(len(rows)) else 0",
    "is_max": "def is_max(which, *values):  # ties share\n"
    "    return int(values[which - 1] == max(values))/values.count(max(values))",
    "is_min": "def is_min(which, *values):  # ties share\n"
    "    return int(values[which - 1] == min(values))/values.count(min(values))",
}

PYTHON = CodeDialect(_SHAPES, _HELPERS, MEANINGS, USUAL)

SHOW = '''\
def show(name, value):
    """Prints a value with {digits} significant digits, or fewer where it ends."""
    text = f"{{value:.{digits}g}}"
    if abs(float(text) - value) > 1e-14*abs(value):
        text = f"{{value:#.{digits}g}}"
    print(name, "=", text)'''

_NEAREST = {
    "half-up": "whole = math.floor(abs(value)*10**places + 0.5 + 1e-9)",
    "half-even": "scaled = abs(value)*10**places\n    tie = abs(scaled % 1 - 0.5) < 1e-9\n"
    "    whole = 2*round(scaled/2) if tie else math.floor(scaled + 0.5)",
    "truncate": "whole = math.floor(abs(value)*10**places + 1e-9)",
}
_PLACES = '''\
def {name}(value, places):
    """Rounds to decimal places: {ties}. The 1e-9 is for what floats lose."""
    {nearest}
    return math.copysign(whole, value)/10**places'''
_FIGURES = '''\
def {name}(value, figures):
    """Rounds to significant figures: {ties}. The 1e-9 is for what floats lose."""
    if value == 0:
        return 0
    places = figures - 1 - math.floor(math.log10(abs(value)) + 1e-12)
    {nearest}
    return math.copysign(whole, value)*10**-places'''


def rounding_helper(name: str, ties: str, figures: bool) -> str:
    """The source of the function that rounds as a problem says."""
    return (_FIGURES if figures else _PLACES).format(name=name, ties=ties, nearest=_NEAREST[ties])
