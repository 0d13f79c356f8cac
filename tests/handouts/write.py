"""Writes every page of the ten assignments beside it, in every language that is named, for somebody to look at.

    python tests/handouts/write.py FOLDER [zh en de]

Of each assignment: sheet, key and rubric as PDF and as HTML, the worked solution as PDF and HTML, the form to fill in;
of the third also a class: its statistics and the reports to its students; of the second two variants on one sheet.
The ten have all kinds of exercises between them: networks, graphs, arrays, sequences, attention, images, normalization,
optimizers, second order, questions in words, letters, grids, an author's text and a notation with words of its own.
`pdftoppm -r 60 -png sheet.pdf page` and `chromium --headless --screenshot=page.png form.html` make pictures of them.
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
CLASS = HERE.parent / "class"
ASSIGNMENTS = tuple(sorted(HERE.glob("[0-9]*.yaml")))
LANGUAGES = ("zh", "en", "de")


def commands(assignment: Path, folder: Path) -> Iterator[tuple[str, ...]]:
    """What writes the pages of one assignment into the folder, as it is typed behind `backprop`."""
    name = assignment.stem
    for format_ in ("pdf", "html"):
        yield "worksheet", str(assignment), "--part", "all", "--format", format_, "-o", f"{folder / name}/"
        yield "solve", str(assignment), "-o", str(folder / name / f"solution.{format_}")
    yield "worksheet", str(assignment), "--form", "-o", str(folder / name / "form.html")
    if name.startswith("03"):
        sheets = (str(CLASS / "problem.yaml"), str(CLASS / "sheets"))
        for kind in ("html", "pdf"):
            yield "grade", *sheets, "--statistics", str(folder / name / f"class.{kind}")
        yield "grade", *sheets, "--feedback", f"{folder / name / 'feedback'}/", "--feedback-as", "html"
    if name.startswith("02"):
        drawn = ("--variants", "2", "--seed", "1", "--together", "--sheets", "pdf")
        yield "generate", "--assignment", str(assignment), *drawn, "-o", f"{folder / name / 'variants'}/"


def write(folder: Path, languages: tuple[str, ...]) -> None:
    """Every page in every language; a command that fails is named with what it said."""
    for language in languages:
        for assignment in ASSIGNMENTS:
            (folder / language / assignment.stem).mkdir(parents=True, exist_ok=True)
            for command in commands(assignment, folder / language):
                run = subprocess.run(
                    [sys.executable, "-m", "backprop_cli", *command, "--lang", language],
                    check=False,
                    capture_output=True,
                    text=True,
                )
                if run.returncode:
                    print("backprop", *command, "\n", run.stderr, file=sys.stderr)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=", ".join(LANGUAGES))
    asked = parser.parse_args()
    write(asked.folder, tuple(asked.languages) or LANGUAGES)
