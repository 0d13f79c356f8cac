"""A mapping of names to their work, or a list of such, as YAML and JSON have it, read as a hand-in."""

from __future__ import annotations

import re

from backprop_cli.problem.tree import Entries, Items, Text, Tree
from backprop_cli.working.characters import plain
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import ChainSide, HandIn, Spot, TextLine
from backprop_cli.working.places import is_place, place_word
from backprop_cli.working.statements import sides, signs_in

_BESIDE = ("student", "name", "author", "matriculation", "date", "sheet", "problem", "variant", "title", "姓名")
_WHAT = re.compile(r"name|quantity|key|what|line|label|größe|symbol|variable|量|名称", re.I)
_WORKED = re.compile(r"formula|work(?:ing|ed)?|calc\w*|steps?|numbers|rechnung|formel|计算|公式", re.I)
_VALUE = re.compile(r"value|answer|result|wert|ergebnis|值|结果", re.I)


def read(tree: Tree, source: str, text: str) -> HandIn:
    """The chains of a tree: a key is a name, or a heading over what stands under it."""
    gatherer = Gatherer(source)
    inside = tree.values.get("answers") if isinstance(tree, Entries) else None
    beside = tree if inside is None or not isinstance(tree, Entries) else _without(tree, "answers")
    for one in (beside, inside):
        if one is not None:
            _Keyed(gatherer).under("", one)
    return gatherer.hand_in(text, "mapping")


def _without(tree: Entries, key: str) -> Entries:
    return Entries({name: one for name, one in tree.values.items() if name != key}, tree.keys, tree.span)


class _Keyed:
    """Walks through a tree with the headings in force."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer

    def under(self, key: str, tree: Tree) -> None:
        """What stands under a key: more keys, the rows of a table, or the work for it."""
        outer, above = dict(self.gatherer.under), self.gatherer.above
        match tree:
            case Entries():
                self.place(key)
                self.entries(tree)
            case Items(values) if any(isinstance(one, Entries) or _is_a_line(one) for one in values):
                self.place(key)
                for one in values:
                    self.under("", one)
            case Text(str(text), span) if not key:
                self.gatherer.lines([TextLine(text, *span[:2])])
            case Text() | Items():
                self.work(key, tree)
        self.gatherer.under, self.gatherer.above = outer, above

    def place(self, key: str) -> None:
        """Takes a key as the heading that it is."""
        if key:
            self.gatherer.heading(key.replace("_", " "))

    def entries(self, tree: Entries) -> None:
        """The keys of a mapping; first those that say where it stands (`step: 1`) or what it is of (`name: net_h1`)."""
        of: dict[str, tuple[str, Tree]] = {}
        for key, value in tree.values.items():
            said = value.value if isinstance(value, Text) else None
            if said and said.isdigit() and (word := place_word(key)):
                self.gatherer.place(f"{word} {said}")
            elif said and is_place(said):
                self.gatherer.place(said)
            else:
                kind = next((one for one, pattern in _COLUMNS if pattern.fullmatch(key.strip())), "")
                of.setdefault(kind or key, (key, value))
        if "what" in of and of.keys() & {"worked", "value"}:
            name = of["what"][1]
            if isinstance(name, Text) and name.value:
                self.chain(name.value, name, [of[one][1] for one in ("worked", "value") if one in of])
            return
        for key, value in of.values():
            if key.casefold() in _BESIDE and isinstance(value, Text):
                self.gatherer.student = self.gatherer.student or ((value.value or "") if key in _BESIDE[:2] else "")
            else:
                self.under(key, value)

    def work(self, key: str, tree: Tree) -> None:
        """The work for a name."""
        self.chain(key, tree, [tree])

    def chain(self, name: str, at: Tree, values: list[Tree]) -> None:
        """A chain with these parts, as far as there is something in them."""
        parts: list[ChainSide] = []
        for one in values:
            text, spot = plain(_text_of(one)), _spot(one)
            if text:
                parts += sides(text, spot) or [ChainSide(text, spot)]
        if parts:
            self.gatherer.chain(name, _spot(at), parts)


def _is_a_line(tree: Tree) -> bool:
    """Whether a text in a list is a line of work, `net_h1 = 0.48`."""
    return isinstance(tree, Text) and tree.value is not None and bool(signs_in(plain(tree.value)))


_COLUMNS = (("what", _WHAT), ("value", _VALUE), ("worked", _WORKED))


def _spot(tree: Tree) -> Spot:
    return Spot(*tree.span)


def _text_of(tree: Tree) -> str:
    """A text, or a list as text: [[0.1, 0.2], [0.3, 0.4]]."""
    match tree:
        case Items(values):
            return f"[{', '.join(map(_text_of, values))}]"
        case Text(text):
            return (text or "").strip()
    return "?"
