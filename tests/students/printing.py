"""A paper in the formats and notations in which students hand in: text, Markdown, TeX, HTML, notebook, spreadsheet."""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from formulas import Node
from workings import Paper, Step

GREEK = {"delta": "δ", "eta": "η", "theta": "θ", "mu": "μ", "beta": "β", "epsilon": "ε", "alpha": "α"}


@dataclass(frozen=True, slots=True)
class Style:
    """How names, numbers and signs are written in one line of characters or of TeX."""

    name: Callable[[str], str]
    times: str = "*"
    comma: bool = False
    tex: bool = False
    about: str = "="
    sigma: str = "1/(1+e^-{x})"
    exp: str = "e^({x})"
    functions: tuple[tuple[str, str], ...] = ()
    minus: str = "-"

    def number(self, text: str) -> str:
        """A number as it is typed here."""
        text = text.replace("-", self.minus)
        if self.comma:
            text = text.replace(".", "{,}" if self.tex else ",")
        if self.tex and "E" in text:
            text = re.sub(r"E([-+]?)0*(\d+)", r" \\cdot 10^{\1\2}", text)
        return text


def formula(node: Node, style: Style, texts: Mapping[str, str] | None = None) -> str:
    """A formula in letters, or with these numbers put in."""
    return Speller(style, texts).spell(node)


@dataclass(frozen=True, slots=True)
class Speller:
    """Spells one formula in one style."""

    style: Style
    texts: Mapping[str, str] | None

    def spell(self, node: Node, tight: int = 0) -> str:
        """`tight` is 1 within a product and 2 under a power."""
        style = self.style
        match node.kind:
            case "number":
                return style.number(f"{node.value:f}")
            case "name":
                return self.leaf(node.name, tight)
            case "e":
                return "e"
            case "add":
                text = self.sum(node)
                return self.bracket(text) if tight else text
            case "neg":
                text = style.minus + self.spell(node.parts[0], 1)
                return self.bracket(text) if tight else text
            case "mul" | "inv":
                text = self.product(node.parts if node.kind == "mul" else (node,))
                return self.bracket(text) if tight > 1 or (tight and text.startswith(style.minus)) else text
            case "pow":
                return self.power(node)
        return self.function(node)

    def leaf(self, name: str, tight: int) -> str:
        if self.texts is None:
            return self.style.name(name)
        text = self.texts[name]
        shown = self.style.number(text)
        return self.bracket(shown) if tight and (text.startswith("-") or (tight > 1 and "E" in text)) else shown

    def bracket(self, text: str) -> str:
        return rf"\left({text}\right)" if self.style.tex and "frac" in text else f"({text})"

    def sum(self, node: Node) -> str:
        text = ""
        for at, part in enumerate(node.parts):
            negative = part.kind == "neg"
            shown = self.spell(part.parts[0] if negative else part, 1 if negative else 0)
            if at and not negative and shown.startswith(self.style.minus):
                shown = self.bracket(shown)
            sign = (self.style.minus if negative else "+") if at or negative else ""
            text += (f" {sign} " if at else sign) + shown
        return text

    def product(self, parts: tuple[Node, ...]) -> str:
        above = [part for part in parts if part.kind != "inv"]
        below = [part.parts[0] for part in parts if part.kind == "inv"]
        if self.style.tex and below:
            alone = len(above) == 1 or len(above) == 0
            top = self.joined(above, 0 if alone else 1) if above else "1"
            return rf"\frac{{{top}}}{{{self.joined(below, 0 if len(below) == 1 else 1)}}}"
        text = self.joined(above, 1) if above else "1"
        return text + "".join(f"/{self.spell(part, 2)}" for part in below)

    def joined(self, parts: list[Node], tight: int) -> str:
        times = self.style.times if self.texts is not None or not self.style.tex else r" \, "
        return times.join(self.spell(part, tight) for part in parts)

    def power(self, node: Node) -> str:
        base, exponent = node.parts
        if base.kind == "e":
            inside = self.spell(exponent, 0)
            return f"e^{{{inside}}}" if self.style.tex else self.style.exp.format(x=inside)
        shown = self.spell(base, 2)
        if base.kind == "name" and self.texts is None and ("/" in shown or "frac" in shown):
            shown = self.bracket(shown)
        raised = self.spell(exponent, 2)
        return f"{shown}^{{{raised}}}" if self.style.tex else f"{shown}^{raised}"

    def function(self, node: Node) -> str:
        inside = [self.spell(part, 0) for part in node.parts]
        kind = node.kind
        if kind == "sigmoid" and not self.style.tex and "{x}" in self.style.sigma:
            shown = inside[0]
            bare = re.fullmatch(r"[\w.,]+", shown)
            return self.style.sigma.format(x=shown if bare else f"({shown})")
        if self.style.tex:
            if kind == "sqrt":
                return rf"\sqrt{{{inside[0]}}}"
            command = {"sigmoid": r"\sigma", "sigmoid'": r"\sigma'", "relu": r"\mathrm{ReLU}", "tanh": r"\tanh",
                       "relu'": r"\mathrm{ReLU}'", "ln": r"\ln", "max": r"\max", "tanh'": r"\tanh'"}[kind]  # fmt: skip
            return rf"{command}({', '.join(inside)})"
        word = dict(self.style.functions).get(kind, {"relu": "ReLU", "relu'": "ReLU'"}.get(kind, kind))
        return f"{word}({(';' if self.style.comma else ', ').join(inside)})"


