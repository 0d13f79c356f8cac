"""Label smoothing, `label_smoothing: 0.1`: t′ = (1 − ε)·t + ε/K as lines, against PyTorch, on pages and on sheets."""

from __future__ import annotations

import json
from math import log
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop, loaded

from backprop_cli.api.problem import load
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

WEIGHTS = [[1, -1], [0.5, 0.25], [-1, 1.5]]
NETWORK = f"""
layers:
  - neurons: [c1, c2, c3]
    activation: softmax
    weights: {WEIGHTS}
loss: cross_entropy
learning_rate: 0.1
"""
CLASS = f"inputs: {{x1: 1, x2: 2}}\ntargets: c2\n{NETWORK}"
BATCH = f"""
samples:
  - {{inputs: {{x1: 1, x2: 2}}, targets: c2}}
  - {{inputs: {{x1: 0.5, x2: -1}}, targets: [0.25, 0.75, 0]}}
batch: full
{NETWORK}"""


def values(text: str, **options: Any) -> dict[str, float]:
    trace = solution_of(loaded(text), SolveOptions(digits=15, **options)).trace
    return {step.quantity.key: float(step.value.decimal.text()) for step in trace.steps}


def test_every_class_gets_its_share_and_the_target_keeps_the_rest() -> None:
    """Szegedy et al. (2016), section 7, by hand: of three classes, ε = 0.3 leaves 0.8 for the right one."""
    found = values(f"{CLASS}label_smoothing: 0.3\n")
    assert [found[f"smooth_c{k}"] for k in (1, 2, 3)] == pytest.approx([0.1, 0.8, 0.1], rel=1e-14)


@pytest.mark.parametrize("detail", [Detail.TEXTBOOK, Detail.FULL])
@pytest.mark.parametrize("epsilon", ["0", "0.1", "1/4", "1"])
def test_loss_and_gradients_are_pytorchs(epsilon: str, detail: Detail) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of label smoothing")
    found = values(f"{BATCH}label_smoothing: {epsilon}\n", detail=detail)
    weights = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    inputs = torch.tensor([[1, 2], [0.5, -1]], dtype=torch.float64)
    targets = torch.tensor([[0, 1, 0], [0.25, 0.75, 0]], dtype=torch.float64)
    share = {"1/4": 0.25}.get(epsilon) or float(epsilon)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=share)(inputs @ weights.T, targets)
    loss.backward()
    assert found["E"] == pytest.approx(loss.item(), rel=1e-12)
    gradients = weights.grad.flatten().tolist()
    assert [found[f"dE/dw{k}"] for k in range(1, 7)] == pytest.approx(gradients, rel=1e-12, abs=1e-15)


def test_a_class_is_smoothed_as_pytorch_smooths_it() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of label smoothing")
    nets = torch.tensor([[-1.0, 1.0, 2.0]], dtype=torch.float64)
    loss = torch.nn.functional.cross_entropy(nets, torch.tensor([1]), label_smoothing=0.1)
    assert values(f"{CLASS}label_smoothing: 0.1\n")["E"] == pytest.approx(loss.item(), rel=1e-12)


@pytest.mark.parametrize(("base", "scale"), [("cross_entropy_base_2", log(2)), ("cross_entropy(10)", log(10))])
def test_another_base_divides_by_its_logarithm(base: str, scale: float) -> None:
    natural, other = (values(f"{CLASS}label_smoothing: 0.1\n".replace("loss: cross_entropy", f"loss: {one}"))
                      for one in ("cross_entropy", base))  # fmt: skip
    assert other["E"] == pytest.approx(natural["E"] / scale, rel=1e-12)
    assert other["delta_c2"] == pytest.approx(natural["delta_c2"] / scale, rel=1e-12)


def test_the_gradients_are_those_of_finite_differences() -> None:
    compared = verification_of(WorkedProblem(loaded(f"{BATCH}label_smoothing: 0.2\n").problem)).comparisons
    assert len(compared) == 6
    assert all(one.agrees for one in compared)


