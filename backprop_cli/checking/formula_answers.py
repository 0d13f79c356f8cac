"""Answers in letters: is it the line's formula, and if not, what was done to it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from backprop_cli.algebra.calculus import evaluate, spelled_out
from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, add, as_number, multiply
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.equations import EquationJudge
from backprop_cli.checking.given import Given
from backprop_cli.checking.key import BITS
from backprop_cli.checking.marking import Marking
from backprop_cli.checking.search.candidates import Candidate
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.checking.written_numbers import formula_in
from backprop_cli.deriving.trace import Trace
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed
from backprop_cli.numbers.certified import Certified, precision
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.problem.model import Problem
from backprop_cli.solving.spelling import Speller
from backprop_cli.working.formulas import Read
from backprop_cli.working.model import ChainSide
from backprop_cli.writing.dialects import PROGRAM
from backprop_cli.writing.notation import load_notation

_NOTHING, _ONE = rational(0), rational(1)


@record
class FormulaMark:
    """One formula that was asked for: as written, the right one of a textbook, and what it earns.

    `edit` is what was done to it, where one edit explains it; `why` says why it cannot be judged.
    """

    line: Line
    written: str
    outcome: Outcome
    earned: Rational
    worth: Rational
    edit: Candidate | None = None
    why: str = ""

    @property
    def quantity(self) -> Quantity:
        """What the formula is of."""
        return self.line.quantity


def judge_formulas(
    judge: EquationJudge,
    asked: Iterable[Line],
    parts: Mapping[Quantity, Sequence[ChainSide]],
    answers: Mapping[Quantity, Given],
    marking: Marking,
) -> tuple[FormulaMark, ...]:
    """Every formula that is asked for, judged by the parts in letters on the sheet."""
    with precision(BITS):
        return tuple(_judged(judge, line, parts.get(line.quantity, ()), answers, marking) for line in asked)


def written_in_letters(
    judge: EquationJudge,
    lines: Iterable[Line],
    parts: Mapping[Quantity, Sequence[ChainSide]],
    answers: Mapping[Quantity, Given],
    marking: Marking,
    counts: bool,
) -> tuple[FormulaMark, ...]:
    """The formulas of lines of which a sheet has no value, though nobody asked; they earn marks if they count.

    One in names that only its writer knows is left alone: it may be a rule for every unit.
    """
    found = judge_formulas(judge, lines, parts, answers, marking)
    known = (one for one in found if one.outcome not in (Outcome.BLANK, Outcome.UNREADABLE))
    return tuple(one if counts else replace(one, earned=_NOTHING, worth=_NOTHING) for one in known)


def _judged(
    judge: EquationJudge, line: Line, parts: Sequence[ChainSide], answers: Mapping[Quantity, Given], marking: Marking
) -> FormulaMark:
    worth = marking.worth_of_formula(line.quantity)
    written = ""
    why = ""
    for part in parts:
        read = formula_in(part.text)
        if read is None:
            written, why = written or part.text, why or _("this is no formula")
            continue
        if not read.names and quantities_in(as_asked(line, judge.key.trace)):
            if line.quantity in judge.key.problem.lettered:
                written, why = written or part.text, why or _("here its formula is asked for, in letters")
            continue
        formula = judge.read(read.formula, line.quantity, answers)
        if formula is not None and any(judge.key.needs(one, line.quantity) for one in quantities_in(formula)):
            formula = None  # what is worked out from the line says nothing of it
        written, why = part.text, "" if formula is not None else _why_not(judge, read, line.quantity)
        if formula is None:
            continue
        if judge.equivalence.is_right_in_letters(formula, line.quantity):
            return FormulaMark(line, written, Outcome.RIGHT, worth, worth)
        edit = judge.edit_of(formula, line.quantity)
        return FormulaMark(line, written, Outcome.MISTAKE if edit else Outcome.WRONG, _NOTHING, worth, edit)
    return FormulaMark(line, written, Outcome.UNREADABLE if written else Outcome.BLANK, _NOTHING, worth, why=why)


def _why_not(judge: EquationJudge, read: Read, quantity: Quantity) -> str:
    """Why a formula has no meaning here."""
    unknown = [name for name in read.names if not judge.resolver.knows(name, quantity)]
    if unknown:
        return _("what is {names}?").format(names=listed(unknown))
    return _("this says the same with another name")


def meant(judge: EquationJudge, text: str, quantity: Quantity) -> Formula | None:
    """A formula of a line as it was written, over quantities; None where it cannot be read."""
    read = formula_in(text)
    return None if read is None else judge.read(read.formula, quantity, {})


def spelled(line: Line, problem: Problem, trace: Trace) -> str:
    """The formula of a line as one types it, by its keys."""
    speller = Speller(trace, writer_for(problem, PROGRAM, load_notation("plain")))
    return speller.symbols_of(as_asked(line, trace), line.quantity.at)


def as_asked(line: Line, trace: Trace) -> Formula:
    """The formula of a line with nothing in it that only we write: a softmax by its definition, the row looked up."""
    match line.formula:
        case Apply("pick", (index, *rows)) if rows:
            which = trace.value(index.symbol).number if isinstance(index, Name) else as_number(index)  # type: ignore[arg-type]
            return rows[int(which)]  # type: ignore[arg-type]
        case Apply("softmax" | "standardized", _):
            return spelled_out(line.formula)
    return _decided(line.formula, trace)


def _decided(formula: Formula, trace: Trace) -> Formula:
    """The formula with 1 or 0 for whether something is the largest, or the row that is looked up."""
    match formula:
        case Apply(("is_max" | "is_min" | "equal"), _):
            value = evaluate(formula, Certified(), lambda symbol: trace.value(symbol).number)  # type: ignore[arg-type]
            return Number(value) if isinstance(value, Rational) else formula
        case Apply("product", arguments):
            return multiply(*(_decided(one, trace) for one in arguments))
        case Apply("sum", arguments):
            return add(*(_decided(one, trace) for one in arguments))
    return formula
