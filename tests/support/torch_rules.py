"""The optimizers as PyTorch has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backprop_cli.algebra.optimizers import OPTIMIZERS

RATE = 0.05

# Far from the usual ones, so that no setting is so near to 0 or 1 that it does not matter
UNUSUAL = {"mu": 0.6, "beta": 0.6, "beta1": 0.6, "beta2": 0.8, "rho": 0.7, "epsilon": 0.125, "psi": 0.5, "lambda": 0.25,
           "tau": 0.3, "alpha": 1.5, "gamma": 0.25, "iterations": 3}  # fmt: skip


def settings_of(name: str, unusual: bool) -> dict[str, float]:
    """Every setting of the optimizer with its usual value, or one far from it."""
    return {key: UNUSUAL[key] if unusual else float(usual) for key, usual in OPTIMIZERS[name].settings.items()}


def torch_rules(torch: Any) -> dict[str, Callable[..., Any]]:
    """PyTorch's optimizer of the same name, of a weight and our settings."""
    optim = torch.optim

    def adam(rule: Callable[..., Any], w: list[Any], of: dict[str, float], **more: float) -> Any:
        return rule(w, lr=RATE, betas=(of["beta1"], of["beta2"]), eps=of["epsilon"], **more)

    return {
        "sgd": lambda w, of: optim.SGD(w, lr=RATE),
        "momentum": lambda w, of: optim.SGD(w, lr=RATE, momentum=of["mu"]),
        "nesterov": lambda w, of: optim.SGD(w, lr=RATE, momentum=of["mu"], nesterov=True),
        "adagrad": lambda w, of: optim.Adagrad(w, lr=RATE, eps=of["epsilon"]),
        "rmsprop": lambda w, of: optim.RMSprop(w, lr=RATE, alpha=of["rho"], eps=of["epsilon"]),
        "rmsprop_centered": lambda w, of: optim.RMSprop(w, lr=RATE, alpha=of["rho"], eps=of["epsilon"], centered=True),
        "rmsprop_momentum": lambda w, of: optim.RMSprop(
            w, lr=RATE, alpha=of["rho"], eps=of["epsilon"], momentum=of["mu"]
        ),
        "rmsprop_centered_momentum": lambda w, of: optim.RMSprop(
            w, lr=RATE, alpha=of["rho"], eps=of["epsilon"], momentum=of["mu"], centered=True
        ),
        "amsgrad": lambda w, of: optim.Adam(
            w, lr=RATE, betas=(of["beta1"], of["beta2"]), eps=of["epsilon"], amsgrad=True
        ),
        "adadelta": lambda w, of: optim.Adadelta(w, lr=RATE, rho=of["rho"], eps=of["epsilon"]),
        "adam": lambda w, of: adam(optim.Adam, w, of),
        "adamax": lambda w, of: adam(optim.Adamax, w, of),
        "nadam": lambda w, of: adam(optim.NAdam, w, of, momentum_decay=of["psi"]),
        "adamw": lambda w, of: adam(optim.AdamW, w, of, weight_decay=of["lambda"]),
    }
