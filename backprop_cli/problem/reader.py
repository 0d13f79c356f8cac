"""Reads a problem from a path, from standard input, or by the name of a bundled one."""

from __future__ import annotations

import os
import sys
from dataclasses import field
from dataclasses import replace as _replace
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.builder import build
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.files import decode, read_file
from backprop_cli.problem.model import Problem
from backprop_cli.problem.settling import settle_letters
from backprop_cli.problem.tree import Entries, Path, Tree, plain, read_tree, span_at
from backprop_cli.problem.validation import validated
from backprop_cli.writing.notation import is_notation, known_notations, load_notation


@record(slots=False)
class Loaded:
    """A problem with the text it came from, so that later complaints can be located too.

    `folder` is where files beside it are; None where it came from no file. `derived` are all lines of this very
    problem, where they had to be worked out to understand its names.
    """

    problem: Problem
    source: str
    text: str
    tree: Tree
    folder: FilePath | None = None
    derived: tuple[Problem, Derivation] | None = field(default=None, repr=False, compare=False)

    def failure(self, places: list[tuple[Path, str, str | None]]) -> SourceError:
        """A located error: path, message and suggestion of each complaint."""
        complaints = [Complaint(message, span_at(self.tree, path, key=True), hint) for path, message, hint in places]
        return SourceError(self.source, complaints, self.text)


def load(name: str, notation: str | None = None, letters: bool = False) -> Loaded:
    """The problem at a path, from `-` (standard input), or bundled under this name.

    `notation` takes the place of the file's own. Raises SourceError with every complaint, or UsageError: also for a
    problem with letters, unless the caller can do with `letters` in place of numbers.
    """
    source, text, folder = _read(name)
    loaded = load_text(text, source, notation, letters, folder)
    if name in ("-", source):
        return loaded
    return _replace(loaded, problem=_replace(loaded.problem, title=_(loaded.problem.title)))  # a bundled one


def load_text(
    text: str, source: str, notation: str | None = None, letters: bool = False, folder: FilePath | None = None
) -> Loaded:
    """The problem in a text; `source` is what complaints call it, `folder` where the files beside it are."""
    tree = read_tree(text, source)
    problem = _build(tree, source, text, folder)
    if notation is not None:
        if not notation.endswith(".toml") and not is_notation(notation):
            raise UsageError(_unknown_notation(notation))
        problem = _replace(problem, notation=notation)
    if problem.letters and not letters:
        raise UsageError(needs_numbers(source, problem))
    return Loaded(_settle(problem), source, text, tree, folder)


def needs_numbers(source: str, problem: Problem) -> str:
    """What is said where letters are of no use."""
    one = _("{source}: {letters} is a letter, and this needs numbers (`backprop solve` works with letters)")
    many = _("{source}: {letters} are letters, and this needs numbers (`backprop solve` works with letters)")
    few = listed(problem.letters, most=_FEW)
    return (one if len(problem.letters) == 1 else many).format(source=source, letters=few)


def bundled() -> dict[str, Any]:
    """The bundled problems by name (`mazur`), in the order of the course."""
    inside = files("backprop_cli").joinpath("problems")
    folder = inside if inside.is_dir() else FilePath(__file__).resolve().parents[2] / "problems"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return {one.name.removesuffix(".yaml").partition("-")[2]: one for one in found}


def _unknown_notation(name: str) -> str:
    names = listed(known_notations())
    hint = did_you_mean(name, known_notations()) or _("{names}: `backprop help notations`").format(names=names)
    return _("no notation called {name!r} ({hint})").format(name=name, hint=hint)


def _own_notation(name: str, book: ComplaintBook, folder: FilePath | None) -> str:
    """The path of a notation file that stands in the folder of the problem."""
    if not name.endswith(".toml"):
        book.complain(("notation",), _unknown_notation(name))
    elif folder is None or os.path.isabs(name) or ".." in FilePath(name).parts:
        book.complain(("notation",), _("a notation file stands in the folder of its problem"))
    elif not (folder / name).is_file():
        book.complain(("notation",), _("no file called {name!r} beside the problem").format(name=name))
    else:
        return str(folder / name)
    return "plain"


def _settle(problem: Problem) -> Problem:
    """The problem with the sign of δ that its notation is written in, unless it chose its own."""
    notation = load_notation(problem.notation)
    if problem.conventions.negative_delta is not None:
        return problem
    conventions = _replace(problem.conventions, negative_delta=notation.negative_delta)
    return _replace(problem, conventions=conventions)


# ---- the text ------------------------------------------------------------------------------------------------


def _read(name: str) -> tuple[str, str, FilePath | None]:
    if name == "-":
        return "<stdin>", decode(sys.stdin.buffer.read(limits.FILE_BYTES + 1), "<stdin>"), None
    path = FilePath(name)
    if not _exists(path):
        known = bundled()
        stem = name.removesuffix(".yaml")
        by_file = {one.name.removesuffix(".yaml"): one for one in known.values()}
        if found := known.get(stem) or by_file.get(stem):
            folder = found.parent if isinstance(found, FilePath) else None
            return found.name, decode(found.read_bytes(), found.name), folder
        hint = did_you_mean(stem, known) or _("`backprop problems` lists the bundled ones")
        named = name if len(name) <= limits.TEXT_LENGTH else f"{name[: limits.NAME_LENGTH]}…"
        raise UsageError(_("no file and no bundled problem called {name!r} ({hint})").format(name=named, hint=hint))
    return name, read_file(path), path.parent


def _exists(path: FilePath) -> bool:
    """Whether there is something at a path; a name that no file can have is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


_FEW = 6  # letters that are named


def _build(tree: Tree, source: str, text: str, folder: FilePath | None) -> Problem:
    if not isinstance(tree, Entries):
        complaint = Complaint(_("a problem is a mapping of keys to values"), tree.span, _("see `backprop init`"))
        raise SourceError(source, [complaint], text)
    file, complaints, whole = validated(plain(tree), tree)
    if file is None:
        raise SourceError(source, complaints, text)
    letters = settle_letters(file, ComplaintBook(tree, complaints))
    if not whole:
        raise SourceError(source, complaints, text)
    if isinstance(file.samples, str) and not complaints:
        from backprop_cli.problem.csv_file import samples_from_csv

        file.samples = samples_from_csv(file, source, text, tree, folder)
    book = ComplaintBook(tree)
    if file.notation is not None and not is_notation(file.notation):
        file.notation = _own_notation(str(file.notation), book, folder)
    problem = build(file, letters, book)
    if complaints:  # what stands in the same line as a complaint may be only its consequence
        lines = {complaint.span.line for complaint in complaints if complaint.span}
        found = [one for one in book.complaints if one.span and one.span.line not in lines]
        raise SourceError(source, list(dict.fromkeys(complaints + found)), text)
    if book.complaints:
        raise SourceError(source, list(dict.fromkeys(book.complaints)), text)
    return problem
