"""The bounds that keep a stranger's file from hurting; each is named in the message that refuses.

Those in `Raisable` may be raised for one reader, `backprop --limit epochs=5000000 solve …`: they are what
`limits.EPOCHS` says at the moment, and are not to be kept.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace

from backprop_cli.ground.records import record

NOTATION_BYTES = 100_000
SHEET_LENGTH = 1_000_000  # characters of a sheet of answers
SHEET_NODES = 60_000  # names and numbers on it
YAML_DEPTH = 40
EXERCISES = 100  # of an assignment
NAME_LENGTH = 60
TEXT_LENGTH = 2_000
NUMBER_LENGTH = 400
EXPONENT = 4_000  # a number may be written up to 1e±4000
FORMULA_LENGTH = 5_000
FORMULA_DEPTH = 60
FORMULA_CHAIN = 60  # divisions in a row
FORMULA_WIDTH = 200  # factors of a product, arguments of a function: slopes take time in their square
WINDOW = 1_000  # places under a window of max pooling, pieces of a maxout unit: slopes take time in their square
STEP_TERMS = 50_000  # of all the sums in a layer over steps, unrolled
POWER_BITS = 200_000  # an exact power may have this many binary digits
EXP_ARGUMENT = 1_000_000  # e^x is refused beyond e^±1,000,000
SIZE = 1_000_000  # a value beyond 10^±1,000,000 is refused: its digits could not be written
DIGITS = 1_000
HUGE = 100_000  # training ends when a parameter is beyond 10^±this
EXACT_BITS = 1 << 14  # beyond this an exact fraction goes on as a certified ball
FIRST_PRECISION = 192
LAST_PRECISION = 192 << 6
SHORT_FRACTION = 11  # characters of a fraction worth printing
HESSIAN = 12  # parameters of a matrix of second derivatives: its rows are still read
CLOSED_LINES = 600  # lines of a derivation whose closed formulas are written
CLOSED_SIZE = 400  # numbers, names and operations of a closed formula


@record
class Raisable:
    """What a user may rightly want more of."""

    FILE_BYTES: int = 4_000_000
    YAML_NODES: int = 250_000  # keys and values of a file
    NEURONS: int = 20_000
    PARAMETERS: int = 200_000
    SAMPLES: int = 20_000
    EPOCHS: int = 1_000_000
    RUNS: int = 20  # learning rates or starting points to compare
    LINES: int = 300_000  # lines of one worked solution
    PATHS: int = 5_000  # paths that are written out
    TERMS: int = 250_000  # of all the windows of a layer


RAISED = {  # what the command line calls them
    "bytes": "FILE_BYTES",
    "values": "YAML_NODES",
    "neurons": "NEURONS",
    "parameters": "PARAMETERS",
    "samples": "SAMPLES",
    "epochs": "EPOCHS",
    "runs": "RUNS",
    "lines": "LINES",
    "paths": "PATHS",
    "terms": "TERMS",
}
MOST = 1_000_000_000  # what any of them may be raised to
_NOW = ContextVar("limits", default=Raisable())  # noqa: B039 - frozen; of who is served in this context


def __getattr__(name: str) -> int:
    """A bound that may be raised, as it is for who is served now."""
    if name not in RAISED.values():
        raise AttributeError(name)
    bound: int = getattr(_NOW.get(), name)
    return bound


def of(name: str) -> int:
    """The bound that the command line calls so."""
    return __getattr__(RAISED[name])


def raise_limit(name: str, value: int) -> None:
    """Sets a bound for who is served from now on; other contexts keep theirs."""
    _NOW.set(replace(_NOW.get(), **{RAISED[name]: value}))
