"""Questions in words: the right word is that of another computation, and all that means it is accepted."""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from floats import Net
from helpers import backprop, loaded

from backprop_cli import load as opened
from backprop_cli.ground.words import languages, set_language
from backprop_cli.problem.questions import KINDS
from backprop_cli.problem.reader import bundled
from backprop_cli.questions.answers import spellings, word_in
from backprop_cli.questions.question import NoQuestion, Question
from backprop_cli.questions.reading import load
from backprop_cli.questions.table import QUESTIONS, possible, question
from backprop_cli.solving.worked import WorkedProblem

DEAD = """\
title: A dead unit
inputs: {x1: 1, x2: 2}
targets: {y: 1}
layers:
  - neurons: [h1, h2]
    activation: relu
    weights: [[w1 = 0.5, w2 = 0.25], [w3 = -1, w4 = 0.2]]
    bias: b1 = 0.1
  - {neurons: [y], activation: sigmoid, weights: [[w5 = 0.4, w6 = 0.3]], bias: b2 = 0.2}
loss: half_squared_error
learning_rate: 0.5
ask: [net_h2, state(h2), state(y), w5_new, path(x1), convention(E is 0.1192)]
marks: {state(h2): 3, w5_new: 2}
"""
ANSWERS = {"net_h2": "-0.5", "state(h2)": "dead", "state(y)": "neither", "w5_new": "0.4429", "path(x1)": "h1",
           "convention(E is 0.1192)": "half without"}  # fmt: skip


@cache
def worked(name: str) -> WorkedProblem:
    return WorkedProblem.of(load(name))


@cache
def asked(name: str, kind: str = "") -> tuple[Question, ...]:
    """The questions that a bundled problem could ask; of paths, no more than a few."""
    keys = [key for key in possible(worked(name)) if key.startswith(kind)]
    paths = [key for key in keys if key.startswith("path")]
    found = []
    for key in dict.fromkeys([key for key in keys if key not in paths] + paths[:3] + paths[-5:]):
        try:
            found.append(question(worked(name), key))
        except NoQuestion:  # a path that ties with another one
            assert key.startswith("path"), key
    return tuple(found)


def checked(problem: str, answers: dict[str, str]) -> dict[str, Any]:
    """The report on a sheet, as programs are told it."""
    found: dict[str, Any] = opened(problem).check(answers).to_dict()
    return found


def dense(kind: str) -> list[str]:
    return [name for name in bundled() if Net.is_known(load(name).problem) and asked(name, kind)]


def test_the_table_has_every_kind_that_is_read() -> None:
    assert tuple(QUESTIONS) == KINDS


# ---- what is right, by other means -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", dense("state"))
def test_a_unit_is_dead_or_saturated_as_its_slopes_in_plain_floats_say(name: str) -> None:
    net = Net(worked(name).problem)
    for one in asked(name, "state"):
        slopes, steepest = net.slopes(one.target), net.steepest(one.target)
        expected = "neither"
        if all(abs(slope) < 1e-9 for slope in slopes):
            expected = "dead"
        elif steepest < 0.99 and all(abs(slope) < steepest / 20 for slope in slopes):
            expected = "saturated"
        assert one.right.word == expected, (one.key, slopes)


@pytest.mark.parametrize("name", dense("flow"))
def test_the_gradient_vanishes_as_finite_differences_say(name: str) -> None:
    net = Net(worked(name).problem)
    sizes = [net.mean_delta(layer) for layer in worked(name).problem.layers]
    bound = max(50, 2 ** (len(sizes) - 1))
    expected = (
        "vanishing" if sizes[0] * bound < sizes[-1] else "exploding" if sizes[0] > bound * sizes[-1] else "neither"
    )
    (one,) = asked(name, "flow")
    assert one.right.word == expected, sizes


@pytest.mark.parametrize("name", dense("path"))
def test_the_path_that_carries_most_is_that_of_the_products_in_plain_floats(name: str) -> None:
    net, seen = Net(worked(name).problem), 0
    for one in asked(name, "path"):
        start = one.target.rpartition(" / ")[2].removeprefix("x_")
        found = list(net.paths(start, net.problem.samples[0]))
        if not found:
            continue  # begins at a line, not at something given
        shared = set(found[0][0]).intersection(*(units for units, _product in found))
        names = {"-".join(unit for unit in units if unit not in shared): abs(size) for units, size in found}
        assert {word.text for word in one.words} == set(names)
        assert one.right.word == max(names, key=lambda key: names[key])
        seen += 1
    assert seen or all(one.target in worked(name).derivation().index for one in asked(name, "path"))


