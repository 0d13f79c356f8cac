"""Several sets of numbers of one exercise, `cases`: how many there are, which is meant, and what each is called."""

from __future__ import annotations

import re
from string import ascii_lowercase

from backprop_cli.ground import limits
from backprop_cli.ground.errors import SourceError, UsageError
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.tree import Entries, Items, Tree, text_at, text_with_own_keys

CASES = "cases"  # the key by which a problem is told from one with several sets of numbers
_NUMBERED = re.compile(r"(.+)#([0-9]{1,4})", re.S)


def named_case(name: str) -> tuple[str, int | None]:
    """`sheet.yaml#2` as the file and the number of the case in it, from 1; another name as it is."""
    found = _NUMBERED.fullmatch(name)
    return (found[1], int(found[2])) if found else (name, None)


def count_cases(tree: Tree, source: str, text: str) -> int:
    """How many cases a file has; 0 where it is a problem alone. Raises SourceError for what is no list of cases."""
    if not isinstance(tree, Entries) or CASES not in tree.values:
        return 0
    listed = tree.values[CASES]
    book = ComplaintBook(tree)
    if not isinstance(listed, Items) or not 0 < len(listed.values) <= limits.EXERCISES:
        message = _("expected {expected}").format(expected=_("a list of cases, each with keys of a problem"))
        book.complain((CASES,), message)
    else:
        for place, one in enumerate(listed.values):
            if not isinstance(one, Entries) or CASES in one.values:
                book.complain((CASES, place), _("a case has keys of a problem: inputs, targets, learning_rate, …"))
    if book.complaints:
        raise SourceError(source, book.complaints, text)
    return len(listed.values) if isinstance(listed, Items) else 0


def check_number(number: int, count: int, source: str) -> None:
    """Raises UsageError where there is no such case."""
    if not count:
        raise UsageError(_("{source} has no cases, so there is no case {number}").format(source=source, number=number))
    if not 1 <= number <= count:
        message = _("{source}: there is no case {number} among its {count}")
        raise UsageError(message.format(source=source, number=number, count=count))


def title_of_case(tree: Tree, title: str, place: int) -> str:
    """Its own title; else that of the problem, and (a), (b), …; `place` counts from 0."""
    own = text_at(tree, (CASES, place, "title"))
    if own is not None and own.value:
        return str(own.value)
    letter = f"({ascii_lowercase[place]})" if place < len(ascii_lowercase) else f"({place + 1})"
    return f"{title} {letter}" if title else letter


def text_of_case(text: str, place: int) -> str:
    """The file of a case alone: the text of the problem with what stands in the case in its place, its title first.

    `text` is that of a file whose cases were read; comments are left out.
    """
    return text_with_own_keys(text, CASES, place, "title")
