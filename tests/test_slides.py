"""A problem as it stands on a slide is the same problem as in layers and samples, and PyTorch's answer is the same."""

from __future__ import annotations

import json
import pickle
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from helpers import backprop, decimals, solved
from schemas import of_yaml, validator

import backprop_cli
from backprop_cli.api import load
from backprop_cli.checking import assignments
from backprop_cli.ground.errors import SourceError
from backprop_cli.problem.commas import decimal_commas
from backprop_cli.problem.finding import bundled_assignments
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import load_text
from backprop_cli.questions.reading import understood
from backprop_cli.solving.solution import SolveOptions, solution_of

W1, B1, W2, B2 = [[0.5, -0.25, 1], [-1, 0.75, 0.5]], [0.1, -0.2, 0.3], [[1], [-2], [0.5]], 0.1
X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def transposed(rows: list[list[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def written(**keys: Any) -> str:
    head = {"activation": ["Tanh", "σ"], "loss": "MSE", "batch": "full", "learning_rate": 0.5}
    slide = {key.replace("_", " "): one for key, one in keys.items()}
    return yaml.safe_dump({**head, **slide}, allow_unicode=True, default_flow_style=None)


SEND = written(X=X, y=Y, weights_as="rows send", W1=W1, b1=B1, W2=W2, b2=B2)
SAME = {
    "rows receive": written(X=X, y=Y, weights_as="rows receive", W1=transposed(W1), b1=B1, W2=transposed(W2), b2=B2),
    "y in rows": written(X=X, y=[[one] for one in Y], weights_as="rows send", W1=W1, b1=B1, W2=W2, b2=B2),
    "biases as rows of a matrix": written(X=X, y=Y, weights_as="rows send", W1=W1, b1=[B1], W2=W2, b2=[[B2]]),
    "biases as a column": written(X=X, y=Y, weights_as="rows send", W1=W1, b1=[[b] for b in B1], W2=W2, b2=B2),
    "the second matrix as a list": written(
        X=X, y=Y, weights_as="rows receive", W1=transposed(W1), b1=B1, W2=transposed(W2)[0], b2=B2
    ),
    "columns by name": written(X={"x1": [0, 0, 1, 1], "x2": [0, 1, 0, 1]}, y={"y1": Y}, weights_as="rows send",
                               W1=W1, b1=B1, W2=W2, b2=B2),
    "an underscore": SEND.replace("W1", "W_1").replace("b2", "b_2"),
}  # fmt: skip


def numbers(text: str) -> dict[str, Fraction]:
    return decimals(solved(text))


def in_layers() -> str:
    """The same problem in the format's own words, with the names that the entries of the matrices have."""

    def named(matrix: list[list[Any]], name: str) -> list[list[str]]:
        return [[f"{name}_{r}{c} = {one}" for c, one in enumerate(row, 1)] for r, row in enumerate(matrix, 1)]

    layers = [
        {"weights_by_input": named(W1, "W1"), "bias": [f"b1_{n} = {b}" for n, b in enumerate(B1, 1)],
         "activation": "tanh"},
        {"weights_by_input": named(W2, "W2"), "bias": f"b2 = {B2}", "activation": "sigmoid"},
    ]  # fmt: skip
    samples = [{"inputs": x, "targets": [y]} for x, y in zip(X, Y, strict=True)]
    return yaml.safe_dump({"samples": samples, "layers": layers, "loss": "mean_squared_error", "batch": "full",
                           "learning_rate": 0.5})  # fmt: skip


def test_a_slide_is_the_problem_in_layers_and_samples() -> None:
    slide, layers = numbers(SEND), numbers(in_layers())
    assert slide == layers
    assert {"W1_23_new", "b1_3_new", "W2_31_new", "b2_new"} <= slide.keys()


@pytest.mark.parametrize("how", SAME)
def test_every_way_of_writing_it_gives_the_same_numbers(how: str) -> None:
    assert sorted(numbers(SAME[how]).values()) == sorted(numbers(SEND).values())


def test_pytorch_makes_the_same_step_with_the_matrices_as_they_stand() -> None:
    torch = pytest.importorskip("torch")
    w1, b1, w2, b2 = (torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in (W1, B1, W2, B2))
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)[:, None]
    loss = torch.nn.functional.mse_loss(torch.sigmoid(torch.tanh(x @ w1 + b1) @ w2 + b2), y)
    loss.backward()
    ours = numbers(SEND)
    assert float(ours["E"]) == pytest.approx(loss.item())
    for name, tensor in (("W1", w1), ("W2", w2)):
        for row, entries in enumerate((tensor - 0.5 * tensor.grad).tolist(), start=1):
            for column, value in enumerate(entries, start=1):
                assert float(ours[f"{name}_{row}{column}_new"]) == pytest.approx(value, abs=1e-9)
    assert float(ours["b2_new"]) == pytest.approx((b2 - 0.5 * b2.grad).item())


@pytest.mark.parametrize(("x", "y", "inputs", "samples"), [
    ("[1, 2]", "1", 2, 1), ("[[1, 2]]", "[1]", 2, 1), ("[1, 2, 3]", "[2, 4, 6]", 1, 3), ("[[1], [2]]", "[1, 2]", 1, 2),
])  # fmt: skip
def test_a_list_of_numbers_is_a_row_or_of_one_input_a_column(x: str, y: str, inputs: int, samples: int) -> None:
    row = ", ".join(["0.5"] * inputs)
    problem = load_text(f"X: {x}\ny: {y}\nweights as: rows receive\nW: [[{row}]]\nb: 1\nloss: SSE", "<t>").problem
    assert (len(problem.inputs), len(problem.samples)) == (inputs, samples)
    assert set(problem.parameters) == ({f"W_1{n}" for n in range(1, inputs + 1)} | {"b"})


def test_y_has_classes_where_the_loss_takes_them() -> None:
    text = "X: [[1], [2]]\ny: [2, 0]\nweights as: rows receive\nW1: [[1], [2], [3]]\nactivation: Softmax\nloss: CE"
    targets = [[str(one.value) for one in sample.targets.values()] for sample in load_text(text, "<t>").problem.samples]
    assert targets == [["0", "0", "1"], ["1", "0", "0"]]


def test_a_matrix_goes_into_a_layer_that_says_the_rest() -> None:
    text = ("X: [[1, 2]]\nweights as: rows send\nW1: [[1], [2]]\nb1: 3\nW2: [[1]]\nactivation: tanh\n"
            "layers: [{neurons: [h], activation: relu}, {neurons: [o]}]")  # fmt: skip
    problem = load_text(text, "<t>").problem
    assert problem.outputs == ("o",)
    assert [str(layer.activation)[:40].count("relu") for layer in problem.layers] == [1, 0]


def test_a_name_in_use_is_left_to_whoever_has_it() -> None:
    text = "X: [[1, 2]]\nweights as: rows receive\nW1: [[W1_12 = 5, 3], [1, 1]]\nparameters: {W1_21: 1}"
    with pytest.raises(Exception, match="W1_21 is not used"):
        load_text(text, "<t>")
    problem = load_text(text.partition("parameters")[0], "<t>").problem
    assert [str(problem.parameters[c.parameter].value) for n in problem.layers[0].neurons for c in n.connections] == [
        "5", "3", "1", "1"
    ]  # fmt: skip


@pytest.mark.parametrize("text", [SEND, *SAME.values()])
def test_the_schema_takes_a_slide(text: str) -> None:
    validator().validate(of_yaml(text))


@pytest.mark.parametrize("text", [
    "X: [[1]]\nW1: [[1]]\nweights as: columns", "X: [[1]]\nW1: true\nweights as: rows send", "y: [1]\nW1: [[1]]",
    "X: [[1]]\ninputs: [1]\nW1: [[1]]", "X: [[1]]\nw1: [[1]]\nlayers: [{weights: [[1]]}]", "X: [[1]]\nW0: [[1]]",
])  # fmt: skip
def test_the_schema_refuses_what_the_program_refuses(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    assert backprop("solve", tmp_path / "p.yaml").code == 2
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(of_yaml(text))


def test_new_numbers_are_drawn_for_a_slide(tmp_path: Path) -> None:
    path = tmp_path / "slide.yaml"
    path.write_text(SEND, "utf-8")
    run = backprop("generate", "--like", path, "--seed", "3")
    assert run.code == 0, run.err
    drawn = yaml.safe_load(run.out)
    assert [len(row) for row in drawn["W1"]] == [3, 3]
    assert drawn["W1"] != W1


def test_a_matrix_is_answered_as_it_stands_on_the_slide(tmp_path: Path) -> None:
    path, sheet = tmp_path / "slide.yaml", tmp_path / "sheet.md"
    path.write_text("X: [1, 2]\ny: 1\nweights as: rows send\nW1: [[1, -1, 2], [1, 1, 0]]\nW2: [[1], [-2], [1]]\n"
                    "activation: relu\nloss: half_squared_error\nlearning_rate: 0.1", "utf-8")  # fmt: skip
    # h = (3, 1, 2), y = 3, δ_y = 2, δ_h = (2, −4, 2); ∂E/∂W1 = xᵀ·δ_h
    sheet.write_text("dE/dW1 = [[2, -4, 2], [4, -8, 4]]\nW1_new = [[0.8, -0.6, 1.8], [0.6, 1.8, -0.4]]\n", "utf-8")
    report = json.loads(backprop("check", path, sheet, "--json").out)
    verdicts = [one["verdict"] for one in report["lines"] if one["verdict"] != "missing"]
    assert verdicts == ["right"] * 12, report


# ---- decimal commas --------------------------------------------------------------------------------------------

COMMAS = {
    "inputs: [0,5]\nlayers: [{weights: [[1, 1]]}]": ["0,5"],
    "inputs: [0, 5]\nlayers: [{weights: [[0,25]]}]": ["0,25"],
    "inputs: [1, 2]\nlayers: [{weights: [[w = -0,25]], bias: [1]}]": ["-0,25"],
    "inputs: [1,05]\nlayers: [{weights: [[1, 1]]}]": ["1,05"],
    "X: [[0,0],[0,1],[1,0]]\nweights as: rows receive\nW1: [[0,25]]": ["0,25"],
    "X: [[0,0],[0,1],[1,1]]\ny: [0,1,1]\nweights as: rows receive\nW1: [[2,3]]": [],
    "inputs: [0, 5]\nlayers: [{weights: [[0 ,5]]}]": [],
    "inputs: [0.5,2]\nlayers: [{weights: [[1,10]]}]": [],
}


@pytest.mark.parametrize("text", COMMAS)
def test_a_number_with_a_decimal_comma_is_noted_where_it_stands(text: str) -> None:
    notes = list(decimal_commas(load_text(text, "<t>").tree))
    assert [note.message.split(" is two")[0] for note in notes] == COMMAS[text]
    lines = text.split("\n")
    for note in notes:
        assert note.span is not None
        there = lines[note.span.line - 1][note.span.column - 1 :][: note.span.length]
        assert there.endswith(note.message.split(" is two")[0])


def test_solve_and_lint_note_a_decimal_comma(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("inputs: [0,5]\ntargets: [1]\nlayers: [{weights: [[0,25]]}]\nloss: SSE\n", "utf-8")
    run = backprop("solve", path)
    assert run.code == 0
    assert re.findall(r":(\d+:\d+): note: (\S+)", run.err) == [("1:10", "0,5"), ("3:22", "0,25")]
    remarks = json.loads(backprop("lint", path, "--json").out)
    assert [one["said"] for one in remarks if one["kind"] == "decimal-comma"] == [
        "line 1: 0,5 is two numbers here, 0 and 5", "line 3: 0,25 is two numbers here, 0 and 25"
    ]  # fmt: skip


# ---- several sets of numbers -----------------------------------------------------------------------------------

CASES = """title: One neuron
layers: [{neurons: [y], weights: [[w1, w2]], activation: sigmoid}]
loss: half_squared_error
learning_rate: 0.5
ask: [out_y, w1_new]
cases:
  - {inputs: [1, 0], targets: [1], parameters: {w1: 0.5, w2: 1}}
  - {title: The other way, inputs: [0, 1], targets: [0], parameters: {w1: 1, w2: -1}, learning_rate: 2}
"""
ALONE = """layers: [{neurons: [y], weights: [[w1, w2]], activation: sigmoid}]
loss: half_squared_error
learning_rate: 2
inputs: [0, 1]
targets: [0]
parameters: {w1: 1, w2: -1}
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "cases.yaml").write_text(CASES, "utf-8")
    return tmp_path / "cases.yaml"


def test_each_case_is_an_exercise_with_its_own_numbers(cases: Path) -> None:
    first, second = assignments.load(str(cases)).exercises
    assert [one.loaded.problem.title for one in (first, second)] == ["One neuron (a)", "The other way"]
    assert decimals(solution_of(second.loaded, SolveOptions(Detail.FULL, digits=15))) == numbers(ALONE)
    assert first.loaded.problem.training.learning_rate != second.loaded.problem.training.learning_rate


def test_each_case_is_checked_by_its_own_numbers(cases: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.md"
    sheet.write_text("Exercise 1\nout_y = 0.6225\nw1_new = 0.544\n\nExercise 2\nout_y = -0.762\nw1_new = 1\n", "utf-8")
    report = json.loads(backprop("check", cases, sheet, "--json").out)
    verdicts = [[line["verdict"] for line in one["lines"]] for one in report["exercises"]]
    assert verdicts == [["right", "right"], ["mistake", "right"]]


def test_one_case_is_taken_by_its_number(cases: Path) -> None:
    """By every command that takes one problem, and by the Python door from a path, a text and a dictionary."""
    second = f"{cases}#2"
    assert json.loads(backprop("solve", second, "--json").out)["problem"] == "The other way"
    assert "The other way" in backprop("tutor", second, stdin="").out
    assert backprop("draw", second).code == 0
    for one in (load(second), load(cases, case=2), load(CASES, case=2), load(yaml.safe_load(CASES), case=2)):
        assert one.title == "The other way"
        assert decimals(solution_of(one.loaded, SolveOptions(Detail.FULL, digits=15))) == numbers(ALONE)
    assert load(CASES, case=1).title == "One neuron (a)"


def test_a_case_that_there_is_not_is_refused(cases: Path) -> None:
    assert "there is no case 3 among its 2" in backprop("solve", f"{cases}#3").err
    assert "has no cases, so there is no case 1" in backprop("solve", "mazur#1").err
    with pytest.raises(SourceError, match=r"cases\.yaml#1 is the first of them"):
        load(cases)


def test_new_numbers_are_drawn_for_one_case_or_for_all(cases: Path, tmp_path: Path) -> None:
    one = load(backprop("generate", "--like", f"{cases}#2", "--seed", "1").out)
    assert one.title == "The other way"
    assert one.solve().keys() == load(cases, case=2).solve().keys()
    assert backprop("generate", "--like", cases, "--variants", "2", "--seed", "1", "-o", tmp_path / "out").code == 0
    sheets = [path for path in (tmp_path / "out" / "variants").glob("*.yaml") if "exercises" in path.read_text("utf-8")]
    assert [len(assignments.load(str(path)).exercises) for path in sheets] == [2, 2]


def test_a_case_can_be_pickled_and_read_again(cases: Path) -> None:
    found = assignments.load(str(cases))
    make, arguments = assignments.kept(found)
    again = make(*pickle.loads(pickle.dumps(arguments)))
    assert [one.loaded.problem for one in again.exercises] == [one.loaded.problem for one in found.exercises]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("learning_rate: 2}", "learning_rat: 2}", ":8:87: unknown key 'learning_rat'"),
    ("targets: [0]", "targets: [0, 1]", ":8:53: 2 targets for 1 output (y)"),
    ("half_squared", "half_sqared", ":3:7: no loss called 'half_sqared_error'"),
    ("cases:\n", "cases: []\nasked:\n", "a list of cases"),
])  # fmt: skip
def test_what_is_wrong_in_a_case_is_said_once_and_where_it_stands(cases: Path, old: str, new: str, said: str) -> None:
    cases.write_text(CASES.replace(old, new), "utf-8")
    run = backprop("solve", cases)
    assert run.code == 2
    assert run.err.count(said) == 1, run.err


def test_where_one_problem_is_expected_several_cases_are_refused(cases: Path) -> None:
    with pytest.raises(SourceError, match="several cases"):
        load_text(CASES, "<t>")


def test_the_schema_knows_the_keys_of_a_case() -> None:
    validator().validate(of_yaml(CASES))
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(of_yaml(CASES.replace("title: The", "titel: The")))


# ---- automatic names -------------------------------------------------------------------------------------------

TAKEN = {
    "parameters called as inputs would be": "layers: [{weights: [[x1 = 0.5, x2 = 1], [1, 1]]}, {weights: [[1, 1]]}]",
    "neurons called as inputs would be": "layers: [{neurons: [x1, x2], weights: [[0.5, 1], [1, 1]]}]",
    "a parameter declared by such a name": "parameters: {x2: 3}\nlayers: [{weights: [[x2, 1]]}]",
    "targets called as parameters would be": "targets: {w3: 1}\nlayers: [{weights: [[1, 1]]}]",
    "targets called as inputs would be": "targets: {x2: 1}\nlayers: [{weights: [[1, 1]]}]",
    "parameters called as neurons would be": "layers: [{weights: [[h1 = 1, y1 = 1], [1, 1]]}, {weights: [[1, 1]]}]",
}


@pytest.mark.parametrize("what", TAKEN)
def test_an_automatic_name_is_none_that_is_in_use(what: str) -> None:
    problem = load_text(f"inputs: [1, 2]\n{TAKEN[what]}\n", "<t>").problem
    units = [unit for layer in problem.layers for unit in layer.units]
    names = [*problem.inputs, *problem.parameters, *units]
    assert len(names) == len(set(names))


def test_a_name_of_an_input_in_a_graph_stays_what_its_formulas_say() -> None:
    with pytest.raises(SourceError, match="'x1' is both input and parameter"):
        load_text("inputs: [1, 2]\nparameters: {x1: 3}\ngraph: {f: x1*x2}\n", "<t>")


# ---- a case as an exercise -------------------------------------------------------------------------------------

STEPS = """\
title: Step
inputs: {x: 1}
targets: {y: 2}
layers: [{weights: [[w = 0.5]]}]
loss: half_squared_error
learning_rate: 0.1
cases:
  - {inputs: {x: 1}}
  - {title: With a larger input, inputs: {x: 3}, learning_rate: 0.2}
"""
EXERCISES = """\
title: Sheet
exercises:
  - {problem: steps.yaml#2, points: 4, ask: [w_new]}
  - {problem: steps.yaml#1, points: 2}
"""


def test_one_case_of_a_file_is_an_exercise_of_an_assignment(tmp_path: Path) -> None:
    (tmp_path / "steps.yaml").write_text(STEPS)
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(EXERCISES)
    page = backprop("solve", str(sheet)).out
    assert page.index("Exercise 1: With a larger input") < page.index("Exercise 2: Step (a)")
    assert "w⁺ = 0.8  [4 marks]" in page
    template = backprop("check", str(sheet), "--template").out
    answers = tmp_path / "answers.yaml"
    answers.write_text(template.replace("w_new:", "w_new: 0.8", 1))
    assert "4 of 6 marks" in backprop("check", str(sheet), str(answers)).out
    out = tmp_path / "class"
    made = backprop("generate", "--assignment", str(sheet), "--variants", "2", "--seed", "1", "-o", str(out))
    assert made.code == 0, made.err
    assert len(list((out / "variants").iterdir())) >= 2
    for old, new, said in (("#2", "#3", "there is no case 3 among its 2"), ("w_new", "w9_new", "did you mean")):
        sheet.write_text(EXERCISES.replace(old, new))
        done = backprop("solve", str(sheet))
        assert done.code == 2
        assert said in done.err
        assert f"{sheet}:3:" in done.err


@pytest.mark.parametrize("language", ["en", "de", "zh_CN"])
def test_the_manual_has_a_slide_before_it_speaks_of_its_entries(language: str) -> None:
    """The names of entries, W1_12, are said of matrices that the reader has seen, with the key that orients them."""
    page = (Path(backprop_cli.__file__).parent / "manual" / language / "problems.md").read_text("utf-8")
    shown = re.search(r"```yaml\n(X: .*?weights as: rows send\nW1: .*?)```", page, re.DOTALL)
    assert shown is not None
    assert page.index("weights as") < shown.start() < page.index("`W1_12`")
    assert "W1_12" in load_text(shown[1], "slide.yaml").problem.parameters


def test_the_exercises_of_a_file_with_cases_are_in_json_as_the_manual_says() -> None:
    found = json.loads(backprop("solve", "three-sets", "--json").out)
    assert "steps" not in found
    assert [one["exercise"] for one in found["exercises"]] == [1, 2, 3]
    assert all(one["steps"] and one["given"] for one in found["exercises"])


ONE_LAYER = "weights as: rows receive\nX: [[1, 2], [0, 1]]\ny: YYY\nW: [[1], [2]]\nb: BBB\nloss: LLL\nbatch: full\n"
FITS = "with weights as: rows send, all of them fit"


@pytest.mark.parametrize(
    ("y", "b", "loss", "said"),
    [
        ("[1, 0]", "[0]", "SSE", True),
        ("[[1], [0]]", "0.5", "SSE", True),
        ("[1, 0]", "[0, 1]", "SSE", False),  # two biases for one output
        ("[[1, 0], [0, 1]]", "[0]", "SSE", False),  # two targets for one output
    ],
)
def test_the_other_orientation_is_offered_where_it_makes_all_fit(y: str, b: str, loss: str, said: bool) -> None:
    """A column of weights takes one value by its rows and two by its columns: the biases and y must go with it, too."""
    text = ONE_LAYER.replace("YYY", y).replace("BBB", b).replace("LLL", loss)
    run = backprop("solve", "-", stdin=text)
    assert "<stdin>:4:1: W is 2×1 and takes 1 value, but X gives 2" in run.err
    assert run.err.count("<stdin>:") == 1
    assert (FITS in run.err) is said
    assert (backprop("solve", "-", stdin=text.replace("rows receive", "rows send")).code == 0) is said


@pytest.mark.parametrize(("loss", "said"), [("CE", True), ("SSE", False)])
def test_classes_are_targets_of_several_outputs_and_numbers_are_not(loss: str, said: bool) -> None:
    text = ("weights as: rows receive\nX: [[1, 2], [0, 1]]\ny: [2, 0]\nW: [[1, 0, 2], [0, 1, 1]]\nb: [0, 0, 1]\n"
            f"activation: softmax\nloss: {loss}\nbatch: full\n")  # fmt: skip
    run = backprop("solve", "-", stdin=text)
    assert "W is 2×3 and takes 3 values, but X gives 2" in run.err
    assert (FITS in run.err) is said
    assert (backprop("solve", "-", stdin=text.replace("rows receive", "rows send")).code == 0) is said


def asked(text: str) -> list[str]:
    """The keys of what the file asks, as they are understood: those of a whole unit by unit."""
    return [str(one) for one in understood(load_text(text, "<t>")).problem.ask]


def test_a_whole_matrix_in_ask_is_all_of_its_entries() -> None:
    wholes = SEND + "ask: [E, dE/dW1, b1_new, sample 2 / dE/dW2]\n"
    assert asked(wholes) == [
        "E", *(f"all samples / dE/dW1_{entry}" for entry in (11, 21, 12, 22, 13, 23)),
        "b1_1_new", "b1_2_new", "b1_3_new", "sample 2 / dE/dW2_11", "sample 2 / dE/dW2_21", "sample 2 / dE/dW2_31",
    ]  # fmt: skip
    assert asked(SEND + "ask: W2_new\n") == ["W2_11_new", "W2_21_new", "W2_31_new"]
    own = "X: [[1, 2]]\ny: 1\nweights as: rows receive\nW: [[w1 = 1, 2]]\nb: 3\nloss: SSE\nlearning_rate: 1\n"
    own += "ask: [W_new, b_new, dE/dW]\n"
    assert asked(own) == ["w1_new", "W_12_new", "b_new", "dE/dw1", "dE/dW_12"]
    assert backprop("solve", "-", stdin=own).code == 0
    fixed = load_text(own + "fixed: [W_12, b]\n", "<t>").problem  # a name that is only mentioned is still free
    assert fixed.fixed == {"W_12", "b"}
    refused = backprop("solve", "-", stdin=own.replace("dE/dW]", "dE/dW7]"))
    assert "dE/dW7" in refused.err
    assert refused.code == 2


# ---- whole matrices are asked for --------------------------------------------------------------------------------

WHOLES = {
    "dW1": ["dE/dW1_11", "dE/dW1_21", "dE/dW1_12", "dE/dW1_22"],
    "all samples / dW1": ["dE/dW1_11", "dE/dW1_21", "dE/dW1_12", "dE/dW1_22"],
    "dL/dW2": ["dE/dW2_11", "dE/dW2_21"],
    "W2_new": ["W2_11_new", "W2_21_new"],
    "db1": ["dE/db1_1", "dE/db1_2"],
    "all samples / db2": ["dE/db2"],
}
OF_UNITS = {"Z1": ["net_h1", "net_h2"], "A1": ["out_h1", "out_h2"], "δ2": ["delta_y1"], "dZ1": ["delta_h1", "delta_h2"]}


def template(*arguments: str | Path) -> dict[str, object]:
    answers: dict[str, object] = yaml.safe_load(backprop("check", *arguments, "--template").out)["answers"]
    return answers


@pytest.mark.parametrize("name", WHOLES)
def test_a_matrix_is_asked_for_in_the_file_and_on_the_command_line(name: str, tmp_path: Path) -> None:
    """A slope in a whole matrix is that of the batch; of a sample alone, it is asked for with its number."""
    path = tmp_path / "problem.yaml"
    text = backprop("problems", "--show", "on-the-slide").out
    path.write_text(f"{text}ask: [{name}]\n", "utf-8")
    assert set(template(path)) == set(WHOLES[name])
    assert template("on-the-slide", "--ask", name) == template(path)
    sheet = " ".join(backprop("worksheet", "on-the-slide", "--ask", name).out.split())
    assert f"Each line is worth one mark, {len(WHOLES[name])} in all" in sheet or "worth one mark" in sheet
    assert backprop("worksheet", "on-the-slide", "--only", name).code == 0


@pytest.mark.parametrize("name", OF_UNITS)
def test_the_vectors_of_a_layer_are_asked_for_in_every_sample(name: str) -> None:
    answers = template("on-the-slide", "--ask", name)
    assert list(answers) == [f"sample {n}" for n in (1, 2, 3, 4)]
    assert all(isinstance(one, dict) and list(one) == OF_UNITS[name] for one in answers.values())
    assert list(template("on-the-slide", "--ask", f"sample 2 / {name}")) == ["sample 2"]


def test_a_matrix_is_asked_for_in_each_sample_where_each_updates_and_in_one_by_its_number() -> None:
    by_itself = backprop("problems", "--show", "on-the-slide").out.replace("batch: full\n", "")
    assert len(asked(by_itself + "ask: [dW1]\n")) == 4
    answers = yaml.safe_load(backprop("check", "-", "--template", stdin=by_itself + "ask: [dW1]\n").out)["answers"]
    assert list(answers) == [f"sample {n}" for n in (1, 2, 3, 4)]
    assert list(template("on-the-slide", "--ask", "sample 2 / dW1")) == ["sample 2"]


def test_what_a_vectorized_program_prints_is_a_whole_sheet_of_a_batch(tmp_path: Path) -> None:
    """Gradients are taken over the batch there, so none of them is missing for a sample."""
    path, sheet = tmp_path / "problem.yaml", tmp_path / "sheet.txt"
    path.write_text(
        "X: [[1, 2], [0, 1], [2, 0]]\ny: [0, 1, 1]\nweights as: rows receive\nW1: [[0.1, 0.2]]\nb1: [0.1]\n"
        "activation: sigmoid\nloss: BCE\nbatch: full\nbatch_mean: delta\nlearning_rate: 0.5\n"
        "ask: [dZ1, dW1, db1, W1_new]\n"
    )  # fmt: skip
    sheet.write_text(
        "dZ1 = [[0.2152, -0.1419, -0.1419]]\ndW1 = [[-0.0685, 0.2886]]\ndb1 = [-0.0685]\nW1_new = [[0.1342, 0.0557]]\n"
    )
    assert "8 of 8 marks: all right" in backprop("check", path, sheet).out


def test_marks_of_a_matrix_are_shared_by_its_entries(tmp_path: Path) -> None:
    path, sheet = tmp_path / "problem.yaml", tmp_path / "sheet.yaml"
    path.write_text(
        backprop("problems", "--show", "on-the-slide").out + "ask: [all samples / dW1]\nmarks: {dW1: 2}\n", "utf-8"
    )
    sheet.write_text("answers: {dE/dW1_11: 1}\n", "utf-8")
    lines = json.loads(backprop("check", path, sheet, "--json").out)["lines"]
    assert [line["of"] for line in lines] == ["0.5"] * 4


def test_a_question_is_asked_for_too_and_what_means_nothing_is_refused() -> None:
    answers = template("on-the-slide", "--ask", "state(h2)", "--ask", "sample 1 / E")
    assert "state(h2)" in answers
    for name in ("dW9", "stat(h2)", "state(h9)"):
        run = backprop("check", "on-the-slide", "--template", "--ask", name)
        assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    of_several = backprop("worksheet", next(iter(bundled_assignments())), "--ask", "E")
    assert "--ask is for one problem" in of_several.err


def test_a_number_called_as_a_matrix_would_be_is_that_number() -> None:
    """Mazur's biases are b1 and b2: b1 belongs to both hidden units, and db1 is the gradient with respect to it."""
    assert list(template("mazur-biases", "--ask", "dE/db1")) == ["dE/db1"]
    assert set(template("mazur", "--ask", "dW2")) == {"dE/dw5", "dE/dw6", "dE/dw7", "dE/dw8"}
