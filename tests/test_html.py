"""The worked solution as an HTML page: whole, safe, readable on a phone; its mathematics well-formed MathML."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from shutil import which
from xml.etree.ElementTree import fromstring

import pytest
from helpers import backprop, digits, missing, shapes_last, skeleton, solved, worked

from backprop_cli.documents.model import Document, Drawing, Heading, Lines, Math, Role, Say, Text
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.documents.worked import worked_document
from backprop_cli.formats.print import mathml, scenes, svg
from backprop_cli.formats.print.html import document as page
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import SolveOptions, solution_of

GOLDEN = Path(__file__).parent / "golden" / "html" / "mazur.html"
VOID = {"meta", "wbr"}
CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)


class Outline(HTMLParser):
    """What a page consists of: its elements, balanced, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _attributes in self.elements]


def rendered(name: str) -> str:
    return worked(solution_of(load(name), SolveOptions()), "html")


@pytest.mark.parametrize("name", [name for name in bundled() if not load(name).problem.letters])
def test_every_bundled_problem_is_a_whole_page_that_needs_nothing_else(name: str) -> None:
    source = rendered(name)
    outline = Outline(source)
    assert outline.elements[0] == ("html", {"lang": "en"})
    assert not {"script", "link", "iframe", "img", "object"} & set(outline.tags)
    for _tag, attributes in outline.elements:
        assert not {"src", "href"} & set(attributes)
        assert not any(attribute.startswith("on") for attribute in attributes)
    assert "url(" not in source
    assert "@import" not in source
    for math in MATH.findall(source):
        assert "\\" not in "".join(fromstring(math).itertext())


@pytest.mark.parametrize("name", ["mazur", "mini-batches", "ten-thousand-epochs", "learning-rates", "recurrent"])
def test_headings_leave_no_level_out_and_tables_name_their_rows_and_columns(name: str) -> None:
    outline = Outline(rendered(name))
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in outline.elements if tag == "th")
    assert all("open" in attributes for tag, attributes in outline.elements if tag == "details")


