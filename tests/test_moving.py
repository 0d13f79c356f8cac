"""The moving solution: its program against the certified numbers, its size, what it may load, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib import resources
from math import floor, log10
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop, solved

import backprop_cli as bp
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import Kind, Place, Quantity
from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import set_language
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of
from backprop_cli.web.moving import packing
from backprop_cli.web.moving import page as moving
from backprop_cli.web.moving.data import PageData, places_of
from backprop_cli.web.moving.epochs import later
from backprop_cli.web.moving.program import in_script, program

NAMES = list(bundled())
SOURCES = list(resources.files("backprop_cli.web.moving").joinpath("browser").iterdir())
SOURCE = {file.name: file.read_text("utf-8") for file in SOURCES}
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no node on the path")
MOST = 60_000  # bytes beside the picture
PICTURE = re.compile(r'<div class="picture".*?</div>', re.DOTALL)
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
VALUES = """
const vm = require("vm"), found = {};
for (const [name, source] of Object.entries(JSON.parse(require("fs").readFileSync(0, "utf8")))) {
  found[name] = vm.runInNewContext(`"use strict";${source}
    const values = given.slice(); for (const line of lines) values.push(line(values)); values.map(String)`, {});
}
console.log(JSON.stringify(found));
"""


@cache
def solution(name: str) -> Solution:
    return moving.solved(load(name))


@cache
def page(name: str) -> str:
    return moving.page(solution(name), load(name).problem)


def differences(one: Solution, values: list[str]) -> list[str]:
    """The quantities whose certified decimals are not the digits of what JavaScript computed."""
    quantities, found = places_of(one), []
    assert len(values) == len(quantities)
    for quantity, text in zip(quantities, values, strict=True):
        decimal = one.trace.value(quantity).decimal
        last = 10.0 ** (floor(log10(abs(float(text)) or 1)) - one.trace.digits + 1)
        least = 1e-14 if not decimal.value else 0.0  # what floats leave where numbers cancel
        if abs(float(text) - float(decimal.text())) > max(0.5000001 * last, least):
            found.append(f"{quantity.key}: {text} is not {decimal.text()}")
    return found


@needs_node
def test_every_line_of_every_bundled_problem_has_the_certified_digits() -> None:
    sources = {name: program(solution(name), places_of(solution(name))) for name in NAMES}
    done = subprocess.run(
        [NODE or "", "-e", VALUES], input=json.dumps(sources), capture_output=True, text=True, check=True
    )
    for name, values in json.loads(done.stdout).items():
        assert not differences(solution(name), values), name


GATES = ", ".join(
    f"{gate}: {{weights: [[{0.1 * number}]], recurrent_weights: [[{0.3 - 0.1 * number}]], bias: [0.{number}]}}"
    for number, gate in enumerate(("input", "forget", "candidate", "output"), 1)
)
NEWEST = {
    "bidirectional": f"""
inputs: {{x1: 1, x2: 2}}
targets: {{y: 0.5}}
layers:
  - {{type: lstm, {GATES}, returns: last, backward: {{{GATES}}}}}
  - {{neurons: [y], weights: [[0.5, -0.5]], activation: sigmoid}}
loss: half_squared_error
learning_rate: 0.1
""",
    "label smoothing": """
inputs: [1, 2]
targets: [0, 1, 0]
layers: [{weights: [[1, -1], [0.5, 0.25], [-1, 1.5]], activation: softmax}]
loss: cross_entropy
label_smoothing: 0.1
learning_rate: 0.1
""",
    "contrastive": """
inputs: {x: [1, 2], z: [0.5, -1]}
parameters: {W: [[1, -1], [0.5, 0.25]]}
graph:
  a: W @ x
  b: W @ z
  L: contrastive(a, b, 0, 5)
objective: L
learning_rate: 0.1
""",
    "triplet": """
inputs: {x: [1, 2], y: [0.5, -1], z: [2, 2]}
parameters: {W: [[1, -1], [0.5, 0.25]]}
graph:
  a: W @ x
  p: W @ y
  n: W @ z
  L: triplet(a, p, n, 2)
