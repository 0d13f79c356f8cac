"""What tests of pages in a browser need: Chromium by Playwright, a server, packages of npm; else why not."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 300_000  # milliseconds: on a busy machine a page takes a minute to start
_SECONDS = 120


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser of Playwright that runs the system's Chromium; the test is skipped, with the reason, without them."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {
        ".html": "text/html",
        ".js": "text/javascript",
    }  # and nothing for modules and WebAssembly

    def log_message(self, *_said: object) -> None:
        """Says nothing."""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, http.server.ThreadingHTTPServer]]:
    """The folder at an address, by a server that knows no type but HTML's and JavaScript's."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", server
        server.shutdown()


def npm_package(name: str, version: str, place: Path) -> Path:
    """The folder of a package of npm, unpacked; the test is skipped, with the reason, where it cannot be had."""
    if (local := Path(os.environ.get("BACKPROP_NPM", "/nowhere"), "node_modules", name)).is_dir():
        return local
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine")
    command = [npm, "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode:
        pytest.skip(f"{name} cannot be had from npm here")
    with tarfile.open(place / done.stdout.split()[-1]) as archive:
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11 before its fourth update
        archive.extractall(place / name, **safe)
    return place / name / "package"
