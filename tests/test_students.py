"""Students simulated without a look at the judge: right work is paid, empty work is not, wrong work never is."""

import sys
from fractions import Fraction
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "students"))

import empty
from course import Course, bundled
from habits import HABITS, fits
from measure import ASKED, Count, correct_students, empty_work
from product import PROBLEMS

SLICE = {  # a bundled problem, the digits asked for, and every how many of the habits are tried there
    "09-mazur": ("free", 1),
    "16-softmax-network": ("4f", 5),
    "18-han-kamber": ("free", 5),
    "25-adam": ("free", 6),
    "12-dead-relu": ("3", 8),
}


def course_of(name: str) -> Course:
    course = bundled(PROBLEMS / f"{name}.yaml")
    digits = ASKED[SLICE[name][0]]
    return course.said(digits) if digits else course


@pytest.fixture(scope="module")
def right_students() -> dict[str, Count]:
    total: dict[str, Count] = {}
    for shift, (name, (_, every)) in enumerate(SLICE.items()):
        course = course_of(name)
        habits = [h for h in list(HABITS.values())[shift % every :: every] if fits(h, course) and h.promised]
        for habit, count in correct_students(course, habits).items():
            whole = total.setdefault(habit, Count())
            whole.lines += count.lines
            whole.full += count.full
            whole.examples += count.examples
    return total


@pytest.mark.parametrize("habit", [h.name for h in HABITS.values() if h.promised])
def test_every_habit_of_a_correct_student_gets_full_marks(habit: str, right_students: dict[str, Count]) -> None:
    count = right_students[habit]
    assert count.full >= Fraction(999, 1000) * count.lines, "\n".join(count.examples)


@pytest.mark.parametrize("name", ["09-mazur", "16-softmax-network", "12-dead-relu"])
def test_sheets_without_work_earn_nothing(name: str) -> None:
    rows = list(empty_work(bundled(PROBLEMS / f"{name}.yaml")))
    assert len(rows) == len(empty.GUESSES)
    paid = [f"{row.sheet}: {float(row.without_both):.1%}" for row in rows if row.without_both >= Fraction(2, 100)]
    assert not paid
