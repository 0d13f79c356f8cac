"""Records: frozen dataclasses whose methods are shared, where `dataclass` compiles six for each class.

Compiling them takes half a millisecond a class, and a command reads more than a hundred classes before it does
anything. Only `__init__` is compiled, when the first object is made; `fields` and `replace` of `dataclasses` know
records.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, slots: bool = True, eq: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[T] | None = None, /, *, slots: bool = True, eq: bool = True
) -> type[T] | Callable[[type[T]], type[T]]:
    """Makes the class a frozen dataclass.

    With `slots=False` its objects can cache what they compute; with `eq=False` each is equal to itself only.
    """

    def made(cls: type[T]) -> type[T]:
        own = set(vars(cls))
        cls = dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
        comparing = _comparing(cls) if eq else {}
        for name, method in {**_SHARED, **comparing, "__init__": _first_init(cls)}.items():
            if name not in own:
                setattr(cls, name, method)
        return cls

    return made if cls is None else made(cls)


def _first_init(cls: Any) -> Callable[..., None]:
    """An `__init__` that is replaced by the compiled one when it is first called."""

    def __init__(self: object, *values: Any, **named: Any) -> None:  # noqa: N807
        cls.__init__ = _compiled_init(cls)
        cls.__init__(self, *values, **named)

    return __init__


def _compiled_init(cls: Any) -> Callable[..., None]:
    """What `dataclass` would write."""
    known: dict[str, Any] = {"set_": object.__setattr__, "MISSING": MISSING}
    head, body = ["self"], []
    for one in fields(cls):
        name, default, value = one.name, f"default_{one.name}", one.name
        if one.default is not MISSING:
            known[default] = one.default
            head.append(f"{name}={default}")
        elif one.default_factory is not MISSING:
            known[default] = one.default_factory
            head.append(f"{name}=MISSING")
            value = f"{default}() if {name} is MISSING else {name}"
        elif one.init:
            head.append(name)
        else:
            continue  # __post_init__ gives it its value
        body.append(f" set_(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(head)}):\n" + "\n".join(body or [" pass"]), known)
    written: Callable[..., None] = known["__init__"]
    return written


def _comparing(cls: Any) -> dict[str, Callable[..., Any]]:
    """Equal are objects of one class whose fields are equal."""
    names = [one.name for one in fields(cls) if one.compare]
    values = attrgetter(*names * (2 if len(names) == 1 else 1)) if names else type  # a tuple: the same ball is equal

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        return bool(values(self) == values(other)) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:  # noqa: N807
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _repr(self: Any) -> str:
    shown = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse(self: object, name: str, *_value: object) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} stays what it is")


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    """Pickled as what it was made of, since nothing can be set afterwards."""
    return type(self), tuple(getattr(self, one.name) for one in fields(self) if one.init)


_SHARED: dict[str, Callable[..., Any]] = {
    "__repr__": _repr, "__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce,
}  # fmt: skip
