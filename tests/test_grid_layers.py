"""Convolution, pooling, flatten, maxout and residual layers: every value and gradient as PyTorch has it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Any

import pytest
from helpers import backprop, decimals, loaded, solved, steps

from backprop_cli.numbers.exact import rational
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.model import Detail

CLOSE = 1e-9
ACTIVATIONS = ("identity", "relu", "tanh", "sigmoid")
SEEDS = range(12)


# ---- numbers by chance ---------------------------------------------------------------------------------------


def numbers(random: Random, *shape: int) -> Any:
    """Nested lists of decimals with three places, hardly ever equal to one another."""
    if not shape:
        return round(random.uniform(-1.5, 1.5), 3)
    return [numbers(random, *shape[1:]) for _ in range(shape[0])]


def places(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every place of a shape, from 1."""
    return product(*(range(1, size + 1) for size in shape))


def name(stem: str, place: Sequence[int]) -> str:
    """c1_2"""
    return stem + "_".join(map(str, place))


def same(found: dict[str, Any], pattern: str, stem: str, tensor: Any) -> None:
    """Compares the quantities at all places with a tensor; `pattern` says how the quantity is called."""
    same_names(found, [pattern.format(name(stem, place)) for place in places(tensor.shape)], tensor)


def same_names(found: dict[str, Any], names: Sequence[str], tensor: Any) -> None:
    """Compares quantities by name with a tensor in the order of reading; what nothing uses has no gradient, which is 0.

    (Some units are covered by no window.)
    """
    for key, expected in zip(names, tensor.reshape(-1).tolist(), strict=True):
        value = found.get(key, 0) if key.startswith(("delta", "dE")) else found[key]
        assert float(value) == pytest.approx(expected, rel=CLOSE, abs=1e-11), key


class Torch:
    """PyTorch in float64, with leaves that keep their gradients."""

    def __init__(self) -> None:
        self.torch = pytest.importorskip("torch")
        self.functional = self.torch.nn.functional

    def leaf(self, values: Any) -> Any:
        """A tensor whose gradient is wanted."""
        return self.torch.tensor(values, dtype=self.torch.float64, requires_grad=True)

    def kept(self, tensor: Any) -> Any:
        """The tensor, which keeps its gradient too."""
        tensor.retain_grad()
        return tensor

    def activation(self, text: str, tensor: Any) -> Any:
        """The activation by its name in a problem file."""
        return tensor if text == "identity" else getattr(self.torch, text)(tensor)


@pytest.fixture
def torch() -> Torch:
    return Torch()


# ---- convolution ---------------------------------------------------------------------------------------------


def convolution_case(seed: int, dimensions: int) -> dict[str, Any]:
    """A convolution, perhaps with pooling behind it, in numbers."""
    random = Random(seed * 10 + dimensions)
    several = random.random() < 0.6
    channels = random.choice([None, 1, 2, 3])
    size = [random.randint(1, 3) for _ in range(dimensions)]
    dilation = [random.choice([1, 1, 2]) for _ in range(dimensions)]
    padding: Any = random.choice(["valid", "same", 0, [random.randint(0, 2) for _ in range(dimensions)]])
    stride = [1 if padding == "same" else random.choice([1, 1, 2]) for _ in range(dimensions)]
    lengths = [(one - 1) * far + 1 + random.randint(1, 3) for one, far in zip(size, dilation, strict=True)]
    kernels = random.randint(1, 3) if several else 1
    return {
        "inputs": numbers(random, *([channels] if channels else []), *lengths),
        "kernels": numbers(random, kernels, channels or 1, *size),
        "several": several,
        "channels": channels,
        "dimensions": dimensions,
        "bias": numbers(random, kernels) if random.random() < 0.7 else None,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "flip": random.random() < 0.3,
        "activation": random.choice(ACTIVATIONS),
    }


def squeezed(case: dict[str, Any], kernel: Any) -> Any:
    """A kernel as the file has it: without an axis for channels where the input has none."""
    return kernel if case["channels"] else kernel[0]


def convolution_layer(case: dict[str, Any]) -> dict[str, Any]:
    """The layer as a mapping of the problem file."""
    written = [squeezed(case, kernel) for kernel in case["kernels"]]
    layer = {"type": "convolution", "dimensions": case["dimensions"]}
    layer |= {"kernels": written} if case["several"] else {"kernel": written[0]}
    layer |= {key: case[key] for key in ("stride", "padding", "dilation", "flip", "activation")}
    return layer | ({"bias": case["bias"]} if case["bias"] else {})


