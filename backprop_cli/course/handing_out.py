"""Makes variants of an assignment, for everybody on a list or for nobody yet: sheets, templates, keys, and their index.

A folder holds what was made so far. Every file is written whole or not at all, the index at the very end; what is there
already is not made again, and nobody who has a variant gets another one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as _replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from backprop_cli.algebra.formula import Number
from backprop_cli.checking import assignments
from backprop_cli.checking.blank_exercises import blank_exercises
from backprop_cli.checking.checkers import Checkers
from backprop_cli.checking.filled import right_answers
from backprop_cli.course.draws import Drawn, Journal, drawn_for
from backprop_cli.course.roster import Roster, Student
from backprop_cli.course.variants import INDEX, StudentVariant, index_text, read_index
from backprop_cli.documents.model import Block, Document, Heading, NewPage, Role, Text
from backprop_cli.documents.writing import lower
from backprop_cli.generator.files import beside
from backprop_cli.generator.variants import Chosen
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.records import record
from backprop_cli.ground.replacing import make_folder, write_file
from backprop_cli.ground.words import _
from backprop_cli.problem.assignment import Assignment, VariantsRule, exercise_key
from backprop_cli.problem.tree import plain
from backprop_cli.worksheets.handout import handouts
from backprop_cli.worksheets.parts import Choices
from backprop_cli.worksheets.qr import qr_code

_LETTERS = "23456789CDFGHJKMNPQRTVWX"  # none of which is read as another one, or makes a word
_LONGEST = 50  # characters of a name in the name of a file
_RESERVED = {"con", "prn", "aux", "nul", *(f"{one}{n}" for one in ("com", "lpt") for n in range(1, 10))}
Told = Callable[[str, int, int], None]


@record(slots=False)
class Made:
    """What was made: how many variants for how many students, and from what to what the work of each exercise is."""

    variants: int
    students: int
    works: tuple[tuple[int, int, int], ...]  # the number of an exercise, the least and the most work
    shared: tuple[tuple[int, int], ...] = ()  # exercises of which there are so few different numbers


@dataclass(slots=True)
class Handing:
    """One run of it: for those on a `roster`, or so many variants (`count`) that are nobody's.

    `write` turns a document into a file of this `ending`; None: no sheets and no keys to print.
    """

    assignment: Assignment
    roster: Roster | None
    folder: Path
    count: int = 0
    dialect: str = "unicode"
    ending: str = ""
    write: Callable[[Document], str | bytes] | None = None
    together: bool = False  # all sheets in one file, for printing
    told: Told = lambda what, done, total: None

    def run(self) -> Made:
        """Makes all that is not there yet."""
        _refuse(self.assignment, self.roster)
        rule = self.assignment.variants or VariantsRule()
        make_folder(self.folder)
        digest = _digest(self.assignment, rule)
        journal = Journal(self.folder / "draws.jsonl", digest)
        owners = self._owners(rule)
        count = max(owners) + 1
        drawn = [self._drawn(place, rule, count, journal) for place in range(len(self.assignment.exercises))]
        if len({tuple(_of(one, number).number for one in drawn) for number in owners}) < len(owners):
            message = _("there are not {count} variants with different numbers: add an exercise, or a wider --band")
            raise UsageError(message.format(count=len(owners)))
        ids = _ids(digest, count)
        variants = []
        for done, (number, students) in enumerate(sorted(owners.items()), start=1):
            texts = [_of(chosen, number).text for chosen in drawn]
            variants.append(self._variant(number, ids[number], students, texts))
            self.told(_("sheets"), done, len(owners))
        if self.together and self.write is not None:
            write_file(self.folder / f"sheets.{self.ending}", self.write(self._all(variants)))
        works = tuple(_works(place, chosen, owners) for place, chosen in enumerate(drawn, start=1))
        head = {"title": self.assignment.head.title if self.assignment.head else "", "per": rule.per, "seed": rule.seed,
                "band": rule.band, "numbers": {ids[number]: number for number in owners},
                "difficulty": [{"exercise": n, "from": low, "to": high} for n, low, high in works]}  # fmt: skip
        write_file(self.folder / INDEX, index_text(tuple(variants), head))
        shared = tuple((place, len(one.found)) for place, one in enumerate(drawn, 1) if len(one.found) < len(owners))
        return Made(len(variants), 0 if self.roster is None else len(self.roster.students), works, shared)

    def _drawn(self, place: int, rule: VariantsRule, count: int, journal: Journal) -> Chosen[Drawn]:
        exercise = self.assignment.exercises[place]
        what = _("exercise {number}").format(number=exercise.number)
        return drawn_for(exercise, rule, count, journal, lambda done: self.told(what, min(done, count), count))

    # ---- who has which --------------------------------------------------------------------------------------------

    def _owners(self, rule: VariantsRule) -> dict[int, tuple[Student, ...]]:
        """The students by the numbers of their variants: those of an earlier run, then the next ones."""
        before = self._before(rule)
        if self.roster is None:
            return dict.fromkeys(range(self.count), ())
        parties: dict[str, list[Student]] = {}
        for student in self.roster.students:
            group = student.group if rule.per == "group" else ""
            parties.setdefault(f"group {group}" if group else _key(student), []).append(student)
        free = (number for number in range(len(parties) + len(before) + 1) if number not in before.values())
        return {before[key] if key in before else next(free): tuple(found) for key, found in parties.items()}

    def _before(self, rule: VariantsRule) -> dict[str, int]:
        """The numbers of the variants that were given to somebody already."""
        if not (self.folder / INDEX).is_file():
            return {}
        numbers = json.loads((self.folder / INDEX).read_text("utf-8"))["numbers"]
        found = {}
        index = read_index(self.folder)
        if (index.roster is None) is not (self.roster is None):
            message = _("{folder} has variants for the students of a list: take another folder")
            if index.roster is None:
                message = _("{folder} has variants that are nobody's: take another folder")
            raise UsageError(message.format(folder=self.folder))
        for variant in index.variants:
            for student in variant.students:
                group = student.group if rule.per == "group" else ""
                found[f"group {group}" if group else _key(student)] = numbers[variant.id]
        return found

    # ---- files ----------------------------------------------------------------------------------------------------

    def _variant(self, number: int, id_: str, students: tuple[Student, ...], texts: list[str]) -> StudentVariant:
        """A variant with its files, which have its number where it is nobody's."""
        file = f"variants/{id_}.yaml"
        for name, content in self._problem_files(id_, texts):
            self._put(f"variants/{name}", lambda content=content: content)  # type: ignore[misc]
        found = assignments.load(str(self.folder / file))
        checkers = Checkers.of(found)
        stem = f"{safe_name(students) if students else f'{number + 1:03}'}_{id_}"
        self._put(f"templates/{stem}.yaml", lambda: blank_exercises(checkers))
        self._put(f"keys/{id_}.yaml", lambda: blank_exercises(checkers, filled=True))
        if self.write is not None and not self.together:
            self._put(f"sheets/{stem}.{self.ending}", lambda: self._document("sheet", found))
            if self.ending == "tex" and (code := qr_code(id_)) is not None:  # which LaTeX reads from a file
                self._put(f"sheets/{code.name}", lambda: code.data)
        if self.write is not None:
            self._put(f"keys/{id_}.{self.ending}", lambda: self._document("key", found))
        return StudentVariant(id_, file, students, dict(_right(checkers)), dict(_given(checkers)))

    def _document(self, part: str, found: Assignment) -> str | bytes:
        assert self.write is not None
        return self.write(handouts((part,), found, self.dialect, Choices())[part])

    def _all(self, variants: list[StudentVariant]) -> Document:
        """The sheets of all variants, each with the names of whose it is, on pages of their own."""
        blocks: list[Block] = []
        for one in variants:
            found = assignments.load(str(self.folder / one.file))
            sheet = handouts(("sheet",), found, self.dialect, Choices())["sheet"]
            blocks += [NewPage()] if blocks else []
            blocks += [Heading(1, Role.SHEET, (Text(visible(one.said)),)), *map(lower, sheet.blocks)]
        return _replace(sheet, blocks=tuple(blocks))

    def _put(self, name: str, make: Callable[[], str | bytes]) -> None:
        """Writes a file, unless it is there."""
        path = self.folder / name
        if not path.exists():
            make_folder(path.parent)
            write_file(path, make())

    def _problem_files(self, id_: str, texts: list[str]) -> Iterator[tuple[str, str | bytes]]:
        """The problems of a variant, what they need beside them, and last the assignment."""
        data: dict[str, Any] = dict(plain(self.assignment.tree))
        if "exercises" not in data:  # a problem with several cases, each of which is an exercise
            head = {"title": data["title"]} if data.get("title") else {}
            data = {**head, "exercises": [{} for _text in texts]}
        for place, text in enumerate(texts):
            yield f"{id_}-{place + 1}.yaml", text
            data["exercises"][place] = {**data["exercises"][place], "problem": f"{id_}-{place + 1}.yaml"}
            yield from beside(self.assignment.exercises[place].loaded)
        logo = self.assignment.head.logo if self.assignment.head is not None else None
        if logo is not None:
            data["logo"] = logo.name
            yield logo.name, logo.read_bytes()
        kept = {key: value for key, value in data.items() if key not in ("students", "variants", "variant")}
        yield f"{id_}.yaml", json.dumps({**kept, "variant": id_}, ensure_ascii=False, indent=1) + "\n"


