"""The page of `--paths`: the local derivatives, each path with its product, and their sum beside the backward pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from backprop_cli.derivation import Line
from backprop_cli.documents.model import plain
from backprop_cli.documents.paths_page import conclusion, introduction
from backprop_cli.documents.writing import Writing
from backprop_cli.formats.layout import FORMULA, LABEL, NUMBERS, Equation, Piece, block
from backprop_cli.formats.pages import heading, line_as_data, of_pass, other_passes, value_as_data, value_pieces
from backprop_cli.formats.text import Page
from backprop_cli.numbers.sizes import is_zero
from backprop_cli.problem.model import Detail
from backprop_cli.quantities import Kind, Phase, Quantity, gradient
from backprop_cli.solution import Solution
from backprop_cli.spelling import speller
from backprop_cli.trace import Step
from backprop_cli.views.paths import Path, Paths
from backprop_cli.words import _, plural


class PathsPage(Page):
    """Writes the paths of one quantity."""

    def __init__(self, paths: Paths, charset: str, console: Console, width: int) -> None:
        problem = paths.one.problem
        super().__init__(Solution(problem, paths.trace, Detail.FULL, rounding=paths.rounding), charset, console, width)
        self.paths = paths
        self.derivative = gradient(paths.one.objective, paths.start)

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        one = self.paths.one
        yield from self.title()
        yield from of_pass(self, one.address, len(one.passes) > 1)
        yield self.paragraph(self.plain(self.introduction()), "", 0)
        yield Text()
        notes = [self.paragraph(self.plain(note), "yellow", 0) for note in self.notes()]
        yield from [*notes, Text()] if notes else []
        if self.paths.shown:
            yield from self.factors()
            yield from self.products()
            if len(self.paths.shown) > 1:
                yield from self.total()
            yield from self.backward()
        yield from other_passes(self, "--paths", self.paths.start.bare_key, one.passes, one.address)

    def introduction(self) -> str:
        """How many paths there are, and what is done with them."""
        return plain(introduction(Writing(self.solution, self.speller, self.speller), self.paths))

    def factors(self) -> Iterator[RenderableType]:
        """Every local derivative on the paths, once."""
        steps = [self.paths.trace.by_quantity[factor] for factor in self.paths.factors]
        yield heading("1  " + _("Local derivatives"))
        for rule in self.rules(Phase.BACKWARD, steps):
            yield self.paragraph(self.plain(rule), "italic dim", 3)
        yield block([self.equation(step) for step in steps], self.width, indent=3)
        yield Text()

    def products(self) -> Iterator[RenderableType]:
        """Each path: where it goes, and the product of its slopes in symbols and numbers."""
        yield heading("2  " + plural("Path", "Paths", len(self.paths.shown)))
        for number, path in enumerate(self.paths.shown, start=1):
            label = _("path {n}").format(n=number) if self.paths.count > 1 else _("path")
            yield self.chain(label, path)
            yield block([self.product(path)], self.width, indent=3 + cell_len(label))
        yield Text()

    def chain(self, label: str, path: Path) -> Text:
        """path 1  w₁ → netₕ₁ → outₕ₁ → …"""
        arrow = "->" if self.ascii else "→"
        text, indent = Text(f"   {label}  ", LABEL), cell_len(label) + 5
        used = indent
        for index, station in enumerate(self.stations(path)):
            piece = f"{arrow} {station}" if index else station
            if index and used + 1 + cell_len(piece) > self.width:
                text.append("\n" + " " * (indent + 2) + piece)
                used = indent + 2 + cell_len(piece)
            else:
                text.append((" " if index else "") + piece)
                used += cell_len(piece) + bool(index)
        return text

    def stations(self, path: Path) -> Iterator[str]:
        """The names along a path; where one line uses a weight twice, with what the weight is multiplied by there."""
        yield self.symbol(path.through[0])
        for user, factor in zip(path.through[1:], path.factors, strict=True):
            over = factor.via if factor.kind is Kind.PATH else None
            yield self.symbol(user) + (f" ({_('with')} {self.symbol(over)})" if over else "")

    def product(self, path: Path) -> Equation:
        """The product of a path's slopes: as formulas, in numbers, and its value."""
        step = self.paths.trace.by_quantity[path.product]
        written = Step(Line(step.line.phase, step.quantity, path.formula), step.value)
        pieces = [Piece("=", self.speller.formula(written), FORMULA)]
        numbers = self.speller.numbers(step)
        values = value_pieces(self, step.value)
        if numbers is not None and numbers != pieces[0].text:
            pieces.append(Piece("=", numbers, NUMBERS))
        if pieces[-1].text == values[0].text:
            pieces.pop()
        zeros = [factor for factor in path.factors if is_zero(self.paths.value(factor))]
        if zeros and len(path.factors) > 1:
            because = _("(because {factor} = 0)").format(factor=self.symbol(zeros[0]))
            values.append(Piece("", because, "dim"))
        return Equation("", (*pieces, *values))

    def total(self) -> Iterator[RenderableType]:
        """The sum of the paths that are shown."""
        assert self.paths.total
        step = self.paths.trace.by_quantity[self.paths.total]
        names = " + ".join(_("path {n}").format(n=number) for number in range(1, len(self.paths.shown) + 1))
        pieces = [Piece("=", names, FORMULA)]
        if (numbers := self.speller.numbers(step)) is not None:
            pieces.append(Piece("=", numbers, NUMBERS))
        complete = self.paths.complete
        label = self.symbol(self.derivative) if complete else _("these {n:,}").format(n=len(self.paths.shown))
        yield heading("3  " + _("Sum"))
        yield block([Equation(label, (*pieces, *value_pieces(self, step.value)))], self.width, indent=3)
        yield Text()

    def backward(self) -> Iterator[RenderableType]:
        """What the backward pass has for all the paths together."""
        yield heading(("4  " if len(self.paths.shown) > 1 else "3  ") + _("The backward pass"))
        if self.paths.gradient is not None:
            yield block([self.equation(self.paths.trace.by_quantity[self.paths.gradient])], self.width, indent=3)
        yield self.paragraph(self.plain(conclusion(self.paths)), "", 3)
        yield Text()


def as_data(paths: Paths) -> dict[str, Any]:
    """The paths as plain data, in canonical names."""
    trace = paths.trace
    write = speller(paths.one.problem, trace, "ascii", "plain")

    def line(quantity: Quantity) -> dict[str, Any]:
        return line_as_data(trace.by_quantity[quantity], write)

    def path(one: Path) -> dict[str, Any]:
        step = trace.by_quantity[one.product]
        written = write.formula(Step(Line(step.line.phase, step.quantity, one.formula), step.value))
        stations = [quantity.bare_key for quantity in one.through]
        return {"through": stations, "factors": [factor.key for factor in one.factors],
                **line(one.product), "formula": written}  # fmt: skip

    return {
        "problem": paths.one.problem.title,
        "view": "paths",
        "arithmetic": "rounded" if trace.rounded else "exact",
        "digits": trace.digits,
        "address": " / ".join(map(str, paths.one.address)),
        "from": paths.start.bare_key,
        "to": paths.one.objective.bare_key,
        "count": paths.count,
        "shown": len(paths.shown),
        "factors": [line(factor) for factor in paths.factors],
        "paths": list(map(path, paths.shown)),
        "sum": value_as_data(trace.value(paths.total)) if paths.total else None,
        "gradient": line(paths.gradient) if paths.gradient else None,
        "agrees": paths.agrees,
    }
