"""The key of an exercise as an answer file: the sheet to fill in, with every line as a faithful student writes it."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.asked import asked_formulas, asked_lines
from backprop_cli.checking.blank_sheets import blank_sheet
from backprop_cli.checking.formula_answers import spelled
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.shown import shown
from backprop_cli.questions.table import questions_of
from backprop_cli.solving.worked import WorkedProblem


def right_answers(worked: WorkedProblem) -> Mapping[Quantity, str]:
    """What the exercise asks for, as the key shows it."""
    key, marking = AnswerKey(worked), Marking(worked.problem)
    return {line.quantity: shown(key, marking, line.quantity).text() for line in asked_lines(worked)}


def right_formulas(worked: WorkedProblem) -> Mapping[Quantity, str]:
    """The formulas that the exercise asks for, as one types them."""
    return {line.quantity: spelled(line, worked.problem, worked.trace()) for line in asked_formulas(worked)}


def right_words(worked: WorkedProblem) -> Mapping[str, str]:
    """The right words, by the keys of their questions, as they are typed."""
    return {one.key: one.word(one.right.word).typed for one in questions_of(worked)}


def key_sheet(worked: WorkedProblem, format_: str = "yaml") -> str:
    """The sheet filled with the right answers, which `check` gives full marks."""
    answers, formulas, words = right_answers(worked), right_formulas(worked), right_words(worked)
    return blank_sheet(worked, format_=format_, filled=answers, formulas=formulas, words=words)