@pytest.mark.parametrize("name", dense("bound"))
def test_the_bound_of_the_rate_is_two_over_the_curvature(name: str) -> None:
    np = pytest.importorskip("numpy")
    net = Net(worked(name).problem)
    (moving,) = (one for one in net.values if one not in net.problem.fixed)
    start, h = net.values[moving], 1e-3
    losses = []
    for move in (-h, 0, h):
        net.values[moving] = start + move
        losses.append(net.loss())
    hessian = np.array([[(losses[0] - 2 * losses[1] + losses[2]) / h**2]])
    bound = 2 / np.linalg.eigvalsh(hessian).max()
    (one,) = asked(name, "bound")
    numbers = [float(word.value.p) / float(word.value.q) for word in one.words]  # type: ignore[union-attr]
    assert float(one.right.word) == pytest.approx(bound, rel=1e-3)
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers) > 2


@pytest.mark.parametrize("name", dense("behaviour"))
def test_what_a_rate_does_is_what_a_training_by_hand_does(name: str) -> None:
    net = Net(worked(name).problem)
    (moving,) = (one for one in net.values if one not in net.problem.fixed)
    start = net.values[moving]
    for one in asked(name, "behaviour"):
        places, epochs = [start], int(str(one.fields["epochs"]))
        for _epoch in range(epochs):
            losses = []
            for move in (-1e-4, 1e-4):
                net.values[moving] = places[-1] + move
                losses.append(net.loss())
            places.append(places[-1] - float(one.target) * (losses[1] - losses[0]) / 2e-4)
        net.values[moving] = start
        steps = [after - before for before, after in itertools.pairwise(places)]
        turns = steps[0] * steps[1] < -1e-9
        goes_on = abs(steps[1]) > abs(steps[0]) * 1.0001
        ratio = steps[1] / steps[0]
        expected = (
            "diverges" if goes_on else "oscillates" if turns else "converges" if ratio**epochs <= 0.5 else "too small"
        )
        assert one.right.word == expected, (one.key, places)


@pytest.mark.parametrize(("of", "printed", "word"), [
    ("E", "0.298", "as here"),  # 0.298371109, as printed in the most read worked example
    ("E", "0.5967", "half without"),
    ("E", "0.1492", "outputs mean"),
    ("delta_o1", "-0.1385", "delta minus"),
    ("delta_h1", "0.007294", "hidden_uses updated"),
])  # fmt: skip
def test_a_printed_number_names_its_convention(of: str, printed: str, word: str) -> None:
    assert question(worked("mazur"), f"convention({of} is {printed})").right.word == word


# ---- every problem, every word -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", bundled())
def test_every_right_word_is_among_the_words_and_says_why(name: str) -> None:
    for one in asked(name):
        assert one.right.word in {word.text for word in one.words}, one.key
        assert one.right.why
        assert one.said
        assert "{" not in one.said + one.right.why + one.how
        assert len({word.shown for word in one.words}) == len(one.words) > 1


@pytest.mark.parametrize("language", languages())
def test_a_word_is_read_in_every_language_however_it_is_typed(language: str) -> None:
    set_language(language)
    for name in ("dead-relu", "vanishing", "learning-rates", "one-weight", "mazur"):
        for one in asked(name):
            for word in one.words:
                for said in (*spellings(word), word.typed, word.shown, word.text.upper()):
                    assert word_in(one, f" {said} ") is word, (one.key, said)


def test_beginnings_other_forms_and_ticked_boxes_are_read_where_they_are_unambiguous() -> None:
    state, flow = question(worked("dead-relu"), "state(h1)"), question(worked("vanishing"), "flow(gradient)")
    rate, bound = question(worked("learning-rates"), "behaviour(0.1)"), question(worked("overshoot"), "bound(eta)")
    meant = (
        (state, "d", "dead"), (state, "SAT", "saturated"), (state, "gesaettigt", "saturated"), (state, "tot", "dead"),
        (state, "死亡", "dead"), (state, "[ ] dead [x] saturated [ ] neither", "saturated"),
        (state, "☒ dead ☐ saturated ☐ neither", "dead"), (state, "☒ dead ☒ saturated", None), (state, "alive", None),
        (state, "", None), (flow, "vanishes", "vanishing"), (flow, "explode", "exploding"),
        (rate, "konverg", "converges"),
        (rate, "osc.", "oscillates"), (rate, "diverging", "diverges"), (rate, "o", "oscillates"), (rate, "fast", None),
        (bound, "η < 0.25", "0.25"), (bound, "1/4", "0.25"), (bound, "0,25", "0.25"), (bound, ".125", "1/8"),
        (bound, "0.3", None),
    )  # fmt: skip
    for one, said, word in meant:
        found = word_in(one, said)
        assert (found.text if found else None) == word, said


