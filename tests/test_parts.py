"""What lines are made of: small derivations, and what each of their lines notes of itself when it is written."""

from __future__ import annotations

from helpers import loaded

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ONE, Formula, Name, names_in, number
from backprop_cli.algebra.parts import (
    BatchParts,
    ChainParts,
    DeltaParts,
    GradientParts,
    LocalParts,
    LossParts,
    NetParts,
    OutParts,
    UpdateParts,
)
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving.schedule import derive
from backprop_cli.problem.model import Detail

CHAIN = """\
inputs: {x: 2}
targets: {y: 1}
layers:
  - {neurons: [h], activation: sigmoid, weights: [[w1 = 0.5]], bias: b1 = 0.1}
  - {neurons: [y], activation: sigmoid, weights: [[w2 = 0.3]], bias: b2 = 0.2}
loss: half_squared_error
learning_rate: 0.1
"""
TWO_OUTPUTS = (
    CHAIN.replace("y: 1", "y: 1, z: 0").replace("[y]", "[y, z]").replace("[[w2 = 0.3]]", "[[w2 = 0.3], [w3 = 4]]")
)
SAMPLES = CHAIN.replace("inputs: {x: 2}\ntargets: {y: 1}", "samples:\n  - {inputs: {x: 2}, targets: {y: 1}}\n"
                        "  - {inputs: {x: 3}, targets: {y: 0}}\nbatch: full")  # fmt: skip
SOFTMAX = """\
inputs: {x: 2}
targets: {y: 1, z: 0}
layers:
  - {neurons: [y, z], activation: softmax, weights: [[1], [2]]}
loss: cross_entropy
"""
GRAPH = """\
inputs: {x: 2}
graph: {a: x^2, f: a*x}
objective: f
"""
ADAM = """\
gradients: {p: [0.4]}
parameters: {p: 1}
learning_rate: 0.1
optimizer: adam
"""


def line(text: str, key: str, detail: Detail = Detail.FULL) -> Line:
    """One line of the derivation of a problem."""
    found = derive(loaded(text).problem, detail)
    return next(line for line in found.lines if line.quantity.key == key)


def keys(formula: Formula | None) -> list[str]:
    """The names in a formula."""
    names = names_in(formula) if formula is not None else ()
    return [name.symbol.key for name in names if isinstance(name.symbol, Quantity)]


def test_a_net_input_has_its_weights_senders_and_bias() -> None:
    parts = line(CHAIN, "net_y").parts
    assert isinstance(parts, NetParts)
    assert [(keys(term.weight), keys(term.sender)) for term in parts.terms] == [(["w2"], ["out_h"])]
    assert keys(parts.bias) == ["b2"]


def test_a_threshold_has_its_minus_sign() -> None:
    parts = line(CHAIN.replace("b1", "t1").replace("b2", "t2") + "conventions: {threshold: true}\n", "net_h").parts
    assert isinstance(parts, NetParts)
    assert parts.bias is not None
    assert keys(parts.bias) == ["t1"]
    assert not isinstance(parts.bias, Name)


def test_an_output_has_its_net_input() -> None:
    assert line(CHAIN, "out_h").parts == OutParts(Name(line(CHAIN, "net_h").quantity))
    assert line(SOFTMAX, "out_z").parts == OutParts(Name(line(SOFTMAX, "net_z").quantity))


def test_a_loss_has_its_terms_and_its_factor() -> None:
    parts = line(TWO_OUTPUTS.replace("half_squared_error", "half_mean_squared_error"), "E").parts
    assert isinstance(parts, LossParts)
    assert [keys(term) for term in parts.terms] == [["E_y"], ["E_z"]]
    assert parts.factor == number(1, 4)


def test_a_hidden_delta_has_a_path_through_every_unit_and_the_slope_of_its_own() -> None:
    parts = line(TWO_OUTPUTS, "delta_h").parts
    assert isinstance(parts, DeltaParts)
    assert [(keys(path.delta), keys(path.weight)) for path in parts.paths] == [
        (["delta_y"], ["w2"]),
        (["delta_z"], ["w3"]),
    ]
    assert keys(parts.slope) == ["out_h", "out_h"]


