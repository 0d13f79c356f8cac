"""Edits with numbers: a factor twice or too many, another number in the formula, 1 − x for x, an extra summand."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, names_in, number
from backprop_cli.algebra.parts import BatchParts, UpdateParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.rates import COUNT
from backprop_cli.algebra.slots import LEARNING_RATE, STEP_NUMBER
from backprop_cli.checking.search.edits import Edit, Put, joined, places, positive
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

TWO, HALF = number(2), number(1, 2)
_COUNTS = (STEP_NUMBER.name, COUNT.name)
_SHARES = ("beta1", "beta2", "beta", "mu", "rho")


def twice_edits(root: Root) -> Iterator[Edit]:
    """A factor or a summand twice, 1 − x for x."""
    for part, put in places(root.formula):
        yield from _twice(root, part, put)
        yield from _complements(root, part, put)


def counting_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """The other edits of this module on a formula."""
    for part, put in places(root.formula):
        yield from _numbers(root, part, put)
    yield from _too_many(root, relations)
    yield from _terms_times(root, relations)
    yield from _extra(root, relations)
    yield from _batches(root)
    yield from _means(root)


def _twice(root: Root, part: Formula, put: Put) -> Iterator[Edit]:
    match part:
        case Name() if root.role(part) in ("gradient", "delta") and put(part) is not part:
            size = put(Apply("abs", (part,)))
            mass = 5 if root.role(part) == "gradient" else 1
            yield Edit("sign dropped", ("sign dropped", root.role(part)), mass, "size of", size, part)
            square = put(Apply("power", (part, TWO)))
            yield Edit("twice", ("twice", root.role(part)), 4, "twice", square, part)
        case Apply("product", factors):
            for factor in factors:
                if not isinstance(factor, Number):
                    more = put(Apply("product", (*factors, factor)))
                    yield Edit("twice", ("twice", root.role(factor)), 4, "twice", more, factor)
                yield from _slope_of_a_factor(root, part, factor, put)
        case Apply("sum", terms):
            for term in terms:
                if not isinstance(term, Number):
                    more = put(Apply("sum", (*terms, term)))
                    key = ("twice", root.role(positive(term)))
                    yield Edit("counted twice", key, 1.5, "term twice", more, positive(term))
        case Apply("quotient", (above, below)):
            if isinstance(above, Name) or (isinstance(above, Apply) and above.operation == "sum"):
                square = put(Apply("quotient", (Apply("power", (above, TWO)), below)))
                yield Edit("twice", ("twice", root.role(above)), 4, "twice", square, above)
            more = put(Apply("quotient", (part, below)))
            yield Edit("divided twice", ("twice", root.role(below)), 4, "twice", more, below)
            root_ = put(Apply("quotient", (part.arguments[0], Apply("sqrt", (below,)))))
            yield Edit("root", ("root", root.role(below)), 3, "powers", root_, below)
            factors = below.arguments if isinstance(below, Apply) and below.operation == "product" else ()
            for factor in factors:
                if isinstance(factor, Name):
                    rooted = [Apply("sqrt", (one,)) if one is factor else one for one in factors]
                    whole = put(Apply("quotient", (part.arguments[0], Apply("product", tuple(rooted)))))
                    yield Edit("root", ("root", root.role(factor)), 3, "powers", whole, factor)
            yield from _fewer(part, put)


def _fewer(part: Apply, put: Put) -> Iterator[Edit]:
    """The mean of the first terms only, or of all but the first or the last."""
    match part:
        case Apply("quotient", (Apply("sum", terms), Number() as count)) if count == number(len(terms)):
            for kept in dict.fromkeys((terms[: len(terms) // 2], terms[1:], terms[:-1])):
                if 1 < len(kept) < len(terms):
                    mean = Apply("quotient", (Apply("sum", kept), number(len(kept))))
                    yield Edit("only of", ("only", "some terms"), 4, "mean of some", put(mean), part, mean)


def _slope_of_a_factor(root: Root, part: Apply, factor: Formula, put: Put) -> Iterator[Edit]:
    """y·(1 − y) where only y, or only 1 − y, is a factor."""
    match factor:
        case Name(Quantity(kind=Kind.OUT | Kind.CELL)):
            other: Formula = Apply("sum", (ONE, Apply("negative", (factor,))))
        case Apply("sum", (first, Apply("negative", (Name() as other,)))) if first == ONE:
            pass
        case _:
            return
    if other not in part.arguments:
        more = put(Apply("product", (*part.arguments, other)))
        yield Edit("extra factor", ("extra factor", "slope of a factor"), 2, "slope of a factor", more, other)


def _numbers(root: Root, part: Formula, put: Put) -> Iterator[Edit]:
    match part:
        case Apply("power", (base, exponent)):
            for power in (2, 3, 4):
                if exponent != number(power):
                    yield _other_power(root, part, put(Apply("power", (base, number(power)))))
            if not isinstance(exponent, Number):
                for more in (ONE, number(-1)):
                    yield _other_power(root, part, put(Apply("power", (base, Apply("sum", (exponent, more))))))
                for name in dict.fromkeys(names_in(exponent)) if isinstance(exponent, Apply) else ():
                    yield _other_power(root, part, put(Apply("power", (base, name))))
            yield Edit(
                "product for power", ("product for power",), 4, "powers", put(Apply("product", (base, exponent))), part
            )
        case Number(value) if value and part != ONE and value.q <= 12:
            others = [TWO, HALF, Number(value * 2), Number(value / 2)]  # 1 for a factor is its being left out
            others += [Number(value + 1), Number(value - 1)] if value.q == 1 else []
            others += [Number(1 / value), Number(value * value)]
            for other in dict.fromkeys(others):
                if other not in (part, ONE):
                    yield Edit("another number", ("another number", str(value), str(other.value)), 5, "number",
                               put(other), part, other)  # fmt: skip


def _other_power(root: Root, part: Apply, formula: Formula) -> Edit:
    return Edit("another exponent", ("another exponent", root.role(part.arguments[0])), 4, "powers", formula, part)


def _complements(root: Root, part: Formula, put: Put) -> Iterator[Edit]:
    match part:
        case Name(Quantity(kind=Kind.CONSTANT, name=name)) if name == LEARNING_RATE.name:
            for word, other in (("tenfold", 10 * part), ("a tenth", part / 10), ("complement", 1 - part),
                                ("upside down", ONE / part), ("squared", part**2)):  # fmt: skip
                family = "rate" if word in ("tenfold", "a tenth") else "rate turned"
                yield Edit("another rate", ("another rate", word), 6, family, put(other), part, other)
        case Name(Quantity(kind=Kind.CONSTANT, name=name)) if name in _SHARES:
            other = Apply("sum", (ONE, Apply("negative", (part,))))
            yield Edit("complement", ("complement", name), 3, "complement", put(other), part, other)
        case Name(Quantity(kind=kind)) if kind in (Kind.TARGET, Kind.OUT, Kind.NODE, Kind.INPUT):
            if kind is Kind.TARGET:
                yield Edit("instead", ("instead", "target", "one"), 2, "one instead", put(ONE), part, ONE)
            other = Apply("sum", (ONE, Apply("negative", (part,))))
            yield Edit("complement", ("complement", root.role(part)), 2, "complement", put(other), part, other)
        case Name(Quantity(kind=Kind.CONSTANT, name=name)) if name in _COUNTS:
            for step in (ONE, Apply("negative", (ONE,))):
                other = Apply("sum", (part, step))
                yield Edit("counted", ("counted", name), 6, "counted", put(other), part, other)
        case Apply("sum", (first, Apply("negative", (inner,)))) if first == ONE:
            yield Edit("complement", ("complement", root.role(inner)), 3, "complement", put(inner), part, inner)
            plus = put(Apply("sum", (ONE, inner)))
            yield Edit("sign", ("sign", root.role(inner)), 3, "one plus", plus, inner)


def _too_many(root: Root, relations: Relations) -> Iterator[Edit]:
    """The whole line times 2, ½, a number of samples or outputs, η."""
    problem = relations.around.problem
    counts = {
        len(problem.outputs),
        len(problem.samples),
        len(problem.inputs),
        *(len(one.outputs) for one in problem.layers),
    }
    factors: list[Formula] = [TWO, HALF, number(4), number(1, 4)]
    for count in sorted(counts):
        if count > 2:
            factors += [number(count), number(1, count)]
    rates = [name for name in _names(root) if name.name == LEARNING_RATE.name]
    eta, has_rate = Name(rates[0]) if rates else Name(LEARNING_RATE), bool(rates)
    if relations.is_known(eta.symbol):  # type: ignore[arg-type]
        factors.append(eta)
    whole = root.formula
    if root.line.quantity.kind is Kind.CELL and isinstance(whole, Apply) and whole.operation in ("product", "sum"):
        for count in (2, 3, 4):  # of a score that is scaled in other networks
            scaled = Apply("quotient", (whole, Apply("sqrt", (number(count),))))
            yield Edit("extra divisor", ("scaled", str(count)), 3, "scaled", scaled, Apply("sqrt", (number(count),)))
    for factor in factors:
        said = "times" if isinstance(factor, Number) else "extra factor" if has_rate else "rate"
        key = ("times", str(factor.value) if isinstance(factor, Number) else "rate")
        yield Edit(said, key, 5, "times", Apply("product", (factor, root.formula)), factor)


def _uses(root: Root, relations: Relations) -> int:
    """How many terms the gradient has with which a parameter is updated."""
    made = root.line.parts
    gradient = made.gradient if isinstance(made, UpdateParts) else None
    formula = relations.around.derivation.formula_of(gradient.symbol) if isinstance(gradient, Name) else None  # type: ignore[arg-type]
    return len(formula.arguments) if isinstance(formula, Apply) and formula.operation == "sum" else 1


def _terms_times(root: Root, relations: Relations) -> Iterator[Edit]:
    """One summand, or all but the lone one, times 2, ½ or a count."""
    match root.formula:
        case Apply("sum", terms):
            lone = [term for term in terms if isinstance(positive(term), Name)]
            rest = [term for term in terms if term not in lone]
            count = max(len(rest), _uses(root, relations))
            groups = [[index] for index, term in enumerate(terms) if term not in lone]
            groups += (
                [[index for index, term in enumerate(terms) if term not in lone]] if lone and len(rest) > 1 else []
            )
            by_role: dict[str, list[int]] = {}
            for index, term in enumerate(terms):
                by_role.setdefault(root.role(positive(term)), []).append(index)
            groups += [group for group in by_role.values() if 1 < len(group) < len(terms) and group not in groups]
            for group in groups:
                for factor in dict.fromkeys((TWO, HALF, number(1, max(2, count)), number(max(2, count)),
                                             number(1, max(2, len(group))))):  # fmt: skip
                    changed = [Apply("product", (factor, term)) if index in group else term
                               for index, term in enumerate(terms)]  # fmt: skip
                    taken = joined("sum", [terms[index] for index in group])
                    yield Edit("term times", ("term times", str(factor.value)), 3, "term times",
                               Apply("sum", tuple(changed)), factor, taken)  # fmt: skip


def _names(root: Root) -> list[Quantity]:
    return [
        part.symbol
        for part, _put in places(root.formula)
        if isinstance(part, Name) and isinstance(part.symbol, Quantity)
    ]


def _extra(root: Root, relations: Relations) -> Iterator[Edit]:
    """A summand too many: a bias, the old value, 1."""
    terms = (
        root.formula.arguments
        if isinstance(root.formula, Apply) and root.formula.operation == "sum"
        else (root.formula,)
    )
    more: list[Formula] = [ONE]
    for name in _names(root):
        more += [Name(other) for other, _ in relations.kin(name)]
    if root.line.quantity.kind is Kind.NET:
        more += [Name(other) for other, _ in relations.neighbours(Quantity(Kind.PARAMETER, _bias(root)))]
    for extra in dict.fromkeys(more):
        if extra not in terms and extra != Name(root.line.quantity):
            yield Edit("extra summand", ("extra summand", root.role(extra)), 1, "extra",
                       joined("sum", [*terms, extra]), extra)  # fmt: skip


def _bias(root: Root) -> str:
    roles = [part for part, _put in places(root.formula) if isinstance(part, Name) and root.role(part) == "bias"]
    return roles[0].symbol.name if roles else ""  # type: ignore[attr-defined]


def _means(root: Root) -> Iterator[Edit]:
    """A sum of like terms divided by their number."""
    match root.formula:
        case Apply("sum", terms) if len({root.role(positive(term)) for term in terms}) == 1 < len(terms):
            if not isinstance(root.line.parts, BatchParts | UpdateParts):
                count = number(len(terms))
                mean = Apply("quotient", (root.formula, count))
                yield Edit("mean of the terms", ("mean of the terms",), 12, "mean of the terms", mean, count)


def _batches(root: Root) -> Iterator[Edit]:
    """Of a batch: one sample alone, a sum for a mean, a mean for a sum."""
    made = root.line.parts
    if not isinstance(made, BatchParts):
        return
    for term in (made.terms[0], made.terms[-1]):
        yield Edit("one sample", ("one sample",), 8, "one sample", term, term)
    count = number(len(made.terms))
    for term in (made.terms[0], made.terms[-1]):
        yield Edit("one sample", ("one sample", "divided"), 4, "one sample", term / count, term / count)
    mean = Apply("quotient", (made.total, made.count))
    if made.mean:
        yield Edit("sum for mean", ("sum for mean",), 8, "mean", made.total, made.count)
        yield Edit("divided twice", ("twice", "count"), 4, "mean", Apply("quotient", (mean, made.count)), made.count)
    else:
        yield Edit("mean for sum", ("mean for sum",), 8, "mean", mean, made.count)
    if made.weights:
        alike = BatchParts(made.terms, made.mean).combined
        yield Edit("unweighted", ("unweighted",), 8, "unweighted", alike, alike)
        if made.mean:
            over = Apply("quotient", (made.total, count))
            yield Edit("divided by count", ("divided by count",), 6, "unweighted", over, count)
