"""Generated problems: agreeable numbers, nothing dead, symmetric or saturated, and every usual mistake shows.

What is generated is read, solved, linted and marked as any problem is; where numbers are expected, they are computed
here from the file with Python's fractions and floats.
"""

from __future__ import annotations

from typing import Any

import pytest
from helpers import backprop
from sheets import checker, right_sheet

from backprop_cli.checking.lint import Weight, lint
from backprop_cli.checking.report import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.generator.problems import Generated, generate
from backprop_cli.generator.recipes import Recipe, shape_of

KINDS: dict[str, dict[str, Any]] = {
    "2-2-1 relu": {"shape": (2, 2, 1), "activation": "relu"},
    "2-2-2 sigmoid": {"shape": (2, 2, 2), "activation": "sigmoid"},
    "2-3-1 tanh": {"shape": (2, 3, 1), "activation": "tanh"},
    "2-2-3 classifier": {"shape": (2, 2, 3), "activation": "relu", "loss": "cross_entropy"},
    "single weight": {"kind": "single-weight"},
    "softmax": {"kind": "softmax"},
}


def check(made: Generated) -> None:
    """It is lint clean, it solves, and its key has full marks."""
    warnings = [remark for remark in lint(made.loaded.problem) if remark.weight is Weight.WARNING]
    assert warnings == [], made.text
    marker = checker(made.text)
    report = check_sheet(marker, read_text(right_sheet(made.text), "key.yaml", marker.names, "yaml"))
    assert report.all_right, made.text
    assert report.marks


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_generated_is_clean_and_its_key_is_right(kind: str) -> None:
    for seed in range(1, 4):
        check(generate(Recipe(**KINDS[kind]), seed))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hundred", range(10))
def test_a_thousand_of_each_kind_are_clean_and_their_keys_are_right(kind: str, hundred: int) -> None:
    for seed in range(100 * hundred, 100 * hundred + 100):
        check(generate(Recipe(**KINDS[kind]), seed))


def test_the_same_seed_gives_the_same_bytes() -> None:
    words = ("generate", "--shape", "2-2-1", "--activation", "relu", "--seed", "7")
    first, second = backprop(*words), backprop(*words)
    assert first.code == 0
    assert first.out == second.out
    assert backprop(*words[:-1], "8").out != first.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shape", "0-2"], "a layer of 0"),
        (["--shape", "2"], "not a shape"),
        (["--shape", "2-a-1"], "not a shape"),
        (["--shape", "2-99-1"], "a layer of 99"),
        (["--activation", "sigmod"], "did you mean 'sigmoid'?"),
        (["--loss", "half_squared_eror"], "did you mean 'half_squared_error'?"),
        (["--kind", "netwrok"], "did you mean 'network'?"),
        (["--with", "dead-units"], "did you mean 'dead-unit'?"),
    ],
)
def test_a_wrong_option_is_one_message_with_a_suggestion(words: list[str], said: str) -> None:
    run = backprop("generate", *words)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert "Traceback" not in run.err


def test_a_demand_that_cannot_be_met_is_named() -> None:
    """A step has slope 0 everywhere, so that no unit lets a gradient through."""
    run = backprop("generate", "--activation", "step", "--seed", "1")
    assert (run.code, run.out) == (2, "")
    assert "the obstacle was: every unit lets something through" in run.err


def test_a_shape_is_read() -> None:
    assert shape_of("2-3-1") == (2, 3, 1)
