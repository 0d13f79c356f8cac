"""The worked solution for a terminal: five parts in the order of the work, each line as on a blackboard."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as _replace
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.text import Text

from backprop_cli.errors import visible
from backprop_cli.formats import drawing, layout, runs, sheet
from backprop_cli.formats.layout import FORMULA, NUMBERS, VALUE, Equation, Piece, block
from backprop_cli.formats.matrices import matrices
from backprop_cli.formula import Apply
from backprop_cli.notation import load_notation
from backprop_cli.optimizers import OPTIMIZERS
from backprop_cli.problem.model import Detail, Layer, Problem
from backprop_cli.quantities import AFTER, Address, Kind, Phase, Place, Quantity
from backprop_cli.rates import COUNT
from backprop_cli.solution import Solution
from backprop_cli.spelling import Speller, speller
from backprop_cli.trace import Step
from backprop_cli.words import _, labelled, listed

DATA = (Kind.INPUT, Kind.TARGET)
_PLAIN = OPTIMIZERS["sgd"].rule  # is not said: it is what the whole page is about
_MANY = 24  # values that are still listed at the top


@dataclass(frozen=True)
class WorkedSolution:
    """The solution as a Rich renderable; `charset` is unicode or ascii."""

    solution: Solution
    charset: str = "unicode"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(*Page(self.solution, self.charset, console, options.max_width).parts())


def render(solution: Solution, width: int = 80, charset: str = "unicode") -> str:
    """The solution as plain text, without colour."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(WorkedSolution(solution, charset))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


