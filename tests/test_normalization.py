"""Layer normalization, batch normalization and dropout: against PyTorch, the formulas of their papers, and by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import prod
from random import Random
from typing import Any

import pytest
from helpers import backprop, decimal, loaded, solved, steps

from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

CLOSE = 1e-10
SEEDS = range(6)
ACTIVATIONS = (None, "relu", "sigmoid", "tanh")


def torch_or_skip() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")


def is_near(value: float, expected: float) -> bool:
    return abs(value - expected) <= CLOSE * max(1.0, abs(expected))


def values(solution: Solution) -> dict[str, float]:
    """Every line by its key; a double is enough here."""
    return {step.quantity.key: float(step.value.decimal.text()) for step in solution.trace.steps}


def row(numbers: Sequence[Any]) -> str:
    return "[" + ", ".join(map(str, numbers)) + "]"


class Net:
    """A random network of inputs → dense → the layer in question → dense, as a file and as PyTorch's tensors."""

    def __init__(self, random: Random, hidden: int = 0, outputs: int = 0, samples: int = 0) -> None:
        self.random = random
        self.inputs = random.randint(1, 3)
        self.hidden = hidden or random.randint(1, 3)
        self.outputs = outputs or random.randint(1, 2)
        self.count = samples or random.choice([3, 4, 6])
        self.numbers: dict[str, str] = {}
        self.data = [
            ([decimal(random, 200) for _ in range(self.inputs)], [decimal(random) for _ in range(self.outputs)])
            for _ in range(self.count)
        ]

    def named(self, name: str) -> str:
        """`w1 = 0.37`, remembered."""
        self.numbers[name] = decimal(self.random)
        return f"{name} = {self.numbers[name]}"

    def rows(self, prefix: str, height: int, width: int) -> str:
        names = [[f"{prefix}{row}_{column}" for column in range(width)] for row in range(height)]
        return row(row(self.named(name) for name in names) for names in names)

    def vector(self, prefix: str, size: int) -> str:
        return row(self.named(f"{prefix}{index}") for index in range(size))

    def text(self, layer: str, *more: str, first: str = "identity") -> str:
        """The problem file with this layer, in flow style without its braces, in the middle."""
        lines = ["samples:"]
        lines += [f"  - {{inputs: {row(inputs)}, targets: {row(targets)}}}" for inputs, targets in self.data]
        lines += ["layers:", f"  - {{weights: {self.rows('w', self.hidden, self.inputs)}, activation: {first}}}"]
        lines += [f"  - {{{layer}}}"]
        lines += [
            f"  - {{weights: {self.rows('v', self.outputs, self.hidden)}, bias: {self.vector('c', self.outputs)}}}"
        ]
        return "\n".join([*lines, "loss: half_squared_error", *more]) + "\n"

    def parameters(self, torch: Any) -> dict[str, Any]:
        return {
            name: torch.tensor(float(value), dtype=torch.float64, requires_grad=True)
            for name, value in self.numbers.items()
        }

    def stacked(self, torch: Any, parameters: dict[str, Any], prefix: str, height: int, width: int) -> Any:
        rows = [
            torch.stack([parameters[f"{prefix}{row}_{column}"] for column in range(width)]) for row in range(height)
        ]
        return torch.stack(rows)

    def column(self, torch: Any, parameters: dict[str, Any], prefix: str, size: int) -> Any:
        return torch.stack([parameters[f"{prefix}{index}"] for index in range(size)])

    def tensors(self, torch: Any) -> tuple[Any, Any]:
        inputs = [[float(one) for one in inputs] for inputs, _targets in self.data]
        targets = [[float(one) for one in targets] for _inputs, targets in self.data]
        return torch.tensor(inputs, dtype=torch.float64), torch.tensor(targets, dtype=torch.float64)

    def loss(self, torch: Any, parameters: dict[str, Any], inputs: Any, targets: Any, middle: Any, mean: bool) -> Any:
        """The loss of a batch with `middle` for the layer in question."""
        hidden = inputs @ self.stacked(torch, parameters, "w", self.hidden, self.inputs).T
        out = middle(hidden) @ self.stacked(torch, parameters, "v", self.outputs, self.hidden).T
        out = out + self.column(torch, parameters, "c", self.outputs)
        errors = ((out - targets) ** 2).sum(dim=1) / 2
        return errors.mean() if mean else errors.sum()


def activated(torch: Any, name: str | None, z: Any) -> Any:
    return z if name is None else getattr(torch, name)(z)


