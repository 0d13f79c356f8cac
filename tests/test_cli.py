"""The command line: what every command prints and where, its exit codes, and that it never shows a traceback."""

from __future__ import annotations

import importlib.metadata
import json
import math
import os
import re
import stat
import subprocess
import sys
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from helpers import backprop, steps
from typer.main import get_command

from backprop_cli.cli.app import app
from backprop_cli.cli.misuse import MEANT
from backprop_cli.problem.finding import bundled, bundled_assignments
from backprop_cli.writing.notation import notations

PROBLEMS = list(bundled())
COMMANDS = list(app.sentences)
ESC = "\x1b"
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7])(?:;\d+)*m")
TWO_MISTAKES = """\
title: two mistakes
inputs: {i1: 0.05, i2: 0.10}
layers:
  - neurons: [h1]
    activation: sigmod
    weights: [[0.15, 0.20]]
  - weights: [[0.4]]
targets: [1]
loss: half_squared_eror
"""


def in_a_shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line run by bash, with `backprop` as its first words say it."""
    script = f'backprop() {{ "{sys.executable}" -m backprop_cli "$@"; }}\n{command}'
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in line)


# ---- exit codes and messages ---------------------------------------------------------------------------------


def test_a_solution_goes_to_stdout_and_ends_with_0() -> None:
    run = backprop("solve", "mazur")
    assert run.code == 0
    assert "0.358916480" in run.out
    assert run.err == ""


def test_a_wrong_file_ends_with_2_and_every_complaint_at_once() -> None:
    run = backprop("solve", "-", stdin=TWO_MISTAKES)
    assert run.code == 2
    assert run.out == ""
    assert run.err.splitlines() == [
        "<stdin>:5:17: no activation called 'sigmod'",
        "    5 |     activation: sigmod",
        "      |                 ^^^^^^  did you mean 'sigmoid'?",
        "<stdin>:9:7: no loss called 'half_squared_eror'",
        "    9 | loss: half_squared_eror",
        "      |       ^^^^^^^^^^^^^^^^^  did you mean 'half_squared_error'?",
    ]


def test_complaints_of_every_kind_come_in_one_run() -> None:
    """A misspelt key, a number that is none, a missing target, a wrong name: nothing waits for the next run."""
    text = TWO_MISTAKES.replace("title:", "titel:").replace("0.20", "0.2O").replace("targets: [1]", "fixed: [w9]")
    run = backprop("solve", "-", stdin=text)
    places = re.findall(r"^<stdin>:(\d+):(\d+): ", run.err, re.M)
    assert run.code == 2
    assert {line for line, _column in places} == {"1", "5", "6", "8", "9"}


def test_a_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "xor.yaml"
    path.write_text(TWO_MISTAKES)
    run = backprop("solve", path)
    assert run.err.startswith(f"{path}:5:17: ")


def test_a_mathematical_error_names_its_line_and_ends_with_2() -> None:
    run = backprop("solve", "-", stdin="inputs: {x: 0}\ngraph: {a: x + 1, b: a / x}\n")
    assert run.code == 2
    assert run.out == ""
    assert "b" in run.err
    assert "division by zero" in run.err


def test_verify_ends_with_1_where_the_solution_is_not_gradient_descent() -> None:
    run = backprop("verify", "sequential-update")
    assert run.code == 1
    assert "DIFFERS" in run.out
    assert "disagree" in run.err


WITHOUT_GRADIENTS = ("mini-step", "momentum", "amsgrad", "perceptron-and", "perceptron-or", "batch-norm")


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name not in (*WITHOUT_GRADIENTS, "sequential-update")])
def test_verify_ends_with_0_on_a_bundled_problem(name: str) -> None:
    run = backprop("verify", name)
    assert run.code == 0, run.out + run.err
    assert re.search(r"\b[1-9]\d* of \d+ gradients agree", run.out)
    assert "DIFFERS" not in run.out


@pytest.mark.parametrize("name", WITHOUT_GRADIENTS)
def test_verify_says_where_there_is_nothing_to_verify(name: str) -> None:
    run = backprop("verify", name)
    assert run.code == 2
    assert "nothing to verify" in run.err


@pytest.mark.parametrize("name", ["mazur", "sequential-update"])
def test_verify_cuts_nothing_off_at_80_columns(name: str) -> None:
    page = backprop("verify", name).out
    assert "…" not in page
    assert max(map(width, page.splitlines())) <= 80


WRONG_COMMAND_LINES: dict[str, tuple[tuple[str, ...], str]] = {
    "no such command": (("slove",), "solve"),
    "no such option": (("solve", "mazur", "--digts", "3"), "--digits"),
    "no problem": (("solve",), "PROBLEM"),
    "no such problem": (("solve", "mazr"), "mazur"),
    "no such file": (("solve", "nowhere/problem.yaml"), "nowhere/problem.yaml"),
    "two problems": (("solve", "mazur", "softmax"), "softmax"),
    "no such quantity": (("solve", "mazur", "--only", "w55_new"), "w5_new"),
    "no such detail": (("solve", "mazur", "--detail", "ful"), "full"),
    "no such format": (("solve", "mazur", "--format", "jsn"), "json"),
    "no such notation": (("solve", "mazur", "--notation", "nielson"), "nielsen"),
    "no digits": (("solve", "mazur", "--digits", "0"), "--digits"),
    "too many digits": (("solve", "mazur", "--digits", "10000000"), "1000"),
    "digits in words": (("solve", "mazur", "--digits", "nine"), "--digits"),
    "rounding in words": (("solve", "mazur", "--round", "four"), "four"),
    "rounding below nothing": (("solve", "mazur", "--round", "-1"), "-1"),
    "no figures": (("solve", "mazur", "--round", "0f"), "0f"),
    "no such problem to show": (("problems", "--show", "mazr"), "mazur"),
    "a form of a key": (("worksheet", "mazur", "--form", "--part", "key"), "--part"),
    "a form on paper": (("worksheet", "mazur", "--form", "-o", "form.pdf"), "form.html"),
    "a form for a platform": (("worksheet", "mazur", "--form", "--for", "otter"), "notebook"),
    "no such chapter": (("problems", "--chapter", "99"), "14"),
    "a problem and the course": (("problems", "--show", "mazur", "--course"), "--course"),
    "a list into a file": (("problems", "-o", "list.txt"), "--course"),
    "a book that is a program": (("problems", "--course", "-o", "book.py"), "html"),
    "no such problem to verify": (("verify", "mazr"), "mazur"),
}


@pytest.mark.parametrize("what", WRONG_COMMAND_LINES)
def test_a_wrong_command_line_ends_with_2_and_a_message_that_helps(what: str) -> None:
    arguments, helpful = WRONG_COMMAND_LINES[what]
    run = backprop(*arguments)
    assert run.code == 2
    assert run.out == ""
    assert helpful in run.err
    assert "Traceback" not in run.err


OUR_OWN_WORDS: dict[tuple[str, ...], str] = {
    ("slove",): "No such command 'slove' (did you mean 'solve'?)",
    ("solve", "mazur", "--digts", "3"): "No such option: --digts (did you mean '--digits'?)",
    ("list",): "No such command 'list' (did you mean 'problems'?)",
    ("mazur",): "No such command 'mazur' (to solve this problem: backprop solve mazur)",
    ("sheet.yaml",): "No such command 'sheet.yaml' (to solve this problem: backprop solve sheet.yaml)",
    ("softmaxx",): "No such command 'softmaxx' (to solve this problem: backprop solve softmax)",
    ("xyzzy",): "No such command 'xyzzy' (the commands are " + ", ".join(app.sentences) + ")",
    ("schema", "-q"): "No such option: -q (the options are --output, --lang, --help)",
    ("solve",): "Missing argument 'PROBLEM'.",
    ("--lang", "en"): "Missing command.",
    ("solve", "mazur", "--digits"): "Option '--digits' requires an argument.",
    ("solve", "mazur", "--json=3"): "Option '--json' does not take a value.",
    ("solve", "mazur", "softmax", "xor"): "Got unexpected extra arguments (softmax xor)",
    ("solve", "mazur", "--digits", "0"): "Invalid value for '--digits': expected a whole number from 1 to 1000",
    ("generate", "--seed", "one"): "Invalid value for '--seed': expected a whole number, at least 0",
}


@pytest.mark.parametrize("arguments", OUR_OWN_WORDS, ids=" ".join)
def test_what_is_wrong_with_a_command_line_is_said_in_words_of_our_own(arguments: tuple[str, ...]) -> None:
    """Whatever version the library for command lines has, and it has worded all of these in more than one way."""
    assert backprop(*arguments).err.split("\n")[-2] == f"Error: {OUR_OWN_WORDS[arguments]}"


@pytest.mark.parametrize("word", MEANT)
def test_a_command_is_found_by_what_others_call_it(word: str) -> None:
    for other in MEANT[word].split():
        assert f"Error: No such command {other!r} (did you mean {word!r}?)" in backprop(other).err
    assert not set(MEANT[word].split()) & {*app.sentences, *bundled()}


@pytest.mark.parametrize("name", app.sentences)
def test_the_list_of_commands_says_of_each_what_its_own_page_says(name: str) -> None:
    assert app.sentences[name] == get_command(app).commands[name].help


@pytest.mark.parametrize("arguments", [(), *((name,) for name in app.sentences)], ids=" ".join)
def test_the_short_option_shows_the_help_too(arguments: tuple[str, ...]) -> None:
    assert backprop(*arguments, "-h").out == backprop(*arguments, "--help").out != ""


def test_no_arguments_at_all_show_the_help() -> None:
    run = backprop()
    assert "Usage: backprop" in run.out + run.err
    assert run.code == 2


# ---- where it reads from -------------------------------------------------------------------------------------


def test_a_dash_reads_standard_input_and_a_path_the_same_file(tmp_path: Path) -> None:
    text = backprop("problems", "--show", "mazur").out
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    by_name = backprop("solve", "mazur").out
    assert backprop("solve", "-", stdin=text).out == by_name
    assert backprop("solve", path).out == by_name


def test_a_file_in_the_way_goes_before_a_bundled_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mazur").write_text("inputs: {x: 3}\ngraph: {f: x^2}\n")
    monkeypatch.chdir(tmp_path)
    assert next(step["quantity"] for step in steps("mazur")) == "f"


# ---- JSON ----------------------------------------------------------------------------------------------------


def test_json_has_the_shape_that_is_promised() -> None:
    run = backprop("solve", "mazur", "--json")
    data = json.loads(run.out)
    assert data["problem"] == "One step on a 2-2-2 network"
    assert data["arithmetic"] == "exact"
    promised = {
        "phase": "forward",
        "epoch": 1,
        "sample": 1,
        "quantity": "net_h1",
        "formula": "w1*i1 + w2*i2 + b1",
        "substituted": "0.15*0.05 + 0.20*0.10 + 0.35",
        "exact": "151/400",
        "decimal": "0.3775",
        "is_exact": True,
    }
    assert promised.items() <= data["steps"][0].items()


KEYS = {
    "phase": str,
    "epoch": int,
    "sample": int | None,
    "quantity": str,
    "formula": str | None,
    "substituted": str | None,
    "exact": str | None,
    "decimal": str,
    "is_exact": bool,
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_step_of_every_problem_has_the_promised_keys(name: str) -> None:
    found = steps(name, "--then-forward")
    assert found
    for step in found:
        for key, kind in KEYS.items():
            assert isinstance(step[key], kind), f"{key} of {step['quantity']}"
        assert step["phase"] in ("forward", "loss", "backward", "gradient", "update")
    assert len({step["quantity"] for step in found}) == len(found), "every quantity has a name of its own"


@pytest.mark.parametrize("name", PROBLEMS)
def test_exact_and_decimal_say_the_same(name: str) -> None:
    for step in steps(name):
        decimal = Fraction(step["decimal"])
        if step["is_exact"]:
            assert step["exact"] is None or Fraction(step["exact"]) == decimal
        elif step["exact"] is not None and re.fullmatch(r"-?\d+/\d+", step["exact"]):
            assert abs(Fraction(step["exact"]) - decimal) <= abs(decimal) * Fraction(1, 10**8)


PYTHON = {
    "e": math.e,
    "ln": math.log,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "abs": abs,
    "sign": lambda z: (z > 0) - (z < 0),
    "max": max,
    "min": min,
    "relu": lambda z: max(z, 0),
    "step": lambda z: float(z > 0),
    "floor": math.floor,
    "relu_slope": lambda z: float(z > 0),
}


@pytest.mark.parametrize("name", [name for name in PROBLEMS if name != "mini-step"])
def test_the_numbers_put_in_give_the_result_when_python_calculates_them(name: str) -> None:
    """What is printed can be typed into a calculator: only numbers and functions are left."""
    for step in steps(name, "--digits", "14"):
        text = step["substituted"]
        if text is None or "is the max" in text:
            continue
        text = re.sub(r"\(([^()]*)\)\[(\d+)\]", lambda found: f"({found[1].split(', ')[int(found[2])]})", text)
        text = re.sub(r"\[(\d+) = (\d+)\]", r"(\1 == \2)", text)
        text = re.sub(r"\brelu'\(", "relu_slope(", text.lower()).replace("^", "**").replace("[", "(").replace("]", ")")
        try:
            value = float(eval(text, {"__builtins__": {}}, PYTHON))
        except NameError:
            pytest.fail(f"a name is left: {step}")
        expected = float(step["decimal"])
        rounding = 0.006 if name in ("han-kamber", "sequential-update") else 1e-11
        assert abs(value - expected) <= rounding * max(1, abs(expected)), step


# ---- addresses -----------------------------------------------------------------------------------------------


def test_the_error_after_the_update_has_its_own_address() -> None:
    """0.298371109 and 0.291027774 are the errors of the example in double precision."""
    by_key = {step["quantity"]: step["decimal"] for step in steps("mazur", "--then-forward")}
    assert by_key["E"] == "0.298371109"
    assert by_key["after / E"] == "0.291027774"
    text = backprop("solve", "mazur", "--then-forward").out
    before, _, after = text.partition("After the update")
    assert "0.298371109" in before
    assert "0.291027774" not in before
    assert "0.291027774" in after
    only = backprop("solve", "mazur", "--only", "after / E").out
    assert "0.291027774" in only
    assert steps("mazur", "--only", "after / E")[-1]["quantity"] == "after / E"


def test_samples_and_epochs_are_addressed_by_a_path() -> None:
    keys = [step["quantity"] for step in steps("linear-regression")]
    assert "epoch 2 / sample 1 / net_y" in keys
    assert "epoch 2 / w_new" in keys
    samples = {(step["epoch"], step["sample"]) for step in steps("linear-regression") if step["phase"] == "forward"}
    assert samples == {(epoch, sample) for epoch in (1, 2) for sample in (1, 2, 3, 4)}


# ---- only, detail, digits, round, notation --------------------------------------------------------------------


def test_only_gives_exactly_the_chain() -> None:
    chain = "net_h1 out_h1 net_h2 out_h2 net_o1 out_o1 delta_o1 dE/dw5 w5_new"
    found = steps("mazur", "--only", "w5_new", "--detail", "textbook")
    assert [step["quantity"] for step in found] == chain.split()
    full = [step["quantity"] for step in steps("mazur", "--only", "w5_new", "--detail", "full")]
    assert full == chain.replace("delta_o1", "dE/dout_o1 dout_o1/dnet_o1 delta_o1").split()


@pytest.mark.parametrize("name", PROBLEMS)
def test_only_is_the_chain_of_the_names_in_the_formulas(name: str) -> None:
    """Of every fourth quantity, or of a dozen: what it needs is read off the printed formulas of the whole solution."""
    everything = {step["quantity"]: step["formula"] or "" for step in steps(name, "--detail", "full")}
    if any(" / " in key or "softmax" in formula for key, formula in everything.items()):
        pytest.skip("the formulas of several passes, and of softmax, do not say which quantity they mean")
    for asked in list(everything)[:: max(4, len(everything) // 12)]:
        needed, waiting = {asked}, [asked]
        while waiting:
            formula = everything[waiting.pop()]
            used = {key for key in everything if re.search(rf"(?<!\w){re.escape(key)}(?!\w|/d)", formula)}
            waiting += used - needed
            needed |= used
        assert {step["quantity"] for step in steps(name, "--detail", "full", "--only", asked)} == needed


def test_only_may_be_repeated_and_may_ask_for_what_the_detail_would_merge() -> None:
    found = [step["quantity"] for step in steps("mazur", "--only", "E", "--only", "dE/dout_h1", "--detail", "brief")]
    assert {"E", "dE/dout_h1"} <= set(found)
    assert "w5_new" not in found


def test_a_page_with_only_shows_only_these_lines() -> None:
    page = backprop("solve", "mazur", "--only", "w5_new", "--ascii").out
    assert "w5_new" in page or "w5+" in page
    for absent in ("w6", "dE/dw7", "delta_h1", "E_o1"):
        assert not re.search(rf"^ *{absent}\w* +=", page, re.M)


def test_detail_says_how_much_is_written() -> None:
    keys = {
        detail: {step["quantity"] for step in steps("mazur", "--detail", detail)}
        for detail in ("brief", "textbook", "full")
    }
    assert keys["brief"] <= keys["textbook"] < keys["full"]
    assert "dout_o1/dnet_o1" in keys["full"] - keys["textbook"]
    assert {"delta_o1", "delta_h2", "w8_new"} <= keys["brief"]
    brief, textbook, full = (len(backprop("solve", "mazur", "--detail", detail).out) for detail in keys)
    assert brief < textbook < full


def test_gates_split_an_expression_into_one_operation_each() -> None:
    text = "inputs: {x: 2, y: 3, z: 4}\ngraph: {f: (x + y)*z - 1}\n"
    found = [step for step in steps("-", "--detail", "gates", stdin=text) if step["phase"] == "forward"]
    assert [step["decimal"] for step in found] == ["5", "20", "19"]


def _mazur() -> dict[str, float]:
    """The example in Python's floats."""

    def squash(net: float) -> float:
        return 1 / (1 + math.exp(-net))

    h1, h2 = squash(0.15 * 0.05 + 0.20 * 0.10 + 0.35), squash(0.25 * 0.05 + 0.30 * 0.10 + 0.35)
    o1, o2 = squash(0.40 * h1 + 0.45 * h2 + 0.60), squash(0.50 * h1 + 0.55 * h2 + 0.60)
    delta = (o1 - 0.01) * o1 * (1 - o1)
    error = ((0.01 - o1) ** 2 + (0.99 - o2) ** 2) / 2
    return {"out_h1": h1, "out_o2": o2, "E": error, "delta_o1": delta, "w5_new": 0.4 - 0.5 * delta * h1}