class Page:
    """Writes the parts of one solution at one width."""

    def __init__(self, solution: Solution, charset: str, console: Console, width: int) -> None:
        self.solution = solution
        self.console = console
        self.problem = solution.problem
        self.width = width
        self.ascii = charset == "ascii"
        self.speller: Speller = speller(solution.problem, solution.trace, charset)
        self.layers = _layer_labels(solution.problem)
        self.said: set[str] = set()

    def parts(self) -> Iterator[RenderableType]:
        """The page from top to bottom."""
        yield from self.title()
        if not self.solution.only:
            yield from self.top()
        yield from self.body()
        yield from self.bottom()

    def title(self) -> Iterator[RenderableType]:
        """What stands above everything else."""
        if self.problem.title:
            yield Text(self.plain(visible(self.problem.title)), "bold")
            yield Text()

    # ---- what is given ---------------------------------------------------------------------------------------

    def top(self) -> Iterator[RenderableType]:
        """The network, what is given, and the conventions."""
        picture = drawing.network(self.problem, self.name, self.activation, self.width - 4, self.ascii)
        if picture is not None:
            yield layout.indented(Text(picture), 2)
            yield Text()
        elif self.problem.layers and self.problem.inputs:
            chain = drawing.chain(self.problem, self.activation, self.width - 2, self.ascii)
            yield layout.indented(Text(chain), 2)
            yield Text()
        if facts := list(self.facts()):
            wide = max(cell_len(word) for word, _fact in facts)
            for word, fact in facts:
                head = Text(f"  {word}{' ' * (wide - cell_len(word))}  ", "dim")
                yield layout.hanging(head, self.plain(fact))
            yield Text()
        for note in self.notes():
            yield self.paragraph(self.plain(note), "yellow", 2)
        if any(True for _note in self.notes()):
            yield Text()

    def paragraph(self, text: str, style: str, indent: int) -> Text:
        """A sentence in lines of the page's width."""
        lines = Text(text, style).wrap(self.console, self.width - indent)
        return layout.indented(Text("\n").join(lines), indent)

    def facts(self) -> Iterator[tuple[str, str]]:
        """Inputs, targets, parameters, learning rate: what stands on the sheet."""
        single = len(self.problem.samples) == 1
        constants = self.solution.trace.derivation.constants
        words = {Kind.INPUT: _("inputs"), Kind.TARGET: _("targets"), Kind.PARAMETER: _("parameters")}
        for kind, word in words.items():
            given = [q for q in constants if q.kind is kind and (q.name in self.problem.parameters or kind in DATA)]
            masks = [q for q in given if kind is Kind.INPUT and q.name not in self.problem.inputs]
            if given and (kind is Kind.PARAMETER or single):
                yield word, self.values([q for q in given if q not in masks])
            if masks and single:
                yield _("mask"), self.listed(masks)
        if not single:
            yield _("samples"), str(len(self.problem.samples))
        if self.problem.loss:
            yield _("loss"), _(self.problem.loss.name.replace("_", " ")) or _("the formula below")
        if self.problem.objective:
            yield _("objective"), self.name(self.problem.objective)
        settings = [quantity for quantity in constants if quantity.kind is Kind.CONSTANT and not quantity.at]
        yield from sheet.facts(self, self.problem, [one for one in settings if one != COUNT])
        state = [q for q in constants if q.kind is Kind.PARAMETER and q.name in self.problem.training.state]
        if state:
            yield _("state"), self.listed(state)
        if self.problem.notation != "plain":
            yield _("notation"), load_notation(self.problem.notation).title
        if self.problem.fixed:
            yield _("not updated"), ", ".join(self.name(name) for name in sorted(self.problem.fixed))

    def values(self, quantities: list[Quantity], here: Address | None = None) -> str:
        """What lies in rows and columns as matrices, the rest in a list."""
        by_name = {quantity.name: quantity for quantity in quantities}
        grids = [self.problem.input_grid, *(layer.kernels for layer in self.problem.layers)]
        texts: list[str] = []
        for grid in grids:
            if grid is None or not grid.names or not all(name in by_name for name in grid.names):
                continue
            one = by_name[grid.names[0]]
            matrix = matrices(
                grid,
                lambda name, one=one: visible(self.speller.symbol(_replace(one, name=name), here)),  # type: ignore[misc]
                lambda name: self.speller.given(by_name[name]).text,
                self.width - 20,
                self.ascii,
            )
            if matrix is not None:
                texts.append(matrix)
                quantities = [quantity for quantity in quantities if quantity.name not in grid.names]
        return "\n".join([*texts, self.listed(quantities, here)] if quantities else texts)

    def listed(self, quantities: list[Quantity], here: Address | None = None) -> str:
        """x₁ = 1, x₂ = 2; only the first and the last of very many."""
        items = [self.equality(quantity, here) for quantity in quantities]
        if len(items) > _MANY:
            items = [*items[:4], self.plain("…"), items[-1] + f" ({len(items)})"]
        return layout.listed(items, self.width - 20)

    def equality(self, quantity: Quantity, here: Address | None = None) -> str:
        """w₅ = 0.40"""
        return f"{visible(self.speller.symbol(quantity, here))} = {self.speller.given(quantity).text}"

    def notes(self) -> Iterator[str]:
        """What a reader must know about the conventions."""
        conventions, notation = self.problem.conventions, load_notation(self.problem.notation)
        if conventions.updated_weights:
            yield _("Announced: the hidden δ use the already updated output weights. This is not gradient descent.")
        if conventions.negative_delta:
            said = _("Here {delta} = −∂E/∂net, so an update adds {rate}·{delta}·input.")
            yield self.plain(said.format(delta=self.delta_word(), rate=notation.symbols["rate"]))
        if self.solution.nothing_after:
            yield _("Nothing is updated here, so there is no forward pass after the update.")
        yield from sheet.notes(self.problem)
        if (rule := self.solution.rounding) is not None:
            if rule.default is not None:
                yield _("Every line is rounded when it is written, and the next line uses the rounded value.")
            else:
                kinds = ", ".join(kind.value for kind in rule.kinds)
                said = _("Rounded when they are written, and used so from there on: {kinds}.")
                yield said.format(kinds=kinds)

    def delta_word(self) -> str:
        """δ as the notation calls it, without an index."""
        return load_notation(self.problem.notation).symbols["delta"].split("_")[0].split("^")[0]

    # ---- the work --------------------------------------------------------------------------------------------

    def body(self) -> Iterator[RenderableType]:
        """The passes in order, each in its parts."""
        steps = self.solution.trace.steps
        number = 0
        for address, together in groupby(steps, key=lambda step: self.speller.page_of(step.quantity.at)):
            group = list(together)
            only_rate = all(step.quantity.kind is Kind.CONSTANT for step in group)
            if heading := self.place(address) if only_rate else self.heading_of(address):
                yield Rule(Text(heading, "bold"), characters="=" if self.ascii else "═", style="dim")
                yield from self.data(address)
                number = 0
            for phase, part in groupby(group, key=lambda step: step.line.phase):
                number += 1
                yield from self.part(number, phase, list(part))

    def heading_of(self, address: Address) -> str:
        """What stands above the steps at an address: nothing where there is only one pass."""
        several = len(self.problem.samples) > 1
        if several and not _has_sample(address) and self.solution.trace.derivation.several_addresses:
            everything = _("all samples") if not any(place.word == "batch" for place in address) else ""
            words = listed(filter(None, [self.place(address), everything]))
            return words[:1].upper() + words[1:]
        return self.place(address)

    def data(self, address: Address) -> Iterator[RenderableType]:
        """The inputs and targets of the sample whose pass begins."""
        derivation = self.solution.trace.derivation
        several = [one for one, batch in derivation.together.items() if batch == address]
        for one in several or [address]:
            at = tuple(place for place in one if place.word == "sample")
            if at and (given := [q for q in derivation.constants if q.at == at and q.kind in DATA]):
                yield layout.indented(Text(self.plain(self.values(given, () if several else at)), "dim"), 3)

    def part(self, number: int, phase: Phase, steps: list[Step]) -> Iterator[RenderableType]:
        """One part: its heading, what a teacher says, and its lines, layer by layer."""
        yield Text.assemble((f"{number}  {self.heading(phase, steps)}", "bold magenta"))
        for rule in self.rules(phase, steps):
            yield self.paragraph(self.plain(rule), "italic dim", 3)
        groups = [
            list(group) for _label, group in groupby(steps, key=lambda step: self.layers.get(_owner(step.quantity)))
        ]
        for group in groups:
            label = self.layers.get(_owner(group[0].quantity))
            if len(groups) > 1 and label and phase is not Phase.LOSS:
                yield Text(f"   {label}", "dim")
            yield block([self.equation(step) for step in group], self.width, indent=3)
        yield Text()

    def heading(self, phase: Phase, steps: list[Step]) -> str:
        """The name of a part."""
        titles = {
            Phase.FORWARD: _("Forward pass"),
            Phase.LOSS: _("Error"),
            Phase.BACKWARD: _("Backward pass"),
            Phase.GRADIENT: _("Gradients"),
            Phase.UPDATE: _("Update"),
        }
        if phase is Phase.UPDATE and all(step.quantity.kind is Kind.CONSTANT for step in steps):
            return _("Learning rate")
        if phase is Phase.BACKWARD and any(step.quantity.kind is Kind.DELTA for step in steps):
            return labelled(titles[phase], self.plain(self.delta_word()))
        return titles[phase]

    def rules(self, phase: Phase, steps: list[Step]) -> list[str]:
        """What a teacher says of the slopes in these lines, once on the page."""
        if phase in (Phase.FORWARD, Phase.LOSS) or self.solution.detail is Detail.BRIEF:
            return []
        new = [rule for step in steps for rule in step.line.rules if rule not in (*self.said, _PLAIN)]
        self.said.update(new)
        return [_(rule) for rule in dict.fromkeys(new)]

    def equation(self, step: Step) -> Equation:
        """One line of the solution."""
        pieces: list[Piece] = []
        if step.line.given:
            return Equation(
                self.symbol(step.quantity),
                (Piece("=", self.speller.formula(step), VALUE), Piece("", _("(given)"), "dim")),
            )
        values = [Piece(sign, text, VALUE) for sign, text in self.speller.equation(step.value)]
        formula = self.speller.formula(step)
        if isinstance(step.line.formula, Apply) or step.line.formula != step.value.number:
            pieces.append(Piece("=", formula, FORMULA))
        numbers = self.speller.numbers(step)
        if numbers is not None and numbers != formula and self.solution.detail is not Detail.BRIEF:
            pieces.append(Piece("=", numbers, NUMBERS))
        if pieces and pieces[-1].text == values[0].text:
            pieces.pop()
        return Equation(self.symbol(step.quantity), (*pieces, *values))

    # ---- the end ---------------------------------------------------------------------------------------------

    def bottom(self) -> Iterator[RenderableType]:
        """The total error before and after, and what was asked."""
        yield from runs.parts(self, self.solution)
        if errors := list(self.errors()):
            yield Text(_("Total error"), "bold magenta")
            yield block(errors, self.width, indent=3)
            yield Text()
        if (asked := self.solution.asked) and not self.solution.only:
            yield Text(_("What was asked"), "bold magenta")
            yield block([self.answer(quantity) for quantity in asked], self.width, indent=3)
            yield Text()

    def errors(self) -> Iterator[Equation]:
        """The loss of every whole pass, when there is one to compare with."""
        trace = self.solution.trace
        losses = [step for step in trace.steps if step.quantity.kind is Kind.LOSS]
        after = [step for step in losses if step.quantity.at == (AFTER,)]
        if not after or self.solution.only:
            return
        before = next((step for step in losses if not _has_sample(step.quantity.at)), None)
        for word, step in ((_("before the update"), before), (_("after the update"), after[0])):
            if step is not None:
                values = tuple(Piece(sign, text, VALUE) for sign, text in self.speller.equation(step.value))
                yield Equation(word, values)

    def answer(self, quantity: Quantity) -> Equation:
        """An asked quantity with its value and its marks."""
        step = self.solution.trace.by_quantity[quantity]
        values = [Piece(sign, text, VALUE) for sign, text in self.speller.equation(step.value)]
        mark = self.problem.marks.get(quantity.key) or self.problem.marks.get(quantity.bare_key)
        if mark is not None:
            values.append(Piece("", _("[{marks} marks]").format(marks=self.speller.constant_formula(mark).text), "dim"))
        page = self.speller.page_of(quantity.at)
        symbol = self.symbol(quantity)
        return Equation(labelled(self.place(page), symbol) if page else symbol, tuple(values))

    # ---- words -----------------------------------------------------------------------------------------------

    def place(self, address: Address) -> str:
        """Epoch 2, sample 1"""
        words = {
            "epoch": _("epoch {n}"), "batch": _("batch {n}"), "sample": _("sample {n}"), "step": _("step {n}"),
            "after": _("after the update"),
        }  # fmt: skip
        text = listed(words[place.word].format(n=place.number) for place in address)
        return text[:1].upper() + text[1:]

    def symbol(self, quantity: Quantity) -> str:
        """What a quantity is called here."""
        return visible(self.speller.symbol(quantity))

    def name(self, name: str) -> str:
        """A name with its index."""
        return visible(self.speller.writer.name(name))

    def activation(self, layer: Layer) -> str:
        """A short word for a layer's activation."""
        if layer.activation is None:
            return "softmax"
        if isinstance(layer.activation, Apply):
            plain = all(not isinstance(argument, Apply) for argument in layer.activation.arguments)
            usual = layer.activation.operation.endswith("lu") or (layer.activation.operation == "step" and plain)
            named = len(layer.activation.arguments) == 1 or usual
            short = {"sigmoid": "σ", "identity": "", "relu": "ReLU"}
            return short.get(layer.activation.operation, layer.activation.operation) if named else "f"
        return ""

    def plain(self, text: str) -> str:
        """The text in the page's character set."""
        return in_ascii(text) if self.ascii else text


