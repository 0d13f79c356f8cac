"""What courses disagree on, as a table: each convention with its options, and the same problem under another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace as _replace
from typing import Any

from backprop_cli.algebra.formula import Apply, Formula, number, operations_in
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.deriving import biases
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.model import Problem

Change = Callable[[Problem], Problem]


@record
class Option:
    """One option of a convention: what it is called, and the change that puts a problem into it."""

    name: str
    says: str
    put: Change


@record
class Convention:
    """A convention: a choice that courses make differently, such as the sign of δ or the ½ of the loss.

    `here` is the name of the option that a problem is in (of one that is none of them, what it says); `absent` says why
    a problem has nothing to choose, or nothing (""); `written` is the line of a file that makes the choice.
    """

    name: str
    title: str
    options: tuple[Option, ...]
    here: Callable[[Problem], str]
    absent: Callable[[Problem], str]
    written: Callable[[Problem], str]

    def says(self, problem: Problem) -> str:
        """What the option that the problem is in says."""
        name = self.here(problem)
        return next((_(option.says) for option in self.options if option.name == name), name)

    def others(self, problem: Problem) -> Iterator[tuple[Option, Problem]]:
        """The other options, each with the problem put into it."""
        for option in self.options:
            if option.name != self.here(problem):
                yield option, option.put(problem)


def _convention(**values: Any) -> Change:
    return lambda problem: _replace(problem, conventions=_replace(problem.conventions, **values))


def _training(**values: Any) -> Change:
    return lambda problem: _replace(problem, training=_replace(problem.training, **values))


# ---- the loss ------------------------------------------------------------------------------------------------

_HALVED = {name: loss.halved for name, loss in LOSSES.items() if loss.halved}
_WHOLE = {half: whole for whole, half in _HALVED.items()}
_MEAN = {name: loss.averaged for name, loss in LOSSES.items() if loss.averaged}
_SUM = {mean: total for total, mean in _MEAN.items()}
_TO_BASE_2 = {name: loss.to_base_2 for name, loss in LOSSES.items() if loss.to_base_2}
_NATURAL = {binary: natural for natural, binary in _TO_BASE_2.items()}
_SQUARES = n_("it belongs to squared errors; the loss here is {loss}")
_LOGARITHMS = n_("it belongs to cross-entropy; the loss here is {loss}")


def _loss(names: Mapping[str, str]) -> Change:
    """Takes another loss, the one that `names` has for it."""

    def put(problem: Problem) -> Problem:
        assert problem.loss is not None
        return _replace(problem, loss=_replace(problem.loss, name=names[problem.loss.name]))

    return put


def _loss_in(names: Mapping[str, str], inside: str, outside: str) -> Callable[[Problem], str]:
    return lambda problem: inside if problem.loss is not None and problem.loss.name in names else outside


def _no_loss_in(names: Mapping[str, str], why: str) -> Callable[[Problem], str]:
    """Why the loss is neither among the keys of `names` nor among its values."""

    def absent(problem: Problem) -> str:
        if problem.loss is None:
            return _("there is no loss")
        if problem.loss.formula is not None:
            return _("the loss is a formula of its own")
        known = {*names, *names.values()}
        return "" if problem.loss.name in known else _(why).format(loss=_(problem.loss.name.replace("_", " ")))

    return absent


def _one_output(problem: Problem) -> str:
    one = problem.loss is not None and len(problem.outputs) == 1
    return _("there is one output") if one else _no_loss_in(_MEAN, _SQUARES)(problem)


def _no_logarithm(problem: Problem) -> str:
    """Why there is no other logarithm to choose."""
    loss = LOSSES.get(problem.loss.name) if problem.loss is not None else None
    return _(loss.one_base) if loss is not None and loss.one_base else _no_loss_in(_TO_BASE_2, _LOGARITHMS)(problem)


def _written_loss(problem: Problem) -> str:
    name = problem.loss.name if problem.loss else "none"
    return "loss: cross_entropy(2)" if name == "cross_entropy_base_2" else f"loss: {name}"


# ---- several samples -----------------------------------------------------------------------------------------


def _batch(problem: Problem) -> str:
    size = problem.training.batch
    if size == 1:
        return "online"
    whole = size is None or size >= len(problem.samples)
    return "full" if whole else _("batches of {size}").format(size=size)


def _in_one_batch(problem: Problem) -> Problem:
    """All samples in one batch: no hidden δ can use weights that are updated only after it."""
    return _training(batch=None)(_convention(updated_weights=False)(problem))


def _summed(problem: Problem) -> Problem:
    """The gradients of a batch added up: there is no 1/n then, wherever it stood."""
    return _training(mean=False)(_convention(mean_in_delta=False)(problem))


def _no_choice_of_batch(problem: Problem) -> str:
    if len(problem.samples) == 1:
        return _("there is one sample")
    return "" if problem.training.learning_rate is not None else _("nothing is updated")


def _no_batch(problem: Problem) -> str:
    if len(problem.samples) == 1:
        return _("there is one sample")
    return "" if problem.has_batches else _("the samples are taken one at a time")


def why_not_in_delta(problem: Problem) -> str:
    """Why the 1/n of a batch cannot stand in every δ."""
    if why := _no_batch(problem):
        return why
    if not problem.layers:
        return _("there are no neurons, hence no δ")
    if not problem.training.mean:
        return _("the gradients of a batch are added up, so there is no 1/n")
    return _("samples meet in a layer, so that 1/n is in every δ already") if problem.couples_samples else ""


# ---- slopes, weights, momentum -------------------------------------------------------------------------------

_RELU = "relu"  # of whose slope at 0 courses make a choice


def relus_in(formula: Formula) -> Iterator[Apply]:
    """Every ReLU of a formula, the outer ones first."""
    return operations_in(formula, _RELU)


def relus(problem: Problem) -> list[Apply]:
    """Every ReLU of the activations and of the graph, as it stands there."""
    formulas = [layer.activation for layer in problem.layers if layer.activation is not None]
    return [relu for formula in [*formulas, *problem.nodes.values()] for relu in relus_in(formula)]


def _slope(problem: Problem) -> str:
    slopes = {relu.arguments[1] for relu in relus(problem)}
    names: dict[Formula, str] = {number(0): "0", number(1, 2): "1/2", number(1): "1"}
    return names.get(slopes.pop(), _("another number")) if len(slopes) == 1 else _("not the same everywhere")


def _with_slope(slope: Formula) -> Change:
    def changed(formula: Formula) -> Formula:
        if not isinstance(formula, Apply):
            return formula
        arguments = tuple(map(changed, formula.arguments))
        return Apply(formula.operation, (arguments[0], slope) if formula.operation == _RELU else arguments)

    def put(problem: Problem) -> Problem:
        layers = tuple(
            layer if layer.activation is None else _replace(layer, activation=changed(layer.activation))
            for layer in problem.layers
        )
        nodes = {name: changed(formula) for name, formula in problem.nodes.items()}
        return _replace(_convention(relu_at_zero=slope)(problem), layers=layers, nodes=nodes)

    return put


def _written_slope(problem: Problem) -> str:
    return f"relu(x, {_slope(problem)})" if problem.nodes else f"relu_at_zero: {_slope(problem)}"


def _no_hidden_use(problem: Problem) -> str:
    if len(problem.layers) < 2:
        return _("there is no hidden layer")
    if problem.training.learning_rate is None:
        return _("nothing is updated")
    if problem.forward_mode or problem.hessian or problem.training.rule.second:
        return _("tangents and second derivatives need lines that are a gradient")
    return _("a batch is updated after its δ are known") if problem.has_batches else ""


_MOMENTA = ("momentum", "momentum_step", "momentum_velocity")


def _momentum(name: str) -> Change:
    return lambda problem: _training(rule=_replace(problem.training.rule, optimizer=name))(problem)


def _no_momentum(problem: Problem) -> str:
    rule = problem.training.rule.optimizer
    return "" if rule in _MOMENTA else _("the optimizer is {name}").format(name=_(rule.replace("_", " ")))


# ---- the table -----------------------------------------------------------------------------------------------

CONVENTIONS = (
    Convention(
        "delta", n_("sign of δ"),
        (Option("plus", n_("δ = ∂E/∂net"), _convention(negative_delta=False)),
         Option("minus", n_("δ = −∂E/∂net"), _convention(negative_delta=True))),
        lambda problem: "minus" if problem.conventions.negative_delta else "plus",
        lambda problem: "" if problem.layers else _("there are no neurons, hence no δ"),
        lambda problem: f"delta: {'-' if problem.conventions.negative_delta else ''}dE/dnet",
    ),
    Convention(
        "half", n_("½ in the loss"),
        (Option("with", n_("with ½"), _loss(_HALVED)), Option("without", n_("without ½"), _loss(_WHOLE))),
        _loss_in(_HALVED, "without", "with"), _no_loss_in(_HALVED, _SQUARES), _written_loss,
    ),
    Convention(
        "outputs", n_("over the outputs"),
        (Option("sum", n_("sum"), _loss(_SUM)), Option("mean", n_("mean"), _loss(_MEAN))),
        _loss_in(_MEAN, "sum", "mean"), _one_output, _written_loss,
    ),
    Convention(
        "logarithm", n_("logarithm"),
        (Option("natural", n_("natural"), _loss(_NATURAL)), Option("binary", n_("to base 2"), _loss(_TO_BASE_2))),
        _loss_in(_TO_BASE_2, "natural", "binary"), _no_logarithm, _written_loss,
    ),
    Convention(
        "batch", n_("update after"),
        (Option("online", n_("each sample"), _training(batch=1)), Option("full", n_("all samples"), _in_one_batch)),
        _batch, _no_choice_of_batch,
        lambda problem: f"batch: {'online' if problem.training.batch == 1 else problem.training.batch or 'full'}",
    ),
    Convention(
        "reduce", n_("over a batch"),
        (Option("mean", n_("mean"), _training(mean=True)), Option("sum", n_("sum"), _summed)),
        lambda problem: "mean" if problem.training.mean else "sum", _no_batch,
        lambda problem: f"reduce: {'mean' if problem.training.mean else 'sum'}",
    ),
    Convention(
        "batch_mean", n_("1/n of a batch"),
        (Option("gradient", n_("in its gradients"), _convention(mean_in_delta=False)),
         Option("delta", n_("in every δ"), _convention(mean_in_delta=True))),
        lambda problem: "delta" if problem.conventions.mean_in_delta else "gradient", why_not_in_delta,
        lambda problem: f"batch_mean: {'delta' if problem.conventions.mean_in_delta else 'gradient'}",
    ),
    Convention(
        "bias", n_("bias of a layer"),
        (Option("shared", n_("one, shared"), biases.shared),
         Option("separate", n_("one per neuron"), biases.separate)),
        lambda problem: "shared" if biases.is_shared(problem) else "separate", biases.why_not_shared,
        lambda problem: _("bias: a number") if biases.is_shared(problem) else _("bias: a list"),
    ),
    Convention(
        "threshold", n_("bias or threshold"),
        (Option("bias", n_("b, added"), biases.turned), Option("threshold", n_("θ = −b, taken off"), biases.turned)),
        lambda problem: "threshold" if problem.conventions.threshold else "bias", biases.why_not_turned,
        lambda problem: f"threshold: {str(problem.conventions.threshold).lower()}",
    ),
    Convention(
        "hidden_uses", n_("hidden δ use"),
        (Option("old", n_("old weights"), _convention(updated_weights=False)),
         Option("updated", n_("updated weights"), _convention(updated_weights=True))),
        lambda problem: "updated" if problem.conventions.updated_weights else "old", _no_hidden_use,
        lambda problem: f"hidden_uses: {'updated' if problem.conventions.updated_weights else 'old'}",
    ),
    Convention(
        "relu_at_zero", n_("ReLU′ at 0"),
        (Option("0", "0", _with_slope(number(0))), Option("1/2", "1/2", _with_slope(number(1, 2))),
         Option("1", "1", _with_slope(number(1)))),
        _slope, lambda problem: "" if relus(problem) else _("there is no ReLU"), _written_slope,
    ),
    Convention(
        "momentum", n_("momentum"),
        (Option("momentum", n_("v = μv + g, w − ηv"), _momentum("momentum")),
         Option("momentum_step", n_("v = μv + ηg, w − v"), _momentum("momentum_step")),
         Option("momentum_velocity", n_("v = μv − ηg, w + v"), _momentum("momentum_velocity"))),
        lambda problem: problem.training.rule.optimizer, _no_momentum,
        lambda problem: f"optimizer: {problem.training.rule.optimizer}",
    ),
)  # fmt: skip
