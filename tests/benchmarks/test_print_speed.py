"""Speed of print: the worked solution of a 2-2-2 network as a PDF, after imports, on request only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backprop_cli.formats.print import pdf
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import SolveOptions, solution_of

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")
pytest.importorskip("typst", reason="PDF needs typst")


def test_a_small_network_is_printed_in_under_two_seconds(benchmark: Callable[..., object]) -> None:
    solution = solution_of(load("mazur"), SolveOptions())
    benchmark.pedantic(pdf.render, args=(solution,), rounds=5, warmup_rounds=0)  # type: ignore[attr-defined]
    slowest = benchmark.stats.stats.max  # type: ignore[attr-defined]
    print(f"\nPDF of mazur: {slowest:.2f} s at most in five rounds (bound 2 s)")
    assert slowest < 2
