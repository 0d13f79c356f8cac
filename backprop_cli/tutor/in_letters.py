"""A reply in letters to a question for a formula: read, judged as `check` judges it, also by the learner's own ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_cli.algebra.formula import Formula, Name, replace
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.formula_answers import FormulaMark, as_asked, judge_formulas, meant
from backprop_cli.checking.key import BITS
from backprop_cli.checking.search.sentences import said as said_of_edit
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, as_sentence, listed
from backprop_cli.numbers.certified import precision
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.names import line_called
from backprop_cli.tutor.whole_lines import NAMELESS
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import ChainSide, TextLine

Own = Mapping[Quantity, str]  # formulas that a learner keeps, although they are not right


@record
class FormulaReply:
    """The sides of a formula, and the line that it is of, if that is another one than is asked for."""

    parts: tuple[ChainSide, ...]
    other: Quantity | None = None


def read(lesson: Lesson, quantity: Quantity, text: str) -> FormulaReply | None:
    """A reply as a formula, with the name of its line before it or not; None where it is words."""
    named = any(sign in text.lstrip()[1:] for sign in "=≈") and not text.lstrip().startswith(("=", "≈"))
    gatherer = Gatherer("")
    gatherer.lines([TextLine(text if named else f"{NAMELESS} = {text.lstrip(' =≈')}", 1)])
    if len(gatherer.chains) != 1:
        return None
    (chain,) = gatherer.chains
    found = line_called(lesson, chain, quantity) if named else quantity
    return FormulaReply(chain.parts, None if found == quantity else found)


def judged(
    lesson: Lesson, quantity: Quantity, parts: Sequence[ChainSide], own: Own
) -> tuple[FormulaMark, list[Quantity]]:
    """How a formula is judged, and from which wrong ones of the learner's own it follows, where it does."""
    judge, line = lesson.checker.equations(lesson.key), lesson.line(quantity)
    (mark,) = judge_formulas(judge, [line], {quantity: parts}, {}, lesson.checker.marking)
    if mark.outcome not in (Outcome.MISTAKE, Outcome.WRONG):
        return mark, []
    with precision(BITS):
        written = {one: formula for one, text in own.items() if (formula := meant(judge, text, one)) is not None}
        formula = meant(judge, mark.written, quantity)
        used: dict[Quantity, None] = {}
        carried = _carried(lesson, quantity, written, used)
        follows = bool(used) and formula is not None and judge.equivalence.same(formula, carried)
    return mark, list(used) if follows else []


def _carried(
    lesson: Lesson, quantity: Quantity, own: Mapping[Quantity, Formula], used: dict[Quantity, None]
) -> Formula:
    """The formula of a line in which those of the learner's own stand for the lines that they are of."""

    def put(name: Name) -> Formula:
        one = name.symbol
        assert isinstance(one, Quantity)
        if one in own:
            used[one] = None
            return own[one]
        reached = own.keys() & lesson.key.ancestors(one) if lesson.key.is_worked(one) else ()
        return _carried(lesson, one, own, used) if reached else name

    return replace(lesson.key.derivation.index[quantity].formula, put)


def what_was_done(lesson: Lesson, mark: FormulaMark) -> str:
    """What is said of a formula that is not right."""
    if mark.why:
        return as_sentence(mark.why)
    if mark.edit is not None:
        return as_sentence(said_of_edit(mark.edit, lambda one: lesson.speller.symbols_of(one, mark.quantity.at)))
    if mark.outcome is Outcome.BLANK:
        return _("Here its formula is asked for, in letters.")
    return _("This is not the formula of {symbol}.").format(symbol=lesson.symbol(mark.quantity))


def mistake_of(mark: FormulaMark) -> str:
    """What a wrong formula shows: a usual mistake (`one-path|o2` with its variant), what was done, or just `wrong`."""
    if mark.edit is None:
        return Outcome.WRONG.value
    return "|".join(filter(None, mark.edit.pattern)) or mark.edit.name


def praise(lesson: Lesson, follows: Sequence[Quantity]) -> str:
    """What is said of a right formula."""
    if not follows:
        return _("Right.")
    return _("Right, with your formula of {names}.").format(names=listed(lesson.symbol(one) for one in follows))


def textbook(lesson: Lesson, quantity: Quantity) -> str:
    """The formula as a textbook writes it, in symbols."""
    return lesson.speller.symbols_of(as_asked(lesson.line(quantity), lesson.key.trace), quantity.at)
