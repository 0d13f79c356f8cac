"""An exercise as a notebook to hand in: cells to fill in, and cells that mark them with `check`.

The cells that mark hold the problem, as the sheet does, and no value of a line. For nbgrader and Otter-Grader it is the
instructor's version, from which their tools make the students': right values stand only where those tools remove them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from backprop_cli.documents.model import Block, Say, plain
from backprop_cli.documents.prose import prose
from backprop_cli.documents.writing import texts
from backprop_cli.formats.code.notebook import as_notebook
from backprop_cli.formats.print.markdown import body, escaped
from backprop_cli.ground.errors import BackpropError, UsageError, unknown, visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.assignment import Assignment, heading_of
from backprop_cli.problem.reader import Loaded, load_text, needs_numbers
from backprop_cli.worksheets.exercise import SheetExercise, SheetSection, exercise_of, phase_name
from backprop_cli.worksheets.given import given
from backprop_cli.worksheets.wording import how_to_round, introduction, task

Cell: TypeAlias = dict[str, Any]
_DIALECT = "latex"
_MARKS = '''\
def marks(*keys):
    """The marks of these lines, with what `check` says of each; what is not filled in is blank."""
    filled = {key: value for key, value in answers.items() if value is not None}
    if not filled:
        return 0.0
    lines = [line for line in problem.check(filled).lines if line.key in keys]
    for line in lines:
        print(f"{line.key}: {line.diagnosis or line.verdict} ({float(line.earned):g}/{float(line.worth):g})")
    return float(sum(line.earned for line in lines))'''


@record
class Group:
    """Lines that are filled in together: a name, what is to be done, and of each its key, its meaning, its value and
    its marks; the value is a number or a text of Python.
    """

    name: str
    words: str
    rows: tuple[tuple[str, str, str, Rational], ...]

    @property
    def worth(self) -> Rational:
        """The marks of all lines."""
        return sum((row[3] for row in self.rows), rational(0))

    @property
    def blanks(self) -> str:
        """The cell to fill in."""
        rows = "".join(f"    {key!r}: None,  # {visible(said)}\n" for key, said, _value, _worth in self.rows)
        return f"answers |= {{\n{rows}}}"

    @property
    def filled(self) -> str:
        """The right values."""
        return f"answers |= {{{', '.join(f'{key!r}: {value}' for key, _said, value, _worth in self.rows)}}}"

    @property
    def keys(self) -> str:
        """The keys, as arguments."""
        return ", ".join(repr(row[0]) for row in self.rows)


def homework(assignment: Assignment, platform: str = "") -> str:
    """The notebook (format 4.5) as JSON.

    Raises UsageError for a platform that there is not, for problems with letters, formulas or files of their own.
    """
    if platform and platform not in PLATFORMS:
        raise unknown(_("no platform called {name!r} ({hint})"), platform, PLATFORMS)
    cells = list(_cells(assignment, platform))
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    return as_notebook(cells)


def _cells(assignment: Assignment, platform: str) -> Iterator[Cell]:
    if platform == "otter":
        yield _raw("# ASSIGNMENT CONFIG\ninit_cell: true")
    for one in assignment.exercises:
        title = one.loaded.problem.title if assignment.is_alone else heading_of(one.number, one.loaded.problem)
        prefix = "" if assignment.is_alone else f"exercise-{one.number}-"
        exercise = exercise_of(_embedded(one.loaded), _DIALECT)
        if exercise.formulas:
            raise UsageError(_("formulas in letters cannot be asked for in a notebook: ask for numbers"))
        yield _markdown_cell(f"# {escaped(title or _('Exercise'))}\n\n{body(_statement(exercise))}")
        yield _locked(_code(_setup(one.loaded)), f"{prefix}setup", platform)
        groups, tool = list(_groups(exercise, prefix)), PLATFORMS.get(platform, _ALONE)
        for group in groups:
            yield from tool.asks(group)
        yield from tool.marks(groups)


def _embedded(loaded: Loaded) -> Loaded:
    """The problem, where its text alone is all of it. Raises UsageError where it is not."""
    if loaded.problem.letters:
        raise UsageError(needs_numbers(loaded.source, loaded.problem))
    try:
        load_text(loaded.text, loaded.source)
    except BackpropError:
        said = _("{source}: a notebook holds the problem alone: write its samples into it instead of a file beside it")
        raise UsageError(said.format(source=loaded.source)) from None
    return loaded


def _setup(loaded: Loaded) -> str:
    """The cell that knows the problem, and how lines are marked."""
    text = json.dumps(_without_comments(loaded), ensure_ascii=False)
    return f"import backprop_cli as bp\n\nproblem = bp.load({text})\nanswers = {{}}\n\n\n{_MARKS}"


def _without_comments(loaded: Loaded) -> str:
    """The problem as its file has it, without what an author notes there, where nothing else is lost with that."""
    text = "".join(line for line in loaded.text.splitlines(keepends=True) if not line.lstrip().startswith("#"))
    try:
        same = load_text(text, loaded.source).problem == load_text(loaded.text, loaded.source).problem
    except BackpropError:
        return loaded.text
    return text if same else loaded.text


def _statement(exercise: SheetExercise) -> Iterator[Block]:
    yield from prose(exercise.problem.text, _DIALECT)
    yield from map(Say, introduction(exercise))
    yield from given(exercise)
    yield from map(Say, texts(how_to_round(exercise)))


def _groups(exercise: SheetExercise, prefix: str) -> Iterator[Group]:
    """A group for each part of the work, and one for the questions in words."""
    for number, section in enumerate(exercise.sections(), start=1):
        rows = tuple(
            (line.quantity.key, plain(exercise.meaning(line.quantity)), exercise.value(line.quantity).text(),
             exercise.worth(line.quantity))
            for line in section.lines
        )  # fmt: skip
        yield Group(f"{prefix}part-{number}", _heading(exercise, section), rows)
    if exercise.questions:
        asked = tuple(
            (one.key, f"{one.said} ({' | '.join(word.typed for word in one.words)})",
             repr(one.word(one.right.word).typed), exercise.worth(one.quantity))
            for one in exercise.questions
        )  # fmt: skip
        yield Group(f"{prefix}questions", f"### {_('Questions')}", asked)


def _heading(exercise: SheetExercise, section: SheetSection) -> str:
    page = exercise.page
    place = section.heading or page.pass_heading(page.speller.page_of(section.lines[0].quantity.at))
    name = plain(phase_name(section))
    said = _("{label}: {said}").format(label=place, said=name) if place else name
    return f"### {escaped(said)}\n\n{body([Say(task(exercise, section))])}"


# ---- platforms ---------------------------------------------------------------------------------------------------


@record
class Tool:
    """How a tool is given an exercise: the cells of a part, and those behind all parts, which mark the whole of it."""

    asks: Callable[[Group], Iterator[Cell]]
    marks: Callable[[list[Group]], Iterator[Cell]]


def _plainly(group: Group) -> Iterator[Cell]:
    """For whoever works alone: the cell to fill in, and one that says what `check` says so far."""
    yield _markdown_cell(group.words)
    yield _code(group.blanks)
    yield _code(f"marks({group.keys})")


def _in_all(groups: list[Group]) -> Iterator[Cell]:
    yield _markdown_cell(f"### {_('All together')}")
    yield _code(f"marks({', '.join(group.keys for group in groups)})")


def _for_nbgrader(group: Group) -> Iterator[Cell]:
    """A solution cell."""
    yield _markdown_cell(group.words)
    solution = f"{group.blanks}\n### BEGIN SOLUTION\n{group.filled}\n### END SOLUTION"
    yield _nbgrader(_code(solution), f"answer-{group.name}", solution=True)


def _tests_of_nbgrader(groups: list[Group]) -> Iterator[Cell]:
    """A cell for each part whose value is its marks: nbgrader gives part of them."""
    for group in groups:
        yield _nbgrader(_code(f"marks({group.keys})"), f"test-{group.name}", points=group.worth)


def _for_otter(group: Group) -> Iterator[Cell]:
    """A question with its solution and a test a line, of which each has its points."""
    yield _raw(f"# BEGIN QUESTION\nname: {group.name}\npoints: {_points(group.worth)}")
    yield _markdown_cell(group.words)
    yield _raw("# BEGIN SOLUTION")
    yield _code(f"{group.blanks}\n# BEGIN SOLUTION NO PROMPT\n{group.filled}\n# END SOLUTION")
    yield _raw("# END SOLUTION")
    yield _raw("# BEGIN TESTS")
    for key, _said, _value, worth in group.rows:
        config = f'""" # BEGIN TEST CONFIG\npoints: {_points(worth)}\n""" # END TEST CONFIG'
        yield _code(f"{config}\nassert marks({key!r}) == {_points(worth)}")
    yield _raw("# END TESTS")
    yield _raw("# END QUESTION")


