"""Edits that leave something out, turn a sign round, or put the pieces of a formula together in another way."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, Number, number
from backprop_cli.checking.search.edits import Edit, Put, joined, minus, places, positive
from backprop_cli.checking.search.roots import Root


def leaving_edits(root: Root) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    for part, put in places(root.formula):
        if not isinstance(part, Apply):
            continue
        yield from _left_out(root, part, put)
        yield from _arguments(root, part, put)
        yield from _signs(root, part, put)
        yield from _brackets(root, part, put)
        yield from _structure(root, part, put)
    yield from _whole(root)


# ---- left out ----------------------------------------------------------------------------------------------------


def _left_out(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", factors):
            for index, factor in enumerate(factors):
                rest = joined("product", [*factors[:index], *factors[index + 1 :]])
                yield Edit("left out", ("left out", root.role(factor)), 10, "factor", put(rest), factor)
        case Apply("quotient", (above, below)):
            yield Edit("divisor left out", ("left out", root.role(below)), 10, "factor", put(above), below)
            rest = Apply("quotient", (ONE, below))
            if above != ONE:
                yield Edit("left out", ("left out", root.role(above)), 4, "numerator", put(rest), above)
        case Apply("sum", terms):
            for index, term in enumerate(terms):
                rest = joined("sum", [*terms[:index], *terms[index + 1 :]])
                role = root.role(positive(term))
                yield Edit("summand left out", ("summand left out", role), 8, "summand", put(rest), positive(term))
            if len(terms) > 2:
                for term in terms:
                    key = ("only", root.role(positive(term)))
                    yield Edit("only", key, 4, "only term", put(term), positive(term))
        case Apply("power" | "square", (inner, *_)):
            yield Edit("power left out", ("function left out", part.operation), 6, "function", put(inner), part, inner)
            if isinstance(inner, Apply) and inner.operation == "sum":
                size = Apply("abs", (inner,))
                yield Edit("another function", ("another function", "power", "abs"), 4, "size", put(size), part, size)
        case Apply("softmax" | "negative" | "pick" | "is_max" | "is_min" | "times_ln" | "standardized" | "clip"):
            return
        case Apply(operation, (inner, *_)) if not isinstance(inner, Number):
            yield Edit("function left out", ("function left out", operation), 6, "function", put(inner), part, inner)


def _arguments(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    """One of the arguments of a function that chooses among them."""
    if part.operation in ("clip", "max", "min"):
        for argument in part.arguments:
            key = ("only", root.role(positive(argument)))
            yield Edit("only", key, 6, "argument", put(argument), argument)


# ---- signs -------------------------------------------------------------------------------------------------------


def _signs(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("sum", terms):
            for index, term in enumerate(terms):
                turned = Apply("sum", (*terms[:index], minus(term), *terms[index + 1 :]))
                role = root.role(positive(term))
                yield Edit("sign", ("sign", role), 6, "sign", put(turned), positive(term))
            if len(terms) > 2:
                rest = Apply("sum", (terms[0], *map(minus, terms[1:])))
                yield Edit("signs after the first", ("sign", "all but the first"), 3, "sign of a sum", put(rest), part)
            if len(terms) > 1 and put(part) is not part:
                whole = put(Apply("negative", (part,)))
                yield Edit("sign of all", ("sign", root.role(part)), 6, "sign of a sum", whole, part)
        case Apply("negative", (inner,)):
            if put(part) is not part:
                yield Edit("minus left out", ("sign", root.role(inner)), 6, "sign", put(inner), inner)
        case Apply("exp", (inner,)):
            yield Edit("sign of the exponent", ("sign", "exponent"), 6, "sign",
                       put(Apply("exp", (minus(inner),))), inner)  # fmt: skip


# ---- brackets ----------------------------------------------------------------------------------------------------


def _brackets(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", nested):
            factors = _flat(nested)
            for index, factor in enumerate(factors):
                match factor:
                    case Apply("sum", (first, *rest)):
                        others = [*factors[:index], *factors[index + 1 :]]
                        last = rest[-1]
                        sign = isinstance(last, Apply) and last.operation == "negative"
                        tail = joined("product", [positive(last), *others])
                        yield _bracket(
                            root, factor, put(Apply("sum", (first, *rest[:-1], minus(tail) if sign else tail)))
                        )
                        head = joined("product", [*others, first])
                        yield _bracket(root, factor, put(Apply("sum", (head, *rest))))
            for index, factor in enumerate(factors):
                match factor:
                    case Apply("power", (base, exponent)):
                        others = [*factors[:index], *factors[index + 1 :]]
                        inner = joined("product", [*others, base])
                        yield _bracket(root, factor, put(Apply("power", (inner, exponent))))
        case Apply("quotient", (Apply("sum", (*front, last)) as above, below)):
            divided = Apply("quotient", (last, below))
            yield _bracket(root, above, put(Apply("sum", (*front, divided))))
        case Apply("quotient", (above, Apply("sum", (first, *rest)) as below)):
            yield _bracket(root, below, put(Apply("sum", (Apply("quotient", (above, first)), *rest))))
        case Apply("quotient", (above, Apply("product", (first, *rest)) as below)):
            moved = Apply("product", (Apply("quotient", (above, first)), *rest))
            yield _bracket(root, below, put(moved))
        case Apply(
            "sum",
            (
                *front,
                (Apply("power", (inner, exponent)) | Apply("negative", (Apply("power", (inner, exponent)),))) as last,
            ),
        ):
            base = Apply("sum", (*front, minus(inner) if positive(last) is not last else inner))
            yield _bracket(root, last, put(Apply("power", (base, exponent))))
        case Apply("power", (Apply("sum", (*front, last)) as base, exponent)):
            inner = positive(last)
            raised: Formula = Apply("power", (inner, exponent))
            if inner is not last:
                raised = Apply("negative", (raised,))
            yield _bracket(root, base, put(Apply("sum", (*front, raised))))
            each = [_raised(term, exponent) for term in base.arguments]
            yield Edit("each to the power", ("each to the power",), 5, "brackets", put(Apply("sum", tuple(each))), base)


def _flat(factors: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The factors with products among them opened."""
    opened = (one.arguments if isinstance(one, Apply) and one.operation == "product" else (one,) for one in factors)
    return tuple(factor for group in opened for factor in group)


