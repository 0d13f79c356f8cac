"""From `rule`, `until` and `restart` of a file to the perceptron rule, with what it does not go together with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backprop_cli.algebra.calculus import evaluate, slopes
from backprop_cli.algebra.formula import ZERO, Formula, number
from backprop_cli.ground.errors import MathError, Undecided
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified, Real
from backprop_cli.problem.model import Layer, Perceptron, Sample
from backprop_cli.problem.runs import has_rate

if TYPE_CHECKING:
    from backprop_cli.problem.builder import Builder

PASSES = 100  # how many epochs a clean one is waited for, where the file does not say
_FAR = 1_000_000  # a net input beyond any threshold
_OF_GRADIENTS = ("loss", "objective", "optimizer", "penalty", "clip", "state", "report", "stop", "starts", "batch")


def read_perceptron(builder: Builder, layers: Sequence[Layer]) -> Perceptron | None:
    """The rule; None for gradient descent."""
    file = builder.file
    if file.rule == "gradient":
        for key in ("until", "restart"):
            if key in file.model_fields_set:
                hint = _("write rule: perceptron")
                builder.complain_at_key((key,), _("{key!r} belongs to the perceptron rule").format(key=key), hint)
        return None
    if not has_rate(builder):
        hint = _("many courses take learning_rate: 1")
        builder.complain_at_key(("rule",), _("the perceptron rule needs a learning_rate"), hint)
    _refuse_the_rest(builder)
    if len(layers) != 1:
        message = _("the perceptron rule is for one layer: it has no error for hidden units")
        builder.complain_at_key(("rule",), message)
    elif not _is_flat(layers[0].activation):
        message = _("the perceptron rule is for units with a step")
        hint = _("activation: step(0) puts out 1 above 0 and 0 at 0 and below; sign puts out 1 or −1")
        builder.complain(("layers", 0, "activation"), message, hint)
    return Perceptron(file.rule == "perceptron_target", file.until is not None, file.restart)


def _refuse_the_rest(builder: Builder) -> None:
    """Complains about keys that mean nothing to this rule."""
    file = builder.file
    for key in _OF_GRADIENTS:
        usual = type(file).model_fields[key].default
        if key in file.model_fields_set and getattr(file, key) not in (usual, "none", "1"):
            message = _("{key!r} belongs to gradient descent; the perceptron rule has none").format(key=key)
            builder.complain_at_key((key,), message)
    if isinstance(file.schedule, dict) and file.schedule.get("per") == "update":
        builder.complain_at_key(("schedule", "per"), _("with the perceptron rule a schedule counts epochs here"))
    if isinstance(file.learning_rate, list):
        builder.complain_at_key(("learning_rate",), _("the perceptron rule takes one learning rate"))


def _is_flat(activation: Formula | None) -> bool:
    """Whether the slope is 0 wherever there is one."""
    if activation is None:
        return False
    found = slopes(activation, {})
    return bool(found) and all(slope == ZERO for slope in found.values())


def check_targets(builder: Builder, layers: Sequence[Layer], samples: Sequence[Sample]) -> None:
    """Complains about targets that the units can never put out, and about signs where the rule needs them."""
    if builder.file.rule == "gradient" or len(layers) != 1 or not _is_flat(layers[0].activation):
        return
    assert layers[0].activation is not None
    possible = [_value(layers[0].activation, at) for at in (-_FAR, _FAR)]
    if builder.file.rule == "perceptron_target" and sorted(map(str, possible)) != ["-1", "1"]:
        message = _("w + η·t·x needs targets −1 and 1, and units that put them out")
        builder.complain_at_key(("rule",), message, _("activation: sign, or rule: perceptron"))
    listed = isinstance(builder.file.samples, list)
    for index, sample in enumerate(samples):
        path = ("samples", index, "targets") if listed else ("targets",)
        for name, target in sample.targets.items():
            if _value(target) not in possible:
                words = _(" or ").join(map(str, possible))
                message = _("the target of {name} can only be {values}").format(name=name, values=words)
                builder.complain(path, message)


def _value(formula: Formula, at: int = 0) -> Real | None:
    """The value of a constant, or of an activation at a net input."""
    domain = Certified()
    try:
        value: Real = evaluate(formula, domain, lambda symbol: number(at).value)
    except (MathError, Undecided):
        return None
    return value
