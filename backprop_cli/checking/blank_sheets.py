"""The sheet to fill in: what the exercise asks, in the order of the work, each under the address of its pass."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from textwrap import wrap
from typing import Any, TypeAlias

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Phase, Quantity
from backprop_cli.checking.asked import asked_formulas, asked_lines, printed_lines
from backprop_cli.checking.descriptions import (
    PHASES,
    describe,
    first_of_several,
    label_of,
    layer_labels,
)
from backprop_cli.checking.glossary import given_in_a_line
from backprop_cli.checking.marking import Marking, digits_wanted
from backprop_cli.checking.sheet_names import SheetNames
from backprop_cli.checking.word_answers import choices
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.delimited import csv_of
from backprop_cli.ground.errors import unknown, visible
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside, n_, told
from backprop_cli.problem.model import Problem
from backprop_cli.questions.question import Question
from backprop_cli.questions.table import questions_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.writer import Writer

_WIDE = 100  # characters of a comment
_WIDEST = 34  # a key with its answer; behind it stands the note
_QUOTED = {"null", "Null", "NULL"}  # names that YAML takes for nothing


def blank_sheet(
    worked: WorkedProblem,
    everything: bool = False,
    format_: str = "yaml",
    filled: Mapping[Quantity, str] | None = None,
    formulas: Mapping[Quantity, str] | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """The sheet as text: yaml, csv or json. With `filled`, `formulas` and `words`, these answers stand in it.

    Raises UsageError for a format that there is not.
    """
    if format_ not in TEMPLATES:
        raise unknown(_("no format called {name!r} for a sheet ({hint})"), format_, TEMPLATES)
    in_letters = asked_formulas(worked)
    given = given_in_a_line(worked)
    asked = asked_lines(worked, everything) if everything else printed_lines(worked)
    questions = questions_of(worked)
    blank = _Blank(
        worked.problem,
        SheetNames(worked),
        asked,
        filled or {},
        in_letters,
        formulas or {},
        given,
        questions,
        words or {},
    )
    return TEMPLATES[format_](blank)


@dataclass
class _Pass:
    """What stands under one address: lines, and passes with a longer address."""

    inside: dict[str, Line | _Pass] = field(default_factory=dict)

    def lines(self) -> Iterator[tuple[str, Line]]:
        """The lines, by their keys."""
        for key, inside in self.inside.items():
            if isinstance(inside, Line):
                yield key, inside


@record(slots=False)
class _Blank:
    """A sheet before it is written in a format."""

    problem: Problem
    names: SheetNames
    lines: Sequence[Line]
    filled: Mapping[Quantity, str]
    in_letters: Sequence[Line] = ()
    formulas: Mapping[Quantity, str] = field(default_factory=dict)
    given: str = ""  # the names of what is given
    questions: Sequence[Question] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title in one line."""
        return " ".join(visible(self.problem.title).split())

    @cached_property
    def marking(self) -> Marking:
        """What the exercise asks for."""
        return Marking(self.problem)

    @cached_property
    def writer(self) -> Writer:
        """Writes quantities in the problem's notation."""
        return writer_for(self.problem, "unicode")

    def passes(self, lines: Sequence[Line] | None = None) -> _Pass:
        """The lines by their addresses; a pass that is left and returned to stands where it began."""
        whole = _Pass()
        for line in self.lines if lines is None else lines:
            at = whole
            for place in line.quantity.at:
                found = at.inside.setdefault(str(place), _Pass())
                assert isinstance(found, _Pass)
                at = found
            at.inside[self.names.of(line.quantity)] = line
        return whole

    def note(self, quantity: Quantity) -> str:
        """netₕ₁, net input of h₁"""
        symbol, words = visible(self.writer.symbol(quantity, quantity.at)), describe(quantity, self.writer)
        return words if symbol in words.split() else told([symbol, words])

    def digits(self, quantity: Quantity) -> str:
        """4 decimal places"""
        return digits_wanted(self.marking, quantity)


# ---- YAML ----------------------------------------------------------------------------------------------------


def _yaml(blank: _Blank) -> str:
    rows = [*_yaml_top(blank), "student:", ""]
    if blank.lines or blank.questions or not blank.in_letters:
        rows += ["answers:", *_YamlLines(blank).under(blank.passes(), "  "), *_yaml_questions(blank)]
    if blank.in_letters:
        rows += [*([""] if blank.lines else []), f"# {_(_IN_LETTERS)}", "formulas:", *_yaml_formulas(blank)]
    return "\n".join(rows) + "\n"


def _yaml_questions(blank: _Blank) -> Iterator[str]:
    """A row for each question, with the words that may be answered."""
    if blank.questions:
        yield f"  # {_(_IN_WORDS)}"
    for one in blank.questions:
        yield f"  # {visible(one.said)}"
        said = blank.words.get(one.key, "")
        yield f"  {f'{one.key}: {_in_yaml(said)}'.rstrip()}  # {visible(choices(one))}"


def _in_yaml(said: str) -> str:
    """A word as YAML takes it for one."""
    return json.dumps(said, ensure_ascii=False) if re.search(r"[^\w .-]", said) else said


_IN_WORDS = n_("Questions: one of the words behind each, or its beginning.")
_IN_LETTERS = n_("Formulas in letters: the names of the problem, and those of other lines.")


def _yaml_formulas(blank: _Blank, one: _Pass | None = None, indent: str = "  ") -> Iterator[str]:
    """A row for each formula, under the address of its pass."""
    for key, inside in (one or blank.passes(blank.in_letters)).inside.items():
        if isinstance(inside, _Pass):
            yield f"{indent}{key}:"
            yield from _yaml_formulas(blank, inside, indent + "  ")
        else:
            said = blank.formulas.get(inside.quantity, "")
            head = f"{key}: {json.dumps(said) if said else ''}".rstrip()
            yield f"{indent}{head}  # {blank.note(inside.quantity)}"


