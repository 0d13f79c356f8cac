"""The solution as one table: a row a line, in bands of pass and part, with the columns that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import cast

from backprop_cli.deriving.trace import Step
from backprop_cli.documents.ending import ending
from backprop_cli.documents.model import Band, Block, Document, Inline, Table, Text
from backprop_cli.documents.sheet import data
from backprop_cli.documents.symbolic_page import in_letters
from backprop_cli.documents.table_columns import BROKEN, COLUMNS, PAIRS, columns_called
from backprop_cli.documents.worked import Worked, part_heading
from backprop_cli.documents.writing import joined_values, writing
from backprop_cli.ground.words import _, labelled
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.solving.symbolic import SymbolicSolution

_RIGHT = ("step", "decimal")


def table_document(solution: Solution, argument: str, dialect: str) -> Document:
    """What is given, the table, and what stands behind every solution; `argument` names the columns.

    Raises UsageError for a column that there is not.
    """
    columns = columns_called(argument)
    worked = (
        in_letters(solution, dialect) if isinstance(solution, SymbolicSolution) else Worked(writing(solution, dialect))
    )
    return worked.page.document(_Tabled(worked, columns, chosen=bool(argument.strip())).blocks())


class _Tabled:
    """Writes the lines of one solution as rows; what stands around them is that of the worked solution."""

    def __init__(self, worked: Worked, columns: tuple[str, ...], chosen: bool) -> None:
        self.worked = worked
        self.page = worked.page
        self.columns = columns
        self.chosen = chosen
        self.cells: dict[str, Callable[[Step], Inline]] = {
            "quantity": lambda step: (self.page.symbol(step.quantity),),
            "name": lambda step: (Text(step.quantity.key, "code"),),
            "formula": self.formula,
            "numbers": self.numbers,
            "exact": self.page.exact,
            "decimal": self.page.decimals,
        }

    def blocks(self) -> Iterator[Block]:
        """The page from top to bottom."""
        if not self.worked.solution.is_part:
            yield from self.worked.top()
        yield self.table()
        yield from self.worked.below(list(self.worked.solution.trace.steps))
        yield from ending(self.page)

    def table(self) -> Table:
        """All lines; a usual column in which nothing stands is left out."""
        rows: list[dict[str, Inline]] = []
        bands: list[Band] = []
        for address, heading, parts in self.worked.passes():
            if heading:
                given = [joined_values(values) for values in data(self.page, address)]
                above = (Text(labelled(heading, "") if given else heading), *joined_values(given))
                bands.append(Band(len(rows), 0, above))
            for phase, steps in parts:
                part = part_heading(self.page, phase, steps)
                bands.append(Band(len(rows), 1, part))
                for step, layer in zip(steps, self.worked.labels(steps), strict=True):
                    rows.append(self.row(len(rows) + 1, part, layer or "", step))
        shown = [one for one in self.columns if self.chosen or any(row[one] for row in rows)]
        return Table(
            head=tuple((Text(_(COLUMNS[one])),) for one in shown),
            rows=tuple(tuple(row[one] for one in shown) for row in rows),
            align=tuple("right" if one in _RIGHT else "left" for one in shown),
            bands=tuple(bands),
            broken=tuple(index for index, one in enumerate(shown) if one in BROKEN),
            pairs=tuple((n, n + 1) for n, pair in enumerate(pairwise(shown)) if pair in PAIRS),
        )

    def row(self, number: int, part: Inline, layer: str, step: Step) -> dict[str, Inline]:
        """The cells of a line, by their columns."""
        known: dict[str, Inline] = {
            "step": (Text(str(number)),),
            "phase": part,
            "layer": (Text(layer),) if layer else (),
        }
        return {one: known[one] if one in known else self.cells[one](step) for one in self.columns}

    def formula(self, step: Step) -> Inline:
        """The formula in symbols; of what the problem prescribes, that it is given."""
        if step.line.given:
            return (Text(_("(given)")),)
        return (self.page.math(lambda speller: speller.formula(step)),)

    def numbers(self, step: Step) -> Inline:
        """The formula with the numbers put in, where that says more."""
        formula, numbers = self.page.characters.formula(step), self.page.characters.numbers(step)
        brief = self.worked.solution.detail is Detail.BRIEF and not self.chosen
        if step.line.given or brief or numbers in (None, formula):
            return ()
        return (self.page.math(lambda speller: cast(str, speller.numbers(step))),)
