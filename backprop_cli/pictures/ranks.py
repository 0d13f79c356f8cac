"""Puts the nodes of a graph into columns, so that every edge goes to the right and few of them cross."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise

from backprop_cli.ground.records import record

_SWEEPS = 12


@record(slots=False)
class Ranked:
    """Columns of nodes, with a stand-in (edge number, column) wherever an edge passes over a column; heights by node.

    Heights count in rows, upwards.
    """

    columns: tuple[tuple[Hashable, ...], ...]
    heights: Mapping[Hashable, float]


def ranked(nodes: Sequence[Hashable], edges: Sequence[tuple[Hashable, Hashable]]) -> Ranked:
    """The nodes, given in an order of evaluation, in columns; what nothing enters stands just before its first use."""
    rank: dict[Hashable, int] = {}
    for node in nodes:
        rank[node] = max((rank[a] + 1 for a, b in edges if b == node), default=0)
    for node in nodes:
        if not any(b == node for _a, b in edges):
            rank[node] = min((rank[b] - 1 for a, b in edges if a == node), default=0)
    columns: list[list[Hashable]] = [[] for _ in range(max(rank.values()) + 1)]
    for node in nodes:
        columns[rank[node]].append(node)
    links: list[tuple[Hashable, Hashable]] = []
    for number, (a, b) in enumerate(edges):
        chain: list[Hashable] = [a, *((number, column) for column in range(rank[a] + 1, rank[b])), b]
        for column, stand_in in enumerate(chain[1:-1], start=rank[a] + 1):
            columns[column].append(stand_in)
        links += pairwise(chain)
    _untangle(columns, links)
    return Ranked(tuple(map(tuple, columns)), _heights(columns, links))


def _untangle(columns: list[list[Hashable]], links: Sequence[tuple[Hashable, Hashable]]) -> None:
    """Orders every column by the middle of the neighbours on one side and then the other; keeps the best order."""
    best, least = [list(column) for column in columns], _crossings(columns, links)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        order = range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1)
        for index in order:
            beside = columns[index - 1 if forward else index + 1]
            at = {node: place for place, node in enumerate(beside)}
            ends = [(b, a) if forward else (a, b) for a, b in links]
            near = {node: [at[other] for one, other in ends if one == node and other in at] for node in columns[index]}
            places = {node: place for place, node in enumerate(columns[index])}
            columns[index].sort(key=lambda node, n=near, p=places: sum(n[node]) / len(n[node]) if n[node] else p[node])  # type: ignore[misc]
        if (count := _crossings(columns, links)) < least:
            best, least = [list(column) for column in columns], count
    columns[:] = best


def _crossings(columns: Sequence[Sequence[Hashable]], links: Sequence[tuple[Hashable, Hashable]]) -> int:
    total = 0
    for left, right in pairwise(columns):
        at, to = ({node: place for place, node in enumerate(column)} for column in (left, right))
        between = [(at[a], to[b]) for a, b in links if a in at and b in to]
        total += sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(between) for c, d in between[n + 1 :])
    return total


def _heights(
    columns: Sequence[Sequence[Hashable]], links: Sequence[tuple[Hashable, Hashable]]
) -> dict[Hashable, float]:
    """Heights in rows: in each column in its order and one apart, as near to the neighbours as that allows."""
    heights: dict[Hashable, float] = {}
    for column in columns:
        for place, node in enumerate(column):
            heights[node] = (len(column) - 1) / 2 - place
    around: dict[Hashable, list[Hashable]] = {node: [] for node in heights}
    for a, b in links:
        around[a].append(b)
        around[b].append(a)
    before: dict[Hashable, list[Hashable]] = {node: [a for a, b in links if b == node] for node in heights}
    for neighbours in [around] * (3 * _SWEEPS) + [
        before
    ]:  # in the end, what follows one node alone stands level with it
        for column in columns:
            for node, height in zip(column, _apart([_middle(node, neighbours[node], heights) for node in column]),
                                    strict=True):  # fmt: skip
                heights[node] = height
    return heights


def _middle(node: Hashable, others: Sequence[Hashable], heights: Mapping[Hashable, float]) -> float:
    return sum(heights[one] for one in others) / len(others) if others else heights[node]


def _apart(wanted: Sequence[float]) -> list[float]:
    """Falling heights at least 1 apart, as near as possible to those wanted (pooling of neighbours that collide)."""
    blocks: list[tuple[float, int]] = []  # the sum of the wanted heights of the first node of the block, and how many
    for height in (height + place for place, height in enumerate(wanted)):
        blocks.append((height, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] < blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = blocks[-1][0] + total, blocks[-1][1] + count
    level = [total / count for total, count in blocks for _one in range(count)]
    return [height - place for place, height in enumerate(level)]
