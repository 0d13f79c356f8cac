"""The sheet that a hand-in is: the last value of every chain is the answer for the quantity that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.algebra.references import is_reported
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.change_lines import Change, parameter_in
from backprop_cli.checking.layer_arrays import layer_arrays
from backprop_cli.checking.matrix_formulas import MatrixFormulas
from backprop_cli.checking.meant import Meanings
from backprop_cli.checking.orientation import placed
from backprop_cli.checking.put_in import value_in
from backprop_cli.checking.values import Written, read_value, value_of
from backprop_cli.checking.wholes import Wholes, entries
from backprop_cli.checking.word_answers import Reply
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.errors import BackpropError, Complaint, SourceError, did_you_mean, visible
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.problem.questions import QUESTION, called
from backprop_cli.solving.spelling import Speller
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.matrix_formulas import Matrix as Whole
from backprop_cli.working.formulas import numeral_text, read_formula
from backprop_cli.working.matrices import Matrix, read_matrix
from backprop_cli.working.model import Chain, HandIn, Part, Remark, Spot
from backprop_cli.writing.dialects import PROGRAM
from backprop_cli.writing.notation import load_notation

_BITS = 192
_SAME = 1e-12
_MOST_PARTS = 60  # of the work for one quantity that are judged
_MOST_EVIDENCE = 200  # lines from which it is told in whose notation a sheet is written
_LETTER = re.compile(r"[^\W\d_]")
_RAISED = re.compile(r"[^\W\d_]\^\{?\(?\d\)?\}?(?!_)")
_LONGEST = 40  # characters of a part that cannot be read
_EVERY_UNIT = re.compile(r"[_,{][ijklmn]\}?$")  # δ_k = … is a rule for every unit
_GIVEN = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET, Kind.CONSTANT, Kind.LETTER)
_NO_WORK = frozenset(
    {"name", "student", "exercise", "date", "group", "problem", "task", "matrikelnummer", "姓名", "学号"}
)


class WorkReader:
    """Makes sheets of hand-ins to one problem."""

    def __init__(self, worked: WorkedProblem, names: Names) -> None:
        self.worked = worked
        self.derivation = worked.exactly.full
        self.meanings = Meanings(worked.problem, self.derivation, names)

    @cached_property
    def wholes(self) -> Wholes:
        """The matrices of the problem."""
        return Wholes(self.worked)

    @cached_property
    def _arrays(self) -> Mapping[str, Whole]:
        return layer_arrays(self.worked.problem, self.derivation)

    def array_called(self, name: str, within: Address = ()) -> Whole | None:
        """The matrix that an array of a program is, by its name."""
        found = self._arrays.get(in_a_row(name).casefold()) if not within else None
        return found or self.wholes.called(name, within)

    def sheet(self, hand_in: HandIn) -> Sheet:
        """The sheet in a hand-in; what is no quantity of the problem, or no number, is noted and costs nothing else."""
        sheet = _Sheet(self, hand_in, "" if hand_in.bits else self._book_of(hand_in))
        for remark in hand_in.unread if hand_in.bits else ():
            sheet.complain(remark.why, remark.spot)
        for chain in hand_in.chains:
            sheet.add(chain)
        for remark in hand_in.remarks if self.worked.problem.ask_words else ():
            sheet.said(remark.text, remark.spot)
        return sheet.done()

    def with_matrices(self, sheet: Sheet) -> Sheet:
        """The sheet with its matrices taken entry by entry. Raises SourceError where nothing on it can be read."""
        if not sheet.matrices:
            return sheet
        found = _Sheet(self, HandIn(sheet.source, sheet.matrices, text=sheet.text, bits=sheet.bits))
        found.answers |= sheet.by_quantity
        found.parts |= sheet.parts
        for chain in sheet.matrices:
            matrix = read_matrix(chain.parts[-1].text)
            if matrix is None or not found.whole(chain, matrix):
                self._refuse_list(found, chain)
        unread = (*sheet.unread, *found.unread)
        if unread and not found.parts and not any(answer.written for answer in found.answers.values()):
            raise SourceError(sheet.source, unread, sheet.text)
        return _replace(sheet, answers=tuple(found.answers.values()), parts=found.parts, unread=unread, matrices=())

    def _refuse_list(self, sheet: _Sheet, chain: Chain) -> None:
        known = self.wholes.known(sheet.meanings.within(chain))
        hint = _("the matrices are {names}").format(names=", ".join(known)) if known else None
        try:
            self.meanings.names.resolve(chain.name, sheet.meanings.within(chain))
        except UnknownName:
            hint = did_you_mean(chain.name, known) or hint
            sheet.complain(_("no matrix called {name!r}").format(name=chain.name[:_LONGEST]), chain.spot, hint)
        else:
            sheet.complain(_("one number for a quantity, not a list"), chain.parts[-1].spot, hint)

    def _book_of(self, hand_in: HandIn) -> str:
        """In whose notation names are written that mean different things in different books: whose values come right.

        Empty where there are none, or where that cannot be told.
        """
        names = [(chain, found) for chain in hand_in.chains if len(found := self._in_books(chain)) > 1][:_MOST_EVIDENCE]
        scores = {book: 0 for _chain, found in names for books in found.values() for book in books}
        for chain, found in names:
            for quantity, books in found.items():
                scores |= {book: scores[book] + self._evidence(chain, quantity, book) for book in books}
        shared = {book: max(len(books) for _chain, found in names for books in found.values() if book in books)
                  for book in scores}  # fmt: skip
        best = max(scores, key=lambda book: (scores[book], shared[book]), default="")
        return best if scores and scores[best] else ""

    def _evidence(self, chain: Chain, quantity: Quantity, book: str) -> int:
        """How much speaks for it that a chain is of this quantity: a right value, a name that its line mentions."""
        written = _value(chain)[1]
        found = 0
        for one in self._placed(quantity, self.meanings.within(chain)):
            found += written is not None and _says(written, self.true(one))
            line = self.derivation.index.get(one)
            used = quantities_in(line.formula) if line is not None else []
            mentioned = {name for part in chain.parts for name in _names(part.text)}
            meant = [quantity for name in mentioned for quantity, books in self.meanings.in_books(name).items()
                     if book in books]  # fmt: skip
            found += any(one.bare in meant for one in used)
        return found

    def _in_books(self, chain: Chain) -> Mapping[Quantity, frozenset[str]]:
        try:
            self.meanings.names.resolve(chain.name, self.meanings.within(chain))
        except UnknownName:
            return self.meanings.in_books(chain.name)
        return {}

    def _placed(self, quantity: Quantity, at: Address) -> list[Quantity]:
        try:
            return [self.meanings.names.resolve(quantity.bare_key, at)]
        except UnknownName:
            return []

    def spelled(self, formula: Formula, quantity: Quantity) -> str:
        """A formula as one types it, by keys."""
        return self._speller.symbols_of(formula, quantity.at)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.worked.exactly.values, writer_for(self.worked.problem, PROGRAM, load_notation("plain")))

    def true(self, quantity: Quantity) -> Real:
        """The right value of a quantity."""
        return self.worked.exactly.values.value(quantity).number


class _Sheet:
    """Collects the answers of one hand-in."""

    def __init__(self, reader: WorkReader, hand_in: HandIn, book: str = "") -> None:
        self.reader, self.hand_in, self.book = reader, hand_in, book
        self.meanings = reader.meanings.by_the_book(book) if book else reader.meanings
        self.answers: dict[Quantity, Answer] = {}
        self.parts: dict[Quantity, tuple[Part, ...]] = {}
        self.unread: list[Complaint] = []
        self.complained: set[tuple[str, int]] = set()  # of which line what was said
        self.own: list[Remark] = []  # quantities of the student's own
        self.changes: list[Change] = []
        self.vectors: dict[str, Whole] = {}  # what was called so on this sheet
        self.words: dict[str, Reply] = {}  # the answers to questions
        self.overfull: set[Quantity] = set()  # quantities with more work than is judged
        self.student = hand_in.student or None

    def done(self) -> Sheet:
        """The sheet, with the lines that could not be read."""
        answers, one = tuple(self.answers.values()), self.hand_in
        unread, parts = tuple(self.unread), self.parts
        one = _replace(one, remarks=(*one.remarks, *self.own))
        return Sheet(
            answers, one.source, self.student, text=one.text, unread=unread, parts=parts, hand_in=one, book=self.book,
            bits=one.bits,
            changes=tuple(self.changes), words=self.words,
        )  # fmt: skip

    def complain(self, message: str, spot: Spot, hint: str | None = None) -> None:
        """Notes what could not be read, at its place."""
        message = f"{spot.cell}: {message}" if spot.cell else message
        known = (message, spot.line), (message, 0)  # 0: of the whole sheet
        if self.complained.isdisjoint(known):
            self.complained.add((message, 0 if self.hand_in.bits and spot.cell else spot.line))
            self.unread.append(Complaint(message, None if self.hand_in.bits and spot.cell else spot.span, hint))

    def add(self, chain: Chain) -> None:
        """One chain: an answer, a matrix of answers, or something given that is repeated."""
        if self.is_reply(chain) or self.change(chain) or self.is_error(chain):
            return
        if self.meanings.is_helper(chain):
            why = _("a factor on the way, which is not judged by itself")
            self.own.append(Remark(chain.name, chain.spot, why, on_the_way=True))
            return
        matrix = next((found for part in reversed(chain.parts) if (found := read_matrix(part.text))), None)
        if self.whole(chain, matrix):
            return
        try:
            quantity = self.meanings.of_chain(chain)
        except UnknownName as error:
            self.unknown(chain, error)
            return
        if quantity.kind in _GIVEN and not is_reported(quantity):
            self.repeated(chain, quantity)
        else:
            self.answer(self.without_matrices(chain, quantity), quantity)

    def is_reply(self, chain: Chain) -> bool:
        """Takes the answer to a question; whether it is one."""
        asked = self.reader.worked.problem.ask_words
        key = called(chain.name, asked) or called(f"{chain.label}{chain.name}", asked)
        return key is not None and self.replied(key, chain.parts[-1].text, chain.spot)

    def said(self, text: str, spot: Spot) -> None:
        """Takes the answer to a question from a line without an equals sign: its key, and a word behind it."""
        if found := QUESTION.match(text):
            key = called(found[1], self.reader.worked.problem.ask_words)
            if key is not None:
                self.replied(key, text[found.end() :].strip(" \t:=,;|&"), spot)

    def replied(self, key: str, text: str, spot: Spot) -> bool:
        """Notes the answer to a question, the last one that is not empty."""
        if text or key not in self.words:
            self.words[key] = Reply(" ".join(visible(text).split()), spot.span)
        return True

    def without_matrices(self, chain: Chain, quantity: Quantity) -> Chain:
        """The work for a single quantity with products of vectors written out, w³a² + b³, where that makes it right."""
        reader = MatrixFormulas(lambda word: self.may_be(word, chain))
        parts = tuple(self.written_out(part, quantity, reader) for part in chain.parts)
        return chain if parts == chain.parts else _replace(chain, parts=parts)

    def has_vectors(self, text: str) -> bool:
        """Whether a name in a formula may be a vector or matrix with several entries."""
        found = (whole for name in _names(text) for whole in self.reader.wholes.may_be(name, ()))
        return any(whole.shape != (1, 1) for whole in found)

    def written_out(self, part: Part, quantity: Quantity, reader: MatrixFormulas) -> Part:
        """A part with its vectors written out; as it is where it has none, or does not come right with them."""
        if not _LETTER.search(part.text) or not (_RAISED.search(part.text) or self.has_vectors(part.text)):
            return part
        with precision(_BITS):
            for grid in reader.readings(part.text)[0]:
                if (len(grid), len(grid[0])) == (1, 1) and self.gives(grid[0][0], quantity):
                    return Part(self.reader.spelled(grid[0][0], quantity), part.spot)
        return part

    def change(self, chain: Chain) -> bool:
        """Takes the line of a change, Δw = η·δ·o, as work for the update that it leads to; whether it is one."""
        name = parameter_in(chain.name)
        given = self.meanings.given(name) if name else self.stepped(chain)
        new = self.updated(given, chain) if given is not None else None
        if new is not None:
            self.changes.append(Change(new, chain.name, chain.spot, chain.parts))
        elif name:
            why = _("no parameter called {name!r} that is updated").format(name=name[:_LONGEST])
            self.own.append(Remark(chain.name, chain.spot, why))
        return new is not None or bool(name)

    def stepped(self, chain: Chain) -> Quantity | None:
        """The parameter whose step a `dw` is, and not its gradient: the learning rate is a factor in it."""
        given = self.meanings.given(chain.name[1:]) if chain.name[:1] == "d" and "/" not in chain.name else None
        if given is None:
            return None
        names = {name for part in chain.parts for name in _names(part.text)}
        rated = any((found := self.meanings.given(name)) is not None and found.kind is Kind.CONSTANT for name in names)
        return given if rated else None

    def updated(self, given: Quantity, chain: Chain) -> Quantity | None:
        """The new value of a parameter; None for anything else, and where there is none."""
        try:
            new = Quantity(Kind.NEW, given.name).bare_key
            within = self.meanings.within(chain)
            return self.meanings.names.resolve(new, within) if given.kind is Kind.PARAMETER else None
        except UnknownName:
            return None

    def unknown(self, chain: Chain, error: UnknownName) -> None:
        """A name that is none: the student's own, a field beside the work, or a complaint."""
        word = chain.name.split()[0].casefold() if chain.name.split() else ""
        if word in _NO_WORK:
            return
        if (quantity := self.of_a_unit(chain)) is not None:
            self.answer(self.without_matrices(chain, quantity), quantity)
        elif several := self.meanings.several(chain):
            message = _("{name!r} may be several quantities").format(name=chain.name[:_LONGEST])
            self.complain(message, chain.spot, _("write {keys}").format(
                keys=_(" or ").join(one.bare_key for one in several)))  # fmt: skip
        elif self.meanings.is_near(chain) and not (_EVERY_UNIT.search(chain.name) and _value(chain)[1] is None):
            self.complain(error.message, chain.spot, error.hint)
        else:
            self.own.append(Remark(chain.name, chain.spot, error.message))

    def is_error(self, chain: Chain) -> bool:
        """Whether a chain is of the difference of a target and an output, which many call e: a line on the way."""
        written = _value(chain)[1]
        if chain.name != "e" or written is None:
            return False
        with precision(_BITS):
            return any(_says(written, sign * (ball(self.reader.true(target)) - ball(self.reader.true(out))))
                       for target, out in self.meanings.pairs for sign in (1, -1))  # fmt: skip

    def of_a_unit(self, chain: Chain) -> Quantity | None:
        """What is meant where only a unit is named, or a letter with a number: that whose value stands there.

        Where it is nobody's value, the output of the unit, or the only thing that can be meant.
        """
        written = _value(chain)[1]
        units, bare = self.meanings.of_a_unit(chain), self.meanings.bare(chain)
        wholes = () if bare else self.reader.wholes.may_be(chain.name, self.meanings.within(chain))
        cells = (cell for whole in wholes if whole.shape == (1, 1) for cell in whole.quantities)
        single = (cell for cell in cells if cell.kind not in _GIVEN)
        found = dict.fromkeys((*units, *self.meanings.numbered(chain), *single, *bare))
        right = (one for one in found if written is not None and _says(written, self.reader.true(one)))
        likeliest = units[0] if units else next(iter(found)) if len(found) == 1 else None
        return next(right, likeliest)

    def repeated(self, chain: Chain, given: Quantity) -> None:
        """Something given: a parameter with another value is the updated one; other numbers are miscopied."""
        part, written = _value(chain)
        if written is None or part is None or given not in self.reader.derivation.constants:
            self.updated_in_letters(chain, given)
            return
        if _says(written, self.reader.true(given)):
            return
        meant = self.updated(given, chain) or self.meanings.delta_called(chain, given)
        if meant is not None:
            self.answer(chain, meant)
        else:
            message = _("{name} is given, and has another value in the problem")
            self.complain(message.format(name=given.bare_key), chain.spot)

    def updated_in_letters(self, chain: Chain, given: Quantity) -> None:
        """Takes w = w − η·∂E/∂w, which says a parameter of itself, as the formula of its new value."""
        new = self.updated(given, chain)
        spelled = {in_a_row(name) for part in chain.parts for name in _names(part.text)}
        if new is not None and in_a_row(chain.name) in spelled:
            self.answer(chain, new)

    def answer(self, chain: Chain, quantity: Quantity) -> None:
        """An answer; of two for one quantity, the first that has a value."""
        part, written = _value(chain)
        quantity = self.of_all_samples(quantity, written)
        self.take(quantity, chain.parts)
        if part is None or written is None:
            self.without_a_value(chain, quantity)
            return
        before = self.answers.get(quantity)
        if before is None or before.written is None:
            self.answers[quantity] = Answer(quantity, chain.name, written, part.spot.span)
        elif not _agree(before.written, written) and before.span is not None:
            message = _("{key} is answered twice; the first answer is in line {line}")
            self.complain(message.format(key=quantity.key, line=before.span.line), chain.spot)

    def take(self, quantity: Quantity, parts: Sequence[Part]) -> None:
        """The work for a quantity, as far as it is judged; what is beyond that is told, once."""
        whole = (*self.parts.get(quantity, ()), *parts)
        self.parts[quantity] = whole[:_MOST_PARTS]
        if len(whole) > _MOST_PARTS and quantity not in self.overfull:
            self.overfull.add(quantity)
            message = _("more than {limit} parts of the work for {key}; the others are not judged")
            self.complain(message.format(limit=_MOST_PARTS, key=quantity.key), whole[_MOST_PARTS].spot)

    def of_all_samples(self, quantity: Quantity, written: Written | None) -> Quantity:
        """What a second answer is of: for a quantity that has one at the last sample, the one of all samples."""
        before = self.answers.get(quantity)
        if written is None or before is None or before.written is None or _agree(before.written, written):
            return quantity
        places = tuple(place for place in quantity.at if place.word != "sample")
        whole = quantity.bare.at_address(places)
        there = whole != quantity and whole in self.reader.derivation.index and whole not in self.answers
        return whole if there else quantity

    def without_a_value(self, chain: Chain, quantity: Quantity) -> None:
        """A chain that ends in letters has no answer yet; one that ends in nothing sensible has one that is unread."""
        last = chain.parts[-1]
        try:
            read_formula(last.text)
        except FormulaError as error:
            self.complain(error.message, last.spot, error.hint)
            said = " ".join(last.text.split())[:_LONGEST]
            self.answers.setdefault(quantity, Answer(quantity, chain.name, None, last.spot.span, said))

    # ---- matrices --------------------------------------------------------------------------------------------

    def whole(self, chain: Chain, matrix: Matrix | None) -> bool:
        """Takes a matrix, or a formula of one, entry by entry; whether it is one of the problem."""
        name, whole = self.called(chain, matrix)
        if whole is None or (matrix is None and (_value(chain)[1] is not None or self.is_key(name, chain))):
            return False
        letters = self.in_letters(chain, whole, name)
        if matrix is None:
            for quantity, parts in letters.items():
                self.take(quantity, parts)
            return bool(letters)
        self.vectors[in_a_row(name)] = whole
        placed = self.placed(matrix, whole)
        if placed is None:
            message = _("{name} has {rows}×{columns} entries here, and not {wrong_rows}×{wrong_columns}")
            (rows, columns), (wrong_rows, wrong_columns) = whole.shape, matrix.shape
            said = message.format(name=name, rows=rows, columns=columns, wrong_rows=wrong_rows,
                                  wrong_columns=wrong_columns)  # fmt: skip
            self.complain(said, chain.spot)
            return True
        if placed is not matrix and not matrix.flat and not self.hand_in.bits:
            said = _("{name} is written transposed: it has a row for every receiving neuron").format(name=name)
            self.complain(said, chain.spot)
        spot = chain.parts[-1].spot
        for (row, column), quantity in entries(whole).items():
            parts = (*letters.get(quantity, ()), Part(placed.rows[row][column], spot))
            entry = Chain(chain.name, chain.spot, parts, chain.label, chain.under)
            if quantity.kind in _GIVEN:
                self.repeated(entry, quantity)
            else:
                self.answer(entry, quantity)
        return True

    def in_letters(self, chain: Chain, whole: Whole, name: str) -> dict[Quantity, tuple[Part, ...]]:
        """What the formulas of a matrix say of each entry: in the way of reading them that gives most right values."""
        reader = MatrixFormulas(lambda word: self.may_be(word, chain))
        found: dict[Quantity, tuple[Part, ...]] = {}
        for part in (one for one in chain.parts if read_matrix(one.text) is None):
            readings, failure = reader.readings(part.text)
            placed = [(one, turned) for grid in readings for one, turned in ((grid, False), (_turned(grid), True))
                      if (len(one), len(one[0])) == whole.shape]  # fmt: skip
            if not placed:
                if failure is not None:
                    self.complain(str(failure), part.spot)
                elif readings:
                    (rows, columns), wrong = whole.shape, readings[0]
                    message = _("{name} has {rows}×{columns} entries here, and not {wrong_rows}×{wrong_columns}")
                    self.complain(message.format(name=name, rows=rows, columns=columns, wrong_rows=len(wrong),
                                                 wrong_columns=len(wrong[0])), part.spot)  # fmt: skip
                continue
            best, turned = max(placed, key=lambda one: (self.right_entries(one[0], whole), not one[1]))
            if turned:
                said = _("{name} is written transposed: it has a row for every receiving neuron").format(name=name)
                self.complain(said, part.spot)
            for (row, column), quantity in entries(whole).items():
                text = self.reader.spelled(best[row][column], quantity)
                found[quantity] = (*found.get(quantity, ()), Part(text, part.spot))
        return found

    def is_key(self, name: str, chain: Chain) -> bool:
        """Whether a name is just that of a single quantity, in these very letters: w1 is no W1."""
        given = self.meanings.given(name)
        try:
            return self.meanings.resolve(name, self.meanings.within(chain)).bare_key == name
        except UnknownName:
            return given is not None and given.bare_key == name

    def may_be(self, name: str, chain: Chain) -> Sequence[Whole | Quantity]:
        """What a name in a formula of matrices may mean: what was called so on this sheet, else what is usual."""
        if (own := self.vectors.get(in_a_row(name))) is not None:
            return (own,)
        wholes = self.reader.wholes.may_be(name, self.meanings.within(chain))
        single = [one for one in (self.scalar(name),) if one is not None]
        return (*single, *wholes) if self.is_key(name, chain) else (*wholes, *single)

    def scalar(self, name: str) -> Quantity | None:
        """The single quantity of a name in a formula of matrices."""
        if (given := self.meanings.given(name)) is not None:
            return given
        try:
            return self.meanings.resolve(name, ())
        except UnknownName:
            return None

    def right_entries(self, grid: Sequence[Sequence[Formula]], whole: Whole) -> int:
        """How many entries of formulas give the right value."""
        with precision(_BITS):
            return sum(self.gives(grid[row][column], quantity) for (row, column), quantity in entries(whole).items())

    def gives(self, formula: Formula, quantity: Quantity) -> bool:
        """Whether a formula gives the right value of a quantity."""
        value = value_in(formula, lambda name: ball(self.reader.true(name)))  # type: ignore[arg-type]
        right = ball(self.reader.true(quantity))
        return value is not None and float(abs(value - right).upper()) <= _SAME * (1 + abs(float(right.mid())))

    def called(self, chain: Chain, matrix: Matrix | None) -> tuple[str, Whole | None]:
        """The matrix that a chain is of, and its name without the words before it."""
        words = chain.name.split()
        within = self.meanings.within(chain)
        for start in range(len(words)):
            name = " ".join(words[start:])
            if self.hand_in.bits:
                if (array := self.reader.array_called(name, within)) is not None:
                    return name, array
            elif found := self.reader.wholes.may_be(name, within):
                return name, found[0] if matrix is None else max(found, key=lambda one: self.likeness(one, matrix))
        return chain.name, None

    def likeness(self, whole: Whole, matrix: Matrix) -> tuple[bool, int, bool, bool]:
        """How well a matrix of the problem fits one on the sheet: by its shape, its values, whether it is blank yet."""
        placed = self.placed(matrix, whole)
        if placed is None:
            return False, 0, False, False
        blank = all(one not in self.answers for one in entries(whole).values())
        return True, sum(self.fits(placed, whole)), placed is matrix or matrix.flat, blank

    def placed(self, matrix: Matrix, whole: Whole) -> Matrix | None:
        """The entries where they belong: as written, or transposed where only that fits; None for another shape."""
        if self.hand_in.bits:
            return placed(matrix, whole, self.reader.true, self.hand_in.upright)
        turned = matrix.transposed
        if matrix.shape == whole.shape and turned.shape != whole.shape:
            return matrix
        if matrix.shape != whole.shape:
            return turned if turned.shape == whole.shape else None
        upright, other = sum(self.fits(matrix, whole)), sum(self.fits(turned, whole))
        return turned if other > upright and 2 * other > len(entries(whole)) else matrix

    def fits(self, matrix: Matrix, whole: Whole) -> Iterator[bool]:
        """For every entry, whether it is the right value to its digits."""
        for (row, column), quantity in entries(whole).items():
            written = _read(matrix.rows[row][column])
            yield written is not None and _says(written, self.reader.true(quantity))


def _turned(grid: Sequence[Sequence[Formula]]) -> tuple[tuple[Formula, ...], ...]:
    return tuple(zip(*grid, strict=True))


def _value(chain: Chain) -> tuple[Part | None, Written | None]:
    """The last part of a chain that is a number."""
    for part in reversed(chain.parts):
        if (written := _read(part.text)) is not None:
            return part, written
    return None, None


def _read(text: str) -> Written | None:
    try:
        return read_value(numeral_text(text))
    except FormulaError:
        return None


def _names(text: str) -> tuple[str, ...]:
    """The names in a part that is a formula."""
    try:
        return read_formula(text).names
    except FormulaError:
        return ()


def _says(written: Written, true: Real) -> bool:
    """Whether a number is this value to the digits written."""
    with precision(_BITS):
        try:
            value = value_of(written)
        except BackpropError:
            return False
        return not abs(ball(value) - ball(true)) > written.half_unit


def _agree(one: Written, other: Written) -> bool:
    """Whether two numbers are the same to the digits of the coarser one."""
    with precision(_BITS):
        try:
            apart = abs(ball(value_of(one)) - ball(value_of(other)))
        except BackpropError:
            return False
        return not apart > max(one.half_unit, other.half_unit)
