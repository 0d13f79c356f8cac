"""Golden pages of the views: documents a teacher can read, accepted with `pytest --accept`, reviewed like prose."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.formats.terminal import layout
from backprop_cli.formats.terminal.layout import EQUALS, FORMULA, LABEL, VALUE, Piece

FOLDER = Path(__file__).parent / "golden" / "pages"
CASES = {  # the page's file, its command line, its width
    "mazur-paths": (("mazur", "--paths", "w1"), 80),
    "mazur-paths-nielsen": (("mazur", "--paths", "w1", "--notation", "nielsen"), 120),
    "two-paths-paths": (("two-paths", "--paths", "b"), 80),
    "xor-batch-paths": (("xor-batch", "--paths", "sample 3 / w1", "--ascii"), 80),
    "mazur-forward-mode": (("mazur", "--forward-mode", "w5"), 80),
    "mazur-forward-mode-narrow": (("mazur", "--forward-mode", "w5", "--ascii"), 60),
    "mazur-forward-mode-all": (("mazur", "--forward-mode", "all"), 80),
    "mazur-hessian": (("mazur", "--hessian", "w5,w6"), 80),
    "two-paths-hessian": (("two-paths", "--hessian", "--ascii"), 60),
    "mazur-gauss-newton": (("mazur", "--second-order", "gauss-newton:0.1"), 80),
    "two-paths-newton": (("two-paths", "--second-order"), 80),
    "vanishing-gradients": (("vanishing", "--gradients"), 80),
    "dead-relu-gradients": (("dead-relu", "--gradients", "--ascii"), 80),
    "six-neurons-gradients": (("six-neurons", "--gradients"), 120),
}


@pytest.mark.parametrize("case", CASES)
def test_the_page_reads_as_it_was_accepted(case: str, request: pytest.FixtureRequest) -> None:
    arguments, columns = CASES[case]
    run = backprop("solve", *arguments, COLUMNS=str(columns))
    assert run.code == 0, run.err
    page = "\n".join(line.rstrip() for line in run.out.split("\n"))
    golden = FOLDER / f"{case}.txt"
    if request.config.getoption("--accept"):
        golden.write_text(page, "utf-8")
    assert golden.exists(), f"no golden file: look at the page, then pytest {__file__} --accept"
    assert page == golden.read_text("utf-8")


@pytest.mark.parametrize("case", ["mazur-paths", "mazur-forward-mode", "vanishing-gradients"])
def test_a_file_gets_the_same_page_as_the_terminal(case: str, tmp_path: Path) -> None:
    arguments, _columns = CASES[case]
    path = tmp_path / "page.txt"
    assert backprop("solve", *arguments, "-o", path).code == 0
    assert path.read_text("utf-8") == (FOLDER / f"{case}.txt").read_text("utf-8")


def test_every_golden_file_belongs_to_a_case() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(CASES)


def test_only_the_label_of_a_line_has_the_colour_of_labels() -> None:
    line = layout.LaidOutEquation("E", (Piece("=", "a + b", FORMULA), Piece("≈", "1.5", VALUE)))
    text = layout.block([line], 80, 0)
    assert text.plain == "E = a + b ≈ 1.5"
    assert text.style == ""
    assert {text.plain[span.start : span.end]: span.style for span in text.spans} == {
        "E": LABEL, " = ": EQUALS, " ≈ ": EQUALS, "1.5": VALUE,
    }  # fmt: skip
