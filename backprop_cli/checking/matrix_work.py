"""The matrices of a hand-in, entry by entry: as numbers, and in letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.collection import GIVEN, Collection
from backprop_cli.checking.formula_names import FormulaNames
from backprop_cli.checking.matrix_formulas import MatrixFormulas
from backprop_cli.checking.orientation import placed
from backprop_cli.checking.put_in import value_in
from backprop_cli.checking.wholes import entries
from backprop_cli.checking.written_numbers import names_in_text, read_number, says, value_in_chain
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.errors import did_you_mean, of_decimals
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.certified import precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.views.matrix_formulas import Matrix as Whole
from backprop_cli.working.matrices import WrittenMatrix, read_matrix
from backprop_cli.working.model import Chain, ChainSide, Spot

_BITS = 192
_SAME = 1e-12
_LONGEST = 40  # characters of a name in a message
_NAME = re.compile(r"[^\W\d][\w{}^']{0,12}")
_LETTER = re.compile(r"[^\W\d_]")
_RAISED = re.compile(r"[^\W\d_]\^\{?\(?\d\)?\}?(?!_)")


class MatrixWork:
    """Takes the matrices of one hand-in, and the products of vectors in the work for single quantities."""

    def __init__(self, sheet: Collection) -> None:
        self.sheet, self.known, self.meanings = sheet, sheet.known, sheet.meanings
        self.named = FormulaNames(self.meanings)
        self.vectors: dict[str, Whole] = {}  # what was called so on this sheet

    def whole(self, chain: Chain, matrix: WrittenMatrix | None) -> bool:
        """Takes a matrix, or a formula of one, entry by entry; whether it is one of the problem."""
        name, whole = self.called(chain, matrix)
        if whole is None or (matrix is None and (value_in_chain(chain)[1] is not None or self.is_key(name, chain))):
            return False
        letters = self.in_letters(chain, whole, name)
        if matrix is None:
            for quantity, parts in letters.items():
                self.sheet.take(quantity, parts)
            return bool(letters)
        self.vectors[in_a_row(name)] = whole
        if all(_NAME.fullmatch(entry) for row in matrix.rows for entry in row):
            return True  # θ = (w1, w2, b) only says what is called so
        placed = self.placed(matrix, whole)
        if placed is None:
            entries_here, entries_there = (rows * columns for rows, columns in (matrix.shape, whole.shape))
            hint = of_decimals(entries_here, entries_there) if matrix.flat else None
            self.complain_of_shape(name, whole, matrix.shape, chain.spot, hint)
            return True
        if placed is not matrix and not matrix.flat and not self.sheet.hand_in.bits and not _is_over_samples(whole):
            self.complain_of_turning(name, chain.spot)
        spot = chain.parts[-1].spot
        for (row, column), quantity in entries(whole).items():
            parts = (*letters.get(quantity, ()), ChainSide(placed.rows[row][column], spot))
            entry = Chain(chain.name, chain.spot, parts, chain.label, chain.under)
            if quantity.kind in GIVEN:
                self.sheet.repeated(entry, quantity)
            else:
                self.sheet.answer(entry, quantity)
        return True

    def has_shape(self, chain: Chain, matrix: WrittenMatrix) -> bool:
        """Whether a matrix of the problem that is called so has the shape of one on the sheet, perhaps transposed."""
        whole = self.called(chain, matrix)[1]
        return whole is None or self.placed(matrix, whole) is not None

    def in_letters(self, chain: Chain, whole: Whole, name: str) -> dict[Quantity, tuple[ChainSide, ...]]:
        """What the formulas of a matrix say of each entry: in the way of reading them that gives most right values."""
        reader = MatrixFormulas(lambda word: self.may_be(word, chain))
        found: dict[Quantity, tuple[ChainSide, ...]] = {}
        for part in (one for one in chain.parts if read_matrix(one.text) is None):
            readings, failure = reader.readings(part.text)
            placed = [(one, turned) for grid in readings for one, turned in ((grid, False), (_turned(grid), True))
                      if (len(one), len(one[0])) == whole.shape]  # fmt: skip
            if not placed:
                if failure is not None:
                    self.sheet.complain(str(failure), part.spot)
                elif readings:
                    self.complain_of_shape(name, whole, (len(readings[0]), len(readings[0][0])), part.spot)
                continue
            over = _is_over_samples(whole)
            best, turned = max(placed, key=lambda one: (self.right_entries(one[0], whole), over or not one[1]))
            if turned and not over and not ("[" in part.text and 1 in whole.shape):
                self.complain_of_turning(name, part.spot)
            for (row, column), quantity in entries(whole).items():
                text = self.known.spelled(best[row][column], quantity)
                found[quantity] = (*found.get(quantity, ()), ChainSide(text, part.spot))
        return found

    def complain_of_shape(
        self, name: str, whole: Whole, shape: tuple[int, int], spot: Spot, hint: str | None = None
    ) -> None:
        """Complains of a matrix of another shape."""
        message = _("{name} has {rows}×{columns} entries here, and not {wrong_rows}×{wrong_columns}")
        (rows, columns), (wrong_rows, wrong_columns) = whole.shape, shape
        self.sheet.complain(message.format(name=name, rows=rows, columns=columns, wrong_rows=wrong_rows,
                                           wrong_columns=wrong_columns), spot, hint)  # fmt: skip

    def complain_of_turning(self, name: str, spot: Spot) -> None:
        """Complains of a matrix with rows for columns."""
        of_layers = _("{name} is written transposed: it has a row for every receiving neuron")
        said = of_layers if self.known.worked.problem.layers else _("{name} is written transposed")
        self.sheet.complain(said.format(name=name), spot, was_read=True)

    def refuse(self, chain: Chain) -> None:
        """Complains of a list that is no matrix of the problem."""
        names = self.known.wholes.known(self.meanings.within(chain))
        hint = _("the matrices are {names}").format(names=listed(names)) if names else None
        if self.meanings.names.find(chain.name, self.meanings.within(chain)) is None:
            hint = did_you_mean(chain.name, names) or hint
            self.sheet.complain(_("no matrix called {name!r}").format(name=chain.name[:_LONGEST]), chain.spot, hint)
        else:
            self.sheet.complain(_("one number for a quantity, not a list"), chain.parts[-1].spot, hint)

    def without_matrices(self, chain: Chain, quantity: Quantity) -> Chain:
        """The work for a single quantity with products of vectors written out, w³a² + b³, where that makes it right."""
        reader = MatrixFormulas(lambda word: self.may_be(word, chain))
        parts = tuple(self.written_out(part, quantity, reader) for part in chain.parts)
        return chain if parts == chain.parts else replace(chain, parts=parts)

    def has_vectors(self, text: str, quantity: Quantity) -> bool:
        """Whether a name in the formula of a quantity may be a vector or matrix, and not all are numbers anyhow."""
        if all(name[0].islower() and self.named.in_formula(name, quantity) for name in names_in_text(text)):
            return False
        found = (whole for name in names_in_text(text) for whole in self.known.wholes.may_be(name, ()))
        return any(whole.shape != (1, 1) for whole in found)

    def written_out(self, part: ChainSide, quantity: Quantity, reader: MatrixFormulas) -> ChainSide:
        """A part with its vectors written out; as it is where it has none, or does not come right with them."""
        if not _LETTER.search(part.text) or not (_RAISED.search(part.text) or self.has_vectors(part.text, quantity)):
            return part
        with precision(_BITS):
            for grid in reader.readings(part.text)[0]:
                if (len(grid), len(grid[0])) == (1, 1) and self.gives(grid[0][0], quantity):
                    return ChainSide(self.known.spelled(grid[0][0], quantity), part.spot)
        return part

    def is_key(self, name: str, chain: Chain) -> bool:
        """Whether a name is just that of a single quantity, in these very letters: w1 is no W1."""
        meant = self.meanings.find(name, self.meanings.within(chain)) or self.meanings.given(name)
        return meant is not None and meant.bare_key == name

    def may_be(self, name: str, chain: Chain) -> Sequence[Whole | Quantity]:
        """What a name in a formula of matrices may mean: what was called so on this sheet, else what is usual."""
        if (own := self.vectors.get(in_a_row(name))) is not None:
            return (own, own.transposed) if _is_over_samples(own) else (own,)
        wholes = self.known.wholes.may_be(name, self.meanings.within(chain))
        single = [one for one in (self.meanings.given(name) or self.meanings.find(name, ()),) if one is not None]
        wholes = [*wholes, *(one.transposed for one in wholes if _is_over_samples(one))]
        return (*single, *wholes) if self.is_key(name, chain) else (*wholes, *single)

    def right_entries(self, grid: Sequence[Sequence[Formula]], whole: Whole) -> int:
        """How many entries of formulas give the right value."""
        with precision(_BITS):
            return sum(self.gives(grid[row][column], quantity) for (row, column), quantity in entries(whole).items())

    def gives(self, formula: Formula, quantity: Quantity) -> bool:
        """Whether a formula gives the right value of a quantity."""
        value = value_in(formula, lambda name: ball(self.known.true(name)))  # type: ignore[arg-type]
        right = ball(self.known.true(quantity))
        return value is not None and float(abs(value - right).upper()) <= _SAME * (1 + abs(float(right.mid())))

    def called(self, chain: Chain, matrix: WrittenMatrix | None) -> tuple[str, Whole | None]:
        """The matrix that a chain is of, and its name without the words before it."""
        words = chain.name.split()
        within = self.meanings.within(chain)
        for start in range(len(words)):
            name = " ".join(words[start:])
            if self.sheet.hand_in.bits:
                if (array := self.known.array_called(name, within)) is not None:
                    return name, array
            elif found := self.known.wholes.may_be(name, within):
                return name, found[0] if matrix is None else max(found, key=lambda one: self.likeness(one, matrix))
        return chain.name, None

    def likeness(self, whole: Whole, matrix: WrittenMatrix) -> tuple[bool, int, bool, bool]:
        """How well a matrix of the problem fits one on the sheet: by its shape, its values, whether it is blank yet."""
        placed = self.placed(matrix, whole)
        if placed is None:
            return False, 0, False, False
        blank = all(one not in self.sheet.answers for one in entries(whole).values())
        return True, sum(self.fits(placed, whole)), placed is matrix or matrix.flat, blank

    def placed(self, matrix: WrittenMatrix, whole: Whole) -> WrittenMatrix | None:
        """The entries where they belong: as written, or transposed where only that fits; None for another shape."""
        if self.sheet.hand_in.bits:
            return placed(matrix, whole, self.known.true, self.sheet.hand_in.upright)
        turned = matrix.transposed
        if matrix.shape == whole.shape and turned.shape != whole.shape:
            return matrix
        if matrix.shape != whole.shape:
            return turned if turned.shape == whole.shape else None
        upright, other = sum(self.fits(matrix, whole)), sum(self.fits(turned, whole))
        return turned if other > upright and 2 * other > len(entries(whole)) else matrix

    def fits(self, matrix: WrittenMatrix, whole: Whole) -> Iterator[bool]:
        """For every entry, whether it is the right value to its digits."""
        for (row, column), quantity in entries(whole).items():
            written = read_number(matrix.rows[row][column])
            yield written is not None and says(written, self.known.true(quantity))


def _is_over_samples(whole: Whole) -> bool:
    """Whether a matrix has the samples of a batch on one side: they are rows for some and columns for others."""
    return len({place for one in entries(whole).values() for place in one.at if place.word == "sample"}) > 1


def _turned(grid: Sequence[Sequence[Formula]]) -> tuple[tuple[Formula, ...], ...]:
    return tuple(zip(*grid, strict=True))
