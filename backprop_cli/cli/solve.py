"""`backprop solve`: the worked solution."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import (
    ColumnsOption,
    CompareOption,
    DigitsOption,
    ExactOption,
    ForwardModeOption,
    GradientsOption,
    HessianOption,
    JacobianOption,
    LimitOption,
    MatrixOption,
    NotationOption,
    OutputOption,
    PassesOption,
    PathsOption,
    ProblemArgument,
    RoundOption,
    SecondOrderOption,
    SymbolicOption,
    TableOption,
)
from backprop_cli.cli.views import WithViews
from backprop_cli.ground.errors import UsageError, unknown
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from backprop_cli.formats.pages import Page

EXAMPLE = "Example: backprop solve mazur --only w5_new"
KIND = WithViews  # of command


def solve(
    problem: ProblemArgument,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="QUANTITY",
            help=n_("Only the chain of lines that leads to this quantity; may be repeated."),
        ),
    ] = None,
    detail: Annotated[
        str | None,
        typer.Option(
            "--detail",
            metavar="brief|textbook|full|gates",
            help=n_("How much is written: δ merged as textbooks do, or every chain-rule factor."),
        ),
    ] = None,
    then_forward: Annotated[
        bool, typer.Option("--then-forward", help=n_("Also the forward pass after the update."))
    ] = False,
    digits: DigitsOption = 9,
    exact: ExactOption = False,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    table: TableOption = False,
    columns: ColumnsOption = None,
    matrix: MatrixOption = False,
    passes: PassesOption = False,
    jacobian: JacobianOption = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=n_(
                "text (without colour), json, csv, markdown, html, latex, typst, pdf; python, javascript, numpy, "
                "pytorch, notebook or xlsx, which compute it again. Unless given, by the ending of the output file."
            ),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=n_("The same as --format json."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ, ∂ and η."))] = False,
    output: OutputOption = None,
    paths: PathsOption = None,
    limit: LimitOption = None,
    forward_mode: ForwardModeOption = None,
    hessian: HessianOption = None,
    second_order: SecondOrderOption = None,
    gradients: GradientsOption = False,
    compare: CompareOption = None,
    symbolic: SymbolicOption = False,
) -> None:
    """Show the worked solution, line by line: forward, error, backward, gradients, update."""
    from backprop_cli.api.problem import Problem
    from backprop_cli.cli import views
    from backprop_cli.cli.assignments import opened
    from backprop_cli.cli.output import epochs_shown, say_notes
    from backprop_cli.problem.assignment import heading_of
    from backprop_cli.solving.exercises import only_in

    format_ = _format(format_, json, output)
    assignment = opened(problem, notation, rounding, printed=False)
    options = {
        "--matrix": matrix, "--passes": passes, "--jacobian": jacobian, "--paths": paths,
        "--forward-mode": forward_mode, "--hessian": hessian, "--second-order": second_order,
        "--gradients": gradients, "--compare": compare,
        "--symbolic": symbolic, "--table": views.table_asked(table, columns),
    }  # fmt: skip
    option, argument = views.asked(options, limit)
    pages = []
    wanted = only_in({one.number: one.loaded for one in assignment.exercises}, only or (), then_forward)
    for one in assignment.exercises:
        say_notes(one.loaded)
        if one.number not in wanted:
            continue
        with epochs_shown(one.loaded.problem.all_epochs) as on_epoch:
            page = Problem(one.loaded).page(
                option, argument, only=wanted[one.number], detail=detail, then_forward=then_forward, digits=digits,
                exact=exact, limit=limit, as_data=format_ == "json", on_epoch=on_epoch,
            )  # fmt: skip
        pages.append((one.number, heading_of(one.number, one.loaded.problem), page))
    if assignment.head is not None:
        from backprop_cli.formats.pages import together

        page = together(assignment.head.title, pages)
    _show(page, format_, ascii_only, output)


def _format(named: str | None, json: bool, output: Path | None) -> str | None:
    """The format: the one named, or by the ending of the output file; None for the terminal."""
    from backprop_cli.formats import BINARY, format_of, is_format, names_of_formats

    if json:
        return "json"
    if named is None and output is not None:
        named = format_of(output)
    if named is not None and not is_format(named):
        raise unknown(_("no format called {name!r} ({hint})"), named, names_of_formats())
    if named in BINARY and output is None:
        raise UsageError(_("{format} needs a file to be written to: -o solution.{format}").format(format=named))
    return named


def _show(page: Page, wanted: str | None, ascii_only: bool, output: Path | None) -> None:
    """Writes the page to the terminal, to stdout or to a file."""
    from backprop_cli.cli.output import charset_for, show_page, write
    from backprop_cli.formats.pages import written

    charset = charset_for(ascii_only, output)
    if wanted is None:
        from backprop_cli.formats.terminal.plain import DocumentPage

        show_page(DocumentPage(page.document(charset), page.hint))
    else:
        write(written(page, wanted, charset), output)
