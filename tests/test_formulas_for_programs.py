"""What another program makes of the formulas in JSON, by what `help json` says of names: the numbers of the tool.

The rule is written down here a second time, over the JSON alone, and so is what formulas are worth.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "students"))

from formulas import Node, evaluate, names_in, read

import backprop_cli as bp

PROBLEMS = Path(__file__).parents[1] / "problems"
SORTS = ("parameters", "inputs", "targets", "settings", "state")
FEW = 12  # lines with a mistake on one sheet
TINY, NEARLY = Decimal("1e-20"), Decimal("1e-6")
SETTINGS = {  # what goes on for several passes in ways that no bundled problem has
    "Adam": """\
title: Adam, two epochs
parameters: {x0: 0.2, x1: 12.3}
graph: {f: x0^2 + x0*x1}
learning_rate: 0.1
optimizer: adam
epochs: 3
""",
    "Adam, steps": """\
title: Adam by given gradients
parameters: {p: 1}
gradients: {p: [0.1, 0.2, -0.4]}
optimizer: adam
learning_rate: 0.01
""",
    "mini-batches": """\
title: Momentum over mini-batches
samples:
  - {inputs: {x: 1}, targets: {y: 2}}
  - {inputs: {x: 3}, targets: {y: 1}}
  - {inputs: {x: -1}, targets: {y: 0.5}}
  - {inputs: {x: 0.5}, targets: {y: 4}}
layers:
  - {neurons: [y], weights: [[w = 0.3]], bias: b = 0.1, activation: tanh}
loss: half_squared_error
optimizer: {name: momentum, mu: 0.9}
learning_rate: 0.4
schedule: {name: step, every: 1, factor: 0.5}
batch: 2
epochs: 2
""",
    "batch norm": """\
title: Standardized, two epochs
batch: full
samples:
  - {inputs: {x: 3}, targets: {y: 2}}
  - {inputs: {x: 9}, targets: {y: 1}}
  - {inputs: {x: 11}, targets: {y: 0.5}}
layers:
  - {type: batch_normalization, gamma: [g = 2], beta: [s = 1]}
  - {neurons: [y], weights: [[w = 0.3]], bias: b = 0.1}
