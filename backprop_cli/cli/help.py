"""`backprop help`: the manual, page by page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _, listed, n_

EXAMPLE = "Example: backprop help check"


def _complete(incomplete: str) -> list[str]:
    from backprop_cli.manual import all_topics

    return [name for name in all_topics() if name.startswith(incomplete)]


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
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=n_("Write the whole manual: into this folder as a site, or as this file, a PDF.")
        ),
    ] = None,
) -> None:
    """Read the manual: its topics, or the page of one."""
    from backprop_cli import manual
    from backprop_cli.cli.output import can_show_unicode
    from backprop_cli.cli.paging import show_paged
    from backprop_cli.formats.terminal.manual import Contents, ManualPage

    name = manual.topic_of(topic.lower())
    if output is not None:
        _write(output, topic)
    elif not topic:
        show_paged(Contents(not can_show_unicode()))
    else:
        found = manual.topic(name) if name in manual.all_topics() else manual.entry(topic) or _refused(topic)
        show_paged(ManualPage(found.text, not can_show_unicode()))


def _write(path: Path, topic: str) -> None:
    """Writes the manual: a PDF where the name ends so, else the pages of a site into a folder."""
    from backprop_cli.ground.replacing import make_folder, write_file

    if topic:
        raise UsageError(_("-o writes the whole manual: leave out {topic!r}").format(topic=topic))
    if path.suffix.lower() == ".pdf":
        from backprop_cli import __version__
        from backprop_cli.formats.print import manual_typst, pdf

        write_file(path, pdf.of_source(manual_typst.source(__version__)))
        return
    if path.suffix or path.is_file():
        raise UsageError(_("the manual is written into a folder, or as a .pdf, not as {path}").format(path=path))
    from backprop_cli.formats.print import manual_html

    make_folder(path)
    for name, text in manual_html.site().items():
        write_file(path / name, text)


def _refused(name: str) -> NoReturn:
    """Raises UsageError with what might be meant, else with the topics that mention it, and with all topics."""
    from backprop_cli import manual
    from backprop_cli.manual import generated

    hint = did_you_mean(name, [*manual.all_topics(), *manual.COMMANDS, *generated.words(), *generated.keys.all_keys()])
    if hint is None and (found := manual.topics_with(name, manual.topics())):
        hint = _("it is mentioned in {topics}").format(topics=listed(found))
    said = _("no topic called {name!r}") if hint is None else _("no topic called {name!r} ({hint})")
    every = _("The topics are {topics}.").format(topics=listed(manual.topics()))
    raise UsageError(said.format(name=name, hint=hint) + "\n" + every)
