"""The table of the manual, measured: `python tests/benchmarks/table.py` (four minutes; `--quick`: two).

Times are processor time on one core. What is compared runs in turn, A B A B …, so that a machine that is busy slows
both; each figure is a median, and a ratio is the median of the pairs' ratios. Growth is the slope of a straight line
through log time over log size. Memory is the peak of a process of its own, as the system says it.
"""

from __future__ import annotations

import atexit
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from math import log
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent / "support"), str(HERE)]

Row = tuple[str, str, str]
BACKPROP = ("-m", "backprop_cli")
OURS = "typer, rich.table, flint, yaml, pydantic"  # what solving and showing cannot do without

SYMPY = "sympy, typer, rich"  # what solving exactly is usually done with


# ---- measuring -----------------------------------------------------------------------------------------------


def processor() -> float:
    """The processor time of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def seconds(run: Callable[[], object]) -> float:
    """How much processor time it takes once."""
    start = processor()
    run()
    return processor() - start


def pairs(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """The medians of both, run in turn after one warm-up, and the median of their ratios."""
    ours(), peer()
    times = [(seconds(ours), seconds(peer)) for _ in range(rounds)]
    first, second = (median(one[side] for one in times) for side in (0, 1))
    return first, second, median(one / other for one, other in times)


def growth(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The slope of the line of least squares through the logarithms."""
    xs, ys = [log(size) for size in sizes], [log(one) for one in times]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - x_mean) ** 2 for x in xs)


def python(*words: str) -> None:
    """A Python process of its own, whose modules are compiled already, as they are after an installation."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled()}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=environment)


@cache
def compiled() -> str:
    """A folder for compiled modules, which is there as long as this process."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


# A process begins with what its parent had; so a small one stands between.
_PEAK = """
import os, subprocess, sys
process = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
sys.exit(print(used.ru_maxrss) if status == 0 else 1)
"""


def peak(*words: str, stdin: str = "") -> float:
    """The most megabytes that a Python process of its own has at once."""
    between = [sys.executable, "-S", "-c", _PEAK, *words]
    return int(subprocess.run(between, input=stdin, text=True, stdout=subprocess.PIPE, check=True).stdout) / 1000


def milliseconds(time_: float) -> str:
    """A time as the table has it."""
    return f"{time_ * 1000:.0f} ms" if time_ < 2 else f"{time_:.1f} s"


# ---- rows ----------------------------------------------------------------------------------------------------


def starts(rounds: int) -> Iterator[Row]:
    """Start-up, interpreter and all, against the bare imports."""
    from sheet_texts import text_of
    from sheets import right_answers

    sheet = Path(compiled()) / "sheet.yaml"
    sheet.write_text(text_of(right_answers("mazur")), "utf-8")
    mazur, check = ("solve", "mazur"), ("check", "mazur", str(sheet))
    few = ((("--help",), "typer"), (("--version",), "typer"))
    for words, imports in (*few, (mazur, OURS), ((*mazur, "--json"), OURS), (check, OURS), (mazur, SYMPY)):
        ours, peer, ratio = pairs(
            lambda words=words: python(*BACKPROP, *words),  # type: ignore[misc]
            lambda imports=imports: python("-c", f"import {imports}"),  # type: ignore[misc]
            rounds,
        )
        compared = f"{ratio:.1f} × `import {imports}` ({milliseconds(peer)})"
        said = " ".join(words).replace(str(sheet), "sheet.yaml")
        yield f"`backprop {said}`, from a cold start", milliseconds(ours), compared


