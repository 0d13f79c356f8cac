"""Hints in four levels, and the rule behind a line."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Phase, Quantity
from backprop_cli.algebra.references import is_reported
from backprop_cli.ground.words import _, ended, listed, n_
from backprop_cli.tutor.in_letters import textbook
from backprop_cli.tutor.judging import computed
from backprop_cli.tutor.lesson import Lesson, Texts
from backprop_cli.tutor.said import Block, Formula, Say, Tone

LEVELS = 4  # what it is, the formula, the numbers put in, the value
LEVELS_IN_LETTERS = 3  # what it is, the rule, the formula

HELP: Mapping[str, str] = {
    "0.42": n_("a number; 3/20, sqrt(2)/2 and 0.4*0.5933 + 0.6 are as good"),
    "hint": n_("four levels: what it is, the formula, your numbers in it, the value"),
    "why": n_("the rule behind this line"),
    "show": n_("the work so far"),
    "given": n_("the given numbers again; this is no hint"),
    "skip": n_("leave this one blank"),
    "keep": n_("go on with the number you typed last, even if it is wrong"),
    "put": n_("put a number that belongs to another line there, where that was offered"),
    "back": n_("the question before; Enter keeps the answer that is there"),
    "quit": n_("stop here; next time it goes on where you left"),
}
_WHY = {
    Phase.FORWARD: n_("The forward pass goes from the inputs to the outputs: each line uses the ones before it."),
    Phase.LOSS: n_("The error is what learning makes smaller, so everything after it asks how it changes."),
    Phase.BACKWARD: n_("Going backward, every line asks: how much does the error change if I change a little?"),
    Phase.GRADIENT: n_("A gradient says how much the error changes with a parameter."),
    Phase.UPDATE: n_("The update uses the gradients: the next forward pass will have a smaller error."),
}
_LATER = n_(
    "No line of the first epoch leads there: go on epoch after epoch, by a program of your own if they are many."
)


def hint(lesson: Lesson, quantity: Quantity, level: int, texts: Texts) -> tuple[Block, ...]:
    """A hint: 1 what the quantity is and depends on, 2 the formula, 3 the student's numbers in it, 4 the value."""
    symbol = lesson.symbol(quantity)
    if is_reported(quantity) and level < LEVELS:
        return why(lesson, quantity)
    if level <= 1:
        return (Say(_depends(lesson, quantity), Tone.HINT),)
    if level == 2:
        return (Formula(symbol, (("=", lesson.formula(quantity)),)),)
    if level == 3 and (numbers := lesson.numbers(quantity, texts)) is not None:
        return (Formula(symbol, (("=", numbers),)),)
    value = computed(lesson, quantity, texts) if texts and not is_reported(quantity) else lesson.right(quantity)
    sign = "=" if value.whole_truth else lesson.about
    return (Formula(symbol, ((sign, lesson.number(value.text())),)),)


def hint_in_letters(lesson: Lesson, quantity: Quantity, level: int) -> tuple[Block, ...]:
    """A hint for a formula: 1 what the quantity is and depends on, 2 the rule, 3 the formula."""
    if level <= 1:
        return (Say(_depends(lesson, quantity), Tone.HINT),)
    if level == 2 and (rule := why(lesson, quantity)):
        return rule
    return (Formula(lesson.symbol(quantity), (("=", textbook(lesson, quantity)),)),)


def _depends(lesson: Lesson, quantity: Quantity) -> str:
    symbol, words = lesson.symbol(quantity), lesson.words(quantity)
    used = [lesson.speller.writer.symbol(one, quantity.at) for one in lesson.uses(quantity)]
    if not used:
        return _("{symbol} is the {words}.").format(symbol=symbol, words=words)
    return _("{symbol}, the {words}, is computed from {names}.").format(symbol=symbol, words=words, names=listed(used))


def why(lesson: Lesson, quantity: Quantity) -> tuple[Block, ...]:
    """What a teacher says of this line: its part of the work, what is done in it, and the slopes that it uses."""
    if is_reported(quantity):
        return (Say(_(_LATER), Tone.HINT),)
    rules = [ended(rule[:1].upper() + rule[1:]) for rule in lesson.rules(quantity)]
    phase = lesson.line(quantity).phase
    of_phase = _(_WHY[phase]) if phase is Phase.FORWARD or not lesson.problem.nodes else ""
    sentence = lesson.sentence(quantity)
    if quantity.of is not None and quantity.of == quantity.by:
        sentence = _("Here the way back begins: if {name} changes, it changes by just as much.")
        sentence = sentence.format(name=lesson.symbol(quantity.of))
    said = [of_phase, sentence, *rules]
    return tuple(Say(text, Tone.HINT) for text in dict.fromkeys(said) if text)
