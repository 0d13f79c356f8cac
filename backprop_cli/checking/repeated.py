"""Mistakes of the table made again and again in lines that are not on the sheet, each wherever it can be made.

The search changes one line; here all blank lines before a wrong one are worked out under one mistake, from the
student's own values or, where nothing before it fits, from the given numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.enclosure import Enclosures
from backprop_cli.checking.given import Given
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.scratch import Scratch
from backprop_cli.checking.search.weigh import share_of
from backprop_cli.checking.verdicts import FULL_MARKS, Verdict
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball, Real
from backprop_cli.numbers.enclosures import ball, looks_equal
from backprop_cli.numbers.exact import Rational, to_float

MOST_LINES = 160  # blank lines before a wrong one in which its mistake is looked for
_MOST_TRIED = 40_000  # lines worked out under one hypothesis or another, for one sheet
_MOST_ACCIDENTS = 0.1  # mistakes that would explain a number that means nothing
_FROM_SCRATCH = 0.5
_TOLD_BY = 2  # lines that say which of many mistakes it was


@record
class Explained:
    """What explains a line, the likeliest first; and where it was made first."""

    quantity: Quantity
    causes: tuple[Hypothesis, ...]
    made_in: Quantity | None


@dataclass
class Repeated:
    """The mistakes in the blank lines of one sheet."""

    key: AnswerKey
    answers: Mapping[Quantity, Given]
    verdicts: Mapping[Quantity, Verdict]
    enclosures: Enclosures
    tried: int = 0
    bounded: set[Quantity] = field(default_factory=set)  # lines of which not all that is before them was looked at

    def __post_init__(self) -> None:
        self.table, self.scratch = Hypotheses.of_key(self.key), self.key.once(Scratch)
        self.blank: dict[Quantity, list[Quantity]] = {}
        self.nearby: dict[Quantity, dict[Hypothesis, float]] = {}

    def found(self, wrong: Iterable[Quantity], doubtful: Collection[Quantity] = ()) -> Iterator[Explained]:
        """Every line that is explained, by the mistake that explains the most lines.

        Of a `doubtful` line, small changes explain as much: there it has to explain another line, too.
        """
        unexplained = {one: found for one in wrong if (found := self._candidates(one))}
        while unexplained:
            cause = self._best(unexplained)
            lines = [one for one, found in unexplained.items() if cause in found]
            if len(lines) < _TOLD_BY and lines[0] in doubtful:
                del unexplained[lines[0]]
                continue
            causes = (cause, *self._others(cause, lines, unexplained))
            for quantity in lines:
                yield Explained(quantity, causes, self._made_in(cause, quantity))
                del unexplained[quantity]

    def _best(self, unexplained: Mapping[Quantity, Mapping[Hypothesis, float]]) -> Hypothesis:
        """The hypothesis that explains the most lines, and fits best."""
        counts: dict[Hypothesis, int] = {}
        misfits: dict[Hypothesis, float] = {}
        for found in unexplained.values():
            for hypothesis, distance in found.items():
                counts[hypothesis] = counts.get(hypothesis, 0) + 1
                misfits[hypothesis] = misfits.get(hypothesis, 0.0) + distance
        misfit = {one: round(misfits[one] / count, 1) for one, count in counts.items()}
        return min(counts, key=lambda one: (-counts[one], misfit[one], self.table.place(one)))

    def _others(
        self, cause: Hypothesis, lines: Sequence[Quantity], unexplained: Mapping[Quantity, Mapping[Hypothesis, float]]
    ) -> list[Hypothesis]:
        """The mistakes that explain all of these lines as well and are not the same in other words, the best first."""
        also = [one for one in unexplained[lines[0]] if one != cause and all(one in unexplained[q] for q in lines)]
        told = [one for one in also if not all(self._is_same(cause, one, quantity) for quantity in lines)]
        return sorted(told, key=lambda one: sum(unexplained[q][one] for q in lines))

    def _is_same(self, one: Hypothesis, other: Hypothesis, quantity: Quantity) -> bool:
        first, second = (self.scratch.value(hypothesis, quantity) for hypothesis in (one, other))
        return first is not None and second is not None and looks_equal(first, second)

    def _made_in(self, cause: Hypothesis, quantity: Quantity) -> Quantity | None:
        """The blank line before this one in which the mistake was made first; None where it was made in it too."""
        if quantity in cause.formulas:
            return None
        made = (one for one in self.blank[quantity] if one in cause.formulas)
        return min(made, key=self.key.order.__getitem__, default=None)

    # ---- one line --------------------------------------------------------------------------------------------

    def _candidates(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """The hypotheses that explain a wrong line, each with how far from its middle the answer is (0 to 1)."""
        if self.tried > _MOST_TRIED:
            self.bounded.add(quantity)
            return {}
        self.blank[quantity] = near = self.enclosures.blank_before(quantity, MOST_LINES)
        if len(near) == MOST_LINES:
            self.bounded.add(quantity)
        found: dict[Hypothesis, float] = {}
        if len(near) > 1:
            found = self._by_the_answers(quantity, near)
        self.nearby[quantity] = found
        return found or self._by_the_given_numbers(quantity)

    def _by_the_answers(self, quantity: Quantity, near: Sequence[Quantity]) -> dict[Hypothesis, float]:
        """Explanations from the student's own earlier values by what was done in several of the blank lines."""
        found: dict[Hypothesis, float] = {}
        tried = [one for one in self._touching(near) if sum(line in one.formulas for line in near) > 1]
        for hypothesis in tried:
            self.tried += len(near)
            if self.tried > _MOST_TRIED:
                self.bounded.add(quantity)
                break
            enclosure = self.enclosures.under(quantity, hypothesis.formulas, near)
            if enclosure is not None:
                misfit = self._misfit(quantity, enclosure.middle, enclosure.width, len(tried))
                if misfit is not None:
                    found[hypothesis] = misfit
        return found

    def _by_the_given_numbers(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from working that is not on the sheet: the mistake made everywhere, from the given numbers."""
        above = self.scratch.above(quantity)
        if above is None:
            return {}
        found: dict[Hypothesis, float] = {}
        tried = self._touching(above)
        for hypothesis in tried:
            self.tried += len(above) // 4
            if self.tried > _MOST_TRIED:
                self.bounded.add(quantity)
                break
            value = self.scratch.value(hypothesis, quantity)
            if value is None or self._misfit(quantity, value, ball(0), len(tried)) is None:
                continue
            if not self._is_contradicted(hypothesis, above):
                found[hypothesis] = _FROM_SCRATCH
        return found

    def _touching(self, lines: Iterable[Quantity]) -> Sequence[Hypothesis]:
        """The hypotheses that touch some of the lines."""
        return list(dict.fromkeys(hypothesis for one in lines for hypothesis in self.table.of(one)))

    def _misfit(self, quantity: Quantity, middle: Real, width: Ball, tried: int) -> float | None:
        """How far from the middle the answer is (0 to 1); None where it is beyond, or where that would say nothing."""
        given = self.answers[quantity]
        reach = width + given.half_unit
        distance = abs(middle - ball(given.value))
        if not isinstance(given.value, Rational) or distance > reach:
            return None
        size = max(abs(to_float(given.value)), abs(float(self.key.true_ball(quantity).mid())))
        if tried * share_of(float(ball(reach).mid()), size) > _MOST_ACCIDENTS:
            return None
        return float(distance / reach) if reach != 0 else 0.0

    def _is_contradicted(self, hypothesis: Hypothesis, above: Iterable[Quantity]) -> bool:
        """Whether the mistake would have been made in an earlier line, too, that is right on the sheet."""
        for one in above:
            verdict = self.verdicts.get(one)
            if verdict is not None and verdict.rule in FULL_MARKS and one in hypothesis.formulas:
                value = self.scratch.value(hypothesis, one)
                if value is None or not looks_equal(value, self.key.true(one)):
                    return True
        return False
