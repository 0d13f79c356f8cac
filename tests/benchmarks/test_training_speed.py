"""10,000 epochs of the 2-2-2 example with 15 certified digits, against PyTorch and against a loop written by hand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import pytest
from flint import arb, ctx

from backprop_cli.problem.reader import load
from backprop_cli.training.runs import train

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")
EPOCHS = 10_000


PROBLEM = load("mazur").problem


def ours(epochs: int = EPOCHS) -> None:
    """Compiling and certifying included; imports and reading the file excluded, as for the peers."""
    train(PROBLEM, [epochs], 15)


def by_hand() -> None:
    """The same network on python-flint, as one would write it for this network alone."""
    with ctx.workprec(128):
        _loop(arb, arb.exp)


def in_floats() -> tuple[float, ...]:
    """The same loop on Python's floats, which certify nothing."""
    return _loop(float, math.exp)


def _loop(number: Callable[[str], Any], exp: Callable[[Any], Any]) -> tuple[Any, ...]:
    i1, i2, t1, t2, b1, b2, eta = map(number, ("0.05", "0.1", "0.01", "0.99", "0.35", "0.6", "0.5"))
    w1, w2, w3, w4 = map(number, ("0.15", "0.2", "0.25", "0.3"))
    w5, w6, w7, w8 = map(number, ("0.4", "0.45", "0.5", "0.55"))
    for _epoch in range(EPOCHS):
        h1 = 1 / (1 + exp(-(w1 * i1 + w2 * i2 + b1)))
        h2 = 1 / (1 + exp(-(w3 * i1 + w4 * i2 + b1)))
        o1 = 1 / (1 + exp(-(w5 * h1 + w6 * h2 + b2)))
        o2 = 1 / (1 + exp(-(w7 * h1 + w8 * h2 + b2)))
        d1 = (o1 - t1) * o1 * (1 - o1)
        d2 = (o2 - t2) * o2 * (1 - o2)
        e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1)
        e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2)
        w1, w2, w3, w4 = w1 - eta * e1 * i1, w2 - eta * e1 * i2, w3 - eta * e2 * i1, w4 - eta * e2 * i2
        w5, w6, w7, w8 = w5 - eta * d1 * h1, w6 - eta * d1 * h2, w7 - eta * d2 * h1, w8 - eta * d2 * h2
    return w1, w2, w3, w4, w5, w6, w7, w8


def in_numpy() -> tuple[float, ...]:
    """The same in float64, as one would write it with NumPy."""
    import numpy as np

    x, t = np.array([0.05, 0.1]), np.array([0.01, 0.99])
    v, w = np.array([[0.15, 0.2], [0.25, 0.3]]), np.array([[0.4, 0.45], [0.5, 0.55]])
    for _epoch in range(EPOCHS):
        h = 1 / (1 + np.exp(-(v @ x + 0.35)))
        o = 1 / (1 + np.exp(-(w @ h + 0.6)))
        d = (o - t) * o * (1 - o)
        e = (d @ w) * h * (1 - h)
        v, w = v - 0.5 * np.outer(e, x), w - 0.5 * np.outer(d, h)
    return (*v.ravel().tolist(), *w.ravel().tolist())


def in_pytorch() -> None:
    """The plain loop in float64."""
    import torch

    torch.set_num_threads(1)
    inputs, targets = (torch.tensor(row, dtype=torch.float64) for row in ([0.05, 0.1], [0.01, 0.99]))
    hidden, output = (
        torch.tensor(rows, dtype=torch.float64, requires_grad=True)
        for rows in ([[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]])
    )
    rule = torch.optim.SGD([hidden, output], lr=0.5)
    for _epoch in range(EPOCHS):
        rule.zero_grad()
        out = torch.sigmoid(output @ torch.sigmoid(hidden @ inputs + 0.35) + 0.6)
        (((out - targets) ** 2).sum() / 2).backward()
        rule.step()


def seconds(run: Callable[[], Any], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def test_training_is_near_the_loop_written_by_hand(benchmark: Any) -> None:
    benchmark.pedantic(ours, rounds=3, warmup_rounds=1)
    ratio = seconds(ours, 7) / seconds(by_hand, 7)
    print(f"\n{ratio:.2f} times the hand-written loop (at most 1.5)")
    assert ratio <= 1.5


def test_the_loops_without_certificates_come_to_the_same_weights() -> None:
    pytest.importorskip("numpy", reason="NumPy is a peer here")
    assert in_floats() == pytest.approx(in_numpy(), rel=1e-9)


def test_training_is_ten_times_faster_than_pytorch(benchmark: Any) -> None:
    pytest.importorskip("torch", reason="PyTorch is the peer here")
    benchmark.pedantic(ours, rounds=3, warmup_rounds=1)
    ratio = seconds(in_pytorch) / seconds(ours)
    print(f"\nPyTorch takes {ratio:.1f} times as long (at least 10)")
    assert ratio >= 10


def test_time_is_linear_in_the_epochs(benchmark: Any) -> None:
    growth = benchmark.pedantic(lambda: seconds(lambda: ours(20_000)) / seconds(lambda: ours(5_000)), rounds=1)
    print(f"\n4 times the epochs cost {growth:.1f} times the time")
    assert growth <= 4**1.05
