"""Pictures: legible, complete, the same every time, and plain messages where there is none."""

from __future__ import annotations

import builtins
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from helpers import backprop, loaded

from backprop_cli.pictures.facts import Show
from backprop_cli.pictures.items import Picture, Words
from backprop_cli.pictures.kinds import KINDS, PictureOrder, chosen, drawn, kinds_of, pictured
from backprop_cli.pictures.labels import Label
from backprop_cli.pictures.ranks import ranked
from backprop_cli.pictures.smaller import HIGHEST, PAPER, is_legible, smaller
from backprop_cli.pictures.wiring import wiring_of
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import Loaded, bundled, load

pytest.importorskip("matplotlib")

CHINESE = """
title: 中文
inputs: {身高: 0.5, 体重: 0.8}
targets: {年龄: 0.3}
layers:
  - {neurons: [隐藏1, 隐藏2], activation: sigmoid, weights: [[权1 = 0.15, 权2 = 0.20], [权3 = 0.25, 权4 = 0.30]]}
  - {neurons: [年龄], activation: sigmoid, weights: [[w5 = 0.40, w6 = 0.45]], bias: 偏置 = 0.1}
loss: half_squared_error
"""
DRAWABLE = ("mazur", "six-neurons", "softmax-network", "linear-2-2-1", "residual", "recurrent", "lstm", "small-cnn",
            "convolution-1d", "convolution-2d", "pooling", "layer-norm", "embedding", "attention", "thresholds",
            "han-kamber", "dropout")  # fmt: skip
GRAPHS = ("cs231n-gates", "sigmoid-circuit", "max-gate", "two-paths", "adam")


def text_of(label: Label) -> str:
    return "".join(run.text for run in label)


def sized(*sizes: int) -> str:
    """A network of these layers with weights by chance."""
    random = Random(3)

    def row(count: int) -> list[float]:
        return [round(random.uniform(-1, 1), 4) for _ in range(count)]

    lines = [f"inputs: {row(sizes[0])}", f"targets: {row(sizes[-1])}", "loss: half_squared_error", "layers:"]
    for before, size in itertools.pairwise(sizes):
        weights = [row(before) for _ in range(size)]
        lines.append(f"  - {{activation: sigmoid, weights: {weights}, bias: {row(size)}}}")
    return "\n".join(lines)


def picture(problem: Loaded, show: Show = Show.GRADIENTS, at: str = "") -> Picture:
    """The network or the graph of a problem."""
    kind = "graph" if problem.problem.nodes else "network"
    return pictured(problem, kind, PictureOrder(show=show, at=at))


def collisions(found: Picture) -> list[tuple[str, str]]:
    """The labels that cover each other."""
    pairs = itertools.combinations(found.words, 2)
    return [(text_of(a.label), text_of(b.label)) for a, b in pairs if a.area.meets(b.area)]


def written(found: Picture, role: str) -> dict[str, str]:
    """The labels of a role, by what they are of."""
    return {one.key: text_of(one.label) for one in found.words if one.role == role}


def keys(found: Picture, role: str) -> list[str]:
    """What the labels of a role are of."""
    return sorted(one.key for one in found.words if one.role == role)


# ---- networks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", list(Show))
@pytest.mark.parametrize("name", DRAWABLE)
def test_no_label_covers_another(name: str, show: Show) -> None:
    assert collisions(picture(load(name), show)) == []


@pytest.mark.parametrize("sizes", [(1, 1), (2, 2, 2), (3, 5, 2), (1, 4, 1), (4, 8, 4)])
def test_every_weight_is_written_once_and_covers_nothing(sizes: Sequence[int]) -> None:
    problem = loaded(sized(*sizes))
    found = picture(problem)
    weights = sorted(c.parameter for layer in problem.problem.layers for n in layer.neurons for c in n.connections)
    assert keys(found, "weight") == weights
    assert collisions(found) == []


def test_a_network_of_4_8_8_4_is_still_drawn_neuron_by_neuron() -> None:
    found = picture(loaded(sized(4, 8, 8, 4)))
    assert len(keys(found, "weight")) == 4 * 8 + 8 * 8 + 8 * 4
    assert collisions(found) == []


def test_a_larger_network_is_boxes_with_sizes() -> None:
    found = picture(loaded(sized(3, 30, 2)))
    assert written(found, "size")["1"] == "30 units"
    assert not keys(found, "weight")
    assert collisions(found) == []


