"""Nothing that a stranger hands in hurts: every row of the tables before every command that reads it.

Each run is a process of its own with 512 MiB and two seconds of computing: it ends with one located message and exit
code 2, or with a verdict; nothing is executed and nothing is written.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from children import MEMORY, Ended, Nursery
from hostile import FILES, REFUSED, SHEETS, TITLES, UNSOLVABLE, VALUES

from backprop_cli import limits

PROBLEM = {  # the commands that read a problem: the arguments after which it comes through standard input
    "solve": ("solve", "-"),
    "check": ("check", "-", "../sheet.yaml"),
    "check --template": ("check", "-", "--template"),
    "lint": ("lint", "-"),
    "verify": ("verify", "-"),
}
SAMPLE = ("a pipe that nobody writes to", "a binary", "an alias bomb", "a call by tag",
          "a key with an escape", "ten thousand mistakes", "a call in a weight", "a tower in a node",
          "a million neurons", "an attribute in a loss", "nothing by nothing in a node")  # fmt: skip
LARGE = {"a graph of many nodes", "a learning rate that diverges", "a thousand outputs"}  # hundreds of lines
HARMFUL = "\x1b\x07\u202e\u200f"  # what must not reach a terminal


def before_every_command(table: Iterable[str], ordinarily: Container[str]) -> list[ParameterSet]:
    """Each row before each command; in an ordinary run all of them before `solve`, the others as far as chosen."""
    return [
        pytest.param(what, command, marks=[] if command == "solve" or what in ordinarily else pytest.mark.slow)
        for command in PROBLEM
        for what in table
    ]


def thinned(table: Iterable[str], share: int) -> list[ParameterSet]:
    """Each row; in an ordinary run one of so many."""
    return [pytest.param(what, marks=[pytest.mark.slow] if n % share else []) for n, what in enumerate(table)]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one


def assert_refused(ended: Ended, source: str = "<stdin>") -> None:
    """One message that names the place, and nothing that the file wants."""
    assert ended.code == 2, (ended.code, ended.err[-500:])
    assert ended.out == ""
    assert re.match(rf"({re.escape(source)}:(\d+:\d+:)? |backprop: )\S", ended.err), ended.err[:500]
    assert "Traceback" not in ended.err
    assert not set(ended.err) & set(HARMFUL)
    assert len(ended.err) < 40_000
    assert not ended.files, "nothing is written"


def assert_answered(ended: Ended) -> None:
    """A verdict, or one message."""
    if ended.code == 2:
        assert_refused(ended)
    else:
        assert ended.code in (0, 1), (ended.code, ended.err[-500:])
        assert ended.out
        assert "Traceback" not in ended.err
        assert not set(ended.out) & set(HARMFUL)
        assert not ended.files, "nothing is written"


# ---- problems ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("what", "command"), before_every_command(REFUSED, SAMPLE))
def test_a_problem_that_means_harm_is_refused_at_a_place(what: str, command: str, nursery: Nursery) -> None:
    ended = nursery.run(PROBLEM[command], REFUSED[what])
    if what in UNSOLVABLE and command != "solve":
        assert_answered(ended)  # a sheet to fill in needs no values, and an epoch is enough to verify
    else:
        assert_refused(ended)


@pytest.mark.parametrize(("what", "command"), before_every_command(VALUES, VALUES.keys() - LARGE))
def test_extreme_numbers_have_a_value_or_a_named_error(what: str, command: str, nursery: Nursery) -> None:
    ended = nursery.run(PROBLEM[command], VALUES[what], seconds=10 if command == "lint" else 2)
    if command == "solve":
        assert ended.code == 0, ended.err[-500:]
        assert not ended.err
    assert_answered(ended)


@pytest.mark.parametrize(("what", "command"), before_every_command(FILES, SAMPLE))
def test_what_is_no_problem_file_is_refused_by_name(what: str, command: str, tmp_path: Path, nursery: Nursery) -> None:
    make, pattern = FILES[what]
    path = str(make(tmp_path))
    ended = nursery.run([path if word == "-" else word for word in PROBLEM[command]])
    assert_refused(ended, path)
    assert re.search(pattern, ended.err)
    assert len(ended.err) < 1000


def test_standard_input_that_never_ends_is_refused(tmp_path: Path) -> None:
    command = f'ulimit -v {MEMORY >> 10}; "{sys.executable}" -m backprop_cli solve - < /dev/zero'
    run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 2
    assert f"more than {limits.FILE_BYTES:,}" in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("what", "command"), [(what, command) for command in PROBLEM for what in REFUSED])
def test_what_means_harm_costs_little_from_a_cold_start(what: str, command: str, tmp_path: Path) -> None:
    """The whole of it as a student would run it: interpreter, imports and all."""
    script = f'ulimit -v {MEMORY >> 10}; ulimit -t 4; exec "{sys.executable}" -m backprop_cli "$@"'
    run = subprocess.run(
        ["bash", "-c", script, "backprop", *PROBLEM[command]],
        input=REFUSED[what], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert_answered(Ended(run.returncode, run.stdout, run.stderr, 0, tuple(map(str, tmp_path.iterdir()))))


# ---- sheets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", thinned(SHEETS, 2))
def test_a_sheet_that_means_harm_is_marked_or_refused(what: str, nursery: Nursery) -> None:
    assert_answered(nursery.run(("check", "mazur", "-"), SHEETS[what]))


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_sheet_is_refused_by_name(what: str, tmp_path: Path, nursery: Nursery) -> None:
    path = str(FILES[what][0](tmp_path))
    ended = nursery.run(("check", "mazur", path))
    assert_refused(ended, path)
    assert len(ended.err) < 1000


# ---- what is written in every format -------------------------------------------------------------------------

FORMATS = ("text", "json", "markdown", "html", "python", "numpy", "pytorch", "notebook", "xlsx")
VIEWS = ("--matrix", "--passes", "--jacobian", "--gradients", "--symbolic", "--compare=conventions")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("what", thinned(TITLES, 4))
def test_a_title_is_shown_and_never_obeyed(what: str, format_: str, nursery: Nursery) -> None:
    ended = nursery.run(("solve", "-", "--format", format_), TITLES[what])
    if format_ == "xlsx":
        assert_refused(ended)  # a spreadsheet goes into a file
    else:
        assert ended.code in (0, 2), ended.err
        assert "Traceback" not in ended.err
        assert format_ == "json" or not set(ended.out) & set(HARMFUL)
        assert "<script" not in ended.out or format_ != "html"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("what", thinned(TITLES, 8))
def test_a_name_is_shown_in_every_view(what: str, view: str, nursery: Nursery) -> None:
    assert_answered(nursery.run(("solve", "-", view), TITLES[what]))


# ---- the command line ----------------------------------------------------------------------------------------

HUGE = {
    "ten million digits": ("solve", "mazur", "--digits", "10000000"),
    "as many places": ("solve", "mazur", "--round", "10000000"),
    "a number of a thousand digits": ("solve", "mazur", "--digits", "9" * 1000),
    "a name of a megabyte": ("solve", "x" * 100_000),
    "a quantity of a megabyte": ("solve", "mazur", "--only", "x" * 100_000),
    "an escape": ("solve", "\x1b[31mx"),
    "an escape in a quantity": ("solve", "mazur", "--only", "\x1b]0;owned\x07"),
    "an escape in an option": ("solve", "mazur", "--\x1b[31m"),
    "a notation elsewhere": ("solve", "mazur", "--notation", "/etc/passwd"),
    "a notation that never ends": ("solve", "mazur", "--notation", "/dev/zero"),
    "a format by path": ("solve", "mazur", "--format", "../../os"),
    "a NUL": ("solve", "a\0b"),
}


@pytest.mark.parametrize("what", HUGE)
def test_a_command_line_that_means_harm_is_refused(what: str, nursery: Nursery) -> None:
    ended = nursery.run(HUGE[what])
    assert ended.code == 2, ended.err[-300:]
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert not set(ended.err) & set(HARMFUL)
    assert len(ended.err) < 3000
    assert not ended.files


def test_nothing_that_a_sheet_names_is_opened(tmp_path: Path, nursery: Nursery) -> None:
    """A name on a sheet is a name, even where it looks like a path."""
    ended = nursery.run(("check", "mazur", "-"), "student: ../../etc/owned\nanswers: {net_h1: 0.3775}\n")
    assert ended.code == 0, ended.err
    assert not ended.files


# ---- more than usual -----------------------------------------------------------------------------------------

ONE_WEIGHT = "inputs: [1]\ntargets: [0]\nlayers: [{weights: [[2]]}]\nloss: squared_error\nlearning_rate: 0.1\n"
BEYOND = {  # a problem that a limit refuses, and a limit that lets it through
    "bytes": (ONE_WEIGHT + "#" * limits.FILE_BYTES + "\n", limits.FILE_BYTES * 2),
    "epochs": (ONE_WEIGHT.replace("0.1", "1/2") + f"epochs: {limits.EPOCHS + 1}\nreport: [2]\n", limits.EPOCHS + 1),
    "runs": (ONE_WEIGHT.replace("0.1", str([f"{n}/100" for n in range(1, 23)])), 22),
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_limit_names_the_option_that_raises_it(name: str, nursery: Nursery) -> None:
    text, enough = BEYOND[name]
    refused = nursery.run(("solve", "-"), text)
    assert_refused(refused)
    assert f"`backprop --limit {name}=N …` raises the limit" in refused.err
    cold = subprocess.run(
        [sys.executable, "-m", "backprop_cli", "--limit", f"{name}={enough}", "solve", "-", "--json"],
        input=text, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert cold.returncode == 0, cold.stderr[-300:]


@pytest.mark.parametrize(
    "wish", ["epocs=3", "epochs", "epochs=", "epochs=-1", "epochs=1e9", "epochs=9" + "0" * 20, "=1"]
)
def test_a_limit_that_is_none_is_refused(wish: str, nursery: Nursery) -> None:
    ended = nursery.run(("--limit", wish, "solve", "mazur"))
    assert ended.code == 2
    assert "limit" in ended.err
    assert "Traceback" not in ended.err