def torch_convolution(torch: Torch, case: dict[str, Any], inputs: Any, kernels: Any, bias: Any) -> Any:
    """The net inputs, without an axis for channels where the file has `kernel`."""
    function = torch.functional.conv1d if case["dimensions"] == 1 else torch.functional.conv2d
    turned = kernels.flip(*range(2, 2 + case["dimensions"])) if case["flip"] else kernels
    batch = inputs[None] if case["channels"] else inputs[None, None]
    nets = function(batch, turned, bias, case["stride"], case["padding"], case["dilation"])[0]
    return nets if case["several"] else nets[0]


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_convolution_is_that_of_pytorch(torch: Torch, seed: int, dimensions: int) -> None:
    """Net inputs, outputs, δ, and the gradients of kernels, biases and inputs; strides, paddings, dilations, flips."""
    case = convolution_case(seed, dimensions)
    inputs, kernels = torch.leaf(case["inputs"]), torch.leaf(case["kernels"])
    bias = torch.leaf(case["bias"]) if case["bias"] else None
    nets = torch.kept(torch_convolution(torch, case, inputs, kernels, bias))
    outs = torch.kept(torch.activation(case["activation"], nets))
    targets = numbers(Random(seed), *outs.shape)
    (0.5 * (outs - torch.torch.tensor(targets, dtype=torch.torch.float64)) ** 2).sum().backward()

    file = {"inputs": case["inputs"], "targets": targets, "loss": "half_squared_error"}
    found = decimals(solved(json.dumps(file | {"layers": [convolution_layer(case)]})))
    same(found, "net_{}", "y", nets)
    same(found, "out_{}", "y", outs)
    same(found, "delta_{}", "y", nets.grad)
    same(found, "dE/d{}", "x", inputs.grad)
    weights = kernels.grad if case["several"] else kernels.grad[0]
    weights = weights if case["channels"] else weights.squeeze(1 if case["several"] else 0)
    same(found, "dE/d{}", "k", weights)
    if bias is not None:
        same(found, "dE/d{}", "b", bias.grad)


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_a_convolution_in_groups_or_the_other_way_round_is_that_of_pytorch(
    torch: Torch, seed: int, dimensions: int, transposed: bool
) -> None:
    """Depthwise, grouped and transposed: PyTorch has a transposed kernel's axes in the order (in, out, places)."""
    random = Random(seed * 10 + dimensions)
    groups, each, kernels_each = random.choice([(1, 2, 2), (2, 1, 1), (2, 2, 1), (3, 1, 2)])
    size, stride, dilation = ([random.randint(1, top) for _ in range(dimensions)] for top in (3, 2, 2))
    lengths = [(one - 1) * far + 1 + random.randint(0, 1) for one, far in zip(size, dilation, strict=True)]
    padding = [random.randint(0, min(one - 1, 1)) for one in size]
    inputs = torch.leaf(numbers(random, groups * each, *lengths))
    kernels = torch.leaf(numbers(random, groups * kernels_each, each, *size))
    name = f"conv{'_transpose' if transposed else ''}{dimensions}d"
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    weights = kernels
    if transposed:
        parts = [part.transpose(0, 1) for part in kernels.reshape(groups, kernels_each, each, *size)]
        weights = torch.torch.cat(parts)
    outs = torch.kept(getattr(torch.functional, name)(inputs[None], weights, **options)[0])
    targets = numbers(random, *outs.shape)
    (0.5 * (outs - torch.torch.tensor(targets, dtype=torch.torch.float64)) ** 2).sum().backward()

    layer = {"type": "convolution", "dimensions": dimensions, "kernels": kernels.tolist(), "transposed": transposed}
    file = {"inputs": inputs.tolist(), "targets": targets, "loss": "half_squared_error", "layers": [layer | options]}
    found = decimals(solved(json.dumps(file)))
    same(found, "out_{}", "y", outs)
    same(found, "dE/d{}", "x", inputs.grad)
    same(found, "dE/d{}", "k", kernels.grad)


def test_what_cannot_be_parted_into_groups_is_said() -> None:
    file = {"inputs": [[[1, 2]], [[3, 4]], [[5, 6]]], "objective": "y1_1_1"}
    layer = {"type": "convolution", "kernels": [[[[1]]], [[[1]]]], "groups": 2}
    run = backprop("solve", "-", stdin=json.dumps(file | {"layers": [layer]}))
    assert (run.code, "3 channels cannot be parted into 2 equal groups" in " ".join(run.err.split())) == (2, True)


@pytest.mark.parametrize("pooling", ["max_pooling", "average_pooling"])
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("seed", SEEDS)
def test_pooling_behind_a_convolution_is_that_of_pytorch(
    torch: Torch, seed: int, dimensions: int, pooling: str
) -> None:
    """Windows and strides of any size, with and without padding; behind it a dense layer with a softmax."""
    random = Random(seed)
    size = [random.randint(1, 3) for _ in range(dimensions)]
    padding = [random.randint(0, one // 2) for one in size]
    stride = [random.randint(1, 3) for _ in size]
    counts = random.random() < 0.5
    inputs = torch.leaf(numbers(random, 2, *(random.randint(4, 6) for _ in size)))
    kernels, bias = torch.leaf(numbers(random, 2, 2, *(2 for _ in size))), torch.leaf(numbers(random, 2))
    functional = torch.functional
    convolve = functional.conv1d if dimensions == 1 else functional.conv2d
    nets = torch.kept(convolve(inputs[None], kernels, bias))
    if pooling == "max_pooling":
        pool = functional.max_pool1d if dimensions == 1 else functional.max_pool2d
        pooled = torch.kept(pool(torch.torch.tanh(nets), size, stride, padding))
    else:
        pool = functional.avg_pool1d if dimensions == 1 else functional.avg_pool2d
        pooled = torch.kept(pool(torch.torch.tanh(nets), size, stride, padding, count_include_pad=counts))
    weights = torch.leaf(numbers(random, 3, pooled.numel()))
    logits = weights @ pooled.reshape(-1)
    functional.cross_entropy(logits[None], torch.torch.tensor([1])).backward()

    layers = [
        {"type": "convolution", "kernels": kernels.tolist(), "bias": bias.tolist(), "activation": "tanh"},
        {"type": pooling, "size": size, "stride": stride, "padding": padding},
        {"type": "flatten"},
        {"weights": weights.tolist(), "activation": "softmax"},
    ]
    layers[0]["dimensions"] = dimensions
    layers[1] |= {"padding_counts": counts} if pooling == "average_pooling" else {}
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": 1, "layers": layers, "loss": "cross_entropy",
    })))  # fmt: skip
    same(found, "net_{}", "c", nets[0])
    same(found, "out_{}", "p", pooled[0])
    same(found, "dE/dout_{}", "p", pooled.grad[0])
    same(found, "delta_{}", "c", nets.grad[0])
    same(found, "dE/d{}", "k", kernels.grad)
    same(found, "dE/d{}", "b", bias.grad)
    same(found, "dE/d{}", "x", inputs.grad)
    same_names(found, [f"dE/dw{n}" for n in range(1, weights.numel() + 1)], weights.grad)


