"""What an optimizer remembers, by the letter that a book has for it: v, s or cache, g0 of x0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.problem.model import Problem

_STATE = re.compile(r"(?P<head>cache|velocity|[gvmsruhGSE])_?\{?(?P<name>\w{0,12}?)\}?(?:[+'′⁺]|_?new)?")
_CORRECTED = re.compile(r"(?P<head>[mv])(?:_?hat|\u0302|_?dach|_?corr(?:ected)?)_?\{?(?P<name>\w{0,12}?)\}?")
_USUAL = ("g", "v", "m")


class StateNames:
    """Understands the letters of an optimizer, for the quantities of one problem."""

    def __init__(self, problem: Problem, quantities: Mapping[Quantity, None]) -> None:
        self.is_network, self.quantities = bool(problem.layers), quantities

    def meant(self, text: str) -> Mapping[Quantity, frozenset[str]]:
        """The velocity v, the corrected v̂ or the gradient g of the only parameter, or of that with a name or number."""
        corrected = _CORRECTED.fullmatch(text)
        match = corrected or _STATE.fullmatch(text)
        if match is None:
            return {}
        head, name = match["head"], match["name"]
        known = self._corrected(head) if corrected else self._under(head, name)
        found = [one for parameter, one in known.items() if not name or _is_called(parameter, name)]
        return {found[0]: frozenset(("of the parameter",))} if len(found) == 1 else {}

    def _under(self, head: str, name: str) -> Mapping[str, Quantity]:
        """What may be meant by a letter, by the names of the parameters."""
        is_numbered = not name.strip("0123456789")
        if head == "g":
            return {} if self.is_network and is_numbered else self._gradients
        if self._only and head != self._only:
            return self._states(self._only)
        # v_p in a formula is what there is before the step
        return self._states(head) if head in _USUAL and is_numbered else {}

    @cached_property
    def _gradients(self) -> Mapping[str, Quantity]:
        return {one.by.name: one for one in self.quantities if one.kind is Kind.GRADIENT and one.by is not None
                and one.by.kind is Kind.PARAMETER}  # fmt: skip

    def _corrected(self, head: str) -> Mapping[str, Quantity]:
        """What is corrected for its start at 0, by the names of the parameters."""
        return {one.name.removeprefix(f"{head}hat_"): one for one in self.quantities
                if one.name.startswith(f"{head}hat_")}  # fmt: skip

    def _states(self, head: str) -> Mapping[str, Quantity]:
        """What is remembered under a letter, by the names of the parameters."""
        return {one.name.removeprefix(f"{head}_"): one for one in self.quantities
                if one.kind is Kind.NEW and one.name.startswith(f"{head}_")}  # fmt: skip

    @cached_property
    def _only(self) -> str:
        """The letter of what is remembered, where that is one thing for each parameter; else empty."""
        updated = {one.name for one in self.quantities if one.kind is Kind.NEW}
        heads = {name.removesuffix(f"_{one}") for name in updated for one in updated if name.endswith(f"_{one}")}
        return heads.pop() if len(heads) == 1 and not self.is_network else ""


def _is_called(name: str, said: str) -> bool:
    """Whether a parameter has this name, or this number."""
    return in_a_row(name) == in_a_row(said) or (said.isdecimal() and name.endswith(said))
