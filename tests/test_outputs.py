"""What is written is written whole or not at all, whatever becomes of the disk, the reader or the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

BACKPROP = f'"{sys.executable}" -m backprop_cli'
LAYER = "{weights: [[0.1, 0.2], [0.3, 0.4]], activation: sigmoid}"
LONG = f"inputs: [1, 2]\ntargets: [0, 1]\nlayers: [{LAYER}, {LAYER}]\nloss: squared_error\n"
LONG += "learning_rate: 0.1\nepochs: 1000000\nreport: [1000000]\n"
WRITING = {  # every command that writes a file, and the file
    "solve, text": ("solve mazur -o page.txt", "page.txt"),
    "solve, json": ("solve mazur -o page.json", "page.json"),
    "solve, html": ("solve mazur -o page.html", "page.html"),
    "solve, xlsx": ("solve mazur -o page.xlsx", "page.xlsx"),
    "solve, notebook": ("solve mazur -o page.ipynb", "page.ipynb"),
    "check": ("check mazur sheet.yaml -o report.md", "report.md"),
    "check --template": ("check mazur --template -o ann.yaml", "ann.yaml"),
    "init": ("init new.yaml --force", "new.yaml"),
}


def in_bash(script: str, folder: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=timeout, check=False
    )


def prepared(folder: Path, old: str | None, name: str) -> list[str]:
    """A folder with a sheet and perhaps an old output; the names that stand in it."""
    (folder / "sheet.yaml").write_text("answers: {net_h1: 0.3775}\n", "utf-8")
    if old is not None:
        (folder / name).write_text(old, "utf-8")
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("old", [None, "the old file\n"])
@pytest.mark.parametrize("what", WRITING)
def test_a_full_disk_leaves_the_old_file_or_none(what: str, old: str | None, tmp_path: Path) -> None:
    """A file may not grow beyond 100 bytes here, which the system says as it says that a disk is full."""
    command, name = WRITING[what]
    before = prepared(tmp_path, old, name)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
    run = "import sys; from backprop_cli.cli.app import main; sys.argv[0] = 'backprop'; main()"
    ended = in_bash(f'PYTHONDONTWRITEBYTECODE=1 "{sys.executable}" -c "{limit}{run}" {command}', tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"backprop: cannot write {name}: ")
    assert ended.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert old is None or (tmp_path / name).read_text("utf-8") == old


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["solve mazur", "solve mazur --json", "problems", "schema", "lint mazur",
                                     "check mazur --template", "--help"])  # fmt: skip
def test_a_full_disk_behind_stdout_is_one_message(command: str, tmp_path: Path) -> None:
    ended = in_bash(f"{BACKPROP} {command} > /dev/full", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == "backprop: cannot write the output: No space left on device\n"


@pytest.mark.parametrize("command", ["solve xor-batch --json", "problems", "schema", "lint mazur",
                                     "check mazur sheet.yaml", "check mazur --template", "--help"])  # fmt: skip
def test_a_pipe_that_is_closed_at_once_is_quiet(command: str, tmp_path: Path) -> None:
    prepared(tmp_path, None, "")
    ended = in_bash(f"set -o pipefail; {BACKPROP} {command} | true", tmp_path)
    assert ended.stderr == ""
    assert ended.returncode in (0, 1)


def started(arguments: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "backprop_cli", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [(signal.SIGINT, 130, "backprop: interrupted\n"), (signal.SIGTERM, 143, ""), (signal.SIGKILL, -9, "")],
)
def test_a_run_that_is_ended_leaves_the_old_file_and_no_other(
    sent: signal.Signals, code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "long.yaml").write_text(LONG, "utf-8")
    (tmp_path / "page.txt").write_text("old", "utf-8")
    process = started(["solve", "long.yaml", "-o", "page.txt"], tmp_path)
    time.sleep(3)
    assert process.poll() is None, process.communicate()
    process.send_signal(sent)
    out, err = process.communicate(timeout=20)
    assert process.returncode in (code, -sent)
    assert (out, err) == ("", said)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.yaml", "page.txt"]
    assert (tmp_path / "page.txt").read_text("utf-8") == "old"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_file_is_whole_at_whatever_moment_the_run_is_ended(sent: signal.Signals, tmp_path: Path) -> None:
    """Forty runs, each ended a little later: the file is the old one or the new one."""
    page = tmp_path / "page.txt"
    assert in_bash(f"{BACKPROP} solve mazur -o page.txt", tmp_path).returncode == 0
    whole = page.read_text("utf-8")
    for moment in range(40):
        page.write_text("old", "utf-8")
        process = started(["solve", "mazur", "-o", "page.txt"], tmp_path)
        time.sleep(0.05 + moment * 0.03)
        process.send_signal(sent)
        process.communicate(timeout=20)
        assert page.read_text("utf-8") in ("old", whole)
        if sent != signal.SIGKILL:
            assert os.listdir(tmp_path) == ["page.txt"], "no temporary file stays behind"
