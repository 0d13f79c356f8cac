"""Pages for a browser, from Python: the solution that moves, and the exercise that is marked there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_cli.api.sources import Source, assignment_of

if TYPE_CHECKING:
    from backprop_cli.api.assignments import Assignment
    from backprop_cli.api.problem import Problem
    from backprop_cli.problem.assignment import Assignment as Model


def page(
    problem: Problem | Assignment | Model | Source,
    path: str | os.PathLike[str],
    *,
    marks: bool = False,
    runtime: str | os.PathLike[str] | None = None,
) -> list[Path]:
    """Writes a page for a browser, as `backprop page` does; returns the paths of its files.

    x.html moves, and of an assignment each exercise is one; a folder and x.zip, which is SCORM, mark, and with `marks`
    x.html does so, too. `runtime` is the folder of what runs the engine there, where it is not in its usual place.
    Raises UsageError for another ending, where there is no runtime, and for what a page cannot have, such as letters.
    """
    from backprop_cli.ground.replacing import write_file
    from backprop_cli.web.products import PageOrder, content_of, write_files

    output = Path(path)
    content = content_of(PageOrder(assignment_of(problem), output, None if runtime is None else Path(runtime)), marks)
    if not isinstance(content, str | bytes):
        return write_files(content)
    write_file(output, content)
    return [output]
