"""From `inputs`, `targets` and `samples` of a file to samples in which every input and target has a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property
from typing import Any

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.formula import Formula, Name, Number, names_in, number
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.ground import limits
from backprop_cli.ground.errors import did_you_mean, how_to_raise, of_decimals, which
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed, plural
from backprop_cli.numbers.certified import Certified
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.counts import for_each_of
from backprop_cli.problem.grids import Grid, leaves, refuse_uneven, shape_of, spread
from backprop_cli.problem.letters import Letters, has_letters
from backprop_cli.problem.model import Layer, LossChoice, Problem, Sample
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.texts import NamedNumber, Token
from backprop_cli.problem.tree import Path


@record(slots=False)
class SampleReader:
    """Reads what a sample of a file gives for each input and each output of the network."""

    file: ProblemFile
    book: ComplaintBook
    letters: Letters
    grid: Grid  # of the inputs
    layers: Sequence[Layer]
    loss: LossChoice | None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names that a sample has values for."""
        return self.grid.names

    @property
    def outputs(self) -> tuple[str, ...]:
        """The neurons that a sample may have targets for."""
        return self.layers[-1].outputs if self.layers else ()

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The classes of each step of the output layer."""
        return self.layers[-1].groups if self.layers else ()

    @property
    def takes_class(self) -> bool:
        """Whether a target may be a class."""
        row = LOSSES.get(self.loss.name) if self.loss is not None else None
        return row is not None and row.takes_class

    @cached_property
    def rows(self) -> dict[str, tuple[str, ...]]:
        """The rows of a table among which an input chooses, for each that does."""
        return {name: rows for layer in self.layers for name, rows in layer.rows.items()}

    def samples(self) -> tuple[Sample, ...]:
        """The samples, each complete."""
        file = self.file
        if not isinstance(file.samples, list):
            return (Sample(self._inputs(file.inputs, ()), self._targets(file.targets, ()), file.given),)
        if not file.samples:
            self.book.complain_at_key(("samples",), _("there are no samples"))
        if file.targets is not None:
            self.book.complain_at_key(("targets",), _("with 'samples', each sample has its own targets"))
        if len(file.samples) > limits.SAMPLES:
            message = _("{count:,} samples; the limit is {limit:,}")
            message = message.format(count=len(file.samples), limit=limits.SAMPLES)
            self.book.complain_at_key(("samples",), message, how_to_raise("samples"))
        paths: list[Path] = [("samples", index) for index in range(len(file.samples))]
        return tuple(
            Sample(
                self._inputs(one.inputs, path),
                self._targets(one.targets, path),
                {**file.given, **one.given},
                one.weight,
            )
            for one, path in zip(file.samples, paths, strict=True)
        )

    def _inputs(self, given: Any, path: Path) -> dict[str, Formula]:
        """The value of every input of one sample."""
        if given is None:
            if self.inputs:
                self.book.complain(path, _("this sample has no inputs"))
            return {}
        where = (*path, "inputs")
        if refuse_uneven(given, "inputs", where, self.book):
            return {}
        if isinstance(given, dict):
            single = self._named(given, self.inputs, where, _("input"))
            places = {name: (*where, *place) for name, (place, _value) in self._spread(given).items()}
            return {name: self._input(name, value, places[name]) for name, value in single.items()}
        return self._listed_inputs(given, where)

    def _listed_inputs(self, given: Any, path: Path) -> dict[str, Formula]:
        """The value of every input, from lists without names."""
        names = self.inputs
        shape, expected = shape_of(given), self.grid.shape
        if len(expected) > 1 and shape != expected:
            message = _("the inputs are {shape} here, but {expected} in the first sample")
            sizes = {"shape": "×".join(map(str, shape)) or "1", "expected": "×".join(map(str, expected))}
            self.book.complain(path, message.format(**sizes))
            return {}
        flat = list(leaves(given, path))
        if len(flat) != len(names):
            values_here = plural("{count} value", "{count} values", len(flat))
            wanted = plural("{count} input", "{count} inputs", len(names))
            self.book.complain(path, for_each_of(values_here, wanted, names))
            return {}
        values: dict[str, Formula] = {}
        for name, (where, one) in zip(names, flat, strict=True):
            if one.value is not None:
                values[name] = self._input(name, one.value, where)
            elif self.letters.has(one.name):
                values[name] = Name(one.name)
            else:
                hint = _("write {name} = 0.5, or {name} = {name} to leave it as a letter").format(name=name)
                self.book.complain(where, _("input {name} has no value").format(name=name), hint)
        return values

    def _input(self, name: str, value: Formula | Token, where: Path) -> Formula:
        """The value of an input; where it chooses a row of a table, the number of that row (from 0)."""
        rows = self.rows.get(name)
        if rows is None:
            if not isinstance(value, Token):
                return value
            failure = value.failure
            self.book.complain(where, failure.message, failure.hint, (failure.offset, failure.length))
            return number(0)
        if isinstance(value, Token):
            if value.text in rows:
                return number(rows.index(value.text))
            known = did_you_mean(value.text, rows) or _("the rows are {names}").format(names=listed(rows, most=_FEW))
            self.book.complain(where, _("the table has no row called {name!r}").format(name=value.text), known)
            return number(0)
        if not isinstance(value, Number) or value.value not in range(len(rows)):
            message = _("an embedding is told the number of a row, and here they are 0 to {last}")
            self.book.complain(where, message.format(last=len(rows) - 1), _("the first row is 0"))
        return value

    def _spread(self, given: Mapping[str, Any]) -> Mapping[str, tuple[Path, Any]]:
        """The single values of a mapping, those of a list in it under their numbered names, each with its place."""
        return spread(dict(given), of_graph=bool(self.file.graph))

    def _named(self, given: Mapping[str, Any], names: Sequence[str], path: Path, what: str) -> dict[str, Formula]:
        """The values of a mapping, those of a list in it under their numbered names."""
        single = self._spread(given)
        self._same_names(single, names, path, what)
        return {name: single[name][1] for name in names if name in single}

    def _same_names(self, given: Mapping[str, tuple[Path, Any]], names: Sequence[str], path: Path, what: str) -> None:
        """Complains about every name that is missing or that nobody knows."""
        for name, (place, _value) in given.items():
            if name not in names:
                message = _("no {what} called {name!r}").format(what=what, name=name)
                self.book.complain_at_key((*path, *place), message, which(name, names))
        missing = [name for name in names if name not in given]
        if missing:
            message = _("no value for {what} {names}").format(what=what, names=listed(missing))
            self.book.complain_at_key(path, message)

    def _targets(self, given: Any, path: Path) -> dict[str, Formula]:
        """The target of every output of one sample; a class becomes a one-hot target."""
        where = (*path, "targets")
        if given is None:
            self._check_needed(path)
            return {}
        if not self.file.layers:
            self.book.complain_at_key(where, _("targets belong to a network; in a graph, write them as inputs"))
            return {}
        if isinstance(given, dict):
            return self._named(given, self.outputs, where, _("output"))
        if isinstance(given, NamedNumber) and self.takes_class:
            return self._one_hot(given, self.outputs, where)
        flat = list(leaves(given, where))
        if self.takes_class and len(flat) == len(self.groups) != len(self.outputs):
            steps = zip(self.groups, flat, strict=True)
            chosen = [self._one_hot(one, group, place) for group, (place, one) in steps]
            return {name: value for classes in chosen for name, value in classes.items()}
        return self._listed_targets(flat, where)

    def _check_needed(self, path: Path) -> None:
        """Complains about a sample without targets where there is something that needs them."""
        learns = self.file.rule != "gradient"
        if self.outputs and (learns or (self.loss is not None and _compares(self.loss, self.outputs))):
            message = _("the perceptron rule needs targets for {names}")
            message = message if learns else _("the loss needs targets for {names}")
            key = path or (("rule",) if learns else ("loss",))
            self.book.complain_at_key(key, message.format(names=listed(self.outputs)))

    def _listed_targets(self, flat: Sequence[tuple[Path, Any]], path: Path) -> dict[str, Formula]:
        """The target of every output, from a list without names; of a layer that could not be read, none."""
        outputs = self.outputs
        if outputs and len(flat) != len(outputs):
            found = plural("{count} target", "{count} targets", len(flat))
            expected = plural("{count} output", "{count} outputs", len(outputs))
            said = _("{targets} for {outputs} ({names})")
            hint = of_decimals(len(flat), len(outputs))
            self.book.complain(path, said.format(targets=found, outputs=expected, names=listed(outputs)), hint)
        if len(flat) != len(outputs):
            return {}
        values: dict[str, Formula] = {}
        for name, (place, one) in zip(outputs, flat, strict=True):
            if one.value is not None:
                values[name] = one.value
            elif self.letters.has(one.name):
                values[name] = Name(one.name)
            else:
                hint = _("as a letter, list it: letters: [{name}]").format(name=one.name)
                self.book.complain(place, _("a target needs a value"), hint)
        return values

    def _one_hot(self, given: NamedNumber, outputs: Sequence[str], where: Path) -> dict[str, Formula]:
        """The targets 0, …, 1, …, 0 for a class named by its neuron or by its index from 0."""
        if given.name is not None and given.value is None and given.name in outputs:
            chosen = given.name
        elif isinstance(given.value, Number) and given.value.value in range(len(outputs)) and len(outputs) > 1:
            chosen = outputs[int(given.value.value.p)]
        elif len(outputs) == 1 and given.value is not None:
            return {outputs[0]: given.value}
        elif len(outputs) == 1 and given.name is not None and self.letters.has(given.name):
            return {outputs[0]: Name(given.name)}
        else:
            message = _("no such class; the outputs are {names}, or 0 to {last}")
            self.book.complain(where, message.format(names=listed(outputs), last=len(outputs) - 1))
            return {}
        return {name: number(int(name == chosen)) for name in outputs}


_FEW = 12  # rows that are named when none is near


def _compares(loss: LossChoice, outputs: Sequence[str]) -> bool:
    """Whether the loss looks at targets; a formula of one's own may be in outputs alone."""
    if loss.formula is None:
        return True
    targets = {"t", "target", *(prefix + output for output in outputs for prefix in ("t_", "target_"))}
    return any(name.symbol in targets - set(outputs) for name in names_in(loss.formula))