def test_the_numbers_of_mazurs_network_are_the_published_ones() -> None:
    """Matt Mazur, A Step by Step Backpropagation Example (2015)."""
    found = picture(load("mazur"))
    assert written(found, "value") == {
        "i1": "0.05", "i2": "0.10", "h1": "0.5933", "h2": "0.5969", "o1": "0.7514", "o2": "0.7729"
    }  # fmt: skip
    assert written(found, "weight")["w5"] == "w5 = 0.40"
    assert written(found, "delta")["o1"] == "δ = 0.1385"
    assert written(found, "loss") == {"": "E = 0.2984"}
    assert written(found, "target") == {"o1": "to1 = 0.01", "o2": "to2 = 0.99"}


def test_a_worksheet_has_names_and_no_numbers() -> None:
    found = picture(load("mazur"), Show.NAMES)
    assert written(found, "weight")["w5"] == "w5"
    assert not any(written(found, role) for role in ("value", "delta", "loss"))
    assert not any("=" in text_of(one.label) for one in found.words)


def test_values_alone_show_no_gradients() -> None:
    found = picture(load("mazur"), Show.VALUES)
    assert written(found, "value")["h1"] == "0.5933"
    assert not written(found, "delta")


def test_another_pass_has_its_own_values() -> None:
    first, second = (picture(load("online-two-samples"), at=at) for at in ("", "sample 2"))
    assert written(first, "value") != written(second, "value")
    assert written(first, "weight") != written(second, "weight")  # online: they have been updated in between


def test_a_connection_that_skips_a_layer_goes_around_it() -> None:
    found = picture(load("residual"))
    bent = [item for item in found.items if getattr(item, "bent", False)]
    assert len(bent) == 2  # h1 to the sum, for each of two units


def test_digits_are_those_that_were_asked_for() -> None:
    solved = pictured(load("mazur"), "network", PictureOrder(digits=7))
    assert written(solved, "value")["h1"] == "0.5932700"


def test_the_numbers_are_rounded_as_the_problem_says() -> None:
    run = backprop("draw", "mazur", "--round", "2", "-o", "-", "--format", "svg")
    assert run.code == 0
    assert "<!-- 0.59 -->" in run.out
    assert "0.5933" not in run.out


# ---- graphs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("show", list(Show))
@pytest.mark.parametrize("name", GRAPHS)
def test_no_label_of_a_graph_covers_another(name: str, show: Show) -> None:
    assert collisions(picture(load(name), show)) == []


def test_the_gates_of_cs231n_have_the_numbers_of_the_lecture() -> None:
    """Stanford CS231n, Backpropagation, Intuitions: f = (x + y) z at −2, 5, −4."""
    found = picture(load("cs231n-gates"))
    assert written(found, "value") == {"x": "−2", "y": "5", "z": "−4", "q": "3", "f": "−12"}
    assert written(found, "gradient") == {"x": "−4", "y": "−4", "z": "3", "q": "−4", "f": "1"}
    assert written(found, "gate") == {"q": "+", "f": "×"}


def test_the_value_stands_over_the_line_and_the_gradient_under_it() -> None:
    found = picture(load("cs231n-gates"))
    places = {(one.role, one.key): one.area for one in found.words}
    for node in ("x", "y", "z", "q", "f"):
        assert places["value", node].bottom > places["gradient", node].top


def test_the_parts_of_a_gradient_add_up_to_it() -> None:
    """e = (a + b)(b + 1) at 2, 1: de/db = 2 + 3 (C. Olah, Calculus on Computational Graphs, 2015)."""
    found = picture(load("two-paths"))
    assert sorted(written(found, "part").values()) == ["2", "3"]
    assert written(found, "gradient")["b"] == "5"


def test_gates_are_drawn_one_by_one_on_request() -> None:
    text = "inputs: {x: 1, y: 2}\ngraph: {f: sigmoid(x * y) + 1}\nobjective: f"
    problem = loaded(text)
    assert len(keys(picture(problem), "gate")) == 1
    split = replace(problem, problem=replace(problem.problem, detail=Detail.GATES))
    assert list(written(picture(split), "gate").values()) == ["×", "σ", "+ 1"]


def test_every_edge_goes_to_the_right_and_none_cross_where_none_must() -> None:
    found = ranked("abcdef", [("a", "d"), ("b", "d"), ("c", "e"), ("d", "f"), ("e", "f")])
    column = {node: number for number, nodes in enumerate(found.columns) for node in nodes}
    assert column["a"] < column["d"] < column["f"]
    assert (found.heights["d"] - found.heights["e"]) * (found.heights["b"] - found.heights["c"]) > 0


