"""Exercises of courses in vectors and matrices, written as their pages write them, against print and PyTorch.

Each was written down before the format could say it. `printed` has the numbers that the source prints, as far as it
prints any; PyTorch has every value and the gradient in every input and parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from helpers import loaded, solved

from backprop_cli.algebra.array_layout import laid_out
from backprop_cli.algebra.calculus import evaluate
from backprop_cli.numbers.certified import Certified
from backprop_cli.numbers.exact import rational, to_float
from backprop_cli.views.batches import batches
from backprop_cli.views.extra_lines import ExtraLines
from backprop_cli.views.graph_matrices import GraphPass

torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")

Tensors = dict[str, Any]
F = torch.nn.functional


@dataclass
class Exercise:
    """An exercise: its file, the same as a PyTorch function of its tensors, and what its source prints."""

    name: str
    text: str
    forward: Callable[[Tensors], Tensors]
    printed: dict[str, Any] = field(default_factory=dict)
    digits: int = 9


EXERCISES = [
    Exercise(
        "cs231n, lecture 4: a vectorized example",
        """
inputs: {x: [0.2, 0.4]}
parameters: {W: [[0.1, 0.5], [-0.3, 0.8]]}
graph:
  q: W @ x
  f: norm(q)^2
objective: f
""",
        lambda t: {"q": (q := t["W"] @ t["x"]), "f": q.norm() ** 2},
        {"q": [0.22, 0.26], "f": 0.116, "df/dq": [0.44, 0.52], "df/dW": [[0.088, 0.176], [0.104, 0.208]],
         "df/dx": [-0.112, 0.636]},
    ),
    Exercise(
        "EECS 498, lecture 6: ReLU of a vector, with an upstream gradient",
        """
inputs: {x: [1, -2, 3, -1], c: [4, -1, 5, 9]}
graph: {y: "max(0, x)", L: "dot(c, y)"}
objective: L
""",
        lambda t: {"y": (y := torch.relu(t["x"])), "L": t["c"] @ y},
        {"y": [1, 0, 3, 0], "dL/dx": [4, 0, 5, 0], "dL/dy": [4, -1, 5, 9]},
    ),
    Exercise(
        "EECS 498, lecture 6: a product of matrices, with an upstream gradient",
        """
inputs: {X: [[2, 1, -3], [-3, 4, 2]], W: [[3, 2, 1, -1], [2, 1, 3, 2], [3, 2, 1, -2]],
         G: [[2, 3, -3, 9], [-8, 1, 4, 6]]}
graph: {Y: X @ W, L: sum(G * Y)}
objective: L
""",
        lambda t: {"Y": (y := t["X"] @ t["W"]), "L": (t["G"] * y).sum()},
        {"Y": [[-1, -1, 2, 6], [5, 2, 11, 7]], "dL/dX": [[0, 16, -9], [-24, 9, -30]]},
    ),
    Exercise(
        "CS224n, lecture 3: the window classifier s = uᵀ h, dW = δ xᵀ",
        """
inputs: {x: [0.5, -1, 2]}
parameters: {W: [[0.1, 0.2, 0.3], [-0.4, 0.5, -0.6]], b: [0.1, -0.1], u: [0.7, -0.8]}
graph:
  z: W @ x + b
  h: sigmoid(z)
  s: transpose(u) @ h
objective: s
""",
        lambda t: {"z": (z := t["W"] @ t["x"] + t["b"]), "h": (h := torch.sigmoid(z)), "s": t["u"] @ h},
    ),
    Exercise(
        "CS224n, assignment 2: word2vec with the naive softmax",
        """
parameters: {v: [0.5, -0.2], U: [[1, 0.4], [-0.3, 0.8], [0.6, -1]]}
graph:
  z: U @ v
  p: softmax(z)
  J: -ln(p[2])
objective: J
""",
        lambda t: {"z": (z := t["U"] @ t["v"]), "p": (p := torch.softmax(z, 0)), "J": -torch.log(p[1])},
    ),
    Exercise(
        "CS224n, assignment 2: word2vec with negative sampling",
        """
