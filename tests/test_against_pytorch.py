"""Random networks and graphs against PyTorch's autograd in float64: every activation, every loss, every function."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any

import pytest
from helpers import Layer, Network, decimal, fraction, random_network, solved
from torch_rules import RATE, settings_of, torch_rules

from backprop_cli.algebra.expressions import FUNCTIONS
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution

torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
F = torch.nn.functional
Tensor = Any

CLOSE = 1e-10
NETWORKS = range(3)  # seeds for each row of a table
GRAPHS = range(2)


@pytest.fixture(autouse=True)
def _in_float64() -> Any:
    """Everything here is compared in double precision."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


# PyTorch's own functions, by the name they have in a problem file

ACTIVATION = {
    "identity": lambda z: z + 0,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "leaky_relu(0.2)": lambda z: F.leaky_relu(z, 0.2),
    "elu": F.elu,
    "elu(0.7)": lambda z: F.elu(z, 0.7),
    "softplus": lambda z: F.softplus(z, threshold=100),
    "softsign": F.softsign,
    "swish": F.silu,
    "gelu": F.gelu,
    "hard_sigmoid": lambda z: F.relu6(z + 3) / 6,  # F.hardsigmoid divides by 6 in single precision
    "hard_tanh": F.hardtanh,
    "step": lambda z: (z >= 0).double() + 0 * z,
    "step(1/2)": lambda z: torch.heaviside(z.detach(), torch.tensor(0.5)) + 0 * z,
    "sign": torch.sign,
    "abs": torch.abs,
    "square": torch.square,
    "sin": torch.sin,
    "softmax": lambda z: F.softmax(z, dim=0),
    "logistic": torch.sigmoid,
    "sine": torch.sin,
    "z / (1 + abs(z))": F.softsign,
    "z*sigmoid(z)": F.silu,
    "max(z, 0.1*z)": lambda z: F.leaky_relu(z, 0.1),
    "1.7159*tanh(2/3*z)": lambda z: 1.7159 * torch.tanh(2 / 3 * z),
    "ln(1 + e^z)": lambda z: F.softplus(z, threshold=100),
    "min(max(z, 0), 6)": F.relu6,
}


@dataclass(frozen=True)
class TorchLoss:
    """A loss of PyTorch: what each output adds, the factor before their sum, and what suits it."""

    terms: Callable[[Tensor, Tensor], Tensor]
    factor: Callable[[int], float] = lambda outputs: 1.0
    last: Sequence[str] = ("identity", "tanh", "sigmoid", "relu")
    target: Callable[[Random, int], Sequence[str]] = lambda random, outputs: [decimal(random) for _ in range(outputs)]


def signs(random: Random, outputs: int) -> Sequence[str]:
    return [random.choice(["-1", "1"]) for _ in range(outputs)]


def truths(random: Random, outputs: int) -> Sequence[str]:
    return [random.choice(["0", "1", "0.25", "1/3"]) for _ in range(outputs)]


def chances(random: Random, outputs: int) -> Sequence[str]:
    """One-hot targets, soft ones that sum to 1, or soft ones that do not."""
    chosen = random.randrange(outputs)
    parts = [random.randint(1, 9) for _ in range(outputs)]
    kinds = [
        ["1" if index == chosen else "0" for index in range(outputs)],
        [f"{part}/{sum(parts)}" for part in parts],
        [f"0.{part}" for part in parts],
    ]
    return random.choice(kinds)


def mse(o: Tensor, t: Tensor) -> Tensor:
    return F.mse_loss(o, t, reduction="none")


def hinge(o: Tensor, t: Tensor) -> Tensor:
    return F.relu(1 - o * t)


def one_over(outputs: int) -> float:
    return 1 / outputs


