"""`backprop solve`: the worked solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from backprop_cli.cli.arguments import (
    CompareOption,
    DigitsOption,
    ForwardModeOption,
    GradientsOption,
    JacobianOption,
    LimitOption,
    MatrixOption,
    NotationOption,
    OutputOption,
    PassesOption,
    PathsOption,
    ProblemArgument,
    RoundOption,
    SymbolicOption,
)
from backprop_cli.cli.views import WithViews
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from backprop_cli.problem.model import Detail, Problem, RoundingRule
    from backprop_cli.solving.solution import Solution

EXAMPLE = "Example: backprop solve mazur --only w5_new"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("solve", cls=WithViews, epilog=EXAMPLE)(solve)


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
    rounding: RoundOption = None,
    notation: NotationOption = None,
    matrix: MatrixOption = False,
    passes: PassesOption = False,
    jacobian: JacobianOption = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=n_(
                "text (without colour), json, markdown, html, latex, typst, pdf; python, numpy, pytorch, notebook or "
                "xlsx, which compute it again. Unless given, by the ending of the output file."
            ),
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=n_("The same as --format json."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ, ∂ and η."))] = False,
    output: OutputOption = None,
    paths: PathsOption = None,
    limit: LimitOption = None,
    forward_mode: ForwardModeOption = None,
    gradients: GradientsOption = False,
    compare: CompareOption = None,
    symbolic: SymbolicOption = False,
) -> None:
    """Show the worked solution, line by line: forward, error, backward, gradients, update."""
    from dataclasses import replace

    from backprop_cli.cli import views
    from backprop_cli.cli.output import epochs_shown
    from backprop_cli.deriving.understanding import load
    from backprop_cli.solving.solution import Wishes, solution_of

    wanted = _format(format_, json, output)
    loaded = load(problem, notation, letters=compare is None, reports=True)
    loaded = replace(loaded, problem=with_rounding(loaded.problem, rounding))
    if detail == "gates":
        loaded = replace(loaded, problem=replace(loaded.problem, gates=True))
    of_solution = {"--matrix": matrix, "--passes": passes, "--jacobian": jacobian}
    of_problem = {"--paths": paths, "--forward-mode": forward_mode, "--gradients": gradients, "--compare": compare}
    view = views.asked(of_solution | of_problem | {"--symbolic": symbolic}, limit)
    if view and view.option in of_problem:
        views.refuse_with(view, {"--then-forward": then_forward, "--detail": detail not in (None, "gates")})
        views.show(views.of_problem(loaded, view, tuple(only or ()), digits), wanted, ascii_only, output)
        return
    chosen = _detail(detail, loaded.problem, wanted if view is None else None)
    wishes = Wishes(chosen, tuple(only or ()), then_forward, digits)
    if symbolic or loaded.problem.symbolic or loaded.problem.letters:
        views.show(views.in_letters(loaded, wishes, symbolic, view), wanted, ascii_only, output)
        return
    with epochs_shown(loaded.problem.all_epochs) as on_epoch:
        solution = solution_of(loaded, wishes, on_epoch)
    if view:
        views.refuse_with(view, {"--only": only})
        views.show(views.of_solution(solution, view), wanted, ascii_only, output)
    else:
        _show(solution, wanted, ascii_only, output)


def _format(named: str | None, json: bool, output: Any) -> str | None:
    """The format: the one named, or by the ending of the output file; None for the terminal."""
    from backprop_cli.formats import BINARY, FORMATS, format_of
    from backprop_cli.ground.errors import UsageError, did_you_mean

    if json:
        return "json"
    if named is None and output is not None:
        named = format_of(output)
    if named is not None and named not in FORMATS:
        hint = did_you_mean(named, FORMATS) or ", ".join(FORMATS)
        raise UsageError(_("no format called {name!r} ({hint})").format(name=named, hint=hint))
    if named in BINARY and output is None:
        raise UsageError(_("{format} needs a file to be written to: -o solution.{format}").format(format=named))
    return named


def _detail(named: str | None, problem: Problem, wanted: str | None) -> Detail | None:
    """The detail asked for. JSON has every named quantity, except where rounding makes the lines matter."""
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.problem.model import Detail

    if named in ("brief", "textbook", "full"):
        return Detail(named)
    if named not in (None, "gates"):
        raise UsageError(_("no detail called {name!r} (brief, textbook, full or gates)").format(name=named))
    if wanted == "json" and problem.detail is None and problem.rounding is None:
        return Detail.FULL
    return None


def with_rounding(problem: Problem, text: str | None) -> Problem:
    """The problem rounded as the command line says."""
    from dataclasses import replace

    from backprop_cli.ground.errors import UsageError
    from backprop_cli.numbers.rounded import Rounding
    from backprop_cli.problem.model import RoundingRule

    if text is None:
        return problem
    rule: RoundingRule | None
    digits = text.removesuffix("f")
    if text == "none":
        rule = None
    elif digits.isascii() and digits.isdigit() and len(digits) <= 2 and text not in {"0f", "00f"}:
        ties = problem.rounding.default.ties if problem.rounding and problem.rounding.default else "half-up"
        figures = text.endswith("f")
        rule = RoundingRule(Rounding(None if figures else int(digits), int(digits) if figures else None, ties))
    else:
        raise UsageError(_("--round takes places (4), figures (4f) or none, not {text!r}").format(text=text))
    return replace(problem, rounding=rule)


def _show(solution: Solution, wanted: str | None, ascii_only: bool, output: Any) -> None:
    """Writes the solution to the terminal, to stdout or to a file."""
    from backprop_cli.cli.output import can_show_unicode, show_page, write_document, write_file
    from backprop_cli.formats import renderer

    charset = "ascii" if ascii_only or (output is None and not can_show_unicode()) else "unicode"
    if wanted is None:
        from backprop_cli.formats.terminal.text import page

        show_page(page(solution, charset))
        return
    if wanted == "text":
        from backprop_cli.formats.terminal.text import render

        content: str | bytes = render(solution, charset=charset)
    else:
        content = renderer(wanted)(solution)
    if output is None:
        write_document(content)
    else:
        write_file(output, content)
