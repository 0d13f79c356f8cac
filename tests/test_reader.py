"""Files are read as they are written, every mistake is pointed at, and nothing that a stranger writes hurts."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from helpers import as_fraction, backprop, loaded, solved
from hostile import GRAPH, NETWORK
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.ground.errors import BackpropError, Complaint, SourceError
from backprop_cli.problem import schema, synonyms
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load, load_text
from backprop_cli.solving.solution import SolveOptions, solution_of

HERE = "¶"  # marks the place that a complaint must point at


def complaints(text: str | bytes) -> list[Complaint]:
    """What is wrong in the text, in the order of the file."""
    with pytest.raises(SourceError) as failure:
        solution_of(loaded(text), SolveOptions())
    return list(failure.value.complaints)


# ---- what cannot be seen in a case of tests/cases/complaints -------------------------------------------------

UNSEEN: dict[str, tuple[str, str]] = {  # what is wrong: the file with the place marked, and a part of the message
    "a zero-width space": ("graph: {f: 2*3}\nlearning_rate: 0¶\u200b.5\n", "does not belong"),
    "a number too long": (f"graph: {{f: 2*3}}\nlearning_rate: ¶0.{'1' * 500}\n", "400"),
    "a tab": ("layers:\n¶\t- neurons: 2\n", "a tab"),
    "a control character": ("title: é\ninputs: [¶\x07]\n", "a control character"),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_cannot_be_seen_is_pointed_at(what: str) -> None:
    marked, pattern = UNSEEN[what]
    before = marked.partition(HERE)[0]
    (complaint,) = complaints(marked.replace(HERE, ""))
    assert re.search(pattern, complaint.message)
    assert complaint.span
    assert complaint.span.line == before.count("\n") + 1
    assert complaint.span.column == len(before) - before.rfind("\n")


@pytest.mark.parametrize("wide", ["x", "名", "é", "e\u0301"])
def test_the_caret_stands_under_the_place(wide: str) -> None:
    run = backprop("solve", "-", stdin=f"inputs: {{{wide}: 1, b: 2x}}\ngraph: {{f: b}}\n")
    line, carets = run.err.splitlines()[1:3]
    assert line.endswith(f"inputs: {{{wide}: 1, b: 2x}}")
    cells = {"x": 1, "名": 2, "é": 1, "e\u0301": 1}[wide]
    assert carets.index("^") == line.index("inputs") + len("inputs: {") + cells + len(": 1, b: 2")


# ---- what is read as what ------------------------------------------------------------------------------------

NUMBERS = {
    "0.15": Fraction(3, 20),
    "0.10": Fraction(1, 10),
    "1/3": Fraction(1, 3),
    "-2/4": Fraction(-1, 2),
    "2e-3": Fraction(1, 500),
    "1e-3": Fraction(1, 1000),
    "1E+2": Fraction(100),
    ".5": Fraction(1, 2),
    "+.5": Fraction(1, 2),
    "5.": Fraction(5),
    "010": Fraction(10),
    "0": Fraction(0),
    "-0": Fraction(0),
    '"0.5"': Fraction(1, 2),
    "\N{MINUS SIGN}0.5": Fraction(-1, 2),
    "2^-3": Fraction(1, 8),
    "2**10": Fraction(1024),
    "-2^2": Fraction(-4),
    "2^3^2": Fraction(512),
    "(1 + 2)*3/4": Fraction(9, 4),
    "sqrt(4)": Fraction(2),
    "ln(1)": Fraction(0),
    "log2(8)": Fraction(3),
    "exp(0)": Fraction(1),
    "max(1/2, 1/3)": Fraction(1, 2),
    "abs(-3)": Fraction(3),
    "sigmoid(0)": Fraction(1, 2),
    "1 – 0.5": Fraction(1, 2),
    "3·4": Fraction(12),
}


@pytest.mark.parametrize("written", NUMBERS)
def test_a_number_is_what_it_says(written: str) -> None:
    text = f"inputs:\n  x: {written}\nlayers: [{{neurons: [y], weights: [[1]]}}]\n"
    assert as_fraction(solved(text).trace["net_y"].number) == NUMBERS[written]
    in_a_list = f"inputs: [1]\nlayers: [{{neurons: [y], weights: [['w = {written.strip(chr(34))}']]}}]\n"
    assert as_fraction(solved(in_a_list).trace["net_y"].number) == NUMBERS[written]


@pytest.mark.parametrize("name", ["no", "on", "yes", "y", "n", "off", "true", "class", "lambda", "名", "W", "_w"])
def test_a_name_is_a_name_even_where_yaml_would_guess_a_type(name: str) -> None:
    text = f"inputs: {{{name}: 3}}\nlayers: [{{neurons: [out], weights: [[{name}1 = 2]]}}]\n"
    assert as_fraction(solved(text).trace["net_out"].number) == 6
    assert as_fraction(solved(text).trace[name].number) == 3


@pytest.mark.parametrize("name", ["exp", "max", "sigmoid", "pi", "e", "E"])
def test_a_name_that_means_something_already_is_refused_or_means_the_quantity(name: str) -> None:
    text = f"inputs: {{{name}: 3}}\ngraph: {{f: 2*{name}}}\n"
    try:
        value = solved(text).trace["f"].number
    except SourceError as error:
        refused = error.complaints
    else:
        refused = ()
        assert as_fraction(value) == 6
    assert all(one.span for one in refused)


def test_names_that_differ_in_case_are_two_names() -> None:
    assert as_fraction(solved("inputs: {w: 2, W: 3}\ngraph: {f: w + 10*W}\n").trace["f"].number) == 32


def test_numbers_may_name_neurons() -> None:
    text = "inputs: {1: 2, 2: 3}\nlayers: [{neurons: [4], weights: [[w14 = 1, w24 = 10]]}]\n"
    assert as_fraction(solved(text).trace["net_4"].number) == 32


def test_the_shortest_file_has_names_of_its_own() -> None:
    text = "inputs: [1, 2]\ntargets: [1]\nlayers: [{weights: [[1, 2], [3, 4]], bias: [5, 6]}, {weights: [[1, 1]]}]\n"
    trace = solved(text + "loss: squared_error\nlearning_rate: 1\n").trace
    names = ["net_h1", "net_h2", "net_y1", "x1", "x2", "w1", "w6", "b2", "t_y1", "w6_new"]
    assert [as_fraction(trace[name].number) for name in names[:3]] == [10, 17, 27]
    assert all(trace[name] for name in names)


@pytest.mark.parametrize("before", ["\ufeff", "", "# a comment\n", "---\n", "%YAML 1.2\n---\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_byte_order_mark_and_line_ends_change_nothing(before: str, newline: str) -> None:
    text = (before + NETWORK).replace("\n", newline).encode()
    assert loaded(text).problem == loaded(NETWORK).problem


def test_places_count_from_after_the_byte_order_mark() -> None:
    (complaint,) = complaints("\ufefflayres: 3\r\n" + GRAPH.replace("\n", "\r\n"))
    assert complaint.span
    assert (complaint.span.line, complaint.span.column) == (1, 1)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("momentum", "0.9", 1),  # means an optimizer, and its number is none
        ("weight_decay", "0.1", 1),
        ("lr", "0.1", 1),  # is taken for it: so epochs have their rate
        ("lerning_rate", "abc", 2),  # a slip of the pen, and what stands there is wrong, too
    ],
)
def test_what_is_under_an_unknown_key_is_looked_at_where_it_is_sure_what_is_meant(
    key: str, value: str, said: int
) -> None:
    rate = "" if key in ("lr", "lerning_rate") else "learning_rate: 0.1\n"
    found = complaints(NETWORK_TO_TRAIN + rate + f"epochs: 2\n{key}: {value}\n")
    assert len(found) == said, found
    assert found[0].message == f"unknown key '{key}'"


NETWORK_TO_TRAIN = "inputs: [1]\ntargets: [0]\nlayers: [{weights: [[0.5]]}]\nloss: squared_error\n"


def test_complaints_in_the_line_of_an_unknown_key_are_told() -> None:
    found = complaints("inputs: {x: 1}\nlayers: [{neurons: [y], weights: [[1, 2]], bais: 0.3}]\nobjective: y\n")
    assert [one.message for one in found] == [
        "2 weights in this row, but 1 input of this layer (x)", "unknown key 'bais'",
    ]  # fmt: skip


def test_a_table_that_is_not_there_is_told_beside_an_unknown_key(tmp_path: Path) -> None:
    path = tmp_path / "problem.yaml"
    path.write_text("foo: 3\nsamples: none.csv\nlayers: [{neurons: [y], weights: [[1]]}]\nobjective: y\n", "utf-8")
    with pytest.raises(SourceError) as failure:
        load(str(path))
    assert [one.message for one in failure.value.complaints] == [
        "unknown key 'foo'", "no file called 'none.csv' beside the problem",
    ]  # fmt: skip


# ---- tables --------------------------------------------------------------------------------------------------

WITH_TABLE = "samples: points.csv\nlayers: [{neurons: [y], weights: [[2, 3]]}]\nloss: squared_error\n"


def with_table(folder: Path, table: str | bytes, problem: str = WITH_TABLE) -> Path:
    path = folder / "problem.yaml"
    path.write_text(problem, "utf-8")
    (folder / "points.csv").write_bytes(table.encode() if isinstance(table, str) else table)
    return path


@pytest.mark.parametrize(
    "table",
    ["a,b,y\n1,2,3\n0.5,1/2,1\n", "a, b, y\r\n1, 2, 3\r\n0.5, 1/2, 1\r\n\r\n", "\ufeffa,b,y\n1,2,3\n0.5,1/2,1"],
)
def test_a_table_is_the_samples(table: str, tmp_path: Path) -> None:
    trace = solution_of(load(str(with_table(tmp_path, table))), SolveOptions(detail=Detail.FULL)).trace
    assert as_fraction(trace["sample 1 / net_y"].number) == 2 * 1 + 3 * 2
    assert as_fraction(trace["sample 2 / net_y"].number) == Fraction(5, 2)
    assert as_fraction(trace["sample 2 / t_y"].number) == 1


@pytest.mark.parametrize("table", ["", "a,b,y\n", "x\n1\n", "\n\n", "a,a,y\n1,2,3\n"])
def test_a_table_that_cannot_be_used_is_refused(table: str, tmp_path: Path) -> None:
    run = backprop("solve", with_table(tmp_path, table))
    assert run.code == 2
    assert run.out == ""
    assert run.err.strip()


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raises TimeoutError when what is inside takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# ---- whatever is written -------------------------------------------------------------------------------------

TEXTS = [file.read_text("utf-8") for file in bundled().values()] + [NETWORK, GRAPH]
SPLINTERS = ["1e9", "x", "w1", "&a", "*a", "nan", "softmax", "samples:", "given:", "E", "∂", "\n", "  "]
SPLINTERS += list("[]{}:,-0='\"!|?^()#~%@>")


def damaged(random: Random) -> str:
    """A problem file in which some pieces are missing, doubled, swapped or replaced."""
    text = random.choice(TEXTS)
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(text))
        end = min(len(text), start + random.choice([1, 1, 2, 5, 20]))
        piece = random.choice([*SPLINTERS, "", text[start:end] * 2, random.choice(TEXTS)[start:end]])
        text = text[:start] + piece + text[random.choice([start, end]) :]
    return text


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 10**9))
def test_a_damaged_file_is_solved_or_refused_and_nothing_else(seed: int) -> None:
    text = damaged(Random(seed))
    with patience(10):
        try:
            outcome = [step.quantity.key for step in solved(text).trace.steps]
        except BackpropError as error:
            outcome = str(error).splitlines()
    assert outcome, text


@pytest.mark.parametrize(
    ("word", "meant"), [(word, meant) for word, meanings in synonyms.KEYS.items() for meant in meanings.split()]
)
def test_what_others_call_a_key_is_understood_in_the_suggestion(word: str, meant: str) -> None:
    of_the_file = meant in schema.ProblemFile.model_fields
    types = [
        name for name, one in LAYER_TYPES.items() if meant in one.file.model_fields
    ]  # dense first, where it is one
    layer = f"inputs: [1]\nlayers: [{{type: {types[0]}, {word}: 1}}]\n" if types else ""
    text = f"graph: {{f: 2*3}}\n{word}: 1\n" if of_the_file else layer
    with pytest.raises(SourceError, match=rf"unknown key '{word}'(.|\n)*did you mean '{meant}'"):
        loaded(text)


@pytest.mark.parametrize(
    ("table", "known", "aliases"),
    [
        (synonyms.LOSSES, LOSSES, LOSS_ALIASES),
        (synonyms.ACTIVATIONS, ACTIVATIONS, ACTIVATION_ALIASES),
        (synonyms.LAYERS, LAYER_TYPES, ()),
    ],
)
def test_a_synonym_means_something_that_there_is_and_hides_nothing(
    table: dict[str, str], known: set[str], aliases: set[str]
) -> None:
    assert set(table.values()) <= set(known)
    assert not set(table) & {*known, *aliases}


@pytest.mark.parametrize("word", synonyms.LAYERS)
def test_what_others_call_a_layer_is_understood_in_the_suggestion(word: str) -> None:
    with pytest.raises(SourceError, match=rf"no type of layer called '{word}'(.|\n)*'{synonyms.LAYERS[word]}'"):
        loaded(f"inputs: [1]\nlayers: [{{type: {word}}}]\n")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Mse", "mean_squared_error"),
        ("mean squared error", "mean_squared_error"),
        ("Cross-Entropy", "cross_entropy"),
        ("categorical cross-entropy", "cross_entropy"),
        ("binary cross entropy", "binary_cross_entropy"),
        ("sum of squared errors", "squared_error"),
        ("L1", "absolute_error"),
    ],
)
def test_a_loss_as_it_is_said_is_understood_in_the_suggestion(said: str, meant: str) -> None:
    with pytest.raises(SourceError, match=rf"no loss called '{said}'(.|\n)*did you mean '{meant}'"):
        loaded(f"inputs: [1]\ntargets: [1]\nlayers: [{{weights: [[1]]}}]\nloss: {said}\n")


def test_automatic_names_avoid_those_of_inputs_and_neurons() -> None:
    text = """\
