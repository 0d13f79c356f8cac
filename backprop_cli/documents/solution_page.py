"""The page of a worked solution: line by line, or in vectors and matrices where a graph is written in these."""

from __future__ import annotations

from backprop_cli.documents.model import Document
from backprop_cli.documents.worked import worked_document
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution


def solution_document(solution: Solution, dialect: str) -> Document:
    """The solution as it is shown unless another page is asked for, its mathematics spelled in a dialect."""
    if not is_in_arrays(solution):
        return worked_document(solution, dialect)
    from backprop_cli.documents.matrix_page import arrays_document

    return arrays_document(solution, dialect)


def is_in_arrays(solution: Solution) -> bool:
    """Whether a solution is shown in whole arrays: of a graph that has some, unless every line of it is wished for."""
    every_line = solution.detail is not Detail.TEXTBOOK or solution.problem.detail is not None
    in_one_run = solution.training is None and solution.comparison is None
    at_parameters = not solution.problem.training.rule.looks_ahead
    return bool(solution.problem.arrays) and in_one_run and at_parameters and not every_line and not solution.is_part
