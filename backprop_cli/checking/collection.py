"""The answers and the work of one hand-in as they are collected, with what could not be read of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.change_lines import Change
from backprop_cli.checking.factor_lines import Factor
from backprop_cli.checking.known import KnownProblem
from backprop_cli.checking.steps_alone import before_update, led_to
from backprop_cli.checking.values import Written
from backprop_cli.checking.written_numbers import agree, names_in_text, says, value_in_chain
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.errors import Complaint
from backprop_cli.ground.words import _
from backprop_cli.working.formulas import read_formula
from backprop_cli.working.model import Chain, ChainSide, HandIn, Remark, Spot

GIVEN = (Kind.PARAMETER, Kind.INPUT, Kind.TARGET, Kind.CONSTANT, Kind.LETTER)
_MOST_PARTS = 60  # of the work for one quantity that are judged
_LONGEST = 40  # characters of a part that cannot be read


class Collection:
    """Collects the answers of one hand-in."""

    def __init__(self, known: KnownProblem, hand_in: HandIn, book: str = "") -> None:
        self.known, self.hand_in, self.book = known, hand_in, book
        self.meanings = known.meanings.by_the_book(book) if book else known.meanings
        self.answers: dict[Quantity, Answer] = {}
        self.parts: dict[Quantity, tuple[ChainSide, ...]] = {}
        self.unread: list[Complaint] = []
        self.complained: set[tuple[str, int]] = set()  # of which line what was said
        self.own: list[Remark] = []  # quantities of the student's own
        self.changes: list[Change] = []
        self.factors: list[Factor] = []
        self.overfull: set[Quantity] = set()  # quantities with more work than is judged

    def done(self) -> Sheet:
        """The sheet, with the lines that could not be read."""
        one = replace(self.hand_in, remarks=(*self.hand_in.remarks, *self.own))
        steps_alone = {answer.quantity: answer for answer in led_to(self.known, self.changes, self.answers)}
        said = _("where only the change is written, the new value that it leads to is judged")
        return Sheet(
            tuple((self.answers | steps_alone).values()), one.source, one.student or None, text=one.text,
            unread=tuple(self.unread), parts=self.parts, hand_in=one, book=self.book, bits=one.bits,
            changes=tuple(self.changes), factors=tuple(self.factors), notes=(said,) if steps_alone else (),
        )  # fmt: skip

    def complain(self, message: str, spot: Spot, hint: str | None = None, was_read: bool = False) -> None:
        """Notes what could not be read, or `was_read` all the same, at its place."""
        message = f"{spot.cell}: {message}" if spot.cell else message
        known = (message, spot.line), (message, 0)  # 0: of the whole sheet
        if self.complained.isdisjoint(known):
            self.complained.add((message, 0 if self.hand_in.bits and spot.cell else spot.line))
            span = None if self.hand_in.bits and spot.cell else spot.span
            self.unread.append(Complaint(message, span, hint, was_read))

    def repeated(self, chain: Chain, given: Quantity) -> None:
        """Something given: a parameter with another value is the updated one; other numbers are miscopied."""
        part, written = value_in_chain(chain)
        if written is None or part is None or given not in self.known.derivation.constants:
            self.updated_in_letters(chain, given)
            return
        if says(written, self.known.true(given)):
            return
        meant = self.updated(given, chain) or self.meanings.delta_called(chain, given)
        if meant is not None and len(chain.parts) == 1 and self.is_carried_over(written, meant):
            return
        if meant is not None:
            self.answer(chain, meant)
        else:
            message = _("{name} is given, and has another value in the problem")
            self.complain(message.format(name=given.bare_key), chain.spot)

    def is_carried_over(self, written: Written, new: Quantity) -> bool:
        """Whether a line repeats the value that a parameter has since the update before."""
        old = before_update(self.known, new) if new.kind is Kind.NEW else None
        if old is None or old.kind is not Kind.NEW or says(written, self.known.true(new)):
            return False
        own = self.answers[old].written if old in self.answers else None
        return says(written, self.known.true(old)) if own is None else agree(own, written)

    def updated_in_letters(self, chain: Chain, given: Quantity) -> None:
        """Takes w = w − η·∂E/∂w, which says a parameter of itself, as the formula of its new value."""
        new = self.updated(given, chain)
        spelled = {in_a_row(name) for part in chain.parts for name in names_in_text(part.text)}
        if new is not None and in_a_row(chain.name) in spelled:
            self.answer(chain, new)

    def updated(self, given: Quantity, chain: Chain) -> Quantity | None:
        """The new value of a parameter; None for anything else, and where there is none."""
        new, within = Quantity(Kind.NEW, given.name).bare_key, self.meanings.within(chain)
        outer = tuple(place for place in within if place.word != "sample")  # one update for all samples
        places = dict.fromkeys((within, outer)) if given.kind is Kind.PARAMETER else ()
        return next(filter(None, (self.meanings.names.find(new, at) for at in places)), None)

    def answer(self, chain: Chain, quantity: Quantity) -> None:
        """An answer; of two for one quantity, the first that has a value."""
        part, written = value_in_chain(chain)
        quantity = self.of_all_samples(quantity, written)
        self.take(quantity, chain.parts)
        if part is None or written is None:
            self.without_a_value(chain, quantity)
            return
        before = self.answers.get(quantity)
        if before is None or before.written is None:
            self.answers[quantity] = Answer(quantity, written, part.spot.span)
        elif not agree(before.written, written) and before.span is not None:
            message = _("{key} is answered twice; the first answer is in line {line}")
            self.complain(message.format(key=quantity.key, line=before.span.line), chain.spot)

    def take(self, quantity: Quantity, parts: Sequence[ChainSide]) -> None:
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
        if written is None or before is None or before.written is None or agree(before.written, written):
            return quantity
        places = tuple(place for place in quantity.at if place.word != "sample")
        whole = quantity.bare.at_address(places)
        there = whole != quantity and whole in self.known.derivation.index and whole not in self.answers
        return whole if there else quantity

    def without_a_value(self, chain: Chain, quantity: Quantity) -> None:
        """A chain that ends in letters has no answer yet; one that ends in nothing sensible has one that is unread."""
        last = chain.parts[-1]
        try:
            read_formula(last.text)
        except FormulaError as error:
            self.complain(error.message, last.spot, error.hint)
            said = " ".join(last.text.split())[:_LONGEST]
            self.answers.setdefault(quantity, Answer(quantity, None, last.spot.span, said))
