"""What the table of usual mistakes and the small changes that are searched say."""

from __future__ import annotations

import re

from backprop_cli.checking.mistakes import mistakes
from backprop_cli.checking.search.sentences import WORDS
from backprop_cli.ground.words import _
from backprop_cli.manual.generated.markdown import code, heading, items, sections, table

EXAMPLE = ("mazur", "no-derivative-output", "answers: {out_o1: 0.751365, delta_o1: 0.741365}")  # a sheet with one


def listed() -> str:
    """Each with its advice, then what a small change of a formula is called; below, a sheet with a mistake."""
    said = _(
        "A wrong line that one of these explains is called by its name; what follows from it is not counted against "
        "the student. The name in the first column is that in JSON."
    )
    rows = [(f"`{one.name}`", _filled(one.said), _filled(one.advice)) for one in mistakes().values()]
    changes = list(dict.fromkeys(_filled(words.general or words.done) for words in WORDS.values()))
    also = _(
        "Beside these, every small change of the right formula is tried, at any place of it. What was done is then "
        "said with the part that was changed:"
    )
    titles = (_("name"), _("what was done"), _("what to do"))
    return sections(said, table(titles, rows), heading(_("Small changes")), also, items(changes), _example())


def _example() -> str:
    problem, name, sheet = EXAMPLE
    said = _("Of this sheet, `{command}` says: {said}.")
    command = f"backprop check {problem} sheet.yaml"
    return sections(
        heading(_("Example")), code(sheet, "text"), said.format(command=command, said=_(mistakes()[name].said))
    )


def _filled(message: str) -> str:
    """The message with an ellipsis in each of its fields."""
    return re.sub(r"\{\w+\}", "…", _(message)) if message else ""
