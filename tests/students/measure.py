"""Run by hand, `python tests/students/measure.py --help`: how the product marks simulated students."""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # also when run from elsewhere

import empty
from course import Course, bundled, every_bundled
from families import FAMILIES, Exercise, draw
from habits import HABITS, LENGTHS, Habit, fits
from handin import HandIn
from product import RefusedError, SheetMark, checked, graded
from writing import Digits, figures, places
from wrong import Planted, outcome, with_one, with_slips, with_two

ASKED: dict[str, Digits | None] = {
    "free": None,
    "3f": figures(3),
    "4f": figures(4),
    "3": places(3),
    "4": places(4),
}


def marked(course: Course, sheets: Iterable[HandIn], one_by_one: bool = False) -> dict[str, SheetMark]:
    """The sheets, written into a folder of their own and graded in one call, or each looked at by `check`."""
    with tempfile.TemporaryDirectory() as name:
        files = [sheet.write(Path(name)) for sheet in sheets]
        if one_by_one:
            return checked(course.problem, files, course.rounding)
        return graded(course.problem, Path(name), course.rounding)


@dataclass
class Count:
    """How many lines of a habit there were, how many got full marks, and what the others were called."""

    lines: int = 0
    full: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def take(self, other: "Count") -> None:
        """Add what was counted elsewhere."""
        self.lines += other.lines
        self.full += other.full
        self.refused += other.refused
        self.examples += other.examples


def correct_students(course: Course, habits: Iterable[Habit], seeds: int = 1) -> dict[str, Count]:
    """Full marks by habit."""
    sheets = [(h, h.sheet(course, s)) for h in habits if fits(h, course) for s in range(seeds)]
    marks = marked(course, (sheet for _, sheet in sheets))
    counts: dict[str, Count] = defaultdict(Count)
    for habit, sheet in sheets:
        count, mark = counts[habit.name], marks[sheet.file]
        count.lines += len(sheet.cells)
        for key, text in sheet.cells.items():
            line = mark.lines.get(key)
            if line and line.full:
                count.full += 1
                continue
            verdict = line.verdict if line else "sheet refused"
            count.refused[verdict] += 1
            count.examples.append(f"{course.name}: {key} = {text}: {verdict}")
    return counts


@dataclass(frozen=True)
class Unearned:
    """What one empty sheet got: in all, without lines that are right by luck, and without those that do follow."""

    course: str
    sheet: str
    whole: Fraction
    without_luck: Fraction
    without_both: Fraction


def empty_work(course: Course) -> Iterator[Unearned]:
    """The share of the marks that sheets without work get."""
    sheets = list(empty.sheets(course))
    marks = marked(course, sheets)
    for sheet in sheets:
        mark = marks[sheet.file]
        luck = empty.luck(course, sheet)
        both = luck | empty.consistent(course, sheet, mark)
        yield Unearned(course.name, sheet.name, *(empty.earned(mark, lines) for lines in (set(), luck, both)))


