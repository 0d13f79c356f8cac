"""`behaviour(0.5)`: what a learning rate does; `bound(eta)`: from which rate on gradient descent goes astray."""

from __future__ import annotations

from dataclasses import replace as _replace
from functools import partial

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula, Number
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _, in_figures, listed, n_
from backprop_cli.numbers.certified import Certified, Real, are_equal, precision
from backprop_cli.numbers.exact import Rational, numeral, rational, short_text
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.problem.model import Problem
from backprop_cli.questions.question import NoQuestion, Own, Question, QuestionKind, RightWord
from backprop_cli.questions.question import Word as Choice
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.training.compiled_epoch import CompiledEpochs
from backprop_cli.training.convergence import Behaviour, ConvergenceVerdict, verdict_on_parabola
from backprop_cli.training.quadratics import Quadratic, quadratic_of
from backprop_cli.training.trials import compared

_BITS = 256
_EPOCHS = 10  # over which a rate is looked at, unless the problem says otherwise
_ON_PARABOLA = (Behaviour.TOO_SMALL, Behaviour.CONVERGES, Behaviour.OSCILLATES, Behaviour.DIVERGES)
_LONG = 8  # characters of a fraction that is written as one
_FACTOR = n_("Look at 1 − η·E″, by which each step multiplies the distance to the minimum.")
_WHY = {
    Behaviour.DIVERGES: n_("the loss ends higher than it began, or leaves every bound"),
    Behaviour.OSCILLATES: n_("steps turn back in at least half of the epochs, or the loss goes up and down"),
    Behaviour.STANDS_STILL: n_("the loss does not fall"),
    Behaviour.CONVERGES: n_("the last step is at most half as long as the first"),
    Behaviour.TOO_SMALL: n_("the loss has come down less than half of the way of the best rate"),
    Behaviour.STILL_FALLING: n_("the loss falls, and the steps have not grown short"),
}
_WHY_ON_PARABOLA = {
    Behaviour.TOO_SMALL: n_(
        "each step multiplies the distance to the minimum by 1 − η·E″ = {factor}, and after {epochs} "
        "epochs more than half of it is left"
    ),
    Behaviour.CONVERGES: n_(
        "each step multiplies the distance to the minimum by 1 − η·E″ = {factor}, which is between 0 and 1"
    ),
    Behaviour.OSCILLATES: n_(
        "each step multiplies the distance to the minimum by 1 − η·E″ = {factor}: it goes to the "
        "other side each time, and not farther away"
    ),
    Behaviour.DIVERGES: n_(
        "each step multiplies the distance to the minimum by 1 − η·E″ = {factor}, whose size is more than 1"
    ),
}


def _epochs(problem: Problem) -> int:
    return max(problem.report, default=0) or (problem.training.epochs if problem.training.epochs > 1 else _EPOCHS)


def _parabola(problem: Problem) -> Quadratic | None:
    """The loss of the one parameter that moves as a parabola with a minimum, away from which it begins."""
    moving = [name for name in problem.parameters if name not in problem.fixed]
    if len(moving) != 1 or problem.training.learning_rate is None or problem.gradients:
        return None
    with precision(_BITS):
        found = quadratic_of(CompiledEpochs(_replace(problem, report_quantities=()), ()))
        return found if found is not None and found.has_minimum and not found.starts_there else None


# ---- one rate ----------------------------------------------------------------------------------------------------


def _rates(problem: Problem) -> list[tuple[str, Formula]]:
    """The rates that are compared, as they are written; else the one that there is."""
    rates = problem.training.rates or ((problem.training.learning_rate,) if problem.training.learning_rate else ())
    return [((isinstance(rate, Number) and rate.text) or _text(_value(rate)), rate) for rate in rates]


def _with_rates(worked: WorkedProblem) -> tuple[str, ...]:
    problem = worked.problem
    if not problem.training.rates and _parabola(problem) is None:
        return ()
    return tuple(text for text, _rate in _rates(problem))


