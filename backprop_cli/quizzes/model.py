"""A quiz as data: questions with the numbers they ask for, the words, and what other answers earn and are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.documents.model import Block, Inline
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.worksheets.exercise import SheetExercise
from backprop_cli.worksheets.usual import UsualMistake

RIGHT, CARRIED, FOLLOWS = "right", "carried", "follows"
MISTAKE, SIGN, POINT, TOO_FEW, NEAR = "mistake", "sign", "point", "too few", "near"
_NOTHING = rational(0)


@record
class Reply:
    """Numbers that earn the same and are told the same: all within `tolerance` of `value`.

    `kind` is one of the words above; `share` is of the marks; `name` that of the mistake, where it is one.
    """

    kind: str
    value: Rational
    tolerance: Rational
    share: Rational
    said: str
    name: str = ""

    def takes(self, value: Rational) -> bool:
        """Whether a number is among these."""
        return bool(abs(value - self.value) <= self.tolerance)


@record(slots=False)
class AskedNumber:
    """A number that is asked for: what it is called and is, its marks, and the replies, of which the first that takes
    an answer counts.

    `shown` is the right value as the key prints it, `wanted` says to how many digits; `unit` is one unit of the last
    digit that is asked for (0: none is).
    """

    quantity: Quantity
    symbol: Inline
    meaning: Inline
    worth: Rational
    shown: str
    wanted: str
    unit: Rational
    replies: tuple[Reply, ...]
    usual: tuple[UsualMistake, ...] = ()

    @property
    def right(self) -> Reply:
        """The reply to the right value."""
        return self.replies[0]

    def reply(self, value: Rational) -> Reply | None:
        """What an answer is told; None where it is wrong, and nothing is known of it."""
        return next((one for one in self.replies if one.takes(value)), None)


@record
class ChoiceOption:
    """A word that may be chosen, and whether it is the right one."""

    text: str
    is_right: bool


@record(slots=False)
class Choice:
    """A question that is answered by one of several words, and why the right one is right."""

    key: str
    said: str
    worth: Rational
    options: tuple[ChoiceOption, ...]
    why: str


Asked: TypeAlias = AskedNumber | Choice


@record(slots=False)
class QuestionPart:
    """What is asked for together: a heading, what is to be done, and the numbers in the order of the work."""

    heading: Inline
    task: Inline
    asked: tuple[Asked, ...]


@record(slots=False)
class QuizQuestion:
    """One question of a platform: its name, what is given, what is asked, and the worked solution.

    `identity` tells it from all others of the quiz, in letters, digits and hyphens; `variant` is the number of the one
    that it is of, 0 where there are none.
    """

    identity: str
    name: str
    given: tuple[Block, ...]
    parts: tuple[QuestionPart, ...]
    solution: tuple[Block, ...]
    exercise: SheetExercise
    variant: int = 0

    def numbers(self) -> Iterator[AskedNumber]:
        """The numbers of all parts."""
        return (one for part in self.parts for one in part.asked if isinstance(one, AskedNumber))

    def choices(self) -> Iterator[Choice]:
        """The questions in words of all parts."""
        return (one for part in self.parts for one in part.asked if isinstance(one, Choice))

    @property
    def worth(self) -> Rational:
        """The marks of everything that is asked."""
        return sum((one.worth for part in self.parts for one in part.asked), _NOTHING)


@record(slots=False)
class Category:
    """Questions of one exercise that stand together on a platform; of variants, one each."""

    name: str
    questions: tuple[QuizQuestion, ...]
    are_variants: bool = False


@record(slots=False)
class Quiz:
    """All of it: its title, the language of its words, and the questions by exercise."""

    title: str
    language: str
    categories: tuple[Category, ...]

    @property
    def questions(self) -> tuple[QuizQuestion, ...]:
        """The questions of all exercises."""
        return tuple(one for category in self.categories for one in category.questions)
