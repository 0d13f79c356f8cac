"""From text to a formula of vectors and matrices, and to the formulas of its entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from backprop_cli.algebra.array_layout import Spread, laid_out
from backprop_cli.algebra.array_operations import (
    ALL,
    ALONG,
    ARITIES,
    ARRAY_FUNCTIONS,
    ENTRY,
    MATMUL,
    OPTIONAL,
    REDUCTIONS,
    TRANSPOSED,
    VECTOR,
)
from backprop_cli.algebra.arrays import OF, Array, ShapeError
from backprop_cli.algebra.expressions import (
    FUNCTIONS,
    TOKEN,
    FormulaError,
    FormulaToken,
    Parser,
    refuse_long,
    tokens_in,
)
from backprop_cli.algebra.formula import Apply, Formula, apply
from backprop_cli.algebra.gaussians import GAUSSIANS
from backprop_cli.algebra.pair_losses import PAIR_LOSSES
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _

_TOKEN = re.compile(
    TOKEN.pattern.replace(r"(?P<mark>", r"(?P<mark>\.T\b|[]@[:=‖⊙ᵀ]|").replace(r"[^\W\d]\w*", r"[^\W\dᵀ][^\Wᵀ]*")
)
_ALONG = (*REDUCTIONS, "norm", "softmax")
_MARKS = frozenset({"[", "]", "@", ":", "=", "‖", "⊙", "ᵀ", ".T", "T"})  # what only formulas of arrays have


@record
class ArrayFormula:
    """A formula of arrays as it was written, and the array that it is.

    `spread` are the places (offset and length) in which a vector and a column become a matrix.
    """

    formula: Formula
    array: Array
    spread: tuple[tuple[Spread, tuple[int, int]], ...] = ()


def parse_array(
    text: str,
    known: Mapping[str, Array],
    is_name: Callable[[str], bool],
    names: Collection[str] = (),
    is_lost: Callable[[str], bool] = lambda _name: False,
) -> ArrayFormula | None:
    """The formula that the text says, of the `known` arrays and of numbers for which `is_name` holds.

    None where it is well written, but has a name in it of which nobody can say what shape it has (`is_lost`).
    Raises FormulaError, with the place and a suggestion; where shapes do not fit, with both in words.
    """
    refuse_long(text)
    tokens = tokens_in(text, _TOKEN)
    lost = any(one.kind == "name" and is_lost(one.text) for one in tokens)
    if not any(one.text in _MARKS or one.text in ARRAY_FUNCTIONS or one.text in known for one in tokens):
        formula = Parser(tokens, is_name, names, are_all=False).formula()  # of numbers, however deep
        return None if lost else ArrayFormula(formula, laid_out(formula, known))
    parser = _ArrayParser(tokens, is_name, names, are_all=False)
    formula = parser.formula()
    if lost:
        return None
    spread: list[Spread] = []
    try:
        array = laid_out(formula, known, spread)
        return ArrayFormula(formula, array, tuple((one, parser.place(one.part)) for one in spread))
    except ShapeError as error:
        offset, length = parser.place(error.part)
        raise FormulaError(error.message, offset, length, error.hint) from None


class _ArrayParser(Parser):
    """The parser of formulas, with products of matrices, transposes, places in brackets and functions of arrays."""

    functions = frozenset({*FUNCTIONS, *ARRAY_FUNCTIONS})
    between = {"@": MATMUL, "⊙": "product"}  # noqa: RUF012 - a constant of the class

    def __init__(
        self, tokens: list[FormulaToken], known: Callable[[str], bool], names: Collection[str], are_all: bool
    ) -> None:
        super().__init__(tokens, known, names, are_all)
        self._places: list[tuple[Formula, int, int]] = []

    def place(self, part: Formula) -> tuple[int, int]:
        """Where a part of the formula stands in the text: offset and length."""
        noted = next((place[1:] for place in self._places if place[0] is part), None)
        if noted is not None or not isinstance(part, Apply) or not part.arguments:
            return noted or (0, self.tokens[-1].offset or 1)
        first, last = self.place(part.arguments[0]), self.place(part.arguments[-1])  # a product within a longer one
        return first[0], last[0] + last[1] - first[0]

    def _noted(self, read: Callable[[], Formula]) -> Formula:
        """What is read, with its place noted."""
        start = self.token.offset
        found = read()
        last = self.tokens[self.position - 1]
        self._places.append((found, start, last.offset + len(last.text) - start))
        return found

    def sum(self) -> Formula:
        return self._noted(super().sum)

    def product(self) -> Formula:
        return self._noted(super().product)

    def signed(self) -> Formula:
        return self._noted(super().signed)

    def power(self) -> Formula:
        return self._noted(super().power)

    def atom(self) -> Formula:
        return self._noted(self._with_marks)

    def _with_marks(self) -> Formula:
        """A number, a name, a call or a bracket, with the places and the transposes behind it."""
        found = self._first()
        while True:
            if self.take(".T", "ᵀ") or self._takes_power_t():
                found = apply(TRANSPOSED, found)
            elif bracket := self.take("["):
                found = Apply(ENTRY, (found, *self._listed(self._place, bracket)))
            else:
                return found

    def _takes_power_t(self) -> bool:
        """Whether ^T comes next, where T is no name."""
        after = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        found = self.token.text in ("^", "**") and after.text == "T" and not self.known("T")
        self.position += 2 * found
        return found

    def _first(self) -> Formula:
        if bracket := self.take("["):
            return Apply(VECTOR, tuple(self._listed(self.sum, bracket)))
        if bar := self.take("‖"):
            self.deeper()
            inner = self.sum()
            if not self.take("‖"):
                raise self.fail(_("a bracket is not closed"), bar)
            self.depth -= 1
            return apply("norm", inner)
        return super().atom()

    def _listed(self, read: Callable[[], Formula], bracket: FormulaToken) -> list[Formula]:
        """What stands in square brackets."""
        self.deeper()
        found = [read()]
        while self.take(","):
            self.refuse_wide(len(found), bracket)
            found.append(read())
        if not self.take("]"):
            raise self.unexpected() if self.token.kind != "end" else self.fail(_("a bracket is not closed"), bracket)
        self.depth -= 1
        return found

    def _place(self) -> Formula:
        return Apply(ALL, ()) if self.take(":") else self.sum()

    def argument(self) -> Formula:
        token, after = self.token, self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if after.text != "=" or token.kind != "name":
            return self.sum()
        if token.text != "axis":
            hint = _("there is only axis=0 (down the columns) and axis=1 (across the rows)")
            raise self.fail(_("no argument called {name!r}").format(name=token.text), token, hint)
        self.position += 2
        return Apply(ALONG, (self.sum(),))

    def applied(self, name: str, token: FormulaToken, arguments: Sequence[Formula]) -> Formula:
        axes = [one.arguments[0] for one in arguments if isinstance(one, Apply) and one.operation == ALONG]
        plain = [one for one in arguments if not (isinstance(one, Apply) and one.operation == ALONG)]
        if axes:
            if name not in _ALONG or len(plain) != 1 or len(axes) != 1:
                message = _("an axis belongs to one array in: {names}").format(names=", ".join(_ALONG))
                raise self.fail(message, token)
            return Apply(name + ALONG, (*plain, *axes))
        if name in REDUCTIONS and len(plain) == 1:
            return Apply(name + OF, tuple(plain))
        if name not in ARITIES:
            return super().applied(name, token, arguments)
        count, most = ARITIES[name], OPTIONAL.get(name, 0)
        if count is not None and not count <= len(plain) <= count + most:
            message = _("{name} takes {count} argument(s), not {given}")
            raise self.fail(message.format(name=name, count=count, given=len(plain)), token)
        if name in PAIR_LOSSES:
            return self._written_out(PAIR_LOSSES[name](*plain), token)
        if name in GAUSSIANS:
            return self._written_out(GAUSSIANS[name][1](*plain), token)
        return Apply(name, tuple(plain))

    def _written_out(self, formula: Formula, token: FormulaToken) -> Formula:
        """What a name stands for: its parts that are not in the text stand where the name does."""
        waiting = [formula]
        while waiting:
            part = waiting.pop()
            self._places.append((part, token.offset, len(token.text)))  # behind those that were noted before
            waiting += part.arguments if isinstance(part, Apply) else ()
        return formula
