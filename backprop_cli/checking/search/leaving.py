"""Edits that leave something out, or turn a sign round."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, Number, names_in, number, rewritten
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.search.edits import Edit, Put, factors_of, joined, minus, places, positive
from backprop_cli.checking.search.roots import Root

# Operations that choose or combine: none is a function that could be forgotten.
_NO_FUNCTION = (
    "softmax", "negative", "pick", "is_max", "is_min", "times_ln", "standardized", "clip", "max", "min",
)  # fmt: skip
_LOGARITHMS = ("ln", "log2", "log10")


def leaving_edits(root: Root) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    for part, put in places(root.formula):
        if not isinstance(part, Apply):
            continue
        yield from _left_out(root, part, put)
        yield from _arguments(root, part, put)
        yield from _signs(root, part, put)
    yield from _whole(root)


# ---- left out ----------------------------------------------------------------------------------------------------


def _left_out(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("product", factors):
            for index, factor in enumerate(factors):
                rest = joined("product", [*factors[:index], *factors[index + 1 :]])
                yield Edit("left out", ("left out", root.role(factor)), 10, "factor", put(rest), factor,
                           twin=_letters(factor))  # fmt: skip
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
                yield from _only_some(root, part, put)
        case Apply("power" | "square", (inner, *_)):
            yield Edit("power left out", ("function left out", part.operation), 6, "function", put(inner), part, inner)
            if isinstance(inner, Apply) and inner.operation == "sum":
                size = Apply("abs", (inner,))
                yield Edit("another function", ("another function", "power", "abs"), 4, "size", put(size), part, size)
        case Apply(operation) if operation in _NO_FUNCTION:
            return
        case Apply(operation, (inner, *_)) if not isinstance(inner, Number):
            yield Edit("function left out", ("function left out", operation), 6, "function", put(inner), part, inner)
            names = {name for name in names_in(inner) if name.symbol.kind is not Kind.CONSTANT}  # type: ignore[attr-defined]
            if len(names) == 1 and inner not in names and operation not in ("sum", "product", "quotient"):
                bare = names.pop()
                yield Edit("function left out", ("function left out", operation, "bare"), 3, "bare name", put(bare),
                           part, bare)  # fmt: skip


def _letters(formula: Formula) -> str:
    """The letters with which a name begins: h of h1."""
    named = isinstance(formula, Name) and isinstance(formula.symbol, Quantity)
    return formula.symbol.name.rstrip("0123456789_") if named else ""  # type: ignore[union-attr]


def _only_some(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    """Of a longer sum one term alone, or all from one on, or up to one."""
    terms = part.arguments
    for term in terms:
        key = ("only", root.role(positive(term)))
        is_all = put(part) is part
        yield (
            Edit("only", key, 4, "only term", put(term), positive(term))
            if is_all
            else Edit("only of", key, 4, "only term", put(term), part, term)
        )
    count = len(terms)
    some = [kept for place in range(2, count - 1) for kept in (terms[:place], terms[place:])]
    if count in (4, 5, 6):
        some += [tuple(term for index, term in enumerate(terms) if index not in pair)
                 for pair in combinations(range(count), 2)]  # fmt: skip
    some += list(_blocks(terms))
    for kept in dict.fromkeys(some):
        rest = joined("sum", kept)
        yield Edit("only of", ("only", "some terms"), 4, "only some", put(rest), part, rest)


def _blocks(terms: tuple[Formula, ...]) -> Iterator[tuple[Formula, ...]]:
    """The rows and the columns of a sum over a square or two columns, each alone; a bias among the terms stays."""
    lone = tuple(term for term in terms if isinstance(positive(term), Name))
    rest = tuple(term for term in terms if term not in lone)
    for width in (2, 3):
        if len(rest) > width and len(rest) % width == 0:
            yield from (rest[start : start + width] + lone for start in range(0, len(rest), width))
            yield from (rest[column::width] + lone for column in range(width))


def _arguments(root: Root, part: Apply, put: Put) -> Iterator[Edit]:
    """One of the arguments of a function that chooses among them."""
    if part.operation in ("clip", "max", "min"):
        for argument in part.arguments:
            key = ("only", root.role(positive(argument)))
            yield Edit("only of", key, 6, "argument", put(argument), part, argument)
    if part.operation in ("max", "min"):
        for place in range(2, len(part.arguments) - 1):
            for kept in (part.arguments[:place], part.arguments[place:]):
                rest = Apply(part.operation, kept)
                yield Edit("only of", ("only", "some terms"), 4, "only some", put(rest), part, rest)


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


def _inmost(part: Formula) -> Formula | None:
    """What a function of a function is of: z of ln(σ(z))."""
    match part:
        case Apply(outer, (Apply(inner, (z,)),)) if outer in _LOGARITHMS and inner in ACTIVATIONS:
            return z
    return None


def _whole(root: Root) -> Iterator[Edit]:
    """What can be done to the whole line: its sign, one part of it alone, 0 and 1."""
    formula = root.formula
    yield Edit("sign of the line", ("sign", root.role(formula)), 6, "sign of all", minus(formula))
    square, rooted = Apply("power", (formula, number(2))), Apply("sqrt", (formula,))
    yield Edit("line squared", ("twice", "line"), 3, "whole squared", square, formula)
    yield Edit("root", ("root", "line"), 2, "whole squared", rooted, formula)
    if isinstance(formula, Apply) and formula.operation == "exp":
        yield Edit("complement", ("complement", "line"), 4, "complement", ONE - formula, formula, ONE - formula)
    bare = rewritten(formula, _inmost)
    if bare != formula:
        yield Edit("function left out", ("function left out", "nested"), 4, "nested functions", bare, formula, bare)
    for value, words, mass in ((ZERO, "zero", 6), (ONE, "one", 3)):
        yield Edit(words, (words,), mass, words, value)
    inner = positive(formula)
    if isinstance(inner, Apply) and inner.operation in ("sum", "product"):
        parts = factors_of(inner) if inner.operation == "product" else ()
        for argument in dict.fromkeys((*inner.arguments, *parts)):
            key = ("only", root.role(positive(argument)))
            yield Edit("only", key, 4, "only", argument, positive(argument))
            if isinstance(argument, Apply) and argument.operation == "negative":
                yield Edit("only", key, 4, "only", positive(argument), positive(argument))
        factors = [] if inner.operation != "sum" else dict.fromkeys(
            factor for term in map(positive, inner.arguments) if isinstance(term, Apply) and term.operation == "product"
            for factor in term.arguments if isinstance(factor, Name))  # fmt: skip
        for factor in factors:
            yield Edit("only", ("only", "factor", root.role(factor)), 1, "only factor", factor, factor)
        if inner.operation == "product" and len(inner.arguments) > 2:
            rest = joined("product", inner.arguments[1:])
            yield Edit("only", ("only", "all but the first"), 4, "only", rest, rest)
        for index, argument in enumerate(inner.arguments):
            rest = joined(inner.operation, [*inner.arguments[:index], *inner.arguments[index + 1 :]])
            if inner.operation == "sum" and root.role(argument) == "old":
                yield Edit("summand left out", ("step alone", "old"), 4, "only", minus(rest), argument)