# ---- kinds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", bundled())
def test_every_bundled_problem_has_a_picture(name: str) -> None:
    svg = drawn(load(name, letters=True), PictureOrder(), "svg")
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    assert root.get("role") == "img"


DEFAULTS = {
    "mazur": "network", "cs231n-gates": "graph", "ten-thousand-epochs": "loss", "learning-rates": "rates",
    "starting-points": "descent", "overshoot": "descent", "momentum": "updates", "recurrent": "network",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), DEFAULTS.items())
def test_a_problem_is_drawn_as_what_it_is_about(name: str, kind: str) -> None:
    assert chosen(load(name).problem, None) == kind


@pytest.mark.parametrize("name", ["learning-rates", "starting-points", "overshoot", "vanishing", "schedule"])
def test_every_kind_that_a_problem_has_can_be_drawn(name: str) -> None:
    problem = load(name)
    for kind in kinds_of(problem.problem):
        assert drawn(problem, PictureOrder(kind, dpi=40), "png").startswith(b"\x89PNG\r\n\x1a\n"), kind


def test_each_rate_is_written_with_its_verdict() -> None:
    svg = drawn(load("learning-rates"), PictureOrder("rates"), "svg").decode()
    for name in ("η = 0.005: too small", "η = 0.1: converges", "η = 0.2: oscillates", "η = 0.3: diverges"):
        assert svg.count(f"<!-- {name} -->") == 1


def test_a_kind_that_the_problem_does_not_have_names_those_that_it_has() -> None:
    for kind in KINDS:
        has = kinds_of(load("mazur").problem)
        run = backprop("draw", "mazur", "--kind", kind, "-o", "-")
        assert (run.code == 0) is (kind in has)
        assert run.err.endswith(f"it can be drawn as {', '.join(has)}\n") is (kind not in has)


