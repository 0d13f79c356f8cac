"""How often each command derives and solves: what was worked out once is not worked out again."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from helpers import Run, backprop, loaded

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.references import Reference
from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.understanding import understood
from backprop_cli.generator import problems
from backprop_cli.generator.demands import Look, first_broken
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solver import solve
from backprop_cli.solving.worked import WorkedProblem


def counted(call: Callable[[], Any]) -> tuple[int, int]:
    """How often `derive` and `solve` are called on the way."""
    found = calls_of(call, derive, solve)
    return found[derive], found[solve]


def calls_of(call: Callable[[], Any], *functions: Callable[..., Any]) -> Counter[Callable[..., Any]]:
    """How often each of some functions is called on the way."""
    by_code = {one.__code__: one for one in functions}
    found: Counter[Callable[..., Any]] = Counter()

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code in by_code:
            found[by_code[frame.f_code]] += 1

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(before)
    return found


def of(*arguments: str | Path, stdin: str = "", **environment: str) -> tuple[int, int]:
    """The counts of one command line, which must do what it is asked to."""
    runs: list[Run] = []
    counts = counted(lambda: runs.append(backprop(*arguments, stdin=stdin, **environment)))
    assert runs[0].code in (0, 1), runs[0].err
    return counts


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A sheet with two answers, one of them wrong."""
    path = tmp_path / "sheet.yaml"
    path.write_text("answers: {net_h1: 0.3775, out_h1: 0.6}\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("arguments", "counts"),
    [
        (("solve", "mazur"), (1, 1)),
        (("solve", "mazur", "--json"), (1, 1)),
        (("solve", "mazur", "--only", "w5_new"), (1, 1)),
        (("solve", "mazur", "--symbolic"), (1, 1)),
        (("solve", "mazur", "--paths", "w1"), (1, 1)),
        (("solve", "mazur", "--gradients"), (1, 1)),
        (("solve", "mazur", "--forward-mode", "w1"), (1, 1)),
        (("solve", "mazur", "--hessian", "w5"), (1, 1)),
        (("solve", "mazur", "--second-order", "newton:1"), (1, 2)),  # the step is looked at before it is taken
        (("solve", "mazur", "--matrix"), (1, 2)),  # as textbooks write it; what its cells need beside that
        (("solve", "mazur", "--passes"), (1, 2)),
        (("solve", "mazur", "--jacobian"), (1, 2)),
        (("solve", "mazur", "--matrix", "--detail", "full"), (1, 1)),
        (("solve", "mazur", "--compare", "conventions"), (7, 7)),  # as it stands, and in six other ways
        (("solve", "mazur", "--detail", "full"), (1, 1)),
        (("solve", "mazur", "--then-forward"), (1, 1)),
        (("solve", "mazur", "--round", "4"), (1, 1)),
        (("solve", "mazur", "--only", "δ_o1"), (1, 1)),  # a spelling that is no key: every name has to be known
        (("names", "mazur"), (1, 13)),  # and what the questions that can be asked are about
        (("solve", "learning-rates"), (2, 1)),  # an epoch by hand, and one compiled for all the rates
        (("solve", "starting-points"), (3, 1)),  # and the slope after it, which proves a minimum
        (("draw", "mazur"), (1, 1)),
        (("verify", "mazur"), (1, 1)),
        (("check", "mazur", "--template"), (1, 0)),
        (("worksheet", "mazur"), (1, 1)),
        (("worksheet", "mazur", "--part", "all"), (1, 2)),  # the key of the rubric has every line
        (("worksheet", "mazur", "--part", "key", "--worked"), (1, 2)),  # to the digits of a key, and of a page
        (("lint", "mazur"), (1, 2)),  # every line, and those of the textbook; and how steep its units are
    ],
)
def test_a_command_derives_and_solves_so_often(arguments: tuple[str, ...], counts: tuple[int, int]) -> None:
    assert of(*arguments) == counts


def test_a_sheet_is_checked_with_one_derivation_and_a_rounded_problem_is_solved_twice(sheet: Path) -> None:
    assert of("check", "mazur", sheet) == (1, 1)
    assert of("check", "mazur", sheet, "--round", "4") == (1, 2)


