"""Where sessions and what a learner knows are kept: small files, each written whole or not at all.

A file that cannot be read is moved aside, never overwritten.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import field
from dataclasses import replace as _replace
from pathlib import Path
from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import BackpropError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.replacing import replace_file
from backprop_cli.ground.words import _
from backprop_cli.tutor.state import Entry, State

FOLDER = "BACKPROP_DATA"  # the environment variable that names another folder
_FORMAT = 1
_PATIENCE = 3  # seconds; another window has the files for some milliseconds
_SIMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class NotKept(BackpropError):  # noqa: N818 - read as the sentence that it starts
    """The folder cannot be written."""


@record
class Kept:
    """A session as it was kept: of which content of the problem, and how many were finished or given up before it."""

    state: State = field(default_factory=State)
    content: str = ""
    run: int = 1


@record
class Learner:
    """What is remembered of a learner.

    `evidence` has, for each session, the lines that were answered: the skill, and whether the learner knew how;
    `exercises` counts the exercises of the practice that are done, `current` is the skill of the one that is not.
    """

    evidence: Mapping[str, Mapping[str, tuple[str, bool]]] = field(default_factory=dict)
    exercises: int = 0
    current: str = ""

    def noting(self, session: str, answered: Mapping[str, tuple[str, bool]]) -> Learner:
        """The learner with what one session shows by now: noted twice, it counts once."""
        return _replace(self, evidence={**self.evidence, session: dict(answered)})


def folder() -> Path:
    """The platform's folder for data, or the one that the environment names."""
    if named := os.environ.get(FOLDER):
        return Path(named)
    from platformdirs import user_data_path  # which a page in a browser does without

    return user_data_path("backprop", appauthor=False)


def content_of(*parts: str) -> str:
    """A short name for the content of a problem."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def session_path(learner: str, *problem: str) -> Path:
    """The file of a learner's session with a problem."""
    return folder() / "sessions" / f"{_file_name(learner)}-{content_of(*problem)[:12]}.json"


def learner_path(learner: str) -> Path:
    """The file of a learner."""
    return folder() / "learners" / f"{_file_name(learner)}.json"


def _file_name(learner: str) -> str:
    """The name where it is a simple one, else its characters in a short code."""
    if not learner:
        return "me"
    return learner if _SIMPLE.fullmatch(learner) and learner != "me" else f"x{content_of(learner)[:12]}"


# ---- reading -----------------------------------------------------------------------------------------------------


def load_session(path: Path) -> tuple[Kept, str]:
    """The session that was kept, or a fresh one; and what is to be said where the file is damaged."""
    return _load(path, _session, Kept())


def load_learner(path: Path) -> tuple[Learner, str]:
    """What is known of a learner, or a new one; and what is to be said where the file is damaged."""
    return _load(path, learner_from, Learner())


def _load(path: Path, read: Any, fresh: Any) -> tuple[Any, str]:
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            raise ValueError(path)
        return read(json.loads(path.read_text("utf-8"))), ""
    except (FileNotFoundError, NotADirectoryError):
        return fresh, ""
    except OSError as error:
        said = _("{path} cannot be read ({reason}); starting over.")
        _aside(path)
        return fresh, said.format(path=path, reason=reason_of(error))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        aside = _aside(path)
        said = _("{path} is damaged; it is kept as {aside}, and this starts over.")
        return fresh, said.format(path=path, aside=aside.name)


def _aside(path: Path) -> Path:
    """Renames a file to a name that is free."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}")).exists():
        number += 1
    try:
        os.replace(path, aside)
    except OSError:
        return path
    return aside


def _session(data: dict[str, Any]) -> Kept:
    _expect(data["format"] == _FORMAT)
    entries = {_text(key): _entry(one) for key, one in data["entries"].items()}
    return Kept(State(_count(data["at"]), entries), _text(data["problem"]), _count(data["run"]))


def _entry(one: dict[str, Any]) -> Entry:
    return Entry(
        _text(one["answer"]), _text(one["last"]), _count(one["hints"]), _count(one["wrong"]),
        tuple(map(_text, one["mistakes"])), _flag(one["kept"]), _flag(one["skipped"]),
    )  # fmt: skip


def learner_from(data: dict[str, Any]) -> Learner:
    """The learner that `learner_data` made plain; what is none raises ValueError, KeyError, TypeError or so."""
    _expect(data["format"] == _FORMAT)
    evidence = {
        _text(session): {_text(key): (_text(skill), _flag(knew)) for key, (skill, knew) in answered.items()}
        for session, answered in data["evidence"].items()
    }
    return Learner(evidence, _count(data["exercises"]), _text(data["current"]))


def _expect(holds: bool) -> None:
    if not holds:
        raise ValueError


def _text(value: Any) -> str:
    _expect(isinstance(value, str))
    return str(value)


def _count(value: Any) -> int:
    _expect(isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    return int(value)


def _flag(value: Any) -> bool:
    _expect(isinstance(value, bool))
    return bool(value)


# ---- writing -----------------------------------------------------------------------------------------------------


def keep_session(path: Path, kept: Kept) -> None:
    """Writes a session. Raises NotKept where that cannot be done."""
    entries = {
        key: {
            "answer": one.answer, "last": one.last, "hints": one.hints, "wrong": one.wrong,
            "mistakes": list(one.mistakes), "kept": one.kept, "skipped": one.skipped,
        }
        for key, one in kept.state.entries.items()
    }  # fmt: skip
    data = {"problem": kept.content, "run": kept.run, "at": kept.state.at, "entries": entries}
    _write(path, {"format": _FORMAT, **data})


def keep_learner(path: Path, learner: Learner) -> None:
    """Writes what is known of a learner. Raises NotKept where that cannot be done."""
    _write(path, learner_data(learner))


def learner_data(learner: Learner) -> dict[str, Any]:
    """What is known of a learner, as plain data."""
    evidence = {
        session: {key: [skill, knew] for key, (skill, knew) in answered.items()}
        for session, answered in learner.evidence.items()
    }
    return {"format": _FORMAT, "exercises": learner.exercises, "current": learner.current, "evidence": evidence}


def check_folder() -> None:
    """Raises NotKept where nothing could be kept, before anything has been typed in vain."""
    with _said(folder()):
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder()):
            pass


@contextmanager
def alone() -> Iterator[None]:
    """Keeps other windows from changing a file between reading and writing it, where the folder lets one lock files."""
    from filelock import FileLock  # not needed by who only reads

    with ExitStack() as stack:
        with suppress(OSError, NotImplementedError):
            stack.enter_context(FileLock(folder() / "lock", timeout=_PATIENCE))
        yield


def _write(path: Path, data: Mapping[str, Any]) -> None:
    """Writes the file whole or not at all."""
    text = json.dumps(data, ensure_ascii=True)
    with _said(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode("utf-8"))


@contextmanager
def _said(place: Path) -> Iterator[None]:
    """Makes a NotKept of what the system says."""
    try:
        yield
    except OSError as error:
        message = _("the session cannot be kept in {path}: {reason}")
        raise NotKept(message.format(path=place, reason=reason_of(error))) from None
