"""Who handed in what, from the list that Gradescope puts beside the folders of an export: `submission_metadata.yml`.

Under the name of each folder stand `:submitters` with `:name`, `:sid` and `:email`, and `:created_at`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from backprop_cli.course.platforms import Whose, whose
from backprop_cli.ground.errors import SourceError
from backprop_cli.problem.tree import plain, read_tree

METADATA = "submission_metadata.yml"
_NAME, _IDS, _WHEN = ":name", (":sid", ":email"), ":created_at"


def people_in(data: bytes, source: str) -> dict[str, Whose]:
    """Whose each hand-in is, by the number of its folder; nothing where the list cannot be read."""
    try:
        found = plain(read_tree(data.decode("utf-8", "replace"), source))
    except SourceError:
        return {}
    return dict(_people(found)) if isinstance(found, dict) else {}


def _people(found: Mapping[str, Any]) -> Iterator[tuple[str, Whose]]:
    for folder, said in found.items():
        known = whose((folder, METADATA))
        submitters = said.get(":submitters") if isinstance(said, dict) else None
        if known is None or not isinstance(submitters, list):
            continue
        several = [one for one in submitters if isinstance(one, dict)]
        name = " & ".join(str(one[_NAME]) for one in several if one.get(_NAME))
        ids = tuple(str(one[key]) for one in several for key in _IDS if one.get(key))
        yield known.key, Whose(known.platform, known.key, name, ids, folder=folder, at=_time(said.get(_WHEN)))


def _time(text: object) -> float:
    """A time as it is written there, in seconds of Unix: 2026-11-02 10:00:00.123456789 Z; 0 for what is none."""
    words = str(text or "").replace("T", " ").split()
    try:
        day, clock, zone = words[0], words[1].split(".")[0], words[2] if len(words) > 2 else "Z"
        return datetime.fromisoformat(f"{day}T{clock}{zone.replace('Z', '+00:00')}").timestamp()
    except (ValueError, IndexError, OverflowError):
        return 0.0
