"""What is said to a reply: never just that it is wrong, but what was done, or for what it would be right."""

from __future__ import annotations

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.report import Mark, Report
from backprop_cli.checking.values import Written
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.ground.words import _, as_sentence, sentences
from backprop_cli.tutor.judging import right_for
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.said import Block, Formula, Say, Tone

SLIPS = frozenset({"cut off", "last digit", "slip", "arithmetic", "copied"})  # no lack of knowledge


def praise(lesson: Lesson, mark: Mark, report: Report) -> str:
    """What is said of a right answer, as a part of a sentence."""
    explainer = lesson.explainer(report)
    return explainer.remark(mark) or explainer.verdict(mark.verdict)


def too_short(lesson: Lesson, mark: Mark, report: Report) -> str:
    """What is said of an answer with too few digits: how far it goes, and how many are wanted."""
    said = as_sentence(lesson.explainer(report).verdict(mark.verdict))
    return sentences([said, _("Write {digits}.").format(digits=lesson.digits(mark.quantity))])


def mistake_of(mark: Mark) -> str:
    """What a wrong answer shows: a usual mistake (`one-path|o2` with its variant), a near miss, or just `wrong`."""
    verdict = mark.verdict
    if verdict.causes:
        cause = verdict.causes[0]
        return f"{cause.mistake.name}|{cause.variant}" if cause.variant else cause.mistake.name
    return verdict.near or Outcome.WRONG.value


def feedback(lesson: Lesson, mark: Mark, report: Report, written: Written) -> tuple[Block, ...]:
    """What was done, if that is recognised; else which line the number would be right for."""
    words = lesson.explainer(report).explanation(mark, numbers=False)
    said: list[Block] = [Say(as_sentence(words.said), Tone.WRONG)]
    verdict = mark.verdict
    known = verdict.causes or verdict.near or (verdict.hint is not None and verdict.hint.other is None)
    other = None if known else right_for(lesson, mark.quantity, written)
    if other is not None:
        said = [Say(_right_for(lesson, mark, other), Tone.WRONG)]
    if words.at:
        said.append(Say(_("It was done before this line, in {symbol}, and shows here.").format(symbol=words.at)))
    if words.done:
        sides = [("=", words.done)]
        if words.done_numbers and words.done_numbers != words.done and not words.at:
            number = lesson.number(written.text.strip()) if written.kind == "decimal" else words.yours
            sign = "=" if words.exactly else lesson.about
            sides += [("=", words.done_numbers), *([(sign, number)] if number != words.done_numbers else [])]
        said.append(Formula(words.at or words.symbol, tuple(sides), _("your number fits")))
    said += [Say(_("Or: {said}.").format(said=one)) for one in words.others]
    if words.advice:
        said.append(Say(as_sentence(words.advice)))
    return tuple(said)


def _right_for(lesson: Lesson, mark: Mark, other: Quantity) -> str:
    said = _("{number} is right for {symbol}, {words}; here {asked} is asked for.")
    return said.format(
        number=lesson.number(mark.written),
        symbol=lesson.symbol(other, with_place=True),
        words=lesson.words(other),
        asked=lesson.symbol(mark.quantity),
    )
