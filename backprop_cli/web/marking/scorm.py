"""The manifest of a SCORM 1.2 package: one piece of content, with every file of it listed.

ADL, "SCORM Content Aggregation Model", version 1.2 (2001), on IMS Content Packaging 1.1.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import Assignment

PASSED = 80  # per cent of the marks from which a platform notes it as passed
_PACKAGING = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
_ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = f"{_PACKAGING} imscp_rootv1p1p2.xsd {_ADL} adlcp_rootv1p2.xsd"
_START = "index.html"


def manifest(identifier: str, assignment: Assignment, names: Sequence[str]) -> str:
    """The text of `imsmanifest.xml` for a package with files of these names, which starts with index.html."""
    for prefix, space in (("", _PACKAGING), ("adlcp", _ADL), ("xsi", _INSTANCE)):
        ElementTree.register_namespace(prefix, space)
    root = ElementTree.Element(_packaging("manifest"), {
        "identifier": f"backprop_{identifier}", "version": "1.1", f"{{{_INSTANCE}}}schemaLocation": _SCHEMAS,
    })  # fmt: skip
    about = _under(root, "metadata")
    _under(about, "schema").text = "ADL SCORM"
    _under(about, "schemaversion").text = "1.2"
    title = (assignment.head.title if assignment.head else assignment.exercises[0].loaded.problem.title) or _(
        "Exercise"
    )
    _organization(_under(root, "organizations", default="organization"), title)
    resource = _under(_under(root, "resources"), "resource", identifier="content", type="webcontent", href=_START)
    resource.set(f"{{{_ADL}}}scormtype", "sco")
    for name in sorted(names):
        _under(resource, "file", href=name)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _organization(above: ElementTree.Element, title: str) -> None:
    organization = _under(above, "organization", identifier="organization")
    _under(organization, "title").text = title
    item = _under(organization, "item", identifier="item", identifierref="content")
    _under(item, "title").text = title
    ElementTree.SubElement(item, f"{{{_ADL}}}masteryscore").text = str(PASSED)


def _packaging(tag: str) -> str:
    return f"{{{_PACKAGING}}}{tag}"


def _under(above: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(above, _packaging(tag), attributes)
