"""Layers over steps against PyTorch: its modules, the published equations in its arithmetic, its gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from helpers import decimal, decimals, solved
from torch_runs import (
    Named,
    Sheet,
    Tensor,
    chance,
    check,
    half_squares,
    keyed,
    leaf,
    matrix,
    torch,
    trained,
    units,
    vector,
)

from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import SolveOptions, solution_of

F = torch.nn.functional
GATES: Mapping[str, Mapping[str, str]] = {  # in the order in which PyTorch stacks them
    "recurrent": {"": ""},
    "gru": {"reset": "r", "update": "z", "candidate": "n"},
    "lstm": {"input": "i", "forget": "f", "candidate": "g", "output": "o"},
}
ACTIVATION = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "identity": lambda z: z + 0,
              "softplus": F.softplus, "softmax": lambda z: torch.softmax(z, 0), "z/(1 + abs(z))": F.softsign,
              "leaky_relu(0.2)": lambda z: F.leaky_relu(z, 0.2), "elu": F.elu}  # fmt: skip
PARTS = {"query": "q", "key": "k", "value": "v"}
Outputs = Callable[[Named, Named, list[Tensor]], Sequence[Tensor]]  # what is on the way by key, parameters, steps


@dataclass(frozen=True)
class Case:
    """A network as layers of a file, what it puts out in PyTorch, and how many targets a sample has."""

    layers: Sequence[str]
    outputs: Outputs
    targets: int
    tokens: int = 0  # where the inputs are numbers of rows


# ---- layers with a state -------------------------------------------------------------------------------------


def stated(sheet: Sheet, kind: str, size: int, more: str = "", *, start: bool, biased: bool, second: bool = False,
           by_input: bool = False) -> str:  # fmt: skip
    """A layer with a state as it stands in a file; `second` biases stand with the recurrent weights."""
    end, keys = "_by_input" if by_input else "", [f"type: {kind}{more}"]
    for key, letter in GATES[kind].items():
        inner = [f"weights{end}: {sheet.matrix(f'w{letter}', size, sheet.features, by_input)}"]
        inner += [f"recurrent_weights{end}: {sheet.matrix(f'u{letter}', size, size, by_input)}"]
        inner += [f"bias: {sheet.vector(f'b{letter}', size)}"] if biased else []
        inner += [f"recurrent_bias: {sheet.vector(f'p{letter}', size)}"] if second else []
        keys.append(f"{key}: {{{', '.join(inner)}}}" if key else ", ".join(inner))
    keys += [f"initial: {sheet.state(units('h', size, 0))}"] if start else []
    keys += [f"initial_cell: {sheet.state(units('c', size, 0))}"] if start and kind == "lstm" else []
    return ", ".join(keys)


def bias(parameters: Named, name: str, size: int) -> Tensor:
    return vector(parameters, name, size) if f"{name}1" in parameters else torch.zeros(size).double()


def start_of(parameters: Named, letter: str, size: int) -> Tensor:
    names = units(letter, size, 0)
    return torch.stack([parameters[name] for name in names]) if names[0] in parameters else torch.zeros(size).double()


def kept(named: Named, prefix: str, stem: str, step: int, values: Tensor) -> Tensor:
    """The values of units in a step, entered under their keys."""
    listed = list(values)
    named.update(keyed(prefix, units(stem, len(listed), step), listed))
    return torch.stack(listed)


@dataclass
class Step:
    """A step of a layer with a state: what its gates are given, and what is entered on the way."""

    named: Named
    parameters: Named
    number: int
    x: Tensor
    size: int

    def from_inputs(self, letter: str) -> Tensor:
        weights = matrix(self.parameters, f"w{letter}", self.size, len(self.x))
        return weights @ self.x + bias(self.parameters, f"b{letter}", self.size)

    def from_state(self, letter: str, h: Tensor) -> Tensor:
        return matrix(self.parameters, f"u{letter}", self.size, self.size) @ h + bias(
            self.parameters, f"p{letter}", self.size
        )

    def activated(self, stem: str, nets: Tensor, activation: Callable[[Tensor], Tensor] = torch.sigmoid) -> Tensor:
        nets = kept(self.named, "net_", stem, self.number, nets)
        return kept(self.named, "out_", stem, self.number, activation(nets))

    def gate(self, letter: str, h: Tensor, activation: Callable[[Tensor], Tensor] = torch.sigmoid) -> Tensor:
        return self.activated(letter, self.from_inputs(letter) + self.from_state(letter, h), activation)


def simple(activation: str, step: Step, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """Elman 1990."""
    return step.activated("h", step.from_inputs("") + step.from_state("", h), ACTIVATION[activation]), c


def gru(convention: str, step: Step, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """PyTorch's documentation; Cho et al. 2014, equations 5 to 8; Chung et al. 2014, section 3.2."""
    r, z = step.gate("r", h), step.gate("z", h)
    before = r * step.from_state("n", h) if convention == "pytorch" else step.from_state("n", r * h)
    n = step.activated("n", step.from_inputs("n") + before, torch.tanh)
    new = (1 - z) * h + z * n if convention == "chung" else z * h + (1 - z) * n
    return kept(step.named, "out_", "h", step.number, new), c


