"""A file of a class as plain data: what it is called, where it lies, and why it is not read, where it is not."""

from __future__ import annotations

from backprop_cli.checking.handed_in import ENDINGS
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed


@record
class Found:
    """A file of a class: what it is called, and where it lies; `refused` says why it is not read, empty where it is.

    `parts` are the folders below what was named, and its name; `path` the file on the disk, `inside` the entries of
    the archives that lead from there to it; `when` it was last changed, in seconds.
    """

    file: str
    parts: tuple[str, ...]
    path: str = ""
    inside: tuple[bytes, ...] = ()
    refused: str = ""
    when: float = 0.0

    @property
    def ending(self) -> str:
        """The ending of its name: .yaml"""
        return parted(self.parts[-1])[1]


def parted(name: str) -> tuple[str, str]:
    """The name of a file and its ending in small letters, parted as pathlib does: ann.v2 and .yaml of ann.v2.YAML"""
    at = name.rfind(".")
    return (name[:at], name[at:].lower()) if 0 < at < len(name) - 1 else (name, "")


def by_its_ending(name: str) -> str:
    """Why a file of this name is no sheet; empty where it may be one."""
    if parted(name)[1] in ENDINGS:
        return ""
    return _("not read: a sheet ends in {endings}").format(endings=listed(ENDINGS))
