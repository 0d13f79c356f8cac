"""From `rule`, `until` and `restart` of a file to the perceptron rule, with what it does not go together with."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.algebra.calculus import evaluate, slopes
from backprop_cli.algebra.formula import ZERO, Formula, number
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Layer, Perceptron, Sample
from backprop_cli.problem.runs import has_rate
from backprop_cli.problem.schema import ProblemFile

PASSES = 100  # how many epochs a clean one is waited for, where the file does not say
_FAR = 1_000_000  # a net input beyond any threshold
_OF_GRADIENTS = ("loss", "objective", "optimizer", "penalty", "clip", "state", "report", "stop", "starts", "batch")


def read_perceptron(file: ProblemFile, book: ComplaintBook, layers: Sequence[Layer]) -> Perceptron | None:
    """The rule; None for gradient descent."""
    if file.rule == "gradient":
        for key in ("until", "restart"):
            if key in file.model_fields_set:
                hint = _("write rule: perceptron")
                book.complain_at_key((key,), _("{key!r} belongs to the perceptron rule").format(key=key), hint)
        return None
    if not has_rate(file):
        hint = _("many courses take learning_rate: 1")
        book.complain_at_key(("rule",), _("the perceptron rule needs a learning_rate"), hint)
    _refuse_the_rest(file, book)
    if len(layers) != 1:
        message = _("the perceptron rule is for one layer: it has no error for hidden units")
        book.complain_at_key(("rule",), message)
    elif not _is_flat(layers[0].activation):
        message = _("the perceptron rule is for units with a step")
        hint = _("activation: step(0) puts out 1 above 0 and 0 at 0 and below; sign puts out 1 or −1")
        book.complain(("layers", 0, "activation"), message, hint)
    return Perceptron(file.rule == "perceptron_target", file.until is not None, file.restart)


def _refuse_the_rest(file: ProblemFile, book: ComplaintBook) -> None:
    """Complains about keys that mean nothing to this rule."""
    for key in _OF_GRADIENTS:
        usual = type(file).model_fields[key].default
        if key in file.model_fields_set and getattr(file, key) not in (usual, "none", "1"):
            message = _("{key!r} belongs to gradient descent; the perceptron rule has none").format(key=key)
            book.complain_at_key((key,), message)
    if isinstance(file.schedule, dict) and file.schedule.get("per") == "update":
        book.complain_at_key(("schedule", "per"), _("with the perceptron rule a schedule counts epochs here"))
    if isinstance(file.learning_rate, list):
        book.complain_at_key(("learning_rate",), _("the perceptron rule takes one learning rate"))


def _is_flat(activation: Formula | None) -> bool:
    """Whether the slope is 0 wherever there is one."""
    if activation is None:
        return False
    found = slopes(activation, {})
    return bool(found) and all(slope == ZERO for slope in found.values())


def check_targets(file: ProblemFile, book: ComplaintBook, layers: Sequence[Layer], samples: Sequence[Sample]) -> None:
    """Complains about targets that the units can never put out, and about signs where the rule needs them."""
    if file.rule == "gradient" or len(layers) != 1 or not _is_flat(layers[0].activation):
        return
    assert layers[0].activation is not None
    possible = [_value(layers[0].activation, at) for at in (-_FAR, _FAR)]
    if file.rule == "perceptron_target" and sorted(map(str, possible)) != ["-1", "1"]:
        message = _("w + η·t·x needs targets −1 and 1, and units that put them out")
        book.complain_at_key(("rule",), message, _("activation: sign, or rule: perceptron"))
    listed = isinstance(file.samples, list)
    for index, sample in enumerate(samples):
        path = ("samples", index, "targets") if listed else ("targets",)
        for name, target in sample.targets.items():
            if _value(target) not in possible:
                words = _(" or ").join(map(str, possible))
                message = _("the target of {name} can only be {values}").format(name=name, values=words)
                book.complain(path, message)


def _value(formula: Formula, at: int = 0) -> Real | None:
    """The value of a constant, or of an activation at a net input."""
    domain = Certified()
    try:
        value: Real = evaluate(formula, domain, lambda symbol: number(at).value)
    except (MathError, Undecided):
        return None
    return value
