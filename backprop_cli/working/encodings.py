"""Bytes as text, in whatever encoding they were saved: UTF-8, UTF-16, GBK or that of Western Windows."""

from __future__ import annotations

import re

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_HIGH = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 20_000  # bytes that tell an encoding


def text_of(data: bytes) -> str | None:
    """The text, with line ends as \\n; None where it is none in any encoding."""
    text = _decoded(data)
    if text is None or "\0" in text:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _try(data, encoding)
    if (wide := _wide(data)) is not None:
        return _try(data, wide)
    if (text := _try(data, "utf-8")) is not None:
        return text
    if b"\0" in data:
        return None
    return (_try(data, "gb18030") if _is_chinese(data) else None) or _try(data, "cp1252") or data.decode("latin-1")


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte of a text in Latin letters is 0."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half and odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if half and even > 0.6 * half and odd < 0.1 * half else None


def _is_chinese(data: bytes) -> bool:
    """Whether bytes beyond ASCII come in pairs, as in GB2312; accented letters of Western texts stand alone."""
    stretches = [found[0] for found in _HIGH.finditer(data[:_SAMPLE])]
    return bool(stretches) and all(len(one) % 2 == 0 and min(one) > 0xA0 for one in stretches)
