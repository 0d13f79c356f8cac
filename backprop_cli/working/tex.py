r"""TeX as plain characters: `\frac{\partial E}{\partial w_5}` is ∂E/∂w_5, `0{,}1385` 0.1385, a matrix [[a, b], [c, d]].

Nothing is run and nothing is fetched: a student's own macros are put in where they are simple, and bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from backprop_cli.ground.words import _
from backprop_cli.working import limits
from backprop_cli.working.characters import second_derivative
from backprop_cli.working.tex_tokens import Macro, Tokens, tokens_of
from backprop_cli.working.tex_words import (
    CELL,
    DISPLAYED,
    DROPPED,
    HEADING,
    HEADINGS,
    MARKS,
    MATRICES,
    NOTHING,
    OUTERMOST,
    QUAD,
    REFUSED,
    ROW,
    SPACED,
    SYMBOLS,
    TABLES,
    VERBATIM,
)

_ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}  # of words: Vorw\"arts
_DERIVATIVE = re.compile(r"\s*([d∂])\s*([^\s+*/=()^-](?:[^\s+*/=()-]|\^\{?\(\d\)\}?|_\{\d,?\s?\d\})*)?\s*")
_TWO_NAMES = re.compile(r"(?<=_)(\d)(?=[^\W\d_]+_)")  # w_1i_1 is w_1 i_1


@dataclass
class TexReader(Tokens):
    """Reads tokens and writes what they look like in print."""

    def everything(self) -> list[tuple[str, int]]:
        """All that was read, piece by piece."""
        while self.at < len(self.tokens):
            self.one()
        return self.out

    def one(self) -> None:
        """Reads one thing, whatever it is."""
        token, at = self.take()
        if token[0] == "%":
            return
        if token[0] == "\\":
            self.macro(token, at)
        elif token == "{":
            self.group(at)
        elif token[0] == "$":
            self.write("\n" if token == "$$" else "", at)
            self.math = not self.math
        elif token in "&~":  # two equations may stand beside each other in a row
            self.write(QUAD if token == "&" and self.math else " ", at)
        elif token.isspace():
            self.write(" " if self.math or token.count("\n") < 1 else "\n" * min(2, token.count("\n")), at)
        elif token != "}":
            self.write(_TWO_NAMES.sub(r"\1 ", token), at)

    # ---- macros ----------------------------------------------------------------------------------------------

    def macro(self, token: str, at: int) -> None:
        """A macro: what it looks like in print, or a remark."""
        name = token[1:].rstrip()
        if not name or not name[0].isalpha():
            if name in _ACCENTS and not self.math:
                letter = self.argument()
                self.write(unicodedata.normalize("NFC", letter[:1] + _ACCENTS[name] + letter[1:]), at)
                return
            self.write(MARKS.get(token[1:2], token[1:]), at)
            if name == "\\":
                self.option()
            self.math = {"(": True, "[": True, ")": False, "]": False}.get(name, self.math)
            return
        if self.peek() == "*" and token[1:] == name and name not in SYMBOLS:
            self.take()
        if name in self.macros:
            self.own(name, at)
        elif name in FUNCTIONS:
            FUNCTIONS[name](self, at)
        elif name in HEADINGS:
            self.write("\n" + HEADING + self.argument().replace("\n", " ") + "\n", at)
        elif name in REFUSED:
            said = token.rstrip() + "".join(
                self.take()[0] for _more in (1, 2) if self.peek()[:1] not in ("{", "\\", "")
            )
            self.complain(said + "{" + self.raw()[:60] + "}", at, _("nothing is run and nothing is fetched"))
        elif name in DROPPED:
            self.option()
            for _each in range(DROPPED[name]):
                self.raw()
        elif name not in NOTHING:
            self.symbol(name, at)

    def symbol(self, name: str, at: int) -> None:
        """A sign or a letter; what nobody knows is written by its name, as \\net is."""
        text = SYMBOLS.get(name, name)
        if text in SPACED:
            text = f" {text} "
        elif text[:1].isalpha() and self.last().isalnum() and self.math:
            text = " " + text  # w_7\delta is a product, as 2\\eta is
        self.write(text, at)
        if text[-1:].isalpha() and text != "T" and (self.peek()[:1].isalnum() or self.peek()[:1] == "\\"):
            follows = self.peek()[1:].strip()
            if self.peek()[:1] != "\\" or follows in SYMBOLS or follows in FUNCTIONS or follows in self.macros:
                self.write(" ", at)

    def own(self, name: str, at: int) -> None:
        """Puts in what a macro of the student's own stands for."""
        macro = self.macros[name]
        given = [self.raw() for _each in range(macro.arguments)]
        self.put_in += 1
        if self.put_in > limits.MACROS or len(self.tokens) > 20 * limits.LINE + 4 * len(self.source):
            self.complain("\\" + name, at, _("too many macros inside each other"))
            return
        body = macro.body
        for index, text in enumerate(given, start=1):
            body = body.replace(f"#{index}", text)
        if len(body) > limits.LINE:
            self.complain("\\" + name, at, _("too many macros inside each other"))
            return
        self.tokens[self.at : self.at] = [(text, at) for text, _at in tokens_of(body)]

    def define(self, _at: int) -> None:
        """A macro of the student's own is noted."""
        name = self.raw().strip("\\ {}")
        count = self.option()
        default = self.option()
        body = self.raw()
        if name.isalpha() and not default and name not in FUNCTIONS:
            self.macros[name] = Macro(int(count) if count in tuple("123456789") else 0, body)

    def fraction(self, at: int) -> None:
        """A fraction; of two derivatives, as one writes it in a row."""
        above, below = self.argument(), self.argument()
        top, bottom = _DERIVATIVE.fullmatch(above), _DERIVATIVE.fullmatch(below)
        if top and bottom and bottom[2] and top[1] == bottom[1]:
            after = "" if self.peek() == "^" else " "  # an index, as of a sample, belongs to it
            self.write(f" {top[1]}{top[2] or ''}/{bottom[1]}{bottom[2]}{after}", at)
        else:
            self.write(f" {second_derivative(above, below) or f'({above})/({below})'} ", at)

    def root(self, at: int) -> None:
        """A root; one of another degree as a power."""
        degree, inside = self.option(), self.argument()
        self.write(f" ({inside})^(1/{degree}) " if degree else f" sqrt({inside}) ", at)

    def hat(self, at: int) -> None:
        """An estimate, as ŷ."""
        self.write(self.argument() + "\N{COMBINING CIRCUMFLEX ACCENT}", at)

    def bar(self, at: int) -> None:
        """An adjoint, as automatic differentiation writes ∂f/∂v: v̄."""
        self.write(f"bar_{self.argument()}", at)

    def brace(self, at: int) -> None:
        """What a brace stands under or over, without what it says."""
        self.write(self.argument(), at)
        if self.peek() in ("_", "^"):
            self.take()
            self.raw()

    # ---- environments ----------------------------------------------------------------------------------------

    def begin(self, at: int) -> None:
        """An environment: a matrix, a table, verbatim text, or its content."""
        name = self.raw().strip()
        if name.rstrip("*") in VERBATIM:
            self.verbatim(name, at)
        elif name in MATRICES:
            self.matrix(name, at)
        elif name in TABLES:
            self.table(name, at)
        else:
            self.option()
            self.math = self.math or name.rstrip("*") in DISPLAYED
            self.write("\n", at)

    def end(self, at: int) -> None:
        """The end of an environment whose content was written as it is."""
        name = self.raw().strip()
        self.math = self.math and name.rstrip("*") not in OUTERMOST
        self.write("\n", at)

    def rows(self, name: str) -> list[list[str]]:
        """The cells of a matrix or a table, up to its end."""
        rows: list[list[str]] = [[""]]
        kept, self.out = self.out, []
        if self.depth >= limits.DEPTH:
            self.at = len(self.tokens)
        self.depth += 1
        while self.at < len(self.tokens):
            token = self.peek()
            if token.startswith("\\end") and token[4:5] in ("", " ", "\n"):
                self.take()
                self.raw()
                break
            cell_ends = token in ("&", "\\\\")
            if not cell_ends:
                self.one()
                continue
            self.take()
            rows[-1][-1] = self.written()
            if token == "&":
                rows[-1].append("")
            else:
                self.option()
                rows.append([""])
        rows[-1][-1] = self.written()
        self.depth -= 1
        self.out = kept
        return [row for row in rows if any(row)]

    def written(self) -> str:
        """What was written into a cell; the next one begins."""
        text = " ".join("".join(text for text, _at in self.out).split())
        self.out = []
        return text

    def matrix(self, name: str, at: int) -> None:
        """A matrix in brackets, row by row."""
        self.option()
        if name == "array":
            self.raw()
        rows = self.rows(name)
        self.write(" [" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "] ", at)

    def table(self, name: str, at: int) -> None:
        """A table: each row a line, with bars between its cells."""
        self.option()
        for _each in range(2 if name in ("tabularx", "tabular*") else 1):
            self.raw()
        was, self.math = self.math, False
        start = self.at
        rows = self.rows(name)
        place = self.tokens[min(start, len(self.tokens) - 1)][1] if self.tokens else at
        for row in rows:
            self.write("\n" + ROW + CELL.join(row), place)
        self.write("\n", place)
        self.math = was

    def verbatim(self, name: str, at: int) -> None:
        """Text as it stands."""
        texts = []
        while self.at < len(self.tokens):
            token, _at = self.take()
            if token.startswith("\\end") and [text for text, _at in self.tokens[self.at : self.at + 2]] == ["{", name]:
                self.raw()
                break
            texts.append(token)
        if name.rstrip("*") != "comment":
            self.write("\n" + "".join(texts) + "\n", at)


FUNCTIONS: dict[str, Callable[[TexReader, int], None]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac", "flatfrac"), TexReader.fraction),
    **dict.fromkeys(("hat", "widehat"), TexReader.hat),
    **dict.fromkeys(("underbrace", "overbrace"), TexReader.brace),
    **dict.fromkeys(("newcommand", "providecommand"), TexReader.define),
    "bar": TexReader.bar,
    "sqrt": TexReader.root,
    "begin": TexReader.begin,
    "end": TexReader.end,
}
