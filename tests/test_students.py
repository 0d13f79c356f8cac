"""Students simulated without a look at the judge: right work is paid, empty work is not, wrong work never is."""

import sys
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "students"))

import empty
import product
from course import Course, bundled
from families import FAMILIES, draw
from habits import HABITS, LENGTHS, fits
from handin import HandIn
from measure import ASKED, Count, Tally, correct_students, empty_work, wrong_students
from measure_bundled import TABLES, judged
from mistakes import KINDS
from writing import figures

SLICE = {  # a bundled problem, the digits asked for, and every how many of the habits are tried there
    "09-mazur": ("free", 1),
    "16-softmax-network": ("4f", 8),
    "18-han-kamber": ("free", 7),
    "25-adam": ("free", 7),
    "12-dead-relu": ("3", 10),
}
LAYERS = {"41-lstm": 0.9, "51-batch-norm": 0.9, "38-squared-norm": 0.85}  # and the share that is to be named
WRONG = ["2-2-1 tanh linear", "momentum, rate inside", "graph"]


@cache
def course_of(name: str) -> Course:
    course = bundled(product.PROBLEMS / f"{name}.yaml")
    digits = ASKED[SLICE[name][0]]
    return course.said(digits) if digits else course


@pytest.mark.parametrize("family", ["2-2-2 sigmoid", "2-2-3 softmax", "batch of 3", "adam", "graph", "recurrent"])
def test_what_is_solved_is_what_the_lecture_says(family: str, tmp_path: Path) -> None:
    """The formulas of the families were written by hand: the worked solution has the same values, line by line."""
    course = draw(family, 1, tmp_path).course
    solution = {s["quantity"]: Decimal(s["decimal"]) for s in product.solved(course.problem)["steps"]}
    for number, line in enumerate(course.lines):
        assert solution[line.key] == pytest.approx(course.exact[number], rel=Decimal("1e-25"))


@pytest.fixture(scope="module")
def right_students() -> dict[str, Count]:
    total: dict[str, Count] = {}
    for shift, (name, (_, every)) in enumerate(SLICE.items()):
        course = course_of(name)
        habits = [h for h in list(HABITS.values())[shift % every :: every] if fits(h, course) and h.promised]
        for habit, count in correct_students(course, habits).items():
            total.setdefault(habit, Count()).take(count)
    return total


@pytest.mark.parametrize("habit", [h.name for h in HABITS.values() if h.promised])
def test_every_habit_of_a_correct_student_gets_full_marks(habit: str, right_students: dict[str, Count]) -> None:
    count = right_students[habit]
    assert count.full >= Fraction(999, 1000) * count.lines, "\n".join(count.examples)


@pytest.mark.parametrize(
    ("notation", "net", "out", "delta", "sign"),
    [("han-kamber", "I", "O", "Err", -1), ("bishop", "a", "z", "delta", 1), (None, "net", "out", "delta", 1)],
)
def test_the_names_of_a_book_are_as_good(
    notation: str | None, net: str, out: str, delta: str, sign: int, tmp_path: Path
) -> None:
    course = course_of("09-mazur")
    sheet = replace(HABITS["5 figures memory"], sign=sign).sheet(course)
    words = {"net": net, "out": out, "delta": delta}
    cells = {
        words.get(key.split("_")[0], key.split("_")[0]) + key[key.find("_") :] if "_" in key else key: text
        for key, text in sheet.cells.items()
    }
    HandIn("book", cells).write(tmp_path)
    mark = product.graded(course.problem, tmp_path, notation=notation)["book.yml"]
    assert mark.failure is None
    assert mark.marks == mark.of


@pytest.mark.parametrize("name", ["09-mazur", "16-softmax-network", "12-dead-relu"])
def test_sheets_without_work_earn_nothing(name: str) -> None:
    rows = list(empty_work(bundled(product.PROBLEMS / f"{name}.yaml")))
    assert len(rows) == len(empty.GUESSES)
    paid = [f"{row.sheet}: {float(row.without_both):.1%}" for row in rows if row.without_both >= Fraction(2, 100)]
    assert not paid


@pytest.fixture(scope="module")
def wrong_sheets(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    total = Tally()
    for family in WRONG:
        exercise = draw(family, 1, tmp_path_factory.mktemp("problems"))
        for tally in wrong_students(exercise, figures(4), every=3).values():
            total.take(tally)
    return total


def test_a_wrong_line_never_gets_full_marks(wrong_sheets: Tally) -> None:
    assert wrong_sheets.sheets > 70
    assert wrong_sheets.paid == 0, "\n".join(wrong_sheets.examples)


def test_the_first_wrong_line_is_found(wrong_sheets: Tally) -> None:
    assert wrong_sheets.found == wrong_sheets.sheets, "\n".join(wrong_sheets.examples)


def test_faithful_work_after_a_mistake_is_not_charged(wrong_sheets: Tally) -> None:
    assert wrong_sheets.refused <= wrong_sheets.faithful // 1000


def test_names_of_mistakes_are_true(wrong_sheets: Tally) -> None:
    assert wrong_sheets.naming["misnamed"] <= wrong_sheets.sheets // 100, "\n".join(wrong_sheets.examples)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_mistake_of_a_family_is_found_and_unpaid(family: str, tmp_path: Path) -> None:
    for tally in wrong_students(draw(family, 1, tmp_path), figures(4)).values():
        assert tally.found == tally.sheets, "\n".join(tally.examples)
        assert tally.paid == 0, "\n".join(tally.examples)


def test_there_are_more_kinds_of_mistakes_than_a_list_holds() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 300


@pytest.mark.parametrize("name", LAYERS)
def test_mistakes_on_layers_beyond_dense_are_named(name: str, tmp_path: Path) -> None:
    """A small share of what `measure_bundled.py --set third` measures; few are called what they are not."""
    found = [
        one.naming for one in judged(product.PROBLEMS / f"{name}.yaml", TABLES["third"][name], figures(4), tmp_path)
    ]
    assert sum(one in ("alone", "in a set") for one in found) >= LAYERS[name] * len(found)
    assert found.count("misnamed") <= 0.04 * len(found)


@pytest.mark.slow
@pytest.mark.parametrize(("length", "share"), [("4 figures", 0.8), ("3 figures", 0.78)])
def test_most_mistakes_on_every_bundled_problem_beyond_dense_layers_are_named(
    length: str, share: float, tmp_path: Path
) -> None:
    """All of them; their numbers are round, so that several mistakes often give the same one."""
    found = [one.naming for name, table in TABLES["third"].items()
             for one in judged(product.PROBLEMS / f"{name}.yaml", table, LENGTHS[length], tmp_path)]  # fmt: skip
    assert sum(one in ("alone", "in a set") for one in found) >= share * len(found)
    assert found.count("misnamed") <= 0.06 * len(found)
