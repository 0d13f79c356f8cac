"""Students who work by themselves, with floats and with mistakes of their own, and some who copy from a neighbour.

Nothing here is the program's: the network, the graph and the training are computed in plain Python, and what goes wrong
is what goes wrong at a desk (a number misread, a digit turned, a term forgotten, a sign, a line copied falsely), not
what the checker has a name for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp
from random import Random
from typing import Any

Numbers = dict[str, float]
MAZUR = ("net_h1", "net_h2", "out_h1", "out_h2", "net_o1", "net_o2", "out_o1", "out_o2", "E", "delta_o1", "delta_o2",
         "delta_h1", "delta_h2", "dE/dw5", "dE/dw1", "w5_new", "w1_new")  # fmt: skip
PATHS = ("c", "d", "e", "de/da", "de/db")
WEIGHT = ("epoch 1 / out_y", "epoch 1 / delta_y", "epoch 1 / w_new", "epoch 2 / out_y", "epoch 2 / w_new")
LINES = (MAZUR, PATHS, WEIGHT)


class Student:
    """Somebody with a pocket calculator: each line is rounded, slips happen in some, habits in all."""

    def __init__(self, chance: Random, careful: bool = False) -> None:
        self.chance = chance
        self.places = chance.choice((2, 3, 3, 4, 4, 5, 6))
        self.careful = careful
        mistakes = 0 if careful else chance.choice((1, 1, 1, 2, 2, 3))
        self.habits = {chance.choice(HABITS) for _one in range(mistakes)}
        self.slips = 0 if careful else chance.choice((0, 1, 1, 2))

    def has(self, habit: str) -> bool:
        return habit in self.habits

    def write(self, value: float) -> float:
        """The number as it is written down, now and then falsely."""
        if self.slips and self.chance.random() < 0.08:
            self.slips -= 1
            value = self.chance.choice(_SLIPS)(value, self.chance)
        return round(value, self.places)

    def read(self, given: Mapping[str, float]) -> Numbers:
        """The numbers of the sheet, as this student reads them."""
        known = dict(given)
        names = list(known)
        if self.has("misreads"):
            name = self.chance.choice(names)
            known[name] = self.chance.choice(_MISREAD)(known[name], self.chance)
        if self.has("takes another one"):
            one, other = self.chance.sample(names, 2)
            known[one] = known[other]
        if self.has("exchanges two"):
            one, other = self.chance.sample(names, 2)
            known[one], known[other] = known[other], known[one]
        return known


HABITS = (
    "misreads", "misreads", "takes another one", "exchanges two", "no bias", "no slope", "sign", "transposed",
    "new weights", "no rate", "half", "adds",
)  # fmt: skip
_SLIPS: tuple[Callable[[float, Random], float], ...] = (
    lambda value, chance: -value,
    lambda value, chance: value * 10 ** chance.choice((-1, 1)),
    lambda value, chance: value + chance.choice((-1, 1)) * 10.0 ** -chance.randint(0, 4),
    lambda value, chance: turned(value, chance),  # noqa: PLW0108 - it stands below
    lambda value, chance: value * chance.uniform(0.5, 1.5),
)
_MISREAD: tuple[Callable[[float, Random], float], ...] = (
    lambda value, chance: -value,
    lambda value, chance: turned(value, chance),  # noqa: PLW0108 - it stands below
    lambda value, chance: round(value + chance.choice((-1, 1)) * (0.05 if abs(value) < 1 else 1), 4),
    lambda value, chance: round(value * 10, 4),
)


def turned(value: float, chance: Random) -> float:
    """The number with two neighbouring digits exchanged, or one of them read as another one."""
    text = list(f"{value:.4f}".rstrip("0"))
    at = [place for place, char in enumerate(text[:-1]) if char.isdigit() and text[place + 1].isdigit()]
    if at and chance.random() < 0.5:
        place = chance.choice(at)
        text[place], text[place + 1] = text[place + 1], text[place]
    else:
        digits = [place for place, char in enumerate(text) if char.isdigit()]
        text[chance.choice(digits)] = str(chance.randint(0, 9))
    return float("".join(text))


def sigmoid(net: float) -> float:
    return 1 / (1 + exp(-max(-500.0, min(500.0, net))))


def network(given: Mapping[str, float], who: Student) -> Numbers:
    """One step on the 2-2-2 network."""
    g, w, new = who.read(given), who.write, {}
    cross = who.has("transposed")
    b1, b2 = (0.0, 0.0) if who.has("no bias") else (g["b1"], g["b2"])
    two, three, six, seven = ("w3", "w2", "w7", "w6") if cross else ("w2", "w3", "w6", "w7")
    new["net_h1"] = w(g["w1"] * g["i1"] + g[two] * g["i2"] + b1)
    new["net_h2"] = w(g[three] * g["i1"] + g["w4"] * g["i2"] + b1)
    for unit in ("h1", "h2"):
        new[f"out_{unit}"] = w(sigmoid(new[f"net_{unit}"]))
    new["net_o1"] = w(g["w5"] * new["out_h1"] + g[six] * new["out_h2"] + b2)
    new["net_o2"] = w(g[seven] * new["out_h1"] + g["w8"] * new["out_h2"] + b2)
    for unit in ("o1", "o2"):
        new[f"out_{unit}"] = w(sigmoid(new[f"net_{unit}"]))
    factor = 1.0 if who.has("half") else 0.5
    new["E"] = w(sum(factor * (g[f"t_{unit}"] - new[f"out_{unit}"]) ** 2 for unit in ("o1", "o2")))
    for unit in ("o1", "o2"):
        out = new[f"out_{unit}"]
        error = (g[f"t_{unit}"] - out) if who.has("sign") else (out - g[f"t_{unit}"])
        new[f"delta_{unit}"] = w(error if who.has("no slope") else error * out * (1 - out))
    rate = 1.0 if who.has("no rate") else g["eta"]
    new["dE/dw5"] = w(new["delta_o1"] * new["out_h1"])
    new["w5_new"] = w(g["w5"] + rate * new["dE/dw5"] if who.has("adds") else g["w5"] - rate * new["dE/dw5"])
    back = {**g, "w5": new["w5_new"]} if who.has("new weights") else g
    for unit, one, other in (("h1", "w5", "w7"), ("h2", "w6", "w8")):
        out = new[f"out_{unit}"]
        total = new["delta_o1"] * back[one] + new["delta_o2"] * back[other]
        new[f"delta_{unit}"] = w(total if who.has("no slope") else total * out * (1 - out))
    new["dE/dw1"] = w(new["delta_h1"] * g["i1"])
    new["w1_new"] = w(g["w1"] + rate * new["dE/dw1"] if who.has("adds") else g["w1"] - rate * new["dE/dw1"])
    return new


def graph(given: Mapping[str, float], who: Student) -> Numbers:
    """e = (a + b)(b + 1)"""
    g, w, new = who.read(given), who.write, {}
    new["c"] = w(g["a"] + g["b"])
    new["d"] = w(g["b"] + 1)
    new["e"] = w(new["c"] * new["d"])
    new["de/da"] = w(new["c"] if who.has("transposed") else new["d"])
    new["de/db"] = w(new["d"] if who.has("half") else new["c"] + new["d"])
    return new


def training(given: Mapping[str, float], who: Student) -> Numbers:
    """Two epochs of one weight under half the squared error."""
    g, write, new = who.read(given), who.write, {}
    weight = g["w"]
    for epoch in (1, 2):
        out = new[f"epoch {epoch} / out_y"] = write(weight * g["x"])
        delta = (g["y"] - out) if who.has("sign") else (out - g["y"])
        new[f"epoch {epoch} / delta_y"] = write(delta)
        step = delta * (1.0 if who.has("no slope") else g["x"]) * (1.0 if who.has("no rate") else g["eta"])
        weight = new[f"epoch {epoch} / w_new"] = write(weight + step if who.has("adds") else weight - step)
    return {name: new[name] for name in WEIGHT}


def sheet(given: tuple[Mapping[str, float], ...], who: Student, blank: float = 0.15) -> list[dict[str, str]]:
    """The answers to the three exercises; some lines are left out."""
    made = [work(numbers, who) for work, numbers in zip((network, graph, training), given, strict=True)]
    return [
        {name: f"{part[name]:.{who.places}f}" for name in lines if who.chance.random() >= blank}
        for part, lines in zip(made, LINES, strict=True)
    ]  # fmt: skip


def given_in(problem: Mapping[str, Any]) -> Numbers:
    """The numbers of a problem of one of the three kinds, from its file as YAML (all texts)."""
    found = {name: float(text) for key in ("inputs", "targets") for name, text in (problem.get(key) or {}).items()}
    if "targets" in problem and len(problem["targets"]) > 1:
        found |= {f"t_{name}": found.pop(name) for name in problem["targets"]}
    for layer in problem.get("layers", ()):
        biases = layer.get("bias", ())
        texts = [text for row in layer["weights"] for text in row] + (
            [biases] if isinstance(biases, str) else list(biases)
        )
        for text in texts:
            name, _sign, number = str(text).partition("=")
            found[name.strip()] = float(number)
    if "learning_rate" in problem:
        found["eta"] = float(problem["learning_rate"])
    return found
