"""`backprop progress`: what a learner has mastered."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.cli.arguments import LearnerOption
from backprop_cli.ground.words import n_

EXAMPLE = "Example: backprop progress --json"


def progress(
    learner: LearnerOption = "",
    json: Annotated[bool, typer.Option("--json", help=n_("For programs."))] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ and bars."))] = False,
) -> None:
    """Show how well each skill is mastered, from the answers given to the tutor."""
    from backprop_cli.cli.front import Front
    from backprop_cli.cli.output import charset_for, write_document
    from backprop_cli.formats.reports import progress as page
    from backprop_cli.tutor import store
    from backprop_cli.tutor.practice import knowledge_of

    known, damage = store.load_learner(store.learner_path(learner))
    if damage:
        typer.echo(damage, err=True)
    levels = list(knowledge_of(known).values())
    if json:
        write_document(page.progress_json(learner, levels, known.exercises))
        return
    charset = charset_for(ascii_only)
    Front().show(page.Progress(levels, charset))
