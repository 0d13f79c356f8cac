"""The fields of a problem file: what a number, a name, a list or a mapping may be, and what is said where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, PlainValidator, Tag, ValidationInfo, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_plain_validator_function

from backprop_cli.algebra.expressions import FormulaError, parse_constant
from backprop_cli.algebra.formula import Formula, Name
from backprop_cli.ground import limits
from backprop_cli.ground.errors import did_you_mean, how_to_raise
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.letters import NEVER, NO_LETTERS, Letters
from backprop_cli.problem.tree import NOTHING

NUMBER_SCHEMA = {
    "type": ["number", "string"],
    "description": "0.15, 1/3, 2e-3, ln(2) or sqrt(3)/2; read exactly. Or a letter: its own name, or one of `letters`",
}
NAMED_SCHEMA = {
    "type": ["number", "string"],
    "description": "a number, `name = number`, or the name of a parameter; `name = name` leaves it as a letter",
}

SHAPE = "shape"


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """`w1 = 0.15`, `0.15` or `w1`."""

    name: str | None
    value: Formula | None


@dataclass(frozen=True, slots=True)
class Token:
    """A word where a number could stand: the name of a row in a table, or else the complaint that it is no number."""

    text: str
    message: str
    hint: str | None
    part: tuple[int, int]


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


def read_number(value: Any, letters: Letters = NO_LETTERS, offset: int = 0) -> Formula:
    """A constant formula from its text, or a letter."""
    text = _text(value, _("a number"))
    if letters.has(text.strip()):
        return Name(text.strip())
    try:
        return parse_constant(text, letters.names)
    except FormulaError as error:
        message, start, length = error.message, error.offset, error.length
        if text.strip().lower() in ("nan", "inf", ".nan", ".inf", "-inf", "-.inf", "+.inf", "infinity"):
            message, hint = _("{text!r} is not a number one can compute with").format(text=text.strip()), None
            start, length = len(text) - len(text.lstrip()), len(text.strip())
        else:
            hint = error.hint or _number_hint(text, letters is not NEVER)
        raise problem_with(message, offset + start, length, hint) from None


def _number_hint(text: str, may_be_letter: bool) -> str | None:
    digits = text.replace(",", ".")
    if (
        "," in text
        and digits.replace(".", "", 1).replace("-", "", 1).isascii()
        and digits.lstrip("+-").replace(".", "", 1).isdigit()
    ):
        return _("decimals are written with a point: {text}").format(text=digits)
    if may_be_letter and text.strip().isidentifier():
        return _("a number is written 0.15, 1/3 …; as a letter, list it: letters: [{name}]").format(name=text.strip())
    return _("a number is written 0.15, 1/3, 2e-3, ln(2) …")


def read_named_number(value: Any, letters: Letters = NO_LETTERS) -> NamedNumber:
    """A number that may carry a name."""
    text = _text(value, _("a number"))
    name, equals, number = text.partition("=")
    if equals:
        start = len(name) + 1
        return NamedNumber(read_name(name.strip()), read_number(number, letters, start))
    if text.strip().isidentifier() and text.strip() not in ("pi", "e", "nan", "inf"):
        return NamedNumber(read_name(text.strip()), None)
    return NamedNumber(None, read_number(text, letters))


def read_value(value: Any, letters: Letters = NO_LETTERS) -> Any:
    """The value of an input: a constant formula, or a token."""
    try:
        return read_number(value, letters)
    except PydanticCustomError as error:
        if not isinstance(value, str) or not value.strip().isidentifier():
            raise
        context = error.context or {}
        return Token(value.strip(), context["message"], context["hint"] or None, (context["offset"], context["length"]))


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


@dataclass(frozen=True, slots=True)
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
        text = _text(value, _(self.what) if self.words else _("a whole number")).strip()
        if text in self.words:
            return text
        if self.words and not text.lstrip("-+").replace(".", "").isdigit():
            hint = did_you_mean(text, self.words)
            hint = hint or _("a whole number, or one of: {options}").format(options=", ".join(self.words))
            raise problem_with(_("no {what} called {text!r}").format(what=_(self.what), text=text), hint=hint)
        if not (text.isascii() and text.isdigit() and len(text) <= 12):
            raise problem_with(_("{text!r} is not a whole number").format(text=text))
        if not self.least <= int(text) <= self.bound:
            hint = how_to_raise(self.most) if isinstance(self.most, str) and int(text) > self.bound else None
            message = _("{text} is outside {least:,} … {most:,}")
            raise problem_with(message.format(text=text, least=self.least, most=self.bound), hint=hint)
        return int(text)

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, _schema: Any, _handler: Any) -> dict[str, Any]:
        number: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.bound}
        return {"anyOf": [number, {"enum": list(self.words)}]} if self.words else number


def whole_number(least: int, most: int | str) -> Any:
    """A field for a whole number in a range, of which the upper end may be a limit by its name."""
    return Annotated[Any, _Whole(least, most)]


def number_or_word(least: int, most: int | str, *options: str, what: str) -> Any:
    """A field for a whole number in a range or one of several words; `what` is a marked message."""
    return Annotated[Any, _Whole(least, most, options, what)]


def choice(*options: str, what: str) -> Any:
    """A field for one of several words; `what` is a marked message."""

    def read(value: Any) -> str:
        text = _text(value, _(what)).strip()
        if text not in options:
            hint = did_you_mean(text, options) or _("one of: {options}").format(options=", ".join(options))
            raise problem_with(_("no {what} called {text!r}").format(what=_(what), text=text), hint=hint)
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
    union: Any = tagged[0]
    for one in tagged[1:]:
        union = union | one
    if len(tagged) == 1:
        return union
    return Annotated[
        union,
        Discriminator(
            _shape,
            custom_error_type=f"{SHAPE} {' '.join(shapes)}",
            custom_error_message="another shape is expected",  # expected_shape says which
        ),
    ]


_SHAPES = {"text": n_("one value"), "list": n_("a list"), "mapping": n_("a mapping")}


def expected_shape(shapes: str) -> str:
    """The complaint about a value whose shape is none of these (the type of the error: `shape text list`)."""
    expected = _(" or ").join(_(_SHAPES[shape]) for shape in shapes.split()[1:])
    return _("expected {expected}").format(expected=expected)


def is_tag(step: str | int) -> bool:
    """Whether a step of an error's path is one of our shape tags, which are no part of the file."""
    return isinstance(step, str) and step.startswith("<") and step.endswith(">")


