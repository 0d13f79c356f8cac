"""The published JSON Schemas, as a validator, and YAML as what they validate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import jsonschema
import yaml
from helpers import backprop


@cache
def schema(kind: str = "problem") -> Any:
    return json.loads(backprop("schema", kind).out)


@cache
def validator(kind: str = "problem") -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(kind))


def as_json(value: Any) -> Any:
    """YAML as an editor hands it to a JSON Schema: keys are texts."""
    if isinstance(value, Mapping):
        return {str(key): as_json(one) for key, one in value.items()}
    if isinstance(value, date):  # which an editor leaves as the text that it is
        return str(value)
    return [as_json(one) for one in value] if isinstance(value, list) else value


def of_yaml(text: str) -> Any:
    return as_json(yaml.safe_load(text))
