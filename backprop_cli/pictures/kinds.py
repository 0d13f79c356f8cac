"""The kinds of pictures, which of them a problem has, and the one that it is drawn as unless another is wished for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as _replace
from typing import TYPE_CHECKING

from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, listed, n_
from backprop_cli.pictures.charts import MOST
from backprop_cli.pictures.facts import Facts, Show, facts_of
from backprop_cli.pictures.figures import figure_of, need_matplotlib, saved, settings
from backprop_cli.problem.model import Problem
from backprop_cli.problem.reader import Loaded
from backprop_cli.solving.solution import Solution, SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from backprop_cli.pictures.items import Picture

OnEpoch = Callable[[int], None]


@record
class PictureOrder:
    """What is asked for: a kind (None: the problem's own), how much is written, of which pass, how exactly."""

    kind: str | None = None
    show: Show = Show.GRADIENTS
    at: str = ""
    digits: int = 4
    dpi: int = 200


def kinds_of(problem: Problem) -> list[str]:
    """The kinds that a problem has, the one that it is drawn as first."""
    found = [kind.name for kind in KINDS.values() if kind.has(problem)]
    first = next((kind for kind in _first(problem) if kind in found), None)
    return sorted(found, key=lambda kind: kind != first)


def _first(problem: Problem) -> tuple[str, ...]:
    if problem.training.rates:
        return ("rates",)
    if problem.starts or len(_moving(problem)) == 1:
        return "descent", "graph", "network", "updates"
    return ("loss", "graph", "network", "updates") if problem.report else ("graph", "network", "updates")


def _moving(problem: Problem) -> list[str]:
    return [name for name in problem.parameters if name not in problem.fixed]


def _has_training(problem: Problem) -> bool:
    training = problem.training
    known = training.learning_rate is not None and training.perceptron is None and not problem.letters
    several = training.epochs > 1 or bool(problem.report)
    return known and several and _differentiates(problem) and problem.rounding is None and bool(_moving(problem))


def _differentiates(problem: Problem) -> bool:
    whole = bool(problem.layers or problem.nodes) and not problem.gradients
    return whole and bool(problem.nodes or problem.loss or problem.objective)


def chosen(problem: Problem, kind: str | None) -> str:
    """The kind that is drawn; raises UsageError, with those that there are, for one that there is not."""
    has = kinds_of(problem)
    if kind is None and has:
        return has[0]
    if not has:
        raise UsageError(_("there is nothing in this problem that can be drawn"))
    if kind not in KINDS:
        hint = did_you_mean(kind or "", KINDS) or listed(KINDS)
        raise UsageError(_("no kind of picture called {kind!r} ({hint})").format(kind=kind, hint=hint))
    if kind not in has:
        said = _("this problem cannot be drawn as {kind} ({why}); it can be drawn as {kinds}")
        raise UsageError(said.format(kind=kind, why=_why(problem, KINDS[kind]), kinds=listed(has)))
    return kind


def _why(problem: Problem, kind: Kind) -> str:
    """What the kind would need."""
    if problem.letters and kind.has_numbers:
        return _("it has letters in place of numbers")
    if problem.rounding is not None and kind.trains:
        return _("training is exact; it cannot be combined with rounding")
    return _(kind.needs).format(most=MOST)


def drawn(loaded: Loaded, order: PictureOrder, format_: str, on_epoch: OnEpoch = lambda epoch: None) -> bytes:
    """The picture as a file; raises UsageError for what cannot be drawn, or where matplotlib is not installed."""
    kind = chosen(loaded.problem, order.kind)
    need_matplotlib()
    with settings():
        figure, description = figured(loaded, kind, order, on_epoch)
        title = " ".join(loaded.problem.title.split())
        return saved(figure, format_, title, description, order.dpi)


def figured(loaded: Loaded, kind: str, order: PictureOrder, on_epoch: OnEpoch) -> tuple[Figure, str]:
    """The figure of a kind, and what it shows in words."""
    row = KINDS[kind]
    if row.chart is not None:
        return row.chart(loaded, order, on_epoch), _(row.shows)
    found = pictured(loaded, kind, order, on_epoch)
    return figure_of(found), found.description


def pictured(loaded: Loaded, kind: str, order: PictureOrder, on_epoch: OnEpoch = lambda epoch: None) -> Picture:
    """The network or the graph as a picture."""
    problem = loaded.problem
    solution = None if order.show is Show.NAMES or problem.letters else _solved(loaded, order, on_epoch)
    return picture_of(problem, kind, facts_of(problem, solution, order.show, order.at))


def picture_of(problem: Problem, kind: str, facts: Facts) -> Picture:
    """The network or the graph with these facts in it."""
    if kind == "graph":
        from backprop_cli.pictures import graph

        return graph.draw(problem, facts)
    from backprop_cli.pictures import layers, network

    return network.draw(problem, facts) if network.can_be_drawn(problem) else layers.draw(problem, facts)


def _solved(loaded: Loaded, order: PictureOrder, on_epoch: OnEpoch) -> Solution:
    """The solution of what is drawn: of a long training its first epoch, which is the only one that is written out."""
    problem = loaded.problem
    if problem.report:
        problem = _replace(problem.first_epoch(rates=()), report=(), starts=())
        loaded = _replace(loaded, problem=problem)
    return solution_of(loaded, SolveOptions(digits=order.digits), on_epoch)


# ---- the charts ----------------------------------------------------------------------------------------------


def _losses(loaded: Loaded, order: PictureOrder, on_epoch: OnEpoch) -> Figure:
    from backprop_cli.pictures import runs

    return runs.loss(loaded.problem, order.digits, on_epoch)


def _runs(loaded: Loaded, order: PictureOrder, on_epoch: OnEpoch) -> Figure:
    from backprop_cli.pictures import runs

    return runs.compared_runs(loaded.problem, order.digits, on_epoch)


def _descents(loaded: Loaded, order: PictureOrder, on_epoch: OnEpoch) -> Figure:
    from backprop_cli.pictures import descents

    solution = solution_of(loaded, SolveOptions(digits=order.digits), on_epoch)
    if not solution.landscapes:
        raise UsageError(_("the loss cannot be drawn as a curve over its parameter here"))
    return descents.draw(solution)


def _gradient_sizes(loaded: Loaded, order: PictureOrder, _on_epoch: OnEpoch) -> Figure:
    from backprop_cli.health.findings import health_of
    from backprop_cli.pictures import sizes

    return sizes.draw(health_of(WorkedProblem.of(loaded), order.digits))


def _updates(loaded: Loaded, order: PictureOrder, on_epoch: OnEpoch) -> Figure:
    from backprop_cli.pictures import runs

    return runs.updates(solution_of(loaded, SolveOptions(digits=order.digits), on_epoch))


# ---- the table -----------------------------------------------------------------------------------------------


@record
class Kind:
    """A kind of picture: which problems have it, what the others lack, and what draws it.

    A network and a graph are pictures of their own, without a `chart`. `shows` is what a chart shows, in words.
    """

    name: str
    has: Callable[[Problem], bool]
    needs: str
    chart: Callable[[Loaded, PictureOrder, OnEpoch], Figure] | None = None
    shows: str = ""
    trains: bool = False  # which is exact

    @property
    def has_numbers(self) -> bool:
        """Whether it shows values, and not only names."""
        return self.chart is not None


KINDS = {
    kind.name: kind
    for kind in (
        Kind("network", lambda problem: bool(problem.layers), n_("it has no layers")),
        Kind("graph", lambda problem: bool(problem.nodes),
             n_("it has no graph of named expressions; `--kind network` draws a network")),
        Kind("loss", _has_training, n_("that needs several epochs of gradient descent"),
             _losses, n_("the loss after every epoch"), trains=True),
        Kind("descent", lambda problem: _has_training(problem) and len(_moving(problem)) == 1,
             n_("that needs several epochs, and exactly one parameter that is updated"),
             _descents, n_("the descent on the curve of the loss"), trains=True),
        Kind("rates", lambda problem: _has_training(problem) and bool(problem.training.rates or problem.starts),
             n_("that needs several learning rates or starting points"),
             _runs, n_("the losses of several runs"), trains=True),
        Kind("gradients",
             lambda problem: _differentiates(problem) and problem.training.perceptron is None and not problem.letters,
             n_("that needs a network or a graph with a loss or an objective"),
             _gradient_sizes, n_("the sizes of the gradients")),
        Kind("updates",
             lambda problem: not problem.letters and len(_moving(problem)) <= MOST
             and (problem.training.learning_rate is not None or bool(problem.gradients)),
             n_("that needs updates, of at most {most} parameters"),
             _updates, n_("the parameters from step to step")),
    )
}  # fmt: skip
