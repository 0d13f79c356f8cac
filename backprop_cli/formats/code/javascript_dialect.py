"""How JavaScript writes operations: with `Math`, and with short functions where `Math` has none."""

from __future__ import annotations

from backprop_cli.formats.code.formulas import ARITHMETIC, MEANINGS, CodeDialect
from backprop_cli.formats.code.python_dialect import USUAL
from backprop_cli.writing.shapes import ATOM, NEGATIVE, PRODUCT, SUM, Shape, function

_OF_MATH = ("exp", "log2", "log10", "sqrt", "sin", "cos", "tan", "tanh", "floor", "abs", "max", "min", "sign")

_SHAPES = {
    **ARITHMETIC,
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(ATOM,)),  # -x**2 is no JavaScript
    **{name: function(f"Math.{name}") for name in _OF_MATH},
    "ln": function("Math.log"),
    "pi": Shape("Math.PI"),
    "sigmoid": Shape("1/(1 + Math.exp(-{0}))", strength=PRODUCT, inner=(ATOM,)),
    "clip": Shape("Math.max({1}, Math.min({2}, {0}))"),
    "inside": Shape("Number({1} < {0} && {0} < {2})", inner=(SUM,)),
    "equal": Shape("Number({0} === {1})", inner=(SUM,)),
}  # the others are called by their names

_HELPERS = {
    "relu": "function relu(z) {\n  return z > 0 ? z : 0;\n}",
    "relu_slope": "function relu_slope(z, at_zero = 0) {\n  return z > 0 ? 1 : z < 0 ? 0 : at_zero;\n}",
    "leaky_relu": "function leaky_relu(z, a) {\n  return z > 0 ? z : a*z;\n}",
    "leaky_relu_slope": "function leaky_relu_slope(z, a) {\n  return z > 0 ? 1 : a;\n}",
    "elu": "function elu(z, a) {\n  return z > 0 ? z : a*(Math.exp(z) - 1);\n}",
    "elu_slope": "function elu_slope(z, a) {\n  return z > 0 ? 1 : a*Math.exp(z);\n}",
    "step": "function step(z, at_zero = 1) {\n  return z > 0 ? 1 : z < 0 ? 0 : at_zero;\n}",
    "erf": "function erf(x) {  // its series, whose terms all have the sign of x: Abramowitz and Stegun, 7.1.6\n"
    "  if (Math.abs(x) > 6) return Math.sign(x);\n"
    "  let term = x, sum = x;\n"
    "  for (let n = 1; Math.abs(term) > 1e-17*Math.abs(sum); n++) sum += term *= 2*x*x/(2*n + 1);\n"
    "  return 2*sum*Math.exp(-x*x)/Math.sqrt(Math.PI);\n}",
    "huber": "function huber(e, d) {\n  return Math.abs(e) <= d ? e**2/2 : d*(Math.abs(e) - d/2);\n}",
    "times_ln": "function times_ln(t, p) {  // t*ln(p), where 0*ln(0) counts as 0\n  return t ? t*Math.log(p) : 0;\n}",
    "share": "function share(t, p) {  // t/p, where 0/0 counts as 0\n  return t ? t/p : 0;\n}",
    "pick": "function pick(row, ...rows) {  // rows count from 0\n  return rows[row] ?? 0;\n}",
    "is_max": "function is_max(which, ...values) {  // ties share\n  const top = Math.max(...values);\n"
    "  return values[which - 1] === top ? 1/values.filter(value => value === top).length : 0;\n}",
    "is_min": "function is_min(which, ...values) {  // ties share\n  const least = Math.min(...values);\n"
    "  return values[which - 1] === least ? 1/values.filter(value => value === least).length : 0;\n}",
}

JAVASCRIPT = CodeDialect(_SHAPES, _HELPERS, MEANINGS, USUAL)

_WORDS = """
    arguments await catch const console debugger default delete do document enum eval export exports extends false
    function implements in instanceof interface let location module name new null package private process protected
    public require static super switch this throw top true typeof undefined var void window
    Infinity Math NaN Number Array Object String
"""
RESERVED = tuple(_WORDS.split())  # and what a program cannot call its own in a page or under Node

SHOW = """\
function show(name, value) {{  // prints it with {digits} significant digits, or fewer where it ends
  console.log(`${{name}} = ${{Number(value.toPrecision({digits}))}}`);
}}"""

_NEAREST = {
    "half-up": "const whole = Math.floor(Math.abs(value)*10**places + 0.5 + 1e-9);",
    "half-even": "const scaled = Math.abs(value)*10**places;\n"
    "  const tie = Math.abs(scaled % 1 - 0.5) < 1e-9;\n"
    "  const whole = tie ? 2*Math.round(scaled/2) : Math.floor(scaled + 0.5);",
    "truncate": "const whole = Math.floor(Math.abs(value)*10**places + 1e-9);",
}
_PLACES = """\
function {name}(value, places) {{  // to decimal places, {ties}; the 1e-9 is for what floats lose
  {nearest}
  return Math.sign(value)*whole/10**places;
}}"""
_FIGURES = """\
function {name}(value, figures) {{  // to significant figures, {ties}; the 1e-9 is for what floats lose
  if (value === 0) return 0;
  const places = figures - 1 - Math.floor(Math.log10(Math.abs(value)) + 1e-12);
  {nearest}
  return Math.sign(value)*whole*10**-places;
}}"""


def rounding_helper(name: str, ties: str, figures: bool) -> str:
    """The source of the function that rounds as a problem says."""
    return (_FIGURES if figures else _PLACES).format(name=name, ties=ties, nearest=_NEAREST[ties])
