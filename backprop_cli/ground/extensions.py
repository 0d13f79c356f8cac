"""What other packages add, found by entry points: formats, types of layers, notations and usual mistakes.

A package names them in its `pyproject.toml`, and here they are looked for only when a name is not a built-in one:

    [project.entry-points."backprop_cli.notations"]
    mybook = "my_package:NOTATION"
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from backprop_cli.ground.errors import BackpropError, UsageError, visible
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUPS = {  # of entry points, after `backprop_cli.`, and what one of them is
    "formats": n_("format"),
    "layer_types": n_("type of layer"),
    "notations": n_("notation"),
    "mistakes": n_("usual mistake"),
}
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def added(group: str) -> list[str]:
    """The names that other packages add to a group, in the order of the alphabet."""
    return sorted({one.name for one in _points(group)})


def extension(group: str, name: str, read: Callable[[Any], _Result]) -> _Result | None:
    """What another package adds under this name, as `read` takes it; None where none does.

    Raises UsageError where two packages do, and where it cannot be loaded or read.
    """
    found = [one for one in _points(group) if one.name == name]
    if not found:
        return None
    if len(found) > 1:
        message = _("the {what} {name!r} is added by {packages}: only one of them can be installed")
        packages = _(" and ").join(sorted(map(_package, found)))
        raise UsageError(message.format(what=_(GROUPS[group]), name=name, packages=packages))
    with _said(group, name):
        return read(found[0].load())


def guarded(group: str, name: str, work: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """The function of another package, whose failure is a UsageError."""

    @wraps(work)
    def careful(*arguments: _Parameters.args, **named: _Parameters.kwargs) -> _Result:
        with _said(group, name):
            return work(*arguments, **named)

    return careful


@contextmanager
def _said(group: str, name: str) -> Iterator[None]:
    """Makes a UsageError of whatever goes wrong in the code of another package."""
    try:
        yield
    except (BackpropError, KeyboardInterrupt, MemoryError, BrokenPipeError):
        raise
    except (Exception, SystemExit) as error:
        package = _(" and ").join(sorted({_package(one) for one in _points(group) if one.name == name}))
        message = _("the {what} {name!r}, which {package} adds, does not work: {reason}")
        reason = visible(f"{type(error).__name__}: {error}".removesuffix(": "))
        raise UsageError(message.format(what=_(GROUPS[group]), name=name, package=package, reason=reason)) from error


def _points(group: str) -> list[EntryPoint]:
    """The entry points of a group; the same one in two places of the search path is one. A page brings none along."""
    if sys.platform == "emscripten":  # where looking for them would take a tenth of a second
        return []
    from importlib.metadata import entry_points

    found = {(one.name, one.value, _package(one)): one for one in entry_points(group=f"backprop_cli.{group}")}
    return list(found.values())


def _package(point: EntryPoint) -> str:
    """The package that adds it."""
    return point.dist.name if point.dist is not None else point.module