def test_a_level_that_a_document_leaves_out_is_not_left_out_on_the_page() -> None:
    headings = tuple(Heading(level, Role.PART, (Text("x"),)) for level in (3, 5, 1, 2))
    tags = Outline(page(Document("t", "en", "latex", headings))).tags
    assert [tag for tag in tags if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h3", "h2", "h3"]


HOSTILE = "<script>alert(1)</script> ]]> --> \"'><img src=x> {{ 7*7 }} &amp;"


def test_a_hostile_title_arrives_as_text() -> None:
    source = page(Document(HOSTILE, "en", "latex", (Say((Text(HOSTILE),)),)))
    outline = Outline(source)
    assert outline.text.count(HOSTILE) == 3  # in the title, the heading and the sentence
    assert not {"script", "img"} & set(outline.tags)


@pytest.mark.parametrize(
    "name", ["a<script>b", "x]]>y", "<img src=x onerror=alert(1)>", "a&b;", "a_b{c}", "\\frac", "~^"]
)
def test_a_hostile_name_in_mathematics_arrives_as_text(name: str) -> None:
    from backprop_cli.writing.dialects import LATEX_SETTING

    latex = LATEX_SETTING.text.format("".join(LATEX_SETTING.escapes.get(char, char) for char in name))
    source = page(Document("t", "en", "latex", (Say((Math(f"2 \\cdot {latex}_1", name),)),)))
    outline = Outline(source)
    assert f"2·{name}1" in outline.text
    assert outline.tags[outline.tags.index("math") :] == ["math", "mn", "mo", "msub", "mtext", "mn"]


def test_a_file_with_a_hostile_title_arrives_as_text() -> None:
    lines = ["inputs: {x: 2}", "targets: {o: 1}", "layers:", "  - {neurons: [o], weights: [[w = 0.5]]}"]
    outline = Outline(worked(solved("\n".join(["title: \"<script>alert('t')</script> ]]>\"", *lines])), "html"))
    assert outline.text.count("<script>alert('t')</script> ]]>") == 2
    assert "script" not in outline.tags


MATHEMATICS = {  # LaTeX, and what MathML Core says of it
    r"\mathrm{net}_{h_1}": "<math><msub><mi>net</mi><msub><mi>h</mi><mn>1</mn></msub></msub></math>",
    r"\frac{\partial E}{\partial w_5}": (
        "<math><mfrac><mrow><mo>∂</mo><mi>E</mi></mrow>"
        "<mrow><mo>∂</mo><msub><mi>w</mi><mn>5</mn></msub></mrow></mfrac></math>"
    ),
    "-0.50": '<math><mo form="prefix">−</mo><mn>0.50</mn></math>',
    "a - b": "<math><mi>a</mi><mo>−</mo><mi>b</mi></math>",
    "w_1^{+}": "<math><msubsup><mi>w</mi><mn>1</mn><mo>+</mo></msubsup></math>",
    r"2 \cdot 10^{-5}": (
        '<math><mn>2</mn><mo>·</mo><msup><mn>10</mn><mrow><mo form="prefix">−</mo><mn>5</mn></mrow></msup></math>'
    ),
    r"\text{is < the max}": "<math><mtext>is &lt; the max</mtext></math>",
    "": "<math />",
    r"\hat{y}_1 - y": (
        '<math><msub><mover accent="true"><mi>y</mi><mo>^</mo></mover><mn>1</mn></msub><mo>−</mo><mi>y</mi></math>'
    ),
    r"\left(1 - x'\right)^{2}": (
        '<math><msup><mrow><mo stretchy="true" form="prefix">(</mo><mn>1</mn><mo>−</mo>'
        '<mrow><mi>x</mi><mo lspace="0" rspace="0">′</mo></mrow>'
        '<mo stretchy="true" form="postfix">)</mo></mrow><mn>2</mn></msup></math>'
    ),
    r"f^{\prime\prime}_{1}": (
        '<math><msub><mrow><mi>f</mi><mo lspace="0" rspace="0">″</mo></mrow><mn>1</mn></msub></math>'
    ),
    r"\max\left(a\right)": (
        '<math><mo lspace="0" rspace="0">max</mo>'
        '<mrow><mo stretchy="true" form="prefix">(</mo><mi>a</mi><mo stretchy="true" form="postfix">)</mo></mrow>'
        "</math>"
    ),
    "(a) - b": ('<math><mo stretchy="false">(</mo><mi>a</mi><mo stretchy="false">)</mo><mo>−</mo><mi>b</mi></math>'),
    r"\text{a\_b}\textbackslash{} c": "<math><mtext>a_b</mtext><mi>\\</mi><mi>c</mi></math>",
    "2{,}5 + .5": "<math><mn>2,5</mn><mo>+</mo><mn>.5</mn></math>",
    r"\mathbf{W}\boldsymbol{\theta}\mathbb{R}\mathcal{L}": "<math><mi>𝐖</mi><mi>𝜽</mi><mi>ℝ</mi><mi>ℒ</mi></math>",
    r"\begin{bmatrix} -1 & x_2 \cr 0 & 1 \end{bmatrix}": (
        "<math><mrow><mo>[</mo><mtable><mtr><mtd><mo>−</mo><mn>1</mn></mtd><mtd><msub><mi>x</mi><mn>2</mn></msub></mtd>"
        "</mtr><mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable><mo>]</mo></mrow></math>"
    ),
    "x^{1}^{2}": "<math><msup><msup><mi>x</mi><mn>1</mn></msup><mn>2</mn></msup></math>",  # as nobody writes it
    r"\frac{1": "<math><mfrac><mn>1</mn><mrow /></mfrac></math>",
}


@pytest.mark.parametrize("latex", MATHEMATICS)
def test_mathematics_is_presentation_mathml(latex: str) -> None:
    assert mathml.math(latex) == MATHEMATICS[latex]


def formulas(name: str) -> set[str]:
    """The mathematics of the lines of a bundled problem."""
    found: set[str] = set()
    for block in solution_document(solution_of(load(name), SolveOptions()), "latex").blocks:
        for equation in block.equations if isinstance(block, Lines) else ():
            found |= {one.text for one in equation.left if isinstance(one, Math)}
            found |= {side.text for side in equation.sides}
    return found


@pytest.mark.parametrize("name", ["mazur", "adam", "lstm", "small-cnn", "matrix-attention", "softmax-squared"])
def test_another_converter_of_latex_reads_the_same(name: str) -> None:
    converter = pytest.importorskip("latex2mathml.converter", reason="latex2mathml is not installed")
    found = formulas(name)
    assert len(found) > 50
    for latex in found:
        assert skeleton(mathml.math(latex)) == skeleton(converter.convert(latex)), latex


def test_a_long_side_may_be_broken_before_a_term_and_a_short_one_is_one_piece() -> None:
    assert len(mathml.side("=", "a + b")) == 1
    pieces = mathml.side("=", r"0.40 \cdot 0.593269992 + 0.45 \cdot 0.596884378 + 0.60")
    texts = ["".join(fromstring(piece).itertext()) for piece in pieces]
    assert texts == ["=0.40·0.593269992", "+0.45·0.596884378", "+0.60"]


def test_a_long_bracket_may_be_broken_between_its_terms_and_a_short_one_is_one_piece() -> None:
    inside = r"t_1 \cdot \ln\left(out_1\right) + t_2 \cdot \ln\left(out_2\right) + t_3 \cdot \ln\left(out_3\right)"
    pieces = mathml.side("=", rf"-\left({inside}\right)")
    texts = ["".join(fromstring(piece).itertext()) for piece in pieces]
    assert texts == ["=−(t1·ln(out1)", "+t2·ln(out2)", "+t3·ln(out3))"]
    assert "minsize" in pieces[0]  # as high as a line, since no line has both ends
    assert "minsize" not in pieces[1]


@pytest.mark.parametrize(
    ("inside", "height"),
    [
        (r"aaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbb", 1.4),
        (r"\frac{1}{2} + aaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbb", 2.4),
        (r"\begin{bmatrix} 1111111111 \cr 2222222222 \cr 3333333333 \end{bmatrix} + aaaaaaaaaaaaaaaa", 3.9),
    ],
)
def test_both_ends_of_a_broken_bracket_are_as_high_as_what_stands_between(inside: str, height: float) -> None:
    first, *_others, last = mathml.side("", rf"\left({inside}\right)")
    for piece, bracket in ((first, "("), (last, ")")):
        (found,) = (one for one in fromstring(piece).iter("mo") if one.text == bracket)
        assert found.attrib["minsize"] == found.attrib["maxsize"] == f"{height}em"


def test_the_page_of_mazur_reads_as_it_was_accepted(request: pytest.FixtureRequest) -> None:
    source = rendered("mazur")
    if request.config.getoption("--accept"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(source, "utf-8")
    assert source == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in bundled() if not load(name).problem.letters])
