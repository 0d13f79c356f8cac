"""What a teacher says of the working of a line: its formula, a number put in, its arithmetic, and the rule for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Quantity, out
from backprop_cli.checking.asked import digits_asked
from backprop_cli.checking.copying import HOW
from backprop_cli.checking.equations import Equations
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.search.sentences import said as said_of_edit
from backprop_cli.checking.shown import rounded
from backprop_cli.checking.substitution import Copied
from backprop_cli.checking.written_numbers import formula_in
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, as_printed
from backprop_cli.numbers.exact import rational
from backprop_cli.solving.spelling import Speller

_SLOPE_WRITTEN = ("power left out", "squared", "another exponent", "product for power", "another number")


@record(slots=False)
class WorkingWords:
    """The words for the working on one sheet; `texts` are its answers."""

    key: AnswerKey
    speller: Speller
    texts: Mapping[Quantity, str]
    symbol: Callable[[Quantity], str]

    def found_in(self, work: Equations) -> str:
        """What is wrong in the working of a line, or of that of the change before it; nothing where nothing is."""
        said = self._found_in(work)
        if not (said and work.change):
            return said
        is_factor = work.quantity.kind is Kind.LOCAL
        step = "" if is_factor else "Δ" + self.speller.symbol(Quantity(Kind.PARAMETER, work.quantity.name))
        changed = self.speller.symbol(work.quantity) if is_factor else step
        return _("in {name}: {said}").format(name=changed, said=said)

    def _found_in(self, work: Equations) -> str:
        quantity = work.quantity
        if work.edit is not None:
            spell = lambda formula: self.speller.symbols_of(formula, quantity.at)  # noqa: E731
            return _("in the formula: {said}").format(said=said_of_edit(work.edit, spell))
        if work.copied is not None:
            return self._copied(work.copied)
        if work.strange is not None and work.arithmetic and not work.change:
            return self._left_over(work)
        if work.formula is False and work.change:
            return _("this is not the formula of the change")
        digits, yours = digits_asked(self.key.problem, quantity), work.says or self.texts.get(quantity, "")
        if work.slip and work.gives is not None:
            message = _("right formula, slip in the arithmetic: {numbers} is {value}, not {yours}")
            gives = as_printed(rounded(work.gives, digits).text())
            if not work.worked:
                short = _("right formula, slip in the arithmetic: it gives {value}, not {yours}")
                return short.format(value=gives, yours=yours)
            return message.format(numbers=self._mathematics(work.worked), value=gives, yours=yours)
        if work.middle is not None and work.numbers is None and not work.change:
            message = _("it is right only because it has few digits: {numbers} is {value}")
            return message.format(
                numbers=self._mathematics(work.worked), value=as_printed(rounded(work.middle, digits).text())
            )
        return ""

    @staticmethod
    def _left_over(work: Equations) -> str:
        """What is at fault where the arithmetic is right: a number of its own, or how the numbers are put together."""
        if work.numbers is False and work.strange:
            return _("the arithmetic is right, but {number} is no number of this line").format(number=work.strange)
        if work.numbers is False:
            return _("the formula is right, and the arithmetic too, but not the numbers that were put in")
        if work.formula is False:
            return _("the numbers are those of this line, but its formula puts them together in another way")
        return ""

    def _copied(self, copied: Copied) -> str:
        """Which number was copied wrong, and from where, if that is known."""
        belongs = self.symbol(copied.belongs)
        if copied.how:
            return _(HOW[copied.how]).format(number=copied.written, symbol=belongs)
        if copied.instead is None:
            message = _("right formula, but {number} was put in for {symbol}")
            return message.format(number=copied.written, symbol=belongs)
        instead = self.symbol(copied.instead)
        if copied.instead in self.texts:
            message = _("right formula, but {number}, your {instead}, was put in for {symbol}")
        elif copied.instead.kind is copied.belongs.kind:
            message = _("right formula, but the numbers have {instead} where {symbol} belongs")
        else:
            message = _("right formula, but {number}, which is {instead}, was put in for {symbol}")
        return message.format(number=copied.written, instead=instead, symbol=belongs)

    def _mathematics(self, text: str) -> str:
        """Numbers put in as they are written everywhere else: ½·(0.99 − 0.77)² for 1/2 (0.99 - 0.77)^2."""
        read = formula_in(text)
        return text if read is None else self.speller.symbols_of(halves(read.formula), ())

    def rule(self, cause: Hypothesis, quantity: Quantity, numbers: bool) -> str:
        """The rule for the slope in a line where that was written wrong, with the student's numbers, or nothing."""
        found = cause.candidate(quantity)
        unit = self.key.line(out(quantity.name).at_address(quantity.at)) if quantity.kind is Kind.DELTA else None
        if found is None or unit is None or not isinstance(unit.formula, Apply) or found.kind not in _SLOPE_WRITTEN:
            return ""
        if found.part is None or unit.quantity not in quantities_in(found.part):
            return ""
        rule = _(OPERATIONS[unit.formula.operation].rule)
        slope = next(iter(slopes(unit.formula, {unit.formula: Name(unit.quantity)}).values()), None)
        if slope is None:
            return rule
        said = self.speller.symbols_of(slope, quantity.at)
        text = self.texts.get(unit.quantity)
        if text is not None and numbers and set(quantities_in(slope)) == {unit.quantity}:
            said += " = " + self.speller.numbers_of(slope, lambda one: self.speller.written(text))
        return f"{rule}: {said}"


def halves(formula: Formula) -> Formula:
    """The formula with ½ for 1/2."""
    match formula:
        case Apply("quotient", (Number(one), Number(two))) if one == 1 and two == 2:
            return Number(rational(1, 2), "½")
        case Apply(operation, arguments):
            return Apply(operation, tuple(map(halves, arguments)))
    return formula