parameters: {v: [1, 2], uo: [0.5, -0.5], N: [[-1, 0.2], [0.3, 0.4]]}
graph:
  so: dot(uo, v)
  sn: N @ v
  J: -ln(sigmoid(so)) - sum(ln(sigmoid(-sn)))
objective: J
learning_rate: 0.1
""",
        lambda t: {"so": (so := t["uo"] @ t["v"]), "sn": (sn := t["N"] @ t["v"]),
                   "J": -F.logsigmoid(so) - F.logsigmoid(-sn).sum()},
    ),
    Exercise(
        "PyTorch, a 60 minute blitz: Q = 3a³ − b²",
        """
inputs: {a: [2, 3], b: [6, 4]}
graph: {Q: 3*a^3 - b^2, L: sum(Q)}
objective: L
""",
        lambda t: {"Q": (q := 3 * t["a"] ** 3 - t["b"] ** 2), "L": q.sum()},
        {"Q": [-12, 65], "dL/da": [36, 81], "dL/db": [-12, -8]},
    ),
    Exercise(
        "PyTorch, autograd: the mean of 3(x + 2)²",
        """
inputs: {x: [[1, 1], [1, 1]]}
graph: {y: x + 2, z: 3 * y * y, out: mean(z)}
objective: out
""",
        lambda t: {"y": (y := t["x"] + 2), "z": (z := y * y * 3), "out": z.mean()},
        {"z": [[27, 27], [27, 27]], "out": 27, "dout/dx": [[4.5, 4.5], [4.5, 4.5]]},
    ),
    Exercise(
        "Dive into Deep Learning, 2.5: y = 2xᵀx",
        """
inputs: {x: [0, 1, 2, 3]}
graph: {y: "2 * dot(x, x)"}
objective: y
""",
        lambda t: {"y": 2 * t["x"] @ t["x"]},
        {"y": 28, "dy/dx": [0, 4, 8, 12]},
    ),
    Exercise(
        "Neural Networks and Deep Learning (Ng), week 2: propagate",
        """
inputs: {X: [[1, 2, -1], [3, 4, -3.2]], Y: [1, 0, 1]}
parameters: {w: [1, 2], b: 2}
graph:
  A: sigmoid(w^T @ X + b)
  J: -mean(transpose(Y) * ln(A) + (1 - transpose(Y)) * ln(1 - A))
objective: J
""",
        lambda t: {"A": (a := torch.sigmoid(t["w"] @ t["X"] + t["b"])),
                   "J": -(t["Y"] * torch.log(a) + (1 - t["Y"]) * torch.log(1 - a)).mean()},
        {"J": 5.801545319394553, "dJ/dw": [0.99845601, 2.39507239], "dJ/db": 0.00145557813678},
        8,
    ),
    Exercise(
        "Shewchuk, conjugate gradients without the agonizing pain: the gradient Ax − b of the sample problem",
        """
inputs: {A: [[3, 2], [2, 6]], b: [2, -8]}
parameters: {x: [-2, -2]}
graph: {f: 1/2 * x.T @ A @ x - b.T @ x}
objective: f
""",
        lambda t: {"f": t["x"] @ t["A"] @ t["x"] / 2 - t["b"] @ t["x"]},
        {"df/dx": [-12, -8]},
    ),
    Exercise(
        "cs231n, linear classification: SVM and softmax side by side",
        """
inputs: {x: [-15, 22, -44, 56]}
parameters: {W: [[0.01, -0.05, 0.1, 0.05], [0.7, 0.2, 0.05, 0.16], [0, -0.45, -0.2, 0.03]], b: [0, 0.2, -0.3]}
graph:
  s: W @ x + b
  hinge: max(0, s[1] - s[3] + 1) + max(0, s[2] - s[3] + 1)
  p: softmax(s)
  L: -ln(p[3]) + hinge
objective: L
""",
        lambda t: {
            "s": (s := t["W"] @ t["x"] + t["b"]),
            "hinge": (hinge := F.relu(s[0] - s[2] + 1) + F.relu(s[1] - s[2] + 1)),
            "p": (p := torch.softmax(s, 0)), "L": hinge - torch.log(p[2])},
        {"s": [-2.85, 0.86, 0.28], "hinge": 1.58},
    ),
    Exercise(
        "CS229: least squares, ∇J = Xᵀ(Xθ − y)",
        """
