"""What explains the wrong lines of a sheet: mistakes made in a line, before it, or in working that is not shown.

The one door to the search for mistakes: `diagnose` is given a case and returns, for each line, what explains it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from dataclasses import replace as _replace

from backprop_cli.algebra.formula import Formula, Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.enclosure import Enclosures
from backprop_cli.checking.given import Given
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.mistakes import SLIP, mistakes
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.checking.repeated import Repeated
from backprop_cli.checking.search import Candidate, Search
from backprop_cli.checking.search import Diagnosis as Found
from backprop_cli.checking.search.proof import Answer
from backprop_cli.checking.search.sentences import advice, in_general
from backprop_cli.checking.verdicts import FULL_MARKS, Verdict
from backprop_cli.ground.records import record
from backprop_cli.numbers.certified import Ball
from backprop_cli.numbers.exact import Rational, rational

NOT_UPDATED = "bias-frozen"
_NOTHING = rational(0)


@record(slots=False)
class JudgedSheet:
    """A sheet judged as far as right and wrong: the answers in the order of the work, and which lines are open.

    `flipped` are the open lines that would be right with the other sign, `swapped` those that are right for the line
    beside them and the other way round; of those that are `free`, nobody has asked for digits; `slack` is half of the
    last unit asked for.
    """

    key: AnswerKey
    answers: Mapping[Quantity, Given]
    verdicts: Mapping[Quantity, Verdict]
    enclosures: Enclosures
    open_lines: tuple[Quantity, ...]
    unchanged: frozenset[Quantity] = frozenset()  # new parameters with their old values
    flipped: frozenset[Quantity] = frozenset()
    swapped: frozenset[Quantity] = frozenset()
    free: frozenset[Quantity] = frozenset()
    slack: Mapping[Quantity, Rational] = field(default_factory=dict)


@record
class LineDiagnosis:
    """What explains a line: mistakes, the likeliest first; and where the mistake was made, if not in the line.

    `others` are less likely. `slip` is a slip of the pen, for where no mistake explains the line and it is no near
    miss. Where there are no causes, `bounded` says that not everything was looked at, and `in_doubt` that more mistakes
    explain the line than can be named.
    """

    causes: tuple[Hypothesis, ...] = ()
    made_in: Quantity | None = None
    bounded: bool = False
    others: tuple[Candidate, ...] = ()
    slip: tuple[Hypothesis, ...] = ()
    in_doubt: bool = False


def diagnose(case: JudgedSheet) -> Mapping[Quantity, LineDiagnosis]:
    """What explains the open lines: small changes of their formulas, weighed together; else one made throughout."""
    if not case.open_lines:
        return {}
    return _Case(case).found()


class _Case:
    def __init__(self, case: JudgedSheet) -> None:
        self.case = case
        self.causes: dict[tuple[str, ...], list[Hypothesis]] = {}

    def found(self) -> Mapping[Quantity, LineDiagnosis]:
        """Every line on which there is something to say."""
        case = self.case
        padded = {one for one in case.unchanged if self._is_padded(one)}
        diagnoses = {one: self._not_updated(one) for one in case.open_lines if one in case.unchanged - padded}
        wrong = [one for one in case.open_lines if one not in diagnoses and one not in case.swapped]
        found = self._searched(wrong, padded) if wrong else {}
        diagnoses |= {one: self._diagnosis(one, found[one]) for one in wrong}
        diagnoses |= {one: self._not_updated(one) for one in padded if not diagnoses[one].causes}
        missing = [one for one in wrong if self._is_unexplained(one, found[one], diagnoses[one])]
        repeated = Repeated(case.key, case.answers, case.verdicts, case.enclosures)
        doubtful = [one for one in missing if found[one].is_in_doubt]
        for one in repeated.found(missing, doubtful):
            diagnoses[one.quantity] = LineDiagnosis(one.causes, one.made_in)
        for quantity in repeated.bounded:
            diagnoses[quantity] = _replace(diagnoses[quantity], bounded=True)
        return diagnoses

    def _is_unexplained(self, quantity: Quantity, found: Found, diagnosis: LineDiagnosis) -> bool:
        return not (diagnosis.causes or found.is_a_sign or quantity in self.case.flipped)

    def _is_padded(self, quantity: Quantity) -> bool:
        """Whether a parameter with its old value has more digits than that is given with, unasked: 0.140 for 0.14."""
        old = self.case.key.old_of(quantity)
        given = self.case.key.derivation.constants.get(old) if old is not None else None
        if quantity not in self.case.free or not isinstance(given, Number) or given.text is None:
            return False
        places = len(given.text.partition(".")[2])
        return bool(2 * self.case.answers[quantity].half_unit * 10**places < 1)

    def _searched(self, wrong: Sequence[Quantity], padded: Collection[Quantity]) -> Mapping[Quantity, Found]:
        """What the search says; of answers with few digits first whether they are just what a mistake gives."""
        search, answers, right = searched(self.case.key), self._answers(), self._right()
        short = {one: self._with_its_zeros(one) for one in wrong if self._is_short(one)}
        found = search.diagnoses({**answers, **short}, wrong, right, padded)
        if all(found[one].named or found[one].is_a_sign for one in short):
            return found
        return {
            **search.diagnoses(answers, wrong, right, padded),
            **{one: found[one] for one in wrong if found[one].named},
        }

    def _answers(self) -> dict[Quantity, Answer]:
        """The answers as later lines use them; those that are open, as they are written."""
        case = self.case
        used = {one: _Source(source.middle, source.width) for one, source in case.enclosures.sources.items()}
        return {**used, **{one: case.answers[one] for one in case.open_lines}}

    def _is_short(self, quantity: Quantity) -> bool:
        return self.case.slack.get(quantity, _NOTHING) < self.case.answers[quantity].half_unit

    def _with_its_zeros(self, quantity: Quantity) -> Given:
        """The answer with all the digits that are asked for, if zeros were dropped: 0.5 for 0.500."""
        return _replace(self.case.answers[quantity], half_unit=self.case.slack[quantity])

    def _right(self) -> frozenset[Quantity]:
        return frozenset(one for one, verdict in self.case.verdicts.items() if verdict.rule in FULL_MARKS)

    def _not_updated(self, quantity: Quantity) -> LineDiagnosis:
        """A new parameter with its old value."""
        rows = [one for one in Hypotheses.of_key(self.case.key).of(quantity) if one.mistake.name == NOT_UPDATED]
        return LineDiagnosis(tuple(rows))

    # ---- what the search has found ---------------------------------------------------------------------------

    def _diagnosis(self, quantity: Quantity, found: Found) -> LineDiagnosis:
        if found.is_a_sign:  # nearly right
            return LineDiagnosis(others=found.named)
        causes = tuple(self._cause(quantity, row) for one in found.named for row in _rows(one))
        made_in = found.named[0].made_in if found.named and found.named[0].made_in != quantity else None
        if causes and causes[0].is_a_slip:
            return LineDiagnosis(slip=causes, bounded=not found.searched, others=found.others)
        return LineDiagnosis(
            causes, made_in=made_in, bounded=not found.searched, others=found.others, in_doubt=found.is_in_doubt
        )

    def _cause(self, quantity: Quantity, one: Candidate) -> Hypothesis:
        """The mistake that a candidate is: one for all lines in which it was made."""
        same = self.causes.setdefault((*one.pattern, one.kind, *one.key), [])
        for cause in same:
            formula = cause.formulas.get(one.made_in)
            if not one.is_a_slip and (formula is None or formula == one.formula):
                cause.formulas[one.made_in] = one.formula  # type: ignore[index]
                cause.found[quantity] = one  # type: ignore[index]
                return cause
        formulas: dict[Quantity, Formula] = {} if one.is_a_slip else {one.made_in: one.formula}
        same.append(Hypothesis(_mistake(one), one.pattern[1], formulas, {quantity: one}))
        return same[-1]


@record
class _Source:
    """An answer as later lines use it."""

    value: Ball
    half_unit: Ball


def searched(key: AnswerKey) -> Search:
    """The search in a problem, made once for its key."""
    return key.once(_search)


def _search(key: AnswerKey) -> Search:
    return Search(key.problem, key.derivation, Hypotheses.of_key(key).patterns)


def _rows(one: Candidate) -> Iterator[Candidate]:
    """The candidate by every row of the table that means the same."""
    yield one
    yield from (_replace(one, pattern=row) for row in one.also)


def _mistake(one: Candidate) -> Mistake:
    """What a candidate is in general, whatever the line."""
    if one.pattern[0]:
        return mistakes()[one.pattern[0]]
    if one.is_a_slip:
        return SLIP
    return Mistake(one.name, in_general(one.kind, one.key), lambda part: iter(()), advice(one))
