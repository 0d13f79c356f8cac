"""What the tables of optimizers and schedules say."""

from __future__ import annotations

from backprop_cli.algebra.optimizers import OPTIMIZERS, Optimizer
from backprop_cli.algebra.rates import SCHEDULES, Row, ScheduleSetting
from backprop_cli.algebra.second_order import DAMPING, SECOND_ORDER, SQUARES, SecondOrder
from backprop_cli.ground import limits
from backprop_cli.ground.words import _, listed
from backprop_cli.manual.generated.markdown import example, sections, table

OPTIMIZER_EXAMPLE = """\
parameters: {w: 1}
gradients: {w: [0.5, 0.25]}
learning_rate: 0.1
optimizer: {name: momentum, mu: 0.8}
"""
SECOND_EXAMPLE = """\
parameters: {x: 2}
graph: {f: x^4 - 3*x^2 + x}
objective: f
optimizer: newton
epochs: 2
"""
SCHEDULE_EXAMPLE = """\
inputs: {x: 1}
targets: {y: 2}
layers:
  - neurons: [y]
    weights: [[w = 0.5]]
loss: half_squared_error
learning_rate: 0.4
schedule: {name: step, every: 1, factor: 1/2}
epochs: 2
"""


def optimizers() -> str:
    """Each with what it does, its settings and its state; below, how one is written."""
    said = _(
        "An optimizer stands under `optimizer`, by its name or with settings of its own. Its state is 0 before the "
        "first update unless `state` says otherwise, and `step` is the number of that update."
    )
    titles = (_("name"), _("does"), _("settings"), _("state"))
    second = _(
        "Steps of the second order are written with the Hessian, whose lines come before them, in each update. They "
        "need no `learning_rate`; with one, the step is multiplied by η. `lambda` damps them. Parameters may be at "
        "most {limit}."
    ).format(limit=limits.HESSIAN)
    curved = table(titles, map(_second, SECOND_ORDER.values()))
    first = table(titles, map(_optimizer, OPTIMIZERS.values()))
    return sections(said, first, second, curved, example(OPTIMIZER_EXAMPLE), example(SECOND_EXAMPLE))


def _second(row: SecondOrder) -> tuple[str, str, str, str]:
    kept = [*row.state, *([SQUARES] if row.squares else [])]
    return f"`{row.name}`", _(row.rule), f"`{DAMPING.name}`" * row.damped, listed(f"`{name}`" for name in kept)


def _optimizer(row: Optimizer) -> tuple[str, str, str, str]:
    settings = listed(f"`{name}: {value}`" for name, value in row.settings.items())
    return f"`{row.name}`", _(row.rule), settings, listed(f"`{name}`" for name in row.state)


def schedules() -> str:
    """Each with what it does and its settings; below, how one is written."""
    said = _(
        "A schedule stands under `schedule`, as a mapping with its `name` and its settings. `per: update` counts "
        "updates instead of epochs. A formula in `eta` and the number `n` of the epoch, from 0, is as good "
        "(`eta / (1 + n)`), or the rates themselves (`[0.5, 0.25, 0.1]`, of which the last one stays)."
    )
    titles = (_("name"), _("does"), _("settings"))
    return sections(said, table(titles, map(_schedule, SCHEDULES.values())), example(SCHEDULE_EXAMPLE))


def _schedule(row: Row) -> tuple[str, str, str]:
    settings = listed(f"`{name}` ({_kind(setting)})" for name, setting in row.settings.items())
    return f"`{row.name}`", _(row.rule), settings


def _kind(setting: ScheduleSetting) -> str:
    kind = _("whole numbers") if setting.many else _("a whole number") if setting.whole else _("a number")
    return _("{kind}, or left out").format(kind=kind) if setting.optional else kind
