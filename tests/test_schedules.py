"""Learning-rate schedules: every row of the table against PyTorch's schedulers, in solutions and in training."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from helpers import backprop, loaded, solved

from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.formats.terminal.plain import document
from backprop_cli.solving.solution import SolveOptions, solution_of

EPOCHS = 9
PROBLEM = """\
inputs: [1, 2]
targets: 0.25
layers: [{weights: [[0.5, -0.4]], bias: 0.1, activation: tanh}]
loss: half_squared_error
learning_rate: 0.8
"""
Scheduler = Callable[[Any, Any], Any]


def _lr(name: str, **settings: Any) -> Scheduler:
    return lambda torch, rule: getattr(torch.optim.lr_scheduler, name)(rule, **settings)


TORCH: dict[str, list[tuple[str, Scheduler]]] = {
    "step": [
        ("{name: step, every: 2, factor: 1/2}", _lr("StepLR", step_size=2, gamma=0.5)),
        ("{name: step, every: 3, factor: 0.1}", _lr("StepLR", step_size=3, gamma=0.1)),
    ],
    "multistep": [("{name: multistep, at: [2, 5], factor: 0.3}", _lr("MultiStepLR", milestones=[2, 5], gamma=0.3))],
    "exponential": [("{name: exponential, factor: 0.9}", _lr("ExponentialLR", gamma=0.9))],
    "inverse_time": [
        ("{name: inverse_time, decay: 0.5}", _lr("LambdaLR", lr_lambda=lambda n: 1 / (1 + 0.5 * n))),
    ],
    "inverse_sqrt": [("inverse_sqrt", _lr("LambdaLR", lr_lambda=lambda n: 1 / math.sqrt(n + 1)))],
    "linear": [
        ("{name: linear, over: 6}", _lr("LinearLR", start_factor=1, end_factor=0, total_iters=6)),
        ("{name: linear, over: 6, end: 0.2}", _lr("LinearLR", start_factor=1, end_factor=0.25, total_iters=6)),
    ],
    "polynomial": [("{name: polynomial, over: 6, power: 2}", _lr("PolynomialLR", total_iters=6, power=2))],
    "cosine": [
        ("{name: cosine, over: 9}", _lr("CosineAnnealingLR", T_max=9)),
        ("{name: cosine, over: 12, end: 0.1}", _lr("CosineAnnealingLR", T_max=12, eta_min=0.1)),
    ],
    "warmup": [("{name: warmup, over: 4}", _lr("LinearLR", start_factor=0.25, total_iters=3))],
}
ALL = [pytest.param(text, scheduler, id=text) for rows in TORCH.values() for text, scheduler in rows]


def by_pytorch(scheduler: Scheduler, epochs: int = EPOCHS) -> list[tuple[float, list[float]]]:
    """The rate of each epoch and the parameters after it."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of schedules")
    weights = torch.tensor([0.5, -0.4], dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([weights, bias], lr=0.8)
    changes = scheduler(torch, rule)
    seen = []
    for _epoch in range(epochs):
        rate = rule.param_groups[0]["lr"]
        rule.zero_grad()
        out = torch.tanh(weights @ torch.tensor([1.0, 2.0], dtype=torch.float64) + bias)
        ((out - 0.25) ** 2 / 2).backward()
        rule.step()
        changes.step()
        seen.append((rate, [*weights.tolist(), bias.item()]))
    return seen


def test_every_schedule_of_the_table_is_compared() -> None:
    assert set(TORCH) == set(SCHEDULES)


@pytest.mark.parametrize(("text", "scheduler"), ALL)
def test_the_worked_solution_uses_pytorchs_rates(text: str, scheduler: Scheduler) -> None:
    trace = solved(f"{PROBLEM}schedule: {text}\nepochs: {EPOCHS}\n").trace
    for epoch, (rate, parameters) in enumerate(by_pytorch(scheduler), start=1):
        assert float(trace[f"epoch {epoch} / eta"].decimal.text()) == pytest.approx(rate, abs=1e-12)
        values = [float(trace[f"epoch {epoch} / {name}_new"].decimal.text()) for name in ("w1", "w2", "b1")]
        assert values == pytest.approx(parameters, rel=1e-9)


@pytest.mark.parametrize(("text", "scheduler"), ALL)
def test_compiled_training_uses_the_same_rates(text: str, scheduler: Scheduler) -> None:
    epochs = 25 if "cosine" not in text else EPOCHS  # PyTorch's cosine rises again after its end, ours stays there
    last = by_pytorch(scheduler, epochs)[-1]
    run = solution_of(loaded(f"{PROBLEM}schedule: {text}\nreport: [{epochs}]\n"), SolveOptions(digits=12)).training
    assert run is not None
    values = {name.bare_key: float(value.text()) for name, value in run.reports[-1].values.items()}
    assert [values[name] for name in ("w1", "w2", "b1")] == pytest.approx(last[1], rel=1e-7)  # a double loses digits
    assert run.reports[-1].rate is not None
    assert float(run.reports[-1].rate.text()) == pytest.approx(last[0], abs=1e-9)


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("[0.5, 0.25, 0.1]", ["0.5", "0.25", "0.1", "0.1"]),
        ("{rates: [1/3, 0.2]}", ["0.333333333333333", "0.2", "0.2", "0.2"]),
        ("eta / (1 + n)", ["0.8", "0.4", "0.266666666666667", "0.2"]),
        ("{formula: eta0 * 0.5^floor(n / 3)}", ["0.8", "0.8", "0.8", "0.4"]),
    ],
)
def test_a_list_or_a_formula_of_ones_own_is_as_good(schedule: str, rates: list[str]) -> None:
    problem = PROBLEM.replace("learning_rate: 0.8\n", "") if "[" in schedule else PROBLEM
    trace = solved(f"{problem}schedule: {schedule}\nepochs: 4\n").trace
    assert [trace[f"epoch {epoch} / eta"].decimal.text() for epoch in range(1, 5)] == rates


