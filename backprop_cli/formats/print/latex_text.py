"""Words in LaTeX: the one place that makes any text harmless there, for pdfLaTeX as well as XeLaTeX and LuaLaTeX."""

from __future__ import annotations

import re
import unicodedata

from backprop_cli.documents.model import Inline, Math, Text
from backprop_cli.writing.dialects import LATEX_SETTING
from backprop_cli.writing.shapes import SUPERSCRIPTS

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "^": r"\textasciicircum{}",
    "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    '"': r"\symbol{34}", "`": r"\textasciigrave{}", "\n": " ", "\0": "{}",
}  # fmt: skip
_LIGATURE = re.compile(r"(?<=([-',]))(?=\1)")  # two of these would become one sign
_SIGNS = {
    "−": "-", "×": r"\times", "·": r"\cdot", "÷": r"\div", "±": r"\pm", "≈": r"\approx", "≠": r"\neq", "≤": r"\leq",
    "≥": r"\geq", "→": r"\rightarrow", "←": r"\leftarrow", "↦": r"\mapsto", "⇒": r"\Rightarrow", "∂": r"\partial",
    "∇": r"\nabla", "∞": r"\infty", "√": r"\surd", "∑": r"\sum", "∏": r"\prod", "∈": r"\in", "′": r"{}'", "″": r"{}''",
    "½": r"\tfrac{1}{2}", "¼": r"\tfrac{1}{4}", "¾": r"\tfrac{3}{4}", "°": r"^{\circ}", "⊙": r"\odot",
    "☐": r"\square", "☒": r"\boxtimes",
}  # fmt: skip
_PLAIN = {
    "…": r"\ldots{}", "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''",
    "\u00a0": "~", "€": r"\texteuro{}",
    "§": r"\S{}", "©": r"\textcopyright{}", "•": r"\textbullet{}", "\N{REPLACEMENT CHARACTER}": "?",
}  # fmt: skip
_RAISED = {chr(char): chr(plain) for plain, char in SUPERSCRIPTS.items() if isinstance(char, int)}
_HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_RUN = re.compile(r"(?:\\han\{[^{}]\})+")


def escaped(text: str) -> str:
    """The text with nothing in it that LaTeX would read as a command, and nothing that a compiler cannot set."""
    pieces = (_SPECIAL.get(char, char) if char.isascii() else _foreign(char) for char in _parted(text))
    return _together("".join(pieces))


def mathematics(latex: str) -> str:
    """Mathematics as it is; only the characters within its words that are not ASCII are put as commands."""
    return _together(_FOREIGN.sub(lambda match: _foreign(match[0]), unicodedata.normalize("NFC", latex)))


def _together(latex: str) -> str:
    """Chinese characters that follow one another in one command."""
    return _RUN.sub(lambda run: rf"\han{{{run[0][5::7]}}}", latex)


def _parted(text: str) -> list[str]:
    """The characters; between two that would become one sign stands an empty group."""
    characters: list[str] = []
    for run in _LIGATURE.split(unicodedata.normalize("NFC", text))[::2]:
        characters += [*(["\0"] if characters else []), *run]
    return characters


def _foreign(char: str) -> str:
    """A character beyond ASCII: a command, a letter that every compiler knows, a Chinese one, or any by its number."""
    if char in _PLAIN:
        return _PLAIN[char]
    sign = _SIGNS.get(char) or LATEX_SETTING.symbols.get(char)
    if sign:
        return rf"\ensuremath{{{sign}}}"
    if char in _RAISED:
        return rf"\ensuremath{{^{{{_RAISED[char]}}}}}"
    plain = unicodedata.normalize("NFKC", char)
    if "SUBSCRIPT" in unicodedata.name(char, "") and plain.isascii():
        return rf"\ensuremath{{_{{{plain}}}}}"
    if "\u00c0" <= char <= "\u017f" and char not in "ĸŉſ":
        return char
    if _HAN.match(char):
        return rf"\han{{{char}}}" if _is_common(char) else rf"\rarehan{{{char}}}{{{ord(char):04X}}}"
    return rf"\symbolat{{{ord(char):04X}}}"


def _is_common(char: str) -> bool:
    """Whether every Chinese font has it."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def inline(pieces: Inline) -> str:
    """Words escaped, mathematics between dollar signs."""
    return "".join(f"${mathematics(piece.text)}$" if isinstance(piece, Math) else _styled(piece) for piece in pieces)


_STYLES = {"": "{}", "strong": r"\textbf{{{}}}", "emphasis": r"\emph{{{}}}", "code": r"\texttt{{{}}}"}


def _styled(piece: Text) -> str:
    return _STYLES[piece.style].format(escaped(piece.text))
