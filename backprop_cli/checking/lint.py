"""Looks at a problem as its author should: which mistakes its numbers hide, and what is odd about its network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from enum import Enum

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.algebra.references import looked_up, references_to
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.descriptions import describe_digits
from backprop_cli.checking.elsewhere import Elsewhere
from backprop_cli.checking.hypothesis import Hypothesis
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.checking.telling import Blind, Telling
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, labelled, listed, n_
from backprop_cli.health.findings import Ailment, Finding, health_of
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.worked import WorkedProblem


class Weight(Enum):
    """How much it matters: a warning is worth another choice of numbers, a note is worth knowing."""

    WARNING = "warning"
    NOTE = "note"


@record
class LintRemark:
    """One thing that an author should know: its kind, what it is, where, and what to do."""

    weight: Weight
    kind: str
    said: str
    lines: tuple[Quantity, ...] = ()
    advice: str = ""


RATES = ("rate-in-delta", "rate-missing", "rate-twice")
_AILMENTS = {
    Ailment.DEAD: (n_("dead: its slope is 0 in every sample, so nothing behind it learns"),
                   n_("change a weight or the bias so that its net input is positive, unless this is the point")),
    Ailment.FLAT: (n_("flat: its slope is 0 everywhere, so no gradient passes"),
                   n_("gradient descent needs an activation with a slope; a step unit learns by the perceptron rule")),
    Ailment.SATURATED: (n_("saturated: its slope is nearly 0, so its gradients round to nothing"),
                        n_("choose smaller weights or inputs")),
    Ailment.SYMMETRIC: (n_("symmetric: equal weights in and out, so they stay copies of each other"),
                        n_("give one of them another weight")),
    Ailment.STILL: (n_("not moved by any sample: its gradient is 0"),
                    n_("an input of 0 hides the update of its weights: choose another number")),
    Ailment.VANISHING: (n_("the gradient vanishes on its way back"), n_("fine if this is the point of the exercise")),
    Ailment.EXPLODING: (n_("the gradient explodes on its way back"), n_("fine if this is the point of the exercise")),
    Ailment.CUT_OFF: (n_("no gradient arrives"), n_("look at the units of the layer above: are they all dead?")),
}  # fmt: skip
WARNED = (Ailment.DEAD, Ailment.FLAT, Ailment.SATURATED, Ailment.SYMMETRIC, Ailment.CUT_OFF)


def lint(worked: WorkedProblem, everything: bool = False) -> list[LintRemark]:
    """Every remark on a problem, warnings first.

    `everything` looks at all lines of the work, not only at those that the exercise asks for.
    """
    worked, cut = _shortened(worked)
    key = AnswerKey(worked)
    lines = tuple(line.quantity for line in asked_lines(worked, everything) if line.quantity in key.order)
    telling = Telling(key, Marking(worked.problem), lines)
    remarks = [*cut, *_of_marks(worked), *_of_health(worked), *_hidden(telling), *_coinciding(telling)]
    return sorted(remarks, key=lambda one: one.weight is Weight.NOTE)


def of_the_file(loaded: Loaded) -> list[LintRemark]:
    """What is odd in the text of a problem: decimal commas read as two numbers, vectors that a column spreads."""
    place = _("line {line}: {said}")
    return [
        LintRemark(Weight.NOTE, kind, place.format(line=one.span.line, said=one.message), (), one.hint or "")
        for kind, one in loaded.remarks
        if one.span is not None
    ]


_EPOCHS = 5  # the epochs after that have the same formulas


def _shortened(worked: WorkedProblem) -> tuple[WorkedProblem, list[LintRemark]]:
    """The problem with no more epochs than are worth looking at, unless it asks for some line in particular."""
    problem, epochs = worked.problem, worked.problem.training.epochs
    if problem.ask or problem.report or problem.training.perceptron is not None or epochs <= _EPOCHS:
        return worked, []
    said = _("only the first {few} of {epochs:,} epochs were looked at").format(few=_EPOCHS, epochs=epochs)
    remark = LintRemark(Weight.NOTE, "epochs", said)
    few = _replace(problem, training=_replace(problem.training, epochs=_EPOCHS))
    return WorkedProblem(few), [remark]


def _of_marks(worked: WorkedProblem) -> Iterator[LintRemark]:
    """Lines that are asked for without marks of their own, and marks for what is not asked for."""
    marks, lines = worked.problem.marks, [line.quantity for line in asked_lines(worked)]
    idle = tuple(one for one in lines if looked_up(marks, one) is None)
    if marks and idle:
        said = _("asked for without marks of their own: each is worth 1")
        advice = _("say what they are worth, 0 or more")
        yield LintRemark(Weight.NOTE, "marks", said, idle, advice)
    named = {one for quantity in lines for one in references_to(quantity)}
    if missing := [str(one) for one in marks if one not in named]:
        said = _("marks for what is not asked for: {keys}").format(keys=listed(missing))
        yield LintRemark(Weight.WARNING, "marks", said, (), _("ask for it too"))


def _of_health(worked: WorkedProblem) -> Iterator[LintRemark]:
    """Dead, saturated and symmetric units, and what else keeps the network from learning."""
    if worked.problem.gradients or worked.problem.training.perceptron is not None:
        return  # there is no backward pass
    for finding in health_of(worked).findings:
        said, advice = _AILMENTS[finding.ailment]
        weight = Weight.WARNING if finding.ailment in WARNED else Weight.NOTE
        yield LintRemark(weight, finding.ailment.value, _said(finding, _(said)), finding.where, _(advice))


def _said(finding: Finding, said: str) -> str:
    return labelled(listed(finding.layers), said) if finding.layers and not finding.where else said


def _hidden(telling: Telling) -> Iterator[LintRemark]:
    """Mistakes that cannot be told from the right answer: anywhere (a warning), or in some of their lines."""
    blind: dict[str, list[Blind]] = {}
    for spot in telling.blind_spots():
        blind.setdefault(spot.hypothesis.mistake.name, []).append(spot)
    touched = _touched(telling)
    elsewhere = Elsewhere(telling.key)
    for name, spots in blind.items():
        lines = tuple(dict.fromkeys(spot.quantity for spot in spots))
        everywhere = {(spot.hypothesis, spot.quantity) for spot in spots} == touched[name]
        digits = [spot.digits for spot in spots if spot.digits is not None]
        mistake = spots[0].hypothesis.mistake
        said = _words(mistake)
        if not digits and all(elsewhere.is_right(spot.hypothesis, spot.quantity) for spot in spots):
            everywhere = False
            kind, message = "same", _("“{mistake}” gives the right answer here")
            advice = _("no numbers show it while the same units are active")
        elif digits:
            kind, message, most = "digits", _("“{mistake}” rounds to the right answer"), _most(digits)
            if not all(spot.equal for spot in spots):
                message = _("“{mistake}” is too near to the right answer to be told from it")
            advice = _("ask for {digits}").format(digits=describe_digits(most))
            if (most.places or most.figures or 0) > MANY_DIGITS:
                everywhere = False
                advice = _("no sheet asks for as many digits as would show it")
        else:
            kind, message = "hidden", _("“{mistake}” changes nothing")
            advice = _("a 0, a 1 or two equal numbers hide it: choose other numbers")
        weight = Weight.WARNING if everywhere else Weight.NOTE
        yield LintRemark(weight, kind, message.format(mistake=said), lines, advice)


def _words(mistake: Mistake) -> str:
    return _(mistake.said).format(variant="…").strip().removesuffix(":")


MANY_DIGITS = 7  # more than anybody writes by hand


def _touched(telling: Telling) -> Mapping[str, set[tuple[Hypothesis, Quantity]]]:
    """By mistake: every line on the sheet that it can be made in."""
    found: dict[str, set[tuple[Hypothesis, Quantity]]] = {}
    for quantity in telling.lines:
        for hypothesis in telling.table.of(quantity):
            found.setdefault(hypothesis.mistake.name, set()).add((hypothesis, quantity))
    return found


def _most(digits: Sequence[Rounding]) -> Rounding:
    return max(digits, key=lambda one: (one.places or 0) + (one.figures or 0))


def _coinciding(telling: Telling) -> Iterator[LintRemark]:
    """Pairs of mistakes that give the same number, so that a sheet does not say which of them was made."""
    pairs: dict[tuple[str, str], dict[Quantity, None]] = {}
    for quantity in telling.lines:
        for first, second in telling.same(quantity):
            names = (first.mistake.name, second.mistake.name)
            if names[0] != names[1]:
                pairs.setdefault(names, {})[quantity] = None
    for (one, other), lines in pairs.items():
        rate = one in RATES or other in RATES
        words = {"one": _words(mistakes()[one]), "other": _words(mistakes()[other])}
        said = _("“{one}” and “{other}” give the same number").format(**words)
        advice = _("another learning rate tells them apart") if rate else _("a sheet cannot say which of them it was")
        yield LintRemark(Weight.WARNING if rate else Weight.NOTE, "coinciding", said, tuple(lines), advice)
