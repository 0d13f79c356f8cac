"""The answers to questions in words that stand in a hand-in, in chains or behind their names in lines of words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.ground.errors import Span, visible
from backprop_cli.ground.records import record
from backprop_cli.problem.questions import QUESTION, called
from backprop_cli.working.model import Chain, HandIn, Spot


@record
class WordReply:
    """What was written as the answer to a question, and where."""

    text: str
    span: Span | None = None


def replies_in(hand_in: HandIn, asked: tuple[str, ...]) -> tuple[dict[str, WordReply], Sequence[Chain]]:
    """The replies by the questions, of several the last that is not empty; and the chains that are none."""
    if not asked:
        return {}, hand_in.chains
    found: dict[str, WordReply] = {}
    others: list[Chain] = []
    for chain in hand_in.chains:
        key = called(chain.name, asked)
        if key is None:
            others.append(chain)
        else:
            _note(found, key, chain.parts[-1].text, chain.spot)
    for key, text, spot in _in_words(hand_in, asked):
        _note(found, key, text, spot)
    return found, others


def _in_words(hand_in: HandIn, asked: tuple[str, ...]) -> Iterator[tuple[str, str, Spot]]:
    """The lines without an equals sign that begin with a question."""
    for remark in hand_in.remarks:
        name = QUESTION.match(remark.text)
        key = called(name[1], asked) if name else None
        if name is not None and key is not None:
            yield key, remark.text[name.end() :].strip(" \t:=,;|&"), remark.spot


def _note(found: dict[str, WordReply], key: str, text: str, spot: Spot) -> None:
    if text or key not in found:
        found[key] = WordReply(" ".join(visible(text).split()), spot.span)
