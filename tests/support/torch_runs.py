"""Training with PyTorch, written so that every number has the key that it has in a worked solution.

A parameter, an input or anything in between is a tensor of one number under its name, so that PyTorch's own modules
can be put together from them and their gradients are found by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from helpers import decimal, decimals, fraction, solved

torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")

Tensor = Any
CLOSE = 1e-10
Named = dict[str, Tensor]
Forward = Callable[[Named, list[Tensor], Tensor], tuple[Tensor, Named]]  # parameters, steps, targets: loss, by key


@dataclass
class Sheet:
    """What the file and PyTorch have in common: parameters by name with their texts, samples, and how it is trained."""

    random: Random
    steps: int
    features: int
    samples: list[tuple[list[str], list[str]]] = field(default_factory=list)  # inputs step by step, and targets
    parameters: dict[str, str] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    rate: str = "0.5"
    epochs: int = 1
    batch: int = 1
    mean: bool = True

    def numbers(self, *names: str) -> list[str]:
        """`name = number` for new parameters, to stand in the file."""
        for name in names:
            self.parameters[name] = decimal(self.random, 120)
        return [f"{name} = {self.parameters[name]}" for name in names]

    def matrix(self, name: str, rows: int, columns: int, by_input: bool = False) -> str:
        """A matrix of new parameters name1_1, name1_2, … as it stands in the file, in rows or else in columns."""
        table = [self.numbers(*(f"{name}{row}_{column}" for column in range(1, columns + 1)))
                 for row in range(1, rows + 1)]  # fmt: skip
        table = [list(column) for column in zip(*table, strict=True)] if by_input else table
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in table) + "]"

    def vector(self, name: str, size: int) -> str:
        """A list of new parameters name1, name2, … as it stands in the file."""
        return f"[{', '.join(self.numbers(*(f'{name}{place}' for place in range(1, size + 1))))}]"

    def state(self, names: Sequence[str]) -> str:
        """A list of numbers that become parameters with these names, and that are not updated."""
        self.fixed |= set(names)
        return f"[{', '.join(one.split(' = ')[1] for one in self.numbers(*names))}]"

    def sample(self, targets: Sequence[str], inputs: Sequence[str] | None = None) -> None:
        """One more sample, its inputs by chance unless they are given."""
        chosen = inputs or [decimal(self.random, 150) for _ in range(self.steps * self.features)]
        self.samples.append((list(chosen), list(targets)))

    def inputs(self) -> list[str]:
        """The names of the inputs."""
        if self.features == 1:
            return [f"x{step}" for step in range(1, self.steps + 1)]
        return [f"x{step}_{n}" for step in range(1, self.steps + 1) for n in range(1, self.features + 1)]

    def text(self, *layers: str, loss: str = "half_squared_error") -> str:
        """The problem file."""
        lines = ["samples:"]
        for values, targets in self.samples:
            rows = [values[start : start + self.features] for start in range(0, len(values), self.features)]
            listed = [row[0] if self.features == 1 else f"[{', '.join(row)}]" for row in rows]
            lines.append(f"  - {{inputs: [{', '.join(listed)}], targets: [{', '.join(targets)}]}}")
        lines += ["layers:", *(f"  - {{{layer}}}" for layer in layers), f"loss: {loss}"]
        lines += [f"learning_rate: {self.rate}", f"epochs: {self.epochs}", f"batch: {self.batch}"]
        return "\n".join([*lines, f"reduce: {'mean' if self.mean else 'sum'}"]) + "\n"


def chance(seed: str, steps: int | None = None, features: int | None = None) -> Sheet:
    """A sheet whose steps, features, epochs and batches are left to chance, without samples yet."""
    random = Random(seed)
    return Sheet(
        random,
        steps or random.randint(1, 3),
        features or random.randint(1, 3),
        epochs=random.choice([1, 1, 2]),
        batch=random.choice([1, 2, 3]),
        mean=random.random() < 0.5,
    )


def units(stem: str, size: int, step: int) -> list[str]:
    """The names of the units of a layer in a step: h1, or ha1, hb1, …"""
    return [f"{stem}{step}"] if size == 1 else [f"{stem}{'abcdef'[n]}{step}" for n in range(size)]


def matrix(named: Named, name: str, rows: int, columns: int) -> Tensor:
    """The matrix of the tensors name1_1, name1_2, …"""
    table = [[named[f"{name}{row}_{column}"] for column in range(1, columns + 1)] for row in range(1, rows + 1)]
    return torch.stack([torch.stack(row) for row in table])


def vector(named: Named, name: str, size: int) -> Tensor:
    """The vector of the tensors name1, name2, …"""
    return torch.stack([named[f"{name}{place}"] for place in range(1, size + 1)])


def keyed(prefix: str, names: Sequence[str], values: Sequence[Tensor]) -> Named:
    """The values under prefix and name: net_h1, …"""
    return {f"{prefix}{name}": value for name, value in zip(names, values, strict=True)}


def half_squares(outputs: Tensor, targets: Tensor) -> Tensor:
    """½Σ(t − o)²"""
    return ((outputs - targets) ** 2).sum() / 2


def leaf(text: str) -> Tensor:
    """A number of a file, to be differentiated by."""
    return torch.tensor(float(fraction(text)), dtype=torch.float64, requires_grad=True)


# ---- training ------------------------------------------------------------------------------------------------


def trained(sheet: Sheet, forward: Forward) -> dict[str, float]:
    """Every value, gradient and new parameter of the run; `forward` gives the loss and what is on the way, by key."""
    values: dict[str, float] = {}
    parameters = {name: leaf(text) for name, text in sheet.parameters.items()}
    count, size = len(sheet.samples), min(sheet.batch, len(sheet.samples))
    for epoch in range(1, sheet.epochs + 1):
        base = [f"epoch {epoch}"] if sheet.epochs > 1 else []
        for number, start in enumerate(range(0, count, size), start=1):
            chunk = range(start, min(start + size, count))
            gradients = [_sample(sheet, forward, parameters, values, base, index) for index in chunk]
            whole = [*base, f"batch {number}"] if size < count else base
            at = whole if size > 1 else [*base, *_sample_place(sheet, start)]
            for name, old in parameters.items():
                total = sum(one[name] for one in gradients) / (len(chunk) if sheet.mean else 1)
                new = old.detach() - float(fraction(sheet.rate)) * total
                if name not in sheet.fixed:
                    values |= {_key(at, f"dE/d{name}"): float(total), _key(at, f"{name}_new"): float(new)}
                    parameters[name] = new.requires_grad_()
    return values


def _sample_place(sheet: Sheet, index: int) -> list[str]:
    return [f"sample {index + 1}"] if len(sheet.samples) > 1 else []


def _key(address: Sequence[str], name: str) -> str:
    return " / ".join([*address, name])


def _sample(
    sheet: Sheet, forward: Forward, parameters: Named, values: dict[str, float], base: list[str], index: int
) -> Named:
    """Adds what there is to know of one sample; its gradients by parameter."""
    address = [*base, *_sample_place(sheet, index)]
    texts, targets = sheet.samples[index]
    inputs = dict(zip(sheet.inputs(), map(leaf, texts), strict=True))
    listed = list(inputs.values())
    steps = [torch.stack(listed[start : start + sheet.features]) for start in range(0, len(listed), sheet.features)]
    loss, named = forward(parameters, steps, torch.stack([leaf(text).detach() for text in targets]))
    values |= {_key(address, key): value.item() for key, value in named.items()} | {_key(address, "E"): loss.item()}
    leaves = {**parameters, **inputs, **{key: value for key, value in named.items() if value.requires_grad}}
    found = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    gradients = {key: torch.zeros(()) if one is None else one for key, one in zip(leaves, found, strict=True)}
    for key, gradient in gradients.items():
        named_so = f"delta_{key[4:]}" if key.startswith("net_") else f"dE/d{key}"
        values[_key(address, named_so)] = float(gradient)
    return {name: gradients[name] for name in parameters}


def check(text: str, expected: Mapping[str, float], absent: Sequence[str] = ()) -> None:
    """The solution of the file has every expected number.

    A gradient of 0 need not be written, and those of `absent` have no line in any solution.
    """
    ours = decimals(solved(text))
    wrong: dict[str, Any] = {}
    for key, value in expected.items():
        if key not in ours and (value == 0 or key.rsplit(" / ", 1)[-1] in absent):
            continue
        if key not in ours or abs(float(ours[key]) - value) > CLOSE * max(1.0, abs(value)):
            wrong[key] = (float(ours[key]) if key in ours else "missing", value)
    assert not wrong, f"{wrong}\n{text}"
    assert len(expected) > 2
