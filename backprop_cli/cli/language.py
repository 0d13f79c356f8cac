"""The language of the command line: chosen before anything is said, and spoken by help and by usage errors."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

from backprop_cli.cli import parameters
from backprop_cli.cli.misuse import Misuse, no_such_command, told, too_many
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, language_called, language_of_reader, n_, set_language, short_names

VARIABLE = "BACKPROP_LANG"
HELP = {"help_option_names": ["-h", "--help"]}
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="|".join(short_names()),
        help=n_("The language of all words; otherwise that of the environment (BACKPROP_LANG, LC_ALL, LANG)."),
        autocompletion=lambda incomplete: [name for name in short_names() if name.startswith(incomplete)],
    ),
]


_ASKED = ContextVar("asked", default=False)


def is_chosen() -> bool:
    """Whether `--lang` says which language is spoken."""
    return _ASKED.get()


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Speaks the language of `--lang`, of BACKPROP_LANG, or of the locale; raises UsageError for an unknown one."""
    set_language(language_of_reader(environment))
    asked, usual = _asked(arguments), environment.get(VARIABLE)
    _ASKED.set(asked is not None)
    if asked and usual and (found := language_called(usual)):
        set_language(found)  # in which is said what is wrong with the one that is asked for
    if asked or usual:
        from backprop_cli.api.speaking import known_language

        set_language(known_language(asked or usual or ""))


def _asked(arguments: Sequence[str]) -> str | None:
    """The last value of `--lang` among the arguments: help and errors need it before they are parsed."""
    found = None
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang" and index + 1 < len(arguments):
            found = arguments[index + 1]
        elif argument.startswith("--lang="):
            found = argument.partition("=")[2]
    return found


class Program(typer.Typer):
    """A program whose commands all have `--lang`, and are read and built when they are run.

    `sentences` has what `--help` needs of each command, its first sentence. It is a function in a module of the same
    name, or where `places` says, as `module.function`; the module has an `EXAMPLE`, and may have a `KIND` of command.
    """

    def __init__(self, sentences: Mapping[str, str], places: Mapping[str, str], **settings: Any) -> None:
        self.sentences = sentences
        commands = _Commands(sentences, places)

        class Commands(Group):
            def __init__(self, **group: Any) -> None:
                super().__init__(**{**group, "commands": commands})

        super().__init__(cls=Commands, context_settings=HELP, **settings)


class _Commands(Mapping[str, Any]):
    """The commands by name, each built when it is asked for."""

    def __init__(self, sentences: Mapping[str, str], places: Mapping[str, str]) -> None:
        self.sentences, self.places = sentences, places
        self.built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.built:
            module, function = self.place(name)
            info = CommandInfo(
                name,
                cls=getattr(module, "KIND", Command),
                callback=_with_language(function),
                epilog=module.EXAMPLE,
                context_settings=HELP,
            )
            self.built[name] = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
        return self.built[name]

    def place(self, name: str) -> tuple[Any, Any]:
        """The module and the function of a command."""
        if name not in self.sentences:
            raise KeyError(name)
        module, _dot, function = self.places.get(name, f"{name}.{name}").partition(".")
        found = import_module(f"backprop_cli.cli.{module}")
        return found, getattr(found, function)

    def __iter__(self) -> Iterator[str]:
        return iter(self.sentences)

    def __len__(self) -> int:
        return len(self.sentences)


def _with_language(function: Callable[..., Any]) -> Callable[..., Any]:
    """The command's function, with one option more than it needs to know of."""
    signature = inspect.signature(function, eval_str=True)
    option = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=LanguageOption)

    @wraps(function)
    def spoken(*arguments: Any, lang: str | None = None, **options: Any) -> Any:
        return function(*arguments, **options)

    spoken.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]
    return spoken


