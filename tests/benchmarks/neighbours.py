"""Run by hand, `python tests/benchmarks/neighbours.py --help`: honest wrong sheets that are taken for a neighbour's.

A class with variants of an assignment of three exercises (a network, a graph, a training). Students who work by
themselves make mistakes that the checker does not know (`tests/support/honest.py`); others copy the sheet of a
neighbour, all of it or one exercise and lines here and there, some with another rounding. Prints who was accused.
Mistakes are not looked for, which takes most of the time: a wrong line with a name says as much as one without.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import yaml

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "support"), str(Path(__file__).resolve().parents[2])]

from honest import MAZUR, WEIGHT, Student, given_in, sheet  # noqa: E402

from backprop_cli.checking import diagnosis  # noqa: E402
from backprop_cli.checking.checkers import Checkers  # noqa: E402
from backprop_cli.course.handing_out import Handing  # noqa: E402
from backprop_cli.course.roster import read_roster  # noqa: E402
from backprop_cli.course.variant_checkers import VariantCheckers  # noqa: E402
from backprop_cli.course.variants import read_index  # noqa: E402

ASSIGNMENT = f"""\
title: Homework 3
variants: {{seed: 7}}
exercises:
  - {{problem: mazur, points: 17, ask: [{", ".join(MAZUR)}]}}
  - {{problem: two-paths, points: 5}}
  - {{problem: one-weight, points: 5, ask: [{", ".join(WEIGHT)}]}}
"""


def class_in(folder: Path, size: int) -> None:
    """A class with a variant for everybody."""
    from backprop_cli.checking.assignments import load

    (folder / "hw.yaml").write_text(ASSIGNMENT, "utf-8")
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "id"], *([f"Student {n}", 2000 + n] for n in range(size))])
    Handing(load(str(folder / "hw.yaml")), read_roster(folder / "list.csv"), folder / "hw").run()


def main() -> None:
    """Measures."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--variants", type=int, default=60)
    ask.add_argument("--honest", type=int, default=2_000)
    ask.add_argument("--copied", type=int, default=300)
    ask.add_argument("--folder", type=Path, help="of a class that was made before")
    told = ask.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = told.folder or Path(name)
        if not (folder / "hw/index.json").exists():
            class_in(folder, told.variants)
        measure(folder / "hw", told.honest, told.copied)


def measure(folder: Path, honest: int, copied: int) -> None:
    """Prints who was accused."""
    diagnosis.diagnose = lambda case: {}
    index, chance = read_index(folder), random.Random(5)
    every = VariantCheckers(index)
    given = {}
    for one in index.variants:
        texts = [(folder / f"variants/{one.id}-{n}.yaml").read_text("utf-8") for n in (1, 2, 3)]
        given[one.id] = tuple(given_in(yaml.load(text, Loader=yaml.BaseLoader)) for text in texts)
    counted: Counter[str] = Counter()
    for number in range(honest + copied):
        own = index.variants[number * len(index.variants) // (honest + copied)]
        other = chance.choice([one for one in index.variants if one.id != own.id])
        kind = "honest" if number % (honest + copied) * copied // (honest + copied) == (number + 1) * copied // (
            honest + copied
        ) else chance.choice(("copied whole", "copied in half"))  # fmt: skip
        made = sheet(given[own.id], Student(chance))
        if kind != "honest":
            theirs = sheet(given[other.id], Student(chance, careful=True))
            whole = kind == "copied whole"
            made = [
                {key: text for key, text in {**mine, **copy}.items() if whole or (key in mine and key not in copy) or
                 chance.random() < 0.5} if whole or chance.random() < 0.7 else mine
                for mine, copy in zip(made, theirs, strict=True)
            ]  # fmt: skip
        accused, all_right = marked(every, every.checkers_of(own), own.id, made)
        counted[f"{kind}, all right" if all_right else kind] += 1
        counted[f"{kind}: {'the right one' if accused == other.id else 'somebody'} named"] += bool(accused)
    for what, count in sorted(counted.items()):
        print(f"{what}: {count}")


def marked(every: VariantCheckers, own: Checkers, id_: str, made: list[dict[str, str]]) -> tuple[str, bool]:
    """Whose variant a sheet is said to fit, and whether it is all right."""
    text = json.dumps({"exercises": {str(n): {"answers": part} for n, part in enumerate(made, start=1)}})
    reports = own.check(own.read(text.encode(), "sheet.json", ".json"))
    return every.neighbours.unpaid(reports, id_)[1], reports.all_right


if __name__ == "__main__":
    main()
