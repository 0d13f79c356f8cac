"""`backprop schema`: the JSON Schemas of the files that people write, for editors; and where editors look for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from backprop_cli.cli.arguments import OutputOption
from backprop_cli.ground.errors import unknown
from backprop_cli.ground.words import _, n_

EXAMPLE = "Example: backprop schema -o backprop.schema.json"


def _problem() -> dict[str, Any]:
    from backprop_cli.problem.schema import json_schema

    return json_schema()


def _assignment() -> dict[str, Any]:
    from backprop_cli.problem.assignment_schema import json_schema

    return json_schema()


def _answers() -> dict[str, Any]:
    from backprop_cli.checking.sheet_schema import sheet_schema

    return sheet_schema()


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "problem": _problem, "assignment": _assignment, "answers": _answers,
}  # fmt: skip


def schema(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="[problem|assignment|answers]",
            help=n_("Of problem files, of assignments, or of sheets of answers."),
            autocompletion=lambda incomplete: [name for name in SCHEMAS if name.startswith(incomplete)],
        ),
    ] = "problem",
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of problem files, assignments or answer sheets, so that editors complete and check them."""
    from backprop_cli.cli.output import write

    if kind not in SCHEMAS:
        raise unknown(_("no schema called {name!r} ({hint})"), kind, SCHEMAS)
    write(_text(kind), output)


def put_beside(path: Path, kind: str) -> None:
    """Writes the schema that the first line of the file at `path` names; a stranger's file of that name stays."""
    from backprop_cli.ground.replacing import write_file
    from backprop_cli.problem.json_schema import EDITOR_FILES, schema_id

    file = path.parent / EDITOR_FILES[kind]
    if path.suffix == ".json" or not path.is_file():
        return
    if not file.exists() or schema_id(kind) in file.read_text("utf-8", "replace"):
        write_file(file, _text(kind))


def _text(kind: str) -> str:
    import json

    return json.dumps(SCHEMAS[kind](), indent=2, ensure_ascii=False) + "\n"
