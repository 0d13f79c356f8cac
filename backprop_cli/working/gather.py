"""Lines of text as chains: where a statement begins and ends, what is its name, and where its equals signs are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from backprop_cli.ground.words import _
from backprop_cli.working import limits
from backprop_cli.working.characters import plain, spaced
from backprop_cli.working.model import Chain, HandIn, Line, Part, Remark, Spot

# What is compared is no equation, and an arrow with two strokes begins another statement.
_SIGN = re.compile(r"(?<![<>!=])(?::=|==?(?![=>])|≡)|[≈≃≅≐≌]=?|~=|(?<=\s)~(?=\s)|(?<!-)-+>|[→⟶↦]")
_NEXT = re.compile(r"(?<!=)=+>|[⇒⟹⇔∴]|<=>")
_COMPARED = re.compile(r"[<>≤≥≠]=?|!=")
_BRACKETED = r"\[[\w ,]{1,12}\]|\(\w{1,9}(?:, ?\w{1,9})?\)|\([tkn]\s?\+\s?1\)"
_INDEX = rf"(?:[_^]\{{[^{{}}=]{{1,40}}\}}|\^\(\w{{1,9}}\)|\^\w{{1,9}}|{_BRACKETED})"
_WORD = rf"[^\W\d](?:[\w\u0302'′´’.$]|{_INDEX})*(?:\^?[+*'′´](?=[\s=:≈]|$))?"
_NAME = rf"(?:∂\s?|∇\s?_?)?{_WORD}(?:\s?/\s?[d∂]\s?{_WORD})?(?:\s(?:new|neu|old|alt|total))?"
_SIGNS = r"(?::=|==?(?!=)|≈|≃|≅|->|→|:(?!\S))"
_GAP = r"\s{0,30}"
_FEW_WORDS = r"(?:[^\W\d_]{2,20},?\s{1,30}){0,6}"
_SEPARATORS = (  # what may stand between two statements in one line
    rf"{_GAP};{_GAP}",
    rf"{_GAP},\s{{1,30}}",
    r",(?=\D)",
    r"(?<=[^\s=+*/·×⋅−(\[,-])(?:\s{2,30}|\t+)",
    rf"[,\s]{_GAP}\b(?:and|und|et)\b\s{{1,30}}{_FEW_WORDS}",
    rf"(?<=[\w)\]}}])\.\s{{1,30}}{_FEW_WORDS}",
    rf"{_GAP}[和与]{_GAP}",
)
_BETWEEN = re.compile(rf"(?:{'|'.join(_SEPARATORS)})(?={_NAME}{_GAP}{_SIGNS})")
_BULLET = re.compile(r"\s*(?:[-*+•‣▪◦–]\s+|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]\s+)(?=\S)")
_IS = re.compile(
    r"\s+(?:is|ist|equals|gives|becomes|are|wird|为|是|等于)\s+(?:about\s+|approximately\s+|ca\.\s*)?(?=[-−+]?[\d.])"
)
_COLUMNS = re.compile(
    rf"\s*({_NAME})(?:\s{{2,}}|\t\s*|\s+(?=[-−+]?\d*\.\d)|\s*\|\s*)([-−+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?)\s*"
)
_PLACES = re.compile(
    r"\b(after\s+epoch|report|epoch|batch|sample|step|iteration|pattern|example|epoche|muster|schritt)s?[\s_.:#-]*(?:no\.?|nr\.?|number)?\s*([0-9]{1,9})"
    r"|\b(after)\b(?:\s+(?:the\s+)?(?:update|step))?|第\s*([0-9]{1,9})\s*(轮之?后|轮|个样本|步)|(样本|轮次|步骤)\s*([0-9]{1,9})",
    re.I,
)
_WORDS = {
    "iteration": "step", "schritt": "step", "步": "step", "步骤": "step", "pattern": "sample", "example": "sample",
    "muster": "sample", "样本": "sample", "个样本": "sample", "epoche": "epoch", "轮": "epoch", "轮次": "epoch",
    "轮后": "report", "轮之后": "report",
}  # fmt: skip
_WHOLE = re.compile(  # what is of all samples together
    r"\b(?:all|whole|entire|every|alle[rn]?|gesamte?[rns]?|mean|means|averages?d?|total|mittel\w*|durchschnitt\w*|batch)\b"
    r"|平均|全部|所有|总",
    re.I,
)
_OUTER = ("report", "after", "epoch", "batch", "sample", "step")  # what comes later is inside what comes before
_HANGING = re.compile(r"(?:[-+*/·×⋅−(\[{,=≈≃≅^]|:=)\s*$")
_GOES_ON = re.compile(r"\s*(?:=(?!\s?=)|[≈≃≅]|:=|[*/·×⋅)\]}]|[-+−]\s)")
_RULE = re.compile(r"[\W_]*|\s*([=#*~-]{2,})[^\d=]*\1\s*")  # === forward ===
_WORDS_BEFORE = 5  # words with its name at most, in a sentence that gives a value
_OPEN, _CLOSED = "([{", ")]}"
_AFTERWORDS = re.compile(
    r"(?:\s{0,30}[✓✔☑√]?\s{0,30}$|(?<=[\d)\]}])\s{0,30}\((?=[^()]*[^\W\d_]{2})[^()=*/^_]*\)\s{0,30}$|\s{0,30}[,;]?\s{0,30}$|(?<=[\w)\]}])[.:!]\s{0,30}$|\s{0,30}#.*$|\s{0,30}//.*$"
    r"|(?<=[\w)\]}])\s{0,30}[,;.]\s{1,30}[^\W\d_]{2}.*$|(?<=[\d)\]}])\s{1,30}(?!e\b|via\b)[^\W\d_]{2,}(?:\s{1,30}[^=]*)?$)"
)
_NUMBER = re.compile(r"\s*[-−+]?(?:\d+[.,]?\d*|[.,]\d+)\s*")
_WORK = re.compile(r"[=≈≃≅]")
_LOOKS_LIKE_WORK = re.compile(r"[\d(\[]")
_SENTENCE = re.compile(r"[^\W\d_]{3,}\s+[^\W\d_]{3,}")
_STUDENT = re.compile(r"\s*(?:name|student|姓名)\s*:\s*(\S.{0,80})", re.I)
_HAS_LETTER = re.compile(r"[^\W\d_]")


@dataclass
class Gatherer:
    """Collects the chains and remarks of one file; headings that name a place hold until the next of their kind."""

    source: str
    chains: list[Chain] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    under: dict[str, str] = field(default_factory=dict)
    student: str = ""

    def hand_in(self, text: str = "", form: str = "") -> HandIn:
        """What was collected."""
        return HandIn(self.source, tuple(self.chains), tuple(self.remarks), text, form, self.student)

    def remark(self, text: str, spot: Spot, why: str = "") -> None:
        """Notes what was not read; of very many, only that there are more."""
        if len(self.remarks) < limits.REMARKS:
            self.remarks.append(Remark(spaced(text)[:200], spot, why))

    def heading(self, text: str) -> None:
        """Takes the places that a heading names, and forgets those inside them."""
        for found in _PLACES.finditer(plain(text)):
            word = (found[1] or found[3] or found[5] or found[6]).lower()
            word, number = _WORDS.get(word, word), found[2] or found[4] or found[7]
            word = "report" if word.startswith("after") and number else word
            inside = _OUTER[_OUTER.index(word) :]
            self.under = {one: said for one, said in self.under.items() if one not in inside}
            if word == "epoch":
                self.under = {one: said for one, said in self.under.items() if one not in ("after", "report")}
            self.under[word] = f"{word} {number}" if number else word
        if _WHOLE.search(text):
            self.under.pop("sample", None)

    def chain(self, name: str, spot: Spot, parts: Sequence[Part], label: str = "") -> None:
        """Notes a chain, with the headings in force."""
        if len(self.chains) >= limits.CHAINS:
            if len(self.chains) == limits.CHAINS and not (self.remarks and self.remarks[-1].why == _too_many()):
                self.remark(name, spot, _too_many())
            return
        self.chains.append(Chain(spaced(name), spot, tuple(parts), spaced(label), tuple(self.under.values())))

    # ---- from lines to statements ----------------------------------------------------------------------------

    def lines(self, lines: Iterable[Line]) -> None:
        """Reads lines; a blank one ends a paragraph."""
        waiting: list[Line] = []
        for line in lines:
            if line.heading:
                self.heading(line.text)
            made_plain = _plain(line)
            if not made_plain.text.strip() or (waiting and not _belongs(waiting, made_plain)):
                self._statement(waiting)
                waiting = []
            if made_plain.text.strip():
                waiting.append(made_plain)
        self._statement(waiting)

    def _statement(self, lines: Sequence[Line]) -> None:
        """Reads the lines of one statement, which may be several that stand side by side."""
        if not lines:
            return
        text = _Joined(lines)
        if len(text.text) > limits.LINE:
            message = _("more than {limit:,} characters in one statement").format(limit=limits.LINE)
            self.remark(text.text, lines[0].spot(), message)
            return
        label = ""
        for start, end in _statements(text.text):
            label = self._equation(text, start, end, label)

    def _equation(self, text: _Joined, start: int, end: int, label: str) -> str:
        """One statement: name, sign, part, sign, part; what stands before it with a colon holds for the next one."""
        said = text.text[start:end]
        if bullet := _BULLET.match(said) or (_STARRED.match(said) and _STAR.match(said)):
            start, said = start + bullet.end(), said[bullet.end() :]
        signs = [] if _RULE.fullmatch(said) else _signs(said)
        if not signs:
            self._without_a_sign(text, start, end, said)
            return label
        own, name_start = _label(said[: signs[0][0]])
        label = own or label
        bounds = [(name_start, signs[0][0]), *((after, before) for (_at, after), (before, _end) in pairwise(signs))]
        bounds.append((signs[-1][1], len(said)))
        sides = [_stripped(said, *bounds[0]), *(_trimmed(said, *bound) for bound in bounds[1:])]
        name, *sides = _name_first(said, sides)
        if is_prose(said[name[0] : name[1]], said[slice(*signs[0])]):
            self.remark(said, text.spot(start, end))
            return label
        parts = [Part(spaced(said[a:b]), text.spot(start + a, start + b)) for a, b in sides if b > a]
        if not parts or not is_name(said[name[0] : name[1]]):
            self._refuse(text, start, end, said)
        else:
            self.chain(said[name[0] : name[1]], text.spot(start + name[0], start + name[1]), parts, label)
        return label

    def _without_a_sign(self, text: _Joined, start: int, end: int, said: str) -> None:
        """A statement without an equals sign: two columns, a heading with a place, or words."""
        if not self.student and (student := _STUDENT.fullmatch(said)):
            self.student = spaced(student[1])
        elif columns := _COLUMNS.fullmatch(said):
            part = Part(columns[2], text.spot(start + columns.start(2), start + columns.end(2)))
            self.chain(columns[1], text.spot(start + columns.start(1), start + columns.end(1)), [part])
        elif said.strip():
            self.heading(said)
            self.remark(said, text.spot(start, end))

    def _refuse(self, text: _Joined, start: int, end: int, said: str) -> None:
        why = _("no name of a quantity before the equals sign") if _WORK.search(said) else ""
        self.remark(said, text.spot(start, end), why)


def _too_many() -> str:
    return _("more than {limit:,} lines of work; the others are not read").format(limit=limits.CHAINS)


# ---- joining ---------------------------------------------------------------------------------------------------


class _Joined:
    """Lines as one text, which knows where each of its characters stands."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.starts: list[int] = []
        texts: list[str] = []
        length = 0
        for line in lines:
            self.starts.append(length)
            texts.append(line.text)
            length += len(line.text) + 1
        self.text = " ".join(texts)

    def spot(self, start: int, end: int) -> Spot:
        """The place of some characters: of those in the line where they begin."""
        while start < end - 1 and self.text[start].isspace():
            start += 1
        at = bisect_right(self.starts, start) - 1
        line, inside = self.lines[at], start - self.starts[at]
        return line.spot(inside, min(end - start, len(line.text) - inside))


