"""Prints, as constraints for pip, the oldest version that pyproject.toml promises of every library the tests use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROMISE = re.compile(r"([\w.-]+)>=([\w.]+)")


def oldest(project: dict[str, dict[str, list[str]]], extra: str = "test") -> Iterator[str]:
    """A line for each requirement of the project and of the extra, and of the extras that this one names."""
    extras = project["optional-dependencies"]
    named = re.findall(r"\w+", "".join(re.findall(r"\[(.*?)\]", "".join(extras[extra]))))
    for requirement in [*project["dependencies"], *(one for name in (extra, *named) for one in extras[name])]:
        if promise := PROMISE.fullmatch(requirement):
            yield f"{promise[1]}=={promise[2]}"
        elif "[" not in requirement:
            raise SystemExit(f"{requirement}: of each library pyproject.toml promises the oldest version")


if __name__ == "__main__":
    file = Path(__file__).resolve().parent.parent / "pyproject.toml"
    print(*oldest(tomllib.loads(file.read_text("utf-8"))["project"]), sep="\n")
