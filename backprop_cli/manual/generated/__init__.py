"""Pages of the manual that are made from the schema and the tables, and tables for pages that are written by hand.

A page is Markdown in the language that is spoken: its title, a sentence, what the tables say, and an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.rates import SCHEDULES
from backprop_cli.algebra.second_order import SECOND_ORDER
from backprop_cli.checking.mistakes import MISTAKES
from backprop_cli.ground.words import _, n_
from backprop_cli.manual.generated import functions, keys, layers, mistakes, quantities, training
from backprop_cli.manual.generated.markdown import sections
from backprop_cli.writing.notation import notations

PAGES: dict[str, tuple[str, str, Callable[[], str]]] = {  # title, sentence, and what stands below them
    "keys": (n_("Keys of a problem file"), n_("Every key, what may stand there, and what it means."), keys.every_key),
    "activations": (
        n_("Activations"),
        n_("Every activation, what it does, and its slope."),
        functions.activations,
    ),
    "losses": (n_("Losses"), n_("Every loss, and its slope."), functions.losses),
    "optimizers": (n_("Optimizers"), n_("Every optimizer, its settings and its state."), training.optimizers),
    "schedules": (n_("Schedules"), n_("Every way in which the learning rate may change."), training.schedules),
    "mistakes": (n_("Usual mistakes"), n_("What `check` calls by its name, and what to do about it."), mistakes.listed),
}
_NAMES: dict[str, Callable[[], Iterable[str]]] = {
    "activations": lambda: (*ACTIVATIONS, "softmax"),
    "losses": lambda: LOSSES,
    "optimizers": lambda: (*OPTIMIZERS, *SECOND_ORDER),
    "schedules": lambda: SCHEDULES,
    "notations": notations,
    "mistakes": MISTAKES.keys,
}
TABLES: dict[str, Callable[[], str]] = {  # by the mark in a page that is written by hand
    "layers": layers.every_type,
    "names": quantities.names,
    "notations": quantities.notations,
    "words": quantities.words_of_a_page,
}


def page(name: str) -> str:
    """The page of a topic that is not written by hand; raises KeyError for a name that is none."""
    if name in layers.topics():
        return layers.page(name.removeprefix(layers.PREFIX))
    title, sentence, below = PAGES[name]
    return sections(f"# {_(title)}", _(sentence), below())


def summary(name: str) -> str:
    """The sentence of such a topic, without the rest of its page."""
    return _(PAGES[name][1])


def words() -> dict[str, str]:
    """The names of the tables and of the types of layers, each with the topic that it stands in."""
    found = {name: topic for topic, names in _NAMES.items() for name in names()}
    return found | {name.removeprefix(layers.PREFIX): name for name in layers.topics()}


def entry(word: str) -> str | None:
    """The page of a key, or that of the table which has the word; None for any other word."""
    return page(words()[word]) if word in words() else keys.entry(word)