LOSS = {
    "half_squared_error": TorchLoss(lambda o, t: mse(o, t) / 2),
    "squared_error": TorchLoss(mse),
    "mean_squared_error": TorchLoss(mse, one_over),
    "half_mean_squared_error": TorchLoss(mse, lambda outputs: 0.5 / outputs),
    "absolute_error": TorchLoss(lambda o, t: F.l1_loss(o, t, reduction="none")),
    "mean_absolute_error": TorchLoss(lambda o, t: F.l1_loss(o, t, reduction="none"), one_over),
    "huber": TorchLoss(lambda o, t: F.huber_loss(o, t, reduction="none")),
    "huber(0.4)": TorchLoss(lambda o, t: F.huber_loss(o, t, reduction="none", delta=0.4)),
    "hinge": TorchLoss(hinge, target=signs),
    "squared_hinge": TorchLoss(lambda o, t: hinge(o, t).square(), target=signs),
    "perceptron": TorchLoss(lambda o, t: F.relu(-o * t), target=signs),
    "binary_cross_entropy": TorchLoss(
        lambda o, t: F.binary_cross_entropy(o, t, reduction="none"), last=["sigmoid"], target=truths
    ),
    "cross_entropy": TorchLoss(lambda o, t: -torch.xlogy(t, o), last=["softmax", "sigmoid"], target=chances),
    "cross_entropy_base_2": TorchLoss(lambda o, t: -t * torch.log2(o), last=["softmax", "sigmoid"], target=chances),
    "cross_entropy(10)": TorchLoss(lambda o, t: -t * torch.log10(o), last=["softmax"], target=chances),
    "cross_entropy_base_10": TorchLoss(lambda o, t: -t * torch.log10(o), last=["softmax", "sigmoid"], target=chances),
    "kl_divergence": TorchLoss(
        lambda o, t: F.kl_div(o.log(), t, reduction="none"), last=["softmax", "sigmoid"], target=chances
    ),
    "(out - t)^4/4": TorchLoss(lambda o, t: (o - t) ** 4 / 4),
    "ln((exp(out - t) + exp(t - out))/2)": TorchLoss(lambda o, t: torch.log(torch.cosh(o - t))),
}


# The same network with PyTorch's modules


