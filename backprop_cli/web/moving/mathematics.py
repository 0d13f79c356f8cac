"""Mathematics for a page that builds it: every piece of MathML once, with slots where symbols or numbers go."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, fromstring

from backprop_cli.formats.print import mathml

_SLOT = "\ue000"  # no name has it
_BETWEEN = ":"


def slot(quantity: int, symbol: int) -> str:
    """LaTeX for a slot: the symbol that stands there, and the quantity whose number may stand in its place."""
    return rf"\mathrm{{{_SLOT}{quantity}{_BETWEEN}{symbol}}}"


class Pieces:
    """The pieces of mathematics of a page, each kept once.

    Of `nodes`, each is its tag with its attributes, and behind a bar the numbers of the nodes in it, or = and its text:
    `mo form=prefix|=−`. A slot is `#|`, the number of the quantity and that of its symbol.
    """

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    @property
    def nodes(self) -> list[str]:
        """The pieces in the order of their numbers; each has only earlier ones in it."""
        return list(self._known)

    def of(self, latex: str) -> int:
        """The number of the piece that is this LaTeX."""
        return self._element(fromstring(mathml.math(latex)))

    def _element(self, element: Element) -> int:
        text = element.text or ""
        if element.tag == "mi" and text.startswith(_SLOT):
            quantity, symbol = text.removeprefix(_SLOT).split(_BETWEEN)
            return self._kept("#", f"{quantity} {symbol}")
        tag = "mrow" if element.tag == "math" else element.tag
        if tag == "mrow" and len(element) == 1:
            return self._element(element[0])
        inside = f"={text}" if text or not len(element) else " ".join(str(self._element(child)) for child in element)
        return self._kept(_named(tag, element.attrib), inside)

    def _kept(self, tag: str, inside: str) -> int:
        return self._known.setdefault(f"{tag}|{inside}", len(self._known))


def _named(tag: str, attributes: Mapping[str, str]) -> str:
    """mo form=prefix"""
    return " ".join([tag, *(f"{name}={value}" for name, value in attributes.items() if " " not in value)])