# ---- batch normalization against PyTorch ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_training_with_batch_normalization_is_pytorchs(seed: int, optimizer: str) -> None:
    """Loss of every batch and parameters after every update, over batches and epochs."""
    torch = torch_or_skip()
    random = Random(f"{seed} {optimizer}")
    net = Net(random)
    size = random.choice([size for size in (2, 3, net.count) if net.count % size != 1])
    activation, mean, epsilon = random.choice(ACTIVATIONS), random.random() < 0.7, random.choice(["1e-5", "0.1"])
    layer = f"type: batch_normalization, gamma: {net.vector('g', net.hidden)}, beta: {net.vector('s', net.hidden)}"
    layer += f", epsilon: {epsilon}" + (f", activation: {activation}" if activation else "")
    more = [f"batch: {size}", f"reduce: {'mean' if mean else 'sum'}", "epochs: 2", "learning_rate: 0.1"]
    found = values(solved(net.text(layer, *more, f"optimizer: {optimizer}"), Detail.TEXTBOOK))

    parameters = net.parameters(torch)
    momentum = 0.9 if optimizer == "momentum" else 0.0
    descent = torch.optim.SGD(parameters.values(), lr=0.1, momentum=momentum)
    inputs, targets = net.tensors(torch)

    def middle(hidden: Any) -> Any:
        gamma, beta = (net.column(torch, parameters, prefix, net.hidden) for prefix in "gs")
        normal = torch.nn.functional.batch_norm(hidden, None, None, gamma, beta, training=True, eps=float(epsilon))
        return activated(torch, activation, normal)

    for epoch in (1, 2):
        for batch, start in enumerate(range(0, net.count, size), start=1):
            part = slice(start, start + size)
            descent.zero_grad()
            loss = net.loss(torch, parameters, inputs[part], targets[part], middle, mean)
            loss.backward()
            at = f"epoch {epoch} / " + (f"batch {batch} / " if size < net.count else "")
            assert is_near(found[f"{at}E"], loss.item())
            for name, parameter in parameters.items():
                assert is_near(found[f"{at}dE/d{name}"], parameter.grad.item()), f"{at}{name}"
            descent.step()
            for name, parameter in parameters.items():
                assert is_near(found[f"{at}{name}_new"], parameter.item()), f"{at}{name}"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradients_on_the_way_are_pytorchs(seed: int) -> None:
    """∂E/∂x̂, ∂E/∂σ², ∂E/∂μ, ∂E/∂out and δ, with the batch normalization written out in tensors."""
    torch = torch_or_skip()
    random = Random(seed)
    net = Net(random)
    activation = random.choice(ACTIVATIONS)
    layer = f"type: batch_normalization, gamma: {net.vector('g', net.hidden)}, beta: {net.vector('s', net.hidden)}"
    layer += f", activation: {activation}" if activation else ""
    found = values(solved(net.text(layer, "batch: full", "learning_rate: 0.1")))

    parameters = net.parameters(torch)
    inputs, targets = net.tensors(torch)
    inputs.requires_grad_()
    kept: dict[str, Any] = {}

    def middle(hidden: Any) -> Any:
        kept["out_h"], kept["mu_h"] = hidden, hidden.mean(dim=0)
        kept["var_h"] = ((hidden - kept["mu_h"]) ** 2).mean(dim=0)
        kept["xhat_h"] = (hidden - kept["mu_h"]) / torch.sqrt(kept["var_h"] + 1e-5)
        kept["net_n"] = net.column(torch, parameters, "g", net.hidden) * kept["xhat_h"]
        kept["net_n"] = kept["net_n"] + net.column(torch, parameters, "s", net.hidden)
        kept["out_n"] = activated(torch, activation, kept["net_n"])
        for one in kept.values():
            one.retain_grad()
        return kept["out_n"]

    net.loss(torch, parameters, inputs, targets, middle, mean=True).backward()
    for unit in range(net.hidden):
        names = {"h": f"h1_{unit + 1}", "n": f"n{unit + 1}"}
        for stem in ("mu_h", "var_h"):
            key = stem[:-1] + names["h"]
            assert is_near(found[key], kept[stem][unit].item())
            assert is_near(found[f"dE/d{key}"], kept[stem].grad[unit].item()), key
        for sample in range(net.count):
            for stem in ("xhat_h", "out_h", "out_n", *(["net_n"] if activation else [])):
                key = stem[:-1] + names[stem[-1]]
                at = f"sample {sample + 1} / "
                assert is_near(found[at + key], kept[stem][sample, unit].item())
                slope = f"delta_{key[4:]}" if stem == "net_n" else f"dE/d{key}"
                assert is_near(found[at + slope], kept[stem].grad[sample, unit].item()), slope
    for sample in range(net.count):
        for index in range(net.inputs):
            gradient = inputs.grad[sample, index].item()
            assert is_near(found[f"sample {sample + 1} / dE/dx{index + 1}"], gradient)


