"""A computation graph as it is drawn in lectures: over each line the value, under it the gradient that comes back."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import Apply, Name, Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.deriving import graphs
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, value_mark
from backprop_cli.pictures.facts import Facts, Show
from backprop_cli.pictures.items import Area, Frame, Ink, Picture, Place, picture
from backprop_cli.pictures.labels import Label, Run, words
from backprop_cli.pictures.page import NAME, SMALL, Canvas, wide
from backprop_cli.pictures.ranks import Ranked, ranked
from backprop_cli.problem.model import Problem

MOST = 80  # nodes
_HEIGHT = 30.0  # of a gate
_ROW = 62.0
_PORT, _NARROW_PORT = 17.0, 10.0  # between lines into a gate, with parts of gradients and without
_VALUE = 10.0  # size of values and gradients
_BEND = 36.0  # room between the lines' labels and the next column
_SIGNS = {
    "sum": "+", "product": "×", "quotient": "÷", "negative": "× (−1)", "sigmoid": "σ", "relu": "ReLU", "square": "( )²",
    "sqrt": "√", "abs": "| |",
}  # fmt: skip


def draw(problem: Problem, facts: Facts) -> Picture:
    """The picture of a problem's graph; raises UsageError where it has too many nodes to be read."""
    lines = list(graphs.forward_lines(problem))
    if len(lines) > MOST:
        said = _("a graph of {count} nodes is too large to be drawn; {most} can be")
        raise UsageError(said.format(count=len(lines), most=MOST))
    return _Graph(facts, lines).drawn()