def _refuse(assignment: Assignment, roster: Roster | None) -> None:
    """Raises UsageError for what there are no variants of."""
    if assignment.head is None:
        hint = _("`backprop init --assignment` writes one")
        raise UsageError(_("{source} is a problem alone, not an assignment ({hint})").format(
            source=assignment.source, hint=hint))  # fmt: skip
    if roster is not None and not roster.students:
        raise UsageError(_("{source}: there is nobody on the list").format(source=roster.source))


def _digest(assignment: Assignment, rule: VariantsRule) -> str:
    said = [assignment.text, str((rule.seed, rule.band)), *(one.loaded.text for one in assignment.exercises)]
    return blake2b("\0".join(said).encode(), digest_size=16).hexdigest()


def _ids(digest: str, count: int) -> list[str]:
    """The ids of the variants, the same from the same seed."""
    found: dict[str, None] = {}
    number = 0
    while len(found) < count:
        value = int.from_bytes(blake2b(f"{digest} {number}".encode(), digest_size=8).digest())
        letters = "".join(_LETTERS[value // len(_LETTERS) ** place % len(_LETTERS)] for place in range(6))
        found[f"{letters[:3]}-{letters[3:]}"] = None
        number += 1
    return list(found)


def _key(student: Student) -> str:
    """By what somebody is known from one run to the next."""
    return student.ids[0] if student.ids else student.name


def _of(chosen: Chosen[Drawn], number: int) -> Drawn:
    """The draw of a variant; where an exercise has no more numbers, they begin again."""
    return chosen.found[number % len(chosen.found)][0]


def _works(exercise: int, chosen: Chosen[Drawn], owners: Mapping[int, object]) -> tuple[int, int, int]:
    works = [_of(chosen, number).work for number in owners]
    return exercise, min(works), max(works)


def _right(checkers: Checkers) -> Iterator[tuple[str, str]]:
    """The right answers to all exercises, by the keys of their lines."""
    for number, checker in enumerate(checkers.checkers, start=1):
        for quantity, text in right_answers(checker.worked).items():
            yield (quantity.key if checkers.is_alone else exercise_key(number, quantity.key)), text


def _given(checkers: Checkers) -> Iterator[tuple[str, str]]:
    """The numbers that all exercises give."""
    for number, checker in enumerate(checkers.checkers, start=1):
        for quantity, formula in checker.worked.derivation().constants.items():
            key = quantity.key if checkers.is_alone else exercise_key(number, quantity.key)
            yield key, str(formula.value) if isinstance(formula, Number) else str(formula)


def safe_name(students: tuple[Student, ...]) -> str:
    """The names of students as that of a file on every system."""
    said = students[0].group if len(students) > 1 and students[0].group else students[0].name
    plain_name = "".join(char if char.isalnum() else "_" for char in said).strip("_")[:_LONGEST] or "student"
    return f"_{plain_name}" if plain_name.lower() in _RESERVED else plain_name


def with_rule(assignment: Assignment, seed: int | None, band: int | None) -> Assignment:
    """The assignment with what the command line says of its variants."""
    rule = assignment.variants or VariantsRule()
    changed = {name: value for name, value in (("seed", seed), ("band", band)) if value is not None}
    return _replace(assignment, variants=_replace(rule, **changed))  # type: ignore[arg-type]
