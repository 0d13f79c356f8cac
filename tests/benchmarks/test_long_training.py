"""Training of a 4-8-3 network on ten samples, with precision rising: against loops written by hand on python-flint.

The loops have the precision from the beginning that ours ends with, and do nothing else. Processor time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flint import arb, ctx

from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import load_text
from backprop_cli.training import runs

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")
INPUTS, HIDDEN, OUTPUTS, SAMPLES = 4, 8, 3, 10
RATE, BETA1, BETA2, EPSILON = "0.05", "0.9", "0.999", "1e-8"


def number(seed: int) -> str:
    """A number between −0.9 and 0.9 with one decimal."""
    return f"{(7 * seed + 3) % 19 - 9}e-1"


X = [[number(5 * k + i) for i in range(INPUTS)] for k in range(SAMPLES)]
T = [k % OUTPUTS for k in range(SAMPLES)]
V = [[number(3 * h + i) for i in range(INPUTS)] for h in range(HIDDEN)]
W = [[number(2 * o + 5 * h) for h in range(HIDDEN)] for o in range(OUTPUTS)]


def problem(optimizer: str) -> Problem:
    """The network as a problem file."""
    samples = "".join(
        f"  - {{inputs: [{', '.join(x)}], targets: [{', '.join(str(int(t == o)) for o in range(OUTPUTS))}]}}\n"
        for x, t in zip(X, T, strict=True)
    )
    rows = [f"[{', '.join(f'[{chr(44).join(row)}]' for row in matrix)}]" for matrix in (V, W)]
    text = (
        f"samples:\n{samples}layers:\n  - {{activation: tanh, weights: {rows[0]}, bias: 0}}\n"
        f"  - {{activation: softmax, weights: {rows[1]}, bias: 0}}\nloss: cross_entropy\nlearning_rate: {RATE}\n"
        f"batch: full\nreduce: mean\noptimizer: {optimizer}\nfixed: [b1, b2]\n"
    )
    return load_text(text, "network.yaml").problem


Numbers = list[list[Any]]


def slopes(x: Numbers, v: Numbers, w: Numbers) -> tuple[Numbers, Numbers]:
    """The mean gradients of the weights, as one would write them for any such network, on any numbers with an exp."""
    dv, dw = [[0 * one for one in row] for row in v], [[0 * one for one in row] for row in w]
    for row, target in zip(x, T, strict=True):
        h = [sum(a * b for a, b in zip(weights, row, strict=True)).tanh() for weights in v]
        e = [sum(a * b for a, b in zip(weights, h, strict=True)).exp() for weights in w]
        total = sum(e)
        d = [(one / total - (o == target)) / SAMPLES for o, one in enumerate(e)]
        back = [sum(d[o] * w[o][j] for o in range(OUTPUTS)) * (1 - h[j] * h[j]) for j in range(HIDDEN)]
        for o in range(OUTPUTS):
            dw[o] = [old + d[o] * one for old, one in zip(dw[o], h, strict=True)]
        for j in range(HIDDEN):
            dv[j] = [old + back[j] * one for old, one in zip(dv[j], row, strict=True)]
    return dv, dw


def sgd(number: Callable[[str], Any], epochs: int) -> Numbers:
    """Plain gradient descent."""
    x, v, w = ([[number(one) for one in row] for row in matrix] for matrix in (X, V, W))
    rate = number(RATE)
    for _epoch in range(epochs):
        for weights, gradient in zip((v, w), slopes(x, v, w), strict=True):
            for row, changes in zip(weights, gradient, strict=True):
                row[:] = [one - rate * change for one, change in zip(row, changes, strict=True)]
    return w


def adam(number: Callable[[str], Any], epochs: int) -> Numbers:
    """Adam, with what is the same for all weights of an epoch computed once."""
    x, v, w = ([[number(one) for one in row] for row in matrix] for matrix in (X, V, W))
    rate, beta1, beta2, epsilon = map(number, (RATE, BETA1, BETA2, EPSILON))
    first, second = ([[[0 * one for one in row] for row in weights] for weights in (v, w)] for _moment in range(2))
    for epoch in range(1, epochs + 1):
        step, root = rate / (1 - beta1**epoch), 1 - beta2**epoch
        for n, (weights, gradient) in enumerate(zip((v, w), slopes(x, v, w), strict=True)):
            for row, ms, vs, gs in zip(weights, first[n], second[n], gradient, strict=True):
                ms[:] = [beta1 * m + (1 - beta1) * g for m, g in zip(ms, gs, strict=True)]
                vs[:] = [beta2 * m + (1 - beta2) * g * g for m, g in zip(vs, gs, strict=True)]
                row[:] = [one - step * m / ((s / root).sqrt() + epsilon) for one, m, s in zip(row, ms, vs, strict=True)]
    return w


def seconds(run: Callable[[], Any], rounds: int = 3) -> float:
    """The least processor time of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def ours(optimizer: str, epochs: int) -> tuple[float, int]:
    """Our time, and the bits of the last attempt."""
    one, bits = problem(optimizer), []
    usual = runs._Attempt

    class Attempt(usual):  # type: ignore[misc, valid-type]
        def run(self) -> Any:
            bits.append(self.bits)
            return super().run()

    runs._Attempt = Attempt  # type: ignore[misc]
    try:
        taken = seconds(lambda: runs.train(one, [epochs], 9))
    finally:
        runs._Attempt = usual  # type: ignore[misc]
    return taken, bits[-1]


def by_hand(optimizer: str, epochs: int, bits: int) -> float:
    """The time of the loop."""
    loop = {"sgd": sgd, "adam": adam}[optimizer]
    with ctx.workprec(bits):
        return seconds(lambda: loop(arb, epochs))


CASES = [("sgd", 300, 1.5), ("sgd", 1_000, 1.5), ("adam", 100, 2.0), ("adam", 300, 2.0), ("adam", 600, 2.0)]


@pytest.mark.parametrize(("optimizer", "epochs", "most"), CASES)
def test_long_training_is_near_the_loop_written_by_hand(
    optimizer: str, epochs: int, most: float, benchmark: Any
) -> None:
    taken, bits = benchmark.pedantic(lambda: ours(optimizer, epochs), rounds=1)
    ratio = taken / by_hand(optimizer, epochs, bits)
    print(f"\n{optimizer}, {epochs} epochs: {taken:.2f} s, {bits} bits, {ratio:.2f} times the loop (at most {most})")
    assert ratio <= most
