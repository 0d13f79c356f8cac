"""The weights and biases of layers by their indices: `W[1,2]`, `w_{21}`, `dW^{(2)}_1`, `b^{(1)}_2`.

Where courses count or order differently, each way has a label: layers from the first one or from the inputs, the
receiving unit first or the sending one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.problem.model import Problem

FIRST, INPUTS = "layers from the first", "layers from the inputs"
RECEIVER, SENDER = "receiver first", "sender first"

_BEFORE = r"(?P<before>[d∂]\s?\w{1,8}\s?/\s?[d∂]|d|∇|grad_?)?"
_LAYER = r"\^\{?\(?(?P<layer>\d)\)?\}?"
_TWO = r"(?:\[(?P<row>\d{1,3}),\s?(?P<column>\d{1,3})\]|\[(?P<row2>\d{1,3})\]\[(?P<column2>\d{1,3})\])"
_LOW = r"_\{?(?P<row>\d)[,\s]?(?P<column>\d)\}?"
_ONE = r"_\{?(?P<index>\d{1,3})\}?"
_WEIGHTS = tuple(re.compile(pattern) for pattern in (
    rf"{_BEFORE}[wW](?:_?\{{?(?P<layer>\d)\}}?|\^\{{?\(?(?P<layer2>\d)\)?\}}?)?{_TWO}(?P<after>.*)",
    rf"{_BEFORE}[wW]{_LAYER}{_LOW}(?P<after>.*)",
    rf"{_BEFORE}[wW]{_LOW}{_LAYER}(?P<after>.*)",
    rf"{_BEFORE}[wW](?:{_LOW}|(?P<row2>\d)(?P<column2>\d))(?P<after>.*)",
))  # fmt: skip
_OF_A_ROW = tuple(re.compile(pattern) for pattern in (
    rf"{_BEFORE}(?P<what>[wWb]){_LAYER}{_ONE}(?P<after>.*)",
    rf"{_BEFORE}(?P<what>[wWb]){_ONE}{_LAYER}(?P<after>.*)",
))  # fmt: skip
_NEW = re.compile(r"['′´*+⁺]|[_^\s{(]*(?:new|neu|t\s?\+\s?1|\+)[})]*")

Meant = Mapping[Quantity, frozenset[str]]


class EntryNames:
    """Understands indexed weights and biases; `of_name` gives the gradient or the new value of a parameter."""

    def __init__(self, problem: Problem, of_name: Callable[[Kind, str], Quantity | None]) -> None:
        self.problem, self.of_name = problem, of_name

    def meant(self, text: str) -> Meant:
        """What a name may mean, and by which ways of counting each."""
        for pattern in _WEIGHTS:
            if (match := _matched(pattern, text)) is not None:
                groups = match.groupdict()
                layer = groups.get("layer") or groups.get("layer2")
                entry = int(groups["row"] or groups["row2"]), int(groups["column"] or groups["column2"])
                return self._found(int(layer) if layer else None, _kind(match), self._of_two(entry))
        for pattern in _OF_A_ROW:
            if (match := _matched(pattern, text)) is not None:
                index = int(match["index"])
                ways = self._of_a_bias(index) if match["what"] == "b" else self._of_one(index)
                return self._found(int(match["layer"]), _kind(match), ways)
        return {}

    def _found(self, layer: int | None, kind: Kind, ways: Callable[[int], Iterator[tuple[str, str]]]) -> Meant:
        """The parameters that are meant in a layer, or in any of them, by the ways of counting."""
        found: dict[Quantity, frozenset[str]] = {}
        counted = [("", at) for at in range(len(self.problem.layers))] if layer is None else [
            (FIRST, layer - 1), (INPUTS, layer - 2)]  # fmt: skip
        for label, at in counted:
            for order, parameter in ways(at) if 0 <= at < len(self.problem.layers) else ():
                if parameter and (one := self.of_name(kind, parameter)) is not None:
                    labels = frozenset(f"{way}, {order}" for way in ([label] if label else [FIRST, INPUTS]))
                    found[one] = found.get(one, frozenset()) | labels
        return found

    def _of_two(self, entry: tuple[int, int]) -> Callable[[int], Iterator[tuple[str, str]]]:
        """Those of a row and a column, in both orders."""

        def ways(at: int) -> Iterator[tuple[str, str]]:
            yield RECEIVER, self._weight(at, *entry)
            yield SENDER, self._weight(at, *entry[::-1])

        return ways

    def _of_one(self, index: int) -> Callable[[int], Iterator[tuple[str, str]]]:
        """That of one index in a matrix with a single row or column."""

        def ways(at: int) -> Iterator[tuple[str, str]]:
            neurons = self.problem.layers[at].neurons
            single = len(neurons) == 1
            column = all(len(one.connections) == 1 for one in neurons)
            found = self._weight(at, 1, index) if single else self._weight(at, index, 1) if column else ""
            yield from ((order, found) for order in (RECEIVER, SENDER))

        return ways

    def _of_a_bias(self, index: int) -> Callable[[int], Iterator[tuple[str, str]]]:
        """The bias of the unit with this number."""

        def ways(at: int) -> Iterator[tuple[str, str]]:
            neurons = self.problem.layers[at].neurons
            bias = neurons[index - 1].bias if 0 < index <= len(neurons) else None
            yield from ((order, bias or "") for order in (RECEIVER, SENDER))

        return ways

    def _weight(self, layer: int, receiver: int, sender: int) -> str:
        """The parameter of a connection, by the places of what it leads to and where it comes from."""
        neurons = self.problem.layers[layer].neurons
        connections = neurons[receiver - 1].connections if 0 < receiver <= len(neurons) else ()
        return connections[sender - 1].parameter if 0 < sender <= len(connections) else ""


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The match of a whole name, behind which nothing stands but what says that a value is new."""
    match = pattern.fullmatch(text)
    return match if match is not None and (not match["after"] or _NEW.fullmatch(match["after"])) else None


def _kind(match: re.Match[str]) -> Kind:
    return Kind.GRADIENT if match["before"] else Kind.NEW
