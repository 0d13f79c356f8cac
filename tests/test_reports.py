"""`backprop check`: what is printed, in every format; marks and exit codes; and that nothing is given away."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from helpers import as_fraction, backprop, steps
from rich.console import Console
from sheets import checked, checker, mark_of, right_answers, right_sheet, verdicts

from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.hypotheses import Hypotheses
from backprop_cli.checking.key import BITS
from backprop_cli.checking.mistakes import MISTAKES
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.scratch import Scratch
from backprop_cli.checking.sheets import read_text
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.formats.reports.checking import report_page
from backprop_cli.formats.reports.checking_data import report_json
from backprop_cli.formats.reports.checking_markdown import report_markdown
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.exact import rational, short_text
from backprop_cli.numbers.rounded import Rounding, round_to
from backprop_cli.problem.reader import bundled

GOLDEN = Path(__file__).parent / "golden" / "checking"
MAZUR = bundled()["mazur"].read_text("utf-8")

# net_h1 without its bias, what follows from it, an uphill step, a truncated digit, too few digits and a blank
ONE_SLIP = """\
student: Ann
answers:
  net_h1: 0.0275
  out_h1: 0.5069
  net_h2: 0.3925
  out_h2: 0.5968
  net_o1: 1.0713
  out_o1: 0.7448
  delta_o1: 0.140
  dE/dw5: 0.07096
  w5_new: 0.4355
  w6_new:
