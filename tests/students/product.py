"""The product, seen from outside only: its command line, and the JSON that comes out of it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROBLEMS = ROOT / "problems"


class RefusedError(RuntimeError):
    """The command line said no; the words are its own."""


def command(*arguments: str, okay: tuple[int, ...] = (0, 1)) -> str:
    """What `backprop ARGUMENTS` prints, in English."""
    path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    environment = os.environ | {"BACKPROP_LANG": "en", "PYTHONPATH": path}
    run = subprocess.run(
        [sys.executable, "-m", "backprop_cli", *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if run.returncode not in okay or "Traceback" in run.stderr:
        raise RefusedError(f"{' '.join(arguments[:4])}: {run.returncode}: {run.stderr[-2000:]}")
    return run.stdout


def solved(problem: Path, rounding: str | None = None) -> dict[str, Any]:
    """The worked solution, one step for each line that a student writes."""
    extra = ("--round", rounding) if rounding else ()
    text = command("solve", str(problem), "--detail", "textbook", "--digits", "30", "--json", *extra)
    return dict(json.loads(text))


def asked(problem: Path) -> list[str]:
    """The names on the blank sheet, in order, with their addresses."""
    path: list[tuple[int, str]] = []
    leaves: list[str] = []
    for row in command("check", str(problem), "--template").split("answers:")[1].splitlines():
        bare = row.split("#")[0].rstrip()
        if not bare.endswith(":"):
            continue
        depth = len(bare) - len(bare.lstrip())
        path = [(d, name) for d, name in path if d < depth]
        path.append((depth, bare.strip()[:-1].strip("'\"")))
        address = " / ".join(name for _, name in path)
        if leaves and address.startswith(leaves[-1] + " / "):
            leaves.pop()
        leaves.append(address)
    return leaves


@dataclass(frozen=True, slots=True)
class LineMark:
    """What the product says of one line."""

    verdict: str
    marks: Fraction
    of: Fraction
    diagnoses: tuple[dict[str, Any], ...]

    @property
    def full(self) -> bool:
        return self.marks == self.of


@dataclass(frozen=True, slots=True)
class SheetMark:
    """What the product says of one sheet; `failure` is the reason of one that it could not read."""

    marks: Fraction
    of: Fraction
    first_wrong: str | None
    lines: dict[str, LineMark]
    failure: str | None


def amount(text: object) -> Fraction:
    return Fraction(str(text or 0))


def line_mark(data: dict[str, Any]) -> LineMark:
    said = data.get("diagnoses") or data.get("mistakes") or ()
    diagnoses = tuple(d if isinstance(d, dict) else {"name": d} for d in said)
    return LineMark(data["verdict"], amount(data.get("marks")), amount(data.get("of")), diagnoses)


def sheet_mark(data: dict[str, Any]) -> SheetMark:
    lines = data.get("lines", {})
    if isinstance(lines, list):
        lines = {line["quantity"]: line for line in lines}
    marks = {name: line_mark(line) for name, line in lines.items()}
    return SheetMark(
        amount(data.get("marks")), amount(data.get("of")), data.get("first_wrong"), marks, data.get("failure")
    )


def graded(
    problem: Path, folder: Path, rounding: str | None = None, notation: str | None = None
) -> dict[str, SheetMark]:
    """The marks of every sheet in a folder, by the name of its file: one call for all of them."""
    extra = (*(("--notation", notation) if notation else ()), *(("--round", rounding) if rounding else ()))
    report = json.loads(command("grade", str(problem), str(folder), "--json", *extra))
    marks = {Path(sheet["file"]).name: sheet_mark(sheet) for sheet in report["sheets"]}
    return {file: with_reasons(mark, reasons(report, file)) for file, mark in marks.items()}


def reasons(report: dict[str, Any], file: str) -> dict[str, list[dict[str, Any]]]:
    """The mistakes that the statistics of the class give for this sheet, line by line."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in report.get("mistakes", ()):
        if any(Path(sheet).name == file for sheet in one.get("sheets", ())):
            for line in one.get("lines", ()):
                found.setdefault(line, []).append({"name": one["name"], "formula": one.get("formula")})
    return found


def with_reasons(mark: SheetMark, found: dict[str, list[dict[str, Any]]]) -> SheetMark:
    """Reasons for the lines that have none of their own."""
    lines = {
        key: replace(line, diagnoses=tuple(found.get(key, ()))) if not line.full and not line.diagnoses else line
        for key, line in mark.lines.items()
    }
    return replace(mark, lines=lines)


ONE_BY_ONE = """
import contextlib, io, json, sys
from backprop_cli.cli import main
problem, rounding, *files = sys.argv[1:]
for file in files:
    sys.argv = ["backprop", "check", problem, file, "--json"] + ([] if rounding == "-" else ["--round", rounding])
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main()
    print(json.dumps([file, out.getvalue()]))
"""


def python(program: str, *arguments: str) -> str:
    """What a program in Python prints that uses the product, in English."""
    path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    environment = os.environ | {"BACKPROP_LANG": "en", "PYTHONPATH": path}
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    return run.stdout


def checked(problem: Path, files: list[Path], rounding: str | None = None) -> dict[str, SheetMark]:
    """What `check` says of single sheets (it gives reasons where `grade` only gives marks)."""
    found: dict[str, SheetMark] = {}
    for row in python(ONE_BY_ONE, str(problem), rounding or "-", *map(str, files)).splitlines():
        file, text = json.loads(row)
        if text.strip():
            found[Path(file).name] = sheet_mark(json.loads(text))
    return found
