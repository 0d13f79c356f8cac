"""Names without an index: which quantity a bare δ, `net` or `Output` is, where only one can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from backprop_cli.algebra.derivation import Derivation, quantities_in
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.problem.model import Problem
from backprop_cli.writing.notation import OF_OUTPUTS, load_notation

_FAR = 3  # lines from a formula back to what it is computed from
_OF_THE_NETWORK = frozenset(
    (
        "y",
        "yhat",
        "ŷ",
        "ypred",
        "p",
        "pred",
        "output",
        "prediction",
        "ausgabe",
        "ausgang",
        "vorhersage",
        "输出",
        "预测",
        "outputs",
        "predictions",
        "preds",
        "ausgaben",
        "vorhersagen",
        "sortie",
        "prédiction",
    )
)
_OF_ANY_UNIT = ("output", "ausgabe", "ausgang", "sortie", "输出")  # where words say whose
_NETS = ("net", "z", "netinput", "logit", "preactivation", "weightedsum", "netto", "netzeingabe", "净输入", "加权和")
_OUTS = (
    *_OF_THE_NETWORK, "out", "a", "o", "activation", "aktivierung", "激活值", "sigmoid", "tanh", "relu", "softmax",
)  # fmt: skip
_DELTAS = ("delta", "errorterm", "errorsignal", "localgradient", "fehlersignal", "fehlerterm", "误差项")
_OF_THE_OUTPUT = re.compile(r"([^\W_]{1,5})_\{?k\}?")
_GRADIENTS = ("gradient", "grad", "slope", "ableitung", "steigung", "梯度", "导数")
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(_NETS, Kind.NET),
    **dict.fromkeys(_OUTS, Kind.OUT),
    **dict.fromkeys(_DELTAS, Kind.DELTA),
}
_UNIT = r"(?:neurons?|units?|nodes?|neuronen|einheit(?:en)?|knoten|神经元|单元|节点)"
_LAYER = rf"(?:layer|schicht|层|{_UNIT})"
_LAST = re.compile(rf"\b(?:output|ausgabe|ausgangs)[\s-]*{_LAYER}(?:\s*([0-9]{{1,3}}))?|输出{_LAYER}", re.I)
_HIDDEN = re.compile(rf"\b(?:hidden|verdeckten?|versteckten?)[\s-]*{_LAYER}(?:\s*([0-9]{{1,3}}))?|隐藏{_LAYER}", re.I)
_ANOTHER = re.compile(  # what begins another part of the work
    r"\b(?:layer|schicht|forward|backward|update|updates|new\s+weights|vorwärts\w*|rückwärts\w*|neue\s+gewichte)\b"
    r"|层|前向|反向|更新",
    re.I,
)


class Bare:
    """Understands names without an index, for the quantities of one problem."""

    def __init__(self, problem: Problem, derivation: Derivation) -> None:
        self.problem, self.derivation = problem, derivation

    def meant(self, name: str, above: Sequence[str]) -> tuple[Quantity, ...]:
        """What a name may mean under these lines of words, the nearest last: all units that there are, if none says."""
        if (of_output := _OF_THE_OUTPUT.fullmatch(name)) and self.problem.layers:  # δ_k, of the only output
            last = self.problem.layers[-1].outputs
            known = self._of_kind.get(self._kinds.get(in_a_row(of_output[1]).casefold(), Kind.LETTER), {})
            return (known[last[0]],) if len(last) == 1 and last[0] in known else ()
        row = in_a_row(name).casefold()
        if row in _GRADIENTS:
            return self._gradients if len(self._gradients) == 1 else ()
        known = self._of_kind.get(self._kinds.get(row, Kind.LETTER), {})
        units = self._spoken_of(above)
        if row in _OF_THE_NETWORK and self.problem.layers and not (units and row in _OF_ANY_UNIT):
            last = self.problem.layers[-1].outputs
            units = [unit for unit in last if unit in units] or last
        return tuple(known[unit] for unit in (units or known) if unit in known)

    @cached_property
    def _gradients(self) -> tuple[Quantity, ...]:
        """The gradients with respect to parameters."""
        found = (line.quantity.bare for line in self.derivation.lines if not line.given)
        return tuple(dict.fromkeys(one for one in found if one.kind is Kind.GRADIENT and one.by is not None
                                   and one.by.kind is Kind.PARAMETER))  # fmt: skip

    def in_formula(self, name: str, near: Quantity) -> Quantity | None:
        """What a name in the formula of a quantity means: the only one of its kind that the line is computed from."""
        row = in_a_row(name).casefold()
        kind = _KINDS.get(row)
        if row in _OF_THE_NETWORK and self.problem.layers:
            last = self.problem.layers[-1].outputs
            return self._of_kind.get(Kind.OUT, {}).get(last[0]) if len(last) == 1 else None
        waiting = [near]
        for _line in range(_FAR if kind is not None else 0):
            lines = [self.derivation.index[one] for one in waiting if one in self.derivation.index]
            waiting = list(dict.fromkeys(one for line in lines for one in quantities_in(line.formula)))
            if found := [one for one in waiting if one.kind is kind]:
                return found[0] if len(found) == 1 else None
        return None

    @cached_property
    def _kinds(self) -> Mapping[str, Kind]:
        """What a letter is: what the notation of the problem says, else what is usual."""
        symbols = load_notation(self.problem.notation).symbols
        kinds = [(kind, of) for kind in (Kind.NET, Kind.OUT, Kind.DELTA) for of in (kind.value, OF_OUTPUTS[kind])]
        said = {in_a_row(re.split("[_^]", symbols[of])[0]): kind for kind, of in kinds if of in symbols}
        return {**said, **_KINDS}

    @cached_property
    def _of_kind(self) -> Mapping[Kind, Mapping[str, Quantity]]:
        """The quantities of units, by kind and by the name of the unit."""
        found: dict[Kind, dict[str, Quantity]] = {}
        for line in self.derivation.lines:
            found.setdefault(line.quantity.kind, {}).setdefault(line.quantity.name, line.quantity.bare)
        return found

    def _spoken_of(self, above: Sequence[str]) -> Sequence[str]:
        """The units that the nearest line of words is about; none where another part of the work begins before."""
        for text in reversed(above):
            if units := self._named(text):
                return units
            if _ANOTHER.search(text):
                break
        return ()

    def _named(self, text: str) -> Sequence[str]:
        """The units that a line of words names, or those of the layer that it names."""
        words = [in_a_row(word) for word in re.findall(r"\w+(?:\s?\{\w+\})?", text)]
        words = [word if word in self._units else word.casefold() for word in words]
        long = [self._units[word] for word in words if word in self._units and len(word) > 1]
        alone = re.fullmatch(rf"(?:{_UNIT}\s+)?(\w)\s*:?", text.strip(), re.I)
        if units := long or ([self._units[alone[1]]] if alone and alone[1] in self._units else []):
            return tuple(dict.fromkeys(units))
        layers = self.problem.layers
        if layers and (found := _LAST.search(text)):
            return _numbered(layers[-1].outputs, found[1])
        if len(layers) == 2 and (found := _HIDDEN.search(text)):
            return _numbered(layers[0].outputs, found[1])
        return ()

    @cached_property
    def _units(self) -> Mapping[str, str]:
        kinds: Iterable[Kind] = (Kind.NET, Kind.OUT)
        return {in_a_row(name): name for kind in kinds for name in self._of_kind.get(kind, ())}


def _numbered(units: Sequence[str], number: str | None) -> Sequence[str]:
    """All units of a layer, or the one with a number."""
    return units if number is None else units[int(number) - 1 : int(number)]
