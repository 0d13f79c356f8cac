"""The pages that a problem is shown as, in one table: what each needs, what it does not go with, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from backprop_cli.formats import (
    TABLES,
    dialect_of,
    document_renderer,
    names_of_documents,
    renderer,
    table_renderer,
    writes_documents,
)
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, language_tag, listed
from backprop_cli.problem.placing import placing

if TYPE_CHECKING:
    from backprop_cli.documents.model import Document
    from backprop_cli.problem.model import Detail
    from backprop_cli.problem.reader import Loaded
    from backprop_cli.solving.solution import Solution, SolveOptions
    from backprop_cli.solving.worked import WorkedProblem
    from backprop_cli.views.edges import OnePass

P = ParamSpec("P")
T = TypeVar("T")


@record
class Request:
    """A problem, what is wished of its solution, and of what the page is: `w1` of `--paths w1`."""

    loaded: Loaded
    wishes: SolveOptions
    argument: str = ""
    limit: int | None = None  # of what a page may have many: paths
    as_data: bool = False  # for JSON, which has every named quantity, except where rounding makes the lines matter
    on_epoch: Callable[[int], None] = lambda epoch: None

    @property
    def worked(self) -> WorkedProblem:
        """What is worked out of the problem."""
        from backprop_cli.solving.worked import WorkedProblem

        return WorkedProblem.of(self.loaded)

    @property
    def is_open(self) -> bool:
        """Whether the problem has letters for some of its numbers."""
        return bool(self.loaded.problem.symbolic or self.loaded.problem.letters)


@record
class Page:
    """A page as data, and as a document in a dialect; what is said below it on a terminal."""

    data: Callable[[], dict[str, Any]]
    document: Callable[[str], Document]
    hint: str = ""
    solution: Solution | None = None  # of the worked solution, which programs can compute again
    rows: Callable[[], list[dict[str, Any]]] | None = None  # of a table of steps, which spreadsheets hold, too


@record
class PageKind:
    """A kind of page: the option that asks for it, what makes it, and the wishes that mean nothing to it.

    `left_out` is the option's value where it is left out, None where it cannot be; `in_letters` says that a problem
    may have letters there.
    """

    option: str
    make: Callable[[Request], Page]
    not_with: tuple[str, ...] = ()
    left_out: str | None = None
    in_letters: bool = False


def page_of(option: str | None, request: Request) -> Page:
    """The page that an option asks for, None for the worked solution; UsageError where a wish means nothing to it."""
    request = _split_into_gates(request)
    loaded = request.loaded
    with placing(loaded):
        page = _worked(request) if option is None else _of_kind(PAGES[option], request)
    return replace(
        page,
        data=_placed(page.data, loaded),
        document=_placed(_in_words(page.document, loaded.problem.notation), loaded),
        rows=None if page.rows is None else _placed(page.rows, loaded),
    )


def _placed(make: Callable[P, T], loaded: Loaded) -> Callable[P, T]:
    """The same, in which what has no value is told with its place in the file."""

    def made(*arguments: P.args, **named: P.kwargs) -> T:
        with placing(loaded):
            return make(*arguments, **named)

    return made


def _of_kind(kind: PageKind, request: Request) -> Page:
    option = kind.option
    for wish in kind.not_with:
        if getattr(request.wishes, wish):
            message = _("{option} belongs to the worked solution; it does not go with {view}")
            raise UsageError(message.format(option=f"--{wish.replace('_', '-')}", view=option))
    if request.loaded.problem.letters and not kind.in_letters:
        from backprop_cli.problem.reader import needs_numbers

        raise UsageError(needs_numbers(request.loaded.source, request.loaded.problem))
    return kind.make(request)


def _in_words(document: Callable[[str], Document], notation: str) -> Callable[[str], Document]:
    """The document in the words of the problem's notation."""

    def said(dialect: str) -> Document:
        from backprop_cli.writing.notation import in_words_of

        with in_words_of(notation):
            return document(dialect)

    return said


def detail_called(name: str | None) -> Detail | None:
    """The detail with this name, None for the problem's own; UsageError for one that is none."""
    from backprop_cli.problem.model import Detail

    if name is None:
        return None
    try:
        return Detail(name)
    except ValueError:
        message = _("no detail called {name!r} (brief, textbook, full or gates)").format(name=name)
        raise UsageError(message) from None