@pytest.mark.parametrize("digits", [1, 3, 9, 14])
def test_digits_are_significant_and_correct(digits: int) -> None:
    found = {step["quantity"]: step["decimal"] for step in steps("mazur", "--digits", str(digits))}
    for key, value in _mazur().items():
        assert float(found[key]) == float(f"{value:.{digits}g}"), key
    assert len(re.sub(r"^0\.0*", "", found["w5_new"])) == digits


def test_a_thousand_digits_are_given() -> None:
    found = steps("mazur", "--digits", "1000", "--only", "out_h1")[-1]["decimal"]
    assert len(found.removeprefix("0.")) == 1000
    assert found.startswith("0.59326999210718")


def test_round_makes_every_line_a_calculators() -> None:
    """Each line by hand from the rounded lines before it: σ(0.3775) ≈ 0.5933, 0.4·0.5933 + 0.45·0.5969 + 0.6 = …"""
    found = {step["quantity"]: step["decimal"] for step in steps("mazur", "--round", "4", "--detail", "textbook")}
    by_hand = {
        "net_h1": "0.3775", "out_h1": "0.5933", "net_h2": "0.3925", "out_h2": "0.5969",
        "net_o1": "1.1059", "out_o1": "0.7514", "delta_o1": "0.1385", "dE/dw5": "0.0822", "w5_new": "0.3589",
    }  # fmt: skip
    assert by_hand.items() <= found.items()


