"""Writes `.ci/locked.txt`: the version of every library that is installed here for the program and its tests.

Run it where the tests have passed: `python .ci/lock.py > .ci/locked.txt`. Who wants the same libraries again, for a
whole semester, installs with `pip install --constraint .ci/locked.txt '.[test]'`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ".".join(map(str, sys.version_info[:2]))
HEAD = f"""\
# The libraries that the tests last passed with, on Python {PYTHON}. Written by .ci/lock.py.
# pip install --constraint .ci/locked.txt '.[test]'
"""


def named(name: str) -> str:
    """The name as it is compared: python_flint is python-flint."""
    return re.sub(r"[-_.]+", "-", name).lower()


def promised(extra: str = "dev") -> list[Requirement]:
    """What pyproject.toml asks for, with the extra and those that it names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found, waiting = [*map(Requirement, project["dependencies"])], [extra]
    for one in waiting:
        for text in project["optional-dependencies"][one]:
            requirement = Requirement(text)
            if named(requirement.name) == named(project["name"]):
                waiting += sorted(requirement.extras - set(waiting))
            else:
                found.append(requirement)
    return found


def locked(wanted: Iterable[Requirement]) -> dict[str, str]:
    """By name, the installed versions of these and of all that they need."""
    found: dict[str, str] = {}
    waiting = [(one.name, one.extras) for one in wanted]
    seen = set(map(str, waiting))
    for name, extras in waiting:
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed here: pip install -e '.[dev]'") from None
        found[named(name)] = installed.version.split("+")[0]
        for requirement in map(Requirement, installed.requires or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                one = (requirement.name, requirement.extras)
                if str(one) not in seen:
                    seen.add(str(one))
                    waiting.append(one)
    return dict(sorted(found.items()))


if __name__ == "__main__":
    print(HEAD + "\n".join(f"{name}=={version}" for name, version in locked(promised()).items()))
