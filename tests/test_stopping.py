"""Training ends after the epoch in which a bound is met: the same one as in a loop of plain Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from helpers import backprop, loaded

from backprop_cli.problem.sections import StopFile
from backprop_cli.training.runs import TrainingRun, train

DATA = [((1.0, 2.0), 1.0), ((-1.0, 0.5), 2.0), ((0.5, 1.0), 0.0)]
NEURON = """
samples:
  - {inputs: [1, 2], targets: [1]}
  - {inputs: [-1, 0.5], targets: [2]}
  - {inputs: [0.5, 1], targets: [0]}
layers: [{weights: [[w1 = 0.5, w2 = -1]]}]
loss: half_squared_error
batch: full
learning_rate: 0.3
epochs: 500
"""
NORMS: dict[str, Callable[[Sequence[float]], float]] = {
    "l1": lambda v: sum(map(abs, v)), "l2": lambda v: sum(x * x for x in v) ** 0.5, "max": lambda v: max(map(abs, v)),
}  # fmt: skip


def by_hand(stop: str, bound: float, norm: str = "l2") -> int:
    """The epoch after which the loop ends, written from the definitions."""
    w, before, place = [0.5, -1.0], None, None
    for epoch in range(500):
        errors = [w[0] * x1 + w[1] * x2 - t for (x1, x2), t in DATA]
        loss = sum(e * e / 2 for e in errors) / 3
        gradient = [sum(e * x[k] for e, (x, _t) in zip(errors, DATA, strict=True)) / 3 for k in (0, 1)]
        step = [] if place is None else [new - old for new, old in zip(w, place, strict=True)]
        if (
            (stop == "loss_below" and loss < bound)
            or (stop == "change_below" and before is not None and abs(loss - before) < bound)
            or (stop == "step_below" and step and NORMS[norm](step) < bound)
            or (stop == "gradient_below" and NORMS[norm](gradient) < bound)
        ):
            return epoch
        before, place = loss, list(w)
        w = [one - 0.3 * slope for one, slope in zip(w, gradient, strict=True)]
    raise AssertionError


def run_of(stop: str, text: str = NEURON) -> TrainingRun:
    problem = loaded(f"{text}stop: {{{stop}}}\n").problem
    return train(problem, problem.report, 9)


@pytest.mark.parametrize(("stop", "bound"), [("loss_below", 0.9), ("change_below", 1e-4)])
def test_the_loss_and_its_change_end_it(stop: str, bound: float) -> None:
    run = run_of(f"{stop}: {bound}")
    assert (run.stopped, run.reports[-1].epoch) == (stop, by_hand(stop, bound))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("stop", ["step_below", "gradient_below"])
def test_the_step_and_the_gradient_end_it_by_their_norm(stop: str, norm: str) -> None:
    run = run_of(f"{stop}: 1e-3, norm: {norm}")
    assert (run.stopped, run.reports[-1].epoch) == (stop, by_hand(stop, 1e-3, norm))


def test_the_norms_make_a_difference() -> None:
    assert len({by_hand("gradient_below", 1e-3, norm) for norm in NORMS}) == 3


def test_what_is_maximized_ends_above_a_bound() -> None:
    text = "inputs: {x: 1}\nparameters: {w: 0}\ngraph: {L: 0 - (w - x)^2}\nmaximize: true\nlearning_rate: 0.25\n"
    text += "epochs: 9\n"
    run = run_of("loss_above: -0.1", text)  # 1 − w is halved in each epoch: −1, −1/4, −1/16
    assert (run.stopped, run.reports[-1].epoch) == ("loss_above", 2)


def test_which_epoch_it_was_is_said_and_stands_in_json(tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text(f"{NEURON}stop: {{gradient_below: 1e-3, norm: max}}\n", "utf-8")
    epoch = by_hand("gradient_below", 1e-3, "max")
    assert f"stopped after epoch {epoch}: the gradient is shorter than the bound" in backprop("solve", path).out
    training = json.loads(backprop("solve", path, "--json").out)["training"]
    assert (training["stopped"], training["stopped_after"], training["stopped_by"]) == (True, epoch, "gradient_below")


def test_a_training_that_is_not_stopped_says_nothing_of_it() -> None:
    assert run_of("step_below: 1e-30").stopped == ""


def test_every_bound_is_tried_here() -> None:
    assert set(StopFile.model_fields) == {
        "loss_below", "loss_above", "change_below", "step_below", "gradient_below", "norm"
    }  # fmt: skip


# ---- what a solution in JSON starts from -----------------------------------------------------------------------


def test_json_says_what_a_solution_starts_from() -> None:
    given = json.loads(backprop("solve", "adam", "--json").out)["given"]
    assert given["parameters"] == {"x0": "0.2", "x1": "12.3"}
    assert given["settings"] == {"eta": "0.001", "beta1": "0.9", "beta2": "0.999", "epsilon": "1e-8"}
    assert given["state"] == {"m_x0": "0", "v_x0": "0", "m_x1": "0", "v_x1": "0"}
    batch = json.loads(backprop("solve", "xor-batch", "--json").out)["given"]
    assert batch["inputs"]["sample 3 / x1"] == "1"
    assert batch["targets"]["sample 4 / t_y"] == "0"
    assert (batch["loss"], batch["optimizer"], batch["batch"], batch["epochs"]) == ("half_squared_error", "sgd", 4, 1)


def test_a_bound_alone_shows_the_first_epochs_and_then_some() -> None:
    """1, 2, 5, 10, … and the one in which training ended, of a training that was to be longer."""
    problem = loaded(f"{NEURON}stop: {{gradient_below: 0.05}}\n").problem
    run = train(problem, problem.report, 9)
    epochs = [report.epoch for report in run.reports]
    assert epochs[:4] == [0, 1, 2, 5]
    assert epochs[-1] < 500
    assert run.stopped == "gradient_below"


# ---- the epoch after which it ends is asked for ------------------------------------------------------------------

ENDS = f"{NEURON}stop: {{gradient_below: 1e-3, norm: max}}\nask: [w1_new, n_stop]\n"
EPOCH = by_hand("gradient_below", 1e-3, "max")


def written(tmp_path: Path, text: str = ENDS) -> Path:
    path = tmp_path / "problem.yaml"
    path.write_text(text, "utf-8")
    return path


def marks_of(path: Path, answer: str) -> dict[str, object]:
    sheet = path.with_name("sheet.yaml")
    sheet.write_text(f"answers: {{n_stop: {answer}}}\n", "utf-8")
    lines = json.loads(backprop("check", path, sheet, "--json").out)["lines"]
    return next(line for line in lines if line["quantity"] == "report / n_stop")


def test_the_epoch_is_an_answer_on_every_page(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert f"Where training ends: n_stop = {EPOCH}" in backprop("solve", path).out
    (step,) = json.loads(backprop("solve", path, "--only", "n_stop", "--json").out)["steps"]
    assert (step["quantity"], step["exact"], step["epoch"], step["given"]) == (
        "report / n_stop", str(EPOCH), None, True,
    )  # fmt: skip
    assert (
        "n_stop:  # n_stop, number of the epoch after which training ends" in backprop("check", path, "--template").out
    )
    assert "To find that epoch, go on epoch after epoch" in " ".join(backprop("worksheet", path).out.split())
    key = backprop("worksheet", path, "--part", "key").out
    assert re.search(rf"n_stop +number of the epoch after which training ends +{EPOCH} +1", key)
    assert re.search(rf"n_stop +1 +{EPOCH} +right", backprop("worksheet", path, "--part", "rubric").out)
    assert "number of the epoch after which training ends" in backprop("names", path).out


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        (f"{EPOCH}", 1),
        (f"{EPOCH}.0", 1),
        (f"{EPOCH - 1}", 0),
        (f"{EPOCH + 1}", 0),
        (f"{EPOCH}.3", 0),
        (f"-{EPOCH}", 0),
        (f"{EPOCH / 10}", 0),
    ],
)
def test_a_count_is_right_or_it_is_not(answer: str, earned: int, tmp_path: Path) -> None:
    for tolerance in ("", "marking: {tolerance: {relative: 0.2}}\n"):
        assert marks_of(written(tmp_path, ENDS + tolerance), answer)["earned"] == earned


def test_a_long_count_is_not_rounded(tmp_path: Path) -> None:
    text = NEURON.replace("0.3\nepochs: 500", "0.001\nepochs: 20000")
    path = written(tmp_path, f"{text}stop: {{gradient_below: 0.1}}\nask: [n_stop]\n")
    right = json.loads(backprop("solve", path, "--json").out)["training"]["stopped_after"]
    assert right > 1000
    assert right % 10
    assert marks_of(path, str(right))["earned"] == 1
    assert marks_of(path, str(round(right, -1)))["earned"] == 0


def test_each_of_several_runs_has_its_epoch(tmp_path: Path) -> None:
    """w is 3 times (1 − η)^n away from its target: 4.5·(1 − η)^2n is below 0.01 after 6 and 2 epochs; 2.5 diverges."""
    text = "inputs: {x: 1}\ntargets: {y: 3}\nlayers: [{neurons: [y], weights: [[w = 0]]}]\nloss: half_squared_error\n"
    text += "learning_rate: [0.4, 0.9, 2.5]\nepochs: 10\nstop: {loss_below: 0.01}\nask: [n_stop]\n"
    path = written(tmp_path, text)
    page = backprop("solve", path).out
    for run, epoch in enumerate((6, 2, 10), start=1):
        assert f"Learning rate {run}, where training ends: n_stop = {epoch}" in page
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(
        "answers: {rate 1: {report: {n_stop: 6}}, rate 2 / n_stop: 2, rate 3 / report / n_stop: 9}\n", "utf-8"
    )
    earned = [line["earned"] for line in json.loads(backprop("check", path, sheet, "--json").out)["lines"]]
    assert earned == [1, 1, 0]


def test_the_tutor_asks_for_it_and_says_how_to_find_it(tmp_path: Path) -> None:
    page = backprop("tutor", written(tmp_path), "--only", "n_stop", stdin=f"hint\n{EPOCH - 1}\n{EPOCH}\n").out
    assert "No line of the first epoch leads there" in page
    assert "1 of 1 answered" in page


def test_a_quiz_takes_the_whole_number_alone(tmp_path: Path) -> None:
    backprop("quiz", written(tmp_path), "--for", "moodle", "--only", "n_stop", "-o", tmp_path / "quiz.xml")
    page = (tmp_path / "quiz.xml").read_text("utf-8")
    ((right, within),) = re.findall(r"<answer fraction.*?<text>(.*?)</text>.*?<tolerance>(.*?)</tolerance>", page)
    assert right == str(EPOCH)
    assert float(within) < 1e-9


def test_a_name_of_ones_own_goes_before_it(tmp_path: Path) -> None:
    text = ENDS.replace("w1 = 0.5", "n_stop = 0.5").replace("w1_new, n_stop", "n_stop_new, report 1 / n_stop")
    assert f"n_stop = {EPOCH}" not in backprop("solve", written(tmp_path, text)).out
    text = text.replace("report 1 /", "report /")
    assert f"Where training ends: n_stop = {EPOCH}" in backprop("solve", written(tmp_path, text)).out


def test_without_a_bound_there_is_no_such_epoch(tmp_path: Path) -> None:
    text = f"{NEURON}report: [1, 500]\nask: [n_stop]\n"
    run = backprop("solve", written(tmp_path, text))
    assert (run.code, "no quantity called 'n_stop'" in run.err) == (2, True)