def test_the_backward_pass_is_that_of_ioffe_and_szegedy() -> None:
    """The six equations of section 3 of the paper, on the bundled exercise, in the paper's own form."""
    found = values(solved(bundled_text("batch-norm")))
    x, m, gamma, epsilon = [3.0, 9.0, 11.0, 17.0], 4, 2.0, 0.0
    dy = [0.1, 0.2, -0.1, 0.4]
    mu = sum(x) / m
    variance = sum((one - mu) ** 2 for one in x) / m
    hats = [(one - mu) / (variance + epsilon) ** 0.5 for one in x]
    dhat = [one * gamma for one in dy]
    dvar = sum(d * (one - mu) * -0.5 * (variance + epsilon) ** -1.5 for d, one in zip(dhat, x, strict=True))
    dmu = sum(d * -1 / (variance + epsilon) ** 0.5 for d in dhat) + dvar * sum(-2 * (one - mu) for one in x) / m
    dx = [d / (variance + epsilon) ** 0.5 + dvar * 2 * (one - mu) / m + dmu / m for d, one in zip(dhat, x, strict=True)]
    expected = {"mu_x": mu, "var_x": variance, "dE/dvar_x": dvar, "dE/dmu_x": dmu, "dE/dbeta": sum(dy)}
    expected["dE/dgamma"] = sum(d * hat for d, hat in zip(dy, hats, strict=True))
    for n, (hat, slope, gradient) in enumerate(zip(hats, dhat, dx, strict=True), start=1):
        expected |= {f"sample {n} / xhat_x": hat, f"sample {n} / dE/dxhat_x": slope, f"sample {n} / dE/dx": gradient}
    assert all(is_near(found[key], value) for key, value in expected.items())


def bundled_text(name: str) -> str:
    return backprop("problems", "--show", name).out


@pytest.mark.parametrize(
    ("per", "shape"), [("channel", (2, 2, 2)), ("channel", (3, 1, 2)), ("channel", (2, 3)), ("feature", (3, 2))]
)
def test_channels_and_features_are_normalized_over_their_places_too(per: str, shape: tuple[int, ...]) -> None:
    """As BatchNorm2d on (N, C, H, W) and BatchNorm1d on (N, C, L), or on (N, L, C) with the features last."""
    torch = torch_or_skip()
    random = Random(f"{per}{shape}")
    groups = shape[0] if per == "channel" else shape[1]
    double, size = torch.float64, prod(shape)
    tensor = torch.tensor([[random.randint(-30, 30) / 10 for _ in range(size)] for _ in range(3)], dtype=double)
    upstream = torch.tensor([[random.randint(-9, 9) / 10 for _ in range(size)] for _ in range(3)], dtype=double)
    names = [f"y{n}" for n in range(1, size + 1)]
    given = [
        "{" + ", ".join(f"dE/dout_{name}: {float(one)}" for name, one in zip(names, row, strict=True)) + "}"
        for row in upstream
    ]
    samples = [f"  - {{inputs: {tensor[n].reshape(shape).tolist()}, given: {given[n]}}}" for n in range(3)]
    gammas, betas = ([f"{stem}{n} = {decimal(random)}" for n in range(groups)] for stem in "gs")
    layer = f"  - {{type: batch_normalization, per: {per}, gamma: {row(gammas)}, beta: {row(betas)}}}"
    found = values(solved("\n".join(["batch: full", "samples:", *samples, "layers:", layer, "learning_rate: 1"])))

    inputs = tensor.reshape(3, *shape).requires_grad_()
    ordered = inputs if per == "channel" else inputs.transpose(1, 2)
    gamma, beta = (
        torch.tensor([float(one.split("=")[1]) for one in ones], dtype=torch.float64, requires_grad=True)
        for ones in (gammas, betas)
    )
    out = torch.nn.functional.batch_norm(ordered, None, None, gamma, beta, training=True)
    out = (out if per == "channel" else out.transpose(1, 2)).reshape(3, -1)
    (out * upstream).sum().backward()
    for n in range(3):
        for place, name in enumerate(names):
            assert is_near(found[f"sample {n + 1} / out_{name}"], out[n, place].item())
    keys = [key for key in found if key.startswith("sample 1 / dE/dx") and "hat" not in key]
    assert all(
        is_near(found[key], gradient.item()) for key, gradient in zip(keys, inputs.grad[0].reshape(-1), strict=True)
    )
    for n in range(groups):
        assert is_near(found[f"dE/dg{n}"], gamma.grad[n].item())
        assert is_near(found[f"dE/ds{n}"], beta.grad[n].item())