objective: L
learning_rate: 0.1
""",
    "given gradients": """
parameters: {p: 1, q: 2}
gradients: {p: [0.6, 0.8, -0.3], q: [0.1, -0.2, 0.5]}
learning_rate: 0.05
optimizer: adam
epochs: 3
""",
}


@needs_node
def test_what_is_newest_moves_too() -> None:
    solutions = {
        name: moving.solved(replace(load("mazur"), problem=solved(text).problem)) for name, text in NEWEST.items()
    }
    sources = {name: program(one, places_of(one)) for name, one in solutions.items()}
    done = subprocess.run(
        [NODE or "", "-e", VALUES], input=json.dumps(sources), capture_output=True, text=True, check=True
    )
    for name, values in json.loads(done.stdout).items():
        assert not differences(solutions[name], values), name
        assert len(values) > 15


LATER = """
const vm = require("vm"), found = {};
for (const [name, {data, source}] of Object.entries(JSON.parse(require("fs").readFileSync(0, "utf8")))) {
  const element = {textContent: data, setAttribute() {}};
  const around = {document: {getElementById: () => element}, byId: () => element, performance: {now: () => 0},
    clearTimeout() {}};
  found[name] = vm.runInNewContext(`"use strict";${source}
    state.epoch = 3; let arrived; reckon(() => { arrived = state.values.map(String); }); arrived`, around);
}
console.log(JSON.stringify(found));
"""
SETTINGS = {"every": 2, "factor": 0.5, "at": [1, 2], "decay": 0.5, "over": 10, "end": 0.01, "power": 2}


def schedule(name: str) -> str:
    settings = {one: SETTINGS[one] for one in SCHEDULES[name].settings}
    return json.dumps({"name": name, **settings})


TRAININGS = {
    **{f"by {name}": f"optimizer: {name}\nlearning_rate: 0.1\n" for name in OPTIMIZERS},
    **{f"by {name}": f"learning_rate: 0.1\nschedule: {schedule(name)}\n" for name in SCHEDULES},
    "by mini-batches and Adam": "optimizer: adam\nlearning_rate: 0.1\nbatch: 2\n",
}


def trained(rule: str) -> str:
    """Four samples and two neurons, trained so."""
    return f"""
samples:
  - {{inputs: {{x: 1}}, targets: {{y: 0.5}}}}
  - {{inputs: {{x: -0.5}}, targets: {{y: 1}}}}
  - {{inputs: {{x: 2}}, targets: {{y: 0.25}}}}
  - {{inputs: {{x: 0.75}}, targets: {{y: -0.5}}}}
layers:
  - {{weights: [[w = 0.4]], bias: [b = 0.1], activation: tanh}}
  - {{neurons: [y], weights: [[v = -0.7]], bias: [c = 0.2]}}
