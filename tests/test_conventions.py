"""Which answers depend on a convention: published numbers, hand computation, and the same problem written otherwise."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from helpers import as_fraction, backprop, loaded

from backprop_cli.deriving.conventions import CONVENTIONS
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.comparison import ConventionComparison, compare

F = Fraction

SHEET = """\
inputs: {x1: 1, x2: 2}
targets: {o1: 1, o2: 2}
layers:
  - neurons: [h1, h2]
    activation: relu
    weights: [[w1 = 0.5, w2 = -0.5], [w3 = 0.5, w4 = 0.25]]
    bias: b1 = 0.5
  - neurons: [o1, o2]
    weights: [[w5 = 1, w6 = 1], [w7 = -1, w8 = 2]]
loss: half_squared_error
learning_rate: 0.1
"""
BATCH = """\
samples: [{inputs: [1], targets: [2]}, {inputs: [3], targets: [4]}]
layers: [{weights: [[w = 0.5]], bias: b = 0.25}]
loss: squared_error
learning_rate: 0.1
batch: full
"""
ENTROPY = """\
inputs: [1, 2]
targets: y1
layers: [{weights: [[0.5, 0.25], [0.125, 1]], activation: softmax}]
loss: cross_entropy
learning_rate: 0.1
"""
MOMENTUM = "parameters: {p: 1}\ngradients: {p: [0.1, 0.2]}\nlearning_rate: 0.01\noptimizer: {name: momentum, mu: 0.9}\n"
PROBLEMS = {"sheet": SHEET, "batch": BATCH, "entropy": ENTROPY, "momentum": MOMENTUM}


def compared(text: str, *only: str) -> ConventionComparison:
    return compare(WorkedProblem.of(loaded(text)), only)


def changes(
    comparison: ConventionComparison, convention: str, instead: str | None = None
) -> dict[str, tuple[str, str]]:
    """What is another number under a variation: key -> (here, instead)."""
    names = [one.convention.name for one in comparison.variations]
    index = next(
        i for i, name in enumerate(names)
        if name == convention and instead in (None, comparison.variations[i].instead)
    )  # fmt: skip
    found = {}
    for answer in comparison.answers:
        if answer.differs(index):
            values = (answer.here, answer.under[index])
            found[answer.quantity.key] = tuple("" if one is None else one.decimal.text() for one in values)
    return found  # type: ignore[return-value]


def value(comparison: ConventionComparison, key: str, convention: str) -> Fraction:
    """An exact answer under a convention."""
    index = [one.convention.name for one in comparison.variations].index(convention)
    there = next(answer for answer in comparison.answers if answer.quantity.key == key).under[index]
    assert there is not None
    return as_fraction(there.number)


# ---- published and worked by hand ----------------------------------------------------------------------------


def test_updated_output_weights_give_the_error_that_mazur_printed() -> None:
    """He prints 0.291027924 after the update; with the old weights it is 0.291027774. His output weights agree."""
    found = changes(compare(WorkedProblem.of(load("mazur"))), "hidden_uses")
    assert found["after / E"] == ("0.291027774", "0.291027924")
    assert "w1_new" in found
    assert not {"w5_new", "w6_new", "w7_new", "w8_new", "delta_o1", "dE/dw5", "E"} & found.keys()


def test_the_sign_of_delta_changes_delta_and_nothing_else() -> None:
    comparison = compare(WorkedProblem.of(load("mazur")))
    found = changes(comparison, "delta")
    assert list(found) == ["delta_o1", "delta_o2", "delta_h1", "delta_h2"]
    assert found["delta_o1"] == ("0.138498562", "-0.138498562")


def test_without_the_half_everything_but_the_forward_pass_is_doubled() -> None:
    comparison = compared(SHEET)
    here = {answer.quantity.key: as_fraction(answer.here.number) for answer in comparison.answers if answer.here}
    for key in ("E", "delta_o1", "delta_h2", "dE/dw3", "dE/db1"):
        assert value(comparison, key, "half") == 2 * here[key]
        assert value(comparison, key, "outputs") == here[key] / 2  # the mean over two outputs
    assert value(comparison, "w3_new", "half") == F(1, 2) - 2 * (F(1, 2) - here["w3_new"])


@pytest.mark.parametrize(("slope", "delta", "w1"), [("1/2", F(-1, 4), F(21, 40)), ("1", F(-1, 2), F(11, 20))])
def test_a_relu_at_exactly_0_has_the_slope_that_is_chosen(slope: str, delta: Fraction, w1: Fraction) -> None:
    """net_h1 = 0.5 − 1 + 0.5 = 0, and Σδ·w = 0.5·1 + 1·(−1) = −0.5."""
    found = changes(compared(SHEET), "relu_at_zero", slope)
    assert {key: F(there) for key, (_here, there) in found.items() if key in ("delta_h1", "w1_new")} == {
        "delta_h1": delta,
        "w1_new": w1,
    }
    assert "w3_new" not in found


def test_it_is_said_whether_a_net_input_is_exactly_0() -> None:
    notes = [one.note for one in compared(SHEET).variations if one.convention.name == "relu_at_zero"]
    assert notes == ["the net input is exactly 0 at net_h1"] * 2
    other = compared(SHEET.replace("b1 = 0.5", "b1 = 0.25"))
    assert {one.note for one in other.variations if one.convention.name == "relu_at_zero"} == {
        "no ReLU has a net input of exactly 0 here"
    }
    assert not changes(other, "relu_at_zero")


def test_the_relu_of_a_graph_is_asked_too() -> None:
    """f = 3·ReLU(x) at 0: its slope in x is 3 times what ReLU's is said to be."""
    comparison = compared("inputs: {x: 0}\ngraph: {f: 3*relu(x)}\n")
    assert changes(comparison, "relu_at_zero", "1/2") == {"df/dx": ("0", "1.5")}
    assert [one.written for one in comparison.variations] == ["relu(x, 1/2)", "relu(x, 1)"]
    assert comparison.variations[0].note == "the net input is exactly 0 at f"


