"""Backpropagation the way it is done on paper: exact, step by step, and never wrong.

>>> import backprop_cli as bp
>>> bp.load("mazur").solve()["net_h1"].fraction
Fraction(151, 400)

What there is stands in `backprop_cli.api`, which is imported when something of it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_cli.api import BackpropError as BackpropError
    from backprop_cli.api import Grades as Grades
    from backprop_cli.api import Line as Line
    from backprop_cli.api import MathError as MathError
    from backprop_cli.api import Picture as Picture
    from backprop_cli.api import Problem as Problem
    from backprop_cli.api import Report as Report
    from backprop_cli.api import Solution as Solution
    from backprop_cli.api import SourceError as SourceError
    from backprop_cli.api import Step as Step
    from backprop_cli.api import UsageError as UsageError
    from backprop_cli.api import View as View
    from backprop_cli.api import Watched as Watched
    from backprop_cli.api import bundled as bundled
    from backprop_cli.api import generate as generate
    from backprop_cli.api import grade as grade
    from backprop_cli.api import load as load
    from backprop_cli.api import page as page
    from backprop_cli.api import speak as speak
    from backprop_cli.api import variants as variants
    from backprop_cli.api import watch as watch

__version__ = "0.1.0"
__all__ = [
    "BackpropError",
    "Grades",
    "Line",
    "MathError",
    "Picture",
    "Problem",
    "Report",
    "Solution",
    "SourceError",
    "Step",
    "UsageError",
    "View",
    "Watched",
    "bundled",
    "generate",
    "grade",
    "load",
    "page",
    "speak",
    "variants",
    "watch",
]


def __getattr__(name: str) -> Any:
    """What the door has, imported when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("backprop_cli.api"), name)


def __dir__() -> list[str]:
    """What is completed after `backprop_cli.`: what there is, and nothing that it needs for itself."""
    return [*__all__, "__doc__", "__version__"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext backprop_cli` brings `%%backprop`, a cell of YAML that is solved."""
    from backprop_cli.cli.magic import register

    register(shell)
