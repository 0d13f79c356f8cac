"""Marks each hand-in by its own variant, and says where it fits another one better."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from backprop_cli.checking import assignments
from backprop_cli.checking.answers import Sheet
from backprop_cli.checking.checkers import Checkers, Reports
from backprop_cli.checking.works import Work
from backprop_cli.course.authors import Authors
from backprop_cli.course.neighbours import Neighbours
from backprop_cli.course.roster import Student
from backprop_cli.course.variants import Index, StudentVariant
from backprop_cli.ground.errors import BackpropError, Complaint, SourceError
from backprop_cli.ground.words import _, listed

_MOST_KEPT = 60  # variants that are kept ready in a process


def _unknown(said: tuple[StudentVariant, ...], whose: Authors) -> Complaint:
    """What is said of a hand-in of which nobody knows whose it is, and which names no variant, or several."""
    if len(whose.students) > 1:
        message = _("it is of several who have different variants: {names}")
        message = message.format(names=listed(one.said for one in whose.students))
        return Complaint(message, hint=_("write the id of the variant on it"))
    if said:
        message = _("it names {count} variants, {names}, and nothing says whose it is")
        message = message.format(count=len(said), names=listed(one.said for one in said))
        return Complaint(message, hint=_("leave the id of one, or write the name or the number of the student"))
    hint = _("write the id of the variant on it, or the name or the number of the student")
    return Complaint(_("nothing says of which variant it is"), hint=hint)


class VariantCheckers(Checkers):
    """Marks each hand-in by its own variant."""

    def __init__(self, index: Index) -> None:
        first = Checkers.of(index.assignment)
        super().__init__(first.checkers, first.title, first.is_alone)
        self.index = index
        self.neighbours = Neighbours(
            {one.id: one.right for one in index.variants}, {one.id: one.given for one in index.variants}
        )
        self._known: dict[str, Checkers] = {index.variants[0].id: first}

    def of_work(self, work: Work) -> Checkers:
        """What marks a hand-in: the variant of whom it is from, else the one that it says it is of.

        Raises SourceError where neither is known.
        """
        signed = self._signed(work)
        whose = self.index.whose(work, signed)
        said, owner = self.index.said_in(work), self.index.owner(whose)
        if owner is None and len(said) != 1:
            raise SourceError(work.file, [_unknown(said, whose)])
        variant = owner or said[0]
        others = [one for one in said if one.id != variant.id]
        notes = []
        if others:
            note = _("it says that it is of variant {other}; it is marked by {own}")
            told = note.format(other=listed(one.id for one in others), own=variant.id)
            notes.append((note.format(other=listed(one.said for one in others), own=variant.id), told))
        twins = [one for one in whose.twins if one in variant.students]
        is_group = owner is None and not (work.student or signed)
        students = variant.students if is_group else twins if len(twins) == 1 else ()
        ids = tuple(id_ for one in students for id_ in one.ids)
        return _OfVariant(self, self.checkers_of(variant), variant, tuple(notes), ids)

    def checkers_of(self, variant: StudentVariant) -> Checkers:
        """What marks a variant."""
        if variant.id not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[variant.id] = Checkers.of(self.index.load(variant))
        return self._known[variant.id]

    def _signed(self, work: Work) -> str:
        """The names that stand on a hand-in."""
        try:
            sheets = super().read(work.data, work.file, work.ending)
        except BackpropError:
            return ""
        return next((sheet.student for sheet in sheets if sheet.student), "")


class _OfVariant(Checkers):
    """Marks a hand-in by one variant, and looks at the others where it does not fit.

    `notes` are what is said of it, and what the student is told: whose another variant is, is not for them. `ids` are
    those of whose it is, where of several of one name the variant says which.
    """

    def __init__(
        self,
        every: VariantCheckers,
        own: Checkers,
        variant: StudentVariant,
        notes: tuple[tuple[str, str], ...],
        ids: tuple[str, ...] = (),
    ) -> None:
        super().__init__(own.checkers, own.title, own.is_alone, variant.id)
        self.every, self.own, self.notes, self.ids = every, variant, notes, ids
        self.student = " & ".join(one.name for one in variant.students)

    def check(self, sheets: tuple[Sheet, ...], days_late: int = 0) -> Reports:
        """The reports; what is right only in a variant that fits much better earns nothing."""
        reports, other = self.every.neighbours.unpaid(super().check(sheets), self.own.id)
        notes = self.notes
        if other:
            note = _("it fits variant {other} much better than {own}")
            said, told = (
                note.format(other=one, own=self.own.id) for one in (self.every.index.by_id[other].said, other)
            )
            notes = (*notes, (said, told))
        first, *rest = reports.reports
        first = replace(first, notes=(*first.notes, *(told for _said, told in notes)))
        said_of_it = tuple(said for said, _told in notes)
        reports = replace(reports, reports=(first, *rest))
        return replace(self.late(reports, days_late) if days_late else reports, notes=said_of_it, ids=self.ids)


def kept(index: Index) -> tuple[Any, tuple[Any, ...]]:
    """What an index is pickled as: a function and its arguments, all plain, with the problems of every variant."""
    variants = tuple(
        (one.id, one.file, tuple((who.name, who.ids, who.group) for who in one.students), tuple(one.right.items()),
         tuple(one.given.items()), assignments.kept(index.load(one)))
        for one in index.variants
    )  # fmt: skip
    return again, (str(index.folder), variants)


def again(folder: str, variants: tuple[Any, ...]) -> VariantCheckers:
    """What marks by an index that was made plain."""
    found = tuple(
        StudentVariant(id_, file, tuple(Student(*who) for who in students), dict(right), dict(given))
        for id_, file, students, right, given, _made in variants
    )
    index = Index(Path(folder), found)
    index.made.update({id_: made for id_, *_rest, made in variants})
    return VariantCheckers(index)