@pytest.mark.parametrize("seed", SEEDS)
def test_with_given_statistics_the_samples_do_not_meet(seed: int) -> None:
    """As batch_norm with training=False: online updates, each from one sample."""
    torch = torch_or_skip()
    random = Random(seed)
    net = Net(random)
    means = [decimal(random) for _ in range(net.hidden)]
    variances = [f"{random.randint(1, 300) / 100:.2f}" for _ in range(net.hidden)]
    layer = f"type: batch_normalization, mean: {row(means)}, variance: {row(variances)}"
    layer += f", gamma: {net.vector('g', net.hidden)}, beta: {net.vector('s', net.hidden)}"
    text = net.text(layer, "learning_rate: 0.1")
    assert not loaded(text).problem.couples_samples
    found = values(solved(text, Detail.TEXTBOOK))

    parameters = net.parameters(torch)
    inputs, targets = net.tensors(torch)
    statistics = [torch.tensor([float(one) for one in ones], dtype=torch.float64) for ones in (means, variances)]

    def middle(hidden: Any) -> Any:
        gamma, beta = (net.column(torch, parameters, prefix, net.hidden) for prefix in "gs")
        return torch.nn.functional.batch_norm(hidden, *statistics, gamma, beta, training=False)

    descent = torch.optim.SGD(parameters.values(), lr=0.1)
    for index in range(net.count):
        descent.zero_grad()
        part = slice(index, index + 1)
        net.loss(torch, parameters, inputs[part], targets[part], middle, mean=True).backward()
        descent.step()
        for name, parameter in parameters.items():
            assert is_near(found[f"sample {index + 1} / {name}_new"], parameter.item())


def test_what_is_given_gets_no_gradient() -> None:
    """The mean and the variance of a trained network are numbers."""
    layer = "type: batch_normalization, mean: 1, variance: 4"
    found = values(solved(Net(Random(1), hidden=1).text(layer, "learning_rate: 0.1")))
    assert found["sample 1 / mu_h1_1"] == 1
    assert not [key for key in found if "/dmu" in key or "/dvar" in key]


# ---- layer normalization against PyTorch ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("batch", ["online", "full"])
def test_training_with_layer_normalization_is_pytorchs(seed: int, batch: str) -> None:
    torch = torch_or_skip()
    random = Random(f"{seed}{batch}")
    net = Net(random, hidden=random.randint(2, 4))
    activation, epsilon = random.choice(ACTIVATIONS), random.choice(["1e-5", "0.1"])
    layer = f"type: layer_normalization, gamma: {net.vector('g', net.hidden)}, beta: {net.vector('s', net.hidden)}"
    layer += f", epsilon: {epsilon}" + (f", activation: {activation}" if activation else "")
    found = values(solved(net.text(layer, f"batch: {batch}", "epochs: 2", "learning_rate: 0.1"), Detail.TEXTBOOK))

    parameters = net.parameters(torch)
    inputs, targets = net.tensors(torch)

    def middle(hidden: Any) -> Any:
        gamma, beta = (net.column(torch, parameters, prefix, net.hidden) for prefix in "gs")
        normal = torch.nn.functional.layer_norm(hidden, (net.hidden,), gamma, beta, float(epsilon))
        return activated(torch, activation, normal)

    descent = torch.optim.SGD(parameters.values(), lr=0.1)
    size = 1 if batch == "online" else net.count
    for epoch in (1, 2):
        for start in range(0, net.count, size):
            descent.zero_grad()
            part = slice(start, start + size)
            net.loss(torch, parameters, inputs[part], targets[part], middle, mean=True).backward()
            at = f"epoch {epoch} / " + (f"sample {start + 1} / " if batch == "online" else "")
            for name, parameter in parameters.items():
                assert is_near(found[f"{at}dE/d{name}"], parameter.grad.item()), f"{at}{name}"
            descent.step()
            for name, parameter in parameters.items():
                assert is_near(found[f"{at}{name}_new"], parameter.item()), f"{at}{name}"


