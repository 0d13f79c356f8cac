"""What normalizations have in common: mean, variance, standardized values x̂, and γ·x̂ + β."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop_cli.algebra.expressions import parse_constant
from backprop_cli.algebra.formula import Apply, Formula, Name, add, divide, negate, number, power
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import Quantity, cell, net, out
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.fields import Activation, NeuronName, Number, Vector, by_shape
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.layer_types.unitwise import LINEAR, sign_of, unitwise_layer
from backprop_cli.problem.model import OVER_SAMPLES, Cell, Layer
from backprop_cli.problem.sites import Site, activated, ruled

_EPSILON = "1e-5"
_VARIANCE_RULE = n_(
    "the slope of a variance is 2·(x − μ)/n in each of its n values x; in μ it is −2·Σ(x − μ)/n, which adds up to 0"
)


class NormalizationFile(FileModel):
    """The keys of all."""

    neurons: by_shape(list=list[NeuronName]) | None = Field(
        None, description="The units' names, one for each unit of the layer before; otherwise n1, n2, …"
    )
    gamma: Vector | None = Field(
        None, description="The scale γ: one number that all share, or a list; left out: none, which is γ = 1."
    )
    beta: Vector | None = Field(
        None, description="The shift β: one number that all share, or a list; left out: none, which is β = 0."
    )
    epsilon: Number | None = Field(None, description="ε in √(σ² + ε): 1e-5 where nothing is said; 0 is allowed.")
    activation: Activation | None = Field(
        None, description="As in a dense layer, of γ·x̂ + β, which is then called net; left out: none."
    )


@record
class NormalizedGroup:
    """Units with one mean and one variance, by their place; `mean` and `variance` are what these are called."""

    members: tuple[int, ...]
    mean: Quantity
    variance: Quantity


def step_groups(site: Site, width: int) -> tuple[list[tuple[int, ...]], list[str]]:
    """The units in rows of this width, a group each, and what the names of their statistics end in: _1, _2, …"""
    rows = [tuple(range(start, start + width)) for start in range(0, len(site.before.names), width)]
    return rows, [""] if len(rows) == 1 else [f"_{step}" for step in range(1, len(rows) + 1)]


def groups_of(site: Site, members: Sequence[tuple[int, ...]], endings: Sequence[str]) -> list[NormalizedGroup]:
    """The groups with names for their statistics: mu, mu_2 (of step 2), mu_h1 (of h1)."""
    own = str(site.index + 1)
    numbers = [own] if list(endings) == [""] and "mu" in _settings(site) else ["", own]
    means = site.free_names([f"mu{one}" for one in numbers], endings)
    variances = site.free_names([f"var{one}" for one in numbers], endings)
    return [NormalizedGroup(*one) for one in zip(members, map(cell, means), map(cell, variances), strict=True)]


def statistics(site: Site, groups: Sequence[NormalizedGroup], shared: bool = False) -> list[Cell]:
    """μ and σ² of every group: over its units, and where they are `shared` over the samples of the batch too."""
    senders = [site.sender(name) for name in site.before.names]
    means, variances = [], []
    for group in groups:
        values = [senders[place] for place in group.members]
        squares = [power(add(value, negate(Name(group.mean))), number(2)) for value in values]
        means.append(Cell(group.mean, _mean(values, shared), OPERATIONS["mean"].rule, shared))
        variances.append(Cell(group.variance, _mean(squares, shared), _VARIANCE_RULE, shared))
    return means + variances


def _mean(terms: Sequence[Formula], shared: bool) -> Formula:
    if shared:
        return Apply(OVER_SAMPLES, tuple(terms))
    return divide(Apply("sum", tuple(terms)), number(len(terms)))


def normalized_layer(
    site: Site,
    file: Any,
    kind: str,
    names: Sequence[str],
    first: list[Cell],
    standardized: list[Cell],
    own: Sequence[int],
) -> Layer | None:
    """The layer: cells for its statistics, the x̂ of its units, γ·x̂ + β; `own` is the number of a unit's γ and β."""
    affine = _affine(site, file, own, [Name(one.quantity) for one in standardized])
    if affine is None:
        return None
    kinds = out if file.activation is None else net
    cells = first + standardized
    cells += [Cell(kinds(name), formula) for name, formula in zip(names, affine.formulas, strict=True)]
    activation: Formula | None = LINEAR
    if file.activation is not None:
        activation = site.activation(file.activation)
        cells += activated(names, activation)
    return unitwise_layer(site, names, cells, kind, activation, affine.shifts)


def epsilon_of(site: Site, file: Any) -> Formula:
    """ε in the root; complains where it is negative."""
    epsilon: Formula = parse_constant(_EPSILON) if file.epsilon is None else file.epsilon
    if sign_of(epsilon) < 0:
        site.complain(("epsilon",), _("ε stands under a root: it cannot be negative"))
    return epsilon


def standardized(site: Site, groups: Sequence[NormalizedGroup], epsilon: Formula) -> list[Cell]:
    """x̂ = (x − μ)/√(σ² + ε) of every unit."""
    group_of = {place: group for group in groups for place in group.members}
    cells: list[Cell] = []
    for place, name in enumerate(site.before.names):
        arguments = (site.sender(name), Name(group_of[place].mean), Name(group_of[place].variance), epsilon)
        cells.append(ruled(xhat(name), Apply("standardized", arguments)))
    return cells


def xhat(name: str) -> Quantity:
    """x̂ of a unit of the layer before."""
    return cell(f"xhat_{name}")


@record
class _Affine:
    """γ·x̂ + β of every unit, and the names of the β."""

    formulas: tuple[Formula, ...]
    shifts: frozenset[str]


def _affine(site: Site, file: Any, own: Sequence[int], values: Sequence[Name]) -> _Affine | None:
    """γ·x̂ + β of every unit, as far as there are γ and β; None when it complained."""
    gammas = site.vector(file.gamma, max(own) + 1, "gamma", "gamma")
    betas = site.vector(file.beta, max(own) + 1, _beta_letter(site), "beta")
    if (gammas is None) != (file.gamma is None) or (betas is None) != (file.beta is None):
        return None
    formulas: list[Formula] = []
    for index, value in zip(own, values, strict=True):
        scaled: Formula = value if gammas is None else Apply("product", (gammas[index], value))
        formulas.append(scaled if betas is None else Apply("sum", (scaled, betas[index])))
    shifts = frozenset(beta.symbol.name for beta in betas or () if isinstance(beta.symbol, Quantity))
    return _Affine(tuple(formulas), shifts)


def _settings(site: Site) -> Sequence[str]:
    """The names of the optimizer's settings, some of which are Greek letters that a layer might use too."""
    name = site.surroundings.optimizer
    return list(OPTIMIZERS[name].settings) if name in OPTIMIZERS else []


def _beta_letter(site: Site) -> str:
    """The letter of the shifts: β, or b where the optimizer has a β₁."""
    return "b" if "beta1" in _settings(site) else "beta"
