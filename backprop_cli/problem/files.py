"""The text of a file, within its limits and in UTF-8, or a complaint."""

from __future__ import annotations

import stat
from pathlib import Path as FilePath

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, Span, how_to_raise, reason_of
from backprop_cli.ground.words import _


def read_file(path: FilePath) -> str:
    """The text of a regular file within the size limit; raises SourceError."""
    return decode(bytes_of(path, limits.FILE_BYTES, how_to_raise("bytes")), str(path))


def bytes_of(path: FilePath, limit: int, hint: str | None = None) -> bytes:
    """What is in a regular file of no more bytes than the limit; raises SourceError, with a hint where it is larger."""
    source = str(path)
    try:
        mode = path.stat()
        if stat.S_ISDIR(mode.st_mode):
            raise SourceError(source, [Complaint(_("this is a folder, not a file"))])
        if not stat.S_ISREG(mode.st_mode):
            raise SourceError(source, [Complaint(_("this is not a regular file"))])
        if mode.st_size > limit:
            message = _("{size:,} bytes; the limit is {limit:,}").format(size=mode.st_size, limit=limit)
            raise SourceError(source, [Complaint(message, hint=hint)])
        return path.read_bytes()
    except OSError as error:
        raise SourceError(source, [Complaint(reason_of(error))]) from None


def decode(data: bytes, source: str) -> str:
    """UTF-8 text (a byte order mark is dropped); raises SourceError at the first byte that is none."""
    if len(data) > limits.FILE_BYTES:
        message = _("more than {limit:,} bytes").format(limit=limits.FILE_BYTES)
        raise SourceError(source, [Complaint(message, hint=how_to_raise("bytes"))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        span = Span(before.count(b"\n") + 1, error.start - before.rfind(b"\n"), 1)
        raise SourceError(source, [Complaint(_("not a text in UTF-8"), span, _("save the file as UTF-8"))]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceError(source, [Complaint(_("a NUL character: this is not a text file"), Span(line, 1, 1))])
    return text.replace("\r\n", "\n")
