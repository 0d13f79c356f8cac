"""The search for mistakes: what was done is found from the number alone, and what was not done is not said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, floor, log10, tanh

import pytest
from helpers import loaded

from backprop_cli.algebra.formula import Apply, Formula, Name, names_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.patterns import Patterns
from backprop_cli.checking.search import Candidate, Diagnosis, Search
from backprop_cli.checking.search.lines import Weighed
from backprop_cli.checking.search.masses import LEAST, MOST, fitted, usual, words
from backprop_cli.checking.search.meanings import Meaning
from backprop_cli.checking.search.sentences import WORDS, advice, said
from backprop_cli.checking.search.weigh import Explained, Fits, Scored, grain, weighed
from backprop_cli.checking.search.weigh import named as named_of
from backprop_cli.deriving.schedule import derive
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.model import Detail

NETWORK = """\
inputs: {x1: 0.63, x2: -1.38}
targets: {o1: 0.17, o2: 0.86}
layers:
  - neurons: [h1, h2]
    activation: sigmoid
    weights: [[w1 = 0.41, w2 = -0.23], [w3 = 1.17, w4 = 0.58]]
    bias: [b1 = 0.29, b2 = -0.37]
  - neurons: [o1, o2]
    activation: sigmoid
    weights: [[w5 = 0.77, w6 = -1.31], [w7 = 0.94, w8 = 0.52]]
    bias: [b3 = 0.19, b4 = 0.47]
loss: half_squared_error
learning_rate: 0.35
"""
RELU = NETWORK.replace("activation: sigmoid", "activation: relu", 1)
SOFTMAX = "activation: softmax".join(NETWORK.rsplit("activation: sigmoid", 1)).replace(
    "half_squared_error", "cross_entropy"
)
BATCH = NETWORK.replace(
    "inputs: {x1: 0.63, x2: -1.38}\ntargets: {o1: 0.17, o2: 0.86}",
    "samples:\n  - {inputs: {x1: 0.63, x2: -1.38}, targets: {o1: 0.17, o2: 0.86}}\n"
    "  - {inputs: {x1: 0.31, x2: 0.94}, targets: {o1: 0.73, o2: 0.22}}\nbatch: full",
)
ONLINE = BATCH.replace("batch: full", "batch: online")
ADAM = """\
gradients: {p: [0.43, -0.31], q: [0.17, 0.59]}
parameters: {p: 1.13, q: 0.71}
learning_rate: 0.05
optimizer: {name: adam, beta1: 0.83, beta2: 0.91, epsilon: 0.13}
penalty: {l2: 0.3}
clip: {value: 0.5}
"""
GRAPH = """\
inputs: {x: 1.37, y: 0.62, z: 2.41}
graph: {a: x*y, b: sin(a), c: z^3, d: c/x, e: exp(y), f: a + b*d + e, g: ln(z), k: f*g}
objective: k
"""
NORMALIZED = """\
inputs: {x: 1.3, y: 0.4, z: -0.7}
targets: {o: 1}
layers:
  - {neurons: [h1, h2, h3], weights: [[1.1, 0.2, 0.3], [-0.6, 0.5, 0.4], [0.7, -0.9, 0.8]]}
  - {type: layer_normalization, epsilon: 0.1}
  - {neurons: [o], weights: [[0.5, 1.2, -0.3]]}
loss: half_squared_error
learning_rate: 0.1
"""
NORMALIZED_BATCH = """\
samples:
  - {inputs: {x: 1.3, y: 0.4}, targets: {o: 1}}
  - {inputs: {x: -0.6, y: 0.9}, targets: {o: 0.3}}
  - {inputs: {x: 0.2, y: -1.7}, targets: {o: 0.7}}
layers:
  - {neurons: [h1, h2], weights: [[1.1, 0.2], [-0.6, 0.5]]}
  - {type: batch_normalization, epsilon: 0.1}
  - {neurons: [o], weights: [[0.5, 1.2]]}
loss: half_squared_error
learning_rate: 0.1
batch: full
"""
POOLED = """\
inputs: [0.3, 1.2, -0.7, 0.9]
targets: {o: 1}
layers:
  - {type: convolution, kernel: [0.4, -0.8], name: c}
  - {type: max_pooling, size: 3}
  - {neurons: [o], activation: tanh, weights: [[0.5]]}