loss: half_squared_error
{rule}"""


def epochs_of(problem: Problem, epochs: int) -> Solution:
    training = replace(problem.training, epochs=epochs, rates=())
    one = replace(problem, training=training, report=(), starts=())
    return solution_of(replace(load("mazur"), problem=one), SolveOptions())


def in_the_third(quantity: Quantity) -> Quantity:
    return replace(quantity, at=(Place("epoch", 3), *quantity.at))


@needs_node
def test_later_epochs_are_those_that_training_comes_to() -> None:
    """Of each bundled problem that can go on, and of each optimizer: the certified lines of its third epoch."""
    problems = {name: load(name).problem for name in NAMES if not load(name).problem.letters}
    problems |= {name: solved(trained(rule)).problem for name, rule in TRAININGS.items()}
    firsts = {name: epochs_of(one, 1) for name, one in problems.items()}
    sent, on = {}, set()
    for name, one in firsts.items():
        places = places_of(one)
        beyond = later(one, replace(one.problem, training=replace(one.problem.training, epochs=100)), places)
        if beyond["counts"] is not None and one.problem.training.learning_rate is not None:
            on.add(name)
            data = PageData(one, places, ()).data() | beyond | {"words": {}}
            files = (SOURCE[file] for file in ("values.js", "numbers.js", "epochs.js"))
            sent[name] = {"data": in_script(data), "source": "\n".join([program(one, places), *files])}
    assert on >= {*TRAININGS, "mazur", "xor-batch", "linear-regression", "adam"}
    done = subprocess.run([NODE or "", "-e", LATER], input=json.dumps(sent), capture_output=True, text=True, check=True)
    for name, values in json.loads(done.stdout).items():
        third = epochs_of(problems[name], 3).trace
        pairs = dict(zip(places_of(firsts[name]), values, strict=True))
        for step in firsts[name].trace.steps:
            wanted = float(third.value(in_the_third(step.quantity)).decimal.text())
            assert float(pairs[step.quantity]) == pytest.approx(wanted, rel=1e-7, abs=1e-12), (name, step.quantity.key)


@needs_node
def test_its_program_is_javascript(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text(SCRIPT.findall(page("mazur"))[-1], "utf-8")
    done = subprocess.run([NODE or "", "--check", tmp_path / "page.js"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for file in resources.files("backprop_cli.web.moving").joinpath("browser").iterdir():
        assert "eval(" not in (text := file.read_text("utf-8")), file.name
        assert "new Function" not in text, file.name


def beside_the_picture(text: str) -> int:
    return len(PICTURE.sub("", text).encode())


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small(name: str) -> None:
    assert beside_the_picture(page(name)) <= MOST


@pytest.mark.parametrize("language", ["de", "zh_CN"])
def test_it_is_small_in_every_language(language: str) -> None:
    try:
        set_language(language)
        assert beside_the_picture(moving.page(solution("transformer-block"))) <= MOST
    finally:
        set_language("en")


QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`')


@pytest.mark.parametrize("file", [one for one in SOURCES if one.name.endswith(".js")], ids=lambda file: str(file.name))
def test_what_is_packed_says_the_same(file: Any) -> None:
    source = file.read_text("utf-8")
    packed = packing.script(source)
    assert QUOTED.findall(packed) == QUOTED.findall(re.sub(r"(?m)^\s*(//|/\*\*).*$|\s{2}//.*$", "", source))
    assert len(packed) < len(source)


def test_signs_in_quotes_and_expressions_are_no_signs_of_the_script() -> None:
    source = """// what it does
const a = {b: "c = (d, e)"};  // and why
  const f = `g ${h (1, 2)} ; i`, j = /^[=≈] (?:k | l)/.test(m) ? n : o;
"""
    wanted = """const a={b:"c = (d, e)"};
