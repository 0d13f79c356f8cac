"""The README cannot lie: its console blocks run and print what they show, and every command is mentioned."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

from backprop_cli.cli.app import app
from backprop_cli.ground import limits
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import Wishes, solution_of

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text("utf-8")
BLOCKS = re.findall(r"```console\n\$ (.*?)\n(.*?)```", TEXT, re.S)
YAML_BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)

COMMANDS = "solve|check|grade|tutor|progress|generate|worksheet|draw|lint|problems|verify|schema|init|-"


def output(command: str) -> str:
    """What the command prints at 80 columns, stdout and stderr as they come, without trailing spaces."""
    words = f'"{sys.executable}" -m backprop_cli'
    shell = re.sub(rf"\bbackprop (?={COMMANDS})", f"{words} ", command)
    environment = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    environment["BACKPROP_DATA"] = tempfile.mkdtemp()
    done = subprocess.run(
        ["bash", "-c", shell],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        cwd=README.parent,
    )
    return "\n".join(line.rstrip() for line in (done.stdout + done.stderr).split("\n"))


@pytest.mark.parametrize("command", [command for command, _shown in BLOCKS])
def test_a_console_block_prints_what_it_shows(command: str, request: pytest.FixtureRequest) -> None:
    printed = output(command)
    if request.config.getoption("--accept"):
        text = README.read_text("utf-8")
        pattern = re.compile(r"(```console\n\$ " + re.escape(command) + r"\n).*?```", re.S)
        README.write_text(pattern.sub(lambda match: f"{match[1]}{printed.rstrip()}\n```", text), "utf-8")
        return
    shown = dict(BLOCKS)[command]
    assert printed.rstrip() == shown.rstrip()


@pytest.mark.parametrize("block", YAML_BLOCKS)
def test_a_yaml_block_is_a_problem_that_solves(block: str, tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text(block, "utf-8")
    assert solution_of(load(str(path)), Wishes()).trace.steps
    assert yaml.safe_load(block)


def test_every_command_is_mentioned() -> None:
    assert app.infos
    for name in app.infos:
        assert f"`backprop {name}" in TEXT


def test_the_architecture_section_names_every_module() -> None:
    package = README.parent / "backprop_cli"
    section = TEXT[TEXT.index("## How it works") : TEXT.index("## Tests")]
    for path in package.iterdir():
        if path.suffix == ".py" and not path.stem.startswith("__"):
            assert path.stem in section, path.stem
        if path.is_dir() and (path / "__init__.py").exists():
            assert f"{path.name}/" in section, path.name


def test_there_are_two_set_up_commands_one_for_the_job_and_one_for_the_tests() -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", TEXT, re.S)
    job, tests = block.strip().split("\n")
    assert job.endswith("backprop solve mazur")
    assert tests.endswith("python -m pytest -n auto")


def test_the_limits_are_those_of_the_program() -> None:
    section = TEXT[TEXT.index("## Limits") : TEXT.index("## How fast")]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in section.splitlines() if row.startswith("|")]
    raised = {name: most for _what, most, name in rows if name and name in limits.RAISED}
    assert raised == {name: f"{getattr(limits, bound):,}" for name, bound in limits.RAISED.items()}
    said = {number for _what, most, _name in rows[2:] for number in most.replace("±", "").split("; ")}
    others = ("YAML_DEPTH", "NUMBER_LENGTH", "EXPONENT", "FORMULA_LENGTH", "FORMULA_DEPTH", "DIGITS")
    assert said >= {f"{getattr(limits, name):,}" for name in others}
