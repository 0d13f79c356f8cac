"""A part as a formula: what students write (`1/(1+e^-x)`, `0,5(1−o)`, `w_1 i_1`, σ′) as one of our own formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backprop_cli.algebra.expressions import FUNCTIONS, FormulaError, parse
from backprop_cli.algebra.formula import Apply, Formula, Name, names_in, replace
from backprop_cli.algebra.operations import ALIASES
from backprop_cli.ground import limits
from backprop_cli.ground.patterns import pattern
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _

_ONE_FOR_ONE = str.maketrans(
    dict.fromkeys("−–‐‑‒﹣－", "-")
    | dict.fromkeys("·×⋅∙∗•∘⊙", "*")
    | dict.fromkeys("÷∕⁄", "/")
    | dict.fromkeys("′´’", "'")
)
_VULGAR = {
    "½": "(1/2)",
    "⅓": "(1/3)",
    "¼": "(1/4)",
    "¾": "(3/4)",
    "⅔": "(2/3)",
    "⅛": "(1/8)",
    "⅕": "(1/5)",
    "⅙": "(1/6)",
}
_RAISED = re.compile(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_OF_ONE = re.compile(r"⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾")  # E⁽²⁾ is that of the second sample
_POWER_OF_A_NAME = re.compile(r"(?<=\w)[²³](?![⁰¹²³⁴⁵⁶⁷⁸⁹₀-₉_])")  # h1² is a power, a²₁ has an index
_BESIDE = re.compile(r"(_\{[^{}]{1,40}\})(?=[^\W\d_])(?!new|neu|old|alt)")  # w_{5}δ_{c1} is a product
_NEW = re.compile(r"(?<=\w)⁺(?![⁰¹²³⁴⁵⁶⁷⁸⁹])")  # w⁺ is the new w
_PLAIN_DIGITS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_INDEX = r"(?:_\{[^{}]{1,40}\}|\^\{\([^{}]{1,20}\)\}|\^\(\d{1,3}\)(?=_)|\^\(\d{1,3}\)(?![\d(])|\[\d[\d, ]{0,8}\])"
_RAISED_INDEX = r"(?:\^\{?(?:new|neu|old|alt|total)\}?|\^\{[+*']\}|\^\([+*']\)|\^\d{1,2}(?=_)|\^\{\d{1,2}\}(?=_))"
_LETTERS = rf"(?:e(?=\^)|[^\W\d_](?:{_INDEX}|{_RAISED_INDEX}|\w|\u0302)*'{{0,2}})"  # e^(2) is a power
_TWICE = r"\^?[({]?2[)}]?"
_SECOND = (  # d2f/dxdy, ∂²f/∂x∂y, d²f/dx²: the numbers of such a name belong to it
    rf"[d∂]{_TWICE}\s?{_LETTERS}\s?/\s?(?:∂\s?{_LETTERS}\s?∂\s?{_LETTERS}|[d∂]\s?{_LETTERS}(?:\^[({{]?2[)}}]?)?)"
)
_FIRST = rf"∂\s?{_LETTERS}\s?/\s?∂\s?{_LETTERS}|d(?!elta|ot_){_LETTERS}\s?/\s?d(?!elta|ot_){_LETTERS}"
_WITH_BLANKS = rf"dot_{_LETTERS}\sby\s{_LETTERS}|local\s(?:{_FIRST})"  # dot_E by w1, local dL/dx
NAME = rf"(?:{_WITH_BLANKS}|{_SECOND}|{_FIRST}|∂?{_LETTERS})"
_TOKEN = pattern(
    rf"(?P<space>\s+)|(?P<number>(?:\d+(?:[.]\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>{NAME})|(?P<mark>\*\*|[-+*/^(),;√|])"
)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
# 2 x 3 and 2x3, but not w1 x1
_TIMES_X = pattern(
    r"((?:(?<![\w.])\d[\d.,]{0,40}|\))\s*)(?:(?<=\s)x(?=\s)|(?<!\s)x(?!\s))(?=\s*[\d(.])(?!(?<=\dx)\([^()]*[^\W\d_])",
    re.I,
)  # but w1 x1, and 2x(p+z)
_GROUPED = re.compile(r"\d,\d{3}[.]\d")
_SCIENCE = re.compile(r"(?<=\d)\s+[eE]\s*(?=[-+]?\d)")
_OF_A_SAMPLE = pattern(r"\(\s*([d∂][^()+*]{1,60}/\s?[d∂][^()+*]{1,60}?)\s*\)\^\{?\((\d{1,3})\)\}?")
_HAS_INDEX = re.compile(r"_\{?[a-zA-Z]{1,3}\}?(?![\w(])|[^\W\d_](?![\w(])")
SUM = "∑"  # begins the name under which a sum with an index stands in a formula
_LIMIT = r"(?:_\{[^{}]{1,20}\}|\^\{[^{}]{1,20}\}|_[a-z](?![\w{])|\^[a-zA-Z0-9](?!\w))"
_SUM = pattern(rf"∑\s?{_LIMIT}{{0,2}}|(?:Σ|\b[sS]um(?=_)){_LIMIT}{{1,2}}|Σ(?=\s|\()")
_SEVERAL = frozenset(("max", "min", "sum", "mean"))
_CALLED = {
    **ALIASES, "sigma": "sigmoid", "sig": "sigmoid", "logistic": "sigmoid", "sgm": "sigmoid",
    "log": "ln", "lg": "log10", "ld": "log2", "th": "tanh", "sqr": "square", "root": "sqrt", "abs": "abs",
}  # fmt: skip
_FUNCTIONS = _CALLED | {name: name for name in FUNCTIONS}
_POWER_OF_A_FUNCTION = re.compile(r"\s*\^\{?(\d)\}?(?=\s*[(\[{]|\s+[\w.])")  # tanh^2(z) is the square of tanh(z)
_WITHOUT_BRACKETS = frozenset(
    ("ln", "log", "lg", "ld", "log2", "log10", "tanh", "th", "exp", "sin", "cos", "sigmoid", "σ", "sigma", "sig",
     "relu", "sqrt")
)  # fmt: skip
_EXPONENT = r"(?:\s?\^\s?(?:\{[^{}]{0,60}\}|\([^()]{0,60}\)|[-+]?\w+(?:\.\d+)?))?"
_GLUED = re.compile(r"(?<!\w)(ln|log|tanh|exp|sin|cos|sqrt)((?:\^\(\d\))?)(?=\d*\.\d)")  # ln0.66
_BASE = re.compile(r"(?<!\w)log_\{?(10|2|e)\}?(?!\w)")
_OPERAND = pattern(rf"\s+[-+]?\s?(?:\d+/\d+(?![\w.])|(?:\d+(?:\.\d+)?|\.\d+)|{NAME}){_EXPONENT}")
_SLOPES = {"sigmoid": "({f}*(1-{f}))", "tanh": "(1-({f})^2)", "relu": "step({x})", "identity": "1", "sin": "cos({x})",
           "exp": "{f}", "ln": "(1/({x}))"}  # fmt: skip


@record
class Read:
    """A part that could be read: its formula, whose names are the texts that the student wrote, and the plain text."""

    formula: Formula
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, each once."""
        return tuple(dict.fromkeys(str(name.symbol) for name in names_in(self.formula)))


