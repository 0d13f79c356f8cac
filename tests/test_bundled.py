"""The bundled problems: every one is a lesson that solves, and the numbers of the course are what they should be.

Expected values are worked out by hand where they are exact, printed by the source that the problem names, or computed
by an independent program in double precision.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from pathlib import Path

import pytest

from backprop_cli.algebra.quantities import Kind
from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.trace import Trace
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import Loaded, bundled, load, load_text
from backprop_cli.solving.solver import solve
from backprop_cli.training.perceptron_run import outcome_of
from backprop_cli.training.runs import train
from backprop_cli.training.trials import compared

SCHEMA = "# yaml-language-server: $schema=backprop.schema.json"
SOURCES = ("From ", "umbers are ", "are those of ", "is Michael Nielsen's", "The network is ")
NAMES = list(bundled())
COURSE = [
    "mini-step", "one-weight", "overshoot", "cs231n-gates", "sigmoid-circuit", "max-gate", "two-paths", "linear-2-2-1",
    "mazur", "mazur-biases", "six-neurons", "dead-relu", "vanishing", "exploding", "softmax", "softmax-network",
    "binary-cross-entropy", "han-kamber", "thresholds", "sequential-update", "online-two-samples", "xor-batch",
    "linear-regression", "momentum", "adam", "ten-thousand-epochs", "mini-batches", "schedule", "learning-rates",
    "starting-points", "perceptron-and", "perceptron-or", "softmax-squared", "conventions", "one-neuron", "watermelon",
    "on-the-slide", "squared-norm", "matrix-attention", "recurrent", "lstm", "gru", "embedding", "attention",
    "convolution-1d", "convolution-2d", "pooling", "small-cnn", "maxout", "residual", "batch-norm",
    "batch-norm-network", "layer-norm", "dropout", "transformer-block", "radial-basis", "instance-norm",
    "sequence-lengths", "skip-gram", "rosenbrock", "quadratic-bowl", "newton-steps",
    "policy-gradient", "early-stop", "amsgrad", "muon", "weight-decay", "forward-mode", "absolute-error",
    "gauss-newton", "damped-newton", "two-ways", "kernels-apart", "label-smoothing", "triplet", "vae",
]  # fmt: skip


@cache
def loaded(name: str) -> Loaded:
    """A bundled problem, read once."""
    return load(name)


@cache
def trace(name: str, detail: Detail | None = None) -> Trace:
    """Its solution with the forward pass after the update, solved once."""
    problem = loaded(name).problem
    return solve(derive(problem, detail, then_forward=True), problem.rounding, digits=12)


def decimals(name: str, *quantities: str) -> list[str]:
    """Quantities of the solution as they are written."""
    return [trace(name)[quantity].decimal.text() for quantity in quantities]


def comment(name: str) -> list[str]:
    """The comment lines at the top of a problem's file, without their sign."""
    lines = loaded(name).text.splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return [line.removeprefix("#").strip() for line in lines[:end]]


# ---- every problem -------------------------------------------------------------------------------------------


