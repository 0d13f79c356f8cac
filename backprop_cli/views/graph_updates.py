"""The updates of a graph's arrays: a line of the rule for a whole array, where it says the same of every entry."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Formula, Name, names_in
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity, gradient
from backprop_cli.views.graph_matrices import GraphPass, Item, placed
from backprop_cli.views.matrix_formulas import MatrixEquation, Whole, entry_by_entry


def updates(board: GraphPass, at: Address) -> Iterator[Item]:
    """The lines of the update, those of an array as one where they say the same of every entry."""
    stems = {name: stem for stem, one in board.problem.arrays.items() for name in one.grid.names}
    groups: dict[tuple[str, str], list[Quantity]] = {}
    order: list[tuple[str, str] | Quantity] = []
    for line in board.extra.solution.trace.derivation.lines:
        quantity = line.quantity
        if line.phase is not Phase.UPDATE or quantity.at != at:
            continue
        ending = (name for name in stems if quantity.name.endswith(f"_{name}"))  # v_W1_1 is of W1_1
        entry = quantity.name if quantity.name in stems else next(ending, None)
        if entry is None or not board.problem.arrays[stems[entry]].grid.shape:
            order.append(quantity)
            continue
        key = quantity.kind.value + quantity.name.removesuffix(entry), stems[entry]
        order += [key] if key not in groups else []
        groups.setdefault(key, []).append(quantity)
    for one in order:
        if isinstance(one, Quantity):
            yield one
        else:
            yield from _update(board, one[1], groups[one], at)


def _update(board: GraphPass, stem: str, quantities: list[Quantity], at: Address) -> Iterator[Item]:
    """One line of the rule for a whole array: W − η·∂f/∂W; where no formula says it of all, its entries before it."""
    array = board.problem.arrays[stem]
    by_entry = {name: q for name in array.grid.names for q in quantities
                if q.name == name or q.name.endswith(f"_{name}")}  # fmt: skip
    head = next(q.name.removesuffix(name) for name, q in by_entry.items())
    left = Name(Whole(Quantity(quantities[0].kind, head + stem)))
    meanings, formulas = [], []
    for name, quantity in by_entry.items():
        line = board.extra.line(quantity)
        assert line is not None
        formulas.append(line.formula)
        meanings.append(_meanings(board, stem, name, at, line.formula))
    formula = entry_by_entry(formulas, meanings)
    board.matrices[left] = placed(array, lambda name: by_entry.get(name, board.quantity(name)))
    if formula is None:
        yield from by_entry.values()
    yield MatrixEquation(Phase.UPDATE, 0, left, () if formula is None else (formula,), board.matrices[left])


def _meanings(board: GraphPass, stem: str, entry: str, at: Address, formula: Formula) -> dict[Quantity, Formula]:
    """What the names in the update of one entry stand for in that of the whole."""
    found: dict[Quantity, Formula] = {}
    for name in names_in(formula):
        quantity = name.symbol
        assert isinstance(quantity, Quantity)
        if quantity.kind is Kind.GRADIENT:
            assert board.objective is not None
            found[quantity] = Name(Whole(gradient(board.objective, Quantity(Kind.PARAMETER, stem))))
        elif quantity.name == entry or quantity.name.endswith(f"_{entry}"):
            whole = quantity.name.removesuffix(entry) + stem
            kind = Kind.PARAMETER if quantity.at != at and quantity.kind is Kind.NEW else quantity.kind
            found[quantity] = Name(Whole(Quantity(kind, whole)))
        else:
            found[quantity] = name
    return found