_ALONE = Tool(_plainly, _in_all)
PLATFORMS = {
    "nbgrader": Tool(_for_nbgrader, _tests_of_nbgrader),
    "otter": Tool(_for_otter, lambda groups: iter(())),
}


# ---- cells -------------------------------------------------------------------------------------------------------


def _markdown_cell(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
            "source": text.splitlines(keepends=True)}  # fmt: skip


def _raw(text: str) -> Cell:
    return {"cell_type": "raw", "metadata": {}, "source": text.splitlines(keepends=True)}


def _locked(cell: Cell, name: str, platform: str) -> Cell:
    """A cell that nobody is to change, where the platform knows such."""
    return _nbgrader(cell, name) if platform == "nbgrader" else cell


def _nbgrader(cell: Cell, name: str, solution: bool = False, points: Rational | None = None) -> Cell:
    """The cell with what nbgrader knows of it, by version 3 of its schema."""
    about: dict[str, Any] = {
        "grade": points is not None, "grade_id": name, "locked": not solution, "schema_version": 3,
        "solution": solution, "task": False,
    }  # fmt: skip
    if points is not None:
        about["points"] = _points(points)
    cell["metadata"] = {"nbgrader": about}
    return cell


def _points(worth: Rational) -> float | int:
    return int(worth.p) if worth.q == 1 else float(worth.p) / float(worth.q)