def test_separate_biases_are_as_if_the_file_listed_them() -> None:
    """Each has its own δ as gradient: 0.5 − 0.1·0 and 0.5 − 0.1·2.5, where the shared one has 0.5 − 0.1·2.5."""
    found = changes(compared(SHEET), "bias")
    assert found["b1_new"] == ("0.25", "")
    assert (found["b_h1_new"], found["b_h2_new"]) == (("", "0.5"), ("", "0.25"))
    separate = compared(SHEET.replace("bias: b1 = 0.5", "bias: [b_h1 = 0.5, b_h2 = 0.5]"))
    assert value(compared(SHEET), "after / E", "bias") == as_fraction(separate.trace["after / E"].number)


def test_biases_that_start_alike_can_be_shared_and_others_cannot() -> None:
    alike = compared(SHEET.replace("bias: b1 = 0.5", "bias: [c = 0.5, d = 0.5]"))
    assert value(alike, "c_new", "bias") == F(1, 4)
    unlike = compared(SHEET.replace("bias: b1 = 0.5", "bias: [c = 0.5, d = 0.25]"))
    reasons = {one.name: why for one, why in unlike.absent}
    assert reasons["bias"] == "the biases of a layer do not start from the same value"


def test_a_bias_written_as_a_threshold_changes_its_own_sign_only() -> None:
    found = changes(compared(SHEET), "threshold")
    assert found == {"dE/db1": ("2.5", "-2.5"), "b1_new": ("0.25", "-0.25")}


def test_a_batch_is_summed_averaged_or_taken_one_by_one() -> None:
    """Errors −1.25 and −2.25, gradients −2.5·1 and −4.5·3: mean −8, sum −16. Online: w = 0.75, b = 0.5,
    then an error of −1.25 again."""
    comparison = compared(BATCH)
    assert changes(comparison, "reduce")["dE/dw"] == ("-8", "-16")
    assert changes(comparison, "reduce")["w_new"] == ("1.3", "2.1")
    assert changes(comparison, "batch")["w_new"] == ("1.3", "1.5")


def test_momentum_takes_the_same_path_in_all_three_forms_and_calls_another_thing_v() -> None:
    comparison = compared(MOMENTUM)
    for index in (0, 1):
        assert [answer.quantity.key for answer in comparison.answers if answer.differs(index)] == ["v_p_new"]
    assert [answer.quantity.key for answer in comparison.same] == ["p_new"]


def test_bits_are_nats_over_ln_2() -> None:
    here, there = changes(compared(ENTROPY), "logarithm")["E"]
    assert float(there) == pytest.approx(float(here) / 0.6931471805599453, rel=1e-8)


