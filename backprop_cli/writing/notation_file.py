"""A notation file of one's own: read, and every key in it one that a notation has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, did_you_mean, reason_of
from backprop_cli.ground.words import _, clauses, listed
from backprop_cli.writing.terms import HEADS, TERMS

_KEYS: dict[str, type] = {"title": str, "source": str, "negative_delta": bool, "symbols": dict, "words": dict}
_FORMS = 4  # of a word: one, several, of one, to several
_FIELD = r"\{(?:n|l|m|j|w|of|by|via)\}"
_TEMPLATE = re.compile(
    rf"(?:[_^]\{{(?:[^{{}}]|{_FIELD})*+\}}|{_FIELD}|[^{{}}])++"
)  # its brackets are fields or indices


def own_file(path: Path, symbols: Collection[str]) -> dict[str, Any]:
    """What a file says, which may have these symbols; raises UsageError where it cannot be read or has another key."""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(_("cannot read the notation {path}: {reason}").format(path=path, reason=_("not a file")))
        with path.open("rb") as file:
            text = file.read(limits.NOTATION_BYTES).decode("utf-8")
        data = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        said = _("cannot read the notation {path}: {reason}")
        raise UsageError(said.format(path=path, reason=_why_unread(error))) from None
    return checked(data, path, symbols, text)


def checked(data: dict[str, Any], path: Path | str, symbols: Collection[str], text: str = "") -> dict[str, Any]:
    """The data, in which every key is one that a notation has, with a value of its kind; else a UsageError.

    `path` is what complaints call it, `text` its lines, in which they are placed.
    """

    def complaint(said: str, table: str, key: str, **more: str) -> UsageError:
        return UsageError(said.format(path=f"{path}{_line_of(text, table, key)}", key=key, **more))

    for key, kind in _KEYS.items():
        if not isinstance(data.get(key, kind()), kind):
            raise complaint(_("{path}: {key} has a value of another kind in a notation"), "", key)
    tables: dict[str, dict[str, Any]] = {"": data, "symbols": data.get("symbols", {}), "words": data.get("words", {})}
    known: dict[str, Collection[str]] = {"": _KEYS, "symbols": symbols, "words": {**TERMS, **HEADS}}
    for table, values in tables.items():
        for key, value in values.items():
            if key not in known[table]:
                raise complaint(_("{path}: no notation has a key {key!r} ({hint})"), table, key,
                                hint=_hint(table, key, known))  # fmt: skip
            if (table or _KEYS[key] is str) and not _is_of_one_line(value):
                raise complaint(_("{path}: {key} is not a text of one line"), table, key)
            if table and not _FITS[table](value):
                raise complaint(_UNFIT[table](), table, key)
    return data


def _is_of_one_line(text: Any) -> bool:
    return isinstance(text, str) and text.isprintable() and len(text) <= limits.TEXT_LENGTH


def _is_a_template(text: str) -> bool:
    return len(text) <= limits.NAME_LENGTH and _TEMPLATE.fullmatch(text) is not None


def _is_a_word(text: str) -> bool:
    """A word without brackets, which are fields of messages, or its forms."""
    first, *others = text.split("|")
    return bool(first.strip()) and len(others) < _FORMS and not set(text) & set("{}`")


_FITS: Mapping[str, Callable[[str], bool]] = {"symbols": _is_a_template, "words": _is_a_word}
_UNFIT: Mapping[str, Callable[[], str]] = {
    "symbols": lambda: _("{path}: {key} is not a template of one line"),
    "words": lambda: _('{path}: {key} is not a word, or its forms with | between them: "weight | weights"'),
}


def _hint(table: str, key: str, known: Mapping[str, Collection[str]]) -> str:
    """What the keys are, and which of them may be meant."""
    keys = listed(sorted(known[table]))
    said = _("the keys of [{table}] are {keys}") if table else _("its keys are {keys}")
    elsewhere = [one for one in known if one not in ("", table) and key in known[one]]
    meant = [_("it stands under [{table}]").format(table=one) for one in elsewhere]
    if not meant and (near := did_you_mean(key, known[table])):
        meant = [near]
    return clauses([said.format(table=table, keys=keys), *meant])


def _line_of(text: str, table: str, key: str) -> str:
    """`:4`, the line in which a key stands in its table; nothing where it is written in another way."""
    within = ""
    for number, line in enumerate(text.splitlines(), start=1):
        named = line.strip()
        within = named[1:-1].strip() if named.startswith("[") and named.endswith("]") else within
        if within == table and named.partition("=")[0].strip().strip("\"'") == key:
            return f":{number}"
    return ""


def _why_unread(error: Exception) -> str:
    """What the system says; of a parser only the place, since its words are another's in every version of Python."""
    if isinstance(error, OSError):
        return reason_of(error)
    if isinstance(error, UnicodeDecodeError):
        return _("not a text in UTF-8")
    if place := re.search(r"line (\d+), column (\d+)", str(error)):
        return _("not TOML in line {line}, column {column}").format(line=place[1], column=place[2])
    return _("not TOML")
