"""The table of skills that are practised: which lines each is about, and what is assumed of a learner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.errors import unknown
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.model import Problem


@record
class Skill:
    """A skill and its four parameters of knowledge tracing (see `tracing`)."""

    name: str
    words: str
    known: float  # P(L0): that it is known before the first question
    learned: float  # P(T): that it is learned at an opportunity
    slipped: float  # P(S): that an answer is wrong although it is known
    guessed: float  # P(G): that an answer is right although it is not known


# Nothing is known of a new learner, so all begin alike, and are practised in the order of the work. A number to four
# digits is hardly ever guessed, but a line is sometimes written like the one before it (and a 1 or 0 at a gate is
# guessed easily); a line with more arithmetic in it goes wrong more easily, and is learned more slowly. With these, it
# takes three right answers in a row to count as knowing a skill.
SKILLS: dict[str, Skill] = {
    skill.name: skill
    for skill in (
        Skill("net", n_("net inputs"), 0.20, 0.15, 0.10, 0.15),
        Skill("activation", n_("activations"), 0.20, 0.15, 0.10, 0.15),
        Skill("softmax", n_("softmax"), 0.20, 0.12, 0.12, 0.15),
        Skill("loss", n_("the loss"), 0.20, 0.15, 0.10, 0.15),
        Skill("output-delta", n_("δ of outputs"), 0.20, 0.12, 0.12, 0.15),
        Skill("hidden-delta", n_("δ of hidden units"), 0.20, 0.10, 0.15, 0.15),
        Skill("gradient", n_("gradients"), 0.20, 0.12, 0.10, 0.15),
        Skill("update", n_("parameter updates"), 0.20, 0.15, 0.10, 0.15),
        Skill("optimizer", n_("optimizers"), 0.20, 0.10, 0.15, 0.15),
        Skill("gate", n_("gates of a graph"), 0.20, 0.12, 0.10, 0.25),
    )
}
FAMILIES: dict[str, tuple[str, ...]] = {
    "delta": ("output-delta", "hidden-delta"),
    "out": ("activation", "softmax"),
    "forward": ("net", "activation", "softmax"),
    "backward": ("output-delta", "hidden-delta", "gradient"),
}


def skill_of(problem: Problem, quantity: Quantity) -> str:
    """The skill that a line is an exercise in; an empty text for a line that is none in particular."""
    if problem.nodes and quantity.kind in (Kind.LOCAL, Kind.GRADIENT, Kind.PATH):
        return "gate"  # the way back through it; the way there is arithmetic
    outputs = set(problem.outputs)
    match quantity.kind:
        case Kind.NET:
            return "net"
        case Kind.OUT:
            return "softmax" if quantity.name in _softmax_units(problem) else "activation"
        case Kind.PART | Kind.LOSS | Kind.METRIC:
            return "loss"
        case Kind.DELTA if quantity.name in outputs:
            return "softmax" if quantity.name in _softmax_units(problem) else "output-delta"
        case Kind.DELTA:
            return "hidden-delta"
        case Kind.GRADIENT:
            return "gradient"
        case Kind.NEW | Kind.AUX:
            return "update" if problem.training.rule.is_descent else "optimizer"
    return ""


def skills_called(name: str) -> tuple[str, ...]:
    """The skills that a name of the table or of a family means. Raises UsageError where there is none."""
    if name in SKILLS:
        return (name,)
    if name in FAMILIES:
        return FAMILIES[name]
    raise unknown(_("no skill called {name!r} ({hint})"), name, [*SKILLS, *FAMILIES])


def skills_in(problem: Problem, quantities: Iterable[Quantity]) -> Sequence[str]:
    """The skills that these lines are exercises in, in the order of the table."""
    found = {skill_of(problem, quantity) for quantity in quantities}
    return [name for name in SKILLS if name in found]


def _softmax_units(problem: Problem) -> set[str]:
    return {neuron.name for layer in problem.layers if layer.is_softmax for neuron in layer.neurons}
