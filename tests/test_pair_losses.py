"""The contrastive and the triplet loss by name in a graph, against PyTorch and against their papers."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import backprop, loaded

from backprop_cli.api.problem import load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

WEIGHTS = [[0.5, -0.25], [0.25, 1]]
TRIPLET = f"""
inputs: {{xa: [1, 2], xp: [1, 1], xn: [2, 0.5]}}
parameters: {{W: {WEIGHTS}}}
graph:
  a: W @ xa
  p: W @ xp
  n: W @ xn
  L: triplet(a, p, n, 2)
objective: L
learning_rate: 0.1
"""
PAIR = f"""
inputs: {{xa: [1, 2], xb: [1, 1], y: 1}}
parameters: {{W: {WEIGHTS}}}
graph:
  a: W @ xa
  b: W @ xb
  L: contrastive(a, b, y, 1.5)
objective: L
learning_rate: 0.1
"""
ENTRIES = ("dL/dW1_1", "dL/dW1_2", "dL/dW2_1", "dL/dW2_2")


def values(text: str) -> dict[str, float]:
    trace = solution_of(loaded(text), SolveOptions(digits=15)).trace
    return {step.quantity.key: float(step.value.decimal.text()) for step in trace.steps}


def tensors(*rows: list[float]) -> tuple[Any, list[Any]]:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these losses")
    weights = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    return weights, [weights @ torch.tensor(row, dtype=torch.float64) for row in rows]


def agree(found: dict[str, float], loss: Any, weights: Any) -> None:
    loss.backward()
    assert found["L"] == pytest.approx(loss.item(), rel=1e-12)
    assert [found[key] for key in ENTRIES] == pytest.approx(weights.grad.flatten().tolist(), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("margin", ["0.2", "1", "2", "1/2"])
def test_the_triplet_loss_is_pytorchs_with_squared_distances(margin: str) -> None:
    """Inside the margin (2) and outside of it, where nothing is learnt."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these losses")
    weights, vectors = tensors([1, 2], [1, 1], [2, 0.5])
    loss = torch.nn.functional.triplet_margin_with_distance_loss(
        *(one.unsqueeze(0) for one in vectors),
        distance_function=lambda one, other: ((one - other) ** 2).sum(-1),
        margin={"1/2": 0.5}.get(margin) or float(margin),
    )
    agree(values(TRIPLET.replace("n, 2)", f"n, {margin})")), loss, weights)


@pytest.mark.parametrize("margin", ["0.5", "1.5", "3"])
@pytest.mark.parametrize("differ", [0, 1])
def test_the_contrastive_loss_is_that_of_its_paper_and_autograd(differ: int, margin: str) -> None:
    """Hadsell, Chopra and LeCun (2006): a pair that belongs together (0), and one that does not (1)."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these losses")
    weights, (a, b) = tensors([1, 2], [1, 1])
    distance = torch.linalg.vector_norm(a - b)
    near, far = distance**2 / 2, torch.clamp(float(margin) - distance, min=0) ** 2 / 2
    text = PAIR.replace("y: 1}", f"y: {differ}}}").replace("y, 1.5)", f"y, {margin})")
    agree(values(text), (1 - differ) * near + differ * far, weights)


def test_the_numbers_are_those_of_paper() -> None:
    """Of 3-4-5: D = 5, and ½·5² = 12.5; ½·(6 − 5)² = 0.5; of the triplet 25 − 4 + 1 = 22."""
    given = "inputs: {{y: {y}, m: 6}}\nparameters: {{a: [3, 4], b: [0, 0], n: [3, 2]}}\n"
    text = given + "graph: {{L: '{loss}'}}\nobjective: L\n"
    assert values(text.format(y=0, loss="contrastive(a, b, y, m)"))["L"] == 12.5
    assert values(text.format(y=1, loss="contrastive(a, b, y, m)"))["L"] == 0.5
    assert values(text.format(y=1, loss="triplet(a, b, n, y)"))["L"] == 22
    assert values(text.format(y=1, loss="contrastive(n[1], n[2], 1, 2)"))["L"] == 0.5  # of numbers: D = 1


@pytest.mark.parametrize("text", [TRIPLET, PAIR], ids=["triplet", "contrastive"])
def test_the_gradients_are_those_of_finite_differences(text: str) -> None:
    compared = verification_of(WorkedProblem(loaded(text).problem)).comparisons
    assert len(compared) >= 4
    assert all(one.agrees for one in compared)


def test_the_page_writes_what_the_name_stands_for() -> None:
    assert "L = ReLU(‖a − p‖² − ‖a − n‖² + 2) = 0.734375" in backprop("solve", "-", stdin=TRIPLET).out
    said = "L = (1 − y)·½·‖a − b‖² + y·½·ReLU(1.5 − ‖a − b‖)² ≈ 0.110085390"
    assert said in backprop("solve", "-", stdin=PAIR).out
    for kind in ("latex", "typst", "markdown", "html", "python", "numpy", "pytorch", "javascript", "json"):
        assert backprop("solve", "-", "--format", kind, stdin=PAIR).code == 0


def test_a_sheet_of_it_is_marked() -> None:
    problem = load(f"{TRIPLET}ask: [L, dL/dW]\n")
    right = {"L": "0.734375", "dL/dW1_1": "-1.75", "dL/dW1_2": "2.125", "dL/dW2_1": "2.5", "dL/dW2_2": "-1.75"}
    assert problem.check(right).marks == 5
    wrong = problem.check(right | {"L": "-1.265625"})  # without the margin and the 0 that it is cut off at
    assert wrong.marks < 5
    assert problem.worksheet()


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("contrastive(a, b, y)", "contrastive takes 4 argument(s), not 3"),
        ("contrastive(a, [1, 2, 3], y, 1)", "a vector with 2 entries and a vector with 3 entries"),
        ("contrastve(a, b, y, 1)", "did you mean 'contrastive'?"),
        ("triplet(a, b, a)", "triplet takes 4 argument(s), not 3"),
        ("contrastive(a, b, a, 1)", "L"),
        ("contrastive(a, b, y, [1, 2])", "L"),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands(loss: str, said: str) -> None:
    done = backprop("solve", "-", stdin=PAIR.replace("contrastive(a, b, y, 1.5)", f"'{loss}'"))
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_node_may_still_have_the_name() -> None:
    assert values("inputs: {x: 2}\ngraph: {triplet: x^2, contrastive: triplet + 1}\n")["contrastive"] == 5


def test_where_both_are_the_same_it_is_said_that_there_is_no_slope() -> None:
    done = backprop("solve", "-", stdin=PAIR.replace("xb: [1, 1]", "xb: [1, 2]"))
    assert done.code == 2
    assert "‖a − b‖ none where a = b" in done.err
    same = values(PAIR.replace("xb: [1, 1]", "xb: [1, 2]").replace("contrastive(a, b, y, 1.5)", "norm(a - b)^2"))
    assert [same[key] for key in ENTRIES] == [0, 0, 0, 0]
