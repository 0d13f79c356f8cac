"""Every kind of question, as a table; and those that a problem asks."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _, aside, listed
from backprop_cli.problem.questions import parts_of, written
from backprop_cli.questions.conventions import CONVENTION
from backprop_cli.questions.paths import PATH
from backprop_cli.questions.question import NoQuestion, Question, QuestionKind
from backprop_cli.questions.rates import BEHAVIOUR, BOUND
from backprop_cli.questions.units import FLOW, STATE
from backprop_cli.solving.worked import WorkedProblem

QUESTIONS: dict[str, QuestionKind] = {row.kind: row for row in (STATE, FLOW, PATH, BEHAVIOUR, BOUND, CONVENTION)}


def question(worked: WorkedProblem, text: str) -> Question:
    """The question that a text names. Raises NoQuestion where the problem has none of that name."""
    parts = parts_of(text)
    kind, target = parts or (text, "")
    if parts is None or kind not in QUESTIONS:
        hint = did_you_mean(kind, list(QUESTIONS)) or listed(written(one, "…") for one in QUESTIONS)
        raise NoQuestion(_("no question called {name!r}").format(name=kind), hint)
    return QUESTIONS[kind].make(worked, target)


def questions_of(worked: WorkedProblem) -> tuple[Question, ...]:
    """The questions that a problem asks, in the order of its file. Raises UsageError for one that it does not have."""
    found = []
    for text in worked.problem.ask_words:
        try:
            found.append(question(worked, text))
        except NoQuestion as error:
            said = aside(error.message, error.hint) if error.hint else error.message
            raise UsageError(f"{text}: {said}") from None
    return tuple(found)


def possible(worked: WorkedProblem) -> Iterator[str]:
    """The keys of the questions that a problem could ask, but for those that say more than the problem does."""
    for row in QUESTIONS.values():
        yield from (written(row.kind, target) for target in row.targets(worked))
