"""The keys of a mapping in a file, as a class: each with a kind that reads its value, and what the schema says of it.

A kind is what an annotation can be: a class of keys, `list[…]`, `dict[…, …]`, `… | None`, `str`, `Any`, or `Annotated`
with something that has a `read`. An annotation is evaluated when a file has its key. Only the JSON Schema is pydantic's
work, which a command that solves does not wait for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import cache, cached_property
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, get_args, get_origin

from backprop_cli.ground.records import record

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

Read = Callable[[Any], Any]
Extra = Mapping[str, Any] | Callable[[dict[str, Any]], None]  # of a schema: more keys, or a function that changes it
KEY = "[key]"  # the step of a path that says: not the value, its key
_REQUIRED: Any = ...


@record
class Fault:
    """What is wrong at a path within a value: `kind` is problem, missing, unknown_key, list, mapping, keys or text.

    Of a problem, `said` are the message, the hint, and which part of the text is meant.
    """

    kind: str
    path: tuple[str | int, ...] = ()
    said: Mapping[str, Any] | None = None


class Misread(ValueError):  # noqa: N818 - what cannot be read is the reader's, not the program's
    """A value that cannot be read, with everything that is wrong in it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


class _Faults:
    """Collects what is wrong in the parts of a value."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def read(self, read: Read, value: Any, *path: str | int) -> Any:
        """The part at this path, or None where it cannot be read."""
        try:
            return read(value)
        except Misread as error:
            self.found += [Fault(one.kind, (*path, *one.path), one.said) for one in error.faults]
            return None

    def raise_any(self) -> None:
        """Raises Misread where anything is wrong."""
        if self.found:
            raise Misread(self.found)


# ---- keys ----------------------------------------------------------------------------------------------------


@record(eq=False)
class Extended:
    """More keys of a schema, of which `whole` are all there are."""

    schema: Mapping[str, Any]
    whole: bool = False

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self.schema) if self.whole else {**handler(schema), **self.schema}


class Key:
    """A key of a file: its default, what the schema says of it, and its kind, which is made when it is asked for."""

    def __init__(self, default: Any, description: str, alias: str | None, extra: Extra | None) -> None:
        self.default = default
        self.description = description
        self.alias = alias
        self.extra = extra
        self._written: Any = Any
        self._known: dict[str, Any] = {}

    def of(self, owner: type, annotation: Any) -> Self:
        """The key with the annotation that it has in a class."""
        self._written = annotation
        self._known = {**vars(sys.modules[owner.__module__]), owner.__name__: owner}
        return self

    @cached_property
    def annotation(self) -> Any:
        """What may stand there."""
        return eval(self._written, self._known) if isinstance(self._written, str) else self._written

    @cached_property
    def read(self) -> Read:
        """What reads its value."""
        return reader_of(self.annotation)


def Field(  # noqa: N802 - as pydantic calls it, whose keys are understood, too
    default: Any = _REQUIRED, *, description: str = "", alias: str | None = None, json_schema_extra: Extra | None = None
) -> Any:
    """A key with this default; without one, it must be there."""
    return Key(default, description, alias, json_schema_extra)


def _key(given: Any) -> Key:
    """The key that a class has written: one of ours, of pydantic's, or its default alone."""
    if isinstance(given, Key):
        return given
    if hasattr(given, "is_required"):
        default = _REQUIRED if given.is_required() else given.default
        return Key(default, given.description or "", given.alias, given.json_schema_extra)
    return Key(given, "", None, None)


