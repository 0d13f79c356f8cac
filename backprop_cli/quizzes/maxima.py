"""Formulas as Maxima computes them in STACK: with functions that give a number whatever a student writes.

A wrong answer may be 0 or negative where a formula divides by it or takes its logarithm; a tree that fails says nothing
of any line. So what has no value is a number far away from every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.formats.code.formulas import MEANINGS, CodeDialect
from backprop_cli.formats.code.identifiers import Identifiers
from backprop_cli.numbers.exact import Rational
from backprop_cli.quizzes.numerals import number
from backprop_cli.writing.shapes import ATOM, NEGATIVE, PRODUCT, SUM, Shape, Spelling, function

FAR = "1.0e90"
_CALLED = {
    "quotient": "bp_div", "power": "bp_pow", "exp": "bp_exp", "ln": "bp_ln", "sqrt": "bp_sqrt", "sigmoid": "bp_sigmoid",
    "relu_slope": "bp_relu_slope", "leaky_relu": "bp_leaky_relu", "leaky_relu_slope": "bp_leaky_relu_slope",
    "elu": "bp_elu", "elu_slope": "bp_elu_slope", "step": "bp_step", "huber": "bp_huber", "times_ln": "bp_times_ln",
    "share": "bp_share", "inside": "bp_inside", "equal": "bp_equal", "log2": "bp_log2", "log10": "bp_log10",
}  # fmt: skip
_SHAPES = {
    "sum": Shape(between=" + ", minus=" - ", strength=SUM, inner=(SUM, PRODUCT)),
    "product": Shape(between="*", strength=PRODUCT, inner=(PRODUCT, PRODUCT + 1)),
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(PRODUCT,)),
    "square": Shape("{0}^2", strength=PRODUCT + 2, inner=(ATOM,)),
    "sin": function("sin"), "cos": function("cos"), "tan": function("tan"), "tanh": function("tanh"),
    "erf": function("erf"), "floor": function("floor"), "abs": function("abs"), "sign": function("bp_sign"),
    "max": function("max"), "min": function("min"),
    "pi": Shape("%pi"),
    "relu": Shape("max(0, {0})"),
    "clip": Shape("max({1}, min({2}, {0}))"),
    "pick": Shape("bp_pick({0}, [{rest}])"),
    "is_max": Shape("bp_is_max({0}, [{rest}])"),
    "is_min": Shape("bp_is_min({0}, [{rest}])"),
    **{name: function(called) for name, called in _CALLED.items()},
}  # fmt: skip
_HELPERS = {
    "bp_div": f"bp_div(a,b):=if is(abs(b)<1.0e-90) then {FAR} else a/b;",
    "bp_exp": "bp_exp(x):=exp(min(float(x),200.0));",
    "bp_ln": f"bp_ln(x):=if is(x<1.0e-90) then -{FAR} else log(float(x));",
    "bp_log2": "bp_log2(x):=bp_ln(x)/log(2.0);",
    "bp_log10": "bp_log10(x):=bp_ln(x)/log(10.0);",
    "bp_sqrt": f"bp_sqrt(x):=if is(x<0) then {FAR} else sqrt(float(x));",
    "bp_pow": f"bp_pow(x,n):=if is(abs(x)<1.0e-30) then (if is(n>0) then 0 else {FAR}) elseif is(x<0) and "
    f"is(abs(n-round(n))>1.0e-9) then {FAR} elseif is(abs(n*bp_ln(abs(x)))>200) then {FAR} else x^n;",
    "bp_sigmoid": "bp_sigmoid(z):=1/(1+bp_exp(-z));",
    "bp_relu_slope": "bp_relu_slope(z,d):=if is(abs(z)<1.0e-12) then d elseif is(z>0) then 1 else 0;",
    "bp_leaky_relu": "bp_leaky_relu(z,a):=if is(z>0) then z else a*z;",
    "bp_leaky_relu_slope": "bp_leaky_relu_slope(z,a):=if is(z>0) then 1 else a;",
    "bp_elu": "bp_elu(z,a):=if is(z>0) then z else a*(bp_exp(z)-1);",
    "bp_elu_slope": "bp_elu_slope(z,a):=if is(z>0) then 1 else a*bp_exp(z);",
    "bp_step": "bp_step(z,d):=if is(abs(z)<1.0e-12) then d elseif is(z>0) then 1 else 0;",
    "bp_sign": "bp_sign(z):=if is(abs(z)<1.0e-12) then 0 else signum(z);",
    "bp_huber": "bp_huber(e,d):=if is(abs(e)<=d) then e^2/2 else d*(abs(e)-d/2);",
    "bp_times_ln": "bp_times_ln(t,p):=if is(abs(t)<1.0e-90) then 0 else t*bp_ln(p);",
    "bp_share": "bp_share(t,p):=if is(abs(t)<1.0e-90) then 0 else bp_div(t,p);",
    "bp_inside": "bp_inside(z,l,h):=if is(z>l) and is(z<h) then 1 else 0;",
    "bp_equal": "bp_equal(a,b):=if is(abs(a-b)<1.0e-12) then 1 else 0;",
    "bp_pick": "bp_pick(k,l):=if is(k<0) or is(k>length(l)-1) or is(abs(k-round(k))>1.0e-9) then 0 else l[round(k)+1];",
    "bp_is_max": "bp_is_max(k,l):=block([m,c], m:lmax(l)-1.0e-12, c:sublist(l,lambda([x],is(x>=m))), "
    "if is(l[k]>=m) then 1/length(c) else 0);",
    "bp_is_min": "bp_is_min(k,l):=block([m,c], m:lmin(l)+1.0e-12, c:sublist(l,lambda([x],is(x<=m))), "
    "if is(l[k]<=m) then 1/length(c) else 0);",
}
MAXIMA = CodeDialect(_SHAPES, {}, MEANINGS)
_RESERVED = 60  # characters of a name that Maxima and a reader can bear


class MaximaNames:
    """Identifiers of Maxima for quantities: with a prefix, so that none is a word of Maxima or STACK."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._identifiers = Identifiers()
        self._plain: dict[Quantity, str] = {}

    def __getitem__(self, quantity: Quantity) -> str:
        """c_w5, y_net_h1; where its letters are not plain, by its number."""
        if quantity not in self._plain:
            name = self._identifiers[quantity]
            is_plain = name.isascii() and len(name) < _RESERVED
            self._plain[quantity] = f"{self._prefix}_{name if is_plain else f'n{len(self._plain) + 1}'}"
        return self._plain[quantity]


