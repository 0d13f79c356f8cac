"""Arrays that a program computed: saved by NumPy, as JSON, or in a dictionary; judged by the digits they have."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop

import backprop_cli as bp
from backprop_cli.checking.computed import places_of, text_to
from backprop_cli.numbers.exact import rational
from backprop_cli.solving.worked import WorkedProblem

np = pytest.importorskip("numpy")
N = 4  # samples


def step(kind: Any = np.float32, factor: float = 1) -> dict[str, Any]:
    """One step of the bundled batch, as a student writes it: samples in rows; `factor` is forgotten to be 1/n."""
    x, y = (np.array(rows, dtype=kind) for rows in ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]))
    w1, b1 = np.array([[1, 2], [-1, -1]], dtype=kind), np.array([-1, 1], dtype=kind)
    w2, b2 = np.array([[2, 1]], dtype=kind), np.array([-2], dtype=kind)
    z1 = x @ w1.T + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = a1 @ w2.T + b2
    a2 = 1 / (1 + np.exp(-z2))
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (d2 @ w2) * a1 * (1 - a1)
    share = kind(factor) / kind(N)
    found = {"x": x, "y": y, "W1": w1, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "dz2": d2, "dZ1": d1}
    found |= {"dW2": d2.T @ a1 * share, "db2": d2.sum(0) * share, "dW1": d1.T @ x * share, "db1": d1.sum(0) * share}
    found |= {"W1_new": w1 - 2 * found["dW1"], "W2_new": w2 - 2 * found["dW2"], "loss": ((a2 - y) ** 2).sum() / 2 / N}
    return found


@pytest.fixture(scope="module")
def batch() -> bp.Problem:
    return bp.load("xor-batch")


def saved(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


# ---- formats -------------------------------------------------------------------------------------------------------


def test_a_step_is_read_from_a_dictionary_an_archive_and_json(batch: bp.Problem, tmp_path: Path) -> None:
    numbers = step()
    text = tmp_path / "step.json"
    text.write_text(json.dumps({name: np.asarray(one).tolist() for name, one in numbers.items()}), "utf-8")
    reports = [batch.check(one) for one in (numbers, saved(tmp_path / "step.npz", **numbers), text)]
    assert {(report.marks, report.of, report.all_right, report.not_read) for report in reports} == {(52, 52, True, ())}
    assert len({report["dE/dw5"].answer for report in reports}) == 1


def test_the_command_checks_an_archive(tmp_path: Path) -> None:
    run = backprop("check", "xor-batch", saved(tmp_path / "step.npz", **step()))
    assert run.code == 0, run.out
    assert "52 of 52 marks: all right" in run.out
    wrong = backprop("check", "xor-batch", saved(tmp_path / "sum.npz", **step(factor=N)), "--json")
    assert wrong.code == 1
    said = json.loads(wrong.out)
    (cause,) = said["causes"]  # of all nine gradients, also where zeros let other mistakes give the same
    assert (cause["mistakes"], len(cause["lines"])) == (["mean-or-sum"], 9)


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.float16])
def test_right_work_is_right_in_every_precision(batch: bp.Problem, kind: Any) -> None:
    report = batch.check(step(kind))
    assert report.all_right, str(report)


def test_rows_and_columns_are_understood_either_way(batch: bp.Problem) -> None:
    turned = {name: one.T if getattr(one, "ndim", 0) == 2 else one for name, one in step().items()}
    assert batch.check(turned).all_right


def test_an_array_that_is_stored_by_columns_is_the_same(batch: bp.Problem, tmp_path: Path) -> None:
    numbers = {name: np.asfortranarray(one) for name, one in step().items()}
    assert batch.check(saved(tmp_path / "f.npz", **numbers)).all_right


def test_big_endian_numbers_are_read(batch: bp.Problem, tmp_path: Path) -> None:
    numbers = {name: np.asarray(one).astype(">f4") for name, one in step().items()}
    assert batch.check(saved(tmp_path / "b.npz", **numbers)).all_right


def test_a_gradient_with_the_mean_in_it_is_a_convention_that_is_said(batch: bp.Problem) -> None:
    numbers = step()
    numbers |= {name: numbers[name] / np.float32(N) for name in ("dz2", "dZ1")}
    report = batch.check(numbers)
    assert report.all_right
    assert "1/n of the mean" in str(report)


def test_a_mistake_in_the_seventh_digit_is_one_in_double_precision_alone(batch: bp.Problem) -> None:
    for kind, right in ((np.float64, False), (np.float16, True)):
        numbers = step(kind)
        numbers["dW2"] = numbers["dW2"] * kind(1.000001)
        assert batch.check(numbers).all_right is right


def test_a_wrong_digit_that_float32_has_is_charged(batch: bp.Problem) -> None:
    numbers = step()
    numbers["a2"][0, 0] *= np.float32(1.0001)
    report = batch.check(numbers)
    assert report.first_wrong is not None
    assert report.first_wrong.key == "sample 1 / out_y"


MISTAKES: dict[str, tuple[str, str]] = {  # what is done, the mistake that it is, and the line where it shows first
    "the weights after their update": ("updated-weights", "delta_h1"),
    "the weights the wrong way round": ("transposed-back", "delta_h1"),
    "no slope": ("no-derivative-hidden", "delta_h1"),
    "no slope of the output": ("no-derivative-output", "delta_o1"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_of_numpy_code_ends_in_its_name(what: str) -> None:
    report = bp.load("mazur").check(mazur(what))
    mistake, first = MISTAKES[what]
    assert report.first_wrong is not None
    assert (report.first_wrong.key, report.first_wrong.mistakes) == (first, (mistake,)), str(report)


def mazur(what: str) -> dict[str, Any]:
    """The 2-2-2 example in float32, with a mistake on the way back."""
    array = lambda *rows: np.array(rows, dtype=np.float32)  # noqa: E731
    x, t, w1, w2 = array(0.05, 0.1), array(0.01, 0.99), array([0.15, 0.2], [0.25, 0.3]), array([0.4, 0.45], [0.5, 0.55])
    a1 = 1 / (1 + np.exp(-(w1 @ x + np.float32(0.35))))
    a2 = 1 / (1 + np.exp(-(w2 @ a1 + np.float32(0.6))))
    d2 = (a2 - t) * (1 if what == "no slope of the output" else a2 * (1 - a2))
    new = w2 - np.float32(0.5) * np.outer(d2, a1)
    back = {"the weights after their update": new, "the weights the wrong way round": w2.T}.get(what, w2)
    d1 = (back.T @ d2) * (1 if what == "no slope" else a1 * (1 - a1))
    return {"a1": a1, "a2": a2, "delta_2": d2, "dW2": np.outer(d2, a1), "W2_new": new, "delta_1": d1,
            "dW1": np.outer(d1, x), "W1_new": w1 - np.float32(0.5) * np.outer(d1, x)}  # fmt: skip


def test_the_arrays_of_a_convolution_go_by_the_names_of_its_problem() -> None:
    array = lambda *rows: np.array(rows, dtype=np.float32)  # noqa: E731
    x, t = array([1, 2, 0], [0, 1, 1], [2, 0, 1]), array([1, 3], [0, 1])
    kernel, places = array([1, -1], [0.5, 0.5]), [(row, column) for row in (0, 1) for column in (0, 1)]
    windows = {(row, column): x[row : row + 2, column : column + 2] for row, column in places}
    net = array(*[(windows[at] * kernel).sum() + np.float32(0.25) for at in places]).reshape(2, 2)
    out = np.maximum(net, 0)
    problem = bp.load("convolution-2d")
    for delta, diagnosis in (((out - t) * (net > 0), ""), (out - t, "ReLU's slope: the mask was left out")):
        gradient = sum(delta[at] * windows[at] for at in places)
        names = {"net_y": net, "out_y": out, "delta_y": delta, "dk": gradient, "db": delta.sum()}
        report = problem.check({**names, "k_new": kernel - np.float32(0.2) * gradient})
        assert report.all_right is not bool(diagnosis), str(report)
        assert (report.first_wrong.diagnosis if report.first_wrong is not None else "") == diagnosis


# ---- digits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_no_rounding_of_float32_is_ever_charged(seed: int) -> None:
    """Networks of random shapes: a step in float32, its sums in any order, is all right."""
    draw = random.Random(seed)
    sizes = [draw.randint(1, 5) for _layer in range(draw.randint(2, 4))]
    name = draw.choice(["sigmoid", "tanh", "relu", "softplus"])
    problem, numbers = _random_step(draw, sizes, name, draw.randint(1, 4))
    report = bp.load(problem).check(numbers)
    assert report.all_right, f"{problem}\n{report}"


def _random_step(draw: random.Random, sizes: list[int], name: str, samples: int) -> tuple[dict[str, Any], Any]:
    function = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0),
                "softplus": lambda z: np.log(1 + np.exp(z))}[name]  # fmt: skip
    slope = {"sigmoid": lambda z, a: a * (1 - a), "tanh": lambda z, a: 1 - a * a,
             "relu": lambda z, a: (z > 0).astype(np.float32),
             "softplus": lambda z, a: 1 / (1 + np.exp(-z))}[name]  # fmt: skip
    noise = np.random.default_rng(draw.randint(0, 10**6))
    array = lambda *shape: noise.normal(size=shape).astype(np.float32)  # noqa: E731
    x, y = array(samples, sizes[0]), array(samples, sizes[-1])
    weights = [array(after, before) for before, after in pairwise(sizes)]
    biases = [array(size) for size in sizes[1:]]
    found, outs, nets = {}, [x], []
    for place, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        nets.append(outs[-1] @ weight.T + bias)
        outs.append(function(nets[-1]))
        found |= {f"net_{place}": nets[-1], f"out_{place}": outs[-1]}
    delta = (outs[-1] - y) * slope(nets[-1], outs[-1])
    for place in range(len(weights), 0, -1):
        found |= {f"delta_{place}": delta, f"dE/dW{place}": delta.T @ outs[place - 1], f"dE/db{place}": delta.sum(0)}
        if place > 1:
            delta = (delta @ weights[place - 1]) * slope(nets[place - 2], outs[place - 1])
    exact = lambda table: [[rational(*one.as_integer_ratio()) for one in row] for row in table.tolist()]  # noqa: E731
    as_text = lambda table: [[str(one) for one in row] for row in exact(table)]  # noqa: E731
    layers = [
        {"weights": as_text(weight), "bias": as_text(bias.reshape(1, -1))[0], "activation": name}
        for weight, bias in zip(weights, biases, strict=True)
    ]
    data = [{"inputs": one, "targets": other} for one, other in zip(as_text(x), as_text(y), strict=True)]
    problem = {"samples": data, "batch": "full", "reduce": "sum", "layers": layers, "loss": "half_squared_error"}
    return problem, {name: one.T for name, one in found.items() if "/" not in name} | {
        name: one for name, one in found.items() if "/" in name
    }


def test_a_difference_of_nearly_equal_numbers_has_hardly_any_digits() -> None:
    problem = bp.load({"inputs": {"x": "1.0001"}, "graph": {"q": "x * x", "f": "q - 1.0002"}, "objective": "f"})
    places = places_of(WorkedProblem(problem.model).full, 24)
    by_key = {quantity.key: found for quantity, found in places.items()}
    assert by_key["q"] == by_key["f"]  # 0.00000001 is not certain in single precision: no figure of it is
    assert by_key["f"] <= 6


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ((1, 3), 4, "0.3333"), ((-2, 3), 2, "-0.67"), ((1, 2), 0, "1"), ((123456, 1), -3, "123e3"), ((0, 1), 5, "0"),
        ((1, 10**7), 3, "0"), ((-5, 1), 1, "-5.0"), ((1, 200), 2, "0.01"),
    ],
)  # fmt: skip
def test_numbers_are_written_to_their_places(value: tuple[int, int], places: int, text: str) -> None:
    assert text_to(rational(*value), places) == text


# ---- what must not hurt --------------------------------------------------------------------------------------------


def npy(kind: str, shape: str, data: bytes, version: int = 1) -> bytes:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}}}\n".encode()
    size = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + size + header + data


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in files.items():
            packed.writestr(f"{name}.npy", data)
    return file.getvalue()


ONE = struct.pack("<f", 0.5)
HOSTILE = {
    "a pickle": (npy("'|O'", "(1,)", b"cos\nsystem\n"), "objects of Python are not opened"),
    "a record": (npy("[('a', '<f4')]", "(1,)", ONE), "an array of records"),
    "a huge shape": (npy("'<f4'", "(100000, 100000)", ONE), "10,000,000,000 numbers; the limit for an array is 4,000"),
    "a negative shape": (npy("'<f4'", "(-1,)", ONE), "no array of NumPy, or it is damaged"),
    "a shape that is code": (npy("'<f4'", "__import__('os').system('true')", ONE), "or it is damaged"),
    "numbers cut off": (npy("'<f4'", "(2,)", ONE), "empty, or cut off"),
    "too many numbers": (npy("'<f4'", "(1,)", ONE * 2), "empty, or cut off"),
    "nothing": (npy("'<f4'", "(0,)", b""), "empty, or cut off"),
    "text": (npy("'<U3'", "(1,)", b"abcdefghijkl"), "numbers of the type <U3 are not read"),
    "complex": (npy("'<c8'", "(1,)", ONE * 2), "numbers of the type <c8 are not read"),
    "not a number": (npy("'<f4'", "(1,)", struct.pack("<f", float("nan"))), "nan or inf"),
    "a header that never ends": (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f", "or it is damaged"),
    "brackets": (npy("'<f4'", "(" * 5000, ONE), "or it is damaged"),
    "no array": (b"hello", "or it is damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_array_is_refused_by_its_name(what: str, tmp_path: Path) -> None:
    data, words = HOSTILE[what]
    path = tmp_path / "step.npz"
    path.write_bytes(archive(W1=data))
    run = backprop("check", "mazur", path)
    assert run.code == 2
    assert f"{path}: W1: " in " ".join(run.err.split())
    assert words in " ".join(run.err.split())


def test_a_hostile_array_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "step.npz"
    path.write_bytes(archive(W1=HOSTILE["a pickle"][0], net_h1=npy("'<f8'", "()", struct.pack("<d", 0.3775))))
    run = backprop("check", "mazur", path, "--json")
    said = json.loads(run.out)
    assert (said["marks"], said["of"]) == ("1", "1")
    assert said["not_read"] == ["W1: objects of Python are not opened: save arrays of numbers"]


@pytest.mark.parametrize("length", [10, 60, 200, 700])
def test_an_archive_that_is_cut_off_is_said_to_be_damaged(length: int, tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.npz", **step()).read_bytes()
    path = tmp_path / "cut.npz"
    path.write_bytes(whole[:length])
    run = backprop("check", "xor-batch", path)
    assert run.code == 2
    assert "damaged" in run.err


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("W1.npy", b"\0" * 60_000_000)
    run = backprop("check", "mazur", path)
    assert run.code == 2
    assert "40,000,000 bytes" in run.err


@pytest.mark.parametrize("value", ["1" + "0" * 400, "NaN", '"0.5"', "[0.5, [1]]", "null", "[]"])
def test_json_that_is_no_arrays_is_read_as_a_sheet(batch: bp.Problem, value: str, tmp_path: Path) -> None:
    path = tmp_path / "step.json"
    path.write_text(f'{{"dW2": [[-0.008823500946164131, -0.01264124358072877]], "E": {value}}}', "utf-8")
    run = backprop("check", "xor-batch", path, "--json")
    assert run.code in (1, 2)
    assert "Traceback" not in run.err


def test_an_array_alone_has_no_name(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.ones(2))
    run = backprop("check", "mazur", tmp_path / "one.npy")
    assert run.code == 2
    assert "np.savez" in run.err


def test_the_dictionary_refuses_what_cannot_be_computed_with(batch: bp.Problem) -> None:
    with pytest.raises(bp.UsageError, match="a1 has nan or inf"):
        batch.check({"a1": np.array([np.nan])})
    with pytest.raises(bp.UsageError, match="5,000 numbers"):
        batch.check({"a1": np.ones(5000)})