"""


def text_of(report: Report, student: str = "", answers: bool = True, charset: str = "unicode", width: int = 80) -> str:
    """The page for the terminal."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(report_page(report, student, answers, charset))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def sheet(tmp_path: Path, text: str, name: str = "sheet.yaml") -> Path:
    """A file with this text."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


# ---- exit codes ----------------------------------------------------------------------------------------------


def test_all_right_ends_with_0() -> None:
    run = backprop("check", "mazur", "-", stdin=right_sheet("mazur"))
    assert (run.code, run.err) == (0, "")
    assert "31 of 31 marks: all right" in run.out


@pytest.mark.parametrize("answer", ["0.4", "0.38", "0.37752", "-0.3775"])
def test_a_mistake_a_near_miss_and_too_few_digits_end_with_1(answer: str) -> None:
    run = backprop("check", "mazur", "-", stdin=f"net_h1: {answer}\n")
    assert (run.code, run.err) == (1, "")
    assert "all right" not in run.out


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["mazur"], "", "backprop: no answers (`backprop check PROBLEM --template` prints a sheet to fill in"),
        (["mazur", "-"], "", "<stdin>: the file is empty"),
        (["mazur", "-"], "net_h9: 1\n", "<stdin>:1:1: no quantity called 'net_h9'"),
        (["mazur", "-"], "net_h1: a lot\n", "<stdin>:1:9: 'a' is not a number"),
        (["mazur", "-"], "net_h1: 1/0\n", "<stdin>:1:9: this has no value"),
        (["mazur", "-", "--format", "html"], "net_h1: 1\n", "backprop: no format called 'html'"),
        (["mazur", "nowhere.yaml"], "", "nowhere.yaml: there is no such file"),
        (["mazurka", "-"], "net_h1: 1\n", "mazurka"),
        (["mazur", "--template", "--format", "markdown"], "", "backprop: no format called 'markdown' for a sheet"),
        (["mazur", "-", "--round", "x"], "net_h1: 1\n", "backprop: "),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_one_message(words: list[str], stdin: str, said: str) -> None:
    run = backprop("check", *words, stdin=stdin)
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith(said) or said in run.err.split("\n")[0]
    assert "Traceback" not in run.err


def test_every_wrong_name_and_number_of_a_sheet_is_complained_of_at_once() -> None:
    run = backprop("check", "mazur", "-", stdin="net_h1: abc\nnet_h9: 1\nout_h1: 0.59.3\n")
    assert run.code == 2
    assert [line for line in run.err.splitlines() if line.startswith("<stdin>:")] == [
        "<stdin>:1:9: 'abc' is not a number",
        "<stdin>:2:1: no quantity called 'net_h9'",
        "<stdin>:3:13: a second separator: a number has one decimal point, and nothing between its thousands",
    ]


# ---- the template --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", bundled())
def test_a_template_filled_with_the_solution_is_all_right(name: str) -> None:
    """In every layout, and with everything in it."""
    for format_ in ("yaml", "json", "csv"):
        for everything in (False, True):
            text = right_sheet(name, format_, everything)
            marker = checker(name)
            report = check_sheet(marker, read_text(text, f"sheet.{format_}", marker.names, format_))
            asked = asked_lines(marker.worked, everything)
            assert {mark.quantity for mark in report.marks} >= {line.quantity for line in asked}
            assert report.all_right, (format_, everything, [mark.quantity.key for mark in report.wrong])


@pytest.mark.parametrize("ending", ["yaml", "csv", "json"])
def test_a_template_is_written_to_a_file_and_an_empty_one_has_no_answers(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"mine.{ending}"
    run = backprop("check", "mazur", "--template", "-o", path)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert "net_h1" in path.read_text("utf-8")
    empty = backprop("check", "mazur", path)
    assert empty.code in (0, 1)
    assert "✗" not in empty.out


def test_a_template_asks_for_the_digits_that_are_wished_for() -> None:
    assert "# Forward pass (3 decimal places)" in backprop("check", "mazur", "--template", "--round", "3").out
    assert "# Forward pass (at least 3 significant figures)" in backprop("check", "mazur", "--template").out


def test_a_template_has_everything_when_it_is_wished_for() -> None:
    asking = MAZUR + "ask: [delta_h1, w5_new]\n"
    short, long = (backprop("check", "-", "--template", *more, stdin=asking).out for more in ([], ["--everything"]))
    assert [
        line.split(":")[0].strip() for line in short.splitlines() if line.startswith("  ") and line.strip()[0] != "#"
    ] == [
        "delta_h1",
        "w5_new",
    ]
    assert "net_o2:" in long


# ---- marks ---------------------------------------------------------------------------------------------------

ASKING = MAZUR + "ask: [delta_h1, w5_new, after / E]\n"


def test_what_is_asked_for_has_marks_and_the_rest_has_none() -> None:
    report = checked(ASKING, {"net_h1": "0.3775", "delta_h1": "0.008771", "w5_new": "0.4411"})
    assert {mark.quantity.key: (mark.earned, mark.worth) for mark in report.marks} == {
        "net_h1": (0, 0), "delta_h1": (1, 1), "w5_new": (0, 1), "after / E": (0, 1),
    }  # fmt: skip
    assert mark_of(report, "after / E").verdict.rule is Outcome.BLANK
    assert not report.all_right


def test_the_pass_after_the_update_is_asked_for_by_its_address_only() -> None:
    report = checked(MAZUR + "ask: [net_h1, after / E]\n", {"net_h1": "0.3775", "after / E": "0.2910"})
    assert list(verdicts(report)) == ["net_h1", "after / E"]
    assert report.all_right


def test_a_mistake_in_a_line_that_is_not_asked_for_costs_nothing_but_is_said() -> None:
    report = checked(ASKING, {"net_h1": "0.0275", "delta_h1": "0.008771", "w5_new": "0.3589", "after / E": "0.2910"})
    assert report.earned == report.worth == 3
    assert not report.all_right
    assert report.first_wrong is not None
    assert report.first_wrong.quantity.key == "net_h1"


def test_marks_are_those_of_the_problem() -> None:
    """δ_h1 is worth 3, w5_new 2; a missing digit costs half of it, and thirds stay thirds."""
    source = MAZUR + "ask: [delta_h1, w5_new]\nmarks: {delta_h1: 3, w5_new: 2}\n"
    report = checked(source, {"delta_h1": "0.008771", "w5_new": "0.36"})
    assert as_fraction(mark_of(report, "delta_h1").earned) == 3
    assert as_fraction(mark_of(report, "w5_new").earned) == 1
    assert (as_fraction(report.earned), as_fraction(report.worth)) == (4, 5)
    thirds = MAZUR + "ask: [w5_new]\nmarks: {w5_new: 1/3}\n"
    assert short_text(checked(thirds, {"w5_new": "0.3589"}).earned) == "1/3"


def test_marks_say_what_is_asked_where_nothing_else_does() -> None:
    report = checked(MAZUR + "marks: {delta_h1: 3, w5_new: 2}\n", {"delta_h1": "0.008771"})
    assert (as_fraction(report.earned), as_fraction(report.worth)) == (3, 5)
    assert not report.all_right


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (rational(1), "1"),
        (rational(1, 2), "0.5"),
        (rational(3, 4), "0.75"),
        (rational(2, 3), "2/3"),
        (rational(0), "0"),
    ],
)
def test_marks_are_written_as_teachers_write_them(value: Any, text: str) -> None:
    assert short_text(value) == text


# ---- the page ------------------------------------------------------------------------------------------------

PAGES: dict[str, Callable[[Report], str]] = {
    "one-slip.txt": lambda report: text_of(report, "Ann"),
    "one-slip-wide.txt": lambda report: text_of(report, "Ann", width=120),
    "one-slip-ascii.txt": lambda report: text_of(report, "Ann", charset="ascii"),
    "one-slip-no-answers.txt": lambda report: text_of(report, "Ann", answers=False),
    "one-slip.md": lambda report: report_markdown(report, "Ann"),
    "one-slip.json": lambda report: report_json(report, "Ann"),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_report_reads_as_it_was_accepted(name: str, request: pytest.FixtureRequest) -> None:
    """Documents that a teacher reads: one mistake, what follows from it, and smaller matters."""
    marker = checker("mazur")
    page = PAGES[name](check_sheet(marker, read_text(ONE_SLIP, "sheet.yaml", marker.names, "yaml")))
    golden = GOLDEN / name
    if request.config.getoption("--accept"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, "utf-8")
    assert golden.exists(), f"no golden file: look at the page, then pytest {__file__} --accept"
    assert page == golden.read_text("utf-8")


def test_a_page_in_ascii_is_ascii() -> None:
    """All but the letters of a name, which are those of a language."""
    for key, answer in (("delta_o1", "-0.1385"), ("delta_o1", "0.3228"), ("dE/dw5", "0.1385"), ("out_h1", "3")):
        page = text_of(checked("mazur", {key: answer}, filled=True), "Zoë", charset="ascii")
        assert page.replace("Zoë", "Zoe").isascii()
    assert "?" not in text_of(checked("mazur", {"delta_o1": "0.3228"}, filled=True), charset="ascii")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_of_a_page_is_wider_than_the_terminal(width: int) -> None:
    page = text_of(checked("mazur", {"delta_o1": "0.7414", "w5_new": "0.4411"}, filled=True), "Ann", width=width)
    assert max(map(len, page.splitlines())) <= width


def test_the_other_sign_of_delta_is_said_in_every_format() -> None:
    turned = {
        key: text[1:] if text[0] == "-" else "-" + text
        for key, text in right_answers("mazur").items()
        if "delta" in key
    }
    report = checked("mazur", turned, filled=True)
    said = "has the other sign throughout"
    assert said in text_of(report)
    assert said in report_markdown(report)
    assert json.loads(report_json(report))["other_sign_of_delta"] is True


def test_a_notation_writes_the_report() -> None:
    run = backprop("check", "mazur", "-", "--notation", "nielsen", stdin="δ^2_1: 0.1\n")
    assert run.code in (1, 2)
    page = backprop("check", "mazur", "-", "--notation", "nielsen", stdin="net_h1: 0.0275\n").out
    assert "netₕ₁" not in page
    assert "z" in page


def test_a_line_says_what_the_student_did_with_the_students_numbers() -> None:
    page = text_of(checked("mazur", {"delta_o1": "0.7414"}, filled=True))
    assert "δₒ₁ = outₒ₁ − tₒ₁" in page
    assert "= 0.7514 − 0.01 = 0.7414" in page
    assert "δₒ₁ = (outₒ₁ − tₒ₁)·outₒ₁·(1 − outₒ₁)" in page


def test_an_update_uphill_is_written_as_one_would_write_it() -> None:
    assert "w₅⁺ = w₅ + η·∂E/∂w₅" in text_of(checked("mazur", {"w5_new": "0.4411"}, filled=True))


STRICT = "marking: {follow_through: strict}\n" + MAZUR


def test_a_value_that_cannot_be_is_said_where_it_stands() -> None:
    page = text_of(checked("mazur", {"out_h1": "3", "net_o1": "2.0686"}, filled=True))
    assert "No output of this activation can be 3." in page
    assert "follows from your outₕ₁" in page
    strict = text_of(checked(STRICT, {"out_h1": "3", "net_o1": "2.0686"}, filled=True))
    assert "nothing can follow from your outₕ₁" in strict


def test_an_answer_that_could_be_anything_is_said_to_be() -> None:
    page = text_of(checked("mazur", {"delta_h1": "0"}, filled=True))
    assert "too few digits to tell" in page
    assert "Too few digits, three significant figures would do: δₕ₁" in page


# ---- JSON ----------------------------------------------------------------------------------------------------

TOP = ["problem", "student", "marks", "of", "earned", "worth", "all_right", "first_wrong", "other_sign_of_delta",
       "decimal_commas", "not_read", "not_understood", "lines", "causes"]  # fmt: skip
LINE = {"quantity", "answer", "expected", "verdict", "said", "marks", "of", "earned", "worth"}
MORE = {"near", "follows_from", "mistakes", "diagnoses", "alternatives", "refused", "hint", "remark"}


def test_json_has_the_documented_keys() -> None:
    run = backprop("check", "mazur", "-", "--json", stdin=ONE_SLIP)
    assert run.code == 1
    data = json.loads(run.out)
    assert list(data) == TOP
    assert (data["student"], data["first_wrong"], data["all_right"]) == ("Ann", "net_h1", False)
    for line in data["lines"]:
        assert line.keys() >= LINE
        assert line.keys() <= LINE | MORE
        assert line["verdict"] in {rule.value for rule in Outcome}
    lines = {line["quantity"]: line for line in data["lines"]}
    assert lines["net_h1"]["mistakes"] == [
        {"name": "bias-left-out", "variant": None, "said": MISTAKES["bias-left-out"].said}
    ]
    assert lines["out_h1"]["follows_from"] == ["net_h1"]
    assert lines["delta_o1"]["verdict"] == "follows"
    assert lines["out_h2"]["expected"] == "0.5969"
    assert lines["net_h1"] | {"answer": "0.0275", "marks": "0", "of": "1"} == lines["net_h1"]
    assert [cause["mistakes"] for cause in data["causes"]] == [["bias-left-out"], ["uphill"]]
    assert data["causes"][1]["lines"] == ["w5_new"]
    assert sum(Fraction(line["marks"]) for line in data["lines"]) == Fraction(data["marks"])


def test_marks_are_exact_texts_and_beside_them_numbers() -> None:
    """A third and a quarter of a mark: 7/12 of 11/6, as texts; and the nearest numbers that there are."""
    asking = MAZUR + "ask: [net_h1, net_h2, net_o1]\nmarks: {net_h1: 1/3, net_h2: 1/2, net_o1: 1}\n"
    data = json.loads(report_json(checked(asking, {"net_h1": "0.3775", "net_h2": "0.39"})))
    assert {name: data[name] for name in ("marks", "of", "earned", "worth")} == {
        "marks": "7/12", "of": "11/6", "earned": 7 / 12, "worth": 11 / 6,
    }  # fmt: skip
    earned = [line["earned"] for line in data["lines"]]
    assert earned == [1 / 3, 0.25, 0]
    assert [type(one) for one in earned] == [float, float, int]


def test_json_says_from_what_nothing_follows() -> None:
    data = json.loads(report_json(checked(STRICT, {"out_h1": "3", "net_o1": "2.0686"}, filled=True)))
    line = next(line for line in data["lines"] if line["quantity"] == "net_o1")
    assert line["refused"] == [{"quantity": "out_h1", "reason": "impossible"}]


def test_json_and_format_json_are_the_same_and_a_blank_is_null() -> None:
    asking = MAZUR + "ask: [net_h1, out_h1]\n"
    data = json.loads(report_json(checked(asking, {"net_h1": "0.3775"})))
    assert data["lines"][1] == {
        "quantity": "out_h1", "answer": None, "expected": "0.5933", "verdict": "blank", "said": "blank",
        "marks": "0", "of": "1", "earned": 0, "worth": 1,
    }  # fmt: skip
    one, other = (
        backprop("check", "mazur", "-", *words, stdin=ONE_SLIP).out for words in (["--json"], ["--format", "json"])
    )
    assert one == other


# ---- Markdown ------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script> | [x](javascript:1) *b* `c` # $d$ ~e~ ![i](u)"


def test_markdown_obeys_nothing_that_stands_in_a_title_or_a_name() -> None:
    source = MAZUR.replace("title: One step on a 2-2-2 network", "title: " + json.dumps(HOSTILE))
    report = checked(source, {"net_h1": "0.0275"})
    page = report_markdown(report, HOSTILE)
    assert "<" not in page.replace("&lt;", "")
    for mark in "[]`*":
        assert not re.search(r"(?<!\\)" + re.escape(mark), page.split("\n")[0])
    head, _blank, *_rows = page.split("\n")
    assert head.startswith("# ")
    assert head.count("\\|") == 2


def test_markdown_is_one_table_and_every_cell_is_in_it() -> None:
    report = checked("mazur", {"net_h1": "0.0275", "delta_o1": "0.7414"}, filled=True)
    rows = [line for line in report_markdown(report).split("\n") if line.startswith("|")]
    columns = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert columns == {7}
    assert len(rows) == 2 + 31


def test_names_with_underscores_are_not_set_in_italics() -> None:
    source = "inputs: {x_a_b: 1}\nparameters: {w_1_2: 0.5}\ngraph: {f_1_: w_1_2*x_a_b}\nobjective: f_1_\n"
    page = report_markdown(checked(source, {"f_1_": "0.4", "df_1_/dw_1_2": "0.5"}))
    told = "\n".join(line for line in page.split("\n") if not line.startswith("    "))  # the rest is set as it is
    assert not re.search(r"(?<!\\)_", told)
    few = report_markdown(checked(MAZUR.replace("h1", "h_1_"), {"out_h_1_": "0.59"}))
    assert "Too few digits" in few
    assert not re.search(r"(?<!\\)_", few)


# ---- nothing is given away -----------------------------------------------------------------------------------

KEPT = [
    "mazur",
    "dead-relu",
    "softmax-network",
    "sigmoid-circuit",
    "adam",
    "online-two-samples",
    "xor-batch",
    "han-kamber",
]


@pytest.mark.parametrize("name", KEPT)
def test_without_answers_no_value_is_shown_that_the_student_did_not_write(name: str) -> None:
    """Some lines wrong, with the lines before them or alone; no true value to five digits is found."""
    right, hidden = right_answers(name), true_decimals(name)
    for place, key in list(enumerate(right))[:: max(1, len(right) // 8)]:
        wrong = f"{float(right[key]) * 1.37 + 0.0123:.4f}"
        before = dict(list(right.items())[:place])
        for answers in ({key: wrong}, before | {key: wrong}, {key: mistaken(name, key)}):
            report = checked(name, answers)
            pages = [
                text_of(report, answers=False),
                report_markdown(report, answers=False),
                report_json(report, answers=False),
            ]
            shown = set(re.findall(r"\d+\.\d+", "\n".join(pages))) - {
                text.removeprefix("-") for text in answers.values()
            }
            given_away = {one for one in shown for decimal in hidden.values() if decimal in one}
            assert given_away == set(), (key, pages)


def true_decimals(name: str) -> dict[str, str]:
    """Every value to five figures, where it has that many (0.5 is in every text)."""
    marker = checker(name)
    found = {}
    with precision(BITS):
        for quantity in marker.key.order:
            value = marker.key.true(quantity)
            text = round_to(value, Rounding(figures=5, ties="truncate")).text().removeprefix("-") if value != 0 else ""
            if len(text.replace(".", "").lstrip("0")) >= 5:
                found[quantity.key] = text
    return found


def mistaken(name: str, key: str) -> str:
    """What the first usual mistake makes of a line; a wrong number where there is none."""
    marker = checker(name)
    quantity = marker.names.resolve(key)
    with precision(BITS):
        for hypothesis in Hypotheses.of_key(marker.key).of(quantity):
            value = marker.key.once(Scratch).value(hypothesis, quantity)
            if value is not None:
                return f"{float(value):.6f}"
    return "12.345"


def test_with_answers_the_right_value_is_shown_to_the_digits_asked_for() -> None:
    page = text_of(checked("mazur", {"delta_h1": "0.02222"}, filled=True))
    assert "0.02222    0.008771   wrong" in page
    hidden = text_of(checked("mazur", {"delta_h1": "0.02222"}, filled=True), answers=False)
    assert "0.008771" not in hidden
    assert "expected" not in hidden


def test_no_answers_is_an_option_of_the_command() -> None:
    for words in ([], ["--json"], ["--format", "markdown"]):
        run = backprop("check", "mazur", "-", "--no-answers", *words, stdin="delta_h1: 0.02222\n")
        assert run.code == 1
        assert "0.00877" not in run.out


# ---- where it comes from and where it goes -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "start"), [("r.json", "{"), ("r.md", "# "), ("r.txt", "One step on a 2-2-2 network")])
def test_the_report_goes_to_a_file_in_the_format_of_its_ending(name: str, start: str, tmp_path: Path) -> None:
    path = tmp_path / name
    run = backprop("check", "mazur", "-", "-o", path, stdin=ONE_SLIP)
    assert (run.code, run.out, run.err) == (1, "", "")
    assert path.read_text("utf-8").startswith(start)


def test_text_to_a_pipe_has_no_colours_and_no_spaces_at_line_ends() -> None:
    page = backprop("check", "mazur", "-", "--format", "text", stdin=ONE_SLIP).out
    assert "\x1b" not in page
    assert all(line == line.rstrip() for line in page.splitlines())


def test_a_sheet_may_be_a_table(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("quantity", "answer"), ("student", "Bo"), *right_answers("mazur").items()])
    run = backprop("check", "mazur", path)
    assert run.code == 0
    assert "One step on a 2-2-2 network · Bo" in run.out


def test_interactive_asks_for_every_line_on_stderr_and_reports_on_stdout() -> None:
    right = right_answers("mazur")
    run = backprop("check", "mazur", "--interactive", stdin="\n".join(right.values()) + "\n")
    assert run.code == 0
    assert run.err.count(" = ") == len(right)
    assert "[1/31] netₕ₁" in run.err
    assert "31 of 31 marks: all right" in run.out


def test_interactive_explains_what_it_cannot_read_and_ends_with_the_input() -> None:
    run = backprop("check", "mazur", "--interactive", stdin="abc\n0.0275\n\nquit\n")
    assert run.code == 1
    assert "'abc' is not a number" in run.err
    assert "the bias was left out" in run.out
    ended = backprop("check", "mazur", "--interactive", stdin="0.3775\n")
    assert ended.code == 0


# ---- digits --------------------------------------------------------------------------------------------------


def test_round_marks_by_other_digits() -> None:
    """To three places every line: net_o1 = 0.4·0.593 + 0.45·0.597 + 0.6 = 1.10585, which is 1.106 as 1.1059 is."""
    three = "net_h1: 0.378\nout_h1: 0.593\nout_h2: 0.597\nnet_o1: 1.106\nout_o1: 0.751\n"
    assert backprop("check", "mazur", "-", "--round", "4", stdin=three).code == 1
    assert backprop("check", "mazur", "-", "--round", "3", stdin=three).code == 0
    assert backprop("check", "mazur", "-", "--round", "3f", stdin="delta_h1: 0.00877\n").code == 0


@pytest.mark.parametrize("digits", ["2", "3", "2f", "3f"])
def test_what_solve_prints_with_rounding_is_right_line_by_line(digits: str) -> None:
    """Each rounded line alone on its sheet, and all of them together."""
    rounded = {step["quantity"]: step["decimal"] for step in steps("mazur", "--round", digits)}
    for key, decimal in list(rounded.items())[::3]:
        run = backprop("check", "mazur", "-", "--round", digits, stdin=f"{key}: {decimal}\n")
        assert run.code == 0, run.out
    text = "".join(f"{key}: {decimal}\n" for key, decimal in rounded.items())
    assert backprop("check", "mazur", "-", "--round", digits, stdin=text).code == 0


# ---- minus signs -------------------------------------------------------------------------------------------------

SIGNS = "q = 3\nf = q*z = 3*(-4) = -13\ndf/dq = -4\ndf/dx = -5\ndf/dy = -4\ndf/dz = 3\n"


@pytest.mark.parametrize("form", ["text", "markdown", "ascii"])
def test_a_number_of_the_tool_has_a_minus_and_what_was_typed_stays(form: str) -> None:
    options = ["--ascii"] if form == "ascii" else ["--format", form] if form == "markdown" else []
    page = " ".join(backprop("check", "cs231n-gates", "-", *options, stdin=SIGNS).out.split())
    minus = "-" if form == "ascii" else "−"
    between = " | " if form == "markdown" else " "
    assert f"-13{between}{minus}12{between}right formula, slip in the arithmetic" in page
    assert f"is {minus}12.0000, not -13" in page
    assert f"-5{between}{minus}4{between}wrong" in page
    line = json.loads(backprop("check", "cs231n-gates", "-", "--json", stdin=SIGNS).out)["lines"][1]
    assert (line["answer"], line["expected"]) == ("-13", "-12")  # for programs
