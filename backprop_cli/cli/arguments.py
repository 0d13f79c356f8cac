"""The arguments and options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backprop_cli.ground import limits
from backprop_cli.ground.words import n_


def complete_problem(incomplete: str) -> list[str]:
    """The bundled problems' names, for the shell; file names complete by themselves."""
    from backprop_cli.problem.reader import bundled

    names = [name for name in bundled() if name.startswith(incomplete)]
    return names + sorted(str(path) for path in Path().glob(f"{incomplete}*.y*ml") if incomplete is not None)


def complete_notation(incomplete: str) -> list[str]:
    """The notation presets, for the shell."""
    from backprop_cli.writing.notation import known_notations

    return [name for name in known_notations() if name.startswith(incomplete)]


ProblemArgument = Annotated[
    str,
    typer.Argument(
        metavar="PROBLEM",
        help=n_("A problem file, '-' for standard input, or the name of a bundled problem."),
        autocompletion=complete_problem,
        show_default=False,
    ),
]
NotationOption = Annotated[
    str | None,
    typer.Option(
        "--notation",
        help=n_("Write it as a book does: plain, nielsen, mitchell, …, or a .toml file."),
        autocompletion=complete_notation,
    ),
]
DigitsOption = Annotated[
    int, typer.Option("--digits", min=1, max=limits.DIGITS, help=n_("Significant digits, all of them correct."))
]
LearnerOption = Annotated[
    str, typer.Option("--learner", metavar="NAME", help=n_("Who practises, where several share a machine."))
]


def written_to(path: Path | None) -> Path | None:
    """Where the output goes; `-` is stdout, as if nothing were said."""
    return None if path is not None and str(path) == "-" else path


def is_yaml(path: Path) -> None:
    """Raises UsageError for the name of a new problem that ends as no problem file does."""
    from backprop_cli.formats import format_of

    format_of(path, dict.fromkeys((".yaml", ".yml", ".json"), "yaml"), "yaml")


OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", callback=written_to, help=n_("Write to this file instead of stdout.")),
]
AskOnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="QUANTITY",
        help=n_("Ask only for the chain of lines that leads to this quantity; may be repeated."),
    ),
]
RoundOption = Annotated[
    str | None,
    typer.Option(
        "--round", metavar="PLACES", help=n_("Round every line: 4 (places) or 4f (figures); 'none' for exact.")
    ),
]
PathsOption = Annotated[
    str | None,
    typer.Option(
        "--paths",
        metavar="QUANTITY",
        help=n_("Instead: every path from this quantity to the loss; their products add up to its gradient."),
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=0, metavar="N", help=n_("With --paths: at most so many (32 unless given; 0: all).")),
]
ForwardModeOption = Annotated[
    str | None,
    typer.Option(
        "--forward-mode",
        metavar="QUANTITY|all",
        help=n_("Instead: the tangent of every line with respect to this quantity, or the result for every parameter."),
    ),
]
HessianOption = Annotated[
    str | None,
    typer.Option(
        "--hessian",
        metavar="PARAMETERS",
        help=n_("Instead: the second derivatives, in these parameters (w1,w2) or all, and what their eigenvalues say."),
    ),
]
SecondOrderOption = Annotated[
    str | None,
    typer.Option(
        "--second-order",
        metavar="METHOD",
        help=n_(
            "Instead: a step of the second order: newton, gauss-newton (newton:0.1 with damping), line-search, "
            "conjugate-gradients."
        ),
    ),
]
GradientsOption = Annotated[
    bool,
    typer.Option(
        "--gradients",
        help=n_("Instead: the size of the gradients layer by layer; vanishing, exploding, dead and saturated units."),
    ),
]
TableOption = Annotated[
    bool, typer.Option("--table", help=n_("The solution as one table, line by line, with its exact values."))
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="WORDS",
        help=n_(
            "The columns of the table: step, phase, layer, quantity, name, formula, numbers, exact, decimal; "
            "with commas between them."
        ),
    ),
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help=n_("Fractions and closed forms beside the decimals: = 151/400 = 0.3775."))
]
MatrixOption = Annotated[
    bool, typer.Option("--matrix", help=n_("The solution in vectors and matrices, layer by layer."))
]
PassesOption = Annotated[
    bool, typer.Option("--passes", help=n_("Both passes side by side: ∂net/∂w, ∂E/∂net and their product."))
]
JacobianOption = Annotated[
    str | None,
    typer.Option(
        "--jacobian",
        metavar="[LAYER]",
        help=n_("The Jacobian of every layer, or of one: its number or one of its neurons."),
    ),
]
CompareOption = Annotated[
    str | None,
    typer.Option(
        "--compare",
        metavar="conventions",
        help=n_("Which answers change with a convention (sign of δ, ½ in the loss, …), and which do not."),
    ),
]
SymbolicOption = Annotated[
    bool,
    typer.Option("--symbolic", help=n_("In letters: every line as a formula, gradients and updates in closed form.")),
]