const f=`g ${h (1, 2)} ; i`,j=/^[=≈] (?:k | l)/.test(m)?n:o;"""
    assert packing.script(source) == wanted
    style = 'p > a {\n  color: red; margin: 0 auto;\n}\n@media (width > 1rem) { i { } }\na:hover { content: "; "; }'
    wanted = 'p > a{\ncolor:red;margin:0 auto;\n}\n@media (width > 1rem){i{}}\na:hover{content:"; ";}'
    assert packing.style(style) == wanted


def test_it_runs_its_own_script_and_loads_nothing() -> None:
    text = page("mazur")
    script = SCRIPT.findall(text)[-1]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", text)
    assert not re.search(r"\son\w+=", text)


HOSTILE = """
title: "</script><script>alert(1)</script> $title ${x} \\u2028"
inputs: {a: 1}
graph: {f: 3*a}
objective: f
"""


def test_names_and_titles_end_nothing() -> None:
    text = moving.page(solved(HOSTILE))
    assert text.count("<script") == 2
    assert "&lt;/script&gt;" in text
    assert "alert" not in SCRIPT.findall(text)[-1]


def test_letters_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "letters.yaml").write_text("letters: [a]\ninputs: {x: a}\ngraph: {f: 2*x}\nobjective: f\n", "utf-8")
    run = backprop("page", str(tmp_path / "letters.yaml"), "-o", str(tmp_path / "x.html"))
    assert run.code == 2
    assert "letters" in run.err
    assert not (tmp_path / "x.html").exists()


def test_more_lines_than_a_page_can_move_are_refused() -> None:
    nodes = "\n".join(f"  a{number}: a{number - 1} + 1" for number in range(1, moving.MOST_LINES))
    text = f"inputs: {{a0: 1}}\ngraph:\n{nodes}\nobjective: a{moving.MOST_LINES - 1}\n"
    with pytest.raises(UsageError, match="lines is too large to move in a browser; 1,000 can"):
        moving.solved(replace(load("two-paths"), problem=solved(text).problem))


def test_of_a_long_training_the_first_epoch_is_written_out_and_any_other_can_be_chosen() -> None:
    long = load("one-weight")
    long = replace(long, problem=replace(long.problem, training=replace(long.problem.training, epochs=100_000)))
    one = moving.solved(long)
    assert len(one.trace.steps) == len(solution("one-weight").trace.steps) / 2
    text = moving.page(one, long.problem)
    assert '"epochs":100000' in text
    assert "The first epoch is written out; the later ones are worked out in your browser." in text
    assert "The first epoch" not in page("one-weight")
    for name, epochs, compares in (("ten-thousand-epochs", 10_000, False), ("learning-rates", 10, True)):
        text = moving.page(solution(name), load(name).problem)
        assert f'"epochs":{epochs}' in text
        assert ("the first is worked out" in text) == compares
    assert "This is not gradient descent" in page("sequential-update")


def test_a_training_that_does_not_go_on_as_it_began_has_its_first_epoch_alone_and_says_so() -> None:
    problem = load("mini-batches").problem
    first = epochs_of(problem, 1)
    assert "Only the first epoch is written out." in moving.page(first, problem)


def test_another_ending_is_no_page(tmp_path: Path) -> None:
    run = backprop("page", "mazur", "-o", str(tmp_path / "x.pdf"))
    assert (run.code, run.out) == (2, "")
    assert "x.pdf: the ending of a page is one of these: .html" in run.err


def test_an_assignment_is_a_page_for_each_exercise(tmp_path: Path) -> None:
    (tmp_path / "sheet.yaml").write_text(
        "title: Two\nexercises:\n  - problem: one-neuron\n  - problem: softmax\n", "utf-8"
    )
    run = backprop("page", str(tmp_path / "sheet.yaml"), "-o", str(tmp_path / "sheet.html"))
    assert run.code == 0, run.err
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["sheet-1.html", "sheet-2.html"]


WORDS = """
title: In words
text: |
  Train $x_1^2$ **once**:

  - first <script>alert(1)</script>
  - then
