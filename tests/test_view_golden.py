"""Golden views: documents a teacher can read, accepted with `pytest --accept`, and what goes for all views."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import View, backprop, render

from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import SolveOptions, solution_of

FOLDER = Path(__file__).parent / "golden" / "views"
CASES = {
    "mazur-matrix": ("mazur", "matrix", "", SolveOptions(), None, "unicode", 80),
    "mazur-matrix-ascii": ("mazur", "matrix", "", SolveOptions(), None, "ascii", 80),
    "softmax-network-matrix": ("softmax-network", "matrix", "", SolveOptions(), "nielsen", "unicode", 80),
    "softmax-network-matrix-full": ("softmax-network", "matrix", "", SolveOptions(Detail.FULL), None, "unicode", 100),
    "xor-batch-matrix": ("xor-batch", "matrix", "", SolveOptions(), None, "unicode", 120),
    "thresholds-matrix": ("thresholds", "matrix", "", SolveOptions(), None, "unicode", 80),
    "mazur-passes": ("mazur", "passes", "", SolveOptions(), None, "unicode", 80),
    "recurrent-passes": ("recurrent", "passes", "", SolveOptions(), None, "unicode", 100),
    "pooling-passes": ("pooling", "passes", "", SolveOptions(), None, "unicode", 80),
    "two-paths-passes": ("two-paths", "passes", "", SolveOptions(), None, "unicode", 80),
    "dead-relu-jacobian": ("dead-relu", "jacobian", "1", SolveOptions(), None, "unicode", 80),
    "softmax-jacobian": ("softmax", "jacobian", "", SolveOptions(), None, "unicode", 80),
    "mazur-table": ("mazur", "table", "", SolveOptions(), None, "unicode", 80),
    "mazur-table-wide": ("mazur", "table", "", SolveOptions(), None, "unicode", 120),
    "mazur-table-ascii": ("mazur", "table", "", SolveOptions(), None, "ascii", 60),
    "batch-norm-table": ("batch-norm", "table", "", SolveOptions(), None, "unicode", 100),
    "recurrent-table": ("recurrent", "table", "quantity,formula,exact", SolveOptions(Detail.FULL), None, "unicode", 80),
}


@pytest.mark.parametrize("case", CASES)
def test_the_view_reads_as_it_was_accepted(case: str, request: pytest.FixtureRequest) -> None:
    name, view, argument, wishes, notation, charset, columns = CASES[case]
    page = render(View(solution_of(load(name, notation), wishes), view, argument, charset), columns)
    golden = FOLDER / f"{case}.txt"
    if request.config.getoption("--accept"):
        FOLDER.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert golden.exists(), f"no golden file: look at the page, then pytest {__file__} --accept"
    assert page == golden.read_text("utf-8")


@pytest.mark.parametrize("view", ["matrix", "passes", "jacobian"])
def test_the_terminal_and_the_file_show_the_same(view: str, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    assert backprop("solve", "mazur", f"--{view}", "-o", path).code == 0
    shown = backprop("solve", "mazur", f"--{view}")
    assert shown.code == 0
    assert [line.rstrip() for line in shown.out.split("\n")] == path.read_text("utf-8").split("\n")


def test_there_is_one_view_at_a_time_and_it_shows_everything() -> None:
    for arguments in (("--matrix", "--passes"), ("--matrix", "--only", "E"), ("--jacobian", "--only", "E")):
        run = backprop("solve", "mazur", *arguments)
        assert (run.code, run.out) == (2, "")
        assert arguments[0] in run.err


def test_a_view_of_a_long_training_says_that_it_is_the_first_epoch() -> None:
    assert "This is the first epoch only." in backprop("solve", "ten-thousand-epochs", "--passes").out