class FileModel:
    """A mapping in which no key is silently ignored. `more` is the kind of further keys, where a class has some."""

    model_fields: ClassVar[dict[str, Key]] = {}
    more: ClassVar[Any] = None
    schema_extra: ClassVar[Any] = None

    model_fields_set: set[str]
    further: tuple[str, ...]

    def __init__(self, **values: Any) -> None:
        for name, key in type(self).model_fields.items():
            setattr(self, name, values[name] if name in values else copy(key.default))
        self.further = ()
        self.model_fields_set = set(values)

    def __init_subclass__(cls, json_schema_extra: Extra | None = None) -> None:
        inherited = {name: key for base in reversed(cls.__mro__[1:]) for name, key in _fields_of(base).items()}
        own = {
            name: _key(vars(cls).get(name, _REQUIRED)).of(cls, annotation)
            for name, annotation in vars(cls).get("__annotations__", {}).items()
            if "ClassVar" not in str(annotation)
        }
        cls.model_fields = {**inherited, **own}
        if json_schema_extra is not None:
            cls.schema_extra = json_schema_extra

    @classmethod
    def model_validate(cls, value: Any) -> Self:
        """What stands in a mapping. Raises Misread with all that is wrong in it."""
        if not isinstance(value, dict):
            raise Misread([Fault("keys")])
        found, faults, rest = {}, _Faults(), dict(value)
        for name, key in cls.model_fields.items():
            written = key.alias or name
            if written in rest:
                found[name] = faults.read(key.read, rest.pop(written), written)
            elif key.default is _REQUIRED:
                faults.found.append(Fault("missing", (written,)))
        if cls.more is None:
            faults.found += [Fault("unknown_key", (written,)) for written in rest]
        further = {} if cls.more is None else {
            written: faults.read(reader_of(cls.more), one, written) for written, one in rest.items()
        }  # fmt: skip
        faults.raise_any()
        made = cls(**found)
        made.__dict__ |= further
        made.further = tuple(further)
        made.model_fields_set |= further.keys()
        return made

    @classmethod
    def check_kinds(cls) -> None:
        """Raises what is wrong with an annotation."""
        for key in cls.model_fields.values():
            _read = key.read

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        schema: CoreSchema = handler.generate_schema(pydantic_model(source))
        return schema


def _fields_of(base: type) -> dict[str, Key]:
    """The keys that a base class has written itself."""
    known: dict[str, Key] = getattr(base, "model_fields", {})
    return {name: key for name, key in known.items() if name in vars(base).get("__annotations__", {})}


@cache
def pydantic_model(file: Any) -> Any:
    """The class for pydantic, which writes its JSON Schema."""
    from pydantic import ConfigDict, create_model
    from pydantic import Field as PydanticField

    extra: Any = "forbid" if file.more is None else "allow"
    keys: Any = {
        name: (key.annotation, PydanticField(
            key.default, description=key.description or None, alias=key.alias, json_schema_extra=key.extra
        )) for name, key in file.model_fields.items()
    }  # fmt: skip
    config = ConfigDict(extra=extra, defer_build=True, json_schema_extra=file.schema_extra)
    return create_model(file.__name__, __config__=config, __doc__=file.__doc__, __module__=file.__module__, **keys)


def json_schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a kind."""
    from pydantic import TypeAdapter

    is_file = isinstance(kind, type) and issubclass(kind, FileModel)
    return TypeAdapter(pydantic_model(kind) if is_file else kind).json_schema()


# ---- kinds ---------------------------------------------------------------------------------------------------


@cache
def reader_of(kind: Any) -> Read:
    """What reads a value of this kind; it raises Misread."""
    if isinstance(kind, type) and issubclass(kind, FileModel):
        return kind.model_validate
    if get_origin(kind) is Annotated:
        own = next((one.read for one in kind.__metadata__ if hasattr(one, "read")), None)
        return own or reader_of(get_args(kind)[0])
    parts = [part for part in get_args(kind) if part is not NoneType]
    if get_origin(kind) is list:
        return _list_reader(reader_of(parts[0]))
    if get_origin(kind) is dict:
        return _mapping_reader(*map(reader_of, parts))
    if kind is str:
        return _text
    return reader_of(parts[0]) if parts else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Misread([Fault("text")])
    return value


def _list_reader(read: Read) -> Read:
    def read_list(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Misread([Fault("list")])
        faults = _Faults()
        found = [faults.read(read, one, place) for place, one in enumerate(value)]
        faults.raise_any()
        return found

    return read_list


def _mapping_reader(read_key: Read, read: Read) -> Read:
    def read_mapping(value: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise Misread([Fault("mapping")])
        faults = _Faults()
        found = {faults.read(read_key, key, key, KEY): faults.read(read, one, key) for key, one in value.items()}
        faults.raise_any()
        return found

    return read_mapping


def kinds_in(kind: Any) -> Iterator[Any]:
    """The kinds that this one is made of."""
    yield from (part for part in get_args(kind) if part is not NoneType)
