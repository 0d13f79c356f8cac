"""The sections of a problem file: the keys of a sample, of rounding, conventions, penalties, clipping and reports."""

from __future__ import annotations

from pydantic import Field

from backprop_cli.ground.words import n_
from backprop_cli.problem.fields import (
    EpochNumber,
    FileModel,
    InputValues,
    Number,
    Plain,
    Truth,
    Values,
    Word,
    by_shape,
    choice,
    whole_number,
)


class SampleFile(FileModel):
    """One example."""

    inputs: InputValues | None = Field(None, description="The values of the inputs.")
    targets: Values | None = Field(
        None,
        description="The values of the targets; for cross-entropy also the class: its neuron, or its index from 0 "
        "(of steps with a softmax each, a list of such indices).",
    )
    given: dict[Word, Number] = Field({}, description="Prescribed quantities of this sample.")


class RoundingFile(FileModel):
    """Every quantity is rounded when it is written down, and the next line uses the rounded one."""

    places: whole_number(0, 50) | None = Field(None, description="Decimal places.")
    figures: whole_number(1, 50) | None = Field(None, description="Significant figures.")
    ties: choice("half-up", "half-even", "truncate", what=n_("rule for ties")) = Field(
        "half-up", description="What happens to a 5, or `truncate`: digits are cut off."
    )
    kinds: dict[
        choice(
            "net",
            "out",
            "node",
            "cell",
            "part",
            "loss",
            "delta",
            "local",
            "path",
            "gradient",
            "new",
            what=n_("kind of quantity"),
        ),
        RoundingFile,
    ] = Field({}, description="Another rounding for one kind of quantity: `kinds: {delta: {places: 4}}`.")


class ConventionsFile(FileModel):
    """What courses disagree on."""

    delta: choice("dE/dnet", "-dE/dnet", what=n_("sign of delta")) | None = Field(
        None, description="The sign of δ; with `-dE/dnet`, updates add η·δ·x."
    )
    threshold: Truth | None = Field(None, description="Biases are thresholds: net = Σwx − θ.")
    hidden_uses: choice("old", "updated", what=n_("choice")) | None = Field(
        None,
        description="Which output weights the hidden δ use; `updated` is not gradient descent, but is found in print.",
    )
    relu_at_zero: choice("0", "1/2", "0.5", "1", what=n_("slope of ReLU at 0")) | None = Field(
        None, description="The slope of ReLU at exactly 0."
    )


class PenaltyFile(FileModel):
    """A penalty on the size of the weights; its gradient is added to ∂E/∂w (E itself stays the data's)."""

    l1: Number | None = Field(None, description="λ of λΣ|w|.")
    l2: Number | None = Field(None, description="λ of ½λΣw².")
    l2_full: Number | None = Field(None, description="λ of λΣw².")
    biases: Truth | None = Field(None, description="Whether biases are penalized too; usually they are not.")


class ClipFile(FileModel):
    """Gradient clipping."""

    value: Number | None = Field(None, description="Each gradient is cut off at ± this.")
    norm: Number | None = Field(None, description="All gradients together are shortened to this length.")


class StopFile(FileModel):
    """When training ends before its last epoch."""

    loss_below: Plain = Field(description="Training ends after the first epoch with a loss below this.")


class ReportFile(FileModel):
    """What a table of training shows, and after which epochs."""

    epochs: by_shape(list=list[EpochNumber], text=EpochNumber) = Field(
        [], description="The epochs after which the table has a row; 0 is before the first."
    )
    quantities: list[Word] = Field(
        [],
        description="What it shows after each: `[E, out_o1, w5, delta_h1, dE/dw5]`; of several samples, "
        "`sample 2 / out_o1` or, as `out_o1`, each.",
    )
