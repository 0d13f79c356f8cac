"""How a question in words is written: `state(h2)`, `behaviour(0.5)`; the one spelling that every sheet and file has."""

from __future__ import annotations

import re
import unicodedata

from backprop_cli.ground.errors import did_you_mean

KINDS = ("state", "flow", "path", "behaviour", "bound", "convention")
_FORM = re.compile(r"\s*([^\W\d_]+)\s*\(\s*([^()]*(?:\([^()]*\)[^()]*)*)\)\s*")
QUESTION = re.compile(rf"[^\w(]*((?:{'|'.join(KINDS)})\s*\([^()]{{1,80}}\))", re.I)  # at the beginning of a line
_DRESSED = re.compile(r"\\(?:text|mathrm|mathit|operatorname|textbf|textit)\b|\\[,;! ]|[\\{}$_\s]")
_LONGEST = 200


def parts_of(text: str) -> tuple[str, str] | None:
    """The kind of a question and what it is of; None for what is no question."""
    found = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or not found[2].strip():
        return None
    return found[1].lower(), " ".join(found[2].split())


def is_question(text: str) -> bool:
    """Whether a name is that of a question, and of no quantity."""
    found = parts_of(text) if "(" in text else None
    return found is not None and found[0] in KINDS


def near_question(text: str) -> str | None:
    """What may be meant by a name that looks like that of a question; None where it does not."""
    found = parts_of(text)
    return did_you_mean(found[0], KINDS) if found is not None else None


def written(kind: str, of: str) -> str:
    """The key of a question: `state(h2)`."""
    return f"{kind}({of})"


def plain(text: str) -> str:
    r"""A key without what different hands and formats write differently: \text{state}(h_2) is state(h2)."""
    return _DRESSED.sub("", unicodedata.normalize("NFKC", text)).casefold()


def called(text: str, keys: tuple[str, ...]) -> str | None:
    """The one of these questions that is called so."""
    said = plain(text[:_LONGEST]) if keys and "(" in text else ""
    return next((key for key in keys if plain(key) == said), None)