def _yaml_top(blank: _Blank) -> Iterator[str]:
    if blank.title:
        yield f"# {blank.title}"
    if blank.title and (blank.given or blank.lines or blank.questions):
        yield "#"
    if blank.given:
        said = _("Given, by these names: {names}.").format(names=visible(blank.given))
        yield from (f"# {row}" for row in wrap(said, _WIDE))
    if not blank.lines and (blank.in_letters or blank.questions):
        return
    if blank.problem.notation != "plain":
        said = _("The names are those of the notation {name}: where the problem does not name it, `check --notation`.")
        yield f"# {said.format(name=blank.problem.notation.replace(chr(92), '/').rpartition('/')[2])}"
    if first := first_of_several(blank.problem):
        yield f"# {first}"
    for line in (
        _("Write each number after its colon, and leave empty what you did not work out."),
        _("Write at least the digits that are asked for; more are welcome, and zeros at the end may be left out."),
        _("Fractions and exact forms are as good: 3/20, 1/(1 + e^(-3/8)), ln(2), sqrt(2)/2."),
    ):
        yield f"# {line}"


class _YamlLines:
    """Writes the passes; comments say where a part of the work or a layer begins, and what each quantity is."""

    def __init__(self, blank: _Blank) -> None:
        self.blank = blank
        self.labels = layer_labels(blank.problem)

    def under(self, one: _Pass, indent: str) -> Iterator[str]:
        """The lines of a pass, and of the passes in it."""
        width = min(_WIDEST, max((len(self.head(key, line)) for key, line in one.lines()), default=0))
        after_samples = False
        for phase, group in groupby(one.inside.items(), key=lambda item: _phase_of(item[1])):
            items = list(group)
            if phase is None:
                for key, inside in items:
                    assert isinstance(inside, _Pass)
                    yield f"{indent}{key}:"
                    yield from self.under(inside, indent + "  ")
                    after_samples = key.startswith("sample")
                continue
            if after_samples:
                yield f"{indent}# {_('All samples')}"
                after_samples = False
            lines = [(key, line) for key, line in items if isinstance(line, Line)]
            yield from (indent + text for text in self.part(phase, lines, width))

    def part(self, phase: Phase, lines: Sequence[tuple[str, Line]], width: int) -> Iterator[str]:
        """The lines of one part of the work; the digits asked stand above them, or behind each where they differ."""
        digits = list(dict.fromkeys(self.blank.digits(line.quantity) for _key, line in lines))
        heading = _(PHASES[phase])
        yield f"# {aside(heading, digits[0]) if len(digits) == 1 else heading}"
        labels = [self.label(line) for _key, line in lines]
        several = len(set(labels)) > 1 and phase is not Phase.LOSS
        before = ""
        seen: Counter[str] = Counter()
        for (key, line), label in zip(lines, labels, strict=True):
            if several and label and label != before:
                seen[label] += 1
                again = _("{label}, part {n}").format(label=label, n=seen[label])
                yield f"# {label if seen[label] == 1 else again}"
            before = label
            note = self.blank.note(line.quantity) + (f", {self.blank.digits(line.quantity)}" if digits[1:] else "")
            yield f"{self.head(key, line).ljust(width)}  # {note}"

    def label(self, line: Line) -> str:
        """The layer that a line belongs to; a line of an optimizer's state belongs to its parameter's."""
        if isinstance(line.parts, UpdateParts) and isinstance(line.parts.parameter.symbol, Quantity):
            return label_of(line.parts.parameter.symbol, self.labels)
        return label_of(line.quantity, self.labels)

    def head(self, key: str, line: Line) -> str:
        """The key, and the answer where there is one."""
        name = f'"{key}"' if key in _QUOTED else key
        return f"{name}: {self.blank.filled.get(line.quantity, '')}".rstrip()


def _phase_of(inside: Line | _Pass) -> Phase | None:
    return inside.phase if isinstance(inside, Line) else None


# ---- JSON and CSV --------------------------------------------------------------------------------------------


def _json(blank: _Blank) -> str:
    answers = _json_of(blank.passes(), blank.filled)
    answers |= {one.key: blank.words.get(one.key) for one in blank.questions}
    data: dict[str, Any] = {"problem": blank.title, "student": None, "answers": answers}
    if blank.in_letters:
        data["formulas"] = _json_of(blank.passes(blank.in_letters), blank.formulas)
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _json_of(one: _Pass, filled: Mapping[Quantity, str]) -> dict[str, Any]:
    return {
        key: _json_of(inside, filled) if isinstance(inside, _Pass) else filled.get(inside.quantity)
        for key, inside in one.inside.items()
    }


def _csv(blank: _Blank) -> str:
    rows: list[list[str]] = [[_("quantity"), _("answer"), _("what it is")], ["student", "", ""]]
    for line in blank.lines:
        note = told([blank.note(line.quantity), blank.digits(line.quantity)])
        rows.append([blank.names.with_address(line.quantity), blank.filled.get(line.quantity, ""), note])
    for one in blank.questions:
        rows.append([one.key, blank.words.get(one.key, ""), choices(one)])
    for line in blank.in_letters:
        note = told([blank.note(line.quantity), _("as a formula in letters")])
        rows.append([f"formula {blank.names.with_address(line.quantity)}", blank.formulas.get(line.quantity, ""), note])
    return csv_of(rows)


Write: TypeAlias = Callable[[_Blank], str]
TEMPLATES: dict[str, Write] = {"yaml": _yaml, "csv": _csv, "json": _json}
