"""The heads of an attention layer: scores of queries and keys, their softmax over the keys, mixtures of the values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, Name, number
from backprop_cli.algebra.quantities import Quantity, cell
from backprop_cli.ground.records import record
from backprop_cli.problem.model import Cell
from backprop_cli.problem.sites import Site, ruled, weighted

Vectors = list[list[Name]]  # of every step, its components


@record
class AttentionHead:
    """One head: scores and shares of every query, and what its mixtures of the values are, component by component."""

    scores: list[list[Cell]]
    shares: list[list[Cell]]
    mixtures: list[list[Formula]]


def heads_of(site: Site, file: Any, layer: str, query: Vectors, key: Vectors, value: Vectors) -> list[AttentionHead]:
    """The heads of a layer (`layer` is its mark in names): each has its own part of queries, keys and values."""
    seen = [query_at + 1 if file.mask == "causal" else len(key) for query_at in range(len(query))]
    heads: list[AttentionHead] = []
    for head in range(file.heads):
        pair = QueryKey(layer, f"{head + 1}_" if file.heads > 1 else "", max(len(query), len(key)))
        asks, answers, mixed = (_of_head(vectors, head, file.heads) for vectors in (query, key, value))
        scores = _scores(asks, answers, seen, file.scaled, pair)
        shares = [_shares(row, at, pair) for at, row in enumerate(scores, start=1)]
        heads.append(AttentionHead(scores, shares, _mixtures(site, shares, mixed)))
    return heads


def _of_head(vectors: Vectors, head: int, heads: int) -> Vectors:
    """The part of every vector that belongs to a head (from 0)."""
    width = len(vectors[0]) // heads
    return [vector[head * width : (head + 1) * width] for vector in vectors]


def _mixtures(site: Site, shares: Sequence[Sequence[Cell]], values: Vectors) -> list[list[Formula]]:
    """Σ α·v of every query, component by component."""
    return [
        [
            site.net_input(
                weighted([Name(one.quantity) for one in share], [v[part] for v in values[: len(share)]]), None
            )
            for part in range(len(values[0]))
        ]
        for share in shares
    ]


@record(slots=False)
class QueryKey:
    """Names the quantities of a query and a key: s12, or s1_12 where there are ten and more; of head 2, s2_1_2."""

    layer: str
    head: str
    most: int

    def __call__(self, letter: str, query: int, key: int) -> Quantity:
        between = "_" if self.head or self.most > _DIGIT else ""
        return cell(f"{letter}{self.layer}{self.head}{query}{between}{key}")


_DIGIT = 9


def _scores(query: Vectors, key: Vectors, seen: Sequence[int], scaled: bool, pair: QueryKey) -> list[list[Cell]]:
    """s11 = q1·k1/√d, s12, …: of every query with the keys that it sees."""
    size = len(key[0])
    rows: list[list[Cell]] = []
    for at, (asks, visible) in enumerate(zip(query, seen, strict=True), start=1):
        row: list[Cell] = []
        for other in range(1, visible + 1):
            terms = weighted(asks, key[other - 1])
            total = terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))
            if scaled and size > 1:
                total = Apply("quotient", (total, Apply("sqrt", (number(size),))))
            row.append(Cell(pair("s", at, other), total))
        rows.append(row)
    return rows


def _shares(scores: Sequence[Cell], at: int, pair: QueryKey) -> list[Cell]:
    """α11, α12, …: the softmax of one query's scores, by which it mixes the values."""
    names: list[Formula] = [Name(one.quantity) for one in scores]
    return [
        ruled(pair("alpha", at, other), Apply("softmax", (number(other), *names))) for other in range(1, len(names) + 1)
    ]
