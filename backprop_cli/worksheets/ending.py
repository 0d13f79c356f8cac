"""When a training ends before its last epoch, in words: by which bound, and how long a gradient or a step is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from backprop_cli.documents.model import Inline, Text
from backprop_cli.documents.writing import inline
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.model import StopRule
from backprop_cli.worksheets.exercise import SheetExercise

_BOUNDS = {  # the bounds of a rule in the order in which they are looked at
    "loss_below": n_("the loss is below {bound}"),
    "loss_above": n_("the loss is above {bound}"),
    "change_below": n_("the loss has changed by less than {bound} since the epoch before"),
    "step_below": n_("the step of the parameters is shorter than {bound}"),
    "gradient_below": n_("the gradient of the loss is shorter than {bound}"),
}
_LENGTHS = {
    "l2": n_("A length is the root of the sum of the squares here (l2)."),
    "l1": n_("A length is the sum of the sizes of all entries here (l1)."),
    "max": n_("A length is the size of the largest entry here (max)."),
}


def when_it_ends(exercise: SheetExercise) -> Iterator[Inline]:
    """That training ends after the first epoch that meets a bound, and by which norm; nothing where there is none."""
    problem = exercise.worked.problem
    if problem.stop is None:
        return
    bounds = [
        inline(_(said), bound=exercise.page.constant(bound))
        for key, said in _BOUNDS.items()
        if (bound := getattr(problem.stop, key)) is not None
    ]
    met = reduce(lambda one, other: inline(_("{one}, or {other}"), one=one, other=other), bounds)
    said = _("Training ends after the first epoch after which {met}; at the latest, after epoch {epoch}.")
    yield inline(said, met=met, epoch=problem.training.epochs)
    if _has_length(problem.stop):
        yield (Text(_(_LENGTHS[problem.stop.norm])),)


def _has_length(rule: StopRule) -> bool:
    return rule.step_below is not None or rule.gradient_below is not None
