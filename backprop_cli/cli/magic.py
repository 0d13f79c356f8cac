"""`%%backprop` in a notebook: a cell of YAML is solved and shown; `%%backprop check` marks a cell of answers to it.

Its options are those of `backprop solve`, read by the same parser.
"""

from __future__ import annotations

import shlex
from typing import Any

from backprop_cli.api import Problem, View, load
from backprop_cli.cli.misuse import Misuse
from backprop_cli.formats.pages import PAGES
from backprop_cli.ground.errors import BackpropError, UsageError
from backprop_cli.ground.words import _

_OF_A_FILE = ("format_", "output", "ascii_only")  # a notebook shows the page: `save` writes it into a file


def register(shell: Any) -> None:
    """Adds the magic to a shell of IPython, for lines (`%backprop mazur`) and for cells."""
    cells = _Cells()

    def backprop(line: str, cell: str = "") -> Any:
        try:
            return cells.run(line, cell)
        except (BackpropError, Misuse) as error:  # what is wrong is for the reader, where in the program is not
            print(error)
            return None

    backprop.__doc__ = __doc__
    shell.register_magic_function(backprop, "line_cell", "backprop")


class _Cells:
    """The cells of one notebook: the problem of the last one is what answers are checked against."""

    def __init__(self) -> None:
        self.problem: Problem | None = None

    def run(self, line: str, cell: str) -> Any:
        """Solves a cell, or the problem that the line names; checks a cell of answers."""
        words = shlex.split(line)
        if words[:1] == ["check"]:
            return self._checked(words[1:], cell)
        chosen = _parsed(["-", *words] if cell.strip() else words)
        source = f"{cell.rstrip()}\n" if cell.strip() else chosen["problem"]
        self.problem = load(source, notation=chosen["notation"], rounding=chosen["rounding"])
        return _shown(self.problem, chosen)

    def _checked(self, names: list[str], cell: str) -> Any:
        problem = load(names[0]) if names else self.problem
        if problem is None or len(names) > 1:
            raise UsageError(_("answers to what? %%backprop check PROBLEM, or after a cell with a problem"))
        if not cell.strip():
            raise UsageError(_("the answers stand in the cell: net_h1: 0.3775, one in a line"))
        return problem.check(f"{cell.rstrip()}\n")


def _parsed(words: list[str]) -> dict[str, Any]:
    """The arguments and options, as the command line reads them. Raises Misuse, and UsageError for those of a file."""
    from typer.main import get_command

    from backprop_cli.cli.app import app

    group: Any = get_command(app)
    context = group.commands["solve"].make_context("%%backprop", words)
    chosen: dict[str, Any] = context.params
    if chosen.get("lang"):
        raise UsageError(
            _("a notebook's language is chosen in Python: backprop_cli.speak({name!r})").format(name=chosen["lang"])
        )
    if any(chosen[name] for name in _OF_A_FILE):
        raise UsageError(_("a notebook shows the page; `.save('solution.pdf')` of what is shown writes it into a file"))
    return chosen


def _shown(problem: Problem, chosen: dict[str, Any]) -> Any:
    """The page that the options ask for; as data where JSON is."""
    from backprop_cli.cli.views import asked, table_asked

    pages = {option: chosen[option.removeprefix("--").replace("-", "_")] for option in PAGES}
    pages["--table"] = table_asked(chosen["table"], chosen["columns"])
    option, argument = asked(pages, chosen["limit"])
    wishes = {name: chosen[name] for name in ("detail", "then_forward", "digits", "exact")}
    only = tuple(chosen["only"] or ())
    shown: View
    if option is None:
        shown = problem.solve(only=only, **wishes)
    else:
        shown = View(problem.page(option, argument, only=only, limit=chosen["limit"], **wishes))
    return shown.to_dict() if chosen["json"] else shown