def lstm(step: Step, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000."""
    i, f, g, o = (step.gate(gate, h, torch.tanh if gate == "g" else torch.sigmoid) for gate in "ifgo")
    c = kept(step.named, "", "c", step.number, f * c + i * g)
    return kept(step.named, "out_", "h", step.number, o * torch.tanh(c)), c


def by_hand(kind: str, more: str, advance: Callable[..., tuple[Tensor, Tensor]], sheet: Sheet) -> Case:
    """The layer by its equations, and a readout of every step, or of the last."""
    size = sheet.random.randint(2 if "softmax" in more else 1, 3 if kind == "recurrent" else 2)
    last, start, biased, more_so = (sheet.random.random() < 0.5 for _ in range(4))
    second, by_input = more_so and kind != "recurrent", more_so and kind != "gru"
    layer = stated(sheet, kind, size, more, start=start, biased=biased, second=second, by_input=by_input)
    readout = f"per_step: true, neurons: [y], weights: {sheet.matrix('v', 1, size)}, bias: {sheet.vector('k', 1)}"
    shown = slice(-1, None) if last else slice(None)

    def outputs(named: Named, parameters: Named, steps: list[Tensor]) -> Sequence[Tensor]:
        h, c = start_of(parameters, "h", size), start_of(parameters, "c", size)
        hs = []
        for number, x in enumerate(steps, start=1):
            h, c = advance(Step(named, parameters, number, x, size), h, c)
            hs.append(h)
        nets = [(matrix(parameters, "v", 1, size) @ out + parameters["k1"])[0] for out in hs[shown]]
        named |= keyed("net_", [f"y{n}" for n in range(1, len(nets) + 1)], nets)
        return nets

    return Case((layer + ", returns: last" * last, readout), outputs, len(range(sheet.steps)[shown]))


def module(kind: str, more: str, made: Callable[..., Any], sheet: Sheet) -> Case:
    """PyTorch's whole module on the whole sequence, as the last layer, with its own gradients."""
    size = sheet.random.randint(1, 3)
    layer = stated(sheet, kind, size, more, start=True, biased=True, second=kind != "recurrent")
    net = made(sheet.features, size, dtype=torch.float64)
    names = [name for step in range(1, sheet.steps + 1) for name in units("h", size, step)]

    def outputs(named: Named, parameters: Named, steps: list[Tensor]) -> Sequence[Tensor]:
        letters = GATES[kind].values()
        weights = {
            "weight_ih_l0": torch.cat([matrix(parameters, f"w{one}", size, sheet.features) for one in letters]),
            "weight_hh_l0": torch.cat([matrix(parameters, f"u{one}", size, size) for one in letters]),
            "bias_ih_l0": torch.cat([bias(parameters, f"b{one}", size) for one in letters]),
            "bias_hh_l0": torch.cat([bias(parameters, f"p{one}", size) for one in letters]),
        }
        h, c = (start_of(parameters, letter, size)[None] for letter in "hc")
        found, last = torch.func.functional_call(net, weights, (torch.stack(steps), (h, c) if kind == "lstm" else h))
        named |= keyed("out_", names, found.detach().flatten())
        if kind == "lstm":
            named |= keyed("", units("c", size, sheet.steps), last[1].detach()[0])
        return list(found.flatten())

    return Case((layer,), outputs, sheet.steps * size)


# ---- embedding and attention ---------------------------------------------------------------------------------


def embedding(sheet: Sheet) -> Case:
    """Samples with other tokens, tokens that come twice, rows that nobody picks."""
    count, width = sheet.random.randint(2, 5), sheet.random.randint(1, 3)
    table = f"type: embedding, table: {sheet.matrix('v', count, width)}"
    readout = f"neurons: [y], activation: tanh, weights: {sheet.matrix('w', 1, sheet.steps * width)}"
    names = [name for step in range(1, sheet.steps + 1) for name in units("e", width, step)]

    def outputs(named: Named, parameters: Named, steps: list[Tensor]) -> Sequence[Tensor]:
        rows = F.embedding(torch.stack(steps).flatten().detach().long(), matrix(parameters, "v", count, width))
        outs = list(rows.flatten())
        net = (matrix(parameters, "w", 1, len(outs)) @ torch.stack(outs))[0]
        named |= keyed("out_", names, outs) | {"net_y": net}
        return [torch.tanh(net)]

    return Case((table, readout), outputs, 1, tokens=count)


def projected(named: Named, parameters: Named, steps: list[Tensor], letter: str) -> Tensor:
    """Queries, keys or values, a row a step; of weights, every component is entered under its key."""
    size = sum(name.startswith(f"m{letter}") and name.endswith("_1") for name in parameters)
    if not size:
        return torch.stack(steps)
    return torch.stack([
        kept(named, "", letter, step, matrix(parameters, f"m{letter}", size, len(x)) @ x
             + bias(parameters, f"n{letter}", size))
        for step, x in enumerate(steps, start=1)
    ])  # fmt: skip


def attention(sheet: Sheet) -> Case:
    """Projections, scores, weights and outputs, with and without weights, masks, scales."""
    scaled, causal, biased, by_input = (sheet.random.random() < 0.6 for _ in range(4))
    wide, deep = sheet.random.randint(1, 3), sheet.random.randint(1, 3)
    sizes = sheet.random.choice([{"query": wide, "key": wide, "value": deep}] * 3 + [{"value": deep}, {}])
    width, end = sizes.get("value", sheet.features), "_by_input" if by_input else ""
    keys = ["type: attention"]
    for part, letter in PARTS.items():
        if part in sizes:
            inner = f"weights{end}: {sheet.matrix(f'm{letter}', sizes[part], sheet.features, by_input)}"
            inner += f", bias: {sheet.vector(f'n{letter}', sizes[part])}" if biased else ""
            keys.append(f"{part}: {{{inner}}}")
    keys += [] if scaled else ["scaled: false"]
    keys += ["mask: causal"] if causal else []
    names = [name for step in range(1, sheet.steps + 1) for name in units("y", width, step)]

    def outputs(named: Named, parameters: Named, steps: list[Tensor]) -> Sequence[Tensor]:
        q, k, v = (projected(named, parameters, steps, letter) for letter in PARTS.values())
        scale = k.shape[1] ** -0.5 if scaled else 1.0
        whole = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=causal, scale=scale)[0]
        outs: list[Tensor] = []
        for row, query in enumerate(q, start=1):
            seen = row if causal else len(k)
            scores = [query @ k[other] * scale for other in range(seen)]
            shares = list(torch.softmax(torch.stack(scores), 0))
            places = [f"{row}{other}" for other in range(1, seen + 1)]
            named |= keyed("s", places, scores) | keyed("alpha", places, shares)
            outs += list(sum(share * value for share, value in zip(shares, v, strict=False)))
        assert torch.allclose(torch.stack(outs), whole.flatten())
        named |= keyed("out_", names, outs)
        return outs

    return Case((", ".join(keys),), outputs, sheet.steps * width)


