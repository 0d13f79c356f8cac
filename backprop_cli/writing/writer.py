"""Writes quantities as a notation has them: its templates filled, in characters or in plain ASCII."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from backprop_cli.algebra.quantities import SMOOTH, Address, Kind, Quantity, place
from backprop_cli.ground.words import _
from backprop_cli.writing.dialects import dialect_of_reader
from backprop_cli.writing.notation import OF_OUTPUTS, Notation
from backprop_cli.writing.shapes import SUPERSCRIPTS

SUBSCRIPTS = str.maketrans("0123456789aehijklmnoprstuvx+-()", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₍₎")
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "psi": "ψ", "rho": "ρ", "sigma": "σ", "phi": "φ", "omega": "ω",
}  # fmt: skip
_LATIN = {
    "η": "eta", "δ": "delta", "θ": "theta", "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "ŷ": "yhat",
}  # fmt: skip
HATS = {"mhat": "m̂", "vhat": "v̂", "alpha": "α", "rate": "η"}
_CHANGE = "change_"  # Δ before the name of a parameter
_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_COUNTED = re.compile(r"([A-Za-z])(\d+(?:_\d+)*)_([A-Za-z].*)")  # the value of an iteration, perhaps at a place
_DIGITS = frozenset(",0123456789")
_CELLS = {"mu": "μ", "var": "σ²", "xhat": "x̂"}
_CAN_BE_SUB = frozenset("0123456789aehijklmnoprstuvx")


class Writer:
    """Writes quantities in a notation and a dialect of characters.

    `positions` say layer and number of each neuron, the number being a text: 3, or 1,2 in a grid, or empty for a value
    inside a layer; `names` are all names of the problem, with which an index must not be confused.
    """

    def __init__(
        self, notation: Notation, charset: str, positions: Mapping[str, tuple[int, str]], names: Collection[str] = ()
    ) -> None:
        self.notation = notation
        self.dialect = dialect_of_reader(charset)
        self.ascii = self.dialect.name == "ascii"
        self.by_keys = self.ascii and notation.name == "plain"
        self.shapes = self.dialect.shapes
        self.positions = positions
        self.last_layer = max((layer for layer, _number in positions.values()), default=0)
        self._separators = _separators([*positions, *names])
        self._symbols: dict[tuple[Quantity, Address], str] = {}
        self._letters = not self.ascii and all(set(_split(name)[0]) <= _CAN_BE_SUB for name in positions)

    def symbol(self, quantity: Quantity, here: Address = ()) -> str:
        """The quantity as it is written in a line at the address `here`."""
        written = self._symbols.get((quantity, here))
        if written is None:  # each stands in many lines
            written = self._symbols[quantity, here] = self._written(quantity, here)
        return written

    def _written(self, quantity: Quantity, here: Address) -> str:
        sample = place(quantity.at, "sample")
        mark = ""
        if sample not in (None, place(here, "sample")) and quantity.kind is not Kind.NEW:
            mark = self._typeset(f"^{{({sample})}}")
        if quantity.kind is Kind.HESSIAN:
            return self._second(quantity, mark)
        text = self._bare(quantity.bare if quantity.kind is not Kind.NEW or quantity.at == here else _old(quantity))
        return text + mark

    def _bare(self, quantity: Quantity) -> str:
        if quantity.kind in (Kind.GRADIENT, Kind.LOCAL, Kind.PATH):
            return self._derivative(quantity)
        if quantity.kind in (Kind.HESSIAN, Kind.TANGENT):
            return self._second(quantity) if quantity.kind is Kind.HESSIAN else self._tangent(quantity)
        if quantity.kind is Kind.LOSS and quantity.name:
            return self.name(quantity.name)
        if quantity.kind is Kind.CELL and not self.ascii and (cell := self._cell(quantity.name)):
            return cell
        if quantity.kind in (Kind.INPUT, Kind.PARAMETER, Kind.NODE, Kind.CELL) and not quantity.name.isdigit():
            return self.name(quantity.name)
        if quantity.kind is Kind.CONSTANT and quantity.name in ("eta", "eta0", "eta_end"):
            return self._ascii_greek(self.notation.symbols["rate"]) + self._which_rate(quantity.name)
        if quantity.kind is Kind.AUX and not self.ascii and (marked := self._marked(quantity.name)):
            return marked
        if quantity.kind in (Kind.CONSTANT, Kind.LETTER, Kind.AUX, Kind.QUESTION, Kind.METRIC, Kind.EPOCH):
            return self.name(quantity.name)
        template = self.notation.template(quantity.kind)
        if self.by_keys or (self.ascii and quantity.kind is Kind.NEW):
            return quantity.bare_key
        if quantity.kind is Kind.NEW:
            return self._typeset(template.replace("{w}", self.name(quantity.name)))
        return self._of_unit(quantity, template)

    def _marked(self, name: str) -> str | None:
        """Δ before a parameter that changes, a prime at the letter of a smoothed target, and A₂_₁₂_W₁."""
        if name.startswith(_CHANGE):
            return f"{self._typeset('Δ')}{self.name(name.removeprefix(_CHANGE))}"
        if counted := _COUNTED.fullmatch(name):
            letter, index, of = counted.groups()
            return self._counted(letter, index.split("_"), of)
        return self._smoothed(name.removeprefix(SMOOTH)) if name.startswith(SMOOTH) else None

    def _counted(self, letter: str, index: Sequence[str], of: str) -> str:
        """The value of an iteration, A₂_₁₂_W₁: the second A of W₁ in row 1, column 2."""
        return "_".join([letter + index[0], *index[1:]]).translate(_SMALL) + f"_{self.name(of)}"

    def _smoothed(self, neuron: str) -> str:
        """t′ with the index o1."""
        template = self.notation.template(Kind.TARGET)
        stem = self.notation.symbols["target"].split("_{")[0].split("^{")[0]
        return self._of_unit(Quantity(Kind.TARGET, neuron), stem + "′" + template.removeprefix(stem))

    def _derivative(self, quantity: Quantity) -> str:
        """∂E/∂w₁ as the notation has it; what it writes as dw₁ is the gradient of the loss, and not of J."""
        assert quantity.of is not None
        named = {"of": quantity.of, "by": quantity.by, "via": quantity.via}
        fields = {key: self._bare(one) if one else "" for key, one in named.items()}
        text = self.notation.template(Kind.LOCAL if quantity.kind is Kind.PATH and not quantity.via else quantity.kind)
        if quantity.of.kind is Kind.METRIC and "{of}" not in text:
            text = "∂{of}/∂{by}"
        for key, value in fields.items():
            text = text.replace(f"{{{key}}}", value)
        text = text.replace("∂", "d") if self.ascii else text
        word = quantity.name and (quantity.name if self.by_keys else _(quantity.name))
        return f"{word} {text}" if word else text

    def _tangent(self, quantity: Quantity) -> str:
        """net˙, how a line moves with what is changed."""
        assert quantity.of is not None
        of = self._bare(quantity.of)
        assert quantity.by is not None
        if self.ascii:
            return f"dot_{of}" + (f" by {self._bare(quantity.by)}" if quantity.name else "")
        return f"{of}˙" + (f"({self._bare(quantity.by)})" if quantity.name else "")

    def _second(self, quantity: Quantity, sample: str = "") -> str:
        """∂²E/∂w₁∂w₂ or ∂²E/∂w₁²; the mark of a sample stands at what is differentiated, ∂²E⁽²⁾/∂w₁²."""
        assert quantity.of is not None
        assert quantity.by is not None
        assert quantity.via is not None
        of, by, via = (self._bare(one) for one in (quantity.of, quantity.by, quantity.via))
        if self.ascii:
            return f"d2{of}{sample}/d{by}d{via}"
        return self._typeset(f"∂^{{2}}{of}{sample}/∂{by}" + ("^{2}" if by == via else f"∂{via}"))

    def _of_unit(self, quantity: Quantity, template: str) -> str:
        """The net input, the output or the δ of a unit, by its name or its place in the network."""
        layer, number = self.positions.get(quantity.name, (0, ""))
        if layer == self.last_layer and number:
            template = self.notation.symbols.get(OF_OUTPUTS.get(quantity.kind, ""), template)
        places = {"{n}": quantity.name, "{l}": str(layer), "{m}": str(layer - 1), "{j}": number or quantity.name}
        for mark, place_ in places.items():
            template = template.replace(mark, place_)
        return self._typeset(template)

    def _which_rate(self, name: str) -> str:
        """The index of the first or the last rate of a schedule."""
        return {"eta0": "0" if self.ascii else "₀", "eta_end": "_end"}.get(name, "")

    def _cell(self, name: str) -> str | None:
        """The mean, the variance or the standardized value of a layer: var_h1 is σ² with the index h1."""
        stem, _underscore, rest = name.partition("_")
        letters = stem.rstrip("0123456789")
        index = "_".join(filter(None, (stem[len(letters) :], rest)))
        if letters not in _CELLS:
            return None
        return self._typeset(f"{_CELLS[letters]}_{{{index}}}") if index else _CELLS[letters]

    def _ascii_greek(self, text: str) -> str:
        if not self.ascii:
            return text
        for greek, latin in _LATIN.items():
            text = text.replace(greek, latin)
        return text

    def stem(self, kind: str) -> str:
        """The symbol of a kind of quantity without indices: net, δ, E."""
        return self.notation.symbols[kind].split("_{")[0].split("^{")[0]

    def name(self, name: str) -> str:
        """A name with its trailing number as an index: w5 is w₅, k1_2 is k₁₂, or k₁₀,₂ where that is needed."""
        if self.ascii:
            return name
        stem, places = _split(name)
        if len(places) > 1 and "_" not in stem:
            return GREEK.get(stem, stem) + self._index(name).translate(SUBSCRIPTS)
        stem, underscore, rest = name.partition("_")
        if underscore:  # v_w5 is the v of w₅
            return f"{HATS.get(stem, stem)}_{self.name(rest)}" if rest else name
        stem = name.rstrip("0123456789")
        index = name[len(stem) :]
        return GREEK.get(stem, stem) + (index.translate(SUBSCRIPTS) if stem else index)

    def filled(self, template: str) -> str:
        """A template whose names are put in, such as ∂net/∂w."""
        return self._typeset(template)

    def _typeset(self, template: str) -> str:
        """`δ_{h1}^{2}` in the character set."""
        text, out = self._ascii_greek(template), ""
        while text:
            if text[:2] in ("_{", "^{"):
                end = text.index("}")
                out += self._script(text[0], text[2:end])
                text = text[end + 1 :]
            else:
                out, text = out + text[0], text[1:]
        return out

    def _script(self, mark: str, inner: str) -> str:
        if self.ascii:
            return f"{mark}{inner}"
        if mark == "^":
            can = all(char in "0123456789+-()n" for char in inner)
            return inner.translate(SUPERSCRIPTS) if can else "^" + inner
        stem, places = _split(inner)
        if len(places) > 1:
            inner = stem + self._index(inner)
        if set(inner) <= _DIGITS or (self._letters and set(stem) <= _CAN_BE_SUB):
            return inner.translate(SUBSCRIPTS)
        stem = inner.rstrip(",0123456789")
        return "_" + stem + (inner[len(stem) :].translate(SUBSCRIPTS) if stem else "")

    def _index(self, name: str) -> str:
        """The places in a name such as c1_2: 12, or 1,2 where 12 could be read in another way."""
        stem, places = _split(name)
        return self._separators.get((stem, len(places)), "").join(places)


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    """c1_2 is c with the places 1, 2; a name of another form is its own stem."""
    stem = name.rstrip("_0123456789")
    places = tuple(name[len(stem) :].split("_"))
    return (stem, places) if stem and all(places) else (name, ())


def _separators(names: Sequence[str]) -> dict[tuple[str, int], str]:
    """What stands between the places of names with this stem and so many places: nothing where that is clear."""
    plain = {name for name in names if len(_split(name)[1]) == 1}
    separators: dict[tuple[str, int], str] = {}
    for name in names:
        stem, places = _split(name)
        if len(places) > 1:
            clear = all(len(one) == 1 for one in places) and stem + "".join(places) not in plain
            separators[stem, len(places)] = separators.get((stem, len(places)), "") if clear else ","
    return separators


def _old(quantity: Quantity) -> Quantity:
    """A new value, seen from a later pass, is the parameter's current value."""
    return Quantity(Kind.PARAMETER, quantity.name)