@pytest.mark.parametrize(
    "name", ["mazur", "dead-relu", "vanishing", "learning-rates", "overshoot", "online-two-samples"]
)
@pytest.mark.parametrize("kind", ["yaml", "json", "csv"])
def test_a_key_in_any_format_has_full_marks_and_a_wrong_word_none(name: str, kind: str, tmp_path: Path) -> None:
    keys = [one.key for one in asked(name)][:4]
    text = load(name).text + f"\nask: [{', '.join(keys)}]\n"
    problem = tmp_path / "problem.yaml"
    problem.write_text(text, "utf-8")
    blank = backprop("check", str(problem), "--template", "--format", kind).out
    assert all(key in blank for key in keys)
    from backprop_cli.checking.filled import key_sheet

    sheet = tmp_path / f"key.{kind}"
    sheet.write_text(key_sheet(WorkedProblem.of(load(str(problem))), kind), "utf-8")
    run = backprop("check", str(problem), str(sheet), "--json")
    report = json.loads(run.out)
    assert run.code == 0, run.out
    assert [one["question"] for one in report["questions"]] == keys
    for one in report["questions"]:
        wrong = next(word for word in one["words"] if word != one["expected"])
        said = checked(str(problem), {one["question"]: wrong})
        (mark,) = (line for line in said["questions"] if line["question"] == one["question"])
        assert (mark["verdict"], mark["marks"]) == ("wrong", "0")
        assert mark["why"]


def written(ending: str, answers: dict[str, str], path: Path) -> Path:
    """The answers as somebody hands them in."""
    file = path / f"sheet.{ending}"
    if ending == "xlsx":
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for row in answers.items():
            book.active.append(row)
        book.save(file)
        return file
    rows = {"yaml": "{}: {}", "csv": "{},{}", "txt": "{} = {}", "md": "- {}: {}\n", "tex": "{} = {}\n"}
    texts = [rows[ending].format(*pair) for pair in answers.items()]
    if ending == "tex":
        texts = [f"${one.strip().replace('h2', 'h_2')}$\n" if "state" in one else one for one in texts]
        texts = ["\\documentclass{article}\\begin{document}", *texts, "\\end{document}"]
    file.write_text("\n".join(texts) + "\n", "utf-8")
    return file


@pytest.mark.parametrize("ending", ["yaml", "csv", "txt", "md", "tex", "xlsx"])
def test_a_sheet_in_every_format_is_read(ending: str, tmp_path: Path) -> None:
    problem = tmp_path / "dead.yaml"
    problem.write_text(DEAD, "utf-8")
    run = backprop("check", str(problem), str(written(ending, ANSWERS, tmp_path)), "--json")
    report = json.loads(run.out)
    assert [one["verdict"] for one in report["questions"]] == ["right"] * 4, run.out
    assert (report["marks"], report["of"]) == ("9", "9")


def test_a_word_that_is_right_for_the_students_own_numbers_is_paid_for_but_not_after_zeros() -> None:
    def verdicts(**answers: str) -> dict[str, str]:
        names = {"net": "net_h2", "state": "state(h2)", "y": "state(y)", "path": "path(x1)"}
        report = checked(DEAD, {names[key]: value for key, value in answers.items()})
        return {one["question"]: one["verdict"] for one in report["questions"] if one["answer"]}

    assert verdicts(net="0.5", state="neither") == {"state(h2)": "follows"}
    assert verdicts(net="0.5", state="dead") == {"state(h2)": "right"}
    assert verdicts(net="-0.5", state="neither") == {"state(h2)": "wrong"}
    assert verdicts(net="0", state="neither") == {"state(h2)": "wrong"}
    assert verdicts(net="0.5", path="h2") == {"path(x1)": "wrong"}
    assert verdicts(state="perhaps") == {"state(h2)": "unreadable"}
    strict = DEAD + "marking: {follow_through: false}\n"
    report = checked(strict, {"net_h2": "0.5", "state(h2)": "neither"})
    assert next(one["verdict"] for one in report["questions"]) == "wrong"


# ---- what is refused ---------------------------------------------------------------------------------------------

REFUSED = {
    "state(h9)": ("no state of 'h9'|there is no state of 'h9'", "h1"),
    "stat(h2)": ("stat(h2)", "state"),
    "flow(gradient)": ("over at least 2 steps", ""),
    "path(w5)": ("only one path", "x1"),
    "path(q)": ("q", ""),
    "behaviour(0.5)": ("rates are compared", ""),
    "bound(eta)": ("one parameter on a parabola", ""),
    "convention(E)": ("which number", "convention(E is 0.5967)"),
    "convention(E is 7)": ("no convention leads to it", "0.119195173"),
}