@pytest.mark.parametrize("pooling", ["max_pooling", "average_pooling"])
def test_global_pooling_leaves_one_value_for_each_channel(torch: Torch, pooling: str) -> None:
    """As amax and mean over rows and columns."""
    inputs = torch.leaf(numbers(Random(5), 3, 2, 4))
    pooled = torch.kept(inputs.amax((1, 2)) if pooling == "max_pooling" else inputs.mean((1, 2)))
    (pooled**3).sum().backward()
    layers = [{"type": pooling, "size": "global"}]
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": [0, 0, 0], "layers": layers, "loss": "(out - t)^3",
    })))  # fmt: skip
    same(found, "out_{}", "y", pooled)
    same(found, "dE/d{}", "x", inputs.grad)


def test_two_convolutions_with_pooling_between_have_letters_of_their_own(torch: Torch) -> None:
    """The second kernel is g, its units are d, and the second pooling is q; all gradients are PyTorch's."""
    random = Random(11)
    inputs = torch.leaf(numbers(random, 1, 8, 8))
    first, second = torch.leaf(numbers(random, 2, 1, 3, 3)), torch.leaf(numbers(random, 3, 2, 2, 2))
    functional = torch.functional
    hidden = functional.max_pool2d(torch.torch.tanh(functional.conv2d(inputs[None], first)), 2)
    nets = torch.kept(functional.conv2d(hidden, second, padding=1))
    pooled = functional.avg_pool2d(torch.torch.sigmoid(nets), 2)
    (0.5 * pooled**2).sum().backward()
    layers = [
        {"type": "convolution", "kernels": first.tolist(), "activation": "tanh"},
        {"type": "max_pooling"},
        {"type": "convolution", "kernels": second.tolist(), "padding": 1, "activation": "sigmoid"},
        {"type": "average_pooling", "size": 2, "name": "q"},
    ]
    targets = {"q": [[[0, 0], [0, 0]]] * 3}
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": targets, "layers": layers, "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "out_{}", "q", pooled[0])
    same(found, "delta_{}", "d", nets.grad[0])
    same(found, "dE/d{}", "g", second.grad)
    same(found, "dE/d{}", "k", first.grad)
    same(found, "dE/d{}", "x", inputs.grad)


def test_a_softmax_behind_several_kernels_is_over_the_kernels_at_every_place(torch: Torch) -> None:
    """As in segmentation: softmax over the channels, and δ = p − t in the textbook's detail."""
    random = Random(2)
    inputs, kernels = torch.leaf(numbers(random, 1, 3, 3)), torch.leaf(numbers(random, 2, 1, 2, 2))
    nets = torch.kept(torch.functional.conv2d(inputs[None], kernels))
    classes = torch.torch.tensor([[[0, 1], [1, 1]]])
    torch.functional.cross_entropy(nets, classes, reduction="sum").backward()
    targets = [[[1, 0], [0, 0]], [[0, 1], [1, 1]]]
    text = json.dumps({
        "inputs": inputs.tolist(), "targets": targets, "loss": "cross_entropy",
        "layers": [{"type": "convolution", "kernels": kernels.tolist(), "activation": "softmax"}],
    })  # fmt: skip
    for detail in (Detail.FULL, Detail.TEXTBOOK):
        found = decimals(solved(text, detail))
        same(found, "out_{}", "y", torch.torch.softmax(nets, 1)[0])
        same(found, "delta_{}", "y", nets.grad[0])
        same(found, "dE/d{}", "k", kernels.grad)


