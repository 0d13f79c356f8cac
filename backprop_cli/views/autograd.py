"""What PyTorch's autograd finds in float64: its tensors as a number domain, and the gradients of lines in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from backprop_cli.algebra.derivation import Derivation, Line
from backprop_cli.algebra.evaluation import evaluate_lines
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.numbers.exact import Rational


class _Tensors:
    """PyTorch's float64 tensors as a number domain."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        for name in ("exp", "sin", "cos", "tanh", "erf", "sqrt", "floor"):
            setattr(self, name, getattr(torch, name))

    def number(self, value: Rational | int) -> Any:
        number = float(value) if isinstance(value, int) else int(value.p) / int(value.q)
        return self.torch.tensor(number, dtype=self.torch.float64)

    def by_sign(self, x: Any, negative: Callable[[], Any], zero: Callable[[], Any], positive: Callable[[], Any]) -> Any:
        return positive() if x > 0 else negative() if x < 0 else zero()

    def divide(self, x: Any, y: Any) -> Any:
        return x / y

    def ln(self, x: Any) -> Any:
        return self.torch.log(x)

    def log(self, x: Any, base: int) -> Any:
        return self.torch.log(x) / self.torch.log(self.number(base))

    def power(self, x: Any, y: Any) -> Any:
        return x**y

    def cos_pi(self, x: Any) -> Any:
        return self.torch.cos(self.torch.pi * x)

    def pi(self) -> Any:
        return self.torch.tensor(self.torch.pi, dtype=self.torch.float64)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def gradients(derivation: Derivation, lines: Iterable[Line], objective: Quantity) -> dict[Quantity, float]:
    """∂objective/∂constant for every constant, by autograd in float64."""
    import torch

    leaves: dict[Quantity, Any] = {}

    def leaf(quantity: Quantity, value: Any) -> Any:
        line = derivation.index.get(quantity)
        if line is None or line.given:
            value = leaves[quantity] = value.detach().requires_grad_(True)
        return value

    evaluate_lines(lines, derivation.constants, _Tensors(torch), leaf)[objective].backward()
    return {name: 0.0 if leaf.grad is None else float(leaf.grad) for name, leaf in leaves.items()}
