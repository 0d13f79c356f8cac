"""The search: which small edits of a line's formula give the number on the sheet, weighed over all its wrong lines.

It knows no verdicts: it is told which lines are wrong, and says what was probably done in each, as a formula.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.patterns import Patterns
from backprop_cli.checking.search.blank_lines import BlankLines
from backprop_cli.checking.search.candidates import Candidate, Diagnosis
from backprop_cli.checking.search.lines import Lines
from backprop_cli.checking.search.meanings import Meanings
from backprop_cli.checking.search.proof import Answer, fits_over_balls
from backprop_cli.checking.search.sheet import Sheet, Tried
from backprop_cli.checking.search.weigh import Fits, Scored, as_elsewhere, is_in_doubt, named, says_a_sign, weighed
from backprop_cli.checking.search.worlds import Worlds
from backprop_cli.ground.recent import Recent
from backprop_cli.problem.model import Problem

MOST_LINES = 60  # wrong lines of a sheet that are searched
_MOST_KEPT = 512  # wrong lines whose explanations are kept for other sheets of the class
_MOST_TRIED = 128  # and whose edits are kept with what they give, for other answers on the same numbers
_OTHERS = 5


@dataclass
class Search:
    """The search for mistakes in one problem; its derivation is the full one."""

    problem: Problem
    derivation: Derivation
    patterns: Patterns
    lines: Lines = field(init=False)
    blank: BlankLines = field(init=False)
    worlds: Worlds = field(init=False)
    meanings: Meanings = field(init=False)
    _kept: Recent[tuple[object, ...], Fits] = field(default_factory=lambda: Recent(_MOST_KEPT))
    _tried: Recent[tuple[object, ...], Tried] = field(default_factory=lambda: Recent(_MOST_TRIED))

    def __post_init__(self) -> None:
        self.lines = Lines(self.problem, self.derivation, self.patterns)
        self.blank = BlankLines(self.lines)
        rows = frozenset(name for layer in self.problem.layers for name in layer.rows)
        self.worlds = Worlds(self.derivation, rows)
        self.meanings = Meanings(self.lines, self.worlds)

    def diagnoses(
        self,
        answers: Mapping[Quantity, Answer],
        wrong: Sequence[Quantity],
        right: Collection[Quantity] = (),
        padded: Collection[Quantity] = (),
    ) -> Mapping[Quantity, Diagnosis]:
        """What explains each of the wrong lines, from the answers of the sheet.

        Some of them are right; those `padded` have the value of the old parameter, with more digits than that has.
        """
        sheet = Sheet(self.meanings, self.blank, answers, right, padded)
        computed = [one for one in wrong if self.lines.line(one) is not None and one in answers]
        fits = {one: self._fits(sheet, one) for one in computed[:MOST_LINES]}
        scored = weighed(fits)
        chosen = as_elsewhere({one: named(scored[one], fits[one]) for one in fits})
        found = {one: self._diagnosis(sheet, one, fits, scored[one], *chosen[one]) for one in fits}
        return {one: found.get(one) or Diagnosis(one, searched=False) for one in wrong}

    def _fits(self, sheet: Sheet, quantity: Quantity) -> Fits:
        """What explains a line; where another sheet has the same numbers before it, its edits are not tried again."""
        before = sheet.reads(quantity)
        key = before, quantity in sheet.padded, sheet.world.known(quantity)
        fits = self._kept.get(key)
        if fits is None:
            tried = self._tried.get(before)
            if tried is None:
                tried = self._tried.keep(before, sheet.tried(quantity))
            fits = self._kept.keep(key, sheet.fits(quantity, tried))
        return fits

    def _diagnosis(
        self,
        sheet: Sheet,
        quantity: Quantity,
        fits: Mapping[Quantity, Fits],
        scored: Sequence[Scored],
        chosen: Sequence[Scored],
        perhaps: bool,
    ) -> Diagnosis:
        """What is named, if it is proved over balls, and what else there is."""
        answers = sheet.answers
        if not all(self._is_proved(one, answers, quantity, fits[quantity]) for one in chosen):
            chosen = []
        others = [one for one in scored if one not in chosen][:_OTHERS]
        said, further = (
            tuple(self._candidate(one, answers, quantity, fits, perhaps) for one in some) for some in (chosen, others)
        )
        searched = sheet.is_looked_through(quantity)
        first = chosen[0].explained if chosen else None
        is_a_sign = first is not None and first.is_negative and not says_a_sign(first.best.pattern)
        return Diagnosis(quantity, said, perhaps, further, searched, is_a_sign, not chosen and is_in_doubt(scored))

    def _is_proved(self, one: Scored, answers: Mapping[Quantity, Answer], quantity: Quantity, fits: Fits) -> bool:
        """Whether the formula gives the answer over balls; a slip has none, and a blank line no answer."""
        best, place = one.explained.best, id(one.explained)
        if one.is_a_slip or best.line != quantity:
            return True
        if place not in fits.proved:
            copied = best.edit.kind == "not updated"
            fits.proved[place] = fits_over_balls(best.edit.formula, answers, quantity, self.derivation, copied)
        return fits.proved[place]

    def _candidate(
        self,
        one: Scored,
        answers: Mapping[Quantity, Answer],
        quantity: Quantity,
        fits: Mapping[Quantity, Fits],
        perhaps: bool,
    ) -> Candidate:
        best, keys = one.explained.best, one.explained.keys
        edit = best.edit
        lines = tuple(other for other, found in fits.items() if other != quantity
                      and any(not keys.isdisjoint(entry.keys) for entry in found.explained))  # fmt: skip
        formula = edit.formula if one.is_a_slip else self._written(one, answers, fits[quantity])
        return Candidate(edit.kind, edit.key, best.line, formula, one.posterior, edit.part, edit.instead,
                         best.pattern, lines, perhaps or one.is_a_slip, _also(one))  # fmt: skip

    def _written(self, one: Scored, answers: Mapping[Quantity, Answer], fits: Fits) -> Formula:
        """The formula in what stands before the line in which the mistake was made."""
        place, best = id(one.explained), one.explained.best
        if place not in fits.written:
            fits.written[place] = self.lines.written_out(best.edit.formula, best.line, answers)
        return fits.written[place]


def _also(one: Scored) -> tuple[tuple[str, str], ...]:
    """The other rows of the table that mean the same, each in one variant; of a sign, those that say so."""
    said = one.explained.best.pattern
    rows = [row for row in one.explained.patterns if says_a_sign(row) or not says_a_sign(said)]
    by_name = {name: (name, variant) for name, variant in reversed(rows)}
    by_name.pop(said[0], None)
    return tuple(by_name.values())
