"""Jupyter notebooks: Markdown cells and stored outputs; nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from backprop_cli.ground.errors import Complaint, SourceError
from backprop_cli.ground.words import _
from backprop_cli.working import limits
from backprop_cli.working.collecting import collect
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.html import lines_of_html
from backprop_cli.working.markdown import lines_of_markdown
from backprop_cli.working.model import HandIn, Spot, TextLine
from backprop_cli.working.plain import lines_of
from backprop_cli.working.tex_lines import Complain, lines_of_tex

_SHOWN = re.compile(
    r"(?:print\(|display\()?([^\W\d][\w.]{0,40}?)(?:\.(?:data|item\(\)|detach\(\)|numpy\(\)|round\(\d*\)|T)){0,3}\)?(?:\s*#.*)?"
)
_A_NUMBER = re.compile(r"(?:tensor|array|np\.\w{1,10})\(([-+\d.e]{1,40})(?:,[^()]*(?:\([^()]*\))?[^()]*)?\)")
_A_VALUE = re.compile(r"\s*(?:array|tensor|matrix|np\.\w+|\[|[-−]?[\d.])")


def read(text: str, source: str) -> HandIn:
    """The chains of a notebook, each in its cell; raises SourceError where it is no notebook."""
    gatherer = Gatherer(source)
    for number, cell in enumerate(_cells(text, source)[: limits.CHAINS], start=1):
        if isinstance(cell, dict):
            collect(_lines(cell, f"cell {number}", gatherer.remark), gatherer)
    return gatherer.hand_in("", "notebook")


def _cells(text: str, source: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceError(source, [Complaint(_("this is no notebook that can be read"))]) from None
    if isinstance(found, dict) and isinstance(found.get("worksheets"), list):  # as old notebooks have them
        sheets = [one for one in found["worksheets"] if isinstance(one, dict)]
        return [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
    return _list(found.get("cells")) if isinstance(found, dict) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A text of a notebook, which may be a list of its lines."""
    text = value if isinstance(value, str) else "".join(one for one in _list(value) if isinstance(one, str))
    return text[: limits.CHAINS * 40]


def _lines(cell: dict[str, Any], name: str, complain: Complain) -> Iterator[TextLine]:
    kind = cell.get("cell_type")
    if kind == "markdown":
        yield from lines_of_markdown(_text(cell.get("source")), complain, name)
    elif kind == "heading":
        yield TextLine(_text(cell.get("source")), 1, cell=name, heading=True)
    elif kind == "code":
        shown = _shown(_text(cell.get("source")))
        for output in _list(cell.get("outputs")):
            if isinstance(output, dict):
                yield from _named(list(_output(output, name, complain)), shown)
                yield TextLine("", 1, cell=name)


def _shown(source: str) -> str:
    """The name of what a code cell shows, where its last line is a name: `Z1` or `print(Z1)`; else empty."""
    lines = [line for line in source.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    found = _SHOWN.fullmatch(lines[-1].rpartition(";")[2].strip()) if lines else None
    return next(filter(None, found.groups()), "") if found else ""


def _named(lines: list[TextLine], shown: str) -> Iterator[TextLine]:
    """What was shown, as an equation where it is a value and the cell says whose."""
    first = lines[0] if lines else None
    if first is not None and shown and _A_VALUE.match(first.text) and not any("=" in line.text for line in lines[:1]):
        value = _A_NUMBER.sub(r"\1", first.text)
        lines[0] = TextLine(f"{shown} = {value}", first.number, first.column, first.cell, len(first.text))
    yield from lines


def _output(output: dict[str, Any], name: str, complain: Complain) -> Iterator[TextLine]:
    """What a code cell left behind: what it printed, or what its value looks like."""
    if output.get("output_type") in ("error", "pyerr"):
        complain(_text(output.get("ename")) or "error", Spot(1, cell=name), _("this cell ended with an error"))
        return
    data = output.get("data") if isinstance(output.get("data"), dict) else {}
    assert isinstance(data, dict)
    printed = output.get("text", data.get("text/plain"))
    if "text/latex" in data:
        yield from lines_of_tex(_text(data["text/latex"]).strip("$ \n"), complain, name, is_math=True)
    elif "text/html" in data and "<table" in _text(data["text/html"]):
        yield from lines_of_html(_text(data["text/html"]), complain, name)
    elif printed is not None:
        yield from lines_of(_text(printed), name)
    elif data:
        complain(", ".join(map(str, data))[:60], Spot(1, cell=name), _("a picture is not read"))
