"""Which problems are practised on: for each skill, those in which it is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backprop_cli.problem.reader import Loaded, load

BUNDLED: Mapping[str, Sequence[str]] = {
    "net": ("mazur", "linear-2-2-1", "six-neurons", "han-kamber", "dead-relu"),
    "activation": ("mazur", "dead-relu", "han-kamber", "six-neurons", "thresholds"),
    "softmax": ("softmax", "softmax-network", "softmax-squared"),
    "loss": ("mazur", "linear-2-2-1", "binary-cross-entropy", "softmax", "mazur-biases"),
    "output-delta": ("mazur", "linear-2-2-1", "han-kamber", "binary-cross-entropy", "thresholds"),
    "hidden-delta": ("mazur", "linear-2-2-1", "han-kamber", "six-neurons", "thresholds"),
    "gradient": ("mazur", "mazur-biases", "linear-2-2-1", "six-neurons", "softmax-network"),
    "update": ("mazur", "one-weight", "mazur-biases", "mini-step", "linear-2-2-1"),
    "optimizer": ("momentum", "adam"),
    "gate": ("cs231n-gates", "two-paths", "max-gate", "sigmoid-circuit"),
}


def exercise(skill: str, number: int) -> Loaded:
    """One of the bundled problems that practise a skill."""
    names = BUNDLED[skill]
    return load(names[number % len(names)])
