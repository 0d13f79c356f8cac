"""Samples from a CSV file that stands beside its problem."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from backprop_cli.algebra.expressions import FormulaError, parse_constant
from backprop_cli.algebra.formula import Formula
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, Span, how_to_raise
from backprop_cli.ground.words import _
from backprop_cli.problem.files import read_file
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.sections import SampleFile
from backprop_cli.problem.texts import NamedNumber
from backprop_cli.problem.tree import Tree, span_at


def samples_from_csv(
    file: ProblemFile, source: str, text: str, tree: Tree, folder: FilePath | None
) -> list[SampleFile]:
    def refuse(message: str, hint: str | None = None) -> SourceError:
        return SourceError(source, [Complaint(message, span_at(tree, ("samples",)), hint)], text)

    name = str(file.samples)
    if folder is None:
        raise refuse(_("a CSV file stands beside its problem; this problem is not a file"))
    if os.path.isabs(name) or ".." in FilePath(name).parts:
        raise refuse(_("a CSV file stands in the folder of its problem"))
    path = folder / name
    if not path.exists():
        raise refuse(_("no file called {name!r} beside the problem").format(name=name))
    return list(_csv_samples(file, str(path), _rows(read_file(path), str(path))))


def _rows(text: str, source: str) -> list[list[str]]:
    """The rows of the table, whatever system ended its lines; raises SourceError at a field that never ends."""
    reader = csv.reader(io.StringIO(text.replace("\r", "\n")))
    try:
        return list(reader)
    except csv.Error as error:
        complaint = Complaint(_("not a table: {reason}").format(reason=error), Span(max(1, reader.line_num), 1, 1))
        raise SourceError(source, [complaint]) from None


def _csv_samples(file: ProblemFile, source: str, rows: list[list[str]]) -> Iterator[SampleFile]:
    if not rows or not rows[0]:
        raise SourceError(source, [Complaint(_("the file is empty"))])
    if len(rows) - 1 > limits.SAMPLES:
        message = _("{count:,} samples; the limit is {limit:,}").format(count=len(rows) - 1, limit=limits.SAMPLES)
        raise SourceError(source, [Complaint(message, hint=how_to_raise("samples"))])
    header = [cell.strip() for cell in rows[0]]
    inputs, targets = _columns(file, header)
    complaints: list[Complaint] = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            message = _("{count} values in this row, but {expected} columns").format(
                count=len(row), expected=len(header)
            )
            complaints.append(Complaint(message, Span(line, 1, 1)))
            continue
        values: dict[str, Formula] = {}
        for column, (name, cell) in enumerate(zip(header, row, strict=True)):
            try:
                values[name] = parse_constant(cell)
            except FormulaError as error:
                start = sum(len(before) + 1 for before in row[:column])
                complaints.append(
                    Complaint(error.message, Span(line, start + error.offset + 1, error.length), error.hint)
                )
        if not complaints:
            yield SampleFile(
                inputs={name: values[name] for name in inputs},
                targets=[NamedNumber(name, values[name]) for name in targets] or None,
                given={},
                weight=None,
                initial={},
                mask=[],
            )
    if complaints:
        raise SourceError(source, complaints, "\n".join(",".join(row) for row in rows))


def _columns(file: ProblemFile, header: list[str]) -> tuple[list[str], list[str]]:
    """Which columns are inputs and which are targets: as `inputs` says, else the last ones are targets."""
    given = file.inputs
    listed: list[Any] = given if isinstance(given, list) else [] if given is None else [given]
    named = [one.name for one in listed if isinstance(one, NamedNumber) and one.name in header]
    if named:
        return named, [name for name in header if name not in named]
    if not file.layers:
        return header, []
    last = file.layers[-1]
    outputs = last.neurons if isinstance(last.neurons, list) else []
    count = len(outputs) or (last.neurons if isinstance(last.neurons, int) else 0) or _outputs_by_weights(last)
    return header[:-count], header[-count:]


def _outputs_by_weights(layer: Any) -> int:
    rows = layer.weights
    return len(rows) if isinstance(rows, dict) or (isinstance(rows, list) and rows and isinstance(rows[0], list)) else 1
