"""What is wrong with a command line, in words of our own: of the library only kinds and names are read, no wording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backprop_cli.cli import parameters
from backprop_cli.ground.words import _


class Misuse(Exception):  # noqa: N818 - it is the reader's, not the program's
    """A command line that cannot be run: what is wrong, and the command whose usage helps (as click knows it)."""

    def __init__(self, message: str, ctx: Any) -> None:
        self.ctx = ctx
        super().__init__(message)


def told(failure: Any, ctx: Any) -> Misuse | None:
    """What the library found wrong with the arguments of a command, or None for what is no such failure."""
    tell = _KINDS.get(type(failure).__name__)
    return tell(failure, ctx) if tell else None


def too_many(ctx: Any) -> Misuse:
    """Arguments are left over."""
    return Misuse(_("Got unexpected extra arguments ({more})").format(more=" ".join(map(str, ctx.args))), ctx)


def no_such_command(name: str, ctx: Any) -> Misuse:
    """There is no command of this name."""
    return _unknown(_("No such command {name!r}").format(name=name), name, ctx.command.commands, ctx)


def _no_such_option(failure: Any, ctx: Any) -> Misuse:
    name = failure.option_name
    known = [option for one in ctx.command.get_params(ctx) for option in one.opts if option.startswith("--")]
    return _unknown(_("No such option: {name}").format(name=name), name, known, ctx)


def _unknown(said: str, name: str, known: Iterable[str], ctx: Any) -> Misuse:
    """With the known name that is near, if one is."""
    from backprop_cli.ground.errors import did_you_mean

    hint = did_you_mean(name, known)
    return Misuse(_("{message} ({hint})").format(message=said, hint=hint) if hint else said, ctx)


def _missing(failure: Any, ctx: Any) -> Misuse:
    option = parameters.is_option(failure.param)
    said = _("Missing option {name!r}.") if option else _("Missing argument {name!r}.")
    return Misuse(said.format(name=parameters.name(failure.param)), ctx)


def _value_or_none(failure: Any, ctx: Any) -> Misuse:
    """An option without the value it takes, or with a value though it takes none."""
    name = failure.option_name
    flags = (one for one in ctx.command.get_params(ctx) if getattr(one, "is_flag", False))
    is_flag = any(name in (*one.opts, *one.secondary_opts) for one in flags)
    said = _("Option {name!r} does not take a value.") if is_flag else _("Option {name!r} requires an argument.")
    return Misuse(said.format(name=name), ctx)


def _wrong_value(failure: Any, ctx: Any) -> Misuse:
    said = _("Invalid value for {name}: {more}")
    return Misuse(said.format(name=repr(parameters.name(failure.param)), more=_expected(failure.param, ctx)), ctx)


def _expected(param: Any, ctx: Any) -> str:
    """What kind of value is asked for: all values that are not texts are whole numbers."""
    low, high = parameters.bounds(param, ctx)
    if low is not None and high is not None:
        return _("expected a whole number from {low} to {high}").format(low=low, high=high)
    return _("expected a whole number") if low is None else _("expected a whole number, at least {low}").format(low=low)


_KINDS = {
    "NoSuchOption": _no_such_option,
    "MissingParameter": _missing,
    "BadOptionUsage": _value_or_none,
    "BadParameter": _wrong_value,
}
