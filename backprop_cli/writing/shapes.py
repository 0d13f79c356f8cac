"""From formulas to text: how operations are written, from tables of shapes and one precedence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache, partial
from string import Formatter

from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_

SUM, NEGATIVE, RATIO, PRODUCT, QUOTIENT, POWER, ATOM = range(1, 8)  # RATIO: with a slash, 1/3


@record
class Shape:
    """How an operation is written: a pattern with `{0}`, or a sign between its operands.

    `minus` stands between where a summand is negative. `strength` says how tightly it binds; an operand that binds
    less than `inner` is put in brackets. `small` are the raised figures 0 to 9, where exponents of one figure have a
    form of their own. A pattern whose only place is `{0}` takes all operands there, with commas between them. One that
    is `spoken` has words in it, which are the reader's.
    """

    pattern: str = ""
    between: str = ""
    minus: str = ""
    strength: int = ATOM
    inner: tuple[int, ...] = (SUM,)
    small: str = ""
    spoken: bool = False

    @property
    def said(self) -> str:
        """The pattern in the reader's language."""
        return _(self.pattern) if self.spoken else self.pattern

    def inner_of(self, index: int) -> int:
        """The least strength operand `index` needs to stand without brackets."""
        return self.inner[min(index, len(self.inner) - 1)]


@record
class Spelling:
    """A text and how tightly it binds."""

    text: str
    strength: int = ATOM


def function(name: str) -> Shape:
    """name(a, b, …)"""
    return Shape(name + "({0})", inner=(SUM,))


RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
BRACKETS, FUNCTION, LIST = "brackets", "function", "list"  # the rows of a table that are not operations
RAISED_QUOTIENT = "raised quotient"  # how a quotient is written in an exponent, where its usual form is too small there
UNICODE: dict[str, Shape] = {
    BRACKETS: Shape("({0})"),
    FUNCTION: Shape("{name}({0})"),
    LIST: Shape(between=", "),
    "sum": Shape(between=" + ", minus=" − ", strength=SUM, inner=(SUM, RATIO)),
    "product": Shape(between="·", strength=PRODUCT, inner=(PRODUCT, QUOTIENT)),
    "negative": Shape("−{0}", strength=NEGATIVE, inner=(RATIO,)),
    "quotient": Shape("{0}/{1}", strength=RATIO, inner=(PRODUCT, POWER)),
    "power": Shape("{0}^{1}", strength=POWER, inner=(ATOM, ATOM), small=RAISED),
    "square": Shape("{0}²", strength=POWER, inner=(ATOM,)),
    "exp": Shape("e^{0}", strength=POWER, inner=(ATOM,), small=RAISED),
    "sqrt": Shape("√{0}", strength=POWER, inner=(ATOM,)),
    "abs": Shape("|{0}|"),
    "floor": Shape("⌊{0}⌋"),
    "pi": Shape("π"),
    "cos_pi": Shape("cos(π·{0})", inner=(RATIO,)),
    "log2": function("log₂"),
    "log10": function("log₁₀"),
    "identity": Shape("{0}", inner=(SUM,)),
    "sigmoid": function("σ"),
    "relu": function("ReLU"),
    "relu_slope": function("ReLU′"),
    "leaky_relu": function("LReLU"),
    "leaky_relu_slope": function("LReLU′"),
    "elu": function("ELU"),
    "elu_slope": function("ELU′"),
    "gelu": function("GELU"),
    "normal_cdf": function("Φ"),
    "normal_pdf": function("φ"),
    "step": function("step"),
    "sign": function("sign"),
    "pick": Shape("({rest})[{0}]"),
    "equal": Shape("[{0} = {1}]"),
    "is_max": Shape(n_("[{0} is the max]"), spoken=True),
    "is_min": Shape(n_("[{0} is the min]"), spoken=True),
    "inside": Shape("[{1} < {0} < {2}]"),
    "times_ln": Shape("{0}·ln({1})", strength=PRODUCT, inner=(PRODUCT, SUM)),
    "share": Shape("{0}/{1}", strength=RATIO, inner=(PRODUCT, POWER)),
    "huber": function("Huber"),
    "softmax": function("softmax"),
}
ASCII: dict[str, Shape] = UNICODE | {
    "sum": Shape(between=" + ", minus=" - ", strength=SUM, inner=(SUM, RATIO)),
    "product": Shape(between="*", strength=PRODUCT, inner=(PRODUCT, QUOTIENT)),
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(RATIO,)),
    "power": Shape("{0}^{1}", strength=POWER, inner=(ATOM, ATOM)),
    "square": Shape("{0}^2", strength=POWER, inner=(ATOM,)),
    "exp": Shape("e^{0}", strength=POWER, inner=(ATOM,)),
    "sqrt": function("sqrt"),
    "abs": function("abs"),
    "floor": function("floor"),
    "pi": Shape("pi"),
    "cos_pi": Shape("cos(pi*{0})", inner=(RATIO,)),
    "log2": function("log2"),
    "log10": function("log10"),
    "sigmoid": function("sigmoid"),
    "relu": function("relu"),
    "relu_slope": function("relu'"),
    "leaky_relu": function("leaky_relu"),
    "leaky_relu_slope": function("leaky_relu'"),
    "elu": function("elu"),
    "elu_slope": function("elu'"),
    "gelu": function("gelu"),
    "normal_cdf": function("Phi"),
    "normal_pdf": function("phi"),
    "times_ln": Shape("{0}*ln({1})", strength=PRODUCT, inner=(PRODUCT, SUM)),
    "huber": function("huber"),
}
SHAPES = {"unicode": UNICODE, "ascii": ASCII}
INDEXED = frozenset(name for name, operation in OPERATIONS.items() if operation.indexed)

