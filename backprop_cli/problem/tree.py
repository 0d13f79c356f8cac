"""Reads YAML as text with its places: no type is guessed, no tag obeyed, no alias followed, no key lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, Span, how_to_raise
from backprop_cli.ground.words import _

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar, exactly as written; `value` is None where nothing was written."""

    value: str | None
    span: Span
    indent: int = 0  # characters between the start of the span and the text itself (a quote)


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping: its keys with their places, and their values."""

    values: dict[str, Tree]
    keys: dict[str, Span]
    span: Span


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: list[Tree]
    span: Span


Tree: TypeAlias = Text | Entries | Items
Path: TypeAlias = tuple[str | int, ...]


def read_tree(text: str, source: str) -> Tree:
    """The YAML document in the text; raises SourceError with every complaint that stops it from being read."""
    tree, complaints = tree_and_complaints(text, source)
    if complaints:
        raise SourceError(source, complaints, text)
    return tree


def tree_and_complaints(text: str, source: str, most: int | None = None) -> tuple[Tree, list[Complaint]]:
    """The document without the keys that cannot be kept (those that stand twice), and what is said of them.

    Raises SourceError where nothing can be read, or where there are more than `most` keys and values (None: the limit).
    """
    builder = _Builder(source, text, limits.YAML_NODES if most is None else most)
    try:
        return builder.document(), builder.complaints
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(mark.line + 1, mark.column + 1, 1) if mark else None
        raise builder.failure(_explain(error, text, span), span) from None
    except yaml.YAMLError as error:
        span = _span_of_character(text, getattr(error, "position", None))
        raise builder.failure(_("not YAML: {reason}").format(reason=str(error).split("\n")[0]), span) from None


def _span_of_character(text: str, position: int | None) -> Span | None:
    """The place of a character that the parser counted from the start."""
    if position is None or not 0 <= position < len(text):
        return None
    return Span(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position), 1)


def _explain(error: yaml.MarkedYAMLError, text: str, span: Span | None) -> str:
    line = text.split("\n")[span.line - 1] if span and span.line <= text.count("\n") + 1 else ""
    if "\t" in line[: span.column if span else 0]:
        return _("a tab: YAML is indented with spaces")
    return _("not YAML: {reason}").format(reason=error.problem or error.context or "")


class Nothing:
    """Stands where a value should be and nothing was written; it is not None, which would mean a key left out."""


NOTHING = Nothing()


def plain(tree: Tree) -> Any:
    """The tree as dicts, lists and strings, with NOTHING where nothing was written."""
    match tree:
        case Text(value):
            return NOTHING if value is None else value
        case Items(values):
            return [plain(value) for value in values]
        case Entries(values):
            return {key: plain(value) for key, value in values.items()}


def span_at(tree: Tree, path: Path, key: bool = False) -> Span:
    """The place of the node at a path, or of its key; where the path leaves the tree, its last node."""
    span = tree.span
    for step in path:
        match tree:
            case Entries(values, keys) if step in values:
                tree = values[str(step)]
                span = keys[str(step)] if key and step == path[-1] else tree.span
                if isinstance(tree, Text) and tree.value is None:
                    span = keys[str(step)]
            case Items(values) if isinstance(step, int) and step < len(values):
                tree = values[step]
                span = tree.span
            case _:
                break
    return span


def text_at(tree: Tree, path: Path) -> Text | None:
    """The scalar at a path, or None when something else is there."""
    for step in path:
        match tree:
            case Entries(values) if step in values:
                tree = values[str(step)]
            case Items(values) if isinstance(step, int) and step < len(values):
                tree = values[step]
            case _:
                return None
    return tree if isinstance(tree, Text) else None


def where_named(tree: Tree, name: str) -> Span | None:
    """The first place at which a name is given: as a key, alone, or before an equals sign."""
    match tree:
        case Text(value, span, indent):
            named = value is not None and value.partition("=")[0].strip() == name
            return Span(span.line, span.column + indent, len(name)) if named else None
        case Items(values):
            return next(filter(None, (where_named(value, name) for value in values)), None)
        case Entries(values, keys):
            if name in keys:
                return keys[name]
            return next(filter(None, (where_named(value, name) for value in values.values())), None)


class _Builder:
    """Builds the tree from the parser's events, so that bounds are kept before anything is made."""

    def __init__(self, source: str, text: str, most: int) -> None:
        self.source = source
        self.text = text
        self.most = most
        self.complaints: list[Complaint] = []
        self.nodes = 0

    def failure(self, message: str, span: Span | None = None, hint: str | None = None) -> SourceError:
        return SourceError(self.source, [*self.complaints, Complaint(message, span, hint)], self.text)

    def document(self) -> Tree:
        events: Iterator[Any] = yaml.parse(self.text, Loader=_Loader)
        trees: list[Tree] = []
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if trees:
                    raise self.failure(_("a second document: a file holds one"), _span(event))
                trees.append(self.node(next(events), events, 0))
        if not trees or (isinstance(trees[0], Text) and trees[0].value is None):
            raise self.failure(_("the file is empty"), hint=_("`backprop init` writes a commented file to start from"))
        return trees[0]

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Tree:
        self.nodes += 1
        if depth > limits.YAML_DEPTH:
            raise self.failure(_("nested more than {limit} deep").format(limit=limits.YAML_DEPTH), _span(event))
        if self.nodes > self.most:
            hint = how_to_raise("values") if self.most == limits.YAML_NODES else None
            raise self.failure(_("more than {limit:,} values").format(limit=self.most), _span(event), hint)
        if isinstance(event, yaml.AliasEvent):
            raise self.failure(_("aliases (*name) are not read: write the value out"), _span(event))
        if getattr(event, "tag", None) not in (None, "!"):
            raise self.failure(_("tags (!name) are not read"), _span(event))
        if getattr(event, "anchor", None):
            raise self.failure(_("anchors (&name) are not read"), _span(event))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(event, events, depth)
        return self.entries(event, events, depth)

    def scalar(self, event: Any) -> Text:
        plain_style = not event.style  # None in PyYAML's own parser, '' in libyaml's
        written = None if plain_style and event.value in _EMPTY else event.value
        return Text(written, _span(event), 0 if plain_style else 1)

    def items(self, start: Any, events: Iterator[Any], depth: int) -> Items:
        values: list[Tree] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self.node(event, events, depth + 1))
        return Items(values, _span(start))

    def entries(self, start: Any, events: Iterator[Any], depth: int) -> Entries:
        values: dict[str, Tree] = {}
        keys: dict[str, Span] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Text) or key.value is None:
                self.complaints.append(Complaint(_("a key must be a plain name"), key.span))
            elif key.value in values:
                first = keys[key.value].line
                message = _("{key!r} stands here twice; the first is in line {line}").format(key=key.value, line=first)
                self.complaints.append(Complaint(message, key.span))
            else:
                values[key.value], keys[key.value] = value, key.span
        return Entries(values, keys, _span(start))


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return Span(start.line + 1, start.column + 1, max(1, length))
