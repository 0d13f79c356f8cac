"""From `label_smoothing` of a file to the ε of its loss, which has to be a cross-entropy behind a softmax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Certified
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Layer, LossChoice
from backprop_cli.problem.schema import ProblemFile


def with_smoothing(
    file: ProblemFile, book: ComplaintBook, loss: LossChoice | None, layers: Sequence[Layer]
) -> LossChoice | None:
    """The loss with its label smoothing, which nothing but a cross-entropy of classes has."""
    if file.label_smoothing is None:
        return loss
    row = LOSSES.get(loss.name) if loss is not None else None
    if loss is None or row is None or not row.takes_class or not layers or layers[-1].activation is not None:
        message = _("label smoothing is of a cross entropy behind a softmax")
        hint = _("write loss: cross_entropy, and activation: softmax in the last layer")
        book.complain_at_key(("label_smoothing",), message, hint)
        return loss
    if not 0 <= evaluate(file.label_smoothing, Certified()) <= 1:
        book.complain(("label_smoothing",), _("label smoothing is from 0 to 1"), _("0.1 is usual"))
    return replace(loss, smoothing=file.label_smoothing)