# ------------------------------------------------------------------------------------------------ names


def keys(name: str) -> str:
    return name


def _split(name: str) -> tuple[str, str]:
    head, _, index = name.partition("_")
    found = re.fullmatch(r"([A-Za-z]+)(\d+)", head)
    if found and not index:
        return found[1], found[2]
    return head, index


def in_unicode(name: str) -> str:
    """∂E/∂w5, δ_o1, w5⁺."""
    if "/" in name:
        top, _, bottom = name.partition("/")
        return f"∂{in_unicode(top[1:])}/∂{in_unicode(bottom[1:])}"
    if name.endswith("_new"):
        return in_unicode(name.removesuffix("_new")) + "_new"
    head, sep, rest = name.partition("_")
    stem = re.fullmatch(r"([A-Za-z]+)(\d*)", head)
    if stem and stem[1] in GREEK:
        head = GREEK[stem[1]] + stem[2]
    return head + sep + rest


def in_tex(name: str, new: str = "^{+}", words: str = "net") -> str:
    r"""\frac{\partial E}{\partial w_5}, \delta_{o1}, w_5^{+}."""
    if "/" in name:
        sample = re.fullmatch(r"(.+)\^\((\d+)\)", name)
        inside = sample[1] if sample else name
        top, _, bottom = inside.partition("/")
        text = rf"\frac{{\partial {in_tex(top[1:], new, words)}}}{{\partial {in_tex(bottom[1:], new, words)}}}"
        return text + (f"^{{({sample[2]})}}" if sample else "")
    if name.endswith("_new"):
        return in_tex(name.removesuffix("_new"), new, words) + new
    head, index = _split(name)
    if head.endswith("hat"):
        shown = rf"\hat{{{head[:-3]}}}"
    elif head in GREEK:
        shown = "\\" + head
    elif len(head) > 1:
        shown = rf"\{words}{{{head}}}" if words != "net" else head
    else:
        shown = head
    if not index:
        return shown
    low = re.fullmatch(r"([a-z])(\d+)", index)
    return f"{shown}_{{{low[1]}_{low[2]}}}" if low and words == "text" else f"{shown}_{{{index}}}"


