"""Compiles the program for the Python of the page, where that can be done here: it starts two seconds sooner then.

A module is compiled by the Python that runs it: by this one where it is the same, else by Pyodide in Node. Where there
is neither, the page gets the texts, and does the same with them.
"""

from __future__ import annotations

import hashlib
import io
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path

from backprop_cli.ground.replacing import replace_file
from backprop_cli.web.marking.pinned import PYODIDE, PYTHON
from backprop_cli.web.marking.runtime import cache

_PATIENCE = 300  # seconds that Node may take; it takes seven
_KEPT = 8  # compiled archives in the cache


def compiled(archive: bytes, pyodide: Mapping[str, bytes]) -> bytes:
    """The archive with its modules compiled, if that can be done here; else as it is."""
    known = cache().parent / "compiled" / f"{hashlib.sha256(archive + PYODIDE.sha256.encode()).hexdigest()[:32]}.zip"
    with suppress(OSError):
        return known.read_bytes()
    made = _here(archive) if sys.version_info[:2] == tuple(map(int, PYTHON.split("."))) else _by_node(archive, pyodide)
    if made is None:
        return archive
    with suppress(OSError):
        known.parent.mkdir(parents=True, exist_ok=True)
        replace_file(known, made)
        for old in sorted(known.parent.glob("*.zip"), key=lambda one: one.stat().st_mtime)[:-_KEPT]:
            old.unlink()
    return made


def _here(archive: bytes) -> bytes:
    """By this Python."""
    from backprop_cli.web.marking.archives import zipped

    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as given, tempfile.TemporaryDirectory() as place:
        for name in given.namelist():
            if not name.endswith(".py"):
                found[name] = given.read(name)
                continue
            source, target = Path(place, "one.py"), Path(place, "one.pyc")
            source.write_bytes(given.read(name))
            py_compile.compile(str(source), str(target), name, doraise=True, invalidation_mode=mode)
            found[f"{name}c"] = target.read_bytes()
    return zipped(found)


def _by_node(archive: bytes, pyodide: Mapping[str, bytes]) -> bytes | None:
    """By Pyodide in Node; None where there is no Node, or it cannot do it."""
    node = shutil.which("node")
    if node is None:
        return None
    script = files("backprop_cli.web.marking").joinpath("browser", "compile.mjs")
    with tempfile.TemporaryDirectory() as place, as_file(script) as path:
        for name, data in pyodide.items():
            Path(place, name).write_bytes(data)
        given, made = Path(place, "in.zip"), Path(place, "out.zip")
        given.write_bytes(archive)
        command = [node, str(path), place, str(given), str(made)]
        with suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
            return made.read_bytes() if done.returncode == 0 and made.is_file() else None
    return None
