"""Edits that put the terms of a sum together in another way: crossed, under one factor, as an average or a square."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, number
from backprop_cli.checking.search.edits import Edit, Put, joined, minus, positive
from backprop_cli.checking.search.roots import Root


def sum_edits(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """Every edit of this module on a sum of these terms."""
    yield from _sums(root, terms, put)
    yield from _shares(root, terms, put)
    yield from _averages(root, terms, put)
    yield from _swapped(terms, put)


def bracketed(root: Root, part: Formula, instead: Formula, put: Put) -> Edit:
    """A pair of brackets where there is none."""
    return Edit("bracketed", ("bracketed", root.role(part)), 5, "brackets", put(instead), part, instead)


def _sums(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    products = [positive(term) for term in terms]
    yield from _crossed(root, terms, products, put)
    for index, (term, one) in enumerate(zip(terms, products, strict=True)):
        if not isinstance(one, Apply) or one.operation != "product" or len(terms) < 2:
            continue
        factor, *rest = one.arguments
        inner = joined("product", list(rest))
        moved = [*terms[:index], minus(inner) if one is not term else inner, *terms[index + 1 :]]
        common = Apply("product", (factor, Apply("sum", tuple(moved))))
        yield Edit("factor of all", ("factor of all", root.role(factor)), 4, "bracket", put(common), factor)
        before = joined("sum", [*terms[:index], minus(factor) if one is not term else factor, *terms[index + 1 :]])
        ahead = Apply("product", (before, inner))
        yield Edit("bracket too wide", ("bracket too wide", root.role(inner)), 4, "bracket", put(ahead), inner)
        for place, other in enumerate(one.arguments[1:], start=1):
            bare = joined("product", [*one.arguments[:place], *one.arguments[place + 1 :]])
            whole = [*terms[:index], minus(bare) if one is not term else bare, *terms[index + 1 :]]
            yield Edit("factor of all", ("factor of all", root.role(other)), 2, "bracket, another factor",
                       put(Apply("product", (Apply("sum", tuple(whole)), other))), other)  # fmt: skip
        yield from _moved(root, terms, index, put)
    yield from _adjacent(root, terms, put)
    yield from _with_a_lone_term(root, terms, put)
    yield from _squared(terms, products, put)


def _crossed(root: Root, terms: tuple[Formula, ...], products: Sequence[Formula], put: Put) -> Iterator[Edit]:
    """a·x + b·y with the factors of all terms crossed: as (a + b)·(x + y), as (a + b)·y, in reverse, one side alone."""
    part = Apply("sum", terms)
    pairs = [one.arguments for one in products if isinstance(one, Apply) and one.operation == "product"]
    if len(pairs) < 2 or any(len(pair) != 2 for pair in pairs):
        return
    others = [term for term, one in zip(terms, products, strict=True) if not _is_product(one)]
    firsts, seconds = (Apply("sum", tuple(pair[side] for pair in pairs)) for side in (0, 1))
    product = joined("sum", [Apply("product", (firsts, seconds)), *others])
    yield Edit("sums multiplied", ("sums multiplied",), 4, "sums", put(product), part)
    for pair, other in ((pairs[0], pairs[-1]), (pairs[-1], pairs[0])):
        common = joined("sum", [Apply("product", (firsts, pair[1])), *others])
        yield Edit("instead", ("one for all", root.role(pair[1])), 4, "sums", put(common), other[1], pair[1])
    turned = [pair[1] for pair in pairs][::-1]
    back = [_signed(Apply("product", (pair[0], other)), term, one)
            for pair, other, term, one in zip(pairs, turned, terms, products, strict=False)]  # fmt: skip
    if len(back) > 2:
        reverse = Apply("sum", (*back, *others))
        yield Edit("in reverse", ("in reverse",), 5, "sums", put(reverse), pairs[0][1], turned[0])
    for width in (2, 3, 4):  # of a map that is flattened row by row
        if len(pairs) > width and len(pairs) % width == 0:
            by_column = [pair[1] for column in range(width) for pair in pairs[column::width]]
            changed = [_signed(Apply("product", (pair[0], other)), term, one)
                       for pair, other, term, one in zip(pairs, by_column, terms, products, strict=False)]  # fmt: skip
            yield Edit("indices exchanged", ("by columns",), 3, "sums", put(Apply("sum", (*changed, *others))),
                       pairs[1][1], by_column[1])  # fmt: skip
    for side, total in enumerate((firsts, seconds)):
        crossed = joined("sum", [total, *others])
        role = root.role(pairs[0][1 - side])
        yield Edit("all left out", ("left out", role), 4, "sums", put(crossed), pairs[0][1 - side])
        mean = joined("sum", [total / len(pairs), *others])
        yield Edit("plain mean", ("plain mean", role), 3, "plain mean", put(mean), part, mean)


def _with_a_lone_term(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """a + b·x as a·(1 + b·x), or with a once for every term."""
    lone = [term for term in terms if isinstance(positive(term), Name)]
    if len(lone) == 1 and len(terms) == 2 and lone[0] is terms[0]:
        whole = Apply("product", (lone[0], Apply("sum", (ONE, terms[1]))))
        yield bracketed(root, Apply("sum", terms), whole, put)
    if len(lone) == 1 and len(terms) > 2:
        more = Apply("product", (number(len(terms) - 2), lone[0]))
        yield Edit("in each term", ("in each term", root.role(positive(lone[0]))), 3, "in each",
                   put(Apply("sum", (*terms, more))), positive(lone[0]))  # fmt: skip


def _squared(terms: tuple[Formula, ...], products: Sequence[Formula], put: Put) -> Iterator[Edit]:
    """a² + b² as (a + b)²; the root of a sum, and a sum of squares."""
    part = Apply("sum", terms)
    bases = [one.arguments[0] for one in products if isinstance(one, Apply) and one.operation == "power"]
    if len(bases) == len(terms) > 1:
        together = Apply("power", (Apply("sum", tuple(bases)), number(2)))
        yield Edit("square of the sum", ("square of the sum",), 4, "squared", put(together), part)
    if len(terms) > 1:
        yield Edit("root", ("root of a sum",), 2, "squared", put(Apply("sqrt", (part,))), part)
        squares = tuple(Apply("power", (term, number(2))) for term in terms)
        yield Edit("squared", ("each squared",), 1, "squared", put(Apply("sum", squares)), part)


def _signed(formula: Formula, term: Formula, inner: Formula) -> Formula:
    """The formula with the sign of a term of which the other one is the positive."""
    return formula if term is inner else minus(formula)


def _swapped(terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """a·x + b·y as b·x + a·y."""
    match terms:
        case (Apply("product", (one, *rest)), Apply("product", (other, *more))) if one != other:
            whole = [Apply("product", (other, *rest)), Apply("product", (one, *more))]
            yield Edit("swapped", ("swapped", "heads"), 5, "shares", put(Apply("sum", tuple(whole))), one, other)


def _shares(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """a·x + b·y with 1 − a in the place of b, or the other way round, as an average has it."""
    match terms:
        case (Apply("product", (Name() as one, *rest)), Apply("product", (Name() as other, *more))):
            for share, kept in ((one, other), (other, one)):
                new = Apply("sum", (ONE, minus(share)))
                whole = [Apply("product", (new if first is kept else first, *factors))
                         for first, factors in ((one, rest), (other, more))]  # fmt: skip
                yield Edit("complement", ("share",), 3, "share", put(Apply("sum", tuple(whole))), kept, new)


def _averages(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """a·x + (1 − a)·y as the plain mean or the sum of both, as one of them alone, as a·y."""
    match terms:
        case (Apply("product", (first, *ahead)), Apply("product", (second, *behind))):
            one, other = joined("product", ahead), joined("product", behind)
        case _:
            return
    if first not in (_one_minus(second), second) and second != _one_minus(first):
        return
    part = Apply("sum", terms)
    for word, instead in (
        ("mean", (one + other) / 2), ("sum", one + other), ("first", one), ("second", other),
        ("crossed", first * other), ("crossed", second * one),
    ):  # fmt: skip
        yield Edit("only of", ("average", word), 6, "average", put(instead), part, instead)


def _one_minus(formula: Formula) -> Formula:
    return Apply("sum", (ONE, minus(formula)))


def _moved(root: Root, terms: tuple[Formula, ...], index: int, put: Put) -> Iterator[Edit]:
    """A factor of one term at another one: μ·v + g as v + μ·g."""
    one = positive(terms[index])
    assert isinstance(one, Apply)
    for place, factor in enumerate(one.arguments):
        rest = joined("product", [*one.arguments[:place], *one.arguments[place + 1 :]])
        for other, term in enumerate(terms):
            if other == index:
                continue
            taken: Formula = Apply("product", (factor, positive(term)))
            changed = list(terms)
            changed[index] = minus(rest) if one is not terms[index] else rest
            changed[other] = minus(taken) if positive(term) is not term else taken
            yield Edit("factor moved", ("factor moved", root.role(factor)), 2, "factor moved",
                       put(Apply("sum", tuple(changed))), factor)  # fmt: skip


def _adjacent(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """Some of a longer sum put together before they are multiplied: (a·b + c)·d, b·(c + d), b·(a + c) + d."""
    if len(terms) < 3:
        return
    part = Apply("sum", terms)
    for index in range(len(terms) - 1):
        left, right = terms[index], terms[index + 1]
        front, back = terms[:index], terms[index + 2 :]
        if _is_product(right):
            head, *rest = right.arguments  # type: ignore[union-attr]
            joint: Formula = Apply("product", (Apply("sum", (left, head)), *rest))
            yield bracketed(root, part, Apply("sum", (*front, joint, *back)), put)
            ahead = Apply("product", (head, Apply("sum", (*front, left, joined("product", rest)))))
            yield bracketed(root, part, joined("sum", [ahead, *back]), put)
        if _is_product(left):
            *rest, last = left.arguments  # type: ignore[union-attr]
            joint = Apply("product", (*rest, Apply("sum", (last, right))))
            yield bracketed(root, part, Apply("sum", (*front, joint, *back)), put)


def _is_product(formula: Formula) -> bool:
    return isinstance(formula, Apply) and formula.operation == "product"
