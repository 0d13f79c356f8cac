"""Symbols in a typesetting language: what a notation writes in characters, set as LaTeX or Typst mathematics."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.writing.dialects import DIALECTS, Typesetting
from backprop_cli.writing.notation import Notation
from backprop_cli.writing.shapes import SUPERSCRIPTS
from backprop_cli.writing.writer import GREEK, HATS, SUBSCRIPTS, Writer

_OPEN, _CLOSE = "\ue000", "\ue001"  # around a name that a template has taken in; no name has them
_LOWERED = {chr(char): chr(plain) for plain, char in SUBSCRIPTS.items() if isinstance(char, int)}
_HIGHER = {chr(char): chr(plain) for plain, char in SUPERSCRIPTS.items() if isinstance(char, int)}
_PRIMES = ("′", "″")
_HIGHER |= {prime: prime for prime in _PRIMES}
_DOT_ABOVE = "˙"
_PLACED = re.compile(rf"{_OPEN}?(?P<under>_?)(?<![^\W_])(?P<name>(?P<stem>[^\W\d_]+)\d+(?:_\d+)+)(?![\w]){_CLOSE}?")
_SAMPLE = re.compile(r"\(\d+\)")


def writer(
    notation: Notation, dialect: str, positions: Mapping[str, tuple[int, str]], names: Collection[str] = ()
) -> Writer:
    """The writer of a notation in any dialect."""
    kind = SetWriter if DIALECTS[dialect].setting else Writer
    return kind(notation, dialect, positions, names)


class SetWriter(Writer):
    """Writes quantities in a notation as LaTeX or Typst mathematics."""

    def _written(self, quantity: Quantity, here: Address) -> str:
        return self._set(self._templates.symbol(quantity, here))

    def stem(self, kind: str) -> str:
        """The symbol of a kind of quantity without indices: net, δ, E."""
        return self._set(super().stem(kind))

    def name(self, name: str) -> str:
        """A name with its trailing number as an index: w5 is w_5."""
        return self._set(name)

    def filled(self, template: str) -> str:
        """A template whose names are put in, such as ∂net/∂w."""
        return self._set(template)

    @cached_property
    def _templates(self) -> _Templates:
        return _Templates(self.notation, "unicode", self.positions)

    def _set(self, template: str) -> str:
        setting = self.dialect.setting
        assert setting is not None
        return typeset(_PLACED.sub(self._placed, template), setting)

    def _placed(self, match: re.Match[str]) -> str:
        """A name with its place in a grid below: k1_2 is k_{12}, or k_{10,2} where that is needed.

        At the end of a longer name, that of m_W1_2, it is below what stands before it: the rest ends there.
        """
        index = f"{match['stem']}_{{{self._index(match['name'])}}}"
        ends = _CLOSE if match["under"] and match[0].endswith(_CLOSE) else ""
        return f"{ends}_{{{index}}}" if match["under"] else index


class _Templates(Writer):
    """Writes templates with every name put in, but nothing set: `δ_{h1}^{(2)}`."""

    def name(self, name: str) -> str:
        return f"{_OPEN}{name}{_CLOSE}"

    def _typeset(self, template: str) -> str:
        return template

    def _counted(self, letter: str, index: Sequence[str], of: str) -> str:
        return letter + "".join(f"_{{{one}}}" for one in (*index, self.name(of)))


@dataclass
class _Atom:
    """One sign or word with what stands below, above and on it."""

    base: str
    below: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    dotted: bool = False


def typeset(template: str, setting: Typesetting) -> str:
    """A filled template such as `∂E/∂w5`, `net_{h1}` or `z^{2}_{1}^{(3)}` in the setting's language.

    A slash makes a fraction; what is about a sample, behind it, is about its numerator: ∂E⁽³⁾ by ∂w5.
    """
    at = _slash(template)
    if at is None:
        return _joined(_atoms(template), setting)
    left, right = template[:at], template[at + 1 :]
    start, end = left.rfind(" ") + 1, right.find(" ") if " " in right else len(right)
    numerator, denominator = _atoms(left[start:]), _atoms(right[:end])
    if denominator and denominator[-1].above and _SAMPLE.fullmatch(denominator[-1].above[-1]) and numerator:
        numerator[-1].above.append(denominator[-1].above.pop())
    fraction = setting.fraction.format(_joined(numerator, setting), _joined(denominator, setting))
    parts = [_joined(_atoms(left[:start]), setting), fraction, _joined(_atoms(right[end:]), setting)]
    return " ".join(filter(None, parts))


def _slash(template: str) -> int | None:
    """Where the fraction's line is: a slash that stands in no brackets, with something to write on both sides of it."""
    depth = 0
    for index, char in enumerate(template):
        depth += (char in "{" + _OPEN) - (char in "}" + _CLOSE)
        behind = template[index + 1 : index + 2]
        if char == "/" and not depth and template[:index].strip() and behind not in ("", " ", "_", "^", "/"):
            return index
    return None


