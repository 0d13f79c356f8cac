"""Made-up classes in the forms in which learning platforms give them, built from the platforms' documented rules."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Somebody:
    """A student: names, the user's id and login, and the number that a platform gives a hand-in."""

    given: str
    family: str
    number: int
    login: str

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"


CLASS = (
    Somebody("Ada", "Lovelace", 1001, "alove1"),
    Somebody("Émile", "Borel", 1002, "eborel2"),
    Somebody("Sofja Wassiljewna", "Kowalewskaja", 1003, "skowa3"),
    Somebody("伟", "王", 1004, "wwang4"),
)


def moodle_folders(one: Somebody, name: str) -> str:
    """Since 3.1: FULLNAME_UNIQUEID_assignsubmission_file/name.ext"""
    return f"{one.full}_{one.number}_assignsubmission_file/{name}"


def moodle_old(one: Somebody, name: str) -> str:
    """Up to 4.0 the folder ends in _file_."""
    return f"{one.full}_{one.number}_assignsubmission_file_/{name}"


def moodle_flat(one: Somebody, name: str) -> str:
    return f"{one.full}_{one.number}_assignsubmission_file_{name}"


def canvas(one: Somebody, name: str) -> str:
    """lastfirst_USERID_SUBMISSIONID_name.ext, all small and without blanks."""
    joined = f"{one.family}{one.given}".replace(" ", "").lower()
    return f"{joined}_{one.number}_{one.number + 70000}_{name}"


def gradescope(one: Somebody, name: str) -> str:
    return f"assignment_55_export/submission_{one.number}/{name}"


def ilias(one: Somebody, name: str) -> str:
    return f"Abgaben/{one.family}_{one.given}_{one.login}_{one.number}/{name}"


def openolat(one: Somebody, name: str) -> str:
    return f"{one.family}_{one.given}_{one.login}/2_submissions/{name}"


def blackboard(one: Somebody, name: str) -> str:
    return f"Homework 3_{one.login}_attempt_2026-11-02-10-00-00_{name}"


FORMS = {form.__name__: form for form in (
    moodle_folders, moodle_old, moodle_flat, canvas, gradescope, ilias, openolat, blackboard
)}  # fmt: skip


def as_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """An archive with these files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def as_folder(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return path