def with_data(samples: tuple[Sample, ...], data: Mapping[str, tuple[Formula, ...]]) -> tuple[Sample, ...]:
    """The samples with what layers were given for each of them: a mask, the same for all where there is only one."""
    if not data:
        return samples
    more = [{name: values[index % len(values)] for name, values in data.items()} for index in range(len(samples))]
    return tuple(_replace(one, inputs={**one.inputs, **own}) for one, own in zip(samples, more, strict=True))


def check_shared(file: ProblemFile, book: ComplaintBook, problem: Problem) -> None:
    """Complains where one sample prescribes what is computed from the whole batch."""
    shared = [cell.quantity.key for layer in problem.layers for cell in layer.cells if cell.shared]
    several = file.samples if shared and isinstance(file.samples, list) else []
    for index, sample in enumerate(several):
        for key in sample.given:
            if key in shared or key.rpartition("/d")[2] in {*shared, *problem.parameters}:
                message = _("{key} belongs to the whole batch, not to one sample").format(key=key)
                hint = _("write it in the 'given' of the problem")
                book.complain_at_key(("samples", index, "given", key), message, hint)


def check_weights(file: ProblemFile, book: ComplaintBook, problem: Problem) -> None:
    """Complains about weights of samples that nothing would depend on, and about some that cannot be."""
    weights = {at: sample.weight for at, sample in enumerate(problem.samples) if sample.weight is not None}
    if not weights or not isinstance(file.samples, list):
        return
    first = ("samples", min(weights), "weight")
    if file.rule != "gradient":
        book.complain_at_key(first, _("the perceptron rule has no loss in which samples could have weights"))
    elif not problem.has_batches:
        message = _("a weight is of a sample of a batch, and here the samples are taken one at a time")
        book.complain_at_key(first, message, _("write batch: full, or how many samples make a batch"))
    values = {at: evaluate(weight, Certified()) for at, weight in weights.items() if not has_letters(weight)}
    for at, value in values.items():
        if value < 0 and file.reduce != "sum":
            message = _("a weight of a sample is not below 0 where a batch has the mean of its samples")
            book.complain(("samples", at, "weight"), message, _("write reduce: sum, where they are added up"))
    if len(values) == len(problem.samples) and not any(value != 0 for value in values.values()):
        book.complain_at_key(first, _("all samples have the weight 0, so there is nothing to learn from"))
