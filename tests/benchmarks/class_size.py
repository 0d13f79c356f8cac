"""Run by hand, `python tests/benchmarks/class_size.py --help`: a class of any size in one run, killed on the way.

Sheets of the 2-2-2 example with 31 lines, no two alike, five of six with a mistake; marked into a store by one process
and by several, killed at moments by chance and resumed until it is done, and compared with a run that nobody killed.
Prints sheets a second by the clock (of one process, also by processor time, which other work on the machine changes
less), the memory of all processes together, and the size of the store.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "support"), str(Path(__file__).resolve().parents[2])]

from sheets import right_answers  # noqa: E402

from backprop_cli.numbers.rounded import Rounding  # noqa: E402

SLIPS: tuple[dict[str, str], ...] = (
    {}, {"delta_h1": "0.04537"}, {"delta_o1": "0.7414"}, {"w5_new": "0.4411"}, {"net_h1": "0.0275"},
    {"dE/dw5": "0.1385"},
)  # fmt: skip
PATIENCE = 6 * 3600  # seconds for one run


def class_of(size: int, path: Path) -> None:
    """An archive of so many hand-ins, all different: everybody keeps the figures of every line that they like."""
    right, dice, written = right_answers("mazur", Rounding(figures=10)), random.Random(1), set[str]()
    with zipfile.ZipFile(path, "w") as archive:
        while len(written) < size:
            answers = right | SLIPS[len(written) % len(SLIPS)]
            kept = {key: f"{float(value):.{dice.randint(4, 9)}g}" for key, value in answers.items()}
            text = "answers:\n" + "".join(f"  {key}: {value}\n" for key, value in kept.items())
            if text in written:
                continue
            archive.writestr(f"s{len(written):07}.yaml", f"student: s{len(written)}\n{text}")
            written.add(text)


class Memory(threading.Thread):
    """The most that a process and its children have had together, in MB (Linux)."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.most = process, 0.0

    def run(self) -> None:
        while Path(f"/proc/{self.process}").exists():
            self.most = max(self.most, sum(_resident(one) for one in _family(self.process)) / 1024)
            time.sleep(0.2)


def _family(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    except OSError:
        return []
    return [process, *(one for child in text.split() for one in _family(int(child)))]


def _resident(process: int) -> int:
    try:
        rows = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(row.split()[1]) for row in rows if row.startswith("VmRSS")), 0)


def busy() -> float:
    """The processor seconds of every process that this one started, and that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command(archive: Path, run: Path, jobs: int) -> list[str]:
    """Marks an archive by so many processes into a run, and writes the marks beside it."""
    marks = str(run.with_suffix(".csv"))
    told = ["grade", "mazur", str(archive), "--run", str(run), "--jobs", str(jobs), "-o", marks]
    return [sys.executable, "-m", "backprop_cli", *told]


def graded(archive: Path, run: Path, jobs: int, seconds: float | None = None) -> tuple[float, float, bool]:
    """Marks into a store; its seconds, its memory, and whether it came to its end before it was killed."""
    start = time.perf_counter()
    process = subprocess.Popen(command(archive, run, jobs), stdout=subprocess.DEVNULL, start_new_session=True)
    memory = Memory(process.pid)
    memory.start()
    killing = threading.Timer(seconds or PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    killing.daemon = True
    killing.start()
    code = process.wait()  # without a limit, which looks every twentieth of a second only
    took = time.perf_counter() - start
    killing.cancel()
    done = code != -signal.SIGKILL
    assert code == 0 or not done, code
    return took, memory.most, done


def main() -> None:
    """Measures."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--sheets", type=int, default=10_000)
    ask.add_argument("--kills", type=int, default=10)
    ask.add_argument("--jobs", type=int, nargs="*", default=[1, 2])
    told = ask.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "class.zip"
        class_of(told.sheets, archive)
        took = 0.0
        for jobs in told.jobs:
            run = folder / f"{jobs}.sqlite"
            before = busy()
            took, memory, _done = graded(archive, run, jobs)
            used = busy() - before
            alone = (
                f"{told.sheets / used:.0f} a processor second, {used:.0f} s, " if jobs == 1 else ""
            )  # of one process
            print(f"{told.sheets} sheets, {jobs} jobs: {told.sheets / took:.0f} a second, {took:.0f} s, {alone}"
                  f"{memory:.0f} MB, store {run.stat().st_size / 1e6:.0f} MB", flush=True)  # fmt: skip
        if told.kills:
            kill(archive, folder / f"{told.jobs[-1]}.csv", told.jobs[-1], told.kills, took)


def kill(archive: Path, whole: Path, jobs: int, times: int, took: float) -> None:
    """Marks the class again, killed so many times; the marks have to be those of a whole run, which took so long."""
    killed, dice, run = 0, random.Random(3), archive.with_name("killed.sqlite")
    for _time in range(times):
        _took, _memory, done = graded(archive, run, jobs, dice.uniform(0.5, 1.5 * took / times + 1))
        killed += not done
    graded(archive, run, jobs)
    same = run.with_suffix(".csv").read_bytes() == whole.read_bytes()
    with sqlite3.connect(run) as store:
        sound = store.execute("PRAGMA integrity_check").fetchone()[0]
    print(f"killed {killed} times and resumed: the marks are {'the same' if same else 'OTHERS'}, store {sound}")
    assert same


if __name__ == "__main__":
    main()
