"""Every array function of graphs and every type of layer, by iterating their tables, against PyTorch's autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers import solved

from backprop_cli.algebra.array_operations import ARRAY_FUNCTIONS
from backprop_cli.manual.generated.layers import EXAMPLES
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.reader import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")

GIVEN = {
    "A": [[0.5, -1.25, 2], [1.5, 0.75, -0.5]],
    "B": [[1, 0.5], [-0.25, 2], [0.75, -1]],
    "C": [[1, 2, 0.5], [0.25, -1, 3]],
    "u": [0.5, -1, 2],
    "v": [1.5, 0.25, -0.75],
}
P = [[0.3, -0.2], [0.7, 0.4]]  # what a result of 2 by 2 is multiplied by, so that each entry has a gradient of its own
Case = tuple[str, Callable[..., Any]]
FUNCTIONS: dict[str, list[Case]] = {
    "dot": [("dot(u, v)", lambda a, b, c, u, v: u @ v)],
    "outer": [("sum(outer(u, v) @ B)", lambda a, b, c, u, v: (torch.outer(u, v) @ b).sum())],
    "transpose": [("sum(transpose(A) * B)", lambda a, b, c, u, v: (a.T * b).sum())],
    "trace": [("trace(A @ B)", lambda a, b, c, u, v: torch.trace(a @ b))],
    "norm": [
        ("norm(u - v)", lambda a, b, c, u, v: torch.linalg.vector_norm(u - v)),
        ("norm(A @ v, 1)", lambda a, b, c, u, v: (a @ v).abs().sum()),
        ("norm(A)^2", lambda a, b, c, u, v: (a**2).sum()),
        ("sum(norm(A, axis=1))", lambda a, b, c, u, v: torch.linalg.vector_norm(a, dim=1).sum()),
    ],
    "softmax": [
        ("dot(softmax(u), v)", lambda a, b, c, u, v: torch.softmax(u, 0) @ v),
        ("sum(softmax(A, axis=1) * C)", lambda a, b, c, u, v: (torch.softmax(a, 1) * c).sum()),
    ],
    "concat": [("norm(concat(u, 2*v))^2", lambda a, b, c, u, v: (torch.cat([u, 2 * v]) ** 2).sum())],
    "contrastive": [
        (
            "contrastive(u, v, 1, 4)",
            lambda a, b, c, u, v: torch.clamp(4 - torch.linalg.vector_norm(u - v), min=0) ** 2 / 2,
        )
    ],
    "triplet": [
        (
            "triplet(u, v, A[1], 9)",
            lambda a, b, c, u, v: torch.clamp(((u - v) ** 2).sum() - ((u - a[0]) ** 2).sum() + 9, min=0),
        )
    ],
    "reparametrize": [("dot(reparametrize(u, v, A[1]), v)", lambda a, b, c, u, v: (u + torch.exp(v / 2) * a[0]) @ v)],
    "kl_normal": [("kl_normal(u, v)", lambda a, b, c, u, v: 0.5 * (u**2 + torch.exp(v) - v - 1).sum())],
    "sum": [("sum(sum(A * C, axis=0) * u)", lambda a, b, c, u, v: ((a * c).sum(0) * u).sum())],
    "mean": [("dot(mean(A, axis=0), v) + mean(C)", lambda a, b, c, u, v: a.mean(0) @ v + c.mean())],
    "max": [("sum(max(A, axis=1)) + max(u)", lambda a, b, c, u, v: a.amax(1).sum() + u.max())],
    "min": [("sum(min(A, axis=1)) + min(u)", lambda a, b, c, u, v: a.amin(1).sum() + u.min())],
    "@": [("sum((A @ B) * P)", lambda a, b, c, u, v: ((a @ b) * torch.tensor(P, dtype=torch.float64)).sum())],
    "[]": [("A[2, 1] * u[3] + dot(C[1], v)", lambda a, b, c, u, v: a[1, 0] * u[2] + c[0] @ v)],
}


def test_every_array_function_is_compared() -> None:
    assert set(FUNCTIONS) >= set(ARRAY_FUNCTIONS), set(ARRAY_FUNCTIONS) - set(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "function"), [pytest.param(*case, id=case[0]) for cases in FUNCTIONS.values() for case in cases]
)
def test_values_and_gradients_of_an_array_function_are_pytorchs(text: str, function: Callable[..., Any]) -> None:
    tensors = {name: torch.tensor(rows, dtype=torch.float64, requires_grad=True) for name, rows in GIVEN.items()}
    value = function(*tensors.values())
    value.backward()
    file = f"inputs: {{P: {P}}}\nparameters: {GIVEN}\ngraph: {{f: '{text}'}}\nobjective: f\nlearning_rate: 1\n"
    trace = solved(file, digits=15).trace
    found = {step.quantity.key: float(step.value.decimal.text()) for step in trace.steps}
    assert found["f"] == pytest.approx(value.item(), rel=1e-12)
    compared = 0
    for name, one in tensors.items():
        if one.grad is None:
            continue
        slopes = one.grad.reshape(-1).tolist()
        keys = [f"{i}_{j}" for i in range(1, len(one) + 1) for j in range(1, one.shape[1] + 1)] if one.dim() > 1 else [
            str(i) for i in range(1, len(one) + 1)
        ]  # fmt: skip
        for key, slope in zip(keys, slopes, strict=True):
            assert found.get(f"df/d{name}{key}", 0) == pytest.approx(slope, rel=1e-10, abs=1e-13), f"{name}{key}"
            compared += slope != 0
    assert compared


@pytest.mark.parametrize("name", LAYER_TYPES)
def test_the_gradients_of_every_type_of_layer_are_those_of_autograd(name: str) -> None:
    """Of all parameters and inputs of its bundled problem."""
    problem = load("batch-norm-network" if name == "batch_normalization" else EXAMPLES[name]).problem  # with a loss
    compared = verification_of(WorkedProblem(problem)).comparisons
    assert compared
    for one in compared:
        assert one.agrees, one
        assert one.torch is not None, one
