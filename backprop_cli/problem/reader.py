"""Reads a problem from a path, from standard input, or by the name of a bundled one; alone, or in an assignment."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import field
from dataclasses import replace as _replace
from pathlib import Path as FilePath
from typing import Any, NoReturn

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.ground.errors import Complaint, SourceError, SourcesError, UsageError, did_you_mean, together
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, in_own_words, listed
from backprop_cli.problem.builder import build
from backprop_cli.problem.cases import CASES, check_number, count_cases, title_of_case
from backprop_cli.problem.commas import decimal_commas
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.finding import File, bundled, find
from backprop_cli.problem.model import Layer, Problem
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.settling import settle_letters
from backprop_cli.problem.slides import spread_slide
from backprop_cli.problem.spreading import spread_columns
from backprop_cli.problem.tree import Entries, Path, Tree, read_tree, span_at, text_at
from backprop_cli.problem.validation import Mended, validated
from backprop_cli.writing.notation import in_words_of, is_notation, known_notations, load_notation

__all__ = ["Above", "File", "Loaded", "bundled", "load", "load_file", "load_text", "needs_numbers"]

EXERCISES = "exercises"  # the key by which an assignment is told from a problem
MARKING = "marking"
OWN_KEYS = ("text", "ask", "marks", "marking")  # of a problem, which an assignment may have in their place


@record
class Case:
    """The place of a set of numbers in the `cases` of a problem; what it has takes the place of the problem's keys."""

    place: int  # from 0

    def over(self, tree: Entries) -> Entries:
        """The tree of the problem with what stands in this case in its place; of a text drawn from it, the tree."""
        if CASES not in tree.values:
            return tree
        cases: Any = tree.values[CASES]
        case: Entries = cases.values[self.place]
        values = {**{key: value for key, value in tree.values.items() if key != CASES}, **case.values}
        return Entries(values, {**tree.keys, **case.keys}, tree.span)


@record(slots=False)
class Above:
    """The place in an assignment that a problem has; what stands there takes the place of the problem's own keys.

    Of `marking`, it is key by key: the exercise's goes before the assignment's, and that before the problem's. Where
    the exercise is one of the problem's cases, the keys of that stand in place of the problem's own.
    """

    source: str
    text: str
    place: int  # from 0
    case: Case | None = None

    def over(self, tree: Entries) -> tuple[Entries, tuple[str, ...]]:
        """The tree of a problem with what stands here in its place, and the keys of which that is so."""
        whole: Any = read_tree(self.text, self.source)
        exercise: Entries = whole.values[EXERCISES].values[self.place]
        own = {key: exercise.values[key] for key in OWN_KEYS if key in exercise.values}
        keys = {**tree.keys, **{key: exercise.keys[key] for key in own}}
        above = [one for one in (tree, whole, exercise) if isinstance(one.values.get(MARKING), Entries)]
        if above[1:] or (above and above[0] is not tree):
            blocks: list[Any] = [one.values[MARKING] for one in above]
            values = {key: value for block in blocks for key, value in block.values.items()}
            places = {key: span for block in blocks for key, span in block.keys.items()}
            own[MARKING], keys[MARKING] = Entries(values, places, blocks[-1].span), above[-1].keys[MARKING]
        return Entries({**tree.values, **own}, keys, tree.span), tuple(own)


@record(slots=False)
class Loaded:
    """A problem with the text it came from, so that later complaints can be located too.

    `folder` is where files beside it are; None where it came from no file. `derived` are all lines of this very
    problem, where they had to be worked out to understand its names. `above` is its place in an assignment, of which
    the keys `own` are, or in the `cases` of the file.
    """

    problem: Problem
    source: str
    text: str
    tree: Tree
    folder: FilePath | None = None
    derived: tuple[Problem, Derivation] | None = field(default=None, repr=False, compare=False)
    above: Above | Case | None = None
    own: tuple[str, ...] = ()

    @property
    def remarks(self) -> list[tuple[str, Complaint]]:
        """What is not wrong and may not be meant, each with its kind.

        Decimal commas that are read as two numbers, and vectors that a column spreads to a matrix.
        """
        found = [("decimal-comma", one) for one in decimal_commas(self.tree)]
        return found + [("spread", one) for one in spread_columns(self.problem, self.tree)]

    @property
    def notes(self) -> SourceError | None:
        """The remarks as notes, located; None where there are none."""
        found = [_replace(one, message=_("note: {said}").format(said=one.message)) for _kind, one in self.remarks]
        return SourceError(self.source, found, self.text) if found else None

    def fail(self, places: list[tuple[Path, str, str | None]]) -> NoReturn:
        """Raises a located error: path, message and suggestion of each complaint, in the file that it stands in."""
        files: dict[str, tuple[str, list[Complaint]]] = {}
        for path, message, hint in places:
            file: Loaded | Above = self.above if isinstance(self.above, Above) and path[0] in self.own else self
            complaint = Complaint(message, span_at(self.tree, path, key=True), hint)
            files.setdefault(file.source, (file.text, []))[1].append(complaint)
        raise together([SourceError(source, found, text) for source, (text, found) in files.items()])


