"""The shape of a problem file: every key, what may stand there, and what it means. `backprop schema` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import (
    EpochNumber,
    FreeText,
    InputValues,
    KeyedNumber,
    NameText,
    NeuronName,
    Number,
    ParameterValue,
    Plain,
    SampleNumber,
    Truth,
    UnknownLayer,
    Values,
    Word,
    by_shape,
    called,
    choice,
    number_called,
    section,
    whole_number,
)
from backprop_cli.problem.file_model import Extended, Field, FileModel, json_schema_of
from backprop_cli.problem.json_schema import (
    DRAFT,
    FORMULA,
    NAME,
    all_of,
    at_least_one,
    exactly_one,
    for_editors,
    not_both,
    schema_id,
)
from backprop_cli.problem.layer_types import DENSE, LAYER_TYPES
from backprop_cli.problem.letters import RATE
from backprop_cli.problem.model import Detail
from backprop_cli.problem.sections import (
    Asked,
    ClipFile,
    ConventionsFile,
    MarkingFile,
    Marks,
    OptimizerFile,
    PenaltyFile,
    ReportFile,
    RoundingFile,
    SampleFile,
    SlideFile,
    StopFile,
    of_matrices,
    schedules,
    slide_properties,
)
from backprop_cli.writing.notation import known_notations, load_notation

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


class _LayerOfItsType:
    """Reads a layer by the keys of its type, so that only the types that a file has are built."""

    @staticmethod
    def read(value: Any) -> FileModel:
        """The layer."""
        return _read_layer(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        from pydantic_core.core_schema import no_info_plain_validator_function

        return no_info_plain_validator_function(_read_layer)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: Any, handler: Any) -> Any:
        from pydantic import Discriminator, Tag, TypeAdapter

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


_SOME = Extended({"minItems": 1})
_PERCEPTRON = {"properties": {"rule": {"enum": ["perceptron", "perceptron_target"]}}, "required": ["rule"]}
_Shown = choice("changes", "errors", "inputs", "penalized", "rates", "shares", what=n_("line to show"))
_FORMULA_OR_NAME = rf"{FORMULA}|^\s*(none|{'|'.join(LOSS_ALIASES)})\s*$|^\s*{NAME}\s*$"  # an output is a loss, too
_RATES = rf"{FORMULA}|^\s*(eta|eta0|n)\s*$"
_PLACE = {"type": "integer", "minimum": 1}
_CASES = Extended({"type": "array", "items": {"type": "object"}, "minItems": 1}, whole=True)
_Batch: Any = Annotated[by_shape(text=Word), Extended({"anyOf": [{"enum": ["online", "full"]}, _PLACE]}, whole=True)]
_InOrder: Any = by_shape(text=SampleNumber, list=list[SampleNumber])
_Order: Any = Annotated[
    list[_InOrder],
    Extended(
        {"anyOf": [{"type": "array", "items": one} for one in (_PLACE, {"type": "array", "items": _PLACE})]},
        whole=True,
    ),
]


class ProblemFile(
    SlideFile,
    ConventionsFile,
    json_schema_extra=all_of(
        {
            "anyOf": [
                {"required": ["cases"]},
                {"oneOf": [*exactly_one("layers", "graph", "gradients")["oneOf"], of_matrices()]},
            ]
        },
        not_both("samples", "targets"),
        *(not_both(*pair) for pair in (("X", "inputs"), ("X", "samples"), ("y", "targets"))),
        {"dependentRequired": {"y": ["X"]}},
        {
            "dependentSchemas": {
                "layers": at_least_one("inputs", "samples", "given", "X", "cases"),
                "until": _PERCEPTRON,
            }
        },
    ),
):
    """A backpropagation exercise: a network of layers, a graph of named expressions, or given gradients."""

    title: FreeText | None = Field(None, description="What stands above the solution.")
    description: FreeText | None = Field(
        None, description="A note for whoever reads the file; it is printed nowhere. What students read is `text`."
    )
    text: FreeText | None = Field(
        None,
        description="The exercise in your words, as Markdown with `$…$` around mathematics; printed above the exercise "
        "and its solution.",
    )
    cases: Annotated[list[Any], Extended({"type": "array", "items": {"type": "object"}, "minItems": 1}, whole=True)] = (
        Field(
            [],
            description="Several sets of numbers of one exercise: each case has keys of a problem, which take the "
            "place of those at the top: `[{inputs: [1, 0]}, {inputs: [0, 1], learning_rate: 0.5}]`.",
        )
    )
    inputs: InputValues | None = Field(
        None,
        description="The inputs: `{i1: 0.05, i2: 0.10}`, or a list; `{x: [1, 0.5]}` is x1, x2, …; for an embedding, "
        "tokens or numbers of rows.",
    )
    targets: Values | None = Field(None, description="The targets of the outputs, by name or in order.")
    parameters: dict[NameText, ParameterValue] = Field(
        {},
        description="Parameters by name, for graphs, for shared weights and for given gradients; in a graph, vectors "
        "and matrices, too: `{W: [[1, 2], [3, 4]], b: [0, 1]}`.",
    )
    layers: list[AnyLayer] = Field([], description="The layers from the first hidden one to the output.")
    graph: dict[NameText, FreeText] = Field(
        {},
        description="Named expressions, each of inputs, parameters and earlier names, which may be vectors and "
        "matrices: `{z: W @ x + b, p: softmax(z), L: -ln(p[2])}`.",
    )
    objective: NeuronName | None = Field(
        None, description="What is differentiated when there is no loss: a node of the graph, or an output."
    )
    loss: called(lambda: {row.name: row.rule for row in LOSSES.values()}, _FORMULA_OR_NAME) | None = Field(
        None, description="half_squared_error, cross_entropy, huber(1), … or a formula: `(out - t)^2`, `(o1 - t_o1)^2`."
    )
    label_smoothing: Plain | None = Field(
        None,
        description="ε of label smoothing, from 0 to 1, for a cross entropy behind a softmax of K classes: its targets "
        "are t′ = (1 − ε)·t + ε/K, as in PyTorch.",
    )
    metrics: dict[NameText, FreeText] = Field(
        {},
        description="What is looked at beside the loss, and does not train: `{mae: mean(abs(t - out)), rmse: sqrt(E)}`,"
        " where `mean`, `sum`, `max` and `min` of one formula are over all samples and outputs.",
    )
    learning_rate: by_shape(text=number_called(*RATE), list=Annotated[list[Number], _SOME]) | None = Field(
        None,
        description="η; without it there is no update. A list compares its rates, over "
        "10 epochs unless `epochs` or `report` say otherwise: `[0.1, 0.5, 1.5]`.",
    )
    schedule: (
        by_shape(
            text=called(lambda: {row.name: row.rule for row in SCHEDULES.values() if not row.settings}, _RATES),
            list=Annotated[list[Number], _SOME],
            mapping=Annotated[dict[NameText, by_shape(text=Word, list=list[Word])], Extended(schedules(), whole=True)],
        )
        | None
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
        by_shape(
            mapping=dict[NameText, by_shape(list=list[Number], text=Number)],
            list=Annotated[list[dict[NameText, Number]], _SOME],
        )
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
    samples: by_shape(list=Annotated[list[SampleFile], _SOME], text=FreeText) | None = Field(
        None, description="Several examples, or the name of a CSV file beside the problem."
    )
    batch: _Batch = Field(
        "online", description="`online` (update after each sample), `full`, or how many samples go into one update."
    )
    order: _Order = Field(
        [],
        description="The order in which the samples are gone through: `[2, 1, 3]`, or one for each epoch, repeated "
        "from the first: `[[2, 1, 3], [3, 1, 2]]`. A sample keeps its number.",
    )
    reduce: choice("mean", "sum", what=n_("way to combine a batch")) = Field(
        "mean", description="How the samples of a batch are combined."
    )
    optimizer: by_shape(
        text=called(lambda: {row.name: row.rule for row in (*OPTIMIZERS.values(), *SECOND_ORDER.values())}),
        mapping=OptimizerFile,
    ) = Field(
        "sgd",
        description="sgd, momentum, nesterov, rmsprop, adam, …; with settings: `{name: adam, beta1: 0.8}`. Of "
        "the second order are newton, gauss_newton, line_search and conjugate_gradients, which need no learning_rate.",
    )
    maximize: Truth = Field(
        False,
        description="Whether the loss or objective is made larger (a likelihood, a reward): updates are w + η·∂E/∂w.",
    )
    penalty: section(PenaltyFile) | None = Field(None, description="`{l2: 0.01}`: weight decay through the loss.")
    clip: section(ClipFile) | None = Field(None, description="`{norm: 1}` or `{value: 0.5}`.")
    state: dict[NameText, KeyedNumber] = Field({}, description="The optimizer's starting state: `{v_w5: 0.5}`.")
    show: by_shape(list=list[_Shown], text=_Shown) = Field(
        [],
        description="Lines on request: changes (Δw, and w⁺ = w + Δw), errors (e = t − y), inputs (∂E/∂x), "
        "penalized (J = E + penalty, and ∂J/∂w), rates (what η comes to for each parameter: η/(√v̂ + ε)), shares (the "
        "part of every output in any loss, and the terms e^net of a softmax's sum).",
    )
    forward_mode: by_shape(list=list[Word], text=Word) = Field(
        [],
        description="What the tangents of forward mode are lines for, `dot_E by w1`: parameters, inputs, units "
        "(`out_h1`), or `all` parameters; a tangent that is asked for is one without this key.",
    )
    hessian: by_shape(list=list[NameText], text=NameText) = Field(
        [],
        description="The parameters whose second derivatives are lines, `d2E/dw1dw2`: their names, or `all`; a second "
        "derivative that is asked for is one without this key.",
    )
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
    stop: section(StopFile) | None = Field(
        None, description="When training ends early: `{loss_below: 0.01}`, `{gradient_below: 1e-3, norm: max}`, …"
    )
    epochs: whole_number(1, "epochs") = Field(1, description="How often the samples are gone through.")
    given: dict[Word, KeyedNumber] = Field(
        {}, description="Prescribed values: `{out_h1: 0.6}`, `{dE/dout_o1: 1}`; in a graph also slopes, `{dq/dx: 3}`."
    )
    gradients: dict[NameText, by_shape(list=list[Number], text=Number)] = Field(
        {}, description="Given gradients, one or a sequence of steps: an exercise without a network."
    )
    rounding: section(RoundingFile) | None = Field(
        None, description="Round every line as a student with a calculator does."
    )
    conventions: section(ConventionsFile) | None = Field(
        None, description="The same keys as at the top level, in a block of their own."
    )
    notation: called(lambda: {name: load_notation(name).title for name in known_notations()}, r"\.toml\s*$") | None = (
        Field(None, description="A notation (plain, nielsen, mitchell, …) or a .toml file beside the problem.")
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
    ask: Asked = Field(
        [],
        description="The quantities that the sheet asks for: `[delta_h1, w5_new]`, questions in words among them: "
        "`[w5_new, state(h2)]`; with formulas in letters, `{values: [w5_new], formula: [delta_h1]}`.",
    )
    marks: Marks = Field({}, description="Marks for the quantities asked.")
    marking: section(MarkingFile) | None = Field(
        None, description="How answers are judged: digits, shares of a mark, follow-through, tolerance."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the format, for editors, in the reader's language."""
    schema: dict[str, Any] = for_editors(json_schema_of(ProblemFile))
    schema["patternProperties"] = for_editors(slide_properties())
    schema["$defs"]["Case"] = _case(schema)
    schema["properties"]["cases"]["items"] = {"$ref": "#/$defs/Case"}
    return {"$schema": DRAFT, "$id": schema_id("problem"), "title": "backprop problem", **schema}


def _case(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a case: the keys of a problem, none of which has to be there."""
    own = {
        key: {"$ref": f"#/properties/{key}", "description": one["description"]}
        for key, one in schema["properties"].items()
        if key != "cases"
    }
    return {
        "type": "object",
        "description": _("One set of numbers."),
        "properties": own,
        "patternProperties": schema["patternProperties"],
        "additionalProperties": False,
    }
