"""What explains the wrong lines of a sheet: mistakes made in a line, before it, or in working that is not shown.

The one door to the search for mistakes: `diagnose` is given a case and returns, for each line, what explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.elsewhere import Elsewhere
from backprop_cli.checking.enclosure import Enclosure, Enclosures
from backprop_cli.checking.given import Given
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.scratch import Scratch
from backprop_cli.checking.verdicts import FULL_MARKS, Verdict
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.enclosures import ball, looks_equal, meets
from backprop_cli.numbers.exact import Rational

NOT_UPDATED = "bias-frozen"
_SIGNS = frozenset({"target-minus-output", "uphill"})  # and what has a sign in its name
_FEWEST_FIGURES = 2  # of fewer, any two numbers are nearly the same
MOST_LINES = 160  # blank lines before a wrong one in which its mistake is looked for
MOST_TRIED = 40_000  # lines worked out under one hypothesis or another, for one sheet


@dataclass(frozen=True)
class Case:
    """A sheet judged as far as right and wrong: the answers in the order of the work, and which lines are open.

    `flipped` are the open lines that would be right with the other sign; `slack` is half of the last unit asked for.
    """

    key: AnswerKey
    answers: Mapping[Quantity, Given]
    verdicts: Mapping[Quantity, Verdict]
    enclosures: Enclosures
    open_lines: tuple[Quantity, ...]
    unchanged: frozenset[Quantity] = frozenset()  # new parameters with their old values
    flipped: frozenset[Quantity] = frozenset()
    slack: Mapping[Quantity, Rational] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What explains a line: mistakes, the likeliest first; and where the mistake was made, if not in the line.

    Where there are none, `bounded` says that not everything was looked at.
    """

    causes: tuple[Hypothesis, ...] = ()
    from_scratch: bool = False
    made_in: Quantity | None = None
    bounded: bool = False


def diagnose(case: Case) -> Mapping[Quantity, Diagnosis]:
    """The lines that a usual mistake explains: of those that explain one, the mistake that explains the most lines."""
    return _Search(case).found()


def is_a_sign(key: AnswerKey, hypothesis: Hypothesis, quantity: Quantity) -> bool:
    """Whether a mistake in a line gives its value with the other sign, whatever the numbers, and does not say so."""
    name = f"{hypothesis.mistake.name} {hypothesis.variant}"
    return (
        hypothesis.mistake.name not in _SIGNS
        and "sign" not in name
        and Elsewhere.of_key(key).is_negative(hypothesis, quantity)
    )


