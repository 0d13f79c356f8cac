"""Problems made for the tests: networks as data, their YAML in every layout, and how they are solved."""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import normalize
from xml.etree.ElementTree import fromstring

import pytest

from backprop_cli.cli.app import app
from backprop_cli.cli.output import guarded
from backprop_cli.deriving.names import Names
from backprop_cli.deriving.schedule import derive
from backprop_cli.documents.model import Document, Lines, Math
from backprop_cli.documents.solution_page import solution_document
from backprop_cli.formats import dialect_of, document_renderer
from backprop_cli.formats.pages import Page, of_solution
from backprop_cli.formats.terminal.plain import document
from backprop_cli.formats.view_data import as_json
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Detail, Problem
from backprop_cli.problem.reader import Loaded
from backprop_cli.questions.reading import load
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of

LAYOUTS = ("weights", "weights_by_input", "weights by name", "weights_by_input by name")


@dataclass(frozen=True)
class Wire:
    """One connection."""

    receiver: str
    sender: str
    parameter: str


@dataclass(frozen=True)
class Layer:
    """Neurons, their wires in the order of the sums, and the bias parameter of those that have one."""

    neurons: tuple[str, ...]
    activation: str
    wires: tuple[Wire, ...]
    biases: Mapping[str, str] = field(default_factory=dict)
    layout: str = "weights"

    def into(self, neuron: str) -> list[Wire]:
        """The wires into one neuron."""
        return [wire for wire in self.wires if wire.receiver == neuron]


@dataclass(frozen=True)
class Network:
    """A network and how it is trained; numbers are texts, exactly as they stand in the file."""

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...]
    parameters: Mapping[str, str]
    samples: tuple[tuple[Mapping[str, str], Mapping[str, str]], ...]
    loss: str = "half_squared_error"
    learning_rate: str = "0.25"
    fixed: tuple[str, ...] = ()
    epochs: int = 1
    batch: str = "online"
    reduce: str = "mean"
    threshold: bool = False
    more: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        """The neurons of the last layer."""
        return self.layers[-1].neurons

    def with_layout(self, layout: str) -> Network:
        """The same network, written in another way."""
        return replace(self, layers=tuple(replace(layer, layout=layout) for layer in self.layers))

    def with_lines(self, *lines: str) -> Network:
        """The same network with more lines in its file."""
        return replace(self, more=(*self.more, *lines))

    def text(self) -> str:
        """The problem file."""
        written: set[str] = set()
        lines = ["layers:"]
        for layer in self.layers:
            lines += _layer_lines(layer, self.parameters, written)
        if len(self.samples) == 1:
            inputs, targets = self.samples[0]
            lines += [f"inputs: {_flow(inputs)}", f"targets: {_flow(targets)}"]
        else:
            lines.append("samples:")
            lines += [f"  - {{inputs: {_flow(inputs)}, targets: {_flow(targets)}}}" for inputs, targets in self.samples]
        lines += [f"loss: {self.loss}", f"learning_rate: {self.learning_rate}", f"fixed: [{', '.join(self.fixed)}]"]
        lines += [f"epochs: {self.epochs}", f"batch: {self.batch}", f"reduce: {self.reduce}"]
        lines += [f"threshold: {str(self.threshold).lower()}", *self.more]
        return "\n".join(lines) + "\n"


