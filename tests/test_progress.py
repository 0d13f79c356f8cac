"""The progress of a long training: seen on a terminal after a moment, with the time that remains, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_cli.problem.reader import bundled

pty = pytest.importorskip("pty", reason="terminals of one's own are a matter of Unix")
MAZUR = bundled()["mazur"].read_text("utf-8")


def seen_on_a_terminal(text: str, path: Path) -> tuple[str, str]:
    """What a terminal shows of stderr, and stdout, which goes to a file."""
    problem = path / "problem.yaml"
    problem.write_text(text, "utf-8")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    with (path / "out.txt").open("wb") as out:
        run = subprocess.Popen(
            [sys.executable, "-m", "backprop_cli", "solve", str(problem)], stdout=out, stderr=theirs, env=environment
        )
        os.close(theirs)
        seen = b""
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:  # Linux says so when the other end is closed
                break
            if not more:
                break
            seen += more
    assert run.wait() == 0
    os.close(ours)
    return seen.decode("utf-8", "replace"), (path / "out.txt").read_text("utf-8")


def test_a_long_training_shows_how_far_it_is_and_how_long_it_still_takes(tmp_path: Path) -> None:
    seen, out = seen_on_a_terminal(f"{MAZUR}\nreport: [120000]\n", tmp_path)
    counts = [int(count) for count in re.findall(r"(\d+)/120000", seen)]
    assert len(set(counts)) > 2
    assert max(counts) > 40_000
    assert re.search(r"\d:\d\d:\d\d", seen), "the time that remains"
    assert "Training" in out
    assert "epochs" not in out.partition("Training")[2].replace("epoch ", "")


def test_several_rates_are_one_long_training(tmp_path: Path) -> None:
    rates = MAZUR.replace("learning_rate: 0.5", "learning_rate: [0.1, 0.5, 2]")
    seen, _out = seen_on_a_terminal(f"{rates}\nepochs: 25000\n", tmp_path)
    counts = [int(count) for count in re.findall(r"(\d+)/75000", seen)]
    assert max(counts) > 50_000
    assert counts == sorted(counts)


def test_a_short_training_shows_nothing(tmp_path: Path) -> None:
    seen, _out = seen_on_a_terminal(f"{MAZUR}\nreport: [10]\n", tmp_path)
    assert seen == ""


def test_a_pipe_is_no_place_for_it(tmp_path: Path) -> None:
    problem = tmp_path / "problem.yaml"
    problem.write_text(f"{MAZUR}\nreport: [60000]\n", "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "backprop_cli", "solve", str(problem)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
