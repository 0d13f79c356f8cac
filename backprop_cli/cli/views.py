"""The pages of `backprop solve`: which one the options ask for, and options whose value may be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.cli.language import Command
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _


class WithViews(Command):
    """A command in which the value of some options may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments with a value wherever one is left out."""
        return super().parse_args(ctx, with_values(args))


def with_values(args: Sequence[str]) -> list[str]:
    """The arguments, with a value behind each option that has its own left out."""
    from backprop_cli.formats.pages import PAGES

    left_out = {kind.option: kind.left_out for kind in PAGES.values() if kind.left_out is not None}
    found: list[str] = []
    for index, argument in enumerate(args):
        found.append(argument)
        following = args[index + 1] if index + 1 < len(args) else "-"
        if argument in left_out and following.startswith("-"):
            found.append(left_out[argument])
    return found


def asked(options: Mapping[str, str | bool | None], limit: int | None) -> tuple[str | None, str]:
    """The option of the page that is asked for and its value; None for the worked solution.

    Raises UsageError where two pages are asked for, and where there is a `limit` to what a page has not.
    """
    found = [option for option, value in options.items() if value is not None and value is not False]
    if limit is not None and "--paths" not in found:
        raise UsageError(_("--limit says how many paths are shown: it goes with --paths"))
    if len(found) > 1:
        message = _("{names} are different pages: ask for one at a time")
        raise UsageError(message.format(names=_(" and ").join(found)))
    value = options[found[0]] if found else None
    return (found[0] if found else None), value if isinstance(value, str) else ""


def table_asked(table: bool, columns: str | None) -> str | bool:
    """The value of the option of the table: its columns, which ask for it by themselves."""
    return table if columns is None else columns
