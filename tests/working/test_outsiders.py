"""Hand-ins of an outsider who had read nothing but the README and `solve`: what stands there is read and judged so.

Those of eighty that taught something; how all of them fared at first sight stands in `backprop help working`.
`outsiders/index.yaml` has what the author says of each line, as far as the checker says so, too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.handed_in import read_hand_in
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem

HERE = Path(__file__).parent / "outsiders"
INDEX: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "index.yaml").read_text("utf-8"))
GOOD = ("right", "follows", "rounding carried", "too few digits")


def told(line: dict[str, Any]) -> str | None:
    """What is at fault in a line; a mistake that is named without its work is one of the formula."""
    working = line.get("working") or {}
    kinds = (("formula", "formula"), ("number", "numbers"), ("arithmetic", "arithmetic"))
    shown = next((kind for kind, key in kinds if working.get(key) is False), None)
    return shown or ("formula" if line["verdict"] == "mistake" and not line["said"].startswith("perhaps") else None)


@pytest.mark.parametrize("number", INDEX)
def test_the_work_of_an_outsider_is_read_and_judged(number: str) -> None:
    (path,) = (HERE / number).glob("hand_in.*")
    own = Checker(WorkedProblem(load(str(HERE / number / "problem.yaml")).problem))
    report = json.loads(report_json(check_sheet(own, read_hand_in(path, own.reader))))
    every = (*report["lines"], *report.get("factors", ()), *report.get("formulas", ()))
    lines = {line["quantity"]: line for line in every}
    expected = INDEX[number]
    assert [key for key in (*expected["right"], *expected["faults"]) if key not in lines] == []
    faulty = {key: told(one) for key, one in lines.items() if one["verdict"] not in GOOD or told(one) is not None}
    assert {key: faulty[key] for key in expected["right"] if key in faulty} == {}
    assert {key for key in expected["faults"] if key not in faulty} == set()
    assert {key: faulty[key] for key, kind in expected["faults"].items() if kind} == {
        key: kind for key, kind in expected["faults"].items() if kind
    }
    assert len((*report["not_read"], *report["not_understood"])) <= expected["unread"]
