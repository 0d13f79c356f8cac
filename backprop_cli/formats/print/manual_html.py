"""The manual as a site: a page of HTML a topic, with a style sheet beside them and nothing from the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from backprop_cli import manual
from backprop_cli.ground.words import _, language_tag
from backprop_cli.manual.links import groups, place

STYLE = "manual.css"
Rendered = Sequence[Token]


def site() -> dict[str, str]:
    """The files of the site by their names; `index.html` has the list of topics."""
    markdown = _markdown()
    pages = {name: manual.topic(name) for name in manual.all_topics()}
    made = {f"{name}.html": _page(one.title, markdown.render(one.text), name) for name, one in pages.items()}
    made["index.html"] = _page(_("Manual"), _contents(), "index")
    made[STYLE] = files("backprop_cli.formats.print.templates").joinpath(STYLE).read_text("utf-8")
    return made


def _page(title: str, body: str, name: str) -> str:
    """A page with the list of topics beside it; on a narrow screen the list folds."""
    head = (
        f'<!DOCTYPE html>\n<html lang="{language_tag()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)} · backprop</title>\n<link rel="stylesheet" href="{STYLE}">\n</head>\n'
    )
    topics = f"<details><summary>{escape(_('Topics'))}</summary>\n{_list(name)}</details>\n"
    nav = f'<nav aria-label="{escape(_("Topics"))}">\n<a class="home" href="index.html">backprop</a>\n'
    aside = f'{nav}{topics}<div class="open">\n{_list(name)}</div>\n</nav>\n'
    return f"{head}<body>\n{aside}<main>\n{body}</main>\n</body>\n</html>\n"


def _list(here: str) -> str:
    """The names of the topics in their groups; that of the page one is on is no link."""
    return "".join(
        f"<h2>{escape(_(group))}</h2>\n<ul>\n{''.join(_entries(names, here))}</ul>\n"
        for group, names in groups().items()
    )


def _entries(names: Sequence[str], here: str) -> Iterator[str]:
    for name in names:
        kind = ' class="sub"' if "." in name else ""
        current = ' aria-current="page"' if name == here else ""
        yield f'<li{kind}><a href="{name}.html"{current}>{escape(name.rpartition(".")[2])}</a></li>\n'


def _contents() -> str:
    """Every topic with its sentence."""
    parts = [f"<h1>{escape(_('The manual of backprop'))}</h1>\n"]
    for group, names in groups().items():
        rows = (
            f'<dt><a href="{name}.html">{escape(name)}</a></dt><dd>{_inline(manual.topic(name).sentence)}</dd>\n'
            for name in names
            if name in manual.topics()
        )
        parts.append(f"<h2>{escape(_(group))}</h2>\n<dl>\n{''.join(rows)}</dl>\n")
    return "".join(parts)


def _inline(sentence: str) -> str:
    return str(_markdown().renderInline(sentence))


# ---- Markdown ----------------------------------------------------------------------------------------------------


def _markdown() -> MarkdownIt:
    """Markdown in which code that names a topic leads there, and an item about a key can be led to."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in _RULES.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _code(_self: RendererHTML, tokens: Rendered, index: int, _options: Any, _env: MutableMapping[str, Any]) -> str:
    code = f"<code>{escape(tokens[index].content)}</code>"
    if (found := place(tokens[index].content)) is None:
        return code
    topic, key = found
    return f'<a href="{topic}.html{"#" + key if key else ""}">{code}</a>'


def _item(_self: RendererHTML, tokens: Rendered, index: int, _options: Any, env: MutableMapping[str, Any]) -> str:
    first = next(iter(tokens[index + 2].children or ()), None) if index + 2 < len(tokens) else None
    if first is None or first.type != "code_inline" or not re.fullmatch(r"[\w.]+", first.content):
        return "<li>"
    name, named = first.content, env.setdefault("named", set())
    if name in named:
        return "<li>"
    named.add(name)
    return f'<li id="{name}">'


def _table(_self: RendererHTML, tokens: Rendered, index: int, _options: Any, _env: MutableMapping[str, Any]) -> str:
    return '<div class="wide" tabindex="0"><table>\n' if tokens[index].nesting == 1 else "</table></div>\n"


def _block(_self: RendererHTML, tokens: Rendered, index: int, _options: Any, _env: MutableMapping[str, Any]) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>\n'


_RULES: Mapping[str, Any] = {
    "code_inline": _code,
    "list_item_open": _item,
    "table_open": _table,
    "table_close": _table,
    "fence": _block,
}