def test_round_takes_figures_and_takes_the_files_own_rounding_away() -> None:
    figures = {step["quantity"]: step["decimal"] for step in steps("mazur", "--round", "2f", "--detail", "textbook")}
    assert figures["out_h1"] == "0.59"  # of net 0.38
    assert figures["delta_o1"] == "0.14"
    assert {"out_4": "0.332"}.items() <= {s["quantity"]: s["decimal"] for s in steps("han-kamber")}.items()
    exact = {step["quantity"]: step["decimal"] for step in steps("han-kamber", "--round", "none")}
    assert exact["out_4"] == f"{1 / (1 + math.exp(0.7)):.9f}"


NOTATION_SIGNS = {
    "plain": "net", "nielsen": "z", "mitchell": "net", "han-kamber": "Err", "negnevitsky": "X", "hagan": "n",
    "bishop": "a", "goodfellow": "yhat", "cs231n": "ds",
    "zhou": "g",
}  # fmt: skip


@pytest.mark.parametrize("name", notations())
def test_a_notation_changes_the_symbols_and_no_number(name: str) -> None:
    page = backprop("solve", "mazur", "--notation", name, "--ascii").out
    assert re.search(rf"\b{NOTATION_SIGNS[name]}", page)
    assert "0.358916480" in page
    keys = {step["quantity"] for step in steps("mazur", "--notation", name)}
    assert {"net_h1", "delta_o1", "w5_new"} <= keys, "the keys in JSON are the same in every notation"


