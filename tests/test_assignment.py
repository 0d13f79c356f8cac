"""An assignment: several exercises in one file, each a problem with what the assignment says in its place."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemas
import yaml
from helpers import backprop

import backprop_cli
from backprop_cli.checking.assignments import load
from backprop_cli.ground.errors import BackpropError, SourceError
from backprop_cli.ground.words import languages
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.assignment_schema import json_schema
from backprop_cli.problem.finding import bundled_assignments

TWO = "exercises:\n  - problem: two-paths\n  - problem: mazur\n"


def written(folder: Path, text: str, name: str = "hw.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def complaints(path: Path) -> str:
    with pytest.raises(BackpropError) as caught:
        load(str(path))
    return str(caught.value).replace(f"{path.parent}/", "")


@cache
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema())


def of_yaml(text: str) -> Any:
    class Plain(yaml.SafeLoader):
        """Dates are texts, as an editor leaves them."""

    Plain.yaml_implicit_resolvers = {
        sign: [one for one in found if one[0] != "tag:yaml.org,2002:timestamp"]
        for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=Plain)


# ---- what is read ----------------------------------------------------------------------------------------------


def test_an_exercise_is_its_problem_with_what_the_assignment_says_in_its_place(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "problems" / "09-mazur.yaml", tmp_path / "own.yaml")
    (first, second, third) = load(
        str(
            written(
                tmp_path,
                """
exercises:
  - problem: own.yaml
    title: One step
    text: Find $w_5$.
    ask: [delta_h1, w5_new]
    marks: {w5_new: 3}
    marking: {near_miss: 1/4}
  - problem: mazur
  - problem: own
