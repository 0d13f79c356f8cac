"""What is said of mistakes, read as a teacher would: pages of one problem of each kind, with many kinds of mistakes.

Each mistake is planted alone in an otherwise right sheet of ample digits, and the page has what `check` says of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from sheets import checked, checker, right_answers, solution

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.diagnosis import searched
from backprop_cli.formats.reports.checking import report_page
from backprop_cli.ground.words import ENGLISH, languages, set_language, short_names

FOLDER = Path(__file__).parent / "golden" / "diagnoses"
PROBLEMS = [
    "mazur", "dead-relu", "softmax-network", "binary-cross-entropy", "cs231n-gates", "momentum", "adam",
    "han-kamber", "online-two-samples", "linear-regression", "recurrent", "schedule", "batch-norm",
    "convolution-1d", "pooling", "attention", "perceptron-and",
]  # fmt: skip
LANGUAGES = {"": ENGLISH, **dict(zip([f".{name}" for name in short_names()[1:]], languages()[1:], strict=True))}
MOST = 18  # mistakes on a page
MOST_OF_A_LINE = 1
NEAR = 0.003  # so near to the right value that it might be rounding


def planted(name: str) -> Iterator[tuple[str, str, str]]:
    """A line, a wrong value and its kind: the first of each kind that a problem has, no more than a few in a line."""
    search = searched(checker(name).key)
    lines = [line for line in solution(name) if search.lines.line(line) is not None]
    seen: set[str] = set()
    for line in lines:
        count = 0
        for one in search.lines.edits(line, lines):
            kind = one.pattern[0] or one.edit.kind
            text = wrong_text(name, line, search.worlds.right(one.edit.formula)[0])
            if kind not in seen and text and count < MOST_OF_A_LINE and search.meanings.of(one, line, [line]):
                seen.add(kind)
                count += 1
                yield line.key, text, kind


def wrong_text(name: str, line: Quantity, value: float) -> str:
    """The wrong value to six figures; nothing where it is right, next to it, or very large."""
    right = searched(checker(name).key).worlds.right.known(line)[0]
    if not abs(value) < 1e6 or abs(value - right) <= NEAR * max(abs(right), 0.1):
        return ""
    return f"{value:.6g}"


def page(name: str) -> str:
    """What is said of each mistake."""
    found: dict[str, None] = {}
    for key, text, _kind in planted(name):
        if len(found) == MOST:
            break
        said = explained(name, key, text)
        if said:
            found[f"{key} = {text}\n{said}"] = None
    return "\n\n".join([f"# {name}", *found]) + "\n"


def explained(name: str, key: str, text: str) -> str:
    """The last block above the marks; nothing where no mistake is named."""
    report = checked(name, right_answers(name) | {key: text})
    if not report.causes:
        return ""
    console = Console(width=88, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(report_page(report, "", True, "unicode"))
    blocks = [block.rstrip() for block in capture.get().rstrip().split("\n\n")]
    return "\n".join(line.rstrip() for line in blocks[-2].split("\n"))


@pytest.mark.parametrize("ending", LANGUAGES)
@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_said_of_mistakes_reads_as_it_was_accepted(
    name: str, ending: str, request: pytest.FixtureRequest
) -> None:
    set_language(LANGUAGES[ending])
    text, file = page(name), FOLDER / f"{name}{ending}.txt"
    if request.config.getoption("--accept"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")