def test_the_course_has_its_order() -> None:
    """The files are numbered, each number once, in the order in which they are to be read."""
    assert NAMES == COURSE
    numbers = [Path(str(file)).name[:3] for file in bundled().values()]
    assert all(number[:2].isdigit() and number[2] == "-" for number in numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_problem_is_solved_by_its_bare_name(name: str) -> None:
    """`backprop solve NAME` finds a solution with at least one line and no line without a value."""
    steps = trace(name).steps
    assert steps
    assert all(step.value.decimal.text() for step in steps)


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_problem_is_solved_in_full_detail(name: str) -> None:
    """Every chain-rule factor of a lesson can be asked for."""
    assert len(trace(name, Detail.FULL).steps) >= len(trace(name).steps)


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_problem_points_to_the_schema(name: str) -> None:
    """Its first line tells an author how to get completion in the editor."""
    assert loaded(name).text.splitlines()[0] == SCHEMA


@pytest.mark.parametrize("name", NAMES)
def test_a_bundled_problem_says_what_it_teaches_and_where_its_numbers_come_from(name: str) -> None:
    """Three to six lines of comment, the source among them, and a title."""
    lines = [line for line in comment(name)[1:] if line]
    text = " ".join(lines)
    assert 3 <= len(lines) <= 6
    assert any(words in text for words in SOURCES)
    assert loaded(name).problem.title


# ---- steps of gradient descent -------------------------------------------------------------------------------


def test_the_mini_step_goes_from_four_tenths_to_seven() -> None:
    """0.4 − 0.5·(−0.6) = 0.7, exactly."""
    assert trace("mini-step")["w_new"].exact == rational(7, 10)


def test_one_weight_goes_half_of_the_way_in_each_epoch() -> None:
    """0 → 0.5 → 0.75, while the error falls from 1/2 to 1/8 to 1/32."""
    one = trace("one-weight")
    weights = [one[key].exact for key in ("w", "epoch 1 / w_new", "epoch 2 / w_new")]
    errors = [one[key].exact for key in ("epoch 1 / E", "epoch 2 / E", "after / E")]
    assert weights == [0, rational(1, 2), rational(3, 4)]
    assert errors == [rational(1, 2), rational(1, 8), rational(1, 32)]


def test_a_step_that_is_too_large_makes_the_error_grow() -> None:
    """w goes 1 → 33 → −191 around 5, and the error 64 → 3136 → 153664."""
    assert decimals("overshoot", "epoch 1 / w_new", "epoch 2 / w_new") == ["33", "-191"]
    assert decimals("overshoot", "epoch 1 / E", "epoch 2 / E", "after / E") == ["64", "3136", "153664"]


# ---- graphs --------------------------------------------------------------------------------------------------


def test_two_gates() -> None:
    """(−2 + 5)·(−4) = −12, with gradients −4, −4 and 3."""
    keys = ("q", "f", "df/dq", "df/dx", "df/dy", "df/dz")
    assert decimals("cs231n-gates", *keys) == ["3", "-12", "-4", "-4", "-4", "3"]


def test_the_squared_norm_is_that_of_the_lecture() -> None:
    """q = (0.22, 0.26), f = 0.116; ∂f/∂W = 2·q·xᵀ and ∂f/∂x = 2·Wᵀ·q."""
    assert decimals("squared-norm", "q1", "q2", "f", "df/dq1", "df/dq2") == ["0.22", "0.26", "0.116", "0.44", "0.52"]
    assert decimals("squared-norm", *(f"df/dW{place}" for place in ("1_1", "1_2", "2_1", "2_2"))) == [
        "0.088", "0.176", "0.104", "0.208",
    ]  # fmt: skip
    assert decimals("squared-norm", "df/dx1", "df/dx2") == ["-0.112", "0.636"]


def test_matrix_attention_is_the_layer_of_attention() -> None:
    """The same numbers, by other names: A is α, O what is put out, S the scores."""
    pairs = {
        "A1_1": "alpha11", "A2_1": "alpha21", "O2_2": "out_yb2", "L": "E", "dL/dS1_1": "dE/ds11",
        "dL/dWV1_1": "dE/dwv1", "dL/dWQ2_1": "dE/dwq3", "WV1_2_new": "wv2_new",
    }  # fmt: skip
    assert decimals("matrix-attention", *pairs) == decimals("attention", *pairs.values())


def test_a_step_of_skip_gram_moves_the_vectors_by_sigma() -> None:
    """∂J/∂s = σ(s) − 1 and ∂J/∂r = σ(r) = 1 − σ(−r), so that v goes towards u and away from the rows of N."""
    assert decimals("skip-gram", "s", "r1", "r2", "dJ/ds") == ["-0.5", "-0.6", "1.1", "-0.622459331202"]
    assert decimals("skip-gram", "dJ/dr1", "dJ/dr2") == ["0.354343693774", "0.750260105595"]


def test_the_sigmoid_circuit_agrees_with_the_slope_of_the_sigmoid() -> None:
    """f = σ(1), and ∂f/∂w2 = f(1 − f); every other gradient is a multiple of it."""
    assert decimals("sigmoid-circuit", "f", "df/dw2") == ["0.731058578630", "0.196611933241"]
    assert decimals("sigmoid-circuit", "df/dw0", "df/dw1") == ["-0.196611933241", "-0.393223866483"]
    assert decimals("sigmoid-circuit", "df/dx0", "df/dx1") == ["0.393223866483", "-0.589835799724"]


def test_the_sigmoid_circuit_has_eight_gates() -> None:
    """Two products, two sums, a minus sign, an exponential, a sum and a quotient, in the order of evaluation."""
    steps = trace("sigmoid-circuit").steps
    values = [step.value.decimal.text() for step in steps if step.quantity.kind is Kind.NODE and not step.quantity.at]
    assert values == ["-2", "6", "4", "1", "-1", "0.367879441171", "1.36787944117", "0.731058578630"]


def test_a_max_gate_gives_everything_to_the_larger_input() -> None:
    """The gradients of x, y, z, w are −8, 6, 2, 0."""
    assert decimals("max-gate", "f", "df/dx", "df/dy", "df/dz", "df/dw") == ["-20", "-8", "6", "2", "0"]


def test_two_paths_are_added() -> None:
    """∂e/∂b = 2·1 + 3·1 = 5."""
    assert decimals("two-paths", "e", "de/dc", "de/dd", "de/da", "de/db") == ["6", "2", "3", "2", "5"]


# ---- networks ------------------------------------------------------------------------------------------------


def test_a_linear_network_stays_exact() -> None:
    """Weights after one step are finite decimals, also after the second forward pass."""
    keys = [f"w{n}_new" for n in range(1, 7)]
    assert decimals("linear-2-2-1", *keys) == ["0.121326", "0.226989", "0.132135", "0.0982025", "0.1743825", "0.169416"]
    assert trace("linear-2-2-1")["after / out_out"].exact == rational(2557457808075, 10**13)


def test_the_2_2_2_network() -> None:
    """Errors and new weights of the best-known worked example, and the right error after the update."""
    assert decimals("mazur", "E", "after / E") == ["0.298371108760", "0.291027773694"]
    assert decimals("mazur", "w1_new", "w5_new") == ["0.149780716133", "0.358916479718"]
    assert not {"b1_new", "b2_new"} & {step.quantity.key for step in trace("mazur").steps}


def test_a_shared_bias_collects_the_deltas_of_its_layer() -> None:
    """∂E/∂b2 = δ_o1 + δ_o2; the weights change as if the biases were fixed, and the error falls further."""
    assert decimals("mazur-biases", "dE/db1", "dE/db2") == ["0.0187256093947", "0.100400325112"]
    assert decimals("mazur-biases", "b1_new", "b2_new", "after / E") == [
        "0.340637195303", "0.549799837444", "0.285750886699",
    ]  # fmt: skip
    weights = [f"w{n}_new" for n in range(1, 9)]
    assert decimals("mazur-biases", *weights) == decimals("mazur", *weights)


def test_one_linear_neuron_has_the_error_times_its_inputs_for_gradients() -> None:
    """net = 0.5·1 − 0.25·2 + 0.75 = 0.75, so the error is −0.25."""
    assert decimals("one-neuron", "out_y", "dE/dw1", "dE/dw2", "dE/db") == ["0.75", "-0.25", "-0.5", "-0.25"]
    assert decimals("one-neuron", "w1_new", "w2_new", "b_new") == ["0.525", "-0.2", "0.775"]


def test_six_neurons() -> None:
    """The first hidden neuron puts out exactly ½, and both errors travel back through two layers."""
    assert trace("six-neurons")["out_a1"].exact == rational(1, 2)
    assert decimals("six-neurons", "E", "delta_h1", "delta_a1", "w1_new", "w12_new", "after / E") == [
        "0.298083291805", "-0.0206345459330", "-0.00195586627169", "0.200977933136", "0.752855373102", "0.272411865255",
    ]  # fmt: skip


def test_a_dead_unit_learns_nothing() -> None:
    """All three weights at the dead neuron keep their values; the others move."""
    assert decimals("dead-relu", "delta_h1", "dE/dw1", "dE/dw2", "dE/dw5") == ["0"] * 4
    assert decimals("dead-relu", *(f"w{n}_new" for n in range(1, 7))) == ["0.5", "-1", "0.346", "0.292", "1", "1.0322"]


def test_a_gradient_vanishes_by_a_quarter_in_each_layer() -> None:
    """−1/8, −1/32, −1/128, −1/512."""
    deltas = [trace("vanishing")[f"delta_{neuron}"].exact for neuron in ("y", "h3", "h2", "h1")]
    assert deltas == [rational(-1, 8), rational(-1, 32), rational(-1, 128), rational(-1, 512)]


def test_a_gradient_explodes_by_25_in_each_layer() -> None:
    """Weights of 100 times slopes of ¼."""
    deltas = [trace("exploding")[f"delta_{neuron}"].exact for neuron in ("y", "h3", "h2", "h1")]
    assert deltas == [rational(-1, 8), rational(-25, 8), rational(-625, 8), rational(-15625, 8)]
    assert decimals("exploding", "w1_new") == ["588.28125"]


def test_softmax_with_cross_entropy_collapses() -> None:
    """δ = p − t, in the short way and through all nine slopes of the softmax."""
    deltas = ["-0.334759044225", "0.244728471055", "0.0900305731704"]
    keys = [f"delta_p{n}" for n in (1, 2, 3)]
    assert decimals("softmax", "E", *keys) == ["0.407605964444", *deltas]
    assert [trace("softmax", Detail.FULL)[key].decimal.text() for key in keys] == deltas


def test_a_softmax_with_the_squared_error_hardly_learns_from_being_wrong() -> None:
    """δ = 2·(p1 − t1)·p1·p2 = 2p²(1 − p) with p = σ(4): both errors go through both slopes, and agree."""
    assert decimals("softmax-squared", "E", "delta_p1", "delta_p2") == [
        "0.964351083825", "0.0346900421417", "-0.0346900421417",
    ]  # fmt: skip


def test_a_classifier_collects_a_path_from_each_class() -> None:
    """δ_h1 = p1 + ½(p2 − 1) − p3."""
    assert decimals("softmax-network", "E", "delta_c2", "delta_h1", "delta_h2") == [
        "0.680269670642", "-0.493519608944", "-0.367631966965", "0.0277103008797",
    ]  # fmt: skip
    assert decimals("softmax-network", "w2_new", "w10_new", "after / E") == [
        "0.323526393393", "1.46928041143", "0.512970951495",
    ]  # fmt: skip


def test_binary_cross_entropy_starts_from_ln_2() -> None:
    """p = ½, so δ = −½ exactly, and the new parameters are exact though the loss is not."""
    assert decimals("binary-cross-entropy", "E", "delta_p") == ["0.693147180560", "-0.5"]
    assert decimals("binary-cross-entropy", "w1_new", "w2_new", "b_new") == ["0.9", "1.3", "0.7"]


# ---- conventions ---------------------------------------------------------------------------------------------


def test_a_textbook_s_own_rounding() -> None:
    """Tables 9.2 to 9.4 of Han, Kamber and Pei, digit for digit."""
    table = {
        "net_4": "-0.7", "net_5": "0.1", "net_6": "-0.105", "out_4": "0.332", "out_5": "0.525", "out_6": "0.474",
        "delta_6": "0.1311", "delta_5": "-0.0065", "delta_4": "-0.0087", "w46_new": "-0.261", "w56_new": "-0.138",
        "w14_new": "0.192", "w15_new": "-0.306", "w24_new": "0.4", "w25_new": "0.1", "w34_new": "-0.508",
        "w35_new": "0.194", "theta6_new": "0.218", "theta5_new": "0.194", "theta4_new": "-0.408",
    }  # fmt: skip
    assert dict(zip(table, decimals("han-kamber", *table), strict=True)) == table


def test_thresholds_move_against_their_deltas() -> None:
    """θ_new = θ − η·δ where δ = −∂E/∂net: to four decimals, the numbers of the book."""
    assert decimals("thresholds", "theta3_new", "theta4_new", "theta5_new") == [
        "0.796188052200", "-0.0985288179209", "0.312738285378",
    ]  # fmt: skip


def test_hidden_deltas_with_output_weights_already_updated() -> None:
    """−0.0406·0.272392·0.68·0.32 is −0.0024 to four decimals; with the old weight, 0.3, it would be −0.0027."""
    assert decimals("sequential-update", "w5_new", "delta_h1", "w1_new", "w4_new") == [
        "0.272392", "-0.0024", "0.09916", "0.5928",
    ]  # fmt: skip


def test_the_sheet_of_several_conventions_is_exact() -> None:
    """δ_h1 is 0, because its net input is, and b1 has the gradient 0 + 2.5."""
    assert decimals("conventions", "net_h1", "E", "delta_h1", "delta_h2", "w3_new", "b1_new", "after / E") == [
        "0", "0.625", "0", "2.5", "0.25", "0.25", "2.5",
    ]  # fmt: skip


# ---- several samples -----------------------------------------------------------------------------------------


def test_the_second_sample_works_with_the_parameters_of_the_first() -> None:
    """Final parameters of two online updates."""
    assert decimals("online-two-samples", "sample 2 / w46_new", "sample 2 / theta6_new", "sample 2 / w24_new") == [
        "-0.199627348140", "0.330154328142", "0.392751851010",
    ]  # fmt: skip


def test_a_batch_is_averaged_into_one_update() -> None:
    """Exclusive or: the mean loss falls, and for the input 0, 0 the hidden weights have no gradient."""
    assert decimals("xor-batch", "E", "dE/dw1", "w1_new", "b3_new", "after / E") == [
        "0.126288380907", "-0.0116243044172", "1.02324860883", "-1.96228057908", "0.124213423085",
    ]  # fmt: skip
    assert decimals("xor-batch", *(f"sample 1 / dE/dw{n}" for n in (1, 2, 3, 4))) == ["0"] * 4


def test_linear_regression_reads_its_table_and_stays_exact() -> None:
    """Mean gradients −17.75 and −6 from the CSV file, and the loss 21.25 → 0.80109375 → 0.244462109375."""
    assert decimals("linear-regression", "epoch 1 / dE/dw", "epoch 1 / dE/db") == ["-17.75", "-6"]
    assert decimals("linear-regression", "epoch 2 / w_new", "epoch 2 / b_new") == ["2.06875", "0.69625"]
    assert decimals("linear-regression", "epoch 1 / E", "epoch 2 / E", "after / E") == [
        "21.25", "0.80109375", "0.244462109375",
    ]  # fmt: skip


# ---- layers over a sequence ----------------------------------------------------------------------------------


def test_backpropagation_through_time_sums_over_the_steps() -> None:
    """The published states of the unit, δ = p − t in each step, and w's gradient as the sum of three shares."""
    assert decimals("recurrent", "out_h1", "out_h2", "out_h3") == ["0.664036770268", "0.811708920012", "0.835431641090"]
    assert decimals("recurrent", "E", "delta_ya1", "delta_yb2", "delta_h1") == [
        "2.21082743949", "-0.209478202740", "-0.835265952509", "-0.0794860740603",
    ]  # fmt: skip
    assert decimals("recurrent", "dE/dw", "dE/du", "w_new", "after / E") == [
        "0.378432336765", "0.289951919244", "0.610783831618", "1.99692516306",
    ]  # fmt: skip


def test_an_lstm_unit_learns_in_all_its_gates() -> None:
    """States, δ of the second step, and new weights: to five digits those of the article."""
    assert decimals("lstm", "c1", "out_h1", "c2", "out_h2") == [
        "0.785726148437", "0.536313397882", "1.51763309767", "0.771981105759",
    ]  # fmt: skip
    rounded = [f"{float(text):.5f}" for text in decimals("lstm", "delta_g2", "delta_i2", "delta_f2", "delta_o2")]
    assert rounded == ["-0.01938", "-0.00112", "-0.00631", "-0.05538"]
    rounded = [f"{float(text):.5f}" for text in decimals("lstm", "wa1_new", "wa2_new", "wf2_new", "uo_new", "ba_new")]
    assert rounded == ["0.45267", "0.25922", "0.45189", "0.25297", "0.20364"]


def test_a_gated_unit_keeps_a_part_of_its_state() -> None:
    """h1 = z·½ + (1 − z)·n with z = σ(½): PyTorch's GRU on the same numbers."""
    assert decimals("gru", "out_h1", "out_h2", "dE/dwn", "dE/dun", "wz_new") == [
        "0.620664122963", "0.614653119483", "0.0809609452562", "0.0392806290762", "-0.997217157105",
    ]  # fmt: skip


def test_only_the_rows_that_were_picked_learn() -> None:
    """∂E/∂the_1 = −2.25·1 − 2.25·½ from its two places; sat keeps its numbers."""
    assert decimals("embedding", "dE/dthe_1", "dE/dcat_2", "the_1_new", "sat_1_new", "sat_2_new") == [
        "-3.375", "-4.5", "0.8375", "-0.5", "2",
    ]  # fmt: skip


def test_a_query_at_right_angles_to_the_keys_mixes_the_values_equally() -> None:
    """α = σ(2√2) for the first query, ½ for the second."""
    assert decimals("attention", "alpha11", "alpha21", "out_ya2", "out_yb2") == ["0.944192780793", "0.5", "0.5", "1"]
    assert decimals("attention", "E", "dE/ds11", "dE/dqa1", "dE/dwv1") == [
        "1.02117167587", "0.0906823611787", "0.128244225047", "-0.302692773492",
    ]  # fmt: skip


# ---- training ------------------------------------------------------------------------------------------------


def test_mini_batches_are_made_in_the_order_stated() -> None:
    """By hand: samples 2 and 4 with w = b = 0 have the mean gradients −(2·5 + 4·9)/2 = −23 and −(5 + 9)/2 = −7."""
    assert decimals("mini-batches", "epoch 1 / batch 1 / dE/dw", "epoch 1 / batch 1 / dE/db") == ["-23", "-7"]
    assert decimals("mini-batches", "epoch 1 / batch 1 / w_new", "epoch 1 / batch 1 / b_new") == ["2.3", "0.7"]
    assert decimals("mini-batches", "epoch 1 / batch 2 / dE/dw", "epoch 2 / sample 3 / net_y") == ["0.9", "7.3"]


def test_a_schedule_halves_the_rate_every_two_epochs() -> None:
    """The distance to 4 is multiplied by 1 − 4η: −0.6, −0.6, 0.2, 0.2."""
    assert decimals("schedule", *(f"epoch {n} / eta" for n in (1, 2, 3, 4))) == ["0.4", "0.4", "0.2", "0.2"]
    assert decimals("schedule", *(f"epoch {n} / w_new" for n in (1, 2, 3, 4))) == ["5.8", "2.92", "3.784", "3.9568"]


def test_four_learning_rates_do_four_things() -> None:
    found = compared(loaded("learning-rates").problem, 9)
    assert found is not None
    assert [trial.verdict.word.value for trial in found.trials if trial.verdict] == [
        "too small", "converges", "oscillates", "diverges",
    ]  # fmt: skip
    assert found.quadratic is not None
    assert (found.quadratic.fastest, found.quadratic.bound) == (rational(1, 8), rational(1, 4))


def test_two_of_three_starting_points_end_in_the_shallower_valley() -> None:
    found = compared(loaded("starting-points").problem, 6)
    assert found is not None
    ends = [trial.run.reports[-1] for trial in found.trials]
    assert [end.place.text() for end in ends if end.place] == ["-1.03558", "0.960150", "0.960150"]
    assert [end.loss.text() for end in ends] == ["-0.305428", "0.294146", "0.294146"]


def test_the_perceptron_rule_learns_and_in_one_correction_and_or_in_two() -> None:
    for name, corrections, weights in (("perceptron-and", 1, ["0.7", "0.6"]), ("perceptron-or", 2, ["1.1", "1.1"])):
        outcome = outcome_of(loaded(name).problem, solve(derive(loaded(name).problem)))
        assert outcome.clean
        assert outcome.corrections == corrections
        assert [outcome.rows[-1].parameters[one].decimal.text() for one in ("w1", "w2")] == weights


# ---- layers of grids -----------------------------------------------------------------------------------------


def test_a_kernel_collects_the_places_it_slides_over() -> None:
    """4 = −1·1 + 1·3 + 1·2, −1 = −1·3 + 1·2 + 1·0 and −1 = −1·2 + 1·0 + 1·1."""
    assert decimals("convolution-1d", "dE/dk1", "dE/dk2", "dE/dk3", "dE/db") == ["4", "-1", "-1", "1"]
    assert decimals("convolution-1d", "k1_new", "k2_new", "k3_new", "b_new") == ["0.1", "0.1", "-0.4", "0.4"]


def test_a_place_with_its_relu_off_has_no_part_in_the_gradient() -> None:
    """∂E/∂k1_1 = ¼·2 + ¼·0 − ¼·1, without the first place."""
    assert decimals("convolution-2d", "delta_y1_1", "delta_y1_2", "delta_y2_1", "delta_y2_2") == [
        "0", "0.25", "0.25", "-0.25",
    ]  # fmt: skip
    assert decimals("convolution-2d", "dE/dk1_1", "dE/dk1_2", "dE/dk2_1", "dE/dk2_2") == ["0.25", "0", "0.75", "0"]


def test_the_mean_shares_and_the_max_gives_all_to_the_winner() -> None:
    """−1 is halved by the mean, and each half goes to one of two places."""
    keys = [f"delta_c1_{n}" for n in (1, 2, 3, 4)]
    assert decimals("pooling", "dE/dout_q1", "dE/dout_p1_1", *keys) == ["-1", "-0.5", "0", "-0.5", "-0.5", "0"]
    assert decimals("pooling", "k1_1_new", "k1_2_new", "w1_new") == ["1.1", "-1.05", "1.15"]


def test_a_kernel_of_a_small_network_learns_from_the_place_that_won() -> None:
    """δ of kernel 1 is −σ(−1)·(½ + ½) at row 2, column 1 alone, so ∂E/∂k is this times the pixels there."""
    assert decimals("small-cnn", "out_p1_1_1", "out_p2_1_1", "out_upright") == ["2", "2", "0.731058578630"]
    keys = [f"delta_c1_{row}_{column}" for row in (1, 2) for column in (1, 2)]
    assert decimals("small-cnn", *keys) == ["0", "0", "-0.268941421370", "0"]
    assert decimals("small-cnn", "dE/dk1_1_3", "dE/dk1_3_3", "dE/dk1_1_1") == [
        "-0.268941421370",
        "-0.537882842740",
        "0",
    ]


def test_only_the_winning_piece_of_a_maxout_unit_learns() -> None:
    """|1 − 3| is −(1 − 3), so the second piece of h1 wins; the other one keeps its weights."""
    assert decimals("maxout", "out_h1", "out_h2", "out_y") == ["2", "4.5", "2.225"]
    assert decimals("maxout", "delta_h1_1", "delta_h1_2", "delta_h2_1", "delta_h2_2") == ["0", "0.6125", "0.30625", "0"]


def test_the_skip_connection_brings_the_gradient_back_undiminished() -> None:
    """δ_h1_1 = −0.3075·0.4 + 0.230625·0.5 − 0.5125, where the last is δ_r1 itself."""
    assert decimals("residual", "delta_r1", "delta_h1_1", "delta_h1_2") == ["-0.5125", "-0.5201875", "0.035875"]
    assert decimals("residual", "E", "w1_new") == ["0.131328125", "0.55201875"]


# ---- layers of other kinds -----------------------------------------------------------------------------------


def test_batch_normalization_of_four_samples() -> None:
    """σ = 5; with Σ∂E/∂x̂ = 1.2 and Σ∂E/∂x̂·x̂ = 0.72, ∂E/∂x = (∂E/∂x̂ − 0.3 − 0.18·x̂)/5."""
    forward = ["mu_x", "var_x", "sample 1 / xhat_x", "sample 4 / out_y"]
    assert decimals("batch-norm", *forward) == ["10", "25", "-1.4", "3.8"]
    backward = ["dE/dvar_x", "dE/dmu_x", "dE/dgamma", "dE/dbeta"]
    assert decimals("batch-norm", *backward) == ["-0.0144", "-0.24", "0.36", "0.6"]
    keys = [f"sample {n} / dE/dx" for n in (1, 2, 3, 4)]
    assert decimals("batch-norm", *keys) == ["0.0304", "0.0272", "-0.1072", "0.0496"]


def test_batch_normalization_takes_a_common_shift_out_of_the_deltas() -> None:
    """The δ of every hidden unit add up to 0 over the batch, so a bias there would learn nothing."""
    for unit in ("h1", "h2"):
        deltas = [trace("batch-norm-network")[f"sample {n} / delta_{unit}"].exact for n in (1, 2, 3, 4)]
        assert all(delta is not None for delta in deltas)
        assert sum(deltas, rational(0)) == 0
    assert decimals("batch-norm-network", "E", "dE/dgamma2", "w3_new", "beta2_new") == [
        "0.1107", "0.1678", "0.85031", "0.5525",
    ]  # fmt: skip


def test_layer_normalization_needs_no_batch() -> None:
    """σ = 0.5, and the bias that all four units share has gradient 0."""
    assert decimals("layer-norm", "mu", "var", "out_n4", "E", "dE/dvar", "dE/dmu", "dE/db") == [
        "1", "0.25", "3.3", "0.01125", "-0.12", "-0.6", "0",
    ]  # fmt: skip


def test_a_dropped_unit_learns_nothing() -> None:
    """h2 has no δ; h1 and h3 have twice what they would have."""
    assert decimals("dropout", "out_d1", "out_d2", "delta_h1", "delta_h2", "delta_h3") == ["2", "0", "-0.9", "0", "1.8"]
    assert decimals("dropout", "w3_new", "w4_new", "w8_new") == ["-1", "1", "1"]


# ---- training, derivatives and layers of many kinds ----------------------------------------------------------


def test_a_policy_gradient_goes_up_by_the_returns() -> None:
    """p is 3/4, 1/2 and 1/4, so δ is a − p; ∂E/∂w = 3·¼·1 − ½·2 − ¾·3 = −2.5 and ∂E/∂b = 3·¼ − ½ − ¾ = −0.5."""
    keys = ("sample 1 / delta_right", "sample 2 / delta_right", "sample 3 / delta_right", "dE/dw", "dE/db")
    assert decimals("policy-gradient", *keys) == ["0.25", "-0.5", "0.75", "-2.5", "-0.5"]
    assert decimals("policy-gradient", "w_new", "b_new") == [
        "-2.09861228867",
        "1.99722457734",
    ]


def test_training_stops_by_itself_after_three_epochs() -> None:
    """∂E/∂w = (4·1·(w − 3) + 2·(2w − 2))/5 = 1.6·(w − 2), so each epoch leaves 1 − 0.4·1.6 = 0.36 of the distance."""
    assert decimals("early-stop", *(f"epoch 1 / {key}" for key in ("E", "mae", "dE/dw", "w_new"))) == [
        "4",
        "2.5",
        "-3.2",
        "1.28",
    ]
    run = train(loaded("early-stop").problem, loaded("early-stop").problem.report, 12)
    assert (run.stopped, [report.epoch for report in run.reports]) == ("gradient_below", [0, 1, 2, 3])


def test_amsgrad_ends_below_where_it_began_and_adam_above() -> None:
    """The large gradient counts as long as it is the largest: 1 − 0.3 + 0.3·(√(11/90) + √(37/300)) = 0.910…"""
    assert decimals("amsgrad", "step 2 / vmax_w_new", "step 3 / vmax_w_new") == ["8.1", "8.1"]
    last = float(decimals("amsgrad", "step 3 / w_new")[0])
    assert last == pytest.approx(1 - 0.3 + 0.3 * (sqrt(11 / 90) + sqrt(37 / 300)), rel=1e-7)
    text = loaded("amsgrad").text.replace("name: amsgrad", "name: adam")
    forgets = solve(derive(load_text(text, "adam").problem), digits=12)
    assert float(forgets["step 3 / w_new"].decimal.text()) > 1


def test_muon_brings_the_singular_values_towards_one() -> None:
    """1.5·s − 0.5·s³ twice: 0.8 → 0.944 → 0.995383808, and 0.6 → 0.792 → 0.939603456."""
    assert decimals("muon", "x0_W1_2", "x1_W1_2", "x2_W1_2") == ["0.8", "0.944", "0.995383808"]
    assert decimals("muon", "x0_W2_1", "x1_W2_1", "x2_W2_1") == ["-0.6", "-0.792", "-0.939603456"]
    assert decimals("muon", "W1_1_new", "W1_2_new", "W2_1_new") == ["1", "1.502308096", "2.469801728"]


def test_weight_decay_has_a_loss_and_a_gradient() -> None:
    """J = 0.03125 + ½·0.2·(0.25 + 0.0625), ∂J/∂w1 = −0.25 + 0.2·0.5; the bias is let alone."""
    assert decimals("weight-decay", "e_y", "E", "J", "dJ/dw1", "dJ/dw2") == [
        "0.25", "0.03125", "0.0625", "-0.15", "-0.55",
    ]  # fmt: skip
    assert decimals("weight-decay", "change_w1", "w1_new", "change_b", "dE/dx1", "dE/dx2") == [
        "0.015", "0.515", "0.025", "-0.125", "0.0625",
    ]  # fmt: skip


def test_forward_and_backward_mode_agree_with_the_survey() -> None:
    """11.652, 5.5 and 1.716 in tables 2 and 3."""
    assert decimals("forward-mode", "y", "dot_y by x1", "dy/dx1", "dy/dx2") == [
        "11.6520714552", "5.5", "5.5", "1.71633781454",
    ]  # fmt: skip


def test_the_absolute_error_pulls_with_a_sign() -> None:
    """−1/3, −1/3 and 1/3; ∂E/∂w = −1/3 − 2/3 + 4/3."""
    deltas = [trace("absolute-error")[f"sample {n} / delta_y"].exact for n in (1, 2, 3)]
    assert deltas == [rational(-1, 3), rational(-1, 3), rational(1, 3)]
    assert trace("absolute-error")["dE/dw"].exact == rational(1, 3)
    assert decimals("absolute-error", "E", "w_new") == ["3", "1.9"]


def test_two_steps_of_gauss_and_newton() -> None:
    """JᵀJ = diag(16, 4) at first; then J = [4.5 2; 1 2.25] and J·step = (1.0625, 0.25), solved by hand."""
    steps = {name: trace("gauss-newton")[name].exact for name in ("epoch 1 / x_new", "epoch 1 / y_new")}
    assert steps == {"epoch 1 / x_new": rational(9, 4), "epoch 1 / y_new": 1}
    assert trace("gauss-newton")["epoch 2 / M11"].exact == rational(85, 4)
    assert trace("gauss-newton")["epoch 2 / x_new"].exact == rational(9, 4) - rational(121, 520)
    assert trace("gauss-newton")["epoch 2 / y_new"].exact == 1 - rational(1, 130)


def test_a_damped_step_leaves_the_saddle() -> None:
    """∂²f/∂y² = 3/9 − 1 = −2/3; with λ = 2 the step in y is −(8/27)/(4/3) = −2/9, without it +4/9."""
    assert trace("damped-newton")["d2f/dydy"].exact == rational(-2, 3)
    assert [trace("damped-newton")[key].exact for key in ("x_new", "y_new")] == [rational(1, 2), rational(5, 9)]


def test_two_ways_meet_in_the_layer_above() -> None:
    """h is 1.7 and 1.68, g 2.6 and 2, k 3.45 and 4.565; ∂E/∂u has a share of the state 0.5 at the start."""
    assert decimals("two-ways", "out_h2", "out_g1", "out_k2", "out_y") == ["1.68", "2.6", "4.565", "2.2825"]
    assert decimals("two-ways", "delta_h1", "delta_g2", "dE/du", "dE/dub", "dE/dwb") == [
        "-0.1614375", "-0.322875", "-0.38565625", "-0.35875", "-1.183875",
    ]  # fmt: skip


def test_kernels_apart_are_transposed_grouped_and_dilated() -> None:
    """By hand: y1 = 2·2 − ½·3 − ½·½ + 2 and y2 = 2 − ¾ + ½ − 4; both channels of u have gradients of their own."""
    assert decimals("kernels-apart", "out_y1", "out_y2", "delta_u1_1", "delta_u2_4") == [
        "4.25", "-2.25", "6.5", "-4.25",
    ]  # fmt: skip
    assert decimals("kernels-apart", "dE/dk1_1_1", "dE/dk2_1_2", "dE/dg2_2") == ["8.125", "-14.875", "23.5"]


def test_label_smoothing_compares_with_smoothed_targets() -> None:
    """p = (1/2, 1/3, 1/6) and t′ = (0.8, 0.1, 0.1)."""
    assert [trace("label-smoothing")[f"delta_c{n}"].exact for n in (1, 2, 3)] == [
        rational(-3, 10), rational(7, 30), rational(1, 15),
    ]  # fmt: skip
    assert decimals("label-smoothing", "exp_c1", "smooth_c1", "E_c1") == ["3", "0.8", "0.554517744448"]


def test_a_triplet_moves_one_matrix_by_three_pictures() -> None:
    """L = 1 − (0.25 + 1) + 1; ∂L/∂W = 2·((a − b)(x − p)ᵀ − (a − c)(x − n)ᵀ) with the differences (−1, 0), (0.5, −1)."""
    keys = ("L", "dL/dW1_1", "dL/dW1_2", "dL/dW2_1", "dL/dW2_2")
    assert decimals("triplet", *keys) == ["0.75", "1", "1", "2", "-2"]


def test_a_gradient_goes_through_the_sample_of_an_autoencoder() -> None:
    """σ = 2, z = 1 + 2·0.5; ∂L/∂v = −½·½·2·½ + ½·(4 − 1) and ∂L/∂m = −½ + 1."""
    assert decimals("vae", "z", "K", "dL/dv", "dL/dm") == ["2", "1.30685281944", "1.25", "0.5"]
    assert decimals("vae", "dL/da", "dL/dc", "dL/dd") == ["1", "2.5", "-2"]
