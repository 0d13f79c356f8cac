"""Words of a course: a notation file renames every word that names a quantity or a heading, on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.filled import key_sheet
from backprop_cli.checking.handed_in import read_bytes
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.documents.model import Document, Facts, Form, Heading, Paragraph, Table, Text
from backprop_cli.documents.table_columns import COLUMNS
from backprop_cli.documents.table_page import table_document
from backprop_cli.formats.pages import Request, page_of
from backprop_cli.ground.words import ENGLISH, _, languages, plural, set_language, translated
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.worksheets.parts import PARTS, Choices, parts
from backprop_cli.writing.notation import in_words_of, load_notation, notations
from backprop_cli.writing.terms import APART, HEADS, TERMS, forms

QUESTIONS = Path(__file__).parent / "class" / "questions.yaml"
COVERING = ("mazur", "batch-norm", "adam", "pooling", "schedule", "attention", "cs231n-gates", "thresholds",
            "ten-thousand-epochs", "mini-batches", "perceptron-and", "embedding", "dropout", "one-weight",
            "label-smoothing")  # fmt: skip
FEW = ("one-neuron", "mazur", "softmax-network", "adam", "recurrent", "attention", "convolution-2d", "batch-norm")

KEYS = (*TERMS, *HEADS)
_TYPED = re.compile("`[^`]*`")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language(ENGLISH)
    yield
    set_language(ENGLISH)


@pytest.fixture
def everything(tmp_path: Path) -> str:
    """A notation with another word for each key, which has no letter in common with any."""
    lines = [f'{key} = "Q{number}Q | Q{number}QQ"' for number, key in enumerate(KEYS)]
    path = tmp_path / "own.toml"
    path.write_text("\n".join(["[words]", *lines]), "utf-8")
    return str(path)


def documents(name: str, notation: str) -> Iterator[Document]:
    """The solution, also as a table without what is typed; the sheet with its reminders, the key and the rubric."""
    loaded = load(name, notation)
    yield page_of(None, Request(loaded, SolveOptions())).document("unicode")
    with in_words_of(notation):
        yield table_document(
            solution_of(loaded, SolveOptions()), ",".join(one for one in COLUMNS if one != "name"), "unicode"
        )
    if not loaded.problem.letters:
        yield from parts(PARTS, loaded, "unicode", Choices(formulas=True)).values()


def said(node: Any) -> Iterator[str]:
    """Every word on a page that is not the author's: no title, no paragraph, no name."""
    if isinstance(node, Text):
        yield node.text
    elif isinstance(node, tuple):
        for one in node:
            yield from [one] if isinstance(one, str) else said(one)
    elif is_dataclass(node) and not isinstance(node, Paragraph):
        for one in fields(node):
            value = getattr(node, one.name)
            if one.name in ("word", "label") and isinstance(value, str):
                yield value
            elif not isinstance(value, str):
                yield from said(value)


def usual() -> re.Pattern[str]:
    """Any form of any of the words, in the language that is spoken; what only contains one is looked for first."""
    known = [form for message in TERMS.values() for part in translated(message).split(";") for form in forms(part)]
    apart = [part.strip() for part in translated(APART).split(";")]
    bound = r"(?<!\w)(?:{})(?!\w)" if translated("sample | samples") != "样本" else "(?:{})"
    longest = sorted(filter(None, known), key=len, reverse=True)
    return re.compile(f"({'|'.join(apart)})|" + bound.format("|".join(map(re.escape, longest))), re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "language"),
    [(name, ENGLISH) for name in bundled()] + [(name, one) for name in FEW for one in languages() if one != ENGLISH],
)
def test_no_usual_word_is_left_where_a_notation_has_another(name: str, language: str, everything: str) -> None:
    set_language(language)
    own = {load(name).problem.title}
    for document in documents(name, everything):
        for text in said(document.blocks):
            left = [found for found in usual().finditer(_TYPED.sub("", text)) if not found[1]]
            assert not left or text in own, (left[0][0], text)
        unchanged = [text for text in heads(document) if re.search(r"[^\W\d_]", text) and not re.search(r"Q\d+Q", text)]
        assert not unchanged


def heads(document: Document) -> Iterator[str]:
    """The words of every head of a column, heading, fact and blank, without the mathematics in it."""
    for block in document.blocks:
        match block:
            case Table(head, bands=bands):
                texts = [*head, *(band.text for band in bands)]
            case Heading(text=text):
                texts = [text]
            case Facts(facts):
                texts = [(Text(fact.word),) for fact in facts]
            case Form(blanks):
                texts = [(Text(blank.word),) for blank in blanks]
            case _:
                continue
        yield from ("".join(piece.text for piece in text if isinstance(piece, Text)) for text in texts)


