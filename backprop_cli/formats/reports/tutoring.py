"""What a tutor says, for a terminal: sentences, equations that break where mathematics does, and the work so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from backprop_cli.algebra.quantities import Address, Kind, Quantity, parameter
from backprop_cli.checking.descriptions import PHASES, describe_address
from backprop_cli.documents import sheet
from backprop_cli.documents.model import Document, Given
from backprop_cli.documents.writing import writing
from backprop_cli.formats.terminal import drawing, layout
from backprop_cli.formats.terminal.ascii import in_ascii
from backprop_cli.formats.terminal.gates import Gate, gates
from backprop_cli.formats.terminal.plain import DocumentPage
from backprop_cli.ground.errors import visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside, language_tag, told
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.said import Block, Formula, Heading, KnownNumbers, Prompt, Response, Say, Tone

_STYLES = {Tone.PLAIN: "", Tone.RIGHT: "green", Tone.WRONG: "red", Tone.HINT: "cyan"}
_SIGNS = {Tone.RIGHT: ("✓ ", "+ "), Tone.WRONG: ("✗ ", "x ")}


@record(slots=False)
class Told:
    """A response as a Rich renderable."""

    lesson: Lesson
    response: Response

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        teller = Teller(self.lesson, console, options.max_width)
        for block in self.response.blocks:
            yield from teller.block(block)
        if self.response.question is not None:
            yield from teller.question(self.response.question)


class Teller:
    """Writes what is said at one width."""

    def __init__(self, lesson: Lesson, console: Console, width: int) -> None:
        self.lesson = lesson
        self.console = console
        self.width = width
        self.ascii = lesson.charset == "ascii"

    def block(self, block: Block) -> Iterator[RenderableType]:
        """One thing that is said."""
        match block:
            case Say():
                yield self.sentence(block)
            case Formula():
                yield self.formula(block)
            case Heading(text, at):
                yield Text()
                yield Text(self.plain(text), "bold magenta")
                if at is not None:
                    yield from self.data(at)
            case KnownNumbers():
                yield from self.work(block)

    def sentence(self, say: Say) -> Text:
        """A sentence, its further lines under its first."""
        if not say.text:
            return Text()
        style = _STYLES[say.tone]
        sign = _SIGNS[say.tone][self.ascii] if say.tone in _SIGNS else self.plain("  − ") if say.item else "  "
        lines = Text(self.plain(visible(say.text)), style).wrap(self.console, self.width - len(sign))
        text = Text(sign, style)
        for index, line in enumerate(lines):
            text.append("\n" + " " * len(sign) if index else "").append_text(line)
        return text

    def formula(self, formula: Formula) -> Text:
        """An equation on one line where it fits; its label on a line before it."""
        pieces = tuple(layout.Piece(sign, text) for sign, text in formula.sides)
        indent = 4 if formula.label else 2
        equation = layout.block([layout.LaidOutEquation(formula.left, pieces)], self.width, indent)
        if not formula.label:
            return equation
        return Text.assemble((f"  {formula.label}", "dim"), "\n", equation)

    def data(self, at: Address) -> Iterator[RenderableType]:
        """The inputs and targets of a sample, and what the exercise prescribes in this pass, of several."""
        page = writing(self.lesson.solution, self.lesson.charset)
        blocks = tuple(map(Given, sheet.data(page, at)))
        yield from [DocumentPage(Document("", language_tag(), self.lesson.charset, blocks))] if blocks else []
        given = [line for one, line in self.lesson.lines.items() if line.given and one.at == at]
        if given and at:
            head = Text("  " + _("given") + "  ", "dim")
            items = [f"{self.lesson.symbol(one.quantity)} = {self.lesson.formula(one.quantity)}" for one in given]
            yield layout.hanging(head, map(Text, layout.listed(items, self.width - cell_len(head.plain))))

    def question(self, question: Prompt) -> Iterator[RenderableType]:
        """[3/24] netₒ₁, net input of o₁ (4 decimal places); nothing where it was asked just before."""
        if question.again:
            return
        yield Text()
        if question.given:
            items = [f"{symbol} = {number}" for symbol, number in question.given]
            head = Text("  " + _("worked out for you") + "  ", "dim")
            yield layout.hanging(head, map(Text, layout.listed(items, self.width - cell_len(head.plain))))
        count = Text(f"[{question.number}/{question.count}] ", "dim")
        words = "" if question.symbol in question.words.split() else told(["", question.words])
        digits = aside("", question.digits) if question.digits else ""
        text = Text.assemble(count, (question.symbol, "bold cyan"), self.plain(words), (digits, "dim"))
        if question.answer:
            text.append(f" [{question.answer}]", "dim")
        yield text

    # ---- the work so far -------------------------------------------------------------------------------------

    def work(self, work: KnownNumbers) -> Iterator[RenderableType]:
        """The network with what is known, and unless only it is wanted, every number by its part of the work."""
        here = {one.bare: text for one, text in work.known.items() if one.at == work.at}
        picture = self.graph(here, work.at) if self.lesson.problem.nodes else self.drawing(here, work.at)
        if picture is not None:
            yield Text()
            yield layout.indented(picture, 2)
        if work.drawing_only:
            return
        if picture is not None:
            yield Text()
        order = list(self.lesson.key.order)
        known = sorted(work.known, key=order.index)
        if not known:
            yield Text("  " + _("Nothing is worked out yet."))
        parts = [(head, list(group)) for head, group in groupby(known, key=self.part)]
        wide = max((cell_len(head) for head, _group in parts), default=0)
        for name, group in parts:
            head = Text(f"  {name}{' ' * (wide - cell_len(name))}  ", "dim")
            items = [f"{self.lesson.symbol(one)} = {self.lesson.number(work.known[one])}" for one in group]
            yield layout.hanging(head, map(Text, layout.listed(items, self.width - cell_len(head.plain))))

    def part(self, quantity: Quantity) -> str:
        """The part of the work that a line belongs to, with its pass where there are several."""
        place = describe_address(quantity.at, self.lesson.problem)
        return self.plain(" · ".join(filter(None, (place, _(PHASES[self.lesson.line(quantity).phase])))))

    def input(self, name: str, at: Address) -> str:
        """The value of an input in the sample of an address, or nothing where it has several."""
        sample = tuple(place for place in at if place.word == "sample")
        quantity = Quantity(Kind.INPUT, name, at=sample)
        known = quantity in self.lesson.key.derivation.constants
        return self.lesson.speller.given(quantity).text if known else ""

    def graph(self, here: Mapping[Quantity, str], at: Address) -> Text | None:
        """The gates of a graph, and what goes in, with their values and gradients."""
        problem, numbers = self.lesson.problem, self.numbers(here)
        wanted = {_about(one) for one in self.lesson.lines if one.at == at}
        lines: list[Gate] = []
        for kind, names in ((Kind.INPUT, problem.inputs), (Kind.PARAMETER, problem.parameters)):
            for name in names:
                value = self.input(name, at) if kind is Kind.INPUT else self.parameter(name)
                unknown = "?" if (Kind.GRADIENT, name) in wanted else ""
                lines.append(Gate(self.name(name), "", value, numbers.get((Kind.GRADIENT, name), unknown)))
        for one in (one for one in self.lesson.lines if one.at == at and one.kind is Kind.NODE):
            unknown = "?" if (Kind.GRADIENT, one.name) in wanted else ""
            value = numbers.get((Kind.NODE, one.name), "?")
            gradient = numbers.get((Kind.GRADIENT, one.name), unknown)
            lines.append(Gate(self.name(one.name), self.lesson.formula(one), value, gradient))
        return gates(lines, self.width - 2)

    def parameter(self, name: str) -> str:
        """The value that a parameter has in the problem."""
        return self.lesson.speller.given(parameter(name)).text

    def name(self, name: str) -> str:
        """A name as it is shown."""
        return visible(self.lesson.speller.writer.name(name))

    def numbers(self, here: Mapping[Quantity, str]) -> Mapping[tuple[Kind, str], str]:
        """The numbers that are known in a pass, by what they are."""
        return {_about(one): self.lesson.number(text) for one, text in here.items()}

    def drawing(self, here: Mapping[Quantity, str], at: Address) -> Text | None:
        """The network with its outputs and δ; None where there is none, it is too wide, or the pass has no unit."""
        problem = self.lesson.problem
        passes = {one.at for one in self.lesson.lines if one.kind in (Kind.OUT, Kind.DELTA)}
        if not problem.layers or not problem.inputs or at not in passes:
            return None
        numbers = self.numbers(here)

        def above(name: str) -> str:
            value = self.input(name, at) if name in problem.inputs else numbers.get((Kind.OUT, name), "?")
            return f"{self.name(name)} {value}".rstrip()

        def below(name: str) -> str:
            value = numbers.get((Kind.DELTA, name))
            return f"{self.plain(self.lesson.speller.writer.stem('delta'))} {value}" if value is not None else ""

        picture = drawing.network(problem, above, lambda layer: "", self.width - 2, self.ascii, below)
        return Text(picture, no_wrap=True) if picture is not None else None

    def plain(self, text: str) -> str:
        """The text in the session's character set."""
        return in_ascii(text) if self.ascii else text


def _about(quantity: Quantity) -> tuple[Kind, str]:
    """What a quantity is, and of which name: a gradient belongs to what is changed."""
    return quantity.kind, quantity.by.name if quantity.by is not None else quantity.name
