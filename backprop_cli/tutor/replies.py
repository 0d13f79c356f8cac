"""What a reply means: a command, however it is said, or an answer without what people type around a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from backprop_cli.working.model import TextLine
from backprop_cli.working.tex_lines import with_tex

ENGLISH = ("hint", "why", "show", "given", "skip", "keep", "put", "back", "quit", "help")
_ALSO: Mapping[str, str] = {
    "h": "hint", "w": "why", "q": "quit", "exit": "quit", "?": "help",
    "提示": "hint", "为什么": "why", "显示": "show", "跳过": "skip", "保留": "keep", "返回": "back", "上一题": "back",
    "退出": "quit", "帮助": "help", "已知": "given", "放入": "put",
    "hinweis": "hint", "tipp": "hint", "warum": "why", "zeigen": "show", "lösung": "show", "überspringen": "skip",
    "behalten": "keep", "zurück": "back", "ende": "quit", "beenden": "quit", "hilfe": "help", "gegeben": "given",
    "einsetzen": "put",
}  # fmt: skip
_FULL_WIDTH = str.maketrans({0xFF01 + index: chr(0x21 + index) for index in range(0x5E)} | {"。": ".", "\u3000": " "})
_MORE = re.compile(r"(?P<command>[a-z]{4,}|why)(?: [a-z' ]*)?[ ?!.…]*")  # hint please, why?
_BETWEEN = re.compile(r"[=≈<>]")  # a name and its value; more than one sign is a line of work
_COMMAND_OF_TEX = re.compile(r"\\[a-zA-Z(\[]")
_IN_BRACKETS = re.compile(r"\s*\\[(\[]")  # \( … \)
_SIGNS = "=≈≃≅≐~ \t"


def command_in(text: str) -> str | None:
    """The command that a reply is, by its English word; None for anything else."""
    word = text.translate(_FULL_WIDTH).strip().lower()
    if word in ENGLISH:
        return word
    if (also := _ALSO.get(word) or _ALSO.get(word.rstrip("?!. "))) is not None:
        return also
    more = _MORE.fullmatch(word)
    return more["command"] if more is not None and more["command"] in ENGLISH else None


def answer_in(text: str, is_asked: Callable[[str], bool]) -> str:
    """The number or calculation in a reply: 0.38 of `= 0.38`, and of `net_h1 = 0.38` where that is what is asked."""
    plain = text.translate(_FULL_WIDTH).strip().lstrip(_SIGNS) or text.strip()
    name, *values = map(str.strip, _BETWEEN.split(plain))
    if len(values) != 1 or "<" in plain or ">" in plain:
        return plain
    has_both = any(map(str.isalpha, name)) and any(map(str.isdigit, values[0]))
    return values[0] if has_both and is_asked(name) else plain


def plain_reply(text: str) -> str:
    """A reply with plain characters for full-width ones, and with the TeX in it made plain."""
    text = text.translate(_FULL_WIDTH)
    if "$" not in text and not _COMMAND_OF_TEX.search(text):
        return text
    whole = f"${text}$" if "$" not in text and not _IN_BRACKETS.match(text) else text
    return " ".join(line.text for line in with_tex([TextLine(whole, 1)], lambda *_said: None)).strip()


def is_wordy(text: str) -> bool:
    """Whether a reply has no digit in it."""
    return not any(char.isdigit() for char in text)
