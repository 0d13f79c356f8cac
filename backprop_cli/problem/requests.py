"""Derivatives that a problem has as lines: because it says so (`forward_mode`, `hessian`), or asks for some of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.ground import limits
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Problem
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.tree import Path

ALL = "all"
_TANGENT = re.compile(r"dot_.+ by (.+)")
_JACOBIAN = re.compile(r"d(out_.+)/d(.+)")


def with_requests(problem: Problem, file: ProblemFile, book: ComplaintBook) -> Problem:
    """The problem with the derivatives that are to be lines; complains where they cannot be."""
    updated = [name for name in problem.parameters if name not in problem.fixed]
    asked = [one.name for one in (*problem.ask, *problem.ask_formulas)]
    seeds = [*_named(file.forward_mode, ("forward_mode",), _seeds(problem), updated or problem.inputs, book)]
    known = _seeds(problem)
    entries = [(match[1], match[2]) for match in map(_JACOBIAN.fullmatch, asked) if match and match[2] in known]
    seeds += [match[1] for match in map(_TANGENT.fullmatch, asked) if match and match[1] in known]
    seeds += [seed for _entry, seed in entries]
    curved = [*_named(file.hessian, ("hessian",), updated, updated, book)]
    curved += [name for name in updated if any(_in_second(name, one) for one in asked)]
    requested = _replace(
        problem,
        forward_mode=tuple(dict.fromkeys(seeds)),
        jacobian=frozenset(entry for entry, _seed in entries),
        hessian=tuple(name for name in updated if name in curved),
    )
    if requested.forward_mode or requested.hessian or problem.training.rule.second:
        _check(requested, file, updated, book)
    return requested


def _named(given: Any, path: Path, known: Collection[str], usual: Sequence[str], book: ComplaintBook) -> Iterator[str]:
    """The names that a key has, or the usual ones for `all`; complains about those that mean nothing."""
    if given == ALL and ALL not in known:
        yield from usual
        return
    for index, name in enumerate([given] if isinstance(given, str) else given):
        if name in known:
            yield name
        else:
            message = _("there is no {name!r} to differentiate by").format(name=name)
            book.complain(path if isinstance(given, str) else (*path, index), message, book.which(name, [ALL, *known]))


def _seeds(problem: Problem) -> Collection[str]:
    """The keys of everything that can be moved: parameters, inputs, outputs of units, nodes."""
    inputs = (f"x_{name}" if name.isdigit() else name for name in problem.inputs)
    units = (f"out_{name}" for layer in problem.layers for name in layer.units)
    return dict.fromkeys([*problem.parameters, *inputs, *units, *problem.nodes])


def _in_second(name: str, asked: str) -> bool:
    """Whether a name stands in the denominator of a second derivative that is asked for."""
    below = asked.partition("/d")[2]
    return asked.startswith("d2") and (below.startswith((f"{name}d", f"{name}2")) or below.endswith(f"d{name}"))


def _check(problem: Problem, file: ProblemFile, updated: Sequence[str], book: ComplaintBook) -> None:
    """Complains where the lines are not those of the objective as a function of its parameters."""
    rule = problem.training.rule
    row = SECOND_ORDER.get(rule.second)
    wishes = {"optimizer": row, "hessian": file.hessian, "forward_mode": file.forward_mode}
    path: Path = (next((key for key, there in wishes.items() if there), "ask"),)
    for key, there in (
        ("given", any(sample.given for sample in problem.samples)),
        ("gradients", bool(problem.gradients)),
        ("rule", problem.training.perceptron is not None),
        ("hidden_uses", problem.conventions.updated_weights),
    ):
        if there:
            message = _("these derivatives are of the objective by its own formulas, which {key!r} takes from it")
            book.complain_at_key(path, message.format(key=key))
    if row is not None:
        for key in ("penalty", "clip", "maximize", "starts"):
            if getattr(file, key):
                book.complain_at_key((key,), _("{name} has no {key!r}").format(name=row.name, key=key))
        if problem.couples_samples:
            message = _("{name} is not written for samples that meet in a layer")
            book.complain_at_key(path, message.format(name=row.name))
    if len(problem.hessian) > limits.HESSIAN or (row is not None and len(updated) > limits.HESSIAN):
        message = _("second derivatives in {count:,} parameters are too many for a page; the limit is {limit}")
        count = len(updated) if row is not None else len(problem.hessian)
        message = message.format(count=count, limit=limits.HESSIAN)
        book.complain_at_key(path, message, _("fix some of them: fixed: [b1]"))
