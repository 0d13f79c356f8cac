"""Whether a sheet fits another variant much better, and what then earns nothing: what is right only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from backprop_cli.checking.checkers import Reports, exercise_key
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.checking.word_answers import WordMark
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, numeral, rational

_MANY = 3  # lines that are right in another variant before anybody looks at it
_NOTHING = rational(0)
_RIGHT = (Outcome.RIGHT, Outcome.CARRIED)


@record(slots=False)
class Neighbours:
    """The right answers of every variant, by the keys of their lines."""

    right: Mapping[str, Mapping[str, str]]

    def unpaid(self, reports: Reports, own: str) -> tuple[Reports, str]:
        """The reports without the marks for what is right only in the variant that fits; and which one that is."""
        lines = dict(_lines(reports))
        wrong = {key: mark.written for key, mark in lines.items() if mark.verdict.rule not in _RIGHT and mark.written}
        best, hits = self._best(wrong, own)
        mine = self.right.get(own, {})
        apart = [key for key in self.right.get(best, {}) if self.right[best][key] != mine.get(key)]
        right = sum(key in lines and lines[key].verdict.rule in _RIGHT for key in apart)
        if len(hits) < min(_MANY, max(2, len(apart))) or len(hits) <= 2 * right:
            return reports, ""
        found = tuple(_without(report, hits, "" if reports.is_alone else exercise_key(number))
                      for number, report in reports.numbered())  # fmt: skip
        return replace(reports, reports=found), best

    def _best(self, wrong: Mapping[str, str], own: str) -> tuple[str, frozenset[str]]:
        """The other variant in which most of the wrong lines are right, and which these are."""
        mine = self.right.get(own, {})
        counted: Counter[str] = Counter()
        found: dict[str, set[str]] = {}
        for key, text in wrong.items():
            for variant, right in self.right.items():
                there = right.get(key, "")
                if variant != own and there and there != mine.get(key) and says(text, there):
                    counted[variant] += 1
                    found.setdefault(variant, set()).add(key)
        best = max(counted, key=lambda one: (counted[one], one), default="")
        return best, frozenset(found.get(best, ()))


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


def says(text: str, right: str) -> bool:
    """Whether a number as it was written is this one, as far as both are written."""
    one, other = _number(text), _number(right)
    if one is None or other is None:
        return False
    places = min(one[1], other[1])
    return bool(abs(one[0] - other[0]) <= rational(1, 2) / rational(10) ** places)


def _number(text: str) -> tuple[Rational, int] | None:
    """A decimal, and how many places it has."""
    plain = text.strip().replace("−", "-").replace(",", ".")
    sign, digits = (-1, plain[1:]) if plain[:1] == "-" else (1, plain.removeprefix("+"))
    try:
        value = numeral(digits.strip()) * sign
    except (ValueError, OverflowError):
        return None
    mantissa, _e, exponent = digits.lower().partition("e")
    return value, len(mantissa.partition(".")[2]) - int(exponent or 0)
