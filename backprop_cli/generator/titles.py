"""What a generated problem is called, and what stands at the head of its file."""

from __future__ import annotations

import json
import re
import shlex

from backprop_cli.generator.recipes import Recipe
from backprop_cli.words import _, n_

_SCHEMA = "# Schema for editors: backprop schema > backprop.schema.json"
_ACTIVATIONS = {
    "sigmoid": n_("of sigmoids"),
    "tanh": n_("of tanh units"),
    "relu": n_("of ReLUs"),
    "leaky_relu": n_("of leaky ReLUs"),
    "identity": n_("of linear neurons"),
}


def title_of(recipe: Recipe) -> str:
    """What stands above the solution."""
    shape = "-".join(map(str, recipe.shape or ()))
    if recipe.like is not None:
        return _quoted(recipe.like.problem.title)
    if recipe.kind == "graph":
        return _("A graph of {count} gates").format(count=recipe.gates)
    if recipe.kind == "optimizer":
        return _("Two steps of {name}").format(name=_((recipe.optimizer or "").replace("_", " ")))
    if recipe.kind == "single-weight":
        return _("A single weight")
    if recipe.output == "softmax":
        return _("A {shape} classifier with a softmax").format(shape=shape)
    name = (recipe.activation or "").partition("(")[0]
    of_what = _(_ACTIVATIONS.get(name, n_("with {name}"))).format(name=_(name.replace("_", " ")))
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
    return f"{_SCHEMA}\n#\n{words}\ntitle: {title_of(recipe)}\n"
