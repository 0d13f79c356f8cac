"""Backpropagation the way it is done on paper: exact, step by step, and never wrong.

>>> import backprop_cli as bp
>>> bp.load("mazur").solve()["net_h1"].fraction
Fraction(151, 400)

What there is stands in `backprop_cli.api`, which is imported when something of it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_cli.api import *  # noqa: F403

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What the door has, and the list of that, imported when it is first asked for."""
    door = import_module("backprop_cli.api")
    if name != "__all__" and name not in door.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(door, name)


def __dir__() -> list[str]:
    """What is completed after `backprop_cli.`: what there is, and nothing that it needs for itself."""
    return [*__getattr__("__all__"), "__doc__", "__version__"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext backprop_cli` brings `%%backprop`, a cell of YAML that is solved."""
    from backprop_cli.cli.magic import register

    register(shell)
