"""Every word shown to a person passes through here, so that another language is one catalogue.

The language belongs to who reads: it is set once, before anything is shown to them, and holds in their context, so that
one process can serve two readers; where nobody reads in particular, the usual one is spoken.
A catalogue is `locale/<language>/LC_MESSAGES/backprop.po` (the compiled `.mo` beside it is what is read); English is
what the messages are written in, needs none, and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace as _replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_cli.ground.records import record

if TYPE_CHECKING:
    from gettext import GNUTranslations

ENGLISH = "en"
FOLDER = Path(__file__).parent / "locale"
_AFTER_A_NAME = ("was", "is", "has", "and")  # no article stands before these: the a is a name
_IN_BRACKETS = re.compile(r"(?s)(.*(?: \(|（)[^()（）]+)([)）])")
_BEYOND_LATIN = "\u0180"  # the indices in δₕ are letters, too


@record
class _Reader:
    """Who reads: the language, its catalogue where it is not English, and what says a message in words of their own."""

    language: str = ENGLISH
    catalogue: GNUTranslations | None = None
    own_words: Callable[[str], str] | None = None


_READER: ContextVar[_Reader] = ContextVar("reader")
_USUAL = [_Reader()]  # where a context has no reader of its own: cells of a notebook, threads


def languages() -> tuple[str, ...]:
    """The languages there are, English first, then one for each catalogue."""
    return (ENGLISH, *sorted(file.parts[-3] for file in FOLDER.glob("*/LC_MESSAGES/backprop.mo")))


def short_names() -> tuple[str, ...]:
    """What is typed for a language: `en`, `de`, `zh`."""
    return tuple(language.partition("_")[0] for language in languages())


def language_called(name: str) -> str | None:
    """The language that a tag or a locale means (`zh`, `zh-CN`, `zh_CN.UTF-8`); None for one without a catalogue."""
    plain = name.partition(".")[0].partition("@")[0].replace("-", "_").lower()
    known = languages()
    exact = [language for language in known if language.lower() == plain]
    near = [language for language in known if language.lower().partition("_")[0] == plain.partition("_")[0]]
    return next(iter(exact + near), None)


def language_of_reader(environment: Mapping[str, str]) -> str:
    """The language of the locale, by the rules of gettext; English where there is no catalogue for it."""
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if locale in ("C", "POSIX"):
        return ENGLISH
    preferred = environment.get("LANGUAGE") or locale  # a list, the best first
    return next(filter(None, map(language_called, preferred.split(":"))), ENGLISH)


def set_language(language: str, *, everywhere: bool = False) -> None:
    """Speaks this language, one of `languages()`, from now on: in this context, or also in those that have none."""
    reader = _Reader(language, None if language == ENGLISH else _catalogue(language))
    _READER.set(reader)
    if everywhere:
        _USUAL[0] = reader


def _reader() -> _Reader:
    return _READER.get(_USUAL[0])


@lru_cache(maxsize=8)
def _catalogue(language: str) -> GNUTranslations:
    from gettext import GNUTranslations

    with (FOLDER / language / "LC_MESSAGES" / "backprop.mo").open("rb") as file:
        return GNUTranslations(file)


def in_every_language(message: str) -> tuple[str, ...]:
    """A message as it is said in each of the languages: what somebody may write for it."""
    return (message, *(_catalogue(one).gettext(message) for one in languages() if one != ENGLISH))


def language() -> str:
    """The language that is spoken, one of `languages()`."""
    return _reader().language


def language_tag() -> str:
    """The language that is spoken, as documents state it: `en`, `zh-CN`."""
    return language().replace("_", "-")


def _(message: str) -> str:
    """The message in the reader's language; fill its `{fields}` after the translation, never before."""
    reader = _reader()
    said = message if reader.catalogue is None or not message else reader.catalogue.gettext(message)
    return said if reader.own_words is None else reader.own_words(said)


def translated(message: str) -> str:
    """The message in the reader's language, in its usual words."""
    catalogue = _reader().catalogue
    return message if catalogue is None or not message else catalogue.gettext(message)


def in_own_words(said: str) -> str:
    """What was said in usual words, in those of the course."""
    own_words = _reader().own_words
    return said if own_words is None else own_words(said)


def say_in(own_words: Callable[[str], str] | None) -> None:
    """From now on, in this context, messages are said as this function says them: the words of a course."""
    _READER.set(_replace(_reader(), own_words=own_words))


