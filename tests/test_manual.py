"""The manual cannot lie: every console block of every page prints what it shows, in English and in Chinese."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import flint
import pytest
import sympy
import yaml
from blocks import ROOT, blocks, consoles, output, with_output
from helpers import backprop
from terminal import terminal
from typer.main import get_command

from backprop_cli import manual
from backprop_cli.checking.assignments import load
from backprop_cli.cli.app import app
from backprop_cli.formats.terminal.manual import CODE_INDENT, WIDTH
from backprop_cli.ground import extensions, limits
from backprop_cli.ground.words import languages
from backprop_cli.ground.wrapping import width
from backprop_cli.manual.links import place
from backprop_cli.problem.reader import bundled
from backprop_cli.solving.solution import SolveOptions, solution_of

PACKAGE = ROOT / "backprop_cli"
WRITTEN = tuple(filter(manual.is_written, manual.topics()))  # the others are made, and are in test_reference.py
PAGES = {(name, one): manual.FOLDER / one / f"{name}.md" for name in WRITTEN for one in languages()}
COLUMNS = WIDTH - CODE_INDENT
MAINTAINING = manual.GROUPS["Maintaining"]
each_page = pytest.mark.parametrize(("name", "language"), PAGES)


def text_of(name: str, language: str) -> str:
    return PAGES[name, language].read_text("utf-8")


# ---- what a page shows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITTEN)
def test_the_console_blocks_print_what_they_show(name: str, request: pytest.FixtureRequest) -> None:
    """A command that stands on both pages runs once."""
    for language in languages():
        text = text_of(name, language)
        for command, shown in consoles(text).items():
            printed = output(command, COLUMNS)
            assert printed, command
            if request.config.getoption("--accept"):
                text = with_output(text, command, printed)
                PAGES[name, language].write_text(text, "utf-8")
            else:
                assert printed == shown, command


@pytest.mark.parametrize("name", WRITTEN)
def test_a_yaml_block_is_a_problem_that_solves(name: str, tmp_path: Path) -> None:
    for block in {block for language in languages() for block in blocks(text_of(name, language), "yaml")}:
        path = tmp_path / "problem.yaml"
        path.write_text(block, "utf-8")
        for one in load(str(path)).exercises:
            assert solution_of(one.loaded, SolveOptions()).trace.steps
        assert yaml.safe_load(block)


@each_page
def test_a_python_session_says_what_it_shows(name: str, language: str) -> None:
    session = "\n".join(blocks(text_of(name, language), "python"))
    for module in re.findall(r"^>>> import (torch|numpy)\b", session, re.M):
        pytest.importorskip(module, reason="the session imports it")
    test = doctest.DocTestParser().get_doctest(session, {}, f"{language}/{name}.md", None, None)
    found: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=found.append)
    assert not found, "".join(found)


# ---- pages -----------------------------------------------------------------------------------------------------


def test_there_is_a_page_for_every_topic_in_every_language_and_no_other() -> None:
    assert set(manual.FOLDER.glob("*/*.md")) == set(PAGES.values())


@each_page
def test_a_page_begins_with_its_title_and_a_sentence_that_fits_into_the_list(name: str, language: str) -> None:
    page = manual.Topic(name, text_of(name, language))
    assert page.text.startswith("# ")
    assert "\n" not in page.sentence
    assert page.sentence[-1] in ".。"
    assert width(page.sentence) <= WIDTH - 2 - max(map(len, manual.topics())) - 2


@pytest.mark.parametrize("name", WRITTEN)
def test_a_translation_has_the_same_parts(name: str) -> None:
    """Headings, items, rows of tables and blocks: as many as in English, in the same order."""
    blocks = re.compile(r"^(```\w*)\n.*?^```$", re.S | re.M)
    texts = [blocks.sub(r"\1", text_of(name, language)) for language in languages()]
    shapes = [re.findall(r"^(?:#+(?= )|- |\||```\w*)", text, re.M) for text in texts]
    assert all(shape == shapes[0] for shape in shapes[1:])


@each_page
def test_a_page_is_plain_in_a_pipe_and_not_wider_than_it_may_be(name: str, language: str) -> None:
    page = backprop("help", name, "--lang", language).out
    assert "\x1b" not in page
    assert page.startswith(manual.Topic(name, text_of(name, language)).title)
    for line in page.splitlines():
        assert width(line) <= WIDTH, line
        assert line == line.rstrip()
    if "{{" not in text_of(name, language):
        assert page.count("…") == text_of(name, language).count("…"), "cut off"


@each_page
def test_what_is_to_be_typed_fits_on_a_line(name: str, language: str) -> None:
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", text_of(name, language), re.S | re.M):
        for line in block.splitlines():
            printed = kind == "console" and not line.startswith(("$ ", "> "))
            assert printed or width(line) <= COLUMNS, line


def test_a_page_has_colours_on_a_terminal() -> None:
    page = backprop("help", "problems", FORCE_COLOR="1").out
    assert "\x1b[" in page
    assert "`backprop init" not in page


@pytest.mark.parametrize("language", languages())
def test_a_command_that_the_manual_names_exists(language: str) -> None:
    for name in WRITTEN:
        text = text_of(name, language)
        assert set(re.findall(r"[`$] ?backprop ([a-z]+)", text)) <= set(app.sentences)
        assert all(place(f"backprop help {word}") for word in re.findall(r"`backprop help ([a-z][\w.]*)`", text))


@pytest.mark.parametrize("language", languages())
def test_every_command_is_mentioned(language: str) -> None:
    for name in app.sentences:
        assert f"| `backprop {name}" in text_of("commands", language)


# ---- finding a topic -------------------------------------------------------------------------------------------


def test_the_topics_are_listed_one_a_line() -> None:
    lines = backprop("help").out.splitlines()
    for name in manual.topics():
        sentence = manual.topic(name).sentence
        assert sentence == manual.summary(name)
        assert [line.split() for line in lines].count([name, *sentence.split()]) == 1


@pytest.mark.parametrize("command", app.sentences)
def test_the_name_of_a_command_leads_to_its_topic_and_its_help_there(command: str) -> None:
    topic = manual.topic_of(command)
    assert backprop("help", command).out == backprop("help", topic).out
    assert f"More: backprop help {topic}\n" in backprop(command, "--help").out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("sovle", " (did you mean 'solve'?)"),
        ("layer", " (did you mean 'layers'?)"),
        ("layers.lsmt", " (did you mean 'layers.lstm'?)"),
        ("learning_rat", " (did you mean 'learning_rate'?)"),
        ("nestorov", " (did you mean 'nesterov'?)"),
        ("cauchy", " (it is mentioned in optimizers)"),
        ("xyzzy", ""),
    ],
)
def test_an_unknown_topic_is_an_error_that_leads_on(word: str, hint: str) -> None:
    run = backprop("help", word)
    assert (run.code, run.out) == (2, "")
    first, second = run.err.splitlines()
    assert first == f"backprop: no topic called {word!r}{hint}"
    assert second == f"The topics are {', '.join(manual.topics())}."


# ---- reading it on a terminal ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pager", ["cat", "", "no-such-pager --at-all"])
def test_a_page_is_shown_whole_by_a_pager_or_without_one(pager: str) -> None:
    with terminal("help", "check", TERM="xterm-256color", PAGER=pager) as screen:
        shown = re.sub(r"\x1b\[[\d;]*m", "", screen.read(until=""))
    assert shown.startswith("Checking homework\n")
    assert shown.rstrip().endswith("backprop help grade.")


@pytest.mark.parametrize(("name", "paged"), [("check", True), ("perceptron", False)])
def test_a_long_page_goes_through_the_pager_and_a_short_one_does_not(name: str, paged: bool) -> None:
    with terminal("help", name, TERM="xterm-256color", PAGER="head -n 3", LINES="30") as screen:
        assert (screen.read(until="").count("\n") == 3) is paged


# ---- facts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_the_limits_are_those_of_the_program(language: str) -> None:
    found = [line for line in text_of("limits", language).splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in found]
    raised = {name: number_in(most) for _what, most, name in rows if name and name in limits.RAISED}
    assert raised == {name: getattr(limits, bound) for name, bound in limits.RAISED.items()}
    said = {number_in(number) for _what, most, _name in rows[2:] for number in re.split("[;；] ?", most)}
    others = ("YAML_DEPTH", "NUMBER_LENGTH", "EXPONENT", "FORMULA_LENGTH", "FORMULA_DEPTH", "DIGITS")
    assert said >= {getattr(limits, name) for name in others}


def number_in(cell: str) -> int:
    """The number in a cell, however the language parts its thousands: 4,000,000 and 4 000 000."""
    return int(re.sub("[,±\u00a0]", "", cell))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", MAINTAINING)
def test_a_path_that_a_maintainer_reads_exists(name: str, language: str) -> None:
    for path in re.findall(r"`(\.?[\w/.-]+(?:\.py|\.md|\.toml|/))`", text_of(name, language)):
        assert (PACKAGE / path).exists() or (ROOT / path).exists(), path


@pytest.fixture(scope="module")
def defined() -> set[str]:
    """What has a name in the program and its tests: modules, functions, classes, parameters, variables and fields."""
    found: set[str] = set()
    for path in (*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")):
        found.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Store()) | ast.Constant(value=str(name)):
                    found.add(name)
    return found


LIBRARIES = {"QQ": sympy, "fmpq": flint, "diff": sympy}  # of whom some names are


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", MAINTAINING)
def test_a_name_that_a_maintainer_reads_is_that_of_something(name: str, language: str, defined: set[str]) -> None:
    """Of a function, a class, a module, a command, an option, a message, a setting, a problem or a test."""
    known = {*defined, *bundled(), *manual.topics(), *get_command(app).commands}  # type: ignore[attr-defined]
    text = re.sub("^```.*?^```$", "", text_of(name, language), flags=re.M | re.S)
    for code in re.findall("`([^`]+)`", text):
        if re.fullmatch(r"\w+", code):
            assert code in known or hasattr(LIBRARIES.get(code), code), code
        elif group := re.fullmatch(r"backprop_cli\.(\w+)", code):
            assert group[1] in extensions.GROUPS, code
        elif "{" in code and "(" not in code:
            assert code in defined, code
        for option in re.findall(r"(?<= )--[a-z-]+", code) if code.startswith("backprop ") else ():
            assert option in str(defined), code


@each_page
def test_a_command_that_a_page_names_exists(name: str, language: str) -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]
    for command in re.findall(r"`backprop (?:--limit \S+ )?([a-z]+)", text_of(name, language)):
        assert command in known, command


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", MAINTAINING)
def test_what_a_maintainer_runs_exists(name: str, language: str) -> None:
    for path in re.findall(r"`(?:python|pytest)[^`]*? ([\w/]+(?:\.py)?)[ `]", text_of(name, language)):
        assert "/" not in path or (ROOT / path).exists(), path


@pytest.mark.parametrize("language", languages())
def test_every_room_has_its_sentence(language: str) -> None:
    text = text_of("rooms", language)
    for path in PACKAGE.iterdir():
        if path.is_dir() and (path / "__init__.py").exists():
            assert f"| `{path.name}/`" in text, path.name
