"""How long a new problem takes, its lint included: the median over seeds, in processor time."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from backprop_cli.generator.problems import generate
from backprop_cli.generator.recipes import Recipe

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")

GOAL = 0.2  # seconds
KINDS: dict[str, dict[str, Any]] = {
    "2-2-1 relu": {"shape": (2, 2, 1), "activation": "relu"},
    "2-2-2 sigmoid": {"shape": (2, 2, 2), "activation": "sigmoid"},
    "3-4-3 softmax": {"shape": (3, 4, 3), "activation": "relu", "loss": "cross_entropy"},
    "2-3-1 tanh": {"shape": (2, 3, 1), "activation": "tanh"},
    "2-2-1 with binary cross-entropy": {"shape": (2, 2, 1), "activation": "relu", "loss": "binary_cross_entropy"},
    "single weight": {"kind": "single-weight"},
    "softmax": {"kind": "softmax"},
    "5 gates": {"kind": "graph", "gates": 5},
    "8 gates": {"kind": "graph", "gates": 8},
    "adadelta": {"kind": "optimizer", "optimizer": "adadelta"},
    "adam": {"kind": "optimizer", "optimizer": "adam"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_problem_takes_less_than_a_fifth_of_a_second(kind: str, benchmark: Callable[..., object]) -> None:
    def seconds(seed: int) -> float:
        start = time.process_time()
        generate(Recipe(**KINDS[kind]), seed)
        return time.process_time() - start

    seconds(0)
    taken = benchmark.pedantic(lambda: median(seconds(seed) for seed in range(1, 22)), rounds=1)  # type: ignore[attr-defined]
    print(f"\n{kind}: {taken:.3f} s (at most {GOAL})")
    assert taken <= GOAL