def training(rounds: int) -> Iterator[Row]:
    """10,000 epochs against loops written by hand, of which only the first certifies anything, and against PyTorch."""
    from test_training_speed import by_hand, in_floats, in_numpy, in_pytorch
    from test_training_speed import ours as trained

    what = "10,000 epochs of mazur, 15 certified digits"
    ours, peer, ratio = pairs(trained, by_hand, rounds)
    yield what, milliseconds(ours), f"{ratio:.2f} × a loop written by hand on python-flint ({milliseconds(peer)})"
    for loop, called in ((in_numpy, "NumPy in float64"), (in_floats, "plain floats")):
        ours, peer, ratio = pairs(trained, loop, rounds)
        yield (
            what,
            milliseconds(ours),
            f"{ratio:.1f} × a loop on {called} ({milliseconds(peer)}), which certifies nothing",
        )
    if find_spec("torch"):
        ours, peer, ratio = pairs(in_pytorch, trained, max(3, rounds // 3))
        yield (
            what,
            milliseconds(peer),
            f"PyTorch's loop in float64 takes {ratio:.0f} times as long ({milliseconds(ours)})",
        )


def inside(rounds: int) -> Iterator[Row]:
    """What is done in a process that has started."""
    from sheet_texts import text_of
    from sheets import right_answers
    from test_checking_speed import SLIPS, mark, marked_anew, of_which_no_two_are_alike
    from test_generating_speed import KINDS

    from backprop_cli.documents.solution_page import solution_document
    from backprop_cli.formats.terminal.plain import document
    from backprop_cli.generator.problems import generate
    from backprop_cli.generator.recipes import Recipe
    from backprop_cli.problem.reader import load
    from backprop_cli.solving.solution import SolveOptions, solution_of

    def solved() -> None:
        document(solution_document(solution_of(load("mazur"), SolveOptions()), "unicode"))

    solved()
    times = [seconds(solved) for _ in range(rounds * 2)]
    yield "reading, solving and writing mazur, after the imports", milliseconds(median(times)), ""
    texts = [text_of(right_answers("mazur") | slip) for slip in SLIPS]
    for one in texts:
        mark("mazur", one)
    times = [seconds(lambda: [mark("mazur", one) for one in texts]) for _ in range(rounds * 2)]
    alone = of_which_no_two_are_alike()
    unalike = len(alone) / min(seconds(lambda: marked_anew(alone)) for _ in range(3))
    yield (
        "`check`: sheets of mazur with 31 lines, 5 of 6 with a mistake that is named",
        f"{len(texts) / median(times):.0f} a second",
        f"on one core; {unalike:.0f} where no two sheets are alike",
    )
    for kind in ("2-2-1 relu", "2-2-2 sigmoid", "5 gates"):
        generate(Recipe(**KINDS[kind]), 0)
        times = [
            seconds(lambda seed=seed, kind=kind: generate(Recipe(**KINDS[kind]), seed))  # type: ignore[misc]
            for seed in range(1, rounds + 1)
        ]
        yield f"`generate`: {kind}, its lint included", milliseconds(median(times)), ""
    if find_spec("typst"):
        from backprop_cli.formats.print import pdf

        page = solution_document(solution_of(load("mazur"), SolveOptions()), "typst")
        pdf.document(page)
        times = [seconds(lambda: pdf.document(page)) for _ in range(3)]
        yield "mazur as a PDF, after the imports", milliseconds(median(times)), ""


def whole(quick: bool) -> Iterator[Row]:
    """Commands of several processes, by the clock, so only of a machine that does nothing else; and what is refused."""
    from test_class_speed import ROUNDS, SHEETS, ratio
    from test_generating_speed import UNFULFILLABLE, VARIANTS, command

    folder = Path(compiled()) / "whole"
    folder.mkdir()
    one, two = ratio(folder, 1 if quick else ROUNDS)
    yield (
        f"`grade`: {SHEETS:,} sheets of which no two are alike, on two cores, by the clock",
        milliseconds(two),
        f"{one / two:.2f} times as fast as on one ({milliseconds(one)})",
    )
    took, _used, _code = command(*VARIANTS, "-o", str(folder / "variants"))
    yield "`generate`: 30 variants with their sheets as PDF, by the clock", milliseconds(took), ""
    for wishes in UNFULFILLABLE:
        _took, used, _code = command("generate", "--seed", "3", "--activation", *wishes)
        yield f"`generate --activation {' '.join(wishes)}`, which is refused", milliseconds(used), "the whole command"


def large(rounds: int) -> Iterator[Row]:
    """What it costs to write a solution of 10,000 weights, and to verify one of 2,500, against solving it."""
    from test_print_speed import FORMATS, solved, text_of, verified, written

    problem = text_of(100)
    for format_ in FORMATS:
        ours, peer, ratio = pairs(lambda format_=format_: written(problem, format_), lambda: solved(problem), rounds)  # type: ignore[misc]
        yield (
            f"10,000 weights, written as {format_}",
            milliseconds(ours),
            f"{ratio:.1f} × solving them ({milliseconds(peer)})",
        )
    problem = text_of(50)
    ours, peer, ratio = pairs(lambda: verified(problem), lambda: solved(problem), rounds)
    yield "2,500 weights, verified", milliseconds(ours), f"{ratio:.1f} × solving them ({milliseconds(peer)})"


def exponents(quick: bool) -> Iterator[Row]:
    """How time grows, with Python's collector as the command sets it."""
    from sheet_texts import text_of

    from backprop_cli.ground.collecting import collect_seldom

    collect_seldom()
    from sheets import right_answers
    from test_checking_speed import chain, mark
    from test_speed import dense
    from test_training_growth import MAZUR, network

    from backprop_cli.deriving.schedule import derive
    from backprop_cli.problem.reader import load
    from backprop_cli.solving.solution import SolveOptions, solution_of
    from backprop_cli.solving.solver import solve
    from backprop_cli.training.runs import train

    mazur = load("mazur")
    sheets: dict[int, tuple[str, str]] = {}

    def sheet(depth: int) -> tuple[str, str]:
        if depth not in sheets:
            source = chain(depth)
            sheets[depth] = source, text_of(right_answers(source) | {"delta_n0": "0.5"})
            mark(*sheets[depth])
        return sheets[depth]

    kinds: dict[str, tuple[Sequence[int], Callable[[int], Any], Callable[[int], int]]] = {
        "weights of a dense layer, solved": ((20, 40, 80, 160), lambda n: solve(derive(dense(n, n))), lambda n: n * n),
        "samples, trained online": ((20, 40, 80, 160), lambda n: train(network(4, n), [40], 9), int),
        "epochs": ((2_000, 4_000, 8_000, 16_000), lambda n: train(MAZUR, [n], 9), int),
        "digits of a solution": ((125, 250, 500, 1_000), lambda n: solution_of(mazur, SolveOptions(digits=n)), int),
        "lines of a sheet that is checked": ((10, 20, 40, 80), lambda n: mark(*sheet(n)), lambda n: 6 * n + 1),
    }
    for what, (sizes, run, counted) in kinds.items():
        chosen = sizes[:3] if quick else sizes
        run(chosen[0])
        times = [
            min(seconds(lambda n=n, run=run: run(n)) for _ in range(3))  # type: ignore[misc]
            for n in chosen
        ]
        known = [counted(n) for n in chosen]
        yield f"growth: {what}", f"n^{growth(known, times):.2f}", f"{known[0]:,} to {known[-1]:,}"


def memory() -> Iterator[Row]:
    """The most memory at once."""
    least = peak("-c", f"import {OURS}")
    from test_print_speed import text_of

    few, many = (peak(*BACKPROP, "solve", "-", "--json", stdin=text_of(side)) for side in (50, 100))
    long = "\n".join(line for line in _text("ten-thousand-epochs").splitlines() if not line.startswith("report"))
    long = "\n".join(line for line in long.splitlines() if not line.startswith("epochs"))
    yield "memory: `solve mazur`", f"{peak(*BACKPROP, 'solve', 'mazur'):.0f} MB", f"the bare imports: {least:.0f} MB"
    each = (many - few) * 1000 / (100 * 100 - 50 * 50)
    yield "memory: 10,000 weights, solved as JSON", f"{many:.0f} MB", f"{each:.0f} kB for each from 2,500 on"
    more = f"{long}\nepochs: 200000\nreport: [200000]\n"
    yield "memory: 200,000 epochs", f"{peak(*BACKPROP, 'solve', '-', stdin=more):.0f} MB", ""


def _text(name: str) -> str:
    from backprop_cli.problem.reader import bundled

    return str(bundled()[name].read_text("utf-8"))


def main(arguments: Sequence[str]) -> None:
    """Prints the table, row by row."""
    quick = "--quick" in arguments
    rounds = 5 if quick else 15
    load_ = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    print("| | measured | |\n|---|---|---|")
    for rows in (
        starts(rounds), training(rounds), inside(rounds), whole(quick), large(1 if quick else 3), exponents(quick),
        memory(),
    ):  # fmt: skip
        for row in rows:
            print(f"| {' | '.join(row)} |", flush=True)
    print(f"\n{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, load {load_}.")


if __name__ == "__main__":
    main(sys.argv[1:])