inputs: {X: [[1, 2], [1, 3], [1, 5]], y: [3, 4, 7]}
parameters: {theta: [0.5, 1]}
graph:
  r: X @ theta - y
  J: 1/2 * norm(r)^2
objective: J
learning_rate: 0.01
""",
        lambda t: {"r": (r := t["X"] @ t["theta"] - t["y"]), "J": r @ r / 2},
    ),
    Exercise(
        "self-attention of two tokens, with its projections",
        """
inputs: {X: [[1, 0], [0, 1]], T: [[1, 1], [1, 0]]}
parameters: {WQ: [[2, 0], [1, -1]], WK: [[1, 1], [-1, -1]], WV: [[1, 0], [0, 2]]}
graph:
  Q: X @ WQ
  K: X @ WK
  V: X @ WV
  S: Q @ transpose(K) / sqrt(2)
  A: softmax(S)
  O: A @ V
  L: 1/2 * norm(O - T)^2
objective: L
learning_rate: 0.1
""",
        lambda t: {
            "Q": (q := t["X"] @ t["WQ"]), "K": (k := t["X"] @ t["WK"]), "V": (v := t["X"] @ t["WV"]),
            "S": (s := q @ k.T / 2**0.5), "A": (a := torch.softmax(s, 1)), "O": (o := a @ v),
            "L": ((o - t["T"]) ** 2).sum() / 2},
    ),
    Exercise(
        "a recurrent network over two steps",
        """
inputs: {x1: [1, 0], x2: [0, 1], h0: [0, 0], t: [0.5, -0.5]}
parameters: {W: [[0.5, -0.3], [0.8, 0.2]], U: [[0.1, 0.4], [-0.2, 0.3]], b: [0, 0.1]}
graph:
  h1: tanh(W @ x1 + U @ h0 + b)
  h2: tanh(W @ x2 + U @ h1 + b)
  L: 1/2 * norm(h2 - t)^2
objective: L
""",
        lambda t: {
            "h1": (h1 := torch.tanh(t["W"] @ t["x1"] + t["U"] @ t["h0"] + t["b"])),
            "h2": (h2 := torch.tanh(t["W"] @ t["x2"] + t["U"] @ h1 + t["b"])), "L": ((h2 - t["t"]) ** 2).sum() / 2},
    ),
    Exercise(
        "the softmax of (1, 2, 3), weighted",
        """
inputs: {z: [1, 2, 3], c: [1, 0, -1]}
graph: {p: softmax(z), f: c^T @ p}
objective: f
""",
        lambda t: {"p": (p := torch.softmax(t["z"], 0)), "f": t["c"] @ p},
        {"p": [0.09003057, 0.24472847, 0.66524096]},
        7,
    ),
    Exercise(
        "layer normalization of a vector",
        """
inputs: {x: [1, 2, 4], c: [1, -1, 2]}
parameters: {g: [1, 0.5, 2], b: [0, 0.1, -0.1]}
graph:
  mu: mean(x)
  v: mean((x - mu)^2)
  n: (x - mu) / sqrt(v + 1e-5)
  y: g * n + b
  L: dot(c, y)
objective: L
""",
        lambda t: {
            "mu": (mu := t["x"].mean()), "v": (v := ((t["x"] - mu) ** 2).mean()),
            "n": (n := (t["x"] - mu) / (v + 1e-5).sqrt()), "y": (y := t["g"] * n + t["b"]), "L": t["c"] @ y},
    ),
    Exercise(
        "batch normalization of a matrix, down its columns (cs231n, assignment 2)",
        """
inputs: {X: [[1, 2], [3, 5], [5, 2]], G: [[1, 0], [2, -1], [0, 3]]}
parameters: {gamma: [1, 0.5], beta: [0, 0.1]}
graph:
  mu: mean(X, axis=0)
  C: X - mu
  v: mean(C^2, axis=0)
  N: C / sqrt(v + 1e-5)
  Y: gamma * N + beta
  L: sum(G * Y)
