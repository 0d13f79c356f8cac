r"""TeX as plain characters: `\frac{\partial E}{\partial w_5}` is ∂E/∂w_5, `0{,}1385` 0.1385, a matrix [[a, b], [c, d]].

Nothing is run and nothing is fetched: a student's own macros are put in where they are simple, and bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from backprop_cli.ground.words import _
from backprop_cli.working import limits
from backprop_cli.working.model import Line, Spot
from backprop_cli.writing.notation import GREEK

Complain = Callable[[str, Spot, str], None]

_TOKEN = re.compile(r"%[^\n]*\n?[ \t]*|\\[a-zA-Z]+\*?[ \t]*\n?[ \t]*|\\.|[{}$&~]|\s+|[^\\{}$&~%\s]+|.", re.S)
_MATH = re.compile(
    r"(?<!\\)\$\$(?P<display>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<round>.+?)\\\)"
    r"|(?<![\\$\w])\$(?P<inline>[^$\n]+?)\$(?!\d)"
    r"|(?P<block>\\begin\{(?P<kind>align|aligned|equation|gather|eqnarray|split|multline|[bpv]?matrix)\*?\}.+?\\end\{(?P=kind)\*?\})",
    re.S,
)
_QUAD = "\ue003"  # a wide blank, which stands between statements
_SYMBOLS = {
    **GREEK,
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "nabla": "∇",
    "partial": "∂", "cdot": "*", "times": "*", "ast": "*", "odot": "*", "circ": "*", "div": "/", "approx": "≈",
    "simeq": "≈", "cong": "≈", "sim": "≈", "doteq": "≈", "equiv": "=", "coloneqq": "=", "eq": "=", "pm": "±",
    "prime": "'", "colon": ":", "vert": "|", "mid": "|", "lbrace": "(", "rbrace": ")", "lbrack": "[", "rbrack": "]",
    "ge": "≥", "geq": "≥", "le": "≤", "leq": "≤", "ne": "≠", "neq": "≠", "gg": ">", "ll": "<", "infty": "∞",
    "sum": "∑", "prod": "∏", "int": "∫", "in": "∈", "to": "→", "rightarrow": "→", "longrightarrow": "→",
    "mapsto": "→", "leftarrow": "=", "gets": "=", "top": "T", "checkmark": "✓", "ell": "l", "dots": "…", "ldots": "…",
    "cdots": "…", "textminus": "-", "textasciicircum": "^", "textunderscore": "_", "par": "\n\n", "newline": "\n",
    "Rightarrow": "⇒", "implies": "⇒", "Longrightarrow": "⇒", "Leftrightarrow": "⇔", "iff": "⇔", "therefore": "∴",
    "quad": _QUAD, "qquad": _QUAD, "item": "\n", "hline": "", "toprule": "", "midrule": "", "bottomrule": "",
    "dfrac": "", "exp": "exp", "tanh": "tanh", "max": "max", "min": "min", "ln": "ln", "log": "log",
}  # fmt: skip
_MARKS = {
    "\\": "\n", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\n": " ", ">": " ", "{": "(", "}": ")", "|": "|",
    "(": "", ")": "", "[": "\n", "]": "\n", "-": "", "/": "",
}  # fmt: skip
_SPACED = frozenset("*/≈=±→⇒⇔≥≤≠:")
_IGNORED = (
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle textstyle limits "
    "nonumber notag nolimits centering noindent maketitle bf it rm small large Large normalsize scriptstyle "
    "mathrm mathit mathbf mathsf mathtt mathcal mathbb text textbf textit textrm textnormal textsf texttt emph "
    "boldsymbol bm pmb operatorname mathop mathbin mathrel mbox hbox ensuremath underline overline boxed fbox "
    "cancel vec displaylimits smallskip medskip bigskip newpage clearpage tableofcontents protect immediate"
)
_NOTHING = frozenset(_IGNORED.split())
_DROPPED = {  # macros that say nothing of the work, and how many arguments go with them
    "label": 1, "tag": 1, "vspace": 1, "hspace": 1, "documentclass": 1, "usepackage": 1, "title": 1, "author": 1,
    "date": 1, "color": 1, "pagestyle": 1, "thispagestyle": 1, "bibliographystyle": 1, "setlength": 2, "phantom": 1,
    "ref": 1, "eqref": 1, "cite": 1, "cline": 1, "cmidrule": 1, "geometry": 1, "hypersetup": 1, "renewcommand": 2,
    "addtolength": 2, "setcounter": 2, "DeclareMathOperator": 2, "textcolor": 1, "colorbox": 1, "hphantom": 1,
    "vphantom": 1, "selectlanguage": 1, "sisetup": 1, "allowdisplaybreaks": 0, "arraystretch": 0,
}  # fmt: skip
_REFUSED = frozenset(
    {"input", "include", "includegraphics", "write", "openin", "openout", "read", "def", "let", "edef", "gdef",
     "csname", "catcode", "loop", "includepdf", "lstinputlisting", "verbatiminput", "import", "subfile"}
)  # fmt: skip
_HEADINGS = frozenset({"section", "subsection", "subsubsection", "paragraph", "subparagraph", "chapter", "part"})
_MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"})
_TABLES = frozenset({"tabular", "tabularx", "longtable", "tabular*"})
_VERBATIM = frozenset({"verbatim", "lstlisting", "minted", "comment", "verbatim*"})
_DERIVATIVE = re.compile(r"\s*([d∂])\s*([^\s+*/=()^-](?:[^\s+*/=()-]|\^\{?\(\d\)\}?|_\{\d,?\s?\d\})*)?\s*")
_TWO_NAMES = re.compile(r"(?<=_)(\d)(?=[^\W\d_]+_)")  # w_1i_1 is w_1 i_1


@dataclass(frozen=True, slots=True)
class _Macro:
    """A student's own: how many arguments, and what is put in."""

    arguments: int
    body: str