MORE = """\
title: Looked at beside the loss
inputs: {x1: 1, x2: 2}
targets: {y: 3}
layers: [{neurons: [h1], activation: relu, weights: [[w1 = 0.5, w2 = -1]]}, {neurons: [y], weights: [[w5 = 1]]}]
loss: squared_error
metrics: {mae: "mean(abs(t - out))"}
penalty: {l2: 0.1}
learning_rate: 0.01
"""
UPWARDS = "inputs: {x: 2}\nparameters: {w: 1}\ngraph: {f: w^2 * x}\nobjective: f\nmaximize: true\nlearning_rate: 0.1\n"
HANDED_OUT = "title: One of many\nvariant: K7\nexercises: [{problem: mini-step}]\n"


def test_every_key_is_a_word_of_some_page(everything: str, tmp_path: Path) -> None:
    """Of those that only a tutor says, too: it names what it teaches."""
    own = ("--notation", everything)
    pages = [
        backprop("solve", "-", *own, stdin=MORE),
        backprop("worksheet", "-", *own, stdin=f"{MORE}ask: [mae]"),
        backprop("solve", "-", *own, stdin=UPWARDS),
        backprop("solve", "one-weight", "--table", "--columns", "name,exact", *own),
        backprop("worksheet", "-", *own, stdin=HANDED_OUT),
        backprop("worksheet", "homework", *own),
        backprop("worksheet", "mazur", "--part", "key", "--worked", *own),
        backprop("worksheet", "mazur", "--part", "rubric", *own),
        backprop("worksheet", QUESTIONS, *own),
        backprop("check", "mazur", "-", *own, stdin="net_h1 = 0.1"),
    ]
    assert {page.code for page in pages} == {0, 1}
    text = "\n".join(page.out for page in pages)
    text += "\n".join(word for name in COVERING for one in documents(name, everything) for word in said(one.blocks))
    with in_words_of(everything):
        text += "\n".join(_(skill.words) for skill in SKILLS.values())
    found = {KEYS[int(number)] for number in re.findall(r"Q(\d+)Q", text)}
    assert found == set(KEYS)


COURSE = """\
[symbols]
delta = "e_{{n}}"
[words]
delta = "error signal"
loss = "cost J"
weight = "coupling"
bias = "offset"
input = "entry | entries"
learning_rate = "step size"
gradient = "ascent"
forward_pass = "way there"
"""


@pytest.fixture
def course(tmp_path: Path) -> str:
    path = tmp_path / "course.toml"
    path.write_text(COURSE, "utf-8")
    return str(path)


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "latex", "typst"])
@pytest.mark.parametrize("part", ["sheet", "rubric"])
def test_a_sheet_speaks_as_its_course_in_every_format(format_: str, part: str, course: str) -> None:
    page = backprop("worksheet", "mazur", "--notation", course, "--part", part, "--format", format_).out
    for own, usual_word in (("Way there", "Forward pass"), ("Cost J", ">Error<"), ("error signal", "error term")):
        assert own in page or (part == "rubric" and own == "error signal")
        assert usual_word not in page
    assert "coupling" in page.lower()


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_feedback_speaks_as_the_course(format_: str, course: str) -> None:
    answers = "net_h1 = 0.0275\nd_w5 = 0.1385\nw5_new = 0.4411\n"
    said_of_it = backprop("check", "mazur", "-", "--notation", course, "--format", format_, stdin=answers).out.replace(
        "\n", " "
    )
    assert re.search(r"the\s+offset\s+was\s+left\s+out", said_of_it)
    assert re.search(r"the\s+ascent\s+(is|was)", said_of_it)
    assert not re.search(r"the\s+(bias|gradient)\b|δ", said_of_it)


def test_an_article_and_the_plural_fit_the_new_word(course: str) -> None:
    with in_words_of(course):
        assert _("a bias has the input 1") == "an offset has the entry 1"
        assert plural("{count} input", "{count} inputs", 1) == "1 entry"
        assert plural("{count} input", "{count} inputs", 2) == "2 entries"
        assert _("write inputs: [1, 2]") == "write entries: [1, 2]"
    assert _("a bias has the input 1") == "a bias has the input 1"


def test_german_words_have_a_genitive_and_a_dative(tmp_path: Path) -> None:
    path = tmp_path / "kurs.toml"
    path.write_text('[words]\nsample = "Fall | Fälle | Falls | Fällen"\n', "utf-8")
    set_language("de")
    with in_words_of(str(path)):
        assert _("sample {n}") == "Fall {n}"
        assert plural("{count} sample", "{count} samples", 3) == "3 Fälle"


def test_what_is_typed_and_what_stands_in_braces_is_left_alone(course: str) -> None:
    with in_words_of(course):
        assert _("`weight` of {input}") == "`weight` of {input}"


