"""Edits that put the pieces of a formula together in another way: brackets, sums and products for one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.formula import ONE, Apply, Formula, Number
from backprop_cli.checking.search.edits import Edit, Put, factors_of, joined, minus, places, positive
from backprop_cli.checking.search.roots import Root
from backprop_cli.checking.search.sums import bracketed, sum_edits


def structure_edits(root: Root) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    for part, put in places(root.formula):
        if isinstance(part, Apply):
            yield from _brackets(root, part, put)
            yield from _structure(root, part, put)


# ---- brackets ----------------------------------------------------------------------------------------------------


def _brackets(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product"):
            yield from _in_a_product(root, part, factors_of(part), put)
        case Apply("quotient", (Apply("sum", (*front, last)) as above, below)):
            divided = Apply("quotient", (last, below))
            yield _bracket(root, above, put(Apply("sum", (*front, divided))))
        case Apply("quotient", (above, Apply("sum", (first, *rest)) as below)):
            yield _bracket(root, below, put(Apply("sum", (Apply("quotient", (above, first)), *rest))))
        case Apply("quotient", (above, Apply("product", (first, *rest)) as below)):
            moved = Apply("product", (Apply("quotient", (above, first)), *rest))
            yield _bracket(root, below, put(moved))
        case Apply("sum", (_, *_)):
            yield from _square_of_all(root, part, put)
        case Apply("power", (Apply("sum", (*front, last)) as base, exponent)):
            inner = positive(last)
            raised: Formula = Apply("power", (inner, exponent))
            if inner is not last:
                raised = Apply("negative", (raised,))
            yield _bracket(root, base, put(Apply("sum", (*front, raised))))
            each = [_raised(term, exponent) for term in base.arguments]
            yield Edit("each to the power", ("each to the power",), 5, "brackets", put(Apply("sum", tuple(each))), base)


def _in_a_product(root: Root, part: Apply, factors: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """(a + b + c)·d as a + b + c·d, as a + (b + c)·d, as d·a + b + c; a·b² as (a·b)²."""
    for index, factor in enumerate(factors):
        others = [*factors[:index], *factors[index + 1 :]]
        match factor:
            case Apply("sum", terms):
                for place in range(1, len(terms)):
                    front, back = terms[:place], terms[place:]
                    yield _bracket(root, factor, put(Apply("sum", (*front, *_times(back, others)))))
                    yield _bracket(root, factor, put(Apply("sum", (*_times(front, others), *back))))
            case Apply("power", (base, exponent)):
                whole = Apply("power", (joined("product", [*others, base]), exponent))
                yield bracketed(root, part, whole, put)


def _times(terms: Sequence[Formula], others: Sequence[Formula]) -> tuple[Formula, ...]:
    """Some terms of a sum in brackets times other factors; one alone without brackets, its sign before it."""
    if len(terms) > 1:
        return (joined("product", [Apply("sum", tuple(terms)), *others]),)
    inner = positive(terms[0])
    product = joined("product", [inner, *others])
    return (minus(product) if inner is not terms[0] else product,)


def _square_of_all(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    """1 − a² as (1 − a)²."""
    *front, last = part.arguments
    match positive(last):
        case Apply("power", (inner, exponent)) if front:
            base = Apply("sum", (*front, minus(inner) if positive(last) is not last else inner))
            yield bracketed(root, part, Apply("power", (base, exponent)), put)


def _bracket(root: Root, part: Formula, formula: Formula) -> Edit:
    return Edit("brackets", ("brackets", root.role(part)), 5, "brackets", formula, part)


def _raised(term: Formula, exponent: Formula) -> Formula:
    inner = positive(term)
    raised = Apply("power", (inner, exponent))
    return Apply("negative", (raised,)) if inner is not term else raised


def _uncentred(part: Apply, put: Put) -> Iterator[Edit]:
    """Σ(x − m)²/n as Σx²/n − m."""
    match part:
        case Apply("quotient", (Apply("sum", squares), Number() as count)):
            pairs = [one.arguments[0].arguments for one in squares
                     if isinstance(one, Apply) and one.operation in ("power", "square")
                     and isinstance(one.arguments[0], Apply) and one.arguments[0].operation == "sum"]  # fmt: skip
            middles = {pair[1] for pair in pairs if len(pair) == 2}
            if len(pairs) == len(squares) and len(middles) == 1:
                mean = Apply("quotient", (Apply("sum", tuple(pair[0] ** 2 for pair in pairs)), count))
                whole = Apply("sum", (mean, *middles))
                yield Edit("brackets", ("brackets", "distance"), 3, "brackets", put(whole), part)


# ---- structure ---------------------------------------------------------------------------------------------------


def _structure(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", factors):
            yield Edit("added", ("added",), 4, "operation", put(Apply("sum", factors)), part)
            if len(factors) > 2:
                ends = (joined("product", factors[:-1]), factors[-1]), (factors[0], joined("product", factors[1:]))
                for end in ends:
                    yield Edit("added", ("added", "one"), 1, "one added", put(Apply("sum", end)), part)
            for index, factor in enumerate(factors):
                if isinstance(factor, Number):
                    continue
                rest = joined("product", [*factors[:index], *factors[index + 1 :]])
                role = root.role(factor)
                yield Edit("divided", ("divided", role), 4, "operation", put(Apply("quotient", (rest, factor))), factor)
        case Apply("quotient", (above, below)):
            yield Edit("multiplied", ("multiplied", root.role(below)), 4, "operation",
                       put(joined("product", [one for one in (above, below) if one != ONE])), below)  # fmt: skip
            yield Edit("upside down", ("upside down",), 4, "operation", put(Apply("quotient", (below, above))), part)
            yield from _uncentred(part, put)
        case Apply("sum", terms):
            yield from sum_edits(root, terms, put)
            magnitude = Apply("abs", (part,))
            mass = 4 if root.role(part) == "error" else 1
            yield Edit("sign dropped", ("sign dropped", root.role(part)), mass, "sign dropped", put(magnitude), part)
            product = Apply("product", tuple(map(positive, terms)))
            for whole in dict.fromkeys((Apply("product", terms), product)):
                yield Edit("sum multiplied", ("sum multiplied",), 2, "operation", put(whole), part)