# ---- the table -----------------------------------------------------------------------------------------------

LAYERS: Mapping[str, tuple[Callable[[Sheet], Case], int]] = {  # what makes a case by chance, and how many are made
    **{f"recurrent, {name}": (partial(by_hand, "recurrent", f", activation: {name}", partial(simple, name)), 4)
       for name in ACTIVATION},
    **{f"torch.nn.RNN, {name}": (partial(module, "recurrent", f", activation: {name}",
                                         partial(torch.nn.RNN, nonlinearity=name)), 4) for name in ("tanh", "relu")},
    **{f"gru of {name}": (partial(by_hand, "gru", f", convention: {name}", partial(gru, name)), 8)
       for name in ("pytorch", "cho", "chung")},
    "torch.nn.GRU": (partial(module, "gru", "", torch.nn.GRU), 6),
    "lstm": (partial(by_hand, "lstm", "", lstm), 12),
    "torch.nn.LSTM": (partial(module, "lstm", "", torch.nn.LSTM), 6),
    "torch.nn.functional.embedding": (embedding, 10),
    "torch.nn.functional.scaled_dot_product_attention": (attention, 16),
}  # fmt: skip
CASES = [(layer, seed) for layer, (_make, count) in LAYERS.items() for seed in range(count)]


@pytest.mark.parametrize(("layer", "seed"), CASES)
def test_every_line_and_gradient_is_pytorchs(layer: str, seed: int) -> None:
    """Several units, features, steps, samples, batches, epochs: what is on the way, every gradient, the new weights."""
    sheet = chance(f"{layer} {seed}", features=1 if layer.endswith("embedding") else None)
    case = LAYERS[layer][0](sheet)
    for _ in range(sheet.random.randint(1, 3)):
        tokens = [str(sheet.random.randrange(case.tokens)) for _ in range(sheet.steps)] if case.tokens else None
        sheet.sample([decimal(sheet.random) for _ in range(case.targets)], tokens)

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        named: Named = {}
        outputs = case.outputs(named, parameters, steps)
        return half_squares(torch.stack(list(outputs)), targets), named

    check(sheet.text(*case.layers), trained(sheet, forward))


