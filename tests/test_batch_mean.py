"""The 1/n of a batch in every δ: other δ of samples, the same gradients of the batch and the same steps."""

from __future__ import annotations

import pytest
from helpers import backprop, decimals, loaded, solved

from backprop_cli.api.problem import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

NETWORK = """
samples:
  - {inputs: [1, 2], targets: [1, 0]}
  - {inputs: [0, 1], targets: [0, 1]}
  - {inputs: [2, -1], targets: [1, 1]}
layers:
  - {weights: [[0.5, -0.4], [0.3, 0.8]], bias: [0.1, -0.2], activation: tanh}
  - {weights: [[0.7, -0.6], [0.2, 0.9]], bias: 0.05, activation: sigmoid}
loss: half_squared_error
learning_rate: 0.5
batch: full
"""
LOSSES = {
    "squares": NETWORK,
    "logarithms": NETWORK.replace("half_squared_error", "binary_cross_entropy"),
    "softmax": NETWORK.replace("activation: sigmoid", "activation: softmax")
    .replace("half_squared_error", "cross_entropy").replace("targets: [1, 1]", "targets: [0, 1]"),
    "minus": NETWORK + "delta: -dE/dnet\n",
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_each_delta_is_a_third_and_the_gradients_of_the_batch_are_the_same(name: str) -> None:
    usual = decimals(solved(LOSSES[name]))
    inside = decimals(solved(LOSSES[name] + "batch_mean: delta\n"))
    compared = 0
    for key, value in usual.items():
        if key not in inside:  # the ways to one output's part of the loss are no slopes of that part then
            assert "/ dE_y" in key
            continue
        is_share = key.startswith("sample") and ("delta" in key or "dE/d" in key)
        compared += is_share
        expected = float(value) / 3 if is_share else float(value)
        assert float(inside[key]) == pytest.approx(expected, rel=1e-12, abs=1e-30), key
    assert compared > 3 * 16


def test_pytorch_has_the_same_delta_in_its_mean_over_the_batch() -> None:
    """The gradient of a mean by the net inputs, as autograd gives it, is the δ with 1/n in it."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of the gradient of a mean")
    w1, b1 = torch.tensor([[0.5, -0.4], [0.3, 0.8]]).double(), torch.tensor([0.1, -0.2]).double()
    w2, b2 = torch.tensor([[0.7, -0.6], [0.2, 0.9]]).double(), torch.tensor([0.05]).double()
    x = torch.tensor([[1, 2], [0, 1], [2, -1]]).double()
    t = torch.tensor([[1, 0], [0, 1], [1, 1]]).double()
    hidden = (x @ w1.T + b1).requires_grad_()
    net = torch.tanh(hidden) @ w2.T + b2
    net.retain_grad()
    (((torch.sigmoid(net) - t) ** 2).sum(1) / 2).mean().backward()
    ours = decimals(solved(NETWORK + "batch_mean: delta\n"))
    for sample in (1, 2, 3):
        for unit in (1, 2):
            found = [float(ours[f"sample {sample} / delta_{one}{unit}"]) for one in "hy"]
            assert found[0] == pytest.approx(hidden.grad[sample - 1, unit - 1].item(), rel=1e-6)
            assert found[1] == pytest.approx(net.grad[sample - 1, unit - 1].item(), rel=1e-6)


WEIGHTED = NETWORK.replace("targets: [1, 0]}", "targets: [1, 0], weight: 2}").replace(
    "targets: [0, 1]}", "targets: [0, 1], weight: 1/2}"
)
SHARES = (4 / 7, 1 / 7, 2 / 7)  # 2, 1/2 and 1 of 7/2


def test_with_weights_each_delta_has_the_share_of_its_sample() -> None:
    usual = decimals(solved(WEIGHTED))
    inside = decimals(solved(WEIGHTED + "batch_mean: delta\n"))
    shares = {f"sample {number}": share for number, share in enumerate(SHARES, 1)}
    deltas = [key for key in inside if "delta" in key]
    assert len(deltas) == 3 * 4
    for key, value in ((key, value) for key, value in inside.items() if key in usual):
        has_share = key in deltas or (key.startswith("sample") and "dE/d" in key)
        share = shares[key.split(" / ")[0]] if has_share else 1
        assert float(value) == pytest.approx(share * float(usual[key]), rel=1e-8, abs=1e-30), key


def test_pytorch_has_the_same_delta_in_its_weighted_mean() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of the gradient of a weighted mean")
    w1, b1 = torch.tensor([[0.5, -0.4], [0.3, 0.8]]).double(), torch.tensor([0.1, -0.2]).double()
    w2, b2 = torch.tensor([[0.7, -0.6], [0.2, 0.9]]).double(), torch.tensor([0.05]).double()
    for one in (w1, w2):
        one.requires_grad_()
    x = torch.tensor([[1, 2], [0, 1], [2, -1]]).double()
    t = torch.tensor([[1, 0], [0, 1], [1, 1]]).double()
    weights = torch.tensor([2, 0.5, 1]).double()
    hidden = x @ w1.T + b1
    net = torch.tanh(hidden) @ w2.T + b2
    hidden.retain_grad()
    net.retain_grad()
    ((weights * ((torch.sigmoid(net) - t) ** 2).sum(1) / 2).sum() / weights.sum()).backward()
    ours = decimals(solved(WEIGHTED + "batch_mean: delta\n"))
    for sample in (1, 2, 3):
        for unit in (1, 2):
            found = [float(ours[f"sample {sample} / delta_{one}{unit}"]) for one in "hy"]
            assert found[0] == pytest.approx(hidden.grad[sample - 1, unit - 1].item(), rel=1e-6)
            assert found[1] == pytest.approx(net.grad[sample - 1, unit - 1].item(), rel=1e-6)
    for number, gradient in enumerate([*w1.grad.flatten(), *w2.grad.flatten()], 1):
        assert float(ours[f"dE/dw{number}"]) == pytest.approx(gradient.item(), rel=1e-6)


def test_the_share_of_another_sample_has_its_number_and_is_said() -> None:
    page = " ".join(backprop("solve", "-", stdin=WEIGHTED + "batch_mean: delta\n").out.split())
    assert "(ω/(ω + ω⁽²⁾ + ω⁽³⁾))" in page
    assert "Here the ω/Σω of a sample is in its every δ, so the gradients of a batch are added up." in page
    sheet = " ".join(backprop("worksheet", "-", stdin=WEIGHTED + "batch_mean: delta\n").out.split())
    assert "in which that of a sample counts ω/Σω" in sheet
    matrix = backprop("solve", "-", "--matrix", stdin=WEIGHTED + "batch_mean: delta\n").out
    assert "∂E/∂out₂ = (1/(ω⁽¹⁾ + ω⁽²⁾ + ω⁽³⁾))·(out₂ − T)·Ω" in matrix
    assert "∂E/∂W₂ = Δ₂·out₁ᵀ" in matrix


def test_a_shared_weight_is_divided_once_in_the_matrix_view() -> None:
    text = "samples: [{inputs: [1], targets: [1]}, {inputs: [2], targets: [0]}]\nlayers:\n" \
           "  - {weights: [[w = 0.5]], activation: tanh}\n  - {weights: [[w]], activation: sigmoid}\n" \
           "loss: half_squared_error\nlearning_rate: 0.5\nbatch: full\n"  # fmt: skip
    usual, inside = (backprop("solve", "-", "--matrix", stdin=text + more).out for more in ("", "batch_mean: delta\n"))
    value = "[0.0293307478]"
    assert f"½·Δ₂·out₁ᵀ ≈ {value}" in usual
    assert f"   Δ₂·out₁ᵀ ≈ {value}" in inside


@pytest.mark.parametrize("network", [NETWORK, WEIGHTED], ids=["alike", "weighted"])
@pytest.mark.parametrize("more", ["batch: 2\n", "batch: full\n"])
def test_training_goes_the_same_way(more: str, network: str) -> None:
    """With batches of two, the last of three samples is a batch of its own, in which n is 1."""
    text = network.replace("batch: full\n", more)
    for after in ("epochs: 2\n", "report: [1, 20]\n"):
        usual, inside = solved(text + after), solved(text + after + "batch_mean: delta\n")
        if usual.training is not None and inside.training is not None:
            found, others = (
                [value.text() for value in one.training.reports[-1].values.values()] for one in (usual, inside)
            )
            assert found == others
        else:
            new = {key: value for key, value in decimals(usual).items() if key.endswith("_new")}
            assert new == {key: value for key, value in decimals(inside).items() if key.endswith("_new")}


def test_every_gradient_agrees_with_differences_and_is_checked_by_the_convention() -> None:
    text = NETWORK + "batch_mean: delta\nask: [sample 1 / delta_y1, dE/dw5, w5_new]\n"
    assert verification_of(WorkedProblem(loaded(text).problem)).agrees
    ours = {key: f"{float(value):.7f}" for key, value in decimals(solved(text)).items()}
    asked = ("sample 1 / delta_y1", "dE/dw5", "w5_new")
    assert not [line for line in load(text).check({key: ours[key] for key in asked}).lines if line.is_wrong]
    usual = {key: f"{float(value):.7f}" for key, value in decimals(solved(NETWORK)).items()}
    wrong = load(text).check({key: usual[key] for key in asked})
    assert [line.key for line in wrong.lines if line.is_wrong] == ["sample 1 / delta_y1"]


def test_views_of_one_sample_have_its_own_error_without_the_share() -> None:
    for view in (["--forward-mode", "all"], ["--paths", "w"]):
        shown = backprop("solve", "absolute-error", *view).out
        assert "∂E/∂w" in shown
        assert "differs" not in shown
        assert "Not the same" not in shown


def test_it_is_said_on_page_and_worksheet_and_compared() -> None:
    text = NETWORK + "batch_mean: delta\n"
    said = "Here the 1/n of a batch is in every δ, so its gradients are added up."
    for form in ("html", "markdown"):
        assert "1/n" in backprop("solve", "-", "--format", form, stdin=text).out
    assert said in backprop("solve", "-", stdin=text).out
    sheet = " ".join(backprop("worksheet", "-", stdin=text).out.split())
    assert said in sheet
    assert "Here δ_y₁ = ∂E/∂net_y₁ with the mean error E of the batch, in which that of a sample counts 1/n" in sheet
    assert "of the sample alone" not in sheet
    assert "of the sample alone" in " ".join(backprop("worksheet", "-", stdin=NETWORK).out.split())
    assert "batch_mean: delta" in backprop("solve", "-", "--compare", "conventions", stdin=NETWORK).out


def test_the_matrix_view_has_the_share_in_delta_and_none_in_its_gradients() -> None:
    page = backprop("solve", "-", "--matrix", stdin=LOSSES["logarithms"] + "batch_mean: delta\n").out
    assert "Δ₂ = (1/3)·(out₂ − T)" in page
    assert "∂E/∂W₂ = Δ₂·out₁ᵀ" in page
    assert "Each column has the 1/n of the batch in it; the gradients are sums over all of them." in " ".join(
        page.split()
    )
    assert r"\Delta_2 &= \frac{1}{3} \cdot" in backprop(
        "solve", "-", "--matrix", "--format", "latex", stdin=LOSSES["logarithms"] + "batch_mean: delta\n"
    ).out  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("sample", [1, 2, 3])
def test_who_forgets_the_share_in_delta_is_told_so(name: str, sample: int) -> None:
    """The δ of the gradients' convention, where the 1/n is in δ; not that the slope of the activation is missing."""
    usual = decimals(solved(LOSSES[name]))
    key = f"sample {sample} / delta_y1"
    report = load(LOSSES[name] + "batch_mean: delta\n").check({key: f"{float(usual[key]):.8f}"})
    (line,) = [line for line in report.lines if line.is_wrong]
    assert line.key == key
    assert line.diagnosis == "the 1/n of the batch was left out of δ"
