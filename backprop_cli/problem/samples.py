"""From `inputs`, `targets` and `samples` of a file to samples in which every input and target has a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from backprop_cli import limits
from backprop_cli.errors import did_you_mean
from backprop_cli.formula import Formula, Number, number
from backprop_cli.problem.model import LossChoice, Sample
from backprop_cli.problem.schema import NamedNumber
from backprop_cli.problem.tree import Path
from backprop_cli.words import _

if TYPE_CHECKING:
    from backprop_cli.problem.builder import Builder


def read_samples(
    builder: Builder, inputs: list[str], outputs: list[str], loss: LossChoice | None
) -> tuple[Sample, ...]:
    """The samples, each complete."""
    file = builder.file
    if isinstance(file.samples, list):
        if not file.samples:
            builder.complain_at_key(("samples",), _("there are no samples"))
        if file.targets is not None:
            builder.complain_at_key(("targets",), _("with 'samples', each sample has its own targets"))
        if len(file.samples) > limits.SAMPLES:
            message = _("{count:,} samples; the limit is {limit:,}")
            builder.complain_at_key(("samples",), message.format(count=len(file.samples), limit=limits.SAMPLES))
        return tuple(
            Sample(
                _input_values(builder, one.inputs, inputs, ("samples", index)),
                _target_values(builder, one.targets, outputs, ("samples", index), loss),
                {**file.given, **one.given},
            )
            for index, one in enumerate(file.samples)
        )
    targets = _target_values(builder, file.targets, outputs, (), loss)
    return (Sample(_input_values(builder, file.inputs, inputs, ()), targets, file.given),)


def _input_values(builder: Builder, given: Any, names: list[str], path: Path) -> dict[str, Formula]:
    """The value of every input of one sample."""
    path = (*path, "inputs")
    if given is None:
        if names:
            builder.complain(path[:-1], _("this sample has no inputs"))
        return {}
    if isinstance(given, dict):
        _same_names(builder, given, names, path, _("input"))
        return {name: given[name] for name in names if name in given}
    listed = given if isinstance(given, list) else [given]
    if len(listed) != len(names):
        message = _("{count} values for {expected} inputs ({names})")
        builder.complain(path, message.format(count=len(listed), expected=len(names), names=", ".join(names)))
        return {}
    values: dict[str, Formula] = {}
    for index, (name, one) in enumerate(zip(names, listed, strict=True)):
        if one.value is not None:
            values[name] = one.value
        else:
            where = (*path, index) if isinstance(given, list) else path
            builder.complain(
                where, _("input {name} has no value").format(name=name), _("write {name} = 0.5").format(name=name)
            )
    return values


def _same_names(builder: Builder, given: Mapping[str, Any], names: Iterable[str], path: Path, what: str) -> None:
    """Complains about every name that is missing or that nobody knows."""
    names = list(names)
    for name in given:
        if name not in names:
            message = _("no {what} called {name!r}").format(what=what, name=name)
            builder.complain_at_key((*path, name), message, did_you_mean(name, names))
    missing = [name for name in names if name not in given]
    if missing:
        message = _("no value for {what} {names}").format(what=what, names=", ".join(missing))
        builder.complain_at_key(path, message)


def _target_values(
    builder: Builder, given: Any, outputs: list[str], path: Path, loss: LossChoice | None
) -> dict[str, Formula]:
    """The target of every output of one sample; a class becomes a one-hot target."""
    where = (*path, "targets")
    learns = builder.file.rule != "gradient"
    if given is None:
        if (loss is not None or learns) and outputs:
            message = _("the perceptron rule needs targets for {names}")
            message = message if learns else _("the loss needs targets for {names}")
            key = path or (("rule",) if learns else ("loss",))
            builder.complain_at_key(key, message.format(names=", ".join(outputs)))
        return {}
    if not builder.file.layers:
        builder.complain_at_key(where, _("targets belong to a network; in a graph, write them as inputs"))
        return {}
    if isinstance(given, dict):
        _same_names(builder, given, outputs, where, _("output"))
        return dict(given)
    if isinstance(given, NamedNumber) and loss is not None and loss.name.startswith("cross_entropy"):
        return _one_hot(builder, given, outputs, where)
    listed = given if isinstance(given, list) else [given]
    if len(listed) != len(outputs):
        message = _("{count} targets for {expected} outputs ({names})")
        builder.complain(where, message.format(count=len(listed), expected=len(outputs), names=", ".join(outputs)))
        return {}
    for index, one in enumerate(listed):
        if one.value is None:
            builder.complain((*where, index) if isinstance(given, list) else where, _("a target needs a value"))
    return {name: one.value for name, one in zip(outputs, listed, strict=True) if one.value is not None}


def _one_hot(builder: Builder, given: NamedNumber, outputs: list[str], where: Path) -> dict[str, Formula]:
    """The targets 0, …, 1, …, 0 for a class named by its neuron or by its index from 0."""
    if given.name is not None and given.value is None and given.name in outputs:
        chosen = given.name
    elif isinstance(given.value, Number) and given.value.value in range(len(outputs)) and len(outputs) > 1:
        chosen = outputs[int(given.value.value.p)]
    elif len(outputs) == 1 and given.value is not None:
        return {outputs[0]: given.value}
    else:
        message = _("no such class; the outputs are {names}, or 0 to {last}")
        builder.complain(where, message.format(names=", ".join(outputs), last=len(outputs) - 1))
        return {}
    return {name: number(int(name == chosen)) for name in outputs}


def input_names(given: Any) -> list[str]:
    if isinstance(given, dict):
        return list(given)
    listed = given if isinstance(given, list) else [given]
    return [one.name or f"x{index}" for index, one in enumerate(listed, start=1)]