def in_ascii(text: str) -> str:
    """The text with its symbols in ASCII: δ is delta, ∂ is d. Words are in the characters of their language."""
    for symbol, word in _IN_ASCII.items():
        text = text.replace(symbol, word)
    return "".join(char if char.isascii() or unicodedata.east_asian_width(char) in "WF" else "?" for char in text)


_IN_ASCII = {
    "−": "-", "·": "*", "δ": "delta", "∂": "d", "η": "eta", "Σ": "sum ", "½": "1/2", "²": "^2", "±": "+-", "σ": "sigma",
    "ᵢ": "_i", "ⱼ": "_j", "ⁿ": "^n", "⁻¹": "^-1", "Φ": "Phi", "φ": "phi", "π": "pi", "√": "sqrt ", "₂": "2", "₁₀": "10",
    "′": "'", "ŷ": "yhat", "α": "alpha", "ε": "epsilon", "θ": "theta", "…": "...", "x̂": "xhat", "μ": "mu",
    "γ": "gamma", "β": "beta", "₀": "0", "″": "''",
    "“": '"', "”": '"', "’": "'", "→": "->", "≈": "~=", "×": "*",
}  # fmt: skip


def _has_sample(address: Address) -> bool:
    return any(isinstance(place, Place) and place.word in ("sample", "after") for place in address)


def _owner(quantity: Quantity) -> str:
    """The neuron or parameter whose layer a quantity belongs to."""
    if quantity.kind in (Kind.GRADIENT, Kind.LOCAL, Kind.PATH) and quantity.by:
        return quantity.by.name
    return quantity.name


def _layer_labels(problem: Problem) -> dict[str, str]:
    """The layer's label for each neuron and each parameter that belongs to one layer."""
    labels: dict[str, str] = {}
    for layer in problem.layers:
        for name in (*layer.units, *layer.parameters):
            label = layer.sections.get(name, layer.label)
            labels[name] = label if labels.get(name, label) == label else _("shared")
    return labels
