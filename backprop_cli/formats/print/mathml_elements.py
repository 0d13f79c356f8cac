"""LaTeX as `writing/` spells it (formulas, symbols, matrices, what authors typed), read once, as elements of MathML."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from html import escape

from backprop_cli.formats.print.mathml_rows import Bracketed, fence, signed
from backprop_cli.writing.dialects import DIALECTS, LATEX_SETTING
from backprop_cli.writing.tex import SIGNS

_COMMA = DIALECTS["latex"].comma
_WORDS = r"\\(?:mathrm|text|textbf|operatorname)\{(?:[^{}\\]|\\[a-z]+\{\}|\\.)*\}"
_NUMBER = r"[0-9]+(?:(?:\.|\{,\})[0-9]+)?|\.[0-9]+"
_IS_WORDS = re.compile(r"\\[a-z]+\{")
_TOKEN = re.compile(
    rf"{_WORDS}|\\text[a-z]+\{{\}}|\\(?:begin|end)\{{[a-z]+\}}|\\[A-Za-z]+|\\.|{_NUMBER}|\{{,\}}|\S", re.S
)
_ESCAPE = re.compile("|".join(re.escape(one) for one in sorted(LATEX_SETTING.escapes.values(), key=len, reverse=True)))
_ESCAPED = {escaped: char for char, escaped in LATEX_SETTING.escapes.items()}

# ---- tables: what a token is by itself ---------------------------------------------------------------------------

NOTHING = "<mrow />"
_SCRIPTS = ("_", "^", "'")
_ONLY_PRIMES = re.compile("(?:<mrow>)?(?:<m[io]>′</m[io]>)+(?:</mrow>)?")
_OPERATORS = frozenset("/,?!.*·")  # and whatever Unicode calls a sign of mathematics
_BRACKETS = frozenset("()[]{}|⟨⟩")
_FENCES = {
    r"\lvert": "|", r"\rvert": "|", r"\lVert": "‖", r"\rVert": "‖", r"\lfloor": "⌊", r"\rfloor": "⌋",
    r"\langle": "⟨", r"\rangle": "⟩", r"\{": "{", r"\}": "}",
}  # fmt: skip
_ACCENTS = {  # the beginning of the element, and what stands above
    r"\hat": ('<mover accent="true">', "<mo>^</mo>"),
    r"\tilde": ("<mover>", '<mo stretchy="false">~</mo>'),
    r"\bar": ("<mover>", '<mo stretchy="true">¯</mo>'),
    r"\vec": ("<mover>", '<mo stretchy="true">→</mo>'),
    r"\dot": ("<mover>", "<mo>˙</mo>"),
    r"\ddot": ("<mover>", "<mo>¨</mo>"),
    r"\overline": ("<mover>", '<mo accent="true">―</mo>'),
}
_STYLES = {  # with the name of the characters in Unicode
    r"\mathbf": "BOLD", r"\boldsymbol": "BOLD ITALIC", r"\mathcal": "SCRIPT", r"\mathbb": "DOUBLE-STRUCK",
    r"\mathit": "",
}  # fmt: skip
_FRACTIONS = {r"\frac": "", r"\tfrac": "false", r"\dfrac": "true"}  # in the style of a display or not
_MATRICES = {"bmatrix": "[]", "pmatrix": "()", "vmatrix": "||", "matrix": "", "cases": "{"}
_SPACES = {
    r"\quad": "1em", r"\qquad": "2em", r"\enspace": "0.5em", r"\,": "0.167em", r"\thinspace": "0.167em",
    r"\:": "0.222em", r"\;": "0.278em", r"\!": "-0.167em",
}  # fmt: skip
_ABOVE_LIMITS = ("lim", "max", "min")  # functions that are operators
_CHARACTERS = SIGNS | {
    "phi": "ϕ", "prime": "′", "vdots": "⋮", "ddots": "⋱", "checkmark": "✓", "|": "‖", "lvert": "|", "rvert": "|",
}  # fmt: skip


def _character(char: str, style: str = "") -> str:
    """A letter or a sign."""
    char = _in_style({"-": "−", "∗": "*"}.get(char, char), style)
    if char in _BRACKETS or char == "‖":
        return f'<mo stretchy="false">{char}</mo>'
    tag = "mo" if char in _OPERATORS or unicodedata.category(char) == "Sm" else "mi"
    return f"<{tag}>{escape(char, quote=False)}</{tag}>"


def _command(name: str, style: str) -> str:
    """A command that stands for one sign, for a space or for the name of a function."""
    if name in _CHARACTERS:
        return _character(_CHARACTERS[name], style)
    if name.isalpha():
        return f'<mo lspace="0" rspace="0">{name}</mo>' if name in _ABOVE_LIMITS else f"<mi>{name}</mi>"
    return "<mtext>\u00a0</mtext>" if name.isspace() else _character(name)


def _words(token: str) -> str:
    r"""`\mathrm{net}`, `\text{ is the max}`."""
    command, _brace, inside = token[:-1].partition("{")
    word = re.sub(r"^ | $", "\u00a0", _ESCAPE.sub(lambda match: _ESCAPED[match[0]], inside))
    tag = {r"\mathrm": "mi", r"\operatorname": "mo"}.get(command, "mtext")
    look = ' mathvariant="normal"' if tag == "mi" and len(word) == 1 else ""
    if command == r"\textbf":
        word = "".join(_in_style(char, "BOLD") for char in word)
    return f"<{tag}{look}>{escape(word, quote=False)}</{tag}>" if word else f"<{tag} />"


def _in_style(char: str, style: str) -> str:
    """The character of mathematics that is the letter or figure in this style; browsers know no other way."""
    if style:
        plain = re.sub(r"^(?:LATIN|GREEK) (\w+) LETTER", r"\1", unicodedata.name(char, ""))
        for called in (f"MATHEMATICAL {style} {plain}", f"{style} {plain}"):
            with suppress(KeyError):
                return unicodedata.lookup(called)
    return char


# ---- from left to right ------------------------------------------------------------------------------------------


class Reader:
    """Reads one piece of mathematics."""

    def __init__(self, latex: str) -> None:
        self.tokens = _TOKEN.findall(latex)
        self.at = 0
        self.ended = ""  # what the last row ended with
        self.style = ""

    def row(self, *ends: str) -> list[str]:
        """The elements up to one of these tokens, which is read, too."""
        found: list[str] = []
        while self.at < len(self.tokens):
            token = self.next()
            if token in ends:
                self.ended = token
                break
            if token == r"\displaystyle":
                found.append(f'<mstyle displaystyle="true" scriptlevel="0">{_whole(self.row(*ends))}</mstyle>')
                break
            if token in _SCRIPTS:
                self.at -= 1
            found.append(self.scripted(NOTHING if token in _SCRIPTS else self.one(token)))
        else:
            self.ended = ""
        return found

    def next(self) -> str:
        """The next token; nothing at the end."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def argument(self) -> str:
        """What stands in braces, or the next token."""
        return self.one(self.next())

    def one(self, token: str) -> str:
        """One element, without what stands below and above it."""
        if token == "{":
            return _whole(self.row("}"))
        if token[-1:].isdecimal() and token.isascii():
            number = token.replace(_COMMA, ",")
            return f"<mn>{''.join(_in_style(char, self.style) for char in number)}</mn>"
        if token == _COMMA:
            return "<mo>,</mo>"
        if token in _ESCAPED:
            return _character(_ESCAPED[token])
        if token[:1] == "\\":
            return _words(token) if _IS_WORDS.match(token) and token[:7] != "\\begin{" else self.command(token)
        return _character(token, self.style) if token else NOTHING

    def scripted(self, base: str) -> str:
        """The element with its index, its exponent and its primes, which a font raises itself, unlike an exponent."""
        below = above = ""
        while self.at < len(self.tokens) and self.tokens[self.at] in _SCRIPTS:
            mark = self.next()
            script = self.primes() if mark == "'" else self.argument()
            if _ONLY_PRIMES.fullmatch(script):
                base = f'<mrow>{base}<mo lspace="0" rspace="0">{_primes(script.count("′"))}</mo></mrow>'
                continue
            if below if mark == "_" else above:
                base, below, above = _with_scripts(base, below, above), "", ""
            if mark == "_":
                below = script
            else:
                above = script
        return _with_scripts(base, below, above)

    def primes(self) -> str:
        """One or more of them."""
        count = 1
        while self.tokens[self.at : self.at + 1] == ["'"]:
            count, self.at = count + 1, self.at + 1
        return "<mi>′</mi>" * count

    def command(self, token: str) -> str:
        """What a command makes of what follows it."""
        if token in _FRACTIONS:
            fraction, display = f"<mfrac>{self.argument()}{self.argument()}</mfrac>", _FRACTIONS[token]
            return f'<mstyle displaystyle="{display}" scriptlevel="0">{fraction}</mstyle>' if display else fraction
        if token == r"\sqrt":
            return f"<msqrt>{self.argument()}</msqrt>"
        if token in _ACCENTS:
            start, mark = _ACCENTS[token]
            return f"{start}{self.argument()}{mark}</mover>"
        if token == r"\left":
            opening, inside = self.next(), self.row(r"\right")
            return Bracketed(
                _FENCES.get(opening, opening), signed(inside), _FENCES.get(closing := self.next(), closing)
            )
        if token == r"\underset":
            below, base = self.argument(), self.argument()
            return f"<munder>{base}{below}</munder>"
        if token in _STYLES:
            outer, self.style = self.style, _STYLES[token]
            styled, self.style = self.argument(), outer
            return styled
        if token.startswith(r"\begin{"):
            return self.matrix(token[len(r"\begin{") : -1])
        return f'<mspace width="{_SPACES[token]}" />' if token in _SPACES else _command(token[1:], self.style)

    def matrix(self, name: str) -> str:
        """Rows and columns in their brackets."""
        rows: list[list[str]] = [[]]
        end = f"\\end{{{name}}}"
        while self.at < len(self.tokens):
            rows[-1].append("".join(self.row("&", r"\cr", r"\\", end)))
            if self.ended == end:
                break
            rows += [] if self.ended == "&" else [[]]
        cell = '<mtd columnalign="left">{}</mtd>' if name == "cases" else "<mtd>{}</mtd>"
        inside = "".join(f"<mtr>{''.join(map(cell.format, row))}</mtr>" for row in rows if any(row))
        table, brackets = f"<mtable>{inside}</mtable>", _MATRICES.get(name, "")
        if name == "cases":
            return f"<mrow>{fence('{', 'prefix')}{table}</mrow>"
        return f"<mrow><mo>{brackets[0]}</mo>{table}<mo>{brackets[1]}</mo></mrow>" if brackets else table


def _with_scripts(base: str, below: str, above: str) -> str:
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    if below:
        return f"<msub>{base}{below}</msub>"
    return f"<msup>{base}{above}</msup>" if above else base


def _primes(count: int) -> str:
    return "″" if count == 2 else "′" * count


def _whole(row: list[str]) -> str:
    """The elements as one."""
    return f"<mrow>{''.join(signed(row))}</mrow>" if len(row) > 1 else row[0] if row else NOTHING