def spelled(formula: Formula, name: Callable[[Quantity], str]) -> str:
    """A formula in Maxima, its names written by a function."""

    def writes(part: Formula) -> Spelling | None:
        if isinstance(part, Name):
            assert isinstance(part.symbol, Quantity)
            return Spelling(name(part.symbol))
        if isinstance(part, Apply | Name):
            return None
        return _literal(part.value)

    return MAXIMA.spell(formula, writes).text


def _literal(value: Rational) -> Spelling:
    """A number, with brackets where it has a sign or is a fraction."""
    if value.q == 1:
        return Spelling(str(value.p), ATOM if value >= 0 else NEGATIVE)
    text = number(value)
    return Spelling(text, ATOM if value >= 0 else NEGATIVE)


def helpers_of(texts: Iterable[str]) -> list[str]:
    """The functions that these texts call, in an order in which each is known before it is used."""
    wanted: set[str] = set()
    waiting = [*texts]
    while waiting:
        text = waiting.pop()
        for name, source in _HELPERS.items():
            if name not in wanted and f"{name}(" in text:
                wanted.add(name)
                waiting.append(source.partition(":=")[2])
    return [_HELPERS[name] for name in _ORDER if name in wanted]


_ORDER = ("bp_div", "bp_exp", "bp_ln", *(name for name in _HELPERS if name not in ("bp_div", "bp_exp", "bp_ln")))


def _typed(text: str) -> str:
    """A number as somebody types it: STACK evaluates it, and zeros at its end stay only where they are asked for.

    dispdp(0.0648,6) is typed as 0.064800.
    """
    mantissa, mark, exponent = text.partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    if not mantissa.endswith("0") or places <= 0:
        return text
    return f"dispdp({mantissa.rstrip('0').rstrip('.')}{mark}{exponent},{places})"


def chosen(values: Iterable[str], variant: str = "v") -> str:
    """A number that all variants have, or the one of this variant out of a list."""
    known = list(values)
    return known[0] if len(set(known)) == 1 else f"[{','.join(known)}][{variant}]"


def answer(texts: Iterable[str]) -> str:
    """What is typed in each variant, zeros and all, as STACK evaluates it where it does not simplify."""
    value = chosen(map(_typed, texts))
    return f"ev({value},simp)" if value.startswith("[") else value


def escaped(html: str) -> str:
    """HTML of which nothing is taken for a block or a value of STACK's own language."""
    return html.replace("{@", "&#123;@").replace("{#", "&#123;#").replace("[[", "&#91;[")
