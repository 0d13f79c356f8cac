"""A formula as the text of a graph."""

from __future__ import annotations


def graph(formula: str, **point: str) -> str:
    """A graph of one node at a point."""
    parameters = ", ".join(f"{name}: {value}" for name, value in point.items())
    return f"parameters: {{{parameters}}}\ngraph: {{f: {formula}}}\nobjective: f\n"
