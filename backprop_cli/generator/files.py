"""The files of a set of variants: of each its problem, its key and its worksheet, and a table of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from backprop_cli.checking.filled import key_sheet
from backprop_cli.generator.variants import Variant, Variants
from backprop_cli.ground.delimited import csv_of
from backprop_cli.ground.words import _
from backprop_cli.problem.reader import Loaded

Begun = Callable[[], str | bytes]  # a sheet that was begun: gives it once it is done
Worksheet = Callable[[Loaded], Begun]  # begins a sheet


def files_of(made: Variants, sheets: Sequence[Begun], ending: str) -> Iterator[tuple[str, str | bytes]]:
    """The name and the content of each file; `sheets` are those to hand out, one for each variant or none."""
    width = max(2, len(str(len(made.variants))))
    for place, one in enumerate(made.variants):
        stem = f"variant-{one.number:0{width}d}"
        yield f"{stem}.yaml", one.made.text
        if sheets:
            yield f"{stem}-sheet.{ending}", sheets[place]()
        yield f"{stem}-key.yaml", key_sheet(one.made.worked)
    yield "variants.csv", _table(made.variants, width)
    yield from beside(made.variants[0].made.loaded)


def beside(loaded: Loaded) -> Iterator[tuple[str, bytes]]:
    """The notation of their own that the problems mention: they need it beside them."""
    notation = Path(loaded.problem.notation)
    if loaded.folder is not None and notation.parent == loaded.folder and notation.is_file():
        yield notation.name, notation.read_bytes()


def _table(variants: tuple[Variant, ...], width: int) -> str:
    head = [_("variant"), _("file"), _("seed"), _("draw"), _("difficulty")]
    rows = ([one.number, f"variant-{one.number:0{width}d}.yaml", one.made.seed, one.made.draw, one.difficulty]
            for one in variants)  # fmt: skip
    return csv_of([head, *rows])
