"""What stands for all outputs and samples in the formula of a metric: `mean(abs(t - out))`."""

from __future__ import annotations

from backprop_cli.algebra.formula import Apply, Formula, Name, Number
from backprop_cli.algebra.losses import PER_OUTPUT_NAMES

OVER_ALL = ("sum", "mean", "max", "min")  # functions of one argument that range over all samples and outputs


def is_over_all(formula: Apply) -> bool:
    """Whether it is a sum, a mean, … of one argument, which then has a value for each sample and output."""
    return formula.operation in OVER_ALL and len(formula.arguments) == 1


def ranges_over_outputs(formula: Formula) -> bool:
    """Whether there is a `t` or an `out` in it outside of a further sum, so that it has a value for each output."""
    match formula:
        case Name(symbol):
            return symbol in PER_OUTPUT_NAMES
        case Number():
            return False
        case Apply(_, arguments):
            return not is_over_all(formula) and any(map(ranges_over_outputs, arguments))


def names_outside(formula: Formula) -> set[str]:
    """The names outside of what ranges over all samples."""
    match formula:
        case Name(symbol):
            return {str(symbol)}
        case Number():
            return set()
        case Apply(_, arguments):
            return set() if is_over_all(formula) else {name for one in arguments for name in names_outside(one)}
