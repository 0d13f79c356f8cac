"""Reads YAML as text with its places: no type is guessed, no tag obeyed, no alias followed, no key lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, TypeAlias

import yaml

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Complaint, SourceError, Span, how_to_raise
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMPTY = {"", "~", "null", "Null", "NULL"}


@record
class Text:
    """A scalar, exactly as written; `value` is None where nothing was written."""

    value: str | None
    span: Span
    indent: int = 0  # characters from the start of the span to the text (a quote); below 0 where a name was put before


@record
class Entries:
    """A mapping: its keys with their places, and their values."""

    values: dict[str, Tree]
    keys: dict[str, Span]
    span: Span


@record
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
    except yaml.YAMLError as error:
        _look_behind(builder)
        raise builder.failure(*_explained(error, text, builder.brackets)) from None


def _look_behind(builder: _Builder) -> None:
    """Raises what is said of brackets too deep where the parser stumbled over them first.

    It reads up to a line ahead of what it tells, and has a bound of its own; of a text that ends with as many brackets
    as we allow it can tell all.
    """
    brackets = islice(re.finditer(r"[\[{]", builder.text[builder.told :]), limits.YAML_DEPTH + 1)
    if ends := [builder.told + bracket.end() for bracket in brackets]:
        with suppress(yaml.YAMLError):
            _Builder(builder.source, builder.text[: ends[-1]], builder.most).document()


def _explained(error: Any, text: str, brackets: list[Span]) -> tuple[str, Span | None]:
    """What is wrong where the parser stumbled, in words of our own, and the place."""
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return _("not YAML"), None
    span = _place(text, mark.index)
    if "\t" in text[mark.index - span.column + 1 : mark.index + 1]:
        return _("a tab: YAML is indented with spaces"), span
    if mark.index >= len(text) and start and text[start.index : start.index + 1] in ("'", '"'):
        return _("not YAML: the quotation mark of line {line} is not closed").format(
            line=_place(text, start.index).line
        ), span
    if brackets:
        said = _("not YAML: the bracket of line {line} is not closed before this")
        return said.format(line=brackets[-1].line), span
    hints = (_(hint) for signs, hint in _STUMBLED.items() if text[mark.index : mark.index + 1] in signs.split())
    hint = next(hints, None) or _("this does not go with the indentation and the punctuation before it")
    return _("not YAML: {reason}").format(reason=hint), span


def _place(text: str, index: int) -> Span:
    """The place of a character."""
    return Span(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index), 1)


_STUMBLED = {  # by the sign at which a parser stops
    ":": n_("a text with a colon in it stands in quotes"),
    "\\": n_("a text with a backslash in it stands in single quotes"),
    "@ ` %": n_("a text that begins with this sign stands in quotes"),
}
_REFUSED = yaml.reader.Reader.NON_PRINTABLE  # YAML 1.1, section 5.1


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


def renamed(tree: Tree, path: Path, name: str | None) -> Tree:
    """The tree with another name for the key that a path ends in, in its place; without it, where the name is None."""
    match tree:
        case Entries(values, keys, span) if len(path) == 1:
            names = {key: name if key == path[0] else key for key in values}
            return Entries(
                {new: values[key] for key, new in names.items() if new is not None},
                {new: keys[key] for key, new in names.items() if new is not None},
                span,
            )
        case Entries(values, keys, span) if path[0] in values:
            inside = {key: renamed(one, path[1:], name) if key == path[0] else one for key, one in values.items()}
            return Entries(inside, keys, span)
        case Items(values, span):
            return Items(
                [renamed(one, path[1:], name) if at == path[0] else one for at, one in enumerate(values)], span
            )
    return tree


def where_named(tree: Tree, name: str) -> Span | None:
    """The first place at which a name is given: as a key, alone, or before an equals sign."""
    match tree:
        case Text(value, span, indent):
            named = value is not None and value.partition("=")[0].strip() == name
            return Span(span.line, span.column + max(0, indent), len(name)) if named else None
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
        self.told = 0  # the end of what the parser has told of, in characters
        self.brackets: list[Span] = []  # those that are open there

    def failure(self, message: str, span: Span | None = None, hint: str | None = None) -> SourceError:
        return SourceError(self.source, [*self.complaints, Complaint(message, span, hint)], self.text)

    def document(self) -> Tree:
        if sign := _REFUSED.search(self.text):
            raise self.failure(_("not YAML: a control character"), _place(self.text, sign.start()))
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
        self.told = event.end_mark.index
        if depth > limits.YAML_DEPTH:
            raise self.failure(_("nested more than {limit} deep").format(limit=limits.YAML_DEPTH), _span(event))
        if self.nodes > self.most:
            hint = how_to_raise("values") if self.most == limits.YAML_NODES else None
            raise self.failure(_("more than {limit:,} values").format(limit=self.most), _span(event), hint)
        if isinstance(event, yaml.AliasEvent):
            raise self.failure(_("aliases (*name) are not read: write the value out"), _span(event))
        if event.tag is not None and event.tag != "!":
            raise self.failure(_("tags (!name) are not read"), _span(event))
        if event.anchor:
            raise self.failure(_("anchors (&name) are not read"), _span(event))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        read = self.items if isinstance(event, yaml.SequenceStartEvent) else self.entries
        if not event.flow_style:
            return read(event, events, depth)
        self.brackets.append(_span(event))
        tree = read(event, events, depth)
        self.brackets.pop()
        return tree

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
    return Span(start.line + 1, start.column + 1, length or 1)


def text_with_own_keys(text: str, listed: str, place: int, first: str) -> str:
    """A mapping's text in which the keys of one entry of its list `listed` take the place of those at the top.

    The list is gone, and the key `first` stands first. The text was read before, so that it is known to be sound.
    """
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = {key.value: (key, value) for key, value in root.value}
    _key, entries = pairs.pop(listed)
    pairs |= {key.value: (key, value) for key, value in entries.value[place].value}
    root.value = [pairs[name] for name in sorted(pairs, key=lambda name: name != first)]
    root.flow_style = False
    return str(yaml.serialize(root, allow_unicode=True, width=10_000))
