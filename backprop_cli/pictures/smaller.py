"""A picture made to fit on paper, whose letters stay as large as there is room for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_cli.pictures.items import Area, Frame, Item, Picture, Place, Stroke, Words

PAPER = 16.4 / 2.54 * 72  # the width of an A4 page between its margins, in points
HIGHEST = 16 / 2.54 * 72  # what has room below a heading and a few sentences
_LEGIBLE = 7.0  # the size that letters are to keep
_STILL_LEGIBLE = 4.8  # and below which nobody reads them on paper
_STEPS = 8  # sizes that are tried, from the wished one to the one that is there
_EDGE = 1.2  # between letters and the frame that they stand in


def smaller(picture: Picture, width: float = PAPER, height: float = HIGHEST) -> Picture:
    """The picture at most so wide and high; letters that would be too small grow where they cover nothing else."""
    scale = min(width / picture.width, height / picture.height)
    if scale >= 1:
        return picture
    items = [_scaled(item, scale) for item in picture.items]
    frames = [item.area for item in items if isinstance(item, Frame)]
    page = Area(0, 0, picture.width * scale, picture.height * scale)
    for place, (item, before) in enumerate(zip(items, picture.items, strict=True)):
        if isinstance(item, Words) and isinstance(before, Words):
            others = [one.area for one in items if isinstance(one, Words) and one is not item]
            items[place] = _grown(item, min(before.size, _LEGIBLE), others, frames, page)
    return replace(picture, items=tuple(items), width=page.right, height=page.top)


def is_legible(picture: Picture) -> bool:
    """Whether every letter can be read on paper."""
    return all(one.size >= _STILL_LEGIBLE for one in smaller(picture).words)


def _scaled(item: Item, scale: float) -> Item:
    match item:
        case Stroke(points, width=width):
            return replace(item, points=tuple((x * scale, y * scale) for x, y in points), width=width * scale)
        case Frame(area, corner=corner):
            return replace(item, area=_area(area, scale), corner=corner * scale)
        case Words(at=(x, y), size=size, area=area):
            return replace(item, at=(x * scale, y * scale), size=size * scale, area=_area(area, scale))


def _area(area: Area, scale: float) -> Area:
    return Area(area.left * scale, area.bottom * scale, area.right * scale, area.top * scale)


def _grown(item: Words, size: float, others: Sequence[Area], frames: Sequence[Area], page: Area) -> Words:
    """The label as large as fits, at its place or moved by what it has grown."""
    (x, y) = _middle(item.area)
    around = [one.wider(-_EDGE) for one in frames if one.left < x < one.right and one.bottom < y < one.top]
    beside = [one for one in frames if not (one.left < x < one.right and one.bottom < y < one.top)]
    for step in range(_STEPS):
        factor = 1 + (size / item.size - 1) * (1 - step / _STEPS)
        if factor <= 1:
            break
        for found in _tried(item, factor):
            within = all(_is_in(found.area, one) for one in (page, *around))
            if within and not any(found.area.meets(one) for one in (*others, *beside)):
                return found
    return item


def _tried(item: Words, factor: float) -> Iterator[Words]:
    """The label so much larger about its middle, then moved away from each side."""
    area, (x, y) = item.area, _middle(item.area)
    half, high = (x - area.left) * factor, (area.top - y) * factor
    left, base = x + (item.at[0] - x) * factor, y + (item.at[1] - y) * factor
    grown = replace(item, at=(left, base), size=item.size * factor, area=Area(x - half, y - high, x + half, y + high))
    across, up = half - (x - area.left), high - (area.top - y)
    for way in ((0.0, 0.0), (0.0, up), (0.0, -up), (across, 0.0), (-across, 0.0)):
        yield grown.moved(*way)


def _middle(area: Area) -> Place:
    return (area.left + area.right) / 2, (area.bottom + area.top) / 2


def _is_in(area: Area, other: Area) -> bool:
    across = other.left <= area.left and area.right <= other.right
    return across and other.bottom <= area.bottom and area.top <= other.top
