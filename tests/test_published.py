"""Published worked solutions: what is right in print comes out digit for digit, what is wrong is shown to be wrong.

Each file of tests/published is one exercise: its source, and cases of a problem with the numbers that were printed. A
number is listed as printed, with its true value, and with a remark where the two disagree:

- `truncated`: the author cut the digits off;
- `rounded on the way`: the author went on with rounded numbers; another case of the file rounds as he did;
- `floating point`: a program printed all digits of a double, and the last ones are noise;
- `wrong`: the author made a mistake, which the notes of the file describe.

True values are from independent floating-point programs, to 15 digits. A number without one was printed by an author
who rounds or deviates as the case says, and has no other truth.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml
from helpers import loaded
from published_cases import CASES, FILES, Case, Number, read

from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.trace import Trace
from backprop_cli.solving.solver import solve

REPRODUCED = {"", "truncated", "floating point"}
MISSED = {"rounded on the way", "wrong"}
DIGITS = 30


@cache
def solution(case: Case) -> Trace:
    """The solution of a case, with the forward pass after the update."""
    problem = loaded(case.problem).problem
    return solve(derive(problem, then_forward=True), problem.rounding, digits=DIGITS)


def cases_with(wanted: Callable[[Number], bool]) -> pytest.MarkDecorator:
    """Every case, with those of its numbers that are wanted, where there are any."""
    chosen = [(case, tuple(filter(wanted, case.numbers))) for case in CASES]
    some = [pytest.param(case, numbers, id=f"{case.file}: {case.what}") for case, numbers in chosen if numbers]
    return pytest.mark.parametrize(("case", "numbers"), some)


Numbers = tuple[Number, ...]


@cases_with(lambda number: number.remark in REPRODUCED)
def test_what_is_right_in_print_comes_out_digit_for_digit(case: Case, numbers: Numbers) -> None:
    """Our value, rounded (or cut off, where the author did that) to the digits printed, is the printed number."""
    trace = solution(case)
    assert [(n.quantity, n.printed, trace[n.quantity].decimal.text())
            for n in numbers if not n.is_rounding_of(trace[n.quantity].number)] == []  # fmt: skip


@cases_with(lambda number: number.true is not None)
def test_every_value_is_the_true_one_to_nine_digits(case: Case, numbers: Numbers) -> None:
    """Whatever was printed, our value agrees with an independent computation."""
    trace = solution(case)
    assert [(n.quantity, n.true, trace[n.quantity].decimal.text())
            for n in numbers if not n.is_true(trace[n.quantity].number)] == []  # fmt: skip


@cases_with(lambda number: number.remark in MISSED)
def test_what_is_wrong_in_print_is_not_reproduced(case: Case, numbers: Numbers) -> None:
    """A number with a remark differs from ours in the digits printed; else the remark would be slander."""
    trace = solution(case)
    assert [n.quantity for n in numbers if n.is_rounding_of(trace[n.quantity].number)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rounding_as_the_author_does_explains_what_was_rounded_on_the_way(path: Path) -> None:
    """A number that only the author's own rounding gives stands in another case of the file, without a remark."""
    numbers = [number for case in read(path) for number in case.numbers]
    explained = {(n.quantity, n.printed) for n in numbers if n.remark in REPRODUCED}
    assert [n for n in numbers if n.remark == "rounded on the way" and (n.quantity, n.printed) not in explained] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_says_where_its_numbers_come_from(path: Path) -> None:
    """A file has a source, its remarks are known ones, and mistakes are explained in its notes."""
    content = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    remarks = {number.remark for case in read(path) for number in case.numbers}
    assert content["source"]
    assert remarks <= REPRODUCED | MISSED
    assert "wrong" not in remarks or content["notes"]


def test_nothing_is_left_out() -> None:
    """All published exercises of this stage are here: forty-two exercises, and eleven hundred numbers."""
    assert len(FILES) == 42
    assert sum(len(case.numbers) for case in CASES) > 1100


def test_the_error_in_print_after_the_first_step_comes_from_updating_the_output_layer_first() -> None:
    """0.291027924 for 0.291027774: the hidden layer took its gradients through output weights already updated."""
    right, sequential = (case for case in CASES if case.file == "mazur" and "weights" in case.what)
    assert solution(right)["after / E"].decimal.text().startswith("0.291027773")
    assert solution(sequential)["after / E"].decimal.text().startswith("0.29102792")
