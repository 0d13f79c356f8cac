"""In what mathematics can be written: characters, plain ASCII, LaTeX, Typst; one record and its tables each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cache

from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.ground.records import record
from backprop_cli.ground.words import decimal_sign, n_
from backprop_cli.writing.shapes import (
    ASCII,
    ATOM,
    BRACKETS,
    FUNCTION,
    LIST,
    NEGATIVE,
    POWER,
    PRODUCT,
    QUOTIENT,
    RAISED_QUOTIENT,
    SUM,
    SUPERSCRIPTS,
    UNICODE,
    Shape,
    Spelling,
)

_FRACTION = re.compile(r"([\d.]+)/([\d.]+)")
_SCIENTIFIC = re.compile(r"([\d.]+)[eE]([+-]?\d+)")


@record
class Typesetting:
    """How a typesetting language puts symbols together: patterns for words, indices, fractions and accents.

    `below` and `above` have places for what carries the index and the index, first for one letter or figure.
    `symbols` are the characters that are written in another way; whatever is neither there nor an ASCII letter or
    figure is written as `text`, with `escapes`, so that no name can become a command.
    """

    word: str
    text: str
    escapes: Mapping[str, str]
    below: tuple[str, str]
    above: tuple[str, str]
    fraction: str
    accents: Mapping[str, str]
    symbols: Mapping[str, str]


@record
class Dialect:
    """A way to write mathematics: the shapes of the operations, the signs, how numbers and symbols are set.

    `number` has a place for the digits of a number, `fraction` for two of them, `ten` for a mantissa and an exponent;
    without it, numbers such as 2e-05 stay as they are. `point` is what stands before the decimals, `comma` what a
    decimal comma is in this language. Without a `setting`, symbols are characters, and indices are the
    raised and lowered characters that there are.

    `matrix` has a place for its rows, then what stands between them, and between the entries of one; `nothing` marks an
    entry that is not there, `dots` (across, down, both) those that are left out; `shaped` has places for a matrix and,
    beneath it, its numbers of rows and columns.
    """

    shapes: Mapping[str, Shape]
    name: str = ""
    minus: str = "-"
    about: str = "≈"
    equal: str = "="
    half: Spelling | None = None
    number: str = "{0}"
    point: str = "."
    comma: str = ","
    fraction: str = ""
    ten: str = ""
    exponents: Mapping[int, int] = field(default_factory=dict)
    setting: Typesetting | None = None
    matrix: tuple[str, str, str] = ("⟦{0}⟧", "⏎", "␣")  # marks, for who draws it in characters
    nothing: str = "·"
    dots: tuple[str, str, str] = ("⋯", "⋮", "⋱")
    shaped: str = "{0}⟪{1}×{2}⟫"
    widest: int = 16  # columns of a matrix that are shown

    def numeral(self, text: str, strength: int = ATOM) -> Spelling:
        """A number as it was written or computed, such as 0.40, −1/3 or 1e-8."""
        negative, text = text.startswith("-"), text.removeprefix("-")
        if self.fraction and (match := _FRACTION.fullmatch(text)):
            text, strength = self.fraction.format(*map(self._pointed, match.groups())), QUOTIENT
        elif self.setting and (match := _SCIENTIFIC.fullmatch(text)):
            text, strength = self._power_of_ten(*match.groups()), PRODUCT
        else:
            text = self.number.format(self._pointed(text))
        return Spelling(self.minus + text, NEGATIVE) if negative else Spelling(text, strength)

    def decimal(self, text: str) -> Spelling:
        """A computed decimal; 2e-05 is 2·10⁻⁵."""
        if "e" not in text or not self.ten:
            return self.numeral(text)
        power = self._power_of_ten(*text.removeprefix("-").split("e"))
        return Spelling(self.minus + power, NEGATIVE) if text.startswith("-") else Spelling(power, PRODUCT)

    def signed(self, text: str) -> Spelling:
        """A decimal in a table: its powers of ten are written out only where there is a typesetting language."""
        return self.decimal(text) if self.setting else Spelling(self._pointed(text).replace("-", self.minus), ATOM)

    def _pointed(self, number: str) -> str:
        return number if self.point == "." else number.replace(".", self.point)

    def with_comma(self) -> Dialect:
        """The same for a reader who writes a decimal comma: what stands in a list is then parted by semicolons."""
        return replace(self, point=self.comma, shapes={**self.shapes, LIST: Shape(between="; ")})

    def _power_of_ten(self, mantissa: str, exponent: str) -> str:
        return self.ten.format(self._pointed(mantissa), str(int(exponent)).translate(self.exponents))

    def words(self, text: str) -> str:
        """Words within mathematics."""
        if self.setting is None:
            return text
        return self.setting.text.format("".join(self.setting.escapes.get(char, char) for char in text))

    def name_strength(self, symbol: str) -> int:
        """How tightly a symbol binds: one that carries a superscript needs brackets before it gets another."""
        return POWER if self.setting and "^" in symbol else ATOM


# ---- LaTeX: what KaTeX, MathJax (also GitHub's, which refuses \operatorname) and amsmath all know ----------------


def _latex(head: str) -> Shape:
    """head(a, b, …) with brackets that grow."""
    return Shape(head.replace("{", "{{").replace("}", "}}") + r"\left({0}\right)")


_LATEX_NAMES = {
    "relu": r"\mathrm{ReLU}", "relu_slope": r"\mathrm{ReLU}'", "leaky_relu": r"\mathrm{LReLU}",
    "leaky_relu_slope": r"\mathrm{LReLU}'", "elu": r"\mathrm{ELU}", "elu_slope": r"\mathrm{ELU}'",
    "gelu": r"\mathrm{GELU}", "normal_cdf": r"\Phi", "normal_pdf": r"\varphi", "huber": r"\mathrm{Huber}",
    "sigmoid": r"\sigma", "ln": r"\ln", "log2": r"\log_2", "log10": r"\log_{10}", "sin": r"\sin", "cos": r"\cos",
    "tan": r"\tan", "tanh": r"\tanh", "max": r"\max", "min": r"\min",
}  # fmt: skip
LATEX: dict[str, Shape] = {
    **{name: _latex(rf"\text{{{name.replace('_', ' ')}}}") for name in OPERATIONS},
    **{name: _latex(head) for name, head in _LATEX_NAMES.items()},
    BRACKETS: Shape(r"\left({0}\right)"),
    LIST: Shape(between=", "),
    FUNCTION: Shape(r"\mathrm{{{name}}}\left({0}\right)"),
    "sum": Shape(between=" + ", minus=" - ", strength=SUM, inner=(SUM, PRODUCT)),
    "product": Shape(between=r" \cdot ", strength=PRODUCT, inner=(PRODUCT, QUOTIENT)),
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(PRODUCT,)),
    "quotient": Shape(r"\frac{{{0}}}{{{1}}}", strength=QUOTIENT),
    RAISED_QUOTIENT: Shape("{0} / {1}", strength=PRODUCT, inner=(PRODUCT, POWER)),
    "power": Shape("{0}^{{{1}}}", strength=POWER, inner=(ATOM, SUM)),
    "square": Shape("{0}^{{2}}", strength=POWER, inner=(ATOM,)),
    "exp": Shape("e^{{{0}}}", strength=POWER),
    "sqrt": Shape(r"\sqrt{{{0}}}", strength=POWER),
    "abs": Shape(r"\left\lvert {0} \right\rvert"),
    "pi": Shape(r"\pi"),
    "identity": Shape("{0}"),
    "is_max": Shape(n_(r"\left[{0} \text{{ is the max}}\right]"), spoken=True),
    "is_min": Shape(n_(r"\left[{0} \text{{ is the min}}\right]"), spoken=True),
    "inside": Shape(r"\left[{1} < {0} < {2}\right]"),
    "equal": Shape(r"\left[{0} = {1}\right]"),
    "pick": Shape(r"\left({rest}\right)_{{{0}}}", strength=POWER),
    "floor": Shape(r"\left\lfloor {0} \right\rfloor"),
    "times_ln": Shape(r"{0} \cdot \ln\left({1}\right)", strength=PRODUCT, inner=(PRODUCT, SUM)),
    "share": Shape(r"\frac{{{0}}}{{{1}}}", strength=QUOTIENT),
}
_LATEX_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "∂": "partial", "·": "cdot", "∇": "nabla", "′": "prime", " ": " ",
}  # fmt: skip
LATEX_SETTING = Typesetting(
    word=r"\mathrm{{{0}}}",
    text=r"\text{{{0}}}",
    escapes={char: f"\\{char}" for char in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"},
    below=("{0}_{1}", "{0}_{{{1}}}"),
    above=("{0}^{1}", "{0}^{{{1}}}"),
    fraction=r"\frac{{{0}}}{{{1}}}",
    accents={
        "\u0302": r"\hat{{{0}}}", "\u0303": r"\tilde{{{0}}}", "\u0304": r"\bar{{{0}}}", "\u0307": r"\dot{{{0}}}",
        "\u0308": r"\ddot{{{0}}}",
    },
    symbols={char: f"\\{name}" for char, name in _LATEX_GREEK.items()}
    | {"−": "-", "″": r"\prime\prime"} | {char: char for char in "+-*=()[],.!:;"},
)  # fmt: skip

# ---- Typst ---------------------------------------------------------------------------------------------------


def _typst(head: str) -> Shape:
    """head(a, b, …); Typst's brackets grow by themselves."""
    return Shape(head + "({0})")