def test_a_schedule_may_count_updates() -> None:
    samples = "samples: [{inputs: [1, 2], targets: 0}, {inputs: [2, 1], targets: 1}]\n"
    problem = samples + PROBLEM.partition("targets: 0.25\n")[2]
    by_updates = "schedule: {name: exponential, factor: 1/2, per: update}\n"
    trace = solved(f"{problem}{by_updates}epochs: 2\n").trace
    keys = [f"epoch {epoch} / sample {sample} / eta" for epoch in (1, 2) for sample in (1, 2)]
    assert [trace[key].decimal.text() for key in keys] == ["0.8", "0.4", "0.2", "0.1"]
    run = solution_of(loaded(f"{problem}{by_updates}report: [2]\n"), SolveOptions(digits=15)).training
    assert run is not None
    trained = {name.bare_key: value.text() for name, value in run.reports[-1].values.items()}
    assert trained["w1"] == trace["epoch 2 / sample 2 / w1_new"].decimal.text()


def test_given_gradients_are_counted_one_by_one() -> None:
    trace = solved("parameters: {p: 1}\ngradients: {p: [1, 1, 1]}\nlearning_rate: 1\n"
                   "schedule: {name: exponential, factor: 1/2}\n").trace  # fmt: skip
    assert [trace[f"step {step} / eta"].decimal.text() for step in (1, 2, 3)] == ["1", "0.5", "0.25"]
    assert trace["step 3 / p_new"].decimal.text() == "-0.75"


def test_the_rate_of_an_epoch_is_a_line_of_the_page() -> None:
    solution = solved(f"{PROBLEM}schedule: {{name: step, every: 2, factor: 1/2}}\nepochs: 3\n")
    page = document(solution_document(solution, "unicode"))
    assert "η = η₀·γ^⌊n/every⌋ = 0.8·(1/2)^⌊2/2⌋ = 0.4" in page
    assert "schedule       step: every = 2, γ = 1/2; n counts the epochs from 0" in page


def test_a_chain_of_lines_has_the_rates_that_it_uses() -> None:
    text = f"{PROBLEM}schedule: {{name: step, every: 1, factor: 1/2}}\nepochs: 2\n"
    chain = solution_of(loaded(text), SolveOptions(only=("epoch 2 / w1_new",))).trace.derivation.lines
    assert {"epoch 1 / eta", "epoch 2 / eta"} <= {line.quantity.key for line in chain}


def test_a_rate_that_ends_at_0_is_0() -> None:
    """1 + cos π is 0, and exactly so; half of the way down it is half."""
    trace = solved(f"{PROBLEM}schedule: {{name: cosine, over: 2}}\nepochs: 3\n").trace
    assert [trace[f"epoch {epoch} / eta"].decimal.text() for epoch in (1, 2, 3)] == ["0.8", "0.4", "0"]


def test_ten_thousand_epochs_of_a_decaying_rate_have_certain_digits() -> None:
    """The powers of an exact fraction would have a hundred thousand digits; the ball has the ones asked for."""
    text = f"{PROBLEM}schedule: {{name: exponential, factor: 0.999}}\nreport: [10000]\n"
    run = solution_of(loaded(text), SolveOptions(digits=12)).training
    assert run is not None
    assert run.reports[-1].rate is not None
    assert float(run.reports[-1].rate.text()) == pytest.approx(0.8 * 0.999**9999, rel=1e-10)


def test_ascii_has_words_for_its_letters() -> None:
    text = f"{PROBLEM}schedule: {{name: cosine, over: 4, end: 0.1}}\nepochs: 2\n"
    page = backprop("solve", "-", "--ascii", stdin=text).out
    assert page.isascii()
    assert "eta = eta_end + (1/2)*(eta0 - eta_end)*(1 + cos(pi*min(n, N)/N))" in " ".join(page.split())
