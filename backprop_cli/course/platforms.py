"""How learning platforms name what was handed in: one row a platform, found by the names of folders and files.

The forms are the platforms' own: Moodle's `assign_files`, Canvas' bulk download, Gradescope's export, the exercise
folders of ILIAS and OpenOlat, Blackboard's download. `key` is what the platform knows a hand-in by; a name has its
blanks back.
"""

from __future__ import annotations

import re
from datetime import datetime

from backprop_cli.ground.records import record


@record
class Platform:
    """A platform: what one part of a path looks like, and whether the hand-ins lie in folders of that name."""

    name: str
    part: re.Pattern[str]
    in_folders: bool


@record
class Whose:
    """What a path says of whose hand-in it is: the platform and its key, the name, further ids, days or times."""

    platform: str
    key: str
    name: str
    ids: tuple[str, ...] = ()
    attempt: str = ""
    late: bool = False
    folder: str = ""  # whose name the feedback keeps
    at: float = 0.0

    @property
    def when(self) -> float:
        """When it was handed in, in seconds of Unix; a time in a name is by the clock of this machine; 0: unknown."""
        if self.at:
            return self.at
        try:
            return datetime.strptime(self.attempt, "%Y-%m-%d-%H-%M-%S").timestamp()
        except (ValueError, OverflowError, OSError):
            return 0.0


_WHEN = r"(?P<attempt>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)"
PLATFORMS = (
    Platform("moodle", re.compile(
        r"(?P<name>.+)_(?P<key>\d+)_assign(?:submission|feedback)_(?P<plugin>file|onlinetext|comments)(?:_.*)?"
    ), in_folders=True),
    Platform("gradescope", re.compile(r"submission_(?P<key>\d{3,})"), in_folders=True),
    Platform("blackboard", re.compile(rf"(?P<title>.+?)_(?P<key>[^_]+)_attempt_{_WHEN}(?:_.*|\.txt)"),
             in_folders=False),
    Platform("canvas", re.compile(r"(?P<name>[^_\d]+)_(?P<late>LATE_)?(?P<key>\d+)_(?P<submission>\d+)_.+"),
             in_folders=False),
    Platform("ilias", re.compile(r"(?P<family>[^_\d]+)_(?P<given>[^_\d]+)_(?P<login>[^_]+)_(?P<key>\d+)"),
             in_folders=True),
    Platform("openolat", re.compile(r"(?P<family>[^_\d]+)_(?P<given>[^_\d]+)_(?P<key>[A-Za-z][\w.@-]*\d[\w.@-]*)"),
             in_folders=True),
)  # fmt: skip


def whose(parts: tuple[str, ...]) -> Whose | None:
    """What the folders and the name of a file, from the outermost on, say by the rules of a platform; None of none."""
    for platform in PLATFORMS:
        looked_at = parts[:-1] if platform.in_folders else parts[-1:]
        flat = parts[-1:] if platform.name == "moodle" else ()
        for part in (*looked_at, *flat):
            if match := platform.part.fullmatch(part):
                return _whose(platform, match.groupdict(), part if part in looked_at and platform.in_folders else "")
    return None


def _whose(platform: Platform, found: dict[str, str | None], folder: str) -> Whose:
    name = found.get("name") or " ".join(filter(None, (found.get("given"), found.get("family"))))
    ids = tuple(one for field in ("login", "submission") if (one := found.get(field)))
    late = bool(found.get("late"))
    return Whose(platform.name, str(found["key"]), _name(name), ids, found.get("attempt") or "", late, folder)


def _name(text: str) -> str:
    return " ".join(text.replace("_", " ").split())