loss: half_squared_error
learning_rate: 0.1
"""
DECAYING = """\
inputs: {x: 0.63}
targets: {y: 1.17}
layers: [{neurons: [y], weights: [[w = 0.41]]}]
loss: half_squared_error
learning_rate: 0.37
schedule: {name: exponential, factor: 0.83}
epochs: 3
"""
CELL = """\
inputs: {x: [0.63, -1.38]}
targets: [0.37]
layers:
  - type: lstm
    forget: {weights: [[wf = 0.71]], recurrent_weights: uf = 0.13, bias: bf = 0.17}
    input: {weights: [[wi = 0.93]], recurrent_weights: ui = 0.81, bias: bi = 0.67}
    candidate: {weights: [[wa = 0.43]], recurrent_weights: ua = 0.19, bias: ba = 0.23}
    output: {weights: [[wo = 0.59]], recurrent_weights: uo = 0.29, bias: bo = 0.11}
    returns: last
loss: half_squared_error
learning_rate: 0.1
"""
KERNEL = """\
inputs: [[1.1, 2.3, 0.7], [0.3, 1.7, 1.9], [2.9, 0.9, 1.3]]
targets: [[1, 3], [0.3, 0.7]]
layers:
  - {type: convolution, kernel: [[0.7, -1.1], [0.5, 0.3]], bias: b = 0.25, activation: tanh}
loss: half_squared_error
learning_rate: 0.2
"""
LOGARITHMS = """\
inputs: {s: 0.83, r: 1.31}
graph: {J: -ln(sigmoid(s)) - ln(sigmoid(-r))}
objective: J
"""
MASKED = """\
inputs: {x1: 0.63, x2: -1.38}
targets: {y: 0.17}
layers:
  - {neurons: [h1, h2], activation: tanh, weights: [[0.41, -0.23], [1.17, 0.58]], bias: [b1 = 0.29, b2 = -0.37]}
  - {type: dropout, mask: [1, 0], rate: 0.2}
  - {neurons: [y], weights: [[0.77, -1.31]], bias: b3 = 0.19}
loss: half_squared_error
learning_rate: 0.35
"""
MAXOUT = """\
inputs: {x1: 0.63, x2: -1.38}
targets: {y: 0.17}
layers:
  - {type: maxout, weights: [[[0.41, -0.23], [1.17, 0.58]]], bias: [[0.29, -0.37]]}
  - {neurons: [y], weights: [[0.77]], bias: b = 0.19}
