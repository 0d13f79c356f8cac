"""A class of 400: right, wrong, empty and hostile hand-ins in one folder, with what the contract promises of each.

`python tests/students/classroom.py FOLDER` writes FOLDER/free and FOLDER/figures4: a problem, the folder `sheets`, and
`expected.json`. A promise is a range of the share of all marks ("share"), a row with a reason ("row"), or either where
the contract leaves it open. A FIFO and links cannot be kept in a repository: make the class where it is needed.
With `--check` behind the folder, a class that is there is graded and every broken promise printed.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import empty
from families import Exercise, draw
from habits import HABITS
from handin import FORMS, HandIn
from product import SheetMark, graded
from writing import figures
from wrong import Planted, with_one, with_slips, with_two

Promise = dict[str, Any]
RIGHT = {"share": [1, 1]}
ROW = {"row": True}


@dataclass(frozen=True, slots=True)
class Student:
    """One file of the class: its name, what is in it, and what is promised."""

    file: str
    content: bytes
    kind: str
    promise: Promise


def sheet_file(sheet: HandIn, kind: str, number: int, promise: Promise) -> Student:
    name = f"{kind.replace(' ', '-')}-{number:02d}"
    text = FORMS[sheet.form](replace(sheet, name=name))
    return Student(f"{name}.{sheet.form}", text.encode(), kind, promise)


# ------------------------------------------------------------------------------------------------ those who work

GROUPS = {  # twenty students a group; each of its habits in turn
    "rounded": ["4 figures rounded", "5 figures rounded", "4 figures half-even", "4 figures parts rounded"],
    "calculator": ["4 figures memory", "5 figures memory", "8 figures", "4 figures mixed"],
    "spreadsheet": ["4 figures csv", "5 places csv", "zeros dropped csv", "fractions csv"],
    "json": ["4 figures json", "4 figures json numbers", "scientific json numbers", "zeros dropped json"],
    "comma": ["decimal comma yml", "decimal comma csv", "decimal comma json"],
    "exact": ["exact forms", "fractions", "calculations", "calculations csv"],
    "other delta": ["other sign of delta 4 figures", "other sign of delta 5 figures memory"],
    "signs": ["minus sign U+2212 yml", "plus sign csv", "no nought yml", "blanks json", "scientific yml"],
}
GAPS = {
    "final answers": ["final answers 4 figures", "final answers 5 figures"],
    "gaps": ["every second line 4 figures", "every third line 5 figures"],
}


def right(exercise: Exercise) -> Iterator[Student]:
    for group, habits in GROUPS.items():
        for n in range(20):
            yield sheet_file(HABITS[habits[n % len(habits)]].sheet(exercise.course, n), group, n, RIGHT)
    whole = len(exercise.course.writable)
    for group, habits in GAPS.items():
        for n in range(20):
            sheet = HABITS[habits[n % len(habits)]].sheet(exercise.course, n)
            share = len(sheet.cells) / whole
            yield sheet_file(sheet, group, n, {"share": [share, share]})


def wrong(exercise: Exercise) -> Iterator[Student]:
    whole = len(exercise.course.writable)
    chance = random.Random("class")
    ones = [p for p in with_one(exercise, figures(4)) if not p.convention]
    chance.shuffle(ones)
    groups: dict[str, list[Planted]] = {
        "one mistake": ones[:20],
        "one mistake more": ones[20:40],
        "two mistakes": list(with_two(exercise, figures(4), 20)),
        "slip": list(with_slips(exercise, figures(4), 3))[:20],
    }
    for kind, planted in groups.items():
        for n, one in enumerate(planted):
            low, high = (whole - len(one.lines)) / whole, (whole - len(one.lines) / 2) / whole
            promise = {"share": [low, high], "first_wrong": one.key, "mistakes": list(one.kinds)}
            yield sheet_file(one.sheet, kind, n, promise)


def without_work(exercise: Exercise) -> Iterator[Student]:
    sheets = [s for s in empty.sheets(exercise.course) if "neighbour" not in s.name]
    for n in range(20):
        yield sheet_file(sheets[n % len(sheets)], "empty work", n, {"share": [0, 0.02]})
    for n in range(20):
        cells = {
            line.key: f"{exercise.moved(3 + n % 5).course.exact[i]:.4f}" for i, line in enumerate(exercise.course.lines)
        }
        promise = {"share": [0, 0.5], "why": "out = σ(net), E and ∂E/∂w = δ·out do follow from wrong numbers"}
        yield sheet_file(HandIn("x", cells), "copied from a neighbour", n, promise)


# ------------------------------------------------------------------------------------------------ hostile files


def bad_cells(exercise: Exercise) -> Iterator[tuple[str, str, Promise]]:
    """YAML with one bad cell or key in otherwise right work."""
    good = HABITS["5 figures memory"].sheet(exercise.course)
    whole = len(good.cells)
    less = {"share": [(whole - 1) / whole, (whole - 1) / whole], "why": "one line cannot be read"}
    text = FORMS["yml"](replace(good, name="x"))
    for name, cell in {
        "formula": "=1+",
        "word": "don't know",
        "nan": "nan",
        "inf": "-inf",
        "huge": "1e10000000",
        "tower": "9**9**9",
        "code": "__import__('os').system('touch /tmp/owned')",
        "lambda": "(lambda: 1)()",
        "brackets": "(" * 3000 + "1",
        "minuses": "-" * 20000 + "1",
        "sum": "1" + "+1" * 20000,
        "long": "0." + "3" * 100000,
        "two": "0.37 or 0.38",
        "date": "2024-01-01",
        "true": "yes",
        "escape": "\x1b[31m0.5",
    }.items():
        yield name, FORMS["yml"](replace(good, name="x", cells={**good.cells, "net_h1": cell})), {**less, **ROW}
    yield "list", text.replace("answers:", "answers:\n  net_h9: [1, 2]", 1), {"share": [1, 1], **ROW}
    yield (
        "unknown",
        text + "  net_h99: 0.5\n",
        {"share": [1, 1], **ROW, "why": "a name that is not on the sheet is said"},
    )
    yield "twice", text + "  net_h1: 0.5\n", ROW
    yield "blank", "student: x\nanswers:\n" + "".join(f"  {key}:\n" for key in good.cells), {"share": [0, 0]}


def encoded(exercise: Exercise) -> Iterator[tuple[str, bytes, Promise]]:
    """Right work as other programs save it."""
    text = FORMS["yml"](replace(HABITS["5 figures memory"].sheet(exercise.course), name="Zoë 张伟"))
    either = {"share": [1, 1], **ROW, "why": "read, or refused with the encoding named"}
    yield "bom.yml", b"\xef\xbb\xbf" + text.encode(), {"share": [1, 1]}
    yield "crlf.yml", text.replace("\n", "\r\n").encode(), {"share": [1, 1]}
    yield "cr.yml", text.replace("\n", "\r").encode(), either
    yield "utf16.yml", text.encode("utf-16"), either
    yield "utf16be.yml", text.encode("utf-16-be"), either
    yield "cp1252.yml", text.replace("张伟", "").encode("cp1252"), either
    yield "gbk.yml", text.replace("ë", "e").encode("gbk"), either
    yield "tabs.yml", text.replace("  ", "\t").encode(), either
    yield "semicolons.csv", csv_text(exercise, ";", comma=True), {"share": [1, 1]}
    yield "tabbed.csv", csv_text(exercise, "\t"), either
    yield "nul.yml", text.replace("answers", "answers\0", 1).encode(), ROW
    yield "no-header.csv", csv_text(exercise, ",").split(b"\n", 1)[1], {"share": [1, 1], **ROW}
    yield "txt.txt", text.encode(), {**either, "ignored": True, "why": "another ending: read, refused or ignored"}


def csv_text(exercise: Exercise, mark: str, comma: bool = False) -> bytes:
    cells = HABITS["5 figures memory"].sheet(exercise.course).cells
    rows = [("quantity", "value"), *((k, v.replace(".", ",") if comma else v) for k, v in cells.items())]
    return "".join(f"{key}{mark}{text}\n" for key, text in rows).encode()


def unreadable() -> Iterator[tuple[str, bytes]]:
    """Files in which there is no sheet: a row with a reason, and the others are marked all the same."""
    noise = random.Random("noise")
    aliases = "a: &a [x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
    )
    yield from {
        "nothing.yml": b"",
        "blanks.yml": b"\n\n   \n",
        "nothing.csv": b"",
        "nothing.json": b"",
        "binary.yml": noise.randbytes(4096),
        "binary.csv": noise.randbytes(4096),
        "zip.json": b"PK\x03\x04" + noise.randbytes(2000),
        "junk.yml": noise.randbytes(1 << 20),
        "junk.csv": b"a,b,c\n" * 170_000,
        "junk.json": b"[" * (1 << 20),
        "deep.yml": b"answers: " + b"[" * 5000,
        "deep.json": b'{"answers":' * 3000,
        "aliases.yml": aliases.encode(),
        "itself.yml": b"answers: &a [*a]\n",
        "tag.yml": b"answers: !!python/object/apply:os.system ['touch /tmp/owned']\n",
        "list.yml": b"- 1\n- 2\n",
        "word.yml": b"I was ill\n",
        "half.json": b'{"answers": {"net_h1": 0.3',
        "number.json": b"42",
        "other-sheet.yml": b"answers: {net_q1: 0.1, net_q2: 0.2}\n",
    }.items()


def hostile(exercise: Exercise) -> Iterator[Student]:
    for name, text, promise in bad_cells(exercise):
        yield Student(f"cell-{name}.yml", text.encode(), "bad cell", promise)
    for name, content, promise in encoded(exercise):
        yield Student(f"saved-{name}", content, "encoding", promise)
    for name, content in unreadable():
        yield Student(f"file-{name}", content, "unreadable", ROW)


# ------------------------------------------------------------------------------------------------ the folder


def special(folder: Path, good: str) -> dict[str, Promise]:
    """Things that are no files: links, a folder, a pipe."""
    either = {"share": [1, 1], **ROW, "ignored": True}
    (folder / "link-to-a-sheet.yml").symlink_to(good)
    (folder / "link-to-nothing.yml").symlink_to("nowhere.yml")
    (folder / "link-to-passwd.yml").symlink_to("/etc/passwd")
    (folder / "link-to-itself.yml").symlink_to("link-to-itself.yml")
    (folder / "a-folder.yml").mkdir()
    os.mkfifo(folder / "pipe.yml")
    names = ("link-to-nothing", "link-to-passwd", "link-to-itself", "a-folder", "pipe")
    return {"link-to-a-sheet.yml": either, **{f"{n}.yml": {**ROW, "ignored": True} for n in names}}


def write(folder: Path, exercise: Exercise) -> int:
    """The class for one exercise; the number of its files."""
    sheets = folder / "sheets"
    sheets.mkdir(parents=True)
    students = [*right(exercise), *wrong(exercise), *without_work(exercise), *hostile(exercise)]
    fill = HABITS["4 figures mixed"]
    for n in range(394 - len(students)):
        students.append(sheet_file(fill.sheet(exercise.course, 100 + n), "mixed", n, RIGHT))
    expected: dict[str, Promise] = {}
    for student in students:
        (sheets / student.file).write_bytes(student.content)
        expected[student.file] = {"kind": student.kind, **student.promise}
    for name, promise in special(sheets, students[0].file).items():
        expected[name] = {"kind": "no file", **promise}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False), encoding="utf-8")
    return len(expected)


def main(target: Path) -> None:
    for name, asked in (("free", None), ("figures4", figures(4))):
        folder = target / name
        folder.mkdir(parents=True)
        exercise = draw("2-2-2 own biases", 1, folder)
        old = exercise.course.problem
        problem = folder / "problem.yaml"
        problem.write_text(old.read_text() + ("rounding: {figures: 4}\n" if asked else ""), encoding="utf-8")
        course = replace(exercise.course, problem=problem, digits=asked)
        print(folder, write(folder, replace(exercise, course=course)))
        for variant in folder.glob("2-2-2-*.yaml"):  # the neighbours' numbers, which nobody is to see
            variant.unlink()


def kept(promise: Promise, mark: SheetMark | None) -> str:
    """What of a promise was broken; nothing if all of it was kept."""
    if mark is None:
        return "" if promise.get("ignored") else "no row at all"
    if mark.failure is not None:
        return "" if promise.get("row") else f"refused: {mark.failure.splitlines()[0][:90]}"
    if "share" not in promise:
        return f"read, and marked with {mark.marks} of {mark.of}"
    share, (low, high) = float(mark.marks / mark.of), promise["share"]
    if not low - 1e-9 <= share <= high + 1e-9:
        return f"{share:.3f} of the marks, promised were {low:.3f} to {high:.3f}"
    first = promise.get("first_wrong")
    return f"first wrong: {mark.first_wrong}, not {first}" if first and mark.first_wrong != first else ""


def check(folder: Path) -> None:
    """Grade a class that is there, and print the promises that were broken."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    start = time.monotonic()
    marks = graded(folder / "problem.yaml", folder / "sheets")
    broken: dict[str, list[str]] = {}
    for file, promise in expected.items():
        if words := kept(promise, marks.get(file)):
            broken.setdefault(promise["kind"], []).append(f"{file}: {words}")
    count = Counter(p["kind"] for p in expected.values())
    print(f"{folder}: {len(marks)} rows in {time.monotonic() - start:.0f} s")
    for kind, many in count.items():
        print(f"  {kind:26} {many:4} files, {len(broken.get(kind, [])):4} promises broken")
        for words in broken.get(kind, [])[:4]:
            print(f"      {words}")


if __name__ == "__main__":
    if sys.argv[2:] == ["--check"]:
        for one in ("free", "figures4"):
            check(Path(sys.argv[1]) / one)
    else:
        main(Path(sys.argv[1]))