def _field(read: Callable[..., Any], schema: dict[str, Any]) -> Any:
    return Annotated[Any, PlainValidator(read), WithJsonSchema(schema)]


def one_word(word: str, description: str) -> Any:
    """A field in which only this word may stand."""
    check: Any = choice(word, what=n_("word here")).__metadata__[0]
    return Annotated[Any, check, WithJsonSchema({"const": word, "description": description})]


def _letters(info: ValidationInfo) -> Letters:
    """The letters of the file that is validated."""
    return info.context if isinstance(info.context, Letters) else NO_LETTERS


Number = _field(lambda value, info: read_number(value, _letters(info)), NUMBER_SCHEMA)
Named = _field(lambda value, info: read_named_number(value, _letters(info)), NAMED_SCHEMA)
Plain = _field(
    lambda value, info: read_number(value, NO_LETTERS), {**NUMBER_SCHEMA, "description": "a number, never a letter"}
)
NameText = _field(read_name, {"type": "string"})
NeuronName = _field(read_neuron_name, {"type": ["string", "integer"]})
FreeText = _field(read_text, {"type": "string"})
Word = _field(read_text, {"type": ["string", "number"]})
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


_Numbers: Any = nested(Number)
_Planes: Any = nested(Named)
Values = by_shape(mapping=dict[NeuronName, _Numbers], list=list[_Planes], text=Named)
_Tokens: Any = nested(_field(lambda value, info: read_value(value, _letters(info)), NUMBER_SCHEMA))
InputValues = by_shape(mapping=dict[NeuronName, _Tokens], list=list[_Planes], text=Named)
_Row: Any = by_shape(list=list[Named], text=Named)
Vector: Any = by_shape(list=list[Named], text=Named)
Matrix: Any = by_shape(list=list[_Row], text=Named)
Weights: Any = by_shape(list=list[_Row], mapping=dict[NeuronName, dict[NeuronName, Named]])


class FileModel(BaseModel):
    """A mapping in which no key is silently ignored."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