@pytest.mark.parametrize("over", ["features", "all"])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lengthof_a_sequence_are_normalized_over_their_features(seed: int, over: str) -> None:
    torch = torch_or_skip()
    random = Random(f"{seed}{over}")
    length, width = random.randint(2, 3), random.randint(2, 3)
    numbers = [[random.randint(-30, 30) / 10 for _ in range(width)] for _ in range(length)]
    inputs = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
    count = width if over == "features" else length * width
    upstream = [decimal(random) for _ in range(length * width)]
    given = ", ".join(f"dE/dout_y{n}: {one}" for n, one in enumerate(upstream, start=1))
    gammas, betas = ([f"{stem}{n} = {decimal(random)}" for n in range(count)] for stem in "gs")
    found = values(
        solved(
            f"inputs: {inputs.tolist()}\ngiven: {{{given}}}\nlayers:\n"
            f"  - {{type: layer_normalization, over: {over}, gamma: {row(gammas)}, beta: {row(betas)}}}\n"
        )
    )
    shape = (width,) if over == "features" else (length, width)
    gamma, beta = (
        torch.tensor([float(one.split("=")[1]) for one in ones], dtype=torch.float64).reshape(shape).requires_grad_()
        for ones in (gammas, betas)
    )
    out = torch.nn.functional.layer_norm(inputs, shape, gamma, beta)
    (out.reshape(-1) * torch.tensor([float(one) for one in upstream], dtype=torch.float64)).sum().backward()
    for place in range(length * width):
        step, feature = divmod(place, width)
        assert is_near(found[f"out_y{place + 1}"], out.reshape(-1)[place].item())
        assert is_near(found[f"dE/dx{step + 1}_{feature + 1}"], inputs.grad[step, feature].item())
    for n in range(count):
        assert is_near(found[f"dE/dg{n}"], gamma.grad.reshape(-1)[n].item())
        assert is_near(found[f"dE/ds{n}"], beta.grad.reshape(-1)[n].item())


# ---- dropout -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scaling", ["training", "use", "none"])
def test_dropout_multiplies_by_its_mask(seed: int, scaling: str) -> None:
    """Forward and backward, with a mask for every sample or one for all."""
    torch = torch_or_skip()
    random = Random(f"{seed}{scaling}")
    net = Net(random)
    masks = [[random.randint(0, 1) for _ in range(net.hidden)] for _ in range(net.count)]
    if seed % 2:
        masks = [masks[0]] * net.count
    keep = random.choice(["0.5", "0.8", "1/3"])
    listed = row(masks[0]) if seed % 2 else row(row(one) for one in masks)
    layer = f"type: dropout, mask: {listed}, keep: {keep}, scaling: {scaling}"
    text = net.text(layer, "batch: full", "epochs: 2", "learning_rate: 0.1", first="tanh")
    found = values(solved(text, Detail.TEXTBOOK))

    parameters = net.parameters(torch)
    inputs, targets = net.tensors(torch)
    share = {"0.5": 2, "0.8": 1.25, "1/3": 3}[keep] if scaling == "training" else 1
    mask = torch.tensor(masks, dtype=torch.float64) * share
    descent = torch.optim.SGD(parameters.values(), lr=0.1)
    for epoch in (1, 2):
        descent.zero_grad()
        net.loss(torch, parameters, inputs, targets, lambda hidden: torch.tanh(hidden) * mask, mean=True).backward()
        for name, parameter in parameters.items():
            assert is_near(found[f"epoch {epoch} / dE/d{name}"], parameter.grad.item())
        descent.step()
        for name, parameter in parameters.items():
            assert is_near(found[f"epoch {epoch} / {name}_new"], parameter.item())


@pytest.mark.parametrize(("scaling", "out"), [("training", "2"), ("use", "0.5"), ("none", "2")])
def test_without_a_mask_nothing_is_dropped(scaling: str, out: str) -> None:
    """In use, inverted dropout does nothing; the other kind multiplies by the probability of staying."""
    text = f"inputs: [2]\nlayers:\n  - {{type: dropout, rate: 0.75, scaling: {scaling}}}\n"
    assert solved(text).trace["out_y1"].decimal.text() == out