def test_features_of_steps_are_the_channels_of_a_convolution_over_steps(torch: Torch) -> None:
    """{a: [...], b: [...]} are steps with two features; what comes out are steps again, kernel by kernel."""
    random = Random(3)
    inputs, kernels = torch.leaf(numbers(random, 2, 5)), torch.leaf(numbers(random, 3, 2, 2))
    nets = torch.kept(torch.functional.conv1d(inputs[None], kernels))
    (0.5 * torch.torch.tanh(nets) ** 2).sum().backward()
    a, b = inputs.tolist()
    layer = {"type": "convolution", "kernels": kernels.tolist(), "activation": "tanh", "name": "c"}
    found = decimals(solved(json.dumps({
        "inputs": {"a": a, "b": b}, "targets": [[0] * 3] * 4, "layers": [layer], "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "net_{}", "c", nets[0].T)
    same(found, "dE/d{}", "k", kernels.grad)
    same_names(found, [f"dE/d{letter}{n}" for letter in "ab" for n in range(1, 6)], inputs.grad)


def elman(torch: Torch, sequence: Any, weights: Any, recurrent: Any) -> Any:
    """The outputs of a tanh layer at every step, one row a step."""
    state, rows = torch.torch.zeros(weights.shape[0], dtype=torch.torch.float64), []
    for features in sequence:
        state = torch.torch.tanh(weights @ features + recurrent @ state)
        rows.append(state)
    return torch.torch.stack(rows)


def test_the_channels_of_a_convolution_are_the_features_of_a_recurrent_layer(torch: Torch) -> None:
    """Over the places, one after the other; and a convolution over the steps of the recurrent layer behind it."""
    random = Random(6)
    inputs, kernels = torch.leaf(numbers(random, 2, 5)), torch.leaf(numbers(random, 3, 2, 2))
    weights, recurrent = torch.leaf(numbers(random, 2, 3)), torch.leaf(numbers(random, 2, 2))
    behind = torch.leaf(numbers(random, 1, 2, 3))
    maps = torch.functional.conv1d(inputs[None], kernels)[0]
    steps_ = elman(torch, maps.T, weights, recurrent)
    outs = torch.functional.conv1d(steps_.T[None], behind)[0, 0]
    (0.5 * outs**2).sum().backward()
    layers = [
        {"type": "convolution", "kernels": kernels.tolist(), "dimensions": 1},
        {"type": "recurrent", "weights": weights.tolist(), "recurrent_weights": recurrent.tolist()},
        {"type": "convolution", "kernel": behind[0].tolist()},
    ]
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": [0, 0], "layers": layers, "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "out_{}", "y", outs)
    same(found, "dE/d{}", "k", kernels.grad)
    same(found, "dE/d{}", "g", behind.grad[0])
    same(found, "dE/d{}", "x", inputs.grad)
    same_names(found, [f"dE/dw{n}" for n in range(1, 7)], weights.grad)


# ---- written by hand -----------------------------------------------------------------------------------------


def test_a_cross_correlation_is_not_turned_round_and_a_convolution_is() -> None:
    """[1, 2, 4] with the kernel [1, 10] gives 1 + 20 and 2 + 40; turned round, 10 + 2 and 20 + 4."""
    text = "inputs: [1, 2, 4]\nlayers:\n  - {type: convolution, kernel: [1, 10], flip: FLIP}\n"
    plain, turned = (decimals(solved(text.replace("FLIP", word))) for word in ("false", "true"))
    assert [plain[f"net_y{n}"] for n in (1, 2)] == [21, 42]
    assert [turned[f"net_y{n}"] for n in (1, 2)] == [12, 24]


def test_a_term_with_a_zero_of_the_padding_is_not_written() -> None:
    """At the borders of [1, 2, 3] with padding, a kernel of three has two terms."""
    text = "inputs: [1, 2, 3]\nlayers:\n  - {type: convolution, kernel: [4, 5, 6], padding: same, bias: b = 1}\n"
    formulas = {step["quantity"]: step["formula"] for step in steps("-", stdin=text)}
    assert formulas["net_y1"] == "k2*x1 + k3*x2 + b"
    assert formulas["net_y2"] == "k1*x1 + k2*x2 + k3*x3 + b"
    assert formulas["net_y3"] == "k1*x2 + k2*x3 + b"


def test_a_window_in_the_padding_alone_leaves_the_bias() -> None:
    text = "inputs: [1, 2]\nlayers:\n  - {type: convolution, kernel: [3], padding: 1, bias: b = 1}\n"
    formulas = {step["quantity"]: step["formula"] for step in steps("-", stdin=text)}
    assert formulas["net_y1"] == "b"


def test_a_kernel_whose_weights_share_a_name_is_one_parameter() -> None:
    """[a, a] over 1, 2, 4 with targets 0: ∂E/∂a = 3·(1 + 2)·a + 6·(2 + 4)·a with a = 1."""
    text = """
inputs: [1, 2, 4]
targets: [0, 0]
layers: [{type: convolution, kernel: [a = 1, a]}]
loss: half_squared_error
"""
    assert decimals(solved(text))["dE/da"] == 3 * 3 + 6 * 6


def test_ties_share_the_gradient_of_a_max() -> None:
    """Of 2, 5, 5 and 5 each five gets a third; PyTorch would give all to the first."""
    text = "inputs: [[2, 5], [5, 5]]\nobjective: y1_1\nlayers: [{type: max_pooling}]\n"
    found = decimals(solved(text))
    assert [found[f"dy1_1/dx{place}"] for place in ("1_1", "1_2", "2_1", "2_2")] == [
        0, *[pytest.approx(1 / 3, rel=1e-12)] * 3,
    ]  # fmt: skip


def test_the_mean_of_a_padded_window_counts_its_zeros_or_not() -> None:
    """At the corner of a padded image one of four places is real: 8/4 or 8/1."""
    text = "inputs: [[8, 8], [8, 8]]\nlayers: [{type: average_pooling, padding: 1, padding_counts: WORD}]\n"
    assert decimals(solved(text.replace("WORD", "true")))["out_y1_1"] == 2
    assert decimals(solved(text.replace("WORD", "false")))["out_y1_1"] == 8


def test_flatten_changes_nothing_but_the_shape() -> None:
    """With and without it, a dense layer sees the same row, channel after channel."""
    text = """
inputs: [[1, 2], [3, 4]]
layers:
  - {type: convolution, kernels: [[[1]], [[10]]]}
FLATTEN
  - {weights: [[1, 2, 3, 4, 5, 6, 7, 8]]}
"""
    with_it = solved(text.replace("FLATTEN", "  - {type: flatten}"))
    without = solved(text.replace("FLATTEN\n", ""))
    assert decimals(with_it) == decimals(without)
    assert decimals(with_it)["net_y1"] == 1 + 4 + 9 + 16 + 10 * (5 + 12 + 21 + 32)


def test_a_flattened_grid_is_a_row_for_the_next_convolution() -> None:
    """After flatten, a kernel slides over all four pixels in the order of reading."""
    text = "inputs: [[1, 2], [3, 4]]\nlayers:\n  - {type: flatten}\n  - {type: convolution, kernel: [1, 10]}\n"
    found = decimals(solved(text))
    assert [found[f"net_y{n}"] for n in (1, 2, 3)] == [21, 32, 43]


# ---- maxout --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_maxout_layer_is_the_largest_of_linear_pieces(torch: Torch, seed: int) -> None:
    """Values and gradients as of torch.amax over the pieces, in a hidden layer and behind another one."""
    random = Random(seed)
    units, pieces, width = random.randint(1, 3), random.randint(2, 3), random.randint(1, 3)
    inputs, first = torch.leaf(numbers(random, 2)), torch.leaf(numbers(random, width, 2))
    weights, bias = torch.leaf(numbers(random, units, pieces, width)), torch.leaf(numbers(random, units, pieces))
    last = torch.leaf(numbers(random, 1, units))
    nets = torch.kept(weights @ torch.torch.tanh(first @ inputs) + bias)
    outs = torch.kept(nets.amax(1))
    (0.5 * (last @ outs - 1) ** 2).sum().backward()
    layers = [
        {"weights": first.tolist(), "activation": "tanh"},
        {"type": "maxout", "weights": weights.tolist(), "bias": bias.tolist()},
        {"weights": last.tolist()},
    ]
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": [1], "layers": layers, "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "net_{}", "h2_", nets)
    same(found, "out_{}", "h2_", outs)
    same(found, "dE/dout_{}", "h2_", outs.grad)
    same(found, "delta_{}", "h2_", nets.grad)
    same(found, "dE/d{}", "b", bias.grad.reshape(-1))
    before = first.numel()
    same_names(found, [f"dE/dw{before + n}" for n in range(1, weights.numel() + 1)], weights.grad)
    same_names(found, [f"dE/dw{n}" for n in range(1, before + 1)], first.grad)


def test_biases_of_maxout_are_shared_as_they_are_written() -> None:
    """One number for all, one per unit, one per piece; of a single unit, a plain list is one per piece."""
    text = "inputs: [1]\nlayers: [{type: maxout, weights: WEIGHTS, bias: BIAS}]\n"
    two, single = "[[[1], [2]], [[3], [4]]]", "[[1], [2]]"
    cases = {
        (two, "b = 7"): {"net_y1_1": "w1*x1 + b", "net_y1_2": "w2*x1 + b", "net_y2_2": "w4*x1 + b"},
        (two, "[7, 8]"): {"net_y1_1": "w1*x1 + b1", "net_y1_2": "w2*x1 + b1", "net_y2_1": "w3*x1 + b2"},
        (two, "[[7, 8], [9, 10]]"): {"net_y1_2": "w2*x1 + b2", "net_y2_1": "w3*x1 + b3", "net_y2_2": "w4*x1 + b4"},
        (single, "[7, 8]"): {"net_y1_1": "w1*x1 + b1", "net_y1_2": "w2*x1 + b2"},
    }
    for (weights, bias), expected in cases.items():
        problem = text.replace("WEIGHTS", weights).replace("BIAS", bias)
        formulas = {step["quantity"]: step["formula"] for step in steps("-", stdin=problem)}
        assert formulas | expected == formulas


# ---- residual ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("start", ["1", "inputs"])
def test_a_residual_connection_adds_both_paths(torch: Torch, activation: str, start: str) -> None:
    """From the inputs or from the first layer, with or without an activation after the addition."""
    random = Random(7)
    inputs = torch.leaf(numbers(random, 2))
    weights = [torch.leaf(numbers(random, 2, 2)) for _ in range(3)] + [torch.leaf(numbers(random, 1, 2))]
    first = torch.kept(torch.torch.tanh(weights[0] @ inputs))
    inner = weights[2] @ torch.torch.tanh(weights[1] @ first)
    total = torch.kept(inner + (first if start == "1" else inputs))
    outs = torch.activation(activation, total)
    (0.5 * (weights[3] @ outs) ** 2).sum().backward()
    layers = [{"weights": one.tolist(), "activation": "tanh"} for one in weights[:2]]
    layers += [{"weights": weights[2].tolist()}, {"type": "residual", "from": start, "activation": activation}]
    layers += [{"weights": weights[3].tolist()}]
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": [0], "layers": layers, "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "dE/dout_{}" if activation == "identity" else "delta_{}", "r", total.grad)
    same(found, "dE/dout_{}", "h1_", first.grad)
    same(found, "dE/d{}", "x", inputs.grad)
    gradients = torch.torch.cat([one.grad.reshape(-1) for one in weights])
    same_names(found, [f"dE/dw{n}" for n in range(1, 15)], gradients)


def test_a_projection_brings_what_is_added_to_the_same_size(torch: Torch) -> None:
    """f(x) + W·x of He and others: the projection has gradients too."""
    random = Random(8)
    inputs, weights = torch.leaf(numbers(random, 2)), torch.leaf(numbers(random, 3, 2))
    projection = torch.leaf(numbers(random, 3, 2))
    (0.5 * torch.torch.sigmoid(torch.torch.tanh(weights @ inputs) + projection @ inputs) ** 2).sum().backward()
    layers = [
        {"weights": weights.tolist(), "activation": "tanh"},
        {"type": "residual", "from": 0, "projection": projection.tolist(), "activation": "sigmoid"},
    ]
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": [0, 0, 0], "layers": layers, "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "dE/d{}", "x", inputs.grad)
    same_names(found, [f"dE/dw{n}" for n in range(1, 7)], weights.grad)
    same_names(found, [f"dE/dw{n}" for n in range(7, 13)], projection.grad)