def test_the_page_has_all_numbers_of_the_document(name: str) -> None:
    text = html.unescape(re.sub(r"<[^>]*>", "", rendered(name))).replace("𝟏", "1")
    document = solution_document(solution_of(load(name), SolveOptions()), "latex")
    assert missing(document, text, lambda one: digits(shapes_last(one))) == []


@pytest.mark.parametrize("name", ["cs231n-gates"])
def test_a_page_reads_as_it_was_accepted(name: str, request: pytest.FixtureRequest) -> None:
    body = rendered(name).partition("<body>\n")[2]  # what stands before it is that of the page of mazur
    golden = GOLDEN.with_name(f"{name}.html")
    if request.config.getoption("--accept"):
        golden.write_text(body, "utf-8")
    assert body == golden.read_text("utf-8")


def test_a_file_that_ends_in_html_is_a_page(tmp_path: Path) -> None:
    for ending in ("html", "HTM"):
        path = tmp_path / f"solution.{ending}"
        assert backprop("solve", "mazur", "-o", path).code == 0
        assert path.read_text("utf-8") == GOLDEN.read_text("utf-8")
    assert backprop("solve", "mazur", "--format", "html").out == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("missing", ["jinja2"])
def test_without_the_extra_the_message_names_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, missing, None)
    run = backprop("solve", "mazur", "--format", "html")
    assert run.code == 2
    assert run.err == f"backprop: HTML needs {missing}, which is not installed: pip install 'backprop-cli[html]'\n"


MEASURE = """<!DOCTYPE html><title>?</title><iframe style="border:0;width:{width}px;height:800px" srcdoc="{source}"
onload="const d = this.contentDocument; const m = d.querySelector('.lines mfrac, .lines msub');
document.title = d.documentElement.scrollWidth + ' ' + d.querySelectorAll('math').length
+ ' ' + (m ? m.getBoundingClientRect().height > 0 : true)"></iframe>"""