inputs: {a: 1}
graph: {f: 3*a}
objective: f
"""


def test_what_an_author_says_stands_above_the_solution(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text(WORDS, "utf-8")
    (tmp_path / "sheet.yaml").write_text(
        "title: Two\ntext: Show your *working*.\nexercises:\n"
        "  - problem: words.yaml\n  - {problem: softmax, text: Now this.}\n",
        "utf-8",
    )
    one, two = bp.page(tmp_path / "sheet.yaml", tmp_path / "x.html")
    head = one.read_text("utf-8").partition("<main>")[0]
    assert "<p>Show your <em>working</em>.</p>" in head
    assert "Train <math><msubsup>" in head
    assert "<strong>once</strong>" in head
    assert "first &lt;script&gt;alert(1)&lt;/script&gt;</p>" in head
    assert "<p>Now this.</p>" in two.read_text("utf-8")
    (alone,) = bp.page(WORDS, tmp_path / "alone.html")
    assert "<strong>once</strong>" in alone.read_text("utf-8")
    assert "Show your" not in alone.read_text("utf-8")


def test_the_door_writes_what_the_command_writes(tmp_path: Path) -> None:
    assert bp.page("mazur", tmp_path / "door.html") == [tmp_path / "door.html"]
    run = backprop("page", "mazur", "-o", str(tmp_path / "command.html"))
    assert run.code == 0
    assert (tmp_path / "door.html").read_bytes() == (tmp_path / "command.html").read_bytes()
    assert bp.page(bp.load("mazur"), str(tmp_path / "again.html")) == [tmp_path / "again.html"]
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "door.html").read_bytes()
    with pytest.raises(bp.UsageError, match="the ending of a page is one of these"):
        bp.page("mazur", tmp_path / "x.pdf")
    with pytest.raises(bp.UsageError, match="there is no such folder"):
        bp.page("mazur", tmp_path / "site", runtime=tmp_path / "nowhere")
    with pytest.raises(bp.UsageError, match="--runtime goes with the page that marks"):
        bp.page("mazur", tmp_path / "x.html", runtime=tmp_path)
    assert not (tmp_path / "site").exists()


# ---- in a browser --------------------------------------------------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = next(
    filter(Path.is_file, (Path(one) / "axe-core" / "axe.min.js" for one in os.environ.get("NODE_PATH", "").split(":"))),
    None,
)
SHOWN = ("mazur", "cs231n-gates", "small-cnn", "lstm", "momentum", "perceptron-and")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on the path")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def opened(browser: Any, path: Path, name: str, **wishes: Any) -> Iterator[Any]:
    """The page of a bundled problem as a file that was double-clicked; nothing in it may go wrong."""
    (file := path / f"{name}.html").write_text(page(name), "utf-8")
    said: list[str] = []
    tab = browser.new_page(**wishes)
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    tab.goto(file.as_uri())
    tab.wait_for_selector("body[data-ready]")
    yield tab
    tab.close()
    assert not said


@pytest.mark.parametrize("name", SHOWN)
def test_it_goes_from_line_to_line_and_fits_its_window(browser: Any, tmp_path: Path, name: str) -> None:
    with opened(browser, tmp_path, name, viewport={"width": 390, "height": 800}) as tab:
        assert not differences(solution(name), tab.evaluate("base.map(String)"))
        count = len(solution(name).trace.steps)
        for line in range(3):
            assert tab.locator("#count").inner_text() == f"{line + 1}/{count}"
            tab.keyboard.press("ArrowRight")
        lit = "lines.map((_line, step) => { go(step); return document.querySelectorAll('.picture .now').length; })"
        assert all(tab.evaluate(lit))
        assert tab.locator("#count").inner_text() == f"{count}/{count}"
        assert tab.locator("[aria-current=step]").count() == 1
        assert tab.locator("li .later").count() == 0
        for width in (390, 1200):
            tab.set_viewport_size({"width": width, "height": 800})
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
        small = tab.evaluate(
            "[...document.querySelectorAll('button, select, .groups input')].map(one => one.getBoundingClientRect())"
            ".filter(one => one.height && (one.height < 44 || one.width < 44)).length"
        )
        assert small == 0
        assert tab.locator("[aria-live], [role=status], [role=alert], output").count() == 1


def test_a_number_is_changed_and_the_lines_that_follow_say_so(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, "mazur") as tab:
        field = tab.get_by_label("w5", exact=True)
        field.fill("4/10")
        assert tab.locator("#follow").inner_text() == ""
        field.fill("0,9")
        assert tab.locator("#follow").inner_text() == "19 of 31 lines change"
        assert tab.locator("li .changed").count() == 19
        changed = solved(load("mazur").text.replace("w5 = 0.40", "w5 = 0.9"))
        shown = {text.rsplit(" ", 2)[0] for text in tab.locator("li .changed .text").all_inner_texts()}
        for key in ("net_o1", "delta_h1", "w1_new"):
            assert f"≈ {float(changed.trace[key].decimal.text()):.9g}" in shown, key
        field.fill("zero")
        assert "zero is no number" in tab.locator("#follow").inner_text()
        tab.locator("#reset").click()
        assert tab.locator("li .changed").count() == 0
        assert field.input_value() == "0.40"


def test_another_epoch_of_a_long_training_is_worked_out_and_another_rate_holds_from_its_beginning(
    browser: Any, tmp_path: Path
) -> None:
    name = "ten-thousand-epochs"
    with opened(browser, tmp_path, name) as tab:
        count, field = len(solution(name).trace.steps), tab.locator("#epoch")
        tab.keyboard.press("End")
        tab.keyboard.press("ArrowRight")
        assert (field.input_value(), tab.locator("#count").inner_text()) == ("2", f"1/{count}")
        tab.keyboard.press("ArrowLeft")
        assert (field.input_value(), tab.locator("#count").inner_text()) == ("1", f"{count}/{count}")
        field.fill("10000")
        field.press("Enter")
        tab.wait_for_function("state.epoch === 10000 && document.getElementById('epoch').ariaBusy === 'false'")
        run = solution_of(load(name), SolveOptions()).training
        assert run is not None
        last = run.reports[-1]
        assert last.epoch == 10_000
        weights = {one: text.text() for one, text in last.values.items() if one.kind is Kind.PARAMETER}
        assert len(weights) == 8
        for quantity, text in weights.items():
            place = next(n for one, n in places_of(solution(name)).items() if one.key == f"{quantity.name}_new")
            assert tab.evaluate(f"state.values[{place}]") == pytest.approx(float(text), rel=1e-8), quantity.key
        assert "epoch 10000" in tab.locator("#said").inner_text()
        assert tab.locator("li .changed").count() == count


def test_the_loss_is_drawn_over_one_weight_and_over_two(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, "mazur") as tab:
        first = tab.locator("#plot-said").inner_text()
        assert "E begins at 0.2984" in first
        tab.locator("#upwards").select_option("–")
        assert tab.locator("#plot-said").inner_text() != first
        inked = (
            "[...document.getElementById('plot').getContext('2d').getImageData(60, 20, 200, 150).data].some(one => one)"
        )
        assert tab.evaluate(inked)


@pytest.mark.parametrize("name", ["mazur", "conventions", "convolution-1d", "han-kamber"])
def test_the_descent_is_that_of_further_epochs(browser: Any, tmp_path: Path, name: str) -> None:
    problem = load(name).problem
    longer = replace(load(name), problem=replace(problem, training=replace(problem.training, epochs=3)))
    trace = moving.solved(longer).trace
    with opened(browser, tmp_path, name) as tab:
        found = tab.evaluate("descent(data.losses[0], []).map(point => point[0])")
    for epoch, value in enumerate(found[:3], start=1):
        assert value == pytest.approx(float(trace[f"epoch {epoch} / E"].decimal.text()), rel=1e-8)


def test_a_damaged_page_says_so(browser: Any, tmp_path: Path) -> None:
    whole = page("mazur")
    for damaged in (whole[: len(whole) // 2], whole.replace("function workedOut", "function workedOff", 1)):
        (file := tmp_path / "damaged.html").write_text(damaged, "utf-8")
        tab = browser.new_page()
        tab.goto(file.as_uri())
        tab.locator("#still").wait_for()
        assert "the file is damaged" in tab.inner_text("#still")
        assert not tab.locator("body[data-ready]").count()
        tab.close()
    with opened(browser, tmp_path, "mazur") as tab:
        assert not tab.locator("#still").is_visible()


def test_passes_and_units_are_chosen(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, "xor-batch") as tab:
        tab.locator("#pass").select_option(label="Sample 3")
        assert tab.locator("#said").inner_text().startswith("Sample 3: ")
        tab.locator("#unit").select_option(label="h2")
        assert "net_h2" in tab.locator("#said").inner_text()
        assert "−1" in tab.locator("#line").inner_text()


@pytest.mark.skipif(AXE is None, reason="there is no axe-core (npm install axe-core, and its folder in NODE_PATH)")
@pytest.mark.parametrize(("name", "scheme"), [("mazur", "light"), ("momentum", "dark")])
def test_axe_finds_no_fault(browser: Any, tmp_path: Path, name: str, scheme: str) -> None:
    assert AXE is not None
    with opened(browser, tmp_path, name, color_scheme=scheme) as tab:
        tab.keyboard.press("End")
        tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        tab.locator(".groups input").first.fill("0.7")
        tab.evaluate(AXE.read_text("utf-8"))
        found = tab.evaluate("axe.run()")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
