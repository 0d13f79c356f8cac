"""The order of the samples: in the worked solution, online and in batches, and in compiled training, as in PyTorch."""

from __future__ import annotations

from itertools import permutations

import pytest
from helpers import loaded, solved

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.quantities import Kind, Phase, place
from backprop_cli.ground.errors import UsageError
from backprop_cli.solving.solution import SolveOptions, solution_of

SAMPLES = [((0.5, -1.0), 1.0), ((1.5, 0.25), 0.0), ((-0.75, 2.0), 1.0), ((1.0, 1.0), 0.5), ((-0.5, -0.25), 0.0)]
NETWORK = (
    "samples:\n"
    + "".join(f"  - {{inputs: [{a}, {b}], targets: {t}}}\n" for (a, b), t in SAMPLES)
    + """\
layers:
  - {weights: [[0.5, -0.4], [0.3, 0.8]], bias: [0.1, -0.2], activation: tanh}
  - {weights: [[0.7, -0.6]], bias: 0.05, activation: sigmoid}
loss: half_squared_error
learning_rate: 0.5
"""
)
ORDERS = {
    "as it stands": [],
    "one order": [[4, 1, 5, 2, 3]],
    "an order for each epoch": [[4, 1, 5, 2, 3], [3, 5, 2, 1, 4], [1, 2, 3, 5, 4]],
}


def trained_by_pytorch(orders: list[list[int]], size: int, epochs: int, optimizer: str) -> list[list[float]]:
    """All parameters before the first epoch and after each."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of training")
    tensors = [
        torch.tensor(rows, dtype=torch.float64, requires_grad=True)
        for rows in ([[0.5, -0.4], [0.3, 0.8]], [0.1, -0.2], [[0.7, -0.6]], [0.05])
    ]
    rule = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer](tensors, lr=0.5)
    inputs = torch.tensor([x for x, _t in SAMPLES], dtype=torch.float64)
    targets = torch.tensor([[t] for _x, t in SAMPLES], dtype=torch.float64)
    seen = [[value.item() for tensor in tensors for value in tensor.flatten()]]
    for epoch in range(epochs):
        order = orders[epoch % len(orders)] if orders else [1, 2, 3, 4, 5]
        for start in range(0, 5, size):
            batch = [number - 1 for number in order[start : start + size]]
            w1, b1, w2, b2 = tensors
            rule.zero_grad()
            out = torch.sigmoid(torch.tanh(inputs[batch] @ w1.T + b1) @ w2.T + b2)
            (((out - targets[batch]) ** 2).sum() / 2 / len(batch)).backward()
            rule.step()
        seen.append([value.item() for tensor in tensors for value in tensor.flatten()])
    return seen


PARAMETERS = ("w1", "w2", "w3", "w4", "b1", "b2", "w5", "w6", "b3")


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("which", ORDERS)
def test_training_goes_through_the_samples_in_the_order_stated(which: str, optimizer: str, size: int) -> None:
    orders, epochs = ORDERS[which], 7
    expected = trained_by_pytorch(orders, size, epochs, optimizer)
    order = f"order: {orders}\n" if orders else ""
    text = f"{NETWORK}{order}batch: {size}\noptimizer: {optimizer}\nreport: [1, 2, 5, {epochs}]\n"
    run = solution_of(loaded(text), SolveOptions(digits=12)).training
    assert run is not None
    for report in run.reports:
        values = {name.bare_key: float(value.text()) for name, value in report.values.items()}
        assert [values[name] for name in PARAMETERS] == pytest.approx(expected[report.epoch], rel=1e-8)


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("which", ORDERS)
def test_the_worked_solution_goes_through_them_in_the_same_order(which: str, size: int) -> None:
    orders = ORDERS[which]
    order = f"order: {orders}\n" if orders else ""
    solution = solved(f"{NETWORK}{order}batch: {size}\nepochs: 4\n")
    expected = trained_by_pytorch(orders, size, 4, "sgd")[-1]
    newest = {s.quantity.name: float(s.value.decimal.text()) for s in solution.trace.steps
              if s.quantity.kind is Kind.NEW}  # fmt: skip
    assert [newest[name] for name in PARAMETERS] == pytest.approx(expected, rel=1e-9)


def test_a_sample_keeps_its_number() -> None:
    lines = solved(f"{NETWORK}order: [[2, 1, 3, 5, 4], [3, 1, 2, 4, 5]]\nepochs: 3\n").trace.derivation.lines
    passes = dict.fromkeys(line.quantity.at for line in lines if line.phase is Phase.FORWARD)
    assert [" / ".join(map(str, at)) for at in passes] == [
        *(f"epoch 1 / sample {n}" for n in (2, 1, 3, 5, 4)),
        *(f"epoch 2 / sample {n}" for n in (3, 1, 2, 4, 5)),
        *(f"epoch 3 / sample {n}" for n in (2, 1, 3, 5, 4)),  # from the first order again
    ]


def test_a_batch_is_made_of_the_next_samples_in_the_order() -> None:
    trace = solved(f"{NETWORK}order: [5, 2, 4, 1, 3]\nbatch: 2\n").trace
    losses = [line for line in trace.derivation.lines if line.quantity.bare_key == "E"]
    batches = [line for line in losses if place(line.quantity.at, "batch")]
    used = [[place(one.at, "sample") for one in quantities_in(line.formula)] for line in batches]
    assert used == [[5, 2], [4, 1], [3]]


def test_too_many_orders_to_compile_are_refused() -> None:
    orders = [order for order, _n in zip(permutations(range(1, 8)), range(4_500), strict=False)]
    samples = "".join(f"  - {{inputs: [{n}, {n}, {n}], targets: {n}}}\n" for n in range(1, 8))
    text = f"samples:\n{samples}layers: [{{weights: [[1, 1, 1]], activation: tanh}}]\nloss: squared_error\n"
    with pytest.raises(UsageError, match=r"4500 orders of the samples make .* lines to compile"):
        solution_of(loaded(f"{text}learning_rate: 1\nreport: [5000]\norder: {[*map(list, orders)]}\n"), SolveOptions())


def test_the_updates_of_batches_count_where_a_solution_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of the samples would be allowed; those that Adam writes for each batch are too many."""
    text = NETWORK + "batch: full\noptimizer: adam\nepochs: 2\n"
    lines = len(solved(text).trace.steps)
    monkeypatch.setattr("backprop_cli.ground.limits.LINES", lines)
    solved(text)
    monkeypatch.setattr("backprop_cli.ground.limits.LINES", lines - 1)
    with pytest.raises(UsageError, match=f"would have {lines} lines"):
        solved(text)
