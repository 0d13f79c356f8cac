"""From formulas to text: how operations are written (a table of shapes) and how quantities are (a notation file)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from backprop_cli import limits
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.formula import Apply, Formula, Name, Number
from backprop_cli.quantities import Address, Kind, Quantity, place
from backprop_cli.words import _

SUM, NEGATIVE, PRODUCT, QUOTIENT, POWER, ATOM = range(1, 7)


@dataclass(frozen=True, slots=True)
class Shape:
    """How an operation is written: a pattern with `{0}`, or a sign between its operands.

    `minus` stands between where a summand is negative. `strength` says how tightly it binds; an operand that binds
    less than `inner` is put in brackets.
    """

    pattern: str = ""
    between: str = ""
    minus: str = ""
    strength: int = ATOM
    inner: tuple[int, ...] = (SUM,)

    def inner_of(self, index: int) -> int:
        """The least strength operand `index` needs to stand without brackets."""
        return self.inner[min(index, len(self.inner) - 1)]


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text and how tightly it binds."""

    text: str
    strength: int = ATOM


def function(name: str) -> Shape:
    """name(a, b, …)"""
    return Shape(name + "({0})", inner=(SUM,))


UNICODE: dict[str, Shape] = {
    "sum": Shape(between=" + ", minus=" − ", strength=SUM, inner=(SUM, PRODUCT)),
    "product": Shape(between="·", strength=PRODUCT, inner=(PRODUCT, QUOTIENT)),
    "negative": Shape("−{0}", strength=NEGATIVE, inner=(PRODUCT,)),
    "quotient": Shape("{0}/{1}", strength=PRODUCT, inner=(PRODUCT, POWER)),
    "power": Shape("{0}^{1}", strength=POWER, inner=(ATOM, ATOM)),
    "square": Shape("{0}²", strength=POWER, inner=(ATOM,)),
    "exp": Shape("e^{0}", strength=POWER, inner=(ATOM,)),
    "sqrt": Shape("√{0}", strength=POWER, inner=(ATOM,)),
    "abs": Shape("|{0}|"),
    "pi": Shape("π"),
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
    "is_max": Shape("[{0} is the max]"),
    "is_min": Shape("[{0} is the min]"),
    "inside": Shape("[{1} < {0} < {2}]"),
    "times_ln": Shape("{0}·ln({1})", strength=PRODUCT, inner=(PRODUCT, SUM)),
    "share": Shape("{0}/{1}", strength=PRODUCT, inner=(PRODUCT, POWER)),
    "huber": function("Huber"),
    "softmax": function("softmax"),
}
ASCII: dict[str, Shape] = UNICODE | {
    "sum": Shape(between=" + ", minus=" - ", strength=SUM, inner=(SUM, PRODUCT)),
    "product": Shape(between="*", strength=PRODUCT, inner=(PRODUCT, QUOTIENT)),
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(PRODUCT,)),
    "square": Shape("{0}^2", strength=POWER, inner=(ATOM,)),
    "sqrt": function("sqrt"),
    "abs": function("abs"),
    "pi": Shape("pi"),
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
INDEXED = ("softmax", "is_max", "is_min")  # their first argument says which of the others is meant
HIDDEN_SETTINGS = ("relu", "relu_slope", "step")  # their setting is a convention, not part of what one writes

SpellName = Callable[[Hashable], Spelling]


def spell(
    formula: Formula, shapes: Mapping[str, Shape], name: SpellName, constant: Callable[[Number], Spelling]
) -> Spelling:
    """The formula as text; `name` spells its names, `constant` its numbers."""
    match formula:
        case Name(symbol):
            return name(symbol)
        case Number():
            return constant(formula)
        case Apply(operation, arguments):
            if operation in HIDDEN_SETTINGS:
                arguments = arguments[:1]
            shape = shapes.get(operation) or function(operation)
            if operation in INDEXED:
                return Spelling(shape.pattern.format(_chosen(arguments, shapes, name, constant)), shape.strength)
            operands = [spell(argument, shapes, name, constant) for argument in arguments]
            if shape.between:
                inner = partial(spell, shapes=shapes, name=name, constant=constant)
                return _spell_chain(operation, arguments, operands, shape, inner)
            if operation == "negative" and isinstance(arguments[0], Name):
                if operands[0].text == "0":
                    return operands[0]
                if operands[0].strength == NEGATIVE:  # minus a negative number that was put in for a name
                    text = operands[0].text[1:]
                    return Spelling(text, ATOM if text.replace(".", "").isdigit() else QUOTIENT)
            if operation == "power" and shapes is not ASCII and (raised := _small_exponent(arguments[1])):
                return Spelling(_wrapped(operands[0], ATOM) + raised, POWER)
            if operation == "exp" and shapes is not ASCII and operands[0].text.isdigit() and len(operands[0].text) == 1:
                return Spelling("e" + operands[0].text.translate(_SUPERSCRIPTS), POWER)
            texts = [_wrapped(operand, shape.inner_of(index)) for index, operand in enumerate(operands)]
            if shape.pattern.count("{") == 1 and len(texts) > 1 and not shape.pattern.startswith("["):
                texts = [", ".join(texts)]
            return Spelling(shape.pattern.format(*texts), shape.strength)


