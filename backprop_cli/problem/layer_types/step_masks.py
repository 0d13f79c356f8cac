"""Steps that do not count in a sample: the state is carried on over them, and what they put out has no loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backprop_cli.algebra.formula import ONE, Formula, Name, Number, add, multiply, negate, number
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.words import _, plural
from backprop_cli.problem.choices import has_parts
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Cell, Layer, LossChoice
from backprop_cli.problem.sites import Site
from backprop_cli.problem.stack import Stack

_ALL = number(1)


class StepMasks:
    """The masks of the steps of one layer; a step that counts in every sample has none, and is written as ever."""

    def __init__(self, site: Site, steps: int) -> None:
        self.names = _declared(site, steps)

    def carried(
        self, cells: Sequence[Cell], step: int, states: Iterable[tuple[Quantity, Formula | None]]
    ) -> list[Cell]:
        """The cells of a step in which each state is m·new + (1 − m)·before; before the first step it is 0 or known."""
        if step not in self.names:
            return [*cells]
        mask, before = Name(Quantity(Kind.INPUT, self.names[step])), dict(states)
        return [Cell(one.quantity, _mixed(mask, one.formula, before[one.quantity]), one.rule, one.shared)
                if one.quantity in before else one for one in cells]  # fmt: skip


def _mixed(mask: Name, new: Formula, before: Formula | None) -> Formula:
    kept = multiply(mask, new)
    return kept if before is None else add(kept, multiply(add(ONE, negate(mask)), before))


def _declared(site: Site, steps: int) -> Mapping[int, str]:
    """The names of the masks by step (from 0), which all layers over these steps share."""
    masks, stack = site.surroundings.masks, site.stack
    longest = max(map(len, masks), default=0)
    known = stack.step_masks
    stack.step_masks = known or {}
    if not longest:
        return {}
    if steps != longest:
        message = _("the masks have {count} steps, and this layer goes through {steps}")
        site.complain_at_key((), message.format(count=longest, steps=steps))
        return {}
    if known is None:
        stems = ("m", f"m{site.index + 1}_", f"mask{site.index + 1}_")
        names = site.free_names(stems, [str(step) for step in range(1, steps + 1)])
        rows = [[*one, *(_ALL,) * (steps - len(one))] for one in masks]
        stack.step_masks = {at: name for at, name in enumerate(names) if any(row[at] != _ALL for row in rows)}
        stack.data |= {name: tuple(row[at] for row in rows) for at, name in stack.step_masks.items()}
    return stack.step_masks


def check_masks(masks: Sequence[Sequence[Formula]], stack: Stack, loss: LossChoice | None, book: ComplaintBook) -> None:
    """Complains about masks that no layer has use for, that differ in length, and about what is neither 1 nor 0."""
    longest = max(map(len, masks), default=0)
    for index, mask in enumerate(masks):
        path = ("samples", index, "mask")
        if mask and stack.step_masks is None:
            hint = _("only recurrent, lstm and gru layers have one")
            book.complain_at_key(path, _("no layer carries a state over steps that could be masked"), hint)
        elif mask and len(mask) != longest:
            found = plural("{count} step", "{count} steps", len(mask))
            message = _("{steps} here, but {expected} in another mask").format(steps=found, expected=longest)
            book.complain(path, message, _("each mask has a number for every step, 0 for those that do not count"))
        for at, one in enumerate(mask):
            if not isinstance(one, Number) or one.value not in (0, 1):
                book.complain((*path, at), _("a mask has 1 for a step that counts and 0 for one that does not"))
        if mask and all(isinstance(one, Number) and one.value == 0 for one in mask):
            book.complain_at_key(path, _("every step of this sample is masked, so it has nothing to learn from"))
    if loss is not None and not has_parts(loss) and masked_outputs(stack):
        message = _("this loss is of all outputs together, so that the steps that do not count cannot be left out")
        book.complain(("loss",), message, _("write it in out and t, for one output"))


def masked_outputs(stack: Stack) -> Mapping[str, str]:
    """The mask of every output of the network, where the last layer has the steps that are masked."""
    last: Layer | None = stack.layers[-1] if stack.layers else None
    rows = stack.grid.rows()
    masks = stack.step_masks or {}
    if last is None or not last.over_steps or len(rows) <= max(masks, default=0):
        return {}
    return {name: mask for at, mask in masks.items() for name in rows[at]}