class _Search:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.key = case.key
        self.table = Hypotheses.of_key(case.key)
        self.scratch = Scratch.of_key(case.key)
        self.blank: dict[Quantity, list[Quantity]] = {}
        self.nearby: dict[Quantity, dict[Hypothesis, float]] = {}  # what explains a line from the answers before it
        self.tried = 0
        self.bounded: set[Quantity] = set()  # lines of which not all that is before them was looked at

    def found(self) -> Mapping[Quantity, Diagnosis]:
        """Every line that is explained."""
        unexplained = {one: found for one in self.case.open_lines if (found := self.candidates(one))}
        diagnoses = {one: Diagnosis(bounded=True) for one in self.bounded}
        while unexplained:
            cause = self.best(unexplained)
            lines = [one for one, found in unexplained.items() if cause in found]
            causes = (cause, *self.others(cause, lines, unexplained))
            for quantity in lines:
                scratch = cause not in self.nearby[quantity]
                diagnoses[quantity] = Diagnosis(causes, scratch, self.made_in(cause, quantity))
                del unexplained[quantity]
        return diagnoses

    def others(
        self, cause: Hypothesis, lines: Sequence[Quantity], unexplained: Mapping[Quantity, Mapping[Hypothesis, float]]
    ) -> list[Hypothesis]:
        """The mistakes that explain all of these lines as well, the best fit first."""
        also = [one for one in unexplained[lines[0]] if one != cause and all(one in unexplained[q] for q in lines)]
        made = [one for one in self.blank[lines[0]] if one in cause.formulas]
        if made:  # here, or in a blank line before: what was done further back is less likely
            nearest = max(made, key=self.key.order.__getitem__)
            also = [one for one in also if nearest in one.formulas]
        also = [one for one in also if not any(self.is_said_by(other, one, lines) for other in (cause, *also))]
        return sorted(also, key=lambda one: sum(unexplained[q][one] for q in lines))

    def made_in(self, cause: Hypothesis, quantity: Quantity) -> Quantity | None:
        """The blank line before this one in which the mistake was made; None where it was made in the line itself."""
        if quantity in cause.formulas:
            return None
        made = (one for one in self.blank[quantity] if one in cause.formulas)
        return min(made, key=self.key.order.__getitem__, default=None)

    def best(self, unexplained: Mapping[Quantity, Mapping[Hypothesis, float]]) -> Hypothesis:
        """The hypothesis that explains the most lines; among those, one of the line itself; then what fits best."""
        counts: dict[Hypothesis, int] = {}
        before: dict[Hypothesis, int] = {}
        misfits: dict[Hypothesis, float] = {}
        for quantity, found in unexplained.items():
            for hypothesis, distance in found.items():
                counts[hypothesis] = counts.get(hypothesis, 0) + 1
                before[hypothesis] = before.get(hypothesis, 0) + (quantity not in hypothesis.formulas)
                misfits[hypothesis] = misfits.get(hypothesis, 0.0) + distance
        misfit = {one: round(misfits[one] / count, 1) for one, count in counts.items()}
        return min(counts, key=lambda one: (-counts[one], before[one], misfit[one], self.table.place(one)))

    # ---- the same in other words -----------------------------------------------------------------------------

    def is_said_by(self, cause: Hypothesis, other: Hypothesis, lines: Sequence[Quantity]) -> bool:
        """Whether another hypothesis is the same mistake, made in a factor that nobody writes on a line of its own."""
        return all(self.is_same(cause, other, quantity) for quantity in lines)

    def is_same(self, cause: Hypothesis, other: Hypothesis, quantity: Quantity) -> bool:
        """Whether they give the same number in this line."""
        if quantity not in cause.formulas or quantity in other.formulas:
            return False
        if any(one in other.formulas for one in self.blank[quantity] if one in self.key.textbook):
            return False
        one, two = (self.under(quantity, hypothesis) for hypothesis in (cause, other))
        if one is not None and two is not None and looks_equal(one.middle, two.middle):
            return True
        first, second = (self.scratch.value(hypothesis, quantity) for hypothesis in (cause, other))
        return first is not None and second is not None and looks_equal(first, second)

    # ---- one line --------------------------------------------------------------------------------------------

    def candidates(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """The hypotheses that explain a wrong line, each with how far from its middle the answer is (0 to 1)."""
        self.blank[quantity] = self.case.enclosures.blank_before(quantity, MOST_LINES)
        if len(self.blank[quantity]) == MOST_LINES:
            self.bounded.add(quantity)
        if quantity in self.case.unchanged:
            self.nearby[quantity] = {one: 0.0 for one in self.table.of(quantity) if one.mistake.name == NOT_UPDATED}
            return self.nearby[quantity]
        found = self.local(quantity)
        if quantity in self.case.flipped:
            found = {one: distance for one, distance in found.items() if not self.is_a_sign(one, quantity)}
        self.nearby[quantity] = found
        return found or ({} if quantity in self.case.flipped else self.from_scratch(quantity))

    def is_a_sign(self, hypothesis: Hypothesis, quantity: Quantity) -> bool:
        """Whether a mistake comes to no more than another sign, and does not say so."""
        return quantity in hypothesis.formulas and is_a_sign(self.key, hypothesis, quantity)

    def local(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from the student's own earlier values."""
        found: dict[Hypothesis, float] = {}
        near = self.blank[quantity]
        for hypothesis in self.touching(near):
            if self.tried > MOST_TRIED:
                self.bounded.add(quantity)
                break
            misfit = self.misfit(quantity, self.under(quantity, hypothesis))
            if misfit is None and quantity in hypothesis.formulas and not self.is_alone(hypothesis, near):
                misfit = self.misfit(quantity, self.case.enclosures.under(quantity, hypothesis.formulas, [quantity]))
            if misfit is not None:
                found[hypothesis] = misfit
        return found

    def under(self, quantity: Quantity, hypothesis: Hypothesis) -> Enclosure | None:
        """What the line is under a hypothesis, made in it and in the blank lines before it."""
        self.tried += len(self.blank[quantity])
        return self.case.enclosures.under(quantity, hypothesis.formulas, self.blank[quantity])

    @staticmethod
    def is_alone(hypothesis: Hypothesis, lines: Sequence[Quantity]) -> bool:
        """Whether the mistake touches no more than one of the lines."""
        return len(lines) < 2 or sum(one in hypothesis.formulas for one in lines) < 2

    def touching(self, lines: Iterable[Quantity]) -> Sequence[Hypothesis]:
        """The hypotheses that touch some of the lines."""
        return list(dict.fromkeys(hypothesis for one in lines for hypothesis in self.table.of(one)))

    def misfit(self, quantity: Quantity, enclosure: Enclosure | None) -> float | None:
        """How far from its middle the answer is (0 to 1), where the enclosure of a mistake explains it."""
        given = self.case.answers[quantity]
        if enclosure is None:
            return None
        reach = enclosure.width + given.half_unit
        distance = abs(enclosure.middle - ball(given.value))
        if distance > reach or not self.can_be_named(quantity, enclosure.middle):
            return None
        return float(distance / reach) if reach != 0 else 0.0

    def can_be_named(self, quantity: Quantity, value: Real) -> bool:
        """Whether the answer says enough for a mistake with this value: of one digit, it has to be just that value."""
        given = self.case.answers[quantity]
        figures = given.figures
        if figures is None or figures >= _FEWEST_FIGURES:
            return True
        return not abs(ball(value) - given.value) > self.case.slack.get(quantity, 0)

    def from_scratch(self, quantity: Quantity) -> dict[Hypothesis, float]:
        """Explanations from working that is not on the sheet: the mistake made everywhere, from the given numbers."""
        given = self.case.answers[quantity]
        above = self.scratch.above(quantity)
        if not isinstance(given.value, Rational) or above is None:
            return {}
        found: dict[Hypothesis, float] = {}
        for hypothesis in self.touching(above):
            self.tried += len(above) // 4
            if self.tried > MOST_TRIED:
                break
            value = self.scratch.value(hypothesis, quantity)
            if value is None or not self.can_be_named(quantity, value):
                continue
            if meets(value, given.value, given.half_unit) and not self.is_contradicted(hypothesis, above):
                found[hypothesis] = 0.5
        return found

    def is_contradicted(self, hypothesis: Hypothesis, above: Iterable[Quantity]) -> bool:
        """Whether the mistake would have been made in an earlier line, too, that is right on the sheet."""
        for one in above:
            verdict = self.case.verdicts.get(one)
            if verdict is not None and verdict.rule in FULL_MARKS and one in hypothesis.formulas:
                value = self.scratch.value(hypothesis, one)
                if value is None or not looks_equal(value, self.key.true(one)):
                    return True
        return False
