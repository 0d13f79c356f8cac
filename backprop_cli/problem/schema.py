"""The shape of a problem file: every key, what may stand there, and what it means. `backprop schema` prints it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from backprop_cli import limits
from backprop_cli.errors import did_you_mean
from backprop_cli.expressions import FormulaError, parse_constant
from backprop_cli.formula import Formula
from backprop_cli.problem.tree import NOTHING
from backprop_cli.words import _

NUMBER_SCHEMA = {"type": ["number", "string"], "description": "0.15, 1/3, 2e-3, ln(2) or sqrt(3)/2; read exactly"}
NAMED_SCHEMA = {"type": ["number", "string"], "description": "a number, `name = number`, or the name of a parameter"}


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """`w1 = 0.15`, `0.15` or `w1`."""

    name: str | None
    value: Formula | None


def problem_with(message: str, offset: int = 0, length: int = 0, hint: str | None = None) -> PydanticCustomError:
    """A complaint about a text; offset and length say which part of it is meant (length 0: all of it)."""
    context = {"message": message, "offset": offset, "length": length, "hint": hint or ""}
    return PydanticCustomError("problem", "{message}", context)


def _text(value: Any, what: str) -> str:
    if value is NOTHING:
        raise problem_with(_("nothing is written here; expected {what}").format(what=what))
    if not isinstance(value, str):
        shape = _("a list") if isinstance(value, list) else _("a mapping")
        raise problem_with(_("expected {what}, not {shape}").format(what=what, shape=shape))
    return value


def read_number(value: Any, offset: int = 0) -> Formula:
    """A constant formula from its text."""
    text = _text(value, _("a number"))
    try:
        return parse_constant(text)
    except FormulaError as error:
        message, start, length = error.message, error.offset, error.length
        if text.strip().lower() in ("nan", "inf", ".nan", ".inf", "-inf", "-.inf", "+.inf", "infinity"):
            message, hint = _("{text!r} is not a number one can compute with").format(text=text.strip()), None
            start, length = len(text) - len(text.lstrip()), len(text.strip())
        else:
            hint = error.hint or _number_hint(text)
        raise problem_with(message, offset + start, length, hint) from None


def _number_hint(text: str) -> str | None:
    digits = text.replace(",", ".")
    if (
        "," in text
        and digits.replace(".", "", 1).replace("-", "", 1).isascii()
        and digits.lstrip("+-").replace(".", "", 1).isdigit()
    ):
        return _("decimals are written with a point: {text}").format(text=digits)
    return _("a number is written 0.15, 1/3, 2e-3, ln(2) …")


def read_named_number(value: Any) -> NamedNumber:
    """A number that may carry a name."""
    text = _text(value, _("a number"))
    name, equals, number = text.partition("=")
    if equals:
        start = len(name) + 1
        return NamedNumber(read_name(name.strip()), read_number(number, start))
    if text.strip().isidentifier() and text.strip() not in ("pi", "e", "nan", "inf"):
        return NamedNumber(read_name(text.strip()), None)
    return NamedNumber(None, read_number(text))


def read_name(value: Any) -> str:
    """A name for a neuron, parameter, node or input."""
    name = _text(value, _("a name")).strip()
    if len(name) > limits.NAME_LENGTH:
        raise problem_with(
            _("a name of {n:,} characters; the limit is {limit}").format(n=len(name), limit=limits.NAME_LENGTH)
        )
    if not name.isidentifier() or not name.isprintable():
        hint = _("a name has letters, digits and _, and starts with a letter: w1, h_2")
        if any(char in name for char in "()[]"):
            hint = _("between { and }, a formula with a comma needs quotes")
        raise problem_with(_("{name!r} cannot be a name").format(name=name), hint=hint)
    return name


def read_neuron_name(value: Any) -> str:
    """A name for a neuron; numbers are allowed (unit 4)."""
    text = _text(value, _("a name")).strip()
    return text if text.isascii() and text.isdigit() and len(text) <= 6 else read_name(text)


def read_text(value: Any) -> str:
    """Free text."""
    text = _text(value, _("a text"))
    if len(text) > limits.TEXT_LENGTH:
        raise problem_with(
            _("a text of {n:,} characters; the limit is {limit:,}").format(n=len(text), limit=limits.TEXT_LENGTH)
        )
    return text


def whole_number(least: int, most: int) -> Any:
    """A field for a whole number in a range."""

    def read(value: Any) -> int:
        text = _text(value, _("a whole number")).strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise problem_with(_("{text!r} is not a whole number").format(text=text))
        if not least <= int(text) <= most:
            raise problem_with(_("{text} is outside {least:,} … {most:,}").format(text=text, least=least, most=most))
        return int(text)

    return Annotated[Any, PlainValidator(read), WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})]


def choice(*options: str, what: str) -> Any:
    """A field for one of several words."""

    def read(value: Any) -> str:
        text = _text(value, what).strip()
        if text not in options:
            hint = did_you_mean(text, options) or _("one of: {options}").format(options=", ".join(options))
            raise problem_with(_("no {what} called {text!r}").format(what=what, text=text), hint=hint)
        return text

    return Annotated[Any, PlainValidator(read), WithJsonSchema({"enum": list(options)})]


def _read_truth(value: Any) -> bool:
    text = _text(value, _("true or false")).strip()
    if text not in ("true", "false"):
        raise problem_with(_("{text!r} is neither true nor false").format(text=text))
    return text == "true"


def _shape(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<mapping>" if isinstance(value, dict) else "<text>"


def by_shape(**shapes: Any) -> Any:
    """A field that may be a `text`, a `list` or a `mapping`, each with its own type."""
    tagged = [Annotated[kind, Tag(f"<{shape}>")] for shape, kind in shapes.items()]
    words = {"text": _("one value"), "list": _("a list"), "mapping": _("a mapping")}
    expected = _(" or ").join(words[shape] for shape in shapes)
    union: Any = tagged[0]
    for one in tagged[1:]:
        union = union | one
    if len(tagged) == 1:
        return union
    return Annotated[
        union,
        Discriminator(
            _shape, custom_error_type="problem", custom_error_message=_("expected {expected}").format(expected=expected)
        ),
    ]


def is_tag(step: str | int) -> bool:
    """Whether a step of an error's path is one of our shape tags, which are no part of the file."""
    return isinstance(step, str) and step.startswith("<") and step.endswith(">")


