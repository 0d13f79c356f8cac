"""Edits that take all numbers of one sort from a line beside: the window of another place, the δ of another map."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.checking.search.edits import Edit
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root, roots_of

_FEWEST = 2  # names of a sort; one alone is a name in place of another
_MOST = 8  # lines beside that are tried
_MOST_ROLES = 4

Pair = tuple[Name, Name]


def aligned_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """The line with the weights, the senders or the δ that a line of the same form has in the same places."""
    own = root.line.quantity
    tried = 0
    for other, word in relations.neighbours(own):
        line = relations.around.derivation.index.get(other)
        if line is None or line.given or word != "neighbour" or tried == _MOST:
            continue
        theirs = next((one for one in roots_of(line, relations.around, lambda _: True)
                       if _pairs(root.formula, one.formula) is not None), None)  # fmt: skip
        if theirs is None:
            continue
        tried += 1
        by_role: dict[str, list[Pair]] = {}
        for mine, their in _pairs(root.formula, theirs.formula) or ():
            if mine != their:
                by_role.setdefault(root.role(mine), []).append((mine, their))
        if not 1 < len(by_role) <= _MOST_ROLES:
            continue  # with one sort that differs, it is the value of that line
        for role, pairs in by_role.items():
            if len(pairs) >= _FEWEST:
                yield _edit(root, theirs.formula, role, pairs[0])


def _edit(root: Root, theirs: Formula, role: str, first: Pair) -> Edit:
    formula = _merged(root, root.formula, theirs, role)
    return Edit("numbers of another line", ("numbers of another line", role), 6, "aligned", formula, *first)


def _pairs(mine: Formula, theirs: Formula) -> list[Pair] | None:
    """The names in the same places of two formulas; None where they are not of one form."""
    match mine, theirs:
        case Name(), Name():
            return [(mine, theirs)]
        case Apply(operation, ours), Apply(other, others) if operation == other and len(ours) == len(others):
            found = [_pairs(one, two) for one, two in zip(ours, others, strict=True)]
            return None if None in found else [pair for some in found for pair in some or ()]
    return [] if mine == theirs else None


def _merged(root: Root, mine: Formula, theirs: Formula, role: str) -> Formula:
    """The formula with what the other one has in the places of one role."""
    if isinstance(mine, Apply) and isinstance(theirs, Apply):
        pairs = zip(mine.arguments, theirs.arguments, strict=True)
        return Apply(mine.operation, tuple(_merged(root, one, two, role) for one, two in pairs))
    return theirs if isinstance(mine, Name) and root.role(mine) == role else mine