def read_formula(text: str, functions: Mapping[str, str] | None = None) -> Read:
    """The formula that a part says; `functions` are what f, g or φ stand for. Raises FormulaError."""
    if len(text) > limits.FORMULA_LENGTH:
        message = _("a formula of {length:,} characters; the limit is {limit:,}")
        raise FormulaError(message.format(length=len(text), limit=limits.FORMULA_LENGTH), 0)
    called = {**_FUNCTIONS, **functions} if functions else _FUNCTIONS
    tokens = _Tokens(_prepared(text), called)
    plain = tokens.plain()
    formula = parse(plain, lambda name: name in tokens.raw)
    return Read(replace(formula, lambda name: Name(tokens.raw[str(name.symbol)])), tokens.readable(plain))


def is_formula(text: str) -> bool:
    """Whether a text is a formula in letters."""
    try:
        return bool(read_formula(text).names)
    except FormulaError:
        return False


def is_sum(text: str) -> bool:
    """Whether a text is numbers put in, with something to work out."""
    try:
        found = read_formula(text)
    except FormulaError:
        return False
    return isinstance(found.formula, Apply) and not found.names


def numeral_text(text: str) -> str:
    """A value with its powers and signs as our own reader of values knows them: 4.087·10^{-1} is 4.087*10^(-1)."""
    return _braces(text.translate(_ONE_FOR_ONE).strip())


