"""The door for Python: what the commands do, as functions and objects that a notebook can show.

>>> import backprop_cli as bp
>>> solution = bp.load("mazur").solve()
>>> solution["w5_new"].decimal
'0.358916480'
>>> solution["net_h1"].fraction
Fraction(151, 400)

Each name is imported from its module when it is first used: a command needs one or two of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_cli.api.assignments import Assignment, assignment
    from backprop_cli.api.classes import Grades, grade
    from backprop_cli.api.lesson import Lesson
    from backprop_cli.api.making import generate, variants
    from backprop_cli.api.practice import Practice
    from backprop_cli.api.problem import Problem, bundled, load
    from backprop_cli.api.reports import Line, Report
    from backprop_cli.api.showing import Picture, View
    from backprop_cli.api.solution import Solution, Step
    from backprop_cli.api.speaking import speak
    from backprop_cli.api.watching.watched import Watched, watch
    from backprop_cli.ground.errors import BackpropError, MathError, SourceError, UsageError

__all__ = [
    "Assignment",
    "BackpropError",
    "Grades",
    "Lesson",
    "Line",
    "MathError",
    "Picture",
    "Practice",
    "Problem",
    "Report",
    "Solution",
    "SourceError",
    "Step",
    "UsageError",
    "View",
    "Watched",
    "assignment",
    "bundled",
    "generate",
    "grade",
    "load",
    "speak",
    "variants",
    "watch",
]

_API, _ERRORS = "backprop_cli.api", "backprop_cli.ground.errors"
_HOMES = {
    f"{_API}.assignments": ("Assignment", "assignment"),
    f"{_API}.classes": ("Grades", "grade"),
    f"{_API}.lesson": ("Lesson",),
    f"{_API}.making": ("generate", "variants"),
    f"{_API}.practice": ("Practice",),
    f"{_API}.problem": ("Problem", "bundled", "load"),
    f"{_API}.reports": ("Line", "Report"),
    f"{_API}.showing": ("Picture", "View"),
    f"{_API}.solution": ("Solution", "Step"),
    f"{_API}.speaking": ("speak",),
    f"{_API}.watching.watched": ("Watched", "watch"),
    _ERRORS: ("BackpropError", "MathError", "SourceError", "UsageError"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """A name of the door, from where it stands."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
