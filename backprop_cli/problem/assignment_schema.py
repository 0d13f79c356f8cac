"""The shape of an assignment: every key, what may stand there, and what it means."""

from __future__ import annotations

from typing import Annotated, Any

from backprop_cli.ground.words import n_, short_names
from backprop_cli.problem.fields import FreeText, Plain, Truth, called, choice, section, whole_number
from backprop_cli.problem.file_model import Extended, Field, FileModel, json_schema_of
from backprop_cli.problem.json_schema import DRAFT, for_editors, schema_id
from backprop_cli.problem.sections import Asked, MarkingFile, Marks

MOST_SEEDS = 10**12 - 1
_DATE = r"^\s*\d{4}-\d\d-\d\d([T ]+\d\d:\d\d(:\d\d)?\s*(Z|[+-]\d\d:?\d\d)?)?\s*$"


class ExerciseFile(FileModel):
    """One exercise: a problem, and what is said or asked here instead of what its own file says."""

    problem: FreeText = Field(
        description="A problem file, by its path from the assignment, or the name of a bundled problem."
    )
    title: FreeText | None = Field(None, description="What stands above the exercise, instead of the problem's title.")
    text: FreeText | None = Field(None, description="The exercise in your words, instead of the problem's own `text`.")
    points: Plain | None = Field(
        None,
        description="What the exercise counts in all: the marks of its lines are shared out so that they add up to it.",
    )
    ask: Asked | None = Field(None, description="What is asked for, instead of what the problem asks for.")
    marks: Marks | None = Field(None, description="Marks for the quantities asked, instead of the problem's own.")
    marking: section(MarkingFile) | None = Field(
        None, description="How answers are judged in this exercise, key by key instead of the problem's own `marking`."
    )


class VariantsFile(FileModel):
    """Other numbers for each student, or each group of them."""

    per: choice("student", "group", what=n_("choice")) = Field("student", description="Who gets numbers of their own.")
    seed: whole_number(0, MOST_SEEDS) = Field(1, description="The same seed gives the same numbers.")
    like: Truth = Field(
        True, description="Whether numbers are like the problem's own (as long, no larger), or any agreeable ones."
    )
    band: whole_number(1, 100) = Field(
        10, description="How far the difficulties may be from the middle: ± so many per cent."
    )


class AssignmentFile(FileModel):
    """Several exercises on one sheet, for a class."""

    title: FreeText | None = Field(None, description="What stands above the sheet.")
    course: FreeText | None = Field(None, description="The course, as it stands on the sheet.")
    number: FreeText | None = Field(None, description="The number of the sheet.")
    due: FreeText | None = Field(
        None,
        description="When it has to be handed in: `2026-12-10` (by the end of that day) or `2026-12-10 12:00`.",
        json_schema_extra={"type": "string", "pattern": _DATE},
    )
    text: FreeText | None = Field(None, description="What stands above the exercises: Markdown with mathematics.")
    logo: FreeText | None = Field(None, description="A picture beside the assignment, in the head of the sheet.")
    language: called(lambda: {name: name for name in short_names()}, r"^\s*[a-z]{2}([-_.]\S*)?\s*$") | None = Field(
        None, description="The language in which it is printed, whoever prints it, unless `--lang` says another one."
    )
    exercises: Annotated[list[ExerciseFile], Extended({"minItems": 1})] = Field(
        description="The exercises, in the order of the sheet."
    )
    marking: section(MarkingFile) | None = Field(
        None, description="How answers are judged in all exercises, key by key: `{late: {percent: 10}}`."
    )
    students: FreeText | None = Field(None, description="A list of who is in the class: a CSV file or a spreadsheet.")
    variants: section(VariantsFile) | None = Field(None, description="Other numbers for each student or group.")
    variant: FreeText | None = Field(None, description="The id of this variant, where `generate` made it one.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of assignments, for editors, in the reader's language."""
    schema: dict[str, Any] = for_editors(json_schema_of(AssignmentFile))
    return {"$schema": DRAFT, "$id": schema_id("assignment"), "title": "backprop assignment", **schema}