PICTURES = {"mazur": 1, "cs231n-gates": 1, "ten-thousand-epochs": 2, "starting-points": 2}


@pytest.mark.parametrize(("name", "pictures"), PICTURES.items())
def test_pictures_stand_in_the_page_with_a_description(name: str, pictures: int) -> None:
    found = [fromstring(one) for one in re.findall(r"<svg\b.*?</svg>", rendered(name), re.DOTALL)]
    assert len(found) == pictures
    for one in found:
        title = one.find("title")
        assert title is not None
        assert title.text == one.get("aria-label") != ""
        colours = [each.get(key) for each in one.iter() for key in ("fill", "stroke")]
        assert colours == [None] * len(colours)  # they are those of the page, light or dark


def test_a_picture_that_nobody_could_read_on_paper_shrinks_by_a_third_at_most_and_is_not_printed() -> None:
    def widths(name: str) -> list[tuple[str, float]]:
        found = re.findall(r'<div class="wide (picture[^"]*)".*?<svg viewBox="0 0 ([0-9.]+)', rendered(name), re.DOTALL)
        return [(kind, float(width)) for kind, width in found]

    ((kind, width),) = widths("matrix-attention")
    assert kind == "picture large"
    assert width > 2000  # it has 25 nodes beside and above each other
    assert f'style="min-width: {0.65 * width:.0f}px"' in rendered("matrix-attention")
    assert ".picture svg { display: block; max-width: 100%;" in rendered("mazur")
    assert "max-width: none" not in rendered("mazur").partition("@media print {")[0].partition(".picture")[2]
    assert [kind for kind, _width in widths("mazur")] == ["picture"]
    assert ".picture.large { display: none; }" in rendered("mazur").partition("@media print {")[2]