def test_textbooks_merge_the_factors_of_a_delta_and_its_parts_stay() -> None:
    textbook = line(TWO_OUTPUTS, "delta_h", Detail.TEXTBOOK)
    assert textbook.parts == line(TWO_OUTPUTS, "delta_h").parts
    assert isinstance(textbook.parts, DeltaParts)
    assert textbook.parts.written_out(textbook.formula) == textbook.formula


def test_the_path_of_an_output_comes_from_the_loss() -> None:
    parts = line(CHAIN, "delta_y").parts
    assert isinstance(parts, DeltaParts)
    assert [(path.delta, keys(path.local)) for path in parts.paths] == [(None, ["out_y", "t_y"])]


def test_minus_delta_has_its_sign_beside_the_product() -> None:
    found = line(CHAIN + "conventions: {delta: -dE/dnet}\n", "delta_h")
    assert isinstance(found.parts, DeltaParts)
    assert found.parts.negative
    assert found.parts.written_out(found.formula) == line(CHAIN, "delta_h").parts.written_out(found.formula)  # type: ignore[union-attr]


def test_behind_a_softmax_the_short_form_is_the_one_path() -> None:
    found = line(SOFTMAX, "delta_y")
    assert isinstance(found.parts, DeltaParts)
    assert [path.formula for path in found.parts.paths] == [found.short]
    assert found.parts.slope == ONE


def test_a_gradient_is_delta_times_the_sender() -> None:
    weight, bias = line(CHAIN, "dE/dw1").parts, line(CHAIN, "dE/db1").parts
    assert isinstance(weight, GradientParts)
    assert isinstance(bias, GradientParts)
    assert [(keys(use.delta), keys(use.factor)) for use in weight.uses] == [(["delta_h"], ["x"])]
    assert (weight.is_bias, bias.is_bias) == (False, True)


def test_a_shared_weight_has_all_its_uses() -> None:
    parts = line(TWO_OUTPUTS.replace("w3 = 4", "w2"), "dE/dw2").parts
    assert isinstance(parts, GradientParts)
    assert [keys(use.delta) for use in parts.uses] == [["delta_y"], ["delta_z"]]


def test_a_batch_has_the_lines_of_its_samples() -> None:
    loss, gradient = line(SAMPLES, "E").parts, line(SAMPLES, "dE/dw1").parts
    assert isinstance(loss, BatchParts)
    assert isinstance(gradient, BatchParts)
    assert [one.key for one in loss.quantities] == ["sample 1 / E", "sample 2 / E"]
    assert [one.key for one in gradient.quantities] == ["sample 1 / dE/dw1", "sample 2 / dE/dw1"]
    assert gradient.mean


def test_parts_have_the_address_of_their_line() -> None:
    parts = line(SAMPLES + "epochs: 2\n", "epoch 2 / sample 2 / net_h").parts
    assert isinstance(parts, NetParts)
    assert keys(parts.terms[0].weight) == ["epoch 1 / w1_new"]
    assert keys(parts.terms[0].sender) == ["sample 2 / x"]


def test_a_local_derivative_has_the_gate_and_the_name() -> None:
    parts = line(GRAPH, "da/dx").parts
    assert isinstance(parts, LocalParts)
    assert (keys(parts.gate), keys(parts.by)) == (["x"], ["x"])


def test_a_gradient_in_a_graph_sums_its_paths() -> None:
    parts = line(GRAPH, "df/dx").parts
    assert isinstance(parts, ChainParts)
    assert [keys(path.gradient) for path in parts.paths] == [["df/da"], []]


def test_an_update_has_its_old_value_gradient_rate_and_state() -> None:
    plain, adam = line(CHAIN, "w1_new").parts, line(ADAM, "p_new").parts
    assert isinstance(plain, UpdateParts)
    assert isinstance(adam, UpdateParts)
    assert [keys(one) for one in (plain.old, plain.gradient, plain.rate)] == [["w1"], ["dE/dw1"], ["eta"]]
    assert [(keys(new), keys(old)) for new, old in adam.states] == [(["m_p_new"], ["m_p"]), (["v_p_new"], ["v_p"])]


def test_a_penalized_gradient_keeps_the_one_of_backpropagation_beside_it() -> None:
    parts = line(CHAIN + "penalty: {l2: 0.1}\n", "w1_new").parts
    assert isinstance(parts, UpdateParts)
    assert [keys(one) for one in (parts.gradient, parts.used)] == [["dE/dw1"], ["g_w1"]]
