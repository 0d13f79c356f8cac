"""From `metrics` of a file to formulas in the names of the problem."""

from __future__ import annotations

from backprop_cli.algebra.expressions import FormulaError, parse
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.losses import PER_OUTPUT_NAMES
from backprop_cli.algebra.metrics import names_outside
from backprop_cli.algebra.updates import PENALIZED_LOSS
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Problem
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.update_rules import lines_to_show


def read_metrics(file: ProblemFile, book: ComplaintBook, problem: Problem) -> dict[str, Formula]:
    """The metrics by name, in the order of the file; each may use those before it, and J where it is shown."""
    penalized = {PENALIZED_LOSS.name} if "penalized" in lines_to_show(file) else set()
    if penalized & {*_known(problem), *(unit for layer in problem.layers for unit in layer.units)}:
        message = _("{name!r} is the name of another quantity").format(name=PENALIZED_LOSS.name)
        book.complain(("show",), message, _("the penalized loss is called J: choose another name for the other one"))
    if not file.metrics:
        return {}
    if file.gradients or file.rule != "gradient" or not (problem.layers or problem.nodes):
        message = _("metrics are of outputs that are trained by gradients, and here are none")
        book.complain_at_key(("metrics",), message)
        return {}
    found: dict[str, Formula] = {}
    for name, text in file.metrics.items():
        if name in _taken(problem):
            message = _("{name!r} is the name of another quantity").format(name=name)
            book.complain_at_key(("metrics", name), message, _("choose another name"))
            continue
        try:
            formula = parse(text, names=frozenset({*_known(problem), *penalized, *found}))
        except FormulaError as error:
            book.complain(("metrics", name), error.message, error.hint, (error.offset, error.length))
            continue
        _check_scope(book, name, formula, problem, {*penalized, *found})
        found[name] = formula
    return found


def _objective(problem: Problem) -> str:
    """The name of what is differentiated."""
    return problem.objective or (list(problem.nodes)[-1] if problem.nodes else "E")


def _known(problem: Problem) -> set[str]:
    """What a formula may name."""
    known = {*problem.inputs, *problem.parameters, *problem.nodes}
    if problem.loss is not None:
        known.add("E")
    units = {unit for layer in problem.layers for unit in layer.units}
    known |= {f"{kind}_{unit}" for kind in ("net", "out") for unit in units}
    targets = {f"{kind}_{one}" for kind in ("t", "target") for one in problem.outputs}
    return known | targets | {*problem.outputs, *(PER_OUTPUT_NAMES if problem.layers else ())}


def _taken(problem: Problem) -> set[str]:
    """What no metric can be called."""
    units = {unit for layer in problem.layers for unit in layer.units}
    return {*_known(problem), *(f"{kind}_{unit}" for kind in ("delta", "E") for unit in units), *units, "E", "J"}


def _check_scope(book: ComplaintBook, name: str, formula: Formula, problem: Problem, before: set[str]) -> None:
    """Complains about an output, or a value of one sample, that stands where there are several."""
    outside = names_outside(formula)
    several = len(problem.samples) > 1
    free = {*problem.parameters, *before, "E", _objective(problem)}
    plain = sorted(outside & {*PER_OUTPUT_NAMES} - free) if problem.layers else []
    if plain and (several or len(problem.outputs) > 1):
        message = _("{name!r} is of each output: say how they are put together").format(name=plain[0])
        book.complain(("metrics", name), message, _("write mean(…), sum(…), max(…) or min(…) around it"))
    elif several and (loose := sorted(outside - free)):
        message = _("{name!r} is of each sample: say how they are put together").format(name=loose[0])
        book.complain(("metrics", name), message, _("write mean(…), sum(…), max(…) or min(…) around it"))
