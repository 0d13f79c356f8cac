"""Sheets as the text of a file."""

from __future__ import annotations

import pytest

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")


def text_of(answers: dict[str, str]) -> str:
    """A sheet with these answers."""
    return "student: Ann\nanswers:\n" + "".join(f"  {key}: {value}\n" for key, value in answers.items())