def _plain(line: Line) -> Line:
    text = plain(line.text)
    return line if text == line.text else Line(text, line.number, line.column, line.cell, line.whole, line.heading)


def _belongs(waiting: Sequence[Line], line: Line) -> bool:
    """Whether a line goes on with the statement before it."""
    if len(waiting) >= limits.JOINED or line.heading or waiting[-1].heading:
        return False
    before, text = waiting[-1].text, line.text
    if _RULE.fullmatch(text) or _RULE.fullmatch(before):
        return False
    if _depth(waiting) > 0 and not _begins(text):
        return True
    if _GOES_ON.match(text):
        return not (_is_bullet(text) or _STARRED.match(text))
    if _BULLET.match(text):
        return False
    if _HANGING.search(before):
        return not _begins(text)
    ends_with_colon = before.rstrip().endswith(":") and is_name(before.rstrip(" :"))
    return ends_with_colon and text.lstrip()[:1] == "["


def _is_bullet(text: str) -> bool:
    """Whether a mark that could go on with a sum is the bullet of a list: what follows it is a name with its value."""
    bullet = _BULLET.match(text)
    return bullet is not None and _begins(text[bullet.end() :])


def _begins(text: str) -> bool:
    """Whether a statement of its own begins here: a name and a sign."""
    return _BEGINS.match(text) is not None


