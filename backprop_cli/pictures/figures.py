"""The one place that draws with matplotlib's figures: no state of its own, the same bytes for the same picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.pictures.items import Frame, Ink, Picture, Stroke, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png", "pdf")
POINT = 72
_SETTINGS = {
    "font.family": "sans-serif",
    "svg.fonttype": "path",
    "svg.hashsalt": "backprop",
    "pdf.compression": 6,
    "pdf.fonttype": 3,
    "text.usetex": False,
    "axes.unicode_minus": True,
    "path.sketch": None,
    "path.simplify": True,
    "text.hinting": "no_hinting",
    "figure.autolayout": False,
    "savefig.bbox": "standard",
    "hatch.linewidth": 0.7,
}


def format_called(name: str) -> str:
    """The name, where it is one of a format; raises UsageError for one that is none."""
    if name not in FORMATS:
        raise UsageError(_("no format of pictures called {name!r} (svg, png, pdf)").format(name=name))
    return name


def need_matplotlib() -> None:
    """Raises UsageError where matplotlib is not installed."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        said = _("pictures need {name}, which is not installed: pip install 'backprop-cli[draw]'")
        raise UsageError(said.format(name=(error.name or "matplotlib").partition(".")[0])) from error


@contextmanager
def settings() -> Iterator[None]:
    """The conventions of a picture, whatever a matplotlibrc says, as long as it is drawn."""
    import matplotlib as mpl

    with warnings.catch_warnings(), mpl.rc_context():
        warnings.simplefilter("ignore")
        mpl.rcdefaults()
        mpl.rcParams.update({key: value for key, value in _SETTINGS.items() if key in mpl.rcParams})  # type: ignore[misc]
        yield


def saved(figure: Figure, format_: str, title: str, description: str, dpi: int) -> bytes:
    """The figure in a format."""
    buffer = io.BytesIO()
    metadata: dict[str, Any] = {"Title": title}
    if format_ == "svg":
        metadata |= {"Date": None, "Creator": "backprop", "Description": description}
    elif format_ == "pdf":
        metadata |= {"CreationDate": None, "Creator": "backprop", "Producer": None, "Subject": description}
    else:
        metadata |= {"Software": "backprop", "Description": description}
    figure.savefig(buffer, format=format_, dpi=dpi, metadata=metadata, facecolor=Ink.PAPER.value)
    return _described(buffer.getvalue(), title, description) if format_ == "svg" else buffer.getvalue()


def _described(svg: bytes, title: str, description: str) -> bytes:
    """The SVG with a title and a description for those who cannot see it."""
    from xml.sax.saxutils import escape, quoteattr

    start = svg.index(b"<svg")
    end = svg.index(b">", start)
    inside = f"\n <title>{escape(title)}</title>\n <desc>{escape(description)}</desc>"
    role = f' role="img" aria-label={quoteattr(f"{title}: {description}" if title else description)}'
    return svg[:end] + role.encode() + b">" + inside.encode() + svg[end + 1 :]


def figure_of(picture: Picture) -> Figure:
    """The picture as a figure of its own size."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(picture.width / POINT, picture.height / POINT))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, picture.width)
    axes.set_ylim(0, picture.height)
    axes.axis("off")
    for order, item in enumerate(picture.items, start=1):
        match item:
            case Stroke():
                _stroke(axes, item, order)
            case Frame():
                _frame(axes, item, order)
            case Words():
                _words(axes, item, order)
    return figure


def _stroke(axes: Axes, item: Stroke, order: int) -> None:
    from matplotlib.patches import FancyArrowPatch, PathPatch
    from matplotlib.path import Path

    codes = [Path.MOVETO, *([Path.CURVE4 if item.bent else Path.LINETO] * (len(item.points) - 1))]
    path = Path(item.points, codes)
    look: dict[str, Any] = {
        "edgecolor": item.ink.value,
        "linewidth": item.width,
        "linestyle": (0, (4, 3)) if item.dashed else "-",
    }
    if item.head:
        arrow = FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=9, facecolor=item.ink.value, **look)
        arrow.set_zorder(order)
        axes.add_patch(arrow)
    else:
        axes.add_patch(PathPatch(path, facecolor="none", capstyle="butt", zorder=order, **look))


def _frame(axes: Axes, item: Frame, order: int) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch

    area, corner = item.area, item.corner
    look: dict[str, Any] = {"facecolor": item.fill.value, "edgecolor": Ink.INK.value, "linewidth": 1.0, "zorder": order}
    if 2 * corner >= max(area.right - area.left, area.top - area.bottom) - 0.01:
        axes.add_patch(Circle(((area.left + area.right) / 2, (area.bottom + area.top) / 2), corner, **look))
        return
    box = f"round,pad=0,rounding_size={corner}"
    size = area.right - area.left, area.top - area.bottom
    axes.add_patch(FancyBboxPatch((area.left, area.bottom), *size, boxstyle=box, **look))


def _words(axes: Axes, item: Words, order: int) -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Rectangle

    from backprop_cli.pictures.fonts import family, width

    if item.halo:
        area = item.area.wider(1)
        size = area.right - area.left, area.top - area.bottom
        axes.add_patch(Rectangle((area.left, area.bottom), *size, color=Ink.PAPER.value, linewidth=0, zorder=order))
    x, y = item.at
    for run in item.label:
        size_of_run = item.size * run.scale
        prop = FontProperties(
            family=list(family(run.text)), style="oblique" if run.slanted else "normal", size=size_of_run
        )
        axes.text(x, y + run.shift * item.size, run.text, fontproperties=prop, color=item.ink.value, va="baseline",
                  ha="left", parse_math=False, zorder=order + 0.5)  # fmt: skip
        x += width(run.text) * size_of_run