def test_the_mask_stands_on_the_sheet() -> None:
    run = backprop("solve", "dropout")
    assert "mask           m₁ = 1, m₂ = 0, m₃ = 1" in run.out
    assert "out_d₂ = out_h₂·(m₂/0.5) = 1·(0/0.5) = 0" in run.out


# ---- the whole batch in one pass -----------------------------------------------------------------------------

NETWORK = """
samples:
  - {{inputs: [1, 2], targets: [0]}}
  - {{inputs: [3, 1], targets: [1]}}
  - {{inputs: [2, 5], targets: [1]}}
  - {{inputs: [0, 1], targets: [0]}}
batch: {batch}
layers:
  - {{weights: [[0.5, 1], [-1, 0.5]]}}
  - {{type: batch_normalization, gamma: [1, 2], beta: [0, 0.5], activation: sigmoid}}
  - {{weights: [[1, -1]], bias: 0.5}}
loss: half_squared_error
learning_rate: 0.5
{more}
"""


def network(batch: object = "full", more: str = "") -> str:
    return NETWORK.format(batch=batch, more=more)


def test_what_the_samples_share_has_the_address_of_the_batch() -> None:
    found = {step["quantity"]: step for step in steps("-", stdin=network())}
    assert {"sample 1 / net_h1_1", "sample 4 / xhat_h1_2", "mu_h1_1", "dE/dvar_h1_2", "E", "gamma1_new"} <= {*found}
    assert not [key for key in found if key.startswith("sample") and ("mu" in key or "var" in key) and "via" not in key]
    assert found["sample 2 / net_n1"]["sample"] == 2
    assert found["mu_h1_1"]["sample"] is None
    assert found["mu_h1_1"]["formula"] == "(" + " + ".join(f"out_h1_1^({n})" for n in (1, 2, 3, 4)) + ")/4"


def test_epochs_and_batches_come_first_in_the_address() -> None:
    keys = [step["quantity"] for step in steps("-", stdin=network(2, "epochs: 2"))]
    assert {"epoch 2 / sample 3 / net_h1_1", "epoch 2 / batch 2 / mu_h1_1", "epoch 2 / batch 2 / w1_new"} <= {*keys}
    assert "epoch 2 / batch 1 / sample 1 / net_h1_1" not in keys


def test_the_page_goes_layer_by_layer_over_all_samples() -> None:
    """One heading for the batch; samples are numbers on the symbols."""
    lines = [line.strip() for line in backprop("solve", "-", stdin=network()).out.splitlines()]
    heads = [line for line in lines if line.startswith("═")]
    assert [head.strip("═ ") for head in heads] == ["All samples"]
    starts = [next(n for n, line in enumerate(lines) if line.startswith(start)) for start in (
        "hidden layer 1", "net_h₁₁⁽¹⁾", "net_h₁₁⁽⁴⁾", "batch normalization (layer 2)", "μ_h₁₁", "x̂_h₁₁⁽¹⁾",
        "output layer", "E⁽¹⁾", "E ", "3  Backward pass", "δ_y₁⁽¹⁾", "∂E/∂σ²", "∂E/∂μ", "δ_h₁₁⁽¹⁾", "4  Gradients",
    )]  # fmt: skip
    assert starts == sorted(starts)


def test_the_backward_pass_shares_the_loss_among_the_samples() -> None:
    """δ has the 1/4 of the mean; with reduce: sum it has not."""
    mean, total = (values(solved(network(more=more))) for more in ("", "reduce: sum"))
    error = mean["sample 1 / out_y1"] - 0
    assert is_near(mean["sample 1 / delta_y1"], error / 4)
    assert is_near(total["sample 1 / delta_y1"], error)
    assert is_near(total["dE/dgamma1"], 4 * mean["dE/dgamma1"])


def test_a_softmax_behind_batch_normalization_keeps_its_short_delta() -> None:
    """δ = (p − t)/n, in textbook and in full."""
    text = """
batch: full
samples:
  - {inputs: [1, 2], targets: y1}
  - {inputs: [3, 1], targets: y2}
  - {inputs: [2, 5], targets: y1}
layers:
  - {type: batch_normalization, activation: softmax}
loss: cross_entropy
"""
    brief, full = (values(solved(text, detail)) for detail in (Detail.TEXTBOOK, Detail.FULL))
    for sample, target in ((1, 1), (2, 0), (3, 1)):
        key = f"sample {sample} / delta_y1"
        assert is_near(brief[key], (brief[f"sample {sample} / out_y1"] - target) / 3)
        assert is_near(full[key], brief[key])
    assert "(1/3)·(out_y₁⁽¹⁾ − t_y₁⁽¹⁾)" in backprop("solve", "-", stdin=text).out