def test_a_residual_block_of_convolutions_keeps_rows_and_columns(torch: Torch) -> None:
    """With padding, the image can be added to what two convolutions make of it."""
    random = Random(9)
    inputs = torch.leaf(numbers(random, 3, 3))
    first, second = torch.leaf(numbers(random, 1, 1, 3, 3)), torch.leaf(numbers(random, 1, 1, 3, 3))
    conv = torch.functional.conv2d
    inner = conv(torch.torch.tanh(conv(inputs[None, None], first, padding="same")), second, padding="same")
    outs = torch.kept(inner[0, 0] + inputs)
    (0.5 * outs**2).sum().backward()
    layers = [
        {"type": "convolution", "kernel": first[0, 0].tolist(), "padding": "same", "activation": "tanh"},
        {"type": "convolution", "kernel": second[0, 0].tolist(), "padding": "same"},
        {"type": "residual", "from": "inputs", "name": "r"},
    ]
    found = decimals(solved(json.dumps({
        "inputs": inputs.tolist(), "targets": {"r": [[0] * 3] * 3}, "layers": layers, "loss": "half_squared_error",
    })))  # fmt: skip
    same(found, "out_{}", "r", outs)
    same(found, "dE/d{}", "x", inputs.grad)
    same(found, "dE/d{}", "k", first.grad[0, 0])


