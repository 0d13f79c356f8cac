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

from backprop_cli.cli.app import app

BACKPROP = f'"{sys.executable}" -m backprop_cli'
LAYER = "{weights: [[0.1, 0.2], [0.3, 0.4]], activation: sigmoid}"
FOLDERS = {  # every command that writes a folder, and a file in it
    "worksheet": ("worksheet mini-step -o out/", "out/sheet.txt"),
    "generate": ("generate --seed 7 --variants 2 --sheets none --force -o out", "out/variant-01.yaml"),
    "help": ("help -o out/", "out/index.html"),
    "grade --feedback": ("grade mazur sheet.yaml --feedback out", "out/sheet.md"),
}
LONG = f"inputs: [1, 2]\ntargets: [0, 1]\nlayers: [{LAYER}, {LAYER}]\nloss: squared_error\n"
LONG += "learning_rate: 0.1\nepochs: 1000000\nreport: [1000000]\n"
WRITING = {  # every command that writes a file, and the file
    "solve, text": ("solve mazur -o page.txt", "page.txt"),
    "solve, json": ("solve mazur -o page.json", "page.json"),
    "solve, html": ("solve mazur -o page.html", "page.html"),
    "solve, xlsx": ("solve mazur -o page.xlsx", "page.xlsx"),
    "solve, notebook": ("solve mazur -o page.ipynb", "page.ipynb"),
    "solve, markdown": ("solve mazur -o page.md", "page.md"),
    "solve, latex": ("solve mazur -o page.tex", "page.tex"),
    "solve, pdf": ("solve mini-step -o page.pdf", "page.pdf"),
    "solve, python": ("solve mazur -o page.py", "page.py"),
    "solve --matrix": ("solve mazur --matrix -o page.txt", "page.txt"),
    "worksheet": ("worksheet mazur -o sheet.md", "sheet.md"),
    "worksheet, form": ("worksheet mazur --form -o form.html", "form.html"),
    "worksheet, pdf": ("worksheet mini-step -o sheet.pdf", "sheet.pdf"),
    "draw": ("draw mazur -o mazur.svg", "mazur.svg"),
    "draw, png": ("draw mazur -o mazur.png", "mazur.png"),
    "generate": ("generate --seed 7 --force -o new.yaml", "new.yaml"),
    "grade": ("grade mazur sheet.yaml -o marks.csv", "marks.csv"),
    "check": ("check mazur sheet.yaml -o report.md", "report.md"),
    "check --template": ("check mazur --template -o ann.yaml", "ann.yaml"),
    "schema": ("schema -o problem.schema.json", "problem.schema.json"),
    "init": ("init new.yaml --force", "new.yaml"),
    "quiz": ("quiz mini-step --for moodle -o quiz.xml", "quiz.xml"),
    "page": ("page mini-step -o page.html", "page.html"),
    "problems": ("problems --chapter 7 -o book.html", "book.html"),
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


def without_room(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command where no file may grow beyond 100 bytes, which the system says as it says that a disk is full."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "
    run = "import sys; from backprop_cli.cli import main; sys.argv[0] = 'backprop'; main()"
    return in_bash(f'PYTHONDONTWRITEBYTECODE=1 "{sys.executable}" -c "{limit}{run}" {command}', folder)


RARE = ("solve, markdown", "solve, latex", "solve, python", "solve, notebook", "solve --matrix", "worksheet, pdf")


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[pytest.mark.slow] if what in RARE else []) for what in WRITING]
)
def test_a_full_disk_leaves_the_old_file_or_none(what: str, tmp_path: Path) -> None:
    command, name = WRITING[what]
    for old in (None, "the old file\n"):
        before = prepared(tmp_path, old, name)
        ended = without_room(command, tmp_path)
        assert ended.returncode == 2, ended.stderr
        assert ended.stdout == ""
        assert ended.stderr.startswith(f"backprop: cannot write {name}: ")
        assert ended.stderr.count("\n") == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        assert old is None or (tmp_path / name).read_text("utf-8") == old


@pytest.mark.parametrize("what", [what for what in FOLDERS if "--feedback" not in what])
def test_a_full_disk_leaves_what_stood_in_a_folder(what: str, tmp_path: Path) -> None:
    command, name = FOLDERS[what]
    (tmp_path / "out").mkdir()
    prepared(tmp_path, "the old file\n", name)
    before = sorted(path.name for path in (tmp_path / "out").iterdir())
    ended = without_room(command, tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith("backprop: cannot write out/")
    assert ended.stderr.count("\n") == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == before
    assert (tmp_path / name).read_text("utf-8") == "the old file\n"


def test_a_full_disk_leaves_the_feedback_that_there_is(tmp_path: Path) -> None:
    """Marks go before feedback, so that they are there all the same; each report that is not written is named."""
    command, name = FOLDERS["grade --feedback"]
    prepared(tmp_path, None, name)
    assert in_bash(f"{BACKPROP} {command}", tmp_path).returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    ended = without_room(command, tmp_path)
    assert ended.returncode == 2
    assert f"cannot write {name}: " in ended.stderr
    assert "Marks" in ended.stdout
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_every_command_that_writes_a_file_is_in_the_tables() -> None:
    """So that nobody forgets the next one."""
    from typer.main import get_command

    commands = get_command(app).commands  # type: ignore[attr-defined]
    writers = {name for name, one in commands.items() if {"output", "feedback"} & {part.name for part in one.params}}
    assert {what.split(",")[0].split(" ")[0] for what in (*WRITING, *FOLDERS)} == writers | {"init"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["solve mazur", "solve mazur --json", "problems", "schema", "lint mazur",
                                     "check mazur --template", "--help", "worksheet mini-step", "verify one-weight",
                                     "draw mini-step -o -", "generate --seed 1", "progress", "init -"])  # fmt: skip
def test_a_full_disk_behind_stdout_is_one_message(command: str, tmp_path: Path) -> None:
    ended = in_bash(f"{BACKPROP} {command} > /dev/full", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == "backprop: cannot write the output: the disk is full\n"


@pytest.mark.parametrize("command", ["solve xor-batch --json", "problems", "schema", "lint mazur",
                                     "check mazur sheet.yaml", "check mazur --template", "--help",
                                     "worksheet xor-batch", "verify one-weight", "draw mini-step -o -", "progress",
                                     "generate --seed 1", "grade mazur sheet.yaml", "init -", "solve mazur --matrix",
                                     "tutor mini-step < sheet.yaml"])  # fmt: skip
def test_a_pipe_that_is_closed_at_once_is_quiet(command: str, tmp_path: Path) -> None:
    prepared(tmp_path, None, "")
    ended = in_bash(f"set -o pipefail; {BACKPROP} {command} | true", tmp_path)
    assert ended.stderr == ""
    assert ended.returncode in (0, 1)


RUN = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored where tests run in the background
runpy.run_module("backprop_cli", run_name="__main__", alter_sys=True)
"""


def started(arguments: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
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
