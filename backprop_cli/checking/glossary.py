"""The names of a problem: what is given and what is worked out, by key, in the notation, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.checking.descriptions import PHASES, describe
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.errors import MathError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside, clauses, listed, n_
from backprop_cli.questions.question import NoQuestion
from backprop_cli.questions.table import possible, question
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.writer import Writer

_GIVEN = {
    Kind.INPUT: n_("inputs"),
    Kind.TARGET: n_("targets"),
    Kind.PARAMETER: n_("parameters"),
    Kind.CONSTANT: n_("settings"),
    Kind.LETTER: n_("settings"),
}


@record
class GlossaryEntry:
    """One name: its key, its symbol in the notation, what it is, under which heading it stands, at which addresses."""

    key: str
    symbol: str
    words: str
    section: str
    places: tuple[str, ...] = ()
    detail: bool = False  # a factor of the chain rule, which few write


def glossary(worked: WorkedProblem, charset: str = "unicode") -> tuple[GlossaryEntry, ...]:
    """Every name that an answer or a formula may use, each once, in the order of the work."""
    writer = writer_for(worked.problem, charset)
    derivation = worked.exactly.full
    textbook = {line.quantity for line in worked.derivation(then_forward=True).lines}
    found: dict[tuple[str, Phase | None], GlossaryEntry] = {}
    for quantity in derivation.constants:
        _note(found, quantity, writer, _section(quantity), None, False)
    for line in derivation.lines:
        detail = line.quantity not in textbook
        _note(found, line.quantity, writer, _(PHASES[line.phase]), line.phase, detail)
    for line in worked.reported.lines:
        if line.quantity.kind is Kind.EPOCH:  # what else is reported has the names of the first epoch
            _note(found, line.quantity, writer, _("Training"), line.phase, False)
    return (*sorted(found.values(), key=lambda term: term.detail), *_questions(worked))


def _questions(worked: WorkedProblem) -> Iterator[GlossaryEntry]:
    """The questions that can be asked of the problem, each with the words that may be answered."""
    with suppress(MathError):  # where a line has no value, nothing can be asked of the values
        for key in possible(worked):
            with suppress(NoQuestion):
                one = question(worked, key)
                words = listed(word.typed for word in one.words)
                yield GlossaryEntry(one.key, "", aside(one.said, words), _("questions in words"))


def _section(given: Quantity) -> str:
    """The heading of what is given."""
    return _(_GIVEN.get(given.kind, "settings"))


def _note(
    found: dict[tuple[str, Phase | None], GlossaryEntry],
    quantity: Quantity,
    writer: Writer,
    section: str,
    phase: Phase | None,
    detail: bool,
) -> None:
    key = quantity.bare_key
    place = " / ".join(map(str, quantity.at))
    term = found.get((key, phase))
    if term is None:
        words = "" if phase is None else describe(quantity.bare, writer)
        term = GlossaryEntry(key, writer.symbol(quantity.bare), words, section, (), detail)
    places = (*term.places, place)
    found[key, phase] = GlossaryEntry(term.key, term.symbol, term.words, term.section, places, term.detail and detail)


def given_in_a_line(worked: WorkedProblem) -> str:
    """inputs i1, i2; targets t_o1, t_o2; parameters w1, w2, …"""
    sections: dict[str, list[str]] = {}
    for quantity in worked.derivation(then_forward=True).constants:
        names = sections.setdefault(_section(quantity), [])
        names += [quantity.bare_key] if quantity.bare_key not in names else []
    return clauses(f"{section} {listed(_few(keys))}" for section, keys in sections.items())


def _few(keys: list[str]) -> Iterator[str]:
    yield from keys[:_FEW]
    if keys[_FEW:]:
        yield "…"


_FEW = 12
