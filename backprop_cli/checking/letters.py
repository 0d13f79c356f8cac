"""What a name in a formula may mean besides what is likeliest: books use a letter for different things."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product

from backprop_cli.algebra.formula import Apply, Formula, Name, Number, names_in, replace
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.formula_names import FormulaNames
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.working.characters import typed

_MOST_WAYS = 24  # to read the letters of one formula
_HEADED = re.compile(r"([^\W\d_](?:\N{COMBINING CIRCUMFLEX ACCENT}|hat)?|target|out|prob)_?\{?(\w*)\}?")
_D_OF_A_UNIT = re.compile(r"d_?\{?([^\W\d_]\w*?)\}?")
_TARGETS, _OUTS = frozenset(("y", "t", "d", "target")), frozenset(("y", "ŷ", "yhat", "p", "prob", "o", "a", "out"))
_MOST_LAYERS = 9


class LetterMeanings:
    """Finds the other meanings of names in formulas."""

    def __init__(self, named: FormulaNames) -> None:
        self.named, self.meanings = named, named.meanings
        self._known: dict[tuple[str, Quantity], tuple[Quantity, ...]] = {}

    def ways(self, formula: Formula, near: Quantity) -> Iterator[Formula]:
        """The formula with other quantities in place of names that may mean several; as it is written comes first."""
        for written in dict.fromkeys((formula, self.with_layers(formula, near))):
            names = list(dict.fromkeys(str(one.symbol) for one in names_in(written)))
            choices = [[Name(name), *map(Name, self.also(name, near))] for name in names]
            for chosen in islice(product(*choices), _MOST_WAYS):
                meant = dict(zip(names, chosen, strict=True))
                yield replace(written, lambda name, meant=meant: meant[str(name.symbol)])  # type: ignore[misc]

    def with_layers(self, formula: Formula, near: Quantity) -> Formula:
        """The formula in which a³ is no power but what the only unit of a layer puts out, where that is known."""
        match formula:
            case Apply("power", (Name(letter), Number(layer))) if layer.q == 1 and 0 <= layer <= _MOST_LAYERS:
                name = f"{letter}^{layer}"
                is_known = self.named.in_formula(name, near) or self.also(name, near)
                return Name(name) if is_known else formula
            case Apply(operation, arguments):
                return Apply(operation, tuple(self.with_layers(one, near) for one in arguments))
        return formula

    def also(self, name: str, near: Quantity) -> tuple[Quantity, ...]:
        """What else a name may mean in the formula of a quantity."""
        if (name, near) not in self._known:
            likely = self.named.in_formula(name, near)
            others = (*self._in_books(name, near), *self._by_letter(name, near), *self._by_a_unit(name, near))
            found = dict.fromkeys((*likely, *others))
            self._known[name, near] = tuple(one for one in found if one not in likely[:1] and one != near)
        return self._known[name, near]

    def _in_books(self, name: str, near: Quantity) -> Iterator[Quantity]:
        meant = (*self.meanings.in_books(name), *self.meanings.spoken.numbered(name))
        yield from self.meanings.known((bare.bare_key for bare in meant), near.at)

    def _by_a_unit(self, name: str, near: Quantity) -> Iterator[Quantity]:
        """The δ of a unit that is written with a Latin letter, dh3, which some books have for its target."""
        found = _D_OF_A_UNIT.fullmatch(typed(name))
        units = self.meanings.units.get(in_a_row(found[1]), ()) if found else ()
        yield from self.meanings.known((f"delta_{unit}" for unit in units if len(units) == 1), near.at)

    def _by_letter(self, name: str, near: Quantity) -> Iterator[Quantity]:
        """Targets and outputs by the letters that books have for them."""
        found = _HEADED.fullmatch(typed(name))
        head = found[1].casefold() if found else ""
        if found is None or head not in _TARGETS | _OUTS:
            return
        known = dict.fromkeys(self.meanings.pairs)
        pairs = [pair for pair in known if pair[1].at == near.at] or list(known)
        for target, out in self._of_unit(pairs, found[2], near):
            yield from [target] * (head in _TARGETS)
            yield from [out] * (head in _OUTS)

    def _of_unit(
        self, pairs: Sequence[tuple[Quantity, Quantity]], index: str, near: Quantity
    ) -> Sequence[tuple[Quantity, Quantity]]:
        """The pairs that an index names, by name or by number; without one, that of the line, or the only one."""
        if not index:
            return [one for one in pairs if one[1].name == near.name] or (pairs if len(pairs) == 1 else [])
        if named := [one for one in pairs if in_a_row(one[1].name) == in_a_row(index)]:
            return named
        return pairs[int(index) - 1 : int(index)] if index.isdecimal() else []
