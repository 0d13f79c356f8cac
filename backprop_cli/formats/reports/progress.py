"""What a learner has mastered: a bar for each skill, or as data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, per_cent, told
from backprop_cli.tutor.tracing import MASTERED, Knowledge

_CELLS = 20
_ROOMY = 70
_EIGHTHS = " ▏▎▍▌▋▊▉"


@record(slots=False)
class Progress:
    """A row for each skill: how likely it is known, the answers that say so; or how it was `before`."""

    levels: Sequence[Knowledge]
    charset: str = "unicode"
    before: Mapping[str, Knowledge] | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cells = _CELLS if options.max_width >= _ROOMY else _CELLS // 4
        yield _table(self.levels, self.charset, self.before, cells)


def _table(
    levels: Iterable[Knowledge], charset: str, before: Mapping[str, Knowledge] | None, cells: int
) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    justified: tuple[JustifyMethod, ...] = ("left", "left", "right", "left")
    for number, justify in enumerate(justified):
        table.add_column(justify=justify, no_wrap=number in (1, 2), overflow="fold")
    for level in levels:
        words = _(level.skill.words)
        style = "green" if level.is_mastered else "yellow" if level.answers else "dim"
        table.add_row(
            Text("  " + in_charset(charset, words)),
            Text(bar(level.known, charset == "ascii", cells), style),
            Text(percent(level.known), "bold" if level.answers else "dim"),
            Text(_remark(level, before), "dim"),
        )
    return table


def _remark(level: Knowledge, before: Mapping[str, Knowledge] | None) -> str:
    if before is not None:
        return _("before: {percent}").format(percent=percent(before[level.skill.name].known))
    if not level.answers:
        return _("not practised yet")
    said = _("{right} of {answers} right").format(right=level.right, answers=level.answers)
    return told([said, _("mastered")]) if level.is_mastered else said


def bar(known: float, ascii_only: bool, cells: int = _CELLS) -> str:
    """A bar that is full at 1."""
    if ascii_only:
        return ("#" * round(known * cells)).ljust(cells, ".")
    eighths = min(cells * 8 - 1, round(known * cells * 8))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(cells)


def percent(known: float) -> str:
    """A probability in per cent, never 100 %: nobody is sure."""
    return per_cent(str(min(99, int(known * 100))))


def progress_json(learner: str, levels: Iterable[Knowledge], exercises: int) -> str:
    """The same for programs."""
    skills = [
        {
            "skill": level.skill.name,
            "known": round(level.known, 4),
            "answers": level.answers,
            "right": level.right,
            "mastered": level.is_mastered,
        }
        for level in levels
    ]
    data = {"learner": learner or None, "exercises": exercises, "mastered_from": MASTERED, "skills": skills}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
