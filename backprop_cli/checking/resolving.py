"""A formula in the names of a student as one over the quantities of the problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from backprop_cli.algebra.formula import ZERO, Apply, Formula, Name, names_in, operations_in, replace
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.factor_lines import derivative
from backprop_cli.checking.formula_names import FormulaNames
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.letters import LetterMeanings
from backprop_cli.checking.meant import Meanings
from backprop_cli.checking.sums import written_out
from backprop_cli.checking.written_numbers import formula_in
from backprop_cli.working.formulas import SUM

_BETWEEN = (Kind.PART, Kind.PATH, Kind.GRADIENT)


class Resolver:
    """Understands the names in formulas of one problem: lines, what is given, factors without lines of their own."""

    def __init__(self, key: AnswerKey, meanings: Meanings) -> None:
        self.key, self.meanings, self.named = key, meanings, FormulaNames(meanings)

    def resolved(self, formula: Formula, quantity: Quantity) -> Formula | None:
        """A formula over quantities; None where a name in it is the student's own."""
        used = [one for one in self.key.ancestors(quantity) if one.kind is Kind.NEW and one != quantity]
        meant: dict[str, Formula] = {}
        for name in names_in(formula):
            if isinstance(name.symbol, Quantity):
                continue
            text = str(name.symbol)
            other = self._sum(text, quantity) if text.startswith(SUM) else self._on_the_way(text, quantity)
            if other is not None:
                meant[text] = other
                continue
            found = self.named.in_formula(text, quantity)
            if not found and self.meanings.is_before_the_first(text):
                meant[text] = ZERO
                continue
            if not found or found[0] == quantity:
                return None
            current = [one for one in used if found[0].kind is Kind.PARAMETER and one.name == found[0].name]
            meant[text] = Name(max(current, key=self.key.order.__getitem__) if current else found[0])
        meant |= self._targets(meant)
        return self._with_kinks(replace(formula, lambda name: meant.get(str(name.symbol), name)))

    def readings(self, formula: Formula, quantity: Quantity) -> Iterator[Formula]:
        """A formula over quantities in every way in which its letters can be meant, the likeliest first."""
        found = (self.resolved(one, quantity) for one in self.letters.ways(formula, quantity))
        yield from dict.fromkeys(one for one in found if one is not None)

    @cached_property
    def letters(self) -> LetterMeanings:
        """What letters may mean."""
        return LetterMeanings(self.named)

    def _targets(self, meant: Mapping[str, Formula]) -> Mapping[str, Formula]:
        """Where two names mean the same output, as in p − y, the y is its target."""
        targets = {Name(out): Name(target) for target, out in self.meanings.pairs}
        doubled = {one for one, count in Counter(meant.values()).items() if count > 1 and one in targets}
        return {text: targets[one] for text, one in meant.items() if one in doubled and text[:2] in ("y", "y_")}

    def _sum(self, text: str, quantity: Quantity) -> Formula | None:
        """A sum: what is summed where that has no index, else the terms of the sum in the line, or in one before it."""
        summed = formula_in(text.removeprefix(SUM))
        if summed is None:
            return None
        line = self.key.line(quantity)
        assert line is not None
        once = replace(line.formula, self._between)
        return self.resolved(summed.formula, quantity) or written_out(
            summed.formula, (line.formula, once, replace(once, self._between))
        )

    def _between(self, name: Name) -> Formula:
        """A part of the loss, a path or a gradient by its own formula, anything else as it is."""
        assert isinstance(name.symbol, Quantity)
        line = self.key.line(name.symbol) if name.symbol.kind in _BETWEEN else None
        return name if line is None or line.given else line.formula

    def _with_kinks(self, formula: Formula) -> Formula:
        """The formula in which a step is the slope of ReLU, with its value at 0, where the problem has that."""
        match formula:
            case Apply("step", (inside, _at_zero)) if self._at_zero is not None:
                return Apply("relu_slope", (self._with_kinks(inside), self._at_zero))
            case Apply(operation, arguments):
                return Apply(operation, tuple(map(self._with_kinks, arguments)))
        return formula

    @cached_property
    def _at_zero(self) -> Formula | None:
        """The slope of ReLU at 0 in this problem; None where there is none in it."""
        formulas = (line.formula for line in self.key.derivation.lines)
        slopes_of_relu = (found for formula in formulas for found in operations_in(formula, "relu_slope"))
        return next((found.arguments[1] for found in slopes_of_relu), None)

    def knows(self, text: str, quantity: Quantity) -> bool:
        """Whether a name in the formula of a line means something that is there before the line."""
        if text.startswith(SUM):
            return self._sum(text, quantity) is not None
        if self._on_the_way(text, quantity) is not None:
            return True
        found = self.named.in_formula(text, quantity)
        return bool(found) and (found[0] == quantity or not self.key.needs(found[0], quantity))

    def _on_the_way(self, text: str, quantity: Quantity) -> Formula | None:
        """What has no line of its own: the error e of an output, a factor ∂net/∂w of the chain rule."""
        if text == "e":
            pairs = [(target, out) for target, out in self.meanings.pairs if out.name == quantity.name]
            return Name(pairs[0][0]) - Name(pairs[0][1]) if pairs else None
        factor = self.named.factor(text, quantity)
        return None if factor is None else derivative(self.key.derivation, *factor)
