"""The sheet to fill in for an assignment: the blank sheets of its exercises in one; of a problem alone, its own."""

from __future__ import annotations

import json

from backprop_cli.checking.blank_sheets import blank_sheet
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.filled import key_sheet
from backprop_cli.ground.errors import visible
from backprop_cli.problem.assignment import exercise_key

_STUDENT = "student:"


def blank_exercises(checkers: Checkers, everything: bool = False, format_: str = "yaml", filled: bool = False) -> str:
    """The sheet as yaml, json or csv, or `filled` with the right answers. Raises UsageError for another format."""
    worked = [one.worked for one in checkers.checkers]
    sheets = [key_sheet(one, format_) if filled else blank_sheet(one, everything, format_) for one in worked]
    return together(checkers, sheets, format_)


def together(checkers: Checkers, sheets: list[str], format_: str) -> str:
    """The sheets of the exercises of an assignment as one; of a problem alone, its own."""
    if checkers.is_alone:
        return sheets[0]
    return _with_variant(_TOGETHER[format_](checkers.title, sheets), checkers.variant, format_)


def _with_variant(sheet: str, variant: str, format_: str) -> str:
    """The sheet, which says of which variant it is."""
    said = {
        "yaml": ("\nstudent:", f"\nvariant: {variant}\nstudent:"),
        "csv": ("student,", f"variant,{variant},\nstudent,"),
        "json": ('  "student":', f'  "variant": "{variant}",\n  "student":'),
    }
    return sheet.replace(*said[format_], 1) if variant else sheet


def _yaml(title: str, sheets: list[str]) -> str:
    said = " ".join(visible(title).split())
    rows = [*([f"# {said}"] if said else []), _STUDENT, "", "exercises:"]
    for number, sheet in enumerate(sheets, start=1):
        above, _student, below = sheet.partition(f"\n{_STUDENT}\n")
        rows += ["", f"  {number}:", *_indented(above), *_indented(below.strip("\n"))]
    return "\n".join(rows) + "\n"


def _indented(text: str) -> list[str]:
    return [f"    {line}" if line else "" for line in text.split("\n")]


def _json(title: str, sheets: list[str]) -> str:
    exercises = {}
    for number, sheet in enumerate(sheets, start=1):
        data = json.loads(sheet)
        del data["student"]
        exercises[str(number)] = data
    return json.dumps({"problem": title, "student": None, "exercises": exercises}, ensure_ascii=False, indent=2) + "\n"


def _csv(title: str, sheets: list[str]) -> str:
    head, student = sheets[0].split("\n")[:2]
    rows = [head, student]
    for number, sheet in enumerate(sheets, start=1):
        rows += [f"{exercise_key(number)} / {row}" for row in sheet.split("\n")[2:] if row]
    return "\n".join(rows) + "\n"


_TOGETHER = {"yaml": _yaml, "json": _json, "csv": _csv}
