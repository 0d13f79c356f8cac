"""Matrices on a sheet of YAML or JSON: each entry is the quantity that `solve --matrix` says it is."""

from __future__ import annotations

import json

import pytest
from helpers import backprop

GRADIENTS = [[0.08217, 0.08267], [-0.0226, -0.02274]]


def marks(sheet: object) -> tuple[str, str, list[str]]:
    """The marks of a sheet to the 2-2-2 example, of how many, and what was not read."""
    run = backprop("check", "mazur", "-", "--json", stdin=json.dumps(sheet))
    data = json.loads(run.out)
    return data["marks"], data["of"], data["not_read"]


@pytest.mark.parametrize(
    "sheet",
    [
        {"dE/dW2": GRADIENTS},
        {"answers": {"dW2": GRADIENTS}},
        {"answers": {"dE/dW2": json.dumps(GRADIENTS)}},
        {"answers": {"grad_W2": "array([[ 0.08217,  0.08267],\n       [-0.0226 , -0.02274]])"}},
        {"student": "Ann", "answers": {"dE/dW2": "tensor([[0.08217, 0.08267], [-0.0226, -0.02274]])"}},
    ],
)
def test_a_matrix_is_its_entries(sheet: object) -> None:
    assert marks(sheet) == ("4", "4", [])


def test_a_vector_is_a_row_or_a_column() -> None:
    assert marks({"delta_2": [0.1385, -0.0381]}) == ("2", "2", [])
    assert marks({"delta_2": [[0.1385], [-0.0381]]}) == ("2", "2", [])


def test_a_wrong_entry_costs_its_own_mark_only() -> None:
    assert marks({"dE/dW2": [[0.08217, 0.5], [-0.0226, -0.02274]]})[:2] == ("3", "4")


def test_a_transposed_matrix_is_said_to_be_one_and_read() -> None:
    earned, of, said = marks({"dE/dW2": [list(row) for row in zip(*GRADIENTS, strict=True)]})
    assert (earned, of) == ("4", "4")
    assert "transposed" in said[0]


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ({"dE/dW2": [1, 2, 3], "net_h1": 0.3775}, "2×2 entries here, and not 1×3"),
        ({"dE/dU7": [[1]], "net_h1": 0.3775}, "no matrix called 'dE/dU7'"),
        ({"net_h1": 0.3775, "net_o1": [1.1059]}, "one number for a quantity"),
        ({"net_h1": 0.3775, "dE/dW2": [[0.1, [2]], [3, 4]]}, "one number for a quantity"),
    ],
)
def test_what_is_no_matrix_here_costs_nothing_else(sheet: object, words: str) -> None:
    earned, _of, said = marks(sheet)
    assert earned == "1"
    assert words in said[0]


def test_a_sheet_of_nothing_but_a_list_that_is_none_is_refused_at_its_place() -> None:
    run = backprop("check", "mazur", "-", stdin="dE/dW2: [1, 2, 3]\n")
    assert run.code == 2
    assert "<stdin>:1:1: dE/dW2 has 2×2 entries" in run.err
