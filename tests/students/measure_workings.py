"""Run by hand, `python tests/students/measure_workings.py --help`: how working is read and judged in every format."""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # also when run from elsewhere

import product
from course import Course, bundled
from handin import HandIn, yaml
from printing import FORMS, Form
from workings import FAULTS, HABITS, Paper, paper

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.ground.errors import BackpropError
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem

PROBLEMS = (
    "01-mini-step", "02-one-weight", "04-cs231n-gates", "08-linear-2-2-1", "09-mazur", "12-dead-relu", "15-softmax",
    "16-softmax-network", "17-binary-cross-entropy", "18-han-kamber", "22-xor-batch", "24-momentum", "25-adam",
    "40-recurrent",
)  # fmt: skip
PAID = ("right", "follows", "right, rounding carried")


@cache
def course_of(name: str) -> Course:
    return bundled(product.PROBLEMS / f"{name}.yaml")


@cache
def checker(name: str) -> Checker:
    return Checker(WorkedProblem(load(str(product.PROBLEMS / f"{name}.yaml")).problem))


def checked(problem: str, data: bytes, ending: str) -> dict[str, Any]:
    """The report on one hand-in, as JSON; `refused` where there is none."""
    own = checker(problem)
    try:
        return dict(json.loads(report_json(check_sheet(own, read_bytes(data, f"work{ending}", ending, own.reader)))))
    except BackpropError as error:
        return {"refused": str(error), "lines": [], "not_read": []}


def papers(course: Course, seeds: int) -> Iterator[Paper]:
    """Right papers and wrong ones, of every fault, in turn of all habits."""
    for seed in range(seeds):
        for at, fault in enumerate(("", *FAULTS)):
            made = paper(course, HABITS[(seed + at) % len(HABITS)], seed, fault)
            if made is not None:
                yield made


def told(line: dict[str, Any]) -> str:
    """Which of the three the report holds responsible for a line."""
    working = line.get("working") or {}
    if working.get("formula") is False:
        return "formula"
    if working.get("numbers") is False:
        return "numbers"
    if working.get("arithmetic") is False:
        return "arithmetic"
    return "nothing"


@dataclass
class Tally:
    """What came of the papers in one format."""

    papers: int = 0
    right: int = 0
    accepted: int = 0
    false_alarms: int = 0
    wrong: int = 0
    told: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, course: Course, problem: str, one: Paper, form: Form) -> None:
        """Counts one paper."""
        found = checked(problem, form.write(one), form.ending)
        plain = checked(problem, yaml(HandIn("x", one.cells)).encode(), ".yaml")
        lines = {line["quantity"]: line for line in found["lines"]}
        in_yaml = {line["quantity"]: line for line in plain["lines"]}
        self.papers += 1
        for step in one.steps:
            line = lines.get(step.key, {})
            if step.key == one.key:
                self.wrong += 1
                self.told[f"{one.fault}: {told(line)}"] += 1
                if told(line) != one.fault:
                    self.note(one, step.key, form, f"{one.fault} ({one.meant}) told as {told(line)}: "
                              f"{line.get('verdict')}, {line.get('said')}; {line.get('working')}")  # fmt: skip
                continue
            if in_yaml[step.key]["marks"] != in_yaml[step.key]["of"]:
                continue
            self.right += 1
            good = line.get("marks") == line.get("of") and line.get("answer") is not None
            self.accepted += good
            if not good:
                self.note(one, step.key, form, f"not accepted: {line.get('verdict')}, {line.get('said')} "
                          f"{found.get('refused', '')[:300]} {found['not_read'][:2]}")  # fmt: skip
            elif told(line) != "nothing":
                self.false_alarms += 1
                self.note(one, step.key, form, f"false alarm: {told(line)}: {line['working']}")

    def note(self, one: Paper, key: str, form: Form, what: str) -> None:
        rows = form.write(one).decode(errors="replace").splitlines() if form.ending in (".txt", ".md", ".tex") else []
        step = next(step for step in one.steps if step.key == key)
        shown = next((row for row in rows if step.value.replace(".", ",")[-5:] in row.replace(".", ",")), "")
        self.examples.append(f"{one.name} {key}: {what}\n            {shown[:300]}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seeds", type=int, default=4, help="papers of each problem and fault")
    ask.add_argument("--only", default="", help="problems whose name has this in it")
    ask.add_argument("--form", default="", help="formats whose name has this in it")
    ask.add_argument("--examples", type=int, default=3)
    asked = ask.parse_args()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for problem in PROBLEMS:
        if asked.only not in problem:
            continue
        course = course_of(problem)
        for one in papers(course, asked.seeds):
            for name, form in FORMS.items():
                if asked.form in name:
                    tallies[name].add(course, problem, one, form)
    print(f"{'format':26}{'papers':>7}{'right':>7}{'taken':>7}{'alarms':>7}{'wrong':>7}{'told':>7}")
    for name, t in tallies.items():
        good = sum(count for said, count in t.told.items() if len(set(said.split(": "))) == 1)
        missed = ", ".join(f"{said} {count}" for said, count in t.told.items() if len(set(said.split(": "))) > 1)
        counts = (t.papers, t.right, t.accepted, t.false_alarms, t.wrong, good)
        print(f"{name:26}" + "".join(f"{count:7}" for count in counts) + f"   {missed}")
        for example in t.examples[: asked.examples]:
            print(f"      {example}")


if __name__ == "__main__":
    main()
