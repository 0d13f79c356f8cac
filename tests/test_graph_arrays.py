"""Vectors and matrices in graphs: what is refused, what names mean, what stands on pages and sheets."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from helpers import backprop, decimals, loaded, solved
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop_cli as bp

HEAD = "inputs: {x: [1, 2], v: [1, 2, 3]}\nparameters: {W: [[1, 2], [3, 4]], U: [[1, 2, 3], [4, 5, 6]], c: 2}\n"


def refused(node: str) -> str:
    """What is said of a node, in one line."""
    run = backprop("solve", "-", stdin=f"{HEAD}graph:\n  y: '{node}'\n")
    assert (run.code, run.out) == (2, "")
    return " ".join(run.err.split())


WRONG = {
    "W @ v": "a matrix with 2 rows and 2 columns cannot be multiplied by a vector with 3 entries",
    "U @ W": "a matrix with 2 rows and 3 columns cannot be multiplied by a matrix with 2 rows and 2 columns",
    "x + v": "the shapes do not fit: a vector with 2 entries and a vector with 3 entries",
    "U + x": "for every column, write it as a column: [[1], [2]]",
    "x + x.T": "a vector with 2 entries and a row with 2 entries",
    "W @ c": "@ multiplies arrays, and here are a matrix with 2 rows and 2 columns and a number",
    "dot(W, x)": "dot is of two vectors of the same length",
    "outer(W, x)": "outer is of two vectors",
    "trace(U)": "a trace is of a square matrix, and this is a matrix with 2 rows and 3 columns",
    "softmax(c)": "a softmax is of a vector or a matrix, and this is a number",
    "x[3]": "there is no entry 3: x is a vector with 2 entries",
    "x[0]": "there is no entry 0: x is a vector with 2 entries",
    "2 * U[4, 1]": "there is no row 4: U is a matrix with 2 rows and 3 columns",
    "U[1, 4]": "there is no column 4: U is a matrix with 2 rows and 3 columns",
    "(x + x)[3]": "there is no entry 3: this is a vector with 2 entries",
    "x[c]": "a place is a number from 1 to 2 here, or :",
    "W[1, 2, 1]": "3 numbers here, and this is a matrix with 2 rows and 2 columns",
    "[x, v]": "the rows of a matrix are equally long lists",
    "concat(W, x)": "concat is of vectors and numbers",
    "sum(x, axis=0)": "an axis is of a matrix, and this is a vector with 2 entries",
    "sum(W, axis=2)": "the axis is 0 (down the columns) or 1 (across the rows)",
    "sum(W, axes=1)": "no argument called 'axes'",
    "norm(x, 3)": "there is norm(x), norm(x, 1) and norm(x, 2)",
    "transpose(x, v)": "transpose takes 1 argument(s), not 2",
    "nrm(x)": "did you mean 'norm'?",
    "‖x": "a bracket is not closed",
    "W[1": "a bracket is not closed",
    "W x": "an operator is missing before 'x'",
}


@pytest.mark.parametrize("node", WRONG)
def test_what_does_not_fit_is_said_with_both_shapes(node: str) -> None:
    said = refused(node)
    assert WRONG[node] in said
    assert said.startswith("<stdin>:4:")


def test_what_would_be_far_too_much_is_refused_at_once() -> None:
    """An outer product of 600 by 600 entries, and a softmax in a softmax, whose entries have all others in them."""
    text = f"inputs: {{x: [{', '.join(['0.5'] * 600)}]}}\ngraph: {{y: 'outer(x, x)', z: 'softmax(softmax(x))'}}\n"
    run = backprop("solve", "-", stdin=text)
    assert run.code == 2
    assert run.err.count("more than 250,000 terms") == 2


FOLLOWING = {
    "a product that does not fit": ("H: W @ v", "Y: H @ x; S: softmax(H); E: H[1] + H1; L: sum(S * Y) + E"),
    "a name that there is not": ("H: relu(nix)", "Y: W @ H; d: dot(H, x); L: d + Y1"),
    "a bracket that is not closed": ("H: (x", "A: H.T @ W; L: norm(A)"),
}


@pytest.mark.parametrize("case", FOLLOWING)
def test_nothing_is_said_of_what_depends_on_a_refused_node(case: str) -> None:
    """A node that could not be read is no number afterwards: what is built on it, or on its entries, may be right."""
    first, rest = FOLLOWING[case]
    head = f"{HEAD}graph:\n  {first}\n"
    alone = backprop("solve", "-", stdin=head).err
    after = "".join(f"  {one}\n" for one in rest.split("; "))
    whole = backprop("solve", "-", stdin=f"{head}{after}objective: L\nask: [L, dL/dH1, Y]\n").err
    assert alone.count("<stdin>:") == 1
    assert whole == alone
    more = backprop("solve", "-", stdin=f"{head}{after}  Q: U @ U\n  R: H + nobody\n").err
    assert more.startswith(alone)
    assert "a matrix with 2 rows and 3 columns cannot be multiplied by a matrix" in more
    assert "no quantity called 'nobody' here" in more
    assert more.count("<stdin>:") == 3


def test_the_row_that_is_too_short_is_named_with_both_lengths() -> None:
    run = backprop(
        "solve", "-", stdin="inputs: {x: [1, 2, 3]}\nparameters: {W: [[1, 2], [3, 4, 5]]}\ngraph: {z: W @ x}\n"
    )
    assert run.err.count("<stdin>:") == 1  # no word of the product, whose shape nobody knows
    assert "<stdin>:2:26: row 2 of W has 3 numbers, but row 1 has 2 numbers" in run.err
    run = backprop(
        "solve", "-", stdin="inputs: {X: [[[1, 2], [3]], [[1, 2], [3, 4]]]}\ntargets: [1]\nlayers: [{weights: [[1]]}]\n"
    )
    assert "<stdin>:1:23: row 2 of X[1] has 1 number, but row 1 has 2 numbers" in run.err
    run = backprop("solve", "-", stdin="inputs: [[1, 2], 3]\ntargets: [1]\nlayers: [{weights: [[1]]}]\n")
    assert "<stdin>:1:18: row 2 of inputs has 1 number, but row 1 has 2 numbers" in run.err


COLUMN = "inputs: {X: [[1, 2], [0, 1]], T: [[1], [0]]}\nparameters: {w: [1, -1]}\ngraph:\n  Y: X @ w\n  L: LOSS\n"
SPREAD = "a vector with 2 entries and a matrix with 2 rows and 1 column meet here entry by entry, and are spread to a"


@pytest.mark.parametrize(
    ("loss", "place", "hint"),
    [
        ("sum((Y - T)^2)", 11, "write T: [1, 0], or T[:, 1] here"),
        ("norm(T - Y)^2", 11, "write T: [1, 0], or T[:, 1] here"),
        ("mean(Y * (T + 1))", 11, "write [:, 1] behind the column"),
    ],
)
def test_a_vector_that_a_column_spreads_is_a_note_with_both_shapes(loss: str, place: int, hint: str) -> None:
    run = backprop("solve", "-", stdin=COLUMN.replace("LOSS", loss))
    assert run.code == 0
    assert f"<stdin>:5:{place}: note: {SPREAD}" in run.err
    assert "matrix with 2 rows and 2 columns" in run.err
    assert hint in run.err
    lint = json.loads(backprop("lint", "-", "--json", stdin=COLUMN.replace("LOSS", loss)).out)
    said = [one["said"] for one in lint if one["kind"] == "spread"]
    assert len(said) == 1
    assert said[0].startswith(f"line 5: {SPREAD}")


def test_what_the_note_suggests_is_what_was_meant() -> None:
    """Y = (−1, −1), so (−1 − 1)² + (−1 − 0)² = 5, and of all pairs 10."""
    text = COLUMN.replace("LOSS", "sum((Y - T)^2)")
    meant = [text.replace("T: [[1], [0]]", "T: [1, 0]"), text.replace("Y - T", "Y - T[:, 1]")]
    assert [decimals(solved(one))["L"] for one in (text, *meant)] == [10, 5, 5]
    for one in (*meant, text.replace("Y - T", "Y.T - T"), text.replace("Y - T", "X + Y - T")):  # pairs that are meant
        assert backprop("solve", "-", stdin=one).err == ""


def test_the_product_that_does_not_fit_is_underlined_and_not_the_whole_line() -> None:
    run = backprop("solve", "-", stdin=f"{HEAD}graph:\n  y: x + W @ W @ v / 2 + x\n")
    assert "<stdin>:4:10: a matrix with 2 rows and 2 columns cannot be multiplied by a vector with 3 entries" in run.err
    assert "\n      |          ^^^^^^^^^  the first" in run.err


def test_an_objective_is_a_number_and_an_entry_has_one_name() -> None:
    run = backprop("solve", "-", stdin=HEAD + "graph: {z: W @ x}\nobjective: z\n")
    assert "an objective is one number, and z is a vector with 2 entries" in run.err
    run = backprop("solve", "-", stdin="inputs: {x: [1, 2], z1: 3}\ngraph: {z: 2 * x}\n")
    assert "'z' is a vector with 2 entries, whose entry 'z1' would be called as something before it is" in run.err
    run = backprop("solve", "-", stdin="parameters: {W: [[1, 2], [3]]}\ngraph: {z: sum(W)}\n")
    assert "<stdin>:1:26: row 2 of W has 1 number, but row 1 has 2 numbers" in run.err
    run = backprop(
        "solve", "-", stdin="inputs: [1]\nparameters: {w: [1, 2]}\nlayers: [{weights: [[1]]}]\nobjective: y1\n"
    )
    assert "vectors and matrices of parameters are for graphs" in run.err


def test_a_name_that_ends_in_a_figure_is_told_from_its_places() -> None:
    trace = solved("inputs: {h1: [1, 2]}\ngraph: {W2: '[h1, h1]', L: sum(W2)}\nobjective: L\n").trace
    assert trace["W2_2_1"].decimal.text() == "1"
    assert trace["dL/dh1_2"].decimal.text() == "2"


TEXT = """\
inputs: {x: [1, 2]}
parameters: {W: [[1, 2], [3, 4]], b: [0, 1]}
graph:
  z: W @ x + b
  L: 1/2 * norm(z)^2
