"""What a generated problem is called, and what stands at the head of its file."""

from __future__ import annotations

import json
import re
import shlex

from backprop_cli.algebra.optimizers import DESCENT
from backprop_cli.generator.recipes import Recipe
from backprop_cli.ground.words import _, n_
from backprop_cli.problem.json_schema import editor_line

_ACTIVATIONS = {
    "sigmoid": n_("of sigmoids"),
    "tanh": n_("of tanh units"),
    "relu": n_("of ReLUs"),
    "leaky_relu": n_("of leaky ReLUs"),
    "identity": n_("of linear neurons"),
}
_OPTIMIZERS = {
    "sgd": n_("gradient descent"),
    "momentum": n_("momentum"),
    "momentum_step": n_("momentum, where v collects steps"),
    "momentum_velocity": n_("momentum, where v points downhill"),
    "momentum_average": n_("momentum, where v is an average"),
    "momentum_dampened": n_("momentum with dampening"),
    "momentum_corrected": n_("momentum, where v is an average with its bias corrected"),
    "nesterov": n_("Nesterov's momentum"),
    "nesterov_ahead": n_("Nesterov's momentum at the look-ahead"),
    "nesterov_classical": n_("Nesterov's momentum in its classical form"),
    "adagrad": n_("AdaGrad"),
    "adagrad_inside": n_("AdaGrad with ε under the root"),
    "rmsprop": n_("RMSProp"),
    "rmsprop_inside": n_("RMSProp with ε under the root"),
    "rmsprop_centered": n_("centred RMSProp"),
    "rmsprop_momentum": n_("RMSProp with momentum"),
    "rmsprop_centered_momentum": n_("centred RMSProp with momentum"),
    "adadelta": n_("Adadelta"),
    "adam": n_("Adam"),
    "adam_inside": n_("Adam with ε under the root"),
    "adam_keras": n_("Adam as in Keras"),
    "amsgrad": n_("AMSGrad"),
    "lion": n_("Lion"),
    "adamax": n_("AdaMax"),
    "nadam": n_("Nadam"),
    "adamw": n_("AdamW"),
    "lamb": n_("LAMB"),
    "muon": n_("Muon"),
}
_USUAL_LOSSES = ("half_squared_error", "cross_entropy")


def title_of(recipe: Recipe) -> str:
    """What stands above the solution."""
    if recipe.title:
        return recipe.title
    if recipe.like is not None:
        return recipe.like.problem.title
    if recipe.kind == "graph":
        one = recipe.gates == 1
        return _("A graph of one gate") if one else _("A graph of {count} gates").format(count=recipe.gates)
    optimizer = _(_OPTIMIZERS[recipe.optimizer]) if recipe.optimizer else ""
    if recipe.kind == "optimizer":
        return _("Two steps of {name}").format(name=optimizer)
    title = _network(recipe)
    if recipe.loss not in _USUAL_LOSSES:
        title = _("{title}, {loss} loss").format(title=title, loss=_((recipe.loss or "").replace("_", " ")))
    if recipe.samples > 1:
        title = _("{title}, {count} samples").format(title=title, count=recipe.samples)
    if recipe.optimizer not in (None, DESCENT):
        title = _("{title}, two steps of {name}").format(title=title, name=optimizer)
    return title


def _network(recipe: Recipe) -> str:
    shape = "-".join(map(str, recipe.shape or ()))
    name = (recipe.activation or "").partition("(")[0]
    words = _(name.replace("_", " "))
    if recipe.kind == "single-weight":
        return _("A single weight") if name == "identity" else _("A single weight with {name}").format(name=words)
    if recipe.output == "softmax":
        return _("A {shape} classifier with a softmax").format(shape=shape)
    of_what = _(_ACTIVATIONS.get(name, n_("with {name}"))).format(name=words)
    return _("A {shape} network {of_what}").format(shape=shape, of_what=of_what)


def _quoted(title: str) -> str:
    """The title as YAML takes it, whatever is in it."""
    return title if _PLAIN.fullmatch(title) else json.dumps(title, ensure_ascii=False)


_PLAIN = re.compile(r"[^\W\d_][\w ,.()·²–-]*")


def command_of(recipe: Recipe, seed: int, draw: int | None = None) -> str:
    """The command that makes this file again."""
    which = [] if draw is None else ["--draw", str(draw)]
    return shlex.join(["backprop", "generate", *recipe.words(), "--seed", str(seed), *which])


def head_of(recipe: Recipe, seed: int, draw: int | None = None) -> str:
    """The comment at the top of the file, and its title."""
    words = f"# Made by: {command_of(recipe, seed, draw)}"
    return f"{editor_line('problem')}\n#\n{words}\ntitle: {_quoted(title_of(recipe))}\n"