def test_names_that_a_sheet_asks_for_are_looked_for_in_the_lines_that_are_checked(tmp_path: Path, sheet: Path) -> None:
    """What had to be derived to understand `ask` is what the key is made of."""
    asking = tmp_path / "asking.yaml"
    asking.write_text(bundled()["mazur"].read_text("utf-8") + "ask: [δ_o1, net_h1, out_h1]\n", "utf-8")
    for rounded in ((), ("--round", "4")):
        assert of("check", asking, sheet, *rounded) == of("check", "mazur", sheet, *rounded)
    loaded = load(str(asking))
    assert loaded.derived is None
    problem, lines = understood(loaded).derived or (None, None)
    assert problem is not None
    assert lines == derive(problem.by_hand, Detail.FULL, then_forward=True)


@pytest.mark.parametrize(
    "asked", ["[net_h1, w5_new]", "[δ_o1]", "[after the update / E]", "{values: [E], formula: [E]}"]
)
def test_names_that_a_sheet_asks_for_are_looked_for_in_the_lines_that_are_shown(tmp_path: Path, asked: str) -> None:
    """What had to be derived to understand `ask` is seen in the detail that is shown."""
    asking = tmp_path / "asking.yaml"
    asking.write_text(bundled()["mazur"].read_text("utf-8") + f"ask: {asked}\n", "utf-8")
    for command in ("solve", "draw", "worksheet", "verify"):
        assert of(command, asking) == (1, 1)
    for pages in (("--paths", "w1"), ("--forward-mode", "w1"), ("--only", "δ_o1"), ("--gradients",), ("--table",),
                  ("--symbolic",), ("--hessian", "w5")):  # fmt: skip
        assert of("solve", asking, *pages) == (1, 1)
    for command in (("lint", asking), ("worksheet", asking, "--part", "all"), ("solve", asking, "--matrix"),
                    ("solve", asking, "--second-order", "newton:1")):  # fmt: skip
        assert of(*command) == (1, 2)
    assert of("solve", asking, "--compare", "conventions") == (7, 7)


@pytest.mark.parametrize("platform", ["moodle", "stack", "canvas", "qti21"])
def test_a_quiz_derives_its_problem_once_and_once_with_the_other_sign_of_delta(platform: str, tmp_path: Path) -> None:
    ending = "xml" if platform in ("moodle", "stack") else "zip"
    judged = platform == "stack"  # `check` is asked what it sees in a mistake with the other sign
    assert of("quiz", "mazur", "--for", platform, "-o", tmp_path / f"quiz.{ending}") == (2 + judged, 3 + judged)


def test_a_class_is_marked_without_a_derivation_for_a_sheet(sheet: Path, tmp_path: Path) -> None:
    one = of("grade", "mazur", sheet)
    assert one == (1, 1)  # the key, in which what is asked for is seen
    asking = tmp_path / "asking.yaml"
    asking.write_text(bundled()["mazur"].read_text("utf-8") + "ask: [δ_o1, net_h1]\n", "utf-8")
    assert of("grade", asking, sheet) == one
    more = [sheet]
    for name in ("bo", "cy", "di"):
        more.append(tmp_path / f"{name}.yaml")
        more[-1].write_text(sheet.read_text("utf-8"), "utf-8")
    assert of("grade", "mazur", *more) == one


def test_a_reply_to_the_tutor_derives_and_solves_nothing(tmp_path: Path) -> None:
    """Whether it is right or wrong, or asks for a hint; also the first, since the sheet has been shown before it."""
    replies = ["0.3775", "0.5", "hint", "hint", "hint", "hint", "why", "keep", "0.1 + 0.2", "skip", "show", "back"]
    counts = [
        of("tutor", "mazur", stdin="\n".join([*replies[:count], "quit"]), BACKPROP_DATA=str(tmp_path / str(count)))
        for count in (0, 1, len(replies))
    ]
    assert counts == [(1, 2)] * 3


def test_a_generated_problem_is_derived_twice(tmp_path: Path) -> None:
    """Its pattern once, unless it is known from before; then in full, in which what textbooks write is seen."""
    problems.forget()
    assert of("generate", "--seed", "7") == (2, 3)  # exactly, rounded, and at its start


def test_a_refusal_looks_at_the_slope_of_a_line_once() -> None:
    """Whether a unit lives and whether it is saturated are two demands on one number; most lines have none."""
    runs: list[Run] = []
    arguments = ("generate", "--seed", "3", "--activation", "sigmoid", "--places", "2")
    slope = Look.slope.func  # type: ignore[attr-defined]
    found = calls_of(lambda: runs.append(backprop(*arguments)), slope, first_broken, evaluate)
    assert runs[0].code == 2
    assert 8_000 < found[first_broken] < 9_000
    assert found[slope] <= found[first_broken]
    assert found[evaluate] < 10.5 * found[first_broken]


