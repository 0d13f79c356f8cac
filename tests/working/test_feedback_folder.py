"""Feedback that lies among the hand-ins is no hand-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.course.submissions import Submissions


def handed_in(folder: Path, feedback: str) -> None:
    (folder / "ann.txt").write_text("net_h1 = 0.3775\n", "utf-8")
    run = backprop("grade", "mazur", str(folder), "--feedback", str(folder / feedback))
    assert run.code in (0, 1)


@pytest.mark.parametrize("feedback", [".", "feedback"])
def test_feedback_among_the_hand_ins_is_not_read(tmp_path: Path, feedback: str) -> None:
    handed_in(tmp_path, feedback)
    named = [one for one in sorted(tmp_path.iterdir()) if not one.name.startswith(".")]
    for found in (Submissions([tmp_path]), Submissions(named)):
        assert [one.found.parts[-1] for one in found if not one.refused] == ["ann.txt"]


def test_feedback_that_somebody_wrote_over_is_read(tmp_path: Path) -> None:
    handed_in(tmp_path, ".")
    (tmp_path / "ann.md").write_text("net_h1 = 0.3775\n", "utf-8")
    assert [one.found.parts[-1] for one in Submissions([tmp_path]) if not one.refused] == ["ann.md", "ann.txt"]
