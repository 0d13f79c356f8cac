"""States before the first step: numbers of the layer, or of every sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_cli.algebra.formula import Formula, Name, number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.errors import which
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.needed import of_numbers
from backprop_cli.problem.sites import Site
from backprop_cli.problem.texts import NamedNumber
from backprop_cli.problem.tree import Path


def initial_state(site: Site, given: Any, names: Sequence[str], key: str, under: Path = ()) -> list[Name] | None:
    """The state before the first step; None where it is 0 without a word.

    What the layer has is parameters that are not updated; what samples have is data, as their inputs are.
    """
    site.stack.states |= dict.fromkeys(names)
    samples = site.surroundings.initial
    if any(name in sample for sample in samples for name in names):
        if given is not None:
            message = _("the samples say the state before the first step, so it cannot stand here too")
            site.complain_at_key((*under, key), message, _("leave it out here, or in the samples"))
            return None
        return _of_samples(site, samples, names)
    if given is None:
        return None
    if isinstance(given, list) and len(given) != len(names):
        site.complain((*under, key), of_numbers((*under, key), len(given), len(names)))
        return None
    return _of_layer(site, given, names, (*under, key))


def _of_samples(site: Site, samples: Sequence[Mapping[str, Formula]], names: Sequence[str]) -> list[Name]:
    """The state as data: 0 in a sample that does not say it."""
    site.stack.data |= {name: tuple(sample.get(name, number(0)) for sample in samples) for name in names}
    return [Name(Quantity(Kind.INPUT, name)) for name in names]


def _of_layer(site: Site, given: Any, names: Sequence[str], path: Path) -> list[Name]:
    """The state as parameters that are not updated; one number is that of all units."""
    listed: list[NamedNumber] = given if isinstance(given, list) else [given]
    paths: list[Path] = [(*path, index) if isinstance(given, list) else path for index in range(len(listed))]
    state = [site.declare_as(name, one, place) for name, one, place in zip(names, listed, paths, strict=False)]
    for name in state:
        site.freeze(name)
    return state if isinstance(given, list) else state * len(names)


def check_states(samples: Sequence[Mapping[str, Formula]], states: Mapping[str, None], book: ComplaintBook) -> None:
    """Complains about every state in a sample that no layer begins with; `states` are those that there are."""
    for index, sample in enumerate(samples):
        for name in sample:
            if name not in states:
                message = _("no layer begins with a state called {name!r}").format(name=name)
                hint = which(name, states) if states else _("only recurrent, lstm and gru layers have one")
                book.complain_at_key(("samples", index, "initial", name), message, hint)