loss: half_squared_error
learning_rate: 0.1
epochs: 2
""",
}


class Reading:
    """The JSON of a solution, and what the names in its formulas mean."""

    def __init__(self, source: str) -> None:
        self.problem = bp.load(source)
        data = self.problem.solve(detail="full", digits=30, then_forward=True).to_dict()
        self.steps = {step["quantity"]: step for step in data["steps"]}
        self.order = {key: index for index, key in enumerate(self.steps)}
        self.values = {key: Decimal(step["decimal"]) for key, step in self.steps.items()}
        self.given = {key: number(text) for sort in SORTS for key, text in data["given"][sort].items()}
        updates = list(dict.fromkeys(address(key) for key in self.steps if key.endswith("_new")))
        for index, at in enumerate(updates):  # t counts the updates, n the epochs before
            self.given[" / ".join((*at, "t"))] = Decimal(index + 1)
        for at in {at[:1] for at in updates if at}:
            self.given[" / ".join((*at, "n"))] = Decimal(at[0].split()[1]) - 1
        self.values |= self.given
        self.names = {base(key) for key in self.values} | {f"[{key}]" for key in self.values}

    def key(self, name: str, line: str) -> str:
        """The key of the value that a name means in the formula of a line."""
        if name.startswith("["):
            return name[1:-1]
        here = {*address(line)}
        if sample := re.fullmatch(r"(.+)\^\((\d+)\)", name):
            name = sample[1]
            here = {place for place in here if not place.startswith("sample ")} | {f"sample {sample[2]}"}
        own = [key for key in self.steps if base(key) == name and here.issuperset(address(key))]
        if own:
            return max(own, key=lambda key: len(address(key)))
        before = [
            key for key, index in self.order.items() if index < self.order[line] and address(key) != address(line)
        ]
        new = [key for key in before if base(key) == f"{name}_new"]
        given = [key for key in self.given if base(key) == name and here.issuperset(address(key))]
        return new[-1] if new else max(given, key=lambda key: len(address(key)))

    def worth(self, formula: Node, line: str, answers: Mapping[str, Decimal]) -> Decimal:
        """What a formula of a line comes to, with somebody's answers where there are some."""
        return evaluate(formula, lambda name: answers.get(key := self.key(name, line), self.values[key]))

    def tree(self, formula: str) -> Node:
        return read(formula, self.names)

    def sheets(self) -> Iterator[tuple[str, dict[str, str]]]:
        """A line, and a sheet on which all is right but this line: it has a value of another pass in it."""
        everything = {key: str(self.values[key]) for key, step in self.steps.items() if step["formula"]}
        wanted = [line["quantity"] for line in self.problem.check(everything).to_dict()["lines"]]
        right = {key: figures(self.values[key]) for key in wanted if key in self.steps}
        slips = [(key, value) for key in right for value in self.from_another_pass(key)]
        for line, value in slips[:: max(1, len(slips) // FEW)]:
            yield line, right | {line: figures(value)}

    def from_another_pass(self, line: str) -> Iterator[Decimal]:
        """What the line comes to with a value of another pass in the place of one of its own."""
        tree = self.tree(self.steps[line]["formula"] or "0")
        for name in dict.fromkeys(names_in(tree)):
            own = self.key(name, line)
            old = {base(own), base(own).removesuffix("_new")}
            others = [key for key in self.values if key != own and {base(key), base(key).removesuffix("_new")} & old
                      and self.order.get(key, -1) < self.order[line] and address(key) != address(line)]  # fmt: skip
            used = {one: self.key(one, line) for one in names_in(tree)}
            for other in others[:2]:
                found = evaluate(tree, lambda one, used=used | {name: other}: self.values[used[one]])
                if abs(found - self.values[line]) > abs(found) / 100:
                    yield found


def address(key: str) -> tuple[str, ...]:
    return tuple(key.split(" / ")[:-1])


def base(key: str) -> str:
    return key.rpartition(" / ")[2]


def number(text: str) -> Decimal:
    return evaluate(read(text), Decimal)


def figures(value: Decimal) -> str:
    """The number with nine figures, zeros at the end included."""
    return format(value.quantize(Decimal(1).scaleb(value.adjusted() - 8)), "f")


@cache
def reading(name: str) -> Reading:
    return Reading(SETTINGS.get(name) or str(PROBLEMS / f"{name}.yaml"))


def in_several_passes(path: Path) -> bool:
    """Whether a bundled problem has several passes or samples."""
    text = path.read_text("utf-8")
    several = re.search("^(samples|epochs|gradients):", text, re.M)
    return several is not None and re.search("^(cases|exercises):", text, re.M) is None


TOGETHER = {  # one pass, or one batch whose samples all stand on one page
    "batch norm", "01-mini-step", "29-learning-rates", "51-batch-norm", "73-two-ways",
}  # fmt: skip
NAMES = [*SETTINGS, *(path.stem for path in sorted(PROBLEMS.glob("*.yaml")) if in_several_passes(path))]


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_of_a_solution_is_worth_the_value_of_its_line(name: str) -> None:
    """By the rule for names alone, without the numbers put in."""
    found = reading(name)
    for line, step in found.steps.items():
        if step["formula"]:
            value = found.worth(found.tree(step["formula"]), line, {})
            assert abs(value - found.values[line]) <= (abs(value) + 1) * TINY, (line, step["formula"])


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_of_a_diagnosis_is_worth_what_the_student_wrote(name: str) -> None:
    """Where values of other passes and samples were taken, too: they are written by their keys, `[sample 2 / x]`."""
    found = reading(name)
    formulas = []
    for line, sheet in found.sheets():
        answers = {key: Decimal(text) for key, text in sheet.items()}
        marked = next(one for one in found.problem.check(sheet).to_dict()["lines"] if one["quantity"] == line)
        for one in (*marked.get("diagnoses", ()), *marked.get("alternatives", ())):
            if one["formula"] is not None:
                value = found.worth(found.tree(one["formula"]), one["made_in"], answers)
                assert abs(value - answers[line]) <= (abs(value) + 1) * NEARLY, (line, one["made_in"], one["formula"])
                formulas.append(one["formula"])
    by_key = {one for formula in formulas for one in names_in(found.tree(formula)) if one.startswith("[")}
    assert by_key or name in TOGETHER
