"""Which parameters learn together, for an optimizer that looks at whole matrices: weights and biases of each layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.formula import ZERO, Formula
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.updates import Rows
from backprop_cli.ground import limits
from backprop_cli.ground.errors import how_to_raise
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.grids import Grid
from backprop_cli.problem.model import Layer, Problem


def learning_together(problem: Problem, book: ComplaintBook) -> tuple[Rows, ...]:
    """The matrices of a problem whose optimizer looks at them; none for every other optimizer.

    A matrix of weights has a row for each neuron; biases, and a vector of a graph, are a column; any other parameter is
    alone. Complains about what is no whole matrix where its entries are multiplied as one.
    """
    rule = problem.training.rule
    if OPTIMIZERS[rule.optimizer].together is None:
        return ()
    whole = rule.iterations > 0
    taken: set[str] = set()
    found: list[Rows] = []
    for name, matrix in _matrices(problem):
        names, rows = [one for row in matrix for one in row], matrix
        if len(set(names)) < len(names) or taken & set(names):  # shared weights are of one matrix only, or of none
            rows = tuple((one,) for one in dict.fromkeys(names) if one not in taken)
        taken |= set(names)
        if whole:
            _check_whole(problem, book, name, rows)
        if rows:
            found.append(Rows(name, rows, _is_zero(problem.parameters, rows)))
    return tuple(found)


def _check_whole(problem: Problem, book: ComplaintBook, name: str, rows: tuple[tuple[str, ...], ...]) -> None:
    """Complains about a matrix that has gaps, of which a part is fixed, or that is too large to multiply by hand."""
    path = ("optimizer",)
    names = [one for row in rows for one in row]
    resting = [one for one in names if one in problem.fixed]
    if len({len(row) for row in rows}) > 1:
        message = _("{optimizer} multiplies whole matrices, and the weights of {name} are none: some are missing")
        book.complain(path, message.format(optimizer=problem.training.rule.optimizer, name=name))
    elif resting and len(resting) < len(names):
        message = _("{optimizer} moves a matrix as a whole, and of {name} only a part is fixed: {names}")
        said = message.format(optimizer=problem.training.rule.optimizer, name=name, names=listed(resting))
        book.complain_at_key(("fixed",), said)
    flat, long = sorted((len(rows), max(map(len, rows), default=0)))
    terms = problem.training.rule.iterations * flat * flat * (flat + 2 * long)
    if terms > limits.TERMS:
        message = _("{count} terms in the products of {name}; at most {limit} can be worked out")
        book.complain(path, message.format(count=terms, name=name, limit=limits.TERMS), how_to_raise("terms"))


def _matrices(problem: Problem) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Every matrix of parameters by its name, W1 and b1 in the first layer, row by row."""
    for number, layer in enumerate(problem.layers, start=1):
        yield from _of_layer(layer, str(number))
    for stem, one in problem.arrays.items():
        if one.grid.shape and set(one.grid.names) <= set(problem.parameters):
            yield stem, tuple(one.grid.rows())


def _of_layer(layer: Layer, number: str) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    biases = layer.bias_parameters
    if layer.is_dense:
        yield f"W{number}", tuple(tuple(one.parameter for one in neuron.connections) for neuron in layer.neurons)
    elif layer.kernels is not None:
        yield f"W{number}", tuple(_rows(layer.kernels))
    else:
        for stem, names in _by_stem(layer, biases).items():
            yield f"{stem}{number}", names
    if biases:
        yield f"b{number}", tuple((one,) for one in biases)


def _rows(kernels: Grid) -> Iterator[tuple[str, ...]]:
    """A kernel in one row for each of its maps, as PyTorch's Muon wants a kernel to be laid out."""
    width = len(kernels.names) // (kernels.shape[0] if len(kernels.shape) > 2 else 1)
    for start in range(0, len(kernels.names), width):
        yield kernels.names[start : start + width]


def _by_stem(layer: Layer, biases: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The weights of a layer of another type by what their names begin with; wq1_2 stands in the first row of wq."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in layer.parameters:
        if name not in biases:
            stem = name.rstrip("_0123456789")
            row = name[len(stem) :].split("_")[0]
            found.setdefault(stem or name, {}).setdefault(row, []).append(name)
    return {stem: tuple(map(tuple, rows.values())) for stem, rows in found.items()}


def _is_zero(parameters: Mapping[str, Formula], rows: tuple[tuple[str, ...], ...]) -> bool:
    return all(parameters[name] == ZERO for row in rows for name in row if name in parameters)
