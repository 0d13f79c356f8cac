"""What a person is told when something is wrong: what, where, and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed, n_
from backprop_cli.ground.wrapping import width

DOOR = "backprop_cli"  # where whoever catches an error finds it


class Span(NamedTuple):
    """A piece of one line of a source: line and column count from 1, columns and length in characters."""

    line: int
    column: int
    length: int


@record
class Complaint:
    """One thing that is wrong in a file, where it is, and what might be meant; `was_read`: it was understood."""

    message: str
    span: Span | None = None
    hint: str | None = None
    was_read: bool = False


class BackpropError(Exception):
    """Any failure that is the input's and not the program's; its text is for the user."""

    __module__ = DOOR


class SourceError(BackpropError):
    """Everything that is wrong in one source, each complaint located."""

    __module__ = DOOR

    def __init__(self, source: str, complaints: Sequence[Complaint], text: str = "") -> None:
        self.source = source
        self.complaints = tuple(
            sorted(complaints, key=lambda one: (one.span.line, one.span.column) if one.span else (0, 0))
        )
        self.text = text
        super().__init__(self.__str__())

    @property
    def errors(self) -> tuple[SourceError, ...]:
        """What is wrong, source by source."""
        return (self,)

    def __str__(self) -> str:
        lines = self.text.split("\n")
        shown = [_located(self.source, complaint, lines) for complaint in self.complaints[:MOST_SHOWN]]
        if len(self.complaints) > MOST_SHOWN:
            shown.append(_("… and {count:,} more").format(count=len(self.complaints) - MOST_SHOWN))
        return "\n".join(shown)


class SourcesError(BackpropError):
    """Everything that is wrong in several sources, one after the other."""

    def __init__(self, errors: Sequence[SourceError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, errors)))


def together(errors: Sequence[SourceError]) -> SourceError | SourcesError:
    """All of them as one, with everything about one source together, and once."""
    files: dict[str, list[SourceError]] = {}
    for error in errors:
        files.setdefault(error.source, []).append(error)
    found = [
        SourceError(source, list(dict.fromkeys(said for one in same for said in one.complaints)), same[0].text)
        for source, same in files.items()
    ]
    return found[0] if len(found) == 1 else SourcesError(found)


MOST_SHOWN = 50  # complaints that are shown; of more, their number


class MathError(BackpropError):
    """A quantity has no value: a division by zero, the logarithm of a negative number, …

    `key` is the quantity, where it is known, and `hint` what may be done.
    """

    __module__ = DOOR

    def __init__(self, message: str, key: str = "", hint: str | None = None) -> None:
        super().__init__(message)
        self.key = key
        self.hint = hint


class LocatedMathError(SourceError, MathError):
    """A quantity has no value, and the place in the file is known at which it is defined."""

    def __init__(self, source: str, text: str, span: Span | None, error: MathError) -> None:
        SourceError.__init__(self, source, [Complaint(str(error), span, error.hint)], text)
        self.key, self.hint = error.key, error.hint


class Undecided(BackpropError):  # noqa: N818 - not an error yet: more precision may decide
    """At this precision a sign, a rounding or a quotient cannot be settled."""


class UsageError(BackpropError):
    """The command line asks for something that does not exist."""

    __module__ = DOOR


def _located(source: str, complaint: Complaint, lines: Sequence[str]) -> str:
    span, message = complaint.span, visible(complaint.message)
    source = visible(source)
    if span is None:
        return f"{source}: {message}" + (f"\n  {visible(complaint.hint)}" if complaint.hint else "")
    report = f"{source}:{span.line}:{span.column}: {message}"
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    if len(line) > _LONGEST_LINE:
        return report + (f"\n  {visible(complaint.hint)}" if complaint.hint else "")
    start = span.column - 1
    number = f"{span.line:5d} | "
    pad = " " * (len(number) - 2) + "| " + " " * width(visible(line[:start]))
    carets = "^" * max(1, width(visible(line[start : start + span.length])))
    hint = f"  {visible(complaint.hint)}" if complaint.hint else ""
    return f"{report}\n{number}{visible(line)}\n{pad}{carets}{hint}"


_LONGEST_LINE = 400


def visible(text: str) -> str:
    """The text with control and direction-changing characters made harmless: a tab is a space, others a sign."""
    if text.isprintable():
        return text
    return "".join(
        " " if char == "\t" else char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def how_to_raise(name: str) -> str:
    """What is said to who needs more than a limit allows."""
    return _("`backprop --limit {name}=N …` raises the limit").format(name=name)


def of_masks() -> str:
    """What may be written for an infinite or a huge number in a softmax, which is to let nothing through."""
    return _("as a mask in a softmax, -1000 is enough: e^-1000 is below 10^-434; attention in layers has mask: causal")


def of_decimals(given: int, expected: int) -> str | None:
    """What may be meant by a list that has more numbers than it should: commas inside of them."""
    return _("a comma separates numbers; decimals are written with a point") if given > expected else None


def did_you_mean(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """`did you mean 'sigmoid'?`, or None when nothing known means the same or is spelled nearly so."""
    near = nearest(word, known, synonyms)
    return _("did you mean {name!r}?").format(name=near) if near is not None else None


def unknown(message: str, name: str, known: Iterable[str]) -> UsageError:
    """That nothing known is called so: the message with its {name} and a {hint}, what may be meant or what there is."""
    names = list(known)
    return UsageError(message.format(name=name, hint=did_you_mean(name, names) or listed(names)))


_REASONS = {  # the system's own words are in the system's language
    errno.ENOENT: n_("there is no such file or folder"),
    errno.EACCES: n_("permission denied"),
    errno.EPERM: n_("permission denied"),
    errno.EISDIR: n_("it is a folder, not a file"),
    errno.ENOTDIR: n_("a file stands where a folder is needed"),
    errno.EEXIST: n_("there is a file of this name already"),
    errno.ENOSPC: n_("the disk is full"),
    errno.EROFS: n_("nothing can be written there"),
    errno.ENAMETOOLONG: n_("the name is too long"),
    errno.ELOOP: n_("the links lead round in a circle"),
    errno.EBADF: n_("it is closed"),
}


def reason_of(error: OSError) -> str:
    """Why the system could not read or write, in the reader's language where it is a usual reason."""
    said = _REASONS.get(error.errno or 0)
    return _(said) if said else error.strerror or str(error)


def which(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """What is near or means the same; else the words that there are; None of none."""
    names = list(known)
    if (near := did_you_mean(word, names, synonyms)) or not names:
        return near
    return _("one of: {options}").format(options=listed(names, most=_LISTED))


_LISTED = 40  # words that are listed; more say nothing


def nearest(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """What is known and means the same, or is spelled most nearly so, but is not the word itself; else None.

    A synonym may mean several things, with spaces between them: the first that is known. Of very many, only some that
    begin with the same letter are looked at.
    """
    import difflib

    names = [name for name in known if name != word]
    if len(names) > _SEARCHED:
        names = [name for name in names if name[:1] == word[:1]][:_SEARCHED]
    folded = {name.lower(): name for name in names}
    joined = in_one_word(word[:100])
    meanings = [*(synonyms or {}).get(joined, "").split(), joined]
    near = [one for one in meanings if one in folded]
    near = near or difflib.get_close_matches(word.lower()[:100], folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


_SEARCHED = 2_000


def in_one_word(text: str) -> str:
    """A name as tables have it: `Cross-Entropy` is cross_entropy."""
    return text.lower().replace(" ", "_").replace("-", "_")