@dataclass
class TorchRun:
    """Trains the network with torch.optim and keeps every number under the key it should have in the solution."""

    network: Network
    values: dict[str, float] = field(default_factory=dict)
    rule: Callable[[list[Tensor]], Any] | None = None  # the optimizer, where it is not plain descent

    def __post_init__(self) -> None:
        self.parameters = {
            name: torch.tensor(float(fraction(text)), requires_grad=True)
            for name, text in self.network.parameters.items()
        }

    def run(self) -> dict[str, float]:
        network = self.network
        count = len(network.samples)
        size = min({"online": 1, "full": count}.get(network.batch) or int(network.batch), count)
        free = {name: value for name, value in self.parameters.items() if name not in network.fixed}
        rule = self.rule or (lambda free: torch.optim.SGD(free, lr=float(fraction(network.learning_rate))))
        optimizer = rule(list(free.values())) if free else None
        starts = range(0, count, size)
        for epoch in range(1, network.epochs + 1):
            base = [f"epoch {epoch}"] if network.epochs > 1 else []
            for batch, start in enumerate(starts, start=1):
                samples = range(start, min(start + size, count))
                losses = [self.sample([*base, *self.sample_place(index)], index) for index in samples]
                if size > 1:
                    at = [*base, f"batch {batch}"] if len(starts) > 1 else base
                    loss = self.reduced(losses)
                    self.note_all(at, {"E": loss, **self.gradients_of(loss)})
                else:
                    at, loss = [*base, *self.sample_place(start)], losses[0]
                if optimizer:
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                self.note_all(at, {f"{name}_new": value for name, value in free.items()})
        if not free:
            return self.values
        after = [self.sample(["after", *self.sample_place(index)], index, backward=False) for index in range(count)]
        if count > 1:
            self.note_all(["after"], {"E": self.reduced(after)})
        return self.values

    def reduced(self, losses: list[Tensor]) -> Tensor:
        stacked = torch.stack(losses)
        return stacked.mean() if self.network.reduce == "mean" else stacked.sum()

    def sample_place(self, index: int) -> list[str]:
        return [f"sample {index + 1}"] if len(self.network.samples) > 1 else []

    def note_all(self, at: Sequence[str], numbers: Mapping[str, Tensor]) -> None:
        self.values |= {" / ".join([*at, key]): value.item() for key, value in numbers.items()}

    def gradients_of(self, loss: Tensor) -> dict[str, Tensor]:
        names = list(self.parameters)
        found = gradients(loss, [self.parameters[name] for name in names])
        return {f"dE/d{name}": value for name, value in zip(names, found, strict=True)}

    def sample(self, at: Sequence[str], index: int, backward: bool = True) -> Tensor:
        """One sample forward and, unless it is the pass after the update, backward; returns its loss."""
        network = self.network
        inputs, targets = network.samples[index]
        x = torch.tensor([float(fraction(inputs[name])) for name in network.inputs], requires_grad=True)
        known, names, nets, outs = x, list(network.inputs), [], []
        for layer in network.layers:
            nets.append(self.net(layer, names, known))
            outs.append(ACTIVATION[layer.activation](nets[-1]))
            known = torch.cat([known, outs[-1]])
            names += layer.neurons
        target = torch.tensor([float(fraction(targets[name])) for name in network.outputs])
        row = LOSS[network.loss]
        terms = row.terms(outs[-1], target)
        loss = row.factor(len(network.outputs)) * terms.sum()
        for layer, net, out in zip(network.layers, nets, outs, strict=True):
            self.note_all(at, {f"net_{name}": net[i] for i, name in enumerate(layer.neurons)})
            self.note_all(at, {f"out_{name}": out[i] for i, name in enumerate(layer.neurons)})
        if len(network.outputs) > 1:
            self.note_all(at, {f"E_{name}": term for name, term in zip(network.outputs, terms, strict=True)})
        self.note_all(at, {"E": loss})
        if backward:
            self.note_all(at, self.gradients_of(loss))
            found = gradients(loss, [x, *nets, *outs])
            self.note_all(at, {f"dE/d{name}": found[0][i] for i, name in enumerate(network.inputs)})
            for layer, net, out in zip(network.layers, found[1:], found[1 + len(nets) :], strict=False):
                self.note_all(at, {f"delta_{name}": net[i] for i, name in enumerate(layer.neurons)})
                self.note_all(at, {f"dE/dout_{name}": out[i] for i, name in enumerate(layer.neurons)})
        return loss

    def net(self, layer: Layer, names: list[str], known: Tensor) -> Tensor:
        """The layer's net inputs: one matrix over everything that came before, with 0 where there is no wire."""
        zero = torch.zeros(())
        table = [[zero for _ in names] for _ in layer.neurons]
        for wire in layer.wires:
            table[layer.neurons.index(wire.receiver)][names.index(wire.sender)] = self.parameters[wire.parameter]
        weights = torch.stack([torch.stack(row) for row in table])
        biases = [layer.biases.get(neuron) for neuron in layer.neurons]
        bias = torch.stack([zero if name is None else self.parameters[name] for name in biases])
        return F.linear(known, weights, -bias if self.network.threshold else bias)


def gradients(of: Tensor, by: Sequence[Tensor]) -> list[Tensor]:
    """The gradients by autograd; 0 where nothing leads from one to the other."""
    found = torch.autograd.grad(of, by, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(one) if grad is None else grad for one, grad in zip(by, found, strict=True)]


def near(value: float, expected: float) -> bool:
    return abs(value - expected) <= CLOSE * max(1.0, abs(expected))


SMOOTH = ("sigmoid", "tanh", "swish", "softplus")  # with no slope that is exactly 0
PROPER = (Kind.NET, Kind.OUT, Kind.LOSS, Kind.PART, Kind.DELTA, Kind.GRADIENT, Kind.NEW)
MAY_BE_ABSENT = ("delta_", "dE/dout_")  # of a neuron that leads nowhere; PyTorch's gradient is 0 there


