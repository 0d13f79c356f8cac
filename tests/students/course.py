"""A problem as a student sees it: the lines to write, what each one uses, and the numbers that are given."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cached_property
from pathlib import Path
from typing import Any

import product
from formulas import FUNCTIONS, PRECISION, Node, Rounder, evaluate, names_in, read
from writing import Digits, figures, places, round_to

Values = Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet: its address, its formula, and where each name in it is found."""

    key: str
    text: str
    tree: Node
    uses: dict[str, "int | str"]  # the number of an earlier line, or the name of a given number

    @property
    def base(self) -> str:
        return self.key.rpartition(" / ")[2]

    @property
    def is_delta(self) -> bool:
        return self.base.startswith("delta")

    @property
    def old(self) -> str | None:
        """The parameter whose new value this line is."""
        name = self.base.removesuffix("_new")
        return name if name != self.base and name in self.uses and not name.startswith(("v_", "m_")) else None


@dataclass(frozen=True)
class Course:
    """All the lines in the order of writing, the given numbers, and the digits that are asked for."""

    name: str
    problem: Path
    lines: tuple[Line, ...]
    given: dict[str, Decimal]
    asked: frozenset[str]
    digits: Digits | None = None  # None: nobody asked
    kinds: tuple[tuple[str, Digits], ...] = ()  # other digits for some kinds of lines
    rounding: str | None = None  # what --round is told

    # -------------------------------------------------------------------------------- working out

    def work(
        self, number: int, values: Values, sign: int = 1, partly: Rounder | None = None, tree: Node | None = None
    ) -> Decimal:
        """What this line comes to from these earlier values; `sign` −1 is a student whose δ is −∂E/∂net."""
        line = self.lines[number]

        def lookup(name: str) -> Decimal:
            if name.startswith("["):
                return self.winner(number, name[1:].split(maxsplit=1)[0], values)
            use = line.uses.get(name)
            if use is None:
                use = self.resolve(number, name)
            if isinstance(use, str):
                return self.given[use]
            return values[use] * (sign if self.lines[use].is_delta else 1)

        return evaluate(tree or line.tree, lookup, partly) * (sign if line.is_delta else 1)

    def winner(self, number: int, name: str, values: Values) -> Decimal:
        """1 where this unit is the largest of its pool."""
        mine = self.lines[number].uses[name]
        for line in self.lines:
            if line.tree.kind == "max" and mine in line.uses.values():
                pool = [self.given[use] if isinstance(use, str) else values[use] for use in line.uses.values()]
                value = self.given[mine] if isinstance(mine, str) else values[mine]
                return Decimal(value == max(pool))
        raise KeyError(name)

    def resolve(self, number: int, name: str) -> "int | str":
        """Where a name is found that the right formula of this line does not mention."""
        return Places([line.key for line in self.lines[:number]]).find(name, self.lines[number].key, self.given)

    @cached_property
    def truth(self) -> dict[int, Decimal]:
        """The right values: exact, or each rounded before the next where the problem asks for rounding."""
        values: dict[int, Decimal] = {}
        for number, line in enumerate(self.lines):
            exact = self.work(number, values)
            digits = self.digits_of(line)
            values[number] = exact if digits is None else round_to(exact, digits.unit(exact))
        return values

    @cached_property
    def exact(self) -> dict[int, Decimal]:
        """The values of somebody who never rounds."""
        values: dict[int, Decimal] = {}
        for number in range(len(self.lines)):
            values[number] = self.work(number, values)
        return values

    # -------------------------------------------------------------------------------- what is asked

    def digits_of(self, line: Line) -> Digits | None:
        for kind, digits in self.kinds:
            if line.base.startswith(kind):
                return digits
        return self.digits

    def unit(self, number: int) -> Decimal:
        """U of the contract: a unit of the last digit asked for; where nobody asked, three figures and the step."""
        line, true = self.lines[number], self.truth[number]
        digits = self.digits_of(line)
        if digits is not None and (true != 0 or not digits.figures):
            return digits.unit(true)
        if true == 0:
            return self.unit_of_nothing(number)
        unit = figures(3).unit(true)
        if line.old is None:
            return unit
        step = abs(true - self.old_value(number))
        return unit if step == 0 else min(unit, Decimal(1).scaleb(step.adjusted()))

    def old_value(self, number: int) -> Decimal:
        """The value of the parameter before this line."""
        line = self.lines[number]
        use = line.uses[line.old or ""]
        return self.given[use] if isinstance(use, str) else self.truth[use]

    def unit_of_nothing(self, number: int) -> Decimal:
        """Zero has no figures: a thousandth of the largest summand of its line."""
        line = self.lines[number]
        terms = line.tree.parts if line.tree.kind == "add" else (line.tree,)
        largest = max((abs(self.work(number, self.truth, tree=term)) for term in terms), default=Decimal(0))
        return Decimal(1).scaleb(largest.adjusted() - 3) if largest else Decimal("0.001")

    @property
    def writable(self) -> list[int]:
        """The lines that the blank sheet has."""
        return [n for n, line in enumerate(self.lines) if line.key in self.asked]

    # -------------------------------------------------------------------------------- the same with other numbers

    def moved(self, how_far: int) -> "Course":
        """The same problem with other given numbers, so that two formulas that agree there too mean the same."""
        with localcontext(PRECISION):
            given = {
                name: value
                if name in FIXED or (value in (0, 1) and name.startswith("x"))
                else value * (1 + Decimal(7 * (n % 5) + 3 * how_far + 2) / 100) + Decimal(how_far) / 97
                for n, (name, value) in enumerate(self.given.items())
            }
        return replace(self, given=given, digits=None, kinds=(), rounding=None)

    @cached_property
    def neighbour(self) -> "Course":
        """The variant of the student at the next table."""
        return self.moved(1)

    def said(self, digits: Digits | None) -> "Course":
        """The same problem where so many digits are asked for."""
        return replace(
            self, digits=digits, kinds=() if digits else self.kinds, rounding=str(digits) if digits else None
        )


