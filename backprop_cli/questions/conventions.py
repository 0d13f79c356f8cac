"""`convention(E is 0.5967)`: by which convention a number comes out that somebody printed."""

from __future__ import annotations

import re
from functools import partial

from backprop_cli.deriving.trace import Value
from backprop_cli.ground.errors import BackpropError, Undecided
from backprop_cli.ground.words import _, in_figures, labelled, listed, n_
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import Rational, numeral
from backprop_cli.numbers.rounded import Rounding, round_to
from backprop_cli.questions.question import NoQuestion, Own, Question, QuestionKind, RightWord, Word
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.comparison import ComparedValue, Variation, compare

_HERE = n_("as here")
_BITS = 256
_FORM = re.compile(r"(\S(?:.*\S)?)\s+is\s+([-−+]?)([0-9.]+(?:[eE][-+]?[0-9]+)?)")
_EXAMPLE = "convention(E is 0.5967)"


def _with_conventions(worked: WorkedProblem) -> tuple[str, ...]:
    """Which number was printed stands in no problem."""
    return ()


def _convention(worked: WorkedProblem, target: str) -> Question:
    found = _FORM.fullmatch(target)
    if found is None:
        raise NoQuestion(_("{text!r} does not say what is which number").format(text=target), _EXAMPLE)
    name, sign, digits = found[1], found[2].replace("−", "-").replace("+", ""), found[3]
    try:
        number = -numeral(digits) if sign == "-" else numeral(digits)
        places = len(digits.lower().partition("e")[0].partition(".")[2])
        comparison = compare(worked, [name])
    except (ValueError, OverflowError):
        raise NoQuestion(_("{text!r} is no number").format(text=digits), _EXAMPLE) from None
    except BackpropError as error:
        raise NoQuestion(str(error)) from None
    named = (one for one in comparison.answers if name in {one.quantity.bare_key, one.quantity.key})
    answer = next(named, None)
    if answer is None or answer.here is None:
        raise NoQuestion(_("{name} is not compared under other conventions").format(name=name))
    options = _options(answer, comparison.variations)
    right = [word for word, value in options if _reads(value, number, places)]
    if len(right) != 1:
        raise _undecided(target, right, options)
    sentence = n_("Somebody printed {of}. By which convention does that number come out?")
    words = tuple(word for word, _value in options)
    why = next(value for word, value in options if word is right[0])
    fact = partial(_because, right[0], name, why.decimal.text())
    hint = n_("Work it out under each of these conventions.")
    shown = f"{name} = {in_figures(sign + digits)}"
    return Question("convention", f"{name} is {sign}{digits}", sentence, words, fact, hint, of=shown)


def _options(answer: ComparedValue, variations: tuple[Variation, ...]) -> list[tuple[Word, Value]]:
    """The words with the values that they lead to: what the problem has, and each change that makes a difference."""
    assert answer.here is not None
    found = [(Word(_HERE), answer.here)]
    for index, one in enumerate(variations):
        value = answer.under[index]
        if value is not None and answer.differs(index):
            label = labelled(_(one.convention.title), one.instead)
            found.append((Word(f"{one.convention.name} {one.name}", label), value))
    return found


def _reads(value: Value, number: Rational, places: int) -> bool:
    """Whether a value is printed so."""
    try:
        with precision(_BITS):
            shown = round_to(value.number, Rounding(places=places))
    except Undecided:
        return False
    return bool(shown.value == number)


def _undecided(target: str, right: list[Word], options: list[tuple[Word, Value]]) -> NoQuestion:
    """Why no convention, or more than one, leads to a number."""
    values = listed(_("{number} ({name})").format(number=value.decimal.text(), name=word.shown)
                    for word, value in options)  # fmt: skip
    if not right:
        return NoQuestion(_("no convention leads to it: {text}").format(text=target), values)
    names = listed(word.shown for word in right)
    return NoQuestion(_("several conventions lead to it: {text}").format(text=target), names)


def _because(word: Word, name: str, value: str, own: Own) -> RightWord:
    said = _("with this convention {name} comes out as {value}")
    return RightWord(word.text, said.format(name=name, value=in_figures(value)))


CONVENTION = QuestionKind("convention", _with_conventions, _convention)