@pytest.mark.parametrize(
    ("notation", "said_of_a_slope"),
    [("plain", "out·(1 − out)"), ("nielsen", "a·(1 − a)"), ("han-kamber", "O·(1 − O)")],
)
def test_a_message_writes_signs_as_its_page_does(notation: str, said_of_a_slope: str) -> None:
    with in_words_of(notation):
        assert _("the slope is written with the output: out·(1 − out)").endswith(said_of_a_slope)
        assert "left out" in _("the bias was left out")


def test_a_sign_that_outputs_have_another_of_is_theirs_beside_targets_and_else_as_in_plain() -> None:
    assert load_notation("zhou").own_words == {"target sign": "y", "output sign": "ŷ"}
    with in_words_of("zhou"):
        assert _("the slope of (t − out)² is 2(out − t)") == "the slope of (y − ŷ)² is 2(ŷ − y)"
        assert _("that of a sigmoid, out·(1 − out)").endswith("out·(1 − out)")


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('[words]\nwieght = "x"', 2, "did you mean 'weight'?"),
        ('[words]\n\nnothing_like_it = "x"', 3, "the keys of [words] are activation, answer, "),
        ('[symbols]\nweight = "u"', 2, "it stands under [words]"),
        ('weight = "u"', 1, "it stands under [words]"),
        ('[words]\nweight = "{n}"', 2, "weight is not a word"),
        ('[words]\nweight = "a|b|c|d|e"', 2, "weight is not a word"),
        ("[words]\nweight = 3", 2, "weight is not a text of one line"),
        ('[symbols]\nnet = "{"', 2, "net is not a template of one line"),
    ],
)
def test_what_a_notation_file_cannot_say_is_located(text: str, line: int, hint: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    run = backprop("solve", "mazur", "--notation", path)
    assert run.code == 2
    assert f"own.toml:{line}: " in run.err
    assert hint in run.err


@pytest.mark.parametrize("language", languages())
def test_the_manual_names_every_key(language: str) -> None:
    page = backprop("help", "notations", "--lang", language.partition("_")[0]).out
    assert not [key for key in KEYS if f"`{key}`" not in page]


# ---- templates -------------------------------------------------------------------------------------------------------


BOOKS = [one for one in notations() if one != "plain"]
EACH = {(name, BOOKS[number % len(BOOKS)]) for number, name in enumerate(bundled())}


@pytest.mark.parametrize(
    ("name", "notation"),
    [
        pytest.param(name, book, marks=[] if (name, book) in EACH else [pytest.mark.slow])
        for name in bundled()
        for book in BOOKS
    ],
)
def test_a_template_in_a_notation_is_read_back_line_by_line(name: str, notation: str) -> None:
    """Filled with the values of the key: all of the marks, in every layout."""
    loaded = load(name, notation, letters=True)
    if loaded.problem.letters:
        return
    marker = Checker(WorkedProblem.of(loaded))
    for format_ in ("yaml", "json", "csv"):
        text = key_sheet(marker.worked, format_)
        sheet = read_text(text, f"sheet.{format_}", marker.names, format_)
        assert not sheet.unread
        report = check_sheet(marker, sheet)
        assert report.all_right
        assert report.earned == report.worth


@pytest.mark.parametrize(("name", "notation"), sorted(EACH))
def test_a_template_in_a_notation_is_understood_where_nobody_says_in_which(name: str, notation: str) -> None:
    """By a checker of the same problem in plain notation: the values tell whose names they are."""
    loaded = load(name, notation, letters=True)
    if loaded.problem.letters:
        return
    text = key_sheet(WorkedProblem.of(loaded), "yaml")
    marker = Checker(WorkedProblem.of(load(name)))
    sheet = read_bytes(text.encode(), "sheet.yaml", ".yaml", marker.reader)
    report = check_sheet(marker, sheet)
    assert not sheet.unread
    assert report.earned == report.worth


def test_a_name_of_another_book_is_read_among_our_own_and_one_of_none_is_refused() -> None:
    sheet = "answers: {net_h1: 0.3775, a^2_1: 0.5933, dL/dw5: 0.08217, zz^9: 1}"
    run = backprop("check", "mazur", "-", stdin=sheet)
    assert "3 of 3 marks" in run.out
    assert "no quantity called 'zz^9'" in run.out


@pytest.mark.parametrize(
    ("notation", "own"),
    [("nielsen", "z^2_1 a^2_1 C_1 C delta^3_1 dC/dw5 w5_new"), ("zhou", "alpha_h1 b_h1 yhat_o1 g_o1 e_h1 w5_new"),
     ("han-kamber", "I_h1 O_h1 Err_h1"), ("plain", "net_h1 out_h1 E_o1 E delta_o1 dE/dw5 w5_new")],
)  # fmt: skip
def test_a_template_has_the_names_of_the_notation(notation: str, own: str) -> None:
    text = backprop("check", "mazur", "--template", "--notation", notation).out
    names = [row.partition(":")[0].strip() for row in text.splitlines() if not row.strip().startswith("#")]
    assert set(own.split()) <= set(names)