def in_html(name: str) -> str:
    """net<sub>h1</sub>, &part;E/&part;w<sub>5</sub>."""
    if "/" in name:
        top, _, bottom = name.partition("/")
        return f"&part;{in_html(top[1:])}/&part;{in_html(bottom[1:])}"
    if name.endswith("_new"):
        return in_html(name.removesuffix("_new")) + "<sup>new</sup>"
    head, index = _split(name)
    head = f"&{head};" if head in GREEK else head
    return f"{head}<sub>{index}</sub>" if index else head


def as_z_and_a(name: str) -> str:
    """Programmers' names: z_h1, a_h1, dL/dw5."""
    if name.startswith("dE/d"):
        return "dL/d" + as_z_and_a(name[4:])
    return re.sub(r"^net_", "z_", re.sub(r"^out_", "a_", name))


ASCII = Style(keys, functions=(("sigmoid", "sigmoid"),))
TYPED = Style(in_unicode, "·", about="≈", sigma="σ({x})", minus="−", exp="exp({x})")
COMMA = Style(keys, "·", comma=True)
CODER = Style(as_z_and_a, " * ", sigma="1/(1+exp(-{x}))", exp="exp({x})")
TEX = Style(in_tex, r" \cdot ", tex=True)
TEX_WORDS = Style(lambda name: in_tex(name, r"^{\text{new}}", "text"), r" \times ", tex=True, about=r"\approx")
TEX_COMMA = Style(lambda name: in_tex(name, "^{neu}", "mathrm"), r"\cdot ", comma=True, tex=True)
WEB = Style(in_html, " &middot; ", sigma="&sigma;({x})", exp="e<sup>{x}</sup>")


def sides(step: Step, style: Style) -> list[str]:
    """Name, formula, numbers, value: what is there of them."""
    found = [style.name(step.base)]
    if step.formula is not None:
        found.append(formula(step.formula, style))
    if step.numbers is not None:
        found.append(formula(step.tree, style, step.numbers))
    value = style.number(step.value)
    return found if found[-1] == value and len(found) > 1 else [*found, value]


def chained(step: Step, style: Style, sign: str = " = ") -> str:
    """The line in one row; the last sign says that the value is rounded, where the style does."""
    *before, last = sides(step, style)
    return sign.join(before) + sign.replace("=", style.about) + last


def headed(paper: Paper, style: Style) -> Iterator[tuple[str, Step]]:
    """Every line, with the heading that comes before it, if one does."""
    before = ""
    for step in paper.steps:
        place = step.key.rpartition(" / ")[0]
        heading = place.replace(" / ", ", ") if place != before else ""
        if place != before and not place:
            heading = "All samples"
        yield heading, step
        before = place


# ------------------------------------------------------------------------------------------------ formats


def text(paper: Paper, style: Style, broken: bool = False) -> bytes:
    rows = []
    for heading, step in headed(paper, style):
        rows += ["", heading.capitalize()] * bool(heading)
        name, *rest = sides(step, style)
        pad = "\n" + " " * len(name)
        rows.append(name + "".join(f"{pad if broken and at else ''} = {one}" for at, one in enumerate(rest))
                    if broken else chained(step, style))  # fmt: skip
    return "\n".join(["Exercise 1", *rows, ""]).encode()


def markdown(paper: Paper, style: Style, table: bool = False) -> bytes:
    rows = ["# Exercise 1", ""]
    for heading, step in headed(paper, style):
        rows += ["", f"## {heading.capitalize()}", ""] * bool(heading)
        if style.tex:
            rows += [f"$${chained(step, style)}$$", ""] if len(rows) % 2 else [f"- ${chained(step, style)}$"]
        elif table:
            rows += ["", "| quantity | working | value |", "|---|---|---|"] * (bool(heading) or step is paper.steps[0])
            name, *middle, value = sides(step, style)
            rows.append(f"| {name} | {' = '.join(middle)} | {value} |")
        else:
            rows.append(f"- `{chained(step, style)}`")
    return "\n".join([*rows, ""]).encode()


