"""Steps that use second derivatives, in one table: each as the named formulas of one update of all parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from backprop_cli.algebra.derivation import Line, quantities_in
from backprop_cli.algebra.formula import ONE, ZERO, Formula, Name, add, divide, multiply, negate
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_

BY_CRAMER = 3  # rows of a system that is still solved by determinants
DAMPING = Quantity(Kind.CONSTANT, "lambda")
STEP = "step_"  # before the name of a parameter: what is taken off it
SQUARES = "rr"  # the state of conjugate gradients: rᵀr of the update before
MODEL = "M"  # begins the name of an entry of JᵀCJ, which stands for the Hessian in Gauss-Newton

System = Iterator[tuple[str, Formula]]


def is_of_the_model(quantity: Quantity) -> bool:
    """Whether it is an entry of the matrix that stands for the Hessian, M12."""
    start, _model, place = quantity.name.partition(MODEL)
    return quantity.kind is Kind.AUX and not start and place.replace("_", "").isdigit()


@record
class Curved:
    """What a step may mention: parameters with their gradient, the n by n matrix, and η where there is one."""

    parameters: tuple[Quantity, ...]
    gradients: tuple[Formula, ...]
    matrix: tuple[tuple[Formula, ...], ...]
    rate: Name | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the parameters are called."""
        return tuple(one.name for one in self.parameters)

    def moved(self, steps: Sequence[Formula]) -> Iterator[tuple[Quantity, Formula]]:
        """w⁺ = w − step, or w − η·step."""
        for one, step in zip(self.parameters, steps, strict=True):
            taken = step if self.rate is None else multiply(self.rate, step)
            yield new(one.name), add(Name(one), negate(taken))


Written = Iterator[tuple[Quantity, Formula]]


@record
class SecondOrder:
    """A step by its name: what it does in a sentence, its formulas, and what it keeps.

    `damped_rule` is the sentence with the damping λ, of a step that can be damped. `state` has what each parameter
    keeps, which begins at 0; `squares` says that it keeps rᵀr, which begins at 1. `models` says that JᵀJ of the
    residuals stands in place of the Hessian.
    """

    name: str
    update: Callable[[Curved], Written]
    rule: str
    damped_rule: str = ""
    state: tuple[str, ...] = ()
    squares: bool = False
    models: bool = False

    @property
    def damped(self) -> bool:
        """Whether it can be damped."""
        return bool(self.damped_rule)

    def says(self, constants: Collection[Quantity]) -> str:
        """What it does in a sentence, with the damping where that is among the `constants`."""
        return self.damped_rule if self.damped and DAMPING in constants else self.rule


def aux(name: str) -> Quantity:
    """A number that is written down on the way."""
    return Quantity(Kind.AUX, name)


def new(name: str) -> Quantity:
    """A new value."""
    return Quantity(Kind.NEW, name)


def why_singular(quantity: Quantity) -> str:
    """What a division by zero in a line of a step means, and what helps; empty for any other line."""
    if quantity.kind is not Kind.AUX:
        return ""
    if quantity.name.startswith((STEP, "l2_")):
        return _("the matrix is singular here, so there is no step: damp it, {example}").format(
            example="optimizer: {name: newton, lambda: 0.1}"
        )
    if quantity.name in ("alpha", "beta"):
        return _("the objective does not curve in this direction, or the gradient is 0: there is no step to take")
    return ""


def dot(one: Sequence[Formula], other: Sequence[Formula]) -> Formula:
    """The scalar product."""
    return add(*(a**2 if a == b else multiply(a, b) for a, b in zip(one, other, strict=True)))


def determinant(rows: Sequence[Sequence[Formula]]) -> Formula:
    """The determinant of a square matrix of formulas, along its first row (Laplace)."""
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for column, entry in enumerate(rows[0]):
        minor = [[one for k, one in enumerate(row) if k != column] for row in rows[1:]]
        rest = determinant(minor)
        term = entry**2 if rest == entry else multiply(entry, rest)
        terms.append(negate(term) if column % 2 else term)
    return add(*terms)


def by_cramer(rows: Sequence[Sequence[Formula]], right: Sequence[Formula], names: Sequence[str]) -> System:
    """The step by determinants: the column of a parameter replaced by the right side, over the determinant (Cramer)."""
    if len(rows) == 1:
        yield f"{STEP}{names[0]}", divide(right[0], rows[0][0])
        return
    yield "det", determinant(rows)
    for column, name in enumerate(names):
        replaced = [[right[i] if j == column else one for j, one in enumerate(row)] for i, row in enumerate(rows)]
        yield f"{STEP}{name}", divide(determinant(replaced), Name(aux("det")))


def by_elimination(rows: Sequence[Sequence[Formula]], right: Sequence[Formula], names: Sequence[str]) -> System:
    """Gauss's elimination in the order of the rows, which any order is where there is a minimum, and back again."""
    count = len(rows)
    work = [[*row, one] for row, one in zip(rows, right, strict=True)]
    for k in range(count):
        for i in range(k + 1, count):
            factor = f"l{i + 1}_{k + 1}"
            yield factor, divide(work[i][k], work[k][k])
            for j in range(k + 1, count + 1):
                reduced = f"u{i + 1}_{j + 1}_{k + 1}"
                yield reduced, add(work[i][j], negate(multiply(Name(aux(factor)), work[k][j])))
                work[i][j] = Name(aux(reduced))
    for k in reversed(range(count)):
        known = (negate(multiply(work[k][j], Name(aux(f"{STEP}{names[j]}")))) for j in range(k + 1, count))
        yield f"{STEP}{names[k]}", divide(add(work[k][count], *known), work[k][k])


