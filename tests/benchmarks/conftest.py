"""Benchmarks run on request only: `python -m pytest tests/benchmarks --benchmark-only -s`."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the benchmarks out of the ordinary tests, where a slow machine would make them fail."""
    if not getattr(config.option, "benchmark_only", False):
        for item in items:
            if item.path.parent.name == "benchmarks":
                item.add_marker(pytest.mark.skip(reason="a benchmark: run it with --benchmark-only"))
