"""Edits of all names of a sort at once: another row, another step, the indices exchanged, in reverse, moved by one.

What stands at one place of a name (a letter or a digit) says which row, step, place or matrix it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace as _replace
from itertools import combinations

from backprop_cli.algebra.formula import Apply, Formula, Name, Number, number, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.search.edits import Edit, joined, places, positive
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_MOST_NAMES = 24
_DEEPEST = 5  # how far from the end of a name a place is looked at
_MOST_OTHERS = {True: 4, False: 8}  # digits that are tried in the place of one, and letters
_ERRORS = (Kind.OUT, Kind.TARGET)

_Rename = Callable[[str], str]


def indexed_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    names = [one for one in dict.fromkeys(_names(root.formula)) if _named(one)]
    if not 1 < len(names) <= _MOST_NAMES:
        return
    seen: set[Formula] = {root.formula}
    for word, mass, group, rename in _renamings(root, relations, names):
        changes = {one: other for one in group if (other := _known(_renamed(one, rename), relations)) != one}
        if len(changes) < 2 or not all(map(relations.is_known, changes.values())):
            continue
        formula = replace(root.formula, _put(changes))
        if formula in seen:
            continue
        seen.add(formula)
        first = next(iter(changes))
        key = ("indexed", word, "-".join(sorted({root.role_of_name(one) for one in changes})))
        kind = _kind(root, word, changes)
        yield Edit(kind, key, mass, f"indexed {word}", formula, Name(first), Name(changes[first]))
        if word == "another row" or (word == "moved" and not changes.keys() & set(changes.values())):
            yield from _together(root, changes)
    yield from _shifted(root, relations)


def _shifted(root: Root, relations: Relations) -> Iterator[Edit]:
    """Σ δₖ·hₖ over all steps, or with the two sides moved against one another, where what is not there is left out."""
    match root.formula:
        case Apply("sum", terms):
            products_of = [one for one in map(positive, terms) if isinstance(one, Apply) and one.operation == "product"]
            pairs = [one.arguments for one in products_of]
            lone = [one for one in terms if isinstance(positive(one), Name)]
        case _:
            return
    if (
        len(pairs) + len(lone) < len(terms)
        or not pairs
        or not all(len(pair) == 2 and all(map(_is_named, pair)) for pair in pairs)
    ):
        return
    first, second = (
        _steps(relations, list(_names(Apply("sum", tuple(pair[side] for pair in pairs))))) for side in (0, 1)
    )
    if not first or not second:
        return
    for step in (-2, -1, 0, 1, 2):
        products = [Apply("product", (Name(one), Name(second[digit + step])))
                    for digit, one in first.items() if digit + step in second]  # fmt: skip
        formula = joined("sum", [*products, *lone]) if products else root.formula
        if formula != root.formula and len(products) >= len(pairs) - 1:
            yield Edit(_KIND, ("indexed", "shifted"), 2, "indexed shifted", formula, terms[0], products[0])


def _is_named(formula: Formula) -> bool:
    return isinstance(formula, Name) and isinstance(formula.symbol, Quantity)


def _steps(relations: Relations, group: Sequence[Quantity]) -> dict[int, Quantity]:
    """All the quantities that names which differ in one digit stand for, by that digit."""
    texts = [_named(one) for one in group]
    for place in range(1, 1 + min([_DEEPEST, *map(len, texts)])):
        alike = {text[: len(text) - place] + text[len(text) - place + 1 :] for text in texts}
        if len(alike) == 1 and len(set(texts)) > 1 and texts[0][-place].isdigit():
            found = {int(digit): _renamed(group[0], _to(place, {texts[0][-place]: digit}))
                     for digit in sorted(relations.alphabet(place, texts[0])) if digit.isdigit()}  # fmt: skip
            return {digit: one for digit, one in found.items() if relations.is_known(one)}
    return {}


def _kind(root: Root, word: str, changes: dict[Quantity, Quantity]) -> str:
    """What it is called: of a kernel with rows and columns, what was turned."""
    one, other = next(iter(changes.items()))
    is_kernel = root.role_of_name(one) == "weight" and _PLACE.search(one.name) is not None
    match word:
        case "exchanged":
            return "kernel transposed" if is_kernel else "indices exchanged"
        case "in reverse" if is_kernel:
            return f"kernel {'columns' if one.name[-1] != other.name[-1] else 'rows'} reversed"
        case "in reverse" | "swapped":
            return word
    return _KIND


_PLACE = re.compile(r"\d_\d$")  # a row and a column at the end of a name
_KIND = "numbers of another line"


def _put(changes: dict[Quantity, Quantity]) -> Callable[[Name], Formula]:
    return lambda name: Name(changes[name.symbol]) if name.symbol in changes else name  # type: ignore[index]


def _names(formula: Formula) -> Iterator[Quantity]:
    for part, _put_in in places(formula):
        if isinstance(part, Name) and isinstance(part.symbol, Quantity) and part.symbol.kind is not Kind.CONSTANT:
            yield part.symbol


def _named(one: Quantity) -> str:
    """The name that says which row, step or unit a quantity belongs to."""
    return one.by.name if one.kind is Kind.GRADIENT and one.by is not None else one.name if one.of is None else ""


def _renamed(one: Quantity, rename: _Rename) -> Quantity:
    if one.kind is Kind.GRADIENT and one.by is not None:
        return _replace(one, by=_replace(one.by, name=rename(one.by.name)))
    return _replace(one, name=rename(one.name))


def _known(one: Quantity, relations: Relations) -> Quantity:
    """The quantity, or the output or the input of its name: the state before h1 is h0, which is given."""
    if relations.is_known(one) or one.kind not in _STATES:
        return one
    others = (_replace(one, kind=kind, at=one.at if kind is Kind.OUT else ()) for kind in _STATES)
    return next(filter(relations.is_known, others), one)


_STATES = (Kind.OUT, Kind.INPUT, Kind.PARAMETER)


def _renamings(
    root: Root, relations: Relations, names: Sequence[Quantity]
) -> Iterator[tuple[str, float, Sequence[Quantity], _Rename]]:
    """What is done, how usual that is, to which names, and how."""
    yield from _by_number(names)
    yield from _swapped_letters(names)
    for group in _groups(root, names):
        texts = [_named(one) for one in group]
        for place in range(1, 1 + min(_DEEPEST, *map(len, texts))):
            at = [text[-place] for text in texts]
            if len(set(at)) == 1:
                for other in _others(relations, texts, place)[: _MOST_OTHERS[at[0].isdigit()]]:
                    yield "another row", 4, group, _to(place, {at[0]: other})
            elif all(letter.isdigit() for letter in at):
                digits = sorted({int(letter) for letter in at})
                turned = {str(one): str(digits[0] + digits[-1] - one) for one in digits}
                yield "in reverse", 3, group, _to(place, turned)
                for step in dict.fromkeys((-1, 1, -len(digits), len(digits))):
                    yield "moved", 2, group, _to(place, {str(one): str(one + step) for one in digits})
                for one in digits[:2]:
                    yield "one for all", 1, group, _to(place, dict.fromkeys(at, str(one)))
            for other_place in range(place + 1, 1 + min(_DEEPEST, *map(len, texts))):
                if all(text[-place].isdigit() and text[-other_place].isdigit() for text in texts):
                    yield "exchanged", 4, group, _exchange(place, other_place)


def _by_number(names: Sequence[Quantity]) -> Iterator[tuple[str, float, Sequence[Quantity], _Rename]]:
    """All names with the same first number, or those with the same letters, with the number before or after it."""
    found: dict[object, list[Quantity]] = {}
    for one in names:
        first = _FIRST_NUMBER.match(_named(one))
        if first is not None:
            found.setdefault(first[2], []).append(one)
            found.setdefault(first[0], []).append(one)
    for group in dict.fromkeys(map(tuple, found.values())):
        for step in (-1, 1):
            yield "another row", 4, group, lambda text, step=step: _FIRST_NUMBER.sub(
                lambda first: f"{first[1]}{int(first[2]) + step}", text, count=1)  # type: ignore[misc]  # fmt: skip


def _swapped_letters(names: Sequence[Quantity]) -> Iterator[tuple[str, float, Sequence[Quantity], _Rename]]:
    """a₁, a₂ for b₁, b₂, and those for the first."""
    letters = list(dict.fromkeys(first[1] for one in names if (first := _FIRST_NUMBER.match(_named(one)))))
    for left, right in combinations(letters, 2):
        group = [one for one in names if (first := _FIRST_NUMBER.match(_named(one))) and first[1] in (left, right)]
        other = {left: right, right: left}
        yield "swapped", 4, group, lambda text, other=other: _FIRST_NUMBER.sub(
            lambda first: f"{other[first[1]]}{first[2]}", text, count=1)  # type: ignore[misc]  # fmt: skip


_FIRST_NUMBER = re.compile(r"\A([A-Za-z]+)(\d+)")


def _groups(root: Root, names: Sequence[Quantity]) -> Iterator[Sequence[Quantity]]:
    """Names of one role, of one matrix; what an error is made of; all that say the same at one place."""
    found: dict[tuple[Quantity, ...], None] = {}
    by_sort: dict[object, list[Quantity]] = {}
    for one in names:
        by_sort.setdefault((root.role_of_name(one), one.kind), []).append(one)
        by_sort.setdefault(_named(one).rstrip("0123456789_"), []).append(one)
        if one.kind in _ERRORS:
            by_sort.setdefault("error", []).append(one)
        for place in range(1, 1 + min(_DEEPEST, len(_named(one)))):
            if root.role_of_name(one) not in ("weight", "bias"):
                by_sort.setdefault((place, _named(one)[-place]), []).append(one)
    for group in by_sort.values():
        if len(group) > 1:
            found[tuple(group)] = None
    yield from found


def _others(relations: Relations, texts: Sequence[str], place: int) -> list[str]:
    """What stands at a place of other names that are alike but for it, the nearest first."""
    own, alphabet = texts[0][-place], relations.alphabet(place, texts[0])
    return sorted(alphabet - {own}, key=lambda other: (abs(ord(other) - ord(own)), other))


def _to(place: int, letters: dict[str, str]) -> _Rename:
    def rename(text: str) -> str:
        at = len(text) - place
        return text[:at] + letters.get(text[at], text[at]) + text[at + 1 :]

    return rename


def _exchange(place: int, other: int) -> _Rename:
    def rename(text: str) -> str:
        letters = list(text)
        letters[-place], letters[-other] = letters[-other], letters[-place]
        return "".join(letters)

    return rename


def _together(root: Root, changes: dict[Quantity, Quantity]) -> Iterator[Edit]:
    """A sum, a mean or a softmax over two rows, not the one alone."""
    put_other = _put(changes)
    for part, put in places(root.formula):
        match part:
            case Apply("quotient", (Apply("sum", terms), Number() as count)) if count == number(len(terms)):
                more = tuple(replace(term, put_other) for term in terms)
                whole = Apply("quotient", (Apply("sum", (*terms, *more)), number(2 * len(terms))))
            case Apply("softmax", (which, *nets)):
                whole = Apply("softmax", (which, *nets, *(replace(net, put_other) for net in nets)))
            case Apply("sum" | "product") if put(part) is part and isinstance(positive(part), Apply):
                whole = joined("sum", [part, replace(part, put_other)])  # type: ignore[assignment]
            case _:
                continue
        first = next(iter(changes))
        yield Edit("both together", ("both together",), 1, "both together", put(whole), Name(first),
                   Name(changes[first]))  # fmt: skip