@dataclass
class _Reader:
    """Reads tokens and writes plain characters; every piece knows where in the source it began."""

    source: str
    complain: Callable[[str, int, str], None]
    macros: dict[str, _Macro] = field(default_factory=dict)
    put_in: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        self.tokens = [(found[0], found.start()) for found in _TOKEN.finditer(self.source)]
        self.at = 0
        self.out: list[tuple[str, int]] = []
        self.ends: list[str] = []  # the environments that are open
        self.math = False

    # ---- tokens ----------------------------------------------------------------------------------------------

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, int]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def blanks(self) -> None:
        while self.peek().isspace() and self.peek():
            self.at += 1

    def write(self, text: str, at: int) -> None:
        self.out.append((text, at))

    def last(self) -> str:
        return next((text[-1] for text, _at in reversed(self.out) if text), "")

    # ---- reading ---------------------------------------------------------------------------------------------

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
        elif token == "$":
            while self.peek() == "$":  # of a display
                self.take()
                self.write("\n", at)
            self.math = not self.math
        elif token in "&~":
            self.write(" ", at)
        elif token.isspace():
            self.write(" " if self.math or token.count("\n") < 1 else "\n" * min(2, token.count("\n")), at)
        elif token != "}":
            self.write(_TWO_NAMES.sub(r"\1 ", token), at)

    def group(self, at: int) -> None:
        """A group: its brackets are written where it is an index or a power."""
        if self.out and self.last() in "_^":
            self.write("{" + self.inner().strip() + "}", at)
            return
        inside = self.inner()
        self.write("." if inside == "," else inside, at)

    def inner(self) -> str:
        """What stands in a group that is already open, up to its end."""
        if self.depth >= limits.DEPTH:
            self.complain("{", self.tokens[max(0, self.at - 1)][1], _("nested too deeply"))
            self.at = len(self.tokens)
            return ""
        self.depth += 1
        kept, self.out = self.out, []
        was_math = self.math
        while self.at < len(self.tokens) and self.peek() != "}":
            if was_math and self.peek().isspace() and self.peek().count("\n") > 1:
                self.math = False  # a bracket that was never closed ends with its paragraph
                break
            self.one()
        if self.peek() == "}":
            self.take()
        kept, self.out = self.out, kept
        self.depth -= 1
        return "".join(text for text, _at in kept)

    def argument(self) -> str:
        """The next argument: a group, or the next character."""
        self.blanks()
        if self.peek() == "{":
            self.take()
            return self.inner().strip()
        if not self.peek() or self.peek() in "}$&":
            return ""
        token, at = self.tokens[self.at]
        if token[0] != "\\" and len(token) > 1:
            self.tokens[self.at] = (token[1:], at + 1)
            return token[0]
        if self.depth >= limits.DEPTH:
            self.take()
            return ""
        self.depth += 1
        kept, self.out = self.out, []
        self.one()
        kept, self.out = self.out, kept
        self.depth -= 1
        return "".join(text for text, _at in kept)

    def raw(self) -> str:
        """The next group as it stands in the source."""
        self.blanks()
        if self.peek() != "{":
            return self.take()[0] if self.peek()[:1] == "\\" else ""
        self.take()
        depth, texts = 1, []
        while self.at < len(self.tokens):
            token, _at = self.take()
            depth += (token == "{") - (token == "}")
            if not depth:
                break
            texts.append(token)
        return "".join(texts)

    def option(self) -> str:
        """What stands in square brackets, where they follow."""
        self.blanks()
        if self.peek()[:1] != "[":
            return ""
        texts: list[str] = []
        while self.at < len(self.tokens):
            token, at = self.take()
            end = token.find("]")
            if end >= 0:
                texts.append(token[:end])
                if token[end + 1 :]:
                    self.at -= 1
                    self.tokens[self.at] = (token[end + 1 :], at + end + 1)
                break
            texts.append(token)
        return "".join(texts)[1:]

    # ---- macros ----------------------------------------------------------------------------------------------

    def macro(self, token: str, at: int) -> None:
        """A macro: what it looks like in print, or a remark."""
        name = token[1:].rstrip()
        if not name or not name[0].isalpha():
            self.write(_MARKS.get(token[1:2], token[1:]), at)
            if name == "\\":
                self.option()
            self.math = {"(": True, "[": True, ")": False, "]": False}.get(name, self.math)
            return
        name = name.rstrip("*")
        if name in self.macros:
            self.own(name, at)
        elif name in _FUNCTIONS:
            _FUNCTIONS[name](self, at)
        elif name in _HEADINGS:
            self.write("\n" + _HEADING + self.argument().replace("\n", " ") + "\n", at)
        elif name in _REFUSED:
            said = token.rstrip() + "".join(
                self.take()[0] for _more in (1, 2) if self.peek()[:1] not in ("{", "\\", "")
            )
            self.complain(said + "{" + self.raw()[:60] + "}", at, _("nothing is run and nothing is fetched"))
        elif name in _DROPPED:
            self.option()
            for _each in range(_DROPPED[name]):
                self.raw()
        elif name not in _NOTHING:
            self.symbol(name, at)

    def symbol(self, name: str, at: int) -> None:
        """A sign or a letter; what nobody knows is written by its name, as \\net is."""
        text = _SYMBOLS.get(name, name)
        if text in _SPACED:
            text = f" {text} "
        elif text[:1].isalpha() and self.last().isalpha() and self.math:
            text = " " + text
        self.write(text, at)
        if text[-1:].isalpha() and text != "T" and (self.peek()[:1].isalnum() or self.peek()[:1] == "\\"):
            follows = self.peek()[1:].strip().rstrip("*")
            if self.peek()[:1] != "\\" or follows in _SYMBOLS or follows in _FUNCTIONS or follows in self.macros:
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
        self.tokens[self.at : self.at] = [(found[0], at) for found in _TOKEN.finditer(body)]

    def define(self, _at: int) -> None:
        """A macro of the student's own is noted."""
        name = self.raw().strip("\\ {}")
        count = self.option()
        default = self.option()
        body = self.raw()
        if name.isalpha() and not default and name not in _FUNCTIONS:
            self.macros[name] = _Macro(int(count) if count in tuple("123456789") else 0, body)

    def fraction(self, at: int) -> None:
        """A fraction; of two derivatives, as one writes it in a row."""
        above, below = self.argument(), self.argument()
        top, bottom = _DERIVATIVE.fullmatch(above), _DERIVATIVE.fullmatch(below)
        if top and bottom and bottom[2] and top[1] == bottom[1]:
            after = "" if self.peek() == "^" else " "  # an index, as of a sample, belongs to it
            self.write(f" {top[1]}{top[2] or ''}/{bottom[1]}{bottom[2]}{after}", at)
        else:
            self.write(f" ({above})/({below}) ", at)

    def root(self, at: int) -> None:
        """A root; one of another degree as a power."""
        degree, inside = self.option(), self.argument()
        self.write(f" ({inside})^(1/{degree}) " if degree else f" sqrt({inside}) ", at)

    def hat(self, at: int) -> None:
        """An estimate, as ŷ."""
        self.write(self.argument() + "\N{COMBINING CIRCUMFLEX ACCENT}", at)

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
        if name.rstrip("*") in _VERBATIM:
            self.verbatim(name, at)
        elif name in _MATRICES:
            self.matrix(name, at)
        elif name in _TABLES:
            self.table(name, at)
        else:
            self.option()
            self.math = self.math or name.rstrip("*") in _DISPLAYED
            self.write("\n", at)

    def end(self, at: int) -> None:
        """The end of an environment whose content was written as it is."""
        name = self.raw().strip()
        self.math = self.math and name.rstrip("*") not in _OUTERMOST
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
            self.write("\n" + _ROW + _CELL.join(row), place)
        self.write("\n", place)
        self.math = was

    def verbatim(self, name: str, at: int) -> None:
        """Text as it stands."""
        texts = []
        while self.at < len(self.tokens):
            token, _at = self.take()
            if token.startswith("\\end") and self.peek() == "{" and self.tokens[self.at + 1][0] == name:
                self.raw()
                break
            texts.append(token)
        if name.rstrip("*") != "comment":
            self.write("\n" + "".join(texts) + "\n", at)


