"""The `backprop` command and its subcommands; each is read when it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli import __version__
from backprop_cli.cli.language import LanguageOption, Program
from backprop_cli.cli.limiting import LimitOption, raise_limits
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_

_COMMANDS = {  # with their sentences, which is all that `--help` needs of them
    "solve": n_("Show the worked solution, line by line: forward, error, backward, gradients, update."),
    "check": n_(
        "Mark a sheet of answers: what is right, what follows from an earlier slip, and which mistake the rest shows."
    ),
    "grade": n_(
        "Mark the sheets of a class: marks, statistics, which mistakes how often, and a report for every student."
    ),
    "tutor": n_(
        "Practise a problem: each line is asked for, judged as `check` does, with hints; it goes on where it was left."
    ),
    "progress": n_("Show how well each skill is mastered, from the answers given to the tutor."),
    "generate": n_("Make a new problem: short numbers, no dead or symmetric units, and every usual mistake shows."),
    "worksheet": n_("Print an exercise for a class: the blank sheet, its key, and the marking rubric."),
    "quiz": n_("Write the questions of an exercise as a learning platform imports them."),
    "draw": n_("Draw the network, the computation graph or the course of the training, for slides and worksheets."),
    "page": n_(
        "Write a page for the browser: the solution that moves, or the exercise that is marked there, without a server."
    ),
    "lint": n_(
        "Warn an author: mistakes that this problem cannot tell from the right answer, dead or symmetric units, …"
    ),
    "names": n_("Print the names of a problem's quantities: as keys, in the notation, and what they mean."),
    "verify": n_("Compare every gradient with a central difference, and with PyTorch where it is installed."),
    "problems": n_(
        "List the bundled problems, print one of them, or all as a course: its contents, or a book with every solution."
    ),
    "init": n_("Write a commented problem file or assignment to start from; an existing file is left alone."),
    "schema": n_(
        "Print the JSON Schema of problem files, assignments or answer sheets, so that editors complete and check them."
    ),
    "help": n_("Read the manual: its topics, or the page of one."),
}
_PLACES = {
    "problems": "bundled.problems",
    "help": "help.show_help",
}  # module and function, where they have another name
app = Program(
    _COMMANDS,
    _PLACES,
    name="backprop",
    help=n_("Backpropagation the way it is done on paper: exact worked solutions from a YAML problem."),
    epilog=n_("The manual: `backprop help` lists its topics."),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(context: typer.Context, wanted: bool) -> None:
    if wanted:
        typer.echo(f"backprop {__version__}")
        if context.params["verbose"]:
            from backprop_cli.cli.versions import all_versions

            typer.echo("\n".join(all_versions()))
        raise typer.Exit


@app.callback()
def options(
    verbose: Annotated[
        bool,
        typer.Option("--verbose", is_eager=True, help=n_("With --version: also those of what is used, for reports.")),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, help=n_("Show the version and exit."))
    ] = False,
    lang: LanguageOption = None,
    limit: LimitOption = None,
) -> None:
    """Only what holds for every command; everything else is one."""
    if verbose:
        raise UsageError(_("--verbose goes with --version"))
    raise_limits(limit or [])
