"""What a command costs from a cold start, against the bare imports that it cannot do without, in the same run.

Byte code is compiled, as it is after an installation; the figures are processor time, each in turn with its peer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from sheet_texts import text_of
from sheets import right_answers
from table import BACKPROP, OURS, python, seconds

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")

LIBRARIES = f"import {OURS}"
BOUNDS: dict[tuple[str, ...], tuple[str, float]] = {  # at most so many times what its peer costs
    ("--help",): ("import typer", 1.15),
    ("--version",): ("import typer", 1.15),
    ("solve", "mazur"): (LIBRARIES, 2.0),
    ("solve", "mazur", "--json"): (LIBRARIES, 1.7),
    ("check", "mazur", "sheet.yaml"): (LIBRARIES, 2.0),
}


@pytest.mark.parametrize("words", BOUNDS, ids=" ".join)
def test_a_command_starts_soon_after_its_libraries(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, benchmark: Callable[..., object]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sheet.yaml").write_text(text_of(right_answers("mazur")), "utf-8")
    peer, most = BOUNDS[words]

    def ratio() -> float:
        times = [(seconds(lambda: python(*BACKPROP, *words)), seconds(lambda: python("-c", peer))) for _ in range(15)]
        ours, theirs = (min(one[side] for one in times) for side in (0, 1))
        print(f"\n{' '.join(words)}: {ours * 1000:.0f} ms, {peer}: {theirs * 1000:.0f} ms; medians' ratio "
              f"{median(one[0] for one in times) / median(one[1] for one in times):.2f}")  # fmt: skip
        return ours / theirs

    python(*BACKPROP, *words)  # compiles what is imported
    python("-c", peer)
    found: float = benchmark.pedantic(ratio, rounds=1)  # type: ignore[attr-defined]
    assert found <= most
