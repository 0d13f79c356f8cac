"""How long a new problem takes, its lint included: the median over seeds, in processor time; and whole commands."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from backprop_cli.generator.problems import generate
from backprop_cli.generator.recipes import Recipe

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")

GOAL = 0.2  # seconds
PRINTED = 4.0  # seconds by the clock, of two cores, for thirty variants with their sheets as PDF
REFUSED = 0.5  # seconds of the command
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


def command(*arguments: str) -> tuple[float, float, int]:
    """The seconds of a command by the clock, those of processors, and its exit code: the least of three runs."""

    def once() -> tuple[float, float, int]:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        ran = subprocess.run([sys.executable, "-m", "backprop_cli", *arguments], capture_output=True, check=False)
        took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ran.returncode

    return min(once() for _run in range(3))


VARIANTS = ("generate", "--seed", "5", "--variants", "30", "--sheets", "pdf", "--force")
UNFULFILLABLE = (  # activations of networks that are refused
    ("sigmoid", "--places", "2"), ("sigmoid", "--places", "2", "--shape", "2-2-2"), ("step",), ("sign",),
)  # fmt: skip


def test_thirty_variants_are_printed_in_four_seconds(tmp_path: Path, benchmark: Callable[..., object]) -> None:
    pytest.importorskip("typst", reason="PDF needs Typst")
    took, used, code = benchmark.pedantic(lambda: command(*VARIANTS, "-o", str(tmp_path)), rounds=1)  # type: ignore[attr-defined]
    print(f"\n30 variants with PDF sheets: {took:.1f} s, {used:.1f} s of processors (at most {PRINTED})")
    assert code == 0
    assert took <= PRINTED


@pytest.mark.parametrize("wishes", UNFULFILLABLE, ids=" ".join)
def test_what_cannot_be_is_refused_in_half_a_second(wishes: tuple[str, ...], benchmark: Callable[..., object]) -> None:
    arguments = ("generate", "--seed", "3", "--activation", *wishes)
    _took, used, code = benchmark.pedantic(lambda: command(*arguments), rounds=1)  # type: ignore[attr-defined]
    print(f"\n{' '.join(wishes)}: refused in {used:.2f} s (at most {REFUSED})")
    assert code == 2
    assert used <= REFUSED