def test_a_sheet_of_a_variant_derives_nothing(tmp_path: Path) -> None:
    """Each draw is derived in full, in which the lines of a sheet are seen."""

    def derived(sheets: str) -> int:
        problems.forget()
        return of("generate", "--seed", "7", "--variants", "3", "--sheets", sheets, "-o", tmp_path / sheets)[0]

    assert derived("markdown") == derived("none")


@pytest.mark.parametrize("name", bundled())
@pytest.mark.parametrize("detail", [Detail.TEXTBOOK, Detail.FULL])
def test_what_is_cut_from_a_longer_derivation_is_what_would_be_derived(name: str, detail: Detail) -> None:
    worked = WorkedProblem(load(name).problem)
    assert worked.derivation(detail) == derive(worked.by_hand, detail)


@pytest.mark.parametrize("name", bundled())
@pytest.mark.parametrize("detail", [Detail.BRIEF, Detail.TEXTBOOK])
@pytest.mark.parametrize("then_forward", [False, True])
def test_what_is_seen_in_all_lines_is_what_would_be_derived(name: str, detail: Detail, then_forward: bool) -> None:
    worked = WorkedProblem(load(name, letters=True).problem)
    kept = {line.quantity.bare_key for line in worked.full.lines[::7]}
    for keep in ([], [Reference.parse(key) for key in kept]):
        seen = worked.lines_for(keep, detail, then_forward)
        assert seen == derive(worked.by_hand, detail, {one.name for one in keep}, then_forward)


@pytest.mark.parametrize("name", bundled())
def test_with_letters_the_lines_are_those_that_would_be_derived(name: str) -> None:
    worked = WorkedProblem(load(name, letters=True).problem)
    if worked.problem.training.perceptron is not None:
        return  # which lines there are depends on the numbers
    seen = worked.in_full().in_letters.full
    again = derive(worked.in_letters.by_hand, Detail.FULL, then_forward=True)
    assert (seen.lines, seen.constants) == (again.lines, again.constants)


@pytest.mark.parametrize("name", bundled())
def test_the_gradients_of_a_hessian_are_those_that_would_be_derived(name: str) -> None:
    """Up to the first update."""
    problem = load(name, letters=True).problem
    if problem.gradients or problem.training.perceptron is not None or problem.conventions.updated_weights:
        return  # which have no Hessian
    keep = [f"d{one}/d{parameter}" for parameter in problem.parameters for one in ("E", problem.objective)]
    seen, again = (one.gradients_of(keep) for one in (WorkedProblem(problem).in_full(), WorkedProblem(problem)))
    gradients = [line.quantity for line in again.lines if line.quantity.bare_key in keep]
    first = [one for one in gradients if one.at == gradients[0].at]
    assert (seen.only(first).lines, seen.constants) == (again.only(first).lines, again.constants)


@pytest.mark.parametrize("batch", ["1", "2", "full"])
@pytest.mark.parametrize("ends", ["softmax, loss: cross_entropy", "softmax, loss: cross_entropy, label_smoothing: 0.1",
                                  "sigmoid, loss: binary_cross_entropy"])  # fmt: skip
def test_what_is_merged_in_a_sample_is_what_would_be_derived(ends: str, batch: str) -> None:
    """A short form as p − t is that of its own sample."""
    activation, *keys = ends.split(", ")
    samples = "".join(f"  - {{inputs: {{x: {x}}}, targets: [{t}, {1 - t}]}}\n" for x, t in ((1, 0), (2, 1), (-1, 0)))
    layer = f"layers:\n  - {{weights: [[0.1], [-0.3]], neurons: [a, b], activation: {activation}}}\n"
    text = f"samples:\n{samples}{layer}batch: {batch}\nlearning_rate: 0.5\n" + "\n".join(keys)
    worked = WorkedProblem(loaded(text).problem).in_full()
    assert worked.derivation() == derive(worked.by_hand, Detail.TEXTBOOK)


@pytest.mark.parametrize("name", bundled())
def test_what_comes_before_the_first_update_is_the_start(name: str) -> None:
    worked = WorkedProblem(load(name).problem)
    if worked.problem.gradients:
        return  # given gradients have no forward pass
    assert worked.at_start.lines == derive(worked.start, Detail.FULL).lines


def test_a_worked_problem_is_worked_once() -> None:
    worked = WorkedProblem(load("han-kamber").problem)
    assert counted(lambda: [(worked.derivation(), worked.full, worked.values, worked.trace()) for _ in "ab"]) == (2, 2)
    assert counted(lambda: (worked.trace(digits=6), worked.entitled("B").trace())) == (0, 1)
