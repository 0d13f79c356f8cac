"""`backprop worksheet`: the blank sheet, its key and the marking rubric."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backprop_cli.cli.arguments import AskOnlyOption, AskOption, NotationOption, ProblemArgument, RoundOption
from backprop_cli.ground.errors import UsageError, reason_of, unknown
from backprop_cli.ground.words import _, n_

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from backprop_cli.documents.model import Document
    from backprop_cli.problem.assignment import Assignment
    from backprop_cli.worksheets.parts import Choices

EXAMPLE = "Example: backprop worksheet mazur -o mazur/ --format html"


def _written_to(place: str | None) -> str | None:
    """Where the documents go, with its last slash, which says that it is a folder; `-` is stdout."""
    return None if place == "-" else place


def worksheet(
    problem: ProblemArgument,
    part: Annotated[
        str | None,
        typer.Option(
            "--part",
            metavar="sheet|key|rubric|all",
            help=n_("Which document: the sheet, unless given; all of them where the output is a folder."),
        ),
    ] = None,
    only: AskOnlyOption = None,
    ask: AskOption = None,
    formulas: Annotated[
        bool, typer.Option("--formulas", help=n_("Remind of the formulas on the sheet, and give each."))
    ] = False,
    worked: Annotated[bool, typer.Option("--worked", help=n_("Also the whole worked solution in the key."))] = False,
    space: Annotated[
        int | None,
        typer.Option("--space", min=0, max=100, metavar="LINES", help=n_("Room to write behind each table, in lines.")),
    ] = None,
    rounding: RoundOption = None,
    notation: NotationOption = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=n_("text, markdown, html, latex, typst, pdf or notebook. Unless given, by the output's ending."),
        ),
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="PLATFORM", help=n_("With notebook: for nbgrader or otter, with its marks.")),
    ] = None,
    form: Annotated[
        bool, typer.Option("--form", help=n_("The sheet as an HTML page with fields, which saves an answer file."))
    ] = False,
    ascii_only: Annotated[bool, typer.Option("--ascii", help=n_("Plain ASCII instead of δ, ∂ and η."))] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            callback=_written_to,
            metavar="FILE|FOLDER/",
            help=n_("Write to this file, or into this folder as sheet, key and rubric."),
        ),
    ] = None,
) -> None:
    """Print an exercise for a class: the blank sheet, its key, and the marking rubric."""
    from backprop_cli.cli.assignments import opened
    from backprop_cli.cli.output import count_shown
    from backprop_cli.formats import document_renderer
    from backprop_cli.worksheets.parts import Choices

    choices = Choices(tuple(only or ()), formulas, space, worked)
    assignment = opened(problem, notation, rounding, ask=ask)
    if _is_notebook(format_, output):
        others = {"--part": part not in (None, "sheet"), "--only": only, "--formulas": formulas,
                  "--space": space is not None, "--worked": worked, "--round": rounding is not None,
                  "--form": form}  # fmt: skip
        _notebook(assignment, for_, others, output)
        return
    if for_ is not None:
        raise UsageError(_("--for is of notebooks: --format notebook"))
    if form:
        _form(assignment, part, format_, choices, output)
        return
    wanted = _format(format_, output)
    files = _files(_parts(part, output), wanted, output)
    if output is None:
        _show(tuple(files), assignment, choices, format_, ascii_only)
        return
    with count_shown(_("exercises")) as shown:
        steps = count(1)
        total = len(files) * (len(assignment.exercises) + 1)
        made = _documents(files, assignment, choices, wanted, ascii_only, lambda: shown(next(steps), total))
        render = document_renderer(wanted)
        contents = {}
        for name, document in made.items():
            contents[files[name]] = render(document)
            shown(next(steps), total)
    _write(contents)


def _is_notebook(named: str | None, output: str | None) -> bool:
    """Whether a notebook to hand in is wanted: by its name, or by the ending of the file."""
    return named == "notebook" or (named is None and output is not None and Path(output).suffix.lower() == ".ipynb")


def _notebook(assignment: Assignment, platform: str | None, others: Mapping[str, object], output: str | None) -> None:
    """Writes the notebook; raises UsageError for `others` that are given: the options that it does not have."""
    from backprop_cli.cli.output import write
    from backprop_cli.formats.code.homework import homework

    for option, is_given in others.items():
        if is_given:
            raise UsageError(_("a notebook has no {option}").format(option=option))
    write(homework(assignment, platform or ""), None if output is None else Path(output))


def _form(assignment: Assignment, part: str | None, format_: str | None, choices: Choices, output: str | None) -> None:
    """Writes the blank sheet as a page with fields; raises UsageError for what is no such page."""
    from backprop_cli.cli.output import write
    from backprop_cli.web.filling.page import page

    if part not in (None, "sheet") or choices.worked or choices.space is not None:
        raise UsageError(_("a form is the sheet alone: leave out --part, --worked and --space"))
    if format_ not in (None, "html") or (output is not None and Path(output).suffix.lower() not in (".html", ".htm")):
        raise UsageError(_("a form is an HTML page: --form -o form.html"))
    sheet = _documents(["sheet"], assignment, choices, "html", False)["sheet"]
    write(page(sheet), None if output is None else Path(output))


def _format(named: str | None, output: str | None) -> str:
    """The format: the one named, or by the ending of the output file, or text."""
    from backprop_cli.formats import BINARY, DOCUMENTS, ENDINGS, format_of, names_of_documents, writes_documents

    endings = {ending: name for ending, name in ENDINGS.items() if name in DOCUMENTS}
    to_file = named is None and output is not None and not _is_folder(output)
    name = named or (format_of(Path(output or ""), endings) if to_file else "text")
    if not writes_documents(name):
        raise unknown(_("no format called {name!r} for a worksheet ({hint})"), name, names_of_documents())
    if name in BINARY and output is None:
        raise UsageError(_("{format} needs a file to be written to: -o sheet.{format}").format(format=name))
    return name


def _is_folder(output: str) -> bool:
    return output.endswith(("/", "\\")) or Path(output).is_dir()


def _parts(named: str | None, output: str | None) -> tuple[str, ...]:
    """The documents that are wanted."""
    from backprop_cli.worksheets.parts import PARTS, part_called

    if named is None:
        named = "all" if output is not None and _is_folder(output) else "sheet"
    return PARTS if named == "all" else (part_called(named, ("all",)),)


def _files(parts: tuple[str, ...], format_: str, output: str | None) -> dict[str, Path | None]:
    """Where each part is written: into the folder; or one to the file, and several beside it with their names."""
    from backprop_cli.formats import ending_of

    if output is None:
        if len(parts) > 1 and format_ not in ("text", "markdown"):
            hint = _("write them into a folder: -o FOLDER/")
            raise UsageError(
                _("three {format} documents do not fit in one output ({hint})").format(format=format_, hint=hint)
            )
        return dict.fromkeys(parts)
    if _is_folder(output):
        return {part: Path(output) / f"{part}.{ending_of(format_)}" for part in parts}
    path = Path(output)
    if len(parts) == 1:
        return {parts[0]: path}
    return {part: path if part == "sheet" else path.with_name(f"{path.stem}-{part}{path.suffix}") for part in parts}


def _documents(
    names: Collection[str],
    assignment: Assignment,
    choices: Choices,
    format_: str,
    ascii_only: bool,
    told: Callable[[], None] = lambda: None,
) -> dict[str, Document]:
    from backprop_cli.formats import dialect_of
    from backprop_cli.worksheets.handout import handouts

    return handouts(names, assignment, dialect_of(format_, "ascii" if ascii_only else "unicode"), choices, told)


def _show(
    parts: tuple[str, ...], assignment: Assignment, choices: Choices, format_: str | None, ascii_only: bool
) -> None:
    """Writes the documents to the terminal, or to stdout in the format named."""
    from backprop_cli.cli.output import can_show_unicode, show_page, write_document
    from backprop_cli.formats import document_renderer

    ascii_only = ascii_only or not can_show_unicode()
    documents = _documents(parts, assignment, choices, format_ or "text", ascii_only).values()
    if format_ is not None:
        write_document("\n\n".join(str(document_renderer(format_)(document)) for document in documents))
        return
    from backprop_cli.formats.terminal.plain import DocumentPage

    for document in documents:
        show_page(DocumentPage(document))


def _write(contents: dict[Path | None, str | bytes]) -> None:
    """Writes the files, all that could be computed, and says which."""
    from backprop_cli.ground.replacing import write_file

    for path, content in contents.items():
        assert path is not None
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            message = _("cannot write {path}: {reason}").format(path=path, reason=reason_of(error))
            raise UsageError(message) from None
        write_file(path, content)
        typer.echo(_("written: {path}").format(path=path), err=True)
