"""Verdicts in words that a student understands, each about a line in the notation of the problem."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self

from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.algebra.quantities import Address, Quantity, place
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.verdicts import NEAR_MISSES, REMARKS, WORKING, Hint, Outcome, Verdict
from backprop_cli.ground.words import _, clauses, in_figures, listed, n_
from backprop_cli.numbers.exact import short_text
from backprop_cli.solving.spelling import Speller, speller

if TYPE_CHECKING:
    from backprop_cli.checking.equations import Equations
    from backprop_cli.checking.formula_answers import FormulaMark
    from backprop_cli.checking.hypothesis import Hypothesis
    from backprop_cli.checking.working_words import WorkingWords

_FACTORS = {
    "rate": n_("{factor}, the learning rate"),
    "samples": n_("{factor}, the number of samples"),
    "outputs": n_("{factor}, the number of outputs"),
}


class VerdictWords:
    """Says the verdicts of one report in one notation and character set."""

    def __init__(self, report: Report, charset: str = "unicode", notation: str | None = None) -> None:
        self.report, self.charset, self.notation = report, charset, notation
        self.key: AnswerKey = report.key
        self.texts: Mapping[Quantity, str] = {mark.quantity: mark.written for mark in report.marks if mark.written}

    @cached_property
    def speller(self) -> Speller:
        """Spells in this notation and character set."""
        return speller(self.key.problem, self.key.trace, self.charset, self.notation)

    def like(self, report: Report) -> Self:
        """The words for another report, in the same notation and character set."""
        return type(self)(report, self.charset, self.notation)

    def symbol(self, quantity: Quantity) -> str:
        """What the quantity is called, with its pass where there are several."""
        symbol = self.speller.symbol(quantity)
        places = listed(map(str, quantity.at))
        return f"{symbol} ({places})" if places else symbol

    def verdict(self, verdict: Verdict) -> str:
        """The verdict in words that a student understands."""
        match verdict.rule:
            case Outcome.RIGHT:
                return _("right")
            case Outcome.CARRIED:
                return _("right, with your rounding carried on")
            case Outcome.FOLLOWS:
                return _("follows from your {lines}").format(lines=self.listed(verdict.because))
            case Outcome.TOO_FEW:
                return self._too_few(verdict)
            case Outcome.NEAR:
                return self.near(verdict)
            case Outcome.MISTAKE:
                return self.said(verdict.causes[0], verdict.quantity)
            case Outcome.WRONG:
                return _("wrong")
            case Outcome.UNREADABLE:
                return _("cannot be read")
            case Outcome.BLANK:
                return _("blank")

    def verdict_of(self, mark: Mark) -> str:
        """The verdict on a line in a table, where a mistake is told once and then pointed to."""
        causes = mark.verdict.causes
        if mark.verdict.rule is not Outcome.MISTAKE:
            return self.verdict(mark.verdict)
        from backprop_cli.checking.diagnosis import NOT_UPDATED

        if causes[0].is_a_slip or causes[0].mistake.name == NOT_UPDATED:  # told of each line anew
            return self.verdict(mark.verdict)
        first = next(cause.lines[0] for cause in self.report.causes if cause.hypotheses == causes)
        if first == mark.quantity:
            return self.verdict(mark.verdict)
        return _("the same mistake as in {symbol}").format(symbol=self.symbol(first))

    def near(self, verdict: Verdict) -> str:
        """What is nearly right, and by which earlier lines, where it is not the right value."""
        other = self.symbol(verdict.other) if verdict.other is not None else ""
        said = self.working(verdict.quantity) if verdict.near in WORKING else ""
        said = said or _(NEAR_MISSES[verdict.near]).format(other=other)
        if not verdict.because:
            return said
        return _("{said}; it follows from your {lines}").format(said=said, lines=self.listed(verdict.because))

    def working(self, quantity: Quantity) -> str:
        """What is wrong in the working of a line: its formula, a number put in, or the arithmetic."""
        work = self.report.working.get(quantity)
        return "" if work is None else self.found_in(work)

    def found_in(self, work: Equations) -> str:
        """What is wrong in the working of a line, or of that of the change before it."""
        return self.words.found_in(work)

    @cached_property
    def words(self) -> WorkingWords:
        """What is said of the working of a line."""
        from backprop_cli.checking.working_words import WorkingWords

        return WorkingWords(self.key, self.speller, self.texts, self.symbol)

    def formula_verdict(self, mark: FormulaMark) -> str:
        """The verdict on a formula that was asked for."""
        if mark.edit is not None:
            from backprop_cli.checking.search.sentences import said

            return said(mark.edit, lambda formula: self.speller.symbols_of(formula, mark.quantity.at))
        if mark.why:
            return clauses([_("cannot be read"), mark.why])
        return self.verdict(Verdict(mark.quantity, mark.outcome))

    def formula_of(self, mark: FormulaMark) -> str:
        """The right formula, as a textbook writes it."""
        from backprop_cli.checking.formula_answers import as_asked

        return self.speller.symbols_of(as_asked(mark.line, self.key.trace), mark.quantity.at)

    def _too_few(self, verdict: Verdict) -> str:
        """How far a short answer goes."""
        if verdict.because:
            return _("follows from your {lines}, to few digits").format(lines=self.listed(verdict.because))
        return _("too few digits to tell") if verdict.vague else _("right as far as it goes: too few digits")

    def remark(self, mark: Mark) -> str:
        """What is to be said of a line besides its verdict, or nothing."""
        remark = mark.verdict.remark
        said = _(REMARKS[remark]).format(value=mark.written) if remark else ""
        found = self.working(mark.quantity) if remark in ("formula", "numbers") else ""
        return clauses([said, found]) if found else said

    def hint(self, hint: Hint) -> str:
        """What a wrong value is, if that is simple."""
        if hint.other is not None:
            return _("it is the value of {symbol}").format(symbol=self.symbol(hint.other))
        assert hint.factor is not None
        whole = abs(1 / hint.factor if hint.inverse else hint.factor)
        said = (
            _(_FACTORS[hint.name]).format(factor=in_figures(short_text(whole)))
            if hint.name
            else in_figures(short_text(whole))
        )
        if hint.factor < 0:
            said = _("minus {factor}").format(factor=said)
        words = (
            _("your value is the right one divided by {factor}")
            if hint.inverse
            else _("your value is the right one times {factor}")
        )
        return words.format(factor=said)

    def said(self, hypothesis: Hypothesis, quantity: Quantity | None = None) -> str:
        """The mistake in a teacher's words, in this line if it is made in one in particular."""
        from backprop_cli.checking.phrases import said_of

        address = quantity.at if quantity is not None else ()
        said = said_of(hypothesis, self.key, quantity, lambda formula: self.spelled(formula, address))
        found = hypothesis.candidate(quantity) if quantity is not None else None
        return _("perhaps {said}").format(said=said) if found is not None and found.perhaps else said

    def spelled(self, formula: Formula, here: Address) -> str:
        """A part of a line in symbols; a quantity of another pass with that pass, where its symbol does not say it."""
        text = self.speller.symbols_of(formula, here)
        if isinstance(formula, Name) and isinstance(formula.symbol, Quantity) and formula.symbol.at != here:
            own = self.speller.symbols_of(Name(formula.symbol.at_address(here)), here)
            places = listed(str(place) for place in formula.symbol.at if place not in here)
            in_words = own == text or place(here, "sample") is not None
            return f"{own} ({places})" if in_words and places else text
        return text

    def listed(self, quantities: tuple[Quantity, ...]) -> str:
        """The symbols of quantities, with commas between them."""
        return listed(map(self.symbol, quantities))