def usual(make: Callable[[], Network]) -> Network:
    """A network that does not diverge and meets no kink.

    Where numbers explode, PyTorch's have no digits to compare with; at a net input of 0, the slope of max(z, 0.1·z) is
    a convention, of which there are several.
    """
    while True:
        network = make()
        values = TorchRun(network).run()
        at_a_kink = any("net_" in key and "/dnet" not in key and abs(value) < 1e-12 for key, value in values.items())
        if not at_a_kink and all(abs(value) < 100 for value in values.values()):
            return network


def compare(network: Network, rule: Callable[[list[Tensor]], Any] | None = None) -> None:
    """Every quantity of the solution is PyTorch's, in full detail and in the textbook's, and none is missing."""
    text = network.text()
    expected = TorchRun(network, rule=rule).run()
    full = solved(text, Detail.FULL, then_forward=True)
    assert_same(full, expected, text)
    written = {step.quantity.key for step in full.trace.steps}
    for key, value in expected.items():
        bare = key.rpartition(" / ")[2]
        if key not in written and not bare.startswith("E_"):
            assert bare.startswith(MAY_BE_ABSENT), f"{key} is missing in\n{text}"
            assert value == 0, f"{key} is missing in\n{text}"
    assert_same(solved(text, Detail.TEXTBOOK), expected, text)


def assert_same(solution: Solution, expected: Mapping[str, float], text: str) -> None:
    lines = [step for step in solution.trace.steps if step.quantity.kind in PROPER and not is_memory(step.quantity)]
    assert lines
    for step in lines:
        key = step.quantity.key
        value = float(step.value.decimal.text())
        assert near(value, expected[key]), f"{key} is {value}, PyTorch's {expected[key]}, in\n{text}"


def is_memory(quantity: Quantity) -> bool:
    """Whether it is what an optimizer remembers: v_w1⁺."""
    return quantity.kind is Kind.NEW and "_" in quantity.name


# Networks


def test_every_activation_and_every_loss_of_the_tables_is_compared() -> None:
    assert not ACTIVATIONS.keys() - ACTIVATION.keys(), "no counterpart in PyTorch: add one to ACTIVATION"
    assert not LOSSES.keys() - LOSS.keys(), "no counterpart in PyTorch: add one to LOSS"


@pytest.mark.parametrize("name", [*dict.fromkeys([*ACTIVATIONS, *ACTIVATION])])
@pytest.mark.parametrize("seed", NETWORKS)
def test_random_networks_with_this_activation_are_pytorchs(name: str, seed: int) -> None:
    random = Random(f"activation {name} {seed}")
    last = name if seed == 0 else "identity"
    compare(usual(lambda: random_network(random, [name], last, hidden=1 + seed % 2)))


@pytest.mark.parametrize("name", [*dict.fromkeys([*LOSSES, *LOSS])])
@pytest.mark.parametrize("seed", NETWORKS)
def test_random_networks_with_this_loss_are_pytorchs(name: str, seed: int) -> None:
    random = Random(f"loss {name} {seed}")
    row = LOSS[name]
    last = row.last[seed % len(row.last)]
    hidden = ["tanh", "sigmoid", "swish"]
    compare(usual(lambda: random_network(random, hidden, last, name, row.target, outputs=1 + (seed + 1) % 3)))


@pytest.mark.parametrize(
    "seed", [*range(40), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(40, 1000))]
)
def test_random_networks_of_mixed_layers_are_pytorchs(seed: int) -> None:
    """Shared and fixed parameters, skip connections, missing ones, thresholds, batches and epochs, as chance has it."""
    random = Random(f"mixed {seed}")
    name = random.choice(list(LOSS))
    last = random.choice(LOSS[name].last)
    compare(usual(lambda: random_network(random, list(ACTIVATION), last, name, LOSS[name].target)))


OPTIMIZERS_OF_PYTORCH = {
    name: partial(rule, of=settings_of(name, unusual=False)) for name, rule in torch_rules(torch).items()
}


