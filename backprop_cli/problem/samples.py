"""From `inputs`, `targets` and `samples` of a file to samples in which every input and target has a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace as _replace
from typing import TYPE_CHECKING, Any

from backprop_cli.algebra.formula import Formula, Name, Number, names_in, number
from backprop_cli.ground import limits
from backprop_cli.ground.errors import did_you_mean, how_to_raise
from backprop_cli.ground.words import _, plural
from backprop_cli.problem.fields import NamedNumber, Token
from backprop_cli.problem.grids import is_ragged, leaves, shape_of, spread
from backprop_cli.problem.model import LossChoice, Problem, Sample
from backprop_cli.problem.tree import Path

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
            message = message.format(count=len(file.samples), limit=limits.SAMPLES)
            builder.complain_at_key(("samples",), message, how_to_raise("samples"))
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


def with_data(samples: tuple[Sample, ...], data: Mapping[str, tuple[Formula, ...]]) -> tuple[Sample, ...]:
    """The samples with what layers were given for each of them: a mask, the same for all where there is only one."""
    if not data:
        return samples
    more = [{name: values[index % len(values)] for name, values in data.items()} for index in range(len(samples))]
    return tuple(_replace(one, inputs={**one.inputs, **own}) for one, own in zip(samples, more, strict=True))


def check_shared(builder: Builder, problem: Problem) -> None:
    """Complains where one sample prescribes what is computed from the whole batch."""
    shared = [cell.quantity.key for layer in problem.layers for cell in layer.cells if cell.shared]
    listed = builder.file.samples if shared and isinstance(builder.file.samples, list) else []
    for index, sample in enumerate(listed):
        for key in sample.given:
            if key in shared or key.rpartition("/d")[2] in {*shared, *problem.parameters}:
                message = _("{key} belongs to the whole batch, not to one sample").format(key=key)
                hint = _("write it in the 'given' of the problem")
                builder.complain_at_key(("samples", index, "given", key), message, hint)


def _input_values(builder: Builder, given: Any, names: list[str], path: Path) -> dict[str, Formula]:
    """The value of every input of one sample."""
    path = (*path, "inputs")
    if given is None:
        if names:
            builder.complain(path[:-1], _("this sample has no inputs"))
        return {}
    if any(map(is_ragged, given.values() if isinstance(given, dict) else [given])):
        builder.complain(path, _("the rows of the inputs differ in length"))
        return {}
    if isinstance(given, dict):
        single = _named_values(builder, given, names, path, _("input"))
        places = {name: (*path, *place) for name, (place, _value) in spread(dict(given)).items()}
        return {name: _input_value(builder, name, value, places[name]) for name, value in single.items()}
    shape, expected = shape_of(given), builder.input_shape
    if len(expected) > 1 and shape != expected:
        message = _("the inputs are {shape} here, but {expected} in the first sample")
        sizes = {"shape": "×".join(map(str, shape)) or "1", "expected": "×".join(map(str, expected))}
        builder.complain(path, message.format(**sizes))
        return {}
    listed = list(leaves(given, path))
    if len(listed) != len(names):
        message = _("{count} values for {expected} inputs ({names})")
        builder.complain(path, message.format(count=len(listed), expected=len(names), names=", ".join(names)))
        return {}
    values: dict[str, Formula] = {}
    for name, (where, one) in zip(names, listed, strict=True):
        if one.value is not None:
            values[name] = _input_value(builder, name, one.value, where)
        elif builder.letters.has(one.name):
            values[name] = Name(one.name)
        else:
            hint = _("write {name} = 0.5, or {name} = {name} to leave it as a letter").format(name=name)
            builder.complain(where, _("input {name} has no value").format(name=name), hint)
    return values


_FEW = 12  # rows that are named when none is near


def _input_value(builder: Builder, name: str, value: Formula | Token, where: Path) -> Formula:
    """The value of an input; where it chooses a row of a table, the number of that row (from 0)."""
    rows = builder.rows.get(name)
    if rows is None:
        if not isinstance(value, Token):
            return value
        builder.complain(where, value.message, value.hint, value.part if value.part[1] else None)
        return number(0)
    if isinstance(value, Token):
        if value.text in rows:
            return number(rows.index(value.text))
        known = did_you_mean(value.text, rows) or _("the rows are {names}").format(
            names=", ".join(rows[:_FEW]) + (", …" if len(rows) > _FEW else "")
        )
        builder.complain(where, _("the table has no row called {name!r}").format(name=value.text), known)
        return number(0)
    if not isinstance(value, Number) or value.value not in range(len(rows)):
        message = _("an embedding is told the number of a row, and here they are 0 to {last}")
        builder.complain(where, message.format(last=len(rows) - 1), _("the first row is 0"))
    return value


def _named_values(
    builder: Builder, given: Mapping[str, Any], names: Iterable[str], path: Path, what: str
) -> dict[str, Formula]:
    """The values of a mapping, those of a list in it under their numbered names."""
    single = spread(dict(given))
    _same_names(builder, single, names, path, what)
    return {name: single[name][1] for name in names if name in single}


def _same_names(
    builder: Builder, given: Mapping[str, tuple[Path, Any]], names: Iterable[str], path: Path, what: str
) -> None:
    """Complains about every name that is missing or that nobody knows."""
    names = list(names)
    for name, (place, _value) in given.items():
        if name not in names:
            message = _("no {what} called {name!r}").format(what=what, name=name)
            builder.complain_at_key((*path, *place), message, did_you_mean(name, names))
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
        if ((loss is not None and _compares(loss, outputs)) or learns) and outputs:
            message = _("the perceptron rule needs targets for {names}")
            message = message if learns else _("the loss needs targets for {names}")
            key = path or (("rule",) if learns else ("loss",))
            builder.complain_at_key(key, message.format(names=", ".join(outputs)))
        return {}
    if not builder.file.layers:
        builder.complain_at_key(where, _("targets belong to a network; in a graph, write them as inputs"))
        return {}
    if isinstance(given, dict):
        return _named_values(builder, given, outputs, where, _("output"))
    if isinstance(given, NamedNumber) and loss is not None and loss.name.startswith("cross_entropy"):
        return _one_hot(builder, given, outputs, where)
    listed = list(leaves(given, where))
    if (
        loss is not None
        and loss.name.startswith("cross_entropy")
        and len(listed) == len(builder.groups) != len(outputs)
    ):
        steps = zip(builder.groups, listed, strict=True)
        return {
            name: value
            for group, (place, one) in steps
            for name, value in _one_hot(builder, one, list(group), place).items()
        }
    if not outputs:  # of a layer that could not be read, which has been complained about
        return {}
    if len(listed) != len(outputs):
        found = plural("{count} target", "{count} targets", len(listed))
        expected = plural("{count} output", "{count} outputs", len(outputs))
        said = _("{targets} for {outputs} ({names})")
        builder.complain(where, said.format(targets=found, outputs=expected, names=", ".join(outputs)))
        return {}
    values: dict[str, Formula] = {}
    for name, (place, one) in zip(outputs, listed, strict=True):
        if one.value is not None:
            values[name] = one.value
        elif builder.letters.has(one.name):
            values[name] = Name(one.name)
        else:
            hint = _("as a letter, list it: letters: [{name}]").format(name=one.name)
            builder.complain(place, _("a target needs a value"), hint)
    return values


def _compares(loss: LossChoice, outputs: list[str]) -> bool:
    """Whether the loss looks at targets; a formula of one's own may be in outputs alone."""
    if loss.formula is None:
        return True
    targets = {"t", "target", *(prefix + output for output in outputs for prefix in ("t_", "target_"))}
    return any(name.symbol in targets - set(outputs) for name in names_in(loss.formula))


def _one_hot(builder: Builder, given: NamedNumber, outputs: list[str], where: Path) -> dict[str, Formula]:
    """The targets 0, …, 1, …, 0 for a class named by its neuron or by its index from 0."""
    if given.name is not None and given.value is None and given.name in outputs:
        chosen = given.name
    elif isinstance(given.value, Number) and given.value.value in range(len(outputs)) and len(outputs) > 1:
        chosen = outputs[int(given.value.value.p)]
    elif len(outputs) == 1 and given.value is not None:
        return {outputs[0]: given.value}
    elif len(outputs) == 1 and given.name is not None and builder.letters.has(given.name):
        return {outputs[0]: Name(given.name)}
    else:
        message = _("no such class; the outputs are {names}, or 0 to {last}")
        builder.complain(where, message.format(names=", ".join(outputs), last=len(outputs) - 1))
        return {}
    return {name: number(int(name == chosen)) for name in outputs}
