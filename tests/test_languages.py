"""Languages: how one is chosen, that its catalogue is whole, and that nothing is said around it."""

from __future__ import annotations

import ast
import errno
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import IO

import catalogue
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from helpers import backprop
from typer.main import get_command
from wcwidth import wcwidth

import backprop_cli
from backprop_cli.cli.app import app
from backprop_cli.ground.errors import reason_of
from backprop_cli.ground.words import (
    as_sentence,
    decimal_sign,
    language_called,
    language_of_reader,
    languages,
    set_language,
    short_names,
)
from backprop_cli.ground.wrapping import width, wrapped

PACKAGE = Path(backprop_cli.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


# ---- choosing one ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["zh", "zh_CN", "zh-CN", "ZH", "zh_CN.UTF-8", "zh_CN@pinyin", "zh_TW", "zh-Hans"])
def test_chinese_has_many_names(name: str) -> None:
    assert language_called(name) == "zh_CN"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh_CN"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr:zh_CN"}, "zh_CN"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "xx_YY"}, "en"),
    ],
)
def test_the_locale_is_read_as_gettext_does(environment: dict[str, str], language: str) -> None:
    assert language_of_reader(environment) == language


def test_the_option_comes_before_the_variable_and_the_variable_before_the_locale() -> None:
    chinese, english = backprop("--help", "--lang", "zh").out, backprop("--help").out
    assert chinese != english
    assert backprop("--help", BACKPROP_LANG="zh").out == chinese
    assert backprop("--help", BACKPROP_LANG="", LC_ALL="zh_CN.UTF-8").out == chinese
    assert backprop("--help", "--lang=en", BACKPROP_LANG="zh", LC_ALL="zh_CN.UTF-8").out == english
    assert backprop("--lang", "zh", "solve", "--help").out == backprop("solve", "--help", "--lang", "zh").out


@pytest.mark.parametrize("command", app.sentences)
def test_every_command_has_the_option(command: str) -> None:
    assert f"--lang {'|'.join(short_names())}" in backprop(command, "--help").out


@pytest.mark.parametrize("environment", [{}, {"BACKPROP_LANG": "zhh"}])
def test_an_unknown_language_is_an_error_with_a_suggestion(environment: dict[str, str]) -> None:
    run = backprop("solve", "mazur", *(() if environment else ("--lang", "zhh")), **environment)
    assert (run.code, run.out) == (2, "")
    assert run.err == "backprop: no language called 'zhh' (did you mean 'zh'?)\n"


def test_json_is_the_same_in_every_language() -> None:
    """But for the title of a bundled problem, which is a text of the problem."""
    chinese, english = (json.loads(backprop("solve", "mazur", "--json", *more).out) for more in (["--lang", "zh"], []))
    assert chinese.pop("problem") != english.pop("problem")
    assert chinese == english


# ---- what can be translated ------------------------------------------------------------------------------------


