"""Finds the runtime of the page that marks, and proves that every file of it is the one of the table."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from backprop_cli.ground.errors import UsageError, reason_of
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.web.marking.pinned import FILES, SIZE, Pinned

DATA_PACKAGE = "backprop_cli_web"  # which brings the files, where it is installed
FETCH = "backprop page --fetch-runtime"


@record
class Runtime:
    """A folder with every file of the table, each with its checksum."""

    folder: Path

    def read(self, one: Pinned) -> bytes:
        """The bytes of a file. Raises UsageError where they are damaged."""
        return _proved(self.folder, one)


def cache() -> Path:
    """The folder that `--fetch-runtime` fills."""
    from platformdirs import user_cache_path

    return user_cache_path("backprop", appauthor=False) / "runtime"


def found(named: Path | None = None) -> Runtime:
    """The runtime in the folder that is named, else in the data package, else in the cache.

    Raises UsageError where there is none, where it is of another version, or damaged.
    """
    if named is not None:
        if not named.is_dir():
            raise UsageError(_("--runtime {path}: there is no such folder").format(path=named))
        return _whole(named)
    for folder in _places():
        if any((folder / one.name).is_file() for one in FILES) or _others(folder):
            return _whole(folder)
    said = _("the page that marks needs its runtime, which is not there: `{command}` fetches it once ({size:.0f} MB)")
    raise UsageError(said.format(command=FETCH, size=SIZE / 1e6))


def _places() -> Iterator[Path]:
    spec = find_spec(DATA_PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        yield from map(Path, spec.submodule_search_locations)
    yield cache()


def _whole(folder: Path) -> Runtime:
    missing = [one for one in FILES if not (folder / one.name).is_file()]
    if missing:
        old = [f"{name} ({one.name})" for one in missing for name in _others(folder) if name.startswith(one.family)]
        if old:
            said = _("the runtime in {folder} is of another version: {files} (wanted); `{command}` fetches this one")
            raise UsageError(said.format(folder=folder, files=listed(old), command=FETCH))
        said = _("the runtime in {folder} has no {files}; `{command}` fetches it")
        raise UsageError(said.format(folder=folder, files=listed(one.name for one in missing), command=FETCH))
    return Runtime(folder)


def _others(folder: Path) -> list[str]:
    """The files of other versions."""
    known = {one.name for one in FILES}
    names = sorted(path.name for path in folder.glob("*") if path.suffix in (".tgz", ".whl"))
    return [name for name in names if name not in known and any(name.startswith(f"{one.family}-") for one in FILES)]


def is_proved(folder: Path, one: Pinned) -> bool:
    """Whether a file is there with its checksum."""
    try:
        _proved(folder, one)
    except UsageError:
        return False
    return True


def _proved(folder: Path, one: Pinned) -> bytes:
    path = folder / one.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(_("{path} cannot be read: {reason}").format(path=path, reason=reason_of(error))) from None
    if hashlib.sha256(data).hexdigest() != one.sha256:
        said = _("{path} is damaged (its SHA-256 is another one); `{command}` fetches it anew into the cache")
        raise UsageError(said.format(path=path, command=FETCH))
    return data