def _field(read: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    return Annotated[Any, PlainValidator(read), WithJsonSchema(schema)]


Number = _field(read_number, NUMBER_SCHEMA)
Named = _field(read_named_number, NAMED_SCHEMA)
NameText = _field(read_name, {"type": "string"})
NeuronName = _field(read_neuron_name, {"type": ["string", "integer"]})
FreeText = _field(read_text, {"type": "string"})
Word = _field(read_text, {"type": ["string", "number"]})
Truth = _field(_read_truth, {"type": "boolean"})
Count = whole_number(1, limits.NEURONS)
Values = by_shape(mapping=dict[NeuronName, Number], list=list[Named], text=Named)
_Row: Any = by_shape(list=list[Named], text=Named)
Weights: Any = by_shape(list=list[_Row], mapping=dict[NeuronName, dict[NeuronName, Named]])


class FileModel(BaseModel):
    """A mapping in which no key is silently ignored."""

    model_config = ConfigDict(extra="forbid")


class LayerFile(FileModel):
    """A layer of neurons, each connected to the layer before unless `weights` says otherwise."""

    neurons: by_shape(list=list[NeuronName], text=Count) | None = Field(
        None, description="The neurons' names, or how many there are; names are h1, h2, … and y1, y2, … otherwise."
    )
    activation: FreeText = Field(
        "identity",
        description="identity, sigmoid, tanh, relu, leaky_relu(0.01), softmax, … or a formula in z: `z/(1 + abs(z))`.",
    )
    weights: Weights | None = Field(
        None, description="One row per receiving neuron, or by name: `{h1: {i1: 0.15, i2: 0.20}}`."
    )
    weights_by_input: Weights | None = Field(None, description="One row per sending neuron.")
    bias: by_shape(text=Named, list=list[Named], mapping=dict[NeuronName, Named]) | None = Field(
        None, description="One number: one bias shared by the layer; a list or mapping: one per neuron; left out: none."
    )


class SampleFile(FileModel):
    """One example."""

    inputs: Values | None = Field(None, description="The values of the inputs.")
    targets: Values | None = Field(
        None,
        description="The values of the targets; for cross-entropy also the class: its neuron, or its index from 0.",
    )
    given: dict[Word, Number] = Field({}, description="Prescribed quantities of this sample.")


class RoundingFile(FileModel):
    """Every quantity is rounded when it is written down, and the next line uses the rounded one."""

    places: whole_number(0, 50) | None = Field(None, description="Decimal places.")
    figures: whole_number(1, 50) | None = Field(None, description="Significant figures.")
    ties: choice("half-up", "half-even", "truncate", what="rule for ties") = Field(
        "half-up", description="What happens to a 5, or `truncate`: digits are cut off."
    )
    kinds: dict[
        choice(
            "net", "out", "node", "part", "loss", "delta", "local", "path", "gradient", "new", what="kind of quantity"
        ),
        RoundingFile,
    ] = Field({}, description="Another rounding for one kind of quantity: `kinds: {delta: {places: 4}}`.")


class ConventionsFile(FileModel):
    """What courses disagree on."""

    delta: choice("dE/dnet", "-dE/dnet", what="sign of delta") | None = Field(
        None, description="The sign of δ; with `-dE/dnet`, updates add η·δ·x."
    )
    threshold: Truth | None = Field(None, description="Biases are thresholds: net = Σwx − θ.")
    hidden_uses: choice("old", "updated", what="choice") | None = Field(
        None,
        description="Which output weights the hidden δ use; `updated` is not gradient descent, but is found in print.",
    )
    relu_at_zero: choice("0", "1/2", "0.5", "1", what="slope of ReLU at 0") | None = Field(
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

    loss_below: Number = Field(description="Training ends after the first epoch with a loss below this.")


class ReportFile(FileModel):
    """What a table of training shows, and after which epochs."""

    epochs: by_shape(list=list[whole_number(0, 1_000_000)], text=whole_number(0, 1_000_000)) = Field(
        [], description="The epochs after which the table has a row; 0 is before the first."
    )
    quantities: list[Word] = Field(
        [],
        description="What it shows after each: `[E, out_o1, w5, delta_h1, dE/dw5]`; of several samples, "
        "`sample 2 / out_o1` or, as `out_o1`, each.",
    )


class ProblemFile(ConventionsFile):
    """A backpropagation exercise: a network of layers, a graph of named expressions, or given gradients."""

    title: FreeText | None = Field(None, description="What stands above the solution.")
    description: FreeText | None = Field(None, description="For the reader of the file.")
    inputs: Values | None = Field(None, description="The inputs: `{i1: 0.05, i2: 0.10}`, or a list.")
    targets: Values | None = Field(None, description="The targets of the outputs, by name or in order.")
    parameters: dict[NameText, Number] = Field(
        {}, description="Parameters by name, for graphs, for shared weights and for given gradients."
    )
    layers: list[LayerFile] = Field([], description="The layers from the first hidden one to the output.")
    graph: dict[NameText, FreeText] = Field(
        {}, description="Named expressions, each of inputs, parameters and earlier names."
    )
    objective: NeuronName | None = Field(
        None, description="What is differentiated when there is no loss: a node of the graph, or an output."
    )
    loss: FreeText | None = Field(
        None, description="half_squared_error, cross_entropy, huber(1), … or a formula: `(out - t)^2`, `(o1 - t_o1)^2`."
    )
    learning_rate: by_shape(text=Number, list=list[Number]) | None = Field(
        None,
        description="η; without it there is no update. A list compares its rates, over "
        "10 epochs unless `epochs` or `report` say otherwise: `[0.1, 0.5, 1.5]`.",
    )
    schedule: (
        by_shape(text=FreeText, list=list[Number], mapping=dict[NameText, by_shape(text=Word, list=list[Word])]) | None
    ) = Field(
        None,
        description="How η changes: `{name: step, every: 2, factor: 1/2}`, multistep, exponential, inverse_time, "
        "inverse_sqrt, linear, polynomial, cosine, warmup, a formula in eta and the epoch number n from 0 "
        "(`eta / (1 + n)`), or the rates of the epochs (`[0.5, 0.25, 0.1]`, of which the last one stays); "
        "`per: update` counts updates.",
    )
    rule: choice("gradient", "perceptron", "perceptron_target", what="rule") = Field(
        "gradient",
        description="`perceptron`: w + η(t − y)x, for one layer of step or sign units; `perceptron_target`: w + ηtx "
        "where the sign is wrong. Neither is gradient descent.",
    )
    until: choice("clean pass", what="end") | None = Field(
        None,
        description="`clean pass`: the perceptron rule goes on until every sample of an epoch is right, for at most "
        "`epochs` epochs (100 unless they are given).",
    )
    restart: Truth = Field(
        False, description="Whether the perceptron rule begins again with the first sample after each correction."
    )
    starts: (
        by_shape(mapping=dict[NameText, by_shape(list=list[Number], text=Number)], list=list[dict[NameText, Number]])
        | None
    ) = Field(
        None,
        description="Starting points to compare: `{w: [-2, 0.5, 3]}` (of several parameters, the first values "
        "together, then the second ones, …), or a list of mappings; for 100 epochs unless `epochs` or `report` say "
        "otherwise.",
    )
    fixed: by_shape(list=list[NameText], text=NameText) = Field(
        [], description="Parameters that are not updated, or `biases`."
    )
    samples: by_shape(list=list[SampleFile], text=FreeText) | None = Field(
        None, description="Several examples, or the name of a CSV file beside the problem."
    )
    batch: by_shape(text=Word) = Field(
        "online", description="`online` (update after each sample), `full`, or how many samples go into one update."
    )
    order: list[by_shape(text=whole_number(1, limits.SAMPLES), list=list[whole_number(1, limits.SAMPLES)])] = Field(
        [],
        description="The order in which the samples are gone through: `[2, 1, 3]`, or one for each epoch, repeated "
        "from the first: `[[2, 1, 3], [3, 1, 2]]`. A sample keeps its number.",
    )
    reduce: choice("mean", "sum", what="way to combine a batch") = Field(
        "mean", description="How the samples of a batch are combined."
    )
    optimizer: by_shape(text=FreeText, mapping=dict[NameText, Word]) = Field(
        "sgd",
        description="sgd, momentum, nesterov, rmsprop, adam, …; with settings: `{name: adam, beta1: 0.8}`.",
    )
    penalty: PenaltyFile | None = Field(None, description="`{l2: 0.01}`: weight decay through the loss.")
    clip: ClipFile | None = Field(None, description="`{norm: 1}` or `{value: 0.5}`.")
    state: dict[NameText, Number] = Field({}, description="The optimizer's starting state: `{v_w5: 0.5}`.")
    step: whole_number(1, 1_000_000) = Field(1, description="The number t of the first update.")
    report: by_shape(list=list[whole_number(0, 1_000_000)], text=whole_number(0, 1_000_000), mapping=ReportFile) = (
        Field(
            [],
            description="Epochs to look at: a table of loss, outputs and parameters after each instead of every line; "
            "or `{epochs: [1, 10, 100], quantities: [E, w5]}`.",
        )
    )
    stop: StopFile | None = Field(None, description="`{loss_below: 0.01}`: when training ends early.")
    epochs: whole_number(1, 1_000_000) = Field(1, description="How often the samples are gone through.")
    given: dict[Word, Number] = Field({}, description="Prescribed values: `{out_h1: 0.6}`, `{dE/dout_o1: 1}`.")
    gradients: dict[NameText, by_shape(list=list[Number], text=Number)] = Field(
        {}, description="Given gradients, one or a sequence of steps: an exercise without a network."
    )
    rounding: RoundingFile | None = Field(None, description="Round every line as a student with a calculator does.")
    conventions: ConventionsFile | None = Field(
        None, description="The same four keys as at the top level, in a block of their own."
    )
    notation: FreeText | None = Field(
        None, description="A notation (plain, nielsen, mitchell, …) or a .toml file beside the problem."
    )
    detail: choice("brief", "textbook", "full", "gates", what="detail") | None = Field(
        None, description="How much is written; `gates` splits a graph into primitive gates."
    )
    ask: list[Word] = Field([], description="The quantities that the sheet asks for: `[delta_h1, w5_new]`.")
    marks: dict[Word, Number] = Field({}, description="Marks for the quantities asked.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the format, for editors."""
    schema = ProblemFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "backprop problem"}