# ---- what is in no table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_softmax_in_every_step_has_delta_p_minus_t(seed: int) -> None:
    """Cross-entropy summed over the steps, classes by index, one-hot or soft; δ is p − t step by step."""
    sheet = chance(f"softmax {seed}")
    size, classes = sheet.random.randint(1, 2), sheet.random.randint(2, 3)
    layer = stated(sheet, "recurrent", size, ", activation: tanh", start=False, biased=True)
    readout = f"per_step: true, activation: softmax, weights: {sheet.matrix('v', classes, size)}"
    names = [name for step in range(1, sheet.steps + 1) for name in units("y", classes, step)]
    chosen = [sheet.random.randrange(classes) for _ in range(sheet.steps)]
    hot = [str(int(n == one)) for one in chosen for n in range(classes)]
    sheet.sample(hot)
    sheet.sample(hot if seed % 2 else [f"{sheet.random.randint(1, 9)}/10" for _ in hot])
    deltas: list[float] = []

    def forward(parameters: Named, steps: list[Tensor], targets: Tensor) -> tuple[Tensor, Named]:
        named: Named = {}
        h, nets = torch.zeros(size).double(), []
        for number, x in enumerate(steps, start=1):
            h, _c = simple("tanh", Step(named, parameters, number, x, size), h, h)
            nets += list(matrix(parameters, "v", classes, size) @ h)
        table = torch.softmax(torch.stack(nets).reshape(-1, classes), 1)
        wanted = targets.reshape(-1, classes)
        deltas.extend((wanted.sum(1, keepdim=True) * table - wanted).flatten().tolist())
        return -(wanted * table.log()).sum(), named | keyed("net_", names, nets)

    text, expected = sheet.text(layer, readout, loss="cross_entropy"), trained(sheet, forward)
    check(text, expected)
    own = [value for key, value in expected.items() if "delta_y" in key]
    assert own == pytest.approx(deltas)
    indices = text.replace(f"targets: [{', '.join(hot)}]", f"targets: [{', '.join(map(str, chosen))}]")
    assert indices != text or sheet.steps * classes == sheet.steps
    if sheet.steps > 1:
        assert decimals(solved(indices)) == decimals(solved(text))