def _atoms(template: str) -> list[_Atom]:
    """The signs and words of a template in order, each with its indices."""
    atoms: list[_Atom] = []
    index = 0
    while index < len(template):
        char, start = template[index], index
        if template[index : index + 2] in ("_{", "^{"):
            index = _closing(template, index + 1) + 1
            _attach(atoms, char, template[start + 2 : index - 1])
        elif char == _OPEN:
            index = template.index(_CLOSE, index) + 1
            atoms += _named(template[start + 1 : index - 1])
        elif char in _LOWERED or char in _HIGHER:
            table = _LOWERED if char in _LOWERED else _HIGHER
            while index < len(template) and template[index] in table:
                index += 1
            _attach(atoms, "_" if table is _LOWERED else "^", "".join(table[one] for one in template[start:index]))
        elif char == _DOT_ABOVE and atoms:
            atoms[-1].dotted, index = True, index + 1
        elif _in_word(template, index):
            while index < len(template) and _in_word(template, index):
                index += 1
            atoms += _named(template[start:index])
        else:
            atoms, index = [*atoms, _Atom(char)], index + 1
    return atoms


def _closing(template: str, opening: int) -> int:
    """The bracket that closes this one; where there is none, the end."""
    depth = 0
    for index in range(opening, len(template)):
        depth += (template[index] == "{") - (template[index] == "}")
        if not depth:
            return index
    return len(template)


def _attach(atoms: list[_Atom], mark: str, inner: str) -> None:
    if not atoms:
        atoms.append(_Atom(""))
    (atoms[-1].below if mark == "_" else atoms[-1].above).append(inner)


def _in_word(template: str, index: int) -> bool:
    char = template[index]
    if char == "_":
        return template[index + 1 : index + 2] != "{"
    return (char.isalnum() or unicodedata.category(char)[0] == "M") and char not in _LOWERED and char not in _HIGHER


def _named(name: str) -> list[_Atom]:
    """w5 is w with the index 5, v_w5 is v with the index w5, and a name of another form is one word."""
    stem, _underscore, rest = name.partition("_")
    if stem and rest.strip("_"):
        return [_Atom(HATS.get(stem, GREEK.get(stem, stem)), [rest])]
    stem = name.rstrip("0123456789")
    if not stem or stem == name or stem.endswith("_"):
        return [_Atom(HATS[name] if name.endswith("hat") and name in HATS else GREEK.get(name, name))]
    return [_Atom(GREEK.get(stem, stem), [name[len(stem) :]])]


def _joined(atoms: list[_Atom], setting: Typesetting) -> str:
    text, before = "", "("
    for atom in atoms:
        one = _one(atom, setting)
        shows_it = one.startswith('"') and one.endswith('"')  # Typst shows a blank before a word without indices
        apart = before != "(" and atom.base not in (")", ",") and not shows_it
        text += (" " if apart else "") + one
        before = atom.base
    return text


def _one(atom: _Atom, setting: Typesetting) -> str:
    base = _base(atom.base, setting)
    if atom.dotted:
        base = setting.accents["\u0307"].format(base)
    for (short, long), parts in ((setting.below, atom.below), (setting.above, atom.above)):
        if parts:
            inner = _joined(list(_listed(parts)), setting)
            base = (short if len(inner) == 1 and inner.isascii() and inner.isalnum() else long).format(base, inner)
    return base


def _listed(parts: list[str]) -> Iterator[_Atom]:
    """The atoms of several indices at one place, with commas between them."""
    for index, part in enumerate(parts):
        if index and part not in _PRIMES:
            yield _Atom(",")
        yield from [_Atom(part)] if part in _PRIMES else _atoms(part)


def _base(text: str, setting: Typesetting) -> str:
    """A letter, a number, a Greek letter, a letter with an accent, a sign; any other text as such."""
    if text in setting.symbols:
        return setting.symbols[text]
    if text.isascii() and (text.isdigit() or (len(text) == 1 and text.isalpha()) or not text):
        return text or "{}"
    letter, *marks = tuple(unicodedata.normalize("NFD", text))
    if len(marks) == 1 and marks[0] in setting.accents and letter.isascii() and letter.isalpha():
        return setting.accents[marks[0]].format(letter)
    if len(text) == 1 and text in setting.escapes:
        return setting.escapes[text] if setting.word != setting.text else setting.text.format(setting.escapes[text])
    pattern = setting.word if text.isascii() and text.isalnum() else setting.text
    return pattern.format("".join(setting.escapes.get(char, char) for char in text))