def of_solution(solution: Solution, name: str, argument: str = "") -> Page:
    """A page that writes the trace of a solution in another way."""

    def data() -> dict[str, Any]:
        from backprop_cli.formats.view_data import head

        return {**head(solution.problem, name, solution.trace), **_data_of(name)(solution, argument)}

    return Page(data, lambda dialect: _document_of(name)(solution, argument, dialect))


def together(title: str, pages: Sequence[tuple[int, str, Page]]) -> Page:
    """The pages of several exercises as one, each with its number and under its heading."""

    def data() -> dict[str, Any]:
        each = [{"exercise": number, **page.data()} for number, _heading, page in pages]
        return {"assignment": title, "exercises": each}

    def document(dialect: str) -> Document:
        from backprop_cli.documents.model import Document, Heading, Role, Text
        from backprop_cli.documents.writing import lower

        blocks: list[Any] = []
        for _number, heading, page in pages:
            blocks += [Heading(1, Role.SHEET, (Text(heading),)), *map(lower, page.document(dialect).blocks)]
        return Document(title, language_tag(), dialect, tuple(blocks))

    def rows() -> list[dict[str, Any]]:
        return [{"exercise": n, **row} for n, _heading, page in pages if page.rows for row in page.rows()]

    hint = next((page.hint for _number, _heading, page in pages if page.hint), "")
    return Page(data, document, hint, rows=rows if all(page.rows for _number, _heading, page in pages) else None)


def written(page: Page, format_: str, charset: str = "unicode") -> str | bytes:
    """The page in a format; raises UsageError for one that it cannot be written in."""
    if format_ == "json":
        from backprop_cli.formats.view_data import as_json

        return as_json(page.data())
    if writes_documents(format_):
        return document_renderer(format_)(page.document(dialect_of(format_, charset)))
    if page.solution is not None:
        return renderer(format_)(page.solution)
    if page.rows is not None and format_ in TABLES:
        return table_renderer(format_)(page.rows())
    said = _("this page is written as {formats}, not as {format}")
    known = ["json", *names_of_documents(), *(TABLES if page.rows is not None else ())]
    raise UsageError(said.format(formats=listed(known), format=format_))


def _split_into_gates(request: Request) -> Request:
    """The request whose wish for gates is one of the problem, since they are other lines for every page."""
    from backprop_cli.problem.model import Detail

    if request.wishes.detail is not Detail.GATES:
        return request
    problem = replace(request.loaded.problem, detail=Detail.GATES)
    wishes = replace(request.wishes, detail=None)
    return replace(request, loaded=replace(request.loaded, problem=problem), wishes=wishes)


# ---- what makes them -----------------------------------------------------------------------------------------


def _worked(request: Request) -> Page:
    """The worked solution, line by line; in letters where the problem has some."""
    from backprop_cli.problem.model import Detail

    problem = request.loaded.problem
    if request.as_data and problem.detail in (None, Detail.GATES) and problem.rounding is None:
        request = replace(request, wishes=replace(request.wishes, detail=request.wishes.detail or Detail.FULL))
    if request.is_open:
        return _in_letters(request, every_letter=False)
    solution = _solved(request)

    def data() -> dict[str, Any]:
        from backprop_cli.formats.json import as_data

        return as_data(solution)

    def document(dialect: str) -> Document:
        from backprop_cli.documents.solution_page import solution_document

        return solution_document(solution, dialect)

    return Page(data, document, _of_entries(solution), solution)


def _of_entries(solution: Solution) -> str:
    """How to see the entries of vectors and matrices, where these are shown as wholes."""
    if not solution.problem.arrays:
        return ""
    from backprop_cli.documents.solution_page import is_in_arrays

    return _("Entry by entry: --detail full") if is_in_arrays(solution) else ""


def _solved(request: Request) -> Solution:
    from backprop_cli.solving.solution import solution_of

    return solution_of(request.loaded, request.wishes, request.on_epoch)


def _of_solution(name: str) -> Callable[[Request], Page]:
    def make(request: Request) -> Page:
        from backprop_cli.solving.solution import solved

        worked = request.worked.in_full()  # its cells need more than textbooks write
        return of_solution(solved(worked, request.wishes, request.on_epoch), name, request.argument)

    return make


def _table(request: Request) -> Page:
    """The lines as one table, in letters where the problem has some; `argument` names its columns."""
    from backprop_cli.documents.table_columns import columns_called

    columns_called(request.argument)  # before anything is solved
    if request.is_open:
        from backprop_cli.solving.symbolic import symbolic_solution_of

        solution: Solution = symbolic_solution_of(request.loaded, request.wishes)
    else:
        solution = _solved(request)
    page = of_solution(solution, "table", request.argument)
    return replace(page, rows=lambda: page.data()["rows"])