objective: L
""",
        lambda t: {
            "mu": (mu := t["X"].mean(0)), "C": (c := t["X"] - mu), "v": (v := (c**2).mean(0)),
            "N": (n := c / (v + 1e-5).sqrt()), "Y": (y := t["gamma"] * n + t["beta"]), "L": (t["G"] * y).sum()},
    ),
    Exercise(
        "the cosine of two embeddings",
        """
parameters: {a: [1, 2, 2], b: [2, 0, -1]}
graph: {c: "dot(a, b) / (norm(a) * norm(b))"}
objective: c
""",
        lambda t: {"c": t["a"] @ t["b"] / (t["a"].norm() * t["b"].norm())},
    ),
    Exercise(
        "an autoencoder with tied weights",
        """
inputs: {x: [1, 0.5, -1]}
parameters: {W: [[0.2, -0.4, 0.1], [0.3, 0.6, -0.5]], b: [0.1, 0], c: [0, 0, 0.2]}
graph:
  h: sigmoid(W @ x + b)
  r: transpose(W) @ h + c
  L: 1/2 * ‖r - x‖^2
objective: L
""",
        lambda t: {"h": (h := torch.sigmoid(t["W"] @ t["x"] + t["b"])), "r": (r := t["W"].T @ h + t["c"]),
                   "L": ((r - t["x"]) ** 2).sum() / 2},
    ),
    Exercise(
        "matrix factorization of ratings, with a penalty",
        """
inputs: {R: [[5, 3], [0, 1]], M: [[1, 1], [0, 1]]}
parameters: {P: [[1, 0.5], [0.2, 1]], Q: [[2, 1], [1, 0.5]]}
graph:
  E: M * (R - P @ transpose(Q))
  J: sum(E^2) + 0.1*(sum(P^2) + sum(Q^2))
objective: J
learning_rate: 0.05
""",
        lambda t: {"E": (e := t["M"] * (t["R"] - t["P"] @ t["Q"].T)),
                   "J": (e**2).sum() + 0.1 * ((t["P"] ** 2).sum() + (t["Q"] ** 2).sum())},
    ),
    Exercise(
        "Goodfellow et al., 6.5.7: a network with weight decay, a row per example",
        """
inputs: {X: [[1, 2], [-1, 1]], T: [[1], [0]]}
parameters: {W1: [[0.5, -1], [0.25, 0.75]], W2: [[1], [-0.5]]}
graph:
  U1: X @ W1
  H: relu(U1)
  U2: H @ W2
  J: mean((U2 - T)^2) + 0.01*(sum(W1^2) + sum(W2^2))
objective: J
""",
        lambda t: {"U1": (u := t["X"] @ t["W1"]), "H": (h := F.relu(u)), "U2": (v := h @ t["W2"]),
                   "J": ((v - t["T"]) ** 2).mean() + 0.01 * ((t["W1"] ** 2).sum() + (t["W2"] ** 2).sum())},
    ),
    Exercise(
        "The Matrix Cookbook, 70: ∂aᵀXb/∂X = abᵀ",
        """
inputs: {a: [1, 2], b: [3, -1, 2]}
parameters: {X: [[1, 0, 2], [0, 1, 1]]}
graph: {f: aᵀ @ X @ b}
objective: f
""",
        lambda t: {"f": t["a"] @ t["X"] @ t["b"]},
        {"df/dX": [[3, -1, 2], [6, -2, 4]]},
    ),
    Exercise(
        "FaceNet: the triplet loss",
        """
