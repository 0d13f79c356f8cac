"""Speed against peers in the same run: start-up against bare imports, and growth with the weights.

On request only: `python -m pytest tests/benchmarks --benchmark-only`. Peers run in turn with what they are compared
with, so that a slow machine slows both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from table import OURS, SYMPY, python

from backprop_cli.algebra.formula import Apply, Name, Number
from backprop_cli.deriving.schedule import derive
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.model import Connection, Layer, LossChoice, Neuron, Problem, Sample, Training
from backprop_cli.solving.solver import solve

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")


def _ratio(ours: Callable[[], None], peer: Callable[[], None], rounds: int = 15) -> float:
    """The median of ours/peer, run in turn, after one warm-up of each."""
    ours(), peer()
    ratios = []
    for _ in range(rounds):
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        peer()
        ratios.append((middle - start) / (time.perf_counter() - middle))
    return statistics.median(ratios)


STARTS = {
    "help": (("-m", "backprop_cli", "--help"), "import typer, rich", 1.15),
    "solve": (("-m", "backprop_cli", "solve", "mazur"), f"import {OURS}", 2.0),
    "solve, and SymPy": (("-m", "backprop_cli", "solve", "mazur"), f"import {SYMPY}", 1.0),
}


def test_importing_the_door_costs_no_more_than_the_command_line_starts_with(benchmark: Callable[..., object]) -> None:
    words = ("-c", "import backprop_cli")
    benchmark.pedantic(python, args=words, rounds=5, warmup_rounds=1)  # type: ignore[attr-defined]
    assert _ratio(lambda: python(*words), lambda: python("-m", "backprop_cli", "--version")) < 1


@pytest.mark.parametrize("name", STARTS)
def test_start_up_stays_near_the_bare_imports(name: str, benchmark: Callable[..., object]) -> None:
    words, imports, bound = STARTS[name]
    benchmark.pedantic(python, args=words, rounds=5, warmup_rounds=1)  # type: ignore[attr-defined]
    ratio = _ratio(lambda: python(*words), lambda: python("-c", imports))
    benchmark.extra_info["ratio to bare imports"] = ratio  # type: ignore[attr-defined]
    print(f"\n{name}: {ratio:.2f} times python -c {imports!r} (at most {bound})")
    assert ratio <= bound


def dense(inputs: int, outputs: int) -> Problem:
    """One sigmoid layer, every input connected to every output."""
    weights = {
        f"w{i}_{o}": Number(rational((7 * i + 3 * o) % 19 - 9, 10)) for o in range(outputs) for i in range(inputs)
    }
    neurons = tuple(
        Neuron(f"y{o}", tuple(Connection(f"w{i}_{o}", f"x{i}") for i in range(inputs))) for o in range(outputs)
    )
    names = tuple(f"x{i}" for i in range(inputs))
    sample = Sample(
        {name: Number(rational(index % 7 - 3, 10)) for index, name in enumerate(names)},
        {f"y{o}": Number(rational(o % 2)) for o in range(outputs)},
    )
    layer = Layer(neurons, Apply("sigmoid", (Name("z"),)), "output layer")
    return Problem(
        "", weights, (sample,), (layer,), inputs=names, loss=LossChoice("half_squared_error"),
        training=Training(Number(rational(1, 2))),
    )  # fmt: skip


@pytest.mark.parametrize("side", [25, 50, 100])
def test_a_dense_layer_is_solved_in_time_linear_in_its_weights(side: int, benchmark: Callable[..., object]) -> None:
    problem = dense(side, side)
    benchmark.pedantic(lambda: solve(derive(problem)), rounds=3, warmup_rounds=1)  # type: ignore[attr-defined]
    benchmark.extra_info["weights"] = side * side  # type: ignore[attr-defined]


def test_ten_thousand_weights_cost_sixteen_times_what_a_sixteenth_costs(benchmark: Callable[..., object]) -> None:
    def seconds(side: int) -> float:
        problem = dense(side, side)
        times = []
        for _ in range(3):
            start = time.perf_counter()
            solve(derive(problem))
            times.append(time.perf_counter() - start)
        return min(times)

    growth = benchmark.pedantic(lambda: seconds(100) / seconds(25), rounds=1)  # type: ignore[attr-defined]
    print(f"\n16 times the weights cost {growth:.1f} times the time")
    assert growth <= 16**1.05
