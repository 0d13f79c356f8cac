"""Whether a sheet fits another variant much better, and what then earns nothing: what is right only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import field, replace
from functools import cached_property
from math import log10

from backprop_cli.checking.checkers import Reports
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.checking.word_answers import WordMark
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, numeral, rational, to_float
from backprop_cli.problem.assignment import exercise_key

_APART = 3  # given numbers that a variant must differ in where it fits: one or two are misread by anybody
_DECADES = 4  # of odds against chance, besides those of having looked at so many variants
_BEYOND = 4  # further decades, from which on it does not matter how much of the sheet is right: half of it was copied
_LEAST = rational(1, 1000)  # chance that a wrong number is by accident that of a certain variant
_NOTHING = rational(0)
_RIGHT = (Outcome.RIGHT, Outcome.CARRIED)
_OF_SEVERAL = exercise_key(0).partition("0")[0]  # what the keys of lines of an assignment begin with
_EXPLAINED = (*_RIGHT, Outcome.FOLLOWS)


@record
class Said:
    """A decimal as it was written: its value, and half a unit of its last place."""

    value: Rational
    half: Rational

    def fits(self, other: Said) -> bool:
        """Whether two are the same number, as far as both are written."""
        return bool(abs(self.value - other.value) <= max(self.half, other.half))


@record(slots=False)
class Neighbours:
    """The right answers of every variant and the numbers that it gives, by their keys.

    A sheet fits another variant where the honest explanations of its wrong lines are too unlikely. A line that follows
    from the sheet's own earlier numbers says nothing. The chance that a wrong number is that of another variant is the
    width of what was written in the range of that line in all variants, or the share of the variants that have it; the
    odds of the lines are multiplied. Whoever misreads a number of the sheet may have that of another variant, and all
    that follows: so the variant must differ in several given numbers, in the exercises in which it fits.
    """

    right: Mapping[str, Mapping[str, str]]
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def unpaid(self, reports: Reports, own: str) -> tuple[Reports, str]:
        """The reports without the marks for what is right only in the variant that fits; and which one that is."""
        lines = dict(_lines(reports))
        wrong = {key: said for key, mark in lines.items()
                 if mark.verdict.rule not in _RIGHT and (said := number_in(mark.written)) is not None}  # fmt: skip
        unexplained = {key for key in wrong if lines[key].verdict.rule not in _EXPLAINED}
        if len(unexplained) < _APART:
            return reports, ""
        best, hits, beyond = self._best(wrong, unexplained, own)
        mine = self.right.get(own, {})
        apart = [key for key in self.right.get(best, {}) if self.right[best][key] != mine.get(key)]
        right = sum(key in lines and lines[key].verdict.rule in _RIGHT for key in apart)
        if not best or (len(hits) <= 2 * right and beyond < _BEYOND):
            return reports, ""
        found = tuple(_without(report, hits, "" if reports.is_alone else exercise_key(number))
                      for number, report in reports.numbered())  # fmt: skip
        return replace(reports, reports=found), best

    def _best(
        self, wrong: Mapping[str, Said], unexplained: Collection[str], own: str
    ) -> tuple[str, frozenset[str], float]:
        """The other variant whose numbers stand on the sheet against the longest odds, in which lines, and the odds.

        These are the decades beyond those that are needed.
        """
        mine = self._said.get(own, {})
        odds: Counter[str] = Counter()
        found: dict[str, set[str]] = {}
        for key, said in wrong.items():
            fitting = [one for one, right in self._said.items()
                       if one != own and key in right and said.fits(right[key])
                       and not (key in mine and right[key].fits(mine[key]))]  # fmt: skip
            decades = -log10(to_float(self._chance(key, said, len(fitting)))) if key in unexplained else 0.0
            for one in fitting:
                odds[one] += decades  # type: ignore[assignment]
                found.setdefault(one, set()).add(key)
        needed = _DECADES + log10(max(1, len(self.right) - 1))
        for best in sorted(odds, key=lambda one: (-odds[one], one)):
            if odds[best] < needed:
                break
            if self._apart(best, own, found[best] & {*unexplained}) >= _APART:
                return best, frozenset(found[best]), odds[best] - needed
        return "", frozenset(), 0.0

    def _chance(self, key: str, said: Said, fitting: int) -> Rational:
        """How likely it is that a wrong number in a line is, by accident, that of a certain variant."""
        low, high = self._range[key]
        width = 2 * said.half / (high - low) if high > low else rational(1)
        others = rational(max(0, fitting - 1), max(1, len(self.right) - 1))
        return min(rational(1), max(width, others, _LEAST))

    def _apart(self, one: str, own: str, hits: Collection[str]) -> int:
        """In how many numbers another variant differs where its lines stand on the sheet, as far as those show it."""
        count = 0
        for exercise in {_exercise(key) for key in hits}:
            mine, other = ({key: text for key, text in self.given.get(which, {}).items() if _exercise(key) == exercise}
                           for which in (own, one))  # fmt: skip
            differing = sum(mine.get(key) != text for key, text in other.items())
            count += min(differing, sum(_exercise(key) == exercise for key in hits))
        return count

    @cached_property
    def _said(self) -> Mapping[str, Mapping[str, Said]]:
        """The right answers as numbers."""
        return {one: {key: said for key, text in right.items() if (said := number_in(text)) is not None}
                for one, right in self.right.items()}  # fmt: skip

    @cached_property
    def _range(self) -> Mapping[str, tuple[Rational, Rational]]:
        """The least and the most right answer to each line."""
        found: dict[str, list[Rational]] = {}
        for right in self._said.values():
            for key, said in right.items():
                found.setdefault(key, []).append(said.value)
        return {key: (min(values), max(values)) for key, values in found.items()}


def _exercise(key: str) -> str:
    """exercise 2, of a line of it; nothing of a problem alone"""
    head, _slash, rest = key.partition(" / ")
    return head if rest and head.startswith(_OF_SEVERAL) else ""


def _lines(reports: Reports) -> list[tuple[str, Mark]]:
    return [
        (mark.quantity.key if reports.is_alone else exercise_key(number, mark.quantity.key), mark)
        for number, report in reports.numbered() for mark in report.marks
    ]  # fmt: skip


def _without(report: Report, hits: frozenset[str], within: str) -> Report:
    """The report in which these lines earn nothing, and no word that only follows from them does."""

    def seen(mark: Mark) -> Mark:
        key = f"{within} / {mark.quantity.key}" if within else mark.quantity.key
        if key not in hits and mark.verdict.rule is not Outcome.FOLLOWS:
            return mark
        verdict = replace(mark.verdict, unpaid=True, remark="variant" if key in hits else mark.verdict.remark)
        return replace(mark, verdict=verdict, earned=_NOTHING)

    def said(mark: WordMark) -> WordMark:
        return replace(mark, earned=_NOTHING) if mark.outcome is Outcome.FOLLOWS else mark

    return replace(report, marks=tuple(map(seen, report.marks)), words=tuple(map(said, report.words)))


def number_in(text: str) -> Said | None:
    """A decimal as it is written; None where there is none."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    sign, digits = (-1, plain[1:]) if plain[:1] == "-" else (1, plain.removeprefix("+"))
    try:
        value = numeral(digits.strip()) * sign
    except (ValueError, OverflowError):
        return None
    mantissa, _e, exponent = digits.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return Said(value, rational(1, 2) / rational(10) ** places)
