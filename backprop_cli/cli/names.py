"""`backprop names`: how every quantity of a problem is called."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.cli.arguments import NotationOption, ProblemArgument
from backprop_cli.ground.words import n_

EXAMPLE = "Example: backprop names mazur"


def names(
    problem: ProblemArgument,
    everything: Annotated[
        bool, typer.Option("--everything", help=n_("Also the factors of the chain rule, which few write."))
    ] = False,
    notation: NotationOption = None,
    json: Annotated[bool, typer.Option("--json", help=n_("For programs."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ and ∂."))] = False,
) -> None:
    """Print the names of a problem's quantities: as keys, in the notation, and what they mean."""
    from backprop_cli.api.problem import Problem
    from backprop_cli.checking.glossary import glossary
    from backprop_cli.cli.assignments import headed, opened
    from backprop_cli.cli.output import charset_for, show_page, write_document
    from backprop_cli.formats.reports import naming
    from backprop_cli.problem.assignment import heading_of

    assignment, charset = opened(problem, notation, printed=False), charset_for(ascii_only)
    found = []
    for one in assignment.exercises:
        known = glossary(Problem(one.loaded).checker.worked, charset)
        found.append((one, [term for term in known if everything or not term.detail]))
    if json:
        write_document(naming.names_json([terms for _one, terms in found], alone=assignment.is_alone))
        return
    for one, terms in found:
        heading = "" if assignment.is_alone else heading_of(one.number, one.loaded.problem)
        is_last = one is assignment.exercises[-1]
        title = "" if heading else one.loaded.problem.title
        show_page(headed(heading, naming.names_page(title, terms, charset, is_last, not assignment.is_alone)))
