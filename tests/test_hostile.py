"""Nothing that a stranger hands in hurts: every row of the tables before every command that reads it.

Each run is a process of its own with 512 MiB and two seconds of computing: it ends with one located message and exit
code 2, or with a verdict; nothing is executed and nothing is written.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from children import MEMORY, Ended, Nursery
from hostile import (
    BIG,
    CODE,
    FILES,
    MARKUP,
    NOTATIONS,
    ODD,
    REFUSED,
    SHEETS,
    TABLE,
    TABLES,
    TITLES,
    UNSOLVABLE,
    VALUES,
)

from backprop_cli.cli.app import app
from backprop_cli.ground import limits

PROBLEM = {  # the commands that read a problem: the arguments after which it comes through standard input
    "solve": ("solve", "-"),
    "check": ("check", "-", "../sheet.yaml"),
    "check --template": ("check", "-", "--template"),
    "grade": ("grade", "-", "../sheet.yaml"),
    "worksheet": ("worksheet", "-"),
    "worksheet --form": ("worksheet", "-", "--form"),
    "draw": ("draw", "-", "-o", "-"),
    "page": ("page", "-", "-o", "-"),
    "quiz": ("quiz", "-", "--for", "moodle"),
    "lint": ("lint", "-"),
    "names": ("names", "-"),
    "verify": ("verify", "-"),
    "tutor": ("tutor", "../in"),  # the same text is what the learner replies
    "generate --like": ("generate", "--seed", "1", "--like", "-"),
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


def assert_refused(ended: Ended, source: str = "") -> None:
    """One message that names the place, and nothing that the file wants."""
    assert ended.code == 2, (ended.code, ended.err[-500:])
    assert ended.out == ""
    source = re.escape(source) if source else r"<stdin>|\.\./in"
    assert re.match(rf"(({source}):(\d+:\d+:)? |backprop: )\S", ended.err), ended.err[:500]
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
    ended = nursery.run(PROBLEM[command], VALUES[what], seconds=20 if what in LARGE else 2)
    if command == "solve":
        assert ended.code == 0, ended.err[-500:]
        assert not ended.err
    assert_answered(ended)


@pytest.mark.parametrize(("what", "command"), before_every_command(FILES, SAMPLE))
def test_what_is_no_problem_file_is_refused_by_name(what: str, command: str, tmp_path: Path, nursery: Nursery) -> None:
    make, pattern = FILES[what]
    path = str(make(tmp_path))
    words = list(PROBLEM[command])
    words[words.index("../in" if "../in" in words else "-")] = path
    ended = nursery.run(words)
    assert_refused(ended, path)
    assert re.search(pattern, ended.err)
    assert len(ended.err) < 1000


def test_standard_input_that_never_ends_is_refused(tmp_path: Path) -> None:
    command = f'ulimit -v {MEMORY >> 10}; "{sys.executable}" -m backprop_cli solve - < /dev/zero'
    run = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 2
    assert f"more than {limits.FILE_BYTES:,}" in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "command"),
    [(what, command) for command in PROBLEM for what in (REFUSED if command == "solve" else SAMPLE) if what in REFUSED],
)
def test_what_means_harm_costs_little_from_a_cold_start(what: str, command: str, tmp_path: Path) -> None:
    """The whole of it as a student would run it: interpreter, imports and all."""
    script = f'ulimit -v {MEMORY >> 10}; ulimit -t 4; exec "{sys.executable}" -m backprop_cli "$@"'
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "sheet.yaml").write_text("answers: {}\n", "utf-8")
    (tmp_path / "in").write_text(REFUSED[what], "utf-8")
    run = subprocess.run(
        ["bash", "-c", script, "backprop", *PROBLEM[command]],
        env={**os.environ, "BACKPROP_DATA": str(tmp_path / "data")},
        input=REFUSED[what], cwd=here, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert_answered(Ended(run.returncode, run.stdout, run.stderr, 0, tuple(map(str, here.iterdir()))))


@pytest.mark.parametrize("what", TABLES)
def test_samples_that_mean_harm_are_refused_at_a_place(what: str, nursery: Nursery) -> None:
    ended = nursery.run(("solve", "../problem.yaml"), beside={"problem.yaml": TABLE, "points.csv": TABLES[what]})
    assert ended.code == 2, (ended.code, ended.err[-500:])
    place = r"\.\./(points\.csv|problem\.yaml):(\d+:\d+:)? \S|backprop: t_y: "  # of a value, its name
    assert re.match(place, ended.err), ended.err[:300]
    assert "Traceback" not in ended.err
    assert not set(ended.err) & set(HARMFUL)
    assert not ended.out
    assert not ended.files


@pytest.mark.parametrize("what", NOTATIONS)
def test_a_notation_that_means_harm_is_refused(what: str, nursery: Nursery) -> None:
    ended = nursery.run(("solve", "mini-step", "--notation", "../own.toml"), beside={"own.toml": NOTATIONS[what]})
    if ended.code == 0:
        assert what == "a megabyte of notation"  # of which as much is read as may be
    else:
        assert_refused(ended)
        assert "own.toml" in ended.err


def test_every_command_that_reads_a_problem_is_in_the_table() -> None:
    """So that nobody forgets the next one."""
    from typer.main import get_command

    commands = get_command(app).commands  # type: ignore[attr-defined]
    readers = {name for name, one in commands.items() if {"problem", "like"} & {part.name for part in one.params}}
    assert {name.split(" ")[0] for name in PROBLEM} == readers


# ---- sheets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", thinned(SHEETS, 2))
def test_a_sheet_that_means_harm_is_marked_or_refused(what: str, nursery: Nursery) -> None:
    assert_answered(nursery.run(("check", "mazur", "-"), SHEETS[what]))


def test_one_bad_sheet_does_not_stop_the_others(nursery: Nursery) -> None:
    """All of them in one class, with a good one before and one behind: each of those has the marks it has alone."""
    good = "student: {}\nanswers: {{net_h1: 0.3775, out_h1: 0.5933, w5_new: 0.3}}\n"
    alone = nursery.run(("grade", "mazur", "../class", "--json"), beside={"class/a.yaml": good.format("Ann")})
    endings = {", YAML": "yaml", ", JSON": "json", ", CSV": "csv"}
    bad = {
        f"class/m{n:04}.{next((end for mark, end in endings.items() if what.endswith(mark)), 'yaml')}": text
        for n, (what, text) in enumerate(SHEETS.items())
    }
    sheets = {"class/a.yaml": good.format("Ann"), **bad, "class/z.yaml": good.format("Zoe")}
    ended = nursery.run(("grade", "mazur", "../class", "--json"), seconds=60, beside=sheets)
    assert ended.code == 0, ended.err[-500:]
    assert "Traceback" not in ended.err
    assert not ended.files
    first, *others, last = json.loads(ended.out)["sheets"]
    (expected,) = json.loads(alone.out)["sheets"]
    assert first == expected
    assert last == {**expected, "file": "../class/z.yaml", "student": "Zoe"}
    assert len(others) == len(SHEETS)
    for one in others:
        assert one.get("failure") is None or one["failure"].startswith(one["file"]), one
        assert not set(json.dumps(one, ensure_ascii=False)) & set(HARMFUL), one


@pytest.mark.parametrize("command", [("tutor", "mazur"), ("check", "mazur", "--interactive")])
def test_replies_that_mean_harm_are_answered(command: tuple[str, ...], nursery: Nursery) -> None:
    replies = [*CODE.values(), *BIG.values(), *ODD.values(), *MARKUP.values(), "\x1b[31m", "\u202e", "\0", "0.3775"]
    ended = nursery.run(command, "\n".join(replies) + "\n", seconds=20)
    assert ended.code in (0, 1, 2), (ended.code, ended.err[-500:])
    assert "Traceback" not in ended.err
    assert not set(ended.out + ended.err) & set(HARMFUL)
    assert not ended.files


@pytest.mark.parametrize("what", FILES)
def test_what_is_no_sheet_is_refused_by_name(what: str, tmp_path: Path, nursery: Nursery) -> None:
    path = str(FILES[what][0](tmp_path))
    ended = nursery.run(("check", "mazur", path))
    assert_refused(ended, path)
    assert len(ended.err) < 1000


# ---- what is written in every format -------------------------------------------------------------------------

FORMATS = (
    "text", "json", "markdown", "html", "latex", "typst", "pdf", "python", "numpy", "pytorch", "notebook", "xlsx",
)  # fmt: skip
BINARY = ("pdf", "xlsx")  # these go into a file
VIEWS = ("--matrix", "--passes", "--jacobian", "--gradients", "--symbolic", "--compare=conventions")
OBEYED = {  # what must not stand in a format as it is: there it would be obeyed
    "html": ("<script", "<!--"), "latex": ("\\input{", "\\write18"), "typst": ("\n#read(", " #read("),
    "markdown": ("<script", "](javascript:"),
}  # fmt: skip
WRITERS = {  # the commands that write a title and names, in each of their formats
    **{f"solve, {one}": (("solve", "-", "--format", one), one) for one in FORMATS},
    **{
        f"worksheet, {one}": (("worksheet", "-", "--part", "all", "--format", one), one)
        for one in ("text", "markdown", "html", "latex", "typst")
    },
    "draw": (("draw", "-", "-o", "-"), "svg"),
    "lint": (("lint", "-"), "text"),
    "names": (("names", "-"), "text"),
    "generate --like": (("generate", "--seed", "1", "--like", "-"), "yaml"),
    "check": (("check", "-", "../sheet.yaml", "--format", "markdown"), "markdown"),
    "check --template": (("check", "-", "--template"), "yaml"),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("what", thinned(TITLES, 6))
def test_a_title_is_shown_and_never_obeyed(what: str, writer: str, nursery: Nursery) -> None:
    command, format_ = WRITERS[writer]
    ended = nursery.run(command, TITLES[what], seconds=4)
    if format_ in BINARY:
        assert_refused(ended)
        return
    assert ended.code in (0, 1, 2), ended.err
    assert "Traceback" not in ended.err
    assert not set(ended.err) & set(HARMFUL)
    assert format_ == "json" or not set(ended.out) & set(HARMFUL)
    assert not ended.files
    for text in OBEYED.get(format_, ()):
        assert not re.search(rf"(?<!\\){re.escape(text)}", ended.out), text


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
