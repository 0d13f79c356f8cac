"""Run by hand, `python tests/students/fit_masses.py --help`: how usual each edit is among simulated students.

Of each planted mistake it is asked which edits of the line give the number on the sheet, and which of those mean what
was planted. An edit has a factor of its family, one of its family in lines of the kind, and one of its key. The factors
are those under which what was planted is likeliest among what gives the number (conditional maximum likelihood), less
HELD/2·(logarithm of the factor)² for each: nothing is believed of few mistakes. A number that means nothing is weighed
as the search weighs it. Factors nearer to 1 than TELLING are left out; rows of the table of mistakes, and what was not
updated, have none.

Fitted to the sets FITTED_TO of `measure_bundled.py` and to the exercises of `families`; the other sets, and other
numbers and digits of the exercises, say whether it holds for what it was not fitted to. Needs PyTorch.
"""

import argparse
import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import measure_bundled as bundled_sets
from course import bundled
from families import FAMILIES, draw
from habits import LENGTHS
from handin import HandIn
from product import PROBLEMS
from wrong import same_meaning, with_one

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.diagnoses_data import plain_formula
from backprop_cli.checking.diagnosis import searched
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.search import masses
from backprop_cli.checking.search.engine import Search
from backprop_cli.checking.search.lines import Weighed
from backprop_cli.checking.search.meanings import Meaning, is_zero
from backprop_cli.checking.search.sheet import Giving, Sheet
from backprop_cli.checking.search.weigh import UNLISTED
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.reader import load
from backprop_cli.solving.worked import WorkedProblem

FITTED_TO = ("first", "second", "third", "fourth", "afresh", "seventh")
FIGURES = "4 figures"
HELD = {"families": 0.3, "kinds": 0.5, "keys": 0.5}
TELLING = 0.08  # a logarithm
ROUNDS = 300

BY_CASES = ("pattern", "not updated")  # kinds of which kept cases and the judge's rules say how usual they are

Means = Callable[[str], bool]
Factors = dict[str, dict[str, float]]
Words = Mapping[str, str]  # of each of HELD, by which words an edit finds its factor


@dataclass(frozen=True)
class Number:
    """An answer as the search takes it."""

    value: Any
    half_unit: Any


@dataclass(frozen=True)
class Found:
    """A planted mistake: every edit of the line with its share of the number, and what gives the number, by meaning.

    Both without the factors that are in force; `planted` says which of the meanings is that of the mistake.
    """

    tried: Sequence[tuple[Words, float]]
    meanings: Sequence[Sequence[tuple[Words, float]]]
    planted: Sequence[bool]


@dataclass(frozen=True)
class Place:
    """A wrong line of a sheet under search."""

    key: AnswerKey
    paper: HandIn
    address: str
    means: Means

    @cached_property
    def search(self) -> Search:
        return searched(self.key)

    @cached_property
    def quantity(self) -> Quantity:
        return next(line.quantity for line in self.search.derivation.lines if line.quantity.key == self.address)

    @cached_property
    def sheet(self) -> Sheet:
        by_key = {line.quantity.key: line.quantity for line in self.search.derivation.lines}
        answers = {by_key[name]: known(text) for name, text in self.paper.cells.items() if name in by_key}
        return Sheet(self.search.meanings, self.search.blank, answers)

    def found(self) -> Found | None:
        """What gives the number; None where nothing does that means what was planted."""
        tried = self.sheet.tried(self.quantity)
        fits = self.sheet.fits(self.quantity, tried)
        groups: dict[Meaning, list[Giving]] = defaultdict(list)
        for one in self.sheet.giving(self.quantity, tried):
            groups[one.meaning].append(one)
        planted = [self._is_planted(group) for group in groups.values()]
        if not any(planted):
            return None
        every = [(words_of(edit), prior * fits.share / in_force(edit)) for edit, prior in
                 self.sheet.priors(self.quantity, tried)]  # fmt: skip
        return Found(every, [list(_shares(means, group)) for means, group in groups.items()], planted)

    def _is_planted(self, group: Sequence[Giving]) -> bool:
        one = max(group, key=lambda one: one.prior).edit
        formula = self.search.lines.written_out(one.edit.formula, one.line, self.sheet.answers)
        return one.line == self.quantity and self.means(plain_formula(self.key, formula, one.line))


def _shares(means: Meaning, group: Sequence[Giving]) -> Iterator[tuple[Words, float]]:
    """What each edit of a meaning has in it, without the factors in force; of those that give 0 the first alone."""
    fit = max(one.fit for one in group)
    for one in group[:1] if is_zero(means) else group:
        yield words_of(one.edit), one.prior * fit / in_force(one.edit)


def words_of(one: Weighed) -> Words:
    """By which words the factors of an edit are found; rows of the table of mistakes have none."""
    edit = one.edit
    if edit.kind in BY_CASES or edit.key == ("only", "old"):
        return dict.fromkeys(HELD, "")
    kind = one.line.kind.value
    return {"families": edit.family, "kinds": masses.words(edit.family, kind), "keys": masses.words(*edit.key)}


def in_force(one: Weighed) -> float:
    """The factor that an edit has as it is."""
    return masses.usual(one.edit.family, one.line.kind, one.edit.key)


