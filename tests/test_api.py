"""The door for Python: what a notebook, a script or another program gets, against what the commands print."""

from __future__ import annotations

import doctest
import json
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from helpers import backprop

import backprop_cli as bp
from backprop_cli import api
from backprop_cli.formats.pages import PAGES
from backprop_cli.problem.model import Detail
from backprop_cli.working.arrays import in_json

MODULES = ("backprop_cli", *(f"backprop_cli.api.{path.stem}" for path in Path(api.__file__).parent.glob("*.py")))
NEURON = {
    "inputs": {"x": Fraction(1, 3)},
    "targets": {"y": 1},
    "layers": [{"neurons": ["y"], "weights": [["w = 0.5"]], "activation": "sigmoid"}],
    "loss": "half_squared_error",
    "learning_rate": 0.5,
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_true(name: str) -> None:
    module = sys.modules.get(name) or __import__(name, fromlist=["_"])
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_the_door_has_what_it_says() -> None:
    assert bp.__all__ == sorted([*api.__all__, "page"])  # which is made by asking the rest
    assert all(getattr(bp, name) is getattr(api, name) for name in api.__all__)
    assert callable(bp.page)
    with pytest.raises(AttributeError, match="solv"):
        _ = bp.solv


def test_the_import_alone_costs_nothing() -> None:
    ours = modules_of("import backprop_cli")
    assert {name for name in ours if name.startswith("backprop_cli")} == {"backprop_cli"}
    assert not ours & {"sympy", "flint", "rich", "typer", "pydantic", "yaml", "numpy", "torch", "IPython", "matplotlib"}


def test_no_more_is_imported_for_a_name_of_the_door_than_the_command_line_starts_with() -> None:
    """`backprop --version` needs typer; what the door needs to read a problem, every command needs as well."""
    load = modules_of("import backprop_cli; backprop_cli.load")
    solve = modules_of(
        "import sys; sys.argv = ['backprop', 'solve', 'one-neuron']; import backprop_cli.cli as c; c.main()"
    )
    assert not {name for name in load - solve if name.partition(".")[0] not in sys.stdlib_module_names}
    assert not load & {"numpy", "torch", "IPython", "matplotlib", "pandas", "polars"}


def test_a_version_is_said_without_what_only_a_report_of_a_fault_needs() -> None:
    said = modules_of("import sys; sys.argv = ['backprop', '--version']; import backprop_cli.cli as c; c.main()")
    assert "backprop_cli.cli.app" in said
    assert not said & {"importlib.metadata", "backprop_cli.cli.versions", "backprop_cli.problem.reader"}


def modules_of(program: str) -> set[str]:
    """The modules that a new Python has after a program, beyond those that it starts with."""
    report = "import sys, atexit; atexit.register(lambda: print('\\n' + ' '.join(sys.modules)))\n"
    run = subprocess.run([sys.executable, "-c", report + program], capture_output=True, text=True, check=False)
    bare = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split()) - set(bare.stdout.splitlines()[-1].split())


SCRIPT = """
from fractions import Fraction

import backprop_cli as bp

problem: bp.Problem = bp.load("mazur", rounding=4)
solution: bp.Solution = problem.solve(only="w5_new", digits=12, detail="full")
step: bp.Step = solution["w5_new"]
fraction: Fraction | None = step.fraction
number: float = float(step)
texts: list[str | None] = [step.decimal, step.formula, step.substituted]
for line in solution.select(phase="update", sample=1, epoch=1):
    number += float(line)
report: bp.Report = problem.check({"net_h1": 0.3775})
marks: Fraction = report.marks
first: bp.Line | None = report.first_wrong
said: str = first.diagnosis if first is not None else ""
names: list[str] = bp.bundled()
same: bp.Problem = bp.bundled("mazur")
picture: bp.Picture = problem.draw(kind="gradients", format="png")
many: list[bp.Problem] = bp.variants(3, like=problem, seed=1)
new: bp.Problem = bp.generate(shape="2-2-1", seed=7)
grades: bp.Grades = bp.grade(problem, ["ann.yaml"], late={"ann": 1})
with bp.watch(object(), object(), object(), problem=problem) as watched:
    pass
page: bp.View = problem.view("paths", "w1")
homework: bp.Assignment = bp.assignment(problem)
lesson: bp.Lesson = homework.exercises[0]
hints: str = lesson.hint("net_h1", level=2)["said"][0]["say"]
pages = bp.page(homework, "site")
exercise = bp.Practice().next(name="ann")["exercise"]
try:
    bp.load("no such problem")
except bp.SourceError as error:
    places = [one.span for one in error.complaints]
except (bp.UsageError, bp.MathError, bp.BackpropError):
    raise
"""


