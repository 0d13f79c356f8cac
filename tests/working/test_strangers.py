"""Hand-ins of ten authors who had not seen how anything is read: each once right, and three times with a fault.

`strangers/index.yaml` says which lines each has, and in which of them the fault is: another formula, another number put
in, or a result that the numbers do not give; the rest goes on from it.
"""

from __future__ import annotations

import json
from functools import cache
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

HERE = Path(__file__).parent / "strangers"
INDEX: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "index.yaml").read_text("utf-8"))
FAULTS = ("formula", "number", "arithmetic")


@cache
def checker(problem: str) -> Checker:
    return Checker(WorkedProblem(load(str(HERE / f"{problem}.yaml")).problem))


def report(author: str, kind: str) -> dict[str, Any]:
    """The report on one hand-in, as JSON, its lines by their names."""
    (path,) = HERE.glob(f"{author}-{kind}.*")
    own = checker(INDEX[author]["problem"])
    found = json.loads(report_json(check_sheet(own, read_hand_in(path, own.reader))))
    return {**found, "lines": {line["quantity"]: line for line in found["lines"]}}


def told(line: dict[str, Any]) -> str | None:
    """What is at fault in a line; a mistake that is named without letters is one of the formula."""
    working = line.get("working") or {}
    for kind, key in (("formula", "formula"), ("number", "numbers"), ("arithmetic", "arithmetic")):
        if working.get(key) is False:
            return kind
    return "formula" if line["verdict"] == "mistake" and not line["said"].startswith("perhaps") else None


def accepted(line: dict[str, Any]) -> bool:
    """Whether a line has its marks, or too few digits for them and nothing else against it."""
    return told(line) is None and (line["marks"] == line["of"] or line["verdict"] == "too few digits")


@pytest.mark.parametrize("kind", ["right", *FAULTS])
@pytest.mark.parametrize("author", INDEX)
def test_the_work_of_a_stranger_is_read_and_judged(author: str, kind: str) -> None:
    found, fault = report(author, kind), INDEX[author].get(kind)
    assert found["not_read"] == []
    assert found["lines"].keys() == set(INDEX[author]["lines"])
    refused = {key: line["said"] for key, line in found["lines"].items() if key != fault and not accepted(line)}
    assert refused == {}
    assert fault is None or told(found["lines"][fault]) == kind
