"""Blocks of a page of Markdown, and what a command in one of them prints.

In this process runs `backprop`; the other commands of its pipe run in bash.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers import backprop

ROOT = Path(__file__).parent.parent.parent
PIPE = re.compile(
    r"(?:(?P<before>printf '[^']*') \|\s)?backprop (?P<words>[^|;>]*?)(?P<quiet> >/dev/null)?(?: \|\s(?P<after>.*))?"
)


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def consoles(text: str) -> dict[str, str]:
    """The commands of the console blocks, and what is shown below each."""
    found = [re.match(r"\$ (.*\n(?:> .*\n)*)", block) for block in blocks(text, "console")]
    return {_typed(match[1]): match.string[match.end() :].rstrip() for match in found if match}


def _typed(shown: str) -> str:
    """A command without the prompts of the lines that it goes on in."""
    return shown.rstrip().replace("\n> ", "\n")


def with_output(text: str, command: str, printed: str) -> str:
    """The page with another output of a command."""
    shown = command.replace("\n", "\n> ")
    block = re.compile(r"(^```console\n\$ " + re.escape(shown) + r"\n).*?^```$", re.S | re.M)
    return block.sub(lambda match: f"{match[1]}{printed}\n```", text)


@cache
def output(command: str, columns: int) -> str:
    """What a command prints in so many columns, stdout and stderr as they come, without spaces at the ends of lines."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        said = "".join(_printed(part, columns, folder) for part in command.split("; "))
    return "\n".join(line.rstrip() for line in said.split("\n")).rstrip()


def _printed(pipe: str, columns: int, data: str) -> str:
    match = PIPE.fullmatch(pipe.replace("\\\n", ""))
    assert match, f"this is not understood: {pipe}"
    stdin = _in_bash(match["before"], "") if match["before"] else ""
    run = backprop(*shlex.split(match["words"]), stdin=stdin, COLUMNS=str(columns), NO_COLOR="1", BACKPROP_DATA=data)
    out = "" if match["quiet"] else _in_bash(match["after"], run.out) if match["after"] else run.out
    return out + run.err


def _in_bash(command: str, stdin: str) -> str:
    done = subprocess.run(["bash", "-c", command], input=stdin, capture_output=True, encoding="utf-8", check=False)
    assert not done.stderr, done.stderr
    return done.stdout
