"""From the validated file to a Problem: names are resolved, shapes compared, and every complaint located."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backprop_cli import limits
from backprop_cli.errors import Complaint, Span, did_you_mean
from backprop_cli.expressions import FormulaError, parse
from backprop_cli.formula import Apply, Formula, Name, Number, number
from backprop_cli.losses import ALIASES as LOSS_ALIASES
from backprop_cli.losses import LOSSES, PER_OUTPUT_NAMES
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.operations import ACTIVATIONS
from backprop_cli.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.problem.model import (
    Connection,
    Conventions,
    Detail,
    Layer,
    LossChoice,
    Neuron,
    Problem,
    RoundingRule,
    Sample,
    Training,
)
from backprop_cli.problem.schema import LayerFile, NamedNumber, ProblemFile, RoundingFile
from backprop_cli.problem.tree import Entries, Path, Tree, span_at, text_at, where_named
from backprop_cli.quantities import Kind
from backprop_cli.words import _

ZERO_OR_ONE = {"0": number(0), "1/2": number(1, 2), "0.5": number(1, 2), "1": number(1)}


@dataclass
class Builder:
    """Builds a Problem and collects what is wrong; the result is of use only when `complaints` is empty."""

    tree: Tree
    file: ProblemFile
    samples_path: tuple[Path, ...] = ()
    complaints: list[Complaint] = field(default_factory=list)
    parameters: dict[str, Formula] = field(default_factory=dict)
    implicit: set[str] = field(default_factory=set)

    def complain(self, path: Path, message: str, hint: str | None = None, part: tuple[int, int] | None = None) -> None:
        """Notes a complaint at a path; `part` is offset and length within the text there."""
        span = span_at(self.tree, path)
        scalar = text_at(self.tree, path)
        if part and scalar and scalar.value is not None:
            span = Span(span.line, span.column + scalar.indent + part[0], max(1, part[1]))
        self.complaints.append(Complaint(message, span, hint))

    def complain_at_key(self, path: Path, message: str, hint: str | None = None) -> None:
        """Notes a complaint about the key that a path ends in."""
        self.complaints.append(Complaint(message, span_at(self.tree, path, key=True), hint))

    # ---- the whole -------------------------------------------------------------------------------------------

    def build(self) -> Problem | None:
        """The problem, or None when there are complaints."""
        file = self.file
        self.parameters = dict(file.parameters)
        kinds = [key for key in ("layers", "graph", "gradients") if getattr(file, key)]
        if len(kinds) > 1:
            message = _("{first!r} and {second!r} cannot stand in one problem")
            self.complain_at_key((kinds[1],), message.format(first=kinds[0], second=kinds[1]))
        if not kinds:
            hint = _("a problem has 'layers' (a network), 'graph' (named expressions) or 'gradients'")
            self.complaints.append(Complaint(_("there is nothing to solve"), None, hint))
        inputs = self.inputs()
        layers = self.layers(inputs)
        nodes = self.nodes(inputs)
        outputs = [neuron.name for neuron in layers[-1].neurons] if layers else []
        loss = self.loss(outputs, layers)
        problem = Problem(
            title=file.title or "",
            parameters=self.parameters,
            samples=self.samples(inputs, outputs, loss),
            layers=tuple(layers),
            nodes=nodes,
            inputs=tuple(inputs),
            fixed=self.fixed(layers),
            loss=loss,
            objective=self.objective(outputs, nodes),
            gradients=self.gradients(),
            training=self.training(layers),
            conventions=self.conventions(),
            rounding=self.rounding(),
            detail=Detail(file.detail) if file.detail in ("brief", "textbook", "full") else None,
            gates=file.detail == "gates",
            notation=file.notation or "plain",
            report=self.report(),
            stop_below=file.stop.loss_below if file.stop is not None else None,
            ask=tuple(file.ask),
            marks=dict(file.marks),
        )
        self.check_names(problem)
        self.check_values(problem)
        return None if self.complaints else problem

    # ---- inputs and samples ----------------------------------------------------------------------------------

    def inputs(self) -> list[str]:
        """The names of the inputs, from `inputs` or from the first sample."""
        file = self.file
        given = file.inputs
        if given is None and isinstance(file.samples, list) and file.samples:
            given = file.samples[0].inputs
        if given is None:
            return []
        return _input_names(given)

    def samples(self, inputs: list[str], outputs: list[str], loss: LossChoice | None) -> tuple[Sample, ...]:
        """The samples, each complete."""
        file = self.file
        if isinstance(file.samples, list):
            if not file.samples:
                self.complain_at_key(("samples",), _("there are no samples"))
            if file.targets is not None:
                self.complain_at_key(("targets",), _("with 'samples', each sample has its own targets"))
            if len(file.samples) > limits.SAMPLES:
                message = _("{count:,} samples; the limit is {limit:,}")
                self.complain_at_key(("samples",), message.format(count=len(file.samples), limit=limits.SAMPLES))
            return tuple(
                Sample(
                    self.input_values(one.inputs, inputs, ("samples", index)),
                    self.target_values(one.targets, outputs, ("samples", index), loss),
                    {**self.given(file.given, ("given",)), **self.given(one.given, ("samples", index, "given"))},
                )
                for index, one in enumerate(file.samples)
            )
        targets = self.target_values(file.targets, outputs, (), loss)
        return (Sample(self.input_values(file.inputs, inputs, ()), targets, self.given(file.given, ("given",))),)

    def input_values(self, given: Any, names: list[str], path: Path) -> dict[str, Formula]:
        """The value of every input of one sample."""
        path = (*path, "inputs")
        if given is None:
            if names:
                self.complain(path[:-1], _("this sample has no inputs"))
            return {}
        if isinstance(given, dict):
            self.same_names(given, names, path, _("input"))
            return {name: given[name] for name in names if name in given}
        listed = given if isinstance(given, list) else [given]
        if len(listed) != len(names):
            message = _("{count} values for {expected} inputs ({names})")
            self.complain(path, message.format(count=len(listed), expected=len(names), names=", ".join(names)))
            return {}
        values: dict[str, Formula] = {}
        for index, (name, one) in enumerate(zip(names, listed, strict=True)):
            if one.value is not None:
                values[name] = one.value
            else:
                where = (*path, index) if isinstance(given, list) else path
                self.complain(
                    where, _("input {name} has no value").format(name=name), _("write {name} = 0.5").format(name=name)
                )
        return values

    def same_names(self, given: Mapping[str, Any], names: Iterable[str], path: Path, what: str) -> None:
        """Complains about every name that is missing or that nobody knows."""
        names = list(names)
        for name in given:
            if name not in names:
                message = _("no {what} called {name!r}").format(what=what, name=name)
                self.complain_at_key((*path, name), message, did_you_mean(name, names))
        missing = [name for name in names if name not in given]
        if missing:
            message = _("no value for {what} {names}").format(what=what, names=", ".join(missing))
            self.complain_at_key(path, message)

    def target_values(self, given: Any, outputs: list[str], path: Path, loss: LossChoice | None) -> dict[str, Formula]:
        """The target of every output of one sample; a class becomes a one-hot target."""
        where = (*path, "targets")
        needed = loss is not None
        if given is None:
            if needed and outputs:
                message = _("the loss needs targets for {names}").format(names=", ".join(outputs))
                self.complain_at_key(path or ("loss",), message)
            return {}
        if not self.file.layers:
            self.complain_at_key(where, _("targets belong to a network; in a graph, write them as inputs"))
            return {}
        if isinstance(given, dict):
            self.same_names(given, outputs, where, _("output"))
            return dict(given)
        if isinstance(given, NamedNumber) and loss is not None and loss.name.startswith("cross_entropy"):
            return self.one_hot(given, outputs, where)
        listed = given if isinstance(given, list) else [given]
        if len(listed) != len(outputs):
            message = _("{count} targets for {expected} outputs ({names})")
            self.complain(where, message.format(count=len(listed), expected=len(outputs), names=", ".join(outputs)))
            return {}
        for index, one in enumerate(listed):
            if one.value is None:
                self.complain((*where, index) if isinstance(given, list) else where, _("a target needs a value"))
        return {name: one.value for name, one in zip(outputs, listed, strict=True) if one.value is not None}

    def one_hot(self, given: NamedNumber, outputs: list[str], where: Path) -> dict[str, Formula]:
        """The targets 0, …, 1, …, 0 for a class named by its neuron or by its index from 0."""
        if given.name is not None and given.value is None and given.name in outputs:
            chosen = given.name
        elif isinstance(given.value, Number) and given.value.value in range(len(outputs)) and len(outputs) > 1:
            chosen = outputs[int(given.value.value.p)]
        elif len(outputs) == 1 and given.value is not None:
            return {outputs[0]: given.value}
        else:
            message = _("no such class; the outputs are {names}, or 0 to {last}")
            self.complain(where, message.format(names=", ".join(outputs), last=len(outputs) - 1))
            return {}
        return {name: number(int(name == chosen)) for name in outputs}

    def given(self, values: Mapping[str, Formula], path: Path) -> dict[str, Formula]:
        """Prescribed values; whether they exist is known only when the derivation is."""
        return dict(values)

    # ---- layers ----------------------------------------------------------------------------------------------

    def layers(self, inputs: list[str]) -> list[Layer]:
        """The layers, with their parameters declared."""
        from backprop_cli.problem.layers import LayerBuilder

        return LayerBuilder(self, inputs).layers()

    def declare(self, one: NamedNumber, auto: str, path: Path) -> str:
        """Enters a parameter and says its name: its own, or the next automatic one."""
        if one.name is None:
            assert one.value is not None
            self.parameters[auto] = one.value
            self.implicit.add(auto)
            return auto
        known = self.parameters.get(one.name)
        if one.value is None:
            if known is None:
                hint = _("write {name} = 0.5 where it stands first").format(name=one.name)
                self.complain(path, _("parameter {name} has no value").format(name=one.name), hint)
            return one.name
        if known is not None and known != one.value:
            message = _("parameter {name} already has another value; a name used twice is one shared parameter")
            self.complain(path, message.format(name=one.name))
        self.parameters[one.name] = one.value
        return one.name

    def activation(self, text: str, path: Path) -> Formula | None:
        """The activation as a formula in z; None for softmax."""
        text = text.strip()
        name, bracket, _rest = text.partition("(")
        name = ACTIVATION_ALIASES.get(name.strip(), name.strip())
        if name == "softmax" and not bracket:
            return None
        known = ACTIVATIONS.get(name)
        if known is None and name.isidentifier() and not bracket and name != "z":
            message = _("no activation called {name!r}").format(name=name)
            self.complain(path, message, did_you_mean(name, [*ACTIVATIONS, "softmax"]))
            return Name("z")
        try:
            if known and not bracket:
                defaults = known.defaults
                if name == "relu" and self.conventions().relu_at_zero is not None:
                    defaults = (self.conventions().relu_at_zero or number(0),)
                return Apply(name, (Name("z"), *defaults))
            formula = parse(text, names=frozenset({"z"}) if not _settings_only(text) else frozenset())
        except FormulaError as error:
            if known and bracket and known.parameters:
                return self.with_settings(name, text, path)
            self.complain(path, error.message, error.hint, (error.offset, error.length))
            return Name("z")
        if known and bracket and known.parameters and _settings_only(text):
            return self.with_settings(name, text, path)
        if not _uses_z(formula):
            self.complain(path, _("an activation is a name or a formula in z"), _("for example z / (1 + abs(z))"))
        return formula

    def with_settings(self, name: str, text: str, path: Path) -> Formula:
        """leaky_relu(0.1), elu(2), step(0): the name and its settings."""
        inner = text[text.index("(") + 1 :]
        offset = text.index("(") + 1
        try:
            formula = parse(f"{name}(z,{inner}", names=frozenset({"z"}))
        except FormulaError as error:
            self.complain(
                path, error.message, error.hint, (max(0, error.offset - len(name) - 3 + offset), error.length)
            )
            return Name("z")
        return formula

    # ---- graph -----------------------------------------------------------------------------------------------

    def nodes(self, inputs: list[str]) -> dict[str, Formula]:
        """The nodes of the graph, each of names that stand before it."""
        later = list(self.file.graph)
        known = {*inputs, *self.file.parameters}
        nodes: dict[str, Formula] = {}
        expressions: dict[str, str] = self.file.graph
        for name, text in expressions.items():
            path = ("graph", name)
            if name in known:
                self.complain_at_key(path, _("{name!r} is already an input or a parameter").format(name=name))
            try:
                nodes[name] = parse(text, names=frozenset(known | nodes.keys()))
            except FormulaError as error:
                used = text[error.offset : error.offset + error.length]
                message, hint = error.message, error.hint
                if used == name:
                    message, hint = _("{name!r} is defined by itself").format(name=name), None
                elif used in later and error.message == _("no quantity called {name!r} here").format(name=used):
                    message = _("{used!r} is used before it is defined").format(used=used)
                    hint = _("nodes stand in the order in which they are computed")
                self.complain(path, message, hint, (error.offset, error.length))
                nodes[name] = number(0)
        return nodes

    def objective(self, outputs: list[str], nodes: Mapping[str, Formula]) -> str | None:
        """What is differentiated: a node or an output; the last node where nothing is said."""
        wanted = self.file.objective
        if wanted is None:
            return None
        if self.file.loss is not None and self.file.loss != "none":
            self.complain_at_key(("objective",), _("a problem has a loss or an objective, not both"))
        known = list(nodes) or outputs
        if wanted not in known:
            message = _("no node or output called {name!r}").format(name=wanted)
            self.complain(("objective",), message, did_you_mean(wanted, known))
        return str(wanted)

    # ---- loss ------------------------------------------------------------------------------------------------

    def loss(self, outputs: list[str], layers: list[Layer]) -> LossChoice | None:
        """The loss: a row of the table, or a formula in outputs and targets."""
        text: str = "none" if self.file.loss is None else str(self.file.loss).strip()
        if text == "none":
            return None
        if not layers:
            self.complain_at_key(("loss",), _("a loss belongs to a network; in a graph, write it as a node"))
            return None
        name, bracket, rest = text.partition("(")
        name = LOSS_ALIASES.get(name.strip(), name.strip())
        row = LOSSES.get(name)
        if row is None and name.isidentifier() and not bracket and name not in (*PER_OUTPUT_NAMES, *outputs):
            self.complain(("loss",), _("no loss called {name!r}").format(name=name), did_you_mean(name, LOSSES))
            return None
        if row is not None:
            return self.table_loss(name, rest if bracket else None, len(text) - len(rest))
        names = frozenset(PER_OUTPUT_NAMES)
        names |= {prefix + output for output in outputs for prefix in ("", "out_", "t_", "target_")}
        try:
            formula = parse(text, names=names)
        except FormulaError as error:
            self.complain(("loss",), error.message, error.hint, (error.offset, error.length))
            return None
        return LossChoice("", formula=formula)

    def table_loss(self, name: str, settings: str | None, offset: int) -> LossChoice | None:
        """A loss of the table with its settings: huber(0.5), cross_entropy(2)."""
        row = LOSSES[name]
        if settings is None:
            return LossChoice(name, row.defaults)
        base = settings.strip().removesuffix(")").replace("base", "").strip()
        if name == "cross_entropy" and base in ("2", "10", "e"):
            return LossChoice(name if base == "e" else f"{name}_base_{base}")
        try:
            formula = parse(settings.removesuffix(")")) if row.parameters else None
        except FormulaError as error:
            self.complain(("loss",), error.message, error.hint, (offset + error.offset, error.length))
            return None
        if formula is None:
            self.complain(("loss",), _("{name} takes no settings").format(name=name))
            return None
        return LossChoice(name, (formula,))

    # ---- the rest --------------------------------------------------------------------------------------------

    def fixed(self, layers: list[Layer]) -> frozenset[str]:
        """The parameters that are not updated."""
        given = self.file.fixed
        biases = {neuron.bias for layer in layers for neuron in layer.neurons if neuron.bias is not None}
        groups = {"biases": biases, "weights": set(self.parameters) - biases, "all": set(self.parameters)}
        if isinstance(given, str):
            if given in self.parameters or given in groups:
                return frozenset(groups.get(given, {given}))
            given, paths = [given], [("fixed",)]
        else:
            paths = [("fixed", index) for index in range(len(given))]  # type: ignore[misc]
        for name, path in zip(given, paths, strict=True):
            if name not in self.parameters:
                message = _("no parameter called {name!r}").format(name=name)
                self.complain(path, message, did_you_mean(name, self.parameters))
        return frozenset(given)

    def gradients(self) -> dict[str, tuple[Formula, ...]]:
        """Given gradients, every sequence of the same length."""
        sequences = {name: tuple(one) if isinstance(one, list) else (one,) for name, one in self.file.gradients.items()}
        longest = max(map(len, sequences.values()), default=0)
        for name, sequence in sequences.items():
            path = ("gradients", name)
            if name not in self.parameters:
                message = _("no parameter called {name!r}").format(name=name)
                hint = did_you_mean(name, self.parameters) or _("write parameters: {{{name}: 0.5}}").format(name=name)
                self.complain_at_key(path, message, hint)
            if len(sequence) != longest:
                message = _("{count} gradients here and {longest} elsewhere")
                self.complain(path, message.format(count=len(sequence), longest=longest))
        return sequences

    def training(self, layers: list[Layer]) -> Training:
        """Learning rate, epochs and batches."""
        file = self.file
        batch: int | None = 1
        text = str(file.batch).strip()
        if text == "full":
            batch = None
        elif text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text) > 0:
            batch = int(text)
        elif text != "online":
            hint = did_you_mean(text, ["online", "full"]) or _("online, full, or how many samples make a batch")
            self.complain(("batch",), _("no batch called {text!r}").format(text=text), hint)
        if file.epochs > 1 and file.learning_rate is None:
            self.complain_at_key(("epochs",), _("epochs need a learning_rate"))
        if file.learning_rate is None and file.gradients:
            self.complain_at_key(("gradients",), _("given gradients need a learning_rate"))
        from backprop_cli.problem.training import read_rule, read_state

        rule = read_rule(self, layers)
        state = read_state(self, rule)
        return Training(file.learning_rate, file.epochs, batch, file.reduce == "mean", rule, state, file.step)

    def report(self) -> tuple[int, ...]:
        """The epochs that are reported; with a bound on the loss alone, the last one."""
        file = self.file
        listed = file.report if isinstance(file.report, list) else [file.report]
        last = max(file.epochs, *listed, 1) if listed else file.epochs
        if listed and file.epochs > 1 and max(listed) > file.epochs:
            message = _("epoch {epoch} is reported, but there are {epochs}")
            self.complain(("report",), message.format(epoch=max(listed), epochs=file.epochs))
        if (listed or file.stop is not None) and file.learning_rate is None:
            self.complain_at_key(("report",) if listed else ("stop",), _("training needs a learning_rate"))
        if file.stop is not None and not listed:
            return (0, last)
        return tuple(sorted({*listed, last})) if listed else ()

    def conventions(self) -> Conventions:
        """The conventions, from the top level or from their block."""
        top, block = self.file, self.file.conventions
        chosen: dict[str, Any] = {}
        for key in ("delta", "threshold", "hidden_uses", "relu_at_zero"):
            inside = getattr(block, key) if block else None
            outside = getattr(top, key)
            chosen[key] = outside if inside is None else inside
        return Conventions(
            negative_delta=chosen["delta"] == "-dE/dnet" if chosen["delta"] else None,
            threshold=bool(chosen["threshold"]),
            updated_weights=chosen["hidden_uses"] == "updated",
            relu_at_zero=ZERO_OR_ONE.get(chosen["relu_at_zero"] or ""),
        )

    def rounding(self) -> RoundingRule | None:
        """The rounding of every kind of quantity."""
        file = self.file.rounding
        if file is None:
            return None
        kinds = {Kind(kind): self.one_rounding(one, ("rounding", "kinds", kind)) for kind, one in file.kinds.items()}
        only_kinds = file.places is None and file.figures is None and bool(kinds)
        default = None if only_kinds else self.one_rounding(file, ("rounding",))
        return RoundingRule(default, {kind: one for kind, one in kinds.items() if one is not None})

    def one_rounding(self, file: RoundingFile, path: Path) -> Rounding | None:
        """One rounding: to places or to figures."""
        if (file.places is None) == (file.figures is None):
            self.complain_at_key(path, _("rounding is to 'places' or to 'figures': exactly one of them"))
            return None
        return Rounding(file.places, file.figures, file.ties)

    def check_values(self, problem: Problem) -> None:
        """Complains where updates are asked for that cannot be."""
        online = problem.training.batch == 1 or len(problem.samples) == 1
        if problem.conventions.updated_weights and not online:
            path: Path = ("hidden_uses",) if self.file.hidden_uses else ("conventions", "hidden_uses")
            self.complain_at_key(path, _("'updated' needs an update after every sample: batch: online"))
        if len(problem.parameters) > limits.PARAMETERS:
            message = _("{count:,} parameters; the limit is {limit:,}")
            self.complain_at_key(("layers",), message.format(count=len(problem.parameters), limit=limits.PARAMETERS))
        for name in self.file.parameters:
            used = name in problem.gradients or problem.nodes or name not in self.unused_parameters(problem)
            if not used:
                self.complain_at_key(("parameters", name), _("parameter {name} is not used").format(name=name))

    def unused_parameters(self, problem: Problem) -> set[str]:
        """Declared parameters that no neuron uses."""
        used = {c.parameter for layer in problem.layers for neuron in layer.neurons for c in neuron.connections}
        used |= {neuron.bias for layer in problem.layers for neuron in layer.neurons if neuron.bias}
        return set(self.file.parameters) - used

    def check_names(self, problem: Problem) -> None:
        """Complains about a name with two meanings."""
        neurons = [neuron.name for layer in problem.layers for neuron in layer.neurons]
        seen: dict[str, str] = {}
        groups = [(_("input"), problem.inputs), (_("parameter"), problem.parameters), (_("neuron"), neurons)]
        for what, names in groups:
            for name in names:
                if seen.get(name, what) != what:
                    message = _("{name!r} is both {first} and {second}").format(
                        name=name, first=seen[name], second=what
                    )
                    self.complaints.append(Complaint(message, self.find(name, what)))
                seen[name] = what
        reserved = {f"{prefix}_{n}" for n in neurons for prefix in ("net", "out", "delta", "E", "t")} | {"E", "eta"}
        for name in [*problem.inputs, *problem.parameters]:
            if problem.layers and name in reserved:
                message = _("{name!r} is the name of another quantity").format(name=name)
                what = _("input") if name in problem.inputs else _("parameter")
                self.complaints.append(Complaint(message, self.find(name, what), _("choose another name")))

    def find(self, name: str, what: str) -> Span | None:
        """Where a name is given its later meaning; `what` is the kind of thing it is there."""
        sections = {
            _("input"): ("inputs", "samples"),
            _("parameter"): ("parameters", "layers"),
            _("neuron"): ("layers",),
        }
        for section in sections[what]:
            if isinstance(self.tree, Entries) and section in self.tree.values:
                span = where_named(self.tree.values[section], name)
                if span:
                    return span
        return span_at(self.tree, ("layers",), key=True)


def _input_names(given: Any) -> list[str]:
    if isinstance(given, dict):
        return list(given)
    listed = given if isinstance(given, list) else [given]
    return [one.name or f"x{index}" for index, one in enumerate(listed, start=1)]


def _settings_only(text: str) -> bool:
    """Whether the brackets of `leaky_relu(0.1)` hold settings and not z."""
    import re

    return not re.search(r"\bz\b", text)


def _uses_z(formula: Formula) -> bool:
    match formula:
        case Name(symbol):
            return symbol == "z"
        case Apply(_, arguments):
            return any(map(_uses_z, arguments))
    return False


__all__ = ["Builder", "Connection", "Layer", "LayerFile", "Neuron"]
