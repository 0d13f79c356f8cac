"""Reports are written in the words of the problem's notation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from backprop_cli.checking.report import Report
from backprop_cli.writing.notation import in_words_of

_Rest = ParamSpec("_Rest")
_Written = TypeVar("_Written")


def in_its_own_words(
    write: Callable[Concatenate[Report, _Rest], _Written],
) -> Callable[Concatenate[Report, _Rest], _Written]:
    """The function, which writes a report, and meanwhile speaks as the notation of the report's problem does."""

    @wraps(write)
    def said(report: Report, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Written:
        with in_words_of(report.key.problem.notation):
            return write(report, *rest, **named)

    return said
