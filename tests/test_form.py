"""The sheet as a form: what is typed in is what `check` marks, every field says what it is, and nothing leaves it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop
from pages import chromium

from backprop_cli.checking import assignments
from backprop_cli.checking.filled import right_answers, right_formulas, right_words
from backprop_cli.ground.words import languages
from backprop_cli.problem.finding import bundled, bundled_assignments
from backprop_cli.solving.worked import WorkedProblem

NODE = shutil.which("node")
NAMES = [*bundled(), *bundled_assignments()]
ORDINARY = ("mini-step", "mazur", "xor-batch", "matrix-attention", "learning-rates", "homework")
QUESTIONS = """
title: Asked in words and letters
inputs: {x: 1}
targets: {y: 0}
layers: [{neurons: [h], weights: [[-2]], activation: relu}, {neurons: [y], weights: [[0.5]]}]
loss: half_squared_error
learning_rate: 0.1
ask: {values: [net_h, state(h)], formula: [dE/dw2]}
"""
PROGRAM = """
const vm = require("vm");
const { script, page, fields, owners, typed } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const nobody = { addEventListener() {}, textContent: page };
const document = {
  getElementById: () => nobody, addEventListener() {},
  querySelectorAll: (what) => (what === "[data-key]" ? fields : owners),
};
const context = { document, localStorage: { getItem: () => null, setItem() {} }, console };
vm.runInNewContext(script, context);
for (const field of fields) {
  const text = typed[[field.dataset.exercise, field.dataset.part, field.dataset.key].join("|")] ?? "";
  if (field.type === "radio") field.checked = field.value === text; else field.value = text;
}
owners.forEach((one, n) => { one.value = ["Ann Lee", "4711"][n]; });
const saved = JSON.stringify(context.sheet());
for (const field of fields) { if (field.type === "radio") field.checked = false; else field.value = ""; }
context.fill(JSON.parse(saved));
console.log(JSON.stringify([JSON.parse(saved), context.sheet()]));
"""


class Page(HTMLParser):
    """What stands in a form: its fields, its policy and its program."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: list[dict[str, str]] = []
        self.owners = 0
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
        self.data, self.script = scripts[0][1], scripts[1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        self.tags.append((tag, named))
        if "data-key" in named:
            self.fields.append(named)
        self.owners += "data-student" in named

    @property
    def as_data(self) -> dict[str, Any]:
        """The page for the program that stands in for a browser."""
        fields = [
            {"type": one["type"], "value": one.get("value", ""), "checked": False,
             "dataset": {key: one[f"data-{key}"] for key in ("exercise", "part", "key")}}
            for one in self.fields
        ]  # fmt: skip
        return {"script": self.script, "page": self.data, "fields": fields, "owners": [{"value": ""}] * self.owners}


@cache
def form(name: str, language: str = "en") -> str:
    run = backprop("worksheet", name, "--form", "--lang", language)
    assert run.code == 0, run.err
    return run.out


def right(name: str) -> dict[str, str]:
    """Every right answer, by exercise, part and key."""
    found: dict[str, str] = {}
    assignment = assignments.load(name)
    for one in assignment.exercises:
        worked, number = WorkedProblem.of(one.loaded), 0 if assignment.head is None else one.number
        found |= {f"{number}|answers|{quantity.key}": text for quantity, text in right_answers(worked).items()}
        found |= {f"{number}|formulas|{quantity.key}": text for quantity, text in right_formulas(worked).items()}
        found |= {f"{number}|answers|{key}": text for key, text in right_words(worked).items()}
    return found


def saved(page: Page, typed: dict[str, str]) -> dict[str, Any]:
    """What the page's own program saves of what is typed; read again, it is the same."""
    run = subprocess.run([NODE or "node", "-e", PROGRAM], input=json.dumps(page.as_data | {"typed": typed}),
                         check=False, capture_output=True, text=True, timeout=60)  # fmt: skip
    assert run.returncode == 0, run.stderr
    once, again = json.loads(run.stdout)
    assert once == again
    return dict(once)


# ---- what is handed in -----------------------------------------------------------------------------------------


@pytest.mark.skipif(NODE is None, reason="there is no node on the path")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in ORDINARY else [pytest.mark.slow]) for name in NAMES]
)
def test_right_answers_typed_into_the_form_have_full_marks(name: str, tmp_path: Path) -> None:
    typed = right(name)
    page = Page(form(name))
    asked = {"|".join(one[f"data-{part}"] for part in ("exercise", "part", "key")) for one in page.fields}
    assert asked == typed.keys()
    path = tmp_path / "ann.json"
    path.write_text(json.dumps(saved(page, typed)), "utf-8")
    run = backprop("check", name, path, "--json")
    assert run.code == 0, run.out[:500] + run.err
    report = json.loads(run.out)
    assert report["earned"] == report["worth"] > 0