class UnknownKeysError(SourceError):
    """Nothing is wrong with a problem but keys that there are not; `loaded` is what it is without them."""

    def __init__(self, loaded: Loaded, complaints: Sequence[Complaint]) -> None:
        super().__init__(loaded.source, complaints, loaded.text)
        self.loaded = loaded

    def and_more(self, understood: Callable[[Loaded], object]) -> NoReturn:
        """Raises these complaints, and what is said where the problem is understood."""
        try:
            understood(self.loaded)
        except (SourceError, SourcesError) as error:
            raise together([self, *error.errors]) from None
        raise SourceError(self.source, self.complaints, self.text) from None


def load(name: str, notation: str | None = None, letters: bool = False) -> Loaded:
    """The problem at a path, from `-` (standard input), or bundled under this name.

    `notation` takes the place of the file's own. Raises SourceError with every complaint, or UsageError: also for a
    problem with letters, unless the caller can do with `letters` in place of numbers.
    """
    return load_file(find(name), notation, letters)


def load_file(
    file: File, notation: str | None = None, letters: bool = False, above: Above | Case | None = None
) -> Loaded:
    """The problem in a file, or that case of it; the title of a bundled one is in the reader's language."""
    if file.case is not None and not isinstance(above, Case):
        return load_case(file, file.case, notation, letters, above)
    loaded = load_text(file.text, file.source, notation, letters, file.folder, above)
    if not file.is_bundled:
        return loaded
    return _replace(loaded, problem=_replace(loaded.problem, title=_(loaded.problem.title)))


def load_case(
    file: File, number: int, notation: str | None = None, letters: bool = False, above: Above | None = None
) -> Loaded:
    """One of the cases of a problem, by its number from 1, which may be an exercise. Raises UsageError for no case."""
    tree = read_tree(file.text, file.source)
    check_number(number, count_cases(tree, file.source, file.text), file.source)
    case = Case(number - 1)
    place = case if above is None else _replace(above, case=case)
    loaded = load_file(_replace(file, case=None), notation, letters, place)
    title = text_at(tree, ("title",))
    said = _(title.value) if title is not None and title.value and file.is_bundled else title.value if title else ""
    named = title_of_case(tree, said or "", number - 1)
    return _replace(loaded, problem=_replace(loaded.problem, title=named))


def load_text(
    text: str,
    source: str,
    notation: str | None = None,
    letters: bool = False,
    folder: FilePath | None = None,
    above: Above | Case | None = None,
) -> Loaded:
    """The problem in a text; `source` is what complaints call it, `folder` where the files beside it are.

    `above` is its place in an assignment, or which of its cases it is.
    """
    whole = read_tree(text, source)
    case = above.case if isinstance(above, Above) else above
    tree, slide = _spread(case.over(whole) if case is not None and isinstance(whole, Entries) else whole)
    problem, mended = _build(tree, source, text, folder, slide)
    unknown = mended.complaints
    own: tuple[str, ...] = ()
    if isinstance(above, Above) and isinstance(tree, Entries) and not unknown:
        tree, own = above.over(tree)
        problem, _mended = _build(tree, above.source, above.text, folder) if own else (problem, mended)
    if notation is not None:
        if not notation.endswith(".toml") and not is_notation(notation):
            raise UsageError(_unknown_notation(notation))
        problem = _replace(problem, notation=notation)
    if problem.letters and not letters and not unknown:
        raise UsageError(needs_numbers(source, problem))
    loaded = Loaded(_settle(problem), source, text, tree, folder, above=above, own=own)
    if unknown:
        raise UnknownKeysError(_replace(loaded, tree=mended.tree), unknown)
    return loaded


