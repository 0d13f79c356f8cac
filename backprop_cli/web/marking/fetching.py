"""Fetches the runtime into the cache, once, through the user's own package tools: npm's registry and pip's index."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from backprop_cli.ground.errors import UsageError, reason_of
from backprop_cli.ground.replacing import make_folder, write_file
from backprop_cli.ground.words import _, listed
from backprop_cli.web.marking.pinned import FILES, PLATFORM, PYTHON, Pinned
from backprop_cli.web.marking.runtime import cache, is_proved

_REGISTRY = "https://registry.npmjs.org/"
_PATIENCE = 600  # seconds that a package tool may take
_SECONDS = 60  # that a registry may be silent


def fetch(say: Callable[[str], None]) -> Path:
    """The cache with every file of the table in it; what is there already is not fetched again.

    `say` is told what is fetched. Raises UsageError where a file cannot be fetched, or is another one.
    """
    folder = cache()
    make_folder(folder)
    for one in FILES:
        if is_proved(folder, one):
            continue
        say(_("fetching {file} ({size:.1f} MB)").format(file=one.name, size=one.size / 1e6))
        with tempfile.TemporaryDirectory() as place:
            (_tarball if one.is_tarball else _wheel)(one, Path(place))
            if not is_proved(Path(place), one):
                said = _("what came for {requirement} is not {file} with the SHA-256 {sha}: nothing was kept")
                raise UsageError(said.format(requirement=one.requirement, file=one.name, sha=one.sha256))
            write_file(folder / one.name, (Path(place) / one.name).read_bytes())
    return folder


def _tarball(one: Pinned, place: Path) -> None:
    """By npm where it is installed, which knows its own settings; else from the registry that they name."""
    if (npm := shutil.which("npm")) is not None:
        _run([npm, "pack", "--silent", "--ignore-scripts", one.requirement], place, one)
        return
    from urllib.request import urlopen

    project, version = one.requirement.split("@")
    address = f"{registry(os.environ).rstrip('/')}/{project}/-/{project}-{version}.tgz"
    if not address.startswith(("https://", "http://")):
        raise UsageError(_("{address} is no address of a registry").format(address=address))
    try:
        with urlopen(address, timeout=_SECONDS) as answer:
            (place / one.name).write_bytes(answer.read())
    except OSError as error:
        raise UsageError(_not_fetched(one, reason_of(error))) from None


def registry(environment: os._Environ[str] | dict[str, str], home: Path | None = None) -> str:
    """The registry of npm's settings: in the environment, in `~/.npmrc`, or the public one."""
    for name, value in environment.items():
        if name.lower() == "npm_config_registry" and value:
            return value
    file = (home or Path.home()) / ".npmrc"
    try:
        found = re.search(r"^\s*registry\s*=\s*[\"']?([^\s\"']+)", file.read_text("utf-8"), re.M)
    except (OSError, UnicodeDecodeError):
        found = None
    return found.group(1) if found else _REGISTRY


def _wheel(one: Pinned, place: Path) -> None:
    """By pip, which knows the user's own index."""
    options = ["--no-deps", "--only-binary=:all:", "--python-version", PYTHON, "--implementation", "cp"]
    if PLATFORM in one.name:
        options += ["--platform", PLATFORM, "--abi", f"cp{PYTHON.replace('.', '')}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *options]
    _run([*command, "--dest", str(place), one.requirement], place, one)


def _run(command: list[str], place: Path, one: Pinned) -> None:
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(_not_fetched(one, str(error))) from None
    if done.returncode:
        last = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise UsageError(_not_fetched(one, last[-1] if last else str(done.returncode)))


def _not_fetched(one: Pinned, reason: str) -> str:
    said = _("{file} cannot be fetched: {reason} (without a network: --runtime FOLDER with {files})")
    return said.format(file=one.name, reason=reason, files=listed(each.name for each in FILES))
