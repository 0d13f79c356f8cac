"""Small cases that a teacher can read: a title, the files that go in, and what the command shows.

A theme is one page of Markdown. A case is a section of it: `## title`, blocks of code that are files (a block of
YAML without a name is `problem.yaml`), perhaps a line of options in backticks, and last a block of text without a
name: what is shown. Files above the first section belong to every case of the theme.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers import Run, backprop

FOLDER = Path(__file__).parent.parent / "cases"
SECTION = re.compile(r"^## (?P<title>.+)\n", re.M)
FILE = re.compile(r"^```(?:yaml|(?:\w+ (?P<name>\S+)))\n(?P<text>.*?)^```$", re.M | re.S)
OPTIONS = re.compile(r"^`(?P<options>-.+)`$", re.M)
SHOWN = re.compile(r"\n```text\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Case:
    """One section of a theme's page."""

    theme: Path
    title: str
    files: Mapping[str, str]
    options: tuple[str, ...]
    shown: str

    @property
    def id(self) -> str:
        """The case's name in pytest: kind, theme and title."""
        return f"{self.kind}/{self.theme.stem}: {self.title}"

    @property
    def kind(self) -> str:
        """The folder that the theme stands in."""
        return self.theme.parent.name

    @property
    def command(self) -> tuple[str, ...]:
        """`solve` the problem, or `check` the sheet that there is with it."""
        sheets = [name for name in self.files if name.startswith("sheet.")]
        return ("check" if sheets else "solve", "problem.yaml", *sheets, *self.options)

    def run(self, folder: Path) -> Run:
        """How the command ends, run in the folder after the files have been written there."""
        for name, text in self.files.items():
            (folder / name).write_text(text, "utf-8")
        return backprop(*self.command)


def cases_of(theme: Path) -> Iterator[Case]:
    """The cases of a theme in their order."""
    head, *sections = SECTION.split(theme.read_text("utf-8"))
    for title, section in zip(sections[::2], sections[1::2], strict=True):
        options, shown = OPTIONS.search(section), SHOWN.search(section)
        files = _files(head) | _files(section)
        yield Case(
            theme,
            title,
            files,
            tuple(shlex.split(options["options"])) if options else (),
            shown["text"] if shown else "",
        )


def _files(text: str) -> dict[str, str]:
    return {match["name"] or "problem.yaml": match["text"] for match in FILE.finditer(text)}


def lines_of(run: Run) -> str:
    """What is shown: standard output and messages, without empty lines around them and spaces at the ends of lines."""
    lines = "\n".join(line.rstrip() for line in (run.out + run.err).split("\n"))
    return lines.strip("\n") + "\n"


def accept(case: Case, shown: str) -> None:
    """Writes into the case's section what is shown now."""
    head, title, rest = case.theme.read_text("utf-8").partition(f"## {case.title}\n")
    section, following, tail = rest.partition("\n## ")
    section = SHOWN.sub("", section).rstrip("\n") + f"\n\n```text\n{shown}```\n"
    case.theme.write_text(head + title + section + following + tail, "utf-8")


ALL = [case for theme in sorted(FOLDER.glob("*/*.md")) for case in cases_of(theme)]
