"""Every word shown to a person passes through here, so that another language is one catalogue."""

from __future__ import annotations

LANGUAGE = "en"


def _(message: str) -> str:
    """The message in the reader's language; fill its `{fields}` after the translation, never before."""
    return message


def n_(message: str) -> str:
    """Marks a message that stands in a table and is translated when it is shown."""
    return message


def plural(one: str, many: str, count: int) -> str:
    """The form of a message that suits `count`, with its `{count}` filled in."""
    return (one if count == 1 else many).format(count=count)