_TYPST_NAMES = {
    "relu": '"ReLU"', "relu_slope": '"ReLU"^prime ', "leaky_relu": '"LReLU"', "leaky_relu_slope": '"LReLU"^prime ',
    "elu": '"ELU"', "elu_slope": '"ELU"^prime ', "gelu": '"GELU"', "normal_cdf": "Φ ", "normal_pdf": "φ ",
    "huber": '"Huber"', "sigmoid": "σ ", "ln": "ln", "log2": "log_2 ", "log10": "log_10 ", "sin": "sin", "cos": "cos",
    "tan": "tan", "tanh": "tanh", "max": "max", "min": "min",
}  # fmt: skip
TYPST: dict[str, Shape] = {
    **{name: _typst(f'"{name.replace("_", " ")}"') for name in OPERATIONS},
    **{name: _typst(head) for name, head in _TYPST_NAMES.items()},
    BRACKETS: Shape("({0})"),
    LIST: Shape(between=", "),
    FUNCTION: Shape('"{name}"({0})'),
    "sum": Shape(between=" + ", minus=" - ", strength=SUM, inner=(SUM, PRODUCT)),
    "product": Shape(between=" dot.op ", strength=PRODUCT, inner=(PRODUCT, QUOTIENT)),
    "negative": Shape("-{0}", strength=NEGATIVE, inner=(PRODUCT,)),
    "quotient": Shape("frac({0}, {1})", strength=QUOTIENT),
    RAISED_QUOTIENT: Shape("{0} slash {1}", strength=PRODUCT, inner=(PRODUCT, POWER)),
    "power": Shape("{0}^({1})", strength=POWER, inner=(ATOM, SUM)),
    "square": Shape("{0}^2", strength=POWER, inner=(ATOM,)),
    "exp": Shape("e^({0})", strength=POWER),
    "sqrt": Shape("sqrt({0})", strength=POWER),
    "abs": Shape("abs({0})"),
    "pi": Shape("π"),
    "identity": Shape("{0}"),
    "is_max": Shape(n_('[{0} " is the max"]'), spoken=True),
    "is_min": Shape(n_('[{0} " is the min"]'), spoken=True),
    "inside": Shape("[{1} < {0} < {2}]"),
    "equal": Shape("[{0} = {1}]"),
    "pick": Shape("({rest})_({0})", strength=POWER),
    "floor": Shape("floor({0})"),
    "times_ln": Shape("{0} dot.op ln({1})", strength=PRODUCT, inner=(PRODUCT, SUM)),
    "share": Shape("frac({0}, {1})", strength=QUOTIENT),
}
TYPST_SETTING = Typesetting(
    word='"{0}"',
    text='"{0}"',
    escapes={"\\": "\\\\", '"': '\\"'},
    below=("{0}_{1}", "{0}_({1})"),
    above=("{0}^{1}", "{0}^({1})"),
    fraction="frac({0}, {1})",
    accents={
        "\u0302": "hat({0})", "\u0303": "tilde({0})", "\u0304": "macron({0})", "\u0307": "dot({0})",
        "\u0308": "dot.double({0})",
    },
    symbols={char: char for char in (*_LATEX_GREEK, *"+-=.")} | {char: f"\\{char}" for char in "()[]"}
    | {"·": "dot.op", "′": "prime", "″": "prime.double", " ": "space", "−": "-", ",": "\\,"},
)  # fmt: skip

