"""Where a piece of code in the manual leads: to a topic, or to a key in the topic of all keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from backprop_cli import manual
from backprop_cli.manual import generated

_HELP = re.compile(r"backprop help ([\w.]+)")


def place(code: str) -> tuple[str, str] | None:
    """The topic that `backprop help WORD` or the name of a type of layer leads to, and the key there, or ''."""
    match = _HELP.fullmatch(code)
    word = match[1] if match else code
    if match is None and not word.startswith(generated.layers.PREFIX):
        return None
    name = manual.topic_of(word)
    return (name, "") if name in manual.all_topics() else _words().get(word)


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    keys = {key: ("keys", key) for key in generated.keys.all_keys()}
    return keys | {word: (topic, "") for word, topic in generated.words().items()}


def groups() -> dict[str, tuple[str, ...]]:
    """All topics by the (marked) names of their groups, with the types of layers behind that of layers."""
    every = manual.all_topics()
    return {
        group: tuple(one for one in every if one.partition(".")[0] in names) for group, names in manual.GROUPS.items()
    }