inputs: {w1: 0.5, b: 2}
targets: {b1: 1}
layers:
  - {neurons: [w3, h], weights: [[0.3, 0.2], [0.1, 0.4]], bias: [0.1, 0.2]}
  - {neurons: [b1], weights: [[0.8, 0.7]], bias: [0.3]}
loss: half_squared_error
"""
    problem = loaded(text).problem
    assert list(problem.parameters) == ["w2", "w4", "w5", "w6", "b2", "b3", "w7", "w8", "b4"]


def test_a_value_that_nobody_could_write_down_is_refused_at_its_line() -> None:
    """2^(2^k) has 2^k binary digits."""
    gates = "".join(f"  q{k}: q{k - 1}*q{k - 1}\n" for k in range(1, 64))
    with pytest.raises(BackpropError, match=r"q\d+: the value is beyond"):
        solved(f"inputs: {{x: 2.5}}\ngraph:\n  q0: x*x\n{gates}objective: q63\n")


def test_units_whose_outputs_are_given_have_no_net_input_of_nothing() -> None:
    text = """\
given: {out_a: 0.25, out_b: 0.75}
targets: [1, 0]
layers: [{neurons: [a, b], activation: softmax}]
loss: cross_entropy
"""
    keys = [step.quantity.key for step in solved(text).trace.steps]
    assert not [key for key in keys if key.startswith("net_")]
    assert "delta_a" in keys


def test_names_that_are_made_avoid_those_that_stand_in_the_file() -> None:
    """Whatever an input is called, the neurons without names have other ones."""
    text = "inputs: {h1: 2, h2: 1, y1: 3}\ntargets: [1, 0]\nlayers: [{weights: [[1, 2, 3]]}, {weights: [[1], [2]]}]\n"
    layers = load_text(text + "loss: squared_error\n", "own.yaml").problem.layers
    units = [name for layer in layers for name in layer.units]
    assert len(set(units)) == 3
    assert not {"h1", "h2", "y1"} & set(units)
