"""Run by hand, `python tests/students/fit_masses.py --help`: how usual each family of edits is among the simulated.

Of each planted mistake it is asked which edits of the line mean the same, and of which family they are. The factor of a
family is how often what was planted was of it, over how often it would have been if all families were as usual as their
masses say: the fixed point of `factor = (made + HELD)/(expected + HELD)`, with HELD mistakes of no opinion. Then the
same for the lines of each sort, held to the factor of the family. The rows of the table of mistakes keep their masses.

Fitted to the sets FITTED_TO and to the exercises of `families`; the other sets of `measure_bundled.py`, and other
numbers and digits of the exercises, say whether it holds for what it was not fitted to.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

import measure_bundled as bundled_sets
from course import bundled
from families import FAMILIES, draw
from habits import LENGTHS
from handin import HandIn
from product import PROBLEMS
from wrong import same_meaning, with_one

from backprop_cli.checking.diagnoses_data import plain_formula
from backprop_cli.checking.diagnosis import searched
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.search import masses
from backprop_cli.problem.reader import load
from backprop_cli.solving.worked import WorkedProblem

FITTED_TO = ("third", "first")
FIGURES = "4 figures"
HELD = 10.0  # mistakes of which nothing is said
LEAST, MOST = 0.4, 2.5
TELLING = 0.15  # a factor that is nearer to what it would be without an entry has none
ROUNDS = 40
BY_CASES = {  # what kept cases and the judge's rules ask for, whatever simulated students do
    "not updated": {}, "sign": {"any": 1.34, "update": 1.0},
}  # fmt: skip
HEAD = "FITTED: Mapping[str, Mapping[str, float]] = {"

Means = Callable[[str], bool]
Weights = dict[str, float]


@dataclass(frozen=True)
class Found:
    """A planted mistake: the sort of its line, the mass of each family there, and of the edits that mean the same."""

    sort: str
    chances: Mapping[str, float]
    made: Mapping[str, float]


def found_on(key: AnswerKey, paper: HandIn, address: str, means: Means) -> Found | None:
    """Which edits of the wrong line of a sheet mean what was planted; None where none does."""
    search = searched(key)
    by_key = {line.quantity.key: line.quantity for line in search.derivation.lines}
    answers = {by_key[name]: known(text) for name, text in paper.cells.items() if name in by_key}
    quantity = by_key[address]
    world = search.worlds.of_sheet(answers)
    answer, half = answers[quantity]
    chances: dict[str, float] = defaultdict(float)
    made: dict[str, float] = defaultdict(float)
    meant: dict[str, bool] = {}
    for one in search.lines.edits(quantity, answers):
        prior = one.prior / masses.usual(one.edit.family, quantity.kind)
        chances[one.edit.family] += prior
        value, width = world(one.edit.formula)
        if abs(value - answer) <= (half + width) * (1 + 1e-9):
            text = plain_formula(key, search.lines.written_out(one.edit.formula, quantity, answers), quantity)
            if text not in meant:
                meant[text] = means(text)
            if meant[text]:
                made[one.edit.family] += prior
    return Found(masses.sort_of(quantity.kind), dict(chances), dict(made)) if made else None


def key_of(path: Path) -> AnswerKey:
    """The right values of a problem."""
    return AnswerKey(WorkedProblem(load(str(path)).problem))


def known(text: str) -> tuple[float, float]:
    """A written number, and half a unit of its last digit."""
    number = Decimal(text)
    return float(number), float(Decimal(1).scaleb(int(number.as_tuple().exponent)) / 2)


def on_bundled_problems() -> Iterator[Found]:
    """The mistakes of the sets on the bundled problems."""
    for name in FITTED_TO:
        for problem, table in bundled_sets.TABLES[name].items():
            path = PROBLEMS / f"{problem}.yaml"
            key = key_of(path)
            for sheet in bundled_sets.planted(bundled_sets.Problem(bundled(path)), table, LENGTHS[FIGURES]):
                one = found_on(key, sheet.paper, sheet.key, sheet.means)
                if one is not None:
                    yield one


def on_exercises(folder: Path) -> Iterator[Found]:
    """The mistakes on the exercises of `families`."""
    for family in FAMILIES:
        exercise = draw(family, 1, folder)
        key = key_of(exercise.course.problem)
        for planted in with_one(exercise, LENGTHS[FIGURES]):
            one = found_on(key, planted.sheet, planted.key, partial(same_meaning, planted))
            if one is not None:
                yield one


def fitted(rows: list[Found]) -> Weights:
    """The factors by family, and by sort and family where those differ; see above."""
    factors: Weights = {}
    _iterated(rows, factors, lambda _sort, family: family)
    by_family = {name: held(value) for name, value in factors.items()}
    factors = dict(by_family)
    _iterated(rows, factors, lambda sort, family: f"{sort}: {family}")
    kept = {name: round(value, 2) for name, value in by_family.items() if abs(value - 1) >= TELLING}
    for name, value in factors.items():
        _sort, colon, family = name.partition(": ")
        usual = kept.get(family, 1.0)
        if colon and abs(held(value) - usual) >= TELLING * usual:
            kept[name] = round(held(value), 2)
    return dict(sorted(kept.items(), key=lambda item: item[0].rpartition(": ")[::-1]))


def _iterated(rows: list[Found], factors: Weights, name: Callable[[str, str], str]) -> None:
    """Brings the factors with these names to their fixed point; each is held to the factor of its family."""
    start = dict(factors)
    for _round in range(ROUNDS):
        made: Weights = defaultdict(float)
        expected: Weights = defaultdict(float)
        for row in rows:
            usual = {family: _factor(factors, row.sort, family) for family in row.chances}
            whole = sum(usual[family] * mass for family, mass in row.chances.items())
            right = sum(usual[family] * mass for family, mass in row.made.items())
            for family, mass in row.chances.items():
                expected[name(row.sort, family)] += mass / whole
            for family, mass in row.made.items():
                made[name(row.sort, family)] += usual[family] * mass / right
        for one, times in expected.items():
            family = one.rpartition(": ")[2]
            if not family.startswith("pattern "):
                factors[one] = (made[one] + HELD) / (times + HELD / start.get(family, 1.0))


def _factor(factors: Weights, sort: str, family: str) -> float:
    return factors.get(f"{sort}: {family}", factors.get(family, 1.0))


def held(value: float) -> float:
    """The factor, not further from 1 than is believed."""
    return min(max(value, LEAST), MOST)


def write(factors: Weights) -> None:
    """Puts the factors into the module that keeps them."""
    path = Path(masses.__file__)
    by_family: dict[str, Weights] = defaultdict(dict)
    for name, value in factors.items():
        sort, _colon, family = name.rpartition(": ")
        by_family[family][sort or masses.ANY] = value
    rows = "".join(
        f"    {json.dumps(family)}: {json.dumps(found)},\n"
        for family, found in {**by_family, **BY_CASES}.items()
        if found
    )
    head = path.read_text(encoding="utf-8").partition(HEAD)
    path.write_text(f"{head[0]}{head[1]}\n{rows}}}\n", encoding="utf-8")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--write", action="store_true", help="put the factors into backprop_cli/checking/search/masses.py")
    told = ask.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = [*on_bundled_problems(), *on_exercises(Path(name))]
    factors = fitted(rows)
    print(f"{len(rows)} mistakes, {len(factors)} factors")
    for family, value in factors.items():
        print(f"{value:5.2f} {family}")
    if told.write:
        write(factors)


if __name__ == "__main__":
    main()
