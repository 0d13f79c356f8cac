"""The scripts of the pages hold to the rules of eslint: nothing undefined, nothing unused, nothing shadowed."""

from __future__ import annotations

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from backprop_cli.problem.reader import load
from backprop_cli.web.marking.page import SCRIPTS, browser
from backprop_cli.web.moving import page as moving
from backprop_cli.web.moving.data import places_of
from backprop_cli.web.moving.program import program

ESLINT = shutil.which("eslint")
CONFIG = Path(__file__).with_name("eslint.config.mjs")


def of_room(room: str, name: str) -> str:
    return resources.files(f"backprop_cli.web.{room}").joinpath("browser", name).read_text("utf-8")


def moving_page() -> str:
    solution = moving.solved(load("mazur"))
    files = (of_room("moving", name) for name in moving.SCRIPTS)
    return "\n".join(['"use strict";', program(solution, places_of(solution)), *files])


PAGES = {  # what runs together is one program
    "moving.page.js": moving_page,
    "folder.page.js": lambda: "\n".join(map(browser, (*SCRIPTS, "site.js"))),
    "platform.page.js": lambda: "\n".join(map(browser, (*SCRIPTS, "scorm.js"))),
    "marking.worker.js": lambda: browser("worker.js"),
    "offline.worker.js": lambda: "const packed = {place: '', id: '', files: []};\n" + browser("offline.js"),
    "form.page.js": lambda: of_room("filling", "form.js"),
    "compile.mjs": lambda: browser("compile.mjs"),
}


def test_every_script_is_of_a_page() -> None:
    joined = "\n".join(make() for make in PAGES.values())
    for room in ("moving", "marking", "filling"):
        for file in resources.files(f"backprop_cli.web.{room}").joinpath("browser").iterdir():
            if file.name.endswith((".js", ".mjs")):
                assert file.read_text("utf-8") in joined, file.name


@pytest.mark.skipif(ESLINT is None, reason="there is no eslint (npm install eslint@9 @eslint/js@9 globals)")
def test_eslint_finds_nothing(tmp_path: Path) -> None:
    assert ESLINT is not None
    modules = next(one for one in Path(ESLINT).resolve().parents if one.name == "node_modules")
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)  # where the settings look for them
    shutil.copy(CONFIG, tmp_path)
    for name, make in PAGES.items():
        (tmp_path / name).write_text(make(), "utf-8")
    done = subprocess.run([ESLINT, "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
