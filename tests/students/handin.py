"""A filled-in sheet as a file: YAML, JSON or CSV, nested by address, each cell as the student typed it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)")  # what needs no quotation marks in YAML
JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class HandIn:
    """One student's sheet: the text of every cell that was filled in, by its name."""

    name: str
    cells: Mapping[str, str]
    form: str = "yml"
    raw: bool = False  # JSON: numbers instead of texts
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{self.name}.{self.form}"

    def write(self, folder: Path) -> Path:
        """The file in this folder."""
        path = folder / self.file
        path.write_text(FORMS[self.form](self), encoding="utf-8")
        return path


def nested(cells: Mapping[str, str]) -> dict[str, Any]:
    """The cells under their addresses: epoch 1 / net_y is {epoch 1: {net_y: …}}."""
    tree: dict[str, Any] = {}
    for key, text in cells.items():
        *path, last = key.split(" / ")
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch[last] = text
    return tree


def yaml_rows(tree: dict[str, Any], depth: int) -> list[str]:
    rows: list[str] = []
    for key, value in tree.items():
        pad = "  " * depth
        if isinstance(value, dict):
            rows += [f"{pad}{key}:", *yaml_rows(value, depth + 1)]
        else:
            rows.append(f"{pad}{key}: {value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)}")
    return rows


def yaml(sheet: HandIn) -> str:
    return "\n".join([f"student: {sheet.name}", "answers:", *yaml_rows(nested(sheet.cells), 1), ""])


def as_json(sheet: HandIn) -> str:
    text = json.dumps({"student": sheet.name, "answers": nested(sheet.cells)}, ensure_ascii=False, indent=1)
    if sheet.raw:
        text = re.sub(rf': "({JSON_NUMBER.pattern})"', r": \1", text)
    return text


def as_csv(sheet: HandIn) -> str:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if re.search(r'[",\n]|^\s|\s$', text) else text

    return "".join(f"{quoted(key)},{quoted(text)}\n" for key, text in {"quantity": "value", **sheet.cells}.items())


FORMS = {"yml": yaml, "json": as_json, "csv": as_csv}
