"""Lines on request, `show:`: Δw, errors, ∂E/∂x and effective rates, in the solution and on sheets."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop, loaded

from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.api.problem import load
from backprop_cli.deriving.trace import Trace
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.views.verification import verification_of

MAZUR = (Path(__file__).parent.parent / "problems" / "09-mazur.yaml").read_text("utf-8")
BATCH = (Path(__file__).parent.parent / "problems" / "22-xor-batch.yaml").read_text("utf-8")
COUPLED = (Path(__file__).parent.parent / "problems" / "52-batch-norm-network.yaml").read_text("utf-8")


def solved(text: str) -> Trace:
    return solution_of(loaded(text), SolveOptions(digits=15)).trace


def number(trace: Trace, key: str) -> float:
    return float(trace[key].decimal.text())


def keys(trace: Trace) -> list[str]:
    return [step.quantity.key for step in trace.steps]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_change_is_the_difference_of_the_new_value_and_the_old_one(optimizer: str) -> None:
    text = f"parameters: {{w: 0.7}}\ngradients: {{w: [0.5, -0.25]}}\nlearning_rate: 0.05\noptimizer: {optimizer}\n"
    plain, shown = solved(text), solved(f"{text}show: changes\n")
    old = 0.7
    for step in (1, 2):
        new = number(plain, f"step {step} / w_new")
        assert number(shown, f"step {step} / w_new") == pytest.approx(new, rel=1e-12)
        assert number(shown, f"step {step} / change_w") == pytest.approx(new - old, rel=1e-9)
        old = new


@pytest.mark.parametrize("optimizer", [name for name, row in OPTIMIZERS.items() if row.rate is not None])
def test_an_effective_rate_is_what_pytorch_divides_by(optimizer: str) -> None:
    """The rate is what the gradient's part of the step is multiplied by: it is read off PyTorch's own state."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these rates")
    rate, eta, g = 0.05, 0.05, [0.5, -0.25]
    classes = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "rmsprop_centered": "RMSprop", "adadelta": "Adadelta",
               "adam": "Adam", "amsgrad": "Adam", "adamax": "Adamax", "nadam": "NAdam", "adamw": "AdamW"}  # fmt: skip
    trace = solved(f"parameters: {{w: 0.7}}\ngradients: {{w: {g}}}\nlearning_rate: {rate}\n"
                   f"optimizer: {optimizer}\nshow: rates\n")  # fmt: skip
    ours = number(trace, "step 2 / rate_w")
    if optimizer not in classes:  # ε under the root
        under = {"adagrad_inside": "G_w_new", "rmsprop_inside": "s_w_new", "adam_inside": "vhat_w"}[optimizer]
        average = number(trace, f"step 2 / {under}")
        epsilon = float(OPTIMIZERS[optimizer].settings["epsilon"])
        assert ours == pytest.approx(eta / math.sqrt(average + epsilon), rel=1e-12)
        return
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    more: dict[str, Any] = {"rmsprop_centered": {"centered": True}, "amsgrad": {"amsgrad": True}}.get(optimizer, {})
    if optimizer.startswith("rmsprop"):
        more["alpha"] = 0.9
    rule = getattr(torch.optim, classes[optimizer])([weight], lr=rate, **more)
    before = 0.0
    for gradient in g:
        before = rule.state[weight].get("acc_delta", torch.tensor(0.0)).item() if optimizer == "adadelta" else 0.0
        weight.grad = torch.tensor(gradient, dtype=torch.float64)
        rule.step()
    state = {key: value.item() if hasattr(value, "item") else value for key, value in rule.state[weight].items()}
    epsilon = rule.defaults["eps"]
    expected = {
        "adagrad": lambda: eta / (math.sqrt(state["sum"]) + epsilon),
        "rmsprop": lambda: eta / (math.sqrt(state["square_avg"]) + epsilon),
        "rmsprop_centered": lambda: eta / (math.sqrt(state["square_avg"] - state["grad_avg"] ** 2) + epsilon),
        "adadelta": lambda: eta * math.sqrt(before + epsilon) / math.sqrt(state["square_avg"] + epsilon),
        "amsgrad": lambda: eta / (math.sqrt(state["max_exp_avg_sq"] / (1 - 0.999**2)) + epsilon),
        "adamax": lambda: eta / (1 - 0.9**2) / state["exp_inf"],
    }.get(optimizer, lambda: eta / (math.sqrt(state["exp_avg_sq"] / (1 - 0.999**2)) + epsilon))
    assert ours == pytest.approx(expected(), rel=1e-6)


def test_the_error_is_the_target_minus_the_output() -> None:
    trace = solved(f"{MAZUR}show: [errors]\n")
    assert number(trace, "e_o1") == pytest.approx(0.01 - number(trace, "out_o1"), rel=1e-12)
    written = keys(trace)
    assert written.index("out_o2") < written.index("e_o1") < written.index("E_o1")


@pytest.mark.parametrize("text", [BATCH, COUPLED], ids=["batch", "batch normalization"])
def test_every_sample_of_a_batch_has_its_errors(text: str) -> None:
    trace = solved(f"{text}show: [errors, changes]\n")
    assert [key for key in keys(trace) if "e_y" in key] == [f"sample {n} / e_y" for n in range(1, 5)]
    assert len([key for key in keys(trace) if "change_" in key]) == len([k for k in keys(trace) if k.endswith("_new")])


@pytest.mark.parametrize("text", [MAZUR, COUPLED], ids=["mazur", "batch normalization"])
def test_the_gradients_of_the_inputs_are_those_of_finite_differences(text: str) -> None:
    problem = loaded(f"{text}show: inputs\n").problem
    ends = tuple(f"/d{x}" for x in problem.inputs)
    shown = [key for key in keys(solved(f"{text}show: inputs\n")) if key.endswith(ends)]
    assert len(shown) == len(problem.inputs) * len(problem.samples)
    assert not [key for key in keys(solved(text)) if key.endswith(ends)]
    compared = [one for one in verification_of(problem).comparisons if one.quantity.key in shown]
    assert len(compared) == len(shown)
    assert all(one.agrees for one in compared)


def test_a_sheet_with_shown_lines_is_marked_with_follow_through() -> None:
    problem = load(f"{MAZUR}show: [changes, errors]\nask: [e_o1, change_w5, w5_new]\n")
    report = problem.check({"e_o1": "-0.741365", "change_w5": "0.0410835", "w5_new": "0.4410835"})
    assert report.marks == 2  # of 3: Δw₅ goes uphill, and w₅⁺ follows from it
    assert "follows from your Δw₅" in str(report)
    assert "Δw₅" in str(problem.worksheet())
    assert "change_w5" in problem.template()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("show: chnges\n", "did you mean 'changes'?"),
        ("show: rates\n", "one learning rate for all parameters"),
        ("show: [errors, rats]\n", "no line to show called 'rats'"),
    ],
)
def test_what_cannot_be_shown_is_refused(more: str, said: str) -> None:
    done = backprop("solve", "-", stdin=MAZUR + more)
    assert done.code == 2
    assert said in done.err


def test_errors_need_targets_and_changes_an_update() -> None:
    graph = "inputs: {x: 2}\ngraph: {f: x^2}\nobjective: f\n"
    assert "it needs layers and targets" in backprop("solve", "-", stdin=f"{graph}show: errors\n").err
    assert "there is no update" in backprop("solve", "-", stdin=f"{graph}show: changes\n").err