_FUNCTIONS: dict[str, Callable[[_Reader, int], None]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac", "flatfrac"), _Reader.fraction),
    **dict.fromkeys(("hat", "widehat"), _Reader.hat),
    **dict.fromkeys(("underbrace", "overbrace"), _Reader.brace),
    **dict.fromkeys(("newcommand", "providecommand"), _Reader.define),
    "sqrt": _Reader.root,
    "begin": _Reader.begin,
    "end": _Reader.end,
}
_OUTERMOST = frozenset({"align", "equation", "gather", "eqnarray", "multline", "displaymath", "math", "flalign"})
_DISPLAYED = _OUTERMOST | {"aligned", "split", "gathered", "cases"}
_HEADING, _ROW, _CELL = "\ue000", "\ue001", "\ue002"  # mark lines on their way, and are in no text


# ---- lines -------------------------------------------------------------------------------------------------------


def lines_of_tex(source: str, complain: Complain, cell: str = "", first: int = 1, is_math: bool = False) -> list[Line]:
    """The lines of a source in TeX, and the rows of its tables."""
    starts = [0, *(found.end() for found in re.finditer("\n", source))]

    def line_of(at: int) -> int:
        return bisect_right(starts, at) - 1 + first

    reader = _Reader(source, lambda text, at, why: complain(text, Spot(line_of(at), 1, len(text), cell), why))
    reader.math = is_math
    lines: list[Line] = []
    text, number = "", first
    for piece, at in [*reader.everything(), ("\n", len(source))]:
        for index, more in enumerate(piece.split("\n")):
            if index:
                lines.append(_line(text, number, cell))
                text, number = "", line_of(at) + (index if piece.count("\n") == len(piece) else 0)
            if not text.strip():
                number = line_of(at)
            text += more
    return lines