FIXED = {"t", "n", "every"}  # counts: the moved copies keep them


# ------------------------------------------------------------------------------------------------ addresses


class Places:
    """Finds what a name in a line means: an earlier line, or a given number."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.split = [parts(key) for key in keys]

    def find(self, name: str, key: str, given: Iterable[str]) -> "int | str":
        """The number of the earlier line, or the name of the given number; KeyError where there is neither."""
        here, _ = parts(key)
        sample = re.fullmatch(r"(.+)\^\((\d+)\)", name)
        base = name
        if sample:
            base, here = sample[1], here | {"sample": sample[2]}
        for wanted, strict in ((base, True), (base + "_new", False)):
            for number in range(len(self.keys) - 1, -1, -1):
                there, found = self.split[number]
                if found == wanted and (not strict or all(here.get(k) == v for k, v in there.items())):
                    return number
        tag = f"{base}@{here['sample']}" if "sample" in here else base
        for candidate in (f"{key.rpartition(' / ')[0]} / {base}", tag, base):
            if candidate in given:
                return candidate
        raise KeyError(name)


def parts(key: str) -> tuple[dict[str, str], str]:
    *address, base = key.split(" / ")
    return dict(a.split(" ", 1) for a in address if " " in a), base


def align(formula: Node, numbers: Node, found: dict[str, Decimal]) -> None:
    """Lay a formula beside itself with the numbers put in, and note what each name was."""
    if formula.kind == "name":
        found[formula.name] = evaluate(numbers, Decimal)
    elif formula.kind == numbers.kind and len(formula.parts) == len(numbers.parts):
        for left, right in zip(formula.parts, numbers.parts, strict=True):
            align(left, right, found)
    elif formula.kind in ("sigmoid",):
        pass  # written out as 1/(1 + e^(−net)): what is in it has been a line of its own


def from_steps(name: str, problem: Path, steps: list[dict[str, Any]], asked: Iterable[str]) -> Course:
    """The course that a worked solution shows."""
    keys = [s["quantity"] for s in steps]
    known = {parts(k)[1] for k in keys}
    constants = {s["quantity"]: Decimal(s["decimal"]) for s in steps if s["formula"] is None}
    shown = [s for s in steps if s["formula"] is not None]
    trees = [read(s["formula"], known) for s in shown]
    seen: dict[str, dict[str, tuple[str, Decimal]]] = {}
    places_ = Places([s["quantity"] for s in shown])
    for number, (step, tree) in enumerate(zip(shown, trees, strict=True)):
        found: dict[str, Decimal] = {}
        align(tree, read(step["substituted"], known), found)
        here, _ = parts(step["quantity"])
        earlier = Places(places_.keys[:number])
        for word, value in found.items():
            try:
                earlier.find(word, step["quantity"], ())
            except KeyError:
                base, _, sample = word.partition("^(")
                tag = sample.rstrip(")") or here.get("sample", "")
                seen.setdefault(base, {})[step["quantity"] + sample] = (tag, value)
    given = constants | {name: value for word, uses in seen.items() for name, value in told_apart(word, uses).items()}
    lines = []
    for number, (step, tree) in enumerate(zip(shown, trees, strict=True)):
        earlier = Places(places_.keys[:number])
        uses = {word: earlier.find(word, step["quantity"], given) for word in names_in(tree)}
        lines.append(Line(step["quantity"], step["formula"], tree, uses))
    return Course(name, problem, tuple(lines), given, frozenset(asked))


def told_apart(word: str, uses: dict[str, tuple[str, Decimal]]) -> dict[str, Decimal]:
    """The names of a given number: its own, or one for each sample, or for each line where those differ."""
    if len({value for _, value in uses.values()}) == 1:
        return {word: next(iter(uses.values()))[1]}
    if len(set(uses.values())) == len({tag for tag, _ in uses.values()}):
        return {f"{word}@{tag}": value for tag, value in uses.values()}
    return {f"{key.rpartition(' / ')[0]} / {word}": value for key, (_, value) in uses.items()}


ROUNDED = {  # the bundled problems that ask for digits themselves
    "18-han-kamber": (places(3), (("delta", places(4)),)),
    "20-sequential-update": (None, (("out", places(2)), ("delta", places(4)))),
}


def bundled(problem: Path) -> Course:
    """A bundled problem; its numbers and formulas are those of `solve`, its values are worked out here."""
    course = from_steps(problem.stem, problem, product.solved(problem)["steps"], product.asked(problem))
    digits, kinds = ROUNDED.get(problem.stem, (None, ()))
    return replace(course, digits=digits, kinds=kinds)


def every_bundled() -> list[Path]:
    return sorted(product.PROBLEMS.glob("*.yaml"))


__all__ = ["FUNCTIONS", "Course", "Line", "bundled", "every_bundled", "from_steps"]
