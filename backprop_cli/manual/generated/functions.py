"""What the tables of activations and losses say."""

from __future__ import annotations

from backprop_cli.algebra.formula import ONE, Name, Number
from backprop_cli.algebra.losses import LOSSES, Loss
from backprop_cli.algebra.operations import ACTIVATIONS, OPERATIONS
from backprop_cli.algebra.quantities import Kind, Phase
from backprop_cli.documents.sentences import SENTENCES
from backprop_cli.ground.words import _, clauses
from backprop_cli.manual.generated.markdown import example, sections, table
from backprop_cli.writing.shapes import ATOM, RATIO, UNICODE, Spelling, spell

ACTIVATION_EXAMPLE = """\
inputs: {x1: 1, x2: -2}
targets: {y1: 0.5}
layers:
  - weights: [[0.5, 0.25], [1, -1]]
    activation: leaky_relu(0.1)
  - weights: [[1, -1]]
    activation: z / (1 + abs(z))
loss: half_squared_error
"""
LOSS_EXAMPLE = """\
inputs: {x1: 1, x2: -2}
targets: {y1: 0.5, y2: 3}
layers:
  - weights: [[0.5, 0.25], [1, -1]]
loss: huber(0.5)
"""


def activations() -> str:
    """Each with what it does and its slope; below, how one is written."""
    rows = [
        (f"`{name}`", _(SENTENCES[Phase.FORWARD, Kind.OUT, name]), _(OPERATIONS[name].rule))
        for name in (*ACTIVATIONS, "softmax")
    ]
    said = _(
        "An activation stands under `activation` in a layer: by its name, with a setting (`leaky_relu(0.1)`, `elu(2)`, "
        "`step(0)`), or as a formula in `z`, the net input. Without one, a layer is linear (`identity`)."
    )
    return sections(said, table((_("name"), _("does"), _("slope")), rows), example(ACTIVATION_EXAMPLE))


def losses() -> str:
    """Each with its part for one output and its slope; below, how one is written."""
    rows = [
        (f"`{loss.name}`", _of_one_output(loss), clauses(map(_, filter(None, (loss.rule, loss.collapse)))))
        for loss in LOSSES.values()
    ]
    said = _(
        "A loss stands under `loss`: by its name, with a setting (`huber(0.5)`), or as a formula: in `out` and `t` it "
        "is summed over the outputs (`(out - t)^4`), in the names of outputs and targets it is the whole "
        "(`(o1 - t_o1)^2 + abs(o2)`). Without one, nothing is compared with a target; `objective` then says what is "
        "differentiated."
    )
    return sections(said, table((_("name"), _("of one output"), _("slope")), rows), example(LOSS_EXAMPLE))


def _of_one_output(loss: Loss) -> str:
    """The part of one output in `out`, its target `t`, the setting `d` and, in a mean, the number `m` of outputs."""
    names = [Name(name) for name in ("out", "t", "d")]
    part = loss.term(*names[: 2 + loss.parameters])
    if loss.factor(1) != loss.factor(2):
        part = part / (ONE / loss.factor(1) * Name("m"))
    return spell(part, UNICODE, lambda name: Spelling(str(name)), _number).text


def _number(number: Number) -> Spelling:
    return Spelling(str(number.value), RATIO if number.value.q != 1 else ATOM)
