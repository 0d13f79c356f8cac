"""How a spreadsheet writes operations: functions that Excel and LibreOffice have, and IF where a sign decides."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.algebra.formula import ZERO, Apply, Formula, Number, apply
from backprop_cli.formats.code.formulas import ARITHMETIC, MEANINGS, CodeDialect
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.writing.shapes import ATOM, NEGATIVE, POWER, PRODUCT, SUM, Shape, function

LONGEST = 8_000  # characters of a formula that every spreadsheet reads

_SHAPES = {
    **ARITHMETIC,
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(ATOM,)),  # here -A1^2 is (-A1)^2
    "power": Shape("{0}^{1}", strength=POWER, inner=(ATOM, ATOM)),
    "square": Shape("{0}^2", strength=POWER, inner=(ATOM,)),
    "exp": function("EXP"),
    "ln": function("LN"),
    "log2": Shape("LOG({0},2)"),
    "log10": function("LOG10"),
    "sqrt": function("SQRT"),
    "sin": function("SIN"),
    "cos": function("COS"),
    "tan": function("TAN"),
    "tanh": function("TANH"),
    "erf": function("ERF"),
    "abs": function("ABS"),
    "floor": function("INT"),
    "pi": Shape("PI()"),
    "sign": function("SIGN"),
    "max": function("MAX"),
    "min": function("MIN"),
    "sigmoid": Shape("1/(1+EXP(-{0}))", strength=PRODUCT, inner=(ATOM,)),
    "relu_slope": Shape("IF({0}>0,1,IF({0}=0,{1},0))"),
    "step": Shape("IF({0}>0,1,IF({0}=0,{1},0))"),
    "leaky_relu": Shape("IF({0}>0,{0},{1}*{0})", inner=(POWER,)),
    "leaky_relu_slope": Shape("IF({0}>0,1,{1})"),
    "elu": Shape("IF({0}>0,{0},{1}*(EXP({0})-1))", inner=(SUM, POWER)),
    "elu_slope": Shape("IF({0}>0,1,{1}*EXP({0}))", inner=(SUM, POWER)),
    "clip": Shape("MAX({1},MIN({2},{0}))"),
    "inside": Shape("IF(AND({1}<{0},{0}<{2}),1,0)"),
    "equal": Shape("IF({0}={1},1,0)"),
    "huber": Shape("IF(ABS({0})<={1},({0})^2/2,{1}*(ABS({0})-{1}/2))", inner=(SUM, POWER)),
    "times_ln": Shape("IF({0}=0,0,{0}*LN({1}))", inner=(POWER, SUM)),
    "share": Shape("IF({0}=0,0,{0}/{1})", inner=(POWER, POWER)),
    "pick": Shape("IF(AND({0}>=0,{0}<{count}),CHOOSE({0}+1,{rest}),0)", inner=(PRODUCT, SUM)),
    "largest_share": Shape("IF({0}={1},1/({2}),0)"),
    "equals": Shape("IF({0}={1},1,0)"),
}


def _share_of(extreme: str, which: Formula, values: Sequence[Formula]) -> Formula:
    """1 for the extreme value, divided among ties, else 0."""
    assert isinstance(which, Number)
    top = Apply(extreme, tuple(values))
    ties = Apply("sum", (*(Apply("equals", (value, top)) for value in values), ZERO))
    return Apply("largest_share", (values[int(which.value.p) - 1], top, ties))


_MEANINGS = {
    **MEANINGS,
    "relu": lambda z, at_zero: apply("max", 0, z),
    "is_max": lambda which, *values: _share_of("max", which, values),
    "is_min": lambda which, *values: _share_of("min", which, values),
}

SPREADSHEET = CodeDialect(_SHAPES, {}, _MEANINGS)


def rounded(cell: str, rounding: Rounding) -> str:
    """The value of another cell, rounded as a problem says (ties of ROUND are half-up, away from zero)."""
    if rounding.places is not None:
        return _to_places(cell, str(rounding.places), rounding.ties)
    places = f"{rounding.figures}-1-INT(LOG10(ABS({cell})))"
    return f"IF({cell}=0,0,{_to_places(cell, places, rounding.ties)})"


def _to_places(cell: str, places: str, ties: str) -> str:
    if ties == "truncate":
        return f"TRUNC({cell},{places})"
    nearest = f"ROUND({cell},{places})"
    if ties == "half-up":
        return nearest
    scaled = f"ABS({cell})*10^({places})"
    even = f"SIGN({cell})*2*ROUND({scaled}/2,0)/10^({places})"
    return f"IF(ABS({scaled}-INT({scaled})-0.5)<0.000000001,{even},{nearest})"
