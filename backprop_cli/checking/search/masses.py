"""How much more usual each family of edits is than its mass says, in lines of each sort: fitted, kept here alone."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.quantities import Kind

# The sort of a line.
_SORTS: Mapping[Kind, str] = {
    Kind.NET: "forward", Kind.OUT: "forward", Kind.CELL: "forward", Kind.NODE: "forward",
    Kind.PART: "loss", Kind.LOSS: "loss", Kind.DELTA: "backward", Kind.GRADIENT: "backward",
    Kind.LOCAL: "backward", Kind.PATH: "backward", Kind.NEW: "update", Kind.AUX: "update",
}  # fmt: skip


def sort_of(kind: Kind) -> str:
    """Whether a line is of the way forward, a loss, of the way back, an update, or of another sort."""
    return _SORTS.get(kind, "other")


def usual(family: str, kind: Kind) -> float:
    """The factor of a family in lines of a kind; 1 where students made it as often as its mass says."""
    found = FITTED.get(family, _NOTHING)
    return found.get(sort_of(kind)) or found.get(ANY, 1.0)


ANY = "any"
_NOTHING: Mapping[str, float] = {}
# Written by `python tests/students/fit_masses.py --write`, which says how it is fitted.
FITTED: Mapping[str, Mapping[str, float]] = {
    "activation": {"any": 0.76},
    "aligned": {"any": 1.9, "forward": 2.5},
    "another line": {"any": 0.4},
    "before and after": {"any": 0.4},
    "bias": {"any": 1.21},
    "both steps": {"any": 1.16},
    "both together": {"any": 0.76, "update": 0.63},
    "bracket": {"any": 0.78, "backward": 0.51, "forward": 0.52, "update": 1.31},
    "bracket, another factor": {"any": 0.61, "forward": 0.49},
    "brackets": {"backward": 0.84, "forward": 0.52, "loss": 1.47, "update": 1.52},
    "complement": {"any": 0.64, "backward": 0.49, "update": 0.79},
    "error instead": {"backward": 1.2},
    "everywhere": {"any": 0.62, "backward": 0.47},
    "everywhere before and after": {"any": 0.78},
    "everywhere brackets": {"forward": 0.84},
    "everywhere complement": {"loss": 1.44},
    "everywhere distance": {"any": 1.27, "backward": 1.61},
    "everywhere from farther on": {"backward": 0.78},
    "everywhere kin": {"any": 0.41},
    "everywhere layer": {"backward": 0.81, "loss": 0.77},
    "everywhere logarithm": {"any": 1.2, "loss": 1.46},
    "everywhere made of": {"any": 1.39, "backward": 1.98},
    "everywhere neighbour": {"any": 2.24},
    "everywhere not updated": {"any": 0.55, "update": 0.4},
    "everywhere only": {"any": 0.61, "backward": 0.48},
    "everywhere operation": {"any": 0.44},
    "everywhere plain step": {"any": 0.66, "update": 0.49},
    "everywhere sign of all": {"any": 0.66},
    "everywhere size": {"any": 1.23, "forward": 1.51},
    "everywhere size of": {"any": 0.82},
    "everywhere state step": {"update": 0.75},
    "everywhere summand": {"forward": 1.24},
    "everywhere twice": {"any": 0.67},
    "everywhere used with it": {"backward": 0.85, "forward": 0.79},
    "everywhere wide": {"any": 0.68, "forward": 0.55},
    "extra": {"any": 0.4},
    "extra factor": {"any": 1.84, "backward": 2.19, "forward": 1.51},
    "extra value": {"any": 0.75, "backward": 0.62},
    "factor": {"any": 0.79, "update": 1.18},
    "factor instead": {"any": 1.35},
    "factor moved": {"any": 0.55, "backward": 0.45, "forward": 0.46},
    "far neighbour": {"any": 0.65},
    "for a complement": {"backward": 0.8},
    "for a function": {"backward": 1.22},
    "from farther on": {"any": 0.5, "update": 0.4},
    "function": {"any": 1.76, "backward": 2.5},
    "function for": {"any": 1.39, "forward": 2.04},
    "gate of the unit": {"any": 0.84},
    "gate slope": {"any": 1.35, "backward": 1.84},
    "gradients": {"update": 1.3},
    "in each": {"any": 1.91, "forward": 2.5},
    "in some terms of a sum": {"any": 0.64, "backward": 0.75, "forward": 0.4},
    "indexed another row": {"any": 0.67, "forward": 0.87, "update": 0.4},
    "indexed exchanged": {"any": 1.17},
    "indexed in reverse": {"any": 1.28, "forward": 1.61},
    "indexed shifted": {"any": 1.21, "backward": 1.73, "forward": 0.97},
    "kin": {"any": 0.4, "forward": 0.62},
    "layer": {"any": 0.73, "backward": 0.88, "forward": 0.85, "loss": 0.47, "update": 0.59},
    "logarithm": {"any": 0.83},
    "loss": {"loss": 0.82},
    "loss slope": {"any": 0.68, "backward": 0.54},
    "made into": {"forward": 0.76},
    "made of": {"any": 1.53, "backward": 2.03, "forward": 1.99},
    "mean of the terms": {"any": 2.06, "backward": 2.5, "forward": 1.59, "loss": 2.5},
    "neighbour": {"any": 1.23, "backward": 1.46, "forward": 1.48, "loss": 0.95, "update": 0.68},
    "new parameters": {"any": 1.29, "update": 1.51},
    "number": {"forward": 1.18, "loss": 1.28},
    "numerator": {"any": 1.24, "backward": 1.49},
    "of any": {"any": 1.67, "forward": 2.08},
    "one": {"any": 0.67, "backward": 0.89, "forward": 0.47, "update": 0.55},
    "one for all": {"any": 0.85, "forward": 0.64},
    "one instead": {"loss": 0.78},
    "one sample": {"any": 1.17, "backward": 1.37},
    "only": {"any": 0.8, "backward": 1.0, "forward": 0.57},
    "only factor": {"update": 1.59},
    "only some": {"any": 1.47, "backward": 1.77},
    "only term": {"any": 1.21, "backward": 2.5, "forward": 0.59},
    "operation": {"backward": 1.2, "forward": 1.36, "update": 0.69},
    "optimizer": {"update": 0.78},
    "other terms": {"any": 0.57, "update": 0.44},
    "own slope": {"backward": 0.81},
    "parameters": {"any": 0.43},
    "plain step": {"update": 0.84},
    "pooling": {"any": 1.26, "backward": 1.64},
    "powers": {"any": 0.72, "backward": 0.59},
    "rate": {"any": 2.06, "update": 2.5},
    "reach": {"any": 0.74},
    "rows": {"backward": 1.44, "forward": 0.55},
    "sample": {"any": 0.72, "backward": 0.61},
    "share": {"backward": 0.74, "forward": 0.85},
    "shares": {"any": 1.32, "forward": 1.58},
    "sigmoid": {"any": 2.5},
    "sign": {"any": 1.34, "update": 1.0},
    "sign dropped": {"any": 0.67},
    "sign of a sum": {"any": 0.72, "forward": 0.59, "loss": 0.58},
    "sign of all": {"any": 1.55, "backward": 2.49, "forward": 0.62, "loss": 1.96},
    "size": {"any": 1.6, "loss": 2.5},
    "size of": {"backward": 0.66, "update": 1.6},
    "slope": {"backward": 0.83},
    "slope of a factor": {"any": 1.2, "backward": 1.83, "forward": 0.9},
    "softmax": {"any": 1.78, "forward": 2.5},
    "squared": {"any": 0.55, "backward": 0.42, "update": 0.47},
    "standardized": {"any": 2.0, "forward": 2.5},
    "state step": {"update": 1.25},
    "step factor": {"any": 1.79, "update": 2.5},
    "summand": {"any": 1.22, "backward": 1.45, "forward": 1.52, "update": 0.88},
    "sums": {"any": 1.63, "backward": 1.95},
    "swapped": {"backward": 0.73},
    "term times": {"any": 1.64, "backward": 1.08, "update": 2.5},
    "term twice": {"any": 0.64},
    "times": {"any": 0.68, "backward": 1.17, "forward": 0.4, "loss": 1.2, "update": 0.4},
    "twice": {"forward": 0.46, "loss": 0.81, "update": 1.25},
    "used with it": {"any": 0.53, "forward": 0.4},
    "weighed": {"any": 0.61, "forward": 0.48},
    "whole squared": {"any": 0.59, "backward": 0.42, "loss": 0.88, "update": 0.5},
    "wide": {"any": 0.54, "backward": 0.4, "forward": 0.82},
    "zero": {"any": 0.4},
}
