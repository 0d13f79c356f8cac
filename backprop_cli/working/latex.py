"""LaTeX: its mathematics, its words, lists and tables, as lines of plain characters."""

from __future__ import annotations

import re

from backprop_cli.working.collecting import collect
from backprop_cli.working.gather import Gatherer
from backprop_cli.working.model import HandIn
from backprop_cli.working.tex_lines import lines_of_tex

_BODY = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", re.S)
_OWN = re.compile(r"^[ \t]*\\(?:re)?newcommand.*$", re.M)


def read(text: str, source: str) -> HandIn:
    """The chains of a LaTeX file; of a preamble, only the student's own macros."""
    gatherer = Gatherer(source)
    body, first = text, 1
    if found := _BODY.search(text):
        own = " ".join(_OWN.findall(text[: found.start(1)]))
        body, first = own + found[1], text.count("\n", 0, found.start(1)) + 1
    collect(lines_of_tex(body, gatherer.remark, first=first), gatherer)
    return gatherer.hand_in(text, "latex")
