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
    from backprop_cli.api import load
    from backprop_cli.checking.glossary import glossary
    from backprop_cli.cli.output import charset_for, show_page, write_document
    from backprop_cli.formats.reports import naming

    opened = load(problem, notation=notation)
    charset = charset_for(ascii_only)
    terms = [term for term in glossary(opened.checker.worked, charset) if everything or not term.detail]
    if json:
        write_document(naming.names_json(terms))
    else:
        show_page(naming.names_page(opened.title, terms, charset))