# ---- the page ------------------------------------------------------------------------------------------------


def test_the_five_parts_come_in_the_order_of_the_work() -> None:
    page = backprop("solve", "mazur").out
    parts = ["1  Forward pass", "2  Error", "3  Backward pass", "4  Gradients", "5  Update"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("name", PROBLEMS)
def test_no_line_is_wider_than_the_terminal(name: str, columns: int) -> None:
    for more in ((), ("--detail", "full", "--then-forward"), ("--digits", "20")):
        page = backprop("solve", name, *more, COLUMNS=str(columns)).out
        for line in page.splitlines():
            assert width(line) <= columns, line


@pytest.mark.parametrize("notation", notations())
@pytest.mark.parametrize("name", PROBLEMS)
def test_ascii_is_nothing_but_ascii(name: str, notation: str) -> None:
    for more in (("--detail", "full"), ("--detail", "textbook", "--then-forward", "--format", "text")):
        run = backprop("solve", name, "--ascii", "--notation", notation, *more)
        assert run.code == 0, run.err
        assert run.out.isascii()
        assert "?" not in run.out, "a symbol without a word for it"


def test_text_has_no_escape_codes_even_where_colour_is_forced() -> None:
    assert ESC in backprop("solve", "mazur", FORCE_COLOR="1").out
    assert ESC not in backprop("solve", "mazur", "--format", "text", FORCE_COLOR="1").out
    assert ESC not in backprop("solve", "mazur", "--json", FORCE_COLOR="1").out
    assert ESC not in backprop("solve", "mazur").out, "a pipe gets no escape codes"


@pytest.mark.parametrize("command", [("solve", "mazur"), ("verify", "mazur"), ("problems",)])
def test_no_color_is_respected(command: tuple[str, ...]) -> None:
    assert COLOUR.search(backprop(*command, FORCE_COLOR="1").out)
    assert not COLOUR.search(backprop(*command, FORCE_COLOR="1", NO_COLOR="1").out)


def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path) -> None:
    run = in_a_shell("backprop solve mazur", tmp_path, PYTHONIOENCODING="ascii")
    assert run.returncode == 0
    assert run.stdout.isascii()
    assert "delta" in run.stdout


