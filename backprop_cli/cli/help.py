"""`backprop help`: the manual, page by page."""

from __future__ import annotations

from typing import Annotated

import typer

from backprop_cli.ground.words import _, listed, n_

EXAMPLE = "Example: backprop help check"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("help", epilog=EXAMPLE)(show_help)


def _complete(incomplete: str) -> list[str]:
    from backprop_cli.manual import topics

    return [name for name in topics() if name.startswith(incomplete)]


def show_help(
    topic: Annotated[
        str,
        typer.Argument(
            metavar="TOPIC",
            help=n_("A topic, or the name of a command; all topics are listed unless given."),
            autocompletion=_complete,
            show_default=False,
        ),
    ] = "",
) -> None:
    """Read the manual: its topics, or the page of one."""
    from backprop_cli import manual
    from backprop_cli.cli.output import can_show_unicode
    from backprop_cli.cli.paging import show_paged
    from backprop_cli.formats.terminal.manual import Contents, Page

    name = manual.topic_of(topic.lower())
    if not topic:
        show_paged(Contents(not can_show_unicode()))
    elif name in manual.topics():
        show_paged(Page(manual.topic(name).text, not can_show_unicode()))
    else:
        _refuse(topic)


def _refuse(name: str) -> None:
    """Raises UsageError with what might be meant, else with the topics that mention it, and with all topics."""
    from backprop_cli.ground.errors import UsageError, did_you_mean
    from backprop_cli.manual import COMMANDS, topics, topics_with

    hint = did_you_mean(name, [*topics(), *COMMANDS])
    if hint is None and (found := topics_with(name)):
        hint = _("it is mentioned in {topics}").format(topics=listed(found))
    said = _("no topic called {name!r}") if hint is None else _("no topic called {name!r} ({hint})")
    every = _("The topics are {topics}.").format(topics=listed(topics()))
    raise UsageError(said.format(name=name, hint=hint) + "\n" + every)
