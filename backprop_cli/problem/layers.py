"""From the `layers` of a file to layers of neurons, each built by its type on the ones before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backprop_cli.ground import limits
from backprop_cli.ground.errors import did_you_mean, how_to_raise
from backprop_cli.ground.extensions import added
from backprop_cli.ground.words import _, listed
from backprop_cli.problem import synonyms
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.fields import UnknownLayer
from backprop_cli.problem.file_model import FileModel
from backprop_cli.problem.layer_types import DENSE, LAYER_TYPES
from backprop_cli.problem.model import Layer
from backprop_cli.problem.parameters import Parameters
from backprop_cli.problem.sites import Site
from backprop_cli.problem.stack import LayerSurroundings, Stack
from backprop_cli.problem.texts import NamedNumber


def build_layers(
    files: Sequence[Any],
    stack: Stack,
    surroundings: LayerSurroundings,
    parameters: Parameters,
    book: ComplaintBook,
    known: bool = True,
) -> bool:
    """Puts the layers on the stack, where what is before them is known; says whether what they put out is known too.

    On one in which something stands in for what does not fit, the next ones are judged; it is then taken off again.
    """
    sound: tuple[int, int] | None = None
    for index, file in enumerate(files):
        site = Site(stack, surroundings, parameters, book, index)
        if isinstance(file, UnknownLayer):
            _refuse_type(file.type.strip(), site)
            known = False
            continue
        if not known:  # what depends on the layers before cannot be judged
            if getattr(file, "activation", None) is not None:
                site.activation(file.activation)
            continue
        before, below = len(book), (len(stack.layers), len(stack.grids))
        layer = LAYER_TYPES[file.type].build(site, file)
        if sound is None and stack.stands_in:
            sound = below
        if layer is None:  # complained about, or flatten, which has no lines
            known = len(book) == before
            continue
        _refuse_repeated(layer, site)
        if len(stack.senders) + len(layer.units) > limits.NEURONS:
            message = _("more than {limit:,} neurons").format(limit=limits.NEURONS)
            book.complain_at_key(("layers",), message, how_to_raise("neurons"))
            break
        stack.put(layer)
    if sound is not None:
        del stack.layers[sound[0] :], stack.grids[sound[1] :]
    return known and sound is None


def _refuse_type(name: str, site: Site) -> None:
    types = [*LAYER_TYPES, *added("layer_types")]
    hint = did_you_mean(name, types, synonyms.LAYERS) or _("one of: {options}").format(options=listed(types))
    site.complain(("type",), _("no {what} called {text!r}").format(what=_("type of layer"), text=name), hint)


def named_numbers(files: Iterable[FileModel]) -> Iterator[NamedNumber]:
    """Every number in the layers of a file that may have a name."""
    for layer in files:
        waiting: list[Any] = [getattr(layer, key) for key in type(layer).model_fields]
        while waiting:
            one = waiting.pop()
            if isinstance(one, NamedNumber):
                yield one
            elif isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                waiting += one.values()
            elif isinstance(one, FileModel):
                waiting += [getattr(one, key) for key in type(one).model_fields]


def _refuse_repeated(layer: Layer, site: Site) -> None:
    """Complains where a name in a layer is that of an earlier neuron."""
    written = Counter(cell.quantity for cell in layer.cells)
    twice = {quantity.name for quantity, times in written.items() if times > 1}
    for name in layer.units:
        if layer.kind != DENSE and name in site.stack.named | twice:
            site.complain_at_key((), _("two neurons are called {name!r}").format(name=name))
