"""`backprop generate`: a new problem with agreeable numbers, or many of equal difficulty."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import BandOption, complete_problem, is_yaml, written_to
from backprop_cli.ground.errors import UsageError, unknown
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from backprop_cli.documents.model import Document
    from backprop_cli.generator.files import Begun, Worksheet
    from backprop_cli.generator.recipes import Recipe
    from backprop_cli.generator.variants import Variant
    from backprop_cli.problem.reader import Loaded

EXAMPLE = "Example: backprop generate --shape 2-2-1 --activation relu --seed 7"


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
    draw: Annotated[
        int | None, typer.Option("--draw", min=1, metavar="N", help=n_("Of one seed, other numbers: as in variants."))
    ] = None,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="PROBLEM",
            help=n_("Keep this problem, and draw its numbers anew."),
            autocompletion=complete_problem,
        ),
    ] = None,
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help=n_("Above the solution; variants add their number."))
    ] = "",
    variants: Annotated[
        int | None,
        typer.Option("--variants", metavar="N", help=n_("So many of equal difficulty, with sheets and keys, to -o.")),
    ] = None,
    band: BandOption = None,
    sheets: Annotated[
        str, typer.Option("--sheets", metavar="FORMAT", help=n_("Of the variants' worksheets; 'none' for none."))
    ] = "markdown",
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment",
            metavar="FILE",
            help=n_("Variants of this assignment, to -o: one for each of --students, or --variants N."),
        ),
    ] = None,
    students: Annotated[
        Path | None,
        typer.Option(
            "--students", metavar="FILE", help=n_("Who gets a variant: a list with names and ids, and groups.")
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help=n_("With --assignment: all sheets in one file, for printing."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=n_("Replace existing files."))] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=written_to,
            help=n_("Write to this file (variants: to this folder) instead of stdout."),
        ),
    ] = None,
) -> None:
    """Make a new problem: short numbers, no dead or symmetric units, and every usual mistake shows."""
    from backprop_cli.api.making import recipe_of, seed_of
    from backprop_cli.cli.assignments import opened
    from backprop_cli.cli.output import write
    from backprop_cli.cli.schema import put_beside
    from backprop_cli.generator.problems import generate as make
    from backprop_cli.generator.variants import BAND

    if like is not None and assignment is None and not opened(like, printed=False).is_alone:
        assignment, like = like, None
    make_recipe = partial(
        recipe_of, kind=kind, shape=shape, activation=activation, output_activation=output_activation, loss=loss,
        samples=samples, gates=gates, optimizer=optimizer, digits=digits, places=places, bias=bias,
        extras=with_ or (), title=title,
    )  # fmt: skip
    if assignment is not None:
        from backprop_cli.cli.handing_out import hand_out
        from backprop_cli.generator.recipes import PLACES

        worksheets(sheets)  # which refuses what is no format
        _refuse_beside({"--like": like, "--title": title, "--draw": draw, "--force": force, "--digits": digits,
                        "--places": places != PLACES, "--gates": gates != 5, "--kind": kind != "network",
                        "--shape": shape, "--activation": activation, "--output-activation": output_activation,
                        "--loss": loss, "--samples": samples != 1, "--no-bias": not bias, "--optimizer": optimizer,
                        "--with": with_})  # fmt: skip
        hand_out(assignment, students, seed, band, sheets, output, together, variants)
        return
    asked_band, band = band, BAND if band is None else band
    recipe = make_recipe(like=like)
    number = seed_of(seed)
    if variants is not None:
        _variants(recipe, number, variants, band, sheets, output, force)
        return
    if sheets != "markdown" or asked_band is not None:
        raise UsageError(_("--sheets and --band are about variants: they go with --variants"))
    if output is not None:
        is_yaml(output)
        _refuse_to_replace([output], force)
    write(make(recipe, number, draw=draw).text, output)
    if output is not None:
        put_beside(output, "problem")


def _refuse_beside(options: Mapping[str, object]) -> None:
    """Raises UsageError for an option that says something of a problem, beside an assignment."""
    for option, given in options.items():
        if given:
            message = _("{option} does not go with an assignment: its file says what its exercises are like")
            raise UsageError(message.format(option=option))


def _refuse_to_replace(paths: list[Path], force: bool) -> None:
    there = [path for path in paths if path.is_file()]
    if there and not force:
        raise UsageError(_("{path} exists already (--force replaces it)").format(path=there[0]))


def _variants(recipe: Recipe, seed: int, count: int, band: int, sheets: str, folder: Path | None, force: bool) -> None:
    """Writes the folder, all that could be computed, and says how difficult its problems are."""
    from backprop_cli.cli.output import count_shown
    from backprop_cli.cli.schema import put_beside
    from backprop_cli.generator.difficulty import MEASURE
    from backprop_cli.generator.files import files_of
    from backprop_cli.generator.variants import variants_of
    from backprop_cli.ground.replacing import make_folder, write_file

    if folder is None or folder.is_file():
        raise UsageError(_("variants need a folder to be written to: -o FOLDER"))
    worksheet, ending = worksheets(sheets)
    begun: list[Begun] = []

    def begin(one: Variant) -> None:
        begun.extend([worksheet(one.made.loaded)] if worksheet is not None else [])

    with count_shown(_("variants")) as shown:
        made = variants_of(recipe, seed, count, band, shown, begin)
    files = {folder / name: content for name, content in files_of(made, begun, ending)}
    _refuse_to_replace(list(files), force)
    make_folder(folder)
    for path, content in files.items():
        write_file(path, content)
    put_beside(folder / "variant-01.yaml", "problem")
    works = [one.difficulty for one in made.variants]
    said = _("wrote {count} variants to {folder}; difficulty {low} to {high}: {measure}")
    typer.echo(said.format(count=count, folder=folder, low=min(works), high=max(works), measure=_(MEASURE)))


def worksheets(format_: str) -> tuple[Worksheet | None, str]:
    """What writes the sheet to hand out, and the ending of its file."""
    from backprop_cli.formats import dialect_of, document_renderer, ending_of, names_of_documents, writes_documents
    from backprop_cli.worksheets.parts import Choices, parts

    if format_ == "none":
        return None, ""
    if not writes_documents(format_):
        raise unknown(_("no format called {name!r} for a worksheet ({hint})"), format_, names_of_documents())
    dialect = dialect_of(format_)

    def sheet(loaded: Loaded) -> Document:
        return parts(("sheet",), loaded, dialect, Choices())["sheet"]

    if format_ == "pdf":
        from backprop_cli.formats.print.ahead import begun

        return lambda loaded: begun(sheet(loaded)), ending_of(format_)
    write = document_renderer(format_)

    def written(loaded: Loaded) -> Callable[[], str | bytes]:
        content = write(sheet(loaded))
        return lambda: content

    return written, ending_of(format_)