PROGRAM = "program"  # what another program reads
DIALECTS = {
    "unicode": Dialect(UNICODE, "unicode", "−", half=Spelling("½"), ten="{0}·10{1}", exponents=SUPERSCRIPTS),
    **dict.fromkeys(
        ("ascii", PROGRAM),
        Dialect(ASCII, "ascii", about="~=", nothing=".", dots=("...",) * 3, shaped="{0}⟪{1}x{2}⟫"),
    ),
    "latex": Dialect(
        LATEX,
        "latex",
        about=r"\approx",
        comma="{,}",
        half=Spelling(r"\tfrac{1}{2}", QUOTIENT),
        fraction=r"\frac{{{0}}}{{{1}}}",
        ten=r"{0} \cdot 10^{{{1}}}",
        setting=LATEX_SETTING,
        nothing=r"\cdot",
        dots=(r"\cdots", r"\vdots", r"\ddots"),
        widest=6,
        shaped=r"\underset{{{1} \times {2}}}{{{0}}}",
        matrix=(r"\begin{{bmatrix}} {0} \end{{bmatrix}}", r" \cr ", " & "),  # GitHub takes \\ within a line for \
    ),
    "typst": Dialect(
        TYPST,
        "typst",
        comma='class("normal", ",")',
        fraction="frac({0}, {1})",
        ten="{0} dot.op 10^({1})",
        setting=TYPST_SETTING,
        nothing="dot.op",
        dots=("dots.h", "dots.v", "dots.down"),
        widest=6,
        shaped="attach(limits({0}), b: {1} times {2})",
        matrix=('mat(delim: "[", {0})', "; ", ", "),
    ),
}


