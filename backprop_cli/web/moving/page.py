"""Packs the moving solution: the page, its looks, its program and its data in one file that needs nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from html import escape
from importlib import resources
from string import Template

from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, language_tag
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import Loaded, needs_numbers
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of
from backprop_cli.web.products import Content, PageOrder

MOST_LINES = 1_000  # about 200 bytes each, and a thirtieth of a second to write
SCRIPTS = (
    "values.js", "numbers.js", "epochs.js", "mathematics.js", "picture.js", "steps.js", "changes.js", "landscape.js",
    "start.js"
)  # fmt: skip


def make(order: PageOrder) -> Content:
    """The moving solution as an HTML file; of an assignment, one beside the other: sheet-1.html, sheet-2.html.

    Raises UsageError where there are letters in place of numbers, and where several files have no place.
    """
    exercises, path = order.assignment.exercises, order.output
    if len(exercises) > 1 and path is None:
        said = _("{count} exercises are as many pages, which need a file: -o sheet.html")
        raise UsageError(said.format(count=len(exercises)))
    head = order.assignment.head
    pages = {one.number: page(solved(one.loaded), one.loaded.problem, head.text if head else "") for one in exercises}
    if len(pages) == 1 or path is None:
        return pages[exercises[0].number]
    return {path.with_name(f"{path.stem}-{number}{path.suffix}"): made for number, made in pages.items()}


def solved(loaded: Loaded) -> Solution:
    """The solution that moves: of a long training, its first epoch.

    Raises UsageError where there are letters in place of numbers, or too many lines.
    """
    if loaded.problem.letters:
        raise UsageError(needs_numbers(loaded.source, loaded.problem))
    problem = loaded.problem
    if problem.report or problem.training.rates or problem.starts or problem.training.epochs > MOST_LINES:
        problem = replace(problem.first_epoch(rates=()), report=(), starts=())
    solution = solution_of(replace(loaded, problem=problem), SolveOptions())
    if len(solution.trace.steps) > MOST_LINES and problem.training.epochs > 1:
        solution = solution_of(replace(loaded, problem=problem.first_epoch()), SolveOptions())
    if (count := len(solution.trace.steps)) > MOST_LINES:
        said = _("a page of {count:,} lines is too large to move in a browser; {most:,} can")
        raise UsageError(said.format(count=count, most=MOST_LINES))
    return solution


def page(solution: Solution, problem: Problem | None = None, text: str = "") -> str:
    """The page of one solution, which may be a part of a `problem`; below the `text` of its assignment, and its own."""
    from backprop_cli.documents.writing import title_of
    from backprop_cli.formats.print import svg
    from backprop_cli.web.moving import packing
    from backprop_cli.web.moving.data import PageData, places_of
    from backprop_cli.web.moving.epochs import later
    from backprop_cli.web.moving.picture import drawn, names_in, table
    from backprop_cli.web.moving.program import in_script, program

    places = places_of(solution)
    picture = drawn(solution) or table(solution, places)
    whole = problem or solution.problem
    beyond = later(solution, whole, places)
    data = PageData(solution, places, names_in(picture)).data() | beyond | {"words": words()}
    script = packing.script("\n".join(['"use strict";', program(solution, places), *map(_file, SCRIPTS)]))
    title = title_of(solution.problem) or _("Worked solution")
    label = escape(_("picture"))
    fields = {
        "language": language_tag(),
        "title": escape(title),
        "policy": _policy(script),
        "style": packing.style(_file("page.css") + svg.style()),
        "picture": f'<div class="picture" role="group" aria-label="{label}" tabindex="0">{picture}</div>',
        "about": _words_of((text, solution.problem.text), solution.problem)
        + "".join(
            f'<p class="note">{_coded(escape(note))}</p>' for note in _notes(solution, whole, beyond["epochs"] > 1)
        ),
        "data": in_script(data),
        "script": script,
    }
    around = {name: _coded(escape(words)) for name, words in headings().items()}
    return Template(_file("page.html")).substitute(fields | around)


def _coded(words: str) -> str:
    """Words of HTML, with what stands in backticks as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", words)


def _words_of(texts: Iterable[str], problem: Problem) -> str:
    """What an author says above the solution, as HTML."""
    from backprop_cli.documents.model import Document
    from backprop_cli.documents.prose import prose
    from backprop_cli.formats.print import html

    blocks = tuple(block for text in texts for block in prose(text, "latex"))
    return html.blocks(Document(problem.title, language_tag(), "latex", blocks)) if blocks else ""


def _notes(solution: Solution, problem: Problem, goes_on: bool) -> Iterator[str]:
    """What a reader must know of the conventions, and of what the page leaves out."""
    from backprop_cli.formats.code.outline import notes

    yield from notes(solution)
    if max(problem.training.epochs, *problem.report, 0) > solution.problem.training.epochs:
        yield (
            _("The first epoch is written out; the later ones are worked out in your browser.")
            if goes_on
            else _("Only the first epoch is written out.")
        )
    if problem.training.rates or problem.starts:
        yield _(
            "Of several learning rates or starting points, the first is worked out; `backprop solve` compares them."
        )


def _file(name: str) -> str:
    return resources.files("backprop_cli.web.moving").joinpath("browser", name).read_text("utf-8")


def _policy(script: str) -> str:
    """What the page may load and run: nothing but the one script that is in it."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    rules = ("default-src 'none'", f"script-src 'sha256-{digest}'", "style-src 'unsafe-inline'", "img-src data:",
             "base-uri 'none'", "form-action 'none'")  # fmt: skip
    return "; ".join(rules)


def headings() -> dict[str, str]:
    """What stands on the page itself."""
    return {
        "stage": _("Step by step"),
        "still": _(
            "Nothing moves here: this needs JavaScript in a browser of 2022 or late"
            "r; else the file is damaged, and must be fetched anew."
        ),
        "controls": _("Steps"),
        "back": _("one line back"),
        "next": _("one line on"),
        "play": _("play"),
        "slider": _("line"),
        "pass_word": _("Pass"),
        "epoch_word": _("Epoch"),
        "unit_word": _("Unit or gate"),
        "changes": _("Change a number"),
        "changes_say": _("Another number in a field, and every line that follows from it is worked out again."),
        "reset": _("Back to the given numbers"),
        "lines": _("All lines"),
        "certain": _("Numbers are certain in every digit, except those marked ●, which your browser computed."),
        "landscape": _("The loss over the weights"),
        "across": _("Across"),
        "upwards": _("Upwards"),
        "nearer": _("nearer"),
        "farther": _("farther away"),
    }


def words() -> dict[str, str]:
    """What the program says."""
    return {
        "none": _("no number"),
        "prescribed": _("given"),
        "here": _("computed in your browser"),
        "count": _("line {line} of {lines}"),
        "epoch": _("epoch {n}"),
        "play": _("play"),
        "pause": _("pause"),
        "wrong": _("{text} is no number: write 0.5, −2, 1/3 or 2e-3"),
        "follow": _("{count} of {lines} lines change"),
        "follows": _("1 of {lines} lines changes"),
        "point": _("{loss} is {from} here ({place})"),
        "plot": _("{loss} begins at {from} ({place}) and is {to} after {steps} steps of the descent"),
    }