def _newton(c: Curved) -> Written:
    """w⁺ = w − H⁻¹g, or w − (H + λI)⁻¹g (Levenberg 1944)."""
    solve = by_cramer if len(c.names) <= BY_CRAMER else by_elimination
    for name, formula in solve(c.matrix, c.gradients, c.names):
        yield aux(name), formula
    yield from c.moved([Name(aux(f"{STEP}{name}")) for name in c.names])


def _line_search(c: Curved) -> Written:
    """w⁺ = w − α·g with α = gᵀg/gᵀHg, the minimum of the quadratic model along −g (Cauchy 1847)."""
    yield aux("gg"), dot(c.gradients, c.gradients)
    for name, row in zip(c.names, c.matrix, strict=True):
        yield aux(f"Hg_{name}"), dot(row, c.gradients)
    yield aux("gHg"), dot(c.gradients, [Name(aux(f"Hg_{name}")) for name in c.names])
    yield aux("alpha"), divide(Name(aux("gg")), Name(aux("gHg")))
    yield from c.moved([multiply(Name(aux("alpha")), one) for one in c.gradients])


def _conjugate_gradients(c: Curved) -> Written:
    """p⁺ = r + β·p with r = −g and β = rᵀr over that before, then w⁺ = w + α·p⁺ with α = rᵀr/pᵀAp.

    Hestenes and Stiefel (1952), with the β of Fletcher and Reeves (1964); p begins at 0, so that the first p is r.
    """
    r = [Name(aux(f"r_{name}")) for name in c.names]
    p = [Name(new(f"p_{name}")) for name in c.names]
    for one, gradient in zip(r, c.gradients, strict=True):
        yield _quantity(one), negate(gradient)
    yield new(SQUARES), dot(r, r)
    yield aux("beta"), divide(Name(new(SQUARES)), Name(Quantity(Kind.PARAMETER, SQUARES)))
    for name, one, direction in zip(c.names, r, p, strict=True):
        before = Name(Quantity(Kind.PARAMETER, f"p_{name}"))
        yield _quantity(direction), add(one, multiply(Name(aux("beta")), before))
    for name, row in zip(c.names, c.matrix, strict=True):
        yield aux(f"Ap_{name}"), dot(row, p)
    yield aux("pAp"), dot(p, [Name(aux(f"Ap_{name}")) for name in c.names])
    yield aux("alpha"), divide(Name(new(SQUARES)), Name(aux("pAp")))
    yield from c.moved([negate(multiply(Name(aux("alpha")), one)) for one in p])


def _quantity(name: Name) -> Quantity:
    assert isinstance(name.symbol, Quantity)
    return name.symbol


SECOND_ORDER: Mapping[str, SecondOrder] = {
    one.name: one
    for one in (
        SecondOrder("newton", _newton,
                    n_("Newton's step goes to the point where the gradient of the quadratic model is 0: H·step = g, "
                       "and the step is taken off."),
                    n_("Damped Newton adds λ to each second derivative on the diagonal: (H + λI)·step = g, and the "
                       "step is taken off.")),
        SecondOrder("gauss_newton", _newton,
                    n_("Gauss and Newton take the residuals as linear in the parameters, so that only their first "
                       "derivatives J are needed: JᵀJ stands in place of the Hessian."),
                    n_("Gauss and Newton take the residuals as linear in the parameters, so that only their first "
                       "derivatives J are needed: (JᵀJ + λI)·step = g, damped by λ."), models=True),
        SecondOrder("line_search", _line_search,
                    n_("Exact line search goes against the gradient as far as the quadratic model falls: "
                       "α = gᵀg/gᵀHg.")),
        SecondOrder("conjugate_gradients", _conjugate_gradients,
                    n_("Conjugate gradients find the minimum of a quadratic in as many steps as it has parameters: "
                       "each direction p is conjugate to those before it. A is the Hessian, r = −g the residual."),
                    state=("p",), squares=True),
    )
}  # fmt: skip


def first_state(row: SecondOrder, parameter: str) -> dict[str, Formula]:
    """What is kept of a parameter, and rᵀr, with their first values."""
    kept: dict[str, Formula] = {f"{state}_{parameter}": ZERO for state in row.state}
    return kept | ({SQUARES: ONE} if row.squares else {})


def step_lines(row: SecondOrder, curved: Curved) -> Iterator[Line]:
    """The lines of one update; the rule stands at the new values of parameters."""
    used = {quantity for line in curved.matrix for entry in line for quantity in quantities_in(entry)}
    for quantity, formula in row.update(curved):
        rules = (row.says(used),) if quantity.kind is Kind.NEW and quantity.name in curved.names else ()
        yield Line(Phase.UPDATE, quantity, formula, rules=rules)
