"""Writes the file of an optimizer exercise: a parameter or two, given gradients, two steps."""

from __future__ import annotations

from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.generator.chance import Chance
from backprop_cli.generator.grids import TENTHS, decimals
from backprop_cli.generator.patterns import Draft
from backprop_cli.generator.recipes import Recipe

EXACT_STEPS = tuple(name for name, optimizer in OPTIMIZERS.items() if optimizer.exact)
_STEPS = 2
# Such that every weight of a mean, and 1 minus it, is short.
_SETTINGS: dict[str, tuple[str, ...]] = {
    "momentum": ("mu: 0.9", "mu: 0.8", "mu: 0.5"),
    "momentum_step": ("mu: 0.9", "mu: 0.8", "mu: 0.5"),
    "momentum_velocity": ("mu: 0.9", "mu: 0.8", "mu: 0.5"),
    "momentum_average": ("beta: 0.9", "beta: 0.8"),
    "nesterov": ("mu: 0.9", "mu: 0.8"),
    "rmsprop": ("rho: 0.9", "rho: 0.8"),
    # From 0, the first steps are √ε long: with the usual 1e-6, four places would show nothing of them.
    "adadelta": ("rho: 0.9, epsilon: 0.01", "rho: 0.9, epsilon: 0.04", "rho: 0.8, epsilon: 0.01"),
}
_BETAS = ("beta1: 0.9, beta2: 0.999", "beta1: 0.9, beta2: 0.99", "beta1: 0.8, beta2: 0.9")
_PARAMETER = decimals(-30, 30, without=(-10, 0, 10))
_GRADIENT = (*TENTHS, *decimals(-40, 40, without=tuple(n for n in range(-40, 41) if n % 10 or abs(n) < 20)))
_RATES = ("0.1", "0.2", "0.3", "0.4")


def usual_optimizer(name: str) -> str:
    """What stands after `optimizer:` where its usual settings will do."""
    return _written(name, next(iter(_settings_of(name)), "") if name in _SETTINGS else "")


def _settings_of(name: str) -> tuple[str, ...]:
    return _BETAS if "beta1" in OPTIMIZERS[name].settings else _SETTINGS.get(name, ())


def _written(name: str, settings: str) -> str:
    return f"{{name: {name}, {settings}}}" if settings else name


def steps_text(recipe: Recipe, draft: Draft, chance: Chance) -> str:
    """The file without its head: parameters, gradients, learning rate, optimizer."""
    assert recipe.optimizer is not None
    names = ("w", "b") if recipe.optimizer in EXACT_STEPS and chance.happens(0.4) else ("w",)
    values = ", ".join(f"{name}: {draft.slot('parameter', _PARAMETER, 'parameters')}" for name in names)
    given = ", ".join(
        f"{name}: [{', '.join(draft.slot('gradient', _GRADIENT, f'gradients {name}') for _ in range(_STEPS))}]"
        for name in names
    )
    settings = _settings_of(recipe.optimizer)
    optimizer = _written(recipe.optimizer, chance.pick(settings) if settings else "")
    lines = [
        f"parameters: {{{values}}}",
        f"gradients: {{{given}}}",
        f"learning_rate: {draft.slot('rate', _RATES)}",
        f"optimizer: {optimizer}",
    ]
    if recipe.optimizer not in EXACT_STEPS:
        lines.append(f"rounding: {{places: {recipe.places}}}")
    return "\n".join(lines) + "\n"
