"""The worked solution as a Python script that computes it again, line by line, with nothing but `math`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.quantities import Address
from backprop_cli.checking.descriptions import describe_address
from backprop_cli.formats.code.assignments import CodeWriter
from backprop_cli.formats.code.identifiers import comment
from backprop_cli.formats.code.outline import given, notes, sections
from backprop_cli.formats.code.python_dialect import PYTHON
from backprop_cli.ground.words import _
from backprop_cli.solving.solution import Solution


def render(solution: Solution) -> str:
    """The script; it prints every quantity by its key."""
    return script(CodeWriter(solution, PYTHON), ["import math"])


def script(program: CodeWriter, imports: list[str]) -> str:
    """A script in the program's dialect."""
    functions = [*program.helpers(), program.show()]
    return assembled(head(program.solution, program.sign), imports, functions, list(body(program)))


def assembled(above: list[str], imports: list[str], functions: Sequence[str], body: Sequence[list[str]]) -> str:
    """The parts of a script as one text."""
    defined = [["", *source.split("\n")] for source in functions]
    if not any("math." in line for block in (functions, *body) for line in block):
        imports = [line for line in imports if line and line != "import math"]
    blocks = [above, *([imports] if imports else []), *defined]
    blocks += [["", *block] if index == 0 else block for index, block in enumerate(body)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def head(solution: Solution, sign: str = "#") -> list[str]:
    """What stands above a program, as comments."""
    title = solution.problem.title
    lines = comment(title, sign) if title else []
    lines += comment(_("The worked solution again, line by line: change a number and run it."), sign)
    return [*lines, *(line for note in notes(solution) for line in comment(note, sign))]


def body(program: CodeWriter) -> Iterator[list[str]]:
    """What is given, then the lines with a comment above each section."""
    sign = program.sign
    for word, quantities in given(program.solution).items():
        yield [*comment(word, sign), *map(program.constant, quantities)]
    last: Address = ()
    for section in sections(program.solution):
        lines = (
            [*comment(f"==== {describe_address(section.at, program.solution.problem)} ====", sign), ""]
            if section.at not in ((), last)
            else []
        )
        last = section.at
        lines += comment(section.heading, sign)
        for step in section.steps:
            lines.append(program.line(step) + (f"  {sign} {_('given')}" if step.line.given else ""))
        yield [*lines, *program.shown(section.steps)]