@dataclass
class _Graph:
    """The drawing of one graph."""

    facts: Facts
    lines: list[Line]
    page: Canvas = field(default_factory=Canvas)

    def __post_init__(self) -> None:
        self.formulas = {line.quantity: line.formula for line in self.lines}
        leaves = [one for line in self.lines for one in quantities_in(line.formula) if one not in self.formulas]
        self.nodes: list[Quantity] = [*dict.fromkeys(leaves), *self.formulas]
        self.edges = [(a, line.quantity) for line in self.lines for a in dict.fromkeys(quantities_in(line.formula))]
        self.users = {node: [b for a, b in self.edges if a == node] for node in self.nodes}

    def drawn(self) -> Picture:
        """The picture."""
        ranks = ranked(self.nodes, self.edges)
        self.place(ranks)
        for number, edge in enumerate(self.edges):
            self.wire(number, *edge)
        for node in self.nodes:
            self.node(node)
        self.legend()
        nodes = len(self.lines)
        return picture(self.page.items, self.facts.title, _("a computation graph of {count} nodes").format(count=nodes))

    # ---- where things stand ----------------------------------------------------------------------------------

    def place(self, ranks: Ranked) -> None:
        """The middle of every node, and from where to where each line runs level: past labels, or over a column."""
        self.middle: dict[Hashable, Place] = {}
        self.level: dict[Hashable, tuple[float, float]] = {}
        tallest = max(map(self.height, self.nodes))
        row = max(_ROW, tallest + 30)
        x = 0.0
        for column in ranks.columns:
            own = [node for node in column if isinstance(node, Quantity)]
            arrival = max((self.arrival(node) for node in own), default=0)
            body = max((self.width(node) for node in own), default=0)
            end = x + arrival + body + max((self.label_width(node) for node in own), default=0)
            for node in column:
                middle = x + arrival + body / 2
                self.middle[node] = (middle, ranks.heights[node] * row)
                inside = isinstance(node, Quantity)
                self.level[node] = (middle + self.width(node) / 2 if isinstance(node, Quantity) else x, end)
                assert inside or isinstance(node, tuple)
            x = end + _BEND

    def senders(self, node: Quantity) -> list[Quantity]:
        """What goes into a node, from top to bottom."""
        return sorted((a for a, b in self.edges if b == node), key=lambda a: -self.height_of_end(a, node))

    def height_of_end(self, start: Quantity, end: Quantity) -> float:
        """At which height a line comes to the column of the node that it goes into."""
        number = self.edges.index((start, end))
        last = [self.middle[node][1] for node in self.middle if isinstance(node, tuple) and node[0] == number]
        return last[-1] if last else self.middle[start][1]

    def port(self, node: Quantity) -> float:
        """How far apart lines come in."""
        return _PORT if self.arrival(node) else _NARROW_PORT

    def height(self, node: Quantity) -> float:
        """How high a gate is."""
        count = sum(b == node for _a, b in self.edges)
        return max(_HEIGHT, (count - 1) * self.port(node) + 16)

    def width(self, node: Quantity) -> float:
        """How wide a gate or the name of an input is."""
        if node not in self.formulas:
            return wide(self.facts.wording.symbol(node), NAME) + 6
        return max(_HEIGHT, wide(self.inside(node), NAME) + 14)

    def label_width(self, node: Quantity) -> float:
        """How wide its value and its gradient are, or the name over its gate, as far as that needs room."""
        labels = [self.facts.number(node) or "", self.facts.gradient(node) or ""]
        widths = [wide(words(label), _VALUE) for label in labels]
        name = wide(self.facts.wording.symbol(node), SMALL) / 2 - 20
        return max(14, name, *widths) + 12

    def arrival(self, node: Quantity) -> float:
        """How wide the parts of gradients are that leave it to the left."""
        parts = [part for a, b in self.edges if b == node and (part := self.part(a, node))]
        return max(wide(words(part), SMALL) for part in parts) + 16 if parts else 0

    def part(self, start: Quantity, end: Quantity) -> str | None:
        """What comes back along one of several lines out of a node."""
        return self.facts.along(start, end) if len(self.users[start]) > 1 else None

    # ---- what is drawn ---------------------------------------------------------------------------------------

    def wire(self, number: int, start: Quantity, end: Quantity) -> None:
        """The line from a node to one that uses it, with the part of the gradient where there are several."""
        over = [node for node in self.middle if isinstance(node, tuple) and node[0] == number]
        at = (self.level[start][1], self.middle[start][1])
        for stand_in in over:
            left, right = self.level[stand_in]
            height = self.middle[stand_in][1]
            self.bend(at, (left, height))
            at = (right, height)
            self.page.line((left, height), at)
        (x, y), senders = self.middle[end], self.senders(end)
        port = y + ((len(senders) - 1) / 2 - senders.index(start)) * self.port(end)
        enter, arrival = (x - self.width(end) / 2 - 1, port), self.arrival(end)
        if not arrival:
            self.bend(at, enter, head=True)
            return
        before = (enter[0] - arrival, port)
        self.bend(at, before)
        self.page.line(before, enter, head=True)
        if (part := self.part(start, end)) is not None:
            middle = (before[0] + enter[0]) / 2 - 3
            self.page.below(words(part), (middle, port), SMALL, ink=Ink.BACK, role="part", key=f"{start} {end}")

    def bend(self, start: Place, end: Place, head: bool = False) -> None:
        """A curve that begins and ends level."""
        middle = (start[0] + end[0]) / 2
        self.page.line(start, (middle, start[1]), (middle, end[1]), end, bent=True, head=head)

    def node(self, node: Quantity) -> None:
        """A gate or an input, the line out of it, its value over that and its gradient under it."""
        (x, y), (left, right) = self.middle[node], self.level[node]
        self.page.line((left, y), (right, y), head=not self.users[node], role="wire", key=node.key)
        symbol = self.facts.wording.symbol(node)
        if node in self.formulas:
            half = self.width(node) / 2, self.height(node) / 2
            area = Area(x - half[0], y - half[1], x + half[0], y + half[1])
            last = not self.users[node]
            self.page.add(Frame(area, Ink.OUTPUT if last else Ink.HIDDEN, min(15, *half), "gate", node.key))
            self.page.at(self.inside(node), (x, y), NAME, role="gate", key=node.key)
            self.page.above(symbol, (x, area.top), SMALL, ink=Ink.FAINT, role="name", key=node.key)
        else:
            self.page.at(symbol, (x, y), NAME, role="name", key=node.key)
        middle = (left + right) / 2
        for text, write, ink, role in (
            (self.facts.number(node), self.page.above, Ink.VALUE, "value"),
            (self.facts.gradient(node), self.page.below, Ink.BACK, "gradient"),
        ):
            if text is not None:
                write(words(text), (middle, y), _VALUE, ink=ink, role=role, key=node.key)

    def inside(self, node: Quantity) -> Label:
        """What stands in a gate: the sign of its operation, or its formula."""
        formula = self.formulas[node]
        if not isinstance(formula, Apply):
            return words("=")
        numbers = [argument for argument in formula.arguments if isinstance(argument, Number)]
        names = [argument for argument in formula.arguments if isinstance(argument, Name)]
        if len(numbers) + len(names) == len(formula.arguments) and len(names) == len(set(names)):
            gate = self.gate(formula, numbers, names)
            if gate is not None:
                return gate
        return self.facts.wording.formula(formula, ())

    def gate(self, formula: Apply, numbers: list[Number], names: list[Name]) -> Label | None:
        """The sign of a gate of one operation; with its constant, where it has one: + 1."""
        sign = _SIGNS.get(formula.operation, formula.operation.replace("_", " "))
        constants = [self.facts.wording.constant(number) for number in numbers]
        match formula.operation:
            case "sum" | "product":
                return words(" ".join([sign, *(f"({one})" if "−" in one else one for one in constants)]))
            case "quotient" if isinstance(formula.arguments[0], Number):
                return words(f"{constants[0]}/( )")
            case "quotient" if numbers:
                return words(f"÷ {constants[0]}")
            case "quotient":
                return None
            case "power" if isinstance(formula.arguments[1], Number):
                return (Run("( )"), Run(constants[-1], 0.72, 0.38))
            case "max" | "min" if numbers:
                return words(f"{sign}({f'{value_mark()} '.join(['·', *constants])})")
            case "power":
                return None
            case _ if formula.operation in ("max", "min") or len(names) == 1:
                return words(sign)
        return None

    def legend(self) -> None:
        """Which number is which, and the gradients of what."""
        if self.facts.show is Show.NAMES or self.facts.one is None:
            return
        areas = [item.area for item in self.page.items]
        left, bottom = min(area.left for area in areas), min(area.bottom for area in areas) - 20
        first = self.page.right_of(words(_("above the line: value")), (left, bottom), ink=Ink.VALUE, role="legend")
        if any(item.role == "gradient" for item in self.page.words):
            of = self.facts.wording.symbol(self.facts.one.objective)
            label = (*words(_("below the line: gradient of") + " "), *of)
            self.page.right_of(label, (first.area.right + 16, bottom), SMALL, ink=Ink.BACK, role="legend")
