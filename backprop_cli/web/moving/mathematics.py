"""Mathematics for a page that builds it: every piece of MathML once, with slots where symbols or numbers go."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, fromstring

from backprop_cli.formats.print import mathml

_SLOT = "\ue000"  # no name has it
_BETWEEN = ":"


def slot(used: int, symbol: int | None = None) -> str:
    """LaTeX for a slot: which of what its line uses stands there; its symbol, where that is not its usual one."""
    return rf"\mathrm{{{_SLOT}{used}{_BETWEEN}{'' if symbol is None else symbol}}}"


class Pieces:
    """The pieces of mathematics of a page, each kept once.

    Of `nodes`, each is the number of its tag and, behind a bar, the numbers of the nodes in it, or = and its text;
    `tags` has them with their attributes: `mo form=prefix`. A slot is `|` and its place among what the line uses; then
    the number of its symbol, where that is not the usual one of what stands there. So lines that are alike have the
    same piece.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._tags: dict[str, int] = {}
        self._of: dict[str, int] = {}

    @property
    def nodes(self) -> list[str]:
        """The pieces in the order of their numbers; each has only earlier ones in it."""
        return list(self._known)

    @property
    def tags(self) -> list[str]:
        """The tags in the order of their numbers."""
        return list(self._tags)

    def of(self, latex: str) -> int:
        """The number of the piece that is this LaTeX."""
        if latex not in self._of:
            self._of[latex] = self._element(fromstring(mathml.math(latex)))
        return self._of[latex]

    def _element(self, element: Element) -> int:
        text = element.text or ""
        if element.tag == "mi" and text.startswith(_SLOT):
            return self._kept("", text.removeprefix(_SLOT).replace(_BETWEEN, " ").strip())
        tag = "mrow" if element.tag == "math" else element.tag
        if tag == "mrow" and len(element) == 1:
            return self._element(element[0])
        inside = f"={text}" if text or not len(element) else " ".join(str(self._element(child)) for child in element)
        named = _named(tag, element.attrib)
        return self._kept(str(self._tags.setdefault(named, len(self._tags))), inside)

    def _kept(self, tag: str, inside: str) -> int:
        return self._known.setdefault(f"{tag}|{inside}", len(self._known))


def _named(tag: str, attributes: Mapping[str, str]) -> str:
    """mo form=prefix"""
    return " ".join([tag, *(f"{name}={value}" for name, value in attributes.items() if " " not in value)])
