"""What `backprop page` makes, in one table: which endings and options ask for it, and what packs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.replacing import make_folder, write_file
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.assignment import Assignment

Content: TypeAlias = str | bytes | Mapping[Path, str | bytes]  # a file; or several, each with its place


@record
class PageOrder:
    """What a page is made of, and where it will lie (None: stdout)."""

    assignment: Assignment
    output: Path | None = None
    runtime: Path | None = None  # the folder of what runs the engine in a browser, where it is named


@record
class Product:
    """Something that `backprop page` makes: for outputs with these endings ("" is a folder) and this option ("": none).

    `module` has `make(order: Order) -> Content`; it is imported when it is asked for.
    """

    name: str
    endings: tuple[str, ...]
    module: str
    option: str = ""

    @property
    def make(self) -> Callable[[PageOrder], Content]:
        """The function that packs the page."""
        made: Callable[[PageOrder], Content] = import_module(f"backprop_cli.web.{self.module}").make
        return made


MARKS = "--marks"
PRODUCTS = (
    Product("moving", (".html", ".htm"), "moving.page"),
    Product("marking", ("", ".zip"), "marking.pack"),
    Product("marking", (".html", ".htm", "", ".zip"), "marking.pack", MARKS),
)


def product_for(output: Path | None, option: str = "") -> Product:
    """The product that an output and an option ask for; without an output it is a page in one file.

    Raises UsageError, with the endings that there are, where nothing has the output's ending.
    """
    ending = ".html" if output is None else output.suffix.lower()
    fitting = [product for product in PRODUCTS if product.option == option]
    for product in fitting:
        if ending in product.endings:
            return product
    endings = listed([ending for product in fitting for ending in product.endings if ending])
    said = _("{path}: the ending of a page is one of these: {endings}; or none, for a folder")
    raise UsageError(said.format(path=output, endings=endings))


def content_of(order: PageOrder, marks: bool = False) -> Content:
    """What an order asks for: the page that moves, or that `marks`.

    Raises UsageError for an ending that no page has, for a runtime where nothing marks, and what `make` raises.
    """
    product = product_for(order.output, MARKS if marks else "")
    if order.runtime is not None and product.name != "marking":
        raise UsageError(_("--runtime goes with the page that marks: --marks, or an output FOLDER/ or FILE.zip"))
    return product.make(order)


def write_files(content: Mapping[Path, str | bytes]) -> list[Path]:
    """Writes a page of several files, each whole or not at all; returns their paths."""
    for path, inside in content.items():
        make_folder(path.parent)
        write_file(path, inside)
    return list(content)
