"""Which of several quantities a line is of: told by its value, by what it was worked out from, by the whole sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.formula import Apply, Formula, Number, is_operation, operations_in, parts_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.formula_names import FormulaNames
from backprop_cli.checking.known import KnownProblem
from backprop_cli.checking.put_in import PutIn, numbers_in, value_in
from backprop_cli.checking.values import Written, value_of
from backprop_cli.checking.written_numbers import formula_in, names_in_text, read_number, says, value_in_chain
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.numbers.exact import rational
from backprop_cli.working.characters import typed
from backprop_cli.working.matrices import read_matrix
from backprop_cli.working.model import Chain

_BITS = 192
_PLAIN = (rational(0), rational(1), rational(2), rational(1, 2))  # say nothing of what a line is of
_BETWEEN = (Kind.PATH, Kind.LOCAL, Kind.GRADIENT, Kind.PART)  # what students write out
_NUMBER = re.compile(r"(?:z|a|net|out|o|s|δ|delta)_?\{?(\d{1,2})\}?")
_TARGETED = re.compile(r"(?:target|ziel\w*|given|gegeben|目标)?\W*(?:y|t|d)[_\W\d]*\w*", re.I)
_LEAST_FIGURES = 3  # of a value that is looked for among the parts of lines
_AN_ACTIVATION = 3  # what its function says for an output, against its numbers, which are those of the net input
_NEAR = 0.01  # of a value, between which and another one of few digits nothing tells
_SAME = 1e-9
_MOST_LINES = 400  # whose parts are looked at


class Apart:
    """Tells the lines of one hand-in apart."""

    def __init__(self, known: KnownProblem, chains: Iterable[Chain]) -> None:
        self.known, self.chains, self.named = known, tuple(chains), FormulaNames(known.meanings)

    @cached_property
    def through(self) -> bool:
        """Whether the sheet numbers the units through the network: there is a z3, and no layer has three units."""
        layers = self.known.worked.problem.layers
        most = max((len(layer.outputs) for layer in layers), default=0)
        names = (_NUMBER.fullmatch(typed(one.name)) for one in self.chains)
        return len(layers) > 1 and any(int(found[1]) > most for found in names if found)

    def told(self, chain: Chain, found: Sequence[Quantity]) -> Quantity | None:
        """The one of these that a line is of: whose value stands there, else whose numbers and names do."""
        written = value_in_chain(chain)[1]
        right = [one for one in found if written is not None and says(written, self.known.true(one))]
        if written is not None and right and not any(self._tells(written, one) for one in right):
            return self.by_work(chain, found)
        return self._nearest(right, written) or self.by_work(chain, found)

    def _tells(self, written: Written, quantity: Quantity) -> bool:
        """Whether a right value says something: it has two figures, or is the very number; 1 is also 0.52, rounded."""
        with precision(_BITS):
            apart = abs(ball(value_of(written)) - ball(self.known.true(quantity)))
            return (written.figures or 0) > 1 or not apart > _SAME

    def _nearest(self, right: Sequence[Quantity], written: Written | None) -> Quantity | None:
        """Of several to whose values a number with few digits can be rounded, one that is near; the likeliest first."""
        if len(right) < 2 or written is None:
            return next(iter(right), None)
        with precision(_BITS):
            said = ball(value_of(written))
            apart = {one: float(abs(said - ball(self.known.true(one))).mid()) for one in right}
            near = abs(float(said.mid())) * _NEAR
        return next((one for one in right if apart[one] <= near), min(right, key=apart.__getitem__))

    def sums_samples(self, chain: Chain) -> bool:
        """Whether the work is a sum of as many terms as there are samples, divided or not."""
        places = {place for line in self.known.derivation.lines for place in line.quantity.at if place.word == "sample"}
        read = (formula_in(part.text) for part in chain.parts)
        return any(len(_terms(one.formula)) == len(places) > 1 for one in read if one is not None)

    def by_work(self, chain: Chain, found: Sequence[Quantity]) -> Quantity | None:
        """The only one that most of what was put in belongs to; None where two are as likely."""
        with precision(_BITS):
            scores = {one: self._evidence(chain, one) for one in found}
        best = max(scores.values(), default=0)
        likeliest = [one for one, score in scores.items() if score == best]
        return likeliest[0] if best and len(likeliest) == 1 else None

    def _evidence(self, chain: Chain, quantity: Quantity) -> int:
        """How much in the work is what a line is worked out from."""
        used = self._used(quantity)
        values = [ball(self.known.true(one)) for one in used]
        parts = [read for part in chain.parts if (read := formula_in(part.text)) is not None]
        numbers = {one.value: one for read in parts for one in numbers_in(read.formula) if one.value not in _PLAIN}
        names = {name for read in parts for name in read.names}
        shown = _AN_ACTIVATION * self._shows_its_activation(quantity, [read.formula for read in parts])
        said = shown + sum(not used.isdisjoint(self.named.in_formula(name, quantity)) for name in names)
        return said + sum(_is_among(one, values) for one in numbers.values())

    def _shows_its_activation(self, quantity: Quantity, formulas: Iterable[Formula]) -> bool:
        """Whether something in the work is the function of an output: tanh(…), 1/(1 + e^…)."""
        line = self.known.derivation.index.get(quantity)
        if quantity.kind is not Kind.OUT or line is None or not isinstance(line.formula, Apply):
            return False
        operation = line.formula.operation
        return any(
            isinstance(one, Apply)
            and (one.operation == operation or (operation == "sigmoid" and is_operation(spelled_out(one), "quotient")
                 and any(True for _exp in operations_in(one, "exp"))))
            for one in formulas
        )  # fmt: skip

    def _used(self, quantity: Quantity) -> set[Quantity]:
        """What a line is worked out from, also through what nobody writes as a line."""
        found: set[Quantity] = set()
        waiting = [quantity]
        while waiting:
            for one in self.known.derivation.uses(waiting.pop()):
                if one.kind in _BETWEEN and one not in found:
                    waiting.append(one)
                found.add(one)
        return found

    def repeats_a_target(self, chain: Chain, quantity: Quantity) -> bool:
        """Whether a line that could be of an output says the target: y = 1 among what is given."""
        written = value_in_chain(chain)[1]
        targets = [target for target, out in self.known.meanings.pairs if out == quantity]
        if written is None or len(chain.parts) > 1 or not targets or not _TARGETED.fullmatch(typed(chain.name)):
            return False
        target, out = self.known.true(targets[0]), self.known.true(quantity)
        with precision(_BITS):
            said = ball(value_of(written))
            return says(written, target) and bool(abs(said - ball(target)) < abs(said - ball(out)))

    def is_a_part(self, chain: Chain) -> bool:
        """Whether a name of the student's own stands for a part of some line: sum = 11.107 of a softmax."""
        written = value_in_chain(chain)[1]
        if written is None or (written.figures or 0) < _LEAST_FIGURES:
            return False
        with precision(_BITS):
            return any(says(written, one) for one in self._parts)

    def is_known_list(self, chain: Chain) -> bool:
        """Whether a vector under a name of the student's own only puts known values together: a map, flattened."""
        matrix = read_matrix(chain.parts[-1].text)
        written = [read_number(entry) for row in matrix.rows for entry in row] if matrix is not None else []
        values = [self.known.true(line.quantity) for line in self.known.derivation.lines[:_MOST_LINES]]
        known = (one is not None and any(says(one, value) for value in values) for one in written)
        return len(written) > 1 and all(known)

    def is_used(self, chain: Chain) -> bool:
        """Whether a line of the student's own, S = 1.5 + 0.6 = 2.1, is a sum whose name or value others go on with."""
        written = value_in_chain(chain)[1]
        if written is None or len(chain.parts) < 2:
            return False
        others = [part.text for one in self.chains if one is not chain for part in one.parts]
        said = re.compile(rf"(?<![\w.,]){re.escape(written.text.strip())}(?![\w.,]?\d)")
        return any(said.search(text) or chain.name in names_in_text(text) for text in others)

    @cached_property
    def _parts(self) -> tuple[Ball, ...]:
        """What the parts of the lines are worth."""
        formulas = dict.fromkeys(
            part
            for line in self.known.derivation.lines[:_MOST_LINES]
            for part in parts_in(spelled_out(line.formula))
            if isinstance(part, Apply)
        )
        values = (value_in(one, lambda name: ball(self.known.true(name))) for one in formulas)  # type: ignore[arg-type]
        return tuple(one for one in values if one is not None)


def _terms(formula: Formula) -> tuple[Formula, ...]:
    """The terms of a sum, also of one that is divided by a number, or multiplied with one."""
    match formula:
        case Apply("sum", terms):
            return terms
        case Apply("quotient", (top, Number())):
            return _terms(top)
        case Apply("product", (Number() | Apply("quotient", (Number(), Number())), other)):
            return _terms(other)
    return ()


def _is_among(number: PutIn, values: Sequence[Ball]) -> bool:
    return any(number.says(value) or number.says(-value) for value in values)