objective: L
learning_rate: 0.1
"""


def test_the_name_of_an_array_asks_for_all_of_its_entries_and_shares_its_marks() -> None:
    problem = loaded(TEXT + "ask: [z, dL/dW, W_new]\nmarks: {dL/dW: 2, z: 1}\nfixed: [b]\n").problem
    names = [one.name for one in problem.ask]
    assert names == ["z1", "z2", *(f"dL/dW{p}" for p in ("1_1", "1_2", "2_1", "2_2")),
                     *(f"W{p}_new" for p in ("1_1", "1_2", "2_1", "2_2"))]  # fmt: skip
    assert sorted(str(one) for one in problem.marks.values()) == ["1/2"] * 6
    assert problem.fixed == {"b1", "b2"}


def test_the_page_shows_wholes_and_in_full_detail_every_entry() -> None:
    page = backprop("solve", "-", stdin=TEXT).out
    for line in ("z = W·x + b", "∂L/∂z = z", "∂L/∂W = ∂L/∂z·xᵀ", "∂L/∂x = Wᵀ·∂L/∂z", "W⁺ = W − η·∂L/∂W"):
        assert line in page
    entries = backprop("solve", "-", "--detail", "full", stdin=TEXT).out
    assert "z₁ = W₁₁·x₁ + W₁₂·x₂ + b₁" in " ".join(entries.split())
    assert "z = W @ x + b" in backprop("solve", "-", "--ascii", stdin=TEXT).out


def test_a_whole_is_written_as_a_single_number_is() -> None:
    """A number is taken away, and of a slope stands what it is taken at, not what its value at 0 was agreed to be."""
    page = backprop("solve", "-", stdin="parameters: {a: [2, 1]}\ngraph: {y: sum(relu(a - 1))}\nobjective: y\n").out
    assert "y = sum(ReLU(a − 1)) = 1" in page
    assert "∂y/∂a = ReLU′(a − 1)" in page


def test_an_entry_that_is_named_by_itself_is_one_of_its_array() -> None:
    text = "inputs: {x: [1, 2], s: 3}\nparameters: {w: [0.5, 1]}\ngraph: {h: w * x, y: 'h[1] + w2 * s'}\nobjective: y\n"
    page = backprop("solve", "-", stdin=text).out
    assert "∂y/∂h = e₁" in page
    assert "∂y/∂w = ∂y/∂h ⊙ x + s·e₂" in page


def test_a_batch_of_a_graph_has_the_mean_of_the_gradients_of_its_samples() -> None:
    text = TEXT.replace("inputs: {x: [1, 2]}", "samples: [{inputs: {x: [1, 2]}}, {inputs: {x: [0, 1]}}]\nbatch: full")
    page = backprop("solve", "-", stdin=text).out
    assert "∂L/∂W = (∂L/∂W⁽¹⁾ + ∂L/∂W⁽²⁾)/2" in page


def test_the_jacobian_of_a_node_has_a_row_for_each_of_its_entries() -> None:
    found = json.loads(backprop("solve", "-", "--jacobian", "z", "--json", stdin=TEXT).out)["jacobians"]
    by = {one["by"]: one for one in found}
    assert list(by) == ["W", "x", "b"]
    assert by["x"]["formulas"] == [["W1_1", "W1_2"], ["W2_1", "W2_2"]]
    assert by["W"]["formulas"] == [["x1", "x2", "0", "0"], ["0", "0", "x1", "x2"]]
    assert by["b"]["formulas"] == [["1", "0"], ["0", "1"]]
    page = backprop("solve", "-", "--jacobian", stdin=TEXT).out
    assert "∂L/∂z" in page
    assert "no node called 'y'" in backprop("solve", "-", "--jacobian", "y", stdin=TEXT).err


def test_a_path_begins_at_an_entry() -> None:
    assert "z₁" in backprop("solve", "-", "--paths", "W1_2", stdin=TEXT).out
    run = backprop("solve", "-", "--paths", "W", stdin=TEXT)
    assert (run.code, "name one of its entries: W1_1, W1_2, W2_1, W2_2" in run.err) == (2, True)


def test_the_sheet_says_the_formulas_of_wholes() -> None:
    sheet = backprop("worksheet", "-", stdin=TEXT + "ask: [z, dL/dW]\n").out
    assert "z = W·x + b" in sheet
    assert "Find z, ∂L/∂W." in sheet


@pytest.mark.parametrize("name", ["dL/dW", "dW", "∂L/∂W"])
def test_answers_may_be_matrices(name: str, tmp_path: object) -> None:
    answers = f"answers:\n  z: [5, 12]\n  {name}: [[5, 10], [12, 24]]\n"
    run = backprop("check", "-", write(tmp_path, answers), stdin=TEXT + "ask: [z, dL/dW]\n")
    assert "6 of 6 marks" in run.out
    wrong = backprop("check", "-", write(tmp_path, answers.replace("24", "25")), stdin=TEXT + "ask: [z, dL/dW]\n")
    assert "5 of 6 marks" in wrong.out


def test_arrays_of_a_program_are_judged_by_the_names_of_the_graph() -> None:
    """A is the attention and not, in another case, the a by which a layer's inputs go."""
    queries, keys, values = (np.array(one) for one in ([[2.0, 0], [1, -1]], [[1.0, 1], [-1, -1]], [[1.0, 0], [0, 2]]))
    scores = queries @ keys.T / np.sqrt(2)
    attention = softmax(scores)
    out = attention @ values
    slope = out - np.array([[1.0, 1], [1, 0]])
    of_attention = slope @ values.T
    of_scores = attention * (of_attention - (of_attention * attention).sum(1, keepdims=True))
    answers = {
        "A": attention, "O": out, "L": 0.5 * (slope**2).sum(), "dO": slope, "dA": of_attention, "dS": of_scores,
        "WV_new": values - 0.1 * attention.T @ slope,
    }  # fmt: skip
    assert "25 of 25 marks: all right" in str(bp.load("matrix-attention").check(answers))


