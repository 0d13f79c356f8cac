"""`backprop solve`: the worked solution."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import (
    NotationOption,
    OutputOption,
    ProblemArgument,
    RoundOption,
)
from backprop_cli.cli.views import WithViews
from backprop_cli.ground import limits
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
    digits: Annotated[
        int, typer.Option("--digits", min=1, max=limits.DIGITS, help=n_("Significant digits, all of them correct."))
    ] = 9,
    exact: Annotated[
        bool, typer.Option("--exact", help=n_("Fractions and closed forms beside the decimals: = 151/400 = 0.3775."))
    ] = False,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    table: Annotated[
        bool, typer.Option("--table", help=n_("The solution as one table, line by line, with its exact values."))
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            metavar="WORDS",
            help=n_(
                "The columns of the table: step, phase, layer, quantity, name, formula, numbers, exact, decimal; "
                "with commas between them."
            ),
        ),
    ] = None,
    matrix: Annotated[
        bool, typer.Option("--matrix", help=n_("The solution in vectors and matrices, layer by layer."))
    ] = False,
    passes: Annotated[
        bool, typer.Option("--passes", help=n_("Both passes side by side: ∂net/∂w, ∂E/∂net and their product."))
    ] = False,
    jacobian: Annotated[
        str | None,
        typer.Option(
            "--jacobian",
            metavar="[LAYER]",
            help=n_("The Jacobian of every layer, or of one: its number or one of its neurons."),
        ),
    ] = None,
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
    paths: Annotated[
        str | None,
        typer.Option(
            "--paths",
            metavar="QUANTITY",
            help=n_("Instead: every path from this quantity to the loss; their products add up to its gradient."),
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=0, metavar="N", help=n_("With --paths: at most so many (32 unless given; 0: all).")
        ),
    ] = None,
    forward_mode: Annotated[
        str | None,
        typer.Option(
            "--forward-mode",
            metavar="QUANTITY|all",
            help=n_(
                "Instead: the tangent of every line with respect to this quantity, or the result for every parameter."
            ),
        ),
    ] = None,
    hessian: Annotated[
        str | None,
        typer.Option(
            "--hessian",
            metavar="PARAMETERS",
            help=n_(
                "Instead: the second derivatives, in these parameters (w1,w2) or all, and what their eigenvalues say."
            ),
        ),
    ] = None,
    second_order: Annotated[
        str | None,
        typer.Option(
            "--second-order",
            metavar="METHOD",
            help=n_(
                "Instead: a step of the second order: newton, gauss-newton (newton:0.1 with damping), line-search, "
                "conjugate-gradients."
            ),
        ),
    ] = None,
    gradients: Annotated[
        bool,
        typer.Option(
            "--gradients",
            help=n_(
                "Instead: the size of the gradients layer by layer; vanishing, exploding, dead and saturated units."
            ),
        ),
    ] = False,
    compare: Annotated[
        str | None,
        typer.Option(
            "--compare",
            metavar="conventions",
            help=n_("Which answers change with a convention (sign of δ, ½ in the loss, …), and which do not."),
        ),
    ] = None,
    symbolic: Annotated[
        bool,
        typer.Option(
            "--symbolic", help=n_("In letters: every line as a formula, gradients and updates in closed form.")
        ),
    ] = False,
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