parameters: {a: [1, 0], p: [0.5, 0.5], n: [0.2, -0.4]}
graph: {L: "max(0, norm(a - p)^2 - norm(a - n)^2 + 1)"}
objective: L
""",
        lambda t: {"L": F.relu(((t["a"] - t["p"]) ** 2).sum() - ((t["a"] - t["n"]) ** 2).sum() + 1)},
        {"L": 0.7},
    ),
]  # fmt: skip


def tensors_of(text: str) -> Tensors:
    """Every input and parameter of a file as a tensor that wants its gradient."""
    problem = loaded(text).problem
    sample = {name: float(value.value) for name, value in problem.samples[0].inputs.items()}
    numbers = {**sample, **{name: float(value.value) for name, value in problem.parameters.items()}}
    arrays = [(stem, one.grid) for stem, one in problem.arrays.items() if one.formula is None]
    if not arrays:
        arrays = [(name, None) for name in numbers]
    found: Tensors = {}
    for stem, grid in arrays:
        names, shape = (grid.names, grid.shape) if grid else ((stem,), ())
        flat = torch.tensor([numbers[name] for name in names], dtype=torch.float64)
        found[stem] = flat.reshape(shape).clone().requires_grad_(True)
    return found


def entries(stem: str, value: Any) -> dict[str, float]:
    """The numbers of a tensor or of nested lists by the names of their quantities."""
    value = torch.as_tensor(value, dtype=torch.float64)
    stem = f"{stem}_" if stem[-1].isdigit() and value.dim() else stem
    places = product(*(range(1, size + 1) for size in value.shape))
    names = [stem + "_".join(map(str, place)) for place in places]
    return dict(zip(names, map(float, value.detach().flatten()), strict=True))


def values(text: str) -> dict[str, float]:
    """Every number of the solution by its key."""
    return {step.quantity.key: float(str(step.value.decimal.text())) for step in solved(text).trace.steps}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
def test_values_and_gradients_are_those_of_pytorch(exercise: Exercise) -> None:
    """Every node, and the gradient in every input and parameter."""
    found = values(exercise.text)
    tensors = tensors_of(exercise.text)
    nodes = exercise.forward(tensors)
    objective = list(nodes)[-1]
    for value in nodes.values():
        value.retain_grad()
    nodes[objective].backward()
    expected = {key: one for stem, value in nodes.items() for key, one in entries(stem, value.detach()).items()}
    for stem, tensor in {**tensors, **nodes}.items():
        if tensor.grad is not None:
            expected |= entries(f"d{objective}/d{stem}", tensor.grad)
    assert set(expected) <= set(found) | {key for key, one in expected.items() if one == 0}
    for key, one in expected.items():
        assert found.get(key, 0.0) == pytest.approx(one, rel=1e-7, abs=1e-9), key


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if one.printed], ids=lambda one: one.name)
def test_the_printed_numbers_come_out(exercise: Exercise) -> None:
    """What the source prints, to the digits that it prints."""
    found = values(exercise.text)
    for stem, printed in exercise.printed.items():
        for key, one in entries(stem, printed).items():
            assert found[key] == pytest.approx(one, rel=10**-exercise.digits, abs=1e-12), key


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
def test_the_chain_rule_on_the_page_has_the_value_that_stands_behind_it(exercise: Exercise) -> None:
    """∂f/∂W = ∂f/∂z·xᵀ, laid out and evaluated, is the gradient that backpropagation wrote entry by entry."""
    solution = solved(exercise.text)
    batch = next(batches(solution.problem, solution.trace.derivation))
    board = GraphPass(solution.problem, batch, batch.columns[0], ExtraLines(solution), {})
    known = {quantity: value.number for quantity, value in _values(solution).items()}
    compared = 0
    for stem, one in solution.problem.arrays.items():
        formula = board.chain_rule(stem)
        if formula is None:
            continue
        laid = laid_out(formula, board.known)
        assert laid.shape == one.grid.shape
        for name, entry in zip(one.grid.names, laid.entries, strict=True):
            value = to_float(evaluate(board.meant(entry), Certified(), lambda one: known.get(one, rational(0))))
            assert value == pytest.approx(to_float(known.get(board.slope_of(name), rational(0))), rel=1e-8, abs=1e-8)
            compared += 1
    assert compared


def _values(solution: Any) -> dict[Any, Any]:
    """The value of every quantity of a solution, constants among them."""
    trace = solution.trace
    return {one: trace.value(one) for one in (*trace.derivation.constants, *trace.by_quantity)}
