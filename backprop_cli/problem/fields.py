"""The fields of a problem file: where a number, a name, a list or a mapping may stand, and how the schema puts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from backprop_cli.algebra.operations import ACTIVATIONS, OPERATIONS
from backprop_cli.algebra.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.ground import limits
from backprop_cli.ground.errors import did_you_mean, how_to_raise
from backprop_cli.ground.extensions import added
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed, n_
from backprop_cli.problem.file_model import FileModel, kinds_in, reader_of
from backprop_cli.problem.json_schema import FORMULA, NAME, NAME_SCHEMA, NUMBER
from backprop_cli.problem.texts import (
    OWN_KEY,
    problem_with,
    read_name,
    read_named_number,
    read_neuron_name,
    read_number,
    read_plain_number,
    read_text,
    read_value,
    text_of,
)

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

NUMBER_SCHEMA = {
    "type": ["number", "string"],
    "pattern": f"^{NUMBER}$",
    "description": "0.15, 1/3, 2e-3, ln(2) or sqrt(3)/2; read exactly. Or a letter: its own name, or one of `letters`",
}
NAMED_SCHEMA = {
    "type": ["number", "string"],
    "pattern": rf"^(?:\s*{NAME}\s*=)?{NUMBER}$",
    "description": "a number, `name = number`, or the name of a parameter; `name = name` leaves it as a letter",
}


def _read_by(read: Callable[[Any], Any]) -> CoreSchema:
    from pydantic_core.core_schema import no_info_plain_validator_function

    return no_info_plain_validator_function(read)


@record
class _Whole:
    """What stands in a field for a whole number in a range, or one of some words.

    The upper end may be the name of a limit, which is what it is for who reads the file.
    """

    least: int
    most: int | str
    words: tuple[str, ...] = ()
    what: str = ""  # a marked message: what the words are

    @property
    def bound(self) -> int:
        """The upper end."""
        return self.most if isinstance(self.most, int) else limits.of(self.most)

    def read(self, value: Any) -> int | str:
        """The number, or the word."""
        text = text_of(value, _(self.what) if self.words else _("a whole number")).strip()
        if text in self.words:
            return text
        if self.words and not text.lstrip("-+").replace(".", "").isdigit():
            hint = did_you_mean(text, self.words)
            hint = hint or _("a whole number, or one of: {options}").format(options=listed(self.words))
            raise problem_with(_("no {what} called {text!r}").format(what=_(self.what), text=text), hint=hint)
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise problem_with(_("{text!r} is not a whole number").format(text=text))
        if not self.least <= int(text) <= self.bound:
            hint = how_to_raise(self.most) if isinstance(self.most, str) and int(text) > self.bound else None
            message = _("{text} is outside {least:,} … {most:,}")
            raise problem_with(message.format(text=text, least=self.least, most=self.bound), hint=hint)
        return int(text)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return _read_by(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.bound}
        return {"anyOf": [number, {"enum": list(self.words)}]} if self.words else number


def whole_number(least: int, most: int | str) -> Any:
    """A field for a whole number in a range, of which the upper end may be a limit by its name."""
    return Annotated[Any, _Whole(least, most)]


def number_or_word(least: int, most: int | str, *options: str, what: str) -> Any:
    """A field for a whole number in a range or one of several words; `what` is a marked message."""
    return Annotated[Any, _Whole(least, most, options, what)]


@record
class _Field:
    """A field that a function reads, and what the schema says of it."""

    read: Callable[[Any], Any]
    schema: dict[str, Any] = field(compare=False)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return _read_by(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        return dict(self.schema)


def choice(*options: str, what: str, group: str = "") -> Any:
    """A field for one of several words; `what` is a marked message, `group` where other packages add some."""

    def read(value: Any) -> str:
        text = text_of(value, _(what)).strip()
        if text not in options:
            known = [*options, *(added(group) if group else ())]
            hint = did_you_mean(text, known) or _("one of: {options}").format(options=listed(known))
            raise problem_with(_("no {what} called {text!r}").format(what=_(what), text=text), hint=hint)
        return text

    return _field(read, {"enum": [_as_yaml(one) for one in options]})


def _as_yaml(word: str) -> Any:
    """What YAML makes of a word: true and false are truths, 1 is a number."""
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.isdigit() else float(word) if word.replace(".", "").isdigit() else word


def called(table: Callable[[], Mapping[str, str]], others: str = "") -> Any:
    """A field for a word of a table, each with what is said of it, or for a text with the pattern `others`."""
    return Annotated[Any, _Called(table, others)]


@record
class _Called:
    """A text that is one of some words, which editors complete, or something else; what it means is settled later."""

    table: Callable[[], Mapping[str, str]]
    others: str

    @staticmethod
    def read(value: Any) -> str:
        """The text."""
        return read_text(value)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return _read_by(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        words = self.table()
        known = {"enum": list(words), "enumDescriptions": list(words.values())}
        return {"anyOf": [known, {"type": "string", "pattern": self.others}]} if self.others else known


def _read_truth(value: Any) -> bool:
    text = text_of(value, _("true or false")).strip()
    if text not in ("true", "false"):
        raise problem_with(_("{text!r} is neither true nor false").format(text=text))
    return text == "true"


def _shape(value: Any) -> str:
    return "list" if isinstance(value, list) else "mapping" if isinstance(value, dict) else "text"


@record
class _Section:
    """A field of one kind or, by what stands there, of another; a kind is built when the first file has it."""

    kinds: tuple[tuple[str, Any], ...]

    def read(self, value: Any) -> Any:
        """What the kind makes of the value."""
        shape, kinds = _shape(value), dict(self.kinds)
        if len(kinds) > 1 and shape not in kinds:
            expected = _(" or ").join(_(_SHAPES[one]) for one in kinds)
            raise problem_with(_("expected {expected}").format(expected=expected))
        return reader_of(kinds.get(shape, self.kinds[0][1]))(value)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return _read_by(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, handler: Any) -> Any:
        from pydantic import TypeAdapter
        from pydantic_core.core_schema import tagged_union_schema

        kinds = {shape: TypeAdapter(kind).core_schema for shape, kind in self.kinds}
        schema = handler(tagged_union_schema(kinds, discriminator=_shape))
        return schema if len(kinds) > 1 else schema["oneOf"][0]


_SHAPES = {"text": n_("one value"), "list": n_("a list"), "mapping": n_("a mapping")}


def by_shape(**shapes: Any) -> Any:
    """A field that may be a `text`, a `list` or a `mapping`, each with its own type."""
    return Annotated[Any, _Section(tuple(shapes.items()))] if len(shapes) > 1 else next(iter(shapes.values()))


def section(file: type[FileModel]) -> Any:
    """A field for a mapping with keys of its own."""
    return Annotated[Any, _Section((("mapping", file),))]


def kinds_of(field: Any) -> tuple[Any, ...]:
    """The types of what may stand in a field, or in a part of it: of each shape its own."""
    return tuple(kind for _shape, kind in field.kinds) if isinstance(field, _Section) else tuple(kinds_in(field))


def _field(read: Callable[..., Any], schema: dict[str, Any]) -> Any:
    return Annotated[Any, _Field(read, schema)]


def one_word(word: str, description: str) -> Any:
    """A field in which only this word may stand."""
    read = reader_of(choice(word, what=n_("word here")))
    # with the very function of the choice it would be equal to that, and typing would hand out its schema
    return _field(partial(read), {"const": word, "description": description})


def number_called(*own: str) -> Any:
    """A field for a number that may be left open by one of these names; {key} is the key it stands under."""
    return _field(lambda value: read_number(value, own), NUMBER_SCHEMA)


Number = number_called()
KeyedNumber = number_called(*OWN_KEY)
Named = _field(read_named_number, NAMED_SCHEMA)
Plain = _field(read_plain_number, {**NUMBER_SCHEMA, "description": "a number, never a letter"})
NameText = _field(read_name, NAME_SCHEMA)
NeuronName = _field(
    read_neuron_name, {"type": ["string", "integer"], "pattern": rf"^\s*({NAME}|\d{{1,6}})\s*$", "minimum": 0}
)
FreeText = _field(read_text, {"type": ["string", "number", "boolean"]})
Word = _field(read_text, {"type": ["string", "number"]})
Activation = called(
    lambda: {name: row.rule for name, row in [*ACTIVATIONS.items(), ("softmax", OPERATIONS["softmax"])]},
    rf"{FORMULA}|^\s*({'|'.join(['z', *ACTIVATION_ALIASES])})\s*$",
)
Truth = _field(_read_truth, {"type": "boolean"})
Count = whole_number(1, "neurons")
EpochNumber: Any = whole_number(0, "epochs")
SampleNumber: Any = whole_number(1, "samples")


def nested(single: Any, depth: int = 3) -> Any:
    """A field for one value, or for lists of values up to `depth` deep: channels of rows."""
    field: Any = single
    for _level in range(depth):
        field = by_shape(list=list[field], text=single)
    return field


ParameterValue: Any = nested(KeyedNumber, 2)
_Targets: Any = nested(number_called(*OWN_KEY, "t_{key}"))
_Planes: Any = nested(Named)
Values = by_shape(mapping=dict[NeuronName, _Targets], list=list[_Planes], text=Named)
_Tokens: Any = nested(_field(read_value, NUMBER_SCHEMA))
InputValues = by_shape(mapping=dict[NeuronName, _Tokens], list=list[_Planes], text=Named)
_Row: Any = by_shape(list=list[Named], text=Named)
Vector: Any = by_shape(list=list[Named], text=Named)
Matrix: Any = by_shape(list=list[_Row], text=Named)
Weights: Any = by_shape(list=list[_Row], mapping=dict[NeuronName, dict[NeuronName, Named]])


class UnknownLayer(FileModel):
    """A layer of a type that there is not, so that nothing is known of its keys: as it stands in the file."""

    more = Any

    type: str
    neurons: Any = None
    weights: Any = None
