"""The columns that the table of a solution can have: the word that asks for each, and what stands above it."""

from __future__ import annotations

from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _, aside, labelled, listed, n_

COLUMNS = {
    "step": n_("no."),
    "phase": n_("part"),
    "layer": n_("layer"),
    "quantity": n_("quantity"),
    "name": n_("name"),
    "formula": n_("formula"),
    "numbers": n_("numbers put in"),
    "exact": n_("exact"),
    "decimal": n_("decimal"),
}
USUAL = ("step", "quantity", "formula", "numbers", "exact", "decimal")
BROKEN = ("formula", "numbers", "exact")  # which may go on in a second line
PAIRS = (("formula", "numbers"), ("exact", "decimal"))  # of which one may stand below the other


def columns_called(text: str) -> tuple[str, ...]:
    """The columns of `quantity,exact`, in this order; the usual ones of an empty text.

    Raises UsageError for a word that is none, and for one that stands there twice.
    """
    words = tuple(word.strip().lower() for word in text.split(",")) if text.strip() else USUAL
    for index, word in enumerate(words):
        if word not in COLUMNS:
            known = labelled(_("the columns are"), listed(COLUMNS))
            hint = did_you_mean(word, COLUMNS)
            raise UsageError(
                aside(_("no column called {name!r}").format(name=word), f"{hint}; {known}" if hint else known)
            )
        if word in words[:index]:
            raise UsageError(_("the column {name!r} is asked for twice").format(name=word))
    return words