@pytest.mark.skipif(NODE is None, reason="there is no node on the path")
def test_words_and_formulas_go_where_they_are_read(tmp_path: Path) -> None:
    problem = tmp_path / "asked.yaml"
    problem.write_text(QUESTIONS, "utf-8")
    typed = {"0|answers|net_h": "-2", "0|answers|state(h)": "dead", "0|formulas|dE/dw2": "delta_y * out_h"}
    found = saved(Page(form(str(problem))), typed)
    assert found["student"] == "Ann Lee"
    assert found["answers"] == {"net_h": "-2", "state(h)": "dead"}
    assert found["formulas"] == {"dE/dw2": "delta_y * out_h"}


@pytest.mark.skipif(NODE is None, reason="there is no node on the path")
def test_grade_reads_who_it_is_and_a_blank_form_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(saved(Page(form("homework")), {"1|answers|e": "6"})), "utf-8")
    marks = backprop("grade", "homework", path, "-o", tmp_path / "marks.csv")
    assert marks.code == 0, marks.err
    assert "Ann Lee, 4711" in (tmp_path / "marks.csv").read_text("utf-8-sig")


# ---- the page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ["xor-batch", "homework"])
def test_every_field_says_what_it_is_and_no_two_say_the_same(name: str, language: str) -> None:
    page = Page(form(name, language))
    labels = [(one["data-exercise"], one["aria-label"]) for one in page.fields]
    assert all(label for _exercise, label in labels)
    assert len(set(labels)) == len(labels)


def test_the_page_may_run_its_own_program_and_load_nothing() -> None:
    page = Page(form("mazur"))
    policy = next(one["content"] for tag, one in page.tags if tag == "meta" and "http-equiv" in one)
    digest = b64encode(sha256(page.script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert not any(key.startswith("on") or key in ("src", "href") for _tag, one in page.tags for key in one)
    assert not re.search(r"fetch|XMLHttpRequest|innerHTML|eval\(|new Function", page.script)


def test_the_form_gives_no_answer_away() -> None:
    """Not in a field either: mazur's net input of h1, and its error, stand nowhere."""
    text = form("mazur")
    assert "0.3775" not in text
    assert "0.298371" not in text


def test_a_title_that_means_harm_stays_text(tmp_path: Path) -> None:
    problem = tmp_path / "problem.yaml"
    problem.write_text(
        QUESTIONS.replace("Asked in words and letters", "'</script><img src=x onerror=alert(1)>'"), "utf-8"
    )
    text = form(str(problem))
    assert "<img" not in text
    assert text.count("</script>") == 2


# ---- in a browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.mark.browser
def test_what_is_typed_is_saved_kept_and_opened_again(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.html"
    path.write_text(form("mazur"), "utf-8")
    page = browser.new_context(accept_downloads=True).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    page.get_by_label("Name").fill("Ann Lee")
    page.locator('[data-key="net_h1"]').fill("0.3775")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save my answers").click()
    download = waiting.value
    assert download.suggested_filename == "ann-lee.json"
    sheet = tmp_path / "ann-lee.json"
    download.save_as(sheet)
    assert json.loads(sheet.read_text("utf-8")) == {"student": "Ann Lee", "answers": {"net_h1": "0.3775"}}
    assert backprop("check", "mazur", sheet).code == 0
    page.reload()
    assert page.locator('[data-key="net_h1"]').input_value() == "0.3775"
    page.locator('[data-key="net_h1"]').fill("")
    page.locator("#open").set_input_files(sheet)
    page.wait_for_function("document.getElementById('said').textContent.includes('1')")
    assert page.locator('[data-key="net_h1"]').input_value() == "0.3775"
    assert not complaints
