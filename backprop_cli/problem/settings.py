"""From `conventions` and `rounding` of a file, and `4f` of a reader, to what they mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backprop_cli.algebra.formula import number
from backprop_cli.algebra.quantities import Kind
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Conventions, Problem, RoundingRule
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.sections import ConventionsFile, RoundingFile
from backprop_cli.problem.tree import Path

_SIGNS = {str(value): number(value) for value in (-1, 0, 1)}
_SLOPES = {"0": number(0), "1/2": number(1, 2), "0.5": number(1, 2), "1": number(1)}


def read_conventions(file: ProblemFile) -> Conventions:
    """The conventions, from the top level or from their block."""
    chosen: dict[str, Any] = {}
    for key in ConventionsFile.model_fields:
        inside = getattr(file.conventions, key) if file.conventions else None
        chosen[key] = getattr(file, key) if inside is None else inside
    return Conventions(
        negative_delta=chosen["delta"] == "-dE/dnet" if chosen["delta"] else None,
        threshold=bool(chosen["threshold"]),
        updated_weights=chosen["hidden_uses"] == "updated",
        mean_in_delta=chosen["batch_mean"] == "delta",
        relu_at_zero=_SLOPES.get(chosen["relu_at_zero"] or ""),
        step_at_zero=_SLOPES.get(chosen["step_at_zero"] or ""),
        sign_at_zero=_SIGNS.get(chosen["sign_at_zero"] or ""),
    )


def read_rounding(file: RoundingFile | None, book: ComplaintBook, path: Path = ("rounding",)) -> RoundingRule | None:
    """The rounding of every kind of quantity, from the block that stands at the path."""
    if file is None:
        return None
    kinds = {Kind(kind): _rounding(one, book, (*path, "kinds", kind)) for kind, one in file.kinds.items()}
    only_kinds = file.places is None and file.figures is None and bool(kinds)
    default = None if only_kinds else _rounding(file, book, path)
    return RoundingRule(default, {kind: one for kind, one in kinds.items() if one is not None})


def _rounding(file: RoundingFile, book: ComplaintBook, path: Path) -> Rounding | None:
    """One rounding: to places or to figures."""
    if (file.places is None) == (file.figures is None):
        book.complain_at_key(path, _("rounding is to 'places' or to 'figures': exactly one of them"))
        return None
    return Rounding(file.places, file.figures, file.ties, is_named="ties" in file.model_fields_set)


def with_rounding(problem: Problem, text: str | None) -> Problem:
    """The problem with every line rounded to places (`4`), to figures (`4f`) or not at all (`none`).

    None leaves it as it is; raises UsageError for anything else.
    """
    if text is None:
        return problem
    digits = text.removesuffix("f")
    if text == "none":
        return replace(problem, rounding=None)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 2) or text in {"0f", "00f"}:
        raise UsageError(_("--round takes places (4), figures (4f) or none, not {text!r}").format(text=text))
    own = (problem.rounding.default if problem.rounding is not None else None) or Rounding(places=0)
    figures = text.endswith("f")
    rounding = replace(own, places=None if figures else int(digits), figures=int(digits) if figures else None)
    return replace(problem, rounding=RoundingRule(rounding))