def needs_numbers(source: str, problem: Problem) -> str:
    """What is said where letters are of no use."""
    one = _("{source}: {letters} is a letter, and this needs numbers (`backprop solve` works with letters)")
    many = _("{source}: {letters} are letters, and this needs numbers (`backprop solve` works with letters)")
    few = listed(problem.letters, most=_FEW)
    return (one if len(problem.letters) == 1 else many).format(source=source, letters=few)


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
    """The problem with its notation's words for its layers, and its sign of δ, unless it chose its own."""
    notation = load_notation(problem.notation)
    if notation.own_words:
        with in_words_of(problem.notation):
            problem = _replace(problem, layers=tuple(map(_in_own_words, problem.layers)))
    if problem.conventions.negative_delta is not None:
        return problem
    conventions = _replace(problem.conventions, negative_delta=notation.negative_delta)
    return _replace(problem, conventions=conventions)


def _in_own_words(layer: Layer) -> Layer:
    """The layer whose label and headings are said in the words of the course."""
    sections = {unit: in_own_words(heading) for unit, heading in layer.sections.items()}
    return _replace(layer, label=in_own_words(layer.label), sections=sections)


_FEW = 6  # letters, or problems, that are named


def _is_an_assignment(tree: Entries) -> Complaint:
    """What is said of an assignment where a problem is expected, with the problems that it has."""
    listing = tree.values[EXERCISES]
    named = [text_at(tree, (EXERCISES, place, "problem")) for place in range(len(getattr(listing, "values", ())))]
    problems = listed((one.value for one in named if one is not None and one.value is not None), most=_FEW)
    hint = _("one of its problems: {problems}").format(problems=problems) if problems else None
    return Complaint(_("this is an assignment, and one problem is expected here"), tree.keys[EXERCISES], hint)


def _spread(tree: Tree) -> tuple[Tree, Sequence[Complaint]]:
    """The file with layers and samples in place of what stands on a slide, and what is wrong there."""
    if not isinstance(tree, Entries):
        return tree, ()
    spread, book = spread_slide(tree)
    return spread, book.complaints


def _build(
    tree: Tree, source: str, text: str, folder: FilePath | None, before: Sequence[Complaint] = ()
) -> tuple[Problem, Mended[ProblemFile]]:
    """The problem of a tree, which may have keys that there are not, where that is all that is wrong.

    Raises SourceError with everything else; what was found `before` it was read comes first.
    """
    if not isinstance(tree, Entries):
        complaint = Complaint(_("a problem is a mapping of keys to values"), tree.span, _("see `backprop init`"))
        raise SourceError(source, [complaint], text)
    if EXERCISES in tree.values:
        raise SourceError(source, [_is_an_assignment(tree)], text)
    if CASES in tree.values:
        said = _("this problem has several cases, and one problem is expected here")
        hint = _("{name}#1 is the first of them").format(name=source)
        raise SourceError(source, [Complaint(said, tree.keys[CASES], hint)], text)
    mended = validated(tree, ProblemFile)
    file, tree = mended.file, mended.tree
    if file is None:
        raise SourceError(source, [*before, *mended.complaints], text)
    letters = settle_letters(file, ComplaintBook(tree, mended.complaints))
    if before or not mended.whole:
        raise SourceError(source, [*before, *mended.complaints], text)
    if isinstance(file.samples, str):
        from backprop_cli.problem.csv_file import samples_from_csv

        try:
            file.samples = samples_from_csv(file, source, text, tree, folder)
        except SourceError as error:
            own = [SourceError(source, mended.complaints, text)] if mended.complaints else []
            raise together([*own, error]) from None
    book = ComplaintBook(tree)
    if file.notation is not None and not is_notation(file.notation):
        file.notation = _own_notation(str(file.notation), book, folder)
    problem = build(file, letters, book)
    complaints = mended.and_more(book.complaints)
    if mended.keys.issuperset(complaints):
        return problem, mended
    raise SourceError(source, complaints, text)
