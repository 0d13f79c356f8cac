"""What is wrong with a command line, in words of our own: of the library only kinds and names are read, no wording."""

from __future__ import annotations

from typing import Any

from backprop_cli.cli import parameters
from backprop_cli.ground.errors import did_you_mean, nearest
from backprop_cli.ground.words import _, listed


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


MEANT = {  # commands by what other programs and people call them
    "solve": "run show solution backprop calculate compute answer explain steps forward backward train",
    "check": "test validate compare correct review",
    "grade": "mark marks score marking class assess",
    "tutor": "practice practise learn ask teach exercise",
    "progress": "skills stats status",
    "generate": "gen random variants",
    "worksheet": "sheet print pdf handout exam export",
    "draw": "plot picture graph image diagram network visualize visualise",
    "verify": "gradcheck pytorch",
    "problems": "list ls examples problem bundled samples",
    "init": "new create start template",
    "names": "quantities symbols keys",
    "help": "man manual docs topics topic guide tutorial",
}
_COMMANDS = {word: command for command, words in MEANT.items() for word in words.split()}


def no_such_command(name: str, ctx: Any) -> Misuse:
    """There is no command of this name; it may be the problem that is to be solved."""
    known = ctx.command.commands
    every = _("the commands are {names}").format(names=listed(known))
    hint = _problem_meant(name, is_near=False) or did_you_mean(name, known, _COMMANDS)
    hint = hint or _problem_meant(name, is_near=True) or every
    said = _("No such command {name!r}").format(name=name)
    return Misuse(_("{message} ({hint})").format(message=said, hint=hint), ctx)


def _problem_meant(name: str, is_near: bool) -> str | None:
    """What to type where a problem stands in the place of a command: a file, or a bundled one by (nearly) its name."""
    from backprop_cli.problem.reader import bundled

    is_one = name in bundled() or name.lower().endswith((".yaml", ".yml", ".json"))
    problem = nearest(name, bundled()) if is_near else name if is_one else None
    return problem and _("to solve this problem: {command}").format(command=f"backprop solve {problem}")


def _no_such_option(failure: Any, ctx: Any) -> Misuse:
    name = failure.option_name
    known = [option for one in ctx.command.get_params(ctx) for option in one.opts if option.startswith("--")]
    near = nearest(name.lstrip("-"), [option.removeprefix("--") for option in known])
    meant = _("did you mean {name!r}?").format(name=f"--{near}")
    hint = meant if near else _("the options are {names}").format(names=listed(known))
    said = _("No such option: {name}").format(name=name)
    return Misuse(_("{message} ({hint})").format(message=said, hint=hint), ctx)


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