def _paths(request: Request) -> Page:
    from backprop_cli.views.paths import SHOWN, paths_of

    worked, limit = request.worked, SHOWN if request.limit is None else request.limit
    found = paths_of(worked, request.argument, limit, worked.problem.rounding, request.wishes.digits)
    return _found("paths", found, _other_pass("--paths", found.start.bare_key, found.one))


def _tangents(request: Request) -> Page:
    from backprop_cli.views.tangents import forward_mode

    worked = request.worked
    mode = forward_mode(worked, request.argument, worked.problem.rounding, request.wishes.digits)
    seed = _EVERY if mode.every else mode.sweeps[0].seed.bare_key
    return _found("tangents", mode, _other_pass("--forward-mode", seed, mode.one))


def _hessian(request: Request) -> Page:
    from backprop_cli.views.hessian import hessian

    worked, digits = request.worked, request.wishes.digits
    if request.is_open:
        from backprop_cli.views.open_hessian import open_hessian

        return _found("open_hessian", open_hessian(worked, request.argument, digits))
    return _found("hessian", hessian(worked, request.argument, digits))


def _second_order(request: Request) -> Page:
    from backprop_cli.views.second_order import second_order

    return _found("second_order", second_order(request.worked, request.argument, request.wishes.digits))


def _gradients(request: Request) -> Page:
    from backprop_cli.health.findings import health_of

    result = health_of(request.worked, request.wishes.digits)
    if result.objective is None:
        raise UsageError(_("there is nothing to differentiate: the problem has no loss and no objective"))
    return _found("health", result)


def _compared(request: Request) -> Page:
    from backprop_cli.views.comparison import compare

    if request.argument != "conventions":
        raise UsageError(_("--compare takes conventions, not {text!r}").format(text=request.argument))
    return _found("conventions", compare(request.worked, request.wishes.only, request.wishes.digits))


def _in_letters(request: Request, every_letter: bool = True) -> Page:
    from backprop_cli.solving.symbolic import symbolic_solution_of

    return _found("symbolic", symbolic_solution_of(request.loaded, request.wishes, every_letter))


def _found(name: str, found: Any, hint: str = "") -> Page:
    """What was found, as a page."""
    return Page(lambda: _data_of(name)(found), lambda dialect: _document_of(name)(found, dialect), hint)


def _data_of(name: str) -> Callable[..., dict[str, Any]]:
    """The function that writes a page as data, in canonical names."""
    write: Callable[..., dict[str, Any]] = import_module(f"backprop_cli.formats.view_data.{name}").as_data
    return write


def _document_of(name: str) -> Callable[..., Document]:
    """The function that writes a page as a document."""
    module = import_module(f"backprop_cli.documents.{name}_page")
    write: Callable[..., Document] = getattr(module, f"{name}_document")
    return write


def _other_pass(option: str, key: str, one: OnePass) -> str:
    """How to see another pass, where there are several."""
    if len(one.passes) < 2:
        return ""
    last = one.passes[-1] if one.passes[-1] != one.address else one.passes[0]
    example = " / ".join([*map(str, last), key])
    said = _("This is one of {count:,} passes; another one: {option} {example}")
    return said.format(count=len(one.passes), option=option, example=f'"{example}"')


# ---- the table -----------------------------------------------------------------------------------------------

_EVERY = "all"
_EXACT = ("exact",)  # beside the decimals of the worked solution
_LINES = ("then_forward", "detail", *_EXACT)  # of the worked solution, where a page has lines of its own
_WHOLE = (*_EXACT, "only")
_ALL = (*_LINES, "only")

PAGES = {
    kind.option: kind
    for kind in (
        PageKind("--matrix", _of_solution("matrix"), _WHOLE),
        PageKind("--passes", _of_solution("passes"), _WHOLE),
        PageKind("--jacobian", _of_solution("jacobian"), _WHOLE, left_out=""),
        PageKind("--paths", _paths, _ALL),
        PageKind("--forward-mode", _tangents, _ALL, left_out=_EVERY),
        PageKind("--hessian", _hessian, _ALL, left_out="", in_letters=True),
        PageKind("--second-order", _second_order, _ALL, left_out="newton"),
        PageKind("--gradients", _gradients, _ALL),
        PageKind("--compare", _compared, _LINES),
        PageKind("--symbolic", _in_letters, _EXACT, in_letters=True),
        PageKind("--table", _table, in_letters=True),
    )
}
