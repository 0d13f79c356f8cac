"""From the validated file to a Problem: names are resolved, shapes compared, and every complaint located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.expressions import FormulaError, parse
from backprop_cli.algebra.formula import Formula, Name, number
from backprop_cli.algebra.quantities import Kind
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, Span, did_you_mean, how_to_raise
from backprop_cli.ground.words import _
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.choices import read_loss
from backprop_cli.problem.fields import NamedNumber
from backprop_cli.problem.grids import Grid, grid_of, is_ragged
from backprop_cli.problem.letters import NO_LETTERS, Letters, check_letters, letters_of, opened
from backprop_cli.problem.marking import read_marking, read_marks
from backprop_cli.problem.model import (
    Conventions,
    Detail,
    Layer,
    Problem,
    RoundingRule,
    Training,
)
from backprop_cli.problem.perceptrons import PASSES, check_targets, read_perceptron
from backprop_cli.problem.runs import check_orders, has_rate, read_order, read_rates, read_report, read_starts
from backprop_cli.problem.samples import check_shared, read_samples, with_data
from backprop_cli.problem.schedules import read_schedule
from backprop_cli.problem.schema import ProblemFile, RoundingFile
from backprop_cli.problem.training import read_rule, read_state
from backprop_cli.problem.tree import Entries, Path, Tree, span_at, text_at, where_named

RECURRENT = ("recurrent", "lstm", "gru")  # kinds of layers whose weights lead from one step to the next
ZERO_OR_ONE = {"0": number(0), "1/2": number(1, 2), "0.5": number(1, 2), "1": number(1)}


@dataclass
class Builder:
    """Builds a Problem and collects what is wrong; the result is of use only when `complaints` is empty."""

    tree: Tree
    file: ProblemFile
    letters: Letters = NO_LETTERS
    samples_path: tuple[Path, ...] = ()
    complaints: list[Complaint] = field(default_factory=list)
    parameters: dict[str, Formula] = field(default_factory=dict)
    implicit: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)  # by their layer, not by `fixed`
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what an input chooses among
    groups: tuple[tuple[str, ...], ...] = ()  # the classes of each step of the output layer
    input_shape: tuple[int, ...] = ()
    broken: bool = False  # the inputs or a layer could not be read: all that refers to its outputs is unknown
    data: dict[str, tuple[Formula, ...]] = field(default_factory=dict)  # masks: for every sample, or one for all

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
        self.input_shape = inputs.shape
        layers = self.layers(inputs)
        nodes = self.nodes(inputs.names)
        outputs = list(layers[-1].outputs) if layers else []
        found = len(self.complaints)
        loss = read_loss(self, outputs, layers)
        self.rows = {name: rows for layer in layers for name, rows in layer.rows.items()}
        self.groups = layers[-1].groups if layers else ()
        samples = read_samples(self, list(inputs.names), outputs, loss)
        fixed, objective = self.fixed(layers) | self.frozen, self.objective(outputs, nodes)
        starts = read_starts(self, fixed)
        report, quantities = read_report(self)
        if self.broken:
            del self.complaints[found:]
        problem = Problem(
            title=file.title or "",
            parameters=self.parameters | (dict(starts[0]) if starts else {}),
            samples=with_data(samples, self.data),
            layers=tuple(layers),
            nodes=nodes,
            inputs=inputs.names,
            input_grid=inputs,
            fixed=fixed,
            loss=loss,
            objective=objective,
            gradients=self.gradients(),
            training=self.training(layers, report),
            conventions=self.conventions(),
            rounding=self.rounding(),
            detail=Detail(file.detail) if file.detail in ("brief", "textbook", "full") else None,
            gates=file.detail == "gates",
            notation=file.notation or "plain",
            report=report,
            report_quantities=quantities,
            starts=starts,
            stop_below=file.stop.loss_below if file.stop is not None else None,
            ask=tuple(file.ask),
            marks=read_marks(file.marks, self.complain),
            marking=read_marking(file.marking, self.digits_asked, self.complain),
            symbolic=file.symbolic,
        )
        if self.letters != NO_LETTERS or file.letters:
            problem = opened(problem)
            problem = _replace(problem, letters=letters_of(problem))
            check_letters(self, problem)
        if not self.broken:
            self.check_names(problem)
            self.check_values(problem)
        return None if self.complaints else problem

    # ---- inputs and samples ----------------------------------------------------------------------------------

    def inputs(self) -> Grid:
        """The names of the inputs and how they lie, from `inputs` or from the first sample."""
        file = self.file
        given, path = file.inputs, ("inputs",)  # type: tuple[Any, Path]
        if given is None and isinstance(file.samples, list) and file.samples:
            given, path = file.samples[0].inputs, ("samples", 0, "inputs")
        if given is None:
            return Grid((), ())
        if any(map(is_ragged, given.values() if isinstance(given, dict) else [given])):
            self.complain(path, _("the rows of the inputs differ in length"))
            self.broken = True
            return Grid((), ())
        return grid_of(given)

    # ---- layers ----------------------------------------------------------------------------------------------

    def layers(self, inputs: Grid) -> list[Layer]:
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
            if known is None and self.letters.has(one.name):
                self.parameters[one.name] = Name(one.name)
            elif known is None:
                hint = _("write {name} = 0.5 where it stands first, or {name} = {name} to leave it as a letter")
                near = did_you_mean(one.name, self.parameters)
                hint = f"{near} " * bool(near) + hint.format(name=one.name)
                self.complain(path, _("parameter {name} has no value").format(name=one.name), hint)
            return one.name
        if known is not None and known != one.value:
            message = _("parameter {name} already has another value; a name used twice is one shared parameter")
            self.complain(path, message.format(name=one.name))
        self.parameters[one.name] = one.value
        return one.name

    # ---- graph -----------------------------------------------------------------------------------------------

    def nodes(self, inputs: Sequence[str]) -> dict[str, Formula]:
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

    # ---- the rest --------------------------------------------------------------------------------------------

    def fixed(self, layers: list[Layer]) -> frozenset[str]:
        """The parameters that are not updated."""
        given = self.file.fixed
        biases = {name for layer in layers for name in layer.bias_parameters}
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

    def training(self, layers: list[Layer], report: tuple[int, ...]) -> Training:
        """Learning rate, epochs and batches; `report` has the last epoch where training goes on for longer."""
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
        if file.epochs > 1 and not has_rate(self):
            self.complain_at_key(("epochs",), _("epochs need a learning_rate"))
        if not has_rate(self) and file.gradients:
            self.complain_at_key(("gradients",), _("given gradients need a learning_rate"))
        rule = read_rule(self, layers)
        state = read_state(self, rule)
        rates, order = read_rates(self), read_order(self)
        schedule = read_schedule(self)
        first = rates[0] if rates else schedule.rates[0] if schedule and schedule.rates else file.learning_rate
        perceptron = read_perceptron(self, layers)
        epochs = file.epochs
        if perceptron is not None and perceptron.until_clean and "epochs" not in file.model_fields_set:
            epochs = PASSES
        check_orders(self, order, max(epochs, *report) if report else epochs)
        return Training(
            None if isinstance(first, list) else first, epochs, batch, file.reduce == "mean", rule, state, file.step,
            rates, schedule, order, perceptron,
        )  # fmt: skip

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
        return self.rounding_of(self.file.rounding, ("rounding",)) if self.file.rounding is not None else None

    def rounding_of(self, file: RoundingFile, path: Path) -> RoundingRule:
        """The rounding that a block of the file says."""
        kinds = {Kind(kind): self.one_rounding(one, (*path, "kinds", kind)) for kind, one in file.kinds.items()}
        only_kinds = file.places is None and file.figures is None and bool(kinds)
        default = None if only_kinds else self.one_rounding(file, path)
        return RoundingRule(default, {kind: one for kind, one in kinds.items() if one is not None})

    def digits_asked(self) -> RoundingRule | None:
        """The digits that `marking` asks for."""
        digits = self.file.marking.digits if self.file.marking is not None else None
        return self.rounding_of(digits, ("marking", "digits")) if isinstance(digits, RoundingFile) else None

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
        if problem.conventions.updated_weights and any(layer.kind in RECURRENT for layer in problem.layers):
            path = ("hidden_uses",) if self.file.hidden_uses else ("conventions", "hidden_uses")
            self.complain_at_key(path, _("'updated' is for layers of neurons: a recurrent one uses its weights again"))
        check_targets(self, problem.layers, problem.samples)
        check_shared(self, problem)
        if len(problem.parameters) > limits.PARAMETERS:
            message = _("{count:,} parameters; the limit is {limit:,}")
            message = message.format(count=len(problem.parameters), limit=limits.PARAMETERS)
            self.complain_at_key(("layers",), message, how_to_raise("parameters"))
        for name in self.file.parameters:
            used = name in problem.gradients or problem.nodes or name not in self.unused_parameters(problem)
            if not used:
                self.complain_at_key(("parameters", name), _("parameter {name} is not used").format(name=name))

    def unused_parameters(self, problem: Problem) -> set[str]:
        """Declared parameters that no neuron uses."""
        used = {name for layer in problem.layers for name in layer.parameters}
        return set(self.file.parameters) - used

    def check_names(self, problem: Problem) -> None:
        """Complains about a name with two meanings."""
        neurons = [name for layer in problem.layers for name in layer.units]
        seen: dict[str, str] = {}
        inputs = (*problem.inputs, *self.data)
        groups = [(_("input"), inputs), (_("parameter"), problem.parameters), (_("neuron"), neurons)]
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
