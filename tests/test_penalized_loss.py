"""The penalized loss J = E + penalty as a line, and ∂J/∂w as what the update uses: `show: penalized`."""

from __future__ import annotations

import pytest
from helpers import backprop, decimals, solved, steps

from backprop_cli.api.problem import load

W = (0.5, -0.25, 0.1)  # w1, w2, b1


def network(penalty: str, more: str = "", w: tuple[float, ...] = W) -> str:
    return f"""
samples:
  - {{inputs: [1, 2], targets: [1]}}
  - {{inputs: [0, -1], targets: [0]}}
layers: [{{weights: [[{w[0]}, {w[1]}]], bias: {w[2]}, activation: sigmoid}}]
loss: half_squared_error
learning_rate: 0.5
batch: full
penalty: {penalty}
show: penalized
{more}
"""


@pytest.mark.parametrize(
    "penalty", ["{l2: 0.1}", "{l2_full: 0.1}", "{l1: 0.3}", "{l1: 0.2, l2: 0.4}", "{l2: 0.1, biases: true}"]
)
def test_the_gradient_of_the_penalized_loss_is_its_difference(penalty: str) -> None:
    """(J(w + h) − J(w − h))/2h for every weight and the bias, and the update goes by it."""
    ours = {key: float(value) for key, value in decimals(solved(network(penalty))).items()}
    for place, name in enumerate(("w1", "w2", "b1")):
        moved = []
        for h in (1e-6, -1e-6):
            at = list(W)
            at[place] += h
            moved.append(float(decimals(solved(network(penalty, w=tuple(at))))["J"]))
        slope = (moved[0] - moved[1]) / 2e-6
        key = f"dJ/d{name}" if f"dJ/d{name}" in ours else f"dE/d{name}"
        assert ours[key] == pytest.approx(slope, rel=1e-7)
        assert ours[f"{name}_new"] == pytest.approx(W[place] - 0.5 * slope, rel=1e-7)
    assert ("dJ/db1" in ours) == ("biases" in penalty)


def test_the_penalized_loss_is_that_of_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of weight decay")
    w = torch.tensor([[0.5, -0.25]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([0.1], dtype=torch.float64, requires_grad=True)
    x, t = torch.tensor([[1.0, 2.0], [0.0, -1.0]]).double(), torch.tensor([[1.0], [0.0]]).double()
    loss = ((torch.sigmoid(x @ w.T + b) - t) ** 2).sum() / 4 + 0.05 * (w**2).sum()
    loss.backward()
    rule = torch.optim.SGD([w, b], lr=0.5)
    rule.step()
    ours = decimals(solved(network("{l2: 0.1}")))
    assert float(ours["J"]) == pytest.approx(loss.item(), rel=1e-12)
    new = [float(ours[key]) for key in ("w1_new", "w2_new", "b1_new")]
    assert new == pytest.approx([*w.flatten().tolist(), b.item()])


def test_without_the_request_names_stay_as_they_were() -> None:
    plain = decimals(solved(network("{l2: 0.1}").replace("show: penalized", "")))
    shown = decimals(solved(network("{l2: 0.1}")))
    assert "J" not in plain
    assert plain["g_w1"] == shown["dJ/dw1"]
    assert plain["w1_new"] == shown["w1_new"]


def test_a_metric_may_use_it_and_a_report_shows_it() -> None:
    text = network("{l2: 0.1}", "metrics: {share: (J - E)/J}\nreport: [1, 5]")
    training = solved(text).training
    assert training is not None
    for report in training.reports:
        values = {one.key.rpartition(" ")[2]: float(value.text()) for one, value in report.values.items()}
        assert values["J"] == pytest.approx(values["E"] + 0.05 * (values["w1"] ** 2 + values["w2"] ** 2), rel=1e-12)
        assert values["share"] == pytest.approx((values["J"] - values["E"]) / values["J"], rel=1e-12)


def test_it_is_asked_for_checked_and_its_mistakes_are_named() -> None:
    ours = {key: float(value) for key, value in decimals(solved(network("{l2: 0.1}"))).items()}
    opened = load(network("{l2: 0.1}", "ask: [E, J, dJ/dw1, w1_new]"))
    right = {key: f"{ours[key]:.7f}" for key in ("E", "J", "dJ/dw1", "w1_new")}
    assert not [line for line in opened.check(right).lines if line.is_wrong]
    left_out = opened.check({**right, "dJ/dw1": f"{ours['dE/dw1']:.7f}"})
    assert [line.key for line in left_out.lines if line.is_wrong] == ["dJ/dw1"]
    assert "left out" in left_out["dJ/dw1"].diagnosis
    whole = opened.check({**right, "J": f"{2 * ours['J'] - ours['E']:.7f}"})
    assert whole["J"].is_wrong


def test_it_stands_on_the_page_in_json_on_the_worksheet_and_in_matrices() -> None:
    text = network("{l2: 0.1}")
    page = backprop("solve", "-", stdin=text).out
    assert "J = E + ½·λ₂·Σw²" in page
    assert "∂J/∂w₁ = ∂E/∂w₁ + λ₂·w₁" in page
    assert "dJ/dw1" in [step["quantity"] for step in steps("-", stdin=text)]
    assert "J    = E + ½·λ₂·(w₁² + w₂²)" in backprop("worksheet", "-", stdin=text).out
    assert "∂J/∂W₁ = ∂E/∂W₁ + λ₂·W₁" in backprop("solve", "-", "--matrix", stdin=text).out
    assert backprop("verify", "-", stdin=text).code == 0
    for form in ("html", "latex", "typst", "markdown", "pytorch", "python", "numpy"):
        assert backprop("solve", "-", "--format", form, stdin=text).code == 0
