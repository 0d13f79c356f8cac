"""What a problem names in `ask`, `marks`, `given` and `report`: what each text means, or why it means nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from dataclasses import replace as _replace
from functools import cached_property
from itertools import count, takewhile

from backprop_cli.algebra.derivation import Derivation
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Place
from backprop_cli.algebra.references import Reference
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.plans import givable
from backprop_cli.deriving.reports import NamesWithReports, ReportNames
from backprop_cli.deriving.schedule import derive
from backprop_cli.ground.errors import MOST_SHOWN
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, plural
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Detail, Problem, Sample
from backprop_cli.problem.questions import is_question, near_question
from backprop_cli.problem.reader import Loaded
from backprop_cli.problem.tree import Path, text_at


def lines_of(problem: Problem) -> Names:
    """The names of all that the problem works out, and of what it reports after its epochs.

    Of many epochs, the second one stands for those after it.
    """
    return NamesWithReports.of(problem, *all_lines(problem))


def all_lines(problem: Problem) -> tuple[Derivation, int]:
    """Every line of the first epochs, and how many further epochs have the same."""
    problem = _replace(problem.by_hand, ask=(), ask_formulas=(), ask_words=())
    epochs = problem.training.epochs
    few = epochs if problem.training.perceptron is not None else min(epochs, 2)
    derived = _replace(problem, training=_replace(problem.training, epochs=few))
    return derive(derived, Detail.FULL, then_forward=True), epochs - few


@record(slots=False)
class Reading:
    """Reads the names of a problem, and notes what is wrong with them: where, what, and what may be meant."""

    loaded: Loaded
    problem: Problem
    places: list[tuple[Path, str, str | None]] = field(default_factory=list)
    complained: set[str] = field(default_factory=set)

    def complain(self, path: Path, text: str, error: UnknownName) -> None:
        """Notes what is wrong with a name, once; of very many, few are shown, and few suggestions are searched for."""
        if text not in self.complained:
            self.complained.add(text)
            self.places.append((path, error.message, error.hint if len(self.places) < MOST_SHOWN else None))

    def references(
        self, one: Reference, path: Path, meant: Callable[[Reference], tuple[Reference, ...]]
    ) -> tuple[Reference, ...]:
        """What a name means; none where it means nothing, which is noted."""
        try:
            return meant(one)
        except UnknownName as error:
            self.complain(path, str(one), error)
            return ()

    # ---- ask, marks and report ---------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> Names:
        """The names of what is worked out."""
        return Names.of(self.problem, *self.derived)

    @cached_property
    def askable(self) -> Names:
        """The names of what a sheet may ask for: lines, or, where training is reported, what stands in the report."""
        return NamesWithReports.of(self.problem, *self.derived)

    @cached_property
    def derived(self) -> tuple[Derivation, int]:
        """What is worked out, as far as it has to be to know its names."""
        return all_lines(self.problem)

    def whole(self) -> Derivation | None:
        """Every line of the problem, where its names had to be looked for among them."""
        derivation, further = self.derived if "derived" in self.__dict__ else (None, 0)
        return None if further else derivation

    @cached_property
    def after(self) -> ReportNames:
        """The names of what there is after an epoch."""
        return ReportNames(self.problem)

    def ask(self) -> tuple[Reference, ...]:
        """What the sheet asks for."""
        if text_at(self.loaded.tree, ("ask",)) is not None:
            return tuple(more for one in self.problem.ask for more in self.references(one, ("ask",), self.asked))
        within: Path = ("ask", "values") if text_at(self.loaded.tree, ("ask", 0)) is None else ("ask",)
        texts = (text_at(self.loaded.tree, (*within, index)) for index in count())
        listed = takewhile(lambda text: text is not None, texts)
        places = [index for index, text in enumerate(listed) if text is None or not is_question(text.value or "")]
        found = [self.references(one, (*within, index), self.asked)
                 for one, index in zip(self.problem.ask, places, strict=False)]  # fmt: skip
        return tuple(dict.fromkeys(reference for references in found for reference in references))

    def formulas(self) -> tuple[Reference, ...]:
        """What the sheet asks for as formulas."""
        wanted = self.problem.ask_formulas
        found = [self.references(one, ("ask", "formula", index), lambda one: self.lines.meant(one.written))
                 for index, one in enumerate(wanted)]  # fmt: skip
        return tuple(dict.fromkeys(reference for references in found for reference in references))

    def marks(self) -> dict[Reference, Rational]:
        """The marks; what is said of one quantity goes before what is said of all at an address."""
        several: dict[Reference, Rational] = {}
        single: dict[Reference, Rational] = {}
        for one, worth in self.problem.marks.items():
            if is_question(one.name):
                single[Reference((), one.name, one.text)] = worth
                continue
            references = self.references(one, ("marks", one.written), self.marked)
            value = worth / max(1, len(self.askable.entries(one.written)))  # a matrix's are those of all its entries
            if len(references) > 1:
                several |= dict.fromkeys(references, value)
            elif single.keys() & references:
                twice = UnknownName(_("{key} has its marks already").format(key=references[0]))
                self.complain(("marks", one.written), one.written, twice)
            else:
                single |= dict.fromkeys(references, value)
        return several | single

    def report(self) -> tuple[Reference, ...]:
        """What is reported."""
        found = [
            self.references(one, ("report", "quantities", index), self.after.quantity)
            for index, one in enumerate(self.problem.report_quantities)
        ]
        return tuple(dict.fromkeys(reference for references in found for reference in references))

    def asked(self, one: Reference) -> tuple[Reference, ...]:
        """What a sheet asks for by a name."""
        return self._on_a_sheet(one, self.askable.asked)

    def marked(self, one: Reference) -> tuple[Reference, ...]:
        """What has marks by a name, in every pass."""
        return self._on_a_sheet(one, self.askable.meant)

    @staticmethod
    def _on_a_sheet(one: Reference, meant: Callable[[str], tuple[Reference, ...]]) -> tuple[Reference, ...]:
        try:
            return meant(one.written)
        except UnknownName:
            if (near := near_question(one.written)) is None:
                raise
            raise UnknownName(_("no question called {name!r}").format(name=one.written), near) from None

    # ---- given -------------------------------------------------------------------------------------------------

    def samples(self) -> tuple[Sample, ...]:
        """The samples, each with what is prescribed for it, by key."""
        samples = self.problem.samples
        return tuple(_replace(one, given=self.given(one, index)) if one.given else one
                     for index, one in enumerate(samples, start=1))  # fmt: skip

    def given(self, sample: Sample, index: int) -> dict[str, Formula]:
        """What is prescribed for the sample of this number; its own value before that of all samples."""
        found: dict[Reference, Formula] = {}
        for text, value in sample.given.items():
            inside: Path = ("samples", index - 1, "given", text)
            path = inside if text_at(self.loaded.tree, inside) else ("given", text)
            for one in self.references(Reference.parse(text), path, self.prescribed):
                if one in found:
                    twice = UnknownName(_("{key} is given twice").format(key=one))
                    self.complain(path, text, twice)
                found[one] = value
        own = Place("sample", index)
        chosen = sorted((one for one in found if one.at in ((), (own,))), key=lambda one: len(one.at))
        return {one.name: found[one] for one in chosen}

    def prescribed(self, one: Reference) -> tuple[Reference, ...]:
        """What can be given, for all samples or for one."""
        count = len(self.problem.samples)
        places = tuple(place for place in one.at if count > 1 or place != ("sample", 1))
        try:
            quantity = self.before.resolve(one.name)
        except UnknownName:
            if not self.is_line(one.name):
                raise
            message = _("{key} cannot be given: it is worked out from what is").format(key=one.name)
            raise UnknownName(message, self._how_to_begin(one.name)) from None
        if places and (len(places) > 1 or places[0].word != "sample"):
            raise UnknownName(_("{key!r}: a value is given for one sample, or for all").format(key=one.written))
        if places and not 1 <= places[0].number <= count:
            message = _("there is no {place!r} here").format(place=str(places[0]))
            hint = plural("there is {count:,} sample", "there are {count:,} samples", count)
            raise UnknownName(message, hint)
        return (Reference(places, quantity.bare_key, one.written),)

    def _how_to_begin(self, name: str) -> str | None:
        """What to do for another gradient than 1 at the objective."""
        objective = next((one for one in self.problem.nodes if name == f"d{one}/d{one}"), None)
        hint = _("it is 1; for another gradient from above, add a node behind it: above: 10*{name}")
        return None if objective is None else hint.format(name=objective)

    @cached_property
    def before(self) -> Names:
        """The names of what can be given."""
        return Names(self.problem, () if self.problem.gradients else givable(self.problem))

    def is_line(self, name: str) -> bool:
        """Whether a name that cannot be given is that of a line."""
        try:
            return bool(self.lines.meant(name))
        except UnknownName:
            return False