def _prepared(text: str) -> str:
    """The text in plain characters, with decimal points and brackets of one kind."""
    text = text.translate(_ONE_FOR_ONE)
    for sign, fraction in () if text.isascii() else _VULGAR.items():
        text = re.sub(rf"(?<=\d){sign}", "+" + fraction, text).replace(sign, fraction)
    text = _BESIDE.sub(r"\1 ", _NEW.sub("^{+}", text))
    text = _POWER_OF_A_NAME.sub(lambda found: f"^{{{found[0].translate(_PLAIN_DIGITS)}}}", text)
    text = _OF_ONE.sub(lambda found: f"^{{({found[1].translate(_PLAIN_DIGITS)})}}", text)
    text = _OF_A_SAMPLE.sub(r"\1^{(\2)}", text)
    text = _RAISED.sub(lambda found: f"^({found[0].translate(_PLAIN_DIGITS)})", text)
    text = _SCIENCE.sub("e", _SUM.sub(SUM, text))
    text = _BASE.sub(lambda found: {"10": "log10", "2": "log2", "e": "ln"}[found[1]], text)
    text = _GLUED.sub(r"\1\2 ", text)
    return _points(_TIMES_X.sub(r"\1*", text))


def _points(text: str) -> str:
    """Decimal commas as points, but not between arguments of a function, and not where they group thousands."""
    if "," not in text or _GROUPED.search(text):
        return text
    inside: list[str] = []  # what stands before each bracket that is open
    pieces = list(text)
    for at, char in enumerate(text):
        if char in "([{":
            word = re.search(r"(\w+)$", text[max(0, at - 40) : at])
            inside.append(char + word[1].lower() if word else char)
        elif char in ")]}" and inside:
            inside.pop()
        elif (
            char == ","
            and not (inside and ";" not in text and _separates(inside[-1]))
            and _DECIMAL_COMMA.match(text, at)
        ):
            pieces[at] = "."
    return "".join(pieces)


def _separates(opened: str) -> bool:
    """Whether commas in this bracket stand between arguments, as in max(0,3), or between indices, as in W[1,2]."""
    return opened[1:] in _SEVERAL or (opened[0] in "[{" and len(opened) > 1)


def _braces(text: str) -> str:
    return text.replace("{", "(").replace("}", ")")


