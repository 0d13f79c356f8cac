"""How whole layers are written: W₂, δ₁ and σ′(net₁) in a notation, and formulas of them."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.documents.array_shapes import array_shapes
from backprop_cli.problem.model import Problem
from backprop_cli.solving.spelling import Speller
from backprop_cli.views.batch_matrices import WEIGHTS
from backprop_cli.views.matrix_formulas import HADAMARD, LENGTH, MATMUL, NORM, NORM_1, PRIME, SOFTMAX, TRANSPOSED, Whole
from backprop_cli.writing.dialects import DIALECTS
from backprop_cli.writing.notation import Notation, load_notation
from backprop_cli.writing.shapes import (
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
from backprop_cli.writing.typesetting import SetWriter
from backprop_cli.writing.writer import Writer

_SCRIPT = re.compile(r"[_^]\{\{[nj]\}\}")
_NAME = re.compile(r"(W|b|theta)(\d+)(?:\((\d+)\))?")
_MARKED_NAME = re.compile(r"\ue000?(?<![^\W_])(W|b|theta)(\d+)(?:\((\d+)\))?\ue001?")
_ONE_LETTER = re.compile(r"\A[a-zδŷ](?=[_^]|$)")
_BELOW = str.maketrans("0123456789()", "₀₁₂₃₄₅₆₇₈₉₍₎")


def _shapes(times: str, entries: str, transposed: str, length: str, squared: str, one: str) -> dict[str, Shape]:
    """How arrays are put together in a dialect."""
    return {
        MATMUL: Shape(between=times, strength=QUOTIENT, inner=(QUOTIENT, POWER)),
        HADAMARD: Shape(between=entries, strength=PRODUCT, inner=(POWER,)),
        TRANSPOSED: Shape(transposed, strength=POWER, inner=(ATOM,)),
        NORM: Shape(length + squared, strength=POWER, inner=(SUM,)),
        NORM_1: Shape(length + one, strength=POWER, inner=(SUM,)),
        LENGTH: Shape(length, inner=(SUM,)),
    }


_UNICODE = _shapes("·", " ⊙ ", "{0}ᵀ", "‖{0}‖", "²", "₁")
_ASCII = _shapes(" @ ", " * ", "{0}^T", "||{0}||", "^2", "_1")
_SHAPES = {
    "latex": _shapes(
        r" \cdot ", r" \odot ", r"{0}^{{\mathrm{{T}}}}", r"\left\lVert {0} \right\rVert", "^{{2}}", "_{{1}}"
    ),
    "typst": _shapes(" dot.op ", " ⊙ ", '{0}^"T"', "norm({0})", "^2", "_1"),
}
_ONES = {"latex": r"\mathbf{1}", "typst": "bold(1)"}
_OMEGA = {"latex": r"\Omega", "typst": "Omega"}
_ENDS = {"latex": r"\left({0}\right)", "typst": "({0})"}  # what a function ends in


class WholeWriter(Writer):
    """Writes quantities of whole layers, whose names are numbers of layers; `columns` where a sample is a column."""

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
        if name == WEIGHTS:
            return name if self.ascii else "Ω"
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
        kept = symbols["loss"].lower() + (
            "δŷ" if charset == "ascii" else ""
        )  # whose capitals are, or say, another thing
        for kind in ("net", "out", "delta", "target", "output", "input"):
            if kind in symbols and symbols[kind][0] not in kept:
                symbols[kind] = _ONE_LETTER.sub(lambda match: match[0].upper(), symbols[kind])
    return _replace(notation, name=f"{notation.name} layers", symbols=symbols)


class SetWholeWriter(SetWriter):
    """Writes the same in LaTeX or Typst."""

    def __init__(self, notation: Notation, dialect: str, layers: int, columns: bool) -> None:
        positions = {str(k): (k + 1, "0") for k in range(layers + 1)}
        super().__init__(_of_layers(notation, "unicode", columns), dialect, positions)
        self._ones, self._omega = _ONES[dialect], _OMEGA[dialect]
        self._above = "{l}" in notation.symbols["net"] or "{m}" in notation.symbols["net"]
        self._first = 1 if "{l}" in notation.symbols["net"] else 0

    def symbol(self, quantity: Quantity, here: Address = ()) -> str:
        """The symbol; a column of ones is a bold 1, the weights of samples are Ω."""
        if quantity == Quantity(Kind.CONSTANT, WEIGHTS):
            return self._omega
        return self._ones if quantity.name.startswith("1 ") else super().symbol(quantity, here)

    def _set(self, template: str) -> str:
        return super()._set(_MARKED_NAME.sub(self._numbered, template))

    def _numbered(self, match: re.Match[str]) -> str:
        letter, *numbers = match.groups()
        layer, source = (str(int(one) + self._first * self._above) if one else "" for one in numbers)
        index = f"{layer}({source})" if source else layer
        return f"{'θ' if letter == 'theta' else letter}{'^' if self._above else '_'}{{{index}}}"


class WholeSpeller:
    """Writes formulas of whole layers; single numbers in them are written as on the page."""

    def __init__(self, problem: Problem, speller: Speller, here: Address, columns: bool, notation: str = "") -> None:
        self.speller = speller
        self.here = here
        self.dialect = speller.writer.dialect.name
        named = load_notation(notation or problem.notation)
        if self.dialect in _SHAPES:
            self._set(named, len(problem.layers), columns)
            return
        charset = self.dialect
        self.writer: Writer = WholeWriter(named, charset, len(problem.layers), columns)
        self.shapes = {**SHAPES[charset], **(_ASCII if speller.writer.ascii else _UNICODE)}
        self.shapes |= array_shapes(charset, self.shapes)
        self.shapes[SOFTMAX] = function("softmax")
        prime = "'" if speller.writer.ascii else "′"
        for name in ["f", *OPERATIONS]:
            pattern = (self.shapes.get(name) or function(name)).pattern
            is_function = pattern.endswith("({0})") and name != "f"
            self.shapes[PRIME + name] = function((pattern.removesuffix("({0})") if is_function else "f") + prime)

    def _set(self, notation: Notation, layers: int, columns: bool) -> None:
        """Writes in a typesetting language."""
        self.writer = SetWholeWriter(notation, self.dialect, layers, columns)
        self.shapes = {**DIALECTS[self.dialect].shapes, **_SHAPES[self.dialect]}
        self.shapes |= array_shapes(self.dialect, self.shapes)
        end = _ENDS[self.dialect]
        word = DIALECTS[self.dialect].setting
        assert word is not None
        self.shapes[SOFTMAX] = Shape(word.word.format("softmax").replace("{", "{{").replace("}", "}}") + end)
        prime = "'" if self.dialect == "latex" else "' "
        for name in ["f", *OPERATIONS]:
            pattern = self.shapes[name].pattern if name in self.shapes else ""
            head = pattern.removesuffix(end).rstrip() if pattern.endswith(end) and name != "abs" else "f"
            self.shapes[PRIME + name] = Shape((head or "f") + prime + end)

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
        raised = "^" in text if self.dialect in _SHAPES else text[-1] in "′⁺⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
        simple = quantity.kind not in (Kind.GRADIENT, Kind.LOCAL) and not raised
        return Spelling(text, ATOM if simple else POWER)  # a transpose or a square of others needs brackets
