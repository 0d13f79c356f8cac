"""A question that is answered by one of a few words: what it asks, the words, which is right, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.numbers.certified import Real
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.questions import written
from backprop_cli.solving.worked import WorkedProblem

Own = Mapping[Quantity, Rational]  # what somebody wrote on lines of the work


class NoQuestion(BackpropError):  # noqa: N818 - read as the sentence that it starts
    """A question that a problem does not have; `hint` says which there are."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@record
class Word:
    """One of the words that may be answered: as it is typed in English, and as it is shown where that is longer.

    `value` is the number that it is, where it is one.
    """

    text: str
    label: str = ""
    value: Real | None = None

    @property
    def typed(self) -> str:
        """What is typed for it in the reader's language."""
        return _(self.text)

    @property
    def shown(self) -> str:
        """What stands behind its box in the reader's language."""
        return self.label or _(self.text)


@record
class RightWord:
    """The right word, by its English text, and why, in the reader's language."""

    word: str
    why: str


@record(slots=False)
class Question:
    """A question of one problem; `sentence` is a message with the field {of}, `of` what is put in there, and `hint`
    says how to find out.

    `fact` is asked for when somebody needs it: of some problems, it takes a training. Where the question `follows`,
    it may be asked for with somebody's own numbers on lines of the work.
    """

    kind: str
    target: str
    sentence: str
    words: tuple[Word, ...]
    fact: Callable[[Own], RightWord]
    hint: str
    follows: bool = False
    of: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What it is called in `ask`, on sheets and in JSON: `state(h2)`."""
        return written(self.kind, self.target)

    @property
    def quantity(self) -> Quantity:
        """What its marks are noted for."""
        return Quantity(Kind.QUESTION, self.key)

    @property
    def said(self) -> str:
        """The question as a sentence in the reader's language."""
        return _(self.sentence).format(of=self.of or self.target, **self.fields)

    @property
    def how(self) -> str:
        """How to find out, as a sentence in the reader's language."""
        return _(self.hint).format(of=self.of or self.target)

    @cached_property
    def right(self) -> RightWord:
        """The right word, and why."""
        return self.fact({})

    def word(self, text: str) -> Word:
        """The word of this English text."""
        return next(one for one in self.words if one.text == text)


@record
class QuestionKind:
    """A kind of question: what it is called, which a problem has, and how one is made.

    `targets` are those of a problem, without those that take a training to know. `make` raises NoQuestion where the
    problem has none of this target.
    """

    kind: str
    targets: Callable[[WorkedProblem], tuple[str, ...]]
    make: Callable[[WorkedProblem, str], Question]
