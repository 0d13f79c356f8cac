"""What a lecturer adds in a package of their own is found by its name, and what is wrong there is said in a message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.checking.mistakes import MISTAKES, mistakes
from backprop_cli.formats import FORMATS, names_of_formats
from backprop_cli.ground.extensions import GROUPS, added
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.writing.notation import known_notations, load_notation, notations

MODULE = '''
from typing import Any

from pydantic import Field

from backprop_cli.algebra.formula import Apply, multiply, number
from backprop_cli.algebra.quantities import Kind, out
from backprop_cli.checking.mistakes.mistake import Mistake
from backprop_cli.formats.terminal.plain import document as plain
from backprop_cli.problem.fields import FileModel, Number, one_word
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.unitwise import unit_names, unitwise_layer
from backprop_cli.problem.model import Cell

NOTATION = {"title": "My book", "symbols": {"net": "s_{{n}}"}}


class Shouted:
    dialect = "ascii"

    @staticmethod
    def document(document):
        return plain(document).upper()


class Count:
    @staticmethod
    def render(solution):
        return f"{len(solution.trace.steps)} lines\\n"


class ScaleFile(FileModel):
    """Every unit times a number."""

    type: one_word("scale", "Every unit times a number.")
    by: Number = Field(description="The number.")


def build(site, file):
    if site.before.names == ("boom",):
        raise RuntimeError("out of order")
    names = unit_names(site, None, "s")
    senders = map(site.sender, site.before.names)
    cells = [Cell(out(name), Apply("product", (file.by, sender))) for name, sender in zip(names, senders)]
    return unitwise_layer(site, names, cells, "scale")


SCALE = LayerType("scale", ScaleFile, build)


def doubled(part):
    if part.quantity.kind is Kind.LOSS:
        yield "", multiply(number(7), part.formula)


SEVENFOLD = Mistake("sevenfold", "the loss was taken seven times", doubled, "once is enough")


def broken(*_):
    return 1 / 0


Broken = type("Broken", (), {"dialect": "unicode", "document": staticmethod(broken)})
NOTHING = object()
STRANGE = {"symbols": {"net": "s", "colour": "red"}}
'''
POINTS = """
[backprop_cli.notations]
mybook = lecturer:NOTATION
strange = lecturer:STRANGE
lost = lecturer:MISSING
[backprop_cli.formats]
shouted = lecturer:Shouted
count = lecturer:Count
broken = lecturer:Broken
nothing = lecturer:NOTHING
[backprop_cli.layer_types]
scale = lecturer:SCALE
nothing = lecturer:NOTHING
"""
SCALED = """
inputs: {x: 3}
layers:
  - {type: scale, by: 2}
  - weights: [[0.5]]
targets: [1]
loss: half_squared_error
"""


def install(folder: Path, name: str, points: str) -> None:
    """What pip leaves behind of a package with one module."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)