loss: half_squared_error
learning_rate: 0.35
"""
DECAYED = """\
gradients: {p: [0.43, -0.31]}
parameters: {p: 1.13}
learning_rate: 0.07
optimizer: {name: momentum, mu: 0.77}
penalty: {l2: 0.3}
"""
SUMMED = BATCH + "reduce: sum\n"
WEIGHTED = BATCH.replace("o2: 0.22}}", "o2: 0.22}, weight: 2.7}")
MOMENTUM = NETWORK + "optimizer: {name: momentum, mu: 0.77}\nstate: {v_w5: 0.19}\n"
CUSTOM = NETWORK.replace("half_squared_error", "3*((out_o1 - t_o1)^2 + (out_o2 - t_o2)^2)")
PROBLEMS = (CUSTOM, NETWORK, RELU, SOFTMAX, BATCH, ONLINE, ADAM, GRAPH, NORMALIZED, DECAYING, MOMENTUM, CELL, KERNEL,
            DECAYED, SUMMED, WEIGHTED, NORMALIZED_BATCH)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """An answer: its value and half a unit of its last digit."""

    value: Rational
    half_unit: Rational


def written(value: float, figures: int = 6) -> Written:
    """A number with so many figures."""
    place = floor(log10(abs(value))) - figures + 1 if value else -figures
    unit = rational(10) ** place if place >= 0 else rational(1, 10**-place)
    return Written(round(value / 10.0**place) * unit, unit / 2)


@cache
def search(text: str) -> Search:
    """The search in a problem."""
    problem = loaded(text).problem
    derivation = derive(problem, Detail.FULL, then_forward=True)
    return Search(problem, derivation, Patterns.in_problem(problem, derivation))


@cache
def textbook(text: str) -> tuple[Quantity, ...]:
    """The lines that a textbook writes, without what is given."""
    lines = derive(loaded(text).problem, Detail.TEXTBOOK, then_forward=True).lines
    return tuple(line.quantity for line in lines if not line.given and line.quantity in search(text).derivation.index)


def values(text: str) -> Mapping[str, float]:
    """The right value of every quantity, by its key."""
    found = search(text)
    quantities = [*found.derivation.constants, *found.derivation.index]
    return {quantity.key: found.worlds.right.known(quantity)[0] for quantity in quantities}


def diagnoses(text: str, wrong: Mapping[str, float], figures: int = 6) -> Mapping[str, Diagnosis]:
    """What is said of a sheet that is right up to the first of the wrong lines, to six figures."""
    right = values(text)
    lines = list(textbook(text))
    by_key = {line.key: line for line in lines}
    answers = {line: written(wrong.get(line.key, right[line.key]), figures) for line in lines}
    last = max(lines.index(by_key[key]) for key in wrong)
    shown = {line: answer for line, answer in answers.items() if lines.index(line) <= last}
    found = search(text).diagnoses(shown, [by_key[key] for key in wrong])
    return {quantity.key: one for quantity, one in found.items()}


def named(text: str, key: str, value: float, figures: int = 6) -> Candidate:
    """The one mistake that is named for a line."""
    found = diagnoses(text, {key: value}, figures)[key]
    assert len(found.named) == 1, found
    return found.named[0]


V, R, S, B, W = values(NETWORK), values(RELU), values(SOFTMAX), values(BATCH), values(WEIGHTED)


def slope(a: float) -> float:
    return a * (1 - a)


BACK = V["delta_o1"] * 0.77 + V["delta_o2"] * 0.94  # what comes back to h1
PLANTED = {
    # forward
    "bias left out": (NETWORK, "net_h1", V["net_h1"] - 0.29),
    "bias with the wrong sign": (NETWORK, "net_h1", V["net_h1"] - 0.58),
    "term left out": (NETWORK, "net_h2", V["net_h2"] - 1.17 * 0.63),
    "neighbour's weight": (NETWORK, "net_h1", V["net_h1"] + (1.17 - 0.41) * 0.63),
    "matrix transposed": (NETWORK, "net_h1", 0.41 * 0.63 + 1.17 * -1.38 + 0.29),
    "neighbour's bias": (NETWORK, "net_h1", V["net_h1"] - 0.29 - 0.37),
    "net inputs sent on": (NETWORK, "net_o1", 0.77 * V["net_h1"] - 1.31 * V["net_h2"] + 0.19),
    "factors added": (NETWORK, "net_h1", V["net_h1"] - 0.41 * 0.63 + 0.41 + 0.63),
    "tanh for sigmoid": (NETWORK, "out_h1", tanh(V["net_h1"])),
    "e^x for e^(-x)": (NETWORK, "out_h1", 1 / (1 + exp(V["net_h1"]))),
    "not divided": (SOFTMAX, "out_o1", exp(S["net_o1"])),
    "half forgotten": (NETWORK, "E_o1", 2 * V["E_o1"]),
    "error not squared": (NETWORK, "E_o1", 0.5 * (0.17 - V["out_o1"])),
    "another target": (NETWORK, "E_o1", 0.5 * (0.86 - V["out_o1"]) ** 2),
    # δ
    "slope left out at the output": (NETWORK, "delta_o1", V["out_o1"] - 0.17),
    "target minus output": (NETWORK, "delta_o1", -V["delta_o1"]),
    "half the slope": (NETWORK, "delta_o1", (V["out_o1"] - 0.17) * (1 - V["out_o1"])),
    "tanh's slope": (NETWORK, "delta_o1", (V["out_o1"] - 0.17) * (1 - V["out_o1"] ** 2)),
    "slope left out in the hidden layer": (NETWORK, "delta_h1", BACK),
    "a path left out": (NETWORK, "delta_h1", V["delta_o1"] * 0.77 * slope(V["out_h1"])),
    "no weights": (NETWORK, "delta_h1", (V["delta_o1"] + V["delta_o2"]) * slope(V["out_h1"])),
    "weights transposed": (NETWORK, "delta_h2", (V["delta_o1"] * 0.94 + V["delta_o2"] * 0.52) * slope(V["out_h2"])),
    "another unit's slope": (NETWORK, "delta_h1", BACK * slope(V["out_h2"])),
    "slope twice": (NETWORK, "delta_h1", BACK * slope(V["out_h1"]) ** 2),
    "errors sent back": (NETWORK, "delta_h1", ((V["out_o1"] - 0.17) * 0.77 + (V["out_o2"] - 0.86) * 0.94)
                         * slope(V["out_h1"])),
    "value for the slope of ReLU": (RELU, "delta_h1", (R["delta_o1"] * 0.77 + R["delta_o2"] * 0.94) * R["out_h1"]),
    "slope after a softmax": (SOFTMAX, "delta_o1", S["delta_o1"] * slope(S["out_o1"])),
    # gradients and updates
    "sender left out": (NETWORK, "dE/dw1", V["delta_h1"]),
    "another sender": (NETWORK, "dE/dw5", V["delta_o1"] * V["out_h2"]),
    "the unit's own output": (NETWORK, "dE/dw5", V["delta_o1"] * V["out_o1"]),
    "weight for sender": (NETWORK, "dE/dw5", V["delta_o1"] * 0.77),
    "slope once more": (NETWORK, "dE/dw5", V["dE/dw5"] * slope(V["out_o1"])),
    "sum for mean": (BATCH, "dE/dw5", 2 * B["dE/dw5"]),
    "weights of samples left out": (WEIGHTED, "dE/dw5", (W["sample 1 / dE/dw5"] + W["sample 2 / dE/dw5"]) / 2),
    "weighted sum over the number": (WEIGHTED, "dE/dw5", W["dE/dw5"] * 3.7 / 2),
    "uphill": (NETWORK, "w5_new", 0.77 + 0.35 * V["dE/dw5"]),
    "rate left out": (NETWORK, "w5_new", 0.77 - V["dE/dw5"]),
    "rate times all": (NETWORK, "w5_new", 0.35 * (0.77 - V["dE/dw5"])),
    "another gradient": (NETWORK, "w5_new", 0.77 - 0.35 * V["dE/dw6"]),
    "only the step": (NETWORK, "w5_new", 0.35 * V["dE/dw5"]),
    "old weights after the update": (NETWORK, "after / net_h1", V["net_h1"]),
}  # fmt: skip


G, L, N, K, M = values(GRAPH), values(LOGARITHMS), values(NORMALIZED), values(MASKED), values(MAXOUT)
OF_LAYERS = {
    "both functions left out": (LOGARITHMS, "J", -L["s"] + L["r"]),
    "the mask beside": (MASKED, "out_d2", 1 / 0.8 * K["out_h2"]),
    "the bias of the layer before the mask": (MASKED, "net_y", K["net_y"] - 0.19 + 0.29),
    "the sum of the pieces": (MAXOUT, "net_y", 0.77 * (M["net_h1_1"] + M["net_h1_2"]) + 0.19),
    "no brackets before the division": (NORMALIZED, "xhat_h1", N["out_h1"] - N["mu"] / (N["var"] + 0.1) ** 0.5),
    "the error behind the normalization": (NORMALIZED, "dE/dw1", N["dE/dout_n1"] * 1.3),
    "the value for its slopes": (GRAPH, "dk/dx", (G["dk/da"] + G["dk/dd"]) * 1.37),
}


@pytest.mark.parametrize("what", OF_LAYERS)
def test_a_mistake_in_a_layer_is_among_what_is_named(what: str) -> None:
    text, key, value = OF_LAYERS[what]
    floats = search(text).worlds.right
    found = diagnoses(text, {key: value})[key].named
    assert value in [pytest.approx(floats(one.formula)[0], rel=1e-6) for one in found]


@pytest.mark.parametrize("what", PLANTED)
def test_a_mistake_is_named_alone_and_its_formula_gives_the_number(what: str) -> None:
    """The formula is evaluated with the right numbers: they are what the sheet has."""
    text, key, value = PLANTED[what]
    found = named(text, key, value)
    known = values(text)
    floats = search(text).worlds.right
    assert key in known
    assert floats(found.formula)[0] == pytest.approx(value, rel=1e-6)


def all_edits(text: str) -> list[tuple[Quantity, Weighed]]:
    """Every edit of every line of a problem."""
    shown = textbook(text)
    return [(line, one) for line in shown for one in search(text).lines.edits(line, shown)]


@cache
def edits_of_kind() -> Mapping[str, list[tuple[str, Quantity, Weighed]]]:
    """Every edit of the problems here, by its kind."""
    found: dict[str, list[tuple[str, Quantity, Weighed]]] = {}
    for text in PROBLEMS:
        for line, one in all_edits(text):
            found.setdefault(one.edit.kind, []).append((text, line, one))
    return found


def is_found(text: str, line: Quantity, one: Weighed) -> bool:
    """Whether an edit, planted in a right sheet, is what is named, and nothing else."""
    worlds = search(text).worlds
    means = search(text).meanings.of(one, line, [line])
    value = worlds.right(one.edit.formula)[0]
    right = worlds.right.known(line)[0]
    too_small = value != 0 and not 1e-9 < abs(value) < 1e9
    if means is None or too_small or abs(value - right) <= 1e-5 * abs(value):
        return False
    found = diagnoses(text, {line.key: value}, 8)[line.key]
    if len(found.named) != 1 or found.named[0].is_a_slip:
        return False
    return found.named[0].kind == one.edit.kind


# Kinds whose formulas other kinds, or the table, make as well in the problems here: they are there for what they say.
SAID_BETTER = {
    "power left out", "minus left out", "sign of all", "sign dropped", "not updated", "values before the update",
    "in each term", "counted", "one sample", "sum for mean", "slope of the layer above", "degrees", "net for output",
    "no weights", "new weights", "first values", "inputs of another sample", "targets of another sample",
    "another penalty", "pooling", "kernel transposed", "mean for sum", "mean of the terms", "slope at the output",
    "divided by count", "unweighted", "kernel rows reversed", "kernel columns reversed", "values for slopes",
}  # fmt: skip
SLIPS = {kind for kind in WORDS if kind.startswith("slip")}


@cache
def makers(text: str, line: Quantity) -> Mapping[Meaning, set[str]]:
    """By meaning: the kinds of edits that make it in a line, and `table` for a row of the table of mistakes."""
    found: dict[Meaning, set[str]] = {}
    for one in search(text).lines.edits(line, textbook(text)):
        means = search(text).meanings.of(one, line, [line])
        if means is not None:
            found.setdefault(means, set()).add("table" if one.pattern[0] else one.edit.kind)
    return found


@pytest.mark.parametrize("kind", sorted(set(WORDS) - SAID_BETTER - SLIPS))
def test_every_kind_has_a_sheet_that_only_it_explains(kind: str) -> None:
    """Without the edits of the kind nobody would make its formula: no other kind does, and no row of the table."""
    only = ((text, line, one) for text, line, one in edits_of_kind()[kind]
            if makers(text, line).get(search(text).meanings.of(one, line, [line]) or ()) == {kind})  # fmt: skip
    assert any(is_found(*case) for case in only)


@pytest.mark.parametrize("kind", sorted(SAID_BETTER - {"pooling"}))
def test_what_a_kind_says_better_is_said(kind: str) -> None:
    """It is what is named, or the table of mistakes has a name for it."""
    tried = edits_of_kind()[kind]
    alone = (one for text, line, one in tried if is_found(text, line, one))
    assert next(alone, None) is not None or any(is_named_by_the_table(*case) for case in tried[:40])


def is_named_by_the_table(text: str, line: Quantity, one: Weighed) -> bool:
    """Whether the table of mistakes has a name for an edit."""
    edits = search(text).lines.edits(line, textbook(text))
    meanings = {search(text).meanings.of(other, line, [line]) for other in edits if other.pattern[0]}
    return search(text).meanings.of(one, line, [line]) in meanings - {None}


def test_a_right_line_is_explained_by_nothing_that_changes_nothing() -> None:
    found = diagnoses(NETWORK, {"net_h1": V["net_h1"]})["net_h1"]
    assert all(one.is_a_slip for one in found.named)


def test_a_number_that_means_nothing_has_no_name() -> None:
    found = [diagnoses(NETWORK, {key: V[key] * 1.2357}, 4)[key] for key in ("net_h1", "delta_h1", "dE/dw5", "w5_new")]
    assert [one.named for one in found] == [()] * 4


def test_the_same_mistake_in_two_lines_is_one_key() -> None:
    wrong = {"delta_o1": V["out_o1"] - 0.17, "delta_o2": V["out_o2"] - 0.86}
    found = diagnoses(NETWORK, wrong, 3)
    assert [[one.key for one in found[key].named] for key in wrong] == [[found["delta_o1"].named[0].key]] * 2
    assert [one.key for one in found["delta_o1"].named[0].lines] == ["delta_o2"]


def test_two_mistakes_are_both_named() -> None:
    wrong = {"net_h1": V["net_h1"] - 0.29, "out_h2": tanh(V["net_h2"])}
    found = diagnoses(NETWORK, wrong)
    assert [len(found[key].named) for key in wrong] == [1, 1]
    assert found["net_h1"].named[0].key != found["out_h2"].named[0].key


def test_a_mistake_is_found_in_a_blank_line() -> None:
    quantity = next(line for line in textbook(NETWORK) if line.key == "w5_new")
    value = 0.77 - 0.35 * (V["out_o1"] - 0.17) * V["out_h1"]
    found = search(NETWORK).diagnoses({quantity: written(value, 8)}, [quantity])[quantity]
    assert [one.made_in.key for one in found.named] == ["delta_o1"]


def test_the_students_own_numbers_are_what_a_mistake_is_made_with() -> None:
    """out_o1 was 0.5 by mistake: the slope that was left out after it was 0.25."""
    lines = {line.key: line for line in textbook(NETWORK)}
    answers = {lines["out_o1"]: written(0.5), lines["delta_o1"]: written(0.33)}
    found = search(NETWORK).diagnoses(answers, [lines["delta_o1"]])[lines["delta_o1"]]
    assert found.named[0].pattern[0] == "no-derivative-output"


def test_a_name_is_only_a_perhaps_for_a_slip() -> None:
    right = V["net_h1"]
    found = diagnoses(NETWORK, {"net_h1": right + 0.05}, 6)["net_h1"]
    assert found.named == () or found.perhaps


def test_only_so_many_lines_are_searched_and_it_is_said_which() -> None:
    lines = textbook(BATCH)
    answers = {line: written(values(BATCH)[line.key] * 1.3) for line in lines}
    found = search(BATCH).diagnoses(answers, lines)
    assert {one.searched for one in found.values()} <= {True, False}
    assert len(found) == len(lines)


def spelled(formula: Formula) -> str:
    """The keys of the names in a formula."""
    keys = [name.symbol.key for name in names_in(formula) if isinstance(name.symbol, Quantity)]
    return " ".join(keys)


@pytest.mark.parametrize("kind", WORDS)
def test_every_kind_has_its_words_and_advice(kind: str) -> None:
    quantity = textbook(NETWORK)[0]
    candidate = Candidate(kind, (kind, "slope"), quantity, Name(quantity), 1.0, Name(quantity), Name(quantity))
    assert said(candidate, spelled)
    assert "{" not in said(candidate, spelled)
    assert advice(candidate)


def test_what_was_left_out_is_said_with_its_part() -> None:
    found = named(NETWORK, "dE/dw5", V["dE/dw5"] * slope(V["out_o1"]))
    assert "out_o1" in said(found, spelled)


@pytest.mark.parametrize("text", [NETWORK, SOFTMAX, CELL, KERNEL])
def test_brackets_are_left_out_only_where_there_are_some(text: str) -> None:
    """Of an edit that says so, the part in brackets is a sum or a product of the right formula that needs them."""
    parts = [one.edit.part for _, one in all_edits(text) if one.edit.kind == "brackets"]
    assert parts
    assert all(isinstance(part, Apply) and part.operation in ("sum", "product") for part in parts)


def test_only_losses_that_square_have_a_factor_two_in_their_slope() -> None:
    names = [{one.pattern[0] for line, one in all_edits(text) if line.key == "delta_o1"} for text in (NETWORK, SOFTMAX)]
    assert ["factor-two" in found for found in names] == [True, False]


def test_the_slope_of_the_own_loss_is_no_other_losss() -> None:
    """−t/p behind a softmax: the right loss, without the slope of the softmax."""
    found = named(SOFTMAX, "delta_o1", -0.17 / S["out_o1"])
    assert found.kind == "slope at the output"


def test_round_numbers_are_named_less_surely() -> None:
    """Where the right number and the answer are quarters, much more than one mistake gives each of them."""
    assert grain(1.25, 3.25, 0.0005) > 2 * grain(1.253, 3.25, 0.0005) == 2 * 0.0005
    assert grain(-3.25, 3.25, 0.0005) == 0.0005


def weighing(*ones: tuple[float, tuple[str, ...]]) -> list[Scored]:
    """What is named of explanations with these weights, by what each means on the problem; nothing else is likely."""
    shown = textbook(NETWORK)
    edits = search(NETWORK).lines.edits(shown[0], shown)
    explained = [
        Explained(shown[0], one, weight, 1, here=here) for one, (weight, here) in zip(edits, ones, strict=False)
    ]
    fits = Fits(explained, mass=0.0, share=0.0)
    return named_of(weighed({shown[0]: fits})[shown[0]], fits)[0]


def test_what_gives_the_same_whatever_the_weights_are_counts_together_and_is_named_by_the_likeliest() -> None:
    """δ and δ·x⁽¹⁾ where that x is 1 are one answer: the five that each say something else leave too much open."""
    apart = [(0.4, ("1",)), (0.19, ("2",)), (0.11, ("3",)), (0.11, ("4",)), (0.1, ("5",)), (0.09, ("6",))]
    assert weighing(*apart) == []
    alike = [(weight, ("1",) if number < 2 else ("3",) if number < 4 else here)
             for number, (weight, here) in enumerate(apart)]  # fmt: skip
    assert [one.explained.prior for one in weighing(*alike)] == [0.4, 0.19, 0.11]


def test_a_share_of_the_same_in_each_place_is_no_mistake_that_anybody_makes() -> None:
    """e^z/(e^z + e^z) gives ½, as much else does."""
    net = textbook(SOFTMAX)
    line = next(one for one in net if one.key == "out_o1")
    found = diagnoses(SOFTMAX, {"out_o1": 0.5})["out_o1"]
    same = [one for one in (*found.named, *found.others) if spelled(one.formula).split() == ["net_o1"] * 2]
    assert any(spelled(one.edit.formula) == "net_o2 net_o2" for one in search(SOFTMAX).lines.edits(line, net))
    assert same == []


def test_the_number_that_says_which_share_is_meant_is_no_number_of_the_formula() -> None:
    line = next(one for one in textbook(SOFTMAX) if one.key == "out_o2")
    edits = search(SOFTMAX).lines.edits(line, textbook(SOFTMAX))
    assert [one.edit.key for one in edits if one.edit.kind == "another number"] == []


# ---- how usual families of edits are -----------------------------------------------------------------------------


def test_every_fitted_factor_is_of_a_kind_of_lines_and_none_of_a_row_of_the_table_of_mistakes() -> None:
    """A factor of what is not there any more would be dead; rows of the table have masses of their own."""
    assert not any(family.startswith("pattern") for family in fitted().families)
    assert {name.rpartition(" | ")[2] for name in fitted().kinds} <= {kind.value for kind in Kind}
    assert all(
        0 < factor < 100 for part in (fitted().families, fitted().kinds, fitted().keys) for factor in part.values()
    )


def test_the_factors_of_families_are_of_families_that_edits_have() -> None:
    families = {one.edit.family for text in (*PROBLEMS, POOLED) for _line, one in all_edits(text)}
    assert len(fitted().families.keys() & families) > 0.8 * len(fitted().families)


def test_a_factor_is_that_of_the_family_of_its_lines_and_of_the_key() -> None:
    factors = fitted()
    family = next(one for one in factors.families if words(one, Kind.PATH.value) not in factors.kinds)
    name, of_lines = next(iter(factors.kinds.items()))
    key, of_a_key = next(iter(factors.keys.items()))
    other, _bar, kind = name.rpartition(" | ")
    assert usual(family, Kind.PATH, ("no such key",)) == held(factors.families[family])
    assert usual(other, Kind(kind), ()) == held(factors.families.get(other, 1.0) * of_lines)
    assert usual("no such family", Kind.NET, tuple(key.split(" | "))) == held(of_a_key)
    assert usual("no such family", Kind.NET, ()) == 1


def held(factor: float) -> float:
    """A factor that is not believed too much."""
    return min(max(factor, LEAST), MOST)


def test_a_right_number_that_was_cut_off_is_no_mistake() -> None:
    """0.098 of 0.0986 is 0.0986·(1 − 0.0986²), too, to three places."""
    cut = next(one.key for one in textbook(NETWORK) if V[one.key] > 0.1 and V[one.key] * 1000 % 1 > 0.5)
    found = diagnoses(NETWORK, {cut: floor(V[cut] * 1000) / 1000}, 3)[cut]
    assert (found.named, found.others) == ((), ())


# ---- changes that a line's own layer suggests --------------------------------------------------------------------

GATED = """\
inputs: {x: 1.37}
targets: {o: 0.4}
layers:
  - {neurons: [h], activation: swish, weights: [[0.83]]}
  - {neurons: [o], weights: [[0.71]]}
