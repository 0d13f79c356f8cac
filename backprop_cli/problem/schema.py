"""The shape of a problem file: every key, what may stand there, and what it means. `backprop schema` prints it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, TypeAdapter
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_plain_validator_function

from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import (
    EpochNumber,
    FileModel,
    FreeText,
    InputValues,
    KeyedNumber,
    NameText,
    NeuronName,
    Number,
    Plain,
    SampleNumber,
    Truth,
    UnknownLayer,
    Values,
    Word,
    by_shape,
    choice,
    number_called,
    whole_number,
)
from backprop_cli.problem.layer_types import DENSE, LAYER_TYPES
from backprop_cli.problem.letters import RATE
from backprop_cli.problem.model import Detail
from backprop_cli.problem.sections import (
    AskFile,
    ClipFile,
    ConventionsFile,
    MarkingFile,
    OptimizerFile,
    PenaltyFile,
    ReportFile,
    RoundingFile,
    SampleFile,
    StopFile,
)


class _LayerOfItsType:
    """Reads a layer by the keys of its type, so that only the types that a file has are built."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        return no_info_plain_validator_function(_read_layer)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, handler: Any) -> Any:
        files: Any = Annotated[LAYER_TYPES[DENSE].file, Tag(DENSE)]
        for one in list(LAYER_TYPES.values())[1:]:
            files = files | Annotated[one.file, Tag(one.name)]
        return handler(TypeAdapter(Annotated[files, Discriminator(_type_of_layer)]).core_schema)


def _read_layer(value: Any) -> FileModel:
    named = value.get("type") if isinstance(value, dict) else None
    if isinstance(named, str) and named.strip() not in LAYER_TYPES:
        return UnknownLayer.model_validate(value)
    return LAYER_TYPES[_type_of_layer(value)].file.model_validate(value)


def _type_of_layer(value: Any) -> str:
    named = value.get("type", DENSE) if isinstance(value, dict) else getattr(value, "type", DENSE)
    return named.strip() if isinstance(named, str) and named.strip() in LAYER_TYPES else DENSE


AnyLayer: Any = Annotated[Any, _LayerOfItsType]


class ProblemFile(ConventionsFile):
    """A backpropagation exercise: a network of layers, a graph of named expressions, or given gradients."""

    title: FreeText | None = Field(None, description="What stands above the solution.")
    description: FreeText | None = Field(None, description="For the reader of the file.")
    inputs: InputValues | None = Field(
        None,
        description="The inputs: `{i1: 0.05, i2: 0.10}`, or a list; `{x: [1, 0.5]}` is x1, x2, …; for an embedding, "
        "tokens or numbers of rows.",
    )
    targets: Values | None = Field(None, description="The targets of the outputs, by name or in order.")
    parameters: dict[NameText, KeyedNumber] = Field(
        {}, description="Parameters by name, for graphs, for shared weights and for given gradients."
    )
    layers: list[AnyLayer] = Field([], description="The layers from the first hidden one to the output.")
    graph: dict[NameText, FreeText] = Field(
        {}, description="Named expressions, each of inputs, parameters and earlier names."
    )
    objective: NeuronName | None = Field(
        None, description="What is differentiated when there is no loss: a node of the graph, or an output."
    )
    loss: FreeText | None = Field(
        None, description="half_squared_error, cross_entropy, huber(1), … or a formula: `(out - t)^2`, `(o1 - t_o1)^2`."
    )
    learning_rate: by_shape(text=number_called(*RATE), list=list[Number]) | None = Field(
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
    rule: choice("gradient", "perceptron", "perceptron_target", what=n_("rule")) = Field(
        "gradient",
        description="`perceptron`: w + η(t − y)x, for one layer of step or sign units; `perceptron_target`: w + ηtx "
        "where the sign is wrong. Neither is gradient descent.",
    )
    until: choice("clean pass", what=n_("end")) | None = Field(
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
    order: list[by_shape(text=SampleNumber, list=list[SampleNumber])] = Field(
        [],
        description="The order in which the samples are gone through: `[2, 1, 3]`, or one for each epoch, repeated "
        "from the first: `[[2, 1, 3], [3, 1, 2]]`. A sample keeps its number.",
    )
    reduce: choice("mean", "sum", what=n_("way to combine a batch")) = Field(
        "mean", description="How the samples of a batch are combined."
    )
    optimizer: by_shape(text=FreeText, mapping=OptimizerFile) = Field(
        "sgd",
        description="sgd, momentum, nesterov, rmsprop, adam, …; with settings: `{name: adam, beta1: 0.8}`.",
    )
    penalty: PenaltyFile | None = Field(None, description="`{l2: 0.01}`: weight decay through the loss.")
    clip: ClipFile | None = Field(None, description="`{norm: 1}` or `{value: 0.5}`.")
    state: dict[NameText, KeyedNumber] = Field({}, description="The optimizer's starting state: `{v_w5: 0.5}`.")
    step: whole_number(1, "epochs") = Field(1, description="The number t of the first update.")
    report: by_shape(
        list=list[EpochNumber],
        text=EpochNumber,
        mapping=ReportFile,
    ) = Field(
        [],
        description="Epochs to look at: a table of loss, outputs and parameters after each instead of every line; "
        "or `{epochs: [1, 10, 100], quantities: [E, w5]}`.",
    )
    stop: StopFile | None = Field(None, description="`{loss_below: 0.01}`: when training ends early.")
    epochs: whole_number(1, "epochs") = Field(1, description="How often the samples are gone through.")
    given: dict[Word, KeyedNumber] = Field({}, description="Prescribed values: `{out_h1: 0.6}`, `{dE/dout_o1: 1}`.")
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
    detail: choice(*(one.value for one in Detail), what=n_("detail")) | None = Field(
        None, description="How much is written; `gates` splits a graph into primitive gates."
    )
    symbolic: Truth = Field(
        False, description="Solve in symbols: every number becomes a letter, and a name needs no value."
    )
    letters: by_shape(list=list[NameText], text=NameText) = Field(
        [], description="Names that may stand where a number is expected, and stay letters in the solution: `[w1, t]`."
    )
    ask: by_shape(list=list[Word], mapping=AskFile) = Field(
        [],
        description="The quantities that the sheet asks for: `[delta_h1, w5_new]`; with formulas in letters among "
        "them, `{values: [w5_new], formula: [delta_h1]}`.",
    )
    marks: dict[Word, Plain] = Field({}, description="Marks for the quantities asked.")
    marking: MarkingFile | None = Field(
        None, description="How answers are judged: digits, shares of a mark, follow-through, tolerance."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the format, for editors."""
    schema = ProblemFile.model_json_schema()
    spoken: dict[str, Any] = _in_the_readers_language(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **spoken, "title": "backprop problem"}


def _in_the_readers_language(schema: Any) -> Any:
    """A part of the schema, its descriptions translated."""
    if isinstance(schema, list):
        return [_in_the_readers_language(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _(value) if key == "description" and isinstance(value, str) else _in_the_readers_language(value)
        for key, value in schema.items()
    }
