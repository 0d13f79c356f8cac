"""What a teacher says of a wrong line: what seems to have been done, what it should be, and what is fine after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backprop_cli.algebra.calculus import evaluate, spelled_out
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula, Name, is_operation, replace, rewritten
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.asked import digits_asked
from backprop_cli.checking.key import BITS
from backprop_cli.checking.report import Mark
from backprop_cli.checking.values import read_value, value_of
from backprop_cli.checking.verdict_words import VerdictWords
from backprop_cli.checking.verdicts import REMARKS, Outcome
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real, is_exact, precision
from backprop_cli.numbers.enclosures import settled
from backprop_cli.numbers.rounded import round_to
from backprop_cli.writing.shapes import Spelling

if TYPE_CHECKING:
    from backprop_cli.checking.hypothesis import Hypothesis

_MOST_SPELLED = 6  # names in a formula whose softmax is written by its definition
_WRITTEN_OUT = (Kind.LOCAL, Kind.PATH)


@record
class Explanation:
    """The words for one wrong line, ready for any format.

    `done` is the formula that the answer fits (in symbols, then with the student's numbers); `others` are mistakes
    that fit as well; `should` is the right formula; `following` the lines that are right as they follow.
    """

    symbol: str
    yours: str
    said: str
    at: str = ""  # the line in which it was done, where that is an earlier one
    done: str = ""
    done_numbers: str = ""
    exactly: bool = False  # whether that is the answer, with nothing rounded
    others: tuple[str, ...] = ()
    should: str = ""
    advice: str = ""
    following: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()  # further lines in which the same mistake was made


class Explainer(VerdictWords):
    """Explains the lines of one report in one notation and character set."""

    def explanation(self, mark: Mark, numbers: bool = True) -> Explanation:
        """The words for a wrong line; without `numbers`, nothing that gives away a value that is not on the sheet."""
        quantity, verdict = mark.quantity, mark.verdict
        line = self.key.line(quantity)
        says_how = line is not None and not line.given and verdict.rule in (Outcome.MISTAKE, Outcome.WRONG)
        should = self._right(quantity) if says_how else ""
        words = Explanation(
            self.symbol(quantity),
            mark.written,
            self._why(mark),
            should=should,
            following=tuple(map(self.symbol, self.report.following(quantity))),
        )
        if not verdict.causes:
            return words
        from backprop_cli.checking.phrases import advice_of

        first = verdict.causes[0]
        where = self._where(first, quantity)
        said, *others = dict.fromkeys(self.said(one, where) for one in verdict.causes)
        same = next(cause.lines for cause in self.report.causes if cause.hypotheses == verdict.causes)
        return Explanation(
            words.symbol,
            words.yours,
            said,
            self.symbol(where) if where != quantity else "",
            *(done := self._done(first, where, numbers, elsewhere=where != quantity)),
            exactly=bool(done[1]) and self._is_exactly(first, quantity),
            others=tuple(others),
            should=self._right(where),
            advice=self.words.rule(first, where, numbers) or advice_of(first, self.key, where),
            following=words.following,
            lines=tuple(self.symbol(one) for one in same if one != quantity),
        )

    def _where(self, cause: Hypothesis, quantity: Quantity) -> Quantity:
        """The line in which a mistake was made: this one, or the first before it that the mistake touches."""
        searched = cause.found.get(quantity)
        if searched is not None:
            return searched.made_in
        if quantity in cause.formulas or not cause.formulas:
            return quantity
        from backprop_cli.checking.repeated import MOST_LINES

        above = self.key.above([quantity], MOST_LINES)
        found = [one for one in above if one in cause.formulas]
        blank = [one for one in found if one not in self.texts]
        return min(blank or found, key=self.key.order.__getitem__, default=quantity)

    def _why(self, mark: Mark) -> str:
        verdict = mark.verdict
        others = [(one, reason) for one, reason in verdict.refused if one != verdict.quantity]
        if others:
            quantity, reason = others[0]
            said = _(REMARKS[reason]).format(value=self.texts[quantity])
            return _("nothing can follow from your {symbol}: {reason}").format(
                symbol=self.symbol(quantity), reason=said
            )
        if verdict.rule is not Outcome.WRONG:
            return self.verdict(verdict)
        if verdict.remark == "impossible":
            return self.remark(mark)
        work = self.report.working.get(verdict.quantity)
        if work is not None and work.change and (said := self.found_in(work)):
            return said
        if verdict.hint is not None:
            return self.hint(verdict.hint)
        if verdict.in_doubt:
            return _("several of the usual mistakes give this number: go through the line again")
        if verdict.bounded:
            return _("no usual mistake was found in the lines just before this one; no further back was looked")
        return _("this is none of the usual mistakes: go through the line again")

    def _right(self, quantity: Quantity) -> str:
        line = self.key.derivation.index.get(quantity)
        if line is None:  # what is only reported has no formula
            return ""
        return self.speller.symbols_of(line.short or self._written_out(line.formula, None), quantity.at)

    def _done(self, cause: Hypothesis, quantity: Quantity, numbers: bool, elsewhere: bool) -> tuple[str, str]:
        """The wrong formula in symbols, and with the student's numbers in it."""
        formula = cause.formulas.get(quantity)
        if formula is None:
            return "", ""
        written = self._written_out(formula, cause)
        written = softmaxes_spelled(written) if len(quantities_in(written)) <= _MOST_SPELLED else written
        symbols = self.speller.symbols_of(written, quantity.at)
        given_away = not numbers and not self._gives_nothing_away(written)
        if elsewhere or given_away or not self._are_known(written):
            return symbols, ""
        return symbols, self.speller.numbers_of(written, self._value)

    def _is_exactly(self, cause: Hypothesis, quantity: Quantity) -> bool:
        """Whether the student's numbers in the wrong formula give just what is written."""
        domain = Certified()
        try:
            value = evaluate(self._written_out(cause.formulas[quantity], cause), domain, self._number)
            return bool(value == _said(self.texts[quantity]))
        except (MathError, Undecided, ValueError, OverflowError):
            return False

    def _number(self, quantity: Any) -> Real:
        """The number that stands for a quantity; ValueError where none is written, and none is given."""
        text = self.texts.get(quantity)
        if text is not None:
            return _said(text)
        value = self.key.true(quantity)
        if not is_exact(value) or self.key.line(quantity) is not None:
            raise ValueError(quantity)
        return value

    def _written_out(self, formula: Formula, cause: Hypothesis | None) -> Formula:
        """The formula with everything written out in it that textbooks do not write on a line of its own."""

        def put(name: Name) -> Formula:
            quantity = name.symbol
            assert isinstance(quantity, Quantity)
            line = self.key.line(quantity)
            if line is None or line.given or quantity in self.texts or not _is_written_out(quantity):
                return name
            inner = cause.formulas.get(quantity, line.formula) if cause else line.formula
            return self._written_out(inner, cause)

        return replace(formula, put, tidy=True)

    def _gives_nothing_away(self, formula: Formula) -> bool:
        names = quantities_in(formula)
        return all(name in self.texts or self.key.line(name) is None for name in names)

    def _are_known(self, formula: Formula) -> bool:
        """Whether what was left blank has its right value, as nothing before it is wrong."""
        wrong = {mark.quantity for mark in self.report.wrong}
        blank = [one for one in quantities_in(formula) if one not in self.texts and self.key.line(one) is not None]
        return all(wrong.isdisjoint(self.key.above([one])) for one in blank)

    def _value(self, quantity: Quantity) -> Spelling:
        text = self.texts.get(quantity)
        line = self.key.line(quantity)
        if text is None and line is not None and not line.given:  # left blank: as it is asked for
            with precision(BITS):
                text = round_to(settled(self.key.true_ball(quantity)), digits_asked(self.key.problem, quantity)).text()
        return self.speller.written(text) if text is not None else self.speller.given(quantity)


def _is_written_out(quantity: Quantity) -> bool:
    by_out = quantity.kind is Kind.GRADIENT and quantity.by is not None and quantity.by.kind is Kind.OUT
    return by_out or quantity.kind in _WRITTEN_OUT


def _said(text: str) -> Real:
    """The value of an answer, a calculation worked out; ValueError where it has none."""
    written = read_value(text)
    if written is None:
        raise ValueError(text)
    return value_of(written)


def softmaxes_spelled(formula: Formula) -> Formula:
    """The formula with every softmax by its definition: which net inputs it is over is part of what was done.

    So also a standardized value: (x − μ)/√(σ² + ε) is how everybody writes it.
    """
    return rewritten(formula, lambda part: spelled_out(part) if is_operation(part, "softmax", "standardized") else None)
