"""The shape of an answer file, for editors: `backprop schema answers` prints it."""

from __future__ import annotations

from typing import Any

from backprop_cli.checking.answers import BESIDE
from backprop_cli.ground.words import n_
from backprop_cli.problem.json_schema import DRAFT, for_editors, schema_id

_NOTHING = {"type": "null"}
_WRITTEN: dict[str, Any] = {"type": ["number", "string", "null"]}
_ROWS = {"type": "array", "items": {"anyOf": [_WRITTEN, {"type": "array", "items": _WRITTEN}]}}
_PASSES = "#/$defs/answers"
_FORMULAS = "#/$defs/formulas"
_BESIDE = {
    "student": n_("Who handed it in."),
    "name": n_("Who handed it in."),
    "problem": n_("What it is about, for the reader."),
    "variant": n_("The id of the variant, where each student has another one."),
}
_ANSWERS = n_(
    "The answers by the names of the quantities (`net_h1: 0.3775`, `delta_o1`, `dE/dw5`, `w5_new`); of a matrix its "
    "rows; of several passes under their addresses: `epoch 2: {sample 1: {net_h1: 0.5}}`. Nothing is a blank."
)
_IN_LETTERS = n_("Formulas in letters, by the names of the quantities: `delta_y: (out_y - t_y)*out_y*(1 - out_y)`.")


def sheet_schema() -> dict[str, Any]:
    """The JSON Schema of an answer file, in the reader's language: `answers`, `formulas`, or the answers alone."""
    notes = {"type": ["string", "number", "null"]}
    schema = {
        "description": n_("Answers to a backpropagation exercise, which `backprop check` marks."),
        "type": "object",
        "properties": {
            **{key: {**notes, "description": _BESIDE[key]} for key in BESIDE},
            "answers": {"description": _ANSWERS, "anyOf": [{"$ref": _PASSES}, _NOTHING]},
            "formulas": {"description": _IN_LETTERS, "anyOf": [{"$ref": _FORMULAS}, _NOTHING]},
        },
        "additionalProperties": {"anyOf": [_WRITTEN, _ROWS, {"$ref": _PASSES}]},
        "$defs": {
            "answers": _by_name([_WRITTEN, _ROWS, {"$ref": _PASSES}]),
            "formulas": _by_name([_WRITTEN, {"$ref": _FORMULAS}]),
        },
    }
    spoken: dict[str, Any] = for_editors(schema)
    return {"$schema": DRAFT, "$id": schema_id("answers"), "title": "backprop answers", **spoken}


def _by_name(one_of: list[dict[str, Any]]) -> dict[str, Any]:
    """A mapping of names to one of these."""
    return {"type": "object", "additionalProperties": {"anyOf": one_of}}
