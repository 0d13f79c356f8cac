"""Word documents: paragraphs, tables and equations, read from their XML with the standard library alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from backprop_cli.ground.words import _
from backprop_cli.working import archives, limits, mathml
from backprop_cli.working.collecting import collect
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import HandIn, Spot, TextLine

_BODY = "word/document.xml"


def read(data: bytes, source: str) -> HandIn:
    """The chains of a document; its lines are numbered by paragraph. Raises SourceError where it cannot be opened."""
    archive = archives.opened(data, source)
    gatherer = Gatherer(source)
    body = archives.tree(archives.content(archive, _BODY, source), source)
    collect(_lines(body, gatherer), gatherer)
    return gatherer.hand_in("", "docx")


def _local(element: Element) -> str:
    """The name of an element without its namespace; those of mathematics have m: in front."""
    space, _brace, name = element.tag.rpartition("}")
    return ("m:" if space.endswith("/math") else "") + name


def _lines(root: Element, gatherer: Gatherer) -> Iterator[TextLine]:
    """The paragraphs and rows, in their order."""
    number = 0
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        name = _local(element)
        if name == "p":
            number += 1
            yield from _paragraph(element, number, gatherer)
        elif name == "tr":
            number += 1
            cells = [_said(cell, 0, gatherer) for cell in element if _local(cell) == "tc"]
            yield TextLine("", number, 1, "", 1, row=tuple(" ".join(one.split()) for one in cells) or ("",))
        elif depth < limits.DEPTH:
            waiting += [(child, depth + 1) for child in reversed(element)]


def _paragraph(element: Element, number: int, gatherer: Gatherer) -> Iterator[TextLine]:
    style = next((one for one in element.iter() if _local(one) == "pStyle"), None)
    heading = style is not None and any("heading" in value.lower() for value in style.attrib.values())
    if any(_local(one) in ("blip", "pict") for one in element.iter()):
        gatherer.remark(_("a picture"), Spot(number), _("a picture is not read"))
    for line in _said(element, 0, gatherer).split("\n"):
        yield TextLine(line, number, 1, "", len(line), heading)


def _said(element: Element, depth: int, gatherer: Gatherer) -> str:
    """An element as plain characters."""
    if depth > limits.DEPTH * 3:
        return ""
    name = _local(element)
    if name in ("t", "m:t"):
        return element.text or ""
    if name in ("br", "cr"):
        return "\n"
    if name == "tab":
        return "\t"
    if name in ("del", "instrText", "m:ctrlPr") or name.endswith("Pr"):
        return _index_of(element) if name == "rPr" else ""
    children = [(_local(child), _said(child, depth + 1, gatherer)) for child in element]
    if name == "r":
        return _run(element, "".join(text for _kind, text in children))
    if shape := _SHAPES.get(name):
        parts: dict[str, list[str]] = {}
        for kind, text in children:
            parts.setdefault(kind, []).append(text)
        return shape(parts)
    if name == "m:d":
        return _fenced(element, [text for kind, text in children if kind == "m:e"])
    separator = "\n" if name in ("tc", "m:eqArr") or name == "m:oMathPara" else ""
    return separator.join(text for _kind, text in children if text or not separator)


def _index_of(_element: Element) -> str:
    return ""


def _run(element: Element, text: str) -> str:
    """A run of text; set low or high, it is an index or a power."""
    for one in element.iter():
        if _local(one) == "vertAlign" and text.strip():
            where = next(iter(one.attrib.values()), "")
            if where in ("subscript", "superscript"):
                return ("_{" if where == "subscript" else "^{") + text.strip() + "}"
    return text


def _fenced(element: Element, inside: list[str]) -> str:
    """Something in brackets; a matrix has its own."""
    marks = {"begChr": "(", "endChr": ")"}
    for one in element.iter():
        if (kind := _local(one).removeprefix("m:")) in marks:
            marks[kind] = next(iter(one.attrib.values()), "")
    text = ", ".join(inside)
    if text.startswith("[[") and text.endswith("]]"):
        return text
    return marks["begChr"] + text + marks["endChr"]


Parts = dict[str, list[str]]


def _one(parts: Parts, name: str) -> str:
    return "".join(parts.get(name, []))


_SHAPES: dict[str, Callable[[Parts], str]] = {
    "m:f": lambda parts: mathml.fraction(_one(parts, "m:num"), _one(parts, "m:den")),
    "m:sSub": lambda parts: mathml.sub(_one(parts, "m:e"), _one(parts, "m:sub")),
    "m:sSup": lambda parts: mathml.sup(_one(parts, "m:e"), _one(parts, "m:sup")),
    "m:sSubSup": lambda parts: mathml.subsup(_one(parts, "m:e"), _one(parts, "m:sub"), _one(parts, "m:sup")),
    "m:rad": lambda parts: mathml.root(_one(parts, "m:e"), _one(parts, "m:deg")),
    "m:acc": lambda parts: mathml.hat(_one(parts, "m:e")),
    "m:func": lambda parts: _one(parts, "m:fName") + _one(parts, "m:e"),
    "m:mr": lambda parts: "[" + ", ".join(parts.get("m:e", [])) + "]",
    "m:m": lambda parts: "[" + ", ".join(parts.get("m:mr", [])) + "]",
}