@pytest.mark.parametrize("seed", range(6))
def test_gradients_are_those_of_scaled_dot_product_attention_itself(seed: int) -> None:
    """Nothing by hand: PyTorch's own function in float64, queries, keys and values given as inputs."""
    sheet = chance(f"given {seed}", steps=1, features=1)
    queries, keys, wide, deep = (sheet.random.randint(1, 3) for _ in range(4))
    shapes = {"q": (queries, wide), "k": (keys, wide), "v": (keys, deep)}
    texts = {
        name: [[decimal(sheet.random, 150) for _ in range(c)] for _ in range(r)] for name, (r, c) in shapes.items()
    }
    targets = [decimal(sheet.random) for _ in range(queries * deep)]
    tensors = {name: [[leaf(text) for text in row] for row in rows] for name, rows in texts.items()}
    q, k, v = (torch.stack([torch.stack(row) for row in rows]) for rows in tensors.values())
    outs = F.scaled_dot_product_attention(q[None], k[None], v[None])[0].flatten()
    loss = half_squares(outs, torch.stack(list(map(leaf, targets))).detach())
    loss.backward()
    text = f"inputs: {flow(texts)}\ntargets: {flow(targets)}\nlayers:\n" \
           "  - {type: attention, query: q, key: k, value: v}\nloss: half_squared_error\n"  # fmt: skip
    expected = {f"dE/d{name}{r}_{c}": one.grad.item() for name, rows in tensors.items()
                for r, row in enumerate(rows, start=1) for c, one in enumerate(row, start=1)}  # fmt: skip
    names = [name for step in range(1, queries + 1) for name in units("y", deep, step)]
    expected |= {f"out_{name}": out.item() for name, out in zip(names, outs, strict=True)} | {"E": loss.item()}
    check(text, expected)


def flow(value: Any) -> str:
    """Nested lists and mappings of texts as they stand in a file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]" if isinstance(value, list) else value


def test_the_bundled_example_is_that_of_torch_nn_lstm() -> None:
    """Aidan Gomez's two steps: PyTorch's module on his numbers, and its new weights after one step of 0.1."""
    gates = {"i": ([0.95, 0.80], 0.80, 0.65), "f": ([0.70, 0.45], 0.10, 0.15),
             "g": ([0.45, 0.25], 0.15, 0.20), "o": ([0.60, 0.40], 0.25, 0.10)}  # fmt: skip
    module = torch.nn.LSTM(2, 1, dtype=torch.float64)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.tensor([w for w, _u, _b in gates.values()], dtype=torch.float64))
        module.weight_hh_l0.copy_(torch.tensor([[u] for _w, u, _b in gates.values()], dtype=torch.float64))
        module.bias_ih_l0.copy_(torch.tensor([b for _w, _u, b in gates.values()], dtype=torch.float64))
        module.bias_hh_l0.zero_()
    outputs, (_h, c) = module(torch.tensor([[1.0, 2.0], [0.5, 3.0]], dtype=torch.float64))
    loss = half_squares(outputs.flatten(), torch.tensor([0.5, 1.25], dtype=torch.float64))
    loss.backward()
    ours = decimals(solution_of(load("lstm"), SolveOptions(Detail.FULL, digits=15)))
    assert [float(ours["out_h1"]), float(ours["out_h2"]), float(ours["c2"])] == [
        near(value) for value in (*outputs.flatten(), c[0, 0])
    ]
    for index, letter in enumerate(gates):
        name = {"g": "a"}.get(letter, letter)
        new = module.weight_ih_l0[index] - 0.1 * module.weight_ih_l0.grad[index]
        assert [float(ours[f"w{name}{n}_new"]) for n in (1, 2)] == [near(one) for one in new]
        assert float(ours[f"dE/du{name}"]) == near(module.weight_hh_l0.grad[index, 0])
        assert float(ours[f"dE/db{name}"]) == near(module.bias_ih_l0.grad[index])


def near(value: Tensor) -> object:
    """Equal to a tensor of one number, to twelve places."""
    return pytest.approx(value.item(), abs=1e-12)
