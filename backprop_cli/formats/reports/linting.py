"""The remarks of `backprop lint`, for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.lint import LintRemark, Weight
from backprop_cli.deriving.writers import writer_for
from backprop_cli.formats.terminal.ascii import in_charset
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, ended, labelled, listed, plural
from backprop_cli.problem.model import Problem
from backprop_cli.writing.writer import Writer

_MOST_LINES = 8


def remarks_page(
    problem: Problem, remarks: Sequence[LintRemark], charset: str = "unicode", headed: bool = True
) -> RenderableType:
    """The warnings, then the notes, each with where it is and what to do; `headed`: under the problem's title."""
    writer = writer_for(problem, charset)
    return Group(*_parts(problem, remarks, writer, headed))


def _parts(problem: Problem, remarks: Sequence[LintRemark], writer: Writer, headed: bool) -> Iterator[RenderableType]:
    if problem.title and headed:
        yield Text(in_charset(writer.dialect.name, visible(problem.title)), "bold")
        yield Text()
    for weight, style in ((Weight.WARNING, "yellow"), (Weight.NOTE, "cyan")):
        chosen = [remark for remark in remarks if remark.weight is weight]
        if chosen:
            yield Text(_heading(weight, len(chosen)), f"bold {style}")
            for advice, alike in _by_advice(chosen).items():
                for remark in alike:
                    yield Padding(_remark(remark, writer), (0, 0, 0, 3))
                if advice:
                    yield Padding(Text(in_charset(writer.dialect.name, f"→ {advice}"), "dim"), (0, 0, 0, 6))
                yield Text()
    if not remarks:
        yield Text(_("Nothing to remark: every usual mistake can be told from the right answer."), "green")


def _heading(weight: Weight, count: int) -> str:
    if weight is Weight.WARNING:
        return plural("{count} warning", "{count} warnings", count)
    return plural("{count} note", "{count} notes", count)


def _by_advice(remarks: Sequence[LintRemark]) -> dict[str, list[LintRemark]]:
    """The remarks with the same advice together, which is then given once."""
    groups: dict[str, list[LintRemark]] = {}
    for remark in remarks:
        groups.setdefault(remark.advice, []).append(remark)
    return groups


def _remark(remark: LintRemark, writer: Writer) -> Text:
    text = Text()
    if remark.lines:
        text.append(_symbols(remark.lines, writer), "bold").append(labelled("", ""))
    return text.append(in_charset(writer.dialect.name, ended(remark.said)))


def _symbols(lines: Sequence[Quantity], writer: Writer) -> str:
    names = [visible(writer.symbol(one, one.at)) + _place(one) for one in lines]
    if len(names) > _MOST_LINES:
        names = [*names[: _MOST_LINES - 1], _("and {count} more").format(count=len(names) - _MOST_LINES + 1)]
    return listed(names)


def _place(quantity: Quantity) -> str:
    places = listed(map(str, quantity.at))
    return f" ({places})" if places else ""


def remarks_json(each: Sequence[Sequence[LintRemark]], alone: bool = True) -> str:
    """The remarks on each exercise for programs; on a problem `alone`, those on it."""
    data: Any = list(map(_data, each))
    if not alone:
        data = {"exercises": [{"exercise": number, "remarks": one} for number, one in enumerate(data, start=1)]}
    return json.dumps(data[0] if alone else data, ensure_ascii=False, indent=1) + "\n"


def _data(remarks: Sequence[LintRemark]) -> list[dict[str, Any]]:
    return [
        {
            "weight": remark.weight.value,
            "kind": remark.kind,
            "said": remark.said,
            "lines": [one.key for one in remark.lines],
            "advice": remark.advice,
        }
        for remark in remarks
    ]