def _behaviour(worked: WorkedProblem, target: str) -> Question:
    problem, parabola = worked.problem, _parabola(worked.problem)
    text = target.replace("η", "").replace("eta", "").lstrip(" =")
    rate = _number(text)
    hint = _("the rates are {rates}").format(rates=listed(text for text, _rate in _rates(problem)))
    if rate is None:
        raise NoQuestion(_("{text!r} is no learning rate").format(text=target), hint)
    known = next((number for _said, number in _rates(problem) if are_equal(_value(number), rate)), None)
    if parabola is None and not problem.training.rates:
        said = _("what a rate does is asked where rates are compared (`learning_rate: [0.1, 0.5]`), or where one "
                 "parameter moves on a parabola")  # fmt: skip
        raise NoQuestion(said)
    if parabola is None and known is None:
        raise NoQuestion(_("{text} is not among the rates that are compared").format(text=text), hint)
    words = _ON_PARABOLA if parabola is not None else tuple(Behaviour)
    fact = partial(_behaviour_of, worked, rate, parabola)
    sentence = n_("What does gradient descent do with η = {of}, in {epochs} epochs?")
    choices = tuple(Choice(word.value) for word in words)
    fields = {"epochs": _epochs(problem)}
    follow = n_("Follow the loss and the steps over the epochs.")
    hint = follow if parabola is None else _FACTOR
    return Question("behaviour", text, sentence, choices, fact, hint, of=in_figures(text), fields=fields)


def _behaviour_of(worked: WorkedProblem, rate: Rational, parabola: Quadratic | None, own: Own) -> RightWord:
    problem, epochs = worked.problem, _epochs(worked.problem)
    if parabola is None:
        verdict = _of_training(problem, rate)
        return RightWord(verdict.word.value, _(_WHY[verdict.word]))
    with precision(_BITS):
        verdict = verdict_on_parabola(parabola, Number(rate), epochs)
        factor = in_figures(_text(parabola.factor(Number(rate))))
    return RightWord(verdict.word.value, _(_WHY_ON_PARABOLA[verdict.word]).format(factor=factor, epochs=epochs))


def _of_training(problem: Problem, rate: Rational) -> ConvergenceVerdict:
    comparison = compared(problem, 9)
    assert comparison is not None
    found = (one for one in comparison.trials if one.rate is not None and are_equal(_value(one.rate), rate))
    verdict = next(found).verdict
    assert verdict is not None
    return verdict


def _value(rate: Formula) -> Real:
    value: Real = evaluate(rate, Certified())
    return value


def _number(text: str) -> Rational | None:
    """A rate as it is written: 0.5, 1/3."""
    top, slash, bottom = text.partition("/")
    try:
        return numeral(top.strip()) / numeral(bottom.strip()) if slash else numeral(top.strip())
    except (ValueError, OverflowError, ZeroDivisionError):
        return None


# ---- the bound ---------------------------------------------------------------------------------------------------


def _with_bound(worked: WorkedProblem) -> tuple[str, ...]:
    return ("eta",) if _parabola(worked.problem) is not None else ()


def _bound(worked: WorkedProblem, target: str) -> Question:
    if target not in ("eta", "η"):
        raise NoQuestion(_("there is no bound of {name!r}").format(name=target), "bound(eta)")
    parabola = _parabola(worked.problem)
    if parabola is None:
        said = _("a bound of η is asked where gradient descent moves one parameter on a parabola")
        raise NoQuestion(said)
    with precision(_BITS):
        unit = rational(1) / parabola.curvature
        sizes = {_text(one): one for one in (unit, 2 * unit, 4 * unit, unit / 2)}
        right = _text(2 * unit)
    words = tuple(Choice(text, f"η < {in_figures(text)}", value) for text, value in _in_order(sizes))
    sentence = n_("For which η > 0 does gradient descent converge?")
    return Question("bound", "eta", sentence, words, partial(_bound_of, right, parabola), _FACTOR, of="η")


def _in_order(sizes: dict[str, Real]) -> list[tuple[str, Real]]:
    return sorted(sizes.items(), key=lambda pair: pair[1])


def _bound_of(right: str, parabola: Quadratic, own: Own) -> RightWord:
    said = _("the distance to the minimum is multiplied by 1 − η·E″, whose size is below 1 where η < 2/E″; here "
             "E″ = {curvature}")  # fmt: skip
    with precision(_BITS):
        return RightWord(right, said.format(curvature=in_figures(_text(parabola.curvature))))


def _text(value: Real) -> str:
    """A number as it is written: a short one as it is, else to four figures."""
    try:
        if isinstance(value, Rational) and len(text := short_text(value)) <= _LONG:
            return text
        return to_digits(value, 4).text()
    except (Undecided, MathError):
        return str(value)


BEHAVIOUR = QuestionKind("behaviour", _with_rates, _behaviour)
BOUND = QuestionKind("bound", _with_bound, _bound)
