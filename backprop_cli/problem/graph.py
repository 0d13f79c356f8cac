"""From `graph` and `objective` of a file to named formulas, and to which of them is differentiated."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from backprop_cli.algebra.expressions import FormulaError, parse
from backprop_cli.algebra.formula import Formula, number
from backprop_cli.ground.errors import which
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.schema import ProblemFile


def read_nodes(graph: Mapping[str, str], book: ComplaintBook, known: Collection[str]) -> dict[str, Formula]:
    """The nodes of the graph, each of `known` names (inputs and parameters) or of nodes before it."""
    given = frozenset(known)
    before = dict.fromkeys(known)
    unknown: set[str] = set()
    nodes: dict[str, Formula] = {}
    for name, text in graph.items():
        if name in given:
            book.complain_at_key(("graph", name), _("{name!r} is already an input or a parameter").format(name=name))
        try:
            nodes[name] = parse(text, before.__contains__, before if book.suggests else ())
        except FormulaError as error:
            used = text[error.offset : error.offset + error.length]
            _refuse(graph, book, name, error, used, unknown)
            unknown.add(used)
            nodes[name] = number(0)
        before[name] = None
    return nodes


def _refuse(
    graph: Mapping[str, str], book: ComplaintBook, name: str, error: FormulaError, used: str, unknown: Collection[str]
) -> None:
    """Complains about the formula of a node; about a name that there is not, once."""
    message, hint = error.message, error.hint
    if used == name:
        message, hint = _("{name!r} is defined by itself").format(name=name), None
    elif error.message == _("no quantity called {name!r} here").format(name=used):
        if used in unknown and used not in graph:
            return
        if used in graph:
            message = _("{used!r} is used before it is defined").format(used=used)
            hint = _("nodes stand in the order in which they are computed")
    book.complain(("graph", name), message, hint, (error.offset, error.length))


def read_objective(file: ProblemFile, book: ComplaintBook, known: Sequence[str]) -> str | None:
    """What is differentiated, one of the `known` nodes or outputs; None where nothing is said."""
    wanted: str | None = file.objective
    if wanted is None:
        return None
    if file.loss is not None and file.loss != "none":
        book.complain_at_key(("objective",), _("a problem has a loss or an objective, not both"))
    if wanted not in known:
        message = _("no node or output called {name!r}").format(name=wanted)
        book.complain(("objective",), message, which(wanted, known))
    return wanted
