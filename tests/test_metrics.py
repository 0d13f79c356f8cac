"""Metrics beside the loss: what they say of one sample, of a batch and after an epoch, computed here by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import backprop, decimals, loaded, solved, steps

from backprop_cli.api.problem import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

X = np.array([[1.0, 2.0], [0.0, 1.0], [2.0, -1.0]])
T = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
W = np.array([[0.5, -0.25], [1.0, 0.5]])
METRICS = {
    "mae": "mean(abs(t - out))", "rmse": "sqrt(2*E)", "worst": "max(sum((t - out)^2))", "first": "mean(abs(t_y1 - y1))",
    "length": "sqrt(w1^2 + w2^2)", "twice": "2*mae", "net": "min(net_y2)", "all": "sum(out*t)",
}  # fmt: skip


def network(more: str = "batch: full") -> str:
    samples = [f"  - {{inputs: {x.tolist()}, targets: {t.tolist()}}}" for x, t in zip(X, T, strict=True)]
    metrics = ", ".join(f"{name}: {formula}" for name, formula in METRICS.items())
    return (
        "samples:\n"
        + "\n".join(samples)
        + f"""
layers: [{{weights: [[0.5, -0.25], [1, 0.5]], activation: sigmoid}}]
loss: half_squared_error
learning_rate: 0.5
metrics: {{{metrics}}}
{more}
"""
    )


def expected(weights: np.ndarray) -> dict[str, float]:
    """The metrics of all samples with these weights."""
    net = X @ weights.T
    out = 1 / (1 + np.exp(-net))
    off, loss = np.abs(T - out), ((T - out) ** 2).sum(1).mean() / 2
    return {
        "E": loss, "mae": off.mean(), "rmse": np.sqrt(2 * loss), "worst": (off**2).sum(1).max(),
        "first": off[:, 0].mean(),
        "length": np.sqrt((weights[0] ** 2).sum()), "twice": 2 * off.mean(), "net": net[:, 1].min(),
        "all": (out * T).sum(),
    }  # fmt: skip


def trained(epochs: int) -> np.ndarray:
    """The weights after so many epochs of the full batch."""
    weights = W
    for _epoch in range(epochs):
        out = 1 / (1 + np.exp(-X @ weights.T))
        weights = weights - 0.5 * ((out - T) * out * (1 - out)).T @ X / len(X)
    return weights


def test_the_metrics_of_a_batch_are_over_all_its_samples_and_outputs() -> None:
    ours = decimals(solved(network(), then_forward=True))
    for at, weights in (("", W), ("after / ", trained(1))):
        for name, value in expected(weights).items():
            assert float(ours[f"{at}{name}"]) == pytest.approx(value, rel=1e-12), (at, name)
    assert not any(key.endswith("/ mae") and key.startswith("sample") for key in ours)


def test_a_training_reports_its_metrics_after_each_epoch() -> None:
    training = solved(network("batch: full\nreport: [0, 1, 10]")).training
    assert training is not None
    for report in training.reports:
        values = {quantity.bare_key: float(value.text()) for quantity, value in report.values.items()}
        for name, value in expected(trained(report.epoch)).items():
            assert values[name] == pytest.approx(value, rel=1e-12), (report.epoch, name)


def test_samples_taken_one_by_one_have_metrics_of_their_own_and_together_after_the_epoch() -> None:
    ours = decimals(solved(network("batch: online"), then_forward=True))
    out = 1 / (1 + np.exp(-X[0] @ W.T))
    assert float(ours["sample 1 / mae"]) == pytest.approx(np.abs(T[0] - out).mean(), rel=1e-12)
    weights = np.array(
        [[float(ours[f"sample 3 / w{2 * row + column + 1}_new"]) for column in (0, 1)] for row in (0, 1)]
    )
    assert float(ours["after / worst"]) == pytest.approx(expected(weights)["worst"], rel=1e-12)


def test_epochs_that_are_worked_out_end_in_a_table_with_the_metrics() -> None:
    page = backprop("solve", "-", stdin=network("batch: full\nepochs: 3").replace("worst", "w_o")).out
    table = page[page.index("The epochs at a glance") :]
    assert "mae" in table
    assert f"{expected(trained(1))['mae']:.9f}" in table


def test_one_sample_needs_no_mean_where_there_is_one_output() -> None:
    text = "inputs: [2]\ntargets: [1]\nlayers: [{weights: [[w = 0.25]]}]\nloss: squared_error\n"
    text += "metrics: {off: abs(t - out)}\n"
    ours = decimals(solved(text))
    assert ours["off"] == 0.5


def test_a_metric_of_a_graph_is_in_its_names() -> None:
    text = """
samples: [{inputs: {x: 1, t: 2}}, {inputs: {x: 3, t: 1}}]
parameters: {w: 0.5}
graph: {y: w*x, L: (y - t)^2}
objective: L
learning_rate: 0.1
batch: full
metrics: {mae: mean(abs(y - t)), rmse: sqrt(L)}
"""
    ours = decimals(solved(text))
    assert ours["mae"] == 1
    assert float(ours["rmse"]) == pytest.approx(np.sqrt((1.5**2 + 0.5**2) / 2), rel=1e-12)
    assert verification_of(WorkedProblem(loaded(text).problem)).agrees


def test_a_metric_of_batch_normalization_is_of_its_batch() -> None:
    text = network("batch: full").replace(
        "layers: [", "layers: [{weights: [[1, 2], [0.5, 1]]}, {type: batch_normalization}, "
    )
    text = text.replace("w1^2 + w2^2", "w5^2 + w6^2")
    ours = decimals(solved(text))
    off = [abs(float(ours[f"sample {n} / out_y{k}"]) - T[n - 1, k - 1]) for n in (1, 2, 3) for k in (1, 2)]
    assert float(ours["mae"]) == pytest.approx(np.mean(off), rel=1e-12)
    assert verification_of(WorkedProblem(loaded(text).problem)).agrees


def test_a_metric_is_asked_for_and_checked_like_any_line() -> None:
    problem = load(network("batch: full\nask: [E, mae, rmse, w1_new, after / mae]"))
    right = {name: f"{expected(W)[name]:.6f}" for name in ("E", "mae", "rmse")}
    right |= {"w1_new": f"{trained(1)[0, 0]:.6f}", "after / mae": f"{expected(trained(1))['mae']:.6f}"}
    assert not [line for line in problem.check(right).lines if line.is_wrong]
    wrong = problem.check({**right, "mae": "0.123"})
    assert [line.key for line in wrong.lines if line.is_wrong] == ["mae"]
    follows = problem.check({**right, "E": "0.5", "rmse": "1"})
    assert [line.key for line in follows.lines if line.is_wrong] == ["E"]


@pytest.mark.parametrize("form", ["html", "latex", "typst", "markdown", "python", "pytorch", "numpy", "csv"])
def test_metrics_stand_in_every_format(form: str) -> None:
    assert "rmse" in backprop("solve", "-", "--format", form, stdin=network()).out


def test_metrics_stand_in_json_on_worksheets_and_in_the_matrix_view() -> None:
    line = next(step for step in steps("-", stdin=network()) if step["quantity"] == "rmse")
    assert line["formula"] == "sqrt(2*E)"
    assert line["phase"] == "loss"
    assert "rmse" in backprop("worksheet", "-", stdin=network()).out
    assert "rmse" in backprop("solve", "-", "--matrix", stdin=network()).out
    assert "metric rmse" in backprop("names", "-", stdin=network()).out
