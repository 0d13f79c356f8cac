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
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import loaded

from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.trace import Trace
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Rounding, Ties, round_to
from backprop_cli.solving.solver import solve

FOLDER = Path(__file__).parent / "published"
REPRODUCED = {"", "truncated", "floating point"}
MISSED = {"rounded on the way", "wrong"}
NOISE = rational(1, 10**14)
NINE_DIGITS = rational(1, 10**9)
BITS = 320
DIGITS = 30


@dataclass(frozen=True)
class Number:
    """A printed number: its quantity, its text, the true value if that is another matter, and what is to be said."""

    quantity: str
    printed: str
    true: str | None = None
    remark: str = ""

    def is_rounding_of(self, value: Real) -> bool:
        """Whether the text is what the value is to the number of digits printed, as far as they mean anything."""
        if self.remark == "floating point":
            return bool(self._differs_by(value, self.printed) <= NOISE)
        ties: Ties = "truncate" if self.remark == "truncated" else "half-up"
        places = -int(Decimal(self.printed).as_tuple().exponent)
        with precision(BITS):
            return round_to(value, Rounding(places=places, ties=ties)).value == exact(self.printed)

    def is_true(self, value: Real) -> bool:
        """Whether the value agrees with the true one to nine significant digits."""
        assert self.true is not None
        return bool(self._differs_by(value, self.true) <= abs(exact(self.true)) * NINE_DIGITS)

    def _differs_by(self, value: Real, text: str) -> Any:
        with precision(BITS):
            return abs(value - exact(text))


@dataclass(frozen=True)
class Case:
    """A problem in our format and the numbers that were printed for it."""

    file: str
    what: str
    problem: str
    numbers: tuple[Number, ...]


def exact(text: str) -> Rational:
    """The number that a decimal says."""
    fraction = Fraction(text)
    return rational(fraction.numerator, fraction.denominator)


def read(path: Path) -> list[Case]:
    """The cases of a file; a case without a problem of its own adds lines to the first one."""
    content = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    first = content["cases"][0]["problem"]
    return [
        Case(
            path.stem,
            case["what"],
            case.get("problem") or first + case["also"],
            tuple(Number(quantity, *listed) for quantity, listed in case["numbers"].items()),
        )
        for case in content["cases"]
    ]


FILES = sorted(FOLDER.glob("*.yaml"))
CASES = [case for path in FILES for case in read(path)]


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
    """All published exercises of this stage are here: forty-one exercises, and more than a thousand numbers."""
    assert len(FILES) == 41
    assert sum(len(case.numbers) for case in CASES) > 1000


def test_the_error_in_print_after_the_first_step_comes_from_updating_the_output_layer_first() -> None:
    """0.291027924 for 0.291027774: the hidden layer took its gradients through output weights already updated."""
    right, sequential = (case for case in CASES if case.file == "mazur" and "weights" in case.what)
    assert solution(right)["after / E"].decimal.text().startswith("0.291027773")
    assert solution(sequential)["after / E"].decimal.text().startswith("0.29102792")