@pytest.fixture(autouse=True)
def lecturer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with something in every group but mistakes, which are in use as soon as they are there."""
    (tmp_path / "lecturer.py").write_text(MODULE)
    install(tmp_path, "lecturer", POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    mistakes.cache_clear()
    load_notation.cache_clear()


def test_a_notation_is_found_by_its_name() -> None:
    run = backprop("solve", "mazur", "--notation", "mybook", "--only", "net_h1")
    assert (run.code, run.err) == (0, "")
    assert "sₕ₁" in run.out
    beside = backprop("solve", "-", stdin="notation: mybook\ninputs: [1]\nlayers: [{weights: [[2]]}]\nobjective: y1\n")
    assert "s" in beside.out
    assert beside.code == 0


def test_a_format_writes_every_page_and_a_worksheet(tmp_path: Path) -> None:
    for page in ([], ["--matrix"], ["--gradients"], ["--symbolic"]):
        run = backprop("solve", "mazur", *page, "--format", "shouted")
        assert run.code == 0, run.err
        assert "ONE STEP ON A 2-2-2 NETWORK" in run.out
    assert "ONE STEP" in backprop("worksheet", "mazur", "--format", "shouted").out
    assert backprop("solve", "mazur", "-o", tmp_path / "page.shouted").code == 0
    assert "ONE STEP" in (tmp_path / "page.shouted").read_text("utf-8")
    assert backprop("worksheet", "mazur", "-o", f"{tmp_path}/sheets/", "--format", "shouted").code == 0
    assert (tmp_path / "sheets" / "key.shouted").exists()


def test_a_format_may_be_for_the_worked_solution_alone() -> None:
    assert backprop("solve", "mazur", "--format", "count").out.endswith(" lines\n")
    page = backprop("solve", "mazur", "--matrix", "--format", "count")
    assert page.code == 2
    assert "this page is written as json, text, markdown, html, latex, typst, pdf" in page.err
    assert "shouted, not as count" in page.err
    assert backprop("worksheet", "mazur", "--format", "count").code == 2


def test_a_layer_type_is_read_by_its_keys_and_written_like_the_others() -> None:
    run = backprop("solve", "-", stdin=SCALED)
    assert (run.code, run.err) == (0, "")
    assert "2·3 = 6" in run.out
    wrong = backprop("solve", "-", stdin=SCALED.replace("by: 2", "times: 2"))
    assert "unknown key 'times'" in wrong.err
    assert "the keys here are type, by" in wrong.err
    assert "did you mean 'scale'?" in backprop("solve", "-", stdin=SCALED.replace("scale", "scales")).err
    assert backprop("verify", "-", stdin=SCALED).code == 0


def test_a_mistake_stands_behind_those_of_the_table(lecturer: Path) -> None:
    install(lecturer, "mistaken", "[backprop_cli.mistakes]\nsevenfold = lecturer:SEVENFOLD\n")
    mistakes.cache_clear()
    assert list(mistakes()) == [*MISTAKES, "sevenfold"]
    sheet = lecturer / "sheet.yaml"
    sheet.write_text("answers: {out_y1: 3, E: 14}\n")
    run = backprop("check", "-", sheet, stdin=SCALED)
    assert "the loss was taken seven times" in run.out
    assert run.code == 1


def test_a_mistake_with_the_name_of_another_is_refused(lecturer: Path) -> None:
    install(lecturer, "mistaken", "[backprop_cli.mistakes]\nbias-left-out = lecturer:SEVENFOLD\n")
    mistakes.cache_clear()
    sheet = lecturer / "sheet.yaml"
    sheet.write_text("answers: {out_y1: 3, E: 14}\n")
    run = backprop("check", "-", sheet, stdin=SCALED)
    assert run.code == 2
    assert "another package adds a usual mistake 'bias-left-out', which there is already" in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--notation", "lost"], "the notation 'lost', which lecturer adds, does not work: AttributeError"),
        (["--notation", "strange"], "strange: no notation has a key 'colour'"),
        (["--format", "broken"], "the format 'broken', which lecturer adds, does not work: ZeroDivisionError"),
        (["--format", "nothing"], "does not work: TypeError: a format has document(document) and a dialect"),
        (["--format", "shout"], "no format called 'shout' (did you mean 'shouted'?)"),
        (["--notation", "mybok"], "no notation called 'mybok' (did you mean 'mybook'?)"),
    ],
)
def test_what_does_not_work_is_a_message(arguments: list[str], said: str) -> None:
    run = backprop("solve", "mazur", *arguments)
    assert run.code == 2
    assert said in run.err
    assert "Traceback" not in run.err


def test_a_layer_type_that_does_not_work_is_a_message() -> None:
    run = backprop("solve", "-", stdin=SCALED.replace("scale", "nothing"))
    assert "does not work: TypeError: a type of layer is a LayerType of this name" in run.err
    run = backprop("solve", "-", stdin=SCALED.replace("{x: 3}", "{boom: 3}"))
    assert "the type of layer 'scale', which lecturer adds, does not work: RuntimeError: out of order" in run.err
    assert run.code == 2


def test_two_packages_that_add_the_same_name_are_named(lecturer: Path) -> None:
    install(lecturer, "colleague", "[backprop_cli.notations]\nmybook = lecturer:STRANGE\n")
    run = backprop("solve", "mazur", "--notation", "mybook")
    assert run.code == 2
    assert "the notation 'mybook' is added by colleague and lecturer: only one of them can be installed" in run.err


def test_a_built_in_name_means_the_built_in_one(lecturer: Path) -> None:
    points = "[backprop_cli.notations]\nplain = lecturer:MISSING\n[backprop_cli.formats]\ntext = lecturer:MISSING\n"
    install(lecturer, "colleague", points + "[backprop_cli.layer_types]\ndense = lecturer:MISSING\n")
    assert backprop("solve", "mazur", "--format", "text", "--notation", "plain").code == 0
    assert known_notations().count("plain") == names_of_formats().count("text") == 1


def test_every_group_is_looked_for(lecturer: Path) -> None:
    assert {group: bool(added(group)) for group in GROUPS} == {group: group != "mistakes" for group in GROUPS}
    assert set(names_of_formats()) >= {*FORMATS, "shouted", "count"}
    assert {*known_notations()} == {*notations(), "mybook", "strange", "lost"}
    assert "scale" in LAYER_TYPES
    assert "scale" not in list(LAYER_TYPES)  # the schema of the format knows the built-in ones
