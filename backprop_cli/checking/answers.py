"""Answers as they are collected: each for one quantity, once, with its place; and what is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from dataclasses import replace as _replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Address, Quantity
from backprop_cli.algebra.references import meant_by
from backprop_cli.checking.replies import WordReply
from backprop_cli.checking.values import Written, read_value
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, Span, visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.questions import called, is_question
from backprop_cli.working.model import Chain, ChainSide, HandIn, Remark, Spot

if TYPE_CHECKING:
    from backprop_cli.checking.change_lines import Change
    from backprop_cli.checking.factor_lines import Factor

STUDENT = ("student", "name")
BESIDE = (*STUDENT, "problem", "variant")  # what may stand beside the answers
Said: TypeAlias = Callable[[str, Address, str], Quantity | None]  # what a name with this value means at an address
_SUGGESTED = 50  # complaints for which a suggestion is searched; no more are shown
_MOST = 200  # complaints after which nobody reads on
_LONGEST = 40  # characters of a cell that cannot be read
_ONE_VALUE = re.compile(r"[\w\s.,+*/^()-]*", re.A)  # a text without a sign between two sides


@record
class Answer:
    """What was written for a quantity (None: nothing), and where; `unread` cannot be read."""

    quantity: Quantity
    written: Written | None
    span: Span | None = None
    unread: str = ""

    @property
    def text(self) -> str:
        """The answer as it stands on the sheet; empty where it was left blank."""
        return self.written.text.strip() if self.written is not None else self.unread


@record(slots=False)
class Sheet:
    """The answers in the order of the sheet, those left blank among them; `text` is what they were read from."""

    answers: tuple[Answer, ...]
    source: str
    student: str | None = None
    problem: str | None = None  # what the sheet says it is about
    text: str = ""
    unread: tuple[Complaint, ...] = ()  # names that are none, cells that are no numbers
    beside: tuple[str, ...] = ()  # further fields, at which nobody looks
    parts: Mapping[Quantity, tuple[ChainSide, ...]] = field(default_factory=dict)  # of every line, side by side
    hand_in: HandIn | None = None  # what it was read from, where that is a student's own working
    matrices: tuple[Chain, ...] = ()  # lists of numbers, which have still to be put where they belong
    book: str = ""  # in whose notation it is written, where that makes a difference
    bits: int = 0  # of the numbers of the program that computed it; 0 where a person wrote it
    changes: tuple[Change, ...] = ()  # the lines of changes, which belong to updates
    factors: tuple[Factor, ...] = ()  # the lines of factors of the chain rule, which have no line in the problem
    notes: tuple[str, ...] = ()  # what is to be said of the whole sheet
    words: Mapping[str, WordReply] = field(default_factory=dict)  # the answers to questions, by their keys

    @property
    def commas(self) -> bool:
        """Whether decimals are written with a comma."""
        return any(written.decimal_comma for written in self.written.values())

    @cached_property
    def by_quantity(self) -> Mapping[Quantity, Answer]:
        """The answers by what they answer."""
        return {answer.quantity: answer for answer in self.answers}

    @cached_property
    def written(self) -> Mapping[Quantity, Written]:
        """What was written, without the blanks."""
        return {answer.quantity: answer.written for answer in self.answers if answer.written is not None}

    @property
    def lost(self) -> tuple[Remark, ...]:
        """The lines with work in them that were not understood."""
        remarks = self.hand_in.unread if self.hand_in is not None else ()
        return tuple(one for one in remarks if not one.on_the_way)

    def complaint(self, quantity: Quantity, text: str) -> Complaint:
        """What is wrong with an answer, located."""
        return Complaint(text, self.by_quantity[quantity].span)


def _unknown(_name: str, _within: Address, _value: str) -> Quantity | None:
    return None


class Collector:
    """Collects the answers of one sheet, and every complaint about it.

    `said` knows the names that are not the problem's own: those of other books.
    """

    def __init__(self, names: Names, source: str, text: str, said: Said = _unknown) -> None:
        self.names = names
        self.said = said
        self.source = source
        self.text = text
        self.answers: dict[Quantity, Answer] = {}
        self.complaints: list[Complaint] = []
        self.beside: dict[str, str] = {}
        self.parts: dict[Quantity, tuple[ChainSide, ...]] = {}
        self.matrices: list[Chain] = []
        self.words: dict[str, WordReply] = {}
        asked, everything = names.problem.ask_formulas, names.problem.stood_in
        self.in_letters = frozenset(meant_by(asked, names.quantities) if asked or not everything else names.quantities)

    def sheet(self) -> Sheet:
        """What was read; raises SourceError where that is nothing."""
        nothing = not (self.parts or self.matrices or self.words)
        if self.complaints and nothing and not any(answer.written for answer in self.answers.values()):
            raise SourceError(self.source, self.complaints, self.text)
        student = next((self.beside[word] for word in STUDENT if word in self.beside), None)
        return Sheet(
            tuple(self.answers.values()),
            self.source,
            student,
            self.beside.get("problem"),
            self.text,
            tuple(self.complaints),
            tuple(key for key in self.beside if key not in BESIDE),
            self.parts,
            matrices=tuple(self.matrices),
            words=self.words,
        )

    def complain(self, message: str, span: Span, hint: str | None = None) -> None:
        """Notes a complaint; after very many, nobody reads on."""
        self.complaints.append(Complaint(message, span, hint))
        if len(self.complaints) >= _MOST:
            raise SourceError(self.source, self.complaints, self.text)

    def matrix(self, key: str, key_span: Span, text: str, span: Span, within: Address) -> None:
        """Notes a list of numbers; which quantities its entries are is for who knows the matrices."""
        part = ChainSide(text, Spot(span.line, span.column, span.length))
        spot = Spot(key_span.line, key_span.column, key_span.length)
        self.matrices.append(Chain(key, spot, (part,), under=tuple(map(str, within))))

    def refuse(self, error: UnknownName | FormulaError, span: Span) -> None:
        """Notes what is wrong with a name or a number; a suggestion takes time, and few of many are shown."""
        self.complain(error.message, span, error.hint if len(self.complaints) < _SUGGESTED else None)

    def resolve(self, key: str, within: Address, value: str) -> Quantity:
        """The quantity that a name means, also as another book writes it. Raises UnknownName."""
        try:
            return self.names.resolve(key, within)
        except UnknownName as error:
            found = None if error.is_repeated else self.said(key, within, value)
            if found is None:
                raise
            return found

    def is_quantity(self, name: str) -> bool:
        """Whether a quantity of the problem goes by this name."""
        return self.names.find(name) is not None

    def note(self, key: str, text: str) -> None:
        """Notes what stands beside the answers, in one line."""
        said = " ".join(visible(text).split())[: limits.TEXT_LENGTH]
        if said:
            self.beside[key] = said

    def formula(self, key: str, key_span: Span, text: str, span: Span, within: Address) -> None:
        """Notes a formula that is an answer."""
        try:
            quantity = self.resolve(key, within, text)
        except UnknownName as error:
            self.refuse(error, key_span)
            return
        if quantity not in self.in_letters:
            hint = _("it depends on a letter, and has no value") if quantity in self.names.problem.lettered else None
            self.complain(_("no formula of {key} is asked for").format(key=quantity.key), key_span, hint)
        elif text.strip():
            part = ChainSide(text.strip(), Spot(span.line, span.column, span.length))
            self.parts[quantity] = (part, *self.parts.get(quantity, ()))

    def word(self, key: str, key_span: Span, text: str, span: Span) -> None:
        """Notes the answer to a question."""
        asked = self.names.problem.ask_words
        if (found := called(key, asked)) is None:
            hint = _("the questions are {names}").format(names=listed(asked)) if asked else None
            self.complain(_("no question {key} is asked").format(key=key[:_LONGEST]), key_span, hint)
        elif found in self.words and self.words[found].text and text.strip():
            self.complain(_("{key} is answered twice").format(key=found), key_span)
        elif text.strip() or found not in self.words:
            self.words[found] = WordReply(" ".join(visible(text).split()), span)

    def answer(self, key: str, key_span: Span, text: str, span: Span, within: Address, comma: bool = False) -> None:
        """Notes an answer; where `comma`, the decimal comma is the table's and not the student's."""
        if not within and is_question(key):
            self.word(key, key_span, text, span)
            return
        quantity: Quantity | None = None
        written: Written | None = None
        unread = ""
        parts = _sides(text, span)
        if len(parts) > 1:
            text, span = parts[-1].text, parts[-1].spot.span
        try:
            quantity = self.resolve(key, within, text)
        except UnknownName as error:
            self.refuse(error, key_span)
        if quantity in self.names.problem.lettered:
            self.formula(key, key_span, text, span, within)
            return
        try:
            written = read_value(text)
        except FormulaError as error:
            if quantity in self.in_letters and _is_formula(text):
                self.formula(key, key_span, text, span, within)
                return
            unread = " ".join(visible(text).split())[:_LONGEST]
            self.refuse(error, Span(span.line, span.column + error.offset, error.length))
        if written is not None and comma:
            written = _replace(written, decimal_comma=False)
        if quantity is None:
            return
        if len(parts) > 1:
            self.parts[quantity] = parts
        if (before := self.answers.get(quantity)) is not None and before.span is not None:
            message = _("{key} is answered twice; the first answer is in line {line}")
            self.complain(message.format(key=quantity.key, line=before.span.line), key_span)
        else:
            self.answers[quantity] = Answer(quantity, written, span if written or unread else key_span, unread)


# What reads a student's own working is imported for those who hand in some.


def _sides(text: str, span: Span) -> tuple[ChainSide, ...]:
    if _ONE_VALUE.fullmatch(text):
        return ()
    from backprop_cli.working.statements import sides

    return sides(text, Spot(span.line, span.column, span.length))


def _is_formula(text: str) -> bool:
    from backprop_cli.working.formulas import is_formula

    return is_formula(text)
