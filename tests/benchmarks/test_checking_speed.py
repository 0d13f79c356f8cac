"""How many sheets are marked in a second, reading and diagnosis included, and how that grows with the lines.

Processor time is counted and not the clock's, so that a busy machine does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from sheet_texts import text_of
from sheets import checker, right_answers

from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text

pytest.importorskip("pytest_benchmark", reason="benchmarks need pytest-benchmark")

GOAL = 1_500  # sheets of the 2-2-2 example in a second, on one core: many students write the same
UNALIKE = 1_000  # of sheets of which no two are alike: each is judged and searched for itself
SLIPS: list[dict[str, str]] = [
    {"delta_h1": "0.04537"},  # the errors were sent back instead of their δ
    {"delta_o1": "0.7414"},  # no slope
    {"w5_new": "0.4411"},  # uphill
    {},
    {"net_h1": "0.0275"},  # no bias
    {"dE/dw5": "0.1385"},  # no input
]


def chain(depth: int) -> str:
    """A chain of sigmoids."""
    layers = [f"  - {{neurons: [n{n}], activation: sigmoid, weights: [[0.{n % 8 + 1}]]}}" for n in range(depth)]
    return "\n".join(
        ["inputs: {x: 0.5}", f"targets: {{n{depth - 1}: 0.2}}", "layers:", *layers, "loss: half_squared_error",
         "learning_rate: 0.3", ""]
    )  # fmt: skip


def mark(source: str, text: str) -> Report:
    """Reads the sheet and marks it."""
    marker = checker(source)
    return check_sheet(marker, read_text(text, "sheet.yaml", marker.names, "yaml"))


def seconds(run: Callable[[], object], rounds: int = 5) -> float:
    """The least processor time of some rounds, after one to warm up."""
    run()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def test_hundreds_of_sheets_are_marked_in_a_second(benchmark: Callable[..., object]) -> None:
    """Each of 31 answers; five of six sheets with a mistake that is looked up."""
    texts = [text_of(right_answers("mazur") | slip) for slip in SLIPS]

    def all_of_them() -> None:
        for text in texts:
            mark("mazur", text)

    per_second = len(texts) / seconds(all_of_them, rounds=20)
    benchmark.extra_info["sheets per second"] = per_second  # type: ignore[attr-defined]
    benchmark.pedantic(all_of_them, rounds=20, warmup_rounds=2)  # type: ignore[attr-defined]
    print(f"\n{per_second:.0f} sheets of 31 answers a second and core (at least {GOAL})")
    assert per_second >= GOAL


def of_which_no_two_are_alike() -> list[str]:
    """Sheets: each student writes so many digits, and leaves out another line."""
    right, texts = right_answers("mazur"), []
    for number, left_out in enumerate(right):
        digits = 4 + number % 6
        written = {key: f"{float(value):.{digits}g}" for key, value in right.items() if key != left_out}
        texts += [text_of(written | {key: slip for key, slip in one.items() if key != left_out}) for one in SLIPS]
    return list(dict.fromkeys(texts))


def marked_anew(texts: list[str]) -> None:
    """Marks them without what is remembered of other sheets."""
    checker("mazur").forget()
    for text in texts:
        mark("mazur", text)


def test_a_thousand_sheets_of_which_no_two_are_alike_are_marked_in_a_second(benchmark: Callable[..., object]) -> None:
    texts = of_which_no_two_are_alike()
    assert len(texts) > 180
    mark("mazur", texts.pop(0))
    per_second = len(texts) / seconds(lambda: marked_anew(texts), rounds=5)
    benchmark.extra_info["sheets per second"] = per_second  # type: ignore[attr-defined]
    benchmark.pedantic(marked_anew, args=(texts,), rounds=1)  # type: ignore[attr-defined]
    print(f"\n{per_second:.0f} sheets of which no two are alike a second and core (at least {UNALIKE})")
    assert per_second >= UNALIKE


def test_four_times_the_lines_cost_four_times_the_time(benchmark: Callable[..., object]) -> None:
    def of_depth(depth: int) -> float:
        source = chain(depth)
        answers = right_answers(source)
        text = text_of(answers | {"delta_n0": "0.5"})
        assert mark(source, text).first_wrong is not None
        return seconds(lambda: mark(source, text)) / len(answers)

    growth = benchmark.pedantic(lambda: of_depth(40) / of_depth(10), rounds=1)  # type: ignore[attr-defined]
    print(f"\na line of four times as many costs {growth:.2f} times as much")
    assert growth < 1.5
