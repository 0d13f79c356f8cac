"""Every regular expression of the program, on long runs: none takes time that grows faster than its text."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from patience import within

import backprop_cli

LONG = 40_000
SECONDS = 1  # for one run; what is linear takes milliseconds, what is quadratic seconds
USES = ("match", "fullmatch", "search", "split", "sub", "findall", "finditer")
RUNS = ("a", "1", " ", "\n", ".", "_", "=", "(", "{", "[", ",", "-", "a ", "1.", "a_", "0,", "(a", "∂")


@cache
def source(module: str = "") -> str:
    """The text of a module, or of the whole program."""
    root = Path(backprop_cli.__path__[0])
    path = root.joinpath(*module.split("."))
    only = [path.with_suffix(".py"), path / "__init__.py"] if module else root.rglob("*.py")
    return "\n".join(one.read_text("utf-8") for one in only if one.exists())


def compiled(value: object, deep: int = 3) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value, if it is one, or a table of them."""
    if isinstance(value, re.Pattern):
        yield value
    elif deep and isinstance(value, (tuple, list, set, frozenset)):
        for one in value:
            yield from compiled(one, deep - 1)
    elif deep and isinstance(value, dict):
        yield from compiled([*value, *value.values()], deep - 1)
    elif deep and hasattr(type(value), "__dataclass_fields__"):
        yield from compiled([getattr(value, name, None) for name in type(value).__dataclass_fields__], deep - 1)


def named() -> dict[str, list[re.Pattern[Any]]]:
    """The patterns of every module by its name and theirs, each once."""
    found: dict[str, list[re.Pattern[Any]]] = {}
    seen: set[re.Pattern[Any]] = set()
    for info in pkgutil.walk_packages(backprop_cli.__path__, "backprop_cli."):
        if info.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(info.name)
        except ModuleNotFoundError as error:
            if str(error.name).startswith("backprop_cli"):
                raise
            continue  # of a library that is optional and not there
        for name, value in vars(module).items():
            new = [] if name.startswith("__") else [one for one in compiled(value) if one not in seen]
            if new:
                seen |= set(new)
                found[f"{info.name.removeprefix('backprop_cli.')}.{name}"] = new
    return found


PATTERNS = named()


def uses(name: str) -> list[str]:
    """What the program does with a pattern of this name; one of a table is matched as a whole, at least."""
    module, _dot, own = name.rpartition(".")
    said = re.findall(rf"\b{own}\.({'|'.join(USES)})\(", source(module if own.startswith("_") else ""))
    if re.search(rf"\btokens_in\([^)]*\b{own}\b", source()):
        return ["match"]  # at one place after the other
    return sorted(set(said)) or ["fullmatch"]


def runs(pattern: re.Pattern[Any]) -> list[str]:
    """Long runs of what may repeat: each character of the pattern, and some more."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    alone = sorted({*text, *RUNS} - {"\\", "?"})
    return [(one * LONG)[:LONG] + end for one in alone for end in ("", "\0")]


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_done_with_long_runs_at_once(name: str) -> None:
    for pattern in PATTERNS[name]:
        for use in uses(name):
            for run in runs(pattern):
                text = run if isinstance(pattern.pattern, str) else run.encode()
                with within(SECONDS):
                    apply(pattern, use, text)


def apply(pattern: re.Pattern[Any], use: str, text: Any) -> None:
    if use == "finditer":
        list(pattern.finditer(text))
    elif use == "sub":
        pattern.sub(lambda found: found[0], text)
    else:
        getattr(pattern, use)(text)


def test_all_patterns_are_looked_at() -> None:
    assert len(PATTERNS) > 150
