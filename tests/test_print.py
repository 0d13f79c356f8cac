"""The worked solution on paper: LaTeX that every compiler reads, Typst, and PDF with the fonts that come along."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from math import log10
from pathlib import Path
from shutil import which

import pytest
from helpers import backprop, cells_of, letters_and_digits, loaded, missing, worked
from typesetters import balanced

from backprop_cli.documents import writing
from backprop_cli.documents.model import (
    Block,
    Curve,
    Document,
    Drawing,
    Equation,
    Heading,
    Inline,
    Lines,
    Math,
    Note,
    Plot,
    Role,
    Say,
    Table,
    Text,
)
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.documents.worked import worked_document
from backprop_cli.formats import dialect_of, format_of
from backprop_cli.formats.print import latex, latex_rows, latex_text, pdf, plots, scene, scenes, typst
from backprop_cli.ground.errors import UsageError
from backprop_cli.pictures.items import Ink
from backprop_cli.pictures.smaller import PAPER as PAPER_WIDTH
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

FOLDER = Path(__file__).parent / "golden" / "documents"
NUMBERS = [name for name in bundled() if not load(name, letters=True).problem.letters]
GOLDEN = ("mazur", "cs231n-gates", "starting-points")
PAPER = {"tex": ("latex", "\\begin{document}"), "typ": ("typst", "#set document(")}
COMPILERS = [name for name in ("pdflatex", "xelatex") if which(name)]
PRINTED = ("mazur", "learning-rates", "small-cnn", "perceptron-and")
HOSTILE = (
    '<script> ]]> {1:SHORTANSWER:=x} } ~ # \\input{/etc/passwd} \\write18{ls} #read("/etc/passwd") $x$ =cmd() @ '
    "$$ ^^M % & _ ` '' ,, -- --- << >> ?` !` | \\end{document} \\\\ *b* /* // #{ ] ½ δ x² h₂ é ß … “q” → ∂"
)


@cache
def solved(name: str) -> Solution:
    """A bundled problem, solved."""
    return solution_of(load(name), SolveOptions())


def document(title: str, dialect: str = "typst") -> Document:
    """A document of a title and one sentence that is the same."""
    return Document(title, "en", dialect, (Heading(1, Role.END, (Text(title),)), Say((Text(title),))))


# ---- both languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", PAPER)
@pytest.mark.parametrize("name", GOLDEN)
def test_sources_read_as_they_were_accepted(name: str, ending: str, request: pytest.FixtureRequest) -> None:
    format_, start = PAPER[ending]
    body, golden = start + worked(solved(name), format_).partition(start)[2], FOLDER / f"{name}.{ending}"
    if request.config.getoption("--accept"):
        golden.write_text(body, "utf-8")
    assert body == golden.read_text("utf-8")


@pytest.mark.parametrize("name", NUMBERS)
def test_every_bundled_problem_is_written_in_latex(name: str) -> None:
    source = worked(solved(name), "latex")
    assert balanced(source.partition("\\begin{document}")[2].replace("\\end{document}", ""))
    ended = re.findall(r"\\end\{(.*?)\}", source)
    assert sorted(re.findall(r"\\begin\{(.*?)\}", source)) == sorted(ended)
    for block in re.findall(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", source, re.DOTALL):
        assert all(cells_of(row) == 1 for row in block.split("\n"))
    assert missing(solution_document(solved(name), "latex"), source, letters_and_digits) == []


@pytest.mark.parametrize("name", NUMBERS)
def test_every_bundled_problem_is_written_in_typst(name: str) -> None:
    found = solution_document(solved(name), "typst")
    source = typst.document(found)
    for heading in (block for block in found.blocks if isinstance(block, Heading)):
        assert f"#heading(level: {min(5, heading.level + 1)}, " in source
    assert source.count("\n  (left: ") == sum(len(b.equations) for b in found.blocks if isinstance(b, Lines))
    assert missing(found, source, letters_and_digits) == []


def test_every_picture_is_drawn_by_both() -> None:
    for name, pictures in {"mazur": 1, "learning-rates": 6, "ten-thousand-epochs": 2, "small-cnn": 1}.items():
        assert worked(solved(name), "latex").count("\\begin{tikzpicture}") == pictures, name
        assert worked(solved(name), "typst").count("#picture(") == pictures, name


# ---- PDF ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRINTED)
def test_a_pdf_is_whole_on_a4_and_the_same_every_time(name: str) -> None:
    first, again = (pdf.document(solution_document(solved(name), "typst")) for _ in range(2))
    assert first == again
    assert first.startswith(b"%PDF-")
    assert first.rstrip().endswith(b"%%EOF")
    assert re.search(rb"/MediaBox\s*\[0 0 595\.\d+ 841\.\d+\]", first)


@pytest.mark.slow
@pytest.mark.parametrize("name", NUMBERS)
def test_every_bundled_problem_is_printed(name: str) -> None:
    assert pdf.document(solution_document(solved(name), "typst"), system_fonts=False).startswith(b"%PDF-")


def texts(source: str, selector: str) -> list[str]:
    """The texts of the elements of a Typst document, one after the other."""
    found = pytest.importorskip("typst").query(source.encode(), selector, field="body")
    return ["".join(_strings(body)) for body in json.loads(found)]


def _strings(body: object) -> list[str]:
    match body:
        case {"func": "text", "text": str(text)}:
            return [text]
        case {"func": "space"}:
            return [" "]
        case {"children": list(children)}:
            return [text for child in children for text in _strings(child)]
    return []


def test_a_hostile_title_is_text_in_typst() -> None:
    assert texts(typst.document(document(HOSTILE)), "heading") == [HOSTILE, HOSTILE]


def test_a_title_in_chinese_needs_no_other_font() -> None:
    made = pdf.document(document("一步反向传播：《神经网络》（第二章）、龘"[:-1]), system_fonts=False)
    assert b"BackpropHan" in made


@pytest.mark.parametrize(("title", "named"), {"😀 learning": "😀 (U+1F600)", "上𠮷野家": "𠮷 (U+20BB7)"}.items())
def test_a_character_that_no_font_has_is_named(title: str, named: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"no font here has {named}: install one")):
        pdf.document(document(title), system_fonts=False)


def test_a_hostile_name_is_text_in_mathematics() -> None:
    text = "title: '#read(\"/etc/passwd\") $x$ \\'\ninputs: {输入: 1, δ: 2}\ngraph:\n  f: 输入^2*δ\nobjective: f\n"
    solution = solution_of(loaded(text), SolveOptions())
    assert pdf.document(worked_document(solution, "typst"), system_fonts=False).startswith(b"%PDF-")
    assert "\\text{\\han{输入}}^{2}" in worked(solution, "latex")


def test_without_the_extra_the_message_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    run = backprop("solve", "mazur", "-o", tmp_path / "solution.pdf")
    assert (run.code, run.err) == (
        2, "backprop: PDF needs typst, which is not installed: pip install 'backprop-cli[pdf]'\n",
    )  # fmt: skip
    assert not list(tmp_path.iterdir())


# ---- LaTeX -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    {
        "a_b {c} 100% #1 & $": r"a\_b \{c\} 100\% \#1 \& \$",
        "\\input{/etc/passwd}": r"\textbackslash{}input\{/etc/passwd\}",
        "^^M ~": r"\textasciicircum{}\textasciicircum{}M \textasciitilde{}",
        "a -- b": "a -{}- b",
        "--- ,, ''": "-{}-{}- ,{}, '{}'",
        "?`": r"?\textasciigrave{}",
        "é ß ő": "é ß ő",
        "δ → ½": r"\ensuremath{\delta} \ensuremath{\rightarrow} \ensuremath{\tfrac{1}{2}}",
        "x² h₂": r"x\ensuremath{^{2}} h\ensuremath{_{2}}",
        "\\中文 x": r"\textbackslash{}\han{中文} x",
        "龘中": r"\rarehan{龘}{9F98}\han{中}",
        "😀": r"\symbolat{1F600}",
    }.items(),
)
def test_text_is_harmless_in_latex(text: str, written: str) -> None:
    assert latex_text.escaped(text) == written


@pytest.mark.skipif(not COMPILERS, reason="no LaTeX is installed")
@pytest.mark.parametrize("compiler", ["pdflatex", "xelatex"])
@pytest.mark.parametrize("name", ["mazur", "hostile", "ten-thousand-epochs"])
def test_latex_compiles_as_it_is(name: str, compiler: str, tmp_path: Path) -> None:
    if compiler not in COMPILERS:
        pytest.skip(f"{compiler} is not installed")
    source = (
        latex.document(document(HOSTILE + " 中文 😀", "latex")) if name == "hostile" else worked(solved(name), "latex")
    )
    (tmp_path / "solution.tex").write_text(source, "utf-8")
    command = [compiler, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "solution.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    if name != "hostile":
        assert b"Overfull" not in done.stdout


LONG = r"w_{1} \cdot \mathrm{out}_{h_1} + \frac{a + b}{c} - \left(u + v\right) \cdot x"


def test_a_long_sum_is_broken_before_its_terms_and_not_within_them() -> None:
    assert latex_rows.pieces(LONG, 20) == [
        r"w_{1} \cdot \mathrm{out}_{h_1}", r"+ \frac{a + b}{c}", r"- \left(u + v\right) \cdot x",
    ]  # fmt: skip
    assert latex_rows.pieces(LONG, 100) == [LONG]


def test_brackets_that_are_broken_have_a_fixed_size() -> None:
    pieces = latex_rows.pieces(r"-\left(a \cdot \ln\left(p\right) + b \cdot \ln\left(q\right)\right)", 14)
    assert pieces == [r"-\bigl(a \cdot \ln\left(p\right)", r"+ b \cdot \ln\left(q\right)\bigr)"]


def test_no_equation_is_wider_than_the_page() -> None:
    for name in ("recurrent", "batch-norm", "attention", "small-cnn"):
        for block in worked_document(solved(name), "latex").blocks:
            for equation in block.equations if isinstance(block, Lines) else ():
                for row in latex_rows.rows(equation.sides, 70):
                    assert latex_rows.wide(row) <= 75, (name, equation.key)


def test_a_wide_table_is_parted_and_every_piece_names_its_rows() -> None:
    head = tuple((Text(f"column {n}"),) for n in range(20))
    rows = (tuple((Math("0.123456789", "0.123456789"),) for _n in range(20)),) * 3
    source = latex.document(Document("t", "en", "latex", (Table(head, rows, ("right",) * 20),)))
    assert source.count("\\toprule") == source.count("column 0") > 1
    assert all(source.count(f"column {n} ") == 1 for n in range(1, 20))


# ---- pictures ----------------------------------------------------------------------------------------------------


def network(*sizes: int) -> Solution:
    """A solved network with so many units in its layers."""
    layers = [{"weights": [[0.1] * before] * after, "bias": 0.2} for before, after in pairwise(sizes)]
    text = {"inputs": [1] * sizes[0], "targets": [1] * sizes[-1], "layers": layers, "loss": "squared_error"}
    return solution_of(loaded(json.dumps(text)), SolveOptions())


def drawn(solution: Solution) -> scene.Scene:
    """The picture at the top of the document."""
    found = next(block for block in worked_document(solution, "latex").blocks if isinstance(block, Drawing))
    return scenes.of_block(found, "latex")


@pytest.mark.parametrize("sizes", [(2, 2, 2), (1, 1), (4, 8, 8, 4), (3, 5, 2)])
def test_a_small_network_has_a_disc_for_each_unit_and_a_line_for_each_weight(sizes: tuple[int, ...]) -> None:
    found = drawn(network(*sizes))
    discs = [item for item in found.items if isinstance(item, scene.Box) and item.is_disc]
    edges = [item for item in found.items if isinstance(item, scene.Edge)]
    assert len(discs) == sum(sizes)
    assert len(edges) == sum(a * b for a, b in pairwise(sizes))
    assert len({(round(one.x, 3), round(one.y, 3)) for one in discs}) == len(discs)
    assert all(one.y >= 0 and one.y + one.height <= found.height for one in discs)
    assert found.width <= PAPER_WIDTH * 2.54 / 72


def test_a_large_network_is_boxes_with_the_numbers_of_its_units() -> None:
    found = drawn(network(40, 30, 2))
    words = ["".join(run.text for run in item.runs) for item in found.items if isinstance(item, scene.Runs)]
    assert {"40", "30", "2"} <= {word.split()[0] for word in words}
    assert found.width <= PAPER_WIDTH * 2.54 / 72


def labels(solution: Solution) -> set[str]:
    """What is written in the picture."""
    return {"".join(run.text for run in item.runs) for item in drawn(solution).items if isinstance(item, scene.Runs)}


def test_the_picture_has_the_numbers_of_the_solution() -> None:
    words = labels(solved("mazur"))
    assert {"w5 = 0.40", "0.5933", "δ = 0.1385", "E = 0.2984"} <= words  # the figures of the article


def test_a_picture_of_several_passes_has_names_only() -> None:
    words = labels(solved("xor-batch"))
    assert "w1" in words
    assert not any("=" in word for word in words)


def test_a_graph_is_drawn_as_lectures_do_it() -> None:
    """Stanford CS231n: f(x, y, z) = (x + y)·z at (−2, 5, −4), values above, gradients below."""
    items = [item for item in drawn(solved("cs231n-gates")).items if isinstance(item, scene.Runs)]
    written = {(item.ink, "".join(run.text for run in item.runs)) for item in items}
    assert {(Ink.VALUE, text) for text in ("−2", "5", "−4", "3", "−12")} <= written
    assert {(Ink.BACK, text) for text in ("−4", "3", "1")} <= written


def test_the_points_of_a_descent_lie_on_its_curve() -> None:
    plot = next(b for b in worked_document(solved("starting-points"), "latex").blocks if isinstance(b, Plot))
    found = plots.plot(plot)
    curve = next(item for item in found.items if isinstance(item, scene.Polyline) and item.kind == "curve")
    dots = [item for item in found.items if isinstance(item, scene.Dot)]
    assert len(dots) == len(plot.marks)
    for dot in dots:
        assert min((dot.x - x) ** 2 + (dot.y - y) ** 2 for x, y in curve.points) < 0.2**2
    labels = [item.text for item in found.items if isinstance(item, scene.Label)]
    assert all((Text(name),) in labels for name in ("A0", "B0", "C0"))


def test_compared_learning_rates_are_curves_in_one_picture() -> None:
    """On a parabola with E″ = 8, the distance to the minimum is multiplied by 1 − 8η: 0.2, −0.6 and −1.4."""
    block = next(b for b in worked_document(solved("learning-rates"), "latex").blocks if isinstance(b, Curve))
    found = plots.curve(block, (), "10^{0}")
    names = [item.text for item in found.items if isinstance(item, scene.Label)]
    assert all((Text(rate),) in names for rate in ("0.1", "0.2", "0.3"))
    curves = [item.points for item in found.items if isinstance(item, scene.Polyline) and item.kind == "curve"]
    slopes = [(points[-1][1] - points[0][1]) / (points[-1][0] - points[0][0]) for points in curves]
    factors = [1 - 8 * rate for rate in (0.005, 0.1, 0.2, 0.3)]  # E falls by the square of the factor
    scale = slopes[1] / log10(factors[1] ** 2)
    assert slopes == pytest.approx([scale * log10(factor**2) for factor in factors], rel=1e-6)


# ---- the command line --------------------------------------------------------------------------------------------


def test_the_ending_of_the_file_chooses_the_format(tmp_path: Path) -> None:
    for ending, expected in ((".tex", latex), (".typ", typst), (".PDF", pdf)):
        path = tmp_path / f"solution{ending}"
        assert backprop("solve", "mazur", "-o", path).code == 0
        made = expected.document(solution_document(solved("mazur"), dialect_of(format_of(path))))
        assert path.read_bytes() == (made if isinstance(made, bytes) else made.encode())


def test_pdf_needs_a_file() -> None:
    run = backprop("solve", "mazur", "--format", "pdf")
    assert (run.code, run.err) == (2, "backprop: pdf needs a file to be written to: -o solution.pdf\n")


def test_notes_stand_behind_their_equations() -> None:
    equation = Equation((Math("x", "x"),), (), "[2 marks] & more")
    assert "\\text{[2 marks] \\& more}" in latex.aligned([equation])


@pytest.mark.parametrize("count", [2, 3, 7, 8, 20])
def test_no_row_of_a_table_stands_alone_on_a_page(count: int) -> None:
    """Wherever on a page the table begins, in tables to fill in, of sentences and of steps; and no line to write on."""
    where = "context [#metadata(here().page()) <row>]"
    rows = "".join(f"({where}, [{number}], [a],), " for number in range(count))
    table = f"#tabular(([a], [b], [c],), ({rows}), (left, left, left,)"
    steps = f"#steps(([a], [b], [c],), ({rows}), (left, left, left,), ((0,), (1,), (2,),), ())"
    for begins in range(0, 30, 3):
        for made in (f"{table})", f"{table}, wordy: (2,))", steps):
            source = f"{typst._template()}\n#block(height: {22.2 - 0.5 * begins}cm)\n{made}"
            pages = Counter(_values(source, "<row>"))
            assert min(pages.values()) > 1 or count == 1, (made[:9], begins, pages)


_WHERE = "context [#metadata(here().position().y.cm()) <row>]"


def _heights(source: str) -> list[float]:
    """How far down on the page each mark stands, in centimetres."""
    return [float(str(one)) for one in _values(f"#let value-mark = []\n{typst._template()}\n{source}", "<row>")]


def test_a_number_stands_beside_the_first_line_of_a_long_sentence() -> None:
    """In a rubric: where it stood beside the last one, it seemed to belong to the end of the sentence alone."""
    cells = "((), (left, left,), wordy: (1,)".replace("()", f"([a], [b]), (({_WHERE}, {_WHERE} + lorem(40),),)", 1)
    above, below = (_heights(f"#tabular{cells}{more})") for more in (", down: top", ""))
    assert above[0] == pytest.approx(above[1])
    assert below[0] > below[1] + 0.3


def test_a_table_of_sentences_is_set_from_above_unless_it_is_filled_in() -> None:
    long = (Text("a sentence " * 20),)
    for to_fill in (False, True):
        table = Table(writing.texts(["a", "b"]), (((Text("1"),), long),), ("right", "left"), to_fill=to_fill)
        source = typst.document(Document("", "en", "typst", (table,)))
        assert table.wordy
        assert ("down: top" in source) is not to_fill


@pytest.mark.parametrize(("name", "body", "side"), [
    ("a fraction", "$display(frac(a, b))$", "horizon"), ("a word", "[one]", "horizon"),
    ("a sentence", "lorem(60)", "top"),
])  # fmt: skip
def test_what_names_something_stands_in_the_middle_of_one_line_else_beside_the_first(
    name: str, body: str, side: str
) -> None:
    source = f"{typst._template()}\n#context [#metadata(repr(beside(10cm, {body}))) <side>]"
    assert _values(source, "<side>") == [side], name


@pytest.mark.parametrize("made", ["#facts(([inputs] + MARK, (BODY,)))", "#points((0, [3.] + MARK, BODY))"])
def test_the_word_beside_a_fraction_stands_lower_than_beside_a_sentence(made: str) -> None:
    source = made.replace("MARK", _WHERE)
    high, long = (_heights(source.replace("BODY", one)) for one in ("high($display(frac(a, b))$)", "lorem(60)"))
    assert high[0] > long[0] + 0.1


def test_a_dot_between_a_greek_letter_and_another_stands_where_it_does_between_two_others() -> None:
    """η·g: as a Greek stop it was set at the top of η, and looked like an apostrophe."""
    widths = "measure([·]).width / 1pt, (measure([η·g]).width - measure([η]).width - measure([g]).width) / 1pt"
    (found,) = _values(f"{typst._template()}\n#context [#metadata(({widths})) <dot>]", "<dot>")
    assert isinstance(found, list)
    assert found[0] == pytest.approx(found[1], abs=0.2)


@pytest.mark.skipif(which("pdftotext") is None, reason="there is no pdftotext on the path")
@pytest.mark.parametrize(("words", "block"), [
    ("(28 marks)", lambda text: Heading(1, Role.END, text)), ("(−1, 1)", Note),
])  # fmt: skip
def test_marks_behind_a_title_and_an_interval_are_not_parted(
    words: str, block: Callable[[Inline], Block], tmp_path: Path
) -> None:
    """Exercise 3: A learning rate that is halved every two epochs (28 marks); wherever the line ends."""
    said = [f"{'o' * more} {'long ' * 8}{words}" for more in range(60)]
    blocks = tuple(block((Text(one),)) for one in said)
    (path := tmp_path / "pages.pdf").write_bytes(pdf.document(Document("", "en", "typst", blocks)))
    run = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    lines = [line.strip() for line in run.stdout.splitlines()]
    assert sum(line.endswith(words) for line in lines) == len(said)
    assert words in lines  # some did go on in a second line


def test_a_matrix_among_words_is_as_large_as_in_an_equation() -> None:
    """A sheet gives its inputs as matrices: in a line of text their numbers were of two thirds of the size."""
    matrix = Math("W = mat(1, 2; 3, 4)", "W = [1 2; 3 4]")
    assert typst.large((matrix,)) == "high($display(W = mat(1, 2; 3, 4))$)"


def _values(source: str, selector: str) -> list[object]:
    found = pytest.importorskip("typst").query(source.encode(), selector, field="value")
    values = json.loads(found)
    assert isinstance(values, list)
    return values


def test_a_number_is_not_parted_from_its_chinese_measure_word() -> None:
    """`共 10 分` goes on in the next line before the 10, not behind it."""
    sheet = backprop("worksheet", "mazur", "--format", "typst", "--lang", "zh").out
    assert re.search("共 [0-9]+\u00a0分。", sheet)
    assert not re.search("[0-9] [\u4e00-\u9fff]", sheet)
    assert typst.string("x 1 of 2, 3 个") == '"x 1 of 2, 3\u00a0个"'
