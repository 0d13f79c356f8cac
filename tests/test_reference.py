"""The reference cannot lie: its pages are made from the schema and the tables, and their examples solve.

They, the pages that are written by hand, and the site and the PDF that all of them make, lead to one another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from blocks import blocks
from helpers import backprop

from backprop_cli import manual
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.checking.mistakes import MISTAKES
from backprop_cli.ground.words import languages, set_language
from backprop_cli.ground.wrapping import width
from backprop_cli.manual import generated
from backprop_cli.manual.generated.layers import EXAMPLES
from backprop_cli.manual.generated.mistakes import EXAMPLE
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.reader import load
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.writing.notation import notations

GOLDEN = Path(__file__).parent / "golden" / "reference"
MADE = tuple(name for name in manual.all_topics() if not manual.is_written(name))
TABLES = {
    "activations": [*ACTIVATIONS, "softmax"], "losses": LOSSES, "schedules": SCHEDULES,
    "optimizers": [*OPTIMIZERS, *SECOND_ORDER],
    "mistakes": MISTAKES, "notations": notations(),
    "keys": [one.alias or name for name, one in ProblemFile.model_fields.items()],
    "layers": [f"layers.{name}" for name in LAYER_TYPES],
}  # fmt: skip


@pytest.fixture(params=languages())
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every language, one after the other."""
    set_language(request.param)
    yield request.param
    set_language("en")


# ---- pages that are made ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MADE, "names", "notations", "layers"])
def test_a_page_that_is_made_reads_as_it_was_accepted(name: str, request: pytest.FixtureRequest) -> None:
    golden, text = GOLDEN / f"{name}.md", manual.topic(name).text + "\n"
    if request.config.getoption("--accept"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_every_golden_page_belongs_to_a_topic() -> None:
    assert {file.stem for file in GOLDEN.glob("*.md")} == {*MADE, "names", "notations", "layers"}


@pytest.mark.parametrize("topic", TABLES)
def test_every_row_of_a_table_is_on_its_page(topic: str, language: str) -> None:
    text = manual.topic(topic).text
    for name in TABLES[topic]:
        assert f"`{name}`" in text


@pytest.mark.parametrize("name", MADE)
def test_the_example_of_a_page_solves(name: str, tmp_path: Path) -> None:
    """That of the mistakes is a sheet, and has a test of its own."""
    examples = blocks(manual.topic(name).text, "yaml")
    assert bool(examples) is (name != "mistakes")
    for block in examples:
        path = tmp_path / "problem.yaml"
        path.write_text(block, "utf-8")
        assert solution_of(load(str(path)), SolveOptions()).trace.steps


def test_the_example_of_a_mistake_is_found_in_its_sheet(language: str) -> None:
    problem, name, sheet = EXAMPLE
    report = json.loads(backprop("check", problem, "-", "--json", stdin=sheet).out)
    assert name in json.dumps(report)
    assert sheet in manual.topic("mistakes").text


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_problem_on_the_page_of_a_type_of_layer_has_such_a_layer(name: str) -> None:
    assert set(EXAMPLES) == set(LAYER_TYPES)
    assert name == "dense" or f"type: {name}" in manual.topic(f"layers.{name}").text


@pytest.mark.parametrize("name", MADE)
def test_a_page_that_is_made_is_plain_in_a_pipe_and_not_wider_than_it_may_be(name: str, language: str) -> None:
    page = backprop("help", name, "--lang", language, COLUMNS="80").out
    assert page.startswith(manual.topic(name).title + "\n")
    assert all(width(line) <= 80 for line in page.splitlines())


@pytest.mark.parametrize("name", generated.PAGES)
def test_the_sentence_of_a_page_that_is_made_fits_into_the_list(name: str, language: str) -> None:
    assert width(manual.summary(name)) <= 63
    assert manual.topic(name).sentence == manual.summary(name)


# ---- finding a word --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(generated.keys.all_keys() - set(manual.all_topics()) - set(manual.COMMANDS)))
def test_every_key_leads_to_its_entry(key: str) -> None:
    page = backprop("help", key).out
    assert f"`{key}`" in page
    assert "backprop help keys" in page or key in generated.words()


def test_a_key_leads_to_what_it_means_and_a_problem_that_has_it() -> None:
    page = backprop("help", "learning_rate").out
    assert "η; without it there is no" in page
    assert "learning_rate: 0.5" in page


@pytest.mark.parametrize("topic", ["activations", "losses", "optimizers", "schedules", "notations", "mistakes"])
def test_a_word_of_a_table_leads_to_its_page(topic: str) -> None:
    for word in set(TABLES[topic]) - set(manual.all_topics()) - set(manual.COMMANDS):
        found = generated.words()[word]
        assert f"`{word}`" in manual.topic(found).text


# ---- the site and the PDF --------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The links, the names and the balance of the tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.links += [found["href"] or ""] if tag == "a" else []
        self.sources += [found[key] or "" for key in ("src", "href") if key in found and tag != "a"]
        self.ids += [found["id"] or ""] if "id" in found else []
        self.open += [] if tag in ("meta", "link", "br", "hr") else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("one", languages())
def test_the_site_has_every_topic_and_every_link_in_it_leads_somewhere(one: str, tmp_path: Path) -> None:
    folder = tmp_path / "manual"
    run = backprop("help", "-o", folder, "--lang", one)
    assert (run.code, run.out, run.err) == (0, "", "")
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir()}
    assert set(texts) == {*(f"{name}.html" for name in manual.all_topics()), "index.html", "manual.css"}
    pages = {name: Page(text) for name, text in texts.items() if name.endswith(".html")}
    for name, page in pages.items():
        assert page.open == []
        assert len(set(page.ids)) == len(page.ids), name
        assert page.sources == ["manual.css"]
        for link in page.links:
            file, _hash, part = link.partition("#")
            assert file in pages, link
            assert not part or part in pages[file].ids, link
    assert "url(" not in texts["manual.css"]
    assert f'<html lang="{one.replace("_", "-")}">' in texts["index.html"]


def test_what_names_a_topic_is_a_link_to_it(tmp_path: Path) -> None:
    backprop("help", "-o", tmp_path)
    text = (tmp_path / "problems.html").read_text("utf-8")
    assert '<a href="keys.html"><code>backprop help keys</code></a>' in text
    assert '<a href="keys.html#learning_rate"><code>backprop help learning_rate</code></a>' in text


@pytest.mark.parametrize("one", languages())
def test_the_whole_manual_is_one_pdf(one: str, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    path = tmp_path / "manual.pdf"
    assert backprop("help", "-o", path, "--lang", one).code == 0
    made = path.read_bytes()
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Subtype\s*/Link", made)) > len(manual.all_topics())


@pytest.mark.parametrize(("arguments", "said"), [
    (("solve", "-o", "manual.pdf"), "leave out 'solve'"), (("-o", "manual.docx"), "manual.docx"),
])  # fmt: skip
def test_the_manual_is_not_written_otherwise(
    arguments: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = backprop("help", *arguments)
    assert run.code == 2
    assert said in run.err
    assert not list(tmp_path.iterdir())
