"""The names of a problem, for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backprop_cli.checking.glossary import GlossaryEntry
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import exercise_key

_MOST_PLACES = 3


def names_page(
    title: str, terms: Sequence[GlossaryEntry], charset: str = "unicode", is_last: bool = True, of_several: bool = False
) -> RenderableType:
    """A table for what is given and for each part of the work: the key, the symbol, the meaning, where it stands.

    Below the last one, how else they may be written; `of_several` exercises, also how one of them is meant.
    """
    parts: list[RenderableType] = [Text(visible(title), "bold"), Text()] if title else []
    for (detail, section), group in groupby(terms, key=lambda term: (term.detail, term.section)):
        heading = _("{part}, in full detail").format(part=section) if detail else section
        parts += [Text(heading[:1].upper() + heading[1:], "bold magenta"), _table(list(group), charset), Text()]
    if is_last:
        parts.append(Text(_("Indices may be set low or typed in a row; other books' names are understood as well.")))
    if is_last and of_several:
        example = exercise_key(2, terms[-1].key if terms else "net_h1")
        said = _("With --only, a name is of every exercise that has it; of one, as in '{example}'.")
        parts.append(Text(said.format(example=example)))
    return Group(*parts)


def _table(terms: Sequence[GlossaryEntry], charset: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 3), show_header=False)
    for _column in range(4):
        table.add_column(no_wrap=_column < 2, overflow="fold")
    for term in terms:
        said = (term.key, term.symbol, term.words, _places(term))
        table.add_row(*(in_charset(charset, visible(text)) for text in said))
    return table


def _places(term: GlossaryEntry) -> str:
    """sample 1, sample 2, …; nothing where there is one place alone."""
    places = [place for place in term.places if place]
    listed = ", ".join([*places[:_MOST_PLACES], *(["…"] if places[_MOST_PLACES:] else [])])
    return _("also {places}").format(places=listed) if listed and len(places) < len(term.places) else listed


def names_json(exercises: Sequence[Sequence[GlossaryEntry]], alone: bool = True) -> str:
    """The names for programs: of a problem `alone` a list, of an assignment one for each exercise."""
    each = [[asdict(term) for term in terms] for terms in exercises]
    several = {"exercises": [{"exercise": number, "names": terms} for number, terms in enumerate(each, start=1)]}
    return json.dumps(each[0] if alone else several, ensure_ascii=False, indent=1) + "\n"
