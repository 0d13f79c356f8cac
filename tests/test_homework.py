"""Notebooks to hand in: valid for their tools, filled in and marked as `check` marks, and with no answer given away."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest
from helpers import backprop
from sheets import right_answers

from backprop_cli.checking.assignments import load
from backprop_cli.formats.code.homework import PLATFORMS, homework

EACH = ("", *PLATFORMS)
_REGION = re.compile(r"[ \t]*### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)  # as nbgrader takes it out
_OTTER_REGION = re.compile(r"# BEGIN SOLUTION NO PROMPT\n.*?# END SOLUTION", re.DOTALL)


def _notebook(name: str, platform: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(homework(load(name), platform))
    return found


def _sources(notebook: dict[str, Any], kind: str = "code") -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def _for_students(sources: list[str]) -> list[str]:
    """What the tools leave of the instructor's cells."""
    return [_OTTER_REGION.sub("", _REGION.sub("", one)) for one in sources]


def _run(sources: list[str]) -> tuple[list[object], str]:
    """The value of the last expression of each cell, and what they print."""
    printed, names, values = io.StringIO(), dict[str, Any](), list[object]()
    with contextlib.redirect_stdout(printed):
        for source in sources:
            *before, last = ast.parse(source).body
            is_value = isinstance(last, ast.Expr)
            exec(compile(ast.Module(before if is_value else [*before, last], []), "cell", "exec"), names)
            values.append(eval(ast.unparse(last), names) if is_value else None)
    return values, printed.getvalue()


def _filled(sources: list[str], answers: dict[str, str]) -> list[str]:
    """The cells with these answers in place of None."""
    return [re.sub(r"'([^']+)': None", lambda key: f"{key[1]!r}: {answers.get(key[1])}", one) for one in sources]


def _marks(values: list[object], platform: str) -> float:
    """The marks of the whole: the last cell's, or those of all test cells together."""
    found = [float(str(value)) for value in values if value is not None]
    return sum(found) if platform else found[-1]


@pytest.mark.parametrize("platform", EACH)
@pytest.mark.parametrize("name", ["one-neuron", "homework"])
def test_a_notebook_to_hand_in_is_valid(name: str, platform: str) -> None:
    notebook = _notebook(name, platform)
    nbformat.validate(nbformat.from_dict(notebook))
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])


def test_what_nbgrader_knows_of_a_cell_is_valid() -> None:
    spec = find_spec("nbgrader")
    if spec is None or spec.origin is None:
        pytest.skip("nbgrader has the schema of its metadata")
    schema = json.loads((Path(spec.origin).parent / "nbgraderformat" / "v3.json").read_text("utf-8"))
    known = [cell["metadata"]["nbgrader"] for cell in _notebook("homework", "nbgrader")["cells"] if cell["metadata"]]
    assert known
    for one in known:
        jsonschema.validate(one, schema)


def test_cells_of_nbgrader_have_one_name_each_and_the_marks_of_the_exercise() -> None:
    known = [cell["metadata"]["nbgrader"] for cell in _notebook("homework", "nbgrader")["cells"] if cell["metadata"]]
    assert len({one["grade_id"] for one in known}) == len(known)
    assert all(one["locked"] is not one["solution"] for one in known)
    alone = [cell["metadata"]["nbgrader"] for cell in _notebook("one-neuron", "nbgrader")["cells"] if cell["metadata"]]
    assert sum(one.get("points", 0) for one in alone) == 10


@pytest.mark.parametrize("platform", EACH)
def test_no_answer_stands_in_what_students_get(platform: str) -> None:
    cells = _notebook("mazur", platform)
    given = "".join(_sources(cells, "markdown"))
    left = "".join(_for_students(_sources(cells)))
    for key, answer in right_answers("mazur").items():
        assert answer not in left, key
        assert answer not in given, key


@pytest.mark.parametrize("platform", ["", "nbgrader"])
def test_right_answers_have_all_marks_and_blank_ones_none(platform: str) -> None:
    sources = _for_students(_sources(_notebook("one-neuron", platform)))
    assert _marks(_run(_filled(sources, right_answers("one-neuron")))[0], platform) == 10
    assert {value for value in _run(sources)[0] if value is not None} == {0.0}


def test_what_follows_from_a_slip_is_marked_by_it_and_said_without_the_answer() -> None:
    """The bias is left out: every later line follows."""
    wrong = {"net_y": "0", "out_y": "0", "E": "0.5", "delta_y": "-1", "dE/dw1": "-1", "dE/dw2": "-2", "dE/db": "-1",
             "w1_new": "0.6", "w2_new": "-0.05", "b_new": "0.85"}  # fmt: skip
    values, printed = _run(_filled(_sources(_notebook("one-neuron", "")), wrong))
    report = json.loads(backprop("check", "one-neuron", "-", "--json", stdin=json.dumps({"answers": wrong})).out)
    assert _marks(values, "") == float(report["marks"]) == 9
    assert "bias was left out" in printed
    assert "0.75" not in printed


def test_the_instructors_own_version_has_all_marks() -> None:
    values = _run(_sources(_notebook("one-neuron", "nbgrader")))[0]
    assert sum(value for value in values if value is not None) == 10
    _run(_sources(_notebook("one-neuron", "otter")))  # whose tests are assertions


def test_an_otter_test_fails_on_a_blank_line() -> None:
    sources = _for_students(_sources(_notebook("one-neuron", "otter")))
    with pytest.raises(AssertionError):
        _run(sources)


def test_every_question_of_otter_is_closed() -> None:
    raw = _sources(_notebook("homework", "otter"), "raw")
    open_ = []
    for one in raw:
        for word, name in re.findall(r"# (BEGIN|END) (QUESTION|SOLUTION|TESTS)", one):
            if word == "BEGIN":
                open_.append(name)
            else:
                assert open_.pop() == name
    assert not open_


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mazur", "--format", "notebook", "--part", "key"), "has no --part"),
        (("mazur", "--format", "notebook", "--for", "nbgrade"), "did you mean 'nbgrader'?"),
        (("mazur", "--format", "html", "--for", "otter"), "--format notebook"),
        (("linear-regression", "--format", "notebook"), "instead of a file beside it"),
    ],
)
def test_what_a_notebook_cannot_be_is_said(arguments: tuple[str, ...], said: str) -> None:
    run = backprop("worksheet", *arguments)
    assert run.code == 2
    assert said in run.err
