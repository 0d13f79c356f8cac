"""The pictures of a document, each as a scene: networks and graphs, whose places are known, and charts."""

from __future__ import annotations

from math import ceil, floor

from backprop_cli.documents.model import Bars, Counts, Curve, Drawing, Math, Plot, Text, plain
from backprop_cli.formats.print.plots import PER_SIGN, WIDTH, curve, plot
from backprop_cli.formats.print.scene import Box, Edge, Item, Label, Polyline, Runs, Scene
from backprop_cli.ground.words import _
from backprop_cli.pictures.items import Frame, Ink, Picture, Stroke, Words
from backprop_cli.pictures.smaller import HIGHEST, PAPER, smaller
from backprop_cli.writing.dialects import DIALECTS
from backprop_cli.writing.shapes import SUPERSCRIPTS

_BAR = 0.62  # the height of a bar with the room around it


def of_block(block: Drawing | Curve | Plot | Bars | Counts, dialect: str) -> Scene:
    """What a block draws, its labels in a dialect."""
    match block:
        case Drawing():
            assert block.picture is not None
            return drawn(block.picture)
        case Curve():
            return curve(block, (Text(_("epoch")),), DIALECTS[dialect].ten)
        case Plot():
            return plot(block)
        case Bars():
            return bars(block, DIALECTS[dialect].ten)
        case Counts():
            return counts(block)


def drawn(picture: Picture, widest: float = PAPER, highest: float = HIGHEST) -> Scene:
    """A picture that has its places, made smaller where it is larger than a page."""
    picture = smaller(picture, widest, highest)

    def item(one: Stroke | Frame | Words) -> Item:
        match one:
            case Stroke(points, ink, width, head, dashed, bent, role, key):
                return Edge(tuple((_cm(x), _cm(y)) for x, y in points), ink, width, head, dashed, bent, role, key)
            case Frame(area, fill, corner, role, key):
                size = _cm(area.right - area.left), _cm(area.top - area.bottom)
                return Box(_cm(area.left), _cm(area.bottom), *size, _cm(corner), fill, role, key)
            case Words(label, (_left, y), size, area, ink, halo, role, key):
                middle, width = _cm((area.left + area.right) / 2), _cm(area.right - area.left)
                return Runs(middle, _cm(y), width, label, size, ink, halo, role, key)

    return Scene(_cm(picture.width), _cm(picture.height), tuple(map(item, picture.items)))


def _cm(points: float) -> float:
    return points * 2.54 / 72


def bars(block: Bars, power: str) -> Scene:
    """Bars from the left on a logarithmic axis, whose powers of ten stand below."""
    known = [bar.log10 for bar in block.bars if bar.log10 is not None]
    low, high = floor(min(known) - 0.2), ceil(max(known))
    high = max(high, low + 1)
    left = 0.6 + PER_SIGN * max(len(plain(bar.label)) for bar in block.bars)
    every, across = max(1, ceil((high - low) / 10)), WIDTH / (high - low)
    rows = len(block.bars) + len({plain(bar.of) for bar in block.bars})
    height = rows * _BAR + 0.9
    items: list[Item] = []
    for exponent in range(low, high + 1, every):
        x = left + (exponent - low) * across
        text = Math("10" + power.partition("10")[2].format("", exponent), f"10{str(exponent).translate(SUPERSCRIPTS)}")
        items += [Polyline(((x, 0.7), (x, height)), "grid"), Label(x, 0.5, (text,), "north", small=True)]
    y, before = height, ""
    for bar in block.bars:
        if plain(bar.of) != before:
            y, before, fill = y - _BAR, plain(bar.of), Ink.HIDDEN if not before else Ink.OUTPUT
            items.append(Label(left - 0.2, y + _BAR / 2, bar.of, "east"))
        y -= _BAR
        items.append(Label(left - 0.2, y + _BAR / 2, bar.label, "east", small=True))
        if bar.log10 is not None:
            items.append(Box(left, y + 0.1, (bar.log10 - low) * across, _BAR - 0.2, 0.02, fill))
    items.append(Polyline(((left, height), (left, 0.7), (left + WIDTH, 0.7)), "axis"))
    return Scene(left + WIDTH + 0.6, height, tuple(items))


def counts(block: Counts) -> Scene:
    """Bars from the left, from 0, each with its number behind it."""
    left = 0.6 + PER_SIGN * max(len(label) for label, _count in block.counts)
    most, height = max(1, *(count for _label, count in block.counts)), len(block.counts) * _BAR
    items: list[Item] = []
    for place, (label, count) in enumerate(block.counts, start=1):
        y, wide = height - place * _BAR, count / most * WIDTH
        items.append(Label(left - 0.2, y + _BAR / 2, (Text(label),), "east", small=True))
        items.append(Label(left + wide + 0.15, y + _BAR / 2, (Text(str(count)),), "west", small=True))
        if count:
            items.append(Box(left, y + 0.1, wide, _BAR - 0.2, 0.02, Ink.HIDDEN))
    items.append(Polyline(((left, height), (left, 0.0)), "axis"))
    return Scene(left + WIDTH + 1.2, height, tuple(items))