# ---- laws ----------------------------------------------------------------------------------------------------

WRITTEN = [
    (name, index, one.convention.name)
    for name, text in PROBLEMS.items()
    for index, one in enumerate(compared(text).variations)
    if one.convention.name not in ("bias", "threshold")  # there the numbers of the file change too
]


@pytest.mark.parametrize(("name", "index", "convention"), WRITTEN)
def test_a_variation_is_the_file_with_the_line_that_it_names(name: str, index: int, convention: str) -> None:
    """What stands under `instead` is what the problem gives with that line in its file."""
    comparison = compared(PROBLEMS[name])
    key, _colon, setting = comparison.variations[index].written.partition(": ")
    lines = [line for line in PROBLEMS[name].splitlines() if not line.startswith(f"{key}:")]
    setting = f"{{name: {setting}, mu: 0.9}}" if key == "optimizer" else setting
    other = compared("\n".join([*lines, f"{key}: {setting}"]))
    for answer in comparison.answers:
        there = answer.under[index]
        mine = next((one.here for one in other.answers if one.quantity == answer.quantity), None)
        assert (there is None) == (mine is None)
        assert there is None or mine is None or there.decimal.text() == mine.decimal.text()


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_problem_can_be_compared(name: str) -> None:
    """Each convention is either varied or said to be absent, and every answer is changing or the same."""
    comparison = compare(WorkedProblem.of(load(name)))
    varied = {one.convention.name for one in comparison.variations} | {one.name for one, _why in comparison.absent}
    assert varied == {convention.name for convention in CONVENTIONS}
    assert len(comparison.changing) + len(comparison.same) == len(comparison.answers)


def test_every_convention_of_the_table_is_varied_in_a_test() -> None:
    varied = {one.convention.name for text in PROBLEMS.values() for one in compared(text).variations}
    assert varied == {convention.name for convention in CONVENTIONS}


def test_values_that_begin_alike_are_shown_with_the_digits_that_differ() -> None:
    """At four digits, 0.2910 and 0.2910; so both are shown with seven."""
    comparison = compare(WorkedProblem.of(load("mazur")), ["E"], digits=4)
    found = changes(comparison, "hidden_uses")["after / E"]
    assert found == ("0.2910278", "0.2910279")


# ---- the command ---------------------------------------------------------------------------------------------


def test_what_the_sheet_asks_for_is_what_is_compared() -> None:
    problem = load("conventions").problem
    assert {answer.quantity.key for answer in compare(WorkedProblem(problem)).answers} == {
        *map(str, problem.ask),
        "after / E",
    }


def test_only_chooses_what_is_compared() -> None:
    run = backprop("solve", "mazur", "--compare", "conventions", "--only", "w5_new", "--json")
    under = {one["convention"]: one for one in json.loads(run.out)["variations"]}
    assert under["hidden_uses"]["same"] == ["w5_new"]
    assert under["hidden_uses"]["changes"] == [
        {"quantity": "after / E", "here": "0.291027774", "instead": "0.291027924"}
    ]
    assert under["half"]["in_a_file"] == "loss: squared_error"


def test_the_page_says_why_a_convention_cannot_be_chosen() -> None:
    page = backprop("solve", "cs231n-gates", "--compare", "conventions").out
    assert re.search(r"sign of δ +there are no neurons, hence no δ", page)
    assert re.search(r"ReLU′ at 0 +there is no ReLU", page)


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_the_table_keeps_within_the_width(width: str) -> None:
    page = backprop("solve", "mazur", "--compare", "conventions", COLUMNS=width).out
    assert max(map(len, page.splitlines())) <= int(width)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--compare", "notations"], "--compare takes conventions, not 'notations'"),
        (["--compare", "conventions", "--only", "w5_neu"], "did you mean 'w5_new'?"),
    ],
)
def test_a_wrong_word_is_refused(arguments: list[str], message: str) -> None:
    run = backprop("solve", "mazur", *arguments)
    assert run.code == 2
    assert message in run.err


def test_a_file_gets_the_page_too(tmp_path: object) -> None:
    path = f"{tmp_path}/page.txt"
    assert backprop("solve", "mazur", "--compare", "conventions", "-o", path).code == 0
    with open(path, encoding="utf-8") as file:
        assert "Answers that change" in file.read()