@pytest.mark.parametrize("asks", REFUSED)
@pytest.mark.parametrize("command", [("check", "--template"), ("worksheet",), ("tutor",), ("lint",), ("solve",)])
def test_a_question_that_a_problem_does_not_have_is_refused_by_name_with_what_there_is(
    asks: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    problem = tmp_path / "dead.yaml"
    problem.write_text(DEAD.partition("ask:")[0] + f"ask: [net_h1, {asks}]\n", "utf-8")
    run = backprop(command[0], str(problem), *command[1:])
    said, hint = REFUSED[asks]
    assert run.code == 2
    assert "dead.yaml:12:15" in run.err
    assert any(one in run.err for one in said.split("|")), run.err
    assert hint in run.err


def test_marks_and_answers_for_what_is_not_asked_are_named() -> None:
    with pytest.raises(Exception, match=r"'state\(h1\)' has marks, but is not asked for"):
        loaded_again(DEAD.replace("marks: {", "marks: {state(h1): 1, "))
    report = checked(DEAD, {"state(h1)": "dead", "net_h2": "-0.5"})
    assert report["not_read"] == ["no question state(h1) is asked"]


def loaded_again(text: str) -> None:
    from backprop_cli.questions.reading import understood

    understood(loaded(text))


# ---- on paper, in a class, in the tutor --------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "latex", "typst"])
def test_a_worksheet_has_a_box_for_every_word_and_the_key_one_tick(format_: str, tmp_path: Path) -> None:
    problem = tmp_path / "dead.yaml"
    problem.write_text(DEAD, "utf-8")
    empty, ticked = {"latex": (r"\square", r"\boxtimes")}.get(format_, ("☐", "☒"))
    sheet = backprop("worksheet", str(problem), "--format", format_).out
    key = backprop("worksheet", str(problem), "--format", format_, "--part", "key").out
    rubric = " ".join(backprop("worksheet", str(problem), "--format", format_, "--part", "rubric").out.split())
    assert (sheet.count(empty), sheet.count(ticked)) == (10, 0)
    assert (key.count(empty), key.count(ticked)) == (6, 4)
    assert "because the slope of its activation is 0 in every sample" in rubric
    assert "the word that is right for the student" in rubric


def test_a_class_has_questions_among_its_lines(tmp_path: Path) -> None:
    problem = tmp_path / "dead.yaml"
    problem.write_text(DEAD, "utf-8")
    for student, word in (("Ann", "dead"), ("Ben", "neither"), ("Cem", "")):
        sheet = {**ANSWERS, "state(h2)": word}
        text = "\n".join(f"{key}: {value}" for key, value in sheet.items())
        (tmp_path / f"{student}.yml").write_text(text, "utf-8")
    sheets = [str(tmp_path / f"{student}.yml") for student in ("Ann", "Ben", "Cem")]
    run = backprop("grade", str(problem), *sheets, "--json")
    data = json.loads(run.out)
    assert [one["marks"] for one in data["sheets"]] == ["9", "6", "6"]
    (line,) = (one for one in data["lines"] if one["quantity"] == "state(h2)")
    assert (line["right"], line["wrong"], line["blank"]) == (1, 1, 1)
    table = backprop("grade", str(problem), *sheets, "--csv", "--jobs", "2").out.splitlines()
    assert table[0].endswith("net_h2,w5_new,state(h2),state(y),path(x1),convention(E is 0.1192)")


def test_the_tutor_offers_choices_says_why_and_goes_on() -> None:
    from backprop_cli.questions.reading import understood
    from backprop_cli.tutor.choosing import lesson_of
    from backprop_cli.tutor.session import begin, reply
    from backprop_cli.tutor.state import State

    text = DEAD.replace("net_h2, ", "").replace("w5_new, ", "").replace(", w5_new: 2", "")
    lesson = lesson_of(WorkedProblem.of(understood(loaded(text))))
    state, response = begin(lesson, State())
    assert response.question is not None
    assert response.question.digits == "dead | saturated | neither"
    for typed, said in (("banana", "one of the words"), ("saturated", "Not saturated."), ("hint", "slope"),
                        ("1", "because"),
                        ("neither", "because"), ("skip", "blank"), ("quit", "")):  # fmt: skip
        state, response = reply(lesson, state, typed)
        assert said in " ".join(getattr(block, "text", "") for block in response.blocks), typed
    assert state.entry("state(h2)").answer == "dead"
