"""What LaTeX and Typst accept."""

from __future__ import annotations

import re

import pytest
from helpers import skeleton

from backprop_cli.formats.print.mathml import math


def mathml(formula: str) -> None:
    """Fails unless a LaTeX parser reads the formula, as ours does."""
    converter = pytest.importorskip("latex2mathml.converter", reason="latex2mathml is not installed")
    read, built = skeleton(re.sub("<(?![/a-z])", "&lt;", converter.convert(formula)))
    if "\\" not in read:  # a command of text, which that parser does not know
        assert skeleton(math(formula)) == (read, built), formula


def compile_typst(formulas: list[str]) -> None:
    """Fails unless Typst sets all the formulas, each as displayed mathematics."""
    typst = pytest.importorskip("typst", reason="typst is not installed")
    typst.compile("\n\n".join(f"$ {formula} $" for formula in formulas).encode(), format="svg")


def balanced(latex: str) -> bool:
    """Whether braces, and \\left and \\right, pair up."""
    bare = re.sub(r"\\[{}]", "", latex)
    depth = 0
    for char in bare:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0 and len(re.findall(r"\\left\b", bare)) == len(re.findall(r"\\right\b", bare))


def accept(dialect: str, formulas: list[str]) -> None:
    """Fails unless a parser of the dialect reads every formula."""
    if dialect == "typst":
        compile_typst(formulas)
        return
    for formula in formulas:
        assert balanced(formula), formula
        mathml(formula)
