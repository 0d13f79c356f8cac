"""How whole layers are written: W₂, δ₁ and σ′(net₁) in a notation, and formulas of them."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace as _replace

from backprop_cli.formula import Formula
from backprop_cli.notation import Notation, Writer, load_notation
from backprop_cli.operations import OPERATIONS
from backprop_cli.problem.model import Problem
from backprop_cli.quantities import Address, Kind, Quantity
from backprop_cli.shapes import (
    ATOM,
    POWER,
    PRODUCT,
    QUOTIENT,
    SHAPES,
    SUM,
    SUPERSCRIPTS,
    Shape,
    Spelling,
    function,
    spell,
)
from backprop_cli.spelling import Speller
from backprop_cli.views.whole import HADAMARD, MATMUL, NORM, NORM_1, PRIME, SOFTMAX, TRANSPOSED, Whole

_SCRIPT = re.compile(r"[_^]\{\{[nj]\}\}")
_NAME = re.compile(r"(W|b|theta)(\d+)(?:\((\d+)\))?")
_ONE_LETTER = re.compile(r"\A[a-zδŷ](?=[_^]|$)")
_BELOW = str.maketrans("0123456789()", "₀₁₂₃₄₅₆₇₈₉₍₎")
_UNICODE = {
    MATMUL: Shape(between="·", strength=QUOTIENT, inner=(QUOTIENT, POWER)),
    HADAMARD: Shape(between=" ⊙ ", strength=PRODUCT, inner=(POWER,)),
    TRANSPOSED: Shape("{0}ᵀ", strength=POWER, inner=(ATOM,)),
    NORM: Shape("‖{0}‖²", strength=POWER, inner=(SUM,)),
    NORM_1: Shape("‖{0}‖₁", strength=POWER, inner=(SUM,)),
}
_ASCII = {
    MATMUL: Shape(between=" @ ", strength=QUOTIENT, inner=(QUOTIENT, POWER)),
    HADAMARD: Shape(between=" * ", strength=PRODUCT, inner=(POWER,)),
    TRANSPOSED: Shape("{0}^T", strength=POWER, inner=(ATOM,)),
    NORM: Shape("||{0}||^2", strength=POWER, inner=(SUM,)),
    NORM_1: Shape("||{0}||_1", strength=POWER, inner=(SUM,)),
}


class WholeWriter(Writer):
    """Writes the quantities of views.whole, whose names are numbers of layers; `columns` where a sample is a column."""

    def __init__(self, notation: Notation, charset: str, layers: int, columns: bool) -> None:
        super().__init__(
            _of_layers(notation, charset, columns), charset, {str(k): (k + 1, "0") for k in range(layers + 1)}
        )
        self._above = "{l}" in notation.symbols["net"] or "{m}" in notation.symbols["net"]
        self._first = 1 if "{l}" in notation.symbols["net"] else 0  # Nielsen's first layer is the inputs

    def name(self, name: str) -> str:
        """W2 is W₂, or W² where layers are numbered above; W3(1) are the weights of layer 3 on layer 1."""
        if name.startswith("1 "):
            return f"ones_{name.removeprefix('1 ')}" if self.ascii else "𝟏"
        match = _NAME.fullmatch(name)
        if match is None or self.ascii:
            return super().name(name)
        letter, layer, source = match.groups()
        letter = "θ" if letter == "theta" else letter
        index = self._number(layer) + (f"({self._number(source)})" if source else "")
        return letter + index.translate(SUPERSCRIPTS if self._above else _BELOW)

    def _number(self, layer: str) -> str:
        return str(int(layer) + self._first) if self._above else layer


def _of_layers(notation: Notation, charset: str, columns: bool) -> Notation:
    """The notation with the marks of single neurons gone: z^{l}_{j} is z^{l}, t_{n} is t, net_{n} is net of a layer."""
    symbols = dict(notation.symbols)
    inputs_are_outputs = symbols["input"] == symbols["out"]
    for kind in ("net", "out", "delta"):
        numbered = "{l}" in symbols[kind] or "{m}" in symbols[kind]
        symbols[kind] = _SCRIPT.sub("", symbols[kind]) if numbered else symbols[kind].replace("{j}", "{n}")
    for kind in ("target", "output", "input"):
        if kind in symbols and not (kind == "input" and inputs_are_outputs):
            symbols[kind] = _SCRIPT.sub("", symbols[kind])
    if columns:
        for kind in ("net", "out", "delta", "target", "output", "input"):
            if kind in symbols and not (charset == "ascii" and symbols[kind][0] in "δŷ"):
                symbols[kind] = _ONE_LETTER.sub(lambda match: match[0].upper(), symbols[kind])
    return _replace(notation, name=f"{notation.name} layers", symbols=symbols)


class WholeSpeller:
    """Writes formulas of whole layers; single numbers in them are written as on the page."""

    def __init__(self, problem: Problem, speller: Speller, here: Address, columns: bool, notation: str = "") -> None:
        charset = "ascii" if speller.writer.ascii else "unicode"
        self.speller = speller
        self.here = here
        self.writer = WholeWriter(load_notation(notation or problem.notation), charset, len(problem.layers), columns)
        self.shapes = {**SHAPES[charset], **(_ASCII if speller.writer.ascii else _UNICODE)}
        self.shapes[SOFTMAX] = function("softmax")
        prime = "'" if speller.writer.ascii else "′"
        for name in ["f", *OPERATIONS]:
            pattern = (self.shapes.get(name) or function(name)).pattern
            is_function = pattern.endswith("({0})") and name != "f"
            self.shapes[PRIME + name] = function((pattern.removesuffix("({0})") if is_function else "f") + prime)

    def text(self, formula: Formula) -> str:
        """The formula in symbols."""
        return spell(formula, self.shapes, self._name, self.speller.constant_formula).text

    def _name(self, symbol: Hashable) -> Spelling:
        if isinstance(symbol, Whole):
            quantity = symbol.quantity
            text = self.writer.symbol(quantity, () if quantity.at else quantity.at)
        else:
            assert isinstance(symbol, Quantity)
            quantity, text = symbol, self.speller.symbol(symbol, self.here)
        simple = quantity.kind not in (Kind.GRADIENT, Kind.LOCAL) and text[-1] not in "′⁺⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
        return Spelling(text, ATOM if simple else POWER)  # a transpose or a square of others needs brackets