def test_every_step_of_a_sequence_has_its_own_classes() -> None:
    """Of three steps with two classes each, K is 2 and not 6."""
    text = (Path(__file__).parent.parent / "problems" / "40-recurrent.yaml").read_text("utf-8")
    found = values(f"{text}label_smoothing: 0.1\n")
    assert sorted(value for key, value in found.items() if key.startswith("smooth_")) == [0.05] * 3 + [0.95] * 3


def test_the_page_has_the_smoothed_targets_with_a_prime() -> None:
    page = backprop("solve", "-", stdin=f"{CLASS}label_smoothing: 0.1\n").out
    assert "label smoothing  ε = 0.1" in page
    assert "t′_c₂ = (1 − 0.1)·t_c₂ + 0.1/3 = (1 − 0.1)·1 + 0.1/3 = 14/15 ≈ 0.933333333" in page
    assert "δ_c₂ = out_c₂ − t′_c₂" in page
    assert "with label smoothing, the smoothed target t′ stands for t" in page


def test_in_matrices_the_smoothed_targets_are_one_vector() -> None:
    page = backprop("solve", "-", "--matrix", stdin=f"{CLASS}label_smoothing: 0.1\n").out
    assert "t′ = (1 − 0.1)·t + (0.1/3)·𝟏" in page
    assert "E = −(t′)ᵀ·ln(out₁)" in page
    assert "δ₁ = out₁ − t′" in page
    assert "Δ₁ = out₁ − T′" in backprop("solve", "-", "--matrix", stdin=f"{BATCH}label_smoothing: 0.1\n").out


def test_a_sheet_asks_for_smoothed_targets_and_names_what_was_forgotten() -> None:
    problem = load(f"{CLASS}label_smoothing: 0.1\nask: [smooth_c2, E, delta_c2]\n")
    assert "smoothed target of c₂" in str(problem.worksheet())
    assert "smooth_c2" in problem.template()
    true = values(f"{CLASS}label_smoothing: 0.1\n")
    assert problem.check({key: str(true[key]) for key in ("smooth_c2", "E", "delta_c2")}).marks == 3
    plain = values(CLASS)  # without smoothing
    report = str(problem.check({"smooth_c2": str(true["smooth_c2"]), "delta_c2": str(plain["delta_c2"])}))
    assert "The target itself was used, not the smoothed one." in report


def test_json_says_by_how_much() -> None:
    data = json.loads(backprop("solve", "-", "--json", stdin=f"{CLASS}label_smoothing: 0.1\n").out)
    assert data["given"]["settings"]["label_smoothing"] == "0.1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CLASS.replace("cross_entropy", "squared_error"), "label smoothing is of a cross entropy behind a softmax"),
        (CLASS.replace("softmax", "sigmoid"), "label smoothing is of a cross entropy behind a softmax"),
        ("inputs: {x: 2}\ngraph: {f: x^2}\n", "label smoothing is of a cross entropy behind a softmax"),
    ],
    ids=["squares", "sigmoid", "graph"],
)
def test_what_has_no_classes_is_refused(text: str, said: str) -> None:
    done = backprop("solve", "-", stdin=f"{text}label_smoothing: 0.1\n")
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("epsilon", ["-0.1", "1.1"])
def test_a_share_is_from_0_to_1(epsilon: str) -> None:
    done = backprop("solve", "-", stdin=f"{CLASS}label_smoothing: {epsilon}\n")
    assert done.code == 2
    assert "label smoothing is from 0 to 1" in done.err


@pytest.mark.parametrize("epsilon", ["a", "[0.1]", "0,1", "1/0", "ln(0)", "~", "1e400"])
def test_anything_else_is_said_where_it_stands(epsilon: str) -> None:
    done = backprop("solve", "-", stdin=f"{CLASS}label_smoothing: {epsilon}\n")
    assert "Traceback" not in done.err
    assert done.code == 2
