"""The sections of a problem file: the keys of a sample, of rounding, conventions, penalties, clipping and reports."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.rates import SCHEDULES, ScheduleSetting
from backprop_cli.algebra.second_order import DAMPING, SECOND_ORDER
from backprop_cli.algebra.updates import PENALTIES
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import (
    NUMBER_SCHEMA,
    Activation,
    EpochNumber,
    FreeText,
    InputValues,
    KeyedNumber,
    Named,
    NeuronName,
    Plain,
    Truth,
    Values,
    Word,
    by_shape,
    choice,
    number_called,
    section,
    whole_number,
)
from backprop_cli.problem.file_model import Field, FileModel, json_schema_of
from backprop_cli.problem.json_schema import all_of, at_least_one, exactly_one, not_both, one_mapping_each
from backprop_cli.problem.model import StopRule
from backprop_cli.problem.questions import is_question
from backprop_cli.problem.slides import ORIENTATIONS


class SampleFile(FileModel):
    """One example."""

    inputs: InputValues | None = Field(None, description="The values of the inputs.")
    targets: Values | None = Field(
        None,
        description="The values of the targets; for cross-entropy also the class: its neuron, or its index from 0 "
        "(of steps with a softmax each, a list of such indices).",
    )
    given: dict[Word, KeyedNumber] = Field({}, description="Prescribed quantities of this sample.")
    weight: Plain | None = Field(
        None,
        description="ω of this sample in its batch, whose loss is then Σω·E/Σω, or Σω·E with `reduce: sum`; 1 unless "
        "it is given.",
    )
    initial: dict[Word, KeyedNumber] = Field(
        {},
        description="The states before the first step in this sample, by their names: `{h0: 0.5}`, of two units "
        "`{ha0: 0.5, hb0: 1}`, of an LSTM's cell `c0`; 0 for each that is left out.",
    )
    mask: list[Plain] = Field(
        [],
        description="1 for each step of a recurrent layer that counts in this sample and 0 for one that does not, as "
        "behind the end of a shorter sequence: the state is carried on over it, and its output has no loss.",
    )


_Column: Any = by_shape(text=Named, list=list[Named])
Table: Any = by_shape(list=list[_Column], mapping=dict[NeuronName, _Column], text=Named)


class SlideFile(FileModel):
    """What a slide has in place of layers and samples; `slides.py` puts it in theirs before a file is read.

    The matrices W1, b1, W2, … are keys, too: `slide_properties` are their schema.
    """

    X: Table | None = Field(
        None,
        description="The inputs as a table with a row for each sample, `[[0, 0], [0, 1]]`, or by columns: "
        "`{x1: [0, 0], x2: [0, 1]}`; in place of `inputs` or `samples`.",
    )
    y: Table | None = Field(None, description="The targets of the rows of X: `[0, 1]`, or a row for each sample.")
    weights_as: choice(*ORIENTATIONS, what=n_("way to read a matrix")) | None = Field(
        None,
        alias="weights as",  # a literal, for mypy
        description="How W1, W2, … are written: in `rows receive`, a row has the weights into one neuron (Wx), in "
        "`rows send` those out of one (xW).",
    )
    activation: by_shape(text=Activation, list=list[Activation]) | None = Field(
        None, description="The activation of every layer that says none of its own, or a list with one for each."
    )


def slide_properties() -> dict[str, Any]:
    """The schema of W1, b1, W2, …, by the pattern of their keys."""
    matrix, vector = map(json_schema_of, (_MATRIX, _VECTOR))
    weights = n_("The weights of a layer as a matrix; `weights as` says what its rows are.")
    biases = n_("The biases of a layer: one for each neuron, or one number that all of them share.")
    return {
        r"^W(_?[1-9][0-9]?)?$": {**matrix, "description": _(weights)},
        r"^b(_?[1-9][0-9]?)?$": {**vector, "description": _(biases)},
    }


def of_matrices() -> dict[str, Any]:
    """The rule for a network that has its matrices and no `layers`."""
    return {"anyOf": [{"required": [key]} for key in ("W", "W1", "W_1")], "not": {"required": ["layers"]}}


_MATRIX: Any = by_shape(list=list[_Column], text=Named, mapping=dict[NeuronName, dict[NeuronName, Named]])
_VECTOR: Any = by_shape(list=list[_Column], text=Named, mapping=dict[NeuronName, Named])


_KINDS = ("net", "out", "node", "cell", "part", "loss", "metric", "delta", "local", "path", "gradient", "new")


class RoundingFile(
    FileModel, json_schema_extra=all_of(at_least_one("places", "figures", "kinds"), not_both("places", "figures"))
):
    """Every quantity is rounded when it is written down, and the next line uses the rounded one."""

    places: whole_number(0, 50) | None = Field(None, description="Decimal places.")
    figures: whole_number(1, 50) | None = Field(None, description="Significant figures.")
    ties: choice("half-up", "half-even", "truncate", what=n_("rule for ties")) = Field(
        "half-up", description="What happens to a 5, or `truncate`: digits are cut off."
    )
    kinds: dict[choice(*_KINDS, what=n_("kind of quantity")), RoundingFile] = Field(
        {},
        description="Another rounding for one kind of quantity: `kinds: {delta: {places: 4}}`.",
        json_schema_extra={"propertyNames": {"enum": [*_KINDS]}},
    )


class ToleranceFile(FileModel, json_schema_extra=exactly_one("relative", "absolute")):
    """How far an answer may be from the right value."""

    relative: Plain | None = Field(None, description="As a part of the right value: 0.01.")
    absolute: Plain | None = Field(None, description="As a number: 0.005.")


class LateFile(FileModel, json_schema_extra=exactly_one("points", "percent")):
    """What a day costs that a sheet is late."""

    points: Plain | None = Field(None, description="Marks a day.")
    percent: Plain | None = Field(None, description="Per cent of all marks a day.")


class MarkingFile(FileModel):
    """How answers are judged."""

    digits: by_shape(text=choice("free", what=n_("rule for digits")), mapping=RoundingFile) | None = Field(
        None,
        description="The digits asked for, as in `rounding` but without rounding the lines; or `free`: any will do.",
    )
    too_few: Plain | None = Field(None, description="The share of the marks of a right answer with too few digits.")
    near_miss: Plain | None = Field(None, description="The share of the marks of a near miss.")
    formula: Plain | None = Field(None, description="The share of the marks of a right formula, worked out wrong.")
    arithmetic: Plain | None = Field(None, description="What the arithmetic is worth, where the formula is right.")
    follow_through: choice("true", "strict", "false", what=n_("rule for what follows")) = Field(
        "true",
        description="Whether a line that follows from a wrong one has its marks; `strict`: not after 0, 1 or a value "
        "that cannot be.",
    )
    tolerance: section(ToleranceFile) | None = Field(
        None, description="How far off an answer may be, instead of digits: `{relative: 0.01}` or `{absolute: 0.005}`."
    )
    late: section(LateFile) | None = Field(None, description="What a day costs: `{points: 1}` or `{percent: 10}`.")
    names: choice("free", "strict", what=n_("rule for names")) = Field(
        "free", description="Whether δ may have the other sign throughout a sheet."
    )


class AskFile(FileModel):
    """What the sheet asks for, where formulas are among it."""

    values: list[Word] = Field([], description="The quantities that are asked for as numbers: `[net_h1, w5_new]`.")
    formula: list[Word] = Field([], description="The quantities that are asked for as formulas: `[delta_h1]`.")
    words: list[Word] = Field([], description="The questions that are answered by a word: `[state(h2)]`.")


def values_asked(ask: str | list[str] | AskFile) -> list[str]:
    """What is asked for by its name, the questions among it."""
    if isinstance(ask, str):
        return [ask]
    return ask.values if isinstance(ask, AskFile) else ask


def words_asked(ask: str | list[str] | AskFile) -> tuple[str, ...]:
    """The questions, each once."""
    more = ask.words if isinstance(ask, AskFile) else []
    return tuple(dict.fromkeys([*filter(is_question, values_asked(ask)), *more]))


Asked: Any = by_shape(list=list[Word], mapping=AskFile, text=Word)
Marks: Any = dict[Word, Plain]


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
    batch_mean: choice("gradient", "delta", what=n_("place of the mean")) | None = Field(
        None,
        description="Where the 1/n of a batch stands: in its gradients, as usual, or in every δ, so that the gradients "
        "of its samples are added up.",
    )
    relu_at_zero: choice("0", "1/2", "0.5", "1", what=n_("slope of ReLU at 0")) | None = Field(
        None, description="The slope of ReLU at exactly 0."
    )
    step_at_zero: choice("0", "1/2", "0.5", "1", what=n_("value of a step at 0")) | None = Field(
        None, description="What a unit with the activation `step` puts out at exactly 0; 1 unless it is given."
    )
    sign_at_zero: choice("-1", "0", "1", what=n_("value of a sign at 0")) | None = Field(
        None,
        description="What a unit with the activation `sign` puts out at exactly 0; 0 unless it is given. A sign that "
        "is never 0 is written 2·step(z) − 1.",
    )


def _optimizers(schema: dict[str, Any]) -> None:
    """The schema of an optimizer with settings: for each by its name those that it has."""
    described = {"description": schema["properties"]["name"]["description"]}
    shapes = {
        row.name: {"properties": {key: {**NUMBER_SCHEMA, "default": value} for key, value in row.settings.items()}}
        for row in OPTIMIZERS.values()
    }
    damping = {"properties": {DAMPING.name: NUMBER_SCHEMA}}
    shapes |= {row.name: damping if row.damped else {"properties": {}} for row in SECOND_ORDER.values()}
    said = {key: schema[key] for key in ("description",) if key in schema}  # which some versions of pydantic add later
    schema.clear()
    schema.update({**said, **one_mapping_each(shapes, described)})


class OptimizerFile(FileModel, json_schema_extra=_optimizers):
    """An optimizer with settings of its own: `{name: adam, beta1: 0.8}`."""

    more = KeyedNumber

    name: FreeText = Field("", description="sgd, momentum, nesterov, rmsprop, adam, …")

    @property
    def settings(self) -> dict[str, Formula]:
        """The settings by name, known or not."""
        return {key: getattr(self, key) for key in self.further}


class PenaltyFile(FileModel, json_schema_extra=not_both("l2", "l2_full")):
    """A penalty on the size of the weights; its gradient is added to ∂E/∂w (E itself stays the data's)."""

    l1: number_called(PENALTIES["l1"]) | None = Field(None, description="λ of λΣ|w|.")
    l2: number_called(PENALTIES["l2"]) | None = Field(None, description="λ of ½λΣw².")
    l2_full: number_called(PENALTIES["l2_full"]) | None = Field(None, description="λ of λΣw².")
    biases: Truth | None = Field(None, description="Whether biases are penalized too; usually they are not.")


class ClipFile(FileModel, json_schema_extra=exactly_one("value", "norm")):
    """Gradient clipping."""

    value: number_called("c") | None = Field(None, description="Each gradient is cut off at ± this.")
    norm: number_called("c") | None = Field(None, description="All gradients together are shortened to this length.")


_BOUNDS = ("loss_below", "loss_above", "change_below", "step_below", "gradient_below")


class StopFile(FileModel, json_schema_extra=at_least_one(*_BOUNDS)):
    """When training ends before its last epoch: after the first one that meets a bound."""

    loss_below: Plain | None = Field(None, description="Training ends after the first epoch with a loss below this.")
    loss_above: Plain | None = Field(None, description="The same above this, for what is maximized.")
    change_below: Plain | None = Field(
        None, description="… in which the loss has changed by less than this since the epoch before."
    )
    step_below: Plain | None = Field(
        None, description="… in which the parameters have moved by less than this: the norm of the change."
    )
    gradient_below: Plain | None = Field(
        None, description="… after which the gradient of the loss is shorter than this."
    )
    norm: choice("l2", "l1", "max", what=n_("norm")) = Field(
        "l2",
        description="How long a gradient or a step is: √Σx² (`l2`), Σ|x| (`l1`) or the largest |x| (`max`).",
    )

    @property
    def rule(self) -> StopRule:
        """What it means; without a bound, a training that goes to its end."""
        return StopRule(**{key: getattr(self, key) for key in (*_BOUNDS, "norm")})


def schedules() -> dict[str, Any]:
    """The schema of a schedule that is a mapping: by its name with its settings, by a formula, or by listed rates."""
    per = {"enum": ["epoch", "update"], "description": n_("What is counted: epochs, unless it is said.")}
    shapes = {
        row.name: {
            "properties": {**{key: _setting(one) for key, one in row.settings.items()}, "per": per},
            "required": [key for key, one in row.settings.items() if not one.optional],
        }
        for row in SCHEDULES.values()
    }
    named = one_mapping_each(shapes, {"description": n_("A schedule of the table.")})
    rates = {"type": "array", "items": NUMBER_SCHEMA, "minItems": 1}
    own: dict[str, Any] = {"formula": {"type": "string"}, "rates": rates}
    named["anyOf"] += [
        {"properties": {key: one, "per": per}, "required": [key], "additionalProperties": False}
        for key, one in own.items()
    ]
    return named


def _setting(setting: ScheduleSetting) -> dict[str, Any]:
    """The schema of one setting of a schedule."""
    whole = {"type": "integer", "minimum": 1}
    if setting.many:
        return {"anyOf": [whole, {"type": "array", "items": whole, "minItems": 1}]}
    return whole if setting.whole else NUMBER_SCHEMA


class ReportFile(FileModel, json_schema_extra={"required": ["epochs"]}):
    """What a table of training shows, and after which epochs."""

    epochs: by_shape(list=list[EpochNumber], text=EpochNumber) = Field(
        [], description="The epochs after which the table has a row; 0 is before the first."
    )
    quantities: list[Word] = Field(
        [],
        description="What it shows after each: `[E, out_o1, w5, delta_h1, dE/dw5]`; of several samples, "
        "`sample 2 / out_o1` or, as `out_o1`, each.",
    )