@cache
def _with_comma(name: str) -> Dialect:
    return DIALECTS[name].with_comma()


def dialect_of_reader(name: str) -> Dialect:
    """The dialect of this name, with the decimal sign of the reader's language; a program reads points in any."""
    return DIALECTS[name] if name == PROGRAM or decimal_sign() == "." else _with_comma(name)


_MATRIX = re.compile("⟦(?P<rows>[^⟦⟧]*)⟧(?:⟪(?P<shape>[^⟪⟫]*)⟫)?")


@record
class MatrixLayout:
    """A matrix in a text of characters: its entries, and how many rows and columns it has, where that is shown."""

    rows: tuple[tuple[str, ...], ...]
    shape: str

    @property
    def in_a_line(self) -> str:
        """[1 2; 3 4]"""
        return f"[{'; '.join(' '.join(row) for row in self.rows)}]"


def matrices_in(text: str) -> Iterator[str | MatrixLayout]:
    """The pieces of a text of characters: what stands between matrices, and the matrices."""
    end = 0
    for match in _MATRIX.finditer(text):
        yield text[end : match.start()]
        yield MatrixLayout(tuple(tuple(row.split("␣")) for row in match["rows"].split("⏎")), match["shape"] or "")
        end = match.end()
    yield text[end:]


def in_a_line(text: str) -> str:
    """A text of characters with its matrices written in the line: [1 2; 3 4]."""
    return "".join(one.in_a_line if isinstance(one, MatrixLayout) else one for one in matrices_in(text))
