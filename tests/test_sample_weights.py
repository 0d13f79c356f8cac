"""A weight for each sample: the weighted mean or sum of a batch, as PyTorch has it and as repeating a sample would."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from helpers import backprop, decimals, loaded, solved, steps

from backprop_cli.api.problem import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

SAMPLES = [((1, 2), 1, "2"), ((0, 1), 0, None), ((2, -1), 1, "1/2"), ((-1, 1), 0, "3")]


def network(weights: bool = True, repeated: bool = False, more: str = "batch: full") -> str:
    """A network with these samples, each with its weight, or as often as its weight says."""
    rows = []
    for (a, b), target, weight in SAMPLES:
        said = f", weight: {weight}" if weights and weight else ""
        times = int(2 * Fraction(weight or "1")) if repeated else 1
        rows += [f"  - {{inputs: [{a}, {b}], targets: [{target}]{said}}}"] * times
    return (
        "samples:\n"
        + "\n".join(rows)
        + f"""
layers:
  - {{weights: [[0.5, -0.4], [0.3, 0.8]], bias: [0.1, -0.2], activation: tanh}}
  - {{weights: [[0.7, -0.6]], bias: 0.05, activation: sigmoid}}
loss: half_squared_error
learning_rate: 0.5
{more}
"""
    )


@pytest.mark.parametrize("reduce", ["mean", "sum"])
def test_the_loss_of_a_batch_is_the_weighted_mean_or_sum_of_pytorch(reduce: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of the weighted gradient")
    ours = decimals(solved(network(more=f"batch: full\nreduce: {reduce}")))
    w1, b1, w2, b2 = (torch.tensor(rows, dtype=torch.float64, requires_grad=True)
                      for rows in ([[0.5, -0.4], [0.3, 0.8]], [0.1, -0.2], [[0.7, -0.6]], [0.05]))  # fmt: skip
    inputs = torch.tensor([x for x, _t, _w in SAMPLES], dtype=torch.float64)
    targets = torch.tensor([[t] for _x, t, _w in SAMPLES], dtype=torch.float64)
    weights = torch.tensor([float(Fraction(w or "1")) for _x, _t, w in SAMPLES], dtype=torch.float64)
    out = torch.sigmoid(torch.tanh(inputs @ w1.T + b1) @ w2.T + b2)
    total = (weights * ((out - targets) ** 2 / 2).sum(1)).sum()
    loss = total / weights.sum() if reduce == "mean" else total
    loss.backward()
    expected = {"E": loss, **{f"dE/dw{n}": g for n, g in enumerate([*w1.grad.flatten(), *w2.grad.flatten()], 1)},
                **{f"dE/db{n}": g for n, g in enumerate([*b1.grad, *b2.grad], 1)}}  # fmt: skip
    for key, value in expected.items():
        assert float(ours[key]) == pytest.approx(value.item(), rel=1e-12), key


@pytest.mark.parametrize("more", ["batch: full", "batch: full\noptimizer: adam"])
def test_a_weight_is_how_often_a_sample_stands_there(more: str) -> None:
    """With weights 2, 1, 1/2, 3, the mean is that of 4, 2, 1 and 6 copies."""
    weighted, repeated = decimals(solved(network(more=more))), decimals(solved(network(False, True, more)))
    for key in ("E", "dE/dw1", "dE/dw6", "dE/db2", "w1_new", "b3_new"):
        assert float(weighted[key]) == pytest.approx(float(repeated[key]), rel=1e-12), key


def test_a_sample_without_weight_counts_once_and_one_with_0_not_at_all() -> None:
    text = "samples:\n  - {inputs: [1], targets: [3], weight: 0}\n  - {inputs: [2], targets: [1]}\n"
    text += "layers: [{weights: [[w = 1]]}]\nloss: squared_error\nlearning_rate: 0.1\nbatch: full\n"
    ours = decimals(solved(text))
    assert ours["E"] == 1
    assert ours["dE/dw"] == 4
    assert ours["w_new"] == Fraction("0.6")


def test_a_weight_below_0_takes_away_from_a_sum() -> None:
    """2·2·(1 − 3)·1 − 2·(2 − 1)·2: as the gradients of −2·E₁ + E₂ would be, with the other sign."""
    text = "samples:\n  - {inputs: [1], targets: [3], weight: 2}\n  - {inputs: [2], targets: [1], weight: -1}\n"
    text += "layers: [{weights: [[w = 1]]}]\nloss: squared_error\nlearning_rate: 0.1\nbatch: full\nreduce: sum\n"
    assert decimals(solved(text))["dE/dw"] == -12


def test_mini_batches_have_the_weights_of_their_own_samples() -> None:
    """Batches of two: (2·E1 + 1·E2)/3, then (1/2·E3 + 3·E4)/(7/2)."""
    ours = decimals(solved(network(more="batch: 2")))
    first = (2 * ours["sample 1 / dE/dw5"] + ours["sample 2 / dE/dw5"]) / 3
    second = (ours["sample 3 / dE/dw5"] / 2 + 3 * ours["sample 4 / dE/dw5"]) / Fraction("3.5")
    assert float(ours["batch 1 / dE/dw5"]) == pytest.approx(float(first), rel=1e-12)
    assert float(ours["batch 2 / dE/dw5"]) == pytest.approx(float(second), rel=1e-12)


def test_weights_go_into_long_training_and_its_reports() -> None:
    by_hand = decimals(solved(network(more="batch: full\nepochs: 3"), then_forward=True))
    solution = solved(network(more="batch: full\nreport: [1, 3]"))
    assert solution.training is not None
    last = solution.training.reports[-1]
    assert float(last.loss.text()) == pytest.approx(float(by_hand["after / E"]), rel=1e-12)


@pytest.mark.parametrize("layer", ["", "  - {type: batch_normalization}\n"])
def test_every_gradient_of_weighted_samples_agrees_with_differences(layer: str) -> None:
    text = network().replace("  - {weights: [[0.7", f"{layer}  - {{weights: [[0.7")
    assert verification_of(WorkedProblem(loaded(text).problem)).agrees


def test_a_graph_of_arrays_writes_the_weighted_mean() -> None:
    text = """
