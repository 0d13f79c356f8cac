"""The worked solution for a terminal and for text files: what stands on a blackboard, without sentences."""

from __future__ import annotations

from backprop_cli.documents.solution_page import solution_document
from backprop_cli.formats.terminal import plain
from backprop_cli.formats.terminal.plain import DocumentPage
from backprop_cli.solving.solution import Solution


def page(solution: Solution, charset: str = "unicode") -> DocumentPage:
    """The solution as a Rich renderable; `charset` is unicode or ascii."""
    return DocumentPage(solution_document(solution, charset))


def render(solution: Solution, width: int = 80, charset: str = "unicode") -> str:
    """The solution as plain text, without colour."""
    return plain.document(solution_document(solution, charset), width)