def _line(text: str, number: int, cell: str) -> Line:
    text = re.sub(r" {2,}", " ", text).replace(_QUAD, "   ")
    whole = len(text.strip())
    if text.startswith(_ROW):
        return Line("", number, 1, cell, whole, row=tuple(text[1:].split(_CELL)))
    return Line(text.lstrip(_HEADING), number, 1, cell, whole, text.startswith(_HEADING))


def without_tex(text: str, spot: Spot, complain: Complain) -> str:
    """A text of a cell with the TeX in it made plain."""
    lines = with_tex([Line(text, spot.line, spot.column, spot.cell)], complain)
    return " ".join(line.text for line in lines)


def with_tex(lines: Iterable[Line], complain: Complain) -> Iterator[Line]:
    """The lines of a text in which TeX stands between its marks, with the TeX made plain."""
    found = list(lines)
    text = "\n".join(line.text for line in found)
    if "$" not in text and "\\" not in text:
        yield from found
        return
    starts = [0]
    for line in found:
        starts.append(starts[-1] + len(line.text) + 1)
    yield from _spliced(text, found, starts, complain)


def _spliced(text: str, lines: list[Line], starts: list[int], complain: Complain) -> Iterator[Line]:
    """The lines with the mathematics among them put in, in their order."""
    pieces: list[tuple[str, int, bool]] = []  # the text, which line it begins in, and whether it stands by itself
    end = 0
    for match in _MATH.finditer(text):
        kind = next(name for name in ("display", "bracket", "round", "inline", "block") if match[name] is not None)
        pieces.append((text[end : match.start()], end, False))
        pieces.append((match[kind], match.start(kind), kind in ("display", "bracket", "block")))
        end = match.end()
    pieces.append((text[end:], end, False))
    if len(pieces) == 1:
        yield from lines
        return
    open_line: Line | None = None
    for index, (piece, start, displayed) in enumerate(pieces):
        first = bisect_right(starts, start) - 1
        base = lines[first]
        if index % 2:
            added = [
                Line(one.text, one.number, base.column, base.cell, len(base.text), base.heading)
                for one in lines_of_tex(piece, complain, base.cell, base.number, True)
            ]
        else:
            added = []
            for offset, more in enumerate(piece.split("\n")):
                line = lines[first + offset]
                whole = line.whole if more == line.text else len(line.text)
                added.append(Line(more, line.number, line.column, line.cell, whole, line.heading))
        if open_line is not None and not displayed and added:
            joined = Line(open_line.text + added[0].text, open_line.number, open_line.column, open_line.cell,
                          len(base.text), open_line.heading)  # fmt: skip
            added[0] = joined
        elif open_line is not None:
            yield open_line
        yield from added[:-1]
        open_line = added[-1] if added else None
        if displayed and open_line is not None:
            yield open_line
            open_line = None
    if open_line is not None:
        yield open_line