def _flow(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def _layer_lines(layer: Layer, parameters: Mapping[str, str], written: set[str]) -> list[str]:
    def number(name: str) -> str:
        if name in written:
            return name
        written.add(name)
        return f"{name} = {parameters[name]}"

    senders = list(dict.fromkeys(wire.sender for wire in layer.wires))
    key, _, by_name = layer.layout.partition(" ")
    outer = list(layer.neurons) if key == "weights" else senders
    rows: dict[str, list[str]] = {}
    for name in outer:
        wires = [wire for wire in layer.wires if name == (wire.receiver if key == "weights" else wire.sender)]
        inner = (lambda wire: wire.sender) if key == "weights" else (lambda wire: wire.receiver)
        rows[name] = [
            f"{inner(wire)}: {number(wire.parameter)}" if by_name else number(wire.parameter) for wire in wires
        ]
    lines = [f"  - neurons: [{', '.join(layer.neurons)}]", f"    activation: {layer.activation}", f"    {key}:"]
    for name, row in rows.items():
        lines.append(f"      {name}: {{{', '.join(row)}}}" if by_name else f"      - [{', '.join(row)}]")
    if layer.biases:
        lines.append(f"    bias: {_bias(layer, number)}")
    return lines


def _bias(layer: Layer, number: Callable[[str], str]) -> str:
    names = list(layer.biases.values())
    if set(layer.biases) != set(layer.neurons):
        return _flow({neuron: number(name) for neuron, name in layer.biases.items()})
    if len(set(names)) == 1:
        return number(names[0])
    return "[" + ", ".join(number(layer.biases[neuron]) for neuron in layer.neurons) + "]"


# Networks by chance


def decimal(random: Random, size: int = 150, places: int = 2) -> str:
    """A decimal that is not 0, as it is written in a file."""
    digits = random.choice([-1, 1]) * random.randint(1, size)
    return f"{digits / 10**places:.{places}f}"


def random_network(
    random: Random,
    activations: Sequence[str],
    last: str = "identity",
    loss: str = "half_squared_error",
    target: Callable[[Random, int], Sequence[str]] | None = None,
    by_name: bool | None = None,
    outputs: int | None = None,
    samples: int | None = None,
    epochs: int | None = None,
    hidden: int | None = None,
) -> Network:
    """A network of one to three layers with the given activations; what is None is left to chance."""
    inputs = tuple(f"i{n}" for n in range(1, random.randint(1, 3) + 1))
    depth = random.randint(0, 2) if hidden is None else hidden
    widths = [random.randint(1, 3) for _ in range(depth)] + [outputs or random.randint(1, 3)]
    parameters: dict[str, str] = {}
    layers: list[Layer] = []
    before: Sequence[str] = inputs
    senders = list(inputs)
    for index, width in enumerate(widths):
        final = index == depth
        neurons = tuple(f"o{n}" if final else f"h{index + 1}{n}" for n in range(1, width + 1))
        named = random.random() < 0.4 if by_name is None else by_name
        layout = random.choice(LAYOUTS[2:] if named else LAYOUTS)
        wires = _random_wires(random, neurons, before, senders if named else None, parameters)
        biases = _random_biases(random, neurons, parameters)
        layers.append(Layer(neurons, last if final else random.choice(activations), wires, biases, layout))
        before = neurons
        senders += neurons
    count = random.choice([1, 1, 2, 3, 5]) if samples is None else samples
    targets = target or (lambda chance, width: [decimal(chance) for _ in range(width)])
    return Network(
        inputs,
        tuple(layers),
        parameters,
        tuple(
            (
                {name: decimal(random, 200) for name in inputs},
                dict(zip(layers[-1].neurons, targets(random, widths[-1]), strict=True)),
            )
            for _ in range(count)
        ),
        loss,
        learning_rate=random.choice(["0.1", "0.25", "0.5", "1/3"]),
        fixed=tuple(name for name in parameters if random.random() < 0.15),
        epochs=random.randint(1, 3) if epochs is None else epochs,
        batch=random.choice(["online", "full", "1", "2", "3"]),
        reduce=random.choice(["mean", "sum"]),
        threshold=random.random() < 0.25,
    )


def _random_wires(
    random: Random,
    neurons: Sequence[str],
    before: Sequence[str],
    senders: Sequence[str] | None,
    parameters: dict[str, str],
) -> tuple[Wire, ...]:
    """All to all, or, where `senders` are given, some of the layer before and some that skip layers."""
    wires: list[Wire] = []
    for neuron in neurons:
        chosen = list(before)
        if senders is not None:
            chosen = [s for s in senders if random.random() < (0.75 if s in before else 0.4)] or [random.choice(before)]
        for sender in chosen:
            if parameters and random.random() < 0.12:
                name = random.choice(list(parameters))
            else:
                name = f"w{len(parameters) + 1}"
                parameters[name] = decimal(random, 120)
            wires.append(Wire(neuron, sender, name))
    return tuple(wires)


def _random_biases(random: Random, neurons: Sequence[str], parameters: dict[str, str]) -> dict[str, str]:
    """None, one that is shared, one for each, or some."""
    kind = random.choice(["none", "shared", "each", "some"])
    chosen = [neuron for neuron in neurons if kind in ("shared", "each") or (kind == "some" and random.random() < 0.5)]
    biases: dict[str, str] = {}
    for neuron in chosen:
        if kind != "shared" or not biases:
            name = f"b{len(parameters) + 1}"
            parameters[name] = decimal(random, 100)
        biases[neuron] = name
    return biases


# Solving


def loaded(text: str | bytes) -> Loaded:
    """The problem in the text, read as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load(str(path))


def solved(text: str, detail: Detail = Detail.FULL, then_forward: bool = False, digits: int = 15) -> Solution:
    """The solution of the problem in the text."""
    return solution_of(loaded(text), SolveOptions(detail=detail, then_forward=then_forward, digits=digits))


def decimals(solution: Solution) -> dict[str, Fraction]:
    """The decimal of every line, as the number that it says."""
    return {step.quantity.key: as_fraction(step.value.decimal.value) for step in solution.trace.steps}


def as_fraction(value: Any) -> Fraction:
    """An exact number of the package as Python's."""
    assert isinstance(value, Rational), f"{value} is not exact"
    return Fraction(int(value.p), int(value.q))


def fraction(text: str) -> Fraction:
    """A number of a file: 0.15 or 1/3."""
    return Fraction(text)


# The command line


@dataclass(frozen=True)
class Run:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def backprop(*arguments: str | Path, stdin: str | bytes = b"", **environment: str) -> Run:
    """The command line in this process, 80 columns wide unless `COLUMNS` says otherwise."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
            patch.delenv(name, raising=False)
        for name, value in {"COLUMNS": "80", "TERM": "xterm-256color", **environment}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["backprop", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = guarded(lambda: app(prog_name="backprop"))
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Run(code, *texts)


def steps(*arguments: str | Path, stdin: str | bytes = b"") -> list[dict[str, Any]]:
    """The steps of `backprop solve --json` with these arguments."""
    run = backprop("solve", *arguments, "--json", stdin=stdin)
    assert run.code == 0, run.err
    found: list[dict[str, Any]] = json.loads(run.out)["steps"]
    return found


# Views


@dataclass(frozen=True)
class View:
    """A view of a solution, as `backprop solve` shows it."""

    solution: Solution
    name: str
    argument: str = ""
    charset: str = "unicode"


def shown(view: View) -> Page:
    """The view as data and as a document."""
    return of_solution(view.solution, view.name, view.argument)


def worked(solution: Solution, format_: str) -> str:
    """The worked solution in a format of text."""
    return str(document_renderer(format_)(solution_document(solution, dialect_of(format_))))


def render(view: View, columns: int = 80) -> str:
    """The view as plain text."""
    return document(shown(view).document(view.charset), columns)


def render_json(view: View) -> str:
    """The view as JSON."""
    return as_json(shown(view).data())


# Documents


def missing(document: Document, source: str, read: Callable[[str], str]) -> list[str]:
    """The mathematics of a document's lines that a source does not have in its order, as `read` takes both."""
    place, lost, source = 0, [], read(source)
    for block in document.blocks:
        for equation in block.equations if isinstance(block, Lines) else ():
            for text in (
                *(one.text for one in equation.left if isinstance(one, Math)),
                *(s.text for s in equation.sides),
            ):
                found = source.find(read(text), place)
                lost += [text] if found < 0 else []
                place = max(place, found + len(read(text)))
    return lost


def cells_of(row: str) -> int:
    """How many cells of an aligned row begin, those of its matrices not counted."""
    return re.sub(r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}", "", row).count("&")


_BUILT = ("mfrac", "msub", "msup", "msubsup", "msqrt", "mover", "munder", "mtable", "mtr", "mtd")


def skeleton(mathml: str) -> tuple[str, list[str]]:
    """What is read in MathML, whatever spaces and styles, and what it is built of; a prime builds nothing.

    It belongs to its letter, whether it stands right behind it or, as an exponent, above the index.
    """
    top = fromstring(mathml)
    primed = [one for one in top.iter() if len(one) and set("".join(one[-1].itertext())) == {"′"}]
    for element in primed:
        if element.tag.endswith("msubsup"):
            base, index, prime = element
            element[:] = [base, prime, index]
            element.tag = "msub"
    tags = [element.tag.rpartition("}")[2] for element in top.iter() if element not in primed or len(element) == 3]
    read = normalize("NFKC", "".join(top.itertext()))
    return "".join(read.split()), [tag for tag in tags if tag in _BUILT]


def shapes_last(text: str) -> str:
    """LaTeX in which the shape of a matrix stands behind it, as it does in MathML."""
    matrix = r"\\underset\{([^{}]*)\}\{(\\begin\{bmatrix\}.*?\\end\{bmatrix\})\}"
    return re.sub(matrix, r"\2\1", text)


def letters_and_digits(text: str) -> str:
    """The text without signs, and without the words of LaTeX for brackets and room."""
    words = r"\\(?:left|right|bigl|bigr|big|Big|allowbreak|quad|qquad|phantom\{\})\b"
    return "".join(filter(str.isalnum, re.sub(words, "", text)))


def digits(text: str) -> str:
    """Only the digits."""
    return "".join(char for char in text if char.isascii() and char.isdigit())


def names_of(problem: Problem) -> Names:
    """The names of everything that the problem's full derivation works out, the pass after the update included."""
    return Names.of(problem, derive(problem.by_hand, Detail.FULL, then_forward=True))
