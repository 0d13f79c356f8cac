"""What is done in a group of lines and why, in one sentence: a table by phase, kind of quantity and what it is of."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.formula import Apply, add
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.parts import BatchParts, GradientParts, LossParts, NetParts, OutParts, UpdateParts, name_of
from backprop_cli.algebra.quantities import SMOOTH, Kind, Phase
from backprop_cli.algebra.updates import PENALIZED_LOSS
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.model import Inline
from backprop_cli.documents.writing import Writing, inline
from backprop_cli.ground.words import _, n_

# fmt: off
SENTENCES: dict[tuple[Phase, Kind, str], str] = {
    # Forward
    (Phase.FORWARD, Kind.NET, ""): n_("Each net input is the weighted sum of what comes in."),
    (Phase.FORWARD, Kind.NET, "bias"): n_("Each net input is the weighted sum of what comes in, plus the bias."),
    (Phase.FORWARD, Kind.NET, "threshold"):
        n_("Each net input is the weighted sum of what comes in, minus the threshold."),
    (Phase.FORWARD, Kind.NET, "recurrent"):
        n_("Each net input is the weighted sum of this step's inputs and of the outputs of the step before."),
    (Phase.FORWARD, Kind.OUT, ""): n_("The activation turns each net input into an output."),
    (Phase.FORWARD, Kind.OUT, "identity"): n_("The output is the net input itself."),
    (Phase.FORWARD, Kind.OUT, "sigmoid"): n_("The sigmoid squashes it into (0, 1)."),
    (Phase.FORWARD, Kind.OUT, "tanh"): n_("The hyperbolic tangent squashes it into (−1, 1)."),
    (Phase.FORWARD, Kind.OUT, "relu"): n_("ReLU lets what is positive through, and puts 0 for the rest."),
    (Phase.FORWARD, Kind.OUT, "leaky_relu"):
        n_("Leaky ReLU lets what is positive through, and of the rest a small share."),
    (Phase.FORWARD, Kind.OUT, "elu"):
        n_("ELU lets what is positive through, and bends the rest towards a constant below 0."),
    (Phase.FORWARD, Kind.OUT, "softplus"): n_("Softplus is a smooth ReLU: always positive, never flat."),
    (Phase.FORWARD, Kind.OUT, "softsign"): n_("Softsign squashes it into (−1, 1), more slowly than a tanh."),
    (Phase.FORWARD, Kind.OUT, "swish"): n_("Swish multiplies the net input by its own sigmoid."),
    (Phase.FORWARD, Kind.OUT, "gelu"):
        n_("GELU multiplies the net input by the chance that a normal variable is below it."),
    (Phase.FORWARD, Kind.OUT, "hard_sigmoid"): n_("The hard sigmoid is a straight line, cut off at 0 and 1."),
    (Phase.FORWARD, Kind.OUT, "hard_tanh"): n_("The hard tanh is the net input itself, cut off at −1 and 1."),
    (Phase.FORWARD, Kind.OUT, "step"): n_("The step says 1 where the net input is positive, else 0."),
    (Phase.FORWARD, Kind.OUT, "sign"): n_("The output is the sign of the net input."),
    (Phase.FORWARD, Kind.OUT, "abs"): n_("The output is the size of the net input, without its sign."),
    (Phase.FORWARD, Kind.OUT, "square"): n_("The output is the square of the net input."),
    (Phase.FORWARD, Kind.OUT, "sin"): n_("The output is the sine of the net input, in radians."),
    (Phase.FORWARD, Kind.OUT, "softmax"):
        n_("Softmax turns the net inputs of the layer into probabilities: positive numbers that add up to 1."),
    (Phase.FORWARD, Kind.AUX, ""): n_("The terms of the softmax's sum: e to the power of each net input."),
    (Phase.FORWARD, Kind.OUT, "mixed"): n_("Each output is computed from the values above it."),
    (Phase.FORWARD, Kind.CELL, ""): n_("What the layer writes down on the way, each from what stands above it."),
    (Phase.FORWARD, Kind.NODE, ""): n_("Each node is computed from the inputs and the nodes before it."),
    # Error
    (Phase.LOSS, Kind.PART, ""): n_("Each output has its own part of the error: how far it is from its target."),
    (Phase.LOSS, Kind.AUX, "smooth"):
        n_("Label smoothing keeps (1 − ε) of each target and gives every one of the K classes ε/K."),
    (Phase.LOSS, Kind.LOSS, ""): n_("The error {loss} says in one number how far the outputs are from the targets."),
    (Phase.LOSS, Kind.LOSS, "parts"): n_("The error {loss} puts the parts of all outputs together."),
    (Phase.LOSS, Kind.LOSS, "mean"): n_("The error {loss} is the mean of the errors of the samples."),
    (Phase.LOSS, Kind.LOSS, "weighted mean"):
        n_("The error {loss} is the weighted mean of the errors of the samples: each times its weight ω, over Σω."),
    (Phase.LOSS, Kind.LOSS, "weighted sum"):
        n_("The error {loss} is the sum of the errors of the samples, each times its weight ω."),
    (Phase.LOSS, Kind.LOSS, "sum"): n_("The error {loss} is the sum of the errors of the samples."),
    (Phase.LOSS, Kind.METRIC, "penalized"):
        n_("The penalty makes large weights dear: J is what the update makes smaller."),
    (Phase.LOSS, Kind.METRIC, ""): n_("A metric says the same in another way; nothing is trained by it."),
    # Backward
    (Phase.BACKWARD, Kind.DELTA, "output"):
        n_("An output's {delta} says how the error changes with its net input: "
           "the slope of the error times the slope of the activation."),
    (Phase.BACKWARD, Kind.DELTA, "hidden"):
        n_("A hidden neuron gets back the {delta} of every neuron that it feeds, each times the weight in between; "
           "their sum is multiplied by the slope of its own activation."),
    (Phase.BACKWARD, Kind.DELTA, "mixed"):
        n_("What comes back to an output, times the slope of the activation, is the {delta} of its net input."),
    (Phase.BACKWARD, Kind.DELTA, "output negative"):
        n_("An output's {delta} says which way, and how strongly, its net input should change: "
           "minus the slope of the error, times the slope of the activation."),
    (Phase.BACKWARD, Kind.GRADIENT, ""):
        n_("The chain rule: over everything that uses a value, add up the gradient there times the slope on the way."),
    (Phase.BACKWARD, Kind.LOCAL, ""):
        n_("A local slope looks at one line alone: how its result changes with one name."),
    (Phase.BACKWARD, Kind.PATH, ""): n_("Each way by which a value reaches the error adds one product."),
    # Gradients
    (Phase.GRADIENT, Kind.GRADIENT, ""):
        n_("The chain rule again: the gradient of what is computed, times the slope of that line."),
    (Phase.GRADIENT, Kind.GRADIENT, "weight"):
        n_("The gradient of a weight is the {delta} of the neuron it leads to, times what it carries there."),
    (Phase.GRADIENT, Kind.GRADIENT, "bias"):
        n_("A bias is a weight on the constant 1, so its gradient is the {delta} itself."),
    (Phase.GRADIENT, Kind.GRADIENT, "shared"):
        n_("A parameter that is used in several places collects one such product for each of them."),
    (Phase.GRADIENT, Kind.GRADIENT, "negative"):
        n_("Since {delta} has the minus sign in it, a gradient is minus {delta} times what the weight carries."),
    (Phase.GRADIENT, Kind.GRADIENT, "threshold"):
        n_("A threshold is taken off, so its gradient is minus the {delta}."),
    (Phase.GRADIENT, Kind.GRADIENT, "mean"): n_("The gradient of the batch is the mean of its samples' gradients."),
    (Phase.GRADIENT, Kind.GRADIENT, "weighted mean"):
        n_("The gradient of the batch is the weighted mean of its samples' gradients: each times its ω, over Σω."),
    (Phase.GRADIENT, Kind.GRADIENT, "weighted sum"):
        n_("The gradient of the batch is the sum of its samples' gradients, each times its weight ω."),
    (Phase.GRADIENT, Kind.GRADIENT, "sum"): n_("The gradient of the batch is the sum of its samples' gradients."),
    (Phase.GRADIENT, Kind.GRADIENT, "given"): n_("The gradients are given."),
    (Phase.GRADIENT, Kind.LOCAL, ""):
        n_("A local slope looks at one line alone: how its result changes with one name."),
    (Phase.GRADIENT, Kind.HESSIAN, ""):
        n_("A second derivative says how the gradient changes: its line is differentiated once more."),
    (Phase.GRADIENT, Kind.TANGENT, ""):
        n_("A tangent says how a line moves with what is changed: the chain rule, from the lines before it."),
    (Phase.GRADIENT, Kind.PATH, ""): n_("Each way by which a value reaches the error adds one product."),
    # Update
    (Phase.UPDATE, Kind.NEW, "sgd"):
        n_("Each parameter takes a step against its gradient, which makes the error smaller; "
           "the learning rate {rate} says how large a step."),
    (Phase.UPDATE, Kind.NEW, "negative"):
        n_("Since {delta} has the minus sign in it already, {rate} times {delta} times the input is added."),
    (Phase.UPDATE, Kind.NEW, ""): n_("Each parameter takes a step; the optimizer says how large, and which way."),
    (Phase.UPDATE, Kind.AUX, ""): n_("What the optimizer needs for the step is computed first."),
}
# fmt: on


class Sentences:
    """Says each sentence once in a document."""

    def __init__(self, page: Writing) -> None:
        self.page = page
        self.said: set[str] = set()
        self.outputs = set(page.problem.outputs)
        self.kinds = {name: layer.kind for layer in page.problem.layers for name in layer.units}

    def of(self, steps: list[Step]) -> Iterator[Inline]:
        """The sentences for these lines that have not been said yet."""
        for step in steps:
            sentence = self.sentence(step)
            if sentence is not None and sentence not in self.said:
                self.said.add(sentence)
                kinds = ("loss", "delta", "rate")
                yield inline(_(sentence), **{kind: self.page.word(kind) for kind in kinds})

    def sentence(self, step: Step) -> str | None:
        """What is said of a line: of what it is in particular, else of its kind."""
        phase, kind = step.line.phase, step.quantity.kind
        if step.line.given and kind is not Kind.GRADIENT:
            return None
        if phase is Phase.UPDATE and self.page.problem.training.perceptron is not None:
            return None  # it follows no gradient; its rule says what it does
        return SENTENCES.get((phase, kind, self.what(step))) or SENTENCES.get((phase, kind, ""))

    def what(self, step: Step) -> str:
        """What the line is in particular, as the table calls it."""
        match step.line.phase, step.quantity.kind:
            case Phase.FORWARD, Kind.NET:
                return self._net(step)
            case Phase.FORWARD, Kind.OUT:
                return self._output(step)
            case Phase.LOSS, Kind.METRIC if step.quantity.bare == PENALIZED_LOSS:
                return "penalized"
            case Phase.LOSS, Kind.AUX if step.quantity.name.startswith(SMOOTH):
                return "smooth"
            case Phase.LOSS, Kind.LOSS:
                return self._loss(step)
            case Phase.BACKWARD, Kind.DELTA:
                return self._delta(step.quantity.name)
            case Phase.GRADIENT, Kind.GRADIENT:
                return self._gradient(step)
            case Phase.UPDATE, Kind.NEW:
                optimizer = self.page.problem.training.rule.called
                return "negative" if self._adds(step) else optimizer
        return ""

    def _net(self, step: Step) -> str:
        kind, parts = self.kinds.get(step.quantity.name, "dense"), step.line.parts
        if kind != "dense":
            return kind
        if not isinstance(parts, NetParts) or parts.bias is None:
            return ""
        return "threshold" if self.page.problem.conventions.threshold else "bias"

    def _output(self, step: Step) -> str:
        formula, parts = step.line.formula, step.line.parts
        if isinstance(formula, Apply) and OPERATIONS[formula.operation].indexed:
            return formula.operation
        if not isinstance(parts, OutParts) or parts.net is None:
            return "mixed"
        return formula.operation if isinstance(formula, Apply) else "identity"

    def _delta(self, neuron: str) -> str:
        if neuron in self.outputs:
            return "output negative" if self.page.problem.conventions.negative_delta else "output"
        return "hidden" if set(self.kinds.values()) <= {"dense"} else "mixed"

    def _adds(self, step: Step) -> bool:
        """Whether the update is written with δ and a plus."""
        parts = step.line.parts
        return isinstance(parts, UpdateParts) and name_of(parts.used, (Kind.DELTA,)) is not None

    def _loss(self, step: Step) -> str:
        match step.line.parts:
            case BatchParts():
                return _over_samples(step.line.parts)
            case LossParts(terms=terms) if name_of(add(*terms), (Kind.PART,)):
                return "parts"
        return ""

    def _gradient(self, step: Step) -> str:
        if step.line.given:
            return "given"
        match step.line.parts:
            case BatchParts():
                return _over_samples(step.line.parts)
            case GradientParts() if self.page.problem.conventions.negative_delta:
                return "negative"
            case GradientParts(paths=paths) if len(paths) > 1:
                return "shared"
            case GradientParts(is_bias=True):
                return "threshold" if self.page.problem.conventions.threshold else "bias"
            case GradientParts():
                return "weight"
        return ""


def _over_samples(parts: BatchParts) -> str:
    """How a batch puts its samples together."""
    return f"{'weighted ' * bool(parts.weights)}{'mean' if parts.mean else 'sum'}"
