"""The README cannot lie: its commands run as a person runs them, and print what they show."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import ROOT, blocks, consoles, with_output

README = ROOT / "README.md"
TEXT = README.read_text("utf-8")
TWO_SCREENS = 9_000  # characters


def in_bash(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, 80 columns wide."""
    script = f'backprop() {{ "{sys.executable}" -m backprop_cli "$@"; }}\n{command}'
    environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment["BACKPROP_DATA"] = str(folder / "data")
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", consoles(TEXT))
def test_a_console_block_prints_what_it_shows(command: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    done = in_bash(command, tmp_path)
    printed = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).split("\n")).rstrip()
    if request.config.getoption("--accept"):
        README.write_text(with_output(README.read_text("utf-8"), command, printed), "utf-8")
        return
    assert printed == consoles(TEXT)[command]


def test_the_five_things_can_be_done(tmp_path: Path) -> None:
    section = TEXT[TEXT.index("## Five things") : TEXT.index("## The rest")]
    things = section.split("\n- ")[1:]
    assert len(things) == 5
    for thing in things:
        commands = re.findall(r"`(backprop [^`]+)`", thing)
        assert commands
        for command in commands:
            done = in_bash(command.replace("--variants 30", "--variants 2"), tmp_path)
            assert done.returncode == 0 or (" check " in command and done.returncode == 1), done.stderr
    assert {"sheet.yaml", "mine.yaml", "exercise", "class", "mazur.md", "mazur.svg"} <= set(os.listdir(tmp_path))


def test_there_are_two_set_up_commands_one_for_the_job_and_one_for_the_tests() -> None:
    (posix,), (windows,) = blocks(TEXT, "sh"), blocks(TEXT, "powershell")
    job, tests = posix.strip().split("\n")
    assert job.endswith("backprop solve mazur")
    assert tests.endswith("python -m pytest -n auto")
    for line, one in zip(windows.strip().split("\n"), (job, tests), strict=True):
        words = [
            word for word in re.split(r"[ ;&]+", one) if word not in (".", ".venv/bin/activate", "python3", "python")
        ]
        assert [word for word in words if word not in line] == []


def test_it_is_two_screens() -> None:
    assert len(TEXT) < TWO_SCREENS