def test_brackets_and_escapes_in_a_title_are_shown_and_not_obeyed() -> None:
    text = "title: '[red]x[/] [link=http://a.b]c[/link] :smile:'\ninputs: {x: 1}\ngraph: {f: x + 1}\n"
    assert "[red]x[/] [link=http://a.b]c[/link] :smile:" in backprop("solve", "-", stdin=text, FORCE_COLOR="1").out
    escape = 'title: "a\\e[31mb\\u202ec"\ninputs: {x: 1}\ngraph: {f: x + 1}\n'
    page = backprop("solve", "-", stdin=escape).out
    assert ESC not in page
    assert "\u202e" not in page


# ---- files ---------------------------------------------------------------------------------------------------


def test_output_goes_to_a_file_whole(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    data = tmp_path / "page.json"
    for path in (page, data):
        path.write_text("old")
        run = backprop("solve", "mazur", "-o", path)
        assert (run.code, run.out) == (0, "")
    assert page.read_text("utf-8") == backprop("solve", "mazur", "--format", "text").out
    assert json.loads(data.read_text("utf-8")) == json.loads(backprop("solve", "mazur", "--json").out)
    assert sorted(tmp_path.iterdir()) == [data, page], "no temporary file stays behind"


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("old")
    path.chmod(0o600)
    backprop("solve", "mazur", "-o", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_is_written_through(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    assert backprop("solve", "mazur", "-o", link).code == 0
    assert link.is_symlink()
    assert "0.358916480" in real.read_text("utf-8")


@pytest.mark.parametrize("where", ["missing/page.txt", "file/page.txt", ".", "/proc/page.txt", "x" * 300])
def test_a_place_that_cannot_be_written_is_refused(where: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file is no folder")
    run = backprop("solve", "mazur", "-o", tmp_path / where)
    assert run.code == 2
    assert run.out == ""
    assert "cannot write" in run.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in a read-only folder")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    run = backprop("solve", "mazur", "-o", tmp_path / "page.txt")
    assert run.code == 2
    assert "cannot write" in run.err


def test_what_is_not_a_file_is_never_replaced_by_one(tmp_path: Path) -> None:
    """A pipe, and so /dev/null or /dev/stdout, stays what it is, even for root."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # so that writing into it would not wait for ever
    try:
        run = backprop("solve", "one-weight", "--json", "-o", pipe)
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert run.code == 2 or json.loads(os.read(reader, 1 << 20))
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    "command",
    ["solve one-weight -o page.pfd", "worksheet one-weight -o sheet.docx", "check one-weight --template -o s.yml2",
     "grade mazur s.yaml -o marks.ods", "draw mazur -o picture.gif"],
)  # fmt: skip
def test_an_ending_that_no_format_has_is_refused_and_nothing_is_written(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text("answers: {net_h1: 0.3775}", "utf-8")
    run = backprop(*command.split())
    assert run.code == 2
    assert "ending" in run.err
    assert not (tmp_path / command.rsplit(" ", 1)[-1]).exists()


@pytest.mark.parametrize("command", ["solve mazur", "check mazur --template", "worksheet mazur", "generate --seed 3"])
def test_output_to_a_dash_goes_to_stdout(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert backprop(*command.split(), "-o", "-").out == backprop(*command.split()).out != ""
    assert list(tmp_path.iterdir()) == []


def test_closed_streams_are_no_traceback(tmp_path: Path) -> None:
    """`>&-` and `2>&-`: what is written to a file is written, what cannot be shown is said where that is possible."""
    command = f'"{sys.executable}" -m backprop_cli solve one-weight'
    done = subprocess.run(
        f"{command} -o page.md >&-", shell=True, check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "0.4" in (tmp_path / "page.md").read_text("utf-8")
    done = subprocess.run(f"{command} >&-", shell=True, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "cannot write the output" in done.stderr
    done = subprocess.run(f"{command} 2>&-", shell=True, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0


def test_a_wrong_problem_leaves_the_output_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text("old")
    assert backprop("solve", "-", "-o", path, stdin=TWO_MISTAKES).code == 2
    assert path.read_text() == "old"


# ---- processes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["solve xor-batch --json --detail full", "solve mazur", "schema", "problems"])
def test_a_reader_that_leaves_early_is_no_error(command: str, tmp_path: Path) -> None:
    run = in_a_shell(f"backprop {command} | head -1", tmp_path)
    assert run.returncode == 0
    assert run.stdout.count("\n") == 1
    assert run.stderr == ""


def test_python_m_backprop_cli_is_the_command(tmp_path: Path) -> None:
    run = in_a_shell(f'"{sys.executable}" -m backprop_cli solve mazur', tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == backprop("solve", "mazur").out


def test_the_version_is_that_of_the_package() -> None:
    run = backprop("--version")
    assert run.code == 0
    assert run.out.split() == ["backprop", importlib.metadata.version("backprop-cli")]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_ends_with_an_example_that_works(command: str, tmp_path: Path) -> None:
    page = backprop(command, "--help").out
    *_, last, _more = page.strip().splitlines()
    assert last.strip().startswith("Example: backprop ")
    example = last.strip().removeprefix("Example: ")
    assert command in example
    run = in_a_shell(f"set -e\n{example}", tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout or any(tmp_path.iterdir())


def test_the_help_of_the_program_names_every_command() -> None:
    page = backprop("--help").out
    assert page.startswith("Usage: backprop")
    for command in COMMANDS:
        assert re.search(rf"^\s+{command}\s+\w", page, re.M)


# ---- problems, init, schema ----------------------------------------------------------------------------------


def test_problems_lists_every_problem_and_assignment_with_its_title() -> None:
    lines, known = backprop("problems").out.splitlines(), bundled() | bundled_assignments()
    assert [line.split()[0] for line in lines] == [*known]
    for name, line in zip(known, lines, strict=True):
        title = yaml.safe_load(known[name].read_text("utf-8"))["title"]
        assert line.split(maxsplit=1)[1].strip() == title


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems_show_prints_the_file(name: str) -> None:
    assert backprop("problems", "--show", name).out == bundled()[name].read_text("utf-8")


@pytest.mark.parametrize("option", [(), ("--graph",)])
def test_init_writes_a_file_that_solves_and_never_overwrites(option: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "sheet.yaml"
    run = backprop("init", path, *option)
    assert (run.code, run.out) == (0, "")
    assert str(path) in run.err
    text = path.read_text("utf-8")
    assert text.startswith("#")
    assert backprop("solve", path).code == 0
    assert backprop("verify", path).code == 0
    path.write_text("mine")
    run = backprop("init", path, *option)
    assert run.code == 2
    assert "--force" in run.err
    assert path.read_text() == "mine"
    assert backprop("init", path, *option, "--force").code == 0
    assert path.read_text("utf-8") == text
    assert backprop("solve", "-", stdin=backprop("init", "-", *option).out).code == 0


NO_VALUE = """title: masked scores
inputs: {s: [1, 2, 3]}
parameters: {M: [0, 0, -1e9]}
graph:
  a: softmax(s + M)
  f: sum(a^2)
learning_rate: 0.1
"""
WITHOUT_A_VALUE = [
    "solve", "solve --table", "solve --json", "solve --matrix", "solve --hessian", "solve --jacobian",
    "solve --compare conventions", "solve --format numpy", "worksheet", "worksheet --only f", "worksheet --part key",
    "check SHEET", "grade SHEET", "tutor", "quiz --for moodle", "lint", "verify",
]  # fmt: skip


@pytest.mark.parametrize("command", WITHOUT_A_VALUE)
def test_every_command_says_where_a_number_is_that_has_no_value(command: str, tmp_path: Path) -> None:
    path, sheet = tmp_path / "problem.yaml", tmp_path / "sheet.yaml"
    path.write_text(NO_VALUE, "utf-8")
    sheet.write_text("answers: {f: 1}\n", "utf-8")
    name, *options = command.split()
    run = backprop(name, path, *(sheet if option == "SHEET" else option for option in options))
    assert run.code == 2
    assert run.err.startswith(f"{path}:5:6: a1: e^x is refused beyond e^±1,000,000\n")
    assert "as a mask in a softmax, -1000 is enough" in run.err
    assert "Traceback" not in run.err
