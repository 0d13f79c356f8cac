"""Worked solutions as programs: each is run, for every bundled problem, and prints the numbers of the solution."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from helpers import backprop, solved
from programs import (
    HOSTILE,
    NAMES,
    ROUNDED,
    differences,
    expressions,
    losses,
    solution,
)

from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.formats import BINARY, DOCUMENTS, FORMATS, renderer
from backprop_cli.formats.code.cell_formulas import SPREADSHEET
from backprop_cli.formats.code.javascript_dialect import JAVASCRIPT
from backprop_cli.formats.code.numpy_dialect import NUMPY
from backprop_cli.formats.code.python_dialect import PYTHON
from backprop_cli.formats.code.torch_dialect import TORCH
from backprop_cli.formats.json import as_data
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import SolveOptions, solution_of

needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="NumPy is not installed")
needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no node on the path")
PLAIN = ["python", pytest.param("javascript", marks=needs_node)]
RUNNER = """
import contextlib, io, json, sys
printed = {}
for name, source in json.load(sys.stdin).items():
    into = io.StringIO()
    with contextlib.redirect_stdout(into):
        exec(compile(source, name, "exec"), {"__name__": "__main__"})
    printed[name] = into.getvalue()
print(json.dumps(printed))
"""
NODE_RUNNER = """
const vm = require("vm"), printed = {};
for (const [name, source] of Object.entries(JSON.parse(require("fs").readFileSync(0, "utf8")))) {
  const lines = [];
  vm.runInNewContext(`"use strict";${source}`, {console: {log: line => lines.push(line)}});
  printed[name] = lines.join("\\n");
}
console.log(JSON.stringify(printed));
"""


def run(sources: Mapping[str, str], language: str = "python") -> dict[str, str]:
    """What each program prints, all of them in one other process."""
    command = [NODE or "node", "-e", NODE_RUNNER] if language == "javascript" else [sys.executable, "-c", RUNNER]
    done = subprocess.run(command, input=json.dumps(sources), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed: dict[str, str] = json.loads(done.stdout)
    return printed


@pytest.mark.parametrize("language", PLAIN)
def test_a_plain_script_prints_every_line_of_every_bundled_solution(language: str) -> None:
    render = renderer(language)
    printed = run({name: str(render(solution(name))) for name in NAMES}, language)
    for name in NAMES:
        assert not differences(solution(name), printed[name]), name
        assert len(printed[name].splitlines()) == len(solution(name).trace.steps), name


PROGRAMS = [*PLAIN, pytest.param("numpy", marks=needs_numpy), pytest.param("pytorch", marks=needs_torch)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_names_and_titles_of_a_problem_are_never_run(name: str) -> None:
    one = solved(HOSTILE)
    source = str(renderer(name)(one))
    if name != "javascript":
        ast.parse(source)
    assert not differences(one, run({"hostile": source}, name)["hostile"], name != "numpy")


def test_a_unit_named_by_a_number_gets_a_name() -> None:
    numbered = [name for name in NAMES if any(key.isdigit() for key in solution(name).problem.inputs)]
    assert numbered
    for problem in numbered:
        assert "\nx_1" in str(renderer("python")(solution(problem)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_operation_and_its_slope_is_written(name: str) -> None:
    assert not differences(expressions(), run({"all": str(renderer(name)(expressions()))}, name)["all"])


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_loss_is_written(name: str) -> None:
    printed = run({loss: str(renderer(name)(one)) for loss, one in losses().items()}, name)
    for loss, one in losses().items():
        assert not differences(one, printed[loss], name != "numpy"), loss


@pytest.mark.parametrize("ties", ["half-up", "half-even", "truncate"])
@pytest.mark.parametrize("how", ["places: 2", "figures: 2"])
@pytest.mark.parametrize("language", PLAIN)
def test_a_script_rounds_where_the_problem_does(language: str, how: str, ties: str) -> None:
    one = solved(ROUNDED.replace("ROUNDING", how).replace("TIES", ties))
    assert not differences(one, run({"rounded": str(renderer(language)(one))}, language)["rounded"])


def test_the_ending_of_the_file_says_the_format(tmp_path: object) -> None:
    run_ = backprop("solve", "mazur", "-o", f"{tmp_path}/solution.py")
    assert run_.code == 0
    with open(f"{tmp_path}/solution.py", encoding="utf-8") as file:
        assert file.read() == backprop("solve", "mazur", "--format", "python").out


@needs_torch
def test_autograd_finds_the_gradients_of_every_bundled_solution() -> None:
    render = renderer("pytorch")
    exact = {}
    for name in NAMES:
        one = load(name)
        if one.problem.couples_samples:
            continue
        exact[name] = solution_of(replace(one, problem=replace(one.problem, rounding=None)), SolveOptions(digits=15))
    printed = run({name: str(render(one)) for name, one in exact.items()})
    for name, one in exact.items():
        assert not differences(one, printed[name]), name


@needs_torch
@pytest.mark.parametrize(
    ("batch", "weight"), [("online", ""), ("2", ""), ("full", ""), ("2", ", weight: 3"), ("full", ", weight: 3")]
)
def test_autograd_has_the_mean_of_a_batch_in_its_deltas(batch: str, weight: str) -> None:
    one = solved(
        f"samples:\n  - {{inputs: [1], targets: [0]{weight}}}\n  - {{inputs: [2], targets: [1]}}\n"
        "  - {inputs: [-1], targets: [1]}\nloss: mse\nlearning_rate: 1\nepochs: 2\n"
        "layers: [{weights: [[0.5]], activation: sigmoid}]\n"
        f"batch: {batch}\n" + "batch_mean: delta\n" * (batch != "online")
    )
    assert not differences(one, run({"batches": str(renderer("pytorch")(one))})["batches"])


@needs_numpy
def test_numpy_finds_the_numbers_of_every_bundled_solution() -> None:
    render = renderer("numpy")
    sources = {name: str(render(solution(name))) for name in NAMES}
    printed = run(sources)
    for name in NAMES:
        assert not differences(solution(name), printed[name], " @ " not in sources[name]), name
    assert {"mazur-biases", "six-neurons", "softmax-network", "linear-regression"} <= {
        name for name, source in sources.items() if " @ " in source
    }


def test_every_operation_of_the_table_has_a_spelling_in_every_language() -> None:
    for dialect in (PYTHON, JAVASCRIPT, NUMPY, TORCH):
        written = {*dialect.shapes, *dialect.meanings, *dialect.helpers, "softmax"}
        built_in = {"abs", "max", "min"}  # that Python has by the same name
        assert OPERATIONS.keys() <= written | (built_in if dialect is PYTHON else set())
    assert OPERATIONS.keys() <= {*SPREADSHEET.shapes, *SPREADSHEET.meanings, "softmax"}


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("json", *DOCUMENTS)])
def test_a_view_is_not_written_in_these_formats(name: str) -> None:
    ending = ["-o", f"nowhere.{name}"] if name in BINARY else []
    done = backprop("solve", "mazur", "--matrix", "--format", name, *ending)
    assert done.code == 2
    assert f"this page is written as json, text, markdown, html, latex, typst, pdf, not as {name}" in done.err


# ---- golden scripts ----------------------------------------------------------------------------------------------

GOLDEN = Path(__file__).parent / "golden" / "programs"
ENDINGS = {"python": "python.txt", "numpy": "numpy.txt", "pytorch": "pytorch.txt", "json": "json"}


SCRIPTS = ("mazur", "softmax-network", "cs231n-gates", "adam", "recurrent", "dead-relu")
ACCEPTED = [(name, format_) for name in SCRIPTS for format_ in ENDINGS if format_ != "json"]


@pytest.mark.parametrize(("name", "format_"), [*ACCEPTED, ("mazur", "json"), ("adam", "json")])
def test_what_programs_read_reads_as_it_was_accepted(name: str, format_: str, request: pytest.FixtureRequest) -> None:
    run = backprop("solve", name, "--format", format_)
    golden = GOLDEN / f"{name}.{ENDINGS[format_]}"
    if request.config.getoption("--accept"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(run.out, "utf-8")
    assert run.out == golden.read_text("utf-8")
    assert (run.code, run.err) == (0, "")


@pytest.mark.parametrize("name", [name for name in bundled() if not load(name).problem.letters])
def test_json_has_every_line_of_the_trace_with_its_value(name: str) -> None:
    solution = solution_of(load(name), SolveOptions(Detail.FULL))
    found = [(one["quantity"], one["decimal"], one["phase"]) for one in as_data(solution)["steps"]]
    steps = solution.trace.steps
    assert found == [(one.quantity.key, one.value.decimal.text(), one.line.phase.value) for one in steps]
