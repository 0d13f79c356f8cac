"""Layers that go through the steps both ways: what they put out, and what they have no use for."""

from __future__ import annotations

from typing import Any

from backprop_cli.ground.words import _
from backprop_cli.problem.layer_types.sequences import Rows, seen_by_next
from backprop_cli.problem.sites import Site


def refuse_direction(site: Site, file: Any) -> None:
    """Complains where a layer that goes both ways has a direction."""
    if file.backward is not None and file.direction != "forward":
        message = _("a layer that goes both ways has no direction of its own")
        site.complain(("direction",), message, _("leave it out, or leave out 'backward'"))


def joined(forwards: Rows, backwards: Rows, returns: str) -> Rows:
    """What both ways put out in every step, side by side; of `last`, where each of them has come to its end."""
    ends = seen_by_next(forwards, returns, "forward"), seen_by_next(backwards, returns, "backward")
    return [(*one, *other) for one, other in zip(*ends, strict=True)]


def headed(label: str, backwards: bool) -> str:
    """The heading of one of the two ways."""
    return _("{layer}, {way}").format(layer=label, way=_("backwards") if backwards else _("forwards"))