def write(folder: object, text: str) -> str:
    """The path of a file with the text."""
    path = f"{folder}/answers.yaml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


# ---- a law: random formulas of matching shapes are what NumPy makes of them ------------------------------------------

Shape = tuple[int, ...]
UNARY: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh({0})": np.tanh, "-{0}": np.negative, "({0})^2": np.square, "sigmoid({0})": lambda a: 1 / (1 + np.exp(-a)),
    "max(0, {0})": lambda a: np.maximum(0, a), "2*{0}": lambda a: 2 * a,
}  # fmt: skip
LEAVES: dict[str, Shape] = {"a": (2,), "d": (3,), "A": (2, 2), "B": (2, 3), "C": (3, 2), "s": ()}


def softmax(a: np.ndarray) -> np.ndarray:
    """The softmax of a vector, or of each row."""
    exponentials = np.exp(a - a.max(-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(-1, keepdims=True))


@st.composite
def formulas(draw: st.DrawFn, shape: Shape, depth: int = 2) -> str:
    """A formula of this shape as it is written in a file, which is also Python with `@` and functions."""
    leaves = [name for name, one in LEAVES.items() if one == shape]
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(leaves)) if leaves else f"({draw(formulas(shape[::-1], 0))}).T"
    again = depth - 1
    kinds = ["unary", "sum", "product"]
    kinds += ["matmul", "softmax"] if shape else ["reduce", "dot"]
    match draw(st.sampled_from(kinds)):
        case "unary":
            return "(" + draw(st.sampled_from(list(UNARY))).format(f"({draw(formulas(shape, again))})") + ")"
        case "sum":
            return f"({draw(formulas(shape, again))} - {draw(formulas(draw(st.sampled_from([shape, ()])), again))})"
        case "product":
            return f"(({draw(formulas(shape, again))}) * {draw(formulas(draw(st.sampled_from([shape, ()])), again))})"
        case "matmul":
            inner = draw(st.sampled_from([2, 3]))
            return f"({draw(formulas((shape[0], inner), again))} @ {draw(formulas((inner, *shape[1:]), again))})"
        case "softmax":
            return f"softmax({draw(formulas(shape, again))})"
        case "reduce":
            inside = draw(formulas(draw(st.sampled_from([(2,), (2, 3)])), again))
            return f"{draw(st.sampled_from(['sum', 'mean', 'max', 'min']))}({inside})"
    return f"dot({draw(formulas((2,), again))}, {draw(formulas((2,), again))})"


