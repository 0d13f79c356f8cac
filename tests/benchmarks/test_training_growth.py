"""How the time of training grows: with the epochs, with the samples and with the weights, each about linearly.

Compiling and certifying are included. The exponent is the slope of a straight line through log time over log size.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import log
from typing import Any

import pytest

from backprop_cli.algebra.formula import Apply, Name, Number
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.model import Connection, Layer, LossChoice, Neuron, Problem, Sample, Training
from backprop_cli.problem.reader import load
from backprop_cli.training.runs import train

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")
LINEAR = 1.05  # an exponent up to this counts as linear
MAZUR = load("mazur").problem


def network(inputs: int, samples: int, **training: Any) -> Problem:
    """One sigmoid unit for every four inputs, all connected, on made-up samples."""
    outputs = max(1, inputs // 4)
    weights = {
        f"w{i}_{o}": Number(rational((7 * i + 3 * o) % 19 - 9, 10)) for o in range(outputs) for i in range(inputs)
    }
    units = tuple(
        Neuron(f"y{o}", tuple(Connection(f"w{i}_{o}", f"x{i}") for i in range(inputs))) for o in range(outputs)
    )
    names = tuple(f"x{i}" for i in range(inputs))
    data = tuple(
        Sample(
            {name: Number(rational((5 * index + 3 * k) % 13 - 6, 10)) for index, name in enumerate(names)},
            {f"y{o}": Number(rational((o + k) % 2)) for o in range(outputs)},
        )
        for k in range(samples)
    )
    layer = Layer(units, Apply("sigmoid", (Name("z"),)), "output layer")
    return Problem(
        "", weights, data, (layer,), inputs=names, loss=LossChoice("half_squared_error"),
        training=Training(Number(rational(1, 10)), **training),
    )  # fmt: skip


def seconds(run: Callable[[], Any], rounds: int = 3) -> float:
    """The shortest of some runs, in the time of this process."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of the line of least squares through the logarithms."""
    xs, ys = [log(size) for size in sizes], [log(one) for one in times]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


RATES = tuple(Number(rational(numerator, 10)) for numerator in (1, 5, 9))
GROWTH: dict[str, tuple[Sequence[int], Callable[[int], Any]]] = {
    "epochs": ([2_000, 4_000, 8_000, 16_000], lambda n: train(MAZUR, [n], 9)),
    "epochs that are watched": ([1_000, 2_000, 4_000, 8_000], lambda n: train(MAZUR, [n], 9, watched=True)),
    "samples, online": ([10, 20, 40, 80], lambda n: train(network(4, n), [40], 9)),
    "samples, in batches of five": ([10, 20, 40, 80], lambda n: train(network(4, n, batch=5), [40], 9)),
    "samples, in an order of their own each epoch": (
        [10, 20, 40, 80],
        lambda n: train(network(4, n, order=(tuple(range(1, n + 1)), tuple(range(n, 0, -1)))), [40], 9),
    ),
    "weights": ([16, 32, 64, 128], lambda n: train(network(n, 1), [30], 9)),
}


@pytest.mark.parametrize("what", GROWTH)
def test_time_is_linear(what: str, benchmark: Any) -> None:
    sizes, run = GROWTH[what]
    counted = [size * max(1, size // 4) for size in sizes] if what == "weights" else sizes
    times = benchmark.pedantic(lambda: [seconds(lambda size=size: run(size)) for size in sizes], rounds=1)  # type: ignore[misc]
    fitted = exponent(counted, times)
    benchmark.extra_info["exponent"] = fitted
    listed = ", ".join(f"{size:,}: {one:.3f} s" for size, one in zip(counted, times, strict=True))
    print(f"\n{what}: time grows with the power {fitted:.2f} (at most {LINEAR}); {listed}")
    assert fitted <= LINEAR


def test_several_rates_cost_what_they_cost_one_by_one(benchmark: Any) -> None:
    from backprop_cli.training.trials import compared

    together = replace(MAZUR, report=(4_000,), training=replace(MAZUR.training, learning_rate=RATES[0], rates=RATES))
    alone = [replace(MAZUR, training=replace(MAZUR.training, learning_rate=rate)) for rate in RATES]
    ratio = benchmark.pedantic(
        lambda: (
            seconds(lambda: compared(together, 9))
            / seconds(lambda: [train(one, [4_000], 9, watched=True) for one in alone])
        ),
        rounds=1,
    )
    print(f"\nthree rates compared take {ratio:.2f} times as long as three runs (at most 1.2)")
    assert ratio <= 1.2
