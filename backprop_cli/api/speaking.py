"""The language of everything that is shown: one of those that the program has."""

from __future__ import annotations

from backprop_cli.ground.errors import unknown
from backprop_cli.ground.words import _, language_called, set_language, short_names


def speak(language: str) -> None:
    """Says everything in this language from now on: `speak("zh")`, `speak("de")`, `speak("en")`.

    Raises UsageError for a language that there is not.
    """
    set_language(known_language(language), everywhere=True)


def known_language(name: str) -> str:
    """The language of a name, a tag or a locale. Raises UsageError for one that there is not."""
    found = language_called(name)
    if found is None:
        raise unknown(_("no language called {name!r} ({hint})"), name, short_names())
    return found
