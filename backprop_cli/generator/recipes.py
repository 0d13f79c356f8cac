"""What a new problem is to be: its kind and shape, and how long its numbers may get."""

from __future__ import annotations

from dataclasses import field
from dataclasses import replace as _replace

from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.algebra.optimizers import DESCENT, OPTIMIZERS
from backprop_cli.ground.errors import UsageError, did_you_mean
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, aside, listed
from backprop_cli.problem.reader import Loaded

KINDS = ("network", "graph", "optimizer", "softmax", "single-weight")
EXTRAS = ("dead-unit",)
CLASSIFIERS = tuple(name for name, loss in LOSSES.items() if loss.compares_shares)
MOST_LAYERS = 8
WIDEST = 12
MOST_GATES = 30
MOST_SAMPLES = 8
PLACES = 4


@record(slots=False)
class Recipe:
    """What to generate; None leaves a choice to the kind.

    `shape` has the width of each layer, inputs first. `digits` bounds the significant digits of every exact line,
    `places` is the rounding where the lines are not exact. `like` is a problem whose structure is kept; where `freely`,
    its numbers need not be like the problem's own, but any that are agreeable. `title` stands above the solution;
    without one, it says what the problem is.
    """

    kind: str = "network"
    shape: tuple[int, ...] | None = None
    activation: str | None = None
    output: str | None = None
    loss: str | None = None
    samples: int = 1
    gates: int = 5
    optimizer: str | None = None
    digits: int | None = None
    places: int = PLACES
    bias: bool = True
    extras: tuple[str, ...] = ()
    title: str = ""
    like: Loaded | None = field(default=None, compare=False)
    like_name: str = ""
    freely: bool = False

    def settled(self) -> Recipe:
        """The recipe with every choice made; raises UsageError for what there is not, or cannot be together."""
        if self.like is not None:
            self._refuse_beside_like()
            return self
        if self.kind not in KINDS:
            raise UsageError(_unknown(_("no kind of problem called {name!r}"), self.kind, KINDS))
        for extra in self.extras:
            if extra not in EXTRAS:
                raise UsageError(_unknown(_("nothing called {name!r} can be asked for"), extra, EXTRAS))
        _refuse_beyond(_("samples"), self.samples, MOST_SAMPLES)
        _refuse_beyond(_("gates"), self.gates, MOST_GATES)
        _refuse_beyond(_("digits"), self.digits, 12)
        _refuse_beyond(_("places"), self.places, 12)
        settled = _replace(
            self,
            activation=_known(_("no activation called {name!r}"), self.activation, _ACTIVATIONS, ACTIVATION_ALIASES),
            output=_known(_("no activation called {name!r}"), self.output, _ACTIVATIONS, ACTIVATION_ALIASES),
            loss=_known(_("no loss called {name!r}"), self.loss, tuple(LOSSES), LOSS_ALIASES),
            optimizer=_known(_("no optimizer called {name!r}"), self.optimizer, tuple(OPTIMIZERS), {}),
        )
        return _SETTLERS[self.kind](settled)

    def _refuse_beside_like(self) -> None:
        """With --like, everything but the numbers is as in the problem."""
        beside = {"--kind": self.kind != "network", "--shape": self.shape, "--activation": self.activation,
                  "--output-activation": self.output, "--loss": self.loss, "--optimizer": self.optimizer,
                  "--samples": self.samples != 1, "--no-bias": not self.bias, "--with": self.extras}  # fmt: skip
        for option, given in beside.items():
            if given:
                message = _("{option} does not go with --like, which keeps all but the numbers")
                raise UsageError(message.format(option=option))

    def _own_output(self) -> str | None:
        """The activation of the outputs, where it is not the one that goes with the others."""
        usual = _output_for(self.loss or "", self.activation or "", len(self.shape or ()))
        return None if self.output == usual else self.output

    def words(self) -> list[str]:
        """The options that ask for this recipe."""
        title = ["--title", self.title] if self.title else []
        if self.like is not None:
            digits = ["--digits", str(self.digits)] if self.digits is not None else []
            return ["--like", self.like_name, *digits, *title]
        said = [("--kind", self.kind if self.kind != "network" else None)]
        if self.kind in ("network", "softmax"):
            said += [("--shape", "-".join(map(str, self.shape or ()))), ("--activation", self.activation)]
        if self.kind == "network":
            said += [("--output-activation", self._own_output()), ("--loss", self.loss)]
        if self.kind == "single-weight":
            said += [("--activation", self.activation), ("--loss", self.loss)]
        if self.kind == "graph":
            said.append(("--gates", str(self.gates)))
        if self.kind == "optimizer" or self.optimizer not in (None, DESCENT):
            said.append(("--optimizer", self.optimizer))
        said += [("--samples", str(self.samples) if self.samples > 1 else None)]
        said += [("--digits", str(self.digits) if self.digits is not None else None)]
        said += [("--places", str(self.places) if self.places != PLACES else None)]
        said += [("--with", extra) for extra in self.extras]
        words = [word for option, value in said if value for word in (option, value)]
        bare = not self.bias and self.kind in ("network", "softmax")
        return [*words, *(["--no-bias"] if bare else []), *title]


