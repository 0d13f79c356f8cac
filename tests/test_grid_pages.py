"""How networks of grids look on the page: the chain of layers, values as matrices, and indices of places."""

from __future__ import annotations

import pytest
from helpers import loaded

from backprop_cli.algebra.quantities import cell, delta, net, out, parameter
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.formats.terminal.plain import document
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.writing.notation import load_notation, notations
from backprop_cli.writing.writer import Writer

IMAGE = """
inputs:
  - [0, 1, 2, 0]
  - [0, 1, 3, 0]
  - [0, 2, -1, 0]
  - [0, 0, 2.5, 1]
"""
CONVOLUTION = "  - {type: convolution, kernels: [[[1, 0, 1], [0, 1, 0], [1, 0, 1]], [[2, 0, 0], [0, 0, 0], [0, 0, -2]]], activation: relu}\n"  # noqa: E501
NETWORK = (
    IMAGE
    + "layers:\n"
    + CONVOLUTION
    + """
  - {type: max_pooling, size: 2}
  - {type: flatten}
  - {weights: [[1, 1], [0, 1]], activation: softmax}
loss: cross_entropy
targets: 0
"""
)


def page(text: str, width: int = 80, charset: str = "unicode", notation: str = "plain") -> str:
    """The worked solution of the problem in the text."""
    solution = solution_of(loaded(text + f"\nnotation: {notation}\n"), SolveOptions())
    return document(solution_document(solution, charset), width)


# ---- the chain of layers -------------------------------------------------------------------------------------


def test_a_convolutional_network_says_what_its_layers_are() -> None:
    chain = "input 4×4 → convolution 2×2×2 (ReLU) → max pooling 2×1×1 → flatten 2 → output 2 (softmax)"
    assert f"  {chain}\n" in page(NETWORK, 120)
    assert "  input 4x4 -> convolution 2x2x2 (ReLU) -> max pooling 2x1x1" in page(NETWORK, 100, "ascii")


def test_the_chain_breaks_before_an_arrow_at_the_width_of_the_page() -> None:
    lines = page(NETWORK, 50).splitlines()[:4]
    assert lines[0] == "   input 4×4 → convolution 2×2×2 (ReLU)"
    assert lines[1] == "     → max pooling 2×1×1 → flatten 2"
    assert lines[2] == "     → output 2 (softmax)"
    assert lines[3] == ""


@pytest.mark.parametrize(
    ("layers", "chain"),
    [
        ("[{type: maxout, weights: [[[1, 1], [2, 0]]]}, {weights: [[1]]}]", "input 2 → maxout 1 → output 1"),
        (
            "[{weights: [[1, 1], [2, 0]], activation: tanh}, {type: residual, from: inputs, activation: relu}]",
            "input 2 → hidden 2 (tanh) → residual 2 (ReLU)",
        ),
        ("[{type: average_pooling, size: global, dimensions: 1}]", "input 2 → average pooling 1"),
        ("[{neurons: [a, b], weights: {a: {x1: 1}, b: {x2: 1}}, activation: sigmoid}]", "input 2 → output 2 (σ)"),
    ],
)
def test_other_networks_that_are_not_drawn_have_a_chain(layers: str, chain: str) -> None:
    text = f"inputs: [1, 2]\nlayers: {layers}\n".replace("dimensions: 1", "") if "global" in layers else ""
    text = text or f"inputs: [1, 2]\nlayers: {layers}\n"
    assert page(text).splitlines()[0].strip() == chain


def test_a_small_dense_network_is_still_drawn() -> None:
    assert "┐" in page("inputs: [1, 2]\nlayers: [{weights: [[1, 2]]}]\n").splitlines()[0]


# ---- values as matrices --------------------------------------------------------------------------------------


def test_an_image_and_its_kernels_are_matrices() -> None:
    """Columns are aligned at their points; the kernels stand side by side; everything else is listed below them."""
    top = page(NETWORK, 100)
    assert "   inputs      x = ⎡0  1   2    0⎤\n" in top
    assert "                   ⎢0  2  −1    0⎥\n" in top
    assert "                   ⎣0  0   2.5  1⎦\n" in top
    assert "   parameters  k₁ = ⎡1  0  1⎤   k₂ = ⎡2  0   0⎤\n" in top
    assert "                    ⎣1  0  1⎦        ⎣0  0  −2⎦\n" in top
    assert "\n               w₁ = 1, w₂ = 1, w₃ = 0, w₄ = 1\n" in top


def test_matrices_stand_below_one_another_where_the_page_is_narrow() -> None:
    narrow = page(NETWORK, 46)
    assert "parameters  k₁ = ⎡1  0  1⎤\n" in narrow
    assert "\n               k₂ = ⎡2  0   0⎤\n" in narrow


def test_matrices_in_ascii_have_square_brackets() -> None:
    top = page(NETWORK, 100, "ascii")
    assert "x = [0  1   2    0]\n" in top
    assert "k1 = [1  0  1]   k2 = [2  0   0]\n" in top


def test_channels_of_rows_are_matrices_with_the_number_of_the_channel() -> None:
    text = "inputs: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]\nlayers: [{type: max_pooling}]\n"
    assert "x₁ = ⎡1  2⎤   x₂ = ⎡5  6⎤\n" in page(text)


