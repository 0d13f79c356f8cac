"""Lines of text as chains, each under the headings in force: what every reader of text fills."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from backprop_cli.algebra.quantities import Address
from backprop_cli.algebra.references import RATE, START, Reference
from backprop_cli.ground.patterns import pattern
from backprop_cli.ground.words import _
from backprop_cli.working import limits
from backprop_cli.working.characters import plain, spaced
from backprop_cli.working.joining import BULLET, RULE, STAR, STARRED, Joined, belongs, made_plain
from backprop_cli.working.model import Chain, ChainSide, HandIn, Remark, Spot, TextLine
from backprop_cli.working.places import exercise_in, is_place, is_time, places_in, time_before, time_behind
from backprop_cli.working.statements import (
    NAME,
    is_aside,
    is_name,
    is_prose,
    is_struck,
    label_of,
    name_first,
    signs_in,
    statements_in,
    stripped,
    trimmed,
    without_words,
    words_first,
)

_COLUMNS = pattern(
    rf"\s*({NAME})(?:\s{{2,}}|\t\s*|\s+(?=[-−+]?\d*\.\d)|\s*\|\s*)([-−+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)\s*"
)
_WHOLE = pattern(  # what is of all samples together
    r"\b(?:all|whole|entire|every|alle[rn]?|gesamte?[rns]?|mean|means|averages?d?|total|mittel\w*|durchschnitt\w*|batch)\b"
    r"|(?:sample|pattern|example|muster|beispiele?|样本)s?\s?\d{1,4}\s?(?:and|und|&|,|to|bis|–|-|和)\s?\d"
    r"|平均|全部|所有|总",
    re.I,
)
_PASS = re.compile(r"\b(?:forward|backward|backprop\w*|vorwärts\w*|rückwärts\w*)\b|前向|反向", re.I)
_VALUE = r"[-−+]?\d[\d.,]{0,30}(?:[eE][-+]?\d{1,3})?(?<![,.])"
_ENTRY = re.compile(rf"(?P<unit>[^\W\d]\w{{0,9}}):?\s{{1,9}}(?P<value>{_VALUE})")
_BARE_ENTRY = rf"[^\W\d]\w{{0,9}}:?\s{{1,9}}{_VALUE}"
_LISTED = re.compile(  # deltas: o1 0.1385, o2 -0.0381
    rf"\s*(?P<what>[^\W\d_]{{1,20}}?)s?\s?[:=]\s{{0,9}}"
    rf"(?P<entries>{_BARE_ENTRY}(?:\s?[,;]\s{{0,9}}{_BARE_ENTRY}){{1,60}})[\s.]*"
)
_OUTER = (
    RATE,
    START,
    "report",
    "after",
    "epoch",
    "batch",
    "sample",
    "step",
)  # what comes later is inside what comes before
_WORK = re.compile(r"[=≈≃≅]")
_ABOVE = 4  # lines of words that a chain remembers
_SHORT = 120  # characters of each
_STUDENT = re.compile(r"\s*(?:name|student|姓名)\s*:\s*(\S.{0,80})", re.I)


@dataclass
class Gatherer:
    """Collects the chains and remarks of one file; headings that name a place hold until the next of their kind."""

    source: str
    chains: list[Chain] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    under: dict[str, str] = field(default_factory=dict)
    exercise: str = ""
    above: tuple[str, ...] = ()
    student: str = ""

    def hand_in(self, text: str = "", form: str = "") -> HandIn:
        """What was collected."""
        return HandIn(self.source, tuple(self.chains), tuple(self.remarks), text, form, self.student)

    def remark(self, text: str, spot: Spot, why: str = "") -> None:
        """Notes what was not read; of very many, only that there are more."""
        if len(self.remarks) < limits.REMARKS:
            self.remarks.append(Remark(spaced(text)[:200], spot, why, exercise=self.exercise))

    def heading(self, text: str) -> None:
        """Takes the places that a heading names, and forgets those inside them."""
        self.above = (*self.above, spaced(text)[:_SHORT])[-_ABOVE:]
        if number := exercise_in(text):
            self.exercise, self.under = number, {}
        self.place(text)

    def place(self, text: str) -> None:
        """Takes the places that a text names, and forgets those inside them."""
        for word, number in places_in(plain(text)):
            if word in _OUTER[:2]:
                self.under[word] = f"{word} {number}"
                continue
            if word == "step" and _PASS.search(text):  # Step 1: forward pass
                continue
            inside = _OUTER[_OUTER.index(word) :]
            self.under = {one: said for one, said in self.under.items() if one not in inside}
            if word == "epoch":
                self.under = {one: said for one, said in self.under.items() if one not in ("after", "report")}
            self.under[word] = f"{word} {number}" if number else word
        if _WHOLE.search(text):
            self.under.pop("sample", None)

    def chain(self, name: str, spot: Spot, parts: Sequence[ChainSide], label: str = "", at: Address = ()) -> None:
        """Notes a chain, with the headings in force and the address that stands before its name."""
        if len(self.chains) >= limits.CHAINS:
            if len(self.chains) == limits.CHAINS and not (self.remarks and self.remarks[-1].why == _too_many()):
                self.remark(name, spot, _too_many())
            return
        under = tuple({**self.under, **{place.word: str(place) for place in at}}.values())
        self.chains.append(Chain(spaced(name), spot, tuple(parts), spaced(label), under, self.above, self.exercise))

    # ---- from lines to statements ----------------------------------------------------------------------------

    def lines(self, lines: Iterable[TextLine]) -> None:
        """Reads lines; a blank one ends a paragraph."""
        waiting: list[TextLine] = []
        for line in lines:
            plain_line = made_plain(line)
            if not plain_line.text.strip() or (waiting and not belongs(waiting, plain_line)):
                self._statement(waiting)
                waiting = []
            if line.heading:
                self.above = ()
                self.heading(line.text)
                if time := time_behind(line.text):
                    self.place(f"step {time}")
                    self.remark(line.text, line.spot())
                    continue
            if plain_line.text.strip():
                waiting.append(plain_line)
        self._statement(waiting)

    def _statement(self, lines: Sequence[TextLine]) -> None:
        """Reads the lines of one statement, which may be several that stand side by side."""
        if not lines:
            return
        text = Joined(lines)
        if len(text.text) > limits.LINE:
            message = _("more than {limit:,} characters in one statement").format(limit=limits.LINE)
            self.remark(text.text, lines[0].spot(), message)
            return
        if is_time(text.text):
            self.heading(text.text)
            self.remark(text.text, lines[0].spot())
            return
        if (listed := _LISTED.fullmatch(text.text)) is not None:
            self._listed(text, listed)
            return
        label = ""
        for start, end in statements_in(text.text):
            label = self._equation(text, start, end, label)

    def _listed(self, text: Joined, listed: re.Match[str]) -> None:
        """What several units have, side by side: deltas: o1 0.1385, o2 -0.0381."""
        for one in _ENTRY.finditer(text.text, listed.start("entries")):
            name = f"{listed['what'].strip()} {one['unit']}"
            self.chain(name, text.spot(*one.span()), [ChainSide(one["value"], text.spot(*one.span("value")))])

    def _equation(self, text: Joined, start: int, end: int, label: str) -> str:
        """One statement: name, sign, part, sign, part; what stands before it with a colon holds for the next one."""
        said = text.text[start:end]
        if bullet := BULLET.match(said) or (STARRED.match(said) and STAR.match(said)):
            start, said = start + bullet.end(), said[bullet.end() :]
        time, after = time_before(said)
        if time:
            self.place(f"step {time}")
            start, said = start + after, said[after:]
        signs = [] if RULE.fullmatch(said) else signs_in(said)
        if not signs:
            self._without_a_sign(text, start, end, said)
            return label
        own, name_start = label_of(said[: signs[0][0]])
        if own and is_place(own):
            self.place(own)
            own, label = "", ""
        label = own or label
        if is_struck(label):
            self.remark(said, text.spot(start, end))
            return label
        bounds = [(name_start, signs[0][0]), *((after, before) for (_at, after), (before, _end) in pairwise(signs))]
        bounds.append((signs[-1][1], len(said)))
        sides = [stripped(said, *bounds[0]), *(trimmed(said, *bound) for bound in bounds[1:])]
        name, *sides = words_first(said, name_first(said, sides))
        if is_prose(said[name[0] : name[1]], said[slice(*signs[0])]) or is_aside(said):
            self.remark(said, text.spot(start, end))
            return label
        at, name = addressed(said, without_words(said, name))
        parts = [ChainSide(spaced(said[a:b]), text.spot(start + a, start + b)) for a, b in sides if b > a]
        if not parts or not is_name(said[name[0] : name[1]]):
            self._refuse(text, start, end, said)
        else:
            self.chain(said[name[0] : name[1]], text.spot(start + name[0], start + name[1]), parts, label, at)
            if said[slice(*signs[0])] == ":":  # h1: 0.2 + 0.3 = 0.5, sigmoid → 0.6225
                return label or said[name[0] : name[1]]
        return label

    def _without_a_sign(self, text: Joined, start: int, end: int, said: str) -> None:
        """A statement without an equals sign: two columns, a heading with a place, or words."""
        if not self.student and (student := _STUDENT.fullmatch(said)):
            self.student = spaced(student[1])
        elif columns := _COLUMNS.fullmatch(said):
            part = ChainSide(columns[2], text.spot(start + columns.start(2), start + columns.end(2)))
            self.chain(columns[1], text.spot(start + columns.start(1), start + columns.end(1)), [part])
        elif said.strip():
            if not RULE.fullmatch(said):
                self.heading(said)
            self.remark(said, text.spot(start, end))

    def _refuse(self, text: Joined, start: int, end: int, said: str) -> None:
        why = _("no name of a quantity before the equals sign") if _WORK.search(said) else ""
        self.remark(said, text.spot(start, end), why)


def addressed(said: str, name: tuple[int, int]) -> tuple[Address, tuple[int, int]]:
    """The address before a name, `report 10 / w`, and where the name itself stands."""
    start, end = name
    if "/" not in said[start:end]:
        return (), name
    found = Reference.parse(said[start:end])
    return found.at, (end - len(found.name), end) if found.at else name


def _too_many() -> str:
    return _("more than {limit:,} lines of work; the others are not read").format(limit=limits.CHAINS)
