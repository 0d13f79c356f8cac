"""The manual: a page of Markdown for every topic in every language, and here their order.

A page begins with its title, as a heading, and below it one sentence, a paragraph of its own, that stands in the list
of topics. It is written by hand, a file in each language, in which a line `{{name}}` stands for a table that is made
from the program; or it is made from the program altogether.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from backprop_cli.ground.records import record
from backprop_cli.ground.words import language, n_

FOLDER = Path(__file__).parent
GROUPS: dict[str, tuple[str, ...]] = {
    n_("Learning"): (
        "start", "solve", "problems", "layers", "check", "working", "tutor", "gradients", "matrices", "training",
        "rates", "perceptron", "letters",
    ),
    n_("Teaching"): (
        "worksheet", "assignment", "grade", "quiz", "generate", "lint", "conventions", "documents", "draw", "page",
        "online", "programs",
    ),
    n_("Reference"): (
        "commands", "keys", "activations", "losses", "optimizers", "schedules", "names", "notations", "mistakes",
        "json", "python", "watch", "accuracy", "limits", "stability", "changes",
    ),
    n_("Maintaining"): ("rooms", "walk", "adding", "translating", "tests", "benchmarks"),
}  # fmt: skip
COMMANDS = {  # commands that are explained in a topic of another name
    "progress": "tutor",
    "verify": "lint",
    "init": "problems",
    "schema": "problems",
    "help": "start",
}
_FEW = 5


@record
class Topic:
    """A page of the manual in one language, as Markdown."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """Its heading."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def sentence(self) -> str:
        """What it is about: its first paragraph."""
        return self.text.split("\n\n", 2)[1].strip()


def topics() -> tuple[str, ...]:
    """The names of all topics that are listed, in their order."""
    return tuple(name for names in GROUPS.values() for name in names)


def all_topics() -> tuple[str, ...]:
    """The names of all topics: those that are listed, and a type of layer each behind that of layers."""
    from backprop_cli.manual.generated import layers

    return tuple(one for name in topics() for one in (name, *(layers.topics() if name == "layers" else ())))


def topic_of(command: str) -> str:
    """The name of the topic that explains a command."""
    return COMMANDS.get(command, command)


def is_written(name: str) -> bool:
    """Whether the page of a topic is written by hand."""
    return (FOLDER / "en" / f"{name}.md").is_file()


def topic(name: str) -> Topic:
    """The page of a topic in the language that is spoken."""
    if is_written(name):
        text = (FOLDER / language() / f"{name}.md").read_text("utf-8")
        return Topic(name, _TABLE.sub(_made, text) if "{{" in text else text)
    from backprop_cli.manual import generated

    return Topic(name, generated.page(name))


_TABLE = re.compile(r"(?m)^\{\{(\w+)\}\}$")


def _made(mark: re.Match[str]) -> str:
    from backprop_cli.manual.generated import TABLES

    return TABLES[mark[1]]()


def summary(name: str) -> str:
    """The sentence of a topic, without the rest of its page."""
    if is_written(name):
        return Topic(name, (FOLDER / language() / f"{name}.md").read_text("utf-8")).sentence
    from backprop_cli.manual import generated

    return generated.summary(name)


def entry(word: str) -> Topic | None:
    """The page that explains a word that is no topic: a key of problem files, or a name of a table."""
    from backprop_cli.manual import generated

    text = generated.entry(word)
    return None if text is None else Topic(word, text)


def topics_with(word: str, among: Iterable[str]) -> list[str]:
    """The few of these topics in which a word stands most often, the best first."""
    counts = {name: topic(name).text.lower().count(word.lower()) for name in among}
    found = sorted(filter(counts.get, counts), key=lambda name: -counts[name])
    return found[:_FEW]
