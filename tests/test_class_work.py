"""What marking a class costs besides judging: by counts, not by the clock."""

from __future__ import annotations

import gc
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sheet_texts import text_of
from sheets import checker, right_answers

from backprop_cli.checking import assignments
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.judging import marked
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.rows import SheetRow
from backprop_cli.checking.sheets import read_text
from backprop_cli.checking.works import Work
from backprop_cli.course import store
from backprop_cli.course.found import parted


def test_a_sheet_leaves_little_for_the_collector() -> None:
    """What was computed for one sheet is given back at once: a thousand numbers that hold each other would wait."""
    marker, right = checker("mazur"), right_answers("mazur")
    mistakes = ({"delta_h1": "0.04537"}, {"delta_o1": "0.7414"}, {"w5_new": "0.4411"}, {"dE/dw5": "0.1385"})
    texts = [text_of(right | slip | {"net_o1": f"1.10{n}"}) for n in range(40, 50) for slip in mistakes]
    for text in texts[:20]:  # what is remembered of the problem
        check_sheet(marker, read_text(text, "sheet.yaml", marker.names, "yaml"))
    gc.collect()
    gc.disable()
    try:
        for text in texts[20:]:
            check_sheet(marker, read_text(text, "sheet.yaml", marker.names, "yaml"))
        left = gc.collect() / len(texts[20:])
    finally:
        gc.enable()
    assert left < 250


def test_what_marks_is_read_before_processes_are_forked() -> None:
    """No process reads for itself what all of them need."""
    program = """
import sys
import backprop_cli.course.forked
before = set(sys.modules)
from backprop_cli.checking import assignments
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.judging import marked
from backprop_cli.checking.works import Work
row, _feedback = marked(Checkers.of(assignments.load("mazur")), Work("a.yaml", sys.argv[1].encode(), ".yaml"))
assert len(row.mistakes) == 1, row
print(*sorted(name for name in set(sys.modules) - before if name.startswith("backprop_cli.")))
"""
    sheet = text_of(right_answers("mazur") | {"w5_new": "0.4411"})
    ran = subprocess.run([sys.executable, "-c", program, sheet], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == set()


def test_what_sends_hand_ins_out_reads_nothing_that_judges_them() -> None:
    """It is read by the processes that judge, at the same time."""
    program = "import sys, backprop_cli.course.marking; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    judging = {"judging", "summary", "diagnosis", "hypotheses", "explain", "search.engine", "formula_answers"}
    assert not {f"backprop_cli.checking.{name}" for name in judging} & set(ran.stdout.split())


def _row(name: str, slip: dict[str, str]) -> SheetRow:
    """The row of a sheet of the 2-2-2 example."""
    text = text_of(right_answers("mazur") | slip)
    return marked(Checkers.of(assignments.load("mazur")), Work(name, text.encode(), ".yaml"))[0]


def test_what_lines_share_is_kept_once() -> None:
    row = _row("a.yaml", {"w5_new": "0.4411", "w6_new": "0.4911"})
    text = row.as_text()
    again = SheetRow.from_text(text)
    assert again.as_text() == text
    said = [(line.key, line.written, line.rule, line.group, line.earned, line.worth) for line in row.lines]
    assert said == [(line.key, line.written, line.rule, line.group, line.earned, line.worth) for line in again.lines]
    assert text.count('"right"') == 2  # the rule and the group
    right = {id(line.judged) for line in again.lines if line.group == "right"}
    assert len(right) == 1
    assert [line.key for line in row.lines if line.group == "wrong"] == ["w5_new", "w6_new"]
    empty = replace(row, lines=(), mistakes=())
    assert SheetRow.from_text(empty.as_text()) == empty


def test_the_first_rows_of_a_class_are_made_of_their_texts_once(monkeypatch) -> None:
    """However often somebody walks over them: of a larger class, too, and never more than so many."""
    monkeypatch.setattr(store, "_MOST_KEPT", 3)
    kept = store.Store()
    marking = kept.begin("by this")
    rows = [_row(f"{name}.yaml", {}) for name in "abcd"]
    kept.put(marking, [(place, row.file, row.file) for place, row in enumerate(rows)])
    kept.keep([row.file for row in rows], [(row.as_text(), "") for row in rows], "")
    found = kept.rows(marking)
    once, again = list(found), list(found)
    assert once == again == rows
    assert [one is other for one, other in zip(once, again, strict=True)] == [True, True, True, False]


@given(st.text(st.sampled_from("aB. é"), min_size=1).filter(lambda name: name.strip(".") == name))
def test_a_name_is_parted_as_pathlib_does(name: str) -> None:
    path = Path(name)
    assert parted(name) == (path.stem, path.suffix.lower())
