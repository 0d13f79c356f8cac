"""Writes the file of a network, of a classifier and of a single weight, with slots for its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS, OPERATIONS
from backprop_cli.algebra.optimizers import DESCENT
from backprop_cli.generator.chance import Chance
from backprop_cli.generator.grids import (
    COARSE,
    EXACT,
    GENTLE,
    ROUNDED,
    TARGETS,
    WITHIN_ONE,
    short,
)
from backprop_cli.generator.patterns import Draft
from backprop_cli.generator.recipes import CLASSIFIERS, Recipe
from backprop_cli.generator.steps import usual_optimizer

GIVEN_TARGETS = tuple(name for name, loss in LOSSES.items() if loss.sides)  # yes or no: not numbers to be drawn
_TWO_SQUARES = 3  # layers with the inputs: of more, lines of squares are rounded
_COARSE = 3  # places, or fewer
_DEEP, _WIDE = 4, 3  # layers with the inputs, and connections into a neuron: of more, weights are small
_MANY_CLASSES = 5  # of which the probabilities are not in tenths
_SELDOM_NEGATIVE = ("abs", "square", "leaky_relu")
_ASK_ALL = 13  # parameters: of more, a sheet asks for the updates of a few


def is_exact(recipe: Recipe) -> bool:
    """Whether every line of the solution ends after a few decimals, so that nothing has to be rounded."""
    assert recipe.activation is not None
    assert recipe.output is not None
    kinds = {recipe.output.partition("(")[0], *([recipe.activation.partition("(")[0]] if _hidden(recipe) else [])}
    squares_of_squares = "square" in kinds and len(recipe.shape or ()) > _TWO_SQUARES
    return (
        all(kind in ACTIVATIONS and ACTIVATIONS[kind].ends for kind in kinds)
        and not squares_of_squares
        and recipe.loss is not None
        and LOSSES[recipe.loss].ends
        and not has_state(recipe)
        and (recipe.samples == 1 or recipe.samples in (2, 4, 5, 8))
    )


def has_state(recipe: Recipe) -> bool:
    """Whether the optimizer keeps a state, whose lines get small: then lines are rounded to figures, not to places."""
    return recipe.optimizer not in (None, DESCENT)


def _grids(recipe: Recipe) -> dict[str, tuple[str, ...]]:
    """What the numbers are drawn from."""
    if not is_exact(recipe):
        return ROUNDED if recipe.places > _COARSE else COARSE
    if "hard_tanh" in (recipe.activation, recipe.output):
        return WITHIN_ONE
    return GENTLE if "square" in (recipe.activation, recipe.output) and _hidden(recipe) else EXACT


def _hidden(recipe: Recipe) -> bool:
    return recipe.shape is not None and len(recipe.shape) > 2


@dataclass
class _Names:
    """The names of inputs and neurons, layer by layer, and the next numbers of weights and biases."""

    layers: list[list[str]]
    weights: int = 0
    biases: int = 0


def network_text(recipe: Recipe, draft: Draft, chance: Chance) -> str:
    """The file without its head: inputs, targets, layers, loss, learning rate."""
    assert recipe.shape is not None
    names = _Names(unit_names(recipe))
    grids = _grids(recipe)
    lines = [*_data(recipe, names, grids, draft, chance), "layers:"]
    for depth in range(1, len(recipe.shape)):
        lines += _layer(recipe, names, depth, grids, draft)
    lines.append(f"loss: {recipe.loss}")
    averaged = recipe.samples > 1 and not is_exact(recipe)  # a mean of gradients is small
    lines.append(f"learning_rate: {draft.slot('rate', COARSE['rate'] if averaged else grids['rate'])}")
    lines += _training(recipe)
    if not is_exact(recipe):
        lines.append(f"rounding: {{{'figures' if has_state(recipe) else 'places'}: {recipe.places}}}")
    lines += _ask(recipe, names)
    return "\n".join(lines) + "\n"


def unit_names(recipe: Recipe) -> list[list[str]]:
    """The names of the inputs and of the neurons, layer by layer."""
    shape = recipe.shape or ()
    inputs, *hidden, outputs = shape
    last = "c" if recipe.output == "softmax" else "y"
    several = len(hidden) > 1
    inner = [
        [f"h{depth}_{n}" if several else f"h{n}" for n in range(1, width + 1)]
        for depth, width in enumerate(hidden, start=1)
    ]
    return [_numbered("x", inputs), *inner, _numbered(last, outputs)]


def _numbered(letter: str, count: int) -> list[str]:
    return [letter] if count == 1 else [f"{letter}{n}" for n in range(1, count + 1)]


def _flow(names: Sequence[str], values: Sequence[str]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True)) + "}"


def _data(recipe: Recipe, names: _Names, grids: dict[str, tuple[str, ...]], draft: Draft, chance: Chance) -> list[str]:
    """The sample, or the list of them."""
    inputs, outputs = names.layers[0], names.layers[-1]
    written = []
    classes = _classes(recipe, len(outputs), chance)
    for number in range(recipe.samples):
        group = f"inputs {number}"
        inside = _flow(inputs, [draft.slot("input", grids["input"], group) for _ in inputs])
        written.append((inside, _targets(recipe, outputs, classes[number], number, draft, grids, chance)))
    if recipe.samples == 1:
        return [f"inputs: {written[0][0]}", f"targets: {written[0][1]}"]
    return ["samples:", *(f"  - {{inputs: {inside}, targets: {goal}}}" for inside, goal in written), "batch: full"]


def _classes(recipe: Recipe, outputs: int, chance: Chance) -> list[int]:
    """The class of each sample, no two alike as long as there are enough."""
    first = chance.below(outputs)
    return [(first + number) % outputs for number in range(recipe.samples)]


def _targets(
    recipe: Recipe,
    outputs: Sequence[str],
    right: int,
    number: int,
    draft: Draft,
    grids: dict[str, tuple[str, ...]],
    chance: Chance,
) -> str:
    """What stands after `targets:`; a class, yes or no, and a side of a margin are not numbers to be drawn."""
    if recipe.loss == "kl_divergence":
        return _flow(outputs, _shares(len(outputs), chance))
    if recipe.loss in CLASSIFIERS:
        return outputs[right]
    if recipe.output == "softmax":
        return _flow(outputs, ["1" if place == right else "0" for place in range(len(outputs))])
    if recipe.loss in GIVEN_TARGETS:
        return _flow(outputs, _sides(recipe, len(outputs), number, chance))
    grid = TARGETS.get(recipe.output or "", grids["target"])
    return _flow(outputs, [draft.slot("target", grid, f"targets {number}") for _ in outputs])


def _sides(recipe: Recipe, outputs: int, sample: int, chance: Chance) -> list[str]:
    """Yes or no for each output, where both leave something to learn.

    The first one is yes, since p − t has no sign to be dropped where t is 0; outputs that are hardly ever negative
    should be.
    """
    if recipe.loss in LOSSES and LOSSES[recipe.loss].is_binary:
        return [str((sample + 1) % 2) if place == 0 else chance.pick(("0", "1")) for place in range(outputs)]
    name = (recipe.output or "").partition("(")[0]
    low, _high = OPERATIONS[name].range
    positive = name in _SELDOM_NEGATIVE or (low is not None and low >= 0)
    sides = ("-1", "-1") if positive else ("-1", "1")
    turns = recipe.samples > 1
    return [sides[sample % 2] if turns and place == 0 else chance.pick(sides) for place in range(outputs)]


def _shares(count: int, chance: Chance) -> list[str]:
    """Probabilities that are short decimals, sum to 1 and are not all alike."""
    units = 10 if count <= _MANY_CLASSES else 20
    shares = [1] * count
    while len(set(shares)) == 1 or sum(shares) < units:
        shares = [1] * count if sum(shares) == units else shares
        shares[chance.below(count)] += 1
    return [short(share * (100 // units), 2) for share in shares]


def _layer(recipe: Recipe, names: _Names, depth: int, grids: dict[str, tuple[str, ...]], draft: Draft) -> list[str]:
    """One layer: its neurons, its activation, a row of weights for each, its biases."""
    before, neurons = names.layers[depth - 1], names.layers[depth]
    last = depth == len(names.layers) - 1
    activation = recipe.output if last else recipe.activation
    grid = grids["wide" if len(before) > _WIDE else "deep" if len(names.layers) > _DEEP else "weight"]
    lines = [f"  - neurons: [{', '.join(neurons)}]", f"    activation: {activation}"]
    rows = []
    for neuron in neurons:
        slots = []
        for _ in before:
            names.weights += 1
            name = "w" if recipe.shape == (1, 1) else f"w{names.weights}"
            slots.append(f"{name} = {draft.slot('weight', grid, f'into {neuron}')}")
        rows.append("[" + ", ".join(slots) + "]")
    if len(rows) == 1:
        lines.append(f"    weights: [{rows[0]}]")
    else:
        lines += ["    weights:", *(f"      - {row}" for row in rows)]
    if recipe.bias:
        biases = []
        for _ in neurons:
            names.biases += 1
            biases.append(f"b{names.biases} = {draft.slot('bias', grids['bias'], f'biases {depth}')}")
        lines.append(f"    bias: [{', '.join(biases)}]")
    return lines


def _training(recipe: Recipe) -> list[str]:
    """The optimizer; one with a state of its own makes two steps, since the first says nothing of the state."""
    if not has_state(recipe):
        return []
    assert recipe.optimizer is not None
    return [f"optimizer: {usual_optimizer(recipe.optimizer)}", "epochs: 2"]


def _ask(recipe: Recipe, names: _Names) -> list[str]:
    """All of a small network; of a larger one all but the gradients and updates, of which one row a layer stays."""
    if names.weights + names.biases <= _ASK_ALL:
        return []
    shape = recipe.shape or ()
    units = [unit for layer in names.layers[1:] for unit in layer]
    asked = [f"{kind}_{unit}" for unit in units for kind in ("net", "out")] + ["E"]
    asked += [f"delta_{unit}" for layer in reversed(names.layers[1:]) for unit in layer]
    weight, bias = 1, 1
    rows = []
    for before, width in pairwise(shape):
        rows += [f"w{weight + n}" for n in range(before)] + ([f"b{bias}"] if recipe.bias else [])
        weight, bias = weight + before * width, bias + width
    asked += [f"dE/d{name}" for name in rows] + [f"{name}_new" for name in rows]
    return _wrapped("ask: [", asked)


def _wrapped(head: str, words: Sequence[str], width: int = 100) -> list[str]:
    """The words in brackets, over as many lines as they need."""
    lines = [head]
    for number, word in enumerate(words):
        piece = word + ("]" if number == len(words) - 1 else ",")
        if len(lines[-1]) + 1 + len(piece) > width:
            lines.append(" " * len(head))
        lines[-1] += piece if lines[-1] in (head, " " * len(head)) else f" {piece}"
    return lines
