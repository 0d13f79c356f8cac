"""Backpropagation the way it is done on paper: exact, step by step, and never wrong.

>>> import backprop_cli as bp
>>> bp.load("mazur").solve()["net_h1"].fraction
Fraction(151, 400)

What there is stands in `backprop_cli.api`, which is imported when something of it is first used; pages for a browser,
which are made with that, stand above it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_cli.api import *  # noqa: F403
    from backprop_cli.web.ordered import page as page

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What the door has, and the list of that, imported when it is first asked for."""
    if name == "page":
        return import_module("backprop_cli.web.ordered").page
    door = import_module("backprop_cli.api")
    if name == "__all__":
        return sorted([*door.__all__, "page"])
    if name not in door.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(door, name)


def __dir__() -> list[str]:
    """What is completed after `backprop_cli.`: what there is, and nothing that it needs for itself."""
    return [*__getattr__("__all__"), "__doc__", "__version__"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext backprop_cli` brings `%%backprop`, a cell of YAML that is solved."""
    from backprop_cli.cli.magic import register

    register(shell)
