"""An author's words in every format: Markdown and mathematics are understood, and nothing in them is obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.documents.model import Document
from backprop_cli.documents.prose import prose
from backprop_cli.formats.print import html, latex, markdown, typst
from backprop_cli.formats.terminal.plain import document
from backprop_cli.writing.tex import SIGNS, TexError, spelled

MATHEMATICS = {  # LaTeX: in characters, in Typst
    "w_5": ("w₅", "w_(5)"),
    r"w_5 - \eta\,\frac{\partial E}{\partial w_5}": ("w₅ - η ∂E/∂w₅", "w_(5) - η space.thin frac(∂ E, ∂ w_(5))"),
    r"\frac{a+b}{2}": ("(a+b)/2", "frac(a + b, 2)"),
    r"e^{-z/2}": ("e^(-z/2)", r"e^(- z \/ 2)"),
    r"\hat{y}^2": ("ŷ²", "hat(y)^(2)"),
    r"\mathrm{net}_{h1}": ("netₕ₁", 'upright("net")_(h 1)'),
    r"\sqrt{x+1}": ("√(x+1)", "sqrt(x + 1)"),
    r"\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}": ("[1, 2; 3, 4]", 'mat(delim: "(", 1, 2; 3, 4)'),
    r"f(x) = \max(0, x)": ("f(x) = max(0, x)", r'f \( x \) = op("max") \( 0 \, x \)'),
    r"\text{if } x > 0": ("if  x > 0", 'upright("if ") x > 0'),
    r"f'(x)": ("f′(x)", r"f' \( x \)"),
    r"\delta_j'": ("δⱼ′", "δ_(j)'"),
}


@pytest.mark.parametrize("text", MATHEMATICS)
def test_mathematics_is_spelled_in_every_dialect(text: str) -> None:
    found = spelled(text)
    assert (found.characters, found.typst) == MATHEMATICS[text]
    assert spelled(found.latex).characters == found.characters, found.latex  # it means the same when it is read again


@pytest.mark.parametrize("name", SIGNS)
def test_every_sign_is_itself_in_every_dialect(name: str) -> None:
    found = spelled(rf"\{name} x")
    assert (found.characters.replace(" ", ""), found.latex) == (f"{SIGNS[name]}x", rf"\{name} x")


@pytest.mark.parametrize(("text", "said"), [
    (r"\input{/etc/passwd}", r"\input"), (r"\alhpa", "'alpha'"), (r"\frac{1}", "too early"), ("{x", "too early"),
    ("x}", "closes nothing"), ("^2", "nothing to stand at"), (r"\text{$x$}", "only words"),
    (r"\begin{document}x\end{document}", "'document'"), ("{" * 30 + "x" + "}" * 30, "nested"),
])  # fmt: skip
def test_what_is_not_understood_is_refused(text: str, said: str) -> None:
    with pytest.raises(TexError) as caught:
        spelled(text)
    assert said in str(caught.value)


def test_what_is_not_understood_is_located_when_a_problem_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("inputs: {x: 1}\ngraph: {f: x}\ntext: Let $\\alhpa$ be.\n", "utf-8")
    err = backprop("solve", path).err
    assert err.startswith(f"{path}:3:7: in $\\alhpa$: no LaTeX command \\alhpa is known here")


HOSTILE = r"""
<script>alert(1)</script> [click](javascript:alert(1)) ![x](y" onerror="z) \input{/etc/passwd} #eval("x") $x<script>$
`</code><script>` **<b>bold</b>** \end{document} &lt; {{ 7*7 }}
"""


def rendered(text: str) -> dict[str, str]:
    pages = {}
    for name, (dialect, write) in {"html": ("latex", html.document), "latex": ("latex", latex.document),
                                   "typst": ("typst", typst.document), "markdown": ("latex", markdown.document),
                                   "text": ("unicode", document)}.items():  # fmt: skip
        pages[name] = write(Document("t", "en", dialect, prose(text, dialect)))
    return pages


def test_nothing_in_the_words_is_markup_of_a_format() -> None:
    pages = rendered(HOSTILE)
    body = pages["html"].partition("<main")[2] or pages["html"].partition("<body")[2]
    for tag in ("<script", "<b>", 'onerror="', 'href="javascript'):
        assert tag not in body, tag
    assert r"\input{" not in pages["latex"]
    assert pages["latex"].count(r"\end{document}") == 1
    assert "#eval" not in "".join(line for line in pages["typst"].split("\n") if not line.startswith("#par("))
    assert "<script" not in pages["markdown"].replace(r"\<script", "").replace("`</code><script>`", "")


def test_lists_emphasis_tables_and_quotations_are_kept_in_every_format() -> None:
    text = "**Bold** and *slanted* `code`\n\n1. first\n2. second\n   - inner\n\n> quoted\n\n|a|b|\n|-|-:|\n|1|2|\n"
    text += "\n$$x_1$$\n"
    pages = rendered(text)
    assert r"\textbf{Bold} and \emph{slanted} \texttt{code}" in pages["latex"]
    assert 'strong("Bold") + " and " + emph("slanted")' in pages["typst"]
    assert "<strong>Bold</strong> and <em>slanted</em> <code>code</code>" in pages["html"]
    assert "1. first\n2. second\n   - inner" in pages["markdown"]
    assert "   1. first\n   2. second\n      • inner" in pages["text"]
    assert r"\[x_{1}\]" in pages["latex"]
    assert "$$x_{1}$$" in pages["markdown"]
    for name, page in pages.items():
        assert "quoted" in page, name


def test_the_words_stand_above_the_exercise_in_every_format(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("inputs: {x: 2}\ngraph: {f: x^2}\ntext: Look at *this*.\ndescription: secret\n", "utf-8")
    for command in ("solve", "worksheet"):
        for format_ in ("text", "markdown", "html", "latex", "typst"):
            out = backprop(command, path, "--format", format_).out
            assert "Look at" in out, (command, format_)
            assert "secret" not in out
    assert "Look at *this*." in backprop("solve", path, "--format", "notebook").out
    assert backprop("solve", path, "-o", tmp_path / "p.pdf").code == 0
