"""Which word was answered: in any language, in any letter case, by an unambiguous beginning, or by a ticked box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from backprop_cli.ground.words import in_every_language
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.enclosures import within
from backprop_cli.numbers.exact import Rational, numeral, rational
from backprop_cli.questions.question import Question, Word

_BOX = re.compile(r"(☐|□|\[\s?\]|\(\s\))|(☒|☑|■|✓|✔|✗|✘|\[\s?[xX✓✔]\s?\]|\([xX]\))")
_STEM = 5  # letters that a word and another form of it have in common
_MOST = 200  # characters that are looked at
_NEAR = rational(1, 200)
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_COMPARED = re.compile(r"^(?:0\s*<)?\s*(?:η|eta)?\s*[<≤=]?\s*")


def word_in(question: Question, text: str) -> Word | None:
    """The word that a text means; None where it means none, or where it may be several."""
    said = text.strip()[:_MOST]
    if _BOX.search(said):
        return _ticked(question, said)
    plain = _plain(said)
    if not plain:
        return None
    if (found := _number(question.words, said)) is not None:
        return found
    known = {word.text: [_plain(one) for one in spellings(word)] for word in question.words}
    for fits in (_is, _begins, _has_the_stem_of):
        meant = [key for key, ones in known.items() if any(fits(plain, one) for one in ones)]
        if meant:
            return question.word(meant[0]) if len(meant) == 1 else None
    return None


def spellings(word: Word) -> list[str]:
    """What may be written for a word: in every language, and as it is shown; with umlauts or without."""
    found = dict.fromkeys([*in_every_language(word.text), word.shown, word.label])
    return [one for text in found if text for one in (text, _without_umlauts(text))]


def _is(said: str, word: str) -> bool:
    return said == word


def _begins(said: str, word: str) -> bool:
    return word.startswith(said)


def _has_the_stem_of(said: str, word: str) -> bool:
    """Whether it is another form of the word: vanishes for vanishing."""
    shared = next((at for at, (a, b) in enumerate(zip(said, word, strict=False)) if a != b), min(len(said), len(word)))
    return shared >= _STEM and 3 * shared >= 2 * len(said)


def _plain(text: str) -> str:
    """A text without case, accents, signs and blanks; of Chinese nothing is taken away."""
    bare = unicodedata.normalize("NFKD", text.replace("½", "1/2")).casefold().strip(" .!,;")
    return "".join(char for char in bare if char.isalnum() or char in "=∂−/-′<.")  # as far as words have these


def _without_umlauts(text: str) -> str:
    return "".join(_UMLAUTS.get(char, char) for char in text)


def _number(words: Iterable[Word], text: str) -> Word | None:
    """The word that is a number, by its value."""
    valued = [word for word in words if word.value is not None]
    if not valued:
        return None
    top, _slash, bottom = _COMPARED.sub("", text.replace(",", ".")).partition("/")
    try:
        value = numeral(top.strip()) / numeral(bottom.strip() or "1")
    except (ValueError, OverflowError, ZeroDivisionError):
        return None
    with precision(64):
        near = [word for word in valued if _is_near(word.value, value)]
    return near[0] if len(near) == 1 else None


def _is_near(one: Real | None, value: Rational) -> bool:
    return one is not None and within(one, value, value * _NEAR)


def _ticked(question: Question, text: str) -> Word | None:
    """The word behind the one box that is ticked."""
    boxes = list(_BOX.finditer(text))
    labels = [text[box.end() : after] for box, after in zip(boxes, _ends(boxes, text), strict=True)]
    ticked = [label for box, label in zip(boxes, labels, strict=True) if box[2]]
    return word_in(question, _BOX.sub("", ticked[0]).strip(" ,;|")) if len(ticked) == 1 else None


def _ends(boxes: Sequence[re.Match[str]], text: str) -> list[int]:
    """Where the label behind each box ends."""
    return [*(box.start() for box in boxes[1:]), len(text)]