def shape_of(text: str) -> tuple[int, ...]:
    """2-3-1 as (2, 3, 1): the inputs, the hidden layers, the outputs; raises UsageError."""
    words = text.replace("–", "-").replace("x", "-").split("-")
    hint = _("as in 2-3-1: inputs, hidden layers, outputs")
    if not all(word.strip().isascii() and word.strip().isdigit() for word in words) or len(words) < 2:
        raise UsageError(_("{text!r} is not a shape ({hint})").format(text=text[:60], hint=hint))
    if len(words) > MOST_LAYERS + 1:
        message = _("a shape of {count} layers; the limit is {limit}")
        raise UsageError(message.format(count=len(words), limit=MOST_LAYERS + 1))
    widths = tuple(int(word[:9]) for word in words)
    for width in widths:
        if width == 0:
            raise UsageError(_("a layer of 0 in the shape {text!r} ({hint})").format(text=text, hint=hint))
        if width > WIDEST:
            message = _("a layer of {width:,} in the shape {text!r}; the limit is {limit}")
            raise UsageError(message.format(width=width, text=text, limit=WIDEST))
    return widths


_ACTIVATIONS = (*ACTIVATIONS, "softmax")


def _unknown(message: str, name: str, known: tuple[str, ...]) -> str:
    hint = did_you_mean(name, known) or listed(known)
    return aside(message.format(name=name[:60]), hint)


def _known(message: str, name: str | None, known: tuple[str, ...], aliases: dict[str, str]) -> str | None:
    if name is None:
        return None
    plain = aliases.get(name.strip(), name.strip())
    if plain.partition("(")[0] not in known:
        raise UsageError(_unknown(message, name, known))
    return plain


def _refuse_beyond(what: str, value: int | None, high: int) -> None:
    if value is not None and not 1 <= value <= high:
        message = _("{value:,} {what}: from {low} to {high}")
        raise UsageError(message.format(value=value, what=what, low=1, high=high))


# ---- what each kind settles ----------------------------------------------------------------------------------


def _network(recipe: Recipe) -> Recipe:
    """The activation of the outputs follows from the loss, the loss from the activation."""
    shape = recipe.shape or (2, 2, 1)
    output, loss = recipe.output, recipe.loss
    activation = recipe.activation or ("sigmoid" if output is None and loss is None else "relu")
    if loss is None:
        loss = "cross_entropy" if output == "softmax" else "half_squared_error"
    if output is None:
        output = _output_for(loss, activation if activation != "softmax" else "sigmoid", len(shape))
    if activation == "softmax" and len(shape) > 2:
        raise UsageError(_("a softmax belongs to the outputs: --output-activation softmax"))
    _refuse_together(loss, output, shape[-1])
    if "dead-unit" in recipe.extras and (activation != "relu" or len(shape) < 3):
        raise UsageError(_("a dead unit needs a hidden layer of ReLUs: --activation relu"))
    return _replace(recipe, shape=shape, activation=activation, output=output, loss=loss)


def _output_for(loss: str, activation: str, layers: int) -> str:
    if loss in CLASSIFIERS:
        return "softmax"
    if loss in LOSSES and LOSSES[loss].sides:
        return "sigmoid" if LOSSES[loss].is_binary else "identity"  # a probability, or a side of a margin
    return activation if layers == 2 or activation in ("sigmoid", "tanh", "identity") else "identity"


def _refuse_together(loss: str, output: str, width: int) -> None:
    if loss in CLASSIFIERS and output != "softmax":
        raise UsageError(_("{loss} needs probabilities: --output-activation softmax").format(loss=loss))
    if LOSSES[loss].is_binary and output != "sigmoid":
        raise UsageError(_("{loss} needs probabilities: --output-activation sigmoid").format(loss=loss))
    if output == "softmax" and width < 2:
        raise UsageError(_("a softmax has at least two outputs, as in --shape 2-2-2"))


def _softmax(recipe: Recipe) -> Recipe:
    shape = recipe.shape or (2, 3)
    if recipe.loss not in (None, *CLASSIFIERS) or recipe.output not in (None, "softmax"):
        raise UsageError(_("a softmax classifier has a softmax and a cross-entropy: leave the other options out"))
    settled = _replace(recipe, shape=shape, activation=recipe.activation or "relu", output="softmax",
                       loss=recipe.loss or "cross_entropy")  # fmt: skip
    return _network(settled)


def _single_weight(recipe: Recipe) -> Recipe:
    if recipe.shape not in (None, (1, 1)):
        raise UsageError(_("a single weight has the shape 1-1; --kind network takes any shape"))
    activation = recipe.activation or "identity"
    return _network(_replace(recipe, shape=(1, 1), activation=activation, output=activation, bias=False))


def _graph(recipe: Recipe) -> Recipe:
    for option, value in (("--shape", recipe.shape), ("--activation", recipe.activation), ("--loss", recipe.loss)):
        if value is not None:
            raise UsageError(_("{option} belongs to networks; a graph has --gates").format(option=option))
    return recipe


def _optimizer(recipe: Recipe) -> Recipe:
    for option, value in (("--shape", recipe.shape), ("--activation", recipe.activation), ("--loss", recipe.loss)):
        if value is not None:
            message = _("{option} belongs to networks: --kind network --optimizer {name}")
            raise UsageError(message.format(option=option, name=recipe.optimizer or "momentum"))
    return _replace(recipe, optimizer=recipe.optimizer or "momentum")


_SETTLERS = {
    "network": _network,
    "softmax": _softmax,
    "single-weight": _single_weight,
    "graph": _graph,
    "optimizer": _optimizer,
}
