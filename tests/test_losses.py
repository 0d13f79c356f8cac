"""Every loss against PyTorch and SymPy, and every short form of δ against the full chain rule."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from flint import arb
from helpers import decimals, solved

from backprop_cli.algebra.calculus import evaluate, slopes
from backprop_cli.algebra.formula import Apply, Formula, Name, Number, add, apply, multiply, number
from backprop_cli.algebra.losses import ALIASES, LOSSES, PER_OUTPUT_NAMES, Loss, per_output
from backprop_cli.ground.errors import MathError
from backprop_cli.numbers.certified import Certified, precision
from backprop_cli.numbers.exact import rational
from backprop_cli.numbers.symbolic import Symbolic

Sample = tuple[list[Fraction], list[Fraction]]  # outputs, targets
F = Fraction

OUTPUTS = 3
SAMPLES = 6
TARGETS = [
    [F(0), F(1), F(0)],
    [F(1, 5), F(1, 2), F(3, 10)],
    [F(1), F(-1), F(1)],
    [F(0), F(0), F(0)],
    [F(2, 3), F(9, 7), F(1, 9)],
]


def exact(value: Fraction) -> Any:
    return rational(value.numerator, value.denominator)


def as_fraction(value: Any) -> Fraction:
    return F(int(value.p), int(value.q))


def is_near(value: Any, expected: Any, digits: int) -> bool:
    """Whether a certified value is proven to agree with the expected one to so many digits."""
    expected = arb(expected)
    return bool(abs(arb(value) - expected) < arb(f"1e-{digits}") * (1 + abs(expected)))


def o(index: int) -> Name:
    return Name(("out", index))


def t(index: int) -> Name:
    return Name(("target", index))


def total(loss: Loss, outputs: int = OUTPUTS) -> Formula:
    """The whole loss of the outputs 0, 1, … with the loss's own default parameters."""
    terms = [loss.term(o(index), t(index), *loss.defaults) for index in range(outputs)]
    return multiply(loss.factor(outputs), add(*terms))


def lookup(sample: Sample) -> Callable[[Any], Any]:
    """What a name stands for in the sample."""
    kinds = dict(zip(("out", "target"), sample, strict=True))
    return lambda symbol: exact(kinds[symbol[0]][symbol[1]])


def has_value(loss: Loss, sample: Sample) -> bool:
    try:
        with precision(100):
            evaluate(total(loss), Certified(), lookup(sample))
    except MathError:
        return False
    return True


def samples(loss: Loss) -> list[Sample]:
    """Random outputs away from kinks, probabilities for a loss that needs them, with every kind of target it takes."""
    random = Random(loss.name)
    anything = has_value(loss, ([F(-1)] * OUTPUTS, TARGETS[1]))
    sizes = [n for n in (range(-300, 300) if anything else range(5, 92)) if n % 97]
    found = [([F(random.choice(sizes), 97) for _ in target], target) for target in TARGETS for _ in range(3)]
    found = [sample for sample in found if has_value(loss, sample)]
    assert len(found) >= SAMPLES
    return found


@pytest.mark.parametrize("name", LOSSES)
def test_the_slope_in_every_output_is_sympys(name: str) -> None:
    loss = LOSSES[name]
    letters = sympy.symbols(f"o:{OUTPUTS}", real=True)
    own = slopes(total(loss), {})
    for outputs, targets in samples(loss):
        meanings = {("out", i): letter for i, letter in enumerate(letters)} | {
            ("target", i): sympy.Rational(*target.as_integer_ratio()) for i, target in enumerate(targets)
        }
        symbolic = evaluate(total(loss), Symbolic(), meanings.__getitem__)
        numbers = {x: sympy.Rational(*value.as_integer_ratio()) for x, value in zip(letters, outputs, strict=True)}
        for index, letter in enumerate(letters):
            expected = sympy.N(sympy.diff(symbolic, letter).subs(numbers), 50)
            with precision(250):
                value = evaluate(own["out", index], Certified(), lookup((outputs, targets)))
                assert is_near(value, str(expected), 30), f"{name} at {outputs}, {targets}: {value}, not {expected}"


