"""`backprop init --interactive`: the replies make a file that solves, and what cannot be taken is asked for again."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

from backprop_cli.ground.words import languages
from backprop_cli.problem.reader import load

REPLIES = [
    "2", "0.5 1", "2", "send", "3", "tanh", "1 2 3", "-1, 0.5, 2", "0.1 0.2 0.3", "1", "σ", "1", "-2", "0.5", "0.25",
    "1", "SSE", "0.5",
]  # fmt: skip


def asked(folder: Path, replies: list[str], *options: str) -> tuple[Path, str, int]:
    path = folder / "problem.yaml"
    run = backprop("init", path, "--interactive", *options, stdin="".join(f"{one}\n" for one in replies))
    return path, run.err, run.code


def test_the_replies_make_the_problem(tmp_path: Path) -> None:
    path, said, code = asked(tmp_path, REPLIES)
    assert code == 0
    assert path.read_text("utf-8").splitlines()[1:] == [
        "inputs: [0.5, 1]", "targets: [1]", "weights as: rows send", "W1: [[1, 2, 3], [-1, 0.5, 2]]",
        "b1: [0.1, 0.2, 0.3]", "W2: [[1], [-2], [0.5]]", "b2: 0.25", "activation: [tanh, σ]", "loss: SSE",
        "learning_rate: 0.5",
    ]  # fmt: skip
    problem = load(str(path)).problem
    first = {connection.sender: connection.parameter for connection in problem.layers[0].neurons[1].connections}
    assert {sender: str(problem.parameters[name].value) for sender, name in first.items()} == {"x1": "2", "x2": "1/2"}
    assert "h3 ─┘" in said
    assert said.count("W1: [[1, 2, 3], [-1, 0.5, 2]]") == 2


@pytest.mark.parametrize("language", languages())
def test_enter_takes_what_is_proposed_in_every_language(language: str, tmp_path: Path) -> None:
    path, _said, code = asked(tmp_path, [""] * 30, "--lang", language)
    assert code == 0
    assert backprop("solve", path).code == 0


@pytest.mark.parametrize(("place", "wrong", "said"), [
    (0, "many", "a whole number from 1 to 8"), (0, "99", "a whole number from 1 to 8"),
    (1, "0,5 1", "decimals are written with a point: 0.5"), (1, "1", "2 numbers are needed"),
    (3, "columns", "rows receive, rows send"), (5, "sigmod", "did you mean 'sigmoid'?"),
    (6, "1 2", "3 numbers are needed"), (8, "1 2", "3 numbers are needed"),
    (16, "zzzz", "half_squared_error, squared_error"), (17, "0.5x", "an operator is missing"),
])  # fmt: skip
def test_what_cannot_be_taken_is_asked_for_again(place: int, wrong: str, said: str, tmp_path: Path) -> None:
    right, _said, _code = asked(tmp_path, REPLIES)
    expected = right.read_text("utf-8")
    path, heard, code = asked(tmp_path, [*REPLIES[:place], wrong, *REPLIES[place:]], "--force")
    assert code == 0
    assert said in heard
    assert path.read_text("utf-8") == expected


def test_where_the_replies_end_nothing_is_written(tmp_path: Path) -> None:
    path, said, code = asked(tmp_path, REPLIES[:7])
    assert (code, path.exists()) == (2, False)
    assert "nothing is written" in said


def test_a_file_that_is_there_is_left_alone_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "problem.yaml").write_text("mine")
    path, said, code = asked(tmp_path, REPLIES)
    assert (code, path.read_text()) == (2, "mine")
    assert "How many" not in said
