"""`backprop init`: a commented problem file, or an assignment, to start from."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, n_

EXAMPLE = "Example: backprop init sheet.yaml && backprop solve sheet.yaml"


def init(
    path: Annotated[Path, typer.Argument(help=n_("The file to write; '-' for stdout."))] = Path("problem.yaml"),
    graph: Annotated[bool, typer.Option("--graph", help=n_("A computation graph instead of a network."))] = False,
    assignment: Annotated[
        bool, typer.Option("--assignment", help=n_("Several exercises on one sheet, for a class."))
    ] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", help=n_("Ask for the inputs, layers, matrices, loss and learning rate."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=n_("Replace an existing file."))] = False,
) -> None:
    """Write a commented problem file or assignment to start from; an existing file is left alone."""
    from backprop_cli.cli.arguments import is_yaml
    from backprop_cli.cli.output import write_document
    from backprop_cli.cli.schema import put_beside
    from backprop_cli.ground.replacing import write_file
    from backprop_cli.problem.starters import schema_of, starter

    if graph and assignment:
        raise UsageError(_("--graph is of one problem: it does not go with --assignment"))
    if interactive and (graph or assignment):
        raise UsageError(_("--interactive asks for a network: it does not go with --graph or --assignment"))
    if interactive and path.exists() and not force and str(path) != "-":
        raise UsageError(_("{path} exists already (--force replaces it)").format(path=path))
    kind = "assignment" if assignment else "graph" if graph else "network"
    text = _asked() if interactive else starter(kind)
    if str(path) == "-":
        write_document(text)
        return
    is_yaml(path)
    if path.exists() and not force:
        raise UsageError(_("{path} exists already (--force replaces it)").format(path=path))
    write_file(path, text)
    put_beside(path, schema_of(kind))
    said = _("wrote {path}; now: backprop solve {path}")
    if assignment:
        said = _("wrote {path}; now: backprop worksheet {path}")
    typer.echo(said.format(path=path), err=True)


def _asked() -> str:
    """The file that the replies make, which is shown on stderr as it grows."""
    from backprop_cli.cli.output import can_show_unicode, reply_to
    from backprop_cli.formats.terminal.drawing import network
    from backprop_cli.problem.interview import Interview
    from backprop_cli.problem.reader import load_text

    tell = partial(typer.echo, err=True)

    def show(text: str, stem: str) -> None:
        problem = load_text(text, "<replies>").problem
        names = {unit: stem + unit.removeprefix("y") for unit in problem.outputs}
        drawn = network(problem, lambda unit: names.get(unit, unit), lambda layer: "", 76, not can_show_unicode())
        tell("\n" + "".join(f"   {line}\n" for line in (drawn or "").splitlines()))
        tell("".join(f"   {line}\n" for line in text.splitlines()))

    return Interview(reply_to, tell, show).text()