@contextmanager
def said_in(own_words: Callable[[str], str] | None) -> Iterator[None]:
    """Meanwhile, messages are said as this function says them."""
    before = _READER.set(_replace(_reader(), own_words=own_words))
    try:
        yield
    finally:
        _READER.reset(before)


def n_(message: str) -> str:
    """Marks a message that stands in a table and is translated when it is shown."""
    return message


def plural(one: str, many: str, count: int) -> str:
    """The form of a message that suits `count`, with its `{count}` filled in; both are written where it is called."""
    reader = _reader()
    own, catalogue = reader.own_words, reader.catalogue
    form = (one if count == 1 else many) if catalogue is None else catalogue.ngettext(one, many, count)
    return (form if own is None else own(form)).format(count=count)


# ---- how the language puts words together ------------------------------------------------------------------------


def decimal_sign() -> str:
    """What stands before the decimals of a number: a point, or the comma of languages that write one."""
    return _("0.5")[1]


def in_figures(text: str) -> str:
    """A number as the reader writes it: 0.25 is 0,25 where there is a decimal comma."""
    return text.replace(".", decimal_sign())


def as_printed(text: str) -> str:
    """A number that was computed, as print has it: −0.25, and −0,25 where there is a decimal comma."""
    return in_figures(text).replace("-", "−")


def counted(number: int) -> str:
    """A count as the reader writes it: 12,500, and 12500 where a comma stands before decimals."""
    return f"{number:,}" if decimal_sign() == "." else str(number)


def value_mark() -> str:
    """What stands behind a value in a list of values: a semicolon where a comma stands in the numbers."""
    return "," if decimal_sign() == "." else ";"


def listed(words: Iterable[str], most: int | None = None) -> str:
    """Things of one kind, one after the other: w1, w2, b1; of more than `most`, the first ones and an ellipsis."""
    known = list(words)
    return _(", ").join(known if most is None or len(known) <= most else [*known[:most], "…"])


def told(words: Iterable[str]) -> str:
    """Words of which each says more of the same thing: epoch 2, sample 1."""
    together, *rest = [*words] or [""]
    for more in rest:
        together = _("{said}, {more}").format(said=together, more=more)
    return together


def aside(said: str, more: str) -> str:
    """Words, and some in brackets behind them: no such key (did you mean this one?); in those that they end with."""
    before, closed = unclosed(said)
    return told([before, more]) + closed if closed else _("{message} ({hint})").format(message=said, hint=more)


def unclosed(said: str) -> tuple[str, str]:
    """Words that end in brackets, `convolution (layer 1)`, without the last one, and that one; else they and nothing.

    The brackets of f(x) are none of words: they stand at a name.
    """
    found = _IN_BRACKETS.fullmatch(said)
    return (found[1], found[2]) if found else (said, "")


def per_cent(number: str) -> str:
    """A share of a hundred: 75 %; in some languages the sign stands at the number."""
    return _("{number} %").format(number=number)


def clauses(said: Iterable[str]) -> str:
    """What belongs together in one sentence: the loss falls; it ends lower."""
    return _("; ").join(said)


def labelled(label: str, said: str) -> str:
    """What is said of a thing: Error: it grows."""
    return _("{label}: {said}").format(label=label, said=said)


def announced(label: str) -> str:
    """The label of what stands below it: Error:"""
    return labelled(label, "").rstrip()


def ended(said: str) -> str:
    """The words with a full stop, unless they end a sentence already."""
    ends = not said or said.endswith((".", "?", "!", "。", "？", "！"))
    return said if ends else _("{sentence}.").format(sentence=said)


def as_sentence(said: str) -> str:
    """The words as a sentence; a symbol at its beginning (σ(x), m̂, ln, an input a) stays as it is."""
    first, _blank, rest = said.partition(" ")
    first = first.rstrip(",:;")
    is_an_article = first == "a" and language() == ENGLISH and rest.partition(" ")[0] not in _AFTER_A_NAME
    is_word = first.isalpha() and max(first) < _BEYOND_LATIN and first != "ln" and (len(first) > 1 or is_an_article)
    return ended((said[:1].upper() if is_word else said[:1]) + said[1:])


def sentence_space() -> str:
    """What stands between two sentences: a space, or nothing."""
    return _("{text} {more}").format(text="", more="")


def sentences(said: Iterable[str]) -> str:
    """Sentences, one after the other."""
    return reduce(lambda text, more: _("{text} {more}").format(text=text, more=more), said)