@pytest.mark.parametrize("notation", ["mitchell", "hagan", "nielsen", "cs231n"])
def test_the_update_does_not_depend_on_the_notation(notation: str) -> None:
    """With δ = −∂E/∂net too."""
    plain, other = (steps("-", stdin=network(more=f"notation: {one}")) for one in ("plain", notation))
    new = [{s["quantity"]: s["decimal"] for s in one if s["phase"] == "update"} for one in (plain, other)]
    assert len(new[0]) == 11
    assert new[0] == new[1]


def test_the_forward_pass_after_the_update_goes_batch_by_batch() -> None:
    """Its error is that of all samples."""
    found = values(solved(network(2), then_forward=True))
    parts = [found[f"after / sample {n} / E"] for n in (1, 2, 3, 4)]
    assert is_near(found["after / batch 2 / E"], (parts[2] + parts[3]) / 2)
    assert is_near(found["after / E"], sum(parts) / 4)
    whole = values(solved(network(), then_forward=True))
    assert whole["after / E"] < whole["E"]


@pytest.mark.parametrize("batch", ["full", 2])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_compiled_training_goes_where_the_epochs_go_line_by_line(batch: object, optimizer: str) -> None:
    rule = f"optimizer: {optimizer}\n"
    lines = values(solved(network(batch, rule + "epochs: 3"), Detail.BRIEF, digits=12))
    trained = solution_of(loaded(network(batch, rule + "report: [3]")), SolveOptions(digits=12)).training
    assert trained is not None
    last = "epoch 3 / " if batch == "full" else "epoch 3 / batch 2 / "
    reported = {quantity.key: float(value.text()) for quantity, value in trained.reports[-1].values.items()}
    names = [name for name in reported if not name.startswith("after")]
    assert len(names) >= 11
    assert all(is_near(reported[name], lines[f"{last}{name}_new"]) for name in names)


def test_verify_compares_the_batch_as_a_whole_and_its_inputs() -> None:
    run = backprop("verify", "-", stdin=network(2))
    assert run.code == 0, run.out
    assert "sample 4 / dE/dx2" in run.out
    assert "19 of 19 gradients agree." in run.out


@pytest.mark.parametrize("name", ["batch-norm-network", "layer-norm", "dropout"])
def test_verify_agrees_with_the_bundled_problems(name: str) -> None:
    assert backprop("verify", name).code == 0


def test_a_bias_before_batch_normalization_learns_nothing() -> None:
    """The mean takes it away: its gradient is 0, in the lines and in long training."""
    text = network().replace("[-1, 0.5]]", "[-1, 0.5]], bias: [b1 = 0, b2 = 0.3]")
    found = values(solved(text))
    assert found["dE/db1"] == found["dE/db2"] == 0
    trained = solution_of(loaded(text + "report: [1, 5]\n"), SolveOptions()).training
    assert trained is not None
    last = {quantity.key: value.text() for quantity, value in trained.reports[-1].values.items()}
    assert (last["b1"], last["b2"]) == ("0.000000000", "0.300000000")


def test_values_of_the_batch_can_be_prescribed_asked_and_rounded() -> None:
    more = "given: {mu_h1_1: 2, dE/dvar_h1_2: 0.5}\nask: [mu_h1_1, dE/dmu_h1_2]\nrounding: {places: 3}\n"
    solution = solved(network(more=more))
    assert solution.trace.by_quantity[solution.asked[0]].line.given
    assert [quantity.key for quantity in solution.asked] == ["mu_h1_1", "dE/dmu_h1_2"]
    assert solution.trace["mu_h1_1"].decimal.text() == "2"
    assert solution.trace["dE/dvar_h1_2"].decimal.text() == "0.5"
    assert all(step.value.decimal.places <= 3 for step in solution.trace.steps)
    assert len(solution_of(loaded(network()), SolveOptions(only=("var_h1_2",))).trace.steps) == 10


def test_a_value_prescribed_for_the_batch_is_computed_in_later_epochs() -> None:
    found = values(solved(network(more="given: {mu_h1_1: 2}\nepochs: 2\n")))
    assert found["epoch 1 / mu_h1_1"] == 2
    outs = [found[f"epoch 2 / sample {n} / out_h1_1"] for n in (1, 2, 3, 4)]
    assert is_near(found["epoch 2 / mu_h1_1"], sum(outs) / 4)


