"""Names by words and by indices: `output of h1`, `h1_net`, `gradient of w5`, `a^(1)_1`, `W[1,2]`, and who may be meant.

Where courses count or order differently, each way has a label: layers from the first one or from the inputs, the
receiving unit first or the sending one. What a sheet means is found out from all of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.entry_names import FIRST, INPUTS, RECEIVER, SENDER, EntryNames
from backprop_cli.checking.map_names import MapNames
from backprop_cli.checking.state_names import StateNames
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.patterns import pattern
from backprop_cli.problem.model import Problem
from backprop_cli.working.characters import typed
from backprop_cli.writing.notation import load_notation

Meant = Mapping[Quantity, frozenset[str]]

_UNIT = r"(?:(?:the\s+)?(?:neuron|unit|node)\s+)?\{?(?P<name>\w+?)\}?"
_OF = r"(?:\s+(?:of|to|for|from|at|into|in|with\s+respect\s+to|wrt))?"
_VON = r"(?:\s+(?:von|für|an|nach|am|zu|de|pour|par|selon|à))?"
_WORDS: tuple[tuple[str, tuple[Kind, ...]], ...] = (  # words around the name of a unit or of a parameter, and its kind
    (rf"(?:(?:net|total|weighted)\s+)?(?:inputs?|sum){_OF}\s+{_UNIT}", (Kind.NET,)),
    (r"(?:in|sum|s|netin|net_in|preact)_\{?(?P<name>\w+)\}?", (Kind.NET,)),
    (r"(?P<name>\w+?)[_.](?:net|in|sum|z)", (Kind.NET,)),
    (r"(?P<name>\w+)\s+(?:before|vor)\s+(?:BN|batch\s?norm\w*|activation|aktivierung|relu|sigmoid|tanh)", (Kind.NET,)),
    (rf"(?:outputs?|activation){_OF}\s+{_UNIT}", (Kind.OUT,)),
    (r"(?:(?:act|output|activation|p|prob)_|ŷ_?)\{?(?P<name>\w+)\}?", (Kind.OUT,)),
    (r"(?P<name>\w+?)[_.](?:out|output|act|a)", (Kind.OUT,)),
    (r"o_?\{?(?P<name>[^\W\d]\w+)\}?", (Kind.OUT,)),
    (r"(?P<name>\w+?)_?pre", (Kind.NET,)),
    (r"(?:p|pr|prob)\((?P<name>\w+)\)", (Kind.OUT,)),
    (rf"(?:err|error)(?:{_OF}\s+|_){_UNIT}", (Kind.DELTA, Kind.PART)),
    (rf"(?:error\s+(?:term|signal|gradient)|local\s+gradient|delta){_OF}\s+{_UNIT}", (Kind.DELTA,)),
    (r"(?P<name>\w+?)[_.](?:delta|δ|err|error)", (Kind.DELTA,)),
    (rf"(?:netzeingabe|nettoeingabe|eingabe|summe|entrée(?:\s+nette)?|净输入){_VON}\s*{_UNIT}", (Kind.NET,)),
    (rf"(?:ausgabe|ausgang|aktivierung|sortie|salida|输出|激活值){_VON}\s*{_UNIT}", (Kind.OUT,)),
    (rf"(?:fehlersignal|fehlerterm|fehler|erreur|误差项|误差){_VON}\s*{_UNIT}", (Kind.DELTA, Kind.PART)),
    (rf"(?:ableitung|gradiente?|steigung|dérivée|梯度|导数){_VON}\s*{_UNIT}", (Kind.GRADIENT,)),
    (rf"(?:gradient|grad|nabla|derivative){_OF}\s+{_UNIT}", (Kind.GRADIENT,)),
    (r"(?:∇|nabla)\s?_?\{?(?P<name>\w+)\}?(?:\s*[ELCJ])?", (Kind.GRADIENT,)),
    (r"(?P<name>\w+?)[_.](?:grad|gradient)", (Kind.GRADIENT,)),
    (r"[d∂]\s?[ELCJ]\w{0,6}\s?/\s?[d∂]\s?net_?\{?(?P<name>\w+)\}?", (Kind.DELTA,)),
)
_SPOKEN = tuple((pattern(words, re.I), kinds) for words, kinds in _WORDS)

_CANDIDATE = pattern(r"(?:tilde_?\s?\{?[ch]\}?|[ch](?:\u0303|~|_?tilde))_?\{?\(?(?P<number>\d{1,3})\)?\}?", re.I)
_HEADS = {
    **dict.fromkeys(("z", "net", "s", "n"), (Kind.NET,)),
    **dict.fromkeys(("a", "out", "o", "h", "y", "p", "ŷ"), (Kind.OUT,)),
    **dict.fromkeys(("δ", "delta", "g"), (Kind.DELTA,)),
}
_ALSO = {"a": (Kind.NET,), "o": (Kind.NET,)}  # of a unit with a number, in some books, what the activation is of
_HEAD = r"(?P<head>z|a|net|out|o|h|y|ŷ|δ|delta|s|n|g|p)"
_OF_A_LAYER = pattern(rf"{_HEAD}(?:\^\{{?\(?(?P<layer>\d)\)?\}}?|\[(?P<layer2>\d)\])")
_INDEXED = tuple(pattern(one) for one in (
    rf"(?P<by>d?){_HEAD}\^\{{?\(?(?P<layer>\d)\)?\}}?_?\{{?(?P<unit>\d{{1,3}})\}}?",
    rf"(?P<by>d?){_HEAD}_\{{?(?P<unit>\d{{1,3}})\}}?\^\{{?\(?(?P<layer>\d)\)?\}}?",
    rf"(?P<by>d?){_HEAD}\[(?P<layer>\d)\]\[(?P<unit>\d{{1,3}})\]",
    rf"(?P<by>d?){_HEAD}_?(?P<layer>\d)\[(?P<unit>\d{{1,3}})\]",
    rf"(?P<by>d?){_HEAD}_?(?P<layer>\d)_(?P<unit>\d{{1,3}})",
))  # fmt: skip
_NUMBERED = pattern(rf"(?P<by>d?){_HEAD}_?\{{?(?P<number>\d{{1,2}})\}}?")
_STEP = pattern(r"[a-z]{1,9}[0-9]{1,4}")
_LONGEST = 60  # characters of a name that is looked at


def _typed(text: str) -> str:
    """A name as one types it, with one character for an estimate."""
    text = unicodedata.normalize("NFC", typed(text.strip()))
    return re.sub(r"^y_?hat(?=_|\d|$)", "ŷ", text)


class Spoken:
    """Understands names by words and by indices, for the quantities of one problem."""

    def __init__(self, problem: Problem, quantities: Mapping[Quantity, None]) -> None:
        self.problem, self.quantities = problem, quantities
        self._known: dict[str, Meant] = {}
        self.states, self.maps = StateNames(problem, quantities), MapNames(quantities, self._kinds)
        self.entries = EntryNames(problem, self._of_name)

    def meant(self, text: str) -> Meant:
        """What a name may mean, and by which ways of counting each."""
        text = _typed(text)
        if len(text) > _LONGEST:
            return {}
        if text not in self._known:
            self._known[text] = (
                self._by_words(text)
                or self._of_a_cell(text)
                or self._by_indices(text)
                or self._by_layer(text)
                or self.entries.meant(text)
                or self.maps.meant(text)
                or self.states.meant(text)
            )
        return self._known[text]

    def _by_words(self, text: str) -> Meant:
        for words, kinds in _SPOKEN:
            if match := words.fullmatch(text):
                found = [one for kind in kinds if (one := self._of_name(kind, match["name"])) is not None]
                if found:
                    return {one: frozenset((f"{one.kind.value} is meant",)) for one in found}
        return {}

    def _of_a_cell(self, text: str) -> Meant:
        """The candidate of a memory cell, c̃_1, or of a gated unit, h̃_1."""
        found = _CANDIDATE.fullmatch(text)
        units = (f"{letter}{found['number']}" for letter in "gn") if found else ()
        meant = (one for unit in units if (one := self._of_name(Kind.OUT, unit)) is not None)
        return {one: frozenset(("the candidate",)) for one in meant}

    def _of_name(self, kind: Kind, name: str) -> Quantity | None:
        """The quantity of this kind that belongs to a unit, or, as a gradient, to a parameter."""
        return self._by_kind.get((kind, name)) or self._by_kind.get((kind, in_a_row(name).casefold()))

    @cached_property
    def _by_kind(self) -> Mapping[tuple[Kind, str], Quantity]:
        found: dict[tuple[Kind, str], Quantity] = {}
        for one in self.quantities:
            name = one.name
            if one.kind is Kind.GRADIENT:
                if one.by is None or one.by.kind is not Kind.PARAMETER:
                    continue
                name = one.by.name
            found.setdefault((one.kind, name), one)
            found.setdefault((one.kind, in_a_row(name).casefold()), one)
        return found

    # ---- by layer and unit -----------------------------------------------------------------------------------

    def _by_indices(self, text: str) -> Meant:
        for indexed in _INDEXED:
            if match := indexed.fullmatch(text):
                layer, unit = int(match["layer"]), int(match["unit"])
                found: dict[Quantity, frozenset[str]] = {}
                kinds = self._kinds[match["head"]]
                for kind in (Kind.DELTA,) if match["by"] and Kind.NET in kinds else () if match["by"] else kinds:
                    for label, index in ((FIRST, layer - 1), (INPUTS, layer - 2)):
                        if (one := self._of_name(kind, self._unit(index, unit))) is not None:
                            labels = frozenset(f"{label}, {order}" for order in (RECEIVER, SENDER))
                            found[one] = found.get(one, frozenset()) | labels
                return found
        return {}

    def numbered(self, text: str, through: bool = False) -> tuple[Quantity, ...]:
        """What a letter with a number may mean: of the unit of that number in a layer (the last one first) or in the
        network, or of the only unit of that layer; where units are numbered through, of that of the network."""
        match = _NUMBERED.fullmatch(_typed(text))
        if match is None:
            return ()
        kinds = tuple(dict.fromkeys((*self._kinds[match["head"]], *_ALSO.get(match["head"], ()))))
        if match["by"]:
            kinds = (Kind.DELTA,) if Kind.NET in kinds else ()
        number, layers = int(match["number"]), self.problem.layers
        units = [self._counted_unit(layer, number) for layer in reversed(range(len(layers)))]
        units += [self._unit(at, 1) for _way, at in self._counted(number)
                  if 0 <= at < len(layers) and len(layers[at].outputs) == 1]  # fmt: skip
        in_network = [unit for layer in layers for unit in layer.outputs][number - 1 : number]
        units = in_network if through else units + in_network
        found = (self._of_name(kind, unit) for unit in units if unit for kind in kinds)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _counted_unit(self, layer: int, number: int) -> str:
        """The unit of a layer with this number; of one that only gives its last step, the unit of that step."""
        name = self._unit(layer, number)
        is_other = self.problem.layers[layer].over_steps and not name.endswith(str(number))
        return self._in_time(number) if is_other else name

    def _in_time(self, step: int) -> str:
        """The name of the only unit that a recurrent layer has at a step, h2."""
        found = {one.name for one in self.quantities if one.kind is Kind.NET and _STEP.fullmatch(one.name)}
        named = [name for name in found if int(name.lstrip("abcdefghijklmnopqrstuvwxyz")) == step]
        return named[0] if len(named) == 1 else ""

    def _by_layer(self, text: str) -> Meant:
        """What is meant where only a layer is named, which has one unit: δ³, a^{(2)}."""
        match = _OF_A_LAYER.fullmatch(text)
        if match is None:
            return {}
        number = int(match["layer"] or match["layer2"])
        found: dict[Quantity, frozenset[str]] = {}
        for label, index in self._counted(number):
            single = 0 <= index < len(self.problem.layers) and len(self.problem.layers[index].outputs) == 1
            for kind in self._kinds[match["head"]] if single else ():
                if (one := self._of_name(kind, self._unit(index, 1))) is not None:
                    found[one] = frozenset(f"{label}, {order}" for order in (RECEIVER, SENDER))
        return found

    def _counted(self, number: int) -> Sequence[tuple[str, int]]:
        """Where the layer of a number stands, in the notation's way of counting, or in both where it has none."""
        net = load_notation(self.problem.notation).symbols["net"]
        ways = ((FIRST, number - 1), (INPUTS, number - 2))
        return ways[1:] if "{l}" in net else ways[:1] if "{m}" in net else ways

    @cached_property
    def _kinds(self) -> Mapping[str, tuple[Kind, ...]]:
        """What a letter with an index is: what the notation of the problem says, else what is usual."""
        symbols = load_notation(self.problem.notation).symbols
        said = {re.split("[_^]", symbols[kind.value])[0]: (kind,) for kind in (Kind.NET, Kind.OUT, Kind.DELTA)}
        return {**_HEADS, **said}

    def _unit(self, layer: int, unit: int) -> str:
        """The name of a unit by the place of its layer and its own, from 0 and from 1."""
        layers = self.problem.layers
        if not 0 <= layer < len(layers) or not 0 < unit <= len(layers[layer].outputs):
            return ""
        return layers[layer].outputs[unit - 1]