def test_a_residual_connection_may_name_what_it_adds() -> None:
    """from: [x2, h1] adds the second input to the first unit and the first hidden unit to the second."""
    text = """
inputs: [1, 2]
layers:
  - {neurons: [h1, h2], weights: [[1, 1], [1, -1]]}
  - {type: residual, from: [x2, h1]}
"""
    found = decimals(solved(text))
    assert [found["out_y1"], found["out_y2"]] == [3 + 2, -1 + 3]


# ---- training ------------------------------------------------------------------------------------------------

SMALL = """
samples:
  - {inputs: [[1, 0.5, -0.25], [0.75, -1, 0.5], [0.25, 0, 1]], targets: 0}
  - {inputs: [[-1, 0.5, 0.75], [0.5, 1, -0.5], [1, -0.25, 0.5]], targets: 1}
  - {inputs: [[0.5, -0.75, 1], [0.25, 0.5, 0.75], [-1, 1, 0.25]], targets: 1}
layers:
  - {type: convolution, kernels: [[[0.5, -0.25], [0.75, 0.1]], [[-0.3, 0.6], [0.2, -0.9]]], bias: [0.1, -0.2], activation: tanh}
  - {type: average_pooling, size: [1, 2]}
  - {type: maxout, weights: [[[0.5, -0.5, 0.25, 1], [-1, 0.2, 0.3, 0.4]], [[0.1, 0.7, -0.6, 0.2], [0.3, -0.2, 0.9, -0.4]]]}
  - {weights: [[1, -0.5], [0.25, 0.75]], activation: tanh}
  - {type: residual, from: 3}
  - {weights: [[0.5, -1], [-0.5, 1]], activation: softmax}
loss: cross_entropy
learning_rate: 0.3
"""  # noqa: E501


