"""What marking a class costs besides judging: by counts, not by the clock."""

from __future__ import annotations

import gc
import subprocess
import sys

from sheet_texts import text_of
from sheets import checker, right_answers

from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text


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
import importlib, sys
from backprop_cli.course.processes import READ
for name in READ:
    importlib.import_module(name)
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