def test_a_users_script_is_typed(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api", reason="mypy is among the tools of development")
    script, wrong = tmp_path / "script.py", tmp_path / "wrong.py"
    script.write_text(SCRIPT, "utf-8")
    wrong.write_text("import backprop_cli as bp\nmarks: str = bp.load('mazur').check({}).marks\n", "utf-8")
    said, _errors, code = mypy.run(["--strict", "--config-file=", f"--cache-dir={tmp_path}", str(script), str(wrong)])
    assert code == 1
    assert said.count("error:") == 1, said
    assert 'wrong.py:2: error: Incompatible types in assignment (expression has type "Fraction"' in said


SHOWN = {
    "a problem": lambda problem: problem,
    "a solution": lambda problem: problem.solve(),
    "a line": lambda problem: problem.solve()["w5_new"],
    "a page": lambda problem: problem.view("matrix"),
    "a worksheet": lambda problem: problem.worksheet("key"),
    "a report": lambda problem: problem.check(ANSWERS),
    "a line of a report": lambda problem: problem.check(ANSWERS)["delta_o1"],
    "a picture": lambda problem: problem.draw(),
}


@pytest.mark.parametrize("what", SHOWN)
def test_everything_shows_itself_in_html_and_markdown(what: str) -> None:
    shown = SHOWN[what](bp.load("mazur"))
    html, markdown = shown._repr_html_(), shown._repr_markdown_()
    assert html.lstrip().startswith("<")
    assert markdown.strip()
    assert "<script" not in html.lower()
    if what in ("a solution", "a line", "a page"):
        assert "<math" in html
        assert shown._repr_latex_().strip().startswith("$")
    if what in ("a problem", "a solution", "a picture"):
        assert "<svg" in html


def test_a_line_is_written_as_the_page_writes_it() -> None:
    step = bp.load("mazur", notation="nielsen").solve()["net_h1"]
    in_letters, in_numbers = r"w_1 \cdot i_1 + w_2 \cdot i_2 + b_1", r"0.15 \cdot 0.05 + 0.20 \cdot 0.10 + 0.35"
    assert step._repr_latex_() == rf"$\displaystyle z_1^2 = {in_letters} = {in_numbers} = 0.3775$"


# ---- problems ------------------------------------------------------------------------------------------------------


def test_a_problem_comes_from_a_name_a_path_a_text_and_a_dictionary(tmp_path: Path) -> None:
    text = bp.load("mazur").text
    path = tmp_path / "own.yaml"
    path.write_text(text, "utf-8")
    solved = [str(bp.load(source).solve()) for source in ("mazur", str(path), path, text)]
    assert set(solved) == {solved[0]}
    assert bp.load(NEURON).solve()["net_y"].fraction == Fraction(1, 6)


def test_numbers_of_a_dictionary_are_what_python_prints() -> None:
    numpy = pytest.importorskip("numpy")
    by_array = {**NEURON, "inputs": numpy.array([0.25]), "layers": [{"weights": numpy.array([[0.1]])}]}
    step = bp.load(by_array).solve()["net_y"]
    assert step.fraction == Fraction(25, 1000)


def test_arrays_are_matrices_of_answers_with_the_digits_that_they_have() -> None:
    numpy = pytest.importorskip("numpy")
    gradients = numpy.array([[0.08216704, 0.08266763], [-0.02260254, -0.02274024]], dtype=numpy.float32)
    report = bp.load("mazur").check({"dE/dW2": gradients, "net_h1": numpy.float32(0.3775)})
    assert [line.key for line in report] == ["net_h1", "dE/dw5", "dE/dw6", "dE/dw7", "dE/dw8"]
    assert report["dE/dw5"].answer == "0.08216704"  # as it was given
    assert report["net_h1"].answer == "0.3775"
    assert report.all_right


def test_the_zeros_of_dead_units_hide_no_program() -> None:
    """Most of its numbers have no digits then, and those that have some have all of them."""
    dead = {f"out_h{n}": 0.0 for n in range(9)}
    found = in_json(json.dumps({**dead, "E": 0.7446614503860474}), "step.json")
    assert found is not None
    assert found.bits == 24
    assert in_json(json.dumps({**dead, "E": 0.7447}), "sheet.json") is None


def test_a_dictionary_is_complained_of_where_it_is_wrong() -> None:
    with pytest.raises(bp.SourceError, match=r"<dict>:\d+:\d+: unknown key 'layres'") as caught:
        bp.load({**NEURON, "layres": []})
    assert caught.value.complaints[0].span is not None
    with pytest.raises(bp.UsageError, match="neither text nor number"):
        bp.load({**NEURON, "learning_rate": object()})


@pytest.mark.parametrize("name", bp.bundled())
def test_every_bundled_problem_is_solved_and_shown(name: str) -> None:
    problem = bp.load(name)
    solution = problem.solve()
    detail = problem.model.detail or Detail.TEXTBOOK  # of which the command, for programs, shows every line
    data = json.loads(backprop("solve", name, "--json", "--detail", detail.value).out)
    assert solution.to_dict()["steps"] == data["steps"]
    assert [step.key for step in solution] == [one["quantity"] for one in data["steps"]]
    assert solution._repr_html_().startswith('<div class="backprop"')
    assert solution._repr_latex_().count("$$") % 2 == 0
    if not problem.model.letters:
        for step in solution:
            assert float(step) == pytest.approx(float(step.decimal), rel=1e-8, abs=1e-9)


# ---- solutions -----------------------------------------------------------------------------------------------------


def test_a_value_is_a_fraction_a_decimal_and_a_float() -> None:
    solution = bp.load("mazur").solve(digits=12)
    net, out = solution["net_h1"], solution["out_h1"]
    assert (net.fraction, net.decimal, net.is_exact, float(net)) == (Fraction(151, 400), "0.3775", True, 0.3775)
    assert (out.fraction, out.decimal, out.is_exact) == (None, "0.593269992107", False)
    assert out.formula == "sigmoid(net_h1)"
    assert solution["w5_new"].substituted == "0.40 - 0.5*0.0821670405642"


def test_a_line_has_the_names_that_the_commands_know() -> None:
    solution = bp.load("mazur", notation="nielsen").solve()
    assert solution["δ^3_1"] == solution["delta_o1"] == bp.load("mazur").solve()["delta_o1"]
    assert solution["dE/dout_o1"].formula == "out_o1 - t_o1"  # which the textbook merges into δ
    assert solution["after / E"].decimal == "0.291027774"
    with pytest.raises(bp.UsageError, match="did you mean 'net_h1'"):
        solution["net_hh1"]


def test_steps_are_chosen_by_phase_sample_and_epoch() -> None:
    solution = bp.load("batch").solve() if "batch" in bp.bundled() else _several()
    samples = {step.sample for step in solution}
    assert {1, 2} <= samples
    assert all(step.sample == 2 for step in solution.select(sample=2))
    assert sum(map(len, solution.phases.values())) == len(solution)
    with pytest.raises(bp.UsageError, match="forward, loss"):
        solution.select(phase="forwards")


def _several() -> bp.Solution:
    samples = [{"inputs": [1], "targets": 0}, {"inputs": [2], "targets": 1}]
    layers = NEURON["layers"]
    return bp.load({"samples": samples, "layers": layers, "loss": "squared_error", "learning_rate": 1}).solve()


def test_letters_have_formulas_in_place_of_numbers() -> None:
    solution = bp.load({**NEURON, "learning_rate": "eta"}).solve()
    new = solution["w_new"]
    assert new.decimal is None
    assert new.closed
    with pytest.raises(bp.UsageError, match="letters"):
        float(new)
    report = bp.load({**NEURON, "learning_rate": "eta"}).check({"formulas": {"w_new": "w - eta*delta_y*x"}})
    assert report.marks == 1


@pytest.mark.parametrize("option", PAGES)
def test_every_page_of_solve_is_a_view(option: str) -> None:
    name = option.removeprefix("--").replace("-", "_")
    arguments = {"--paths": "w1", "--compare": "conventions", "--forward-mode": "all", "--second-order": "newton:1"}
    argument = arguments.get(option, "")
    view = bp.load("mazur").view(name, argument)
    printed = backprop("solve", "mazur", f"{option}={argument}" if argument else option, "--format", "text")
    assert str(view) == printed.out.rstrip("\n")


def test_a_page_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(bp.UsageError, match="did you mean 'matrix'"):
        bp.load("mazur").view("matrx")


@pytest.mark.parametrize("ending", ["md", "html", "tex", "typ", "py", "ipynb", "json", "txt"])
def test_a_solution_is_saved_as_the_command_writes_it(ending: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    assert bp.load("mini-step").solve().save(ours) == ours
    backprop("solve", "mini-step", "-o", theirs)
    if ending != "json":  # of which the command shows every line
        assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_solution_is_a_data_frame(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(library)
    monkeypatch.setattr("backprop_cli.api.frames._LIBRARIES", (library,))
    frame = bp.load("mazur").solve().to_frame()
    assert len(frame) == 31
    assert next(iter(frame["decimal"])) == "0.3775"


def test_without_a_library_for_frames_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backprop_cli.api.frames._LIBRARIES", ("no_such_library",))
    with pytest.raises(bp.UsageError, match="pip install pandas"):
        bp.load("mazur").solve().to_frame()


# ---- homework ------------------------------------------------------------------------------------------------------

ANSWERS = {"net_h1": "0.3775", "out_h1": "0.5933", "net_o1": "1.1059", "delta_o1": "0.7414"}


def test_answers_are_checked_from_a_dictionary_a_text_and_a_file(tmp_path: Path) -> None:
    problem = bp.load("mazur")
    text = "\n".join(f"{key}: {value}" for key, value in ANSWERS.items())
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    reports = [problem.check(one) for one in (ANSWERS, {"answers": ANSWERS}, text + "\n", path, str(path))]
    assert len({str(one) for one in reports}) == 1
    assert reports[0].to_dict() == json.loads(backprop("check", "mazur", path, "--json").out)


def test_a_report_has_lines_marks_and_a_diagnosis() -> None:
    report = bp.load("mazur").check({**ANSWERS, "out_o1": 0.7514})
    assert (report.marks, report.of, report.all_right) == (4, 5, False)
    assert report.first_wrong is not None
    assert report.first_wrong.key == "delta_o1"
    assert report["delta_o1"].mistakes
    assert report["delta_o1"].diagnosis
    assert not report["net_h1"].is_wrong
    with pytest.raises(bp.UsageError, match="did you mean 'net_h1'"):
        report["net_h"]
    assert "<table>" in (report._repr_html_() or "")


def test_a_lesson_says_what_the_report_says_and_an_assignment_is_handed_in(tmp_path: Path) -> None:
    problem = bp.load("mazur")
    assignment = bp.assignment(problem)
    (lesson,) = bp.assignment(assignment)
    report, said = problem.check(ANSWERS), lesson.check(ANSWERS)
    assert {key: one["verdict"] for key, one in said["lines"].items()} == {one.key: one.verdict for one in report}
    assert assignment.check([ANSWERS])["exercises"] == [said]
    assert Fraction(said["marks"]["earned"]) == report.marks
    (tmp_path / "mine.json").write_text(assignment.hand_in([ANSWERS], "Ann"), "utf-8")
    assert [one.student for one in bp.grade(problem, tmp_path / "mine.json")] == ["Ann"]
    assert [one["key"] for one in lesson.lines()][:2] == ["net_h1", "out_h1"]
    assert [len(one.problem.solve()) > 0 for one in bp.assignment("homework")] == [True] * 3


def test_what_a_lesson_does_not_ask_for_is_named_and_no_exercise_is_passed_over() -> None:
    (lesson,) = (homework := bp.assignment("mazur")).exercises
    for asked in (lesson.hint, lesson.why, lambda key: lesson.check({key: "1"})):
        with pytest.raises(bp.UsageError, match="did you mean 'net_h1'"):
            asked("net_hh1")
    with pytest.raises(bp.UsageError, match="each of 1 exercises, not for 2"):
        homework.check([{}, {}])
    with pytest.raises(bp.UsageError, match="no exercise is open"):
        _ = bp.Practice().open


def test_a_class_is_graded_and_one_sheet_never_costs_another(tmp_path: Path) -> None:
    (tmp_path / "ann.yaml").write_text("net_h1: 0.3775\n", "utf-8")
    (tmp_path / "bob.yaml").write_bytes(b"\x00\xff")
    grades = bp.grade("mazur", tmp_path)
    assert len(grades) == 2
    assert [str(Path(path).name) for path in grades.reports] == ["ann.yaml"]
    assert [str(Path(path).name) for path in grades.failures] == ["bob.yaml"]
    assert grades.to_dict() == json.loads(backprop("grade", "mazur", tmp_path, "--json").out)
    assert grades.save(tmp_path / "marks.csv").read_text("utf-8") == grades.write("csv")


# ---- making --------------------------------------------------------------------------------------------------------


def test_a_problem_is_generated_as_the_command_does(tmp_path: Path) -> None:
    made = bp.generate(shape="2-2-1", activation="relu", seed=7)
    assert made.text == backprop("generate", "--shape", "2-2-1", "--activation", "relu", "--seed", "7").out
    assert bp.load(made.save(tmp_path / "new.yaml")).text == made.text
    assert bp.generate(shape=(2, 2, 1), activation="relu", seed=7).text == made.text


def test_variants_have_other_numbers_and_the_same_shape() -> None:
    one, two = bp.variants(2, like="mini-step", seed=1)
    assert one.text != two.text
    assert [step.key for step in one.solve()] == [step.key for step in two.solve()]


def test_a_picture_shows_itself(tmp_path: Path) -> None:
    picture = bp.load("mazur").draw()
    assert (picture._repr_svg_() or "").lstrip().startswith("<?xml")
    assert picture.save(tmp_path / "a.svg").read_bytes() == picture.data
    assert bp.load("mazur").draw(format="png", dpi=50).data[:4] == b"\x89PNG"
    with pytest.raises(bp.UsageError, match="svg, png, pdf"):
        bp.load("mazur").draw(format="gif")


def test_a_worksheet_is_a_page_of_its_own() -> None:
    problem = bp.load("mazur")
    for part in ("sheet", "key", "rubric"):
        assert (
            problem.worksheet(part).write("markdown")
            == backprop("worksheet", "mazur", "--part", part, "--format", "markdown").out
        )
    assert bp.load("mazur").check(problem.template()).marks == 0


# ---- pickled -------------------------------------------------------------------------------------------------------


def test_results_survive_pickling_as_plain_data() -> None:
    problem = bp.load("mazur", notation="nielsen", rounding=4)
    solution, report = problem.solve(), problem.check(ANSWERS)
    data = pickle.dumps((problem, solution, report))
    assert b"flint" not in data
    assert b"sympy" not in data
    again, solved, judged = pickle.loads(data)
    assert str(again.solve()) == str(solution) == str(solved)
    assert solved.steps == solution.steps
    assert (judged.lines, judged.marks, str(judged)) == (report.lines, report.marks, str(report))
    assert pickle.loads(pickle.dumps(judged)).lines == report.lines
    assignment = bp.assignment("homework")
    assert pickle.loads(pickle.dumps(assignment)).data() == assignment.data()
