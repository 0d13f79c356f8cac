"""The files inside a spreadsheet or a document, within their bounds: no bomb is unpacked, no entity expanded."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree

from backprop_cli.ground.errors import Complaint, SourceError
from backprop_cli.ground.words import _
from backprop_cli.working import limits


def opened(data: bytes, source: str) -> zipfile.ZipFile:
    """The archive; raises SourceError where it is none, is damaged, or is too large when unpacked."""
    if len(data) > limits.BYTES:
        message = _("{size:,} bytes; the limit is {limit:,}")
        raise SourceError(source, [Complaint(message.format(size=len(data), limit=limits.BYTES))])
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        inside = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OverflowError):
        raise damaged(source) from None
    if len(inside) > limits.INSIDE or sum(one.file_size for one in inside) > limits.UNPACKED:
        message = _("unpacked, this file has more than {limit:,} bytes or {count:,} files inside")
        said = message.format(limit=limits.UNPACKED, count=limits.INSIDE)
        raise SourceError(source, [Complaint(said)])
    for one in inside:
        if one.filename.endswith((".xml", ".rels")) and _has_entities(content(archive, one.filename, source)):
            raise SourceError(source, [Complaint(_("a document type or an entity inside: such a file is not opened"))])
    return archive


def content(archive: zipfile.ZipFile, name: str, source: str) -> bytes:
    """One file of the archive; raises SourceError where it is damaged or locked."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, KeyError, ValueError, OSError, zlib.error):
        raise damaged(source) from None


def damaged(source: str) -> SourceError:
    """What is said of a file that cannot be opened."""
    return SourceError(source, [Complaint(_("the file is damaged or locked, and cannot be opened"))])


def names(data: bytes) -> frozenset[str]:
    """The names of the files inside; none where it is no archive."""
    try:
        return frozenset(zipfile.ZipFile(BytesIO(data)).namelist()[: limits.INSIDE])
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OverflowError, OSError):
        return frozenset()


def tree(data: bytes, source: str) -> ElementTree.Element:
    """The XML of a file inside."""
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise damaged(source) from None


def _has_entities(data: bytes) -> bool:
    plain = data.replace(b"\0", b"")
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain
