"""From `graph` and `objective` of a file to named formulas, and to which of them is differentiated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backprop_cli.algebra.expressions import FormulaError, parse
from backprop_cli.algebra.formula import Formula, number
from backprop_cli.ground.errors import did_you_mean
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.schema import ProblemFile


def read_nodes(graph: Mapping[str, str], book: ComplaintBook, known: Iterable[str]) -> dict[str, Formula]:
    """The nodes of the graph, each of `known` names (inputs and parameters) or of nodes before it."""
    before = frozenset(known)
    nodes: dict[str, Formula] = {}
    for name, text in graph.items():
        path = ("graph", name)
        if name in before:
            book.complain_at_key(path, _("{name!r} is already an input or a parameter").format(name=name))
        try:
            nodes[name] = parse(text, names=before | nodes.keys())
        except FormulaError as error:
            used = text[error.offset : error.offset + error.length]
            message, hint = error.message, error.hint
            if used == name:
                message, hint = _("{name!r} is defined by itself").format(name=name), None
            elif used in graph and error.message == _("no quantity called {name!r} here").format(name=used):
                message = _("{used!r} is used before it is defined").format(used=used)
                hint = _("nodes stand in the order in which they are computed")
            book.complain(path, message, hint, (error.offset, error.length))
            nodes[name] = number(0)
    return nodes


def read_objective(file: ProblemFile, book: ComplaintBook, known: Sequence[str]) -> str | None:
    """What is differentiated, one of the `known` nodes or outputs; None where nothing is said."""
    wanted: str | None = file.objective
    if wanted is None:
        return None
    if file.loss is not None and file.loss != "none":
        book.complain_at_key(("objective",), _("a problem has a loss or an objective, not both"))
    if wanted not in known:
        message = _("no node or output called {name!r}").format(name=wanted)
        book.complain(("objective",), message, did_you_mean(wanted, known))
    return wanted