MEANT = {
    "sum": np.sum, "mean": np.mean, "tanh": np.tanh, "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "softmax": softmax,
    "max": lambda *a: np.maximum(*a) if len(a) > 1 else np.max(a[0]), "min": np.min, "dot": np.dot,
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([(), (2,), (2, 2), (2, 3)]).flatmap(lambda shape: st.tuples(st.just(shape), formulas(shape))),
       st.integers(0, 10_000))  # fmt: skip
def test_a_random_formula_is_what_numpy_makes_of_it(case: tuple[Shape, str], seed: int) -> None:
    shape, formula = case
    random = np.random.default_rng(seed)
    numbers = {name: np.round(random.uniform(-1, 1, one), 2) for name, one in LEAVES.items()}
    given_ = ", ".join(f"{name}: {value.tolist()}" for name, value in numbers.items())
    problem = loaded(f"inputs: {{{given_}}}\ngraph:\n  y: '{formula}'\n").problem
    expected = eval(formula.replace("^", "**"), {"__builtins__": {}}, {**numbers, **MEANT})
    names = problem.arrays["y"].grid.names
    assert problem.arrays["y"].grid.shape == np.shape(expected) == shape
    trace = solved(f"inputs: {{{given_}}}\ngraph:\n  y: '{formula}'\n").trace
    found = [float(trace[name].decimal.text()) for name in names]
    assert found == pytest.approx(np.ravel(expected).tolist(), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("formats", [[], ["--matrix"], ["--table"], ["--format", "latex"], ["--format", "typst"]])
def test_a_product_that_is_transposed_in_a_line_is_written_and_put_in_as_a_whole(formats: list[str]) -> None:
    """Scores in one line, (X·WQ)·(X·WK)ᵀ, are [[1 0.5], [0 2]]·[[1 1], [0 2]]."""
    text = (
        "inputs: {X: [[1, 0], [0, 2]]}\nparameters: {WQ: [[1, 0.5], [0, 1]], WK: [[1, 0], [0.5, 1]]}\n"
        "graph: {S: (X @ WQ) @ (X @ WK).T, L: sum(S)}\nobjective: L\nlearning_rate: 0.1\n"
    )
    run = backprop("solve", "-", *formats, stdin=text)
    assert (run.code, run.err) == (0, "")
    assert formats or "X·WQ·(X·WK)ᵀ" in run.out
    trace = solved(text).trace
    assert [trace[f"S{place}"].decimal.text() for place in ("1_1", "1_2", "2_1", "2_2")] == ["1", "2", "0", "4"]


MASKED = "inputs: {Q: [[1, 0], [0, 1]], M: [[0, MASK], [0, 0]]}\n"
MASKED += "graph:\n  A: softmax(Q + M)\n  L: sum(A * Q)\nobjective: L\n"


@pytest.mark.parametrize("command", ["solve", "lint"])
def test_a_mask_of_a_billion_is_refused_at_its_softmax_with_one_that_is_enough(command: str) -> None:
    run = backprop(command, "-", stdin=MASKED.replace("MASK", "-1e9"))
    assert (run.code, run.out) == (2, "")
    assert "<stdin>:3:6: A1_1: e^x is refused beyond e^±1,000,000" in run.err
    assert "^^^^^^^^^^^^^^  as a mask in a softmax, -1000 is enough" in run.err


def test_an_infinite_mask_is_told_what_is_enough_and_that_is_so() -> None:
    run = backprop("solve", "-", stdin=MASKED.replace("MASK", "-inf"))
    assert "'-inf' is not a number one can compute with" in run.err
    assert "as a mask in a softmax, -1000 is enough" in run.err
    assert 0 < decimals(solved(MASKED.replace("MASK", "-1000")))["A1_2"] < Fraction(1, 10**434)
    other = backprop("solve", "-", stdin="inputs: {x: inf}\ngraph: {f: x}\n")
    assert "mask" not in other.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inputs: {x: 0}\ngraph:\n  q: x + 1\n  f: q/x\n", "<stdin>:4:6: f: division by zero"),
        ("inputs: {x: [1, -1]}\ngraph:\n  f: sum(ln(x))\n", "<stdin>:3:6: f: the logarithm of a number"),
        ("inputs: [1]\ntargets: [1]\nlayers:\n  - type: flatten\n  - {weights: [[-1]], activation: ln(z)}\nloss: SSE\n",
         "<stdin>:5:5: out_y1: the logarithm of a number"),
    ],
)  # fmt: skip
def test_what_has_no_value_is_told_at_the_line_that_defines_it(text: str, said: str) -> None:
    run = backprop("solve", "-", stdin=text)
    assert run.code == 2
    assert said in run.err