def latex(paper: Paper, style: Style, aligned: bool = False) -> bytes:
    rows = [r"\documentclass{article}", r"\usepackage{amsmath}", r"\begin{document}"]
    for heading, step in headed(paper, style):
        rows += [rf"\subsection*{{{heading.capitalize()}}}"] * bool(heading)
        name, *rest = sides(step, style)
        if aligned:
            signs = [*["="] * (len(rest) - 1), style.about]
            body = " \\\\\n".join(f"  {name if not at else ''} &{sign} {one}"
                                  for at, (sign, one) in enumerate(zip(signs, rest, strict=True)))  # fmt: skip
            rows.append(f"\\begin{{align*}}\n{body}\n\\end{{align*}}")
        else:
            rows.append(f"\\[ {chained(step, style)} \\]")
    return "\n".join([*rows, r"\end{document}", ""]).encode()


def html(paper: Paper, style: Style, inside: bool = False) -> bytes:
    rows = []
    for heading, step in headed(paper, style):
        rows += [f"<h4>{heading.capitalize()}</h4>"] * bool(heading)
        shown = chained(step, style)
        rows.append(rf"<p>\({shown}\)</p>" if style.tex else f"<p>{shown}</p>")
    return "".join(rows).encode()


def notebook(paper: Paper, style: Style) -> bytes:
    cells: list[dict[str, object]] = []
    for heading, step in headed(paper, style):
        if heading:
            cells.append({"cell_type": "markdown", "metadata": {}, "source": [f"## {heading.capitalize()}"]})
        shown = f"${chained(step, style)}$" if style.tex else chained(step, style)
        if style.tex or len(cells) % 3:
            cells.append({"cell_type": "markdown", "metadata": {}, "source": [shown]})
        else:
            out = {"output_type": "stream", "name": "stdout", "text": [shown + "\n"]}
            cells.append(
                {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["# …"], "outputs": [out]}
            )
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def spreadsheet(paper: Paper, style: Style, columns: bool = True) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for heading, step in headed(paper, style):
        if heading:
            sheet.append([heading.capitalize()])
        name, *middle, value = sides(step, style)
        sheet.append([name, " = ".join(middle), value if style.comma else float(value)] if columns else
                     [name, None if not middle else " = ".join(middle), value])  # fmt: skip
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@dataclass(frozen=True, slots=True)
class Form:
    """One way to hand in: the ending of the file, and what is written into it."""

    ending: str
    write: Callable[[Paper], bytes]


FORMS: dict[str, Form] = {
    "text": Form(".txt", lambda p: text(p, ASCII)),
    "text, broken lines": Form(".txt", lambda p: text(p, ASCII, True)),
    "text, typed signs": Form(".txt", lambda p: text(p, TYPED)),
    "text, decimal commas": Form(".txt", lambda p: text(p, COMMA)),
    "text, z and a": Form(".txt", lambda p: text(p, CODER)),
    "Markdown, TeX": Form(".md", lambda p: markdown(p, TEX)),
    "Markdown, code": Form(".md", lambda p: markdown(p, ASCII)),
    "Markdown, table": Form(".md", lambda p: markdown(p, TYPED, True)),
    "LaTeX": Form(".tex", lambda p: latex(p, TEX)),
    "LaTeX, aligned": Form(".tex", lambda p: latex(p, TEX_WORDS, True)),
    "LaTeX, decimal commas": Form(".tex", lambda p: latex(p, TEX_COMMA)),
    "HTML": Form(".html", lambda p: html(p, WEB)),
    "HTML, TeX": Form(".html", lambda p: html(p, TEX)),
    "notebook, TeX": Form(".ipynb", lambda p: notebook(p, TEX)),
    "notebook, text": Form(".ipynb", lambda p: notebook(p, TYPED)),
    "spreadsheet": Form(".xlsx", lambda p: spreadsheet(p, ASCII)),
    "spreadsheet, texts": Form(".xlsx", lambda p: spreadsheet(p, TYPED, False)),
}