def test_a_sample_may_prescribe_what_is_its_own() -> None:
    text = network().replace("targets: [1]}", "targets: [1], given: {out_h1_1: 7}}", 1)
    found = values(solved(text))
    assert [found[f"sample {n} / out_h1_1"] for n in (1, 2)] == [2.5, 7]
    assert found["mu_h1_1"] == (2.5 + 7 + 6 + 1) / 4


def test_shifts_count_as_biases() -> None:
    """`fixed: biases` keeps β, and a penalty on the weights leaves it alone."""
    problem = loaded(network(more="fixed: biases")).problem
    assert problem.fixed == {"beta1", "beta2", "b1"}


def test_gamma_may_be_shared_or_left_out() -> None:
    shared = values(solved(network().replace("gamma: [1, 2]", "gamma: g = 2")))
    single = values(solved(network().replace("gamma: [1, 2]", "gamma: [g1 = 2, g2 = 2]")))
    assert is_near(shared["dE/dg"], single["dE/dg1"] + single["dE/dg2"])
    none = values(solved(network().replace("gamma: [1, 2], beta: [0, 0.5], ", "")))
    assert none["sample 1 / net_n1"] == none["sample 1 / xhat_h1_1"]


def test_two_normalizations_keep_their_names_apart() -> None:
    text = """
inputs: [1, 2, 4]
targets: [1]
layers:
  - {type: layer_normalization}
  - {type: layer_normalization, activation: tanh}
  - {weights: [[1, 2, 3]]}
loss: half_squared_error
learning_rate: 0.1
"""
    found = values(solved(text))
    assert {"mu", "var", "mu2", "var2", "xhat_x1", "xhat_n1", "out_n1", "out_n2_1"} <= {*found}
    assert backprop("verify", "-", stdin=text).code == 0


def test_greek_letters_of_the_optimizer_are_left_to_it() -> None:
    """Adam has a β₁ and momentum a μ of its own."""
    adam = loaded(network(more="optimizer: adam")).problem
    assert {"gamma1", "gamma2", "b1", "b2", "b3"} <= {*adam.parameters}
    text = "inputs: [1, 2]\ntargets: [1, 1]\nlayers: [{type: layer_normalization, gamma: 2}]\nloss: mse\n"
    found = values(solved(text + "learning_rate: 1\noptimizer: momentum\n"))
    assert {"mu1", "var1"} <= {*found} or {"mu1", "var"} <= {*found}


def test_square_roots_stay_exact_where_they_are() -> None:
    trace = solved(bundled_text("layer-norm"), Detail.FULL).trace
    assert all(step.value.exact is not None for step in trace.steps)


def test_a_variance_of_0_without_epsilon_is_named() -> None:
    text = network().replace("[[0.5, 1], [-1, 0.5]]", "[[0, 0], [-1, 0.5]]").replace("beta:", "epsilon: 0, beta:")
    run = backprop("solve", "-", stdin=text)
    assert run.code == 2
    assert run.err.splitlines()[0] == "<stdin>:10:5: sample 1 / xhat_h1_1: division by zero"
    assert "batch_normalization" in run.err


def test_the_full_detail_shows_the_three_ways_of_an_output() -> None:
    found = values(solved(network()))
    ways = [found[f"sample 1 / dE/dout_h1_1 via {one}_h1_1"] for one in ("xhat", "var", "mu")]
    assert is_near(found["sample 1 / dE/dout_h1_1"], sum(ways))


# ---- what is wrong -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["mu_h1_1", "dE/dvar_h1_2", "dE/dgamma1"])
def test_one_sample_cannot_prescribe_what_belongs_to_the_batch(key: str) -> None:
    text = network().replace("targets: [1]}", f"targets: [1], given: {{{key}: 7}}}}", 1)
    run = backprop("solve", "-", stdin=text)
    assert run.code == 2
    assert f"{key} belongs to the whole batch, not to one sample" in run.err


def test_the_schema_describes_the_new_layers() -> None:
    definitions = json.loads(backprop("schema").out)["$defs"]
    for name in ("BatchNormalizationFile", "LayerNormalizationFile", "DropoutFile"):
        assert all(one.get("description") for one in definitions[name]["properties"].values())
