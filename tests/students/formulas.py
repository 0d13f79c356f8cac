"""Formulas in the spelling of `solve --json`, and what they are worth: the product does not judge itself here."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal, localcontext

PRECISION = Context(prec=60, Emax=10**6, Emin=-(10**6))


class UnreadableError(ValueError):
    """This text is no formula that a student of this folder can work out."""


@dataclass(frozen=True, slots=True)
class Node:
    """A number, a name, or an operation (add, mul, neg, inv, pow, pick, is, eq, or a function's name) on nodes."""

    kind: str
    parts: tuple["Node", ...] = ()
    value: Decimal = Decimal(0)
    name: str = ""


def number(value: Decimal | int | str) -> Node:
    """A constant."""
    return Node("number", value=Decimal(value))


# ------------------------------------------------------------------------------------------------ reading

NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
WORD = re.compile(r"[A-Za-z_]\w*")
SAMPLE = re.compile(r"\^\(\d+\)")
MARKS = "+-*/^(),[]'="


class Reader:
    """Reads one text; longest known names first, since dE/dw1 is a name and not a quotient."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.text = text
        self.names = sorted((n for n in names if not n.isidentifier()), key=len, reverse=True)
        self.tokens = list(self.scan())
        self.at = 0

    def scan(self) -> Iterator[tuple[str, str]]:
        """The tokens of the text, each with its sort."""
        at, text = 0, self.text
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            token = self.name_at(at)
            sort = "name"
            if token is None:
                found = NUMBER.match(text, at)
                sort, token = ("number", found[0]) if found else ("mark", text[at])
                if sort == "mark" and text[at] not in MARKS:
                    raise UnreadableError(f"{text[at]!r} in {text!r}")
            yield sort, token
            at += len(token)

    def name_at(self, at: int) -> str | None:
        """The longest name that begins here, a sample's number behind it included."""
        text = self.text
        ends = [at + len(n) for n in self.names if text.startswith(n, at) and not is_word(text, at + len(n))]
        word = WORD.match(text, at)
        end = max([*ends, word.end() if word else 0])
        if not end:
            return None
        sample = SAMPLE.match(text, end)
        return text[at : sample.end() if sample and text[at:end] != "e" else end]

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or wanted not in (None, token):
            raise UnreadableError(f"{wanted or 'more'} expected in {self.text!r}")
        self.at += 1
        return token

    def whole(self) -> Node:
        node = self.sum()
        if self.peek():
            raise UnreadableError(f"{self.peek()!r} is left over in {self.text!r}")
        return node

    def sum(self) -> Node:
        terms = [self.product()]
        while self.peek() in ("+", "-"):
            sign = self.take()
            term = self.product()
            terms.append(term if sign == "+" else Node("neg", (term,)))
        return terms[0] if len(terms) == 1 else Node("add", tuple(terms))

    def product(self) -> Node:
        if self.peek() in ("-", "+"):
            sign = self.take()
            body = self.product()
            return Node("neg", (body,)) if sign == "-" else body
        factors = [self.power()]
        while self.peek() in ("*", "/"):
            sign = self.take()
            factor = self.power()
            factors.append(factor if sign == "*" else Node("inv", (factor,)))
        return factors[0] if len(factors) == 1 else Node("mul", tuple(factors))

    def power(self) -> Node:
        base = self.atom()
        if self.peek() != "^":
            return base
        self.take()
        if self.peek() == "-":
            self.take()
            return Node("pow", (base, Node("neg", (self.power(),))))
        return Node("pow", (base, self.power()))

    def atom(self) -> Node:
        sort, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.take()
        if sort == "number":
            return number(token)
        if sort == "name":
            return self.named(token)
        if token == "(":
            return self.bracket()
        if token == "[":
            return self.condition()
        raise UnreadableError(f"{token!r} in {self.text!r}")

    def named(self, token: str) -> Node:
        slope = self.peek() == "'"
        if slope:
            self.take()
        if self.peek() == "(" and (slope or token in FUNCTIONS):
            self.take()
            return Node(token + "'" * slope, self.arguments())
        return Node("e" if token == "e" else "name", name=token)

    def arguments(self) -> tuple[Node, ...]:
        items = [self.sum()]
        while self.peek() == ",":
            self.take()
            items.append(self.sum())
        self.take(")")
        return tuple(items)

    def bracket(self) -> Node:
        items = self.arguments()
        if len(items) == 1:
            return items[0]
        self.take("[")
        index = self.sum()
        self.take("]")
        return Node("pick", (*items, index))

    def condition(self) -> Node:
        left = self.sum()
        if self.peek() == "is":
            for word in ("is", "the", "max", "]"):
                self.take(word)
            return Node("is the max", (left,))
        self.take("=")
        right = self.sum()
        self.take("]")
        return Node("eq", (left, right))


def is_word(text: str, at: int) -> bool:
    return at < len(text) and (text[at].isalnum() or text[at] == "_")


def read(text: str, names: Iterable[str] = ()) -> Node:
    """The formula that a text spells; names that are not plain words (dE/dw1) have to be known."""
    return Reader(text, names).whole()


def names_in(node: Node) -> Iterator[str]:
    """Every name that a formula mentions, in order."""
    if node.kind == "name":
        yield node.name
    for part in node.parts:
        yield from names_in(part)


# ------------------------------------------------------------------------------------------------ working out


def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def tanh(z: Decimal) -> Decimal:
    up, down = z.exp(), (-z).exp()
    return (up - down) / (up + down)


FUNCTIONS: dict[str, Callable[..., Decimal]] = {
    "sigmoid": sigmoid,
    "tanh": tanh,
    "sin": lambda z: Decimal(math.sin(z)),
    "cos": lambda z: Decimal(math.cos(z)),
    "tan": lambda z: Decimal(math.tan(z)),
    "relu": lambda z: max(z, Decimal(0)),
    "leaky_relu": lambda z, slope=Decimal("0.01"): z if z > 0 else z * slope,
    "exp": lambda z: z.exp(),
    "ln": lambda z: z.ln(),
    "log": lambda z: z.ln(),
    "log2": lambda z: z.ln() / Decimal(2).ln(),
    "log10": lambda z: z.log10(),
    "sqrt": lambda z: z.sqrt(),
    "abs": abs,
    "max": max,
    "min": min,
    "mean": lambda *parts: sum(parts, Decimal(0)) / len(parts),
    "floor": lambda z: z.to_integral_value("ROUND_FLOOR"),
    "step": lambda z: Decimal(z >= 0),
    "sign": lambda z: Decimal((z > 0) - (z < 0)),
    "huber": lambda z, bound: z * z / 2 if abs(z) <= bound else bound * (abs(z) - bound / 2),
    "softplus": lambda z: (1 + z.exp()).ln(),
    "swish": lambda z: z * sigmoid(z),
    "sigmoid'": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh'": lambda z: 1 - tanh(z) ** 2,
    "relu'": lambda z: Decimal(z > 0),
    "step'": lambda z: Decimal(0),
    "swish'": lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
}

Lookup = Callable[[str], Decimal]
Rounder = Callable[[Decimal], Decimal]


def evaluate(node: Node, lookup: Lookup, partly: Rounder | None = None) -> Decimal:
    """What the formula is worth; `partly` rounds every product, sum and function inside of it, as some students do."""
    with localcontext(PRECISION):
        return Worker(lookup, partly).work(node, root=True)


@dataclass(frozen=True, slots=True)
class Worker:
    """Walks one formula with a student's numbers."""

    lookup: Lookup
    partly: Rounder | None

    def work(self, node: Node, root: bool = False) -> Decimal:
        value = self.value(node)
        whole = root or self.partly is None or node.kind in ("number", "name", "e", "neg", "inv")
        return value if whole else self.partly(value)  # type: ignore[misc]

    def value(self, node: Node) -> Decimal:
        match node.kind:
            case "number":
                return node.value
            case "name":
                return self.lookup(node.name)
            case "e":
                return Decimal(1).exp()
            case "is the max":
                return self.lookup(f"[{node.parts[0].name} is the max]")
        if node.kind == "pow" and node.parts[0].kind == "e":
            return self.work(node.parts[1]).exp()
        parts = [self.work(part) for part in node.parts]
        if node.kind in FUNCTIONS:
            return FUNCTIONS[node.kind](*parts)
        return COMBINE[node.kind](parts)


def product(parts: list[Decimal]) -> Decimal:
    total = Decimal(1)
    for part in parts:
        total *= part
    return total


def power(parts: list[Decimal]) -> Decimal:
    base, exponent = parts
    if exponent == exponent.to_integral_value():
        return base ** int(exponent)
    return base**exponent


COMBINE: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "add": lambda parts: sum(parts, Decimal(0)),
    "mul": product,
    "neg": lambda parts: -parts[0],
    "inv": lambda parts: 1 / parts[0],
    "pow": power,
    "pick": lambda parts: parts[int(parts[-1])],
    "eq": lambda parts: Decimal(parts[0] == parts[1]),
}


def pairwise(node: Node) -> Node:
    """The same formula with every product and sum done two at a time, from the left: how one works with a pencil."""
    parts = tuple(pairwise(part) for part in node.parts)
    if node.kind not in ("add", "mul") or len(parts) < 3:
        return replace(node, parts=parts)
    total = parts[0]
    for part in parts[1:]:
        total = Node(node.kind, (total, part))
    return total
