"""The worked solution as one HTML file: mathematics in MathML, steps that fold, nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import groupby, pairwise
from math import inf
from typing import TYPE_CHECKING, Any

from backprop_cli.documents.model import Block, Document, Drawing, Heading, Inline, Math, Role, Say, Text
from backprop_cli.formats.print import scenes, svg
from backprop_cli.formats.print.scene import Scene
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, announced, sentence_space, value_mark
from backprop_cli.pictures.smaller import is_legible

if TYPE_CHECKING:
    from jinja2 import Template

_DEEPEST = 6  # h6
_CLOSING = re.compile(r"[,.;:!?)\]，。；：！？、）】]+")
_TAGS = {"strong": "strong", "emphasis": "em", "code": "code"}


@dataclass
class Section:
    """What stands under a heading: blocks, and sections of a deeper level. `depth` is 1 for the whole document."""

    heading: Heading | None
    depth: int
    parts: list[Section | Piece] = field(default_factory=list)
    kind: str = "Section"

    @property
    def folds(self) -> bool:
        """Whether it can be closed: layers of a part and parts of a worksheet cannot, that would be much clicking."""
        return self.heading is not None and self.heading.role not in (Role.LAYER, Role.SHEET)

    @property
    def tag(self) -> str:
        """h1 to h6; the order has no gaps, whatever levels the document has."""
        return f"h{min(self.depth, _DEEPEST)}"


@record(slots=False)
class Piece:
    """A block, or several sentences in a row that are one paragraph or one list; `kind` chooses its template."""

    kind: str
    blocks: list[Any]

    @property
    def block(self) -> Any:
        """The only block."""
        return self.blocks[0]

    @property
    def scene(self) -> Scene:
        """The block as a picture."""
        return scenes.drawn(self.block.picture, inf, inf) if self.is_large else scenes.of_block(self.block, "unicode")

    @property
    def is_large(self) -> bool:
        """Whether it is a drawing whose letters nobody could read on paper: it keeps its size, and is not printed."""
        picture = self.block.picture if isinstance(self.block, Drawing) else None
        return picture is not None and not is_legible(picture)


@record
class Filling:
    """What makes a page of a sheet one to fill in: its policy, the bar with its buttons, its looks, data and program.

    `bar`, `style`, `data` and `script` are HTML, CSS, JSON and JavaScript as they stand.
    """

    policy: str
    bar: str
    style: str
    data: str
    script: str


def document(doc: Document) -> str:
    """Any document as an HTML page."""
    return _written(doc, whole=True)


def form(doc: Document, filling: Filling) -> str:
    """A sheet as an HTML page with a field for each answer, and no room to write by hand."""
    return _written(doc, whole=True, filling=filling)


def piece(doc: Document) -> str:
    """Any document as a piece of a page that somebody else writes: its looks touch nothing else on it."""
    return _written(doc, whole=False)


def blocks(doc: Document) -> str:
    """The blocks of a document alone, for a page that has its own title and looks."""
    return _written(doc, whole=False, bare=True)


def _written(doc: Document, whole: bool, filling: Filling | None = None, bare: bool = False) -> str:
    try:
        import jinja2  # noqa: F401 - said here where it is missing
        from markupsafe import Markup
    except ImportError as error:
        said = _("HTML needs {name}, which is not installed: pip install 'backprop-cli[html]'")
        raise UsageError(said.format(name=(error.name or "jinja2").partition(".")[0])) from error
    return _template().render(
        whole=whole,
        bare=bare,
        filling=None if filling is None else {key: Markup(text) for key, text in asdict(filling).items()},
        name=doc.title or _("Worked solution"),
        language=doc.language,
        top=_sections(doc.blocks),
        style=Markup(svg.style(".picture svg")),
        words=_words(),
    )


@cache
def _template() -> Template:
    """The template with all that it asks for, compiled once."""
    import jinja2
    from markupsafe import Markup

    from backprop_cli.formats.print import mathml

    def _styled(text: str, style: str) -> Any:
        tag = _TAGS.get(style)
        return Markup("<{0}>{1}</{0}>").format(tag, text) if tag else text

    def _set(piece: Math | Text, start: int) -> Any:
        return Markup(mathml.math(piece.text)) if isinstance(piece, Math) else _styled(piece.text[start:], piece.style)

    def inline(pieces: Inline) -> Any:
        """Words escaped, mathematics as MathML; a browser would begin a line with the comma behind a formula."""
        parts = [_set(piece, 0) for piece in pieces]
        for place, (one, following) in enumerate(pairwise(pieces)):
            mark = None if isinstance(following, Math) else _CLOSING.match(following.text)
            if mark and isinstance(one, Math):
                parts[place] = Markup('<span class="kept">{}{}</span>').format(parts[place], mark[0])
                parts[place + 1] = _set(following, mark.end())
        return Markup().join(parts)

    def pieces(cell: Inline) -> Any:
        """The same, its mathematics in pieces that may stand in several lines."""
        return Markup().join(
            Markup("<wbr>").join(map(Markup, mathml.side("", one.text))) if isinstance(one, Math) else inline((one,))
            for one in cell
        )

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("backprop_cli.formats.print"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["announced"] = announced
    environment.filters["inline"] = inline
    environment.filters["pieces"] = pieces
    environment.filters["svg"] = lambda drawn, said: Markup(svg.picture(drawn, said))
    environment.filters["side"] = lambda side: [Markup(piece) for piece in mathml.side(side.sign, side.text)]
    return environment.get_template("worked.html")


def _words() -> dict[str, str]:
    """What the template itself says, in the reader's language."""
    return {
        "counts": _("numbers as bars"),
        "sizes": _("the sizes of the gradients"),
        "descent": _("the descent on the curve"),
        "lines": _("equations"),
        "table": _("table"),
        "value_mark": value_mark(),
        "between": sentence_space(),
        "space": _("room to write"),
        "none": _("no answer"),
    }


def _sections(blocks: Iterable[Block]) -> Section:
    """The blocks under their headings, each heading under the one before it that has a higher level."""
    open_ = [Section(None, 1)]
    for kind, group in groupby(blocks, key=_kind):
        if kind != "Heading":
            open_[-1].parts += _pieces(kind, list(group))
            continue
        for heading in group:
            assert isinstance(heading, Heading)
            while (above := open_[-1].heading) is not None and above.level >= heading.level:
                open_.pop()
            section = Section(heading, open_[-1].depth + 1)
            open_[-1].parts.append(section)
            open_.append(section)
    return open_[0]


def _kind(block: Block) -> str:
    return "Rules" if isinstance(block, Say) and block.rule else type(block).__name__


def _pieces(kind: str, blocks: list[Block]) -> Iterator[Piece]:
    if kind in ("Say", "Rules"):
        yield Piece(kind, blocks)
    else:
        yield from (Piece(kind, [block]) for block in blocks)