@pytest.mark.parametrize("name", OPTIMIZERS_OF_PYTORCH)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 10))])
def test_random_networks_with_this_optimizer_are_pytorchs(name: str, seed: int) -> None:
    """Three epochs, so that what the optimizer remembers is used."""
    random = Random(f"optimizer {name} {seed}")

    def make() -> Network:
        network = random_network(random, SMOOTH, "sigmoid", epochs=3)
        return replace(network, learning_rate=str(RATE), more=(*network.more, f"optimizer: {name}"))

    compare(usual(make), OPTIMIZERS_OF_PYTORCH[name])


def test_chance_makes_every_kind_of_network() -> None:
    """The networks above are of no use if some kind never comes up."""
    networks = [random_network(Random(f"mixed {seed}"), ["tanh"]) for seed in range(40)]
    layers = [layer for network in networks for layer in network.layers]
    assert {layer.layout for layer in layers} == {
        "weights", "weights_by_input", "weights by name", "weights_by_input by name",
    }  # fmt: skip
    assert {network.epochs for network in networks} == {1, 2, 3}
    assert {network.reduce for network in networks} == {"mean", "sum"}
    assert {network.batch for network in networks} >= {"online", "full", "2"}
    assert {network.threshold for network in networks} == {True, False}
    assert any(network.fixed for network in networks)
    assert any(not layer.biases for layer in layers)
    assert any(set(layer.biases) < set(layer.neurons) for layer in layers if layer.biases)
    assert any(len(set(layer.biases.values())) == 1 < len(layer.biases) for layer in layers)
    assert any(len({wire.parameter for wire in layer.wires}) < len(layer.wires) for layer in layers)
    for network in networks:
        for before, layer in zip(network.layers, network.layers[1:], strict=False):
            if any(wire.sender not in before.neurons for wire in layer.wires):
                return
    pytest.fail("no connection skips a layer")


@pytest.mark.parametrize("at_zero", ["0", "1/2", "1"])
def test_the_slope_of_relu_at_exactly_zero_is_the_one_chosen(at_zero: str) -> None:
    """A net input of exactly 0 lets the share `at_zero` of its gradient through, as a leaky ReLU's factor would."""
    text = f"""
inputs: {{x: 2}}
targets: {{y: 1}}
relu_at_zero: {at_zero}
layers:
  - {{neurons: [h], activation: relu, weights: [[w = 0.5]], bias: b = -1}}
  - {{neurons: [y], weights: [[v = 3]], bias: c = 2}}
loss: half_squared_error
learning_rate: 0.1
"""
    net = torch.zeros((), requires_grad=True)
    (0.5 * (3 * F.leaky_relu(net, float(fraction(at_zero))) + 2 - 1) ** 2).backward()
    assert float(solved(text).trace["delta_h"].decimal.text()) == net.grad.item()


@pytest.mark.parametrize("written", ["o2", "1"])
def test_a_class_as_target_is_pytorchs_class_index(written: str) -> None:
    logits = torch.tensor([0.3, -1.2, 0.7], requires_grad=True)
    loss = F.cross_entropy(logits.unsqueeze(0), torch.tensor([1]))
    loss.backward()
    text = f"""
given: {{net_o1: 0.3, net_o2: -1.2, net_o3: 0.7}}
targets: {written}
layers: [{{neurons: [o1, o2, o3], activation: softmax}}]
loss: cross_entropy
"""
    for detail in (Detail.BRIEF, Detail.TEXTBOOK, Detail.FULL):
        trace = solved(text, detail).trace
        assert near(float(trace["E"].decimal.text()), loss.item())
        for index in range(3):
            assert near(float(trace[f"delta_o{index + 1}"].decimal.text()), logits.grad[index].item())


# Computation graphs