def torch_training(torch: Torch, epochs: int, batch: int | None) -> list[float]:
    """Kernels, biases and weights of SMALL after so many epochs of plain gradient descent."""
    samples = [
        ([[1, 0.5, -0.25], [0.75, -1, 0.5], [0.25, 0, 1]], 0),
        ([[-1, 0.5, 0.75], [0.5, 1, -0.5], [1, -0.25, 0.5]], 1),
        ([[0.5, -0.75, 1], [0.25, 0.5, 0.75], [-1, 1, 0.25]], 1),
    ]
    kernels = torch.leaf([[[[0.5, -0.25], [0.75, 0.1]]], [[[-0.3, 0.6], [0.2, -0.9]]]])
    bias = torch.leaf([0.1, -0.2])
    pieces = torch.leaf([[[0.5, -0.5, 0.25, 1], [-1, 0.2, 0.3, 0.4]], [[0.1, 0.7, -0.6, 0.2], [0.3, -0.2, 0.9, -0.4]]])
    inner, last = torch.leaf([[1, -0.5], [0.25, 0.75]]), torch.leaf([[0.5, -1], [-0.5, 1]])
    parameters = [kernels, bias, pieces, inner, last]
    optimizer = torch.torch.optim.SGD(parameters, lr=0.3)
    size = batch or len(samples)
    for _ in range(epochs):
        for start in range(0, len(samples), size):
            optimizer.zero_grad()
            chosen = samples[start : start + size]
            for image, number in chosen:
                x = torch.torch.tensor(image, dtype=torch.torch.float64)[None, None]
                maps = torch.functional.avg_pool2d(torch.torch.tanh(torch.functional.conv2d(x, kernels, bias)), (1, 2))
                units = (pieces @ maps.reshape(-1)).amax(1)
                logits = last @ (torch.torch.tanh(inner @ units) + units)
                loss = torch.functional.cross_entropy(logits[None], torch.torch.tensor([number]))
                (loss / len(chosen)).backward()
            optimizer.step()
    return [one for tensor in parameters for one in tensor.reshape(-1).tolist()]


NAMES = [name("k", place) for place in places((2, 2, 2))] + ["b1", "b2"] + [f"w{n}" for n in range(1, 25)]


@pytest.mark.parametrize("batch", [("full", None), ("online", 1), ("2", 2)])
def test_samples_batches_and_epochs_are_trained_as_pytorch_does(torch: Torch, batch: tuple[str, int | None]) -> None:
    """Every parameter after two epochs, line by line."""
    trace = solved(SMALL + f"batch: {batch[0]}\nepochs: 2\n", Detail.TEXTBOOK).trace
    last = {step.quantity.name: step.value for step in trace.steps if step.quantity.bare_key.endswith("_new")}
    for parameter, expected in zip(NAMES, torch_training(torch, 2, batch[1]), strict=True):
        assert float(str(last[parameter].decimal.text())) == pytest.approx(expected, rel=1e-9, abs=1e-11), parameter


def test_compiled_training_agrees_with_epochs_line_by_line() -> None:
    """Three epochs by `report` and three epochs on paper end in the same digits."""
    problem = SMALL + "batch: full\nepochs: 3\n"
    run = solved(problem + "report: [1, 3]\n", Detail.BRIEF).training
    on_paper = solved(problem, Detail.BRIEF, then_forward=True).trace
    assert run is not None
    report = {quantity.bare_key: value.text() for quantity, value in run.reports[-1].values.items()}
    assert report["E"] == on_paper["after / E"].decimal.text()
    for parameter in NAMES:
        assert report[parameter] == on_paper[f"epoch 3 / {parameter}_new"].decimal.text()


def test_every_gradient_of_the_bundled_problems_is_verified() -> None:
    for problem in ("convolution-1d", "convolution-2d", "pooling", "small-cnn", "maxout", "residual"):
        run = backprop("verify", problem)
        assert run.code == 0, run.out + run.err


def test_the_new_quantities_may_be_given_asked_for_fixed_and_rounded() -> None:
    """A prescribed pooled value, a rounding, and biases that stay."""
    text = """
inputs: [1, 2, 3]
targets: [1]
layers:
  - {type: convolution, kernel: [0.5, 0.25], bias: b = 0.111, activation: sigmoid}
  - {type: max_pooling, size: 2}
  - {weights: [[2]]}
loss: half_squared_error
learning_rate: 0.1
given: {out_p1: 0.5}
fixed: biases
ask: [dE/dout_p1, k1_new]
rounding: {places: 3}
"""
    solution = solved(text, Detail.TEXTBOOK)
    found = decimals(solution)
    assert found["out_y1"] == 1
    assert [quantity.key for quantity in solution.asked] == ["dE/dout_p1", "k1_new"]
    assert not [key for key in found if key.startswith("b")]
    assert all(len(step.value.decimal.text().partition(".")[2]) <= 3 for step in solution.trace.steps)


def test_a_gradient_at_a_pooled_unit_may_be_given() -> None:
    """An exercise that begins with ∂E/∂out of the pooling, without anything behind it."""
    text = """
inputs: [1, 2, 4]
layers:
  - {type: convolution, kernel: [1, 1]}
  - {type: max_pooling, size: 2, name: p}
given: {dE/dout_p1: 0.5}
"""
    found = decimals(solved(text))
    assert (found["dE/dk1"], found["dE/dk2"]) == (1, 2)


# ---- names ---------------------------------------------------------------------------------------------------