def test_an_image_that_is_too_large_is_listed_in_part() -> None:
    rows = ", ".join("[" + ", ".join(["0.5"] * 30) + "]" for _ in range(30))
    top = page(f"inputs: [{rows}]\nlayers: [{{type: average_pooling, size: global}}]\n")
    assert "x₁,₁ = 0.5, x₁,₂ = 0.5, x₁,₃ = 0.5, x₁,₄ = 0.5, …," in top


def test_weights_with_names_of_their_own_are_listed() -> None:
    text = "inputs: [[1, 2], [3, 4]]\nlayers: [{type: convolution, kernel: [[a = 1, b = 2], [c = 3, d = 4]]}]\n"
    assert "a = 1, b = 2, c = 3, d = 4" in page(text)


def test_every_sample_has_its_image() -> None:
    text = """
samples:
  - {inputs: [[1, 2], [3, 4]], targets: [1]}
  - {inputs: [[5, 6], [7, 8]], targets: [2]}
layers: [{type: convolution, kernel: [[1, 1], [1, 1]]}]
loss: squared_error
learning_rate: 0.1
"""
    assert "\n   x = ⎡5  6⎤\n       ⎣7  8⎦\n   t_y₁₁ = 2\n" in page(text)


# ---- names and places ----------------------------------------------------------------------------------------


def writer(notation: str, names: list[str], positions: dict[str, tuple[int, str]] | None = None) -> Writer:
    """A writer in a problem with these names."""
    return Writer(load_notation(notation), "unicode", positions or {}, names)


def test_places_are_written_as_one_index() -> None:
    """k1_2 is k₁₂ and net_h2_1 is netₕ₂₁."""
    write = writer("plain", ["k1_2", "h2_1", "x1_1_3"], {"h2_1": (2, "1")})
    assert write.name("k1_2") == "k₁₂"
    assert write.name("x1_1_3") == "x₁₁₃"
    assert write.symbol(net("h2_1")) == "netₕ₂₁"
    assert write.symbol(cell("x1_1_3")) == "x₁₁₃"


def test_letters_without_a_subscript_stand_as_they_are() -> None:
    """There is no small c, so the name stands on the line and its index below."""
    write = writer("plain", ["c1_2_1"], {"c1_2_1": (2, "1")})
    assert write.symbol(out("c1_2_1")) == "out_c₁₂₁"
    assert write.symbol(delta(net("c1_2_1"))) == "δ_c₁₂₁"


def test_places_of_more_than_one_figure_have_commas_throughout() -> None:
    """If one name with a stem has a place of two figures, all of them have commas, so that 1,12 is not 11,2."""
    write = writer("plain", ["x1_12", "x11_2", "x1_1", "k1_1"])
    assert [write.name(name) for name in ("x1_12", "x11_2", "x1_1")] == ["x₁,₁₂", "x₁₁,₂", "x₁,₁"]
    assert write.name("k1_1") == "k₁₁"


def test_an_index_that_another_name_has_is_written_with_commas() -> None:
    """h2_1 beside h21."""
    write = writer("plain", ["h2_1", "h21"], {"h2_1": (3, "1"), "h21": (2, "1")})
    assert (write.symbol(out("h2_1")), write.symbol(out("h21"))) == ("outₕ₂,₁", "outₕ₂₁")


def test_a_state_of_an_optimizer_keeps_the_index_of_its_weight() -> None:
    assert writer("plain", ["k1_2"]).name("v_k1_2") == "v_k₁₂"
    assert writer("plain", ["k1_2"]).name("mhat_k1_2") == "m̂_k₁₂"


def test_in_ascii_names_are_as_they_are_in_files() -> None:
    write = Writer(load_notation("plain"), "ascii", {"h2_1": (2, "1")}, ["h2_1"])
    assert write.symbol(net("h2_1")) == "net_h2_1"
    assert write.name("k1_2") == "k1_2"


def test_a_notation_by_layer_and_place_has_the_place_in_the_grid() -> None:
    """Nielsen's z^l_j: the unit in row 1, column 2 of kernel 1 is z²₁₁₂; the pooled one is a³₁₁₁."""
    text = page(NETWORK, notation="nielsen")
    assert "a²₁₁₂ = ReLU(z²₁₁₂)" in text
    assert "a³₁₁₁ = max(a²₁₁₁, a²₁₁₂, a²₁₂₁, a²₁₂₂)" in text


def test_a_value_inside_a_layer_goes_by_its_name_in_such_a_notation() -> None:
    """The pieces of maxout have no place in their layer."""
    text = "inputs: [1]\nlayers: [{type: maxout, weights: [[1], [2]]}, {neurons: [o1], weights: [[1]]}]\n"
    assert "a²₁   = max(z²ₕ₁₁, z²ₕ₁₂)" in page(text, notation="nielsen")


@pytest.mark.parametrize("notation", notations())
def test_no_notation_leaves_an_underscore_between_figures(notation: str) -> None:
    """Every notation writes places as indices."""
    text = page(NETWORK, notation=notation)
    assert not any(f"{figure}_" in text for figure in "0123456789₀₁₂₃₄₅₆₇₈₉")


def test_no_two_symbols_of_a_page_are_the_same() -> None:
    """In every notation, the quantities of one pass have different symbols."""
    from backprop_cli.solving.spelling import speller

    for notation in notations():
        solution = solution_of(loaded(NETWORK + f"notation: {notation}\n"), SolveOptions())
        write = speller(solution.problem, solution.trace)
        symbols = [write.symbol(step.quantity) for step in solution.trace.steps]
        symbols += [write.writer.symbol(parameter(name)) for name in solution.problem.parameters]
        assert len(set(symbols)) == len(symbols), notation
