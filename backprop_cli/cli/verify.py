"""`backprop verify`: the derivation against finite differences, and against PyTorch where it is installed."""

from __future__ import annotations

import typer

from backprop_cli.cli.arguments import ProblemArgument
from backprop_cli.ground.words import _

EXAMPLE = "Example: backprop verify mazur"


def verify(problem: ProblemArgument) -> None:
    """Compare every gradient with a central difference, and with PyTorch where it is installed."""
    from backprop_cli.cli.assignments import exercises, headed
    from backprop_cli.cli.output import can_show_unicode, show_page
    from backprop_cli.formats.reports.verification import report
    from backprop_cli.solving.worked import WorkedProblem
    from backprop_cli.views.verification import verification_of

    results = []
    for heading, loaded in exercises(problem):
        results.append(verification_of(WorkedProblem.of(loaded)))
        show_page(headed(heading, report(results[-1], ascii_only=not can_show_unicode())))
    if not all(result.agrees for result in results):
        typer.echo(_("backpropagation and the finite differences disagree"), err=True)
        raise typer.Exit(1)
