"""Run by hand, `python tests/students/measure_bundled.py --help`: how mistakes on the bundled problems are named.

Each kind of `kinds_bundled` is planted in otherwise faithful work, on the problem itself and on the same problem with
other numbers; a name counts as true only if its formula gives the same as the planted one with two other sets of
numbers.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # also when run from elsewhere

import product
from course import Course, bundled
from formulas import UnreadableError
from habits import LENGTHS
from handin import HandIn
from kinds_afresh import AFRESH
from kinds_blocks import FOURTH, THIRD
from kinds_bundled import LAYERS, OTHERS, rows
from kinds_eighth import EIGHTH
from kinds_layers import SECOND
from kinds_seventh import SEVENTH
from writing import Digits, written
from wrong import agree, telling, tree_of, work

TABLES = {
    "first": {**LAYERS, **OTHERS},  # all sorts of problems
    "layers": LAYERS,  # those of the first on layers beyond dense
    "others": OTHERS,
    "second": SECOND,  # layers beyond dense
    "third": THIRD,  # every bundled problem beyond dense
    "afresh": AFRESH,  # layers beyond dense, written after all of that and measured once
    "fourth": FOURTH,  # the same, thought of after the search was mended for the third
    "seventh": SEVENTH,  # layers beyond dense, written by a teacher who had not seen the search
    "eighth": EIGHTH,  # rarer ones by the same teacher, kept back while the search was mended for those
}


@dataclass(frozen=True)
class Problem:
    """A bundled problem, or one like it, as the planting of mistakes reads it."""

    course: Course

    @cached_property
    def copies(self) -> tuple["Problem", "Problem"]:
        """The same with two other sets of numbers; classes stay classes."""
        return tuple(Problem(self._moved(how_far)) for how_far in (1, 2))  # type: ignore[return-value]

    def _moved(self, how_far: int) -> Course:
        moved = self.course.moved(how_far)
        losses = [line.text for line in self.course.lines if line.base == "E"]
        if not any("ln(" in text for text in losses):
            return moved
        kept = {name: value for name, value in self.course.given.items() if name.startswith("t_")}
        return replace(moved, given={**moved.given, **kept})


@dataclass(frozen=True)
class Sheet:
    """A sheet with one wrong line: what was done there, by which formula (none where the number means nothing)."""

    problem: Problem
    number: int
    name: str
    formula: str | None
    paper: HandIn

    @property
    def key(self) -> str:
        """The address of the wrong line."""
        return self.problem.course.lines[self.number].key

    def naming(self, said: list[dict[str, Any]], near: str = "") -> str:
        """How well what is said of the line names what was done; `near` is what it is a near miss by."""
        if not said and near == "sign":  # "the sign is wrong" is a name, too
            return "named" if self.formula is None else "alone" if self.means(f"-({self._right})") else "not named"
        if not said:
            return "not named"
        if self.formula is None:
            return "named"
        true = [one for one in said if one.get("formula") and self.means(self._in_the_line(one))]
        if not true:
            return "misnamed"
        return "alone" if len(said) == 1 else "in a set" if len(said) <= 3 else "in a crowd"

    def _in_the_line(self, one: dict[str, Any]) -> str:
        """The formula that is named; that of a blank slope before the line put into the line."""
        made_in, formula = one.get("made_in", self.key), one["formula"]
        by = made_in.rpartition("/d")[2]
        slope = rf"\[{by} is the max\]|\w+'\({by}\)"
        return formula if made_in == self.key else re.sub(slope, f"({formula})", self._right)

    @property
    def _right(self) -> str:
        return self.problem.course.lines[self.number].text

    def means(self, text: str) -> bool:
        """Whether a formula of the line gives what the planted one does, with two other sets of numbers."""
        assert self.formula is not None
        return all(agree(copy, self.number, self.formula, text) for copy in self.problem.copies)  # type: ignore[arg-type]


def planted(problem: Problem, table: str, digits: Digits) -> Iterator[Sheet]:
    """A sheet for each row of a table whose wrong line can be told from a right one."""
    course = problem.course
    lines = {line.key: number for number, line in enumerate(course.lines)}
    for place, (key, name, formula) in enumerate(rows(table)):
        number = lines.get(key)
        if number is None:
            print(f"{course.name}: no line {key}", file=sys.stderr)
            continue
        try:
            made = work(problem, {number: tree_of(problem, formula)}, digits)  # type: ignore[arg-type]
        except (UnreadableError, KeyError) as no:
            print(f"{course.name}: {key}: {formula}: {no!r}", file=sys.stderr)
            continue
        if made is None or not telling(problem, number, made[0], made[1][number]):  # type: ignore[arg-type]
            continue
        cells = {course.lines[n].key: text for n, text in made[0].items()}
        yield Sheet(problem, number, name, formula, HandIn(f"{course.name}-{place}", cells))


def by_chance(problem: Problem, table: str, digits: Digits) -> Iterator[Sheet]:
    """The same lines with numbers that mean nothing, of the size of the right ones; the rest goes on from there."""
    course, dice = problem.course, random.Random(problem.course.name)
    lines = {line.key: number for number, line in enumerate(course.lines)}
    for place, (key, _name, _formula) in enumerate(rows(table)):
        number = lines[key]
        size = abs(course.truth[number]) or Decimal("0.3")
        value = Decimal(dice.uniform(-2, 2)) * size
        text = written(value, digits.unit(value))
        made = work(problem, {number: tree_of(problem, f"({text})")}, digits)  # type: ignore[arg-type]
        if made is not None and telling(problem, number, made[0], made[1][number]):  # type: ignore[arg-type]
            cells = {course.lines[n].key: one for n, one in made[0].items()}
            yield Sheet(problem, number, "by chance", None, HandIn(f"{course.name}-r{place}", cells))


def like(name: str, seed: int, folder: Path) -> Path:
    """The problem with numbers drawn anew."""
    path = folder / f"{name}-like-{seed}.yaml"
    path.write_text(product.command("generate", "--like", name, "--seed", str(seed)), encoding="utf-8")
    return path


CHECKED = """
import json, sys, time
import backprop_cli
path, *files = sys.argv[1:]
problem = backprop_cli.load(path)
for file in files:
    start = time.process_time()
    found = problem.check(file).to_dict()
    print(json.dumps([file, time.process_time() - start, found]))
