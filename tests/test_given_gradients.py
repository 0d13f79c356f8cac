"""Given gradients over several epochs: worked out, reported and ended by the step, as torch.optim does them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers import backprop, decimals, solved

from backprop_cli.api.problem import load

GRADIENTS = {"p": [0.6, 0.8, -0.3], "q": [0.1, -0.2, 0.5]}


def problem(more: str) -> str:
    return f"parameters: {{p: 1, q: 2}}\ngradients: {{p: {GRADIENTS['p']}, q: {GRADIENTS['q']}}}\n{more}\n"


def by_pytorch(name: str, epochs: int, **settings: Any) -> list[tuple[float, float]]:
    """Both parameters before the first epoch and after each."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of optimizers")
    p, q = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (1.0, 2.0))
    rule = getattr(torch.optim, name)([p, q], **settings)
    seen = [(1.0, 2.0)]
    for _epoch in range(epochs):
        for pair in zip(GRADIENTS["p"], GRADIENTS["q"], strict=True):
            p.grad, q.grad = (torch.tensor(one, dtype=torch.float64) for one in pair)
            rule.step()
        seen.append((p.item(), q.item()))
    return seen


@pytest.mark.parametrize(
    ("ours", "name", "settings"),
    [
        ("sgd", "SGD", {}),
        ("momentum", "SGD", {"momentum": 0.9}),
        ("adam", "Adam", {}),
        ("amsgrad", "Adam", {"amsgrad": True}),
    ],
)
def test_epochs_of_given_gradients_are_those_of_pytorch(ours: str, name: str, settings: dict[str, Any]) -> None:
    expected = by_pytorch(name, 40, lr=0.05, **settings)
    text = f"learning_rate: 0.05\noptimizer: {ours}\n"
    worked = decimals(solved(problem(text + "epochs: 3")))
    for epoch in (1, 2, 3):
        for key, value in zip("pq", expected[epoch], strict=True):
            assert float(worked[f"epoch {epoch} / step 3 / {key}_new"]) == pytest.approx(value, rel=1e-9)
    training = solved(problem(text + "report: [1, 10, 40]")).training
    assert training is not None
    for report in training.reports:
        values = {quantity.key: float(value.text()) for quantity, value in report.values.items()}
        assert (values["p"], values["q"]) == pytest.approx(expected[report.epoch], rel=1e-9)


def test_a_schedule_counts_on_through_the_epochs() -> None:
    """Given gradients are updates, so η/(1 + n) goes on with n = 3 in the second epoch."""
    text = "learning_rate: 0.5\nschedule: eta / (1 + n)\n"
    worked = decimals(solved(problem(text + "epochs: 2")))
    p, n = 1.0, 0
    for epoch in (1, 2):
        for step, gradient in enumerate(GRADIENTS["p"], start=1):
            p -= 0.5 / (1 + n) * gradient
            n += 1
            assert float(worked[f"epoch {epoch} / step {step} / p_new"]) == pytest.approx(p, rel=1e-12)
    training = solved(problem(text + "report: [2]")).training
    assert training is not None
    assert [
        float(value.text()) for one, value in training.reports[-1].values.items() if one.key == "p"
    ] == pytest.approx([p])


def test_training_ends_by_the_step_and_says_so_without_a_loss() -> None:
    """With momentum 0.5 and a gradient of 0, the steps halve: 0.1·0.5ⁿ is below 0.01 in epoch 5."""
    text = "parameters: {w: 1}\ngradients: {w: 0}\nlearning_rate: 0.1\noptimizer: {name: momentum, mu: 0.5}\n"
    text += "state: {v_w: 2}\nreport: [1, 100]\nstop: {step_below: 0.01}\n"
    run = backprop("solve", "-", stdin=text)
    assert "stopped after epoch 5: the step is shorter than the bound" in run.out
    data = json.loads(backprop("solve", "-", "--json", stdin=text).out)["training"]
    assert data["stopped_after"] == 5
    assert [report["loss"] for report in data["reports"]] == [None, None]
    for form in ("html", "latex", "typst", "markdown"):
        assert backprop("solve", "-", "--format", form, stdin=text).code == 0


def test_what_is_reported_of_given_gradients_can_be_asked_for_and_checked() -> None:
    expected = by_pytorch("SGD", 10, lr=0.05)
    opened = load(problem("learning_rate: 0.05\nreport: [1, 10]\nask: [step 3 / p_new, report 10 / p]"))
    right = {"step 3 / p_new": f"{expected[1][0]:.6f}", "report 10 / p": f"{expected[10][0]:.6f}"}
    assert not [line for line in opened.check(right).lines if line.is_wrong]
    wrong = opened.check({**right, "report 10 / p": "0.3"})
    assert [line.key for line in wrong.lines if line.is_wrong] == ["report 10 / p"]


def test_epochs_of_given_gradients_end_in_a_table_and_stand_on_the_worksheet() -> None:
    text = problem("learning_rate: 0.05\nepochs: 3")
    page = backprop("solve", "-", stdin=text).out
    assert "The epochs at a glance" in page
    assert "Do 9 steps of gradient descent." in backprop("worksheet", "-", stdin=text).out
