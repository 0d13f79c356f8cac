"""The table X of a slide and its y: a row is a sample, a column an input; as columns by name, `X: {x1: [0, 1]}`."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.ground.errors import Span
from backprop_cli.ground.words import _, plural
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.tree import Entries, Items, Text, Tree

TABLE = ("X", "y")
_SAME = {"X": ("inputs", "samples"), "y": ("targets", "samples")}  # the keys that say the same
Found = dict[str, tuple[Tree, Span]]  # the new keys of a file with their places


def samples_of_table(tree: Entries, book: ComplaintBook, senders: int | None) -> Found:
    """`inputs` and `targets` of one row, `samples` of several; nothing after a complaint.

    `senders` is how many inputs the first layer has, where it is known: of one input, a list of numbers is a column.
    """
    before = len(book)
    for key, others in _SAME.items():
        for other in others:
            if key in tree.values and other in tree.values:
                message = _("{key} says the same as {other}").format(key=key, other=other)
                book.complain_at_key((key,), message, _("write one of them"))
    if "X" not in tree.values:
        book.complain_at_key(("y",), _("y belongs to a table X"), _("write X: [[0, 1], [1, 0]], a row for each sample"))
    if len(book) > before:
        return {}
    rows = _rows(tree, "X", book)
    if rows is None:
        return {}
    if rows and not any(isinstance(one, Items | Entries) for one in rows):  # a list of numbers
        one_each = senders == 1 and len(rows) > 1
        rows = [Items([one], one.span) for one in rows] if one_each else [Items(list(rows), tree.values["X"].span)]
    targets = _targets(tree, book, len(rows))
    if len(book) > before or not rows:
        return {}
    return _as_keys(tree, rows, targets)


def _rows(tree: Entries, key: str, book: ComplaintBook) -> Sequence[Tree] | None:
    """The rows of a table, also of one in columns by name; None after a complaint."""
    table = tree.values[key]
    match table:
        case Items(values) if values:
            return values
        case Entries(columns) if columns:
            return _transposed(key, table, book)
        case Text(value) if value is not None and key == "y":
            return [table]
    message = _("expected {expected}").format(expected=_("a table: [[0, 1], [1, 0]], a row for each sample"))
    book.complain((key,), message)
    return None


def _transposed(key: str, table: Entries, book: ComplaintBook) -> Sequence[Tree] | None:
    """The rows of columns by name, each a mapping."""
    columns = {name: one.values if isinstance(one, Items) else [one] for name, one in table.values.items()}
    first, length = next((name, len(column)) for name, column in columns.items())
    for name, column in columns.items():
        if len(column) != length:
            message = _("{count} values in column {name}, but {expected} in column {first}")
            message = message.format(count=len(column), name=name, expected=length, first=first)
            book.complain_at_key((key, name), message)
            return None
    return [
        Entries({name: column[row] for name, column in columns.items()}, dict(table.keys), table.span)
        for row in range(length)
    ]


def _targets(tree: Entries, book: ComplaintBook, samples: int) -> Sequence[Tree] | None:
    """What each sample has as targets; None without y or after a complaint."""
    if "y" not in tree.values:
        return None
    rows = _rows(tree, "y", book)
    if rows is None:
        return None
    if samples == 1 and len(rows) > 1 and all(isinstance(one, Text) for one in rows):
        return [Items(list(rows), tree.values["y"].span)]  # the outputs of the only sample
    if len(rows) != samples:
        found = plural("y has {count} row", "y has {count} rows", len(rows))
        expected = plural("X has {count}", "X has {count}", samples)
        book.complain_at_key(("y",), _("{y}, but {x}").format(y=found, x=expected))
        return None
    return rows


def _as_keys(tree: Entries, rows: Sequence[Tree], targets: Sequence[Tree] | None) -> Found:
    """The keys that take the place of X and y."""
    if len(rows) == 1:
        found: Found = {"inputs": (rows[0], tree.keys["X"])}
        return found if targets is None else {**found, "targets": (targets[0], tree.keys["y"])}
    samples: list[Tree] = []
    for place, row in enumerate(rows):
        values, keys = {"inputs": row}, {"inputs": row.span}
        if targets is not None:
            values["targets"], keys["targets"] = targets[place], targets[place].span
        samples.append(Entries(values, keys, row.span))
    return {"samples": (Items(samples, tree.values["X"].span), tree.keys["X"])}
