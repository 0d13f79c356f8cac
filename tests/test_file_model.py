"""The keys of a mapping in a file as a class: what is read, what is refused and where, and what the schema says."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field as PydanticField
from pydantic import TypeAdapter

from backprop_cli.problem.fields import Truth, Word, by_shape
from backprop_cli.problem.file_model import Extended, Fault, Field, FileModel, Misread, json_schema_of, reader_of


class Inner(FileModel):
    """A mapping in a mapping."""

    deep: Truth = Field(False, description="Whether it is deep.")


class Outer(FileModel, json_schema_extra={"required": ["word"]}):
    """A mapping."""

    word: Word = Field(description="A word.")
    words: Annotated[list[Word], Extended({"minItems": 1})] = Field([], description="Words.")
    inner: dict[Word, Inner] = Field({}, description="Mappings by name.")
    shaped: by_shape(list=list[Word], text=Word) | None = Field(None, alias="by shape")
    theirs: Word = PydanticField("usual", description="A key as pydantic writes one.")


class Longer(Outer):
    """A mapping with one key more."""

    last: Word = "z"


class Open(FileModel):
    """A mapping with further keys."""

    more = Word

    name: Word = Field("")


def test_keys_are_read_by_their_kinds_and_others_have_their_defaults() -> None:
    file = Outer.model_validate({"word": "a", "inner": {"x": {"deep": "true"}}, "by shape": ["b", "c"]})
    assert (file.word, file.words, file.inner["x"].deep, file.shaped, file.theirs) == (
        "a",
        [],
        True,
        ["b", "c"],
        "usual",
    )
    assert file.model_fields_set == {"word", "inner", "shaped"}


def test_a_default_that_can_be_changed_is_nobody_elses() -> None:
    one, other = Outer.model_validate({"word": "a"}), Outer.model_validate({"word": "a"})
    one.words.append("mine")
    assert other.words == []


def test_everything_that_is_wrong_is_told_with_its_path() -> None:
    data = {"words": "one", "inner": {"x": {"deep": "perhaps", "wide": "1"}, "y": "z"}, "extra": "1"}
    with pytest.raises(Misread) as found:
        Outer.model_validate(data)
    assert [(one.kind, one.path) for one in found.value.faults] == [
        ("missing", ("word",)),
        ("list", ("words",)),
        ("problem", ("inner", "x", "deep")),
        ("unknown_key", ("inner", "x", "wide")),
        ("keys", ("inner", "y")),
        ("unknown_key", ("extra",)),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        (dict[Word, Word], [], Fault("mapping")),
        (list[Word], {}, Fault("list")),
        (str, [], Fault("text")),
        (Open, "text", Fault("keys")),
    ],
)
def test_another_shape_is_refused(kind: Any, value: Any, fault: Fault) -> None:
    with pytest.raises(Misread) as found:
        reader_of(kind)(value)
    assert found.value.faults == [fault]


def test_a_class_has_the_keys_of_its_base_before_its_own() -> None:
    assert list(Longer.model_fields) == [*Outer.model_fields, "last"]
    assert Longer.model_validate({"word": "a"}).last == "z"


def test_further_keys_are_read_where_there_may_be_some() -> None:
    file = Open.model_validate({"name": "n", "beta": "0.9"})
    assert (file.further, file.beta) == (("beta",), "0.9")  # type: ignore[attr-defined]


def test_the_schema_says_what_is_read() -> None:
    schema = json_schema_of(Outer)
    assert schema["required"] == ["word"]
    assert not schema["additionalProperties"]
    assert schema["properties"]["words"]["minItems"] == 1
    assert schema["properties"]["inner"]["additionalProperties"] == {"$ref": "#/$defs/Inner"}
    assert set(schema["properties"]) == {"word", "words", "inner", "by shape", "theirs"}
    assert json_schema_of(list[Inner]) == TypeAdapter(list[Inner]).json_schema()
