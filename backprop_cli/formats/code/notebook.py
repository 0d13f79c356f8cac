"""The worked solution as a Jupyter notebook: each part explained, computed again, and compared with the solution."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backprop_cli.algebra.quantities import Phase
from backprop_cli.checking.descriptions import describe_address
from backprop_cli.documents.model import Document
from backprop_cli.documents.prose import prose
from backprop_cli.documents.sheet import drawing
from backprop_cli.documents.writing import writing
from backprop_cli.formats.code.assignments import CodeWriter
from backprop_cli.formats.code.formulas import literal
from backprop_cli.formats.code.outline import ProgramSection, given, notes, sections
from backprop_cli.formats.code.python_dialect import PYTHON
from backprop_cli.formats.print import svg
from backprop_cli.formats.print.markdown import document
from backprop_cli.formats.print.scenes import of_block
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.spelling import Speller, speller

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$&~])")
_EXPLAINED = (Phase.BACKWARD, Phase.GRADIENT, Phase.UPDATE)
_AGREES = '''\
def agrees(value, wanted):
    """Whether a value is the solution's, to the {digits} digits that it has there."""
    return math.isclose(value, wanted, rel_tol={tolerance}, abs_tol=1e-12)'''


def render(solution: Solution) -> str:
    """The notebook (format 4.5) as JSON; its cells are numbered, so that the same solution is the same file."""
    cells = [
        {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, **_contents(kind, text)}
        for number, (kind, text) in enumerate(_cells(solution), start=1)
    ]
    if picture := _picture(solution):
        cells.insert(1, picture)
    return as_notebook(cells)


def as_notebook(cells: Sequence[Mapping[str, Any]]) -> str:
    """The file with these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _picture(solution: Solution) -> dict[str, Any] | None:
    """A cell with the network or the graph in it, as SVG, where there is one and the whole solution is wished for."""
    found = None if solution.is_part else drawing(writing(solution, "latex"))
    if found is None:
        return None
    said = found.description
    image = b64encode(svg.picture(of_block(found, "latex"), said, alone=True).encode()).decode()
    return {
        "cell_type": "markdown",
        "id": "picture",
        "metadata": {},
        "attachments": {"picture.svg": {"image/svg+xml": image}},
        "source": [f"![{_plain(said)}](attachment:picture.svg)"],
    }


def _contents(kind: str, text: str) -> dict[str, Any]:
    source: dict[str, Any] = {"source": text.splitlines(keepends=True)}
    return source if kind == "markdown" else {**source, "execution_count": None, "outputs": []}


def _cells(solution: Solution) -> Iterator[tuple[str, str]]:
    """The kind and the text of every cell."""
    program, write = CodeWriter(solution, PYTHON), speller(solution.problem, solution.trace)
    said = [_("Every value is computed again and compared with the worked solution: run the cells in order.")]
    title = [f"# {_plain(solution.problem.title)}"] if solution.problem.title else []
    words = document(Document("", "en", "latex", prose(solution.problem.text, "latex"))).strip()
    yield "markdown", "\n\n".join([*title, *filter(None, [words]), *said, *map(_plain, notes(solution))])
    tolerance = f"{'5.1' if program.digits < 15 else '51'}e-{program.digits}"
    agrees = _AGREES.format(digits=program.digits, tolerance=tolerance)
    yield "code", "\n\n\n".join(["import math", *program.helpers(), program.show(), agrees])
    yield "markdown", f"## {_('Given')}"
    for quantities in given(solution).values():
        yield "code", "\n".join(map(program.constant, quantities))
    heading, rules = "", set[str]()
    for section in sections(solution):
        where = describe_address(section.at, solution.problem) or _("Worked solution")
        above = [f"## {_plain(where)}"] if where != heading else []
        heading = where
        yield "markdown", "\n\n".join([*above, *_explained(section, solution, write, rules)])
        yield "code", "\n".join([*map(program.line, section.steps), *_shown(section, program)])


def _explained(section: ProgramSection, solution: Solution, write: Speller, said: set[str]) -> Iterator[str]:
    """The heading of a section, what a teacher says of it (once), and its formulas."""
    yield f"### {_plain(section.heading)}"
    if section.phase in _EXPLAINED and solution.detail is not Detail.BRIEF:
        rules = dict.fromkeys(rule for step in section.steps for rule in step.line.rules if rule not in said)
        said |= rules.keys()
        yield from (f"*{_plain(_(rule))}*" for rule in rules)
    lines = []
    for step in section.steps:
        note = f"  ({_('given')})" if step.line.given else ""
        lines.append(visible(f"    {write.symbol(step.quantity)} = {write.formula(step)}{note}"))
    yield "\n".join(lines)


def _shown(section: ProgramSection, program: CodeWriter) -> Iterator[str]:
    yield from program.shown(section.steps)
    for step in section.steps:
        number = literal(step.value.decimal.value, step.value.decimal.text()).text
        yield f"assert agrees({program.names[step.quantity]}, {number})"


def _plain(text: str) -> str:
    """The text in Markdown, none of it taken for Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))