def test_what_cannot_be_drawn_is_told_in_one_line(tmp_path: Path) -> None:
    cases = {
        ("--kind", "grpah"): "backprop: no kind of picture called 'grpah' (did you mean 'graph'?)\n",
        (
            "--show",
            "value",
        ): "backprop: --show takes names, values or gradients, not 'value' (did you mean 'values'?)\n",
        ("--at", "sample 3"): "backprop: no pass called 'sample 3' (there is only one pass, without an address)\n",
        ("--format", "gif"): "backprop: no format of pictures called 'gif' (svg, png, pdf)\n",
    }
    for options, said in cases.items():
        run = backprop("draw", "mazur", *options, "-o", tmp_path / "a.svg")
        assert (run.code, run.out, run.err) == (2, "", said)
    run = backprop("draw", "mazur", "-o", tmp_path / "a.gif")
    assert run.err == f"backprop: {tmp_path}/a.gif: the ending of a picture is .svg, .png or .pdf\n"
    assert not list(tmp_path.iterdir())


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def missing(name: str, *rest: object, **more: object) -> object:
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name=name)
        return usual(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    run = backprop("draw", "mazur", "-o", "-")
    assert run.code == 2
    assert run.err == "backprop: pictures need matplotlib, which is not installed: pip install 'backprop-cli[draw]'\n"


# ---- files -------------------------------------------------------------------------------------------------------

SIGNATURES = {"svg": b"<?xml", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-"}


@pytest.mark.parametrize(("ending", "begin"), SIGNATURES.items())
def test_the_ending_of_the_file_chooses_the_format(ending: str, begin: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"mazur.{ending.upper()}"
    run = backprop("draw", "mazur", "-o", path)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert path.read_bytes().startswith(begin)


@pytest.mark.parametrize("ending", SIGNATURES)
@pytest.mark.parametrize("kind", ["network", "gradients"])
def test_the_same_picture_is_the_same_file(ending: str, kind: str) -> None:
    problem = load("mazur")
    assert drawn(problem, PictureOrder(kind), ending) == drawn(problem, PictureOrder(kind), ending)


def test_a_png_has_the_size_of_the_picture_in_dots() -> None:
    problem, dpi = load("mazur"), 144
    found = picture(problem)
    png = drawn(problem, PictureOrder(dpi=dpi), "png")
    size = [int.from_bytes(png[start : start + 4], "big") for start in (16, 20)]
    assert size == [int(found.width * dpi / 72), int(found.height * dpi / 72)]


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    drawn(load("mazur"), PictureOrder(), "svg")
    drawn(load("learning-rates"), PictureOrder(), "svg")
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", '$\\frac{$ & "quotes" \'--> ]]>', "a_b^c %s {x}", "  "])
def test_a_title_is_text_and_nothing_else(title: str) -> None:
    for name in ("mazur", "learning-rates"):
        problem = load(name)
        problem = replace(problem, problem=replace(problem.problem, title=title))
        root = ElementTree.fromstring(drawn(problem, PictureOrder(), "svg"))
        titles = [one.text for one in root.iter() if one.tag.endswith("}title")]
        assert (titles[0] or "").strip() == " ".join(title.split())
        assert not [one for one in root.iter() if one.tag.endswith("script")]
    assert drawn(problem, PictureOrder(dpi=40), "png").startswith(SIGNATURES["png"])
    assert drawn(problem, PictureOrder(), "pdf").startswith(SIGNATURES["pdf"])


def _has_chinese() -> bool:
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.pictures.fonts import family

    try:
        return bool(family("身高体重年龄隐藏权偏置"))
    except UsageError:
        return False


@pytest.mark.skipif(not _has_chinese(), reason="no Chinese font is installed")
def test_chinese_names_are_drawn_with_a_font_that_has_them() -> None:
    problem = loaded(CHINESE)
    found = picture(problem)
    assert written(found, "unit")["隐藏1"] == "隐藏1"
    assert collisions(found) == []
    for ending, begin in SIGNATURES.items():
        assert drawn(problem, PictureOrder(), ending).startswith(begin)


def test_a_character_that_no_font_has_is_named() -> None:
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.pictures.fonts import family

    with pytest.raises(UsageError, match=re.escape("(U+10FFFD)")):
        family("w\U0010fffd")


def test_a_long_name_is_cut_rather_than_too_small_to_read() -> None:
    text = "inputs: {very_long_name_of_an_input: 1}\nlayers: [{neurons: [y], weights: [[2]]}]\nobjective: y"
    (label,) = (one for one in picture(loaded(text)).words if one.role == "unit" and one.key != "y")
    assert text_of(label.label).endswith("…")
    assert text_of(label.label).startswith("very")
    assert label.size >= 7


def test_labels_have_no_marks_left_in_them() -> None:
    for name in (*DRAWABLE, *GRAPHS):
        for one in picture(load(name), Show.NAMES).words:
            assert isinstance(one, Words)
            assert text_of(one.label).isprintable()
            assert "\N{REPLACEMENT CHARACTER}" not in text_of(one.label)


@pytest.mark.parametrize("name", [*DRAWABLE, *GRAPHS])
@pytest.mark.parametrize("width", [PAPER, PAPER / 2])
def test_a_picture_on_paper_keeps_its_letters_large_where_they_cover_nothing(name: str, width: float) -> None:
    whole = picture(load(name), Show.NAMES)
    found = smaller(whole, width)
    scale = min(1.0, width / whole.width, HIGHEST / whole.height)
    assert found.width == pytest.approx(whole.width * scale)
    if width == PAPER:
        assert is_legible(whole)
        assert all(one.size >= min(before.size, 7) - 0.3 for one, before in zip(found.words, whole.words, strict=True))
    for (one, before), (other, other_before) in itertools.combinations(zip(found.words, whole.words, strict=True), 2):
        assert one.size >= before.size * scale - 1e-9
        assert not one.area.meets(other.area) or before.area.meets(other_before.area), text_of(one.label)


def test_a_picture_that_nobody_could_read_on_paper_is_on_no_paper() -> None:
    assert not is_legible(picture(load("matrix-attention"), Show.NAMES))
    assert "#picture(" not in backprop("worksheet", "matrix-attention", "--format", "typst").out
    assert "#picture(" not in backprop("solve", "matrix-attention", "--format", "typst").out
    assert "tikzpicture}" not in backprop("solve", "matrix-attention", "--format", "latex").out
    assert "#picture(" in backprop("worksheet", "sigmoid-circuit", "--format", "typst").out


@pytest.mark.parametrize("name", [*DRAWABLE, "gru", "sequence-lengths", "batch-norm"])
def test_no_input_of_a_network_stands_alone(name: str) -> None:
    """Also one of a step whose state nobody outside the layer sees, or that goes through what a layer writes down."""
    problem = load(name).problem
    assert {wire.sender for wire in wiring_of(problem).wires} >= set(problem.inputs)
