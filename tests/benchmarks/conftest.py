"""Benchmarks run on request: `pytest tests/benchmarks --benchmark-only`."""