"""


def checked(path: Path, sheets: list[Sheet], folder: Path) -> Iterator[tuple[Sheet, dict[str, Any], float]]:
    """What `check` says of the wrong line of each sheet, and the seconds of processor time that it takes."""
    files = [str(sheet.paper.write(folder)) for sheet in sheets]
    printed = product.python(CHECKED, str(path), *files)
    for sheet, row in zip(sheets, printed.splitlines(), strict=True):
        _file, seconds, data = json.loads(row)
        found = {line["quantity"]: line for line in data["lines"]}
        yield sheet, found[sheet.key], seconds


@dataclass(frozen=True)
class Judged:
    """A sheet with what is said of its wrong line, how well that names what was done, and the seconds it took."""

    sheet: Sheet
    line: dict[str, Any]
    seconds: float

    @property
    def naming(self) -> str:
        return self.sheet.naming(self.line.get("diagnoses") or [], self.line.get("near", ""))


def judged(path: Path, table: str, digits: Digits, folder: Path, chance: bool = False) -> list[Judged]:
    """A sheet for every mistake of a table on one problem, or with numbers that mean nothing on the same lines."""
    make = by_chance if chance else planted
    sheets = list(make(Problem(bundled(path)), table, digits))
    return [Judged(*one) for one in checked(path, sheets, folder)]


def counted(told: argparse.Namespace, name: str, table: str, folder: Path) -> Counter[str]:
    """How often what was done is named on one problem; what is not, printed."""
    path = like(name, told.like, folder) if told.like else product.PROBLEMS / f"{name}.yaml"
    found = judged(path, table, LENGTHS[told.figures], folder, told.chance)
    for one in found:
        if told.all or one.naming in ("misnamed", "not named", "in a crowd", "named"):
            sheet = one.sheet
            print(f"  {one.naming}: {sheet.key} = {sheet.paper.cells[sheet.key]} ({sheet.name}: {sheet.formula})")
            for said in one.line.get("diagnoses") or []:
                print(f"      {'perhaps ' * bool(said.get('perhaps'))}{said.get('text') or said.get('said')}"
                      f"   [{said.get('formula')}]")  # fmt: skip
    count = Counter(one.naming for one in found)
    print(f"{name}: {dict(count)}, slowest {max((one.seconds for one in found), default=0):.2f} s")
    return count


def measure(told: argparse.Namespace, folder: Path) -> None:
    tables = {name: table for name, table in TABLES[told.set].items() if told.only in name}
    total = sum((counted(told, name, table, folder) for name, table in tables.items()), Counter[str]())
    sheets_, alone = total.total(), total["alone"]
    few = alone + total["in a set"]
    print(f"{sheets_} sheets: alone {alone / sheets_:.1%}, alone or in a set {few / sheets_:.1%}, "
          f"misnamed {total['misnamed'] / sheets_:.1%}, {dict(total)}")  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--only", default="", help="problems whose name has this in it")
    ask.add_argument("--figures", choices=LENGTHS, default="4 figures", help="the digits that are written")
    ask.add_argument("--like", type=int, default=0, metavar="SEED", help="with numbers drawn anew")
    ask.add_argument("--set", choices=TABLES, default="first", help="which mistakes (see `kinds_…`)")
    ask.add_argument("--chance", action="store_true", help="numbers that mean nothing, not mistakes")
    ask.add_argument("--all", action="store_true", help="print what is said of every sheet")
    with tempfile.TemporaryDirectory() as folder:
        measure(ask.parse_args(), Path(folder))


if __name__ == "__main__":
    main()