_STAR = re.compile(r"\s*[*]")
_BEGINS = re.compile(rf"\s*{_NAME}\s*{_SIGNS}")


_STARRED = re.compile(rf"\s*[*](?=\S){_NAME}\s*{_SIGNS}")  # *w5 = …, the new value of w5


def _depth(lines: Sequence[Line]) -> int:
    return sum((char in _OPEN) - (char in _CLOSED) for line in lines for char in line.text)


# ---- splitting ---------------------------------------------------------------------------------------------------


def _depths(text: str) -> list[int]:
    """How many brackets are open before each character."""
    depths, depth = [], 0
    for char in text:
        if char in _CLOSED:
            depth = max(0, depth - 1)
        depths.append(depth)
        depth += char in _OPEN
    return depths


def _statements(text: str) -> list[tuple[int, int]]:
    """Where each of the statements side by side begins and ends."""
    depths = _depths(text)
    unbalanced = depths and text.count("(") + text.count("[") > text.count(")") + text.count("]")
    cuts = [
        (found.start(), found.end())
        for pattern in (_NEXT, _BETWEEN)
        for found in pattern.finditer(text)
        if unbalanced or depths[found.start()] == 0
    ]
    bounds: list[tuple[int, int]] = []
    start = 0
    for cut, after in sorted(cuts):
        if cut >= start:
            bounds.append((start, cut))
            start = after
    return [*bounds, (start, len(text))]


