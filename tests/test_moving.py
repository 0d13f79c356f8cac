"""The moving solution: its program against the certified numbers, its size, what it may load, and what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from math import floor, log10
from pathlib import Path

import pytest
from helpers import backprop, solved

from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution
from backprop_cli.web.moving import page as moving
from backprop_cli.web.moving.data import places_of
from backprop_cli.web.moving.program import program

NAMES = list(bundled())
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no node on the path")
MOST = 64_000  # bytes beside the picture, of the longest bundled problem
ORDINARY = 60_000
PICTURE = re.compile(r'<div class="picture".*?</div>', re.DOTALL)
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
VALUES = """
const vm = require("vm"), found = {};
for (const [name, source] of Object.entries(JSON.parse(require("fs").readFileSync(0, "utf8")))) {
  found[name] = vm.runInNewContext(`"use strict";${source}
    const values = given.slice(); for (const line of lines) values.push(line(values)); values.map(String)`, {});
}
console.log(JSON.stringify(found));
"""


@cache
def solution(name: str) -> Solution:
    return moving.solved(load(name))


@cache
def page(name: str) -> str:
    return moving.page(solution(name))


def differences(one: Solution, values: list[str]) -> list[str]:
    """The quantities whose certified decimals are not the digits of what JavaScript computed."""
    quantities, found = places_of(one), []
    assert len(values) == len(quantities)
    for quantity, text in zip(quantities, values, strict=True):
        decimal = one.trace.value(quantity).decimal
        last = 10.0 ** (floor(log10(abs(float(text)) or 1)) - one.trace.digits + 1)
        least = 1e-14 if not decimal.value else 0.0  # what floats leave where numbers cancel
        if abs(float(text) - float(decimal.text())) > max(0.5000001 * last, least):
            found.append(f"{quantity.key}: {text} is not {decimal.text()}")
    return found


@needs_node
def test_every_line_of_every_bundled_problem_has_the_certified_digits() -> None:
    sources = {name: program(solution(name), places_of(solution(name))) for name in NAMES}
    done = subprocess.run(
        [NODE or "", "-e", VALUES], input=json.dumps(sources), capture_output=True, text=True, check=True
    )
    for name, values in json.loads(done.stdout).items():
        assert not differences(solution(name), values), name


@needs_node
def test_its_program_is_javascript(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text(SCRIPT.findall(page("mazur"))[-1], "utf-8")
    done = subprocess.run([NODE or "", "--check", tmp_path / "page.js"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for file in resources.files("backprop_cli.web.moving").joinpath("browser").iterdir():
        assert "eval(" not in (text := file.read_text("utf-8")), file.name
        assert "new Function" not in text, file.name


@pytest.mark.parametrize("name", ["mazur", "cs231n-gates", "small-cnn", "batch-norm-network", "momentum"])
def test_it_is_small(name: str) -> None:
    beside = len(PICTURE.sub("", page(name)).encode())
    assert beside < (ORDINARY if len(solution(name).trace.steps) < 100 else MOST)


def test_it_runs_its_own_script_and_loads_nothing() -> None:
    text = page("mazur")
    script = SCRIPT.findall(text)[-1]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", text)
    assert not re.search(r"\son\w+=", text)


HOSTILE = """
title: "</script><script>alert(1)</script> $title ${x} \\u2028"
inputs: {a: 1}
graph: {f: 3*a}
objective: f
"""


def test_names_and_titles_end_nothing() -> None:
    text = moving.page(solved(HOSTILE))
    assert text.count("<script") == 2
    assert "&lt;/script&gt;" in text
    assert "alert" not in SCRIPT.findall(text)[-1]


def test_letters_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letters.yaml").write_text("letters: [a]\ninputs: {x: a}\ngraph: {f: 2*x}\nobjective: f\n", "utf-8")
    run = backprop("page", str(tmp_path / "letters.yaml"), "-o", str(tmp_path / "x.html"))
    assert run.code == 2
    assert "letters" in run.err
    assert not (tmp_path / "x.html").exists()


def test_another_ending_is_no_page(tmp_path: Path) -> None:
    run = backprop("page", "mazur", "-o", str(tmp_path / "x.pdf"))
    assert (run.code, run.out) == (2, "")
    assert "x.pdf: the ending of a page is one of these: .html" in run.err


def test_an_assignment_is_a_page_for_each_exercise(tmp_path: Path) -> None:
    (tmp_path / "sheet.yaml").write_text(
        "title: Two\nexercises:\n  - problem: one-neuron\n  - problem: softmax\n", "utf-8"
    )
    run = backprop("page", str(tmp_path / "sheet.yaml"), "-o", str(tmp_path / "sheet.html"))
    assert run.code == 0, run.err
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["sheet-1.html", "sheet-2.html"]
