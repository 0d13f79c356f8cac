"""The JSON Schemas serve editors: they know every key and word, and refuse by shape what the program refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from blocks import ROOT, blocks
from helpers import backprop
from language_server import SERVER, Editor
from schemas import of_yaml, schema, validator

from backprop_cli import manual
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.cli.schema import SCHEMAS
from backprop_cli.ground.words import languages
from backprop_cli.manual.generated.keys import SECTIONS
from backprop_cli.problem.json_schema import EDITOR_FILES, editor_line
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.reader import bundled
from backprop_cli.writing.notation import notations


def starters() -> dict[str, str]:
    return {f"init {flag} {one}": backprop("init", "-", *flag.split(), "--lang", one).out
            for flag in ("", "--graph") for one in languages()}  # fmt: skip


GENERATED = (
    (), ("--kind", "graph"), ("--shape", "2-3-2", "--loss", "cross_entropy", "--output-activation", "softmax"),
    ("--optimizer", "adam"), ("--activation", "relu", "--samples", "2"), ("--activation", "leaky_relu"),
)  # fmt: skip


# ---- what it is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_one_and_has_a_name_of_its_own(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(kind))
    assert schema(kind)["$id"] == f"urn:backprop-cli:{kind}"
    assert set(SCHEMAS) == set(EDITOR_FILES)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_explains_every_key(kind: str) -> None:
    models = [schema(kind), *schema(kind)["$defs"].values()]
    for model in models:
        for key, field in model.get("properties", {}).items():
            assert len(field.get("description", "")) > 8, f"{key} has no description"


def test_a_schema_is_written_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    assert backprop("schema", "answers", "-o", file).out == ""
    assert json.loads(file.read_text("utf-8")) == schema("answers")


def test_an_unknown_schema_is_told_which_there_are() -> None:
    assert backprop("schema", "xyzzy").err == "backprop: no schema called 'xyzzy' (problem, assignment, answers)\n"


# ---- what it accepts -------------------------------------------------------------------------------------------


def problems_that_solve() -> Iterator[tuple[str, str]]:
    yield from ((name, file.read_text("utf-8")) for name, file in bundled().items())
    yield from starters().items()
    for name in manual.all_topics():
        yield from ((f"help {name}", block) for block in blocks(manual.topic(name).text, "yaml"))
    for file in sorted((ROOT / "tests" / "published").glob("*.yaml")):
        for case in yaml.safe_load(file.read_text("utf-8"))["cases"]:
            if "problem" in case:  # and is no bundled one
                yield f"{file.stem}, {case['what']}", case["problem"]
    for file in sorted((ROOT / "tests" / "cases" / "pages").glob("*.md")):
        yield from ((file.stem, block) for block in blocks(file.read_text("utf-8"), "yaml"))


PROBLEMS = list(problems_that_solve())


@pytest.mark.parametrize(("name", "text"), PROBLEMS, ids=[name for name, _text in PROBLEMS])
def test_the_schema_accepts_a_problem_and_refuses_it_with_a_misspelling(name: str, text: str) -> None:
    data = of_yaml(text)
    kind = "assignment" if "exercises" in data else "problem"
    validator(kind).validate(data)
    assert not validator(kind).is_valid({**data, "learning_rat": 0.1}), name
    for place in ("layers", "samples"):
        if isinstance(data.get(place), list):
            wrong = [{**data[place][0], "activatoin": "relu"}, *data[place][1:]]
            assert not validator().is_valid({**data, place: wrong}), name


@pytest.mark.parametrize("options", GENERATED, ids=" ".join)
def test_the_schema_accepts_what_is_generated(options: tuple[str, ...]) -> None:
    validator().validate(of_yaml(backprop("generate", "--seed", "1", *options).out))


@pytest.mark.parametrize("name", ["mazur", "xor-batch", "attention", "softmax", "cs231n-gates"])
@pytest.mark.parametrize("format_", ["yaml", "json"])
def test_the_schema_of_answers_accepts_every_sheet(name: str, format_: str) -> None:
    sheet = of_yaml(backprop("check", name, "--template", "--everything", "--format", format_).out)
    validator("answers").validate(sheet)
    validator("answers").validate({**sheet, "answers": {"net_h1": 0.5, "epoch 2": {"w1_new": "1/3"}, "W1": [[1, 2]]}})


WRONG_SHEETS = {
    "a list": "answers: [1, 2]", "one number": "answers: 3", "a truth": "answers: {net_h1: true}",
    "a mapping for a student": "student: {name: x}\nanswers: {}", "formulas in a list": "formulas: [a*b]",
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_SHEETS)
def test_the_schema_of_answers_refuses_another_shape(what: str) -> None:
    assert not validator("answers").is_valid(of_yaml(WRONG_SHEETS[what]))


# ---- what it refuses -------------------------------------------------------------------------------------------

NET = "inputs: [1, 2]\ntargets: [1]\nlayers:\n  - weights: [[0.5, 1]]\n"
DENSE = "inputs: [1, 2]\ntargets: [1]\nlayers:\n  - "
STEPS = "inputs: [[1], [2]]\ntargets: [1]\nlayers:\n  - "
WRONG_SHAPES = {
    # the file
    "nothing to solve": "title: nothing",
    "a list of problems": "- title: one",
    "a network and a graph": NET + "graph: {f: x1 + x2}",
    "layers as a mapping": "inputs: [1]\nlayers: {h: [1]}",
    "one layer without its dash": "inputs: [1]\nlayers: {weights: [[1]]}",
    "no inputs": "targets: [1]\nlayers:\n  - weights: [[1]]",
    "a key that there is not": NET + "leraning_rate: 0.1",
    "a key with nothing behind it": NET + "learning_rate:",
    "a key of a layer at the top": NET + "neurons: 2",
    # layers
    "a layer that is a number": "inputs: [1]\nlayers: [3]",
    "weights that are a number": DENSE + "weights: 3",
    "weights nested too deeply": DENSE + "weights: [[[1, 2]]]",
    "weights both ways round": DENSE + "{weights: [[1, 2]], weights_by_input: [[1], [2]]}",
    "a weight that is a truth": DENSE + "weights: [[true, 1]]",
    "a decimal comma": DENSE + "weights: [['0,5', 1]]",
    "fewer than no neurons": DENSE + "{neurons: -2, weights: [[1, 2]]}",
    "neurons that are half": DENSE + "{neurons: 1.5, weights: [[1, 2]]}",
    "a name with a blank": DENSE + "{neurons: [a b], weights: [[1, 2]]}",
    "an activation in a list": DENSE + "{weights: [[1, 2]], activation: [relu]}",
    "an activation that there is not": DENSE + "{weights: [[1, 2]], activation: sigmod}",
    "a type that there is not": DENSE + "{type: convolutoin, kernel: [1]}",
    "a key of another type of layer": DENSE + "{weights: [[1, 2]], kernel: [1]}",
    "a bias in rows": DENSE + "{weights: [[1, 2]], bias: [[1]]}",
    "no weights from the step before": STEPS + "{type: recurrent, weights: [[1]]}",
    "a gate left out": STEPS + "{type: gru, reset: {weights: [[1]], recurrent_weights: [[1]]}}",
    "no table": DENSE + "{type: embedding}",
    "a kernel and kernels": DENSE + "{type: convolution, kernel: [1], kernels: [[1]]}",
    "a mean without a variance": DENSE + "{type: batch_normalization, mean: 0}",
    "a rate that is said twice": DENSE + "{type: dropout, rate: 0.5, keep: 0.5}",
    "a residual connection from nowhere": DENSE + "{type: residual}",
    # numbers and words
    "a loss in a list": NET + "loss: [squared_error]",
    "epochs below nothing": NET + "learning_rate: 0.1\nepochs: -1",
    "epochs in words": NET + "learning_rate: 0.1\nepochs: many",
    "half a sample in a batch": NET + "batch: 0.5",
    "a batch in words": NET + "batch: ful",
    "a learning rate in a mapping": NET + "learning_rate: {eta: 0.1}",
    "no learning rates to compare": NET + "learning_rate: []",
    "places below nothing": NET + "rounding: {places: -1}",
    "rounding two ways": NET + "rounding: {places: 2, figures: 3}",
    "rounding by a number": NET + "rounding: 4",
    "a kind of quantity that there is not": NET + "rounding: {kinds: {delt: {places: 4}}}",
    "clipping two ways": NET + "clip: {value: 1, norm: 1}",
    "clipping no way": NET + "clip: {}",
    "two penalties of one kind": NET + "penalty: {l2: 1, l2_full: 1}",
    "an optimizer that there is not": NET + "learning_rate: 0.1\noptimizer: adan",
    "a setting of another optimizer": NET + "learning_rate: 0.1\noptimizer: {name: adam, mu: 0.9}",
    "an optimizer without a name": NET + "learning_rate: 0.1\noptimizer: {beta1: 0.9}",
    "a schedule without its setting": NET + "learning_rate: 0.1\nschedule: {name: step, every: 2}",
    "a schedule that there is not": NET + "learning_rate: 0.1\nschedule: {name: stpe, every: 2, factor: 1/2}",
    "a schedule in half epochs": NET + "learning_rate: 0.1\nschedule: {name: step, every: 1.5, factor: 1/2}",
    "a name and rates": NET + "schedule: {name: inverse_sqrt, rates: [1, 2]}",
    "a notation that there is not": NET + "notation: nielson",
    "a truth in words": NET + "threshold: maybe",
    "a sign of delta that there is not": NET + "delta: E/net",
    # samples, questions
    "no samples": "samples: []\nlayers:\n  - weights: [[1]]",
    "samples as a mapping": "samples: {inputs: [1], targets: [1]}\nlayers:\n  - weights: [[1]]",
    "targets beside samples": "samples: [{inputs: [1], targets: [1]}]\ntargets: [1]\nlayers:\n  - weights: [[1]]",
    "a sample that is a list": "samples: [[1, 1]]\nlayers:\n  - weights: [[1]]",
    "questions in a nested list": NET + "ask: [[E]]",
    "marks in a list": NET + "ask: [out_y1]\nmarks: [1]",
    "an order of both kinds": "samples: [{inputs: [1], targets: [1]}, {inputs: [2], targets: [1]}]\norder: [1, [2]]\n"
                              "layers:\n  - weights: [[1]]\nloss: squared_error\nlearning_rate: 0.1",
    "a report without epochs": NET + "loss: squared_error\nlearning_rate: 0.1\nreport: {quantities: [E]}",
    "an end that there is not": NET + "loss: squared_error\nlearning_rate: 0.1\nstop: {loss_under: 1}",
    "given values in a list": NET + "given: [1]",
    "a graph in a list": "inputs: {x: 1}\ngraph: [x + 1]",
    "a node with two formulas": "inputs: {x: 1}\ngraph: {f: [x, 2*x]}",
    "a name with a bracket": "inputs: {x: 1}\ngraph: {'w[1]': x}",
    "gradients in a mapping": "parameters: {w: 1}\ngradients: {w: {g: 1}}\nlearning_rate: 0.1",
    "an end of the perceptron rule": NET + "learning_rate: 0.1\nuntil: clean pass",
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_SHAPES)
def test_what_is_refused_for_its_shape_is_refused_by_the_schema_too(what: str, tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text(WRONG_SHAPES[what], "utf-8")
    assert backprop("solve", path).code == 2
    assert not validator().is_valid(of_yaml(WRONG_SHAPES[what]))


# ---- the line at the top of a file -----------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "kind"), [
    (("init",), "problem"), (("init", "--graph"), "problem"), (("init", "--assignment"), "assignment"),
    (("generate", "--seed", "1", "-o"), "problem"),
    (("check", "mazur", "--template", "-o"), "answers"),
])  # fmt: skip
def test_a_file_for_people_begins_with_the_line_that_editors_read_and_has_its_schema_beside_it(
    arguments: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    file, beside = tmp_path / "mine.yaml", tmp_path / EDITOR_FILES[kind]
    assert backprop(*arguments, file).code == 0
    assert file.read_text("utf-8").splitlines()[0] == f"# yaml-language-server: $schema={beside.name}"
    assert json.loads(beside.read_text("utf-8")) == schema(kind)
    assert {one.name for one in tmp_path.iterdir()} == {file.name, beside.name}
    validator(kind).validate(of_yaml(file.read_text("utf-8")))


def test_a_schema_of_an_older_version_is_renewed_and_a_strangers_file_stays(tmp_path: Path) -> None:
    beside = tmp_path / EDITOR_FILES["problem"]
    for text, stays in (('{"$id": "urn:backprop-cli:problem"}', False), ("mine", True)):
        beside.write_text(text, "utf-8")
        assert backprop("init", tmp_path / "mine.yaml", "--force").code == 0
        assert (beside.read_text("utf-8") == text) is stays


def test_what_goes_to_stdout_has_the_line_too() -> None:
    for command in ("init -", "generate --seed 1", "problems --show mazur"):
        assert backprop(*command.split()).out.startswith(editor_line("problem") + "\n")
    assert backprop("check", "mazur", "--template").out.startswith(editor_line("answers") + "\n")
    assert backprop("check", "mazur", "--template", "--format", "json").out.startswith("{")


# ---- words -----------------------------------------------------------------------------------------------------


def words_at(*path: str) -> set[str]:
    """The words that are offered for a key."""
    found = schema()
    for step in path:
        found = found["$defs"][step] if step.endswith("File") else found["properties"][step]
    waiting, words = [found], set()
    while waiting:
        one = waiting.pop()
        words |= set(one.get("enum", ()))
        waiting += [*one.get("anyOf", ()), *one.get("oneOf", ())]
    return words


def test_the_words_of_every_table_are_in_the_schema() -> None:
    assert words_at("LayerFile", "activation") == {*ACTIVATIONS, "softmax"}
    assert words_at("loss") == set(LOSSES)
    assert words_at("optimizer") == {*OPTIMIZERS, *SECOND_ORDER}
    assert words_at("schedule") == {name for name, row in SCHEDULES.items() if not row.settings}
    assert words_at("notation") >= set(notations())
    named = {one["properties"]["name"]["const"] for one in schema()["$defs"]["OptimizerFile"]["anyOf"]}
    assert named == {*OPTIMIZERS, *SECOND_ORDER}


# ---- in an editor ----------------------------------------------------------------------------------------------

in_an_editor = pytest.mark.skipif(
    SERVER is None or shutil.which("node") is None,
    reason="the npm package yaml-language-server is not on the path (npm install -g yaml-language-server)",
)


@in_an_editor
@pytest.mark.parametrize("language", languages())
def test_an_editor_completes_and_explains_what_init_wrote(language: str, tmp_path: Path) -> None:
    file = tmp_path / "sheet.yaml"
    assert backprop("init", file, "--lang", language).code == 0
    lines = file.read_text("utf-8").splitlines()
    activation = next(number for number, line in enumerate(lines) if "activation: sigmoid" in line)
    loss = next(number for number, line in enumerate(lines) if line.startswith("loss: "))
    with Editor(file) as editor:
        assert editor.diagnostics() == []
        column = lines[activation].index("sigmoid")
        assert set(editor.completions(activation, column)) >= {*ACTIVATIONS, "softmax"}
        assert set(editor.completions(loss, 6)) >= set(LOSSES)
        described = json.loads((tmp_path / EDITOR_FILES["problem"]).read_text("utf-8"))["properties"]
        assert described["loss"]["description"].split(" ", 1)[0] in editor.hover(loss, 2).replace("\\", "")


@in_an_editor
@pytest.mark.parametrize("shape", ["2-2-2", "1-1"])
def test_an_editor_underlines_a_wrong_key_and_a_wrong_word_in_what_was_generated(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "problem.yaml"
    assert backprop("generate", "--seed", "1", "--shape", shape, "--activation", "sigmoid", "-o", file).code == 0
    lines = file.read_text("utf-8").replace("activation: sigmoid", "activation: sigmod", 1).splitlines()
    file.write_text("\n".join([*lines, "learning_rat: 0.1", ""]), "utf-8")
    wrong = next(number for number, line in enumerate(lines) if "sigmod" in line)
    with Editor(file) as editor:
        assert {line for line, _said in editor.diagnostics()} == {wrong, len(lines)}


@in_an_editor
def test_an_editor_knows_a_sheet_of_answers(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    assert backprop("check", "mazur", "--template", "-o", file).code == 0
    with Editor(file) as editor:
        assert editor.diagnostics() == []
    file.write_text(f"{editor_line('answers')}\nanswers: [0.5]\n", "utf-8")
    with Editor(file) as editor:
        assert [line for line, _said in editor.diagnostics()] == [1]


# ---- wrong words -----------------------------------------------------------------------------------------------


def choices() -> Iterator[tuple[str, str, set[str]]]:
    """Every key of the format in which only some words may stand: a file with another one, and the words."""
    described = schema()
    for key, field in described["properties"].items():
        yield from ((f"{key}: zzzz", NET + f"{key}: zzzz\n", words) for words in words_of(field))
    for section, model in SECTIONS.items():
        for key, field in described["$defs"][model].get("properties", {}).items():
            inner = f"{{{key}: zzzz}}" if section.count(".") == 0 else f"{{{section.split('.')[1]}: {{{key}: zzzz}}}}"
            file = NET + f"{section.split('.')[0]}: {inner}\n"
            yield from ((f"{section}: {key}", file, words) for words in words_of(field))
    for name, row in LAYER_TYPES.items():
        for key, field in described["$defs"][row.file.__name__]["properties"].items():
            other = DENSE + f"{{type: {name}, {key}: zzzz}}\n"
            yield from ((f"{name}: {key}", other, words) for words in words_of(field) if key != "type")


def words_of(field: Any) -> Iterator[set[str]]:
    """The words of a field for which there is nothing but words; those of a table have a topic."""
    if "enum" in field:
        yield {str(word).lower() if isinstance(word, bool) else str(word) for word in field["enum"]}


CHOICES = list(choices())


@pytest.mark.parametrize(("place", "file", "words"), CHOICES, ids=[place for place, _file, _words in CHOICES])
def test_a_message_about_a_wrong_word_lists_the_words(place: str, file: str, words: set[str]) -> None:
    run = backprop("solve", "-", stdin=file)
    assert run.code == 2
    assert all(word in run.err for word in words), run.err


@pytest.mark.parametrize(("file", "words"), [
    (DENSE + "{weights: [[1, 2]], activation: zzzz}\n", [*ACTIVATIONS, "softmax"]), (NET + "loss: zzzz\n", LOSSES),
])  # fmt: skip
def test_a_message_about_a_word_of_a_long_table_lists_it_too(file: str, words: list[str]) -> None:
    said = backprop("solve", "-", stdin=file).err.split()
    assert {word.strip(",") for word in said} >= set(words)


@pytest.mark.parametrize(("line", "names"), [
    ("optimizer: zzzz", [*OPTIMIZERS, *SECOND_ORDER]), ("schedule: zzzz", SCHEDULES), ("notation: zzzz", notations()),
    ("batch: zzzz", ["online", "full"]), ("fixed: [zzzz]", ["w1", "w2"]), ("rounding: {zzzz: 1}", ["places", "kinds"]),
    ("zzzz: 1", ["inputs", "layers", "weights as", "learning_rate"]),
])  # fmt: skip
def test_a_message_about_another_wrong_word_lists_what_there_is(line: str, names: list[str]) -> None:
    run = backprop("solve", "-", stdin=NET + f"loss: squared_error\nlearning_rate: 0.1\n{line}\n")
    assert run.code == 2
    assert all(name in run.err for name in names), run.err