def calls(tree: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Call, bool]]:
    """Every call of `_`, `n_` and `plural`, and whether it stands inside a function."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in ("_", "n_", "plural"):
        yield tree, inside
    within = {id(tree.body)} if isinstance(tree, ast.Lambda) else set()
    if isinstance(tree, ast.FunctionDef):
        within = {id(statement) for statement in tree.body}
    for child in ast.iter_child_nodes(tree):
        yield from calls(child, inside or id(child) in within)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_messages_are_whole_and_translated_when_they_are_shown(file: Path) -> None:
    for call, inside in calls(ast.parse(file.read_text("utf-8"))):
        where = f"{file.name}:{call.lineno}: {ast.unparse(call)}"
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        assert inside or name == "n_", f"{where}: at import, the language is not chosen yet: n_(…), and _(…) later"
        for message in call.args[: 2 if name == "plural" else 1]:
            constant = isinstance(message, ast.Constant)
            looked_up = name == "_" and not isinstance(message, ast.JoinedStr | ast.BinOp)
            assert constant or looked_up, f"{where}: not one message"


def test_the_help_of_every_option_and_command_is_a_message() -> None:
    program = get_command(app)
    for command in (program, *program.commands.values()):  # type: ignore[attr-defined]
        assert command.help
        if command is not program:
            assert command.epilog.startswith("Example: backprop ")


# ---- the catalogues --------------------------------------------------------------------------------------------

CATALOGUES = languages()[1:]


def fields(message: str) -> list[str]:
    """The fields of a message that is formatted; nothing for one that is not.

    Whether a comma parts the thousands of a number is the language's matter.
    """
    try:
        parts = [part[1:] for part in Formatter().parse(message) if part[1] and not part[1].startswith(" ")]
    except ValueError:
        return []
    return sorted(str((name, spec and spec.strip(","), conversion)) for name, spec, conversion in parts)


COUNT = fields("{count}")[0]


@pytest.fixture(scope="module")
def messages() -> Catalog:
    return catalogue.template()


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_message_of_the_program_is_translated_and_nothing_else(language: str, messages: Catalog) -> None:
    found = catalogue.read(language)
    assert {one.id for one in found} == {one.id for one in messages}, "python tests/catalogue.py brings it up to date"
    assert not found.obsolete
    assert not found.fuzzy
    for one in found:
        texts = one.string if isinstance(one.string, tuple) else (one.string,)
        assert len(texts) == (found.num_plurals if isinstance(one.id, tuple) else 1), one.id
        assert all(texts), one.id
        assert not one.fuzzy, one.id


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_fields_of_its_message(language: str) -> None:
    for one in catalogue.read(language):
        if one.id:
            message, texts = (one.id, (one.string,)) if isinstance(one.id, str) else (one.id[1], one.string)
            for text in texts:
                needless = {COUNT} if isinstance(one.id, tuple) else set()  # in a form for one: the first is shown
                assert set(fields(message)) - set(fields(text)) <= needless, message
                assert set(fields(text)) <= set(fields(message)), message


@pytest.mark.parametrize("language", CATALOGUES)
def test_no_comma_parts_thousands_where_one_stands_before_decimals(language: str) -> None:
    set_language(language)
    texts = [text for one in catalogue.read(language) for text in (one.string if one.pluralizable else (one.string,))]
    assert decimal_sign() == "." or not [text for text in texts if ":," in text]


@pytest.mark.parametrize("language", CATALOGUES)
def test_what_is_read_is_what_was_compiled(language: str) -> None:
    """Message for message: the header of a catalogue names the version of Babel that wrote it."""
    compiled = BytesIO(catalogue.compiled(catalogue.read(language)))
    with catalogue.path_of(language).with_suffix(".mo").open("rb") as file:
        assert messages_of(file) == messages_of(compiled)


def messages_of(file: IO[bytes]) -> tuple[str, dict[str, object]]:
    """The plural rule of a compiled catalogue, and its translations."""
    found = read_mo(file)
    return found.plural_forms, {str(one.id): one.string for one in found if one.id}


# ---- pages in other languages -----------------------------------------------------------------------------------

SHEET = "answers: {delta_o1: 0.1385, delta_o2: -0.03810, delta_h1: 0.03635, dE/dw1: 0.001818, w1_new: 0.1491}"
WRONG = "inputs: [1, 2]\ntitle: 网络 # 题\nlayers:\n  - weights: [[0.5, 0,5]]\n    activation: sigmod\n"
PAGES = {
    **{name: (("solve", name), "") for name in ("mazur", "softmax-network", "cs231n-gates", "adam")},
    **{name: (("solve", name), "") for name in ("han-kamber", "recurrent", "watermelon")},
    "check": (("check", "mazur", "-"), SHEET),
    "lint": (("lint", "mazur"), ""),
    "error": (("solve", "-"), WRONG),
    "gradients": (("solve", "vanishing", "--gradients"), ""),
    "conventions": (("solve", "mazur", "--compare", "conventions"), ""),
    "help": (("solve", "--help"), ""),
    "markdown": (("solve", "mazur", "--format", "markdown"), ""),
    "html": (("solve", "cs231n-gates", "--format", "html"), ""),
}
GOLDEN = Path(__file__).parent / "golden"
OTHERS = short_names()[1:]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("case", PAGES)
def test_the_page_reads_as_it_was_accepted(case: str, language: str, request: pytest.FixtureRequest) -> None:
    arguments, stdin = PAGES[case]
    run = backprop(*arguments, "--lang", language, stdin=stdin)
    page = "\n".join(line.rstrip() for line in (run.out + run.err).split("\n"))
    golden = GOLDEN / language / f"{case}.txt"
    if request.config.getoption("--accept"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert page == golden.read_text("utf-8")
    if case not in ("markdown", "html"):
        assert max(map(width, page.split("\n"))) <= 80


def test_every_golden_page_belongs_to_a_case() -> None:
    for language in OTHERS:
        assert {file.stem for file in (GOLDEN / language).glob("*.txt")} == set(PAGES)


def test_lines_break_between_chinese_characters_but_not_before_their_punctuation() -> None:
    assert wrapped("误差的导数，乘以激活函数的导数。", 10) == ["误差的导", "数，乘以激", "活函数的导", "数。"]
    assert wrapped("the slope of σ", 9) == ["the slope", "of σ"]


def test_cells_are_those_of_a_terminal() -> None:
    """What most words are made of is counted without the tables of wcwidth, and as they count it."""
    assert all(width(char) == wcwidth(char) for char in map(chr, range(0x20, 0xD800)) if wcwidth(char) >= 0)
    cells = {"net_h1": 6, "∂E/∂w₅": 6, "梯度": 4, "e\u0301": 1, "👍🏽": 2, "한국": 4, "a\tδ": 2}
    assert {text: width(text) for text in cells} == cells


# ---- what the system says --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOENT, "there is no such file or folder"), (errno.EACCES, "permission denied"), (errno.ENOSPC, "disk")],
)
def test_a_usual_reason_of_the_system_is_said_in_words_of_our_own(number: int, said: str) -> None:
    assert said in reason_of(OSError(number, "whatever"))


def test_a_rare_reason_of_the_system_is_said_in_its_words() -> None:
    assert reason_of(OSError(errno.EXDEV, "Invalid cross-device link")) == "Invalid cross-device link"


@pytest.mark.parametrize("command", ["lint", "solve"])
def test_no_line_of_a_chinese_page_begins_with_a_closing_mark(command: str, tmp_path: Path) -> None:
    backprop("init", tmp_path / "p.yaml", "--lang", "zh")
    lines = backprop(command, tmp_path / "p.yaml", "--lang", "zh").out.split("\n")
    assert any(len(line) > 35 for line in lines)
    assert not [line for line in lines if line.strip()[:1] in tuple("，。、；：？！）》”")]


@pytest.mark.parametrize(
    ("language", "said", "sentence"),
    [
        ("en", "a was left out", "a was left out."),
        ("en", "a and b were swapped", "a and b were swapped."),
        ("en", "a term of the sum was left out", "A term of the sum was left out."),
        ("de", "a fehlt", "a fehlt."),
        ("zh_CN", "a 漏掉了", "a 漏掉了。"),
    ],
)
def test_a_sentence_begins_with_a_capital_but_a_name_stays_what_it_is(language: str, said: str, sentence: str) -> None:
    set_language(language)
    assert as_sentence(said) == sentence
