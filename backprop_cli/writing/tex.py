"""Mathematics as a lecturer types it in LaTeX, spelled in every dialect: only what is understood is passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from backprop_cli.ground.errors import BackpropError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.writing.writer import SUBSCRIPTS

_SIGNS = """
alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu
μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda
Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω partial ∂ nabla ∇ cdot · times × div ÷ pm ± mp ∓ le ≤ leq ≤ ge
≥ geq ≥ ne ≠ neq ≠ approx ≈ equiv ≡ sim ∼ propto ∝ infty ∞ sum ∑ prod ∏ int ∫ to → rightarrow → gets ← leftarrow
← Rightarrow ⇒ Leftrightarrow ⇔ mapsto ↦ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ forall ∀ exists ∃ neg ¬
land ∧ lor ∨ ldots … dots … cdots ⋯ ell ℓ odot ⊙ otimes ⊗ oplus ⊕ top ⊤ mid ∣ langle ⟨ rangle ⟩ star ⋆ circ ∘
ast ∗ ll ≪ gg ≫ hbar ℏ Re ℜ Im ℑ
"""
SIGNS = dict(zip(_SIGNS.split()[::2], _SIGNS.split()[1::2], strict=True))  # of commands
_FUNCTIONS = ("exp", "ln", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "max", "min", "arg", "lim", "det", "dim")
_SPACES = {"quad": 2, "qquad": 4, ",": 1, ";": 1, ":": 1, " ": 1, "!": 0, "enspace": 1, "thinspace": 1}
_ESCAPED = "{}%#&_$|"
_STYLES = {  # with Typst's name
    "text": "upright", "mathrm": "upright", "operatorname": "upright", "mathbf": "bold", "boldsymbol": "bold",
    "textbf": "bold", "mathit": "italic", "mathcal": "cal", "mathbb": "bb", "hat": "hat", "bar": "macron",
    "tilde": "tilde", "vec": "arrow", "dot": "dot", "overline": "overline",
}  # fmt: skip
_WORDS = ("text", "mathrm", "operatorname", "textbf")
_MARKS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "overline": "\u0304"}
_SIZES = ("left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "limits")
_MATRICES = {"pmatrix": "()", "bmatrix": "[]", "vmatrix": "||", "matrix": "", "cases": "{"}
_SUPERSCRIPTS = str.maketrans("0123456789+-()inT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱⁿᵀ")
_TOKEN = re.compile(r"\\([A-Za-z]+|.)|([0-9]+(?:\.[0-9]+)?)|(\s+)|(.)", re.S)
_TYPST = "()[]{}|,;/#&$\"'\\_^~`@"
_DEEPEST = 20


class TexError(BackpropError):
    """Mathematics that is not understood; its text is for the author."""


@record
class Spelled:
    """A piece of mathematics in LaTeX, in Typst and in characters."""

    latex: str = ""
    typst: str = ""
    characters: str = ""
    is_ratio: bool = False  # which another factor does not touch

    def __add__(self, other: Spelled) -> Spelled:
        gap = " " if self.typst and other.typst else ""
        letters = self.latex[-1:].isalpha() and other.latex[:1].isalpha() and "\\" in self.latex.rpartition(" ")[2]
        apart = " " * (self.is_ratio and (other.is_ratio or other.characters[:1].isalnum()))
        return Spelled(
            self.latex + " " * letters + other.latex, self.typst + gap + other.typst,
            self.characters + apart + other.characters, other.is_ratio,
        )  # fmt: skip

    def of(self, dialect: str) -> str:
        """The spelling in a dialect: latex, typst, or one of characters."""
        return {"latex": self.latex, "typst": self.typst}.get(dialect, self.characters)


def spelled(text: str) -> Spelled:
    """The mathematics between two dollar signs. Raises TexError for what is not understood."""
    return _Reader(text).whole()


class _Reader:
    """Reads one piece of mathematics from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = [match[0] for match in _TOKEN.finditer(text)]
        self.at = 0
        self.depth = 0

    def whole(self) -> Spelled:
        found = self.until(())
        if self.at < len(self.tokens):
            raise TexError(_("{token!r} closes nothing").format(token=self.tokens[self.at]))
        return found

    def until(self, ends: tuple[str, ...]) -> Spelled:
        """Everything up to one of these tokens, which is left."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise TexError(_("nested more than {limit} deep").format(limit=_DEEPEST))
        found = Spelled()
        while self.at < len(self.tokens) and self.tokens[self.at] not in (*ends, "}", "\\end"):
            found += self.scripted(self.one())
        self.depth -= 1
        return found

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise TexError(_("it ends too early"))
        self.at += 1
        return self.tokens[self.at - 1]

    def argument(self) -> Spelled:
        """What stands in braces, or the next token."""
        self.skip_space()
        braced = self.tokens[self.at : self.at + 1] == ["{"]
        found = self.one()
        return Spelled(found.latex[1:-1], found.typst, found.characters) if braced else found

    def skip_space(self) -> None:
        """Goes on to what can be seen."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1

    def one(self) -> Spelled:
        """The next piece, without what stands above and below it."""
        token = self.next()
        if token.isspace():
            return Spelled(" " if token else "", "", " ")
        if token == "{":
            found = self.until(("}",))
            if self.next() != "}":
                raise TexError(_("a brace is not closed"))
            return Spelled(f"{{{found.latex}}}", found.typst, found.characters)
        if token.startswith("\\"):
            return self.command(token[1:])
        if token in "_^&":
            raise TexError(_("{token!r} has nothing to stand at").format(token=token))
        if token in "%#$~":
            raise TexError(_("{token!r} is written with a backslash before it").format(token=token))
        written = "< " if token == "<" else token  # which opens no tag where the mathematics stands in Markdown
        return Spelled(written, f"\\{token}" if token in _TYPST else token, token)

    def scripted(self, base: Spelled) -> Spelled:
        """A piece with its index and its exponent."""
        while self.at < len(self.tokens) and self.tokens[self.at] in ("_", "^", "'"):
            sign = self.next()
            if sign == "'":
                base = Spelled(f"{base.latex}'", f"{base.typst}'", f"{base.characters}′")
                continue
            script = self.argument()
            said = script.characters.strip()
            table = SUBSCRIPTS if sign == "_" else _SUPERSCRIPTS
            small = said.translate(table) if said and all(ord(char) in table for char in said) else ""
            plain = said if len(said) == 1 else f"({said})"
            base = Spelled(
                f"{base.latex}{sign}{{{script.latex}}}",
                f"{base.typst or chr(34) * 2}{sign}({script.typst})", base.characters + (small or f"{sign}{plain}"),
            )  # fmt: skip
        return base

    def command(self, name: str) -> Spelled:
        """What a command stands for."""
        if name in SIGNS:
            if SIGNS[name] in "∂∇":
                self.skip_space()  # ∂E is written in one
            return Spelled(f"\\{name}", SIGNS[name], SIGNS[name])
        if name in _FUNCTIONS:
            return Spelled(f"\\{name}", f'op("{name}")', name)
        if name in _SPACES:
            wide = _SPACES[name]
            return Spelled(f"\\{name}", f"space.{'quad' if wide > 1 else 'thin'}" if wide else "", " " * bool(wide))
        if name in _ESCAPED:
            return Spelled(f"\\{name}", f"\\{name}" if name in _TYPST else name, "‖" if name == "|" else name)
        if name in _SIZES:
            return Spelled(f"\\{name} " if name == "displaystyle" else "")
        if name in ("frac", "dfrac", "tfrac"):
            return _fraction(self.argument(), self.argument())
        if name == "sqrt":
            found = self.argument()
            return Spelled(f"\\sqrt{{{found.latex}}}", f"sqrt({found.typst})", f"√{_together(found.characters)}")
        if name in _STYLES:
            return self.style(name)
        if name == "begin":
            return self.matrix()
        hint = did_you_mean(name, [*SIGNS, *_FUNCTIONS, *_STYLES, "frac", "sqrt", "begin"])
        said = _("no LaTeX command \\{name} is known here").format(name=name)
        raise TexError(_("{message} ({hint})").format(message=said, hint=hint) if hint else said)

    def style(self, name: str) -> Spelled:
        """A letter in another style or with an accent; or words."""
        if name in _WORDS and self.at < len(self.tokens) and self.tokens[self.at] == "{":
            self.next()
            words = "".join(iter(self.next, "}"))
            if re.search(r"[\\{}$#%&_^~]", words):
                raise TexError(_("within \\{name}, there are only words").format(name=name))
            quoted = words.replace('"', '\\"')
            return Spelled(f"\\{name}{{{words}}}", f'{_STYLES[name]}("{quoted}")', words)
        found = self.argument()
        characters = normalize("NFC", found.characters + _MARKS.get(name, ""))
        return Spelled(f"\\{name}{{{found.latex}}}", f"{_STYLES[name]}({found.typst})", characters)

    def matrix(self) -> Spelled:
        """Rows and columns."""
        name = self.name()
        rows: list[list[Spelled]] = [[]]
        while True:
            rows[-1].append(self.until(("&", "\\\\")))
            end = self.next()
            if end == "\\end":
                break
            rows += [[]] if end == "\\\\" else []
        if self.name() != name:
            raise TexError(_("\\begin and \\end do not go together"))
        brackets = _MATRICES[name]
        latex = r" \\ ".join(" & ".join(cell.latex for cell in row) for row in rows)
        typst = "; ".join(", ".join(cell.typst or '""' for cell in row) for row in rows)
        delimiter = f'"{brackets[0]}"' if brackets else "#none"
        written = "; ".join(", ".join(cell.characters.strip() for cell in row) for row in rows)
        call = f"cases({typst.replace('; ', ', ')})" if name == "cases" else f"mat(delim: {delimiter}, {typst})"
        return Spelled(f"\\begin{{{name}}}{latex}\\end{{{name}}}", call, f"[{written}]")

    def name(self) -> str:
        """The name of an environment, in its braces."""
        self.next()
        name = "".join(iter(self.next, "}"))
        if name not in _MATRICES:
            raise TexError(_("no LaTeX environment {name!r} is known here").format(name=name))
        return name


def _fraction(top: Spelled, bottom: Spelled) -> Spelled:
    return Spelled(
        f"\\frac{{{top.latex}}}{{{bottom.latex}}}", f"frac({top.typst}, {bottom.typst})",
        f"{_together(top.characters)}/{_together(bottom.characters)}", is_ratio=True,
    )  # fmt: skip


def _together(text: str) -> str:
    """The text, in brackets where it is more than one factor."""
    text = text.strip()
    return f"({text})" if re.search(r"[-+/=·× ]", text[1:]) else text


# ---- in words -----------------------------------------------------------------------------------------------------

MATHEMATICS = re.compile(r"(?<!\\)\$\$(?P<display>.+?)(?<!\\)\$\$|(?<!\\)\$(?P<inline>[^$\n]*?[^$\s\\])(?<!\\)\$", re.S)


def mathematics_in(text: str) -> Iterator[str]:
    """Every piece of mathematics in a text of words."""
    for match in MATHEMATICS.finditer(text):
        yield (match["display"] or match["inline"] or "").strip()
