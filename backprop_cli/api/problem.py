"""A problem, and all that can be asked of it: its solution, a mark for somebody's answers, a worksheet, a picture."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_cli.api.showing import Picture, View, table_html
from backprop_cli.api.sources import Source, as_text, loaded_from
from backprop_cli.formats.pages import PAGES, Page, Request, detail_called, page_of
from backprop_cli.ground.errors import BackpropError, UsageError, unknown
from backprop_cli.ground.replacing import write_file
from backprop_cli.ground.words import _
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled as known
from backprop_cli.problem.reader import needs_numbers
from backprop_cli.questions.reading import kept

if TYPE_CHECKING:
    from backprop_cli.api.reports import Report
    from backprop_cli.api.solution import Solution
    from backprop_cli.checking.checker import Checker
    from backprop_cli.formats.pages import Page
    from backprop_cli.problem.model import Problem as Model
    from backprop_cli.problem.reader import Loaded
    from backprop_cli.solving.worked import WorkedProblem

OnEpoch = Callable[[int], None]
Names = str | Iterable[str]


def load(
    source: Source, *, notation: str | None = None, rounding: str | int | None = None, case: int | None = None
) -> Problem:
    """The problem at a path, bundled under a name ('mazur'), in a text of several lines, or in a dictionary.

    In a dictionary, numbers are ints, floats, Fractions, texts such as '1/3', or arrays. `notation` and `rounding` take
    the place of the problem's own: 'nielsen'; 4 for places, '4f' for figures, 'none'. `case` is the number, from 1, of
    one of the `cases` of a problem that has several. Raises SourceError with every complaint, located, and UsageError
    for a name or a case that there is not.
    """
    return Problem(loaded_from(source, notation, rounding, case))


def bundled(name: str | None = None) -> Any:
    """The bundled problem of this name; without one, the names of all of them, as `backprop problems` lists them."""
    return list(known()) if name is None else load(name)


class Problem:
    """A problem that was read. What is worked out of it is worked out once, when it is first asked for."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    @property
    def model(self) -> Model:
        """What was read: the network or graph, its samples, its training."""
        return self.loaded.problem

    @property
    def title(self) -> str:
        """What stands above its solution."""
        return self.model.title

    @property
    def text(self) -> str:
        """The file, as it was read."""
        return self.loaded.text

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the problem as a file that `load` and every command read; returns its path."""
        write_file(Path(path), self.text)
        return Path(path)

    @cached_property
    def _worked(self) -> WorkedProblem:
        from backprop_cli.solving.worked import WorkedProblem

        return WorkedProblem.of(self.comparable)

    @property
    def with_numbers(self) -> Loaded:
        """The problem, for what cannot be done with letters; raises UsageError where it has some."""
        if self.model.letters:
            raise UsageError(needs_numbers(self.loaded.source, self.model))
        return self.loaded

    @property
    def comparable(self) -> Loaded:
        """The problem, for what compares answers: what depends on its letters is asked for as formulas."""
        from backprop_cli.checking.comparable import comparable

        return comparable(self.loaded)

    # ---- looking at it -----------------------------------------------------------------------------------------

    def solve(
        self,
        *,
        only: Names = (),
        detail: str | None = None,
        then_forward: bool = False,
        digits: int = 9,
        exact: bool = False,
    ) -> Solution:
        """The worked solution; with `only`, no more than the chain of lines that leads to these quantities.

        `detail` is brief, textbook, full or gates; `exact` shows fractions beside decimals on its page. Raises
        UsageError for a name that means nothing, MathError where a line has no value.
        """
        from backprop_cli.api.solution import Solution
        from backprop_cli.solving.solution import SolveOptions

        return Solution(self.loaded, SolveOptions(detail_called(detail), _names(only), then_forward, digits, exact))

    def view(self, name: str, argument: str = "", *, limit: int | None = None, digits: int = 9, **wishes: Any) -> View:
        """Another page of the solution, by the option of `backprop solve`: 'matrix', 'passes', 'jacobian', 'paths', …

        `argument` is the option's value: view('paths', 'w1'). Raises UsageError for a page that there is not.
        """
        return View(self.page(option_called(name), argument, limit=limit, digits=digits, **wishes))

    def page(
        self,
        option: str | None,
        argument: str = "",
        *,
        only: tuple[str, ...] = (),
        detail: str | None = None,
        then_forward: bool = False,
        digits: int = 9,
        exact: bool = False,
        limit: int | None = None,
        as_data: bool = False,
        on_epoch: OnEpoch = lambda epoch: None,
    ) -> Page:
        """The page that an option of `backprop solve` asks for, None for the worked solution.

        `as_data`: for a program, which gets every named quantity; `on_epoch` is told how far a long training is.
        """
        from backprop_cli.solving.solution import SolveOptions

        if option == "--compare" and self.model.letters:
            raise UsageError(needs_numbers(self.loaded.source, self.model))
        wishes = SolveOptions(detail_called(detail), only, then_forward, digits, exact)
        return page_of(option, Request(self.loaded, wishes, argument, limit, as_data, on_epoch))

    def draw(
        self,
        kind: str | None = None,
        *,
        show: str = "gradients",
        at: str = "",
        digits: int = 4,
        gates: bool = False,
        format: str = "svg",
        dpi: int = 200,
        on_epoch: OnEpoch = lambda epoch: None,
    ) -> Picture:
        """The network, the graph or the course of the training as a picture: what `backprop draw` writes.

        `gates` splits a graph into one operation each.
        Raises UsageError for what this problem cannot be drawn as, and where matplotlib is not installed.
        """
        from backprop_cli.pictures.facts import show_called
        from backprop_cli.pictures.figures import format_called
        from backprop_cli.pictures.kinds import PictureOrder, drawn

        order = PictureOrder(kind, show_called(show), at, digits, dpi)
        loaded = self.loaded
        if gates:
            loaded = replace(loaded, problem=replace(loaded.problem, detail=Detail.GATES))
        return Picture(drawn(loaded, order, format_called(format), on_epoch), format)

    # ---- homework ----------------------------------------------------------------------------------------------

    @cached_property
    def checker(self) -> Checker:
        """Marks any number of sheets: its key is made once."""
        from backprop_cli.checking.checker import Checker

        return Checker(self._worked)

    def check(self, answers: Mapping[str, Any] | str | os.PathLike[str]) -> Report:
        """The report on somebody's answers: a file in any format that `check` reads, its text, or a dictionary.

        In a dictionary, a value is a text exactly as somebody wrote it, or a Python number with the digits it has; with
        arrays among them, numbers have the digits of their type (`backprop help watch`).
        Raises SourceError where nothing of it can be read, UsageError for a problem with letters.
        """
        from backprop_cli.api.arrays import computed
        from backprop_cli.api.reports import Report
        from backprop_cli.checking.handed_in import read_bytes, read_hand_in
        from backprop_cli.checking.reporting import check_sheet

        reader = self.checker.reader
        if isinstance(answers, Mapping) and (arrays := computed(answers)) is not None:
            sheet = reader.sheet(arrays)
        elif isinstance(answers, Mapping):
            inside = answers if answers.keys() & {"answers", "formulas"} else {"answers": answers}
            sheet = read_bytes(as_text(inside).encode(), "<dict>", ".json", reader)
        elif isinstance(answers, str) and "\n" in answers:
            sheet = read_bytes(answers.encode(), "<text>", "", reader)
        else:
            sheet = read_hand_in(os.fspath(answers), reader)
        return Report(check_sheet(self.checker, sheet), sheet.student or "")

    def template(self, everything: bool = False, format: str = "yaml") -> str:
        """A sheet to fill in, as YAML, JSON or CSV: what the problem asks for, or every line of it."""
        from backprop_cli.checking.blank_sheets import blank_sheet

        return blank_sheet(self._worked, everything, format)

    def worksheet(
        self,
        part: str = "sheet",
        *,
        only: Names = (),
        formulas: bool = False,
        space: int | None = None,
        worked: bool = False,
    ) -> View:
        """The exercise for a class: its sheet, its key or its rubric. Raises UsageError for another part."""
        from backprop_cli.worksheets.parts import Choices, part_called, parts

        name, loaded = part_called(part), self.comparable
        choices = Choices(_names(only), formulas, space, worked)
        return View(Page(lambda: {"problem": self.title, "part": name},
                         lambda dialect: parts((name,), loaded, dialect, choices)[name]))  # fmt: skip

    # ---- in a notebook -----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<Problem: {self.title or _('without a title')}>"

    def _repr_markdown_(self) -> str:
        return f"```yaml\n{self.text}```"

    def _repr_html_(self) -> str:
        """The drawing of it, where one can be made, and the file."""
        with suppress(BackpropError):
            return f"{self.draw()._repr_html_() or ''}{table_html(self._repr_markdown_())}"
        return table_html(self._repr_markdown_())

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, kept(self.loaded)


def _restored(restore: Any, problem: tuple[Any, ...]) -> Problem:
    """A problem that was pickled: it is read again."""
    return Problem(restore(*problem))


def _names(only: Names) -> tuple[str, ...]:
    return (only,) if isinstance(only, str) else tuple(only)


def option_called(name: str) -> str:
    """The option of the page with this name: `--matrix` for 'matrix'. Raises UsageError for a name that none has."""
    option = "--" + name.strip("-").replace("_", "-")
    if option in PAGES:
        return option
    names = [one.strip("-").replace("-", "_") for one in PAGES]
    raise unknown(_("no page called {name!r} ({hint})"), name, names)
