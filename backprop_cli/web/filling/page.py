"""A blank sheet as a form in a browser, in one file: it saves the answer file itself, without a server."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib import resources

from backprop_cli.documents.model import Document, Entry, Table
from backprop_cli.formats.print import html
from backprop_cli.ground.words import _


def page(sheet: Document) -> str:
    """The page of a blank sheet, whose mathematics is in the dialect of HTML."""
    entries = [one for block in sheet.blocks if isinstance(block, Table) for one in block.entries]
    script = _file("form.js")
    return html.form(sheet, html.Filling(_policy(script), _bar(), _file("form.css"), _data(sheet, entries), script))


def _policy(script: str) -> str:
    """What the page may load and run: nothing but the one program that is in it."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _data(sheet: Document, entries: list[Entry]) -> str:
    """What the program must know: under which name the browser keeps what is typed, and what it says."""
    asked = json.dumps([sheet.title, [(one.exercise, one.part, one.key) for one in entries]])
    data = {
        "id": f"backprop {sha256(asked.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}",
        "several": any(one.exercise for one in entries),
        "words": {
            "saved": _("Saved as {file}: hand that file in."),
            "opened": _("Answers read: {count}."),
            "refused": _("{file} is no answer file that this page has saved."),
        },
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _bar() -> str:
    """The buttons below the sheet, and where the program says what it did."""
    return (
        f'<div class="bar" role="group" aria-label="{escape(_("Hand in"))}">'
        f'<button type="button" id="save">{escape(_("Save my answers"))}</button>'
        f'<label class="open">{escape(_("Open saved answers"))} <input type="file" id="open" accept=".json"></label>'
        f'<p id="said" role="status" aria-live="polite"></p></div>'
        f"<noscript><p>{escape(_('This form needs JavaScript to save what is typed.'))}</p></noscript>"
    )


def _file(name: str) -> str:
    return resources.files("backprop_cli.web.filling").joinpath("browser", name).read_text("utf-8")
