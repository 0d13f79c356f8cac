"""Chinese as it is set: no space, no second bracket and no half-width mark where words of a sentence were put together.

A page is looked at as text so wide that no sentence is broken; columns are two spaces apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from blemishes import WIDE, blemishes
from helpers import backprop
from sheets import right_answers

from backprop_cli.formats.pages import Request, page_of
from backprop_cli.formats.terminal.plain import document
from backprop_cli.ground.words import ENGLISH, aside, set_language
from backprop_cli.problem.finding import bundled
from backprop_cli.questions.reading import load
from backprop_cli.solving.solution import SolveOptions
from backprop_cli.worksheets.parts import PARTS, Choices, parts

SMALL = [name for name in bundled() if name != "transformer-block"]


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    set_language("zh_CN")
    yield
    set_language(ENGLISH)


@pytest.mark.parametrize(
    "line",
    [
        "求和时漏掉了 第一条路径",
        "嵌入（第 1 层）（6 个单元）",
        "做 2 步使用优化器 动量法（步长累积） 的更新。",
        "再减去 step。。",
        "阶梯衰减, every = 2",
        "误差(平均)",
        "漏掉了offset",
        "step size用了两次",
        "第 {n} 轮",
    ],
)
def test_what_has_stood_on_pages_is_found(line: str) -> None:
    assert blemishes(line)


@pytest.mark.parametrize(
    "line", ["使用“Adam”优化器的更新。", "第 1 轮：η = 0.5，σ(net) 的导数", "h₁  和   误差（每个样本）"]
)
def test_a_good_line_has_no_blemish(line: str) -> None:
    assert not blemishes(line)


@pytest.mark.parametrize("name", bundled())
def test_solution_sheet_key_and_rubric_are_set_as_chinese_is(name: str) -> None:
    loaded = load(name)
    pages = [page_of(None, Request(loaded, SolveOptions())).document("unicode")]
    if not loaded.problem.letters:
        pages += parts(PARTS, loaded, "unicode", Choices(formulas=True)).values()
    assert [found for page in pages for found in blemishes(document(page, WIDE))] == []


@pytest.mark.parametrize("name", SMALL)
def test_what_is_said_of_wrong_answers_is_set_as_chinese_is(name: str) -> None:
    """Every second line has the number of another one: what is wrong and what follows from it."""
    keys, values = zip(*right_answers(name).items(), strict=True)
    wrong = [values[place - 1] if place % 2 else value for place, value in enumerate(values)]
    sheet = json.dumps({"student": "Li", "answers": dict(zip(keys, wrong, strict=True))})
    run = backprop("check", name, "-", "--lang", "zh", stdin=sheet, COLUMNS=str(WIDE))
    assert run.out
    assert blemishes(run.out) == []


@pytest.mark.parametrize("view", [("--gradients",), ("--compare", "conventions"), ("--matrix",), ("--paths", "w1")])
def test_views_are_set_as_chinese_is(view: tuple[str, ...]) -> None:
    names = ("mazur", "xor-batch", "softmax-network", "overshoot")
    shown = [backprop("solve", name, *view, "--lang", "zh", COLUMNS=str(WIDE)).out for name in names]
    assert any(shown)
    assert [found for text in shown for found in blemishes(text)] == []


@pytest.mark.parametrize(
    ("language", "words", "together"),
    [
        ("zh_CN", "卷积（第 1 层）", "卷积（第 1 层，8 个单元）"),
        ("zh_CN", "卷积", "卷积（8 个单元）"),
        (ENGLISH, "convolution (layer 1)", "convolution (layer 1, 8 个单元)"),
        (ENGLISH, "f(x)", "f(x) (8 个单元)"),
    ],
)
def test_a_hint_goes_into_the_brackets_that_words_end_in(language: str, words: str, together: str) -> None:
    set_language(language)
    assert aside(words, "8 个单元") == together
