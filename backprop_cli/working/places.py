"""The places that words name: `Epoch 2`, `2nd step`, `erster Schritt`, 第三步, `t = 1:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backprop_cli.algebra.references import RATE, START
from backprop_cli.ground.patterns import pattern
from backprop_cli.working.characters import plain

_KNOWN = (
    r"epoch|batch|sample|step|iteration|pattern|example|observation|data\s?point"
    r"|epoche|muster|beispiel|bsp|datenpunkt|schritt"
)
_RUNS = r"learning\s+rate|starting\s+point|lernrate|startpunkt|学习率|起点"
_CHINESE = r"轮之?后|轮|个样本|步"
_NUMERALS = "一二三四五六七八九十"
_ORDINALS = {
    **dict.fromkeys(("first", "erste", "1st"), 1), **dict.fromkeys(("second", "zweite", "2nd"), 2),
    **dict.fromkeys(("third", "dritte", "3rd"), 3), **dict.fromkeys(("fourth", "vierte", "4th"), 4),
    **dict.fromkeys(("fifth", "fünfte", "5th"), 5),
}  # fmt: skip
_PLACES = re.compile(
    rf"\b(?P<word>after\s+epoch|report|{_KNOWN})s?[\s_.:#-]*(?:no\.?|nr\.?|number)?\s*(?P<number>[0-9]{{1,9}})"
    rf"|\b(?P<ordinal>{'|'.join(_ORDINALS)})[nrsm]?\s+(?P<of>{_KNOWN})\b"
    rf"|\b(?P<counted>[0-9]{{1,4}})\.\s?(?P<noun>epoche|muster|beispiel|schritt)\b"
    r"|\b(?P<after>after)\b(?:\s+(?:(?:the|one|an?|this|that|first)\s+){0,2}(?:updates?|steps?)\b|(?=\W*$))"
    rf"|第\s*(?P<no>[0-9]{{1,9}}|[{_NUMERALS}])\s*(?P<chinese>{_CHINESE})"
    r"|(?P<behind>样本|轮次|步骤)\s*(?P<count>[0-9]{1,9})"
    r"|\b(?:at|time|zeit|zeitpunkt|bei|adam|momentum|update|iter)\W{0,3}[tkn]\s?=\s?(?P<time>[0-9]{1,4})(?=\W*$)"
    rf"|(?P<run>{_RUNS})\s*(?P<which>[0-9]{{1,2}})(?![.,]?[0-9])",
    re.I,
)
_WORDS = {
    "iteration": "step", "schritt": "step", "步": "step", "步骤": "step", "pattern": "sample", "example": "sample",
    "muster": "sample", "beispiel": "sample", "bsp": "sample", "datenpunkt": "sample", "observation": "sample",
    "data point": "sample", "datapoint": "sample", "样本": "sample", "个样本": "sample", "epoche": "epoch",
    "轮": "epoch", "轮次": "epoch", "轮后": "report", "轮之后": "report", "after epoch": "report",
    "learning rate": RATE, "lernrate": RATE, "学习率": RATE, "starting point": START, "startpunkt": START,
    "起点": START,
}  # fmt: skip
_EXERCISE = pattern(
    r"\W*(?:(?:exercise|problem|question|task|aufgabe|übung|frage|练习|习题|题目|题)s?[\s_.:#-]*(?:no\.?|nr\.?)?\s*([0-9]{1,3})(?![0-9.]*[0-9])"
    r"|第\s*([0-9]{1,3})\s*题|\(?([0-9]{1,3})[.)]\s*$)",
    re.I,
)
_BEHIND = re.compile(r"(?:^|[\s,(:])[tkn]\s?=\s?(?P<number>[0-9]{1,4})\W{0,3}$")
_TIME = re.compile(r"\s*\(?[tkn]\s?=\s?(?P<number>[0-9]{1,4})\)?\s?[:.)]\s+(?=\S)")


def places_in(text: str) -> Iterator[tuple[str, str]]:
    """Every place that a text names, as the word of an address and its number, which is empty after an update."""
    for found in _PLACES.finditer(text):
        word, number = _place(found)
        word = " ".join(word.lower().split())
        yield _WORDS.get(word, word), number


def is_place(text: str) -> bool:
    """Whether a text names a place and nothing else."""
    return _PLACES.fullmatch(text.strip()) is not None


def is_time(text: str) -> bool:
    """Whether a line only names a step in time: Adam, t = 1."""
    return "=" in text and any(found["time"] for found in _PLACES.finditer(text))


def time_behind(text: str) -> str:
    """The number of the step in time that a heading ends with, `Backward pass, t = 2`; empty where there is none."""
    found = _BEHIND.search(text)
    return found["number"] if found and text.count("=") == 1 else ""


def place_word(text: str) -> str:
    """The word of an address that heads a column of numbers: `Iteration` is step; empty where it is none."""
    word = re.sub(r"(?:s|n|en)?(?:\s?(?:no\.?|nr\.?|#))?$", "", text.strip().lower())
    found = _WORDS.get(word, word)
    return found if found in ("sample", "step", "epoch") else ""


def exercise_in(text: str) -> str:
    """The number of the exercise that a heading begins with, without zeros before it; empty where it names none."""
    found = _EXERCISE.match(plain(text))
    return next(filter(None, found.groups()), "").lstrip("0") if found else ""


def heads_exercises(text: str) -> bool:
    """Whether a cell heads a column with the numbers of exercises: Exercise, Aufgabe."""
    return exercise_in(f"{text} 1") == "1"


def time_before(text: str) -> tuple[str, int]:
    """The number of a time step that a line begins with, `t = 1: a = …`, and where the rest begins."""
    found = _TIME.match(text)
    return (found["number"], found.end()) if found else ("", 0)


def _place(found: re.Match[str]) -> tuple[str, str]:
    """The word and the number of one match."""
    if found["ordinal"]:
        return found["of"], str(_ORDINALS[found["ordinal"].lower()])
    if found["after"]:
        return "after", ""
    if found["time"]:
        return "step", found["time"]
    if found["no"]:
        number = found["no"]
        return found["chinese"], number if number.isdecimal() else str(_NUMERALS.index(number) + 1)
    pairs = (("word", "number"), ("noun", "counted"), ("behind", "count"), ("run", "which"))
    return next((found[word], found[number]) for word, number in pairs if found[word])