def _bracket(root: Root, part: Formula, formula: Formula) -> Edit:
    return Edit("brackets", ("brackets", root.role(part)), 5, "brackets", formula, part)


def _raised(term: Formula, exponent: Formula) -> Formula:
    inner = positive(term)
    raised = Apply("power", (inner, exponent))
    return Apply("negative", (raised,)) if inner is not term else raised


# ---- structure ---------------------------------------------------------------------------------------------------


def _structure(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", factors):
            yield Edit("added", ("added",), 4, "operation", put(Apply("sum", factors)), part)
            for index, factor in enumerate(factors):
                if isinstance(factor, Number):
                    continue
                rest = joined("product", [*factors[:index], *factors[index + 1 :]])
                role = root.role(factor)
                yield Edit("divided", ("divided", role), 4, "operation", put(Apply("quotient", (rest, factor))), factor)
        case Apply("quotient", (above, below)):
            yield Edit("multiplied", ("multiplied", root.role(below)), 4, "operation",
                       put(Apply("product", (above, below))), below)  # fmt: skip
            yield Edit("upside down", ("upside down",), 4, "operation", put(Apply("quotient", (below, above))), part)
        case Apply("sum", terms):
            yield from _sums(root, terms, put)
            magnitude = Apply("abs", (part,))
            mass = 4 if root.role(part) == "error" else 1
            yield Edit("sign dropped", ("sign dropped", root.role(part)), mass, "sign dropped", put(magnitude), part)
            yield Edit("multiplied", ("sum multiplied",), 2, "operation", put(Apply("product", terms)), part)


def _sums(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    part = Apply("sum", terms)
    products = [positive(term) for term in terms]
    pairs = [one.arguments for one in products if isinstance(one, Apply) and one.operation == "product"]
    if len(pairs) > 1 and all(len(pair) == 2 for pair in pairs):
        others = [term for term, one in zip(terms, products, strict=True) if not _is_product(one)]
        firsts, seconds = (Apply("sum", tuple(pair[side] for pair in pairs)) for side in (0, 1))
        product = joined("sum", [Apply("product", (firsts, seconds)), *others])
        yield Edit("sums multiplied", ("sums multiplied",), 4, "sums", put(product), part)
        for pair in (pairs[0], pairs[-1]):
            common = joined("sum", [Apply("product", (firsts, pair[1])), *others])
            yield Edit("sums multiplied", ("one for all",), 4, "sums", put(common), part)
        for side, total in enumerate((firsts, seconds)):
            crossed = joined("sum", [total, *others])
            role = root.role(pairs[0][1 - side])
            yield Edit("all left out", ("left out", role), 4, "sums", put(crossed), pairs[0][1 - side])
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
        yield from _moved(root, terms, index, put)
    yield from _adjacent(root, terms, put)
    lone = [term for term in terms if isinstance(positive(term), Name)]
    if len(lone) == 1 and len(terms) == 2 and lone[0] is terms[0]:
        whole = Apply("product", (lone[0], Apply("sum", (ONE, terms[1]))))
        yield Edit("factor of all", ("factor of all", root.role(lone[0])), 4, "bracket", put(whole), lone[0])
    if len(lone) == 1 and len(terms) > 2:
        more = Apply("product", (number(len(terms) - 2), lone[0]))
        yield Edit("in each term", ("in each term", root.role(positive(lone[0]))), 3, "in each",
                   put(Apply("sum", (*terms, more))), positive(lone[0]))  # fmt: skip
    bases = [one.arguments[0] for one in products if isinstance(one, Apply) and one.operation == "power"]
    if len(bases) == len(terms) > 1:
        together = Apply("power", (Apply("sum", tuple(bases)), number(2)))
        yield Edit("square of the sum", ("square of the sum",), 4, "squared", put(together), part)
    if len(terms) > 1:
        rooted = Apply("sqrt", (part,))
        yield Edit("root", ("root of a sum",), 2, "squared", put(rooted), part)
        squares = tuple(Apply("power", (term, number(2))) for term in terms)
        yield Edit("squared", ("each squared",), 1, "squared", put(Apply("sum", squares)), part)


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
            yield Edit("factor moved", ("factor moved", root.role(factor)), 4, "factor moved",
                       put(Apply("sum", tuple(changed))), factor)  # fmt: skip


def _adjacent(root: Root, terms: tuple[Formula, ...], put: Put) -> Iterator[Edit]:
    """Two neighbours of a longer sum put together before they are multiplied: (a·b + c)·d, b·(c + d)."""
    if len(terms) < 3:
        return
    for index in range(len(terms) - 1):
        left, right = terms[index], terms[index + 1]
        front, back = terms[:index], terms[index + 2 :]
        if _is_product(right):
            head, *rest = right.arguments  # type: ignore[union-attr]
            joint: Formula = Apply("product", (Apply("sum", (left, head)), *rest))
            yield _bracket(root, right, put(Apply("sum", (*front, joint, *back))))
        if _is_product(left):
            *rest, last = left.arguments  # type: ignore[union-attr]
            joint = Apply("product", (*rest, Apply("sum", (last, right))))
            yield _bracket(root, left, put(Apply("sum", (*front, joint, *back))))


def _is_product(formula: Formula) -> bool:
    return isinstance(formula, Apply) and formula.operation == "product"


def _whole(root: Root) -> Iterator[Edit]:
    """What can be done to the whole line: its sign, one part of it alone, 0 and 1."""
    formula = root.formula
    yield Edit("sign of the line", ("sign", root.role(formula)), 6, "sign of all", minus(formula))
    square, rooted = Apply("power", (formula, number(2))), Apply("sqrt", (formula,))
    yield Edit("line squared", ("twice", "line"), 3, "whole squared", square, formula)
    yield Edit("root", ("root", "line"), 2, "whole squared", rooted, formula)
    for value, words in ((ZERO, "zero"), (ONE, "one")):
        yield Edit(words, (words,), 8, "is 0 or 1", value)
    inner = positive(formula)
    if isinstance(inner, Apply) and inner.operation in ("sum", "product"):
        for argument in inner.arguments:
            key = ("only", root.role(positive(argument)))
            yield Edit("only", key, 4, "only", argument, positive(argument))
            if isinstance(argument, Apply) and argument.operation == "negative":
                yield Edit("only", key, 4, "only", positive(argument), positive(argument))
        for index, argument in enumerate(inner.arguments):
            rest = joined(inner.operation, [*inner.arguments[:index], *inner.arguments[index + 1 :]])
            if inner.operation == "sum":
                yield Edit("summand left out", ("step alone", root.role(positive(argument))), 4, "only",
                           minus(rest), positive(argument))  # fmt: skip
