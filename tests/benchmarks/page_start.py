"""Run by hand, `python tests/benchmarks/page_start.py SITE/ …`: how long a page that marks takes to a first verdict.

Each folder is one of `backprop page FILE -o SITE/`; several, of which one was made by another version, are opened in
turn, so that a busy machine slows them alike. Prints for the first visit and for later ones the least time by the
clock, and the least processor time of the browser's processes, from an empty browser to the verdict on an answer that
was typed before the engine was there; and the processor time of a further verdict (Linux).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "support")]

from pages import CHROMIUM, PATIENCE, served  # noqa: E402

_TICKS = os.sysconf("SC_CLK_TCK")
ANSWERS = {"net_h1": "0.3775", "out_h1": "0.59327"}


def used() -> float:
    """The processor seconds of all processes that come from this one, and run."""
    return sum(map(_seconds, _below(os.getpid())))


def _below(process: int) -> list[int]:
    try:
        texts = [path.read_text("ascii") for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    children = [int(one) for text in texts for one in text.split()]
    return [*children, *(one for child in children for one in _below(child))]


def _seconds(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS  # utime and stime, of a process and its threads


@dataclass
class Visits:
    """The times of the visits to one site."""

    clock: dict[str, list[float]] = field(default_factory=lambda: {"first": [], "later": []})
    processor: dict[str, list[float]] = field(default_factory=lambda: {"first": [], "later": []})
    verdict: list[float] = field(default_factory=list)


def visit(playwright: Any, profile: Path, site: Path, address: str, kind: str, found: Visits) -> None:
    """Opens a site in a browser of its own, whose profile is kept for the next time."""
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    context = playwright.chromium.launch_persistent_context(str(profile), executable_path=path, args=["--no-sandbox"])
    page = context.new_page()
    before, start = used(), time.perf_counter()
    page.goto(f"{address}/index.html")
    for number, (key, text) in enumerate(ANSWERS.items()):
        if number:
            before, start = used(), time.perf_counter()
        page.locator(f'[data-key="{key}"] input').fill(text)
        page.locator(f'[data-key="{key}"] input').press("Tab")
        page.wait_for_selector(f'[data-key="{key}"][data-verdict]', timeout=PATIENCE)
        if number:
            found.verdict.append(used() - before)
        else:
            found.clock[kind].append(time.perf_counter() - start)
            found.processor[kind].append(used() - before)
    page.wait_for_selector("body[data-offline]", state="attached", timeout=PATIENCE)
    page.reload()  # which compiles nothing anew, and keeps what was compiled
    page.wait_for_selector("body[data-ready]", state="attached", timeout=PATIENCE)
    context.close()


def main() -> None:
    """Measures."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("sites", type=Path, nargs="+")
    ask.add_argument("--rounds", type=int, default=3)
    told = ask.parse_args()
    from playwright.sync_api import sync_playwright

    found = {site: Visits() for site in told.sites}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        for number in range(told.rounds):
            for place, site in enumerate(told.sites):
                with served(site) as (address, _server):
                    profile = Path(name, f"{number}-{place}")
                    visit(playwright, profile, site, address, "first", found[site])
                    visit(playwright, profile, site, address, "later", found[site])
    for site, one in found.items():
        for kind in one.clock:
            print(f"{site}: {kind} visit {min(one.clock[kind]):.1f} s by the clock, "
                  f"{min(one.processor[kind]):.1f} s of processor time")  # fmt: skip
        print(f"{site}: a verdict {1000 * min(one.verdict):.0f} ms of processor time")


if __name__ == "__main__":
    main()