class _Tokens:
    """The tokens of a part; each name stands under an identifier of our own, so any name can be read."""

    def __init__(self, text: str, called: Mapping[str, str]) -> None:
        self.text, self.called = text, called
        self.raw: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.out: list[str] = []

    def plain(self) -> str:
        """The text for the parser: signs of multiplication put in, functions by their names."""
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if found is None:
                at = self.other(at)
                continue
            at = found.end()
            kind = found.lastgroup
            if kind == "name":
                at = self.name(found[0], at)
            elif kind == "number":
                self.operand(found[0])
            elif kind == "mark":
                self.mark(found[0])
        self.bars()
        return " ".join(self.out)

    def other(self, at: int) -> int:
        """A bracket of another kind, or a sum; anything else is refused."""
        char = self.text[at]
        if char == SUM:
            return self.sum(at + 1)
        if char in "[{":
            self.mark("(")
        elif char in "]}":
            self.mark(")")
        else:
            raise FormulaError(_("{char!r} does not belong in a formula").format(char=char), at)
        return at + 1

    def sum(self, at: int) -> int:
        """What is summed, as one name; where it is numbers, they are themselves."""
        end = _end_of_term(self.text, at)
        summed = self.text[at:end].strip()
        if not _HAS_INDEX.search(summed):
            return at
        name = f"n{len(self.keys)}_"
        self.keys[SUM + summed], self.raw[name] = name, SUM + summed
        self.times(name)
        return end

    def mark(self, mark: str) -> None:
        if mark in "(√" and self.ends_an_operand():
            self.out.append("*")
        self.out.append("," if mark == ";" else mark)

    def operand(self, text: str) -> None:
        if self.ends_an_operand():
            if self.out[-1] != ")" and not self.is_name(self.out[-1]):
                raise FormulaError(_("an operator is missing before {text!r}").format(text=text), 0)
            self.out.append("*")
        self.out.append(text)

    def ends_an_operand(self) -> bool:
        if not self.out:
            return False
        last = self.out[-1]
        return last == ")" or last in self.raw or last in ("pi", "e") or last[0].isdigit() or last[0] == "."

    def is_name(self, text: str) -> bool:
        return text in self.raw or text in ("pi", "e")

    def name(self, text: str, at: int) -> int:
        """A name: a function before a bracket, e and π, or a quantity."""
        bare = text.rstrip("'")
        if bare in _WITHOUT_BRACKETS or bare.lower() in _WITHOUT_BRACKETS:
            self.put_brackets(at)
        rest = self.text[at:].lstrip()
        function = self.called.get(bare) or self.called.get(bare.lower())
        if function and (rest[:1] in ("(", "[", "{") or (rest[:1] == "^" and function == "exp")):
            return self.call(function, len(text) - len(bare), at)
        if function and function != "exp" and (power := _POWER_OF_A_FUNCTION.match(self.text, at)):
            end = _closing(self.text, power.end()) + 1
            self.text = f"{self.text[:end]}^{power[1]}{self.text[end:]}"
            return self.call(function, 0, power.end())
        if text in ("π", "pi"):
            self.times("pi")
        elif text == "e" and rest[:1] in ("^", "*") and rest[:2] not in ("* ", "*("):
            self.times("e")
        else:
            self.times(self.key(text))
        return at

    def put_brackets(self, at: int) -> None:
        """Puts what a function without brackets is of into some: tanh z, ln -0.3, tanh^2 0.5."""
        power = _POWER_OF_A_FUNCTION.match(self.text, at)
        start = power.end() if power else at
        if found := _OPERAND.match(self.text, start):
            self.text = f"{self.text[:start]}({found[0].strip()}){self.text[found.end() :]}"

    def times(self, text: str) -> None:
        if self.ends_an_operand():
            self.out.append("*")
        self.out.append(text)

    def key(self, text: str) -> str:
        text = re.sub(r"\s+", "", text)
        if text not in self.keys:
            self.keys[text] = f"n{len(self.keys)}_"
            self.raw[self.keys[text]] = text
        return self.keys[text]

    def call(self, function: str, primes: int, at: int) -> int:
        """A function on its argument, or, with a prime, its slope there."""
        self.times(function)
        opening = re.compile(r"\s*\^?\s*").match(self.text, at)
        assert opening is not None
        start = opening.end()
        if not primes:
            self.out.append("(")
            return start + 1
        end = _closing(self.text, start)
        inside = self.text[start + 1 : end]
        if function not in _SLOPES or primes > 1 or len(self.text) > limits.FORMULA_LENGTH:
            raise FormulaError(_("the slope of {name} is written out here").format(name=function), at)
        self.out.pop()
        said = _SLOPES[function].format(f=f"{function}({inside})", x=inside)
        self.text = self.text[:end] + said + self.text[end + 1 :]
        return end

    def bars(self) -> None:
        """|x| is abs(x): bars open and close in turn."""
        opened = False
        for index, token in enumerate(self.out):
            if token == "|":
                self.out[index] = ")" if opened else "abs ("
                opened = not opened

    def readable(self, plain: str) -> str:
        """The plain text with the student's names in it."""
        return re.sub(r"n\d+_", lambda found: self.raw.get(found[0], found[0]), plain)


def _end_of_term(text: str, start: int) -> int:
    """Where the term that begins at `start` ends: before the next sign or sum, or the end of the bracket around it."""
    depth, before = 0, "("
    for at in range(start, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        is_sign = text[at] in "+-" and before not in "*/^("
        if depth < 0 or text[at] == SUM or (depth == 0 and (is_sign or text[at] in ",;")):
            return at
        before = before if text[at].isspace() else text[at]
    return len(text)


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes; the end where it does not."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return at
    return len(text)
