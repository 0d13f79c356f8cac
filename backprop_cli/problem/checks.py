"""What can only be said of a problem as a whole: names with two meanings, too much of something, values of no use."""

from __future__ import annotations

from collections.abc import Collection

from backprop_cli.ground import limits
from backprop_cli.ground.errors import Span, how_to_raise
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.layer_types import LAYER_TYPES
from backprop_cli.problem.model import Problem
from backprop_cli.problem.perceptrons import check_targets
from backprop_cli.problem.samples import check_shared, check_weights
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.tree import Entries, Path, Tree, span_at, where_named


def check_names(problem: Problem, book: ComplaintBook, data: Collection[str]) -> None:
    """Complains about a name with two meanings; `data` are names of what layers were given for each sample."""
    neurons = [name for layer in problem.layers for name in layer.units]
    seen: dict[str, str] = {}
    groups = [
        (_("input"), (*problem.inputs, *data)), (_("parameter"), problem.parameters), (_("neuron"), neurons),
    ]  # fmt: skip
    for what, names in groups:
        for name in names:
            if seen.get(name, what) != what:
                message = _("{name!r} is both {first} and {second}")
                message = message.format(name=name, first=seen[name], second=what)
                book.complain_at(_find(book.tree, name, what), message)
            seen[name] = what
    reserved = {f"{prefix}_{n}" for n in neurons for prefix in ("net", "out", "delta", "E", "t")} | {"E", "eta"}
    for name in [*problem.inputs, *problem.parameters]:
        if problem.layers and name in reserved:
            message = _("{name!r} is the name of another quantity").format(name=name)
            what = _("input") if name in problem.inputs else _("parameter")
            book.complain_at(_find(book.tree, name, what), message, _("choose another name"))


def _find(tree: Tree, name: str, what: str) -> Span | None:
    """Where a name is given its later meaning; `what` is the kind of thing it is there."""
    sections = {
        _("input"): ("inputs", "samples"),
        _("parameter"): ("parameters", "layers"),
        _("neuron"): ("layers",),
    }
    for section in sections[what]:
        if isinstance(tree, Entries) and section in tree.values:
            span = where_named(tree.values[section], name)
            if span:
                return span
    return span_at(tree, ("layers",), key=True)


def check_values(problem: Problem, file: ProblemFile, book: ComplaintBook) -> None:
    """Complains where updates are asked for that cannot be, and about parameters that are too many or of no use."""
    if problem.conventions.updated_weights:
        _check_updated(problem, file, book)
    if problem.conventions.mean_in_delta:
        _check_batch_mean(problem, file, book)
    check_targets(file, book, problem.layers, problem.samples)
    check_shared(file, book, problem)
    check_weights(file, book, problem)
    if len(problem.parameters) > limits.PARAMETERS:
        message = _("{count:,} parameters; the limit is {limit:,}")
        message = message.format(count=len(problem.parameters), limit=limits.PARAMETERS)
        book.complain_at_key(("layers",), message, how_to_raise("parameters"))
    used = {name for layer in problem.layers for name in layer.parameters}
    for name in file.parameters:
        if not problem.nodes and name not in used and name not in problem.gradients:
            book.complain_at_key(("parameters", name), _("parameter {name} is not used").format(name=name))


def _check_batch_mean(problem: Problem, file: ProblemFile, book: ComplaintBook) -> None:
    """Complains where the 1/n of a batch cannot stand in every δ."""
    path: Path = ("batch_mean",) if file.batch_mean else ("conventions", "batch_mean")
    if not problem.layers or not problem.has_batches or not problem.training.mean or problem.training.perceptron:
        book.complain_at_key(path, _("'delta' needs a network with a mean over batches of several samples"))
    elif problem.couples_samples:
        hint = _("leave it out: the error of the batch is differentiated here, so 1/n is in every δ already")
        book.complain_at_key(path, _("'delta' is for samples that do not meet in a layer"), hint)


def _check_updated(problem: Problem, file: ProblemFile, book: ComplaintBook) -> None:
    """Complains where hidden δ terms cannot use the already updated weights."""
    path: Path = ("hidden_uses",) if file.hidden_uses else ("conventions", "hidden_uses")
    if problem.training.batch != 1 and len(problem.samples) != 1:
        book.complain_at_key(path, _("'updated' needs an update after every sample: batch: online"))
    if any(layer.type in LAYER_TYPES and LAYER_TYPES[layer.type].recurrent for layer in file.layers):
        book.complain_at_key(path, _("'updated' is for layers of neurons: a recurrent one uses its weights again"))