def _tensor(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function on numbers and tensors alike."""
    return lambda *arguments: function(*(torch.as_tensor(a, dtype=torch.float64) for a in arguments))


def _stacked(function: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda *arguments: function(torch.stack(arguments))


FUNCTION: dict[str, tuple[tuple[int, ...], Callable[..., Tensor]]] = {  # how many arguments, and PyTorch's function
    "sum": ((1, 2, 3), _stacked(torch.sum)),
    "mean": ((1, 2, 3), _stacked(torch.mean)),
    "max": ((2, 3), _stacked(torch.amax)),
    "min": ((2, 3), _stacked(torch.amin)),
    "square": ((1,), torch.square),
    "sqrt": ((1,), torch.sqrt),
    "exp": ((1,), torch.exp),
    "ln": ((1,), torch.log),
    "log2": ((1,), torch.log2),
    "log10": ((1,), torch.log10),
    "sin": ((1,), torch.sin),
    "cos": ((1,), torch.cos),
    "tan": ((1,), torch.tan),
    "erf": ((1,), torch.erf),
    "floor": ((1,), torch.floor),
    **{
        name: ((1,), ACTIVATION[name])
        for name in ("abs", "identity", "sigmoid", "tanh", "softplus", "softsign", "swish", "gelu", "hard_sigmoid")
    },
    "hard_tanh": ((1,), F.hardtanh),
    "sign": ((1,), torch.sign),
    "relu": ((1,), F.relu),
    "step": ((1,), ACTIVATION["step"]),
    "leaky_relu": ((1,), F.leaky_relu),
    "elu": ((1,), F.elu),
}
CONSTANTS = {"pi": math.pi, "e": math.e}
NAMESPACE = {"__builtins__": {}, **CONSTANTS, **{name: _tensor(f) for name, (_, f) in FUNCTION.items()}}


@dataclass(frozen=True)
class Graph:
    """A computation graph as it stands in a file."""

    inputs: Mapping[str, str]
    parameters: Mapping[str, str]
    nodes: Mapping[str, str]
    more: tuple[str, ...] = ()

    def text(self) -> str:
        lines = ["inputs:", *(f"  {name}: {value}" for name, value in self.inputs.items())]
        lines += ["parameters:", *(f"  {name}: {value}" for name, value in self.parameters.items())]
        lines += ["graph:", *(f"  {name}: {text}" for name, text in self.nodes.items())]
        return "\n".join([*lines, f"objective: {list(self.nodes)[-1]}", *self.more]) + "\n"

    def forward(self) -> dict[str, Tensor]:
        """Every name's tensor; an expression means to Python what it means in the file."""
        leaves = {**self.inputs, **self.parameters}
        values = {name: torch.tensor(float(fraction(text)), requires_grad=True) for name, text in leaves.items()}
        for name, text in self.nodes.items():
            values[name] = evaluated(text, values)
        return values


def evaluated(text: str, values: Mapping[str, Tensor]) -> Tensor:
    # `text` was made by `_expression` below; Python ranks ^ (its **), -, *, / and + as mathematics does.
    value = eval(text.replace("^", "**"), NAMESPACE, dict(values))
    return torch.as_tensor(value, dtype=torch.float64) + torch.zeros((), requires_grad=True)  # a constant is a leaf too


def random_graph(random: Random, function: str) -> Graph:
    """A graph in which the function is used, several nodes use the same name, and every value is of a usual size."""
    while True:
        inputs = {name: decimal(random, 180) for name in ("x", "y", "u")[: random.randint(1, 3)]}
        parameters = {name: decimal(random, 180) for name in ("w", "b")[: random.randint(1, 2)]}
        known = [*inputs, *parameters]
        nodes: dict[str, str] = {}
        count = random.randint(3, 5)
        place = random.randrange(1, count)
        for index in range(count):
            must = f"q{index}" if index == 0 else f"q{index - 1}"
            nodes[f"q{index + 1}"] = _expression(random, known, 2, function if index == place else None)
            if must in nodes:
                nodes[f"q{index + 1}"] += random.choice([" + ", " * ", " - "]) + must
            known.append(f"q{index + 1}")
        graph = Graph(inputs, parameters, nodes, ("learning_rate: 0.25",))
        if _is_usual(graph):
            return graph


def _expression(random: Random, names: Sequence[str], depth: int, function: str | None = None) -> str:
    if function is not None:
        count = random.choice(FUNCTION[function][0])
        arguments = [_expression(random, names, depth - 1) for _ in range(count)]
        return f"{function}({', '.join(arguments)})"
    if depth == 0 or random.random() < 0.15:
        return random.choice([*names, *names, *names, "0.5", "2", "1.25", "3e-1", "pi"])
    kind = random.randrange(8)
    if kind < 2:
        return _expression(random, names, depth, random.choice(list(FUNCTION)))
    if kind == 2:
        return f"({_expression(random, names, depth - 1)})^{random.choice(['2', '3', '-1', '-2', '0.5', '2^2'])}"
    if kind == 3:
        return f"-{random.choice(names)}^2"
    left, right = _expression(random, names, depth - 1), _expression(random, names, depth - 1)
    if random.random() < 0.5:
        left = f"({left})"
    if random.random() < 0.5:
        right = f"({right})"
    return left + random.choice([" + ", " - ", "*", " / ", "*-", "/"]) + right


def _is_usual(graph: Graph) -> bool:
    try:
        values = graph.forward()
    except ZeroDivisionError:
        return False
    found = [*values.values(), *gradients(list(values.values())[-1], list(values.values()))]
    sizes = [abs(value.item()) for value in found]
    return all(map(math.isfinite, sizes)) and max(sizes) < 1e4 and sizes[len(values) - 1] > 0.01


def test_every_function_is_compared() -> None:
    assert FUNCTION.keys() == set(FUNCTIONS), "a function without a counterpart in PyTorch: add one to FUNCTION"


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
@pytest.mark.parametrize("seed", GRAPHS)
def test_random_graphs_with_this_function_are_autograds(function: str, seed: int) -> None:
    graph = random_graph(Random(f"graph {function} {seed}"), function)
    values = graph.forward()
    names = list(values)
    objective = names[-1]
    expected = {name: value.item() for name, value in values.items()}
    for name, value in zip(names, gradients(values[objective], list(values.values())), strict=True):
        expected[f"d{objective}/d{name}"] = value.item()
    for name, text in graph.parameters.items():
        expected[f"{name}_new"] = float(text) - 0.25 * expected[f"d{objective}/d{name}"]
    for more in ([], ["detail: gates"]):
        text = replace(graph, more=(*graph.more, *more)).text()
        trace = solved(text).trace
        for step in trace.steps:
            key = step.quantity.key
            if step.quantity.kind is not Kind.LOCAL and (not more or key in expected):
                value = float(step.value.decimal.text())
                assert near(value, expected[key]), f"{key} is {value}, PyTorch's {expected[key]}, in\n{text}"
        written = {step.quantity.key for step in trace.steps}
        missing = {key for key in expected if key not in written and key not in values}
        assert all(expected[key] == 0 for key in missing), f"{missing} are missing in\n{text}"
        assert graph.nodes.keys() <= written
        leaves = {f"d{objective}/d{name}" for name in (*graph.inputs, *graph.parameters)}
        assert leaves <= written, "the gradient of every input and parameter is written, also where it is 0"


def test_local_derivatives_are_those_of_one_expression_alone() -> None:
    compared = 0
    for seed in range(12):
        random = Random(f"local {seed}")
        graph = random_graph(random, random.choice(["sigmoid", "tanh", "exp", "max", "sin", "mean", "square"]))
        values = graph.forward()
        for step in solved(graph.text()).trace.steps:
            of, by = step.quantity.of, step.quantity.by
            if step.quantity.kind is not Kind.LOCAL or of is None or by is None:
                continue
            alone = {name: value.detach().requires_grad_(True) for name, value in values.items()}
            (expected,) = gradients(evaluated(graph.nodes[of.name], alone), [alone[by.name]])
            value = float(step.value.decimal.text())
            assert near(value, expected.item()), f"{step.quantity.key} is {value}, not {expected}, in\n{graph.text()}"
            compared += 1
    assert compared > 30
