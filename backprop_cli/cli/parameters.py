"""The parameters of a command in words, for its page of help and for complaints: read from the command's function.

Of the library's own records only the names are read, and what is a flag, required or hidden: how it writes a
parameter, its kind and its default has changed with its versions.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

from backprop_cli.ground.words import _, clauses, n_

_TEXTS = {  # of options that are the library's own
    "--help": n_("Show this message and exit."),
    "--install-completion": n_("Install completion for the current shell."),
    "--show-completion": n_("Show completion for the current shell, to copy it or customize the installation."),
}
_KINDS = {int: "N", Path: "PATH"}  # what stands for a value that has no name of its own


def shown(ctx: Any, options: bool) -> list[Any]:
    """The command's options, or its arguments."""
    return [one for one in ctx.command.get_params(ctx) if is_option(one) == options and not one.hidden]


def is_option(param: Any) -> bool:
    """Whether it is given by a name with dashes."""
    return bool(param.opts[0].startswith("-"))


def name(param: Any) -> str:
    """`--digits`, PROBLEM."""
    longest: str = max(param.opts, key=len)
    return longest if is_option(param) else (param.metavar or longest.upper()).strip("[]")


def argument(param: Any) -> str:
    """An argument in a line of usage: PROBLEM, [ANSWERS], SHEETS...."""
    text = name(param).removesuffix("...") + ("..." if param.nargs == -1 else "")
    return text if param.required else f"[{text}]"


def row(param: Any, ctx: Any) -> tuple[str, str]:
    """A parameter on a page of help, and what is said of it."""
    head = argument(param)
    if is_option(param):
        names = ", ".join(sorted(param.opts, key=len))
        head = " / ".join([names, *param.secondary_opts]) + _value(param, ctx)
    said, notes = _(_TEXTS.get(name(param)) or param.help or ""), clauses(_notes(param, ctx))
    return head, f"{said}  [{notes}]" if notes else said


def kind(param: Any, ctx: Any) -> Any:
    """What a value is, or each of several values: a class; None for the library's own parameters."""
    asked = _asked(param, ctx)
    one = _plain_kinds(asked.annotation)[0] if asked else None
    return get_args(one)[0] if get_origin(one) is list else one


def bounds(param: Any, ctx: Any) -> tuple[int | None, int | None]:
    """The least and the greatest whole number that an option takes."""
    asked = _asked(param, ctx)
    found = next((one for one in get_args(asked.annotation) if hasattr(one, "min")), None) if asked else None
    return getattr(found, "min", None), getattr(found, "max", None)


def _asked(param: Any, ctx: Any) -> inspect.Parameter | None:
    """The parameter of the command's function; None for the library's own."""
    return _parameters(ctx.command.callback).get(param.name)


@cache
def _parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of a command's function, whose annotations are evaluated once for all of them."""
    return inspect.signature(function, eval_str=True).parameters


def _value(param: Any, ctx: Any) -> str:
    """What stands for an option's value, behind a space; nothing for a flag."""
    if getattr(param, "is_flag", False):
        return ""
    asked = _asked(param, ctx)
    kinds = _plain_kinds(asked.annotation) if asked else ()
    return " " + (param.metavar or next((word for kind, word in _KINDS.items() if kind in kinds), "TEXT"))


def _plain_kinds(annotation: Any) -> Sequence[Any]:
    """The kinds in `Annotated[int | None, …]`."""
    kind = get_args(annotation)[0]
    return get_args(kind) or (kind,)


def _notes(param: Any, ctx: Any) -> list[str]:
    """The default, the bounds, and whether it must be given."""
    notes = []
    asked = _asked(param, ctx)
    default = asked.default if asked and asked.default is not inspect.Parameter.empty else None
    if isinstance(default, bool):
        named = param.opts if default else param.secondary_opts
        default = max(named, key=len).lstrip("-") if param.secondary_opts else None
    if default not in (None, "", [], ()):
        notes.append(_("default: {value}").format(value=default))
    least, most = bounds(param, ctx)
    if least is not None:
        notes.append(f"{least}<=x<={most}" if most is not None else f"x>={least}")
    return [*notes, _("required")] if param.required else notes
