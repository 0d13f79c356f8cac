"""A step of somebody's own training while it is watched, and afterwards: its problem, its sheet, the report on it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_cli.api.arrays import computed
from backprop_cli.api.problem import Problem
from backprop_cli.api.reports import Report
from backprop_cli.api.sources import Source, loaded_from
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.replacing import write_file
from backprop_cli.ground.words import _

if TYPE_CHECKING:
    from backprop_cli.api.watching.recorder import Recorder


def watch(
    model: Any, loss: Any = None, optimizer: Any = None, *, problem: Problem | Source | None = None, targets: Any = None
) -> Watched:
    """Watches one step of PyTorch: `with bp.watch(model, loss, optimizer) as step:` and in it forward to step().

    What is right is said by `problem`; without one, it is made of the model's own weights, the loss and the data of the
    step. `loss` is a loss of torch.nn, or a function of torch.nn.functional; `targets` are needed where the code
    computes the loss by itself. Raises UsageError where PyTorch is not installed.
    """
    try:
        from backprop_cli.api.watching.recorder import Recorder
    except ImportError:
        raise UsageError(_("watching a step needs PyTorch: pip install torch; for NumPy, problem.check({…})")) from None
    given = problem if isinstance(problem, Problem) or problem is None else Problem(loaded_from(problem))
    return Watched(Recorder(model, optimizer), loss, given, targets)


class Watched:
    """One step: a context, in which it is watched; then its `problem`, its `sheet`, `check()` and its `notes`."""

    def __init__(self, recorder: Recorder, loss: Any, problem: Problem | None, targets: Any) -> None:
        self._recorder, self._loss, self._given, self._targets = recorder, loss, problem, targets
        self._closed = False

    def __enter__(self) -> Watched:
        if self._closed:
            raise UsageError(_("this step was watched already: bp.watch(…) is made anew for the next one"))
        self._recorder.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._closed = True
        self._recorder.__exit__(*raised)

    @property
    def _seen(self) -> Any:
        if not self._closed:
            raise UsageError(_("nothing was watched yet: with bp.watch(model, loss, optimizer) as step: and the step"))
        return self._recorder.seen

    @cached_property
    def problem(self) -> Problem:
        """The problem that the step poses: the one that was given, else one of its own weights and data."""
        from backprop_cli.api.watching.made import problem_of

        seen = self._seen
        if self._given is not None:
            return self._given
        return Problem(loaded_from(problem_of(seen, self._loss, self._recorder.optimizer, self._targets)))

    @cached_property
    def sheet(self) -> dict[str, Any]:
        """What the code computed, by the names of the matrices: net_1, out_1, delta_1, dE/dW1, W1_new, … and E.

        Where the step has other layers than linear ones, number by number by the names of its own problem.
        """
        from backprop_cli.api.watching.named_sheet import numbers_of
        from backprop_cli.api.watching.sheets import arrays_of

        if self._given is not None or self._seen.is_linear:
            return arrays_of(self._seen)
        return numbers_of(self._seen, self.problem.checker.key)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was seen of the order of the step: what was forgotten, cut off or done twice."""
        from backprop_cli.api.watching.findings import notes_of

        looked_at = self._seen.layers if self._given is None else self._seen.linear
        return tuple(notes_of(self._seen, self._recorder, looked_at))

    def check(self) -> Report:
        """The report on the step, line by line, as far as the digits of its numbers go.

        Raises UsageError for what no problem can be made of, and where the problem has other layers than the model.
        """
        from backprop_cli.api.watching.findings import observations
        from backprop_cli.checking.observed import with_observed
        from backprop_cli.checking.reporting import check_sheet

        checker = self.problem.checker
        report = check_sheet(checker, checker.reader.sheet(self._hand_in(self.sheet)))
        for seen in observations(self._seen, checker, self._hand_in, self.sheet):
            report = with_observed(report, seen)
        return Report(replace(report, notes=(*self.notes, *report.notes)))

    @staticmethod
    def _hand_in(sheet: Mapping[str, Any]) -> Any:
        found = computed(sheet, upright=True)
        assert found is not None
        return replace(found, source="<step>")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the sheet as JSON, which `backprop check` reads; returns its path."""
        plain = {name: value.tolist() for name, value in self.sheet.items()}
        write_file(Path(path), json.dumps(plain, indent=1) + "\n")
        return Path(path)

    def _repr_markdown_(self) -> str:
        return self.check()._repr_markdown_() if self._closed else ""

    def _repr_html_(self) -> str | None:
        return self.check()._repr_html_() if self._closed else None

    def __repr__(self) -> str:
        return f"<Watched: {', '.join(self._recorder.seen.events) or _('nothing yet')}>"