TORCH: dict[str, Callable[..., Any]] = {
    "half_squared_error": lambda torch, f, o, t: f.mse_loss(o, t, reduction="sum") / 2,
    "squared_error": lambda torch, f, o, t: f.mse_loss(o, t, reduction="sum"),
    "mean_squared_error": lambda torch, f, o, t: f.mse_loss(o, t),
    "half_mean_squared_error": lambda torch, f, o, t: f.mse_loss(o, t) / 2,
    "absolute_error": lambda torch, f, o, t: f.l1_loss(o, t, reduction="sum"),
    "mean_absolute_error": lambda torch, f, o, t: f.l1_loss(o, t),
    "huber": lambda torch, f, o, t: f.huber_loss(o, t, reduction="sum", delta=1.0),
    "hinge": lambda torch, f, o, t: torch.clamp(1 - t * o, min=0).sum(),
    "squared_hinge": lambda torch, f, o, t: torch.clamp(1 - t * o, min=0).square().sum(),
    "perceptron": lambda torch, f, o, t: torch.relu(-t * o).sum(),
    "binary_cross_entropy": lambda torch, f, o, t: -(torch.xlogy(t, o) + torch.special.xlog1py(1 - t, -o)).sum(),
    "cross_entropy": lambda torch, f, o, t: -torch.xlogy(t, o).sum(),
    "cross_entropy_base_2": lambda torch, f, o, t: -(t * torch.log2(o)).sum(),
    "cross_entropy_base_10": lambda torch, f, o, t: -(t * torch.log10(o)).sum(),
    "kl_divergence": lambda torch, f, o, t: f.kl_div(torch.log(o), t, reduction="sum"),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_and_its_slopes_are_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    loss = LOSSES[name]
    own = slopes(total(loss), {})
    for outputs, targets in samples(loss):
        if name == "kl_divergence" and min(targets) < 0:
            continue  # no divergence, and PyTorch's is NaN
        tensor = torch.tensor([float(x) for x in outputs], dtype=torch.float64, requires_grad=True)
        against = torch.tensor([float(x) for x in targets], dtype=torch.float64)
        value = TORCH[name](torch, torch.nn.functional, tensor, against)
        value.backward()
        assert is_near(evaluate(total(loss), Certified(), lookup((outputs, targets))), repr(value.item()), 12)
        for index in range(OUTPUTS):
            slope = evaluate(own["out", index], Certified(), lookup((outputs, targets)))
            assert is_near(slope, repr(tensor.grad[index].item()), 12)


def test_binary_cross_entropy_is_pytorchs_own() -> None:
    """With PyTorch's own function, whose targets are probabilities."""
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    outputs, targets = [F(3, 10), F(9, 10), F(1, 7)], [F(0), F(1), F(1, 4)]
    tensor = torch.tensor([float(x) for x in outputs], dtype=torch.float64, requires_grad=True)
    against = torch.tensor([float(x) for x in targets], dtype=torch.float64)
    value = torch.nn.functional.binary_cross_entropy(tensor, against, reduction="sum")
    value.backward()
    formula = total(LOSSES["binary_cross_entropy"])
    assert is_near(evaluate(formula, Certified(), lookup((outputs, targets))), repr(value.item()), 12)
    for index in range(OUTPUTS):
        slope = evaluate(slopes(formula, {})["out", index], Certified(), lookup((outputs, targets)))
        assert is_near(slope, repr(tensor.grad[index].item()), 12)


@pytest.mark.parametrize("delta", [F(1, 2), F(2)])
def test_the_huber_loss_takes_its_cut(delta: Fraction) -> None:
    """Written out: e²/2 inside, d·(|e| − d/2) outside; slope e inside, ±d outside."""
    term = LOSSES["huber"].term(o(0), t(0), Number(exact(delta)))
    slope = slopes(term, {})["out", 0]
    for error in (F(-3), F(-1, 3), F(0), F(1, 4), F(5)):
        at = lookup(([error + 7], [F(7)]))
        inside = abs(error) <= delta
        value = error**2 / 2 if inside else delta * (abs(error) - delta / 2)
        assert evaluate(term, Certified(), at) == exact(value)
        assert evaluate(slope, Certified(), at) == exact(error if inside else delta * (1 if error > 0 else -1))


# Numbers from paper: t = (0, 1, −1), out = (1/2, 1/4, 1/2)


@pytest.mark.parametrize(
    ("name", "value", "gradient"),
    [
        ("half_squared_error", F(49, 32), [F(1, 2), F(-3, 4), F(3, 2)]),
        ("squared_error", F(49, 16), [F(1), F(-3, 2), F(3)]),
        ("mean_squared_error", F(49, 48), [F(1, 3), F(-1, 2), F(1)]),
        ("half_mean_squared_error", F(49, 96), [F(1, 6), F(-1, 4), F(1, 2)]),
        ("absolute_error", F(11, 4), [F(1), F(-1), F(1)]),
        ("mean_absolute_error", F(11, 12), [F(1, 3), F(-1, 3), F(1, 3)]),
        ("huber", F(45, 32), [F(1, 2), F(-3, 4), F(1)]),
        ("hinge", F(13, 4), [F(0), F(-1), F(1)]),
        ("squared_hinge", F(61, 16), [F(0), F(-3, 2), F(3)]),
        ("perceptron", F(1, 2), [F(0), F(0), F(1)]),
    ],
)
def test_rational_losses_have_the_values_that_paper_gives(name: str, value: Fraction, gradient: list[Fraction]) -> None:
    at = lookup(([F(1, 2), F(1, 4), F(1, 2)], [F(0), F(1), F(-1)]))
    formula = total(LOSSES[name])
    assert as_fraction(evaluate(formula, Certified(), at)) == value
    own = slopes(formula, {})
    assert [as_fraction(evaluate(own["out", index], Certified(), at)) for index in range(OUTPUTS)] == gradient


@pytest.mark.parametrize(
    ("name", "output", "target", "slope"),
    [
        ("absolute_error", F(2), F(2), F(0)),  # the sign of 0
        ("hinge", F(1), F(1), F(0)),  # on the margin
        ("squared_hinge", F(-1), F(-1), F(0)),
        ("perceptron", F(0), F(1), F(0)),  # on the fence
        ("huber", F(1), F(0), F(1)),  # at the cut both rules agree
    ],
)
def test_at_a_kink_a_loss_has_the_slope_its_table_says(
    name: str, output: Fraction, target: Fraction, slope: Fraction
) -> None:
    own = slopes(total(LOSSES[name], 1), {})["out", 0]
    assert as_fraction(evaluate(own, Certified(), lookup(([output], [target])))) == slope


def test_the_published_error_of_mazurs_example() -> None:
    """Matt Mazur, A Step by Step Backpropagation Example: 0.274811083 + 0.023560026 = 0.298371109."""
    at = lookup(([F("0.75136507"), F("0.772928465")], [F("0.01"), F("0.99")]))
    assert is_near(evaluate(total(LOSSES["half_squared_error"], 2), Certified(), at), "0.298371109", 8)


def test_the_slope_of_half_a_squared_error_is_written_out_minus_target() -> None:
    """The ½ cancels the 2, and −(t − o) is turned round: what is left is what a teacher writes."""
    own = slopes(LOSSES["half_squared_error"].term(o(0), t(0)), {})
    assert own["out", 0] == add(o(0), apply("negative", t(0)))


def test_the_slope_of_a_mean_squared_error_has_its_factor_in_front() -> None:
    """(2/m)(out − t), with the 2 and the 1/m carried out."""
    own = slopes(multiply(number(1, 4), LOSSES["mean_squared_error"].term(o(0), t(0))), {})
    assert own["out", 0] == multiply(number(1, 2), add(o(0), apply("negative", t(0))))


# Short forms

SHORT = [(name, activation) for name, loss in LOSSES.items() for activation in loss.short or {}]
NETS = [[F(1, 3), F(-2, 7), F(5, 4)], [F(0), F(0), F(0)], [F(-9, 2), F(3), F(1, 8)]]
SOFT = [[F(0), F(1), F(0)], [F(1, 5), F(1, 2), F(3, 10)], [F(1, 3), F(1, 4), F(1, 9)]]  # the last does not sum to 1


def activated(activation: str, index: int) -> Formula:
    nets = [Name(("net", k)) for k in range(OUTPUTS)]
    return apply(activation, index + 1, *nets) if activation == "softmax" else apply(activation, nets[index])


def short_delta(name: str, activation: str, index: int) -> Formula:
    """The loss's short δ of an output, in the outputs and the targets."""
    short = LOSSES[name].short
    assert short is not None
    return short[activation](o(index), t(index), add(*(t(k) for k in range(OUTPUTS))))


def values(activation: str, nets: list[Fraction], targets: list[Fraction]) -> dict[Any, Any]:
    """The certified values of net inputs, targets and outputs."""
    known = {("net", k): exact(net) for k, net in enumerate(nets)}
    known |= {("target", k): exact(target) for k, target in enumerate(targets)}
    outputs = {("out", k): evaluate(activated(activation, k), Certified(), known.__getitem__) for k in range(OUTPUTS)}
    return known | outputs


@pytest.mark.parametrize(("name", "activation"), SHORT)
def test_a_short_delta_is_the_full_chain_rule(name: str, activation: str) -> None:
    """∂E/∂net_j = Σ_k ∂E/∂out_k · ∂out_k/∂net_j, over all outputs k."""
    loss_slopes = slopes(total(LOSSES[name]), {})
    for nets in NETS:
        for targets in SOFT:
            with precision(250):
                known = values(activation, nets, targets)
                for j in range(OUTPUTS):
                    chain = arb(0)
                    for k in range(OUTPUTS):
                        own = slopes(activated(activation, k), {})
                        if ("net", j) in own:
                            upper = evaluate(loss_slopes["out", k], Certified(), known.__getitem__)
                            chain += arb(upper) * arb(evaluate(own["net", j], Certified(), known.__getitem__))
                    short = evaluate(short_delta(name, activation, j), Certified(), known.__getitem__)
                    assert is_near(short, chain, 40), f"{name} after {activation} at {nets}, {targets}"


@pytest.mark.parametrize(("name", "activation"), SHORT)
def test_a_short_delta_is_sympys_derivative_in_the_net_input(name: str, activation: str) -> None:
    letters = sympy.symbols(f"z:{OUTPUTS}", real=True)
    nets, targets = NETS[0], SOFT[2]
    exponentials = [sympy.exp(z) for z in letters]
    p = [e / sum(exponentials) if activation == "softmax" else 1 / (1 + 1 / e) for e in exponentials]
    ts = [sympy.Rational(*target.as_integer_ratio()) for target in targets]
    logs = sum(target * sympy.log(own) for target, own in zip(ts, p, strict=True))
    error = {
        "binary_cross_entropy": -logs - sum((1 - x) * sympy.log(1 - own) for x, own in zip(ts, p, strict=True)),
        "cross_entropy": -logs,
        "cross_entropy_base_2": -logs / sympy.log(2),
        "cross_entropy_base_10": -logs / sympy.log(10),
        "kl_divergence": sum(x * sympy.log(x) for x in ts) - logs,
    }[name]
    at = {z: sympy.Rational(*net.as_integer_ratio()) for z, net in zip(letters, nets, strict=True)}
    with precision(250):
        known = values(activation, nets, targets)
        for index, letter in enumerate(letters):
            expected = sympy.N(sympy.diff(error, letter).subs(at), 50)
            short = evaluate(short_delta(name, activation, index), Certified(), known.__getitem__)
            assert is_near(short, str(expected), 40)


def test_softmax_with_cross_entropy_is_pytorchs_cross_entropy_of_the_nets() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    for nets in NETS:
        for targets in SOFT:
            tensor = torch.tensor([float(x) for x in nets], dtype=torch.float64, requires_grad=True)
            against = torch.tensor([float(x) for x in targets], dtype=torch.float64)
            torch.nn.functional.cross_entropy(tensor, against).backward()
            known = values("softmax", nets, targets)
            for index in range(OUTPUTS):
                short = evaluate(short_delta("cross_entropy", "softmax", index), Certified(), known.__getitem__)
                assert is_near(short, repr(tensor.grad[index].item()), 12)


def test_sigmoid_with_binary_cross_entropy_is_pytorchs_loss_with_logits() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is compared with where it is installed")
    for nets in NETS:
        for targets in SOFT:
            tensor = torch.tensor([float(x) for x in nets], dtype=torch.float64, requires_grad=True)
            against = torch.tensor([float(x) for x in targets], dtype=torch.float64)
            torch.nn.functional.binary_cross_entropy_with_logits(tensor, against, reduction="sum").backward()
            known = values("sigmoid", nets, targets)
            for index in range(OUTPUTS):
                short = evaluate(short_delta("binary_cross_entropy", "sigmoid", index), Certified(), known.__getitem__)
                assert is_near(short, repr(tensor.grad[index].item()), 12)


@pytest.mark.parametrize("name", ["cross_entropy", "kl_divergence"])
def test_behind_a_softmax_the_delta_reads_output_minus_target_when_the_targets_sum_to_one(name: str) -> None:
    short = LOSSES[name].short
    assert short is not None
    assert short["softmax"](o(0), t(0), number(1)) == o(0) - t(0)


# The table itself


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_stands_under_its_own_name_and_says_its_rule(name: str) -> None:
    loss = LOSSES[name]
    assert loss.name == name
    assert loss.rule.startswith("the slope")
    assert len(loss.defaults) <= loss.parameters


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_means_a_loss_that_exists_and_hides_none(alias: str) -> None:
    assert ALIASES[alias] in LOSSES
    assert alias not in LOSSES


@pytest.mark.parametrize("name", LOSSES)
def test_a_perfect_answer_costs_nothing_or_no_more_than_any_other(name: str) -> None:
    """At the target no loss is larger than a step away from it, in either direction."""
    loss, step = LOSSES[name], F(1, 10)
    targets = [F(3, 10), F(1, 2), F(1, 5)]

    def cost(outputs: list[Fraction]) -> Any:
        with precision(200):
            return arb(evaluate(total(loss), Certified(), lookup((outputs, targets))))

    if "hinge" in name or name == "perceptron":
        assert cost([F(4), F(4), F(9)]) < cost([F(-4), F(-4), F(-9)])
        return
    best = cost(targets)
    assert not best > cost([targets[0] + step, targets[1] - step, targets[2]])
    assert not best > cost([targets[0] - step, targets[1] + step, targets[2]])


def test_a_custom_loss_calls_its_output_and_target_by_several_names() -> None:
    for output in ("out", "o", "y"):
        for target in ("t", "target"):
            formula = apply("abs", Apply("sum", (Name(output), apply("negative", Name(target)))))
            assert per_output(formula, o(0), t(0)) == apply("abs", Apply("sum", (o(0), apply("negative", t(0)))))
    assert {"out", "o", "y", "t", "target"} == set(PER_OUTPUT_NAMES)


def test_a_custom_loss_keeps_the_names_that_are_not_its_own() -> None:
    assert per_output(apply("product", Name("w"), Name("out")), o(0), t(0)) == apply("product", Name("w"), o(0))


def test_a_loss_of_ones_own_may_do_without_targets() -> None:
    """Scores 3.2, 5.1, −1.7 of a cat, a car and a frog; the picture shows a cat (CS231n, multiclass SVM): 2.9."""
    values = decimals(
        solved(
            """
        inputs: [1]
        layers: [{neurons: [cat, car, frog], weights: [[3.2], [5.1], [-1.7]]}]
        loss: max(0, car - cat + 1) + max(0, frog - cat + 1)
        """
        )
    )
    assert values["E"] == Fraction("2.9")
    assert [values[f"delta_{name}"] for name in ("cat", "car", "frog")] == [-1, 1, 0]