loss: half_squared_error
learning_rate: 0.1
"""
GROWTH = """\
inputs: {x: 0.53, v: 0.94}
graph: {g: exp(v/2)*x}
objective: g
"""
MAPS = """\
inputs: {x1: 0.53, x2: -1.21, x3: 0.94, x4: 0.37, x5: 1.61, x6: -0.87}
targets: {o: 0.4}
layers: [{neurons: [o], weights: [[0.83, -0.46, 1.17, 0.29, -0.64, 0.75]]}]
loss: half_squared_error
learning_rate: 0.1
"""
C, N, P = values(CELL), values(NORMALIZED), values(NORMALIZED_BATCH)
GATE = values(GATED)["net_h"]
BY_COLUMNS = zip((0.83, -0.46, 1.17, 0.29, -0.64, 0.75), (0.53, 0.94, 1.61, -1.21, 0.37, -0.87), strict=True)
OF_ITS_LAYER = {
    "tanh of the gate, not of the cell": (CELL, "out_h1", tanh(C["out_o1"]) * C["c1"], "another function"),
    "the gate of swish turned round": (GATED, "out_h", GATE * (1 - 1 / (1 + exp(-GATE))), "another function"),
    "the square of the variance": (NORMALIZED, "xhat_h2", (N["out_h2"] - N["mu"]) / (N["var"] + 0.1) ** 2,
                                   "standardized"),
    "over the units, not the samples": (NORMALIZED_BATCH, "mu_h1",
                                        (P["sample 1 / out_h1"] + P["sample 1 / out_h2"]) / 2, "over the other axis"),
    "squares less the mean": (NORMALIZED, "var", sum(N[f"out_h{k}"] ** 2 for k in (1, 2, 3)) / 3 - N["mu"],
                              "brackets"),
    "the bare name for a function": (GROWTH, "g", 0.94 * 0.53, "function left out"),
    "by columns, not by rows": (MAPS, "net_o", sum(w * x for w, x in BY_COLUMNS), "indices exchanged"),
}  # fmt: skip


@pytest.mark.parametrize("what", OF_ITS_LAYER)
def test_what_the_layer_of_a_line_suggests_is_named(what: str) -> None:
    """Its formula gives the number, worked out here, again."""
    text, key, value, kind = OF_ITS_LAYER[what]
    found = named(text, key, value)
    assert found.kind == kind
    assert search(text).worlds.right(found.formula)[0] == pytest.approx(value, rel=1e-6)
