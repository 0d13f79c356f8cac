"""The pictures of a LaTeX document, drawn by TikZ."""

from __future__ import annotations

from backprop_cli.formats.print.latex_text import escaped, inline
from backprop_cli.formats.print.scene import Box, Dot, Edge, Item, Label, Polyline, Runs, Scene
from backprop_cli.pictures.items import Ink
from backprop_cli.pictures.labels import Run

_ANCHORS = {"centre": "center", "north": "north", "south": "south", "east": "east", "west": "west"}


def inks() -> str:
    """The colours of networks and graphs."""
    return "\n".join(f"\\definecolor{{{ink.name.lower()}}}{{HTML}}{{{ink.value[1:].upper()}}}" for ink in Ink)


def picture(drawn: Scene) -> str:
    """The picture in the middle of the page."""
    items = "\n".join(f"  {_drawn(item)}" for item in drawn.items)
    return f"\\begin{{center}}\n\\begin{{tikzpicture}}\n{items}\n\\end{{tikzpicture}}\n\\end{{center}}"


def _drawn(item: Item) -> str:
    match item:
        case Polyline(points, kind):
            return f"\\draw[{kind}] {' -- '.join(_point(x, y) for x, y in points)};"
        case Dot(x, y, radius):
            return f"\\fill {_point(x, y)} circle ({radius:g});"
        case Edge():
            return _edge(item)
        case Box(x, y, width, height, corner, fill):
            look = f"draw=ink, fill={fill.name.lower()}, line width=1pt"
            if item.is_disc:
                return f"\\filldraw[{look}] {_point(x + width / 2, y + height / 2)} circle ({width / 2:.3g});"
            low, high = _point(x, y), _point(x + width, y + height)
            return f"\\filldraw[{look}, rounded corners={corner:.3g}cm] {low} rectangle {high};"
        case Runs(x, y, _width, label, size, ink, halo):
            look = f"words={{{size:.3g}}}{{{ink.name.lower()}}}{', halo' if halo else ''}"
            return f"\\node[{look}] at {_point(x, y)} {{{''.join(_run(run, size) for run in label)}}};"
        case Label(x, y, text, side, widest, small):
            words = f"\\fitted{{{widest:g}cm}}{{{inline(text)}}}"
            font = ", font=\\small" if small else ""
            return f"\\node[anchor={_ANCHORS[side]}{font}] at {_point(x, y)} {{{words}}};"


def _edge(item: Edge) -> str:
    """A line of a network, with its head."""
    name, points = item.ink.name.lower(), [_point(x, y) for x, y in item.points]
    way = "{} .. controls {} and {} .. {}".format(*points) if item.bent else " -- ".join(points)
    drawn = f"\\draw[{name}, line width={item.width:.2g}pt{', dashed' if item.dashed else ''}] {way};"
    return drawn + (f" \\fill[{name}] {' -- '.join(_point(x, y) for x, y in item.tip)} -- cycle;" if item.head else "")


def _run(run: Run, size: float) -> str:
    """A piece of a label: slanted, smaller, raised or lowered."""
    text = escaped(run.text).replace(" ", "~")
    if run.slanted:
        text = f"\\textit{{{text}}}"
    if run.scale == 1 and not run.shift:
        return text
    return f"\\moved{{{run.shift * size:.2g}pt}}{{{run.scale * size:.3g}}}{{{text}}}"


def _point(x: float, y: float) -> str:
    return f"({round(x, 3) + 0:g},{round(y, 3) + 0:g})"
