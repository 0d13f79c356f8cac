"""`backprop generate`: a new problem with agreeable numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.cli.arguments import OutputOption
from backprop_cli.words import n_

EXAMPLE = "Example: backprop generate --shape 2-2-1 --activation relu --seed 7"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("generate", epilog=EXAMPLE)(generate)


def generate(
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=n_("network, graph, optimizer, softmax or single-weight."))
    ] = "network",
    shape: Annotated[
        str | None, typer.Option("--shape", metavar="2-3-1", help=n_("Inputs, hidden layers, outputs."))
    ] = None,
    activation: Annotated[
        str | None, typer.Option("--activation", metavar="NAME", help=n_("Of the hidden layers (of all, if none)."))
    ] = None,
    output_activation: Annotated[
        str | None, typer.Option("--output-activation", metavar="NAME", help=n_("Of the outputs."))
    ] = None,
    loss: Annotated[str | None, typer.Option("--loss", metavar="NAME", help=n_("half_squared_error, …"))] = None,
    samples: Annotated[int, typer.Option("--samples", metavar="N", help=n_("Examples in one batch."))] = 1,
    bias: Annotated[bool, typer.Option("--bias/--no-bias", help=n_("Whether neurons have biases."))] = True,
    gates: Annotated[int, typer.Option("--gates", metavar="N", help=n_("Of a graph."))] = 5,
    optimizer: Annotated[str | None, typer.Option("--optimizer", metavar="NAME", help=n_("momentum, adam, …"))] = None,
    with_: Annotated[
        list[str] | None, typer.Option("--with", metavar="dead-unit", help=n_("What is otherwise avoided."))
    ] = None,
    digits: Annotated[
        int | None, typer.Option("--digits", metavar="N", help=n_("The most digits of any line that is exact."))
    ] = None,
    places: Annotated[
        int, typer.Option("--places", metavar="N", help=n_("The rounding where lines are not exact."))
    ] = 4,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help=n_("The same seed gives the same file; else one is drawn."))
    ] = None,
    output: OutputOption = None,
) -> None:
    """Make a new problem: short numbers, no dead or symmetric units, and every usual mistake shows."""
    from backprop_cli.generator.problems import generate as make
    from backprop_cli.generator.recipes import Recipe, shape_of

    recipe = Recipe(
        kind=kind, shape=shape_of(shape) if shape is not None else None, activation=activation,
        output=output_activation, loss=loss, samples=samples, gates=gates, optimizer=optimizer, digits=digits,
        places=places, bias=bias, extras=tuple(with_ or ()),
    )  # fmt: skip
    text = make(recipe, _seed(seed)).text
    _write(text, output)


def _seed(given: int | None) -> int:
    from secrets import randbelow

    return randbelow(10_000) if given is None else given


def _write(text: str, output: Path | None) -> None:
    from backprop_cli.cli.output import write_file

    if output is None:
        typer.echo(text, nl=False)
    else:
        write_file(output, text)
