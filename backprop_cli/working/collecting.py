"""Lines and rows of tables, in their order, as chains: what every reader of text ends with."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from backprop_cli.working.columns import in_order
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import TextLine
from backprop_cli.working.rows import TableCell, cell, read_rows
from backprop_cli.working.tex_lines import with_tex, without_tex


def collect(lines: Iterable[TextLine], gatherer: Gatherer) -> None:
    """Collects the chains of lines and of tables among them."""
    for is_table, group in groupby(lines, key=lambda line: bool(line.row)):
        if is_table:
            read_rows(in_order([[*_cells(line, gatherer)] for line in group]), gatherer)
        else:
            gatherer.lines(with_tex(group, gatherer.remark))


def _cells(line: TextLine, gatherer: Gatherer) -> Iterable[TableCell]:
    spot = line.spot()
    for text in line.row:
        yield cell(without_tex(text, spot, gatherer.remark), spot)
