"""Whatever characters a terminal or a pipe has: pages stay readable and in 80 columns, and files are UTF-8."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = (
    "solve mazur", "solve mazur --matrix", "solve learning-rates", "check mazur sheet.yaml", "lint mazur", "problems",
    "verify one-weight", "worksheet mini-step", "grade mazur sheet.yaml", "tutor mini-step", "progress",
    "help check", "help rates",
)  # fmt: skip
DOCUMENTS = (
    "check mazur --template", "init -", "schema", "problems --show adam", "generate --seed 1", "solve mazur --json",
    "solve mazur --format latex", "solve mazur --format python", "worksheet mazur --format markdown",
)  # fmt: skip
RARE = (
    "solve learning-rates", "lint mazur", "verify one-weight", "progress", "schema", "problems --show adam",
    "generate --seed 1", "solve mazur --json", "solve mazur --format python",
)  # fmt: skip
FEW = ("solve mazur", "grade mazur sheet.yaml", "problems")


def bytes_of(command: str, encoding: str, folder: Path) -> bytes:
    """What the command writes into a pipe where the locale has this encoding."""
    (folder / "sheet.yaml").write_text("answers: {net_h1: 0.3775, delta_h1: 0.036}\n", "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "80", "BACKPROP_DATA": str(folder / "data")}
    run = subprocess.run(
        [sys.executable, "-m", "backprop_cli", *command.split(" ")],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode in (0, 1), run.stderr
    assert not run.stderr
    return run.stdout


@pytest.mark.parametrize(
    ("command", "encoding"),
    [
        *(pytest.param(command, "ascii", marks=[pytest.mark.slow] if command in RARE else []) for command in PAGES),
        *((command, one) for command in FEW for one in ("cp1252", "cp437")),
    ],
)
def test_a_page_is_readable_in_every_encoding(command: str, encoding: str, tmp_path: Path) -> None:
    page = bytes_of(command, encoding, tmp_path).decode(encoding)
    assert "?" not in page.replace("is missing?", "")
    assert max(map(len, page.splitlines())) <= 80


@pytest.mark.parametrize(
    "command", [pytest.param(one, marks=[pytest.mark.slow] if one in RARE else []) for one in DOCUMENTS]
)
def test_a_file_that_is_piped_is_utf_8(command: str, tmp_path: Path) -> None:
    """So that a template from a Windows shell can be read again."""
    assert bytes_of(command, "cp1252", tmp_path) == bytes_of(command, "utf-8", tmp_path)
