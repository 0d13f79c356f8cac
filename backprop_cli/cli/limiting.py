"""The option that allows more than usual for one run: `backprop --limit epochs=5000000 solve …`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from backprop_cli.ground import limits
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.words import _, listed, n_

LimitOption = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="NAME=N", help=n_("Allow more than usual, as in epochs=5000000.")),
]


def raise_limits(wishes: Iterable[str]) -> None:
    """Raises the limits that are named, before anything is read. Raises UsageError for one that there is not."""
    for wish in wishes:
        _raise(wish)


def _raise(wish: str) -> None:
    name, _sign, number = wish.partition("=")
    if name not in limits.RAISED:
        names = listed(limits.RAISED)
        hint = did_you_mean(name, limits.RAISED) or _("{names}: `backprop help limits`").format(names=names)
        raise UsageError(_("no limit called {name!r} ({hint})").format(name=name, hint=hint))
    if not (number.isascii() and number.isdigit() and len(number) < 12 and 0 < int(number) <= limits.MOST):
        message = _("a limit is a whole number from 1 to {most:,}, as in --limit {name}=5000000")
        raise UsageError(message.format(most=limits.MOST, name=name))
    limits.raise_limit(name, int(number))
