"""What quantities are called: as keys and in words, and as each notation writes them."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.quantities import Kind, Quantity, delta, net, out
from backprop_cli.checking.descriptions import describe
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.words import _, listed, n_
from backprop_cli.manual.generated.markdown import table
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.notation import load_notation
from backprop_cli.writing.notation import notations as presets
from backprop_cli.writing.terms import HEADS, TERMS, forms

_SHOWING = ("mazur", "cs231n-gates", "batch-norm", "adam")  # problems that have one of every kind between them
_GIVEN = {
    Kind.INPUT: n_("an input"),
    Kind.TARGET: n_("the target of an output"),
    Kind.PARAMETER: n_("a parameter, or the state of an optimizer"),
    Kind.CONSTANT: n_("a setting: the learning rate, ε, …"),
}
_MAZUR = (net("h1"), net("o1"), out("h1"), out("o1"), Quantity(Kind.LOSS), delta(net("h1")), delta(net("o1")))


def names() -> str:
    """One quantity of every kind: its key, how plain notation writes it, and what it is."""
    rows: dict[Kind, tuple[str, str, str]] = {}
    for name in _SHOWING:
        problem = load(name).problem
        for quantity in _quantities(problem):
            writer = writer_for(problem, "unicode", load_notation("plain"))
            words = _(_GIVEN[quantity.kind]) if quantity.kind in _GIVEN else describe(quantity, writer)
            rows.setdefault(quantity.kind, (f"`{quantity.bare_key}`", writer.symbol(quantity), words))
    return table((_("name"), _("written"), _("is")), rows.values())


def _quantities(problem: Problem) -> Iterator[Quantity]:
    derivation = WorkedProblem(problem).exactly.full
    yield from (quantity.bare for quantity in derivation.constants)
    yield from (line.quantity.bare for line in derivation.lines)


def notations() -> str:
    """Every preset with what it writes, in a network with a hidden layer, and the book that it is from."""
    return table((_("name"), _("writes"), _("as in")), [_notation(name) for name in presets()])


def words_of_a_page() -> str:
    """Every key of a notation's words, with the word that it replaces."""
    rows = []
    for key, message in TERMS.items():
        usual = [forms(part)[0] for part in _(message).split(";")]
        rows.append((f"`{key}`", listed(usual)))
    rows += [(f"`{key}`", _(message)) for key, message in HEADS.items()]
    return table((_("key"), _("in place of")), rows)


def _notation(name: str) -> tuple[str, str, str]:
    notation = load_notation(name)
    writer = writer_for(load("mazur").problem, "unicode", notation)
    symbols = list(dict.fromkeys(writer.symbol(quantity) for quantity in _MAZUR))
    signed = f"{writer.stem('delta')} = −∂{writer.stem('loss')}/∂{writer.stem('net')}"
    return f"`{name}`", listed([*symbols, *([signed] if notation.negative_delta else [])]), notation.source
