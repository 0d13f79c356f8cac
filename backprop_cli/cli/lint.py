"""`backprop lint`: what an author should know of a problem before handing it out."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.cli.arguments import ProblemArgument, RoundOption
from backprop_cli.ground.words import n_

EXAMPLE = "Example: backprop lint linear-regression"


def lint(
    problem: ProblemArgument,
    everything: Annotated[
        bool, typer.Option("--everything", help=n_("All lines of the work, not only those that are asked for."))
    ] = False,
    rounding: RoundOption = None,
    json: Annotated[bool, typer.Option("--json", help=n_("For programs."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ and ∂."))] = False,
) -> None:
    """Warn an author: mistakes that this problem cannot tell from the right answer, dead or symmetric units, …"""
    from backprop_cli.checking.lint import Weight, of_the_file
    from backprop_cli.checking.lint import lint as look_at
    from backprop_cli.cli.assignments import exercises, headed
    from backprop_cli.cli.output import charset_for, show_page, write_document
    from backprop_cli.formats.reports import linting
    from backprop_cli.problem.placing import placing
    from backprop_cli.solving.worked import WorkedProblem

    found = []
    for heading, loaded in exercises(problem, rounding):
        with placing(loaded):
            found.append((heading, [*look_at(WorkedProblem.of(loaded), everything), *of_the_file(loaded)]))
        if not json:
            page = linting.remarks_page(loaded.problem, found[-1][1], charset_for(ascii_only), headed=not heading)
            show_page(headed(heading, page))
    if json:
        write_document(linting.remarks_json([remarks for _heading, remarks in found], alone=not found[0][0]))
    if any(remark.weight is Weight.WARNING for _heading, remarks in found for remark in remarks):
        raise typer.Exit(1)