marking: {too_few: 1, near_miss: 0}
"""[1:].replace("problem: own\n", "problem: own.yaml\n"),
            )
        )
    ).exercises
    assert (first.loaded.problem.title, first.loaded.problem.text) == ("One step", "Find $w_5$.")
    assert [str(one) for one in first.loaded.problem.ask] == ["delta_h1", "w5_new"]
    assert {str(one): worth for one, worth in first.loaded.problem.marks.items()} == {"w5_new": 3}
    assert first.loaded.problem.marking.near_miss == rational(1, 4)
    assert {one.loaded.problem.marking.too_few for one in (first, second, third)} == {1}
    assert second.loaded.problem.marking.near_miss == 0
    assert second.loaded.problem.title == third.loaded.problem.title != "One step"


@pytest.mark.parametrize(("own", "marks"), [
    ("ask: [delta_h1, w5_new]", {"delta_h1": 5, "w5_new": 5}),
    ("ask: [delta_h1, w5_new]\n    marks: {w5_new: 4}", {"delta_h1": 2, "w5_new": 8}),
    ("ask: {values: [E], formula: [delta_h1]}", {"E": 5, "delta_h1": 5}),
])  # fmt: skip
def test_points_are_shared_out_in_proportion_to_the_marks(own: str, marks: dict[str, int], tmp_path: Path) -> None:
    path = written(tmp_path, f"exercises:\n  - problem: mazur\n    points: 10\n    {own}\n")
    (one,) = load(str(path)).exercises
    assert {str(key): value for key, value in one.loaded.problem.marks.items()} == marks


def test_points_without_anything_to_share_them_out_to_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "exercises:\n  - problem: mazur\n    points: 10\n    ask: [E]\n    marks: {E: 0}\n")
    assert complaints(path).startswith("hw.yaml:3:5: nothing that is asked for has marks")


def test_a_problem_alone_is_an_assignment_of_one_exercise() -> None:
    alone = load("mazur")
    assert alone.is_alone
    assert [one.loaded.source for one in alone.exercises] == ["09-mazur.yaml"]


@pytest.mark.parametrize(("written_as", "moment"), [
    ("2026-12-10", datetime(2026, 12, 11)), ("2026-12-10 12:30", datetime(2026, 12, 10, 12, 30, 0, 1)),
    ("2026-12-10T12:30:15", datetime(2026, 12, 10, 12, 30, 15, 1)),
])  # fmt: skip
def test_what_is_due_on_a_day_may_come_until_its_end(written_as: str, moment: datetime, tmp_path: Path) -> None:
    head = load(str(written(tmp_path, f"due: {written_as}\n{TWO}"))).head
    assert head is not None
    assert head.due is not None
    assert head.due.moment == moment


@pytest.mark.parametrize("name", bundled_assignments())
def test_a_bundled_assignment_is_found_by_its_name(name: str) -> None:
    assert not load(name).is_alone
    data = of_yaml(bundled_assignments()[name].read_text("utf-8"))
    kind = schemas.validator() if "cases" in data else validator()  # several sets of numbers are those of a problem
    kind.validate(data)


@pytest.mark.parametrize("language", languages())
def test_the_starter_is_read_and_validated_in_every_language(language: str, tmp_path: Path) -> None:
    path = tmp_path / "hw.yaml"
    assert backprop("init", "--assignment", path, "--lang", language).code == 0
    assert len(load(str(path)).exercises) == 2
    validator().validate(of_yaml(path.read_text("utf-8")))


# ---- what is refused -------------------------------------------------------------------------------------------

WRONG_SHAPES = {
    "no exercises": ("title: x\nexercises: []", "2:12: 0 exercises: from 1 to 100"),
    "exercises as a mapping": ("exercises: {a: mazur}", "1:12: expected a list"),
    "an exercise that is a name": ("exercises: [mazur]", "1:13: expected a mapping"),
    "an exercise without a problem": ("exercises: [{title: x}]", "1:13: the key 'problem' is missing here"),
    "a problem in a list": ("exercises: [{problem: [mazur]}]", "1:23: expected a text, not a list"),
    "an unknown key": (f"cours: x\n{TWO}", "1:1: unknown key 'cours'"),
    "an unknown key of an exercise": (TWO + "    tittle: x", "4:5: unknown key 'tittle'"),
    "an unknown key of variants": (TWO + "variants: {sed: 7}", "4:12: unknown key 'sed'"),
    "an unknown key of marking": (TWO + "    marking: {to_few: 1}", "4:15: unknown key 'to_few'"),
    "a date that is none": (f"due: tomorrow\n{TWO}", "1:6: 'tomorrow' is not a date"),
    "a language with blanks": (f"language: my own\n{TWO}", "1:11: no language called 'my own'"),
    "variants for whom": (TWO + "variants: {per: person}", "4:17: no choice called 'person'"),
    "a seed in words": (TWO + "variants: {seed: lucky}", "4:18: 'lucky' is not a whole number"),
    "a band of nothing": (TWO + "variants: {band: 0}", "4:18: 0 is outside 1 … 100"),
    "points in words": (TWO + "    points: [1]", "4:13: expected a number, not a list"),
    "questions in a nested list": (TWO + "    ask: [[E]]", "4:11: expected a text, not a list"),
    "marks in a list": (TWO + "    marks: [1]", "4:12: expected a mapping"),
    "a logo in a list": (f"logo: [a.png]\n{TWO}", "1:7: expected a text, not a list"),
}


@pytest.mark.parametrize("what", WRONG_SHAPES)
def test_what_is_refused_for_its_shape_is_located_and_refused_by_the_schema_too(what: str, tmp_path: Path) -> None:
    text, said = WRONG_SHAPES[what]
    assert complaints(written(tmp_path, text)).startswith(f"hw.yaml:{said}")
    assert not validator().is_valid(of_yaml(text))


WRONG_NAMES = {
    "a problem that is not there": (
        "exercises: [{problem: mazurr}]",
        "1:23: no file and no bundled problem",
        "'mazur'?",
    ),
    "a problem without a name": ("exercises: [{problem: ''}]", "1:23: nothing is written here", ""),
    "a device for a problem": ("exercises: [{problem: /dev/zero}]", "1:23: /dev/zero: this is not a regular file", ""),
    "a folder for a problem": ("exercises: [{problem: ..}]", "1:23: ", "this is a folder"),
    "an assignment for a problem": ("exercises: [{problem: hw.yaml}]", "1:23: this is an assignment, too", ""),
    "a logo that is not there": (f"logo: l.png\n{TWO}", "1:7: there is no file called 'l.png' beside", ""),
    "a logo that is no picture": (f"logo: own.yaml\n{TWO}", "1:7: a logo is a picture", ".png"),
    "a logo that only says so": (f"logo: own.png\n{TWO}", "1:7: a logo is a picture", ".png"),
    "a list that is not there": (f"students: s.csv\n{TWO}", "1:11: there is no file called 's.csv' beside", ""),
    "a language that is not spoken": (f"language: kl\n{TWO}", "1:11: no language called 'kl'", "en, de, zh"),
    "a question that means nothing": (TWO + "    ask: [w5_nw]", "4:11: no quantity called 'w5_nw'", "'w5_new'?"),
    "marks below nothing": (TWO + "    marks: {E: -1}", "4:16: marks are 0 or more", ""),
    "points below nothing": (TWO + "    points: -1", "4:13: points are more than 0", ""),
    "a share above one": ("marking: {too_few: 2}\n" + TWO, "1:20: a share of the marks is a number from 0 to 1", ""),
}


@pytest.mark.parametrize("what", WRONG_NAMES)
def test_what_names_nothing_is_located_once_with_a_suggestion(what: str, tmp_path: Path) -> None:
    text, said, hint = WRONG_NAMES[what]
    for name in ("own.yaml", "own.png"):
        written(tmp_path, "inputs: [1]\nlayers: [{weights: [[1]]}]\n", name)
    found = complaints(written(tmp_path, text))
    assert found.startswith(f"hw.yaml:{said}")
    assert hint in found
    assert found.count("hw.yaml:") == 1


def test_everything_that_is_wrong_is_said_at_once_in_the_file_where_it_stands(tmp_path: Path) -> None:
    written(tmp_path, "inputs: [1]\nlayers:\n  - {weights: [[1]], activation: sigmod}\n", "broken.yaml")
    written(tmp_path, "inputs: [1]\nlayers:\n  - weights: [[1]]\n", "own.yaml")
    path = written(tmp_path, "dew: x\n" + TWO + "  - problem: broken.yaml\n  - problem: broken.yaml\n    aks: [E]\n")
    said = complaints(path)
    for one in ("hw.yaml:1:1: unknown key 'dew'", "hw.yaml:7:5: unknown key 'aks'", "broken.yaml:3:34: no activation"):
        assert said.count(one) == 1, said
    third = complaints(written(tmp_path, "deu: 2026-13-45\nlogo: none.png\n" + TWO + "    point: abc\n"))
    assert [line.split(": ")[1] for line in third.split("\n") if line.startswith("hw.yaml")] == [
        "unknown key 'deu'", "'2026-13-45' is not a date",
        "there is no file called 'none.png' beside the assignment", "unknown key 'point'",
        "no quantity called 'abc' here",
    ]  # fmt: skip
    second = complaints(written(tmp_path, "exercises:\n  - problem: own.yaml\n    ask: [w9]\n  - problem: mazur\n"
                                          "    marks: {q: 1}\n"))  # fmt: skip
    assert [line for line in second.split("\n") if line.startswith("hw.yaml")] == [
        "hw.yaml:3:11: no quantity called 'w9'", "hw.yaml:5:13: no quantity called 'q'",
    ]  # fmt: skip


def test_where_one_problem_is_expected_an_assignment_is_told_by_its_exercises(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as error:
        backprop_cli.load(written(tmp_path, TWO))
    assert "this is an assignment, and one problem is expected here" in str(error.value)
    assert "one of its problems: two-paths, mazur" in str(error.value)


# ---- every command that takes a problem --------------------------------------------------------------------------


def test_names_are_those_of_every_exercise(tmp_path: Path) -> None:
    run = backprop("names", written(tmp_path, TWO))
    assert run.code == 0
    first, second = run.out.split("Exercise 2: ")
    assert "de/da" in first
    assert "w5_new" not in first
    assert "w5_new" in second
    assert "as in 'exercise 2 / " in " ".join(second.split())
    found = json.loads(backprop("names", written(tmp_path, TWO), "--json").out)["exercises"]
    assert [one["exercise"] for one in found] == [1, 2]
    assert "w5_new" in {term["key"] for term in found[1]["names"]}


@pytest.mark.parametrize("command", [["solve", "--json"], ["quiz", "--for", "moodle"], ["worksheet"]])
def test_only_is_of_the_exercises_that_have_the_line(command: list[str], tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    name, *options = command
    by_line = backprop(name, path, *options, "--only", "w5_new")
    by_exercise = backprop(name, path, *options, "--only", "Exercise 2 / w5_new")
    assert by_line.code == 0, by_line.err
    assert by_line.out == by_exercise.out
    assert "w5" in by_line.out.replace("₅", "5").replace("_{5}", "5").replace("_5", "5")
    assert "de/da" not in by_line.out
    for wrong in ("w9_new", "exercise 3 / w5_new", "exercise 1 / w5_new"):
        run = backprop(name, path, *options, "--only", wrong)
        assert (run.code, run.out) == (2, "")
        assert "no quantity called" in run.err or "no exercise of" in run.err


def test_the_numbers_of_the_exercises_stay_where_some_are_left_out(tmp_path: Path) -> None:
    found = json.loads(backprop("solve", written(tmp_path, TWO), "--only", "w5_new", "--json").out)
    assert [one["exercise"] for one in found["exercises"]] == [2]


def test_every_exercise_is_drawn_beside_the_other(tmp_path: Path) -> None:
    path = written(tmp_path, TWO)
    run = backprop("draw", path, "-o", str(tmp_path / "hw.svg"))
    assert run.code == 0, run.err
    assert sorted(one.name for one in tmp_path.glob("*.svg")) == ["hw-1.svg", "hw-2.svg"]
    assert "need a file: -o sheet.svg" in backprop("draw", path).err


def test_the_tutor_asks_for_one_exercise_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKPROP_DATA", str(tmp_path / "kept"))
    path = written(tmp_path, "title: Two\nexercises:\n  - {problem: two-paths, ask: [de/da]}\n"
                             "  - {problem: two-paths, ask: [de/db]}\n")  # fmt: skip
    both = backprop("tutor", path, stdin="2\n5\n").out
    assert both.index("Exercise 1: ") < both.index("∂e/∂a = 2") < both.index("Exercise 2: ") < both.index("∂e/∂b = 5")
    assert "goes on from here" not in both
    half = backprop("tutor", path, "--fresh", stdin="2\nquit\n").out
    assert "Exercise 2: " in half
    on = backprop("tutor", path, stdin="5\n").out  # what was finished is not asked for again
    assert "Exercise 1: " not in on
    assert "Exercise 2: " in on
    one = backprop("tutor", path, "--only", "exercise 2 / de/db", stdin="5\n").out
    assert "Exercise 1: " not in one
    skill = backprop("tutor", path, "--skill", "softmax")
    assert skill.code == 2
    assert "no line of this problem is an exercise in" in skill.err