def test_units_and_kernels_have_the_names_of_their_places() -> None:
    """One kernel: c1_1 (row, column) and k1_1; several: c2_1_1 (kernel, row, column) and k2_1_1."""
    text = "inputs: [[1, 2], [3, 4]]\nlayers:\n  - {type: convolution, KERNEL}\n  - {weights: [WEIGHTS]}\n"
    cases = {
        ("kernel: [[1, 1]]", "[1, 1]"): (["net_c1_1", "net_c2_1"], ["k1_1", "k1_2"]),
        ("kernels: [[[1, 1]]]", "[1, 1]"): (["net_c1_1_1", "net_c1_2_1"], ["k1_1_1", "k1_1_2"]),
    }
    for (kernel, weights), (nets, kernels) in cases.items():
        problem = loaded(text.replace("KERNEL", kernel).replace("WEIGHTS", weights)).problem
        cells = [cell.quantity.key for cell in problem.layers[0].cells]
        assert cells[::2] == nets
        assert [one for one in problem.parameters if one.startswith("k")] == kernels


def test_the_last_layer_has_the_names_of_the_targets() -> None:
    """Rows of targets under a name, a plain list of names, or y."""
    text = "inputs: [[1, 2, 3]]\nlayers: [{type: convolution, kernel: [[1, 1]]}]\nloss: squared_error\ntargets: "
    for targets, names in {
        "{o: [[1, 2]]}": ("o1_1", "o1_2"),
        "{left: 1, right: 2}": ("left", "right"),
        "[[1, 2]]": ("y1_1", "y1_2"),
        "{y: [1, 2]}": ("y1", "y2"),
    }.items():
        assert loaded(text + targets).problem.outputs == names


def test_a_stem_of_ones_own_may_be_given() -> None:
    """name: f, and a letter that is taken is left to what has it."""
    text = """
inputs: {c: [1, 2, 3]}
layers:
  - {type: convolution, kernel: [k1 = 1, 2], name: f}
  - {type: convolution, kernel: [1, 2]}
  - {weights: [[1]]}
"""
    problem = loaded(text).problem
    assert problem.layers[0].outputs == ("f1", "f2")
    assert problem.layers[1].outputs == ("d1",)  # c are the inputs
    assert list(problem.parameters) == ["k1", "k2", "g1", "g2", "w1"]


def test_every_key_of_every_layer_type_is_described() -> None:
    """What `backprop schema` prints is the documentation."""
    schema = json.loads(backprop("schema").out)
    for one in LAYER_TYPES.values():
        definition = schema["$defs"][one.file.__name__]
        assert definition["description"]
        assert all("description" in key for key in definition["properties"].values()), one.name
    assert "from" in schema["$defs"]["ResidualFile"]["properties"]


def test_a_digit_sized_image_is_solved_exactly() -> None:
    """28×28 with a 5×5 kernel and pooling: exact sums of 25 products, and 576 terms in a kernel's gradient."""
    random = Random(1)
    image, kernel = numbers(random, 28, 28), numbers(random, 5, 5)
    layers = [
        {"type": "convolution", "kernel": kernel, "activation": "relu"},
        {"type": "average_pooling", "size": "global"},
    ]
    found = solved(json.dumps({"inputs": image, "objective": "y1", "layers": layers}), Detail.BRIEF).trace
    nets = [
        sum(rational(round(kernel[i][j] * 1000), 1000) * rational(round(image[r + i][c + j] * 1000), 1000)
            for i in range(5) for j in range(5))
        for r in range(24) for c in range(24)
    ]  # fmt: skip
    assert found["out_y1"].exact == sum(net for net in nets if net > 0) / 576


def test_a_window_that_would_take_for_ever_is_refused() -> None:
    """A max over more places than the limit, and more pieces of a maxout unit."""
    rows = ", ".join("[" + ", ".join(["1"] * 40) + "]" for _ in range(40))
    run = backprop("solve", "-", stdin=f"inputs: [{rows}]\nlayers:\n  - {{type: max_pooling, size: global}}\n")
    assert (run.code, "1,600 places; the limit is 1,000" in run.err) == (2, True)
    pieces = ", ".join(["[1]"] * 1001)
    run = backprop("solve", "-", stdin=f"inputs: [1]\nlayers:\n  - {{type: maxout, weights: [{pieces}]}}\n")
    assert (run.code, "1,001 pieces; the limit is 1,000" in run.err) == (2, True)


@pytest.mark.parametrize(
    ("kernel", "dilation", "hint"),
    [("[1, 0, 1, 1]", 2, "4 weights with dilation 2 reach over (4 − 1)·2 + 1 = 7"), ("[1, 0, 1, 1]", 1, None)],
)
def test_a_dilated_window_that_does_not_fit_says_how_wide_it_is(kernel: str, dilation: int, hint: str | None) -> None:
    layers = f"[{{type: convolution, kernel: {kernel}, dilation: {dilation}}}]"
    run = backprop("solve", "-", stdin=f"inputs: [1, 2, 3]\ntargets: [1]\nlayers: {layers}\n")
    assert f"a window of {7 if hint else 4} does not fit into 3 values" in run.err
    assert ("reach over" in run.err) is (hint is not None)
    assert hint is None or hint in run.err
