"""The same edit in every term of a sum: all logarithms left out, every input squared, all weights of one layer up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.checking.search.edits import Edit, Key, joined, places
from backprop_cli.checking.search.roots import Root

_ALIKE = ("sum", "max", "min")
_MOST_TERMS = 12
_OF_LINES = ("zero", "one", "another line", "root", "line squared")  # what is done to a line, not to a term
_DEEPEST = 40  # parts of a formula among which a sum is looked for


def everywhere(root: Root, edits_of: Callable[[Root], Iterator[Edit]]) -> Iterator[Edit]:
    """Edits that are made in each term of a sum, where every term has just one of the kind.

    One name for another also in some of the terms: those in which there is such a name.
    """
    for number, (part, put) in enumerate(places(root.formula)):
        if number > _DEEPEST:
            return
        if not isinstance(part, Apply) or part.operation not in _ALIKE or not 1 < len(part.arguments) <= _MOST_TERMS:
            continue
        by_term = [_by_key(root, term, edits_of) for term in part.arguments]
        touched = [found for found in by_term if found]
        if len(touched) < 2:
            continue
        for key in dict.fromkeys(key for found in touched for key in found):
            same = [found[key] for found in touched if key in found]
            first = same[0]
            if first.kind in _OF_LINES and first.key != ("root of a sum",):
                continue
            lacking = len(touched) - len(same)
            if len(same) < 2 or (lacking and first.kind != "instead" and not (lacking == 1 and len(same) >= 2)):
                continue
            terms = [found[key].formula if key in found else term
                     for found, term in zip(by_term, part.arguments, strict=True)]  # fmt: skip
            formula = put(joined(part.operation, terms))
            mass = min(8, 2 * first.mass)
            family = f"everywhere {first.family}" if not lacking else "in some terms of a sum"
            yield Edit(first.kind, first.key, mass, family, formula, first.part, first.instead)


def _by_key(root: Root, term: Formula, edits_of: Callable[[Root], Iterator[Edit]]) -> Mapping[Key, Edit]:
    """The edits of one term of which there is only one with their key; nothing for a single name or number."""
    if not isinstance(term, Apply | Name):
        return {}
    found: dict[Key, Edit | None] = {}
    for edit in edits_of(Root(root.line, term, root.roles, root.around)):
        key = (*edit.key, edit.twin)
        found[key] = None if key in found else edit
    return {key: edit for key, edit in found.items() if edit is not None}
