"""Pictures of a document as SVG, in a page or by themselves: text is text, and the colours suit light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from backprop_cli.documents.model import plain
from backprop_cli.formats.print.scene import Box, Dot, Edge, Item, Label, Polyline, Runs, Scene
from backprop_cli.pictures.items import Ink

Names: TypeAlias = Callable[[str, str], str]  # the quantity that is meant by a role and a key, or nothing

_CM = 96 / 2.54  # pixels
_POINT = 96 / 72
_DARK = {
    Ink.INK: "#e4e8ec",
    Ink.LINE: "#7d8792",
    Ink.FAINT: "#9ba6b1",
    Ink.VALUE: "#6fd6a8",
    Ink.BACK: "#ff9d73",
    Ink.INPUT: "#262c33",
    Ink.HIDDEN: "#1f3350",
    Ink.OUTPUT: "#4a3512",
    Ink.PAPER: "#14171b",
}
_CURVE, _GRID = ("#0b4f9e", "#82b7ff"), ("#d8dde2", "#30373f")
_FAMILIES = '"DejaVu Sans", Verdana, system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
_FONT = f"font-family: {_FAMILIES}; white-space: pre;"
_ANCHORS = {"east": "end", "west": "start"}


def style(within: str = "svg") -> str:
    """The style sheet of pictures, for those within elements that a selector chooses."""
    every = "".join(
        f"{within} .s-{ink.name.lower()} {{ stroke: var(--{ink.name.lower()}); fill: none; }} "
        f"{within} .f-{ink.name.lower()} {{ fill: var(--{ink.name.lower()}); }}\n"
        for ink in Ink
    )
    light, dark = (
        " ".join(f"--{name}: {colours[mode]};" for name, colours in _colours()) for mode in (0, 1)
    )  # --ink is that of the page, too, so it is set on the pictures alone
    return (
        f"{within} {{ {light} }}\n@media (prefers-color-scheme: dark) {{ {within} {{ {dark} }} }}\n"
        f"@media print {{ {within} {{ {light} }} }}\n{every}{within} text {{ {_FONT} }}\n"
        f"{within} .curve {{ stroke: var(--curve); stroke-width: 2; fill: none; stroke-linejoin: round; }} "
        f"{within} .grid {{ stroke: var(--grid); }}\n"
    )


def _colours() -> Iterator[tuple[str, tuple[str, str]]]:
    """Names of colours, each with the light one and the dark one."""
    yield from ((ink.name.lower(), (ink.value, _DARK[ink])) for ink in Ink)
    yield from (("curve", _CURVE), ("grid", _GRID))


def picture(scene: Scene, description: str, alone: bool = False, names: Names | None = None) -> str:
    """The picture as one `<svg>` with a description in words; `alone`, it has its own style sheet.

    `names` says which quantity an item with a role and a key is of, for a program that moves the picture: the item
    carries both, as `data-quantity` and `data-role`.
    """
    wide, high = scene.width * _CM, scene.height * _CM
    size = {"viewBox": f"0 0 {_number(wide)} {_number(high)}", "width": _number(wide), "height": _number(high)}
    top = Element("svg", {**size, "role": "img", "aria-label": description, "style": f"min-width: {0.65 * wide:.0f}px"})
    if alone:
        top.set("xmlns", "http://www.w3.org/2000/svg")
    SubElement(top, "title").text = description
    if alone:
        SubElement(top, "style").text = style()
        SubElement(top, "rect", {"width": "100%", "height": "100%", "class": "f-paper"})
    for item in scene.items:
        before = len(top)
        _add(top, item, scene.height)
        if names is not None and isinstance(item, Edge | Box | Runs) and (name := names(item.role, item.key)):
            for element in top[before:]:
                element.attrib.update({"data-role": item.role, "data-quantity": name})
    return tostring(top, "unicode")


def _add(top: Element, item: Item, height: float) -> None:
    """Draws an item."""

    def at(x: float, y: float) -> tuple[str, str]:
        return _number(x * _CM), _number((height - y) * _CM)

    def path(points: tuple[tuple[float, float], ...], bent: bool = False) -> str:
        first, *others = (" ".join(at(x, y)) for x, y in points)
        return f"M{first} {'C' if bent else 'L'}{' '.join(others)}"

    match item:
        case Polyline(points, kind):
            SubElement(top, "path", {"d": path(points), "class": "s-ink" if kind == "axis" else kind})
        case Dot(x, y, radius):
            cx, cy = at(x, y)
            SubElement(top, "circle", {"cx": cx, "cy": cy, "r": _number(radius * _CM), "class": "f-ink"})
        case Edge(points, ink, width, head, dashed, bent):
            more = {"stroke-dasharray": "5 4"} if dashed else {}
            name = ink.name.lower()
            look = {"class": f"s-{name}", "stroke-width": _number(width * _POINT), **more}
            SubElement(top, "path", {"d": path(points, bent), **look})
            if head:
                SubElement(top, "path", {"d": f"{path(item.tip)} Z", "class": f"f-{name}"})
        case Box(x, y, width, high, corner, fill):
            left, upper = at(x, y + high)
            size = {"width": _number(width * _CM), "height": _number(high * _CM), "rx": _number(corner * _CM)}
            SubElement(top, "rect", {"x": left, "y": upper, **size, "class": f"f-{fill.name.lower()}"} | _OUTLINE)
        case Runs():
            _runs(top, item, *at(item.x, item.y))
        case Label(x, y, text, side, _widest, small):
            left, base = at(x, y)
            size_of = 12 if small else 14
            down = {"north": 0.76, "south": -0.24}.get(side, 0.3) * size_of
            look = {"x": left, "y": _number(float(base) + down), "font-size": str(size_of)}
            look["text-anchor"] = _ANCHORS.get(side, "middle")
            SubElement(top, "text", {**look, "class": "f-ink"}).text = plain(text)


_OUTLINE = {"style": "stroke: var(--ink); stroke-width: 1.3px;"}


def _runs(top: Element, item: Runs, x: str, y: str) -> None:
    """A label, its pieces slanted, raised or lowered."""
    size = item.size * _POINT
    if item.halo:
        left, upper = float(x) - item.width * _CM / 2 - 1, float(y) - 0.85 * size
        area = {"x": _number(left), "y": _number(upper), "width": _number(item.width * _CM + 2)}
        SubElement(top, "rect", {**area, "height": _number(1.15 * size), "class": "f-paper"})
    text = SubElement(top, "text", {"x": x, "y": y, "font-size": _number(size), "text-anchor": "middle"})
    text.set("class", f"f-{item.ink.name.lower()}")
    risen = 0.0
    for run in item.runs:
        look = {"dy": _number((risen - run.shift) * size)} if run.shift != risen else {}
        look |= {"font-size": _number(run.scale * size)} if run.scale != 1 else {}
        look |= {"font-style": "italic"} if run.slanted else {}
        SubElement(text, "tspan", look).text = run.text
        risen = run.shift


def _number(value: float) -> str:
    return f"{round(value, 1) + 0:g}"
