"""What must hold for every problem: details, conventions, layouts, digits, batches, exactness, rounding on the way."""

from __future__ import annotations

import decimal as python
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from helpers import LAYOUTS, Layer, Network, as_fraction, decimals, fraction, loaded, random_network, solved
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.algebra.quantities import Kind
from backprop_cli.numbers.exact import Rational
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

law = settings(max_examples=25, deadline=None)
slow_law = settings(max_examples=12, deadline=None)

SMOOTH = ("sigmoid", "tanh", "swish", "softplus", "identity")
RATIONAL = ("relu", "identity", "abs", "leaky_relu(1/10)", "hard_tanh", "square", "max(z, z/2)", "min(z, 2 - z)")

seeds = st.integers(0, 10**6)


def network(seed: int, activations: Sequence[str] = SMOOTH, **wishes: Any) -> Network:
    return random_network(Random(seed), activations, **wishes)


def small(seed: int, activations: Sequence[str] = SMOOTH, **wishes: Any) -> Network:
    """A network that stays within a few hundred lines."""
    return network(seed, activations, **{"samples": 1 + seed % 2, "epochs": 1 + seed % 3 // 2, **wishes})


def softmax_network(seed: int) -> Network:
    def one_hot(random: Random, outputs: int) -> list[str]:
        chosen = random.randrange(outputs)
        return ["1" if index == chosen else "0" for index in range(outputs)]

    return small(seed, last="softmax", loss="cross_entropy", target=one_hot, outputs=2 + seed % 2)


# Details, conventions, layouts


@law
@given(seeds, st.sampled_from([small, softmax_network]))
def test_every_detail_gives_the_same_values(seed: int, make: Callable[[int], Network]) -> None:
    text = make(seed).text()
    details = (Detail.BRIEF, Detail.TEXTBOOK, Detail.FULL)
    brief, textbook, full = (decimals(solved(text, detail, digits=20)) for detail in details)
    assert len(brief) <= len(textbook) <= len(full)
    for key, value in {**brief, **textbook}.items():
        assert value == full[key], key


@law
@given(seeds)
def test_the_other_sign_of_delta_negates_delta_and_nothing_else(seed: int) -> None:
    plain = small(seed)
    turned = plain.with_lines("delta: -dE/dnet")
    for detail in Detail:
        usual, opposite = (decimals(solved(one.text(), detail, True)) for one in (plain, turned))
        for key, value in usual.items():
            bare = key.rpartition(" / ")[2]
            if key in opposite:
                assert opposite[key] == (-value if bare.startswith("delta_") else value), key
            else:
                assert bare.startswith("dE/d"), "a gradient need not be written where updates add δ; all else must be"


@law
@given(seeds)
def test_every_way_to_write_the_weights_means_the_same(seed: int) -> None:
    plain = small(seed, by_name=False)
    texts = [plain.with_layout(layout).text() for layout in LAYOUTS]
    assert len(set(texts)) == len(texts)
    first, *others = (decimals(solved(text, then_forward=True)) for text in texts)
    for other in others:
        assert other == first


@law
@given(seeds)
def test_a_threshold_is_a_bias_with_the_other_sign(seed: int) -> None:
    biased = replace(_without_sharing(small(seed)), threshold=False, fixed=())
    biases = {name for layer in biased.layers for name in layer.biases.values()}
    opposite = {n: str(-python.Decimal(v)) if n in biases else v for n, v in biased.parameters.items()}
    thresholds = replace(biased, threshold=True, parameters=opposite)
    usual, turned = (decimals(solved(one.text())) for one in (biased, thresholds))
    for key, value in usual.items():
        bare = key.rpartition(" / ")[2]
        is_bias = bare.removeprefix("dE/d").removesuffix("_new") in biases
        assert turned[key] == (-value if is_bias else value), key


# Digits


@law
@given(seeds, st.integers(1, 20), st.sampled_from([small, softmax_network]))
def test_fewer_digits_are_more_digits_rounded(seed: int, digits: int, make: Callable[[int], Network]) -> None:
    text = make(seed).text()
    short, long = solved(text, digits=digits), solved(text, digits=60)
    for step, other in zip(short.trace.steps, long.trace.steps, strict=True):
        rounded = python.Context(digits, python.ROUND_HALF_UP).create_decimal(other.value.decimal.text())
        assert python.Decimal(step.value.decimal.text()) == rounded, step.quantity.key


# Batches


@law
@given(seeds, st.sampled_from(["sum", "mean"]))
def test_a_batch_adds_or_averages_the_gradients_of_its_samples(seed: int, reduce: str) -> None:
    """Each sample is solved as a problem of its own."""
    whole = replace(network(seed, samples=3, epochs=1), batch="full", reduce=reduce)
    batch = decimals(solved(whole.text(), digits=30))
    alone = [decimals(solved(replace(whole, samples=(sample,)).text(), digits=30)) for sample in whole.samples]
    share = Fraction(1, 3) if reduce == "mean" else 1
    rate = fraction(whole.learning_rate)
    for key in ["E", *(f"dE/d{name}" for name in whole.parameters)]:
        expected = share * sum(one[key] for one in alone)
        assert _close(batch[key], expected), key
    for name, text in whole.parameters.items():
        if name not in whole.fixed:
            gradient = share * sum(one[f"dE/d{name}"] for one in alone)
            assert _close(batch[f"{name}_new"], fraction(text) - rate * gradient), name


@law
@given(seeds)
def test_online_training_is_one_problem_after_the_other(seed: int) -> None:
    """The second sample starts from the new parameters of the first (rational, so that they can be written down)."""
    both = replace(network(seed, ("relu", "identity"), samples=2, epochs=1), batch="online")
    together = decimals(solved(both.text(), digits=40))
    first = solved(replace(both, samples=both.samples[:1]).text())
    updated = {
        name: text if name in both.fixed else str(as_fraction(first.trace[f"{name}_new"].number))
        for name, text in both.parameters.items()
    }
    second = decimals(solved(replace(both, samples=both.samples[1:], parameters=updated).text(), digits=40))
    assert {f"sample 2 / {key}": value for key, value in second.items()}.items() <= together.items()


def _close(one: Fraction, other: Fraction) -> bool:
    return abs(one - other) <= Fraction(1, 10**25) * max(1, abs(other))


# Derivatives


@slow_law
@given(seeds, st.sampled_from([small, softmax_network]))
def test_every_gradient_is_the_central_difference(seed: int, make: Callable[[int], Network]) -> None:
    problem = make(seed)
    result = verification_of(WorkedProblem(loaded(problem.text()).problem))
    assert result.agrees
    assert result.gradients >= len(problem.parameters)
    assert not any(comparison.kink for comparison in result.comparisons)


WITHOUT = {
    "mini-step": "its gradient is given",
    "momentum": "its gradients are given",
    "amsgrad": "its gradients are given",
    "softmax": "its net inputs are given",
    "batch-norm": "its gradients are given",
    "sequential-update": "see below",
    "perceptron-and": "its rule has no gradients",
    "perceptron-or": "its rule has no gradients",
}


@pytest.mark.parametrize("name", [name for name in bundled() if name not in WITHOUT])
def test_every_bundled_problem_verifies(name: str) -> None:
    assert verification_of(WorkedProblem(load(name).problem)).agrees


def test_what_is_not_gradient_descent_does_not_verify() -> None:
    text = network(3, ("sigmoid",), hidden=1, by_name=False, samples=1).with_lines("hidden_uses: updated").text()
    assert verification_of(
        WorkedProblem(loaded(text.replace("hidden_uses: updated", "hidden_uses: old")).problem)
    ).agrees
    assert not verification_of(WorkedProblem(loaded(text).problem)).agrees


# Exactness: rational networks against dual numbers in Python's fractions


@dataclass(frozen=True)
class Dual:
    """A value with its derivatives in every parameter and input: forward differentiation, no chain of gradients."""

    value: Fraction
    slopes: Mapping[str, Fraction]

    def __add__(self, other: Dual) -> Dual:
        names = self.slopes.keys() | other.slopes.keys()
        return Dual(self.value + other.value, {n: self.slope(n) + other.slope(n) for n in names})

    def __mul__(self, other: Dual) -> Dual:
        names = self.slopes.keys() | other.slopes.keys()
        slopes = {n: self.slope(n) * other.value + self.value * other.slope(n) for n in names}
        return Dual(self.value * other.value, slopes)

    def slope(self, name: str) -> Fraction:
        return self.slopes.get(name, Fraction(0))

    def through(self, value: Fraction, slope: Fraction | int) -> Dual:
        """f(self), for a function with this value and slope there."""
        return Dual(value, {name: slope * own for name, own in self.slopes.items()})


def constant(value: Fraction | int) -> Dual:
    return Dual(Fraction(value), {})


def _leaky(z: Fraction, leak: Fraction) -> tuple[Fraction, Fraction | int]:
    return (z, 1) if z > 0 else (leak * z, leak)


def _halves(z: Fraction, left: Fraction, right: Fraction, slopes: tuple[Fraction, Fraction], largest: bool) -> Any:
    """The larger or the smaller of two lines; at a tie, the mean of their slopes."""
    if left == right:
        return left, (slopes[0] + slopes[1]) / 2
    return (left, slopes[0]) if (left > right) == largest else (right, slopes[1])


HALF, ONE = Fraction(1, 2), Fraction(1)
BY_HAND: dict[str, Callable[[Fraction], tuple[Fraction, Fraction | int]]] = {  # value and slope
    "relu": lambda z: (z, 1) if z > 0 else (Fraction(0), 0),
    "identity": lambda z: (z, 1),
    "abs": lambda z: (abs(z), (z > 0) - (z < 0)),
    "leaky_relu(1/10)": lambda z: _leaky(z, Fraction(1, 10)),
    "hard_tanh": lambda z: (max(-ONE, min(ONE, z)), int(-1 < z < 1)),
    "square": lambda z: (z * z, 2 * z),
    "max(z, z/2)": lambda z: _halves(z, z, z / 2, (ONE, HALF), True),
    "min(z, 2 - z)": lambda z: _halves(z, z, 2 - z, (ONE, -ONE), False),
}


def by_hand(network: Network) -> dict[str, Fraction]:
    """E, every net, out, gradient and new value of the first sample."""
    inputs, targets = network.samples[0]
    known = {name: Dual(fraction(text), {name: ONE}) for name, text in inputs.items()}
    parameters = {name: Dual(fraction(text), {name: ONE}) for name, text in network.parameters.items()}
    found: dict[str, Fraction] = {}
    for layer in network.layers:
        nets: dict[str, Dual] = {}
        for neuron in layer.neurons:
            net = constant(0)
            for wire in layer.into(neuron):
                net += parameters[wire.parameter] * known[wire.sender]
            if neuron in layer.biases:
                net += parameters[layer.biases[neuron]] * constant(-1 if network.threshold else 1)
            nets[neuron] = net
        for neuron, net in nets.items():
            known[neuron] = net.through(*BY_HAND[layer.activation](net.value))
            found |= {f"net_{neuron}": net.value, f"out_{neuron}": known[neuron].value}
    loss = constant(0)
    for name in network.outputs:
        error = known[name] + constant(-fraction(targets[name]))
        loss += constant(HALF) * error * error
    found["E"] = loss.value
    found |= {f"dE/d{name}": loss.slope(name) for name in (*network.inputs, *network.parameters)}
    for name, value in parameters.items():
        if name not in network.fixed:
            found[f"{name}_new"] = value.value - fraction(network.learning_rate) * loss.slope(name)
    return found


def test_every_rational_activation_is_calculated_by_hand() -> None:
    assert set(RATIONAL) == BY_HAND.keys()


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_rational_network_is_exact_and_equal_to_fractions(seed: int) -> None:
    one = network(seed, RATIONAL, last=Random(seed).choice(RATIONAL), samples=1, epochs=1)
    expected = by_hand(one)
    solution = solved(one.text())
    for key, value in expected.items():
        assert as_fraction(solution.trace[key].number) == value, f"{key} in\n{one.text()}"
    for step in solution.trace.steps:
        assert isinstance(step.value.number, Rational), step.quantity.key


# Hidden layers that use the updated output weights


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_hidden_uses_updated_changes_hidden_delta_by_the_new_weights_and_nothing_else(seed: int) -> None:
    old = replace(network(seed, ("relu", "abs", "identity"), hidden=1, by_name=False, samples=1, epochs=1), fixed=())
    old = _without_sharing(old)
    usual, updated = solved(old.text()), solved(old.with_lines("hidden_uses: updated").text())
    assert {s.quantity for s in usual.trace.steps} == {s.quantity for s in updated.trace.steps}
    hidden, output = old.layers
    behind = {wire.parameter for wire in hidden.wires} | set(hidden.biases.values())
    changed = {f"{start}{name}" for name in hidden.neurons for start in ("delta_", "dE/dout_")}
    changed |= {f"dE/d{name}" for name in (*behind, *old.inputs)} | {f"{name}_new" for name in behind}
    for step in usual.trace.steps:
        key = step.quantity.key
        if key not in changed and step.quantity.kind is not Kind.PATH:
            assert updated.trace[key].number == step.value.number, key

    def new(key: str) -> Fraction:
        return as_fraction(updated.trace[key].number)

    for neuron in hidden.neurons:
        through = {wire.receiver: wire.parameter for wire in output.wires if wire.sender == neuron}
        back = sum(new(f"delta_{receiver}") * new(f"{name}_new") for receiver, name in through.items())
        slope = BY_HAND[hidden.activation](new(f"net_{neuron}"))[1]
        assert new(f"delta_{neuron}") == back * slope
        for wire in hidden.into(neuron):
            x = fraction(old.samples[0][0][wire.sender])
            assert new(f"dE/d{wire.parameter}") == new(f"delta_{neuron}") * x
            given_value = fraction(old.parameters[wire.parameter])
            step = fraction(old.learning_rate) * new(f"dE/d{wire.parameter}")
            assert new(f"{wire.parameter}_new") == given_value - step


def _without_sharing(network: Network) -> Network:
    """The same wires, each with a parameter of its own."""
    parameters: dict[str, str] = {}
    layers: list[Layer] = []
    values = list(network.parameters.values())

    def fresh(letter: str) -> str:
        name = f"{letter}{len(parameters) + 1}"
        parameters[name] = values[len(parameters) % len(values)]
        return name

    for layer in network.layers:
        wires = tuple(replace(wire, parameter=fresh("w")) for wire in layer.wires)
        layers.append(replace(layer, wires=wires, biases={neuron: fresh("b") for neuron in layer.biases}))
    return replace(network, layers=tuple(layers), parameters=parameters)


# Rounding as with a calculator


@dataclass(frozen=True)
class Calculator:
    """Rounds like Python's decimal module, to places or to figures."""

    places: int | None
    figures: int | None
    ties: str

    @property
    def lines(self) -> tuple[str, ...]:
        """What the file says of it."""
        to = f"places: {self.places}" if self.places is not None else f"figures: {self.figures}"
        return (f"rounding: {{{to}, ties: {self.ties}}}",)

    def __call__(self, value: Fraction) -> Fraction:
        exact = python.Context(prec=400, traps=[python.Inexact])
        number = exact.divide(python.Decimal(value.numerator), python.Decimal(value.denominator))
        mode = {
            "half-up": python.ROUND_HALF_UP,
            "half-even": python.ROUND_HALF_EVEN,
            "truncate": python.ROUND_DOWN,
        }[self.ties]
        if self.places is None:
            return Fraction(python.Context(prec=self.figures, rounding=mode).create_decimal(number))
        return Fraction(number.quantize(python.Decimal(1).scaleb(-self.places), mode, python.Context(prec=400)))


calculators = st.builds(
    lambda places, number, ties: Calculator(number if places else None, None if places else number, ties),
    st.booleans(),
    st.integers(1, 5),
    st.sampled_from(["half-up", "half-even", "truncate"]),
)


def on_paper(network: Network, rounded: Calculator) -> dict[str, Fraction]:
    """The textbook's lines for one sample of a network of one hidden layer, each rounded when it is written down."""
    inputs, targets = network.samples[0]
    known = {name: fraction(text) for name, text in inputs.items()}
    parameters = {name: fraction(text) for name, text in network.parameters.items()}
    lines: dict[str, Fraction] = {}
    for layer in network.layers:
        for neuron in layer.neurons:
            net = sum(parameters[wire.parameter] * known[wire.sender] for wire in layer.into(neuron))
            net += parameters[layer.biases[neuron]] if neuron in layer.biases else 0
            lines[f"net_{neuron}"] = rounded(Fraction(net))
            lines[f"out_{neuron}"] = rounded(BY_HAND[layer.activation](lines[f"net_{neuron}"])[0])
        known |= {neuron: lines[f"out_{neuron}"] for neuron in layer.neurons}
    parts = {name: rounded(HALF * (fraction(targets[name]) - known[name]) ** 2) for name in network.outputs}
    lines["E"] = rounded(sum(parts.values(), Fraction(0)))
    delta: dict[str, Fraction] = {}
    hidden, output = network.layers
    for neuron in output.neurons:
        slope = BY_HAND[output.activation](lines[f"net_{neuron}"])[1]
        delta[neuron] = rounded((known[neuron] - fraction(targets[neuron])) * slope)
    for neuron in hidden.neurons:
        back = sum(delta[wire.receiver] * parameters[wire.parameter] for wire in output.wires if wire.sender == neuron)
        delta[neuron] = rounded(back * BY_HAND[hidden.activation](lines[f"net_{neuron}"])[1])
    lines |= {f"delta_{neuron}": value for neuron, value in delta.items()}
    for layer in network.layers:
        uses = [(wire.parameter, delta[wire.receiver] * known[wire.sender]) for wire in layer.wires]
        uses += [(name, delta[neuron]) for neuron, name in layer.biases.items()]
        for name in dict(uses):
            lines[f"dE/d{name}"] = rounded(sum((value for other, value in uses if other == name), Fraction(0)))
            step = fraction(network.learning_rate) * lines[f"dE/d{name}"]
            lines[f"{name}_new"] = rounded(parameters[name] - step)
    return lines


@settings(max_examples=60, deadline=None)
@given(seeds, calculators)
def test_every_line_is_rounded_from_the_rounded_lines_before_it(seed: int, calculator: Calculator) -> None:
    made = network(seed, ("relu", "identity"), last="relu", hidden=1, by_name=False, samples=1, epochs=1)
    one = replace(_without_sharing(made), threshold=False, fixed=(), learning_rate="0.3")
    expected = on_paper(one, calculator)
    text = one.with_lines(*calculator.lines).text()
    trace = solved(text, Detail.TEXTBOOK).trace
    for key, value in expected.items():
        assert as_fraction(trace[key].decimal.value) == value, f"{key} in\n{text}"


@law
@given(seeds)
def test_a_rounding_for_one_kind_leaves_the_others_exact(seed: int) -> None:
    one = small(seed, ("relu", "identity"), samples=1, epochs=1).with_lines("rounding: {kinds: {delta: {places: 2}}}")
    for step in solved(one.text(), Detail.TEXTBOOK).trace.steps:
        value = as_fraction(step.value.number)
        if step.quantity.kind is Kind.DELTA:
            assert value * 100 == int(value * 100)
        elif step.quantity.kind in (Kind.NET, Kind.OUT):
            assert value == by_hand(one)[step.quantity.key]
