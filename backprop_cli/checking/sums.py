"""A sum with an index, Σᵢ wᵢxᵢ, as the terms that it stands for in the line where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations

from backprop_cli.algebra.formula import Formula, Name, add, names_in, operations_in, replace
from backprop_cli.algebra.quantities import Kind, Quantity

_MOST_NAMES = 4  # in what is summed
_ARRIVING = (Kind.INPUT, Kind.OUT, Kind.NODE)
_KINDS: Mapping[str, tuple[Kind, ...]] = {  # what a letter with an index may be
    **dict.fromkeys(("w", "v", "u", "W", "V", "U", "θ", "weight"), (Kind.PARAMETER, Kind.NEW)),
    **dict.fromkeys(("x", "X", "i", "in", "input", "o", "out", "output", "a", "h", "p"), _ARRIVING),
    **dict.fromkeys(("δ", "delta", "Δ"), (Kind.DELTA,)),
    **dict.fromkeys(("t", "target", "d"), (Kind.TARGET,)),
    **dict.fromkeys(("z", "net"), (Kind.NET,)),
    "y": (Kind.TARGET, *_ARRIVING),
}


def written_out(summed: Formula, formulas: Iterable[Formula]) -> Formula | None:
    """The terms of a sum, taken from the sum in one of these formulas whose terms have names of the same kinds.

    None where there is no such sum, or where a letter in it says nothing.
    """
    letters = tuple(dict.fromkeys(str(name.symbol) for name in names_in(summed)))
    if not 0 < len(letters) <= _MOST_NAMES or any(_head(one) not in _KINDS for one in letters):
        return None
    for terms in _sums(formulas):
        found = [meant for term in terms if (meant := _meant(letters, term))]
        if found:
            return add(*(replace(summed, lambda name, meant=meant: Name(meant[str(name.symbol)])) for meant in found))  # type: ignore[misc]
    return None


def _head(text: str) -> str:
    return text.split("_", maxsplit=1)[0].split("^", maxsplit=1)[0].replace("\N{COMBINING CIRCUMFLEX ACCENT}", "")


def _sums(formulas: Iterable[Formula]) -> Iterator[Sequence[Formula]]:
    """The terms of every sum in formulas, the longest sums of each first; then each formula as a single term."""
    for formula in formulas:
        yield from sorted((one.arguments for one in operations_in(formula, "sum")), key=len, reverse=True)
        yield (formula,)


def _meant(letters: Sequence[str], term: Formula) -> Mapping[str, Quantity]:
    """Which quantity of a term each letter is; empty where they do not fit, or fit in two ways."""
    names = [one for one in dict.fromkeys(name.symbol for name in names_in(term)) if isinstance(one, Quantity)]
    if not len(letters) <= len(names) <= _MOST_NAMES:
        return {}
    ways = (dict(zip(letters, chosen, strict=True)) for chosen in permutations(names, len(letters)))
    found = [way for way in ways if all(one.kind in _KINDS[_head(letter)] for letter, one in way.items())]
    return found[0] if len(found) == 1 else {}
