"""Attention with heads, positional encoding, normalizations, gated units and radial basis units against PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from helpers import backprop, decimals, solved
from torch_runs import Named, Sheet, Tensor, chance, check, half_squares, leaf, matrix, torch, trained, vector

F = torch.nn.functional
Outputs = Callable[[Named, Tensor], Tensor]  # parameters, the steps as rows: what the layer puts out, a row per step
SEEDS = range(3)


@dataclass(frozen=True)
class Layer:
    """A layer of the file, and what it puts out in PyTorch."""

    text: str
    outputs: Outputs


def bias_of(parameters: Named, name: str, size: int) -> Tensor:
    return vector(parameters, name, size) if f"{name}1" in parameters else torch.zeros(size).double()


# ---- the layers ------------------------------------------------------------------------------------------------


def attention(sheet: Sheet) -> Layer:
    """PyTorch's own function for scaled dot products, on the heads' parts; its own order of heads, too."""
    heads, width = sheet.random.randint(1, 3), sheet.random.randint(1, 2)
    size, output, causal = heads * width, sheet.random.random() < 0.7, sheet.random.random() < 0.5
    keys = ["type: attention", f"heads: {heads}", f"mask: {'causal' if causal else 'none'}"]
    for part, letter in (("query", "q"), ("key", "k"), ("value", "v")):
        inner = f"weights: {sheet.matrix(f'w{letter}', size, sheet.features)}"
        inner += f", bias: {sheet.vector(f'b{letter}', size)}" if sheet.random.random() < 0.5 else ""
        keys.append(f"{part}: {{{inner}}}")
    if output:
        keys.append(f"output: {{weights: {sheet.matrix('wo', 2, size)}, bias: {sheet.vector('bo', 2)}}}")

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        def projected(letter: str) -> Tensor:
            weights = matrix(parameters, f"w{letter}", size, sheet.features)
            made = steps @ weights.T + bias_of(parameters, f"b{letter}", size)
            return made.reshape(len(steps), heads, width).transpose(0, 1)

        q, k, v = map(projected, "qkv")
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        side_by_side = mixed.transpose(0, 1).reshape(len(steps), size)
        if not output:
            return side_by_side
        return side_by_side @ matrix(parameters, "wo", 2, size).T + vector(parameters, "bo", 2)

    return Layer(", ".join(keys), outputs)


def sinusoids(sheet: Sheet) -> Layer:
    first, base = sheet.random.randint(0, 2), sheet.random.choice([10000, 100])
    width = sheet.features

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        places = torch.arange(first, first + len(steps)).double()[:, None]
        pairs = torch.arange(0, width, 2).double()
        angles = places / base ** (pairs / width)
        table = torch.stack([torch.sin(angles), torch.cos(angles)], 2).reshape(len(steps), -1)[:, :width]
        return steps + table

    return Layer(f"type: positional_encoding, base: {base}, first: {first}", outputs)


def learned_places(sheet: Sheet) -> Layer:
    text = f"type: positional_encoding, encoding: {sheet.matrix('e', sheet.steps, sheet.features)}"
    return Layer(text, lambda named, steps: steps + matrix(named, "e", sheet.steps, sheet.features))


def rms(sheet: Sheet) -> Layer:
    epsilon, width = sheet.random.choice(["1e-5", "0.25"]), sheet.features
    gamma = sheet.random.random() < 0.7
    text = f"type: rms_normalization, epsilon: {epsilon}" + (f", gamma: {sheet.vector('g', width)}" if gamma else "")

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        return F.rms_norm(steps, (width,), vector(parameters, "g", width) if gamma else None, float(epsilon))

    return Layer(text, outputs)


def features_in_groups(sheet: Sheet) -> Layer:
    """The features of steps are channels, the steps their places."""
    groups = sheet.random.choice([n for n in (1, 2, sheet.features) if sheet.features % n == 0])
    said = "channels" if groups == sheet.features else str(groups)
    text = f"type: group_normalization, groups: {said}, gamma: {sheet.vector('g', sheet.features)}"
    text += f", beta: {sheet.vector('s', sheet.features)}"

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        gamma, beta = (vector(parameters, name, sheet.features) for name in "gs")
        return F.group_norm(steps.T[None], groups, gamma, beta)[0].T

    return Layer(text, outputs)


GATES = {"sigmoid": torch.sigmoid, "swish": F.silu, "relu": torch.relu, "identity": lambda z: z, "gelu": F.gelu}


def gated(sheet: Sheet) -> Layer:
    name, size = sheet.random.choice(list(GATES)), sheet.random.randint(1, 2)
    biased = sheet.random.random() < 0.5
    gate = f"weights: {sheet.matrix('v', size, sheet.features)}"
    text = f"type: gated_units, per_step: true, activation: {name}, weights: {sheet.matrix('w', size, sheet.features)}"
    if biased:
        text += f", bias: {sheet.vector('b', size)}"
        gate += f", bias: {sheet.vector('c', size)}"
    text += f", gate: {{{gate}}}"

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        values = steps @ matrix(parameters, "w", size, sheet.features).T + bias_of(parameters, "b", size)
        gates = steps @ matrix(parameters, "v", size, sheet.features).T + bias_of(parameters, "c", size)
        return values * GATES[name](gates)

    return Layer(text, outputs)


RADIAL = {
    "gaussian": lambda d2, s: torch.exp(-d2 / (2 * s**2)),
    "multiquadric": lambda d2, s: torch.sqrt(d2 + s**2),
    "inverse_multiquadric": lambda d2, s: 1 / torch.sqrt(d2 + s**2),
}


def radial(sheet: Sheet) -> Layer:
    """Over all that comes in, however it lies."""
    name, size, width = sheet.random.choice(list(RADIAL)), sheet.random.randint(1, 3), sheet.steps * sheet.features
    text = f"type: radial_basis, function: {name}, centers: {sheet.matrix('c', size, width)}"
    text += f", widths: {sheet.vector('s', size)}"

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        squares = ((steps.reshape(-1)[None] - matrix(parameters, "c", size, width)) ** 2).sum(1)
        return RADIAL[name](squares, vector(parameters, "s", size))[None]

    return Layer(text, outputs)


LAYERS = (attention, sinusoids, learned_places, rms, features_in_groups, gated, radial)


def ready(sheet: Sheet, layer: Layer) -> Callable[[Named, list[Tensor], Tensor], tuple[Tensor, Named]]:
    """The loss of a network of this layer alone; the sheet has samples with as many targets as it puts out."""

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        return half_squares(layer.outputs(parameters, torch.stack(steps)).reshape(-1), targets), {}

    parameters = {name: leaf(text) for name, text in sheet.parameters.items()}
    count = layer.outputs(parameters, torch.ones(sheet.steps, sheet.features).double()).numel()
    for _ in range(sheet.random.randint(1, 2)):
        sheet.sample([str(sheet.random.randint(-10, 10) / 10) for _ in range(count)])
    return forward


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", LAYERS, ids=lambda make: make.__name__)
def test_training_with_this_layer_is_pytorchs(make: Callable[[Sheet], Layer], seed: int) -> None:
    """Losses, gradients of parameters and inputs, and new parameters."""
    sheet = chance(
        f"{make.__name__}{seed}", steps=seed % 3 + (2 if make is features_in_groups else 1), features=2 + 2 * (seed % 2)
    )
    layer = make(sheet)
    forward = ready(sheet, layer)
    check(sheet.text(layer.text), trained(sheet, forward))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("returns", ["sequence", "last"])
def test_a_recurrent_layer_that_goes_both_ways_is_pytorchs(seed: int, returns: str) -> None:
    """Against torch.nn.RNN itself, which has the weights of both ways."""
    sheet = chance(f"{seed}{returns}", steps=3, features=2)
    size = seed % 2 + 1

    def way(prime: str) -> str:
        text = (
            f"weights: {sheet.matrix(f'w{prime}', size, 2)}, recurrent_weights: {sheet.matrix(f'u{prime}', size, size)}"
        )
        return f"{text}, bias: {sheet.vector(f'b{prime}', size)}"

    text = f"type: recurrent, returns: {returns}, {way('')}, backward: {{{way('r')}}}"

    def outputs(parameters: Named, steps: Tensor) -> Tensor:
        module = torch.nn.RNN(2, size, bidirectional=True).double()
        weights = {}
        for prime, end in (("", ""), ("r", "_reverse")):
            weights[f"weight_ih_l0{end}"] = matrix(parameters, f"w{prime}", size, 2)
            weights[f"weight_hh_l0{end}"] = matrix(parameters, f"u{prime}", size, size)
            weights[f"bias_ih_l0{end}"] = vector(parameters, f"b{prime}", size)
            weights[f"bias_hh_l0{end}"] = torch.zeros(size).double()
        every, last = torch.func.functional_call(module, weights, (steps,))
        return last.reshape(1, -1) if returns == "last" else every

    layer = Layer(text, outputs)
    forward = ready(sheet, layer)
    check(sheet.text(text), trained(sheet, forward))


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_gated_layer_goes_backwards_as_forwards_over_steps_turned_round(kind: str) -> None:
    gates = {"lstm": ("forget", "input", "candidate", "output"), "gru": ("reset", "update", "candidate")}[kind]
    inner = ", ".join(f"{gate}: {{weights: 0.{n}, recurrent_weights: 0.{n + 2}}}" for n, gate in enumerate(gates, 1))
    there = f"inputs: [1, 2, 3]\ntargets: [1]\nlayers:\n  - {{type: {kind}, returns: last, {inner}}}\nloss: sse\n"
    back = there.replace("[1, 2, 3]", "[3, 2, 1]").replace("returns: last", "returns: last, direction: backward")
    forwards, backwards = decimals(solved(there)), decimals(solved(back))
    assert forwards["E"] == backwards["E"]
    for name in (key for key in forwards if key.startswith(("dE/dw", "dE/du")) and " " not in key):
        assert forwards[name] == backwards[name]
    assert forwards["out_h1"] == backwards["out_h3"]


# ---- what is said ----------------------------------------------------------------------------------------------

WRONG: Sequence[tuple[str, str]] = (
    ("type: attention, heads: 2", "vectors of 3 numbers cannot be parted among 2 heads"),
    ("type: group_normalization, groups: 2", "3 channels cannot be parted into 2 equal groups"),
    ("type: gated_units, weights: [[1, 1, 1]]", "this layer has no gate"),
    ("type: gated_units, per_step: true, weights: [[1, 1, 1]], gate: {weights: [[1, 1]]}",
     "gate: weights is 1×2, and 1×3 is needed"),
    ("type: radial_basis, centers: [[1, 1, 1, 1, 1, 1]]", "this layer has no widths"),
    ("type: positional_encoding, encoding: [[1, 2, 3]]", "encoding is 1×3, and 2×3 is needed"),
    ("type: positional_encoding, encoding: learned", "no encoding called 'learned'"),
    ("type: recurrent, direction: backward, weights: [[1, 1, 1]], recurrent_weights: 1, backward: {weights: "
     "[[1, 1, 1]], recurrent_weights: 1}", "a layer that goes both ways has no direction of its own"),
)  # fmt: skip


@pytest.mark.parametrize(("layer", "message"), WRONG)
def test_what_does_not_fit_is_said_with_its_place(layer: str, message: str) -> None:
    text = f"inputs: {{x: [[1, 2, 3], [4, 5, 6]]}}\nlayers:\n  - {{{layer}}}\nobjective: y1\n"
    run = backprop("solve", "-", stdin=text)
    assert run.code == 2
    assert message in " ".join(run.err.split())
    assert "stdin:3" in run.err or "-:3" in run.err or ":3:" in run.err


def test_two_layers_with_heads_have_names_of_their_own() -> None:
    text = "inputs: {x: [[1, 0], [0, 2]]}\nlayers:\n  - {type: attention, heads: 2}\n  - {type: attention, heads: 2}\n"
    values = decimals(solved(text + "objective: ya1\n"))
    assert {"s1_1_2", "s2_1_2", "s2_1_1_2", "s2_2_1_2", "alpha2_2_2_1"} <= values.keys()