@dataclass
class Tally:
    """What came of the wrong sheets of one sort."""

    sheets: int = 0
    found: int = 0
    paid: int = 0
    refused: int = 0
    faithful: int = 0
    naming: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, one: Planted, mark: SheetMark) -> None:
        result = outcome(one, mark)
        self.sheets += 1
        self.found += result.found
        self.paid += result.paid
        self.refused += result.refused
        self.faithful += len(mark.lines) - len(one.lines)
        self.naming[result.naming] += 1
        if not result.found or result.paid or result.naming == "misnamed":
            said = [d.get("formula") or d.get("name") for d in mark.lines[one.key].diagnoses]
            self.examples.append(
                f"{one.exercise.course.name}: {one.key} = {one.sheet.cells[one.key]}: {' + '.join(one.kinds)} "
                f"({one.formulas[0]}); first wrong {mark.first_wrong}{', PAID' * result.paid}; said {said}"
            )

    def take(self, other: "Tally") -> None:
        """Add what was counted elsewhere."""
        for name in ("sheets", "found", "paid", "refused", "faithful"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.naming += other.naming
        self.examples += other.examples


def wrong_students(exercise: Exercise, digits: Digits, every: int = 1, one_by_one: bool = False) -> dict[str, Tally]:
    """Sheets with planted mistakes, by their sort; only every so manieth of them."""
    makers = {
        "one": with_one(exercise, digits),
        "slip": with_slips(exercise, digits),
        "two": with_two(exercise, digits),
    }
    sheets = [(sort, one) for sort, made in makers.items() for one in list(made)[::every]]
    marks = marked(exercise.course, (one.sheet for _, one in sheets), one_by_one)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for sort, one in sheets:
        tallies[sort].add(one, marks[one.sheet.file])
    return tallies


def courses(limit: int, only: str, asked: str) -> Iterator[Course]:
    """The bundled problems, with so many digits asked for."""
    for path in [p for p in every_bundled() if only in p.stem][:limit]:
        course = bundled(path)
        yield course.said(ASKED[asked]) if ASKED[asked] else course


def per_cent(part: int | Fraction, whole: int = 1) -> str:
    return f"{float(100 * part / whole):.2f} %" if whole else "-"


def print_correct(total: dict[str, Count], examples: int) -> None:
    print(f"\n{'habit':44}{'lines':>8}{'full':>8}{'share':>11}  refused as")
    for name, count in total.items():
        refused = ", ".join(f"{v} {n}" for v, n in count.refused.most_common(4))
        print(f"{name:44}{count.lines:8}{count.full:8}{per_cent(count.full, count.lines):>11}  {refused}")
        for example in count.examples[:examples]:
            print(f"        {example}")
    lines, full = sum(c.lines for c in total.values()), sum(c.full for c in total.values())
    print(f"{'all':44}{lines:8}{full:8}{per_cent(full, lines):>11}")


def print_empty(rows: list[Unearned], examples: int) -> None:
    print(f"\n{'empty sheet: share of the marks':44}{'mean':>9}{'worst':>9}   without luck   nor following   worst at")
    by_sheet: dict[str, list[Unearned]] = defaultdict(list)
    for row in rows:
        by_sheet[row.sheet].append(row)
    for name, found in by_sheet.items():
        worst = sorted(found, key=lambda r: r.without_both, reverse=True)
        mean = sum((r.whole for r in found), Fraction(0)) / len(found)
        print(
            f"{name:44}{per_cent(mean):>9}{per_cent(max(r.whole for r in found)):>9}"
            f"{per_cent(max(r.without_luck for r in found)):>15}{per_cent(worst[0].without_both):>19}   "
            + ", ".join(r.course for r in worst[:examples] if r.without_both)
        )


NAMINGS = ("alone", "in a set", "in a crowd", "misnamed", "not named")


def print_wrong(tallies: dict[tuple[str, str], Tally], examples: int) -> None:
    print(
        f"\n{'wrong sheets':36}{'sheets':>8}{'found':>7}{'paid':>6}{'refused':>9}"
        + "".join(f"{n:>12}" for n in NAMINGS)
    )
    total: dict[str, Tally] = defaultdict(Tally)
    for (sort, family), t in tallies.items():
        print_tally(f"{sort}: {family}", t)
        for example in t.examples[:examples]:
            print(f"        {example}")
        total[sort].take(t)
    for sort, t in total.items():
        print_tally(f"all: {sort}", t)


def print_tally(name: str, t: Tally) -> None:
    named = "".join(f"{t.naming[n]:12}" for n in NAMINGS)
    print(f"{name:36}{t.sheets:8}{t.found:7}{t.paid:6}{t.refused:9}{named}")


def measure_wrong(told: argparse.Namespace) -> None:
    """Every family of exercises, each with every mistake that has a place there."""
    tallies: dict[tuple[str, str], Tally] = {}
    digits = LENGTHS[told.figures]
    with tempfile.TemporaryDirectory() as folder:
        for family in [f for f in FAMILIES if told.only in f][: told.problems]:
            for seed in range(1, told.seeds + 1):
                print(f"{family}, {seed}", file=sys.stderr)
                exercise = draw(family, seed, Path(folder)).said(ASKED[told.asked])
                try:
                    for sort, tally in wrong_students(exercise, digits, 1, told.one_by_one).items():
                        tallies[sort, f"{family} {seed}"] = tally
                except RefusedError as no:
                    print(f"    {no}", file=sys.stderr)
    print_wrong(tallies, told.examples)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--problems", type=int, default=99, help="at most so many of the bundled problems")
    ask.add_argument("--only", default="", help="those whose name has this in it")
    ask.add_argument("--asked", choices=ASKED, default="free", help="the digits that are asked for")
    ask.add_argument("--seeds", type=int, default=1)
    ask.add_argument("--examples", type=int, default=2)
    ask.add_argument("--part", choices=("correct", "empty", "wrong", "all"), default="all")
    ask.add_argument("--figures", choices=LENGTHS, default="4 figures", help="the digits that wrong students write")
    ask.add_argument("--one-by-one", action="store_true", help="wrong sheets by `check`, which says more than `grade`")
    told = ask.parse_args()
    if told.part in ("wrong", "all"):
        measure_wrong(told)
    if told.part != "wrong":
        measure_right(told)


def measure_right(told: argparse.Namespace) -> None:
    """The bundled problems: careful students, and sheets without work."""
    total: dict[str, Count] = defaultdict(Count)
    rows: list[Unearned] = []
    for course in courses(told.problems, told.only, told.asked):
        print(f"{course.name}: {len(course.writable)} lines", file=sys.stderr)
        try:
            if told.part != "empty":
                for name, count in correct_students(course, HABITS.values(), told.seeds).items():
                    total[name].take(count)
            if told.part != "correct":
                rows += empty_work(course)
        except RefusedError as no:
            print(f"    {no}", file=sys.stderr)
    if total:
        print_correct(total, told.examples)
    if rows:
        print_empty(rows, told.examples)


if __name__ == "__main__":
    main()
