"""The views of `backprop solve`: pages that are shown in place of the worked solution, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backprop_cli.cli.language import Command
from backprop_cli.ground.words import _

if TYPE_CHECKING:
    from backprop_cli.documents.model import Document
    from backprop_cli.problem.model import Problem
    from backprop_cli.problem.reader import Loaded
    from backprop_cli.solving.solution import Solution, Wishes
    from backprop_cli.views.edges import OnePass

LEFT_OUT = {"--jacobian": "", "--forward-mode": "all"}  # options whose value may be left out, and what it is then


class WithViews(Command):
    """A command in which the value of some options may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments with a value wherever one is left out."""
        return super().parse_args(ctx, with_values(args))


def with_values(args: Sequence[str]) -> list[str]:
    """The arguments, with a value behind each option that has its own left out."""
    found: list[str] = []
    for index, argument in enumerate(args):
        found.append(argument)
        following = args[index + 1] if index + 1 < len(args) else "-"
        if argument in LEFT_OUT and following.startswith("-"):
            found.append(LEFT_OUT[argument])
    return found


@dataclass(frozen=True)
class Asked:
    """Which view is asked for, and of what."""

    option: str
    quantity: str = ""
    limit: int | None = None


@dataclass(frozen=True)
class Shown:
    """A view as data, and as a document in a dialect; what is said below it on a terminal."""

    data: Callable[[], dict[str, Any]]
    document: Callable[[str], Document]
    hint: str = ""


def asked(options: Mapping[str, str | bool | None], limit: int | None = None) -> Asked | None:
    """The view that the options ask for, None for the worked solution; raises UsageError where they ask for two."""
    from backprop_cli.ground.errors import UsageError

    found = [
        Asked(option, value if isinstance(value, str) else "", limit if option == "--paths" else None)
        for option, value in options.items()
        if value is not None and value is not False
    ]
    if limit is not None and not any(one.option == "--paths" for one in found):
        raise UsageError(_("--limit says how many paths are shown: it goes with --paths"))
    if len(found) > 1:
        names = _(" and ").join(one.option for one in found)
        raise UsageError(_("{names} are different pages: ask for one at a time").format(names=names))
    return found[0] if found else None


def refuse_with(view: Asked, others: Mapping[str, Any]) -> None:
    """Raises UsageError for options of the worked solution that mean nothing to a view."""
    from backprop_cli.ground.errors import UsageError

    for option, given in others.items():
        if given:
            message = _("{option} belongs to the worked solution; it does not go with {view}")
            raise UsageError(message.format(option=option, view=view.option))


def of_solution(solution: Solution, view: Asked) -> Shown:
    """A view of the worked solution itself: the same trace, written in another way."""
    from functools import partial

    from backprop_cli.formats import data_of_view, view_document
    from backprop_cli.formats.view_data import of_solution as with_head

    name = view.option.removeprefix("--")
    return Shown(
        lambda: with_head(solution, name, data_of_view(name)(solution, view.quantity)),
        partial(view_document(name), solution, view.quantity),
    )


def of_problem(loaded: Loaded, view: Asked, only: tuple[str, ...], digits: int) -> Shown:
    """A view with lines of its own, computed from the problem."""
    problem = loaded.problem
    _refuse_letters(loaded)
    if view.option == "--compare":
        return _compared(problem, view.quantity, only, digits)
    refuse_with(view, {"--only": only})
    match view.option:
        case "--paths":
            from backprop_cli.documents.paths_page import paths_document
            from backprop_cli.views import paths

            limit = paths.SHOWN if view.limit is None else view.limit
            found = paths.paths_of(problem, view.quantity, limit, problem.rounding, digits)
            return _shown("paths", found, paths_document, _other_pass(view, found.start.bare_key, found.one))
        case "--forward-mode":
            from backprop_cli.documents.tangents_page import tangents_document
            from backprop_cli.views.tangents import forward_mode

            mode = forward_mode(problem, view.quantity, problem.rounding, digits)
            seed = LEFT_OUT[view.option] if mode.every else mode.sweeps[0].seed.bare_key
            return _shown("tangents", mode, tangents_document, _other_pass(view, seed, mode.one))
    from backprop_cli.documents.health_page import health_document
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.health.findings import health_of
    from backprop_cli.solving.worked import WorkedProblem

    result = health_of(WorkedProblem(problem), digits)
    if result.objective is None:
        raise UsageError(_("there is nothing to differentiate: the problem has no loss and no objective"))
    return _shown("health", result, health_document)


def _shown(name: str, found: Any, document: Callable[[Any, str], Document], hint: str = "") -> Shown:
    """What was found, as the data and the document of a view."""
    from backprop_cli.formats import data_of_view

    return Shown(lambda: data_of_view(name)(found), lambda dialect: document(found, dialect), hint)


def _other_pass(view: Asked, key: str, one: OnePass) -> str:
    """How to see another pass, where there are several."""
    if len(one.passes) < 2:
        return ""
    last = one.passes[-1] if one.passes[-1] != one.address else one.passes[0]
    example = " / ".join([*map(str, last), key])
    said = _("This is one of {count:,} passes; another one: {option} {example}")
    return said.format(count=len(one.passes), option=view.option, example=f'"{example}"')


def _compared(problem: Problem, what: str, only: tuple[str, ...], digits: int) -> Shown:
    """Which answers change with a convention."""
    from backprop_cli.documents.conventions_page import conventions_document
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.views.comparison import compare

    if what != "conventions":
        raise UsageError(_("--compare takes conventions, not {text!r}").format(text=what))
    return _shown("conventions", compare(problem, only, digits), conventions_document)


def _refuse_letters(loaded: Loaded) -> None:
    """Raises UsageError where a page needs numbers and the problem has letters."""
    from backprop_cli.ground.errors import UsageError
    from backprop_cli.problem.reader import needs_numbers

    if loaded.problem.letters:
        raise UsageError(needs_numbers(loaded.source, loaded.problem))


def in_letters(loaded: Loaded, wishes: Wishes, every_letter: bool, view: Asked | None) -> Shown:
    """The solution in letters; raises UsageError for a view that needs numbers."""
    from backprop_cli.documents.symbolic_page import symbolic_document
    from backprop_cli.solving.symbolic import symbolic_solution_of

    if view is not None and view.option != "--symbolic":
        _refuse_letters(loaded)
    return _shown("symbolic", symbolic_solution_of(loaded, wishes, every_letter), symbolic_document)


def show(view: Shown, wanted: str | None, ascii_only: bool, output: Any) -> None:
    """Writes the view to the terminal, to stdout or to a file; raises UsageError for a format that has no views."""
    from backprop_cli.cli.output import can_show_unicode, show_page, write_document, write_file
    from backprop_cli.formats import DOCUMENTS, document_renderer
    from backprop_cli.ground.errors import UsageError

    charset = "ascii" if ascii_only or (output is None and not can_show_unicode()) else "unicode"
    if wanted is None:
        from backprop_cli.formats.terminal.plain import DocumentPage

        show_page(DocumentPage(view.document(charset), view.hint))
        return
    text: str | bytes
    if wanted == "json":
        from backprop_cli.formats.view_data import as_json

        text = as_json(view.data())
    elif wanted in DOCUMENTS:
        dialect = charset if wanted == "text" else DOCUMENTS[wanted][2]
        text = document_renderer(wanted)(view.document(dialect))
    else:
        said = _("this page is written as {formats}, not as {format}")
        raise UsageError(said.format(formats=", ".join(["json", *DOCUMENTS]), format=wanted))
    if output is None:
        write_document(text)
    else:
        write_file(output, text)