class _Spoken:
    """What commands and the program have in common: help, usage and complaints in the reader's language."""

    allow_extra_args = True  # so that it is we who refuse them

    def get_params(self, ctx: Any) -> list[Any]:
        """The command's own parameters, and `--help`."""
        found: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for param in found:
            if "process_value" not in vars(param):
                param.process_value = _taking_the_value(param)
        return found

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments that are left over for a command of a group; raises Misuse."""
        try:
            rest: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        except Exception as failure:
            if said := told(failure, ctx):
                raise said from None
            raise
        return rest

    def get_help(self, ctx: Any) -> str:
        """The page of `--help`."""
        from backprop_cli.cli.help_page import HelpPage  # what most commands need not wait for

        page = HelpPage()
        self.format_help(ctx, page)  # type: ignore[attr-defined]
        return page.getvalue().rstrip("\n")

    def get_usage(self, ctx: Any) -> str:
        """The line of usage."""
        from backprop_cli.cli.help_page import HelpPage

        page = HelpPage()
        self.format_usage(ctx, page)  # type: ignore[attr-defined]
        return page.getvalue().rstrip("\n")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options, each with what it does."""
        for heading, options in ((_("Arguments:"), False), (_("Options:"), True)):
            if found := parameters.shown(ctx, options):
                with formatter.section(heading):
                    formatter.write_dl([parameters.row(one, ctx) for one in found])


class Command(_Spoken, TyperCommand):
    """A command that speaks the reader's language."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands behind the command in its line of usage."""
        return ["[OPTIONS]", *map(parameters.argument, parameters.shown(ctx, options=False))]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Nothing is left over; raises Misuse."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            raise too_many(ctx)
        return rest

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Its example, and the topic of the manual that says more."""
        from backprop_cli.manual import topic_of

        super().format_epilog(ctx, formatter)
        with formatter.indentation():
            formatter.write_text(_("More: {command}").format(command=f"backprop help {topic_of(self.name or '')}"))


class Group(_Spoken, TyperGroup):
    """The program: it chooses the language, and tells what is wrong with a command line in it."""

    def main(self, args: Sequence[str] | None = None, **settings: Any) -> Any:  # type: ignore[override]
        """Runs the command line."""
        arguments = sys.argv[1:] if args is None else list(args)
        choose_language(arguments, os.environ)
        try:
            sys.exit(super().main(arguments, **{**settings, "standalone_mode": False}))
        except Misuse as failure:
            _tell(failure)
            sys.exit(2)
        except Exception as failure:
            if type(failure).__name__ != "NoArgsIsHelpError":
                raise
            typer.echo(failure.format_message(), err=True)  # type: ignore[attr-defined]
            sys.exit(2)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that is asked for; raises Misuse where none is."""
        try:
            return super().invoke(ctx)
        except Exception as failure:
            if type(failure).__name__ == "UsageError" and ctx.invoked_subcommand is None:
                raise Misuse(_("Missing command."), ctx) from None
            raise

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is asked for; raises Misuse."""
        if args[0] not in self.commands and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise no_such_command(args[0], ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands."""
        return list(self.commands)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Options and commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands, each with its whole sentence."""
        assert isinstance(self.commands, _Commands)
        with formatter.section(_("Commands:")):
            formatter.write_dl([(name, _(sentence)) for name, sentence in self.commands.sentences.items()])


def _taking_the_value(param: Any) -> Callable[[Any, Any], Any]:
    """How the value of a parameter is taken: what is left out, texts and paths without the library's converters.

    It builds one for every option before it looks whether there is a value, which takes as long as to solve a problem.
    """
    convert: Callable[[Any, Any], Any] = param.process_value
    several = getattr(param, "multiple", False) or param.nargs != 1

    def process_value(ctx: Any, value: Any) -> Any:
        if param.required and not value:
            return convert(ctx, value)  # which says that it is missing
        if value is None or value is param.default:
            value = () if several and value is None else value
        elif (kind := parameters.kind(param, ctx)) in (str, Path):
            value = [kind(one) for one in value] if several else kind(value)
        else:
            return convert(ctx, value)
        return value if param.callback is None else param.callback(ctx, param, value)

    return process_value


def _tell(failure: Misuse) -> None:
    """Writes what is wrong with a command line on stderr: usage, where help is, and the failure."""
    typer.echo(failure.ctx.get_usage(), err=True)
    typer.echo(_("Try '{command} --help' for help.").format(command=failure.ctx.command_path) + "\n", err=True)
    typer.echo(_("Error: {message}").format(message=visible(str(failure))), err=True)
