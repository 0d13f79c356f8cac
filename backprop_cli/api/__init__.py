"""The door for Python: what the commands do, as functions and objects that a notebook can show.

>>> import backprop_cli as bp
>>> solution = bp.load("mazur").solve()
>>> solution["w5_new"].decimal
'0.358916480'
>>> solution["net_h1"].fraction
Fraction(151, 400)
"""

from backprop_cli.api.classes import Grades, grade
from backprop_cli.api.making import generate, variants
from backprop_cli.api.problem import Problem, bundled, load
from backprop_cli.api.reports import Line, Report
from backprop_cli.api.showing import Picture, View
from backprop_cli.api.solution import Solution, Step
from backprop_cli.ground.errors import BackpropError, MathError, SourceError, UsageError

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
    "bundled",
    "generate",
    "grade",
    "load",
    "variants",
]