def test_what_stands_above_a_chart_ends_as_the_reader_writes(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    for language, mark in (("zh", "："), ("en", ":")):
        backprop("solve", "learning-rates", "--lang", language, "-o", str(page))
        above = re.findall(r"<p>([^<]*)</p>\s*<div class=\"wide picture", page.read_text("utf-8"))
        assert above
        assert all(one.endswith(mark) for one in above)


def test_a_picture_alone_has_its_own_style() -> None:
    document = worked_document(solution_of(load("mazur"), SolveOptions()), "latex")
    drawing = next(block for block in document.blocks if isinstance(block, Drawing))
    source = svg.picture(scenes.drawn(drawing.picture), "<&>", alone=True)
    top = fromstring(source)
    assert top.tag == "{http://www.w3.org/2000/svg}svg"
    assert top.get("aria-label") == "<&>"
    assert "prefers-color-scheme: dark" in source


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", ["mazur", "softmax-network", "ten-thousand-epochs", "learning-rates"])
def test_the_page_does_not_scroll_sideways_in_a_browser(name: str, width: int, tmp_path: Path) -> None:
    source = rendered(name)
    found = re.fullmatch(
        r"(\d+) (\d+) (\w+)", titled(MEASURE.format(width=width, source=html.escape(source)), tmp_path)
    )
    assert found is not None
    assert found.groups() == (str(width), str(len(MATH.findall(source))), "true")


BOXES = """<!DOCTYPE html><title>?</title><iframe style="border:0;width:1200px;height:800px" srcdoc="{source}"
onload="const d = this.contentDocument; const box = e => e.getBoundingClientRect();
const cut = [...d.querySelectorAll('.lines, .wide:not(.large)')].filter(e => e.scrollWidth > e.clientWidth + 1);
const low = [...d.querySelectorAll('.lines > .left')].filter(e =>
  box(e.querySelector('math')).top > box(e.nextElementSibling.querySelector('math')).bottom - 4);
document.title = cut.length + ' cut, ' + low.length + ' low'"></iframe>"""
BROAD = ("solve", "recurrent"), ("solve", "matrix-attention"), ("worksheet", "layer-norm")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.parametrize(("command", "name"), BROAD)
def test_a_broad_equation_is_broken_and_its_name_stands_in_its_first_line(
    command: str, name: str, tmp_path: Path
) -> None:
    rubric = ("--part", "rubric") if command == "worksheet" else ()
    backprop(command, name, *rubric, "--format", "html", "-o", str(tmp_path / "broad.html"))
    source = (tmp_path / "broad.html").read_text("utf-8")
    assert titled(BOXES.format(source=html.escape(source)), tmp_path) == "0 cut, 0 low"


PHONE = """<!DOCTYPE html><title>?</title><iframe style="border:0;width:390px;height:800px" srcdoc="{source}"
onload="const d = this.contentDocument;
const over = [...d.querySelectorAll('.wide:not(.picture)')].map(e => e.scrollWidth - e.clientWidth);
document.title = Math.max(...over)"></iframe>"""
HANDOUTS = Path(__file__).parent / "handouts"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
@pytest.mark.parametrize(
    ("assignment", "page", "most"),
    [
        ("01-words-and-steps", ("--form",), 0),
        ("06-images", ("--form",), 0),
        ("06-images", ("--part", "key"), 0),
        ("01-words-and-steps", ("--part", "rubric"), 64),
        ("06-images", ("--part", "rubric"), 96),
    ],
)
def test_on_a_phone_no_answer_is_written_beyond_the_edge(
    assignment: str, page: tuple[str, ...], most: int, tmp_path: Path
) -> None:
    """Of a rubric, a long formula may go beyond it by a quarter of the width, and is scrolled."""
    run = backprop(
        "worksheet", HANDOUTS / f"{assignment}.yaml", *page, "--format", "html", "-o", tmp_path / "page.html"
    )
    assert run.code == 0, run.err
    source = html.escape((tmp_path / "page.html").read_text("utf-8"))
    assert int(titled(PHONE.format(source=source), tmp_path)) <= most


def test_a_line_does_not_begin_with_the_comma_behind_a_formula() -> None:
    """A browser breaks a line before it, as behind a picture."""
    said = page(Document("t", "en", "latex", (Say((Math("x", "x"), Text(", "), Math("y", "y"), Text("。 And on"))),)))
    assert '<span class="kept"><math><mi>x</mi></math>,</span> ' in said
    assert '<span class="kept"><math><mi>y</mi></math>。</span> And on' in said


def titled(frame: str, folder: Path) -> str:
    """The title that a page gives itself in a browser."""
    assert CHROMIUM is not None
    (folder / "frame.html").write_text(frame, "utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=2000"]
    flags += [f"--user-data-dir={folder / 'profile'}", f"--screenshot={folder / 'page.png'}", "--dump-dom"]
    command = [CHROMIUM, *flags, (folder / "frame.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r"<title>(.*?)</title>", done.stdout)
    assert found is not None, done.stdout[:300]
    return found[1]


@pytest.mark.skipif(CHROMIUM is None or which("pdftotext") is None, reason="no Chromium, or nothing that reads a PDF")
def test_no_heading_is_the_last_line_of_a_printed_page(tmp_path: Path) -> None:
    assert CHROMIUM is not None
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    backprop("solve", str(Path(__file__).parent / "handouts" / "04-sequences.yaml"), "--lang", "zh", "-o", str(page))
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    flags += ["--no-pdf-header-footer", f"--print-to-pdf={printed}"]
    subprocess.run([CHROMIUM, *flags, page.as_uri()], capture_output=True, timeout=120, check=True)
    text = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"<h[2-6]>(.*?)</h[2-6]>", page.read_text("utf-8"))
    headings = {"".join(re.sub("<[^>]*>", "", one).split()) for one in found}
    lasts = ["".join(one.rstrip().splitlines()[-1].split()) for one in text.split("\f") if one.strip()]
    assert len(lasts) > 10
    assert not headings & set(lasts)


def test_a_long_sum_is_broken_before_its_terms_and_only_a_term_without_room_before_its_factors() -> None:
    """A term of several pieces is one element among the others; a product alone is broken before its factors."""
    found = mathml.side("=", r"0.851952802 \cdot 0 + 0.960834277 \cdot 0.817754078 + 0.5")
    seen = [html.unescape(re.sub("<[^>]*>", "", one)) for one in found]
    assert seen == ["=0.851952802·0", "+0.960834277·0.817754078", "+0.5"]
    first, second, _third = found
    assert first.startswith('<span class="term">')
    assert second.startswith('<span class="term">')
    assert second.count("<wbr>") == 1
    product = mathml.side("=", r"0.851952802 \cdot 0.960834277 \cdot 0.817754078")
    assert len(product) == 3
    assert not any("span" in one for one in product)