def _signs(text: str) -> list[tuple[int, int]]:
    """Where the equals signs are: outside of brackets, what stands for one between a name and its value included."""
    depths = _depths(text)
    found = [one.span() for one in _SIGN.finditer(text) if depths[one.start()] == 0]
    end = found[0][0] if found else len(text)
    if spoken := _IS.search(text, 0, end + 1 if found else end):
        return [spoken.span(), *found]
    colons = [at for at, char in enumerate(text[:end]) if char == ":" and depths[at] == 0]
    for at in colons[:1]:
        after = text[at + 1 : end].strip()
        if not is_name(after) and _LOOKS_LIKE_WORK.search(after) and not _SENTENCE.search(after):
            return [(at, at + 1), *found]
    return found


def _label(text: str) -> tuple[str, int]:
    """What stands before a name with a colon, and where the name begins."""
    before, colon, _name = text.partition(":")
    return (before, len(before) + 1) if colon and _HAS_LETTER.search(before) else ("", 0)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of a side without blanks and without the words that follow it."""
    side = text[start:end]
    depths = _depths(side)
    if compared := next((one for one in _COMPARED.finditer(side) if depths[one.start()] == 0), None):
        side = side[: compared.start()]
    while cut := next((one for one in _AFTERWORDS.finditer(side) if one[0] and depths[one.start()] == 0), None):
        side = side[: cut.start()]
    return _stripped(text, start, start + len(side))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds without the blanks at both ends."""
    kept = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip()) if kept else 0
    return start, start + len(kept)


def _name_first(text: str, sides: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sides with the name in front, where `0.3775 = net_h1` has it at the end."""
    first, last = (text[slice(*sides[at])] for at in (0, -1))
    if len(sides) == 2 and _NUMBER.fullmatch(first) and is_name(last):
        return [sides[-1], sides[0]]
    return sides


def sides(text: str, spot: Spot) -> tuple[Part, ...]:
    """What stands between the equals signs of the work for one quantity, each with its place."""
    said = plain(text)
    depths = _depths(said)
    signs = [one.span() for one in _SIGN.finditer(said) if depths[one.start()] == 0]
    if not said[: signs[0][0]].strip() if signs else True:
        return ()
    bounds = [0, *(at for sign in signs for at in sign), len(said)]
    found = [_trimmed(said, start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    return tuple(
        Part(spaced(said[start:end]), Spot(spot.line, spot.column + start, end - start, spot.cell))
        for start, end in found
        if end > start
    )


def is_prose(name: str, sign: str) -> bool:
    """Whether a sentence says something of a quantity on its way: the target for o1 is 0.01, but the output …"""
    return sign.strip().isalpha() and len(name.split()) > _WORDS_BEFORE


def is_name(text: str) -> bool:
    """Whether a text could be the name of a quantity, perhaps with words before it."""
    text = text.strip()
    return bool(text) and len(text) <= 120 and _WHOLE_NAME.fullmatch(text) is not None


_WHOLE_NAME = re.compile(rf"(?:[^\W\d][\w'’-]*[,.]?\s+){{0,12}}{_NAME}")