SUPERSCRIPTS = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")

SpellName = Callable[[Hashable], Spelling]


def spell(
    formula: Formula, shapes: Mapping[str, Shape], name: SpellName, constant: Callable[[Number], Spelling]
) -> Spelling:
    """The formula as text; `name` spells its names, `constant` its numbers."""
    match formula:
        case Name():
            return name(formula.symbol)
        case Number():
            return constant(formula)
        case Apply():
            operation, arguments = formula.operation, formula.arguments
            if (row := OPERATIONS.get(operation)) is not None and row.convention:
                arguments = arguments[:1]
            shape = shapes.get(operation) or _called(operation, shapes)
            if operation in INDEXED:
                return Spelling(shape.said.format(_chosen(arguments, shapes, name, constant)), shape.strength)
            operands = [spell(argument, shapes, name, constant) for argument in arguments]
            if operation in ("power", "exp") and RAISED_QUOTIENT in shapes and isinstance(arguments[-1], Apply):
                raised = {**shapes, "quotient": shapes[RAISED_QUOTIENT]}
                operands[-1] = spell(arguments[-1], raised, name, constant)
            if shape.between:
                inner = partial(spell, shapes=shapes, name=name, constant=constant)
                return _spell_chain(operation, arguments, operands, shapes, inner)
            if operation == "negative" and isinstance(arguments[0], Name):
                if operands[0].text == "0":
                    return operands[0]
                if operands[0].strength == NEGATIVE:  # minus a negative number that was put in for a name
                    text = operands[0].text.removeprefix(shape.pattern.partition("{")[0])
                    return Spelling(text, ATOM if text.replace(".", "").isdigit() else QUOTIENT)
            if shape.small and (figure := _raised(shape, arguments, operands)):
                below = [_wrapped(operand, ATOM, shapes) for operand in operands[:-1]]
                return Spelling(shape.pattern.partition("^")[0].format(*below) + figure, POWER)
            texts = [_wrapped(operand, shape.inner_of(index), shapes) for index, operand in enumerate(operands)]
            if len(texts) > 1 and _places(shape.pattern) == {"0"}:
                texts = [shapes[LIST].between.join(texts)]
            return Spelling(shape.said.format(*texts, rest=shapes[LIST].between.join(texts[1:])), shape.strength)


def _called(operation: str, shapes: Mapping[str, Shape]) -> Shape:
    """How an operation without a shape of its own is written."""
    return Shape(shapes[FUNCTION].pattern.replace("{name}", operation))


@cache
def _places(pattern: str) -> set[str]:
    """The numbers of the operands that the pattern has places for."""
    return {field for _text, field, _format, _conversion in Formatter().parse(pattern) if field is not None}


def _raised(shape: Shape, arguments: tuple[Formula, ...], operands: list[Spelling]) -> str | None:
    """The exponent, which is the last operand, where it is one raised figure."""
    if len(arguments) == 1:  # e to a number that was put in
        text = operands[0].text
        return shape.small[int(text)] if len(text) == 1 and text.isdigit() else None
    exponent = arguments[1]
    small = isinstance(exponent, Number) and exponent.value.q == 1 and 0 <= exponent.value <= 9
    return shape.small[int(exponent.value.p)] if small and isinstance(exponent, Number) else None


def _chosen(
    arguments: tuple[Formula, ...], shapes: Mapping[str, Shape], name: SpellName, constant: Callable[[Number], Spelling]
) -> str:
    """Of an operation on the n-th of its arguments among all of them, the n-th."""
    which = arguments[0]
    assert isinstance(which, Number)
    return spell(arguments[int(which.value.p)], shapes, name, constant).text


def _spell_chain(
    operation: str,
    arguments: tuple[Formula, ...],
    operands: list[Spelling],
    shapes: Mapping[str, Shape],
    minus: Callable[[Formula], Spelling],
) -> Spelling:
    """A sum or a product; in a sum, + (−x) is written − x."""
    shape = shapes[operation]
    text = _wrapped(operands[0], shape.inner_of(0), shapes)
    for argument, operand in zip(arguments[1:], operands[1:], strict=True):
        if operation == "sum" and isinstance(argument, Apply) and argument.operation == "negative":
            subtracted = minus(argument.arguments[0])
            text += shape.minus + _wrapped(subtracted, RATIO, shapes)
        else:
            text += shape.between + _wrapped(operand, shape.inner_of(1), shapes)
    return Spelling(text, shape.strength)


def _wrapped(operand: Spelling, least: int, shapes: Mapping[str, Shape]) -> str:
    return operand.text if operand.strength >= least else shapes[BRACKETS].pattern.format(operand.text)