def _small_exponent(exponent: Formula) -> str | None:
    """² for a whole exponent of one figure."""
    if isinstance(exponent, Number) and exponent.value.q == 1 and 0 <= exponent.value <= 9:
        return str(exponent.value.p).translate(_SUPERSCRIPTS)
    return None


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
    shape: Shape,
    minus: Callable[[Formula], Spelling],
) -> Spelling:
    """A sum or a product; in a sum, + (−x) is written − x."""
    text = _wrapped(operands[0], shape.inner_of(0))
    for argument, operand in zip(arguments[1:], operands[1:], strict=True):
        if operation == "sum" and isinstance(argument, Apply) and argument.operation == "negative":
            subtracted = minus(argument.arguments[0])
            text += shape.minus + _wrapped(subtracted, PRODUCT)
        else:
            text += shape.between + _wrapped(operand, shape.inner_of(1))
    return Spelling(text, shape.strength)


def _wrapped(operand: Spelling, least: int) -> str:
    return operand.text if operand.strength >= least else f"({operand.text})"


# ---- how quantities are written ------------------------------------------------------------------------------

_SUBSCRIPTS = str.maketrans("0123456789aehijklmnoprstuvx+-()", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₍₎")
_SUPERSCRIPTS = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "psi": "ψ", "rho": "ρ", "sigma": "σ", "phi": "φ", "omega": "ω",
}  # fmt: skip
_HATS = {"mhat": "m̂", "vhat": "v̂"}
_CAN_BE_SUB = frozenset("0123456789aehijklmnoprstuvx")


@dataclass(frozen=True, slots=True)
class Notation:
    """How a book writes its quantities: a template a kind, with `_{…}` and `^{…}` for indices.

    In a template, {n} is the neuron's name, {j} its number in its layer, {l} the number of its layer (the inputs are
    layer 1), {m} the same counted from the first layer with weights, {w} a parameter, {of} and {by} the two ends of a
    derivative, {via} where a path goes through. `output`, where a notation has it, is `out` for the last layer.
    """

    name: str
    title: str
    source: str
    negative_delta: bool
    symbols: Mapping[str, str]
    words: Mapping[str, str]

    def template(self, kind: Kind) -> str:
        """The template of a kind of quantity."""
        return self.symbols[kind.value]


@cache
def notations() -> list[str]:
    """The names of the notation presets, plain first."""
    names = sorted(
        one.name.removesuffix(".toml")
        for one in files("backprop_cli.notations").iterdir()
        if one.name.endswith(".toml")
    )
    return sorted(names, key=lambda name: name != "plain")


@cache
def load_notation(name: str) -> Notation:
    """A notation preset, or a file of one's own (its name ends in .toml); what it leaves out is as in plain.

    Raises UsageError where the file cannot be read or has a key that no notation has.
    """
    plain = _preset("plain")
    data = _own_file(Path(name), plain) if name.endswith(".toml") else _preset(name)
    return Notation(
        name,
        data.get("title", name),
        data.get("source", ""),
        bool(data.get("negative_delta", False)),
        {**plain["symbols"], **data.get("symbols", {})},
        {**plain.get("words", {}), **data.get("words", {})},
    )


def _preset(name: str) -> dict[str, Any]:
    return tomllib.loads(files("backprop_cli.notations").joinpath(f"{name}.toml").read_text("utf-8"))


