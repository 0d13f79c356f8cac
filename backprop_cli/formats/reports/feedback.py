"""A report on a sheet as one page of HTML, as platforms give it back: no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape

from backprop_cli.ground.words import _, language_tag

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
body {{ max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .25rem .6rem; text-align: left; border-bottom: 1px solid #8884; }}
td:nth-last-child(2) {{ min-width: 7rem; }}
code {{ font-family: "Noto Sans Mono CJK SC", "Sarasa Mono SC", ui-monospace, monospace; }}
pre {{ overflow-x: auto; padding: .6rem; background: #8881; }}
@media (max-width: 34rem) {{ th, td {{ padding: .25rem .35rem; }} }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def as_page(markdown: str, student: str) -> str:
    """The page of a report in Markdown, in which everything that a stranger wrote is escaped already."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    body = body.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    title = " · ".join(filter(None, (_("Report"), student)))
    return _PAGE.format(language=language_tag(), title=escape(title), body=body)
