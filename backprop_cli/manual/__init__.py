"""The manual: a page of Markdown for every topic in every language, and here their order.

A page begins with its title, as a heading, and below it one sentence, a paragraph of its own, that stands in the list
of topics.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backprop_cli.ground.words import language, n_

FOLDER = Path(__file__).parent
GROUPS: dict[str, tuple[str, ...]] = {
    n_("Learning"): (
        "start", "solve", "problems", "layers", "check", "working", "tutor", "gradients", "matrices", "training",
        "rates", "perceptron", "letters",
    ),
    n_("Teaching"): ("worksheet", "grade", "generate", "lint", "conventions", "documents", "draw", "programs"),
    n_("Reference"): (
        "commands", "names", "notations", "json", "python", "watch", "accuracy", "limits", "stability", "changes",
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


@dataclass(frozen=True, slots=True)
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
    """The names of all topics, in their order."""
    return tuple(name for names in GROUPS.values() for name in names)


def topic_of(command: str) -> str:
    """The name of the topic that explains a command."""
    return COMMANDS.get(command, command)


def topic(name: str) -> Topic:
    """The page of a topic in the language that is spoken."""
    return Topic(name, (FOLDER / language() / f"{name}.md").read_text("utf-8"))


def topics_with(word: str) -> list[str]:
    """The few topics in which a word stands most often, the best first."""
    counts = {name: topic(name).text.lower().count(word.lower()) for name in topics()}
    found = sorted(filter(counts.get, counts), key=lambda name: -counts[name])
    return found[:_FEW]