def _own_file(path: Path, plain: dict[str, Any]) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = tomllib.loads(file.read(limits.NOTATION_BYTES).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(_("cannot read the notation {path}: {reason}").format(path=path, reason=reason)) from None
    keys = {"title", "source", "negative_delta", "symbols", "words"}
    symbols = {*plain["symbols"], "output"}
    unknown = [key for key in data if key not in keys] + [key for key in data.get("symbols", {}) if key not in symbols]
    for key in unknown:
        hint = did_you_mean(key, keys | symbols) or _("its keys are {keys}").format(keys=", ".join(sorted(symbols)))
        raise UsageError(_("{path}: no notation has a key {key!r} ({hint})").format(path=path, key=key, hint=hint))
    for key, template in data.get("symbols", {}).items():
        if not isinstance(template, str) or not template.isprintable() or template.count("{") != template.count("}"):
            raise UsageError(_("{path}: {key} is not a template of one line").format(path=path, key=key))
    return data


class Writer:
    """Writes quantities in a notation and a character set; `positions` say layer and number of each neuron."""

    def __init__(self, notation: Notation, charset: str, positions: Mapping[str, tuple[int, int]]) -> None:
        self.notation = notation
        self.ascii = charset == "ascii"
        self.shapes = SHAPES[charset]
        self.positions = positions
        self.last_layer = max((layer for layer, _number in positions.values()), default=0)
        names = [*positions]
        self._letters = not self.ascii and all(set(name) <= _CAN_BE_SUB for name in names)

    def symbol(self, quantity: Quantity, here: Address = ()) -> str:
        """The quantity as it is written in a line at the address `here`."""
        text = self._bare(quantity.bare if quantity.kind is not Kind.NEW or quantity.at == here else _old(quantity))
        sample = place(quantity.at, "sample")
        if sample is not None and place(here, "sample") is None and quantity.kind is not Kind.NEW:
            text += self._typeset(f"^{{({sample})}}")
        return text

    def _bare(self, quantity: Quantity) -> str:
        if quantity.kind in (Kind.GRADIENT, Kind.LOCAL, Kind.PATH):
            assert quantity.of is not None
            assert quantity.by is not None
            fields = {"of": self._bare(quantity.of), "by": self._bare(quantity.by)}
            fields["via"] = self._bare(quantity.via) if quantity.via else ""
            kind = Kind.LOCAL if quantity.kind is Kind.PATH and not quantity.via else quantity.kind
            text = self.notation.template(kind)
            for key, value in fields.items():
                text = text.replace(f"{{{key}}}", value)
            if self.ascii:
                text = text.replace("∂", "d")
            return f"{quantity.name} {text}" if quantity.name else text
        if quantity.kind is Kind.LOSS and quantity.name:
            return self.name(quantity.name)
        if quantity.kind in (Kind.INPUT, Kind.PARAMETER, Kind.NODE) and not quantity.name.isdigit():
            return self.name(quantity.name)
        if quantity.kind is Kind.CONSTANT and quantity.name == "eta":
            return self._ascii_greek(self.notation.symbols["rate"])
        if quantity.kind in (Kind.CONSTANT, Kind.AUX):
            return self.name(quantity.name)
        template = self.notation.template(quantity.kind)
        if self.ascii and (self.notation.name == "plain" or quantity.kind is Kind.NEW):
            return quantity.bare_key
        if quantity.kind is Kind.NEW:
            return self._typeset(template.replace("{w}", self.name(quantity.name)))
        layer, number = self.positions.get(quantity.name, (0, 0))
        if quantity.kind is Kind.OUT and layer == self.last_layer:
            template = self.notation.symbols.get("output", template)
        places = {"{n}": quantity.name, "{l}": str(layer), "{m}": str(layer - 1), "{j}": str(number)}
        for mark, place_ in places.items():
            template = template.replace(mark, place_)
        return self._typeset(template)

    def _ascii_greek(self, text: str) -> str:
        if not self.ascii:
            return text
        for greek, latin in {"η": "eta", "δ": "delta", "θ": "theta", "α": "alpha", "ε": "epsilon", "ŷ": "yhat"}.items():
            text = text.replace(greek, latin)
        return text

    def name(self, name: str) -> str:
        """A name with its trailing number as an index: w5 is w₅."""
        if self.ascii:
            return name
        stem, underscore, rest = name.partition("_")
        if underscore:  # v_w5 is the v of w₅
            return f"{_HATS.get(stem, stem)}_{self.name(rest)}" if rest else name
        stem = name.rstrip("0123456789")
        index = name[len(stem) :]
        return _GREEK.get(stem, stem) + (index.translate(_SUBSCRIPTS) if stem else index)

    def _typeset(self, template: str) -> str:
        """`δ_{h1}^{2}` in the character set."""
        text, out = self._ascii_greek(template), ""
        while text:
            if text[:2] in ("_{", "^{"):
                end = text.index("}")
                out += self._script(text[0], text[2:end])
                text = text[end + 1 :]
            else:
                out, text = out + text[0], text[1:]
        return out

    def _script(self, mark: str, inner: str) -> str:
        if self.ascii:
            return f"{mark}{inner}"
        if mark == "^":
            can = all(char in "0123456789+-()n" for char in inner)
            return inner.translate(_SUPERSCRIPTS) if can else "^" + inner
        if inner.isdigit() or (self._letters and set(inner) <= _CAN_BE_SUB):
            return inner.translate(_SUBSCRIPTS)
        stem = inner.rstrip("0123456789")
        return "_" + stem + (inner[len(stem) :].translate(_SUBSCRIPTS) if stem else "")


def _old(quantity: Quantity) -> Quantity:
    """A new value, seen from a later pass, is the parameter's current value."""
    return Quantity(Kind.PARAMETER, quantity.name)