def key_of(path: Path) -> AnswerKey:
    """The right values of a problem."""
    return AnswerKey(WorkedProblem(load(str(path)).problem))


def known(text: str) -> Number:
    """A written number, and half a unit of its last digit."""
    number = Decimal(text)
    return Number(exact(number), exact(Decimal(1).scaleb(int(number.as_tuple().exponent)) / 2))


def exact(number: Decimal) -> Any:
    """The number as the product has it."""
    return rational(*number.as_integer_ratio())


def on_bundled_problems() -> Iterator[Place]:
    """The mistakes of the sets on the bundled problems."""
    for name in FITTED_TO:
        for problem, table in bundled_sets.TABLES[name].items():
            path = PROBLEMS / f"{problem}.yaml"
            key = key_of(path)
            for sheet in bundled_sets.planted(bundled_sets.Problem(bundled(path)), table, LENGTHS[FIGURES]):
                yield Place(key, sheet.paper, sheet.key, sheet.means)


def on_exercises(folder: Path) -> Iterator[Place]:
    """The mistakes on the exercises of `families`."""
    for family in FAMILIES:
        exercise = draw(family, 1, folder)
        key = key_of(exercise.course.problem)
        for planted in with_one(exercise, LENGTHS[FIGURES]):
            if planted.formulas[0] is not None:
                yield Place(key, planted.sheet, planted.key, partial(same_meaning, planted))


class Fit:
    """The factors of all edits of the mistakes, and how likely they make what was planted."""

    def __init__(self, rows: Sequence[Found]) -> None:
        import torch

        self.torch = torch
        self.rows = rows
        self.names: dict[str, dict[str, int]] = {part: {} for part in HELD}
        places: dict[str, list[int]] = defaultdict(list)
        numbers: dict[str, list[float]] = defaultdict(list)
        meanings = 0
        for row, found in enumerate(rows):
            for words, share in found.tried:
                self._note("tried", words, share, row, places, numbers)
            for is_planted, group in zip(found.planted, found.meanings, strict=True):
                for words, share in group:
                    self._note("given", words, share, row, places, numbers)
                    numbers["planted"].append(float(is_planted))
                meanings += 1
        self.places = {name: torch.tensor(found) for name, found in places.items()}
        self.free = {part: torch.tensor([float(bool(word)) for word in index]) for part, index in self.names.items()}
        self.numbers = {name: torch.tensor(found, dtype=torch.float64) for name, found in numbers.items()}

    def _note(self, what: str, words: Words, share: float, row: int, places: Any, numbers: Any) -> None:
        for part, word in words.items():
            index = self.names[part]
            places[f"{what} {part}"].append(index.setdefault(word, len(index)))
        places[what].append(row)
        numbers[what].append(share)

    def _weights(self, what: str, factors: Mapping[str, Any]) -> Any:
        logarithm = sum((factors[part] * self.free[part])[self.places[f"{what} {part}"]] for part in HELD)
        return self.numbers[what] * self.torch.exp(logarithm)

    def _per_row(self, what: str, weights: Any) -> Any:
        return self.torch.zeros(len(self.rows), dtype=self.torch.float64).index_add(0, self.places[what], weights)

    def loss(self, factors: Mapping[str, Any]) -> Any:
        """How unlikely the planted mistakes are, and what is believed less."""
        given = self._weights("given", factors)
        right = self._per_row("given", given * self.numbers["planted"])
        whole = self._per_row("given", given) + UNLISTED * self._per_row("tried", self._weights("tried", factors))
        return -self.torch.log(right / whole).sum() + sum(
            held / 2 * (factors[part] ** 2).sum() for part, held in HELD.items()
        )

    def fitted(self) -> Factors:
        """The factors that make what was planted likeliest."""
        torch = self.torch
        factors = {part: torch.zeros(len(index), dtype=torch.float64, requires_grad=True)
                   for part, index in self.names.items()}  # fmt: skip
        search = torch.optim.LBFGS(list(factors.values()), max_iter=ROUNDS, line_search_fn="strong_wolfe")

        def step() -> Any:
            search.zero_grad()
            loss = self.loss(factors)
            loss.backward()
            return loss

        search.step(step)
        values = {part: found.tolist() for part, found in factors.items()}
        return {part: {word: round(math.exp(values[part][place]), 2)
                       for word, place in sorted(index.items())
                       if word and abs(values[part][place]) >= TELLING}
                for part, index in self.names.items()}  # fmt: skip


def write(factors: Factors) -> None:
    """Puts the factors into the file that keeps them."""
    path = Path(masses.__file__).with_name(masses.FILE)
    path.write_text(json.dumps(factors, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--write", action="store_true", help="put the factors into checking/search/usual.json")
    told = ask.parse_args()
    with tempfile.TemporaryDirectory() as name:
        places = [*on_bundled_problems(), *on_exercises(Path(name))]
        rows = [found for place in places if (found := place.found()) is not None]
    factors = Fit(rows).fitted()
    print(f"{len(rows)} mistakes, {sum(map(len, factors.values()))} factors")
    for part, found in factors.items():
        for words, value in found.items():
            print(f"{value:5.2f} {part}: {words}")
    if told.write:
        write(factors)


if __name__ == "__main__":
    main()
