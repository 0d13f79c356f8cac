"""`backprop schema`: the JSON Schema of problem files, for editors."""

from __future__ import annotations

import typer

EXAMPLE = "Example: backprop schema > backprop.schema.json"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("schema", epilog=EXAMPLE)(schema)


def schema() -> None:
    """Print the JSON Schema of problem files, so that editors complete and check them."""
    import json

    from backprop_cli.cli.output import write_document
    from backprop_cli.problem.schema import json_schema

    write_document(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
