"""Edits that put the pieces of a formula together in another way: brackets, sums and products for one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, number
from backprop_cli.checking.search.edits import Edit, Put, joined, minus, places, positive
from backprop_cli.checking.search.roots import Root


def structure_edits(root: Root) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    for part, put in places(root.formula):
        if isinstance(part, Apply):
            yield from _brackets(root, part, put)
            yield from _structure(root, part, put)


# ---- brackets ----------------------------------------------------------------------------------------------------


def _brackets(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", nested):
            yield from _in_a_product(root, part, _flat(nested), put)
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
                yield _bracketed(root, part, whole, put)


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
            yield _bracketed(root, part, Apply("power", (base, exponent)), put)


def _flat(factors: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The factors with products among them opened."""
    opened = (one.arguments if isinstance(one, Apply) and one.operation == "product" else (one,) for one in factors)
    return tuple(factor for group in opened for factor in group)


def _bracket(root: Root, part: Formula, formula: Formula) -> Edit:
    return Edit("brackets", ("brackets", root.role(part)), 5, "brackets", formula, part)


def _bracketed(root: Root, part: Formula, instead: Formula, put: Put) -> Edit:
    """A pair of brackets where there is none."""
    return Edit("bracketed", ("bracketed", root.role(part)), 5, "brackets", put(instead), part, instead)


def _raised(term: Formula, exponent: Formula) -> Formula:
    inner = positive(term)
    raised = Apply("power", (inner, exponent))
    return Apply("negative", (raised,)) if inner is not term else raised


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
        case Apply("sum", terms):
            yield from _sums(root, terms, put)
            yield from _shares(root, terms, put)
            yield from _swapped(terms, put)
            magnitude = Apply("abs", (part,))
            mass = 4 if root.role(part) == "error" else 1
            yield Edit("sign dropped", ("sign dropped", root.role(part)), mass, "sign dropped", put(magnitude), part)
            product = Apply("product", tuple(map(positive, terms)))
            for whole in dict.fromkeys((Apply("product", terms), product)):
                yield Edit("sum multiplied", ("sum multiplied",), 2, "operation", put(whole), part)


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
    for side, total in enumerate((firsts, seconds)):
        crossed = joined("sum", [total, *others])
        role = root.role(pairs[0][1 - side])
        yield Edit("all left out", ("left out", role), 4, "sums", put(crossed), pairs[0][1 - side])


def _with_a_lone_term(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """a + b·x as a·(1 + b·x), or with a once for every term."""
    lone = [term for term in terms if isinstance(positive(term), Name)]
    if len(lone) == 1 and len(terms) == 2 and lone[0] is terms[0]:
        whole = Apply("product", (lone[0], Apply("sum", (ONE, terms[1]))))
        yield _bracketed(root, Apply("sum", terms), whole, put)
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
            yield _bracketed(root, part, Apply("sum", (*front, joint, *back)), put)
            ahead = Apply("product", (head, Apply("sum", (*front, left, joined("product", rest)))))
            yield _bracketed(root, part, joined("sum", [ahead, *back]), put)
        if _is_product(left):
            *rest, last = left.arguments  # type: ignore[union-attr]
            joint = Apply("product", (*rest, Apply("sum", (last, right))))
            yield _bracketed(root, part, Apply("sum", (*front, joint, *back)), put)


def _is_product(formula: Formula) -> bool:
    return isinstance(formula, Apply) and formula.operation == "product"