samples: [{inputs: {x: [1, 2]}, weight: 2}, {inputs: {x: [0, 1]}}]
parameters: {W: [[1, 2], [3, 4]]}
graph: {z: W @ x, L: norm(z)^2}
objective: L
learning_rate: 0.1
batch: full
"""
    assert verification_of(WorkedProblem(loaded(text).problem)).agrees
    run = backprop("solve", "-", stdin=text)
    assert "∂L/∂W = (ω⁽¹⁾·∂L/∂W⁽¹⁾ + ω⁽²⁾·∂L/∂W⁽²⁾)/(ω⁽¹⁾ + ω⁽²⁾)" in run.out


def test_what_a_sample_weighs_stands_in_json_on_the_page_and_on_the_worksheet() -> None:
    line = next(step for step in steps("-", stdin=network()) if step["quantity"] == "E")
    omegas = [f"omega^({n})" for n in (1, 2, 3, 4)]
    assert line["formula"].count("omega") == 2 * len(omegas)
    assert "ω = 1/2" in backprop("solve", "-", stdin=network()).out
    sheet = backprop("worksheet", "-", stdin=network()).out
    assert "sample  x₁  x₂  t_y₁    ω" in sheet
    assert "by the weighted mean of the gradients of all 4 samples" in " ".join(sheet.split())


def test_a_sheet_is_checked_with_the_weights_and_their_absence_has_a_name() -> None:
    ours = {key: float(value) for key, value in decimals(solved(network())).items()}
    plain = sum(ours[f"sample {n} / dE/dw5"] for n in (1, 2, 3, 4)) / 4
    answers = {"E": f"{ours['E']:.6f}", "dE/dw5": f"{plain:.6f}", "dE/dw6": f"{ours['dE/dw6']:.6f}"}
    report = load(network() + "ask: [E, dE/dw5, dE/dw6]\n").check(answers)
    assert [one.key for one in report.lines if one.is_wrong] == ["dE/dw5"]
    assert "the weights of the samples were left out" in report["dE/dw5"].diagnosis


def test_the_matrix_view_has_the_weights_on_a_diagonal() -> None:
    page = backprop("solve", "-", "--matrix", stdin=network()).out
    assert "Ω has the weights of the samples on its diagonal." in page
    assert "∂E/∂W₂ = (1/(ω⁽¹⁾ + ω⁽²⁾ + ω⁽³⁾ + ω⁽⁴⁾))·Δ₂·Ω·out₁ᵀ" in page
    assert "∂E/∂b₂ = (1/(ω⁽¹⁾ + ω⁽²⁾ + ω⁽³⁾ + ω⁽⁴⁾))·Δ₂·Ω·𝟏" in page
    assert (
        "∂E/∂W₂ = Δ₂·Ω·out₁ᵀ" in backprop("solve", "-", "--matrix", stdin=network(more="batch: full\nreduce: sum")).out
    )
    for form, sign in (("latex", r"\cdot \Omega \cdot"), ("typst", "dot.op Omega dot.op"), ("html", "<mi>Ω</mi>")):
        assert sign in backprop("solve", "-", "--matrix", "--format", form, stdin=network()).out


def test_mini_batches_have_a_diagonal_of_their_own_samples() -> None:
    sheets = json.loads(backprop("solve", "-", "--matrix", "--json", stdin=network(more="batch: 3")).out)["sheets"]
    given = [Fraction(weight or "1") for _x, _t, weight in SAMPLES]
    for sheet, weights in zip(sheets, (given[:3], given[3:]), strict=True):
        diagonal = [Fraction(row[i]) for i, row in enumerate(sheet["matrices"]["Omega"]["decimals"])]
        assert diagonal == weights
