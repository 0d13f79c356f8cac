"""A solution and its steps: each with its value as a fraction, a decimal and a float, by phase, sample and epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backprop_cli.algebra.quantities import Phase
from backprop_cli.api.frames import frame_of
from backprop_cli.api.showing import View
from backprop_cli.deriving.meanings import lines_of
from backprop_cli.deriving.names import UnknownName
from backprop_cli.formats.pages import Page, Request, page_of
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.exact import to_float
from backprop_cli.questions.reading import kept
from backprop_cli.solving.spelling import Speller, speller

if TYPE_CHECKING:
    from backprop_cli.deriving.trace import Step as TraceStep
    from backprop_cli.problem.reader import Loaded
    from backprop_cli.solving.solution import SolveOptions

PHASES = tuple(phase.value for phase in Phase)


@record
class Step:
    """One line of a solution, as plain data; `key` and the formulas are those of `solve --json`.

    `fraction` is the exact value where it is rational and short enough to be written, `decimal` the value to the digits
    that were asked for, all of them certain; `decimal` and `number` are None where the value has letters in it, and
    `closed` is the formula that it then is.
    """

    key: str
    phase: str
    epoch: int
    sample: int | None  # None: of all samples together
    formula: str | None  # None for what is given
    substituted: str | None
    exact: str | None
    decimal: str | None
    is_exact: bool
    given: bool
    number: float | None = None
    closed: str | None = None
    latex: str = field(default="", repr=False, compare=False)  # the line as a textbook writes it, in its notation

    @property
    def fraction(self) -> Fraction | None:
        """The value as a fraction, where it is one."""
        try:
            return None if self.exact is None else Fraction(self.exact)
        except ValueError:  # a closed form, such as 1/(1 + e^(-151/400))
            return None

    def __float__(self) -> float:
        if self.number is None:
            raise UsageError(_("{key} has no number: there are letters in it").format(key=self.key))
        return self.number

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {self.latex or _in_tex(self)}$"

    def _repr_markdown_(self) -> str:
        return f"${self.latex or _in_tex(self)}$"

    def _repr_html_(self) -> str:
        from backprop_cli.formats.print.mathml import math

        return math(self.latex or _in_tex(self))

    @property
    def value(self) -> str:
        """The value in writing: its decimal, or its formula in letters."""
        return self.decimal or self.closed or ""

    def __str__(self) -> str:
        sides = dict.fromkeys(filter(None, (self.formula, self.substituted)))
        return " = ".join([self.key, *sides]) + f" {'=' if self.is_exact or not self.decimal else '~='} {self.value}"


_NAMES = tuple(one.name for one in fields(Step) if one.name != "latex")
_MOST_WRITTEN = 5_000  # lines; in a longer solution a line shows itself by its key


def _in_tex(step: Step) -> str:
    """A line by its key and its value."""
    sign = "=" if step.is_exact or not step.decimal else r"\approx"
    key, value = (text.replace("_", r"\_").replace("^", r"\hat{}") for text in (step.key, step.value))
    return rf"\mathtt{{{key}}} {sign} \mathtt{{{value}}}"


class Solution(View):
    """A worked solution: its steps in order, each by its name; and the page that shows them.

    It is pickled as its problem and its steps; the page is made again where it is asked for.
    """

    def __init__(self, loaded: Loaded, wishes: SolveOptions, page: Page | None = None) -> None:
        super().__init__(page or solved_page(loaded, wishes))
        self._loaded, self._wishes = loaded, wishes

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every line, in the order of the work."""
        solution = self._page.solution
        shown = () if solution is None else (*solution.trace.steps, *solution.chosen_of_report)
        floats = {step.quantity.key: step.value.number for step in shown}
        written = self._written
        return tuple(
            _step(one, floats.get(key := one["quantity"]), written.get(key, "")) for one in self._page.data()["steps"]
        )

    @property
    def _written(self) -> dict[str, str]:
        """Each line in LaTeX, by its key; nothing for very long solutions, and for those in letters."""
        solution = self._page.solution
        if solution is None or len(solution.trace.steps) > _MOST_WRITTEN:
            return {}
        write = speller(solution.problem, solution.trace, "latex")
        return {one.quantity.key: _line(write, one) for one in solution.trace.steps}

    def select(self, phase: str | None = None, sample: int | None = None, epoch: int | None = None) -> list[Step]:
        """The lines of a phase (forward, loss, backward, gradient, update), of a sample, of an epoch.

        Raises UsageError for a phase that there is not.
        """
        if phase is not None and phase not in PHASES:
            said = _("no phase called {name!r} ({phases})")
            raise UsageError(said.format(name=phase, phases=listed(PHASES)))
        wanted = {"phase": phase, "sample": sample, "epoch": epoch}
        chosen = {name: value for name, value in wanted.items() if value is not None}
        return [step for step in self.steps if all(getattr(step, name) == value for name, value in chosen.items())]

    @property
    def phases(self) -> dict[str, list[Step]]:
        """The lines of each phase that there is."""
        return {phase: found for phase in PHASES if (found := self.select(phase))}

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def keys(self) -> list[str]:
        """The names of the lines."""
        return [step.key for step in self.steps]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._find(name) is not None

    def __getitem__(self, name: str) -> Step:
        """The line of a quantity, by its key or in any notation: 'w5_new', 'δ_o1', 'sample 2 / E'.

        Lines that this solution leaves out (of more detail, after the update) are worked out. Raises UsageError, with
        what may be meant, for what is no quantity here; also where a name stands for several lines.
        """
        found = self._find(name)
        if found is not None:
            return found
        try:
            meant = [str(one) for one in lines_of(self._loaded.problem).meant(name)]
        except UnknownName as error:
            raise UsageError(error.said) from None
        if len(meant) > 1:
            said = _("{name!r} stands for several lines: {keys}").format(name=name, keys=listed(meant))
            raise UsageError(said)
        found = self._find(meant[0])
        return found if found is not None else self._elsewhere(meant[0])

    def _elsewhere(self, key: str) -> Step:
        """A line that this solution has left out."""
        return Solution(self._loaded, replace(self._wishes, only=(key,), then_forward=True)).steps[-1]

    def _find(self, key: str) -> Step | None:
        return self._by_key.get(key)

    @cached_property
    def _by_key(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}

    def to_frame(self) -> Any:
        """The lines as a data frame of pandas or, where only that is installed, of polars; a row each."""
        rows = [{**{name: getattr(step, name) for name in _NAMES}, "fraction": step.fraction} for step in self.steps]
        return frame_of(rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (*kept(self._loaded), self._wishes, self.steps)


def solved_page(loaded: Loaded, wishes: SolveOptions) -> Page:
    """The page of the worked solution."""
    return page_of(None, Request(loaded, wishes))


def _restored(restore: Any, problem: tuple[Any, ...], wishes: SolveOptions, steps: tuple[Step, ...]) -> Solution:
    """A solution that was pickled: its steps as they were; the page is made when it is asked for."""
    loaded = restore(*problem)
    page = Page(
        lambda: solved_page(loaded, wishes).data(), lambda dialect: solved_page(loaded, wishes).document(dialect)
    )
    solution = Solution(loaded, wishes, page)
    solution.__dict__["steps"] = steps
    return solution


def _line(write: Speller, step: TraceStep) -> str:
    """The line as it is written by hand: symbol = formula = numbers ≈ value."""
    given = step.line.given
    sides = [write.symbol(step.quantity), *([] if given else [write.formula(step), write.numbers(step)])]
    values = " ".join(f"{sign} {text}" for sign, text in write.equation(step.value))
    return f"{' = '.join(dict.fromkeys(filter(None, sides)))} {values}"


def _step(data: dict[str, Any], number: Any, latex: str) -> Step:
    plain = {name: data[name] for name in _NAMES if name in data}
    return Step(key=data["quantity"], **plain, number=None if number is None else to_float(number), latex=latex)
