"""What the pages other than the worked solution share: how they are shown, and how a line stands in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.text import Text

from backprop_cli.formats.json import step_as_data
from backprop_cli.formats.layout import VALUE, Piece
from backprop_cli.formats.text import Page
from backprop_cli.quantities import Address
from backprop_cli.spelling import Speller
from backprop_cli.trace import Step, Value
from backprop_cli.words import _

_NOT_OF_A_LINE = ("phase", "epoch", "sample", "given")


@dataclass(frozen=True)
class View:
    """A page as a Rich renderable: `page` makes it for a character set, a console and a width."""

    page: Callable[..., Page]
    charset: str = "unicode"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*self.page(self.charset, console, options.max_width).parts())


def as_text(view: RenderableType, width: int = 80) -> str:
    """The view as plain text, without colour."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(view, crop=False)
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def as_json(data: Mapping[str, Any]) -> str:
    """The data of a view as JSON text."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def of_pass(page: Page, address: Address, several: bool) -> Iterator[RenderableType]:
    """Which pass the page is about, where there are several, and the data of its sample."""
    if several:
        yield Rule(Text(page.heading_of(address), "bold"), characters="=" if page.ascii else "═", style="dim")
        yield from page.data(address)


def heading(text: str) -> Text:
    """The heading of a part."""
    return Text(text, "bold magenta")


def value_pieces(page: Page, value: Value) -> list[Piece]:
    """= 1/3 ≈ 0.333333333"""
    return [Piece(sign, text, VALUE) for sign, text in page.speller.equation(value)]


def other_passes(
    page: Page, option: str, key: str, passes: tuple[Address, ...], here: Address
) -> Iterator[RenderableType]:
    """How to see another pass, where there are several."""
    if len(passes) > 1:
        last = " / ".join([*map(str, passes[-1] if passes[-1] != here else passes[0]), key])
        text = _("This is one of {count:,} passes; another one: {option} {example}")
        yield page.paragraph(text.format(count=len(passes), option=option, example=f'"{last}"'), "dim", 0)


def line_as_data(step: Step, write: Speller) -> dict[str, Any]:
    """A line's quantity, formula, numbers and value."""
    return {key: value for key, value in step_as_data(step, write).items() if key not in _NOT_OF_A_LINE}


def value_as_data(value: Value | None) -> dict[str, Any] | None:
    """A value without a line: its decimal, the fraction if it is a short one, and whether the decimal is all of it."""
    if value is None:
        return None
    exact = value.exact if value.decimal.whole_truth or value.short_fraction else None
    return {
        "exact": None if exact is None else str(exact),
        "decimal": value.decimal.text(),
        "is_exact": value.decimal.whole_truth,
    }
