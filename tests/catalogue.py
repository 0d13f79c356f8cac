"""The messages that the program shows, and the catalogues that translate them.

`python tests/catalogue.py` brings every catalogue up to date with the code and compiles it; messages without a
translation are listed. `python tests/catalogue.py fr` begins a new one.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.mofile import write_mo  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

from backprop_cli.ground.words import ENGLISH, FOLDER, languages, set_language  # noqa: E402

KEYWORDS = {"_": 1, "n_": 1, "plural": 2}  # how many messages stand in a call


def template() -> Catalog:
    """Every message of the code, of the commands' help, of the schema and of the bundled problems' titles."""
    catalogue = Catalog(project="backprop", charset="utf-8")
    for file in sorted((ROOT / "backprop_cli").rglob("*.py")):
        for message in messages_in(file):
            catalogue.add(message, locations=[(str(file.relative_to(ROOT)), None)])  # type: ignore[list-item]
    set_language(ENGLISH)
    other = {"--help": _helps(), "backprop schema": _descriptions(), "problems/": _titles(), "names": _names()}
    for place, messages in other.items():
        for text in messages:
            catalogue.add(text, locations=[(place, None)])  # type: ignore[list-item]
    return catalogue


def messages_in(file: Path) -> Iterator[str | tuple[str, str]]:
    """The messages of a module, in its order; also those inside other strings and other messages."""
    found: list[tuple[int, int, str | tuple[str, str]]] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in KEYWORDS:
            continue
        texts = [one.value for one in node.args[: KEYWORDS[node.func.id]] if isinstance(one, ast.Constant)]
        if len(texts) == KEYWORDS[node.func.id]:
            found.append((node.lineno, node.col_offset, (texts[0], texts[1]) if len(texts) == 2 else texts[0]))
    yield from (message for _line, _column, message in sorted(found, key=lambda one: one[:2]))


def _names() -> Iterator[str]:
    """The names of losses, optimizers and schedules, what ails a network, and the words of the notations."""
    from backprop_cli.algebra.losses import LOSSES
    from backprop_cli.algebra.optimizers import OPTIMIZERS
    from backprop_cli.algebra.rates import SCHEDULES
    from backprop_cli.algebra.second_order import SECOND_ORDER
    from backprop_cli.health.findings import Ailment
    from backprop_cli.writing.notation import load_notation, notations

    yield from (name.replace("_", " ") for name in (*LOSSES, *OPTIMIZERS, *SECOND_ORDER, *SCHEDULES))
    yield from (ailment.value for ailment in Ailment)
    for name in notations():
        yield from load_notation(name).words.values()


def _helps() -> Iterator[str]:
    """What `--help` says of the commands and their options."""
    from typer.main import get_command

    from backprop_cli.cli.app import app

    program: Any = get_command(app)
    for command in (program, *program.commands.values()):
        yield from filter(None, [command.help, *(getattr(one, "help", None) for one in command.params)])


def _descriptions() -> Iterator[str]:
    """The descriptions in the JSON Schemas."""
    from backprop_cli.cli.schema import SCHEMAS

    waiting: list[Any] = [schema() for schema in SCHEMAS.values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("description"), str):
                yield one["description"]
            waiting += reversed(one.values())
        elif isinstance(one, list):
            waiting += reversed(one)


def _titles() -> Iterator[str]:
    """The titles of the bundled problems, and all that is said in the bundled assignments."""
    from backprop_cli.problem.finding import bundled, bundled_assignments, title_line
    from backprop_cli.problem.tree import plain, read_tree

    for file in bundled_assignments().values():
        data: Any = plain(read_tree(file.read_text("utf-8"), file.name))
        for one in (data, *data.get("exercises", data.get("cases", ()))):
            yield from (one[key] for key in ("title", "course", "text") if key in one)
    yield from (title_line(file.read_text("utf-8")) for file in bundled().values())


def path_of(language: str) -> Path:
    """The catalogue of a language."""
    return FOLDER / language / "LC_MESSAGES" / "backprop.po"


def read(language: str) -> Catalog:
    """The catalogue as it is."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the program reads it."""
    data = BytesIO()
    write_mo(data, catalogue)
    return data.getvalue()


def write(language: str, catalogue: Catalog) -> None:
    """Writes a catalogue and its compiled form."""
    data = BytesIO()
    catalogue.fuzzy = False
    catalogue.version = ""
    catalogue.header_comment = f"# {catalogue.locale} translations for backprop."
    catalogue.msgid_bugs_address = catalogue.copyright_holder = ""
    catalogue.last_translator = catalogue.language_team = "the authors of backprop"
    write_po(data, catalogue, width=0, ignore_obsolete=True, include_lineno=False, omit_header=False)
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.getvalue())
    path.with_suffix(".mo").write_bytes(compiled(read(language)))


def main(arguments: list[str]) -> None:
    """Updates every catalogue, and begins those that are named."""
    messages = template()
    for language in dict.fromkeys([*languages()[1:], *arguments]):
        catalogue = read(language) if path_of(language).exists() else Catalog(locale=language, project="backprop")
        messages.creation_date = catalogue.creation_date  # an update without new messages changes nothing
        catalogue.update(messages, no_fuzzy_matching=True)
        write(language, catalogue)
        missing = [one.id for one in read(language) if one.id and not all(_texts(one.string))]
        print(f"{language}: {len(catalogue)} messages, {len(missing)} without a translation")
        for text in missing:
            print("  ", text)


def _texts(string: Any) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    main(sys.argv[1:])
