"""Variants of an assignment: of each a file of its own above problems with other numbers, its sheet and its key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop_cli.checking.assignments import load
from backprop_cli.checking.blank_exercises import blank_exercises
from backprop_cli.checking.checkers import Checkers
from backprop_cli.generator.recipes import Recipe
from backprop_cli.generator.variants import Variants, variants_of
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import Assignment
from backprop_cli.problem.reader import EXERCISES, Loaded
from backprop_cli.problem.tree import Path as TreePath
from backprop_cli.problem.tree import text_at

Worksheet = Callable[[Assignment], str | bytes]
_BESIDE = ("logo", "students")  # keys that name a file


def drawn(
    assignment: Assignment, recipe: Callable[[Loaded], Recipe], seed: int, count: int, band: int
) -> list[Variants]:
    """So many variants of the problem of each exercise."""
    return [variants_of(recipe(one.loaded), seed, count, band) for one in assignment.exercises]


def files_of(
    assignment: Assignment, made: Sequence[Variants], worksheet: Worksheet | None, ending: str
) -> Iterator[tuple[str, str | bytes]]:
    """The name and the content of each file; `worksheet` writes the sheet to hand out."""
    count = len(made[0].variants)
    width = max(2, len(str(count)))
    beside = {key: path for key in _BESIDE if (path := _file(assignment, key)) is not None}
    files: dict[str, str | bytes] = {path.name: path.read_bytes() for path in beside.values()}
    stems = [f"variant-{number:0{width}d}" for number in range(1, count + 1)]
    for number, stem in enumerate(stems):
        problems = {f"{stem}-exercise-{place}.yaml": one.variants[number].made.text
                    for place, one in enumerate(made, start=1)}  # fmt: skip
        names = {key: path.name for key, path in beside.items()}
        files |= problems | {f"{stem}.yaml": _text(assignment, list(problems), names, number + 1)}
    yield from files.items()
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content.encode() if isinstance(content, str) else content)
        for stem in stems:
            variant = load(str(Path(folder, f"{stem}.yaml")))
            if worksheet is not None:
                yield f"{stem}-sheet.{ending}", worksheet(variant)
            yield f"{stem}-key.yaml", blank_exercises(Checkers.of(variant), filled=True)


def _file(assignment: Assignment, key: str) -> Path | None:
    named = text_at(assignment.tree, (key,))
    return (assignment.folder or Path()) / named.value.strip() if named is not None and named.value else None


def _text(assignment: Assignment, problems: Sequence[str], beside: dict[str, str], number: int) -> str:
    """The assignment above other problems, with its number in its title."""
    title = assignment.head.title if assignment.head else ""
    said = _("{title}, variant {number}") if title else _("Variant {number}")
    places: dict[TreePath, str] = {(EXERCISES, place, "problem"): name for place, name in enumerate(problems)}
    places |= {(key,): name for key, name in beside.items()}
    new = said.format(title=title, number=number)
    named = text_at(assignment.tree, ("title",))
    places |= {("title",): new} if named is not None else {}
    text = _replaced(assignment, places)
    return text if named is not None else f"title: {json.dumps(new, ensure_ascii=False)}\n{text}"


def _replaced(assignment: Assignment, places: dict[TreePath, str]) -> str:
    """The file with other texts at these places. Raises UsageError for one that goes over several lines."""
    lines = assignment.text.split("\n")
    found = [(text_at(assignment.tree, path), new) for path, new in places.items()]
    for scalar, new in sorted(found, key=lambda one: one[0].span if one[0] else (0, 0, 0), reverse=True):
        assert scalar is not None
        line, column, length = scalar.span
        end = column - 1 + length
        written = lines[line - 1][column - 1 : end]
        if scalar.value is not None and len(written) < len(scalar.value):
            message = _("{source}:{line}: for variants, this has to stand in one line")
            raise UsageError(message.format(source=assignment.source, line=line))
        lines[line - 1] = lines[line - 1][: column - 1] + json.dumps(new, ensure_ascii=False) + lines[line - 1][end:]
    return "\n".join(lines)
